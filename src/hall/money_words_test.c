#include "hall/money_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_amounts_read_as_a_bank_or_a_court_writes_them(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const struct { int64_t fen; const char *words; } rows[] = {
		{ 0, "人民币零元整" }, { 1, "人民币壹分" }, { 10, "人民币壹角" }, { 105, "人民币壹元零伍分" }, { 150, "人民币壹元伍角" },
		{ 1000, "人民币壹拾元整" }, { 1125000, "人民币壹万壹仟贰佰伍拾元整" }, { 10000100, "人民币壹拾万零壹元整" },
		{ 10010, "人民币壹佰元壹角" }, { 859515, "人民币捌仟伍佰玖拾伍元壹角伍分" }, { 100100000, "人民币壹佰万零壹仟元整" },
		{ 10000000000, "人民币壹亿元整" }, { 10000000100, "人民币壹亿零壹元整" }, { 10001000000, "人民币壹亿零壹万元整" },
		{ 200000000000, "人民币贰拾亿元整" }, { -150, "人民币负壹元伍角" }, { 600000000, "人民币陆佰万元整" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(str_to_c(&arena, money_in_words(&arena, rows[i].fen)), rows[i].words);
	assert_int_equal(money_in_words(&arena, MONEY_WORDS_FEN_MAX + 1).len, 0);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_amounts_read_as_a_bank_or_a_court_writes_them) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
