/* Pictures: tests/diagram/NAME.bpmn must give the places in NAME.txt (`unionhall service draw --places` prints the same
 * lines); what is laid out here, and legal-aid's own places, hide nothing. LA8: done, now, next. */
#include "diagram/diagram.h"
#include "codec/codec.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

static const struct bpmn_model *load(struct arena *arena, const char *path)
{
	struct str text;
	struct report report = report_make(arena);
	const struct bpmn_model *model = NULL;
	assert_false(failed(file_read(arena, path, 16 << 20, &text)));
	/* the hall's own functions are not known here, and are not needed for a picture */
	text = str_replace(arena, text, STR("parameter(\"aidSupplementDays\", today())"), STR("5"));
	text = str_replace(arena, text, STR("add days(today(), "), STR("max(5, "));
	if (failed(bpmn_load(arena, str_from_c(path), text, NULL, &report, &model)))
		fail_msg("%.*s", STR_ARG(report_print(arena, &report)));
	return model;
}

static struct diagram lay(struct arena *arena, const struct bpmn_model *model)
{
	struct diagram diagram = { 0 };
	assert_false(failed(diagram_lay(arena, model, (struct diagram_names){ 0 }, &diagram)));
	return diagram;
}

static void compare_with_golden(const char *name)
{
	struct arena arena = { 0 };
	const char *folder = "tests/diagram/";
	struct diagram diagram = lay(&arena, load(&arena, str_to_c(&arena, str_printf(&arena, "%s%s.bpmn", folder, name))));
	struct str is = diagram_print(&arena, &diagram), wanted;
	const char *path = str_to_c(&arena, str_printf(&arena, "%s%s.txt", folder, name));
	if (getenv("UNIONHALL_GOLDEN")) assert_false(failed(file_write(path, is, 0644)));
	assert_false(failed(file_read(&arena, path, 1 << 20, &wanted)));
	if (!str_eq(is, wanted)) fail_msg("%s.txt says otherwise. Now it is:\n%.*s", name, STR_ARG(is));
	arena_done(&arena);
}

static void test_every_kind_of_element_is_laid_out_as_its_golden_file_says(void **state)
{
	(void)state;
	compare_with_golden("kinds");
}

static void test_places_lanes_and_names_of_the_model_are_kept(void **state)
{
	(void)state;
	compare_with_golden("own");
}

static void test_places_that_are_no_numbers_are_not_used(void **state)
{
	(void)state;
	compare_with_golden("odd");
}

/* ---- nothing hides anything ---------------------------------------------------------------------------------------- */

static double overlap(struct bpmn_bounds a, struct bpmn_bounds b)
{
	double width = fmin(a.x + a.width, b.x + b.width) - fmax(a.x, b.x);
	double height = fmin(a.y + a.height, b.y + b.height) - fmax(a.y, b.y);
	return width > 0.5 && height > 0.5 ? width * height : 0;
}

static bool belong_together(const struct diagram_node *a, const struct diagram_node *b)
{
	return a->open || b->open || a->element->attached_to == b->element || b->element->attached_to == a->element;
}

static void must_be_clear(const struct diagram *diagram)
{
	for (size_t i = 0; i < diagram->nodes.count; i++)
		for (size_t k = 0; k < diagram->nodes.count; k++) {
			const struct diagram_node *a = &diagram->nodes.items[i], *b = &diagram->nodes.items[k];
			if (i != k && !belong_together(a, b) && overlap(a->bounds, b->bounds) > 0)
				fail_msg("%.*s lies on %.*s", STR_ARG(a->element->id), STR_ARG(b->element->id));
			if (i != k && a->text.line_count && !b->open && b->element != a->element->attached_to
			    && overlap(a->text.bounds, b->bounds) > 0 && !belong_together(a, b))
				fail_msg("the name of %.*s lies on %.*s", STR_ARG(a->element->id), STR_ARG(b->element->id));
			if (i < k && a->text.line_count && b->text.line_count && overlap(a->text.bounds, b->text.bounds) > 0)
				fail_msg("the names of %.*s and %.*s lie on each other", STR_ARG(a->element->id), STR_ARG(b->element->id));
		}
}

static bool ends_there(const struct diagram_edge *edge, const struct bpmn_element *element)
{
	return edge->from == element || edge->to == element || edge->from->attached_to == element;
}

