#include "feel/inside.h"

#include <pthread.h>
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

static struct feel_value add_days(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	int64_t days, *calls = data;
	assert_int_equal(count, 3);
	++*calls;
	if (args[0].kind != FEEL_DATE || !feel_to_i64(args[1], &days)) {
		feel_run_note(run, "add working days takes a date and a number");
		return FEEL_NULL_VALUE;
	}
	int64_t step = args[2].kind == FEEL_NULL ? 1 : 2;
	return feel_date(date_from_days(date_to_days(args[0].date) + days * step));
}

static struct feel_env env_with(struct feel_host_function *function, int64_t *calls)
{
	*function = (struct feel_host_function){ .name = STR("add working days"), .parameters = "date, days, region?",
		.call = add_days, .data = calls };
	return (struct feel_env){ .functions = function, .function_count = 1 };
}

static void assert_gives(const struct feel_env *env, const char *text, const char *wanted)
{
	struct feel_value value = FEEL_NULL_VALUE;
	assert_false(failed(feel_evaluate(&arena, str_from_c(text), FEEL_NULL_VALUE, env, NULL, &value)));
	assert_string_equal(str_to_c(&arena, feel_print_literal(&arena, value)), wanted);
}

static void test_the_host_offers_functions_with_spaces_in_their_names(void **state)
{
	(void)state;
	struct feel_host_function function;
	int64_t calls = 0;
	struct feel_env env = env_with(&function, &calls);
	assert_gives(&env, "add working days(@\"2022-08-26\", 3)", "date(\"2022-08-29\")");
	assert_gives(&env, "add working days(days: 3, date: @\"2022-08-26\", region: \"310113\")", "date(\"2022-09-01\")");
	assert_gives(&env, "add working days(3)", "null");
	assert_gives(&env, "{f: add working days, r: f(@\"2022-08-26\", 1)}.r", "date(\"2022-08-27\")");
	assert_int_equal(calls, 3);
	struct feel_value context = feel_put(&arena, FEEL_NULL_VALUE, STR("later"), feel_function_of(&arena, &function)), v;
	assert_false(failed(feel_evaluate(&arena, STR("later(days: 1, date: @\"2022-08-26\").day"), context, NULL, NULL, &v)));
	assert_int_equal(feel_compare(v, feel_number_i64(27), &(bool){ false }), 0);
}

static void test_notes_name_the_place_and_the_cause(void **state)
{
	(void)state;
	static const struct { const char *text, *place, *words; } cases[] = {
		{ "1 +\n \"a\"", "1:3", "number + string" }, { "[1][5]", "1:4", "no item 5" }, { "1 / 0", "1:3", "division by zero" },
		{ "{a: 1}.b", "1:7", "no \"b\"" }, { "1 < \"a\"", "1:3", "cannot be compared" }, { "nobody", "1:1", "nobody" },
		{ "(function(x: number) x)(\"a\")", "1:2", "must be number" }, { "@\"2022-08-26\".hour", "1:14", "hour" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct report notes = report_make(&arena);
		struct feel_value value = feel_number_i64(1);
		assert_false(failed(feel_evaluate(&arena, str_from_c(cases[i].text), FEEL_NULL_VALUE, NULL, &notes, &value)));
		assert_int_equal(value.kind, FEEL_NULL);
		assert_int_equal(notes.count, 1);
		assert_int_equal(notes.items[0].severity, SEVERITY_WARNING);
		assert_string_equal(str_to_c(&arena, notes.items[0].place), cases[i].place);
		assert_non_null(strstr(str_to_c(&arena, notes.items[0].words), cases[i].words));
	}
}

static void test_budgets_end_every_run(void **state)
{
	(void)state;
	static const char *const texts[] = { "for a in 1..100000, b in 1..100000 return 1", "{f: function(x) f(x), r: f(1)}.r",
		"some a in 1..100000000 satisfies a < 0", "{d: function(s, n) if n = 0 then s else d(s + s, n - 1), r: d(\"aaaa\", 150)}.r",
		"{f: function(x) [f(x), f(x)], r: f(1)}.r", "string join(for i in 1..100000000 return \"a\")" };
	struct feel_env env = { .steps_max = 200000, .bytes_max = (size_t)8 << 20 };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct arena one = { 0 };
		struct feel_value value = feel_number_i64(7);
		struct report report = report_make(&arena);
		assert_true(err_is(feel_evaluate(&one, str_from_c(texts[i]), FEEL_NULL_VALUE, &env, &report, &value), ERR_LIMIT));
		assert_int_equal(value.kind, FEEL_NUMBER);
		assert_true(report.error_count > 0);
		arena_done(&one);
	}
	assert_gives(NULL, "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(150)}.r", "150");
}

