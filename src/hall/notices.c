/* The outbox: what is due is sent through Kannel's HTTP interface, what it reports is folded in. */
#include "hall/gateway.h"
#include "hall/inside.h"

#include <string.h>

enum {
	GATEWAY_WAIT_MS = 5000, GATEWAY_WAIT_MS_MAX = 300000,     /* before a gateway that is down is asked again; doubling */
	REFUSED_WAIT_MS = 30000, REFUSED_WAIT_MS_MAX = 3600000,   /* the same for one notice that it refused */
	REFUSALS_MAX = 8,                                         /* about an hour */
	REPORT_WINDOW_MS = 300000,
	REPORT_KEY_BYTES = 16,
	SMS_UNITS = 70, SMS_SPLIT_UNITS = 67,
};

int32_t notice_segments(struct str text)
{
	size_t units = utf8_count_utf16(text);
	return units <= SMS_UNITS ? 1 : (int32_t)((units + SMS_SPLIT_UNITS - 1) / SMS_SPLIT_UNITS);
}

static int64_t wait_ms(int64_t first_ms, int64_t max_ms, int64_t times)
{
	int64_t wait = first_ms << (times < 20 ? times : 20);
	return wait < max_ms ? wait : max_ms;
}

struct outgoing {
	int64_t notice_id, case_id, tries, refusals;
	struct str template_id, state, to, text;
	bool repeated, taken;      /* taken: by another sender, or a report came */
};

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

/* The template's fault, not the store's or the keys': it concerns this one notice only. */
static bool is_of_the_text(struct err err) { return err_class(err) == ERR_CLASS_INPUT || err_is(err, ERR_UNSUPPORTED); }

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
			.queued_ms = row_i64(row, 4),
			.sent_ms = row_i64(row, 5),
			.repeated = row_bool(row, 6),
			.reason = row_bytes(row, 7),
			.tries = row_i64(row, 8),
			.next_ms = row_i64(row, 9) };
		err = text_of(hall, arena, reader, case_id, notice->notice_id, notice->template_id, row_bytes(row, 3), &notice->text);
		if (is_of_the_text(err)) err = OK;   /* the page still shows the others, and this one's state */
	}
	store_read_end(reader);
	if (!failed(err)) *out_notices = list;
	return err;
}

/* A key in the report's address: nobody but the gateway that we gave it to can say that a notice has arrived. */
static struct str report_key(struct hall *hall, struct arena *arena, int64_t notice_id)
{
	return str_hex(arena, lookup_key(hall, arena, "notice.report", id_text(arena, notice_id)).ptr, REPORT_KEY_BYTES);
}

static struct str report_address(struct hall *hall, struct arena *arena, struct str url, int64_t notice_id)
{
	if (url.len == 0) return url;
	return str_printf(arena, "%.*s%cid=%.*s&key=%.*s&type=%%d", STR_ARG(url), str_find_byte(url, '?', 0) < 0 ? '?' : '&',
	    STR_ARG(id_text(arena, notice_id)), STR_ARG(report_key(hall, arena, notice_id)));
}

/* ---- how it stands with the gateway: kept in memory, asked again after a restart ------------------------------------- */

struct turning { const char *event; const char *words; };

static struct err turn_body(struct work *work, void *data)
{
	const struct turning *turning = data;
	return audit_add(work, 0, turning->event, STR("sms"), str_printf(work->arena, "{\"words\":\"%s\"}", turning->words));
}

/* Keeps the new state and says so: in the log each time, as an event of the hall when it turns. */
static struct err note_state(struct hall *hall, struct arena *arena, enum outbox_state state, struct gateway_reply reply)
{
	static const char *const events[] = { [OUTBOX_UP] = "outbox.up", [OUTBOX_DOWN] = "outbox.down", [OUTBOX_CLOSED] = "outbox.alarm" };
	static const enum log_level levels[] = {
		[OUTBOX_UP] = LOG_LEVEL_INFO, [OUTBOX_DOWN] = LOG_LEVEL_WARNING, [OUTBOX_CLOSED] = LOG_LEVEL_ERROR };
	int64_t now_ms = hall_now_ms(hall);
	pthread_mutex_lock(&hall->outbox_lock);
	bool turned = hall->outbox.state != state;
	if (turned) hall->outbox = (struct outbox_state_kept){ .state = state, .since_ms = now_ms, .times = hall->outbox.times };
	if (state == OUTBOX_UP) hall->outbox.times = 0;
	else hall->outbox.next_ms = now_ms + wait_ms(GATEWAY_WAIT_MS, GATEWAY_WAIT_MS_MAX, hall->outbox.times++);
	pthread_mutex_unlock(&hall->outbox_lock);
	if (!turned && state == OUTBOX_UP) return OK;
	log_event(hall->logger, levels[state], events[state], "gateway=sms status=%ld words=\"%s\"", reply.status, reply.words);
	if (!turned) return OK;
	struct turning turning = { events[state], reply.words };
	return work_run(hall, arena, NULL, STR("hall"), false, turn_body, &turning);
}

