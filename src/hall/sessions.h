/* sessions: who is signed in, on which device, how surely. Sessions live in the database, so that a restart signs nobody
 * out; a token is known to its browser only. A new token is made at sign-in and at every change of privilege. */
#ifndef HALL_SESSIONS_H
#define HALL_SESSIONS_H

#include "base/base.h"
#include "hall/cases.h"

struct hall;

enum session_kind { SESSION_NONE, SESSION_WORKER, SESSION_LAWYER, SESSION_STAFF };

struct session {
	int64_t session_id, person_id;
	int64_t organisation_id;     /* staff: where the role is held; else 0 */
	int64_t lawyer_id;           /* lawyer: of the roster; else 0 */
	enum session_kind kind;
	struct str role;             /* staff: the role in use (identity.h), else empty */
	struct str name;             /* as shown to the person; may be empty */
	struct str method, device;   /* how the identity was confirmed; the browser, for the evidence of signatures */
	int32_t level;               /* identity level 1..3 */
	int64_t began_ms, seen_ms, ends_ms;
};

/* Ends after so much silence, and at the latest after so long: [session] of hall.ini (configuration.h). */

/* opening: kind, person, role, level, method, name and device; the rest is filled in. out_token: 52 characters. */
MUST_USE struct err session_open(struct hall *hall, struct arena *arena, const struct session *opening, struct str *out_token);
/* NOT_FOUND: unknown, ended or silent for too long. Marks it as seen, at most once a minute. LOCKED. */
MUST_USE struct err session_find(struct hall *hall, struct arena *arena, struct str token, struct session *out_session);
/* The identity was confirmed better: new level, method and token; the old token is dead at once. */
MUST_USE struct err session_raise(struct hall *hall, struct arena *arena, struct str token, int32_t level, struct str method,
	struct str *out_token);
MUST_USE struct err session_end(struct hall *hall, struct arena *arena, struct str token);
/* Every session of a person but one (empty: every one): after a change of password or phone. */
MUST_USE struct err session_end_all(struct hall *hall, struct arena *arena, int64_t person_id, struct str except_token);
/* Removes what has ended; called by the scheduler. */
MUST_USE struct err session_sweep(struct hall *hall, struct arena *arena);

struct actor session_actor(const struct session *session);

/* A keyed hash, in hexadecimal: what only this hall can make of a text. "" while the hall is locked. */
struct str hall_keyed_text(struct hall *hall, struct arena *arena, const char *domain, struct str text);

#endif
