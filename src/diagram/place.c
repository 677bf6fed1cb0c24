/* place: which nodes and lines are shown, and where: the model's own places when they can be used, else ours. */
#include "diagram/inside.h"

#include <math.h>

enum { SHAPE_SIDE_MIN = 4, SHAPE_SIDE_MAX = 12000 };

struct diagram_node *node_of(const struct laying *laying, const struct bpmn_element *element)
{
	return element ? laying->nodes[element->index] : NULL;
}

/* ---- what is shown ------------------------------------------------------------------------------------------------ */

/* A sub-process is shown open when the diagram shows something inside, or shows nothing at all. */
static bool *find_open(struct laying *laying, bool own)
{
	size_t count = bpmn_element_count(laying->model);
	bool *open = ARENA_ARRAY(laying->arena, bool, count);
	for (size_t i = 0; i < count; i++) {
		const struct bpmn_element *element = bpmn_element_at(laying->model, i);
		if (element->kind == BPMN_PROCESS) open[i] = true;
		if (element->parent && (element->bounds || !own)) open[element->parent->index] = true;
	}
	for (size_t i = 0; i < count && own; i++)
		if (bpmn_element_at(laying->model, i)->collapsed) open[i] = false;
	return open;
}

static bool is_shown(const bool *open, const struct bpmn_element *element)
{
	for (const struct bpmn_element *outer = element->parent; outer; outer = outer->parent)
		if (!open[outer->index]) return false;
	return true;
}

static struct str name_in(const struct str *names, size_t index, struct str own)
{
	return names && names[index].len > 0 ? names[index] : own;
}

static struct err collect_nodes(struct laying *laying, bool own)
{
	size_t count = bpmn_element_count(laying->model);
	struct diagram *diagram = laying->diagram;
	bool *open = find_open(laying, own);
	for (size_t i = 0; i < count; i++) {
		const struct bpmn_element *element = bpmn_element_at(laying->model, i);
		if (element->kind == BPMN_PROCESS || !is_shown(open, element)) continue;
		if (diagram->nodes.count == DIAGRAM_NODE_COUNT_MAX) return ERR(LIMIT);
		LIST_PUSH(laying->arena, &diagram->nodes, ((struct diagram_node){ .element = element,
			.open = open[i] && diagram_is_scope(element->kind),
			.name = name_in(laying->names.elements, i, element->name) }));
	}
	laying->nodes = ARENA_ARRAY(laying->arena, struct diagram_node *, count);
	for (size_t i = 0; i < diagram->nodes.count; i++)
		laying->nodes[diagram->nodes.items[i].element->index] = &diagram->nodes.items[i];
	return OK;
}

/* ---- the model's own places ------------------------------------------------------------------------------------------- */

static bool is_usable(const struct bpmn_bounds *bounds)
{
	return bounds && bounds->width >= SHAPE_SIDE_MIN && bounds->height >= SHAPE_SIDE_MIN && bounds->width <= SHAPE_SIDE_MAX
	    && bounds->height <= SHAPE_SIDE_MAX;
}

/* Two nodes in one place, as exporters that know no places write them. */
static bool stands_alone(const struct diagram *diagram, size_t index)
{
	const struct bpmn_bounds *at = diagram->nodes.items[index].element->bounds;
	for (size_t i = 0; i < index; i++) {
		const struct bpmn_bounds *other = diagram->nodes.items[i].element->bounds;
		if (at->x == other->x && at->y == other->y && at->width == other->width) return false;
	}
	return true;
}

static bool has_own_places(const struct laying *laying)
{
	const struct diagram *diagram = laying->diagram;
	for (size_t i = 0; i < diagram->nodes.count; i++)
		if (!is_usable(diagram->nodes.items[i].element->bounds) || !stands_alone(diagram, i)) return false;
	return diagram->nodes.count > 0;
}

