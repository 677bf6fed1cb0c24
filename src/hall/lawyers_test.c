/* Lawyers: offers and answers, papers that change with them, absence, results (LA16, LA23, LA26). */
#include "hall/demo.h"
#include "hall/desk.h"
#include "hall/fixture.h"
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
	options.places.fonts = fixture_fonts(&arena);
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
	/* who read it, and what he was shown when he took it, stands in the log */
	struct desk_events events;
	size_t read = 0, accepted = 0;
	assert_false(failed(lawyer_may_read(hall, &arena, &agent, case_id)));      /* the same hour: told once */
	assert_false(failed(desk_history(hall, &arena, case_id, &events)));
	for (size_t i = 0; i < events.count; i++) {
		int64_t who;
		if (str_eq_c(events.items[i].what, "case.read")) read += id_parse(events.items[i].subject, &who) && who == agent.person_id;
		if (str_eq_c(events.items[i].what, "lawyer.accepted"))
			accepted += str_find(events.items[i].detail, STR("\"conflictCheck\":\"clear\""), 0) >= 0;
	}
	assert_true(read == 1 && accepted == 1);
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
	/* by name, so that an administrator can take it off again */
	struct lawyer_clients clients;
	assert_false(failed(lawyer_clients(hall, &arena, lawyers.items[0].lawyer_id, &clients)));
	assert_true(clients.count >= 1 && clients.nameless == 0);
	assert_true(str_eq(clients.items[0], feel_at(data, STR("employer.name")).string) ||
	    str_eq(clients.items[clients.count - 1], feel_at(data, STR("employer.name")).string));
	struct actor admin = { .kind = ACTOR_HALL, .identity_level = 3 };
	for (size_t i = 0; i < lawyers.count; i++) {
		assert_false(failed(lawyer_clients(hall, &arena, lawyers.items[i].lawyer_id, &clients)));
		for (size_t k = 0; k < clients.count; k++)
			assert_false(failed(
			    lawyer_client_change(hall, &arena, &admin, lawyers.items[i].lawyer_id, clients.items[k], false, &report)));
	}
	assert_false(failed(lawyers_against(hall, &arena, feel_get(data, STR("employer")), &lawyers)));
	for (size_t i = 0; i < lawyers.count; i++) assert_false(lawyers.items[i].conflicted);
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

/* ---- offers that nobody answers ---- */

