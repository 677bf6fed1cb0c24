/* A hall with routes of its own, so that tests/stories/server.py can ask the foundation what no room offers: a handler that
 * takes its time, a count of what was carried out, uploads told by their hashes. Everything else is the real one.
 *
 *   stand make HALL         people, sessions and tokens of programs; prints them as one JSON object
 *   stand serve HALL PORT   serves until SIGTERM; prints the port as soon as it listens */
#include "web/inside.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLOW_MS = 1500 };

static _Atomic int64_t carried_out;      /* commands of this process */

/* ---- routes ---------------------------------------------------------------------------------------------------------- */

static struct err slow(struct request *request, struct answer *answer)
{
	struct timespec pause = { SLOW_MS / 1000, SLOW_MS % 1000 * 1000000 };
	(void)request;
	nanosleep(&pause, NULL);
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = STR("slow but sure\n") };
	return OK;
}

static struct err form(struct request *request, struct answer *answer)
{
	struct str token = form_token(request);
	if (request->visit.len) answer_cookie(request, answer, request->secure ? "__Host-visit" : "visit", request->visit, -1);
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = token };
	return OK;
}

static struct err note(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	if (request_field(request, "text").len == 0) {
		report_error(request->report, STR("text"), "write something");
		return ERR(MISSING);
	}
	struct timespec pause = { 0, 100000000 };
	nanosleep(&pause, NULL);   /* long enough that two of them overlap */
	resource_text(&it, "text", request_field(request, "text"));
	resource_count(&it, "count", atomic_fetch_add(&carried_out, 1) + 1);
	answer->resource = resource_done(&it);
	if (!request->json) answer->see_other = STR("/stand/form");
	return OK;
}

static struct err count(struct request *request, struct answer *answer)
{
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"),
		.content = str_from_i64(request->arena, atomic_load(&carried_out)) };
	return OK;
}

/* What arrived: each field's and each file's name, length and hash, one a line. */
static struct err papers(struct request *request, struct answer *answer)
{
	struct buf lines = buf_make(request->arena, 1 << 20);
	uint8_t digest[SEAL_SHA256_BYTES];
	for (size_t i = 0; i < request->fields.count; i++)
		buf_printf(&lines, "field %.*s %zu\n", STR_ARG(request->fields.items[i].name), request->fields.items[i].value.len);
	for (size_t i = 0; i < request->uploads.count; i++) {
		const struct upload *upload = &request->uploads.items[i];
		seal_sha256(upload->content, digest);
		buf_printf(&lines, "file %.*s %.*s %zu %.*s\n", STR_ARG(upload->field), STR_ARG(upload->name), upload->content.len,
		    STR_ARG(str_hex(request->arena, digest, sizeof digest)));
	}
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = buf_str(&lines) };
	return OK;
}

static struct err sign_in(struct request *request, struct answer *answer)
{
	struct session opening = { .kind = SESSION_WORKER, .level = 1, .method = STR("test"), .device = request->device };
	struct person person = { .name = STR("测试"), .phone = STR("13900000009") };
	struct str token;
	TRY(person_by_phone(request->hall, request->arena, &person, &opening.person_id));
	TRY(session_open(request->hall, request->arena, &opening, &token));
	answer_session(request, answer, token);
	answer->see_other = STR("/");
	return OK;
}

static struct err sign_out(struct request *request, struct answer *answer)
{
	TRY(session_end(request->hall, request->arena, request->session_token));
	answer_session(request, answer, STR(""));
	answer->see_other = STR("/");
	return OK;
}

static struct err who(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct organisation organisation = { 0 };
	TRY(organisation_by_id(request->hall, request->arena, request->session->organisation_id, &organisation));
	resource_text(&it, "role", request->session->role);
	resource_text(&it, "organisation", organisation.name);
	answer->resource = resource_done(&it);
	return OK;
}

static const struct shape_field note_fields[] = {
	{ "text", SHAPE_STRING, "内容", NULL, true, 100 }, { "count", SHAPE_INTEGER, "第几次", NULL, false, 0 } };
static const struct shape note_shape = { "Note", SHAPE_FIELDS(note_fields) };
static const struct shape_field who_fields[] = {
	{ "role", SHAPE_STRING, "角色", NULL, false, 0 }, { "organisation", SHAPE_STRING, "组织", NULL, false, 0 } };
static const struct shape who_shape = { "Who", SHAPE_FIELDS(who_fields) };

