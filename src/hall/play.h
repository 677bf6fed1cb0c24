/* play: carries one applicant through a service, from the answers in a file to the last paper: what `case run`, the
 * demo and golden cases do. It plays applicant and assigned agent; every act it makes up stands in `assumed`. */
#ifndef HALL_PLAY_H
#define HALL_PLAY_H

#include "base/base.h"
#include "codec/codec.h"
#include "hall/cases.h"
#include "hall/house.h"

enum { PLAY_ANSWERS_BYTES_MAX = 4 << 20 };

struct play_stage;                 /* a hall with a clock that moves only when told to */

struct play_stage_options {
	struct hall_places places;     /* places.hall NULL: a temporary hall, removed at the end */
	const char *demo;              /* folder with organisations.json, for a temporary hall */
	struct str roster;             /* JSON of the same shape in its stead; empty: none */
	struct str region;             /* of a temporary hall */
	int64_t at_ms;                 /* where its clock starts */
	const struct logger *logger;
	struct str passphrase, recovery_key;   /* of a given hall of mode `locked`; mostly empty */
};

/* A temporary hall gets the demo's organisations and roster. NOT_FOUND, INVALID ... as hall_open and hall_init. */
MUST_USE struct err play_stage_open(
    struct arena *arena, const struct play_stage_options *options, struct report *report, struct play_stage **out_stage);
void play_stage_close(struct play_stage *stage);
struct hall *play_stage_hall(struct play_stage *stage);
/* Moves the clock (never back) and does what is due then. */
MUST_USE struct err play_stage_move(struct play_stage *stage, int64_t to_ms, struct report *report);

struct play_options {
	struct str service, region;    /* region empty: the hall's */
	const struct json *answers;    /* one object of a sample's shape; id, inGroup and expect are ignored */
	const char *folder;            /* relative file paths start here */
	const struct json *declines;   /* {lawyer's name: reason}: who declines instead of signing; may be NULL */
	const struct json *then;       /* of a golden case: what happens next; may be NULL */
	bool hand_in;                  /* only that: nobody signs or does anything after it */
};

struct play_failed_rule { struct str rule, article, fact; };
struct play_result {
	int64_t case_id, staff_events, started_us, ended_us;
	struct case_summary summary;
	struct { LIST_OF(struct play_failed_rule); } failed_rules;
	struct { LIST_OF(struct str); } assumed;
};

/* INVALID: impossible answers, every field's error in the report, and no case. */
MUST_USE struct err play_case(struct play_stage *stage, struct arena *arena, const struct play_options *options, struct report *report,
	struct play_result *out_result);
/* What `case run` prints (design.md §9). papers: names as written to --out. */
struct json *play_json(struct play_stage *stage, struct arena *arena, const struct play_result *result, struct err *out_err);

#endif
