/* A case before its lawyer: the offer with what may be told, then the whole file on one page that prints well; and what came
 * of it, written down outside the courtroom. */
#include "web/lawyer_view.h"

static const char *const fields[] = { "stage", "result", "happenedOn", "amount", "hours", "hearingOn", "hearingAt", "place", "note",
	"final", "corrects" };
enum { HEARING_ON = 5, FIELD_COUNT = sizeof fields / sizeof *fields };

/* ---- the file ------------------------------------------------------------------------------------------------------ */

struct filing { struct request *request; struct resource it; int64_t case_id; struct case_summary summary; const struct service *service; };

static struct err add_facts(struct filing *filing)
{
	struct request *request = filing->request;
	struct feel_value data, variables;
	const struct form *form = service_form(filing->service, filing->service->start_form);
	TRY(case_data(request->hall, request->arena, filing->case_id, &data, &variables));
	struct facts facts = facts_make(request, data);
	facts.with_lists = false;        /* the claims stand apart, one by one */
	facts_add_answers(request, &facts, form);
	struct feel_value phone = feel_get(data, STR("phone")), number = feel_at(data, STR("arbitration.caseNumber")),
	                  commission = feel_at(data, STR("arbitration.commission"));
	resource_text(&filing->it, "phone", phone.kind == FEEL_STRING ? phone.string : STR(""));
	resource_text(&filing->it, "arbitrationNumber", number.kind == FEEL_STRING ? number.string : STR(""));
	resource_text(&filing->it, "commission", commission.kind == FEEL_STRING ? commission.string : STR(""));
	resource_add(&filing->it, "answers", value_list_done(&facts.given));
	resource_text(&filing->it, "unanswered", buf_str(&facts.missing));
	resource_add(&filing->it, "claims", facts_rows(request, form, data, STR("claims")));
	return OK;
}

static struct err add_files(struct filing *filing)
{
	struct request *request = filing->request;
	const struct form *form = service_form(filing->service, filing->service->start_form);
	struct desk_files files;
	struct value_list list = value_list_make(request->arena);
	TRY(desk_files(request->hall, request->arena, filing->case_id, &files));
	for (size_t i = 0; i < files.count; i++) {
		const struct desk_file *file = &files.items[i];
		struct resource item = resource_make(request->arena);
		resource_text(&item, "link", str_printf(request->arena, "%.*s/%.*s", STR_ARG(lawyer_path(request, filing->case_id, "/files")),
		    STR_ARG(id_print(request->arena, file->file_id))));
		resource_text(&item, "name", file->name);
		resource_text(&item, "label", str_eq_c(file->field, "extra") ? page_word(request, "lawyerFile.extra")
		                                                              : facts_label(form, file->field));
		resource_text(&item, "words", file->words);
		resource_flag(&item, "picture", str_starts(file->media_type, STR("image/")) && !str_eq_c(file->media_type, "image/heic"));
		resource_flag(&item, "sound", file->sound);
		resource_text(&item, "came", page_time(request, file->created_ms));
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&filing->it, "files", value_list_done(&list));
	return OK;
}

static struct err add_papers(struct filing *filing)
{
	struct request *request = filing->request;
	struct case_papers papers, replaced;
	struct value_list list = value_list_make(request->arena);
	int64_t waiting = 0;
	TRY(papers_of_case(request->hall, request->arena, filing->case_id, &papers));
	TRY(papers_replaced(request->hall, request->arena, filing->case_id, &replaced));
	for (size_t i = 0; i < papers.count; i++) {
		const struct case_paper *paper = &papers.items[i];
		struct resource item = resource_make(request->arena);
		bool all = true, mine = false;
		for (size_t k = 0; k < paper->act_count; k++) {
			all &= paper->acts[k].done;
			mine |= !paper->acts[k].done && paper->acts[k].party == PARTY_AGENT;
		}
		waiting += mine && papers.open[PARTY_AGENT];
		resource_text(&item, "id", paper->id);
		resource_text(&item, "title", paper->title);
		resource_count(&item, "position", paper->position);
		resource_flag(&item, "complete", all);
		resource_flag(&item, "mine", mine && papers.open[PARTY_AGENT]);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&filing->it, "papers", value_list_done(&list));
	resource_count(&filing->it, "waiting", waiting);
	resource_count(&filing->it, "replacedCount", (int64_t)replaced.count);
	return OK;
}

