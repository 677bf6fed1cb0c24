#include "paper/paper.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct bench { struct paper_fonts *fonts; struct paper_press *press; struct arena arena; const char *folder, *fonts_folder; };

static const struct paper_options plain = {
	.number = STR_INIT("（2026）沪宝工援字第00012号"), .author = STR_INIT("上海市宝山区总工会"), .date_ms = INT64_C(1795500000000),
	.footer = STR_INIT("防伪码 7F3A-91C2"), .qr = STR_INIT("https://hall.example.cn/v/7F3A91C2"),
};

static const char application[] =
	"# 职工法律援助申请表\n\n| | | | |\n|-|-|-|-|\n| **申请人** | | | |\n| 姓名 | 买买提·吐尔逊江·阿卜杜拉赫曼 | 性别 | 男 |\n"
	"| 单位 | 上海𬭚䶮装饰有限公司 | 联系人 | 㛃𠅤 |\n\n## 一、申请事项\n\n**注意：**请如实填写。\n\n"
	"1. 拖欠工资\n2. 经济补偿\n\n{sign: applicant | 申请人签名}\n{seal: union | 上海市宝山区总工会 | 2026年11月24日}\n";

static int set_up(void **state)
{
	static struct bench bench;
	char exe[1000];
	ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (length <= 0)
		return -1;
	exe[length] = '\0';
	for (int i = 0; i < 2; i++)
		*strrchr(exe, '/') = '\0';
	bench.fonts_folder = str_to_c(&bench.arena, str_printf(&bench.arena, "%s/share/unionhall/fonts", exe));
	char *name = arena_copy(&bench.arena, "/tmp/paper-test-XXXXXX", sizeof "/tmp/paper-test-XXXXXX");
	bench.folder = mkdtemp(name);
	if (!bench.folder || failed(paper_fonts_open(bench.fonts_folder, NULL, &bench.fonts)))
		return -1;
	*state = &bench;
	return failed(paper_press_open(bench.fonts, &bench.press)) ? -1 : 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	paper_press_close(bench->press);
	paper_fonts_close(bench->fonts);
	bool is_removed = !failed(folder_remove(bench->folder));
	arena_done(&bench->arena);
	return is_removed ? 0 : -1;
}

static struct paper render(struct bench *bench, const struct paper_options *options, const char *markdown)
{
	struct report report = report_make(&bench->arena);
	struct paper paper = { 0 };
	struct err err = paper_render(bench->press, &bench->arena, options, str_from_c(markdown), &report, &paper);
	if (failed(err))
		print_message("%s: %s", err_name(err), str_to_c(&bench->arena, report_print(&bench->arena, &report)));
	assert_false(failed(err));
	return paper;
}

/* What a program of others says about the PDF; %s in the command is its path. */
static const char *ask(struct bench *bench, struct str pdf, const char *program, const char *arguments)
{
	const char *path = str_to_c(&bench->arena, str_printf(&bench->arena, "%s/paper.pdf", bench->folder));
	assert_false(failed(file_write(path, pdf, 0600)));
	struct str command = str_printf(&bench->arena, "%s %s %s 2>&1", program, path, arguments);
	FILE *pipe = popen(str_to_c(&bench->arena, command), "r");
	assert_non_null(pipe);
	struct buf out = buf_make(&bench->arena, 4 << 20);
	char piece[4096];
	for (size_t n; (n = fread(piece, 1, sizeof piece, pipe)) > 0;)
		buf_add_bytes(&out, piece, n);
	assert_int_equal(pclose(pipe), 0);
	return str_to_c(&bench->arena, buf_str(&out));
}

static int count_of(const char *text, const char *word)
{
	int count = 0;
	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		count++;
	return count;
}

