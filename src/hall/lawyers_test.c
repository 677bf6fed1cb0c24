/* Lawyers: offers and answers, papers that change with them, absence, results (LA16, LA23, LA26). */
#include "hall/inside.h"
#include "hall/lawyers.h"
#include "hall/people_admin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { TEXT_BYTES_MAX = 16 << 20 };
#define BEGIN_MS INT64_C(1661475600000)      /* 2022-08-26 09:00 at Shanghai */

static struct arena arena;
static struct play_stage *stage;
static struct hall *hall;
static struct report report;

static const char *fonts(void)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path);
	struct str program = { path, len > 0 ? (size_t)len : 0 };
	while (program.len > 0 && program.ptr[program.len - 1] != '/') program.len--;
	return str_to_c(&arena, str_join(&arena, program, STR("../share/unionhall/fonts")));
}

/* Two firms: 陆明远 and 许若谷 of one, 周闻道 of the other. */
static const char roster[] =
    "{\"organisations\":[{\"code\":\"hall\",\"kind\":\"union\",\"name\":\"本会\",\"data\":{\"smsSign\":\"宝山工会\",\"hotline\":\"12351\"}},"
    "{\"code\":\"one\",\"parent\":\"hall\",\"kind\":\"lawFirm\",\"name\":\"长兴所\",\"region\":\"310113\"},"
    "{\"code\":\"two\",\"parent\":\"hall\",\"kind\":\"lawFirm\",\"name\":\"佘山所\",\"region\":\"310113\"}],"
    "\"lawyers\":[{\"firm\":\"one\",\"name\":\"陆明远\",\"sex\":\"男\",\"licence\":\"1\",\"phone\":\"13900001001\",\"skills\":[\"劳动争议\"],"
    "\"loadMax\":5},"
    "{\"firm\":\"one\",\"name\":\"许若谷\",\"sex\":\"男\",\"licence\":\"2\",\"phone\":\"13900001002\",\"skills\":[\"劳动争议\"],\"loadMax\":5},"
    "{\"firm\":\"two\",\"name\":\"周闻道\",\"sex\":\"男\",\"licence\":\"3\",\"phone\":\"13900001003\",\"skills\":[\"劳动争议\"],\"loadMax\":5}]}";

static int begin(void **state)
{
	(void)state;
	const struct service *service;
	report = report_make(&arena);
	struct play_stage_options options = {
		.places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar" },
		.roster = str_from_c(roster), .region = STR("310113"), .at_ms = BEGIN_MS };
	options.places.fonts = fonts();
	if (failed(play_stage_open(&arena, &options, &report, &stage))) return 1;
	hall = play_stage_hall(stage);
	if (failed(service_load(&arena, "services/legal-aid", "law", &report, &service))) return 1;
	return failed(service_deploy(hall, service));
}

static int end(void **state)
{
	(void)state;
	play_stage_close(stage);
	arena_done(&arena);
	return 0;
}

/* The demo's second applicant; declines: JSON {name: reason} or NULL; hand_in: nobody signs. */
static int64_t play(const char *declines, bool hand_in)
{
	struct str text, line = STR("");
	const struct json *answers, *who = NULL;
	struct play_result result;
	assert_false(failed(file_read(&arena, "demo/applicants.jsonl", TEXT_BYTES_MAX, &text)));
	for (int i = 0; i < 2; i++) assert_true(str_split(&text, '\n', &line));
	assert_false(failed(json_parse(&arena, line, NULL, &answers)));
	if (declines) assert_false(failed(json_parse(&arena, str_from_c(declines), NULL, &who)));
	struct play_options options = { .service = STR("legal-aid"), .answers = answers, .folder = "demo", .declines = who,
		.hand_in = hand_in };
	assert_false(failed(play_case(stage, &arena, &options, &report, &result)));
	return result.case_id;
}

static struct case_summary summary_of(int64_t case_id)
{
	struct case_summary summary;
	assert_false(failed(case_by_id(hall, &arena, case_id, &summary)));
	return summary;
}

