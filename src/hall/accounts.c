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

struct err person_sign_in(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code,
	struct str device, struct report *report, struct str *out_token, int64_t *out_person_id)
{
	struct person person = { .phone = request->phone };
	struct identity identity;
	struct str method = STR("手机号与短信验证码");
	TRY(code_take(hall, arena, request, code, report));
	TRY(person_by_phone(hall, arena, &person, out_person_id));
	TRY(identity_of(hall, arena, *out_person_id, &identity));
	bool carried = identity.level >= 2 && identity.ends_ms > hall_now_ms(hall);
	if (carried)
		method = str_printf(arena, "手机号与短信验证码，身份于%.*s经%.*s核验",
		    STR_ARG(date_print(arena, date_of_ms(identity.confirmed_ms, SHANGHAI_OFFSET_S))), STR_ARG(identity.method));
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

struct confirming { const struct actor *actor; int64_t person_id; const struct confirmation *given; };

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

static struct err confirm_body(struct work *work, void *data)
{
	struct confirming *confirming = data;
	const struct confirmation *given = confirming->given;
	struct person person;
	struct store_row row;
	struct sql_value subject_key;
	struct str box;
	TRY(check_subject(work, confirming, &subject_key));
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(confirming->person_id)));
	TRY(person_read(work->hall, work->arena, row, &person));
	struct err known = QUERY_ONE(work->hall, work->arena, work->reader, "identity_of_person", &row, I(confirming->person_id));
	if (failed(known) && !err_is(known, ERR_NOT_FOUND)) return known;
	if (!failed(known) && person.id_number.len && !str_eq(person.id_number, given->id_number) && given->level < 3) {
		report_error(work->report, STR("identity"), "核验到的证件号码和以前核验的不一样；请到服务点当面核验");
		return ERR(REFUSED);
	}
	person.name = given->name;
	person.id_number = given->id_number;
	TRY(person_box(work, &person, &box));
	WORK_ADD(work, "person_set_data", I(person.person_id), B(box));
	WORK_ADD(work, "identity_set", I(person.person_id), I(given->level), T(given->method), subject_key, I(work->now_ms), T(work->who));
	return audit_add(work, 0, "person.confirmed", id_text(work->arena, person.person_id), STR(""));
}

static bool may_confirm(const struct actor *actor, int32_t level)
{
	if (actor->kind == ACTOR_HALL) return level == 2;
	return actor->kind == ACTOR_STAFF && (str_eq_c(actor->role, "legalClerk") || str_eq_c(actor->role, "legalLead"));
}

struct err person_confirm(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id,
	const struct confirmation *confirmation, struct report *report)
{
	struct confirming confirming = { actor, person_id, confirmation };
	struct date today = date_of_ms(hall_now_ms(hall), SHANGHAI_OFFSET_S);
	if (!may_confirm(actor, confirmation->level) || confirmation->level < 2 || confirmation->level > 3) return ERR(FORBIDDEN);
	if (!person_name_is_valid(confirmation->name)) report_error(report, STR("name"), "姓名不对：请按证件上的写");
	else if (!resident_id_is_valid(confirmation->id_number, today, hall->parameters))
		report_error(report, STR("idNumber"), "证件号码不对：请核对每一位");
	else return work_run(hall, arena, report, actor_who(arena, actor), actor->kind == ACTOR_STAFF, confirm_body, &confirming);
	return ERR(INVALID);
}

/* ---- another phone --------------------------------------------------------------------------------------------------- */

struct moving { int64_t person_id; struct str phone; bool by_clerk; };

static struct err move_body(struct work *work, void *data)
{
	const struct moving *moving = data;
	struct person person;
	struct store_row row;
	struct str box;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(moving->person_id)));
	TRY(person_read(work->hall, work->arena, row, &person));
	struct str old_key = lookup_key(work->hall, work->arena, "person.phone", person.phone);
	struct str new_key = lookup_key(work->hall, work->arena, "person.phone", moving->phone);
	struct err taken = QUERY_ONE(work->hall, work->arena, work->reader, "person_by_phone", &row, B(new_key));
	if (!failed(taken)) {
		report_error(work->report, STR("phone"), "这个手机号已经有人在用了");
		return ERR(REFUSED);
	}
	if (!err_is(taken, ERR_NOT_FOUND)) return taken;
	person.phone = moving->phone;
	TRY(person_box(work, &person, &box));
	WORK_GUARD(work, "person_set_phone", I(person.person_id), B(old_key), B(new_key), B(box));
	/* whoever holds the new phone is not yet known to be the one who was confirmed with the old */
	if (moving->by_clerk) WORK_ADD(work, "identity_remove", I(person.person_id));
	return audit_add(work, 0, "person.phone", id_text(work->arena, person.person_id), STR(""));
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

struct err person_replace_phone(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	struct str new_phone, struct report *report)
{
	struct moving moving = { .person_id = person_id, .phone = new_phone, .by_clerk = true };
	if (clerk->kind != ACTOR_STAFF || !may_confirm(clerk, 3)) return ERR(FORBIDDEN);
	if (!mobile_is_valid(new_phone)) {
		report_error(report, STR("phone"), "请填11位手机号，例如 13800138000");
		return ERR(INVALID);
	}
	TRY(work_run(hall, arena, report, actor_who(arena, clerk), true, move_body, &moving));
	return session_end_all(hall, arena, person_id, STR(""));
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
