/* store: the durable memory of a hall. The door of the folder: everybody else includes only this file.
 * Uses: base; SQLite behind the driver of sqlite.c. Used by: hall and above.
 *
 * Statements have names and live in .sql files; nothing is built from strings. Reads run in parallel on snapshots.
 * Writes are commands: lists of statements, executed by one writer thread, many commands to one fsync. What was answered
 * with OK is on the disk; a command that failed has left nothing behind.
 *
 * All calls may be made from any thread. A reader belongs to one thread at a time. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/base.h"
#include "store/value.h"

struct store;
struct store_statement;
struct store_reader;

enum {
	STORE_HASH_BYTES = 32,
	STORE_SALT_BYTES_MIN = 16,
	STORE_SALT_BYTES_MAX = 32,
	STORE_ROW_COUNT_MAX = 100000,         /* of store_query; larger results go through store_each */
	STORE_PARAMETER_COUNT_MAX = 64,
	STORE_COMMAND_STEP_COUNT_MAX = 20000, /* statements of one command, and its leaves; more is asserted against */
	STORE_QUEUE_COUNT_MAX = 4096,         /* commands waiting; beyond: BUSY */
	STORE_PROOF_COUNT_MAX = 64,
};

/* ---- opening ---- */

/* A step of the schema: applied once, in a transaction, in the order given (ascending names). `{{ID}} {{I64}} {{BOOL}}
 * {{BLOB}} {{TEXT}}` stand for the driver's types; `{{ID}}` is a column that is the primary key. Tables become STRICT. */
struct store_migration { struct str name, text; };

/* Called on the writer's thread; must not call the store. */
struct store_hooks {
	/* Signs a head of the log: leaves *out_note empty when no key is at hand, else the signed note's text in `arena`. */
	void (*sign_head)(void *data, struct arena *arena, int64_t size, const uint8_t root[STORE_HASH_BYTES], int64_t at_ms,
		struct str *out_note);
	/* For store_verify, on the caller's thread: is this the note for this head? NULL: notes are not looked at. */
	bool (*check_head)(void *data, int64_t size, const uint8_t root[STORE_HASH_BYTES], int64_t at_ms, struct str note);
	/* The disk failed a write or an fsync: the store answers IO to every command from now on. The process should exit
	 * and recover by opening again; an fsync is never tried twice. */
	void (*stopped)(void *data, struct err error);
	void *data;
};

struct store_options {
	const char *path;                            /* of the database file; "-wal" and "-shm" appear beside it */
	bool create;                                 /* when there is none; the file gets mode 0600 */
	const struct store_migration *migrations;
	size_t migration_count;
	/* Contents of .sql files. A statement begins at `-- name: case_by_number :one (number text, org i64)`; kinds are
	 * :one, :many and :exec; types i64, bool, text, blob, and null is accepted for each. $1 is the first parameter. The
	 * names of statements are unique. The slices must outlive the store. */
	const struct str *texts;
	size_t text_count;
	struct clock clock;
	const struct logger *logger;                 /* may be NULL */
	int32_t reader_count;                        /* snapshots at the same time, 1..64; 0 = 4 */
	int64_t page_count_max;                      /* of 4096 bytes; 0 = as large as the disk. Beyond: FULL */
	struct store_hooks hooks;
};

/* NOT_FOUND (no file and not `create`), REFUSED (a migration that was applied has been changed, or the database is newer
 * than this program), INVALID (a migration fails, not a database), TAMPERED (damaged), FULL, IO; the report says which.
 * A statement that does not compile or has another number of parameters than it declares is a mistake of the program:
 * the report names it and the answer is INTERNAL. The store is heap: close it. */
MUST_USE struct err store_open(const struct store_options *options, struct report *report, struct store **out_store);
/* Carries out what was accepted, then frees everything. Readers must have ended. NULL is fine. */
void store_close(struct store *store);
/* True after a failed write or fsync. */
bool store_is_stopped(const struct store *store);
/* Commands that wait for the writer now. */
size_t store_queue_count(struct store *store);

/* The statement of that name; asserts that it exists. Resolve once, or each time: it is one look-up in a hash map. */
const struct store_statement *store_statement(const struct store *store, struct str name);

/* ---- reading ---- */

/* A snapshot: all queries until store_read_end see one moment. BUSY when every reader is in use for five seconds.
 * Keep it short: an old snapshot keeps the write-ahead log from shrinking. */
MUST_USE struct err store_read_begin(struct store *store, struct store_reader **out_reader);
void store_read_end(struct store_reader *reader);      /* NULL is fine */
/* Rows and their bytes are copied into the arena. LIMIT past STORE_ROW_COUNT_MAX. IO, TAMPERED. */
MUST_USE struct err store_query(struct arena *arena, struct store_reader *reader, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count, struct store_rows *out_rows);
/* The first row; NOT_FOUND when there is none. */
MUST_USE struct err store_query_one(struct arena *arena, struct store_reader *reader, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count, struct store_row *out_row);
/* One call a row, whose bytes live until the call returns; stops at the first failure and returns it.
 * `each` must not use the same statement of the same reader. */
MUST_USE struct err store_each(struct store_reader *reader, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count,
	struct err (*each)(void *data, struct store_row row, size_t column_count), void *data);

/* ---- writing ---- */

struct store_step;
struct store_leaf_draft;

/* A list of statements that happens whole or not at all. Lives in the caller's arena; what the parameters point at is
 * borrowed until the answer has come. */
struct store_command {
	struct arena *arena;
	struct { LIST_OF(struct store_step); } steps;
	struct { LIST_OF(struct store_leaf_draft); } leaves;
};

enum store_step_flag {
	STORE_PLAIN = 0,
	STORE_GUARD = 1,       /* must change exactly one row, else the command is a CONFLICT */
};

