#include "seal/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const struct str passphrase = STR_INIT("宝山区总工会 钥匙 二〇二六年");

struct world {
	struct arena arena;
	struct rand_seeded seed;
	struct rand rand;
	struct seal_keyring *keyring;
	struct str recovery, text;
};

static void build(struct world *world, enum seal_mode mode)
{
	*world = (struct world){ .recovery = STR("") };
	world->rand = rand_from_seed(&world->seed, 7);
	struct seal_keyring_options options = {
		.hall_name = STR("沪宝工会职工之家"), .union_name = STR("上海市宝山区总工会"), .mode = mode,
		.passphrase = mode == SEAL_MODE_LOCKED ? passphrase : STR(""), .now_ms = INT64_C(1661477400000),
	};
	assert_false(failed(seal_keyring_create(&world->arena, world->rand, &options, &world->keyring, &world->recovery)));
	assert_false(failed(seal_keyring_wrap(world->keyring, &world->arena, world->rand, &world->text)));
}

static void done(struct world *world)
{
	seal_keyring_done(world->keyring);
	arena_done(&world->arena);
}

static struct err open_with(struct world *world, struct str text, enum seal_unlock_with with, struct str secret,
	struct seal_keyring **out_keyring)
{
	struct seal_unlock unlock = { with, secret };
	(void)world;
	return seal_keyring_open(text, &unlock, NULL, out_keyring);
}

/* The same secrets: a box of one opens with the other, and both sign alike. */
static void assert_same_keys(struct world *world, struct seal_keyring *other)
{
	struct str box = STR(""), plain = STR("");
	uint8_t a[SEAL_SIGNATURE_BYTES], b[SEAL_SIGNATURE_BYTES];
	assert_false(failed(seal_box(world->keyring, world->rand, &world->arena, STR("case/1"), STR("工资"), &box)));
	assert_false(failed(seal_open(other, &world->arena, STR("case/1"), box, &plain)));
	assert_true(str_eq(plain, STR("工资")));
	seal_sign(world->keyring, STR("head"), a);
	seal_sign(other, STR("head"), b);
	assert_memory_equal(a, b, sizeof a);
	seal_lookup(world->keyring, STR("phone"), STR("13800000000"), a);
	seal_lookup(other, STR("phone"), STR("13800000000"), b);
	assert_memory_equal(a, b, SEAL_LOOKUP_BYTES);
	assert_true(str_eq(seal_ca_pem(world->keyring), seal_ca_pem(other)));
	assert_true(str_eq(seal_union_name(other), STR("上海市宝山区总工会")));
}

static void test_a_kept_keyring_opens_with_its_master_key_and_its_recovery_key(void **state)
{
	(void)state;
	struct world world;
	struct str master = STR("");
	struct seal_keyring *other = NULL;
	build(&world, SEAL_MODE_KEPT);
	assert_false(failed(seal_keyring_master(world.keyring, &world.arena, &master)));
	assert_int_equal(master.len, 65);
	assert_false(failed(open_with(&world, world.text, SEAL_UNLOCK_MASTER, master, &other)));
	assert_same_keys(&world, other);
	seal_keyring_done(other);
	assert_false(failed(open_with(&world, world.text, SEAL_UNLOCK_RECOVERY, world.recovery, &other)));
	assert_same_keys(&world, other);
	seal_keyring_done(other);
	struct str typed = str_replace(&world.arena, str_lower_ascii(&world.arena, world.recovery), STR("-"), STR(" "));
	assert_false(failed(open_with(&world, world.text, SEAL_UNLOCK_RECOVERY, typed, &other)));
	seal_keyring_done(other);
	assert_true(err_is(open_with(&world, world.text, SEAL_UNLOCK_PASSPHRASE, passphrase, &other), ERR_MISSING));
	master = str_replace(&world.arena, master, str_sub(master, 0, 2), str_eq(str_sub(master, 0, 2), STR("00")) ? STR("01") : STR("00"));
	assert_true(err_is(open_with(&world, world.text, SEAL_UNLOCK_MASTER, master, &other), ERR_FORBIDDEN));
	done(&world);
}

