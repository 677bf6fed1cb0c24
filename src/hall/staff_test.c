/* LA4, X1 and web.md's sign-in of staff: judged against a whole temporary hall. */
#include "hall/hall.h"
#include "hall/inside.h"
#include "hall/staff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define BEGIN_MS INT64_C(1661475600000)     /* 2022-08-26 09:00 in Shanghai */
#define HOUR_MS INT64_C(3600000)
#define CLERK STR("13900001101")
#define DEMO_PASSWORD STR("demo-hall-2022")
#define DEMO_SECRET STR("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
#define HERE STR("10.0.0.7")
#define GOOD_PASSWORD STR("四个不相干的词：茶壶 火车 七 云")

static struct arena arena;
static struct play_stage *stage;
static struct hall *hall;
static int64_t now_ms;

static int raise(void **state)
{
	struct play_stage_options options = { .places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar",
		.fonts = "build/share/unionhall/fonts" }, .demo = "demo", .region = STR("310113"), .at_ms = BEGIN_MS };
	(void)state;
	now_ms = BEGIN_MS;
	if (failed(play_stage_open(&arena, &options, NULL, &stage))) return -1;
	hall = play_stage_hall(stage);
	return 0;
}

static int lower(void **state)
{
	(void)state;
	play_stage_close(stage);
	arena_done(&arena);
	return 0;
}

static void wait_ms(int64_t ms)
{
	now_ms += ms;
	assert_false(failed(play_stage_move(stage, now_ms, NULL)));
}

static struct err password_from(struct str phone, struct str password, struct str client, struct str *out_ticket)
{
	enum staff_step step;
	struct report report = report_make(&arena);
	return staff_password(hall, &arena, phone, password, client, &report, out_ticket, &step);
}

static struct str code_now(struct str secret_text)
{
	struct str secret;
	assert_true(base32_parse(&arena, secret_text, &secret));
	return totp_code(&arena, secret, now_ms / 1000 / TOTP_STEP_S, TOTP_DIGITS);
}

static struct err code_from(struct str ticket, struct str code, struct staff_entry *out_entry)
{
	struct report report = report_make(&arena);
	return staff_code(hall, &arena, ticket, code, HERE, &report, out_entry);
}

static int64_t person_of(struct str phone)
{
	struct person person = { .phone = phone };
	int64_t person_id = 0;
	assert_false(failed(person_by_phone(hall, &arena, &person, &person_id)));
	return person_id;
}

static struct actor administrator(void)
{
	return (struct actor){ .kind = ACTOR_STAFF, .person_id = person_of(STR("13900001104")), .role = STR("administrator") };
}

static size_t count_events(const char *what)
{
	struct store_reader *reader;
	struct store_rows rows;
	size_t count = 0;
	assert_false(failed(read_begin(hall, &reader)));
	assert_false(failed(query(hall, &arena, reader, "event_all", SQL_NONE, &rows)));
	store_read_end(reader);
	for (size_t i = 0; i < rows.count; i++) count += str_eq_c(row_bytes(rows.items[i], 4), what);
	return count;
}

static void test_password_and_code_open_the_door_and_both_are_kept_in_the_log(void **state)
{
	struct str ticket;
	struct staff_entry entry;
	(void)state;
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, HERE, &ticket)));
	assert_false(failed(code_from(ticket, code_now(DEMO_SECRET), &entry)));
	assert_int_equal(entry.person_id, person_of(CLERK));
	assert_false(entry.by_recovery);
	assert_int_equal(count_events("staff.passed"), 1);
	assert_int_equal(count_events("staff.signedIn"), 1);
}

