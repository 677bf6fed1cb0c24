/* certificate: who signs a paper: the union with its seal, or one person in one signing event.
 *
 * An event's certificate is made for one act and its key is thrown away after it (电子签名法 13: used by the signer only).
 * It says what is true and no more: this hall attests this event. The subject is the person's name as the hall knows it;
 * the statement (certificate policy, user notice) tells how the person was identified; the evidence digest (subject
 * alternative name, RFC 6920 `ni:///sha-256;...`) binds the record of method, level, time, device and strokes. */
#ifndef SEAL_CERTIFICATE_H
#define SEAL_CERTIFICATE_H

#include "seal/digest.h"

enum { SEAL_STATEMENT_CHARACTERS_MAX = 200 };    /* RFC 5280: explicitText */

struct seal_signer;                      /* private key, certificate, issuer's certificate */

struct seal_event {
	struct str name;                     /* the person's, 1..64 characters */
	struct str statement;                /* 1..200 characters: 本签名由沪宝工会职工之家证明：短信验证码，二级身份 */
	uint8_t evidence[SEAL_SHA256_BYTES]; /* SHA-256 of the evidence record */
	int64_t from_ms, to_ms;              /* validity; whole seconds are kept. The time of signing must lie within */
};

/* Makes a P-256 key and lets the hall's authority sign its certificate: digitalSignature and nonRepudiation for
 * documentSigning. MISSING, LIMIT, INVALID (times; no UTF-8), INTERNAL. seal_signer_done. */
MUST_USE struct err seal_event_certificate(const struct seal_keyring *keyring, struct rand rand,
	const struct seal_event *event, struct seal_signer **out_signer);
/* The union's own seal. seal_signer_done. */
MUST_USE struct err seal_union_signer(const struct seal_keyring *keyring, struct seal_signer **out_signer);
void seal_signer_done(struct seal_signer *signer);      /* wipes the key; NULL is fine */

/* DER, in `arena`. */
struct str seal_signer_certificate(const struct seal_signer *signer, struct arena *arena);
/* The first certificate of a PEM text as DER. INVALID. */
MUST_USE struct err seal_certificate_from_pem(struct arena *arena, struct str pem, struct str *out_der);

#endif
