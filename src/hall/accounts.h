/* accounts: people at their phones: signing in, how surely they are known, changing the phone, what they agreed to. */
#ifndef HALL_ACCOUNTS_H
#define HALL_ACCOUNTS_H

#include "base/base.h"
#include "hall/cases.h"
#include "hall/codes.h"

struct hall;

/* ---- signing in ---- */

/* Takes the code and opens a session; somebody new is added. The session has level 1, or the level of a confirmation that
 * is not older than [identity] days (2 at most: a phone is not a face). FORBIDDEN as code_take. */
MUST_USE struct err person_sign_in(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code,
	struct str device, struct report *report, struct str *out_token, int64_t *out_person_id);
/* A session by resume code: level 1, whatever is known of the person. */
MUST_USE struct err person_sign_in_resumed(
	struct hall *hall, struct arena *arena, int64_t person_id, struct str device, struct str *out_token);

/* ---- how surely somebody is known ---- */

struct identity { int32_t level; struct str method, by; int64_t confirmed_ms, ends_ms; };   /* level 1, ends_ms 0: never confirmed */
MUST_USE struct err identity_of(struct hall *hall, struct arena *arena, int64_t person_id, struct identity *out_identity);

struct confirmation {
	struct str name, id_number;  /* as confirmed: they replace what stood there */
	int32_t level;               /* 2, 3 */
	struct str method;           /* in words, for evidence: 随申办 */
	struct str subject;          /* issuer and subject of a connector, or empty: face to face */
	struct str document;         /* its kind (identifiers.h); empty: a resident's card or permit */
};
/* By a connector (actor ACTOR_HALL, level 2); face to face: counter.h. INVALID: name or number cannot be. FORBIDDEN: the actor
 * may not. REFUSED: the connector's person is bound to another phone, or the number is another than was confirmed before. */
MUST_USE struct err person_confirm(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id,
	const struct confirmation *confirmation, struct report *report);

/* ---- another phone ---- */

/* Both codes are taken first (phoneOld with the old, phoneNew with the new number; about: the person's id). Every session
 * but the caller's ends. REFUSED: the new number is somebody's. FORBIDDEN: a code is not proved. */
MUST_USE struct err person_change_phone(struct hall *hall, struct arena *arena, int64_t person_id, struct str new_phone,
	const struct code_request *old_request, const struct code_request *new_request, struct str session_token, struct report *report);

/* ---- consent (个人信息保护法 14-17, 29): what, in which words, when; taken back at any time ---- */

struct consent { int64_t consent_id, case_id, given_ms, withdrawn_ms; struct str what, version, text; };
struct consents { struct consent *items; size_t count; };
/* text: exactly as shown; its hash is the version. Once given, the same text again changes nothing. case_id 0: for all. */
MUST_USE struct err consent_give(
    struct hall *hall, struct arena *arena, int64_t person_id, int64_t case_id, struct str what, struct str text);
MUST_USE struct err consents_of(struct hall *hall, struct arena *arena, int64_t person_id, struct consents *out_consents);
/* NOT_FOUND: not his, or taken back already. */
MUST_USE struct err consent_withdraw(struct hall *hall, struct arena *arena, int64_t person_id, int64_t consent_id);
/* Does a consent to exactly this text stand, for the case or for all? */
bool consent_stands(struct arena *arena, const struct consents *consents, int64_t case_id, struct str what, struct str text);

/* Who sees names: 王*明, 138****0000. */
struct str phone_masked(struct arena *arena, struct str phone);

#endif
