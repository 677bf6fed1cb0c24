/* The permission table, from the routes themselves: every operation for a stranger, for each role, and for each role of
 * another organisation. Nothing is listed here, so a new route cannot be forgotten (LA4, X1).
 *
 * A route that names a role lets it in (whatever else is wrong with an empty request, it is not 401, 403 or 5xx); a role
 * that is not named gets 403; a stranger is sent to a door, or gets 401 from the API; and a case of somebody else answers
 * exactly like a case that was never there. */
#include "web/inside.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { APPLICANT_LINE = 2, ANSWER_BYTES_MAX = 4 << 20 };

struct town {
	struct arena arena;
	struct play_stage *stage;
	struct hall *hall;
	struct web *web;
	int64_t case_id, applicant_id, lawyer_id, union_id, other_union_id, staff_id;
	struct str missing_id;
	bool is_trace;
};

enum who {
	STRANGER, WORKER, OTHER_WORKER, LAWYER, OTHER_LAWYER, CLERK, LEAD, LEADER, ADMINISTRATOR, OPERATOR, AUDITOR, OTHER_CLERK, OTHER_LEADER,
	WHO_COUNT
};
static const struct { const char *words, *role; enum session_kind kind; enum needs holds; bool elsewhere; } people[WHO_COUNT] = {
	[STRANGER] = { "a stranger", "", SESSION_NONE, 0, false },
	[WORKER] = { "the worker", "", SESSION_WORKER, NEEDS_WORKER, false },
	[OTHER_WORKER] = { "another worker", "", SESSION_WORKER, NEEDS_WORKER, true },
	[LAWYER] = { "the lawyer", "", SESSION_LAWYER, NEEDS_LAWYER, false },
	[OTHER_LAWYER] = { "another lawyer", "", SESSION_LAWYER, NEEDS_LAWYER, true },
	[CLERK] = { "a clerk", "legalClerk", SESSION_STAFF, NEEDS_CLERK, false },
	[LEAD] = { "the lead", "legalLead", SESSION_STAFF, NEEDS_CLERK | NEEDS_LEAD, false },
	[LEADER] = { "a leader", "leader", SESSION_STAFF, NEEDS_LEADER, false },
	[ADMINISTRATOR] = { "an administrator", "administrator", SESSION_STAFF, NEEDS_ADMINISTRATOR, false },
	[OPERATOR] = { "an operator", "operator", SESSION_STAFF, NEEDS_OPERATOR, false },
	[AUDITOR] = { "an auditor", "auditor", SESSION_STAFF, NEEDS_AUDITOR, false },
	[OTHER_CLERK] = { "a clerk of another union", "legalClerk", SESSION_STAFF, NEEDS_CLERK, true },
	[OTHER_LEADER] = { "a leader of another union", "leader", SESSION_STAFF, NEEDS_LEADER, true },
};

/* ---- a hall with one finished case, and a server ------------------------------------------------------------------ */

static struct str demo_line(struct town *town, int number)
{
	struct str text, line = STR("");
	assert_false(failed(file_read(&town->arena, "demo/applicants.jsonl", 1 << 20, &text)));
	for (int i = 0; i < number; i++) assert_true(str_split(&text, '\n', &line));
	return line;
}

static void play_one(struct town *town, struct report *report)
{
	const struct service *service;
	const struct json *answers;
	struct play_result result;
	assert_false(failed(service_load(&town->arena, "services/legal-aid", "law", report, &service)));
	assert_false(failed(service_deploy(town->hall, service)));
	assert_false(failed(json_parse(&town->arena, demo_line(town, APPLICANT_LINE), NULL, &answers)));
	struct play_options options = { .service = STR("legal-aid"), .answers = answers, .folder = "." };
	assert_false(failed(play_case(town->stage, &town->arena, &options, report, &result)));
	town->case_id = result.case_id;
	town->applicant_id = result.summary.applicant_id;
	town->lawyer_id = result.summary.lawyer_id;
}

static int64_t person(struct town *town, const char *name, const char *phone)
{
	int64_t id = 0;
	struct person given = { .name = str_from_c(name), .phone = str_from_c(phone) };
	assert_false(failed(person_by_phone(town->hall, &town->arena, &given, &id)));
	return id;
}

static void add_people(struct town *town, struct report *report)
{
	struct organisation organisation;
	struct str roster = STR("{\"organisations\":[{\"code\":\"elsewhere\",\"kind\":\"union\",\"name\":\"上海市静安区总工会\","
	                        "\"region\":\"310106\",\"data\":{}}]}");
	assert_false(failed(organisation_by_code(town->hall, &town->arena, STR("hall"), &organisation)));
	town->union_id = organisation.organisation_id;
	assert_false(failed(roster_import(town->hall, &town->arena, roster, report)));
	assert_false(failed(organisation_by_code(town->hall, &town->arena, STR("elsewhere"), &organisation)));
	town->other_union_id = organisation.organisation_id;
	town->staff_id = person(town, "工作人员", "13900000001");
	for (size_t i = 0; i < WHO_COUNT; i++) {
		if (people[i].kind != SESSION_STAFF) continue;
		int64_t at = people[i].elsewhere ? town->other_union_id : town->union_id;
		assert_false(failed(role_grant(town->hall, &town->arena, town->staff_id, at, str_from_c(people[i].role))));
	}
}

