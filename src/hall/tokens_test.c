/* Tokens of programs, and commands that were sent twice. */
#include "hall/hall.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct town {
	char folder[64];
	_Atomic int64_t now_ms;
	struct arena arena;
	struct hall *hall;
	int64_t union_id;
	struct actor administrator;
};

static int begin(void **state)
{
	struct town *town = calloc(1, sizeof *town);
	struct report report = report_make(&town->arena);
	struct organisation organisation;
	struct str recovery;
	snprintf(town->folder, sizeof town->folder, "/tmp/unionhall-tokens-XXXXXX");
	if (!mkdtemp(town->folder)) return -1;
	town->now_ms = INT64_C(1661450000000);
	struct hall_places places = { .hall = town->folder, .services = "services", .law = "law", .regions = "regions",
		.calendar = "calendar", .fonts = "build/share/unionhall/fonts" };
	struct hall_init_options init = { .places = places, .clock = clock_manual(&town->now_ms), .rand = rand_system(),
		.name = STR("上海市宝山区总工会"), .region = STR("310113") };
	struct hall_options options = { .places = places, .clock = clock_manual(&town->now_ms), .rand = rand_system() };
	assert_false(failed(hall_init(&town->arena, &init, &report, &recovery)));
	assert_false(failed(hall_open(&options, &report, &town->hall)));
	assert_false(failed(organisation_by_code(town->hall, &town->arena, STR("hall"), &organisation)));
	town->union_id = organisation.organisation_id;
	town->administrator = (struct actor){ .kind = ACTOR_STAFF, .person_id = 1, .role = STR("administrator"), .identity_level = 2 };
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

static struct str make(struct town *town)
{
	struct str secret = STR("");
	assert_false(failed(api_token_make(town->hall, &town->arena, &town->administrator, town->union_id, STR("法院平台"), STR("legalClerk"), 30,
	    &secret)));
	return secret;
}

static void a_token_speaks_for_its_organisation_until_it_ends(void **state)
{
	struct town *town = *state;
	struct session session;
	struct str secret = make(town);
	assert_false(failed(api_token_session(town->hall, &town->arena, secret, &session)));
	assert_int_equal(session.organisation_id, town->union_id);
	assert_true(session.kind == SESSION_STAFF && str_eq_c(session.role, "legalClerk"));
	assert_true(err_is(api_token_session(town->hall, &town->arena, STR("uh_0000"), &session), ERR_NOT_FOUND));
	town->now_ms += 30 * DAY_MS;
	assert_true(err_is(api_token_session(town->hall, &town->arena, secret, &session), ERR_NOT_FOUND));
}

static void a_revoked_token_is_dead_at_once_and_revoking_twice_is_told(void **state)
{
	struct town *town = *state;
	struct api_tokens tokens;
	struct session session;
	struct str secret = make(town);
	assert_false(failed(api_tokens_of(town->hall, &town->arena, town->union_id, &tokens)));
	assert_int_equal(tokens.count, 1);
	int64_t id = tokens.items[0].token_id;
	assert_true(err_is(api_token_revoke(town->hall, &town->arena, &town->administrator, town->union_id + 1, id), ERR_NOT_FOUND));
	assert_false(failed(api_token_revoke(town->hall, &town->arena, &town->administrator, town->union_id, id)));
	assert_true(err_is(api_token_session(town->hall, &town->arena, secret, &session), ERR_NOT_FOUND));
	assert_true(err_is(api_token_revoke(town->hall, &town->arena, &town->administrator, town->union_id, id), ERR_REFUSED));
}

static void a_token_needs_a_known_role_a_name_and_an_end(void **state)
{
	struct town *town = *state;
	struct str secret;
	const struct { struct str name, role; int32_t days; } wrong[] = { { STR("a"), STR("king"), 1 }, { STR(" "), STR("leader"), 1 },
		{ STR("a"), STR("leader"), 0 }, { STR("a"), STR("leader"), TOKEN_DAYS_MAX + 1 } };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_true(err_is(api_token_make(town->hall, &town->arena, &town->administrator, town->union_id, wrong[i].name, wrong[i].role,
		    wrong[i].days, &secret), ERR_INVALID));
}

static void the_second_time_gets_the_first_answer_and_another_command_is_refused(void **state)
{
	struct town *town = *state;
	struct first_answer answer = { 0 }, kept = { 201, STR("{\"number\":\"7\"}") };
	struct str caller = STR("c"), key = STR("k-1"), command = STR("POST /cases\n{}");
	assert_false(failed(idempotency_begin(town->hall, &town->arena, caller, key, command, &answer)));
	/* while the first is under way, and after it was cut off: nobody may do it again blindly */
	assert_true(err_is(idempotency_begin(town->hall, &town->arena, caller, key, command, &answer), ERR_REFUSED));
	assert_false(failed(idempotency_keep(town->hall, &town->arena, caller, key, &kept)));
	assert_true(err_is(idempotency_begin(town->hall, &town->arena, caller, key, command, &answer), ERR_CONFLICT));
	assert_int_equal(answer.status, 201);
	assert_true(str_eq(answer.body, kept.body));
	assert_true(err_is(idempotency_begin(town->hall, &town->arena, caller, key, STR("POST /cases\n{\"a\":1}"), &answer), ERR_REFUSED));
	assert_false(failed(idempotency_begin(town->hall, &town->arena, STR("d"), key, command, &answer)));      /* somebody else's key */
}

static void a_failure_that_changed_nothing_may_be_sent_again(void **state)
{
	struct town *town = *state;
	struct first_answer answer = { 0 }, busy = { 503, STR("") };
	assert_false(failed(idempotency_begin(town->hall, &town->arena, STR("c"), STR("k"), STR("x"), &answer)));
	assert_false(failed(idempotency_keep(town->hall, &town->arena, STR("c"), STR("k"), &busy)));
	assert_false(failed(idempotency_begin(town->hall, &town->arena, STR("c"), STR("k"), STR("x"), &answer)));
	town->now_ms += 2 * DAY_MS;
	assert_false(failed(idempotency_sweep(town->hall, &town->arena)));
	assert_false(failed(idempotency_begin(town->hall, &town->arena, STR("c"), STR("k"), STR("y"), &answer)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_token_speaks_for_its_organisation_until_it_ends, begin, end),
		cmocka_unit_test_setup_teardown(a_revoked_token_is_dead_at_once_and_revoking_twice_is_told, begin, end),
		cmocka_unit_test_setup_teardown(a_token_needs_a_known_role_a_name_and_an_end, begin, end),
		cmocka_unit_test_setup_teardown(the_second_time_gets_the_first_answer_and_another_command_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(a_failure_that_changed_nothing_may_be_sent_again, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
