#include "seal/seal.h"

#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define NOW_MS INT64_C(1661477400000)

struct world { struct arena arena; struct rand_seeded seed; struct rand rand; struct seal_keyring *keyring; };

static int build(void **state)
{
	static struct world world;
	struct str recovery = STR("");
	world = (struct world){ .keyring = NULL };
	world.rand = rand_from_seed(&world.seed, 3);
	struct seal_keyring_options options = {
		.hall_name = STR("沪宝工会职工之家"), .union_name = STR("上海市宝山区总工会"), .now_ms = NOW_MS,
	};
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

static struct seal_event event_of(struct str name)
{
	return (struct seal_event){
		.name = name, .statement = STR("本职工之家证明此次签署：短信验证码，二级身份"), .evidence = { 1, 2, 3 },
		.from_ms = NOW_MS, .to_ms = NOW_MS + 600000,
	};
}

static X509 *parse(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	return d2i_X509(NULL, &at, (long)der.len);
}

static void test_an_event_certificate_says_what_is_true(void **state)   /* LA3 */
{
	struct world *world = *state;
	struct seal_event event = event_of(STR("䶮㛃"));
	struct seal_signer *signer = NULL;
	assert_false(failed(seal_event_certificate(world->keyring, world->rand, &event, &signer)));
	X509 *certificate = parse(seal_signer_certificate(signer, &world->arena)), *authority = parse(seal_ca_der(world->keyring));
	assert_non_null(certificate);
	assert_int_equal(X509_check_issued(authority, certificate), X509_V_OK);
	assert_int_equal(X509_verify(certificate, X509_get0_pubkey(authority)), 1);
	assert_int_equal(X509_get_key_usage(certificate), KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
	assert_int_equal(X509_check_ca(certificate), 0);
	assert_int_equal(X509_check_ca(authority), 1);
	assert_int_equal(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), (NOW_MS + 600000) / 1000), 0);
	EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
	char text[64];
	assert_int_equal(sk_ASN1_OBJECT_num(usage), 1);
	OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(usage, 0), 1);
	assert_string_equal(text, "1.3.6.1.5.5.7.3.36");
	sk_ASN1_OBJECT_pop_free(usage, ASN1_OBJECT_free);
	X509_free(certificate);
	X509_free(authority);
	seal_signer_done(signer);
}

static void test_the_authority_and_the_seal_are_valid_for_thirty_years(void **state)
{
	struct world *world = *state;
	struct seal_signer *seal = NULL;
	assert_false(failed(seal_union_signer(world->keyring, &seal)));
	struct str pem = STR("");
	assert_false(failed(seal_certificate_from_pem(&world->arena, seal_ca_pem(world->keyring), &pem)));
	assert_true(str_eq(pem, seal_ca_der(world->keyring)));
	X509 *certificates[] = { parse(seal_signer_certificate(seal, &world->arena)), parse(seal_ca_der(world->keyring)) };
	int64_t later_s = NOW_MS / 1000 + INT64_C(30) * 365 * 86400;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificates[i]), later_s), 1);
		assert_int_equal(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificates[i]), later_s + 30 * 86400), -1);
		X509_free(certificates[i]);
	}
	seal_signer_done(seal);
}

static void test_two_events_have_two_keys_and_two_serial_numbers(void **state)
{
	struct world *world = *state;
	struct seal_event event = event_of(STR("张三"));
	X509 *certificates[2];
	for (size_t i = 0; i < 2; i++) {
		struct seal_signer *signer = NULL;
		assert_false(failed(seal_event_certificate(world->keyring, world->rand, &event, &signer)));
		certificates[i] = parse(seal_signer_certificate(signer, &world->arena));
		seal_signer_done(signer);
	}
	assert_int_not_equal(ASN1_INTEGER_cmp(X509_get0_serialNumber(certificates[0]), X509_get0_serialNumber(certificates[1])), 0);
	assert_int_not_equal(EVP_PKEY_eq(X509_get0_pubkey(certificates[0]), X509_get0_pubkey(certificates[1])), 1);
	X509_free(certificates[0]);
	X509_free(certificates[1]);
}

static void test_what_cannot_stand_in_a_certificate_is_refused(void **state)
{
	struct world *world = *state;
	struct seal_signer *signer = NULL;
	struct seal_event event = event_of(STR(""));
	assert_true(err_is(seal_event_certificate(world->keyring, world->rand, &event, &signer), ERR_MISSING));
	event = event_of(STR("张\n三"));
	assert_true(err_is(seal_event_certificate(world->keyring, world->rand, &event, &signer), ERR_INVALID));
	event = event_of(STR("\xff\xfe"));
	assert_true(err_is(seal_event_certificate(world->keyring, world->rand, &event, &signer), ERR_INVALID));
	struct buf long_name = buf_make(&world->arena, 1000);
	for (int i = 0; i < 65; i++) buf_add_lit(&long_name, "长");
	event = event_of(buf_str(&long_name));
	assert_true(err_is(seal_event_certificate(world->keyring, world->rand, &event, &signer), ERR_LIMIT));
	event = event_of(str_sub(buf_str(&long_name), 0, 64 * 3));
	assert_false(failed(seal_event_certificate(world->keyring, world->rand, &event, &signer)));
	seal_signer_done(signer);
	event = event_of(STR("张三"));
	event.to_ms = event.from_ms - 1000;
	assert_true(err_is(seal_event_certificate(world->keyring, world->rand, &event, &signer), ERR_INVALID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_event_certificate_says_what_is_true),
		cmocka_unit_test(test_the_authority_and_the_seal_are_valid_for_thirty_years),
		cmocka_unit_test(test_two_events_have_two_keys_and_two_serial_numbers),
		cmocka_unit_test(test_what_cannot_stand_in_a_certificate_is_refused),
	};
	return cmocka_run_group_tests(tests, build, done);
}
