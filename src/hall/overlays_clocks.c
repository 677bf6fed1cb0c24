/* Promises counted again: what a clock promises under a calendar and figures, and which of the running ones would move. */
#include "hall/inside.h"

enum { CLOCK_PAGE_COUNT = 500 };

/* ---- what a clock promises -------------------------------------------------------------------------------------- */

static struct err count_clock(struct arena *arena, const struct overlay_sight *sight, const struct service_clock *clock,
    struct str length, struct date began, struct clock_dates *out_dates)
{
	struct deadline due, warn;
	TRY(calendar_deadline(sight->calendar, began, length, clock->working, &due));
	TRY(calendar_deadline(sight->calendar, began, clock->warn_after, clock->working, &warn));
	*out_dates = (struct clock_dates){ .due_on = date_print(arena, due.on), .length = length,
		.warn_ms = date_begin_ms(warn.on, SHANGHAI_OFFSET_S), .due_ms = date_begin_ms(due.on, SHANGHAI_OFFSET_S) + DAY_MS - 1,
		.provisional = due.provisional };
	return OK;
}

static struct err length_of(struct arena *arena, const struct overlay_sight *sight, const struct service_clock *clock,
    struct str region, struct date began, struct report *report, struct str *out_length)
{
	*out_length = clock->length;
	if (clock->parameter.len == 0) return OK;
	const struct parameter *parameter = parameter_find(sight->parameters, region, clock->parameter, began);
	if (!parameter) {
		report_error(report, clock->id, "region %.*s has no parameter %.*s on that day", STR_ARG(region), STR_ARG(clock->parameter));
		return ERR(MISSING);
	}
	*out_length = str_printf(arena, "P%.*sD", STR_ARG(parameter->value));
	return OK;
}

struct err clock_dates(struct work *work, const struct case_file *file, const struct service_clock *clock, struct date began,
    struct clock_dates *out_dates)
{
	struct overlay_sight sight = { file->environment->parameters, file->environment->calendar, 0 };
	struct str length;
	TRY(length_of(work->arena, &sight, clock, file->row.region, began, work->report, &length));
	return count_clock(work->arena, &sight, clock, length, began, out_dates);
}

/* ---- which would move -------------------------------------------------------------------------------------------- */

struct open_clock { struct clock_move move; struct clock_dates dates; int64_t began_ms, old_warn_ms; bool decided; struct str state,
    length; };

static const struct service_clock *clock_by_id(const struct service *service, struct str id)
{
	for (size_t i = 0; i < service->clocks.count; i++)
		if (str_eq(service->clocks.items[i].id, id)) return &service->clocks.items[i];
	return NULL;
}

/* After the decision a promise keeps the length it was given; only its days can move. */
static struct err count_open(struct hall *hall, struct arena *arena, const struct overlay_sight *sight, struct store_row row,
    struct open_clock *out, bool *out_moved)
{
	struct report unread = report_make(arena);
	const struct service *service;
	*out = (struct open_clock){ .began_ms = row_i64(row, 2), .old_warn_ms = row_i64(row, 3), .length = row_bytes(row, 8),
		.state = row_bytes(row, 9), .decided = !row_is_null(row, 14),
		.move = { .case_id = row_i64(row, 0), .clock = row_bytes(row, 1), .old_due_ms = row_i64(row, 4), .old_on = row_bytes(row, 5),
			.old_provisional = row_bool(row, 6), .basis = row_bytes(row, 7), .number = row_bytes(row, 10), .organisation_id = row_i64(row,
			    11) } };
	*out_moved = false;
	TRY(service_version(hall, row_bytes(row, 13), &service));
	const struct service_clock *clock = clock_by_id(service, out->move.clock);
	struct date began = date_of_ms(out->began_ms, SHANGHAI_OFFSET_S);
	struct str length = out->length;
	if (!clock) return OK;
	if (!out->decided || length.len == 0) {
		struct err err = length_of(arena, sight, clock, row_bytes(row, 12), began, &unread, &length);
		if (err_is(err, ERR_MISSING)) return OK;   /* the figure was withdrawn and nothing lies below it: the promise stays */
		TRY(err);
	}
	TRY(count_clock(arena, sight, clock, length, began, &out->dates));
	out->move.new_due_ms = out->dates.due_ms;
	out->move.new_on = out->dates.due_on;
	out->move.new_provisional = out->dates.provisional;
	*out_moved = out->dates.due_ms != out->move.old_due_ms || out->dates.warn_ms != out->old_warn_ms ||
	    out->dates.provisional != out->move.old_provisional;
	return OK;
}

struct open_clocks { LIST_OF(struct open_clock); };

