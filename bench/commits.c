/* commits FOLDER: acknowledged commands a second, two inserted rows each, on the disk of FOLDER with a full fsync, by 1, 8
 * and 64 threads that wait for each answer: as the writer does it (many commands to one fsync), and with one command to
 * one fsync. The second is the floor that group commit is measured against. */
#include "bench.h"

#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS_MAX = 64 };
#define SECONDS_EACH 1.5

static const struct str schema = STR_INIT("create table pair (pair_id {{ID}} primary key, text {{TEXT}} not null);\n");
static const struct str texts[] = { STR_INIT("-- name: pair_add :exec (pair_id i64, text text)\ninsert into pair (pair_id, text) values ($1, $2);\n") };

struct load {
	struct store *store;
	pthread_mutex_t *alone;              /* NULL: grouped */
	_Atomic int64_t *next_id;
	_Atomic size_t *done;
	double until;
};

static void *write_pairs(void *data)
{
	struct load *load = data;
	struct arena arena = { 0 };
	const struct store_statement *add = store_statement(load->store, STR("pair_add"));
	while (wall_seconds() < load->until) {
		int64_t id = atomic_fetch_add(load->next_id, 2);
		struct store_command command = store_command_make(&arena);
		store_command_add(&command, STORE_GUARD, add, SQL(sql_i64(id), sql_text(STR("what was said"))));
		store_command_add(&command, STORE_GUARD, add, SQL(sql_i64(id + 1), sql_text(STR("what was answered"))));
		if (load->alone) pthread_mutex_lock(load->alone);
		must(store_submit(load->store, &command), "writing");
		if (load->alone) pthread_mutex_unlock(load->alone);
		atomic_fetch_add(load->done, 1);
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

static double rate(struct store *store, _Atomic int64_t *next_id, int thread_count, bool grouped)
{
	pthread_t threads[THREADS_MAX];
	pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
	_Atomic size_t done = 0;
	double began = wall_seconds();
	struct load load = { store, grouped ? NULL : &alone, next_id, &done, began + SECONDS_EACH };
	for (int i = 0; i < thread_count; i++)
		if (pthread_create(&threads[i], NULL, write_pairs, &load) != 0) exit(3);
	for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
	return (double)atomic_load(&done) / (wall_seconds() - began);
}

int main(int argc, char **argv)
{
	static const int thread_counts[] = { 1, 8, 64 };
	struct arena arena = { 0 };
	struct store *store;
	_Atomic int64_t next_id = 1;
	if (argc != 2) return 2;
	struct store_migration migrations[] = { { STR("0001-store.sql"), STR("") }, { STR("0002-pair.sql"), schema } };
	must(file_read(&arena, "schema/0001-store.sql", 1 << 20, &migrations[0].text), "schema/0001-store.sql");
	struct store_options options = { .path = str_to_c(&arena, str_printf(&arena, "%s/commits.db", argv[1])), .create = true,
		.clock = clock_system(), .migrations = migrations, .migration_count = 2, .texts = texts, .text_count = 1 };
	must(store_open(&options, NULL, &store), "opening the store");
	(void)rate(store, &next_id, THREADS_MAX, true);   /* the write-ahead log grows to its size once; then it is written over */
	for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts; i++) {
		const char *name = str_to_c(&arena, str_printf(&arena, "commits.%d", thread_counts[i]));
		figure(name, rate(store, &next_id, thread_counts[i], true), "commands/s");
		figure(str_to_c(&arena, str_printf(&arena, "%s.alone", name)), rate(store, &next_id, thread_counts[i], false), "commands/s");
	}
	store_close(store);
	arena_done(&arena);
	return 0;
}
