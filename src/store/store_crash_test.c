/* Kills a process that writes with sixteen threads and opens what it left: every answer must be there.
 * UNIONHALL_KILL_ROUNDS sets how often; a soak run takes hundreds. */
#include "store/store.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { THREAD_COUNT = 16, ROUND_COUNT = 6, ROUND_MS_MIN = 60, ROUND_MS_SPAN = 200 };

static const struct str schema = STR_INIT(
	"create table entry (entry_id {{ID}} primary key, pair {{I64}} not null);\n"
	"create table total (total_id {{ID}} primary key, entries {{I64}} not null);\n"
	"insert into total (total_id, entries) values (1, 0);\n");

static const struct str texts[] = { STR_INIT(
	"-- name: entry_add :exec (entry_id i64, pair i64)\ninsert into entry (entry_id, pair) values ($1, $2);\n"
	"-- name: total_add :exec (count i64)\nupdate total set entries = entries + $1 where total_id = 1;\n"
	"-- name: total_get :one ()\nselect entries, (select count(*) from entry) from total where total_id = 1;\n"
	"-- name: half_pairs :one ()\nselect count(*) from (select pair from entry group by pair having count(*) <> 2) v;\n"
	"-- name: entry_get :one (entry_id i64)\nselect pair from entry where entry_id = $1;\n") };

struct house {
	char path[64];
	struct arena arena;
	struct report report;
	struct store_migration migrations[2];
	struct store_options options;
	struct store *store;
};

static void house_init(struct house *house)
{
	*house = (struct house){ 0 };
	snprintf(house->path, sizeof house->path, "/tmp/store_crash_test_XXXXXX");
	assert_non_null(mkdtemp(house->path));
	strcat(house->path, "/hall.db");
	house->migrations[0].name = STR("0001-store.sql");
	assert_false(failed(file_read(&house->arena, "schema/0001-store.sql", 1 << 20, &house->migrations[0].text)));
	house->migrations[1] = (struct store_migration){ STR("0002-entry.sql"), schema };
	house->options = (struct store_options){
		.path = house->path, .create = true, .clock = clock_system(), .migrations = house->migrations, .migration_count = 2,
		.texts = texts, .text_count = 1,
	};
}

static struct err house_open(struct house *house)
{
	house->report = report_make(&house->arena);
	return store_open(&house->options, &house->report, &house->store);
}

/* ---- the process that dies ---- */

struct load { struct store *store; int64_t first; int acknowledged; };

/* Two rows, a total and a leaf to one command; the id goes into the pipe after the answer. */
static void *write_for_ever(void *data)
{
	struct load *load = data;
	struct arena arena = { 0 };
	for (int64_t id = load->first;; id += 2) {
		struct store_command command = store_command_make(&arena);
		uint8_t commitment[STORE_HASH_BYTES] = { 0 };
		const struct store_statement *add = store_statement(load->store, STR("entry_add"));
		store_command_add(&command, STORE_GUARD, add, SQL(sql_i64(id), sql_i64(id)));
		store_command_add(&command, STORE_GUARD, add, SQL(sql_i64(id + 1), sql_i64(id)));
		store_command_add(&command, STORE_GUARD, store_statement(load->store, STR("total_add")), SQL(sql_i64(2)));
		store_command_leaf(&command, STR("entry"), id, STR("0123456789abcdef"), commitment);
		if (failed(store_submit(load->store, &command))) _exit(1);
		if (write(load->acknowledged, &id, sizeof id) != (ssize_t)sizeof id) _exit(1);
		arena_reset(&arena);
	}
	return NULL;
}

static void die_at_work(struct house *house, int round, int acknowledged)
{
	struct load loads[THREAD_COUNT];
	pthread_t threads[THREAD_COUNT];
	if (failed(house_open(house))) _exit(2);
	for (int i = 0; i < THREAD_COUNT; i++) {
		loads[i] = (struct load){ house->store, ((int64_t)round * THREAD_COUNT + i) * 10000000, acknowledged };
		if (pthread_create(&threads[i], NULL, write_for_ever, &loads[i]) != 0) _exit(3);
	}
	pause();
	_exit(4);
}

