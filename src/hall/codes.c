#include "hall/codes.h"

#include "hall/inside.h"

#define HOUR_MS INT64_C(3600000)
enum { KEEP_DAYS = 2 };

#define X(name, words, warning) { #name, words, warning },
static const struct { const char *name, *words, *warning; } purposes[] = { CODE_PURPOSES(X) };
#undef X

struct str network_of(struct arena *arena, struct str client)
{
	int groups = 0;
	char separator = str_find_byte(client, '.', 0) >= 0 ? '.' : ':';
	for (size_t i = 0; i < client.len; i++)
		if (client.ptr[i] == separator && ++groups == 3) return str_copy(arena, str_sub(client, 0, i));
	return client;
}

struct asking {
	const struct code_request *request;
	struct str code;
	struct code_sent sent;
	int64_t code_id, proved_ms;
	struct str sha256;
	int32_t tries_left;
	bool right, proved;
};

static struct str phone_key_of(struct work *work, const struct code_request *request)
{
	return lookup_key(work->hall, work->arena, "person.phone", request->phone);
}

static struct str browser_key_of(struct work *work, const struct code_request *request)
{
	return lookup_key(work->hall, work->arena, "code.browser", request->browser);
}

static struct str code_key_of(struct work *work, int64_t code_id, struct str code)
{
	return lookup_key(work->hall, work->arena, "code.value",
	    str_printf(work->arena, "%.*s/%.*s", STR_ARG(id_text(work->arena, code_id)), STR_ARG(code)));
}

/* ---- sending ---------------------------------------------------------------------------------------------------- */

static struct err too_many(struct work *work, struct asking *asking, int64_t again_ms, const char *why)
{
	int64_t wait_s = (again_ms - work->now_ms + 999) / 1000;
	asking->sent.again_ms = again_ms;
	if (wait_s < 120) report_error(work->report, STR("phone"), "%s，请过%lld秒再试", why, (long long)wait_s);
	else if (wait_s < 7200) report_error(work->report, STR("phone"), "%s，请过%lld分钟再试", why, (long long)(wait_s + 59) / 60);
	else report_error(work->report, STR("phone"), "%s，请过%lld小时再试", why, (long long)(wait_s + 3599) / 3600);
	return ERR(REFUSED);
}

static struct err within_limits(struct work *work, struct asking *asking)
{
	const struct code_limits *limits = &work->hall->configuration.codes;
	struct store_row row;
	struct str network = lookup_key(work->hall, work->arena, "code.network", network_of(work->arena, asking->request->client));
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "code_counts", &row, B(phone_key_of(work, asking->request)), B(network),
	    I(work->now_ms - DAY_MS), I(work->now_ms - HOUR_MS)));
	int64_t again_ms = row_i64(row, 0) + INT64_C(1000) * limits->again_s;
	if (!row_is_null(row, 0) && again_ms > work->now_ms) return too_many(work, asking, again_ms, "验证码刚刚发过");
	if (row_i64(row, 1) >= limits->phone_a_day)
		return too_many(work, asking, row_i64(row, 4) + DAY_MS, "这个手机号今天发的验证码太多了");
	if (row_i64(row, 2) >= limits->network_an_hour) return too_many(work, asking, work->now_ms + HOUR_MS, "您所在的网络发的验证码太多了");
	if (row_i64(row, 3) >= limits->all_a_day) {
		log_event(work->hall->logger, LOG_LEVEL_ERROR, "code.all_a_day", "no more codes today");
		return too_many(work, asking, work->now_ms + HOUR_MS, "今天的验证码发完了");
	}
	return OK;
}

struct err notice_queue_words(struct work *work, const char *template_name, struct str phone, struct str text, int64_t expires_ms)
{
	int64_t notice_id = id_next(&work->hall->ids);
	struct str to_box, context_box, text_box;
	TRY(seal_text(work->hall, work->arena, "notice.to", notice_id, phone, &to_box));
	TRY(seal_text(work->hall, work->arena, "notice.context", notice_id, STR("{}"), &context_box));
	TRY(seal_text(work->hall, work->arena, "notice.text", notice_id, text, &text_box));
	WORK_ADD(work, "notice_add_text", I(notice_id), T(str_from_c(template_name)), B(to_box), B(context_box), B(text_box),
	    I(work->now_ms), I(expires_ms));
	return OK;
}

