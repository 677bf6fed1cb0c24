#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The disk of these tests: syncs are counted, and fail when told to. These two stand before the C library's. */
static _Atomic bool sync_fails;
static _Atomic int sync_count;

int fsync(int fd)
{
	(void)fd;
	sync_count++;
	if (sync_fails) { errno = EIO; return -1; }
	return 0;
}

int fdatasync(int fd) { return fsync(fd); }

static const struct str schema = STR_INIT(
	"-- accounts; the organisation's own\n"
	"create table account (\n"
	"	account_id {{ID}} primary key,\n"
	"	name {{TEXT}} not null check (name <> ';'),\n"
	"	amount {{I64}} not null check (amount >= 0),\n"
	"	open {{BOOL}} not null,\n"
	"	sealed {{BLOB}}\n"
	");\n"
	"create unique index account_name on account (name);\n");

static const struct str texts[] = {
	STR_INIT("What stands before the first name is for the reader.\n"
	"-- name: account_add :exec (account_id i64, name text, amount i64, open bool, sealed blob)\n"
	"insert into account (account_id, name, amount, open, sealed) values ($1, $2, $3, $4, $5);\n"
	"-- name: account_move :exec (amount i64, account_id i64, before i64)\n"
	"update account set amount = amount + $1 where account_id = $2 and amount = $3;\n"),
	STR_INIT("-- name: account_by_id :one (account_id i64)\n"
	"select account_id, name, amount, open, sealed from account where account_id = $1;\n"
	"-- name: account_all :many ()\n"
	"select account_id, name from account order by account_id;\n"
	"-- name: account_count :one ()\n"
	"select count(*) from account;\n"
	"-- name: three :one (a text, b text)\n"
	"select $2 || $1 || $2;\n"
	"-- name: half :one ()\n"
	"select 0.5;\n"),
};

struct house {
	char path[64];
	struct arena arena;
	struct report report;
	struct str log_schema;
	struct store_migration migrations[2];
	struct store_options options;
	struct store *store;
};

static struct store_options *house_init(struct house *house)
{
	*house = (struct house){ 0 };
	snprintf(house->path, sizeof house->path, "/tmp/store_test_XXXXXX");
	assert_non_null(mkdtemp(house->path));
	strcat(house->path, "/hall.db");
	assert_false(failed(file_read(&house->arena, "schema/0001-store.sql", 1 << 20, &house->log_schema)));
	house->report = report_make(&house->arena);
	house->migrations[0] = (struct store_migration){ STR("0001-store.sql"), house->log_schema };
	house->migrations[1] = (struct store_migration){ STR("0002-account.sql"), schema };
	house->options = (struct store_options){
		.path = house->path, .create = true, .clock = clock_system(),
		.migrations = house->migrations, .migration_count = 2, .texts = texts, .text_count = 2,
	};
	return &house->options;
}

static struct err house_open(struct house *house)
{
	house->report = report_make(&house->arena);
	struct err result = store_open(&house->options, &house->report, &house->store);
	if (failed(result)) house->store = NULL;
	return result;
}

static void house_make(struct house *house)
{
	house_init(house);
	struct err result = house_open(house);
	if (failed(result)) print_message("%.*s", STR_ARG(report_print(&house->arena, &house->report)));
	assert_false(failed(result));
}

static void house_done(struct house *house)
{
	store_close(house->store);
	house->path[strlen(house->path) - strlen("/hall.db")] = 0;
	assert_false(failed(folder_remove(house->path)));
	arena_done(&house->arena);
}

static void add_account(struct store *store, struct store_command *command, int64_t id, struct str name, int64_t amount)
{
	store_command_add(command, STORE_PLAIN, store_statement(store, STR("account_add")),
		SQL(sql_i64(id), sql_text(name), sql_i64(amount), sql_bool(true), sql_blob(STR("\0\1"))));
}

static void move_amount(struct store *store, struct store_command *command, int64_t id, int64_t amount, int64_t before)
{
	store_command_add(command, STORE_GUARD, store_statement(store, STR("account_move")),
		SQL(sql_i64(amount), sql_i64(id), sql_i64(before)));
}

static struct err submit_account(struct house *house, int64_t id, struct str name, int64_t amount)
{
	struct store_command command = store_command_make(&house->arena);
	add_account(house->store, &command, id, name, amount);
	return store_submit(house->store, &command);
}

static int64_t count_accounts(struct house *house)
{
	struct store_reader *reader;
	struct store_row row;
	assert_false(failed(store_read_begin(house->store, &reader)));
	assert_false(failed(store_query_one(&house->arena, reader, store_statement(house->store, STR("account_count")), SQL_NONE, &row)));
	int64_t count = row_i64(row, 0);
	store_read_end(reader);
	return count;
}

