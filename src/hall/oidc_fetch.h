/* oidc_fetch: one request to the provider, bounded in time and size, without redirections. */
#ifndef HALL_OIDC_FETCH_H
#define HALL_OIDC_FETCH_H

#include "base/base.h"
#include "codec/codec.h"
#include "hall/configuration.h"

enum { OIDC_ANSWER_BYTES_MAX = 256 << 10 };

struct oidc_question {
	struct str url;
	struct str body;             /* urlencoded: a POST; empty: a GET */
	struct str user, password;   /* HTTP Basic, urlencoded already; empty: none */
	struct str bearer;           /* empty: none */
};
/* The answer's JSON text. BUSY: it cannot be reached, is too slow, or says 5xx. FORBIDDEN: it says 4xx; the report tells
 * its error word. INVALID: not JSON, too large, or an address that is not https. */
MUST_USE struct err oidc_fetch(struct arena *arena, const struct oidc_settings *settings, const struct oidc_question *question,
	struct report *report, struct str *out_text);
struct str form_encode(struct arena *arena, struct str text);

#endif
