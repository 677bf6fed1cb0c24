/* label: names in lines, and places for them where they hide nothing. */
#include "diagram/inside.h"

#include <math.h>

enum { NAME_BYTES_MAX = 400 };           /* more is never shown */

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static double width_of(uint32_t code_point)
{
	if (code_point >= 0x2E80) return FONT_SIZE;
	if (code_point == 'i' || code_point == 'l' || code_point == 'j' || code_point == 't' || code_point == ' ') return FONT_SIZE * 0.34;
	return code_point >= 'A' && code_point <= 'Z' ? FONT_SIZE * 0.68 : FONT_SIZE * 0.56;
}

/* Where a line may end: after a space or a hyphen, and between ideographs; no line begins with a closing mark. */
static bool breaks_between(uint32_t before, uint32_t after)
{
	static const uint32_t closing[] = { 0x3001, 0x3002, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF01, 0xFF1F, 0xFF09, 0x300B, 0x300D, 0x201D };
	for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
		if (after == closing[i]) return false;
	if (before == 0xFF08 || before == 0x300A || before == 0x300C || before == 0x201C) return false;
	return before == ' ' || before == '-' || before >= 0x2E80 || after >= 0x2E80;
}

static double text_width(struct str text)
{
	double width = 0;
	uint32_t point;
	for (size_t at = 0; at < text.len;) {
		if (!utf8_next(text, &at, &point)) break;
		width += width_of(point);
	}
	return width;
}

/* The end of the line that begins at `from`. `cut` (may be NULL) becomes true when a word is cut for it. */
static size_t line_end(struct str text, size_t from, double width_max, bool *cut)
{
	double width = 0;
	uint32_t before = 0, point;
	size_t last_break = from, at = from;
	while (at < text.len) {
		size_t start = at;
		if (!utf8_next(text, &at, &point)) return text.len;
		if (start > from && breaks_between(before, point)) last_break = start;
		width += width_of(point);
		if (width > width_max + 0.5 && start > from) {
			if (cut && last_break == from) *cut = true;
			return last_break > from ? last_break : start;
		}
		before = point;
	}
	return text.len;
}

static struct diagram_text wrap_at(struct arena *arena, struct str text, double width, size_t line_count_max, bool *cut)
{
	struct diagram_text out = { 0 };
	for (size_t at = 0; at < text.len && out.line_count < line_count_max;) {
		size_t end = line_end(text, at, width, cut);
		struct str line = str_trim(str_sub(text, at, end));
		at = end;
		if (line.len == 0) continue;
		if (out.line_count + 1 == line_count_max && str_trim(str_sub(text, at, text.len)).len > 0)
			line = str_join(arena, str_sub(line, 0, line_end(line, 0, width - FONT_SIZE, NULL)), STR("…"));
		out.lines[out.line_count++] = line;
		out.bounds.width = fmax(out.bounds.width, text_width(line));
	}
	out.bounds.height = (double)out.line_count * LINE_HEIGHT;
	return out;
}

/* The lines become about equally long: no word stands alone in the last. */
struct diagram_text text_wrap(struct arena *arena, struct str text, double width, size_t line_count_max)
{
	text = str_trim(str_sub(text, 0, text.len < NAME_BYTES_MAX ? text.len : NAME_BYTES_MAX));
	struct diagram_text out = wrap_at(arena, text, width, line_count_max, NULL);
	if (out.line_count < 2 || str_ends(out.lines[out.line_count - 1], STR("…"))) return out;
	for (double narrower = width - FONT_SIZE / 2.0; narrower > width / 3; narrower -= FONT_SIZE / 2.0) {
		bool cut = false;
		struct diagram_text next = wrap_at(arena, text, narrower, line_count_max, &cut);
		if (cut || next.line_count != out.line_count || str_ends(next.lines[next.line_count - 1], STR("…"))) break;
		out = next;
	}
	return out;
}

static void put_text(struct diagram_text *text, double x, double top)
{
	text->x = x;
	text->y = top + FONT_SIZE - 1;
	text->bounds.x = x - text->bounds.width / 2;
	text->bounds.y = top;
}

