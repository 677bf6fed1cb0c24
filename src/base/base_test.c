#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_dates_survive_the_way_to_days_and_back(void **state)
{
	(void)state;
	for (int64_t days = -800000; days < 800000; days += 17) {
		struct date d = date_from_days(days);
		assert_true(date_is_valid(d));
		assert_int_equal(date_to_days(d), days);
	}
	assert_int_equal(date_weekday((struct date){ 2022, 7, 21 }), 4);   /* DI1: 星期四 */
}

static void test_a_missing_day_becomes_the_last_of_the_month(void **state)
{
	(void)state;
	struct date d = date_add_months((struct date){ 2024, 2, 29 }, 12);
	assert_int_equal(date_cmp(d, (struct date){ 2025, 2, 28 }), 0);
	d = date_add_months((struct date){ 2022, 1, 31 }, -11);
	assert_int_equal(date_cmp(d, (struct date){ 2021, 2, 28 }), 0);
}

static void test_rfc3339_is_read_and_printed_alike(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	int64_t ms = 0;
	struct str text = STR("2022-08-26T01:30:00+08:00");
	assert_false(failed(time_parse_ms(text, &ms)));
	assert_true(str_eq(time_print_ms(&arena, ms, SHANGHAI_OFFSET_S), text));
	assert_true(failed(time_parse_ms(STR("2022-02-30T00:00:00Z"), &ms)));
	assert_true(failed(time_parse_ms(STR("2022-02-20T24:00:00Z"), &ms)));
	arena_done(&arena);
}

static void test_ids_grow_and_survive_their_text(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	_Atomic int64_t now = INT64_C(1661477400000);
	struct id_maker maker;
	id_maker_init(&maker, clock_manual(&now), 3);
	int64_t last = 0;
	for (int i = 0; i < 70000; i++) {
		int64_t id = id_next(&maker), back = 0;
		assert_true(id > last);
		last = id;
		if (i % 997 == 0) {
			assert_true(id_parse(id_print(&arena, id), &back));
			assert_int_equal(id, back);
		}
	}
	arena_done(&arena);
}

static void test_after_a_restart_ids_go_on_behind_the_last_one(void **state)
{
	(void)state;
	_Atomic int64_t now = INT64_C(1661477400000);
	struct id_maker before, after;
	id_maker_init(&before, clock_manual(&now), 0);
	int64_t last = 0;
	for (int i = 0; i < 1000; i++) last = id_next(&before);
	now -= 5000;
	id_maker_init(&after, clock_manual(&now), 0);
	id_maker_follow(&after, last);
	assert_true(id_next(&after) > last);
}

static void test_a_buffer_past_its_maximum_says_so_once_at_the_end(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct buf buf = buf_make(&arena, 8);
	struct str text;
	buf_add_lit(&buf, "12345678");
	assert_false(failed(buf_finish(&buf, &text)));
	buf_add_byte(&buf, '9');
	assert_true(err_is(buf_finish(&buf, &text), ERR_LIMIT));
	assert_int_equal(text.len, 8);
	arena_done(&arena);
}

static void test_a_map_keeps_order_and_finds_each_of_a_thousand(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct map map = { 0 };
	for (intptr_t i = 1; i <= 1000; i++) map_put(&arena, &map, str_from_i64(&arena, i * 7919), (void *)i);
	for (intptr_t i = 1; i <= 1000; i++) {
		assert_ptr_equal(map_get(&map, str_from_i64(&arena, i * 7919)), (void *)i);
		assert_ptr_equal(map.entries[i - 1].value, (void *)i);
	}
	assert_null(map_get(&map, STR("no such key")));
	arena_done(&arena);
}

static void test_malformed_utf8_is_refused(void **state)
{
	(void)state;
	assert_true(utf8_is_valid(STR("䶮㛃𬭚𠅤")));
	assert_false(utf8_is_valid(STR("\xc0\x80")));
	assert_false(utf8_is_valid(STR("\xed\xa0\x80")));
	assert_false(utf8_is_valid(STR("\xf4\x90\x80\x80")));
	assert_int_equal(utf8_count(STR("䶮𬭚")), 2);
	assert_int_equal(utf8_count_utf16(STR("䶮𬭚")), 3);
}

static void test_base64_and_hex_refuse_what_they_did_not_write(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct str back;
	for (size_t n = 0; n < 20; n++) {
		struct str text = str_base64(&arena, "abcdefghijklmnopqrstuvwxyz", n);
		assert_true(str_from_base64(&arena, text, &back));
		assert_int_equal(back.len, n);
	}
	assert_false(str_from_base64(&arena, STR("QQ=a"), &back));
	assert_false(str_from_base64(&arena, STR("QR=="), &back));
	char byte;
	assert_false(str_from_hex(STR("0g"), &byte, 1));
	arena_done(&arena);
}

static void test_integers_at_their_limits(void **state)
{
	(void)state;
	int64_t value = 0;
	assert_true(str_to_i64(STR("-9223372036854775808"), &value));
	assert_true(value == INT64_MIN);
	assert_false(str_to_i64(STR("9223372036854775808"), &value));
	assert_false(str_to_i64(STR(""), &value));
	assert_false(str_to_i64(STR("-"), &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_survive_the_way_to_days_and_back),
		cmocka_unit_test(test_a_missing_day_becomes_the_last_of_the_month),
		cmocka_unit_test(test_rfc3339_is_read_and_printed_alike),
		cmocka_unit_test(test_ids_grow_and_survive_their_text),
		cmocka_unit_test(test_after_a_restart_ids_go_on_behind_the_last_one),
		cmocka_unit_test(test_a_buffer_past_its_maximum_says_so_once_at_the_end),
		cmocka_unit_test(test_a_map_keeps_order_and_finds_each_of_a_thousand),
		cmocka_unit_test(test_malformed_utf8_is_refused),
		cmocka_unit_test(test_base64_and_hex_refuse_what_they_did_not_write),
		cmocka_unit_test(test_integers_at_their_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
