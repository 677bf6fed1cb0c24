/* Nothing due is skipped (LA8): warnings before, lateness after, once each, however late we are and whatever fails. The clock
 * stands still until a test moves it. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static struct fixture fixture;

static int begin(void **state)
{
	(void)state;
	fixture_begin(&fixture, HALL_KEPT, "2022-09-09T09:00:00+08:00", NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

static void go_to(const char *at)
{
	int64_t at_ms = 0;
	assert_false(failed(time_parse_ms(str_from_c(at), &at_ms)));
	atomic_store(&fixture.now_ms, at_ms);
}

static size_t run_due(void)
{
	size_t done = 0;
	assert_false(failed(scheduler_run_due(fixture.hall, NULL, &done)));
	return done;
}

static struct audit_events events_of(int64_t case_id)
{
	struct audit_events events = { 0 };
	assert_false(failed(audit_of_case(fixture.hall, &fixture.arena, case_id, &events)));
	return events;
}

static size_t count_events(int64_t case_id, const char *what)
{
	struct audit_events events = events_of(case_id);
	size_t count = 0;
	for (size_t i = 0; i < events.count; i++) count += str_eq_c(events.items[i].what, what);
	return count;
}

static struct scheduler_alarms alarms(void)
{
	struct scheduler_alarms found = { 0 };
	assert_false(failed(scheduler_alarms(fixture.hall, &found)));
	return found;
}

/* ---- rows made by hand, many at once ------------------------------------------------------------------------------ */

enum kind { TIMERS, TASKS, OUTSIDE_JOBS, RENDER_JOBS };
struct making { int64_t case_id, first_ms; enum kind kind; int count; };

static struct err make_body(struct work *work, void *data)
{
	const struct making *making = data;
	for (int i = 0; i < making->count; i++) {
		struct str name = str_printf(work->arena, "row%05d", i);
		int64_t id = id_next(&work->hall->ids), key = 1000 + i;
		switch (making->kind) {
		case TIMERS:
			WORK_ADD(work, "timer_add", I(id), I(making->case_id), I(0), T(STR("clockWarn")), T(name), I(making->first_ms + i));
			break;
		case TASKS:
			WORK_ADD(work, "task_add", I(id), I(making->case_id), I(key), T(name), T(name), T(STR("")), T(STR("legalClerk")), T(STR("")),
			    T(STR("")), I(making->first_ms), I(making->first_ms + i));
			break;
		case OUTSIDE_JOBS:
		case RENDER_JOBS:
			WORK_ADD(work, "job_add", I(id), I(making->case_id), I(key),
			    T(making->kind == RENDER_JOBS ? STR("paper.render") : STR("outside.work")), T(STR("{}")), I(making->first_ms + i));
			break;
		}
	}
	return OK;
}

static void make(int64_t case_id, enum kind kind, int count, const char *first)
{
	struct making making = { .case_id = case_id, .kind = kind, .count = count };
	assert_false(failed(time_parse_ms(str_from_c(first), &making.first_ms)));
	assert_false(failed(work_run(fixture.hall, &fixture.arena, NULL, STR("hall"), false, make_body, &making)));
}

/* A case that nobody can open any more. */
static void spoil(int64_t case_id)
{
	struct store_command command = store_command_make(&fixture.arena);
	store_command_add(&command, STORE_PLAIN, store_statement(fixture.hall->store, STR("state_set_data")),
	    SQL(I(case_id), B(STR("not what was sealed")), I(0)));
	assert_false(failed(store_submit(fixture.hall->store, &command)));
}

/* Every row of make() once and in its order. */
static void assert_each_once(int64_t case_id, const char *what, size_t count)
{
	struct audit_events events = events_of(case_id);
	size_t next = 0;
	for (size_t i = 0; i < events.count; i++) {
		if (!str_eq_c(events.items[i].what, what) || !str_starts(events.items[i].subject, STR("row"))) continue;
		assert_string_equal(str_to_c(&fixture.arena, events.items[i].subject),
		    str_to_c(&fixture.arena, str_printf(&fixture.arena, "row%05zu", next)));
		next++;
	}
	assert_int_equal(next, count);
}

