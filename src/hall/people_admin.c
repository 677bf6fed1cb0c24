/* Who works here: list, invite, give and take roles, end sessions, reset. */
#include "hall/people_admin.h"

#include "hall/inside.h"

#include <string.h>

static struct str who_of(struct arena *arena, const struct actor *actor)
{
	return str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static struct err read_people(struct hall *hall, struct arena *arena, int64_t scope_id, struct managed_people *out_people)
{
	struct store_reader *reader;
	struct store_rows people, roles = { 0 };
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "managed_people", &people, I(scope_id));
	if (!failed(err)) err = QUERY(hall, arena, reader, "managed_roles", &roles, I(scope_id));
	store_read_end(reader);
	TRY(err);
	struct managed_people list = { ARENA_ARRAY(arena, struct managed_person, people.count), people.count };
	size_t next = 0;
	for (size_t i = 0; i < people.count; i++) {
		struct managed_person *managed = &list.items[i];
		struct person person;
		TRY(person_read(hall, arena, people.items[i], &person));
		*managed = (struct managed_person){ .person_id = person.person_id, .name = person.name, .phone = person.phone, .all_ours = true };
		for (; next < roles.count && row_i64(roles.items[next], 0) == person.person_id; next++) {   /* both in the order of ids */
			struct store_row row = roles.items[next];
			struct managed_role role = { row_i64(row, 1), row_bytes(row, 2), row_bytes(row, 3), row_i64(row, 4) != 0 };
			managed->all_ours &= role.ours;
			LIST_PUSH(arena, &managed->roles, role);
		}
	}
	*out_people = list;
	return OK;
}

static struct err add_accounts(struct hall *hall, struct arena *arena, struct managed_people *people)
{
	struct staff_members members;
	TRY(staff_members(hall, arena, &members));
	for (size_t i = 0; i < people->count; i++) {
		for (size_t k = 0; k < members.count; k++) {
			if (members.items[k].person_id != people->items[i].person_id) continue;
			people->items[i].state = members.items[k].state;
			people->items[i].signed_in_ms = members.items[k].signed_in_ms;
			people->items[i].invited_until_ms = members.items[k].invited_until_ms;
			people->items[i].recovery_left = members.items[k].recovery_left;
		}
	}
	return OK;
}

static bool fits(const struct managed_person *person, struct str q)
{
	bool fits = q.len == 0 || str_find(person->name, q, 0) >= 0 || str_find(person->phone, q, 0) >= 0;
	for (size_t i = 0; i < person->roles.count && !fits; i++) {
		const struct role *role = role_by_name(person->roles.items[i].role);
		fits = (role && str_find(role->words, q, 0) >= 0) || str_find(person->roles.items[i].organisation, q, 0) >= 0;
	}
	return fits;
}

struct err people_managed(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, struct str q, struct managed_people *out_people)
{
	struct managed_people people;
	size_t kept = 0;
	TRY(organisation_may(hall, arena, actor, scope_id, RIGHT_ADMINISTER));
	TRY(read_people(hall, arena, scope_id, &people));
	TRY(add_accounts(hall, arena, &people));
	for (size_t i = 0; i < people.count; i++)
		if (fits(&people.items[i], str_trim(q))) people.items[kept++] = people.items[i];
	people.count = kept;
	*out_people = people;
	return OK;
}

struct err person_managed(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, int64_t person_id,
    struct managed_person *out_person)
{
	struct managed_people people;
	TRY(people_managed(hall, arena, actor, scope_id, STR(""), &people));
	for (size_t i = 0; i < people.count; i++) {
		if (people.items[i].person_id != person_id) continue;
		*out_person = people.items[i];
		return OK;
	}
	return ERR(NOT_FOUND);
}

/* ---- roles ---------------------------------------------------------------------------------------------------------- */

static bool can_be_given(struct str name)
{
	const struct role *role = role_by_name(name);
	return role && !str_eq_c(name, "lawyer");
}

