/* What a person has here: cases and drafts, how the hall knows him, what he agreed to, his phone, his data. */
#include "web/case_view.h"

static const char *const fields[] = { "phone", "oldCode", "newCode", "code" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields, DOOR_SECONDS = 3600 };

/* ---- my cases -------------------------------------------------------------------------------------------------------- */

static struct err add_case(struct request *request, const struct person_case *item, struct value_list *drafts, struct value_list *cases)
{
	struct resource it = resource_make(request->arena);
	bool draft = str_eq_c(item->summary.state, "draft");
	struct story story;
	const struct service *service;
	TRY(service_version(request->hall, item->summary.service_version, &service));
	resource_id(&it, "id", item->summary.case_id);
	resource_text(&it, "title", service_say(request, service, "service", STR("title"), item->title));
	resource_text(&it, "number", item->summary.number);
	resource_moment(request, &it, "saved", item->saved_ms ? item->saved_ms : item->summary.opened_ms);
	resource_moment(request, &it, "submitted", item->summary.submitted_ms);
	resource_text(&it, "state", item->summary.state);
	if (!draft) {
		TRY(case_story(request->hall, request->arena, item->summary.case_id, &story));
		TRY(view_story(request, &story, &it));
	}
	value_list_add(draft ? drafts : cases, resource_done(&it));
	return OK;
}

static struct err my_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct value_list drafts = value_list_make(request->arena), list = value_list_make(request->arena);
	struct person person;
	struct person_cases cases;
	TRY(person_by_id(request->hall, request->arena, request->session->person_id, &person));
	TRY(cases_of_person(request->hall, request->arena, person.person_id, &cases));
	for (size_t i = 0; i < cases.count; i++) TRY(add_case(request, &cases.items[i], &drafts, &list));
	resource_text(&it, "name", person.name);
	resource_text(&it, "phone", phone_masked(request->arena, person.phone));
	resource_flag(&it, "confirmed", request->session->level >= 2);
	resource_add(&it, "drafts", value_list_done(&drafts));
	resource_add(&it, "cases", value_list_done(&list));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err discard_show(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct resource it = resource_make(request->arena);
	TRY(worker_case(request, &case_id));
	resource_id(&it, "id", case_id);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err discard(struct request *request, struct answer *answer)
{
	int64_t case_id;
	TRY(worker_case(request, &case_id));
	TRY(case_discard_draft(request->hall, request->arena, &request->actor, case_id));
	answer->see_other = STR("/my");
	return OK;
}

/* ---- another phone ---------------------------------------------------------------------------------------------------- */

static const char *new_phone_cookie(const struct request *request) { return request->secure ? "__Host-phone" : "phone"; }

static struct err fill_phone(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct person person;
	struct str fresh = request_cookie(request, new_phone_cookie(request));
	TRY(person_by_id(request->hall, request->arena, request->session->person_id, &person));
	resource_text(&it, "phone", phone_masked(request->arena, person.phone));
	resource_text(&it, "typed", request_field(request, "phone"));
	resource_text(&it, "fresh", phone_masked(request->arena, fresh));
	resource_flag(&it, "sent", fresh.len > 0);
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "myPhone";
	return OK;
}

static struct err phone_show(struct request *request, struct answer *answer) { return fill_phone(request, answer); }

static struct err send_both(struct request *request, struct str old_phone, struct str fresh)
{
	struct code_sent sent;
	struct code_request old = code_request_of(request, CODE_phoneOld, request->session->person_id, old_phone);
	struct code_request new = code_request_of(request, CODE_phoneNew, request->session->person_id, fresh);
	if (str_eq(old_phone, fresh)) {
		report_error(request->report, STR("phone"), "%.*s", STR_ARG(page_word(request, "myPhone.same")));
		return ERR(INVALID);
	}
	TRY(code_send(request->hall, request->arena, &new, request->report, &sent));
	return code_send(request->hall, request->arena, &old, request->report, &sent);
}

static struct err phone_send(struct request *request, struct answer *answer)
{
	struct person person;
	struct str fresh = str_replace(request->arena, request_field(request, "phone"), STR(" "), STR(""));
	TRY(person_by_id(request->hall, request->arena, request->session->person_id, &person));
	struct err err = send_both(request, person.phone, fresh);
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_phone(request, answer);
	}
	TRY(err);
	answer_cookie(request, answer, new_phone_cookie(request), fresh, DOOR_SECONDS);
	answer->see_other = STR("/my/phone");
	return OK;
}