/* ---- clocks ---------------------------------------------------------------------------------------------------- */

static void test_a_promise_is_warned_of_before_and_late_after_its_last_day(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	go_to("2022-09-13T23:59:59.999+08:00");
	run_due();
	assert_int_equal(count_events(case_id, "clock.warned"), 0);
	go_to("2022-09-14T00:00:00+08:00");
	run_due();
	assert_int_equal(count_events(case_id, "clock.warned"), 2);   /* review and whole */
	go_to("2022-09-15T23:59:59.999+08:00");
	run_due();
	assert_int_equal(count_events(case_id, "clock.late"), 0);
	assert_int_equal(alarms().clocks_late, 0);
	go_to("2022-09-16T00:00:00+08:00");
	run_due();
	assert_int_equal(count_events(case_id, "clock.late"), 2);
	assert_int_equal(alarms().clocks_late, 2);
	assert_int_equal(run_due(), 0);
}

static void test_a_jump_of_a_year_catches_up_everything_once_and_in_order(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	go_to("2023-09-16T00:00:00+08:00");
	run_due();
	assert_int_equal(run_due(), 0);
	struct audit_events events = events_of(case_id);
	size_t warned = 0, late = 0, overdue = 0;
	for (size_t i = 0; i < events.count; i++) {
		if (str_eq_c(events.items[i].what, "clock.warned")) assert_int_equal(late, 0);
		warned += str_eq_c(events.items[i].what, "clock.warned");
		late += str_eq_c(events.items[i].what, "clock.late");
		overdue += str_eq_c(events.items[i].what, "task.overdue");
	}
	assert_int_equal(warned, 2);
	assert_int_equal(late, 2);
	assert_int_equal(overdue, 1);
}

static void test_thousands_of_timers_are_all_fired_in_one_call_and_in_order(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	make(case_id, TIMERS, 2500, "2022-09-09T10:00:00+08:00");
	go_to("2022-09-09T11:00:00+08:00");
	assert_int_equal(alarms().timers_behind, 2500);
	assert_int_equal(run_due(), 2500);
	assert_each_once(case_id, "clock.warned", 2500);
	assert_int_equal(alarms().timers_behind, 0);
	assert_int_equal(run_due(), 0);
}

/* ---- overdue tasks ---------------------------------------------------------------------------------------------- */

static void test_an_overdue_task_nobody_was_told_of_is_an_event_a_log_line_and_a_count(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	make(case_id, TASKS, 1200, "2022-09-09T10:00:00+08:00");
	go_to("2022-09-09T11:00:00+08:00");
	assert_int_equal(alarms().tasks_untold, 1200);
	const char *path = str_to_c(&fixture.arena, str_printf(&fixture.arena, "%s/log", fixture.folder));
	int kept = dup(2);
	assert_true(freopen(path, "w", stderr) != NULL);
	fixture.logger.level_max = LOG_LEVEL_ERROR;
	run_due();
	fixture.logger.level_max = 0;
	fflush(stderr);
	dup2(kept, 2);
	close(kept);
	struct str log;
	assert_false(failed(file_read(&fixture.arena, path, 1 << 20, &log)));
	assert_true(str_find(log, STR("<3>event=task.overdue element=row01199 role=legalClerk"), 0) >= 0);
	assert_each_once(case_id, "task.overdue", 1200);
	assert_int_equal(alarms().tasks_overdue, 1200);   /* it stays visible until somebody does it */
	assert_int_equal(alarms().tasks_untold, 0);
	assert_int_equal(run_due(), 0);
}

/* ---- what fails -------------------------------------------------------------------------------------------------- */

static struct err timer_body(struct work *work, void *data)
{
	const struct making *making = data;
	for (int i = 0; i < making->count; i++)
		WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(making->case_id), I(1 + i), T(STR("process")), T(STR("spoilt")),
		    I(making->first_ms));
	return OK;
}

