#include "hall/accounts.h"

#include "hall/inside.h"

/* ---- signing in ------------------------------------------------------------------------------------------------ */

static struct err open_at(struct hall *hall, struct arena *arena, int64_t person_id, int32_t level, struct str method, struct str device,
	struct str *out_token)
{
	struct person person;
	TRY(person_by_id(hall, arena, person_id, &person));
	struct session opening = { .kind = SESSION_WORKER, .person_id = person_id, .level = level, .method = method, .device = device,
		.name = person.name };
	return session_open(hall, arena, &opening, out_token);
}

struct str method_carried(struct arena *arena, int64_t confirmed_ms, struct str method)
{
	return str_printf(arena, METHOD_OF_CODE "，身份于%.*s经%.*s核验",
	    STR_ARG(date_print(arena, date_of_ms(confirmed_ms, SHANGHAI_OFFSET_S))), STR_ARG(method));
}

struct err person_sign_in(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code,
	struct str device, struct report *report, struct str *out_token, int64_t *out_person_id)
{
	struct person person = { .phone = request->phone };
	struct identity identity;
	struct str method = STR(METHOD_OF_CODE);
	TRY(code_take(hall, arena, request, code, report));
	TRY(person_by_phone(hall, arena, &person, out_person_id));
	TRY(identity_of(hall, arena, *out_person_id, &identity));
	bool carried = identity.level >= 2 && identity.ends_ms > hall_now_ms(hall);
	if (carried) method = method_carried(arena, identity.confirmed_ms, identity.method);
	return open_at(hall, arena, *out_person_id, carried ? 2 : 1, method, device, out_token);
}

struct err person_sign_in_resumed(struct hall *hall, struct arena *arena, int64_t person_id, struct str device, struct str *out_token)
{
	return open_at(hall, arena, person_id, 1, STR("手机号与续办码"), device, out_token);
}

/* ---- how surely -------------------------------------------------------------------------------------------------- */

struct err identity_of(struct hall *hall, struct arena *arena, int64_t person_id, struct identity *out_identity)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "identity_of_person", &row, I(person_id));
	store_read_end(reader);
	*out_identity = (struct identity){ .level = 1 };
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	*out_identity = (struct identity){ .level = (int32_t)row_i64(row, 0), .method = row_bytes(row, 1), .confirmed_ms = row_i64(row, 2),
		.by = row_bytes(row, 3) };
	out_identity->ends_ms = out_identity->confirmed_ms + hall->configuration.identity_days * DAY_MS;
	return OK;
}

struct confirming { int64_t person_id; const struct confirmation *given; };

/* The connector's person belongs to one phone here: else two accounts could speak for one human being. */
static struct err check_subject(struct work *work, const struct confirming *confirming, struct sql_value *out_key)
{
	struct store_row row;
	*out_key = sql_null();
	if (confirming->given->subject.len == 0) return OK;
	struct str key = lookup_key(work->hall, work->arena, "identity.subject", confirming->given->subject);
	*out_key = sql_blob(key);
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "identity_by_subject", &row, B(key));
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	if (row_i64(row, 0) == confirming->person_id) return OK;
	report_error(work->report, STR("identity"), "这个实名账号已经绑定了另一个手机号；请用那个手机号登录，或到服务点更换手机号");
	return ERR(REFUSED);
}

/* Two accounts must not speak for one human being. The other phone is told by its end, so that the clerk can ask for it. */
static struct err check_number(struct work *work, int64_t person_id, struct str number_key)
{
	struct store_row row;
	struct person other;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "identity_by_number", &row, B(number_key), I(person_id));
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(row_i64(row, 0))));
	TRY(person_read(work->hall, work->arena, row, &other));
	struct str end = str_sub(other.phone, other.phone.len > 4 ? other.phone.len - 4 : 0, other.phone.len);
	report_error(work->report, STR("idNumber"),
	    "这个证件号码已经核验在尾号%.*s的手机号名下。若是同一个人换了号码，请查那个手机号，用“换手机号”", STR_ARG(end));
	return ERR(REFUSED);
}

/* The row that says how surely he is known; his own row is the caller's. */
static struct err identity_add(struct work *work, const struct person *person, const struct confirmation *given)
{
	struct confirming confirming = { .person_id = person->person_id, .given = given };
	struct store_row row;
	struct sql_value subject_key;
	struct str number_key = lookup_key(work->hall, work->arena, "identity.number", given->id_number);
	bool by_clerk = given->level >= 3;
	TRY(check_subject(work, &confirming, &subject_key));
	struct err known = QUERY_ONE(work->hall, work->arena, work->reader, "identity_of_person", &row, I(person->person_id));
	if (failed(known) && !err_is(known, ERR_NOT_FOUND)) return known;
	if (!failed(known) && person->id_number.len && !str_eq(person->id_number, given->id_number) && !by_clerk) {
		report_error(work->report, STR("identity"), "核验到的证件号码和以前核验的不一样；请到服务点当面核验");
		return ERR(REFUSED);
	}
	if (by_clerk) TRY(check_number(work, person->person_id, number_key));
	const struct sql_value values[] = { I(person->person_id), I(given->level), T(given->method), subject_key, I(work->now_ms),
		T(work->who), B(number_key), I(failed(known) ? 0 : row_i64(row, 2)) };
	enum { VALUE_COUNT = sizeof values / sizeof *values };
	if (by_clerk) work_guard(work, "identity_set_sole", values, VALUE_COUNT);
	else work_add(work, "identity_set", values, VALUE_COUNT - 1);
	return OK;
}

