#include "hall/inside.h"

#include "codec/codec.h"

static void organisation_of(struct store_row row, struct organisation *out)
{
	*out = (struct organisation){ .organisation_id = row_i64(row, 0),
		.parent_id = row_i64(row, 1),
		.kind = row_bytes(row, 2),
		.name = row_bytes(row, 3),
		.region = row_bytes(row, 4),
		.code = row_bytes(row, 5),
		.data = row_bytes(row, 6) };
}

static struct err read_organisation(
    struct hall *hall, struct arena *arena, const char *statement, struct sql_value key, struct organisation *out)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, arena, reader, statement, &key, 1, &row);
	store_read_end(reader);
	TRY(err);
	organisation_of(row, out);
	return OK;
}

struct err organisation_by_id(struct hall *hall, struct arena *arena, int64_t id, struct organisation *out)
{
	return read_organisation(hall, arena, "organisation_by_id", sql_i64(id), out);
}

struct str union_fact(struct hall *hall, struct arena *arena, struct store_reader *reader, const char *name, struct str otherwise)
{
	struct store_row row;
	const struct json *data;
	if (failed(query_one(hall, arena, reader, "organisation_by_id", SQL(I(hall->organisation_id)), &row))) return otherwise;
	if (failed(json_parse(arena, row_bytes(row, 6), NULL, &data)) || json_string_of(data, name).len == 0) return otherwise;
	return json_string_of(data, name);
}

struct str sms_sign(struct hall *hall, struct arena *arena, struct store_reader *reader)
{
	return union_fact(hall, arena, reader, "smsSign", hall->name);
}

struct err organisation_by_code(struct hall *hall, struct arena *arena, struct str code, struct organisation *out)
{
	return read_organisation(hall, arena, "organisation_by_code", sql_text(code), out);
}

/* ---- importing -------------------------------------------------------------------------------------------------- */

struct importing { const struct json *root; };

static struct str place_of(struct work *work, const struct json *json)
{
	return str_printf(work->arena, "%u:%u", json->line, json->column);
}

static struct err wrong(struct work *work, const struct json *json, const char *words)
{
	report_error(work->report, place_of(work, json), "%s", words);
	return ERR(INVALID);
}

static int64_t number_of(const struct json *object, const char *key, int64_t otherwise)
{
	int64_t value;
	const struct json *member = json_get(object, str_from_c(key));
	return json_is(member, JSON_NUMBER) && str_to_i64(member->text, &value) ? value : otherwise;
}

/* Organisations that are made in this command are not in the snapshot yet: `fresh` knows them by code. */
static struct err organisation_id_of(struct work *work, const struct map *fresh, struct str code, int64_t *out_id)
{
	struct store_row row;
	const int64_t *id = map_get(fresh, code);
	if (id) {
		*out_id = *id;
		return OK;
	}
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "organisation_by_code", &row, T(code)));
	*out_id = row_i64(row, 0);
	return OK;
}

static struct err import_organisation(struct work *work, struct map *fresh, const struct json *json)
{
	struct str code = json_string_of(json, "code"), name = json_string_of(json, "name"), parent = json_string_of(json, "parent"),
	           data = STR("{}");
	int64_t *id = ARENA_NEW(work->arena, int64_t), parent_id = 0;
	if (code.len == 0 || name.len == 0) return wrong(work, json, "an organisation needs code and name");
	if (json_get(json, STR("data"))) TRY(json_print(work->arena, json_get(json, STR("data")), JSON_COMPACT, 1 << 16, &data));
	if (!failed(organisation_id_of(work, fresh, code, id))) {
		WORK_ADD(work, "organisation_set_data", I(*id), T(data));
		return OK;
	}
	if (parent.len && failed(organisation_id_of(work, fresh, parent, &parent_id))) return wrong(work, json, "its parent is not known");
	*id = id_next(&work->hall->ids);
	WORK_ADD(work, "organisation_add", I(*id), sql_i64_or_null(parent_id ? parent_id : work->hall->organisation_id),
	    T(json_string_of(json, "kind")), T(name), T(json_string_of(json, "region")), T(code), T(data), I(work->now_ms));
	map_put(work->arena, fresh, code, id);
	return OK;
}

