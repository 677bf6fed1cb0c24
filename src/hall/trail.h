/* trail: the whole trail for auditors: what happened in the cases of their union and below it, to the hall itself (for those
 * of the whole hall), and each decision with what it was decided by. Details stay closed, and so does whose case it is: an
 * event names the union's people, never a worker. Needs the right AUDIT where the auditor works. */
#ifndef HALL_TRAIL_H
#define HALL_TRAIL_H

#include "base/base.h"
#include "hall/audit.h"
#include "hall/cases.h"

struct hall;

enum { TRAIL_EXPORT_COUNT_MAX = 50000 };

struct trail_filter {
	struct str kinds;            /* words of events, separated by commas; empty: all */
	struct str prefix;           /* the beginning of the word before a dot: "role"; empty: all */
	struct str person;           /* of the union: id as text; empty: everybody */
	struct str number;           /* a case's number as it is printed, ASCII brackets allowed; empty: all */
	int64_t from_ms, until_ms;   /* 0: open */
	struct str cursor;           /* of the last row that was seen; empty: the newest */
	size_t count;
};
struct trail_event { struct audit_event event; struct str number, cursor; };      /* number empty: of the hall, or of a draft */
struct trail_events { LIST_OF(struct trail_event); };
/* Newest first. NOT_FOUND: no such number where he works. INVALID: no cursor. FORBIDDEN. */
MUST_USE struct err trail_events(struct hall *hall, struct arena *arena, const struct actor *auditor, const struct trail_filter *filter,
	struct trail_events *out_events);

struct trail_replay { int64_t at_ms; struct str who; bool same; };
struct trail_receipt {
	int64_t receipt_id, decided_ms;
	struct str number, decision, title, version, commitment, cursor;     /* commitment: the receipt without its values */
	struct { LIST_OF(struct trail_replay); } replays;                    /* newest first */
};
struct trail_receipts { LIST_OF(struct trail_receipt); };
/* Of the filter: number, days, cursor, count. Newest first. */
MUST_USE struct err trail_receipts(struct hall *hall, struct arena *arena, const struct actor *auditor,
	const struct trail_filter *filter, struct trail_receipts *out_receipts);
/* NOT_FOUND: none, or of another union. */
MUST_USE struct err trail_receipt(
	struct hall *hall, struct arena *arena, const struct actor *auditor, int64_t receipt_id, struct trail_receipt *out_receipt);
/* Decides again with the version, the figures and the days of then. What came out is an event of the case (receipt.replayed);
 * a difference is named in the report, without any value. */
MUST_USE struct err trail_replay(struct hall *hall, struct arena *arena, const struct actor *auditor, int64_t receipt_id,
	struct report *report, bool *out_same);

#endif
