#include "paper/ink.h"

#include <math.h>
#include <stdlib.h>

#define COORDINATE_MAX 1e6
enum { NUMBER_BYTES_MAX = 40, STEPS = 6 };

struct reader {
	struct arena *arena;
	struct report *report;
	struct ink ink;
};

static struct err refuse(struct reader *reader, const struct json *at, const char *words)
{
	report_error(reader->report, str_printf(reader->arena, "%u:%u", at->line, at->column), "%s", words);
	return ERR(INVALID);
}

static bool read_number(struct arena *arena, const struct json *value, double *out_number)
{
	if (!json_is(value, JSON_NUMBER) || value->text.len > NUMBER_BYTES_MAX)
		return false;
	double number = strtod(str_to_c(arena, value->text), NULL);
	if (!isfinite(number) || fabs(number) > COORDINATE_MAX)
		return false;
	*out_number = number;
	return true;
}

static struct err read_point(struct reader *reader, const struct json *value, bool begins)
{
	struct ink_point point = { .pressure = 0.5, .begins = begins || json_is(json_get(value, STR("start")), JSON_TRUE) };
	if (!json_is(value, JSON_OBJECT) || !read_number(reader->arena, json_get(value, STR("x")), &point.x) ||
		!read_number(reader->arena, json_get(value, STR("y")), &point.y))
		return refuse(reader, value, "a point of a stroke needs numbers x and y");
	double pressure = 0;
	const struct json *p = json_get(value, STR("p"));
	if (!p)
		p = json_get(value, STR("pressure"));
	if (p && read_number(reader->arena, p, &pressure) && pressure > 0)
		point.pressure = pressure > 1 ? 1 : pressure;
	if (reader->ink.count >= PAPER_STROKE_POINT_COUNT_MAX)
		return ERR(LIMIT);
	LIST_PUSH(reader->arena, &reader->ink, point);
	return OK;
}

static struct err read_stroke(struct reader *reader, const struct json *points)
{
	bool begins = true;
	for (const struct json *point = points->first; point; point = point->next) {
		TRY(read_point(reader, point, begins));
		begins = false;
	}
	return OK;
}

struct err ink_parse(struct arena *arena, struct str text, struct report *report, struct ink *out_ink)
{
	struct reader reader = { .arena = arena, .report = report };
	const struct json *root = NULL;
	if (text.len > PAPER_STROKES_BYTES_MAX)
		return ERR(LIMIT);
	TRY(json_parse(arena, text, report, &root));
	if (json_is(root, JSON_OBJECT) && json_get(root, STR("strokes")))
		root = json_get(root, STR("strokes"));
	if (!json_is(root, JSON_ARRAY))
		return refuse(&reader, root, "strokes are a list of lists of points");
	for (const struct json *item = root->first; item; item = item->next) {
		const struct json *points = json_get(item, STR("points"));
		if (json_is(item, JSON_ARRAY))
			TRY(read_stroke(&reader, item));
		else if (json_is(points, JSON_ARRAY))
			TRY(read_stroke(&reader, points));
		else
			TRY(read_point(&reader, item, item == root->first));
	}
	if (reader.ink.count == 0)
		return ERR(MISSING);
	*out_ink = reader.ink;
	return OK;
}

struct fit { double scale, dx, dy, pen; };

static struct fit fit_into(const struct ink *ink, double x, double y, double width, double height)
{
	double left = ink->items[0].x, right = left, top = ink->items[0].y, bottom = top;
	for (size_t i = 1; i < ink->count; i++) {
		left = fmin(left, ink->items[i].x);
		right = fmax(right, ink->items[i].x);
		top = fmin(top, ink->items[i].y);
		bottom = fmax(bottom, ink->items[i].y);
	}
	double pen = height * 0.045, across = fmax(right - left, 1e-6), down = fmax(bottom - top, 1e-6);
	double scale = fmin((width - 2 * pen) / across, (height - 2 * pen) / down);
	scale = fmin(scale, 1e6);
	return (struct fit){
		.scale = scale, .pen = pen,
		.dx = x + width / 2 - (left + right) / 2 * scale, .dy = y + height / 2 - (top + bottom) / 2 * scale,
	};
}

static double catmull(double a, double b, double c, double d, double t)
{
	return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
}

/* From point b to point c, a and d being their neighbours: short pieces, each as wide as the pressure there. */
static void draw_segment(cairo_t *cr, const struct fit *fit, const struct ink_point *a, const struct ink_point *b,
	const struct ink_point *c, const struct ink_point *d)
{
	double from_x = b->x, from_y = b->y;
	for (int i = 1; i <= STEPS; i++) {
		double t = (double)i / STEPS, pressure = b->pressure + (c->pressure - b->pressure) * t;
		double to_x = catmull(a->x, b->x, c->x, d->x, t), to_y = catmull(a->y, b->y, c->y, d->y, t);
		cairo_set_line_width(cr, fit->pen * (0.4 + 1.2 * pressure));
		cairo_move_to(cr, from_x * fit->scale + fit->dx, from_y * fit->scale + fit->dy);
		cairo_line_to(cr, to_x * fit->scale + fit->dx, to_y * fit->scale + fit->dy);
		cairo_stroke(cr);
		from_x = to_x;
		from_y = to_y;
	}
}

static void draw_dot(cairo_t *cr, const struct fit *fit, const struct ink_point *point)
{
	cairo_arc(cr, point->x * fit->scale + fit->dx, point->y * fit->scale + fit->dy, fit->pen * (0.3 + 0.7 * point->pressure),
		0, 2 * M_PI);
	cairo_fill(cr);
}

void ink_draw(cairo_t *cr, const struct ink *ink, double x, double y, double width, double height)
{
	struct fit fit = fit_into(ink, x, y, width, height);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	for (size_t from = 0; from < ink->count;) {
		size_t to = from + 1;
		while (to < ink->count && !ink->items[to].begins)
			to++;
		const struct ink_point *points = &ink->items[from];
		size_t count = to - from;
		if (count == 1)
			draw_dot(cr, &fit, points);
		for (size_t i = 0; i + 1 < count; i++)
			draw_segment(cr, &fit, &points[i > 0 ? i - 1 : 0], &points[i], &points[i + 1],
				&points[i + 2 < count ? i + 2 : i + 1]);
		from = to;
	}
}
