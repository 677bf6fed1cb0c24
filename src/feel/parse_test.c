#include "feel/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int done(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct err compile(struct str text, const struct feel_scope *scope, struct report *report)
{
	const struct feel_program *program;
	return feel_compile(&arena, text, scope, report, &program);
}

static struct str repeated(const char *before, size_t count, const char *middle, const char *after)
{
	struct buf buf = buf_make(&arena, FEEL_TEXT_BYTES_MAX);
	for (size_t i = 0; i < count; i++) buf_add(&buf, str_from_c(before));
	buf_add(&buf, str_from_c(middle));
	for (size_t i = 0; i < count; i++) buf_add(&buf, str_from_c(after));
	return buf_str(&buf);
}

static void test_tokens_know_where_they_begin_and_end(void **state)
{
	(void)state;
	struct str text = STR("  12.5 .. \"a\\\"b\" <= @\"x\" // end");
	struct token t = lex_token(text, 0);
	assert_int_equal(t.kind, TOKEN_NUMBER);
	assert_int_equal(t.from, 2);
	t = lex_token(text, t.to);
	assert_int_equal(t.sign, SIGN2('.', '.'));
	t = lex_token(text, t.to);
	assert_int_equal(t.kind, TOKEN_STRING);
	assert_int_equal(t.to - t.from, 6);
	t = lex_token(text, t.to);
	assert_int_equal(t.sign, SIGN2('<', '='));
	t = lex_token(text, t.to);
	assert_int_equal(t.kind, TOKEN_AT);
	assert_int_equal(lex_token(text, t.to).kind, TOKEN_END);
	assert_int_equal(lex_token(STR("1..3"), 0).to, 1);
	assert_int_equal(lex_token(STR("\"open"), 0).kind, TOKEN_BAD);
	assert_int_equal(lex_skip(STR("/* open"), 0), 0);
}

static void test_failures_name_line_column_and_cause(void **state)
{
	(void)state;
	static const struct { const char *text, *place, *words; } cases[] = {
		{ "1 +\n  * 2", "2:3", "before \"*\"" }, { "if 中 then 1", "1:12", "else" }, { "[1, 2", "1:6", "closing ]" },
		{ "\"abc", "1:1", "not closed" }, { "1 2", "1:3", "ends before \"2\"" }, { "", "1:1", "text ends" },
		{ "a between 1 or 2", "1:13", "and" }, { "f(x: 1, 2)", "1:9", "named" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct report report = report_make(&arena);
		assert_true(err_is(compile(str_from_c(cases[i].text), NULL, &report), ERR_INVALID));
		assert_int_equal(report.error_count, 1);
		assert_string_equal(str_to_c(&arena, report.items[0].place), cases[i].place);
		assert_non_null(strstr(str_to_c(&arena, report.items[0].words), cases[i].words));
	}
}

static void test_a_closed_scope_refuses_unknown_names_and_functions(void **state)
{
	(void)state;
	struct feel_scope_name names[] = { { STR("a"), NULL } };
	struct feel_scope scope = { .names = names, .count = 1, .closed = true };
	assert_false(failed(compile(STR("a + count([1])"), &scope, NULL)));
	assert_true(failed(compile(STR("a + b"), &scope, NULL)));
	assert_true(failed(compile(STR("unheard(a)"), &scope, NULL)));
	assert_false(failed(compile(STR("for b in [1] return a + b"), &scope, NULL)));
	assert_false(failed(compile(STR("a[amount > 1]"), &scope, NULL)));
}

static void test_nesting_has_a_limit_and_never_harms(void **state)
{
	(void)state;
	static const char *const pairs[][3] = { { "(", "1", ")" }, { "[", "1", "]" }, { "-", "x", "" }, { "{a: ", "1", "}" },
		{ "f(", "1", ")" }, { "if true then ", "1", " else 2" }, { "for x in ", "y", " return 1" }, { "1 in (", "1", ")" },
		{ "function() ", "1", "" }, { "1 + ", "1", "" }, { "a.", "b", "" }, { "not(", "true", ")" }, { "x[", "1", "]" } };
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		assert_true(err_is(compile(repeated(pairs[i][0], 50000, pairs[i][1], pairs[i][2]), NULL, NULL), ERR_INVALID));
		assert_false(failed(compile(repeated(pairs[i][0], 40, pairs[i][1], pairs[i][2]), NULL, NULL)));
	}
	char *large = arena_alloc(&arena, FEEL_TEXT_BYTES_MAX + 1);
	memset(large, ' ', FEEL_TEXT_BYTES_MAX + 1);
	assert_true(err_is(compile((struct str){ large, FEEL_TEXT_BYTES_MAX + 1 }, NULL, NULL), ERR_LIMIT));
	assert_true(err_is(compile(STR("\"\xff\""), NULL, NULL), ERR_INVALID));
}

static void test_a_program_tells_what_it_reads(void **state)
{
	(void)state;
	static const struct { const char *text, *reads; } cases[] = {
		{ "employer.uscc + name", "employer.uscc name " }, { "for x in xs return x + y", "y xs " },
		{ "{a: 1, b: a + c}", "c " }, { "claims[amount > limit]", "claims limit " }, { "1 + count([])", "" },
		{ "if a then b.c.d else a", "a b.c.d " }, { "sort(xs, function(p, q) p < q)", "xs " }, { "xs[1].a", "xs " },
	};
	struct feel_scope_name names[] = { { STR("employer"), NULL }, { STR("limit"), NULL }, { STR("xs"), NULL } };
	struct feel_scope scope = { .names = names, .count = 3 };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct feel_program *program;
		struct buf buf = buf_make(&arena, 1000);
		assert_false(failed(feel_compile(&arena, str_from_c(cases[i].text), &scope, NULL, &program)));
		struct feel_names reads = feel_program_reads(&arena, program);
		for (size_t j = 0; j < reads.count; j++) buf_printf(&buf, "%.*s ", STR_ARG(reads.items[j]));
		assert_string_equal(str_to_c(&arena, buf_str(&buf)), cases[i].reads);
	}
}

static void test_signatures_choose_by_count_and_names(void **state)
{
	(void)state;
	struct str by_name[] = { STR("b"), STR("a") }, unknown[] = { STR("a"), STR("c") }, twice[] = { STR("a"), STR("a") };
	assert_true(signature_takes("a, b?", 1, NULL) && signature_takes("a, b?", 2, NULL));
	assert_false(signature_takes("a, b?", 0, NULL) || signature_takes("a, b?", 3, NULL));
	assert_true(signature_takes("a, ...", 9, NULL) && signature_takes("", 0, NULL) && !signature_takes("", 1, NULL));
	assert_true(signature_takes("a, b", 2, by_name));
	assert_false(signature_takes("a, b", 2, unknown) || signature_takes("a, b", 2, twice) || signature_takes("a, b", 1, by_name));
	assert_int_equal(signature_index("start position, length?", STR("length")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens_know_where_they_begin_and_end),
		cmocka_unit_test(test_failures_name_line_column_and_cause),
		cmocka_unit_test(test_a_closed_scope_refuses_unknown_names_and_functions),
		cmocka_unit_test(test_nesting_has_a_limit_and_never_harms),
		cmocka_unit_test(test_a_program_tells_what_it_reads),
		cmocka_unit_test(test_signatures_choose_by_count_and_names),
	};
	return cmocka_run_group_tests(tests, NULL, done);
}
