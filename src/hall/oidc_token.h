/* oidc_token: judges an id_token (OpenID Connect Core 1.0, 3.1.3.7; RFC 7515, 7517, 7518, 7519). Pure: bytes in, claims
 * out. Only RS256 and ES256: `none` and everything with a shared key are refused before a key is looked at. */
#ifndef HALL_OIDC_TOKEN_H
#define HALL_OIDC_TOKEN_H

#include "base/base.h"
#include "codec/codec.h"

enum { OIDC_TOKEN_BYTES_MAX = 64 << 10, OIDC_CLOCK_SKEW_MS = 60000, OIDC_TOKEN_AGE_MS_MAX = 600000 };

struct oidc_expected { struct str issuer, client_id, nonce; int64_t now_ms; };

/* FORBIDDEN with words for the operator's log in the report: signature, issuer, audience, nonce or time is not right.
 * NOT_FOUND: the keys hold none for it (they may have been renewed since). INVALID: no such token, unusable keys.
 * The claims live in the arena. */
MUST_USE struct err oidc_token_check(struct arena *arena, struct str token, struct str jwks, const struct oidc_expected *expected,
	struct report *report, const struct json **out_claims);

/* RFC 4648 section 5 without padding; false for anything else. */
bool base64url_decode(struct arena *arena, struct str text, struct str *out_bytes);
struct str base64url_encode(struct arena *arena, struct str bytes);

#endif
