/* staff_inside: what the files of staff share with each other and with nobody else. */
#ifndef HALL_STAFF_INSIDE_H
#define HALL_STAFF_INSIDE_H

#include "hall/inside.h"
#include "hall/staff.h"

struct staff_account {
	int64_t person_id, last_step, created_ms, signed_in_ms, version;
	struct str state, password, sealed_secret;
	bool demo;
};
/* NOT_FOUND: this person is no member of the staff. */
MUST_USE struct err staff_account_read(
	struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t person_id, struct staff_account *out_account);
struct seal_password_cost staff_cost(const struct staff_policy *policy);
/* "staff:ID", what stands in events. */
struct str staff_who(struct arena *arena, int64_t person_id);
MUST_USE struct err staff_code_box(struct hall *hall, struct arena *arena, int64_t person_id, struct str secret, struct str *out_box);

/* ---- staff_attempt.c: each try is counted before it is judged, so that many at one moment win nothing ---- */

enum { STAFF_SUBJECT_COUNT = 2 };
struct staff_attempt { const struct staff_policy *policy; struct str account, client; struct report *report; };
/* REFUSED: locked, the report says how long. */
MUST_USE struct err staff_attempt_begin(struct hall *hall, struct arena *arena, const struct staff_attempt *attempt);
/* It was right after all. In the command that says so, or in one of its own. */
void staff_attempt_release(struct work *work, const struct staff_attempt *attempt);

/* ---- staff_ticket.c ---- */

struct staff_ticket { int64_t person_id, version; enum staff_step step; struct str secret; };
MUST_USE struct err staff_ticket_make(struct hall *hall, struct arena *arena, const struct staff_ticket *ticket, struct str *out_text);
/* FORBIDDEN: another step's, too old, or not ours. */
MUST_USE struct err staff_ticket_read(
    struct hall *hall, struct arena *arena, struct str text, enum staff_step step, struct staff_ticket *out);

#endif
