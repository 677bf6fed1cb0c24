/* instance: the state of a process instance: tokens, waits, queued moves. */
#include "bpmn/inside.h"

struct err bpmn_instance_new(struct arena *arena, const struct bpmn_model *model, struct str process_id,
	struct feel_value variables, struct bpmn_instance **out_instance)
{
	const struct bpmn_element *process = bpmn_element_by_id(model, process_id);
	if (!process || process->kind != BPMN_PROCESS)
		return ERR(NOT_FOUND);
	struct bpmn_instance *instance = ARENA_NEW(arena, struct bpmn_instance);
	*instance = (struct bpmn_instance){ .arena = arena, .model = model, .process = process };
	if (variables.kind == FEEL_CONTEXT) {
		for (size_t i = 0; i < variables.context.count; i++)
			LIST_PUSH(arena, &instance->initial, variables.context.entries[i]);
	}
	*out_instance = instance;
	return OK;
}

const struct bpmn_element *bpmn_instance_process(const struct bpmn_instance *instance)
{
	return instance->process;
}

enum bpmn_end bpmn_instance_end(const struct bpmn_instance *instance)
{
	return instance->end;
}

/* ---- tokens ---------------------------------------------------------------------------------------- */

/* Keys only grow, so the list is sorted. */
struct token *token_get(const struct bpmn_instance *instance, uint32_t key)
{
	size_t low = 0, high = instance->tokens.count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (instance->tokens.items[middle]->key < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == instance->tokens.count || instance->tokens.items[low]->key != key)
		return NULL;
	struct token *token = instance->tokens.items[low];
	return token->phase == PHASE_DEAD ? NULL : token;
}

void scope_count(struct step *step, uint32_t scope, int change)
{
	struct token *token = token_get(step->instance, scope);
	if (!token)
		return;
	assert(change > 0 || token->live > 0);
	token->live += (uint32_t)change;
}

struct token *token_add(struct step *step, uint32_t parent, const struct bpmn_element *element, enum token_role role)
{
	struct bpmn_instance *instance = step->instance;
	struct token *token = ARENA_NEW(step->arena, struct token);
	*token = (struct token){ .key = ++instance->key_last, .parent = parent, .element = element, .role = role };
	LIST_PUSH(step->arena, &instance->tokens, token);
	scope_count(step, parent, 1);
	return token;
}

void token_remove(struct step *step, struct token *token, enum token_phase phase)
{
	assert(token->phase != PHASE_DEAD);
	bool counted = token->phase != PHASE_KEPT;
	token->phase = phase;
	if (counted)
		scope_count(step, token->parent, -1);
}

/* ---- waits ----------------------------------------------------------------------------------------- */

struct wait *wait_get(const struct bpmn_instance *instance, uint32_t key)
{
	size_t low = 0, high = instance->waits.count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (instance->waits.items[middle]->key < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == instance->waits.count || instance->waits.items[low]->key != key)
		return NULL;
	struct wait *wait = instance->waits.items[low];
	return wait->dead ? NULL : wait;
}

struct wait *wait_add(struct step *step, enum bpmn_wait_kind kind, uint32_t token, const struct bpmn_element *element)
{
	struct bpmn_instance *instance = step->instance;
	struct wait *wait = ARENA_NEW(step->arena, struct wait);
	*wait = (struct wait){ .kind = kind, .key = ++instance->key_last, .token = token, .element = element };
	LIST_PUSH(step->arena, &instance->waits, wait);
	return wait;
}

struct wait *wait_of(const struct bpmn_instance *instance, uint32_t token, enum bpmn_wait_kind kind)
{
	for (size_t i = 0; i < instance->waits.count; i++) {
		struct wait *wait = instance->waits.items[i];
		if (!wait->dead && wait->token == token && wait->kind == kind)
			return wait;
	}
	return NULL;
}

struct bpmn_effect *effect_add(struct step *step, enum bpmn_effect_kind kind, uint32_t key, uint32_t token,
	const struct bpmn_element *element)
{
	LIST_PUSH(step->arena, &step->effects,
		((struct bpmn_effect){ .kind = kind, .key = key, .token = token, .element = element }));
	return &step->effects.items[step->effects.count - 1];
}

void move_add(struct step *step, enum move_kind kind, uint32_t token, const struct bpmn_element *element,
	const struct bpmn_flow *flow)
{
	LIST_PUSH(step->arena, &step->instance->moves,
		((struct move){ .kind = kind, .token = token, .element = element, .flow = flow }));
	scope_count(step, token, 1);
}

