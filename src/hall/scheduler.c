/* What is due gets done, found by its date, in batches until none is left. */
#include "hall/inside.h"

struct due_timer { int64_t timer_id, case_id; uint32_t key; struct str kind, name; };
struct due_job { int64_t job_id, case_id, tries; uint32_t key; struct str type, data; };

/* ---- timers and clocks --------------------------------------------------------------------------------------- */

static struct err fire_body(struct work *work, void *data)
{
	const struct due_timer *timer = data;
	struct case_file file;
	struct bpmn_event event = { .kind = BPMN_ON_TIMER, .key = timer->key };
	WORK_GUARD(work, "timer_finish", I(timer->timer_id), T(STR("fired")));
	if (str_eq_c(timer->kind, "clockWarn")) {
		log_event(work->hall->logger, LOG_LEVEL_WARNING, "clock.warning", "clock=%.*s", STR_ARG(timer->name));
		return audit_add(work, timer->case_id, "clock.warned", timer->name, STR(""));
	}
	if (str_eq_c(timer->kind, "clockDue")) {
		log_event(work->hall->logger, LOG_LEVEL_ERROR, "clock.late", "clock=%.*s", STR_ARG(timer->name));
		WORK_ADD(work, "clock_late", I(timer->case_id), T(timer->name));
		return audit_add(work, timer->case_id, "clock.late", timer->name, STR(""));
	}
	TRY(case_load(work, timer->case_id, &file));
	return process_step(work, &file, &event);
}

static struct err fire_timers(struct hall *hall, struct arena *arena, struct report *report, size_t *done)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "timer_due", &rows, I(hall_now_ms(hall)), I(DUE_BATCH_COUNT));
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < rows.count; i++) {
		struct due_timer timer = { row_i64(rows.items[i], 0), row_i64(rows.items[i], 1), (uint32_t)row_i64(rows.items[i], 2),
			row_bytes(rows.items[i], 3), row_bytes(rows.items[i], 4) };
		err = work_run(hall, arena, report, STR("hall"), false, fire_body, &timer);
		if (err_is(err, ERR_BUSY)) continue;   /* somebody else fired it, or is at the case: it is still due next time */
		TRY(err);
		(*done)++;
	}
	return OK;
}

/* ---- jobs ------------------------------------------------------------------------------------------------------ */

/* Several threads may find the same job. Whoever comes after it was done must neither render again nor call it failed:
 * BUSY, which everybody here takes as `somebody else did`. */
static struct err still_open(struct work *work, int64_t job_id)
{
	struct store_row row;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "job_open", &row, I(job_id));
	return err_is(err, ERR_NOT_FOUND) ? ERR(BUSY) : err;
}

static struct err job_body(struct work *work, void *data)
{
	const struct due_job *job = data;
	struct case_file file;
	TRY(still_open(work, job->job_id));
	TRY(case_load(work, job->case_id, &file));
	return jobs_do(work, &file, job->job_id, job->key, job->type, job->data);
}

struct failing { const struct due_job *job; struct str words; };

/* Tried again later and later; after the last time it is an incident that a person sees. */
static struct err failed_body(struct work *work, void *data)
{
	const struct failing *failing = data;
	const struct due_job *job = failing->job;
	struct case_file file;
	TRY(still_open(work, job->job_id));
	if (job->tries + 1 < TRIES_MAX) {
		WORK_GUARD(work, "job_retry", I(job->job_id), I(work->now_ms + (INT64_C(1000) << job->tries)), T(failing->words));
		return OK;
	}
	struct bpmn_event event = { .kind = BPMN_ON_JOB_FAILED, .key = job->key, .words = failing->words };
	TRY(case_load(work, job->case_id, &file));
	WORK_GUARD(work, "job_finish", I(job->job_id), T(STR("failed")));
	return process_step(work, &file, &event);
}

static struct err do_job(struct hall *hall, struct arena *arena, struct report *report, struct due_job *job)
{
	struct report findings = report_make(arena);
	struct err err = work_run(hall, arena, &findings, STR("hall"), false, job_body, job);
	if (!failed(err) || err_is(err, ERR_BUSY)) return OK;
	if (err_class(err) == ERR_CLASS_FAULT && store_is_stopped(hall->store)) return err;
	struct failing failing = { job, str_from_c(err_words(err)) };
	if (findings.count)
		failing.words = str_printf(arena, "%.*s: %.*s",
		    STR_ARG(findings.items[0].file.len ? findings.items[0].file : findings.items[0].place),
		    STR_ARG(findings.items[0].words));
	log_event(hall->logger, LOG_LEVEL_WARNING, "job.failed", "type=%.*s words=\"%.*s\"", STR_ARG(job->type), STR_ARG(failing.words));
	report_warning(report, job->type, "%.*s", STR_ARG(failing.words));
	err = work_run(hall, arena, &findings, STR("hall"), false, failed_body, &failing);
	return err_is(err, ERR_BUSY) ? OK : err;
}

