#include "bpmn/reach.h"

/* A node is an element entered (even) or completed (odd). */
struct walk {
	struct arena *arena;
	const struct bpmn_model *model;
	struct reach reach;
	bool stop_at_user_tasks;
	uint32_t *waiting;                  /* by element: incoming flows of a parallel join not reached yet */
	struct { LIST_OF(int64_t); } open;
};

static void mark(struct walk *walk, const struct bpmn_element *element, bool completed, int64_t from)
{
	bool *flags = completed ? walk->reach.completed : walk->reach.entered;
	int64_t node = (int64_t)element->index * 2 + completed;
	if (flags[element->index])
		return;
	flags[element->index] = true;
	walk->reach.from[node] = from;
	LIST_PUSH(walk->arena, &walk->open, node);
}

static bool begins(const struct bpmn_element *scope, const struct bpmn_element *child)
{
	if (child->kind == BPMN_START_EVENT)
		return true;
	if (child->incoming.count > 0 || child->kind == BPMN_BOUNDARY_EVENT || child->triggered_by_event || child->for_compensation)
		return false;
	bool is_link = child->kind == BPMN_CATCH_EVENT && child->event == BPMN_EVENT_LINK;
	return !is_link && (plan_of(scope)->starts.count == 0 || plan_of(scope)->starts.items[0] == child);
}

/* A loop over a list may have nothing to do, and an ad-hoc sub-process may choose nothing. */
static bool may_be_skipped(const struct bpmn_element *element)
{
	const struct loop_plan *loop = plan_of(element)->loop;
	bool empty = loop && (loop->standard ? loop->test_before : true);
	return empty || element->kind == BPMN_AD_HOC_SUB_PROCESS || (is_scope(element) && plan_of(element)->children.count == 0);
}

static void walk_entered(struct walk *walk, const struct bpmn_element *element, int64_t node)
{
	const struct bpmn_plan *plan = plan_of(element);
	for (size_t i = 0; i < plan->boundaries.count; i++) {
		if (plan->boundaries.items[i]->event != BPMN_EVENT_COMPENSATION)
			mark(walk, plan->boundaries.items[i], false, node);
	}
	for (size_t i = 0; i < plan->children.count; i++) {
		const struct bpmn_element *child = plan->children.items[i];
		if (begins(element, child) || child->triggered_by_event)
			mark(walk, child, false, node);
	}
	bool is_stop = walk->stop_at_user_tasks && element->kind == BPMN_USER_TASK;
	if (may_be_skipped(element) || (!is_scope(element) && !is_stop))
		mark(walk, element, true, node);
}

static void arrive(struct walk *walk, const struct bpmn_element *to, int64_t node)
{
	bool joins = walk->stop_at_user_tasks && to->kind == BPMN_PARALLEL_GATEWAY;
	if (joins && walk->waiting[to->index] > 1)
		walk->waiting[to->index]--;
	else
		mark(walk, to, false, node);
}

static void walk_completed(struct walk *walk, const struct bpmn_element *element, int64_t node)
{
	const struct bpmn_plan *plan = plan_of(element);
	for (size_t i = 0; i < element->outgoing.count; i++)
		arrive(walk, element->outgoing.items[i]->to, node);
	if (plan->link_target)
		mark(walk, plan->link_target, false, node);
	for (size_t i = 0; i < plan->boundaries.count; i++) {
		if (plan->boundaries.items[i]->event == BPMN_EVENT_COMPENSATION)
			mark(walk, plan->boundaries.items[i], false, node);
	}
	if (plan->handler)
		mark(walk, plan->handler, false, node);
	if (element->outgoing.count == 0 && element->parent && !plan->link_target && !element->for_compensation)
		mark(walk, element->parent, true, node);
}

struct reach reach_all(struct arena *arena, const struct bpmn_model *model, bool stop_at_user_tasks)
{
	size_t count = model->elements.count;
	struct walk walk = { .arena = arena, .model = model, .stop_at_user_tasks = stop_at_user_tasks,
		.waiting = ARENA_ARRAY(arena, uint32_t, count),
		.reach = { .entered = ARENA_ARRAY(arena, bool, count), .completed = ARENA_ARRAY(arena, bool, count),
			.from = ARENA_ARRAY(arena, int64_t, count * 2) } };
	for (size_t i = 0; i < count; i++)
		walk.waiting[i] = (uint32_t)model->elements.items[i]->incoming.count;
	for (size_t i = 0; i < model->processes.count; i++)
		mark(&walk, model->processes.items[i], false, -1);
	while (walk.open.count > 0) {
		int64_t node = walk.open.items[--walk.open.count];
		const struct bpmn_element *element = model->elements.items[node / 2];
		if (node % 2 == 0)
			walk_entered(&walk, element, node);
		else
			walk_completed(&walk, element, node);
	}
	return walk.reach;
}

bool bpmn_passes_user_task(struct arena *arena, const struct bpmn_model *model, const struct bpmn_element *to,
	struct str *out_path)
{
	struct reach reach = reach_all(arena, model, true);
	if (!reach.entered[to->index])
		return true;
	struct str path = to->id;
	uint32_t last = to->index;
	for (int64_t node = reach.from[(size_t)to->index * 2]; node >= 0; node = reach.from[node]) {
		const struct bpmn_element *element = model->elements.items[node / 2];
		if (element->index == last || element->kind == BPMN_PROCESS)
			continue;
		path = str_printf(arena, "%.*s -> %.*s", STR_ARG(element->id), STR_ARG(path));
		last = element->index;
	}
	if (out_path)
		*out_path = path;
	return false;
}
