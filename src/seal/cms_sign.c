#include "seal/cms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTE_COUNT_MAX = 16, SIGNATURE_BYTES_MAX = 256 };

void ranges_digest(const struct signed_ranges *ranges, uint8_t out_digest[SEAL_SHA256_BYTES])
{
	assert(ranges->gap_from <= ranges->gap_to && ranges->gap_to <= ranges->end && ranges->end <= ranges->bytes.len);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned len = 0;
	bool done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1
		&& EVP_DigestUpdate(context, ranges->bytes.ptr, ranges->gap_from) == 1
		&& EVP_DigestUpdate(context, ranges->bytes.ptr + ranges->gap_to, ranges->end - ranges->gap_to) == 1
		&& EVP_DigestFinal_ex(context, out_digest, &len) == 1;
	EVP_MD_CTX_free(context);
	if (!done) abort();                  /* only for want of memory */
}

static int compare_der(const void *a, const void *b) { return str_cmp(*(const struct str *)a, *(const struct str *)b); }

/* The signed attributes as the DER SET OF that the signature is over (RFC 5652, 5.4). */
static bool attributes_der(struct arena *arena, CMS_SignerInfo *info, struct str *out_der)
{
	struct str pieces[ATTRIBUTE_COUNT_MAX];
	int count = CMS_signed_get_attr_count(info);
	size_t total = 0;
	if (count < 1 || count > ATTRIBUTE_COUNT_MAX) return false;
	for (int i = 0; i < count; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(info, i), &der);
		if (len <= 0) return false;
		pieces[i] = str_copy(arena, (struct str){ (const char *)der, (size_t)len });
		OPENSSL_free(der);
		total += (size_t)len;
	}
	qsort(pieces, (size_t)count, sizeof *pieces, compare_der);
	struct buf buf = buf_make(arena, total + 8);
	buf_add_byte(&buf, 0x31);
	if (total > 0xffff) return false;
	if (total > 0xff) buf_add_bytes(&buf, (const uint8_t[]){ 0x82, (uint8_t)(total >> 8), (uint8_t)total }, 3);
	else if (total > 0x7f) buf_add_bytes(&buf, (const uint8_t[]){ 0x81, (uint8_t)total }, 2);
	else buf_add_byte(&buf, (char)total);
	for (int i = 0; i < count; i++) buf_add(&buf, pieces[i]);
	*out_der = buf_str(&buf);
	return true;
}

/* CMS_final would add signingTime, which PAdES baseline keeps out of the attributes: so the attributes are completed by
 * hand. CMS_CADES puts signingCertificateV2 among them. */
struct err cms_assemble(struct arena *arena, const struct cms_parts *parts, CMS_ContentInfo **out_cms,
	CMS_SignerInfo **out_info, struct str *out_attributes)
{
	const unsigned flags = CMS_PARTIAL | CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags & ~(unsigned)CMS_CADES);
	CMS_SignerInfo *info = cms ? CMS_add1_signer(cms, parts->certificate, parts->key, EVP_sha256(), flags) : NULL;
	X509_ALGOR *algorithm = NULL;
	if (info != NULL) CMS_SignerInfo_get0_algs(info, NULL, NULL, NULL, &algorithm);
	if (info == NULL || CMS_add1_cert(cms, parts->issuer) != 1
	    || X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_UNDEF, NULL) != 1
	    || CMS_signed_add1_attr_by_NID(info, NID_pkcs9_contentType, V_ASN1_OBJECT, OBJ_nid2obj(NID_pkcs7_data), -1) != 1
	    || CMS_signed_add1_attr_by_NID(info, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, parts->digest, SEAL_SHA256_BYTES) != 1
	    || !attributes_der(arena, info, out_attributes)) {
		CMS_ContentInfo_free(cms);
		return ERR(INTERNAL);
	}
	*out_cms = cms;
	*out_info = info;
	return OK;
}

struct err cms_print(struct arena *arena, CMS_ContentInfo *cms, struct str *out_der)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);
	if (len <= 0) return ERR(INTERNAL);
	*out_der = str_copy(arena, (struct str){ (const char *)der, (size_t)len });
	OPENSSL_free(der);
	return OK;
}

/* The one place where a signer's key is used; a key in a device would sign here. */
static struct err sign_attributes(CMS_SignerInfo *info, EVP_PKEY *key, struct str attributes)
{
	uint8_t signature[SIGNATURE_BYTES_MAX];
	size_t len = sizeof signature;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1
		&& EVP_DigestSign(context, signature, &len, (const uint8_t *)attributes.ptr, attributes.len) == 1
		&& ASN1_STRING_set(CMS_SignerInfo_get0_signature(info), signature, (int)len) == 1;
	EVP_MD_CTX_free(context);
	return done ? OK : ERR(INTERNAL);
}

/* CAdES: a time stamp is over the signature value and stands among the unsigned attributes. */
static struct err add_timestamp(struct arena *arena, CMS_SignerInfo *info, const struct seal_timestamper *timestamper)
{
	if (timestamper->stamp == NULL) return OK;
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(info);
	uint8_t imprint[SEAL_SHA256_BYTES];
	struct str token = STR("");
	seal_sha256((struct str){ (const char *)ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value) }, imprint);
	TRY(timestamper->stamp(timestamper->data, arena, imprint, &token));
	return CMS_unsigned_add1_attr_by_NID(info, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token.ptr, (int)token.len) == 1
		? OK : ERR(INTERNAL);
}

struct err cms_sign(struct arena *arena, const struct seal_signer *signer, const struct seal_timestamper *timestamper,
	const struct signed_ranges *ranges, struct str *out_der)
{
	struct cms_parts parts = { .certificate = signer->certificate, .issuer = signer->issuer, .key = signer->key };
	CMS_ContentInfo *cms = NULL;
	CMS_SignerInfo *info = NULL;
	struct str attributes = STR("");
	ranges_digest(ranges, parts.digest);
	TRY(cms_assemble(arena, &parts, &cms, &info, &attributes));
	struct err e = sign_attributes(info, signer->key, attributes);
	if (!failed(e)) e = add_timestamp(arena, info, timestamper);
	if (!failed(e)) e = cms_print(arena, cms, out_der);
	CMS_ContentInfo_free(cms);
	return e;
}