static struct lawyer lawyer_of(int64_t case_id)
{
	struct lawyer lawyer = { .name = STR("") };
	int64_t lawyer_id = summary_of(case_id).lawyer_id;
	if (lawyer_id) assert_false(failed(lawyer_by_id(hall, &arena, lawyer_id, &lawyer)));
	return lawyer;
}

static struct actor as(int64_t lawyer_id)
{
	return (struct actor){ .kind = ACTOR_AGENT, .person_id = lawyer_id, .identity_level = 2, .identity_method = STR("test") };
}

static struct actor agent_of(int64_t case_id) { return as(summary_of(case_id).lawyer_id); }

static struct case_papers papers_now(int64_t case_id)
{
	struct case_papers papers;
	assert_false(failed(papers_of_case(hall, &arena, case_id, &papers)));
	return papers;
}

static struct err sign(int64_t case_id, const char *paper, struct str seen)
{
	struct actor applicant = { .kind = ACTOR_APPLICANT, .person_id = summary_of(case_id).applicant_id, .identity_level = 2,
		.identity_method = STR("test") };
	struct signing signing = { .typed_name = STR("吴超涛"), .code = STR("123456"), .code_is_assumed = true, .seen_sha256 = seen };
	return paper_act(hall, &arena, &applicant, case_id, str_from_c(paper), &signing, &report);
}

/* ---- offers -------------------------------------------------------------------------------------------------------- */

static void an_offer_tells_nothing_private_and_one_answer_opens_the_file(void **state)
{
	(void)state;
	struct lawyer_row mine;
	int64_t case_id = play(NULL, true);
	struct actor agent = agent_of(case_id), other = as(agent.person_id + 1);
	assert_false(failed(lawyer_case_of(hall, &arena, &agent, case_id, &mine)));
	assert_int_equal(mine.standing, LAWYER_OFFERED);
	assert_int_equal(mine.applicant.len, 0);
	assert_true(mine.employer.len > 0 && mine.claims.count == 2 && !mine.conflicted);
	assert_true(err_is(lawyer_may_read(hall, &arena, &agent, case_id), ERR_REFUSED));
	assert_true(err_is(lawyer_case_of(hall, &arena, &other, case_id, &mine), ERR_NOT_FOUND));
	assert_true(err_is(lawyer_accept(hall, &arena, &other, case_id, &report), ERR_NOT_FOUND));
	assert_false(failed(lawyer_accept(hall, &arena, &agent, case_id, &report)));
	assert_false(failed(lawyer_accept(hall, &arena, &agent, case_id, &report)));
	assert_false(failed(lawyer_may_read(hall, &arena, &agent, case_id)));
	assert_false(failed(lawyer_case_of(hall, &arena, &agent, case_id, &mine)));
	assert_true(mine.standing == LAWYER_ACCEPTED && mine.applicant.len > 0);
}

static void a_case_that_the_worker_withdraws_is_nobodys_load(void **state)
{
	(void)state;
	int64_t case_id = play(NULL, true);
	struct lawyer before = lawyer_of(case_id);
	struct actor applicant = { .kind = ACTOR_APPLICANT, .person_id = summary_of(case_id).applicant_id, .identity_level = 2 };
	assert_int_equal(before.open_cases, 1);
	assert_false(failed(case_withdraw(hall, &arena, &applicant, case_id, STR(""), &report)));
	assert_int_equal(lawyer_of(case_id).open_cases, 0);
}

