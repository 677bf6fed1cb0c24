/* Runs the golden files of tests/form: schema and data in, values, errors and places out. */
#include "form/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct feel_value call_valid_id(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run;
	(void)data;
	(void)count;
	return feel_boolean(args[0].kind == FEEL_STRING && str_eq_c(args[0].string, "150102198207289604"));
}

static const struct feel_host_function functions[] = { { STR_INIT("valid resident id"), "number", call_valid_id, NULL } };
static const struct feel_env env = {
	.now_ms = INT64_C(1661448600000),      /* 2022-08-26T01:30:00+08:00 */
	.offset_s = SHANGHAI_OFFSET_S, .functions = functions, .function_count = 1,
};
static const struct feel_scope_name around_names[] = { { STR_INIT("region"), NULL } };
static const struct feel_scope around = { .names = around_names, .count = 1 };

static const struct json *read_golden(struct arena *arena, const char *name)
{
	struct str text;
	const struct json *json = NULL;
	struct report report = report_make(arena);
	const char *path = str_to_c(arena, str_printf(arena, "tests/form/%s.json", name));
	if (failed(file_read(arena, path, 1 << 20, &text))) fail_msg("%s cannot be read", path);
	if (failed(json_parse(arena, text, &report, &json))) fail_msg("%s: %.*s", path, STR_ARG(report_print(arena, &report)));
	return json;
}

static struct str print(struct arena *arena, const struct json *json)
{
	struct str text = STR("");
	assert_false(failed(json_print(arena, json, JSON_COMPACT, 1 << 20, &text)));
	return text;
}

static const struct form *load(struct arena *arena, const struct json *schema)
{
	const struct form *form = NULL;
	struct report report = report_make(arena);
	if (failed(form_load(arena, print(arena, schema), &env, &around, &report, &form)))
		fail_msg("%.*s", STR_ARG(report_print(arena, &report)));
	return form;
}

static struct feel_value value_of(struct arena *arena, const struct json *json)
{
	return json ? feel_from_json(arena, json) : FEEL_NULL_VALUE;
}

static void expect_json(struct arena *arena, const struct json *case_, const struct json *expected, struct feel_value value)
{
	const struct json *got = feel_to_json(arena, value, FEEL_JSON_PLAIN);
	if (!json_eq(expected, got))
		fail_msg("line %u: expected\n%.*s\nbut got\n%.*s", case_->line, STR_ARG(print(arena, expected)), STR_ARG(print(arena, got)));
}

/* The findings as {place: [words]}, in order. */
static struct json *grouped(struct arena *arena, const struct report *report)
{
	struct json *all = json_new(arena, JSON_OBJECT);
	for (size_t i = 0; i < report->count; i++) {
		const struct json *list = json_get(all, report->items[i].place);
		struct json *words = list ? (struct json *)list : json_new(arena, JSON_ARRAY);
		if (!list) json_add(all, report->items[i].place, words);
		json_add(words, STR(""), json_new_string(arena, report->items[i].words));
	}
	return all;
}

static void run_case(struct arena *arena, const struct form *form, const struct json *golden, const struct json *case_)
{
	struct report report = report_make(arena);
	struct feel_value values = FEEL_NULL_VALUE, again = FEEL_NULL_VALUE;
	struct feel_value data = value_of(arena, json_get(golden, STR("data"))), given = value_of(arena, json_get(case_, STR("given")));
	const struct json *expected = json_get(case_, STR("values")), *errors = json_get(case_, STR("errors"));
	struct err err = form_submit(arena, form, data, given, &env, &report, &values);
	if (errors) {
		const struct json *got = grouped(arena, &report);
		assert_true(err_is(err, ERR_INVALID));
		assert_int_equal(values.kind, FEEL_NULL);
		if (!json_eq(errors, got))
			fail_msg("line %u: expected\n%.*s\nbut got\n%.*s", case_->line, STR_ARG(print(arena, errors)), STR_ARG(print(arena, got)));
		return;
	}
	if (failed(err)) fail_msg("line %u: %.*s", case_->line, STR_ARG(report_print(arena, &report)));
	expect_json(arena, case_, expected, values);
	assert_false(failed(form_submit(arena, form, data, values, &env, &report, &again)));
	expect_json(arena, case_, expected, again);
}

