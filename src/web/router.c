/* From a request to its handler: path, session, permission, form token; and the words when something is wrong. */
#include "web/inside.h"

#include <assert.h>
#include <string.h>

/* ---- finding ------------------------------------------------------------------------------------------------- */

static bool path_fits(const char *pattern, struct str path, struct str *out_parts)
{
	size_t count = 0, fixed = strcspn(pattern, ":");   /* most patterns end here, without being taken apart */
	if (path.len < fixed || memcmp(path.ptr, pattern, fixed) != 0) return false;
	struct str wanted = str_from_c(pattern), want, have;
	for (;;) {
		bool more_wanted = str_split(&wanted, '/', &want), more = str_split(&path, '/', &have);
		if (!more_wanted || !more) return more_wanted == more;
		if (want.len && want.ptr[0] == ':') {
			if (have.len == 0 || count >= PATH_PART_COUNT_MAX) return false;
			out_parts[count++] = have;
		} else if (!str_eq(want, have)) {
			return false;
		}
	}
}

static bool is_of_face(const struct route *route, bool json) { return json ? route->api || route->api_only : !route->api_only; }

enum route_match route_find(struct str method, struct str path, bool json, const struct route **out_route, struct str *out_parts)
{
	enum route_match match = ROUTE_NONE;
	for (size_t t = 0; t < route_table_count; t++) {
		for (const struct route *route = route_tables[t].routes; route->id; route++) {
			if (!is_of_face(route, json) || !path_fits(route->path, path, out_parts)) continue;
			match = ROUTE_OTHER_METHOD;
			if (!str_eq_c(method, route->method)) continue;
			*out_route = route;
			return ROUTE_FOUND;
		}
	}
	return match;
}

struct str request_part(const struct request *request, const char *name)
{
	struct str pattern = str_from_c(request->route->path), piece;
	size_t count = 0;
	while (str_split(&pattern, '/', &piece)) {
		if (piece.len == 0 || piece.ptr[0] != ':') continue;
		if (str_eq_c(str_sub(piece, 1, piece.len), name)) return request->parts[count];
		count++;
	}
	assert(!"the route has no such part");
	return STR("");
}

struct err request_part_id(const struct request *request, const char *name, int64_t *out_id)
{
	return id_parse(request_part(request, name), out_id) ? OK : ERR(NOT_FOUND);
}

/* ---- permission ------------------------------------------------------------------------------------------------- */

/* A form of another site must not act for the visitor: the browser's own word, then the form's token. */
static bool same_origin(struct request *request)
{
	struct str site = request_header(request, "Sec-Fetch-Site"), origin = request_header(request, "Origin");
	if (site.len && !str_eq_c(site, "same-origin") && !str_eq_c(site, "none")) return false;
	if (origin.len == 0) return true;
	ptrdiff_t scheme_end = str_find(origin, STR("://"), 0);
	if (request->secure && !str_starts(origin, STR("https://"))) return false;   /* somebody on the line */
	return scheme_end >= 0 && str_eq(str_sub(origin, (size_t)scheme_end + 3, origin.len), request->host);
}

static bool changes_something(const struct request *request) { return !str_eq_c(request->method, "GET"); }

static struct err check_form(struct request *request)
{
	if (!changes_something(request) || request->route->foreign) return OK;
	if (request->json && request_header(request, "Authorization").len) return OK;   /* no cookie, so nothing to ride on */
	if (!same_origin(request)) {
		report_error(request->report, STR("Origin"), "%.*s", STR_ARG(page_word(request, "problem.origin")));
		return ERR(FORBIDDEN);
	}
	if (request->body_json) return OK;   /* another site cannot send this type without our consent */
	if (form_token_is_good(request, request_field(request, "token"))) return OK;
	report_error(request->report, STR("token"), "%.*s", STR_ARG(page_word(request, "problem.token")));
	return ERR(FORBIDDEN);
}

bool route_is_permitted(const struct request *request)
{
	return (request->route->needs & NEEDS_ANYBODY) || (request->route->needs & request->holds);
}

/* Nobody is signed in: a page sends to the right door and comes back, JSON says 401. */
static void send_to_door(struct request *request, struct answer *answer)
{
	bool for_people = request->route->needs & NEEDS_WORKER;
	if (request->json) {
		report_error(request->report, STR("Authorization"), "sign in, or send an organisation's token");
		answer->status = 401;
		answer_problem(request, answer, ERR(FORBIDDEN));
		return;
	}
	struct str back = changes_something(request) ? STR("/") : request->path;
	const char *door = for_people ? "/sign-in" : request->route->needs & NEEDS_LAWYER ? "/lawyer/sign-in" : "/staff/sign-in";
	answer->see_other = str_printf(request->arena, "%s?next=%.*s", door, STR_ARG(url_encode(request->arena, back)));
}

/* Reading is cheap; what changes something costs a commit, a code, or somebody's attention. */
static bool is_within_limits(const struct request *request)
{
	const struct web_options *o = &request->web->options;
	int64_t now_us = clock_monotonic_us();
	if (!changes_something(request)) return true;
	if (request->session_token.len) {
		int32_t most = o->commands_a_minute_session ? o->commands_a_minute_session : 120;
		return limit_take(request->web->limits, "session", request->session_token, most, now_us);
	}
	int32_t most = o->commands_a_minute_client ? o->commands_a_minute_client : 1200;
	return limit_take(request->web->limits, "client", request->client, most, now_us);
}

