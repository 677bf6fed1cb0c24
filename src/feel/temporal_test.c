#include "feel/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

static struct arena arena;

static int forget(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* A date, time, date and time or duration, whatever the text is; null when it is none. */
static struct feel_value parse(const char *c_text)
{
	struct str text = str_from_c(c_text);
	struct feel_value v;
	if (temporal_parse_date(text, &v) || temporal_parse_time(&arena, text, &v)) return v;
	if (temporal_parse_date_time(&arena, text, &v) || temporal_parse_duration(text, &v)) return v;
	return FEEL_NULL_VALUE;
}

static const char *print(struct feel_value v)
{
	struct buf buf = buf_make(&arena, 256);
	if (v.kind == FEEL_NULL) return "null";
	temporal_print(&buf, v);
	return str_to_c(&arena, buf_str(&buf));
}

static void test_texts_are_printed_as_they_were_read(void **state)
{
	(void)state;
	static const char *const texts[] = { "2017-12-31", "-2017-01-01", "999999999-12-31", "-999999999-12-31", "0001-01-01", "01:02:03",
		"11:22:33.123456789", "23:59:00Z", "13:20:00+02:00", "13:20:00-05:00", "11:59:45+02:45:55", "00:01:00@Etc/UTC",
		"2017-08-10T10:20:00", "2017-08-10T10:20:00@Asia/Shanghai", "-2021-01-01T10:10:10+11:00", "P1D", "PT2H", "PT0.999S",
		"P1DT2H3M4.123456789S", "PT0S", "-PT1H2M", "P1Y2M", "P0M", "-P83333333Y3M" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) assert_string_equal(print(parse(texts[i])), texts[i]);
}

static void test_other_spellings_become_the_usual_one(void **state)
{
	(void)state;
	static const char *const pairs[][2] = { { "11:22:33-00:00", "11:22:33Z" }, { "11:22:33.500", "11:22:33.5" }, { "PT0.S", "PT0S" },
		{ "PT1000M", "PT16H40M" }, { "PT240H", "P10D" }, { "P2DT274M", "P2DT4H34M" }, { "P1Y27M", "P3Y3M" }, { "P0Y", "P0M" },
		{ "-P0D", "PT0S" }, { "2021-01-01T24:00:00", "2021-01-02T00:00:00" }, { "24:00:00", "00:00:00" } };
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) assert_string_equal(print(parse(pairs[i][0])), pairs[i][1]);
}

static void test_what_is_no_moment_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "2012/12/25", "0000-12-25T", "9999999999-12-25", "2017-13-10", "2017-12-32", "2017-02-29",
		"998-12-31", "01211-12-31", "+2012-12-02", "23:59:60", "24:00:01", "24:01:00", "25:00:00", "00:60:00", "7:00:00", "07:1:00",
		"07:01:2", "13:20:00@xyz/abc", "13:20:00@../../etc/passwd", "13:20:00+19:00", "13:20:00+5:00", "13:20:00+02:00@Europe/Paris",
		"11:30:00T", "11:30:00.", "P", "P0", "PT", "P1DT", "1Y", "P1H", "P1S", "P1Y1D", "P1M1Y", "PT1M1H", "P1.5D",
		"P9999999999999999999D", "999999999-12-31T24:00:00" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (parse(texts[i]).kind != FEEL_NULL) fail_msg("read: %s", texts[i]);
	}
}

struct sum { const char *a, *b, *result; };

static void test_sums_follow_the_standard(void **state)
{
	(void)state;
	static const struct sum sums[] = {
		{ "2021-01-01", "PT36H", "2021-01-02" }, { "P1M", "2021-01-31", "2021-02-28" }, { "2020-02-29", "P1Y", "2021-02-28" },
		{ "2021-01-01T24:00:00", "PT1S", "2021-01-02T00:00:01" }, { "-2021-01-01T10:10:10+11:00", "-P1D", "-2022-12-31T10:10:10+11:00" },
		{ "10:15:00@Australia/Melbourne", "-PT1H", "09:15:00@Australia/Melbourne" }, { "23:30:00", "PT1H", "00:30:00" },
		{ "P1Y", "-P2M", "P10M" }, { "P1D", "-PT2H", "PT22H" }, { "PT0.6S", "PT0.6S", "PT1.2S" }, { "-PT0.4S", "PT1S", "PT0.6S" },
		{ "P1Y", "P1D", "null" }, { "10:00:00", "P1M", "null" }, { "999999999-12-31", "P1D", "null" },
		{ "-999999999-01-01", "-P1M", "null" }, { "2021-01-01", "2021-01-01", "null" },
		/* New York springs forward in the night to 14 March 2021: a day of duration is 24 hours of real time. */
		{ "2021-03-13T12:00:00@America/New_York", "P1D", "2021-03-14T13:00:00@America/New_York" },
		{ "2021-02-14T12:00:00@America/New_York", "P1M", "2021-03-14T12:00:00@America/New_York" },
	};
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		assert_string_equal(print(temporal_add(&arena, parse(sums[i].a), parse(sums[i].b))), sums[i].result);
	}
}

