/* desk: one case on the desk of a member of the staff: looked at, taken, decided, and what others did meanwhile.
 *
 * Every call with an actor checks his right over the case (rights.h); whoever has it not is refused, and that is an event. */
#ifndef HALL_DESK_H
#define HALL_DESK_H

#include "base/base.h"
#include "feel/feel.h"
#include "hall/cases.h"
#include "hall/desk_words.h"

/* Before the content of a case is shown: FORBIDDEN, NOT_FOUND; else the event case.read, at most one a person and hour. */
MUST_USE struct err desk_look(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id);

/* Who has a task, or what became of it. */
struct desk_task {
	int64_t task_id, opened_ms, due_ms, taken_ms, done_ms;     /* 0: not */
	struct str element, name, role, state;                     /* open, done, cancelled */
	struct str taken_by, taken_name;                           /* person's id as text, name; empty: nobody */
	struct str done_name;
	struct feel_value answer;                                  /* what was filled in: review {decision, reason ...}; null: not told */
};
/* The newest task of that element. NOT_FOUND: there was none. */
MUST_USE struct err desk_task(struct hall *hall, struct arena *arena, int64_t case_id, struct str element, struct desk_task *out_task);

/* Takes a task, so that others see it. REFUSED: somebody else has it (`over` false), or it is not open any more; *out_task
 * says who and what. FORBIDDEN: the actor does not hold the task's role. */
MUST_USE struct err desk_take(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element,
	bool over, struct desk_task *out_task);
MUST_USE struct err desk_give_back(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element);
/* case_do_task for a member of the staff, with whatever role he holds that the task asks for. REFUSED: a colleague has the
 * task or was faster; *out_task says who, when and what he decided. */
MUST_USE struct err desk_decide(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element,
	struct feel_value data, struct report *report, struct desk_task *out_task);

/* ---- why the machine stopped ---- */

struct desk_fact { struct str path; struct feel_value value; };       /* "arbitration.caseNumber" */
struct desk_rule {
	struct rule_words words;
	bool met;
	struct { LIST_OF(struct desk_fact); } facts;                     /* the answers that the rule read */
	struct { LIST_OF(struct str); } file_fields;                     /* of the papers among them: "files.arbitrationApplication" */
};
struct desk_decision {
	int64_t receipt_id, decided_ms;
	struct str decision, version, on, whole;                         /* whole: the receipt's text */
	struct { LIST_OF(struct desk_rule); } rules;
	bool same;                                                       /* decided again with the rules of that day: the same result */
	struct str replay;                                               /* what the replay says, in words */
};
struct desk_decisions { struct desk_decision *items; size_t count; }; /* newest first */
MUST_USE struct err desk_decisions(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_decisions *out_decisions);

/* ---- papers of the applicant ---- */

struct desk_file { int64_t file_id, bytes, created_ms; struct str field, media_type, words, name; bool sound; };
struct desk_files { struct desk_file *items; size_t count; };
/* In the order in which they came; the hall's own papers are not among them. */
MUST_USE struct err desk_files(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_files *out_files);
/* After the same check as desk_look. NOT_FOUND: no such file of this case. */
MUST_USE struct err desk_file_read(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t file_id,
	struct desk_file *out_file, struct str *out_content);

/* "宝山区"; the code itself when it is not known. */
struct str desk_region_name(const struct hall *hall, struct str code);
/* A regional parameter of today as text, for words on pages; empty when there is none. */
struct str desk_parameter(struct hall *hall, struct str region, struct str name);

/* ---- what happened ---- */

struct desk_event { int64_t at_ms; struct str what, subject, detail, name, role; bool staff; };   /* name: of a person, or empty */
struct desk_events { struct desk_event *items; size_t count; };
MUST_USE struct err desk_history(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_events *out_events);

#endif
