/* step: one event in, effects out: is the event allowed now, what it does, and the run until everything waits. */
#include "bpmn/inside.h"
#include <stdarg.h>
#include <stdio.h>

#define ABOUT_BUDGET UINT32_MAX    /* an incident about the step's budget: the queue stands still until it is retried */

struct err step_refuse(struct report *report, const char *format, ...)
{
	char words[300];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(words, sizeof words, format, arguments);
	va_end(arguments);
	report_error(report, STR(""), "%s", words);
	return ERR(REFUSED);
}

/* ---- the run -------------------------------------------------------------------------------------------- */

static bool move_next(struct step *step)
{
	struct bpmn_instance *instance = step->instance;
	if (instance->move_first == instance->moves.count)
		return false;
	struct move move = instance->moves.items[instance->move_first++];
	if (instance->move_first == instance->moves.count)
		instance->move_first = instance->moves.count = 0;
	struct token *token = token_get(instance, move.token);
	if (!token)
		return true;
	scope_count(step, move.token, -1);
	if (move.kind == MOVE_ARRIVE)
		flow_arrive(step, move.token, move.element, move.flow);
	else if (move.kind == MOVE_ITERATE)
		loop_iterate(step, token);
	else
		compensation_next(step, token);
	if (!step->stopped && token->live == 0 && token->phase == PHASE_WAIT)
		scope_settle(step, token);
	return true;
}

static bool late_next(struct step *step)
{
	struct bpmn_instance *instance = step->instance;
	if (instance->late_first == instance->late.count)
		return false;
	struct token *token = token_get(instance, instance->late.items[instance->late_first++]);
	if (token && token->phase == PHASE_WAIT)
		late_throw(step, token);
	return true;
}

static bool stands_still(const struct bpmn_instance *instance)
{
	for (size_t i = 0; i < instance->waits.count; i++) {
		const struct wait *wait = instance->waits.items[i];
		if (!wait->dead && wait->kind == BPMN_WAIT_INCIDENT && wait->about == ABOUT_BUDGET)
			return true;
	}
	return false;
}

static void run(struct step *step)
{
	struct bpmn_instance *instance = step->instance;
	while (!step->stopped) {
		if (step->entered > BPMN_STEP_ELEMENTS_MAX) {
			token_incident(step, instance->tokens.items[0], ABOUT_BUDGET,
				str_printf(step->arena, "more than %d elements were entered in one step: the process runs in circles",
					BPMN_STEP_ELEMENTS_MAX));
			return;
		}
		if (step->conditions_stale) {
			step->conditions_stale = false;
			if (instance->model->has_conditions)
				conditions_try(step);
			continue;
		}
		if (!move_next(step) && !late_next(step) && !(instance->arrivals.count > 0 && joins_try(step)))
			return;
	}
}

/* ---- the events ------------------------------------------------------------------------------------------ */

static struct err start(struct step *step, const struct bpmn_event *event, struct report *report)
{
	struct bpmn_instance *instance = step->instance;
	const struct bpmn_plan *plan = plan_of(instance->process);
	if (event->element && (event->element->kind != BPMN_START_EVENT || event->element->parent != instance->process))
		return step_refuse(report, "%.*s is no start event of this process", STR_ARG(event->element->id));
	bool begins = event->element || plan->starts.count == 0;
	for (size_t i = 0; i < plan->starts.count; i++)
		begins = begins || plan_of(plan->starts.items[i])->triggers.count == 0 || plan->starts.items[i]->kind != BPMN_START_EVENT;
	if (!begins)
		return step_refuse(report, "%.*s has no plain start event: say which one begins it", STR_ARG(instance->process->id));
	instance->started = true;
	struct token *root = element_enter(step, 0, instance->process, ROLE_PLAIN);
	root->variables = instance->initial;
	instance->initial = (struct variables){ 0 };
	variables_set_all(step, root, event->variables);
	scope_begin(step, root, event->element);
	return OK;
}

/* The open wait of that kind with the event's key. */
static struct err wait_find(struct step *step, const struct bpmn_event *event, enum bpmn_wait_kind kind, struct report *report,
	struct wait **out_wait)
{
	struct wait *wait = wait_get(step->instance, event->key);
	if (!wait || wait->kind != kind)
		return step_refuse(report, "no %s with the key %u is open", bpmn_wait_name(kind), event->key);
	if (wait->failed)
		return step_refuse(report, "the %s with the key %u has failed; its incident must be retried first", bpmn_wait_name(kind),
			event->key);
	*out_wait = wait;
	return OK;
}

