/* overlays: what an administrator lays over regions/CODE.csv and calendar/YEAR.csv: a new figure with its date and source,
 * days off and days worked. Each change is looked at first (overlay_preview says whom it touches), then confirmed, and is
 * in force for every thread at once. A decided case never changes: its receipts carry the figures they were decided by.
 * Running promises are counted again, and who must wait longer is told.
 *
 * Figures and calendar are the whole hall's: only an administrator of its first organisation changes them. */
#ifndef HALL_OVERLAYS_H
#define HALL_OVERLAYS_H

#include "hall/calendar.h"
#include "hall/cases.h"
#include "hall/parameters.h"

struct hall;

enum { OVERLAY_DAY_COUNT_MAX = 400, OVERLAY_CASE_COUNT_MAX = 500, OVERLAY_TEXT_CHARACTERS_MAX = 300 };

enum overlay_kind { OVERLAY_PARAMETER, OVERLAY_DAYS, OVERLAY_WITHDRAW_PARAMETER, OVERLAY_WITHDRAW_DAYS };
struct overlay_day { struct date day; struct str kind, name; };      /* kinds: calendar_with */
struct overlay_change {
	enum overlay_kind kind;
	struct parameter parameter;          /* confidence: verified or unverified */
	const struct overlay_day *days;
	size_t day_count;
	struct str source;                   /* of the days */
	int64_t withdrawn_id;                /* of a row of parameter_overlays, or the batch_id of one of calendar_overlays */
};

/* A promise that would end, or now ends, on another day. */
struct clock_move {
	int64_t case_id, organisation_id, old_due_ms, new_due_ms;
	struct str number, clock, basis, old_on, new_on;
	bool old_provisional, new_provisional;
};
struct clock_moves { LIST_OF(struct clock_move); };
struct overlay_use { struct str service_id, title, place; };             /* place: "decisions/acceptance.dmn", "clock review" */
struct decision_change { int64_t case_id, organisation_id; struct str number, decision; };   /* it would come out otherwise today */
struct overlay_preview {
	int64_t version;                     /* give it back to overlay_confirm */
	const struct parameter *before, *after;      /* what holds on `parameter.from`; NULL: nothing */
	struct { LIST_OF(struct overlay_use); } uses;
	struct { LIST_OF(struct str); } regions_of_their_own;    /* below the region, with rows of that name: they keep them */
	struct clock_moves moves;
	struct { LIST_OF(struct decision_change); } decisions;
	bool cut;                            /* more than OVERLAY_CASE_COUNT_MAX cases would change: the first are listed */
};
/* Changes nothing. INVALID (words in the report, place = field), NOT_FOUND (no such row to withdraw). */
MUST_USE struct err overlay_preview(
	struct hall *hall, struct arena *arena, const struct overlay_change *change, struct report *report,
		struct overlay_preview *out_preview);
/* REFUSED: somebody changed something since the preview; look again. NOT_FOUND, FORBIDDEN: rights.h. out_moves: the promises
 * that were counted anew; when that fails half-way, the figures hold already and the rest is counted by the hall itself. */
MUST_USE struct err overlay_confirm(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t version,
	const struct overlay_change *change, struct report *report, struct clock_moves *out_moves);

/* Everything ever entered, newest first; withdrawn_ms 0: it holds. */
struct parameter_overlay { int64_t overlay_id, made_ms, withdrawn_ms; struct parameter row; struct str made_by, withdrawn_by; };
struct parameter_overlays { struct parameter_overlay *items; size_t count; };
MUST_USE struct err parameter_overlays(struct hall *hall, struct arena *arena, struct parameter_overlays *out_overlays);
struct calendar_overlay {
	int64_t overlay_id, batch_id, made_ms, withdrawn_ms;
	struct overlay_day day;
	struct str source, made_by, withdrawn_by;
};
struct calendar_overlays { struct calendar_overlay *items; size_t count; };
MUST_USE struct err calendar_overlays(struct hall *hall, struct arena *arena, struct calendar_overlays *out_overlays);

/* What holds now: snapshots that live as long as the hall. */
const struct parameters *hall_parameters(const struct hall *hall);
const struct calendar *hall_calendar(const struct hall *hall);
/* Counts every running promise again by what holds now: after a change, and after a start with newer files. Repeatable. */
MUST_USE struct err clocks_settle(struct hall *hall, struct arena *arena, struct str who, bool staff, struct clock_moves *out_moves);
bool clocks_are_settled(const struct hall *hall);

#endif
