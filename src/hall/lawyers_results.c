/* What came of a case outside of the hall: entries one after another; nothing is changed, a slip is corrected by a new one. */
#include "hall/lawyers.h"

#include "hall/inside.h"

enum { MINUTES_MAX = 1000 * 60, HEARING_AHEAD_DAYS_MAX = 3 * 366, PLACE_MAX = 100, RESULT_BACK_DAYS_MAX = 3 * 366 };
#define FEN_MAX INT64_C(100000000000)     /* a thousand million yuan: more is a slip */

#define X(name, words) { STR_INIT(#name), STR_INIT(words), false },
const struct result_word result_stages[] = { RESULT_STAGES(X) };
#undef X
#define X(name, words, ends) { STR_INIT(#name), STR_INIT(words), ends },
const struct result_word result_kinds[] = { RESULTS(X) };
#undef X
const size_t result_stage_count = sizeof result_stages / sizeof *result_stages;
const size_t result_kind_count = sizeof result_kinds / sizeof *result_kinds;

const struct result_word *result_word(const struct result_word *table, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(table[i].name, name)) return &table[i];
	return NULL;
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static struct err read_one(struct hall *hall, struct arena *arena, struct store_row row, struct case_result *out)
{
	struct str words;
	const struct json *json;
	*out = (struct case_result){ .result_id = row_i64(row, 0), .lawyer_id = row_i64(row, 1), .at_ms = row_i64(row, 2),
		.stage = row_bytes(row, 3), .result = row_bytes(row, 5), .amount_fen = row_is_null(row, 6) ? -1 : row_i64(row, 6),
		.minutes = row_i64(row, 7), .final = row_bool(row, 8), .hearing_ms = row_i64(row, 9), .corrects = row_i64(row, 10) };
	if (!date_parse(row_bytes(row, 4), &out->happened_on)) return ERR(TAMPERED);
	if (row_bytes(row, 11).len == 0) return OK;
	TRY(unseal_text(hall, arena, "case_result.words", out->result_id, row_bytes(row, 11), &words));
	TRY(json_parse(arena, words, NULL, &json));
	out->note = json_string_of(json, "note");
	out->place = json_string_of(json, "place");
	return OK;
}

static struct err read_all(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct case_results *out)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "case_result_of", &rows, I(case_id)));
	struct case_results results = { .items = ARENA_ARRAY(arena, struct case_result, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) TRY(read_one(hall, arena, rows.items[i], &results.items[i]));
	for (size_t i = 0; i < results.count; i++)
		for (size_t k = 0; k < results.count; k++)
			if (results.items[k].corrects == results.items[i].result_id) results.items[i].corrected = true;
	*out = results;
	return OK;
}

struct err case_results(struct hall *hall, struct arena *arena, int64_t case_id, struct case_results *out_results)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = read_all(hall, arena, reader, case_id, out_results);
	store_read_end(reader);
	return err;
}

/* Where in the order of things an entry stands: a correction stands where the first slip stood. */
static size_t place_of(const struct case_results *results, size_t i)
{
	for (size_t k = i; k-- > 0;) {
		if (results->items[k].result_id != results->items[i].corrects) continue;
		i = k;
		if (results->items[i].corrects == 0) break;
	}
	return i;
}

/* The last entry that holds says whether there is a next date: an entry without one means that none is set. */
static const struct case_result *last_that_holds(const struct case_results *results, bool with_amount)
{
	const struct case_result *last = NULL;
	size_t last_place = 0;
	for (size_t i = 0; i < results->count; i++) {
		const struct case_result *one = &results->items[i];
		if (one->corrected || (with_amount && one->amount_fen < 0)) continue;
		size_t place = place_of(results, i);
		if (last && place < last_place) continue;
		last = one;
		last_place = place;
	}
	return last;
}

const struct case_result *case_results_hearing(const struct case_results *results, int64_t now_ms)
{
	const struct case_result *last = last_that_holds(results, false);
	return last && last->hearing_ms > now_ms ? last : NULL;
}

int64_t case_results_amount(const struct case_results *results)
{
	const struct case_result *last = last_that_holds(results, true);
	return last ? last->amount_fen : -1;
}

