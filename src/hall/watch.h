/* watch: the hall's own threads while it serves: what is due gets done at its moment, and what a command put aside (papers,
 * seals) is done at once by a small pool. Everything is found again by its date after a crash: the pool is only haste. */
#ifndef HALL_WATCH_H
#define HALL_WATCH_H

#include "base/base.h"
#include "hall/notices.h"

struct hall;
struct hall_watch;

struct hall_watch_options {
	struct hall *hall;
	const struct logger *logger;
	const struct notice_gateway *gateway;   /* NULL: nothing is sent, all waits in the outbox; must outlive the watch */
	int32_t pool_threads;                   /* 0 = 2 */
};

MUST_USE struct err hall_watch_start(const struct hall_watch_options *options, struct hall_watch **out_watch);
/* Looks at once instead of within a second: a clock was moved, a hall was unlocked. */
void hall_watch_look(struct hall_watch *watch);
/* Ends after the work at hand. NULL is fine. */
void hall_watch_stop(struct hall_watch *watch);

#endif
