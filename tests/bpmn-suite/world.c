#include "world.h"

static void log_token(struct world *world, struct str token)
{
	LIST_PUSH(world->arena, &world->log, token);
}

static void log_error(struct world *world, struct str words)
{
	if (world->words.len == 0)
		world->words = words;
	log_token(world, STR("error"));
}

static void event_add(struct world *world, size_t instance, struct bpmn_event event)
{
	LIST_PUSH(world->arena, &world->events, ((struct world_event){ .instance = instance, .event = event }));
}

static struct feel_value given_variables(struct world *world, struct world_case given)
{
	struct feel_entry entries[] = { { STR("test"), feel_string(given.test) },
		{ STR("integerVariable"), feel_number_i64(given.integer) } };
	return feel_context_of(world->arena, arena_copy(world->arena, entries, sizeof entries), 2);
}

static size_t instance_start(struct world *world, const struct bpmn_element *process, const struct bpmn_element *start,
	struct feel_value variables)
{
	struct world_instance one = { 0 };
	struct err made = bpmn_instance_new(world->arena, world->model, process->id, variables, &one.instance);
	if (failed(made))
		return SIZE_MAX;
	LIST_PUSH(world->arena, &world->instances, one);
	event_add(world, world->instances.count - 1, (struct bpmn_event){ .kind = BPMN_ON_START, .element = start });
	return world->instances.count - 1;
}

/* ---- messages, signals, calls -------------------------------------------------------------------------- */

static bool starts_by(struct world *world, enum bpmn_event_definition kind, struct str name)
{
	bool any = false;
	for (size_t i = 0; i < bpmn_element_count(world->model); i++) {
		const struct bpmn_element *element = bpmn_element_at(world->model, i);
		if (element->kind == BPMN_START_EVENT && element->parent->kind == BPMN_PROCESS && element->event == kind
			&& str_eq(element->event_name, name)) {
			instance_start(world, element->parent, element, FEEL_NULL_VALUE);
			any = true;
		}
	}
	return any;
}

static bool message_deliver(struct world *world, const struct bpmn_message *message)
{
	for (size_t i = 0; i < world->instances.count; i++) {
		struct bpmn_wait_list waits = bpmn_waits(world->arena, world->instances.items[i].instance);
		for (size_t k = 0; k < waits.count; k++) {
			if (waits.items[k].kind != BPMN_WAIT_MESSAGE || !str_eq(waits.items[k].name, message->name))
				continue;
			event_add(world, i, (struct bpmn_event){ .kind = BPMN_ON_MESSAGE, .key = waits.items[k].key });
			return true;
		}
	}
	return starts_by(world, BPMN_EVENT_MESSAGE, message->name);
}

static void messages_retry(struct world *world)
{
	size_t count = world->messages.count;
	world->messages.count = 0;
	for (size_t i = 0; i < count; i++) {
		struct bpmn_message message = world->messages.items[i];
		if (!message_deliver(world, &message))
			LIST_PUSH(world->arena, &world->messages, message);
	}
}

static void signal_deliver(struct world *world, size_t from, struct str name)
{
	for (size_t i = 0; i < world->instances.count; i++) {
		if (i != from && bpmn_instance_end(world->instances.items[i].instance) == BPMN_RUNNING)
			event_add(world, i, (struct bpmn_event){ .kind = BPMN_ON_SIGNAL, .name = name });
	}
	starts_by(world, BPMN_EVENT_SIGNAL, name);
}

static void call(struct world *world, size_t from, uint32_t key, const struct bpmn_call *call)
{
	const struct bpmn_element *process = bpmn_element_by_id(world->model, call->process_id);
	size_t callee = process && process->kind == BPMN_PROCESS ? instance_start(world, process, NULL, call->variables) : SIZE_MAX;
	if (callee == SIZE_MAX) {
		log_error(world, str_printf(world->arena, "there is no process %.*s", STR_ARG(call->process_id)));
		return;
	}
	world->instances.items[callee].caller = from;
	world->instances.items[callee].call_key = key;
	world->instances.items[callee].is_called = true;
}

