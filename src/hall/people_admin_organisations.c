/* The tree of organisations and the facts that papers and messages print; law firms and their lawyers. */
#include "hall/people_admin.h"

#include "hall/inside.h"

enum { NAME_CHARACTERS_MAX = 100, FACT_CHARACTERS_MAX = 200, CODE_BYTES_MAX = 40, DATA_BYTES_MAX = 1 << 16, LOAD_MAX = 1000,
    SIGN_MAX = 10 };

static const char *const kinds[] = { "union", "lawFirm", "court", "labour", "employer", "host" };

static struct str who_of(struct arena *arena, const struct actor *actor)
{
	return str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
}

/* ---- the tree ------------------------------------------------------------------------------------------------------ */

struct err organisations_managed(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, struct organisation_rows *out_rows)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(organisation_may(hall, arena, actor, scope_id, RIGHT_ADMINISTER));
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "organisation_tree", &rows, I(scope_id));
	store_read_end(reader);
	TRY(err);
	struct organisation_rows list = { ARENA_ARRAY(arena, struct organisation_row, rows.count), rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		list.items[i] = (struct organisation_row){ .organisation = { row_i64(row, 0), row_i64(row, 1), row_bytes(row, 2), row_bytes(row, 3),
			row_bytes(row, 4), row_bytes(row, 5), row_bytes(row, 6) }, .depth = (int32_t)row_i64(row, 7), .people = row_i64(row, 8) };
	}
	*out_rows = list;
	return OK;
}

static void check_name(struct str name, struct report *report)
{
	size_t characters = utf8_count(name);
	if (characters < 2 || characters > NAME_CHARACTERS_MAX || !text_is_printable(name))
		report_error(report, STR("name"), "请写名称，2到%d个字", NAME_CHARACTERS_MAX);
}

static bool code_is_good(struct str code)
{
	for (size_t i = 0; i < code.len; i++) {
		char c = code.ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-') return false;
	}
	return code.len >= 2 && code.len <= CODE_BYTES_MAX;
}

struct making { const struct organisation *organisation; int64_t id; };

static struct err make_body(struct work *work, void *data)
{
	struct making *making = data;
	const struct organisation *organisation = making->organisation;
	struct store_row row;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "organisation_by_code", &row, T(organisation->code));
	if (!failed(err)) {
		report_error(work->report, STR("code"), "这个代号已经有了，请换一个");
		return ERR(INVALID);
	}
	if (!err_is(err, ERR_NOT_FOUND)) return err;
	making->id = id_next(&work->hall->ids);
	WORK_ADD(work, "organisation_add", I(making->id), I(organisation->parent_id), T(organisation->kind), T(organisation->name),
	    T(organisation->region), T(organisation->code), T(STR("{}")), I(work->now_ms));
	return audit_add(work, 0, "organisation.added", id_text(work->arena, making->id), STR(""));
}

struct err organisation_make(struct hall *hall, struct arena *arena, const struct actor *actor, const struct organisation *organisation,
    struct report *report, int64_t *out_id)
{
	struct organisation trimmed = *organisation;
	struct making making = { &trimmed, 0 };
	bool known = false;
	TRY(organisation_may(hall, arena, actor, organisation->parent_id, RIGHT_ADMINISTER));
	trimmed.name = str_trim(trimmed.name);
	trimmed.code = str_trim(trimmed.code);
	check_name(trimmed.name, report);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) known |= str_eq_c(organisation->kind, kinds[i]);
	if (!known) report_error(report, STR("kind"), "请选一种组织");
	if (!region_is_known(hall->parameters, organisation->region))
		report_error(report, STR("region"), "没有这个地区代码：要六位数字，如310113");
	if (!code_is_good(trimmed.code)) report_error(report, STR("code"), "代号用字母、数字和短横，2到%d个", CODE_BYTES_MAX);
	if (report->error_count) return ERR(INVALID);
	TRY(work_run(hall, arena, report, who_of(arena, actor), true, make_body, &making));
	*out_id = making.id;
	return OK;
}

/* ---- facts ------------------------------------------------------------------------------------------------------------ */

#define FACTS(X) X("hotline", hotline) X("address", address) X("hours", hours) X("sealText", seal_text) X("smsSign", sms_sign)

struct err organisation_facts_read(struct arena *arena, const struct organisation *organisation, struct organisation_facts *out_facts)
{
	const struct json *data;
	if (failed(json_parse(arena, organisation->data, NULL, &data))) return ERR(TAMPERED);
	*out_facts = (struct organisation_facts){ .name = organisation->name };
#define X(word, field) out_facts->field = json_string_of(data, word);
	FACTS(X)
#undef X
	return OK;
}

