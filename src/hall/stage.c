/* The hall that a case is played in: a given one, or a temporary one with the demo's people, its clock in our hand. */
#include "hall/inside.h"
#include "hall/play.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct play_stage {
	struct hall *hall;
	_Atomic int64_t now_ms;
	char folder[64];                  /* of a temporary hall, else empty */
};

enum { ROSTER_BYTES_MAX = 1 << 20 };

static struct err furnish(struct play_stage *stage, struct arena *arena, const struct play_stage_options *options, struct report *report)
{
	struct str roster;
	if (options->roster.len) return roster_import(stage->hall, arena, options->roster, report);
	const char *path = str_to_c(arena, str_printf(arena, "%s/organisations.json", options->demo));
	struct err err = file_read(arena, path, ROSTER_BYTES_MAX, &roster);
	if (failed(err)) {
		report_error(report, str_from_c(path), "the demo's organisations cannot be read: %s", err_words(err));
		return err;
	}
	return roster_import(stage->hall, arena, roster, report);
}

static struct err temporary(struct play_stage *stage, struct arena *arena, const struct play_stage_options *options,
    struct hall_places *places, struct report *report)
{
	struct str recovery;
	const char *base = getenv("TMPDIR");
	snprintf(stage->folder, sizeof stage->folder, "%s/unionhall-XXXXXX", base && strlen(base) < 40 ? base : "/tmp");
	if (!mkdtemp(stage->folder)) return ERR(IO);
	places->hall = stage->folder;
	struct hall_init_options init = { .places = *places, .clock = clock_manual(&stage->now_ms), .rand = rand_system(), .mode = HALL_KEPT,
		.name = STR("职工之家（演示）"), .region = options->region };
	struct arena scratch = { 0 };
	const struct parameters *parameters;
	TRY(parameters_load(&scratch, places->regions, report, &parameters));
	if (region_is_known(parameters, options->region))
		init.name = str_copy(arena, str_join(&scratch, region_full_name(&scratch, parameters, options->region), STR("总工会")));
	arena_done(&scratch);
	return hall_init(arena, &init, report, &recovery);
}

struct err play_stage_open(
    struct arena *arena, const struct play_stage_options *options, struct report *report, struct play_stage **out_stage)
{
	struct play_stage *stage = calloc(1, sizeof *stage);
	if (!stage) abort();
	atomic_init(&stage->now_ms, options->at_ms);
	struct hall_places places = options->places;
	bool fresh = places.hall == NULL;
	struct err err = fresh ? temporary(stage, arena, options, &places, report) : OK;
	struct hall_options open = {
		.places = places, .clock = clock_manual(&stage->now_ms), .rand = rand_system(), .logger = options->logger,
		.passphrase = options->passphrase, .recovery_key = options->recovery_key
	};
	if (!failed(err)) err = hall_open(&open, report, &stage->hall);
	if (!failed(err) && fresh) err = furnish(stage, arena, options, report);
	if (failed(err)) play_stage_close(stage);
	else *out_stage = stage;
	return err;
}

void play_stage_close(struct play_stage *stage)
{
	if (!stage) return;
	hall_close(stage->hall);
	if (stage->folder[0]) (void)failed(folder_remove(stage->folder));
	free(stage);
}

struct hall *play_stage_hall(struct play_stage *stage) { return stage->hall; }

/* Time goes from one due moment to the next, so that nothing happens later than it would have. */
struct err play_stage_move(struct play_stage *stage, int64_t to_ms, struct report *report)
{
	enum { MOMENTS_MAX = 10000 };
	for (int i = 0; i < MOMENTS_MAX; i++) {
		int64_t next_ms;
		size_t done;
		TRY(scheduler_next_ms(stage->hall, &next_ms));
		if (next_ms > to_ms) break;
		if (next_ms > atomic_load(&stage->now_ms)) atomic_store(&stage->now_ms, next_ms);
		TRY(scheduler_run_due(stage->hall, report, &done));
		if (done == 0) break;
	}
	size_t done;
	if (to_ms > atomic_load(&stage->now_ms)) atomic_store(&stage->now_ms, to_ms);
	return scheduler_run_due(stage->hall, report, &done);
}
