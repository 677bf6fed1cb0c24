/* oidc: a city's own identity as a connector (LA2): OpenID Connect, code flow with PKCE, state and nonce. It raises a
 * session to level 2 and sets the person's name and number. Off ([oidc] issuer is empty): everything else works, at level
 * 1, and people are confirmed at a counter. */
#ifndef HALL_OIDC_H
#define HALL_OIDC_H

#include "base/base.h"
#include "hall/sessions.h"

struct hall;

enum { OIDC_FLOW_MINUTES = 15 };

bool oidc_is_on(const struct hall *hall);
struct str oidc_name(const struct hall *hall);          /* as people know it */

/* Where to send the browser. redirect_uri: our own address that the provider knows; next: a path of ours for afterwards.
 * BUSY: the provider cannot be reached. REFUSED: no provider is set. */
MUST_USE struct err oidc_begin(struct hall *hall, struct arena *arena, const struct session *session, struct str redirect_uri,
	struct str next, struct report *report, struct str *out_url);

struct oidc_answer { struct str code, state, issuer, error; };      /* as they stand in the address that came back */
struct oidc_outcome { struct str next, token; struct str name; };  /* token: of the raised session; the old one is dead */
/* next comes out on failure as well, when the state was ours. FORBIDDEN: not an answer to this session's question, the person
 * said no, or the provider's word is not good. BUSY. REFUSED, INVALID as person_confirm. The words are for the person. */
MUST_USE struct err oidc_finish(struct hall *hall, struct arena *arena, const struct session *session, struct str session_token,
	struct str redirect_uri, const struct oidc_answer *answer, struct report *report, struct oidc_outcome *out_outcome);

#endif
