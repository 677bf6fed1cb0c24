#include "seal/cms.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string.h>

enum { CERTIFICATE_COUNT_MAX = 10 };

/* What was read from the value; everything is freed by parts_done. */
struct read_parts {
	CMS_ContentInfo *cms;
	CMS_SignerInfo *info;
	STACK_OF(X509) *certificates;
	X509 *certificate, *issuer;          /* among the certificates */
	EVP_PKEY *key, *issuer_key;          /* public */
};

static void parts_done(struct read_parts *parts)
{
	EVP_PKEY_free(parts->key);
	EVP_PKEY_free(parts->issuer_key);
	sk_X509_pop_free(parts->certificates, X509_free);
	CMS_ContentInfo_free(parts->cms);
}

/* One signer, its certificate and its issuer's: what cms_sign writes. Returns what is wrong, or NULL. */
static const char *read_value(struct str der, struct read_parts *parts)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	parts->cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	if (parts->cms == NULL || at != (const unsigned char *)der.ptr + der.len) return "the signature's value cannot be read";
	if (OBJ_obj2nid(CMS_get0_type(parts->cms)) != NID_pkcs7_signed) return "the signature's value is no SignedData";
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(parts->cms);
	if (sk_CMS_SignerInfo_num(infos) != 1) return "the signature's value must have one signer";
	parts->info = sk_CMS_SignerInfo_value(infos, 0);
	parts->certificates = CMS_get1_certs(parts->cms);
	int count = sk_X509_num(parts->certificates);
	if (count < 1 || count > CERTIFICATE_COUNT_MAX) return "the signature's value has no certificate";
	for (int i = 0; i < count; i++) {
		X509 *certificate = sk_X509_value(parts->certificates, i);
		if (CMS_SignerInfo_cert_cmp(parts->info, certificate) == 0) parts->certificate = certificate;
	}
	if (parts->certificate == NULL) return "the signer's certificate is not in the signature's value";
	parts->key = X509_get_pubkey(parts->certificate);
	for (int i = 0; i < count; i++) {
		X509 *certificate = sk_X509_value(parts->certificates, i);
		if (certificate != parts->certificate && X509_check_issued(certificate, parts->certificate) == X509_V_OK)
			parts->issuer = certificate;
	}
	if (parts->key == NULL || EVP_PKEY_get_base_id(parts->key) != EVP_PKEY_EC) return "the certificate's key is not supported";
	return NULL;
}

static bool read_digest(const struct read_parts *parts, uint8_t out_digest[SEAL_SHA256_BYTES])
{
	const ASN1_OCTET_STRING *value = CMS_signed_get0_data_by_OBJ(parts->info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3,
		V_ASN1_OCTET_STRING);
	if (value == NULL || ASN1_STRING_length(value) != SEAL_SHA256_BYTES) return false;
	memcpy(out_digest, ASN1_STRING_get0_data(value), SEAL_SHA256_BYTES);
	return true;
}

/* Builds the value again from its parts: when every byte is the same, the form is ours, signingCertificateV2 is right and
 * nothing has been slipped in where no signature reaches. Then the ECDSA signature is checked over the attributes. */
static const char *check_signature(struct arena *arena, struct str der, const struct read_parts *parts,
	const uint8_t digest[SEAL_SHA256_BYTES])
{
	struct cms_parts again = { .certificate = parts->certificate, .issuer = parts->issuer, .key = parts->key };
	CMS_ContentInfo *cms = NULL;
	CMS_SignerInfo *info = NULL;
	struct str attributes = STR(""), same = STR("");
	memcpy(again.digest, digest, SEAL_SHA256_BYTES);
	if (CMS_unsigned_get_attr_count(parts->info) > 0) return "the signature has a time stamp, which is not checked here";
	if (failed(cms_assemble(arena, &again, &cms, &info, &attributes))) return "the signature's value cannot be followed";
	const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(parts->info);
	bool built = ASN1_STRING_set(CMS_SignerInfo_get0_signature(info), ASN1_STRING_get0_data(signature),
		ASN1_STRING_length(signature)) == 1 && !failed(cms_print(arena, cms, &same));
	CMS_ContentInfo_free(cms);
	if (!built || !str_eq(der, same)) return "the signature's value is not of the form that the hall writes";
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool valid = context != NULL && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, parts->key) == 1
		&& EVP_DigestVerify(context, ASN1_STRING_get0_data(signature), (size_t)ASN1_STRING_length(signature),
			(const uint8_t *)attributes.ptr, attributes.len) == 1;
	EVP_MD_CTX_free(context);
	return valid ? NULL : "the signature is not by the certificate's key";
}

