#include "codec/xlsx.h"

#include "codec/zip.h"

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

static const struct xlsx_column columns[] = { { STR_INIT("姓名"), XLSX_TEXT, 12 }, { STR_INIT("提交"), XLSX_TIME, 18 } };

static struct str part_of(struct str bytes, const char *name)
{
	struct zip_files files;
	assert_false(failed(zip_read(&arena, bytes, NULL, &files)));
	for (size_t i = 0; i < files.count; i++)
		if (str_eq_c(files.items[i].name, name)) return files.items[i].content;
	fail_msg("the table has no part %s", name);
	return STR("");
}

static void test_names_and_times_stand_in_their_cells(void **state)
{
	struct xlsx_cell cells[] = { { .text = STR("𬭚小明") }, { .ms = INT64_C(1661475600000) }, { .text = STR("") }, { .ms = 0 } };
	struct xlsx_table table = { STR("办件"), columns, 2, cells, 2, SHANGHAI_OFFSET_S };
	struct str bytes;
	(void)state;
	assert_false(failed(xlsx_write(&arena, &table, &bytes)));
	assert_true(str_find(part_of(bytes, "xl/sharedStrings.xml"), STR("𬭚小明"), 0) >= 0);
	assert_true(str_find(part_of(bytes, "xl/worksheets/sheet1.xml"), STR("<v>44799.375</v>"), 0) >= 0);   /* 2022-08-26 09:00 */
}

static void test_a_text_that_looks_like_a_formula_is_a_text(void **state)
{
	struct xlsx_cell cells[] = { { .text = STR("=HYPERLINK(\"http://evil\",\"x\")") }, { .ms = 0 }, { .text = STR("@SUM(A1)") },
		{ .ms = 0 } };
	struct xlsx_table table = { STR("办件"), columns, 2, cells, 2, SHANGHAI_OFFSET_S };
	struct str bytes, sheet;
	(void)state;
	assert_false(failed(xlsx_write(&arena, &table, &bytes)));
	sheet = part_of(bytes, "xl/worksheets/sheet1.xml");
	assert_true(str_find(sheet, STR("<f>"), 0) < 0 && str_find(sheet, STR("hyperlink"), 0) < 0);
	assert_true(str_find(sheet, STR("t=\"s\""), 0) >= 0);
}

static void test_too_many_rows_and_a_name_that_no_sheet_may_have_are_refused(void **state)
{
	struct xlsx_table table = { STR("办件"), columns, 2, NULL, XLSX_ROW_COUNT_MAX + 1, SHANGHAI_OFFSET_S };
	struct str bytes;
	(void)state;
	assert_true(err_is(xlsx_write(&arena, &table, &bytes), ERR_LIMIT));
	table.row_count = 0;
	table.name = STR("a/b");
	assert_true(err_is(xlsx_write(&arena, &table, &bytes), ERR_INVALID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_names_and_times_stand_in_their_cells, forget),
		cmocka_unit_test_teardown(test_a_text_that_looks_like_a_formula_is_a_text, forget),
		cmocka_unit_test_teardown(test_too_many_rows_and_a_name_that_no_sheet_may_have_are_refused, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