struct store_command store_command_make(struct arena *arena);
void store_command_add(struct store_command *command, enum store_step_flag flag, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count);
/* An entry for the log, written with the command. kind: 1..64 bytes without line feeds ("decision"); subject: the id of
 * what it speaks about; salt: 16..32 bytes; commitment: see store_commitment. All are copied. */
void store_command_leaf(struct store_command *command, struct str kind, int64_t subject, struct str salt,
	const uint8_t commitment[STORE_HASH_BYTES]);

/* Waits until the command is on the disk or has failed: CONFLICT (a guard found nothing to change, or more than one row),
 * REFUSED (a unique, foreign-key, check or not-null rule of the schema), FULL, IO (stopped), BUSY (queue full, or another
 * process writes for five seconds), LIMIT (a value is too big), INTERNAL (a STRICT column was given another type), TAMPERED
 * (the database or the log is damaged; the store stops). An empty command is OK at once. */
MUST_USE struct err store_submit(struct store *store, const struct store_command *command);
/* The same without waiting; `done` is called once, on the writer's thread or, when nothing could be queued, at once on
 * this one. It must be short and must not call store_submit. The command and its arena must live until then. */
void store_submit_async(struct store *store, const struct store_command *command,
	void (*done)(void *data, struct err result), void *data);

/* Builds a command from a snapshot and submits it; from the start again after a CONFLICT, three times in all, then BUSY.
 * The body must have no effect but the command: no reply, no message, no clock. Its failure is returned as it is. */
typedef struct err store_body(void *data, struct store_reader *reader, struct store_command *command);
MUST_USE struct err store_run(struct store *store, struct arena *arena, store_body *body, void *data);

/* ---- the log: RFC 9162 hashing; every batch with leaves ends in one head ---- */

struct store_leaf {
	int64_t index;                                 /* from 0, without gaps */
	struct str kind;
	int64_t subject;
	struct str salt;
	uint8_t commitment[STORE_HASH_BYTES];
};

struct store_head {
	int64_t size;
	uint8_t root[STORE_HASH_BYTES];
	int64_t at_ms;
	struct str note;                               /* as signed by the hook, or empty */
};

struct store_proof { uint8_t hashes[STORE_PROOF_COUNT_MAX][STORE_HASH_BYTES]; size_t count; };

/* SHA-256(salt || content): what a leaf says about something without telling it. */
void store_commitment(struct str salt, struct str content, uint8_t out_commitment[STORE_HASH_BYTES]);
/* The bytes that the tree hashes for a leaf: kind, LF, subject in decimal, LF, commitment in lower hexadecimal, LF. */
struct str store_leaf_entry(struct arena *arena, const struct store_leaf *leaf);
/* SHA-256(0x00 || entry). */
void store_leaf_hash(const struct store_leaf *leaf, uint8_t out_hash[STORE_HASH_BYTES]);

/* The newest head; size 0 and the hash of nothing before the first. The note is copied into the arena. */
MUST_USE struct err store_log_head(struct store_reader *reader, struct arena *arena, struct store_head *out_head);
MUST_USE struct err store_log_size(struct store_reader *reader, int64_t *out_size);
/* The root over the first `size` leaves. NOT_FOUND beyond the log. */
MUST_USE struct err store_log_root(struct store_reader *reader, int64_t size, uint8_t out_root[STORE_HASH_BYTES]);
/* RFC 9162 2.1.3: that leaf `index` is among the first `size`. NOT_FOUND beyond the log. */
MUST_USE struct err store_log_inclusion(struct store_reader *reader, int64_t index, int64_t size, struct store_proof *out_proof);
/* RFC 9162 2.1.4: that the first `old_size` leaves are the beginning of the first `size`. */
MUST_USE struct err store_log_consistency(struct store_reader *reader, int64_t old_size, int64_t size,
	struct store_proof *out_proof);
/* The verifier's side, without a store. False when the proof proves nothing. */
bool store_proof_includes(const struct store_proof *proof, int64_t index, int64_t size,
	const uint8_t leaf_hash[STORE_HASH_BYTES], const uint8_t root[STORE_HASH_BYTES]);
bool store_proof_extends(const struct store_proof *proof, int64_t old_size, const uint8_t old_root[STORE_HASH_BYTES],
	int64_t size, const uint8_t root[STORE_HASH_BYTES]);
MUST_USE struct err store_log_leaf(struct store_reader *reader, struct arena *arena, int64_t index, struct store_leaf *out_leaf);
/* Every leaf from `from` on, in order; its slices live until the call returns. */
MUST_USE struct err store_log_each(struct store_reader *reader, int64_t from,
	struct err (*each)(void *data, const struct store_leaf *leaf), void *data);
/* The leaves of one subject, in order, copied into the arena. */
struct store_leaves { struct store_leaf *items; size_t count; };
MUST_USE struct err store_log_of_subject(struct store_reader *reader, struct arena *arena, int64_t subject,
	struct store_leaves *out_leaves);

/* ---- care ---- */

struct store_verdict { int64_t leaf_count, head_count; };

/* Recomputes every leaf, node and head of the log on one snapshot and asks the database to check itself. Each leaf or
 * head that is missing, changed or superfluous is named in the report. TAMPERED when anything was found. A log that was
 * cut off together with all its heads can only be told by a head kept outside: compare with store_log_root. */
MUST_USE struct err store_verify(struct store *store, struct report *report, struct store_verdict *out_verdict);
/* A copy of one moment, while others write; whole and synced, or not there at all. REFUSED when `path` exists; FULL, IO.
 * The copy is a database that store_open opens. */
MUST_USE struct err store_backup(struct store *store, const char *path);

#endif
