#include "feel/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>

static bool accepts(const char *pattern)
{
	struct arena arena = { 0 };
	struct regex regex;
	bool accepted = regex_compile(&arena, str_from_c(pattern), STR(""), &regex) == NULL;
	if (accepted) regex_done(&regex);
	arena_done(&arena);
	return accepted;
}

static void test_only_what_xpath_knows_is_accepted(void **state)
{
	(void)state;
	static const char *const good[] = { "", "a|b|", "(?:a)+?", "[a-z-[aeiou]]", "[a-z-[b-y-[m]]]", "[-a]", "[a-]", "[^-]",
		"\\p{Lu}\\P{IsGreek}", "a{0,3}?", "a{2,}", "(a)(b)\\2", "[\\s\\d\\w\\i\\c]", "[\\S\\D\\W\\I\\C]", "^$", "\\-\\^\\$",
		"[\\]\\[]", "é+" };
	static const char *const bad[] = { "(", ")", "(?=a)", "(?<n>a)", "(?i)a", "a++", "a**", "*", "+a", "a{", "a{,3}", "a{3,2}",
		"a{70000}", "]", "}", "[", "[]", "[^]", "[z-a]", "[a-\\d]", "[a[b]]", "\\", "\\b", "\\A", "\\Q",
		"\\x41", "\\u0041", "\\e", "\\1", "(a\\1)", "\\0",
		"\\p", "\\p{", "\\p{Xx}", "\\p{IsNowhere}", "\\p{Cs}", "[[:alpha:]]", "\\p{IsHighSurrogates}" };
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (!accepts(good[i])) fail_msg("refused: %s", good[i]);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (accepts(bad[i])) fail_msg("accepted: %s", bad[i]);
	}
}

static void test_a_pattern_that_explodes_is_stopped(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct regex regex;
	assert_null(regex_compile(&arena, STR("^(a+)+$"), STR(""), &regex));
	assert_int_equal(regex_find(&regex, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), 0), REGEX_TOO_LONG);
	regex_done(&regex);
	arena_done(&arena);
}

static void test_too_many_groups_and_too_deep_nesting_are_refused(void **state)
{
	(void)state;
	char many[400] = "", deep[400] = "";
	size_t at = 0;
	for (int i = 0; i < 100; i++) at += (size_t)snprintf(many + at, sizeof many - at, "(a)");
	assert_false(accepts(many));
	for (size_t i = 0; i < 100; i++) deep[i] = '(';
	for (size_t i = 100; i < 200; i++) deep[i] = ')';
	assert_false(accepts(deep));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_what_xpath_knows_is_accepted),
		cmocka_unit_test(test_a_pattern_that_explodes_is_stopped),
		cmocka_unit_test(test_too_many_groups_and_too_deep_nesting_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
