#include "web/lawyer_view.h"

struct str lawyer_path(struct request *request, int64_t case_id, const char *rest)
{
	return str_printf(request->arena, "/lawyer/cases/%.*s%s", STR_ARG(id_print(request->arena, case_id)), rest);
}

struct err lawyer_case_here(struct request *request, struct lawyer_row *out_row)
{
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	return lawyer_case_of(request->hall, request->arena, &request->actor, case_id, out_row);
}

bool lawyer_has_lost(struct request *request, struct err err, struct answer *answer)
{
	int64_t case_id;
	bool had = false;
	if (!err_is(err, ERR_NOT_FOUND) || request->json || failed(request_part_id(request, "case", &case_id))) return false;
	if (failed(lawyer_had_case(request->hall, request->arena, &request->actor, case_id, &had)) || !had) return false;
	answer->see_other = STR("/lawyer?said=gone");
	return true;
}

static struct str claim_words(struct request *request, const struct lawyer_row *row)
{
	const struct service *service;
	const struct form *form = NULL;
	struct buf buf = buf_make(request->arena, 4096);
	struct value_list claims = value_list_make(request->arena);
	for (size_t i = 0; i < row->claims.count; i++)
		value_list_add(&claims, feel_put(request->arena, FEEL_NULL_VALUE, STR("type"), feel_string(row->claims.items[i])));
	struct feel_value data = feel_put(request->arena, FEEL_NULL_VALUE, STR("claims"), value_list_done(&claims));
	if (!failed(service_version(request->hall, row->service_version, &service))) form = service_form(service, service->start_form);
	for (size_t i = 0; i < row->claims.count; i++)
		buf_printf(&buf, "%s%.*s", buf.len ? "、" : "",
		    STR_ARG(facts_words(request, form, data, STR("claims.type"), feel_string(row->claims.items[i]))));
	return buf_str(&buf);
}

/* "今天", "明天", "还有9天": of a hearing nobody is late. */
static struct str hearing_words(struct request *request, int64_t ms)
{
	if (ms == 0) return STR("");
	int64_t days = date_to_days(date_of_ms(ms, SHANGHAI_OFFSET_S)) - date_to_days(date_of_ms(request->now_ms, SHANGHAI_OFFSET_S));
	if (days <= 1) return page_word(request, days == 1 ? "lawyer.tomorrow" : "lawyer.today");
	return str_replace(request->arena, page_word(request, "lawyer.inDays"), STR("N"), str_from_i64(request->arena, days));
}

static const char *const standing_names[] = { [LAWYER_OFFERED] = "offered", [LAWYER_ACCEPTED] = "accepted", [LAWYER_DONE] = "done",
	[LAWYER_ENDED] = "ended", [LAWYER_TAKEN_BACK] = "takenBack" };

struct feel_value view_lawyer_row(struct request *request, struct desk_words *words, const struct lawyer_row *row)
{
	struct resource item = resource_make(request->arena);
	int64_t next = row->hearing_ms && (!row->due_ms || row->hearing_ms < row->due_ms) ? row->hearing_ms : row->due_ms;
	resource_id(&item, "id", row->case_id);
	resource_text(&item, "link", lawyer_path(request, row->case_id, ""));
	resource_text(&item, "number", row->number);
	resource_text(&item, "service", desk_service_words(words, row->service_version)->title);
	resource_text(&item, "employer", row->employer);
	resource_text(&item, "applicant", row->applicant);
	resource_text(&item, "claims", claim_words(request, row));
	resource_text(&item, "district", desk_region_name(request->hall, row->district));
	resource_flag(&item, "trial", row->trial);
	resource_flag(&item, "accepted", row->accepted_ms > 0);
	resource_text(&item, "standing", str_from_c(standing_names[row->standing]));
	resource_flag(&item, "takenBack", row->standing == LAWYER_TAKEN_BACK);
	resource_flag(&item, "open", row->standing == LAWYER_ACCEPTED || row->standing == LAWYER_DONE);
	resource_flag(&item, "conflicted", row->conflicted);
	resource_flag(&item, "sign", row->sign);
	resource_flag(&item, "closed", row->closed);
	resource_moment(request, &item, "offered", row->offered_ms);
	resource_moment(request, &item, "answerBy", row->answer_by_ms);
	resource_text(&item, "answerByDay", row->answer_by_ms ? page_date(request, row->answer_by_ms - 1) : STR(""));
	resource_text(&item, "answerLeft", row->answer_by_ms ? hearing_words(request, row->answer_by_ms - 1) : STR(""));
	resource_moment(request, &item, "due", row->due_ms);
	resource_moment(request, &item, "hearing", row->hearing_ms);
	resource_text(&item, "dueDay", page_date(request, row->due_ms));
	resource_text(&item, "left", next == row->hearing_ms ? hearing_words(request, next) : desk_due_words(request, next));
	resource_text(&item, "leftClass", str_from_c(desk_due_class(request, next)));
	return resource_done(&item);
}

