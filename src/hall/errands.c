#include "hall/errands.h"

#include "hall/inside.h"

#include <stdlib.h>
#include <time.h>

enum { LOOK_S = 5, SETTLE_EVERY_MS = 3600000, HOUR_MS = 3600000, WORDS_BYTES_MAX = 32 << 10, KEEP_DEFAULT = 14, RETRY_S = 30 };

struct errand_keeper {
	struct hall *hall;
	const struct logger *logger;
	struct errand_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping, asked, opened;
	int64_t settled_ms, night_tried_ms;
	int64_t running_id;                      /* guarded by lock; 0: nothing runs */
};

/* ---- what can be asked for ------------------------------------------------------------------------------------- */

struct errand_run { struct hall *hall; struct arena *arena; struct report *report; struct str subject, asked_by, words; int32_t keep; };
struct errand_row { const char *name; struct err (*run)(struct errand_run *run); };

static struct err run_verify(struct errand_run *run)
{
	struct verified counts;
	TRY(hall_verify(run->hall, run->arena, run->report, &counts));
	run->words = str_printf(run->arena,
	    "%lld leaves, %lld heads, %lld events, %lld cases, %lld receipts, %lld papers, %lld files: all as written",
	    (long long)counts.leaves, (long long)counts.heads, (long long)counts.events, (long long)counts.cases, (long long)counts.receipts,
	    (long long)counts.papers, (long long)counts.files);
	return OK;
}

static struct err run_backup(struct errand_run *run)
{
	struct str name;
	bool nightly = str_eq_c(run->asked_by, "hall");
	TRY(backup_make(run->hall, run->arena, nightly, run->report, &name));
	run->words = name;
	return nightly ? backups_prune(run->hall, run->arena, run->keep) : OK;
}

static struct err run_backup_verify(struct errand_run *run)
{
	return backup_prove(run->hall, run->arena, run->subject, run->report, &run->words);
}

static struct err run_service_check(struct errand_run *run)
{
	return candidate_check(run->hall, run->arena, run->subject, run->report, &run->words);
}

static const struct errand_row rows[ERRAND_KIND_COUNT] = {
	[ERRAND_VERIFY] = { "verify", run_verify },
	[ERRAND_BACKUP] = { "backup", run_backup },
	[ERRAND_BACKUP_VERIFY] = { "backup.verify", run_backup_verify },
	[ERRAND_SERVICE_CHECK] = { "service.check", run_service_check },
};
static const char *const state_names[] = { "waiting", "running", "done", "failed", "cut" };

const char *errand_state_name(enum errand_state state) { return state_names[state]; }

static enum errand_kind kind_of(struct str name)
{
	for (int kind = 0; kind < ERRAND_KIND_COUNT; kind++)
		if (str_eq_c(name, rows[kind].name)) return (enum errand_kind)kind;
	return ERRAND_KIND_COUNT;
}

static enum errand_state state_of(struct str name)
{
	for (int state = ERRAND_WAITING; state <= ERRAND_CUT; state++)
		if (str_eq_c(name, state_names[state])) return (enum errand_state)state;
	return ERRAND_CUT;
}

/* ---- asking ------------------------------------------------------------------------------------------------------- */

struct asking { enum errand_kind kind; struct str subject; int64_t errand_id; };

static struct err ask_body(struct work *work, void *data)
{
	struct asking *asking = data;
	struct store_rows open;
	TRY(QUERY(work->hall, work->arena, work->reader, "errand_open", &open, T(str_from_c(rows[asking->kind].name)), T(asking->subject)));
	if (open.count) return ERR(REFUSED);
	asking->errand_id = id_next(&work->hall->ids);
	WORK_ADD(work, "errand_add", I(asking->errand_id), T(str_from_c(rows[asking->kind].name)), T(asking->subject), T(work->who),
	    I(work->now_ms));
	struct str subject = str_printf(work->arena, "%s %.*s", rows[asking->kind].name, STR_ARG(asking->subject));
	return audit_add(work, 0, "errand.asked", str_trim(subject), STR(""));
}

struct err errand_ask(struct hall *hall, struct arena *arena, const struct actor *actor, enum errand_kind kind, struct str subject,
    int64_t *out_errand_id)
{
	struct asking asking = { kind, subject, 0 };
	bool staff = actor->kind == ACTOR_STAFF;
	struct str who = staff ? str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id))) : STR("hall");
	TRY(work_run(hall, arena, NULL, who, staff, ask_body, &asking));
	if (out_errand_id) *out_errand_id = asking.errand_id;
	struct errand_keeper *keeper = hall->errands;
	if (!keeper) return OK;
	pthread_mutex_lock(&keeper->lock);
	keeper->asked = true;
	pthread_cond_signal(&keeper->wake);
	pthread_mutex_unlock(&keeper->lock);
	return OK;
}

/* ---- looking -------------------------------------------------------------------------------------------------------- */