static void test_submissions_give_their_values_or_all_their_errors(void **state)
{
	(void)state;
	static const char *const names[] = { "fields", "aid", "rows" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct arena arena = { 0 };
		const struct json *golden = read_golden(&arena, names[i]);
		const struct form *form = load(&arena, json_get(golden, STR("schema")));
		const struct json *cases = json_get(golden, STR("cases"));
		for (const struct json *each = cases->first; each; each = each->next) run_case(&arena, form, golden, each);
		arena_done(&arena);
	}
}

static void check_item(struct arena *arena, const struct form_state *state, const struct json *case_, const struct json *shows)
{
	const struct form_item *item = form_item_at(state, shows->key);
	if (!item) {
		fail_msg("line %u: nothing at %.*s", case_->line, STR_ARG(shows->key));
		return;
	}
	const struct json *hidden = json_get(shows, STR("hidden")), *readonly = json_get(shows, STR("readonly"));
	const struct json *value = json_get(shows, STR("value")), *choices = json_get(shows, STR("choices"));
	if (hidden) assert_int_equal(item->hidden, hidden->kind == JSON_TRUE);
	if (readonly) assert_int_equal(item->readonly, readonly->kind == JSON_TRUE);
	if (value) expect_json(arena, shows, value, item->value);
	if (!choices) return;
	assert_int_equal(item->choice_count, choices->count);
	size_t i = 0;
	for (const struct json *label = choices->first; label; label = label->next)
		assert_true(str_eq(item->choices[i++].label, label->text));
}

static void test_a_page_shows_data_else_defaults_else_nothing(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *golden = read_golden(&arena, "state");
	const struct form *form = load(&arena, json_get(golden, STR("schema")));
	for (const struct json *each = json_get(golden, STR("states"))->first; each; each = each->next) {
		const struct form_state *shown = NULL;
		assert_false(failed(form_state(&arena, form, value_of(&arena, json_get(each, STR("data"))), &env, &shown)));
		for (const struct json *item = json_get(each, STR("shows"))->first; item; item = item->next)
			check_item(&arena, shown, each, item);
		expect_json(&arena, each, json_get(each, STR("values")), shown->values);
	}
	arena_done(&arena);
}

static void test_schemas_that_mean_nothing_are_refused_at_their_place(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *golden = read_golden(&arena, "refused");
	for (const struct json *each = json_get(golden, STR("refused"))->first; each; each = each->next) {
		struct report report = report_make(&arena);
		const struct form *form = NULL;
		struct str text = print(&arena, json_get(each, STR("schema")));
		if (!err_is(form_load(&arena, text, &env, NULL, &report, &form), ERR_INVALID)) fail_msg("line %u was taken", each->line);
		assert_null(form);
		if (report.error_count != 1 || !str_eq(report.items[0].place, json_string_of(each, "at")))
			fail_msg("line %u: %.*s", each->line, STR_ARG(report_print(&arena, &report)));
	}
	arena_done(&arena);
}

/* The places of all findings of that severity are those of the list. */
static bool places_are(const struct report *report, enum severity severity, const struct json *list)
{
	const struct json *expected = list ? list->first : NULL;
	for (size_t i = 0; i < report->count; i++) {
		if (report->items[i].severity != severity) continue;
		if (!expected || !str_eq(expected->text, report->items[i].place)) return false;
		expected = expected->next;
	}
	return expected == NULL;
}

static void test_the_publish_check_says_what_workers_must_not_meet(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *golden = read_golden(&arena, "published");
	for (const struct json *each = json_get(golden, STR("published"))->first; each; each = each->next) {
		struct report report = report_make(&arena);
		const struct form *form = load(&arena, json_get(each, STR("schema")));
		const struct json *warnings = json_get(each, STR("warnings"));
		form_check(&arena, form, &env, &around, &report);
		bool fits = places_are(&report, SEVERITY_ERROR, json_get(each, STR("errors")));
		if (!fits || (warnings && !places_are(&report, SEVERITY_WARNING, warnings)))
			fail_msg("line %u: %.*s", each->line, STR_ARG(report_print(&arena, &report)));
	}
	arena_done(&arena);
}

