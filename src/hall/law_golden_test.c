/* Every decision of the law against the cases that a lawyer can read: law/golden/ID.csv (law/README.md says how). */
#include "hall/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct hall_places places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar" };

static struct err check(struct arena *arena, const char *folder, struct str *out_findings, struct check_result *out_result)
{
	struct report report = report_make(arena);
	struct err err = law_check(arena, folder, &places, &report, out_result);
	*out_findings = report_print(arena, &report);
	return err;
}

/* LA1, LA8, LA20: each law decision gives what a lawyer worked out by hand, and no table has gaps or overlaps. */
static void test_every_decision_of_the_law_gives_what_its_cases_say(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct check_result result;
	struct str findings;
	struct err err = check(&arena, "law", &findings, &result);
	printf("%.*s%zu passed, %zu failed\n", STR_ARG(findings), result.passed, result.failed);
	assert_false(failed(err));
	assert_int_equal(findings.len, 0);       /* no warnings either */
	assert_true(result.passed > 450);
	arena_done(&arena);
}

static void copy(struct arena *arena, const char *folder, const char *file, const char *from, const char *to)
{
	struct str text;
	struct buf buf = buf_make(arena, 1 << 20);
	assert_false(failed(file_read(arena, str_to_c(arena, str_printf(arena, "law/%s", file)), 1 << 20, &text)));
	ptrdiff_t at = from ? str_find(text, str_from_c(from), 0) : -1;
	assert_true(!from || at >= 0);
	if (at >= 0) {
		buf_add(&buf, str_sub(text, 0, (size_t)at));
		buf_add(&buf, str_from_c(to));
		text = str_sub(text, (size_t)at + str_from_c(from).len, text.len);
	}
	buf_add(&buf, text);
	assert_false(failed(file_write(str_to_c(arena, str_printf(arena, "%s/%s", folder, file)), buf_str(&buf), 0600)));
}

/* LA20: another number in the law, a hole in a table, a missing table of cases: each is found and named. */
static void test_a_changed_law_is_found_by_its_cases(void **state)
{
	static const struct { const char *file, *from, *to, *finding; } changes[] = {
		{ "serviceYears.dmn", "&gt;= 6</text>", "&gt;= 7</text>", "law/golden/serviceYears.csv:5: error: =factor: expected 1, got " },
		{ "serviceYears.dmn", "&lt; 6</text>", "&lt; 5</text>", "law/serviceYears.dmn" },
		{ "golden/serviceYears.csv", "serviceFrom", "servedFrom", "servedFrom is no input" },
		{ "golden/serviceYears.csv", "310113", "31011", "31011 is no region code" },
	};
	(void)state;
	struct arena arena = { 0 };
	struct check_result result;
	struct str findings;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char folder[] = "/tmp/law-golden-XXXXXX";
		assert_non_null(mkdtemp(folder));
		assert_false(failed(folder_make(str_to_c(&arena, str_printf(&arena, "%s/golden", folder)))));
		static const char *const files[] = { "serviceYears.dmn", "golden/serviceYears.csv" };
		for (size_t k = 0; k < 2; k++) {
			bool changed = str_eq_c(str_from_c(files[k]), changes[i].file);
			copy(&arena, folder, files[k], changed ? changes[i].from : NULL, changes[i].to);
		}
		(void)failed(check(&arena, folder, &findings, &result));
		if (str_find(findings, str_from_c(changes[i].finding), 0) < 0) fail_msg("%s: %s", changes[i].finding, str_to_c(&arena, findings));
		assert_false(failed(folder_remove(folder)));
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_decision_of_the_law_gives_what_its_cases_say),
		cmocka_unit_test(test_a_changed_law_is_found_by_its_cases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
