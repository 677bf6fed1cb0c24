/* One case on the desk: failed rule, fact and paper together; the decision beside them; history, clocks, notes. */
#include "web/desk_view.h"
#include "web/lawyer_view.h"
#include "web/way_view.h"

enum { HISTORY_ROWS = 200 };

static struct feel_value file_value(struct request *request, int64_t case_id, const struct desk_file *file)
{
	struct resource item = resource_make(request->arena);
	resource_text(&item, "link", str_printf(request->arena, "/desk/cases/%.*s/files/%.*s", STR_ARG(id_print(request->arena, case_id)),
		STR_ARG(id_print(request->arena, file->file_id))));
	resource_text(&item, "name", file->name);
	resource_text(&item, "words", file->words);
	resource_flag(&item, "picture", str_starts(file->media_type, STR("image/")) && !str_eq_c(file->media_type, "image/heic"));
	resource_flag(&item, "sound", file->sound);
	resource_text(&item, "came", page_time(request, file->created_ms));
	return resource_done(&item);
}

static struct feel_value rule_value(struct request *request, const struct form *form, struct feel_value data, int64_t case_id,
    const struct desk_rule *rule, const struct desk_files *files)
{
	struct resource item = resource_make(request->arena);
	struct facts facts = facts_make(request, data);
	struct value_list papers = value_list_make(request->arena);
	resource_text(&item, "id", rule->words.id);
	resource_text(&item, "label", rule->words.label);
	resource_text(&item, "words", rule->words.words);
	resource_text(&item, "article", rule->words.article);
	resource_flag(&item, "met", rule->met);
	for (size_t i = 0; i < rule->facts.count; i++) facts_add(request, &facts, form, rule->facts.items[i].path, rule->facts.items[i].value);
	for (size_t i = 0; i < rule->file_fields.count; i++)
		for (size_t k = 0; k < files->count; k++)
			if (str_eq(files->items[k].field, rule->file_fields.items[i]))
				value_list_add(&papers, file_value(request, case_id, &files->items[k]));
	/* A rule that reads no paper is still judged with the papers in sight. */
	for (size_t k = 0; !rule->met && rule->file_fields.count == 0 && k < files->count; k++)
		value_list_add(&papers, file_value(request, case_id, &files->items[k]));
	resource_add(&item, "facts", value_list_done(&facts.given));
	resource_text(&item, "missing", buf_str(&facts.missing));
	resource_add(&item, "papers", value_list_done(&papers));
	return resource_done(&item);
}

/* ---- the decision's form ---------------------------------------------------------------------------------------- */

static bool speaks_of(struct str ask, const struct desk_rule *rule)
{
	if (str_eq(rule->words.id, ask)) return true;
	for (size_t i = 0; i < rule->file_fields.count; i++)
		if (str_eq(rule->file_fields.items[i], ask)) return true;
	for (size_t i = 0; i < rule->facts.count; i++) {
		struct str path = rule->facts.items[i].path;
		bool below = str_starts(path, ask) && (path.len == ask.len || path.ptr[ask.len] == '.');
		bool ends = str_ends(path, ask) && path.len > ask.len && path.ptr[path.len - ask.len - 1] == '.';
		if (below || ends) return true;
	}
	return false;
}

/* What the form of the task offers to ask for; ticked is what the failed rules read. */
static struct feel_value asks_of(struct request *request, const struct form *form, const struct desk_decision *decision)
{
	struct value_list list = value_list_make(request->arena);
	const struct form_component *component = form ? form_at(form, STR("review.asks")) : NULL;
	for (size_t i = 0; component && i < component->option_count; i++) {
		struct resource ask = resource_make(request->arena);
		struct str value = component->options[i].value.kind == FEEL_STRING ? component->options[i].value.string : STR("");
		bool ticked = false;
		for (size_t k = 0; decision && k < decision->rules.count; k++)
			ticked |= !decision->rules.items[k].met && speaks_of(value, &decision->rules.items[k]);
		resource_text(&ask, "value", value);
		resource_text(&ask, "words", component->options[i].label.source);
		resource_flag(&ask, "ticked", ticked);
		value_list_add(&list, resource_done(&ask));
	}
	return value_list_done(&list);
}

