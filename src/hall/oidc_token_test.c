/* What makes an id_token good, and each way in which it can be bad (LA2; OpenID Connect Core 1.0, 3.1.3.7). */
#include "hall/oidc_token.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define NOW_S INT64_C(1661477400)

static struct arena arena;
static EVP_PKEY *rsa, *ec, *small;
static struct str jwks;

static struct str number(EVP_PKEY *key, const char *name)
{
	BIGNUM *value = NULL;
	unsigned char *bytes = arena_alloc(&arena, 1024);
	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &value), 1);
	int len = BN_bn2bin(value, bytes);
	BN_free(value);
	return base64url_encode(&arena, (struct str){ (char *)bytes, (size_t)len });
}

static struct str coordinate(EVP_PKEY *key, const char *name)
{
	BIGNUM *value = NULL;
	unsigned char *bytes = arena_alloc(&arena, 32);
	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &value), 1);
	assert_int_equal(BN_bn2binpad(value, bytes, 32), 32);
	BN_free(value);
	return base64url_encode(&arena, (struct str){ (char *)bytes, 32 });
}

static int furnish(void **state)
{
	(void)state;
	rsa = EVP_RSA_gen(2048);
	small = EVP_RSA_gen(1024);
	ec = EVP_EC_gen("P-256");
	jwks = str_printf(&arena,
	    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"use\":\"sig\",\"n\":\"%.*s\",\"e\":\"%.*s\"},"
	    "{\"kty\":\"RSA\",\"kid\":\"small\",\"n\":\"%.*s\",\"e\":\"AQAB\"},{\"kty\":\"RSA\",\"kid\":\"enc\",\"use\":\"enc\","
	    "\"n\":\"AQAB\",\"e\":\"AQAB\"},"
	    "{\"kty\":\"EC\",\"kid\":\"e\",\"crv\":\"P-256\",\"x\":\"%.*s\",\"y\":\"%.*s\"}]}",
	    STR_ARG(number(rsa, OSSL_PKEY_PARAM_RSA_N)), STR_ARG(number(rsa, OSSL_PKEY_PARAM_RSA_E)),
	    STR_ARG(number(small, OSSL_PKEY_PARAM_RSA_N)), STR_ARG(coordinate(ec, OSSL_PKEY_PARAM_EC_PUB_X)),
	    STR_ARG(coordinate(ec, OSSL_PKEY_PARAM_EC_PUB_Y)));
	return 0;
}

static int clear(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(small);
	EVP_PKEY_free(ec);
	arena_done(&arena);
	return 0;
}

static struct str signature_of(EVP_PKEY *key, struct str content)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char *bytes = arena_alloc(&arena, 1024);
	size_t len = 1024;
	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, bytes, &len, (const unsigned char *)content.ptr, content.len), 1);
	EVP_MD_CTX_free(context);
	if (key != ec) return (struct str){ (char *)bytes, len };
	const unsigned char *at = bytes;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	unsigned char *flat = arena_alloc(&arena, 64);
	BN_bn2binpad(ECDSA_SIG_get0_r(pair), flat, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(pair), flat + 32, 32);
	ECDSA_SIG_free(pair);
	return (struct str){ (char *)flat, 64 };
}

static struct str token_of(EVP_PKEY *key, const char *header, struct str claims)
{
	struct str head = base64url_encode(&arena, str_from_c(header)), body = base64url_encode(&arena, claims);
	struct str content = str_printf(&arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(body));
	return str_printf(&arena, "%.*s.%.*s", STR_ARG(content), STR_ARG(base64url_encode(&arena, signature_of(key, content))));
}

#define GOOD "{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990}"
#define RS "{\"alg\":\"RS256\",\"kid\":\"r\"}"
#define ES "{\"alg\":\"ES256\",\"kid\":\"e\"}"

static struct err check(struct str token)
{
	struct oidc_expected expected = { STR("https://id.example"), STR("hall"), STR("n"), NOW_S * 1000 };
	struct report report = report_make(&arena);
	const struct json *claims;
	struct err err = oidc_token_check(&arena, token, jwks, &expected, &report, &claims);
	if (!failed(err)) assert_true(str_eq_c(json_string_of(claims, "sub"), "u1"));
	return err;
}