static struct err add_clocks(struct filing *filing)
{
	struct request *request = filing->request;
	struct case_clocks clocks;
	struct value_list list = value_list_make(request->arena);
	TRY(case_clocks(request->hall, request->arena, filing->case_id, &clocks));
	for (size_t i = 0; i < clocks.count; i++) {
		const struct case_clock *clock = &clocks.items[i];
		struct resource item = resource_make(request->arena);
		bool running = clock->ended_ms == 0;
		resource_text(&item, "basis", clock->basis);
		resource_text(&item, "due", page_date(request, clock->due_ms));
		resource_text(&item, "left", running ? desk_due_words(request, clock->due_ms) : STR(""));
		resource_flag(&item, "running", running);
		resource_flag(&item, "late", str_eq_c(clock->state, "late"));
		resource_text(&item, "ended", page_time(request, clock->ended_ms));
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&filing->it, "clocks", value_list_done(&list));
	return OK;
}

static struct err fill_file(struct request *request, const struct lawyer_row *mine, struct answer *answer)
{
	struct filing filing = { .request = request, .it = resource_make(request->arena), .case_id = mine->case_id };
	struct desk_words words = { .request = request };
	TRY(lawyer_may_read(request->hall, request->arena, &request->actor, filing.case_id));
	TRY(case_by_id(request->hall, request->arena, filing.case_id, &filing.summary));
	TRY(service_version(request->hall, filing.summary.service_version, &filing.service));
	resource_id(&filing.it, "id", filing.case_id);
	resource_add(&filing.it, "row", view_lawyer_row(request, &words, mine));
	resource_flag(&filing.it, "over", mine->standing == LAWYER_DONE);
	resource_moment(request, &filing.it, "submitted", filing.summary.submitted_ms);
	resource_text(&filing.it, "now", page_time(request, request->now_ms));
	TRY(add_facts(&filing));
	TRY(add_files(&filing));
	TRY(add_papers(&filing));
	TRY(add_clocks(&filing));
	TRY(view_results(request, filing.case_id, &filing.it));
	answer->resource = resource_done(&filing.it);
	answer->template_name = "lawyerFile";
	return OK;
}

static struct err case_show(struct request *request, struct answer *answer)
{
	struct lawyer_row mine;
	struct err err = lawyer_case_here(request, &mine);
	if (lawyer_has_lost(request, err, answer)) return OK;
	TRY(err);
	if (mine.standing != LAWYER_OFFERED && mine.standing != LAWYER_TAKEN_BACK) return fill_file(request, &mine, answer);
	struct resource it = resource_make(request->arena);
	struct desk_words words = { .request = request };
	resource_add(&it, "row", view_lawyer_row(request, &words, &mine));
	add_errors(request, &it, NULL, 0);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err file_show(struct request *request, struct answer *answer)
{
	int64_t case_id, file_id;
	struct attached_file file;
	TRY(request_part_id(request, "case", &case_id));
	TRY(lawyer_may_read(request->hall, request->arena, &request->actor, case_id));
	TRY(request_part_id(request, "file", &file_id));
	TRY(case_file_content(request->hall, request->arena, case_id, file_id, &file, &answer->file.content));
	answer->file.media_type = file.media_type;
	answer->file.name = file.name;
	return OK;
}

/* ---- what came of it --------------------------------------------------------------------------------------------------- */

static struct feel_value choices(
    struct request *request, const struct result_word *words, size_t count, const char *prefix, struct str chosen)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "value", words[i].name);
		resource_text(&item, "words",
		    page_word(request, str_to_c(request->arena, str_printf(request->arena, "%s.%.*s", prefix, STR_ARG(words[i].name)))));
		resource_flag(&item, "chosen", str_eq(words[i].name, chosen));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static struct str minutes_clock(struct request *request, int64_t ms)
{
	int64_t minutes = (ms / 1000 + SHANGHAI_OFFSET_S) / 60 % 1440;
	return ms ? str_printf(request->arena, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60)) : STR("");
}