/* The keys that pages set are replaced or left out; what else stands there is copied. */
static struct err merge(struct arena *arena, struct str before, const struct organisation_facts *facts, struct str *out_text)
{
	struct json *merged = json_new(arena, JSON_OBJECT);
	const struct json *data;
	if (failed(json_parse(arena, before, NULL, &data))) return ERR(TAMPERED);
	for (const struct json *member = data->first; member; member = member->next) {
		bool ours = false;
#define X(word, field) ours |= str_eq_c(member->key, word);
		FACTS(X)
#undef X
		if (!ours) json_add(merged, member->key, json_copy(arena, member));
	}
#define X(word, field) if (str_trim(facts->field).len) json_add(merged, STR(word), json_new_string(arena, str_trim(facts->field)));
	FACTS(X)
#undef X
	return json_print(arena, merged, JSON_COMPACT, DATA_BYTES_MAX, out_text);
}

struct changing { int64_t id; const struct organisation_facts *facts; };

static struct err change_body(struct work *work, void *data)
{
	const struct changing *changing = data;
	struct store_row row;
	struct str merged;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "organisation_by_id", &row, I(changing->id)));
	TRY(merge(work->arena, row_bytes(row, 6), changing->facts, &merged));
	WORK_GUARD(work, "organisation_set_name", I(changing->id), T(str_trim(changing->facts->name)), T(merged));
	return audit_add(work, 0, "organisation.changed", id_text(work->arena, changing->id), merged);
}

struct err organisation_change(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id,
    const struct organisation_facts *facts, struct report *report)
{
	struct changing changing = { organisation_id, facts };
	TRY(organisation_may(hall, arena, actor, organisation_id, RIGHT_ADMINISTER));
	check_name(str_trim(facts->name), report);
#define X(word, field) \
	if (utf8_count(facts->field) > FACT_CHARACTERS_MAX || !text_is_printable(facts->field)) \
		report_error(report, STR(word), "最多%d个字，不能有表情符号", FACT_CHARACTERS_MAX);
	FACTS(X)
#undef X
	if (utf8_count(facts->sms_sign) > SIGN_MAX) report_error(report, STR("smsSign"), "短信签名最多%d个字：它算在每条短信的70个字里", SIGN_MAX);
	if (report->error_count) return ERR(INVALID);
	return work_run(hall, arena, report, who_of(arena, actor), true, change_body, &changing);
}

/* ---- lawyers ------------------------------------------------------------------------------------------------------------ */

static void check_lawyer(const struct lawyer_entry *entry, struct report *report)
{
	if (entry->phone.len && !mobile_is_valid(entry->phone)) report_error(report, STR("phone"), "手机号要11位数字，以1开头");
	if (entry->load_max < 0 || entry->load_max > LOAD_MAX) report_error(report, STR("loadMax"), "同时在办的件数要0到%d", LOAD_MAX);
	if (utf8_count(entry->skills) > FACT_CHARACTERS_MAX) report_error(report, STR("skills"), "专长最多%d个字", FACT_CHARACTERS_MAX);
}

struct entering { const struct lawyer_entry *entry; int64_t lawyer_id; bool another_phone; };

static struct err lawyer_make_body(struct work *work, void *data)
{
	struct entering *entering = data;
	const struct lawyer_entry *entry = entering->entry;
	struct store_row row;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "lawyer_by_licence", &row, T(entry->licence));
	if (!failed(err) && row_bytes(row, 1).len == 0) {
		report_error(work->report, STR("licence"), "这个执业证号已经在名册里");
		return ERR(INVALID);
	}
	if (!failed(err)) {      /* he left, and is back: the same person, with what he did before */
		entering->lawyer_id = row_i64(row, 0);
		WORK_GUARD(work, "lawyer_return", I(entering->lawyer_id), I(entry->firm_id), T(entry->phone), T(entry->skills), I(entry->load_max));
		return audit_add(work, 0, "lawyer.returned", id_text(work->arena, entering->lawyer_id), STR(""));
	}
	if (!err_is(err, ERR_NOT_FOUND)) return err;
	entering->lawyer_id = id_next(&work->hall->ids);
	WORK_ADD(work, "lawyer_add", I(entering->lawyer_id), I(entry->firm_id), T(entry->name), T(entry->sex), T(entry->licence),
	    T(entry->phone),
	    T(entry->skills), I(entry->load_max), I(entry->available), I(work->now_ms));
	return audit_add(work, 0, "lawyer.added", id_text(work->arena, entering->lawyer_id), STR(""));
}