static void test_fields_tell_their_path_and_properties(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct form *form = load(&arena, json_get(read_golden(&arena, "aid"), STR("schema")));
	const struct form_component *id = form_at(form, STR("idNumber")), *amount = form_at(form, STR("claims.amount"));
	assert_non_null(id);
	assert_non_null(amount);
	assert_true(id->sensitive && id->required);
	assert_true(str_eq_c(id->purpose, "确认本人"));
	assert_true(str_eq_c(form_property(id, "sensitive"), "true"));
	assert_true(str_eq_c(form_property(id, "none"), ""));
	assert_true(str_eq_c(amount->row_path, "amount") && str_eq_c(amount->list->path, "claims"));
	assert_int_equal(amount->list->rows_max, 3);
	assert_null(form_at(form, STR("claims.none")));
	const struct feel_scope *scope = form_scope(&arena, form);
	assert_true(str_eq_c(scope->names[1].name, "employer"));
	assert_true(str_eq_c(scope->names[1].members->names[1].name, "uscc"));
	arena_done(&arena);
}

static void test_the_largest_list_is_bounded(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *schema = NULL;
	struct str text = STR("{\"type\":\"default\",\"components\":[{\"type\":\"dynamiclist\",\"path\":\"r\",\"isRepeating\":true,"
		"\"allowAddRemove\":true,\"components\":[{\"type\":\"number\",\"key\":\"n\"}]}]}");
	assert_false(failed(json_parse(&arena, text, NULL, &schema)));
	const struct form *form = load(&arena, schema);
	struct feel_value row = feel_put(&arena, FEEL_NULL_VALUE, STR("n"), feel_number_i64(1)), values;
	struct feel_value *rows = ARENA_ARRAY(&arena, struct feel_value, FORM_ROW_COUNT_MAX + 1);
	for (int i = 0; i <= FORM_ROW_COUNT_MAX; i++) rows[i] = row;
	for (size_t count = FORM_ROW_COUNT_MAX; count <= FORM_ROW_COUNT_MAX + 1; count++) {
		struct feel_value given = feel_put(&arena, FEEL_NULL_VALUE, STR("r"), feel_list_of(&arena, rows, count));
		struct err err = form_submit(&arena, form, FEEL_NULL_VALUE, given, &env, NULL, &values);
		assert_int_equal(err.code, count > FORM_ROW_COUNT_MAX ? ERR_INVALID : ERR_NONE);
	}
	arena_done(&arena);
}

static void test_a_circle_stops_and_a_hungry_expression_meets_its_budget(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *schema = NULL;
	const struct form_state *shown = NULL;
	struct feel_env poor = env;
	struct str circle = STR("{\"type\":\"default\",\"components\":[{\"type\":\"expression\",\"key\":\"a\",\"expression\":"
		"\"=if a = null then 1 else a + 1\"}]}");
	struct str hungry = STR("{\"type\":\"default\",\"components\":[{\"type\":\"expression\",\"key\":\"a\",\"expression\":"
		"\"=count(for x in 1..100000 return x)\"}]}");
	assert_false(failed(json_parse(&arena, circle, NULL, &schema)));
	assert_false(failed(form_state(&arena, load(&arena, schema), FEEL_NULL_VALUE, &env, &shown)));
	assert_int_equal(feel_get(shown->values, STR("a")).kind, FEEL_NUMBER);
	assert_false(failed(json_parse(&arena, hungry, NULL, &schema)));
	poor.steps_max = 1000;
	assert_true(err_is(form_state(&arena, load(&arena, schema), FEEL_NULL_VALUE, &poor, &shown), ERR_LIMIT));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_submissions_give_their_values_or_all_their_errors),
		cmocka_unit_test(test_a_page_shows_data_else_defaults_else_nothing),
		cmocka_unit_test(test_schemas_that_mean_nothing_are_refused_at_their_place),
		cmocka_unit_test(test_the_publish_check_says_what_workers_must_not_meet),
		cmocka_unit_test(test_fields_tell_their_path_and_properties),
		cmocka_unit_test(test_the_largest_list_is_bounded),
		cmocka_unit_test(test_a_circle_stops_and_a_hungry_expression_meets_its_budget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