/* ---- places ------------------------------------------------------------------------------------------------------- */

static double overlap(struct bpmn_bounds a, struct bpmn_bounds b)
{
	double width = fmin(right_of(a), right_of(b)) - fmax(a.x, b.x), height = fmin(below_of(a), below_of(b)) - fmax(a.y, b.y);
	return width > 0 && height > 0 ? width * height : 0;
}

/* How much of the line from a to b lies inside. Lines mostly are upright or level; a slanted one counts by its box. */
static double covered(struct bpmn_bounds bounds, struct bpmn_point a, struct bpmn_point b)
{
	struct bpmn_bounds line = { fmin(a.x, b.x) - 1, fmin(a.y, b.y) - 1, fabs(a.x - b.x) + 2, fabs(a.y - b.y) + 2 };
	double area = overlap(bounds, line);
	return line.width > 2 && line.height > 2 ? area / 8 : area / 2;
}

/* What a name would hide here; more than `enough` is not counted out. */
static double cost_of(const struct diagram *diagram, struct bpmn_bounds place, double enough)
{
	double cost = 0, width = diagram->width, height = diagram->height;
	if (place.x < 2) cost += 1000 * (2 - place.x);
	if (place.y < 2) cost += 1000 * (2 - place.y);
	if (right_of(place) > width - 2) cost += 1000 * (right_of(place) - width + 2);
	if (below_of(place) > height - 2) cost += 1000 * (below_of(place) - height + 2);
	for (size_t i = 0; i < diagram->nodes.count && cost < enough; i++) {
		const struct diagram_node *node = &diagram->nodes.items[i];
		double area = overlap(place, node->bounds);
		if (!node->open) cost += 10 * area;
		else if (area > 0 && area < place.width * place.height - 0.5) cost += 200;     /* across the border */
		if (node->text.line_count) cost += 12 * overlap(place, node->text.bounds);
	}
	for (size_t i = 0; i < diagram->edges.count && cost < enough; i++) {
		const struct diagram_edge *edge = &diagram->edges.items[i];
		for (size_t k = 0; k + 1 < edge->point_count; k++) cost += 14 * covered(place, edge->points[k], edge->points[k + 1]);
		if (edge->text.line_count) cost += 12 * overlap(place, edge->text.bounds);
	}
	return cost;
}

struct choice { double cost; struct bpmn_bounds place; };

static void offer(const struct diagram *diagram, struct choice *best, double x, double y, const struct diagram_text *text,
	double dislike)
{
	struct bpmn_bounds place = { x, y, text->bounds.width, text->bounds.height };
	struct bpmn_bounds air = { x - 2, y - 1, place.width + 4, place.height + 2 };
	if (best->cost <= dislike) return;
	double cost = cost_of(diagram, air, best->cost - dislike) + dislike;
	if (cost < best->cost) *best = (struct choice){ cost, place };
}

/* Beside an event or a gateway: below, above, then the corners and sides. */
static void place_beside(const struct diagram *diagram, struct diagram_node *node)
{
	struct diagram_text *text = &node->text;
	struct bpmn_bounds at = node->bounds;
	double w = text->bounds.width, h = text->bounds.height, cx = middle_x(at), cy = middle_y(at);
	struct choice best = { INFINITY, { cx - w / 2, below_of(at) + 3, w, h } };
	struct diagram_text held = *text;
	text->line_count = 0;                                  /* its own old place counts for nothing */
	if (node->wanted.width > 0) offer(diagram, &best, middle_x(node->wanted) - w / 2, node->wanted.y, &held, -20);
	for (int far = 0; far < 3; far++) {
		double gap = 4 + far * 10, more = far * 40;
		offer(diagram, &best, cx - w / 2, below_of(at) + gap, &held, more);
		offer(diagram, &best, cx - w / 2, at.y - gap - h, &held, more + 4);
		offer(diagram, &best, right_of(at) - 8 + gap, below_of(at) + gap - 8, &held, more + 8);
		offer(diagram, &best, right_of(at) - 8 + gap, at.y - h - gap + 8, &held, more + 9);
		offer(diagram, &best, at.x + 8 - gap - w, below_of(at) + gap - 8, &held, more + 10);
		offer(diagram, &best, at.x + 8 - gap - w, at.y - h - gap + 8, &held, more + 11);
		offer(diagram, &best, right_of(at) + gap, cy - h / 2, &held, more + 14);
		offer(diagram, &best, at.x - gap - w, cy - h / 2, &held, more + 15);
		offer(diagram, &best, cx + gap, below_of(at) + gap, &held, more + 16);
		offer(diagram, &best, cx - gap - w, below_of(at) + gap, &held, more + 17);
		offer(diagram, &best, cx + gap, at.y - gap - h, &held, more + 18);
		offer(diagram, &best, cx - gap - w, at.y - gap - h, &held, more + 19);
	}
	*text = held;
	put_text(text, best.place.x + w / 2, best.place.y);
}

