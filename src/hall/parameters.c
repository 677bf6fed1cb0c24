#include "hall/parameters.h"

#include "codec/codec.h"

#include <assert.h>
#include <stdlib.h>

struct rows { LIST_OF(struct parameter); };      /* of one region and one name, by `from` */
struct region { struct str code, name, parent; bool has_counties; struct map rows_by_name; };

/* regions: code -> struct region. under: what shows through where a region has no rows of that name here; NULL at the bottom. */
struct parameters { struct map regions; const struct parameters *under; };

static bool is_region_code(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
	return text.len == 6;
}

static struct region *region_get(struct arena *arena, struct parameters *parameters, struct str code)
{
	struct region *region = map_get(&parameters->regions, code);
	if (region) return region;
	region = ARENA_NEW(arena, struct region);
	region->code = str_copy(arena, code);
	map_put(arena, &parameters->regions, region->code, region);
	return region;
}

static struct err read_csv(struct arena *arena, const char *folder, struct str name, struct report *report, struct csv *out_csv)
{
	struct str text;
	struct err err =
	    file_read(arena, str_to_c(arena, str_printf(arena, "%s/%.*s", folder, STR_ARG(name))), PARAMETER_FILE_BYTES_MAX, &text);
	if (failed(err)) {
		report_error(report, STR(""), "the file cannot be read: %s", err_words(err));
		return err;
	}
	return csv_parse(arena, text, report, out_csv);
}

static struct str field_of(const struct csv *csv, const struct csv_row *row, const char *name)
{
	ptrdiff_t column = csv_column(csv, name);
	return column >= 0 && (size_t)column < row->count ? row->fields[column] : STR("");
}

static struct err load_codes(struct arena *arena, struct parameters *parameters, const char *folder, struct report *report)
{
	struct csv csv;
	report->file = STR("codes.csv");
	TRY(read_csv(arena, folder, STR("codes.csv"), report, &csv));
	for (size_t i = 1; i < csv.count; i++) {
		struct str code = field_of(&csv, &csv.rows[i], "code");
		if (!is_region_code(code)) {
			report_error(report, str_from_i64(arena, csv.rows[i].line), "a region code has six digits");
			return ERR(INVALID);
		}
		struct region *region = region_get(arena, parameters, code);
		region->name = field_of(&csv, &csv.rows[i], "name");
		region->parent = field_of(&csv, &csv.rows[i], "parent");
	}
	for (size_t i = 0; i < parameters->regions.count; i++) {
		const struct region *region = parameters->regions.entries[i].value;
		struct region *above = map_get(&parameters->regions, region->parent);
		if (above && above != region) above->has_counties = true;
	}
	region_get(arena, parameters, STR("000000"))->name = STR("全国");
	return OK;
}

static const char *row_problem(const struct csv *csv, const struct csv_row *row, struct parameter *out)
{
	struct str from = field_of(csv, row, "from"), until = field_of(csv, row, "until");
	*out = (struct parameter){ .name = field_of(csv, row, "name"), .value = field_of(csv, row, "value"), .unit = field_of(csv, row, "unit"),
		.source = field_of(csv, row, "source"), .confidence = field_of(csv, row, "confidence") };
	if (out->name.len > 0 && !date_parse(from, &out->from)) return "`from` must be a date such as 2022-01-01";
	if (until.len > 0 && !date_parse(until, &out->until)) return "`until` must be a date or empty";
	return parameter_problem(out);
}

static bool overlap(const struct parameter *a, const struct parameter *b)
{
	bool a_before = a->until.year != 0 && date_cmp(a->until, b->from) < 0;
	bool b_before = b->until.year != 0 && date_cmp(b->until, a->from) < 0;
	return !a_before && !b_before;
}

