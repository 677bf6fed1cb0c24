/* gateway: which flows a token takes when it leaves, and where several tokens become one. */
#include "bpmn/inside.h"

/* ---- leaving ---------------------------------------------------------------------------------------- */

static void take(struct step *step, struct token *token, const struct bpmn_flow *flow)
{
	int32_t quantity = plan_of(token->element)->completion_quantity;
	for (int32_t i = 0; i < quantity; i++) {
		effect_add(step, BPMN_DO_FLOW_TAKEN, token->parent, token->key, token->element)->flow = flow;
		move_add(step, MOVE_ARRIVE, token->parent, flow->to, flow);
	}
}

/* Conditions belong to flows that leave exclusive, inclusive and complex gateways and activities. A parallel gateway
 * and an event ignore them. */
static bool asks_conditions(const struct bpmn_element *element)
{
	return is_activity(element) || element->kind == BPMN_EXCLUSIVE_GATEWAY || element->kind == BPMN_INCLUSIVE_GATEWAY
		|| element->kind == BPMN_COMPLEX_GATEWAY;
}

/* Flows to take, by index of the outgoing ones; words when a condition fails or none holds. */
static struct str choose(struct step *step, struct token *token, bool *taken)
{
	const struct bpmn_element *element = token->element;
	const struct token *scope = token_get(step->instance, token->parent);
	const struct bpmn_flow *otherwise = plan_of(element)->default_flow;
	bool only_one = element->kind == BPMN_EXCLUSIVE_GATEWAY, any = false, unconditional = false;
	for (size_t i = 0; i < element->outgoing.count && !(only_one && any); i++) {
		const struct bpmn_flow *flow = element->outgoing.items[i];
		bool holds = true;
		if (flow == otherwise)
			continue;
		if (is_said(&flow->plan->condition)) {
			struct str words = truth_of(step, scope, &flow->plan->condition, FEEL_NULL_VALUE, &holds);
			if (words.len > 0)
				return words;
			any = any || holds;
		} else if (is_gateway(element)) {
			any = true;
		} else {
			unconditional = true;
		}
		taken[i] = holds;
	}
	for (size_t i = 0; i < element->outgoing.count && !any; i++) {
		if (element->outgoing.items[i] == otherwise)
			taken[i] = any = true;
	}
	if (!any && !unconditional)
		return str_printf(step->arena, "no condition of the flows that leave %.*s holds, and there is no default flow",
			STR_ARG(element->id));
	return STR("");
}

struct str gateway_leave(struct step *step, struct token *token)
{
	const struct bpmn_flows *outgoing = &token->element->outgoing;
	bool few[16] = { false };
	bool *taken = outgoing->count <= 16 ? few : ARENA_ARRAY(step->arena, bool, outgoing->count);
	bool asks = asks_conditions(token->element) && outgoing->count > 0;
	if (asks) {
		struct str words = choose(step, token, taken);
		if (words.len > 0)
			return words;
	}
	effect_add(step, BPMN_DO_ELEMENT_LEFT, token->key, token->key, token->element);
	for (size_t i = 0; i < outgoing->count; i++) {
		if (!asks || taken[i])
			take(step, token, outgoing->items[i]);
	}
	return STR("");
}

/* ---- joining ---------------------------------------------------------------------------------------- */

static struct arrival *arrival_get(struct bpmn_instance *instance, uint32_t scope, const struct bpmn_element *element,
	const struct bpmn_flow *flow)
{
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		struct arrival *arrival = &instance->arrivals.items[i];
		if (arrival->count > 0 && arrival->scope == scope && arrival->element == element && arrival->flow == flow)
			return arrival;
	}
	return NULL;
}

static void arrival_add(struct step *step, uint32_t scope, const struct bpmn_element *element, const struct bpmn_flow *flow)
{
	struct arrival *arrival = arrival_get(step->instance, scope, element, flow);
	if (arrival)
		arrival->count++;
	else
		LIST_PUSH(step->arena, &step->instance->arrivals,
			((struct arrival){ .scope = scope, .element = element, .flow = flow, .count = 1 }));
	scope_count(step, scope, 1);
}