static struct err check_grant(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, struct str role,
    struct report *report)
{
	struct roles_at held = { 0 };
	bool reads = role_has(role, RIGHT_READ), runs = role_has(role, RIGHT_OPERATE);
	if (!can_be_given(role)) {
		report_error(report, STR("role"), "请选一个角色");
		return ERR(INVALID);
	}
	if (person_id && person_id == actor->person_id) {
		report_error(report, STR("role"), "不能给自己加角色：请另一位管理员来办");
		return ERR(REFUSED);
	}
	if (person_id) TRY(roles_of(hall, arena, person_id, &held));
	for (size_t i = 0; i < held.count; i++) {
		if (!(runs && role_has(held.items[i].role, RIGHT_READ)) && !(reads && role_has(held.items[i].role, RIGHT_OPERATE))) continue;
		report_error(report, STR("role"), "运行维护的人不能看办件，看办件的人不能管机器：一个人只能有其中一种角色");
		return ERR(REFUSED);
	}
	return OK;
}

struct role_change { int64_t person_id, organisation_id; struct str role; };

static struct err role_detail(struct work *work, const struct role_change *change, struct str *out_text)
{
	struct json *detail = json_new(work->arena, JSON_OBJECT);
	json_add(detail, STR("organisation"), json_new_string(work->arena, id_text(work->arena, change->organisation_id)));
	json_add(detail, STR("role"), json_new_string(work->arena, change->role));
	return json_print(work->arena, detail, JSON_COMPACT, 1024, out_text);
}

static struct err grant_body(struct work *work, void *data)
{
	const struct role_change *change = data;
	struct str detail;
	TRY(role_detail(work, change, &detail));
	WORK_ADD(work, "role_add", I(change->person_id), I(change->organisation_id), T(change->role), I(work->now_ms));
	return audit_add(work, 0, "role.granted", id_text(work->arena, change->person_id), detail);
}

struct err person_grant(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, int64_t organisation_id,
    struct str role, struct report *report)
{
	struct role_change change = { person_id, organisation_id, role };
	TRY(organisation_may(hall, arena, actor, organisation_id, RIGHT_ADMINISTER));
	TRY(check_grant(hall, arena, actor, person_id, role, report));
	return work_run(hall, arena, report, who_of(arena, actor), true, grant_body, &change);
}

static struct err withdraw_body(struct work *work, void *data)
{
	const struct role_change *change = data;
	struct store_rows held;
	struct store_row left;
	struct str detail;
	bool holds = false;
	TRY(QUERY(work->hall, work->arena, work->reader, "role_of_person", &held, I(change->person_id)));
	for (size_t i = 0; i < held.count; i++)
		holds |= row_i64(held.items[i], 0) == change->organisation_id && str_eq(row_bytes(held.items[i], 1), change->role);
	if (!holds) return ERR(NOT_FOUND);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "administrator_left", &left, I(change->person_id), I(change->organisation_id)));
	if (str_eq_c(change->role, "administrator") && row_i64(left, 0) == 0) {
		report_error(work->report, STR("role"), "这是最后一位能登录的管理员：先给另一个人管理角色，等他登录过，再收回");
		return ERR(REFUSED);
	}
	WORK_GUARD(work, "role_remove_kept", I(change->person_id), I(change->organisation_id), T(change->role));
	WORK_ADD(work, "session_remove_of_role", I(change->person_id), I(change->organisation_id), T(change->role));
	TRY(role_detail(work, change, &detail));
	return audit_add(work, 0, "role.withdrawn", id_text(work->arena, change->person_id), detail);
}

struct err person_withdraw(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t person_id, int64_t organisation_id,
    struct str role, struct report *report)
{
	struct role_change change = { person_id, organisation_id, role };
	TRY(organisation_may(hall, arena, actor, organisation_id, RIGHT_ADMINISTER));
	return work_run(hall, arena, report, who_of(arena, actor), true, withdraw_body, &change);
}

/* ---- invitations ------------------------------------------------------------------------------------------------------ */

