/* The administrator's front page: every room with what stands in it. */
#include "web/admin_view.h"

static int64_t open_errors(const struct outbox_entries *outbox) { return outbox->failed; }

static struct str year_words(struct request *request)
{
	int32_t year = date_of_ms(request->now_ms, SHANGHAI_OFFSET_S).year;
	for (int32_t i = year; i <= year + 1; i++)
		if (calendar_is_provisional(hall_calendar(request->hall), (struct date){ i, 6, 1 }))
			return str_printf(request->arena, request->language_index ? "%d: not published yet" : "%d年的通知还没有公布", i);
	return STR("");
}

static struct err add_figures(struct request *request, struct resource *it)
{
	struct managed_people people;
	struct organisation_rows organisations;
	struct outbox_entries outbox;
	struct api_tokens tokens;
	int64_t scope = admin_scope(request);
	TRY(people_managed(request->hall, request->arena, &request->actor, scope, STR(""), &people));
	TRY(organisations_managed(request->hall, request->arena, &request->actor, scope, &organisations));
	TRY(outbox_entries(request->hall, request->arena, &request->actor, scope, &outbox));
	TRY(api_tokens_of(request->hall, request->arena, scope, &tokens));
	resource_count(it, "people", (int64_t)people.count);
	resource_count(it, "organisations", (int64_t)organisations.count);
	resource_count(it, "waiting", outbox.waiting);
	resource_count(it, "failed", open_errors(&outbox));
	size_t live = 0;
	for (size_t i = 0; i < tokens.count; i++) live += !tokens.items[i].revoked_ms && tokens.items[i].ends_ms > request->now_ms;
	resource_count(it, "tokens", (int64_t)live);
	return OK;
}

static struct err add_hall(struct request *request, struct resource *it)
{
	struct offered_services offered;
	struct lawyers lawyers;
	struct log_head head;
	struct parameter_overlays overlays;
	size_t held = 0;
	TRY(services_offered(request->hall, request->arena, &offered));
	TRY(lawyers_against(request->hall, request->arena, FEEL_NULL_VALUE, &lawyers));
	TRY(log_head(request->hall, request->arena, &head));
	TRY(parameter_overlays(request->hall, request->arena, &overlays));
	for (size_t i = 0; i < overlays.count; i++) held += !overlays.items[i].withdrawn_ms;
	resource_count(it, "services", (int64_t)offered.count);
	resource_count(it, "lawyers", (int64_t)lawyers.count);
	resource_count(it, "leaves", head.size);
	resource_count(it, "overlays", (int64_t)held);
	resource_text(it, "expected", year_words(request));
	return OK;
}

static struct err index_show(struct request *request, struct answer *answer)
{
	struct resource it = admin_page(request);
	TRY(add_figures(request, &it));
	TRY(add_hall(request, &it));
	answer->resource = resource_done(&it);
	return OK;
}

const struct route admin_routes[] = {
	{ .id = "adminIndex", .method = "GET", .path = "/admin", .needs = NEEDS_ADMINISTRATOR, .handler = index_show,
	    .template_name = "admin" },
	{ 0 },
};
