/* The driver for SQLite: write-ahead log, synchronous=FULL, one connection that writes, several that read. */
#include "store/driver.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUSY_WAIT_MS = 5000,                /* for another process that writes */
	CHECKPOINT_FRAME_COUNT = 1000,      /* pages in the write-ahead log before they are moved into the database */
	RESTART_FRAME_COUNT = 16000,        /* beyond: wait a moment for the readers, so that the log begins anew */
	RESTART_WAIT_MS = 50,
};

struct prepared {
	sqlite3_stmt *statement;
	struct sql_value *row;              /* one value a column */
	int column_count;
	int places[STORE_PARAMETER_COUNT_MAX];   /* where $1, $2 ... are bound: SQLite numbers them by appearance */
};

struct store_connection {
	sqlite3 *db;
	struct arena arena;
	struct prepared **prepared;         /* by the statement's number; NULL until first used */
	size_t statement_count;
	sqlite3_stmt *begin_write, *begin_read, *pin, *commit, *rollback, *savepoint, *release, *rollback_to;
	int wal_frame_count;
};

static struct err error_of(int rc)
{
	switch (rc) {
	case SQLITE_OK: case SQLITE_ROW: case SQLITE_DONE: return OK;
	case SQLITE_CONSTRAINT_DATATYPE: return ERR(INTERNAL);   /* a STRICT table was given another type: our mistake */
	case SQLITE_IOERR_SHMSIZE: return ERR(FULL);             /* no room for the shared index; nothing was written */
	case SQLITE_IOERR_NOMEM: return ERR(BUSY);
	}
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT: case SQLITE_MISMATCH: return ERR(REFUSED);
	case SQLITE_FULL: return ERR(FULL);
	case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_NOMEM: return ERR(BUSY);
	case SQLITE_CORRUPT: case SQLITE_NOTADB: return ERR(TAMPERED);
	case SQLITE_TOOBIG: return ERR(LIMIT);
	case SQLITE_IOERR: case SQLITE_READONLY: case SQLITE_CANTOPEN: case SQLITE_PERM: case SQLITE_PROTOCOL: return ERR(IO);
	default: return ERR(INTERNAL);
	}
}

/* ---- opening ---- */

static int count_wal_frames(void *data, sqlite3 *db, const char *name, int frame_count)
{
	struct store_connection *connection = data;
	(void)db; (void)name;
	connection->wal_frame_count = frame_count;
	return SQLITE_OK;
}

