#include "paper/blocks.h"
#include "paper/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static const struct block *parse(const char *markdown)
{
	struct report report = report_make(&arena);
	const struct block *root = NULL;
	struct err err = blocks_parse(&arena, str_from_c(markdown), &report, &root);
	if (failed(err))
		print_message("%s", str_to_c(&arena, report_print(&arena, &report)));
	assert_false(failed(err));
	return root;
}

static void assert_text(const struct block *block, const char *text)
{
	assert_non_null(block);
	assert_string_equal(str_to_c(&arena, block->text), text);
}

static void refuse(const char *markdown, const char *place, const char *word)
{
	struct report report = report_make(&arena);
	const struct block *root = NULL;
	assert_true(failed(blocks_parse(&arena, str_from_c(markdown), &report, &root)));
	assert_int_not_equal(report.count, 0);
	struct str words = report.items[0].words;
	if (str_find(words, str_from_c(word), 0) < 0)
		print_message("%.*s\n", STR_ARG(words));
	assert_true(str_find(words, str_from_c(word), 0) >= 0);
	assert_string_equal(str_to_c(&arena, report.items[0].place), place);
}

static void assert_bold(const struct block *block, size_t index, const char *text)
{
	assert_true(index < block->span_count);
	assert_true(block->spans[index].is_bold);
	assert_string_equal(str_to_c(&arena, str_sub(block->text, block->spans[index].from, block->spans[index].to)), text);
}

static void test_bold_beside_full_width_punctuation_is_bold(void **state)
{
	(void)state;
	const struct block *root = parse("**注意：**请如实填写。前文**（一）**后文，*《办法》*。\n");
	assert_text(root->first, "注意：请如实填写。前文（一）后文，《办法》。");
	assert_int_equal(root->first->span_count, 3);
	assert_bold(root->first, 0, "注意：");
	assert_bold(root->first, 1, "（一）");
	assert_true(root->first->spans[2].is_underlined);
	assert_false(root->first->spans[2].is_bold);
}

static void test_bold_and_underlined_may_be_nested(void **state)
{
	(void)state;
	const struct block *root = parse("***甲***乙**丙*丁*戊**\n");
	assert_text(root->first, "甲乙丙丁戊");
	assert_int_equal(root->first->span_count, 4);
	assert_true(root->first->spans[0].is_bold && root->first->spans[0].is_underlined);
	assert_bold(root->first, 1, "丙");
	assert_bold(root->first, 2, "丁");
	assert_true(root->first->spans[2].is_underlined);
}

static void test_escaped_and_lonely_stars_are_stars(void **state)
{
	(void)state;
	assert_text(parse("张\\*三 3 * 5\n")->first, "张*三 3 * 5");
	assert_text(parse("* 第一\n* 第二\n")->first->first->first, "第一");
	assert_int_equal(parse("* * *\n")->first->kind, BLOCK_RULE);
}

static void test_an_open_bold_is_refused_with_its_line(void **state)
{
	(void)state;
	refuse("第一段\n\n第二段**没有结束\n\n第三段\n", "3", "not closed");
	refuse("| 甲 | 乙 |\n|---|---|\n| **a | b** |\n", "3", "not closed");
}

static void test_a_line_feed_between_chinese_characters_is_nothing(void **state)
{
	(void)state;
	assert_text(parse("上海市\n宝山区\nLegal\naid\n")->first, "上海市宝山区Legal aid");
	assert_text(parse("甲  \n乙\\\n丙\n")->first, "甲\xE2\x80\xA8乙\xE2\x80\xA8丙");
}

static void test_an_empty_header_makes_a_field_table(void **state)
{
	(void)state;
	const struct block *table = parse("| | | | |\n|-|-|-|-|\n| **甲** | | | |\n| 姓名 | 张三 | 性别 | 男 |\n| 住址 | 某路 | | |\n")->first;
	assert_true(table->is_field);
	const struct block *row = table->first;
	assert_true(row->is_section);
	assert_int_equal(row->first->columns, 4);
	row = row->next;
	assert_true(row->first->is_header && !row->first->next->is_header && row->first->next->next->is_header);
	row = row->next;
	assert_int_equal(row->first->columns, 1);
	assert_int_equal(row->first->next->columns, 3);
	assert_int_equal(row->first->next->next->columns, 0);
}

static void test_a_field_left_blank_keeps_its_place(void **state)
{
	(void)state;
	const struct block *table = parse("| | |\n|-|-|\n| 备注 | |\n")->first;
	assert_false(table->first->is_section);
	assert_int_equal(table->first->first->columns, 1);
	assert_int_equal(table->first->first->next->columns, 1);
}

