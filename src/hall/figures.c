#include "hall/figures.h"

#include "hall/desk_inside.h"
#include "hall/lists.h"

enum { STEP_DAYS = 28, WEEK_DAYS = 7 };

struct counting { struct hall *hall; struct arena *arena; int64_t person_id; };

static struct list_filter with(struct list_filter filter, enum list_dimension dimension, struct str value)
{
	filter.values[dimension] = value;
	return filter;
}

static struct figure figure_of(const struct counting *counting, struct str value, int64_t count, struct list_filter filter)
{
	return (struct figure){ value, count, list_filter_print(counting->arena, &filter) };
}

static int64_t count_in(const struct list_counts *counts, const char *value)
{
	for (size_t i = 0; i < counts->count; i++)
		if (str_eq_c(counts->items[i].value, value)) return counts->items[i].count;
	return 0;
}

static void spread(const struct counting *counting, const struct list_counts *counts, struct list_filter filter,
    enum list_dimension dimension, struct figure_list *out)
{
	for (size_t i = 0; i < counts->count; i++) {
		struct str value = counts->items[i].value;
		if (dimension == LIST_BY_assignee && value.len == 0) value = STR("-");
		LIST_PUSH(counting->arena, out, figure_of(counting, value, counts->items[i].count, with(filter, dimension, value)));
	}
}

/* What is late is told of open cases, by district, step, and who has it on the desk. */
static struct err count_now(const struct counting *counting, struct figures *figures)
{
	struct list_filter all = list_filter_make(LIST_CASES), open = with(all, LIST_BY_state, STR("open")),
	                   late = with(open, LIST_BY_due, STR("late"));
	struct list_facets facets;
	TRY(list_facets(counting->hall, counting->arena, counting->person_id, &all, &facets));
	figures->total = figure_of(counting, STR(""), facets.total, all);
	spread(counting, &facets.by[LIST_BY_outcome], all, LIST_BY_outcome, &figures->outcomes);
	TRY(list_facets(counting->hall, counting->arena, counting->person_id, &open, &facets));
	figures->open = figure_of(counting, STR(""), facets.total, open);
	figures->late = figure_of(counting, STR("late"), count_in(&facets.by[LIST_BY_due], "late"), late);
	figures->today = figure_of(counting, STR("today"), count_in(&facets.by[LIST_BY_due], "today"), with(open, LIST_BY_due, STR("today")));
	figures->week = figure_of(counting, STR("week"), count_in(&facets.by[LIST_BY_due], "week"), with(open, LIST_BY_due, STR("week")));
	figures->waiting_person = figure_of(
	    counting, STR("person"), count_in(&facets.by[LIST_BY_outcome], "person"), with(open, LIST_BY_outcome, STR("person")));
	TRY(list_facets(counting->hall, counting->arena, counting->person_id, &late, &facets));
	spread(counting, &facets.by[LIST_BY_district], late, LIST_BY_district, &figures->late_where);
	spread(counting, &facets.by[LIST_BY_assignee], late, LIST_BY_assignee, &figures->late_who);
	spread(counting, &facets.by[LIST_BY_step], late, LIST_BY_step, &figures->late_step);
	return OK;
}

/* Rows come by element, then by duration: the median is the middle one. */
static struct err count_steps(const struct counting *counting, struct store_reader *reader, struct figures *figures)
{
	struct store_rows rows;
	int64_t now_ms = hall_now_ms(counting->hall);
	TRY(QUERY(counting->hall, counting->arena, reader, "figure_steps", &rows, I(counting->person_id), I(now_ms - STEP_DAYS * DAY_MS),
	    I(now_ms + 1)));
	for (size_t from = 0, to; from < rows.count; from = to) {
		struct store_row first = rows.items[from];
		for (to = from; to < rows.count && str_eq(row_bytes(rows.items[to], 0), row_bytes(first, 0)); to++) {}
		size_t count = to - from;
		int64_t low = row_i64(rows.items[from + (count - 1) / 2], 3), high = row_i64(rows.items[from + count / 2], 3);
		LIST_PUSH(counting->arena, &figures->steps,
		    ((struct figure_step){ row_bytes(first, 0), row_bytes(first, 1), row_bytes(first, 2), (int64_t)count, (low + high) / 2,
		        row_i64(rows.items[to - 1], 3) }));
	}
	return OK;
}