/* He never took it: what the worker told is not his to read, neither now nor ever. */
static void an_offer_that_was_withdrawn_stays_closed_to_him_and_one_that_he_had_accepted_stays_readable(void **state)
{
	(void)state;
	struct lawyer_row mine;
	struct lawyer_rows rows;
	for (int accepted = 0; accepted < 2; accepted++) {
		int64_t case_id = play(NULL, true);
		struct actor agent = agent_of(case_id);
		struct actor applicant = { .kind = ACTOR_APPLICANT, .person_id = summary_of(case_id).applicant_id, .identity_level = 2 };
		if (accepted) assert_false(failed(lawyer_accept(hall, &arena, &agent, case_id, &report)));
		assert_false(failed(case_withdraw(hall, &arena, &applicant, case_id, STR(""), &report)));
		assert_false(failed(lawyer_case_of(hall, &arena, &agent, case_id, &mine)));
		assert_int_equal(mine.standing, accepted ? LAWYER_ENDED : LAWYER_TAKEN_BACK);
		assert_int_equal(mine.applicant.len > 0, accepted);
		assert_int_equal(failed(lawyer_may_read(hall, &arena, &agent, case_id)), !accepted);
		assert_true(err_is(lawyer_accept(hall, &arena, &agent, case_id, &report), ERR_REFUSED));
		assert_false(failed(lawyer_desk(hall, &arena, agent.person_id, &rows)));
		assert_int_equal(rows.count, accepted);
	}
}

static struct err agent_signs(int64_t case_id, const struct actor *agent, struct str name)
{
	struct signing signing = { .typed_name = name, .code = STR("123456"), .code_is_assumed = true };
	return paper_act(hall, &arena, agent, case_id, STR("authorization"), &signing, &report);
}

/* The roster is asked at each act: he may have taken on the other side since the case was given to him. */
static void the_conflict_check_is_passed_by_nobody_neither_by_accepting_nor_by_signing(void **state)
{
	(void)state;
	int64_t case_id = play(NULL, true);
	struct actor agent = agent_of(case_id);
	struct str name = lawyer_of(case_id).name;
	struct lawyer_row mine;
	struct feel_value data, variables;
	assert_false(failed(case_data(hall, &arena, case_id, &data, &variables)));
	static const char *const papers[] = { "application", "authorization", "agreement", "risks", "address", "decision" };
	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) assert_false(failed(sign(case_id, papers[i], STR(""))));
	struct actor admin = { .kind = ACTOR_HALL, .identity_level = 3 };
	struct str employer = feel_at(data, STR("employer.name")).string;
	assert_false(failed(lawyer_client_change(hall, &arena, &admin, agent.person_id, employer, true, &report)));
	assert_false(failed(lawyer_case_of(hall, &arena, &agent, case_id, &mine)));
	assert_true(mine.conflicted);
	assert_true(err_is(lawyer_accept(hall, &arena, &agent, case_id, &report), ERR_REFUSED));
	assert_true(err_is(agent_signs(case_id, &agent, name), ERR_REFUSED));
	assert_false(failed(lawyer_client_change(hall, &arena, &admin, agent.person_id, employer, false, &report)));
	assert_false(failed(agent_signs(case_id, &agent, name)));
}

/* ---- declining ------------------------------------------------------------------------------------------------------ */

static void who_declines_is_not_asked_again_and_the_papers_that_changed_are_signed_again(void **state)
{
	(void)state;
	struct case_papers replaced;
	struct verified counts;
	int64_t case_id = play("{\"陆明远\":\"busy\",\"许若谷\":\"busy\"}", false);
	assert_true(str_eq_c(lawyer_of(case_id).name, "周闻道") && str_eq_c(summary_of(case_id).state, "closed"));
	assert_false(failed(papers_replaced(hall, &arena, case_id, &replaced)));
	assert_int_equal(replaced.count, 8);
	for (size_t i = 0; i < replaced.count; i++) {
		struct str pdf;
		assert_true(replaced.items[i].replaced_ms > 0 && replaced.items[i].version > 0);
		assert_false(failed(paper_replaced_content(hall, &arena, case_id, replaced.items[i].file_id, &pdf)));
	}
	struct case_papers papers = papers_now(case_id);
	for (size_t i = 0; i < papers.count; i++)
		for (size_t k = 0; k < papers.items[i].act_count; k++) assert_true(papers.items[i].acts[k].done);
	assert_false(failed(hall_verify(hall, &arena, &report, &counts)));
	assert_true(counts.papers == 6 && counts.replaced == 8);
}