/* Along a line: the earlier pieces first, for there the choice is made. */
static void place_along(const struct diagram *diagram, struct diagram_edge *edge)
{
	struct diagram_text held = edge->text;
	double w = held.bounds.width, h = held.bounds.height;
	struct choice best = { INFINITY, { edge->points[0].x + 4, edge->points[0].y - h - 2, w, h } };
	edge->text.line_count = 0;
	if (edge->wanted.width > 0) offer(diagram, &best, middle_x(edge->wanted) - w / 2, edge->wanted.y, &held, -20);
	for (size_t k = 0; k + 1 < edge->point_count && k < 6; k++) {
		struct bpmn_point a = edge->points[k], b = edge->points[k + 1];
		for (int part = 1; part <= 5; part++) {
			double share = part / 6.0, x = a.x + (b.x - a.x) * share, y = a.y + (b.y - a.y) * share;
			double dislike = (double)k * 12 + part;
			if (fabs(a.x - b.x) >= fabs(a.y - b.y)) {
				offer(diagram, &best, x - w / 2, y - h - 3, &held, dislike);
				offer(diagram, &best, x - w / 2, y + 3, &held, dislike + 3);
			} else {
				offer(diagram, &best, x + 5, y - h / 2, &held, dislike);
				offer(diagram, &best, x - 5 - w, y - h / 2, &held, dislike + 3);
			}
		}
	}
	edge->text = held;
	put_text(&edge->text, best.place.x + w / 2, best.place.y);
}

static void place_inside(struct arena *arena, struct diagram_node *node)
{
	if (node->open) {
		node->text = text_wrap(arena, node->name, node->bounds.width - 20, 1);
		put_text(&node->text, node->bounds.x + 10 + node->text.bounds.width / 2, node->bounds.y + 6);
		return;
	}
	size_t fitting = (size_t)fmax(1, fmin(DIAGRAM_LINE_COUNT_MAX, (node->bounds.height - 26) / LINE_HEIGHT));
	node->text = text_wrap(arena, node->name, fmax(24, node->bounds.width - 8), fitting);
	double lower = node->text.line_count > 2 ? 7 : 0;      /* clear of the sign in the corner */
	put_text(&node->text, middle_x(node->bounds), middle_y(node->bounds) - node->text.bounds.height / 2 + lower);
}


void labels_place(struct laying *laying)
{
	struct diagram *diagram = laying->diagram;
	for (size_t i = 0; i < diagram->nodes.count; i++)
		if (diagram_is_activity(diagram->nodes.items[i].element->kind)) place_inside(laying->arena, &diagram->nodes.items[i]);
	for (size_t i = 0; i < diagram->nodes.count; i++) {
		struct diagram_node *node = &diagram->nodes.items[i];
		if (diagram_is_activity(node->element->kind) || node->name.len == 0) continue;
		node->text = text_wrap(laying->arena, node->name, LABEL_WIDTH, DIAGRAM_LINE_COUNT_MAX);
		place_beside(diagram, node);
	}
	for (size_t i = 0; i < diagram->edges.count; i++) {
		struct diagram_edge *edge = &diagram->edges.items[i];
		if (edge->name.len == 0) continue;
		edge->text = text_wrap(laying->arena, edge->name, LABEL_WIDTH, 3);
		place_along(diagram, edge);
	}
}