/* Offered on Friday the 26th: two working days are over when Tuesday the 30th is. */
static void an_offer_that_is_not_answered_in_two_working_days_goes_to_the_next_lawyer_and_an_answered_one_stays(void **state)
{
	(void)state;
	struct lawyer_row mine;
	int64_t silent = play(NULL, true), answered = play(NULL, true);
	int64_t over_ms = date_begin_ms((struct date){ 2022, 8, 31 }, SHANGHAI_OFFSET_S);
	struct actor slow = agent_of(silent), quick = agent_of(answered);
	assert_false(failed(lawyer_case_of(hall, &arena, &slow, silent, &mine)));
	assert_int_equal(mine.answer_by_ms, over_ms);
	assert_false(failed(lawyer_accept(hall, &arena, &quick, answered, &report)));
	assert_false(failed(play_stage_move(stage, over_ms - 1000, &report)));
	assert_int_equal(summary_of(silent).lawyer_id, slow.person_id);
	assert_false(failed(play_stage_move(stage, over_ms + 1000, &report)));
	assert_false(failed(scheduler_settle(hall, &arena, silent, &report)));
	assert_true(summary_of(silent).lawyer_id != slow.person_id && summary_of(silent).lawyer_id != 0);
	assert_true(err_is(lawyer_case_of(hall, &arena, &slow, silent, &mine), ERR_NOT_FOUND));
	assert_true(err_is(lawyer_accept(hall, &arena, &slow, silent, &report), ERR_NOT_FOUND));
	bool had;
	assert_false(failed(lawyer_had_case(hall, &arena, &slow, silent, &had)));
	assert_true(had);
	assert_int_equal(summary_of(answered).lawyer_id, quick.person_id);
	/* the next one, and the last one, do not answer either: a person has to find somebody */
	struct case_tasks tasks;
	assert_false(failed(play_stage_move(stage, over_ms + 14 * DAY_MS, &report)));
	assert_false(failed(scheduler_settle(hall, &arena, silent, &report)));
	assert_false(failed(play_stage_move(stage, over_ms + 28 * DAY_MS, &report)));
	assert_int_equal(summary_of(silent).lawyer_id, 0);
	assert_false(failed(case_tasks(hall, &arena, silent, &tasks)));
	bool by_hand = false;
	for (size_t i = 0; i < tasks.count; i++) by_hand |= str_eq_c(tasks.items[i].element, "assignByHand");
	assert_true(by_hand);
	assert_int_equal(summary_of(answered).lawyer_id, quick.person_id);
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

/* ---- the roster ------------------------------------------------------------------------------------------------------- */

static struct str open_session(int64_t lawyer_id)
{
	struct lawyer lawyer;
	struct person person = { 0 };
	struct str token;
	assert_false(failed(lawyer_by_id(hall, &arena, lawyer_id, &lawyer)));
	person = (struct person){ .name = lawyer.name, .phone = lawyer.phone };
	struct session opening = { .kind = SESSION_LAWYER, .lawyer_id = lawyer_id, .level = 2, .name = lawyer.name, .method = STR("test") };
	assert_false(failed(person_by_phone(hall, &arena, &person, &opening.person_id)));
	assert_false(failed(session_open(hall, &arena, &opening, &token)));
	return token;
}

/* What the outbox would send to it last. */
static struct str code_on_phone(struct str phone)
{
	static const struct notice_gateway gateway = { .demo = true };
	struct demo_messages messages;
	size_t sent;
	assert_false(failed(notices_send(hall, &gateway, 100, &sent)));
	assert_false(failed(demo_messages(hall, &arena, phone, &messages)));
	assert_true(messages.count > 0);
	return messages.items[0].code;
}

static bool is_signed_in(struct str token)
{
	struct session session;
	return !failed(session_find(hall, &arena, token, &session));
}

static const struct actor administrator = { .kind = ACTOR_HALL, .identity_level = 3 };

static void who_leaves_the_roster_is_signed_out_at_once_and_his_open_cases_go_to_others(void **state)
{
	(void)state;
	struct lawyer_leaving leaving;
	struct lawyers lawyers;
	struct lawyer_row mine;
	int64_t open = play(NULL, true), left_id = summary_of(open).lawyer_id;
	struct str before = open_session(left_id), other = open_session(left_id);
	struct actor stranger = { .kind = ACTOR_AGENT, .person_id = left_id, .identity_level = 2 };
	assert_int_equal(lawyer_leave(hall, &arena, &stranger, left_id, &report, &leaving).code, ERR_NOT_FOUND);
	assert_true(is_signed_in(before) && is_signed_in(other));
	assert_false(failed(lawyer_leave(hall, &arena, &administrator, left_id, &report, &leaving)));
	assert_int_equal(leaving.handed_on, 1);
	assert_false(is_signed_in(before) || is_signed_in(other));
	assert_false(is_signed_in(open_session(left_id)));           /* even one that was opened in the same moment */
	assert_true(summary_of(open).lawyer_id != left_id && summary_of(open).lawyer_id != 0);
	assert_true(err_is(lawyer_case_of(hall, &arena, &stranger, open, &mine), ERR_NOT_FOUND));
	assert_false(failed(lawyers_against(hall, &arena, FEEL_NULL_VALUE, &lawyers)));
	for (size_t i = 0; i < lawyers.count; i++) assert_true(lawyers.items[i].lawyer_id != left_id);
	assert_int_equal(lawyers.count, 2);
	assert_false(failed(lawyer_leave(hall, &arena, &administrator, left_id, &report, &leaving)));   /* a second click */
	assert_int_equal(leaving.handed_on + leaving.waiting, 0);
}

/* A case whose papers are written in this very moment cannot change hands; a little later it can, and nobody has to remember. */
static void what_could_not_be_handed_on_at_once_is_handed_on_by_the_sweep_and_who_comes_back_is_the_same_lawyer(void **state)
{
	(void)state;
	struct lawyer_leaving leaving;
	struct lawyers lawyers;
	int64_t case_id = play(NULL, true);
	struct actor agent = agent_of(case_id);
	assert_false(failed(lawyer_decline(hall, &arena, &agent, case_id, STR("busy"), STR(""), &report)));
	int64_t second = summary_of(case_id).lawyer_id;              /* his papers are not written yet */
	assert_false(failed(lawyer_leave(hall, &arena, &administrator, second, &report, &leaving)));
	assert_int_equal(leaving.waiting, 1);
	assert_int_equal(summary_of(case_id).lawyer_id, second);
	assert_false(failed(scheduler_settle(hall, &arena, case_id, &report)));
	assert_false(failed(lawyers_sweep(hall, &arena)));
	assert_true(summary_of(case_id).lawyer_id != second && summary_of(case_id).lawyer_id != agent.person_id);
	struct lawyer gone;
	int64_t again;
	assert_false(failed(lawyer_by_id(hall, &arena, second, &gone)));
	struct organisation firm;
	assert_false(failed(organisation_by_code(hall, &arena, STR("two"), &firm)));
	struct lawyer_entry entry = { .firm_id = firm.organisation_id, .name = gone.name, .sex = gone.sex, .licence = STR("13101201510240152"),
		.phone = STR("13900001009"), .skills = STR("劳动争议"), .load_max = 5, .available = true };
	assert_false(failed(lawyer_make(hall, &arena, &administrator, &entry, &report, &again)));
	assert_false(failed(lawyer_leave(hall, &arena, &administrator, again, &report, &leaving)));
	int64_t back;
	assert_false(failed(lawyer_make(hall, &arena, &administrator, &entry, &report, &back)));
	assert_int_equal(back, again);
	assert_true(is_signed_in(open_session(back)));
	assert_false(failed(lawyers_against(hall, &arena, FEEL_NULL_VALUE, &lawyers)));
	assert_int_equal(lawyers.count, 3);
}

static void another_phone_on_the_roster_signs_out_the_old_one(void **state)
{
	(void)state;
	struct lawyers lawyers;
	assert_false(failed(lawyers_against(hall, &arena, FEEL_NULL_VALUE, &lawyers)));
	int64_t id = lawyers.items[0].lawyer_id;
	struct str token = open_session(id), colleague = open_session(lawyers.items[1].lawyer_id);
	struct lawyer_entry entry = { .phone = lawyers.items[0].phone, .skills = STR("劳动争议"), .load_max = 4, .available = true };
	assert_false(failed(lawyer_change(hall, &arena, &administrator, id, &entry, &report)));
	assert_true(is_signed_in(token));
	entry.phone = STR("13900001008");
	assert_false(failed(lawyer_change(hall, &arena, &administrator, id, &entry, &report)));
	assert_true(!is_signed_in(token) && is_signed_in(colleague));
}

/* ---- the door: the same limits as for everybody with a phone, and nothing is told without the code ---- */

static void a_lawyer_comes_in_with_the_phone_of_the_roster_and_a_code_within_the_limits_of_a_phone(void **state)
{
	(void)state;
	struct code_sent sent;
	struct str token;
	struct session session;
	struct report unread = report_make(&arena);
	struct code_request request = { .purpose = CODE_signIn, .phone = STR("13900001001"), .browser = STR("b"), .client = STR("127.0.0.1") };
	assert_false(failed(code_send(hall, &arena, &request, &unread, &sent)));
	assert_true(failed(code_send(hall, &arena, &request, &unread, &sent)));       /* not twice within the minute */
	struct str code = code_on_phone(request.phone);
	struct str wrong = str_eq_c(code, "000000") ? STR("000001") : STR("000000");
	assert_true(err_is(lawyer_sign_in(hall, &arena, &request, wrong, STR("Chrome"), &unread, &token), ERR_FORBIDDEN));
	assert_false(failed(lawyer_sign_in(hall, &arena, &request, code, STR("Chrome"), &unread, &token)));
	assert_false(failed(session_find(hall, &arena, token, &session)));
	assert_true(session.kind == SESSION_LAWYER && session.lawyer_id != 0 && session.level == 2);
	assert_int_equal(session_actor(&session).kind, ACTOR_AGENT);
	assert_true(failed(lawyer_sign_in(hall, &arena, &request, code, STR("Chrome"), &unread, &token)));     /* once */
	assert_false(failed(session_end(hall, &arena, token)));
	assert_false(is_signed_in(token));
	/* a phone that is not on the roster: no session, and words, but only for who has the code */
	request.phone = STR("13800138000");
	assert_false(failed(code_send(hall, &arena, &request, &unread, &sent)));
	unread = report_make(&arena);
	assert_true(err_is(lawyer_sign_in(hall, &arena, &request, wrong, STR("Chrome"), &unread, &token), ERR_FORBIDDEN));
	for (size_t i = 0; i < unread.count; i++) assert_true(str_find(unread.items[i].words, STR("名册"), 0) < 0);
	unread = report_make(&arena);
	assert_true(err_is(lawyer_sign_in(hall, &arena, &request, code_on_phone(request.phone), STR("x"), &unread, &token), ERR_REFUSED));
	assert_true(unread.count == 1 && str_find(unread.items[0].words, STR("名册"), 0) >= 0);
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
		STORY(an_offer_that_is_not_answered_in_two_working_days_goes_to_the_next_lawyer_and_an_answered_one_stays),
		STORY(a_replaced_paper_that_was_changed_is_found),
		STORY(who_is_away_gets_no_new_case_until_the_day_is_over),
		STORY(who_leaves_the_roster_is_signed_out_at_once_and_his_open_cases_go_to_others),
		STORY(what_could_not_be_handed_on_at_once_is_handed_on_by_the_sweep_and_who_comes_back_is_the_same_lawyer),
		STORY(another_phone_on_the_roster_signs_out_the_old_one),
		STORY(a_lawyer_comes_in_with_the_phone_of_the_roster_and_a_code_within_the_limits_of_a_phone),
		STORY(results_are_only_added_and_a_correction_takes_the_place_of_a_slip),
		STORY(a_correction_stands_where_the_slip_stood),
		STORY(of_a_hearing_everybody_is_reminded_on_the_day_before_at_nine_and_of_the_new_date_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
