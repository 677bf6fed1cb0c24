/* event: what is awaited: timers, messages, signals, conditions; and what happens when it comes. */
#include "bpmn/inside.h"

/* ---- waiting ---------------------------------------------------------------------------------------- */

static struct bpmn_message *message_of(struct step *step, const struct wait *wait)
{
	struct bpmn_message *message = ARENA_NEW(step->arena, struct bpmn_message);
	*message = (struct bpmn_message){ .name = wait->name, .correlation = wait->correlation, .variables = FEEL_NULL_VALUE };
	return message;
}

static struct str timer_schedule(struct step *step, struct token *token, const struct trigger *trigger, struct bpmn_schedule *out)
{
	int64_t now_ms = step->env ? step->env->now_ms : 0;
	int32_t offset_s = step->env ? step->env->offset_s : 0;
	struct feel_value value;
	struct str words = value_of(step, token, &trigger->timer, FEEL_NULL_VALUE, &value);
	if (words.len > 0)
		return words;
	struct str text = feel_print(step->arena, value);
	char kind = trigger->timer_kind;
	if (value.kind == FEEL_DATE_TIME || value.kind == FEEL_DATE) {
		*out = (struct bpmn_schedule){ 0 };
		if (!failed(feel_to_ms(value, offset_s, &out->first_ms)))
			return STR("");
	} else if (kind == 'c' && (value.kind == FEEL_DAYS_DURATION || value.kind == FEEL_MONTHS_DURATION)) {
		text = str_join(step->arena, STR("R/"), text);
	} else if (value.kind == FEEL_DAYS_DURATION || value.kind == FEEL_MONTHS_DURATION) {
		/* A duration that is already over fires at once. */
		kind = 'p';
		if (text.len > 0 && text.ptr[0] == '-')
			text = STR("PT0S");
	}
	if (failed(bpmn_schedule_parse(text, kind, now_ms, offset_s, out)))
		return str_printf(step->arena, "the timer's value \"%.*s\" is no date, duration or cycle", STR_ARG(text));
	return STR("");
}

static struct str timer_wait(struct step *step, struct token *token, const struct bpmn_element *event,
	const struct trigger *trigger, struct wait **out_wait)
{
	struct bpmn_schedule schedule;
	struct str words = timer_schedule(step, token, trigger, &schedule);
	if (words.len > 0)
		return words;
	struct wait *wait = wait_add(step, BPMN_WAIT_TIMER, token->key, event);
	wait->at_ms = schedule.first_ms;
	wait->repeats = schedule.repeats;
	wait->months = schedule.months;
	wait->interval_ms = schedule.interval_ms;
	effect_add(step, BPMN_DO_TIMER_SET, wait->key, token->key, event)->timer = (struct bpmn_timer){ wait->at_ms, wait->repeats };
	*out_wait = wait;
	return STR("");
}

static struct str named_wait(struct step *step, struct token *token, const struct bpmn_element *event,
	const struct trigger *trigger, struct wait **out_wait)
{
	struct str name = STR(""), correlation = STR("");
	struct str words = text_of(step, token, &trigger->name, &name);
	if (words.len == 0 && is_said(&trigger->correlation))
		words = text_of(step, token, &trigger->correlation, &correlation);
	if (words.len > 0)
		return words;
	bool is_message = trigger->kind == BPMN_EVENT_MESSAGE;
	struct wait *wait = wait_add(step, is_message ? BPMN_WAIT_MESSAGE : BPMN_WAIT_SIGNAL, token->key, event);
	wait->name = name;
	wait->correlation = correlation;
	effect_add(step, is_message ? BPMN_DO_MESSAGE_WAIT : BPMN_DO_SIGNAL_WAIT, wait->key, token->key, event)->message =
		message_of(step, wait);
	*out_wait = wait;
	return STR("");
}

