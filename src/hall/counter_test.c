/* The counter: found, confirmed, another phone; what the log keeps of it, and what nobody may (LA4, LA7, X1). */
#include "hall/fixture.h"

#include "hall/figures.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct fixture town;
static struct actor clerk, stranger, leader;
static int64_t case_id, worker_id;

#define MINUTE_MS INT64_C(60000)
#define NUMBER STR("11010519491231002X")
#define OLD_PHONE STR("13900000001")
#define NEW_PHONE STR("13777000001")
static const struct code_request door = { .browser = STR_INIT("the clerk's"), .client = STR_INIT("203.0.113.7") };

static int begin(void **state)
{
	(void)state;
	struct case_summary summary;
	size_t indexed;
	fixture_begin(&town, HALL_KEPT, "2022-08-26T09:00:00+08:00", NULL);
	fixture_other_union(&town);
	clerk = fixture_staff(&town, "legalClerk", "hall", "13811110001");
	leader = fixture_staff(&town, "leader", "hall", "13811110002");
	stranger = fixture_staff(&town, "legalClerk", "other", "13811110003");
	case_id = fixture_submit(&town, 1);
	assert_false(failed(case_by_id(town.hall, &town.arena, case_id, &summary)));
	worker_id = summary.applicant_id;
	assert_false(failed(search_index(town.hall, 100, &indexed)));
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&town);
	return 0;
}

static struct counter_people find(const struct actor *who, struct str query)
{
	struct counter_people people = { 0 };
	assert_false(failed(counter_find(town.hall, &town.arena, who, query, NULL, &people)));
	return people;
}

static size_t events_of(int64_t of_case_id, const char *what)
{
	struct audit_events events;
	size_t count = 0;
	assert_false(failed(audit_of_case(town.hall, &town.arena, of_case_id, &events)));
	for (size_t i = 0; i < events.count; i++) count += str_eq_c(events.items[i].what, what);
	return count;
}

/* The newest message to that number; empty: none. */
static struct str message_to(struct str phone)
{
	struct store_reader *reader;
	struct store_rows rows;
	struct str found = STR("");
	assert_false(failed(read_begin(town.hall, &reader)));
	assert_false(failed(QUERY(town.hall, &town.arena, reader, "notice_due", &rows, I(atomic_load(&town.now_ms)), I(500))));
	for (size_t i = 0; i < rows.count; i++) {
		struct str to, text;
		int64_t id = row_i64(rows.items[i], 0);
		assert_false(failed(unseal_text(town.hall, &town.arena, "notice.to", id, row_bytes(rows.items[i], 3), &to)));
		if (!str_eq(to, phone) || row_bytes(rows.items[i], 4).len == 0) continue;
		assert_false(failed(unseal_text(town.hall, &town.arena, "notice.text", id, row_bytes(rows.items[i], 4), &text)));
		found = text;
	}
	store_read_end(reader);
	return found;
}

static struct str code_in(struct str text)
{
	ptrdiff_t at = str_find(text, STR("验证码"), 0);
	assert_true(at >= 0);
	return str_sub(text, (size_t)at + 9, (size_t)at + 9 + CODE_DIGITS);
}

static struct str session_by_code(struct str phone)
{
	struct code_request request = { .purpose = CODE_signIn, .about = STR(""), .phone = phone, .browser = STR("his phone"),
		.client = STR("198.51.100.1") };
	struct code_sent sent;
	struct str token;
	int64_t person_id;
	atomic_fetch_add(&town.now_ms, 2 * MINUTE_MS);
	assert_false(failed(code_send(town.hall, &town.arena, &request, NULL, &sent)));
	assert_false(failed(person_sign_in(
	    town.hall, &town.arena, &request, code_in(message_to(phone)), STR("phone"), NULL, &token, &person_id)));
	return token;
}

static int32_t level_of(struct str token)
{
	struct session session;
	assert_false(failed(session_find(town.hall, &town.arena, token, &session)));
	return session.level;
}

static struct counter_proof proof(void)
{
	return (struct counter_proof){ .document = STR("居民身份证"), .name = STR("王小明"), .id_number = STR("11010519491231002x"), .seen = true };
}