static struct outbox_state_kept state_now(struct hall *hall)
{
	pthread_mutex_lock(&hall->outbox_lock);
	struct outbox_state_kept kept = hall->outbox;
	pthread_mutex_unlock(&hall->outbox_lock);
	return kept;
}

struct err outbox_health(struct hall *hall, struct outbox_health *out_health)
{
	struct arena arena = { 0 };
	struct store_reader *reader;
	struct store_row row;
	struct outbox_state_kept kept = state_now(hall);
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, &arena, reader, "notice_health", SQL_NONE, &row);
	store_read_end(reader);
	if (!failed(err))
		*out_health = (struct outbox_health){ .state = kept.state, .since_ms = kept.since_ms, .next_ms = kept.next_ms,
			.waiting_count = row_i64(row, 0), .failed_count = row_i64(row, 1), .oldest_ms = row_i64(row, 2) };
	arena_done(&arena);
	return err;
}

/* ---- one notice: written down before it is asked, so that a crash in between is known ------------------------------- */

/* What shall become of a notice that stands at `from`, asked `tries` times; event: told on its timeline, or NULL. */
struct settling {
	const struct outgoing *notice;
	const char *from, *to, *reason, *event;
	int64_t tries, next_ms, refusals, sent_ms;
};

static struct err settle_body(struct work *work, void *data)
{
	const struct settling *settling = data;
	const struct outgoing *notice = settling->notice;
	struct store_row row;
	struct str reason = str_from_c(settling->reason);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "notice_by_id", &row, I(notice->notice_id)));
	if (!str_eq_c(row_bytes(row, 2), settling->from) || row_i64(row, 3) != settling->tries) return OK;   /* a report was quicker */
	WORK_GUARD(work, "notice_settle", I(notice->notice_id), T(str_from_c(settling->from)), I(settling->tries),
	    I(notice->refusals),
	    T(str_from_c(settling->to)), I(settling->next_ms), I(settling->refusals), T(reason), sql_i64_or_null(settling->sent_ms));
	if (!settling->event) return OK;
	return audit_add(work, notice->case_id, settling->event, notice->template_id,
	    reason.len ? str_printf(work->arena, "{\"reason\":\"%s\"}", settling->reason) : STR(""));
}

static struct err settle(struct hall *hall, struct arena *arena, struct settling *settling)
{
	const struct outgoing *notice = settling->notice;
	if (str_eq_c(str_from_c(settling->to), "failed"))
		log_event(hall->logger, LOG_LEVEL_ERROR, "notice.failed", "notice=%.*s template=%.*s reason=%s",
		    STR_ARG(id_text(arena, notice->notice_id)), STR_ARG(notice->template_id), settling->reason);
	return work_run(hall, arena, NULL, STR("gateway"), false, settle_body, settling);
}

/* This notice is not wanted, or cannot be made: later and later, then a person must look. The others go on. */
static struct err settle_refused(struct hall *hall, struct arena *arena, struct settling settling, const char *reason)
{
	int64_t refusals = settling.notice->refusals;
	bool last = refusals + 1 >= REFUSALS_MAX;
	settling.to = last ? "failed" : "queued";
	settling.reason = reason;
	settling.refusals = refusals + 1;
	settling.next_ms = hall_now_ms(hall) + wait_ms(REFUSED_WAIT_MS, REFUSED_WAIT_MS_MAX, refusals);
	settling.event = last ? "notice.failed" : refusals == 0 ? "notice.waiting" : NULL;
	return settle(hall, arena, &settling);
}

static struct err begin_body(struct work *work, void *data)
{
	struct outgoing *notice = data;
	struct store_row row;
	struct str box;
	bool again = str_eq_c(notice->state, "sending");   /* the answer was lost and no report came: once more, and marked so */
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "notice_by_id", &row, I(notice->notice_id)));
	notice->taken = !str_eq(row_bytes(row, 2), notice->state) || row_i64(row, 3) != notice->tries || row_i64(row, 4) > 0;
	if (notice->taken) return OK;
	TRY(seal_text(work->hall, work->arena, "notice.text", notice->notice_id, notice->text, &box));
	WORK_GUARD(work, "notice_begin", I(notice->notice_id), T(notice->state), I(notice->tries), B(box),
	    I(work->now_ms + REPORT_WINDOW_MS), sql_bool(again || notice->repeated));
	return again ? audit_add(work, notice->case_id, "notice.repeated", notice->template_id, STR("")) : OK;
}

