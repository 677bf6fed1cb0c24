/* Services and their versions: what is offered, a folder sent in and checked, an older version offered again. */
#include "web/admin_view.h"
#include "web/service_words.h"
#include "web/way_view.h"

enum { SHORT_HASH = 12 };

static struct feel_value version_value(struct request *request, const struct service_version_row *row)
{
	struct resource item = resource_make(request->arena);
	resource_text(&item, "version", row->version);
	resource_text(&item, "short", str_sub(row->version, 0, SHORT_HASH));
	resource_text(&item, "title", row->title);
	resource_text(&item, "id", row->service_id);
	resource_flag(&item, "trial", row->trial);
	resource_flag(&item, "offered", row->offered);
	resource_count(&item, "openCases", row->open_cases);
	resource_count(&item, "allCases", row->all_cases);
	resource_count(&item, "passed", row->passed);
	resource_flag(&item, "checked", row->checked_ms != 0);
	resource_moment(request, &item, "deployed", row->deployed_ms);
	resource_moment(request, &item, "checkedAt", row->checked_ms);
	return resource_done(&item);
}

/* [{id, title, offered: version, older: [version]}] */
static struct feel_value services_value(struct request *request, const struct service_versions *versions)
{
	struct value_list services = value_list_make(request->arena);
	for (size_t i = 0; i < versions->count;) {
		struct resource service = resource_make(request->arena);
		struct value_list older = value_list_make(request->arena);
		struct str id = versions->items[i].service_id;
		resource_text(&service, "id", id);
		resource_text(&service, "title", versions->items[i].title);
		resource_add(&service, "offered", version_value(request, &versions->items[i]));
		for (i++; i < versions->count && str_eq(versions->items[i].service_id, id); i++)
			value_list_add(&older, version_value(request, &versions->items[i]));
		resource_add(&service, "older", value_list_done(&older));
		value_list_add(&services, resource_done(&service));
	}
	return value_list_done(&services);
}

