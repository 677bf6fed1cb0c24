/* token: the life of an element: activated, listened to, executed, waiting, completed, left. Each phase can stop with
 * an incident; a retry goes on from the phase where it stopped. */
#include "bpmn/inside.h"

void token_incident(struct step *step, struct token *token, uint32_t about, struct str words)
{
	struct wait *wait = wait_add(step, BPMN_WAIT_INCIDENT, token->key, token->element);
	wait->about = about;
	wait->name = words;
	effect_add(step, BPMN_DO_INCIDENT, wait->key, token->key, token->element)->words = words;
}

struct token *element_enter(struct step *step, uint32_t scope, const struct bpmn_element *element, enum token_role role)
{
	if (role == ROLE_PLAIN && element->loops)
		role = ROLE_BODY;
	struct token *token = token_add(step, scope, element, role);
	step->entered++;
	effect_add(step, BPMN_DO_ELEMENT_ENTERED, token->key, token->key, element);
	return token;
}

void token_go(struct step *step, struct token *token, enum token_phase phase)
{
	token->phase = phase;
	token->next = 0;
	token_resume(step, token);
}

void token_absorb(struct step *step, struct token *token, struct feel_value variables)
{
	if (plan_of(token->element)->outputs.count > 0)
		variables_set_all(step, token, variables);
	else
		variables_propagate(step, token, variables);
}

/* Waits of an earlier try that stopped half way would fire twice. */
static struct str activate(struct step *step, struct token *token)
{
	struct str words = STR("");
	if (token->role != ROLE_BODY)
		words = inputs_apply(step, token);
	if (words.len == 0 && token->role != ROLE_ITERATION && plan_of(token->element)->boundaries.count > 0) {
		waits_cancel(step, token->key, NULL);
		words = boundaries_wait(step, token);
	}
	return words;
}

static bool listen(struct step *step, struct token *token, const struct listeners *listeners)
{
	if (token->role == ROLE_BODY || token->next >= listeners->count)
		return false;
	job_open(step, token, &listeners->items[token->next++]);
	return true;
}

static struct str complete(struct step *step, struct token *token)
{
	struct str words = STR("");
	if (token->role != ROLE_BODY)
		words = outputs_apply(step, token);
	if (words.len == 0 && token->role == ROLE_ITERATION)
		words = loop_keep_output(step, token);
	if (words.len > 0)
		return words;
	if (plan_of(token->element)->boundaries.count > 0 || is_scope(token->element) || token->role == ROLE_BODY)
		waits_cancel(step, token->key, NULL);
	return words;
}

static void leave(struct step *step, struct token *token)
{
	struct str words = token->role == ROLE_PLAIN || token->role == ROLE_BODY ? gateway_leave(step, token) : STR("");
	if (words.len > 0) {
		token_incident(step, token, 0, words);
		return;
	}
	token_take_out(step, token);
}

/* Out of its scope; what comes next has been queued by then. */
void token_take_out(struct step *step, struct token *token)
{
	bool keep = false;
	struct token *scope = token_get(step->instance, token->parent);
	struct token *owner = token->owner ? token_get(step->instance, token->owner) : NULL;
	assert(scope);
	if (token->role != ROLE_PLAIN && token->role != ROLE_BODY)
		effect_add(step, BPMN_DO_ELEMENT_LEFT, token->key, token->key, token->element);
	if (token->role != ROLE_HANDLER)
		compensation_remember(step, token, &keep);
	uint32_t remembered_in = compensation_scope(step->instance, token);
	token_remove(step, token, keep ? PHASE_KEPT : PHASE_DEAD);
	if (keep)
		token->parent = remembered_in;
	if (token->role == ROLE_ITERATION)
		loop_iteration_done(step, scope, token);
	else if (owner)
		move_add(step, MOVE_COMPENSATE, owner->key, NULL, NULL);
	else if (scope->element->kind == BPMN_AD_HOC_SUB_PROCESS && is_activity(token->element))
		ad_hoc_check(step, scope);
	if (!step->stopped && scope->live == 0 && scope->phase == PHASE_WAIT)
		scope_settle(step, scope);
}

void token_resume(struct step *step, struct token *token)
{
	const struct bpmn_plan *plan = plan_of(token->element);
	struct str words = STR("");
	switch (token->phase) {
	case PHASE_ACTIVATE:
		words = activate(step, token);
		if (words.len > 0)
			break;
		token->phase = PHASE_START_LISTENERS;
		/* fall through */
	case PHASE_START_LISTENERS:
		if (listen(step, token, &plan->starts_listeners))
			return;
		token->phase = PHASE_EXECUTE;
		/* fall through */
	case PHASE_EXECUTE:
		token->next = 0;
		activity_execute(step, token);
		return;
	case PHASE_END_LISTENERS:
		if (listen(step, token, &plan->ends_listeners))
			return;
		token->phase = PHASE_COMPLETE;
		/* fall through */
	case PHASE_COMPLETE:
		words = complete(step, token);
		if (words.len > 0)
			break;
		token->phase = PHASE_LEAVE;
		/* fall through */
	case PHASE_LEAVE:
		leave(step, token);
		return;
	default:
		return;
	}
	token_incident(step, token, 0, words);
}