/* Proposals that the clerk edits: they are made of the rules' own words. */
static void add_proposals(struct request *request, struct resource *it, const struct desk_decision *decision, struct str region)
{
	struct buf missing = buf_make(request->arena, 8192), refusal = buf_make(request->arena, 8192);
	size_t count = 0;
	for (size_t i = 0; decision && i < decision->rules.count; i++) {
		const struct rule_words *rule = &decision->rules.items[i].words;
		if (decision->rules.items[i].met) continue;
		count++;
		buf_printf(&missing, "%s%.*s", missing.len ? "\n" : "", STR_ARG(rule->words));
		buf_printf(&refusal, "%s%zu. %.*s（%.*s）", refusal.len ? "\n" : "", count, STR_ARG(rule->words), STR_ARG(rule->article));
	}
	struct str remedy = str_replace(request->arena, page_word(request, "deskCase.remedyWords"), STR("DAYS"),
		desk_parameter(request->hall, region, STR("aidRemedyDays")));
	remedy = str_replace(request->arena, remedy, STR("UNION"), request->web->said->name);
	remedy = str_replace(request->arena, remedy, STR("HOTLINE"), request->web->said->hotline);
	resource_text(it, "supplementReason",
	    count ? str_join(request->arena, page_word(request, "deskCase.supplementWords"), buf_str(&missing)) : STR(""));
	resource_text(it, "refuseReason",
	    count ? str_join(request->arena, page_word(request, "deskCase.refuseWords"), buf_str(&refusal)) : STR(""));
	resource_text(it, "remedy", remedy);
}

static struct err add_lawyers(struct request *request, struct resource *it, struct feel_value data)
{
	struct value_list list = value_list_make(request->arena);
	struct lawyers lawyers;
	TRY(lawyers_against(request->hall, request->arena, feel_get(data, STR("employer")), &lawyers));
	for (size_t i = 0; i < lawyers.count; i++) {
		const struct lawyer *lawyer = &lawyers.items[i];
		struct resource row = resource_make(request->arena);
		resource_text(&row, "name", lawyer->name);
		resource_text(&row, "firm", lawyer->firm);
		resource_text(&row, "licence", lawyer->licence);
		resource_text(&row, "skills", str_replace(request->arena, lawyer->skills, STR(","), STR("、")));
		resource_count(&row, "load", lawyer->open_cases);
		resource_count(&row, "loadMax", lawyer->load_max);
		resource_flag(&row, "full", lawyer->open_cases >= lawyer->load_max);
		resource_flag(&row, "conflicted", lawyer->conflicted);
		resource_flag(&row, "away", !lawyer->available);
		value_list_add(&list, resource_done(&row));
	}
	resource_add(it, "lawyers", value_list_done(&list));
	return OK;
}

/* ---- parts of the page -------------------------------------------------------------------------------------------- */

struct showing {
	struct request *request;
	struct resource it;
	struct desk_list list;
	struct desk_words words;
	struct case_summary summary;
	const struct service *service;
	struct desk_decisions decisions;
	struct feel_value data, variables;
};

static void add_head(struct showing *showing)
{
	struct request *request = showing->request;
	struct resource *it = &showing->it;
	const struct case_summary *summary = &showing->summary;
	struct feel_value name = feel_get(showing->data, STR("name")), phone = feel_get(showing->data, STR("phone")),
	                  employer = feel_at(showing->data, STR("employer.name"));
	resource_id(it, "id", summary->case_id);
	resource_id(it, "person", role_has(request->actor.role, RIGHT_CONFIRM) ? summary->applicant_id : 0);
	resource_text(it, "number", summary->number);
	resource_text(it, "applicant", name.kind == FEEL_STRING ? name.string : STR(""));
	resource_text(it, "phone", phone.kind == FEEL_STRING ? phone.string : STR(""));
	resource_text(it, "employer", employer.kind == FEEL_STRING ? employer.string : STR(""));
	resource_text(it, "outcome", service_words_outcome(desk_service_words(&showing->words, summary->service_version), summary->outcome));
	resource_text(it, "outcomeId", summary->outcome);
	resource_flag(it, "closed", str_eq_c(summary->state, "closed"));
	resource_flag(it, "trial", summary->trial);
	resource_text(it, "service", showing->service->title);
	resource_text(it, "version", str_sub(summary->service_version, 0, 12));
	resource_text(it, "submitted", page_time(request, summary->submitted_ms));
	resource_text(it, "list", showing->list.link);
	resource_text(it, "at", showing->list.at);
}