struct str trigger_wait(struct step *step, struct token *token, const struct bpmn_element *event)
{
	const struct triggers *triggers = &plan_of(event)->triggers;
	struct str words = STR("");
	for (size_t i = 0; i < triggers->count && words.len == 0; i++) {
		struct wait *wait = NULL;
		switch (triggers->items[i].kind) {
		case BPMN_EVENT_TIMER:
			words = timer_wait(step, token, event, &triggers->items[i], &wait);
			break;
		case BPMN_EVENT_MESSAGE:
		case BPMN_EVENT_SIGNAL:
			words = named_wait(step, token, event, &triggers->items[i], &wait);
			break;
		case BPMN_EVENT_CONDITION:
			wait = wait_add(step, BPMN_WAIT_CONDITION, token->key, event);
			step->conditions_stale = true;
			break;
		default:
			break;
		}
		if (wait)
			wait->trigger = (uint32_t)i;
	}
	return words;
}

struct str boundaries_wait(struct step *step, struct token *token)
{
	const struct element_list *boundaries = &plan_of(token->element)->boundaries;
	struct str words = STR("");
	for (size_t i = 0; i < boundaries->count && words.len == 0; i++)
		words = trigger_wait(step, token, boundaries->items[i]);
	return words;
}

struct str event_sub_processes_wait(struct step *step, struct token *scope)
{
	const struct element_list *inside = &plan_of(scope->element)->event_sub_processes;
	struct str words = STR("");
	for (size_t i = 0; i < inside->count; i++)
		waits_cancel(step, scope->key, plan_of(inside->items[i])->starts.items[0]);
	for (size_t i = 0; i < inside->count && words.len == 0; i++)
		words = trigger_wait(step, scope, plan_of(inside->items[i])->starts.items[0]);
	return words;
}

/* ---- firing ----------------------------------------------------------------------------------------- */

static void event_sub_process_fire(struct step *step, struct token *scope, const struct bpmn_element *start, bool interrupting,
	struct feel_value variables)
{
	const struct bpmn_element *sub_process = start->parent;
	if (interrupting) {
		const struct element_list *inside = &plan_of(scope->element)->event_sub_processes;
		scope_cancel_inside(step, scope, NULL);
		for (size_t i = 0; i < inside->count; i++)
			waits_cancel(step, scope->key, plan_of(inside->items[i])->starts.items[0]);
		scope->next = UINT32_MAX;
	}
	struct token *token = element_enter(step, scope->key, sub_process, ROLE_PLAIN);
	if (plan_of(start)->outputs.count > 0)
		variables_set_all(step, token, variables);
	else
		variables_propagate(step, scope, variables);
	scope_begin(step, token, start);
}

/* Lets the event happen: `at` is the activity of a boundary event, the scope of an event sub-process, or a token
 * beside which a catch event goes on. */
void event_fire(struct step *step, struct token *at, const struct bpmn_element *event, bool interrupting,
	struct feel_value variables)
{
	if (event->kind == BPMN_START_EVENT) {
		event_sub_process_fire(step, at, event, interrupting, variables);
		return;
	}
	uint32_t scope = at->parent;
	if (interrupting)
		token_cancel(step, at);
	struct token *token = element_enter(step, scope, event, ROLE_PLAIN);
	token_absorb(step, token, variables);
	token_go(step, token, PHASE_END_LISTENERS);
}

/* The next moment of a cycle, or the end of the wait. */
static void timer_go_on(struct step *step, struct wait *wait)
{
	if (wait->repeats == 0) {
		wait->dead = true;
		return;
	}
	int32_t offset_s = step->env ? step->env->offset_s : 0;
	if (wait->months > 0) {
		struct date day = date_of_ms(wait->at_ms, offset_s);
		wait->at_ms += date_begin_ms(date_add_months(day, wait->months), offset_s) - date_begin_ms(day, offset_s);
	}
	wait->at_ms += wait->interval_ms;
	wait->repeats -= wait->repeats > 0 ? 1 : 0;
	effect_add(step, BPMN_DO_TIMER_SET, wait->key, wait->token, wait->element)->timer =
		(struct bpmn_timer){ wait->at_ms, wait->repeats };
}

static bool still_waits(const struct bpmn_instance *instance, uint32_t token, const struct bpmn_element *element)
{
	for (size_t i = 0; i < instance->waits.count; i++) {
		const struct wait *wait = instance->waits.items[i];
		if (!wait->dead && wait->token == token && wait->element == element && wait->kind != BPMN_WAIT_INCIDENT)
			return true;
	}
	return false;
}