static struct err queue_code(struct work *work, const struct asking *asking)
{
	const char *name = purposes[asking->request->purpose].name, *words = purposes[asking->request->purpose].words;
	struct str text = str_printf(work->arena, "【%.*s】验证码%.*s，用于%s，%d分钟内有效。%s",
	    STR_ARG(sms_sign(work->hall, work->arena, work->reader)), STR_ARG(asking->code), words,
	    work->hall->configuration.codes.minutes, purposes[asking->request->purpose].warning);
	const char *template_name = str_to_c(work->arena, str_printf(work->arena, "code.%s", name));
	return notice_queue_words(work, template_name, asking->request->phone, text, asking->sent.expires_ms);
}

static struct err send_body(struct work *work, void *data)
{
	struct asking *asking = data;
	const struct code_request *request = asking->request;
	const struct code_limits *limits = &work->hall->configuration.codes;
	uint64_t number;
	TRY(within_limits(work, asking));
	rand_fill(work->hall->rand, &number, sizeof number);
	asking->code = str_printf(work->arena, "%06llu", (unsigned long long)(number % 1000000));
	asking->code_id = id_next(&work->hall->ids);
	asking->sent.expires_ms = work->now_ms + INT64_C(60000) * limits->minutes;
	asking->sent.again_ms = work->now_ms + INT64_C(1000) * limits->again_s;
	WORK_GUARD(work, "code_add", I(asking->code_id), T(str_from_c(purposes[request->purpose].name)), T(request->about),
	    B(phone_key_of(work, request)), B(browser_key_of(work, request)),
	    B(lookup_key(work->hall, work->arena, "code.network", network_of(work->arena, request->client))),
	    B(code_key_of(work, asking->code_id, asking->code)), I(work->now_ms), I(asking->sent.expires_ms),
	    I(work->now_ms - INT64_C(1000) * limits->again_s), I(work->now_ms - DAY_MS), I(limits->phone_a_day));
	return queue_code(work, asking);
}

struct err code_send(struct hall *hall, struct arena *arena, const struct code_request *request, struct report *report,
	struct code_sent *out_sent)
{
	struct asking asking = { .request = request };
	if (!mobile_is_valid(request->phone) || request->browser.len == 0) {
		report_error(report, STR("phone"), "请填11位手机号，例如 13800138000");
		return ERR(INVALID);
	}
	struct err err = work_run(hall, arena, report, STR("hall"), false, send_body, &asking);
	if (!failed(err) || err_is(err, ERR_REFUSED)) *out_sent = asking.sent;
	return err;
}

/* ---- entering --------------------------------------------------------------------------------------------------- */

static struct err newest(struct work *work, const struct asking *asking, struct store_row *out_row)
{
	return QUERY_ONE(work->hall, work->arena, work->reader, "code_newest", out_row, B(phone_key_of(work, asking->request)),
	    T(str_from_c(purposes[asking->request->purpose].name)), T(asking->request->about), B(browser_key_of(work, asking->request)));
}

/* Counts the try; whether it was right is looked at in the same command, and told only when that is on the disk. */
static struct err take_body(struct work *work, void *data)
{
	struct asking *asking = data;
	struct store_row row;
	int32_t tries_max = work->hall->configuration.codes.tries_max;
	asking->right = false;
	TRY(newest(work, asking, &row));
	asking->code_id = row_i64(row, 0);
	asking->tries_left = tries_max - (int32_t)row_i64(row, 4) - 1;
	if (row_i64(row, 3) <= work->now_ms || asking->tries_left < 0 || !row_is_null(row, 5)) return ERR(NOT_FOUND);
	WORK_GUARD(work, "code_try", I(asking->code_id), I(row_i64(row, 4)));
	asking->right = str_eq(code_key_of(work, asking->code_id, asking->code), row_bytes(row, 1));
	if (!asking->right) return OK;
	WORK_GUARD(work, "code_proved", I(asking->code_id), I(work->now_ms));
	return audit_add(work, 0, "code.proved", str_from_c(purposes[asking->request->purpose].name), STR(""));
}