static struct err add_clocks(struct showing *showing)
{
	struct request *request = showing->request;
	struct value_list list = value_list_make(request->arena);
	struct case_clocks clocks;
	TRY(case_clocks(request->hall, request->arena, showing->summary.case_id, &clocks));
	for (size_t i = 0; i < clocks.count; i++) {
		struct resource clock = resource_make(request->arena);
		const struct case_clock *row = &clocks.items[i];
		bool running = row->ended_ms == 0;
		resource_text(&clock, "basis", row->basis);
		resource_text(&clock, "due", page_date(request, row->due_ms));
		resource_text(&clock, "left", running ? desk_due_words(request, row->due_ms) : STR(""));
		resource_text(&clock, "dueClass", running ? str_from_c(desk_due_class(request, row->due_ms)) : STR(""));
		resource_text(&clock, "ended", page_time(request, row->ended_ms));
		resource_flag(&clock, "late", str_eq_c(row->state, "late"));
		resource_flag(&clock, "provisional", row->provisional);
		resource_count(&clock, "workerHours", row->worker_ms / 3600000);
		value_list_add(&list, resource_done(&clock));
	}
	resource_add(&showing->it, "clocks", value_list_done(&list));
	return OK;
}

static struct err add_rules(struct showing *showing)
{
	struct request *request = showing->request;
	struct value_list failed_list = value_list_make(request->arena), met_list = value_list_make(request->arena),
	                  replays = value_list_make(request->arena), files_list = value_list_make(request->arena);
	const struct form *form = service_form(showing->service, showing->service->start_form);
	struct desk_files files;
	TRY(desk_files(request->hall, request->arena, showing->summary.case_id, &files));
	TRY(desk_decisions(request->hall, request->arena, showing->summary.case_id, &showing->decisions));
	const struct desk_decision *newest = showing->decisions.count ? &showing->decisions.items[0] : NULL;
	for (size_t i = 0; newest && i < newest->rules.count; i++)
		value_list_add(newest->rules.items[i].met ? &met_list : &failed_list,
			rule_value(request, form, showing->data, showing->summary.case_id, &newest->rules.items[i], &files));
	for (size_t i = 0; i < files.count; i++) value_list_add(&files_list, file_value(request, showing->summary.case_id, &files.items[i]));
	for (size_t i = 0; i < showing->decisions.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_id(&item, "id", showing->decisions.items[i].receipt_id);
		resource_text(&item, "at", page_time(request, showing->decisions.items[i].decided_ms));
		resource_flag(&item, "same", showing->decisions.items[i].same);
		resource_text(&item, "words", showing->decisions.items[i].replay);
		value_list_add(&replays, resource_done(&item));
	}
	resource_add(&showing->it, "failed", value_list_done(&failed_list));
	resource_add(&showing->it, "met", value_list_done(&met_list));
	resource_add(&showing->it, "files", value_list_done(&files_list));
	resource_add(&showing->it, "replays", value_list_done(&replays));
	return OK;
}

/* Everything the applicant answered, as the start form names it. */
static void add_answers(struct showing *showing)
{
	struct request *request = showing->request;
	const struct form *form = service_form(showing->service, showing->service->start_form);
	struct facts facts = facts_make(request, showing->data);
	facts_add_answers(request, &facts, form);
	resource_add(&showing->it, "answers", value_list_done(&facts.given));
	resource_text(&showing->it, "unanswered", buf_str(&facts.missing));
}

static struct str lawyer_name(struct request *request, struct str id_text)
{
	struct lawyer lawyer;
	int64_t id;
	return id_parse(id_text, &id) && !failed(lawyer_by_id(request->hall, request->arena, id, &lawyer)) ? lawyer.name : STR("");
}

