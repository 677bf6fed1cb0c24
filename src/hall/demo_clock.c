/* The demo's clock: the machine's steady one, laid over the moment at which the hall was last open. */
#include "hall/demo.h"

#include "hall/inside.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { MARK_BYTES_MAX = 4096 };

struct demo_clock {
	char *path;              /* of the mark */
	int lock_fd;             /* of one process alone */
	_Atomic int64_t base_ms; /* what it showed when steady_ms was read, with all that it was pushed on since */
	int64_t steady_ms;
	_Atomic bool follows; /* the machine's clock, as long as nobody has pushed it */
};

static const char *path_of(struct arena *arena, const char *folder, const char *name)
{
	return str_to_c(arena, str_printf(arena, "%s/%s", folder, name));
}

bool demo_is(const char *folder)
{
	struct arena scratch = { 0 };
	bool found = file_exists(path_of(&scratch, folder, "demo.json"));
	arena_done(&scratch);
	return found;
}

static struct err write_mark(struct arena *arena, const char *path, int64_t at_ms)
{
	struct str at = time_print_ms(arena, at_ms, SHANGHAI_OFFSET_S);
	return file_write(path, str_printf(arena, "{\"now\": \"%.*s\"}\n", STR_ARG(at)), 0600);
}

struct err demo_mark(struct arena *arena, const char *folder, int64_t at_ms)
{
	const char *path = path_of(arena, folder, "demo.json");
	return at_ms ? write_mark(arena, path, at_ms) : file_write(path, STR("{}\n"), 0600);
}

/* 0: it follows the machine's. */
static struct err read_mark(struct arena *arena, const char *path, int64_t *out_ms)
{
	struct str text;
	const struct json *mark;
	*out_ms = 0;
	TRY(file_read(arena, path, MARK_BYTES_MAX, &text));
	if (failed(json_parse(arena, text, NULL, &mark))) return ERR(TAMPERED);
	if (json_get(mark, STR("now")) && failed(time_parse_ms(json_string_of(mark, "now"), out_ms))) return ERR(TAMPERED);
	return OK;
}

static int64_t steady_now_ms(void) { return clock_monotonic_us() / 1000; }

static int64_t now_ms(void *data)
{
	struct demo_clock *clock = data;
	return atomic_load(&clock->base_ms) + steady_now_ms() - clock->steady_ms;
}

struct clock demo_clock_face(struct demo_clock *clock) { return (struct clock){ .now_ms = now_ms, .data = clock }; }

/* The mark may be DEMO_KEEP_MS behind what the hall last saw, after a crash: it goes on from there. */
static struct err open_with(struct demo_clock *clock, struct arena *scratch, const char *folder)
{
	int64_t at_ms;
	const char *path = path_of(scratch, folder, "demo.json");
	if (!file_exists(path)) return ERR(NOT_FOUND);
	clock->lock_fd = open(path_of(scratch, folder, "demo.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (clock->lock_fd < 0) return ERR(IO);
	if (flock(clock->lock_fd, LOCK_EX | LOCK_NB) != 0) return ERR(BUSY);
	TRY(read_mark(scratch, path, &at_ms));
	clock->path = strdup(path);
	if (!clock->path) abort();
	clock->steady_ms = steady_now_ms();
	atomic_init(&clock->follows, at_ms == 0);
	atomic_init(&clock->base_ms, at_ms ? at_ms + DEMO_KEEP_MS : clock_now_ms(clock_system()));
	return demo_clock_keep(clock);
}

struct err demo_clock_open(const char *folder, struct demo_clock **out_clock)
{
	struct arena scratch = { 0 };
	struct demo_clock *clock = calloc(1, sizeof *clock);
	if (!clock) abort();
	clock->lock_fd = -1;
	struct err err = open_with(clock, &scratch, folder);
	arena_done(&scratch);
	if (failed(err)) demo_clock_close(clock);
	else *out_clock = clock;
	return err;
}

struct err demo_clock_keep(struct demo_clock *clock)
{
	struct arena scratch = { 0 };
	if (atomic_load(&clock->follows)) return OK;
	struct err err = write_mark(&scratch, clock->path, now_ms(clock));
	arena_done(&scratch);
	return err;
}

void demo_clock_close(struct demo_clock *clock)
{
	if (!clock) return;
	if (clock->path) (void)failed(demo_clock_keep(clock));
	if (clock->lock_fd >= 0) close(clock->lock_fd);
	free(clock->path);
	free(clock);
}

/* ---- pushing it on ---------------------------------------------------------------------------------------------- */

#define X(name) #name,
static const char *const step_names[DEMO_STEP_COUNT] = { DEMO_STEPS(X) };
#undef X

const char *demo_step_name(enum demo_step step) { return step_names[step]; }

struct err demo_target(struct hall *hall, enum demo_step step, int64_t *out_ms)
{
	int64_t at_ms = hall_now_ms(hall);
	struct date today = date_of_ms(at_ms, SHANGHAI_OFFSET_S);
	struct deadline next;
	switch (step) {
	case DEMO_hour:
		*out_ms = at_ms + 3600000;
		return OK;
	case DEMO_week:
		*out_ms = at_ms + 7 * DAY_MS;
		return OK;
	case DEMO_workingDay:
		TRY(calendar_add_working_days(hall->calendar, today, 1, &next));
		*out_ms = at_ms + (date_to_days(next.on) - date_to_days(today)) * DAY_MS;
		return OK;
	case DEMO_next:
		TRY(scheduler_next_ms(hall, out_ms));
		return *out_ms == INT64_MAX ? ERR(NOT_FOUND) : OK;
	case DEMO_STEP_COUNT:
		break;
	}
	return ERR(INVALID);
}

/* The mark first: after a crash the clock stands where the hall may have been already. */
static struct err push_to(struct demo_clock *clock, int64_t to_ms)
{
	struct arena scratch = { 0 };
	int64_t missing = to_ms - now_ms(clock);
	if (missing <= 0) return OK;
	struct err err = write_mark(&scratch, clock->path, to_ms);
	arena_done(&scratch);
	if (failed(err)) return err;
	atomic_store(&clock->follows, false);
	atomic_fetch_add(&clock->base_ms, missing);
	return OK;
}

struct err demo_move(struct hall *hall, struct demo_clock *clock, int64_t to_ms, struct report *report)
{
	enum { MOMENTS_MAX = 10000 };
	int64_t last_ms = INT64_MIN;
	size_t done;
	for (int i = 0; i < MOMENTS_MAX; i++) {
		int64_t next_ms;
		TRY(scheduler_next_ms(hall, &next_ms));
		if (next_ms > to_ms || next_ms == last_ms) break; /* the same again: it fails, and is tried later */
		TRY(push_to(clock, next_ms));
		TRY(scheduler_run_due(hall, report, &done));
		last_ms = next_ms;
	}
	TRY(push_to(clock, to_ms));
	return scheduler_run_due(hall, report, &done);
}
