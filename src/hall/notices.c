/* The outbox: what is due is sent through Kannel's HTTP interface. */
#include "hall/notices.h"

#include "hall/inside.h"

#include <curl/curl.h>
#include <string.h>

enum { BACK_OFF_MS = 30000, BACK_OFF_MS_MAX = 3600000, REPORT_WINDOW_MS = 300000, SMS_UNITS = 70, SMS_SPLIT_UNITS = 67 };

int32_t notice_segments(struct str text)
{
	size_t units = utf8_count_utf16(text);
	return units <= SMS_UNITS ? 1 : (int32_t)((units + SMS_SPLIT_UNITS - 1) / SMS_SPLIT_UNITS);
}

struct outgoing { int64_t notice_id, case_id, tries; struct str template_id, state, to, text; bool repeated; int64_t report_rank; };

/* ---- reading ------------------------------------------------------------------------------------------------- */

static struct err text_of(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, int64_t notice_id,
    struct str template_id, struct str sealed_text, struct str *out_text)
{
	struct report report = report_make(arena);
	struct work work = { .hall = hall, .arena = arena, .report = &report, .reader = reader, .now_ms = hall_now_ms(hall) };
	struct case_file file;
	if (sealed_text.len) return unseal_text(hall, arena, "notice.text", notice_id, sealed_text, out_text);
	TRY(case_load(&work, case_id, &file));
	return notice_text(&work, &file, template_id, out_text);
}

struct err notices_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct notices *out_notices)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "notice_of_case", &rows, I(case_id));
	struct notices list = { .items = failed(err) ? NULL : ARENA_ARRAY(arena, struct notice, rows.count) };
	for (size_t i = 0; !failed(err) && i < rows.count; i++) {
		struct store_row row = rows.items[i];
		struct notice *notice = &list.items[list.count++];
		*notice = (struct notice){ .notice_id = row_i64(row, 0),
			.template_id = row_bytes(row, 1),
			.state = row_bytes(row, 2),
			.queued_ms = row_i64(row, 5),
			.sent_ms = row_i64(row, 6),
			.repeated = row_bool(row, 7) };
		err = text_of(hall, arena, reader, case_id, notice->notice_id, notice->template_id, row_bytes(row, 4), &notice->text);
	}
	store_read_end(reader);
	if (!failed(err)) *out_notices = list;
	return err;
}

/* ---- one request ------------------------------------------------------------------------------------------------ */

static size_t ignore(char *bytes, size_t size, size_t count, void *data)
{
	(void)bytes; (void)data;
	return size * count;
}

static void add_parameter(CURL *curl, struct buf *url, const char *name, struct str value)
{
	char *escaped = curl_easy_escape(curl, value.ptr, (int)value.len);
	buf_printf(url, "%c%s=%s", str_find_byte(buf_str(url), '?', 0) < 0 ? '?' : '&', name, escaped ? escaped : "");
	curl_free(escaped);
}

enum answer { ANSWER_ACCEPTED, ANSWER_REFUSED, ANSWER_DOWN, ANSWER_UNKNOWN };

static enum answer ask(struct arena *arena, const struct notice_gateway *gateway, const struct outgoing *notice)
{
	CURL *curl = curl_easy_init();
	struct buf url = buf_make(arena, 8192);
	long status = 0;
	if (!curl) return ANSWER_DOWN;
	struct str report = str_printf(
	    arena, "%.*s?id=%.*s&type=%%d&smsc=%%i", STR_ARG(gateway->report_url), STR_ARG(id_text(arena, notice->notice_id)));
	buf_add(&url, gateway->url);
	add_parameter(curl, &url, "username", gateway->username);
	add_parameter(curl, &url, "password", gateway->password);
	add_parameter(curl, &url, "to", notice->to);
	add_parameter(curl, &url, "text", notice->text);
	buf_add_lit(&url, "&coding=2&charset=UTF-8");
	if (gateway->report_url.len) {
		buf_add_lit(&url, "&dlr-mask=31");
		add_parameter(curl, &url, "dlr-url", report);
	}
	curl_easy_setopt(curl, CURLOPT_URL, str_to_c(arena, buf_str(&url)));
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)(gateway->timeout_s > 0 ? gateway->timeout_s : 10));
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 5L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST) return ANSWER_DOWN;
	if (code != CURLE_OK) return ANSWER_UNKNOWN;   /* it may have taken the message */
	if (status == 202 || status == 200) return ANSWER_ACCEPTED;
	return status >= 500 ? ANSWER_DOWN : ANSWER_REFUSED;
}

/* ---- one notice: written down before it is asked, so that a crash in between is known ------------------------------- */

struct marking { const struct outgoing *notice; enum answer answer; };

static struct err sending_body(struct work *work, void *data)
{
	const struct outgoing *notice = ((struct marking *)data)->notice;
	struct str box;
	int64_t later_ms = work->now_ms + REPORT_WINDOW_MS;
	if (str_eq_c(notice->state, "sending")) {   /* the answer was lost and no report came: once more, and marked so */
		WORK_GUARD(work, "notice_repeat", I(notice->notice_id), I(later_ms));
		return audit_add(work, notice->case_id, "notice.repeated", notice->template_id, STR(""));
	}
	TRY(seal_text(work->hall, work->arena, "notice.text", notice->notice_id, notice->text, &box));
	WORK_GUARD(work, "notice_sending", I(notice->notice_id), T(STR("queued")), B(box), I(later_ms));
	return OK;
}

