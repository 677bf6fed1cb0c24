#include "hall/drafts.h"

#include "hall/inside.h"

/* ---- saving ------------------------------------------------------------------------------------------------ */

struct saving { const struct actor *actor; int64_t case_id, version; struct str page; struct feel_value data; };

static struct err own_draft(struct work *work, const struct actor *actor, int64_t case_id, struct case_file *out_file)
{
	TRY(case_load(work, case_id, out_file));
	if (actor->kind == ACTOR_APPLICANT && actor->person_id != out_file->row.applicant_id) return ERR(NOT_FOUND);
	return str_eq_c(out_file->row.state, "draft") ? OK : ERR(REFUSED);
}

static struct err save_body(struct work *work, void *data)
{
	struct saving *saving = data;
	struct case_file file;
	struct str plain;
	TRY(own_draft(work, saving->actor, saving->case_id, &file));
	struct feel_value merged = data_merge(work->arena, file.data, saving->data);
	TRY(value_encode(work->arena, merged, &plain));
	if (plain.len > DRAFT_BYTES_MAX) return ERR(LIMIT);
	case_touch(work, &file);
	TRY(case_keep_data(work, &file, merged));
	WORK_ADD(work, "draft_saved", I(saving->case_id), T(saving->page), I(work->now_ms));
	saving->version = file.row.version + 1;
	return OK;
}

struct err case_save_draft(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str page,
	struct feel_value data, int64_t *out_version)
{
	struct saving saving = { .actor = actor, .case_id = case_id, .page = page, .data = data };
	TRY(work_run(hall, arena, NULL, actor_who(arena, actor), actor->kind == ACTOR_STAFF, save_body, &saving));
	if (out_version) *out_version = saving.version;
	return OK;
}

static struct err discard_body(struct work *work, void *data)
{
	const struct saving *saving = data;
	struct case_file file;
	struct str plain, box, nothing;
	TRY(own_draft(work, saving->actor, saving->case_id, &file));
	TRY(value_encode(work->arena, feel_context_of(work->arena, NULL, 0), &plain));
	TRY(seal_text(work->hall, work->arena, "case_state.data", saving->case_id, plain, &box));
	WORK_GUARD(work, "draft_discard", I(saving->case_id), I(file.row.applicant_id));
	WORK_ADD(work, "state_clear", I(saving->case_id), B(box), I(work->now_ms));
	WORK_ADD(work, "draft_remove", I(saving->case_id));
	struct store_rows files;
	TRY(QUERY(work->hall, work->arena, work->reader, "file_of_case", &files, I(saving->case_id)));
	for (size_t i = 0; i < files.count; i++) {
		int64_t file_id = row_i64(files.items[i], 0);
		TRY(seal_text(work->hall, work->arena, "file.content", file_id, STR(""), &nothing));
		WORK_ADD(work, "file_set_content", I(file_id), I(0), B(lookup_key(work->hall, work->arena, "file.content", STR(""))), B(nothing));
	}
	return audit_add(work, saving->case_id, "case.discarded", file.service->id, STR(""));
}

struct err case_discard_draft(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id)
{
	struct saving saving = { .actor = actor, .case_id = case_id };
	return work_run(hall, arena, NULL, actor_who(arena, actor), actor->kind == ACTOR_STAFF, discard_body, &saving);
}

/* ---- what a person has --------------------------------------------------------------------------------------- */

struct err cases_of_person(struct hall *hall, struct arena *arena, int64_t person_id, struct person_cases *out_cases)
{
	struct store_reader *reader;
	struct store_rows rows;
	const struct service *service;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "case_of_applicant", &rows, I(person_id));
	store_read_end(reader);
	TRY(err);
	struct person_cases cases = { .items = ARENA_ARRAY(arena, struct person_case, rows.count) };
	for (size_t i = 0; i < rows.count; i++) {
		struct person_case *item = &cases.items[cases.count];
		*item = (struct person_case){ .page = row_bytes(rows.items[i], 16), .saved_ms = row_i64(rows.items[i], 17) };
		case_summary_read(rows.items[i], &item->summary);
		if (str_eq_c(item->summary.state, "discarded")) continue;
		TRY(service_version(hall, item->summary.service_version, &service));
		item->title = service->title;
		cases.count++;
	}
	*out_cases = cases;
	return OK;
}

/* ---- what is known already ------------------------------------------------------------------------------------- */

struct gathering { struct arena *arena; struct map paths; struct { LIST_OF(struct known_fact); } facts; };

static void add_fact(struct gathering *gathering, struct known_fact fact)
{
	if (map_has(&gathering->paths, fact.path)) return;
	map_put(gathering->arena, &gathering->paths, fact.path, gathering);
	LIST_PUSH(gathering->arena, &gathering->facts, fact);
}

static void add_leaves(struct gathering *gathering, struct str prefix, struct feel_value value, const struct known_fact *like)
{
	if (value.kind == FEEL_NULL || value.kind == FEEL_LIST) return;
	if (value.kind != FEEL_CONTEXT) {
		struct known_fact fact = *like;
		fact.path = prefix;
		fact.value = value;
		add_fact(gathering, fact);
		return;
	}
	for (size_t i = 0; i < value.context.count; i++) {
		const struct feel_entry *entry = &value.context.entries[i];
		if (prefix.len == 0 && str_eq_c(entry->key, "files")) continue;
		struct str path = prefix.len ? str_printf(gathering->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(entry->key)) : entry->key;
		add_leaves(gathering, path, entry->value, like);
	}
}