/* LA17 */
static void test_rare_characters_and_long_names_come_back_from_the_page(void **state)
{
	struct bench *bench = *state;
	const char *text = ask(bench, render(bench, &plain, application).pdf, "pdftotext -raw", "-");
	static const char *words[] = {
		"买买提·吐尔逊江·阿卜杜拉赫曼", "上海𬭚䶮装饰有限公司", "㛃𠅤", "职工法律援助申请表", "注意：请如实填写。", "（2026）沪宝工援字第00012号",
		"申请人签名：", "第 1 页", "共 1 页",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!strstr(text, words[i]))
			print_message("%s is not in:\n%s\n", words[i], text);
		assert_non_null(strstr(text, words[i]));
	}
}

static void test_the_same_input_gives_the_same_bytes(void **state)
{
	struct bench *bench = *state;
	struct paper first = render(bench, &plain, application);
	(void)render(bench, &plain, "# 另一份\n\n其他文字，使字体缓存改变。\n");
	struct paper second = render(bench, &plain, application);
	assert_true(str_eq(first.pdf, second.pdf));
	struct bench other = *bench;
	assert_false(failed(paper_press_open(bench->fonts, &other.press)));
	assert_true(str_eq(first.pdf, render(&other, &plain, application).pdf));
	paper_press_close(other.press);
	bench->arena = other.arena;
}

static void *render_in_thread(void *data)
{
	struct bench *bench = data;
	for (int i = 0; i < 5; i++)
		bench->folder = render(bench, &plain, application).pdf.ptr;
	return NULL;
}

