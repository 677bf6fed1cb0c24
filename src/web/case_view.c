#include "web/case_view.h"

/* ---- words ------------------------------------------------------------------------------------------------------ */

static struct str word_with(struct request *request, const char *key, struct str name)
{
	return str_replace(request->arena, page_word(request, key), STR("(name)"), name);
}

/* who acts, in words of the page */
static const struct { const char *who, *word; } people[] = {
	{ "applicant", "who.you" }, { "agent", "who.lawyer" }, { "hall", "who.hall" }, { "legalClerk", "who.clerk" },
	{ "legalLead", "who.lead" }, { "leader", "who.leader" }, { "administrator", "who.administrator" }, { "gateway", "who.hall" },
};

static struct str who_words(struct request *request, struct str who)
{
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		if (str_eq_c(who, people[i].who)) return page_word(request, people[i].word);
	return page_word(request, "who.union");
}

static const struct { const char *what, *word; bool is_good; } told_words[] = {
	{ "submitted", "told.submitted", true }, { "decided", "told.decided", true }, { "lawyer", "told.lawyer", true },
	{ "lawyerDeclined", "told.lawyerDeclined", true },
	{ "papers", "told.papers", true }, { "signed", "told.signed", true }, { "taskDone", "told.taskDone", true },
	{ "file", "told.file", true }, { "notice", "told.notice", true }, { "late", "told.late", false }, { "closed", "told.closed", true },
	{ "withdrawAsked", "told.withdrawAsked", true }, { "personAsked", "told.personAsked", true },
	{ "correctionAsked", "told.correctionAsked", true }, { "correctionMade", "told.correctionMade", true },
	{ "correctionRefused", "told.correctionRefused", true }, { "phone", "told.phone", true },
};

/* ---- lines ---------------------------------------------------------------------------------------------------------- */

struct feel_value view_now(struct request *request, const struct service *service, const struct story_now *now, bool with_words)
{
	struct resource line = resource_make(request->arena);
	bool you = str_eq_c(now->who, "applicant");
	struct str name = service_say(request, service, "steps", now->element, now->name);
	resource_text(&line, "name", name.len ? name : page_word(request, "now.hall"));
	resource_text(&line, "words", with_words && you ? service_say(request, service, "stepWords", now->element, now->words) : STR(""));
	resource_text(&line, "who", now->who);
	resource_text(&line, "whoWords", who_words(request, now->who));
	resource_flag(&line, "you", you);
	resource_text(&line, "papersOf", now->papers_of);
	resource_text(&line, "element", now->element);
	resource_moment(request, &line, "since", now->since_ms);
	resource_moment(request, &line, "due", now->due_ms);
	resource_text(&line, "dueDay", page_date(request, now->due_ms));
	resource_flag(&line, "late", now->due_ms && now->due_ms < request->now_ms);
	resource_text(&line, "usual", now->usual_ms ? page_length(request, now->usual_ms) : STR(""));
	return resource_done(&line);
}

/* Steps, papers and outcomes are told by their names; a lawyer's name is his own. */
static struct str done_name(struct request *request, const struct service *service, const struct story_line *line)
{
	static const char *const sections[] = { "steps", "papers" };
	if (str_starts(line->what, STR("outcome."))) return service_say(request, service, "outcomes", line->subject, line->name);
	struct str name = line->name;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		name = service_say(request, service, sections[i], line->subject, name);
	return name;
}

static struct feel_value view_done(struct request *request, const struct service *service, const struct story_line *line)
{
	struct resource item = resource_make(request->arena);
	struct str name = done_name(request, service, line), words = name.len ? name : line->what;
	bool good = true;
	for (size_t i = 0; i < sizeof told_words / sizeof *told_words; i++) {
		if (!str_eq_c(line->what, told_words[i].what)) continue;
		words = word_with(request, told_words[i].word, name);
		good = told_words[i].is_good;
	}
	resource_text(&item, "what", line->what);
	resource_text(&item, "words", words);
	resource_text(&item, "who", who_words(request, line->who));
	resource_flag(&item, "byHall", str_eq_c(line->who, "hall") || str_eq_c(line->who, "gateway"));
	resource_flag(&item, "good", good);
	resource_moment(request, &item, "at", line->at_ms);
	return resource_done(&item);
}

