#include "hall/lawyers.h"

#include "hall/inside.h"

/* ---- texts to him ---------------------------------------------------------------------------------------------- */

struct err lawyer_tell(struct work *work, const struct lawyer *lawyer, struct str words)
{
	enum { TOLD_DAYS = 3 };
	if (!mobile_is_valid(lawyer->phone)) return OK;
	struct str text = str_printf(
	    work->arena, "【%.*s】%.*s", STR_ARG(sms_sign(work->hall, work->arena, work->reader)), STR_ARG(words));
	return notice_queue_words(work, "lawyer", lawyer->phone, text, work->now_ms + TOLD_DAYS * DAY_MS);
}

/* ---- accepting --------------------------------------------------------------------------------------------------- */

struct answering {
	const struct actor *actor;
	int64_t case_id;
	struct str reason, words;
};

struct round { int64_t number, offered_ms; struct str state; };

static struct err own_round(struct work *work, const struct actor *actor, int64_t case_id, struct round *out_round)
{
	struct store_row row;
	if (actor->kind != ACTOR_AGENT) return ERR(NOT_FOUND);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "lawyer_case_newest", &row, I(case_id)));
	*out_round = (struct round){ row_i64(row, 0), row_i64(row, 3), row_bytes(row, 2) };
	return row_i64(row, 1) == actor->person_id && !str_eq_c(out_round->state, "declined") ? OK : ERR(NOT_FOUND);
}

/* The roster is asked again: since he was chosen, his firm may have taken on the other side. */
static struct err is_conflicted(struct work *work, struct feel_value data, int64_t lawyer_id, bool *out_conflicted)
{
	struct lawyers lawyers;
	TRY(lawyers_read(work->hall, work->arena, work->reader, feel_get(data, STR("employer")), &lawyers));
	*out_conflicted = false;
	for (size_t i = 0; i < lawyers.count; i++)
		if (lawyers.items[i].lawyer_id == lawyer_id) *out_conflicted = lawyers.items[i].conflicted;
	return OK;
}

struct err lawyer_has_no_conflict(struct work *work, const struct case_file *file, int64_t lawyer_id)
{
	bool conflicted;
	TRY(is_conflicted(work, file->data, lawyer_id, &conflicted));
	if (!conflicted) return OK;
	report_error(work->report, STR("case"), "名册上登记本所代理这家单位，不能签，请退回");
	return ERR(REFUSED);
}

static struct err accept_body(struct work *work, void *data)
{
	const struct answering *answering = data;
	struct case_file file;
	struct round round;
	struct json *detail = json_new(work->arena, JSON_OBJECT);
	struct str detail_text;
	bool conflicted;
	TRY(own_round(work, answering->actor, answering->case_id, &round));
	if (str_eq_c(round.state, "accepted") || str_eq_c(round.state, "done")) return OK;
	if (!str_eq_c(round.state, "offered")) {
		report_error(work->report, STR("case"), "这件事已经撤回，不用再答复");
		return ERR(REFUSED);
	}
	TRY(case_load(work, answering->case_id, &file));
	TRY(is_conflicted(work, file.data, answering->actor->person_id, &conflicted));
	if (conflicted) {
		report_error(work->report, STR("case"), "名册上登记本所代理这家单位，不能接受，请退回");
		return ERR(REFUSED);
	}
	/* what he was shown when he took it */
	json_add(detail, STR("conflictCheck"), json_new_string(work->arena, STR("clear")));
	json_add(detail, STR("offeredAt"), json_new_string(work->arena, time_print_ms(work->arena, round.offered_ms, SHANGHAI_OFFSET_S)));
	TRY(json_print(work->arena, detail, JSON_COMPACT, 1 << 10, &detail_text));
	WORK_GUARD(work, "lawyer_case_answer", I(answering->case_id), I(round.number), T(round.state), T(STR("accepted")), I(work->now_ms),
	    T(STR("")), sql_null());
	WORK_ADD(work, "timer_cancel_kind", I(answering->case_id), T(STR("offer")));
	return audit_add(work, answering->case_id, "lawyer.accepted", id_text(work->arena, answering->actor->person_id), detail_text);
}

