#include "hall/inside.h"

#include "codec/codec.h"

#define X(name, words, staff) { STR_INIT(#name), STR_INIT(words), staff },
static const struct role roles[] = { ROLES(X) };
#undef X

const struct role *role_by_name(struct str name)
{
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (str_eq(roles[i].name, name)) return &roles[i];
	return NULL;
}

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

struct err person_box(struct work *work, const struct person *person, struct str *out_box)
{
	struct json *json = json_new(work->arena, JSON_OBJECT);
	struct str plain;
	add_text(work->arena, json, "name", person->name);
	add_text(work->arena, json, "phone", person->phone);
	add_text(work->arena, json, "idNumber", person->id_number);
	TRY(json_print(work->arena, json, JSON_COMPACT, 1 << 16, &plain));
	return seal_text(work->hall, work->arena, "person.data", person->person_id, plain, out_box);
}

struct err person_read(struct hall *hall, struct arena *arena, struct store_row row, struct person *out_person)
{
	struct person person = { .person_id = row_i64(row, 0) };
	const struct json *json;
	struct str plain;
	TRY(unseal_text(hall, arena, "person.data", person.person_id, row_bytes(row, 1), &plain));
	if (failed(json_parse(arena, plain, NULL, &json))) return ERR(TAMPERED);
	person.name = json_string_of(json, "name");
	person.phone = json_string_of(json, "phone");
	person.id_number = json_string_of(json, "idNumber");
	*out_person = person;
	return OK;
}

struct meeting { const struct person *given; int64_t person_id; };

/* The phone is the key; what is known already is kept unless something newer is given. */
static struct err meet_body(struct work *work, void *data)
{
	struct meeting *meeting = data;
	struct person person = *meeting->given, known;
	struct store_row row;
	struct str box, key = lookup_key(work->hall, work->arena, "person.phone", person.phone);
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "person_by_phone", &row, B(key));
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	if (failed(err)) {
		meeting->person_id = person.person_id = id_next(&work->hall->ids);
		TRY(person_box(work, &person, &box));
		WORK_ADD(work, "person_add", I(person.person_id), B(key), B(box), I(work->now_ms));
		return audit_add(work, 0, "person.added", id_text(work->arena, person.person_id), STR(""));
	}
	TRY(person_read(work->hall, work->arena, row, &known));
	meeting->person_id = known.person_id;
	bool newer = (person.name.len && !str_eq(person.name, known.name)) ||
	    (person.id_number.len && !str_eq(person.id_number, known.id_number));
	if (!newer) return OK;
	if (person.name.len) known.name = person.name;
	if (person.id_number.len) known.id_number = person.id_number;
	TRY(person_box(work, &known, &box));
	WORK_ADD(work, "person_set_data", I(known.person_id), B(box));
	return audit_add(work, 0, "person.changed", id_text(work->arena, known.person_id), STR(""));
}

struct err person_by_phone(struct hall *hall, struct arena *arena, const struct person *person, int64_t *out_person_id)
{
	struct meeting meeting = { .given = person };
	if (!mobile_is_valid(person->phone)) return ERR(INVALID);
	struct err err = work_run(hall, arena, NULL, STR("hall"), false, meet_body, &meeting);
	/* Two first meetings at one moment: the other was faster, so he is known now. */
	if (err_is(err, ERR_REFUSED)) err = work_run(hall, arena, NULL, STR("hall"), false, meet_body, &meeting);
	if (!failed(err)) *out_person_id = meeting.person_id;
	return err;
}

struct err person_find(struct hall *hall, struct arena *arena, struct str phone, int64_t *out_person_id)
{
	struct store_reader *reader;
	struct store_row row;
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "person_by_phone", &row, B(lookup_key(hall, arena, "person.phone", phone)));
	store_read_end(reader);
	TRY(err);
	*out_person_id = row_i64(row, 0);
	return OK;
}

struct err person_by_id(struct hall *hall, struct arena *arena, int64_t person_id, struct person *out_person)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "person_by_id", &row, I(person_id));
	store_read_end(reader);
	return failed(err) ? err : person_read(hall, arena, row, out_person);
}

/* ---- roles ------------------------------------------------------------------------------------------------ */

struct granting { int64_t person_id, organisation_id; struct str role; const char *statement, *what; };

static struct err grant_body(struct work *work, void *data)
{
	struct granting *granting = data;
	if (str_eq_c(str_from_c(granting->statement), "role_add"))
		WORK_ADD(work, "role_add", I(granting->person_id), I(granting->organisation_id), T(granting->role), I(work->now_ms));
	else WORK_GUARD(work, "role_remove", I(granting->person_id), I(granting->organisation_id), T(granting->role));
	return audit_add(work, 0, granting->what, id_text(work->arena, granting->person_id), STR(""));
}

struct err role_grant(struct hall *hall, struct arena *arena, int64_t person_id, int64_t organisation_id, struct str role)
{
	struct granting granting = { person_id, organisation_id, role, "role_add", "role.granted" };
	if (!role_by_name(role)) return ERR(INVALID);
	return work_run(hall, arena, NULL, STR("hall"), false, grant_body, &granting);
}

struct err role_withdraw(struct hall *hall, struct arena *arena, int64_t person_id, int64_t organisation_id, struct str role)
{
	struct granting granting = { person_id, organisation_id, role, "role_remove", "role.withdrawn" };
	if (!role_by_name(role)) return ERR(INVALID);
	return work_run(hall, arena, NULL, STR("hall"), false, grant_body, &granting);
}

static struct err read_roles(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t person_id, struct roles_at *out_roles)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "role_of_person", &rows, I(person_id)));
	struct roles_at list = { .items = ARENA_ARRAY(arena, struct role_at, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) list.items[i] = (struct role_at){ row_i64(rows.items[i], 0), row_bytes(rows.items[i], 1) };
	*out_roles = list;
	return OK;
}

struct err roles_of(struct hall *hall, struct arena *arena, int64_t person_id, struct roles_at *out_roles)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = read_roles(hall, arena, reader, person_id, out_roles);
	store_read_end(reader);
	return err;
}

static struct err check_role(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t person_id,
    int64_t organisation_id, struct str role)
{
	struct roles_at held;
	struct store_row row;
	TRY(read_roles(hall, arena, reader, person_id, &held));
	for (size_t i = 0; i < held.count; i++) {
		if (!str_eq(held.items[i].role, role)) continue;
		TRY(QUERY_ONE(hall, arena, reader, "organisation_within", &row, I(organisation_id), I(held.items[i].organisation_id)));
		if (row_i64(row, 0) > 0) return OK;
	}
	return ERR(FORBIDDEN);
}

struct err role_check(struct hall *hall, struct arena *arena, int64_t person_id, int64_t organisation_id, struct str role)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = check_role(hall, arena, reader, person_id, organisation_id, role);
	store_read_end(reader);
	return err;
}