static void test_a_header_row_and_alignment_are_kept(void **state)
{
	(void)state;
	const struct block *table = parse("| 序号 | 金额 |\n|:-:|-:|\n| 1 | 5.00 |\n")->first;
	assert_false(table->is_field);
	assert_true(table->first->is_header);
	assert_int_equal(table->first->next->first->align, BLOCK_ALIGN_CENTRE);
	assert_int_equal(table->first->next->first->next->align, BLOCK_ALIGN_RIGHT);
}

static void test_directives_place_paragraphs_and_boxes(void **state)
{
	(void)state;
	const struct block *block = parse("{flush}\n某某仲裁委员会：\n\n正文。\n{page}\n{sign: a-1 | 申请人\\|甲 | 2026年}\n{seal: u | 工会}\n")->first;
	assert_int_equal(block->align, BLOCK_ALIGN_LEFT);
	block = block->next;
	assert_int_equal(block->align, BLOCK_ALIGN_NONE);
	block = block->next;
	assert_int_equal(block->kind, BLOCK_PAGE);
	block = block->next;
	assert_int_equal(block->kind, BLOCK_SIGN);
	assert_text(block, "申请人|甲");
	assert_string_equal(str_to_c(&arena, block->id), "a-1");
	assert_string_equal(str_to_c(&arena, block->date), "2026年");
	assert_true(block->next->is_seal);
}

static void test_broken_directives_are_refused(void **state)
{
	(void)state;
	refuse("正文\n{signature: a | b}\n", "2", "no directive");
	refuse("{sign: a b | c}\n", "1", "the id of letters");
	refuse("{sign: a | 甲}\n{sign: a | 乙}\n", "2", "twice");
	refuse("{right\n", "1", "ends with }");
	refuse("{right}\n{page}\n", "2", "before a paragraph");
}

static void test_what_is_not_in_the_profile_is_refused(void **state)
{
	(void)state;
	refuse("甲\n\n<b>乙</b>\n", "3", "raw HTML");
	refuse("<div>\n", "1", "raw HTML");
	refuse("![图](a.png)\n", "1", "pictures");
	refuse("```\ncode\n```\n", "1", "code blocks");
	refuse("甲\xE2\x80\xAE乙\n", "1", "U+202E");
	refuse("甲\n乙\x07\n", "2", "U+0007");
}

static void test_an_escaped_value_changes_nothing_but_itself(void **state)
{
	(void)state;
	static const char *values[] = {
		"{page}", "**粗**", "| 一 | 二 |", "<b>", "# 标题", "1. 项", "- 项", "a\\b", "&amp;", "`x`", "[a](b)", "> 引", "===", "~~~",
	};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct str escaped = paper_escape(&arena, str_from_c(values[i]));
		const struct block *root = parse(str_to_c(&arena, escaped));
		assert_int_equal(root->first->kind, BLOCK_PARAGRAPH);
		assert_text(root->first, values[i]);
		assert_int_equal(root->first->span_count, 0);
		root = parse(str_to_c(&arena, str_printf(&arena, "| 甲 | 乙 |\n|-|-|\n| %.*s | 丁 |\n", STR_ARG(escaped))));
		assert_text(root->first->first->next->first, values[i]);
		assert_text(root->first->first->next->first->next, "丁");
	}
}

static void test_zero_width_characters_are_dropped(void **state)
{
	(void)state;
	assert_text(parse("张\u200B三\uFEFF，李\u200E四\n")->first, "张三，李四");
}

static void test_deep_nesting_ends_in_words_not_in_a_crash(void **state)
{
	(void)state;
	struct buf buf = buf_make(&arena, 100000);
	for (int i = 0; i < 5000; i++)
		buf_add_lit(&buf, "> ");
	buf_add_lit(&buf, "x\n");
	refuse(str_to_c(&arena, buf_str(&buf)), "1", "too deeply");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bold_beside_full_width_punctuation_is_bold),
		cmocka_unit_test(test_bold_and_underlined_may_be_nested),
		cmocka_unit_test(test_escaped_and_lonely_stars_are_stars),
		cmocka_unit_test(test_an_open_bold_is_refused_with_its_line),
		cmocka_unit_test(test_a_line_feed_between_chinese_characters_is_nothing),
		cmocka_unit_test(test_an_empty_header_makes_a_field_table),
		cmocka_unit_test(test_a_field_left_blank_keeps_its_place),
		cmocka_unit_test(test_a_header_row_and_alignment_are_kept),
		cmocka_unit_test(test_directives_place_paragraphs_and_boxes),
		cmocka_unit_test(test_broken_directives_are_refused),
		cmocka_unit_test(test_what_is_not_in_the_profile_is_refused),
		cmocka_unit_test(test_an_escaped_value_changes_nothing_but_itself),
		cmocka_unit_test(test_zero_width_characters_are_dropped),
		cmocka_unit_test(test_deep_nesting_ends_in_words_not_in_a_crash),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return result;
}
