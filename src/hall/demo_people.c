/* Who can be tried in a demo hall, and what arrived on phones. */
#include "hall/demo.h"

#include "hall/inside.h"
#include "hall/staff_inside.h"

enum { CASE_PEOPLE_MAX = 2000, NAME_COUNT_MAX = DEMO_MESSAGE_COUNT_MAX };

#define X(name) #name,
static const char *const group_names[DEMO_GROUP_COUNT] = { DEMO_GROUPS(X) };
#undef X

const char *demo_group_name(enum demo_group group) { return group_names[group]; }

/* ---- workers ---------------------------------------------------------------------------------------------------- */

static bool group_of(struct store_row row, enum demo_group *out)
{
	struct str state = row_bytes(row, 3), papers_of = row_bytes(row, 5), role = row_bytes(row, 6), task = row_bytes(row, 4);
	if (str_eq_c(state, "draft")) *out = DEMO_GROUP_draft;
	else if (str_eq_c(state, "closed")) *out = DEMO_GROUP_finished;
	else if (str_eq_c(papers_of, "applicant")) *out = DEMO_GROUP_signing;
	else if (role.len) *out = DEMO_GROUP_waiting;
	else if (task.len && papers_of.len == 0) *out = DEMO_GROUP_asked;
	else return false;
	return true;
}

static struct err add_workers(struct hall *hall, struct arena *arena, const struct store_rows *rows, struct demo_people *people)
{
	struct map seen = { 0 };
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row row = rows->items[i];
		struct person person;
		struct str id = id_text(arena, row_i64(row, 1));
		enum demo_group group;
		if (map_has(&seen, id) || !group_of(row, &group)) continue;
		map_put(arena, &seen, id, &seen);
		if (people->counts[group]++ >= DEMO_GROUP_PEOPLE_MAX) continue;
		TRY(person_by_id(hall, arena, row_i64(row, 1), &person));
		LIST_PUSH(arena, people,
		    (struct demo_person){ .group = group,
		        .person_id = person.person_id,
		        .name = person.name,
		        .phone = person.phone,
		        .number = row_bytes(row, 2),
		        .task = row_bytes(row, 4) });
	}
	return OK;
}

/* ---- lawyers and staff ---------------------------------------------------------------------------------------------- */

static void add_lawyers(struct arena *arena, const struct store_rows *rows, struct demo_people *people)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row row = rows->items[i];
		if (people->counts[DEMO_GROUP_lawyer]++ >= DEMO_LAWYERS_MAX) continue;
		LIST_PUSH(arena, people,
		    (struct demo_person){ .group = DEMO_GROUP_lawyer,
		        .lawyer_id = row_i64(row, 0),
		        .name = row_bytes(row, 1),
		        .phone = row_bytes(row, 2),
		        .organisation = row_bytes(row, 3),
		        .case_count = row_i64(row, 4),
		        .offer_count = row_i64(row, 5) });
	}
}

/* The role that stands highest in this list is the one to come in with. */
static const char *const roles_in_order[] = { "legalLead", "legalClerk", "leader", "administrator", "auditor", "operator" };

static struct err staff_person(struct hall *hall, struct arena *arena, const struct staff_member *member, struct demo_person *out)
{
	struct roles_at roles;
	struct organisation organisation;
	*out = (struct demo_person){
		.group = DEMO_GROUP_staff, .person_id = member->person_id, .name = member->name, .phone = member->phone
	};
	TRY(roles_of(hall, arena, member->person_id, &roles));
	for (size_t k = 0; k < sizeof roles_in_order / sizeof *roles_in_order && out->role.len == 0; k++)
		for (size_t i = 0; i < roles.count; i++)
			if (str_eq_c(roles.items[i].role, roles_in_order[k])) {
				out->role = roles.items[i].role;
				out->organisation_id = roles.items[i].organisation_id;
			}
	if (out->role.len == 0) return OK;
	TRY(organisation_by_id(hall, arena, out->organisation_id, &organisation));
	out->organisation = organisation.name;
	return OK;
}

static struct err add_staff(struct hall *hall, struct arena *arena, struct demo_people *people)
{
	struct staff_members members;
	TRY(staff_members(hall, arena, &members));
	for (size_t i = 0; i < members.count; i++) {
		struct demo_person person;
		if (!members.items[i].demo || str_eq_c(members.items[i].state, "suspended")) continue;
		TRY(staff_person(hall, arena, &members.items[i], &person));
		if (person.role.len == 0) continue;
		LIST_PUSH(arena, people, person);
		people->counts[DEMO_GROUP_staff]++;
	}
	return OK;
}

