/* The player: answers in, a case out. */
#include "hall/play.h"

#include "hall/inside.h"
#include "hall/lawyers.h"

#include <string.h>

enum { FILE_FIELD_COUNT_MAX = 50, MINUTE_MS = 60000 };

struct player {
	struct play_stage *stage;
	struct hall *hall;
	struct arena *arena;
	const struct play_options *options;
	struct report *report;
	struct actor applicant;
	struct feel_value data;
	struct { LIST_OF(struct case_upload); } uploads;
	struct str region;
	struct play_result *result;
};

static void assume(struct player *player, struct str words) { LIST_PUSH(player->arena, &player->result->assumed, words); }

/* ---- answers ------------------------------------------------------------------------------------------------- */

static bool is_meta(struct str key)
{
	static const char *const keys[] = { "id", "inGroup", "expect", "submittedAt", "identityLevel", "files" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_eq_c(key, keys[i])) return true;
	return false;
}

struct feel_value play_answers(struct arena *arena, const struct json *answers)
{
	struct feel_value data = feel_context_of(arena, NULL, 0);
	for (const struct json *member = answers->first; member; member = member->next)
		if (!is_meta(member->key)) data = feel_put(arena, data, member->key, feel_from_json(arena, member));
	return data;
}

/* What stands in the file beside the form's data: how well the applicant is known, and when he submitted. */
static void take_circumstances(struct player *player)
{
	const struct json *level = json_get(player->options->answers, STR("identityLevel")),
	                  *at = json_get(player->options->answers, STR("submittedAt"));
	int64_t number = 2, at_ms;
	if (!level) assume(player, STR("identityLevel 2: the file does not say it"));
	else if (!json_is(level, JSON_NUMBER) || !str_to_i64(level->text, &number) || number < 1 || number > 3)
		report_error(player->report, level->key, "身份等级是数字1、2或3");
	if (at && failed(time_parse_ms(json_string(at), &at_ms)))
		report_error(player->report, at->key, "请写完整的时间，例如 2022-08-26T01:30:00+08:00");
	player->applicant = (struct actor){ .kind = ACTOR_APPLICANT, .identity_level = (int32_t)number, .device = STR("unionhall case run"),
		.identity_method = number >= 3 ? STR("窗口当面核验") : number == 2 ? STR("手机验证码，姓名与证件号经核验") : STR("手机验证码") };
}

