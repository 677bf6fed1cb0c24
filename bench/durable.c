/* durable MODEL FOLDER: ten-step instances a second by 64 clients over SQLite with a full fsync and the whole history,
 * measured twice. `wait`: one commit a wait state (the first call is answered from outside, the others within the step):
 * two commits an instance. `call`: one commit a call, as engines that make every step durable do it: ten commits.
 * Each commit reads the instance's row, decodes it, steps it, and writes the new state behind a guard together with one
 * history row that holds every effect of the step. Floor: the commits of bench/commits.c. */
#include "bench.h"

#include "bpmn/bpmn.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CLIENTS = 64, MODEL_BYTES_MAX = 1 << 20, JOBS_OPEN_MAX = 64 };
#define SECONDS_EACH 3.0

static const struct str schema = STR_INIT(
	"create table instance (instance_id {{ID}} primary key, version {{I64}} not null, state {{TEXT}} not null);\n"
	"create table history (history_id {{ID}} primary key, instance_id {{I64}} not null, at_ms {{I64}} not null, effects {{TEXT}} not null);\n");
static const struct str texts[] = { STR_INIT(
	"-- name: instance_add :exec (instance_id i64, state text)\ninsert into instance (instance_id, version, state) values ($1, 0, $2);\n"
	"-- name: instance_get :one (instance_id i64)\nselect version, state from instance where instance_id = $1;\n"
	"-- name: instance_set :exec (instance_id i64, version i64, state text)\n"
	"update instance set version = version + 1, state = $3 where instance_id = $1 and version = $2;\n"
	"-- name: history_add :exec (history_id i64, instance_id i64, at_ms i64, effects text)\n"
	"insert into history (history_id, instance_id, at_ms, effects) values ($1, $2, $3, $4);\n") };

struct load {
	struct store *store;
	const struct bpmn_model *model;
	struct id_maker *ids;
	bool every_call;
	double until;
	_Atomic size_t *done, *commits;
};

struct open_jobs { uint32_t keys[JOBS_OPEN_MAX]; size_t count; };

/* The event, and in the `wait` way whatever follows from it; the effects as text for the history. */
static void step(struct load *load, struct arena *arena, struct bpmn_instance *instance, struct bpmn_event event, struct open_jobs *jobs,
	struct buf *history)
{
	const struct feel_env env = { .now_ms = clock_now_ms(clock_system()) };
	bool first = event.kind == BPMN_ON_START;
	for (;;) {
		struct bpmn_effects effects;
		must(bpmn_step(arena, instance, &event, &env, NULL, &effects), "stepping");
		buf_add(history, bpmn_effects_print(arena, effects));
		for (size_t i = 0; i < effects.count; i++)
			if (effects.items[i].kind == BPMN_DO_JOB && jobs->count < JOBS_OPEN_MAX) jobs->keys[jobs->count++] = effects.items[i].key;
		if (load->every_call || first || jobs->count == 0) return;
		event = (struct bpmn_event){ .kind = BPMN_ON_JOB_DONE, .key = jobs->keys[--jobs->count] };
	}
}

static void commit(struct load *load, struct arena *arena, int64_t id, int64_t version, const struct bpmn_instance *instance, const struct buf *history)
{
	struct store_command command = store_command_make(arena);
	struct str state;
	must(bpmn_encode(arena, instance, &state), "encoding");
	if (version < 0) store_command_add(&command, STORE_GUARD, store_statement(load->store, STR("instance_add")), SQL(sql_i64(id), sql_text(state)));
	else store_command_add(&command, STORE_GUARD, store_statement(load->store, STR("instance_set")), SQL(sql_i64(id), sql_i64(version), sql_text(state)));
	store_command_add(&command, STORE_PLAIN, store_statement(load->store, STR("history_add")),
		SQL(sql_i64(id_next(load->ids)), sql_i64(id), sql_i64(clock_now_ms(clock_system())), sql_text(buf_str(history))));
	must(store_submit(load->store, &command), "writing");
	atomic_fetch_add(load->commits, 1);
}