static void test_a_locked_keyring_opens_with_its_passphrase_and_no_other(void **state)
{
	(void)state;
	struct world world;
	struct str master = STR("");
	struct seal_keyring *other = NULL;
	enum seal_mode mode = SEAL_MODE_KEPT;
	build(&world, SEAL_MODE_LOCKED);
	assert_false(failed(seal_keyring_mode(world.text, &mode)));
	assert_int_equal(mode, SEAL_MODE_LOCKED);
	assert_true(err_is(seal_keyring_master(world.keyring, &world.arena, &master), ERR_REFUSED));
	assert_false(failed(open_with(&world, world.text, SEAL_UNLOCK_PASSPHRASE, passphrase, &other)));
	assert_same_keys(&world, other);
	seal_keyring_done(other);
	assert_true(err_is(open_with(&world, world.text, SEAL_UNLOCK_PASSPHRASE, STR("宝山区总工会 钥匙"), &other), ERR_FORBIDDEN));
	assert_false(failed(open_with(&world, world.text, SEAL_UNLOCK_RECOVERY, world.recovery, &other)));
	seal_keyring_done(other);
	done(&world);
}

static void test_a_short_passphrase_is_refused(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct seal_keyring *keyring = NULL;
	struct str recovery = STR("");
	struct seal_keyring_options options = {
		.hall_name = STR("职工之家"), .union_name = STR("总工会"), .mode = SEAL_MODE_LOCKED, .passphrase = STR("工会工会"),
	};
	assert_true(err_is(seal_keyring_create(&arena, rand_system(), &options, &keyring, &recovery), ERR_REFUSED));
	options.mode = SEAL_MODE_KEPT;
	assert_true(err_is(seal_keyring_create(&arena, rand_system(), &options, &keyring, &recovery), ERR_REFUSED));
	options.passphrase = STR("");
	options.hall_name = STR("");
	assert_true(err_is(seal_keyring_create(&arena, rand_system(), &options, &keyring, &recovery), ERR_MISSING));
	assert_null(keyring);
	arena_done(&arena);
}

static void test_every_slip_in_the_recovery_key_is_named(void **state)
{
	(void)state;
	struct world world;
	struct seal_keyring *other = NULL;
	build(&world, SEAL_MODE_KEPT);
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	for (size_t at = 0; at < world.recovery.len; at++) {
		for (const char *c = alphabet; *c != '\0'; c++) {
			struct str wrong = str_copy(&world.arena, world.recovery);
			if (world.recovery.ptr[at] == '-' || world.recovery.ptr[at] == *c) continue;
			((char *)wrong.ptr)[at] = *c;
			struct report report = report_make(&world.arena);
			struct seal_unlock unlock = { SEAL_UNLOCK_RECOVERY, wrong };
			struct err e = seal_keyring_open(world.text, &unlock, &report, &other);
			assert_true(err_is(e, ERR_INVALID));
			assert_int_equal(report.error_count, 1);
			struct str group = str_printf(&world.arena, "group %d", (int)(at / 6) + 1);
			assert_true(str_find(report.items[0].words, group, 0) >= 0);
			if ((at + (size_t)*c) % 5 != 0) break;   /* all places; a part of the slips, for time */
		}
	}
	done(&world);
}

static void test_another_halls_recovery_key_opens_nothing(void **state)
{
	(void)state;
	struct world world;
	struct arena arena = { 0 };
	struct rand_seeded seed;
	struct seal_keyring *other = NULL, *none = NULL;
	struct str recovery = STR("");
	build(&world, SEAL_MODE_KEPT);
	struct seal_keyring_options options = { .hall_name = STR("别的职工之家"), .union_name = STR("别的工会") };
	assert_false(failed(seal_keyring_create(&arena, rand_from_seed(&seed, 8), &options, &other, &recovery)));
	assert_true(err_is(open_with(&world, world.text, SEAL_UNLOCK_RECOVERY, recovery, &none), ERR_FORBIDDEN));
	assert_null(none);
	seal_keyring_done(other);
	arena_done(&arena);
	done(&world);
}