static void test_functions_outlive_the_run_that_made_them(void **state)
{
	(void)state;
	struct feel_value context = feel_put(&arena, FEEL_NULL_VALUE, STR("base"), feel_number_i64(10)), function, sum;
	struct str text = STR("for k in [1, 2] return function(x) base + k + x");
	assert_false(failed(feel_evaluate(&arena, text, context, NULL, NULL, &function)));
	struct feel_value five = feel_number_i64(5);
	assert_false(failed(feel_call(&arena, function.list.items[1], &five, 1, NULL, NULL, &sum)));
	assert_string_equal(str_to_c(&arena, feel_print_literal(&arena, sum)), "17");
	assert_false(failed(feel_call(&arena, five, &five, 1, NULL, NULL, &sum)));
	assert_int_equal(sum.kind, FEEL_NULL);
}

static void test_a_program_runs_against_contexts_in_any_order(void **state)
{
	(void)state;
	struct feel_scope_name names[] = { { STR("a"), NULL }, { STR("b"), NULL } };
	struct feel_scope scope = { .names = names, .count = 2 };
	const struct feel_program *program;
	struct feel_value context = feel_put(&arena, FEEL_NULL_VALUE, STR("b"), feel_number_i64(2)), value;
	assert_false(failed(feel_compile(&arena, STR("a - b"), &scope, NULL, &program)));
	context = feel_put(&arena, context, STR("a"), feel_number_i64(9));
	assert_false(failed(feel_run(&arena, program, context, NULL, NULL, &value)));
	assert_string_equal(str_to_c(&arena, feel_print(&arena, value)), "7");
	assert_false(failed(feel_run(&arena, program, FEEL_NULL_VALUE, NULL, NULL, &value)));
	assert_int_equal(value.kind, FEEL_NULL);
}

struct shared { const struct feel_program *program; bool passed; };

static void *run_often(void *data)
{
	struct shared *shared = data;
	struct arena own = { 0 };
	shared->passed = true;
	for (int64_t i = 0; i < 2000; i++) {
		struct feel_value context = feel_put(&own, FEEL_NULL_VALUE, STR("n"), feel_number_i64(i % 50)), value = FEEL_NULL_VALUE;
		int64_t sum = -1;
		bool ran = !failed(feel_run(&own, shared->program, context, NULL, NULL, &value)) && feel_to_i64(value, &sum);
		shared->passed = shared->passed && ran && sum == (i % 50) * (i % 50 + 1) / 2;
		arena_reset(&own);
	}
	arena_done(&own);
	return NULL;
}

static void test_many_threads_run_one_program(void **state)
{
	(void)state;
	struct shared shared[4];
	pthread_t threads[4];
	const struct feel_program *program;
	struct feel_scope_name names[] = { { STR("n"), NULL } };
	struct feel_scope scope = { .names = names, .count = 1 };
	assert_false(failed(feel_compile(&arena, STR("if n = 0 then 0 else sum(for i in 1..n return i)"), &scope, NULL, &program)));
	for (size_t i = 0; i < 4; i++) {
		shared[i].program = program;
		assert_int_equal(pthread_create(&threads[i], NULL, run_often, &shared[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_true(shared[i].passed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_host_offers_functions_with_spaces_in_their_names),
		cmocka_unit_test(test_notes_name_the_place_and_the_cause),
		cmocka_unit_test(test_budgets_end_every_run),
		cmocka_unit_test(test_functions_outlive_the_run_that_made_them),
		cmocka_unit_test(test_a_program_runs_against_contexts_in_any_order),
		cmocka_unit_test(test_many_threads_run_one_program),
	};
	return cmocka_run_group_tests(tests, NULL, done);
}
