/* The demo hall's own pages: who can be tried, what arrived on phones, and the clock. Not there in any other hall. */
#include "web/inside.h"

#include <string.h>

/* After the same steps as behind one's own way in. */
static struct str door_of(const struct demo_person *person)
{
	if (person->group == DEMO_GROUP_lawyer) return STR("/lawyer");
	return person->group == DEMO_GROUP_staff ? STR("/staff") : STR("/my");
}

/* "2022年9月1日 周四 09:05": the year always, it is not the reader's. */
struct str demo_now(const struct request *request)
{
	static const char *const days[LANGUAGE_COUNT][7] = { { "周一", "周二", "周三", "周四", "周五", "周六", "周日" },
		{ "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" } };
	struct date day = date_of_ms(request->now_ms, SHANGHAI_OFFSET_S);
	int64_t minutes = (request->now_ms / 1000 + SHANGHAI_OFFSET_S) / 60 % 1440;
	const char *weekday = days[request->language_index][date_weekday(day) - 1];
	if (request->language_index == 0)
		return str_printf(request->arena, "%d年%d月%d日 %s %02d:%02d", day.year, day.month, day.day, weekday, (int)(minutes / 60),
		    (int)(minutes % 60));
	return str_printf(request->arena, "%s %.*s %02d:%02d", weekday, STR_ARG(date_print(request->arena, day)), (int)(minutes / 60),
	    (int)(minutes % 60));
}

/* ---- people --------------------------------------------------------------------------------------------------------- */

static struct feel_value person_row(struct request *request, const struct demo_person *person)
{
	struct resource row = resource_make(request->arena);
	const struct role *role = role_by_name(person->role);
	resource_text(&row, "group", str_from_c(demo_group_name(person->group)));
	resource_id(&row, "id", person->group == DEMO_GROUP_lawyer ? person->lawyer_id : person->person_id);
	resource_text(&row, "name", person->name.len ? person->name : person->phone);
	resource_text(&row, "phone", person->phone);
	resource_text(&row, "role", role ? role->words : STR(""));
	resource_text(&row, "organisation", person->organisation);
	resource_text(&row, "caseNumber", person->number);
	resource_text(&row, "task", person->task);
	resource_count(&row, "cases", person->case_count);
	resource_count(&row, "offers", person->offer_count);
	return resource_done(&row);
}

static struct feel_value group_of(struct request *request, const struct demo_people *people, enum demo_group group)
{
	struct resource it = resource_make(request->arena);
	struct value_list rows = value_list_make(request->arena);
	for (size_t i = 0; i < people->count; i++)
		if (people->items[i].group == group) value_list_add(&rows, person_row(request, &people->items[i]));
	resource_text(&it, "group", str_from_c(demo_group_name(group)));
	resource_count(&it, "count", people->counts[group]);
	resource_add(&it, "people", value_list_done(&rows));
	return resource_done(&it);
}

static struct err people_show(struct request *request, struct answer *answer)
{
	struct demo_people people;
	struct resource it = resource_make(request->arena);
	TRY(demo_people(request->hall, request->arena, &people));
	for (int group = 0; group < DEMO_GROUP_COUNT; group++)
		resource_add(&it, demo_group_name((enum demo_group)group), group_of(request, &people, (enum demo_group)group));
	answer->resource = resource_done(&it);
	return OK;
}

static bool read_group(struct str name, enum demo_group *out)
{
	for (int group = 0; group < DEMO_GROUP_COUNT; group++)
		if (str_eq_c(name, demo_group_name((enum demo_group)group))) {
			*out = (enum demo_group)group;
			return true;
		}
	return false;
}

static struct err sign_in(struct request *request, struct answer *answer)
{
	enum demo_group group;
	int64_t id;
	struct str token;
	struct demo_person person;
	if (!read_group(request_field(request, "group"), &group) || !id_parse(request_field(request, "id"), &id)) return ERR(INVALID);
	if (request->session_token.len) TRY(session_end(request->hall, request->arena, request->session_token));
	TRY(demo_sign_in(request->hall, request->arena, group, id, request->device, &token, &person));
	answer_session(request, answer, token);
	answer->see_other = door_of(&person);
	return OK;
}

