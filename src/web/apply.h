/* apply: an application in the making, as the pages of the room see it. */
#ifndef WEB_APPLY_H
#define WEB_APPLY_H

#include "form/form.h"
#include "web/inside.h"
#include "web/service_words.h"

struct application {
	struct case_summary summary;
	struct str id;                       /* in addresses */
	const struct service *service;
	const struct form *form;
	const struct feel_env *env;
	struct form_language language;
	struct feel_value draft;             /* what was answered and kept */
	struct feel_value known;             /* that, over what is known of the person and may be filled in */
	struct form_source *sources;
	size_t source_count;
	struct form_attachment *files;       /* those that the draft names */
	size_t file_count;
	const struct form_state *state;      /* of `known` */
	struct form_pages pages;
	bool submitted;                      /* no draft any more: its pages lead to the case */
};

/* The application of the route's :case, with everything. NOT_FOUND: none of this person's. */
MUST_USE struct err application_open(struct request *request, struct application *out_application);
/* Makes state and pages again from a changed draft. */
MUST_USE struct err application_refresh(struct request *request, struct application *application);
/* "/applications/ID/rest" */
struct str application_path(struct request *request, const struct application *application, struct str rest);
/* The pages on the way: not the extra ones. */
size_t application_step_count(const struct application *application);
const struct form_page *application_step(const struct application *application, size_t index);
/* The index among the steps, or the count when it is none. */
size_t application_step_of(const struct application *application, struct str page_id);
/* The first step that was not answered yet; NULL when all were. Pages that only tell are passed over. */
const struct form_page *application_next_open(struct request *request, const struct application *application);
/* The page that says why nothing can be submitted yet; NULL when there is none. */
const struct form_page *application_waiting(const struct application *application);
bool application_is_answered(struct request *request, const struct application *application, const struct form_page *page);
struct form_html_options application_options(struct request *request, const struct application *application, const struct form_page *page);

/* apply_page.c: one question */
struct err application_page_show(struct request *request, struct answer *answer);
struct err application_page_save(struct request *request, struct answer *answer);
/* apply_check.c: before and after the questions */
struct err application_check(struct request *request, struct answer *answer);
struct err application_submit(struct request *request, struct answer *answer);
struct err application_saved(struct request *request, struct answer *answer);
struct err application_code(struct request *request, struct answer *answer);
struct err application_file(struct request *request, struct answer *answer);

#endif