static bool report_says(struct house *house, const char *words)
{
	return str_find(report_print(&house->arena, &house->report), str_from_c(words), 0) >= 0;
}

/* ---- opening ---- */

static void test_what_was_written_is_there_after_opening_again(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_row row;
	house_make(&house);
	assert_false(failed(submit_account(&house, 7, STR("救助金"), 1200)));
	store_close(house.store);
	assert_false(failed(house_open(&house)));
	assert_false(failed(store_read_begin(house.store, &reader)));
	const struct store_statement *by_id = store_statement(house.store, STR("account_by_id"));
	assert_false(failed(store_query_one(&house.arena, reader, by_id, SQL(sql_i64(7)), &row)));
	assert_int_equal(row_i64(row, 2), 1200);
	assert_true(row_bool(row, 3));
	assert_true(str_eq(row_bytes(row, 1), STR("救助金")));
	assert_true(str_eq(row_bytes(row, 4), STR("\0\1")));
	assert_true(err_is(store_query_one(&house.arena, reader, by_id, SQL(sql_i64(8)), &row), ERR_NOT_FOUND));
	store_read_end(reader);
	struct stat about;
	assert_int_equal(stat(house.path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	house_done(&house);
}

static void test_a_store_that_is_not_there_is_only_made_when_asked(void **state)
{
	(void)state;
	struct house house;
	house_init(&house)->create = false;
	assert_true(err_is(house_open(&house), ERR_NOT_FOUND));
	assert_int_equal(house.report.error_count, 1);
	house_done(&house);
}

static void test_a_step_of_the_schema_that_was_changed_is_refused(void **state)
{
	(void)state;
	struct house house;
	house_make(&house);
	store_close(house.store);
	house.migrations[1].text = str_join(&house.arena, schema, STR("\n"));
	assert_true(err_is(house_open(&house), ERR_REFUSED));
	assert_true(report_says(&house, "0002-account.sql"));
	house.options.migration_count = 1;
	house.options.text_count = 0;
	assert_true(err_is(house_open(&house), ERR_REFUSED));
	assert_true(report_says(&house, "newer"));
	house_done(&house);
}

static void test_a_step_that_fails_leaves_nothing_and_names_its_line(void **state)
{
	(void)state;
	struct house house;
	house_init(&house);
	house.migrations[1].text = STR("create table first (a {{I64}});\n\ncreate table second (a {{I64}}, a {{I64}});\n");
	assert_true(err_is(house_open(&house), ERR_INVALID));
	assert_true(report_says(&house, "0002-account.sql:3:"));
	house.migrations[1].text = schema;
	assert_false(failed(house_open(&house)));
	house_done(&house);
}

static void test_tables_refuse_a_value_of_another_type(void **state)
{
	(void)state;
	static const struct str wrong[] = { STR_INIT("-- name: wrong :exec (name text)\n"
		"insert into account (account_id, name, amount, open) values (1, 'a', $1, 1);\n") };
	struct house house;
	house_init(&house)->texts = wrong;
	house.options.text_count = 1;
	assert_false(failed(house_open(&house)));
	struct store_command command = store_command_make(&house.arena);
	store_command_add(&command, STORE_PLAIN, store_statement(house.store, STR("wrong")), SQL(sql_text(STR("ten"))));
	assert_true(err_is(store_submit(house.store, &command), ERR_INTERNAL));
	assert_false(store_is_stopped(house.store));
	house_done(&house);
}

static void test_each_mistake_in_the_statements_is_named_when_opening(void **state)
{
	(void)state;
	static const struct str wrong[] = { STR_INIT(
		"-- name: no_table :many ()\nselect * from nothing;\n"
		"-- name: too_many :one (a i64, b i64)\nselect $1;\n"
		"-- name: too_few :one (a i64)\nselect $1 + $2;\n"
		"-- name: twofold :one ()\nselect 1; select 2;\n"
		"-- name: writes :one ()\ndelete from account;\n"
		"-- name: empty :one ()\n-- nothing\n") };
	struct house house;
	house_init(&house)->texts = wrong;
	house.options.text_count = 1;
	assert_true(err_is(house_open(&house), ERR_INTERNAL));
	assert_int_equal(house.report.error_count, 6);
	static const struct str headers[] = {
		STR_INIT("-- name: x :some ()\nselect 1;"), STR_INIT("-- name: x :one (a float)\nselect 1;"),
		STR_INIT("-- name: x :one\nselect 1;"), STR_INIT("-- name: x y :one ()\nselect 1;"),
		STR_INIT("-- name: log_leaf_add :one ()\nselect 1;"),
	};
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		house.options.texts = &headers[i];
		assert_true(err_is(house_open(&house), ERR_INTERNAL));
		assert_int_equal(house.report.error_count, 1);
	}
	house_done(&house);
}

/* ---- reading ---- */

static void test_parameters_are_bound_by_their_number(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_row row;
	house_make(&house);
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_query_one(&house.arena, reader, store_statement(house.store, STR("three")),
		SQL(sql_text(STR("x")), sql_text(STR("y"))), &row)));
	assert_true(str_eq(row_bytes(row, 0), STR("yxy")));
	assert_false(failed(store_query_one(&house.arena, reader, store_statement(house.store, STR("three")),
		SQL(sql_text(STR("")), sql_text(STR("y"))), &row)));
	assert_true(str_eq(row_bytes(row, 0), STR("yy")));
	assert_true(err_is(store_query_one(&house.arena, reader, store_statement(house.store, STR("half")), SQL_NONE, &row),
		ERR_INTERNAL));
	store_read_end(reader);
	house_done(&house);
}

