#include "hall/identifiers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct date today = { 2026, 11, 23 };

static void test_resident_numbers_of_the_law_page_pass(void **state)
{
	(void)state;
	static const char *const valid[] = { "11010519491231002X", "11010519491231002x", "440524188001010014", "310113200002290037",
		"210102199005151026", "810000199408230021", "820000198801010014", "830000199907120015", "911124198108030024" };
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) assert_true(resident_id_is_valid(str_from_c(valid[i]), today, NULL));
}

static void test_a_wrong_digit_or_a_day_that_never_was_is_refused(void **state)
{
	(void)state;
	static const char *const invalid[] = { "110105194912310021", "310113190002290030", "31011320000229003", "", "1101051949123100XX",
		"310113203002280030" };
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) assert_false(resident_id_is_valid(str_from_c(invalid[i]), today, NULL));
}

static void test_birth_and_sex_are_read_from_the_number(void **state)
{
	(void)state;
	struct date birth;
	struct str sex;
	assert_true(resident_id_read(STR("210102199005151026"), &birth, &sex));
	assert_int_equal(date_cmp(birth, (struct date){ 1990, 5, 15 }), 0);
	assert_true(str_eq_c(sex, "女"));
	assert_true(resident_id_read(STR("110105491231002"), &birth, &sex));   /* 15 legacy digits */
	assert_int_equal(birth.year, 1949);
}

static void test_every_document_of_the_law_page_is_told_by_its_number(void **state)
{
	(void)state;
	static const struct { const char *number, *kind; } documents[] = {
		{ "11010519491231002X", "居民身份证" }, { "110105491231002", "居民身份证" }, { "810000199408230021", "港澳台居民居住证" },
		{ "911124198108030024", "外国人永久居留身份证" }, { "USA310190010112", "外国人永久居留身份证" },
		{ "H12345678", "港澳居民来往内地通行证" }, { "M1234567890", "港澳居民来往内地通行证" }, { "12345678", "台湾居民来往大陆通行证" },
		{ "E12345678", "护照" }, { "EA1234567", "护照" }, { "G12345678", "护照" }, { "110105194912310021", "" }, { "1234567", "" },
		{ "31011320000229003", "" }, { "840000199408230021", "" }, { "", "" },
	};
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		assert_true(str_eq_c(identity_document_kind(str_from_c(documents[i].number), today, NULL), documents[i].kind));
	assert_true(identity_document_is_valid(STR("31011320000229003"), STR("护照"), today, NULL));
	assert_true(identity_document_is_valid(STR("WP20260001"), STR("外国人工作许可证"), today, NULL));
	assert_false(identity_document_is_valid(STR("P 1"), STR("护照"), today, NULL));
	assert_false(identity_document_is_valid(STR("110105194912310021"), STR("居民身份证"), today, NULL));
	assert_false(identity_document_is_valid(STR("H12345678"), STR("居民身份证"), today, NULL));
}

static void test_credit_codes_of_the_law_page(void **state)
{
	(void)state;
	static const char *const valid[] = { "91350100M000100Y43", "91110000101623741K", "81310113MC0000004G", "91310113MA0000007L",
		"52310000500000007B" };
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) assert_true(uscc_is_valid(str_from_c(valid[i])));
	assert_false(uscc_is_valid(STR("91350100M000100Y44")));
	assert_false(uscc_is_valid(STR("91350100M000100I43")));
	assert_false(uscc_is_valid(STR("")));
}

static void test_phones_cards_and_names(void **state)
{
	(void)state;
	assert_true(mobile_is_valid(STR("13800138000")));
	assert_false(mobile_is_valid(STR("12800138000")));
	assert_true(bank_card_is_valid(STR("6228480039426132138")));
	assert_false(bank_card_is_valid(STR("6228480039426132139")));
	assert_true(person_name_is_valid(STR("䶮𬭚")));
	assert_true(person_name_is_valid(STR("阿不都热合曼·买买提·伊敏")));
	assert_true(person_name_is_valid(STR("Nguyễn Thị Hồng")));
	assert_true(person_name_is_valid(STR("Иван Петров")));
	assert_false(person_name_is_valid(STR("محمد علي")));
	assert_true(text_is_printable(STR("友谊支路1号|2门*3室（近<地铁>站）№5 ①䶮")));
	assert_false(text_is_printable(STR("友谊支路1号🏠")));
	assert_false(person_name_is_valid(STR("张")));
	assert_false(person_name_is_valid(STR("张三<b>")));
	assert_false(person_name_is_valid(STR("·张三")));
}

static void test_the_same_employer_written_differently_has_one_key(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct str plain = employer_name_key(&arena, STR("上海淘鲜达电子商务有限公司"));
	assert_true(str_eq(plain, employer_name_key(&arena, STR("上海淘鲜达电子商务有限公司（宝山分拣中心）"))));
	assert_true(str_eq(plain, employer_name_key(&arena, STR(" 上海 淘鲜达电子商务有限公司"))));
	assert_false(str_eq(plain, employer_name_key(&arena, STR("上海鲜淘达电子商务有限公司"))));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resident_numbers_of_the_law_page_pass),
		cmocka_unit_test(test_a_wrong_digit_or_a_day_that_never_was_is_refused),
		cmocka_unit_test(test_birth_and_sex_are_read_from_the_number),
		cmocka_unit_test(test_every_document_of_the_law_page_is_told_by_its_number),
		cmocka_unit_test(test_credit_codes_of_the_law_page),
		cmocka_unit_test(test_phones_cards_and_names),
		cmocka_unit_test(test_the_same_employer_written_differently_has_one_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