static struct err run_handler(struct request *request, struct answer *answer)
{
	if (!is_within_limits(request)) {
		answer->status = 429;
		answer->retry_after = STR("30");
		return ERR(BUSY);
	}
	TRY(check_form(request));
	bool by_program = request->json && (request->body_json || request->body.len == 0);
	if (by_program && request->route->input) TRY(shape_check(request->arena, request->route->input, request->body_json, request->report));
	return request->route->handler(request, answer);
}

/* A command with an Idempotency-Key: the first time it is carried out and its answer kept, the second time that is told. */
static struct err run_once(struct request *request, struct answer *answer, struct str key)
{
	struct str caller = id_print(request->arena, request->session->session_id);
	struct str command = str_printf(request->arena, "%.*s %.*s\n%.*s", STR_ARG(request->method), STR_ARG(request->path),
	    STR_ARG(request->body));
	struct first_answer first = { 0 };
	struct err begun = idempotency_begin(request->hall, request->arena, caller, key, command, &first);
	if (err_is(begun, ERR_CONFLICT)) {
		answer->file = (struct answer_file){ .media_type = STR("application/json"), .content = first.body };
		answer->status = first.status;
		answer_header(request, answer, "Idempotency-Replayed", STR("true"));
		return answer_print(request, answer);
	}
	TRY(begun);
	struct err err = run_handler(request, answer);
	if (!failed(err)) err = answer_print(request, answer);
	first = (struct first_answer){ failed(err) ? err_http_status(err) : answer->status, failed(err) ? STR("") : answer->body };
	struct err kept = idempotency_keep(request->hall, request->arena, caller, key, &first);
	return failed(err) ? err : kept;
}

/* "GET, HEAD, POST": what the path can do. */
static struct str methods_of(struct request *request)
{
	struct buf methods = buf_make(request->arena, 256);
	for (size_t t = 0; t < route_table_count; t++) {
		for (const struct route *route = route_tables[t].routes; route->id; route++) {
			if (!is_of_face(route, request->json) || !path_fits(route->path, request->path, request->parts)) continue;
			bool get = strcmp(route->method, "GET") == 0;
			buf_printf(&methods, "%s%s%s", methods.len ? ", " : "", route->method, get ? ", HEAD" : "");
		}
	}
	return buf_str(&methods);
}

void route_run(struct request *request, struct answer *answer)
{
	struct err err;
	session_attach(request);
	if (request->route && request->route->demo && !request->web->options.demo) request->route = NULL;
	if (!request->route) {
		const struct route *ignored;
		bool other = route_find(request->method, request->path, request->json, &ignored, request->parts) == ROUTE_OTHER_METHOD;
		if (other) {
			answer->status = 405;
			answer_header(request, answer, "Allow", methods_of(request));
		}
		answer_problem(request, answer, ERR(NOT_FOUND));
		return;
	}
	if (hall_is_locked(request->hall) && !(request->route->needs & NEEDS_ANYBODY)) {
		answer_problem(request, answer, ERR(LOCKED));
		return;
	}
	if (!route_is_permitted(request) && request->session->kind == SESSION_NONE) {
		send_to_door(request, answer);
		err = answer->status ? OK : answer_print(request, answer);
	} else if (!route_is_permitted(request)) {
		err = ERR(FORBIDDEN);
	} else {
		struct str key = request->json && changes_something(request) ? request_header(request, "Idempotency-Key") : STR("");
		if (key.len && request->session->kind != SESSION_NONE) {
			err = run_once(request, answer, key);
		} else {
			err = run_handler(request, answer);
			if (!failed(err)) err = answer_print(request, answer);
		}
	}
	if (failed(err)) {
		struct answer problem = { .status = answer->status >= 400 ? answer->status : 0, .retry_after = answer->retry_after };
		*answer = problem;
		answer_problem(request, answer, err);
	}
}

/* ---- the tables are whole -------------------------------------------------------------------------------------------- */

static void check_route(struct arena *arena, const char *room, const struct route *route, struct map *ids, struct report *report)
{
	struct str place = str_printf(arena, "%s: %s", room, route->id ? route->id : "?");
	if (!route->method || !route->path || !route->handler) report_error(report, place, "method, path and handler are needed");
	else if (map_has(ids, str_from_c(route->id))) report_error(report, place, "this id stands twice");
	else map_put(arena, ids, str_from_c(route->id), (void *)(uintptr_t)route);
	if (route->quick && (!(route->needs & NEEDS_ANYBODY) || route->template_name || strcmp(route->method, "GET") != 0))
		report_error(report, place, "only a public file is answered quickly");
	if (route->needs == 0) report_error(report, place, "nobody is named who may");
	if ((route->api || route->api_only) && !route->summary) report_error(report, place, "a route of the API needs a summary");
}

struct err routes_check(struct arena *arena, struct report *report)
{
	struct map ids = { 0 };
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++)
			check_route(arena, route_tables[t].room, route, &ids, report);
	return report->error_count ? ERR(INVALID) : OK;
}
