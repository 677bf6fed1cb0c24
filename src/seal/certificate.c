#include "seal/inside.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <string.h>

/* Object identifiers made from UUIDs (ITU-T X.667), so nobody needs to register them. */
static const char event_policy[] = "2.25.278913409620764256169156803568385469199";

struct err name_check(struct str name, size_t characters_max)
{
	if (str_is_empty(name)) return ERR(MISSING);
	if (name.len > 4 * characters_max) return ERR(LIMIT);
	if (!utf8_is_valid(name)) return ERR(INVALID);
	for (size_t i = 0; i < name.len; i++)
		if ((uint8_t)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f) return ERR(INVALID);
	return utf8_count(name) > characters_max ? ERR(LIMIT) : OK;
}

void p256_scalar(struct rand rand, uint8_t out_scalar[KEY_BYTES])
{
	static const uint8_t order[KEY_BYTES] = {
		0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
	};
	do rand_fill(rand, out_scalar, KEY_BYTES);
	while (memcmp(out_scalar, order, KEY_BYTES) >= 0 || sodium_is_zero(out_scalar, KEY_BYTES));
}

/* The public point of a scalar, uncompressed (65 bytes). */
static bool public_point(const BIGNUM *scalar, uint8_t out_point[65])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	bool done = point != NULL && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1
		&& EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out_point, 65, NULL) == 65;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return done;
}

struct err p256_key(const uint8_t scalar[KEY_BYTES], EVP_PKEY **out_key)
{
	uint8_t point[65];
	EVP_PKEY *key = NULL;
	BIGNUM *secret = BN_secure_new();
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	bool done = secret != NULL && build != NULL && context != NULL && BN_bin2bn(scalar, KEY_BYTES, secret) != NULL
		&& public_point(secret, point)
		&& OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
		&& OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, secret)
		&& OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point)
		&& (params = OSSL_PARAM_BLD_to_param(build)) != NULL && EVP_PKEY_fromdata_init(context) == 1
		&& EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) == 1;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(secret);
	if (!done) return ERR(INTERNAL);
	*out_key = key;
	return OK;
}

static bool add_standard(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
	bool done = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return done;
}

/* RFC 5280, 4.2.1.4: explicitText as UTF8String. The pieces are chained before they are filled, so that one free of the
 * outermost is enough. */
static bool add_statement(X509 *certificate, struct str statement)
{
	CERTIFICATEPOLICIES *policies = CERTIFICATEPOLICIES_new();
	POLICYINFO *policy = POLICYINFO_new();
	POLICYQUALINFO *qualifier = POLICYQUALINFO_new();
	bool done = false;
	if (policies != NULL && policy != NULL && qualifier != NULL) {
		policy->policyid = OBJ_txt2obj(event_policy, 1);
		policy->qualifiers = sk_POLICYQUALINFO_new_null();
		qualifier->pqualid = OBJ_nid2obj(NID_id_qt_unotice);
		qualifier->d.usernotice = USERNOTICE_new();
		if (policy->policyid && policy->qualifiers && qualifier->d.usernotice) {
			ASN1_UTF8STRING *text = qualifier->d.usernotice->exptext = ASN1_UTF8STRING_new();
			done = text != NULL && ASN1_STRING_set(text, statement.ptr, (int)statement.len) == 1
				&& sk_POLICYQUALINFO_push(policy->qualifiers, qualifier) > 0;
			if (done) qualifier = NULL;
			done = done && sk_POLICYINFO_push(policies, policy) > 0;
			if (done) policy = NULL;
			done = done && X509_add1_ext_i2d(certificate, NID_certificate_policies, policies, 0, X509V3_ADD_DEFAULT) == 1;
		}
	}
	POLICYQUALINFO_free(qualifier);
	POLICYINFO_free(policy);
	CERTIFICATEPOLICIES_free(policies);
	return done;
}

static const char evidence_prefix[] = "URI:ni:///sha-256;";

