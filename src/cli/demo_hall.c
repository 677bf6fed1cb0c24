/* unionhall demo-hall: makes the hall with a week behind it that `serve --demo` opens. */
#include "cli/cli.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct progress {
	int64_t began_us;
	size_t told;
};

/* On a terminal one line that counts, else a line each quarter. */
static void show(void *data, size_t done, size_t total)
{
	struct progress *progress = data;
	double seconds = (double)(clock_monotonic_us() - progress->began_us) / 1e6;
	if (isatty(2)) {
		fprintf(stderr, "\rA week of Baoshan: %zu of %zu people have come, %.0f s ", done, total, seconds);
	} else if (done * 4 / total > progress->told) {
		progress->told = done * 4 / total;
		fprintf(stderr, "A week of Baoshan: %zu of %zu people have come, %.0f s\n", done, total, seconds);
	}
}

/* Only what is a demo is removed, and only when nobody has it open. */
static struct err remove_old(const char *folder, struct report *report)
{
	struct demo_clock *clock;
	if (!file_exists(folder)) return OK;
	if (!demo_is(folder)) {
		report_error(report, STR("--hall"), "%s is no demo hall: it is left alone", folder);
		return ERR(REFUSED);
	}
	struct err err = demo_clock_open(folder, &clock);
	if (err_is(err, ERR_BUSY)) {
		report_error(report, STR("--hall"), "%s is open: stop `make demo` first", folder);
		return err;
	}
	if (!failed(err)) demo_clock_close(clock);
	return folder_remove(folder);
}

static struct err init(const struct call *call, struct hall_places places, int64_t at_ms, struct report *report)
{
	_Atomic int64_t now_ms;
	struct str recovery;
	atomic_init(&now_ms, at_ms);
	struct hall_init_options options = { .places = places,
		.clock = clock_manual(&now_ms),
		.rand = rand_system(),
		.mode = HALL_KEPT,
		.region = STR("310113"),
		.name = STR("上海市宝山区总工会") };
	return hall_init(call->arena, &options, report, &recovery);
}

static struct err fill(const struct call *call, struct hall_places places, int64_t at_ms, struct report *report)
{
	struct play_stage *stage;
	int64_t now_ms = 0, applicants = 0;
	struct progress progress = { .began_us = clock_monotonic_us() };
	struct play_stage_options opening = { .places = places, .at_ms = at_ms };   /* its lateness is made up: nobody is told */
	struct demo_week_options options = { .demo = call_demo(call), .services = places.services, .law = places.law, .progress = show,
		.data = &progress };
	if (call_option(call, "--applicants") &&
	    (!str_to_i64(call_str(call, "--applicants"), &applicants) || applicants < 0 || applicants > 1000)) {
		report_error(report, STR("--applicants"), "a number; 0 is all");
		return ERR(INVALID);
	}
	options.applicants_max = (int32_t)applicants;
	TRY(play_stage_open(call->arena, &opening, report, &stage));
	struct err err = demo_week_make(stage, call->arena, &options, report, &now_ms);
	play_stage_close(stage);
	if (isatty(2)) fprintf(stderr, "\n");
	TRY(err);
	return demo_mark(call->arena, places.hall, now_ms);
}

/* Made beside its place and moved there when it is whole: what was interrupted is made anew. */
static struct err make(const struct call *call, const char *folder, struct report *report)
{
	struct hall_places places = call_places(call);
	int64_t at_ms;
	places.hall = str_to_c(call->arena, str_printf(call->arena, "%s.making", folder));
	if (file_exists(places.hall)) TRY(folder_remove(places.hall));
	TRY(demo_week_begin(call->arena, call_demo(call), report, &at_ms));
	TRY(init(call, places, at_ms, report));
	TRY(fill(call, places, at_ms, report));
	if (rename(places.hall, folder) != 0) return ERR(IO);
	return file_sync_folder(folder);
}

int run_demo_hall(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	const char *folder = call_places(call).hall;
	struct err err = call_option(call, "--reset") ? remove_old(folder, &report) : OK;
	if (!failed(err) && file_exists(folder) && !demo_is(folder)) {
		report_error(&report, STR("--hall"), "%s is there and no demo hall; name another folder", folder);
		err = ERR(REFUSED);
	}
	if (!failed(err) && !demo_is(folder)) err = make(call, folder, &report);
	said.report = report;
	return finish(&said, err);
}
