#include "hall/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;
static const struct calendar *calendar;

static int load(void **state)
{
	(void)state;
	struct report report = report_make(&arena);
	return failed(calendar_load(&arena, "calendar", STR("310113"), &report, &calendar));
}

static int unload(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct date day(const char *text)
{
	struct date d = { 0 };
	assert_true(date_parse(str_from_c(text), &d));
	return d;
}

static void assert_deadline(const char *from, const char *length, bool working, const char *expected, bool provisional)
{
	struct deadline deadline;
	assert_false(failed(calendar_deadline(calendar, day(from), str_from_c(length), working, &deadline)));
	assert_string_equal(str_to_c(&arena, date_print(&arena, deadline.on)), expected);
	assert_int_equal(deadline.provisional, provisional);
}

/* LA8 */
static void test_three_working_days_over_mid_autumn_and_national_day(void **state)
{
	(void)state;
	assert_deadline("2022-09-09", "P3D", true, "2022-09-15", false);
	assert_deadline("2022-09-30", "P3D", true, "2022-10-10", false);
}

/* law.md B1: the table of 2026 */
static void test_working_days_of_the_law_page(void **state)
{
	(void)state;
	assert_deadline("2026-09-30", "P5D", true, "2026-10-13", false);
	assert_deadline("2026-02-13", "P5D", true, "2026-02-27", false);
	assert_deadline("2026-04-30", "P3D", true, "2026-05-08", false);
	assert_deadline("2026-11-20", "P3D", true, "2026-11-25", false);
	assert_deadline("2026-09-24", "P10D", true, "2026-10-15", false);
}

static void test_natural_days_end_on_the_next_working_day(void **state)
{
	(void)state;
	assert_deadline("2026-09-20", "P15D", false, "2026-10-08", false);
	assert_deadline("2026-11-06", "P15D", false, "2026-11-23", false);
	assert_deadline("2026-04-17", "P15D", false, "2026-05-06", false);
	assert_deadline("2026-01-16", "P30D", false, "2026-02-24", false);
	assert_deadline("2026-08-18", "P45D", false, "2026-10-08", false);
}

static void test_a_year_ends_on_the_same_date_or_the_last_of_the_month(void **state)
{
	(void)state;
	assert_deadline("2025-10-01", "P1Y", false, "2026-10-08", false);
	assert_deadline("2024-02-29", "P1Y", false, "2025-02-28", false);
	assert_deadline("2025-09-20", "P1Y", false, "2026-09-20", false);   /* a Sunday on which people work: no roll */
}

static void test_working_days_a_year_match_the_notices(void **state)
{
	(void)state;
	static const struct { const char *from, *to; int count; } years[] = {
		{ "2023-12-31", "2024-12-31", 251 }, { "2024-12-31", "2025-12-31", 248 }, { "2025-12-31", "2026-12-31", 248 } };
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(calendar_working_days_between(calendar, day(years[i].from), day(years[i].to)), years[i].count);
	assert_int_equal(calendar_working_days_between(calendar, day("2026-11-25"), day("2026-11-20")), -3);
}

static void test_statutory_days_are_eleven_to_2024_and_thirteen_from_2025(void **state)
{
	(void)state;
	static const int expected[] = { 11, 11, 11, 11, 13, 13 };   /* 2021..2026; in 2020 two festivals fell on one day */
	for (int year = 2021; year <= 2026; year++) {
		int count = 0;
		int64_t first = date_to_days((struct date){ year, 1, 1 });
		for (int64_t at = first; date_from_days(at).year == year; at++)
			count += calendar_day(calendar, date_from_days(at)) == CALENDAR_STATUTORY;
		assert_int_equal(count, expected[year - 2021]);
	}
}

static void test_a_year_without_notice_is_provisional(void **state)
{
	(void)state;
	assert_deadline("2026-12-30", "P3D", true, "2027-01-05", true);
	assert_true(calendar_is_provisional(calendar, day("2027-01-01")));
	assert_deadline("2026-02-06", "P1Y", false, "2027-02-09", true);   /* over the Spring Festival that is expected */
}

static void test_a_length_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	struct deadline deadline;
	static const char *const bad[] = { "", "P", "PD", "P-1D", "3D", "PT3H", "P99999999999D", "P3X" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_true(failed(calendar_deadline(calendar, day("2026-01-01"), str_from_c(bad[i]), true, &deadline)));
	assert_true(failed(calendar_deadline(calendar, day("2026-01-01"), STR("P1M"), true, &deadline)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_working_days_over_mid_autumn_and_national_day),
		cmocka_unit_test(test_working_days_of_the_law_page),
		cmocka_unit_test(test_natural_days_end_on_the_next_working_day),
		cmocka_unit_test(test_a_year_ends_on_the_same_date_or_the_last_of_the_month),
		cmocka_unit_test(test_working_days_a_year_match_the_notices),
		cmocka_unit_test(test_statutory_days_are_eleven_to_2024_and_thirteen_from_2025),
		cmocka_unit_test(test_a_year_without_notice_is_provisional),
		cmocka_unit_test(test_a_length_that_makes_no_sense_is_refused),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