static void test_a_wrong_password_an_unknown_phone_and_a_suspended_account_are_one_answer(void **state)
{
	static const struct { struct str phone, password;
	} tries[] = { { STR_INIT("13900001101"), STR_INIT("demo-hall-2023") },
		{ STR_INIT("13900009999"), STR_INIT("demo-hall-2022") }, { STR_INIT("nobody"), STR_INIT("") },
		{ STR_INIT("13900001106"), STR_INIT("demo-hall-2022") } };
	struct actor actor = administrator();
	struct str ticket = STR("");
	(void)state;
	assert_false(failed(staff_suspend(hall, &arena, &actor, person_of(STR("13900001106")), true)));
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct report report = report_make(&arena);
		enum staff_step step;
		assert_true(err_is(staff_password(hall, &arena, tries[i].phone, tries[i].password, HERE, &report, &ticket, &step), ERR_FORBIDDEN));
		assert_int_equal(report.count, 1);
		assert_true(str_eq_c(report.items[0].words, "手机号或密码不对。"));
	}
	assert_int_equal(ticket.len, 0);
	assert_int_equal(count_events("staff.refused"), 4);
	assert_false(failed(staff_suspend(hall, &arena, &actor, person_of(STR("13900001106")), false)));
	assert_false(failed(password_from(STR("13900001106"), DEMO_PASSWORD, HERE, &ticket)));
}

/* Both ways end in one argon2 of the price in force, so the fastest of a few tries are alike. */
static void test_an_unknown_phone_takes_as_long_as_a_known_one(void **state)
{
	struct actor actor = administrator();
	struct str token, ticket;
	int64_t fastest[2] = { INT64_MAX, INT64_MAX };
	(void)state;
	assert_false(failed(staff_invite(hall, &arena, &actor, person_of(CLERK), &token)));
	assert_false(failed(staff_invitation_use(hall, &arena, token, GOOD_PASSWORD, NULL, &ticket)));
	for (int round = 0; round < 4; round++)
		for (int known = 0; known < 2; known++) {
			int64_t begin = clock_monotonic_us();
			struct str client = str_printf(&arena, "10.1.%d.%d", round, known);
			assert_true(err_is(password_from(known ? CLERK : STR("13900009999"), STR("wrong"), client, &ticket), ERR_FORBIDDEN));
			int64_t took = clock_monotonic_us() - begin;
			if (took < fastest[known]) fastest[known] = took;
		}
	assert_true(fastest[0] < 2 * fastest[1] && fastest[1] < 2 * fastest[0]);
}

static void test_a_code_is_taken_once_and_a_ticket_too(void **state)
{
	struct str first, second;
	struct staff_entry entry;
	(void)state;
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, HERE, &first)));
	struct str code = code_now(DEMO_SECRET);
	assert_false(failed(code_from(first, code, &entry)));
	assert_true(err_is(code_from(first, code, &entry), ERR_FORBIDDEN));
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, HERE, &second)));
	assert_true(err_is(code_from(second, code, &entry), ERR_FORBIDDEN));   /* looked over a shoulder */
	wait_ms(30000);
	assert_false(failed(code_from(second, code_now(DEMO_SECRET), &entry)));
	wait_ms(30000);
	assert_true(err_is(code_from(second, code_now(DEMO_SECRET), &entry), ERR_FORBIDDEN));   /* the ticket is used up */
}

static void test_a_ticket_grows_old_and_no_byte_of_it_can_change(void **state)
{
	struct str ticket;
	struct staff_entry entry;
	(void)state;
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, HERE, &ticket)));
	char *changed = arena_copy(&arena, ticket.ptr, ticket.len);
	changed[ticket.len / 2] = changed[ticket.len / 2] == '0' ? '1' : '0';
	assert_true(err_is(code_from((struct str){ changed, ticket.len }, code_now(DEMO_SECRET), &entry), ERR_FORBIDDEN));
	assert_true(err_is(code_from(STR("zz"), code_now(DEMO_SECRET), &entry), ERR_FORBIDDEN));
	wait_ms(11 * 60000);
	assert_true(err_is(code_from(ticket, code_now(DEMO_SECRET), &entry), ERR_FORBIDDEN));
}

