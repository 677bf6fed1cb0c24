/* The way into a service: its page, the notice of what is collected and why, the questions, and going on elsewhere. */
#include "web/apply.h"

/* ---- the service's own page -------------------------------------------------------------------------------------------- */

static struct err find_service(struct request *request, const struct service **out_service)
{
	return service_offered(request->hall, request_part(request, "service"), out_service);
}

static void fill_service(struct request *request, const struct service *service, struct resource *it)
{
	resource_text(it, "id", service->id);
	resource_text(it, "title", service_say(request, service, "service", STR("title"), service->title));
	resource_text(it, "summary", service_say(request, service, "service", STR("summary"), service->summary));
	resource_flag(it, "trial", service->trial);
}

static struct err service_show(struct request *request, struct answer *answer)
{
	const struct service *service;
	struct resource it = resource_make(request->arena);
	struct str html, guide;
	TRY(find_service(request, &service));
	guide = service_content(service, request->language_index == 1 ? STR("words/guide.en.md") : STR("guide.md"));
	if (guide.len == 0) guide = service_content(service, STR("guide.md"));
	TRY(form_markdown(request->arena, guide, &html));
	fill_service(request, service, &it);
	resource_add(&it, "guide", page_html(request, html));
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- what is collected and why (个人信息保护法 14-17, 29) ------------------------------------------------------------------ */

/* "姓名：写进文书" a line, for everything that the form calls sensitive. */
static struct str sensitive_list(struct request *request, const struct service *service)
{
	const struct form *form = service_form(service, service->start_form);
	struct buf buf = buf_make(request->arena, 16 << 10);
	for (size_t i = 0; i < form->component_count; i++) {
		const struct form_component *component = form->components[i];
		const struct json *words = request->language_index == 1 ? json_get(service->english, component->id) : NULL;
		struct str label = json_string_of(words, "label"), purpose = json_string_of(words, "purpose");
		if (!component->sensitive) continue;
		if (label.len == 0) label = component->label.source;
		if (purpose.len == 0) purpose = component->purpose;
		if (buf.len) buf_add_byte(&buf, '\n');
		buf_printf(&buf, "%.*s%s%.*s", STR_ARG(label), request->language_index == 1 ? ": " : "：", STR_ARG(purpose));
	}
	return buf_str(&buf);
}

/* Exactly what stands on the page: this is what is agreed to. */
static struct str general_text(struct request *request)
{
	return str_printf(request->arena, "%.*s%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(request->web->said->name),
		STR_ARG(page_word(request, "begin.whoShown")), STR_ARG(page_word(request, "begin.what")),
		STR_ARG(page_word(request, "begin.keep")), STR_ARG(page_word(request, "begin.rights")));
}

static struct str sensitive_text(struct request *request, const struct service *service)
{
	struct str list = sensitive_list(request, service);
	return str_printf(request->arena, "%.*s\n%.*s", STR_ARG(page_word(request, "begin.sensitive")), STR_ARG(list));
}

static struct err add_drafts(struct request *request, const struct service *service, struct resource *it)
{
	struct person_cases cases;
	struct value_list drafts = value_list_make(request->arena);
	TRY(cases_of_person(request->hall, request->arena, request->session->person_id, &cases));
	for (size_t i = 0; i < cases.count; i++) {
		const struct person_case *item = &cases.items[i];
		struct resource draft = resource_make(request->arena);
		if (!str_eq_c(item->summary.state, "draft") || !str_eq(item->summary.service_id, service->id)) continue;
		resource_text(&draft, "href", str_printf(request->arena, "/applications/%.*s",
			STR_ARG(id_print(request->arena, item->summary.case_id))));
		resource_moment(request, &draft, "saved", item->saved_ms ? item->saved_ms : item->summary.opened_ms);
		value_list_add(&drafts, resource_done(&draft));
	}
	resource_add(it, "drafts", value_list_done(&drafts));
	return OK;
}

static struct err fill_begin(struct request *request, const struct service *service, bool missed, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct value_list lines = value_list_make(request->arena);
	struct consents consents;
	struct str list = sensitive_list(request, service), line;
	fill_service(request, service, &it);
	while (str_split(&list, '\n', &line)) value_list_add(&lines, feel_string(line));
	resource_add(&it, "sensitive", value_list_done(&lines));
	TRY(add_drafts(request, service, &it));
	TRY(consents_of(request->hall, request->arena, request->session->person_id, &consents));
	resource_flag(&it, "agreed", consent_stands(request->arena, &consents, 0, STR("service"), general_text(request)));
	resource_flag(&it, "agreedSensitive", consent_stands(request->arena, &consents, 0, STR("sensitive"), sensitive_text(request, service)));
	resource_flag(&it, "missed", missed);
	resource_text(&it, "hallName", request->web->said->name);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err begin_show(struct request *request, struct answer *answer)
{
	const struct service *service;
	TRY(find_service(request, &service));
	return fill_begin(request, service, false, answer);
}

static struct err begin_agree(struct request *request, struct answer *answer)
{
	const struct service *service;
	int64_t case_id, person_id = request->session->person_id;
	TRY(find_service(request, &service));
	if (!request_has_field(request, "agree") || !request_has_field(request, "agreeSensitive")) {
		answer->status = 422;
		return fill_begin(request, service, true, answer);
	}
	TRY(consent_give(request->hall, request->arena, person_id, 0, STR("service"), general_text(request)));
	TRY(consent_give(request->hall, request->arena, person_id, 0, STR("sensitive"), sensitive_text(request, service)));
	TRY(case_open(request->hall, request->arena, &request->actor, service->id, hall_region(request->hall), &case_id));
	answer->see_other = str_printf(request->arena, "/applications/%.*s", STR_ARG(id_print(request->arena, case_id)));
	return OK;
}

/* To where the person is: the first page that was not answered, or looking over. */
static struct err application_go(struct request *request, struct answer *answer)
{
	struct application application;
	TRY(application_open(request, &application));
	const struct form_page *open = application.submitted ? NULL : application_next_open(request, &application);
	if (application.submitted) answer->see_other = str_join(request->arena, STR("/cases/"), application.id);
	else answer->see_other = application_path(request, &application, open ? open->id : STR("check"));
	return OK;
}

/* ---- on another phone ------------------------------------------------------------------------------------------------------ */

static struct err fill_resume(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	resource_text(&it, "phone", request_field(request, "phone"));
	resource_text(&it, "error", request->report->count ? request->report->items[0].words : STR(""));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err resume_show(struct request *request, struct answer *answer) { return fill_resume(request, answer); }

static struct err resume_use(struct request *request, struct answer *answer)
{
	int64_t person_id, case_id;
	struct str token;
	struct str code = str_replace(request->arena, request_field(request, "code"), STR(" "), STR(""));
	struct err err = resume_code_use(
		request->hall, request->arena, request_field(request, "phone"), code, request->report, &person_id, &case_id);
	if (err_is(err, ERR_FORBIDDEN) || err_is(err, ERR_REFUSED)) {
		answer->status = 422;
		return fill_resume(request, answer);
	}
	TRY(err);
	TRY(person_sign_in_resumed(request->hall, request->arena, person_id, request->device, &token));
	answer_session(request, answer, token);
	answer->see_other = case_id ? str_join(request->arena, STR("/applications/"), id_print(request->arena, case_id)) : STR("/my");
	return OK;
}

/* ---- routes -------------------------------------------------------------------------------------------------------------------- */

const struct route apply_routes[] = {
	{ .id = "serviceShow", .method = "GET", .path = "/services/:service", .needs = NEEDS_ANYBODY, .handler = service_show,
	    .template_name = "service" },
	{ .id = "applicationBegin", .method = "GET", .path = "/services/:service/begin", .needs = NEEDS_WORKER, .handler = begin_show,
	    .template_name = "begin" },
	{ .id = "applicationAgree", .method = "POST", .path = "/services/:service/begin", .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = begin_agree, .template_name = "begin" },
	{ .id = "applicationGo", .method = "GET", .path = "/applications/:case", .needs = NEEDS_WORKER, .handler = application_go },
	{ .id = "applicationCheck", .method = "GET", .path = "/applications/:case/check", .needs = NEEDS_WORKER,
	    .handler = application_check, .template_name = "check" },
	{ .id = "applicationSubmit", .method = "POST", .path = "/applications/:case/check", .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = application_submit, .template_name = "check" },
	{ .id = "applicationSaved", .method = "GET", .path = "/applications/:case/saved", .needs = NEEDS_WORKER,
	    .handler = application_saved, .template_name = "saved" },
	{ .id = "applicationCode", .method = "POST", .path = "/applications/:case/saved", .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = application_code, .template_name = "saved" },
	{ .id = "applicationFile", .method = "GET", .path = "/applications/:case/files/:file", .needs = NEEDS_WORKER,
	    .handler = application_file },
	{ .id = "applicationPage", .method = "GET", .path = "/applications/:case/:page", .needs = NEEDS_WORKER,
	    .handler = application_page_show, .template_name = "question" },
	{ .id = "applicationPageSave", .method = "POST", .path = "/applications/:case/:page", .needs = NEEDS_WORKER,
	    .body_bytes_max = UPLOAD_BODY_BYTES, .handler = application_page_save, .template_name = "question" },
	{ .id = "resumeShow", .method = "GET", .path = "/resume", .needs = NEEDS_ANYBODY, .handler = resume_show, .template_name = "resume" },
	{ .id = "resumeUse", .method = "POST", .path = "/resume", .needs = NEEDS_ANYBODY, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = resume_use, .template_name = "resume" },
	{ 0 },
};
