/* One case as its applicant sees it: done, now, next, what one can do; and the acts, each with a page that asks first. */
#include "web/case_view.h"
#include "web/lawyer_view.h"
#include "web/way_view.h"

static const char *const fields[] = { "reason", "path", "right", "file", "case" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* ---- the page ------------------------------------------------------------------------------------------------------ */

static struct err add_lawyer(struct request *request, const struct case_summary *summary, struct resource *it)
{
	struct lawyer lawyer = { 0 };
	if (summary->lawyer_id) TRY(lawyer_by_id(request->hall, request->arena, summary->lawyer_id, &lawyer));
	resource_text(it, "lawyerName", lawyer.name);
	resource_text(it, "lawyerFirm", lawyer.firm);
	return OK;
}

static struct str text_at(struct feel_value data, const char *first, const char *second)
{
	struct feel_value value = feel_get(data, str_from_c(first));
	if (second) value = feel_get(value, str_from_c(second));
	return value.kind == FEEL_STRING ? value.string : STR("");
}

/* What was answered to a wish of the applicant's: a second look, a correction. */
static void add_answers(struct feel_value variables, struct resource *it)
{
	resource_text(it, "lookedAgain", text_at(variables, "lookAgain", "answer"));
	resource_text(it, "correctionWords", text_at(variables, "correctionAnswer", "words"));
}

static struct err case_show(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct story story;
	struct feel_value data, variables;
	struct resource it = resource_make(request->arena);
	TRY(worker_case(request, &case_id));
	TRY(case_story(request->hall, request->arena, case_id, &story));
	if (str_eq_c(story.summary.state, "draft") || str_eq_c(story.summary.state, "discarded")) {
		answer->see_other = STR("/my");
		return str_eq_c(story.summary.state, "draft") ? OK : ERR(NOT_FOUND);
	}
	TRY(case_data(request->hall, request->arena, case_id, &data, &variables));
	TRY(view_story(request, &story, &it));
	TRY(view_rules(request, case_id, &it));
	TRY(view_notices(request, case_id, &it));
	TRY(add_lawyer(request, &story.summary, &it));
	TRY(view_results(request, case_id, &it));
	TRY(view_way_of_case(request, case_id, &it));
	add_answers(variables, &it);
	resource_text(&it, "employer", text_at(data, "employer", "name"));
	resource_text(&it, "applicant", text_at(data, "name", NULL));
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- acts ------------------------------------------------------------------------------------------------------------ */

struct act {
	const char *name;            /* words act.NAME.*, path /cases/:case/NAME */
	bool reason_needed;
};

static struct err fill_act(struct request *request, const struct act *act, struct answer *answer)
{
	int64_t case_id;
	struct case_summary summary;
	struct resource it = resource_make(request->arena);
	TRY(worker_case(request, &case_id));
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	resource_id(&it, "id", case_id);
	resource_text(&it, "number", summary.number);
	resource_text(&it, "act", str_from_c(act->name));
	resource_text(&it, "reason", request_field(request, "reason"));
	static const char *const parts[] = { "heading", "lead", "label", "do" };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		resource_text(&it, parts[i],
		    page_word(request, str_to_c(request->arena, str_printf(request->arena, "act.%s.%s", act->name, parts[i]))));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "caseAct";
	return OK;
}

static const struct act withdraw_act = { "withdraw", false }, ask_person_act = { "askPerson", false };

static struct err withdraw_show(struct request *request, struct answer *answer) { return fill_act(request, &withdraw_act, answer); }
static struct err person_show(struct request *request, struct answer *answer) { return fill_act(request, &ask_person_act, answer); }

static struct err finish_act(struct request *request, const struct act *act, int64_t case_id, struct err err, struct answer *answer)
{
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_act(request, act, answer);
	}
	TRY(err);
	answer->see_other = case_path(request, case_id, "");
	return OK;
}

static struct err withdraw(struct request *request, struct answer *answer)
{
	int64_t case_id;
	TRY(worker_case(request, &case_id));
	struct err err = case_withdraw(
	    request->hall, request->arena, &request->actor, case_id, request_field(request, "reason"), request->report);
	return finish_act(request, &withdraw_act, case_id, err, answer);
}

static struct err ask_person(struct request *request, struct answer *answer)
{
	int64_t case_id;
	TRY(worker_case(request, &case_id));
	struct err err = case_ask_person(
	    request->hall, request->arena, &request->actor, case_id, request_field(request, "reason"), request->report);
	return finish_act(request, &ask_person_act, case_id, err, answer);
}

/* ---- correcting -------------------------------------------------------------------------------------------------------- */

static struct err fill_correct(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct answers_given answers;
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	TRY(worker_case(request, &case_id));
	TRY(case_answers(request->hall, request->arena, case_id, &answers));
	for (size_t i = 0; i < answers.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "path", answers.items[i].path);
		resource_text(&item, "label", answers.items[i].label);
		resource_text(&item, "text", answers.items[i].text);
		resource_flag(&item, "chosen", str_eq(answers.items[i].path, request_field(request, "path")));
		value_list_add(&list, resource_done(&item));
	}
	resource_id(&it, "id", case_id);
	resource_add(&it, "answers", value_list_done(&list));
	resource_text(&it, "right", request_field(request, "right"));
	resource_text(&it, "reason", request_field(request, "reason"));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "caseCorrect";
	return OK;
}