static void take_line(struct laying *laying, struct diagram_edge *edge)
{
	const struct bpmn_bounds *a = edge->from->bounds, *b = edge->to->bounds;
	edge->point_count = edge->flow && edge->flow->point_count >= 2 ? edge->flow->point_count : 2;
	edge->points = ARENA_ARRAY(laying->arena, struct bpmn_point, edge->point_count);
	for (size_t i = 0; edge->flow && i < edge->flow->point_count && edge->flow->point_count >= 2; i++)
		edge->points[i] = edge->flow->points[i];
	if (edge->flow && edge->flow->point_count >= 2) return;
	edge->points[0] = (struct bpmn_point){ middle_x(*a), edge->from->kind == BPMN_BOUNDARY_EVENT ? below_of(*a) : middle_y(*a) };
	edge->points[1] = (struct bpmn_point){ middle_x(*b), middle_y(*b) };
	if (edge->from->kind == BPMN_BOUNDARY_EVENT) edge->points[1].y = b->y > edge->points[0].y ? b->y : below_of(*b);
	else if (b->x >= right_of(*a)) edge->points[0].x = right_of(*a), edge->points[1].x = b->x;
	else if (b->y >= below_of(*a)) edge->points[0].y = below_of(*a), edge->points[1].y = b->y;
	else edge->points[0].x = a->x, edge->points[1].x = right_of(*b);
}

static void take_own_places(struct laying *laying)
{
	struct diagram *diagram = laying->diagram;
	struct bpmn_lanes lanes = bpmn_lanes(laying->model);
	for (size_t i = 0; i < lanes.count; i++)
		if (is_usable(&lanes.items[i].bounds))
			LIST_PUSH(laying->arena, &diagram->lanes, ((struct diagram_lane){ .name = lanes.items[i].name,
				.bounds = lanes.items[i].bounds, .upright = lanes.items[i].upright }));
	for (size_t i = 0; i < diagram->nodes.count; i++) {
		struct diagram_node *node = &diagram->nodes.items[i];
		node->bounds = *node->element->bounds;
		if (node->element->label) node->wanted = *node->element->label;
	}
	for (size_t i = 0; i < diagram->edges.count; i++) {
		take_line(laying, &diagram->edges.items[i]);
		if (diagram->edges.items[i].flow && diagram->edges.items[i].flow->label)
			diagram->edges.items[i].wanted = *diagram->edges.items[i].flow->label;
	}
}

/* ---- lines ---------------------------------------------------------------------------------------------------------------- */

static struct err add_edge(struct laying *laying, struct diagram_edge edge)
{
	if (!node_of(laying, edge.from) || !node_of(laying, edge.to)) return OK;
	if (laying->diagram->edges.count == DIAGRAM_EDGE_COUNT_MAX) return ERR(LIMIT);
	LIST_PUSH(laying->arena, &laying->diagram->edges, edge);
	return OK;
}

static struct err collect_edges(struct laying *laying)
{
	struct bpmn_flows flows = bpmn_flows(laying->model);
	for (size_t i = 0; i < flows.count; i++) {
		const struct bpmn_flow *flow = flows.items[i];
		TRY(add_edge(laying, (struct diagram_edge){ .flow = flow, .from = flow->from, .to = flow->to,
			.name = name_in(laying->names.flows, i, flow->name) }));
	}
	for (size_t i = 0; i < bpmn_element_count(laying->model); i++) {
		const struct bpmn_element *element = bpmn_element_at(laying->model, i);
		if (element->compensated_by)
			TRY(add_edge(laying, (struct diagram_edge){ .from = element, .to = element->compensated_by }));
	}
	return OK;
}

/* ---- the frame ---------------------------------------------------------------------------------------------------------------- */

struct frame { double left, top, right, bottom; };

static void stretch(struct frame *frame, struct bpmn_bounds bounds)
{
	frame->left = fmin(frame->left, bounds.x);
	frame->top = fmin(frame->top, bounds.y);
	frame->right = fmax(frame->right, right_of(bounds));
	frame->bottom = fmax(frame->bottom, below_of(bounds));
}

