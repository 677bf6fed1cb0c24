#include "feel/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct json *parse(struct arena *arena, const char *text)
{
	const struct json *json = NULL;
	assert_false(failed(json_parse(arena, str_from_c(text), NULL, &json)));
	return json;
}

static const char *print(struct arena *arena, struct feel_value value, enum feel_json_style style)
{
	struct str text;
	assert_false(failed(json_print(arena, feel_to_json(arena, value, style), JSON_COMPACT, 1 << 20, &text)));
	return str_to_c(arena, text);
}

static void test_json_goes_through_a_value_unchanged(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const char text[] = "{\"name\":\"王䶮\",\"amount\":12345678901234567890.12,\"paid\":false,\"note\":null,\"claims\":[1,[],{}]}";
	assert_string_equal(print(&arena, feel_from_json(&arena, parse(&arena, text)), FEEL_JSON_PLAIN), text);
	assert_string_equal(print(&arena, feel_from_json_tagged(&arena, parse(&arena, text)), FEEL_JSON_TAGGED), text);
	arena_done(&arena);
}

static void test_receipts_have_their_numbers_as_text(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct feel_value value = feel_from_json(&arena, parse(&arena, "[1.10,-0,1e3]"));
	assert_string_equal(print(&arena, value, FEEL_JSON_TEXT), "[\"1.1\",\"0\",\"1000\"]");
	arena_done(&arena);
}

static struct feel_value moments(struct arena *arena)
{
	struct feel_value out = FEEL_NULL_VALUE, v;
	assert_true(temporal_parse_date(STR("2022-08-26"), &v));
	out = feel_put(arena, out, STR("date"), v);
	assert_true(temporal_parse_time(arena, STR("10:20:30.5@Asia/Shanghai"), &v));
	out = feel_put(arena, out, STR("time"), v);
	assert_true(temporal_parse_date_time(arena, STR("2022-08-26T10:20:30+08:00"), &v));
	out = feel_put(arena, out, STR("moment"), v);
	assert_true(temporal_parse_duration(STR("P0D"), &v));
	out = feel_put(arena, out, STR("days"), v);
	assert_true(temporal_parse_duration(STR("P0M"), &v));
	return feel_put(arena, out, STR("months"), v);
}

static void test_the_plain_style_writes_moments_as_iso_texts(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	assert_string_equal(print(&arena, moments(&arena), FEEL_JSON_PLAIN),
		"{\"date\":\"2022-08-26\",\"time\":\"10:20:30.5@Asia/Shanghai\",\"moment\":\"2022-08-26T10:20:30+08:00\","
		"\"days\":\"PT0S\",\"months\":\"P0M\"}");
	arena_done(&arena);
}

static void assert_comes_back(struct arena *arena, struct feel_value value)
{
	const char *text = print(arena, value, FEEL_JSON_TAGGED);
	struct feel_value back = feel_from_json_tagged(arena, parse(arena, text));
	assert_int_equal(back.kind, value.kind);
	assert_int_equal(feel_equal(back, value), 1);
	assert_string_equal(print(arena, back, FEEL_JSON_TAGGED), text);
}

static void test_the_tagged_style_gives_every_value_back(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct feel_value one = feel_number_i64(1), day = moments(&arena), ends[2] = { feel_get(day, STR("date")), one };
	struct feel_range from = { .start = &ends[0], .start_open = true }, to = { .end = &ends[1], .end_open = true };
	assert_comes_back(&arena, day);
	assert_int_equal(feel_get(feel_from_json_tagged(&arena, parse(&arena, print(&arena, day, FEEL_JSON_TAGGED))), STR("days")).kind,
		FEEL_DAYS_DURATION);
	assert_comes_back(&arena, (struct feel_value){ .kind = FEEL_RANGE, .range = &from });
	assert_comes_back(&arena, (struct feel_value){ .kind = FEEL_RANGE, .range = &to });
	assert_comes_back(&arena, feel_list_of(&arena, ends, 2));
	arena_done(&arena);
}

static void test_a_context_that_looks_like_a_tag_stays_a_context(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct feel_value trick = feel_put(&arena, FEEL_NULL_VALUE, STR("@date"), feel_string(STR("2022-08-26")));
	struct feel_value deeper = feel_put(&arena, FEEL_NULL_VALUE, STR("@context"), trick);
	assert_string_equal(print(&arena, trick, FEEL_JSON_TAGGED), "{\"@context\":{\"@date\":\"2022-08-26\"}}");
	assert_comes_back(&arena, trick);
	assert_comes_back(&arena, deeper);
	assert_int_equal(feel_from_json_tagged(&arena, parse(&arena, "{\"@date\":\"soon\"}")).kind, FEEL_NULL);
	assert_int_equal(feel_from_json_tagged(&arena, parse(&arena, "{\"@unknown\":1}")).kind, FEEL_NULL);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_goes_through_a_value_unchanged),
		cmocka_unit_test(test_receipts_have_their_numbers_as_text),
		cmocka_unit_test(test_the_plain_style_writes_moments_as_iso_texts),
		cmocka_unit_test(test_the_tagged_style_gives_every_value_back),
		cmocka_unit_test(test_a_context_that_looks_like_a_tag_stays_a_context),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
