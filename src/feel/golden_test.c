#include "feel/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

/* Runs tests/feel/NAME.golden, one test a file. A case is its expression (one or more lines), its context as JSON,
 * and its result as an expression, or `error CODE`; a blank line ends it. In cell-NAME.golden the expression is the
 * unary tests of a decision table's cell, and the context's key "?" is the input. */

enum { GOLDEN_FILE_COUNT_MAX = 100, GOLDEN_BYTES_MAX = 4 << 20, CASE_LINES_MAX = 100 };
static const char folder[] = "tests/feel";
static const struct feel_env env = { .now_ms = INT64_C(1795449600000), .offset_s = SHANGHAI_OFFSET_S };

struct golden { struct str file, expression, context, result; size_t line; bool cell; };

static struct str evaluate(struct arena *arena, const struct golden *g, struct feel_value context, struct report *report)
{
	struct feel_value value = FEEL_NULL_VALUE;
	struct err e;
	if (g->cell) {
		const struct feel_program *program;
		struct feel_scope *scope = feel_scope_of(arena, context, NULL);
		e = feel_compile_tests(arena, g->expression, scope, report, &program);
		if (!failed(e)) e = feel_run_tests(arena, program, feel_get(context, STR("?")), context, &env, report, &value);
	} else {
		e = feel_evaluate(arena, g->expression, context, &env, report, &value);
	}
	if (failed(e)) return str_printf(arena, "error %s", err_name(e));
	return feel_print_literal(arena, value);
}

static bool golden_passes(struct arena *arena, const struct golden *g)
{
	struct report report = report_make(arena);
	const struct json *json;
	struct feel_value expected = FEEL_NULL_VALUE;
	struct str wanted = g->result;
	if (failed(json_parse(arena, g->context, &report, &json))) {
		print_error("%.*s:%zu: the context is no JSON\n", STR_ARG(g->file), g->line);
		return false;
	}
	struct str got = evaluate(arena, g, feel_from_json(arena, json), &report);
	if (!str_starts(wanted, STR("error "))) {
		if (failed(feel_evaluate(arena, wanted, FEEL_NULL_VALUE, &env, NULL, &expected))) {
			print_error("%.*s:%zu: the result is no expression\n", STR_ARG(g->file), g->line);
			return false;
		}
		wanted = feel_print_literal(arena, expected);
	}
	if (str_eq(got, wanted)) return true;
	print_error("%.*s:%zu: %.*s\n  wanted %.*s\n  got    %.*s\n  %.*s", STR_ARG(g->file), g->line, STR_ARG(g->expression),
		STR_ARG(wanted), STR_ARG(got), STR_ARG(report_print(arena, &report)));
	return false;
}

/* Cuts the next case off: false at the end. */
static bool next_golden(struct str *rest, size_t *line, struct golden *out)
{
	struct str lines[CASE_LINES_MAX], one;
	size_t count = 0;
	while (str_split(rest, '\n', &one)) {
		++*line;
		bool blank = str_is_empty(str_trim(one));
		if (blank && count == 0) continue;
		if (blank) break;
		assert_true(count < CASE_LINES_MAX);
		if (count == 0) out->line = *line;
		lines[count++] = one;
	}
	if (count == 0) return false;
	assert_true(count >= 3);
	out->result = lines[count - 1];
	out->context = lines[count - 2];
	out->expression = (struct str){ lines[0].ptr, (size_t)(lines[count - 3].ptr + lines[count - 3].len - lines[0].ptr) };
	return true;
}

static void test_every_case_of_the_file_gives_what_is_written(void **state)
{
	struct arena arena = { 0 }, one = { 0 };
	const char *path = *state;
	struct str text;
	struct golden g = { .file = str_from_c(path) };
	size_t line = 0, passed = 0, refused = 0;
	assert_false(failed(file_read(&arena, path, GOLDEN_BYTES_MAX, &text)));
	g.cell = str_find(g.file, STR("/cell-"), 0) >= 0;
	while (next_golden(&text, &line, &g)) {
		if (golden_passes(&one, &g)) passed++;
		else refused++;
		arena_reset(&one);
	}
	arena_done(&one);
	arena_done(&arena);
	assert_int_equal(refused, 0);
	assert_true(passed > 0);
}

int main(void)
{
	struct arena arena = { 0 };
	struct file_names names;
	struct CMUnitTest tests[GOLDEN_FILE_COUNT_MAX];
	size_t count = 0;
	if (failed(folder_list(&arena, folder, GOLDEN_FILE_COUNT_MAX, &names))) return 1;
	for (size_t i = 0; i < names.count; i++) {
		if (!str_ends(names.items[i], STR(".golden"))) continue;
		const char *path = str_to_c(&arena, str_printf(&arena, "%s/%.*s", folder, STR_ARG(names.items[i])));
		tests[count++] = (struct CMUnitTest){ .name = path, .test_func = test_every_case_of_the_file_gives_what_is_written,
			.initial_state = (void *)(uintptr_t)path };
	}
	int failed_count = _cmocka_run_group_tests("golden", tests, count, NULL, NULL);
	arena_done(&arena);
	return failed_count;
}
