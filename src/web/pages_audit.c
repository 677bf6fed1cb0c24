/* The auditor's room: the whole trail, who read what, what was refused, what went away; each decision, decided again. */
#include "web/log_view.h"

enum { EVENT_ROWS = 100, RECEIPT_ROWS = 50, DEFAULT_DAYS = 90, CSV_BYTES_MAX = 32 << 20 };

/* ---- what is asked for -------------------------------------------------------------------------------------------------- */

/* Views are sets of events that an auditor asks for first. */
static const struct { const char *name, *kinds; } views[] = {
	{ "all", "" },
	{ "reads", "case.read,person.looked,person.searched,person.exported,list.exported,backup.downloaded" },
	{ "refused", "access.refused,staff.refused,staff.locked" },
	{ "gone", "case.discarded,case.withdrawAsked,consent.withdrawn,person.released,backup.removed,token.revoked" },
};
enum { VIEW_COUNT = sizeof views / sizeof *views };

static const char *const kinds[] = { "case", "decision", "receipt", "task", "paper", "file", "clock", "note", "notice", "consent",
	"correction", "lawyer", "visit", "person", "session", "staff", "role", "organisation", "service", "candidate", "parameter", "calendar",
	"token", "outbox", "errand", "backup", "access", "hall" };

static size_t view_of(struct request *request)
{
	for (size_t i = 0; i < VIEW_COUNT; i++)
		if (str_eq_c(request_query(request, "view"), views[i].name)) return i;
	return 0;
}

static bool has_query(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->query.count; i++)
		if (str_eq_c(request->query.items[i].name, name)) return true;
	return false;
}

/* Unless days were chosen, the last ninety: what is older is asked for on purpose. */
static struct trail_filter filter_of(struct request *request, size_t count)
{
	struct trail_filter filter = { .kinds = str_from_c(views[view_of(request)].kinds), .prefix = request_query(request, "kind"),
		.person = request_query(request, "person"), .number = request_query(request, "case"),
		.cursor = request_query(request, "cursor"), .count = count };
	log_view_days(request, &filter.from_ms, &filter.until_ms);
	struct date today = date_of_ms(request->now_ms, SHANGHAI_OFFSET_S);
	if (!has_query(request, "from") && filter.number.len == 0)
		filter.from_ms = date_begin_ms(today, SHANGHAI_OFFSET_S) - DEFAULT_DAYS * DAY_MS;
	return filter;
}

static struct str from_words(struct request *request, const struct trail_filter *filter)
{
	if (has_query(request, "from")) return request_query(request, "from");
	return filter->from_ms ? date_print(request->arena, date_of_ms(filter->from_ms, SHANGHAI_OFFSET_S)) : STR("");
}

/* The filter as a link's text, to go on from. */
static struct str link_of(struct request *request, const struct trail_filter *filter)
{
	static const char *const names[] = { "view", "kind", "person", "case", "until" };
	struct buf link = buf_make(request->arena, 4096);
	buf_printf(&link, "from=%.*s", STR_ARG(url_encode(request->arena, from_words(request, filter))));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str value = request_query(request, names[i]);
		if (value.len) buf_printf(&link, "&%s=%.*s", names[i], STR_ARG(url_encode(request->arena, value)));
	}
	return buf_str(&link);
}

