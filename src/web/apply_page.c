/* One question a page: shown, saved at once, with errors beside the fields; photos are looked at when they arrive (LA9, LA12,
 * LA13). */
#include "web/apply.h"

/* ---- showing --------------------------------------------------------------------------------------------------------- */

struct shown { const struct application *application; const struct form_page *page; const struct form_state *state; };

/* Where the figure of a claim is worked out: from the page of claims all of them, from a claim's own page that one; "" elsewhere. */
static struct str calculator_link(struct request *request, const struct shown *shown)
{
	const struct form_page *page = shown->page;
	struct calculator_lines lines;
	if (!page->list || !form_at(shown->application->form, STR("claims.calculated"))) return STR("");
	struct str path = STR("/calculator");
	if (page->item != page->list) {
		struct feel_value type = feel_get(page->item->value, STR("type"));
		if (failed(calculators_of_hall(request->hall, request->arena, &lines))) return STR("");
		for (size_t i = 0; type.kind == FEEL_STRING && i < lines.count; i++)
			if (str_eq(lines.items[i].id, type.string)) path = str_printf(request->arena, "/calculator/%.*s", STR_ARG(type.string));
	}
	return str_printf(request->arena, "%.*s?for=%.*s", STR_ARG(path), STR_ARG(shown->application->id));
}

