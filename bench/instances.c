/* instances MODEL: how many instances of the ten-step process one core carries from start to end in a second of CPU time,
 * in memory, each of its nine calls answered at once; and the same with the instance encoded and decoded at each call,
 * as a durable engine must. Floor: a loop over ten steps without values, well under a microsecond. */
#include "bench.h"

#include "bpmn/bpmn.h"

enum { MODEL_BYTES_MAX = 1 << 20, JOBS_OPEN_MAX = 64, CALLS_OF_ONE = 9, BATCH = 100 };
#define SECONDS_EACH 2.0

/* One instance; answers the number of calls that were made. */
static size_t carry(struct arena *arena, const struct bpmn_model *model, bool encoded)
{
	const struct feel_env env = { .now_ms = INT64_C(1766000000000) };
	struct bpmn_instance *instance;
	struct bpmn_effects effects;
	struct feel_value variables = feel_put(arena, feel_context_of(arena, NULL, 0), STR("claim"), feel_number_i64(1000));
	uint32_t open[JOBS_OPEN_MAX];
	size_t open_count = 0, calls = 0;
	struct bpmn_event event = { .kind = BPMN_ON_START };
	must(bpmn_instance_new(arena, model, STR("ten"), variables, &instance), "making an instance");
	for (;;) {
		must(bpmn_step(arena, instance, &event, &env, NULL, &effects), "stepping");
		for (size_t i = 0; i < effects.count; i++)
			if (effects.items[i].kind == BPMN_DO_JOB && open_count < JOBS_OPEN_MAX) open[open_count++] = effects.items[i].key;
		if (open_count == 0) break;
		event = (struct bpmn_event){ .kind = BPMN_ON_JOB_DONE, .key = open[--open_count] };
		calls++;
		if (encoded) {
			struct str bytes;
			must(bpmn_encode(arena, instance, &bytes), "encoding");
			must(bpmn_decode(arena, model, bytes, &instance), "decoding");
		}
	}
	if (bpmn_instance_end(instance) != BPMN_COMPLETED || calls != CALLS_OF_ONE) {
		fprintf(stderr, "the instance did not end as it should: %zu calls\n", calls);
		exit(3);
	}
	return calls;
}

static double rate(const struct bpmn_model *model, bool encoded)
{
	struct arena arena = { 0 };
	double began = cpu_seconds();
	size_t done = 0;
	while (cpu_seconds() - began < SECONDS_EACH)
		for (int i = 0; i < BATCH; i++, done++) {
			(void)carry(&arena, model, encoded);
			arena_reset(&arena);
		}
	double spent = cpu_seconds() - began;
	arena_done(&arena);
	return (double)done / spent;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct str text;
	const struct bpmn_model *model;
	if (argc != 2) return 2;
	must(file_read(&arena, argv[1], MODEL_BYTES_MAX, &text), argv[1]);
	struct report report = report_make(&arena);
	struct err err = bpmn_load(&arena, str_from_c(argv[1]), text, NULL, &report, &model);
	if (failed(err)) fprintf(stderr, "%.*s", STR_ARG(report_print(&arena, &report)));
	must(err, "loading the process");
	figure("instances", rate(model, false), "instances/CPU-s");
	figure("instances.encoded", rate(model, true), "instances/CPU-s");
	figure("instances.memory", memory_mb("VmHWM:"), "MB");
	arena_done(&arena);
	return 0;
}