static struct feel_value view_clock(struct request *request, const struct service *service, const struct case_clock *clock)
{
	struct resource item = resource_make(request->arena);
	resource_text(&item, "name", clock->name);
	resource_text(&item, "basis", service_say(request, service, "promises", clock->name, clock->basis));
	resource_text(&item, "state", clock->state);
	resource_flag(&item, "running", clock->ended_ms == 0);
	resource_flag(&item, "late", str_eq_c(clock->state, "late"));
	resource_flag(&item, "provisional", clock->provisional);
	resource_moment(request, &item, "due", clock->due_ms);
	resource_text(&item, "dueDay", page_date(request, clock->due_ms));
	resource_moment(request, &item, "ended", clock->ended_ms);
	resource_text(&item, "worker", clock->worker_ms ? page_length(request, clock->worker_ms) : STR(""));
	return resource_done(&item);
}

static void view_can(const struct story *story, struct resource *it, struct arena *arena)
{
	struct resource can = resource_make(arena);
	resource_flag(&can, "withdraw", story->can.withdraw);
	resource_flag(&can, "askPerson", story->can.ask_person);
	resource_flag(&can, "correct", story->can.correct);
	resource_flag(&can, "addPaper", story->can.add_paper);
	resource_flag(&can, "sign", story->can.sign);
	resource_flag(&can, "fill", story->can.fill);
	resource_add(it, "can", resource_done(&can));
}

struct err view_story(struct request *request, const struct story *story, struct resource *it)
{
	enum { TOP_COUNT = 5 };
	struct value_list top = value_list_make(request->arena), rest = value_list_make(request->arena);
	struct value_list done = value_list_make(request->arena), now = value_list_make(request->arena);
	struct value_list next = value_list_make(request->arena), clocks = value_list_make(request->arena);
	struct str outcome = STR("");
	const struct case_summary *summary = &story->summary;
	const struct service *service;
	TRY(service_version(request->hall, summary->service_version, &service));
	for (size_t i = 0; i < story->done.count; i++) {
		const struct story_line *line = &story->done.items[i];
		if (outcome.len == 0 && str_starts(line->what, STR("outcome."))) outcome = done_name(request, service, line);
		struct feel_value item = view_done(request, service, line);
		value_list_add(&done, item);
		value_list_add(i < TOP_COUNT ? &top : &rest, item);
	}
	for (size_t i = 0; i < story->now.count; i++) value_list_add(&now, view_now(request, service, &story->now.items[i], true));
	for (size_t i = 0; i < story->next.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "name", service_say(request, service, "steps", story->next.items[i].element, story->next.items[i].name));
		resource_text(&item, "usual", story->next.items[i].usual_ms ? page_length(request, story->next.items[i].usual_ms) : STR(""));
		value_list_add(&next, resource_done(&item));
	}
	for (size_t i = 0; i < story->clocks.count; i++) value_list_add(&clocks, view_clock(request, service, &story->clocks.items[i]));
	resource_id(it, "id", summary->case_id);
	resource_text(it, "number", summary->number);
	resource_text(it, "title", service_say(request, service, "service", STR("title"), story->title));
	resource_text(it, "state", summary->state);
	resource_text(it, "outcome", summary->outcome);
	resource_text(it, "outcomeWords", outcome);
	resource_flag(it, "closed", str_eq_c(summary->state, "closed"));
	resource_flag(it, "trial", summary->trial);
	resource_moment(request, it, "submitted", summary->submitted_ms);
	resource_moment(request, it, "closedAt", summary->closed_ms);
	resource_add(it, "done", value_list_done(&done));
	resource_add(it, "doneTop", value_list_done(&top));      /* the page folds what is older */
	resource_add(it, "doneRest", value_list_done(&rest));
	resource_add(it, "now", value_list_done(&now));
	resource_add(it, "next", value_list_done(&next));
	resource_add(it, "clocks", value_list_done(&clocks));
	resource_count(it, "paperCount", story->paper_count);
	resource_count(it, "paperDoneCount", story->paper_done_count);
	view_can(story, it, request->arena);
	return OK;
}

