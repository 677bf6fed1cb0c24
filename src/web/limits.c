/* How often somebody may ask: buckets that fill with time, in memory, one for each kind and key. A full table forgets the
 * bucket that was used longest ago in its row: that is a gift to a stranger, never a refusal. */
#include "web/inside.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_COUNT = 4096, ROW_WIDTH = 8 };

struct bucket { uint64_t key; int64_t used_us; double tokens; };
struct limits { pthread_mutex_t lock; uint64_t seed; struct bucket rows[ROW_COUNT][ROW_WIDTH]; };

struct limits *limits_new(void)
{
	struct limits *limits = calloc(1, sizeof *limits);
	if (!limits) abort();
	pthread_mutex_init(&limits->lock, NULL);
	rand_fill(rand_system(), &limits->seed, sizeof limits->seed);
	return limits;
}

void limits_free(struct limits *limits)
{
	if (!limits) return;
	pthread_mutex_destroy(&limits->lock);
	free(limits);
}

/* FNV-1a from a random start: nobody outside can choose keys that fall together. */
static uint64_t hash_of(const struct limits *limits, const char *kind, struct str key)
{
	uint64_t hash = limits->seed ^ UINT64_C(1469598103934665603);
	for (const char *c = kind; *c; c++) hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (size_t i = 0; i < key.len; i++) hash = (hash ^ (unsigned char)key.ptr[i]) * UINT64_C(1099511628211);
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

static struct bucket *bucket_of(struct limits *limits, uint64_t key, double burst, int64_t now_us)
{
	struct bucket *row = limits->rows[key % ROW_COUNT], *oldest = row;
	for (int i = 0; i < ROW_WIDTH; i++) {
		if (row[i].key == key) return &row[i];
		if (row[i].used_us < oldest->used_us) oldest = &row[i];
	}
	*oldest = (struct bucket){ .key = key, .used_us = now_us, .tokens = burst };
	return oldest;
}

bool limit_take(struct limits *limits, const char *kind, struct str key, int32_t a_minute, int64_t now_us)
{
	double burst = a_minute;
	pthread_mutex_lock(&limits->lock);
	struct bucket *bucket = bucket_of(limits, hash_of(limits, kind, key), burst, now_us);
	bucket->tokens += (double)(now_us - bucket->used_us) / 60e6 * a_minute;
	if (bucket->tokens > burst) bucket->tokens = burst;
	bucket->used_us = now_us;
	bool taken = bucket->tokens >= 1;
	if (taken) bucket->tokens -= 1;
	pthread_mutex_unlock(&limits->lock);
	return taken;
}