static struct err stop_after_two(void *data, struct store_row row, size_t column_count)
{
	int64_t *sum = data;
	assert_int_equal(column_count, 2);
	*sum += row_i64(row, 0);
	return row_i64(row, 0) == 2 ? ERR(LIMIT) : OK;
}

static void test_a_reader_sees_one_moment_until_it_ends(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_rows rows;
	house_make(&house);
	for (int64_t id = 1; id <= 3; id++)
		assert_false(failed(submit_account(&house, id, str_from_i64(&house.arena, id), id)));
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(submit_account(&house, 4, STR("4"), 4)));
	const struct store_statement *all = store_statement(house.store, STR("account_all"));
	assert_false(failed(store_query(&house.arena, reader, all, SQL_NONE, &rows)));
	assert_int_equal(rows.count, 3);
	assert_int_equal(rows.column_count, 2);
	assert_true(str_eq(row_bytes(rows.items[2], 1), STR("3")));
	int64_t sum = 0;
	assert_true(err_is(store_each(reader, all, SQL_NONE, stop_after_two, &sum), ERR_LIMIT));
	assert_int_equal(sum, 3);
	store_read_end(reader);
	assert_int_equal(count_accounts(&house), 4);
	house_done(&house);
}

/* ---- writing ---- */

static void test_a_missed_guard_leaves_nothing_of_its_command(void **state)
{
	(void)state;
	struct house house;
	house_make(&house);
	assert_false(failed(submit_account(&house, 1, STR("one"), 10)));
	struct store_command command = store_command_make(&house.arena);
	uint8_t commitment[STORE_HASH_BYTES] = { 0 };
	add_account(house.store, &command, 2, STR("two"), 0);
	store_command_leaf(&command, STR("test"), 2, STR("0123456789abcdef"), commitment);
	move_amount(house.store, &command, 1, 5, 11);
	assert_true(err_is(store_submit(house.store, &command), ERR_CONFLICT));
	assert_int_equal(count_accounts(&house), 1);
	struct store_reader *reader;
	int64_t size = -1;
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_log_size(reader, &size)));
	assert_int_equal(size, 0);
	store_read_end(reader);
	house_done(&house);
}

struct answers { _Atomic int answered[ERR_CODE_COUNT]; _Atomic int total; };

static void count_answer(void *data, struct err result)
{
	struct answers *answers = data;
	answers->answered[result.code]++;
	answers->total++;
}

static void test_a_command_that_fails_leaves_the_others_of_its_batch_alone(void **state)
{
	(void)state;
	enum { COUNT = 1000 };
	struct house house;
	struct answers answers = { 0 };
	house_make(&house);
	assert_false(failed(submit_account(&house, 1000000, STR("0"), 0)));
	struct store_command *commands = ARENA_ARRAY(&house.arena, struct store_command, COUNT);
	int syncs = sync_count;
	for (int i = 0; i < COUNT; i++) {
		commands[i] = store_command_make(&house.arena);
		add_account(house.store, &commands[i], i, str_printf(&house.arena, "%d", i + 1), i);
		if (i % 10 == 3) move_amount(house.store, &commands[i], i, 1, -1);                   /* CONFLICT */
		if (i % 10 == 5) add_account(house.store, &commands[i], i + COUNT, STR("0"), 1);    /* unique: REFUSED */
		if (i % 10 == 7) add_account(house.store, &commands[i], i + COUNT, STR("x"), -1);   /* check: REFUSED */
		store_submit_async(house.store, &commands[i], count_answer, &answers);
	}
	store_close(house.store);
	assert_int_equal(answers.total, COUNT);
	assert_int_equal(answers.answered[ERR_NONE], COUNT * 7 / 10);
	assert_int_equal(answers.answered[ERR_CONFLICT], COUNT / 10);
	assert_int_equal(answers.answered[ERR_REFUSED], COUNT / 5);
	assert_true(sync_count - syncs < COUNT / 4);
	assert_false(failed(house_open(&house)));
	assert_int_equal(count_accounts(&house), COUNT * 7 / 10 + 1);
	house_done(&house);
}