static struct feel_value staff_choices(struct request *request, const struct staff_members *members, struct str chosen)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < members->count; i++) {
		struct resource item = resource_make(request->arena);
		struct str id = id_print(request->arena, members->items[i].person_id);
		resource_text(&item, "value", id);
		resource_text(&item, "words", members->items[i].name);
		resource_flag(&item, "chosen", str_eq(id, chosen));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static void add_filter(
    struct request *request, struct resource *it, const struct trail_filter *filter, const struct staff_members *members)
{
	size_t view = view_of(request);
	resource_text(it, "view", str_from_c(views[view].name));
	resource_text(it, "viewWords", page_word_or(request, "audit.lead.", str_from_c(views[view].name), STR("")));
	resource_add(it, "kinds", admin_choices(request, "admin.events.", kinds, sizeof kinds / sizeof *kinds, filter->prefix));
	if (members) resource_add(it, "people", staff_choices(request, members, filter->person));
	resource_text(it, "case", filter->number);
	resource_text(it, "from", from_words(request, filter));
	resource_text(it, "until", request_query(request, "until"));
	resource_text(it, "link", link_of(request, filter));
	resource_flag(it, "begun", filter->cursor.len > 0);
}

/* A number that nobody has, or another union's, is told at its field; everything else is the error itself. */
static bool is_unknown_number(struct request *request, const struct trail_filter *filter, struct err err)
{
	if (!err_is(err, ERR_NOT_FOUND) || filter->number.len == 0 || request->json) return false;
	report_error(request->report, STR("case"), "%.*s", STR_ARG(page_word(request, "audit.noCase")));
	return true;
}

/* ---- the log --------------------------------------------------------------------------------------------------------------- */

static struct err log_show(struct request *request, struct answer *answer)
{
	struct trail_filter filter = filter_of(request, EVENT_ROWS + 1);
	struct trail_events events = { 0 };
	struct staff_members members;
	struct value_list list = value_list_make(request->arena);
	struct err err = trail_events(request->hall, request->arena, &request->actor, &filter, &events);
	if (is_unknown_number(request, &filter, err)) answer->status = 422;
	else TRY(err);
	TRY(staff_members(request->hall, request->arena, &members));
	struct resource it = admin_page(request);
	for (size_t i = 0; i < events.count && i < EVENT_ROWS; i++) {
		struct resource item = log_view_event(request, &members, &events.items[i].event);
		resource_id(&item, "id", events.items[i].event.event_id);
		resource_text(&item, "number", events.items[i].number);
		resource_text(&item, "ref", events.items[i].number);      /* in a template `number` is FEEL's function */
		value_list_add(&list, resource_done(&item));
	}
	bool more = events.count > EVENT_ROWS;
	add_filter(request, &it, &filter, &members);
	TRY(log_view_head(request, &it, "/audit/verify"));
	resource_add(&it, "events", value_list_done(&list));
	resource_text(&it, "more", more ? events.items[EVENT_ROWS - 1].cursor : STR(""));
	request->report->count = request->report->error_count = 0;
	answer->resource = resource_done(&it);
	return OK;
}

static struct err verify(struct request *request, struct answer *answer)
{
	TRY(organisation_may(request->hall, request->arena, &request->actor, admin_scope(request), RIGHT_AUDIT));
	if (!admin_is_whole(request)) return ERR(NOT_FOUND);
	struct err err = errand_ask(request->hall, request->arena, &request->actor, ERRAND_VERIFY, STR(""), NULL);
	if (failed(err) && !err_is(err, ERR_REFUSED)) return err;   /* REFUSED: it runs already, which is what was asked for */
	answer->see_other = STR("/audit");
	return OK;
}

static void csv_row(struct request *request, struct buf *csv, const struct staff_members *members, const struct trail_event *row)
{
	const struct audit_event *event = &row->event;
	log_view_cell(request->arena, csv, id_print(request->arena, event->event_id), false);
	log_view_cell(request->arena, csv, time_print_ms(request->arena, event->at_ms, SHANGHAI_OFFSET_S), false);
	log_view_cell(request->arena, csv, event->who, false);
	log_view_cell(request->arena, csv, log_view_named(request, members, event->who), false);
	log_view_cell(request->arena, csv, event->what, false);
	log_view_cell(request->arena, csv, event->subject, false);
	log_view_cell(request->arena, csv, row->number, true);
}

/* All rows of the filter, or none: a list that was cut without a word would be taken for the whole. */
static struct err export(struct request *request, struct answer *answer)
{
	struct trail_filter filter = filter_of(request, TRAIL_EXPORT_COUNT_MAX + 1);
	struct trail_events events;
	struct staff_members members;
	struct buf csv = buf_make(request->arena, CSV_BYTES_MAX);
	filter.cursor = STR("");
	TRY(trail_events(request->hall, request->arena, &request->actor, &filter, &events));
	if (events.count > TRAIL_EXPORT_COUNT_MAX) {
		report_error(request->report, STR("from"), "%.*s", STR_ARG(page_word(request, "audit.tooMany")));
		return ERR(LIMIT);
	}
	TRY(staff_members(request->hall, request->arena, &members));
	buf_add_lit(&csv, "\xEF\xBB\xBFid,at,who,name,what,subject,case\r\n");
	for (size_t i = 0; i < events.count; i++) csv_row(request, &csv, &members, &events.items[i]);
	answer->file = (struct answer_file){ .media_type = STR("text/csv; charset=utf-8"), .name = STR("audit.csv"), .attachment = true };
	return buf_finish(&csv, &answer->file.content);
}

/* ---- decisions --------------------------------------------------------------------------------------------------------------- */

static struct resource receipt_value(struct request *request, const struct staff_members *members, const struct trail_receipt *receipt)
{
	struct resource item = resource_make(request->arena);
	struct value_list replays = value_list_make(request->arena);
	for (size_t i = 0; i < receipt->replays.count; i++) {
		struct resource replay = resource_make(request->arena);
		resource_moment(request, &replay, "at", receipt->replays.items[i].at_ms);
		resource_text(&replay, "who", log_view_named(request, members, receipt->replays.items[i].who));
		resource_flag(&replay, "same", receipt->replays.items[i].same);
		value_list_add(&replays, resource_done(&replay));
	}
	resource_id(&item, "id", receipt->receipt_id);
	resource_moment(request, &item, "decided", receipt->decided_ms);
	resource_text(&item, "number", receipt->number);
	resource_text(&item, "ref", receipt->number);
	resource_text(&item, "decision", receipt->decision);
	resource_text(&item, "title", receipt->title);
	resource_text(&item, "version", receipt->version);
	resource_text(&item, "shortVersion", str_sub(receipt->version, 0, 12));
	resource_flag(&item, "replayed", receipt->replays.count > 0);
	resource_flag(&item, "same", receipt->replays.count > 0 && receipt->replays.items[0].same);
	resource_moment(request, &item, "replayedAt", receipt->replays.count ? receipt->replays.items[0].at_ms : 0);
	resource_add(&item, "replays", value_list_done(&replays));
	return item;
}

static struct err receipts_show(struct request *request, struct answer *answer)
{
	struct trail_filter filter = filter_of(request, RECEIPT_ROWS + 1);
	struct trail_receipts receipts = { 0 };
	struct staff_members members;
	struct value_list list = value_list_make(request->arena);
	struct err err = trail_receipts(request->hall, request->arena, &request->actor, &filter, &receipts);
	if (is_unknown_number(request, &filter, err)) answer->status = 422;
	else TRY(err);
	TRY(staff_members(request->hall, request->arena, &members));
	struct resource it = admin_page(request);
	for (size_t i = 0; i < receipts.count && i < RECEIPT_ROWS; i++) {
		struct resource item = receipt_value(request, &members, &receipts.items[i]);
		value_list_add(&list, resource_done(&item));
	}
	add_filter(request, &it, &filter, NULL);
	resource_add(&it, "receipts", value_list_done(&list));
	resource_text(&it, "more", receipts.count > RECEIPT_ROWS ? receipts.items[RECEIPT_ROWS - 1].cursor : STR(""));
	request->report->count = request->report->error_count = 0;
	answer->resource = resource_done(&it);
	return OK;
}

/* Of the commitment form alone: no value of anybody's answers stands in it. */
static void add_basis(struct request *request, struct resource *it, const struct json *receipt)
{
	struct value_list parameters = value_list_make(request->arena);
	const struct json *model = json_get(receipt, STR("model")), *list = json_get(receipt, STR("parameters")),
	                  *rules = json_get(receipt, STR("rules"));
	int64_t count = 0;
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
		struct resource parameter = resource_make(request->arena);
		resource_text(&parameter, "name", json_string_of(item, "name"));
		resource_text(&parameter, "value", json_string_of(item, "value"));
		resource_text(&parameter, "region", json_string_of(item, "region"));
		resource_text(&parameter, "source", json_string_of(item, "source"));
		value_list_add(&parameters, resource_done(&parameter));
	}
	for (const struct json *rule = rules ? rules->first : NULL; rule; rule = rule->next) count++;
	resource_text(it, "file", json_string_of(model, "file"));
	resource_text(it, "sha256", json_string_of(model, "sha256"));
	resource_text(it, "on", json_string_of(receipt, "on"));
	resource_text(it, "region", json_string_of(receipt, "region"));
	resource_text(it, "commitment", json_string_of(receipt, "commitment"));
	resource_count(it, "ruleCount", count);
	resource_add(it, "parameters", value_list_done(&parameters));
}

