#include "hall/watch.h"

#include "hall/inside.h"
#include "hall/lawyers.h"

#include <stdlib.h>
#include <time.h>

enum { POOL_COUNT_MAX = 16, HASTE_COUNT_MAX = 4096, LOOK_MS = 1000, SEND_COUNT_MAX = 100, SWEEP_MS = 600000 };

struct hall_watch {
	struct hall *hall;
	const struct logger *logger;
	const struct notice_gateway *gateway;
	pthread_t keeper, sender, pool[POOL_COUNT_MAX];
	int32_t pool_count;
	bool has_keeper, has_sender;
	pthread_mutex_t lock;
	pthread_cond_t due, work;
	bool stopping, look, send;
	int64_t swept_ms;                    /* the keeper's alone */
	int64_t waiting[HASTE_COUNT_MAX];    /* cases whose jobs shall not wait for the keeper's next look */
	size_t first, count;
	int64_t in_hand[POOL_COUNT_MAX];     /* the case that each of the pool works on, 0 = none */
};

/* ---- cases in haste --------------------------------------------------------------------------------------------- */

/* Under the lock. */
static bool is_known(const struct hall_watch *watch, int64_t case_id)
{
	for (int32_t i = 0; i < watch->pool_count; i++)
		if (watch->in_hand[i] == case_id) return true;
	for (size_t i = 0; i < watch->count; i++)
		if (watch->waiting[(watch->first + i) % HASTE_COUNT_MAX] == case_id) return true;
	return false;
}

/* Called after a command was committed that put jobs aside. Whoever has the case in hand looks again by himself; what
 * slips through, or finds no room, the keeper finds by its date. */
static void haste(void *data, int64_t case_id)
{
	struct hall_watch *watch = data;
	pthread_mutex_lock(&watch->lock);
	if (watch->count < HASTE_COUNT_MAX && !watch->stopping && !is_known(watch, case_id)) {
		watch->waiting[(watch->first + watch->count++) % HASTE_COUNT_MAX] = case_id;
		pthread_cond_signal(&watch->work);
	}
	watch->send = true;
	pthread_cond_broadcast(&watch->due);
	pthread_mutex_unlock(&watch->lock);
}

/* The keeper leaves alone what the pool has or will have in a moment. */
static bool is_in_hand(void *data, int64_t case_id)
{
	struct hall_watch *watch = data;
	pthread_mutex_lock(&watch->lock);
	bool found = is_known(watch, case_id);
	pthread_mutex_unlock(&watch->lock);
	return found;
}

static void settle(struct hall_watch *watch, int64_t case_id)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct err err = scheduler_settle(watch->hall, &arena, case_id, &report);
	if (failed(err)) log_event(watch->logger, LOG_LEVEL_WARNING, "pool.failed", "reason=%s", err_name(err));
	arena_done(&arena);
}

struct pool_place { struct hall_watch *watch; int32_t index; };

static void *pool_thread(void *data)
{
	struct pool_place place = *(struct pool_place *)data;
	struct hall_watch *watch = place.watch;
	free(data);
	for (;;) {
		pthread_mutex_lock(&watch->lock);
		watch->in_hand[place.index] = 0;
		while (watch->count == 0 && !watch->stopping) pthread_cond_wait(&watch->work, &watch->lock);
		bool stop = watch->stopping;
		int64_t case_id = 0;
		if (!stop) {
			case_id = watch->waiting[watch->first];
			watch->first = (watch->first + 1) % HASTE_COUNT_MAX;
			watch->count--;
			watch->in_hand[place.index] = case_id;
		}
		pthread_mutex_unlock(&watch->lock);
		if (stop) return NULL;
		settle(watch, case_id);
	}
}

/* ---- the keeper: timers, late jobs, alarms, search; the sender: the outbox ------------------------------------------ */

static void wait_ms(struct hall_watch *watch, const bool *unless, int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) { until.tv_sec++; until.tv_nsec -= 1000000000; }
	while (!watch->stopping && !*unless && pthread_cond_timedwait(&watch->due, &watch->lock, &until) == 0) {}
}

static bool wait_for(struct hall_watch *watch, bool *wanted)
{
	pthread_mutex_lock(&watch->lock);
	wait_ms(watch, wanted, LOOK_MS);
	*wanted = false;
	bool go_on = !watch->stopping;
	pthread_mutex_unlock(&watch->lock);
	return go_on;
}

