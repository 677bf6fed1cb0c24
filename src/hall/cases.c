/* A case from the draft to its end: every call is one command. */
#include "hall/inside.h"

#include <assert.h>

struct str actor_who(struct arena *arena, const struct actor *actor)
{
	switch (actor->kind) {
	case ACTOR_APPLICANT: return STR("applicant");
	case ACTOR_AGENT: return STR("agent");
	case ACTOR_STAFF: return str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
	case ACTOR_HALL: break;
	}
	return STR("hall");
}

/* ---- loading -------------------------------------------------------------------------------------------- */

void case_summary_read(struct store_row row, struct case_summary *out)
{
	*out = (struct case_summary){ .case_id = row_i64(row, 0),
		.number = row_bytes(row, 1),
		.service_id = row_bytes(row, 2),
		.service_version = row_bytes(row, 3),
		.organisation_id = row_i64(row, 4),
		.region = row_bytes(row, 5),
		.applicant_id = row_i64(row, 6),
		.trial = str_eq_c(row_bytes(row, 7), "trial"),
		.state = row_bytes(row, 8),
		.outcome = row_bytes(row, 9),
		.lawyer_id = row_i64(row, 10),
		.opened_ms = row_i64(row, 11),
		.submitted_ms = row_i64(row, 12),
		.decided_ms = row_i64(row, 13),
		.closed_ms = row_i64(row, 14),
		.version = row_i64(row, 15) };
}

static struct err load_state(struct work *work, struct case_file *file)
{
	struct store_row row;
	struct str plain;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "state_by_case", &row, I(file->row.case_id)));
	TRY(unseal_text(work->hall, work->arena, "case_state.data", file->row.case_id, row_bytes(row, 0), &plain));
	TRY(value_decode(work->arena, plain, &file->data));
	if (row_bytes(row, 1).len == 0) return OK;
	TRY(unseal_text(work->hall, work->arena, "case_state.instance", file->row.case_id, row_bytes(row, 1), &plain));
	return bpmn_decode(work->arena, file->service->bpmn, plain, &file->instance);
}

struct err case_load(struct work *work, int64_t case_id, struct case_file *out_case)
{
	struct case_file file = { 0 };
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "case_by_id", &row, I(case_id)));
	case_summary_read(row, &file.row);
	TRY(service_version(work->hall, file.row.service_version, &file.service));
	TRY(load_state(work, &file));
	file.environment = environment_new(work->arena, work->hall->calendar, work->hall->parameters, file.row.region, work->now_ms);
	*out_case = file;
	return OK;
}

void case_touch(struct work *work, struct case_file *file)
{
	if (file->touched) return;
	WORK_GUARD(work, "case_touch", I(file->row.case_id), I(file->row.version));
	file->touched = true;
}

static struct err read_case(
    struct hall *hall, struct arena *arena, const char *statement, struct sql_value key, struct case_summary *out_case)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, arena, reader, statement, &key, 1, &row);
	store_read_end(reader);
	TRY(err);
	case_summary_read(row, out_case);
	return OK;
}

struct err case_by_id(struct hall *hall, struct arena *arena, int64_t case_id, struct case_summary *out_case)
{
	return read_case(hall, arena, "case_by_id", sql_i64(case_id), out_case);
}

struct err case_by_number(struct hall *hall, struct arena *arena, struct str number, struct case_summary *out_case)
{
	return read_case(hall, arena, "case_by_number", sql_text(number), out_case);
}

static void task_of(struct store_row row, struct case_task *out)
{
	*out = (struct case_task){ .task_id = row_i64(row, 0),
		.case_id = row_i64(row, 1),
		.key = (uint32_t)row_i64(row, 2),
		.element = row_bytes(row, 3),
		.name = row_bytes(row, 4),
		.form = row_bytes(row, 5),
		.candidate_role = row_bytes(row, 6),
		.assignee = row_bytes(row, 7),
		.papers_of = row_bytes(row, 8),
		.opened_ms = row_i64(row, 9),
		.due_ms = row_i64(row, 10),
		.state = row_bytes(row, 11) };
}

