/* What is laid over the files: rows in the database, snapshots in memory. */
#include "hall/inside.h"

#include <string.h>

static const char *const confidences[] = { "verified", "unverified" };

const struct parameters *hall_parameters(const struct hall *hall) { return hall->parameters; }
const struct calendar *hall_calendar(const struct hall *hall) { return hall->calendar; }
bool clocks_are_settled(const struct hall *hall) { return hall->clocks_settled; }

/* ---- reading -------------------------------------------------------------------------------------------------- */

static void parameter_overlay_of(struct store_row row, struct parameter_overlay *out)
{
	*out = (struct parameter_overlay){ .overlay_id = row_i64(row, 0), .made_by = row_bytes(row, 9), .made_ms = row_i64(row, 10),
		.withdrawn_by = row_bytes(row, 11), .withdrawn_ms = row_i64(row, 12),
		.row = { .region = row_bytes(row, 1), .name = row_bytes(row, 2), .value = row_bytes(row, 5), .unit = row_bytes(row, 6),
			.source = row_bytes(row, 7), .confidence = row_bytes(row, 8) } };
	(void)date_parse(row_bytes(row, 3), &out->row.from);     /* written by us; parameter_problem looks again */
	(void)date_parse(row_bytes(row, 4), &out->row.until);
}

static void calendar_overlay_of(struct store_row row, struct calendar_overlay *out)
{
	*out = (struct calendar_overlay){ .overlay_id = row_i64(row, 0), .batch_id = row_i64(row, 1),
		.day = { .kind = row_bytes(row, 3), .name = row_bytes(row, 4) }, .source = row_bytes(row, 5), .made_by = row_bytes(row, 6),
		.made_ms = row_i64(row, 7), .withdrawn_by = row_bytes(row, 8), .withdrawn_ms = row_i64(row, 9) };
	(void)date_parse(row_bytes(row, 2), &out->day.day);
}

static struct err read_parameter_rows(
    struct hall *hall, struct arena *arena, struct store_reader *reader, struct parameter_overlays *out_overlays)
{
	struct store_rows rows;
	TRY(query(hall, arena, reader, "parameter_overlay_all", SQL_NONE, &rows));
	*out_overlays = (struct parameter_overlays){ ARENA_ARRAY(arena, struct parameter_overlay, rows.count), rows.count };
	for (size_t i = 0; i < rows.count; i++) parameter_overlay_of(rows.items[i], &out_overlays->items[i]);
	return OK;
}

static struct err read_calendar_rows(
    struct hall *hall, struct arena *arena, struct store_reader *reader, struct calendar_overlays *out_overlays)
{
	struct store_rows rows;
	TRY(query(hall, arena, reader, "calendar_overlay_all", SQL_NONE, &rows));
	*out_overlays = (struct calendar_overlays){ ARENA_ARRAY(arena, struct calendar_overlay, rows.count), rows.count };
	for (size_t i = 0; i < rows.count; i++) calendar_overlay_of(rows.items[i], &out_overlays->items[i]);
	return OK;
}

struct err parameter_overlays(struct hall *hall, struct arena *arena, struct parameter_overlays *out_overlays)
{
	struct store_reader *reader;
	struct parameter_overlays list = { 0 };
	TRY(read_begin(hall, &reader));
	struct err err = read_parameter_rows(hall, arena, reader, &list);
	store_read_end(reader);
	for (size_t i = 0; !failed(err) && i < list.count / 2; i++) {
		struct parameter_overlay early = list.items[i];
		list.items[i] = list.items[list.count - 1 - i];
		list.items[list.count - 1 - i] = early;
	}
	if (!failed(err)) *out_overlays = list;
	return err;
}

