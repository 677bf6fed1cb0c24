/* check_join: parallel joins that wait for ever, because two of their incoming flows are ways of one choice. */
#include "bpmn/check.h"

enum { CHECK_PAIRS_MAX = 10000, CHECK_ELEMENTS_MAX = 2000 };    /* the search grows with the square; past this it stops */

static bool is_choice(const struct bpmn_element *element)
{
	return element->outgoing.count > 1 && (element->kind == BPMN_EXCLUSIVE_GATEWAY || element->kind == BPMN_EVENT_BASED_GATEWAY);
}

/* Marks what can be reached by flows from `from` without passing `wall`. */
static void spread(struct checking *checking, const struct bpmn_element *from, const struct bpmn_element *wall, bool *marked)
{
	struct { LIST_OF(const struct bpmn_element *); } open = { 0 };
	if (from == wall || marked[from->index])
		return;
	marked[from->index] = true;
	LIST_PUSH(&checking->scratch, &open, from);
	while (open.count > 0) {
		const struct bpmn_element *at = open.items[--open.count];
		const struct element_list *boundaries = &plan_of(at)->boundaries;
		for (size_t i = 0; i < at->outgoing.count + boundaries->count; i++) {
			const struct bpmn_element *to = i < at->outgoing.count ? at->outgoing.items[i]->to
				: boundaries->items[i - at->outgoing.count];
			if (to != wall && !marked[to->index]) {
				marked[to->index] = true;
				LIST_PUSH(&checking->scratch, &open, to);
			}
		}
		if (plan_of(at)->link_target && !marked[plan_of(at)->link_target->index]) {
			marked[plan_of(at)->link_target->index] = true;
			LIST_PUSH(&checking->scratch, &open, plan_of(at)->link_target);
		}
	}
}

/* Whether a token can come along the flow without the choice, from anything that begins in the scope. */
static bool *reached_without(struct checking *checking, const struct bpmn_element *choice)
{
	bool *marked = ARENA_ARRAY(&checking->scratch, bool, checking->model->elements.count);
	const struct element_list *children = &plan_of(choice->parent)->children;
	for (size_t i = 0; i < children->count; i++) {
		const struct bpmn_element *child = children->items[i];
		if (child->incoming.count == 0 && child->kind != BPMN_BOUNDARY_EVENT && !(child->event == BPMN_EVENT_LINK))
			spread(checking, child, choice, marked);
	}
	return marked;
}

/* The ways of the choice (as bits) by which each element is reached; more than 64 ways are not looked at. */
static uint64_t *ways_of(struct checking *checking, const struct bpmn_element *choice, const struct bpmn_element *join)
{
	size_t count = checking->model->elements.count;
	uint64_t *ways = ARENA_ARRAY(&checking->scratch, uint64_t, count);
	for (size_t i = 0; i < choice->outgoing.count && i < 64; i++) {
		bool *marked = ARENA_ARRAY(&checking->scratch, bool, count);
		spread(checking, choice->outgoing.items[i]->to, join, marked);
		for (size_t k = 0; k < count; k++)
			ways[k] |= marked[k] ? UINT64_C(1) << i : 0;
		/* The way that leads straight into the join. */
		if (choice->outgoing.items[i]->to == join)
			ways[choice->index] |= UINT64_C(1) << i;
	}
	return ways;
}

static uint64_t ways_into(const struct bpmn_flow *flow, const struct bpmn_element *choice, const uint64_t *ways)
{
	if (flow->from != choice)
		return ways[flow->from->index];
	uint64_t own = 0;
	for (size_t i = 0; i < choice->outgoing.count && i < 64; i++)
		own |= choice->outgoing.items[i] == flow ? UINT64_C(1) << i : 0;
	return own;
}

static bool waits_for_ever(struct checking *checking, const struct bpmn_element *join, const struct bpmn_element *choice)
{
	const bool *without = reached_without(checking, choice);
	const uint64_t *ways = ways_of(checking, choice, join);
	for (size_t i = 0; i < join->incoming.count; i++) {
		const struct bpmn_flow *one = join->incoming.items[i];
		for (size_t k = i + 1; k < join->incoming.count; k++) {
			const struct bpmn_flow *other = join->incoming.items[k];
			uint64_t by_one = ways_into(one, choice, ways), by_other = ways_into(other, choice, ways);
			if (by_one && by_other && !(by_one & by_other) && !without[one->from->index] && !without[other->from->index])
				return true;
		}
	}
	return false;
}

void check_joins(struct checking *checking)
{
	const struct bpmn_model *model = checking->model;
	size_t pairs = 0;
	if (model->elements.count > CHECK_ELEMENTS_MAX)
		return;
	for (size_t i = 0; i < model->elements.count; i++) {
		const struct bpmn_element *join = model->elements.items[i];
		if (join->kind != BPMN_PARALLEL_GATEWAY || join->incoming.count < 2)
			continue;
		for (size_t k = 0; k < model->elements.count; k++) {
			const struct bpmn_element *choice = model->elements.items[k];
			if (choice->parent != join->parent || !is_choice(choice) || ++pairs > CHECK_PAIRS_MAX)
				continue;
			arena_reset(&checking->scratch);
			if (!waits_for_ever(checking, join, choice))
				continue;
			complain(checking, SEVERITY_ERROR, join,
				"it waits for ever: two of its incoming flows are ways of the one choice %.*s", STR_ARG(choice->id));
			break;
		}
	}
	arena_done(&checking->scratch);
}
