#include "feel/feel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

struct render_case { const char *text, *context, *result; };

static struct feel_value context_of(struct arena *arena, const char *text)
{
	const struct json *json;
	assert_false(failed(json_parse(arena, str_from_c(text), NULL, &json)));
	return feel_from_json(arena, json);
}

/* What the template gives, or "error CODE: place words | place words". */
static const char *render(struct arena *arena, const char *text, struct feel_value context, struct feel_template_options options,
	bool closed)
{
	struct report report = report_make(arena);
	const struct feel_template *tmpl = NULL;
	struct feel_env env = { .now_ms = 0 };
	struct feel_scope *scope = feel_scope_of(arena, context, NULL);
	struct str out;
	scope->closed = closed;
	struct err e = feel_template_compile(arena, str_from_c(text), scope, &report, &tmpl);
	if (!failed(e)) e = feel_template_run(arena, tmpl, context, &env, &options, &report, &out);
	if (!failed(e)) return str_to_c(arena, out);
	struct buf words = buf_make(arena, 4096);
	buf_printf(&words, "error %s:", err_name(e));
	for (size_t i = 0; i < report.count; i++) {
		buf_printf(&words, "%s %.*s %.*s", i ? " |" : "", STR_ARG(report.items[i].place), STR_ARG(report.items[i].words));
	}
	return str_to_c(arena, buf_str(&words));
}

static void assert_cases(const struct render_case *cases, size_t count, struct feel_template_options options)
{
	for (size_t i = 0; i < count; i++) {
		struct arena arena = { 0 };
		const char *out = render(&arena, cases[i].text, context_of(&arena, cases[i].context), options, false);
		if (strcmp(out, cases[i].result) != 0) fail_msg("%s\ngave   [%s]\nwanted [%s]", cases[i].text, out, cases[i].result);
		arena_done(&arena);
	}
}

#define ASSERT_CASES(cases, ...) \
	assert_cases(cases, sizeof(cases) / sizeof(cases)[0], (struct feel_template_options){ __VA_ARGS__ })

static void test_text_stays_and_inserts_are_filled_in(void **state)
{
	(void)state;
	static const struct render_case cases[] = {
		{ "", "{}", "" },
		{ "Text with { one } brace\nand = signs", "{}", "Text with { one } brace\nand = signs" },
		{ " = 1 + 1", "{}", " = 1 + 1" },
		{ "= 1 + 1", "{}", "2" },
		{ "=if a.b = 1 then \"yes\" else \"no\"", "{\"a\":{\"b\":1}}", "yes" },
		{ "={a: 1, b: [1, \"x\"]}", "{}", "{a: 1, b: [1, \"x\"]}" },
		{ "A{{1+1}}B{{= a * 2 }}C", "{\"a\":2}", "A2B4C" },
		{ "{{}}-{{=}}-{{ }}", "{}", "--" },
		{ "{{0.1+0.2}}", "{}", "0.3" },
		{ "{{date(\"2022-08-26\")}} {{duration(\"P1D\")}}", "{}", "2022-08-26 P1D" },
		{ "[{{nobody}}]", "{}", "[]" },
		{ "{{this.a}} {{_this_.a}} {{a}}", "{\"a\":1}", "1 1 1" },
		{ "{{this.x}}", "{\"this\":{\"x\":\"own\"},\"x\":\"outer\"}", "own" },
		{ "{{_this_.x}}", "{\"_this_\":{\"x\":\"own\"},\"x\":\"outer\"}", "outer" },
		{ "{{姓名}}你好", "{\"姓名\":\"王䶮\"}", "王䶮你好" },
	};
	ASSERT_CASES(cases, .escape = FEEL_ESCAPE_NONE);
}

