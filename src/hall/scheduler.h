/* scheduler: what is due gets done: timers, jobs, clocks, the outbox. Nothing is skipped: due work is found by its date,
 * however late we are, in batches until none is left; a deadline that passed while nobody was told is itself an alarm. */
#ifndef HALL_SCHEDULER_H
#define HALL_SCHEDULER_H

#include "base/base.h"

struct hall;

/* Does everything that is due now, earliest first, page by page until nothing is left; returns how much that was. Each timer,
 * job and alarm is a command of its own, so a crash between two repeats nothing. What fails is logged, named in the report
 * (a warning), counted by scheduler_alarms and tried again by the next call; it holds up nothing behind it. LOCKED; the
 * store's failures. */
MUST_USE struct err scheduler_run_due(struct hall *hall, struct report *report, size_t *out_done);
/* Only the jobs of one case (papers, receipts): what a caller waits for. */
MUST_USE struct err scheduler_settle(struct hall *hall, struct arena *arena, int64_t case_id, struct report *report);
/* What the hall should be ashamed of at this moment; all zero is a good day. */
struct scheduler_alarms {
	int64_t tasks_overdue;       /* open past their due time */
	int64_t tasks_untold;        /* of these, without the event task.overdue yet */
	int64_t clocks_late;         /* promises broken and still not kept */
	int64_t timers_behind, jobs_behind;   /* due for more than ALARM_BEHIND_MS: the scheduler stands still, or they fail */
	int64_t jobs_failed;         /* given up after the last try; a person must look */
	int64_t cases_unindexed;
};
enum { ALARM_BEHIND_MS = 60000 };
MUST_USE struct err scheduler_alarms(struct hall *hall, struct scheduler_alarms *out_alarms);
/* The moment at which the next timer fires; INT64_MAX when none is set. */
MUST_USE struct err scheduler_next_ms(struct hall *hall, int64_t *out_at_ms);

#endif