/* A task can be done although an error from it found nobody: what was told about it is settled then. */
static void incidents_settle(struct step *step, uint32_t about)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->waits.count; i++) {
		struct wait *wait = instance->waits.items[i];
		if (wait->dead || wait->kind != BPMN_WAIT_INCIDENT || wait->about != about)
			continue;
		wait->dead = true;
		effect_add(step, BPMN_DO_INCIDENT_RESOLVED, wait->key, wait->token, wait->element);
	}
}

static struct err answered(struct step *step, const struct bpmn_event *event, enum bpmn_wait_kind kind, struct report *report)
{
	struct wait *wait;
	TRY(wait_find(step, event, kind, report, &wait));
	struct token *token = token_get(step->instance, wait->token);
	wait->dead = true;
	if (kind == BPMN_WAIT_TASK)
		incidents_settle(step, wait->key);
	if (kind == BPMN_WAIT_JOB && token->phase != PHASE_WAIT) {
		variables_propagate(step, token, event->variables);
		token_resume(step, token);
		return OK;
	}
	const struct bpmn_plan *plan = plan_of(token->element);
	if (kind == BPMN_WAIT_DECISION) {
		struct feel_entry entry = { plan->result_variable, event->value };
		token_absorb(step, token, feel_context_of(step->arena, &entry, 1));
	} else if (kind != BPMN_WAIT_CALL || plan->call_all_outputs || plan->outputs.count > 0) {
		token_absorb(step, token, event->variables);
	}
	token_go(step, token, PHASE_END_LISTENERS);
	return OK;
}

static struct str words_or(struct str words, const char *otherwise)
{
	return words.len > 0 ? words : str_from_c(otherwise);
}

static struct err failed_answer(struct step *step, const struct bpmn_event *event, enum bpmn_wait_kind kind,
	struct report *report)
{
	struct wait *wait;
	TRY(wait_find(step, event, kind, report, &wait));
	if (kind == BPMN_WAIT_JOB && event->retries > 0) {
		wait->retries = event->retries;
		job_again(step, wait);
		return OK;
	}
	wait->retries = 0;
	wait->failed = true;
	token_incident(step, token_get(step->instance, wait->token), wait->key, words_or(event->words,
		"it failed, without a word why"));
	return OK;
}

/* A business error from a task, a job or a called process. Nobody catches it: the wait stays, with an incident. */
static struct err error_answer(struct step *step, const struct bpmn_event *event, struct report *report)
{
	struct wait *wait = wait_get(step->instance, event->key);
	bool is_call = event->kind == BPMN_ON_CALL_ERROR;
	if (!wait || wait->failed || (is_call ? wait->kind != BPMN_WAIT_CALL : wait->kind != BPMN_WAIT_JOB
		&& wait->kind != BPMN_WAIT_TASK))
		return step_refuse(report, "no %s with the key %u is open", is_call ? "call" : "job or task", event->key);
	struct token *token = token_get(step->instance, wait->token);
	bool interrupted;
	wait->dead = true;
	if (error_throw(step, token, BPMN_EVENT_ERROR, event->name, event->variables, &interrupted))
		return OK;
	wait->dead = false;
	wait->failed = wait->kind != BPMN_WAIT_TASK;
	token_incident(step, token, wait->key, str_printf(step->arena, "nobody catches the error \"%.*s\"%s%.*s",
		STR_ARG(event->name),
		event->words.len ? ": " : "", STR_ARG(event->words)));
	return OK;
}

static struct err message(struct step *step, const struct bpmn_event *event, struct report *report)
{
	struct wait *found = NULL;
	if (event->key) {
		TRY(wait_find(step, event, BPMN_WAIT_MESSAGE, report, &found));
	}
	for (size_t i = 0; i < step->instance->waits.count && !found; i++) {
		struct wait *wait = step->instance->waits.items[i];
		if (!wait->dead && wait->kind == BPMN_WAIT_MESSAGE && str_eq(wait->name, event->name)
			&& (wait->correlation.len == 0 || str_eq(wait->correlation, event->correlation)))
			found = wait;
	}
	if (!found)
		return step_refuse(report, "nobody waits for the message \"%.*s\" with the correlation \"%.*s\"", STR_ARG(event->name),
			STR_ARG(event->correlation));
	wait_fire(step, found, event->variables);
	return OK;
}

