/* drafts: what somebody has begun and not submitted: saved page by page, found again on any phone, prefilled from what is
 * known. Each call is one durable command: Back and a dead battery lose nothing that was answered OK. */
#ifndef HALL_DRAFTS_H
#define HALL_DRAFTS_H

#include "base/base.h"
#include "feel/feel.h"
#include "hall/cases.h"

struct hall;

enum {
	DRAFT_BYTES_MAX = 1 << 20, DRAFT_COUNT_MAX = 20,     /* open drafts of one person */
	RESUME_DIGITS = 8, RESUME_MINUTES = 24 * 60, RESUME_TRIES_MAX = 5,
};

/* Lays one page's data over the draft: groups are merged, lists replaced whole, null clears. Nothing is validated: that is
 * case_submit's. page: where the person is, for coming back. NOT_FOUND: no such draft of his; REFUSED: submitted already;
 * LIMIT: more than DRAFT_BYTES_MAX. out_version may be NULL. */
MUST_USE struct err case_save_draft(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str page,
	struct feel_value data, int64_t *out_version);
/* Removes the answers and the files for good; the row stays, empty, for the log. REFUSED: submitted already. */
MUST_USE struct err case_discard_draft(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id);

struct person_case {
	struct case_summary summary;
	struct str title;            /* of the service */
	struct str page;             /* draft: the last page that was saved, or empty */
	int64_t saved_ms;            /* draft: 0 = nothing saved yet */
};
struct person_cases { struct person_case *items; size_t count; };
/* Everything of one person, newest first: drafts, open and closed cases. Discarded drafts are left out. */
MUST_USE struct err cases_of_person(struct hall *hall, struct arena *arena, int64_t person_id, struct person_cases *out_cases);

/* What is known already, leaf by leaf ("employer.name"), each with where it comes from: the form decides what it takes.
 * The newest source of a path wins; lists and files are not carried over. */
enum fact_source { FACT_PERSON, FACT_CASE };
struct known_fact {
	struct str path;
	struct feel_value value;
	enum fact_source source;
	struct str number;           /* CASE: of which case */
	int64_t at_ms;               /* when it was confirmed or submitted */
};
struct known_facts { struct known_fact *items; size_t count; };
MUST_USE struct err facts_known(struct hall *hall, struct arena *arena, int64_t person_id, struct known_facts *out_facts);

/* A code of RESUME_DIGITS digits that opens this person's drafts on another phone, once, within RESUME_MINUTES; a new one
 * makes the old one void. case_id: the draft to open there, 0 = none in particular. */
MUST_USE struct err resume_code_make(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	struct str *out_code, int64_t *out_expires_ms);
/* FORBIDDEN: wrong, used, over or unknown phone: one answer for all. REFUSED: too many tries, the report says how long. */
MUST_USE struct err resume_code_use(struct hall *hall, struct arena *arena, struct str phone, struct str code, struct report *report,
	int64_t *out_person_id, int64_t *out_case_id);

#endif
