/* LA4, X1: each role against each right, inside and outside of its organisation, and what a refusal leaves behind. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct fixture fixture;
static int64_t case_id, child_case_id, applicant_id, township_id, other_id;

/* Where nobody ever was. */
enum { MISSING_ID = 12345 };

static struct err child_case_body(struct work *work, void *data)
{
	const struct case_summary *like = data;
	struct str plain, box;
	child_case_id = id_next(&work->hall->ids);
	TRY(value_encode(work->arena, feel_context_of(work->arena, NULL, 0), &plain));
	TRY(seal_text(work->hall, work->arena, "case_state.data", child_case_id, plain, &box));
	WORK_ADD(work, "case_add", I(child_case_id), T(like->service_id), T(like->service_version), I(township_id), T(like->region),
	    I(like->applicant_id), T(STR("live")), I(work->now_ms));
	WORK_ADD(work, "state_add", I(child_case_id), B(box), I(work->now_ms));
	return OK;
}

static int64_t organisation(const char *code)
{
	struct organisation found = { 0 };
	assert_false(failed(organisation_by_code(fixture.hall, &fixture.arena, str_from_c(code), &found)));
	return found.organisation_id;
}

static int begin(void **state)
{
	(void)state;
	struct case_summary summary;
	fixture_begin(&fixture, HALL_KEPT, "2022-08-26T09:00:00+08:00", NULL);
	assert_false(failed(roster_import(fixture.hall, &fixture.arena,
	    STR("{\"organisations\": [{\"code\": \"township\", \"kind\": \"union\", \"name\": \"顾村镇总工会\", \"region\": \"310113\"},"
	        "{\"code\": \"other\", \"kind\": \"union\", \"name\": \"杨行镇总工会\", \"region\": \"310113\"}]}"), NULL)));
	township_id = organisation("township");
	other_id = organisation("other");
	case_id = fixture_submit(&fixture, 1);
	assert_false(failed(case_by_id(fixture.hall, &fixture.arena, case_id, &summary)));
	applicant_id = summary.applicant_id;
	assert_false(failed(work_run(fixture.hall, &fixture.arena, NULL, STR("hall"), false, child_case_body, &summary)));
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

/* Somebody new who holds `role` there. */
static struct actor staff(const char *role, int64_t organisation_id)
{
	static int64_t phone = 500;
	struct actor actor = fixture_applicant(&fixture, phone++);
	actor.kind = ACTOR_STAFF;
	actor.role = str_from_c(role);
	assert_false(failed(role_grant(fixture.hall, &fixture.arena, actor.person_id, organisation_id, actor.role)));
	return actor;
}

static enum err_code ask(const struct actor *actor, int64_t of_case_id, enum right right)
{
	return case_may(fixture.hall, &fixture.arena, actor, of_case_id, right).code;
}

static size_t refusals(int64_t of_case_id, const struct actor *actor)
{
	struct audit_events events;
	size_t count = 0;
	assert_false(failed(audit_of_case(fixture.hall, &fixture.arena, of_case_id, &events)));
	struct str who = id_text(&fixture.arena, actor->person_id);
	for (size_t i = 0; i < events.count; i++)
		count += str_eq_c(events.items[i].what, "access.refused") && str_ends(events.items[i].who, who);
	return count;
}

/* The table as a lawyer would write it down: L list, R read, D decide, A assign, N note, E export, C count, M administer, O operate,
 * F confirm face to face, T audit the trail */
static const struct { const char *role, *rights; } expected[] = { { "legalClerk", "LRDNECF" }, { "legalLead", "LRDANECF" },
	{ "leader", "LRC" }, { "administrator", "CM" }, { "auditor", "LCT" }, { "operator", "O" } };
static const char letters[] = "LRDANECMOFT";

static void test_each_role_may_what_the_table_says_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		struct actor actor = staff(expected[i].role, fixture.hall->organisation_id);
		for (int right = 0; right < RIGHT_NUMBER; right++) {
			enum err_code wanted = strchr(expected[i].rights, letters[right]) ? ERR_NONE : ERR_FORBIDDEN;
			assert_int_equal(ask(&actor, case_id, (enum right)right), wanted);
			assert_int_equal(organisation_may(fixture.hall, &fixture.arena, &actor, township_id, (enum right)right).code, wanted);
		}
	}
}