/* ---- keeping the state small ------------------------------------------------------------------------- */

void instance_sweep(struct bpmn_instance *instance)
{
	size_t kept = 0;
	for (size_t i = 0; i < instance->tokens.count; i++) {
		if (instance->tokens.items[i]->phase != PHASE_DEAD)
			instance->tokens.items[kept++] = instance->tokens.items[i];
	}
	instance->tokens.count = kept;
	kept = 0;
	for (size_t i = 0; i < instance->waits.count; i++) {
		if (!instance->waits.items[i]->dead)
			instance->waits.items[kept++] = instance->waits.items[i];
	}
	instance->waits.count = kept;
	kept = 0;
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		if (instance->arrivals.items[i].count > 0 && token_get(instance, instance->arrivals.items[i].scope))
			instance->arrivals.items[kept++] = instance->arrivals.items[i];
	}
	instance->arrivals.count = kept;
	kept = 0;
	for (size_t i = 0; i < instance->completed.count; i++) {
		const struct completed *done = &instance->completed.items[i];
		if (token_get(instance, done->scope) && (!done->claimed || token_get(instance, done->claimed)))
			instance->completed.items[kept++] = *done;
	}
	instance->completed.count = kept;
	kept = 0;
	for (size_t i = instance->move_first; i < instance->moves.count; i++) {
		if (token_get(instance, instance->moves.items[i].token))
			instance->moves.items[kept++] = instance->moves.items[i];
	}
	instance->moves.count = kept;
	instance->move_first = 0;
	kept = 0;
	for (size_t i = instance->late_first; i < instance->late.count; i++) {
		if (token_get(instance, instance->late.items[i]))
			instance->late.items[kept++] = instance->late.items[i];
	}
	instance->late.count = kept;
	instance->late_first = 0;
}

void instance_count_live(struct bpmn_instance *instance)
{
	struct token *scope;
	for (size_t i = 0; i < instance->tokens.count; i++)
		instance->tokens.items[i]->live = 0;
	for (size_t i = 0; i < instance->tokens.count; i++) {
		const struct token *token = instance->tokens.items[i];
		if (token->phase < PHASE_KEPT && (scope = token_get(instance, token->parent)))
			scope->live++;
	}
	for (size_t i = instance->move_first; i < instance->moves.count; i++) {
		if ((scope = token_get(instance, instance->moves.items[i].token)))
			scope->live++;
	}
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		if ((scope = token_get(instance, instance->arrivals.items[i].scope)))
			scope->live += instance->arrivals.items[i].count;
	}
}

/* ---- looking in from outside --------------------------------------------------------------------------- */

struct feel_value bpmn_variables(struct arena *arena, const struct bpmn_instance *instance, uint32_t token)
{
	if (instance->tokens.count == 0)
		return feel_context_of(arena, instance->initial.items, instance->initial.count);
	const struct token *at = token ? token_get(instance, token) : instance->tokens.items[0];
	return at ? variables_seen(arena, instance, at) : FEEL_NULL_VALUE;
}

struct bpmn_wait_list bpmn_waits(struct arena *arena, const struct bpmn_instance *instance)
{
	struct bpmn_wait *items = ARENA_ARRAY(arena, struct bpmn_wait, instance->waits.count);
	size_t count = 0;
	for (size_t i = 0; i < instance->waits.count; i++) {
		const struct wait *wait = instance->waits.items[i];
		if (wait->dead)
			continue;
		items[count++] = (struct bpmn_wait){ .kind = wait->kind, .key = wait->key, .token = wait->token, .element = wait->element,
			.name = wait->name, .correlation = wait->correlation, .at_ms = wait->at_ms, .retries = wait->retries };
	}
	return (struct bpmn_wait_list){ items, count };
}

struct bpmn_token_list bpmn_tokens(struct arena *arena, const struct bpmn_instance *instance)
{
	struct bpmn_token *items = ARENA_ARRAY(arena, struct bpmn_token, instance->tokens.count);
	size_t count = 0;
	for (size_t i = 0; i < instance->tokens.count; i++) {
		const struct token *token = instance->tokens.items[i];
		if (token->phase < PHASE_KEPT)
			items[count++] = (struct bpmn_token){ token->key, token->parent, token->element, token->loop_counter };
	}
	return (struct bpmn_token_list){ items, count };
}
