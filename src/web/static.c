/* Style sheets and scripts: embedded, with the build's hash in their address, so browsers keep them for ever. */
#include "web/inside.h"

static struct err send_embedded(struct request *request, struct answer *answer, const struct embedded_file *files, size_t count,
    struct str media_type)
{
	struct str name = request_part(request, "name");
	for (size_t i = 0; i < count; i++) {
		if (!str_eq_c(name, files[i].name)) continue;
		answer->file = (struct answer_file){ .media_type = media_type, .content = embedded_content(&files[i]),
			.keep = str_eq(request_query(request, "v"), request->web->build) };
		return OK;
	}
	return ERR(NOT_FOUND);
}

static struct err look(struct request *request, struct answer *answer)
{
	return send_embedded(request, answer, embedded_look, embedded_look_count, STR("text/css; charset=utf-8"));
}

static struct err island(struct request *request, struct answer *answer)
{
	return send_embedded(request, answer, embedded_islands, embedded_islands_count, STR("text/javascript; charset=utf-8"));
}

const struct route static_routes[] = {
	{ .id = "lookShow", .method = "GET", .path = "/look/:name", .needs = NEEDS_ANYBODY, .handler = look, .quick = true },
	{ .id = "islandShow", .method = "GET", .path = "/islands/:name", .needs = NEEDS_ANYBODY, .handler = island, .quick = true },
	{ 0 },
};