static struct str event_words(struct request *request, struct desk_words *words, const struct desk_event *event, struct str version)
{
	static const char *const told[] = { "case.opened", "case.submitted", "case.numbered", "case.outcome", "case.closed",
		"case.read", "decision.made", "task.opened", "task.done", "task.taken", "task.givenBack", "file.attached", "clock.warned",
		"clock.late", "note.written", "lawyer.assigned", "lawyer.none", "paper.signed", "paper.acknowledged", "paper.sealed",
		"notice.queued", "access.refused", "lawyer.accepted", "lawyer.declined", "paper.replaced", "result.written",
		"visit.needed" };
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		if (!str_eq_c(event->what, told[i])) continue;
		struct str text = page_word(request, str_to_c(request->arena, str_printf(request->arena, "event.%s", told[i])));
		const struct service_words *service = desk_service_words(words, version);
		struct str subject = str_eq_c(event->what, "case.outcome") || str_eq_c(event->what, "case.closed")
		    ? service_words_outcome(service, event->subject)
		    : str_starts(event->what, STR("task.")) ? service_words_step(service, event->subject)
		: str_starts(event->what, STR("lawyer.")) || str_eq_c(event->what, "case.read") ? lawyer_name(request, event->subject)
		                                                                                 : STR("");
		return subject.len ? str_printf(request->arena, "%.*s：%.*s", STR_ARG(text), STR_ARG(subject)) : text;
	}
	return STR("");
}

/* Of these somebody is told; all else follows by itself from what he did. */
static bool is_an_act(struct str what)
{
	static const char *const acts[] = { "case.opened", "case.submitted", "case.read", "task.done", "task.taken", "task.givenBack",
		"file.attached", "note.written", "paper.signed", "paper.acknowledged", "access.refused", "lawyer.accepted", "lawyer.declined",
		"result.written", "visit.needed" };
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (str_eq_c(what, acts[i])) return true;
	return false;
}

static struct err add_history(struct showing *showing)
{
	struct request *request = showing->request;
	struct value_list list = value_list_make(request->arena);
	struct desk_events events;
	TRY(desk_history(request->hall, request->arena, showing->summary.case_id, &events));
	for (size_t i = events.count; i-- > 0 && list.count < HISTORY_ROWS;) {
		const struct desk_event *event = &events.items[i];
		struct resource item = resource_make(request->arena);
		const struct json *json = NULL;
		struct str words = event_words(request, &showing->words, event, showing->summary.service_version);
		if (words.len == 0) continue;
		const struct role *role = role_by_name(event->role);
		bool act = is_an_act(event->what);
		const char *key = !act ? "event.hall" : str_eq_c(event->role, "applicant") ? "event.applicant"
		    : str_eq_c(event->role, "agent")                 ? "event.agent"
		                                                     : "event.hall";
		if (event->detail.len) (void)failed(json_parse(request->arena, event->detail, NULL, &json));
		const struct json *review = json_is(json, JSON_OBJECT) ? json_get(json, STR("review")) : NULL;
		resource_text(&item, "at", page_time(request, event->at_ms));
		resource_text(&item, "who", act && event->name.len ? event->name : page_word(request, key));
		resource_text(&item, "role", act && event->name.len && role ? role->words : STR(""));
		resource_text(&item, "words", words);
		resource_text(&item, "decision", review ? page_word(request, str_to_c(request->arena, str_printf(request->arena, "deskCase.%.*s",
			STR_ARG(json_string_of(review, "decision"))))) : STR(""));
		resource_text(&item, "reason", review ? json_string_of(review, "reason") : STR(""));
		resource_flag(&item, "staff", event->staff);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&showing->it, "history", value_list_done(&list));
	return OK;
}