static void test_failing_timers_hold_up_nothing_behind_them_and_are_seen(void **state)
{
	(void)state;
	int64_t broken = fixture_submit(&fixture, 1), whole = fixture_submit(&fixture, 2);
	struct making making = { .case_id = broken, .count = 450, .first_ms = atomic_load(&fixture.now_ms) };
	assert_false(failed(work_run(fixture.hall, &fixture.arena, NULL, STR("hall"), false, timer_body, &making)));
	spoil(broken);
	make(whole, TIMERS, 10, "2022-09-09T10:00:00+08:00");
	go_to("2022-09-09T11:00:00+08:00");
	struct report report = report_make(&fixture.arena);
	size_t done = 0;
	assert_false(failed(scheduler_run_due(fixture.hall, &report, &done)));
	assert_int_equal(done, 10);
	assert_each_once(whole, "clock.warned", 10);
	assert_int_equal(alarms().timers_behind, 450);
	assert_true(report.count > 0 && report.error_count == 0);
}

static void test_jobs_of_others_and_failing_jobs_hold_up_nothing_behind_them(void **state)
{
	(void)state;
	int64_t broken = fixture_submit(&fixture, 1), whole = fixture_submit(&fixture, 2);
	make(whole, OUTSIDE_JOBS, 450, "2022-09-09T09:00:00+08:00");
	make(broken, RENDER_JOBS, 3, "2022-09-09T10:00:00+08:00");
	make(whole, TIMERS, 1, "2022-09-09T10:00:00+08:00");
	spoil(broken);
	go_to("2022-09-09T11:00:00+08:00");
	assert_int_equal(run_due(), 4);                     /* three tries noted, one timer */
	for (int i = 0; i < 10; i++) {
		atomic_store(&fixture.now_ms, atomic_load(&fixture.now_ms) + 3600000);
		run_due();
	}
	assert_int_equal(alarms().jobs_failed, 3);          /* given up, and seen */
	assert_int_equal(count_events(broken, "job.failed"), 3);
	assert_int_equal(alarms().jobs_behind, 450);        /* the worker outside does not come: seen as well */
	assert_each_once(whole, "clock.warned", 1);
}

/* ---- crashes ------------------------------------------------------------------------------------------------------ */

static void run_and_be_killed(void)
{
	size_t done;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		fixture_reopen(&fixture, STR(""));
		_exit(failed(scheduler_run_due(fixture.hall, NULL, &done)));
	}
	struct timespec wait = { 0, 150000000 };
	nanosleep(&wait, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void test_a_crash_between_two_timers_repeats_none_and_loses_none(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&fixture, 1);
	make(case_id, TIMERS, 3000, "2022-09-09T10:00:00+08:00");
	go_to("2022-09-09T11:00:00+08:00");
	size_t rounds_between = 0;
	for (int round = 0; round < 6; round++) {
		hall_close(fixture.hall);
		fixture.hall = NULL;
		run_and_be_killed();
		fixture_reopen(&fixture, STR(""));
		int64_t left = alarms().timers_behind;
		rounds_between += left > 0 && left < 3000;
	}
	run_due();
	assert_each_once(case_id, "clock.warned", 3000);
	print_message("killed in the middle %zu times\n", rounds_between);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_promise_is_warned_of_before_and_late_after_its_last_day, begin, end),
		cmocka_unit_test_setup_teardown(test_a_jump_of_a_year_catches_up_everything_once_and_in_order, begin, end),
		cmocka_unit_test_setup_teardown(test_thousands_of_timers_are_all_fired_in_one_call_and_in_order, begin, end),
		cmocka_unit_test_setup_teardown(test_an_overdue_task_nobody_was_told_of_is_an_event_a_log_line_and_a_count, begin, end),
		cmocka_unit_test_setup_teardown(test_failing_timers_hold_up_nothing_behind_them_and_are_seen, begin, end),
		cmocka_unit_test_setup_teardown(test_jobs_of_others_and_failing_jobs_hold_up_nothing_behind_them, begin, end),
		cmocka_unit_test_setup_teardown(test_a_crash_between_two_timers_repeats_none_and_loses_none, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