static void test_an_answer_comes_after_a_sync(void **state)
{
	(void)state;
	struct house house;
	house_make(&house);
	for (int64_t id = 0; id < 20; id++) {
		int syncs = sync_count;
		assert_false(failed(submit_account(&house, id, str_from_i64(&house.arena, id), 0)));
		assert_true(sync_count > syncs);
	}
	house_done(&house);
}

struct increment { struct store *store; struct arena *arena; int runs; int disturb; };

static struct err increment_body(void *data, struct store_reader *reader, struct store_command *command)
{
	struct increment *increment = data;
	struct store_row row;
	TRY(store_query_one(command->arena, reader, store_statement(increment->store, STR("account_by_id")), SQL(sql_i64(1)), &row));
	int64_t amount = row_i64(row, 2);
	if (increment->runs++ < increment->disturb) {
		struct store_command other = store_command_make(command->arena);
		move_amount(increment->store, &other, 1, 100, amount);
		TRY(store_submit(increment->store, &other));
	}
	move_amount(increment->store, command, 1, 1, amount);
	return OK;
}

static void test_a_conflict_is_computed_again_three_times(void **state)
{
	(void)state;
	struct house house;
	house_make(&house);
	assert_false(failed(submit_account(&house, 1, STR("one"), 0)));
	struct increment increment = { .store = house.store, .disturb = 2 };
	assert_false(failed(store_run(house.store, &house.arena, increment_body, &increment)));
	assert_int_equal(increment.runs, 3);
	increment = (struct increment){ .store = house.store, .disturb = 9 };
	assert_true(err_is(store_run(house.store, &house.arena, increment_body, &increment), ERR_BUSY));
	assert_int_equal(increment.runs, 3);
	house_done(&house);
}

static void *run_increments(void *data)
{
	struct increment *increment = data;
	struct arena arena = { 0 };
	while (increment->runs < 50) {
		struct increment once = { .store = increment->store };
		struct err result = store_run(increment->store, &arena, increment_body, &once);
		assert(!failed(result) || err_is(result, ERR_BUSY));
		if (!failed(result)) increment->runs++;
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

static void test_eight_threads_lose_no_increment(void **state)
{
	(void)state;
	enum { THREAD_COUNT = 8 };
	struct house house;
	pthread_t threads[THREAD_COUNT];
	struct increment increments[THREAD_COUNT];
	struct store_reader *reader;
	struct store_row row;
	house_make(&house);
	assert_false(failed(submit_account(&house, 1, STR("one"), 0)));
	for (int i = 0; i < THREAD_COUNT; i++) {
		increments[i] = (struct increment){ .store = house.store };
		assert_int_equal(pthread_create(&threads[i], NULL, run_increments, &increments[i]), 0);
	}
	for (int i = 0; i < THREAD_COUNT; i++) pthread_join(threads[i], NULL);
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_query_one(&house.arena, reader, store_statement(house.store, STR("account_by_id")),
		SQL(sql_i64(1)), &row)));
	assert_int_equal(row_i64(row, 2), THREAD_COUNT * 50);
	store_read_end(reader);
	house_done(&house);
}

/* ---- faults ---- */

static void test_a_full_disk_refuses_and_recovers_without_opening_again(void **state)
{
	(void)state;
	struct house house;
	struct err result = OK;
	int64_t id = 0;
	house_init(&house)->page_count_max = 60;
	assert_false(failed(house_open(&house)));
	char *name = arena_alloc(&house.arena, 4001);
	while (!failed(result) && id < 200) {
		snprintf(name, 4001, "%04000d", (int)id++);
		result = submit_account(&house, id, (struct str){ name, 4000 }, 0);
	}
	assert_true(err_is(result, ERR_FULL));
	assert_int_equal(count_accounts(&house), id - 1);
	assert_false(store_is_stopped(house.store));
	assert_true(err_is(submit_account(&house, id, (struct str){ name, 4000 }, 0), ERR_FULL));
	struct store_command command = store_command_make(&house.arena);
	move_amount(house.store, &command, 1, 1, 0);
	assert_false(failed(store_submit(house.store, &command)));
	store_close(house.store);
	house.options.page_count_max = 0;
	assert_false(failed(house_open(&house)));
	assert_false(failed(submit_account(&house, id, (struct str){ name, 4000 }, 0)));
	assert_int_equal(count_accounts(&house), id);
	house_done(&house);
}

