/* Regional figures and the calendar: what holds, where it comes from, and a change that is looked at before it is made. */
#include "web/admin_view.h"

enum { DAY_LINE_COUNT_MAX = 400, NAME_BYTES_MAX = 60 };

/* ---- figures --------------------------------------------------------------------------------------------------------- */

static struct str figure_words(struct request *request, struct str name) { return page_word_or(request, "figure.", name, name); }

static struct feel_value row_value(struct request *request, const struct parameter *row)
{
	struct resource item = resource_make(request->arena);
	if (!row) return FEEL_NULL_VALUE;
	bool text = str_eq_c(row->unit, "text");
	resource_text(&item, "value", row->value);
	resource_text(&item, "unit", text ? STR("") : page_word_or(request, "unit.", row->unit, row->unit));
	resource_text(&item, "from", date_print(request->arena, row->from));
	resource_text(&item, "until", row->until.year ? date_print(request->arena, row->until) : STR(""));
	resource_text(&item, "region", row->region);
	resource_text(&item, "regionName", region_full_name(request->arena, hall_parameters(request->hall), row->region));
	resource_text(&item, "source", row->source);
	resource_flag(&item, "verified", str_eq_c(row->confidence, "verified"));
	return resource_done(&item);
}

static struct str chosen_region(struct request *request)
{
	struct str region = request_query(request, "region");
	if (request_has_field(request, "region")) region = request_field(request, "region");
	return region_is_known(hall_parameters(request->hall), region) ? region : hall_region(request->hall);
}

static struct date today_of(const struct request *request) { return date_of_ms(request->now_ms, SHANGHAI_OFFSET_S); }

/* Is the row in force today, or the nearest to it? One row a name. */
static const struct parameter *shown_row(struct request *request, struct str region, const struct parameter *any)
{
	const struct parameter *now = parameter_find(hall_parameters(request->hall), region, any->name, today_of(request));
	return now ? now : any;
}

static bool fits(struct request *request, const struct parameter *row, struct str q)
{
	return q.len == 0 || str_find(str_lower_ascii(request->arena, row->name), q, 0) >= 0 ||
	    str_find(figure_words(request, row->name), q, 0) >= 0 || str_find(row->source, q, 0) >= 0;
}

static struct err figures_show(struct request *request, struct answer *answer)
{
	struct resource it = admin_page(request);
	struct parameter_list all;
	struct value_list list = value_list_make(request->arena);
	struct map seen = { 0 };
	struct str region = chosen_region(request), q = request_query(request, "q"), low = str_lower_ascii(request->arena, q);
	parameters_list(request->arena, hall_parameters(request->hall), region, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct parameter *row = shown_row(request, region, all.items[i]);
		struct resource item = resource_make(request->arena);
		if (map_has(&seen, row->name) || !fits(request, row, low)) continue;
		map_put(request->arena, &seen, row->name, (void *)(uintptr_t)row);
		bool now = date_cmp(row->from, today_of(request)) <= 0 && (!row->until.year || date_cmp(today_of(request), row->until) <= 0);
		resource_text(&item, "name", row->name);
		resource_text(&item, "words", figure_words(request, row->name));
		resource_add(&item, "row", row_value(request, row));
		resource_flag(&item, "now", now);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&it, "figures", value_list_done(&list));
	resource_text(&it, "q", q);
	resource_text(&it, "region", region);
	resource_text(&it, "regionName", region_full_name(request->arena, hall_parameters(request->hall), region));
	resource_flag(&it, "unknownRegion", request_query(request, "region").len && !str_eq(request_query(request, "region"), region));
	answer->resource = resource_done(&it);
	return OK;
}

static bool is_figure_name(struct str name)
{
	bool good = name.len > 0 && name.len <= NAME_BYTES_MAX && ((name.ptr[0] >= 'a' && name.ptr[0] <= 'z') || (name.ptr[0] >= 'A' &&
	    name.ptr[0] <= 'Z'));
	for (size_t i = 0; good && i < name.len; i++)
		good = (name.ptr[i] >= 'a' && name.ptr[i] <= 'z') || (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') || (name.ptr[i] >= '0' &&
		    name.ptr[i] <= '9');
	return good;
}

