/* demo: a hall of made-up people with a week behind it, and a clock that can be pushed on. Only a folder that was made as a
 * demo has the mark DIR/demo.json; nothing here touches any other hall. */
#ifndef HALL_DEMO_H
#define HALL_DEMO_H

#include "base/base.h"

struct hall;

enum { DEMO_KEEP_MS = 10000, DEMO_EVENT_COUNT_MAX = 200, DEMO_MESSAGE_COUNT_MAX = 200, DEMO_GROUP_PEOPLE_MAX = 3, DEMO_LAWYERS_MAX = 12 };

bool demo_is(const char *folder);
/* Makes the mark: the clock of this hall will go on from `at_ms`; 0: with the machine's until somebody pushes it. */
MUST_USE struct err demo_mark(struct arena *arena, const char *folder, int64_t at_ms);

/* ---- the clock: goes with the machine's from where it stood when the hall was last open, and never back ---------------- */

struct demo_clock;
/* Heap: close it. NOT_FOUND: no demo hall. BUSY: another process has it open. TAMPERED: the mark cannot be read. */
MUST_USE struct err demo_clock_open(const char *folder, struct demo_clock **out_clock);
/* Writes down where it stands; at least every DEMO_KEEP_MS, so that a crash does not take it back. */
MUST_USE struct err demo_clock_keep(struct demo_clock *clock);
void demo_clock_close(struct demo_clock *clock);      /* NULL is fine */
struct clock demo_clock_face(struct demo_clock *clock);

/* How far it can be pushed. NEXT: to the next moment at which something is due. */
#define DEMO_STEPS(X) \
	X(hour) \
	X(workingDay) \
	X(week) \
	X(next)
#define X(name) DEMO_##name,
enum demo_step { DEMO_STEPS(X) DEMO_STEP_COUNT };
#undef X
const char *demo_step_name(enum demo_step step);
/* Where the step leads from now. NOT_FOUND: nothing is due any more. */
MUST_USE struct err demo_target(struct hall *hall, enum demo_step step, int64_t *out_ms);
/* Goes from one due moment to the next, so that nothing happens later than it would have, and does what is due. Takes some
 * milliseconds for each timer. */
MUST_USE struct err demo_move(struct hall *hall, struct demo_clock *clock, int64_t to_ms, struct report *report);

/* ---- a week of Baoshan (requirements.md, the demo hall) ------------------------------------------------------------------ */

struct demo_week_options {
	const char *demo;              /* folder with applicants.jsonl, organisations.json, week.json */
	const char *services, *law;    /* folders */
	int32_t applicants_max;        /* 0: all. The ones whose story week.json tells come first */
	void (*progress)(void *data, size_t done, size_t total);     /* may be NULL */
	void *data;
};
struct play_stage;
/* Fills a new hall. Its clock ends at *out_now_ms. INVALID with place and words: week.json or an applicant is wrong. */
MUST_USE struct err demo_week_make(
	struct play_stage *stage, struct arena *arena, const struct demo_week_options *options, struct report *report, int64_t *out_now_ms);
/* The moment at which the first of them comes: where the clock of the stage must start. */
MUST_USE struct err demo_week_begin(struct arena *arena, const char *demo, struct report *report, int64_t *out_at_ms);

/* ---- who can be tried, and what arrived ------------------------------------------------------------------------------------ */

/* name: what they have to do just now */
#define DEMO_GROUPS(X) \
	X(finished) \
	X(signing) \
	X(asked)      /* something is asked of them: a paper, a case number */ \
	X(waiting)    /* for a person of the union */ \
	X(draft) \
	X(lawyer) \
	X(staff)
#define X(name) DEMO_GROUP_##name,
enum demo_group { DEMO_GROUPS(X) DEMO_GROUP_COUNT };
#undef X
const char *demo_group_name(enum demo_group group);
struct demo_person {
	enum demo_group group;
	int64_t person_id, organisation_id, lawyer_id;   /* organisation: staff; lawyer: of the roster */
	struct str name, phone, role, organisation;      /* role: staff, the one to come in with */
	struct str number, task;                         /* of the case: its number, what is open (in the service's words); may be empty */
	int64_t case_count, offer_count;                 /* lawyer: cases in hand, those among them that wait for an answer */
};
/* At most DEMO_GROUP_PEOPLE_MAX of the workers' groups and DEMO_LAWYERS_MAX lawyers, those with offers first; counts: how many
 * there are of each. */
struct demo_people { LIST_OF(struct demo_person); int64_t counts[DEMO_GROUP_COUNT]; };
MUST_USE struct err demo_people(struct hall *hall, struct arena *arena, struct demo_people *out_people);
/* A session for one of them, as his own way in would open it. NOT_FOUND: not one of the demo. */
MUST_USE struct err demo_sign_in(struct hall *hall, struct arena *arena, enum demo_group group, int64_t id, struct str device,
	struct str *out_token, struct demo_person *out_person);

/* Confirms a worker as the city's app would: with the name and number that are known, else with made-up ones. Level 2; a new
 * token for the session. */
MUST_USE struct err demo_confirm(struct hall *hall, struct arena *arena, int64_t person_id, struct str session_token,
	struct report *report, struct str *out_token);

struct demo_message { int64_t queued_ms, sent_ms; struct str phone, name, text, code, state; };   /* code: six digits, or empty */
struct demo_messages { struct demo_message *items; size_t count; };
/* What went to phones, newest first. phone: of one alone, or empty. */
MUST_USE struct err demo_messages(struct hall *hall, struct arena *arena, struct str phone, struct demo_messages *out_messages);
/* The code that this member's authenticator would show now. NOT_FOUND: no account of the demo. */
MUST_USE struct err demo_staff_code(struct hall *hall, struct arena *arena, int64_t person_id, struct str *out_code);

struct demo_event { int64_t event_id, case_id, at_ms; struct str number, who, what, subject; };
struct demo_events { struct demo_event *items; size_t count; };
/* What the hall itself did after that event (timers, clocks, notices), oldest first. after_id 0: nothing, but *out_last_id. */
MUST_USE struct err demo_events(
	struct hall *hall, struct arena *arena, int64_t after_id, struct demo_events *out_events, int64_t *out_last_id);

#endif