struct err calendar_overlays(struct hall *hall, struct arena *arena, struct calendar_overlays *out_overlays)
{
	struct store_reader *reader;
	struct calendar_overlays list = { 0 };
	TRY(read_begin(hall, &reader));
	struct err err = read_calendar_rows(hall, arena, reader, &list);
	store_read_end(reader);
	for (size_t i = 0; !failed(err) && i < list.count / 2; i++) {
		struct calendar_overlay early = list.items[i];
		list.items[i] = list.items[list.count - 1 - i];
		list.items[list.count - 1 - i] = early;
	}
	if (!failed(err)) *out_overlays = list;
	return err;
}

/* ---- what holds, or would hold ----------------------------------------------------------------------------------- */

struct parameter_rows { LIST_OF(struct parameter); };
struct day_rows { LIST_OF(struct calendar_change); };

static struct err parameters_after(struct hall *hall, struct arena *arena, struct store_reader *reader,
    const struct overlay_change *change, const struct parameters **out_parameters)
{
	struct parameter_overlays kept;
	struct parameter_rows rows = { 0 };
	bool withdraws = change && change->kind == OVERLAY_WITHDRAW_PARAMETER, found = false;
	TRY(read_parameter_rows(hall, arena, reader, &kept));
	for (size_t i = 0; i < kept.count; i++) {
		bool gone = kept.items[i].withdrawn_ms || (withdraws && kept.items[i].overlay_id == change->withdrawn_id);
		found |= gone && !kept.items[i].withdrawn_ms;
		if (!gone) LIST_PUSH(arena, &rows, kept.items[i].row);
	}
	if (withdraws && !found) return ERR(NOT_FOUND);
	if (change && change->kind == OVERLAY_PARAMETER) LIST_PUSH(arena, &rows, change->parameter);
	return parameters_with(arena, hall->parameters_of_files, rows.items, rows.count, out_parameters);
}

static struct err calendar_after(struct hall *hall, struct arena *arena, struct store_reader *reader,
    const struct overlay_change *change, const struct calendar **out_calendar)
{
	struct calendar_overlays kept;
	struct day_rows rows = { 0 };
	bool withdraws = change && change->kind == OVERLAY_WITHDRAW_DAYS, found = false;
	TRY(read_calendar_rows(hall, arena, reader, &kept));
	for (size_t i = 0; i < kept.count; i++) {
		const struct calendar_overlay *row = &kept.items[i];
		bool gone = row->withdrawn_ms || (withdraws && row->batch_id == change->withdrawn_id);
		found |= gone && !row->withdrawn_ms;
		if (!gone) LIST_PUSH(arena, &rows, ((struct calendar_change){ row->day.day, row->day.kind }));
	}
	if (withdraws && !found) return ERR(NOT_FOUND);
	for (size_t i = 0; change && change->kind == OVERLAY_DAYS && i < change->day_count; i++)
		LIST_PUSH(arena, &rows, ((struct calendar_change){ change->days[i].day, change->days[i].kind }));
	return calendar_with(arena, hall->calendar_of_files, rows.items, rows.count, out_calendar);
}

static bool is_confidence(struct str text)
{
	for (size_t i = 0; i < sizeof confidences / sizeof *confidences; i++)
		if (str_eq_c(text, confidences[i])) return true;
	return false;
}

static void check_parameter(struct hall *hall, const struct parameter *row, struct report *report)
{
	const char *problem = parameter_problem(row);
	if (!region_is_known(hall->parameters_of_files, row->region)) report_error(report, STR("region"), "没有这个地区代码：要六位数字，如310113");
	if (row->from.year == 0) report_error(report, STR("from"), "请写从哪一天起，如2026-07-01");
	else if (row->until.year && date_cmp(row->until, row->from) < 0) report_error(report, STR("until"), "截止日在开始日之前");
	if (row->name.len == 0) report_error(report, STR("name"), "请写参数名");
	if (row->source.len == 0) report_error(report, STR("source"), "请写出处：哪份文件、文号或网址。没有出处的数字不能用来办事");
	if (row->value.len == 0) report_error(report, STR("value"), "请写数值");
	else if (problem && row->name.len && row->source.len && row->from.year && !report->error_count)
		report_error(report, STR("value"), "这里要一个数字，如2690或2690.50");
	if (!is_confidence(row->confidence)) report_error(report, STR("confidence"), "请选：已核对原文，还是还没有核对");
	if (utf8_count(row->source) > OVERLAY_TEXT_CHARACTERS_MAX || utf8_count(row->value) > OVERLAY_TEXT_CHARACTERS_MAX ||
	    utf8_count(row->name) > OVERLAY_TEXT_CHARACTERS_MAX || utf8_count(row->unit) > OVERLAY_TEXT_CHARACTERS_MAX)
		report_error(report, STR("source"), "每项最多%d个字", OVERLAY_TEXT_CHARACTERS_MAX);
}

