/* Is the law folder fit to be used? Each decision is checked by itself, and against the cases that a lawyer can read:
 * golden/ID.csv (law/README.md says how to write one). */
#include "hall/calculators.h"
#include "hall/calendar.h"
#include "hall/check.h"
#include "hall/inside.h"

enum { TABLE_BYTES_MAX = 4 << 20, FIRST_INPUT = 3 };

struct checking {
	struct arena *arena;                 /* of one decision */
	struct report *report;
	const struct hall_places *places;
	const struct parameters *parameters;
	struct str id;
	const struct dmn_model *model;
	const struct csv_row *head, *row;
	struct check_result result;
};

static struct str line_of(const struct checking *checking) { return str_from_i64(checking->arena, checking->row->line); }

static void differ(struct checking *checking, struct str column, struct str wanted, struct str got)
{
	report_error(checking->report, line_of(checking), "%.*s: expected %.*s, got %.*s (%.*s)", STR_ARG(column), STR_ARG(wanted),
	    STR_ARG(got), STR_ARG(checking->row->fields[0]));
}

/* Empty is null; [ or { begins JSON; a list may be written a;b;c. */
static struct feel_value input_of(struct arena *arena, struct str cell, const struct feel_type *type)
{
	const struct json *json;
	struct { LIST_OF(struct feel_value); } items = { 0 };
	struct str piece;
	if (cell.len == 0) return FEEL_NULL_VALUE;
	if ((cell.ptr[0] == '[' || cell.ptr[0] == '{') && !failed(json_parse(arena, cell, NULL, &json))) return feel_from_json(arena, json);
	if (type && type->kind == FEEL_TYPE_SIMPLE && type->simple == FEEL_BOOLEAN) return feel_boolean(str_eq_c(cell, "true"));
	if (!type || type->kind != FEEL_TYPE_LIST) return feel_string(cell);
	while (str_split(&cell, ';', &piece)) LIST_PUSH(arena, &items, input_of(arena, piece, type->element));
	return feel_list_of(arena, items.items, items.count);
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

static void compare(struct checking *checking, struct str column, struct str cell, struct feel_value value)
{
	struct arena *arena = checking->arena;
	struct str got = value.kind == FEEL_NULL ? STR("") : feel_print(arena, value);
	struct feel_value wanted;
	if (value.kind == FEEL_NUMBER && !failed(feel_number_parse(cell, &wanted))) cell = feel_print(arena, wanted);
	if (!str_eq(got, cell)) differ(checking, column, cell, got);
}

/* The article stands in the result, or beside a rule that was hit. Empty: nothing was decided, so nothing was its basis. */
static void compare_article(struct checking *checking, struct str cell, struct feel_value result, const struct dmn_trace *trace)
{
	struct json *rules = receipt_rules_json(checking->arena, trace, NULL);
	struct feel_value own = feel_get(result, STR("article"));
	struct str got = own.kind == FEEL_STRING ? own.string : STR("nothing");
	bool found = cell.len == 0 || str_eq(got, cell);
	for (const struct json *rule = rules->first; rule && !found; rule = rule->next) {
		if (!json_is(json_get(rule, STR("hit")), JSON_TRUE)) continue;
		got = json_string_of(rule, "article");
		found = str_eq(got, cell);
	}
	if (!found) differ(checking, STR("article"), cell, got);
}

static struct err environment_of_row(struct checking *checking, struct environment **out_environment)
{
	const struct calendar *calendar;
	struct str region = checking->row->fields[1];
	struct date on;
	if (!date_parse(checking->row->fields[2], &on)) {
		report_error(checking->report, line_of(checking), "on: a date such as 2022-08-26 is needed");
		return ERR(INVALID);
	}
	if (!region_is_known(checking->parameters, region)) {
		report_error(checking->report, line_of(checking), "region: %.*s is no region code", STR_ARG(region));
		return ERR(INVALID);
	}
	TRY(calendar_load(checking->arena, checking->places->calendar, region, checking->report, &calendar));
	*out_environment = environment_new(
	    checking->arena, calendar, checking->parameters, region, date_begin_ms(on, SHANGHAI_OFFSET_S) + DAY_MS / 2);
	return OK;
}

static bool is_output(struct str column) { return str_starts(column, STR("=")) || str_eq_c(column, "article"); }

static struct feel_value inputs_of_row(struct checking *checking)
{
	struct arena *arena = checking->arena;
	struct feel_value inputs = feel_context_of(arena, NULL, 0);
	struct str names[] = { STR("region"), STR("on") };
	for (size_t i = 0; i < 2; i++)       /* for decisions that ask for them */
		if (dmn_find(checking->model, DMN_INPUT_DATA, names[i]))
			inputs = feel_put(arena, inputs, names[i], feel_string(checking->row->fields[i + 1]));
	for (size_t i = FIRST_INPUT; i < checking->head->count; i++) {
		struct str name = checking->head->fields[i];
		const struct dmn_element *element = is_output(name) ? NULL : dmn_find(checking->model, DMN_INPUT_DATA, name);
		if (element) inputs = feel_put(arena, inputs, name, input_of(arena, checking->row->fields[i], element->type));
	}
	return decision_inputs(arena, checking->model, inputs);
}

static struct err check_row(struct checking *checking)
{
	struct environment *environment;
	struct dmn_trace trace = { 0 };
	struct feel_value result;
	if (checking->row->count != checking->head->count) {
		report_error(checking->report, line_of(checking), "%zu columns, the head has %zu", checking->row->count, checking->head->count);
		return OK;
	}
	if (failed(environment_of_row(checking, &environment))) return OK;
	TRY(dmn_decide(checking->arena, checking->model, checking->id, inputs_of_row(checking), &environment->feel, NULL, &trace, &result));
	for (size_t i = FIRST_INPUT; i < checking->head->count; i++) {
		struct str name = checking->head->fields[i], cell = checking->row->fields[i];
		if (str_eq_c(name, "article")) compare_article(checking, cell, result, &trace);
		else if (is_output(name)) compare(checking, name, cell, at_path(result, str_sub(name, 1, name.len)));
	}
	return OK;
}

/* A column that names nothing would test nothing. */
static bool head_is_sound(struct checking *checking)
{
	static const char *const first[FIRST_INPUT] = { "case", "region", "on" };
	size_t before = checking->report->error_count;
	for (size_t i = 0; i < FIRST_INPUT; i++)
		if (i >= checking->head->count || !str_eq_c(checking->head->fields[i], first[i]))
			report_error(checking->report, STR("1"), "column %zu must be `%s`", i + 1, first[i]);
	for (size_t i = FIRST_INPUT; i < checking->head->count; i++)
		if (!is_output(checking->head->fields[i]) && !dmn_find(checking->model, DMN_INPUT_DATA, checking->head->fields[i]))
			report_error(checking->report, STR("1"), "%.*s is no input of the decision", STR_ARG(checking->head->fields[i]));
	return checking->report->error_count == before;
}

static void count_since(struct checking *checking, size_t errors_before)
{
	if (checking->report->error_count > errors_before) checking->result.failed++;
	else checking->result.passed++;
}

static struct err check_cases(struct checking *checking, const char *folder)
{
	struct csv csv;
	struct str text;
	size_t before = checking->report->error_count;
	checking->report->file = str_printf(checking->arena, "law/golden/%.*s.csv", STR_ARG(checking->id));
	const char *path = str_to_c(checking->arena, str_printf(checking->arena, "%s/golden/%.*s.csv", folder, STR_ARG(checking->id)));
	if (failed(file_read(checking->arena, path, TABLE_BYTES_MAX, &text)))
		report_error(checking->report, STR(""), "%s is not there: a decision of the law needs its cases", path);
	else if (!failed(csv_parse(checking->arena, text, checking->report, &csv)) && csv.count < 2)
		report_error(checking->report, STR(""), "there is no case in it");
	if (checking->report->error_count == before) checking->head = &csv.rows[0];
	if (checking->report->error_count > before || !head_is_sound(checking)) {
		checking->result.failed++;
		return OK;
	}
	for (size_t i = 1; i < csv.count; i++) {
		before = checking->report->error_count;
		checking->row = &csv.rows[i];
		TRY(check_row(checking));
		count_since(checking, before);
	}
	return OK;
}

static struct err check_decision(struct checking *checking, const char *folder)
{
	size_t before = checking->report->error_count;
	checking->report->file = str_printf(checking->arena, "law/%.*s.dmn", STR_ARG(checking->id));
	struct err err = law_load(checking->arena, folder, checking->id, checking->report, &checking->model);
	if (!failed(err)) err = dmn_check(checking->arena, checking->model, environment_signatures(), checking->report);
	const struct dmn_element *decision = failed(err) ? NULL : dmn_find(checking->model, DMN_DECISION, checking->id);
	if (!failed(err) && (!decision || decision->imported))
		report_error(checking->report, STR(""), "the file must hold a decision `%.*s`", STR_ARG(checking->id));
	if (failed(err) && checking->report->error_count == before) report_error(checking->report, STR(""), "%s", err_words(err));
	count_since(checking, before);
	return checking->report->error_count > before ? OK : check_cases(checking, folder);
}

/* ---- calculators ------------------------------------------------------------------------------------------------- */

/* The form asks only what the decision reads. */
static void check_calculator(struct checking *checking, const char *folder, const struct calculator_line *line)
{
	const struct calculator *calculator;
	size_t before = checking->report->error_count;
	checking->report->file = str_printf(checking->arena, "law/forms/%.*s.form", STR_ARG(line->id));
	struct err err = calculator_load(checking->arena, folder, line->id, checking->report, &calculator);
	if (failed(err) && checking->report->error_count == before) report_error(checking->report, STR(""), "%s", err_words(err));
	if (!failed(err)) {
		form_check(checking->arena, calculator->form, environment_signatures(), NULL, checking->report);
		for (size_t i = 0; i < calculator->form->component_count; i++) {
			const struct form_component *component = calculator->form->components[i];
			if (form_is_keyed(component->type) && !dmn_find(calculator->model, DMN_INPUT_DATA, component->path))
				report_error(checking->report, component->pointer, "the decision does not read %.*s", STR_ARG(component->path));
		}
	}
	count_since(checking, before);
}

static struct err check_calculators(struct checking *checking, struct arena *arena, const char *folder)
{
	struct calculator_lines lines;
	checking->arena = arena;
	checking->report->file = STR("law/calculators.csv");
	TRY(calculator_lines(arena, folder, checking->report, &lines));
	for (size_t i = 0; i < lines.count; i++) check_calculator(checking, folder, &lines.items[i]);
	return OK;
}

bool is_law_folder(struct arena *arena, const char *folder)
{
	struct file_names names;
	if (failed(folder_list(arena, folder, SERVICE_FILE_COUNT_MAX, &names))) return false;
	bool models = false;
	for (size_t i = 0; i < names.count; i++) {
		if (str_eq_c(names.items[i], "service.json")) return false;
		models |= str_ends(names.items[i], STR(".dmn")) && str_find_byte(names.items[i], '/', 0) < 0;
	}
	return models;
}

struct err law_check(struct arena *arena, const char *folder, const struct hall_places *places, struct report *report,
    struct check_result *out_result)
{
	struct checking checking = { .report = report, .places = places };
	struct file_names names;
	*out_result = (struct check_result){ .failed = 1 };
	TRY(parameters_load(arena, places->regions, report, &checking.parameters));
	TRY(folder_list(arena, folder, SERVICE_FILE_COUNT_MAX, &names));
	for (size_t i = 0; i < names.count; i++) {
		if (!str_ends(names.items[i], STR(".dmn")) || str_find_byte(names.items[i], '/', 0) >= 0) continue;
		checking.arena = arena;
		checking.id = str_sub(names.items[i], 0, names.items[i].len - STR(".dmn").len);
		TRY(check_decision(&checking, folder));
	}
	TRY(check_calculators(&checking, arena, folder));
	report->file = STR("");
	*out_result = checking.result;
	return checking.result.failed ? ERR(INVALID) : OK;
}
