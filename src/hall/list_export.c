/* A list as a file for spreadsheets: the same rows as on the page, in the same order. */
#include "hall/desk_inside.h"
#include "hall/desk_words.h"
#include "hall/lists.h"

enum { CSV_BYTES_MAX = 64 << 20 };

static const struct xlsx_column columns[] = {
	{ STR_INIT("办件号"), XLSX_TEXT, 30 }, { STR_INIT("申请人"), XLSX_TEXT, 12 }, { STR_INIT("用人单位"), XLSX_TEXT, 36 },
	{ STR_INIT("区"), XLSX_TEXT, 10 }, { STR_INIT("状态"), XLSX_TEXT, 8 }, { STR_INIT("结果"), XLSX_TEXT, 14 },
	{ STR_INIT("现在的环节"), XLSX_TEXT, 20 }, { STR_INIT("未通过的条件"), XLSX_TEXT, 40 }, { STR_INIT("谁在办"), XLSX_TEXT, 12 },
	{ STR_INIT("提交"), XLSX_TIME, 17 }, { STR_INIT("到期"), XLSX_TIME, 17 }, { STR_INIT("决定"), XLSX_TIME, 17 },
	{ STR_INIT("办结"), XLSX_TIME, 17 }, { STR_INIT("试行"), XLSX_TEXT, 6 },
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

struct exporting {
	struct hall *hall;
	struct arena *arena;
	struct list_page page;
	struct xlsx_cell *cells;
	struct map names;          /* of people, by id */
	struct map services;       /* struct service_words by version */
};

static struct str name_of(struct exporting *exporting, struct str person_id)
{
	struct str *known = map_get(&exporting->names, person_id);
	if (person_id.len == 0) return person_id;
	if (!known) {
		known = ARENA_NEW(exporting->arena, struct str);
		*known = list_person_name(exporting->hall, exporting->arena, person_id);
		map_put(exporting->arena, &exporting->names, person_id, known);
	}
	return *known;
}

static const struct service_words *words_of(struct exporting *exporting, struct str version)
{
	struct service_words *known = map_get(&exporting->services, version);
	if (known) return known;
	known = ARENA_NEW(exporting->arena, struct service_words);
	if (failed(service_words(exporting->hall, exporting->arena, version, known))) *known = (struct service_words){ 0 };
	map_put(exporting->arena, &exporting->services, version, known);
	return known;
}

static struct str rules_of(struct exporting *exporting, const struct service_words *words, struct str rules)
{
	struct buf buf = buf_make(exporting->arena, 8192);
	struct str rule;
	while (str_split(&rules, ',', &rule)) {
		if (rule.len == 0) continue;
		const struct rule_words *row = service_words_rule(words, rule);
		buf_printf(&buf, "%s%.*s", buf.len ? "；" : "", STR_ARG(row && row->words.len ? row->words : rule));
	}
	return buf_str(&buf);
}

static void fill_row(struct exporting *exporting, const struct list_row *row, struct xlsx_cell *cells)
{
	const struct service_words *words = words_of(exporting, row->service_version);
	struct str district = region_name(exporting->hall->parameters, row->district);
	const struct xlsx_cell filled[COLUMN_COUNT] = { { .text = row->number },
		{ .text = row->applicant },
		{ .text = row->employer },
		{ .text = district.len ? district : row->district },
		{ .text = str_eq_c(row->state, "closed") ? STR("已结") : STR("办理中") },
		{ .text = service_words_outcome(words, row->outcome) },
		{ .text = row->task_name },
		{ .text = rules_of(exporting, words, row->rules) },
		{ .text = row->role.len ? name_of(exporting, row->assignee) : STR("") },
		{ .ms = row->submitted_ms },
		{ .ms = row->due_ms },
		{ .ms = row->decided_ms },
		{ .ms = row->closed_ms },
		{ .text = row->trial ? STR("试行") : STR("") } };
	for (size_t i = 0; i < COLUMN_COUNT; i++) cells[i] = filled[i];
}

/* A spreadsheet runs what begins like this; an apostrophe before it makes it a text (OWASP, "CSV injection"). */
static struct str plain_text(struct arena *arena, struct str text)
{
	bool formula = text.len && (text.ptr[0] == '=' || text.ptr[0] == '+' || text.ptr[0] == '-' || text.ptr[0] == '@' || text.ptr[0] == '\t'
		|| text.ptr[0] == '\r' || str_starts(text, STR("＝")) || str_starts(text, STR("＋")) || str_starts(text, STR("－"))
		|| str_starts(text, STR("＠")));
	return formula ? str_join(arena, STR("'"), text) : text;
}

static struct str local_time(struct arena *arena, int64_t ms)
{
	if (ms == 0) return STR("");
	struct str text = time_print_ms(arena, ms - ms % 60000, SHANGHAI_OFFSET_S);      /* 2022-08-26T09:00:00+08:00 */
	return str_printf(arena, "%.*s %.*s", 10, text.ptr, 5, text.ptr + 11);
}

static struct err csv_text(struct exporting *exporting, struct str *out_text)
{
	struct buf buf = buf_make(exporting->arena, CSV_BYTES_MAX);
	buf_add_lit(&buf, "\xef\xbb\xbf");
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (i) buf_add_byte(&buf, ',');
		csv_add_field(&buf, columns[i].title);
	}
	for (size_t row = 0; row < exporting->page.count; row++)
		for (size_t i = 0; i < COLUMN_COUNT; i++) {
			const struct xlsx_cell *cell = &exporting->cells[row * COLUMN_COUNT + i];
			buf_add(&buf, i ? STR(",") : STR("\r\n"));
			bool time = columns[i].kind == XLSX_TIME;
			csv_add_field(&buf, time ? local_time(exporting->arena, cell->ms) : plain_text(exporting->arena, cell->text));
		}
	buf_add_lit(&buf, "\r\n");
	return buf_finish(&buf, out_text);
}