static void check_days(struct arena *arena, const struct overlay_change *change, struct report *report)
{
	static const char *const kinds[] = { "off", "work", "statutory", "plain", "notice" };
	if (change->source.len == 0) report_error(report, STR("source"), "请写出处：如国务院办公厅关于2027年部分节假日安排的通知");
	if (utf8_count(change->source) > OVERLAY_TEXT_CHARACTERS_MAX)
		report_error(report, STR("source"), "出处最多%d个字", OVERLAY_TEXT_CHARACTERS_MAX);
	if (change->day_count == 0) report_error(report, STR("days"), "请写至少一天");
	if (change->day_count > OVERLAY_DAY_COUNT_MAX) report_error(report, STR("days"), "一次最多%d天", OVERLAY_DAY_COUNT_MAX);
	for (size_t i = 0; i < change->day_count && i < OVERLAY_DAY_COUNT_MAX; i++) {
		const struct overlay_day *day = &change->days[i];
		bool known = false;
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) known |= str_eq_c(day->kind, kinds[k]);
		if (!known || !date_is_valid(day->day) || day->day.year < 2000 || day->day.year > 2099)
			report_error(report, STR("days"), "看不懂这一天：%.*s %.*s", STR_ARG(date_print(arena, day->day)), STR_ARG(day->kind));
	}
}

struct err overlay_sight(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct overlay_change *change,
    struct report *report, struct overlay_sight *out_sight)
{
	struct overlay_sight sight = { 0 };
	struct store_row row;
	size_t before = report ? report->error_count : 0;
	if (change && change->kind == OVERLAY_PARAMETER) check_parameter(hall, &change->parameter, report);
	if (change && change->kind == OVERLAY_DAYS) check_days(arena, change, report);
	if (report && report->error_count > before) return ERR(INVALID);
	TRY(query_one(hall, arena, reader, "overlay_version", SQL_NONE, &row));
	sight.version = row_i64(row, 0);
	TRY(parameters_after(hall, arena, reader, change, &sight.parameters));
	TRY(calendar_after(hall, arena, reader, change, &sight.calendar));
	*out_sight = sight;
	return OK;
}

struct err overlays_load(struct hall *hall, struct report *report)
{
	struct store_reader *reader;
	struct overlay_sight sight;
	TRY(read_begin(hall, &reader));
	pthread_mutex_lock(&hall->overlay_lock);
	struct err err = overlay_sight(hall, &hall->overlay_arena, reader, NULL, report, &sight);
	if (!failed(err)) {
		hall->parameters = sight.parameters;
		hall->calendar = sight.calendar;
	} else {
		report_error(report, STR("overlays"), "what was laid over the regions' figures and the calendar does not fit the files any more");
	}
	pthread_mutex_unlock(&hall->overlay_lock);
	store_read_end(reader);
	return err;
}

/* ---- changing ------------------------------------------------------------------------------------------------------ */

struct confirming { const struct overlay_change *change; int64_t version; };

