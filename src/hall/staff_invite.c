/* Accounts as the administrator sees them: invited, reset, suspended; and the demo's. */
#include "hall/staff_inside.h"

enum { TOKEN_BYTES = 20, HOUR_MS = 3600000 };

/* Somewhere; whom he may touch is people_admin's question. */
static struct err must_be_administrator(struct hall *hall, struct arena *arena, const struct actor *actor)
{
	struct roles_at held;
	if (actor->kind == ACTOR_HALL) return OK;
	if (actor->kind != ACTOR_STAFF) return ERR(FORBIDDEN);
	TRY(roles_of(hall, arena, actor->person_id, &held));
	for (size_t i = 0; i < held.count; i++)
		if (str_eq_c(held.items[i].role, "administrator")) return OK;
	return ERR(FORBIDDEN);
}

static struct str who_of(struct arena *arena, const struct actor *actor)
{
	if (actor->kind == ACTOR_HALL) return STR("hall");
	return str_printf(arena, "administrator:%.*s", STR_ARG(id_text(arena, actor->person_id)));
}

struct inviting { int64_t person_id, expires_ms; struct str key; };

static struct err invite_body(struct work *work, void *data)
{
	const struct inviting *inviting = data;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(inviting->person_id)));
	WORK_ADD(work, "staff_add", I(inviting->person_id), I(work->now_ms));
	WORK_ADD(work, "staff_reset", I(inviting->person_id));
	WORK_ADD(work, "recovery_clear", I(inviting->person_id));
	WORK_ADD(work, "invitation_end", I(inviting->person_id), I(work->now_ms));
	WORK_ADD(work, "invitation_add", B(inviting->key), I(inviting->person_id), T(work->who), I(inviting->expires_ms));
	return audit_add(work, 0, "staff.invited", id_text(work->arena, inviting->person_id), STR(""));
}

static struct str token_key(struct hall *hall, struct arena *arena, struct str token)
{
	return lookup_key(hall, arena, "staff.invitation", str_lower_ascii(arena, token));
}

struct err staff_invite(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, struct str *out_token)
{
	struct staff_policy policy;
	unsigned char bytes[TOKEN_BYTES];
	if (hall_is_locked(hall)) return ERR(LOCKED);
	TRY(must_be_administrator(hall, arena, actor));
	TRY(staff_policy_read(hall, arena, NULL, &policy));
	rand_fill(hall->rand, bytes, sizeof bytes);
	struct str token = str_lower_ascii(arena, base32_print(arena, (struct str){ (const char *)bytes, sizeof bytes }));
	struct inviting inviting = { person_id, hall_now_ms(hall) + (int64_t)policy.invitation_hours * HOUR_MS, token_key(hall, arena, token) };
	TRY(work_run(hall, arena, NULL, who_of(arena, actor), true, invite_body, &inviting));
	*out_token = token;
	return OK;
}

struct err staff_invitation_read(struct hall *hall, struct arena *arena, struct str token, struct staff_invitation *out_invitation)
{
	struct store_reader *reader;
	struct store_row row;
	struct person person;
	if (hall_is_locked(hall)) return ERR(LOCKED);
	if (token.len > 64) return ERR(NOT_FOUND);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "invitation_find", &row, B(token_key(hall, arena, token)), I(hall_now_ms(hall)));
	store_read_end(reader);
	TRY(err);
	TRY(person_read(hall, arena, row, &person));
	*out_invitation = (struct staff_invitation){ person.person_id, row_i64(row, 2), person.name, person.phone };
	return OK;
}

struct using { int64_t person_id, version; struct str key, password; };

static struct err use_body(struct work *work, void *data)
{
	struct using *using = data;
	struct staff_account account;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "invitation_find", &row, B(using->key), I(work->now_ms)));
	TRY(staff_account_read(work->hall, work->arena, work->reader, using->person_id, &account));
	using->version = account.version + 1;
	WORK_GUARD(work, "invitation_use", B(using->key), I(work->now_ms));
	WORK_GUARD(work, "staff_set_password", I(using->person_id), I(account.version), T(using->password), T(STR("enrolling")));
	return audit_add(work, 0, "staff.invitationUsed", id_text(work->arena, using->person_id), STR(""));
}