struct err hearing_value(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct feel_value *out_hearing)
{
	struct case_results results;
	TRY(read_all(hall, arena, reader, case_id, &results));
	const struct case_result *last = last_that_holds(&results, false);
	*out_hearing = FEEL_NULL_VALUE;
	if (!last || last->hearing_ms == 0) return OK;
	int64_t minutes = (last->hearing_ms + INT64_C(1000) * SHANGHAI_OFFSET_S) / 60000 % (24 * 60);
	struct feel_entry entries[] = { { STR("on"), feel_date(date_of_ms(last->hearing_ms, SHANGHAI_OFFSET_S)) },
		{ STR("time"), feel_string(str_printf(arena, "%lld:%02lld", (long long)(minutes / 60), (long long)(minutes % 60))) },
		{ STR("place"), feel_string(last->place) } };
	*out_hearing = feel_context_of(arena, entries, sizeof entries / sizeof *entries);
	return OK;
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

struct adding { const struct actor *actor; int64_t case_id; const struct case_result *given; };

/* old: what is corrected, or NULL. Its hearing may be over by now. */
static void judge_hearing(struct hall *hall, const struct case_result *given, const struct case_result *old, struct report *report)
{
	int64_t ahead_ms = given->hearing_ms - hall_now_ms(hall);
	bool as_it_was = old && old->hearing_ms == given->hearing_ms;
	if (given->hearing_ms && !as_it_was && (ahead_ms <= 0 || ahead_ms > HEARING_AHEAD_DAYS_MAX * DAY_MS))
		report_error(report, STR("hearingOn"), "下次开庭要在今天以后、三年以内");
	if (given->hearing_ms == 0 && str_eq_c(given->result, "scheduled")) report_error(report, STR("hearingOn"), "请填开庭的日期");
	if (given->final && given->hearing_ms) report_error(report, STR("final"), "还有下次开庭，就还没有了结");
}

static void judge(struct hall *hall, const struct case_result *given, const struct case_result *old, struct report *report)
{
	int64_t today = date_to_days(date_of_ms(hall_now_ms(hall), SHANGHAI_OFFSET_S));
	int64_t back = given->happened_on.year ? today - date_to_days(given->happened_on) : -1;
	if (!result_word(result_stages, result_stage_count, given->stage)) report_error(report, STR("stage"), "请选是哪个阶段");
	if (!result_word(result_kinds, result_kind_count, given->result)) report_error(report, STR("result"), "请选结果");
	if (back < 0 || back > RESULT_BACK_DAYS_MAX) report_error(report, STR("happenedOn"), "请填哪一天，今天或以前，例如 2022-11-18");
	if (given->amount_fen < -1 || given->amount_fen > FEN_MAX) report_error(report, STR("amount"), "请填金额，例如 11250.00");
	if (given->minutes < 0 || given->minutes > MINUTES_MAX) report_error(report, STR("hours"), "请填用了几小时，例如 2.5");
	judge_hearing(hall, given, old, report);
	if (utf8_count(given->note) > LAWYER_WORDS_MAX) report_error(report, STR("note"), "最多写%d个字", LAWYER_WORDS_MAX);
	if (utf8_count(given->place) > PLACE_MAX) report_error(report, STR("place"), "最多写%d个字", PLACE_MAX);
}

static struct err words_box(struct work *work, int64_t result_id, const struct case_result *given, struct str *out_box)
{
	struct json *words = json_new(work->arena, JSON_OBJECT);
	struct str text;
	*out_box = STR("");
	if (given->note.len == 0 && given->place.len == 0) return OK;
	json_add(words, STR("note"), json_new_string(work->arena, given->note));
	json_add(words, STR("place"), json_new_string(work->arena, given->place));
	TRY(json_print(work->arena, words, JSON_COMPACT, 1 << 16, &text));
	return seal_text(work->hall, work->arena, "case_result.words", result_id, text, out_box);
}

/* On the day before, at nine in the morning; a hearing of tomorrow that is written down later: at once. Of an older date
 * nobody is reminded any more. */
static void remind(struct work *work, int64_t case_id, int64_t hearing_ms)
{
	WORK_ADD(work, "timer_cancel_kind", I(case_id), T(STR("hearing")));
	if (hearing_ms <= work->now_ms) return;
	int64_t day_ms = date_begin_ms(date_of_ms(hearing_ms, SHANGHAI_OFFSET_S), SHANGHAI_OFFSET_S);
	int64_t at_ms = day_ms - DAY_MS + INT64_C(9) * 3600000;
	WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(case_id), I(0), T(STR("hearing")), T(STR("hearing")),
	    I(at_ms > work->now_ms ? at_ms : work->now_ms));
}

