/* staff: how the union's own people sign in: password, then a one-time code from an authenticator app; a recovery code
 * for a lost phone; an invitation by the administrator at the beginning and after a loss. Every step is an event.
 *
 * Signing in goes by tickets: what one step proved is given to the next as a sealed text, good for TICKET_MINUTES and
 * for one state of the account. No step writes a session: that is the caller's, once a person_id came out.
 * Wrong password, unknown phone and suspended account are one answer in one time: FORBIDDEN. After a few failures (by
 * account and by client) comes a delay that grows: REFUSED, with the waiting time in the report.
 * Passwords are slow on purpose: call from the pool, never from an event thread. Words in reports are Chinese. */
#ifndef HALL_STAFF_H
#define HALL_STAFF_H

#include "base/base.h"
#include "codec/codec.h"

struct hall;
struct actor;

enum { STAFF_RECOVERY_COUNT = 10, STAFF_PASSWORD_CHARACTERS_MIN = 12, STAFF_TICKET_MINUTES = 10 };

/* [staff] of hall.ini; what is absent has the value shown. */
struct staff_policy {
	int32_t password_passes;            /* 3: t of argon2id */
	int32_t password_memory_kib;        /* 65536: m */
	int32_t invitation_hours;           /* 72 */
	int32_t account_failures;           /* 5: so many are free, then it is locked */
	int32_t client_failures;            /* 20 */
	int32_t lock_seconds;               /* 30: the first delay, doubled by each further failure */
	int32_t lock_seconds_max;           /* 3600 */
};
struct staff_policy staff_policy_default(void);
/* FORBIDDEN, INVALID: as configuration_load. */
MUST_USE struct err staff_policy_read(struct hall *hall, struct arena *arena, struct report *report, struct staff_policy *out_policy);

enum staff_step { STAFF_CODE, STAFF_ENROL };       /* what comes after the password */

/* INVALID, words in the report: shorter than 12 characters, too common, the own phone in it, one character again and again. */
MUST_USE struct err staff_password_check(struct str password, struct str phone, struct report *report);

/* client: the network address of the caller. FORBIDDEN, REFUSED. */
MUST_USE struct err staff_password(struct hall *hall, struct arena *arena, struct str phone, struct str password, struct str client,
	struct report *report, struct str *out_ticket, enum staff_step *out_step);
/* A code of the app or a recovery code. FORBIDDEN: wrong, used before, or the ticket is too old. */
struct staff_entry { int64_t person_id, recovery_left; bool by_recovery; };
MUST_USE struct err staff_code(struct hall *hall, struct arena *arena, struct str ticket, struct str code, struct str client,
	struct report *report, struct staff_entry *out_entry);

/* Enrolment: show `uri` as a QR code (qr_svg) and `secret` for typing; then the first code proves that the app has it. */
struct staff_enrolment { struct str secret, uri, qr_svg, ticket; };
MUST_USE struct err staff_enrol_begin(struct hall *hall, struct arena *arena, struct str ticket, struct staff_enrolment *out_enrolment);
struct staff_codes { struct str items[STAFF_RECOVERY_COUNT]; };   /* shown once */
MUST_USE struct err staff_enrol(struct hall *hall, struct arena *arena, struct str ticket, struct str code, struct str client,
	struct report *report, struct staff_codes *out_codes, int64_t *out_person_id);
/* New recovery codes for somebody who is signed in; the old ones are void. */
MUST_USE struct err staff_recovery_renew(
	struct hall *hall, struct arena *arena, int64_t person_id, struct str password, struct report *report, struct staff_codes *out_codes);
/* FORBIDDEN: the old one is wrong. INVALID: the new one is refused. Other sessions should end: the caller's. */
MUST_USE struct err staff_change_password(struct hall *hall, struct arena *arena, int64_t person_id, struct str old_password,
	struct str new_password, struct report *report);

/* An administrator invites a person (and thereby resets: password, app and recovery codes are void at once; the caller ends
 * the sessions). The token goes into the link, once; it is nowhere stored. FORBIDDEN: the actor is no administrator. */
MUST_USE struct err staff_invite(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, struct str *out_token);
/* NOT_FOUND: used, over, or never made. */
struct staff_invitation { int64_t person_id, expires_ms; struct str name, phone; };
MUST_USE struct err staff_invitation_read(
    struct hall *hall, struct arena *arena, struct str token, struct staff_invitation *out_invitation);
/* Sets the password and goes on to enrolment. NOT_FOUND, INVALID (the password is refused; the invitation is still good). */
MUST_USE struct err staff_invitation_use(struct hall *hall, struct arena *arena, struct str token, struct str password,
	struct report *report, struct str *out_ticket);
/* Suspended: no way in; taken back: as before. The caller ends the sessions. FORBIDDEN: the actor is no administrator. */
MUST_USE struct err staff_suspend(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, bool suspended);

struct staff_member {
	int64_t person_id, created_ms, signed_in_ms, recovery_left, invited_until_ms;
	struct str name, phone, state;
	bool demo;
};
struct staff_members { struct staff_member *items; size_t count; };
MUST_USE struct err staff_members(struct hall *hall, struct arena *arena, struct staff_members *out_members);

/* {password, secret (base 32)} of a roster file: an account marked demo, made cheaply and only once. */
MUST_USE struct err staff_demo_account(struct hall *hall, struct arena *arena, int64_t person_id, const struct json *json);

#endif
