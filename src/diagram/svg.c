/* svg: the picture as presentation attributes. Every text goes through add_text, every number through the printer. */
#include "diagram/inside.h"
#include "diagram/icons.h"

#include <math.h>
#include <stdio.h>

/* How a state looks: colours, how wide the line is, whether it is broken; `badge` is the sign on the corner. */
static const struct look { const char *line, *fill, *text; double width; const char *dashes, *badge; } looks[DIAGRAM_STATE_COUNT] = {
	[DIAGRAM_PLAIN] = { "#1F2329", "#fff", "#1F2329", 1.5, NULL, NULL },
	[DIAGRAM_DONE] = { "#1F7A4D", "#EDF7F1", "#1F2329", 2, NULL, "M-4.5 0l3 3.2 5.5-6.4" },
	[DIAGRAM_NOW] = { "#C8102E", "#FDF1F2", "#1F2329", 3.5, NULL, "M-2.5-4.5v9l6-4.500z" },
	[DIAGRAM_LATER] = { "#868E99", "#fff", "#5C6370", 1.5, "5 4", NULL },
};

enum { NOTE_SIZE = 13, LEGEND_HEIGHT = 34, ROUND = 10, BADGE = 9 };

struct drawing {
	struct buf *out;
	const struct diagram *diagram;
	const struct diagram_mark *marks;
	const struct diagram_words *words;
	struct str id;
};

/* ---- text ------------------------------------------------------------------------------------------------------- */

/* Only what XML 1.0 allows, with its five special characters as entities. */
static void add_text(struct buf *out, struct str text)
{
	uint32_t point;
	for (size_t at = 0; at < text.len;) {
		size_t start = at;
		if (!utf8_next(text, &at, &point)) {
			at = start + 1;
			continue;
		}
		switch (point) {
		case '<': buf_add_lit(out, "&lt;"); break;
		case '>': buf_add_lit(out, "&gt;"); break;
		case '&': buf_add_lit(out, "&amp;"); break;
		case '"': buf_add_lit(out, "&quot;"); break;
		case '\'': buf_add_lit(out, "&#39;"); break;
		default:
			if (point < ' ' || point == 0x7F || point == 0xFFFE || point == 0xFFFF) buf_add_byte(out, ' ');
			else buf_add(out, str_sub(text, start, at));
		}
	}
}

/* Whole pixels, or one digit behind the point. */
static void add_number(struct buf *out, double value)
{
	double tenth = round(value * 10) / 10;
	if (tenth == round(tenth)) buf_printf(out, "%.0f", tenth + 0.0);
	else buf_printf(out, "%.1f", tenth);
}

static void add_attribute(struct buf *out, const char *name, double value)
{
	buf_printf(out, " %s=\"", name);
	add_number(out, value);
	buf_add_lit(out, "\"");
}

static struct str letters_of(struct arena *arena, struct str id)
{
	struct buf out = buf_make(arena, 64);
	for (size_t i = 0; i < id.len && i < 32; i++)
		if ((id.ptr[i] >= 'a' && id.ptr[i] <= 'z') || (id.ptr[i] >= 'A' && id.ptr[i] <= 'Z')) buf_add_byte(&out, id.ptr[i]);
	return out.len ? buf_str(&out) : STR("process");
}