static void test_conditions_and_loops_follow_feelers(void **state)
{
	(void)state;
	static const struct render_case cases[] = {
		{ "A {{#if ok}}B{{/if}}", "{\"ok\":true}", "A B" },
		{ "A {{#if ok}}B{{/if}}", "{\"ok\":false}", "A " },
		{ "A {{#if ok}}B{{/if}}", "{}", "A " },
		{ "{{#if 1}}a{{/if}}{{#if 0}}b{{/if}}{{#if \"x\"}}c{{/if}}{{#if \"\"}}d{{/if}}{{#if []}}e{{/if}}", "{}", "ace" },
		{ "{{#if a}}{{#if b}}both{{/if}}{{/if}}", "{\"a\":true,\"b\":true}", "both" },
		{ "{{#loop [1,2,3]}}{{this}},{{/loop}}", "{}", "1,2,3," },
		{ "{{#loop items}}{{name}}{{/loop}}", "{\"items\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "ab" },
		{ "{{#loop items}}{{#loop this}}{{this}}{{/loop}};{{/loop}}", "{\"items\":[[1,2],[3]]}", "12;3;" },
		{ "{{#loop items}}{{#loop sub}}{{this}}{{parent.n}}{{parent.parent.m}} {{/loop}}{{/loop}}",
			"{\"m\":\"m\",\"items\":[{\"n\":1,\"sub\":[\"a\",\"b\"]}]}", "a1m b1m " },
		{ "{{#loop items}}[{{outer}}]{{/loop}}", "{\"outer\":1,\"items\":[1]}", "[]" },
		{ "{{#loop items}}{{parent.p + item}};{{/loop}}",
			"{\"p\":\"$\",\"items\":[{\"item\":\"1\",\"parent\":{\"p\":\"£\"}},{\"item\":\"2\"}]}",
			"£1;$2;" },
		{ "{{#loop items}}{{_parent_.p + item}};{{/loop}}",
			"{\"p\":\"$\",\"items\":[{\"item\":\"1\",\"_parent_\":{\"p\":\"£\"}},{\"item\":\"2\"}]}", "$1;$2;" },
		{ "{{#loop none}}x{{/loop}}{{#loop \"abc\"}}{{this}}{{/loop}}{{#loop 2}}{{this}}{{/loop}}", "{}", "abc2" },
		{ "{{#loop for i in 1..3 return i * i}}{{this}} {{/loop}}", "{}", "1 4 9 " },
	};
	ASSERT_CASES(cases, .escape = FEEL_ESCAPE_NONE);
}

static void test_a_tag_on_its_own_line_takes_the_line_with_it(void **state)
{
	(void)state;
	static const struct render_case cases[] = {
		{ "a\n{{#if true}}\nb\n{{/if}}\nc", "{}", "a\nb\nc" },
		{ "a\n{{#if false}}\nb\n{{/if}}\nc", "{}", "a\nc" },
		{ "{{#if true}}a{{/if}}\n{{#if true}}b{{/if}}", "{}", "a\nb" },
		{ "{{#loop [1,2]}}\n- {{this}}\n{{/loop}}\nend", "{}", "- 1\n- 2\nend" },
		{ "{{#loop [1,2]}}{{this}}{{/loop}}\nend", "{}", "12\nend" },
		{ "head\n{{#loop []}}\n- {{this}}\n{{/loop}}\nend", "{}", "head\n\nend" },
		{ "{{1}}\n{{2}}\n", "{}", "1\n2\n" },
	};
	ASSERT_CASES(cases, .escape = FEEL_ESCAPE_NONE);
}

static void test_what_the_author_cannot_have_meant_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "{{#if a}}x", "{{#loop a}}x", "x{{/if}}", "{{/loop}}", "{{#if a}}{{/loop}}",
		"{{#if a}}{{#loop b}}{{/if}}{{/loop}}", "{{a", "{{#if a", "{{\"}}\"}}", "{{#unless a}}x{{/unless}}",
		"{{#if}}x{{/if}}", "{{#if  }}x{{/if}}", "{{else}}", "{{! note }}",
		"{{{a}}}", "{{1 +}}", "=1 +", "{{nothing known(1)}}", "{{#loop [1}}x{{/loop}}" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct arena arena = { 0 };
		const char *out = render(&arena, texts[i], context_of(&arena, "{\"a\":true}"), (struct feel_template_options){ 0 }, false);
		if (strncmp(out, "error INVALID: ", 15) != 0) fail_msg("%s gave %s", texts[i], out);
		arena_done(&arena);
	}
}