static void test_every_role_of_the_table_is_a_role_and_has_a_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		bool any = false;
		assert_non_null(role_by_name(str_from_c(expected[i].role)));
		for (int right = 0; right < RIGHT_NUMBER; right++) any |= role_has(str_from_c(expected[i].role), (enum right)right);
		assert_true(any);
	}
	assert_false(role_has(STR("nobody"), RIGHT_LIST) || role_has(STR(""), RIGHT_LIST));
	assert_string_equal(right_name(RIGHT_ADMINISTER), "administer");
	assert_true(utf8_count(str_from_c(right_words(RIGHT_READ))) > 2);
}

/* LA4 */
static void test_the_operator_opens_no_case_and_the_attempt_stands_in_its_timeline_and_in_the_log(void **state)
{
	(void)state;
	struct actor actor = staff("operator", fixture.hall->organisation_id);
	const char *path = str_to_c(&fixture.arena, str_printf(&fixture.arena, "%s/log", fixture.folder));
	struct str log;
	int kept = dup(2);
	fflush(stderr);
	assert_true(freopen(path, "w", stderr) != NULL);
	fixture.logger.level_max = LOG_LEVEL_WARNING;
	assert_int_equal(ask(&actor, case_id, RIGHT_READ), ERR_FORBIDDEN);
	fixture.logger.level_max = 0;
	fflush(stderr);
	dup2(kept, 2);
	close(kept);
	assert_false(failed(file_read(&fixture.arena, path, 1 << 20, &log)));
	assert_true(str_find(log, STR("event=access.refused role=operator right=read answer=FORBIDDEN"), 0) >= 0);
	assert_int_equal(refusals(case_id, &actor), 1);
	struct verified counts;
	assert_false(failed(hall_verify(fixture.hall, &fixture.arena, NULL, &counts)));
}

/* X1 */
static void test_another_organisation_hears_exactly_what_it_hears_of_a_missing_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		struct actor actor = staff(expected[i].role, other_id);
		for (int right = 0; right < RIGHT_NUMBER; right++) {
			assert_int_equal(ask(&actor, case_id, (enum right)right), ERR_NOT_FOUND);
			assert_int_equal(ask(&actor, child_case_id, (enum right)right), ERR_NOT_FOUND);
			assert_int_equal(ask(&actor, MISSING_ID, (enum right)right), ERR_NOT_FOUND);
			assert_int_equal(organisation_may(fixture.hall, &fixture.arena, &actor, township_id, (enum right)right).code, ERR_NOT_FOUND);
			assert_int_equal(organisation_may(fixture.hall, &fixture.arena, &actor, MISSING_ID, (enum right)right).code, ERR_NOT_FOUND);
		}
		assert_int_equal(refusals(case_id, &actor), RIGHT_NUMBER);   /* and we hear of it */
	}
}

static void test_a_role_holds_at_its_organisation_and_below_it_never_above(void **state)
{
	(void)state;
	struct actor above = staff("legalClerk", fixture.hall->organisation_id), here = staff("legalClerk", township_id);
	assert_int_equal(ask(&above, child_case_id, RIGHT_READ), ERR_NONE);
	assert_int_equal(ask(&here, child_case_id, RIGHT_READ), ERR_NONE);
	assert_int_equal(ask(&here, case_id, RIGHT_READ), ERR_NOT_FOUND);
}

static void test_a_role_that_is_claimed_but_not_held_or_withdrawn_is_none(void **state)
{
	(void)state;
	struct actor actor = staff("operator", fixture.hall->organisation_id);
	actor.role = STR("legalLead");
	assert_int_equal(ask(&actor, case_id, RIGHT_READ), ERR_NOT_FOUND);
	actor = staff("legalClerk", fixture.hall->organisation_id);
	assert_int_equal(ask(&actor, case_id, RIGHT_READ), ERR_NONE);
	assert_false(failed(role_withdraw(fixture.hall, &fixture.arena, actor.person_id, fixture.hall->organisation_id, actor.role)));
	assert_int_equal(ask(&actor, case_id, RIGHT_READ), ERR_NOT_FOUND);
	assert_true(err_is(role_grant(fixture.hall, &fixture.arena, actor.person_id, other_id, STR("king")), ERR_INVALID));
}

