/* Calculators: a form over a decision of the law, both from the law folder. */
#include "hall/calculators.h"

#include "hall/inside.h"

enum { TABLE_BYTES_MAX = 1 << 20, COLUMN_COUNT = 5 };

struct err calculator_lines(struct arena *arena, const char *law, struct report *report, struct calculator_lines *out_lines)
{
	struct csv csv;
	struct str text;
	const char *path = str_to_c(arena, str_printf(arena, "%s/calculators.csv", law));
	*out_lines = (struct calculator_lines){ 0 };
	if (!file_exists(path)) return OK;
	TRY(file_read(arena, path, TABLE_BYTES_MAX, &text));
	TRY(csv_parse(arena, text, report, &csv));
	out_lines->items = ARENA_ARRAY(arena, struct calculator_line, csv.count + 1);
	for (size_t i = 1; i < csv.count; i++) {
		const struct csv_row *row = &csv.rows[i];
		if (row->count != COLUMN_COUNT) {
			report_error(report, str_from_i64(arena, row->line), "id,what,claim,whatEnglish,claimEnglish is needed");
			return ERR(INVALID);
		}
		out_lines->items[out_lines->count++] = (struct calculator_line){
			row->fields[0], { row->fields[1], row->fields[3] }, { row->fields[2], row->fields[4] } };
	}
	return OK;
}

static struct err read_english(struct arena *arena, const char *law, struct str id, struct report *report, const struct json **out_words)
{
	struct str text;
	const struct json *all;
	const char *path = str_to_c(arena, str_printf(arena, "%s/forms/en.json", law));
	*out_words = NULL;
	if (!file_exists(path)) return OK;
	TRY(file_read(arena, path, TABLE_BYTES_MAX, &text));
	TRY(json_parse(arena, text, report, &all));
	*out_words = json_get(all, id);
	return OK;
}

struct err calculator_load(
    struct arena *arena, const char *law, struct str id, struct report *report, const struct calculator **out_calculator)
{
	struct calculator *calculator = ARENA_NEW(arena, struct calculator);
	struct calculator_lines lines;
	struct str text;
	TRY(calculator_lines(arena, law, report, &lines));
	for (size_t i = 0; i < lines.count; i++) {
		const struct calculator_line *line = &lines.items[i];
		if (!str_eq(line->id, id)) continue;
		calculator->id = line->id;
		for (size_t k = 0; k < 2; k++) {
			calculator->what[k] = line->what[k];
			calculator->claim[k] = line->claim[k];
		}
	}
	if (calculator->id.len == 0) return ERR(NOT_FOUND);
	TRY(file_read(arena, str_to_c(arena, str_printf(arena, "%s/forms/%.*s.form", law, STR_ARG(id))), FORM_BYTES_MAX, &text));
	TRY(form_load(arena, text, environment_signatures(), NULL, report, &calculator->form));
	TRY(read_english(arena, law, id, report, &calculator->english));
	TRY(law_load(arena, law, id, report, &calculator->model));
	*out_calculator = calculator;
	return OK;
}

/* ---- of a hall ----------------------------------------------------------------------------------------------------- */

struct err calculators_of_hall(struct hall *hall, struct arena *arena, struct calculator_lines *out_lines)
{
	struct report unread = report_make(arena);
	return calculator_lines(arena, hall->places.law, &unread, out_lines);
}

struct err calculator_of_hall(struct hall *hall, struct str id, const struct calculator **out_calculator)
{
	struct err err = OK;
	pthread_mutex_lock(&hall->service_lock);
	const struct calculator *calculator = map_get(&hall->calculators, id);
	if (!calculator) {
		struct report report = report_make(&hall->service_arena);
		err = calculator_load(&hall->service_arena, hall->places.law, id, &report, &calculator);
		if (failed(err) && report.count)
			log_event(hall->logger, LOG_LEVEL_ERROR, "calculator.broken", "id=%.*s words=%.*s", STR_ARG(id),
			    STR_ARG(report.items[0].words));
		if (!failed(err)) map_put(&hall->service_arena, &hall->calculators, calculator->id, (void *)calculator);
	}
	pthread_mutex_unlock(&hall->service_lock);
	if (!failed(err)) *out_calculator = calculator;
	return err;
}

/* A field that was left empty says nothing: not "", which a table would take for a word. */
static struct feel_value said_of(struct arena *arena, struct feel_value facts)
{
	struct feel_value said = feel_context_of(arena, NULL, 0);
	for (size_t i = 0; facts.kind == FEEL_CONTEXT && i < facts.context.count; i++) {
		const struct feel_entry *entry = &facts.context.entries[i];
		if (entry->value.kind != FEEL_STRING || entry->value.string.len) said = feel_put(arena, said, entry->key, entry->value);
	}
	return said;
}

struct err calculator_run(struct hall *hall, struct arena *arena, const struct calculator *calculator, struct feel_value facts,
    struct feel_value *out_result)
{
	struct feel_value region = feel_get(facts, STR("region"));
	struct str code = region.kind == FEEL_STRING && region_is_known(hall->parameters, region.string) ? region.string : hall->region;
	struct environment *environment = environment_new(arena, hall->calendar, hall->parameters, code, hall_now_ms(hall));
	struct feel_value inputs = decision_inputs(arena, calculator->model, said_of(arena, facts));
	return dmn_decide(arena, calculator->model, calculator->id, inputs, &environment->feel, NULL, NULL, out_result);
}
