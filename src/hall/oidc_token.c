#include "hall/oidc_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

enum { RSA_BITS_MIN = 2048, RSA_BYTES_MAX = 1024, EC_BYTES = 32, SUBJECT_BYTES_MAX = 255 };

/* ---- base64url --------------------------------------------------------------------------------------------- */

bool base64url_decode(struct arena *arena, struct str text, struct str *out_bytes)
{
	static const char padding[] = "===";
	char *standard = arena_alloc(arena, text.len + 4);
	if (text.len % 4 == 1) return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '+' || c == '/' || c == '=') return false;
		standard[i] = c == '-' ? '+' : c == '_' ? '/' : c;
	}
	size_t missing = (4 - text.len % 4) % 4;
	memcpy(standard + text.len, padding, missing);
	return str_from_base64(arena, (struct str){ standard, text.len + missing }, out_bytes);
}

struct str base64url_encode(struct arena *arena, struct str bytes)
{
	struct str standard = str_base64(arena, bytes.ptr, bytes.len);
	char *text = arena_copy(arena, standard.ptr, standard.len);
	size_t len = standard.len;
	while (len && text[len - 1] == '=') len--;
	for (size_t i = 0; i < len; i++) text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	return (struct str){ text, len };
}

/* ---- keys ---------------------------------------------------------------------------------------------------- */

static BIGNUM *number_of(struct arena *arena, const struct json *key, const char *name, size_t bytes_max)
{
	struct str bytes;
	if (!base64url_decode(arena, json_string_of(key, name), &bytes) || bytes.len == 0 || bytes.len > bytes_max) return NULL;
	return BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, NULL);
}

static EVP_PKEY *build(const char *type, OSSL_PARAM_BLD *builder)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;
	if (!parameters || !context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	return pkey;
}

