/* Any model that loads is drawn or refused as too large; whatever its coordinates, all places are finite and inside the
 * picture, and the SVG is XML without script, style, event attribute or foreign address. The input is the XML. */
#include "diagram/diagram.h"
#include "codec/codec.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds) abort();
}

static void must_be_inside(const struct diagram *diagram, double x, double y)
{
	must(isfinite(x) && isfinite(y) && x >= 0 && y >= 0 && x <= diagram->width && y <= diagram->height);
}

static void look_at(const struct xml *at)
{
	must(!str_eq_c(at->name, "script") && !str_eq_c(at->name, "style") && !str_eq_c(at->name, "foreignObject"));
	for (size_t i = 0; i < at->attribute_count; i++) {
		must(!str_starts(at->attributes[i].name, STR("on")) && !str_eq_c(at->attributes[i].name, "href"));
		must(!str_eq_c(at->attributes[i].name, "style"));
	}
	for (const struct xml *child = at->first; child; child = child->next) look_at(child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	const struct bpmn_model *model;
	const struct xml *root;
	struct diagram diagram;
	struct str svg, xml = { (const char *)data, size };
	struct diagram_words words = { .title = xml, .id = xml, .states = { [DIAGRAM_NOW] = STR("now") } };
	if (!failed(bpmn_load(&arena, STR("fuzz.bpmn"), xml, NULL, &report, &model))
	    && !failed(diagram_lay(&arena, model, (struct diagram_names){ 0 }, &diagram))) {
		struct diagram_mark *marks = ARENA_ARRAY(&arena, struct diagram_mark, bpmn_element_count(model));
		for (size_t i = 0; i < bpmn_element_count(model); i++)
			marks[i] = (struct diagram_mark){ .state = (enum diagram_state)(i % DIAGRAM_STATE_COUNT),
				.note = bpmn_element_at(model, i)->id };
		must(diagram.width <= DIAGRAM_SIDE_MAX && diagram.height <= DIAGRAM_SIDE_MAX);
		for (size_t i = 0; i < diagram.nodes.count; i++) {
			struct bpmn_bounds at = diagram.nodes.items[i].bounds;
			must_be_inside(&diagram, at.x, at.y);
			must_be_inside(&diagram, at.x + at.width, at.y + at.height);
		}
		for (size_t i = 0; i < diagram.edges.count; i++) {
			must(diagram.edges.items[i].point_count >= 2);
			for (size_t k = 0; k < diagram.edges.items[i].point_count; k++)
				must_be_inside(&diagram, diagram.edges.items[i].points[k].x, diagram.edges.items[i].points[k].y);
		}
		if (!failed(diagram_svg(&arena, &diagram, marks, &words, &svg))) {
			must(!failed(xml_parse(&arena, svg, &report, &root)));
			look_at(root);
		}
		diagram_print(&arena, &diagram);
	}
	arena_done(&arena);
	return 0;
}
