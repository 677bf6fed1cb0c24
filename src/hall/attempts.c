/* Tries are counted before they are judged, so that many at one moment win nothing. */
#include "hall/inside.h"

struct taking { const char *kind; struct str key; int32_t tries_max; int64_t window_ms, wait_s; };

static struct err take_body(struct work *work, void *data)
{
	struct taking *taking = data;
	struct store_row row;
	int64_t cutoff_ms = work->now_ms - taking->window_ms;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "attempt_of", &row, T(str_from_c(taking->kind)), B(taking->key));
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	if (!failed(err) && row_i64(row, 0) > cutoff_ms && row_i64(row, 1) >= taking->tries_max) {
		taking->wait_s = (row_i64(row, 0) - cutoff_ms + 999) / 1000;
		return ERR(REFUSED);
	}
	WORK_GUARD(work, "attempt_take", T(str_from_c(taking->kind)), B(taking->key), I(work->now_ms), I(cutoff_ms), I(taking->tries_max));
	return OK;
}

struct err attempt_take(struct hall *hall, struct arena *arena, const char *kind, struct str subject, int32_t tries_max,
	int64_t window_ms, int64_t *out_wait_s)
{
	if (!hall->keyring) return ERR(LOCKED);
	struct taking taking = {
		.kind = kind, .key = lookup_key(hall, arena, "attempt", subject), .tries_max = tries_max, .window_ms = window_ms
	};
	struct err err = work_run(hall, arena, NULL, STR("hall"), false, take_body, &taking);
	if (err_is(err, ERR_REFUSED) && out_wait_s) *out_wait_s = taking.wait_s;
	return err;
}

static struct err clear_body(struct work *work, void *data)
{
	const struct taking *taking = data;
	WORK_ADD(work, "attempt_clear", T(str_from_c(taking->kind)), B(taking->key));
	return OK;
}

struct err attempt_clear(struct hall *hall, struct arena *arena, const char *kind, struct str subject)
{
	if (!hall->keyring) return ERR(LOCKED);
	struct taking taking = { .kind = kind, .key = lookup_key(hall, arena, "attempt", subject) };
	return work_run(hall, arena, NULL, STR("hall"), false, clear_body, &taking);
}