static void must_not_be_crossed(const struct diagram *diagram)
{
	for (size_t e = 0; e < diagram->edges.count; e++) {
		const struct diagram_edge *edge = &diagram->edges.items[e];
		for (size_t k = 0; k + 1 < edge->point_count; k++) {
			struct bpmn_point a = edge->points[k], b = edge->points[k + 1];
			struct bpmn_bounds line = { fmin(a.x, b.x) - 0.5, fmin(a.y, b.y) - 0.5, fabs(a.x - b.x) + 1, fabs(a.y - b.y) + 1 };
			if (fabs(a.x - b.x) > 0.5 && fabs(a.y - b.y) > 0.5)
				fail_msg("the line of %.*s to %.*s is slanted", STR_ARG(edge->from->id), STR_ARG(edge->to->id));
			for (size_t n = 0; n < diagram->nodes.count; n++) {
				const struct diagram_node *node = &diagram->nodes.items[n];
				struct bpmn_bounds inner = { node->bounds.x + 1, node->bounds.y + 1, node->bounds.width - 2, node->bounds.height - 2 };
				if (!node->open && !ends_there(edge, node->element) && overlap(line, inner) > 0)
					fail_msg("the line of %.*s to %.*s crosses %.*s", STR_ARG(edge->from->id), STR_ARG(edge->to->id),
					    STR_ARG(node->element->id));
			}
		}
	}
}

static void test_legal_aid_has_straight_lines_and_nothing_lies_on_anything(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct diagram diagram = lay(&arena, load(&arena, "services/legal-aid/process.bpmn"));
	assert_false(diagram.laid_out);
	must_be_clear(&diagram);
	must_not_be_crossed(&diagram);
	arena_done(&arena);
}

static void test_what_is_laid_out_here_crosses_no_step(void **state)
{
	(void)state;
	static const char *const models[] = { "tests/diagram/kinds.bpmn", "tests/bpmn/application.bpmn", "tests/bpmn/choice.bpmn",
		"tests/bpmn/circle.bpmn", "tests/bpmn/events.bpmn", "tests/bpmn/gateways.bpmn", "tests/bpmn/items.bpmn",
		"tests/bpmn/parallel.bpmn", "tests/bpmn/trip.bpmn" };
	for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
		struct arena arena = { 0 };
		struct diagram diagram = lay(&arena, load(&arena, models[i]));
		if (diagram.laid_out) must_not_be_crossed(&diagram);
		arena_done(&arena);
	}
}

/* ---- the SVG --------------------------------------------------------------------------------------------------------- */

static size_t count_of(struct str text, const char *piece)
{
	size_t count = 0;
	struct str needle = str_from_c(piece);
	for (ptrdiff_t at = str_find(text, needle, 0); at >= 0; at = str_find(text, needle, (size_t)at + needle.len)) count++;
	return count;
}

static struct str draw(struct arena *arena, const char *path, const struct diagram_mark *marks)
{
	struct diagram diagram = lay(arena, load(arena, path));
	struct diagram_words words = { .title = STR("<title> & more"), .description = STR("\x01\xFF words"), .id = STR("a\"b") };
	struct str svg;
	const struct xml *root;
	if (marks) words.states[DIAGRAM_DONE] = STR("done"), words.states[DIAGRAM_NOW] = STR("now");
	assert_false(failed(diagram_svg(arena, &diagram, marks, &words, &svg)));
	assert_false(failed(xml_parse(arena, svg, NULL, &root)));
	return svg;
}

static void test_no_name_becomes_markup(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct str svg = draw(&arena, "tests/diagram/odd.bpmn", NULL);
	assert_int_equal(count_of(svg, "<script"), 0);
	assert_int_equal(count_of(svg, "\" onload"), 0);
	assert_int_equal(count_of(svg, "style"), 0);
	assert_true(count_of(svg, "&lt;script&gt;") > 0);
	arena_done(&arena);
}

static void test_a_state_is_told_by_form_and_in_words_not_by_colour_alone(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct bpmn_model *model = load(&arena, "tests/diagram/own.bpmn");
	struct diagram_mark *marks = ARENA_ARRAY(&arena, struct diagram_mark, bpmn_element_count(model));
	marks[bpmn_element_by_id(model, STR("start"))->index].state = DIAGRAM_DONE;
	marks[bpmn_element_by_id(model, STR("work"))->index] = (struct diagram_mark){ DIAGRAM_NOW, STR("2 h"), STR("half within 2 h") };
	struct str svg = draw(&arena, "tests/diagram/own.bpmn", marks);
	assert_int_equal(count_of(svg, "<title>Begin · done</title>"), 1);
	assert_int_equal(count_of(svg, "<title>Work · now · half within 2 h</title>"), 1);
	assert_int_equal(count_of(svg, ">2 h</text>"), 1);
	assert_int_equal(count_of(svg, "M-4.5 0l3 3.2"), 2);        /* the tick: on the step and in the legend */
	assert_int_equal(count_of(svg, "M-2.5-4.5v9"), 2);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_element_is_laid_out_as_its_golden_file_says),
		cmocka_unit_test(test_places_lanes_and_names_of_the_model_are_kept),
		cmocka_unit_test(test_places_that_are_no_numbers_are_not_used),
		cmocka_unit_test(test_legal_aid_has_straight_lines_and_nothing_lies_on_anything),
		cmocka_unit_test(test_what_is_laid_out_here_crosses_no_step),
		cmocka_unit_test(test_no_name_becomes_markup),
		cmocka_unit_test(test_a_state_is_told_by_form_and_in_words_not_by_colour_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
