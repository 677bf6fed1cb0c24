/* Photos are made at test time with the vips and qpdf programs, in a folder of their own. */
#include "hall/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;
static char folder[] = "/tmp/unionhall-files-XXXXXX";

/* One line of shell in the test's folder. */
static void run(const char *line)
{
	const char *command = str_to_c(&arena, str_printf(&arena, "cd %s && { %s; } >log 2>&1", folder, line));
	if (system(command) != 0) fail_msg("%s did not work: see what it needs in tools/deps.sh", line);
}

static struct str made(const char *name)
{
	struct str content = STR("");
	assert_false(failed(file_read(&arena, str_to_c(&arena, str_printf(&arena, "%s/%s", folder, name)), 64 << 20, &content)));
	return content;
}

static void put(const char *name, struct str content)
{
	assert_false(failed(file_write(str_to_c(&arena, str_printf(&arena, "%s/%s", folder, name)), content, 0600)));
}

static struct str joined(struct str a, struct str b) { return str_join(&arena, a, b); }

/* A phone's photo of 12.2 megapixels; a small one, left half black, right half white; a PDF of one page. */
static int prepare(void **state)
{
	(void)state;
	if (!mkdtemp(folder)) return 1;
	run("vips gaussnoise n.v 4032 3024 --mean 128 --sigma 30 && vips cast n.v s.v uchar && vips bandjoin 's.v s.v s.v' big.v");
	run("vips copy big.v 'big.jpg[Q=90]' && rm n.v s.v big.v");
	run("vips black b.v 200 200 --bands 3 && vips linear b.v w.v 0 255 --uchar && vips join b.v w.v small.v horizontal");
	run("for kind in jpg png webp heic; do vips copy small.v small.$kind || exit 1; done");
	put("one.pdf", STR("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
	    "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
	    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\ntrailer\n<< /Root 1 0 R /Size 4 >>\n"));
	run("qpdf one.pdf whole.pdf || [ $? = 3 ]");
	return 0;
}

static int forget(void **state)
{
	(void)state;
	(void)failed(folder_remove(folder));
	arena_done(&arena);
	return 0;
}

static struct inspected_file inspect(struct str content)
{
	struct inspected_file file;
	assert_false(failed(file_inspect(&arena, content, STR(""), &file)));
	return file;
}

static void assert_helpful(struct inspected_file file)
{
	assert_false(file.sound);
	assert_true(utf8_count(file.words) >= 10);   /* says what is wrong and what to do */
	assert_true(str_find(file.words, STR("请"), 0) >= 0);
}

/* A PNG as far as its header: what a pixel flood looks like before anybody decodes it. */
static struct str png_header(uint32_t width, uint32_t height)
{
	static const unsigned char begin[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
	struct buf buf = buf_make(&arena, 256);
	buf_add_bytes(&buf, begin, sizeof begin);
	for (int shift = 24; shift >= 0; shift -= 8) buf_add_byte(&buf, (char)(width >> shift));
	for (int shift = 24; shift >= 0; shift -= 8) buf_add_byte(&buf, (char)(height >> shift));
	buf_add_bytes(&buf, "\10\2\0\0\0\0\0\0\0", 9);
	buf_add_bytes(&buf, "\0\0\0\0IEND\256B`\202", 12);
	return buf_str(&buf);
}

/* LA13 */
static void test_an_empty_file_is_answered_helpfully(void **state)
{
	(void)state;
	assert_helpful(inspect(STR("")));
}

static void test_forty_megabytes_are_answered_helpfully(void **state)
{
	(void)state;
	size_t bytes = (size_t)40 << 20;
	assert_helpful(inspect((struct str){ arena_alloc(&arena, bytes), bytes }));
}

static void test_a_program_that_calls_itself_photo_is_refused(void **state)
{
	(void)state;
	assert_helpful(inspect(STR("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0>\0\1\0\0\0")));
	assert_helpful(inspect(STR("#!/bin/sh\necho photo.jpg\n")));
}

static void test_a_pixel_flood_is_refused_from_its_header(void **state)
{
	(void)state;
	struct inspected_file file = inspect(png_header(50000, 50000));
	assert_helpful(file);
	assert_int_equal(file.width, 50000);
}

static void test_a_small_picture_passes_as_it_is(void **state)
{
	(void)state;
	struct inspected_file file = inspect(made("small.png"));
	assert_true(file.sound);
	assert_false(file.redrawn);
	assert_int_equal(file.width, 400);
	assert_true(str_eq_c(file.media_type, "image/png"));
	assert_true(inspect(made("small.webp")).sound);
	assert_true(str_eq(inspect(made("small.jpg")).content, inspect(inspect(made("small.jpg")).content).content));
}

static void test_a_png_whose_parts_do_not_fit_their_check_sums_is_refused(void **state)
{
	(void)state;
	assert_helpful(inspect(png_header(640, 480)));
	struct str png = str_copy(&arena, made("small.png"));
	((char *)png.ptr)[png.len / 2] ^= 1;
	assert_helpful(inspect(png));
}

static void test_a_photo_of_12_megapixels_is_shrunk(void **state)
{
	(void)state;
	struct str photo = made("big.jpg");
	assert_true(photo.len > 1 << 20);
	struct inspected_file file = inspect(photo);
	assert_true(file.sound);
	assert_true(file.redrawn);
	assert_int_equal(file.width, 4000);
	assert_int_equal(file.height, 3000);
	put("shrunk.jpg", file.content);
	run("[ $(vipsheader -f width shrunk.jpg) = 4000 ] && [ $(vipsheader -f height shrunk.jpg) = 3000 ]");
}

static void test_a_photo_that_did_not_arrive_whole_is_refused(void **state)
{
	(void)state;
	struct str photo = made("small.jpg");
	for (size_t part = 1; part <= 9; part++) assert_helpful(inspect(str_sub(photo, 0, photo.len * part / 10)));
	assert_helpful(inspect(str_sub(photo, 0, photo.len - 1)));
	/* a thumbnail's end marker inside is not the photo's */
	struct str cut = str_sub(photo, 2, photo.len / 2), thumbnail = STR("\xff\xd8\xff\xe1\0\x10" "Exif\0\0" "\xff\xd8\xff\xd9" "xxxx");
	assert_helpful(inspect(joined(thumbnail, cut)));
	assert_helpful(inspect(str_sub(made("small.webp"), 0, 40)));
	assert_helpful(inspect(str_sub(made("small.png"), 0, 100)));
}

static void test_an_apple_photo_becomes_a_jpeg(void **state)
{
	(void)state;
	struct inspected_file file = inspect(made("small.heic"));
	assert_true(file.sound);
	assert_true(file.redrawn);
	assert_true(str_eq_c(file.media_type, "image/jpeg"));
	assert_int_equal(file.width, 400);   /* a small one is not made larger */
	assert_false(failed(file_inspect(&arena, made("small.heic"), STR(".jpg,.png"), &file)));
	assert_true(file.sound);
}

static void test_an_apple_photo_that_cannot_be_opened_is_answered_with_how_to_send_another(void **state)
{
	(void)state;
	struct inspected_file file = inspect(str_sub(made("small.heic"), 0, 300));
	assert_helpful(file);
	assert_true(str_find(file.words, STR("截"), 0) >= 0 && str_find(file.words, STR("兼容性最佳"), 0) >= 0);
}

/* EXIF: turned by `orientation`, and the place where it was taken. */
static struct str with_exif(struct str jpeg, char orientation)
{
	struct str tiff = STR("MM\0*\0\0\0\x08\0\2" "\1\x12\0\3\0\0\0\1\0O\0\0" "\x88\x25\0\4\0\0\0\1\0\0\0\x26" "\0\0\0\0"
	    "\0\1" "\0\x1d\0\2\0\0\0\x0c\0\0\0\x38" "\0\0\0\0" "31.4N121.4E\0");
	char *bytes = (char *)str_copy(&arena, tiff).ptr;
	bytes[19] = orientation;
	struct str segment = joined(STR("\xff\xd8\xff\xe1\0\x4c" "Exif\0\0"), (struct str){ bytes, tiff.len });
	((char *)segment.ptr)[5] = (char)(tiff.len + 8);
	return joined(segment, str_sub(jpeg, 2, jpeg.len));
}

static void test_a_turned_photo_stands_upright_and_does_not_tell_its_place(void **state)
{
	(void)state;
	struct inspected_file file = inspect(with_exif(made("small.jpg"), 6));
	assert_true(file.sound);
	assert_true(file.redrawn);
	assert_int_equal(file.width, 200);
	assert_int_equal(file.height, 400);
	assert_true(str_find(file.content, STR("31.4N"), 0) < 0 && str_find(file.content, STR("Exif"), 0) < 0);
	put("turned.jpg", file.content);   /* the black half was left, turned clockwise it is on top */
	run("[ $(vips getpoint turned.jpg 100 50 | cut -d' ' -f1 | cut -d. -f1) -lt 20 ]");
	run("[ $(vips getpoint turned.jpg 100 350 | cut -d' ' -f1 | cut -d. -f1) -gt 235 ]");
}

static void test_the_place_is_taken_out_without_touching_a_pixel(void **state)
{
	(void)state;
	struct inspected_file file = inspect(with_exif(made("small.jpg"), 1));
	assert_true(file.sound && file.cleaned && !file.redrawn);
	assert_true(str_find(file.content, STR("31.4N"), 0) < 0);
	put("clean.jpg", file.content);
	run("vips subtract clean.jpg small.jpg d.v && [ $(vips max d.v | cut -d. -f1) = 0 ] && [ $(vips min d.v | cut -d. -f1) = 0 ]");
	struct str png = made("small.png"), text = STR("\0\0\0\x0btEXtplace\0" "31.4N\x0e\xae\x0e\x3b");
	struct str end = str_sub(png, png.len - 12, png.len), with_text = joined(joined(str_sub(png, 0, png.len - 12), text), end);
	assert_helpful(inspect(with_text));   /* a wrong check sum is not passed over */
}

static void test_the_video_behind_a_moving_photo_is_left_out(void **state)
{
	(void)state;
	struct str photo = made("small.jpg");
	char *video = arena_alloc(&arena, 5000);
	memset(video, 'v', 5000);
	struct inspected_file file = inspect(joined(photo, (struct str){ video, 5000 }));
	assert_true(file.sound);
	assert_true(file.content.len <= photo.len);
}

/* Two frames, each the small picture. */
static struct str moving_webp(void)
{
	struct str still = made("small.webp");
	size_t begin = (size_t)str_find(still, STR("VP8 "), 12);
	size_t bytes = (unsigned char)still.ptr[begin + 4] | (size_t)(unsigned char)still.ptr[begin + 5] << 8;
	struct str frame = str_sub(still, begin, begin + 8 + bytes + (bytes & 1));
	struct str head = STR("\0\0\0\0\0\0\x8f\1\0\xc7\0\0\x64\0\0\0");   /* at 0,0; 400 x 200; 100 ms */
	struct buf buf = buf_make(&arena, 1 << 20);
	buf_add(&buf, STR("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\2\0\0\0\x8f\1\0\xc7\0\0" "ANIM\6\0\0\0\0\0\0\0\0\0"));
	for (int i = 0; i < 2; i++) {
		size_t length = head.len + frame.len;
		buf_add(&buf, STR("ANMF"));
		for (int k = 0; k < 4; k++) buf_add_byte(&buf, (char)(length >> (8 * k)));
		buf_add(&buf, head);
		buf_add(&buf, frame);
	}
	for (int k = 0; k < 4; k++) buf.ptr[4 + k] = (char)((buf.len - 8) >> (8 * k));
	return buf_str(&buf);
}

static void test_a_moving_picture_becomes_its_first_frame(void **state)
{
	(void)state;
	struct inspected_file file = inspect(moving_webp());
	assert_true(file.sound);
	assert_true(file.redrawn);
	assert_int_equal(file.width, 400);
	assert_int_equal(file.height, 200);
}

static void test_documents_sound_and_unsound_are_told_what_to_do(void **state)
{
	(void)state;
	static const struct { const char *content, *says; } rows[] = {
		{ "GIF89a\1\0\1\0\0\0\0;", "截" }, { "PK\3\4\24\0\0\0\0\0\0\0\0\0xxxxxxxxxxxxxxxxxxxx", "拍照" }, { "hello", "拍照" },
		{ "MZ\220 this is an executable renamed photo.jpg", "拍照" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct inspected_file file = inspect(str_from_c(rows[i].content));
		assert_helpful(file);
		assert_true(str_find(file.words, str_from_c(rows[i].says), 0) >= 0);
	}
	struct inspected_file file;
	assert_false(failed(file_inspect(&arena, made("whole.pdf"), STR(".jpg,.png"), &file)));
	assert_helpful(file);
}

static void test_a_pdf_that_stops_in_the_middle_or_is_locked_is_refused(void **state)
{
	(void)state;
	struct str whole = made("whole.pdf");
	assert_true(inspect(whole).sound);
	assert_helpful(inspect(str_sub(whole, 0, whole.len / 2)));
	assert_helpful(inspect(STR("%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\n")));
	run("qpdf --encrypt secret owner 256 -- whole.pdf locked.pdf");
	struct inspected_file file = inspect(made("locked.pdf"));
	assert_helpful(file);
	assert_true(str_find(file.words, STR("密码"), 0) >= 0);
}

static void test_a_pdf_that_only_forbids_changes_is_accepted(void **state)
{
	(void)state;
	run("qpdf --encrypt '' owner 256 -- whole.pdf readonly.pdf");
	assert_true(inspect(made("readonly.pdf")).sound);
}

static void test_a_pdf_of_too_many_pages_is_refused_also_when_its_pages_are_compressed(void **state)
{
	(void)state;
	run("qpdf --empty --pages whole.pdf $(yes '1,1,1,1,1,1,1,1,1,1' | head -30 | paste -sd,) -- many.pdf");
	assert_true(inspect(made("many.pdf")).sound);   /* 300 */
	run("qpdf --empty --pages many.pdf 1-300 whole.pdf 1 -- more.pdf && qpdf --object-streams=generate more.pdf small.pdf");
	assert_helpful(inspect(made("more.pdf")));
	assert_true(str_find(made("small.pdf"), STR("/Count"), 0) < 0);
	assert_helpful(inspect(made("small.pdf")));
}

static void test_names_lose_folders_and_control_characters(void **state)
{
	(void)state;
	static const struct { const char *given, *clean; } rows[] = {
		{ "../../etc/\n申请书.jpg", "申请书.jpg" }, { "C:\\a\\b.pdf", "b.pdf" }, { "", "file" }, { "..", "file" }, { "a/..", "file" },
		{ ".htaccess", "htaccess" }, { "  ", "file" }, { "a\xe2\x80\xae" "gpj.exe", "agpj.exe" }, { "\xff\xfe工资\xc3.png", "工资.png" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *clean = str_to_c(&arena, file_name_clean(&arena, str_from_c(rows[i].given)));
		assert_string_equal(clean, rows[i].clean);
	}
}

static void test_a_name_of_ten_thousand_characters_keeps_its_beginning_and_its_ending(void **state)
{
	(void)state;
	struct buf buf = buf_make(&arena, 40000);
	for (int i = 0; i < 10000; i++) buf_add(&buf, STR("工"));
	buf_add(&buf, STR(".jpg"));
	struct str clean = file_name_clean(&arena, buf_str(&buf));
	assert_true(clean.len <= FILE_NAME_BYTES_MAX && clean.len > 200 && utf8_is_valid(clean));
	assert_true(str_starts(clean, STR("工工工")) && str_ends(clean, STR("工.jpg")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_file_is_answered_helpfully),
		cmocka_unit_test(test_forty_megabytes_are_answered_helpfully),
		cmocka_unit_test(test_a_program_that_calls_itself_photo_is_refused),
		cmocka_unit_test(test_a_pixel_flood_is_refused_from_its_header),
		cmocka_unit_test(test_a_small_picture_passes_as_it_is),
		cmocka_unit_test(test_a_png_whose_parts_do_not_fit_their_check_sums_is_refused),
		cmocka_unit_test(test_a_photo_of_12_megapixels_is_shrunk),
		cmocka_unit_test(test_a_photo_that_did_not_arrive_whole_is_refused),
		cmocka_unit_test(test_an_apple_photo_becomes_a_jpeg),
		cmocka_unit_test(test_an_apple_photo_that_cannot_be_opened_is_answered_with_how_to_send_another),
		cmocka_unit_test(test_a_turned_photo_stands_upright_and_does_not_tell_its_place),
		cmocka_unit_test(test_the_place_is_taken_out_without_touching_a_pixel),
		cmocka_unit_test(test_the_video_behind_a_moving_photo_is_left_out),
		cmocka_unit_test(test_a_moving_picture_becomes_its_first_frame),
		cmocka_unit_test(test_documents_sound_and_unsound_are_told_what_to_do),
		cmocka_unit_test(test_a_pdf_that_stops_in_the_middle_or_is_locked_is_refused),
		cmocka_unit_test(test_a_pdf_that_only_forbids_changes_is_accepted),
		cmocka_unit_test(test_a_pdf_of_too_many_pages_is_refused_also_when_its_pages_are_compressed),
		cmocka_unit_test(test_names_lose_folders_and_control_characters),
		cmocka_unit_test(test_a_name_of_ten_thousand_characters_keeps_its_beginning_and_its_ending),
	};
	return cmocka_run_group_tests(tests, prepare, forget);
}
