/* Figures and days laid over the files: looked at first, then in force, and never for what was decided before. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Friday before the National Day week of 2022: three working days lead to Monday 2022-10-10 (LA8). */
#define AT "2022-09-30T09:00:00+08:00"

static struct fixture fixture;
static struct actor administrator;

static int begin(void **state)
{
	(void)state;
	fixture_begin(&fixture, HALL_KEPT, AT, NULL);
	struct person person = { .name = STR("管理员"), .phone = STR("13900000001") };
	fixture_must(person_by_phone(fixture.hall, &fixture.arena, &person, &administrator.person_id), "person");
	administrator.kind = ACTOR_STAFF;
	administrator.role = STR("administrator");
	administrator.identity_level = 2;
	fixture_must(role_grant(fixture.hall, &fixture.arena, administrator.person_id, fixture.hall->organisation_id, administrator.role),
	    "role");
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

static struct date day(const char *text)
{
	struct date date = { 0 };
	assert_true(date_parse(str_from_c(text), &date));
	return date;
}

static struct overlay_change figure(const char *name, const char *value, const char *from, const char *until)
{
	struct overlay_change change = { .kind = OVERLAY_PARAMETER, .parameter = { .region = STR("310113"), .name = str_from_c(name),
		.value = str_from_c(value), .unit = STR("working days"), .source = STR("测试文件"), .confidence = STR("verified"),
		    .from = day(from) } };
	if (until) change.parameter.until = day(until);
	return change;
}

static struct str value_on(const char *name, const char *on)
{
	const struct parameter *found = parameter_find(hall_parameters(fixture.hall), STR("310113"), str_from_c(name), day(on));
	return found ? found->value : STR("nothing");
}

#define same(found, wanted) assert_true(str_eq_c((found), (wanted)))

static struct clock_moves confirm(const struct overlay_change *change)
{
	struct overlay_preview preview;
	struct clock_moves moves = { 0 };
	struct report report = report_make(&fixture.arena);
	fixture_must(overlay_preview(fixture.hall, &fixture.arena, change, &report, &preview), "preview");
	fixture_must(overlay_confirm(fixture.hall, &fixture.arena, &administrator, preview.version, change, &report, &moves), "confirm");
	return moves;
}

static struct str due_on(int64_t case_id, const char *name)
{
	struct case_clocks clocks;
	fixture_must(case_clocks(fixture.hall, &fixture.arena, case_id, &clocks), "clocks");
	for (size_t i = 0; i < clocks.count; i++)
		if (str_eq_c(clocks.items[i].name, name)) return clocks.items[i].due_on;
	return STR("none");
}

static size_t events_of(int64_t case_id, const char *what)
{
	struct audit_events events;
	size_t count = 0;
	fixture_must(audit_of_case(fixture.hall, &fixture.arena, case_id, &events), "events");
	for (size_t i = 0; i < events.count; i++) count += str_eq_c(events.items[i].what, what);
	return count;
}

static size_t notices_named(int64_t case_id, const char *name)
{
	struct notices notices;
	size_t count = 0;
	fixture_must(notices_of_case(fixture.hall, &fixture.arena, case_id, &notices), "notices");
	for (size_t i = 0; i < notices.count; i++) count += str_eq_c(notices.items[i].template_id, name) && notices.items[i].text.len > 0;
	return count;
}

/* ---- figures ------------------------------------------------------------------------------------------------------ */

static void a_new_figure_takes_its_days_and_leaves_those_around_it(void **state)
{
	(void)state;
	struct overlay_change change = figure("aidReviewDays", "5", "2023-01-01", "2023-06-30");
	confirm(&change);
	same(value_on("aidReviewDays", "2022-12-31"), "3");
	same(value_on("aidReviewDays", "2023-01-01"), "5");
	same(value_on("aidReviewDays", "2023-06-30"), "5");
	same(value_on("aidReviewDays", "2023-07-01"), "3");
	change = figure("aidReviewDays", "4", "2023-03-01", NULL);
	confirm(&change);
	same(value_on("aidReviewDays", "2023-02-28"), "5");
	same(value_on("aidReviewDays", "2023-07-01"), "4");
	fixture_reopen(&fixture, STR(""));
	same(value_on("aidReviewDays", "2023-02-28"), "5");
}

static void a_withdrawn_figure_lets_the_file_show_through_again_and_stays_in_the_history(void **state)
{
	(void)state;
	struct parameter_overlays history;
	struct overlay_change change = figure("aidReviewDays", "5", "2023-01-01", NULL);
	confirm(&change);
	fixture_must(parameter_overlays(fixture.hall, &fixture.arena, &history), "history");
	assert_int_equal(history.count, 1);
	struct overlay_change back = { .kind = OVERLAY_WITHDRAW_PARAMETER, .withdrawn_id = history.items[0].overlay_id };
	confirm(&back);
	same(value_on("aidReviewDays", "2024-01-01"), "3");
	fixture_must(parameter_overlays(fixture.hall, &fixture.arena, &history), "history");
	assert_int_equal(history.count, 1);
	assert_true(history.items[0].withdrawn_ms > 0 && history.items[0].withdrawn_by.len > 0 && history.items[0].made_by.len > 0);
	struct overlay_preview preview;
	assert_int_equal(overlay_preview(fixture.hall, &fixture.arena, &back, NULL, &preview).code, ERR_NOT_FOUND);
}

static void a_figure_without_a_source_or_with_words_for_a_number_is_refused_in_words(void **state)
{
	(void)state;
	struct overlay_preview preview;
	struct report report = report_make(&fixture.arena);
	struct overlay_change change = figure("aidReviewDays", "five", "2023-01-01", NULL);
	assert_int_equal(overlay_preview(fixture.hall, &fixture.arena, &change, &report, &preview).code, ERR_INVALID);
	assert_int_equal(report.error_count, 1);
	same(report.items[0].place, "value");
	report = report_make(&fixture.arena);
	change = figure("aidReviewDays", "5", "2023-01-01", "2022-01-01");
	change.parameter.source = STR("");
	change.parameter.region = STR("999999");
	assert_int_equal(overlay_preview(fixture.hall, &fixture.arena, &change, &report, &preview).code, ERR_INVALID);
	assert_int_equal(report.error_count, 3);
}

static void the_preview_names_services_rules_and_promises_that_a_figure_touches_and_changes_nothing(void **state)
{
	(void)state;
	struct overlay_preview preview;
	int64_t case_id = fixture_submit(&fixture, 1);
	struct overlay_change change = figure("aidReviewDays", "5", "2022-09-01", NULL);
	same(due_on(case_id, "review"), "2022-10-10");
	fixture_must(overlay_preview(fixture.hall, &fixture.arena, &change, NULL, &preview), "preview");
	same(preview.before->value, "3");
	same(preview.after->value, "5");
	bool clock = false;
	for (size_t i = 0; i < preview.uses.count; i++) clock |= str_eq_c(preview.uses.items[i].place, "clock review");
	assert_true(clock);
	assert_int_equal(preview.moves.count, 2);
	same(preview.moves.items[0].old_on, "2022-10-10");
	same(preview.moves.items[0].new_on, "2022-10-12");
	assert_true(preview.moves.items[0].number.len > 0);
	same(due_on(case_id, "review"), "2022-10-10");
	same(value_on("aidReviewDays", "2022-10-01"), "3");
}

/* legal-aid, with the days of limitation as a figure of the region. */
static void deploy_with_figure(void)
{
	const struct service *service;
	struct report report = report_make(&fixture.arena);
	fixture_must(service_load(&fixture.arena, "services/legal-aid", "law", NULL, &service), "legal-aid");
	struct service_file *files = ARENA_ARRAY(&fixture.arena, struct service_file, service->files.count);
	for (size_t i = 0; i < service->files.count; i++) {
		files[i] = service->files.items[i];
		if (str_eq_c(files[i].path, "law/limitation.dmn"))
			files[i].content = str_replace(&fixture.arena, files[i].content, STR("deadline(endedOn, \"P1Y\", \"natural\")"),
			    STR("deadline(endedOn, \"P\" + string(parameter(\"limitationDays\", endedOn)) + \"D\", \"natural\")"));
	}
	struct err err = service_assemble(&fixture.arena, files, service->files.count, &report, &service);
	if (failed(err)) fprintf(stderr, "%.*s", STR_ARG(report_print(&fixture.arena, &report)));
	fixture_must(err, "assemble");
	fixture_must(service_deploy(fixture.hall, service), "deploy");
}

static void a_decision_that_waits_and_would_come_out_otherwise_is_listed(void **state)
{
	(void)state;
	struct overlay_preview preview;
	struct overlay_change change = figure("limitationDays", "366", "2020-01-01", NULL);
	confirm(&change);
	deploy_with_figure();
	enum { CASES = 40 };
	for (int64_t serial = 1; serial <= CASES; serial++) fixture_submit(&fixture, serial);
	change = figure("limitationDays", "14", "2020-01-01", NULL);
	fixture_must(overlay_preview(fixture.hall, &fixture.arena, &change, NULL, &preview), "preview");
	for (size_t i = 0; i < preview.decisions.count; i++) {
		struct case_summary summary;
		fixture_must(case_by_id(fixture.hall, &fixture.arena, preview.decisions.items[i].case_id, &summary), "case");
		assert_true(str_eq(summary.number, preview.decisions.items[i].number));
		assert_int_equal(summary.decided_ms, 0);
	}
	printf("%zu of %d waiting decisions would come out otherwise\n", preview.decisions.count, CASES);
	assert_true(preview.decisions.count > 0 && preview.decisions.count < CASES);
	bool named = false;
	for (size_t i = 0; i < preview.uses.count; i++) named |= str_eq_c(preview.uses.items[i].place, "law/limitation.dmn");
	assert_true(named);
	change = figure("limitationDays", "366", "2020-01-01", NULL);
	fixture_must(overlay_preview(fixture.hall, &fixture.arena, &change, NULL, &preview), "preview");
	assert_int_equal(preview.decisions.count, 0);
}

/* ---- days ----------------------------------------------------------------------------------------------------------- */

static const struct overlay_day two_days[] = { { { 2022, 10, 8 }, STR_INIT("off"), STR_INIT("测试") },
	{ { 2022, 10, 9 }, STR_INIT("off"), STR_INIT("测试") } };

static struct overlay_change days_off(void)
{
	return (struct overlay_change){ .kind = OVERLAY_DAYS, .days = two_days, .day_count = 2, .source = STR("测试通知") };
}

/* 10-08 and 10-09 were working days; taken back, three working days after 09-30 end on 10-12. */
static void days_off_move_running_promises_their_timers_and_tasks_and_the_worker_is_told(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	struct case_tasks tasks;
	struct overlay_change change = days_off();
	struct clock_moves moves = confirm(&change);
	assert_int_equal(moves.count, 2);
	same(due_on(case_id, "review"), "2022-10-12");
	assert_int_equal(events_of(case_id, "clock.moved"), 2);
	assert_int_equal(notices_named(case_id, "reviewLater"), 1);
	fixture_must(case_tasks(fixture.hall, &fixture.arena, case_id, &tasks), "tasks");
	assert_true(tasks.count > 0 && tasks.items[0].due_ms == date_begin_ms(day("2022-10-13"), SHANGHAI_OFFSET_S) - 1);
	size_t done;
	atomic_store(&fixture.now_ms, date_begin_ms(day("2022-10-12"), SHANGHAI_OFFSET_S));
	fixture_must(scheduler_run_due(fixture.hall, NULL, &done), "due");
	assert_int_equal(events_of(case_id, "clock.late"), 0);
	atomic_store(&fixture.now_ms, date_begin_ms(day("2022-10-13"), SHANGHAI_OFFSET_S) + 1);
	fixture_must(scheduler_run_due(fixture.hall, NULL, &done), "due");
	assert_int_equal(events_of(case_id, "clock.late"), 2);
	assert_int_equal(events_of(case_id, "clock.warned"), 2);
}

static void days_taken_back_move_the_promise_back_without_a_message(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	struct calendar_overlays history;
	struct overlay_change change = days_off();
	confirm(&change);
	fixture_must(calendar_overlays(fixture.hall, &fixture.arena, &history), "history");
	assert_int_equal(history.count, 2);
	struct overlay_change back = { .kind = OVERLAY_WITHDRAW_DAYS, .withdrawn_id = history.items[0].batch_id };
	confirm(&back);
	same(due_on(case_id, "review"), "2022-10-10");
	assert_int_equal(notices_named(case_id, "reviewLater"), 1);
	assert_int_equal(events_of(case_id, "clock.moved"), 4);
}

static void a_kept_promise_never_moves(void **state)
{
	(void)state;
	struct clock_moves moves;
	int64_t case_id = fixture_submit(&fixture, 1);
	struct actor clerk = administrator;
	struct feel_value review = feel_context_of(&fixture.arena, NULL, 0);
	clerk.role = STR("legalClerk");
	fixture_must(role_grant(fixture.hall, &fixture.arena, clerk.person_id, fixture.hall->organisation_id, clerk.role), "role");
	review = feel_put(&fixture.arena, review, STR("decision"), feel_string(STR("refuse")));
	review = feel_put(&fixture.arena, review, STR("reason"), feel_string(STR("已另行委托律师代理")));
	review = feel_put(&fixture.arena, review, STR("remedy"), feel_string(STR("十五日内可以向区总工会提出异议")));
	struct feel_value answer = feel_put(&fixture.arena, feel_context_of(&fixture.arena, NULL, 0), STR("review"), review);
	struct report report = report_make(&fixture.arena);
	struct err err = case_do_task(fixture.hall, &fixture.arena, &clerk, case_id, STR("review"), answer, &report);
	if (failed(err)) fprintf(stderr, "%.*s", STR_ARG(report_print(&fixture.arena, &report)));
	fixture_must(err, "refuse");
	struct overlay_change change = days_off();
	moves = confirm(&change);
	assert_int_equal(moves.count, 0);
	same(due_on(case_id, "review"), "2022-10-10");
}

static void the_notice_of_a_year_ends_what_was_provisional(void **state)
{
	(void)state;
	static const struct overlay_day days[] = { { { 2027, 1, 1 }, STR_INIT("notice"), STR_INIT("") },
		{ { 2027, 2, 5 }, STR_INIT("statutory"), STR_INIT("除夕") }, { { 2027, 2, 13 }, STR_INIT("work"), STR_INIT("春节") } };
	struct overlay_change change = { .kind = OVERLAY_DAYS, .days = days, .day_count = 3, .source = STR("测试通知") };
	assert_true(calendar_is_provisional(hall_calendar(fixture.hall), day("2027-03-01")));
	confirm(&change);
	const struct calendar *now = hall_calendar(fixture.hall);
	assert_false(calendar_is_provisional(now, day("2027-03-01")));
	assert_int_equal(calendar_day(now, day("2027-02-13")), CALENDAR_WORKING);
	assert_int_equal(calendar_day(now, day("2027-02-06")), CALENDAR_OFF);      /* a Saturday: what was expected is forgotten */
	assert_int_equal(calendar_day(now, day("2027-02-08")), CALENDAR_WORKING);
}

/* ---- who, and when two at once ------------------------------------------------------------------------------------- */

static void two_changes_at_once_cannot_both_rest_on_the_same_preview(void **state)
{
	(void)state;
	struct overlay_preview preview;
	struct overlay_change first = figure("aidReviewDays", "5", "2023-01-01", NULL), second = figure("aidReviewDays", "7", "2023-01-01",
	    NULL);
	fixture_must(overlay_preview(fixture.hall, &fixture.arena, &second, NULL, &preview), "preview");
	confirm(&first);
	struct err err = overlay_confirm(fixture.hall, &fixture.arena, &administrator, preview.version, &second, NULL, NULL);
	assert_int_equal(err.code, ERR_REFUSED);
	same(value_on("aidReviewDays", "2023-02-01"), "5");
}

static void only_an_administrator_of_the_whole_hall_changes_figures(void **state)
{
	(void)state;
	struct overlay_change change = figure("aidReviewDays", "5", "2023-01-01", NULL);
	struct organisation below;
	struct actor clerk = administrator, local = administrator;
	struct person person = { .name = STR("街道管理员"), .phone = STR("13900000002") };
	clerk.role = STR("legalClerk");
	fixture_must(role_grant(fixture.hall, &fixture.arena, clerk.person_id, fixture.hall->organisation_id, clerk.role), "role");
	assert_int_equal(overlay_confirm(fixture.hall, &fixture.arena, &clerk, 0, &change, NULL, NULL).code, ERR_FORBIDDEN);
	struct str roster = STR("{\"organisations\":[{\"code\":\"street\",\"kind\":\"union\",\"name\":\"友谊路街道总工会\","
	                        "\"region\":\"310113\",\"data\":{}}]}");
	fixture_must(roster_import(fixture.hall, &fixture.arena, roster, NULL), "roster");
	fixture_must(organisation_by_code(fixture.hall, &fixture.arena, STR("street"), &below), "street");
	fixture_must(person_by_phone(fixture.hall, &fixture.arena, &person, &local.person_id), "person");
	fixture_must(role_grant(fixture.hall, &fixture.arena, local.person_id, below.organisation_id, local.role), "role");
	assert_int_equal(overlay_confirm(fixture.hall, &fixture.arena, &local, 0, &change, NULL, NULL).code, ERR_NOT_FOUND);
	same(value_on("aidReviewDays", "2023-02-01"), "3");
}

int main(void)
{
	#define sentence(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		sentence(a_new_figure_takes_its_days_and_leaves_those_around_it),
		sentence(a_withdrawn_figure_lets_the_file_show_through_again_and_stays_in_the_history),
		sentence(a_figure_without_a_source_or_with_words_for_a_number_is_refused_in_words),
		sentence(the_preview_names_services_rules_and_promises_that_a_figure_touches_and_changes_nothing),
		sentence(a_decision_that_waits_and_would_come_out_otherwise_is_listed),
		sentence(days_off_move_running_promises_their_timers_and_tasks_and_the_worker_is_told),
		sentence(days_taken_back_move_the_promise_back_without_a_message),
		sentence(a_kept_promise_never_moves),
		sentence(the_notice_of_a_year_ends_what_was_provisional),
		sentence(two_changes_at_once_cannot_both_rest_on_the_same_preview),
		sentence(only_an_administrator_of_the_whole_hall_changes_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
