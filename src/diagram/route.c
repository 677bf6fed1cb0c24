/* route: lines at right angles. They run level in the row that grid.c kept free for them, and upright in the gaps between
 * the layers, each on a track of its own; those that go back run below everything. So no line crosses a node. */
#include "diagram/inside.h"

#include <math.h>

enum { GAP_MIN = 40, TRACK = 10, NAMED_ROOM = 64, BACK_STEP = 12, ROW_AIR = 16, NAME_AIR = 36, HOST_AIR = 12 };

/* One upright piece of a line in the gap before a layer. */
struct piece {
	size_t edge;
	int gap;
	double enters, leaves;               /* heights: where it comes from the left, where it goes on to the right; NAN: not so */
	double from, to;                     /* heights of its two ends, as the line runs */
	int track;
	bool placed;
};
struct pieces { LIST_OF(struct piece); };

/* ---- heights ------------------------------------------------------------------------------------------------------- */

static int gap_of(const struct grid *grid, const struct bpmn_element *element)
{
	return grid->layer[element->index];
}

/* How many boundary events of the same host stand to the right: their lines run above. */
static size_t boundary_step(const struct grid *grid, const struct bpmn_element *event)
{
	size_t step = 0;
	for (size_t i = 0; i < grid->laying->diagram->nodes.count; i++) {
		const struct bpmn_element *other = grid->laying->diagram->nodes.items[i].element;
		step += other->attached_to == event->attached_to && other->index > event->index;
	}
	return step;
}

/* How far a boundary event's line runs below the middle of its host. */
static double drop_of(const struct grid *grid, const struct bpmn_element *event)
{
	const struct diagram_node *host = node_of(grid->laying, event->attached_to);
	return host->bounds.height / 2 + EVENT_SIZE / 2.0 + HOST_AIR + BACK_STEP * (double)boundary_step(grid, event);
}

static double leaving_height(const struct grid *grid, const struct grid_edge *edge)
{
	double middle = grid->row_y[grid->row[edge->leaves->index]];
	return edge->from == edge->leaves ? middle : middle + drop_of(grid, edge->from);
}

static double back_height(const struct grid *grid, const struct grid_edge *edge)
{
	int last = grid->row_count - 1;
	return grid->row_y[last] + grid->row_bottom[last] + BACK_STEP * (double)(edge->back_lane + 1);
}

static void size_rows(struct grid *grid)
{
	for (int row = 0; row < grid->row_count; row++) grid->row_top[row] = grid->row_bottom[row] = 10;
	for (size_t i = 0; i < grid->members.count; i++) {
		const struct bpmn_element *element = grid->members.items[i];
		double half = node_of(grid->laying, element)->bounds.height / 2;
		int row = grid->row[element->index];
		bool named_below = !diagram_is_activity(element->kind) && element->name.len > 0;
		grid->row_top[row] = fmax(grid->row_top[row], half + ROW_AIR);
		grid->row_bottom[row] = fmax(grid->row_bottom[row], half + (named_below ? NAME_AIR : ROW_AIR));
	}
	for (size_t i = 0; i < grid->laying->diagram->nodes.count; i++) {
		const struct bpmn_element *event = grid->laying->diagram->nodes.items[i].element;
		if (!event->attached_to || event->parent != grid->scope || event->attached_to->triggered_by_event) continue;
		int row = grid->row[event->attached_to->index];
		grid->row_bottom[row] = fmax(grid->row_bottom[row], drop_of(grid, event) + NAME_AIR);
	}
	double y = 0;
	for (int row = 0; row < grid->row_count; row++) {
		grid->row_y[row] = y + grid->row_top[row];
		y = grid->row_y[row] + grid->row_bottom[row];
	}
	grid->height = y + (grid->back_count ? BACK_STEP * (double)(grid->back_count + 1) : 0);
}

/* ---- tracks --------------------------------------------------------------------------------------------------------- */

static void add_piece(struct grid *grid, struct pieces *pieces, struct piece piece)
{
	if (piece.from != piece.to) LIST_PUSH(grid->laying->arena, pieces, piece);
}

static void cut_edge(struct grid *grid, struct pieces *pieces, size_t index)
{
	const struct grid_edge *edge = &grid->edges.items[index];
	double height = leaving_height(grid, edge), end = grid->row_y[grid->row[edge->to->index]];
	int first = gap_of(grid, edge->leaves) + 1, last = gap_of(grid, edge->to);
	if (edge->back) {
		double below = back_height(grid, edge);
		add_piece(grid, pieces,
		    (struct piece){ .edge = index, .gap = first, .enters = height, .leaves = NAN, .from = height, .to = below });
		add_piece(grid, pieces, (struct piece){ .edge = index, .gap = last, .enters = NAN, .leaves = end, .from = below, .to = end });
		return;
	}
	for (int gap = first; gap <= last; gap++) {
		double next = gap == last ? end : grid->row_y[edge->rows[gap - first]];
		add_piece(grid, pieces, (struct piece){ .edge = index, .gap = gap, .enters = height, .leaves = next, .from = height, .to = next });
		height = next;
	}
}

/* Two level pieces at one height would lie on each other unless `first` stands left of `second`. */
static bool must_stand_left(const struct piece *first, const struct piece *second)
{
	return first->edge != second->edge && first->enters == second->leaves;
}

/* What goes far down stands left, what comes from far below stands right: then the nearer ones are not crossed. */
static double eagerness(const struct piece *piece)
{
	return piece->to > piece->from ? -piece->to : piece->from;
}