static bool add_evidence(X509 *certificate, const uint8_t digest[SEAL_SHA256_BYTES])
{
	char text[sizeof evidence_prefix + 44];
	memcpy(text, evidence_prefix, sizeof evidence_prefix);
	sodium_bin2base64(text + sizeof evidence_prefix - 1, 44, digest, SEAL_SHA256_BYTES,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return add_standard(certificate, NULL, NID_subject_alt_name, text);
}

static bool add_extensions(X509 *certificate, X509 *issuer, const struct certificate_request *request)
{
	if (request->is_authority)
		return add_standard(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
			&& add_standard(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign")
			&& add_standard(certificate, issuer, NID_subject_key_identifier, "hash");
	return add_standard(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE")
		&& add_standard(certificate, issuer, NID_key_usage, "critical,digitalSignature,nonRepudiation")
		&& add_standard(certificate, issuer, NID_ext_key_usage, "1.3.6.1.5.5.7.3.36")
		&& add_standard(certificate, issuer, NID_subject_key_identifier, "hash")
		&& add_standard(certificate, issuer, NID_authority_key_identifier, "keyid:always")
		&& (str_is_empty(request->statement) || add_statement(certificate, request->statement))
		&& (request->evidence == NULL || add_evidence(certificate, request->evidence));
}

static bool add_name(X509_NAME *name, const char *field, struct str value)
{
	return str_is_empty(value)
		|| X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const uint8_t *)value.ptr, (int)value.len, -1, 0) == 1;
}

static bool set_serial(X509 *certificate, struct rand rand)
{
	uint8_t bytes[16];
	rand_fill(rand, bytes, sizeof bytes);
	bytes[0] = (bytes[0] & 0x3f) | 0x40;     /* positive, and always of the same length */
	BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
	bool done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
	BN_free(number);
	return done;
}

struct err certificate_make(struct rand rand, const struct certificate_request *request, X509 *issuer,
	EVP_PKEY *issuer_key, X509 **out_certificate)
{
	X509 *certificate = X509_new();
	if (certificate == NULL) return ERR(INTERNAL);
	if (issuer == NULL) issuer = certificate;
	X509_NAME *subject = X509_get_subject_name(certificate);
	bool done = X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate, rand)
		&& ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)(request->from_ms / 1000)) != NULL
		&& ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)(request->to_ms / 1000)) != NULL
		&& X509_set_pubkey(certificate, request->key) == 1
		&& add_name(subject, "O", request->organisation) && add_name(subject, "CN", request->common_name)
		&& X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1
		&& add_extensions(certificate, issuer, request)
		&& X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
	if (!done) {
		X509_free(certificate);
		return ERR(INTERNAL);
	}
	*out_certificate = certificate;
	return OK;
}

struct err certificate_der(struct arena *arena, X509 *certificate, struct str *out_der)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);
	if (len <= 0) return ERR(INTERNAL);
	*out_der = str_copy(arena, (struct str){ (const char *)der, (size_t)len });
	OPENSSL_free(der);
	return OK;
}

struct err certificate_read(struct str der, X509 **out_certificate)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	if (der.len == 0 || der.len > SEAL_KEYRING_BYTES_MAX) return ERR(INVALID);
	X509 *certificate = d2i_X509(NULL, &at, (long)der.len);
	if (certificate == NULL || at != (const unsigned char *)der.ptr + der.len) {
		X509_free(certificate);
		return ERR(INVALID);
	}
	*out_certificate = certificate;
	return OK;
}

struct str certificate_common_name(struct arena *arena, const X509 *certificate)
{
	const X509_NAME *name = X509_get_subject_name(certificate);
	int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	const X509_NAME_ENTRY *entry = index >= 0 ? X509_NAME_get_entry(name, index) : NULL;
	unsigned char *text = NULL;
	int len = entry ? ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry)) : -1;
	if (len < 0) return STR("");
	struct str copy = str_copy(arena, (struct str){ (const char *)text, (size_t)len });
	OPENSSL_free(text);
	return copy;
}

struct str certificate_statement(struct arena *arena, const X509 *certificate)
{
	CERTIFICATEPOLICIES *policies = X509_get_ext_d2i(certificate, NID_certificate_policies, NULL, NULL);
	struct str statement = STR("");
	for (int i = 0; i < sk_POLICYINFO_num(policies); i++) {
		const POLICYINFO *policy = sk_POLICYINFO_value(policies, i);
		for (int k = 0; k < sk_POLICYQUALINFO_num(policy->qualifiers); k++) {
			const POLICYQUALINFO *qualifier = sk_POLICYQUALINFO_value(policy->qualifiers, k);
			if (OBJ_obj2nid(qualifier->pqualid) != NID_id_qt_unotice || qualifier->d.usernotice == NULL) continue;
			const ASN1_STRING *text = qualifier->d.usernotice->exptext;
			if (text == NULL || ASN1_STRING_type(text) != V_ASN1_UTF8STRING) continue;
			struct str found = { (const char *)ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text) };
			if (utf8_is_valid(found)) statement = str_copy(arena, found);
		}
	}
	CERTIFICATEPOLICIES_free(policies);
	return statement;
}

bool certificate_evidence(const X509 *certificate, uint8_t out_digest[SEAL_SHA256_BYTES])
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	bool found = false;
	struct str prefix = str_from_c(evidence_prefix + 4);
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_URI) continue;
		const ASN1_STRING *uri = name->d.uniformResourceIdentifier;
		struct str text = { (const char *)ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri) };
		if (!str_starts(text, prefix)) continue;
		text = str_sub(text, prefix.len, text.len);
		uint8_t digest[SEAL_SHA256_BYTES];
		size_t len = 0;
		const char *end = NULL;
		if (sodium_base642bin(digest, sizeof digest, text.ptr, text.len, NULL, &len, &end,
			sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || len != sizeof digest || end != text.ptr + text.len) continue;
		memcpy(out_digest, digest, sizeof digest);
		found = true;
	}
	GENERAL_NAMES_free(names);
	return found;
}