static struct err settle_answer(struct hall *hall, struct arena *arena, const struct outgoing *notice, struct gateway_reply reply)
{
	struct settling settling = {
		.notice = notice, .from = "sending", .reason = "", .tries = notice->tries + 1, .refusals = notice->refusals };
	switch (reply.answer) {
	case GATEWAY_ACCEPTED:
		settling.to = "accepted";
		settling.event = "notice.accepted";
		settling.sent_ms = hall_now_ms(hall);
		TRY(settle(hall, arena, &settling));
		return note_state(hall, arena, OUTBOX_UP, reply);
	case GATEWAY_REFUSED:
		TRY(settle_refused(hall, arena, settling, "refused"));
		return note_state(hall, arena, OUTBOX_UP, reply);
	case GATEWAY_DOWN:
	case GATEWAY_CLOSED:
		settling.to = "queued";
		settling.reason = reply.answer == GATEWAY_DOWN ? "down" : "closed";
		settling.event = notice->tries == 0 ? "notice.waiting" : NULL;
		settling.next_ms = hall_now_ms(hall) + wait_ms(GATEWAY_WAIT_MS, GATEWAY_WAIT_MS_MAX, state_now(hall).times);
		TRY(settle(hall, arena, &settling));
		return note_state(hall, arena, reply.answer == GATEWAY_DOWN ? OUTBOX_DOWN : OUTBOX_CLOSED, reply);
	case GATEWAY_UNKNOWN: break;   /* stays `sending` until a report comes or the window has passed */
	}
	return note_state(hall, arena, OUTBOX_DOWN, reply);
}

static struct err load_outgoing(struct hall *hall, struct arena *arena, struct store_row row, struct outgoing *out, struct err *out_text)
{
	struct store_reader *reader;
	*out = (struct outgoing){ .notice_id = row_i64(row, 0),
		.case_id = row_i64(row, 1),
		.template_id = row_bytes(row, 2),
		.state = row_bytes(row, 5),
		.tries = row_i64(row, 6),
		.refusals = row_i64(row, 7),
		.repeated = row_bool(row, 8) };
	TRY(unseal_text(hall, arena, "notice.to", out->notice_id, row_bytes(row, 3), &out->to));
	TRY(read_begin(hall, &reader));
	*out_text = text_of(hall, arena, reader, out->case_id, out->notice_id, out->template_id, row_bytes(row, 4), &out->text);
	store_read_end(reader);
	if (!failed(*out_text) && (out->text.len == 0 || notice_segments(out->text) > NOTICE_SEGMENTS_MAX)) *out_text = ERR(LIMIT);
	return failed(*out_text) && !is_of_the_text(*out_text) ? *out_text : OK;
}

struct sending { struct hall *hall; const struct notice_gateway *settings; struct gateway *gateway; size_t sent; bool stop; };

static struct err send_one(struct sending *sending, struct arena *arena, struct store_row row)
{
	struct hall *hall = sending->hall;
	struct outgoing notice;
	struct err text;
	TRY(load_outgoing(hall, arena, row, &notice, &text));
	struct settling settling = { .notice = &notice, .from = "queued", .tries = notice.tries };
	if (failed(text)) return settle_refused(hall, arena, settling, "text");
	if (str_eq_c(notice.state, "sending") && notice.repeated) {   /* twice asked, twice no answer: a person looks */
		settling = (struct settling){ .notice = &notice, .from = "sending", .to = "failed", .reason = "noAnswer",
			.event = "notice.failed", .tries = notice.tries, .refusals = notice.refusals };
		return settle(hall, arena, &settling);
	}
	TRY(work_run(hall, arena, NULL, STR("hall"), false, begin_body, &notice));
	if (notice.taken) return OK;
	struct str report = report_address(hall, arena, sending->settings->report_url, notice.notice_id);
	struct gateway_reply reply = gateway_ask(sending->gateway, arena, notice.to, notice.text, report);
	sending->sent += reply.answer == GATEWAY_ACCEPTED;
	sending->stop = reply.answer != GATEWAY_ACCEPTED && reply.answer != GATEWAY_REFUSED;
	return settle_answer(hall, arena, &notice, reply);
}

/* After trouble the gateway is first asked something harmless: while it hangs, no notice's outcome becomes unknown. */
static struct err look_before(struct sending *sending, struct arena *arena)
{
	if (state_now(sending->hall).state == OUTBOX_UP) return OK;
	struct gateway_reply reply = gateway_probe(sending->gateway, arena);
	sending->stop = reply.answer != GATEWAY_ACCEPTED;
	if (!sending->stop) return note_state(sending->hall, arena, OUTBOX_UP, reply);
	return note_state(sending->hall, arena, reply.answer == GATEWAY_CLOSED ? OUTBOX_CLOSED : OUTBOX_DOWN, reply);
}