/* The cases of tests/differential/feelers.mjs, recorded from the original. */
static void test_recorded_templates_give_what_the_original_gives(void **state)
{
	(void)state;
	struct arena arena = { 0 }, one = { 0 };
	struct str text, line;
	struct feel_value data = FEEL_NULL_VALUE;
	size_t number = 0;
	assert_false(failed(file_read(&arena, "tests/feel/feelers.jsonl", 4 << 20, &text)));
	while (str_split(&text, '\n', &line)) {
		const struct json *json;
		if (str_is_empty(line)) continue;
		assert_false(failed(json_parse(&arena, line, NULL, &json)));
		if (number++ == 0) {
			data = feel_from_json(&arena, json_get(json, STR("c")));
			continue;
		}
		const char *tmpl = str_to_c(&one, json_string(json_get(json, STR("t"))));
		const char *out = render(&one, tmpl, data, (struct feel_template_options){ .escape = FEEL_ESCAPE_NONE }, false);
		bool refused = strncmp(out, "error INVALID: ", 15) == 0, wanted = json_is(json_get(json, STR("refused")), JSON_TRUE);
		const char *result = str_to_c(&one, json_string(json_get(json, STR("r"))));
		if (refused != wanted || (!wanted && strcmp(out, result) != 0))
			fail_msg("line %zu: %s\ngave   [%s]\nwanted [%s]", number, tmpl, out, wanted ? "refused" : result);
		arena_reset(&one);
	}
	assert_true(number > 300);
	arena_done(&one);
	arena_done(&arena);
}

static void test_findings_point_into_the_template(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const char *out = render(&arena, "第一行\n你好 {{1 +}}", context_of(&arena, "{}"), (struct feel_template_options){ 0 }, false);
	if (!strstr(out, " 2:")) fail_msg("%s", out);
	arena_done(&arena);
}

/* Against a declared data model an unknown name is found before anybody sees the page. */
static void test_a_closed_scope_refuses_unknown_names(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct feel_value context = context_of(&arena, "{\"employer\":{\"name\":\"厂\"},\"claims\":[{\"amount\":1}]}");
	struct feel_template_options options = { .escape = FEEL_ESCAPE_NONE };
	assert_string_equal(render(&arena, "{{employer.name}}{{this.employer.name}}", context, options, true), "厂厂");
	struct feel_scope_name firm = { STR("employer"), &(struct feel_scope){ .names = (struct feel_scope_name[]){ { STR("name"), NULL } },
		.count = 1, .closed = true } };
	struct feel_scope scope = { .names = &firm, .count = 1, .closed = true };
	struct report report = report_make(&arena);
	const struct feel_template *tmpl;
	assert_false(failed(feel_template_compile(&arena, STR("{{employer.name}}"), &scope, &report, &tmpl)));
	assert_true(failed(feel_template_compile(&arena, STR("\n{{employer.nmae}}"), &scope, &report, &tmpl)));
	assert_true(str_eq_c(report.items[0].place, "2:11"));
	assert_non_null(strstr(render(&arena, "{{emplyer}}", context, options, true), "error INVALID"));
	assert_string_equal(render(&arena, "{{#loop claims}}{{amount}} {{parent.employer.name}}{{/loop}}", context, options, true), "1 厂");
	arena_done(&arena);
}