static struct err import_lawyer(struct work *work, struct map *fresh, const struct json *json, int64_t position)
{
	struct str licence = json_string_of(json, "licence"), skills = STR("");
	struct store_row row;
	int64_t firm_id, lawyer_id = id_next(&work->hall->ids);
	if (licence.len == 0 || json_string_of(json, "name").len == 0) return wrong(work, json, "a lawyer needs name and licence");
	if (failed(organisation_id_of(work, fresh, json_string_of(json, "firm"), &firm_id))) return wrong(work, json, "the firm is not known");
	if (!failed(QUERY_ONE(work->hall, work->arena, work->reader, "lawyer_by_licence", &row, T(licence)))) return OK;
	const struct json *list = json_get(json, STR("skills"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next)
		skills = str_printf(work->arena, "%.*s%s%.*s", STR_ARG(skills), skills.len ? "," : "", STR_ARG(json_string(item)));
	WORK_ADD(work, "lawyer_add", I(lawyer_id), I(firm_id), T(json_string_of(json, "name")), T(json_string_of(json, "sex")),
	    T(licence), T(json_string_of(json, "phone")), T(skills), I(number_of(json, "loadMax", 20)),
	    I(!json_is(json_get(json, STR("available")), JSON_FALSE)), I(position));
	list = json_get(json, STR("actsFor"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next)
		WORK_ADD(work, "lawyer_client_add", I(lawyer_id),
		    B(lookup_key(work->hall, work->arena, "lawyer.client", employer_name_key(work->arena, json_string(item)))));
	return OK;
}

static struct err import_body(struct work *work, void *data)
{
	const struct json *root = ((struct importing *)data)->root, *list;
	struct map fresh = { 0 };
	int64_t position = work->now_ms;
	list = json_get(root, STR("organisations"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) TRY(import_organisation(work, &fresh, item));
	list = json_get(root, STR("lawyers"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) TRY(import_lawyer(work, &fresh, item, position++));
	return audit_add(work, 0, "roster.imported", STR(""), STR(""));
}

static struct err import_staff(struct hall *hall, struct arena *arena, const struct json *json, struct report *report)
{
	struct person person = { .name = json_string_of(json, "name"), .phone = json_string_of(json, "phone") };
	struct organisation organisation;
	int64_t person_id;
	if (failed(organisation_by_code(hall, arena, json_string_of(json, "organisation"), &organisation))
	    || failed(person_by_phone(hall, arena, &person, &person_id))) {
		report_error(report, str_printf(arena, "%u:%u", json->line, json->column), "staff need a known organisation and a mobile number");
		return ERR(INVALID);
	}
	const struct json *roles = json_get(json, STR("roles"));
	for (const struct json *role = roles ? roles->first : NULL; role; role = role->next)
		TRY(role_grant(hall, arena, person_id, organisation.organisation_id, json_string(role)));
	const struct json *demo = json_get(json, STR("demo"));
	return demo ? staff_demo_account(hall, arena, person_id, demo) : OK;
}

struct err roster_import(struct hall *hall, struct arena *arena, struct str json, struct report *report)
{
	struct importing importing;
	TRY(json_parse(arena, json, report, &importing.root));
	TRY(work_run(hall, arena, report, STR("hall"), false, import_body, &importing));
	const struct json *staff = json_get(importing.root, STR("staff"));
	for (const struct json *item = staff ? staff->first : NULL; item; item = item->next) TRY(import_staff(hall, arena, item, report));
	return OK;
}

/* ---- assignment --------------------------------------------------------------------------------------------------- */

static void lawyer_of(struct hall *hall, struct store_row row, struct lawyer *out)
{
	struct date until;
	*out = (struct lawyer){ .lawyer_id = row_i64(row, 0),
		.name = row_bytes(row, 1),
		.sex = row_bytes(row, 2),
		.licence = row_bytes(row, 3),
		.phone = row_bytes(row, 4),
		.skills = row_bytes(row, 5),
		.load_max = row_i64(row, 6),
		.takes_cases = row_bool(row, 7),
		.available = row_bool(row, 7),
		.position = row_i64(row, 8),
		.firm = row_bytes(row, 9),
		.firm_data = row_bytes(row, 10),
		.open_cases = row_i64(row, 11),
		.conflicted = row_i64(row, 12) > 0,
		.left = row_bytes(row, 14).len > 0 };
	if (!date_parse(row_bytes(row, 13), &until)) return;
	out->away_until = until;
	if (date_to_days(until) >= date_to_days(date_of_ms(hall_now_ms(hall), SHANGHAI_OFFSET_S))) out->available = false;
	else out->away_until = (struct date){ 0 };
}

struct err lawyers_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, struct feel_value employer, struct lawyers *out_lawyers)
{
	struct feel_value name = feel_get(employer, STR("name")), uscc = feel_get(employer, STR("uscc"));
	struct str name_key = name.kind == FEEL_STRING ? employer_name_key(arena, name.string) : STR("");
	struct store_rows rows;
	struct str none = STR("-");
	if (!hall->keyring) return ERR(LOCKED);   /* whom a lawyer acts for is kept as keyed hashes */
	TRY(QUERY(hall, arena, reader, "lawyer_candidates", &rows,
	    B(lookup_key(hall, arena, "lawyer.client", uscc.kind == FEEL_STRING ? uscc.string : none)),
	    B(lookup_key(hall, arena, "lawyer.client", name_key.len ? name_key : none))));
	struct lawyers lawyers = { .items = ARENA_ARRAY(arena, struct lawyer, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) lawyer_of(hall, rows.items[i], &lawyers.items[i]);
	*out_lawyers = lawyers;
	return OK;
}

struct err lawyers_against(struct hall *hall, struct arena *arena, struct feel_value employer, struct lawyers *out_lawyers)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = lawyers_read(hall, arena, reader, employer, out_lawyers);
	store_read_end(reader);
	return err;
}

struct err lawyer_read(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t lawyer_id, struct lawyer *out_lawyer)
{
	struct store_row row;
	TRY(QUERY_ONE(hall, arena, reader, "lawyer_by_id", &row, I(lawyer_id)));
	lawyer_of(hall, row, out_lawyer);
	return OK;
}

struct err lawyer_by_id(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer *out_lawyer)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = lawyer_read(hall, arena, reader, lawyer_id, out_lawyer);
	store_read_end(reader);
	return err;
}

static bool has_skill(const struct lawyer *lawyer, struct str skill)
{
	struct str rest = lawyer->skills, piece;
	if (skill.len == 0) return true;
	while (str_split(&rest, ',', &piece))
		if (str_eq(str_trim(piece), skill)) return true;
	return false;
}

/* Shares are compared as fractions, without rounding. */
static bool comes_before(const struct lawyer *a, const struct lawyer *b)
{
	int64_t left = a->open_cases * b->load_max, right = b->open_cases * a->load_max;
	if (left != right) return left < right;
	if (a->open_cases != b->open_cases) return a->open_cases < b->open_cases;
	return a->position < b->position;
}

const struct lawyer *lawyer_choose(const struct lawyers *lawyers, struct str skill)
{
	const struct lawyer *best = NULL;
	for (size_t i = 0; i < lawyers->count; i++) {
		const struct lawyer *lawyer = &lawyers->items[i];
		if (!lawyer->available || lawyer->conflicted || lawyer->open_cases >= lawyer->load_max || !has_skill(lawyer, skill)) continue;
		if (!best || comes_before(lawyer, best)) best = lawyer;
	}
	return best;
}