static void a_conflict_is_kept_for_the_whole_firm(void **state)
{
	(void)state;
	struct lawyers lawyers;
	struct feel_value data, variables;
	int64_t case_id = play("{\"陆明远\":\"conflict\"}", false);
	assert_true(str_eq_c(lawyer_of(case_id).name, "周闻道"));
	assert_false(failed(case_data(hall, &arena, case_id, &data, &variables)));
	assert_false(failed(lawyers_against(hall, &arena, feel_get(data, STR("employer")), &lawyers)));
	for (size_t i = 0; i < lawyers.count; i++)
		assert_int_equal(lawyers.items[i].conflicted, !str_eq_c(lawyers.items[i].name, "周闻道"));
}

static void nobody_signs_what_was_renewed_since_he_read_it_nor_while_a_person_looks_for_a_lawyer(void **state)
{
	(void)state;
	struct case_tasks tasks;
	int64_t case_id = play(NULL, true);
	struct str seen = papers_now(case_id).items[1].sha256;
	assert_true(str_eq_c(papers_now(case_id).items[1].id, "authorization"));
	struct actor agent = agent_of(case_id);
	assert_true(err_is(lawyer_decline(hall, &arena, &agent, case_id, STR("other"), STR(" "), &report), ERR_INVALID));
	assert_true(err_is(lawyer_decline(hall, &arena, &agent, case_id, STR("lazy"), STR("x"), &report), ERR_INVALID));
	assert_false(failed(lawyer_decline(hall, &arena, &agent, case_id, STR("conflict"), STR(""), &report)));
	struct lawyer_row mine;
	assert_false(failed(lawyer_decline(hall, &arena, &agent, case_id, STR("conflict"), STR(""), &report)));   /* a second click */
	assert_true(err_is(lawyer_case_of(hall, &arena, &agent, case_id, &mine), ERR_NOT_FOUND));
	assert_true(err_is(lawyer_may_read(hall, &arena, &agent, case_id), ERR_NOT_FOUND));
	assert_true(err_is(lawyer_accept(hall, &arena, &agent, case_id, &report), ERR_NOT_FOUND));
	assert_false(failed(scheduler_settle(hall, &arena, case_id, &report)));
	assert_true(err_is(sign(case_id, "authorization", seen), ERR_REFUSED));
	assert_false(failed(sign(case_id, "authorization", papers_now(case_id).items[1].sha256)));
	/* the last free one declines too: the papers wait, and so does everybody who could sign them */
	agent = agent_of(case_id);
	assert_false(failed(lawyer_decline(hall, &arena, &agent, case_id, STR("busy"), STR(""), &report)));
	assert_false(failed(case_tasks(hall, &arena, case_id, &tasks)));
	assert_true(tasks.count == 1 && str_eq_c(tasks.items[0].element, "assignByHand"));
	assert_int_equal(summary_of(case_id).lawyer_id, 0);
	assert_true(err_is(sign(case_id, "agreement", STR("")), ERR_REFUSED));
}

static void who_has_signed_everything_cannot_hand_back(void **state)
{
	(void)state;
	int64_t case_id = play(NULL, false);
	struct actor agent = agent_of(case_id);
	assert_true(err_is(lawyer_decline(hall, &arena, &agent, case_id, STR("busy"), STR(""), &report), ERR_REFUSED));
}

static struct err forge_body(struct work *work, void *data)
{
	int64_t file_id = *(const int64_t *)data;
	struct str box, forged = STR("%PDF-1.7 forged");
	TRY(seal_text(hall, work->arena, "file.content", file_id, forged, &box));
	WORK_ADD(work, "file_set_content", I(file_id), I((int64_t)forged.len),
	    B(lookup_key(hall, work->arena, "file.content", forged)), B(box));
	return OK;
}

/* Even who has the hall's own keys is found out. */
static void a_replaced_paper_that_was_changed_is_found(void **state)
{
	(void)state;
	struct case_papers replaced;
	struct verified counts;
	int64_t case_id = play("{\"陆明远\":\"busy\"}", false);
	assert_false(failed(papers_replaced(hall, &arena, case_id, &replaced)));
	assert_true(replaced.count > 0);
	int64_t file_id = replaced.items[0].file_id;
	assert_false(failed(work_run(hall, &arena, NULL, STR("test"), false, forge_body, &file_id)));
	assert_true(err_is(hall_verify(hall, &arena, &report, &counts), ERR_TAMPERED));
}

