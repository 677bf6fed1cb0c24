/* The desk: the queue that opens on what is nearest its deadline, filters with counts, search, print, export. */
#include "web/desk_view.h"

enum { PAGE_ROWS = 40, PRINT_ROWS = 1000, FACET_ROWS = 12 };

/* ---- filters as links ------------------------------------------------------------------------------------- */

static struct str facet_words(struct request *request, struct desk_words *words, enum list_dimension dimension, struct str value)
{
	const struct service_words *service = desk_words_offered(words);
	const struct rule_words *rule = service_words_rule(service, value);
	const char *key = str_to_c(request->arena, str_printf(request->arena, "desk.%s.%.*s", list_dimension_name(dimension), STR_ARG(value)));
	switch (dimension) {
	case LIST_BY_rule: return rule ? rule->label : value;
	case LIST_BY_outcome: return value.len ? service_words_outcome(service, value) : page_word(request, "desk.noOutcome");
	case LIST_BY_step: return value.len ? service_words_step(service, value) : page_word(request, "desk.noStep");
	case LIST_BY_district: return desk_region_name(request->hall, value);
	case LIST_BY_assignee: return value.len == 0 || str_eq_c(value, "-") ? page_word(request, "desk.nobody") : desk_person(words, value);
	case LIST_BY_state: case LIST_BY_mode: case LIST_BY_due: return page_word(request, key);
	case LIST_DIMENSION_COUNT: break;
	}
	return value;
}

static struct feel_value facet_value(struct request *request, struct desk_words *words, const struct desk_list *list,
    enum list_dimension dimension, const struct list_count *count)
{
	struct resource item = resource_make(request->arena);
	struct list_filter filter = list->filter;
	struct str value = dimension == LIST_BY_assignee && count->value.len == 0 ? STR("-") : count->value;
	bool chosen = filter.values[dimension].len && str_eq(filter.values[dimension], value);
	filter.values[dimension] = chosen && dimension != LIST_BY_mode ? STR("") : value;
	resource_text(&item, "words", facet_words(request, words, dimension, value));
	resource_count(&item, "figure", count->count);
	resource_flag(&item, "chosen", chosen);
	resource_text(&item, "link", str_printf(request->arena, "/desk?%.*s", STR_ARG(list_filter_print(request->arena, &filter))));
	return resource_done(&item);
}

static struct feel_value facets_of(
    struct request *request, struct desk_words *words, const struct desk_list *list, const struct list_facets *facets)
{
	static const enum list_dimension shown[] = { LIST_BY_rule, LIST_BY_step, LIST_BY_outcome, LIST_BY_district, LIST_BY_assignee,
		LIST_BY_state, LIST_BY_mode };
	struct value_list groups = value_list_make(request->arena);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		struct resource group = resource_make(request->arena);
		struct value_list values = value_list_make(request->arena);
		const struct list_counts *counts = &facets->by[shown[i]];
		for (size_t k = 0; k < counts->count && k < FACET_ROWS; k++) {
			bool empty = counts->items[k].value.len == 0 && shown[i] != LIST_BY_assignee;
			if (!empty) value_list_add(&values, facet_value(request, words, list, shown[i], &counts->items[k]));
		}
		bool chosen = list->filter.values[shown[i]].len > 0 && shown[i] != LIST_BY_mode;
		if (values.count < 2 && !chosen) continue;      /* nothing to choose from */
		const char *key = str_to_c(request->arena, str_printf(request->arena, "desk.by.%s", list_dimension_name(shown[i])));
		resource_text(&group, "heading", page_word(request, key));
		resource_add(&group, "values", value_list_done(&values));
		value_list_add(&groups, resource_done(&group));
	}
	return value_list_done(&groups);
}

/* The four moments stand on top, always all of them, so that a zero is seen. */
static struct feel_value due_chips(struct request *request, const struct desk_list *list, const struct list_facets *facets)
{
	static const char *const buckets[] = { "late", "today", "week", "later" };
	struct value_list chips = value_list_make(request->arena);
	for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++) {
		struct resource chip = resource_make(request->arena);
		struct list_filter filter = list->filter;
		bool chosen = str_eq_c(filter.values[LIST_BY_due], buckets[i]);
		int64_t count = 0;
		for (size_t k = 0; k < facets->by[LIST_BY_due].count; k++)
			if (str_eq_c(facets->by[LIST_BY_due].items[k].value, buckets[i])) count = facets->by[LIST_BY_due].items[k].count;
		filter.values[LIST_BY_due] = chosen ? STR("") : str_from_c(buckets[i]);
		const char *key = str_to_c(request->arena, str_printf(request->arena, "desk.due.%s", buckets[i]));
		resource_text(&chip, "words", page_word(request, key));
		resource_text(&chip, "name", str_from_c(buckets[i]));
		resource_count(&chip, "figure", count);
		resource_flag(&chip, "chosen", chosen);
		resource_text(&chip, "link", str_printf(request->arena, "/desk?%.*s", STR_ARG(list_filter_print(request->arena, &filter))));
		value_list_add(&chips, resource_done(&chip));
	}
	return value_list_done(&chips);
}