static void add_day(struct figure_week *week, struct str outcome, struct str state, int64_t count)
{
	week->came.count += count;
	if (str_eq_c(state, "closed")) week->closed.count += count;
	if (str_eq_c(outcome, "accepted")) week->accepted.count += count;
	else if (str_eq_c(outcome, "refused")) week->refused.count += count;
	else if (str_eq_c(outcome, "person")) week->waiting.count += count;
}

static struct err count_weeks(const struct counting *counting, struct store_reader *reader, struct figures *figures)
{
	struct store_rows rows;
	int64_t today = date_to_days(date_of_ms(figures->as_of_ms, SHANGHAI_OFFSET_S));
	int64_t monday = today - date_weekday(date_from_days(today)) + 1, first = monday - (FIGURE_WEEK_COUNT - 1) * WEEK_DAYS;
	TRY(QUERY(counting->hall, counting->arena, reader, "figure_days", &rows, I(counting->person_id),
	    I(date_begin_ms(date_from_days(first), SHANGHAI_OFFSET_S)), I(INT64_MAX)));
	for (size_t i = 0; i < rows.count; i++) {
		int64_t week = (row_i64(rows.items[i], 0) - first) / WEEK_DAYS;
		if (week < 0 || week >= FIGURE_WEEK_COUNT) continue;
		add_day(&figures->weeks[week], row_bytes(rows.items[i], 1), row_bytes(rows.items[i], 2), row_i64(rows.items[i], 3));
	}
	for (int64_t i = 0; i < FIGURE_WEEK_COUNT; i++) {
		struct figure_week *week = &figures->weeks[i];
		struct list_filter filter = list_filter_make(LIST_CASES);
		filter.newest = true;
		week->from = filter.from = date_from_days(first + i * WEEK_DAYS);
		week->until = filter.until = date_from_days(first + i * WEEK_DAYS + WEEK_DAYS - 1);
		figures->week_total += week->came.count;
		week->came = figure_of(counting, STR(""), week->came.count, filter);
		week->accepted = figure_of(counting, STR(""), week->accepted.count, with(filter, LIST_BY_outcome, STR("accepted")));
		week->refused = figure_of(counting, STR(""), week->refused.count, with(filter, LIST_BY_outcome, STR("refused")));
		week->waiting = figure_of(counting, STR(""), week->waiting.count, with(filter, LIST_BY_outcome, STR("person")));
		week->closed = figure_of(counting, STR(""), week->closed.count, with(filter, LIST_BY_state, STR("closed")));
	}
	return OK;
}

static struct err count_visits(const struct counting *counting, struct store_reader *reader, struct figures *figures)
{
	struct store_row row;
	TRY(QUERY_ONE(counting->hall, counting->arena, reader, "figure_visits", &row, I(counting->person_id)));
	figures->visits = row_i64(row, 0);
	return OK;
}

struct err figures_of(struct hall *hall, struct arena *arena, int64_t person_id, struct figures *out_figures)
{
	struct counting counting = { hall, arena, person_id };
	struct figures figures = { .as_of_ms = hall_now_ms(hall) };
	struct store_reader *reader;
	TRY(count_now(&counting, &figures));
	TRY(read_begin(hall, &reader));
	struct err err = count_steps(&counting, reader, &figures);
	if (!failed(err)) err = count_weeks(&counting, reader, &figures);
	if (!failed(err)) err = count_visits(&counting, reader, &figures);
	store_read_end(reader);
	if (!failed(err)) *out_figures = figures;
	return err;
}