static struct err add_notes(struct showing *showing)
{
	struct request *request = showing->request;
	struct value_list list = value_list_make(request->arena);
	struct notes notes;
	TRY(notes_of_case(request->hall, request->arena, &request->actor, showing->summary.case_id, &notes));
	for (size_t i = 0; i < notes.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_id(&item, "id", notes.items[i].thread_id);
		resource_count(&item, "revision", notes.items[i].revision);
		resource_text(&item, "author", notes.items[i].author);
		resource_text(&item, "at", page_time(request, notes.items[i].at_ms));
		resource_text(&item, "text", notes.items[i].text);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(&showing->it, "notes", value_list_done(&list));
	return OK;
}

/* The task that waits for the staff, who has it, and its form's words. */
static struct err add_task(struct showing *showing)
{
	struct request *request = showing->request;
	struct resource *it = &showing->it;
	struct case_tasks tasks;
	struct desk_task task = { 0 };
	TRY(case_tasks(request->hall, request->arena, showing->summary.case_id, &tasks));
	const struct case_task *waiting = NULL, *other = NULL;
	for (size_t i = 0; i < tasks.count; i++) *(tasks.items[i].candidate_role.len ? &waiting : &other) = &tasks.items[i];
	struct str own = id_print(request->arena, request->actor.person_id);
	if (waiting) TRY(desk_task(request->hall, request->arena, showing->summary.case_id, waiting->element, &task));
	const struct form *form = waiting ? service_form(showing->service, waiting->form) : NULL;
	bool may = waiting && role_has(request->actor.role, RIGHT_DECIDE) &&
	    !failed(role_check(
	        request->hall, request->arena, request->actor.person_id, showing->summary.organisation_id, waiting->candidate_role));
	bool others = task.taken_by.len > 0 && !str_eq(task.taken_by, own);
	resource_text(it, "element", waiting ? waiting->element : STR(""));
	resource_text(it, "task", waiting ? waiting->name : STR(""));
	resource_text(it, "waitsFor", other ? other->name : STR(""));
	resource_text(it, "form", waiting ? waiting->form : STR(""));
	resource_flag(it, "mayDecide", may && !others);
	resource_flag(it, "takenByOther", may && others);
	resource_flag(it, "takenByMe", task.taken_by.len > 0 && !others);
	resource_text(it, "takenName", task.taken_name);
	resource_text(it, "takenAt", page_time(request, task.taken_ms));
	const struct desk_decision *newest = showing->decisions.count ? &showing->decisions.items[0] : NULL;
	resource_add(it, "asks", asks_of(request, form, newest));
	add_proposals(request, it, newest, showing->summary.region);
	if (waiting && str_eq_c(waiting->form, "assign")) return add_lawyers(request, it, showing->data);
	resource_add(it, "lawyers", feel_list_of(request->arena, NULL, 0));
	return OK;
}

static void add_flash(struct showing *showing)
{
	struct request *request = showing->request;
	struct str done = request_query(request, "done"), said = request_query(request, "said");
	struct case_summary summary;
	int64_t case_id;
	static const char *const words[] = { "grant", "supplement", "refuse", "assign", "reopen" };
	bool known = id_parse(done, &case_id) && !failed(case_by_id(request->hall, request->arena, case_id, &summary));
	struct str text = STR("");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq_c(said, words[i]))
			text = page_word(request, str_to_c(request->arena, str_printf(request->arena, "deskCase.%s", words[i])));
	resource_text(&showing->it, "done", known ? done : STR(""));
	resource_text(&showing->it, "doneNumber", known ? summary.number : STR(""));
	resource_text(&showing->it, "doneWords", text);
}

static struct err show_case(struct request *request, int64_t case_id, struct showing *showing)
{
	struct resource *it = &showing->it;
	struct list_row next;
	*showing = (struct showing){ .request = request, .it = resource_make(request->arena), .words = { .request = request } };
	TRY(desk_look(request->hall, request->arena, &request->actor, case_id));
	desk_list_read(request, &showing->list);
	TRY(case_by_id(request->hall, request->arena, case_id, &showing->summary));
	if (str_eq_c(showing->summary.state, "draft")) return ERR(NOT_FOUND);      /* a draft is nobody's but the applicant's */
	TRY(service_version(request->hall, showing->summary.service_version, &showing->service));
	TRY(case_data(request->hall, request->arena, case_id, &showing->data, &showing->variables));
	add_head(showing);
	TRY(add_rules(showing));
	TRY(add_clocks(showing));
	TRY(add_task(showing));
	add_answers(showing);
	TRY(add_claims(showing->request, showing->data, &showing->it));
	TRY(add_history(showing));
	TRY(view_results(request, case_id, it));
	TRY(view_way_of_case(request, case_id, it));
	TRY(add_notes(showing));
	add_flash(showing);
	struct err err = list_next(request->hall, request->arena, request->actor.person_id, &showing->list.filter, showing->list.at, &next);
	bool another = !failed(err) && next.case_id != case_id;
	resource_text(it, "next",
	    another ? str_printf(request->arena, "/desk/cases/%.*s?%.*s&at=%.*s", STR_ARG(id_print(request->arena, next.case_id)),
	                  STR_ARG(showing->list.link), STR_ARG(next.cursor))
	            : STR(""));
	return OK;
}

