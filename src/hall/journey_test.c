/* After submission: the story, acts of the applicant, following without signing in (LA1, LA8, LA15; law.md J). */
#include "hall/fixture.h"

#include "codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct fixture town;
static struct actor worker, clerk;

static int begin(void **state)
{
	(void)state;
	fixture_begin(&town, HALL_KEPT, "2022-08-26T09:30:00+08:00", NULL);
	worker = fixture_applicant(&town, 1);
	clerk = (struct actor){ .kind = ACTOR_STAFF, .person_id = 1, .role = STR("legalClerk"), .identity_level = 3 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&town);
	return 0;
}

static struct story story_of(int64_t case_id)
{
	struct story story = { 0 };
	assert_false(failed(case_story(town.hall, &town.arena, case_id, &story)));
	return story;
}

static bool has_done(const struct story *story, const char *what)
{
	for (size_t i = 0; i < story->done.count; i++)
		if (str_eq_c(story->done.items[i].what, what)) return true;
	return false;
}

static void the_story_says_what_is_done_who_acts_now_by_when_and_what_one_can_do(void **state)
{
	(void)state;
	int64_t case_id = fixture_submit(&town, 1);
	struct story story = story_of(case_id);
	assert_true(has_done(&story, "submitted") && has_done(&story, "decided") && has_done(&story, "outcome.person"));
	assert_true(story.next.count == 4 && str_eq_c(story.next.items[0].name, "已受理") && str_eq_c(story.next.items[3].name, "办结"));
	assert_int_equal(story.now.count, 1);
	assert_true(str_eq_c(story.now.items[0].who, "legalClerk") && story.now.items[0].due_ms > story.now.items[0].since_ms);
	assert_true(story.clocks.count == 2 && str_eq_c(story.clocks.items[0].due_on, "2022-08-31"));
	assert_true(story.can.withdraw && story.can.correct && story.can.add_paper && !story.can.ask_person && !story.can.sign);
	for (size_t i = 1; i < story.done.count; i++) assert_true(story.done.items[i - 1].at_ms >= story.done.items[i].at_ms);
}

static void withdrawing_ends_the_case_and_its_clocks_and_cannot_be_done_twice_or_by_another(void **state)
{
	(void)state;
	struct case_tasks tasks;
	struct actor stranger = fixture_applicant(&town, 2);
	int64_t case_id = fixture_submit(&town, 1);
	struct report report = report_make(&town.arena);
	assert_true(err_is(case_withdraw(town.hall, &town.arena, &stranger, case_id, STR(""), &report), ERR_NOT_FOUND));
	assert_false(failed(case_withdraw(town.hall, &town.arena, &worker, case_id, STR("单位付钱了"), &report)));
	struct story story = story_of(case_id);
	assert_true(str_eq_c(story.summary.state, "closed") && str_eq_c(story.summary.outcome, "withdrawn"));
	assert_false(failed(case_tasks(town.hall, &town.arena, case_id, &tasks)));
	assert_int_equal(tasks.count, 0);
	for (size_t i = 0; i < story.clocks.count; i++) assert_true(story.clocks.items[i].ended_ms > 0);
	assert_true(err_is(case_withdraw(town.hall, &town.arena, &worker, case_id, STR(""), &report), ERR_REFUSED));
	assert_false(story.can.withdraw || story.can.correct || story.can.add_paper);
}

static void a_person_is_asked_for_once_where_rules_decided_and_is_refused_where_a_person_works_already(void **state)
{
	(void)state;
	struct report report = report_make(&town.arena);
	int64_t case_id = fixture_submit(&town, 1);
	assert_true(err_is(case_ask_person(town.hall, &town.arena, &worker, case_id, STR(""), &report), ERR_REFUSED));
	assert_int_equal(report.error_count, 1);
}

static struct feel_value answer(bool accepted)
{
	struct feel_value inner = feel_put(&town.arena, FEEL_NULL_VALUE, STR("accepted"), feel_boolean(accepted));
	inner = feel_put(&town.arena, inner, STR("words"), feel_string(STR("看过材料了")));
	return feel_put(&town.arena, FEEL_NULL_VALUE, STR("correctionAnswer"), inner);
}

static struct str employer_name(int64_t case_id)
{
	struct feel_value data, variables;
	assert_false(failed(case_data(town.hall, &town.arena, case_id, &data, &variables)));
	return feel_get(feel_get(data, STR("employer")), STR("name")).string;
}

