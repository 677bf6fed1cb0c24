/* activity: what each kind of element does when a token has entered it. */
#include "bpmn/inside.h"

static struct feel_value seen(struct step *step, const struct token *token)
{
	return variables_seen(step->arena, step->instance, token);
}

static void stop(struct step *step, struct token *token, struct str words)
{
	token->phase = PHASE_EXECUTE;
	token_incident(step, token, 0, words);
}

/* ---- jobs ------------------------------------------------------------------------------------------- */

/* The listener of a job is known by where the token stands. */
static const struct listener *listener_of(const struct token *token)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	if (token->phase == PHASE_START_LISTENERS && token->next > 0 && token->next <= plan->starts_listeners.count)
		return &plan->starts_listeners.items[token->next - 1];
	if (token->phase == PHASE_END_LISTENERS && token->next > 0 && token->next <= plan->ends_listeners.count)
		return &plan->ends_listeners.items[token->next - 1];
	return NULL;
}

void job_again(struct step *step, struct wait *wait)
{
	const struct token *token = token_get(step->instance, wait->token);
	const struct listener *listener = listener_of(token);
	struct bpmn_job *job = ARENA_NEW(step->arena, struct bpmn_job);
	*job = (struct bpmn_job){ .type = wait->name, .retries = wait->retries, .variables = seen(step, token),
		.headers = listener ? listener->headers : wait->element->headers };
	if (listener)
		job->listener = listener->event;
	if (!listener && wait->element->kind == BPMN_SCRIPT_TASK) {
		job->script = wait->element->script;
		job->script_format = wait->element->script_format;
	}
	effect_add(step, BPMN_DO_JOB, wait->key, token->key, wait->element)->job = job;
}

static struct str retries_of(struct step *step, const struct token *token, const struct text_plan *plan, int32_t *out_retries)
{
	struct feel_value value = FEEL_NULL_VALUE;
	int64_t retries = 3;
	if (is_said(plan)) {
		struct str words = value_of(step, token, plan, FEEL_NULL_VALUE, &value);
		if (words.len > 0)
			return words;
		bool good = value.kind == FEEL_STRING ? str_to_i64(str_trim(value.string), &retries) : feel_to_i64(value, &retries);
		if (!good || retries < 0 || retries > 1000)
			return str_printf(step->arena, "the retries of the job are \"%.*s\"; a number from 0 to 1000 is needed",
				STR_ARG(feel_print(step->arena, value)));
	}
	*out_retries = (int32_t)retries;
	return STR("");
}

void job_open(struct step *step, struct token *token, const struct listener *listener)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	struct str type = STR("");
	int32_t retries = 3;
	struct str words = text_of(step, token, listener ? &listener->type : &plan->job_type, &type);
	if (words.len == 0)
		words = retries_of(step, token, listener ? &listener->retries : &plan->job_retries, &retries);
	if (words.len > 0) {
		if (listener)
			token->next--;
		else
			token->phase = PHASE_EXECUTE;
		token_incident(step, token, 0, words);
		return;
	}
	if (type.len == 0)
		type = token->element->kind == BPMN_SCRIPT_TASK ? STR("script") : token->element->id;
	if (!listener)
		token->phase = PHASE_WAIT;
	struct wait *wait = wait_add(step, BPMN_WAIT_JOB, token->key, token->element);
	wait->name = type;
	wait->retries = retries;
	job_again(step, wait);
}

/* ---- user tasks --------------------------------------------------------------------------------------- */

static struct str texts_of(struct step *step, const struct token *token, const struct text_plan *plan,
	const struct str **out_items, size_t *out_count)
{
	struct { LIST_OF(struct str); } texts = { 0 };
	struct feel_value value;
	struct str piece, words = value_of(step, token, plan, FEEL_NULL_VALUE, &value);
	if (words.len > 0)
		return words;
	if (value.kind == FEEL_LIST) {
		for (size_t i = 0; i < value.list.count; i++)
			LIST_PUSH(step->arena, &texts, feel_print(step->arena, value.list.items[i]));
	} else if (value.kind == FEEL_STRING) {
		struct str rest = value.string;
		while (str_split(&rest, ',', &piece)) {
			if (str_trim(piece).len > 0)
				LIST_PUSH(step->arena, &texts, str_trim(piece));
		}
	} else if (value.kind != FEEL_NULL) {
		return str_printf(step->arena, "%.*s gives a %s where a list of texts is needed", STR_ARG(plan->text),
			feel_kind_name(value.kind));
	}
	*out_items = texts.items;
	*out_count = texts.count;
	return STR("");
}