static struct err case_show(struct request *request, struct answer *answer)
{
	struct showing showing;
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(show_case(request, case_id, &showing));
	resource_text(&showing.it, "wrong", STR(""));
	resource_text(&showing.it, "conflict", STR(""));
	answer->resource = resource_done(&showing.it);
	return OK;
}

/* ---- commands ---------------------------------------------------------------------------------------------------------- */

/* "王敏 10:42已办：给予援助", on the case's own page. */
static struct err show_conflict(struct request *request, struct answer *answer, int64_t case_id, const struct desk_task *task)
{
	struct showing showing;
	TRY(show_case(request, case_id, &showing));
	struct feel_value decision = feel_at(task->answer, STR("review.decision"));
	bool open = str_eq_c(task->state, "open");
	struct str what = decision.kind == FEEL_STRING
		? page_word(request, str_to_c(request->arena, str_printf(request->arena, "deskCase.%.*s", STR_ARG(decision.string)))) : task->name;
	struct str text = page_word(request, open ? "deskCase.takenBy" : "deskCase.doneBy");
	text = str_replace(request->arena, text, STR("NAME"), open ? task->taken_name : task->done_name);
	text = str_replace(request->arena, text, STR("TIME"), page_time(request, open ? task->taken_ms : task->done_ms));
	text = str_replace(request->arena, text, STR("WHAT"), what);
	resource_text(&showing.it, "wrong", STR(""));
	resource_text(&showing.it, "conflict", text);
	answer->status = 409;
	answer->template_name = "deskCase";
	answer->resource = resource_done(&showing.it);
	return OK;
}

static struct err show_wrong(struct request *request, struct answer *answer, int64_t case_id)
{
	struct showing showing;
	struct str words = request->report->count ? request->report->items[0].words : STR("");
	request->report->count = request->report->error_count = 0;
	TRY(show_case(request, case_id, &showing));
	resource_text(&showing.it, "wrong", words);
	resource_text(&showing.it, "conflict", STR(""));
	answer->status = 422;
	answer->template_name = "deskCase";
	answer->resource = resource_done(&showing.it);
	return OK;
}

static struct str page_of(struct request *request, int64_t case_id, const struct desk_list *list)
{
	return str_printf(request->arena, "/desk/cases/%.*s?%.*s&at=%.*s", STR_ARG(id_print(request->arena, case_id)), STR_ARG(list->link),
		STR_ARG(list->at));
}

/* On to the next file of the same list; when none is left, to the list. */
static void go_on(struct request *request, struct answer *answer, int64_t case_id, struct str said)
{
	struct desk_list list;
	struct list_row next;
	desk_list_read(request, &list);
	struct str done = str_printf(request->arena, "&done=%.*s&said=%.*s", STR_ARG(id_print(request->arena, case_id)), STR_ARG(said));
	struct err err = list_next(request->hall, request->arena, request->actor.person_id, &list.filter, list.at, &next);
	bool another = !failed(err) && next.case_id != case_id && list.filter.kind == LIST_TASKS;
	list.at = another ? next.cursor : list.at;
	answer->see_other = another ? str_join(request->arena, page_of(request, next.case_id, &list), done)
	                            : str_printf(request->arena, "/desk?%.*s%.*s", STR_ARG(list.link), STR_ARG(done));
}