struct err lawyer_accept(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct report *report)
{
	struct answering answering = { .actor = actor, .case_id = case_id };
	TRY(case_may(hall, arena, actor, case_id, RIGHT_READ));
	return work_run(hall, arena, report, STR("agent"), false, accept_body, &answering);
}

/* ---- declining ---------------------------------------------------------------------------------------------------- */

/* His firm never gets a case against this employer again; an administrator sees the names, and can take them off. */
static struct err keep_conflict(struct work *work, struct feel_value data, int64_t lawyer_id)
{
	struct feel_value name = feel_at(data, STR("employer.name")), uscc = feel_at(data, STR("employer.uscc"));
	struct str names[2] = { name.kind == FEEL_STRING ? name.string : STR(""), uscc.kind == FEEL_STRING ? uscc.string : STR("") };
	for (size_t i = 0; i < 2; i++) {
		struct str box, key = i ? names[i] : employer_name_key(work->arena, names[i]);
		if (key.len == 0) continue;
		TRY(seal_text(work->hall, work->arena, "lawyer_client.name", lawyer_id, names[i], &box));
		WORK_ADD(work, "lawyer_client_set", I(lawyer_id), B(lookup_key(work->hall, work->arena, "lawyer.client", key)), B(box));
	}
	return OK;
}

static struct err colleagues(struct work *work, int64_t lawyer_id, struct store_rows *out_rows)
{
	return QUERY(work->hall, work->arena, work->reader, "lawyer_colleagues", out_rows, I(lawyer_id));
}

/* Ids of all who declined this case, the present one too, and with a conflict his whole firm: the process leaves them out. */
static struct err declined_by(struct work *work, const struct answering *answering, struct feel_value *out_ids)
{
	struct store_rows rows, firm = { 0 };
	TRY(QUERY(work->hall, work->arena, work->reader, "lawyer_case_declined", &rows, I(answering->case_id)));
	if (str_eq_c(answering->reason, "conflict")) TRY(colleagues(work, answering->actor->person_id, &firm));
	struct feel_value *ids = ARENA_ARRAY(work->arena, struct feel_value, rows.count + firm.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < rows.count; i++) ids[count++] = feel_string(id_text(work->arena, row_i64(rows.items[i], 0)));
	for (size_t i = 0; i < firm.count; i++) ids[count++] = feel_string(id_text(work->arena, row_i64(firm.items[i], 0)));
	ids[count++] = feel_string(id_text(work->arena, answering->actor->person_id));
	*out_ids = feel_list_of(work->arena, ids, count);
	return OK;
}

static struct err decline_detail(struct work *work, const struct answering *answering, struct str *out_text)
{
	struct json *detail = json_new(work->arena, JSON_OBJECT);
	json_add(detail, STR("reason"), json_new_string(work->arena, answering->reason));
	if (answering->words.len) json_add(detail, STR("words"), json_new_string(work->arena, answering->words));
	return json_print(work->arena, detail, JSON_COMPACT, 1 << 16, out_text);
}

static struct err decline_body(struct work *work, void *data)
{
	const struct answering *answering = data;
	struct case_file file;
	struct round round;
	struct feel_value ids;
	struct str detail, box = STR("");
	struct bpmn_event event = { .kind = BPMN_ON_MESSAGE };
	int64_t lawyer_id = answering->actor->person_id, case_id = answering->case_id;
	TRY(own_round(work, answering->actor, case_id, &round));
	TRY(case_load(work, case_id, &file));
	const struct bpmn_wait *wait = case_waits_for(work, &file, STR("lawyerDeclined"));
	if (!wait) {
		report_error(work->report, STR("case"), "%s", str_eq_c(file.row.state, "open")
		    ? "文书正在制作，请过一分钟再退回" : "文书已经全部签好，不能在这里退回；要换人请联系工会");
		return ERR(REFUSED);
	}
	if (answering->words.len) {
		const char *column = str_to_c(work->arena, str_printf(work->arena, "lawyer_case.words.%lld", (long long)round.number));
		TRY(seal_text(work->hall, work->arena, column, case_id, answering->words, &box));
	}
	WORK_GUARD(work, "lawyer_case_answer", I(case_id), I(round.number), T(round.state), T(STR("declined")), I(work->now_ms),
	    T(answering->reason), sql_blob_or_null(box));
	WORK_ADD(work, "timer_cancel_kind", I(case_id), T(STR("offer")));
	WORK_ADD(work, "case_set_lawyer", I(case_id), sql_null());
	file.row.lawyer_id = 0;
	if (str_eq_c(answering->reason, "conflict")) TRY(keep_conflict(work, file.data, lawyer_id));
	TRY(decline_detail(work, answering, &detail));
	TRY(audit_add(work, case_id, "lawyer.declined", id_text(work->arena, lawyer_id), detail));
	WORK_ADD(work, "clock_worker_ends", I(case_id), I(work->now_ms));
	TRY(declined_by(work, answering, &ids));
	event.key = wait->key;
	event.variables = feel_put(work->arena, FEEL_NULL_VALUE, STR("declinedBy"), ids);
	return process_step(work, &file, &event);
}