static struct err send_due(struct sending *sending, struct arena *arena, size_t count_max)
{
	struct store_reader *reader;
	struct store_rows rows;
	struct arena one = { 0 };
	TRY(read_begin(sending->hall, &reader));
	struct err err = QUERY(sending->hall, arena, reader, "notice_due", &rows, I(hall_now_ms(sending->hall)), I((int64_t)count_max));
	store_read_end(reader);
	TRY(err);
	if (rows.count) err = look_before(sending, arena);
	for (size_t i = 0; !failed(err) && !sending->stop && i < rows.count; i++) {
		err = send_one(sending, &one, rows.items[i]);
		arena_reset(&one);
	}
	arena_done(&one);
	return err;
}

struct err notices_send(struct hall *hall, const struct notice_gateway *gateway, size_t count_max, size_t *out_sent)
{
	struct arena arena = { 0 };
	struct sending sending = { .hall = hall, .settings = gateway };
	struct outbox_state_kept kept = state_now(hall);
	if (gateway->url.len == 0 && !gateway->demo) {
		*out_sent = 0;
		return OK;
	}
	if (!hall->keyring) return ERR(LOCKED);
	if (kept.state != OUTBOX_UP && hall_now_ms(hall) < kept.next_ms) return ERR(BUSY);
	TRY(gateway_open(gateway, &sending.gateway));
	struct err err = send_due(&sending, &arena, count_max);
	gateway_close(sending.gateway);
	arena_done(&arena);
	TRY(err);
	if (sending.stop) return ERR(BUSY);
	*out_sent = sending.sent;
	return OK;
}

/* ---- delivery reports: the higher rank wins, whatever the order --------------------------------------------------------- */

struct report_type { int32_t type; const char *state, *event, *reason; int64_t rank; };
struct reporting { int64_t notice_id; const struct report_type *type; };

static struct err report_body(struct work *work, void *data)
{
	const struct reporting *reporting = data;
	const struct report_type *type = reporting->type;
	struct store_row row;
	struct str reason = str_from_c(type->reason);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "notice_by_id", &row, I(reporting->notice_id)));
	struct str before = row_bytes(row, 2);
	if (row_i64(row, 3) == 0) return ERR(INVALID);
	if (row_i64(row, 4) >= type->rank) return OK;
	WORK_GUARD(work, "notice_report", I(reporting->notice_id), T(before), I(row_i64(row, 4)), T(str_from_c(type->state)), I(type->rank),
	    T(reason), I(work->now_ms));
	if (str_eq_c(before, type->state)) return OK;
	/* It was quicker than the answer, or all that we hear: the timeline still says that the gateway took the notice. */
	if (!str_eq_c(str_from_c(type->state), "accepted") && (str_eq_c(before, "sending") || str_eq_c(before, "queued")))
		TRY(audit_add(work, row_i64(row, 0), "notice.accepted", row_bytes(row, 1), STR("")));
	return audit_add(work, row_i64(row, 0), type->event, row_bytes(row, 1),
	    reason.len ? str_printf(work->arena, "{\"reason\":\"%s\"}", type->reason) : STR(""));
}

static bool same_key(struct str a, struct str b)
{
	unsigned char difference = a.len != b.len;
	for (size_t i = 0; i < a.len && i < b.len; i++) difference |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
	return difference == 0;
}

struct err notice_report(struct hall *hall, struct str id, struct str key, int32_t type)
{
	static const struct report_type types[] = { { 4, "accepted", "notice.accepted", "", 1 },
		{ 8, "accepted", "notice.accepted", "", 2 },
		{ 16, "failed", "notice.failed", "rejected", 3 },
		{ 2, "failed", "notice.failed", "undelivered", 3 },
		{ 1, "delivered", "notice.delivered", "", 4 } };
	struct arena arena = { 0 };
	struct reporting reporting = { 0 };
	if (!hall->keyring) return ERR(LOCKED);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].type == type) reporting.type = &types[i];
	if (!reporting.type || !id_parse(id, &reporting.notice_id)) return ERR(INVALID);
	struct err err = ERR(FORBIDDEN);
	if (same_key(key, report_key(hall, &arena, reporting.notice_id)))
		err = work_run(hall, &arena, NULL, STR("gateway"), false, report_body, &reporting);
	if (!failed(err) && str_eq_c(str_from_c(reporting.type->state), "failed"))
		log_event(hall->logger, LOG_LEVEL_WARNING, "notice.failed", "notice=%.*s reason=%s", STR_ARG(id), reporting.type->reason);
	arena_done(&arena);
	return err;
}
