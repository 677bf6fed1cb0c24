/* Sessions: what opens, what ends, what a restart keeps. */
#include "hall/hall.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

enum { MINUTE_MS = 60000, HOUR_MS = 3600000 };

struct town {
	char folder[64];
	_Atomic int64_t now_ms;
	struct arena arena;
	struct hall_places places;
	struct hall *hall;
	int64_t person_id;
};

static void open_hall(struct town *town)
{
	struct report report = report_make(&town->arena);
	struct hall_options options = { .places = town->places, .clock = clock_manual(&town->now_ms), .rand = rand_system() };
	assert_false(failed(hall_open(&options, &report, &town->hall)));
}

static int begin(void **state)
{
	struct town *town = calloc(1, sizeof *town);
	struct report report = report_make(&town->arena);
	struct str recovery;
	snprintf(town->folder, sizeof town->folder, "/tmp/unionhall-sessions-XXXXXX");
	if (!mkdtemp(town->folder)) return -1;
	town->now_ms = INT64_C(1661450000000);
	town->places = (struct hall_places){ .hall = town->folder, .services = "services", .law = "law", .regions = "regions",
		.calendar = "calendar", .fonts = "build/share/unionhall/fonts" };
	struct hall_init_options init = { .places = town->places, .clock = clock_manual(&town->now_ms), .rand = rand_system(),
		.name = STR("上海市宝山区总工会"), .region = STR("310113") };
	assert_false(failed(hall_init(&town->arena, &init, &report, &recovery)));
	open_hall(town);
	struct person person = { .name = STR("王敏"), .phone = STR("13800138000") };
	assert_false(failed(person_by_phone(town->hall, &town->arena, &person, &town->person_id)));
	*state = town;
	return 0;
}

static int end(void **state)
{
	struct town *town = *state;
	hall_close(town->hall);
	(void)failed(folder_remove(town->folder));
	arena_done(&town->arena);
	free(town);
	return 0;
}

static struct str sign_in(struct town *town, enum session_kind kind)
{
	struct str token;
	struct session opening = { .kind = kind, .person_id = town->person_id, .level = 1, .name = STR("王敏"), .method = STR("phone"),
		.role = kind == SESSION_STAFF ? STR("legalClerk") : STR(""), .device = STR("Chromium") };
	assert_false(failed(session_open(town->hall, &town->arena, &opening, &token)));
	return token;
}

static bool is_in(struct town *town, struct str token)
{
	struct session found;
	return !failed(session_find(town->hall, &town->arena, token, &found));
}

static void a_session_says_who_is_there_and_survives_a_restart(void **state)
{
	struct town *town = *state;
	struct session found;
	struct str token = sign_in(town, SESSION_WORKER);
	hall_close(town->hall);
	open_hall(town);
	assert_false(failed(session_find(town->hall, &town->arena, token, &found)));
	assert_int_equal(found.person_id, town->person_id);
	assert_int_equal(found.kind, SESSION_WORKER);
	assert_true(str_eq_c(found.name, "王敏") && str_eq_c(found.device, "Chromium") && found.level == 1);
	assert_int_equal(session_actor(&found).kind, ACTOR_APPLICANT);
}

static void a_token_that_is_wrong_in_one_character_opens_nothing(void **state)
{
	struct town *town = *state;
	struct str token = sign_in(town, SESSION_WORKER);
	char *other = arena_copy(&town->arena, token.ptr, token.len);
	other[0] = other[0] == 'a' ? 'b' : 'a';
	assert_false(is_in(town, (struct str){ other, token.len }));
	assert_false(is_in(town, STR("")));
	assert_true(is_in(town, token));
}

static void silence_ends_a_session_and_use_keeps_it(void **state)
{
	struct town *town = *state;
	struct str staff = sign_in(town, SESSION_STAFF), quiet = sign_in(town, SESSION_STAFF);
	for (int i = 0; i < 5; i++) {
		town->now_ms += 30 * MINUTE_MS;
		assert_true(is_in(town, staff));
	}
	assert_false(is_in(town, quiet));
	for (int i = 0; i < 24; i++) {          /* twelve hours are the end, however busy */
		town->now_ms += 30 * MINUTE_MS;
		(void)is_in(town, staff);
	}
	assert_false(is_in(town, staff));
	assert_false(failed(session_sweep(town->hall, &town->arena)));
}

static void a_raised_session_has_a_new_token_and_the_old_one_is_dead(void **state)
{
	struct town *town = *state;
	struct str token = sign_in(town, SESSION_WORKER), raised;
	struct session found;
	assert_false(failed(session_raise(town->hall, &town->arena, token, 2, STR("随申办"), &raised)));
	assert_false(is_in(town, token));
	assert_false(failed(session_find(town->hall, &town->arena, raised, &found)));
	assert_int_equal(found.level, 2);
	assert_true(str_eq_c(found.method, "随申办"));
}

static void ending_all_others_keeps_the_one_at_hand(void **state)
{
	struct town *town = *state;
	struct str one = sign_in(town, SESSION_WORKER), two = sign_in(town, SESSION_WORKER);
	assert_false(failed(session_end_all(town->hall, &town->arena, town->person_id, one)));
	assert_true(is_in(town, one));
	assert_false(is_in(town, two));
	assert_false(failed(session_end(town->hall, &town->arena, one)));
	assert_false(is_in(town, one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_session_says_who_is_there_and_survives_a_restart, begin, end),
		cmocka_unit_test_setup_teardown(a_token_that_is_wrong_in_one_character_opens_nothing, begin, end),
		cmocka_unit_test_setup_teardown(silence_ends_a_session_and_use_keeps_it, begin, end),
		cmocka_unit_test_setup_teardown(a_raised_session_has_a_new_token_and_the_old_one_is_dead, begin, end),
		cmocka_unit_test_setup_teardown(ending_all_others_keeps_the_one_at_hand, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
