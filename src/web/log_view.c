#include "web/log_view.h"

struct err log_view_head(struct request *request, struct resource *it, const char *verify_path)
{
	struct errands verified;
	struct log_head head;
	TRY(log_head(request->hall, request->arena, &head));
	TRY(errands_latest(request->hall, request->arena, ERRAND_VERIFY, STR(""), 1, &verified));
	resource_count(it, "size", head.size);
	resource_text(it, "root", head.root);
	resource_text(it, "note", head.note);
	resource_text(it, "key", head.key);
	resource_moment(request, it, "head", head.at_ms);
	resource_add(it, "verify", verified.count ? errand_value(request, &verified.items[0]) : FEEL_NULL_VALUE);
	resource_flag(it, "waits", verified.count && verified.items[0].state <= ERRAND_RUNNING);
	resource_text(it, "verifyPath", str_from_c(verify_path));
	return OK;
}

struct str log_view_named(struct request *request, const struct staff_members *members, struct str text)
{
	ptrdiff_t colon = str_find_byte(text, ':', 0);
	struct str kind = colon < 0 ? STR("") : str_sub(text, 0, (size_t)colon);
	int64_t id;
	if (!id_parse(colon < 0 ? text : str_sub(text, (size_t)colon + 1, text.len), &id))
		return page_word_or(request, "admin.who.", text, text);
	for (size_t i = 0; i < members->count; i++) {
		if (members->items[i].person_id != id) continue;
		struct str role = page_word_or(request, "admin.role.", kind, STR(""));
		return role.len ? str_printf(request->arena, "%.*s（%.*s）", STR_ARG(members->items[i].name), STR_ARG(role)) : members->items[i].name;
	}
	return colon < 0 ? text : page_word_or(request, "admin.who.", kind, kind);
}

struct resource log_view_event(struct request *request, const struct staff_members *members, const struct audit_event *event)
{
	struct resource item = resource_make(request->arena);
	resource_moment(request, &item, "at", event->at_ms);
	resource_text(&item, "what", event->what);
	struct str words = page_word_or(request, "event.", event->what, event->what);
	resource_text(&item, "words", page_word_or(request, "hallEvent.", event->what, words));
	resource_text(&item, "who", log_view_named(request, members, event->who));
	resource_text(&item, "subject", log_view_named(request, members, event->subject));
	return item;
}

void log_view_days(struct request *request, int64_t *out_from_ms, int64_t *out_until_ms)
{
	struct date day;
	*out_from_ms = *out_until_ms = 0;
	if (date_typed(request->arena, request_query(request, "from"), &day)) *out_from_ms = date_begin_ms(day, SHANGHAI_OFFSET_S);
	if (date_typed(request->arena, request_query(request, "until"), &day))
		*out_until_ms = date_begin_ms(day, SHANGHAI_OFFSET_S) + DAY_MS;
}

void log_view_cell(struct arena *arena, struct buf *csv, struct str text, bool last)
{
	bool formula = text.len && (text.ptr[0] == '=' || text.ptr[0] == '+' || text.ptr[0] == '-' || text.ptr[0] == '@');
	buf_printf(csv, "\"%s%.*s\"%s", formula ? "'" : "", STR_ARG(str_replace(arena, text, STR("\""), STR("\"\""))), last ? "\r\n" : ",");
}