/* One code right and the other wrong: the right one stays proved, only the other is asked for again. */
static struct err take(struct request *request, const struct code_request *code, const char *field)
{
	bool proved = false;
	int64_t proved_ms;
	struct str sha256;
	struct report own = report_make(request->arena);
	TRY(code_is_proved(request->hall, request->arena, code, &proved, &proved_ms, &sha256));
	if (proved) return OK;
	struct err err = code_take(request->hall, request->arena, code, request_field(request, field), &own);
	for (size_t i = 0; i < own.count; i++) report_error(request->report, str_from_c(field), "%.*s", STR_ARG(own.items[i].words));
	return err;
}

static struct err change_phone(struct request *request, struct str fresh)
{
	struct person person;
	int64_t person_id = request->session->person_id;
	TRY(person_by_id(request->hall, request->arena, person_id, &person));
	struct code_request old = code_request_of(request, CODE_phoneOld, person_id, person.phone);
	struct code_request new = code_request_of(request, CODE_phoneNew, person_id, fresh);
	struct err first = take(request, &old, "oldCode"), second = take(request, &new, "newCode");
	TRY(first);
	TRY(second);
	return person_change_phone(request->hall, request->arena, person_id, fresh, &old, &new, request->session_token, request->report);
}

static struct err phone_change(struct request *request, struct answer *answer)
{
	struct err err = change_phone(request, request_cookie(request, new_phone_cookie(request)));
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_phone(request, answer);
	}
	TRY(err);
	answer_cookie(request, answer, new_phone_cookie(request), STR(""), 0);
	answer->see_other = STR("/my");
	return OK;
}

/* ---- privacy: what, why, how long; what was agreed to; everything to take along ------------------------------------------- */

static struct err privacy_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	struct consents consents = { 0 };
	bool worker = request->session->kind == SESSION_WORKER;
	if (worker) TRY(consents_of(request->hall, request->arena, request->session->person_id, &consents));
	for (size_t i = consents.count; i-- > 0;) {
		struct resource item = resource_make(request->arena);
		resource_id(&item, "id", consents.items[i].consent_id);
		resource_text(&item, "text", consents.items[i].text);
		resource_moment(request, &item, "given", consents.items[i].given_ms);
		resource_moment(request, &item, "withdrawn", consents.items[i].withdrawn_ms);
		resource_flag(&item, "stands", consents.items[i].withdrawn_ms == 0);
		value_list_add(&list, resource_done(&item));
	}
	resource_flag(&it, "worker", worker);
	resource_text(&it, "provider", oidc_is_on(request->hall) ? oidc_name(request->hall) : STR(""));
	resource_add(&it, "consents", value_list_done(&list));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err consent_back(struct request *request, struct answer *answer)
{
	int64_t consent_id;
	TRY(request_part_id(request, "consent", &consent_id));
	TRY(consent_withdraw(request->hall, request->arena, request->session->person_id, consent_id));
	answer->see_other = STR("/privacy");
	return OK;
}

static struct err my_data(struct request *request, struct answer *answer)
{
	TRY(person_export(request->hall, request->arena, request->session->person_id, &answer->file.content));
	answer->file.media_type = STR("application/zip");
	answer->file.name = STR("my-data.zip");
	answer->file.attachment = true;
	return OK;
}

const struct route my_routes[] = {
	{ .id = "myShow", .method = "GET", .path = "/my", .needs = NEEDS_WORKER, .handler = my_show, .template_name = "my" },
	{ .id = "draftDiscardShow",
	    .method = "GET",
	    .path = "/my/drafts/:case/discard",
	    .needs = NEEDS_WORKER,
	    .handler = discard_show,
	    .template_name = "myDiscard" },
	{ .id = "draftDiscard",
	    .method = "POST",
	    .path = "/my/drafts/:case/discard",
	    .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = discard },
	{ .id = "phoneShow",
	    .method = "GET",
	    .path = "/my/phone",
	    .needs = NEEDS_WORKER,
	    .handler = phone_show,
	    .template_name = "myPhone" },
	{ .id = "phoneSend",
	    .method = "POST",
	    .path = "/my/phone",
	    .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = phone_send,
	    .template_name = "myPhone" },
	{ .id = "phoneChange",
	    .method = "POST",
	    .path = "/my/phone/change",
	    .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = phone_change,
	    .template_name = "myPhone" },
	{ .id = "myData",
	    .method = "POST",
	    .path = "/my/data",
	    .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = my_data },
	{ .id = "privacyShow",
	    .method = "GET",
	    .path = "/privacy",
	    .needs = NEEDS_ANYBODY,
	    .handler = privacy_show,
	    .template_name = "privacy" },
	{ .id = "consentWithdraw",
	    .method = "POST",
	    .path = "/privacy/consents/:consent/withdraw",
	    .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = consent_back },
	{ 0 },
};
