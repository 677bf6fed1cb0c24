#include "store/inside.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { READER_COUNT_DEFAULT = 4, READER_WAIT_S = 5 };

extern const struct embedded_file embedded_store_sql[];
extern const size_t embedded_store_sql_count;

/* ---- opening and closing ---- */

static struct err read_texts(struct store *store, struct report *report)
{
	struct err result = OK;
	for (size_t i = 0; i < embedded_store_sql_count && !failed(result); i++)
		result = statements_add(&store->arena, &store->statements, embedded_content(&embedded_store_sql[i]), report);
	for (size_t i = 0; i < store->options.text_count && !failed(result); i++)
		result = statements_add(&store->arena, &store->statements, store->options.texts[i], report);
	return failed(result) ? ERR(INTERNAL) : OK;
}

/* All mistakes at once, not only the first. */
static struct err check_statements(struct store *store, struct report *report)
{
	struct err worst = OK;
	for (size_t i = 0; i < store->statements.list.count; i++) {
		struct err result = store->driver->prepare(store->connection, store->statements.list.items[i], report);
		if (failed(result)) worst = result;
	}
	return worst;
}

static struct err open_readers(struct store *store)
{
	size_t count = store->options.reader_count ? (size_t)store->options.reader_count : READER_COUNT_DEFAULT;
	assert(count <= READER_COUNT_MAX);
	for (size_t i = 0; i < count; i++) {
		struct store_reader *reader = &store->readers[i];
		TRY(store->driver->open(&store->options, CONNECTION_READS, store->statements.list.count, &reader->connection));
		reader->store = store;
		store->reader_count++;
	}
	return OK;
}

static struct err open_all(struct store *store, struct report *report)
{
	TRY(read_texts(store, report));
	TRY(store->driver->open(&store->options, CONNECTION_WRITES, store->statements.list.count, &store->connection));
	TRY(store_migrate(store, report));
	TRY(check_statements(store, report));
	return open_readers(store);
}

static void init_locks(struct store *store)
{
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&store->readers_mutex, NULL);
	pthread_cond_init(&store->reader_free, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&store->writer.mutex, NULL);
	pthread_cond_init(&store->writer.wake, NULL);
}

struct err store_open(const struct store_options *options, struct report *report, struct store **out_store)
{
	assert(options->reader_count >= 0 && options->reader_count <= READER_COUNT_MAX);
	struct store *store = calloc(1, sizeof *store);
	if (!store) abort();
	store->driver = &store_sqlite;
	store->options = *options;
	store->options.path = str_to_c(&store->arena, str_from_c(options->path));
	init_locks(store);
	struct err result = open_all(store, report);
	if (failed(result)) {
		if (report && report->error_count == 0) report_error(report, str_from_c(options->path), "%s", err_words(result));
		store_close(store);
		return result;
	}
	writer_start(store);
	*out_store = store;
	return OK;
}

void store_close(struct store *store)
{
	if (!store) return;
	if (store->writer.started) writer_stop(store);
	for (size_t i = 0; i < store->reader_count; i++) {
		assert(!store->readers[i].busy);
		store->driver->close(store->readers[i].connection);
	}
	if (store->connection) store->driver->close(store->connection);
	pthread_mutex_destroy(&store->readers_mutex);
	pthread_cond_destroy(&store->reader_free);
	pthread_mutex_destroy(&store->writer.mutex);
	pthread_cond_destroy(&store->writer.wake);
	arena_done(&store->arena);
	free(store);
}

bool store_is_stopped(const struct store *store)
{
	return atomic_load(&store->stopped);
}

const struct store_statement *store_statement(const struct store *store, struct str name)
{
	const struct store_statement *statement = map_get(&store->statements.by_name, name);
	assert(statement != NULL);
	return statement;
}

/* ---- reading ---- */

static struct store_reader *take_reader(struct store *store)
{
	struct store_reader *taken = NULL;
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += READER_WAIT_S;
	pthread_mutex_lock(&store->readers_mutex);
	for (int waited = 0; !taken && waited != ETIMEDOUT;) {
		for (size_t i = 0; i < store->reader_count && !taken; i++)
			if (!store->readers[i].busy) taken = &store->readers[i];
		if (!taken) waited = pthread_cond_timedwait(&store->reader_free, &store->readers_mutex, &until);
	}
	if (taken) taken->busy = true;
	pthread_mutex_unlock(&store->readers_mutex);
	return taken;
}

