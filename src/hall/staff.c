/* Signing in: password, then code; and the enrolment of an authenticator app. */
#include "hall/staff_inside.h"

struct str staff_who(struct arena *arena, int64_t person_id) { return str_printf(arena, "staff:%.*s", STR_ARG(id_text(arena, person_id))); }

struct err staff_account_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t person_id, struct staff_account *out_account)
{
	struct store_row row;
	TRY(QUERY_ONE(hall, arena, reader, "staff_by_person", &row, I(person_id)));
	*out_account = (struct staff_account){ .person_id = row_i64(row, 0),
		.state = row_bytes(row, 1),
		.password = row_bytes(row, 2),
		.sealed_secret = row_bytes(row, 3),
		.last_step = row_i64(row, 4),
		.demo = row_bool(row, 5),
		.created_ms = row_i64(row, 6),
		.signed_in_ms = row_i64(row, 7),
		.version = row_i64(row, 8) };
	return OK;
}

static struct err read_account(struct hall *hall, struct arena *arena, int64_t person_id, struct staff_account *out_account)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = staff_account_read(hall, arena, reader, person_id, out_account);
	store_read_end(reader);
	return err;
}

struct err staff_code_box(struct hall *hall, struct arena *arena, int64_t person_id, struct str secret, struct str *out_box)
{
	return seal_text(hall, arena, "staff_account.secret", person_id, secret, out_box);
}

/* ---- refusing ------------------------------------------------------------------------------------------------ */

struct refusal { int64_t person_id; const char *why; struct str client; };

static struct err refusal_body(struct work *work, void *data)
{
	const struct refusal *refusal = data;
	struct json *json = json_new(work->arena, JSON_OBJECT);
	struct str detail;
	json_add(json, STR("client"), json_new_string(work->arena, refusal->client));
	json_add(json, STR("why"), json_new_string(work->arena, str_from_c(refusal->why)));
	TRY(json_print(work->arena, json, JSON_COMPACT, 4096, &detail));
	return audit_add(work, 0, "staff.refused", refusal->person_id ? id_text(work->arena, refusal->person_id) : STR(""), detail);
}

/* The event says why; the answer does not. */
static struct err refuse(struct hall *hall, struct arena *arena, struct refusal refusal, struct report *report, const char *words)
{
	TRY(work_run(hall, arena, NULL, STR("hall"), false, refusal_body, &refusal));
	report_error(report, STR(""), "%s", words);
	return ERR(FORBIDDEN);
}

/* ---- the password ---------------------------------------------------------------------------------------------- */

struct passing { struct staff_attempt attempt; struct staff_account account; struct str password, client; };

static struct err passed_body(struct work *work, void *data)
{
	const struct passing *passing = data;
	staff_attempt_release(work, &passing->attempt);
	if (passing->password.len)
		WORK_GUARD(work, "staff_set_password", I(passing->account.person_id), I(passing->account.version), T(passing->password),
			T(passing->account.state));
	return audit_add(work, 0, "staff.passed", id_text(work->arena, passing->account.person_id), STR(""));
}

static struct err find_account(struct hall *hall, struct arena *arena, struct str phone, struct staff_account *out_account)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "person_by_phone", &row, B(lookup_key(hall, arena, "person.phone", phone)));
	if (!failed(err)) err = staff_account_read(hall, arena, reader, row_i64(row, 0), out_account);
	store_read_end(reader);
	return err;
}

/* A text made at an old price is made anew while the password is at hand; those of the demo stay cheap. */
static struct err price_of_today(
    struct hall *hall, struct arena *arena, const struct staff_policy *policy, struct str password, struct passing *passing)
{
	(void)hall;
	if (passing->account.demo || seal_password_is_current(passing->account.password, staff_cost(policy))) return OK;
	TRY(seal_password_hash(arena, password, staff_cost(policy), &passing->password));
	return OK;
}