/* The fields of the task's form, under their own names: review.decision, review.asks (several). */
static struct feel_value form_data(struct request *request, const struct form *form)
{
	struct feel_value data = FEEL_NULL_VALUE;
	for (size_t i = 0; form && i < form->component_count; i++) {
		const struct form_component *component = form->components[i];
		if (!form_is_keyed(component->type) || component->list) continue;
		bool many = component->type == FORM_CHECKLIST || component->type == FORM_TAGLIST;
		struct value_list values = value_list_make(request->arena);
		for (size_t k = 0; k < request->fields.count; k++)
			if (str_eq(request->fields.items[k].name, component->path) && str_trim(request->fields.items[k].value).len)
				value_list_add(&values, feel_string(str_trim(request->fields.items[k].value)));
		if (values.count == 0) continue;
		data = feel_put_at(request->arena, data, component->path, many ? value_list_done(&values) : values.items[0]);
	}
	return data;
}

static struct err task_form(struct request *request, int64_t case_id, struct str element, const struct form **out_form)
{
	struct case_summary summary;
	struct case_tasks tasks;
	const struct service *service;
	*out_form = NULL;
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	TRY(service_version(request->hall, summary.service_version, &service));
	TRY(case_tasks(request->hall, request->arena, case_id, &tasks));
	for (size_t i = 0; i < tasks.count; i++)
		if (str_eq(tasks.items[i].element, element)) *out_form = service_form(service, tasks.items[i].form);
	return OK;
}

static struct err decide(struct request *request, struct answer *answer)
{
	struct desk_task task = { 0 };
	const struct form *form;
	int64_t case_id;
	struct str element = request_field(request, "element"), said = request_field(request, "review.decision");
	TRY(request_part_id(request, "case", &case_id));
	TRY(desk_look(request->hall, request->arena, &request->actor, case_id));
	TRY(task_form(request, case_id, element, &form));
	struct err err = desk_decide(
	    request->hall, request->arena, &request->actor, case_id, element, form_data(request, form), request->report, &task);
	if (err_is(err, ERR_REFUSED) && task.task_id) return show_conflict(request, answer, case_id, &task);
	if (err_is(err, ERR_INVALID)) return show_wrong(request, answer, case_id);
	TRY(err);
	if (said.len == 0) said = str_eq_c(element, "assignByHand") ? STR("assign") : STR("reopen");
	go_on(request, answer, case_id, said);
	return OK;
}

static struct err take(struct request *request, struct answer *answer)
{
	struct desk_task task = { 0 };
	struct desk_list list;
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	struct err err = desk_take(request->hall, request->arena, &request->actor, case_id, request_field(request, "element"),
		request_field(request, "over").len > 0, &task);
	if (err_is(err, ERR_REFUSED) && task.task_id) return show_conflict(request, answer, case_id, &task);
	TRY(err);
	desk_list_read(request, &list);
	answer->see_other = page_of(request, case_id, &list);
	return OK;
}

static struct err give_back(struct request *request, struct answer *answer)
{
	struct desk_list list;
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(desk_give_back(request->hall, request->arena, &request->actor, case_id, request_field(request, "element")));
	desk_list_read(request, &list);
	answer->see_other = page_of(request, case_id, &list);
	return OK;
}

static struct err write_note(struct request *request, struct answer *answer)
{
	struct desk_list list;
	int64_t case_id, thread_id = 0, revision = 0;
	TRY(request_part_id(request, "case", &case_id));
	if (request_has_field(request, "note")
	    && (!id_parse(request_field(request, "note"), &thread_id) || !str_to_i64(request_field(request, "revision"), &revision)))
		return ERR(INVALID);
	struct err err = note_write(request->hall, request->arena, &request->actor, case_id, thread_id, revision,
	    request_field(request, "text"), request->report, &thread_id);
	if (err_is(err, ERR_INVALID) || err_is(err, ERR_CONFLICT)) return show_wrong(request, answer, case_id);
	TRY(err);
	desk_list_read(request, &list);
	answer->see_other = str_join(request->arena, page_of(request, case_id, &list), STR("#notes"));
	return OK;
}