static struct err correct_show(struct request *request, struct answer *answer) { return fill_correct(request, answer); }

static struct err correct(struct request *request, struct answer *answer)
{
	int64_t case_id;
	TRY(worker_case(request, &case_id));
	struct err err = case_ask_correction(request->hall, request->arena, &request->actor, case_id, request_field(request, "path"),
	    request_field(request, "right"), request_field(request, "reason"), request->report);
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_correct(request, answer);
	}
	TRY(err);
	answer->see_other = case_path(request, case_id, "");
	return OK;
}

/* ---- one paper more ------------------------------------------------------------------------------------------------------- */

static struct err fill_add(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct attached_files files;
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	TRY(worker_case(request, &case_id));
	TRY(case_files(request->hall, request->arena, case_id, &files));
	for (size_t i = 0; i < files.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_id(&item, "id", files.items[i].file_id);
		resource_text(&item, "name", files.items[i].name);
		resource_text(&item, "words", files.items[i].words);
		resource_flag(&item, "sound", files.items[i].sound);
		value_list_add(&list, resource_done(&item));
	}
	resource_id(&it, "id", case_id);
	resource_add(&it, "files", value_list_done(&list));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "caseAdd";
	return OK;
}

static struct err add_show(struct request *request, struct answer *answer) { return fill_add(request, answer); }

static struct err add_paper(struct request *request, struct answer *answer)
{
	int64_t case_id;
	const struct upload *upload = request_upload(request, "file", 0);
	TRY(worker_case(request, &case_id));
	struct err err = ERR(INVALID);
	if (!upload || upload->name.len == 0) report_error(request->report, STR("file"), "%.*s", STR_ARG(page_word(request, "caseAdd.none")));
	else err = case_add_paper(request->hall, request->arena, &request->actor, case_id, upload->name, upload->content, request->report);
	if (IS_FOR_THE_PERSON(err) || (!failed(err) && request->report->count)) {   /* kept, but it cannot be read: say so */
		answer->status = 422;
		return fill_add(request, answer);
	}
	TRY(err);
	answer->see_other = case_path(request, case_id, "");
	return OK;
}

static struct err file_show(struct request *request, struct answer *answer)
{
	int64_t case_id, file_id;
	struct attached_file file;
	TRY(worker_case(request, &case_id));
	TRY(request_part_id(request, "file", &file_id));
	TRY(case_file_content(request->hall, request->arena, case_id, file_id, &file, &answer->file.content));
	answer->file.media_type = file.sound && file.media_type.len ? file.media_type : STR("application/octet-stream");
	answer->file.name = file.name;
	answer->file.attachment = !file.sound;
	return OK;
}

/* ---- shapes ----------------------------------------------------------------------------------------------------------------- */