/* What narrows the list and stands in no facet: search, employer, days; each can be taken off. */
static void add_narrowing(struct request *request, struct resource *it, const struct desk_list *list, const struct list_page *page)
{
	struct list_filter without = list->filter;
	without.employer = STR("");
	resource_text(it, "employer", list->filter.employer.len && page->count ? page->items[0].employer : STR(""));
	resource_text(it, "withoutEmployer", list_filter_print(request->arena, &without));
	without = list->filter;
	without.from = without.until = (struct date){ 0 };
	bool days = list->filter.from.year || list->filter.until.year;
	resource_text(it, "days",
	    days ? str_printf(request->arena, "%.*s – %.*s",
	               STR_ARG(list->filter.from.year ? date_print(request->arena, list->filter.from) : STR("")),
	               STR_ARG(list->filter.until.year ? date_print(request->arena, list->filter.until) : STR("")))
	         : STR(""));
	resource_text(it, "withoutDays", list_filter_print(request->arena, &without));
	without = list->filter;
	without.query = STR("");
	resource_text(it, "query", list->filter.query);
	resource_text(it, "withoutQuery", list_filter_print(request->arena, &without));
}

static void add_orders(struct request *request, struct resource *it, const struct desk_list *list)
{
	struct list_filter other = list->filter;
	other.newest = !other.newest;
	resource_text(it, "otherOrder", list_filter_print(request->arena, &other));
	resource_flag(it, "newest", list->filter.newest);
}

/* What was just decided, told on the page that came next. */
static void add_done(struct request *request, struct resource *it)
{
	struct str done = request_query(request, "done");
	struct case_summary summary;
	int64_t case_id;
	bool known = id_parse(done, &case_id) && !failed(case_by_id(request->hall, request->arena, case_id, &summary));
	resource_text(it, "done", known ? done : STR(""));
	resource_text(it, "doneNumber", known ? summary.number : STR(""));
}

static struct err desk_page(struct request *request, struct answer *answer, size_t rows)
{
	struct resource it = resource_make(request->arena);
	struct desk_words words = { .request = request };
	struct desk_list list;
	struct list_page page = { 0 };
	struct list_facets facets = { 0 };
	struct value_list items = value_list_make(request->arena);
	desk_list_read(request, &list);
	struct err err = list_page(request->hall, request->arena, request->actor.person_id, &list.filter, list.at, rows, &page);
	bool short_query = err_is(err, ERR_INVALID) && list.filter.query.len;
	if (!short_query) {
		TRY(err);
		TRY(list_facets(request->hall, request->arena, request->actor.person_id, &list.filter, &facets));
	}
	for (size_t i = 0; i < page.count; i++) value_list_add(&items, desk_row(request, &words, &list, &page.items[i]));
	resource_flag(&it, "cases", list.filter.kind == LIST_CASES);
	resource_flag(&it, "shortQuery", short_query);
	resource_count(&it, "total", facets.total);
	resource_text(&it, "list", list.link);
	resource_text(&it, "now", page_time(request, request->now_ms));
	resource_text(&it, "more", page.more ? page.items[page.count - 1].cursor : STR(""));
	resource_flag(&it, "begun", list.at.len > 0);
	resource_add(&it, "rows", value_list_done(&items));
	resource_add(&it, "chips", due_chips(request, &list, &facets));
	resource_add(&it, "facets", facets_of(request, &words, &list, &facets));
	add_narrowing(request, &it, &list, &page);
	add_orders(request, &it, &list);
	add_done(request, &it);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err desk_show(struct request *request, struct answer *answer) { return desk_page(request, answer, PAGE_ROWS); }
static struct err desk_print(struct request *request, struct answer *answer) { return desk_page(request, answer, PRINT_ROWS); }

static struct err desk_export(struct request *request, struct answer *answer)
{
	struct desk_list list;
	struct str format = request_part(request, "format"), content,
	           day = date_print(request->arena, date_of_ms(request->now_ms, SHANGHAI_OFFSET_S));
	bool csv = str_eq_c(format, "csv");
	if (!csv && !str_eq_c(format, "xlsx")) return ERR(NOT_FOUND);
	desk_list_read(request, &list);
	TRY(list_export(request->hall, request->arena, &request->actor, &list.filter, csv ? LIST_CSV : LIST_XLSX, &content));
	answer->file = (struct answer_file){ .content = content, .attachment = true,
		.media_type = csv ? STR("text/csv; charset=utf-8") : STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
		.name = str_printf(request->arena, "hall-%.*s.%.*s", STR_ARG(day), STR_ARG(format)) };
	return OK;
}

enum { NEEDS_LIST = NEEDS_CLERK | NEEDS_LEAD | NEEDS_LEADER };

const struct route clerk_routes[] = {
	{ .id = "deskShow", .method = "GET", .path = "/desk", .needs = (enum needs)NEEDS_LIST, .handler = desk_show, .template_name = "desk" },
	{ .id = "deskPrint", .method = "GET", .path = "/desk/print", .needs = (enum needs)NEEDS_LIST, .handler = desk_print,
	    .template_name = "deskPrint" },
	{ .id = "deskExport", .method = "GET", .path = "/desk/export/:format", .needs = NEEDS_CLERK | NEEDS_LEAD, .handler = desk_export },
	{ 0 },
};
