/* throw: events that an instance makes: errors and escalations look for their catcher outwards, signals go to all,
 * messages out to the caller. */
#include "bpmn/inside.h"

/* ---- errors and escalations --------------------------------------------------------------------------- */

static bool event_catches(struct step *step, const struct token *token, const struct bpmn_element *event,
	enum bpmn_event_definition kind, struct str code, bool any)
{
	const struct triggers *triggers = &plan_of(event)->triggers;
	for (size_t i = 0; i < triggers->count; i++) {
		struct str wanted = STR("");
		if (triggers->items[i].kind != kind)
			continue;
		if (!is_said(&triggers->items[i].name)) {
			if (any)
				return true;
		} else if (!any && text_of(step, token, &triggers->items[i].name, &wanted).len == 0 && str_eq(wanted, code)) {
			return true;
		}
	}
	return false;
}

struct catcher { struct token *at; const struct bpmn_element *event; };

/* The exact code goes before one that catches all. */
static bool catcher_here(struct step *step, struct token *token, const struct bpmn_element *came_from,
	enum bpmn_event_definition kind, struct str code, struct catcher *out_catcher)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	for (int any = 0; any < 2; any++) {
		for (size_t i = 0; i < plan->event_sub_processes.count && came_from && token->role != ROLE_BODY; i++) {
			const struct bpmn_element *inside = plan->event_sub_processes.items[i];
			const struct bpmn_element *start = plan_of(inside)->starts.items[0];
			if (inside != came_from && event_catches(step, token, start, kind, code, any)) {
				*out_catcher = (struct catcher){ token, start };
				return true;
			}
		}
	}
	if (token->role == ROLE_ITERATION || token->phase == PHASE_KEPT)
		return false;
	for (int any = 0; any < 2; any++) {
		for (size_t i = 0; i < plan->boundaries.count; i++) {
			if (event_catches(step, token, plan->boundaries.items[i], kind, code, any)) {
				*out_catcher = (struct catcher){ token, plan->boundaries.items[i] };
				return true;
			}
		}
	}
	return false;
}

bool error_throw(struct step *step, struct token *token, enum bpmn_event_definition kind, struct str code,
	struct feel_value variables, bool *out_interrupted)
{
	struct catcher catcher = { NULL, NULL };
	const struct bpmn_element *came_from = NULL;
	*out_interrupted = false;
	for (struct token *at = token; at; at = token_get(step->instance, at->parent)) {
		if (catcher_here(step, at, came_from, kind, code, &catcher))
			break;
		came_from = at->element;
	}
	if (!catcher.at)
		return false;
	bool interrupting = kind == BPMN_EVENT_ERROR || catcher.event->interrupting;
	*out_interrupted = interrupting;
	event_fire(step, catcher.at, catcher.event, interrupting, variables);
	return true;
}

/* ---- cancel and terminate -------------------------------------------------------------------------------- */

/* A cancel end event stops its transaction and compensates what was done in it; compensation_next goes on. */
static void cancel_throw(struct step *step, struct token *token)
{
	struct token *scope = token_get(step->instance, token->parent);
	scope_cancel_inside(step, scope, token);
	compensation_begin(step, token, scope->key, NULL);
}

static void terminate_throw(struct step *step, struct token *token)
{
	struct token *scope = token_get(step->instance, token->parent);
	scope_cancel_inside(step, scope, token);
	if (scope->element->kind == BPMN_PROCESS) {
		effect_add(step, BPMN_DO_ELEMENT_LEFT, token->key, token->key, token->element);
		token_remove(step, token, PHASE_DEAD);
		instance_finish(step, BPMN_TERMINATED, STR(""));
		return;
	}
	scope->next = UINT32_MAX;
	token_go(step, token, PHASE_END_LISTENERS);
}

static void link_throw(struct step *step, struct token *token)
{
	struct token *scope = token_get(step->instance, token->parent);
	effect_add(step, BPMN_DO_ELEMENT_LEFT, token->key, token->key, token->element);
	move_add(step, MOVE_ARRIVE, token->parent, plan_of(token->element)->link_target, NULL);
	token_remove(step, token, PHASE_DEAD);
	assert(scope->live > 0);
}

/* ---- the throw and end events ------------------------------------------------------------------------------ */

static struct str message_throw(struct step *step, struct token *token, const struct trigger *trigger, enum bpmn_effect_kind kind)
{
	struct bpmn_message *message = ARENA_NEW(step->arena, struct bpmn_message);
	struct str words = text_of(step, token, &trigger->name, &message->name);
	if (words.len == 0 && kind == BPMN_DO_MESSAGE_THROWN && is_said(&trigger->correlation))
		words = text_of(step, token, &trigger->correlation, &message->correlation);
	message->variables = feel_context_of(step->arena, token->variables.items, token->variables.count);
	if (words.len == 0)
		effect_add(step, kind, token->key, token->key, token->element)->message = message;
	return words;
}

/* False when the token is gone or waits; otherwise it goes on to the next trigger. */
static bool trigger_throw(struct step *step, struct token *token, const struct trigger *trigger)
{
	struct str words = STR(""), code = STR("");
	bool interrupted = false;
	switch (trigger->kind) {
	case BPMN_EVENT_MESSAGE:
		words = message_throw(step, token, trigger, BPMN_DO_MESSAGE_THROWN);
		break;
	case BPMN_EVENT_SIGNAL:
		words = message_throw(step, token, trigger, BPMN_DO_SIGNAL_THROWN);
		if (words.len == 0 && text_of(step, token, &trigger->name, &code).len == 0)
			signal_throw(step, code, variables_own(token));
		break;
	case BPMN_EVENT_ERROR:
	case BPMN_EVENT_ESCALATION:
		words = text_of(step, token, &trigger->name, &code);
		if (words.len > 0)
			break;
		if (!error_throw(step, token, trigger->kind, code, variables_own(token), &interrupted)
			&& trigger->kind == BPMN_EVENT_ERROR)
			instance_finish(step, BPMN_ERROR, code);
		break;
	case BPMN_EVENT_COMPENSATION:
		compensation_begin(step, token, token->parent, trigger->activity);
		return false;
	case BPMN_EVENT_CANCEL:
		cancel_throw(step, token);
		return false;
	case BPMN_EVENT_TERMINATE:
		terminate_throw(step, token);
		return false;
	case BPMN_EVENT_LINK:
		link_throw(step, token);
		return false;
	default:
		break;
	}
	if (words.len > 0) {
		token->phase = PHASE_EXECUTE;
		token_incident(step, token, 0, words);
		return false;
	}
	return !step->stopped && token->phase != PHASE_DEAD;
}

/* Signals are thrown when all other tokens stand still, so that those that run beside it have begun to wait. */
void late_throw(struct step *step, struct token *token)
{
	const struct triggers *triggers = &plan_of(token->element)->triggers;
	for (size_t i = 0; i < triggers->count; i++) {
		if (!trigger_throw(step, token, &triggers->items[i]))
			return;
	}
	token_go(step, token, PHASE_END_LISTENERS);
}

void event_throw(struct step *step, struct token *token)
{
	const struct triggers *triggers = &plan_of(token->element)->triggers;
	token->phase = PHASE_WAIT;
	for (size_t i = 0; i < triggers->count; i++) {
		if (triggers->items[i].kind == BPMN_EVENT_SIGNAL) {
			LIST_PUSH(step->arena, &step->instance->late, token->key);
			return;
		}
	}
	late_throw(step, token);
}