/* Sessions that ended, codes that are over, cases that a lawyer left behind: once in ten minutes of the hall's clock. */
static void sweep(struct hall_watch *watch, struct arena *arena)
{
	int64_t now_ms = hall_now_ms(watch->hall);
	if (now_ms - watch->swept_ms < SWEEP_MS) return;
	struct err err = session_sweep(watch->hall, arena);
	if (!failed(err)) err = codes_sweep(watch->hall, arena);
	if (!failed(err)) err = lawyers_sweep(watch->hall, arena);
	if (failed(err)) log_event(watch->logger, LOG_LEVEL_WARNING, "sweep.failed", "reason=%s", err_name(err));
	else watch->swept_ms = now_ms;
}

static void *keeper_thread(void *data)
{
	struct hall_watch *watch = data;
	do {
		struct arena arena = { 0 };
		struct report report = report_make(&arena);
		size_t done = 0;
		struct err err = hall_is_locked(watch->hall) ? OK : scheduler_run_due(watch->hall, &report, &done);
		if (failed(err)) log_event(watch->logger, LOG_LEVEL_ERROR, "scheduler.failed", "reason=%s", err_name(err));
		if (!hall_is_locked(watch->hall)) sweep(watch, &arena);
		arena_done(&arena);
	} while (wait_for(watch, &watch->look));
	return NULL;
}

static void *sender_thread(void *data)
{
	struct hall_watch *watch = data;
	do {
		size_t sent = 0;
		struct err err = hall_is_locked(watch->hall) ? OK : notices_send(watch->hall, watch->gateway, SEND_COUNT_MAX, &sent);
		if (failed(err) && !err_is(err, ERR_BUSY)) log_event(watch->logger, LOG_LEVEL_ERROR, "outbox.failed", "reason=%s", err_name(err));
	} while (wait_for(watch, &watch->send));
	return NULL;
}

/* ---- start and stop ---------------------------------------------------------------------------------------------------- */

static void start_pool(struct hall_watch *watch, int32_t wanted)
{
	for (int32_t i = 0; i < wanted && i < POOL_COUNT_MAX; i++) {
		struct pool_place *place = malloc(sizeof *place);
		if (!place) abort();
		*place = (struct pool_place){ watch, i };
		if (pthread_create(&watch->pool[i], NULL, pool_thread, place) != 0) {
			free(place);
			return;
		}
		watch->pool_count = i + 1;
	}
}

struct err hall_watch_start(const struct hall_watch_options *options, struct hall_watch **out_watch)
{
	struct hall_watch *watch = calloc(1, sizeof *watch);
	pthread_condattr_t monotonic;
	if (!watch) abort();
	watch->hall = options->hall;
	watch->logger = options->logger;
	watch->gateway = options->gateway;
	pthread_mutex_init(&watch->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&watch->due, &monotonic);
	pthread_cond_init(&watch->work, NULL);
	pthread_condattr_destroy(&monotonic);
	start_pool(watch, options->pool_threads ? options->pool_threads : 2);
	watch->hall->haste = haste;
	watch->hall->is_in_hand = is_in_hand;
	watch->hall->haste_data = watch;
	watch->has_keeper = pthread_create(&watch->keeper, NULL, keeper_thread, watch) == 0;
	if (watch->gateway) watch->has_sender = pthread_create(&watch->sender, NULL, sender_thread, watch) == 0;
	*out_watch = watch;
	return watch->has_keeper && watch->pool_count > 0 ? OK : ERR(IO);
}

void hall_watch_look(struct hall_watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	watch->look = watch->send = true;
	pthread_cond_broadcast(&watch->due);
	pthread_mutex_unlock(&watch->lock);
}

void hall_watch_stop(struct hall_watch *watch)
{
	if (!watch) return;
	pthread_mutex_lock(&watch->lock);
	watch->stopping = true;
	pthread_cond_broadcast(&watch->due);
	pthread_cond_broadcast(&watch->work);
	pthread_mutex_unlock(&watch->lock);
	if (watch->has_keeper) pthread_join(watch->keeper, NULL);
	if (watch->has_sender) pthread_join(watch->sender, NULL);
	for (int32_t i = 0; i < watch->pool_count; i++) pthread_join(watch->pool[i], NULL);
	watch->hall->haste = NULL;
	watch->hall->is_in_hand = NULL;
	pthread_mutex_destroy(&watch->lock);
	pthread_cond_destroy(&watch->due);
	pthread_cond_destroy(&watch->work);
	free(watch);
}
