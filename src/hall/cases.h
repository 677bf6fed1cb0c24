/* cases: one person's matter, from the draft to the last paper. Every call is one durable command: when it returns OK,
 * it has happened. */
#ifndef HALL_CASES_H
#define HALL_CASES_H

#include "base/base.h"
#include "feel/feel.h"
#include "hall/catalogue.h"

struct hall;

/* Who acts: stands in every event. */
enum actor_kind { ACTOR_APPLICANT, ACTOR_AGENT, ACTOR_STAFF, ACTOR_HALL };
struct actor {
	enum actor_kind kind;
	int64_t person_id;           /* 0 for the hall; the lawyer's id for the agent */
	struct str role;             /* STAFF: the role that is used */
	int64_t organisation_id;     /* STAFF: where it is used, and below; 0: wherever it is held */
	int32_t identity_level;      /* of the session: 1-3 */
	struct str identity_method;  /* "phone and one-time code", "随申办" ... */
	struct str device;           /* what the session ran on, for evidence; may be empty */
};

struct case_summary {
	int64_t case_id, version, applicant_id, organisation_id, lawyer_id;   /* lawyer_id 0: none */
	struct str number;           /* empty before submission */
	struct str service_id, service_version, region, state, outcome;
	bool trial;
	int64_t opened_ms, submitted_ms, decided_ms, closed_ms;               /* 0: not yet */
};

struct case_task {
	int64_t task_id, case_id, opened_ms, due_ms;
	uint32_t key;
	struct str element, name, form, candidate_role, assignee, papers_of, state;
};
struct case_tasks { struct case_task *items; size_t count; };

struct case_clock {
	struct str name, due_on, basis, state;      /* running, met, late */
	int64_t began_ms, warn_ms, due_ms, ended_ms, worker_ms;
	bool provisional;
};
struct case_clocks { struct case_clock *items; size_t count; };

struct case_upload { struct str field, name, content; };

/* A draft: data may be incomplete. applicant_id: a person of identity.h. region: where the service is asked for.
 * NOT_FOUND: no such service is offered. */
MUST_USE struct err case_open(struct hall *hall, struct arena *arena, const struct actor *actor, struct str service_id,
	struct str region, int64_t *out_case_id);
/* Keeps a file with the case. An unsound one is kept too (it fails its rule) and described in the report. */
MUST_USE struct err case_attach(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	const struct case_upload *upload, struct report *report, int64_t *out_file_id);
/* Checks the start form and starts the process: number, clocks, decision, all that happens at once. INVALID with every
 * field's error in the report: then there is still only the draft. REFUSED: submitted before, or the level is too low. */
MUST_USE struct err case_submit(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	struct feel_value data, struct report *report);
/* Finishes an open task with its form's data. FORBIDDEN, REFUSED (not open any more; papers not all done), INVALID. */
MUST_USE struct err case_do_task(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	struct str element, struct feel_value data, struct report *report);

MUST_USE struct err case_by_id(struct hall *hall, struct arena *arena, int64_t case_id, struct case_summary *out_case);
MUST_USE struct err case_by_number(struct hall *hall, struct arena *arena, struct str number, struct case_summary *out_case);
MUST_USE struct err case_tasks(struct hall *hall, struct arena *arena, int64_t case_id, struct case_tasks *out_tasks);
MUST_USE struct err case_clocks(struct hall *hall, struct arena *arena, int64_t case_id, struct case_clocks *out_clocks);
/* The data as last accepted, and the variables of the process (null while a draft). For those who may see the case. */
MUST_USE struct err case_data(struct hall *hall, struct arena *arena, int64_t case_id, struct feel_value *out_data,
	struct feel_value *out_variables);
/* Submitted cases; trial ones are never counted (LA18, LA27). */
MUST_USE struct err case_count(struct hall *hall, struct arena *arena, int64_t *out_count);

#endif