static struct err run_text(sqlite3 *db, const char *sql)
{
	return error_of(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static struct err set_up(struct store_connection *connection, const struct store_options *options, enum connection_use use)
{
	sqlite3 *db = connection->db;
	char text[64];
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_WAIT_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);    /* "x" is a column, as the standard says */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	/* LIKE minds the case, as in PostgreSQL; the temporary store may hold plain text and stays in memory. */
	TRY(run_text(db, "pragma foreign_keys=on; pragma trusted_schema=off; pragma cell_size_check=on;"
		"pragma temp_store=memory; pragma case_sensitive_like=on"));
	if (use == CONNECTION_READS) return run_text(db, "pragma query_only=on; pragma mmap_size=268435456");
	TRY(run_text(db, "pragma journal_mode=wal; pragma synchronous=full; pragma journal_size_limit=67108864"));
	/* Checkpoints are ours (tidy): after the answers, and with their failures seen. */
	sqlite3_wal_hook(db, count_wal_frames, connection);
	if (options->page_count_max > 0) {
		snprintf(text, sizeof text, "pragma max_page_count=%lld", (long long)options->page_count_max);
		TRY(run_text(db, text));
	}
	return OK;
}

static struct err prepare_own(struct store_connection *connection)
{
	struct { sqlite3_stmt **statement; const char *sql; } own[] = {
		{ &connection->begin_write, "begin immediate" }, { &connection->begin_read, "begin" },
		{ &connection->pin, "select name from sqlite_schema limit 1" },
		{ &connection->commit, "commit" }, { &connection->rollback, "rollback" },
		{ &connection->savepoint, "savepoint command" }, { &connection->release, "release command" },
		{ &connection->rollback_to, "rollback to command" },
	};
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		TRY(error_of(sqlite3_prepare_v3(connection->db, own[i].sql, -1, SQLITE_PREPARE_PERSISTENT, own[i].statement, NULL)));
	return OK;
}

static void sqlite_close(struct store_connection *connection)
{
	sqlite3_stmt *next;
	while ((next = sqlite3_next_stmt(connection->db, NULL))) sqlite3_finalize(next);
	int rc = sqlite3_close(connection->db);
	assert(rc == SQLITE_OK);
	arena_done(&connection->arena);
	free(connection);
}

/* Makes the file itself, so that nobody else may read it: SQLite gives the log beside it the same mode. */
static struct err make_place(const struct store_options *options)
{
	int fd = open(options->path, O_RDWR | O_CLOEXEC | (options->create ? O_CREAT : 0), 0600);
	if (fd < 0) return err_from_errno(errno);
	close(fd);
	return OK;
}

static struct err sqlite_open_connection(const struct store_options *options, enum connection_use use, size_t statement_count,
	struct store_connection **out_connection)
{
	sqlite3 *db = NULL;
	if (use == CONNECTION_WRITES) TRY(make_place(options));
	struct err result = error_of(sqlite3_open_v2(options->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
	if (failed(result)) { sqlite3_close(db); return result; }
	struct store_connection *connection = calloc(1, sizeof *connection);
	if (!connection) abort();
	connection->db = db;
	connection->prepared = ARENA_ARRAY(&connection->arena, struct prepared *, statement_count);
	connection->statement_count = statement_count;
	result = set_up(connection, options, use);
	if (!failed(result)) result = prepare_own(connection);
	if (failed(result)) { sqlite_close(connection); return result; }
	*out_connection = connection;
	return OK;
}

/* ---- statements ---- */

static size_t line_of(struct str text, size_t at)
{
	size_t line = 1;
	for (size_t i = 0; i < at && i < text.len; i++) line += text.ptr[i] == '\n';
	return line;
}

/* Past white space and comments: errors without a place of their own are said of the statement's first line. */
static const char *skip_blank(const char *at, const char *end)
{
	while (at < end) {
		if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') {
			at++;
		} else if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
			while (at < end && *at != '\n') at++;
		} else {
			break;
		}
	}
	return at;
}

static struct err sqlite_script(struct store_connection *connection, struct str text, struct report *report)
{
	const char *at = text.ptr, *end = text.ptr + text.len, *tail = NULL;
	while ((at = skip_blank(at, end)) < end) {
		sqlite3_stmt *statement = NULL;
		int rc = sqlite3_prepare_v2(connection->db, at, (int)(end - at), &statement, &tail);
		int offset = rc == SQLITE_OK ? 0 : sqlite3_error_offset(connection->db);
		if (rc == SQLITE_OK && statement) {
			while ((rc = sqlite3_step(statement)) == SQLITE_ROW) continue;
			if (rc == SQLITE_DONE) rc = SQLITE_OK;
		}
		if (rc != SQLITE_OK) {
			char place[32];
			snprintf(place, sizeof place, "%zu", line_of(text, (size_t)(at - text.ptr) + (size_t)(offset < 0 ? 0 : offset)));
			report_error(report, str_copy(report->arena, str_from_c(place)), "%s", sqlite3_errmsg(connection->db));
			sqlite3_finalize(statement);
			struct err result = error_of(rc);
			return err_is(result, ERR_REFUSED) || err_is(result, ERR_INTERNAL) ? ERR(INVALID) : result;
		}
		sqlite3_finalize(statement);
		at = tail;
	}
	return OK;
}

/* Only white space and comments may follow a statement. */
static bool tail_is_empty(sqlite3 *db, const char *tail, const char *end)
{
	sqlite3_stmt *second = NULL;
	bool empty = sqlite3_prepare_v2(db, tail, (int)(end - tail), &second, NULL) == SQLITE_OK && second == NULL;
	sqlite3_finalize(second);
	return empty;
}

static bool find_places(struct prepared *prepared, const struct store_statement *statement)
{
	for (size_t i = 0; i < statement->parameter_count; i++) {
		char name[24];
		snprintf(name, sizeof name, "$%zu", i + 1);
		prepared->places[i] = sqlite3_bind_parameter_index(prepared->statement, name);
		if (prepared->places[i] == 0) return false;
	}
	return sqlite3_bind_parameter_count(prepared->statement) == (int)statement->parameter_count;
}

static struct err compile(struct store_connection *connection, const struct store_statement *statement,
	struct report *report, struct prepared **out_prepared)
{
	struct prepared *prepared = connection->prepared[statement->number];
	if (prepared) { *out_prepared = prepared; return OK; }
	prepared = ARENA_NEW(&connection->arena, struct prepared);
	const char *tail = NULL, *end = statement->text.ptr + statement->text.len;
	int rc = sqlite3_prepare_v3(connection->db, statement->text.ptr, (int)statement->text.len, SQLITE_PREPARE_PERSISTENT,
		&prepared->statement, &tail);
	const char *wrong = NULL;
	if (rc != SQLITE_OK) wrong = sqlite3_errmsg(connection->db);
	else if (!prepared->statement) wrong = "there is no statement below this name";
	else if (!find_places(prepared, statement)) wrong = "the text and the list of parameters name different ones";
	else if (!tail_is_empty(connection->db, tail, end)) wrong = "there is more than one statement below this name";
	else if (statement->kind != STATEMENT_EXEC && !sqlite3_stmt_readonly(prepared->statement)) wrong = "it writes: say :exec";
	if (wrong) {
		report_error(report, statement->name, "%s", wrong);
		sqlite3_finalize(prepared->statement);
		/* A statement that compiled once can still fail here for the machine's reasons. */
		struct err result = error_of(rc);
		return failed(result) ? result : ERR(INTERNAL);
	}
	prepared->column_count = sqlite3_column_count(prepared->statement);
	prepared->row = ARENA_ARRAY(&connection->arena, struct sql_value, (size_t)prepared->column_count);
	connection->prepared[statement->number] = prepared;
	*out_prepared = prepared;
	return OK;
}

static struct err sqlite_prepare(struct store_connection *connection, const struct store_statement *statement,
	struct report *report)
{
	struct prepared *prepared;
	return compile(connection, statement, report, &prepared);
}

static int bind_one(sqlite3_stmt *statement, int place, struct sql_value value)
{
	const char *bytes = value.bytes.len ? value.bytes.ptr : "";     /* NULL would bind as null */
	switch (value.kind) {
	case SQL_NULL: return sqlite3_bind_null(statement, place);
	case SQL_I64: return sqlite3_bind_int64(statement, place, value.i64);
	case SQL_TEXT: return sqlite3_bind_text64(statement, place, bytes, value.bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	case SQL_BLOB: return sqlite3_bind_blob64(statement, place, bytes, value.bytes.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static struct err bind(struct prepared *prepared, const struct store_statement *statement, const struct sql_value *parameters)
{
	assert(!sqlite3_stmt_busy(prepared->statement));
	for (size_t i = 0; i < statement->parameter_count; i++) {
		assert(store_value_fits(parameters[i], statement->types[i]));
		TRY(error_of(bind_one(prepared->statement, prepared->places[i], parameters[i])));
	}
	return OK;
}

static void let_go(struct prepared *prepared)
{
	sqlite3_reset(prepared->statement);
	sqlite3_clear_bindings(prepared->statement);     /* they point into the caller's memory */
}

static struct err read_column(sqlite3_stmt *statement, int column, struct sql_value *out_value)
{
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_NULL: *out_value = sql_null(); return OK;
	case SQLITE_INTEGER: *out_value = sql_i64(sqlite3_column_int64(statement, column)); return OK;
	case SQLITE_TEXT: {
		const char *text = (const char *)sqlite3_column_text(statement, column);
		*out_value = sql_text((struct str){ text, (size_t)sqlite3_column_bytes(statement, column) });
		return text ? OK : ERR(BUSY);
	}
	case SQLITE_BLOB: {
		const char *blob = sqlite3_column_blob(statement, column);      /* NULL when empty */
		size_t len = (size_t)sqlite3_column_bytes(statement, column);
		*out_value = sql_blob((struct str){ blob ? blob : "", blob ? len : 0 });
		return OK;
	}
	default: return ERR(INTERNAL);      /* a float: the text computes one, which no page may show */
	}
}

static struct err sqlite_each(struct store_connection *connection, const struct store_statement *statement,
	const struct sql_value *parameters, store_each_row *each, void *data)
{
	struct prepared *prepared;
	TRY(compile(connection, statement, NULL, &prepared));
	struct err result = bind(prepared, statement, parameters);
	while (!failed(result)) {
		int rc = sqlite3_step(prepared->statement);
		if (rc != SQLITE_ROW) { result = error_of(rc); break; }
		for (int i = 0; i < prepared->column_count && !failed(result); i++)
			result = read_column(prepared->statement, i, &prepared->row[i]);
		if (!failed(result)) result = each(data, (struct store_row){ prepared->row }, (size_t)prepared->column_count);
	}
	let_go(prepared);
	return result;
}

static struct err sqlite_execute(struct store_connection *connection, const struct store_statement *statement,
	const struct sql_value *parameters, int64_t *out_changed)
{
	struct prepared *prepared;
	TRY(compile(connection, statement, NULL, &prepared));
	struct err result = bind(prepared, statement, parameters);
	if (!failed(result)) {
		int rc;
		while ((rc = sqlite3_step(prepared->statement)) == SQLITE_ROW) continue;
		result = error_of(rc);
		if (!failed(result)) *out_changed = sqlite3_changes64(connection->db);
	}
	let_go(prepared);
	return result;
}

/* ---- transactions ---- */

static struct err run_own(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);
	sqlite3_reset(statement);
	return error_of(rc);
}

static void sqlite_rollback(struct store_connection *connection)
{
	/* A full disk or a failed write may have rolled back already. */
	if (!sqlite3_get_autocommit(connection->db)) run_own(connection->rollback);
}

static struct err sqlite_begin(struct store_connection *connection, enum connection_use use)
{
	if (use == CONNECTION_WRITES) return run_own(connection->begin_write);
	TRY(run_own(connection->begin_read));
	struct err result = run_own(connection->pin);     /* SQLite takes the snapshot at the first read */
	if (failed(result)) sqlite_rollback(connection);
	return result;
}

static struct err sqlite_commit(struct store_connection *connection)
{
	return run_own(connection->commit);
}

static struct err run_steps(struct store_connection *connection, const struct store_command *command)
{
	for (size_t i = 0; i < command->steps.count; i++) {
		const struct store_step *step = &command->steps.items[i];
		int64_t changed = 0;
		TRY(sqlite_execute(connection, step->statement, step->parameters, &changed));
		if (step->flag == STORE_GUARD && changed != 1) return ERR(CONFLICT);
	}
	return OK;
}

static bool concerns_one_command(struct err result)
{
	return err_is(result, ERR_CONFLICT) || err_is(result, ERR_REFUSED) || err_is(result, ERR_LIMIT)
		|| err_is(result, ERR_INTERNAL);
}

static struct err sqlite_run(struct store_connection *connection, const struct store_command *const *commands, size_t count,
	int64_t deadline_us, struct err *out_results, size_t *out_count)
{
	size_t done = 0;
	do {
		TRY(run_own(connection->savepoint));
		struct err result = run_steps(connection, commands[done]);
		if (failed(result)) {
			if (!concerns_one_command(result)) return result;
			if (sqlite3_get_autocommit(connection->db)) return ERR(IO);
			TRY(run_own(connection->rollback_to));
		}
		TRY(run_own(connection->release));
		out_results[done++] = result;
	} while (done < count && clock_monotonic_us() < deadline_us);
	*out_count = done;
	return OK;
}

/* ---- care ---- */

static struct err sqlite_tidy(struct store_connection *connection)
{
	if (connection->wal_frame_count < CHECKPOINT_FRAME_COUNT) return OK;
	bool restart = connection->wal_frame_count >= RESTART_FRAME_COUNT;
	if (restart) sqlite3_busy_timeout(connection->db, RESTART_WAIT_MS);
	int rc = sqlite3_wal_checkpoint_v2(connection->db, NULL,
		restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (restart) sqlite3_busy_timeout(connection->db, BUSY_WAIT_MS);
	connection->wal_frame_count = 0;      /* counted anew at the next commit */
	struct err result = error_of(rc);
	/* A reader in the way or a full disk only puts it off: what is in the log stays there and counts. */
	return err_is(result, ERR_BUSY) || err_is(result, ERR_FULL) ? OK : result;
}

static struct err report_rows(sqlite3 *db, const char *sql, const char *words, struct report *report, size_t *found)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(statement);
		const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
		if (!text || strcmp(text, "ok") == 0) continue;
		(*found)++;
		report_error(report, STR("database"), "%s%s", words, text);
	}
	sqlite3_finalize(statement);
	return error_of(rc);
}

static struct err sqlite_check(struct store_connection *connection, struct report *report)
{
	size_t found = 0;
	struct err result = report_rows(connection->db, "pragma integrity_check(50)", "", report, &found);
	if (!failed(result))
		result = report_rows(connection->db, "select \"table\" from pragma_foreign_key_check limit 50",
			"a row points at something that is not there, in table ", report, &found);
	if (found > 0) return ERR(TAMPERED);
	if (err_is(result, ERR_TAMPERED)) report_error(report, STR("database"), "%s", sqlite3_errmsg(connection->db));
	return result;
}

static struct err sqlite_copy(struct store_connection *connection, const char *path)
{
	sqlite3 *copy = NULL;
	struct err result = error_of(sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
	if (!failed(result)) {
		sqlite3_extended_result_codes(copy, 1);
		/* Nothing to protect: a copy that fails is thrown away, one that succeeds is synced by the caller. */
		result = run_text(copy, "pragma synchronous=off; pragma journal_mode=off");
	}
	if (!failed(result)) {
		sqlite3_backup *backup = sqlite3_backup_init(copy, "main", connection->db, "main");
		int rc = backup ? sqlite3_backup_step(backup, -1) : SQLITE_DONE;   /* in one go: one snapshot, writers go on */
		int finish = backup ? sqlite3_backup_finish(backup) : sqlite3_extended_errcode(copy);
		result = error_of(rc == SQLITE_DONE ? finish : rc);
	}
	sqlite3_close(copy);
	return result;
}

static const struct store_macro sqlite_macros[] = {
	{ STR_INIT("{{ID}}"), STR_INIT("integer") }, { STR_INIT("{{I64}}"), STR_INIT("integer") },
	{ STR_INIT("{{BOOL}}"), STR_INIT("integer") }, { STR_INIT("{{TEXT}}"), STR_INIT("text") },
	{ STR_INIT("{{BLOB}}"), STR_INIT("blob") },
};

const struct store_driver store_sqlite = {
	.name = "sqlite",
	.macros = sqlite_macros,
	.macro_count = sizeof sqlite_macros / sizeof sqlite_macros[0],
	.table_option = STR_INIT("strict"),
	.open = sqlite_open_connection,
	.close = sqlite_close,
	.script = sqlite_script,
	.prepare = sqlite_prepare,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.execute = sqlite_execute,
	.each = sqlite_each,
	.run = sqlite_run,
	.tidy = sqlite_tidy,
	.check = sqlite_check,
	.copy = sqlite_copy,
};
