#include "codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEXT(literal) STR_INIT(literal)

static const struct str accepted[] = {
	TEXT("null"), TEXT(" true "), TEXT("\t\r\nfalse\n"), TEXT("0"), TEXT("-0"), TEXT("-0.0"), TEXT("1e5"), TEXT("1E+5"),
	TEXT("0e-0"),
	TEXT("12345678901234567890.123456789012345678901234567890"), TEXT("1e999999999"), TEXT("\"\""),
	TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
	TEXT("\"\\u0000\\u4e2d\\uD83D\\uDE00\\uffff\""), TEXT("\"中文 \xf0\x9f\x98\x80 \x7f\""), TEXT("[]"), TEXT("[ ]"),
	TEXT("{}"), TEXT("{ }"),
	TEXT("[1,[2,[3,{}]],\"\"]"), TEXT("{\"\":0,\"a\":{\"a\":[]}}"), TEXT("{\"a\\u0000\":1,\"a\":2}"),
	TEXT("[\"\xf4\x8f\xbf\xbf\"]"),
};

static const struct str refused[] = {
	TEXT(""), TEXT(" "), TEXT("nul"), TEXT("NULL"), TEXT("True"), TEXT("nullx"), TEXT("NaN"), TEXT("Infinity"), TEXT("-Infinity"),
	TEXT("+1"), TEXT("01"), TEXT("-01"), TEXT("-"), TEXT("1."), TEXT(".5"), TEXT("1.e1"), TEXT("1e"), TEXT("1e+"),
	TEXT("0x1"), TEXT("1_0"),
	TEXT("1 2"), TEXT("[1 2]"), TEXT("--1"), TEXT("\xef\xbb\xbf{}"), TEXT("\"abc"), TEXT("\"\\"), TEXT("\"\\x\""),
	TEXT("\"\\u12\""), TEXT("\"\\u12G4\""),
	TEXT("\"\\ud800\""), TEXT("\"\\udc00\""), TEXT("\"\\ud800\\ud800\""), TEXT("\"\\ud800x\""), TEXT("\"\\ud800\\n\""),
	TEXT("\"a\nb\""), TEXT("\"a\tb\""), TEXT("\"\0\""),
	TEXT("\"\xff\""), TEXT("\"\xc0\xaf\""), TEXT("\"\xed\xa0\x80\""), TEXT("\"\xf4\x90\x80\x80\""), TEXT("\"\xe4\xb8\""),
	TEXT("'a'"), TEXT("["), TEXT("[1"), TEXT("[1,"),
	TEXT("[1,]"), TEXT("[,1]"), TEXT("[,]"), TEXT("]"), TEXT("[}"), TEXT("{"), TEXT("{\"a\""), TEXT("{\"a\":"),
	TEXT("{\"a\":1"), TEXT("{\"a\":1,}"), TEXT("{a:1}"), TEXT("{1:1}"),
	TEXT("{\"a\" 1}"), TEXT("{\"a\"::1}"), TEXT("{,}"), TEXT("{\"a\":1 \"b\":2}"), TEXT("{}{}"), TEXT("{} x"), TEXT("/**/1"),
	TEXT("1//"), TEXT("[1]\0"), TEXT("\f1"),
	TEXT("\xc2\xa0" "1"), TEXT("{\"a\":1,\"a\":2}"), TEXT("{\"a\":1,\"\\u0061\":2}"), TEXT("\\u0031"), TEXT("[\"a\",\n4\n,1,1 x"),
};

static void test_what_rfc_8259_allows_is_accepted_and_prints_back_equal(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	for (size_t i = 0; i < COUNT(accepted); i++) {
		const struct json *value, *again;
		struct str text;
		if (failed(json_parse(&arena, accepted[i], NULL, &value))) fail_msg("case %zu: %.*s", i, STR_ARG(accepted[i]));
		for (int style = JSON_COMPACT; style <= JSON_PRETTY; style++) {
			assert_false(failed(json_print(&arena, value, (enum json_style)style, 10000, &text)));
			assert_false(failed(json_parse(&arena, text, NULL, &again)));
			assert_true(json_eq(value, again));
		}
	}
	arena_done(&arena);
}

static void test_everything_else_is_refused_with_a_place(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct report report = report_make(&arena);
		const struct json *value = NULL;
		if (!err_is(json_parse(&arena, refused[i], &report, &value), ERR_INVALID))
			fail_msg("case %zu: %.*s", i, STR_ARG(refused[i]));
		assert_null(value);
		assert_int_equal(report.error_count, 1);
		assert_true(report.items[0].place.len >= 3);
	}
	arena_done(&arena);
}

static void test_places_are_line_and_column(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	const struct json *value;
	assert_true(failed(json_parse(&arena, STR("{\n \"a\": [1,\n  oops]}"), &report, &value)));
	assert_true(str_eq_c(report.items[0].place, "3:3"));
	assert_false(failed(json_parse(&arena, STR("{\n \"a\": [1,\n  22]}"), NULL, &value)));
	const struct json *item = json_at(value, STR("/a/1"));
	assert_int_equal(item->line, 3);
	assert_int_equal(item->column, 3);
	assert_int_equal(json_get(value, STR("a"))->column, 7);
	arena_done(&arena);
}

