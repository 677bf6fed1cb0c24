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

static const struct feel_type *type_of(const char *text)
{
	const struct feel_type *type = NULL;
	assert_false(failed(feel_type_parse(&arena, str_from_c(text), &type)));
	return type;
}

static struct feel_value value_of(const char *expression)
{
	struct feel_value value = FEEL_NULL_VALUE;
	assert_false(failed(feel_evaluate(&arena, str_from_c(expression), FEEL_NULL_VALUE, NULL, NULL, &value)));
	return value;
}

static void test_types_are_read_as_the_standard_writes_them(void **state)
{
	(void)state;
	assert_int_equal(type_of("number")->simple, FEEL_NUMBER);
	assert_int_equal(type_of("date and time")->simple, FEEL_DATE_TIME);
	assert_int_equal(type_of(" days  and time duration ")->simple, FEEL_DAYS_DURATION);
	assert_int_equal(type_of("list<list<date>>")->element->element->simple, FEEL_DATE);
	assert_int_equal(type_of("Any")->kind, FEEL_TYPE_ANY);
	const struct feel_type *context = type_of("context<first name: string, pay: context<net: number>>");
	assert_int_equal(context->member_count, 2);
	assert_true(str_eq(context->members[0].name, STR("first name")));
	assert_int_equal(context->members[1].type->members[0].type->simple, FEEL_NUMBER);
	const struct feel_type *function = type_of("function<number, string> -> boolean");
	assert_int_equal(function->member_count, 2);
	assert_int_equal(function->element->simple, FEEL_BOOLEAN);
}

static void test_what_is_no_type_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "numbers", "list<", "list<number", "list<>", "context<a number>", "number string",
		"context<a: number", "function<number -> number", "range<nothing>" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct feel_type *type = NULL;
		assert_true(err_is(feel_type_parse(&arena, str_from_c(texts[i]), &type), ERR_INVALID));
		assert_null(type);
	}
	struct buf deep = buf_make(&arena, 1 << 20);
	const struct feel_type *type;
	for (int i = 0; i < 100000; i++) buf_add_lit(&deep, "list<");
	assert_true(failed(feel_type_parse(&arena, buf_str(&deep), &type)));
}

static void test_values_are_coerced_as_the_standard_says(void **state)
{
	(void)state;
	static const struct { const char *value, *type, *wanted; } cases[] = {
		{ "1", "number", "1" }, { "[1]", "number", "1" }, { "1", "list<number>", "[1]" }, { "[1, 2]", "number", "null" },
		{ "\"1\"", "number", "null" }, { "null", "number", "null" }, { "\"a\"", "list<number>", "null" },
		{ "@\"2022-08-26\"", "date and time", "date and time(\"2022-08-26T00:00:00Z\")" },
		{ "{a: 1, b: 2}", "context<a: number>", "{a: 1, b: 2}" }, { "{b: 2}", "context<a: number>", "null" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct feel_value v = feel_coerce(&arena, value_of(cases[i].value), type_of(cases[i].type), NULL);
		assert_string_equal(str_to_c(&arena, feel_print_literal(&arena, v)), cases[i].wanted);
	}
	struct report notes = report_make(&arena);
	feel_coerce(&arena, value_of("\"1\""), type_of("number"), &notes);
	assert_int_equal(notes.count, 1);
}

static void test_allowed_values_belong_to_the_type(void **state)
{
	(void)state;
	struct feel_type grade = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_STRING };
	assert_false(failed(feel_compile_tests(&arena, STR("\"A\", \"B\""), NULL, NULL, &grade.allowed)));
	assert_true(feel_instance_of(value_of("\"A\""), &grade));
	assert_false(feel_instance_of(value_of("\"C\""), &grade));
	assert_int_equal(feel_coerce(&arena, value_of("\"C\""), &grade, NULL).kind, FEEL_NULL);
}

static void test_declared_types_are_known_to_expressions(void **state)
{
	(void)state;
	struct feel_scope_type declared = { STR("tAge Group"), type_of("number") };
	struct feel_scope scope = { .types = &declared, .type_count = 1 };
	const struct feel_program *program;
	struct feel_value v = FEEL_NULL_VALUE;
	assert_false(failed(feel_compile(&arena, STR("[1, \"a\"][item instance of tAge Group]"), &scope, NULL, &program)));
	assert_false(failed(feel_run(&arena, program, FEEL_NULL_VALUE, NULL, NULL, &v)));
	assert_int_equal(v.list.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_are_read_as_the_standard_writes_them),
		cmocka_unit_test(test_what_is_no_type_is_refused),
		cmocka_unit_test(test_values_are_coerced_as_the_standard_says),
		cmocka_unit_test(test_allowed_values_belong_to_the_type),
		cmocka_unit_test(test_declared_types_are_known_to_expressions),
	};
	return cmocka_run_group_tests(tests, NULL, done);
}
