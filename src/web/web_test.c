/* Templates, words, routes and addresses, without a server. */
#include "web/inside.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
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

/* By its path, its method and its id. */
static bool is_described(struct arena *arena, const struct json *document, const struct route *route)
{
	struct buf path = buf_make(arena, 1024);
	struct str rest = str_sub(str_from_c(route->path), 1, strlen(route->path)), piece;
	while (str_split(&rest, '/', &piece)) {
		if (piece.len && piece.ptr[0] == ':') buf_printf(&path, "/{%.*s}", STR_ARG(str_sub(piece, 1, piece.len)));
		else buf_printf(&path, "/%.*s", STR_ARG(piece));
	}
	const struct json *item = json_get(json_get(document, STR("paths")), buf_str(&path));
	const struct json *operation = json_get(item, str_lower_ascii(arena, str_from_c(route->method)));
	return str_eq_c(json_string_of(operation, "operationId"), route->id);
}

static void every_operation_of_the_api_is_described(void **state)
{
	struct arena arena = { 0 };
	struct json *document = openapi_document(&arena);
	size_t described = 0, offered = 0;
	(void)state;
	for (const struct json *path = json_get(document, STR("paths"))->first; path; path = path->next) described += path->count;
	for (size_t t = 0; t < route_table_count; t++) {
		for (const struct route *route = route_tables[t].routes; route->id; route++) {
			if (!route->api && !route->api_only) continue;
			offered++;
			assert_true(is_described(&arena, document, route));
		}
	}
	assert_true(offered > 0);
	assert_int_equal(described, offered);
	arena_done(&arena);
}

/* ---- bodies ---- */

static struct str multipart_of(struct arena *arena, struct request_fields *fields, struct uploads *uploads, struct str body)
{
	*fields = (struct request_fields){ 0 };
	*uploads = (struct uploads){ 0 };
	return str_from_c(err_name(multipart_split(arena, STR("multipart/form-data; charset=x; boundary=\"a b\""), body, fields, uploads)));
}

static void a_multipart_form_is_read_to_the_byte(void **state)
{
	struct arena arena = { 0 };
	struct request_fields fields;
	struct uploads uploads;
	(void)state;
	struct str good = STR("before\r\n--a b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n--a\r\n"
		"\r\n--a b\r\ncontent-type: a/b\r\ncontent-disposition: "
		"Form-Data; filename=\"a;\\\"b.jpg\"; name=f\r\n\r\n\r\n\r\n--a b--\r\nafter");
	assert_true(str_eq_c(multipart_of(&arena, &fields, &uploads, good), "NONE"));
	assert_int_equal(fields.count, 1);
	assert_true(str_eq_c(fields.items[0].value, "\r\n--a\r\n"));
	assert_int_equal(uploads.count, 1);
	assert_true(str_eq_c(uploads.items[0].name, "a;\"b.jpg"));
	assert_true(str_eq_c(uploads.items[0].field, "f"));
	assert_true(str_eq_c(uploads.items[0].content, "\r\n"));
	/* cut anywhere it is no form */
	for (size_t len = 0; len < good.len - 11; len++)
		assert_true(str_eq_c(multipart_of(&arena, &fields, &uploads, str_sub(good, 0, len)), "INVALID"));
	arena_done(&arena);
}

static void a_form_and_json_give_the_same_kind_of_fields(void **state)
{
	struct arena arena = { 0 };
	struct request_fields fields = { 0 }, leaves = { 0 };
	const struct json *json;
	(void)state;
	assert_false(failed(form_split(&arena, STR("a=1&&b=%E5%B7%A5+x&c&=d"), &fields)));
	assert_int_equal(fields.count, 4);
	assert_true(str_eq_c(fields.items[1].value, "工 x"));
	assert_true(err_is(form_split(&arena, STR("a=%00"), &fields), ERR_INVALID));
	assert_false(failed(json_parse(&arena, STR("{\"a\":{\"b\":[1,null,\"x\",true]}}"), NULL, &json)));
	assert_false(failed(json_leaves(&arena, json, &leaves)));
	assert_int_equal(leaves.count, 3);
	assert_true(str_eq_c(leaves.items[1].name, "a.b.2"));
	arena_done(&arena);
}

/* ---- shapes ---- */

static const struct shape_field claim_fields[] = {
	{ "amount", SHAPE_DECIMAL, "", NULL, true, 0 }, { "on", SHAPE_DATE, "", NULL, false, 0 },
};
static const struct shape claim_shape = { "Claim", SHAPE_FIELDS(claim_fields) };
static const struct shape_field filing_fields[] = {
	{ "name", SHAPE_STRING, "", NULL, true, 3 }, { "claims", SHAPE_LIST, "", &claim_shape, false, 0 },
	{ "words", SHAPE_LIST, "", NULL, false, 0 }, { "member", SHAPE_BOOLEAN, "", NULL, false, 0 },
	{ "days", SHAPE_INTEGER, "", NULL, false, 0 },
};
static const struct shape filing_shape = { "Filing", SHAPE_FIELDS(filing_fields) };

static void what_a_program_sends_is_held_against_the_shape(void **state)
{
	static const struct { const char *json; enum err_code code; const char *place; } cases[] = {
		{ "{\"name\":\"工\"}", ERR_NONE, "" },
		{ "{\"name\":\"工\",\"claims\":[{\"amount\":\"1.50\",\"on\":\"2026-11-25\"},{\"amount\":2}],\"member\":null}", ERR_NONE, "" },
		{ "{}", ERR_MISSING, "name" },
		{ "{\"name\":null}", ERR_MISSING, "name" },
		{ "{\"name\":1}", ERR_INVALID, "name" },
		{ "{\"name\":\"一二三四\"}", ERR_INVALID, "name" },
		{ "{\"name\":\"工\",\"nome\":1}", ERR_INVALID, "nome" },
		{ "{\"name\":\"工\",\"claims\":{}}", ERR_INVALID, "claims" },
		{ "{\"name\":\"工\",\"claims\":[{\"amount\":\"1e3\"}]}", ERR_INVALID, "claims.0.amount" },
		{ "{\"name\":\"工\",\"claims\":[{\"amount\":\"1.\"}]}", ERR_INVALID, "claims.0.amount" },
		{ "{\"name\":\"工\",\"claims\":[{\"amount\":1,\"on\":\"2026-02-30\"}]}", ERR_INVALID, "claims.0.on" },
		{ "{\"name\":\"工\",\"words\":[1]}", ERR_INVALID, "words.0" },
		{ "{\"name\":\"工\",\"member\":\"true\"}", ERR_INVALID, "member" },
		{ "{\"name\":\"工\",\"days\":1.5}", ERR_INVALID, "days" },
	};
	struct arena arena = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct json *json;
		struct report report = report_make(&arena);
		assert_false(failed(json_parse(&arena, str_from_c(cases[i].json), NULL, &json)));
		struct err err = shape_check(&arena, &filing_shape, json, &report);
		if (!err_is(err, cases[i].code)) fprintf(stderr, "%s: %s\n", cases[i].json, err_name(err));
		assert_int_equal(err.code, cases[i].code);
		if (report.count) assert_true(str_eq_c(report.items[0].place, cases[i].place));
	}
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
		cmocka_unit_test(a_multipart_form_is_read_to_the_byte),
		cmocka_unit_test(a_form_and_json_give_the_same_kind_of_fields),
		cmocka_unit_test(what_a_program_sends_is_held_against_the_shape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