struct err staff_invitation_use(struct hall *hall, struct arena *arena, struct str token, struct str password, struct report *report,
    struct str *out_ticket)
{
	struct staff_policy policy;
	struct staff_invitation invitation;
	TRY(staff_policy_read(hall, arena, report, &policy));
	TRY(staff_invitation_read(hall, arena, token, &invitation));
	TRY(staff_password_check(password, invitation.phone, report));
	struct using using = { .person_id = invitation.person_id, .key = token_key(hall, arena, token) };
	TRY(seal_password_hash(arena, password, staff_cost(&policy), &using.password));
	TRY(work_run(hall, arena, NULL, staff_who(arena, using.person_id), false, use_body, &using));
	struct staff_ticket ticket = { .person_id = using.person_id, .version = using.version, .step = STAFF_ENROL };
	return staff_ticket_make(hall, arena, &ticket, out_ticket);
}

struct suspending { int64_t person_id; bool suspended; };

static struct err suspend_body(struct work *work, void *data)
{
	const struct suspending *suspending = data;
	struct staff_account account;
	TRY(staff_account_read(work->hall, work->arena, work->reader, suspending->person_id, &account));
	bool is = str_eq_c(account.state, "suspended");
	if (is == suspending->suspended) return OK;
	struct str back = account.password.len == 0 ? STR("invited") : account.sealed_secret.len == 0 ? STR("enrolling") : STR("active");
	WORK_GUARD(work, "staff_set_state", I(account.person_id), I(account.version), T(suspending->suspended ? STR("suspended") : back));
	return audit_add(
	    work, 0, suspending->suspended ? "staff.suspended" : "staff.restored", id_text(work->arena, account.person_id), STR(""));
}

struct err staff_suspend(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, bool suspended)
{
	struct suspending suspending = { person_id, suspended };
	TRY(must_be_administrator(hall, arena, actor));
	return work_run(hall, arena, NULL, who_of(arena, actor), true, suspend_body, &suspending);
}

struct err staff_members(struct hall *hall, struct arena *arena, struct staff_members *out_members)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "staff_list", &rows, I(hall_now_ms(hall)));
	store_read_end(reader);
	TRY(err);
	struct staff_members members = { .items = ARENA_ARRAY(arena, struct staff_member, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct person person;
		struct store_row row = rows.items[i];
		TRY(person_read(hall, arena, row, &person));
		members.items[i] = (struct staff_member){ .person_id = person.person_id, .name = person.name, .phone = person.phone,
			.state = row_bytes(row, 2), .demo = row_bool(row, 3), .created_ms = row_i64(row, 4), .signed_in_ms = row_i64(row, 5),
			.recovery_left = row_i64(row, 6), .invited_until_ms = row_i64(row, 7) };
	}
	*out_members = members;
	return OK;
}

/* ---- the demo's accounts ------------------------------------------------------------------------------------------- */

struct adding { int64_t person_id; struct str password, secret; };

static struct err demo_body(struct work *work, void *data)
{
	const struct adding *adding = data;
	struct str box;
	TRY(staff_code_box(work->hall, work->arena, adding->person_id, adding->secret, &box));
	WORK_ADD(work, "staff_add_demo", I(adding->person_id), T(adding->password), B(box), I(work->now_ms));
	return audit_add(work, 0, "staff.demoAccount", id_text(work->arena, adding->person_id), STR(""));
}

struct err staff_demo_account(struct hall *hall, struct arena *arena, int64_t person_id, const struct json *json)
{
	static const struct seal_password_cost cheap = { 1, 8192 };   /* the password is public anyway */
	struct adding adding = { .person_id = person_id };
	struct store_reader *reader;
	struct staff_account known;
	TRY(read_begin(hall, &reader));
	struct err err = staff_account_read(hall, arena, reader, person_id, &known);
	store_read_end(reader);
	if (!err_is(err, ERR_NOT_FOUND)) return err;
	if (!base32_parse(arena, json_string_of(json, "secret"), &adding.secret)) return ERR(INVALID);
	TRY(seal_password_hash(arena, json_string_of(json, "password"), cheap, &adding.password));
	return work_run(hall, arena, NULL, STR("hall"), false, demo_body, &adding);
}