static struct feel_value history_value(struct request *request, const struct parameter_overlays *overlays, struct str name)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < overlays->count; i++) {
		const struct parameter_overlay *overlay = &overlays->items[i];
		struct resource item = resource_make(request->arena);
		if (!str_eq(overlay->row.name, name)) continue;
		resource_id(&item, "id", overlay->overlay_id);
		resource_add(&item, "row", row_value(request, &overlay->row));
		resource_text(&item, "by", event_actor(request->hall, request->arena, overlay->made_by));
		resource_moment(request, &item, "made", overlay->made_ms);
		resource_flag(&item, "withdrawn", overlay->withdrawn_ms != 0);
		resource_text(&item, "withdrawnBy", event_actor(request->hall, request->arena, overlay->withdrawn_by));
		resource_moment(request, &item, "withdrawnAt", overlay->withdrawn_ms);
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

/* What was typed stays; else today and the unit of the row in force. */
static void add_form(struct request *request, struct resource *it, struct str name, struct str region)
{
	static const char *const confidences[] = { "verified", "unverified" };
	const struct parameter *now = parameter_find(hall_parameters(request->hall), region, name, today_of(request));
	bool typed = request_has_field(request, "value");
	struct str unit = typed ? request_field(request, "unit") : now ? now->unit : STR("");
	resource_text(it, "value", request_field(request, "value"));
	resource_text(it, "from", typed ? request_field(request, "from") : STR(""));
	resource_text(it, "until", request_field(request, "until"));
	resource_text(it, "unit", unit);
	resource_flag(it, "unitKnown", now != NULL);
	resource_text(it, "unitWords", str_eq_c(unit, "text") ? page_word(request, "admin.unitText") : page_word_or(request, "unit.", unit,
	    unit));
	resource_text(it, "source", request_field(request, "source"));
	resource_add(it, "confidences", admin_choices(request, "admin.confidence.", confidences, 2, request_field(request, "confidence")));
}

static struct err figure_page(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = admin_page(request);
	struct str name = request_part(request, "figure"), region = chosen_region(request);
	struct parameter_list all;
	struct parameter_overlays overlays;
	struct value_list rows = value_list_make(request->arena);
	if (!is_figure_name(name)) return ERR(NOT_FOUND);
	parameters_list(request->arena, hall_parameters(request->hall), region, &all);
	for (size_t i = 0; i < all.count; i++)
		if (str_eq(all.items[i]->name, name)) value_list_add(&rows, row_value(request, all.items[i]));
	TRY(parameter_overlays(request->hall, request->arena, &overlays));
	resource_text(&it, "name", name);
	resource_text(&it, "words", figure_words(request, name));
	resource_text(&it, "region", region);
	resource_text(&it, "regionName", region_full_name(request->arena, hall_parameters(request->hall), region));
	resource_add(&it, "now", row_value(request, parameter_find(hall_parameters(request->hall), region, name, today_of(request))));
	resource_add(&it, "rows", value_list_done(&rows));
	resource_add(&it, "history", history_value(request, &overlays, name));
	add_form(request, &it, name, region);
	if (failed(err)) return admin_again(request, answer, &it, "adminFigure", err);
	answer->template_name = "adminFigure";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err figure_show(struct request *request, struct answer *answer) { return figure_page(request, answer, OK); }

/* ---- the preview, of both ------------------------------------------------------------------------------------------------ */

static struct feel_value moves_value(struct request *request, const struct clock_moves *moves)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < moves->count; i++) {
		const struct clock_move *move = &moves->items[i];
		struct resource item = resource_make(request->arena);
		resource_text(&item, "caseNumber", move->number);
		resource_text(&item, "clock", page_word_or(request, "admin.clock.", move->clock, move->clock));
		resource_text(&item, "from", page_date(request, move->old_due_ms));
		resource_text(&item, "to", page_date(request, move->new_due_ms));
		resource_flag(&item, "later", move->new_due_ms > move->old_due_ms);
		resource_flag(&item, "provisional", move->new_provisional);
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static void add_touched(struct request *request, struct resource *it, const struct overlay_preview *preview)
{
	struct value_list uses = value_list_make(request->arena), decisions = value_list_make(request->arena),
	    own = value_list_make(request->arena);
	for (size_t i = 0; i < preview->uses.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "title", preview->uses.items[i].title);
		struct str place = preview->uses.items[i].place, clock = STR("clock ");
		bool is_clock = str_starts(place, clock);
		if (is_clock) place = page_word_or(request, "admin.clock.", str_sub(place, clock.len, place.len), str_sub(place, clock.len,
		    place.len));
		resource_text(&item, "place", place);
		resource_flag(&item, "clock", is_clock);
		value_list_add(&uses, resource_done(&item));
	}
	for (size_t i = 0; i < preview->decisions.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "caseNumber", preview->decisions.items[i].number);
		resource_text(&item, "decision", preview->decisions.items[i].decision);
		value_list_add(&decisions, resource_done(&item));
	}
	for (size_t i = 0; i < preview->regions_of_their_own.count; i++)
		value_list_add(&own, feel_string(region_full_name(request->arena, hall_parameters(request->hall),
		    preview->regions_of_their_own.items[i])));
	resource_count(it, "version", preview->version);
	resource_add(it, "before", row_value(request, preview->before));
	resource_add(it, "after", row_value(request, preview->after));
	resource_add(it, "uses", value_list_done(&uses));
	resource_add(it, "decisions", value_list_done(&decisions));
	resource_add(it, "ownRegions", value_list_done(&own));
	resource_add(it, "moves", moves_value(request, &preview->moves));
	resource_flag(it, "cut", preview->cut);
}

