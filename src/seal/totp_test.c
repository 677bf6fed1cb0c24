#include "seal/password.h"
#include "seal/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int forget(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void assert_text(struct str text, const char *expected)
{
	assert_int_equal(text.len, strlen(expected));
	assert_memory_equal(text.ptr, expected, text.len);
}

/* RFC 6238 appendix B, the rows of SHA-1. */
static void test_the_standards_own_vectors_come_out(void **state)
{
	static const struct { int64_t at_s; const char *code; } vectors[] = { { 59, "94287082" }, { 1111111109, "07081804" },
		{ 1111111111, "14050471" }, { 1234567890, "89005924" }, { 2000000000, "69279037" }, { INT64_C(20000000000), "65353130" } };
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		assert_text(totp_code(&arena, STR("12345678901234567890"), vectors[i].at_s / TOTP_STEP_S, 8), vectors[i].code);
}

/* RFC 4226 appendix D. */
static void test_the_codes_by_counter_come_out(void **state)
{
	static const char *const codes[] = { "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
		"520489" };
	(void)state;
	for (int64_t i = 0; i < 10; i++) assert_text(totp_code(&arena, STR("12345678901234567890"), i, 6), codes[i]);
}

static void test_one_step_early_or_late_is_taken_and_two_are_not(void **state)
{
	struct str secret = STR("12345678901234567890");
	int64_t now_ms = INT64_C(1111111109000), step = now_ms / 1000 / TOTP_STEP_S, taken;
	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		bool near = off >= -1 && off <= 1;
		assert_int_equal(totp_matches(secret, totp_code(&arena, secret, step + off, 6), now_ms, 0, &taken), near);
		if (near) assert_int_equal(taken, step + off);
	}
}

static void test_a_code_is_not_taken_twice(void **state)
{
	struct str secret = STR("12345678901234567890"), code;
	int64_t now_ms = INT64_C(1111111109000), taken = 0;
	(void)state;
	code = totp_code(&arena, secret, now_ms / 1000 / TOTP_STEP_S, 6);
	assert_true(totp_matches(secret, code, now_ms, 0, &taken));
	assert_false(totp_matches(secret, code, now_ms, taken, &taken));
	assert_false(totp_matches(secret, code, now_ms + 29000, taken, &taken));
}

static void test_spaces_in_a_code_are_forgiven_and_letters_are_not(void **state)
{
	struct str secret = STR("12345678901234567890");
	int64_t taken;
	(void)state;
	assert_true(totp_matches(secret, STR(" 287 082"), 59000, 0, &taken));
	assert_false(totp_matches(secret, STR("28708a"), 59000, 0, &taken));
	assert_false(totp_matches(secret, STR(""), 59000, 0, &taken));
	assert_false(totp_matches(secret, STR("2870822"), 59000, 0, &taken));
}

/* RFC 4648 section 10. */
static void test_base_32_goes_there_and_back(void **state)
{
	static const struct {
		const char *plain, *text;
	} vectors[] = { { "f", "MY" }, { "fo", "MZXQ" }, { "foo", "MZXW6" }, { "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" } };
	struct str back;
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		assert_text(base32_print(&arena, str_from_c(vectors[i].plain)), vectors[i].text);
		assert_true(base32_parse(&arena, str_from_c(vectors[i].text), &back));
		assert_text(back, vectors[i].plain);
	}
	assert_true(base32_parse(&arena, STR("mzxw 6ytb oi======"), &back));
	assert_text(back, "foobar");
	assert_false(base32_parse(&arena, STR("MZXW1"), &back));
}

static void test_the_uri_says_issuer_account_and_secret(void **state)
{
	(void)state;
	assert_text(totp_uri(&arena, STR("职工之家"), STR("13900001101"), STR("foobar")),
		"otpauth://totp/%E8%81%8C%E5%B7%A5%E4%B9%8B%E5%AE%B6:13900001101?secret=MZXW6YTBOI&issuer="
		"%E8%81%8C%E5%B7%A5%E4%B9%8B%E5%AE%B6&digits=6&period=30");
}

static void test_a_password_opens_its_own_text_only(void **state)
{
	struct seal_password_cost cost = { 1, 8192 }, dearer = { 2, 8192 };
	struct str text, again;
	(void)state;
	assert_false(failed(seal_password_hash(&arena, STR("一匹很老的马在下雨天"), cost, &text)));
	assert_false(failed(seal_password_hash(&arena, STR("一匹很老的马在下雨天"), cost, &again)));
	assert_false(str_eq(text, again));   /* a salt of its own */
	assert_true(str_starts(text, STR("$argon2id$v=19$m=8192,t=1,p=1$")));
	assert_true(seal_password_matches(text, STR("一匹很老的马在下雨天")));
	assert_false(seal_password_matches(text, STR("一匹很老的马在下雨")));
	assert_false(seal_password_matches(STR(""), STR("")));
	assert_true(seal_password_is_current(text, cost));
	assert_false(seal_password_is_current(text, dearer));
}

static void test_an_endless_password_and_a_cost_without_sense_are_refused(void **state)
{
	struct str text;
	char *endless = arena_alloc(&arena, SEAL_PASSWORD_BYTES_MAX + 1);
	(void)state;
	struct str password = { endless, SEAL_PASSWORD_BYTES_MAX + 1 };
	assert_true(err_is(seal_password_hash(&arena, password, (struct seal_password_cost){ 1, 8192 }, &text), ERR_LIMIT));
	assert_true(err_is(seal_password_hash(&arena, STR("x"), (struct seal_password_cost){ 0, 8192 }, &text), ERR_INVALID));
	assert_true(err_is(seal_password_hash(&arena, STR("x"), (struct seal_password_cost){ 1, 1 }, &text), ERR_INVALID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_the_standards_own_vectors_come_out, forget),
		cmocka_unit_test_teardown(test_the_codes_by_counter_come_out, forget),
		cmocka_unit_test_teardown(test_one_step_early_or_late_is_taken_and_two_are_not, forget),
		cmocka_unit_test_teardown(test_a_code_is_not_taken_twice, forget),
		cmocka_unit_test_teardown(test_spaces_in_a_code_are_forgiven_and_letters_are_not, forget),
		cmocka_unit_test_teardown(test_base_32_goes_there_and_back, forget),
		cmocka_unit_test_teardown(test_the_uri_says_issuer_account_and_secret, forget),
		cmocka_unit_test_teardown(test_a_password_opens_its_own_text_only, forget),
		cmocka_unit_test_teardown(test_an_endless_password_and_a_cost_without_sense_are_refused, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
