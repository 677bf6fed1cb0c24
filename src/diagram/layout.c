/* layout: a scope is a grid of its members; what is inside a sub-process is laid out first and gives it its size. Event
 * sub-processes stand below, processes one under the other. */
#include "diagram/inside.h"

#include <math.h>

enum { INNER_SIDE = 24, INNER_TOP = 44, INNER_BOTTOM = 20, ASIDE_GAP = 30, ASIDES_WIDTH_MIN = 900, HOST_STEP = 26 };

static struct bpmn_bounds lay_scope(struct laying *laying, const struct bpmn_element *scope);

static bool is_inside(const struct bpmn_element *element, const struct bpmn_element *scope)
{
	for (const struct bpmn_element *outer = element->parent; outer; outer = outer->parent)
		if (outer == scope) return true;
	return false;
}

/* Moves all that stands inside `scope`; its own lines too. */
static void move_inside(struct laying *laying, const struct bpmn_element *scope, double dx, double dy)
{
	struct diagram *diagram = laying->diagram;
	for (size_t i = 0; i < diagram->nodes.count; i++) {
		struct diagram_node *node = &diagram->nodes.items[i];
		if (!is_inside(node->element, scope)) continue;
		node->bounds.x += dx;
		node->bounds.y += dy;
	}
	for (size_t i = 0; i < diagram->edges.count; i++) {
		struct diagram_edge *edge = &diagram->edges.items[i];
		for (size_t k = 0; k < edge->point_count && is_inside(edge->from, scope); k++) {
			edge->points[k].x += dx;
			edge->points[k].y += dy;
		}
	}
}

static size_t hosted_count(const struct laying *laying, const struct bpmn_element *host)
{
	size_t count = 0;
	for (size_t i = 0; i < laying->diagram->nodes.count; i++) count += laying->diagram->nodes.items[i].element->attached_to == host;
	return count;
}

/* An activity is as wide as its boundary events need. */
static void size_node(struct laying *laying, struct diagram_node *node)
{
	enum bpmn_kind kind = node->element->kind;
	struct bpmn_bounds *bounds = &node->bounds;
	double needed = (double)hosted_count(laying, node->element) * (EVENT_SIZE + HOST_STEP) - HOST_STEP + 16;
	if (node->open) {
		struct bpmn_bounds inner = lay_scope(laying, node->element);
		*bounds = (struct bpmn_bounds){ 0, 0, inner.width + 2 * INNER_SIDE, inner.height + INNER_TOP + INNER_BOTTOM };
	} else if (diagram_is_activity(kind)) {
		*bounds = (struct bpmn_bounds){ 0, 0, TASK_WIDTH, TASK_HEIGHT };
	} else {
		double side = diagram_is_gateway(kind) ? GATEWAY_SIZE : EVENT_SIZE;
		*bounds = (struct bpmn_bounds){ 0, 0, side, side };
	}
	if (diagram_is_activity(kind)) bounds->width = fmax(bounds->width, needed);
}

static void put_node(struct laying *laying, struct diagram_node *node, double x, double y)
{
	node->bounds.x = x;
	node->bounds.y = y;
	if (node->open) move_inside(laying, node->element, x + INNER_SIDE, y + INNER_TOP);
}

static void put_boundaries(struct laying *laying, const struct diagram_node *host)
{
	size_t count = hosted_count(laying, host->element), at = 0;
	for (size_t i = 0; i < laying->diagram->nodes.count && count > 0; i++) {
		struct diagram_node *node = &laying->diagram->nodes.items[i];
		if (node->element->attached_to != host->element) continue;
		double share = ((double)at++ + 0.5) / (double)count;
		node->bounds.x = host->bounds.x + host->bounds.width * share - EVENT_SIZE / 2.0;
		node->bounds.y = below_of(host->bounds) - EVENT_SIZE / 2.0;
	}
}

