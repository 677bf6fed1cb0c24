/* Every decision of the law against the cases that a lawyer can read: law/golden/ID.csv (law/README.md says how). */
#include "hall/calendar.h"
#include "hall/catalogue.h"
#include "hall/parameters.h"
#include "hall/receipts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

enum { TABLE_BYTES_MAX = 4 << 20, FIRST_INPUT = 3 };

static struct arena arena;
static const struct parameters *parameters;

struct golden {
	struct str id;
	const struct dmn_model *model;
	const struct csv *csv;
	const struct csv_row *row;
	size_t wrong;
};

static void say(struct golden *golden, struct str column, struct str wanted, struct str got)
{
	golden->wrong++;
	printf("law/golden/%.*s.csv:%u: %.*s: expected %.*s, got %.*s (%.*s)\n", STR_ARG(golden->id), (unsigned)golden->row->line,
	    STR_ARG(column), STR_ARG(wanted), STR_ARG(got), STR_ARG(golden->row->fields[0]));
}

/* Empty is null; [ or { begins JSON; a list may be written a;b;c. */
static struct feel_value input_of(struct str cell, const struct feel_type *type)
{
	const struct json *json;
	struct { LIST_OF(struct feel_value); } items = { 0 };
	struct str piece;
	if (cell.len == 0) return FEEL_NULL_VALUE;
	if ((cell.ptr[0] == '[' || cell.ptr[0] == '{') && !failed(json_parse(&arena, cell, NULL, &json))) return feel_from_json(&arena, json);
	if (type && type->kind == FEEL_TYPE_SIMPLE && type->simple == FEEL_BOOLEAN) return feel_boolean(str_eq_c(cell, "true"));
	if (!type || type->kind != FEEL_TYPE_LIST) return feel_string(cell);
	while (str_split(&cell, ';', &piece)) LIST_PUSH(&arena, &items, input_of(piece, type->element));
	return feel_list_of(&arena, items.items, items.count);
}

/* "steps.0.value": names and indices. */
static struct feel_value at_path(struct feel_value value, struct str path)
{
	struct str piece;
	int64_t index;
	while (str_split(&path, '.', &piece)) {
		if (value.kind == FEEL_LIST) {
			if (!str_to_i64(piece, &index) || index < 0 || (size_t)index >= value.list.count) return FEEL_NULL_VALUE;
			value = value.list.items[index];
		} else {
			value = feel_get(value, piece);
		}
	}
	return value;
}

static void compare(struct golden *golden, struct str column, struct str cell, struct feel_value value)
{
	struct str got = value.kind == FEEL_NULL ? STR("") : feel_print(&arena, value);
	struct feel_value wanted;
	if (value.kind == FEEL_NUMBER && !failed(feel_number_parse(cell, &wanted))) cell = feel_print(&arena, wanted);
	if (!str_eq(got, cell)) say(golden, column, cell, got);
}

/* The article stands in the result, or beside a rule that was hit. */
static void compare_article(struct golden *golden, struct str cell, struct feel_value result, const struct dmn_trace *trace)
{
	struct json *rules = receipt_rules_json(&arena, trace, NULL);
	struct feel_value own = feel_get(result, STR("article"));
	struct str got = own.kind == FEEL_STRING ? own.string : STR("nothing");
	bool found = str_eq(got, cell);
	for (const struct json *rule = rules->first; rule && !found; rule = rule->next) {
		if (!json_is(json_get(rule, STR("hit")), JSON_TRUE)) continue;
		got = json_string_of(rule, "article");
		found = str_eq(got, cell);
	}
	if (!found) say(golden, STR("article"), cell, got);
}

static void run_row(struct golden *golden)
{
	const struct csv_row *head = &golden->csv->rows[0];
	const struct calendar *calendar;
	struct feel_value inputs = feel_context_of(&arena, NULL, 0), result;
	struct dmn_trace trace = { 0 };
	struct date on;
	assert_int_equal(golden->row->count, head->count);
	assert_true(date_parse(golden->row->fields[2], &on));
	assert_false(failed(calendar_load(&arena, "calendar", golden->row->fields[1], NULL, &calendar)));
	struct environment *environment = environment_new(
	    &arena, calendar, parameters, golden->row->fields[1], date_begin_ms(on, SHANGHAI_OFFSET_S) + DAY_MS / 2);
	struct str names[] = { STR("region"), STR("on") };
	for (size_t i = 0; i < 2; i++)       /* inputs of these names, for decisions that ask for them */
		if (dmn_find(golden->model, DMN_INPUT_DATA, names[i]))
			inputs = feel_put(&arena, inputs, names[i], feel_string(golden->row->fields[i + 1]));
	for (size_t i = FIRST_INPUT; i < head->count; i++) {
		if (str_starts(head->fields[i], STR("=")) || str_eq_c(head->fields[i], "article")) continue;
		const struct dmn_element *element = dmn_find(golden->model, DMN_INPUT_DATA, head->fields[i]);
		if (!element) fail_msg("law/golden/%s.csv: %s is no input", str_to_c(&arena, golden->id), str_to_c(&arena, head->fields[i]));
		else inputs = feel_put(&arena, inputs, head->fields[i], input_of(golden->row->fields[i], element->type));
	}
	inputs = decision_inputs(&arena, golden->model, inputs);
	assert_false(failed(dmn_decide(&arena, golden->model, golden->id, inputs, &environment->feel, NULL, &trace, &result)));
	for (size_t i = FIRST_INPUT; i < head->count; i++) {
		struct str name = head->fields[i], cell = golden->row->fields[i];
		if (str_eq_c(name, "article")) compare_article(golden, cell, result, &trace);
		else if (str_starts(name, STR("="))) compare(golden, name, cell, at_path(result, str_sub(name, 1, name.len)));
	}
}

static size_t run_table(struct str id)
{
	struct report report = report_make(&arena);
	struct golden golden = { .id = id };
	struct csv csv;
	struct str text;
	const char *path = str_to_c(&arena, str_printf(&arena, "law/golden/%.*s.csv", STR_ARG(id)));
	if (failed(file_read(&arena, path, TABLE_BYTES_MAX, &text))) fail_msg("%s is not there: a decision of the law needs its cases", path);
	if (failed(csv_parse(&arena, text, &report, &csv)) || failed(law_load(&arena, "law", id, &report, &golden.model)))
		fail_msg("%s: %s", path, str_to_c(&arena, report_print(&arena, &report)));
	golden.csv = &csv;
	assert_true(csv.count > 1);
	for (size_t i = 1; i < csv.count; i++) {
		golden.row = &csv.rows[i];
		run_row(&golden);
	}
	printf("%.*s: %zu rows\n", STR_ARG(id), csv.count - 1);
	return golden.wrong;
}

/* LA1, LA8: each law decision gives what a lawyer worked out by hand. */
static void test_every_decision_of_the_law_gives_what_its_cases_say(void **state)
{
	(void)state;
	struct file_names names;
	size_t wrong = 0, tables = 0;
	assert_false(failed(parameters_load(&arena, "regions", NULL, &parameters)));
	assert_false(failed(folder_list(&arena, "law", 1000, &names)));
	for (size_t i = 0; i < names.count; i++) {
		if (!str_ends(names.items[i], STR(".dmn"))) continue;
		wrong += run_table(str_sub(names.items[i], 0, names.items[i].len - 4));
		tables++;
	}
	assert_true(tables >= 2);
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_decision_of_the_law_gives_what_its_cases_say) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