static void test_failures_lock_the_account_with_a_growing_delay_also_one_that_does_not_exist(void **state)
{
	static const struct str phones[] = { STR_INIT("13900001101"), STR_INIT("13900009999") };
	struct str ticket;
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int64_t delays[2];
		for (int k = 0; k < 5; k++)
			assert_true(err_is(
			    password_from(phones[i], STR("wrong"), str_printf(&arena, "10.2.%d.%d", (int)i, k), &ticket), ERR_FORBIDDEN));
		for (int round = 0; round < 2; round++) {
			struct str client = str_printf(&arena, "10.3.%d.%d", (int)i, round);
			delays[round] = 0;
			while (err_is(password_from(phones[i], STR("wrong"), client, &ticket), ERR_REFUSED)) {
				wait_ms(1000);
				delays[round]++;
			}
		}
		assert_int_equal(delays[0], 30);
		assert_int_equal(delays[1], 60);
	}
	assert_true(err_is(password_from(CLERK, DEMO_PASSWORD, STR("10.9.9.9"), &ticket), ERR_REFUSED));   /* the right one waits as well */
	wait_ms(HOUR_MS);
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, STR("10.9.9.9"), &ticket)));
	assert_true(count_events("staff.locked") >= 4);
}

static void test_one_client_that_tries_many_phones_is_locked_and_others_are_not(void **state)
{
	struct str ticket;
	(void)state;
	for (int i = 0; i < 20; i++)
		assert_true(err_is(password_from(str_printf(&arena, "139000080%02d", i), STR("wrong"), HERE, &ticket), ERR_FORBIDDEN));
	assert_true(err_is(password_from(CLERK, DEMO_PASSWORD, HERE, &ticket), ERR_REFUSED));
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, STR("10.0.0.8"), &ticket)));
}

static void test_guessing_codes_is_locked_too(void **state)
{
	struct str ticket;
	struct staff_entry entry;
	(void)state;
	assert_false(failed(password_from(CLERK, DEMO_PASSWORD, HERE, &ticket)));
	for (int i = 0; i < 5; i++) assert_true(err_is(code_from(ticket, STR("000000"), &entry), ERR_FORBIDDEN));
	assert_true(err_is(code_from(ticket, code_now(DEMO_SECRET), &entry), ERR_REFUSED));
}

static void enrol(struct str phone, struct staff_codes *codes, struct str *out_secret)
{
	struct actor actor = administrator();
	struct str token, ticket;
	struct staff_invitation invitation;
	struct staff_enrolment enrolment;
	int64_t person_id;
	assert_false(failed(staff_invite(hall, &arena, &actor, person_of(phone), &token)));
	assert_false(failed(staff_invitation_read(hall, &arena, token, &invitation)));
	assert_true(str_eq(invitation.phone, phone));
	assert_false(failed(staff_invitation_use(hall, &arena, token, GOOD_PASSWORD, NULL, &ticket)));
	assert_false(failed(staff_enrol_begin(hall, &arena, ticket, &enrolment)));
	assert_true(str_starts(enrolment.uri, STR("otpauth://totp/")) && str_starts(enrolment.qr_svg, STR("<svg")));
	assert_true(err_is(staff_enrol(hall, &arena, enrolment.ticket, STR("000000"), HERE, NULL, codes, &person_id), ERR_FORBIDDEN));
	assert_false(failed(staff_enrol(hall, &arena, enrolment.ticket, code_now(enrolment.secret), HERE, NULL, codes, &person_id)));
	assert_int_equal(person_id, person_of(phone));
	assert_true(err_is(staff_invitation_read(hall, &arena, token, &invitation), ERR_NOT_FOUND));   /* once */
	assert_true(err_is(staff_invitation_use(hall, &arena, token, GOOD_PASSWORD, NULL, &ticket), ERR_NOT_FOUND));
	*out_secret = enrolment.secret;
}

static void test_an_invitation_leads_to_a_password_an_app_and_ten_codes(void **state)
{
	struct staff_codes codes;
	struct str secret, ticket;
	struct staff_entry entry;
	(void)state;
	enrol(CLERK, &codes, &secret);
	for (size_t i = 0; i < STAFF_RECOVERY_COUNT; i++) assert_int_equal(codes.items[i].len, 11);
	assert_true(err_is(password_from(CLERK, DEMO_PASSWORD, HERE, &ticket), ERR_FORBIDDEN));   /* the old way in is gone */
	wait_ms(30000);
	assert_false(failed(password_from(CLERK, GOOD_PASSWORD, HERE, &ticket)));
	assert_false(failed(code_from(ticket, code_now(secret), &entry)));
	assert_int_equal(entry.recovery_left, STAFF_RECOVERY_COUNT);
}

