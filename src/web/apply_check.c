/* Around the questions: looking over the answers, submitting, stopping and going on elsewhere, a file again. */
#include "web/apply.h"

/* ---- check answers ------------------------------------------------------------------------------------------------------- */

static struct err section_of(struct request *request, const struct application *application, const struct form_page *page,
	struct resource *section)
{
	struct form_html_options options = application_options(request, application, page);
	struct str html;
	options.sources = NULL;
	options.source_count = 0;
	options.brief = true;
	TRY(form_html_answers(request->arena, application->state, &options, &html));
	resource_text(section, "page", page->id);
	resource_text(section, "title", page->title);
	resource_text(section, "href", str_printf(request->arena, "%.*s?from=check",
		STR_ARG(application_path(request, application, page->id))));
	resource_flag(section, "answered", application_is_answered(request, application, page));
	resource_add(section, "answers", page_html(request, html));
	return OK;
}

static struct err add_sections(struct request *request, const struct application *application, struct resource *it)
{
	struct value_list sections = value_list_make(request->arena), extras = value_list_make(request->arena);
	for (size_t i = 0; i < application->pages.count; i++) {
		const struct form_page *page = &application->pages.items[i];
		struct resource section = resource_make(request->arena);
		if (!form_page_asks(page)) continue;
		TRY(section_of(request, application, page, &section));
		bool empty = page->extra && !application_is_answered(request, application, page);
		value_list_add(empty ? &extras : &sections, resource_done(&section));
	}
	resource_add(it, "sections", value_list_done(&sections));
	resource_add(it, "extras", value_list_done(&extras));
	return OK;
}

static bool has_route(const char *path)
{
	const struct route *route;
	struct str parts[PATH_PART_COUNT_MAX];
	return route_find(STR("GET"), str_from_c(path), false, &route, parts) == ROUTE_FOUND;
}

static struct err fill_check(struct request *request, const struct application *application, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	const struct form_page *waiting = application_waiting(application), *open = application_next_open(request, application);
	resource_text(&it, "application", application->id);
	resource_text(&it, "service", service_say(request, application->service, "service", STR("title"), application->service->title));
	TRY(add_sections(request, application, &it));
	resource_flag(&it, "waiting", waiting != NULL);
	resource_text(&it, "waitingTitle", waiting ? waiting->title : STR(""));
	resource_text(&it, "waitingHref", waiting ? application_path(request, application, waiting->id) : STR(""));
	resource_flag(&it, "open", open != NULL);
	resource_text(&it, "openHref", open ? application_path(request, application, open->id) : STR(""));
	/* Not confirmed: the application can go in all the same, but a person will look at it. */
	resource_flag(&it, "confirm", request->session->level < 2 && oidc_is_on(request->hall) && has_route("/identity"));
	resource_text(&it, "confirmHref", str_printf(request->arena, "/identity?next=%.*s",
		STR_ARG(url_encode(request->arena, application_path(request, application, STR("check"))))));
	resource_text(&it, "confirmName", oidc_is_on(request->hall) ? oidc_name(request->hall) : STR(""));
	struct value_list faults = value_list_make(request->arena);
	for (size_t i = 0; i < request->report->count; i++) value_list_add(&faults, feel_string(request->report->items[i].words));
	resource_add(&it, "faults", value_list_done(&faults));
	answer->resource = resource_done(&it);
	return OK;
}

static void to_case(struct request *request, const struct application *application, struct answer *answer)
{
	answer->see_other = str_join(request->arena, STR("/cases/"), application->id);
}

struct err application_check(struct request *request, struct answer *answer)
{
	struct application application;
	TRY(application_open(request, &application));
	if (!application.submitted) return fill_check(request, &application, answer);
	to_case(request, &application, answer);
	return OK;
}

/* ---- submit ------------------------------------------------------------------------------------------------------------------ */

struct err application_submit(struct request *request, struct answer *answer)
{
	struct application application;
	TRY(application_open(request, &application));
	if (application.submitted) {                 /* the second tap of a double tap */
		to_case(request, &application, answer);
		return OK;
	}
	const struct form_page *open = application_next_open(request, &application), *waiting = application_waiting(&application);
	if (open || waiting) {
		answer->see_other = application_path(request, &application, open ? open->id : waiting->id);
		return OK;
	}
	struct err err = case_submit(
		request->hall, request->arena, &request->actor, application.summary.case_id, application.draft, request->report);
	if (err_is(err, ERR_INVALID)) {
		answer->status = 422;
		return fill_check(request, &application, answer);
	}
	if (!err_is(err, ERR_REFUSED)) TRY(err);     /* REFUSED: submitted by the other tap in this same second */
	to_case(request, &application, answer);
	return OK;
}

/* ---- stopping and going on elsewhere --------------------------------------------------------------------------------------------- */

static struct err fill_saved(struct request *request, const struct application *application, struct str code, int64_t expires_ms,
	struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	const struct form_page *open = application_next_open(request, application);
	size_t steps = application_step_count(application), done = 0, asked = 0;
	for (size_t i = 0; i < steps; i++) {
		const struct form_page *page = application_step(application, i);
		if (!form_page_asks(page)) continue;
		asked++;
		done += application_is_answered(request, application, page);
	}
	resource_text(&it, "application", application->id);
	resource_text(&it, "service", service_say(request, application->service, "service", STR("title"), application->service->title));
	resource_text(&it, "goOn", application_path(request, application, open ? open->id : STR("check")));
	resource_count(&it, "done", (int64_t)done);
	resource_count(&it, "asked", (int64_t)asked);
	struct str apart = code.len == 8 ? str_printf(request->arena, "%.4s %.4s", code.ptr, code.ptr + 4) : code;
	resource_text(&it, "code", apart);
	resource_moment(request, &it, "expires", expires_ms);
	resource_text(&it, "where", request->web->options.public_url.len ? request->web->options.public_url
		: str_printf(request->arena, "%s://%.*s", request->secure ? "https" : "http", STR_ARG(request->host)));
	answer->resource = resource_done(&it);
	return OK;
}

struct err application_saved(struct request *request, struct answer *answer)
{
	struct application application;
	TRY(application_open(request, &application));
	if (!application.submitted) return fill_saved(request, &application, STR(""), 0, answer);
	to_case(request, &application, answer);
	return OK;
}

/* A code for another phone: shown once, on the answer itself. */
struct err application_code(struct request *request, struct answer *answer)
{
	struct application application;
	struct str code;
	int64_t expires_ms;
	TRY(application_open(request, &application));
	if (application.submitted) {
		to_case(request, &application, answer);
		return OK;
	}
	TRY(resume_code_make(request->hall, request->arena, &request->actor, application.summary.case_id, &code, &expires_ms));
	return fill_saved(request, &application, code, expires_ms, answer);
}

/* ---- a file again ------------------------------------------------------------------------------------------------------------------- */

struct err application_file(struct request *request, struct answer *answer)
{
	struct application application;
	struct attachment file;
	struct str content;
	int64_t file_id;
	TRY(application_open(request, &application));
	TRY(request_part_id(request, "file", &file_id));
	TRY(case_attachment(request->hall, request->arena, application.summary.case_id, file_id, &file, &content));
	answer->file = (struct answer_file){ .media_type = file.media_type.len ? file.media_type : STR("application/octet-stream"),
		.name = file.name, .content = content, .attachment = !str_starts(file.media_type, STR("image/")) };
	return OK;
}