struct err code_take(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code, struct report *report)
{
	struct asking asking = { .request = request, .code = code };
	if (!hall->keyring) return ERR(LOCKED);
	struct err err = work_run(hall, arena, NULL, STR("hall"), false, take_body, &asking);
	if (err_is(err, ERR_NOT_FOUND)) {
		report_error(report, STR("code"), "验证码已失效，请重新获取");
		return ERR(FORBIDDEN);
	}
	TRY(err);
	if (asking.right) return OK;
	if (asking.tries_left > 0) report_error(report, STR("code"), "验证码不对，还可以试%d次", asking.tries_left);
	else report_error(report, STR("code"), "验证码错的次数太多，已作废，请重新获取");
	return ERR(FORBIDDEN);
}

struct err code_is_proved(struct hall *hall, struct arena *arena, const struct code_request *request, bool *out_proved,
	int64_t *out_proved_ms, struct str *out_sha256)
{
	struct asking asking = { .request = request };
	struct work work = { .hall = hall, .arena = arena, .now_ms = hall_now_ms(hall) };
	struct store_row row;
	uint8_t digest[SEAL_SHA256_BYTES];
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &work.reader));
	struct err err = newest(&work, &asking, &row);
	store_read_end(work.reader);
	*out_proved = false;
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	int64_t until_ms = row_i64(row, 5) + INT64_C(60000) * hall->configuration.codes.sign_minutes;
	if (row_is_null(row, 5) || until_ms <= work.now_ms) return OK;
	seal_sha256(str_printf(arena, "%.*s/%.*s", STR_ARG(id_text(arena, row_i64(row, 0))), STR_ARG(str_hex(arena, row_bytes(row, 1).ptr,
	    row_bytes(row, 1).len))), digest);
	*out_sha256 = str_hex(arena, digest, sizeof digest);
	*out_proved_ms = row_i64(row, 5);
	*out_proved = true;
	return OK;
}

struct err code_state(struct hall *hall, struct arena *arena, const struct code_request *request, struct code_sent *out_sent)
{
	struct asking asking = { .request = request };
	struct work work = { .hall = hall, .arena = arena, .now_ms = hall_now_ms(hall) };
	struct store_row row;
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &work.reader));
	struct err err = newest(&work, &asking, &row);
	store_read_end(work.reader);
	*out_sent = (struct code_sent){ 0 };
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	int64_t again_ms = row_i64(row, 2) + INT64_C(1000) * hall->configuration.codes.again_s;
	if (row_i64(row, 3) > work.now_ms && row_is_null(row, 5)) out_sent->expires_ms = row_i64(row, 3);
	if (again_ms > work.now_ms) out_sent->again_ms = again_ms;
	return OK;
}

/* ---- forgetting ------------------------------------------------------------------------------------------------------ */

static struct err sweep_body(struct work *work, void *data)
{
	(void)data;
	WORK_ADD(work, "notice_expire", I(work->now_ms));
	WORK_ADD(work, "notice_forget_codes", I(work->now_ms - KEEP_DAYS * DAY_MS));
	WORK_ADD(work, "code_forget", I(work->now_ms - KEEP_DAYS * DAY_MS));
	WORK_ADD(work, "attempt_forget", I(work->now_ms - KEEP_DAYS * DAY_MS));
	WORK_ADD(work, "oidc_forget", I(work->now_ms));
	WORK_ADD(work, "counter_forget", I(work->now_ms));
	return OK;
}

struct err codes_sweep(struct hall *hall, struct arena *arena)
{
	return work_run(hall, arena, NULL, STR("hall"), false, sweep_body, NULL);
}
