#include "hall/journey.h"

#include "hall/inside.h"

/* ---- messages to the process ------------------------------------------------------------------------------------ */

struct telling {
	const struct actor *actor;
	int64_t case_id;
	struct str message, path, right, reason;
	const char *what;            /* the event */
	const char *refusal;         /* words when the process does not wait for it */
};

static struct err own_case(struct work *work, const struct actor *actor, int64_t case_id, struct case_file *out_file)
{
	TRY(case_load(work, case_id, out_file));
	if (actor->kind != ACTOR_APPLICANT || actor->person_id != out_file->row.applicant_id) return ERR(NOT_FOUND);
	return OK;
}

const struct bpmn_wait *case_waits_for(struct work *work, const struct case_file *file, struct str message)
{
	if (!file->instance || !str_eq_c(file->row.state, "open")) return NULL;
	struct bpmn_wait_list waits = bpmn_waits(work->arena, file->instance);
	for (size_t i = 0; i < waits.count; i++)
		if (waits.items[i].kind == BPMN_WAIT_MESSAGE && str_eq(waits.items[i].name, message)) return &waits.items[i];
	return NULL;
}

static struct err task_is_open(struct work *work, int64_t case_id, const char *element, bool *out_open)
{
	struct store_rows rows;
	TRY(QUERY(work->hall, work->arena, work->reader, "task_open_of_case", &rows, I(case_id)));
	*out_open = false;
	for (size_t i = 0; i < rows.count; i++) *out_open |= str_eq_c(row_bytes(rows.items[i], 3), element);
	return OK;
}

/* Texts stay texts, numbers must be numbers, dates dates: what was given before says which. */
static struct err value_like(struct work *work, struct feel_value before, struct str text, struct feel_value *out)
{
	struct date date;
	switch (before.kind) {
	case FEEL_STRING:
		if (date_parse(before.string, &date) && !date_parse(text, &date)) break;
		*out = feel_string(text);
		return OK;
	case FEEL_NUMBER:
		if (!failed(feel_number_parse(text, out))) return OK;
		break;
	case FEEL_DATE:
		if (!date_parse(text, &date)) break;
		*out = feel_date(date);
		return OK;
	default: break;
	}
	report_error(work->report, STR("right"), "这里要填%s", before.kind == FEEL_NUMBER ? "数字" : "日期，例如 2022-08-26");
	return ERR(INVALID);
}

static struct feel_value value_at(struct feel_value data, struct str path)
{
	struct str piece;
	while (str_split(&path, '.', &piece)) data = feel_get(data, piece);
	return data;
}

static struct err variables_of(struct work *work, const struct case_file *file, const struct telling *telling, struct feel_value *out)
{
	struct arena *arena = work->arena;
	struct feel_value value = FEEL_NULL_VALUE;
	if (telling->path.len == 0) {
		*out = feel_put(
		    arena, FEEL_NULL_VALUE, STR("wanted"), feel_put(arena, FEEL_NULL_VALUE, STR("reason"), feel_string(telling->reason)));
		return OK;
	}
	struct feel_value before = value_at(file->data, telling->path);
	TRY(value_like(work, before, telling->right, &value));
	struct feel_entry entries[] = { { STR("path"), feel_string(telling->path) }, { STR("before"), before }, { STR("value"), value },
		{ STR("reason"), feel_string(telling->reason) } };
	*out = feel_put(arena, FEEL_NULL_VALUE, STR("correction"), feel_context_of(arena, entries, sizeof entries / sizeof *entries));
	return OK;
}