/* LA8: a paper with a gap never leaves the hall. */
static void test_a_document_names_each_insert_without_value(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct feel_template_options document = { .escape = FEEL_ESCAPE_MARKDOWN, .must_have_values = true };
	struct feel_value context = context_of(&arena, "{\"name\":\"张三\",\"list\":[1],\"yes\":true}");
	assert_string_equal(render(&arena, "{{name}}{{#if yes}}!{{/if}}{{#loop list}}{{this}}{{/loop}}", context, document, false), "张三!1");
	assert_string_equal(render(&arena, "{{name}}\n{{employer.name}} {{list}}", context, document, false),
		"error MISSING: 2:3 {{employer.name}} has no value | 2:21 {{list}} is a list and not a single value");
	assert_string_equal(render(&arena, "{{#if name}}x{{/if}}", context, document, false),
		"error MISSING: 1:7 {{name}} is a string and not true or false");
	assert_string_equal(render(&arena, "{{#loop name}}x{{/loop}}{{#loop none}}{{/loop}}", context, document, false),
		"error MISSING: 1:9 {{name}} is a string and not a list | 1:33 {{none}} has no value");
	arena_done(&arena);
}

static void test_each_kind_of_text_has_its_escape(void **state)
{
	(void)state;
	static const char context[] = "{\"v\":\" # 1*2_3 | `x` [a](b) <i>&amp;\\n- next\\u202e \\\\end\",\"d\":\"1. x\",\"u\":\"http://a.b\"}";
	static const struct render_case markdown[] = {
		{ "# {{v}}|{{d}}", context, "# \\# 1\\*2\\_3 \\| \\`x\\` \\[a\\]\\(b\\) \\<i\\>\\&amp; - next \\\\end|1\\. x" },
		{ "{{u}}", context, "http\\://a.b" },
		{ "*{{\"- x\"}}* {{\"===\"}}", "{}", "*\\- x* \\===" },
	};
	static const struct render_case html[] = {
		{ "<b>{{\"<i a='b' c=\\\"d\\\">&\"}}</b>", "{}", "<b>&lt;i a=&#39;b&#39; c=&quot;d&quot;&gt;&amp;</b>" },
		{ "<t>{{\"a\\u0001b\\u0000c\\n\"}}</t>", "{}", "<t>abc\n</t>" },
	};
	static const struct render_case sms[] = { { "{{\" a\\n b\\t\\u0007c\\u2028d \"}}", "{}", "a b c d" } };
	static const struct render_case url[] = { { "/x?n={{\"工 a/b?c=~\"}}", "{}", "/x?n=%E5%B7%A5%20a%2Fb%3Fc%3D~" } };
	ASSERT_CASES(markdown, .escape = FEEL_ESCAPE_MARKDOWN);
	ASSERT_CASES(html, .escape = FEEL_ESCAPE_HTML);
	ASSERT_CASES(sms, .escape = FEEL_ESCAPE_SMS);
	ASSERT_CASES(url, .escape = FEEL_ESCAPE_URL);
}

static void test_a_page_that_grows_without_end_is_stopped(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct feel_template_options options = { .bytes_max = 1000 };
	struct feel_value context = context_of(&arena, "{}");
	assert_string_equal(render(&arena, "{{#loop for i in 1..500 return i}}{{this}}{{/loop}}", context, options, false), "error LIMIT:");
	assert_string_equal(render(&arena, "{{#loop for i in 1..5000 return i}}{{#loop for i in 1..5000 return i}}{{/loop}}{{/loop}}", context,
		options, false), "error LIMIT:");
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_stays_and_inserts_are_filled_in),
		cmocka_unit_test(test_conditions_and_loops_follow_feelers),
		cmocka_unit_test(test_a_tag_on_its_own_line_takes_the_line_with_it),
		cmocka_unit_test(test_what_the_author_cannot_have_meant_is_refused),
		cmocka_unit_test(test_recorded_templates_give_what_the_original_gives),
		cmocka_unit_test(test_findings_point_into_the_template),
		cmocka_unit_test(test_a_closed_scope_refuses_unknown_names),
		cmocka_unit_test(test_a_document_names_each_insert_without_value),
		cmocka_unit_test(test_each_kind_of_text_has_its_escape),
		cmocka_unit_test(test_a_page_that_grows_without_end_is_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