static void a_correction_goes_to_a_clerk_and_changes_only_what_was_agreed_to(void **state)
{
	(void)state;
	struct report report = report_make(&town.arena);
	int64_t case_id = fixture_submit(&town, 1);
	struct str before = employer_name(case_id), path = STR("employer.name"), right = STR("上海新名称有限公司");
	assert_true(
	    err_is(case_ask_correction(town.hall, &town.arena, &worker, case_id, STR("identityLevel"), STR("3"), STR(""), &report),
	        ERR_INVALID));
	assert_true(err_is(case_ask_correction(town.hall, &town.arena, &worker, case_id, path, STR(" "), STR(""), &report), ERR_INVALID));
	assert_false(failed(case_ask_correction(town.hall, &town.arena, &worker, case_id, path, right, STR("写错了"), &report)));
	assert_true(err_is(case_ask_correction(town.hall, &town.arena, &worker, case_id, path, right, STR(""), &report), ERR_REFUSED));
	assert_true(str_eq(employer_name(case_id), before));
	assert_false(failed(case_do_task(town.hall, &town.arena, &clerk, case_id, STR("correct"), answer(false), &report)));
	assert_true(str_eq(employer_name(case_id), before));
	assert_false(failed(case_ask_correction(town.hall, &town.arena, &worker, case_id, path, right, STR(""), &report)));
	assert_false(failed(case_do_task(town.hall, &town.arena, &clerk, case_id, STR("correct"), answer(true), &report)));
	assert_true(str_eq(employer_name(case_id), right));
	struct story story = story_of(case_id);
	assert_true(has_done(&story, "correctionAsked") && has_done(&story, "correctionMade") && has_done(&story, "correctionRefused"));
	assert_true(story.can.correct);
}

static void following_needs_number_and_phone_tail_and_ends_after_five_wrong_ones(void **state)
{
	(void)state;
	struct followed followed;
	struct report report = report_make(&town.arena);
	int64_t case_id = fixture_submit(&town, 1);
	struct story story = story_of(case_id);
	struct str number = story.summary.number, client = STR("203.0.113.7");
	assert_false(failed(case_follow(town.hall, &town.arena, number, STR("0001"), client, &report, &followed)));
	assert_true(followed.now.count == 1 && followed.due_ms > followed.submitted_ms);
	for (int i = 0; i < 5; i++) {
		struct err err = case_follow(town.hall, &town.arena, number, STR("9999"), client, &report, &followed);
		assert_true(err_is(err, ERR_FORBIDDEN));
		err = case_follow(town.hall, &town.arena, STR("（2022）沪宝工援字第99999号"), STR("0001"), client, &report, &followed);
		assert_true(err_is(err, ERR_FORBIDDEN));
	}
	assert_true(err_is(case_follow(town.hall, &town.arena, number, STR("0001"), client, &report, &followed), ERR_REFUSED));
	atomic_fetch_add(&town.now_ms, 3600001);
	assert_false(failed(case_follow(town.hall, &town.arena, number, STR("0001"), client, &report, &followed)));
}

static void a_paper_is_added_while_the_case_is_open_and_everything_can_be_taken_along(void **state)
{
	(void)state;
	struct report report = report_make(&town.arena);
	struct attached_files files;
	struct zip_files zip;
	struct str archive;
	bool data = false, file = false, receipt = false;
	int64_t case_id = fixture_submit(&town, 1);
	struct actor stranger = fixture_applicant(&town, 2);
	struct str pdf = STR("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count "
	                     "0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
	assert_true(err_is(case_add_paper(town.hall, &town.arena, &stranger, case_id, STR("x.pdf"), pdf, &report), ERR_NOT_FOUND));
	assert_false(failed(case_add_paper(town.hall, &town.arena, &worker, case_id, STR("../工资条.pdf"), pdf, &report)));
	assert_false(failed(case_files(town.hall, &town.arena, case_id, &files)));
	assert_true(files.count == 1 && str_eq_c(files.items[0].name, "工资条.pdf"));
	assert_false(failed(person_export(town.hall, &town.arena, worker.person_id, &archive)));
	assert_false(failed(zip_read(&town.arena, archive, &report, &zip)));
	for (size_t i = 0; i < zip.count; i++) {
		data |= str_eq_c(zip.items[i].name, "data.json") && str_find(zip.items[i].content, STR("case.submitted"), 0) > 0;
		file |= str_ends(zip.items[i].name, STR("1-工资条.pdf"));
		receipt |= str_find(zip.items[i].name, STR("/receipts/"), 0) > 0;
	}
	assert_true(data && file && receipt);
}

#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TOWN_TEST(the_story_says_what_is_done_who_acts_now_by_when_and_what_one_can_do),
		TOWN_TEST(withdrawing_ends_the_case_and_its_clocks_and_cannot_be_done_twice_or_by_another),
		TOWN_TEST(a_person_is_asked_for_once_where_rules_decided_and_is_refused_where_a_person_works_already),
		TOWN_TEST(a_correction_goes_to_a_clerk_and_changes_only_what_was_agreed_to),
		TOWN_TEST(following_needs_number_and_phone_tail_and_ends_after_five_wrong_ones),
		TOWN_TEST(a_paper_is_added_while_the_case_is_open_and_everything_can_be_taken_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