struct err person_confirm_add(struct work *work, int64_t person_id, const struct confirmation *given)
{
	struct person person;
	struct store_row row;
	struct str box;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(person_id)));
	TRY(person_read(work->hall, work->arena, row, &person));
	TRY(identity_add(work, &person, given));
	person.name = given->name;
	person.id_number = given->id_number;
	TRY(person_box(work, &person, &box));
	WORK_ADD(work, "person_set_data", I(person_id), B(box));
	return OK;
}

static struct err confirm_body(struct work *work, void *data)
{
	const struct confirming *confirming = data;
	TRY(person_confirm_add(work, confirming->person_id, confirming->given));
	return audit_add(work, 0, "person.confirmed", id_text(work->arena, confirming->person_id), STR(""));
}

struct err confirmation_check(struct hall *hall, const struct confirmation *given, struct report *report)
{
	struct date today = date_of_ms(hall_now_ms(hall), SHANGHAI_OFFSET_S);
	bool good = given->document.len ? identity_document_is_valid(given->id_number, given->document, today, hall->parameters)
	                                : resident_id_is_valid(given->id_number, today, hall->parameters);
	bool named = person_name_is_valid(given->name);
	if (!named) report_error(report, STR("name"), "姓名不对：请按证件上的写");
	if (!good) report_error(report, STR("idNumber"), "证件号码不对：请核对每一位");
	return named && good ? OK : ERR(INVALID);
}

struct err person_confirm(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id,
	const struct confirmation *confirmation, struct report *report)
{
	struct confirming confirming = { person_id, confirmation };
	if (actor->kind != ACTOR_HALL || confirmation->level != 2) return ERR(FORBIDDEN);
	TRY(confirmation_check(hall, confirmation, report));
	return work_run(hall, arena, report, actor_who(arena, actor), false, confirm_body, &confirming);
}

/* ---- another phone --------------------------------------------------------------------------------------------------- */

struct moving { int64_t person_id; struct str phone; };

/* Somebody who signed in with his new number before he came to the counter has made an empty account there: nothing hangs on
 * it, so the number is free again. Only whoever has shown that he holds the phone gets this far. */
static struct err release(struct work *work, struct store_row row, struct str phone_key)
{
	struct person empty = { .person_id = row_i64(row, 0) };
	struct store_row used;
	struct str box, nobody = lookup_key(work->hall, work->arena, "person.released", id_text(work->arena, empty.person_id));
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_use", &used, I(empty.person_id)));
	if (row_i64(used, 0) > 0) {
		report_error(work->report, STR("phone"), "这个手机号已经有人在用了");
		return ERR(REFUSED);
	}
	TRY(person_box(work, &empty, &box));
	WORK_GUARD(work, "person_release", I(empty.person_id), B(phone_key), B(nobody), B(box));
	WORK_ADD(work, "session_remove_of_person", I(empty.person_id), B(STR("")));
	return audit_add(work, 0, "person.released", id_text(work->arena, empty.person_id), STR(""));
}

struct err person_move_add(struct work *work, int64_t person_id, struct str new_phone, const struct confirmation *given)
{
	struct person person;
	struct store_row row;
	struct str box;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(person_id)));
	TRY(person_read(work->hall, work->arena, row, &person));
	struct str old_key = lookup_key(work->hall, work->arena, "person.phone", person.phone);
	struct str new_key = lookup_key(work->hall, work->arena, "person.phone", new_phone);
	struct err taken = QUERY_ONE(work->hall, work->arena, work->reader, "person_by_phone", &row, B(new_key));
	if (failed(taken) && !err_is(taken, ERR_NOT_FOUND)) return taken;
	if (!failed(taken) && given && row_i64(row, 0) != person_id) {
		TRY(release(work, row, new_key));
	} else if (!failed(taken)) {
		report_error(work->report, STR("phone"), "这个手机号已经有人在用了");
		return ERR(REFUSED);
	}
	person.phone = new_phone;
	if (given) {
		TRY(identity_add(work, &person, given));
		person.name = given->name;
		person.id_number = given->id_number;
	}
	TRY(person_box(work, &person, &box));
	WORK_GUARD(work, "person_set_phone", I(person.person_id), B(old_key), B(new_key), B(box));
	return audit_add(work, 0, "person.phone", id_text(work->arena, person.person_id), STR(""));
}

static struct err move_body(struct work *work, void *data)
{
	const struct moving *moving = data;
	return person_move_add(work, moving->person_id, moving->phone, NULL);
}

