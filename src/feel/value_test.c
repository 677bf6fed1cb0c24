#include "feel/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static int done(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct feel_value value_of(const char *expression)
{
	struct feel_value value = FEEL_NULL_VALUE;
	assert_false(failed(feel_evaluate(&arena, str_from_c(expression), FEEL_NULL_VALUE, NULL, NULL, &value)));
	return value;
}

static void assert_literal(struct feel_value value, const char *wanted)
{
	assert_string_equal(str_to_c(&arena, feel_print_literal(&arena, value)), wanted);
}

static void test_entries_keep_their_order_and_are_replaced_in_place(void **state)
{
	(void)state;
	struct feel_value c = feel_put(&arena, FEEL_NULL_VALUE, STR("a"), feel_number_i64(1));
	struct feel_value old = c;
	c = feel_put(&arena, c, STR("b"), feel_number_i64(2));
	c = feel_put(&arena, c, STR("a"), feel_boolean(true));
	assert_literal(c, "{a: true, b: 2}");
	assert_literal(old, "{a: 1}");
	assert_true(feel_has(c, STR("b")) && !feel_has(c, STR("c")));
	assert_int_equal(feel_get(c, STR("c")).kind, FEEL_NULL);
	assert_int_equal(feel_get(feel_number_i64(1), STR("c")).kind, FEEL_NULL);
}

static void test_paths_reach_through_contexts_and_lists(void **state)
{
	(void)state;
	struct feel_value v = value_of("{employer: {uscc: \"91\"}, claims: [{amount: 1}, {amount: 2}]}");
	assert_literal(feel_at(v, STR("employer.uscc")), "\"91\"");
	assert_literal(feel_at(v, STR("claims.1.amount")), "2");
	assert_literal(feel_at(v, STR("claims.2.amount")), "null");
	assert_literal(feel_at(v, STR("claims.-1")), "null");
	assert_literal(feel_at(v, STR("employer.name.first")), "null");
	v = feel_put_at(&arena, v, STR("employer.name.first"), feel_string(STR("Li")));
	assert_literal(feel_at(v, STR("employer")), "{uscc: \"91\", name: {first: \"Li\"}}");
}

static void test_merging_puts_one_context_over_another(void **state)
{
	(void)state;
	assert_literal(feel_merge(&arena, value_of("{a: 1, b: 2}"), value_of("{b: 3, c: 4}")), "{a: 1, b: 3, c: 4}");
	assert_literal(feel_merge(&arena, FEEL_NULL_VALUE, value_of("{b: 3}")), "{b: 3}");
	assert_literal(feel_merge(&arena, value_of("{a: 1}"), FEEL_NULL_VALUE), "{a: 1}");
}

static void test_equality_is_unknown_between_different_kinds(void **state)
{
	(void)state;
	assert_int_equal(feel_equal(value_of("1"), value_of("\"1\"")), -1);
	assert_int_equal(feel_equal(value_of("null"), value_of("1")), 0);
	assert_int_equal(feel_equal(value_of("null"), value_of("null")), 1);
	assert_int_equal(feel_equal(value_of("[1, 2]"), value_of("[1, \"2\"]")), -1);
	assert_int_equal(feel_equal(value_of("[1, 2]"), value_of("[1]")), 0);
	assert_int_equal(feel_equal(value_of("{a: 1, b: 2}"), value_of("{b: 2.0, a: 1}")), 1);
	assert_int_equal(feel_equal(value_of("{a: 1}"), value_of("{b: 1}")), 0);
	bool comparable = true;
	feel_compare(value_of("true"), value_of("false"), &comparable);
	assert_false(comparable);
	assert_true(feel_compare(value_of("\"a\""), value_of("\"b\""), &comparable) < 0 && comparable);
}

static void test_ranges_contain_up_to_their_ends(void **state)
{
	(void)state;
	static const struct { const char *range, *value, *wanted; } cases[] = {
		{ "[1..3]", "3", "true" }, { "[1..3)", "3", "false" }, { "(1..3]", "1", "false" }, { "(> 3)", "4", "true" },
		{ "(<= 3)", "4", "false" }, { "(= 3)", "3", "true" }, { "(!= 3)", "3", "false" }, { "(!= 3)", "4", "true" },
		{ "[1..3]", "\"2\"", "null" }, { "[@\"2022-01-01\"..@\"2022-12-31\"]", "@\"2022-08-26\"", "true" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_literal(feel_range_contains(value_of(cases[i].range), value_of(cases[i].value)), cases[i].wanted);
}

static void test_a_copy_lives_in_its_own_arena(void **state)
{
	(void)state;
	struct arena other = { 0 };
	static const char *const texts[] = { "{a: [1, \"x\", {b: null}], c: [1..3], d: (!=4)}", "time(\"10:00:00@Asia/Shanghai\")",
		"date and time(\"2022-08-26T10:00:00+08:00\")", "duration(\"P1DT2H\")", "(<5)" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct arena first = { 0 };
		struct feel_value v = FEEL_NULL_VALUE;
		assert_false(failed(feel_evaluate(&first, str_from_c(texts[i]), FEEL_NULL_VALUE, NULL, NULL, &v)));
		struct feel_value copy = feel_copy(&other, v);
		arena_done(&first);
		assert_literal(copy, texts[i]);
	}
	arena_done(&other);
}

static void test_strings_print_bare_alone_and_quoted_inside(void **state)
{
	(void)state;
	assert_string_equal(str_to_c(&arena, feel_print(&arena, value_of("\"a\\\"b\""))), "a\"b");
	struct feel_value list = value_of("[\"a\", @\"2022-08-26\", 1.50]");
	assert_string_equal(str_to_c(&arena, feel_print(&arena, list)), "[\"a\", 2022-08-26, 1.5]");
	assert_literal(value_of("\"a\\\"\\\\\\n\\t\""), "\"a\\\"\\\\\\n\\t\"");
	assert_literal(value_of("{\"first name\": 1, \"if\": 2, plain: 3}"), "{\"first name\": 1, \"if\": 2, plain: 3}");
}

static void test_instants_become_milliseconds_and_back(void **state)
{
	(void)state;
	int64_t ms = 0;
	struct feel_value v = feel_date_time_ms(&arena, INT64_C(1661477400123), SHANGHAI_OFFSET_S);
	assert_literal(v, "date and time(\"2022-08-26T09:30:00.123+08:00\")");
	assert_false(failed(feel_to_ms(v, 0, &ms)));
	assert_true(ms == INT64_C(1661477400123));
	assert_false(failed(feel_to_ms(value_of("@\"2022-08-26\""), SHANGHAI_OFFSET_S, &ms)));
	assert_true(ms == INT64_C(1661443200000));
	assert_true(err_is(feel_to_ms(feel_number_i64(1), 0, &ms), ERR_TYPE));
	v = feel_date_time_ms(&arena, -1, 0);
	assert_literal(v, "date and time(\"1969-12-31T23:59:59.999Z\")");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries_keep_their_order_and_are_replaced_in_place),
		cmocka_unit_test(test_paths_reach_through_contexts_and_lists),
		cmocka_unit_test(test_merging_puts_one_context_over_another),
		cmocka_unit_test(test_equality_is_unknown_between_different_kinds),
		cmocka_unit_test(test_ranges_contain_up_to_their_ends),
		cmocka_unit_test(test_a_copy_lives_in_its_own_arena),
		cmocka_unit_test(test_strings_print_bare_alone_and_quoted_inside),
		cmocka_unit_test(test_instants_become_milliseconds_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, done);
}
