#include "feel/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct feel_num num(const char *text)
{
	struct feel_num n = { { 0, 0 } };
	assert_true(num_parse(str_from_c(text), &n));
	return n;
}

static void assert_prints(struct feel_num n, const char *wanted)
{
	struct arena arena = { 0 };
	assert_string_equal(str_to_c(&arena, num_print(&arena, n)), wanted);
	arena_done(&arena);
}

static void test_numbers_print_plainly_without_trailing_zeros(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "1.10", "1.1" }, { "-0", "0" }, { "-0.00", "0" }, { "1e3", "1000" },
		{ "1E-3", "0.001" }, { "0.000100", "0.0001" }, { "100", "100" }, { "-12.340", "-12.34" }, { ".5", "0.5" },
		{ "1234567890123456789012345678901234", "1234567890123456789012345678901234" } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) assert_prints(num(cases[i][0]), cases[i][1]);
}

static void test_the_thirty_fifth_digit_rounds_half_to_even(void **state)
{
	(void)state;
	assert_prints(num("12345678901234567890123456789012345"), "12345678901234567890123456789012340");
	assert_prints(num("12345678901234567890123456789012355"), "12345678901234567890123456789012360");
	assert_prints(num("1.2345678901234567890123456789012345"), "1.234567890123456789012345678901234");
	assert_prints(num("1.23456789012345678901234567890123450000000000000000001"), "1.234567890123456789012345678901235");
}

static void test_texts_that_are_no_numbers_are_refused(void **state)
{
	(void)state;
	static const char *const cases[] = { "", "-", "+1", "1.", ".", "1e", "1e+", "0x1", "1 ", " 1", "1,5", "NaN", "Infinity",
		"1e6145", "1e-7000", "1e99999999999999999999", "--1" };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct feel_num n;
		assert_false(num_parse(str_from_c(cases[i]), &n));
	}
}

static void test_sums_and_products_are_exact_where_they_fit(void **state)
{
	(void)state;
	struct feel_num n;
	assert_true(num_add(num("0.1"), num("0.2"), &n));
	assert_int_equal(num_cmp(n, num("0.3")), 0);
	assert_true(num_sub(num("9223372036854775807"), num("-9223372036854775807"), &n));
	assert_prints(n, "18446744073709551614");
	assert_true(num_mul(num("99999999999999999.99"), num("100"), &n));
	assert_prints(n, "9999999999999999999");
	assert_true(num_div(num("6320.50"), num("21.75"), &n));
	assert_prints(n, "290.5977011494252873563218390804598");
	assert_true(num_pow(num("1.05"), num("10"), &n));
	assert_prints(n, "1.62889462677744140625");
}

static void test_division_by_zero_and_overflow_have_no_result(void **state)
{
	(void)state;
	struct feel_num n;
	assert_false(num_div(num("1"), num("0"), &n));
	assert_false(num_div(num("0"), num("0"), &n));
	assert_false(num_mul(num("9e6144"), num("10"), &n));
	assert_false(num_sqrt(num("-1"), &n));
	assert_false(num_log(num("0"), &n));
	assert_false(num_modulo(num("1"), num("0"), &n));
	assert_false(num_pow(num("0"), num("-1"), &n));
}

static void test_modulo_takes_the_sign_of_the_divisor(void **state)
{
	(void)state;
	static const char *const cases[][3] = { { "12", "5", "2" }, { "-12", "5", "3" }, { "12", "-5", "-3" }, { "-12", "-5", "-2" },
		{ "10.1", "4.5", "1.1" }, { "-10.1", "4.5", "3.4" }, { "5", "5", "0" } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct feel_num n;
		assert_true(num_modulo(num(cases[i][0]), num(cases[i][1]), &n));
		assert_prints(n, cases[i][2]);
	}
}

static void test_rounding_knows_seven_ways(void **state)
{
	(void)state;
	static const struct { const char *n; int32_t scale; const char *wanted[7]; } cases[] = {
		/*            even    half up half down up      down    floor   ceiling */
		{ "2.5", 0, { "2",    "3",    "2",      "3",    "2",    "2",    "3" } },
		{ "-2.5", 0, { "-2",  "-3",   "-2",     "-3",   "-2",   "-3",   "-2" } },
		{ "1.255", 2, { "1.26", "1.26", "1.25", "1.26", "1.25", "1.25", "1.26" } },
		{ "1.2501", 1, { "1.3", "1.3", "1.3",   "1.3",  "1.2",  "1.2",  "1.3" } },
		{ "1250", -2, { "1200", "1300", "1200", "1300", "1200", "1200", "1300" } },
		{ "0.001", 2, { "0",  "0",    "0",      "0.01", "0",    "0",    "0.01" } },
		{ "7", 5, { "7", "7", "7", "7", "7", "7", "7" } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (enum num_rounding rounding = NUM_HALF_EVEN; rounding <= NUM_CEILING; rounding++) {
			struct feel_num n;
			assert_true(num_round(num(cases[i].n), cases[i].scale, rounding, &n));
			assert_prints(n, cases[i].wanted[rounding]);
		}
	}
	struct feel_num n;
	assert_false(num_round(num("1"), 6177, NUM_DOWN, &n));
	assert_false(num_round(num("1"), -6112, NUM_DOWN, &n));
	assert_true(num_round(num("1"), 6176, NUM_DOWN, &n));
	assert_true(num_round(num("1"), -6111, NUM_DOWN, &n));
}

static void test_integers_go_there_and_back(void **state)
{
	(void)state;
	static const int64_t values[] = { 0, 1, -1, INT64_MAX, INT64_MIN, 1000000007 };
	int64_t back = 5;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		assert_true(num_to_i64(num_from_i64(values[i]), &back));
		assert_true(back == values[i]);
	}
	assert_true(num_to_i64(num("12.00"), &back) && back == 12);
	assert_true(num_to_i64(num("1e3"), &back) && back == 1000);
	assert_false(num_to_i64(num("1.5"), &back));
	assert_false(num_to_i64(num("9223372036854775808"), &back));
	assert_true(num_to_i64(num("-9223372036854775808"), &back));
	assert_true(num_is_integral(num("1e30")) && num_is_integral(num("2.0")) && !num_is_integral(num("2.01")));
}

static void test_money_keeps_its_fen(void **state)
{
	(void)state;
	int64_t fen = 7;
	assert_true(feel_to_fen(feel_number(num("6320.50")), &fen) && fen == 632050);
	assert_false(feel_to_fen(feel_number(num("0.005")), &fen));
	assert_false(feel_to_fen(feel_string(STR("1")), &fen));
	assert_int_equal(fen, 632050);
	assert_prints(feel_from_fen(632050).number, "6320.5");
	assert_prints(feel_from_fen(-1).number, "-0.01");
	struct feel_value v;
	assert_true(err_is(feel_number_parse(STR("1e7000"), &v), ERR_LIMIT));
	assert_true(err_is(feel_number_parse(STR("zwei"), &v), ERR_INVALID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_print_plainly_without_trailing_zeros),
		cmocka_unit_test(test_the_thirty_fifth_digit_rounds_half_to_even),
		cmocka_unit_test(test_texts_that_are_no_numbers_are_refused),
		cmocka_unit_test(test_sums_and_products_are_exact_where_they_fit),
		cmocka_unit_test(test_division_by_zero_and_overflow_have_no_result),
		cmocka_unit_test(test_modulo_takes_the_sign_of_the_divisor),
		cmocka_unit_test(test_rounding_knows_seven_ways),
		cmocka_unit_test(test_integers_go_there_and_back),
		cmocka_unit_test(test_money_keeps_its_fen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