static struct err detail_of(struct work *work, const struct overlay_change *change, struct str *out_text)
{
	struct json *detail = json_new(work->arena, JSON_OBJECT);
	const struct parameter *row = &change->parameter;
	if (change->kind == OVERLAY_PARAMETER) {
		json_add(detail, STR("from"), json_new_string(work->arena, date_print(work->arena, row->from)));
		if (row->until.year) json_add(detail, STR("until"), json_new_string(work->arena, date_print(work->arena, row->until)));
		json_add(detail, STR("value"), json_new_string(work->arena, row->value));
		json_add(detail, STR("source"), json_new_string(work->arena, row->source));
	}
	if (change->kind == OVERLAY_DAYS) {
		json_add(detail, STR("source"), json_new_string(work->arena, change->source));
		json_add(detail, STR("days"), json_new_i64(work->arena, (int64_t)change->day_count));
	}
	return json_print(work->arena, detail, JSON_COMPACT, 1 << 14, out_text);
}

static struct err add_rows(struct work *work, const struct overlay_change *change)
{
	const struct parameter *row = &change->parameter;
	int64_t id = id_next(&work->hall->ids);
	switch (change->kind) {
	case OVERLAY_PARAMETER:
		WORK_ADD(work, "parameter_overlay_add", I(id), T(row->region), T(row->name), T(date_print(work->arena, row->from)),
		    T(row->until.year ? date_print(work->arena, row->until) : STR("")), T(row->value), T(row->unit), T(row->source),
		    T(row->confidence), T(work->who), I(work->now_ms));
		break;
	case OVERLAY_DAYS:
		for (size_t i = 0; i < change->day_count; i++)
			WORK_ADD(work, "calendar_overlay_add", I(i == 0 ? id : id_next(&work->hall->ids)), I(id),
			    T(date_print(work->arena, change->days[i].day)), T(change->days[i].kind), T(change->days[i].name), T(change->source),
			    T(work->who), I(work->now_ms));
		break;
	case OVERLAY_WITHDRAW_PARAMETER:
		WORK_GUARD(work, "parameter_overlay_withdraw", I(change->withdrawn_id), T(work->who), I(work->now_ms));
		break;
	case OVERLAY_WITHDRAW_DAYS:
		WORK_ADD(work, "calendar_overlay_withdraw", I(change->withdrawn_id), T(work->who), I(work->now_ms));
		break;
	}
	return OK;
}

static struct str subject_of(struct work *work, const struct overlay_change *change)
{
	const struct parameter *row = &change->parameter;
	switch (change->kind) {
	case OVERLAY_PARAMETER: return str_printf(work->arena, "%.*s %.*s", STR_ARG(row->region), STR_ARG(row->name));
	case OVERLAY_DAYS: return date_print(work->arena, change->days[0].day);
	case OVERLAY_WITHDRAW_PARAMETER:
	case OVERLAY_WITHDRAW_DAYS: break;
	}
	return id_text(work->arena, change->withdrawn_id);
}

static struct err confirm_body(struct work *work, void *data)
{
	static const char *const events[] = { [OVERLAY_PARAMETER] = "parameter.set", [OVERLAY_DAYS] = "calendar.set",
		[OVERLAY_WITHDRAW_PARAMETER] = "parameter.withdrawn", [OVERLAY_WITHDRAW_DAYS] = "calendar.withdrawn" };
	const struct confirming *confirming = data;
	struct overlay_sight sight;
	struct str detail;
	TRY(overlay_sight(work->hall, work->arena, work->reader, confirming->change, work->report, &sight));
	if (sight.version != confirming->version) return ERR(REFUSED);
	WORK_GUARD(work, "overlay_turn", I(sight.version));
	TRY(add_rows(work, confirming->change));
	TRY(detail_of(work, confirming->change, &detail));
	return audit_add(work, 0, events[confirming->change->kind], subject_of(work, confirming->change), detail);
}

struct err overlay_confirm(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t version,
    const struct overlay_change *change, struct report *report, struct clock_moves *out_moves)
{
	struct confirming confirming = { change, version };
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	struct str who = str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
	TRY(work_run(hall, arena, report, who, true, confirm_body, &confirming));
	hall->clocks_settled = false;
	TRY(overlays_load(hall, report));
	return clocks_settle(hall, arena, who, true, out_moves);
}
