/* journey: what the applicant does and sees after submission: the story of the case, withdrawing, asking for a person,
 * correcting, adding a paper, taking everything along; and following a case without signing in. */
#ifndef HALL_JOURNEY_H
#define HALL_JOURNEY_H

#include "base/base.h"
#include "codec/codec.h"
#include "hall/cases.h"

struct hall;

enum {
	FOLLOW_TRIES_A_NUMBER = 5, FOLLOW_TRIES_A_NETWORK = 100,     /* an hour */
	JOURNEY_WORDS_MAX = 500,                                     /* characters of a reason */
};

/* ---- the story: done, now, next, you can (requirements.md, Following a case) ---- */

struct story_line {
	struct str what;             /* submitted, outcome.accepted, decided, lawyer, paper.signed, task.done, notice, late ... */
	struct str subject;          /* element, paper or decision id; lawyer's name; field of a file */
	struct str name;             /* of the element or paper, in the service's own words, or empty */
	struct str who;              /* applicant, agent, hall, gateway, or a role's name */
	int64_t at_ms;
};
struct story_now {
	struct str element, name;    /* what is to be done, in the service's words */
	struct str words;            /* the element's documentation, may be empty */
	struct str who;              /* applicant, agent, a role's name, or hall (a program is at work) */
	struct str papers_of;        /* the party whose papers finish it, or empty */
	struct str form;
	int64_t since_ms, due_ms;    /* due 0: no date is promised */
	int64_t usual_ms;            /* median of the last cases at this step; 0: too few to say */
};
struct story_next { struct str element, name; int64_t usual_ms; };
/* What the applicant may do now. */
struct story_can { bool withdraw, ask_person, correct, add_paper, sign, fill; };
struct story {
	struct case_summary summary;
	struct str title;                         /* of the service */
	struct { LIST_OF(struct story_line); } done;    /* newest first */
	struct { LIST_OF(struct story_now); } now;      /* the applicant's own first */
	struct { LIST_OF(struct story_next); } next;    /* what comes after, on the way to the end, as far as the model tells */
	struct case_clocks clocks;                /* LA8: promised dates; worker_ms is the applicant's own waiting time */
	struct story_can can;
	int32_t paper_count, paper_done_count;    /* done: by the applicant */
};
MUST_USE struct err case_story(struct hall *hall, struct arena *arena, int64_t case_id, struct story *out_story);

/* ---- acts of the applicant. NOT_FOUND: not his. REFUSED with words: not at this point. ---- */

MUST_USE struct err case_withdraw(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str reason,
	struct report *report);
/* 个人信息保护法 24: a decision by rules alone may be refused; a person looks. */
MUST_USE struct err case_ask_person(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str reason,
	struct report *report);
/* One answer was wrong: path of the start form ("employer.name"), what is right. A clerk compares and agrees or not; until
 * then a second one is REFUSED. INVALID: no such answer, no text, or it cannot be such a value. */
MUST_USE struct err case_ask_correction(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str path,
	struct str right, struct str reason, struct report *report);
/* What can be corrected: texts, numbers and dates of the start form that have a value. */
struct answer_given { struct str path, label, text; };
struct answers_given { struct answer_given *items; size_t count; };
MUST_USE struct err case_answers(struct hall *hall, struct arena *arena, int64_t case_id, struct answers_given *out_answers);
/* A paper more, for whoever works on it: kept under the field `extra`. REFUSED: the case is closed, or EXTRA_COUNT_MAX. */
enum { EXTRA_COUNT_MAX = 20 };
MUST_USE struct err case_add_paper(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str name,
	struct str content, struct report *report);

struct attached_file { int64_t file_id, bytes; struct str field, media_type, name, words; bool sound; };
struct attached_files { struct attached_file *items; size_t count; };
/* What was attached, without the papers that the hall wrote. */
MUST_USE struct err case_files(struct hall *hall, struct arena *arena, int64_t case_id, struct attached_files *out_files);
/* NOT_FOUND: not a file of this case. */
MUST_USE struct err case_file_content(
	struct hall *hall, struct arena *arena, int64_t case_id, int64_t file_id, struct attached_file *out_file, struct str *out_content);

/* Everything kept about a person (个人信息保护法 45): data.json, files, papers, receipts, in one ZIP. */
MUST_USE struct err person_export(struct hall *hall, struct arena *arena, int64_t person_id, struct str *out_zip);

/* ---- without signing in ---- */

struct followed {
	struct str title, number, state, outcome, service_version;
	struct { LIST_OF(struct story_now); } now;      /* name, who, due: no words of anybody */
	int64_t submitted_ms, due_ms, closed_ms;
};
/* tail: the last four digits of the applicant's phone. FORBIDDEN: unknown number or other tail, one answer for both.
 * REFUSED: too many tries; the report says when again. */
MUST_USE struct err case_follow(struct hall *hall, struct arena *arena, struct str number, struct str tail, struct str client,
	struct report *report, struct followed *out_followed);

#endif