static void test_a_changed_byte_anywhere_in_the_text_is_found(void **state)
{
	(void)state;
	struct world world;
	struct str master = STR("");
	struct seal_keyring *other = NULL;
	build(&world, SEAL_MODE_KEPT);
	assert_false(failed(seal_keyring_master(world.keyring, &world.arena, &master)));
	char *bytes = (char *)str_copy(&world.arena, world.text).ptr;
	struct str changed = { bytes, world.text.len };
	for (size_t at = 0; at < changed.len; at++) {
		bytes[at] ^= (char)(1 << at % 8);
		struct err e = open_with(&world, changed, SEAL_UNLOCK_MASTER, master, &other);
		assert_true(failed(e) && !err_is(e, ERR_INTERNAL));
		assert_null(other);
		bytes[at] = world.text.ptr[at];
	}
	assert_false(failed(open_with(&world, changed, SEAL_UNLOCK_MASTER, master, &other)));
	seal_keyring_done(other);
	done(&world);
}

static void test_the_text_shows_no_secret(void **state)   /* LA4: a backup opens nothing by itself */
{
	(void)state;
	struct world world;
	struct str master = STR("");
	build(&world, SEAL_MODE_KEPT);
	assert_false(failed(seal_keyring_master(world.keyring, &world.arena, &master)));
	uint8_t raw[32];
	assert_true(str_from_hex(str_trim(master), raw, sizeof raw));
	assert_true(str_find(world.text, str_trim(master), 0) < 0);
	assert_true(str_find(world.text, str_sub(str_base64(&world.arena, raw, sizeof raw), 0, 40), 0) < 0);
	assert_true(str_find(world.text, str_sub(world.recovery, 0, 11), 0) < 0);
	done(&world);
}

static void test_a_changed_passphrase_shuts_out_the_old_one(void **state)
{
	(void)state;
	struct world world;
	struct str recovery = STR(""), text = STR(""), master = STR("");
	struct seal_keyring *other = NULL;
	build(&world, SEAL_MODE_KEPT);
	assert_false(failed(seal_keyring_master(world.keyring, &world.arena, &master)));
	assert_false(failed(seal_keyring_change(world.keyring, &world.arena, world.rand, SEAL_MODE_LOCKED, passphrase, &recovery)));
	assert_false(failed(seal_keyring_wrap(world.keyring, &world.arena, world.rand, &text)));
	assert_true(err_is(open_with(&world, text, SEAL_UNLOCK_MASTER, master, &other), ERR_FORBIDDEN));
	assert_true(err_is(open_with(&world, text, SEAL_UNLOCK_RECOVERY, world.recovery, &other), ERR_FORBIDDEN));
	assert_false(failed(open_with(&world, text, SEAL_UNLOCK_PASSPHRASE, passphrase, &other)));
	assert_same_keys(&world, other);
	seal_keyring_done(other);
	assert_false(failed(open_with(&world, text, SEAL_UNLOCK_RECOVERY, recovery, &other)));
	seal_keyring_done(other);
	done(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kept_keyring_opens_with_its_master_key_and_its_recovery_key),
		cmocka_unit_test(test_a_locked_keyring_opens_with_its_passphrase_and_no_other),
		cmocka_unit_test(test_a_short_passphrase_is_refused),
		cmocka_unit_test(test_every_slip_in_the_recovery_key_is_named),
		cmocka_unit_test(test_another_halls_recovery_key_opens_nothing),
		cmocka_unit_test(test_a_changed_byte_anywhere_in_the_text_is_found),
		cmocka_unit_test(test_the_text_shows_no_secret),
		cmocka_unit_test(test_a_changed_passphrase_shuts_out_the_old_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
