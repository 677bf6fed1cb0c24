/* cms: the signature value of a PDF (RFC 5652 SignedData, detached, ETSI EN 319 122-1 attributes). Inner header of seal. */
#ifndef SEAL_CMS_H
#define SEAL_CMS_H

#include "seal/inside.h"

#include <openssl/cms.h>

/* The ranges of a PDF that are signed: [0, gap_from) and [gap_to, end). */
struct signed_ranges { struct str bytes; size_t gap_from, gap_to, end; };

void ranges_digest(const struct signed_ranges *ranges, uint8_t out_digest[SEAL_SHA256_BYTES]);

/* DER: content type, message digest and signingCertificateV2 are signed; the time stands in the PDF's M alone. */
MUST_USE struct err cms_sign(struct arena *arena, const struct seal_signer *signer, const struct seal_timestamper *timestamper,
	const struct signed_ranges *ranges, struct str *out_der);

/* The value without its signature; the key may be the public one. out_attributes: what is to be signed. */
struct cms_parts { X509 *certificate, *issuer; EVP_PKEY *key; uint8_t digest[SEAL_SHA256_BYTES]; };
MUST_USE struct err cms_assemble(struct arena *arena, const struct cms_parts *parts, CMS_ContentInfo **out_cms,
	CMS_SignerInfo **out_info, struct str *out_attributes);
MUST_USE struct err cms_print(struct arena *arena, CMS_ContentInfo *cms, struct str *out_der);

struct cms_check {
	bool digest_ok;
	bool signature_ok;                   /* form, attributes and ECDSA signature */
	enum seal_chain chain;
	struct str signer, statement;
	bool has_evidence;
	uint8_t evidence[SEAL_SHA256_BYTES];
	const char *words;                   /* what is wrong, or NULL */
};
/* trusted: NULL when nobody asked. Everything wrong is told in *out_check. */
void cms_check(struct arena *arena, struct str der, const struct signed_ranges *ranges, X509 *trusted, int64_t time_ms,
	struct cms_check *out_check);

#endif
