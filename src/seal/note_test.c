#include "seal/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

struct world { struct arena arena; struct rand_seeded seed; struct seal_keyring *keyring; struct str vkey; };

static const struct str origin = STR_INIT("hall.example.org/log");

static int build(void **state)
{
	static struct world world;
	struct str recovery = STR("");
	world = (struct world){ .keyring = NULL };
	struct seal_keyring_options options = { .hall_name = STR("职工之家"), .union_name = STR("总工会") };
	*state = &world;
	return failed(seal_keyring_create(&world.arena, rand_from_seed(&world.seed, 5), &options, &world.keyring, &recovery))
		|| failed(seal_note_key(world.keyring, &world.arena, origin, &world.vkey));
}

static int done(void **state)
{
	struct world *world = *state;
	seal_keyring_done(world->keyring);
	arena_done(&world->arena);
	return 0;
}

static struct str signed_head(struct world *world, uint64_t size)
{
	struct seal_checkpoint head = { .origin = origin, .size = size };
	struct str text = STR(""), note = STR("");
	memset(head.root, 7, sizeof head.root);
	assert_false(failed(seal_checkpoint_print(&world->arena, &head, &text)));
	assert_false(failed(seal_note_sign(world->keyring, &world->arena, origin, text, &note)));
	return note;
}

/* The example of the specification's Go package (golang.org/x/mod/sumdb/note): key, text and signature by others. */
static void test_a_note_signed_by_another_implementation_verifies(void **state)
{
	(void)state;
	const struct str vkey = STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
	const struct str note = STR("If you think cryptography is the answer to your problem,\n"
		"then you don't know what your problem is.\n\n"
		"\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
	struct str text = STR("");
	assert_false(failed(seal_note_verify(note, vkey, &text)));
	assert_true(str_ends(text, STR("your problem is.\n")));
}

static void test_a_head_travels_as_a_note(void **state)
{
	struct world *world = *state;
	struct str note = signed_head(world, 42), text = STR("");
	assert_true(str_starts(note, STR("hall.example.org/log\n42\nBwcH")));
	assert_false(failed(seal_note_verify(note, world->vkey, &text)));
	struct seal_checkpoint head;
	assert_false(failed(seal_checkpoint_parse(text, &head)));
	assert_int_equal(head.size, 42);
	assert_true(str_eq(head.origin, origin));
	assert_int_equal(head.root[31], 7);
}

static void test_a_changed_byte_anywhere_in_a_note_is_found(void **state)
{
	struct world *world = *state;
	struct str note = signed_head(world, 1000), text = STR("");
	for (size_t bit = 0; bit < 8 * note.len; bit++) {
		struct str changed = str_copy(&world->arena, note);
		((char *)changed.ptr)[bit / 8] ^= (char)(1 << bit % 8);
		assert_true(failed(seal_note_verify(changed, world->vkey, &text)));
	}
	assert_true(failed(seal_note_verify(str_join(&world->arena, note, STR("\n")), world->vkey, &text)));
	assert_true(failed(seal_note_verify(str_sub(note, 0, note.len - 1), world->vkey, &text)));
}

static void test_lines_of_witnesses_are_passed_over(void **state)
{
	struct world *world = *state;
	struct str note = signed_head(world, 3), text = STR("");
	note = str_join(&world->arena, note, STR("\xe2\x80\x94 witness.example.org AAAAAAECAwQ=\n"));
	assert_false(failed(seal_note_verify(note, world->vkey, &text)));
	struct str other = STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
	assert_true(err_is(seal_note_verify(note, other, &text), ERR_NOT_FOUND));
}

static void test_names_with_spaces_or_plus_make_no_key(void **state)
{
	struct world *world = *state;
	struct str vkey = STR("");
	const struct str wrong[] = { STR(""), STR("a b"), STR("a+b"), STR("a\n"), STR("全\xe3\x80\x80角"), STR("\xff") };
	for (size_t i = 0; i < 6; i++) assert_true(err_is(seal_note_key(world->keyring, &world->arena, wrong[i], &vkey), ERR_INVALID));
	assert_false(failed(seal_note_key(world->keyring, &world->arena, STR("宝山"), &vkey)));
	struct str name = STR("");
	uint8_t key[SEAL_PUBLIC_KEY_BYTES];
	assert_false(failed(seal_note_key_parse(vkey, &name, key)));
	assert_true(str_eq(name, STR("宝山")));
}

static void test_a_malformed_checkpoint_is_refused(void **state)
{
	(void)state;
	struct seal_checkpoint head;
	const struct str root = STR("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
	struct arena arena = { 0 };
	assert_false(failed(seal_checkpoint_parse(str_printf(&arena, "o\n0\n%.*s\n", STR_ARG(root)), &head)));
	assert_false(failed(seal_checkpoint_parse(str_printf(&arena, "o\n7\n%.*s\nextension\n", STR_ARG(root)), &head)));
	assert_true(failed(seal_checkpoint_parse(str_printf(&arena, "o\n007\n%.*s\n", STR_ARG(root)), &head)));
	assert_true(failed(seal_checkpoint_parse(str_printf(&arena, "\n7\n%.*s\n", STR_ARG(root)), &head)));
	assert_true(failed(seal_checkpoint_parse(str_printf(&arena, "o\n-7\n%.*s\n", STR_ARG(root)), &head)));
	assert_true(failed(seal_checkpoint_parse(STR("o\n7\nBwcH\n"), &head)));
	assert_true(failed(seal_checkpoint_parse(STR("o\n7\n"), &head)));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_note_signed_by_another_implementation_verifies),
		cmocka_unit_test(test_a_head_travels_as_a_note),
		cmocka_unit_test(test_a_changed_byte_anywhere_in_a_note_is_found),
		cmocka_unit_test(test_lines_of_witnesses_are_passed_over),
		cmocka_unit_test(test_names_with_spaces_or_plus_make_no_key),
		cmocka_unit_test(test_a_malformed_checkpoint_is_refused),
	};
	return cmocka_run_group_tests(tests, build, done);
}
