/* Loading an application for its pages: the draft, what is known already, the files, the state and the pages. */
#include "web/apply.h"

static struct err own_case(struct request *request, struct application *application)
{
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(case_by_id(request->hall, request->arena, case_id, &application->summary));
	if (application->summary.applicant_id != request->session->person_id) return ERR(NOT_FOUND);
	if (str_eq_c(application->summary.state, "discarded")) return ERR(NOT_FOUND);
	application->id = id_print(request->arena, case_id);
	application->submitted = !str_eq_c(application->summary.state, "draft");
	return OK;
}

/* ---- what is known already (LA10) ------------------------------------------------------------------------------- */

static bool is_there(struct feel_value data, struct str path)
{
	struct str name;
	while (str_split(&path, '.', &name)) {
		if (!feel_has(data, name)) return false;
		data = feel_get(data, name);
	}
	return true;
}

static struct str source_words(struct request *request, const struct known_fact *fact)
{
	if (fact->source == FACT_PERSON) return page_word(request, "apply.fromAccount");
	return str_printf(request->arena, "%.*s %.*s", STR_ARG(page_word(request, "apply.fromCase")), STR_ARG(fact->number));
}

static struct err fill_in_known(struct request *request, struct application *application)
{
	struct known_facts facts;
	TRY(facts_known(request->hall, request->arena, request->session->person_id, &facts));
	application->known = application->draft;
	application->sources = ARENA_ARRAY(request->arena, struct form_source, facts.count);
	for (size_t i = 0; i < facts.count; i++) {
		const struct known_fact *fact = &facts.items[i];
		const struct form_component *component = form_at(application->form, fact->path);
		if (!component || !component->carry || component->list || is_there(application->draft, fact->path)) continue;
		application->known = feel_put_at(request->arena, application->known, fact->path, fact->value);
		application->sources[application->source_count++] = (struct form_source){ fact->path, source_words(request, fact) };
	}
	return OK;
}

/* ---- files ----------------------------------------------------------------------------------------------------------- */

static bool names_file(struct feel_value value, struct str file_id)
{
	if (value.kind == FEEL_STRING) return str_eq(value.string, file_id);
	for (size_t i = 0; value.kind == FEEL_LIST && i < value.list.count; i++)
		if (value.list.items[i].kind == FEEL_STRING && str_eq(value.list.items[i].string, file_id)) return true;
	return false;
}

static struct err find_files(struct request *request, struct application *application)
{
	struct attachments all;
	TRY(case_attachments(request->hall, request->arena, application->summary.case_id, &all));
	application->files = ARENA_ARRAY(request->arena, struct form_attachment, all.count);
	application->file_count = 0;
	for (size_t i = 0; i < all.count; i++) {
		const struct attachment *file = &all.items[i];
		struct str id = id_print(request->arena, file->file_id);
		if (!names_file(feel_at(application->draft, file->field), id)) continue;
		application->files[application->file_count++] = (struct form_attachment){ .path = file->field, .id = id, .name = file->name,
			.words = file->words, .url = application_path(request, application, str_join(request->arena, STR("files/"), id)),
			.thumbnail_url = STR(""), .bytes = file->bytes, .sound = file->sound };
	}
	return OK;
}

/* ---- the whole --------------------------------------------------------------------------------------------------------- */

struct err application_refresh(struct request *request, struct application *application)
{
	application->source_count = 0;
	TRY(fill_in_known(request, application));
	TRY(find_files(request, application));
	TRY(form_state(request->arena, application->form, application->known, application->env, &application->state));
	return form_pages(request->arena, application->state, &application->language, &application->pages);
}

struct err application_open(struct request *request, struct application *out_application)
{
	struct application application = { .submitted = false };
	struct feel_value variables;
	TRY(own_case(request, &application));
	TRY(service_version(request->hall, application.summary.service_version, &application.service));
	application.form = service_form(application.service, application.service->start_form);
	if (!application.submitted) {
		TRY(case_data(request->hall, request->arena, application.summary.case_id, &application.draft, &variables));
		application.env = &hall_environment(request->hall, request->arena)->feel;
		application.language = (struct form_language){ request->language_index == 1, application.service->english };
		TRY(application_refresh(request, &application));
	}
	*out_application = application;
	return OK;
}

struct str application_path(struct request *request, const struct application *application, struct str rest)
{
	return str_printf(request->arena, "/applications/%.*s/%.*s", STR_ARG(application->id), STR_ARG(rest));
}

size_t application_step_count(const struct application *application)
{
	size_t count = 0;
	for (size_t i = 0; i < application->pages.count; i++) count += !application->pages.items[i].extra;
	return count;
}

const struct form_page *application_step(const struct application *application, size_t index)
{
	for (size_t i = 0; i < application->pages.count; i++)
		if (!application->pages.items[i].extra && index-- == 0) return &application->pages.items[i];
	return NULL;
}

size_t application_step_of(const struct application *application, struct str page_id)
{
	size_t count = application_step_count(application);
	for (size_t i = 0; i < count; i++)
		if (str_eq(application_step(application, i)->id, page_id)) return i;
	return count;
}

bool application_is_answered(struct request *request, const struct application *application, const struct form_page *page)
{
	return form_page_is_answered(request->arena, page, application->draft);
}

const struct form_page *application_next_open(struct request *request, const struct application *application)
{
	for (size_t i = 0; i < application->pages.count; i++) {
		const struct form_page *page = &application->pages.items[i];
		if (!page->extra && form_page_asks(page) && !application_is_answered(request, application, page)) return page;
	}
	return NULL;
}

const struct form_page *application_waiting(const struct application *application)
{
	for (size_t i = 0; i < application->pages.count; i++)
		if (application->pages.items[i].waits) return &application->pages.items[i];
	return NULL;
}

struct form_html_options application_options(struct request *request, const struct application *application, const struct form_page *page)
{
	return (struct form_html_options){ .language = application->language, .page = page, .attachments = application->files,
		.attachment_count = application->file_count, .sources = application->sources, .source_count = application->source_count,
		.answered = form_page_is_answered(request->arena, page, application->draft) };
}