struct err staff_password(struct hall *hall, struct arena *arena, struct str phone, struct str password, struct str client,
	struct report *report, struct str *out_ticket, enum staff_step *out_step)
{
	static const char words[] = "手机号或密码不对。";
	struct staff_policy policy;
	struct passing passing = { .client = client };
	if (hall_is_locked(hall)) return ERR(LOCKED);
	TRY(staff_policy_read(hall, arena, report, &policy));
	passing.attempt = (struct staff_attempt){ &policy, str_join(arena, STR("password:"), phone), client, report };
	TRY(staff_attempt_begin(hall, arena, &passing.attempt));
	struct err err = find_account(hall, arena, phone, &passing.account);
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	bool known = !failed(err) && passing.account.password.len > 0,
	     right = known && seal_password_matches(passing.account.password, password);
	if (!known) seal_password_spend(password, staff_cost(&policy));
	struct refusal refusal = { passing.account.person_id, "password", client };
	if (right && str_eq_c(passing.account.state, "suspended")) refusal.why = "suspended";
	if (!right || str_eq_c(passing.account.state, "suspended")) return refuse(hall, arena, refusal, report, words);
	TRY(price_of_today(hall, arena, &policy, password, &passing));
	TRY(work_run(hall, arena, NULL, staff_who(arena, passing.account.person_id), false, passed_body, &passing));
	struct staff_ticket ticket = { .person_id = passing.account.person_id,
		.version = passing.account.version + (passing.password.len ? 1 : 0),
		.step = str_eq_c(passing.account.state, "active") ? STAFF_CODE : STAFF_ENROL };
	TRY(staff_ticket_make(hall, arena, &ticket, out_ticket));
	*out_step = ticket.step;
	return OK;
}

/* ---- the code ------------------------------------------------------------------------------------------------------ */

struct coming { struct staff_attempt attempt; struct staff_ticket ticket; struct str code, client; struct staff_entry entry; bool right; };

/* Letters that look like digits are read as digits; hyphens and spaces fall out. */
static struct str recovery_key(struct hall *hall, struct arena *arena, int64_t person_id, struct str code)
{
	struct buf buf = buf_make(arena, 64);
	for (size_t i = 0; i < code.len && i < 40; i++) {
		char c = code.ptr[i];
		if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
		if (c == '-' || c == ' ') continue;
		buf_add_byte(&buf, c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c);
	}
	return lookup_key(hall, arena, "staff.recovery", str_printf(arena, "%lld %.*s", (long long)person_id, STR_ARG(buf_str(&buf))));
}

static struct err code_matches(struct work *work, struct coming *coming, const struct staff_account *account, int64_t *out_step)
{
	struct store_row row;
	struct str secret, key = recovery_key(work->hall, work->arena, account->person_id, coming->code);
	*out_step = account->last_step;
	coming->right = false;
	TRY(unseal_text(work->hall, work->arena, "staff_account.secret", account->person_id, account->sealed_secret, &secret));
	if (totp_matches(secret, coming->code, work->now_ms, account->last_step, out_step)) {
		coming->right = true;
		return OK;
	}
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "recovery_find", &row, I(account->person_id), B(key));
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	WORK_GUARD(work, "recovery_use", I(account->person_id), B(key), I(work->now_ms));
	coming->right = coming->entry.by_recovery = true;
	return OK;
}

static struct err code_body(struct work *work, void *data)
{
	struct coming *coming = data;
	struct staff_account account;
	struct store_row row;
	int64_t step;
	coming->right = coming->entry.by_recovery = false;
	TRY(staff_account_read(work->hall, work->arena, work->reader, coming->ticket.person_id, &account));
	if (account.version != coming->ticket.version || !str_eq_c(account.state, "active")) return OK;
	TRY(code_matches(work, coming, &account, &step));
	if (!coming->right) return OK;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "recovery_left", &row, I(account.person_id)));
	coming->entry.recovery_left = row_i64(row, 0) - coming->entry.by_recovery;
	coming->entry.person_id = account.person_id;
	WORK_GUARD(work, "staff_signed_in", I(account.person_id), I(account.version), I(step), I(work->now_ms));
	staff_attempt_release(work, &coming->attempt);
	return audit_add(work, 0, "staff.signedIn", id_text(work->arena, account.person_id),
		coming->entry.by_recovery ? STR("{\"by\":\"recovery\"}") : STR("{\"by\":\"totp\"}"));
}