/* A date and time, a date, ISO text, or a duration from now. */
static struct str moment_of(struct step *step, const struct token *token, const struct text_plan *plan, int64_t *out_ms)
{
	struct feel_value value;
	int64_t now_ms = step->env ? step->env->now_ms : 0;
	int32_t offset_s = step->env ? step->env->offset_s : 0;
	struct bpmn_schedule schedule;
	if (!is_said(plan))
		return STR("");
	struct str words = value_of(step, token, plan, FEEL_NULL_VALUE, &value);
	if (words.len > 0)
		return words;
	if (value.kind == FEEL_NULL || !failed(feel_to_ms(value, offset_s, out_ms)))
		return STR("");
	struct str text = feel_print(step->arena, value);
	char kind = text.len > 0 && text.ptr[0] == 'P' ? 'p' : 'd';
	if (failed(bpmn_schedule_parse(text, kind, now_ms, offset_s, &schedule)))
		return str_printf(step->arena, "\"%.*s\" is no date and time", STR_ARG(text));
	*out_ms = schedule.first_ms;
	return STR("");
}

static struct str priority_of(struct step *step, const struct token *token, const struct text_plan *plan, int32_t *out_priority)
{
	struct feel_value value;
	int64_t priority = 50;
	*out_priority = 50;
	if (!is_said(plan))
		return STR("");
	struct str words = value_of(step, token, plan, FEEL_NULL_VALUE, &value);
	if (words.len > 0)
		return words;
	bool good = value.kind == FEEL_STRING ? str_to_i64(str_trim(value.string), &priority) : feel_to_i64(value, &priority);
	if (!good || priority < 0 || priority > 100)
		return str_printf(step->arena, "the priority is \"%.*s\"; a number from 0 to 100 is needed",
			STR_ARG(feel_print(step->arena, value)));
	*out_priority = (int32_t)priority;
	return STR("");
}

static struct str text_or_none(struct step *step, const struct token *token, const struct text_plan *plan, struct str *out_text)
{
	struct feel_value value;
	struct str words = value_of(step, token, plan, FEEL_NULL_VALUE, &value);
	if (words.len == 0 && value.kind != FEEL_NULL)
		*out_text = feel_print(step->arena, value);
	return words;
}

static void task_open(struct step *step, struct token *token)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	struct bpmn_task *task = ARENA_NEW(step->arena, struct bpmn_task);
	*task = (struct bpmn_task){ .name = token->element->name.len ? token->element->name : token->element->id,
		.loop_counter = token->loop_counter };
	struct str words = text_or_none(step, token, &plan->form_key, &task->form_key);
	if (words.len == 0)
		words = text_or_none(step, token, &plan->form_id, &task->form_id);
	if (words.len == 0)
		words = text_or_none(step, token, &plan->assignee, &task->assignee);
	if (words.len == 0)
		words = texts_of(step, token, &plan->candidate_groups, &task->candidate_groups.items, &task->candidate_groups.count);
	if (words.len == 0)
		words = texts_of(step, token, &plan->candidate_users, &task->candidate_users.items, &task->candidate_users.count);
	if (words.len == 0)
		words = moment_of(step, token, &plan->due, &task->due_ms);
	if (words.len == 0)
		words = moment_of(step, token, &plan->follow_up, &task->follow_up_ms);
	if (words.len == 0)
		words = priority_of(step, token, &plan->priority, &task->priority);
	if (words.len > 0) {
		stop(step, token, words);
		return;
	}
	task->inputs = feel_context_of(step->arena, token->variables.items, token->variables.count);
	struct wait *wait = wait_add(step, BPMN_WAIT_TASK, token->key, token->element);
	wait->name = task->name;
	effect_add(step, BPMN_DO_TASK_OPENED, wait->key, token->key, token->element)->task = task;
}

/* ---- scripts, decisions, calls --------------------------------------------------------------------------- */

static void script_run(struct step *step, struct token *token)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	struct feel_value value;
	struct str words = value_of(step, token, &plan->script, FEEL_NULL_VALUE, &value);
	if (words.len > 0) {
		stop(step, token, words);
		return;
	}
	if (plan->result_variable.len > 0) {
		struct feel_entry entry = { plan->result_variable, value };
		token_absorb(step, token, feel_context_of(step->arena, &entry, 1));
	}
	token_go(step, token, PHASE_END_LISTENERS);
}

void decision_again(struct step *step, struct wait *wait)
{
	const struct token *token = token_get(step->instance, wait->token);
	struct bpmn_decision *decision = ARENA_NEW(step->arena, struct bpmn_decision);
	*decision = (struct bpmn_decision){ .decision_id = wait->name, .variables = seen(step, token),
		.result_variable = plan_of(wait->element)->result_variable };
	effect_add(step, BPMN_DO_DECISION, wait->key, token->key, wait->element)->decision = decision;
}

