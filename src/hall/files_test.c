#include "hall/files.h"

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
	struct inspected_file file = inspect(png_header(640, 480));
	assert_true(file.sound);
	assert_false(file.shrunk);
	assert_true(str_eq_c(file.media_type, "image/png"));
}

static void test_a_pdf_that_stops_in_the_middle_or_is_locked_is_refused(void **state)
{
	(void)state;
	assert_helpful(inspect(STR("%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\n")));
	assert_helpful(inspect(STR("%PDF-1.5\n1 0 obj\n<< /Encrypt 2 0 R >>\nendobj\n%%EOF\n")));
	assert_true(inspect(STR("%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")).sound);
}

static void test_names_lose_folders_and_control_characters(void **state)
{
	(void)state;
	assert_true(str_eq_c(file_name_clean(&arena, STR("../../etc/\n申请书.jpg")), "申请书.jpg"));
	assert_true(str_eq_c(file_name_clean(&arena, STR("C:\\a\\b.pdf")), "b.pdf"));
	assert_true(file_name_clean(&arena, STR("")).len > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_file_is_answered_helpfully),
		cmocka_unit_test(test_forty_megabytes_are_answered_helpfully),
		cmocka_unit_test(test_a_program_that_calls_itself_photo_is_refused),
		cmocka_unit_test(test_a_pixel_flood_is_refused_from_its_header),
		cmocka_unit_test(test_a_small_picture_passes_as_it_is),
		cmocka_unit_test(test_a_pdf_that_stops_in_the_middle_or_is_locked_is_refused),
		cmocka_unit_test(test_names_lose_folders_and_control_characters),
	};
	return cmocka_run_group_tests(tests, NULL, forget);
}
