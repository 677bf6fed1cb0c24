/* Failures in a row and the delay that grows with them. */
#include "hall/staff_inside.h"

enum { SECOND_MS = 1000, DOUBLINGS_MAX = 20 };
#define MEMORY_MS (2 * DAY_MS)     /* so long a failure counts */

struct counted { struct str key; int64_t before, failures, locked_until_ms; };

static void subjects_of(struct work *work, const struct staff_attempt *attempt, struct str keys[STAFF_SUBJECT_COUNT])
{
	keys[0] = lookup_key(work->hall, work->arena, "staff.account", attempt->account);
	keys[1] = lookup_key(work->hall, work->arena, "staff.client", attempt->client);
}

static int64_t delay_ms(const struct staff_policy *policy, int64_t failures, int64_t free)
{
	if (failures < free) return 0;
	int64_t seconds = policy->lock_seconds;
	for (int64_t i = free; i < failures && i - free < DOUBLINGS_MAX && seconds < policy->lock_seconds_max; i++) seconds *= 2;
	return (seconds < policy->lock_seconds_max ? seconds : policy->lock_seconds_max) * SECOND_MS;
}

static struct err locked(struct work *work, int64_t until_ms)
{
	int64_t seconds = (until_ms - work->now_ms + SECOND_MS - 1) / SECOND_MS;
	if (seconds < 60) report_error(work->report, STR(""), "试的次数太多，请过%lld秒再试。", (long long)seconds);
	else report_error(work->report, STR(""), "试的次数太多，请过%lld分钟再试。", (long long)((seconds + 59) / 60));
	return ERR(REFUSED);
}

static struct err begin_body(struct work *work, void *data)
{
	const struct staff_attempt *attempt = data;
	const int64_t free[STAFF_SUBJECT_COUNT] = { attempt->policy->account_failures, attempt->policy->client_failures };
	struct str keys[STAFF_SUBJECT_COUNT];
	subjects_of(work, attempt, keys);
	WORK_ADD(work, "staff_attempt_forget", I(work->now_ms - MEMORY_MS));
	for (size_t i = 0; i < STAFF_SUBJECT_COUNT; i++) {
		struct store_row row;
		struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "attempt_by_subject", &row, B(keys[i]));
		if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
		int64_t before = failed(err) ? 0 : row_i64(row, 0);
		if (!failed(err) && row_i64(row, 2) > work->now_ms) return locked(work, row_i64(row, 2));
		bool old = !failed(err) && row_i64(row, 1) < work->now_ms - MEMORY_MS;
		int64_t failures = old ? 1 : before + 1, delay = delay_ms(attempt->policy, failures, free[i]);
		WORK_ADD(work, "attempt_begin", B(keys[i]));
		WORK_GUARD(work, "attempt_count", B(keys[i]), I(old ? 0 : before), I(failures), I(work->now_ms),
		    I(delay ? work->now_ms + delay : 0));
		if (delay) TRY(audit_add(work, 0, "staff.locked", i == 0 ? STR("account") : STR("client"), STR("")));
	}
	return OK;
}

struct err staff_attempt_begin(struct hall *hall, struct arena *arena, const struct staff_attempt *attempt)
{
	struct staff_attempt copy = *attempt;
	return work_run(hall, arena, attempt->report, STR("hall"), false, begin_body, &copy);
}

void staff_attempt_release(struct work *work, const struct staff_attempt *attempt)
{
	struct str keys[STAFF_SUBJECT_COUNT];
	subjects_of(work, attempt, keys);
	WORK_ADD(work, "staff_attempt_clear", B(keys[0]));
	WORK_ADD(work, "attempt_release", B(keys[1]));
}
