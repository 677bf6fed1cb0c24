/* people_admin: who works here, at which organisation, in which role; the tree of organisations; the roster of lawyers. An
 * administrator rules his own organisation and what is below it, and sees nothing beyond; every change is an event with
 * his name. Nobody gives himself a role, nobody both runs the machines and reads cases (LA4), and there is always somebody
 * left who can administer. */
#ifndef HALL_PEOPLE_ADMIN_H
#define HALL_PEOPLE_ADMIN_H

#include "base/base.h"
#include "hall/cases.h"
#include "hall/organisations.h"

struct hall;

/* ---- people ---- */

struct managed_role { int64_t organisation_id; struct str organisation, role; bool ours; };   /* ours: inside the scope */
struct managed_person {
	int64_t person_id, signed_in_ms, invited_until_ms, recovery_left;
	struct str name, phone, state;           /* of the account (staff.h); empty: he was never invited */
	struct { LIST_OF(struct managed_role); } roles;
	bool all_ours;                           /* every role of his lies inside the scope: his account is ours to reset */
};
struct managed_people { struct managed_person *items; size_t count; };
/* Everybody with a role at the scope's organisation or below. q: a piece of the name, the phone, or a role's word; empty: all. */
MUST_USE struct err people_managed(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, struct str q, struct managed_people *out_people);
/* NOT_FOUND: nobody with a role in the scope. */
MUST_USE struct err person_managed(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, int64_t person_id,
	struct managed_person *out_person);

/* A new member of the staff, or one more role for somebody known: INVALID with words. out_token goes into the invitation's
 * link, once; empty when he has an account already. */
struct person_invitation { int64_t organisation_id; struct str name, phone, role; };
MUST_USE struct err person_invite(struct hall *hall, struct arena *arena, const struct actor *actor,
	const struct person_invitation *invitation, struct report *report, int64_t *out_person_id, struct str *out_token);
/* REFUSED, words in the report: for oneself, or operator together with a role that reads cases. */
MUST_USE struct err person_grant(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id,
	int64_t organisation_id, struct str role, struct report *report);
/* Ends the sessions in that role too. REFUSED, words in the report: the last administrator. NOT_FOUND: he does not hold it. */
MUST_USE struct err person_withdraw(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id,
	int64_t organisation_id, struct str role, struct report *report);

enum account_act { ACCOUNT_END_SESSIONS, ACCOUNT_RESET, ACCOUNT_SUSPEND, ACCOUNT_RESTORE };
/* RESET: password, second factor and recovery codes are void, out_token is a new invitation. FORBIDDEN, words in the report:
 * he has a role beyond the scope. REFUSED: oneself (but for one's own sessions). */
MUST_USE struct err account_act(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, int64_t person_id,
	enum account_act act, struct report *report, struct str *out_token);

/* ---- organisations ---- */

struct organisation_row { struct organisation organisation; int32_t depth; int64_t people; };
struct organisation_rows { struct organisation_row *items; size_t count; };
/* The scope and what is below it, parents first. */
MUST_USE struct err organisations_managed(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, struct organisation_rows *out_rows);
/* kind: union, lawFirm, court, labour, employer, host. code: letters, digits and -, unique. INVALID with words. */
MUST_USE struct err organisation_make(struct hall *hall, struct arena *arena, const struct actor *actor,
	const struct organisation *organisation, struct report *report, int64_t *out_id);
/* Name and the facts that papers and messages print; an empty fact is removed, other keys of its data stay. */
struct organisation_facts { struct str name, hotline, address, hours, seal_text, sms_sign; };
MUST_USE struct err organisation_change(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id,
	const struct organisation_facts *facts, struct report *report);
MUST_USE struct err organisation_facts_read(struct arena *arena, const struct organisation *organisation,
	struct organisation_facts *out_facts);

/* ---- lawyers: the roster is the whole hall's ---- */

struct lawyer_entry { int64_t firm_id; struct str name, sex, licence, phone, skills; int64_t load_max; bool available; };
MUST_USE struct err lawyer_make(struct hall *hall, struct arena *arena, const struct actor *actor, const struct lawyer_entry *entry,
	struct report *report, int64_t *out_lawyer_id);
/* Phone, skills, load_max and available; the rest of the entry is not looked at. */
MUST_USE struct err lawyer_change(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t lawyer_id,
	const struct lawyer_entry *entry, struct report *report);
/* Whom he acts for: a name or a credit code. name empty in the list: entered before names were kept, only its hash is known. */
struct lawyer_clients { struct str *items; size_t count, nameless; };
MUST_USE struct err lawyer_clients(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer_clients *out_clients);
MUST_USE struct err lawyer_client_change(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t lawyer_id,
	struct str client, bool acts, struct report *report);

#endif
