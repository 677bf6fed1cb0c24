/* People at their phones: codes, sign-in, confirmation, another phone, consent, drafts and resuming (LA2, LA9, LA10, law.md J). */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { MINUTE_MS = 60000 };
#define PHONE STR("13800138000")

static struct fixture town;

static int begin(void **state)
{
	(void)state;
	fixture_begin(&town, HALL_KEPT, "2022-08-26T09:30:00+08:00", NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&town);
	return 0;
}

static struct code_request request_of(struct str phone, struct str browser)
{
	return (struct code_request){ .purpose = CODE_signIn, .phone = phone, .browser = browser, .client = STR("203.0.113.7") };
}

/* What the phone shows last. */
static struct str code_on_phone(struct str phone)
{
	struct store_reader *reader;
	struct store_rows rows;
	struct str found = STR(""), to, text;
	assert_false(failed(read_begin(town.hall, &reader)));
	assert_false(failed(QUERY(town.hall, &town.arena, reader, "notice_due", &rows, I(hall_now_ms(town.hall)), I(1000))));
	store_read_end(reader);
	for (size_t i = 0; i < rows.count; i++) {
		int64_t id = row_i64(rows.items[i], 0);
		if (!str_starts(row_bytes(rows.items[i], 2), STR("code."))) continue;
		assert_false(failed(unseal_text(town.hall, &town.arena, "notice.to", id, row_bytes(rows.items[i], 3), &to)));
		assert_false(failed(unseal_text(town.hall, &town.arena, "notice.text", id, row_bytes(rows.items[i], 4), &text)));
		ptrdiff_t at = str_find(text, STR("验证码"), 0);
		if (str_eq(to, phone)) found = str_sub(text, (size_t)at + 9, (size_t)at + 15);
		assert_true(notice_segments(text) == 1);
	}
	return found;
}

static struct str send_code(const struct code_request *request)
{
	struct code_sent sent;
	assert_false(failed(code_send(town.hall, &town.arena, request, NULL, &sent)));
	assert_true(sent.again_ms > hall_now_ms(town.hall) && sent.expires_ms > sent.again_ms);
	return code_on_phone(request->phone);
}

static struct str other_code(struct str code)
{
	char *other = arena_copy(&town.arena, code.ptr, code.len);
	other[5] = other[5] == '7' ? '8' : '7';
	return (struct str){ other, code.len };
}

static int64_t sign_in(struct str phone, struct str *out_token)
{
	struct code_request request = request_of(phone, STR("browser"));
	struct str code = send_code(&request);
	int64_t person_id = 0;
	assert_false(failed(person_sign_in(town.hall, &town.arena, &request, code, STR("Chromium"), NULL, out_token, &person_id)));
	return person_id;
}

static void a_new_phone_signs_in_by_its_code_and_comes_back_as_the_same_person(void **state)
{
	(void)state;
	struct str token;
	struct session session;
	int64_t first = sign_in(PHONE, &token);
	assert_false(failed(session_find(town.hall, &town.arena, token, &session)));
	assert_true(session.level == 1 && session.kind == SESSION_WORKER && session.person_id == first);
	atomic_fetch_add(&town.now_ms, 2 * MINUTE_MS);
	assert_int_equal(sign_in(PHONE, &token), first);
}

static void a_code_is_no_good_in_another_browser_for_another_purpose_or_twice(void **state)
{
	(void)state;
	struct code_request request = request_of(PHONE, STR("browser")), other = request;
	struct str code = send_code(&request);
	other.browser = STR("another");
	assert_true(err_is(code_take(town.hall, &town.arena, &other, code, NULL), ERR_FORBIDDEN));
	other = request;
	other.purpose = CODE_sign;
	assert_true(err_is(code_take(town.hall, &town.arena, &other, code, NULL), ERR_FORBIDDEN));
	assert_false(failed(code_take(town.hall, &town.arena, &request, code, NULL)));
	assert_true(err_is(code_take(town.hall, &town.arena, &request, code, NULL), ERR_FORBIDDEN));
}