static struct err event_text(struct work *work, const struct case_result *given, int64_t result_id, struct str *out_text)
{
	struct arena *arena = work->arena;
	struct json *detail = json_new(arena, JSON_OBJECT);
	json_add(detail, STR("id"), json_new_string(arena, id_text(arena, result_id)));
	json_add(detail, STR("stage"), json_new_string(arena, given->stage));
	json_add(detail, STR("on"), json_new_string(arena, date_print(arena, given->happened_on)));
	json_add(detail, STR("result"), json_new_string(arena, given->result));
	if (given->amount_fen >= 0) json_add(detail, STR("amountFen"), json_new_string(arena, str_from_i64(arena, given->amount_fen)));
	json_add(detail, STR("minutes"), json_new_string(arena, str_from_i64(arena, given->minutes)));
	json_add(detail, STR("final"), json_new_string(arena, given->final ? STR("true") : STR("false")));
	struct str hearing = given->hearing_ms ? time_print_ms(arena, given->hearing_ms, SHANGHAI_OFFSET_S) : STR("");
	if (hearing.len) json_add(detail, STR("hearing"), json_new_string(arena, hearing));
	if (given->corrects) json_add(detail, STR("corrects"), json_new_string(arena, id_text(arena, given->corrects)));
	return json_print(arena, detail, JSON_COMPACT, 1 << 16, out_text);
}

static bool is_the_same(const struct case_result *one, const struct case_result *two)
{
	return str_eq(one->stage, two->stage) && str_eq(one->result, two->result) && str_eq(one->note, two->note) &&
	    str_eq(one->place, two->place) && date_to_days(one->happened_on) == date_to_days(two->happened_on) &&
	    one->amount_fen == two->amount_fen && one->minutes == two->minutes && one->hearing_ms == two->hearing_ms &&
	    one->final == two->final && one->corrects == two->corrects;
}

/* A second click on the button, seen from the entries as they are. */
static bool is_second_click(struct work *work, const struct adding *adding, const struct case_results *results)
{
	enum { CLICK_MS = 10 * 60000 };
	if (results->count == 0) return false;
	const struct case_result *last = &results->items[results->count - 1];
	return last->lawyer_id == adding->actor->person_id && work->now_ms - last->at_ms < CLICK_MS && is_the_same(last, adding->given);
}

/* Another case's entry, or one that was corrected before, cannot be corrected. */
static struct err check_corrected(struct work *work, const struct adding *adding, const struct case_results *results)
{
	if (adding->given->corrects == 0) return OK;
	for (size_t i = 0; i < results->count; i++)
		if (results->items[i].result_id == adding->given->corrects && !results->items[i].corrected) return OK;
	report_error(work->report, STR("corrects"), "要更正的那一条已经更正过，请看最新的记录");
	return ERR(REFUSED);
}

/* What the entries say once this one is among them: is the case over, is there another hearing? */
static void draw_conclusions(struct work *work, const struct adding *adding, const struct case_results *before, int64_t result_id,
    int64_t round, bool done)
{
	const struct case_result *held = last_that_holds(before, false);
	int64_t hearing_before_ms = held ? held->hearing_ms : 0;
	struct case_results after = { ARENA_ARRAY(work->arena, struct case_result, before->count + 1), before->count + 1 };
	for (size_t i = 0; i < before->count; i++) {
		after.items[i] = before->items[i];
		after.items[i].corrected |= after.items[i].result_id == adding->given->corrects;
	}
	after.items[before->count] = *adding->given;
	after.items[before->count].result_id = result_id;
	const struct case_result *holds = last_that_holds(&after, false);
	if (holds->final && !done) WORK_ADD(work, "lawyer_case_end", I(adding->case_id), T(STR("done")));
	if (!holds->final && done) WORK_ADD(work, "lawyer_case_resume", I(adding->case_id), I(round));
	if (holds->hearing_ms != hearing_before_ms) remind(work, adding->case_id, holds->hearing_ms);
}