static bool is_reason(struct str reason)
{
#define X(name, words) if (str_eq_c(reason, #name)) return true;
	DECLINE_REASONS(X)
#undef X
	return false;
}

struct err lawyer_had_case(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, bool *out_had)
{
	struct store_reader *reader;
	struct store_row row;
	*out_had = false;
	if (actor->kind != ACTOR_AGENT) return OK;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "lawyer_case_last_of", &row, I(case_id), I(actor->person_id));
	store_read_end(reader);
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	*out_had = str_eq_c(row_bytes(row, 0), "declined");
	return OK;
}

struct err lawyer_decline(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str reason,
	struct str words, struct report *report)
{
	struct answering answering = { .actor = actor, .case_id = case_id, .reason = reason, .words = str_trim(words) };
	size_t errors_before = report->error_count;
	bool declined;
	TRY(lawyer_had_case(hall, arena, actor, case_id, &declined));
	if (declined) return OK;      /* a second click */
	TRY(case_may(hall, arena, actor, case_id, RIGHT_READ));
	if (!is_reason(reason)) report_error(report, STR("reason"), "请选一个原因");
	if (str_eq_c(reason, "other") && answering.words.len == 0) report_error(report, STR("words"), "请用一句话说明原因");
	if (utf8_count(answering.words) > LAWYER_WORDS_MAX) report_error(report, STR("words"), "最多写%d个字", LAWYER_WORDS_MAX);
	if (report->error_count > errors_before) return ERR(INVALID);
	return work_run(hall, arena, report, STR("agent"), false, decline_body, &answering);
}

struct err lawyer_case_hand_on(struct hall *hall, struct arena *arena, int64_t lawyer_id, int64_t case_id, struct report *report)
{
	struct actor agent = { .kind = ACTOR_AGENT, .person_id = lawyer_id };
	struct answering answering = { .actor = &agent, .case_id = case_id, .reason = STR("left"), .words = STR("") };
	return work_run(hall, arena, report, STR("hall"), false, decline_body, &answering);
}

struct err lawyer_offer_over(struct work *work, int64_t case_id)
{
	enum { AGAIN_MS = 10 * 60000 };
	struct store_row row;
	struct case_file file;
	struct lawyer lawyer;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "lawyer_case_newest", &row, I(case_id)));
	if (!str_eq_c(row_bytes(row, 2), "offered")) return OK;
	TRY(case_load(work, case_id, &file));
	if (!case_waits_for(work, &file, STR("lawyerDeclined"))) {      /* the papers are being written in this very moment */
		if (str_eq_c(file.row.state, "open"))
			WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(case_id), I(0), T(STR("offer")), T(STR("offer")),
			    I(work->now_ms + AGAIN_MS));
		return OK;
	}
	struct actor agent = { .kind = ACTOR_AGENT, .person_id = row_i64(row, 1) };
	struct answering answering = { .actor = &agent, .case_id = case_id, .reason = STR("silent"), .words = STR("") };
	TRY(lawyer_read(work->hall, work->arena, work->reader, agent.person_id, &lawyer));
	TRY(lawyer_tell(work, &lawyer, STR("有一件法律援助到期没有答复，已派给下一位律师，您不用再办。")));
	return decline_body(work, &answering);
}