static int give_tracks(struct grid *grid, struct pieces *pieces, int gap)
{
	struct { LIST_OF(struct piece *); } here = { 0 };
	for (size_t i = 0; i < pieces->count; i++)
		if (pieces->items[i].gap == gap) LIST_PUSH(grid->laying->arena, &here, &pieces->items[i]);
	for (size_t track = 0; track < here.count; track++) {
		struct piece *best = NULL;
		size_t best_blocked = 0;
		for (size_t i = 0; i < here.count; i++) {
			struct piece *piece = here.items[i];
			size_t blocked = 0;
			if (piece->placed) continue;
			for (size_t k = 0; k < here.count && (!best || blocked <= best_blocked); k++)
				blocked += !here.items[k]->placed && k != i && must_stand_left(here.items[k], piece);
			bool better = !best || blocked < best_blocked || (blocked == best_blocked && eagerness(piece) < eagerness(best));
			if (!better) continue;
			best = piece;
			best_blocked = blocked;
		}
		best->placed = true;
		best->track = (int)track;
	}
	return (int)here.count;
}

static bool gap_is_named(const struct grid *grid, int gap)
{
	for (size_t i = 0; i < grid->edges.count; i++) {
		const struct grid_edge *edge = &grid->edges.items[i];
		if (edge->flow && edge->flow->name.len > 0 && gap_of(grid, edge->leaves) + 1 == gap) return true;
	}
	return false;
}

struct routing { struct grid *grid; struct pieces pieces; double *gap_x; };

static struct routing find_tracks(struct grid *grid)
{
	struct routing routing = { .grid = grid, .gap_x = ARENA_ARRAY(grid->laying->arena, double, (size_t)grid->layer_count + 1) };
	for (size_t i = 0; i < grid->edges.count; i++) cut_edge(grid, &routing.pieces, i);
	double x = 0;
	for (int gap = 0; gap <= grid->layer_count; gap++) {
		int tracks = give_tracks(grid, &routing.pieces, gap);
		bool outside = gap == 0 || gap == grid->layer_count;
		routing.gap_x[gap] = x + (gap == 0 ? 0 : GAP_MIN / 2);
		x += (outside ? 0 : GAP_MIN) + TRACK * fmax(0, tracks - (outside ? 0 : 1)) + (outside && tracks ? GAP_MIN / 2 : 0);
		if (gap_is_named(grid, gap)) x += NAMED_ROOM;
		if (gap == grid->layer_count) break;
		grid->layer_x[gap] = x;
		x += grid->layer_width[gap];
	}
	grid->width = x;
	return routing;
}

void grid_measure(struct grid *grid)
{
	struct arena *arena = grid->laying->arena;
	size_t layers = (size_t)grid->layer_count, rows = (size_t)grid->row_count;
	grid->layer_x = ARENA_ARRAY(arena, double, layers);
	grid->layer_width = ARENA_ARRAY(arena, double, layers);
	grid->row_y = ARENA_ARRAY(arena, double, rows);
	grid->row_top = ARENA_ARRAY(arena, double, rows);
	grid->row_bottom = ARENA_ARRAY(arena, double, rows);
	for (size_t i = 0; i < grid->members.count; i++) {
		const struct bpmn_element *element = grid->members.items[i];
		double *width = &grid->layer_width[grid->layer[element->index]];
		*width = fmax(*width, fmax(node_of(grid->laying, element)->bounds.width, element->name.len > 0 ? 70 : 0));
	}
	size_rows(grid);
	find_tracks(grid);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------- */

struct line { struct bpmn_point *points; size_t count; };

/* A point between two in one line is left out. */
static void add_point(struct line *line, double x, double y)
{
	struct bpmn_point *last = line->count ? &line->points[line->count - 1] : NULL;
	struct bpmn_point *before = line->count > 1 ? last - 1 : NULL;
	if (last && last->x == x && last->y == y) return;
	if (before && ((before->x == last->x && last->x == x) || (before->y == last->y && last->y == y))) line->count--;
	line->points[line->count++] = (struct bpmn_point){ x, y };
}

static struct diagram_edge *drawn_edge(const struct grid *grid, const struct grid_edge *edge)
{
	struct diagram *diagram = grid->laying->diagram;
	for (size_t i = 0; i < diagram->edges.count; i++) {
		struct diagram_edge *drawn = &diagram->edges.items[i];
		if (drawn->flow == edge->flow && drawn->from == edge->from && drawn->to == edge->to) return drawn;
	}
	return NULL;
}

void grid_route(struct grid *grid)
{
	struct routing routing = find_tracks(grid);
	size_t next = 0;                                     /* pieces stand in the order of the edges */
	for (size_t i = 0; i < grid->edges.count; i++) {
		const struct grid_edge *edge = &grid->edges.items[i];
		const struct diagram_node *from = node_of(grid->laying, edge->from), *to = node_of(grid->laying, edge->to);
		size_t first = next;
		while (next < routing.pieces.count && routing.pieces.items[next].edge == i) next++;
		struct line line = { ARENA_ARRAY(grid->laying->arena, struct bpmn_point, 2 * (next - first) + 4), 0 };
		if (edge->from == edge->leaves) add_point(&line, right_of(from->bounds), middle_y(from->bounds));
		else {
			add_point(&line, middle_x(from->bounds), below_of(from->bounds));
			add_point(&line, middle_x(from->bounds), leaving_height(grid, edge));
		}
		for (size_t k = first; k < next; k++) {
			const struct piece *piece = &routing.pieces.items[k];
			double x = routing.gap_x[piece->gap] + TRACK * piece->track;
			add_point(&line, x, piece->from);
			add_point(&line, x, piece->to);
		}
		add_point(&line, to->bounds.x, middle_y(to->bounds));
		struct diagram_edge *drawn = drawn_edge(grid, edge);
		if (!drawn) continue;
		drawn->points = line.points;
		drawn->point_count = line.count;
	}
}