/* ---- absence ----------------------------------------------------------------------------------------------------------- */

static void who_is_away_gets_no_new_case_until_the_day_is_over(void **state)
{
	(void)state;
	struct lawyers lawyers;
	assert_false(failed(lawyers_against(hall, &arena, FEEL_NULL_VALUE, &lawyers)));
	struct date friday = { 2022, 8, 26 }, monday = { 2022, 8, 29 };
	for (size_t i = 0; i < 2; i++)
		assert_false(failed(lawyer_away(hall, &arena, lawyers.items[i].lawyer_id, i ? monday : friday, &report)));
	assert_true(err_is(lawyer_away(hall, &arena, lawyers.items[0].lawyer_id, (struct date){ 2022, 8, 25 }, &report), ERR_INVALID));
	assert_true(str_eq_c(lawyer_of(play(NULL, true)).name, "周闻道"));
	assert_false(failed(play_stage_move(stage, BEGIN_MS + DAY_MS, &report)));
	assert_true(str_eq_c(lawyer_of(play(NULL, true)).name, "陆明远"));
	assert_false(failed(lawyer_away(hall, &arena, lawyers.items[1].lawyer_id, (struct date){ 0 }, &report)));
	assert_true(str_eq_c(lawyer_of(play(NULL, true)).name, "许若谷"));
}

/* ---- results ------------------------------------------------------------------------------------------------------------- */

static void results_are_only_added_and_a_correction_takes_the_place_of_a_slip(void **state)
{
	(void)state;
	struct case_results results;
	int64_t case_id = play(NULL, false);
	struct actor agent = agent_of(case_id);
	struct case_result wrong = { .stage = STR("trial"), .result = STR("won"), .happened_on = { 2022, 9, 30 }, .amount_fen = -2,
		.minutes = -1 };
	report = report_make(&arena);
	assert_true(err_is(case_result_add(hall, &arena, &agent, case_id, &wrong, &report), ERR_INVALID));
	assert_int_equal(report.error_count, 5);
	struct case_result result = { .stage = STR("arbitration"), .result = STR("partly"), .happened_on = { 2022, 8, 26 },
		.amount_fen = 112500, .minutes = 150, .note = STR("少写了一个零"), .final = true };
	assert_int_equal(lawyer_of(case_id).open_cases, 1);
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &result, &report)));
	assert_int_equal(lawyer_of(case_id).open_cases, 0);
	assert_false(failed(case_results(hall, &arena, case_id, &results)));
	result.amount_fen = 1125000;
	result.corrects = results.items[0].result_id;
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &result, &report)));
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &result, &report)));     /* a second click */
	result.amount_fen = 1125001;
	assert_true(err_is(case_result_add(hall, &arena, &agent, case_id, &result, &report), ERR_REFUSED));
	assert_false(failed(case_results(hall, &arena, case_id, &results)));
	assert_true(results.count == 2 && results.items[0].corrected && results.items[0].amount_fen == 112500);
	assert_int_equal(case_results_amount(&results), 1125000);
	/* it goes on after all: the second instance */
	struct case_result appeal = { .stage = STR("second"), .result = STR("hearing"), .happened_on = { 2022, 8, 26 }, .amount_fen = -1 };
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &appeal, &report)));
	assert_int_equal(lawyer_of(case_id).open_cases, 1);
}