static void test_two_presses_print_at_once(void **state)
{
	struct bench *bench = *state, threads[2];
	pthread_t ids[2];
	struct paper paper = render(bench, &plain, application);
	for (int i = 0; i < 2; i++) {
		threads[i] = (struct bench){ .fonts = bench->fonts };
		assert_false(failed(paper_press_open(bench->fonts, &threads[i].press)));
		assert_int_equal(pthread_create(&ids[i], NULL, render_in_thread, &threads[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(ids[i], NULL), 0);
		assert_memory_equal(threads[i].folder, paper.pdf.ptr, paper.pdf.len);
		paper_press_close(threads[i].press);
		arena_done(&threads[i].arena);
	}
}

static void test_the_pdf_is_sound_tagged_and_ready_for_signatures(void **state)
{
	struct bench *bench = *state;
	struct paper paper = render(bench, &plain, application);
	assert_non_null(strstr(ask(bench, paper.pdf, "qpdf --check", ""), "No syntax or stream encoding errors"));
	const char *info = ask(bench, paper.pdf, "pdfinfo", "");
	assert_non_null(strstr(info, "Tagged:          yes"));
	assert_non_null(strstr(info, "职工法律援助申请表"));
	assert_non_null(strstr(info, "A4"));
	assert_null(strstr(ask(bench, paper.pdf, "qpdf --check", ""), "WARNING"));
	const char *structure = ask(bench, paper.pdf, "pdfinfo -struct", "");
	assert_null(strstr(structure, "Warning"));
	const char *const tags[] = { "Document", "H1", "H2", "Table", "TR", "TH", "TD", "L (block)", "LI", "LBody", "P" };
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		if (!strstr(structure, tags[i]))
			fail_msg("no %s in:\n%s", tags[i], structure);
	}
	assert_true(str_find(paper.pdf, STR("/Lang (zh-CN)"), 0) > 0);
	assert_true(str_find(paper.pdf, STR("\nxref\n0 "), 0) > 0);
	assert_true(str_ends(paper.pdf, STR("%%EOF\n")));
}

static void test_a_character_without_glyph_is_named(void **state)
{
	struct bench *bench = *state;
	struct report report = report_make(&bench->arena);
	struct paper paper;
	struct str text = STR("# 表\n\n第一段\n\n姓名：张😀\n");
	assert_true(err_is(paper_render(bench->press, &bench->arena, &plain, text, &report, &paper), ERR_INVALID));
	assert_int_equal(report.count, 1);
	assert_true(str_find(report.items[0].words, STR("😀"), 0) >= 0);
	assert_true(str_find(report.items[0].words, STR("U+1F600"), 0) >= 0);
	assert_string_equal(str_to_c(&bench->arena, report.items[0].place), "5");
	struct paper_options options = plain;
	options.author = STR("工会\U0001F600");
	assert_true(err_is(paper_render(bench->press, &bench->arena, &options, STR("正文\n"), NULL, &paper), ERR_INVALID));
}

static void test_without_the_full_font_only_its_own_characters_are_refused(void **state)
{
	struct bench *bench = *state, other = *bench;
	struct paper paper;
	assert_false(failed(paper_fonts_open(bench->fonts_folder, "/nonexistent", &other.fonts)));
	assert_false(failed(paper_press_open(other.fonts, &other.press)));
	assert_false(failed(paper_render(other.press, &bench->arena, &plain, STR("王𬭚䶮㛃\n"), NULL, &paper)));
	assert_true(err_is(paper_render(other.press, &bench->arena, &plain, STR("吉𠮷\n"), NULL, &paper), ERR_INVALID));
	paper_press_close(other.press);
	paper_fonts_close(other.fonts);
	assert_true(err_is(paper_fonts_open("/nonexistent", NULL, &other.fonts), ERR_NOT_FOUND));
}

static void test_a_long_table_repeats_its_header_and_loses_no_row(void **state)
{
	struct bench *bench = *state;
	struct buf buf = buf_make(&bench->arena, 1 << 20);
	buf_add_lit(&buf, "# 证据清单\n\n| 序号 | 证据名称 |\n|:-:|---|\n");
	for (int i = 1; i <= 120; i++)
		buf_printf(&buf, "| %d | 第%d号证据。 |\n", i, i);
	struct paper paper = render(bench, &plain, str_to_c(&bench->arena, buf_str(&buf)));
	const char *text = ask(bench, paper.pdf, "pdftotext -raw", "-");
	assert_true(paper.page_count >= 4);
	assert_int_equal(count_of(text, "证据名称"), paper.page_count);
	assert_int_equal(count_of(text, "号证据。"), 120);
}

static void test_a_cell_longer_than_a_page_is_broken_and_complete(void **state)
{
	struct bench *bench = *state;
	struct buf buf = buf_make(&bench->arena, 1 << 20);
	buf_add_lit(&buf, "| | |\n|-|-|\n| 案情 | ");
	for (int i = 0; i < 600; i++)
		buf_printf(&buf, "事实%03d，", i);
	buf_add_lit(&buf, " |\n\n{sign: a | 签名}\n");
	struct paper paper = render(bench, &plain, str_to_c(&bench->arena, buf_str(&buf)));
	assert_true(paper.page_count >= 2);
	const char *text = ask(bench, paper.pdf, "pdftotext -raw", "-");
	assert_int_equal(count_of(text, "事"), 600);
	assert_int_equal(count_of(text, "，"), 600);
}

/* LA16 */
static void test_boxes_lie_inside_the_page_wherever_the_text_ends(void **state)
{
	struct bench *bench = *state;
	for (int lines = 0; lines < 40; lines++) {
		struct buf buf = buf_make(&bench->arena, 1 << 20);
		for (int i = 0; i < lines; i++)
			buf_add_lit(&buf, "一行。\n\n");
		buf_add_lit(&buf, "{sign: a | 申请人签名}\n{seal: b | 工会}\n\n{sign: c | 名称很长很长很长很长的签名人的签名}\n");
		struct paper paper = render(bench, &plain, str_to_c(&bench->arena, buf_str(&buf)));
		assert_int_equal(paper.box_count, 3);
		for (size_t i = 0; i < paper.box_count; i++) {
			const struct paper_box *box = &paper.boxes[i];
			assert_true(box->page >= 1 && box->page <= paper.page_count);
			assert_true(box->x >= 70 && box->x + box->width <= 525 && box->width > 80);
			assert_true(box->y >= 80 && box->y + box->height <= 842 - 60 && box->height > 40);
		}
		assert_true(paper.boxes[1].is_seal);
		assert_true(paper.boxes[0].x + paper.boxes[0].width < paper.boxes[1].x);
	}
}

static void test_limits_hold(void **state)
{
	struct bench *bench = *state;
	struct paper_options options = plain;
	options.pages_max = 2;
	struct paper paper;
	struct str text = STR("一\n\n{page}\n\n二\n\n{page}\n\n三\n");
	assert_true(err_is(paper_render(bench->press, &bench->arena, &options, text, NULL, &paper), ERR_LIMIT));
	options.pages_max = 3;
	assert_false(failed(paper_render(bench->press, &bench->arena, &options, text, NULL, &paper)));
	assert_int_equal(paper.page_count, 3);
	struct paper_options empty = { 0 };
	assert_true(err_is(paper_render(bench->press, &bench->arena, &empty, STR(""), NULL, &paper), ERR_MISSING));
	char *code = arena_alloc(&bench->arena, PAPER_QR_BYTES_MAX + 1);
	memset(code, 'x', PAPER_QR_BYTES_MAX + 1);
	options.qr = (struct str){ code, PAPER_QR_BYTES_MAX + 1 };
	assert_true(err_is(paper_render(bench->press, &bench->arena, &options, STR("一\n"), NULL, &paper), ERR_LIMIT));
}

static void test_a_watermark_is_seen_and_not_read(void **state)
{
	struct bench *bench = *state;
	struct paper_options options = plain;
	options.watermark = STR("样张");
	struct paper paper = render(bench, &options, application);
	assert_null(strstr(ask(bench, paper.pdf, "pdftotext -raw", "-"), "样张"));
	assert_false(str_eq(paper.pdf, render(bench, &plain, application).pdf));
}

static uint32_t big_endian(struct str bytes, size_t at)
{
	const uint8_t *p = (const uint8_t *)bytes.ptr + at;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void test_a_page_becomes_a_picture(void **state)
{
	struct bench *bench = *state;
	struct str png, again;
	struct str text = str_from_c(application);
	assert_false(failed(paper_page_png(bench->press, &bench->arena, &plain, text, 1, 780, NULL, &png)));
	assert_memory_equal(png.ptr, "\x89PNG\r\n\x1a\n", 8);
	assert_int_equal(big_endian(png, 16), 780);
	assert_int_equal(big_endian(png, 20), 1103);
	assert_false(failed(paper_page_png(bench->press, &bench->arena, &plain, text, 1, 780, NULL, &again)));
	assert_true(str_eq(png, again));
	assert_true(err_is(paper_page_png(bench->press, &bench->arena, &plain, text, 2, 780, NULL, &png), ERR_NOT_FOUND));
	assert_true(err_is(paper_page_png(bench->press, &bench->arena, &plain, text, 1, 9999, NULL, &png), ERR_LIMIT));
}

static const uint8_t *pixel(const struct paper_bitmap *bitmap, int x, int y)
{
	return bitmap->pixels + 4 * ((ptrdiff_t)y * bitmap->width + x);
}

static void test_a_seal_is_red_round_and_clear_outside(void **state)
{
	struct bench *bench = *state;
	struct paper_stamp stamp = {
		.kind = PAPER_STAMP_SEAL, .name = STR("上海市宝山区总工会"), .purpose = STR("法律援助专用章"), .width_px = 500,
	};
	struct paper_bitmap seal;
	assert_false(failed(paper_stamp(bench->press, &bench->arena, &stamp, NULL, &seal)));
	assert_int_equal(seal.width, 500);
	assert_int_equal(seal.height, 500);
	assert_int_equal(pixel(&seal, 0, 0)[3], 0);
	assert_int_equal(pixel(&seal, 499, 499)[3], 0);
	assert_true(pixel(&seal, 250, 240)[0] > 200 && pixel(&seal, 250, 240)[1] < 40 && pixel(&seal, 250, 240)[3] > 200);
	stamp.name = STR("");
	assert_true(err_is(paper_stamp(bench->press, &bench->arena, &stamp, NULL, &seal), ERR_MISSING));
}

static void test_strokes_of_each_known_form_are_drawn_alike(void **state)
{
	struct bench *bench = *state;
	static const char *forms[] = {
		"[[{\"x\":1,\"y\":2,\"t\":0,\"p\":0.5},{\"x\":50,\"y\":20,\"t\":9,\"p\":0.5}],[{\"x\":5,\"y\":9}]]",
		"[{\"x\":1,\"y\":2},{\"x\":50,\"y\":20},{\"x\":5,\"y\":9,\"start\":true}]",
		"{\"strokes\":[{\"points\":[{\"x\":1,\"y\":2},{\"x\":50,\"y\":20}]},{\"points\":[{\"x\":5,\"y\":9,\"pressure\":0.5}]}]}",
	};
	struct paper_bitmap first = { 0 }, bitmap;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct paper_stamp stamp = { .kind = PAPER_STAMP_STROKES, .strokes = str_from_c(forms[i]) };
		assert_false(failed(paper_stamp(bench->press, &bench->arena, &stamp, NULL, &bitmap)));
		if (i == 0)
			first = bitmap;
		assert_memory_equal(first.pixels, bitmap.pixels, (size_t)bitmap.width * (size_t)bitmap.height * 4);
	}
}

static void test_bad_strokes_are_refused_with_words(void **state)
{
	struct bench *bench = *state;
	static const struct { const char *strokes; enum err_code code; } bad[] = {
		{ "[]", ERR_MISSING }, { "[[]]", ERR_MISSING }, { "{}", ERR_INVALID }, { "[[{\"x\":1}]]", ERR_INVALID },
		{ "[[{\"x\":1e99,\"y\":0}]]", ERR_INVALID }, { "[[{\"x\":\"1\",\"y\":0}]]", ERR_INVALID }, { "[", ERR_INVALID },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct paper_stamp stamp = { .kind = PAPER_STAMP_STROKES, .strokes = str_from_c(bad[i].strokes) };
		struct report report = report_make(&bench->arena);
		struct paper_bitmap bitmap;
		assert_true(err_is(paper_stamp(bench->press, &bench->arena, &stamp, &report, &bitmap), bad[i].code));
		assert_true(report.count > 0 || bad[i].code == ERR_MISSING);
	}
}

static void test_a_typed_name_may_have_a_rare_character(void **state)
{
	struct bench *bench = *state;
	struct paper_stamp stamp = { .kind = PAPER_STAMP_NAME, .name = STR("王𬭚䶮"), .note = STR("验证码签名 2026-11-24 10:30") };
	struct paper_bitmap bitmap;
	assert_false(failed(paper_stamp(bench->press, &bench->arena, &stamp, NULL, &bitmap)));
	assert_int_equal(bitmap.width, 600);
	assert_int_equal(bitmap.height, 200);
	stamp.name = STR("王😀");
	assert_true(err_is(paper_stamp(bench->press, &bench->arena, &stamp, NULL, &bitmap), ERR_INVALID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rare_characters_and_long_names_come_back_from_the_page),
		cmocka_unit_test(test_the_same_input_gives_the_same_bytes),
		cmocka_unit_test(test_two_presses_print_at_once),
		cmocka_unit_test(test_the_pdf_is_sound_tagged_and_ready_for_signatures),
		cmocka_unit_test(test_a_character_without_glyph_is_named),
		cmocka_unit_test(test_without_the_full_font_only_its_own_characters_are_refused),
		cmocka_unit_test(test_a_long_table_repeats_its_header_and_loses_no_row),
		cmocka_unit_test(test_a_cell_longer_than_a_page_is_broken_and_complete),
		cmocka_unit_test(test_boxes_lie_inside_the_page_wherever_the_text_ends),
		cmocka_unit_test(test_limits_hold),
		cmocka_unit_test(test_a_watermark_is_seen_and_not_read),
		cmocka_unit_test(test_a_page_becomes_a_picture),
		cmocka_unit_test(test_a_seal_is_red_round_and_clear_outside),
		cmocka_unit_test(test_strokes_of_each_known_form_are_drawn_alike),
		cmocka_unit_test(test_bad_strokes_are_refused_with_words),
		cmocka_unit_test(test_a_typed_name_may_have_a_rare_character),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