static void decision_open(struct step *step, struct token *token)
{
	struct str id = STR("");
	struct str words = text_of(step, token, &plan_of(token->element)->decision_id, &id);
	if (words.len > 0) {
		stop(step, token, words);
		return;
	}
	struct wait *wait = wait_add(step, BPMN_WAIT_DECISION, token->key, token->element);
	wait->name = id;
	decision_again(step, wait);
}

void call_again(struct step *step, struct wait *wait)
{
	const struct token *token = token_get(step->instance, wait->token);
	struct bpmn_call *call = ARENA_NEW(step->arena, struct bpmn_call);
	*call = (struct bpmn_call){ .process_id = wait->name, .variables = seen(step, token) };
	if (plan_of(wait->element)->call_keeps_parents_out)
		call->variables = feel_context_of(step->arena, token->variables.items, token->variables.count);
	effect_add(step, BPMN_DO_CALL, wait->key, token->key, wait->element)->call = call;
}

static void call_open(struct step *step, struct token *token)
{
	struct str id = STR("");
	struct str words = text_of(step, token, &plan_of(token->element)->called_process, &id);
	if (words.len > 0) {
		stop(step, token, words);
		return;
	}
	struct wait *wait = wait_add(step, BPMN_WAIT_CALL, token->key, token->element);
	wait->name = id;
	call_again(step, wait);
}

/* ---- by kind ----------------------------------------------------------------------------------------- */

static void events_wait(struct step *step, struct token *token)
{
	const struct bpmn_element *element = token->element;
	struct str words = STR("");
	if (element->kind == BPMN_EVENT_BASED_GATEWAY) {
		for (size_t i = 0; i < element->outgoing.count && words.len == 0; i++)
			words = trigger_wait(step, token, element->outgoing.items[i]->to);
	} else {
		words = trigger_wait(step, token, element);
	}
	if (words.len == 0)
		return;
	for (size_t i = 0; i < element->outgoing.count && element->kind == BPMN_EVENT_BASED_GATEWAY; i++)
		waits_cancel(step, token->key, element->outgoing.items[i]->to);
	waits_cancel(step, token->key, element);
	stop(step, token, words);
}

static void task_execute(struct step *step, struct token *token)
{
	const struct bpmn_element *element = token->element;
	const struct bpmn_plan *plan = plan_of(element);
	if (element->kind == BPMN_USER_TASK)
		task_open(step, token);
	else if (element->kind == BPMN_BUSINESS_RULE_TASK && is_said(&plan->decision_id))
		decision_open(step, token);
	else if (element->kind == BPMN_SCRIPT_TASK && is_said(&plan->script))
		script_run(step, token);
	else if (element->kind == BPMN_SEND_TASK && !plan->is_job)
		event_throw(step, token);
	else if (plan->is_job || element->kind == BPMN_SERVICE_TASK || element->kind == BPMN_SCRIPT_TASK
		|| element->kind == BPMN_BUSINESS_RULE_TASK)
		job_open(step, token, NULL);
	else
		token_go(step, token, PHASE_END_LISTENERS);
}

void activity_execute(struct step *step, struct token *token)
{
	const struct bpmn_element *element = token->element;
	if (token->role == ROLE_BODY) {
		loop_begin(step, token);
		return;
	}
	token->phase = PHASE_WAIT;
	switch (element->kind) {
	case BPMN_CATCH_EVENT:
		if (element->event == BPMN_EVENT_LINK)
			token_go(step, token, PHASE_END_LISTENERS);
		else
			events_wait(step, token);
		break;
	case BPMN_RECEIVE_TASK:
	case BPMN_EVENT_BASED_GATEWAY:
		events_wait(step, token);
		break;
	case BPMN_THROW_EVENT:
	case BPMN_END_EVENT:
		if (plan_of(element)->is_job)
			job_open(step, token, NULL);
		else
			event_throw(step, token);
		break;
	case BPMN_CALL_ACTIVITY:
		call_open(step, token);
		break;
	case BPMN_PROCESS:
	case BPMN_SUB_PROCESS:
	case BPMN_TRANSACTION:
	case BPMN_AD_HOC_SUB_PROCESS:
		scope_begin(step, token, NULL);
		break;
	case BPMN_START_EVENT:
	case BPMN_BOUNDARY_EVENT:
	case BPMN_EXCLUSIVE_GATEWAY:
	case BPMN_PARALLEL_GATEWAY:
	case BPMN_INCLUSIVE_GATEWAY:
	case BPMN_COMPLEX_GATEWAY:
		token_go(step, token, PHASE_END_LISTENERS);
		break;
	default:
		task_execute(step, token);
		break;
	}
}