static void draw_text(struct drawing *drawing, const struct diagram_text *text, const char *colour, bool halo)
{
	struct buf *out = drawing->out;
	if (text->line_count == 0) return;
	buf_printf(out, "<text fill=\"%s\"%s>", colour,
	    halo ? " stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"" : "");
	for (size_t i = 0; i < text->line_count; i++) {
		buf_add_lit(out, "<tspan");
		add_attribute(out, "x", text->x);
		add_attribute(out, "y", text->y + (double)i * LINE_HEIGHT);
		buf_add_lit(out, ">");
		add_text(out, text->lines[i]);
		buf_add_lit(out, "</tspan>");
	}
	buf_add_lit(out, "</text>");
}

/* ---- shapes --------------------------------------------------------------------------------------------------------- */

static void draw_rect(struct buf *out, struct bpmn_bounds bounds, double corner, const char *more)
{
	buf_add_lit(out, "<rect");
	add_attribute(out, "x", bounds.x);
	add_attribute(out, "y", bounds.y);
	add_attribute(out, "width", bounds.width);
	add_attribute(out, "height", bounds.height);
	if (corner > 0) add_attribute(out, "rx", corner);
	buf_printf(out, "%s/>", more);
}

static void draw_circle(struct buf *out, struct bpmn_bounds bounds, double inset, const char *more)
{
	buf_add_lit(out, "<circle");
	add_attribute(out, "cx", middle_x(bounds));
	add_attribute(out, "cy", middle_y(bounds));
	add_attribute(out, "r", fmax(1, fmin(bounds.width, bounds.height) / 2 - inset));
	buf_printf(out, "%s/>", more);
}

/* Into the square of `side` pixels whose middle is x, y. */
static void draw_icon(struct buf *out, struct icon icon, double x, double y, double side, const char *line)
{
	if (!icon.path) return;
	double scale = side / 16;
	buf_printf(out, "<path d=\"%s\" transform=\"translate(%.1f %.1f) scale(%.3f)\" fill=\"%s\" stroke=\"%s\" "
	    "stroke-width=\"%.2f\" stroke-dasharray=\"none\"/>",
	    icon.path, x - side / 2, y - side / 2, scale, icon.filled ? line : "none", icon.filled ? "none" : line, 1.2 / scale);
}

static void draw_markers(struct buf *out, const struct diagram_node *node, const char *line)
{
	static const struct icon *const loops[] = { [BPMN_LOOP_STANDARD] = &icon_loop, [BPMN_LOOP_SEQUENTIAL] = &icon_sequential,
		[BPMN_LOOP_PARALLEL] = &icon_parallel };
	const struct bpmn_element *element = node->element;
	const struct icon *shown[4];
	size_t count = 0;
	if (element->loop != BPMN_LOOP_NONE) shown[count++] = loops[element->loop];
	if (element->for_compensation) shown[count++] = &icon_compensation;
	if (diagram_is_scope(element->kind) && !node->open) shown[count++] = &icon_closed;
	if (element->kind == BPMN_AD_HOC_SUB_PROCESS) shown[count++] = &icon_ad_hoc;
	double x = middle_x(node->bounds) - ((double)count - 1) * 9;
	for (size_t i = 0; i < count; i++) draw_icon(out, *shown[i], x + 18 * (double)i, below_of(node->bounds) - 10, 13, line);
}

static void draw_activity(struct buf *out, const struct diagram_node *node, const struct look *look)
{
	const struct bpmn_element *element = node->element;
	struct bpmn_bounds inner = { node->bounds.x + 4, node->bounds.y + 4, node->bounds.width - 8, node->bounds.height - 8 };
	const char *dashes = element->triggered_by_event ? " stroke-dasharray=\"2 4\"" : "";
	const char *thick = element->kind == BPMN_CALL_ACTIVITY ? " stroke-width=\"4\"" : "";
	char more[96];
	snprintf(more, sizeof more, "%s%s%s", dashes, thick, node->open ? " fill=\"#fff\"" : "");
	draw_rect(out, node->bounds, ROUND, more);
	if (element->kind == BPMN_TRANSACTION && inner.width > 0 && inner.height > 0) draw_rect(out, inner, ROUND - 4, " fill=\"none\"");
	draw_icon(out, icon_of_task(element->kind), node->bounds.x + 14, node->bounds.y + 14, 15, look->line);
	draw_markers(out, node, look->line);
}

static void draw_event(struct buf *out, const struct diagram_node *node, const struct look *look)
{
	const struct bpmn_element *event = node->element;
	bool starts = event->kind == BPMN_START_EVENT, ends = event->kind == BPMN_END_EVENT;
	bool waits_beside = event->kind == BPMN_BOUNDARY_EVENT || (starts && event->parent && event->parent->triggered_by_event);
	const char *dashes = waits_beside && !event->interrupting ? " stroke-dasharray=\"4 3\"" : " stroke-dasharray=\"none\"";
	char more[96];
	snprintf(more, sizeof more, "%s%s", dashes, ends ? " stroke-width=\"4\"" : starts ? "" : " stroke-width=\"1.5\"");
	draw_circle(out, node->bounds, ends ? 1 : 0, more);
	snprintf(more, sizeof more, "%s stroke-width=\"1.2\" fill=\"none\"", dashes);
	if (!starts && !ends) draw_circle(out, node->bounds, 3.5, more);
	draw_icon(out, icon_of_event(event), middle_x(node->bounds), middle_y(node->bounds), node->bounds.width * 0.47, look->line);
}

static void draw_gateway(struct buf *out, const struct diagram_node *node, const struct look *look)
{
	struct bpmn_bounds at = node->bounds;
	buf_add_lit(out, "<path d=\"M");
	const double corners[4][2] = { { middle_x(at), at.y }, { right_of(at), middle_y(at) }, { middle_x(at), below_of(at) },
		{ at.x, middle_y(at) } };
	for (int i = 0; i < 4; i++) {
		if (i) buf_add_lit(out, "L");
		add_number(out, corners[i][0]);
		buf_add_lit(out, " ");
		add_number(out, corners[i][1]);
	}
	buf_add_lit(out, "z\"/>");
	draw_icon(out, icon_of_gateway(node->element->kind), middle_x(at), middle_y(at), at.width * 0.38, look->line);
}

static void draw_badge(struct buf *out, const struct diagram_node *node, const struct look *look)
{
	if (!look->badge) return;
	bool gateway = diagram_is_gateway(node->element->kind);
	double x = gateway ? middle_x(node->bounds) + node->bounds.width / 4 : right_of(node->bounds) - 2;
	double y = gateway ? node->bounds.y + node->bounds.height / 4 : node->bounds.y + 2;
	buf_printf(out, "<g transform=\"translate(%.0f %.0f)\" stroke-dasharray=\"none\">"
	    "<circle r=\"%d\" fill=\"%s\" stroke=\"#fff\" stroke-width=\"1.5\"/>"
	    "<path d=\"%s\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2\"/></g>", x, y, BADGE, look->line, look->badge);
}

/* A pill on the upper border: how long it usually takes. */
static void draw_note(struct drawing *drawing, const struct diagram_node *node, struct str note)
{
	struct buf *out = drawing->out;
	if (note.len == 0 || !diagram_is_activity(node->element->kind)) return;
	struct diagram_text text = text_wrap(out->arena, note, 120, 1);
	double width = text.bounds.width * NOTE_SIZE / FONT_SIZE + 10;
	draw_rect(out, (struct bpmn_bounds){ node->bounds.x + 4, node->bounds.y - 10, width, 19 }, 9,
	    " fill=\"#fff\" stroke=\"#868E99\" stroke-width=\"1\" stroke-dasharray=\"none\"");
	buf_printf(out, "<text font-size=\"%d\" fill=\"#5C6370\"", NOTE_SIZE);
	add_attribute(out, "x", node->bounds.x + 4 + width / 2);
	add_attribute(out, "y", node->bounds.y + 4);
	buf_add_lit(out, ">");
	add_text(out, text.lines[0]);
	buf_add_lit(out, "</text>");
}

static const struct diagram_mark *mark_of(const struct drawing *drawing, const struct bpmn_element *element)
{
	static const struct diagram_mark plain = { 0 };
	return drawing->marks ? &drawing->marks[element->index] : &plain;
}

static void add_title(struct drawing *drawing, const struct diagram_node *node, const struct diagram_mark *mark)
{
	struct str state = drawing->words->states[mark->state], name = node->name.len ? node->name : node->element->id;
	if (node->name.len == 0 && state.len == 0 && mark->words.len == 0) return;
	buf_add_lit(drawing->out, "<title>");
	add_text(drawing->out, name);
	if (state.len) buf_add_lit(drawing->out, " · ");
	add_text(drawing->out, state);
	if (mark->words.len) buf_add_lit(drawing->out, " · ");
	add_text(drawing->out, mark->words);
	buf_add_lit(drawing->out, "</title>");
}

static void draw_node(struct drawing *drawing, const struct diagram_node *node)
{
	const struct diagram_mark *mark = mark_of(drawing, node->element);
	const struct look *look = &looks[mark->state];
	struct buf *out = drawing->out;
	buf_printf(out, "<g stroke=\"%s\" fill=\"%s\" stroke-width=\"%.1f\"", look->line, look->fill, look->width);
	if (look->dashes && diagram_is_activity(node->element->kind)) buf_printf(out, " stroke-dasharray=\"%s\"", look->dashes);
	buf_add_lit(out, ">");
	add_title(drawing, node, mark);
	if (diagram_is_activity(node->element->kind)) draw_activity(out, node, look);
	else if (diagram_is_gateway(node->element->kind)) draw_gateway(out, node, look);
	else draw_event(out, node, look);
	buf_add_lit(out, "<g stroke=\"none\">");
	draw_text(drawing, &node->text, look->text, !diagram_is_activity(node->element->kind));
	buf_add_lit(out, "</g>");
	draw_badge(out, node, look);
	buf_add_lit(out, "<g stroke=\"none\">");
	draw_note(drawing, node, mark->note);
	buf_add_lit(out, "</g></g>\n");
}

/* ---- lines and lanes ----------------------------------------------------------------------------------------------- */

static void draw_edge(struct drawing *drawing, const struct diagram_edge *edge)
{
	struct buf *out = drawing->out;
	buf_add_lit(out, "<path d=\"");
	for (size_t i = 0; i < edge->point_count; i++) {
		buf_add_byte(out, i ? 'L' : 'M');
		add_number(out, edge->points[i].x);
		buf_add_lit(out, " ");
		add_number(out, edge->points[i].y);
	}
	buf_printf(out, "\" marker-end=\"url(#%.*sArrow)\"", STR_ARG(drawing->id));
	if (!edge->flow) buf_add_lit(out, " stroke-dasharray=\"2 4\"");
	else if (edge->flow->is_default && edge->from->outgoing.count > 1)
		buf_printf(out, " marker-start=\"url(#%.*sDefault)\"", STR_ARG(drawing->id));
	else if (edge->flow->condition.len && !diagram_is_gateway(edge->from->kind))
		buf_printf(out, " marker-start=\"url(#%.*sWhen)\"", STR_ARG(drawing->id));
	buf_add_lit(out, "/>\n");
}

static void draw_lane(struct drawing *drawing, const struct diagram_lane *lane)
{
	struct buf *out = drawing->out;
	draw_rect(out, lane->bounds, 0, " fill=\"none\" stroke=\"#C3C8D0\"");
	if (lane->name.len == 0) return;
	struct diagram_text text = text_wrap(out->arena, lane->name, (lane->upright ? lane->bounds.width : lane->bounds.height) - 8, 1);
	double x = lane->upright ? middle_x(lane->bounds) : lane->bounds.x + 18;
	double y = lane->upright ? lane->bounds.y + 18 : middle_y(lane->bounds);
	buf_add_lit(out, "<text fill=\"#5C6370\"");
	add_attribute(out, "x", x);
	add_attribute(out, "y", y);
	if (!lane->upright) buf_printf(out, " transform=\"rotate(-90 %.1f %.1f)\"", x, y);
	buf_add_lit(out, ">");
	add_text(out, text.lines[0]);
	buf_add_lit(out, "</text>\n");
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------- */

static bool has_legend(const struct diagram_words *words)
{
	for (int state = 0; state < DIAGRAM_STATE_COUNT; state++)
		if (words->states[state].len) return true;
	return false;
}

static void draw_legend(struct drawing *drawing, double top)
{
	struct buf *out = drawing->out;
	double x = MARGIN;
	for (int state = 0; state < DIAGRAM_STATE_COUNT; state++) {
		const struct look *look = &looks[state];
		struct str words = drawing->words->states[state];
		if (words.len == 0) continue;
		struct bpmn_bounds sample = { x, top + 8, 30, 18 };
		struct bpmn_element task = { .kind = BPMN_TASK };
		struct diagram_node node = { .element = &task, .bounds = sample };
		struct diagram_text text = text_wrap(out->arena, words, 200, 1);
		buf_printf(out, "<g stroke=\"%s\" fill=\"%s\" stroke-width=\"%.1f\"", look->line, look->fill, look->width);
		if (look->dashes) buf_printf(out, " stroke-dasharray=\"%s\"", look->dashes);
		buf_add_lit(out, ">");
		draw_rect(out, sample, 5, "");
		draw_badge(out, &node, look);
		buf_add_lit(out, "</g><text text-anchor=\"start\" fill=\"#1F2329\"");
		add_attribute(out, "x", x + 44);
		add_attribute(out, "y", top + 21);
		buf_add_lit(out, ">");
		add_text(out, words);
		buf_add_lit(out, "</text>");
		x += 44 + text.bounds.width + 24;
	}
	buf_add_lit(out, "\n");
}

static void open_svg(struct drawing *drawing, double height)
{
	struct buf *out = drawing->out;
	const struct diagram *diagram = drawing->diagram;
	struct str id = drawing->id;
	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" "
	    "aria-labelledby=\"%.*sTitle %.*sWords\" font-family=\"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-serif\" "
	    "font-size=\"%d\" text-anchor=\"middle\">\n<title id=\"%.*sTitle\">", diagram->width, height, diagram->width, height, STR_ARG(id),
	    STR_ARG(id), FONT_SIZE, STR_ARG(id));
	add_text(out, drawing->words->title);
	buf_printf(out, "</title><desc id=\"%.*sWords\">", STR_ARG(id));
	add_text(out, drawing->words->description);
	buf_printf(out, "</desc>\n<defs><marker id=\"%.*sArrow\" viewBox=\"0 0 10 10\" refX=\"9.5\" refY=\"5\" markerWidth=\"9\" "
	    "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
	    "<path d=\"M0 1l10 4L0 9z\" fill=\"#5C6370\"/></marker>", STR_ARG(id));
	buf_printf(out, "<marker id=\"%.*sDefault\" viewBox=\"0 0 16 10\" refX=\"0\" refY=\"5\" markerWidth=\"16\" markerHeight=\"10\" "
	    "markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
	    "<path d=\"M6 9l5-8\" stroke=\"#5C6370\" stroke-width=\"1.5\"/></marker>", STR_ARG(id));
	buf_printf(out, "<marker id=\"%.*sWhen\" viewBox=\"0 0 16 10\" refX=\"0\" refY=\"5\" markerWidth=\"16\" markerHeight=\"10\" "
	    "markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
	    "<path d=\"M.8 5 7 1.2 13.2 5 7 8.8z\" fill=\"#fff\" stroke=\"#5C6370\"/></marker></defs>\n"
	    "<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", STR_ARG(id), diagram->width, height);
}

struct err diagram_svg(struct arena *arena, const struct diagram *diagram, const struct diagram_mark *marks,
	const struct diagram_words *words, struct str *out_svg)
{
	struct buf out = buf_make(arena, DIAGRAM_BYTES_MAX);
	struct drawing drawing = { &out, diagram, marks, words, letters_of(arena, words->id) };
	bool legend = has_legend(words);
	open_svg(&drawing, diagram->height + (legend ? LEGEND_HEIGHT : 0));
	for (size_t i = 0; i < diagram->lanes.count; i++) draw_lane(&drawing, &diagram->lanes.items[i]);
	for (size_t i = 0; i < diagram->nodes.count; i++)
		if (diagram->nodes.items[i].open) draw_node(&drawing, &diagram->nodes.items[i]);
	buf_add_lit(&out, "<g fill=\"none\" stroke=\"#5C6370\" stroke-width=\"1.5\" stroke-linejoin=\"round\">\n");
	for (size_t i = 0; i < diagram->edges.count; i++) draw_edge(&drawing, &diagram->edges.items[i]);
	buf_add_lit(&out, "</g>\n");
	for (size_t i = 0; i < diagram->edges.count; i++) draw_text(&drawing, &diagram->edges.items[i].text, "#5C6370", true);
	for (size_t i = 0; i < diagram->nodes.count; i++)
		if (!diagram->nodes.items[i].open) draw_node(&drawing, &diagram->nodes.items[i]);
	if (legend) draw_legend(&drawing, diagram->height);
	buf_add_lit(&out, "</svg>\n");
	return buf_finish(&out, out_svg);
}