static struct grid make_grid(struct laying *laying, const struct bpmn_element *scope)
{
	struct arena *arena = laying->arena;
	size_t count = bpmn_element_count(laying->model);
	struct grid grid = { .laying = laying, .scope = scope, .layer = ARENA_ARRAY(arena, int, count), .row = ARENA_ARRAY(arena, int, count) };
	for (size_t i = 0; i < laying->diagram->nodes.count; i++) {
		const struct bpmn_element *element = laying->diagram->nodes.items[i].element;
		if (element->parent != scope) continue;
		size_node(laying, &laying->diagram->nodes.items[i]);
		if (element->triggered_by_event) LIST_PUSH(arena, &grid.asides, element);
		else if (element->kind != BPMN_BOUNDARY_EVENT) LIST_PUSH(arena, &grid.members, element);
	}
	for (size_t i = 0; i < laying->diagram->edges.count; i++) {
		const struct diagram_edge *edge = &laying->diagram->edges.items[i];
		const struct bpmn_element *leaves = edge->from->attached_to ? edge->from->attached_to : edge->from;
		bool here = leaves->parent == scope && edge->to->parent == scope && edge->to->kind != BPMN_BOUNDARY_EVENT;
		if (here && !leaves->triggered_by_event && !edge->to->triggered_by_event)
			LIST_PUSH(arena, &grid.edges, ((struct grid_edge){ .flow = edge->flow, .from = edge->from, .to = edge->to, .leaves = leaves }));
	}
	return grid;
}

static void put_members(struct grid *grid)
{
	for (size_t i = 0; i < grid->members.count; i++) {
		const struct bpmn_element *element = grid->members.items[i];
		struct diagram_node *node = node_of(grid->laying, element);
		int layer = grid->layer[element->index];
		put_node(grid->laying, node, grid->layer_x[layer] + (grid->layer_width[layer] - node->bounds.width) / 2,
		    grid->row_y[grid->row[element->index]] - node->bounds.height / 2);
		put_boundaries(grid->laying, node);
	}
}

static void put_asides(struct grid *grid)
{
	double x = 0, top = grid->height > 0 ? grid->height + ASIDE_GAP : 0, bottom = top;
	double width = fmax(grid->width, ASIDES_WIDTH_MIN);
	for (size_t i = 0; i < grid->asides.count; i++) {
		struct diagram_node *node = node_of(grid->laying, grid->asides.items[i]);
		if (x > 0 && x + node->bounds.width > width) {
			x = 0;
			top = bottom + ASIDE_GAP;
		}
		put_node(grid->laying, node, x, top);
		put_boundaries(grid->laying, node);
		x += node->bounds.width + ASIDE_GAP;
		bottom = fmax(bottom, below_of(node->bounds) + (hosted_count(grid->laying, node->element) ? EVENT_SIZE : 0));
		grid->width = fmax(grid->width, right_of(node->bounds));
		grid->height = fmax(grid->height, bottom);
	}
}

static struct bpmn_bounds lay_scope(struct laying *laying, const struct bpmn_element *scope)
{
	struct grid grid = make_grid(laying, scope);
	if (grid.members.count > 0) {
		grid_fill(&grid);
		grid_measure(&grid);
		put_members(&grid);
		grid_route(&grid);
	}
	put_asides(&grid);
	return (struct bpmn_bounds){ 0, 0, grid.width, grid.height };
}

/* A line that no grid knows: from one process or sub-process into another. */
static void draw_straight(struct laying *laying, struct diagram_edge *edge)
{
	struct bpmn_bounds a = node_of(laying, edge->from)->bounds, b = node_of(laying, edge->to)->bounds;
	edge->points = ARENA_ARRAY(laying->arena, struct bpmn_point, 2);
	edge->point_count = 2;
	edge->points[0] = (struct bpmn_point){ right_of(a), middle_y(a) };
	edge->points[1] = (struct bpmn_point){ b.x, middle_y(b) };
}

void layout_model(struct laying *laying)
{
	double top = 0;
	for (size_t i = 0; i < bpmn_element_count(laying->model); i++) {
		const struct bpmn_element *process = bpmn_element_at(laying->model, i);
		if (process->kind != BPMN_PROCESS && process->parent) continue;
		if (process->kind != BPMN_PROCESS) {             /* a global task: runs like a process of one task */
			struct diagram_node *node = node_of(laying, process);
			size_node(laying, node);
			put_node(laying, node, 0, top);
			top += node->bounds.height + ASIDE_GAP;
			continue;
		}
		struct bpmn_bounds whole = lay_scope(laying, process);
		move_inside(laying, process, 0, top);
		if (whole.height > 0) top += whole.height + 2 * ASIDE_GAP;
	}
	for (size_t i = 0; i < laying->diagram->edges.count; i++)
		if (laying->diagram->edges.items[i].point_count == 0) draw_straight(laying, &laying->diagram->edges.items[i]);
}
