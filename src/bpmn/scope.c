/* scope: processes and sub-processes: how they begin, when they are done, and how everything inside is cancelled. */
#include "bpmn/inside.h"

/* ---- beginning -------------------------------------------------------------------------------------- */

static bool begins_itself(const struct bpmn_element *element)
{
	return element->incoming.count == 0 && element->kind != BPMN_BOUNDARY_EVENT && !element->triggered_by_event
		&& !element->for_compensation && !(element->kind == BPMN_CATCH_EVENT && element->event == BPMN_EVENT_LINK);
}

/* Ids that activeElementsCollection gives; without it every activity that has no incoming flow. */
static bool ad_hoc_chosen(const struct bpmn_element *child, struct feel_value chosen)
{
	if (chosen.kind != FEEL_LIST)
		return begins_itself(child);
	for (size_t i = 0; i < chosen.list.count; i++) {
		if (chosen.list.items[i].kind == FEEL_STRING && str_eq(chosen.list.items[i].string, child->id))
			return true;
	}
	return false;
}

/* Starts the next activities of an ad-hoc sub-process: one when sequential, else all. */
static struct str ad_hoc_go_on(struct step *step, struct token *token)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	struct feel_value chosen = FEEL_NULL_VALUE;
	if (is_said(&plan->ad_hoc_active)) {
		struct str words = value_of(step, token, &plan->ad_hoc_active, FEEL_NULL_VALUE, &chosen);
		if (words.len > 0 || chosen.kind != FEEL_LIST)
			return words.len > 0 ? words : STR("activeElementsCollection gives no list");
	}
	while (token->next < plan->children.count) {
		const struct bpmn_element *child = plan->children.items[token->next++];
		if (!ad_hoc_chosen(child, chosen))
			continue;
		move_add(step, MOVE_ARRIVE, token->key, child, NULL);
		if (plan->ad_hoc_sequential)
			break;
	}
	return STR("");
}

static void starts_move(struct step *step, struct token *token, const struct bpmn_element *start)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	if (start) {
		move_add(step, MOVE_ARRIVE, token->key, start, NULL);
		return;
	}
	for (size_t i = 0; i < plan->starts.count; i++) {
		const struct bpmn_element *event = plan->starts.items[i];
		if (plan_of(event)->triggers.count == 0 || event->kind != BPMN_START_EVENT)
			move_add(step, MOVE_ARRIVE, token->key, event, NULL);
	}
	for (size_t i = 0; i < plan->children.count && plan->starts.count == 0; i++) {
		if (begins_itself(plan->children.items[i]))
			move_add(step, MOVE_ARRIVE, token->key, plan->children.items[i], NULL);
	}
}

void scope_begin(struct step *step, struct token *token, const struct bpmn_element *start)
{
	token->phase = PHASE_EXECUTE;
	struct str words = event_sub_processes_wait(step, token);
	if (words.len == 0 && token->element->kind == BPMN_AD_HOC_SUB_PROCESS)
		words = ad_hoc_go_on(step, token);
	if (words.len > 0) {
		token_incident(step, token, 0, words);
		return;
	}
	token->phase = PHASE_WAIT;
	if (token->element->kind != BPMN_AD_HOC_SUB_PROCESS)
		starts_move(step, token, start);
	if (token->live == 0)
		scope_settle(step, token);
}

/* ---- ending ----------------------------------------------------------------------------------------- */

/* Nothing lives inside any more. */
void scope_settle(struct step *step, struct token *token)
{
	assert(token->live == 0 && token->phase == PHASE_WAIT);
	if (token->role == ROLE_BODY)
		return;
	if (token->element->kind == BPMN_PROCESS) {
		instance_finish(step, BPMN_COMPLETED, STR(""));
		return;
	}
	if (token->element->kind == BPMN_AD_HOC_SUB_PROCESS) {
		struct str words = ad_hoc_go_on(step, token);
		if (words.len > 0)
			token_incident(step, token, 0, words);
		if (words.len > 0 || token->live > 0)
			return;
	}
	if (is_scope(token->element))
		token_go(step, token, PHASE_END_LISTENERS);
}

/* After each activity inside an ad-hoc sub-process: is that enough? */
void ad_hoc_check(struct step *step, struct token *scope)
{
	const struct bpmn_plan *plan = plan_of(scope->element);
	bool done = false;
	if (!is_said(&plan->ad_hoc_done) || scope->phase != PHASE_WAIT)
		return;
	struct str words = truth_of(step, scope, &plan->ad_hoc_done, FEEL_NULL_VALUE, &done);
	if (words.len > 0)
		token_incident(step, scope, 0, words);
	if (!done)
		return;
	scope->next = (uint32_t)plan->children.count;
	if (!plan->ad_hoc_keep_remaining)
		scope_cancel_inside(step, scope, NULL);
}