static struct err exported_body(struct work *work, void *data)
{
	const struct str *detail = data;
	return audit_add(work, 0, "list.exported", STR(""), *detail);
}

/* The filter may hold what was searched for, and the event is sealed. */
static struct err tell(struct exporting *exporting, const struct actor *actor, const struct list_filter *filter)
{
	struct json *json = json_new(exporting->arena, JSON_OBJECT);
	struct str detail;
	json_add(json, STR("filter"), json_new_string(exporting->arena, list_filter_print(exporting->arena, filter)));
	json_add(json, STR("rows"), json_new_string(exporting->arena, str_from_i64(exporting->arena, (int64_t)exporting->page.count)));
	TRY(json_print(exporting->arena, json, JSON_COMPACT, 1 << 16, &detail));
	return work_run(exporting->hall, exporting->arena, NULL, desk_who(exporting->arena, actor), false, exported_body, &detail);
}

struct err list_export(struct hall *hall, struct arena *arena, const struct actor *actor, const struct list_filter *filter,
    enum list_format format, struct str *out_content)
{
	struct exporting exporting = { .hall = hall, .arena = arena };
	if (actor->kind != ACTOR_STAFF || !role_has(actor->role, RIGHT_EXPORT)) return ERR(FORBIDDEN);
	TRY(list_page(hall, arena, actor->person_id, filter, STR(""), LIST_EXPORT_COUNT_MAX, &exporting.page));
	if (exporting.page.more) return ERR(LIMIT);
	exporting.cells = ARENA_ARRAY(arena, struct xlsx_cell, exporting.page.count * COLUMN_COUNT);
	for (size_t i = 0; i < exporting.page.count; i++)
		fill_row(&exporting, &exporting.page.items[i], &exporting.cells[i * COLUMN_COUNT]);
	TRY(tell(&exporting, actor, filter));
	if (format == LIST_CSV) return csv_text(&exporting, out_content);
	const struct xlsx_table table = { STR("办件"), columns, COLUMN_COUNT, exporting.cells, exporting.page.count, SHANGHAI_OFFSET_S };
	return xlsx_write(arena, &table, out_content);
}