static void note_stop(void *data, struct err error)
{
	struct err *stopped = data;
	*stopped = error;
}

static void test_after_a_failed_sync_nothing_is_acknowledged_until_opened_again(void **state)
{
	(void)state;
	struct house house;
	struct err stopped = OK;
	house_init(&house)->hooks = (struct store_hooks){ .stopped = note_stop, .data = &stopped };
	assert_false(failed(house_open(&house)));
	assert_false(failed(submit_account(&house, 1, STR("one"), 0)));
	sync_fails = true;
	assert_true(err_is(submit_account(&house, 2, STR("two"), 0), ERR_IO));
	sync_fails = false;
	int syncs = sync_count;
	assert_true(store_is_stopped(house.store));
	assert_true(err_is(stopped, ERR_IO));
	assert_true(err_is(submit_account(&house, 3, STR("three"), 0), ERR_IO));
	assert_int_equal(sync_count, syncs);
	assert_int_equal(count_accounts(&house), 1);
	store_close(house.store);
	assert_false(failed(house_open(&house)));
	assert_false(failed(submit_account(&house, 3, STR("three"), 0)));
	house_done(&house);
}

/* ---- copies ---- */

struct pressure { struct store *store; _Atomic bool stop; int64_t written; };

static void *write_on(void *data)
{
	struct pressure *pressure = data;
	struct arena arena = { 0 };
	while (!pressure->stop) {
		struct store_command command = store_command_make(&arena);
		int64_t id = ++pressure->written * 2;
		add_account(pressure->store, &command, id, str_printf(&arena, "%lld", (long long)id), 0);
		add_account(pressure->store, &command, id + 1, str_printf(&arena, "%lld", (long long)id + 1), 0);
		struct err result = store_submit(pressure->store, &command);
		assert(!failed(result));
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

static void test_a_copy_made_while_writing_is_whole(void **state)
{
	(void)state;
	struct house house;
	struct pressure pressure = { .stop = false };
	struct store_verdict verdict;
	pthread_t thread;
	house_make(&house);
	pressure.store = house.store;
	assert_int_equal(pthread_create(&thread, NULL, write_on, &pressure), 0);
	while (count_accounts(&house) < 500) usleep(1000);
	const char *copy = str_to_c(&house.arena, str_printf(&house.arena, "%s.copy", house.path));
	assert_false(failed(store_backup(house.store, copy)));
	assert_true(err_is(store_backup(house.store, copy), ERR_REFUSED));
	pressure.stop = true;
	pthread_join(thread, NULL);
	store_close(house.store);
	house.options.path = copy;
	assert_false(failed(house_open(&house)));
	int64_t count = count_accounts(&house);
	assert_true(count >= 500 && count <= pressure.written * 2 && count % 2 == 0);
	assert_false(failed(store_verify(house.store, &house.report, &verdict)));
	house_done(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_written_is_there_after_opening_again),
		cmocka_unit_test(test_a_store_that_is_not_there_is_only_made_when_asked),
		cmocka_unit_test(test_a_step_of_the_schema_that_was_changed_is_refused),
		cmocka_unit_test(test_a_step_that_fails_leaves_nothing_and_names_its_line),
		cmocka_unit_test(test_tables_refuse_a_value_of_another_type),
		cmocka_unit_test(test_each_mistake_in_the_statements_is_named_when_opening),
		cmocka_unit_test(test_parameters_are_bound_by_their_number),
		cmocka_unit_test(test_a_reader_sees_one_moment_until_it_ends),
		cmocka_unit_test(test_a_missed_guard_leaves_nothing_of_its_command),
		cmocka_unit_test(test_a_command_that_fails_leaves_the_others_of_its_batch_alone),
		cmocka_unit_test(test_an_answer_comes_after_a_sync),
		cmocka_unit_test(test_a_conflict_is_computed_again_three_times),
		cmocka_unit_test(test_eight_threads_lose_no_increment),
		cmocka_unit_test(test_a_full_disk_refuses_and_recovers_without_opening_again),
		cmocka_unit_test(test_after_a_failed_sync_nothing_is_acknowledged_until_opened_again),
		cmocka_unit_test(test_a_copy_made_while_writing_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
