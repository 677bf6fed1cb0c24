/* A task of the applicant's with a form, after submission: a supplement that a clerk asked for, the missing filing date.
 * Only what is asked for is shown; everything else stays as it was. */
#include "form/form.h"
#include "web/service_words.h"
#include "web/worker.h"

enum { PAGE_COUNT_MAX = 8 };

struct work_sheet {
	int64_t case_id;
	struct case_summary summary;
	struct story_now now;
	const struct service *service;
	const struct form *form;
	const struct feel_env *env;
	struct form_language language;
	struct feel_value known;             /* of the process and the case's data, over which the form is shown */
	const struct form_state *state;
	struct str pages[PAGE_COUNT_MAX];    /* of a long form only these: the property `pages` of the task */
	size_t page_count;
};

static struct err find_task(struct request *request, struct work_sheet *sheet)
{
	struct story story;
	TRY(case_story(request->hall, request->arena, sheet->case_id, &story));
	sheet->summary = story.summary;
	for (size_t i = 0; i < story.now.count; i++) {
		if (!str_eq_c(story.now.items[i].who, "applicant") || story.now.items[i].form.len == 0) continue;
		sheet->now = story.now.items[i];
		return OK;
	}
	return ERR(REFUSED);
}

static void choose_pages(struct work_sheet *sheet)
{
	const struct bpmn_element *element = bpmn_element_by_id(sheet->service->bpmn, sheet->now.element);
	struct str rest = element ? bpmn_property(element, "pages") : STR(""), id;
	while (str_split(&rest, ' ', &id) && sheet->page_count < PAGE_COUNT_MAX)
		if (id.len) sheet->pages[sheet->page_count++] = id;
}

static struct err open_sheet(struct request *request, struct work_sheet *sheet)
{
	struct feel_value data, variables;
	TRY(worker_case(request, &sheet->case_id));
	TRY(find_task(request, sheet));
	TRY(service_version(request->hall, sheet->summary.service_version, &sheet->service));
	choose_pages(sheet);
	sheet->form = service_form(sheet->service, sheet->now.form);
	if (!sheet->form) return ERR(NOT_FOUND);
	TRY(case_data(request->hall, request->arena, sheet->case_id, &data, &variables));
	sheet->env = &hall_environment(request->hall, request->arena)->feel;
	sheet->language = (struct form_language){ request->language_index == 1, sheet->service->english };
	sheet->known = feel_merge(request->arena, variables, data);
	return form_state(request->arena, sheet->form, sheet->known, sheet->env, &sheet->state);
}

/* What a clerk wrote when he asked for it. */
static struct str asked_words(const struct work_sheet *sheet)
{
	struct feel_value reason = feel_get(feel_get(sheet->known, STR("review")), STR("reason"));
	return reason.kind == FEEL_STRING ? reason.string : STR("");
}

static struct err list_files(struct request *request, const struct work_sheet *sheet, struct form_html_options *options)
{
	struct attachments all;
	TRY(case_attachments(request->hall, request->arena, sheet->case_id, &all));
	struct form_attachment *files = ARENA_ARRAY(request->arena, struct form_attachment, all.count);
	for (size_t i = 0; i < all.count; i++) {
		const struct attachment *file = &all.items[i];
		struct str id = id_print(request->arena, file->file_id), rest = str_join(request->arena, STR("/files/"), id);
		files[options->attachment_count++] = (struct form_attachment){ .path = file->field, .id = id, .name = file->name,
			.words = file->words, .url = case_path(request, sheet->case_id, str_to_c(request->arena, rest)),
			.thumbnail_url = STR(""), .bytes = file->bytes, .sound = file->sound };
	}
	options->attachments = files;
	return OK;
}

static struct err print_fields(
    struct request *request, const struct work_sheet *sheet, struct form_html_options *options, struct str *out_html)
{
	struct buf buf = buf_make(request->arena, FORM_HTML_BYTES_MAX);
	struct form_pages pages;
	struct str html;
	if (sheet->page_count == 0) return form_html(request->arena, sheet->state, options, out_html);
	TRY(form_pages(request->arena, sheet->state, &sheet->language, &pages));
	for (size_t i = 0; i < sheet->page_count; i++) {
		options->page = form_page(&pages, sheet->pages[i]);
		if (!options->page) continue;
		TRY(form_html(request->arena, sheet->state, options, &html));
		buf_add(&buf, html);
	}
	options->page = NULL;
	return buf_finish(&buf, out_html);
}