/* The links within the value: leaf by issuer, issuer by itself. */
static const char *check_links(struct read_parts *parts)
{
	if (parts->issuer == NULL) return "the issuer's certificate is not in the signature's value";
	parts->issuer_key = X509_get_pubkey(parts->issuer);
	if (parts->issuer_key == NULL || X509_verify(parts->certificate, parts->issuer_key) != 1)
		return "the signer's certificate is not signed by its issuer";
	return X509_verify(parts->issuer, parts->issuer_key) == 1 ? NULL : "the issuer's certificate is not what was issued";
}

static bool is_trusted(const struct read_parts *parts, X509 *trusted, int64_t time_ms)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool good = store != NULL && context != NULL && X509_STORE_add_cert(store, trusted) == 1
		&& X509_STORE_CTX_init(context, store, parts->certificate, parts->certificates) == 1;
	if (good) {
		X509_STORE_CTX_set_time(context, 0, (time_t)(time_ms / 1000));
		good = X509_verify_cert(context) == 1 && X509_cmp(parts->issuer, trusted) == 0;
	}
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return good;
}

static bool is_in_time(const X509 *certificate, int64_t time_ms)
{
	time_t time = (time_t)(time_ms / 1000);
	int begun = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), time);
	int ended = ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), time);
	return begun != -2 && begun <= 0 && (ended == 0 || ended == 1);
}

static const char *check_all(struct arena *arena, struct str der, const struct signed_ranges *ranges, X509 *trusted,
	int64_t time_ms, struct read_parts *parts, struct cms_check *check)
{
	uint8_t signed_digest[SEAL_SHA256_BYTES], digest[SEAL_SHA256_BYTES];
	const char *words = read_value(der, parts);
	if (words != NULL) return words;
	check->signer = certificate_common_name(arena, parts->certificate);
	check->statement = certificate_statement(arena, parts->certificate);
	check->has_evidence = certificate_evidence(parts->certificate, check->evidence);
	if (!read_digest(parts, signed_digest)) return "the signature's value has no digest";
	words = check_links(parts);
	if (words != NULL) return words;
	words = check_signature(arena, der, parts, signed_digest);
	if (words != NULL) return words;
	check->signature_ok = true;
	ranges_digest(ranges, digest);
	check->digest_ok = memcmp(digest, signed_digest, sizeof digest) == 0;
	if (!check->digest_ok) return "the signed bytes were changed";
	if (trusted != NULL && is_trusted(parts, trusted, time_ms)) check->chain = SEAL_CHAIN_TRUSTED;
	if (check->chain == SEAL_CHAIN_UNKNOWN) return "the certificate does not lead to the trusted authority, or was not valid then";
	return is_in_time(parts->certificate, time_ms) ? NULL : "the certificate was not valid at the time of signing";
}

void cms_check(struct arena *arena, struct str der, const struct signed_ranges *ranges, X509 *trusted, int64_t time_ms,
	struct cms_check *out_check)
{
	struct read_parts parts = { 0 };
	*out_check = (struct cms_check){ .chain = trusted ? SEAL_CHAIN_UNKNOWN : SEAL_CHAIN_NOT_ASKED };
	out_check->words = check_all(arena, der, ranges, trusted, time_ms, &parts, out_check);
	parts_done(&parts);
	ERR_clear_error();
}