static void after_five_wrong_tries_the_right_code_is_void_too(void **state)
{
	(void)state;
	struct code_request request = request_of(PHONE, STR("browser"));
	struct str code = send_code(&request), wrong = other_code(code);
	for (int i = 0; i < 5; i++) {
		struct report report = report_make(&town.arena);
		assert_true(err_is(code_take(town.hall, &town.arena, &request, wrong, &report), ERR_FORBIDDEN));
		assert_int_equal(report.error_count, 1);
	}
	assert_true(err_is(code_take(town.hall, &town.arena, &request, code, NULL), ERR_FORBIDDEN));
}

static void a_code_is_over_after_five_minutes_and_its_text_is_not_sent_any_more(void **state)
{
	(void)state;
	struct code_request request = request_of(PHONE, STR("browser"));
	struct str code = send_code(&request);
	atomic_fetch_add(&town.now_ms, 5 * MINUTE_MS);
	assert_true(err_is(code_take(town.hall, &town.arena, &request, code, NULL), ERR_FORBIDDEN));
	assert_int_equal(code_on_phone(PHONE).len, 0);
	assert_false(failed(codes_sweep(town.hall, &town.arena)));
}

static void a_phone_gets_one_code_a_minute_and_five_a_day(void **state)
{
	(void)state;
	struct code_request request = request_of(PHONE, STR("browser"));
	struct code_sent sent;
	struct report report = report_make(&town.arena);
	for (int i = 0; i < 5; i++) {
		(void)send_code(&request);
		assert_true(err_is(code_send(town.hall, &town.arena, &request, &report, &sent), ERR_REFUSED));
		assert_true(sent.again_ms > hall_now_ms(town.hall));
		atomic_fetch_add(&town.now_ms, MINUTE_MS);
	}
	assert_true(err_is(code_send(town.hall, &town.arena, &request, &report, &sent), ERR_REFUSED));
	atomic_fetch_add(&town.now_ms, DAY_MS);
	(void)send_code(&request);
}

static void a_network_is_capped_wide_and_a_number_abroad_gets_nothing(void **state)
{
	(void)state;
	struct code_sent sent;
	struct code_request abroad = request_of(STR("+8526123456"), STR("browser"));
	assert_true(err_is(code_send(town.hall, &town.arena, &abroad, NULL, &sent), ERR_INVALID));
	town.hall->configuration.codes.network_an_hour = 20;
	for (int i = 0; i < 20; i++) {
		struct code_request request = request_of(str_printf(&town.arena, "139%08d", i), STR("browser"));
		request.client = str_printf(&town.arena, "203.0.113.%d", i);
		(void)send_code(&request);
	}
	struct code_request request = request_of(PHONE, STR("browser"));
	assert_true(err_is(code_send(town.hall, &town.arena, &request, NULL, &sent), ERR_REFUSED));
	request.client = STR("203.0.114.7");
	(void)send_code(&request);
}

static void a_confirmed_person_is_known_on_the_next_phone_until_the_confirmation_is_old(void **state)
{
	(void)state;
	struct str token;
	struct session session;
	struct actor hall_itself = { .kind = ACTOR_HALL };
	struct confirmation confirmation = { .name = STR("王小明"), .id_number = STR("11010519491231002X"), .level = 2, .method = STR("随申办"),
		.subject = STR("https://id.example user-1") };
	int64_t person_id = sign_in(PHONE, &token);
	assert_false(failed(person_confirm(town.hall, &town.arena, &hall_itself, person_id, &confirmation, NULL)));
	atomic_fetch_add(&town.now_ms, 2 * MINUTE_MS);
	(void)sign_in(PHONE, &token);
	assert_false(failed(session_find(town.hall, &town.arena, token, &session)));
	assert_true(session.level == 2 && str_find(session.method, STR("随申办"), 0) >= 0);
	assert_true(str_eq_c(session.name, "王小明"));
	atomic_fetch_add(&town.now_ms, 91 * DAY_MS);
	(void)sign_in(PHONE, &token);
	assert_false(failed(session_find(town.hall, &town.arena, token, &session)));
	assert_int_equal(session.level, 1);
}