/* What stands in the fields: what was sent, else what is corrected, else today. */
static void filled_in(struct request *request, const struct case_results *results, struct str *values)
{
	int64_t corrects = 0;
	for (size_t i = 0; i < FIELD_COUNT; i++) values[i] = request_field(request, fields[i]);
	if (!str_eq_c(request->method, "GET")) return;
	struct arena *arena = request->arena;
	values[2] = date_print(arena, date_of_ms(request->now_ms, SHANGHAI_OFFSET_S));
	if (!id_parse(request_query(request, "corrects"), &corrects)) return;
	for (size_t i = 0; i < results->count; i++) {
		const struct case_result *old = &results->items[i];
		if (old->result_id != corrects || old->corrected) continue;
		struct str hours = old->minutes ? str_printf(arena, "%.2f", (double)old->minutes / 60) : STR("");
		struct str day = old->hearing_ms ? date_print(arena, date_of_ms(old->hearing_ms, SHANGHAI_OFFSET_S)) : STR("");
		struct str again[] = { old->stage, old->result, date_print(arena, old->happened_on), yuan_text(request, old->amount_fen), hours,
			day, minutes_clock(request, old->hearing_ms), old->place, old->note, old->final ? STR("1") : STR(""),
			id_print(arena, corrects) };
		for (size_t k = 0; k < FIELD_COUNT; k++) values[k] = again[k];
	}
}

static struct err fill_result(struct request *request, struct answer *answer)
{
	struct lawyer_row mine;
	struct resource it = resource_make(request->arena);
	struct desk_words words = { .request = request };
	struct str values[FIELD_COUNT];
	struct case_results results;
	TRY(lawyer_case_here(request, &mine));
	if (mine.standing != LAWYER_ACCEPTED && mine.standing != LAWYER_DONE) {
		answer->see_other = lawyer_path(request, mine.case_id, "");
		return OK;
	}
	TRY(case_results(request->hall, request->arena, mine.case_id, &results));
	filled_in(request, &results, values);
	resource_add(&it, "row", view_lawyer_row(request, &words, &mine));
	for (size_t i = 0; i < FIELD_COUNT; i++) resource_text(&it, fields[i], values[i]);
	resource_add(&it, "stages", choices(request, result_stages, result_stage_count, "lawyerStage", values[0]));
	resource_add(&it, "kinds", choices(request, result_kinds, result_kind_count, "lawyerResultKind", values[1]));
	resource_text(&it, "today", date_print(request->arena, date_of_ms(request->now_ms, SHANGHAI_OFFSET_S)));
	/* the first thing that is written down is mostly the date of a hearing */
	resource_flag(&it, "openHearing", results.count == 0 || values[HEARING_ON].len > 0 || request->report->count > 0);
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "lawyerResult";
	return OK;
}

static struct err result_show(struct request *request, struct answer *answer) { return fill_result(request, answer); }

/* "11250", "11,250.5" -> fen; -1: empty; -2: no amount. */
static int64_t fen_of(struct request *request, struct str text)
{
	struct str yuan, rest = str_replace(request->arena, str_replace(request->arena, text, STR(","), STR("")), STR("元"), STR(""));
	int64_t whole, cents = 0;
	rest = str_trim(rest);
	if (rest.len == 0) return -1;
	bool point = str_find_byte(rest, '.', 0) >= 0;
	str_split(&rest, '.', &yuan);
	if (yuan.len > 12 || !str_to_i64(yuan, &whole) || whole < 0) return -2;
	if (!point) return whole * 100;
	if (rest.len == 0 || rest.len > 2 || !str_to_i64(rest, &cents) || cents < 0 || rest.ptr[0] == '+') return -2;
	return whole * 100 + (rest.len == 1 ? cents * 10 : cents);
}

