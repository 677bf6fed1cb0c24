/* load_links: what can only be tied when all elements are known: boundary events, compensation handlers, links,
 * incoming and outgoing flows, lanes, and the places of the diagram. */
#include "bpmn/inside.h"
#include <stdlib.h>

#define DIAGRAM_SPACE "http://www.omg.org/spec/BPMN/20100524/DI"

static struct bpmn_plan *plan_for(const struct bpmn_element *element)
{
	return (struct bpmn_plan *)element->plan;
}

static void tie_boundary(struct loading *loading, const struct xml *at, struct bpmn_element *event)
{
	struct str id = load_reference(xml_attribute(at, "attachedToRef"));
	const struct bpmn_element *activity = load_element(loading, id);
	if (!activity || !is_activity(activity) || activity->parent != event->parent) {
		load_refuse(loading, at, "%.*s: there is no activity %.*s beside it to be attached to", STR_ARG(event->id), STR_ARG(id));
		return;
	}
	event->attached_to = activity;
	if (plan_of(event)->triggers.count == 0)
		load_refuse(loading, at, "%.*s: a boundary event must say what it waits for", STR_ARG(event->id));
	LIST_PUSH(loading->arena, &plan_for(activity)->boundaries, event);
}

static void tie_association(struct loading *loading, const struct xml *at)
{
	const struct bpmn_element *from = load_element(loading, load_reference(xml_attribute(at, "sourceRef")));
	const struct bpmn_element *to = load_element(loading, load_reference(xml_attribute(at, "targetRef")));
	if (!from || !to || from->kind != BPMN_BOUNDARY_EVENT || from->event != BPMN_EVENT_COMPENSATION || !from->attached_to)
		return;
	if (!to->for_compensation || !is_activity(to) || to->parent != from->parent) {
		load_refuse(loading, at, "%.*s leads to %.*s, which is no activity for compensation beside it", STR_ARG(from->id),
			STR_ARG(to->id));
		return;
	}
	plan_for(from)->handler = to;
	((struct bpmn_element *)from)->compensated_by = to;
	plan_for(from->attached_to)->compensation = to;
}

static void walk(struct loading *loading, const struct xml *at, bool associations)
{
	for (const struct xml *child = at->first; child; child = child->next) {
		if (!str_eq_c(child->space, BPMN_SPACE))
			continue;
		if (!associations && str_eq_c(child->name, "boundaryEvent")) {
			struct bpmn_element *event = load_element(loading, xml_attribute(child, "id"));
			if (event && event->kind == BPMN_BOUNDARY_EVENT && !event->attached_to)
				tie_boundary(loading, child, event);
		}
		if (associations && str_eq_c(child->name, "association"))
			tie_association(loading, child);
		walk(loading, child, associations);
	}
}

static const struct bpmn_element *link_catch(const struct bpmn_element *from, const struct trigger *trigger)
{
	const struct element_list *beside = &plan_of(from->parent)->children;
	for (size_t i = 0; i < beside->count; i++) {
		const struct bpmn_element *other = beside->items[i];
		if (other->kind != BPMN_CATCH_EVENT || other->event != BPMN_EVENT_LINK)
			continue;
		const struct trigger *there = &plan_of(other)->triggers.items[0];
		bool by_id = trigger->link_ref.len > 0 && str_eq(trigger->link_ref, there->id);
		bool by_name = is_said(&trigger->name) && str_eq(trigger->name.text, there->name.text);
		if (by_id || by_name)
			return other;
	}
	return NULL;
}