static void one_provider_account_speaks_for_one_phone_and_only_the_hall_itself_confirms_by_a_provider(void **state)
{
	(void)state;
	struct str token;
	struct report report = report_make(&town.arena);
	struct actor hall_itself = { .kind = ACTOR_HALL },
	             worker = { .kind = ACTOR_APPLICANT }, operator= { .kind = ACTOR_STAFF, .role = STR("operator") };
	struct actor clerk = { .kind = ACTOR_STAFF, .role = STR("legalClerk"), .person_id = 1 };
	struct confirmation confirmation = { .name = STR("王小明"), .id_number = STR("11010519491231002X"), .level = 2, .method = STR("随申办"),
		.subject = STR("https://id.example user-1") };
	int64_t one = sign_in(PHONE, &token), two = sign_in(STR("13900139000"), &token);
	assert_false(failed(person_confirm(town.hall, &town.arena, &hall_itself, one, &confirmation, NULL)));
	assert_true(err_is(person_confirm(town.hall, &town.arena, &hall_itself, two, &confirmation, &report), ERR_REFUSED));
	confirmation.subject = STR("");
	assert_true(err_is(person_confirm(town.hall, &town.arena, &worker, two, &confirmation, &report), ERR_FORBIDDEN));
	assert_true(err_is(person_confirm(town.hall, &town.arena, &operator, two, &confirmation, &report), ERR_FORBIDDEN));
	assert_true(err_is(person_confirm(town.hall, &town.arena, &clerk, two, &confirmation, &report), ERR_FORBIDDEN));
	confirmation.id_number = STR("110105194912310021");
	assert_true(err_is(person_confirm(town.hall, &town.arena, &hall_itself, two, &confirmation, &report), ERR_INVALID));
}

static void a_phone_changes_by_the_codes_of_both_and_other_sessions_end(void **state)
{
	(void)state;
	struct str token, elsewhere, fresh = STR("13900139000");
	struct session session;
	struct report report = report_make(&town.arena);
	int64_t person_id = sign_in(PHONE, &elsewhere), again;
	atomic_fetch_add(&town.now_ms, 2 * MINUTE_MS);
	(void)sign_in(PHONE, &token);
	atomic_fetch_add(&town.now_ms, 2 * MINUTE_MS);
	struct str about = id_print(&town.arena, person_id);
	struct code_request old = { CODE_phoneOld, about, PHONE, STR("browser"), STR("203.0.113.7") };
	struct code_request new = { CODE_phoneNew, about, fresh, STR("browser"), STR("203.0.113.7") };
	assert_false(failed(code_take(town.hall, &town.arena, &old, send_code(&old), NULL)));
	assert_true(err_is(person_change_phone(town.hall, &town.arena, person_id, fresh, &old, &new, token, &report), ERR_FORBIDDEN));
	assert_false(failed(code_take(town.hall, &town.arena, &new, send_code(&new), NULL)));
	assert_false(failed(person_change_phone(town.hall, &town.arena, person_id, fresh, &old, &new, token, &report)));
	assert_false(failed(session_find(town.hall, &town.arena, token, &session)));
	assert_true(err_is(session_find(town.hall, &town.arena, elsewhere, &session), ERR_NOT_FOUND));
	assert_false(failed(person_find(town.hall, &town.arena, fresh, &again)));
	assert_int_equal(again, person_id);
	assert_true(err_is(person_find(town.hall, &town.arena, PHONE, &again), ERR_NOT_FOUND));
}

