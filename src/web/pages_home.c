/* The front door: what the hall offers, in plain words. */
#include "web/service_words.h"

static struct err home(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct value_list services = value_list_make(request->arena);
	struct offered_services offered;
	TRY(services_offered(request->hall, request->arena, &offered));
	for (size_t i = 0; i < offered.count; i++) {
		struct resource service = resource_make(request->arena);
		resource_text(&service, "id", offered.items[i]->id);
		const struct service *one = offered.items[i];
		resource_text(&service, "title", service_say(request, one, "service", STR("title"), one->title));
		resource_text(&service, "summary", service_say(request, one, "service", STR("summary"), one->summary));
		resource_flag(&service, "trial", offered.items[i]->trial);
		value_list_add(&services, resource_done(&service));
	}
	resource_add(&it, "services", value_list_done(&services));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err healthy(struct request *request, struct answer *answer)
{
	(void)request;
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = STR("ok\n") };
	return OK;
}

/* Where a browser asks by itself: nothing there, and said without a page. */
static struct err no_icon(struct request *request, struct answer *answer)
{
	(void)request;
	answer->file = (struct answer_file){ .media_type = STR("image/svg+xml"), .keep = true,
		.content = STR("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='#C8102E'/>"
		               "<path d='M7 9h18M16 9v14M6 23h20' stroke='#fff' stroke-width='3' fill='none'/></svg>") };
	return OK;
}

static const struct shape_field service_fields[] = {
	{ "id", SHAPE_STRING, "事项标识", NULL, false, 0 },
	{ "title", SHAPE_STRING, "事项名称", NULL, false, 0 },
	{ "summary", SHAPE_STRING, "一句话说明", NULL, false, 0 },
	{ "trial", SHAPE_BOOLEAN, "试运行", NULL, false, 0 },
};
static const struct shape service_shape = { "Service", SHAPE_FIELDS(service_fields) };
static const struct shape_field home_fields[] = { { "services", SHAPE_LIST, "现在可以办的事项", &service_shape, false, 0 } };
static const struct shape home_shape = { "Services", SHAPE_FIELDS(home_fields) };

const struct route home_routes[] = {
	{ .id = "home", .method = "GET", .path = "/", .needs = NEEDS_ANYBODY, .handler = home, .template_name = "home" },
	{ .id = "serviceList", .method = "GET", .path = "/services", .needs = NEEDS_ANYBODY, .handler = home, .template_name = "home",
	    .api = true, .summary = "可以办的事项", .output = &home_shape },
	{ .id = "health", .method = "GET", .path = "/healthz", .needs = NEEDS_ANYBODY, .handler = healthy, .quick = true },
	{ .id = "icon", .method = "GET", .path = "/favicon.ico", .needs = NEEDS_ANYBODY, .handler = no_icon, .quick = true },
	{ 0 },
};