static void tie_event(struct loading *loading, struct bpmn_element *element)
{
	struct bpmn_plan *plan = plan_for(element);
	for (size_t i = 0; i < plan->triggers.count; i++) {
		struct trigger *trigger = &plan->triggers.items[i];
		if (trigger->kind == BPMN_EVENT_LINK && element->kind == BPMN_THROW_EVENT) {
			plan->link_target = link_catch(element, trigger);
			if (!plan->link_target)
				load_refuse(loading, NULL, "%.*s (line %u): there is no link catch event for it", STR_ARG(element->id),
					element->line);
		}
		if (trigger->kind == BPMN_EVENT_CONDITION)
			loading->model->has_conditions = true;
		if (trigger->activity_ref.len > 0) {
			trigger->activity = load_element(loading, trigger->activity_ref);
			if (!trigger->activity)
				load_refuse(loading, NULL, "%.*s (line %u): there is no activity %.*s to compensate", STR_ARG(element->id),
					element->line, STR_ARG(trigger->activity_ref));
		}
	}
	if (element->triggered_by_event && (plan->starts.count != 1 || plan_of(plan->starts.items[0])->triggers.count == 0))
		load_refuse(loading, NULL, "%.*s (line %u): an event sub-process needs exactly one start event, with a trigger",
			STR_ARG(element->id), element->line);
	else if (element->triggered_by_event && plan->starts.items[0]->event == BPMN_EVENT_COMPENSATION)
		plan_for(element->parent)->compensation_sub_process = element;
	if (element->kind == BPMN_CATCH_EVENT && plan->triggers.count == 0)
		load_refuse(loading, NULL, "%.*s (line %u): a catch event must say what it waits for", STR_ARG(element->id),
			element->line);
}

/* Two passes over the flows: count, then fill. */
static void tie_flows(struct loading *loading)
{
	struct bpmn_model *model = loading->model;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < model->flows.count; i++) {
			const struct bpmn_flow *flow = model->flows.items[i];
			struct bpmn_flows *ends[2] = { &((struct bpmn_element *)flow->from)->outgoing,
				&((struct bpmn_element *)flow->to)->incoming };
			for (int end = 0; end < 2; end++) {
				if (pass == 1)
					((const struct bpmn_flow **)ends[end]->items)[ends[end]->count] = flow;
				ends[end]->count++;
			}
		}
		for (size_t i = 0; i < model->elements.count && pass == 0; i++) {
			struct bpmn_element *element = model->elements.items[i];
			element->incoming.items = ARENA_ARRAY(loading->arena, const struct bpmn_flow *, element->incoming.count);
			element->outgoing.items = ARENA_ARRAY(loading->arena, const struct bpmn_flow *, element->outgoing.count);
			element->incoming.count = element->outgoing.count = 0;
		}
	}
}

void load_links(struct loading *loading)
{
	walk(loading, loading->root, false);
	walk(loading, loading->root, true);
	for (size_t i = 0; i < loading->model->elements.count; i++)
		tie_event(loading, loading->model->elements.items[i]);
	tie_flows(loading);
}

static void lane_set(struct loading *loading, const struct xml *at)
{
	for (const struct xml *lane = load_child(at, "lane"); lane; lane = xml_sibling(lane, STR(BPMN_SPACE), "lane")) {
		struct str name = xml_attribute(lane, "name");
		if (name.len == 0)
			name = xml_attribute(lane, "id");
		for (const struct xml *reference = load_child(lane, "flowNodeRef"); reference;
			reference = xml_sibling(reference, STR(BPMN_SPACE), "flowNodeRef")) {
			struct bpmn_element *element = load_element(loading, load_reference(reference->text));
			if (element)
				element->lane = name;
		}
		for (const struct xml *inner = load_child(lane, "childLaneSet"); inner;
			inner = xml_sibling(inner, STR(BPMN_SPACE), "childLaneSet"))
			lane_set(loading, inner);
	}
}

/* Nodes inside a sub-process stand in its lane. */
static void inherit_lanes(struct loading *loading)
{
	for (size_t i = 0; i < loading->model->elements.count; i++) {
		struct bpmn_element *element = loading->model->elements.items[i];
		if (element->lane.len == 0 && element->parent)
			element->lane = element->parent->lane;
	}
}

void load_lanes(struct loading *loading, const struct xml *process)
{
	for (const struct xml *set = load_child(process, "laneSet"); set; set = xml_sibling(set, STR(BPMN_SPACE), "laneSet"))
		lane_set(loading, set);
	inherit_lanes(loading);
}