static void consent_keeps_the_very_words_and_is_taken_back(void **state)
{
	(void)state;
	struct str token, words = STR("我同意为办理法律援助使用我的证件照片。");
	struct consents consents;
	int64_t person_id = sign_in(PHONE, &token);
	for (int i = 0; i < 2; i++)
		assert_false(failed(consent_give(town.hall, &town.arena, person_id, 0, STR("sensitive"), words)));
	assert_false(failed(consents_of(town.hall, &town.arena, person_id, &consents)));
	assert_int_equal(consents.count, 1);
	assert_true(str_eq(consents.items[0].text, words));
	assert_true(consent_stands(&town.arena, &consents, 77, STR("sensitive"), words));
	assert_false(consent_stands(&town.arena, &consents, 77, STR("sensitive"), STR("other words")));
	assert_true(err_is(consent_withdraw(town.hall, &town.arena, person_id + 1, consents.items[0].consent_id), ERR_NOT_FOUND));
	assert_false(failed(consent_withdraw(town.hall, &town.arena, person_id, consents.items[0].consent_id)));
	assert_false(failed(consents_of(town.hall, &town.arena, person_id, &consents)));
	assert_false(consent_stands(&town.arena, &consents, 77, STR("sensitive"), words));
}

/* ---- drafts ------------------------------------------------------------------------------------------------------- */

static struct feel_value employer(const char *key, const char *text)
{
	struct feel_value inner = feel_put(&town.arena, FEEL_NULL_VALUE, str_from_c(key), feel_string(str_from_c(text)));
	return feel_put(&town.arena, FEEL_NULL_VALUE, STR("employer"), inner);
}

static void a_draft_is_saved_page_by_page_and_survives_the_end_of_the_program(void **state)
{
	(void)state;
	struct actor actor = fixture_applicant(&town, 1), stranger = fixture_applicant(&town, 2);
	struct feel_value data, variables;
	struct person_cases cases;
	int64_t case_id;
	assert_false(failed(case_open(town.hall, &town.arena, &actor, STR("legal-aid"), STR("310113"), &case_id)));
	assert_false(failed(case_save_draft(town.hall, &town.arena, &actor, case_id, STR("employer"), employer("name", "甲公司"), NULL)));
	assert_false(
	    failed(case_save_draft(town.hall, &town.arena, &actor, case_id, STR("place"), employer("region", "310113"), NULL)));
	assert_true(err_is(
	    case_save_draft(town.hall, &town.arena, &stranger, case_id, STR("place"), employer("name", "x"), NULL), ERR_NOT_FOUND));
	fixture_reopen(&town, STR(""));
	assert_false(failed(case_data(town.hall, &town.arena, case_id, &data, &variables)));
	struct feel_value kept = feel_get(data, STR("employer"));
	assert_true(str_eq_c(feel_get(kept, STR("name")).string, "甲公司") && str_eq_c(feel_get(kept, STR("region")).string, "310113"));
	assert_false(failed(cases_of_person(town.hall, &town.arena, actor.person_id, &cases)));
	assert_true(cases.count == 1 && str_eq_c(cases.items[0].page, "place") && cases.items[0].saved_ms > 0);
}

static void a_discarded_draft_is_gone_and_a_submitted_case_cannot_be(void **state)
{
	(void)state;
	struct actor actor = fixture_applicant(&town, 1);
	struct person_cases cases;
	struct feel_value data, variables;
	int64_t case_id, submitted = fixture_submit(&town, 1);
	assert_false(failed(case_open(town.hall, &town.arena, &actor, STR("legal-aid"), STR("310113"), &case_id)));
	assert_false(failed(case_save_draft(town.hall, &town.arena, &actor, case_id, STR("e"), employer("name", "甲公司"), NULL)));
	assert_false(failed(case_discard_draft(town.hall, &town.arena, &actor, case_id)));
	assert_true(err_is(case_discard_draft(town.hall, &town.arena, &actor, submitted), ERR_REFUSED));
	assert_true(err_is(case_save_draft(town.hall, &town.arena, &actor, submitted, STR("e"), employer("name", "乙"), NULL), ERR_REFUSED));
	assert_false(failed(case_data(town.hall, &town.arena, case_id, &data, &variables)));
	assert_int_equal(data.context.count, 0);
	assert_false(failed(cases_of_person(town.hall, &town.arena, actor.person_id, &cases)));
	assert_int_equal(cases.count, 1);
}