/* Keyset paging: at most count_max of those that move. */
static struct err find_moves(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct overlay_sight *sight,
    size_t count_max, struct open_clocks *out_clocks, bool *out_cut)
{
	int64_t after_case = 0;
	struct str after_name = STR("");
	for (size_t count = CLOCK_PAGE_COUNT; count == CLOCK_PAGE_COUNT;) {
		struct store_rows rows;
		TRY(QUERY(hall, arena, reader, "clock_open", &rows, I(after_case), T(after_name), I(CLOCK_PAGE_COUNT)));
		for (size_t i = 0; i < rows.count; i++) {
			struct open_clock clock;
			bool moved;
			TRY(count_open(hall, arena, sight, rows.items[i], &clock, &moved));
			if (!moved) continue;
			if (out_clocks->count >= count_max) {
				*out_cut = true;
				return OK;
			}
			LIST_PUSH(arena, out_clocks, clock);
		}
		count = rows.count;
		if (count) {
			after_case = row_i64(rows.items[count - 1], 0);
			after_name = row_bytes(rows.items[count - 1], 1);
		}
	}
	return OK;
}

struct err clock_moves_under(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct overlay_sight *sight,
    size_t count_max, struct clock_moves *out_moves, bool *out_cut)
{
	struct open_clocks clocks = { 0 };
	TRY(find_moves(hall, arena, reader, sight, count_max, &clocks, out_cut));
	for (size_t i = 0; i < clocks.count; i++)
		if (clocks.items[i].move.old_due_ms != clocks.items[i].move.new_due_ms) LIST_PUSH(arena, out_moves, clocks.items[i].move);
	return OK;
}

/* ---- moving -------------------------------------------------------------------------------------------------------- */

static void move_timers(struct work *work, const struct open_clock *clock)
{
	const struct clock_move *move = &clock->move;
	const struct clock_dates *dates = &clock->dates;
	bool unwarned = clock->old_warn_ms > work->now_ms, running = str_eq_c(clock->state, "running");
	WORK_ADD(work, "timer_cancel_clock", I(move->case_id), T(move->clock));
	if (dates->warn_ms > work->now_ms || unwarned)
		WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(move->case_id), I(0), T(STR("clockWarn")), T(move->clock),
		    I(dates->warn_ms));
	if (dates->due_ms >= work->now_ms || running)
		WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(move->case_id), I(0), T(STR("clockDue")), T(move->clock),
		    I(dates->due_ms + 1));
}

/* The worker hears of a later day; an earlier one needs no word, we keep it or are late. */
static struct err tell_later(struct work *work, const struct clock_move *move)
{
	struct case_file file;
	struct str milestone = str_join(work->arena, move->clock, STR("Later"));
	TRY(case_load(work, move->case_id, &file));
	for (size_t i = 0; i < file.service->notices.count; i++)
		if (str_eq(file.service->notices.items[i].on, milestone)) TRY(notice_queue(work, &file, &file.service->notices.items[i]));
	return OK;
}

static struct err move_body(struct work *work, void *data)
{
	const struct open_clock *clock = data;
	const struct clock_move *move = &clock->move;
	WORK_GUARD(work, "clock_move", I(move->case_id), T(move->clock), I(move->old_due_ms), I(clock->dates.warn_ms), I(move->new_due_ms),
	    T(move->new_on), I(move->new_provisional), T(clock->dates.length), I(work->now_ms));
	move_timers(work, clock);
	if (move->new_due_ms == move->old_due_ms) return OK;
	WORK_ADD(work, "task_move", I(move->case_id), I(move->old_due_ms), I(move->new_due_ms), I(work->now_ms));
	WORK_ADD(work, "search_mark", I(move->case_id), I(work->now_ms));
	if (move->new_due_ms > move->old_due_ms) TRY(tell_later(work, move));
	return audit_add(work, move->case_id, "clock.moved", move->clock,
	    str_printf(work->arena, "{\"from\":\"%.*s\",\"to\":\"%.*s\"}", STR_ARG(move->old_on), STR_ARG(move->new_on)));
}

struct err clocks_settle(struct hall *hall, struct arena *arena, struct str who, bool staff, struct clock_moves *out_moves)
{
	struct overlay_sight sight = { hall->parameters, hall->calendar, 0 };
	struct open_clocks clocks = { 0 };
	struct store_reader *reader;
	bool cut = false;
	TRY(read_begin(hall, &reader));
	struct err err = find_moves(hall, arena, reader, &sight, SIZE_MAX, &clocks, &cut);
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < clocks.count; i++) {
		struct open_clock *clock = &clocks.items[i];
		err = work_run(hall, arena, NULL, who, staff, move_body, clock);
		if (err_is(err, ERR_BUSY)) continue;   /* kept, ended or moved by somebody else meanwhile */
		TRY(err);
		if (out_moves && clock->move.old_due_ms != clock->move.new_due_ms) LIST_PUSH(arena, out_moves, clock->move);
	}
	hall->clocks_settled = true;
	return OK;
}
