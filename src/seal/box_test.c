#include "seal/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

struct world { struct arena arena; struct rand_seeded seed; struct rand rand; struct seal_keyring *keyring; };

static int build(void **state)
{
	static struct world world;
	struct str recovery = STR("");
	world = (struct world){ .keyring = NULL };
	world.rand = rand_from_seed(&world.seed, 11);
	struct seal_keyring_options options = { .hall_name = STR("职工之家"), .union_name = STR("总工会") };
	*state = &world;
	return failed(seal_keyring_create(&world.arena, world.rand, &options, &world.keyring, &recovery));
}

static int done(void **state)
{
	struct world *world = *state;
	seal_keyring_done(world->keyring);
	arena_done(&world->arena);
	return 0;
}

static struct str box_of(struct world *world, struct str context, struct str plaintext)
{
	struct str box = STR("");
	assert_false(failed(seal_box(world->keyring, world->rand, &world->arena, context, plaintext, &box)));
	assert_int_equal(box.len, plaintext.len + SEAL_BOX_OVERHEAD_BYTES);
	return box;
}

static void test_what_was_sealed_opens_again(void **state)
{
	struct world *world = *state;
	const struct str texts[] = { STR(""), STR("a"), STR("身份证号 310113199001011234") };
	for (size_t i = 0; i < 3; i++) {
		struct str plain = STR("x"), box = box_of(world, STR("case.data/1"), texts[i]);
		assert_false(failed(seal_open(world->keyring, &world->arena, STR("case.data/1"), box, &plain)));
		assert_true(str_eq(plain, texts[i]));
	}
	assert_false(str_eq(box_of(world, STR("c"), STR("same")), box_of(world, STR("c"), STR("same"))));
}

static void test_a_box_moved_to_another_row_is_tampered(void **state)
{
	struct world *world = *state;
	struct str plain = STR("untouched"), box = box_of(world, STR("case.data/1"), STR("工资 4000 元"));
	assert_true(err_is(seal_open(world->keyring, &world->arena, STR("case.data/2"), box, &plain), ERR_TAMPERED));
	assert_true(err_is(seal_open(world->keyring, &world->arena, STR(""), box, &plain), ERR_TAMPERED));
	assert_true(str_eq(plain, STR("untouched")));
	box = box_of(world, STR("id\0001"), STR("x"));
	assert_true(err_is(seal_open(world->keyring, &world->arena, STR("id\0002"), box, &plain), ERR_TAMPERED));
}

static void test_a_changed_bit_anywhere_in_a_box_is_found(void **state)
{
	struct world *world = *state;
	struct str plain = STR(""), box = box_of(world, STR("c"), STR("工资 4000 元"));
	for (size_t bit = 0; bit < 8 * box.len; bit++) {
		struct str changed = str_copy(&world->arena, box);
		((char *)changed.ptr)[bit / 8] ^= (char)(1 << bit % 8);
		struct err e = seal_open(world->keyring, &world->arena, STR("c"), changed, &plain);
		enum err_code expected = bit < 8 ? ERR_UNSUPPORTED : bit < 40 ? ERR_NOT_FOUND : ERR_TAMPERED;
		assert_true(err_is(e, expected));
	}
	for (size_t len = 0; len < box.len; len++)
		assert_true(failed(seal_open(world->keyring, &world->arena, STR("c"), str_sub(box, 0, len), &plain)));
}

static void test_old_boxes_open_after_a_new_data_key(void **state)
{
	struct world *world = *state;
	struct str plain = STR(""), old = box_of(world, STR("c"), STR("old"));
	assert_false(failed(seal_keyring_add_data_key(world->keyring, world->rand)));
	struct str new = box_of(world, STR("c"), STR("new"));
	assert_int_not_equal(old.ptr[4], new.ptr[4]);
	assert_false(failed(seal_open(world->keyring, &world->arena, STR("c"), old, &plain)));
	assert_true(str_eq(plain, STR("old")));
	assert_false(failed(seal_open(world->keyring, &world->arena, STR("c"), new, &plain)));
	assert_true(str_eq(plain, STR("new")));
}

static void test_lookups_agree_with_themselves_and_differ_by_domain(void **state)
{
	struct world *world = *state;
	uint8_t a[SEAL_LOOKUP_BYTES], b[SEAL_LOOKUP_BYTES];
	seal_lookup(world->keyring, STR("phone"), STR("13800000000"), a);
	seal_lookup(world->keyring, STR("phone"), STR("13800000000"), b);
	assert_memory_equal(a, b, sizeof a);
	seal_lookup(world->keyring, STR("phon"), STR("e13800000000"), b);
	assert_memory_not_equal(a, b, sizeof a);
	seal_lookup(world->keyring, STR("phone"), STR("13800000001"), b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void test_digests_are_those_of_fips_180(void **state)
{
	struct world *world = *state;
	uint8_t digest[SEAL_SHA256_BYTES], again[SEAL_SHA256_BYTES];
	struct seal_sha256_stream stream;
	seal_sha256(STR("abc"), digest);
	assert_true(str_eq(str_hex(&world->arena, digest, sizeof digest),
		STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
	seal_sha256_begin(&stream);
	seal_sha256_add(&stream, STR("a"));
	seal_sha256_add(&stream, STR("bc"));
	seal_sha256_end(&stream, again);
	assert_memory_equal(digest, again, sizeof digest);
	seal_commitment(STR("ab"), STR("c"), again);
	assert_memory_equal(digest, again, sizeof digest);
}

static void test_a_receipts_signature_holds_for_its_bytes_only(void **state)
{
	struct world *world = *state;
	uint8_t key[SEAL_PUBLIC_KEY_BYTES], signature[SEAL_SIGNATURE_BYTES];
	seal_public_key(world->keyring, key);
	seal_sign(world->keyring, STR("{\"format\":\"1\"}"), signature);
	assert_true(seal_verify(key, STR("{\"format\":\"1\"}"), signature));
	assert_false(seal_verify(key, STR("{\"format\":\"2\"}"), signature));
	signature[3] ^= 1;
	assert_false(seal_verify(key, STR("{\"format\":\"1\"}"), signature));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_sealed_opens_again),
		cmocka_unit_test(test_a_box_moved_to_another_row_is_tampered),
		cmocka_unit_test(test_a_changed_bit_anywhere_in_a_box_is_found),
		cmocka_unit_test(test_old_boxes_open_after_a_new_data_key),
		cmocka_unit_test(test_lookups_agree_with_themselves_and_differ_by_domain),
		cmocka_unit_test(test_digests_are_those_of_fips_180),
		cmocka_unit_test(test_a_receipts_signature_holds_for_its_bytes_only),
	};
	return cmocka_run_group_tests(tests, build, done);
}
