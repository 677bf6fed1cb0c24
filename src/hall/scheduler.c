/* What is due gets done, found by its date, in pages until none is left. */
#include "hall/inside.h"

struct due_timer { int64_t timer_id, case_id; uint32_t key; struct str kind, name; };
struct due_job { int64_t job_id, case_id, tries; uint32_t key; struct str type, data; };

/* One run over a table of due things. polite: leaves alone what somebody else of this process has in hand. */
struct run { struct hall *hall; struct report *report; bool polite; size_t done; };

/* Failures of one row are that row's; of the store or the keys, everybody's. */
static bool stops_all(struct hall *hall, struct err err)
{
	return err_is(err, ERR_LOCKED) || err_is(err, ERR_FULL) || (failed(err) && store_is_stopped(hall->store));
}

typedef struct err (*due_row)(struct run *run, struct arena *arena, struct store_row row);

/* Column 0 is the row's id, column 1 the moment it was due. Rows that become due meanwhile come in the next round. */
static struct err each_due(struct run *run, const char *statement, due_row act)
{
	int64_t after_ms = INT64_MIN, after_id = 0;
	for (size_t count = DUE_BATCH_COUNT; count == DUE_BATCH_COUNT;) {
		struct arena page = { 0 };
		struct store_reader *reader;
		struct store_rows rows = { 0 };
		TRY(read_begin(run->hall, &reader));
		struct err err = QUERY(run->hall, &page, reader, statement, &rows, I(hall_now_ms(run->hall)), I(DUE_BATCH_COUNT), I(after_ms),
		    I(after_id));
		store_read_end(reader);
		for (size_t i = 0; !failed(err) && i < rows.count; i++) {
			struct arena scratch = { 0 };
			err = act(run, &scratch, rows.items[i]);
			arena_done(&scratch);
			after_id = row_i64(rows.items[i], 0);
			after_ms = row_i64(rows.items[i], 1);
		}
		count = rows.count;
		arena_done(&page);
		TRY(err);
	}
	return OK;
}

static struct str first_words(struct arena *arena, const struct report *findings, struct err err)
{
	if (findings->count == 0) return str_from_c(err_words(err));
	const struct finding *finding = &findings->items[0];
	return str_printf(arena, "%.*s: %.*s", STR_ARG(finding->file.len ? finding->file : finding->place), STR_ARG(finding->words));
}

/* ---- timers and clocks --------------------------------------------------------------------------------------- */

static struct err fire_body(struct work *work, void *data)
{
	const struct due_timer *timer = data;
	struct case_file file;
	struct bpmn_event event = { .kind = BPMN_ON_TIMER, .key = timer->key };
	WORK_GUARD(work, "timer_finish", I(timer->timer_id), T(STR("fired")));
	if (str_eq_c(timer->kind, "clockWarn")) return audit_add(work, timer->case_id, "clock.warned", timer->name, STR(""));
	if (str_eq_c(timer->kind, "clockDue")) {
		WORK_ADD(work, "clock_late", I(timer->case_id), T(timer->name));
		return audit_add(work, timer->case_id, "clock.late", timer->name, STR(""));
	}
	if (str_eq_c(timer->kind, "hearing")) return hearing_remind(work, timer->case_id);
	if (str_eq_c(timer->kind, "offer")) return lawyer_offer_over(work, timer->case_id);
	TRY(case_load(work, timer->case_id, &file));
	return process_step(work, &file, &event);
}