static void test_differences_follow_the_standard(void **state)
{
	(void)state;
	static const struct sum sums[] = {
		{ "2021-01-02", "2021-01-01", "P1D" }, { "2021-01-02T10:10:10@Europe/Paris", "2021-01-01T10:10:10@Asia/Dhaka", "P1DT5H" },
		{ "2021-01-02T10:10:10", "2021-01-01T10:10:10+02:00", "null" }, { "2021-01-02T00:00:00Z", "2021-01-02", "PT0S" },
		{ "2021-01-01T00:00:00", "2021-01-02", "null" }, { "2021-01-02", "2021-01-01T10:10:10+11:00", "P1DT49M50S" },
		{ "2021-01-02", "PT1H", "2021-01-01" }, { "2021-01-02", "-PT1S", "2021-01-02" }, { "2020-03-01", "PT24H", "2020-02-29" },
		{ "10:10:10+11:00", "11:10:10+11:00", "-PT1H" }, { "10:10:10", "P1D", "10:10:10" }, { "-P1D", "-PT2H", "-PT22H" },
		{ "-999999999-01-01", "999999999-12-31", "-P730484999633D" },
	};
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		assert_string_equal(print(temporal_sub(&arena, parse(sums[i].a), parse(sums[i].b))), sums[i].result);
	}
}

static struct feel_value number(const char *text)
{
	struct feel_num n;
	assert_true(num_parse(str_from_c(text), &n));
	return feel_number(n);
}

static void test_durations_are_multiplied_and_divided_exactly(void **state)
{
	(void)state;
	static const struct sum products[] = { { "P4DT1H", "1.5", "P6DT1H30M" }, { "-P1D", "-10", "P10D" }, { "P1Y11M", "-2.5", "-P4Y9M" },
		{ "P2M", "1.5", "P3M" }, { "PT0.000000001S", "0.5", "PT0S" }, { "P1D", "1e30", "null" } };
	static const struct sum quotients[] = { { "P10DT23H", "2.5", "P4DT9H12M" }, { "P10Y11M", "2.5", "P4Y4M" }, { "P10D", "0", "null" } };
	for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
		struct feel_value a = parse(products[i].a), b = number(products[i].b);
		assert_string_equal(print(temporal_mul(&arena, a, b)), products[i].result);
		assert_string_equal(print(temporal_mul(&arena, b, a)), products[i].result);
	}
	for (size_t i = 0; i < sizeof quotients / sizeof *quotients; i++) {
		assert_string_equal(print(temporal_div(&arena, parse(quotients[i].a), number(quotients[i].b))), quotients[i].result);
	}
	int64_t times = 0;
	assert_true(feel_to_i64(temporal_div(&arena, parse("P10Y"), parse("P5Y")), &times));
	assert_int_equal(times, 2);
	assert_int_equal(temporal_div(&arena, parse("P10D"), parse("P0D")).kind, FEEL_NULL);
	assert_int_equal(temporal_div(&arena, parse("P10D"), parse("P5Y")).kind, FEEL_NULL);
}

static void test_moments_in_different_zones_are_equal_when_they_are_the_same_instant(void **state)
{
	(void)state;
	assert_int_equal(temporal_equal(parse("2018-10-08T00:00:00+02:00"), parse("2018-10-08T00:00:00@Europe/Paris")), 1);
	assert_int_equal(temporal_equal(parse("2002-04-02T12:00:00-01:00"), parse("2002-04-02T17:00:00+04:00")), 1);
	assert_int_equal(temporal_equal(parse("2018-12-08T00:00:00@Europe/Paris"), parse("2018-12-08T00:00:00@Asia/Dhaka")), 0);
	assert_int_equal(temporal_equal(parse("2018-12-08T00:00:00"), parse("2018-12-08T00:00:00Z")), -1);
	assert_int_equal(temporal_equal(parse("10:30:00.0001"), parse("10:30:00.0002")), 1);
	assert_int_equal(temporal_equal(parse("P1D"), parse("PT24H")), 1);
	bool comparable;
	assert_true(temporal_compare(parse("2018-12-08T00:00:00Z"), parse("2018-12-08T00:00:00+01:00"), &comparable) > 0 && comparable);
	temporal_compare(parse("10:00:00"), parse("10:00:00Z"), &comparable);
	assert_false(comparable);
}

static int64_t member(const char *text, const char *name)
{
	int64_t value = INT64_MIN;
	feel_to_i64(temporal_member(&arena, parse(text), str_from_c(name)), &value);
	return value;
}

static void test_members_have_the_names_of_the_standard(void **state)
{
	(void)state;
	assert_int_equal(member("2018-12-10", "weekday"), 1);
	assert_int_equal(member("2018-12-10T10:30:01", "hour"), 10);
	assert_int_equal(member("-P1DT2H", "days"), -1);
	assert_int_equal(member("-P1DT2H", "hours"), -2);
	assert_int_equal(member("P1Y2M", "months"), 2);
	assert_int_equal(member("P1Y2M", "days"), INT64_MIN);
	assert_int_equal(member("2018-12-10", "hour"), INT64_MIN);
	assert_string_equal(print(temporal_member(&arena, parse("2018-07-10T10:30:00@Europe/Paris"), STR("time offset"))), "PT2H");
	assert_int_equal(temporal_member(&arena, parse("10:30:00+05:00"), STR("timezone")).kind, FEEL_NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_texts_are_printed_as_they_were_read, forget),
		cmocka_unit_test_teardown(test_other_spellings_become_the_usual_one, forget),
		cmocka_unit_test_teardown(test_what_is_no_moment_is_refused, forget),
		cmocka_unit_test_teardown(test_sums_follow_the_standard, forget),
		cmocka_unit_test_teardown(test_differences_follow_the_standard, forget),
		cmocka_unit_test_teardown(test_durations_are_multiplied_and_divided_exactly, forget),
		cmocka_unit_test_teardown(test_moments_in_different_zones_are_equal_when_they_are_the_same_instant, forget),
		cmocka_unit_test_teardown(test_members_have_the_names_of_the_standard, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