static void a_person_is_found_by_phone_number_and_name_and_little_is_shown(void **state)
{
	(void)state;
	struct case_summary summary;
	struct counter_person person;
	struct feel_value data, variables;
	assert_false(failed(case_by_id(town.hall, &town.arena, case_id, &summary)));
	assert_false(failed(case_data(town.hall, &town.arena, case_id, &data, &variables)));
	struct str name = feel_get(data, STR("name")).string;
	assert_int_equal(find(&clerk, OLD_PHONE).count, 1);
	assert_int_equal(find(&clerk, STR("139 0000 0001")).count, 1);
	assert_int_equal(find(&clerk, summary.number).count, 1);
	assert_int_equal(find(&clerk, STR("00001")).count, 1);
	assert_int_equal(find(&clerk, name).count, 1);
	assert_int_equal(find(&clerk, STR("0001")).count, 1);
	assert_int_equal(find(&clerk, STR("没有这人")).count, 0);
	struct str employer = feel_at(data, STR("employer.name")).string;
	assert_int_equal(find(&clerk, employer).count, 0);      /* an employer is no way to list people */
	assert_false(failed(counter_person(town.hall, &town.arena, &clerk, worker_id, &person)));
	assert_true(str_eq_c(person.phone, "139****0001") && person.identity.level == 1);
	assert_int_equal(person.cases.count, 1);
	assert_true(str_eq(person.cases.items[0].number, summary.number));
}

static void a_single_character_and_too_many_searches_are_refused_in_words(void **state)
{
	(void)state;
	struct counter_people people;
	struct report report = report_make(&town.arena);
	assert_true(err_is(counter_find(town.hall, &town.arena, &clerk, STR("王"), &report, &people), ERR_INVALID));
	assert_int_equal(report.error_count, 1);
	for (int i = 1; i < COUNTER_SEARCHES_AN_HOUR; i++) assert_int_equal(find(&clerk, STR("13500000000")).count, 0);
	assert_true(err_is(counter_find(town.hall, &town.arena, &clerk, OLD_PHONE, &report, &people), ERR_REFUSED));
	atomic_fetch_add(&town.now_ms, 61 * MINUTE_MS);
	assert_int_equal(find(&clerk, OLD_PHONE).count, 1);
}

/* X1 */
static void another_union_sees_nobody_whom_it_was_not_given_and_no_other_role_comes_in(void **state)
{
	(void)state;
	struct counter_person person;
	struct counter_people people;
	struct counter_proof seen = proof();
	assert_int_equal(find(&stranger, STR("00001")).count, 0);
	assert_true(err_is(counter_person(town.hall, &town.arena, &stranger, worker_id, &person), ERR_NOT_FOUND));
	assert_true(err_is(counter_person(town.hall, &town.arena, &stranger, 12345, &person), ERR_NOT_FOUND));
	assert_true(err_is(counter_confirm(town.hall, &town.arena, &stranger, worker_id, &seen, NULL), ERR_NOT_FOUND));
	assert_true(err_is(counter_find(town.hall, &town.arena, &leader, OLD_PHONE, NULL, &people), ERR_FORBIDDEN));
	assert_true(err_is(counter_confirm(town.hall, &town.arena, &leader, worker_id, &seen, NULL), ERR_FORBIDDEN));
	assert_int_equal(find(&stranger, OLD_PHONE).count, 1);      /* the person himself says his number, at any counter */
	assert_false(failed(counter_person(town.hall, &town.arena, &stranger, worker_id, &person)));
	assert_int_equal(person.cases.count, 0);
	atomic_fetch_add(&town.now_ms, (COUNTER_MINUTES + 1) * MINUTE_MS);
	assert_true(err_is(counter_person(town.hall, &town.arena, &stranger, worker_id, &person), ERR_NOT_FOUND));
}

/* LA7 */
static void a_confirmation_raises_the_worker_at_once_tells_him_and_counts_the_way_he_had_to_make(void **state)
{
	(void)state;
	struct str token = session_by_code(OLD_PHONE);
	struct counter_person person;
	struct counter_proof seen = proof();
	struct figures figures;
	assert_int_equal(level_of(token), 1);
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));
	assert_int_equal(level_of(token), 2);
	struct str text = message_to(OLD_PHONE);
	assert_true(str_find(text, STR("当面核验"), 0) > 0 && notice_segments(text) == 1);
	assert_false(failed(counter_person(town.hall, &town.arena, &clerk, worker_id, &person)));
	assert_true(person.identity.level == 3 && str_find(person.identity.method, STR("居民身份证"), 0) > 0);
	assert_true(str_eq_c(person.id_number, "****002X") && str_find(person.confirmed_by, STR("何经办"), 0) == 0);
	assert_int_equal(events_of(case_id, "visit.needed"), 1);
	assert_false(failed(figures_of(town.hall, &town.arena, leader.person_id, &figures)));
	assert_int_equal(figures.visits, 1);
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));      /* a second click */
	assert_int_equal(events_of(case_id, "visit.needed"), 1);
	assert_int_equal(level_of(session_by_code(OLD_PHONE)), 2);
	struct verified counts;
	assert_false(failed(hall_verify(town.hall, &town.arena, NULL, &counts)));
}

static void *confirm_once(void *data)
{
	struct arena arena = { 0 };
	struct counter_proof seen = proof();
	bool *out_done = data;
	*out_done = !failed(counter_confirm(town.hall, &arena, &clerk, worker_id, &seen, NULL));
	arena_done(&arena);
	return NULL;
}