static struct err add_body(struct work *work, void *data)
{
	const struct adding *adding = data;
	const struct case_result *given = adding->given;
	struct case_results before;
	struct store_row row;
	struct case_file file;
	struct str box, detail;
	int64_t result_id = id_next(&work->hall->ids);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "lawyer_case_newest", &row, I(adding->case_id)));
	struct str state = row_bytes(row, 2);
	bool running = str_eq_c(state, "accepted"), done = str_eq_c(state, "done");
	if (row_i64(row, 1) != adding->actor->person_id) return ERR(NOT_FOUND);
	if (!running && !done) {
		report_error(work->report, STR("case"), "%s", str_eq_c(state, "offered") ? "请先接受这件，再记结果" : "这件已经撤回，不再记结果");
		return ERR(REFUSED);
	}
	TRY(case_load(work, adding->case_id, &file));
	TRY(read_all(work->hall, work->arena, work->reader, adding->case_id, &before));
	if (is_second_click(work, adding, &before)) return OK;
	TRY(check_corrected(work, adding, &before));
	TRY(words_box(work, result_id, given, &box));
	case_touch(work, &file);
	WORK_ADD(work, "case_result_add", I(result_id), I(adding->case_id), I(adding->actor->person_id), I(work->now_ms), T(given->stage),
	    T(date_print(work->arena, given->happened_on)), T(given->result),
	    given->amount_fen >= 0 ? sql_i64(given->amount_fen) : sql_null(), I(given->minutes), I(given->final),
	    sql_i64_or_null(given->hearing_ms), sql_i64_or_null(given->corrects), sql_blob_or_null(box));
	draw_conclusions(work, adding, &before, result_id, row_i64(row, 0), done);
	TRY(event_text(work, given, result_id, &detail));
	return audit_add(work, adding->case_id, "result.written", given->stage, detail);
}

struct err case_result_add(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	const struct case_result *result, struct report *report)
{
	struct adding adding = { actor, case_id, result };
	struct case_results results;
	const struct case_result *old = NULL;
	size_t errors_before = report->error_count;
	TRY(case_may(hall, arena, actor, case_id, RIGHT_NOTE));
	if (actor->kind != ACTOR_AGENT) return ERR(NOT_FOUND);
	TRY(case_results(hall, arena, case_id, &results));
	for (size_t i = 0; i < results.count; i++)
		if (result->corrects && results.items[i].result_id == result->corrects) old = &results.items[i];
	judge(hall, result, old, report);
	if (report->error_count > errors_before) return ERR(INVALID);
	return work_run(hall, arena, report, STR("agent"), false, add_body, &adding);
}

/* ---- reminding ------------------------------------------------------------------------------------------------------- */

struct err hearing_remind(struct work *work, int64_t case_id)
{
	struct case_file file;
	struct feel_value hearing;
	struct lawyer lawyer;
	TRY(case_load(work, case_id, &file));
	TRY(hearing_value(work->hall, work->arena, work->reader, case_id, &hearing));
	if (hearing.kind == FEEL_NULL || file.row.lawyer_id == 0) return OK;
	TRY(lawyer_read(work->hall, work->arena, work->reader, file.row.lawyer_id, &lawyer));
	struct date on = feel_get(hearing, STR("on")).date;
	TRY(lawyer_tell(work, &lawyer, str_printf(work->arena, "提醒：%d月%d日%.*s有一件法律援助开庭（调解），办件号和地点请登录查看。", on.month,
	    on.day, STR_ARG(feel_get(hearing, STR("time")).string))));
	TRY(audit_add(work, case_id, "hearing.reminded", STR(""), STR("")));
	return process_milestone(work, &file, STR("hearing"));
}