static void good_tokens_of_both_kinds_are_taken(void **state)
{
	(void)state;
	assert_false(failed(check(token_of(rsa, RS, STR(GOOD)))));
	assert_false(failed(check(token_of(ec, ES, STR(GOOD)))));
	assert_false(failed(check(token_of(ec, "{\"alg\":\"ES256\"}", STR(GOOD)))));
}

static void a_changed_byte_anywhere_is_refused(void **state)
{
	(void)state;
	struct str token = token_of(rsa, RS, STR(GOOD));
	for (size_t i = 0; i < token.len; i += 7) {
		char *other = arena_copy(&arena, token.ptr, token.len);
		other[i] = other[i] == 'A' ? 'B' : 'A';
		if (i == token.len - 1 || other[i] == '.') continue;
		assert_true(failed(check((struct str){ other, token.len })));
	}
}

static void shared_keys_none_and_swapped_kinds_are_refused(void **state)
{
	(void)state;
	struct str body = base64url_encode(&arena, STR(GOOD));
	struct str none = base64url_encode(&arena, STR("{\"alg\":\"none\"}"));
	assert_true(err_is(check(str_printf(&arena, "%.*s.%.*s.", STR_ARG(none), STR_ARG(body))), ERR_FORBIDDEN));
	assert_true(err_is(check(token_of(rsa, "{\"alg\":\"HS256\",\"kid\":\"r\"}", STR(GOOD))), ERR_FORBIDDEN));
	assert_true(err_is(check(token_of(rsa, "{\"alg\":\"ES256\",\"kid\":\"e\"}", STR(GOOD))), ERR_FORBIDDEN));
	assert_true(err_is(check(token_of(rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"b64\"]}", STR(GOOD))), ERR_FORBIDDEN));
	assert_true(err_is(check(token_of(small, "{\"alg\":\"RS256\",\"kid\":\"small\"}", STR(GOOD))), ERR_FORBIDDEN));
	assert_true(err_is(check(token_of(rsa, "{\"alg\":\"RS256\",\"kid\":\"enc\"}", STR(GOOD))), ERR_NOT_FOUND));
	assert_true(err_is(check(token_of(rsa, "{\"alg\":\"RS256\",\"kid\":\"new\"}", STR(GOOD))), ERR_NOT_FOUND));
	assert_true(err_is(check(STR("a.b")), ERR_INVALID));
	assert_true(err_is(check(STR("")), ERR_INVALID));
}

static void claims_of_another_issuer_audience_question_or_time_are_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"{\"iss\":\"https://id.example/\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"other\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://"
		"id.example\",\"aud\":[\"hall\",\"other\"],\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://"
		"id.example\",\"aud\":\"hall\",\"azp\":\"other\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"m\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"iat\":1661477390,\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477340}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661476000,\"exp\":1661477990}",
		"{\"iss\":\"https://id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661478000,\"exp\":1661479990}",
		"{\"iss\":\"https://"
		"id.example\",\"aud\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,\"exp\":1661477990,\"nbf\":1661478000}",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_true(err_is(check(token_of(rsa, RS, str_from_c(wrong[i]))), ERR_FORBIDDEN));
	assert_false(failed(check(token_of(rsa, RS,
	    STR("{\"iss\":\"https://"
	        "id.example\",\"aud\":[\"hall\",\"other\"],\"azp\":\"hall\",\"sub\":\"u1\",\"nonce\":\"n\",\"iat\":1661477390,"
	        "\"exp\":1661477990}")))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tokens_of_both_kinds_are_taken),
		cmocka_unit_test(a_changed_byte_anywhere_is_refused),
		cmocka_unit_test(shared_keys_none_and_swapped_kinds_are_refused),
		cmocka_unit_test(claims_of_another_issuer_audience_question_or_time_are_refused),
	};
	return cmocka_run_group_tests(tests, furnish, clear);
}