static void several_clicks_at_one_moment_confirm_once_and_send_one_message(void **state)
{
	(void)state;
	enum { CLICKS = 6 };
	pthread_t threads[CLICKS];
	bool done[CLICKS];
	assert_int_equal(find(&clerk, OLD_PHONE).count, 1);
	for (size_t i = 0; i < CLICKS; i++) assert_int_equal(pthread_create(&threads[i], NULL, confirm_once, &done[i]), 0);
	for (size_t i = 0; i < CLICKS; i++) pthread_join(threads[i], NULL);
	for (size_t i = 0; i < CLICKS; i++) assert_true(done[i]);
	assert_int_equal(events_of(case_id, "visit.needed"), 1);
}

static void what_cannot_be_is_refused_at_its_field(void **state)
{
	(void)state;
	static const struct { const char *document, *name, *number; bool seen; const char *place; } wrong[] = {
		{ "居民身份证", "王小明", "110105194912310021", true, "idNumber" }, { "图书证", "王小明", "11010519491231002X", true, "document" },
		{ "居民身份证", "王", "11010519491231002X", true, "name" }, { "居民身份证", "王小明", "11010519491231002X", false, "seen" },
		{ "护照", "Wang", "1", true, "idNumber" } };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct report report = report_make(&town.arena);
		struct counter_proof given = { .document = str_from_c(wrong[i].document), .name = str_from_c(wrong[i].name),
			.id_number = str_from_c(wrong[i].number), .seen = wrong[i].seen };
		assert_true(err_is(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &given, &report), ERR_INVALID));
		assert_int_equal(report.error_count, 1);
		assert_true(str_eq_c(report.items[0].place, wrong[i].place));
	}
	struct counter_proof foreign = { .document = STR("护照"), .name = STR("Anna Müller"), .id_number = STR("C01X00T47"), .seen = true };
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &foreign, NULL)));
}

static void one_number_speaks_for_one_account_and_a_changed_number_needs_a_word(void **state)
{
	(void)state;
	struct report report = report_make(&town.arena);
	struct counter_proof seen = proof();
	struct actor other = fixture_applicant(&town, 2), self = clerk;
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));
	assert_int_equal(find(&clerk, STR("13900000002")).count, 1);
	assert_true(err_is(counter_confirm(town.hall, &town.arena, &clerk, other.person_id, &seen, &report), ERR_REFUSED));
	assert_true(str_eq_c(report.items[0].place, "idNumber") && str_find(report.items[0].words, STR("尾号0001"), 0) > 0);
	report = report_make(&town.arena);
	seen.id_number = STR("310113199003072415");
	atomic_fetch_add(&town.now_ms, 20 * MINUTE_MS);
	assert_true(err_is(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, &report), ERR_REFUSED));
	assert_true(str_eq_c(report.items[0].place, "note"));
	seen.note = STR("十五位旧证换新证");
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));
	assert_int_equal(find(&clerk, STR("13811110001")).count, 1);
	report = report_make(&town.arena);
	seen.id_number = STR("11010519491231002X");
	assert_true(err_is(counter_confirm(town.hall, &town.arena, &self, self.person_id, &seen, &report), ERR_REFUSED));
	assert_true(str_eq_c(report.items[0].place, "person"));
}

static struct counter_wish wish(void)
{
	struct counter_wish given = { .phone = NEW_PHONE, .reason = STR("手机丢了"), .proof = proof() };
	return given;
}

static void a_lost_phone_is_replaced_by_card_and_code_and_the_old_one_is_out(void **state)
{
	(void)state;
	struct counter_proof seen = proof();
	struct counter_wish given = wish();
	struct counter_person person;
	struct session session;
	struct str token = session_by_code(OLD_PHONE);
	int64_t found;
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));
	assert_false(failed(counter_phone_begin(town.hall, &town.arena, &clerk, worker_id, &given, &door, NULL)));
	assert_false(failed(counter_phone_begin(town.hall, &town.arena, &clerk, worker_id, &given, &door, NULL)));      /* twice */
	assert_false(failed(counter_person(town.hall, &town.arena, &clerk, worker_id, &person)));
	assert_true(str_eq_c(person.new_phone, "137****0001") && str_eq_c(person.phone, "139****0001"));
	struct str text = message_to(NEW_PHONE), code = code_in(text);
	assert_true(str_find(text, STR("窗口"), 0) > 0 && str_find(text, STR("不要告诉别人"), 0) < 0 && notice_segments(text) == 1);
	struct str wrong = str_eq_c(code, "000000") ? STR("000001") : STR("000000");
	assert_true(err_is(counter_phone_finish(town.hall, &town.arena, &clerk, worker_id, wrong, &door, NULL), ERR_FORBIDDEN));
	assert_false(failed(counter_phone_finish(town.hall, &town.arena, &clerk, worker_id, code, &door, NULL)));
	assert_true(err_is(counter_phone_finish(town.hall, &town.arena, &clerk, worker_id, code, &door, NULL), ERR_NOT_FOUND));
	assert_true(err_is(session_find(town.hall, &town.arena, token, &session), ERR_NOT_FOUND));
	assert_false(failed(person_find(town.hall, &town.arena, NEW_PHONE, &found)));
	assert_int_equal(found, worker_id);
	assert_true(err_is(person_find(town.hall, &town.arena, OLD_PHONE, &found), ERR_NOT_FOUND));
	assert_true(str_find(message_to(OLD_PHONE), STR("尾号0001"), 0) > 0);
	assert_true(str_find(message_to(NEW_PHONE), STR("换到这个手机号"), 0) > 0);
	assert_int_equal(level_of(session_by_code(NEW_PHONE)), 2);
}

