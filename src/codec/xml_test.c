#include "codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BPMN "http://www.omg.org/spec/BPMN/20100524/MODEL"

static const struct xml *parse(struct arena *arena, const char *text)
{
	const struct xml *root;
	struct report report = report_make(arena);
	if (failed(xml_parse(arena, str_from_c(text), &report, &root))) fail_msg("%.*s", STR_ARG(report_print(arena, &report)));
	return root;
}

static void test_elements_attributes_and_text_are_found_by_namespace(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct xml *root = parse(&arena,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		"<!-- c --><b:definitions xmlns:b=\"" BPMN "\" xmlns=\"urn:d\" xmlns:z=\"urn:z\">\n"
		"  <b:task id=\"t1\" z:type=\"mail\" name=\"a&amp;b\"/>\n"
		"  <task id=\"t2\">一<!-- x -->二<sub/><![CDATA[<三>]]>&#x56db;</task><?pi x?>\n</b:definitions>");
	assert_true(str_eq_c(root->name, "definitions") && str_eq_c(root->space, BPMN) && str_eq_c(root->prefix, "b"));
	assert_int_equal(root->line, 2);
	assert_int_equal(root->column, 11);
	const struct xml *first = xml_child(root, STR(BPMN), "task"), *second = xml_sibling(first, STR(""), "task");
	assert_true(str_eq_c(xml_attribute(first, "id"), "t1"));
	assert_true(str_eq_c(xml_attribute(first, "name"), "a&b"));
	assert_true(str_eq_c(xml_attribute(first, "type"), ""));
	assert_true(str_eq_c(xml_attribute_in(first, STR("urn:z"), "type"), "mail"));
	assert_true(str_eq_c(xml_place(&arena, first), "3:3"));
	assert_true(str_eq_c(second->space, "urn:d") && second->prefix.len == 0);
	assert_true(str_eq_c(second->text, "一二<三>四"));
	assert_true(xml_has_attribute(second, "id") && !xml_has_attribute(second, "name"));
	assert_ptr_equal(xml_child(root, STR("urn:d"), "task"), second);
	assert_null(xml_sibling(second, STR(""), "task"));
	assert_null(xml_child(NULL, STR(""), "task"));
	assert_true(str_eq_c(xml_namespace_of(second->first, STR("z")), "urn:z"));
	assert_true(str_eq_c(xml_namespace_of(second->first, STR("")), "urn:d"));
	assert_true(str_eq_c(xml_namespace_of(root, STR("nobody")), ""));
	arena_done(&arena);
}

static void test_what_is_not_safe_or_not_well_formed_is_refused_with_a_place(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const struct { const char *text, *place; } cases[] = {
		{ "", "1:1" }, { "<a>", "1:4" }, { "<a></b>", "1:6" }, { "<a/><b/>", "1:5" }, { "<a b='1' b='2'/>", "1:10" },
		{ "<a>&nbsp;</a>", "1:4" },
		{ "<!DOCTYPE a><a/>", NULL }, { "\n<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", NULL },
		{ "<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;'>]><a>&m;</a>", NULL },
		{ "<?xml version='1.0' encoding='GB18030'?><a/>", "1:1" }, { "<?xml version='1.0' encoding='UTF-16'?><a/>", "1:1" },
		{ "\xff\xfe<\0a\0", NULL }, { "<p:a/>", "1:1" }, { "<a>\xff</a>", "1:4" }, { "<a xmlns:p=''/>", NULL }, { "text", "1:1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct report report = report_make(&arena);
		const struct xml *root = NULL;
		if (!err_is(xml_parse(&arena, str_from_c(cases[i].text), &report, &root), ERR_INVALID))
			fail_msg("case %zu: %s", i, cases[i].text);
		assert_null(root);
		assert_int_equal(report.error_count, 1);
		if (cases[i].place) assert_string_equal(str_to_c(&arena, report.items[0].place), cases[i].place);
	}
	arena_done(&arena);
}

static struct str nested(struct arena *arena, int depth)
{
	struct buf buf = buf_make(arena, 1 << 20);
	for (int i = 0; i < depth; i++) buf_add_lit(&buf, "<a>");
	for (int i = 0; i < depth; i++) buf_add_lit(&buf, "</a>");
	return buf_str(&buf);
}

static struct str with_attributes(struct arena *arena, int count)
{
	struct buf buf = buf_make(arena, 1 << 20);
	buf_add_lit(&buf, "<a");
	for (int i = 0; i < count; i++) buf_printf(&buf, " a%d=''", i);
	buf_add_lit(&buf, "/>");
	return buf_str(&buf);
}

static void test_depth_attributes_elements_and_bytes_are_bounded(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct xml *root;
	assert_false(failed(xml_parse(&arena, nested(&arena, XML_DEPTH_MAX), NULL, &root)));
	assert_true(err_is(xml_parse(&arena, nested(&arena, XML_DEPTH_MAX + 1), NULL, &root), ERR_LIMIT));
	assert_false(failed(xml_parse(&arena, with_attributes(&arena, XML_ATTRIBUTE_COUNT_MAX), NULL, &root)));
	assert_true(err_is(xml_parse(&arena, with_attributes(&arena, XML_ATTRIBUTE_COUNT_MAX + 1), NULL, &root), ERR_LIMIT));
	struct buf buf = buf_make(&arena, XML_BYTES_MAX * 2);
	buf_add_lit(&buf, "<r>");
	for (int i = 0; i < XML_ELEMENT_COUNT_MAX; i++) buf_add_lit(&buf, "<e/>\n");
	buf_add_lit(&buf, "</r>");
	assert_true(err_is(xml_parse(&arena, buf_str(&buf), NULL, &root), ERR_LIMIT));
	while (buf.len <= XML_BYTES_MAX) buf_add_lit(&buf, "        ");
	assert_true(err_is(xml_parse(&arena, buf_str(&buf), NULL, &root), ERR_LIMIT));
	arena_done(&arena);
}

static void test_escaped_text_reads_back(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct buf buf = buf_make(&arena, 1000);
	struct str hard = STR("<a b=\"1\" c='2'>&amp;]]></a>");
	buf_add_lit(&buf, "<t v='");
	xml_add_escaped(&buf, hard);
	buf_add_lit(&buf, "'>");
	xml_add_escaped(&buf, hard);
	buf_add_lit(&buf, "</t>");
	const struct xml *root = parse(&arena, str_to_c(&arena, buf_str(&buf)));
	assert_true(str_eq(root->text, hard));
	assert_true(str_eq(xml_attribute(root, "v"), hard));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements_attributes_and_text_are_found_by_namespace),
		cmocka_unit_test(test_what_is_not_safe_or_not_well_formed_is_refused_with_a_place),
		cmocka_unit_test(test_depth_attributes_elements_and_bytes_are_bounded),
		cmocka_unit_test(test_escaped_text_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