/* The form's own fields go into hidden ones, so that confirming sends the very same change. */
static void add_hidden(struct request *request, struct resource *it)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < request->fields.count; i++) {
		struct resource item = resource_make(request->arena);
		struct str name = request->fields.items[i].name;
		if (str_eq_c(name, "token") || str_eq_c(name, "version")) continue;
		resource_text(&item, "name", name);
		resource_text(&item, "value", request->fields.items[i].value);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(it, "hidden", value_list_done(&list));
}

struct asking { const struct overlay_change *change; struct str confirm_path, back, words; const char *kind; };

static struct err preview_page(struct request *request, struct answer *answer, const struct asking *asking,
    const struct overlay_preview *preview)
{
	struct resource it = admin_page(request);
	add_touched(request, &it, preview);
	add_hidden(request, &it);
	resource_text(&it, "confirm", asking->confirm_path);
	resource_text(&it, "back", asking->back);
	resource_text(&it, "words", asking->words);
	resource_text(&it, "kind", str_from_c(asking->kind));
	resource_flag(&it, "figure", asking->change->kind == OVERLAY_PARAMETER || asking->change->kind == OVERLAY_WITHDRAW_PARAMETER);
	resource_flag(&it, "withdraws", asking->change->kind == OVERLAY_WITHDRAW_PARAMETER || asking->change->kind == OVERLAY_WITHDRAW_DAYS);
	answer->template_name = "adminPreview";
	answer->resource = resource_done(&it);
	return OK;
}

/* Looks, or does it when the version that was looked at came with it. */
static struct err ask(struct request *request, struct answer *answer, const struct asking *asking)
{
	struct overlay_preview preview;
	struct clock_moves moves = { 0 };
	int64_t version;
	if (!str_to_i64(request_field(request, "version"), &version)) {
		TRY(overlay_preview(request->hall, request->arena, asking->change, request->report, &preview));
		return preview_page(request, answer, asking, &preview);
	}
	struct err err = overlay_confirm(request->hall, request->arena, &request->actor, version, asking->change, request->report, &moves);
	if (err_is(err, ERR_REFUSED)) {   /* somebody changed something meanwhile: look again */
		TRY(overlay_preview(request->hall, request->arena, asking->change, request->report, &preview));
		report_error(request->report, STR(""), "%.*s", STR_ARG(page_word(request, "admin.changedMeanwhile")));
		answer->status = 409;
		return preview_page(request, answer, asking, &preview);
	}
	TRY(err);
	answer->see_other = str_printf(request->arena, "%.*s%cdone=changed&moved=%zu", STR_ARG(asking->back),
	    str_find_byte(asking->back, '?', 0) < 0 ? '?' : '&', moves.count);
	return OK;
}