static int64_t fetch(struct load *load, struct arena *arena, int64_t id, struct bpmn_instance **out_instance)
{
	struct store_reader *reader;
	struct store_row row;
	must(store_read_begin(load->store, &reader), "reading");
	must(store_query_one(arena, reader, store_statement(load->store, STR("instance_get")), SQL(sql_i64(id)), &row), "reading an instance");
	store_read_end(reader);
	must(bpmn_decode(arena, load->model, row_bytes(row, 1), out_instance), "decoding");
	return row_i64(row, 0);
}

static void one_instance(struct load *load, struct arena *arena)
{
	int64_t id = id_next(load->ids), version = -1;
	struct bpmn_instance *instance;
	struct open_jobs jobs = { .count = 0 };
	struct bpmn_event event = { .kind = BPMN_ON_START };
	struct feel_value variables = feel_put(arena, feel_context_of(arena, NULL, 0), STR("claim"), feel_number_i64(1000));
	must(bpmn_instance_new(arena, load->model, STR("ten"), variables, &instance), "making an instance");
	for (;;) {
		struct buf history = buf_make(arena, MODEL_BYTES_MAX);
		step(load, arena, instance, event, &jobs, &history);
		commit(load, arena, id, version, instance, &history);
		if (jobs.count == 0) break;
		event = (struct bpmn_event){ .kind = BPMN_ON_JOB_DONE, .key = jobs.keys[--jobs.count] };
		version = fetch(load, arena, id, &instance);
	}
	if (bpmn_instance_end(instance) != BPMN_COMPLETED) exit(3);
}

static void *client(void *data)
{
	struct load *load = data;
	struct arena arena = { 0 };
	while (wall_seconds() < load->until) {
		one_instance(load, &arena);
		atomic_fetch_add(load->done, 1);
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

static void measure(struct store *store, const struct bpmn_model *model, struct id_maker *ids, const char *name, bool every_call)
{
	pthread_t threads[CLIENTS];
	_Atomic size_t done = 0, commits = 0;
	double began = wall_seconds(), cpu = cpu_seconds();
	struct load load = { store, model, ids, every_call, began + SECONDS_EACH, &done, &commits };
	for (int i = 0; i < CLIENTS; i++)
		if (pthread_create(&threads[i], NULL, client, &load) != 0) exit(3);
	for (int i = 0; i < CLIENTS; i++) pthread_join(threads[i], NULL);
	double seconds = wall_seconds() - began;
	char text[64];
	figure(name, (double)atomic_load(&done) / seconds, "instances/s");
	snprintf(text, sizeof text, "%s.commits", name);
	figure(text, (double)atomic_load(&commits) / seconds, "commits/s");
	snprintf(text, sizeof text, "%s.cpu", name);
	figure(text, (cpu_seconds() - cpu) / (double)atomic_load(&done) * 1e6, "CPU us/instance");
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct store *store;
	struct str text;
	const struct bpmn_model *model;
	struct id_maker ids;
	if (argc != 3) return 2;
	must(file_read(&arena, argv[1], MODEL_BYTES_MAX, &text), argv[1]);
	must(bpmn_load(&arena, str_from_c(argv[1]), text, NULL, NULL, &model), "loading the process");
	struct store_migration migrations[] = { { STR("0001-store.sql"), STR("") }, { STR("0002-instance.sql"), schema } };
	must(file_read(&arena, "schema/0001-store.sql", 1 << 20, &migrations[0].text), "schema/0001-store.sql");
	struct store_options options = { .path = str_to_c(&arena, str_printf(&arena, "%s/durable.db", argv[2])), .create = true,
		.clock = clock_system(), .migrations = migrations, .migration_count = 2, .texts = texts, .text_count = 1, .reader_count = 16 };
	must(store_open(&options, NULL, &store), "opening the store");
	id_maker_init(&ids, clock_system(), 0);
	measure(store, model, &ids, "durable.wait", false);
	measure(store, model, &ids, "durable.call", true);
	store_close(store);
	arena_done(&arena);
	return 0;
}