static void give_reader_back(struct store_reader *reader)
{
	struct store *store = reader->store;
	pthread_mutex_lock(&store->readers_mutex);
	assert(reader->busy);
	reader->busy = false;
	pthread_cond_signal(&store->reader_free);
	pthread_mutex_unlock(&store->readers_mutex);
}

struct err store_read_begin(struct store *store, struct store_reader **out_reader)
{
	struct store_reader *reader = take_reader(store);
	if (!reader) return ERR(BUSY);
	struct err result = store->driver->begin(reader->connection, CONNECTION_READS);
	if (failed(result)) { give_reader_back(reader); return result; }
	*out_reader = reader;
	return OK;
}

void store_read_end(struct store_reader *reader)
{
	if (!reader) return;
	reader->store->driver->rollback(reader->connection);
	give_reader_back(reader);
}

struct store_row copy_row(struct arena *arena, struct store_row row, size_t column_count)
{
	struct sql_value *values = ARENA_ARRAY(arena, struct sql_value, column_count);
	for (size_t i = 0; i < column_count; i++) {
		values[i] = row.values[i];
		if (values[i].kind == SQL_TEXT || values[i].kind == SQL_BLOB) values[i].bytes = str_copy(arena, values[i].bytes);
	}
	return (struct store_row){ values };
}

struct collection { struct arena *arena; struct { LIST_OF(struct store_row); } rows; size_t column_count; };

static struct err collect(void *data, struct store_row row, size_t column_count)
{
	struct collection *collection = data;
	if (collection->rows.count == STORE_ROW_COUNT_MAX) return ERR(LIMIT);
	collection->column_count = column_count;
	LIST_PUSH(collection->arena, &collection->rows, copy_row(collection->arena, row, column_count));
	return OK;
}

struct err store_each(struct store_reader *reader, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count,
	struct err (*each)(void *data, struct store_row row, size_t column_count), void *data)
{
	assert(reader->busy);
	assert(parameter_count == statement->parameter_count && statement->kind != STATEMENT_EXEC);
	return reader->store->driver->each(reader->connection, statement, parameters, each, data);
}

struct err store_query(struct arena *arena, struct store_reader *reader, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count, struct store_rows *out_rows)
{
	struct collection collection = { .arena = arena };
	TRY(store_each(reader, statement, parameters, parameter_count, collect, &collection));
	*out_rows = (struct store_rows){ collection.rows.items, collection.rows.count, collection.column_count };
	return OK;
}

struct err keep_one_row(void *data, struct store_row row, size_t column_count)
{
	struct one_row *one = data;
	if (one->found) return OK;
	one->row = copy_row(one->arena, row, column_count);
	one->found = true;
	return OK;
}

struct err store_query_one(struct arena *arena, struct store_reader *reader, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count, struct store_row *out_row)
{
	struct one_row one = { .arena = arena };
	TRY(store_each(reader, statement, parameters, parameter_count, keep_one_row, &one));
	if (!one.found) return ERR(NOT_FOUND);
	*out_row = one.row;
	return OK;
}

/* ---- a copy ---- */

static struct err sync_place(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0) return err_from_errno(errno);
	struct err result = fsync(fd) == 0 ? OK : err_from_errno(errno);
	close(fd);
	return result;
}

static struct err sync_folder_of(struct arena *arena, const char *path)
{
	struct str text = str_from_c(path);
	size_t end = text.len;
	while (end > 0 && text.ptr[end - 1] != '/') end--;
	return sync_place(end == 0 ? "." : str_to_c(arena, str_sub(text, 0, end)), O_RDONLY | O_DIRECTORY);
}

static struct err copy_to(struct store *store, const char *path)
{
	struct store_connection *source = NULL;
	TRY(store->driver->open(&store->options, CONNECTION_READS, store->statements.list.count, &source));
	struct err result = store->driver->copy(source, path);
	store->driver->close(source);
	if (!failed(result)) result = sync_place(path, O_RDWR);
	return result;
}

struct err store_backup(struct store *store, const char *path)
{
	if (file_exists(path)) return ERR(REFUSED);
	struct arena arena = { 0 };
	const char *unfinished = str_to_c(&arena, str_printf(&arena, "%s.unfinished", path));
	unlink(unfinished);
	int fd = open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	struct err result = fd < 0 ? err_from_errno(errno) : OK;
	if (fd >= 0) close(fd);
	if (!failed(result)) result = copy_to(store, unfinished);
	if (!failed(result) && rename(unfinished, path) != 0) result = err_from_errno(errno);
	if (failed(result)) unlink(unfinished);
	else result = sync_folder_of(&arena, path);
	arena_done(&arena);
	return result;
}
