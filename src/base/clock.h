/* clock: where time comes from. One is injected at the top; nobody else asks the machine.
 * Times are UTC milliseconds since 1970 (`_ms`). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*now_ms)(void *data);
	void *data;
};

static inline int64_t clock_now_ms(struct clock clock) { return clock.now_ms(clock.data); }

struct clock clock_system(void);
/* Stands still at *ms until somebody moves it. The caller owns *ms; readers see whole values. */
struct clock clock_manual(_Atomic int64_t *ms);
/* For measuring durations only; never a date. */
int64_t clock_monotonic_us(void);

#endif
