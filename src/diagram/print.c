/* print: where everything stands, in lines that a person can compare with the picture. */
#include "diagram/inside.h"

#include <math.h>

enum { PRINT_BYTES_MAX = 4 << 20 };

static void print_place(struct buf *out, struct bpmn_bounds bounds)
{
	buf_printf(out, " at %.0f,%.0f size %.0fx%.0f", bounds.x, bounds.y, bounds.width, bounds.height);
}

static void print_name(struct buf *out, const struct diagram_text *text)
{
	if (text->line_count == 0) return;
	buf_printf(out, " name %.0f,%.0f", text->bounds.x, text->bounds.y);
	for (size_t i = 0; i < text->line_count; i++) buf_printf(out, "%s%.*s", i ? "|" : " \"", STR_ARG(text->lines[i]));
	buf_add_lit(out, "\"");
}

struct str diagram_print(struct arena *arena, const struct diagram *diagram)
{
	struct buf out = buf_make(arena, PRINT_BYTES_MAX);
	buf_printf(&out, "picture %.0fx%.0f, places %s\n", diagram->width, diagram->height, diagram->laid_out ? "made here" : "of the model");
	for (size_t i = 0; i < diagram->lanes.count; i++) {
		buf_printf(&out, "lane \"%.*s\"", STR_ARG(diagram->lanes.items[i].name));
		print_place(&out, diagram->lanes.items[i].bounds);
		buf_add_lit(&out, "\n");
	}
	for (size_t i = 0; i < diagram->nodes.count; i++) {
		const struct diagram_node *node = &diagram->nodes.items[i];
		buf_printf(&out, "%s %.*s%s", bpmn_kind_name(node->element->kind), STR_ARG(node->element->id), node->open ? " open" : "");
		print_place(&out, node->bounds);
		print_name(&out, &node->text);
		buf_add_lit(&out, "\n");
	}
	for (size_t i = 0; i < diagram->edges.count; i++) {
		const struct diagram_edge *edge = &diagram->edges.items[i];
		buf_printf(&out, "line %.*s -> %.*s:", STR_ARG(edge->from->id), STR_ARG(edge->to->id));
		for (size_t k = 0; k < edge->point_count; k++) buf_printf(&out, " %.0f,%.0f", edge->points[k].x, edge->points[k].y);
		print_name(&out, &edge->text);
		buf_add_lit(&out, "\n");
	}
	return buf_str(&out);
}