static struct err add_row(struct arena *arena, struct region *region, struct parameter row, struct str place, struct report *report)
{
	struct rows *rows = map_get(&region->rows_by_name, row.name);
	if (!rows) {
		/* most names have one or two rows, and there are thousands of them: a list's usual beginning would be mostly empty */
		rows = ARENA_NEW(arena, struct rows);
		*rows = (struct rows){ .items = ARENA_ARRAY(arena, struct parameter, 2), .capacity = 2 };
		map_put(arena, &region->rows_by_name, row.name, rows);
	}
	for (size_t i = 0; i < rows->count; i++) {
		if (!overlap(&rows->items[i], &row)) continue;
		report_error(report, place, "%.*s is given twice for the same days", STR_ARG(row.name));
		return ERR(INVALID);
	}
	row.region = region->code;
	LIST_PUSH(arena, rows, row);
	return OK;
}

static struct err load_region(
    struct arena *arena, struct parameters *parameters, const char *folder, struct str name, struct report *report)
{
	struct csv csv;
	report->file = name;
	TRY(read_csv(arena, folder, name, report, &csv));
	struct str code = str_sub(name, 0, 6);
	if (!map_has(&parameters->regions, code)) {
		report_error(report, STR(""), "no region has the code %.*s (codes.csv)", STR_ARG(code));
		return ERR(INVALID);
	}
	struct region *region = region_get(arena, parameters, code);
	for (size_t i = 1; i < csv.count; i++) {
		struct parameter row;
		struct str place = str_from_i64(arena, csv.rows[i].line);
		const char *problem = row_problem(&csv, &csv.rows[i], &row);
		if (problem) {
			report_error(report, place, "%s", problem);
			return ERR(INVALID);
		}
		TRY(add_row(arena, region, row, place, report));
	}
	return OK;
}

struct err parameters_load(struct arena *arena, const char *folder, struct report *report, const struct parameters **out_parameters)
{
	struct report unread = report_make(arena);
	if (!report) report = &unread;
	struct str file_before = report->file;
	struct parameters *parameters = ARENA_NEW(arena, struct parameters);
	struct file_names names;
	struct err err = folder_list(arena, folder, PARAMETER_FILE_COUNT_MAX, &names);
	if (failed(err)) {
		report_error(report, STR(""), "the folder of regional parameters, %s, cannot be read: %s", folder, err_words(err));
		return err;
	}
	TRY(load_codes(arena, parameters, folder, report));
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i].len == 10 && str_ends(names.items[i], STR(".csv")) && is_region_code(str_sub(names.items[i], 0, 6)))
			TRY(load_region(arena, parameters, folder, names.items[i], report));
	report->file = file_before;
	*out_parameters = parameters;
	return OK;
}

struct err parameters_of_receipt(struct arena *arena, const struct json *list, const struct json *regions,
	const struct parameters **out_parameters)
{
	struct parameters *parameters = ARENA_NEW(arena, struct parameters);
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
		struct parameter row = { .name = json_string_of(item, "name"), .value = json_string_of(item, "value"),
			.unit = json_string_of(item, "unit"), .source = json_string_of(item, "source"),
			.confidence = json_string_of(item, "confidence") };
		struct str code = json_string_of(item, "region"), until = json_string_of(item, "until");
		struct feel_value number;
		if (!is_region_code(code) || !date_parse(json_string_of(item, "from"), &row.from)) return ERR(INVALID);
		if (until.len > 0 && !date_parse(until, &row.until)) return ERR(INVALID);
		if (!str_eq_c(row.unit, "text") && failed(feel_number_parse(row.value, &number))) return ERR(INVALID);
		TRY(add_row(arena, region_get(arena, parameters, code), row, STR(""), NULL));
	}
	for (const struct json *item = regions ? regions->first : NULL; item; item = item->next) {
		const struct json *named = json_get(item, STR("value"));
		if (!is_region_code(json_string_of(named, "code"))) return ERR(INVALID);
		struct region *region = region_get(arena, parameters, json_string_of(named, "code"));
		region->name = json_string_of(named, "name");
	}
	*out_parameters = parameters;
	return OK;
}