static void test_a_recovery_code_opens_once_however_it_is_typed(void **state)
{
	struct staff_codes codes;
	struct str secret, ticket;
	struct staff_entry entry;
	(void)state;
	enrol(CLERK, &codes, &secret);
	assert_false(failed(password_from(CLERK, GOOD_PASSWORD, HERE, &ticket)));
	struct str typed = str_lower_ascii(&arena, str_replace(&arena, codes.items[3], STR("-"), STR(" ")));
	assert_false(failed(code_from(ticket, typed, &entry)));
	assert_true(entry.by_recovery);
	assert_int_equal(entry.recovery_left, STAFF_RECOVERY_COUNT - 1);
	assert_false(failed(password_from(CLERK, GOOD_PASSWORD, HERE, &ticket)));
	assert_true(err_is(code_from(ticket, codes.items[3], &entry), ERR_FORBIDDEN));
	struct staff_codes fresh;
	assert_true(err_is(staff_recovery_renew(hall, &arena, person_of(CLERK), STR("wrong"), NULL, &fresh), ERR_FORBIDDEN));
	assert_false(failed(staff_recovery_renew(hall, &arena, person_of(CLERK), GOOD_PASSWORD, NULL, &fresh)));
	assert_true(err_is(code_from(ticket, codes.items[4], &entry), ERR_FORBIDDEN));
	assert_false(failed(code_from(ticket, fresh.items[4], &entry)));
}

static void test_an_invitation_ends_with_its_time_and_with_the_next_one(void **state)
{
	struct actor actor = administrator();
	struct str first, second;
	struct staff_invitation invitation;
	(void)state;
	assert_false(failed(staff_invite(hall, &arena, &actor, person_of(CLERK), &first)));
	assert_false(failed(staff_invite(hall, &arena, &actor, person_of(CLERK), &second)));
	assert_true(err_is(staff_invitation_read(hall, &arena, first, &invitation), ERR_NOT_FOUND));
	assert_false(failed(staff_invitation_read(hall, &arena, second, &invitation)));
	wait_ms(72 * HOUR_MS);
	assert_true(err_is(staff_invitation_read(hall, &arena, second, &invitation), ERR_NOT_FOUND));
}

static void test_only_the_administrator_invites_and_suspends(void **state)
{
	struct actor clerk = { .kind = ACTOR_STAFF, .person_id = person_of(CLERK), .role = STR("administrator") };   /* he says so */
	struct str token;
	(void)state;
	assert_true(err_is(staff_invite(hall, &arena, &clerk, person_of(CLERK), &token), ERR_FORBIDDEN));
	assert_true(err_is(staff_suspend(hall, &arena, &clerk, person_of(CLERK), true), ERR_FORBIDDEN));
}

static void test_poor_passwords_are_refused_with_words(void **state)
{
	static const char *const poor[] = { "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab", "Password-1234",
		"1Qaz2wsx3edc", "Woaini 520131", "hello13900001101x", "\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd" };
	(void)state;
	for (size_t i = 0; i < sizeof poor / sizeof *poor; i++) {
		struct report report = report_make(&arena);
		assert_true(err_is(staff_password_check(str_from_c(poor[i]), CLERK, &report), ERR_INVALID));
		assert_int_equal(report.count, 1);
	}
	assert_false(failed(staff_password_check(GOOD_PASSWORD, CLERK, NULL)));
	assert_false(failed(staff_password_check(STR("twelve-chars"), CLERK, NULL)));
}