static void what_is_known_comes_with_its_source(void **state)
{
	(void)state;
	struct actor actor = fixture_applicant(&town, 1);
	struct known_facts facts;
	bool name = false, company = false;
	(void)fixture_submit(&town, 1);
	assert_false(failed(facts_known(town.hall, &town.arena, actor.person_id, &facts)));
	for (size_t i = 0; i < facts.count; i++) {
		if (str_eq_c(facts.items[i].path, "name")) name = facts.items[i].source == FACT_PERSON;
		if (str_eq_c(facts.items[i].path, "employer.name")) company = facts.items[i].source == FACT_CASE && facts.items[i].number.len > 0;
	}
	assert_true(name && company);
}

static void a_resume_code_opens_once_and_not_after_five_wrong_tries(void **state)
{
	(void)state;
	struct actor actor = fixture_applicant(&town, 1);
	struct str phone = STR("13900000001"), code;
	int64_t case_id, expires_ms, person_id, found;
	assert_false(failed(case_open(town.hall, &town.arena, &actor, STR("legal-aid"), STR("310113"), &case_id)));
	assert_false(failed(resume_code_make(town.hall, &town.arena, &actor, case_id, &code, &expires_ms)));
	assert_int_equal(code.len, RESUME_DIGITS);
	assert_true(err_is(resume_code_use(town.hall, &town.arena, STR("13900000009"), code, NULL, &person_id, &found), ERR_FORBIDDEN));
	assert_false(failed(resume_code_use(town.hall, &town.arena, phone, code, NULL, &person_id, &found)));
	assert_true(person_id == actor.person_id && found == case_id);
	assert_true(err_is(resume_code_use(town.hall, &town.arena, phone, code, NULL, &person_id, &found), ERR_FORBIDDEN));
	assert_false(failed(resume_code_make(town.hall, &town.arena, &actor, case_id, &code, &expires_ms)));
	for (int i = 0; i < 4; i++)
		assert_true(err_is(resume_code_use(town.hall, &town.arena, phone, STR("00000000"), NULL, &person_id, &found), ERR_FORBIDDEN));
	assert_true(err_is(resume_code_use(town.hall, &town.arena, phone, code, NULL, &person_id, &found), ERR_REFUSED));
	atomic_fetch_add(&town.now_ms, 61 * MINUTE_MS);
	assert_false(failed(resume_code_use(town.hall, &town.arena, phone, code, NULL, &person_id, &found)));
}

#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TOWN_TEST(a_new_phone_signs_in_by_its_code_and_comes_back_as_the_same_person),
		TOWN_TEST(a_code_is_no_good_in_another_browser_for_another_purpose_or_twice),
		TOWN_TEST(after_five_wrong_tries_the_right_code_is_void_too),
		TOWN_TEST(a_code_is_over_after_five_minutes_and_its_text_is_not_sent_any_more),
		TOWN_TEST(a_phone_gets_one_code_a_minute_and_five_a_day),
		TOWN_TEST(a_network_is_capped_wide_and_a_number_abroad_gets_nothing),
		TOWN_TEST(a_confirmed_person_is_known_on_the_next_phone_until_the_confirmation_is_old),
		TOWN_TEST(one_provider_account_speaks_for_one_phone_and_only_the_hall_itself_confirms_by_a_provider),
		TOWN_TEST(a_phone_changes_by_the_codes_of_both_and_other_sessions_end),
		TOWN_TEST(consent_keeps_the_very_words_and_is_taken_back),
		TOWN_TEST(a_draft_is_saved_page_by_page_and_survives_the_end_of_the_program),
		TOWN_TEST(a_discarded_draft_is_gone_and_a_submitted_case_cannot_be),
		TOWN_TEST(what_is_known_comes_with_its_source),
		TOWN_TEST(a_resume_code_opens_once_and_not_after_five_wrong_tries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