/* County, prefecture, province, country: the code with its last pairs zeroed, each once. */
static size_t specific_to_general(struct str code, char out[4][6])
{
	static const char nation[] = "000000";
	size_t count = 0;
	if (code.len != 6) return 0;
	for (size_t keep = 6; keep <= 6; keep -= 2) {
		char candidate[6];
		for (size_t i = 0; i < 6; i++) candidate[i] = i < keep ? code.ptr[i] : nation[i];
		if (count == 0 || !str_eq((struct str){ candidate, 6 }, (struct str){ out[count - 1], 6 })) {
			for (size_t i = 0; i < 6; i++) out[count][i] = candidate[i];
			count++;
		}
	}
	return count;
}

static const struct rows *rows_of(const struct parameters *parameters, struct str code, struct str name)
{
	const struct rows *rows = NULL;
	for (; parameters && !rows; parameters = parameters->under) {
		const struct region *region = map_get(&parameters->regions, code);
		rows = region ? map_get(&region->rows_by_name, name) : NULL;
	}
	return rows;
}

const struct parameter *parameter_find(const struct parameters *parameters, struct str region, struct str name, struct date on)
{
	char codes[4][6];
	size_t count = specific_to_general(region, codes);
	for (size_t level = 0; level < count; level++) {
		const struct rows *rows = rows_of(parameters, (struct str){ codes[level], 6 }, name);
		for (size_t i = 0; rows && i < rows->count; i++) {
			const struct parameter *row = &rows->items[i];
			if (date_cmp(row->from, on) <= 0 && (row->until.year == 0 || date_cmp(on, row->until) <= 0)) return row;
		}
	}
	return NULL;
}

bool parameter_exists(const struct parameters *parameters, struct str region, struct str name)
{
	char codes[4][6];
	size_t count = specific_to_general(region, codes);
	for (size_t level = 0; level < count; level++)
		if (rows_of(parameters, (struct str){ codes[level], 6 }, name)) return true;
	return false;
}

bool region_is_known(const struct parameters *parameters, struct str code)
{
	while (parameters->under) parameters = parameters->under;   /* what lies over it knows no regions of its own */
	return is_region_code(code) && map_has(&parameters->regions, code);
}

struct str region_name(const struct parameters *parameters, struct str code)
{
	while (parameters->under) parameters = parameters->under;
	const struct region *region = map_get(&parameters->regions, code);
	return region ? region->name : STR("");
}

struct str region_full_name(struct arena *arena, const struct parameters *parameters, struct str code)
{
	char codes[4][6];
	size_t count = specific_to_general(code, codes);
	struct str name = STR("");
	for (size_t level = 0; level < count; level++) {
		struct str part = region_name(parameters, (struct str){ codes[level], 6 });
		if (!str_eq_c((struct str){ codes[level], 6 }, "000000")) name = str_join(arena, part, name);
	}
	return name.len ? name : region_name(parameters, code);
}

static bool is_province(struct str code) { return str_ends(code, STR("0000")) && !str_eq_c(code, "000000"); }

static int by_code(const void *a, const void *b)
{
	return str_cmp(((const struct region_place *)a)->code, ((const struct region_place *)b)->code);
}

struct region_places region_places(struct arena *arena, const struct parameters *parameters, struct str province)
{
	while (parameters->under) parameters = parameters->under;
	struct region_places places = { .items = ARENA_ARRAY(arena, struct region_place, parameters->regions.count) };
	for (size_t i = 0; i < parameters->regions.count; i++) {
		const struct region *region = parameters->regions.entries[i].value;
		bool asked = province.len == 0 ? is_province(region->code)
			: province.len == 6 && str_starts(region->code, str_sub(province, 0, 2)) && !is_province(region->code) && !region->has_counties;
		if (!asked || str_eq_c(region->code, "000000")) continue;
		const struct region *above = map_get(&parameters->regions, region->parent);
		bool named = province.len > 0 && above && above != region && !is_province(above->code);
		places.items[places.count++] = (struct region_place){ region->code, region->name, named ? above->name : STR("") };
	}
	if (places.count > 1) qsort(places.items, places.count, sizeof *places.items, by_code);
	return places;
}