/* ---- the process that looks ---- */

struct ids { LIST_OF(int64_t); };

/* Until the deadline, or with none until the pipe is empty and closed. */
static void read_ids(struct arena *arena, struct ids *ids, int from, int64_t deadline_us)
{
	for (;;) {
		int64_t id, left_us = deadline_us ? deadline_us - clock_monotonic_us() : 0;
		struct pollfd ready = { .fd = from, .events = POLLIN };
		if (deadline_us && (left_us <= 0 || poll(&ready, 1, (int)(left_us / 1000) + 1) <= 0)) return;
		if (read(from, &id, sizeof id) != (ssize_t)sizeof id) return;
		LIST_PUSH(arena, ids, id);
	}
}

static void run_and_kill(struct house *house, int round, struct ids *ids)
{
	int ends[2], status = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		die_at_work(house, round, ends[1]);
	}
	close(ends[1]);
	size_t before = ids->count;
	/* The first answer, then some of a different length each round. */
	read_ids(&house->arena, ids, ends[0], clock_monotonic_us() + ROUND_MS_MIN * 1000);
	if (ids->count == before) read_ids(&house->arena, ids, ends[0], clock_monotonic_us() + 2000000);
	read_ids(&house->arena, ids, ends[0], clock_monotonic_us() + (round * 77 % ROUND_MS_SPAN) * 1000);
	kill(child, SIGKILL);
	read_ids(&house->arena, ids, ends[0], 0);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_true(ids->count > before);
}

static int64_t ask(struct house *house, struct store_reader *reader, struct str name, size_t column)
{
	struct store_row row;
	assert_false(failed(store_query_one(&house->arena, reader, store_statement(house->store, name), SQL_NONE, &row)));
	return row_i64(row, column);
}

static void check_all(struct house *house, const struct ids *ids)
{
	struct store_reader *reader;
	struct store_verdict verdict;
	struct arena arena = { 0 };
	struct err result = house_open(house);
	if (failed(result)) print_message("%.*s", STR_ARG(report_print(&house->arena, &house->report)));
	assert_false(failed(result));
	assert_false(failed(store_read_begin(house->store, &reader)));
	for (size_t i = 0; i < ids->count; i++) {
		struct store_row row;
		const struct store_statement *get = store_statement(house->store, STR("entry_get"));
		assert_false(failed(store_query_one(&arena, reader, get, SQL(sql_i64(ids->items[i])), &row)));
		arena_reset(&arena);
	}
	int64_t entries = ask(house, reader, STR("total_get"), 0);
	assert_int_equal(entries, ask(house, reader, STR("total_get"), 1));
	assert_int_equal(ask(house, reader, STR("half_pairs"), 0), 0);
	store_read_end(reader);
	assert_false(failed(store_verify(house->store, &house->report, &verdict)));
	assert_int_equal(verdict.leaf_count * 2, entries);
	assert_true(verdict.leaf_count >= (int64_t)ids->count);
	store_close(house->store);
	arena_done(&arena);
}

static void test_everything_acknowledged_before_a_kill_is_there_and_nothing_is_half(void **state)
{
	(void)state;
	struct house house;
	struct ids ids = { 0 };
	const char *wanted = getenv("UNIONHALL_KILL_ROUNDS");
	int round_count = wanted ? (int)strtol(wanted, NULL, 10) : ROUND_COUNT;
	house_init(&house);
	for (int round = 0; round < round_count; round++) {
		run_and_kill(&house, round, &ids);
		check_all(&house, &ids);
	}
	print_message("%d kills, %zu acknowledged, 0 lost\n", round_count, ids.count);
	house.path[strlen(house.path) - strlen("/hall.db")] = 0;
	assert_false(failed(folder_remove(house.path)));
	arena_done(&house.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_acknowledged_before_a_kill_is_there_and_nothing_is_half),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