struct err demo_people(struct hall *hall, struct arena *arena, struct demo_people *out_people)
{
	struct store_reader *reader;
	struct store_rows cases = { 0 }, lawyers = { 0 };
	*out_people = (struct demo_people){ 0 };
	TRY(read_begin(hall, &reader));
	struct err err = query(hall, arena, reader, "demo_cases", SQL_NONE, &cases);
	if (!failed(err)) err = query(hall, arena, reader, "demo_lawyers", SQL_NONE, &lawyers);
	store_read_end(reader);
	TRY(err);
	TRY(add_workers(hall, arena, &cases, out_people));
	add_lawyers(arena, &lawyers, out_people);
	return add_staff(hall, arena, out_people);
}

/* ---- coming in -------------------------------------------------------------------------------------------------------- */

static struct err open_worker(
    struct hall *hall, struct arena *arena, struct str device, struct demo_person *person, struct str *out_token)
{
	struct person known;
	struct identity identity;
	TRY(person_by_id(hall, arena, person->person_id, &known));
	TRY(identity_of(hall, arena, person->person_id, &identity));
	person->name = known.name;
	struct session opening = { .kind = SESSION_WORKER,
		.person_id = person->person_id,
		.level = identity.level >= 2 ? 2 : 1,
		.name = known.name,
		.device = device,
		.method = identity.level >= 2 ? STR("手机号与短信验证码，身份经随申办核验") : STR("手机号与短信验证码") };
	return session_open(hall, arena, &opening, out_token);
}

static struct err open_lawyer(
    struct hall *hall, struct arena *arena, struct str device, struct demo_person *person, struct str *out_token)
{
	struct lawyer lawyer;
	TRY(lawyer_by_id(hall, arena, person->lawyer_id, &lawyer));
	struct person known = { .name = lawyer.name, .phone = lawyer.phone };
	TRY(person_by_phone(hall, arena, &known, &person->person_id));
	person->name = lawyer.name;
	struct session opening = { .kind = SESSION_LAWYER,
		.person_id = person->person_id,
		.lawyer_id = lawyer.lawyer_id,
		.level = 2,
		.name = lawyer.name,
		.device = device,
		.method = STR("律所名册登记，手机验证码") };
	return session_open(hall, arena, &opening, out_token);
}

static struct err open_staff(
    struct hall *hall, struct arena *arena, struct str device, struct demo_person *person, struct str *out_token)
{
	struct demo_people people = { 0 };
	int64_t wanted = person->person_id;
	TRY(add_staff(hall, arena, &people));
	for (size_t i = 0; i < people.count; i++) {
		if (people.items[i].person_id != wanted) continue;
		*person = people.items[i];
		struct session opening = { .kind = SESSION_STAFF,
			.person_id = wanted,
			.organisation_id = person->organisation_id,
			.role = person->role,
			.level = 2,
			.name = person->name,
			.device = device,
			.method = STR("工作账号：密码与动态码") };
		return session_open(hall, arena, &opening, out_token);
	}
	return ERR(NOT_FOUND);
}

struct err demo_sign_in(struct hall *hall, struct arena *arena, enum demo_group group, int64_t id, struct str device,
    struct str *out_token, struct demo_person *out_person)
{
	*out_person = (struct demo_person){ .group = group, .person_id = id };
	if (group == DEMO_GROUP_staff) return open_staff(hall, arena, device, out_person, out_token);
	if (group != DEMO_GROUP_lawyer) return open_worker(hall, arena, device, out_person, out_token);
	out_person->lawyer_id = id;
	return open_lawyer(hall, arena, device, out_person, out_token);
}

struct err demo_confirm(struct hall *hall, struct arena *arena, int64_t person_id, struct str session_token, struct report *report,
    struct str *out_token)
{
	struct person person;
	struct actor app = { .kind = ACTOR_HALL };
	TRY(person_by_id(hall, arena, person_id, &person));
	struct confirmation confirmation = { .level = 2,
		.method = STR("演示核验"),
		.subject = str_join(arena, STR("demo:"), person.phone),
		.name = person.name.len ? person.name : STR("郝演示"),
		.id_number = person.id_number.len ? person.id_number : STR("310113199003072415") };
	TRY(person_confirm(hall, arena, &app, person_id, &confirmation, report));
	return session_raise(hall, arena, session_token, 2, STR("手机号与短信验证码，身份经演示核验"), out_token);
}