static void arrival_take(struct step *step, struct arrival *arrival, uint32_t count)
{
	assert(count <= arrival->count);
	arrival->count -= count;
	scope_count(step, arrival->scope, -(int)count);
}

/* Takes one token from each incoming flow that has one. */
static void arrivals_take_one_each(struct step *step, uint32_t scope, const struct bpmn_element *element)
{
	for (size_t i = 0; i < element->incoming.count; i++) {
		struct arrival *arrival = arrival_get(step->instance, scope, element, element->incoming.items[i]);
		if (arrival)
			arrival_take(step, arrival, 1);
	}
}

static void parallel_join(struct step *step, uint32_t scope, const struct bpmn_element *element)
{
	for (size_t i = 0; i < element->incoming.count; i++) {
		if (!arrival_get(step->instance, scope, element, element->incoming.items[i]))
			return;
	}
	arrivals_take_one_each(step, scope, element);
	token_resume(step, element_enter(step, scope, element, ROLE_PLAIN));
}

static uint32_t arrivals_waiting(struct bpmn_instance *instance, uint32_t scope, const struct bpmn_element *element)
{
	uint32_t count = 0;
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		const struct arrival *arrival = &instance->arrivals.items[i];
		if (arrival->scope == scope && arrival->element == element)
			count += arrival->count;
	}
	return count;
}

/* Several tokens for one start of an activity, whichever flows they came by. */
static void quantity_join(struct step *step, uint32_t scope, const struct bpmn_element *element)
{
	uint32_t needed = (uint32_t)plan_of(element)->start_quantity;
	if (arrivals_waiting(step->instance, scope, element) < needed)
		return;
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->arrivals.count && needed > 0; i++) {
		struct arrival *arrival = &instance->arrivals.items[i];
		if (arrival->scope != scope || arrival->element != element)
			continue;
		uint32_t part = arrival->count < needed ? arrival->count : needed;
		arrival_take(step, arrival, part);
		needed -= part;
	}
	token_resume(step, element_enter(step, scope, element, ROLE_PLAIN));
}

/* A complex gateway fires once its activation condition holds (without one: with the first token), and then swallows
 * what still comes until nothing can come any more. An arrival without flow marks that it has fired. */
static void complex_join(struct step *step, uint32_t scope, const struct bpmn_element *element)
{
	const struct text_plan *activation = &plan_of(element)->activation;
	if (arrival_get(step->instance, scope, element, NULL))
		return;
	bool holds = true;
	if (is_said(activation)) {
		struct feel_entry count = { STR("activationCount"),
			feel_number_i64(arrivals_waiting(step->instance, scope, element)) };
		struct str words = truth_of(step, token_get(step->instance, scope), activation, feel_context_of(step->arena, &count, 1),
			&holds);
		if (words.len > 0)
			holds = false;
	}
	if (!holds)
		return;
	arrivals_take_one_each(step, scope, element);
	arrival_add(step, scope, element, NULL);
	token_resume(step, element_enter(step, scope, element, ROLE_PLAIN));
}

void flow_arrive(struct step *step, uint32_t scope, const struct bpmn_element *element, const struct bpmn_flow *flow)
{
	bool joins = element->incoming.count > 1 && flow
		&& (element->kind == BPMN_PARALLEL_GATEWAY || element->kind == BPMN_INCLUSIVE_GATEWAY
			|| element->kind == BPMN_COMPLEX_GATEWAY);
	bool counts = plan_of(element)->start_quantity > 1 && flow;
	if (!joins && !counts) {
		token_resume(step, element_enter(step, scope, element, ROLE_PLAIN));
		return;
	}
	arrival_add(step, scope, element, flow);
	if (counts)
		quantity_join(step, scope, element);
	else if (element->kind == BPMN_PARALLEL_GATEWAY)
		parallel_join(step, scope, element);
	else if (element->kind == BPMN_COMPLEX_GATEWAY)
		complex_join(step, scope, element);
}

