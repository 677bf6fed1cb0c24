/* Following a case by its number and the tail of the phone: step and dates only, few tries. */
#include "web/case_view.h"

static const char *const fields[] = { "number", "tail" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static void add_followed(struct request *request, const struct followed *followed, struct resource *it)
{
	struct value_list now = value_list_make(request->arena);
	const struct service *service = NULL;
	if (followed->service_version.len && failed(service_version(request->hall, followed->service_version, &service))) service = NULL;
	for (size_t i = 0; i < followed->now.count; i++) value_list_add(&now, view_now(request, service, &followed->now.items[i], false));
	resource_text(it, "title", service_say(request, service, "service", STR("title"), followed->title));
	resource_text(it, "foundNumber", followed->number);
	resource_flag(it, "closed", str_eq_c(followed->state, "closed"));
	resource_moment(request, it, "submitted", followed->submitted_ms);
	resource_moment(request, it, "closedAt", followed->closed_ms);
	resource_text(it, "dueDay", page_date(request, followed->due_ms));
	resource_flag(it, "late", followed->due_ms && followed->due_ms < request->now_ms);
	resource_add(it, "now", value_list_done(&now));
}

static struct err fill_follow(struct request *request, const struct followed *followed, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct followed none = { 0 };
	resource_flag(&it, "found", followed != NULL);
	resource_text(&it, "number", request_field(request, "number"));
	add_followed(request, followed ? followed : &none, &it);
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err follow_show(struct request *request, struct answer *answer) { return fill_follow(request, NULL, answer); }

/* People type half-width brackets and spaces; numbers are written with （ ） and none. */
static struct str number_typed(struct request *request)
{
	struct str text = request_field(request, "number");
	static const char *const changes[][2] = { { " ", "" }, { "(", "（" }, { ")", "）" }, { "〔", "（" }, { "〕", "）" } };
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		text = str_replace(request->arena, text, str_from_c(changes[i][0]), str_from_c(changes[i][1]));
	return text;
}

static struct err follow(struct request *request, struct answer *answer)
{
	struct followed followed;
	struct err err = case_follow(request->hall, request->arena, number_typed(request), request_field(request, "tail"), request->client,
	    request->report, &followed);
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_follow(request, NULL, answer);
	}
	TRY(err);
	answer->status = 200;
	return fill_follow(request, &followed, answer);
}

const struct route follow_routes[] = {
	{ .id = "followShow", .method = "GET", .path = "/follow", .needs = NEEDS_ANYBODY, .handler = follow_show, .template_name = "follow" },
	{ .id = "follow", .method = "POST", .path = "/follow", .needs = NEEDS_ANYBODY, .body_bytes_max = FORM_BODY_BYTES, .handler = follow,
	    .template_name = "follow" },
	{ 0 },
};