static int begin(void **state)
{
	struct town *town = calloc(1, sizeof *town);
	struct report report = report_make(&town->arena);
	struct play_stage_options stage = { .places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar",
		.fonts = "build/share/unionhall/fonts" }, .demo = "demo", .region = STR("310113"), .at_ms = INT64_C(1661450000000) };
	if (!town) return -1;
	assert_false(failed(play_stage_open(&town->arena, &stage, &report, &town->stage)));
	town->hall = play_stage_hall(town->stage);
	play_one(town, &report);
	add_people(town, &report);
	town->missing_id = id_print(&town->arena, town->case_id + 4096);
	town->is_trace = getenv("UNIONHALL_TRACE") != NULL;
	struct web_options options = { .hall = town->hall, .host = "127.0.0.1", .worker_threads = 2, .demo = true,
		.commands_a_minute_session = 100000, .commands_a_minute_client = 100000 };
	assert_false(failed(web_start(&options, &report, &town->web)));
	*state = town;
	return 0;
}

static int end(void **state)
{
	struct town *town = *state;
	web_stop(town->web);
	play_stage_close(town->stage);
	arena_done(&town->arena);
	free(town);
	return 0;
}

/* ---- one request -------------------------------------------------------------------------------------------------------- */

struct reply { long status; struct str location, body; struct buf bytes; };

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
	buf_add_bytes(&((struct reply *)data)->bytes, bytes, size * count);
	return size * count;
}

static struct str token_for(struct town *town, struct arena *arena, enum who who)
{
	struct str token = STR("");
	struct session opening = { .kind = people[who].kind, .person_id = town->staff_id, .role = str_from_c(people[who].role), .level = 2,
		.method = STR("test"), .name = STR("测试") };
	if (who == STRANGER) return token;
	if (opening.kind == SESSION_WORKER)
		opening.person_id = people[who].elsewhere ? person(town, "别人", "13900000002") : town->applicant_id;
	if (opening.kind == SESSION_LAWYER) opening.lawyer_id = people[who].elsewhere ? town->lawyer_id + 1 : town->lawyer_id;
	if (opening.kind == SESSION_STAFF) opening.organisation_id = people[who].elsewhere ? town->other_union_id : town->union_id;
	assert_false(failed(session_open(town->hall, arena, &opening, &token)));
	return token;
}

/* What the operation cannot do without, so that the answer is about who asks and not about the shape of the question. */
static struct str json_body(struct arena *arena, const struct route *route)
{
	struct buf body = buf_make(arena, 4096);
	size_t count = 0;
	buf_add_byte(&body, '{');
	for (size_t i = 0; route->input && i < route->input->count; i++) {
		const struct shape_field *field = &route->input->fields[i];
		if (!field->required) continue;
		buf_printf(&body, "%s\"%s\":\"%s\"", count++ ? "," : "", field->name, field->kind == SHAPE_DATE ? "2022-08-26" : "other");
	}
	buf_add_byte(&body, '}');
	return buf_str(&body);
}

static struct reply ask(struct town *town, struct arena *arena, const struct route *route, bool json, struct str path, enum who who)
{
	struct reply reply = { .bytes = buf_make(arena, ANSWER_BYTES_MAX) };
	struct str token = token_for(town, arena, who);
	bool get = strcmp(route->method, "GET") == 0;
	/* Who is not signed in has the token of his visit, as every page with a form gives it. */
	struct str secret = token.len ? token : STR("00112233445566778899aabbccddeeff");
	struct str form = str_join(arena, STR("token="), hall_keyed_text(town->hall, arena, "web.form", secret));
	struct str body = get || !route->body_bytes_max ? STR("") : json ? json_body(arena, route) : form;
	struct str address = str_printf(arena, "http://127.0.0.1:%u%s%.*s", web_port(town->web), json ? "/api/v1" : "", STR_ARG(path));
	const char *url = str_to_c(arena, address);
	CURL *curl = curl_easy_init();
	const char *type = json ? "Content-Type: application/json" : "Content-Type: application/x-www-form-urlencoded";
	struct curl_slist *headers = curl_slist_append(NULL, type);
	char *location = NULL;
	assert_non_null(curl);
	curl_easy_setopt(curl, CURLOPT_COOKIE, str_to_c(arena, str_join(arena, token.len ? STR("hall=") : STR("visit="), secret)));
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
	if (!get) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.len);
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, str_to_c(arena, body));
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, route->method);
	}
	assert_int_equal(curl_easy_perform(curl), CURLE_OK);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
	reply.location = str_copy(arena, str_from_c(location));
	reply.body = buf_str(&reply.bytes);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return reply;
}