static struct err note_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	struct notes notes;
	int64_t case_id, thread_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(request_part_id(request, "note", &thread_id));
	TRY(note_revisions(request->hall, request->arena, &request->actor, case_id, thread_id, &notes));
	for (size_t i = notes.count; i-- > 0;) {
		struct resource item = resource_make(request->arena);
		resource_count(&item, "revision", notes.items[i].revision);
		resource_text(&item, "author", notes.items[i].author);
		resource_text(&item, "at", page_time(request, notes.items[i].at_ms));
		resource_text(&item, "text", notes.items[i].text);
		value_list_add(&list, resource_done(&item));
	}
	resource_id(&it, "case", case_id);
	resource_add(&it, "revisions", value_list_done(&list));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err file_show(struct request *request, struct answer *answer)
{
	struct desk_file file;
	struct str content;
	int64_t case_id, file_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(request_part_id(request, "file", &file_id));
	TRY(desk_file_read(request->hall, request->arena, &request->actor, case_id, file_id, &file, &content));
	bool known = str_starts(file.media_type, STR("image/")) || str_eq_c(file.media_type, "application/pdf");
	answer->file = (struct answer_file){ .content = content, .name = file.name, .attachment = !known,
		.media_type = known ? file.media_type : STR("application/octet-stream") };
	return OK;
}

static struct err receipt_show(struct request *request, struct answer *answer)
{
	struct desk_decisions decisions;
	int64_t case_id, receipt_id;
	TRY(request_part_id(request, "case", &case_id));
	TRY(request_part_id(request, "receipt", &receipt_id));
	TRY(desk_look(request->hall, request->arena, &request->actor, case_id));
	TRY(desk_decisions(request->hall, request->arena, case_id, &decisions));
	for (size_t i = 0; i < decisions.count; i++) {
		if (decisions.items[i].receipt_id != receipt_id) continue;
		answer->file = (struct answer_file){ .media_type = STR("application/json"), .content = decisions.items[i].whole, .attachment = true,
			.name = str_printf(request->arena, "receipt-%.*s.json", STR_ARG(id_print(request->arena, receipt_id))) };
		return OK;
	}
	return ERR(NOT_FOUND);
}

enum { NEEDS_READ = NEEDS_CLERK | NEEDS_LEAD | NEEDS_LEADER };

const struct route clerk_case_routes[] = {
	{ .id = "deskCaseShow",
	    .method = "GET",
	    .path = "/desk/cases/:case",
	    .needs = (enum needs)NEEDS_READ,
	    .handler = case_show,
	    .template_name = "deskCase" },
	{ .id = "deskDecide",
	    .method = "POST",
	    .path = "/desk/cases/:case/decide",
	    .needs = NEEDS_CLERK | NEEDS_LEAD,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = decide,
	    .template_name = "deskCase" },
	{ .id = "deskTake",
	    .method = "POST",
	    .path = "/desk/cases/:case/take",
	    .needs = NEEDS_CLERK | NEEDS_LEAD,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = take,
	    .template_name = "deskCase" },
	{ .id = "deskGiveBack",
	    .method = "POST",
	    .path = "/desk/cases/:case/give-back",
	    .needs = NEEDS_CLERK | NEEDS_LEAD,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = give_back },
	{ .id = "deskNoteWrite",
	    .method = "POST",
	    .path = "/desk/cases/:case/notes",
	    .needs = NEEDS_CLERK | NEEDS_LEAD,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = write_note,
	    .template_name = "deskCase" },
	{ .id = "deskNoteShow",
	    .method = "GET",
	    .path = "/desk/cases/:case/notes/:note",
	    .needs = NEEDS_CLERK | NEEDS_LEAD,
	    .handler = note_show,
	    .template_name = "deskNote" },
	{ .id = "deskFileShow",
	    .method = "GET",
	    .path = "/desk/cases/:case/files/:file",
	    .needs = (enum needs)NEEDS_READ,
	    .handler = file_show },
	{ .id = "deskReceiptShow",
	    .method = "GET",
	    .path = "/desk/cases/:case/receipts/:receipt",
	    .needs = (enum needs)NEEDS_READ,
	    .handler = receipt_show },
	{ 0 },
};