struct err case_tasks(struct hall *hall, struct arena *arena, int64_t case_id, struct case_tasks *out_tasks)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "task_open_of_case", &rows, I(case_id));
	store_read_end(reader);
	TRY(err);
	struct case_tasks tasks = { .items = ARENA_ARRAY(arena, struct case_task, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) task_of(rows.items[i], &tasks.items[i]);
	*out_tasks = tasks;
	return OK;
}

struct err case_clocks(struct hall *hall, struct arena *arena, int64_t case_id, struct case_clocks *out_clocks)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "clock_of_case", &rows, I(case_id));
	store_read_end(reader);
	TRY(err);
	struct case_clocks clocks = { .items = ARENA_ARRAY(arena, struct case_clock, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		clocks.items[i] = (struct case_clock){ .name = row_bytes(row, 0),
			.began_ms = row_i64(row, 1),
			.warn_ms = row_i64(row, 2),
			.due_ms = row_i64(row, 3),
			.due_on = row_bytes(row, 4),
			.provisional = row_bool(row, 5),
			.basis = row_bytes(row, 6),
			.state = row_bytes(row, 9),
			.ended_ms = row_i64(row, 10) };
		int64_t until = clocks.items[i].ended_ms ? clocks.items[i].ended_ms : hall_now_ms(hall);
		clocks.items[i].worker_ms = row_i64(row, 7) + (row_is_null(row, 8) ? 0 : until - row_i64(row, 8));
	}
	*out_clocks = clocks;
	return OK;
}

struct err case_data(struct hall *hall, struct arena *arena, int64_t case_id, struct feel_value *out_data, struct feel_value *out_variables)
{
	struct report report = report_make(arena);
	struct work work = { .hall = hall, .arena = arena, .report = &report, .now_ms = hall_now_ms(hall) };
	struct case_file file;
	TRY(read_begin(hall, &work.reader));
	struct err err = case_load(&work, case_id, &file);
	store_read_end(work.reader);
	TRY(err);
	*out_data = file.data;
	*out_variables = file.instance ? bpmn_variables(arena, file.instance, 0) : FEEL_NULL_VALUE;
	return OK;
}

struct err case_count(struct hall *hall, struct arena *arena, int64_t *out_count)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "case_count", &row, T(STR("live")));
	store_read_end(reader);
	TRY(err);
	*out_count = row_i64(row, 0);
	return OK;
}

/* ---- opening and attaching -------------------------------------------------------------------------------- */

struct opening { const struct actor *actor; const struct service *service; struct str region; int64_t case_id; };

static struct err open_body(struct work *work, void *data)
{
	struct opening *opening = data;
	struct str plain, box;
	opening->case_id = id_next(&work->hall->ids);
	TRY(value_encode(work->arena, feel_context_of(work->arena, NULL, 0), &plain));
	TRY(seal_text(work->hall, work->arena, "case_state.data", opening->case_id, plain, &box));
	WORK_ADD(work, "case_add", I(opening->case_id), T(opening->service->id), T(opening->service->version), I(work->hall->organisation_id),
		T(opening->region), I(opening->actor->person_id), T(opening->service->trial ? STR("trial") : STR("live")), I(work->now_ms));
	WORK_ADD(work, "state_add", I(opening->case_id), B(box), I(work->now_ms));
	return audit_add(work, opening->case_id, "case.opened", opening->service->id, STR(""));
}

struct err case_open(struct hall *hall, struct arena *arena, const struct actor *actor, struct str service_id, struct str region,
    int64_t *out_case_id)
{
	struct opening opening = { .actor = actor, .region = region };
	if (!region_is_known(hall->parameters, region)) return ERR(INVALID);
	TRY(service_offered(hall, service_id, &opening.service));
	TRY(work_run(hall, arena, NULL, actor_who(arena, actor), actor->kind == ACTOR_STAFF, open_body, &opening));
	*out_case_id = opening.case_id;
	return OK;
}

struct attaching { const struct actor *actor; int64_t case_id, file_id; struct str field, name; struct inspected_file file; };

