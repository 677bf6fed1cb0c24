/* The server as a whole: compiled pages, checked routes, then connections. */
#include "web/inside.h"

#include <stdlib.h>
#include <string.h>

struct hash_of { struct arena *arena; struct buf all; };

static void add_hash(struct hash_of *hash, const struct embedded_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++) buf_add(&hash->all, embedded_content(&files[i]));
}

/* Changes whenever a style sheet or a script does. */
static struct str build_hash(struct arena *arena)
{
	enum { EMBEDDED_BYTES_MAX = 32 << 20, HASH_BYTES = 6 };
	struct arena scratch = { 0 };
	struct hash_of hash = { .arena = &scratch, .all = buf_make(&scratch, EMBEDDED_BYTES_MAX) };
	uint8_t digest[SEAL_SHA256_BYTES];
	add_hash(&hash, embedded_look, embedded_look_count);
	add_hash(&hash, embedded_islands, embedded_islands_count);
	seal_sha256(buf_str(&hash.all), digest);
	arena_done(&scratch);
	return str_hex(arena, digest, HASH_BYTES);
}

struct err web_check(struct arena *arena, struct report *report)
{
	struct pages *pages;
	TRY(pages_compile(arena, report, &pages));
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++)
			if (route->template_name && !page_exists(pages, route->template_name))
				report_error(report, str_from_c(route->id), "there is no templates/%s.html", route->template_name);
	return routes_check(arena, report);
}

/* What was said before lives on: somebody may be printing it. */
void web_read_union(struct web *web)
{
	struct organisation organisation;
	const struct json *data;
	pthread_mutex_lock(&web->union_lock);
	struct web_union *said = ARENA_NEW(&web->arena, struct web_union);
	*said = (struct web_union){ STR("职工之家"), UNION_HOTLINE };
	if (!failed(organisation_by_code(web->hall, &web->arena, STR("hall"), &organisation))) {
		said->name = organisation.name;
		if (!failed(json_parse(&web->arena, organisation.data, NULL, &data)) && json_string_of(data, "hotline").len)
			said->hotline = json_string_of(data, "hotline");
	}
	web->said = said;
	pthread_mutex_unlock(&web->union_lock);
}

struct err web_start(const struct web_options *options, struct report *report, struct web **out_web)
{
	struct web *web = calloc(1, sizeof *web);
	if (!web) abort();
	web->options = *options;
	web->hall = options->hall;
	web->logger = options->logger;
	web->limits = limits_new();
	web->metrics = metrics_new();
	web->build = build_hash(&web->arena);
	pthread_mutex_init(&web->union_lock, NULL);
	web_read_union(web);
	web->started_ms = hall_now_ms(web->hall);
	web->started_us = clock_monotonic_us();
	struct err err = pages_compile(&web->arena, report, &web->pages);
	if (!failed(err)) err = routes_check(&web->arena, report);
	if (!failed(err)) err = server_start(web, report);
	if (failed(err)) {
		web_stop(web);
		return err;
	}
	*out_web = web;
	return OK;
}

uint16_t web_port(const struct web *web) { return server_port(web); }

void web_stop(struct web *web)
{
	if (!web) return;
	server_stop(web);
	limits_free(web->limits);
	metrics_free(web->metrics);
	pthread_mutex_destroy(&web->union_lock);
	arena_done(&web->arena);
	free(web);
}