/* An intermediate catch event or receive task has what it waited for. */
static void catch_fire(struct step *step, struct token *token, struct wait *wait, struct feel_value variables)
{
	const struct bpmn_element *element = wait->element;
	if (wait->kind == BPMN_WAIT_TIMER && wait->repeats != 0) {
		timer_go_on(step, wait);
		event_fire(step, token, element, false, variables);
		return;
	}
	wait->dead = true;
	if (plan_of(element)->parallel_multiple && still_waits(step->instance, token->key, element)) {
		variables_propagate(step, token, variables);
		return;
	}
	waits_cancel(step, token->key, element);
	token_absorb(step, token, variables);
	token_go(step, token, PHASE_END_LISTENERS);
}

/* The first event behind an event-based gateway decides. */
static void gateway_fire(struct step *step, struct token *gateway, struct wait *wait, struct feel_value variables)
{
	const struct bpmn_element *event = wait->element;
	uint32_t scope = gateway->parent;
	wait->dead = true;
	if (plan_of(event)->parallel_multiple && still_waits(step->instance, gateway->key, event))
		return;
	waits_cancel(step, gateway->key, NULL);
	effect_add(step, BPMN_DO_ELEMENT_LEFT, gateway->key, gateway->key, gateway->element);
	for (size_t i = 0; i < event->incoming.count; i++) {
		if (event->incoming.items[i]->from == gateway->element)
			effect_add(step, BPMN_DO_FLOW_TAKEN, scope, gateway->key, gateway->element)->flow = event->incoming.items[i];
	}
	token_remove(step, gateway, PHASE_DEAD);
	struct token *token = element_enter(step, scope, event, ROLE_PLAIN);
	token_absorb(step, token, variables);
	token_go(step, token, PHASE_END_LISTENERS);
}

void wait_fire(struct step *step, struct wait *wait, struct feel_value variables)
{
	struct token *token = token_get(step->instance, wait->token);
	const struct bpmn_element *event = wait->element;
	assert(token);
	if (token->element->kind == BPMN_EVENT_BASED_GATEWAY) {
		gateway_fire(step, token, wait, variables);
		return;
	}
	if (event->kind != BPMN_BOUNDARY_EVENT && event->kind != BPMN_START_EVENT) {
		catch_fire(step, token, wait, variables);
		return;
	}
	if (plan_of(event)->parallel_multiple) {
		wait->dead = true;
		if (still_waits(step->instance, token->key, event))
			return;
		if (!event->interrupting && trigger_wait(step, token, event).len > 0)
			waits_cancel(step, token->key, event);
	} else if (event->interrupting) {
		wait->dead = true;
	} else if (wait->kind == BPMN_WAIT_TIMER) {
		timer_go_on(step, wait);
	}
	event_fire(step, token, event, event->interrupting, variables);
}

/* A condition fires when it becomes true; one that cannot be evaluated is not true. */
void conditions_try(struct step *step)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->waits.count && !step->stopped; i++) {
		struct wait *wait = instance->waits.items[i];
		if (wait->dead || wait->kind != BPMN_WAIT_CONDITION)
			continue;
		const struct token *token = token_get(instance, wait->token);
		const struct trigger *trigger = &plan_of(wait->element)->triggers.items[wait->trigger];
		bool holds = false;
		assert(token);
		if (truth_of(step, token, &trigger->condition, FEEL_NULL_VALUE, &holds).len > 0)
			holds = false;
		bool fires = holds && !wait->was_true;
		wait->was_true = holds;
		if (fires)
			wait_fire(step, wait, FEEL_NULL_VALUE);
	}
}

/* Everybody who waits for it now, in the order of their keys; those who begin to wait because of it do not count. */
void signal_throw(struct step *step, struct str name, struct feel_value variables)
{
	struct bpmn_instance *instance = step->instance;
	uint32_t key_last = instance->key_last;
	for (size_t i = 0; i < instance->waits.count && !step->stopped; i++) {
		struct wait *wait = instance->waits.items[i];
		if (!wait->dead && wait->kind == BPMN_WAIT_SIGNAL && wait->key <= key_last && str_eq(wait->name, name))
			wait_fire(step, wait, variables);
	}
}