/* "2.5" hours -> 150 minutes; empty: 0; -1: no number. */
static int64_t minutes_of(struct request *request, struct str text)
{
	int64_t hundredths = fen_of(request, text);
	return hundredths == -1 ? 0 : hundredths < 0 ? -1 : (hundredths * 60 + 50) / 100;
}

/* Day and "9:30" -> ms; 0: none; -1: not understood. */
static int64_t hearing_of(struct str day, struct str at)
{
	struct date date;
	struct str hour;
	int64_t hours = 9, minutes = 0;
	if (day.len == 0 && at.len == 0) return 0;
	if (!date_parse(day, &date)) return -1;
	if (at.len && (!str_split(&at, ':', &hour) || !str_to_i64(hour, &hours) || !str_to_i64(str_sub(at, 0, 2), &minutes))) return -1;
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return -1;
	return date_begin_ms(date, SHANGHAI_OFFSET_S) + (hours * 60 + minutes) * 60000;
}

static struct err result_add(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct case_result result = { .stage = request_field(request, "stage"),
		.result = request_field(request, "result"),
		.note = request_field(request, "note"),
		.place = request_field(request, "place"),
		.final = request_field(request, "final").len > 0,
		.amount_fen = fen_of(request, request_field(request, "amount")),
		.minutes = minutes_of(request, request_field(request, "hours")),
		.hearing_ms = hearing_of(request_field(request, "hearingOn"), request_field(request, "hearingAt")) };
	TRY(request_part_id(request, "case", &case_id));
	(void)date_parse(request_field(request, "happenedOn"), &result.happened_on);
	(void)id_parse(request_field(request, "corrects"), &result.corrects);
	struct err err = case_result_add(request->hall, request->arena, &request->actor, case_id, &result, request->report);
	if (IS_FOR_THE_PERSON(err) && request->report->count && !request->json) {
		answer->status = 422;
		return fill_result(request, answer);
	}
	TRY(err);
	answer->see_other = lawyer_path(request, case_id, "#results");
	return OK;
}

/* ---- routes ---------------------------------------------------------------------------------------------------------------- */

static const struct shape_field result_fields[] = {
	{ "stage", SHAPE_STRING, "mediation、arbitration、first 或 second", NULL, true, 20 },
	{ "result", SHAPE_STRING, "hearing、settled、notSettled、upheld、partly、rejected 或 withdrawn", NULL, true, 20 },
	{ "happenedOn", SHAPE_DATE, "哪一天", NULL, true, 0 },
	{ "amount", SHAPE_DECIMAL, "支持或约定的金额，元", NULL, false, 0 },
	{ "hours", SHAPE_DECIMAL, "用了几小时", NULL, false, 0 },
	{ "hearingOn", SHAPE_DATE, "下次开庭哪一天", NULL, false, 0 },
	{ "hearingAt", SHAPE_STRING, "几点，9:30", NULL, false, 5 },
	{ "place", SHAPE_STRING, "在哪里", NULL, false, 100 },
	{ "note", SHAPE_STRING, "备注", NULL, false, LAWYER_WORDS_MAX },
	{ "final", SHAPE_STRING, "非空：本案了结", NULL, false, 5 },
	{ "corrects", SHAPE_ID, "更正哪一条", NULL, false, 0 },
};
static const struct shape result_shape = { "ResultToWrite", SHAPE_FIELDS(result_fields) };

