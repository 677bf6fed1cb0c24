#include "web/worker.h"

struct err worker_case(struct request *request, int64_t *out_case_id)
{
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(case_may(request->hall, request->arena, &request->actor, case_id, RIGHT_READ));
	*out_case_id = case_id;
	return OK;
}

struct str case_path(struct request *request, int64_t case_id, const char *rest)
{
	return str_printf(request->arena, "/cases/%.*s%s", STR_ARG(id_print(request->arena, case_id)), rest);
}

void add_errors(struct request *request, struct resource *it, const char *const *fields, size_t count)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < request->report->count; i++) {
		const struct finding *finding = &request->report->items[i];
		struct resource item = resource_make(request->arena);
		resource_text(&item, "place", finding->place);
		resource_text(&item, "words", finding->words);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(it, "errors", value_list_done(&list));
	for (size_t k = 0; k < count; k++) {
		struct str words = STR("");
		for (size_t i = 0; i < request->report->count; i++)
			if (str_eq_c(request->report->items[i].place, fields[k])) words = request->report->items[i].words;
		resource_text(it, str_to_c(request->arena, str_printf(request->arena, "%sError", fields[k])), words);
	}
}

struct err add_counter(struct request *request, struct resource *it, int64_t organisation_id)
{
	struct counter_place place;
	TRY(counter_place_of(request->hall, request->arena, organisation_id, &place));
	resource_flag(it, "online", oidc_is_on(request->hall) || request->web->options.demo);
	resource_text(it, "placeName", place.name);
	resource_text(it, "placeAddress", place.address);
	resource_text(it, "placeHours", place.hours);
	resource_text(it, "placePhone", place.hotline.len ? place.hotline : request->web->said->hotline);
	return OK;
}

struct str own_path(struct str path, struct str otherwise)
{
	if (path.len == 0 || path.len > 500 || path.ptr[0] != '/' || (path.len > 1 && (path.ptr[1] == '/' || path.ptr[1] == '\\')))
		return otherwise;
	for (size_t i = 0; i < path.len; i++)
		if ((unsigned char)path.ptr[i] <= ' ' || path.ptr[i] == '\\' || path.ptr[i] == '"') return otherwise;
	return path;
}

struct str browser_secret(struct request *request)
{
	if (request->session_token.len) return request->session_token;
	return request_cookie(request, request->secure ? "__Host-visit" : "visit");
}

struct code_request code_request_of(struct request *request, enum code_purpose purpose, int64_t about, struct str phone)
{
	return (struct code_request){ .purpose = purpose,
		.about = about ? id_print(request->arena, about) : STR(""),
		.phone = phone,
		.browser = browser_secret(request),
		.client = request->client };
}

struct str page_length(struct request *request, int64_t ms)
{
	return length_words(request->arena, ms, request->language_index == 1);
}
