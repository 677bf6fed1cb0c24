/* Any XML loads or is refused; what loads can be checked and played with random events that fit, never crashes, and
 * every state reads back to the same bytes. The input: one byte that steers the events, then the XML. */
#include "bpmn/bpmn.h"
#include <stdlib.h>

enum { STEPS_MAX = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const struct bpmn_instance *through_text(struct arena *arena, const struct bpmn_model *model,
	struct bpmn_instance **instance)
{
	struct str bytes, again;
	must(!failed(bpmn_encode(arena, *instance, &bytes)));
	must(!failed(bpmn_decode(arena, model, bytes, instance)));
	must(!failed(bpmn_encode(arena, *instance, &again)));
	must(str_eq(bytes, again));
	return *instance;
}

/* An event for one of the open waits, chosen by the steering number. */
static struct bpmn_event next_event(struct arena *arena, const struct bpmn_instance *instance, uint32_t steer)
{
	static const enum bpmn_step_event answers[BPMN_WAIT_KIND_COUNT] = {
		[BPMN_WAIT_TASK] = BPMN_ON_TASK_DONE, [BPMN_WAIT_JOB] = BPMN_ON_JOB_DONE, [BPMN_WAIT_TIMER] = BPMN_ON_TIMER,
		[BPMN_WAIT_MESSAGE] = BPMN_ON_MESSAGE, [BPMN_WAIT_SIGNAL] = BPMN_ON_SIGNAL, [BPMN_WAIT_CONDITION] = BPMN_ON_CONDITION,
		[BPMN_WAIT_DECISION] = BPMN_ON_DECISION_DONE, [BPMN_WAIT_CALL] = BPMN_ON_CALL_DONE,
		[BPMN_WAIT_INCIDENT] = BPMN_ON_INCIDENT_RETRY,
	};
	struct bpmn_wait_list waits = bpmn_waits(arena, instance);
	struct bpmn_event event = { .kind = BPMN_ON_CANCEL, .variables = FEEL_NULL_VALUE, .value = FEEL_NULL_VALUE };
	if (waits.count == 0)
		return event;
	const struct bpmn_wait *wait = &waits.items[steer % waits.count];
	event.kind = answers[wait->kind];
	event.key = wait->key;
	event.name = wait->name;
	if (wait->kind == BPMN_WAIT_JOB && steer % 5 == 1) {
		event.kind = BPMN_ON_JOB_FAILED;
		event.retries = (int32_t)(steer / 8 % 2);
	}
	if ((wait->kind == BPMN_WAIT_JOB || wait->kind == BPMN_WAIT_TASK) && steer % 5 == 2)
		event.kind = BPMN_ON_JOB_ERROR;
	return event;
}

static void play(struct arena *arena, const struct bpmn_model *model, const struct bpmn_element *process, uint32_t steer)
{
	struct bpmn_instance *instance, *twin;
	struct bpmn_effects effects, twin_effects;
	struct feel_env env = { .now_ms = INT64_C(1767225600000), .steps_max = 1000, .bytes_max = 1 << 20 };
	struct bpmn_event event = { .kind = BPMN_ON_START, .variables = FEEL_NULL_VALUE };
	must(!failed(bpmn_instance_new(arena, model, process->id, FEEL_NULL_VALUE, &instance)));
	must(!failed(bpmn_instance_new(arena, model, process->id, FEEL_NULL_VALUE, &twin)));
	for (int i = 0; i < STEPS_MAX && bpmn_instance_end(instance) == BPMN_RUNNING && arena_bytes(arena) < (64 << 20); i++) {
		struct err result = bpmn_step(arena, instance, &event, &env, NULL, &effects);
		struct err same = bpmn_step(arena, twin, &event, &env, NULL, &twin_effects);
		must(result.code == same.code);
		if (!failed(result))
			must(str_eq(bpmn_effects_print(arena, effects), bpmn_effects_print(arena, twin_effects)));
		else if (event.kind == BPMN_ON_START)
			return;
		through_text(arena, model, &instance);
		steer = steer * 1103515245u + 12345u;
		event = next_event(arena, instance, steer >> 8);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	const struct bpmn_model *model;
	const struct bpmn_element *process;
	if (size < 1)
		return 0;
	struct str xml = { (const char *)data + 1, size - 1 };
	if (failed(bpmn_load(&arena, STR("fuzz.bpmn"), xml, NULL, &report, &model))) {
		must(report.count > 0);
	} else {
		bpmn_check(&arena, model, &report);
		for (size_t i = 0; i < bpmn_element_count(model); i++)
			bpmn_passes_user_task(&arena, model, bpmn_element_at(model, i), NULL);
		for (size_t i = 0; i < 3 && (process = bpmn_process_at(model, i)); i++)
			play(&arena, model, process, data[0]);
	}
	arena_done(&arena);
	return 0;
}