static struct err fire_timer(struct run *run, struct arena *arena, struct store_row row)
{
	struct due_timer timer = { row_i64(row, 0), row_i64(row, 2), (uint32_t)row_i64(row, 3), row_bytes(row, 4), row_bytes(row, 5) };
	struct report findings = report_make(arena);
	struct err err = work_run(run->hall, arena, &findings, STR("hall"), false, fire_body, &timer);
	const struct logger *logger = run->hall->logger;
	if (err_is(err, ERR_BUSY)) return OK;   /* somebody else fired it, or is at the case: it is still due next time */
	if (stops_all(run->hall, err)) return err;
	if (failed(err)) {
		struct str words = first_words(arena, &findings, err);
		log_event(logger, LOG_LEVEL_ERROR, "timer.failed", "kind=%.*s name=%.*s words=\"%.*s\"", STR_ARG(timer.kind), STR_ARG(timer.name),
		    STR_ARG(words));
		report_warning(run->report, timer.name, "%.*s", STR_ARG(words));
		return OK;
	}
	if (str_eq_c(timer.kind, "clockWarn")) log_event(logger, LOG_LEVEL_WARNING, "clock.warning", "clock=%.*s", STR_ARG(timer.name));
	if (str_eq_c(timer.kind, "clockDue")) log_event(logger, LOG_LEVEL_ERROR, "clock.late", "clock=%.*s", STR_ARG(timer.name));
	run->done++;
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

/* The case itself cannot be opened or stepped any more: the job is given up alone, visibly. */
static struct err given_up_body(struct work *work, void *data)
{
	const struct failing *failing = data;
	TRY(still_open(work, failing->job->job_id));
	WORK_GUARD(work, "job_finish", I(failing->job->job_id), T(STR("failed")));
	return audit_add(work, failing->job->case_id, "job.failed", failing->job->type, STR(""));
}

static struct err do_job(struct run *run, struct arena *arena, struct due_job *job)
{
	struct hall *hall = run->hall;
	struct report findings = report_make(arena), unread = report_make(arena);
	struct err err = work_run_printing(hall, arena, &findings, STR("hall"), false, job_body, job);
	if (!failed(err) || err_is(err, ERR_BUSY)) return OK;
	if (stops_all(hall, err)) return err;
	struct failing failing = { job, first_words(arena, &findings, err) };
	log_event(hall->logger, LOG_LEVEL_WARNING, "job.failed", "type=%.*s words=\"%.*s\"", STR_ARG(job->type), STR_ARG(failing.words));
	report_warning(run->report, job->type, "%.*s", STR_ARG(failing.words));
	err = work_run(hall, arena, &unread, STR("hall"), false, failed_body, &failing);
	if (failed(err) && !err_is(err, ERR_BUSY) && !stops_all(hall, err))
		err = work_run(hall, arena, &unread, STR("hall"), false, given_up_body, &failing);
	return err_is(err, ERR_BUSY) ? OK : err;
}

static struct err job_row(struct run *run, struct arena *arena, struct store_row row)
{
	struct due_job job = { .job_id = row_i64(row, 0),
		.case_id = row_i64(row, 2),
		.key = (uint32_t)row_i64(row, 3),
		.type = row_bytes(row, 4),
		.data = row_bytes(row, 5),
		.tries = row_i64(row, 6) };
	struct hall *hall = run->hall;
	if (!job_type_is_known(job.type)) return OK;   /* for a worker outside */
	if (run->polite && hall->is_in_hand && hall->is_in_hand(hall->haste_data, job.case_id)) return OK;   /* the pool does it now */
	TRY(do_job(run, arena, &job));
	run->done++;
	return OK;
}

struct err scheduler_settle(struct hall *hall, struct arena *arena, int64_t case_id, struct report *report)
{
	enum { ROUNDS_MAX = 100 };
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct run run = { hall, report, false, 0 };
		struct store_reader *reader;
		struct store_rows rows;
		TRY(read_begin(hall, &reader));
		struct err err = QUERY(hall, arena, reader, "job_due_of_case", &rows, I(case_id), I(hall_now_ms(hall)));
		store_read_end(reader);
		TRY(err);
		for (size_t i = 0; i < rows.count; i++) TRY(job_row(&run, arena, rows.items[i]));
		if (run.done == 0) return OK;
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
static struct err tell_overdue(struct run *run, struct arena *arena, struct store_row row)
{
	struct case_task task = { .task_id = row_i64(row, 0), .case_id = row_i64(row, 2), .element = row_bytes(row, 3) };
	struct err err = work_run(run->hall, arena, NULL, STR("hall"), false, overdue_body, &task);
	if (err_is(err, ERR_BUSY)) return OK;   /* told or finished by somebody else */
	TRY(err);
	log_event(run->hall->logger, LOG_LEVEL_ERROR, "task.overdue", "element=%.*s role=%.*s", STR_ARG(task.element),
	    STR_ARG(row_bytes(row, 4)));
	run->done++;
	return OK;
}

struct err scheduler_run_due(struct hall *hall, struct report *report, size_t *out_done)
{
	enum { ROUNDS_MAX = 100000 };
	struct run run = { hall, report, true, 0 };
	size_t indexed;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		size_t before = run.done;
		TRY(each_due(&run, "timer_due", fire_timer));
		TRY(each_due(&run, "job_due", job_row));
		TRY(each_due(&run, "task_overdue", tell_overdue));
		if (run.done == before) break;
	}
	TRY(search_index(hall, SIZE_MAX, &indexed));
	*out_done = run.done;
	return OK;
}

struct err scheduler_alarms(struct hall *hall, struct scheduler_alarms *out_alarms)
{
	struct arena arena = { 0 };
	struct store_reader *reader;
	struct store_row row;
	int64_t now_ms = hall_now_ms(hall);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, &arena, reader, "alarm_counts", &row, I(now_ms), I(now_ms - ALARM_BEHIND_MS));
	store_read_end(reader);
	if (!failed(err))
		*out_alarms = (struct scheduler_alarms){ row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4),
			row_i64(row, 5), row_i64(row, 6) };
	arena_done(&arena);
	return err;
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
