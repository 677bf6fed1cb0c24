#include "web/desk_view.h"

void desk_list_parse(struct request *request, struct str text, struct desk_list *out_list)
{
	struct desk_list list = { .filter = list_filter_make(LIST_TASKS) };
	list.filter.organisation_id = request->session->organisation_id;
	struct str pair, key;
	while (str_split(&text, '&', &pair)) {
		struct str value = pair, decoded;
		if (!str_split(&value, '=', &key) || !url_decode(request->arena, value, true, &decoded)) continue;
		if (str_eq_c(key, "at")) list.at = decoded;
		else (void)list_filter_set(&list.filter, key, decoded);
	}
	list.link = list_filter_print(request->arena, &list.filter);
	*out_list = list;
}

void desk_list_read(struct request *request, struct desk_list *out_list)
{
	struct desk_list list = { .filter = list_filter_make(LIST_TASKS) };
	list.filter.organisation_id = request->session->organisation_id;
	struct str posted = request_field(request, "list");
	if (posted.len) {
		desk_list_parse(request, posted, out_list);
		out_list->at = request_field(request, "at");
		return;
	}
	for (size_t i = 0; i < request->query.count; i++) {
		const struct request_field *field = &request->query.items[i];
		if (str_eq_c(field->name, "at")) list.at = field->value;
		else (void)list_filter_set(&list.filter, field->name, field->value);
	}
	if (str_eq_c(list.filter.values[LIST_BY_assignee], "me"))
		list.filter.values[LIST_BY_assignee] = id_print(request->arena, request->actor.person_id);
	list.link = list_filter_print(request->arena, &list.filter);
	*out_list = list;
}

const struct service_words *desk_service_words(struct desk_words *words, struct str version)
{
	struct arena *arena = words->request->arena;
	struct service_words *known = map_get(&words->services, version);
	if (known) return known;
	known = ARENA_NEW(arena, struct service_words);
	if (failed(service_words(words->request->hall, arena, version, known))) *known = (struct service_words){ 0 };
	map_put(arena, &words->services, version, known);
	return known;
}

const struct service_words *desk_words_offered(struct desk_words *words)
{
	struct offered_services offered;
	if (failed(services_offered(words->request->hall, words->request->arena, &offered)) || offered.count == 0)
		return desk_service_words(words, STR(""));
	return desk_service_words(words, offered.items[0]->version);
}

struct str desk_person(struct desk_words *words, struct str person_id)
{
	struct arena *arena = words->request->arena;
	struct str *known = person_id.len ? map_get(&words->people, person_id) : NULL;
	if (person_id.len == 0) return person_id;
	if (known) return *known;
	known = ARENA_NEW(arena, struct str);
	*known = list_person_name(words->request->hall, arena, person_id);
	map_put(arena, &words->people, person_id, known);
	return *known;
}

static int64_t days_left(const struct request *request, int64_t due_ms)
{
	return date_to_days(date_of_ms(due_ms, SHANGHAI_OFFSET_S)) - date_to_days(date_of_ms(request->now_ms, SHANGHAI_OFFSET_S));
}

struct str desk_due_words(const struct request *request, int64_t due_ms)
{
	enum { NEAR_DAYS = 7 };
	if (due_ms == 0) return STR("");
	int64_t days = days_left(request, due_ms);
	struct str number = str_from_i64(request->arena, days < 0 ? -days : days);
	if (due_ms < request->now_ms && days == 0) return page_word(request, "desk.lateToday");
	if (days == 0) return page_word(request, "desk.dueToday");
	if (days == 1) return page_word(request, "desk.dueTomorrow");
	if (days > NEAR_DAYS) return page_date(request, due_ms);
	return str_replace(request->arena, page_word(request, days < 0 ? "desk.lateDays" : "desk.leftDays"), STR("N"), number);
}

const char *desk_due_class(const struct request *request, int64_t due_ms)
{
	if (due_ms == 0) return "";
	if (due_ms < request->now_ms) return "late";
	return days_left(request, due_ms) == 0 ? "today" : "";
}

static struct feel_value rule_list(struct request *request, const struct service_words *words, struct str rules)
{
	struct value_list list = value_list_make(request->arena);
	struct str rule;
	while (str_split(&rules, ',', &rule)) {
		if (rule.len == 0) continue;
		const struct rule_words *known = service_words_rule(words, rule);
		value_list_add(&list, feel_string(known ? known->words : rule));
	}
	return value_list_done(&list);
}

struct feel_value desk_row(struct request *request, struct desk_words *words, const struct desk_list *list, const struct list_row *row)
{
	struct resource item = resource_make(request->arena);
	const struct service_words *service = desk_service_words(words, row->service_version);
	resource_id(&item, "id", row->case_id);
	resource_text(&item, "link",
	    str_printf(request->arena, "/desk/cases/%.*s?%.*s&at=%.*s", STR_ARG(id_print(request->arena, row->case_id)),
	        STR_ARG(list->link), STR_ARG(row->cursor)));
	resource_text(&item, "ref", row->number);
	resource_text(&item, "applicant", row->applicant);
	resource_text(&item, "employer", row->employer);
	resource_text(&item, "outcome", service_words_outcome(service, row->outcome));
	resource_text(&item, "outcomeId", row->outcome);
	resource_text(&item, "step", row->task_name.len ? row->task_name : page_word(request, "desk.noStep"));
	resource_text(&item, "taken", row->role.len ? desk_person(words, row->assignee) : STR(""));
	resource_flag(&item, "mine", row->role.len && str_eq(row->assignee, id_print(request->arena, request->actor.person_id)));
	resource_text(&item, "due", desk_due_words(request, row->due_ms));
	resource_text(&item, "dueClass", str_from_c(desk_due_class(request, row->due_ms)));
	resource_text(&item, "dueDate", page_date(request, row->due_ms));
	resource_text(&item, "submitted", page_time(request, row->submitted_ms));
	resource_flag(&item, "closed", str_eq_c(row->state, "closed"));
	resource_flag(&item, "trial", row->trial);
	resource_add(&item, "rules", rule_list(request, service, row->rules));
	return resource_done(&item);
}
