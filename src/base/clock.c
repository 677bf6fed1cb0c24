#include "base/clock.h"

#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

static int64_t system_now_ms(void *data)
{
	(void)data;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t manual_now_ms(void *data) { return atomic_load((_Atomic int64_t *)data); }

struct clock clock_system(void) { return (struct clock){ .now_ms = system_now_ms, .data = NULL }; }
struct clock clock_manual(_Atomic int64_t *ms) { return (struct clock){ .now_ms = manual_now_ms, .data = ms }; }

int64_t clock_monotonic_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