static double coordinate(const struct xml *at, const char *name)
{
	char text[40];
	struct str value = str_trim(xml_attribute(at, name));
	if (value.len == 0 || value.len >= sizeof text)
		return 0;
	for (size_t i = 0; i < value.len; i++)
		text[i] = value.ptr[i];
	text[value.len] = '\0';
	double number = strtod(text, NULL);
	return number > -1e7 && number < 1e7 ? number : 0;
}

static const struct bpmn_bounds *load_bounds(struct loading *loading, const struct xml *at)
{
	const struct xml *bounds = at ? xml_child(at, STR(""), "Bounds") : NULL;
	if (!bounds)
		return NULL;
	struct bpmn_bounds *place = ARENA_NEW(loading->arena, struct bpmn_bounds);
	*place = (struct bpmn_bounds){ coordinate(bounds, "x"), coordinate(bounds, "y"), coordinate(bounds, "width"),
		coordinate(bounds, "height") };
	return place;
}

/* Pools and lanes by id: what the diagram may show beside nodes. */
static void collect_lanes(struct loading *loading, const struct xml *at, struct map *lanes)
{
	for (const struct xml *child = at->first; child; child = child->next) {
		bool is_lane = str_eq_c(child->name, "lane") || str_eq_c(child->name, "participant");
		if (is_lane && str_eq_c(child->space, BPMN_SPACE) && xml_attribute(child, "id").len > 0)
			map_put(loading->arena, lanes, xml_attribute(child, "id"), (void *)child);
		collect_lanes(loading, child, lanes);
	}
}

static void load_shape(struct loading *loading, const struct xml *shape, const struct map *lanes)
{
	struct str id = load_reference(xml_attribute(shape, "bpmnElement"));
	struct bpmn_element *element = load_element(loading, id);
	const struct bpmn_bounds *bounds = load_bounds(loading, shape);
	const struct xml *lane = map_get(lanes, id);
	if (element && bounds) {
		element->bounds = bounds;
		element->label = load_bounds(loading, xml_child(shape, STR(DIAGRAM_SPACE), "BPMNLabel"));
		element->collapsed = str_eq_c(xml_attribute(shape, "isExpanded"), "false");
	} else if (lane && bounds) {
		LIST_PUSH(loading->arena, &loading->model->lanes, ((struct bpmn_lane){ .id = id, .name = xml_attribute(lane, "name"),
			.bounds = *bounds, .upright = str_eq_c(xml_attribute(shape, "isHorizontal"), "false") }));
	}
}

static void load_edge(struct loading *loading, const struct xml *edge)
{
	struct bpmn_flow *flow = map_get(&loading->flows, load_reference(xml_attribute(edge, "bpmnElement")));
	struct { LIST_OF(struct bpmn_point); } points = { 0 };
	for (const struct xml *point = xml_child(edge, STR(""), "waypoint"); point; point = xml_sibling(point, STR(""), "waypoint"))
		LIST_PUSH(loading->arena, &points, ((struct bpmn_point){ coordinate(point, "x"), coordinate(point, "y") }));
	if (flow) {
		flow->points = points.items;
		flow->point_count = points.count;
		flow->label = load_bounds(loading, xml_child(edge, STR(DIAGRAM_SPACE), "BPMNLabel"));
	}
}

void load_diagram(struct loading *loading)
{
	struct str space = STR(DIAGRAM_SPACE);
	struct map lanes = { 0 };
	collect_lanes(loading, loading->root, &lanes);
	for (const struct xml *diagram = xml_child(loading->root, space, "BPMNDiagram"); diagram;
		diagram = xml_sibling(diagram, space, "BPMNDiagram")) {
		const struct xml *plane = xml_child(diagram, space, "BPMNPlane");
		for (const struct xml *child = plane ? plane->first : NULL; child; child = child->next) {
			loading->model->has_diagram = true;
			if (str_eq_c(child->name, "BPMNShape"))
				load_shape(loading, child, &lanes);
			else if (str_eq_c(child->name, "BPMNEdge"))
				load_edge(loading, child);
		}
	}
}