struct err file_store(struct work *work, int64_t case_id, struct str field, const struct inspected_file *file, struct str name,
    int64_t *out_file_id)
{
	int64_t file_id = id_next(&work->hall->ids);
	struct str name_box, content_box;
	TRY(seal_text(work->hall, work->arena, "file.name", file_id, name, &name_box));
	TRY(seal_text(work->hall, work->arena, "file.content", file_id, file->content, &content_box));
	WORK_ADD(work, "file_add", I(file_id), I(case_id), T(field), T(file->media_type), I((int64_t)file->content.len),
	    B(lookup_key(work->hall, work->arena, "file.content", file->content)), I(file->sound), T(file->words), B(name_box),
	    B(content_box), I(work->now_ms));
	*out_file_id = file_id;
	return OK;
}

struct err file_content(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t file_id, struct str *out_content)
{
	struct store_row row;
	TRY(QUERY_ONE(hall, arena, reader, "file_by_id", &row, I(file_id)));
	return unseal_text(hall, arena, "file.content", file_id, row_bytes(row, 9), out_content);
}

static struct err attach_body(struct work *work, void *data)
{
	struct attaching *attaching = data;
	struct store_row row;
	struct case_summary summary;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "case_by_id", &row, I(attaching->case_id)));
	case_summary_read(row, &summary);
	if (attaching->actor->kind == ACTOR_APPLICANT && attaching->actor->person_id != summary.applicant_id) return ERR(NOT_FOUND);
	TRY(file_store(work, attaching->case_id, attaching->field, &attaching->file, attaching->name, &attaching->file_id));
	return audit_add(work, attaching->case_id, "file.attached", attaching->field, STR(""));
}

struct err case_attach(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, const struct case_upload *upload,
	struct report *report, int64_t *out_file_id)
{
	struct attaching attaching = {
		.actor = actor, .case_id = case_id, .field = upload->field, .name = file_name_clean(arena, upload->name)
	};
	TRY(file_inspect(arena, upload->content, STR(""), &attaching.file));
	TRY(work_run(hall, arena, NULL, actor_who(arena, actor), actor->kind == ACTOR_STAFF, attach_body, &attaching));
	if (!attaching.file.sound) report_warning(report, upload->field, "%.*s", STR_ARG(attaching.file.words));
	*out_file_id = attaching.file_id;
	return OK;
}

/* ---- submitting -------------------------------------------------------------------------------------------- */

struct submitting { const struct actor *actor; int64_t case_id; struct feel_value data; };

static bool is_listed(struct feel_value value, struct str file_id)
{
	if (value.kind == FEEL_STRING) return str_eq(value.string, file_id);
	for (size_t i = 0; value.kind == FEEL_LIST && i < value.list.count; i++)
		if (value.list.items[i].kind == FEEL_STRING && str_eq(value.list.items[i].string, file_id)) return true;
	return false;
}

/* What the hall itself knows of the files that the answers name: the rule about papers reads it. A photograph that was
 * replaced by a better one counts no more. [{id, field, sound, words, mediaType}] */
static struct err file_checks(struct work *work, int64_t case_id, struct feel_value values, struct feel_value *out_list)
{
	size_t count = 0;
	struct store_rows rows;
	TRY(QUERY(work->hall, work->arena, work->reader, "file_of_case", &rows, I(case_id)));
	struct feel_value *items = ARENA_ARRAY(work->arena, struct feel_value, rows.count);
	for (size_t i = 0; i < rows.count; i++) {
		struct str file_id = id_text(work->arena, row_i64(rows.items[i], 0));
		if (!is_listed(feel_at(values, row_bytes(rows.items[i], 1)), file_id)) continue;
		struct feel_entry entries[] = {
			{ STR("id"), feel_string(file_id) },
			{ STR("field"), feel_string(row_bytes(rows.items[i], 1)) },
			{ STR("mediaType"), feel_string(row_bytes(rows.items[i], 2)) },
			{ STR("sound"), feel_boolean(row_bool(rows.items[i], 4)) },
			{ STR("words"), feel_string(row_bytes(rows.items[i], 5)) },
		};
		items[count++] = feel_context_of(work->arena, entries, sizeof entries / sizeof *entries);
	}
	*out_list = feel_list_of(work->arena, items, count);
	return OK;
}

