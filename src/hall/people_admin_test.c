/* Who may give what to whom: the own tree only, never oneself, never both sides of LA4, and never nobody left (X1). */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct fixture fixture;
static struct actor chief, local;         /* administrators of the whole hall, and of a street below it */
static int64_t top_id, street_id;
static struct report report;

static int64_t person(const char *name, const char *phone)
{
	int64_t id = 0;
	struct person given = { .name = str_from_c(name), .phone = str_from_c(phone) };
	fixture_must(person_by_phone(fixture.hall, &fixture.arena, &given, &id), "person");
	return id;
}

static struct actor administrator(const char *name, const char *phone, int64_t organisation_id)
{
	struct actor actor = { .kind = ACTOR_STAFF, .role = STR("administrator"), .identity_level = 2, .person_id = person(name, phone) };
	fixture_must(role_grant(fixture.hall, &fixture.arena, actor.person_id, organisation_id, actor.role), "role");
	return actor;
}

static int begin(void **state)
{
	(void)state;
	fixture_begin(&fixture, HALL_KEPT, "2022-09-30T09:00:00+08:00", NULL);
	report = report_make(&fixture.arena);
	top_id = fixture.hall->organisation_id;
	chief = administrator("总管理", "13900000001", top_id);
	struct organisation street = { .parent_id = top_id, .kind = STR("union"), .name = STR("友谊路街道总工会"), .region = STR("310113"),
		.code = STR("youyi") };
	fixture_must(organisation_make(fixture.hall, &fixture.arena, &chief, &street, &report, &street_id), "street");
	local = administrator("街道管理", "13900000002", street_id);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

static struct err grant(const struct actor *actor, int64_t person_id, int64_t organisation_id, const char *role)
{
	report = report_make(&fixture.arena);
	return person_grant(fixture.hall, &fixture.arena, actor, person_id, organisation_id, str_from_c(role), &report);
}

static struct err withdraw(const struct actor *actor, int64_t person_id, int64_t organisation_id, const char *role)
{
	report = report_make(&fixture.arena);
	return person_withdraw(fixture.hall, &fixture.arena, actor, person_id, organisation_id, str_from_c(role), &report);
}

static bool holds(int64_t person_id, int64_t organisation_id, const char *role)
{
	struct roles_at roles;
	bool found = false;
	fixture_must(roles_of(fixture.hall, &fixture.arena, person_id, &roles), "roles");
	for (size_t i = 0; i < roles.count; i++) found |= roles.items[i].organisation_id == organisation_id && str_eq_c(roles.items[i].role,
	    role);
	return found;
}

static void an_administrator_rules_his_own_tree_and_what_is_beyond_does_not_exist(void **state)
{
	(void)state;
	int64_t someone = person("某人", "13900000003");
	struct managed_people people;
	struct managed_person one;
	struct str token;
	assert_int_equal(grant(&local, someone, top_id, "legalClerk").code, ERR_NOT_FOUND);
	assert_false(holds(someone, top_id, "legalClerk"));
	fixture_must(grant(&local, someone, street_id, "legalClerk"), "own street");
	fixture_must(people_managed(fixture.hall, &fixture.arena, &local, street_id, STR(""), &people), "people");
	assert_int_equal(people.count, 2);
	assert_int_equal(people_managed(fixture.hall, &fixture.arena, &local, top_id, STR(""), &people).code, ERR_NOT_FOUND);
	assert_int_equal(person_managed(fixture.hall, &fixture.arena, &local, street_id, chief.person_id, &one).code, ERR_NOT_FOUND);
	struct err err = account_act(fixture.hall, &fixture.arena, &local, street_id, chief.person_id, ACCOUNT_END_SESSIONS, &report, &token);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	fixture_must(grant(&chief, someone, top_id, "leader"), "above");
	report = report_make(&fixture.arena);
	err = account_act(fixture.hall, &fixture.arena, &local, street_id, someone, ACCOUNT_RESET, &report, &token);
	assert_int_equal(err.code, ERR_REFUSED);   /* his account reaches beyond the street */
	assert_true(report.count == 1);
}

static void nobody_gives_himself_a_role(void **state)
{
	(void)state;
	assert_int_equal(grant(&chief, chief.person_id, top_id, "legalClerk").code, ERR_REFUSED);
	assert_true(report.count == 1);
	assert_false(holds(chief.person_id, top_id, "legalClerk"));
}

static void nobody_both_runs_the_machines_and_reads_cases(void **state)
{
	(void)state;
	int64_t someone = person("某人", "13900000003");
	fixture_must(grant(&chief, someone, top_id, "operator"), "operator");
	assert_int_equal(grant(&chief, someone, street_id, "legalClerk").code, ERR_REFUSED);
	assert_int_equal(grant(&chief, someone, top_id, "leader").code, ERR_REFUSED);
	fixture_must(withdraw(&chief, someone, top_id, "operator"), "withdraw");
	fixture_must(grant(&chief, someone, top_id, "leader"), "leader");
	assert_int_equal(grant(&chief, someone, top_id, "operator").code, ERR_REFUSED);
}

static void make_active(int64_t person_id)
{
	struct json *json = json_new(&fixture.arena, JSON_OBJECT);
	json_add(json, STR("password"), json_new_string(&fixture.arena, STR("a password of a demo")));
	json_add(json, STR("secret"), json_new_string(&fixture.arena, STR("JBSWY3DPEHPK3PXP")));
	fixture_must(staff_demo_account(fixture.hall, &fixture.arena, person_id, json), "account");
}

static void there_is_always_somebody_left_who_can_administer(void **state)
{
	(void)state;
	int64_t second = person("副管理", "13900000004"), of_the_demo;
	fixture_must(person_find(fixture.hall, &fixture.arena, STR("13900001104"), &of_the_demo), "the demo's administrator");
	assert_int_equal(withdraw(&chief, of_the_demo, top_id, "administrator").code, ERR_REFUSED);   /* the chief has no account */
	make_active(chief.person_id);
	fixture_must(withdraw(&chief, of_the_demo, top_id, "administrator"), "the demo's");
	assert_int_equal(withdraw(&chief, chief.person_id, top_id, "administrator").code, ERR_REFUSED);
	fixture_must(grant(&chief, second, top_id, "administrator"), "second");
	assert_int_equal(withdraw(&chief, chief.person_id, top_id, "administrator").code, ERR_REFUSED);   /* he has no account yet */
	make_active(second);
	fixture_must(withdraw(&chief, chief.person_id, top_id, "administrator"), "now it can be given up");
	assert_false(holds(chief.person_id, top_id, "administrator"));
	struct actor other = { .kind = ACTOR_STAFF, .role = STR("administrator"), .identity_level = 2, .person_id = second };
	assert_int_equal(withdraw(&other, second, top_id, "administrator").code, ERR_REFUSED);
	assert_int_equal(withdraw(&other, second, top_id, "leader").code, ERR_NOT_FOUND);
}

static void whoever_is_invited_keeps_the_name_that_he_gave_himself(void **state)
{
	(void)state;
	struct person known;
	int64_t worker = person("王小明", "13900000005"), invited;
	struct str token;
	struct person_invitation invitation = { .organisation_id = top_id, .name = STR("别的名字"), .phone = STR("13900000005"),
		.role = STR("legalClerk") };
	report = report_make(&fixture.arena);
	fixture_must(person_invite(fixture.hall, &fixture.arena, &chief, &invitation, &report, &invited, &token), "invite");
	assert_true(invited == worker && token.len > 0);
	fixture_must(person_by_id(fixture.hall, &fixture.arena, worker, &known), "known");
	assert_true(str_eq_c(known.name, "王小明"));
	invitation.role = STR("leader");
	fixture_must(person_invite(fixture.hall, &fixture.arena, &chief, &invitation, &report, &invited, &token), "again");
	assert_true(token.len == 0);   /* he has an account: one more role, and no new invitation */
	invitation.phone = STR("123");
	assert_int_equal(person_invite(fixture.hall, &fixture.arena, &chief, &invitation, &report, &invited, &token).code, ERR_INVALID);
}

static void every_change_is_an_event_with_the_administrators_name(void **state)
{
	(void)state;
	int64_t someone = person("某人", "13900000003");
	struct audit_events events;
	struct event_filter filter = { .kind = STR("role"), .count = 10 };
	fixture_must(grant(&chief, someone, street_id, "leader"), "grant");
	fixture_must(hall_events(fixture.hall, &fixture.arena, &chief, &filter, &events), "events");
	assert_true(str_eq_c(events.items[0].what, "role.granted") && str_starts(events.items[0].who, STR("administrator:")));
	assert_int_equal(hall_events(fixture.hall, &fixture.arena, &local, &filter, &events).code, ERR_NOT_FOUND);
}

static void facts_of_an_organisation_change_and_other_keys_stay(void **state)
{
	(void)state;
	struct organisation organisation;
	struct organisation_facts facts;
	fixture_must(organisation_by_id(fixture.hall, &fixture.arena, top_id, &organisation), "hall");
	fixture_must(organisation_facts_read(&fixture.arena, &organisation, &facts), "facts");
	facts.hotline = STR("021-1");
	facts.address = STR("");
	report = report_make(&fixture.arena);
	fixture_must(organisation_change(fixture.hall, &fixture.arena, &chief, top_id, &facts, &report), "change");
	fixture_must(organisation_by_id(fixture.hall, &fixture.arena, top_id, &organisation), "hall");
	fixture_must(organisation_facts_read(&fixture.arena, &organisation, &facts), "facts");
	assert_true(str_eq_c(facts.hotline, "021-1") && facts.address.len == 0 && facts.seal_text.len > 0);
	assert_int_equal(organisation_change(fixture.hall, &fixture.arena, &local, top_id, &facts, &report).code, ERR_NOT_FOUND);
}

static void whom_a_lawyer_acts_for_is_a_conflict_for_his_whole_firm(void **state)
{
	(void)state;
	struct lawyers lawyers;
	struct lawyer_clients clients;
	fixture_must(lawyers_against(fixture.hall, &fixture.arena, FEEL_NULL_VALUE, &lawyers), "lawyers");
	int64_t id = lawyers.items[0].lawyer_id;
	report = report_make(&fixture.arena);
	fixture_must(lawyer_client_change(fixture.hall, &fixture.arena, &chief, id, STR("上海某某物流有限公司"), true, &report), "client");
	struct feel_value employer = feel_put(&fixture.arena, feel_context_of(&fixture.arena, NULL, 0), STR("name"),
	    feel_string(STR("上海某某物流有限公司")));
	fixture_must(lawyers_against(fixture.hall, &fixture.arena, employer, &lawyers), "lawyers");
	assert_true(lawyers.items[0].conflicted);
	fixture_must(lawyer_clients(fixture.hall, &fixture.arena, id, &clients), "clients");
	assert_int_equal(clients.count, 1);
	fixture_must(lawyer_client_change(fixture.hall, &fixture.arena, &chief, id, STR("上海某某物流有限公司"), false, &report), "client");
	fixture_must(lawyers_against(fixture.hall, &fixture.arena, employer, &lawyers), "lawyers");
	assert_false(lawyers.items[0].conflicted);
	assert_int_equal(lawyer_client_change(fixture.hall, &fixture.arena, &local, id, STR("甲公司"), true, &report).code, ERR_NOT_FOUND);
}

int main(void)
{
	#define sentence(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		sentence(an_administrator_rules_his_own_tree_and_what_is_beyond_does_not_exist),
		sentence(nobody_gives_himself_a_role),
		sentence(nobody_both_runs_the_machines_and_reads_cases),
		sentence(there_is_always_somebody_left_who_can_administer),
		sentence(whoever_is_invited_keeps_the_name_that_he_gave_himself),
		sentence(every_change_is_an_event_with_the_administrators_name),
		sentence(facts_of_an_organisation_change_and_other_keys_stay),
		sentence(whom_a_lawyer_acts_for_is_a_conflict_for_his_whole_firm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
