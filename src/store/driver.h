/* driver: the seam to a database. One const struct in one file for each (sqlite.c); everything above is shared.
 *
 * The seam lies at the statement for reading and at the batch for writing: `run` gets all commands of a batch at once, so
 * that a driver may send them as one pipeline. A driver answers with the codes of store.h and nothing else. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "store/store.h"

enum sql_type { SQL_TYPE_I64, SQL_TYPE_BOOL, SQL_TYPE_TEXT, SQL_TYPE_BLOB };
enum statement_kind { STATEMENT_ONE, STATEMENT_MANY, STATEMENT_EXEC };

struct store_statement {
	size_t number;                            /* from 0, in the order of the texts */
	struct str name, text;
	enum statement_kind kind;
	enum sql_type types[STORE_PARAMETER_COUNT_MAX];
	size_t parameter_count;
};

struct store_step {
	enum store_step_flag flag;
	const struct store_statement *statement;
	const struct sql_value *parameters;
};

struct store_leaf_draft {
	struct str kind, salt;
	int64_t subject;
	uint8_t commitment[STORE_HASH_BYTES];
};

/* One connection, used by one thread at a time. Each driver has its own. */
struct store_connection;

enum connection_use { CONNECTION_WRITES, CONNECTION_READS };

typedef struct err store_each_row(void *data, struct store_row row, size_t column_count);

struct store_macro { struct str from, to; };

struct store_driver {
	const char *name;
	const struct store_macro *macros;         /* `{{I64}}` and so on in migrations */
	size_t macro_count;
	struct str table_option;                  /* put behind each `create table (...)` of a migration, or empty */

	struct err (*open)(const struct store_options *options, enum connection_use use, size_t statement_count,
		struct store_connection **out_connection);
	void (*close)(struct store_connection *connection);
	/* Many statements, for migrations; what is wrong goes into the report with its line. */
	struct err (*script)(struct store_connection *connection, struct str text, struct report *report);
	/* Compiles one statement and checks its parameters; INTERNAL with words in the report. */
	struct err (*prepare)(struct store_connection *connection, const struct store_statement *statement, struct report *report);
	struct err (*begin)(struct store_connection *connection, enum connection_use use);
	struct err (*commit)(struct store_connection *connection);
	void (*rollback)(struct store_connection *connection);
	struct err (*execute)(struct store_connection *connection, const struct store_statement *statement,
		const struct sql_value *parameters, int64_t *out_changed);
	struct err (*each)(struct store_connection *connection, const struct store_statement *statement,
		const struct sql_value *parameters, store_each_row *each, void *data);
	/* Inside a write transaction: carries out the first commands, at least one, until `deadline_us` of the monotonic
	 * clock. A result is OK, CONFLICT, REFUSED, LIMIT or INTERNAL, and but for OK nothing of that command stays. A failure
	 * of the call itself (FULL, IO, TAMPERED, BUSY) means that the whole transaction must be rolled back. */
	struct err (*run)(struct store_connection *connection, const struct store_command *const *commands, size_t count,
		int64_t deadline_us, struct err *out_results, size_t *out_count);
	/* Work between batches that nobody waits for; IO when the disk fails. */
	struct err (*tidy)(struct store_connection *connection);
	/* The database's own examination; findings go into the report. */
	struct err (*check)(struct store_connection *connection, struct report *report);
	/* Writes a copy of one moment to `path`, which does not exist yet; it need not be synced. */
	struct err (*copy)(struct store_connection *connection, const char *path);
};

extern const struct store_driver store_sqlite;

/* Does a value fit the declared type? Null always does. */
bool store_value_fits(struct sql_value value, enum sql_type type);

#endif