struct err staff_code(struct hall *hall, struct arena *arena, struct str ticket, struct str code, struct str client,
	struct report *report, struct staff_entry *out_entry)
{
	struct staff_policy policy;
	struct coming coming = { .code = code, .client = client };
	TRY(staff_policy_read(hall, arena, report, &policy));
	struct err err = staff_ticket_read(hall, arena, ticket, STAFF_CODE, &coming.ticket);
	if (failed(err)) {
		report_error(report, STR(""), "登录已超时，请重新输入密码。");
		return err;
	}
	coming.attempt =
	    (struct staff_attempt){ &policy, str_join(arena, STR("code:"), id_text(arena, coming.ticket.person_id)), client, report };
	TRY(staff_attempt_begin(hall, arena, &coming.attempt));
	TRY(work_run(hall, arena, NULL, staff_who(arena, coming.ticket.person_id), false, code_body, &coming));
	struct refusal refusal = { coming.ticket.person_id, "code", client };
	if (!coming.right) return refuse(hall, arena, refusal, report, "验证码不对，或已经用过。请等下一个验证码再试。");
	*out_entry = coming.entry;
	return OK;
}

/* ---- enrolment -------------------------------------------------------------------------------------------------------- */

struct err staff_enrol_begin(struct hall *hall, struct arena *arena, struct str ticket_text, struct staff_enrolment *out_enrolment)
{
	struct staff_ticket ticket;
	struct person person;
	struct staff_enrolment enrolment;
	TRY(staff_ticket_read(hall, arena, ticket_text, STAFF_ENROL, &ticket));
	TRY(person_by_id(hall, arena, ticket.person_id, &person));
	if (ticket.secret.len == 0) {      /* shown again after a mistyped code it stays the same */
		char *secret = arena_alloc(arena, TOTP_SECRET_BYTES);
		rand_fill(hall->rand, secret, TOTP_SECRET_BYTES);
		ticket.secret = (struct str){ secret, TOTP_SECRET_BYTES };
	}
	enrolment.secret = base32_print(arena, ticket.secret);
	enrolment.uri = totp_uri(arena, STR("职工之家"), person.phone, ticket.secret);
	TRY(paper_qr_svg(arena, enrolment.uri, &enrolment.qr_svg));
	TRY(staff_ticket_make(hall, arena, &ticket, &enrolment.ticket));
	*out_enrolment = enrolment;
	return OK;
}

static void new_codes(struct work *work, int64_t person_id, struct staff_codes *codes)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	enum { HALF = 5 };
	WORK_ADD(work, "recovery_clear", I(person_id));
	for (size_t i = 0; i < STAFF_RECOVERY_COUNT; i++) {
		unsigned char bytes[2 * HALF];
		struct buf buf = buf_make(work->arena, 16);
		rand_fill(work->hall->rand, bytes, sizeof bytes);
		for (size_t k = 0; k < sizeof bytes; k++) {
			if (k == HALF) buf_add_byte(&buf, '-');
			buf_add_byte(&buf, alphabet[bytes[k] & 31]);
		}
		codes->items[i] = buf_str(&buf);
		WORK_ADD(work, "recovery_add", I(person_id), B(recovery_key(work->hall, work->arena, person_id, codes->items[i])));
	}
}

struct enrolling { struct staff_ticket ticket; struct staff_attempt attempt; struct str code; struct staff_codes codes; bool right; };

static struct err enrol_body(struct work *work, void *data)
{
	struct enrolling *enrolling = data;
	struct staff_account account;
	struct str box;
	int64_t step;
	enrolling->right = false;
	TRY(staff_account_read(work->hall, work->arena, work->reader, enrolling->ticket.person_id, &account));
	if (account.version != enrolling->ticket.version || !str_eq_c(account.state, "enrolling")) return OK;
	if (!totp_matches(enrolling->ticket.secret, enrolling->code, work->now_ms, 0, &step)) return OK;
	enrolling->right = true;
	TRY(staff_code_box(work->hall, work->arena, account.person_id, enrolling->ticket.secret, &box));
	WORK_GUARD(work, "staff_set_secret", I(account.person_id), I(account.version), B(box), I(step), I(work->now_ms));
	new_codes(work, account.person_id, &enrolling->codes);
	staff_attempt_release(work, &enrolling->attempt);
	return audit_add(work, 0, "staff.enrolled", id_text(work->arena, account.person_id), STR(""));
}