const char *const hall_facts[] = { "applicant", "identityLevel", "region", "submittedOn", "fileChecks", NULL };

/* The form's data and, beside it, the facts that the hall adds (hall_facts): they cannot be sent by anybody. */
static struct err process_variables(
    struct work *work, struct case_file *file, const struct actor *actor, struct feel_value values, struct feel_value *out)
{
	struct feel_value checks;
	TRY(file_checks(work, file->row.case_id, values, &checks));
	struct feel_entry entries[] = {
		{ STR("applicant"), feel_string(id_text(work->arena, file->row.applicant_id)) },
		{ STR("identityLevel"), feel_number_i64(actor->identity_level) },
		{ STR("region"), feel_string(file->row.region) },
		{ STR("submittedOn"), feel_date(date_of_ms(work->now_ms, SHANGHAI_OFFSET_S)) },
		{ STR("fileChecks"), checks },
	};
	*out = feel_merge(work->arena, values, feel_context_of(work->arena, entries, sizeof entries / sizeof *entries));
	return OK;
}

struct err case_keep_data(struct work *work, struct case_file *file, struct feel_value values)
{
	struct str plain, box;
	file->data = values;
	TRY(value_encode(work->arena, values, &plain));
	TRY(seal_text(work->hall, work->arena, "case_state.data", file->row.case_id, plain, &box));
	WORK_ADD(work, "state_set_data", I(file->row.case_id), B(box), I(work->now_ms));
	return OK;
}

static struct err submit_body(struct work *work, void *data)
{
	struct submitting *submitting = data;
	struct case_file file;
	struct feel_value values, variables;
	TRY(case_load(work, submitting->case_id, &file));
	if (!str_eq_c(file.row.state, "draft")) return ERR(REFUSED);
	if (submitting->actor->identity_level < file.service->identity_level) return ERR(FORBIDDEN);
	if (submitting->actor->kind == ACTOR_APPLICANT && submitting->actor->person_id != file.row.applicant_id) return ERR(NOT_FOUND);
	const struct form *form = service_form(file.service, file.service->start_form);
	assert(form != NULL);   /* the catalogue refuses a service without it */
	TRY(form_submit(work->arena, form, file.data, submitting->data, &file.environment->feel, work->report, &values));
	TRY(process_variables(work, &file, submitting->actor, values, &variables));
	case_touch(work, &file);
	TRY(case_keep_data(work, &file, values));
	WORK_ADD(work, "case_set_submitted", I(file.row.case_id), I(work->now_ms));
	WORK_ADD(work, "search_mark", I(file.row.case_id), I(work->now_ms));
	file.row.submitted_ms = work->now_ms;
	TRY(audit_add(work, file.row.case_id, "case.submitted", file.service->id, STR("")));
	TRY(bpmn_instance_new(work->arena, file.service->bpmn, file.service->process, variables, &file.instance));
	TRY(process_milestone(work, &file, STR("submitted")));
	const struct bpmn_event start = { .kind = BPMN_ON_START };
	return process_step(work, &file, &start);
}

struct err case_submit(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct feel_value data,
    struct report *report)
{
	struct submitting submitting = { .actor = actor, .case_id = case_id, .data = data };
	return work_run(hall, arena, report, actor_who(arena, actor), actor->kind == ACTOR_STAFF, submit_body, &submitting);
}

/* ---- tasks ----------------------------------------------------------------------------------------------------- */

struct doing { const struct actor *actor; int64_t case_id; struct str element; struct feel_value data; };

static struct err find_task(struct work *work, const struct doing *doing, struct case_task *out_task)
{
	struct store_rows rows;
	TRY(QUERY(work->hall, work->arena, work->reader, "task_open_of_case", &rows, I(doing->case_id)));
	for (size_t i = 0; i < rows.count; i++) {
		task_of(rows.items[i], out_task);
		if (str_eq(out_task->element, doing->element)) return OK;
	}
	return ERR(REFUSED);   /* not open (any more): somebody else did it, or the process went on */
}