static struct err fill_task(struct request *request, const struct work_sheet *sheet, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct form_html_options options = { .language = sheet->language };
	struct str html, errors;
	TRY(list_files(request, sheet, &options));
	TRY(print_fields(request, sheet, &options, &html));
	TRY(form_html_errors(request->arena, sheet->state, &options, &errors));
	resource_id(&it, "id", sheet->case_id);
	resource_text(&it, "number", sheet->summary.number);
	resource_text(&it, "name", service_say(request, sheet->service, "steps", sheet->now.element, sheet->now.name));
	resource_text(&it, "words", service_say(request, sheet->service, "stepWords", sheet->now.element, sheet->now.words));
	resource_text(&it, "asked", asked_words(sheet));
	resource_text(&it, "dueDay", page_date(request, sheet->now.due_ms));
	resource_add(&it, "fields", page_html(request, html));
	resource_add(&it, "formErrors", page_html(request, errors));
	resource_text(&it, "problem", errors.len == 0 && request->report->count ? request->report->items[0].words : STR(""));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err task_show(struct request *request, struct answer *answer)
{
	struct work_sheet sheet = { 0 };
	struct err err = open_sheet(request, &sheet);
	if (err_is(err, ERR_REFUSED)) {      /* done already, here or on another phone */
		answer->see_other = case_path(request, sheet.case_id, "");
		return OK;
	}
	TRY(err);
	return fill_task(request, &sheet, answer);
}

/* Photos are kept with the case first; what cannot be used is said, and the form is shown again. */
static struct err take_files(struct request *request, struct work_sheet *sheet, struct feel_value *given)
{
	for (size_t i = 0; i < request->uploads.count; i++) {
		const struct upload *upload = &request->uploads.items[i];
		const struct form_component *component = form_at(sheet->form, upload->field);
		struct case_upload file = { .field = upload->field, .name = upload->name, .content = upload->content };
		int64_t file_id;
		if (upload->name.len == 0 && upload->content.len == 0) continue;
		if (!component || component->type != FORM_FILEPICKER) return ERR(INVALID);
		TRY(case_attach(request->hall, request->arena, &request->actor, sheet->case_id, &file, request->report, &file_id));
		if (request->report->count) return ERR(INVALID);
		struct feel_value id = feel_string(id_print(request->arena, file_id));
		if (component->multiple.given) id = feel_list_of(request->arena, &id, 1);
		*given = feel_put_at(request->arena, *given, upload->field, id);
	}
	return OK;
}

static struct err carry_out(struct request *request, struct work_sheet *sheet)
{
	struct form_sent *sent = ARENA_ARRAY(request->arena, struct form_sent, request->fields.count + 1);
	struct feel_value given;
	struct str op;
	size_t count = 0;
	for (size_t i = 0; i < request->fields.count; i++)
		if (!str_eq_c(request->fields.items[i].name, "token"))
			sent[count++] = (struct form_sent){ request->fields.items[i].name, request->fields.items[i].value };
	TRY(form_read_pages(
	    request->arena, sheet->state, sheet->pages, sheet->page_count, sent, count, &sheet->language, request->report, &given, &op));
	TRY(take_files(request, sheet, &given));
	struct report own = report_make(request->arena);
	struct err judged = form_submit_state(request->arena, sheet->form, sheet->known, given, sheet->env, &own, &sheet->state);
	if (failed(judged)) return judged;
	return case_do_task(request->hall, request->arena, &request->actor, sheet->case_id, sheet->now.element, given, request->report);
}

static struct err task_do(struct request *request, struct answer *answer)
{
	struct work_sheet sheet = { 0 };
	struct err err = open_sheet(request, &sheet);
	if (!failed(err)) err = carry_out(request, &sheet);
	if (err_is(err, ERR_INVALID) && sheet.state) {
		answer->status = 422;
		return fill_task(request, &sheet, answer);
	}
	if (!err_is(err, ERR_REFUSED)) TRY(err);
	answer->see_other = case_path(request, sheet.case_id, "");
	return OK;
}

const struct route task_routes[] = {
	{ .id = "taskShow", .method = "GET", .path = "/cases/:case/task", .needs = NEEDS_WORKER, .handler = task_show,
	    .template_name = "task" },
	{ .id = "taskDo", .method = "POST", .path = "/cases/:case/task", .needs = NEEDS_WORKER, .body_bytes_max = UPLOAD_BODY_BYTES,
	    .handler = task_do, .template_name = "task" },
	{ 0 },
};