/* What stands for ":case" and the like. */
static struct str fill(struct town *town, struct arena *arena, const char *pattern, struct str case_text)
{
	struct buf path = buf_make(arena, 1024);
	struct str rest = str_sub(str_from_c(pattern), 1, strlen(pattern)), piece;
	if (rest.len == 0) return STR("/");
	while (str_split(&rest, '/', &piece)) {
		buf_add_byte(&path, '/');
		if (piece.len == 0 || piece.ptr[0] != ':') buf_add(&path, piece);
		else if (str_eq_c(piece, ":case")) buf_add(&path, case_text);
		else if (str_eq_c(piece, ":paper")) buf_add_lit(&path, "application");
		else if (str_eq_c(piece, ":service")) buf_add_lit(&path, "legal-aid");
		else buf_add(&path, town->missing_id);
	}
	return buf_str(&path);
}

/* ---- what must hold ------------------------------------------------------------------------------------------------------ */

static size_t faults_seen, asked;

static void expect(bool holds, const struct route *route, bool json, enum who who, const struct reply *reply, const char *words)
{
	asked++;
	if (holds) return;
	faults_seen++;
	fprintf(stderr, "%s%s (%s %s) for %s: %s, got %ld\n", route->id, json ? " as JSON" : "", route->method, route->path,
	    people[who].words, words, reply->status);
}

static void judge(struct town *town, struct arena *arena, const struct route *route, bool json, enum who who)
{
	struct str path = fill(town, arena, route->path, id_print(arena, town->case_id));
	struct reply reply = ask(town, arena, route, json, path, who);
	bool open = route->needs & NEEDS_ANYBODY, named = open || (route->needs & people[who].holds);
	if (town->is_trace) fprintf(stderr, "%s %s %s: %ld\n", route->method, route->path, people[who].words, reply.status);
	expect(reply.status < 500, route, json, who, &reply, "nothing breaks");
	if (named && !people[who].elsewhere) {
		expect(reply.status != 401 && reply.status != 403, route, json, who, &reply, "the route names this role");
	} else if (!named && who == STRANGER && json) {
		expect(reply.status == 401, route, json, who, &reply, "a stranger gets 401");
	} else if (!named && who == STRANGER) {
		bool to_a_door = reply.status == 303 && str_find(reply.location, STR("/sign-in"), 0) >= 0;
		expect(to_a_door, route, json, who, &reply, "a stranger is sent to a door");
	} else if (!named) {
		expect(reply.status == 403, route, json, who, &reply, "this role is not named");
	}
}

/* Without what differs anyway: the request's number, the address. */
static struct str essence(struct arena *arena, struct str body, struct str own, struct str missing)
{
	struct buf kept = buf_make(arena, ANSWER_BYTES_MAX);
	struct str text = str_replace(arena, str_replace(arena, body, own, STR("ID")), missing, STR("ID"));
	for (size_t i = 0; i < text.len; i++) {
		size_t run = 0;
		while (i + run < text.len && strchr("0123456789abcdef", text.ptr[i + run])) run++;
		if (run == 16) { i += 15; continue; }
		for (size_t k = 0; k < (run ? run : 1); k++) buf_add_byte(&kept, text.ptr[i + k]);
		i += run ? run - 1 : 0;
	}
	return buf_str(&kept);
}

static void judge_hidden(struct town *town, struct arena *arena, const struct route *route, bool json, enum who who)
{
	struct str own = id_print(arena, town->case_id);
	struct reply hidden = ask(town, arena, route, json, fill(town, arena, route->path, own), who);
	struct reply missing = ask(town, arena, route, json, fill(town, arena, route->path, town->missing_id), who);
	expect(hidden.status == 404 || hidden.status == 403, route, json, who, &hidden, "a case of somebody else is not shown");
	expect(hidden.status == missing.status, route, json, who, &hidden, "it answers like a case that was never there");
	struct str shown = essence(arena, hidden.body, own, town->missing_id), never = essence(arena, missing.body, own, town->missing_id);
	expect(str_eq(shown, never), route, json, who, &hidden, "the very same words as for a case that was never there");
}

static void every_operation_for_everybody(void **state)
{
	struct town *town = *state;
	for (size_t t = 0; t < route_table_count; t++) {
		for (const struct route *route = route_tables[t].routes; route->id; route++) {
			for (int who = 0; who < WHO_COUNT; who++) {
				struct arena arena = { 0 };
				bool of_a_case = strstr(route->path, ":case") != NULL;
				bool named = route->needs & people[who].holds;
				for (int json = route->api_only; json <= (route->api || route->api_only); json++) {
					if (people[who].elsewhere && of_a_case && named) judge_hidden(town, &arena, route, json, (enum who)who);
					else judge(town, &arena, route, json, (enum who)who);
				}
				arena_done(&arena);
			}
		}
	}
	printf("%zu answers judged\n", asked);
	assert_true(asked > 0);
	assert_int_equal(faults_seen, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(every_operation_for_everybody, begin, end) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