static void shift(struct bpmn_bounds *bounds, double dx, double dy)
{
	bounds->x += dx;
	bounds->y += dy;
}

static double clamp(double value, double max)
{
	return value > 0 ? fmin(value, max) : 0;
}

/* The upper left corner becomes 0, 0; names beside the outermost nodes have room. A line's point far outside is pulled in. */
static struct err frame_all(struct diagram *diagram)
{
	enum { NAME_ROOM = 36 };
	struct frame frame = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (size_t i = 0; i < diagram->nodes.count; i++) stretch(&frame, diagram->nodes.items[i].bounds);
	for (size_t i = 0; i < diagram->lanes.count; i++) stretch(&frame, diagram->lanes.items[i].bounds);
	if (!(frame.right - frame.left <= DIAGRAM_SIDE_MAX / 2 && frame.bottom - frame.top <= DIAGRAM_SIDE_MAX / 2)) return ERR(LIMIT);
	double far = DIAGRAM_SIDE_MAX / 8;
	struct frame most = { frame.left - far, frame.top - far, frame.right + far, frame.bottom + far };
	for (size_t i = 0; i < diagram->edges.count; i++)
		for (size_t k = 0; k < diagram->edges.items[i].point_count; k++) {
			struct bpmn_point *point = &diagram->edges.items[i].points[k];
			point->x = fmax(most.left, fmin(most.right, point->x));
			point->y = fmax(most.top, fmin(most.bottom, point->y));
			stretch(&frame, (struct bpmn_bounds){ point->x, point->y, 0, 0 });
		}
	double dx = MARGIN + NAME_ROOM / 2 - frame.left, dy = MARGIN - frame.top;
	diagram->width = frame.right - frame.left + 2 * MARGIN + NAME_ROOM;
	diagram->height = frame.bottom - frame.top + 2 * MARGIN + NAME_ROOM;
	for (size_t i = 0; i < diagram->nodes.count; i++) {
		shift(&diagram->nodes.items[i].bounds, dx, dy);
		if (diagram->nodes.items[i].wanted.width > 0) shift(&diagram->nodes.items[i].wanted, dx, dy);
	}
	for (size_t i = 0; i < diagram->lanes.count; i++) shift(&diagram->lanes.items[i].bounds, dx, dy);
	for (size_t i = 0; i < diagram->edges.count; i++) {
		if (diagram->edges.items[i].wanted.width > 0) shift(&diagram->edges.items[i].wanted, dx, dy);
		for (size_t k = 0; k < diagram->edges.items[i].point_count; k++) {
			struct bpmn_point *point = &diagram->edges.items[i].points[k];
			*point = (struct bpmn_point){ clamp(point->x + dx, diagram->width), clamp(point->y + dy, diagram->height) };
		}
	}
	return OK;
}

static struct err lay(struct laying *laying, bool own)
{
	*laying->diagram = (struct diagram){ .laid_out = !own };
	TRY(collect_nodes(laying, own));
	if (own && !has_own_places(laying)) return ERR(NOT_FOUND);
	TRY(collect_edges(laying));
	if (own) take_own_places(laying);
	else layout_model(laying);
	size_t points = 0;
	for (size_t i = 0; i < laying->diagram->edges.count; i++) points += laying->diagram->edges.items[i].point_count;
	if (points > DIAGRAM_POINT_COUNT_MAX || laying->diagram->nodes.count == 0) return ERR(LIMIT);
	return frame_all(laying->diagram);
}

struct err diagram_lay(struct arena *arena, const struct bpmn_model *model, struct diagram_names names, struct diagram *out_diagram)
{
	struct diagram diagram;
	struct laying laying = { .arena = arena, .model = model, .names = names, .diagram = &diagram };
	struct err err = lay(&laying, true);
	if (failed(err)) err = lay(&laying, false);
	if (failed(err)) return ERR(LIMIT);
	labels_place(&laying);
	*out_diagram = diagram;
	return OK;
}