static struct err receipt_page(struct request *request, struct answer *answer, int64_t receipt_id)
{
	struct trail_receipt receipt;
	struct staff_members members;
	const struct json *json;
	TRY(trail_receipt(request->hall, request->arena, &request->actor, receipt_id, &receipt));
	TRY(staff_members(request->hall, request->arena, &members));
	if (failed(json_parse(request->arena, receipt.commitment, NULL, &json))) return ERR(TAMPERED);
	struct report *report = request->report;
	struct str difference = report->count
	    ? str_printf(request->arena, "%.*s: %.*s", STR_ARG(report->items[0].place), STR_ARG(report->items[0].words)) : STR("");
	report->count = report->error_count = 0;
	struct resource it = admin_page(request), value = receipt_value(request, &members, &receipt);
	for (size_t i = 0; i < value.count; i++) LIST_PUSH(request->arena, &it, value.items[i]);
	add_basis(request, &it, json);
	resource_text(&it, "difference", difference);
	answer->template_name = "auditReceipt";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err receipt_show(struct request *request, struct answer *answer)
{
	int64_t receipt_id;
	TRY(request_part_id(request, "receipt", &receipt_id));
	return receipt_page(request, answer, receipt_id);
}

/* What differs is told at once, on the page that answers: it stands nowhere else. */
static struct err replay(struct request *request, struct answer *answer)
{
	int64_t receipt_id;
	bool same = false;
	TRY(request_part_id(request, "receipt", &receipt_id));
	TRY(trail_replay(request->hall, request->arena, &request->actor, receipt_id, request->report, &same));
	answer->status = request->json || !same ? 200 : 0;
	if (same && !request->json)
		answer->see_other = str_printf(request->arena, "/audit/receipts/%.*s", STR_ARG(id_print(request->arena, receipt_id)));
	return receipt_page(request, answer, receipt_id);
}

/* ---- shapes ---------------------------------------------------------------------------------------------------------------- */

static const struct shape_field event_fields[] = {
	{ "id", SHAPE_ID, "事件", NULL, false, 0 },
	{ "at", SHAPE_MOMENT, "时间", NULL, false, 0 },
	{ "who", SHAPE_STRING, "谁；职工不写姓名", NULL, false, 0 },
	{ "what", SHAPE_STRING, "做了什么", NULL, false, 0 },
	{ "subject", SHAPE_STRING, "对什么", NULL, false, 0 },
	{ "number", SHAPE_STRING, "办件号", NULL, false, 0 },
};
static const struct shape event_shape = { .name = "AuditEvent", SHAPE_FIELDS(event_fields) };
static const struct shape_field log_fields[] = {
	{ "size", SHAPE_INTEGER, "存证日志有几条", NULL, false, 0 },
	{ "root", SHAPE_STRING, "日志的根", NULL, false, 0 },
	{ "note", SHAPE_STRING, "签名的日志头", NULL, false, 0 },
	{ "head", SHAPE_MOMENT, "签名的时间", NULL, false, 0 },
	{ "events", SHAPE_LIST, "事件，新的在前", &event_shape, false, 0 },
	{ "more", SHAPE_STRING, "下一页的 cursor", NULL, false, 0 },
};
static const struct shape log_shape = { .name = "AuditLog", SHAPE_FIELDS(log_fields) };
static const struct shape_field replay_fields[] = {
	{ "at", SHAPE_MOMENT, "重算的时间", NULL, false, 0 },
	{ "who", SHAPE_STRING, "谁重算的", NULL, false, 0 },
	{ "same", SHAPE_BOOLEAN, "和当时一致", NULL, false, 0 },
};
static const struct shape replay_shape = { .name = "AuditReplay", SHAPE_FIELDS(replay_fields) };
#define RECEIPT_FIELDS \
	{ "id", SHAPE_ID, "回执", NULL, false, 0 }, { "decided", SHAPE_MOMENT, "决定的时间", NULL, false, 0 }, \
	{ "number", SHAPE_STRING, "办件号", NULL, false, 0 }, { "decision", SHAPE_STRING, "哪个决定", NULL, false, 0 }, \
	{ "title", SHAPE_STRING, "事项", NULL, false, 0 }, { "version", SHAPE_STRING, "规则的版本", NULL, false, 0 }, \
	{ "replays", SHAPE_LIST, "重算过几次，新的在前", &replay_shape, false, 0 }
static const struct shape_field row_fields[] = { RECEIPT_FIELDS };
static const struct shape row_shape = { .name = "AuditReceiptRow", SHAPE_FIELDS(row_fields) };
static const struct shape_field receipts_fields[] = {
	{ "receipts", SHAPE_LIST, "决定，新的在前", &row_shape, false, 0 },
	{ "more", SHAPE_STRING, "下一页的 cursor", NULL, false, 0 },
};
static const struct shape receipts_shape = { .name = "AuditReceipts", SHAPE_FIELDS(receipts_fields) };
static const struct shape_field receipt_fields[] = { RECEIPT_FIELDS,
	{ "file", SHAPE_STRING, "规则的文件", NULL, false, 0 },
	{ "sha256", SHAPE_STRING, "文件的指纹", NULL, false, 0 },
	{ "on", SHAPE_STRING, "按哪一天的规则", NULL, false, 0 },
	{ "commitment", SHAPE_STRING, "回执的指纹", NULL, false, 0 },
};
static const struct shape receipt_shape = { .name = "AuditReceipt", SHAPE_FIELDS(receipt_fields) };

#define AUDIT(id_, method_, path_, handler_, template_, body_, api_, summary_, output_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_AUDITOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_, .api = api_, .summary = summary_, .output = output_ }
const struct route audit_routes[] = {
	AUDIT("auditLog", "GET", "/audit", log_show, "audit", 0, true, "审计：日志", &log_shape),
	AUDIT("auditVerify", "POST", "/audit/verify", verify, NULL, FORM_BODY_BYTES, false, NULL, NULL),
	AUDIT("auditExport", "GET", "/audit/log.csv", export, NULL, 0, false, NULL, NULL),
	AUDIT("auditReceipts", "GET", "/audit/receipts", receipts_show, "auditReceipts", 0, true, "审计：决定和规则版本", &receipts_shape),
	AUDIT("auditReceipt", "GET", "/audit/receipts/:receipt", receipt_show, "auditReceipt", 0, true, "审计：一个决定", &receipt_shape),
	AUDIT("auditReplay", "POST", "/audit/receipts/:receipt/replay", replay, "auditReceipt", FORM_BODY_BYTES, true,
	    "审计：把一个决定重算一遍", &receipt_shape),
	{ 0 },
};
