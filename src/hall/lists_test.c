/* 10,000 waiting files on one desk and 20,000 finished ones behind them: the lists stay quick. Rows are made by the hall's own
 * statements, sealed as always. */
#include "hall/hall.h"
#include "hall/inside.h"
#include "hall/lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { WAITING = 10000, FINISHED = 20000, BATCH = 1000, MINUTE_MS = 60000 };
#define BEGIN_MS INT64_C(1661475600000)

static struct arena arena;
static struct play_stage *stage;
static struct hall *hall;
static int64_t clerk_id;

static struct err one_case(struct work *work, int64_t number)
{
	static const char *const districts[] = { "310113", "310115", "310112", "310114" };
	static const char *const rules[] = { ",district,", ",identity,", ",applicationPaper,identity,", ",limitation,", ",represented," };
	bool waiting = number < WAITING;
	int64_t case_id = id_next(&work->hall->ids), at_ms = BEGIN_MS - number * MINUTE_MS;
	struct str box, plain = str_printf(work->arena, "{\"applicant\":\"申请人%lld\",\"phone\":\"139%08lld\",\"employer\":\"上海第%lld有限公司\"}",
		(long long)number, (long long)number, (long long)(number % 300));
	TRY(seal_text(work->hall, work->arena, "desk_case.row", case_id, plain, &box));
	WORK_ADD(work, "case_add", I(case_id), T(STR("legal-aid")), T(STR("v")), I(work->hall->organisation_id), T(STR("310113")), I(clerk_id),
		T(STR("live")), I(at_ms));
	WORK_ADD(work, "case_set_submitted", I(case_id), I(at_ms));
	WORK_ADD(work, "case_set_outcome", I(case_id), T(waiting ? STR("person") : STR("accepted")));
	WORK_ADD(work, "clock_add", I(case_id), T(STR("review")), I(at_ms), I(at_ms), I(at_ms + 3 * DAY_MS), T(STR("2022-08-29")),
	    I(0), T(STR("")), sql_null(), T(STR("")));
	if (!waiting) WORK_ADD(work, "clock_end", I(case_id), T(STR("review")), I(at_ms + DAY_MS));
	if (!waiting) WORK_ADD(work, "case_set_closed", I(case_id), I(at_ms + DAY_MS));
	WORK_ADD(work, "desk_follow", I(case_id), T(str_from_c(districts[number % 4])),
	    T(str_printf(work->arena, "%016lld", (long long)(number % 300))), T(waiting ? str_from_c(rules[number % 5]) : STR("")),
	    B(box));
	if (waiting)
		WORK_ADD(work, "task_add", I(id_next(&work->hall->ids)), I(case_id), I(1), T(STR("review")), T(STR("人工审查")),
		    T(STR("review")), T(STR("legalClerk")), T(STR("")), T(STR("")), I(at_ms), I(at_ms + 3 * DAY_MS));
	return OK;
}

static struct err batch_body(struct work *work, void *data)
{
	int64_t from = *(const int64_t *)data;
	WORK_ADD(work, "service_version_add", T(STR("v")), T(STR("legal-aid")), T(STR("职工法律援助")), T(STR("live")), I(0));
	for (int64_t i = from; i < from + BATCH; i++) TRY(one_case(work, i));
	return OK;
}

static int raise(void **state)
{
	struct play_stage_options options = { .places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar",
		.fonts = "build/share/unionhall/fonts" }, .demo = "demo", .region = STR("310113"), .at_ms = BEGIN_MS };
	struct person person = { .phone = STR("13900001101") };
	(void)state;
	if (failed(play_stage_open(&arena, &options, NULL, &stage))) return -1;
	hall = play_stage_hall(stage);
	if (failed(person_by_phone(hall, &arena, &person, &clerk_id))) return -1;
	for (int64_t from = 0; from < WAITING + FINISHED; from += BATCH) {
		struct arena scratch = { 0 };
		struct err err = work_run(hall, &scratch, NULL, STR("hall"), false, batch_body, &from);
		arena_done(&scratch);
		if (failed(err)) return -1;
	}
	return 0;
}

static int lower(void **state)
{
	(void)state;
	play_stage_close(stage);
	arena_done(&arena);
	return 0;
}

/* The fastest of five, in microseconds, printed for the reader. */
static int64_t page_us(const char *what, const struct list_filter *filter, struct str cursor, size_t expected)
{
	int64_t fastest = INT64_MAX;
	for (int i = 0; i < 5; i++) {
		struct arena scratch = { 0 };
		struct list_page page;
		int64_t begin = clock_monotonic_us();
		assert_false(failed(list_page(hall, &scratch, clerk_id, filter, cursor, 50, &page)));
		int64_t took = clock_monotonic_us() - begin;
		assert_int_equal(page.count, expected);
		if (took < fastest) fastest = took;
		arena_done(&scratch);
	}
	print_message("%-48s %8.2f ms\n", what, (double)fastest / 1000);
	return fastest;
}

