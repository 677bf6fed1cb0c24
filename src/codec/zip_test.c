#include "codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct str written(struct arena *arena, struct zip_file *files, size_t count)
{
	struct str archive = STR("");
	assert_false(failed(zip_write(arena, &(struct zip_files){ files, count }, &archive)));
	return archive;
}

/* The archive with every `from` in its bytes replaced by `to`, as an attacker would. */
static struct str forged(struct arena *arena, struct str archive, struct str from, struct str to)
{
	assert_int_equal(from.len, to.len);
	assert_true(str_find(archive, from, 0) >= 0);
	return str_replace(arena, archive, from, to);
}

static void test_files_come_back_in_their_order(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct zip_file files[] = { { STR("b.txt"), STR("second") }, { STR("a/一.txt"), STR("") }, { STR("a.bin"), STR("\0\1\2") } };
	struct zip_files got;
	assert_false(failed(zip_read(&arena, written(&arena, files, 3), NULL, &got)));
	assert_int_equal(got.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(str_eq(got.items[i].name, files[i].name));
		assert_true(str_eq(got.items[i].content, files[i].content));
	}
	assert_false(failed(zip_read(&arena, written(&arena, NULL, 0), NULL, &got)));
	assert_int_equal(got.count, 0);
	arena_done(&arena);
}

static void test_the_same_files_give_the_same_bytes(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct zip_file files[] = { { STR("x.xml"), STR("<x>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</x>") }, { STR("y"), STR("y") } };
	struct str first = written(&arena, files, 2), second = written(&arena, files, 2);
	assert_true(str_eq(first, second));
	/* MS-DOS time 00:00 and date 1980-01-01 in the first local header (APPNOTE 4.3.7, offset 10). */
	assert_memory_equal(first.ptr + 10, "\0\0\x21\0", 4);
	arena_done(&arena);
}

static void test_names_that_leave_the_folder_or_repeat_are_refused(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const struct str bad[] = { STR_INIT("../etc"), STR_INIT("/etc/x"), STR_INIT("a/../x"), STR_INIT("C:/etc"),
		STR_INIT("a\\b\\cd"), STR_INIT("a/./xy") };
	struct zip_file plain[] = { { STR("abcdef"), STR("1") }, { STR("ghijkl"), STR("2") } };
	struct str archive = written(&arena, plain, 2), out;
	struct zip_files got;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct zip_file file = { bad[i], STR("x") };
		assert_true(err_is(zip_write(&arena, &(struct zip_files){ &file, 1 }, &out), ERR_INVALID));
		assert_true(err_is(zip_read(&arena, forged(&arena, archive, STR("abcdef"), bad[i]), NULL, &got), ERR_INVALID));
	}
	assert_true(err_is(zip_read(&arena, forged(&arena, archive, STR("abcdef"), STR("ghijkl")), NULL, &got), ERR_INVALID));
	struct zip_file twice[] = { { STR("a"), STR("1") }, { STR("a"), STR("2") } };
	assert_true(err_is(zip_write(&arena, &(struct zip_files){ twice, 2 }, &out), ERR_INVALID));
	arena_done(&arena);
}

static void test_a_zip_bomb_is_refused_before_it_is_inflated(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	enum { ZEROS = 8 << 20 };
	struct zip_file bomb = { STR("zeros"), { arena_alloc(&arena, ZEROS), ZEROS } };
	struct str archive = written(&arena, &bomb, 1);
	assert_true(archive.len < ZEROS / ZIP_RATIO_MAX);
	struct report report = report_make(&arena);
	struct zip_files got;
	size_t before = arena_bytes(&arena);
	assert_true(err_is(zip_read(&arena, archive, &report, &got), ERR_LIMIT));
	assert_true(arena_bytes(&arena) - before < 100000);
	assert_true(str_eq_c(report.items[0].place, "zeros"));
	arena_done(&arena);
}

static void test_an_entry_that_lies_about_its_size_is_refused(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct zip_file file = { STR("f"), STR("0123456789012345678901234567890123456789") };
	struct str archive = written(&arena, &file, 1);
	char *bytes = (char *)str_copy(&arena, archive).ptr;
	struct zip_files got;
	/* The uncompressed size stands at 22 of the local and at 24 of the central header. */
	ptrdiff_t central = str_find(archive, STR("PK\1\2"), 0);
	bytes[22] = bytes[central + 24] = 10;
	assert_true(err_is(zip_read(&arena, (struct str){ bytes, archive.len }, NULL, &got), ERR_INVALID));
	bytes[22] = bytes[central + 24] = 99;
	assert_true(err_is(zip_read(&arena, (struct str){ bytes, archive.len }, NULL, &got), ERR_INVALID));
	arena_done(&arena);
}

