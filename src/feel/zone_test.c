#include "feel/zone.h"

#include "feel/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

static int64_t local_s(int32_t year, int8_t month, int8_t day, int hour)
{
	return date_to_days((struct date){ year, month, day }) * 86400 + hour * 3600;
}

static int32_t offset(const char *name, int64_t local)
{
	int32_t offset_s = INT32_MIN;
	zone_offset(str_from_c(name), local, &offset_s);
	return offset_s;
}

static void test_shanghai_had_summer_time_until_1991(void **state)
{
	(void)state;
	assert_int_equal(offset("Asia/Shanghai", local_s(1988, 7, 1, 12)), 9 * 3600);
	assert_int_equal(offset("Asia/Shanghai", local_s(1992, 7, 1, 12)), 8 * 3600);
	assert_int_equal(offset("Asia/Shanghai", local_s(2022, 8, 26, 0)), 8 * 3600);
	assert_int_equal(offset("Asia/Shanghai", local_s(2999, 1, 1, 0)), 8 * 3600);
}

static void test_an_hour_that_exists_twice_or_never_has_the_offset_before_the_change(void **state)
{
	(void)state;
	assert_int_equal(offset("Europe/Paris", local_s(2021, 3, 28, 1)), 3600);
	assert_int_equal(offset("Europe/Paris", local_s(2021, 3, 28, 2)), 3600);      /* never */
	assert_int_equal(offset("Europe/Paris", local_s(2021, 3, 28, 3)), 7200);
	assert_int_equal(offset("Europe/Paris", local_s(2021, 10, 31, 2)), 7200);     /* twice */
	assert_int_equal(offset("Europe/Paris", local_s(2021, 10, 31, 3)), 3600);
}

static void test_names_cannot_leave_the_folder(void **state)
{
	(void)state;
	static const char *const names[] = { "", "/etc/passwd", "../zoneinfo/UTC", "Asia/../UTC", "Asia", "right/UTC", "posix/UTC", "zone.tab",
		"Asia/Shanghai ", "no/where", "tzdata.zi" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) assert_false(zone_exists(str_from_c(names[i])));
	assert_true(zone_exists(STR("Etc/GMT+8")));
	assert_true(zone_exists(STR("America/Argentina/Buenos_Aires")));
}

static void test_standard_time_is_winter_time(void **state)
{
	(void)state;
	int32_t offset_s;
	assert_true(zone_standard_offset(STR("Australia/Melbourne"), &offset_s));
	assert_int_equal(offset_s, 10 * 3600);
	assert_true(zone_standard_offset(STR("Etc/UTC"), &offset_s));
	assert_int_equal(offset_s, 0);
}

/* The C library reads the same files with its own code. */
static void test_offsets_are_those_of_the_c_library(void **state)
{
	(void)state;
	static const char *const names[] = { "Asia/Shanghai", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
		"Africa/Casablanca", "America/Santiago", "Asia/Kolkata", "Pacific/Apia", "Asia/Tehran" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t s = INT64_C(-2500000000); s < INT64_C(9000000000); s += 86400 * 5 + 4321) {
			struct tm tm;
			time_t moment = (time_t)s;
			int32_t offset_s = INT32_MIN;
			assert_non_null(localtime_r(&moment, &tm));
			assert_true(zone_offset_at(str_from_c(names[i]), s, &offset_s));
			if (offset_s != tm.tm_gmtoff) fail_msg("%s at %lld: %d, not %ld", names[i], (long long)s, offset_s, tm.tm_gmtoff);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shanghai_had_summer_time_until_1991),
		cmocka_unit_test(test_an_hour_that_exists_twice_or_never_has_the_offset_before_the_change),
		cmocka_unit_test(test_names_cannot_leave_the_folder),
		cmocka_unit_test(test_standard_time_is_winter_time),
		cmocka_unit_test(test_offsets_are_those_of_the_c_library),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
