/* A locked hall (design: mode `locked`): what can be read, what is refused, who opens it. */
#include "hall/fixture.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct fixture fixture;
static struct str recovery;
static int64_t case_id, person_id;
static struct str number;

static int begin(void **state)
{
	(void)state;
	struct case_summary summary;
	size_t done;
	fixture_begin(&fixture, HALL_LOCKED, "2022-08-26T09:00:00+08:00", &recovery);
	case_id = fixture_submit(&fixture, 1);
	assert_false(failed(case_by_id(fixture.hall, &fixture.arena, case_id, &summary)));
	number = summary.number;
	person_id = summary.applicant_id;
	assert_false(failed(scheduler_run_due(fixture.hall, NULL, &done)));
	fixture_reopen(&fixture, STR(""));
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

static void test_public_facts_can_be_read_while_locked(void **state)
{
	(void)state;
	struct hall *hall = fixture.hall;
	struct arena *arena = &fixture.arena;
	struct case_summary summary;
	struct case_clocks clocks;
	struct case_tasks tasks;
	struct organisation organisation;
	const struct service *service;
	struct scheduler_alarms alarms;
	int64_t count = 0;
	assert_true(hall_is_locked(hall));
	assert_false(failed(case_count(hall, arena, &count)));
	assert_int_equal(count, 1);
	assert_false(failed(case_by_number(hall, arena, number, &summary)));
	assert_true(summary.case_id == case_id && str_eq_c(summary.state, "open"));
	assert_false(failed(case_clocks(hall, arena, case_id, &clocks)));
	assert_int_equal(clocks.count, 2);
	assert_false(failed(case_tasks(hall, arena, case_id, &tasks)));
	assert_true(tasks.count >= 1);
	assert_false(failed(organisation_by_code(hall, arena, STR("hall"), &organisation)));
	assert_false(failed(service_offered(hall, STR("legal-aid"), &service)));
	assert_false(failed(scheduler_alarms(hall, &alarms)));
}

static void test_case_content_is_refused_while_locked_and_nothing_falls_over(void **state)
{
	(void)state;
	struct hall *hall = fixture.hall;
	struct arena *arena = &fixture.arena;
	struct feel_value data, variables;
	struct person person = { .name = STR("王"), .phone = STR("13900000001") };
	struct actor actor = { .kind = ACTOR_APPLICANT, .person_id = person_id, .identity_level = 2 };
	struct lawyers lawyers;
	struct search_hits hits;
	struct receipts receipts;
	struct notices notices;
	struct verified counts;
	struct str bytes;
	int64_t id;
	const struct case_upload upload = { STR("files.a"), STR("a.pdf"), STR("x") };
	assert_true(err_is(case_data(hall, arena, case_id, &data, &variables), ERR_LOCKED));
	assert_true(err_is(person_by_id(hall, arena, person_id, &person), ERR_LOCKED));
	assert_true(err_is(person_by_phone(hall, arena, &person, &id), ERR_LOCKED));
	assert_true(err_is(lawyers_against(hall, arena, FEEL_NULL_VALUE, &lawyers), ERR_LOCKED));
	assert_true(err_is(search_cases(hall, arena, hall->organisation_id, STR("工资"), 10, &hits), ERR_LOCKED));
	assert_true(err_is(receipts_of_case(hall, arena, case_id, &receipts), ERR_LOCKED));
	assert_true(err_is(notices_of_case(hall, arena, case_id, &notices), ERR_LOCKED));
	assert_true(err_is(bundle_make(hall, arena, case_id, &bytes), ERR_LOCKED));
	assert_true(err_is(hall_verify(hall, arena, NULL, &counts), ERR_LOCKED));
	assert_true(err_is(case_open(hall, arena, &actor, STR("legal-aid"), STR("310113"), &id), ERR_LOCKED));
	assert_true(err_is(case_attach(hall, arena, &actor, case_id, &upload, NULL, &id), ERR_LOCKED));
	assert_true(err_is(case_submit(hall, arena, &actor, case_id, FEEL_NULL_VALUE, NULL), ERR_LOCKED));
	assert_true(err_is(case_do_task(hall, arena, &actor, case_id, STR("review"), FEEL_NULL_VALUE, NULL), ERR_LOCKED));
	assert_true(err_is(role_grant(hall, arena, person_id, hall->organisation_id, STR("leader")), ERR_LOCKED));
}

static void test_deadlines_wait_while_locked_and_are_caught_up_after(void **state)
{
	(void)state;
	size_t done = 0;
	struct scheduler_alarms alarms;
	atomic_fetch_add(&fixture.now_ms, 30 * DAY_MS);
	assert_true(err_is(scheduler_run_due(fixture.hall, NULL, &done), ERR_LOCKED));
	assert_false(failed(scheduler_alarms(fixture.hall, &alarms)));
	assert_true(alarms.timers_behind > 0);   /* it does not go unseen */
	assert_false(failed(hall_unlock(fixture.hall, FIXTURE_PASSPHRASE)));
	assert_false(failed(scheduler_run_due(fixture.hall, NULL, &done)));
	assert_true(done > 0);
	assert_false(failed(scheduler_alarms(fixture.hall, &alarms)));
	assert_int_equal(alarms.timers_behind, 0);
	assert_true(alarms.clocks_late == 2 && alarms.tasks_overdue == 1);
	fixture_reopen(&fixture, STR(""));
}

/* X1: rights are asked while locked too. */
static void test_a_refusal_while_locked_is_a_refusal(void **state)
{
	(void)state;
	struct actor own = { .kind = ACTOR_APPLICANT, .person_id = person_id, .identity_level = 2 }, stranger = own;
	stranger.person_id++;
	assert_false(failed(case_may(fixture.hall, &fixture.arena, &own, case_id, RIGHT_READ)));
	assert_true(err_is(case_may(fixture.hall, &fixture.arena, &stranger, case_id, RIGHT_READ), ERR_NOT_FOUND));
	assert_true(err_is(case_may(fixture.hall, &fixture.arena, &own, case_id, RIGHT_DECIDE), ERR_FORBIDDEN));
}

static void test_wrong_secrets_open_nothing(void **state)
{
	(void)state;
	struct report report = report_make(&fixture.arena);
	char *slip = (char *)str_to_c(&fixture.arena, recovery);
	assert_true(err_is(hall_unlock(fixture.hall, STR("a wrong passphrase")), ERR_FORBIDDEN));
	assert_true(failed(hall_unlock(fixture.hall, STR(""))));
	slip[7] = slip[7] == '2' ? '3' : '2';
	assert_true(err_is(hall_unlock_with_recovery_key(fixture.hall, str_from_c(slip), &report), ERR_INVALID));
	assert_int_equal(report.error_count, 1);
	assert_true(hall_is_locked(fixture.hall));
	struct hall_options options = { .places = fixture_places(&fixture), .clock = clock_system(), .rand = rand_system(),
		.passphrase = STR("a wrong passphrase") };
	struct hall *hall = NULL;
	assert_true(err_is(hall_open(&options, NULL, &hall), ERR_FORBIDDEN));
	assert_null(hall);
}

static void *unlock(void *data)
{
	(void)data;
	assert_false(failed(hall_unlock(fixture.hall, FIXTURE_PASSPHRASE)));
	return NULL;
}

static void test_several_people_may_unlock_at_once_while_others_read(void **state)
{
	(void)state;
	pthread_t threads[3];
	struct feel_value data, variables;
	for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, unlock, NULL), 0);
	struct err err = ERR(LOCKED);
	for (int i = 0; i < 1000 && err_is(err, ERR_LOCKED); i++) {
		struct arena arena = { 0 };
		err = case_data(fixture.hall, &arena, case_id, &data, &variables);
		arena_done(&arena);
	}
	for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
	assert_false(hall_is_locked(fixture.hall));
	assert_false(failed(case_data(fixture.hall, &fixture.arena, case_id, &data, &variables)));
	assert_int_equal(data.kind, FEEL_CONTEXT);
	fixture_reopen(&fixture, STR(""));
}

static void test_the_recovery_key_opens_it(void **state)
{
	(void)state;
	struct verified counts;
	assert_false(failed(hall_unlock_with_recovery_key(fixture.hall, recovery, NULL)));
	assert_false(failed(hall_verify(fixture.hall, &fixture.arena, NULL, &counts)));
	assert_int_equal(counts.cases, 1);
	fixture_reopen(&fixture, STR(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_facts_can_be_read_while_locked),
		cmocka_unit_test(test_case_content_is_refused_while_locked_and_nothing_falls_over),
		cmocka_unit_test(test_deadlines_wait_while_locked_and_are_caught_up_after),
		cmocka_unit_test(test_a_refusal_while_locked_is_a_refusal),
		cmocka_unit_test(test_wrong_secrets_open_nothing),
		cmocka_unit_test(test_several_people_may_unlock_at_once_while_others_read),
		cmocka_unit_test(test_the_recovery_key_opens_it),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