static void add_person(struct gathering *gathering, const struct person *person)
{
	const struct { const char *path; struct str text; } known[] = {
		{ "name", person->name }, { "phone", person->phone }, { "idNumber", person->id_number } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].text.len)
			add_fact(gathering, (struct known_fact){ .path = str_from_c(known[i].path), .value = feel_string(known[i].text) });
}

struct err facts_known(struct hall *hall, struct arena *arena, int64_t person_id, struct known_facts *out_facts)
{
	struct gathering gathering = { .arena = arena };
	struct person person;
	struct person_cases cases;
	TRY(person_by_id(hall, arena, person_id, &person));
	TRY(cases_of_person(hall, arena, person_id, &cases));
	add_person(&gathering, &person);
	for (size_t i = 0; i < cases.count; i++) {
		const struct case_summary *summary = &cases.items[i].summary;
		struct feel_value values, variables;
		if (!summary->submitted_ms) continue;
		TRY(case_data(hall, arena, summary->case_id, &values, &variables));
		struct known_fact like = { .source = FACT_CASE, .number = summary->number, .at_ms = summary->submitted_ms };
		add_leaves(&gathering, STR(""), values, &like);
	}
	*out_facts = (struct known_facts){ gathering.facts.items, gathering.facts.count };
	return OK;
}

/* ---- on another phone -------------------------------------------------------------------------------------------- */

struct resuming { const struct actor *actor; int64_t person_id, case_id, expires_ms; struct str code; };

static struct str resume_key(struct work *work, int64_t person_id, struct str code)
{
	return lookup_key(work->hall, work->arena, "resume.code",
	    str_printf(work->arena, "%.*s/%.*s", STR_ARG(id_text(work->arena, person_id)), STR_ARG(code)));
}

static struct err make_body(struct work *work, void *data)
{
	struct resuming *resuming = data;
	struct case_file file;
	uint64_t number;
	if (resuming->case_id) TRY(own_draft(work, resuming->actor, resuming->case_id, &file));
	rand_fill(work->hall->rand, &number, sizeof number);
	resuming->code = str_printf(work->arena, "%08llu", (unsigned long long)(number % 100000000));
	resuming->expires_ms = work->now_ms + INT64_C(60000) * RESUME_MINUTES;
	WORK_ADD(work, "resume_set", I(resuming->actor->person_id), B(resume_key(work, resuming->actor->person_id, resuming->code)),
	    sql_i64_or_null(resuming->case_id), I(resuming->expires_ms));
	return audit_add(work, resuming->case_id, "resume.made", id_text(work->arena, resuming->actor->person_id), STR(""));
}

struct err resume_code_make(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str *out_code,
	int64_t *out_expires_ms)
{
	struct resuming resuming = { .actor = actor, .case_id = case_id };
	if (actor->kind != ACTOR_APPLICANT) return ERR(FORBIDDEN);
	TRY(work_run(hall, arena, NULL, actor_who(arena, actor), false, make_body, &resuming));
	*out_code = resuming.code;
	*out_expires_ms = resuming.expires_ms;
	return OK;
}

static struct err use_body(struct work *work, void *data)
{
	struct resuming *resuming = data;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "resume_of_person", &row, I(resuming->person_id)));
	struct str key = resume_key(work, resuming->person_id, resuming->code);
	if (!str_eq(key, row_bytes(row, 0)) || row_i64(row, 2) <= work->now_ms || !row_is_null(row, 3)) return ERR(FORBIDDEN);
	resuming->case_id = row_i64(row, 1);
	WORK_GUARD(work, "resume_use", I(resuming->person_id), B(key), I(work->now_ms));
	return audit_add(work, resuming->case_id, "resume.used", id_text(work->arena, resuming->person_id), STR(""));
}

struct err resume_code_use(struct hall *hall, struct arena *arena, struct str phone, struct str code, struct report *report,
	int64_t *out_person_id, int64_t *out_case_id)
{
	struct resuming resuming = { .code = code };
	int64_t wait_s = 0;
	struct err err = attempt_take(hall, arena, "resume", phone, RESUME_TRIES_MAX, 3600000, &wait_s);
	if (err_is(err, ERR_REFUSED))
		report_error(report, STR("code"), "试的次数太多了，请过%lld分钟再试", (long long)(wait_s + 59) / 60);
	TRY(err);
	err = person_find(hall, arena, phone, &resuming.person_id);
	if (!failed(err)) err = work_run(hall, arena, NULL, STR("applicant"), false, use_body, &resuming);
	if (err_is(err, ERR_NOT_FOUND) || err_is(err, ERR_FORBIDDEN) || err_is(err, ERR_BUSY)) {
		report_error(report, STR("code"), "手机号或续办码不对，或者续办码已经用过、已过期");
		return ERR(FORBIDDEN);
	}
	TRY(err);
	*out_person_id = resuming.person_id;
	*out_case_id = resuming.case_id;
	return attempt_clear(hall, arena, "resume", phone);
}
