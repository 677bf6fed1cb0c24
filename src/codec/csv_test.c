#include "codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Rows as "a|b/c|d". */
static struct str shape(struct arena *arena, const struct csv *csv)
{
	struct buf buf = buf_make(arena, 1 << 16);
	for (size_t i = 0; i < csv->count; i++) {
		if (i) buf_add_byte(&buf, '/');
		for (size_t k = 0; k < csv->rows[i].count; k++) {
			if (k) buf_add_byte(&buf, '|');
			buf_add(&buf, csv->rows[i].fields[k]);
		}
	}
	return buf_str(&buf);
}

static void test_rows_of_rfc_4180_are_read(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const struct { const char *text, *shape; } cases[] = {
		{ "", "" }, { "a,b\r\nc,d\r\n", "a|b/c|d" }, { "a,b\nc,d", "a|b/c|d" },
		{ "\xef\xbb\xbf" "地区,金额\n上海,2690", "地区|金额/上海|2690" },
		{ "\"a,b\",\"c\"\"d\"\n", "a,b|c\"d" }, { "\"a\nb\",c", "a\nb|c" }, { ",\n", "|" }, { "\"\"", "" },
		{ "a\n\n\r\nb\n", "a/b" }, { " a ,b", " a |b" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct csv csv;
		assert_false(failed(csv_parse(&arena, str_from_c(cases[i].text), NULL, &csv)));
		assert_string_equal(str_to_c(&arena, shape(&arena, &csv)), cases[i].shape);
	}
	arena_done(&arena);
}

static void test_lines_are_counted_through_quotes_and_blank_lines(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct csv csv;
	assert_false(failed(csv_parse(&arena, STR("name,day\n\"a\nb\",1\n\nc,2\n"), NULL, &csv)));
	assert_int_equal(csv.count, 3);
	assert_int_equal(csv.rows[1].line, 2);
	assert_int_equal(csv.rows[2].line, 5);
	assert_int_equal(csv_column(&csv, "day"), 1);
	assert_int_equal(csv_column(&csv, "month"), -1);
	arena_done(&arena);
}

static void test_open_quotes_and_stray_text_are_refused_with_their_line(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const struct { const char *text, *line; } cases[] = {
		{ "a\n\"b\n\nc", "2" }, { "a,\"b\"c\n", "1" }, { "a\nb\"c\"", "2" }, { "a\rb", "1" }, { "a\xff", "1" },
		{ "\"", "1" }, { "\"\"\"", "1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct report report = report_make(&arena);
		struct csv csv = { .count = 77 };
		assert_true(err_is(csv_parse(&arena, str_from_c(cases[i].text), &report, &csv), ERR_INVALID));
		assert_int_equal(csv.count, 77);
		assert_string_equal(str_to_c(&arena, report.items[0].place), cases[i].line);
	}
	arena_done(&arena);
}

static void test_a_row_of_more_than_500_fields_is_refused(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct buf buf = buf_make(&arena, 10000);
	struct csv csv;
	for (int i = 1; i < CSV_FIELD_COUNT_MAX; i++) buf_add_byte(&buf, ',');
	assert_false(failed(csv_parse(&arena, buf_str(&buf), NULL, &csv)));
	assert_int_equal(csv.rows[0].count, CSV_FIELD_COUNT_MAX);
	buf_add_byte(&buf, ',');
	assert_true(err_is(csv_parse(&arena, buf_str(&buf), NULL, &csv), ERR_LIMIT));
	arena_done(&arena);
}

static void test_written_fields_read_back(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const char *const fields[] = { "plain", "a,b", "say \"hi\"", "two\r\nlines", "", "王小明" };
	struct buf buf = buf_make(&arena, 1000);
	struct csv csv;
	for (size_t i = 0; i < 6; i++) {
		if (i) buf_add_byte(&buf, ',');
		csv_add_field(&buf, str_from_c(fields[i]));
	}
	assert_false(failed(csv_parse(&arena, buf_str(&buf), NULL, &csv)));
	assert_int_equal(csv.rows[0].count, 6);
	for (size_t i = 0; i < 6; i++) assert_true(str_eq_c(csv.rows[0].fields[i], fields[i]));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_of_rfc_4180_are_read),
		cmocka_unit_test(test_lines_are_counted_through_quotes_and_blank_lines),
		cmocka_unit_test(test_open_quotes_and_stray_text_are_refused_with_their_line),
		cmocka_unit_test(test_a_row_of_more_than_500_fields_is_refused),
		cmocka_unit_test(test_written_fields_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