struct str yuan_text(struct request *request, int64_t fen)
{
	if (fen < 0) return STR("");
	return str_printf(request->arena, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
}

static struct str hours_text(struct request *request, int64_t minutes)
{
	if (minutes == 0) return STR("");
	return minutes % 60 ? str_printf(request->arena, "%lld.%lld", (long long)(minutes / 60), (long long)(minutes % 60 / 6))
	                    : str_from_i64(request->arena, minutes / 60);
}

static struct str word_of(struct request *request, const char *prefix, struct str name)
{
	return page_word(request, str_to_c(request->arena, str_printf(request->arena, "%s.%.*s", prefix, STR_ARG(name))));
}

static struct feel_value result_value(struct request *request, const struct case_result *result)
{
	struct resource item = resource_make(request->arena);
	resource_id(&item, "id", result->result_id);
	resource_text(&item, "stage", result->stage);
	resource_text(&item, "stageWords", word_of(request, "lawyerStage", result->stage));
	resource_text(&item, "result", result->result);
	resource_text(&item, "resultWords", word_of(request, "lawyerResultKind", result->result));
	resource_text(&item, "happenedOn", date_print(request->arena, result->happened_on));
	resource_text(&item, "day", page_date(request, date_begin_ms(result->happened_on, SHANGHAI_OFFSET_S)));
	resource_text(&item, "amount", yuan_text(request, result->amount_fen));
	resource_text(&item, "hours", hours_text(request, result->minutes));
	resource_text(&item, "note", result->note);
	resource_text(&item, "place", result->place);
	resource_flag(&item, "final", result->final);
	resource_flag(&item, "corrected", result->corrected);
	resource_flag(&item, "correction", result->corrects > 0);
	resource_moment(request, &item, "hearing", result->hearing_ms);
	resource_moment(request, &item, "written", result->at_ms);
	return resource_done(&item);
}

struct err view_results(struct request *request, int64_t case_id, struct resource *it)
{
	struct case_results results;
	struct value_list list = value_list_make(request->arena);
	TRY(case_results(request->hall, request->arena, case_id, &results));
	const struct case_result *hearing = case_results_hearing(&results, request->now_ms);
	int64_t hearing_ms = hearing ? hearing->hearing_ms : 0;
	for (size_t i = results.count; i-- > 0;) value_list_add(&list, result_value(request, &results.items[i]));
	resource_add(it, "results", value_list_done(&list));
	resource_moment(request, it, "hearing", hearing_ms);
	resource_text(it, "hearingPlace", hearing ? hearing->place : STR(""));
	resource_text(it, "hearingLeft", hearing_words(request, hearing_ms));
	resource_text(it, "amount", yuan_text(request, case_results_amount(&results)));
	return OK;
}

/* ---- the same for programs -------------------------------------------------------------------------------------------- */

static const struct shape_field row_fields[] = {
	{ "id", SHAPE_ID, "办件", NULL, false, 0 },
	{ "number", SHAPE_STRING, "办件号", NULL, false, 0 },
	{ "standing", SHAPE_STRING, "offered 等答复、accepted 在办、done 了结、ended 接受后撤回、takenBack 答复前撤回", NULL, false, 0 },
	{ "conflicted", SHAPE_BOOLEAN, "名册登记律师或本所代理这家单位", NULL, false, 0 },
	{ "employer", SHAPE_STRING, "用人单位", NULL, false, 0 },
	{ "applicant", SHAPE_STRING, "职工姓名；接受前为空", NULL, false, 0 },
	{ "claims", SHAPE_STRING, "请求事项", NULL, false, 0 },
	{ "district", SHAPE_STRING, "地区", NULL, false, 0 },
	{ "offered", SHAPE_MOMENT, "何时指派", NULL, false, 0 },
	{ "answerBy", SHAPE_MOMENT, "到这时还没有答复，就派给下一位", NULL, false, 0 },
	{ "due", SHAPE_MOMENT, "最近的期限", NULL, false, 0 },
	{ "hearing", SHAPE_MOMENT, "下次开庭", NULL, false, 0 },
	{ "sign", SHAPE_BOOLEAN, "有文书等律师签字", NULL, false, 0 },
};
const struct shape lawyer_row_shape = { "LawyerCase", SHAPE_FIELDS(row_fields) };