static struct feel_value findings_value(struct request *request, const struct json *findings)
{
	struct value_list list = value_list_make(request->arena);
	for (const struct json *row = findings ? findings->first : NULL; row; row = row->next) {
		struct resource item = resource_make(request->arena);
		struct str file = json_string_of(row, "file"), kind = file;
		ptrdiff_t slash = str_find_byte(file, '/', 0);
		if (slash >= 0) kind = str_sub(file, 0, (size_t)slash);
		resource_flag(&item, "error", str_eq_c(json_string_of(row, "severity"), "error"));
		resource_text(&item, "file", file);
		resource_text(&item, "about", page_word_or(request, "admin.part.", kind, page_word(request, "admin.part.other")));
		resource_text(&item, "place", json_string_of(row, "place"));
		resource_text(&item, "words", json_string_of(row, "words"));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static struct feel_value candidate_value(struct request *request, const struct service_candidate *candidate)
{
	struct resource item = resource_make(request->arena);
	resource_id(&item, "id", candidate->candidate_id);
	resource_text(&item, "title", candidate->title.len ? candidate->title : page_word(request, "admin.candidateUnread"));
	resource_text(&item, "service", candidate->service_id);
	resource_text(&item, "short", str_sub(candidate->version, 0, SHORT_HASH));
	resource_text(&item, "version", candidate->version);
	resource_flag(&item, "trial", str_eq_c(candidate->mode, "trial"));
	resource_text(&item, "state", candidate->state);
	resource_text(&item, "stateWords", page_word_or(request, "admin.candidate.", candidate->state, candidate->state));
	resource_flag(&item, "checking", str_eq_c(candidate->state, "checking"));
	resource_flag(&item, "good", str_eq_c(candidate->state, "good"));
	resource_flag(&item, "bad", str_eq_c(candidate->state, "bad"));
	resource_count(&item, "passed", candidate->passed);
	resource_count(&item, "failed", candidate->failed);
	resource_text(&item, "by", event_actor(request->hall, request->arena, candidate->sent_by));
	resource_moment(request, &item, "sent", candidate->sent_ms);
	resource_moment(request, &item, "checkedAt", candidate->checked_ms);
	resource_add(&item, "findings", findings_value(request, candidate->findings));
	return resource_done(&item);
}

static struct err services_page(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = admin_page(request);
	struct service_versions versions;
	struct service_candidates candidates;
	struct value_list list = value_list_make(request->arena);
	TRY(versions_list(request->hall, request->arena, &versions));
	TRY(candidates_list(request->hall, request->arena, &candidates));
	for (size_t i = 0; i < candidates.count; i++) {
		struct str state = candidates.items[i].state;
		if (!str_eq_c(state, "deployed") && !str_eq_c(state, "dropped"))
			value_list_add(&list, candidate_value(request, &candidates.items[i]));
	}
	resource_add(&it, "services", services_value(request, &versions));
	resource_add(&it, "candidates", value_list_done(&list));
	if (failed(err)) return admin_again(request, answer, &it, "adminServices", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err services_show(struct request *request, struct answer *answer) { return services_page(request, answer, OK); }

static struct str candidate_path(struct request *request, int64_t id)
{
	return str_printf(request->arena, "/admin/candidates/%.*s", STR_ARG(id_print(request->arena, id)));
}

static struct err send_in(struct request *request, struct answer *answer)
{
	const struct upload *upload = request_upload(request, "archive", 0);
	int64_t id;
	struct err err = candidate_send(request->hall, request->arena, &request->actor, upload ? upload->content : STR(""), request->report,
	    &id);
	if (failed(err)) return services_page(request, answer, err);
	answer->see_other = candidate_path(request, id);
	return OK;
}

static struct err candidate_page(struct request *request, struct answer *answer, int64_t id, struct err err)
{
	struct resource it = admin_page(request);
	struct service_candidate candidate;
	TRY(candidate_find(request->hall, request->arena, id, &candidate));
	resource_add(&it, "candidate", candidate_value(request, &candidate));
	resource_flag(&it, "waits", str_eq_c(candidate.state, "checking"));
	if (failed(err)) return admin_again(request, answer, &it, "adminCandidate", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err candidate_show(struct request *request, struct answer *answer)
{
	int64_t id;
	TRY(request_part_id(request, "candidate", &id));
	return candidate_page(request, answer, id, OK);
}

static struct err candidate_act(struct request *request, struct answer *answer)
{
	int64_t id;
	TRY(request_part_id(request, "candidate", &id));
	bool drop = str_eq_c(request_field(request, "act"), "drop");
	struct err err = drop ? candidate_drop(request->hall, request->arena, &request->actor, id)
	                      : candidate_deploy(request->hall, request->arena, &request->actor, id, request->report);
	if (failed(err)) return candidate_page(request, answer, id, err);
	admin_done(request, answer, STR("/admin/services"), drop ? "dropped" : "deployed");
	return OK;
}

static struct err offer(struct request *request, struct answer *answer)
{
	TRY(version_offer(request->hall, request->arena, &request->actor, request_part(request, "version")));
	admin_done(request, answer, STR("/admin/services"), "offered");
	return OK;
}

static struct err picture_show(struct request *request, struct answer *answer)
{
	const struct service *service;
	struct resource it = admin_page(request);
	struct way way;
	TRY(service_version(request->hall, request_part(request, "version"), &service));
	TRY(service_way(request->hall, request->arena, service, &way));
	resource_text(&it, "title", service_say(request, service, "service", STR("title"), service->title));
	TRY(view_way(request, &way, &it));
	answer->resource = resource_done(&it);
	return OK;
}

#define ADMIN(id_, method_, path_, handler_, template_, body_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_ADMINISTRATOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_ }
const struct route admin_services_routes[] = {
	ADMIN("adminServices", "GET", "/admin/services", services_show, "adminServices", 0),
	ADMIN("adminServiceSend", "POST", "/admin/services", send_in, "adminServices", UPLOAD_BODY_BYTES),
	ADMIN("adminVersionOffer", "POST", "/admin/versions/:version/offer", offer, NULL, FORM_BODY_BYTES),
	ADMIN("adminVersionPicture", "GET", "/admin/versions/:version/picture", picture_show, "adminPicture", 0),
	ADMIN("adminCandidate", "GET", "/admin/candidates/:candidate", candidate_show, "adminCandidate", 0),
	ADMIN("adminCandidateAct", "POST", "/admin/candidates/:candidate", candidate_act, "adminCandidate", FORM_BODY_BYTES),
	{ 0 },
};