/* What was said must be possible before there is a case: every field's error at once. */
static struct err judge(struct player *player, const struct service *service)
{
	const struct form *form = service_form(service, service->start_form);
	struct environment *environment = environment_new(
	    player->arena, player->hall->calendar, player->hall->parameters, player->region, hall_now_ms(player->hall));
	struct feel_value values;
	return form_submit(player->arena, form, FEEL_NULL_VALUE, player->data, &environment->feel, player->report, &values);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

/* A page that says what it is; made by our own press. */
struct err play_sample_page(struct hall *hall, struct arena *arena, struct str field, struct report *report, struct str *out_pdf)
{
	struct paper_press *press;
	struct paper paper;
	struct paper_options options = { .title = STR("样张"), .watermark = STR("样张"), .date_ms = hall_now_ms(hall) };
	struct str markdown = str_printf(arena, "# 样张\n\n本页由系统生成，代替申请人上传的材料：%.*s。\n", STR_ARG(paper_escape(arena, field)));
	TRY(press_take(hall, &press));
	struct err err = paper_render(press, arena, &options, markdown, report, &paper);
	press_give_back(hall, press);
	TRY(err);
	*out_pdf = paper.pdf;
	return OK;
}

/* Everything is read before there is a case: a file that cannot be read leaves none behind. */
static struct err read_one(struct player *player, const struct json *member)
{
	struct str field = str_join(player->arena, STR("files."), member->key), source = json_string(member);
	struct case_upload upload = { .field = field, .name = source };
	if (json_is(member, JSON_NULL) || (json_is(member, JSON_STRING) && source.len == 0)) return OK;
	if (!json_is(member, JSON_STRING)) {
		report_error(player->report, field, "这里应当是文件的路径，或者 \"sample\"");
		return OK;
	}
	if (str_eq_c(source, "sample")) {
		upload.name = STR("样张.pdf");
		TRY(play_sample_page(player->hall, player->arena, member->key, player->report, &upload.content));
	} else {
		const char *path = str_to_c(player->arena, str_printf(player->arena, "%s/%.*s", player->options->folder, STR_ARG(source)));
		struct err err = file_read(player->arena, path, (size_t)FILE_BYTES_MAX * 3, &upload.content);
		if (failed(err)) report_error(player->report, field, "%s 读不出来：%s", path, err_words(err));
	}
	LIST_PUSH(player->arena, &player->uploads, upload);
	return OK;
}

static struct err read_files(struct player *player, const struct json *files)
{
	player->uploads.count = 0;
	if (files && !json_is(files, JSON_OBJECT)) report_error(player->report, STR("files"), "这里应当是一组 {字段: 路径}");
	for (const struct json *member = json_is(files, JSON_OBJECT) ? files->first : NULL; member; member = member->next)
		TRY(read_one(player, member));
	return OK;
}

static struct err attach_all(struct player *player, int64_t case_id, struct feel_value *data)
{
	for (size_t i = 0; i < player->uploads.count; i++) {
		const struct case_upload *upload = &player->uploads.items[i];
		int64_t file_id;
		TRY(case_attach(player->hall, player->arena, &player->applicant, case_id, upload, NULL, &file_id));
		*data = feel_put_at(player->arena, *data, upload->field, feel_string(id_text(player->arena, file_id)));
	}
	return OK;
}

/* Before there is a case the fields must already look as they will: a file is there or not. */
static struct feel_value with_file_names(struct player *player, struct feel_value data)
{
	const struct json *files = json_get(player->options->answers, STR("files"));
	for (const struct json *member = json_is(files, JSON_OBJECT) ? files->first : NULL; member; member = member->next)
		if (json_string(member).len)
			data = feel_put_at(player->arena, data, str_join(player->arena, STR("files."), member->key), feel_string(json_string(member)));
	return data;
}

/* ---- signing -------------------------------------------------------------------------------------------------------- */

static struct err sign_as(struct player *player, const struct actor *actor, enum party party, struct str name, bool *out_any)
{
	struct case_papers papers;
	TRY(papers_of_case(player->hall, player->arena, player->result->case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		const struct case_paper *paper = &papers.items[i];
		size_t next = 0;
		while (next < paper->act_count && paper->acts[next].done) next++;
		if (next == paper->act_count || paper->acts[next].party != party) continue;
		uint32_t number;
		rand_fill(player->hall->rand, &number, sizeof number);
		struct signing signing = {
			.typed_name = name, .code = str_printf(player->arena, "%06u", number % 1000000), .code_is_assumed = true
		};
		struct report own = report_make(player->arena);
		struct err err = paper_act(player->hall, player->arena, actor, player->result->case_id, paper->id, &signing, &own);
		if (err_is(err, ERR_FORBIDDEN)) return OK;   /* a session of too low a level cannot sign: it stays open */
		for (size_t k = 0; k < own.count; k++)
			report_add(player->report, own.items[k].severity, own.items[k].place, "%.*s", STR_ARG(own.items[k].words));
		TRY(err);
		assume(player, str_printf(player->arena, "%s signs %.*s by typed name and generated code", party_name(party), STR_ARG(paper->id)));
		*out_any = true;
	}
	return OK;
}

/* One look at what is open: whoever we play does what he can. */
static struct err act_once(struct player *player, bool *out_any)
{
	struct case_tasks tasks;
	TRY(case_by_id(player->hall, player->arena, player->result->case_id, &player->result->summary));
	TRY(case_tasks(player->hall, player->arena, player->result->case_id, &tasks));
	for (size_t i = 0; i < tasks.count; i++) {
		if (str_eq_c(tasks.items[i].papers_of, "applicant")) {
			struct feel_value name = feel_get(player->data, STR("name"));
			return sign_as(player, &player->applicant, PARTY_APPLICANT, name.kind == FEEL_STRING ? name.string : STR(""), out_any);
		}
		if (str_eq_c(tasks.items[i].papers_of, "agent")) {
			struct lawyer lawyer;
			TRY(lawyer_by_id(player->hall, player->arena, player->result->summary.lawyer_id, &lawyer));
			const struct json *reason = json_get(player->options->declines, lawyer.name);
			struct actor agent = { .kind = ACTOR_AGENT,
				.person_id = lawyer.lawyer_id,
				.identity_level = 2,
				.identity_method = STR("律所名册登记，手机验证码"),
				.device = STR("unionhall case run") };
			if (!reason) return sign_as(player, &agent, PARTY_AGENT, lawyer.name, out_any);
			*out_any = true;
			return lawyer_decline(player->hall, player->arena, &agent, player->result->case_id, json_string(reason), STR("不能办理"),
			    player->report);
		}
	}
	return OK;
}

static struct err act_until_still(struct player *player)
{
	enum { ROUNDS_MAX = 100 };
	for (int round = 0; round < ROUNDS_MAX; round++) {
		bool any = false;
		TRY(scheduler_settle(player->hall, player->arena, player->result->case_id, player->report));
		TRY(act_once(player, &any));
		if (!any) break;
		TRY(play_stage_move(player->stage, hall_now_ms(player->hall) + MINUTE_MS, player->report));
	}
	return OK;
}

/* ---- a golden case's `then` -------------------------------------------------------------------------------------------- */

static struct err do_step(struct player *player, const struct json *step)
{
	struct str element = json_string_of(step, "do"), role = json_string_of(step, "as"), wait = json_string_of(step, "wait");
	if (wait.len) {
		struct deadline until;
		struct date today = date_of_ms(hall_now_ms(player->hall), SHANGHAI_OFFSET_S);
		if (failed(calendar_deadline(player->hall->calendar, today, wait, false, &until))) return ERR(INVALID);
		/* waiting is by natural days, not rolled to a working day: the rest day itself may be what is tested */
		int64_t days;
		if (!str_to_i64(str_sub(wait, 1, wait.len - 1), &days)) return ERR(INVALID);
		return play_stage_move(player->stage, hall_now_ms(player->hall) + days * DAY_MS, player->report);
	}
	if (json_get(step, STR("withdraw")))
		return case_withdraw(player->hall, player->arena, &player->applicant, player->result->case_id,
		    json_string_of(step, "withdraw"), player->report);
	if (json_get(step, STR("fail"))) return OK;   /* nothing is sent while a case is played: the outbox keeps it */
	struct feel_value with = json_get(step, STR("with")) ? feel_from_json(player->arena, json_get(step, STR("with"))) : FEEL_NULL_VALUE;
	struct actor staff = { .kind = ACTOR_STAFF, .person_id = 1, .role = role, .identity_level = 3, .identity_method = STR("工作账号") };
	bool applicant = role.len == 0 || str_eq_c(role, "applicant");
	if (applicant && with.kind == FEEL_CONTEXT) {
		TRY(read_files(player, json_at(step, STR("/with/files"))));
		TRY(attach_all(player, player->result->case_id, &with));
		player->data = feel_merge(player->arena, player->data, with);
	}
	struct str why = STR("");
	struct report own = report_make(player->arena);
	struct err err = case_do_task(
	    player->hall, player->arena, applicant ? &player->applicant : &staff, player->result->case_id, element, with, &own);
	if (own.count) why = own.items[0].words;
	if (failed(err))
		report_error(player->report, element, "the step `%.*s` as %.*s failed: %s %.*s", STR_ARG(element), STR_ARG(role),
		    err_words(err), STR_ARG(why));
	return err;
}

static struct err follow(struct player *player)
{
	for (const struct json *step = player->options->then ? player->options->then->first : NULL; step; step = step->next) {
		TRY(do_step(player, step));
		TRY(act_until_still(player));
	}
	return OK;
}

/* ---- what came out ------------------------------------------------------------------------------------------------------ */

/* The last decision's result names the failed rules; the receipt's rows say why. Model order. */
static struct err failed_rules(struct player *player)
{
	struct receipts receipts;
	struct receipt_rules rules;
	const struct json *receipt;
	TRY(receipts_of_case(player->hall, player->arena, player->result->case_id, &receipts));
	if (receipts.count == 0) return OK;
	struct str whole = receipts.items[receipts.count - 1].whole;
	TRY(json_parse(player->arena, whole, NULL, &receipt));
	TRY(receipt_rules(player->arena, whole, &rules));
	const struct json *names = json_at(receipt, STR("/result/failedRules"));
	for (const struct json *name = names ? names->first : NULL; name; name = name->next) {
		struct play_failed_rule failed_rule = { .rule = json_string(name) };
		for (size_t i = 0; i < rules.count; i++) {
			if (!str_eq(rules.items[i].id, failed_rule.rule)) continue;
			failed_rule.article = rules.items[i].article;
			failed_rule.fact = rules.items[i].fact;
		}
		LIST_PUSH(player->arena, &player->result->failed_rules, failed_rule);
	}
	return OK;
}

static struct err count_staff(struct player *player)
{
	struct audit_events events;
	TRY(audit_of_case(player->hall, player->arena, player->result->case_id, &events));
	for (size_t i = 0; i < events.count; i++)
		if (events.items[i].staff && str_eq_c(events.items[i].what, "task.done")) player->result->staff_events++;
	return OK;
}

static struct err enter(struct player *player)
{
	const struct service *service;
	struct feel_value bare = player->data;
	size_t errors_before = player->report->error_count;
	TRY(service_offered(player->hall, player->options->service, &service));
	take_circumstances(player);
	if (!region_is_known(player->hall->parameters, player->region))
		report_error(player->report, STR("region"), "没有区划代码 %.*s", STR_ARG(player->region));
	TRY(read_files(player, json_get(player->options->answers, STR("files"))));
	player->data = with_file_names(player, bare);
	struct err err = judge(player, service);
	if (!failed(err) && player->report->error_count > errors_before) err = ERR(INVALID);
	TRY(err);
	player->data = bare;
	struct feel_value name = feel_get(bare, STR("name")), phone = feel_get(bare, STR("phone")), id = feel_get(bare, STR("idNumber"));
	struct person person = { .name = name.kind == FEEL_STRING ? name.string : STR(""),
		.phone = phone.kind == FEEL_STRING ? phone.string : STR(""),
		.id_number = id.kind == FEEL_STRING ? id.string : STR("") };
	TRY(person_by_phone(player->hall, player->arena, &person, &player->applicant.person_id));
	TRY(case_open(player->hall, player->arena, &player->applicant, player->options->service, player->region, &player->result->case_id));
	TRY(attach_all(player, player->result->case_id, &player->data));
	return case_submit(player->hall, player->arena, &player->applicant, player->result->case_id, player->data, player->report);
}

struct err play_case(struct play_stage *stage, struct arena *arena, const struct play_options *options, struct report *report,
	struct play_result *out_result)
{
	struct play_result result = { .started_us = clock_monotonic_us() };
	struct hall *hall = play_stage_hall(stage);
	struct player player = { .stage = stage, .hall = hall, .arena = arena, .options = options, .report = report, .result = &result,
		.region = options->region.len ? options->region : hall_region(hall) };
	if (!json_is(options->answers, JSON_OBJECT)) {
		report_error(report, STR(""), "an object with the applicant's answers is needed");
		return ERR(INVALID);
	}
	player.data = play_answers(arena, options->answers);
	TRY(enter(&player));
	if (options->hand_in) TRY(scheduler_settle(hall, arena, result.case_id, report));
	else TRY(act_until_still(&player));
	TRY(follow(&player));
	TRY(case_by_id(hall, arena, result.case_id, &result.summary));
	TRY(failed_rules(&player));
	TRY(count_staff(&player));
	result.ended_us = clock_monotonic_us();
	*out_result = result;
	return OK;
}