/* ---- the decision, rule by rule ------------------------------------------------------------------------------------------ */

/* A rule that is told to people carries one fact: its words, and {fact, holds}. */
static bool add_rule(
    struct request *request, const struct service *service, const struct json *rule, struct value_list *rules, bool *out_holds)
{
	const struct json *facts = json_get(rule, STR("facts")), *fact = json_is(facts, JSON_OBJECT) ? facts->first : NULL;
	const struct json *holds = json_is(fact, JSON_OBJECT) ? json_get(fact, STR("holds")) : NULL;
	if (!json_is(holds, JSON_TRUE) && !json_is(holds, JSON_FALSE)) return false;
	struct resource item = resource_make(request->arena);
	resource_text(&item, "id", json_string_of(rule, "id"));
	resource_text(&item, "rule", service_say(request, service, "rules", json_string_of(rule, "id"), fact->key));
	resource_text(&item, "fact", json_string_of(fact, "fact"));
	resource_text(&item, "article", json_string_of(rule, "article"));
	resource_flag(&item, "holds", holds->kind == JSON_TRUE);
	value_list_add(rules, resource_done(&item));
	*out_holds = holds->kind == JSON_TRUE;
	return true;
}

struct err view_rules(struct request *request, int64_t case_id, struct resource *it)
{
	struct receipts receipts;
	const struct json *receipt = NULL;
	struct value_list rules = value_list_make(request->arena);
	int64_t count = 0, failing = 0;
	struct case_summary summary;
	const struct service *service;
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	TRY(service_version(request->hall, summary.service_version, &service));
	TRY(receipts_of_case(request->hall, request->arena, case_id, &receipts));
	if (receipts.count) TRY(json_parse(request->arena, receipts.items[receipts.count - 1].whole, NULL, &receipt));
	const struct json *list = receipt ? json_get(receipt, STR("rules")) : NULL;
	for (int round = 0; round < 2; round++)      /* what failed comes first */
		for (const struct json *rule = list ? list->first : NULL; rule; rule = rule->next) {
			struct value_list one = value_list_make(request->arena);
			bool holds = false;
			if (!add_rule(request, service, rule, &one, &holds) || holds != (round == 1)) continue;
			value_list_add(&rules, one.items[0]);
			count++;
			failing += !holds;
		}
	resource_add(it, "rules", value_list_done(&rules));
	resource_count(it, "ruleCount", count);
	resource_count(it, "ruleFailingCount", failing);
	resource_moment(request, it, "decided", receipts.count ? receipts.items[receipts.count - 1].decided_ms : 0);
	return OK;
}

/* ---- notices ---------------------------------------------------------------------------------------------------------------- */

static const char *notice_word(struct str state)
{
	if (str_eq_c(state, "delivered")) return "noticeState.delivered";
	if (str_eq_c(state, "accepted")) return "noticeState.accepted";
	return str_eq_c(state, "failed") ? "noticeState.failed" : "noticeState.queued";
}

struct err view_notices(struct request *request, int64_t case_id, struct resource *it)
{
	struct notices notices;
	struct value_list list = value_list_make(request->arena);
	TRY(notices_of_case(request->hall, request->arena, case_id, &notices));
	for (size_t i = notices.count; i-- > 0;) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "text", notices.items[i].text);
		resource_text(&item, "state", page_word(request, notice_word(notices.items[i].state)));
		resource_moment(request, &item, "at", notices.items[i].queued_ms);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(it, "notices", value_list_done(&list));
	return OK;
}