static EVP_PKEY *rsa_key(struct arena *arena, const struct json *key)
{
	BIGNUM *n = number_of(arena, key, "n", RSA_BYTES_MAX), *e = number_of(arena, key, "e", 8);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;
	if (n && e && builder && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		pkey = build("RSA", builder);
	if (pkey && EVP_PKEY_get_bits(pkey) < RSA_BITS_MIN) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	OSSL_PARAM_BLD_free(builder);
	BN_free(n);
	BN_free(e);
	return pkey;
}

static EVP_PKEY *ec_key(struct arena *arena, const struct json *key)
{
	struct str x, y;
	unsigned char point[1 + 2 * EC_BYTES] = { 4 };
	if (!str_eq_c(json_string_of(key, "crv"), "P-256")) return NULL;
	if (!base64url_decode(arena, json_string_of(key, "x"), &x) || !base64url_decode(arena, json_string_of(key, "y"), &y)) return NULL;
	if (x.len != EC_BYTES || y.len != EC_BYTES) return NULL;
	memcpy(point + 1, x.ptr, EC_BYTES);
	memcpy(point + 1 + EC_BYTES, y.ptr, EC_BYTES);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;
	if (builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
		pkey = build("EC", builder);
	OSSL_PARAM_BLD_free(builder);
	return pkey;
}

/* The key that the header names; without a name the only one of its kind. */
static const struct json *choose_key(const struct json *jwks, struct str kid, struct str alg)
{
	const char *kind = str_eq_c(alg, "RS256") ? "RSA" : "EC";
	const struct json *keys = json_get(jwks, STR("keys")), *found = NULL;
	for (const struct json *key = json_is(keys, JSON_ARRAY) ? keys->first : NULL; key; key = key->next) {
		struct str use = json_string_of(key, "use"), own = json_string_of(key, "alg");
		if (!str_eq_c(json_string_of(key, "kty"), kind)) continue;
		if ((use.len && !str_eq_c(use, "sig")) || (own.len && !str_eq(own, alg))) continue;
		if (kid.len && !str_eq(json_string_of(key, "kid"), kid)) continue;
		if (found) return NULL;
		found = key;
	}
	return found;
}

/* ---- signature --------------------------------------------------------------------------------------------------- */

/* RFC 7518 3.4 writes r and s one behind the other; the library wants DER. */
static struct str ecdsa_der(struct arena *arena, struct str signature)
{
	unsigned char *der = NULL;
	struct str text = STR("");
	if (signature.len != 2 * EC_BYTES) return text;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn((const unsigned char *)signature.ptr, EC_BYTES, NULL);
	BIGNUM *s = BN_bin2bn((const unsigned char *)signature.ptr + EC_BYTES, EC_BYTES, NULL);
	if (pair && r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
		int len = i2d_ECDSA_SIG(pair, &der);
		if (len > 0) text = str_copy(arena, (struct str){ (const char *)der, (size_t)len });
		OPENSSL_free(der);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(pair);
	return text;
}

static bool signature_is_good(struct arena *arena, const struct json *key, struct str alg, struct str content, struct str signature)
{
	bool rsa = str_eq_c(alg, "RS256");
	EVP_PKEY *pkey = rsa ? rsa_key(arena, key) : ec_key(arena, key);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct str der = rsa ? signature : ecdsa_der(arena, signature);
	bool good = pkey && context && der.len && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
	    EVP_DigestVerify(context, (const unsigned char *)der.ptr, der.len, (const unsigned char *)content.ptr, content.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return good;
}

/* ---- claims -------------------------------------------------------------------------------------------------------- */

static bool is_for(const struct json *audience, struct str client_id)
{
	if (json_is(audience, JSON_STRING)) return str_eq(audience->text, client_id);
	for (const struct json *one = json_is(audience, JSON_ARRAY) ? audience->first : NULL; one; one = one->next)
		if (str_eq(json_string(one), client_id)) return true;
	return false;
}

/* Seconds since 1970; a fraction is dropped. False when absent. */
static bool seconds_of(const struct json *claims, const char *name, int64_t *out_ms)
{
	const struct json *value = json_get(claims, str_from_c(name));
	if (!json_is(value, JSON_NUMBER)) return false;
	ptrdiff_t point = str_find_byte(value->text, '.', 0);
	struct str whole = point < 0 ? value->text : str_sub(value->text, 0, (size_t)point);
	int64_t seconds;
	if (!str_to_i64(whole, &seconds) || seconds < 0 || seconds > INT64_C(253402300800)) return false;
	*out_ms = seconds * 1000;
	return true;
}

static struct err refuse(struct report *report, const char *claim, const char *words)
{
	report_error(report, str_from_c(claim), "%s", words);
	return ERR(FORBIDDEN);
}

static struct err check_claims(const struct json *claims, const struct oidc_expected *expected, struct report *report)
{
	int64_t expires_ms = 0, issued_ms = 0, from_ms = 0;
	const struct json *audience = json_get(claims, STR("aud"));
	struct str party = json_string_of(claims, "azp"), subject = json_string_of(claims, "sub");
	if (!str_eq(json_string_of(claims, "iss"), expected->issuer)) return refuse(report, "iss", "another issuer");
	if (!is_for(audience, expected->client_id)) return refuse(report, "aud", "made for somebody else");
	if (json_is(audience, JSON_ARRAY) && audience->count > 1 && party.len == 0) return refuse(report, "azp", "several audiences, no party");
	if (party.len && !str_eq(party, expected->client_id)) return refuse(report, "azp", "made for another party");
	if (subject.len == 0 || subject.len > SUBJECT_BYTES_MAX) return refuse(report, "sub", "no subject");
	if (!seconds_of(claims, "exp", &expires_ms) || expires_ms + OIDC_CLOCK_SKEW_MS <= expected->now_ms)
		return refuse(report, "exp", "over");
	if (!seconds_of(claims, "iat", &issued_ms) || issued_ms > expected->now_ms + OIDC_CLOCK_SKEW_MS ||
	    issued_ms + OIDC_TOKEN_AGE_MS_MAX < expected->now_ms)
		return refuse(report, "iat", "made too long ago or in the future: do the clocks agree?");
	if (json_get(claims, STR("nbf")) && (!seconds_of(claims, "nbf", &from_ms) || from_ms > expected->now_ms + OIDC_CLOCK_SKEW_MS))
		return refuse(report, "nbf", "not valid yet");
	if (expected->nonce.len == 0 || !str_eq(json_string_of(claims, "nonce"), expected->nonce))
		return refuse(report, "nonce", "the answer to another question");
	return OK;
}

static bool part_json(struct arena *arena, struct str part, const struct json **out)
{
	struct str text;
	return base64url_decode(arena, part, &text) && !failed(json_parse(arena, text, NULL, out)) && json_is(*out, JSON_OBJECT);
}

struct err oidc_token_check(struct arena *arena, struct str token, struct str jwks, const struct oidc_expected *expected,
	struct report *report, const struct json **out_claims)
{
	const struct json *header, *claims, *keys;
	struct str signature;
	ptrdiff_t first = str_find_byte(token, '.', 0), second = first < 0 ? -1 : str_find_byte(token, '.', (size_t)first + 1);
	if (token.len > OIDC_TOKEN_BYTES_MAX || second < 0 || str_find_byte(token, '.', (size_t)second + 1) >= 0) return ERR(INVALID);
	if (!part_json(arena, str_sub(token, 0, (size_t)first), &header)) return ERR(INVALID);
	struct str alg = json_string_of(header, "alg");
	if (!str_eq_c(alg, "RS256") && !str_eq_c(alg, "ES256")) return refuse(report, "alg", "neither RS256 nor ES256");
	if (json_get(header, STR("crit"))) return refuse(report, "crit", "asks for what is not understood here");
	if (!base64url_decode(arena, str_sub(token, (size_t)second + 1, token.len), &signature)) return ERR(INVALID);
	TRY(json_parse(arena, jwks, NULL, &keys));
	const struct json *key = choose_key(keys, json_string_of(header, "kid"), alg);
	if (!key) return ERR(NOT_FOUND);
	if (!signature_is_good(arena, key, alg, str_sub(token, 0, (size_t)second), signature)) return refuse(report, "signature", "not good");
	if (!part_json(arena, str_sub(token, (size_t)first + 1, (size_t)second), &claims)) return ERR(INVALID);
	TRY(check_claims(claims, expected, report));
	*out_claims = claims;
	return OK;
}