static const struct shape_field now_fields[] = {
	{ "name", SHAPE_STRING, "正在办的这一步", NULL, false, 0 },
	{ "who", SHAPE_STRING, "由谁来办：applicant、agent、hall 或角色名", NULL, false, 0 },
	{ "since", SHAPE_MOMENT, "从什么时候起", NULL, false, 0 },
	{ "due", SHAPE_MOMENT, "最迟什么时候", NULL, false, 0 },
};
static const struct shape now_shape = { "CaseNow", SHAPE_FIELDS(now_fields) };
static const struct shape_field done_fields[] = {
	{ "what", SHAPE_STRING, "发生了什么", NULL, false, 0 },
	{ "words", SHAPE_STRING, "用话说", NULL, false, 0 },
	{ "at", SHAPE_MOMENT, "什么时候", NULL, false, 0 },
};
static const struct shape done_shape = { "CaseDone", SHAPE_FIELDS(done_fields) };
static const struct shape_field clock_fields[] = {
	{ "name", SHAPE_STRING, "时限名称", NULL, false, 0 },
	{ "basis", SHAPE_STRING, "依据", NULL, false, 0 },
	{ "state", SHAPE_STRING, "running、met、late", NULL, false, 0 },
	{ "due", SHAPE_MOMENT, "最迟", NULL, false, 0 },
	{ "ended", SHAPE_MOMENT, "结束", NULL, false, 0 },
};
static const struct shape clock_shape = { "CaseClock", SHAPE_FIELDS(clock_fields) };
static const struct shape_field rule_fields[] = {
	{ "id", SHAPE_STRING, "规则标识", NULL, false, 0 },
	{ "rule", SHAPE_STRING, "规则", NULL, false, 0 },
	{ "fact", SHAPE_STRING, "事实", NULL, false, 0 },
	{ "article", SHAPE_STRING, "法律依据", NULL, false, 0 },
	{ "holds", SHAPE_BOOLEAN, "是否符合", NULL, false, 0 },
};
static const struct shape rule_shape = { "CaseRule", SHAPE_FIELDS(rule_fields) };
static const struct shape_field case_fields[] = {
	{ "id", SHAPE_ID, "标识", NULL, false, 0 },
	{ "number", SHAPE_STRING, "办件号", NULL, false, 0 },
	{ "title", SHAPE_STRING, "事项", NULL, false, 0 },
	{ "state", SHAPE_STRING, "draft、open、closed", NULL, false, 0 },
	{ "outcome", SHAPE_STRING, "结论", NULL, false, 0 },
	{ "submitted", SHAPE_MOMENT, "提交时间", NULL, false, 0 },
	{ "now", SHAPE_LIST, "现在等什么", &now_shape, false, 0 },
	{ "done", SHAPE_LIST, "已经发生的，新的在前", &done_shape, false, 0 },
	{ "clocks", SHAPE_LIST, "时限", &clock_shape, false, 0 },
	{ "rules", SHAPE_LIST, "受理决定逐条", &rule_shape, false, 0 },
};
static const struct shape case_shape = { "Case", SHAPE_FIELDS(case_fields) };

const struct route case_routes[] = {
	{ .id = "caseShow", .method = "GET", .path = "/cases/:case", .needs = NEEDS_WORKER, .handler = case_show, .template_name = "case",
	    .api = true, .summary = "一件事办到哪一步", .output = &case_shape },
	{ .id = "caseWithdrawShow", .method = "GET", .path = "/cases/:case/withdraw", .needs = NEEDS_WORKER, .handler = withdraw_show,
	    .template_name = "caseAct" },
	{ .id = "caseWithdraw", .method = "POST", .path = "/cases/:case/withdraw", .needs = NEEDS_WORKER, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = withdraw, .template_name = "caseAct" },
	{ .id = "casePersonShow", .method = "GET", .path = "/cases/:case/ask-person", .needs = NEEDS_WORKER, .handler = person_show,
	    .template_name = "caseAct" },
	{ .id = "casePerson", .method = "POST", .path = "/cases/:case/ask-person", .needs = NEEDS_WORKER, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = ask_person, .template_name = "caseAct" },
	{ .id = "caseCorrectShow", .method = "GET", .path = "/cases/:case/correct", .needs = NEEDS_WORKER, .handler = correct_show,
	    .template_name = "caseCorrect" },
	{ .id = "caseCorrect", .method = "POST", .path = "/cases/:case/correct", .needs = NEEDS_WORKER, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = correct, .template_name = "caseCorrect" },
	{ .id = "caseAddShow", .method = "GET", .path = "/cases/:case/add-paper", .needs = NEEDS_WORKER, .handler = add_show,
	    .template_name = "caseAdd" },
	{ .id = "caseAdd", .method = "POST", .path = "/cases/:case/add-paper", .needs = NEEDS_WORKER, .body_bytes_max = UPLOAD_BODY_BYTES,
	    .handler = add_paper, .template_name = "caseAdd" },
	{ .id = "caseFile", .method = "GET", .path = "/cases/:case/files/:file", .needs = NEEDS_WORKER, .handler = file_show },
	{ 0 },
};