static struct err has_account(struct hall *hall, struct arena *arena, int64_t person_id, bool *out_has)
{
	struct staff_members members;
	TRY(staff_members(hall, arena, &members));
	*out_has = false;
	for (size_t i = 0; i < members.count; i++) *out_has |= members.items[i].person_id == person_id;
	return OK;
}

struct err person_invite(struct hall *hall, struct arena *arena, const struct actor *actor, const struct person_invitation *invitation,
    struct report *report, int64_t *out_person_id, struct str *out_token)
{
	struct person person = { .name = str_trim(invitation->name), .phone = str_trim(invitation->phone) };
	int64_t person_id = 0;
	bool known, account = false;
	TRY(organisation_may(hall, arena, actor, invitation->organisation_id, RIGHT_ADMINISTER));
	if (!mobile_is_valid(person.phone)) report_error(report, STR("phone"), "手机号要11位数字，以1开头");
	if (!person_name_is_valid(person.name)) report_error(report, STR("name"), "请写姓名，2到50个字");
	if (!can_be_given(invitation->role)) report_error(report, STR("role"), "请选一个角色");
	if (report->error_count) return ERR(INVALID);
	struct err err = person_find(hall, arena, person.phone, &person_id);
	known = !failed(err);
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	TRY(check_grant(hall, arena, actor, person_id, invitation->role, report));
	if (known) TRY(has_account(hall, arena, person_id, &account));
	else TRY(person_by_phone(hall, arena, &person, &person_id));   /* whoever is known keeps the name he has given himself */
	TRY(person_grant(hall, arena, actor, person_id, invitation->organisation_id, invitation->role, report));
	*out_token = STR("");
	if (!account) TRY(staff_invite(hall, arena, actor, person_id, out_token));
	*out_person_id = person_id;
	return OK;
}

/* ---- accounts ------------------------------------------------------------------------------------------------------------ */

static struct err check_act(struct arena *arena, const struct actor *actor, const struct managed_person *person, enum account_act act,
    struct report *report)
{
	(void)arena;
	if (!person->all_ours) {
		report_error(report, STR(""), "他在别的组织也有角色，账户由上级管理员处理；您可以收回本组织的角色");
		return ERR(REFUSED);
	}
	if (person->person_id == actor->person_id && act != ACCOUNT_END_SESSIONS) {
		report_error(report, STR(""), "不能停用或重置自己的账户：请另一位管理员来办");
		return ERR(REFUSED);
	}
	if (act != ACCOUNT_END_SESSIONS && act != ACCOUNT_RESET && person->state.len == 0) {
		report_error(report, STR(""), "他还没有账户：先发邀请");
		return ERR(REFUSED);
	}
	return OK;
}

struct ending { int64_t person_id; };

static struct err end_body(struct work *work, void *data)
{
	const struct ending *ending = data;
	struct str nobody = lookup_key(work->hall, work->arena, "session.token", STR(""));
	WORK_ADD(work, "session_remove_of_person", I(ending->person_id), B(nobody));
	return audit_add(work, 0, "session.ended", id_text(work->arena, ending->person_id), STR(""));
}

struct err account_act(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, int64_t person_id,
    enum account_act act, struct report *report, struct str *out_token)
{
	struct managed_person person;
	struct ending ending = { person_id };
	TRY(person_managed(hall, arena, actor, scope_id, person_id, &person));
	TRY(check_act(arena, actor, &person, act, report));
	switch (act) {
	case ACCOUNT_RESET: TRY(staff_invite(hall, arena, actor, person_id, out_token)); break;
	case ACCOUNT_SUSPEND: TRY(staff_suspend(hall, arena, actor, person_id, true)); break;
	case ACCOUNT_RESTORE: TRY(staff_suspend(hall, arena, actor, person_id, false)); break;
	case ACCOUNT_END_SESSIONS: break;
	}
	return work_run(hall, arena, report, who_of(arena, actor), true, end_body, &ending);
}