/* polite: leaves alone what somebody else of this process has in hand. */
static struct err do_jobs(struct hall *hall, struct arena *arena, struct report *report, const struct store_rows *rows, bool polite,
    size_t *done)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row row = rows->items[i];
		struct due_job job = { .job_id = row_i64(row, 0),
			.case_id = row_i64(row, 1),
			.key = (uint32_t)row_i64(row, 2),
			.type = row_bytes(row, 3),
			.data = row_bytes(row, 4),
			.tries = row_i64(row, 5) };
		if (!job_type_is_known(job.type)) continue;   /* for a worker outside */
		if (polite && hall->is_in_hand && hall->is_in_hand(hall->haste_data, job.case_id)) continue;   /* the pool does it now */
		TRY(do_job(hall, arena, report, &job));
		(*done)++;
	}
	return OK;
}

static struct err due_jobs(struct hall *hall, struct arena *arena, struct report *report, size_t *done)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "job_due", &rows, I(hall_now_ms(hall)), I(DUE_BATCH_COUNT));
	store_read_end(reader);
	TRY(err);
	return do_jobs(hall, arena, report, &rows, true, done);
}

struct err scheduler_settle(struct hall *hall, struct arena *arena, int64_t case_id, struct report *report)
{
	enum { ROUNDS_MAX = 100 };
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct store_reader *reader;
		struct store_rows rows;
		size_t done = 0;
		TRY(read_begin(hall, &reader));
		struct err err = QUERY(hall, arena, reader, "job_due_of_case", &rows, I(case_id), I(hall_now_ms(hall)));
		store_read_end(reader);
		TRY(err);
		TRY(do_jobs(hall, arena, report, &rows, false, &done));
		if (done == 0) return OK;
	}
	return ERR(LIMIT);
}

/* ---- what nobody looked at ---------------------------------------------------------------------------------------- */

static struct err overdue_body(struct work *work, void *data)
{
	const struct case_task *task = data;
	WORK_GUARD(work, "task_told", I(task->task_id), I(work->now_ms));
	return audit_add(work, task->case_id, "task.overdue", task->element, STR(""));
}

/* An overdue task that nobody was told of is itself an alarm (design: no deadline passes in silence). */
static struct err tell_overdue(struct hall *hall, struct arena *arena, size_t *done)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "task_overdue", &rows, I(hall_now_ms(hall)), I(DUE_BATCH_COUNT));
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < rows.count; i++) {
		struct case_task task = {
			.task_id = row_i64(rows.items[i], 0), .case_id = row_i64(rows.items[i], 1), .element = row_bytes(rows.items[i], 2)
		};
		log_event(hall->logger, LOG_LEVEL_ERROR, "task.overdue", "element=%.*s role=%.*s", STR_ARG(task.element),
		    STR_ARG(row_bytes(rows.items[i], 3)));
		err = work_run(hall, arena, NULL, STR("hall"), false, overdue_body, &task);
		if (!failed(err)) (*done)++;
		else if (!err_is(err, ERR_BUSY)) return err;
	}
	return OK;
}

struct err scheduler_run_due(struct hall *hall, struct report *report, size_t *out_done)
{
	enum { ROUNDS_MAX = 100000 };
	size_t total = 0;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct arena arena = { 0 };
		size_t done = 0;
		struct err err = fire_timers(hall, &arena, report, &done);
		if (!failed(err)) err = due_jobs(hall, &arena, report, &done);
		if (!failed(err)) err = tell_overdue(hall, &arena, &done);
		if (!failed(err)) err = search_index(hall, DUE_BATCH_COUNT, &(size_t){ 0 });
		arena_done(&arena);
		TRY(err);
		total += done;
		if (done == 0) break;
	}
	*out_done = total;
	return OK;
}

struct err scheduler_next_ms(struct hall *hall, int64_t *out_at_ms)
{
	struct arena arena = { 0 };
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, &arena, reader, "timer_next", SQL_NONE, &row);
	store_read_end(reader);
	if (!failed(err)) *out_at_ms = row_is_null(row, 0) ? INT64_MAX : row_i64(row, 0);
	arena_done(&arena);
	return err;
}