static struct err tell_body(struct work *work, void *data)
{
	struct telling *telling = data;
	struct case_file file;
	struct str detail;
	struct bpmn_event event = { .kind = BPMN_ON_MESSAGE };
	bool busy = false;
	TRY(own_case(work, telling->actor, telling->case_id, &file));
	const struct bpmn_wait *wait = case_waits_for(work, &file, telling->message);
	if (wait && telling->path.len) TRY(task_is_open(work, telling->case_id, "correct", &busy));
	if (wait && str_eq_c(telling->message, "humanWanted")) TRY(task_is_open(work, telling->case_id, "lookAgain", &busy));
	if (!wait || busy) {
		report_error(work->report, STR("case"), "%s", telling->refusal);
		return ERR(REFUSED);
	}
	TRY(variables_of(work, &file, telling, &event.variables));
	event.key = wait->key;
	TRY(value_encode(work->arena, event.variables, &detail));
	TRY(audit_add(work, telling->case_id, telling->what, telling->path, detail));
	WORK_ADD(work, "clock_worker_ends", I(telling->case_id), I(work->now_ms));
	WORK_ADD(work, "search_mark", I(telling->case_id), I(work->now_ms));
	return process_step(work, &file, &event);
}

static struct err check_words(struct str reason, bool needed, struct report *report)
{
	if (needed && str_trim(reason).len == 0) {
		report_error(report, STR("reason"), "请用一两句话说明");
		return ERR(INVALID);
	}
	if (reason.len <= 3 * JOURNEY_WORDS_MAX) return OK;
	report_error(report, STR("reason"), "最多写%d个字", JOURNEY_WORDS_MAX);
	return ERR(INVALID);
}

static struct err tell(struct hall *hall, struct arena *arena, struct telling *telling, struct report *report)
{
	return work_run(hall, arena, report, actor_who(arena, telling->actor), false, tell_body, telling);
}

struct err case_withdraw(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str reason, struct report *report)
{
	struct telling telling = { .actor = actor,
		.case_id = case_id,
		.message = STR("withdrawn"),
		.reason = reason,
		.what = "case.withdrawAsked",
		.refusal = "这件事已经办结或撤回，不能再撤回" };
	TRY(check_words(reason, false, report));
	return tell(hall, arena, &telling, report);
}

struct err case_ask_person(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str reason, struct report *report)
{
	struct telling telling = { .actor = actor,
		.case_id = case_id,
		.message = STR("humanWanted"),
		.reason = reason,
		.what = "case.personAsked",
		.refusal = "现在已经是由人来办，不用再申请" };
	TRY(check_words(reason, false, report));
	return tell(hall, arena, &telling, report);
}

struct err case_ask_correction(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str path,
	struct str right, struct str reason, struct report *report)
{
	struct telling telling = { .actor = actor, .case_id = case_id, .message = STR("correctionWanted"), .path = path,
		.right = str_trim(right), .reason = reason, .what = "correction.asked", .refusal = "上一处更正还没有答复，或者这件事已经办结" };
	struct answers_given answers;
	bool known = false;
	TRY(check_words(reason, false, report));
	if (telling.right.len == 0) report_error(report, STR("right"), "请填正确的内容");
	else if (telling.right.len > 3 * JOURNEY_WORDS_MAX) report_error(report, STR("right"), "最多写%d个字", JOURNEY_WORDS_MAX);
	else known = true;
	if (!known) return ERR(INVALID);
	TRY(case_answers(hall, arena, case_id, &answers));
	known = false;
	for (size_t i = 0; i < answers.count; i++) known |= str_eq(answers.items[i].path, path);
	if (!known) {
		report_error(report, STR("path"), "请选一处要更正的内容");
		return ERR(INVALID);
	}
	return tell(hall, arena, &telling, report);
}

/* ---- what was answered ------------------------------------------------------------------------------------------------ */

static struct str text_of(struct arena *arena, struct feel_value value)
{
	switch (value.kind) {
	case FEEL_STRING: return value.string;
	case FEEL_NUMBER: case FEEL_DATE: return feel_print(arena, value);
	default: return STR("");
	}
}

static bool is_correctable(enum form_type type)
{
	return type == FORM_TEXTFIELD || type == FORM_TEXTAREA || type == FORM_NUMBER || type == FORM_DATETIME;
}

