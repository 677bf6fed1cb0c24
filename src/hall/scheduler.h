/* scheduler: what is due gets done: timers, jobs, clocks, the outbox. Nothing is skipped: due work is found by its date,
 * however late we are, in batches until none is left; a deadline that passed while nobody was told is itself an alarm. */
#ifndef HALL_SCHEDULER_H
#define HALL_SCHEDULER_H

#include "base/base.h"

struct hall;

/* Does everything that is due now, again and again until nothing is; returns how much that was. */
MUST_USE struct err scheduler_run_due(struct hall *hall, struct report *report, size_t *out_done);
/* Only the jobs of one case (papers, receipts): what a caller waits for. */
MUST_USE struct err scheduler_settle(struct hall *hall, struct arena *arena, int64_t case_id, struct report *report);
/* The moment at which the next timer fires; INT64_MAX when none is set. */
MUST_USE struct err scheduler_next_ms(struct hall *hall, int64_t *out_at_ms);

#endif