static int32_t permille_of(struct hall *hall, struct arena *arena, enum errand_kind kind)
{
	int64_t done = 0, total = 0;
	if (kind == ERRAND_VERIFY) {
		done = atomic_load(&hall->verify_done);
		total = atomic_load(&hall->verify_total);
	} else if (kind == ERRAND_BACKUP) {
		backup_progress(hall, arena, &done, &total);
	}
	return total > 0 ? (int32_t)(done >= total ? 999 : done * 1000 / total) : 0;
}

struct err errands_latest(
    struct hall *hall, struct arena *arena, enum errand_kind kind, struct str subject, size_t count, struct errands *out_errands)
{
	struct store_reader *reader;
	struct store_rows found;
	TRY(read_begin(hall, &reader));
	struct err err =
		QUERY(hall, arena, reader, "errand_latest", &found, T(str_from_c(rows[kind].name)), T(subject), I((int64_t)count));
	store_read_end(reader);
	TRY(err);
	struct errands list = { ARENA_ARRAY(arena, struct errand, found.count), found.count };
	for (size_t i = 0; i < found.count; i++) {
		struct store_row row = found.items[i];
		list.items[i] = (struct errand){ .errand_id = row_i64(row, 0), .kind = kind_of(row_bytes(row, 1)), .subject = row_bytes(row, 2),
			.asked_by = row_bytes(row, 3), .asked_ms = row_i64(row, 4), .ended_ms = row_i64(row, 5), .state = state_of(row_bytes(row, 6)),
			.words = row_bytes(row, 7) };
		if (list.items[i].state == ERRAND_RUNNING) list.items[i].permille = permille_of(hall, arena, kind);
	}
	*out_errands = list;
	return OK;
}

/* ---- doing ------------------------------------------------------------------------------------------------------------ */

struct ending { int64_t errand_id; const char *state, *event; struct str words, subject; };

static struct err begin_body(struct work *work, void *data)
{
	WORK_GUARD(work, "errand_begin", I(((const struct ending *)data)->errand_id));
	return OK;
}

static struct err end_body(struct work *work, void *data)
{
	const struct ending *ending = data;
	WORK_ADD(work, "errand_end", I(ending->errand_id), T(str_from_c(ending->state)), T(ending->words), I(work->now_ms));
	return audit_add(work, 0, ending->event, ending->subject, STR(""));
}

static struct str words_of(struct arena *arena, struct errand_run *run, struct err err)
{
	struct buf words = buf_make(arena, WORDS_BYTES_MAX + 1024);
	buf_add(&words, failed(err) ? str_from_c(err_words(err)) : run->words);
	for (size_t i = 0; i < run->report->count && words.len < WORDS_BYTES_MAX; i++) {
		const struct finding *finding = &run->report->items[i];
		buf_add(&words, str_sub(str_printf(arena, "\n%.*s%s%.*s%s%.*s", STR_ARG(finding->file), finding->file.len ? ": " : "",
		    STR_ARG(finding->place), finding->place.len ? ": " : "", STR_ARG(finding->words)), 0, 1000));
	}
	return buf_str(&words);
}

static void set_running(struct errand_keeper *keeper, int64_t errand_id)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->running_id = errand_id;
	pthread_mutex_unlock(&keeper->lock);
}

static struct err next_errand(struct hall *hall, struct arena *arena, struct store_row *out_row)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, arena, reader, "errand_next", SQL_NONE, out_row);
	store_read_end(reader);
	return err;
}

/* A result that cannot be written down (the disk is full) is at least a line of the log. */
static struct err do_next(struct errand_keeper *keeper, struct arena *arena, bool *out_found)
{
	struct hall *hall = keeper->hall;
	struct store_row row;
	struct err err = next_errand(hall, arena, &row);
	*out_found = !failed(err);
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	struct report report = report_make(arena);
	struct errand_run run = { hall, arena, &report, row_bytes(row, 2), row_bytes(row, 3), STR(""),
		keeper->options.backup_keep > 0 ? keeper->options.backup_keep : KEEP_DEFAULT };
	enum errand_kind kind = kind_of(row_bytes(row, 1));
	struct ending ending = { .errand_id = row_i64(row, 0), .state = "failed", .event = "errand.failed" };
	TRY(work_run(hall, arena, NULL, STR("hall"), false, begin_body, &ending));
	set_running(keeper, ending.errand_id);
	log_event(keeper->logger, LOG_LEVEL_INFO, "errand.began", "kind=%.*s", STR_ARG(row_bytes(row, 1)));
	err = kind < ERRAND_KIND_COUNT ? rows[kind].run(&run) : ERR(UNSUPPORTED);
	set_running(keeper, 0);
	if (!failed(err)) {
		ending.state = "done";
		ending.event = "errand.done";
	}
	ending.words = words_of(arena, &run, err);
	ending.subject = str_trim(str_printf(arena, "%.*s %.*s", STR_ARG(row_bytes(row, 1)), STR_ARG(row_bytes(row, 2))));
	log_event(keeper->logger, failed(err) ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, ending.event, "kind=%.*s reason=%s",
	    STR_ARG(row_bytes(row, 1)), err_name(err));
	return work_run(hall, arena, NULL, STR("hall"), false, end_body, &ending);
}

