/* compensate: what was completed can be undone: handlers run one after the other, the last done first. */
#include "bpmn/inside.h"

/* The scope whose activities a compensation in `scope` undoes: inside the iterations of a loop, that of the loop. */
uint32_t compensation_scope(const struct bpmn_instance *instance, const struct token *token)
{
	if (token->role != ROLE_ITERATION)
		return token->parent;
	const struct token *body = token_get(instance, token->parent);
	return body ? body->parent : token->parent;
}

static bool has_inside(const struct bpmn_instance *instance, uint32_t scope)
{
	for (size_t i = 0; i < instance->completed.count; i++) {
		if (instance->completed.items[i].scope == scope)
			return true;
	}
	return false;
}

/* A sub-process with something to undo inside is kept, with its variables, until its own scope ends. */
void compensation_remember(struct step *step, const struct token *token, bool *out_kept)
{
	struct bpmn_instance *instance = step->instance;
	const struct bpmn_plan *plan = plan_of(token->element);
	bool keep = is_scope(token->element) && token->role != ROLE_BODY && !token->element->triggered_by_event
		&& (plan->compensation_sub_process || has_inside(instance, token->key));
	*out_kept = keep;
	if (!is_activity(token->element) || token->role == ROLE_BODY || (!keep && !plan->compensation))
		return;
	LIST_PUSH(step->arena, &instance->completed, ((struct completed){ .scope = compensation_scope(instance, token),
		.kept = keep ? token->key : 0, .element = token->element }));
}

void compensation_begin(struct step *step, struct token *thrower, uint32_t scope, const struct bpmn_element *activity)
{
	struct bpmn_instance *instance = step->instance;
	struct token *around = token_get(instance, scope);
	/* Inside an event sub-process the enclosing scope is meant. */
	if (around && around->element->triggered_by_event)
		scope = around->parent;
	for (size_t i = 0; i < instance->completed.count; i++) {
		struct completed *done = &instance->completed.items[i];
		if (done->scope == scope && !done->claimed && (!activity || done->element == activity))
			done->claimed = thrower->key;
	}
	thrower->phase = PHASE_WAIT;
	thrower->next = 1;
	compensation_next(step, thrower);
}

/* True when a handler has been started. */
static bool undo(struct step *step, struct token *thrower, struct completed done)
{
	const struct bpmn_plan *plan = plan_of(done.element);
	struct bpmn_instance *instance = step->instance;
	struct token *handler = NULL;
	if (plan->compensation) {
		handler = element_enter(step, done.scope, plan->compensation, ROLE_HANDLER);
		handler->owner = thrower->key;
		token_resume(step, handler);
		return true;
	}
	if (plan->compensation_sub_process && done.kept) {
		handler = element_enter(step, done.kept, plan->compensation_sub_process, ROLE_HANDLER);
		handler->owner = thrower->key;
		scope_begin(step, handler, plan_of(plan->compensation_sub_process)->starts.items[0]);
		return true;
	}
	for (size_t i = 0; i < instance->completed.count && done.kept; i++) {
		if (instance->completed.items[i].scope == done.kept)
			instance->completed.items[i].claimed = thrower->key;
	}
	return false;
}

/* A cancelled transaction leaves by its cancel boundary event. */
static void transaction_cancel(struct step *step, struct token *thrower)
{
	struct token *transaction = token_get(step->instance, thrower->parent);
	while (transaction->element->kind != BPMN_TRANSACTION && transaction->parent)
		transaction = token_get(step->instance, transaction->parent);
	const struct element_list *boundaries = &plan_of(transaction->element)->boundaries;
	effect_add(step, BPMN_DO_ELEMENT_LEFT, thrower->key, thrower->key, thrower->element);
	token_remove(step, thrower, PHASE_DEAD);
	for (size_t i = 0; i < boundaries->count; i++) {
		if (boundaries->items[i]->event == BPMN_EVENT_CANCEL) {
			struct token *whole = transaction->role == ROLE_ITERATION ? token_get(step->instance, transaction->parent)
				: transaction;
			event_fire(step, whole, boundaries->items[i], true, FEEL_NULL_VALUE);
			return;
		}
	}
	if (transaction->element->kind == BPMN_PROCESS)
		instance_finish(step, BPMN_CANCELLED, STR(""));
	else if (transaction->live == 0 && transaction->phase == PHASE_WAIT)
		scope_settle(step, transaction);
}

void compensation_next(struct step *step, struct token *thrower)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = instance->completed.count; i-- > 0;) {
		struct completed done = instance->completed.items[i];
		if (done.claimed != thrower->key)
			continue;
		for (size_t k = i; k + 1 < instance->completed.count; k++)
			instance->completed.items[k] = instance->completed.items[k + 1];
		instance->completed.count--;
		if (undo(step, thrower, done))
			return;
		i = instance->completed.count;
	}
	if (thrower->element->event == BPMN_EVENT_CANCEL)
		transaction_cancel(step, thrower);
	else
		token_go(step, thrower, PHASE_END_LISTENERS);
}