static void test_a_changed_password_is_the_only_one_left(void **state)
{
	struct str ticket;
	(void)state;
	assert_true(err_is(staff_change_password(hall, &arena, person_of(CLERK), STR("wrong"), GOOD_PASSWORD, NULL), ERR_FORBIDDEN));
	assert_true(err_is(staff_change_password(hall, &arena, person_of(CLERK), DEMO_PASSWORD, STR("short"), NULL), ERR_INVALID));
	assert_false(failed(staff_change_password(hall, &arena, person_of(CLERK), DEMO_PASSWORD, GOOD_PASSWORD, NULL)));
	assert_true(err_is(password_from(CLERK, DEMO_PASSWORD, HERE, &ticket), ERR_FORBIDDEN));
	assert_false(failed(password_from(CLERK, GOOD_PASSWORD, HERE, &ticket)));
}

static void test_the_configuration_is_read_and_its_mistakes_are_named(void **state)
{
	struct staff_policy policy;
	struct report report = report_make(&arena);
	const char *path = str_to_c(&arena, str_printf(&arena, "%s/hall.ini", hall->places.hall));
	(void)state;
	assert_false(failed(file_write(path, STR("[staff]\npassword_passes = 2\npassword_memory_kib = 19456\n"), 0600)));
	assert_false(failed(staff_policy_read(hall, &arena, &report, &policy)));
	assert_int_equal(policy.password_passes, 2);
	assert_int_equal(policy.password_memory_kib, 19456);
	assert_int_equal(policy.account_failures, 5);
	assert_false(failed(file_write(path, STR("[staff]\npassword_passes = 0\npassword_pases = 3\n"), 0600)));
	assert_true(err_is(staff_policy_read(hall, &arena, &report, &policy), ERR_INVALID));
	assert_int_equal(report.count, 2);
}

static void test_neither_password_nor_secret_nor_code_stands_in_the_database(void **state)
{
	struct staff_codes codes;
	struct str secret, bytes;
	(void)state;
	enrol(CLERK, &codes, &secret);
	static const char *const files[] = { "hall.db", "hall.db-wal" };
	struct str raw;
	assert_true(base32_parse(&arena, secret, &raw));
	for (size_t i = 0; i < 2; i++) {
		const char *path = str_to_c(&arena, str_printf(&arena, "%s/%s", hall->places.hall, files[i]));
		if (!file_exists(path)) continue;
		assert_false(failed(file_read(&arena, path, 64 << 20, &bytes)));
		assert_true(str_find(bytes, GOOD_PASSWORD, 0) < 0 && str_find(bytes, secret, 0) < 0 && str_find(bytes, raw, 0) < 0);
		assert_true(str_find(bytes, codes.items[0], 0) < 0);
	}
	struct verified verified;
	struct report report = report_make(&arena);
	assert_false(failed(hall_verify(hall, &arena, &report, &verified)));
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, raise, lower)
	const struct CMUnitTest tests[] = {
		STORY(test_password_and_code_open_the_door_and_both_are_kept_in_the_log),
		STORY(test_a_wrong_password_an_unknown_phone_and_a_suspended_account_are_one_answer),
		STORY(test_an_unknown_phone_takes_as_long_as_a_known_one),
		STORY(test_a_code_is_taken_once_and_a_ticket_too),
		STORY(test_a_ticket_grows_old_and_no_byte_of_it_can_change),
		STORY(test_failures_lock_the_account_with_a_growing_delay_also_one_that_does_not_exist),
		STORY(test_one_client_that_tries_many_phones_is_locked_and_others_are_not),
		STORY(test_guessing_codes_is_locked_too),
		STORY(test_an_invitation_leads_to_a_password_an_app_and_ten_codes),
		STORY(test_a_recovery_code_opens_once_however_it_is_typed),
		STORY(test_an_invitation_ends_with_its_time_and_with_the_next_one),
		STORY(test_only_the_administrator_invites_and_suspends),
		STORY(test_poor_passwords_are_refused_with_words),
		STORY(test_a_changed_password_is_the_only_one_left),
		STORY(test_the_configuration_is_read_and_its_mistakes_are_named),
		STORY(test_neither_password_nor_secret_nor_code_stands_in_the_database),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