static bool may_do(struct work *work, const struct actor *actor, const struct case_task *task)
{
	if (task->candidate_role.len) return actor->kind == ACTOR_STAFF && str_eq(actor->role, task->candidate_role);
	return actor->kind != ACTOR_STAFF && str_eq(task->assignee, id_text(work->arena, actor->person_id));
}

/* A page that asks for half of a group keeps the other half. Lists are replaced whole. */
struct feel_value data_merge(struct arena *arena, struct feel_value under, struct feel_value over)
{
	struct feel_value merged = under;
	if (under.kind != FEEL_CONTEXT || over.kind != FEEL_CONTEXT) return over;
	for (size_t i = 0; i < over.context.count; i++) {
		const struct feel_entry *entry = &over.context.entries[i];
		merged = feel_put(arena, merged, entry->key, data_merge(arena, feel_get(under, entry->key), entry->value));
	}
	return merged;
}

/* The applicant's pages change the case's own data; a clerk's form stands beside them. */
static struct err take_form(struct work *work, struct case_file *file, const struct actor *actor, const struct case_task *task,
	struct feel_value given, struct feel_value *out_variables)
{
	const struct form *form = service_form(file->service, task->form);
	struct feel_value values, around = bpmn_variables(work->arena, file->instance, 0);
	if (!form) {
		*out_variables = FEEL_NULL_VALUE;
		return OK;
	}
	bool own = actor->kind == ACTOR_APPLICANT;
	struct feel_value known = own ? feel_merge(work->arena, around, file->data) : around;
	TRY(form_submit(work->arena, form, known, given, &file->environment->feel, work->report, &values));
	if (!own) {
		*out_variables = values;
		return OK;
	}
	struct feel_value merged = data_merge(work->arena, file->data, values);
	TRY(case_keep_data(work, file, merged));
	return process_variables(work, file, actor, merged, out_variables);
}

/* What a member of the staff decided, and why, stays in the history: the process may forget it at the next round. */
static struct err answer_text(struct work *work, struct feel_value variables, struct str *out_text)
{
	enum { ANSWER_BYTES_MAX = 64 << 10 };
	if (variables.kind != FEEL_CONTEXT) return OK;
	return json_print(work->arena, feel_to_json(work->arena, variables, FEEL_JSON_TEXT), JSON_COMPACT, ANSWER_BYTES_MAX, out_text);
}

static struct err do_body(struct work *work, void *data)
{
	struct doing *doing = data;
	struct case_file file;
	struct case_task task;
	struct bpmn_event done = { .kind = BPMN_ON_TASK_DONE };
	struct str answer = STR("");
	TRY(case_load(work, doing->case_id, &file));
	TRY(find_task(work, doing, &task));
	if (!may_do(work, doing->actor, &task)) return ERR(FORBIDDEN);
	if (task.papers_of.len) return ERR(REFUSED);   /* finished by the last paper, in no other way */
	TRY(take_form(work, &file, doing->actor, &task, doing->data, &done.variables));
	if (doing->actor->kind == ACTOR_STAFF) TRY(answer_text(work, done.variables, &answer));
	done.key = task.key;
	WORK_GUARD(work, "task_finish", I(file.row.case_id), I(task.key), T(STR("done")), T(work->who), I(work->now_ms));
	if (doing->actor->kind == ACTOR_APPLICANT) WORK_ADD(work, "clock_worker_ends", I(file.row.case_id), I(work->now_ms));
	TRY(audit_add(work, file.row.case_id, "task.done", task.element, answer));
	WORK_ADD(work, "search_mark", I(file.row.case_id), I(work->now_ms));
	return process_step(work, &file, &done);
}

struct err case_do_task(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element,
	struct feel_value data, struct report *report)
{
	struct doing doing = { .actor = actor, .case_id = case_id, .element = element, .data = data };
	return work_run(hall, arena, report, actor_who(arena, actor), actor->kind == ACTOR_STAFF, do_body, &doing);
}