static struct err fill_page(struct request *request, const struct shown *shown, struct answer *answer)
{
	const struct application *application = shown->application;
	const struct form_page *page = shown->page;
	struct form_html_options options = application_options(request, application, page);
	struct resource it = resource_make(request->arena);
	size_t step = application_step_of(application, page->id), steps = application_step_count(application);
	bool from_check = str_eq_c(request_query(request, "from"), "check") || page->extra;
	struct str html, errors;
	TRY(form_html(request->arena, shown->state, &options, &html));
	TRY(form_html_errors(request->arena, shown->state, &options, &errors));
	resource_text(&it, "application", application->id);
	resource_text(&it, "service", service_say(request, application->service, "service", STR("title"), application->service->title));
	resource_text(&it, "page", page->id);
	resource_text(&it, "title", page->title);
	resource_text(&it, "why", page->why);
	resource_add(&it, "fields", page_html(request, html));
	resource_add(&it, "errors", page_html(request, errors));
	resource_flag(&it, "wrong", errors.len > 0);
	resource_flag(&it, "onTheWay", step < steps);
	resource_count(&it, "step", (int64_t)step + 1);
	resource_count(&it, "steps", (int64_t)steps);
	resource_flag(&it, "first", step == 0);
	resource_flag(&it, "fromCheck", from_check);
	resource_text(&it, "calculator", calculator_link(request, shown));
	resource_flag(&it, "asks", form_page_asks(page));
	resource_flag(&it, "waits", page->waits);
	resource_text(&it, "action", str_join(request->arena, application_path(request, application, page->id),
		from_check && !page->extra ? STR("?from=check") : STR("")));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err find(struct request *request, struct application *application, const struct form_page **out_page)
{
	TRY(application_open(request, application));
	*out_page = application->submitted ? NULL : form_page(&application->pages, request_part(request, "page"));
	return OK;
}

/* Submitted meanwhile, or a page that is hidden now: to where the person is. */
static void lead_on(struct request *request, const struct application *application, struct answer *answer)
{
	const struct form_page *open = application->submitted ? NULL : application_next_open(request, application);
	if (application->submitted) answer->see_other = str_join(request->arena, STR("/cases/"), application->id);
	else answer->see_other = application_path(request, application, open ? open->id : STR("check"));
}

struct err application_page_show(struct request *request, struct answer *answer)
{
	struct application application;
	const struct form_page *page;
	TRY(find(request, &application, &page));
	if (!page) {
		lead_on(request, &application, answer);
		return OK;
	}
	struct shown shown = { &application, page, application.state };
	return fill_page(request, &shown, answer);
}

/* ---- photos -------------------------------------------------------------------------------------------------------------- */

struct arrival { struct str path; struct str words; };      /* words: why it cannot be used */
struct arrivals { LIST_OF(struct arrival); };

/* The component that takes files under this name on any page of the form; NULL for others. */
static const struct form_component *taker(const struct application *application, struct str path)
{
	const struct form_component *component = form_at(application->form, path);
	return component && component->type == FORM_FILEPICKER && !component->list ? component : NULL;
}

static struct feel_value with_file(struct request *request, const struct form_component *component, struct feel_value before, struct str id)
{
	if (!component->multiple.given) return feel_string(id);
	size_t count = before.kind == FEEL_LIST ? before.list.count : 0;
	struct feel_value *keys = ARENA_ARRAY(request->arena, struct feel_value, count + 1);
	for (size_t i = 0; i < count; i++) keys[i] = before.list.items[i];
	keys[count] = feel_string(id);
	return feel_list_of(request->arena, keys, count + 1);
}

/* Keeps each photo with the case. One that cannot be used is told at its field and does not count. */
static struct err take_files(struct request *request, struct application *application, struct arrivals *arrivals)
{
	struct feel_value changes = FEEL_NULL_VALUE;
	for (size_t i = 0; i < request->uploads.count; i++) {
		const struct upload *upload = &request->uploads.items[i];
		const struct form_component *component = taker(application, upload->field);
		struct case_upload file = { .field = upload->field, .name = upload->name, .content = upload->content };
		struct report report = report_make(request->arena);
		int64_t file_id;
		if (!component) return ERR(INVALID);
		TRY(case_attach(request->hall, request->arena, &request->actor, application->summary.case_id, &file, &report, &file_id));
		if (report.count > 0) {
			LIST_PUSH(request->arena, arrivals, ((struct arrival){ upload->field, report.items[0].words }));
			continue;
		}
		struct feel_value before = feel_at(application->draft, upload->field);
		struct feel_value value = with_file(request, component, before, id_print(request->arena, file_id));
		changes = feel_put_at(request->arena, changes, upload->field, value);
		application->draft = feel_put_at(request->arena, application->draft, upload->field, value);
	}
	if (changes.kind == FEEL_NULL) return OK;
	TRY(case_save_draft(request->hall, request->arena, &request->actor, application->summary.case_id, request_part(request, "page"),
		changes, NULL));
	return application_refresh(request, application);
}

/* "unfile:ID" takes a file out of the answers. */
static struct err drop_file(struct request *request, struct application *application, struct str id)
{
	for (size_t i = 0; i < application->file_count; i++) {
		const struct form_attachment *file = &application->files[i];
		if (!str_eq(file->id, id)) continue;
		struct feel_value before = feel_at(application->draft, file->path), after = FEEL_NULL_VALUE;
		struct feel_value *keys = ARENA_ARRAY(request->arena, struct feel_value, application->file_count);
		size_t count = 0;
		for (size_t k = 0; before.kind == FEEL_LIST && k < before.list.count && count < application->file_count; k++)
			if (!str_eq(feel_print(request->arena, before.list.items[k]), id)) keys[count++] = before.list.items[k];
		if (before.kind == FEEL_LIST) after = feel_list_of(request->arena, keys, count);
		struct feel_value change = feel_put_at(request->arena, FEEL_NULL_VALUE, file->path, after);
		return case_save_draft(request->hall, request->arena, &request->actor, application->summary.case_id,
			request_part(request, "page"), change, NULL);
	}
	return OK;
}

/* Says at its field why a photo cannot be used; the state is this request's own. */
static void tell_arrivals(struct request *request, const struct form_state *state, const struct arrivals *arrivals)
{
	for (size_t i = 0; i < arrivals->count; i++) {
		struct str pointer = str_join(request->arena, STR("/"), str_replace(request->arena, arrivals->items[i].path, STR("."), STR("/")));
		struct form_item *item = (struct form_item *)form_item_at(state, pointer);
		if (!item) continue;
		item->errors.count = 0;      /* "please upload a file" says less */
		LIST_PUSH(request->arena, &item->errors, arrivals->items[i].words);
	}
}

/* ---- saving ---------------------------------------------------------------------------------------------------------------- */

/* What was sent without what is the frame's own. */
static struct form_sent *sent_of(struct request *request, size_t *out_count)
{
	struct form_sent *sent = ARENA_ARRAY(request->arena, struct form_sent, request->fields.count + 1);
	for (size_t i = 0; i < request->fields.count; i++) {
		const struct request_field *field = &request->fields.items[i];
		if (str_eq_c(field->name, "token")) continue;
		sent[(*out_count)++] = (struct form_sent){ field->name, field->value };
	}
	return sent;
}

/* Where the button leads, after the page was kept. */
static struct err choose_way(struct request *request, struct application *application, const struct form_page_result *result,
	struct answer *answer)
{
	struct str page_id = request_part(request, "page"), next = STR("check");
	bool from_check = str_eq_c(request_query(request, "from"), "check");
	size_t step = application_step_of(application, page_id);
	application->draft = result->data;
	TRY(application_refresh(request, application));
	const struct form_page *open = application_next_open(request, application);
	const struct form_page *before = step > 0 ? application_step(application, step - 1) : NULL;
	if (str_eq_c(result->op, "save")) next = STR("saved");
	else if (str_eq_c(result->op, "back")) next = before ? before->id : page_id;
	else if (result->again || (result->op.len && !str_eq_c(result->op, "next"))) next = page_id;
	else if (from_check) next = open ? open->id : STR("check");
	else {
		size_t now = application_step_of(application, page_id), count = application_step_count(application);
		if (now + 1 < count) next = application_step(application, now + 1)->id;
	}
	bool same = str_eq(next, page_id);
	answer->see_other = application_path(request, application, next);
	if (same && from_check) answer->see_other = str_join(request->arena, answer->see_other, STR("?from=check"));
	return OK;
}

struct err application_page_save(struct request *request, struct answer *answer)
{
	struct application application;
	struct form_page_result result;
	struct arrivals arrivals = { 0 };
	struct report report = report_make(request->arena);
	const struct form_page *page;
	size_t count = 0;
	TRY(find(request, &application, &page));
	if (!page) {
		lead_on(request, &application, answer);
		return OK;
	}
	TRY(take_files(request, &application, &arrivals));
	struct str op = request_field(request, "op");
	if (str_starts(op, STR("unfile:"))) TRY(drop_file(request, &application, str_sub(op, 7, op.len)));
	if (str_starts(op, STR("unfile:"))) {
		answer->see_other = application_path(request, &application, page->id);
		return OK;
	}
	struct form_sent *sent = sent_of(request, &count);
	struct err err = form_submit_page(request->arena, application.form, application.draft, page->id, sent, count, &application.language,
		application.env, &report, &result);
	if (failed(err) && !err_is(err, ERR_INVALID)) return err;
	TRY(case_save_draft(request->hall, request->arena, &request->actor, application.summary.case_id, page->id, result.page_data, NULL));
	if (!failed(err) && arrivals.count == 0) return choose_way(request, &application, &result, answer);
	tell_arrivals(request, result.state, &arrivals);
	struct form_pages pages;
	TRY(form_pages(request->arena, result.state, &application.language, &pages));
	struct shown shown = { &application, form_page(&pages, page->id), result.state };
	answer->status = 422;
	return shown.page ? fill_page(request, &shown, answer) : ERR(INVALID);
}