struct err staff_enrol(struct hall *hall, struct arena *arena, struct str ticket, struct str code, struct str client,
	struct report *report, struct staff_codes *out_codes, int64_t *out_person_id)
{
	struct staff_policy policy;
	struct enrolling enrolling = { .code = code };
	TRY(staff_policy_read(hall, arena, report, &policy));
	struct err err = staff_ticket_read(hall, arena, ticket, STAFF_ENROL, &enrolling.ticket);
	if (failed(err) || enrolling.ticket.secret.len == 0) {
		report_error(report, STR(""), "登录已超时，请重新输入密码。");
		return failed(err) ? err : ERR(FORBIDDEN);
	}
	struct str subject = str_join(arena, STR("code:"), id_text(arena, enrolling.ticket.person_id));
	enrolling.attempt = (struct staff_attempt){ &policy, subject, client, report };
	TRY(staff_attempt_begin(hall, arena, &enrolling.attempt));
	TRY(work_run(hall, arena, NULL, staff_who(arena, enrolling.ticket.person_id), false, enrol_body, &enrolling));
	struct refusal refusal = { enrolling.ticket.person_id, "enrolment", client };
	if (!enrolling.right) return refuse(hall, arena, refusal, report, "验证码不对。请看手机上现在显示的6位数字，再试一次。");
	*out_codes = enrolling.codes;
	*out_person_id = enrolling.ticket.person_id;
	return OK;
}

/* ---- for somebody who is signed in ---------------------------------------------------------------------------------- */

/* The password once more: a phone left on the table is not enough. */
static struct err prove(struct hall *hall, struct arena *arena, int64_t person_id, struct str password, struct report *report,
	struct staff_attempt *attempt, struct staff_account *out_account)
{
	TRY(staff_attempt_begin(hall, arena, attempt));
	TRY(read_account(hall, arena, person_id, out_account));
	if (seal_password_matches(out_account->password, password)) return OK;
	return refuse(hall, arena, (struct refusal){ person_id, "password", attempt->client }, report, "密码不对。");
}

struct renewing { struct staff_attempt attempt; struct staff_account account; struct staff_codes codes; struct str password; };

static struct err renew_body(struct work *work, void *data)
{
	struct renewing *renewing = data;
	staff_attempt_release(work, &renewing->attempt);
	new_codes(work, renewing->account.person_id, &renewing->codes);
	return audit_add(work, 0, "staff.recoveryRenewed", id_text(work->arena, renewing->account.person_id), STR(""));
}

struct err staff_recovery_renew(
	struct hall *hall, struct arena *arena, int64_t person_id, struct str password, struct report *report, struct staff_codes *out_codes)
{
	struct staff_policy policy;
	struct str subject = str_join(arena, STR("own:"), id_text(arena, person_id));
	struct renewing renewing = { .attempt = { &policy, subject, subject, report } };
	TRY(staff_policy_read(hall, arena, report, &policy));
	TRY(prove(hall, arena, person_id, password, report, &renewing.attempt, &renewing.account));
	TRY(work_run(hall, arena, NULL, staff_who(arena, person_id), false, renew_body, &renewing));
	*out_codes = renewing.codes;
	return OK;
}

static struct err change_body(struct work *work, void *data)
{
	const struct renewing *renewing = data;
	staff_attempt_release(work, &renewing->attempt);
	WORK_GUARD(work, "staff_set_password", I(renewing->account.person_id), I(renewing->account.version), T(renewing->password),
		T(renewing->account.state));
	return audit_add(work, 0, "staff.passwordChanged", id_text(work->arena, renewing->account.person_id), STR(""));
}

struct err staff_change_password(struct hall *hall, struct arena *arena, int64_t person_id, struct str old_password,
	struct str new_password, struct report *report)
{
	struct staff_policy policy;
	struct person person;
	struct str subject = str_join(arena, STR("own:"), id_text(arena, person_id));
	struct renewing renewing = { .attempt = { &policy, subject, subject, report } };
	TRY(staff_policy_read(hall, arena, report, &policy));
	TRY(prove(hall, arena, person_id, old_password, report, &renewing.attempt, &renewing.account));
	TRY(person_by_id(hall, arena, person_id, &person));
	TRY(staff_password_check(new_password, person.phone, report));
	TRY(seal_password_hash(arena, new_password, staff_cost(&policy), &renewing.password));
	return work_run(hall, arena, NULL, staff_who(arena, person_id), false, change_body, &renewing);
}