struct feel_value parameter_value(const struct parameter *parameter)
{
	struct feel_value value;
	if (str_eq_c(parameter->unit, "text")) return feel_string(parameter->value);
	struct err err = feel_number_parse(parameter->value, &value);
	assert(!failed(err));   /* row_problem let it in */
	return value;
}

/* ---- laid over ------------------------------------------------------------------------------------------------ */

const char *parameter_problem(const struct parameter *row)
{
	struct feel_value number;
	if (row->name.len == 0) return "the name is missing";
	if (row->value.len == 0) return "the value is missing";
	if (row->source.len == 0) return "the source is missing: say where the figure was published";
	if (row->from.year == 0) return "`from` must be a date such as 2022-01-01";
	if (row->until.year != 0 && date_cmp(row->until, row->from) < 0) return "`until` lies before `from`";
	if (!str_eq_c(row->unit, "text") && failed(feel_number_parse(row->value, &number)))
		return "the value is not a number (unit `text` allows words)";
	return NULL;
}

static struct date day_beside(struct date day, int days) { return date_from_days(date_to_days(day) + days); }

/* `row` takes its days; what is left of the others before and behind it stays. */
static struct rows *rows_with(struct arena *arena, const struct rows *before, const struct parameter *row)
{
	struct rows *rows = ARENA_NEW(arena, struct rows);
	for (size_t i = 0; before && i < before->count; i++) {
		struct parameter old = before->items[i], head = old, tail = old;
		if (!overlap(&old, row)) {
			LIST_PUSH(arena, rows, old);
			continue;
		}
		head.until = day_beside(row->from, -1);
		if (date_cmp(old.from, row->from) < 0) LIST_PUSH(arena, rows, head);
		if (row->until.year == 0 || (old.until.year != 0 && date_cmp(old.until, row->until) <= 0)) continue;
		tail.from = day_beside(row->until, 1);
		LIST_PUSH(arena, rows, tail);
	}
	LIST_PUSH(arena, rows, *row);
	return rows;
}

struct err parameters_with(struct arena *arena, const struct parameters *under, const struct parameter *rows, size_t count,
    const struct parameters **out_parameters)
{
	struct parameters *parameters = ARENA_NEW(arena, struct parameters);
	parameters->under = under;
	for (size_t i = 0; i < count; i++) {
		if (!region_is_known(under, rows[i].region) || parameter_problem(&rows[i])) return ERR(INVALID);
		struct region *region = region_get(arena, parameters, rows[i].region);
		struct parameter row = rows[i];
		row.region = region->code;
		map_put(arena, &region->rows_by_name, row.name, rows_with(arena, rows_of(parameters, region->code, row.name), &row));
	}
	*out_parameters = parameters;
	return OK;
}

/* ---- listing ---------------------------------------------------------------------------------------------------- */

static void list_region(
    struct arena *arena, const struct parameters *top, const struct region *region, struct parameter_list *list)
{
	for (size_t i = 0; i < region->rows_by_name.count; i++) {
		const struct rows *rows = region->rows_by_name.entries[i].value;
		if (rows_of(top, region->code, region->rows_by_name.entries[i].key) != rows) continue;   /* something lies over it */
		for (size_t k = 0; k < rows->count; k++) LIST_PUSH(arena, list, &rows->items[k]);
	}
}

void parameters_list(struct arena *arena, const struct parameters *parameters, struct str region, struct parameter_list *out_list)
{
	struct parameter_list list = { 0 };
	char codes[4][6];
	size_t count = specific_to_general(region, codes);
	for (const struct parameters *layer = parameters; layer; layer = layer->under) {
		for (size_t i = 0; region.len == 0 && i < layer->regions.count; i++)
			list_region(arena, parameters, layer->regions.entries[i].value, &list);
		for (size_t i = 0; i < count; i++) {
			const struct region *found = map_get(&layer->regions, (struct str){ codes[i], 6 });
			if (found) list_region(arena, parameters, found, &list);
		}
	}
	*out_list = list;
}
