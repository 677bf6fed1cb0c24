/* Templates, words, routes and addresses, without a server. */
#include "web/inside.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

static void every_page_compiles_in_both_languages_and_every_word_is_there(void **state)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	(void)state;
	struct err err = web_check(&arena, &report);
	if (failed(err) || report.count) {
		struct str words = report_print(&arena, &report);
		fprintf(stderr, "%.*s", STR_ARG(words));
	}
	assert_false(failed(err));
	assert_int_equal(report.error_count, 0);
	arena_done(&arena);
}

static void a_path_finds_its_route_and_its_parts(void **state)
{
	const struct route *route = NULL;
	struct str parts[PATH_PART_COUNT_MAX];
	(void)state;
	assert_int_equal(route_find(STR("GET"), STR("/look/hall.css"), false, &route, parts), ROUTE_FOUND);
	assert_string_equal(route->id, "lookShow");
	assert_true(str_eq_c(parts[0], "hall.css"));
	assert_int_equal(route_find(STR("POST"), STR("/look/hall.css"), false, &route, parts), ROUTE_OTHER_METHOD);
	assert_int_equal(route_find(STR("GET"), STR("/look/"), false, &route, parts), ROUTE_NONE);
	assert_int_equal(route_find(STR("GET"), STR("/look/a/b"), false, &route, parts), ROUTE_NONE);
	assert_int_equal(route_find(STR("GET"), STR(""), false, &route, parts), ROUTE_NONE);
	/* a page that is no part of the API is not there under /api/v1 */
	assert_int_equal(route_find(STR("GET"), STR("/look/hall.css"), true, &route, parts), ROUTE_NONE);
}

static void addresses_decode_strictly(void **state)
{
	struct arena arena = { 0 };
	struct str out = STR("");
	(void)state;
	assert_true(url_decode(&arena, STR("%E5%B7%A5+a"), true, &out));
	assert_true(str_eq_c(out, "工 a"));
	assert_false(url_decode(&arena, STR("%E5%B7"), true, &out));     /* half a character */
	assert_false(url_decode(&arena, STR("%c0%ae"), true, &out));     /* an overlong dot */
	assert_false(url_decode(&arena, STR("%4"), true, &out));
	assert_false(url_decode(&arena, STR("%zz"), true, &out));
	assert_true(str_eq_c(url_encode(&arena, STR("工&a=b")), "%E5%B7%A5%26a%3Db"));
	arena_done(&arena);
}

static void a_limit_gives_a_burst_and_then_only_what_time_brings(void **state)
{
	struct limits *limits = limits_new();
	int64_t now_us = 1000000;
	(void)state;
	for (int i = 0; i < 10; i++) assert_true(limit_take(limits, "session", STR("a"), 10, now_us));
	assert_false(limit_take(limits, "session", STR("a"), 10, now_us));
	assert_true(limit_take(limits, "session", STR("b"), 10, now_us));      /* somebody else */
	assert_true(limit_take(limits, "client", STR("a"), 10, now_us));       /* another kind */
	now_us += 6000000;                                                     /* a tenth of a minute brings one */
	assert_true(limit_take(limits, "session", STR("a"), 10, now_us));
	assert_false(limit_take(limits, "session", STR("a"), 10, now_us));
	now_us += INT64_C(3600000000);                                         /* an hour brings no more than the burst */
	for (int i = 0; i < 10; i++) assert_true(limit_take(limits, "session", STR("a"), 10, now_us));
	assert_false(limit_take(limits, "session", STR("a"), 10, now_us));
	limits_free(limits);
}

static void every_operation_of_the_api_is_described(void **state)
{
	struct arena arena = { 0 };
	struct json *document = openapi_document(&arena);
	size_t described = 0, offered = 0;
	(void)state;
	for (const struct json *path = json_get(document, STR("paths"))->first; path; path = path->next) described += path->count;
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++) offered += route->api || route->api_only;
	assert_true(offered > 0);
	assert_int_equal(described, offered);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_compiles_in_both_languages_and_every_word_is_there),
		cmocka_unit_test(a_path_finds_its_route_and_its_parts),
		cmocka_unit_test(addresses_decode_strictly),
		cmocka_unit_test(a_limit_gives_a_burst_and_then_only_what_time_brings),
		cmocka_unit_test(every_operation_of_the_api_is_described),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