static int64_t facets_us(const char *what, const struct list_filter *filter, int64_t expected)
{
	int64_t fastest = INT64_MAX;
	for (int i = 0; i < 5; i++) {
		struct arena scratch = { 0 };
		struct list_facets facets;
		int64_t begin = clock_monotonic_us();
		assert_false(failed(list_facets(hall, &scratch, clerk_id, filter, &facets)));
		int64_t took = clock_monotonic_us() - begin;
		assert_int_equal(facets.total, expected);
		if (took < fastest) fastest = took;
		arena_done(&scratch);
	}
	print_message("%-48s %8.2f ms\n", what, (double)fastest / 1000);
	return fastest;
}

/* X2. The bounds are wide: shared machines are slow; the figures that were measured are printed. */
static void test_lists_of_ten_thousand_stay_quick(void **state)
{
	enum { QUICK_US = 100000, COUNT_US = 500000 };
	struct list_filter queue = list_filter_make(LIST_TASKS), cases = list_filter_make(LIST_CASES), newest = cases, one = queue,
	                   firm = cases;
	(void)state;
	newest.newest = true;
	one.values[LIST_BY_rule] = STR("limitation");
	one.values[LIST_BY_district] = STR("310114");
	firm.employer = STR("0000000000000007");
	assert_true(page_us("queue of 10,000, first page", &queue, STR(""), 50) < QUICK_US);
	assert_true(page_us("queue, a page in the middle", &queue,
	                str_printf(&arena, "%lld.0", (long long)(BEGIN_MS + 3 * DAY_MS - 5000 * (int64_t)MINUTE_MS)), 50) < QUICK_US);
	assert_true(page_us("queue, by rule and district", &one, STR(""), 50) < QUICK_US);
	assert_true(page_us("30,000 cases, newest first", &newest, STR(""), 50) < COUNT_US);
	assert_true(page_us("30,000 cases, nearest deadline first", &cases, STR(""), 50) < COUNT_US);
	assert_true(page_us("30,000 cases, of one employer", &firm, STR(""), 50) < COUNT_US);
	assert_true(facets_us("queue, every count", &queue, WAITING) < COUNT_US);
	assert_true(facets_us("30,000 cases, every count", &cases, WAITING + FINISHED) < 2 * COUNT_US);
}

static void test_going_through_all_pages_meets_each_file_once(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_page page = { .more = true };
	struct str cursor = STR("");
	size_t count = 0;
	int64_t last_due = 0, last_task = 0;
	(void)state;
	while (page.more) {
		assert_false(failed(list_page(hall, &arena, clerk_id, &queue, cursor, LIST_PAGE_COUNT_MAX, &page)));
		for (size_t i = 0; i < page.count; i++) {
			assert_true(page.items[i].due_ms > last_due || (page.items[i].due_ms == last_due && page.items[i].task_id > last_task));
			last_due = page.items[i].due_ms;
			last_task = page.items[i].task_id;
		}
		count += page.count;
		cursor = page.items[page.count - 1].cursor;
	}
	assert_int_equal(count, WAITING);
}

static void test_ten_thousand_rows_are_exported_and_too_many_are_refused_with_a_limit(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct actor actor = { .kind = ACTOR_STAFF, .person_id = clerk_id, .role = STR("legalClerk") };
	struct str text;
	struct csv csv;
	(void)state;
	int64_t begin = clock_monotonic_us();
	assert_false(failed(list_export(hall, &arena, &actor, &queue, LIST_XLSX, &text)));
	print_message("%-48s %8.2f ms\n", "10,000 rows as a spreadsheet", (double)(clock_monotonic_us() - begin) / 1000);
	begin = clock_monotonic_us();
	assert_false(failed(list_export(hall, &arena, &actor, &queue, LIST_CSV, &text)));
	print_message("%-48s %8.2f ms\n", "10,000 rows as CSV", (double)(clock_monotonic_us() - begin) / 1000);
	assert_false(failed(csv_parse(&arena, text, NULL, &csv)));
	assert_int_equal(csv.count, WAITING + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_of_ten_thousand_stay_quick),
		cmocka_unit_test(test_going_through_all_pages_meets_each_file_once),
		cmocka_unit_test(test_ten_thousand_rows_are_exported_and_too_many_are_refused_with_a_limit),
	};
	return cmocka_run_group_tests(tests, raise, lower);
}
