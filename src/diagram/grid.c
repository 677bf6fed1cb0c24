/* grid: the layer of a node is the longest way to it, its row that of what leads to it, if it is free. */
#include "diagram/inside.h"

#include <stdlib.h>

enum seen { UNSEEN, ON_THE_WAY, SEEN };

struct search { struct grid *grid; uint8_t *seen; const struct bpmn_element **order; size_t order_count; };

/* Depth first; `order` becomes the members from last to first. A line to something on the way goes back. */
static void visit(struct search *search, const struct bpmn_element *element)
{
	struct grid *grid = search->grid;
	search->seen[element->index] = ON_THE_WAY;
	for (size_t i = 0; i < grid->edges.count; i++) {
		struct grid_edge *edge = &grid->edges.items[i];
		if (edge->leaves != element) continue;
		if (search->seen[edge->to->index] == ON_THE_WAY) edge->back = true;
		else if (search->seen[edge->to->index] == UNSEEN) visit(search, edge->to);
	}
	search->seen[element->index] = SEEN;
	search->order[search->order_count++] = element;
}

static bool is_led_to(const struct grid *grid, const struct bpmn_element *element)
{
	for (size_t i = 0; i < grid->edges.count; i++)
		if (grid->edges.items[i].to == element && grid->edges.items[i].leaves != element) return true;
	return false;
}

static void find_layers(struct grid *grid)
{
	struct arena *arena = grid->laying->arena;
	size_t count = bpmn_element_count(grid->laying->model);
	struct search search = { .grid = grid, .seen = ARENA_ARRAY(arena, uint8_t, count),
		.order = ARENA_ARRAY(arena, const struct bpmn_element *, grid->members.count + 1) };
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < grid->members.count; i++) {
			const struct bpmn_element *member = grid->members.items[i];
			if (search.seen[member->index] == UNSEEN && (round == 1 || !is_led_to(grid, member))) visit(&search, member);
		}
	for (size_t i = search.order_count; i-- > 0;) {
		const struct bpmn_element *element = search.order[i];
		int next = grid->layer[element->index] + 1;
		if (next > grid->layer_count) grid->layer_count = next;
		for (size_t k = 0; k < grid->edges.count; k++) {
			struct grid_edge *edge = &grid->edges.items[k];
			if (edge->leaves == element && !edge->back && grid->layer[edge->to->index] < next) grid->layer[edge->to->index] = next;
		}
	}
}

/* ---- rows ------------------------------------------------------------------------------------------------------------ */

struct rows { struct grid *grid; bool *used; size_t row_max; };

static int take_free(struct rows *rows, int layer, int wish)
{
	bool *used = rows->used + (size_t)layer * rows->row_max;
	for (int far = 0; far < (int)rows->row_max; far++)
		for (int side = 0; side < 2; side++) {
			int row = side ? wish - far : wish + far;
			if (row < 0 || row >= (int)rows->row_max || used[row]) continue;
			used[row] = true;
			if (row + 1 > rows->grid->row_count) rows->grid->row_count = row + 1;
			return row;
		}
	return (int)rows->row_max - 1;
}

/* The row in which a line comes along just before `layer`. */
static int row_before(const struct grid *grid, const struct grid_edge *edge, int layer)
{
	int first = grid->layer[edge->leaves->index];
	if (layer - 1 == first) return grid->row[edge->leaves->index] + (edge->leaves != edge->from);
	return edge->rows[layer - first - 2];
}

static int wish_of(const struct grid *grid, const struct bpmn_element *element)
{
	int wish = -1;
	for (size_t i = 0; i < grid->edges.count; i++) {
		const struct grid_edge *edge = &grid->edges.items[i];
		if (edge->to != element || edge->back) continue;
		int row = row_before(grid, edge, grid->layer[element->index]);
		if (wish < 0 || row < wish) wish = row;
	}
	return wish < 0 ? 0 : wish;
}

struct wanting { const struct bpmn_element *element; int wish; };

static int by_wish(const void *a, const void *b)
{
	const struct wanting *one = a, *two = b;
	if (one->wish != two->wish) return one->wish - two->wish;
	return one->element->index < two->element->index ? -1 : one->element->index > two->element->index;
}

static void fill_layer(struct rows *rows, int layer, struct wanting *wanting)
{
	struct grid *grid = rows->grid;
	size_t count = 0;
	for (size_t i = 0; i < grid->members.count; i++)
		if (grid->layer[grid->members.items[i]->index] == layer)
			wanting[count++] = (struct wanting){ grid->members.items[i], wish_of(grid, grid->members.items[i]) };
	qsort(wanting, count, sizeof *wanting, by_wish);
	for (size_t i = 0; i < count; i++) grid->row[wanting[i].element->index] = take_free(rows, layer, wanting[i].wish);
	for (size_t i = 0; i < grid->edges.count; i++) {
		struct grid_edge *edge = &grid->edges.items[i];
		int first = grid->layer[edge->leaves->index];
		if (edge->back || first >= layer || grid->layer[edge->to->index] <= layer) continue;
		edge->rows[layer - first - 1] = take_free(rows, layer, row_before(grid, edge, layer));
	}
}

void grid_fill(struct grid *grid)
{
	struct arena *arena = grid->laying->arena;
	find_layers(grid);
	size_t row_max = grid->members.count + grid->edges.count + 1;
	struct rows rows = { grid, ARENA_ARRAY(arena, bool, row_max * (size_t)(grid->layer_count + 1)), row_max };
	struct wanting *wanting = ARENA_ARRAY(arena, struct wanting, grid->members.count + 1);
	for (size_t i = 0; i < grid->edges.count; i++) {
		struct grid_edge *edge = &grid->edges.items[i];
		int between = grid->layer[edge->to->index] - grid->layer[edge->leaves->index];
		edge->rows = between > 1 && !edge->back ? ARENA_ARRAY(arena, int, (size_t)between) : NULL;
		if (edge->back) edge->back_lane = grid->back_count++;
	}
	for (int layer = 0; layer < grid->layer_count; layer++) fill_layer(&rows, layer, wanting);
}