static struct err answered_body(struct work *work, void *data)
{
	const struct marking *marking = data;
	const struct outgoing *notice = marking->notice;
	int64_t wait_ms = BACK_OFF_MS << (notice->tries < 7 ? notice->tries : 7);
	switch (marking->answer) {
	case ANSWER_ACCEPTED:
		WORK_ADD(work, "notice_accepted", I(notice->notice_id), I(work->now_ms));
		return audit_add(work, notice->case_id, "notice.accepted", notice->template_id, STR(""));
	case ANSWER_REFUSED:
		WORK_ADD(work, "notice_failed", I(notice->notice_id));
		return audit_add(work, notice->case_id, "notice.failed", notice->template_id, STR(""));
	case ANSWER_DOWN:
		WORK_ADD(work, "notice_later", I(notice->notice_id), I(work->now_ms + (wait_ms < BACK_OFF_MS_MAX ? wait_ms : BACK_OFF_MS_MAX)));
		return OK;
	case ANSWER_UNKNOWN: break;   /* stays `sending` until a report comes or the window has passed */
	}
	return OK;
}

static struct err load_outgoing(struct hall *hall, struct arena *arena, struct store_row row, struct outgoing *out)
{
	struct store_reader *reader;
	*out = (struct outgoing){ .notice_id = row_i64(row, 0),
		.case_id = row_i64(row, 1),
		.template_id = row_bytes(row, 2),
		.state = row_bytes(row, 6),
		.tries = row_i64(row, 7),
		.report_rank = row_i64(row, 8),
		.repeated = row_bool(row, 9) };
	TRY(unseal_text(hall, arena, "notice.to", out->notice_id, row_bytes(row, 3), &out->to));
	TRY(read_begin(hall, &reader));
	struct err err = text_of(hall, arena, reader, out->case_id, out->notice_id, out->template_id, row_bytes(row, 5), &out->text);
	store_read_end(reader);
	return err;
}

static struct err send_one(struct hall *hall, struct arena *arena, const struct notice_gateway *gateway, struct outgoing *notice,
    enum answer *out_answer)
{
	struct marking marking = { .notice = notice, .answer = ANSWER_REFUSED };
	if (str_eq_c(notice->state, "sending") && notice->repeated) {   /* twice asked, twice no answer: a person looks */
		*out_answer = ANSWER_REFUSED;
		return work_run(hall, arena, NULL, STR("hall"), false, answered_body, &marking);
	}
	struct err err = work_run(hall, arena, NULL, STR("hall"), false, sending_body, &marking);
	*out_answer = ANSWER_UNKNOWN;
	if (err_is(err, ERR_BUSY)) return OK;   /* another sender was faster */
	TRY(err);
	marking.answer = *out_answer = ask(arena, gateway, notice);
	return work_run(hall, arena, NULL, STR("gateway"), false, answered_body, &marking);
}

struct err notices_send(struct hall *hall, const struct notice_gateway *gateway, size_t count_max, size_t *out_sent)
{
	struct arena arena = { 0 };
	struct store_reader *reader;
	struct store_rows rows;
	size_t sent = 0;
	bool down = false;
	if (gateway->url.len == 0) {
		*out_sent = 0;
		return OK;
	}
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, &arena, reader, "notice_due", &rows, I(hall_now_ms(hall)), I((int64_t)count_max));
	store_read_end(reader);
	for (size_t i = 0; !failed(err) && !down && i < rows.count; i++) {
		struct outgoing notice;
		enum answer answer = ANSWER_UNKNOWN;
		err = load_outgoing(hall, &arena, rows.items[i], &notice);
		if (!failed(err)) err = send_one(hall, &arena, gateway, &notice, &answer);
		sent += answer == ANSWER_ACCEPTED;
		down = answer == ANSWER_DOWN;
	}
	arena_done(&arena);
	TRY(err);
	*out_sent = sent;
	return down ? ERR(BUSY) : OK;
}

/* ---- delivery reports: the higher rank wins, whatever the order --------------------------------------------------------- */

struct reporting { int64_t notice_id; struct str state; int64_t rank; };

static struct err report_body(struct work *work, void *data)
{
	const struct reporting *reporting = data;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "notice_by_id", &row, I(reporting->notice_id)));
	if (row_i64(row, 8) >= reporting->rank) return OK;
	WORK_ADD(work, "notice_report", I(reporting->notice_id), T(reporting->state), I(reporting->rank), I(work->now_ms));
	return audit_add(work, row_i64(row, 1), "notice.report", reporting->state, STR(""));
}

struct err notice_report(struct hall *hall, int64_t notice_id, int32_t type)
{
	static const struct { int32_t type; const char *state; int64_t rank; } types[] = {
		{ 4, "accepted", 1 }, { 8, "accepted", 2 }, { 16, "failed", 3 }, { 2, "failed", 3 }, { 1, "delivered", 4 } };
	struct arena arena = { 0 };
	struct reporting reporting = { .notice_id = notice_id };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (types[i].type != type) continue;
		reporting.state = str_from_c(types[i].state);
		reporting.rank = types[i].rank;
	}
	if (reporting.rank == 0) return ERR(INVALID);
	struct err err = work_run(hall, &arena, NULL, STR("gateway"), false, report_body, &reporting);
	arena_done(&arena);
	return err;
}