/* ---- changing a figure ------------------------------------------------------------------------------------------------- */

static struct str figure_path(struct request *request, const char *rest)
{
	return str_printf(request->arena, "/admin/figures/%.*s%s", STR_ARG(request_part(request, "figure")), rest);
}

static struct err figure_change(struct request *request, struct answer *answer)
{
	struct overlay_change change = { .kind = OVERLAY_PARAMETER, .parameter = { .region = request_field(request, "region"),
		.name = request_part(request, "figure"), .value = request_field(request, "value"), .unit = request_field(request, "unit"),
		.source = request_field(request, "source"), .confidence = request_field(request, "confidence") } };
	struct str until = request_field(request, "until");
	if (!is_figure_name(change.parameter.name)) return ERR(NOT_FOUND);
	struct asking asking = { &change, figure_path(request, ""), str_printf(request->arena, "%.*s?region=%.*s",
	    STR_ARG(figure_path(request, "")),
		STR_ARG(chosen_region(request))), figure_words(request, change.parameter.name), "set" };
	(void)date_typed(request->arena, request_field(request, "from"), &change.parameter.from);
	if (until.len && !date_typed(request->arena, until, &change.parameter.until)) {
		report_error(request->report, STR("until"), "%.*s", STR_ARG(page_word(request, "admin.dateWrong")));
		return figure_page(request, answer, ERR(INVALID));
	}
	struct err err = ask(request, answer, &asking);
	return err_is(err, ERR_INVALID) ? figure_page(request, answer, err) : err;
}

static struct err figure_withdraw(struct request *request, struct answer *answer)
{
	struct overlay_change change = { .kind = OVERLAY_WITHDRAW_PARAMETER };
	if (!is_figure_name(request_part(request, "figure")) || !id_parse(request_field(request, "overlay"), &change.withdrawn_id))
		return ERR(NOT_FOUND);
	struct asking asking = { &change, figure_path(request, "/withdraw"), figure_path(request, ""),
		figure_words(request, request_part(request, "figure")), "withdraw" };
	return ask(request, answer, &asking);
}

/* ---- the calendar ------------------------------------------------------------------------------------------------------------ */

static struct str month_picture(struct request *request, const struct calendar *calendar, int32_t year, int8_t month)
{
	static const char *const weekdays[LANGUAGE_COUNT][7] = { { "一", "二", "三", "四", "五", "六", "日" }, { "M", "T", "W", "T", "F", "S", "S" } };
	struct buf html = buf_make(request->arena, 16 << 10);
	struct date first = { year, month, 1 };
	int before = date_weekday(first) - 1;
	buf_add_lit(&html, "<table class=\"month\"><caption>");
	if (request->language_index == 0) buf_printf(&html, "%d月", month);
	else buf_printf(&html, "%d / %d", month, year);
	buf_add_lit(&html, "</caption><thead><tr>");
	for (int i = 0; i < 7; i++) buf_printf(&html, "<th scope=\"col\">%s</th>", weekdays[request->language_index][i]);
	buf_add_lit(&html, "</tr></thead><tbody><tr>");
	for (int i = 0; i < before; i++) buf_add_lit(&html, "<td></td>");
	for (int day = 1; day <= date_days_in_month(year, month); day++) {
		struct date date = { year, month, (int8_t)day };
		struct str listed = calendar_listed(calendar, date);
		const char *look = listed.len ? str_to_c(request->arena, listed) : calendar_day(calendar,
		    date) == CALENDAR_WORKING ? "plain" : "rest";
		struct str words = listed.len ? page_word_or(request, "admin.day.", listed, listed) : STR("");
		if (date_weekday(date) == 1 && day > 1) buf_add_lit(&html, "</tr><tr>");
		buf_printf(&html, "<td class=\"d-%s\">%d", look, day);
		if (words.len) buf_printf(&html, "<small>%.*s</small>", STR_ARG(words));
		buf_add_lit(&html, "</td>");
	}
	buf_add_lit(&html, "</tr></tbody></table>");
	return buf_str(&html);
}