struct err person_change_phone(struct hall *hall, struct arena *arena, int64_t person_id, struct str new_phone,
	const struct code_request *old_request, const struct code_request *new_request, struct str session_token, struct report *report)
{
	struct moving moving = { .person_id = person_id, .phone = new_phone };
	struct person person;
	bool old_proved, new_proved;
	int64_t proved_ms;
	struct str sha256;
	if (!mobile_is_valid(new_phone)) return ERR(INVALID);
	TRY(person_by_id(hall, arena, person_id, &person));
	struct str about = id_text(arena, person_id);
	bool fits = str_eq(old_request->phone, person.phone) && str_eq(new_request->phone, new_phone) && str_eq(old_request->about, about) &&
	    str_eq(new_request->about, about) && old_request->purpose == CODE_phoneOld && new_request->purpose == CODE_phoneNew;
	if (!fits) return ERR(FORBIDDEN);
	TRY(code_is_proved(hall, arena, old_request, &old_proved, &proved_ms, &sha256));
	TRY(code_is_proved(hall, arena, new_request, &new_proved, &proved_ms, &sha256));
	if (!old_proved || !new_proved) return ERR(FORBIDDEN);
	TRY(work_run(hall, arena, report, STR("applicant"), false, move_body, &moving));
	return session_end_all(hall, arena, person_id, session_token);
}

struct str phone_masked(struct arena *arena, struct str phone)
{
	if (phone.len != 11) return STR("");
	return str_printf(arena, "%.*s****%.*s", 3, phone.ptr, 4, phone.ptr + 7);
}

/* ---- consent ------------------------------------------------------------------------------------------------------------ */

static struct str version_of(struct arena *arena, struct str text)
{
	uint8_t digest[SEAL_SHA256_BYTES];
	seal_sha256(text, digest);
	return str_hex(arena, digest, sizeof digest);
}

static struct err read_consents(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t person_id,
	struct consents *out_consents)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "consent_of_person", &rows, I(person_id)));
	struct consents list = { .items = ARENA_ARRAY(arena, struct consent, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		list.items[i] = (struct consent){ .consent_id = row_i64(row, 0), .case_id = row_i64(row, 1), .what = row_bytes(row, 2),
			.version = row_bytes(row, 3), .given_ms = row_i64(row, 4), .withdrawn_ms = row_i64(row, 5), .text = row_bytes(row, 6) };
	}
	*out_consents = list;
	return OK;
}

struct err consents_of(struct hall *hall, struct arena *arena, int64_t person_id, struct consents *out_consents)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = read_consents(hall, arena, reader, person_id, out_consents);
	store_read_end(reader);
	return err;
}

bool consent_stands(struct arena *arena, const struct consents *consents, int64_t case_id, struct str what, struct str text)
{
	struct str version = version_of(arena, text);
	for (size_t i = 0; i < consents->count; i++) {
		const struct consent *consent = &consents->items[i];
		if (consent->withdrawn_ms || !str_eq(consent->what, what) || !str_eq(consent->version, version)) continue;
		if (consent->case_id == 0 || consent->case_id == case_id) return true;
	}
	return false;
}

struct agreeing { int64_t person_id, case_id, consent_id; struct str what, text; };

static struct err give_body(struct work *work, void *data)
{
	const struct agreeing *agreeing = data;
	struct consents consents;
	TRY(read_consents(work->hall, work->arena, work->reader, agreeing->person_id, &consents));
	if (consent_stands(work->arena, &consents, agreeing->case_id, agreeing->what, agreeing->text)) return OK;
	struct str version = version_of(work->arena, agreeing->text);
	WORK_ADD(work, "consent_text_add", T(version), T(agreeing->text), I(work->now_ms));
	WORK_ADD(work, "consent_add", I(id_next(&work->hall->ids)), I(agreeing->person_id), sql_i64_or_null(agreeing->case_id),
	    T(agreeing->what), T(version), I(work->now_ms));
	return audit_add(work, agreeing->case_id, "consent.given", agreeing->what, STR(""));
}

struct err consent_give(struct hall *hall, struct arena *arena, int64_t person_id, int64_t case_id, struct str what, struct str text)
{
	struct agreeing agreeing = { .person_id = person_id, .case_id = case_id, .what = what, .text = text };
	return work_run(hall, arena, NULL, STR("applicant"), false, give_body, &agreeing);
}

static struct err withdraw_body(struct work *work, void *data)
{
	const struct agreeing *agreeing = data;
	struct consents consents;
	TRY(read_consents(work->hall, work->arena, work->reader, agreeing->person_id, &consents));
	for (size_t i = 0; i < consents.count; i++) {
		const struct consent *consent = &consents.items[i];
		if (consent->consent_id != agreeing->consent_id || consent->withdrawn_ms) continue;
		WORK_GUARD(work, "consent_withdraw", I(consent->consent_id), I(agreeing->person_id), I(work->now_ms));
		return audit_add(work, consent->case_id, "consent.withdrawn", consent->what, STR(""));
	}
	return ERR(NOT_FOUND);
}

struct err consent_withdraw(struct hall *hall, struct arena *arena, int64_t person_id, int64_t consent_id)
{
	struct agreeing agreeing = { .person_id = person_id, .consent_id = consent_id };
	return work_run(hall, arena, NULL, STR("applicant"), false, withdraw_body, &agreeing);
}