static void test_sixty_four_levels_are_the_limit_both_ways(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	char text[200];
	const struct json *value;
	struct str printed;
	for (int depth = 64; depth <= 65; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		struct err err = json_parse(&arena, (struct str){ text, (size_t)depth * 2 }, NULL, &value);
		assert_int_equal(err.code, depth == 64 ? ERR_NONE : ERR_LIMIT);
	}
	assert_false(failed(json_print(&arena, value, JSON_COMPACT, 1000, &printed)));
	struct json *deeper = json_new(&arena, JSON_ARRAY);
	json_add(deeper, STR(""), json_copy(&arena, value));
	assert_true(err_is(json_print(&arena, deeper, JSON_COMPACT, 1000, &printed), ERR_LIMIT));
	assert_true(err_is(json_print(&arena, value, JSON_COMPACT, 100, &printed), ERR_LIMIT));
	arena_done(&arena);
}

static void test_pointers_of_rfc_6901_find_their_values(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *value;
	struct str text = STR("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"m~n\":8,\"~1\":9,\"o\":{\"01\":3}}");
	static const struct { const char *pointer, *found; } cases[] = {
		{ "/foo/0", "\"bar\"" }, { "/", "0" }, { "/a~1b", "1" }, { "/c%d", "2" }, { "/m~0n", "8" }, { "/~01", "9" },
		{ "/o/01", "3" },
		{ "/foo/01", NULL }, { "/foo/2", NULL }, { "/foo/-", NULL }, { "/foo/-1", NULL }, { "/foo/+1", NULL },
		{ "/no", NULL }, { "foo", NULL }, { "/m~n", NULL }, { "/foo/0/x", NULL },
	};
	assert_false(failed(json_parse(&arena, text, NULL, &value)));
	assert_ptr_equal(json_at(value, STR("")), value);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct json *found = json_at(value, str_from_c(cases[i].pointer));
		struct str printed = STR("");
		assert_int_equal(found != NULL, cases[i].found != NULL);
		if (found) assert_false(failed(json_print(&arena, found, JSON_COMPACT, 100, &printed)));
		assert_true(str_eq_c(printed, cases[i].found ? cases[i].found : ""));
	}
	arena_done(&arena);
}

static void test_canonical_json_sorts_by_utf16_and_takes_whole_numbers_only(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *value;
	struct str text, source =
		STR("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":-0}");
	assert_false(failed(json_parse(&arena, source, NULL, &value)));
	assert_false(failed(json_print(&arena, value, JSON_CANONICAL, 1000, &text)));
	assert_true(str_eq_c(text,
		"{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":0,\"\xe2\x82\xac\":1,\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":3}"));
	static const char *const no_integers[] = { "1.0", "1e3", "9007199254740992", "-9007199254740992", "99999999999999999999" };
	for (size_t i = 0; i < COUNT(no_integers); i++) {
		assert_false(failed(json_parse(&arena, str_from_c(no_integers[i]), NULL, &value)));
		assert_true(err_is(json_print(&arena, value, JSON_CANONICAL, 1000, &text), ERR_INVALID));
	}
	arena_done(&arena);
}

static void test_trees_are_built_copied_compared_and_printed(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct str text;
	struct json *object = json_new(&arena, JSON_OBJECT), *list = json_new(&arena, JSON_ARRAY);
	json_add(list, STR(""), json_new_i64(&arena, -5));
	json_add(list, STR(""), json_new_bool(&arena, true));
	json_add(object, STR("list"), list);
	json_add(object, STR("text"), json_new_string(&arena, STR("\x01\"\xff</")));
	json_add(object, STR("empty"), json_new(&arena, JSON_OBJECT));
	assert_false(failed(json_print(&arena, object, JSON_COMPACT, 1000, &text)));
	assert_true(str_eq_c(text, "{\"list\":[-5,true],\"text\":\"\\u0001\\\"\xef\xbf\xbd</\",\"empty\":{}}"));
	assert_false(failed(json_print(&arena, list, JSON_PRETTY, 1000, &text)));
	assert_true(str_eq_c(text, "[\n  -5,\n  true\n]\n"));
	assert_true(json_eq(object, json_copy(&arena, object)));
	assert_false(json_eq(object, list));
	assert_true(str_eq_c(json_string_of(object, "none"), ""));
	assert_true(json_is(json_get(object, STR("empty")), JSON_OBJECT));
	arena_done(&arena);
}

static void test_a_large_object_finds_its_repeated_name(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct buf buf = buf_make(&arena, 1 << 20);
	const struct json *value;
	for (int i = 0; i < 20000; i++) buf_printf(&buf, "%c\"k%d\":%d", i ? ',' : '{', i, i);
	size_t len = buf.len;
	buf_add_lit(&buf, "}");
	assert_false(failed(json_parse(&arena, buf_str(&buf), NULL, &value)));
	assert_int_equal(value->count, 20000);
	buf.len = len;
	buf_add_lit(&buf, ",\"k777\":0}");
	assert_true(err_is(json_parse(&arena, buf_str(&buf), NULL, &value), ERR_INVALID));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_rfc_8259_allows_is_accepted_and_prints_back_equal),
		cmocka_unit_test(test_everything_else_is_refused_with_a_place),
		cmocka_unit_test(test_places_are_line_and_column),
		cmocka_unit_test(test_sixty_four_levels_are_the_limit_both_ways),
		cmocka_unit_test(test_pointers_of_rfc_6901_find_their_values),
		cmocka_unit_test(test_canonical_json_sorts_by_utf16_and_takes_whole_numbers_only),
		cmocka_unit_test(test_trees_are_built_copied_compared_and_printed),
		cmocka_unit_test(test_a_large_object_finds_its_repeated_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