static enum bpmn_effect_kind cancelled_effect(enum bpmn_wait_kind kind)
{
	static const enum bpmn_effect_kind effects[BPMN_WAIT_KIND_COUNT] = {
		[BPMN_WAIT_TASK] = BPMN_DO_TASK_CANCELLED, [BPMN_WAIT_JOB] = BPMN_DO_JOB_CANCELLED,
		[BPMN_WAIT_TIMER] = BPMN_DO_TIMER_CANCELLED, [BPMN_WAIT_MESSAGE] = BPMN_DO_MESSAGE_WAIT_CANCELLED,
		[BPMN_WAIT_SIGNAL] = BPMN_DO_SIGNAL_WAIT_CANCELLED, [BPMN_WAIT_CONDITION] = BPMN_DO_COUNT,
		[BPMN_WAIT_DECISION] = BPMN_DO_DECISION_CANCELLED, [BPMN_WAIT_CALL] = BPMN_DO_CALL_CANCELLED,
		[BPMN_WAIT_INCIDENT] = BPMN_DO_INCIDENT_RESOLVED,
	};
	return effects[kind];
}

static void wait_cancel(struct step *step, struct wait *wait)
{
	wait->dead = true;
	if (cancelled_effect(wait->kind) != BPMN_DO_COUNT)
		effect_add(step, cancelled_effect(wait->kind), wait->key, wait->token, wait->element);
}

/* With `element` NULL: all of the token, else only those for that event. */
void waits_cancel(struct step *step, uint32_t token, const struct bpmn_element *element)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->waits.count; i++) {
		struct wait *wait = instance->waits.items[i];
		if (!wait->dead && wait->token == token && (!element || wait->element == element))
			wait_cancel(step, wait);
	}
}

/* Children have larger keys than their parents, so one pass finds all. What was completed in a scope that lives on can
 * still be compensated: it is spared. */
static void doom(struct bpmn_instance *instance, uint32_t root, const struct token *but, bool spare_kept)
{
	for (size_t i = 0; i < instance->tokens.count; i++) {
		struct token *token = instance->tokens.items[i];
		if (token->phase == PHASE_DEAD || token == but)
			continue;
		const struct token *parent = token_get(instance, token->parent);
		bool child = token->parent == root && !(spare_kept && token->phase == PHASE_KEPT);
		token->doomed = child || (parent && parent->doomed);
	}
}

static void cancel_doomed(struct step *step)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->waits.count; i++) {
		struct wait *wait = instance->waits.items[i];
		const struct token *token = wait->dead ? NULL : token_get(instance, wait->token);
		if (token && token->doomed)
			wait_cancel(step, wait);
	}
	for (size_t i = instance->tokens.count; i-- > 0;) {
		struct token *token = instance->tokens.items[i];
		if (!token->doomed || token->phase == PHASE_DEAD)
			continue;
		if (token->phase != PHASE_KEPT)
			effect_add(step, BPMN_DO_ELEMENT_CANCELLED, token->key, token->key, token->element);
		token->phase = PHASE_DEAD;
	}
}

void scope_cancel_inside(struct step *step, struct token *token, const struct token *but)
{
	struct bpmn_instance *instance = step->instance;
	doom(instance, token->key, but, true);
	cancel_doomed(step);
	for (size_t i = instance->move_first; i < instance->moves.count; i++) {
		if (instance->moves.items[i].token == token->key)
			instance->moves.items[i].token = 0;
	}
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		if (instance->arrivals.items[i].scope == token->key)
			instance->arrivals.items[i].count = 0;
	}
	instance_count_live(instance);
}

void token_cancel(struct step *step, struct token *token)
{
	doom(step->instance, token->key, NULL, false);
	token->doomed = true;
	cancel_doomed(step);
	instance_count_live(step->instance);
}

void instance_finish(struct step *step, enum bpmn_end how, struct str code)
{
	struct bpmn_instance *instance = step->instance;
	struct token *root = instance->tokens.items[0];
	scope_cancel_inside(step, root, NULL);
	waits_cancel(step, root->key, NULL);
	effect_add(step, how == BPMN_COMPLETED || how == BPMN_TERMINATED ? BPMN_DO_ELEMENT_LEFT : BPMN_DO_ELEMENT_CANCELLED,
		root->key, root->key, root->element);
	struct bpmn_ended *ended = ARENA_NEW(step->arena, struct bpmn_ended);
	*ended = (struct bpmn_ended){ .how = how, .code = code, .variables = variables_seen(step->arena, instance, root) };
	effect_add(step, BPMN_DO_ENDED, root->key, root->key, root->element)->ended = ended;
	instance->end = how;
	root->phase = PHASE_KEPT;
	step->stopped = true;
}