struct err case_answers(struct hall *hall, struct arena *arena, int64_t case_id, struct answers_given *out_answers)
{
	struct case_summary summary;
	struct feel_value data, variables;
	const struct service *service;
	TRY(case_by_id(hall, arena, case_id, &summary));
	TRY(service_version(hall, summary.service_version, &service));
	TRY(case_data(hall, arena, case_id, &data, &variables));
	const struct form *form = service_form(service, service->start_form);
	struct answers_given answers = { .items = ARENA_ARRAY(arena, struct answer_given, form ? form->component_count : 0) };
	for (size_t i = 0; form && i < form->component_count; i++) {
		const struct form_component *component = form->components[i];
		if (!is_correctable(component->type) || component->list || str_eq_c(component->path, "phone")) continue;
		struct str text = text_of(arena, value_at(data, component->path));
		if (text.len) answers.items[answers.count++] = (struct answer_given){ component->path, component->label.source, text };
	}
	*out_answers = answers;
	return OK;
}

/* ---- files --------------------------------------------------------------------------------------------------------------- */

static struct err file_of_row(struct hall *hall, struct arena *arena, struct store_row row, struct attached_file *out)
{
	*out = (struct attached_file){ .file_id = row_i64(row, 0),
		.bytes = row_i64(row, 1),
		.field = row_bytes(row, 2),
		.media_type = row_bytes(row, 3),
		.words = row_bytes(row, 4),
		.sound = row_bool(row, 5) };
	return unseal_text(hall, arena, "file.name", out->file_id, row_bytes(row, 6), &out->name);
}

static struct err read_files(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct attached_files *out)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "file_attached", &rows, I(case_id)));
	struct attached_files files = { .items = ARENA_ARRAY(arena, struct attached_file, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) TRY(file_of_row(hall, arena, rows.items[i], &files.items[i]));
	*out = files;
	return OK;
}

struct err case_files(struct hall *hall, struct arena *arena, int64_t case_id, struct attached_files *out_files)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = read_files(hall, arena, reader, case_id, out_files);
	store_read_end(reader);
	return err;
}

struct err case_file_content(
    struct hall *hall, struct arena *arena, int64_t case_id, int64_t file_id, struct attached_file *out_file, struct str *out_content)
{
	struct store_reader *reader;
	struct attached_files files = { 0 };
	TRY(read_begin(hall, &reader));
	struct err err = read_files(hall, arena, reader, case_id, &files), found = ERR(NOT_FOUND);
	for (size_t i = 0; !failed(err) && i < files.count; i++) {
		if (files.items[i].file_id != file_id) continue;
		*out_file = files.items[i];
		found = file_content(hall, arena, reader, file_id, out_content);
	}
	store_read_end(reader);
	return failed(err) ? err : found;
}

struct err case_add_paper(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str name,
	struct str content, struct report *report)
{
	struct case_summary summary;
	struct attached_files files;
	struct case_upload upload = { .field = STR("extra"), .name = name, .content = content };
	size_t extra = 0;
	int64_t file_id;
	TRY(case_by_id(hall, arena, case_id, &summary));
	if (summary.applicant_id != actor->person_id || actor->kind != ACTOR_APPLICANT) return ERR(NOT_FOUND);
	TRY(case_files(hall, arena, case_id, &files));
	for (size_t i = 0; i < files.count; i++) extra += str_eq_c(files.items[i].field, "extra");
	if (!str_eq_c(summary.state, "open") || extra >= EXTRA_COUNT_MAX) {
		report_error(report, STR("file"), "%s", extra >= EXTRA_COUNT_MAX ? "最多再补20份" : "这件事已经办结，不能再补材料");
		return ERR(REFUSED);
	}
	return case_attach(hall, arena, actor, case_id, &upload, report, &file_id);
}
