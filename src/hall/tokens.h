/* tokens: programs of organisations, and commands that were sent twice.
 *
 * A token speaks for one organisation in one role, as a member of its staff would; rights.h asks the same questions. It is
 * shown once, when it is made. Idempotency keys follow draft-ietf-httpapi-idempotency-key-header. */
#ifndef HALL_TOKENS_H
#define HALL_TOKENS_H

#include "base/base.h"
#include "hall/sessions.h"

struct hall;

enum { TOKEN_DAYS_MAX = 730, TOKEN_NAME_CHARACTERS_MAX = 60, IDEMPOTENCY_HOURS = 24, IDEMPOTENCY_KEY_BYTES_MAX = 200 };

struct api_token {
	int64_t token_id, organisation_id;
	struct str name, role;
	int64_t made_ms, ends_ms, seen_ms, revoked_ms;       /* 0: never */
};
struct api_tokens { struct api_token *items; size_t count; };

/* out_secret: "uh_" and 52 characters, known to nobody afterwards. INVALID: unknown role, no name, days not 1..TOKEN_DAYS_MAX. */
MUST_USE struct err api_token_make(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id,
	struct str name, struct str role, int32_t days, struct str *out_secret);
MUST_USE struct err api_tokens_of(struct hall *hall, struct arena *arena, int64_t organisation_id, struct api_tokens *out_tokens);
/* NOT_FOUND: not of this organisation. REFUSED: revoked before. */
MUST_USE struct err api_token_revoke(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id, int64_t token_id);
/* As a session of the staff (person_id is the token's id, method "API token"). NOT_FOUND: unknown, ended or revoked. */
MUST_USE struct err api_token_session(struct hall *hall, struct arena *arena, struct str secret, struct session *out_session);

/* ---- commands sent twice ---- */

struct first_answer { int32_t status; struct str body; };
/* OK: this is the first time; answer it and call idempotency_keep. CONFLICT with status > 0: it was done, here is the answer.
 * REFUSED: the same key came with another command, or its first try is still under way or was cut off: look what happened. */
MUST_USE struct err idempotency_begin(struct hall *hall, struct arena *arena, struct str caller, struct str key,
	struct str request, struct first_answer *out_answer);
/* A failure that changed nothing (4xx but 409, 5xx that may be tried again) is forgotten, so that it can be sent again. */
MUST_USE struct err idempotency_keep(
	struct hall *hall, struct arena *arena, struct str caller, struct str key, const struct first_answer *answer);
MUST_USE struct err idempotency_sweep(struct hall *hall, struct arena *arena);

#endif