static void test_the_applicant_sees_his_own_case_and_no_other(void **state)
{
	(void)state;
	struct actor own = { .kind = ACTOR_APPLICANT, .person_id = applicant_id, .identity_level = 2 };
	struct actor stranger = fixture_applicant(&fixture, 900);
	assert_int_equal(ask(&own, case_id, RIGHT_READ), ERR_NONE);
	assert_int_equal(ask(&own, case_id, RIGHT_EXPORT), ERR_NONE);
	assert_int_equal(ask(&own, case_id, RIGHT_DECIDE), ERR_FORBIDDEN);
	assert_int_equal(ask(&stranger, case_id, RIGHT_READ), ERR_NOT_FOUND);
	assert_int_equal(ask(&stranger, MISSING_ID, RIGHT_READ), ERR_NOT_FOUND);
	assert_int_equal(organisation_may(fixture.hall, &fixture.arena, &own, fixture.hall->organisation_id, RIGHT_LIST).code, ERR_NOT_FOUND);
}

static void test_a_lawyer_sees_the_cases_he_is_assigned_to_and_no_other(void **state)
{
	(void)state;
	struct lawyers lawyers;
	assert_false(failed(lawyers_against(fixture.hall, &fixture.arena, FEEL_NULL_VALUE, &lawyers)));
	struct actor assigned = { .kind = ACTOR_AGENT, .person_id = lawyers.items[0].lawyer_id, .identity_level = 2 }, other = assigned;
	other.person_id = lawyers.items[1].lawyer_id;
	struct actor nobody = { .kind = ACTOR_AGENT, .identity_level = 2 };
	assert_int_equal(ask(&nobody, child_case_id, RIGHT_READ), ERR_NOT_FOUND);   /* no lawyer yet is nobody's case */
	struct store_command command = store_command_make(&fixture.arena);
	store_command_add(&command, STORE_PLAIN, store_statement(fixture.hall->store, STR("case_set_lawyer")),
	    SQL(I(child_case_id), I(assigned.person_id)));
	assert_false(failed(store_submit(fixture.hall->store, &command)));
	assert_int_equal(ask(&assigned, child_case_id, RIGHT_READ), ERR_NONE);
	assert_int_equal(ask(&assigned, child_case_id, RIGHT_DECIDE), ERR_FORBIDDEN);
	assert_int_equal(ask(&other, child_case_id, RIGHT_READ), ERR_NOT_FOUND);
}

/* LA3: each act states the level it needs. */
static void test_a_session_of_too_low_a_level_may_look_but_not_act(void **state)
{
	(void)state;
	struct actor actor = staff("legalLead", fixture.hall->organisation_id);
	actor.identity_level = 1;
	assert_int_equal(ask(&actor, case_id, RIGHT_READ), ERR_NONE);
	assert_int_equal(ask(&actor, case_id, RIGHT_DECIDE), ERR_FORBIDDEN);
	assert_int_equal(ask(&actor, case_id, RIGHT_EXPORT), ERR_FORBIDDEN);
	actor.identity_level = 2;
	assert_int_equal(ask(&actor, case_id, RIGHT_DECIDE), ERR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_role_may_what_the_table_says_and_nothing_else),
		cmocka_unit_test(test_every_role_of_the_table_is_a_role_and_has_a_row),
		cmocka_unit_test(test_the_operator_opens_no_case_and_the_attempt_stands_in_its_timeline_and_in_the_log),
		cmocka_unit_test(test_another_organisation_hears_exactly_what_it_hears_of_a_missing_case),
		cmocka_unit_test(test_a_role_holds_at_its_organisation_and_below_it_never_above),
		cmocka_unit_test(test_a_role_that_is_claimed_but_not_held_or_withdrawn_is_none),
		cmocka_unit_test(test_the_applicant_sees_his_own_case_and_no_other),
		cmocka_unit_test(test_a_lawyer_sees_the_cases_he_is_assigned_to_and_no_other),
		cmocka_unit_test(test_a_session_of_too_low_a_level_may_look_but_not_act),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