static void test_damage_is_noticed(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct zip_file file = { STR("f"), STR("a sentence that is long enough to be worth something") };
	struct str archive = written(&arena, &file, 1);
	struct zip_files got;
	char *bytes = (char *)str_copy(&arena, archive).ptr;
	bytes[40] ^= 1;
	assert_true(err_is(zip_read(&arena, (struct str){ bytes, archive.len }, NULL, &got), ERR_INVALID));
	assert_true(err_is(zip_read(&arena, str_sub(archive, 0, archive.len - 5), NULL, &got), ERR_INVALID));
	assert_true(err_is(zip_read(&arena, STR("no archive"), NULL, &got), ERR_INVALID));
	assert_true(err_is(zip_read(&arena, STR(""), NULL, &got), ERR_INVALID));
	arena_done(&arena);
}

static void test_more_than_a_thousand_entries_are_refused(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct zip_file *files = ARENA_ARRAY(&arena, struct zip_file, ZIP_ENTRY_COUNT_MAX + 1);
	for (int i = 0; i <= ZIP_ENTRY_COUNT_MAX; i++) files[i] = (struct zip_file){ str_from_i64(&arena, i), STR("") };
	struct str archive;
	struct zip_files got;
	assert_true(err_is(zip_write(&arena, &(struct zip_files){ files, ZIP_ENTRY_COUNT_MAX + 1 }, &archive), ERR_LIMIT));
	assert_false(failed(zip_read(&arena, written(&arena, files, ZIP_ENTRY_COUNT_MAX), NULL, &got)));
	assert_int_equal(got.count, ZIP_ENTRY_COUNT_MAX);
	arena_done(&arena);
}

/* Larger than zip_read takes (200 MB): a backup of a hall is. Zeros, so that the archive stays small. */
static void test_a_file_larger_than_memory_should_hold_goes_through_archive_files(void **state)
{
	enum { HUGE_BYTES = 300 << 20 };
	struct arena arena = { 0 };
	struct file_mapping mapping;
	char folder[] = "/tmp/unionhall-zip-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(folder));
	const char *from = str_to_c(&arena, str_printf(&arena, "%s/from", folder));
	const char *archive = str_to_c(&arena, str_printf(&arena, "%s/a.zip", folder));
	const char *to = str_to_c(&arena, str_printf(&arena, "%s/to", folder));
	assert_false(failed(file_write(from, STR(""), 0600)));
	assert_int_equal(truncate(from, HUGE_BYTES), 0);
	assert_false(failed(file_map(from, &mapping)));
	struct zip_file files[] = { { STR("huge"), mapping.content }, { STR("small"), STR("x") } };
	assert_false(failed(zip_write_file(archive, &(struct zip_files){ files, 2 })));
	file_unmap(&mapping);
	assert_true(err_is(zip_extract_file(archive, "huge", to, HUGE_BYTES - 1), ERR_LIMIT));
	assert_false(file_exists(to));
	assert_true(err_is(zip_extract_file(archive, "other", to, HUGE_BYTES), ERR_NOT_FOUND));
	assert_false(failed(zip_extract_file(archive, "huge", to, HUGE_BYTES)));
	assert_false(failed(file_map(to, &mapping)));
	assert_int_equal(mapping.content.len, HUGE_BYTES);
	file_unmap(&mapping);
	assert_false(failed(folder_remove(folder)));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_come_back_in_their_order),
		cmocka_unit_test(test_a_file_larger_than_memory_should_hold_goes_through_archive_files),
		cmocka_unit_test(test_the_same_files_give_the_same_bytes),
		cmocka_unit_test(test_names_that_leave_the_folder_or_repeat_are_refused),
		cmocka_unit_test(test_a_zip_bomb_is_refused_before_it_is_inflated),
		cmocka_unit_test(test_an_entry_that_lies_about_its_size_is_refused),
		cmocka_unit_test(test_damage_is_noticed),
		cmocka_unit_test(test_more_than_a_thousand_entries_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