static int32_t chosen_year(struct request *request)
{
	int64_t year;
	if (str_to_i64(request_query(request, "year"), &year) && year >= 2020 && year <= 2050) return (int32_t)year;
	return today_of(request).year;
}

static struct feel_value batches_value(struct request *request, const struct calendar_overlays *overlays)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < overlays->count;) {
		const struct calendar_overlay *first = &overlays->items[i];
		struct resource item = resource_make(request->arena);
		struct value_list days = value_list_make(request->arena);
		for (; i < overlays->count && overlays->items[i].batch_id == first->batch_id; i++) {
			const struct overlay_day *day = &overlays->items[i].day;
			value_list_add(&days, feel_string(str_printf(request->arena, "%.*s %.*s %.*s", STR_ARG(date_print(request->arena, day->day)),
			    STR_ARG(page_word_or(request, "admin.day.", day->kind, day->kind)), STR_ARG(day->name))));
		}
		resource_id(&item, "id", first->batch_id);
		resource_add(&item, "days", value_list_done(&days));
		resource_text(&item, "source", first->source);
		resource_text(&item, "by", event_actor(request->hall, request->arena, first->made_by));
		resource_moment(request, &item, "made", first->made_ms);
		resource_flag(&item, "withdrawn", first->withdrawn_ms != 0);
		resource_text(&item, "withdrawnBy", event_actor(request->hall, request->arena, first->withdrawn_by));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static struct err calendar_page(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = admin_page(request);
	const struct calendar *calendar = hall_calendar(request->hall);
	struct calendar_overlays overlays;
	struct value_list months = value_list_make(request->arena);
	int32_t year = chosen_year(request);
	TRY(calendar_overlays(request->hall, request->arena, &overlays));
	for (int8_t month = 1; month <= 12; month++)
		value_list_add(&months, page_html(request, month_picture(request, calendar, year, month)));
	resource_count(&it, "year", year);
	resource_text(&it, "yearText", str_from_i64(request->arena, year));
	resource_text(&it, "before", str_from_i64(request->arena, year - 1));
	resource_text(&it, "after", str_from_i64(request->arena, year + 1));
	resource_flag(&it, "provisional", calendar_is_provisional(calendar, (struct date){ year, 6, 1 }));
	resource_add(&it, "months", value_list_done(&months));
	resource_add(&it, "batches", batches_value(request, &overlays));
	resource_text(&it, "days", request_field(request, "days"));
	resource_text(&it, "source", request_field(request, "source"));
	resource_flag(&it, "notice", request_has_field(request, "notice"));
	resource_text(&it, "noticeYear", request_has_field(request, "noticeYear") ? request_field(request,
	    "noticeYear") : str_from_i64(request->arena, year));
	if (failed(err)) return admin_again(request, answer, &it, "adminCalendar", err);
	answer->template_name = "adminCalendar";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err calendar_show(struct request *request, struct answer *answer) { return calendar_page(request, answer, OK); }

struct typed_days { LIST_OF(struct overlay_day); };

static struct str kind_of(struct str word)
{
	static const struct { const char *word, *kind; } words[] = { { "休", "off" }, { "off", "off" }, { "班", "work" }, { "work", "work" },
		{ "法定", "statutory" }, { "statutory", "statutory" }, { "平", "plain" }, { "plain", "plain" } };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq_c(word, words[i].word)) return str_from_c(words[i].kind);
	return STR("");
}

/* "2027-02-05 休 春节" or "2027-02-05至2027-02-11 休 春节"; as the notices of the State Council give them. */
static bool read_line(struct request *request, struct str line, struct typed_days *days)
{
	static const char *const until[] = { "至", "~", "..", "–" };
	struct str rest = line, when = STR(""), word = STR("");
	struct date from, to;
	while (when.len == 0 && str_split(&rest, ' ', &when)) {}
	while (word.len == 0 && str_split(&rest, ' ', &word)) {}
	struct str kind = kind_of(word), first = when, last = when;
	for (size_t i = 0; i < sizeof until / sizeof *until; i++) {
		ptrdiff_t at = str_find(when, str_from_c(until[i]), 0);
		if (at < 0) continue;
		first = str_sub(when, 0, (size_t)at);
		last = str_sub(when, (size_t)at + str_from_c(until[i]).len, when.len);
	}
	if (kind.len == 0 || !date_typed(request->arena, first, &from) || !date_typed(request->arena, last, &to)) return false;
	for (int64_t at = date_to_days(from); at <= date_to_days(to); at++) {
		if (days->count >= DAY_LINE_COUNT_MAX) return false;
		LIST_PUSH(request->arena, days, ((struct overlay_day){ date_from_days(at), kind, str_trim(rest) }));
	}
	return date_cmp(from, to) <= 0;
}

static struct err read_days(struct request *request, struct typed_days *days)
{
	struct str text = request_field(request, "days"), line;
	int64_t year;
	if (request_has_field(request, "notice")) {
		if (!str_to_i64(request_field(request, "noticeYear"), &year) || year < 2020 || year > 2050) {
			report_error(request->report, STR("noticeYear"), "%.*s", STR_ARG(page_word(request, "admin.yearWrong")));
			return ERR(INVALID);
		}
		LIST_PUSH(request->arena, days, ((struct overlay_day){ { (int32_t)year, 1, 1 }, STR("notice"), STR("") }));
	}
	while (str_split(&text, '\n', &line)) {
		line = str_trim(str_replace(request->arena, line, STR("\t"), STR(" ")));
		if (line.len == 0 || read_line(request, line, days)) continue;
		report_error(request->report, STR("days"), "%.*s：%.*s", STR_ARG(page_word(request, "admin.dayWrong")), STR_ARG(str_sub(line, 0,
		    60)));
		return ERR(INVALID);
	}
	return OK;
}

static struct err calendar_change(struct request *request, struct answer *answer)
{
	struct typed_days days = { 0 };
	struct err err = read_days(request, &days);
	struct overlay_change change = { .kind = OVERLAY_DAYS, .days = days.items, .day_count = days.count, .source = request_field(request,
	    "source") };
	int32_t year = days.count ? days.items[days.count - 1].day.year : chosen_year(request);
	struct asking asking = { &change, STR("/admin/calendar"), str_printf(request->arena, "/admin/calendar?year=%d", year),
		page_word(request, "adminCalendar.title"), "set" };
	if (!failed(err)) err = ask(request, answer, &asking);
	return err_is(err, ERR_INVALID) ? calendar_page(request, answer, err) : err;
}

static struct err calendar_withdraw(struct request *request, struct answer *answer)
{
	struct overlay_change change = { .kind = OVERLAY_WITHDRAW_DAYS };
	if (!id_parse(request_field(request, "batch"), &change.withdrawn_id)) return ERR(NOT_FOUND);
	struct asking asking = { &change, STR("/admin/calendar/withdraw"), STR("/admin/calendar"), page_word(request, "adminCalendar.title"),
		"withdraw" };
	return ask(request, answer, &asking);
}

#define ADMIN(id_, method_, path_, handler_, template_, body_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_ADMINISTRATOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_ }
const struct route admin_figures_routes[] = {
	ADMIN("adminFigures", "GET", "/admin/figures", figures_show, "adminFigures", 0),
	ADMIN("adminFigure", "GET", "/admin/figures/:figure", figure_show, "adminFigure", 0),
	ADMIN("adminFigureChange", "POST", "/admin/figures/:figure", figure_change, "adminFigure", FORM_BODY_BYTES),
	ADMIN("adminFigureWithdraw", "POST", "/admin/figures/:figure/withdraw", figure_withdraw, "adminPreview", FORM_BODY_BYTES),
	ADMIN("adminCalendar", "GET", "/admin/calendar", calendar_show, "adminCalendar", 0),
	ADMIN("adminCalendarChange", "POST", "/admin/calendar", calendar_change, "adminCalendar", FORM_BODY_BYTES),
	ADMIN("adminCalendarWithdraw", "POST", "/admin/calendar/withdraw", calendar_withdraw, "adminPreview", FORM_BODY_BYTES),
	{ 0 },
};
