/* The auditor's trail: complete, without names or details, each union for itself; decisions that can be decided again. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct fixture town;
static struct actor auditor, other_auditor, clerk, leader;
static int64_t case_id;
static struct str number;

static int begin(void **state)
{
	(void)state;
	struct case_summary summary;
	fixture_begin(&town, HALL_KEPT, "2022-08-26T09:00:00+08:00", NULL);
	fixture_other_union(&town);
	auditor = fixture_staff(&town, "auditor", "hall", "13811110001");
	other_auditor = fixture_staff(&town, "auditor", "other", "13811110002");
	clerk = fixture_staff(&town, "legalClerk", "hall", "13811110003");
	leader = fixture_staff(&town, "leader", "hall", "13811110004");
	case_id = fixture_submit(&town, 1);
	assert_false(failed(case_by_id(town.hall, &town.arena, case_id, &summary)));
	number = summary.number;
	assert_false(failed(desk_look(town.hall, &town.arena, &clerk, case_id)));
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&town);
	return 0;
}

static struct trail_events events(const struct actor *who, const struct trail_filter *filter)
{
	struct trail_filter asked = *filter;
	struct trail_events found = { 0 };
	if (asked.count == 0) asked.count = 1000;
	assert_false(failed(trail_events(town.hall, &town.arena, who, &asked, &found)));
	return found;
}

static void the_auditor_sees_who_read_which_case_and_when_and_no_worker_s_name(void **state)
{
	(void)state;
	struct feel_value data, variables;
	assert_false(failed(case_data(town.hall, &town.arena, case_id, &data, &variables)));
	struct str name = feel_get(data, STR("name")).string;
	struct trail_events reads = events(&auditor, &(struct trail_filter){ .kinds = STR("case.read") });
	assert_int_equal(reads.count, 1);
	assert_true(str_eq(reads.items[0].number, number) && str_ends(reads.items[0].event.who, id_text(&town.arena, clerk.person_id)));
	struct trail_events all = events(&auditor, &(struct trail_filter){ 0 });
	for (size_t i = 0; i < all.count; i++) {
		assert_true(str_find(all.items[i].event.subject, name, 0) < 0 && str_find(all.items[i].event.who, name, 0) < 0);
		assert_true(all.items[i].event.detail.len == 0);
	}
	struct trail_events of_case = events(&auditor, &(struct trail_filter){ .number = number });
	assert_true(of_case.count > 3 && of_case.count < all.count);
	for (size_t i = 0; i < of_case.count; i++) assert_true(str_eq(of_case.items[i].number, number));
	struct str typed = str_replace(&town.arena, str_replace(&town.arena, number, STR("（"), STR("(")), STR("）"), STR(")"));
	assert_int_equal(events(&auditor, &(struct trail_filter){ .number = typed }).count, of_case.count);
}

static void filters_of_person_day_and_kind_narrow_and_a_refused_access_is_there(void **state)
{
	(void)state;
	struct actor operator = fixture_staff(&town, "operator", "hall", "13811110005");
	assert_true(err_is(desk_look(town.hall, &town.arena, &operator, case_id), ERR_FORBIDDEN));
	struct trail_events refused = events(&auditor, &(struct trail_filter){ .kinds = STR("access.refused,staff.refused") });
	assert_int_equal(refused.count, 1);
	assert_true(str_starts(refused.items[0].event.who, STR("operator:")));
	struct str own = id_text(&town.arena, clerk.person_id);
	struct trail_events by_clerk = events(&auditor, &(struct trail_filter){ .person = own });
	assert_int_equal(by_clerk.count, 1);
	struct trail_events roles = events(&auditor, &(struct trail_filter){ .prefix = STR("role") });
	assert_true(roles.count >= 5);
	for (size_t i = 0; i < roles.count; i++) assert_true(str_starts(roles.items[i].event.what, STR("role.")));
	int64_t tomorrow = atomic_load(&town.now_ms) + DAY_MS;
	assert_int_equal(events(&auditor, &(struct trail_filter){ .from_ms = tomorrow }).count, 0);
	assert_true(events(&auditor, &(struct trail_filter){ .until_ms = tomorrow }).count > 5);
}

static void pages_follow_each_other_without_a_gap_or_a_repetition(void **state)
{
	(void)state;
	struct trail_events all = events(&auditor, &(struct trail_filter){ 0 });
	struct trail_filter filter = { .count = 7 };
	size_t at = 0;
	for (;;) {
		struct trail_events page = events(&auditor, &filter);
		for (size_t i = 0; i < page.count; i++, at++) assert_int_equal(page.items[i].event.event_id, all.items[at].event.event_id);
		if (page.count < filter.count) break;
		filter.cursor = page.items[page.count - 1].cursor;
	}
	assert_int_equal(at, all.count);
	struct trail_events unused;
	filter.cursor = STR("nonsense");
	assert_true(err_is(trail_events(town.hall, &town.arena, &auditor, &filter, &unused), ERR_INVALID));
}

/* X1 */
static void another_union_sees_neither_the_case_nor_the_hall_and_no_other_role_comes_in(void **state)
{
	(void)state;
	struct trail_events unused;
	struct trail_receipts receipts;
	struct trail_receipt receipt;
	struct trail_filter filter = { .number = number, .count = 10 };
	bool same;
	assert_int_equal(events(&other_auditor, &(struct trail_filter){ 0 }).count, 0);
	assert_true(err_is(trail_events(town.hall, &town.arena, &other_auditor, &filter, &unused), ERR_NOT_FOUND));
	filter.number = STR("（2022）没有字第1号");
	assert_true(err_is(trail_events(town.hall, &town.arena, &auditor, &filter, &unused), ERR_NOT_FOUND));
	filter.number = STR("");
	assert_true(err_is(trail_events(town.hall, &town.arena, &leader, &filter, &unused), ERR_FORBIDDEN));
	assert_true(err_is(trail_events(town.hall, &town.arena, &clerk, &filter, &unused), ERR_FORBIDDEN));
	assert_false(failed(trail_receipts(town.hall, &town.arena, &auditor, &filter, &receipts)));
	int64_t id = receipts.items[0].receipt_id;
	assert_true(err_is(trail_receipt(town.hall, &town.arena, &other_auditor, id, &receipt), ERR_NOT_FOUND));
	assert_true(err_is(trail_replay(town.hall, &town.arena, &other_auditor, id, NULL, &same), ERR_NOT_FOUND));
	assert_false(failed(trail_receipts(town.hall, &town.arena, &other_auditor, &filter, &receipts)));
	assert_int_equal(receipts.count, 0);
}