/* What was put right of long ago must not undo what came later. */
static void a_correction_stands_where_the_slip_stood(void **state)
{
	(void)state;
	struct case_results results;
	int64_t case_id = play(NULL, false);
	struct actor agent = agent_of(case_id);
	struct case_result scheduled = { .stage = STR("arbitration"), .result = STR("scheduled"), .happened_on = { 2022, 8, 26 },
		.amount_fen = -1 };
	assert_true(err_is(case_result_add(hall, &arena, &agent, case_id, &scheduled, &report), ERR_INVALID));   /* for when? */
	scheduled.hearing_ms = hall_now_ms(hall) + 10 * DAY_MS;
	scheduled.place = STR("第一庭");
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &scheduled, &report)));
	struct case_result award = { .stage = STR("arbitration"), .result = STR("upheld"), .happened_on = { 2022, 8, 26 }, .amount_fen = 500,
		.final = true };
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &award, &report)));
	assert_int_equal(lawyer_of(case_id).open_cases, 0);
	assert_false(failed(case_results(hall, &arena, case_id, &results)));
	scheduled.corrects = results.items[0].result_id;
	scheduled.place = STR("第二庭");
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &scheduled, &report)));
	assert_false(failed(case_results(hall, &arena, case_id, &results)));
	assert_null(case_results_hearing(&results, hall_now_ms(hall)));
	assert_int_equal(case_results_amount(&results), 500);
	assert_int_equal(lawyer_of(case_id).open_cases, 0);
}

static size_t told_of_hearings(int64_t case_id)
{
	struct notices notices;
	size_t count = 0;
	assert_false(failed(notices_of_case(hall, &arena, case_id, &notices)));
	for (size_t i = 0; i < notices.count; i++) {
		if (!str_eq_c(notices.items[i].template_id, "hearing")) continue;
		count++;
		assert_true(str_find(notices.items[i].text, STR("9月1日9:30"), 0) >= 0);
	}
	return count;
}

static void of_a_hearing_everybody_is_reminded_on_the_day_before_at_nine_and_of_the_new_date_only(void **state)
{
	(void)state;
	int64_t case_id = play(NULL, false);
	struct actor agent = agent_of(case_id);
	struct case_result result = { .stage = STR("mediation"), .result = STR("hearing"), .happened_on = { 2022, 8, 26 }, .amount_fen = -1 };
	result.hearing_ms = date_begin_ms((struct date){ 2022, 8, 30 }, SHANGHAI_OFFSET_S) + INT64_C(14) * 3600000;
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &result, &report)));
	result.hearing_ms = date_begin_ms((struct date){ 2022, 9, 1 }, SHANGHAI_OFFSET_S) + INT64_C(19) * 1800000;
	assert_false(failed(case_result_add(hall, &arena, &agent, case_id, &result, &report)));
	int64_t nine_ms = date_begin_ms((struct date){ 2022, 8, 31 }, SHANGHAI_OFFSET_S) + INT64_C(9) * 3600000;
	assert_false(failed(play_stage_move(stage, nine_ms - 1000, &report)));
	assert_int_equal(told_of_hearings(case_id), 0);
	assert_false(failed(play_stage_move(stage, nine_ms + 1000, &report)));
	assert_int_equal(told_of_hearings(case_id), 1);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(an_offer_tells_nothing_private_and_one_answer_opens_the_file),
		STORY(a_case_that_the_worker_withdraws_is_nobodys_load),
		STORY(an_offer_that_was_withdrawn_stays_closed_to_him_and_one_that_he_had_accepted_stays_readable),
		STORY(the_conflict_check_is_passed_by_nobody_neither_by_accepting_nor_by_signing),
		STORY(who_declines_is_not_asked_again_and_the_papers_that_changed_are_signed_again),
		STORY(a_conflict_is_kept_for_the_whole_firm),
		STORY(nobody_signs_what_was_renewed_since_he_read_it_nor_while_a_person_looks_for_a_lawyer),
		STORY(who_has_signed_everything_cannot_hand_back),
		STORY(a_replaced_paper_that_was_changed_is_found),
		STORY(who_is_away_gets_no_new_case_until_the_day_is_over),
		STORY(results_are_only_added_and_a_correction_takes_the_place_of_a_slip),
		STORY(a_correction_stands_where_the_slip_stood),
		STORY(of_a_hearing_everybody_is_reminded_on_the_day_before_at_nine_and_of_the_new_date_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