/* ---- inclusive joins: when no other token can come ------------------------------------------------------ */

/* Marks the elements from which a token can come to the gateway by one of its incoming flows that have a token
 * (or: that have none), without passing the gateway. */
static bool *reach_back(struct step *step, uint32_t scope, const struct bpmn_element *gateway, bool with_token)
{
	size_t count = step->instance->model->elements.count;
	bool *marked = ARENA_ARRAY(step->arena, bool, count);
	struct { LIST_OF(const struct bpmn_element *); } open = { 0 };
	for (size_t i = 0; i < gateway->incoming.count; i++) {
		const struct bpmn_flow *flow = gateway->incoming.items[i];
		bool has_token = arrival_get(step->instance, scope, gateway, flow) != NULL;
		if (has_token == with_token && flow->from != gateway && !marked[flow->from->index]) {
			marked[flow->from->index] = true;
			LIST_PUSH(step->arena, &open, flow->from);
		}
	}
	while (open.count > 0) {
		const struct bpmn_element *at = open.items[--open.count];
		if (at->kind == BPMN_BOUNDARY_EVENT && at->attached_to && !marked[at->attached_to->index]) {
			marked[at->attached_to->index] = true;
			LIST_PUSH(step->arena, &open, at->attached_to);
		}
		for (size_t i = 0; i < at->incoming.count; i++) {
			const struct bpmn_element *from = at->incoming.items[i]->from;
			if (from != gateway && !marked[from->index]) {
				marked[from->index] = true;
				LIST_PUSH(step->arena, &open, from);
			}
		}
	}
	return marked;
}

static bool more_can_come(struct step *step, uint32_t scope, const struct bpmn_element *gateway)
{
	const struct bpmn_instance *instance = step->instance;
	const bool *to_empty = reach_back(step, scope, gateway, false);
	const bool *to_full = reach_back(step, scope, gateway, true);
	for (size_t i = 0; i < instance->tokens.count; i++) {
		const struct token *token = instance->tokens.items[i];
		uint32_t index = token->element->index;
		if (token->phase < PHASE_KEPT && token->parent == scope && token->role != ROLE_HANDLER && to_empty[index]
			&& !to_full[index])
			return true;
	}
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		const struct arrival *arrival = &instance->arrivals.items[i];
		uint32_t index = arrival->element->index;
		if (arrival->count > 0 && arrival->scope == scope && arrival->element != gateway && to_empty[index] && !to_full[index])
			return true;
	}
	return false;
}

static void complex_reset(struct step *step, uint32_t scope, const struct bpmn_element *gateway)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		struct arrival *arrival = &instance->arrivals.items[i];
		if (arrival->scope == scope && arrival->element == gateway && arrival->count > 0)
			arrival_take(step, arrival, arrival->count);
	}
	struct token *token = token_get(instance, scope);
	if (token && token->live == 0 && token->phase == PHASE_WAIT)
		scope_settle(step, token);
}

/* Lets one gateway go on; false when all must wait. */
bool joins_try(struct step *step)
{
	struct bpmn_instance *instance = step->instance;
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		struct arrival arrival = instance->arrivals.items[i];
		bool inclusive = arrival.element->kind == BPMN_INCLUSIVE_GATEWAY;
		bool fired = arrival.element->kind == BPMN_COMPLEX_GATEWAY && !arrival.flow;
		if (arrival.count == 0 || (!inclusive && !fired) || !token_get(instance, arrival.scope))
			continue;
		if (more_can_come(step, arrival.scope, arrival.element))
			continue;
		if (fired) {
			complex_reset(step, arrival.scope, arrival.element);
		} else {
			arrivals_take_one_each(step, arrival.scope, arrival.element);
			token_resume(step, element_enter(step, arrival.scope, arrival.element, ROLE_PLAIN));
		}
		return true;
	}
	return false;
}