static void ended(struct world *world, size_t from, const struct bpmn_ended *end)
{
	const struct world_instance *one = &world->instances.items[from];
	if (one->is_called)
		event_add(world, one->caller, (struct bpmn_event){ .key = one->call_key, .variables = end->variables, .name = end->code,
			.kind = end->how == BPMN_ERROR ? BPMN_ON_CALL_ERROR : BPMN_ON_CALL_DONE });
	else if (end->how == BPMN_ERROR)
		log_error(world, str_printf(world->arena, "ended with the error %.*s", STR_ARG(end->code)));
}

/* ---- scripts ------------------------------------------------------------------------------------------- */

static void job_add(struct world *world, size_t instance, uint32_t key, struct str script)
{
	bool is_long = str_eq_c(script, "WAIT_TEN_SECONDS") || str_starts(script, STR("CREATE_TIMESTAMP_LOG_"));
	LIST_PUSH(world->arena, &world->jobs, ((struct world_job){ .instance = instance, .key = key, .script = script,
		.begin_ms = world->env.now_ms, .end_ms = world->env.now_ms + (is_long ? 10000 : 0) }));
}

static void job_drop(struct world *world, size_t instance, uint32_t key)
{
	for (size_t i = 0; i < world->jobs.count; i++) {
		if (world->jobs.items[i].instance == instance && world->jobs.items[i].key == key)
			world->jobs.items[i].dead = true;
	}
}

static void time_stamp(struct world *world, const struct world_job *job)
{
	if (world->has_other && job->begin_ms < world->other_end_ms && world->other_begin_ms < job->end_ms)
		log_token(world, STR("ExecutionParallel"));
	world->has_other = true;
	world->other_begin_ms = job->begin_ms;
	world->other_end_ms = job->end_ms;
}

static struct feel_value one_variable(struct world *world, struct str name, struct feel_value value)
{
	struct feel_entry entry = { name, value };
	return feel_context_of(world->arena, arena_copy(world->arena, &entry, sizeof entry), 1);
}

/* What the words in the scripts of the suite mean (its README). */
static struct bpmn_event script_run(struct world *world, const struct world_job *job)
{
	struct bpmn_event done = { .kind = BPMN_ON_JOB_DONE, .key = job->key, .variables = FEEL_NULL_VALUE };
	struct feel_value seen = bpmn_variables(world->arena, world->instances.items[job->instance].instance, 0);
	int64_t integer = 0;
	if (str_starts(job->script, STR("SCRIPT_"))) {
		log_token(world, job->script);
	} else if (str_starts(job->script, STR("INCREMENT_INTEGER_VARIABLE"))) {
		feel_to_i64(feel_get(seen, STR("integerVariable")), &integer);
		done.variables = one_variable(world, STR("integerVariable"), feel_number_i64(integer + 1));
		if (str_ends(job->script, STR("_AND_LOG")))
			log_token(world, STR("Increment"));
	} else if (str_eq_c(job->script, "CREATE_MARKER_FILE")) {
		world->has_marker = true;
	} else if (str_eq_c(job->script, "SET_STRING_DATA")) {
		done.variables = one_variable(world, STR("data"), feel_string(STR("String")));
	} else if (str_eq_c(job->script, "LOG_DATA")) {
		struct feel_value data = feel_get(seen, STR("data"));
		if (data.kind == FEEL_STRING && str_eq_c(data.string, "String"))
			log_token(world, STR("DataCorrect"));
	} else if (str_eq_c(job->script, "THROW_ERROR")) {
		done.kind = BPMN_ON_JOB_ERROR;
		done.name = STR("ERR_CODE");
	} else if (str_starts(job->script, STR("CREATE_TIMESTAMP_LOG_"))) {
		time_stamp(world, job);
	}
	return done;
}

/* ---- the run ------------------------------------------------------------------------------------------- */

static void timer_set(struct world *world, size_t instance, uint32_t key, int64_t at_ms, bool dead)
{
	for (size_t i = 0; i < world->timers.count; i++) {
		struct world_timer *timer = &world->timers.items[i];
		if (timer->instance == instance && timer->key == key)
			timer->dead = true;
	}
	if (!dead)
		LIST_PUSH(world->arena, &world->timers, ((struct world_timer){ .instance = instance, .key = key, .at_ms = at_ms }));
}