static const struct shape_field fact_fields[] = {
	{ "label", SHAPE_STRING, "问的是什么", NULL, false, 0 },
	{ "value", SHAPE_STRING, "怎么答的", NULL, false, 0 },
};
static const struct shape fact_shape = { "Fact", SHAPE_FIELDS(fact_fields) };
static const struct shape_field claim_fields[] = {
	{ "name", SHAPE_STRING, "请求事项", NULL, false, 0 },
	{ "facts", SHAPE_LIST, "这一项的事实", &fact_shape, false, 0 },
};
static const struct shape claim_shape = { "ClaimOfFile", SHAPE_FIELDS(claim_fields) };
static const struct shape_field paper_fields[] = {
	{ "id", SHAPE_STRING, "文书", NULL, false, 0 },
	{ "title", SHAPE_STRING, "名称", NULL, false, 0 },
	{ "complete", SHAPE_BOOLEAN, "签齐了", NULL, false, 0 },
	{ "mine", SHAPE_BOOLEAN, "等律师签", NULL, false, 0 },
};
static const struct shape paper_shape = { "PaperOfFile", SHAPE_FIELDS(paper_fields) };
static const struct shape_field entry_fields[] = {
	{ "id", SHAPE_ID, "记录", NULL, false, 0 },
	{ "stage", SHAPE_STRING, "阶段", NULL, false, 0 },
	{ "result", SHAPE_STRING, "结果", NULL, false, 0 },
	{ "happenedOn", SHAPE_DATE, "哪一天", NULL, false, 0 },
	{ "amount", SHAPE_STRING, "支持或约定的金额，元；没有为空", NULL, false, 0 },
	{ "hours", SHAPE_STRING, "用了几小时；没有为空", NULL, false, 0 },
	{ "hearing", SHAPE_MOMENT, "下次开庭", NULL, false, 0 },
	{ "place", SHAPE_STRING, "在哪里开庭", NULL, false, 0 },
	{ "note", SHAPE_STRING, "备注", NULL, false, 0 },
	{ "final", SHAPE_BOOLEAN, "本案了结", NULL, false, 0 },
	{ "corrected", SHAPE_BOOLEAN, "已被另一条更正", NULL, false, 0 },
	{ "written", SHAPE_MOMENT, "何时写下", NULL, false, 0 },
};
static const struct shape entry_shape = { "ResultEntry", SHAPE_FIELDS(entry_fields) };
static const struct shape_field file_fields[] = {
	{ "row", SHAPE_OBJECT, "办件", &lawyer_row_shape, false, 0 },
	{ "phone", SHAPE_STRING, "职工手机号；以下各项接受后才有", NULL, false, 0 },
	{ "submitted", SHAPE_MOMENT, "提交", NULL, false, 0 },
	{ "commission", SHAPE_STRING, "仲裁委", NULL, false, 0 },
	{ "arbitrationNumber", SHAPE_STRING, "仲裁案号", NULL, false, 0 },
	{ "claims", SHAPE_LIST, "请求", &claim_shape, false, 0 },
	{ "answers", SHAPE_LIST, "事实", &fact_shape, false, 0 },
	{ "papers", SHAPE_LIST, "文书", &paper_shape, false, 0 },
	{ "waiting", SHAPE_INTEGER, "几份文书等律师签", NULL, false, 0 },
	{ "hearing", SHAPE_MOMENT, "下次开庭", NULL, false, 0 },
	{ "hearingPlace", SHAPE_STRING, "在哪里开庭", NULL, false, 0 },
	{ "amount", SHAPE_STRING, "支持或约定的金额，元", NULL, false, 0 },
	{ "results", SHAPE_LIST, "开庭和结果，新的在前", &entry_shape, false, 0 },
};
static const struct shape file_shape = { "LawyerFile", SHAPE_FIELDS(file_fields) };

const struct route lawyer_file_routes[] = {
	{ .id = "lawyerCase", .method = "GET", .path = "/lawyer/cases/:case", .needs = NEEDS_LAWYER, .handler = case_show,
	    .template_name = "lawyerOffer", .api = true, .summary = "一件：接受前只有能告诉的，接受后是整卷", .output = &file_shape },
	{ .id = "lawyerFile", .method = "GET", .path = "/lawyer/cases/:case/files/:file", .needs = NEEDS_LAWYER, .handler = file_show },
	{ .id = "lawyerResultShow", .method = "GET", .path = "/lawyer/cases/:case/result", .needs = NEEDS_LAWYER, .handler = result_show,
	    .template_name = "lawyerResult" },
	{ .id = "lawyerResultAdd", .method = "POST", .path = "/lawyer/cases/:case/result", .needs = NEEDS_LAWYER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = result_add, .template_name = "lawyerResult", .api = true, .summary = "记录结果",
	    .input = &result_shape },
	{ 0 },
};