static struct err tamper_body(struct work *work, void *data)
{
	const int64_t *ids = data;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "trail_receipt", &row, I(ids[0])));
	WORK_ADD(work, "receipt_add", I(ids[1]), I(case_id), T(row_bytes(row, 3)), I(work->now_ms), B(row_bytes(row, 7)), T(row_bytes(row, 6)));
	return OK;
}

static void a_decision_is_decided_again_and_one_that_was_moved_is_named(void **state)
{
	(void)state;
	struct trail_receipts receipts;
	struct trail_filter filter = { .number = number, .count = 10 };
	bool same = false;
	assert_false(failed(trail_receipts(town.hall, &town.arena, &auditor, &filter, &receipts)));
	assert_int_equal(receipts.count, 1);
	struct trail_receipt *receipt = &receipts.items[0];
	assert_true(receipt->version.len == 64 && receipt->replays.count == 0 && str_eq_c(receipt->decision, "acceptance"));
	assert_true(str_find(receipt->commitment, STR("\"value\":\"110"), 0) < 0);
	assert_false(failed(trail_replay(town.hall, &town.arena, &auditor, receipt->receipt_id, NULL, &same)));
	assert_true(same);
	assert_false(failed(trail_receipt(town.hall, &town.arena, &auditor, receipt->receipt_id, receipt)));
	assert_true(receipt->replays.count == 1 && receipt->replays.items[0].same);
	int64_t ids[2] = { receipt->receipt_id, id_next(&town.hall->ids) };      /* the same sealed text under another id */
	struct report report = report_make(&town.arena);
	assert_false(failed(work_run(town.hall, &town.arena, NULL, STR("hall"), false, tamper_body, ids)));
	assert_false(failed(trail_replay(town.hall, &town.arena, &auditor, ids[1], &report, &same)));
	assert_true(!same && report.error_count == 1);
	assert_false(failed(trail_receipt(town.hall, &town.arena, &auditor, ids[1], receipt)));
	assert_true(receipt->replays.count == 1 && !receipt->replays.items[0].same);
}

#define TOWN_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TOWN_TEST(the_auditor_sees_who_read_which_case_and_when_and_no_worker_s_name),
		TOWN_TEST(filters_of_person_day_and_kind_narrow_and_a_refused_access_is_there),
		TOWN_TEST(pages_follow_each_other_without_a_gap_or_a_repetition),
		TOWN_TEST(another_union_sees_neither_the_case_nor_the_hall_and_no_other_role_comes_in),
		TOWN_TEST(a_decision_is_decided_again_and_one_that_was_moved_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
