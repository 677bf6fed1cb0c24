/* audit: what happened, kept for ever: each event is a row, and a leaf of the log commits to its content. */
#ifndef HALL_AUDIT_H
#define HALL_AUDIT_H

#include "base/base.h"

struct hall;

struct audit_event {
	int64_t event_id, case_id, at_ms;
	struct str who;          /* applicant, agent, hall, gateway, or role:person */
	struct str what;         /* case.submitted, element.entered, decision.made, task.done, paper.signed, notice.queued ... */
	struct str subject;      /* element, paper, clock, notice or decision it is about */
	struct str detail;       /* JSON, or empty */
	bool staff;              /* done by a union role */
};
struct audit_events { struct audit_event *items; size_t count; };

/* The events of a case in order. */
MUST_USE struct err audit_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct audit_events *out_events);

/* Holds everything against the log: each leaf against the row it commits to, the tree against its heads and their
 * signatures, papers against their hashes and signatures, receipts against their commitments, the database's own check.
 * What does not fit is named in the report. TAMPERED when anything is found. */
struct verified { int64_t leaves, heads, events, receipts, papers, replaced, files, cases; };   /* replaced: papers of the archive */
MUST_USE struct err hall_verify(struct hall *hall, struct arena *arena, struct report *report, struct verified *out_verified);

#endif
