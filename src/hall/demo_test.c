/* The demo's clock: goes on, is pushed, never back; and nothing of it in a hall that is no demo. */
#include "hall/fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#define WEEK_END_MS INT64_C(1661994300000)   /* 2022-09-01T09:05:00+08:00 */

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	if (!fixture) return -1;
	fixture_begin(fixture, HALL_KEPT, "2022-08-29T10:00:00+08:00", NULL);
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

static struct demo_clock *open_clock(struct fixture *fixture)
{
	struct demo_clock *clock = NULL;
	assert_false(failed(demo_clock_open(fixture->folder, &clock)));
	return clock;
}

static int64_t shows(struct demo_clock *clock) { return clock_now_ms(demo_clock_face(clock)); }

static void a_hall_without_the_mark_has_no_demo_clock(void **state)
{
	struct fixture *fixture = *state;
	struct demo_clock *clock;
	assert_false(demo_is(fixture->folder));
	assert_true(err_is(demo_clock_open(fixture->folder, &clock), ERR_NOT_FOUND));
}

static void the_clock_goes_on_from_its_mark_and_never_back(void **state)
{
	struct fixture *fixture = *state;
	assert_false(failed(demo_mark(&fixture->arena, fixture->folder, WEEK_END_MS)));
	struct demo_clock *clock = open_clock(fixture);
	int64_t first = shows(clock);
	assert_in_range(first - WEEK_END_MS, 0, DEMO_KEEP_MS + 60000);
	demo_clock_close(clock);
	clock = open_clock(fixture);
	assert_true(shows(clock) >= first);
	demo_clock_close(clock);
}

static void after_a_crash_it_is_not_behind_what_was_seen(void **state)
{
	struct fixture *fixture = *state;
	const char *path = str_to_c(&fixture->arena, str_printf(&fixture->arena, "%s/demo.json", fixture->folder));
	struct str kept;
	assert_false(failed(demo_mark(&fixture->arena, fixture->folder, WEEK_END_MS)));
	struct demo_clock *clock = open_clock(fixture);
	assert_false(failed(file_read(&fixture->arena, path, 4096, &kept)));   /* what a crash just now would leave */
	int64_t seen = shows(clock);
	demo_clock_close(clock);
	assert_false(failed(file_write(path, kept, 0600)));
	clock = open_clock(fixture);
	assert_true(shows(clock) >= seen);
	demo_clock_close(clock);
}

static void a_hall_of_init_follows_the_machine_until_it_is_pushed(void **state)
{
	struct fixture *fixture = *state;
	assert_false(failed(demo_mark(&fixture->arena, fixture->folder, 0)));
	struct demo_clock *clock = open_clock(fixture);
	int64_t apart = shows(clock) - clock_now_ms(clock_system());
	assert_true(apart > -2000 && apart < 2000);
	demo_clock_close(clock);
}

static void two_processes_do_not_open_one_demo(void **state)
{
	struct fixture *fixture = *state;
	struct demo_clock *second;
	assert_false(failed(demo_mark(&fixture->arena, fixture->folder, WEEK_END_MS)));
	struct demo_clock *clock = open_clock(fixture);
	assert_true(err_is(demo_clock_open(fixture->folder, &second), ERR_BUSY));
	demo_clock_close(clock);
}

static void reopen_with(struct fixture *fixture, struct demo_clock *clock)
{
	struct hall_options options = { .places = fixture_places(fixture), .clock = demo_clock_face(clock), .rand = rand_system(),
		.logger = &fixture->logger };
	hall_close(fixture->hall);
	assert_false(failed(hall_open(&options, NULL, &fixture->hall)));
}

/* Each deadline on the way fires at its own moment (LA8), and is told. */
static void pushed_on_a_week_what_is_due_fires_at_its_moment(void **state)
{
	struct fixture *fixture = *state;
	struct report report = report_make(&fixture->arena);
	struct demo_events events;
	int64_t last, to_ms, after;
	fixture_submit(fixture, 1);
	assert_false(failed(demo_mark(&fixture->arena, fixture->folder, atomic_load(&fixture->now_ms))));
	struct demo_clock *clock = open_clock(fixture);
	reopen_with(fixture, clock);
	assert_false(failed(demo_events(fixture->hall, &fixture->arena, 0, &events, &after)));
	assert_int_equal(events.count, 0);
	assert_false(failed(demo_target(fixture->hall, DEMO_week, &to_ms)));
	assert_false(failed(demo_move(fixture->hall, clock, to_ms, &report)));
	assert_true(shows(clock) >= to_ms);
	assert_false(failed(demo_events(fixture->hall, &fixture->arena, after, &events, &last)));
	int late = 0, warned = 0;
	for (size_t i = 0; i < events.count; i++) {
		late += str_eq_c(events.items[i].what, "clock.late");
		warned += str_eq_c(events.items[i].what, "clock.warned");
		struct str at = time_print_ms(&fixture->arena, events.items[i].at_ms, SHANGHAI_OFFSET_S);
		if (str_eq_c(events.items[i].what, "clock.late")) assert_true(str_starts(at, STR("2022-09-02T00:00:0")));
	}
	assert_int_equal(warned, 2);
	assert_int_equal(late, 2);
	hall_close(fixture->hall);
	fixture->hall = NULL;
	demo_clock_close(clock);
}

static void a_working_day_on_steps_over_the_week_end(void **state)
{
	struct fixture *fixture = *state;
	int64_t to_ms, friday_ms;
	assert_false(failed(time_parse_ms(STR("2022-09-02T09:00:00+08:00"), &friday_ms)));
	atomic_store(&fixture->now_ms, friday_ms);
	assert_false(failed(demo_target(fixture->hall, DEMO_workingDay, &to_ms)));
	assert_int_equal(to_ms - friday_ms, 3 * DAY_MS);
}

static void a_demo_gateway_takes_all_and_the_page_shows_it(void **state)
{
	struct fixture *fixture = *state;
	struct notice_gateway gateway = { .demo = true };
	struct demo_messages messages;
	struct code_request request = { .purpose = CODE_signIn, .phone = STR("13800138000"), .browser = STR("b"), .client = STR("127.0.0.1") };
	struct code_sent code;
	struct report report = report_make(&fixture->arena);
	size_t sent;
	fixture_submit(fixture, 1);
	assert_false(failed(code_send(fixture->hall, &fixture->arena, &request, &report, &code)));
	assert_false(failed(notices_send(fixture->hall, &gateway, 100, &sent)));
	assert_true(sent >= 2);
	assert_false(failed(demo_messages(fixture->hall, &fixture->arena, STR("13800138000"), &messages)));
	assert_int_equal(messages.count, 1);
	assert_int_equal(messages.items[0].code.len, CODE_DIGITS);
	assert_false(failed(code_take(fixture->hall, &fixture->arena, &request, messages.items[0].code, &report)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_hall_without_the_mark_has_no_demo_clock),
		TEST(the_clock_goes_on_from_its_mark_and_never_back),
		TEST(after_a_crash_it_is_not_behind_what_was_seen),
		TEST(a_hall_of_init_follows_the_machine_until_it_is_pushed),
		TEST(two_processes_do_not_open_one_demo),
		TEST(pushed_on_a_week_what_is_due_fires_at_its_moment),
		TEST(a_working_day_on_steps_over_the_week_end),
		TEST(a_demo_gateway_takes_all_and_the_page_shows_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