/* In place of the city's app, which a demo has not. */
static struct err confirm(struct request *request, struct answer *answer)
{
	struct str token, next = request_field(request, "next");
	TRY(demo_confirm(request->hall, request->arena, request->session->person_id, request->session_token, request->report, &token));
	answer_session(request, answer, token);
	answer->see_other = next.len > 1 && next.ptr[0] == '/' && next.ptr[1] != '/' && next.ptr[1] != '\\' ? next : STR("/my");
	return OK;
}

/* ---- phones --------------------------------------------------------------------------------------------------------- */

static struct feel_value message_row(struct request *request, const struct demo_message *message)
{
	struct resource row = resource_make(request->arena);
	ptrdiff_t at = message->code.len ? str_find(message->text, message->code, 0) : -1;
	size_t from = at < 0 ? message->text.len : (size_t)at;
	resource_text(&row, "when", page_time(request, message->queued_ms));
	resource_text(&row, "phone", message->phone);
	resource_text(&row, "name", message->name);
	resource_text(&row, "head", str_sub(message->text, 0, from));
	resource_text(&row, "code", message->code);
	resource_text(&row, "tail", str_sub(message->text, from + message->code.len, message->text.len));
	resource_flag(&row, "sent", message->sent_ms != 0);
	return resource_done(&row);
}

static struct err add_staff_codes(struct request *request, struct resource *it)
{
	struct value_list rows = value_list_make(request->arena);
	struct demo_people people;
	TRY(demo_people(request->hall, request->arena, &people));
	for (size_t i = 0; i < people.count; i++) {
		struct resource row = resource_make(request->arena);
		const struct role *role = role_by_name(people.items[i].role);
		struct str code;
		if (people.items[i].group != DEMO_GROUP_staff) continue;
		TRY(demo_staff_code(request->hall, request->arena, people.items[i].person_id, &code));
		resource_text(&row, "name", people.items[i].name);
		resource_text(&row, "role", role ? role->words : STR(""));
		resource_text(&row, "phone", people.items[i].phone);
		resource_text(&row, "code", code);
		value_list_add(&rows, resource_done(&row));
	}
	resource_add(it, "staff", value_list_done(&rows));
	return OK;
}

static struct err messages_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct value_list rows = value_list_make(request->arena);
	struct demo_messages messages;
	bool live = request_query(request, "live").len > 0;
	TRY(demo_messages(request->hall, request->arena, request_query(request, "phone"), &messages));
	for (size_t i = 0; i < messages.count; i++) value_list_add(&rows, message_row(request, &messages.items[i]));
	resource_add(&it, "messages", value_list_done(&rows));
	resource_text(&it, "phone", request_query(request, "phone"));
	resource_flag(&it, "live", live);
	TRY(add_staff_codes(request, &it));
	if (live) answer_header(request, answer, "Refresh", STR("5"));
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- the clock ---------------------------------------------------------------------------------------------------------- */

/* What the hall did by itself, as far as it is news to people. */
static const struct {
	const char *what, *word;
} news[] = { { "clock.warned", "demoClock.warned" }, { "clock.late", "demoClock.late" }, { "task.overdue", "demoClock.overdue" },
	{ "notice.accepted", "demoClock.notice" } };
enum { NEWS_COUNT = sizeof news / sizeof *news };

/* "工会承诺：从提交到答复" for a clock, the step's name for a task; else nothing. */
static struct err subject_words(struct request *request, const struct demo_event *event, struct str *out)
{
	struct case_clocks clocks;
	struct case_tasks tasks;
	*out = STR("");
	if (str_starts(event->what, STR("clock."))) {
		TRY(case_clocks(request->hall, request->arena, event->case_id, &clocks));
		for (size_t i = 0; i < clocks.count; i++)
			if (str_eq(clocks.items[i].name, event->subject)) *out = clocks.items[i].basis;
	} else if (str_eq_c(event->what, "task.overdue")) {
		TRY(case_tasks(request->hall, request->arena, event->case_id, &tasks));
		for (size_t i = 0; i < tasks.count; i++)
			if (str_eq(tasks.items[i].element, event->subject)) *out = tasks.items[i].name;
	}
	return OK;
}