static void another_card_another_account_and_the_staff_s_own_accounts_keep_their_phones(void **state)
{
	(void)state;
	struct counter_proof seen = proof();
	struct counter_wish given = wish();
	struct report report = report_make(&town.arena);
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));
	given.proof.id_number = STR("310113199003072415");
	assert_true(err_is(counter_phone_begin(town.hall, &town.arena, &clerk, worker_id, &given, &door, &report), ERR_REFUSED));
	assert_true(str_eq_c(report.items[0].place, "idNumber"));
	given = wish();
	given.phone = STR("13900000003");
	(void)fixture_submit(&town, 3);
	report = report_make(&town.arena);
	assert_true(err_is(counter_phone_begin(town.hall, &town.arena, &clerk, worker_id, &given, &door, &report), ERR_REFUSED));
	assert_true(str_eq_c(report.items[0].place, "phone"));
	given = wish();
	assert_int_equal(find(&clerk, STR("13811110002")).count, 1);
	report = report_make(&town.arena);
	assert_true(err_is(counter_phone_begin(town.hall, &town.arena, &clerk, leader.person_id, &given, &door, &report), ERR_REFUSED));
	assert_true(str_eq_c(report.items[0].place, "person"));
}

/* He signed in with his new number first and found nothing: then he came. */
static void an_empty_account_on_the_new_number_gives_it_up(void **state)
{
	(void)state;
	struct counter_proof seen = proof();
	struct counter_wish given = wish();
	struct session session;
	struct str token = session_by_code(NEW_PHONE);
	int64_t found;
	assert_false(failed(counter_confirm(town.hall, &town.arena, &clerk, worker_id, &seen, NULL)));
	atomic_fetch_add(&town.now_ms, 2 * MINUTE_MS);
	assert_false(failed(counter_phone_begin(town.hall, &town.arena, &clerk, worker_id, &given, &door, NULL)));
	assert_false(failed(counter_phone_finish(
	    town.hall, &town.arena, &clerk, worker_id, code_in(message_to(NEW_PHONE)), &door, NULL)));
	assert_false(failed(person_find(town.hall, &town.arena, NEW_PHONE, &found)));
	assert_int_equal(found, worker_id);
	assert_true(err_is(session_find(town.hall, &town.arena, token, &session), ERR_NOT_FOUND));
}

static void the_places_to_come_to_are_the_unions_that_have_an_address(void **state)
{
	(void)state;
	struct counter_places places;
	struct counter_place place;
	assert_false(failed(counter_places(town.hall, &town.arena, &places)));
	assert_int_equal(places.count, 1);      /* law firms are no counters, and the other union has no address yet */
	assert_false(failed(counter_place_of(town.hall, &town.arena, clerk.organisation_id, &place)));
	assert_true(place.address.len && place.hours.len && place.hotline.len);
}

#define TOWN_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TOWN_TEST(a_person_is_found_by_phone_number_and_name_and_little_is_shown),
		TOWN_TEST(a_single_character_and_too_many_searches_are_refused_in_words),
		TOWN_TEST(another_union_sees_nobody_whom_it_was_not_given_and_no_other_role_comes_in),
		TOWN_TEST(a_confirmation_raises_the_worker_at_once_tells_him_and_counts_the_way_he_had_to_make),
		TOWN_TEST(several_clicks_at_one_moment_confirm_once_and_send_one_message),
		TOWN_TEST(what_cannot_be_is_refused_at_its_field),
		TOWN_TEST(one_number_speaks_for_one_account_and_a_changed_number_needs_a_word),
		TOWN_TEST(a_lost_phone_is_replaced_by_card_and_code_and_the_old_one_is_out),
		TOWN_TEST(another_card_another_account_and_the_staff_s_own_accounts_keep_their_phones),
		TOWN_TEST(an_empty_account_on_the_new_number_gives_it_up),
		TOWN_TEST(the_places_to_come_to_are_the_unions_that_have_an_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