static struct err cut_body(struct work *work, void *data)
{
	(void)data;
	WORK_ADD(work, "errand_cut", I(work->now_ms));
	return OK;
}

/* Once a night, from the configured hour on; when the machine slept then, as soon as it is awake. */
static struct err nightly(struct errand_keeper *keeper, struct arena *arena)
{
	struct hall *hall = keeper->hall;
	struct errands last;
	const struct actor actor = { .kind = ACTOR_HALL };
	int64_t now_ms = hall_now_ms(hall), day_ms = date_begin_ms(date_of_ms(now_ms, SHANGHAI_OFFSET_S), SHANGHAI_OFFSET_S);
	int64_t from_ms = day_ms + keeper->options.backup_hour * (int64_t)HOUR_MS;
	if (keeper->options.backup_hour < 0 || now_ms < from_ms || keeper->night_tried_ms >= from_ms) return OK;
	TRY(errands_latest(hall, arena, ERRAND_BACKUP, STR("nightly"), 1, &last));
	if (last.count == 0 || last.items[0].asked_ms < from_ms) {
		struct err err = errand_ask(hall, arena, &actor, ERRAND_BACKUP, STR("nightly"), NULL);
		if (failed(err) && !err_is(err, ERR_REFUSED)) return err;
	}
	keeper->night_tried_ms = now_ms;
	return OK;
}

static struct err settle(struct errand_keeper *keeper, struct arena *arena)
{
	int64_t now_ms = hall_now_ms(keeper->hall);
	if (clocks_are_settled(keeper->hall) && now_ms - keeper->settled_ms < SETTLE_EVERY_MS) return OK;
	TRY(clocks_settle(keeper->hall, arena, STR("hall"), false, NULL));
	keeper->settled_ms = now_ms;
	return OK;
}

static struct err look(struct errand_keeper *keeper, struct arena *arena, bool *out_found)
{
	*out_found = false;
	if (hall_is_locked(keeper->hall)) return OK;
	if (!keeper->opened) TRY(work_run(keeper->hall, arena, NULL, STR("hall"), false, cut_body, NULL));
	keeper->opened = true;
	TRY(settle(keeper, arena));
	TRY(nightly(keeper, arena));
	return do_next(keeper, arena, out_found);
}

/* ---- the thread --------------------------------------------------------------------------------------------------------- */

static bool wait_for(struct errand_keeper *keeper, int seconds)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&keeper->lock);
	while (!keeper->stopping && !keeper->asked && pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until) == 0) {}
	keeper->asked = false;
	bool go_on = !keeper->stopping;
	pthread_mutex_unlock(&keeper->lock);
	return go_on;
}

static bool is_stopping(struct errand_keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	bool stopping = keeper->stopping;
	pthread_mutex_unlock(&keeper->lock);
	return stopping;
}

static void *keeper_thread(void *data)
{
	struct errand_keeper *keeper = data;
	struct err err;
	do {
		bool found = true;
		err = OK;
		while (found && !failed(err) && !is_stopping(keeper)) {
			struct arena arena = { 0 };
			err = look(keeper, &arena, &found);
			arena_done(&arena);
		}
		if (failed(err)) log_event(keeper->logger, LOG_LEVEL_ERROR, "errands.failed", "reason=%s", err_name(err));
	} while (wait_for(keeper, failed(err) ? RETRY_S : LOOK_S));
	return NULL;
}

struct err errands_start(const struct errand_options *options)
{
	struct errand_keeper *keeper = calloc(1, sizeof *keeper);
	pthread_condattr_t monotonic;
	if (!keeper) abort();
	keeper->hall = options->hall;
	keeper->logger = options->logger;
	keeper->options = *options;
	pthread_mutex_init(&keeper->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&keeper->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	options->hall->errands = keeper;
	if (pthread_create(&keeper->thread, NULL, keeper_thread, keeper) == 0) return OK;
	options->hall->errands = NULL;
	free(keeper);
	return ERR(IO);
}

void errands_stop(struct hall *hall)
{
	struct errand_keeper *keeper = hall->errands;
	if (!keeper) return;
	pthread_mutex_lock(&keeper->lock);
	keeper->stopping = true;
	pthread_cond_signal(&keeper->wake);
	pthread_mutex_unlock(&keeper->lock);
	pthread_join(keeper->thread, NULL);
	hall->errands = NULL;
	pthread_mutex_destroy(&keeper->lock);
	pthread_cond_destroy(&keeper->wake);
	free(keeper);
}