static const struct route stand_routes[] = {
	{ .id = "standSlow", .method = "GET", .path = "/stand/slow", .needs = NEEDS_ANYBODY, .handler = slow },
	{ .id = "standForm", .method = "GET", .path = "/stand/form", .needs = NEEDS_ANYBODY, .handler = form },
	{ .id = "standCount", .method = "GET", .path = "/stand/count", .needs = NEEDS_ANYBODY, .handler = count },
	{ .id = "standWho", .method = "GET", .path = "/stand/who", .needs = NEEDS_STAFF, .handler = who, .api_only = true,
	    .summary = "谁", .output = &who_shape },
	{ .id = "standNote", .method = "POST", .path = "/stand/notes", .needs = NEEDS_WORKER | NEEDS_CLERK, .handler = note,
	    .body_bytes_max = FORM_BODY_BYTES, .api = true, .summary = "记一笔", .input = &note_shape, .output = &note_shape },
	{ .id = "standPapers", .method = "POST", .path = "/stand/papers", .needs = NEEDS_WORKER, .handler = papers,
	    .body_bytes_max = UPLOAD_BODY_BYTES },
	{ .id = "standSignIn", .method = "POST", .path = "/stand/sign-in", .needs = NEEDS_ANYBODY, .handler = sign_in,
	    .body_bytes_max = FORM_BODY_BYTES },
	{ .id = "standSignOut", .method = "POST", .path = "/stand/sign-out", .needs = NEEDS_SIGNED_IN, .handler = sign_out,
	    .body_bytes_max = FORM_BODY_BYTES },
	{ 0 },
};
extern const struct route static_routes[], openapi_routes[], home_routes[];
const struct route_table route_tables[] = {   /* in place of routes.c */
	{ "static", static_routes }, { "openapi", openapi_routes }, { "home", home_routes }, { "stand", stand_routes } };
const size_t route_table_count = sizeof route_tables / sizeof *route_tables;

/* ---- the hall ------------------------------------------------------------------------------------------------------------ */

static void must(struct err err, const char *what)
{
	if (!failed(err)) return;
	fprintf(stderr, "%s: %s\n", what, err_words(err));
	exit(1);
}

static struct str session_of(struct hall *hall, struct arena *arena, struct session opening, const char *phone)
{
	struct person person = { .name = STR("测试"), .phone = str_from_c(phone) };
	struct str token;
	opening.level = 2;
	opening.method = STR("test");
	opening.name = person.name;
	must(person_by_phone(hall, arena, &person, &opening.person_id), "person");
	must(session_open(hall, arena, &opening, &token), "session");
	return token;
}

static int make(struct hall *hall, struct arena *arena)
{
	struct str roster = STR("{\"organisations\":[{\"code\":\"elsewhere\",\"kind\":\"union\",\"name\":\"上海市静安区总工会\","
	                        "\"region\":\"310106\",\"data\":{}}]}");
	struct organisation own, other;
	struct actor actor = { .role = STR("administrator") };
	struct str token, other_token;
	must(roster_import(hall, arena, roster, NULL), "roster");
	must(organisation_by_code(hall, arena, STR("hall"), &own), "own union");
	must(organisation_by_code(hall, arena, STR("elsewhere"), &other), "other union");
	must(api_token_make(hall, arena, &actor, own.organisation_id, STR("一个程序"), STR("legalClerk"), 30, &token), "token");
	must(api_token_make(hall, arena, &actor, other.organisation_id, STR("别人的程序"), STR("legalClerk"), 30, &other_token), "token");
	struct session worker = { .kind = SESSION_WORKER };
	struct session clerk = { .kind = SESSION_STAFF, .role = STR("legalClerk"), .organisation_id = own.organisation_id };
	printf("{\"worker\":\"%.*s\",\"other\":\"%.*s\",\"clerk\":\"%.*s\",\"token\":\"%.*s\",\"otherToken\":\"%.*s\",\"own\":\"%.*s\","
	       "\"elsewhere\":\"%.*s\"}\n", STR_ARG(session_of(hall, arena, worker, "13900000001")),
	    STR_ARG(session_of(hall, arena, worker, "13900000002")), STR_ARG(session_of(hall, arena, clerk, "13900000003")),
	    STR_ARG(token), STR_ARG(other_token), STR_ARG(own.name), STR_ARG(other.name));
	return 0;
}

static int serve(struct hall *hall, struct arena *arena, const char *port)
{
	struct report report = report_make(arena);
	struct web *web;
	int64_t number = 0;
	int signal_number;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!str_to_i64(str_from_c(port), &number)) return 2;
	struct logger logger = { LOG_LEVEL_WARNING };
	struct web_options options = { .hall = hall, .logger = &logger, .host = "127.0.0.1", .port = (uint16_t)number };
	struct err err = web_start(&options, &report, &web);
	struct str findings = report_print(arena, &report);
	fwrite(findings.ptr, 1, findings.len, stderr);
	must(err, "web");
	printf("%u\n", web_port(web));
	fflush(stdout);
	sigwait(&set, &signal_number);
	web_stop(web);
	return 0;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct hall *hall;
	if (argc < 3) return 2;
	struct hall_options options = { .places = { .hall = argv[2], .services = "services", .law = "law", .regions = "regions",
		.calendar = "calendar", .fonts = "build/share/unionhall/fonts" }, .clock = clock_system(), .rand = rand_system() };
	must(hall_open(&options, &report, &hall), "hall");
	int code = strcmp(argv[1], "make") == 0 ? make(hall, &arena) : argc > 3 ? serve(hall, &arena, argv[3]) : 2;
	hall_close(hall);
	arena_done(&arena);
	return code;
}