static struct err add_news(struct request *request, const struct demo_events *events, struct resource *it)
{
	struct value_list rows = value_list_make(request->arena), sums = value_list_make(request->arena);
	int64_t counts[NEWS_COUNT] = { 0 };
	for (size_t i = 0; i < events->count; i++)
		for (size_t k = 0; k < NEWS_COUNT; k++) {
			struct resource row = resource_make(request->arena);
			struct str words;
			if (!str_eq_c(events->items[i].what, news[k].what)) continue;
			counts[k]++;
			TRY(subject_words(request, &events->items[i], &words));
			resource_text(&row, "when", page_time(request, events->items[i].at_ms));
			resource_text(&row, "caseNumber", events->items[i].number);
			resource_text(&row, "words", page_word(request, news[k].word));
			resource_text(&row, "subject", words);
			value_list_add(&rows, resource_done(&row));
		}
	for (size_t k = 0; k < NEWS_COUNT; k++) {
		struct resource sum = resource_make(request->arena);
		if (counts[k] == 0) continue;
		resource_text(&sum, "words", page_word(request, news[k].word));
		resource_count(&sum, "times", counts[k]);
		value_list_add(&sums, resource_done(&sum));
	}
	resource_add(it, "events", value_list_done(&rows));
	resource_add(it, "sums", value_list_done(&sums));
	return OK;
}

static struct err clock_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct demo_events events;
	int64_t since = 0, last, next_ms;
	bool moved = id_parse(request_query(request, "since"), &since);
	TRY(demo_events(request->hall, request->arena, since, &events, &last));
	TRY(add_news(request, &events, &it));
	struct err err = demo_target(request->hall, DEMO_next, &next_ms);
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	resource_flag(&it, "moved", moved);
	resource_text(&it, "next", failed(err) ? STR("") : page_time(request, next_ms));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err clock_move(struct request *request, struct answer *answer)
{
	struct str wanted = request_field(request, "step");
	struct demo_events events;
	int64_t last, to_ms;
	int step = 0;
	while (step < DEMO_STEP_COUNT && !str_eq_c(wanted, demo_step_name((enum demo_step)step))) step++;
	if (step == DEMO_STEP_COUNT || !request->web->options.demo_clock) return ERR(INVALID);
	TRY(demo_events(request->hall, request->arena, 0, &events, &last));
	TRY(demo_target(request->hall, (enum demo_step)step, &to_ms));
	TRY(demo_move(request->hall, request->web->options.demo_clock, to_ms, request->report));
	request->report->count = request->report->error_count = 0; /* a timer that failed stands in the log and is tried again */
	if (request->web->options.watch) hall_watch_look(request->web->options.watch);
	answer->see_other = str_printf(request->arena, "/demo/clock?since=%.*s", STR_ARG(id_print(request->arena, last)));
	return OK;
}

const struct route demo_routes[] = {
	{ .id = "demoPeople",
	    .method = "GET",
	    .path = "/demo",
	    .needs = NEEDS_ANYBODY,
	    .demo = true,
	    .handler = people_show,
	    .template_name = "demo" },
	{ .id = "demoSignIn",
	    .method = "POST",
	    .path = "/demo/sign-in",
	    .needs = NEEDS_ANYBODY,
	    .demo = true,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_in },
	{ .id = "demoConfirm",
	    .method = "POST",
	    .path = "/demo/identity",
	    .needs = NEEDS_WORKER,
	    .demo = true,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = confirm },
	{ .id = "demoMessages",
	    .method = "GET",
	    .path = "/demo/messages",
	    .needs = NEEDS_ANYBODY,
	    .demo = true,
	    .handler = messages_show,
	    .template_name = "demoMessages" },
	{ .id = "demoClock",
	    .method = "GET",
	    .path = "/demo/clock",
	    .needs = NEEDS_ANYBODY,
	    .demo = true,
	    .handler = clock_show,
	    .template_name = "demoClock" },
	{ .id = "demoClockMove",
	    .method = "POST",
	    .path = "/demo/clock",
	    .needs = NEEDS_ANYBODY,
	    .demo = true,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = clock_move },
	{ 0 },
};