static struct err retry(struct step *step, const struct bpmn_event *event, struct report *report)
{
	struct wait *incident;
	TRY(wait_find(step, event, BPMN_WAIT_INCIDENT, report, &incident));
	struct token *token = token_get(step->instance, incident->token);
	struct wait *about = incident->about ? wait_get(step->instance, incident->about) : NULL;
	incident->dead = true;
	effect_add(step, BPMN_DO_INCIDENT_RESOLVED, incident->key, incident->token, incident->element);
	if (about && about->failed) {
		about->failed = false;
		about->retries = 1;
		if (about->kind == BPMN_WAIT_JOB)
			job_again(step, about);
		else if (about->kind == BPMN_WAIT_DECISION)
			decision_again(step, about);
		else
			call_again(step, about);
		return OK;
	}
	if (incident->about)
		return OK;
	if (token->phase == PHASE_WAIT && token->role == ROLE_BODY && token->live == 0)
		move_add(step, MOVE_ITERATE, token->key, NULL, NULL);
	else if (token->phase == PHASE_WAIT && token->live == 0 && is_scope(token->element))
		scope_settle(step, token);
	else if (token->phase != PHASE_WAIT)
		token_resume(step, token);
	return OK;
}

static struct err set_variables(struct step *step, const struct bpmn_event *event, struct report *report)
{
	struct token *token = event->key ? token_get(step->instance, event->key) : step->instance->tokens.items[0];
	if (!token || token->phase == PHASE_KEPT)
		return step_refuse(report, "no element with the token %u is active", event->key);
	variables_set_all(step, token, event->variables);
	return OK;
}

static struct err apply(struct step *step, const struct bpmn_event *event, struct report *report)
{
	struct wait *wait;
	switch (event->kind) {
	case BPMN_ON_START:
		return start(step, event, report);
	case BPMN_ON_TASK_DONE:
		return answered(step, event, BPMN_WAIT_TASK, report);
	case BPMN_ON_JOB_DONE:
		return answered(step, event, BPMN_WAIT_JOB, report);
	case BPMN_ON_CALL_DONE:
		return answered(step, event, BPMN_WAIT_CALL, report);
	case BPMN_ON_DECISION_DONE:
		return answered(step, event, BPMN_WAIT_DECISION, report);
	case BPMN_ON_JOB_FAILED:
		return failed_answer(step, event, BPMN_WAIT_JOB, report);
	case BPMN_ON_DECISION_FAILED:
		return failed_answer(step, event, BPMN_WAIT_DECISION, report);
	case BPMN_ON_JOB_ERROR:
	case BPMN_ON_CALL_ERROR:
		return error_answer(step, event, report);
	case BPMN_ON_TIMER:
		TRY(wait_find(step, event, BPMN_WAIT_TIMER, report, &wait));
		wait_fire(step, wait, event->variables);
		return OK;
	case BPMN_ON_MESSAGE:
		return message(step, event, report);
	case BPMN_ON_SIGNAL:
		signal_throw(step, event->name, event->variables);
		return OK;
	case BPMN_ON_CONDITION:
		step->conditions_stale = true;
		return OK;
	case BPMN_ON_CANCEL:
		instance_finish(step, BPMN_CANCELLED, STR(""));
		return OK;
	case BPMN_ON_INCIDENT_RETRY:
		return retry(step, event, report);
	case BPMN_ON_VARIABLES:
		return set_variables(step, event, report);
	default:
		return step_refuse(report, "there is no such event");
	}
}

struct err bpmn_step(struct arena *arena, struct bpmn_instance *instance, const struct bpmn_event *event,
	const struct feel_env *env, struct report *report, struct bpmn_effects *out_effects)
{
	struct step step = { .arena = arena, .instance = instance, .env = env };
	const char *name = event->kind < BPMN_ON_COUNT ? bpmn_step_event_name(event->kind) : "?";
	if (instance->end != BPMN_RUNNING)
		return step_refuse(report, "the instance has ended; %s comes too late", name);
	if (instance->started != (event->kind != BPMN_ON_START))
		return step_refuse(report, instance->started ? "the instance has been started already; %s is not possible"
			: "the instance has not been started; %s is not possible", name);
	if (event->variables.kind != FEEL_CONTEXT && event->variables.kind != FEEL_NULL)
		return step_refuse(report, "the variables of %s are a %s, not a context", name, feel_kind_name(event->variables.kind));
	TRY(apply(&step, event, report));
	if (!stands_still(instance))
		run(&step);
	instance_sweep(instance);
	*out_effects = (struct bpmn_effects){ step.effects.items, step.effects.count };
	return OK;
}