struct err demo_staff_code(struct hall *hall, struct arena *arena, int64_t person_id, struct str *out_code)
{
	struct store_reader *reader;
	struct staff_account account = { 0 };
	struct str secret;
	TRY(read_begin(hall, &reader));
	struct err err = staff_account_read(hall, arena, reader, person_id, &account);
	store_read_end(reader);
	TRY(err);
	if (!account.demo) return ERR(NOT_FOUND);
	TRY(unseal_text(hall, arena, "staff_account.secret", person_id, account.sealed_secret, &secret));
	*out_code = totp_code(arena, secret, hall_now_ms(hall) / 1000 / TOTP_STEP_S, TOTP_DIGITS);
	return OK;
}

/* ---- phones ------------------------------------------------------------------------------------------------------------ */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The six digits behind 验证码. */
static struct str code_in(struct str text)
{
	struct str word = STR("验证码");
	ptrdiff_t at = str_find(text, word, 0);
	size_t from = (size_t)at + word.len;
	if (at < 0 || from + CODE_DIGITS > text.len) return STR("");
	for (size_t i = from; i < from + CODE_DIGITS; i++)
		if (!is_digit(text.ptr[i])) return STR("");
	return str_sub(text, from, from + CODE_DIGITS);
}

static struct str name_of(struct hall *hall, struct arena *arena, struct store_reader *reader, struct str phone)
{
	struct store_row row;
	struct person person;
	if (failed(QUERY_ONE(hall, arena, reader, "person_by_phone", &row, B(lookup_key(hall, arena, "person.phone", phone)))))
		return STR("");
	return failed(person_read(hall, arena, row, &person)) ? STR("") : person.name;
}

static struct err read_message(
    struct hall *hall, struct arena *arena, struct store_reader *reader, struct store_row row, struct demo_message *out)
{
	int64_t notice_id = row_i64(row, 0);
	*out = (struct demo_message){ .queued_ms = row_i64(row, 5), .sent_ms = row_i64(row, 6), .state = row_bytes(row, 7) };
	TRY(unseal_text(hall, arena, "notice.to", notice_id, row_bytes(row, 3), &out->phone));
	if (row_bytes(row, 4).len) TRY(unseal_text(hall, arena, "notice.text", notice_id, row_bytes(row, 4), &out->text));
	out->code = code_in(out->text);
	out->name = name_of(hall, arena, reader, out->phone);
	return OK;
}

struct err demo_messages(struct hall *hall, struct arena *arena, struct str phone, struct demo_messages *out_messages)
{
	enum { LOOK_BACK = 2000 };
	struct store_reader *reader;
	struct store_rows rows;
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "demo_messages", &rows, I(phone.len ? LOOK_BACK : DEMO_MESSAGE_COUNT_MAX));
	struct demo_messages messages = { .items = failed(err) ? NULL : ARENA_ARRAY(arena, struct demo_message, rows.count) };
	for (size_t i = 0; !failed(err) && i < rows.count && messages.count < DEMO_MESSAGE_COUNT_MAX; i++) {
		struct demo_message *message = &messages.items[messages.count];
		err = read_message(hall, arena, reader, rows.items[i], message);
		messages.count += phone.len == 0 || str_eq(phone, message->phone);
	}
	store_read_end(reader);
	if (!failed(err)) *out_messages = messages;
	return err;
}

/* ---- what fired ------------------------------------------------------------------------------------------------------------ */

struct err demo_events(
    struct hall *hall, struct arena *arena, int64_t after_id, struct demo_events *out_events, int64_t *out_last_id)
{
	struct store_reader *reader;
	struct store_rows rows = { 0 };
	struct store_row last;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, arena, reader, "demo_event_last", SQL_NONE, &last);
	if (!failed(err) && after_id) err = QUERY(hall, arena, reader, "demo_events", &rows, I(after_id), I(DEMO_EVENT_COUNT_MAX));
	store_read_end(reader);
	TRY(err);
	struct demo_events events = { .items = ARENA_ARRAY(arena, struct demo_event, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		events.items[i] = (struct demo_event){ row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_bytes(row, 6),
			row_bytes(row, 3), row_bytes(row, 4), row_bytes(row, 5) };
	}
	*out_events = events;
	*out_last_id = row_i64(last, 0);
	return OK;
}
