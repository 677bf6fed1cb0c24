/* Programs' tokens, the outbox, and the log: head, a verification in the background, what happened to the hall. */
#include "web/log_view.h"

enum { EVENT_PAGE_COUNT = 100 };

/* ---- tokens ------------------------------------------------------------------------------------------------------------ */

static struct err tokens_page(struct request *request, struct answer *answer, struct str secret, struct err err)
{
	struct resource it = admin_page(request);
	struct api_tokens tokens;
	struct value_list list = value_list_make(request->arena);
	TRY(api_tokens_of(request->hall, request->arena, admin_scope(request), &tokens));
	for (size_t i = 0; i < tokens.count; i++) {
		const struct api_token *token = &tokens.items[i];
		struct resource item = resource_make(request->arena);
		bool over = token->ends_ms <= request->now_ms;
		resource_id(&item, "id", token->token_id);
		resource_text(&item, "name", token->name);
		resource_text(&item, "role", admin_role(request, token->role));
		resource_flag(&item, "live", !over && !token->revoked_ms);
		resource_flag(&item, "revoked", token->revoked_ms != 0);
		resource_moment(request, &item, "made", token->made_ms);
		resource_moment(request, &item, "ends", token->ends_ms);
		resource_moment(request, &item, "seen", token->seen_ms);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&it, "tokens", value_list_done(&list));
	resource_add(&it, "roles", admin_roles(request, request_field(request, "role")));
	resource_text(&it, "name", request_field(request, "name"));
	resource_text(&it, "days", request_has_field(request, "days") ? request_field(request, "days") : STR("365"));
	resource_text(&it, "secret", secret);
	if (failed(err)) return admin_again(request, answer, &it, "adminTokens", err);
	answer->template_name = "adminTokens";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err tokens_show(struct request *request, struct answer *answer) { return tokens_page(request, answer, STR(""), OK); }

static struct err token_make(struct request *request, struct answer *answer)
{
	struct str secret = STR("");
	int64_t days;
	if (!str_to_i64(request_field(request, "days"), &days)) days = 0;
	TRY(organisation_may(request->hall, request->arena, &request->actor, admin_scope(request), RIGHT_ADMINISTER));
	struct err err = api_token_make(request->hall, request->arena, &request->actor, admin_scope(request), request_field(request, "name"),
	    request_field(request, "role"), (int32_t)(days > TOKEN_DAYS_MAX ? 0 : days), &secret);
	if (err_is(err, ERR_INVALID)) report_error(request->report, STR("name"), "%.*s", STR_ARG(page_word(request, "admin.tokenWrong")));
	return tokens_page(request, answer, secret, err);
}

static struct err token_revoke(struct request *request, struct answer *answer)
{
	int64_t id;
	TRY(request_part_id(request, "token", &id));
	TRY(organisation_may(request->hall, request->arena, &request->actor, admin_scope(request), RIGHT_ADMINISTER));
	TRY(api_token_revoke(request->hall, request->arena, &request->actor, admin_scope(request), id));
	admin_done(request, answer, STR("/admin/tokens"), "revoked");
	return OK;
}

/* ---- the outbox ---------------------------------------------------------------------------------------------------------- */

static struct err outbox_show(struct request *request, struct answer *answer)
{
	struct resource it = admin_page(request);
	struct outbox_entries entries;
	struct outbox_health health;
	struct value_list list = value_list_make(request->arena);
	TRY(outbox_entries(request->hall, request->arena, &request->actor, admin_scope(request), &entries));
	TRY(outbox_health(request->hall, &health));
	for (size_t i = 0; i < entries.count; i++) {
		const struct outbox_entry *entry = &entries.items[i];
		struct resource item = resource_make(request->arena);
		resource_id(&item, "id", entry->notice_id);
		resource_text(&item, "template", entry->template_id);
		resource_text(&item, "phone", entry->phone);
		resource_flag(&item, "failed", str_eq_c(entry->state, "failed"));
		resource_flag(&item, "canRetry", !str_eq_c(entry->state, "sending"));
		resource_text(&item, "stateWords", page_word_or(request, "admin.notice.", entry->state, entry->state));
		resource_text(&item, "reason", entry->reason.len ? page_word_or(request, "admin.reason.", entry->reason, entry->reason) : STR(""));
		resource_count(&item, "tries", entry->tries);
		resource_flag(&item, "repeated", entry->repeated);
		resource_moment(request, &item, "queued", entry->queued_ms);
		resource_moment(request, &item, "next", entry->next_ms > request->now_ms ? entry->next_ms : 0);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&it, "entries", value_list_done(&list));
	resource_count(&it, "waiting", entries.waiting);
	resource_count(&it, "failed", entries.failed);
	resource_flag(&it, "down", health.state == OUTBOX_DOWN);
	resource_flag(&it, "closed", health.state == OUTBOX_CLOSED);
	resource_moment(request, &it, "next", health.state == OUTBOX_UP ? 0 : health.next_ms);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err retry(struct request *request, struct answer *answer)
{
	int64_t id;
	TRY(request_part_id(request, "notice", &id));
	struct err err = outbox_retry(request->hall, request->arena, &request->actor, admin_scope(request), id);
	bool busy = err_is(err, ERR_REFUSED) || err_is(err, ERR_CONFLICT);   /* between the look and the press it went out, or is on its way */
	if (!busy) TRY(err);
	admin_done(request, answer, STR("/admin/outbox"), busy ? "sent" : "retried");
	return OK;
}

/* ---- the log --------------------------------------------------------------------------------------------------------------- */

static const char *const event_kinds[] = { "session", "staff", "role", "person", "organisation", "lawyer", "service", "candidate",
    "parameter",
	"calendar", "token", "notice", "outbox", "errand", "backup", "access", "hall" };

static struct event_filter filter_of(struct request *request)
{
	struct event_filter filter = { .kind = request_query(request, "kind"), .count = EVENT_PAGE_COUNT + 1 };
	log_view_days(request, &filter.from_ms, &filter.until_ms);
	(void)id_parse(request_query(request, "before"), &filter.before_id);
	return filter;
}

static struct err log_show(struct request *request, struct answer *answer)
{
	struct resource it = admin_page(request);
	struct event_filter filter = filter_of(request);
	struct value_list list = value_list_make(request->arena);
	struct audit_events events;
	struct staff_members members;
	TRY(staff_members(request->hall, request->arena, &members));
	TRY(hall_events(request->hall, request->arena, &request->actor, &filter, &events));
	TRY(log_view_head(request, &it, "/admin/log/verify"));
	for (size_t i = 0; i < events.count && i < EVENT_PAGE_COUNT; i++) {
		struct resource item = log_view_event(request, &members, &events.items[i]);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&it, "events", value_list_done(&list));
	resource_add(&it, "kinds", admin_choices(request, "admin.events.", event_kinds, sizeof event_kinds / sizeof *event_kinds, filter.kind));
	resource_text(&it, "kind", filter.kind);
	resource_text(&it, "from", request_query(request, "from"));
	resource_text(&it, "until", request_query(request, "until"));
	resource_id(&it, "more", events.count > EVENT_PAGE_COUNT ? events.items[EVENT_PAGE_COUNT - 1].event_id : 0);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err verify(struct request *request, struct answer *answer)
{
	TRY(organisation_may(request->hall, request->arena, &request->actor, admin_scope(request), RIGHT_ADMINISTER));
	struct err err = errand_ask(request->hall, request->arena, &request->actor, ERRAND_VERIFY, STR(""), NULL);
	if (failed(err) && !err_is(err, ERR_REFUSED)) return err;   /* REFUSED: it runs already, which is what was asked for */
	answer->see_other = STR("/admin/log");
	return OK;
}

static struct err export(struct request *request, struct answer *answer)
{
	enum { CSV_BYTES_MAX = 16 << 20 };
	struct event_filter filter = filter_of(request);
	struct audit_events events;
	struct buf csv = buf_make(request->arena, CSV_BYTES_MAX);
	filter.count = HALL_EVENT_COUNT_MAX;
	TRY(hall_events(request->hall, request->arena, &request->actor, &filter, &events));
	buf_add_lit(&csv, "\xEF\xBB\xBFid,at,who,what,subject\r\n");
	for (size_t i = 0; i < events.count; i++) {
		const struct audit_event *event = &events.items[i];
		log_view_cell(request->arena, &csv, id_print(request->arena, event->event_id), false);
		log_view_cell(request->arena, &csv, time_print_ms(request->arena, event->at_ms, SHANGHAI_OFFSET_S), false);
		log_view_cell(request->arena, &csv, event->who, false);
		log_view_cell(request->arena, &csv, event->what, false);
		log_view_cell(request->arena, &csv, event->subject, true);
	}
	struct str content;
	TRY(buf_finish(&csv, &content));
	answer->file = (struct answer_file){ .media_type = STR("text/csv; charset=utf-8"), .name = STR("events.csv"), .content = content,
		.attachment = true };
	return OK;
}

#define ADMIN(id_, method_, path_, handler_, template_, body_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_ADMINISTRATOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_ }
const struct route admin_log_routes[] = {
	ADMIN("adminTokens", "GET", "/admin/tokens", tokens_show, "adminTokens", 0),
	ADMIN("adminTokenMake", "POST", "/admin/tokens", token_make, "adminTokens", FORM_BODY_BYTES),
	ADMIN("adminTokenRevoke", "POST", "/admin/tokens/:token/revoke", token_revoke, NULL, FORM_BODY_BYTES),
	ADMIN("adminOutbox", "GET", "/admin/outbox", outbox_show, "adminOutbox", 0),
	ADMIN("adminOutboxRetry", "POST", "/admin/outbox/:notice/retry", retry, NULL, FORM_BODY_BYTES),
	ADMIN("adminLog", "GET", "/admin/log", log_show, "adminLog", 0),
	ADMIN("adminLogVerify", "POST", "/admin/log/verify", verify, NULL, FORM_BODY_BYTES),
	ADMIN("adminLogExport", "GET", "/admin/log.csv", export, NULL, 0),
	{ 0 },
};