struct err lawyer_make(struct hall *hall, struct arena *arena, const struct actor *actor, const struct lawyer_entry *entry,
    struct report *report, int64_t *out_lawyer_id)
{
	struct entering entering = { .entry = entry };
	struct organisation firm = { 0 };
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	if (failed(organisation_by_id(hall, arena, entry->firm_id, &firm)) || !str_eq_c(firm.kind, "lawFirm"))
		report_error(report, STR("firm"), "请选律师事务所；没有的话先添加");
	if (!person_name_is_valid(entry->name)) report_error(report, STR("name"), "请写姓名，2到50个字");
	if (!str_eq_c(entry->sex, "男") && !str_eq_c(entry->sex, "女")) report_error(report, STR("sex"), "请选性别：委托书上要写");
	if (entry->licence.len < 8 || entry->licence.len > 30) report_error(report, STR("licence"), "请写执业证号");
	check_lawyer(entry, report);
	if (report->error_count) return ERR(INVALID);
	TRY(work_run(hall, arena, report, who_of(arena, actor), true, lawyer_make_body, &entering));
	*out_lawyer_id = entering.lawyer_id;
	return OK;
}

static struct err lawyer_change_body(struct work *work, void *data)
{
	const struct entering *entering = data;
	const struct lawyer_entry *entry = entering->entry;
	struct str detail = str_printf(work->arena, "{\"loadMax\":%lld,\"available\":%s}", (long long)entry->load_max,
	    entry->available ? "true" : "false");
	WORK_GUARD(work, "lawyer_set", I(entering->lawyer_id), T(entry->phone), T(entry->skills), I(entry->load_max), I(entry->available));
	if (entering->another_phone) WORK_ADD(work, "session_remove_of_lawyer", I(entering->lawyer_id));   /* who has the old one is out */
	return audit_add(work, 0, "lawyer.changed", id_text(work->arena, entering->lawyer_id), detail);
}

struct err lawyer_change(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t lawyer_id,
    const struct lawyer_entry *entry, struct report *report)
{
	struct entering entering = { .entry = entry, .lawyer_id = lawyer_id };
	struct lawyer known;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(lawyer_by_id(hall, arena, lawyer_id, &known));
	if (known.left) return ERR(NOT_FOUND);
	check_lawyer(entry, report);
	if (report->error_count) return ERR(INVALID);
	entering.another_phone = !str_eq(known.phone, entry->phone);
	return work_run(hall, arena, report, who_of(arena, actor), true, lawyer_change_body, &entering);
}

struct err lawyer_clients(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer_clients *out_clients)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "lawyer_client_list", &rows, I(lawyer_id));
	store_read_end(reader);
	TRY(err);
	struct lawyer_clients list = { .items = ARENA_ARRAY(arena, struct str, rows.count) };
	for (size_t i = 0; i < rows.count; i++) {
		if (row_is_null(rows.items[i], 0)) list.nameless++;
		else TRY(unseal_text(hall, arena, "lawyer_client.name", lawyer_id, row_bytes(rows.items[i], 0), &list.items[list.count++]));
	}
	*out_clients = list;
	return OK;
}

struct client_change { int64_t lawyer_id; struct str client; bool acts; };

static struct err client_body(struct work *work, void *data)
{
	const struct client_change *change = data;
	struct str box, key = lookup_key(work->hall, work->arena, "lawyer.client", employer_name_key(work->arena, change->client));
	TRY(seal_text(work->hall, work->arena, "lawyer_client.name", change->lawyer_id, change->client, &box));
	if (change->acts) WORK_ADD(work, "lawyer_client_set", I(change->lawyer_id), B(key), B(box));
	else WORK_GUARD(work, "lawyer_client_remove", I(change->lawyer_id), B(key));
	return audit_add(work, 0, change->acts ? "lawyer.clientAdded" : "lawyer.clientRemoved", id_text(work->arena, change->lawyer_id),
	    STR(""));
}

struct err lawyer_client_change(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t lawyer_id, struct str client,
    bool acts, struct report *report)
{
	struct client_change change = { lawyer_id, str_trim(client), acts };
	struct lawyer known;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(lawyer_by_id(hall, arena, lawyer_id, &known));
	if (utf8_count(change.client) < 2 || utf8_count(change.client) > NAME_CHARACTERS_MAX) {
		report_error(report, STR("client"), "请写单位全称或统一社会信用代码");
		return ERR(INVALID);
	}
	struct err err = work_run(hall, arena, report, who_of(arena, actor), true, client_body, &change);
	if (!err_is(err, ERR_BUSY) || acts) return err;
	report_error(report, STR("client"), "没有登记过这个名字");   /* the guard found nothing to remove, each time */
	return ERR(NOT_FOUND);
}