static void effect_do(struct world *world, size_t from, const struct bpmn_effect *effect)
{
	switch (effect->kind) {
	case BPMN_DO_JOB:
		job_add(world, from, effect->key, effect->job->script);
		break;
	case BPMN_DO_JOB_CANCELLED:
		job_drop(world, from, effect->key);
		break;
	case BPMN_DO_TASK_OPENED:
		event_add(world, from, (struct bpmn_event){ .kind = BPMN_ON_TASK_DONE, .key = effect->key });
		break;
	case BPMN_DO_TIMER_SET:
		timer_set(world, from, effect->key, effect->timer.at_ms, false);
		break;
	case BPMN_DO_TIMER_CANCELLED:
		timer_set(world, from, effect->key, 0, true);
		break;
	case BPMN_DO_MESSAGE_THROWN:
		LIST_PUSH(world->arena, &world->messages, *effect->message);
		break;
	case BPMN_DO_SIGNAL_THROWN:
		signal_deliver(world, from, effect->message->name);
		break;
	case BPMN_DO_CALL:
		call(world, from, effect->key, effect->call);
		break;
	case BPMN_DO_INCIDENT:
		log_error(world, effect->words);
		break;
	case BPMN_DO_ENDED:
		ended(world, from, effect->ended);
		break;
	default:
		break;
	}
}

static void event_do(struct world *world, struct world_event event)
{
	struct bpmn_effects effects;
	struct report report = report_make(world->arena);
	struct world_instance *one = &world->instances.items[event.instance];
	struct str bytes;
	/* Every state goes through its encoding, so that the suite proves that too. */
	if (failed(bpmn_encode(world->arena, one->instance, &bytes))
		|| failed(bpmn_decode(world->arena, world->model, bytes, &one->instance))) {
		log_error(world, STR("the state cannot be read back"));
		return;
	}
	if (failed(bpmn_step(world->arena, one->instance, &event.event, &world->env, &report, &effects))) {
		log_error(world, report.count > 0 ? report.items[0].words : STR("refused"));
		return;
	}
	for (size_t i = 0; i < effects.count; i++)
		effect_do(world, event.instance, &effects.items[i]);
	messages_retry(world);
}

/* The next thing that is due, the earliest first; false when nothing is before the end. */
static bool due_next(struct world *world, int64_t until_ms)
{
	struct world_job *job = NULL;
	struct world_timer *timer = NULL;
	for (size_t i = 0; i < world->jobs.count; i++) {
		struct world_job *other = &world->jobs.items[i];
		if (!other->dead && (!job || other->end_ms < job->end_ms))
			job = other;
	}
	for (size_t i = 0; i < world->timers.count; i++) {
		struct world_timer *other = &world->timers.items[i];
		if (!other->dead && (!timer || other->at_ms < timer->at_ms))
			timer = other;
	}
	int64_t at_ms = job && (!timer || job->end_ms <= timer->at_ms) ? job->end_ms : timer ? timer->at_ms : INT64_MAX;
	if (at_ms > until_ms)
		return false;
	if (at_ms > world->env.now_ms)
		world->env.now_ms = at_ms;
	if (job && (!timer || job->end_ms <= timer->at_ms)) {
		job->dead = true;
		event_add(world, job->instance, script_run(world, job));
	} else {
		timer->dead = true;
		event_add(world, timer->instance, (struct bpmn_event){ .kind = BPMN_ON_TIMER, .key = timer->key });
	}
	return true;
}

void world_run(struct world *world, struct str file_name, struct str process_id, struct str xml, struct world_case given)
{
	struct report report = report_make(world->arena);
	world->env.now_ms = INT64_C(1767225600000);
	int64_t until_ms = world->env.now_ms + given.delay_ms;
	if (failed(bpmn_load(world->arena, file_name, xml, &world->env, &report, &world->model))) {
		log_error(world, report_print(world->arena, &report));
		return;
	}
	const struct bpmn_element *process = bpmn_element_by_id(world->model, process_id);
	if (!process || process->kind != BPMN_PROCESS)
		process = bpmn_process_at(world->model, 0);
	const struct bpmn_element *other = NULL;
	for (size_t i = 0; (other = bpmn_process_at(world->model, i)) && given.parallel; i++) {
		if (other != process)
			instance_start(world, other, NULL, given_variables(world, given));
	}
	instance_start(world, process, NULL, given_variables(world, given));
	for (int steps = 0; steps < 10000; steps++) {
		if (world->event_first < world->events.count)
			event_do(world, world->events.items[world->event_first++]);
		else if (!due_next(world, until_ms))
			break;
	}
	if (world->has_marker)
		log_token(world, STR("MarkerExists"));
}
