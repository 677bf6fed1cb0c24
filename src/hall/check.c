/* Is a service folder fit to be deployed? */
#include "hall/check.h"

#include "codec/codec.h"
#include "hall/check_names.h"
#include "hall/inside.h"
#include "hall/play.h"

enum { GOLDEN_BYTES_MAX = 1 << 20 };

struct checking {
	struct arena *arena;
	const struct service *service;
	const struct hall_places *places;
	struct report *report;
	struct check_result result;
};

typedef void (*name_check)(struct arena *arena, const struct service *service, struct report *report);

static void named(struct checking *checking, struct str file, name_check check)
{
	size_t before = checking->report->error_count;
	checking->report->file = file;
	check(checking->arena, checking->service, checking->report);
	if (checking->report->error_count > before) checking->result.failed++;
	else checking->result.passed++;
	checking->report->file = STR("");
}

/* One named check: passed when it added no error. */
static void one(struct checking *checking, struct str file, void (*check)(struct checking *checking))
{
	size_t before = checking->report->error_count;
	checking->report->file = file;
	check(checking);
	if (checking->report->error_count > before) checking->result.failed++;
	else checking->result.passed++;
	checking->report->file = STR("");
}

static void check_process(struct checking *checking) { bpmn_check(checking->arena, checking->service->bpmn, checking->report); }

static bool group_is_known(const struct service *service, struct str group)
{
	for (size_t i = 0; i < service->roles.count; i++)
		if (str_eq(service->roles.items[i].group, group)) return role_by_name(service->roles.items[i].role) != NULL;
	return false;
}

static void check_names(struct checking *checking)
{
	const struct service *service = checking->service;
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		struct str outcome = bpmn_property(element, "outcome");
		if (element->job_type.len && element->job_type.ptr[0] != '=' && !job_type_is_known(element->job_type))
			report_error(checking->report, element->id, "no program does jobs of the type `%.*s`", STR_ARG(element->job_type));
		if (element->decision_id.len && element->kind == BPMN_BUSINESS_RULE_TASK && element->decision_id.ptr[0] != '=' &&
		    !service_decision(service, element->decision_id))
			report_error(checking->report, element->id, "there is no decision `%.*s`", STR_ARG(element->decision_id));
		if (element->form_id.len && element->form_id.ptr[0] != '=' && !service_form(service, element->form_id))
			report_error(checking->report, element->id, "there is no form `%.*s`", STR_ARG(element->form_id));
		if (outcome.len && !service_outcome(service, outcome))
			report_error(checking->report, element->id, "the outcome `%.*s` is not in service.json", STR_ARG(outcome));
	}
	checking->report->file = STR("service.json");
	for (size_t i = 0; i < service->roles.count; i++)
		if (!group_is_known(service, service->roles.items[i].group))
			report_error(checking->report, service->roles.items[i].group, "`%.*s` is no role of a hall",
			    STR_ARG(service->roles.items[i].role));
}

/* No is human: proved on the model, with the way that breaks it. */
static void check_no_is_human(struct checking *checking)
{
	const struct service *service = checking->service;
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		const struct service_outcome *outcome = service_outcome(service, bpmn_property(element, "outcome"));
		struct str way;
		if (!outcome || outcome->kind != OUTCOME_NEGATIVE || bpmn_passes_user_task(checking->arena, service->bpmn, element, &way)) continue;
		report_error(checking->report, element->id, "the outcome `%.*s` is negative and can be reached without a person: %.*s",
		    STR_ARG(outcome->name), STR_ARG(way));
	}
}

static void check_decisions(struct checking *checking)
{
	for (size_t i = 0; i < checking->service->models.count; i++) {
		checking->report->file = checking->service->models.items[i].path;
		struct err err = dmn_check(checking->arena, checking->service->models.items[i].model, environment_signatures(), checking->report);
		if (failed(err)) report_error(checking->report, STR(""), "the decisions cannot be checked: %s", err_words(err));
	}
}

/* A task's form stands among what the case knows by then: the names of every form of the service. */
static const struct feel_scope *names_around(struct checking *checking, struct str form_id)
{
	struct feel_scope *around = ARENA_NEW(checking->arena, struct feel_scope);
	struct { LIST_OF(struct feel_scope_name); } names = { 0 };
	if (str_eq(form_id, checking->service->start_form)) return NULL;
	for (size_t i = 0; i < checking->service->forms.count; i++) {
		const struct feel_scope *scope = form_scope(checking->arena, checking->service->forms.items[i].form);
		for (size_t k = 0; scope && k < scope->count; k++)
			LIST_PUSH(checking->arena, &names, ((struct feel_scope_name){ scope->names[k].name, NULL }));
	}
	*around = (struct feel_scope){ .names = names.items, .count = names.count, .env = environment_signatures(), .closed = true };
	return around;
}

static void check_forms(struct checking *checking)
{
	for (size_t i = 0; i < checking->service->forms.count; i++) {
		checking->report->file = str_printf(checking->arena, "forms/%.*s.form", STR_ARG(checking->service->forms.items[i].id));
		form_check(checking->arena, checking->service->forms.items[i].form, environment_signatures(),
		    names_around(checking, checking->service->forms.items[i].id), checking->report);
	}
}

static void check_papers(struct checking *checking)
{
	for (size_t i = 0; i < checking->service->papers.count; i++) {
		const struct service_paper *paper = &checking->service->papers.items[i];
		struct str text = service_content(checking->service, str_join(checking->arena, STR("papers/"), paper->template_path));
		checking->report->file = str_join(checking->arena, STR("papers/"), paper->template_path);
		for (size_t k = 0; k < paper->party_count; k++) {
			struct str box = str_printf(
			    checking->arena, "{%s: %s |", paper->parties[k] == PARTY_UNION ? "seal" : "sign", party_name(paper->parties[k]));
			if (str_find(text, box, 0) < 0)
				report_error(checking->report, STR(""), "there is no box `%.*s ...}` for %s to sign in", STR_ARG(box),
				    party_name(paper->parties[k]));
		}
	}
}

static bool is_milestone(const struct service *service, struct str name)
{
	for (size_t i = 0; i < service->clocks.count; i++)   /* its day was moved to a later one (overlays.h) */
		if (str_starts(name, service->clocks.items[i].id) && str_ends(name, STR("Later")) &&
		    name.len == service->clocks.items[i].id.len + STR("Later").len)
			return true;
	return str_eq_c(name, "submitted") || str_eq_c(name, "signed") || str_eq_c(name, "hearing") || service_outcome(service, name) ||
	    bpmn_element_by_id(service->bpmn, name);
}

static void check_milestones(struct checking *checking)
{
	const struct service *service = checking->service;
	for (size_t i = 0; i < service->clocks.count; i++) {
		const struct service_clock *clock = &service->clocks.items[i];
		if (!is_milestone(service, clock->from))
			report_error(checking->report, clock->id, "`from` names no milestone: %.*s", STR_ARG(clock->from));
		for (size_t k = 0; k < clock->until_count; k++)
			if (!is_milestone(service, clock->until[k]))
				report_error(checking->report, clock->id, "`until` names no milestone: %.*s", STR_ARG(clock->until[k]));
	}
	for (size_t i = 0; i < service->notices.count; i++)
		if (!is_milestone(service, service->notices.items[i].on))
			report_error(checking->report, service->notices.items[i].id, "`on` names no milestone: %.*s",
			    STR_ARG(service->notices.items[i].on));
}

static void check_parameters(struct checking *checking)
{
	const struct parameters *parameters;
	if (failed(parameters_load(checking->arena, checking->places->regions, checking->report, &parameters))) return;
	for (size_t i = 0; i < checking->service->parameters.count; i++)
		if (!parameter_exists(parameters, STR("310113"), checking->service->parameters.items[i])
		    && !parameter_exists(parameters, STR("000000"), checking->service->parameters.items[i]))
			report_error(checking->report, STR("parameters"), "no region has the parameter `%.*s`",
			    STR_ARG(checking->service->parameters.items[i]));
}

/* ---- golden cases ------------------------------------------------------------------------------------------------- */

static void differ(struct checking *checking, const char *place, struct str expected, struct str found)
{
	report_error(checking->report, str_from_c(place), "expected %.*s, found %.*s", STR_ARG(expected), STR_ARG(found));
}

static struct str as_text(struct arena *arena, const struct json *json)
{
	struct str text;
	return json && !failed(json_print(arena, json, JSON_COMPACT, GOLDEN_BYTES_MAX, &text)) ? text : STR("nothing");
}

static struct json *ids_of(struct arena *arena, const struct json *list, const char *key)
{
	struct json *ids = json_new(arena, JSON_ARRAY);
	for (const struct json *row = list ? list->first : NULL; row; row = row->next)
		json_add(ids, STR(""), json_new_string(arena, json_string_of(row, key)));
	return ids;
}

static void compare(struct checking *checking, const struct json *expect, const struct json *found)
{
	struct arena *arena = checking->arena;
	const struct json *outcome = json_get(expect, STR("outcome")), *rules = json_get(expect, STR("failedRules")),
	                  *staff = json_get(expect, STR("staffEvents"));
	const struct json *papers = json_get(expect, STR("papers")), *due = json_get(expect, STR("due")),
	                  *notices = json_get(found, STR("notices"));
	if (outcome && !json_eq(outcome, json_get(found, STR("outcome"))))
		differ(checking, "/expect/outcome", json_string(outcome), json_string_of(found, "outcome"));
	struct json *ids = ids_of(arena, json_get(found, STR("failedRules")), "rule");
	if (rules && !json_eq(rules, ids)) differ(checking, "/expect/failedRules", as_text(arena, rules), as_text(arena, ids));
	if (staff && !json_eq(staff, json_get(found, STR("staffEvents"))))
		differ(checking, "/expect/staffEvents", as_text(arena, staff), as_text(arena, json_get(found, STR("staffEvents"))));
	ids = ids_of(arena, json_get(found, STR("papers")), "id");
	if (papers && !json_eq(papers, ids)) differ(checking, "/expect/papers", as_text(arena, papers), as_text(arena, ids));
	if (due && !json_eq(due, json_get(found, STR("due"))))
		differ(checking, "/expect/due", as_text(arena, due), as_text(arena, json_get(found, STR("due"))));
	for (const struct json *notice = notices ? notices->first : NULL; notice; notice = notice->next)
		if (utf8_count(json_string_of(notice, "text")) > NOTICE_CHARACTERS_MAX)
			report_error(checking->report, STR("/notices"), "%zu characters, at most %d: %.*s",
			    utf8_count(json_string_of(notice, "text")), NOTICE_CHARACTERS_MAX, STR_ARG(json_string_of(notice, "text")));
}

/* replaced: ids of papers that others took the place of, in the order of the service. */
static struct err compare_replaced(
    struct checking *checking, struct play_stage *stage, const struct play_result *result, const struct json *expect)
{
	const struct json *replaced = json_get(expect, STR("replaced"));
	struct case_papers papers;
	struct json *ids = json_new(checking->arena, JSON_ARRAY);
	if (!replaced) return OK;
	TRY(papers_replaced(play_stage_hall(stage), checking->arena, result->case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) json_add(ids, STR(""), json_new_string(checking->arena, papers.items[i].id));
	if (!json_eq(replaced, ids)) differ(checking, "/expect/replaced", as_text(checking->arena, replaced), as_text(checking->arena, ids));
	return OK;
}

/* lawyer: the name of the one who was assigned, "" for nobody; notices: the ids, in order. */
static struct err compare_people(
    struct checking *checking, struct play_stage *stage, const struct play_result *result, const struct json *expect)
{
	const struct json *lawyer = json_get(expect, STR("lawyer")), *notices = json_get(expect, STR("notices"));
	struct hall *hall = play_stage_hall(stage);
	struct lawyer found = { .name = STR("") };
	if (lawyer && result->summary.lawyer_id) TRY(lawyer_by_id(hall, checking->arena, result->summary.lawyer_id, &found));
	if (lawyer && !str_eq(json_string(lawyer), found.name)) differ(checking, "/expect/lawyer", json_string(lawyer), found.name);
	if (!notices) return OK;
	struct notices queued;
	struct json *ids = json_new(checking->arena, JSON_ARRAY);
	TRY(notices_of_case(hall, checking->arena, result->case_id, &queued));
	for (size_t i = 0; i < queued.count; i++) json_add(ids, STR(""), json_new_string(checking->arena, queued.items[i].template_id));
	if (!json_eq(notices, ids)) differ(checking, "/expect/notices", as_text(checking->arena, notices), as_text(checking->arena, ids));
	return OK;
}

static bool is_one_of(struct str key, const char *const *keys)
{
	while (*keys && !str_eq_c(key, *keys)) keys++;
	return *keys != NULL;
}

/* A misspelt expectation would expect nothing: it is an error. */
static void check_keys(struct checking *checking, const struct json *golden)
{
	static const char *const outer[] = { "says", "rows", "at", "region", "given", "files", "then", "expect", NULL },
	                        *const inner[] = { "outcome", "failedRules", "staffEvents", "papers", "replaced", "notices", "due", "lawyer",
	                            NULL };
	const struct json *expect = json_get(golden, STR("expect"));
	for (const struct json *member = golden->first; member; member = member->next)
		if (!is_one_of(member->key, outer)) report_error(checking->report, member->key, "a golden case has no such key");
	for (const struct json *member = expect ? expect->first : NULL; member; member = member->next)
		if (!is_one_of(member->key, inner)) report_error(checking->report, member->key, "nothing of that name can be expected");
}

/* given {data, files}, or the data itself: one object of a sample's shape. */
static const struct json *answers_of(struct arena *arena, const struct json *golden)
{
	const struct json *given = json_get(golden, STR("given")), *data = json_get(given, STR("data"));
	const struct json *files = json_get(golden, STR("files")) ? json_get(golden, STR("files")) : json_get(given, STR("files"));
	struct json *answers = json_copy(arena, data ? data : given ? given : golden);
	if (files && !json_get(answers, STR("files"))) json_add(answers, STR("files"), json_copy(arena, files));
	return answers;
}

/* What happened while it was played, as findings of the golden case. */
static void hand_on(struct checking *checking, const struct report *played)
{
	for (size_t i = 0; i < played->count; i++) {
		const struct finding *finding = &played->items[i];
		report_add(checking->report, finding->severity, finding->place, "%.*s%s%.*s", STR_ARG(finding->file), finding->file.len ? ": " : "",
		    STR_ARG(finding->words));
	}
}

/* The demo's people stand beside the services, where the program was installed or built. */
static const char *demo_beside(struct arena *arena, const struct hall_places *places)
{
	const char *beside = str_to_c(arena, str_printf(arena, "%s/../demo", places->services));
	return file_exists(str_to_c(arena, str_printf(arena, "%s/organisations.json", beside))) ? beside : "demo";
}

static void play_golden(struct checking *checking, const struct json *golden)
{
	struct report played = report_make(checking->arena);   /* commands that are computed again begin theirs anew */
	struct play_stage *stage;
	struct play_result result;
	struct str region = json_string_of(golden, "region");
	const struct json *roster = json_at(golden, STR("/given/roster"));
	struct play_stage_options stage_options = {
		.places = *checking->places, .demo = demo_beside(checking->arena, checking->places), .region = region.len ? region : STR("310113")
	};
	struct play_options options = { .service = checking->service->id,
		.answers = answers_of(checking->arena, golden),
		.folder = ".",
		.declines = json_at(golden, STR("/given/declines")),
		.then = json_get(golden, STR("then")) };
	stage_options.places.hall = NULL;
	check_keys(checking, golden);
	if (roster && failed(json_print(checking->arena, roster, JSON_COMPACT, GOLDEN_BYTES_MAX, &stage_options.roster))) return;
	if (failed(time_parse_ms(json_string_of(golden, "at"), &stage_options.at_ms))) {
		report_error(checking->report, STR("/at"), "a time such as 2022-08-26T01:30:00+08:00 is needed");
		return;
	}
	struct err err = play_stage_open(checking->arena, &stage_options, &played, &stage);
	if (failed(err)) {
		hand_on(checking, &played);
		report_error(checking->report, STR(""), "the hall for the case cannot be made: %s", err_words(err));
		return;
	}
	err = service_deploy(play_stage_hall(stage), checking->service);
	if (!failed(err)) err = play_case(stage, checking->arena, &options, &played, &result);
	hand_on(checking, &played);
	if (!failed(err)) {
		struct json *found = play_json(stage, checking->arena, &result, &err);
		compare(checking, json_get(golden, STR("expect")), found);
		if (!failed(err)) err = compare_replaced(checking, stage, &result, json_get(golden, STR("expect")));
		if (!failed(err)) err = compare_people(checking, stage, &result, json_get(golden, STR("expect")));
	}
	if (failed(err)) report_error(checking->report, STR(""), "the case cannot be played: %s", err_words(err));
	play_stage_close(stage);
}

/* Each case has memory of its own: a folder may hold hundreds. */
static void check_golden(struct checking *checking)
{
	const struct json *golden;
	struct str file = checking->report->file;
	struct arena own = { 0 }, *whole = checking->arena;
	checking->arena = &own;
	if (!failed(json_parse(&own, service_content(checking->service, file), checking->report, &golden))) play_golden(checking, golden);
	checking->arena = whole;
	checking->report->file = file;
	arena_done(&own);
}

struct err service_check(struct arena *arena, const char *folder, const struct hall_places *places, struct report *report,
    struct check_result *out_result)
{
	struct checking checking = { .arena = arena, .places = places, .report = report };
	struct err err = service_load(arena, folder, places->law, report, &checking.service);
	if (failed(err)) {
		*out_result = (struct check_result){ .failed = 1 };
		return err_is(err, ERR_NOT_FOUND) ? ERR(INVALID) : err;
	}
	one(&checking, STR("process.bpmn"), check_process);
	one(&checking, STR("process.bpmn"), check_names);
	one(&checking, STR("process.bpmn"), check_no_is_human);
	one(&checking, STR("decisions"), check_decisions);
	one(&checking, STR("forms"), check_forms);
	one(&checking, STR("papers"), check_papers);
	named(&checking, STR("process.bpmn"), check_expressions);
	named(&checking, STR("process.bpmn"), check_inputs);
	named(&checking, STR("process.bpmn"), check_jobs);
	named(&checking, STR("forms"), check_form_keys);
	named(&checking, STR("papers"), check_templates);
	named(&checking, STR("service.json"), check_told);
	one(&checking, STR("service.json"), check_milestones);
	one(&checking, STR("service.json"), check_parameters);
	for (size_t i = 0; i < checking.service->files.count; i++)
		if (str_starts(checking.service->files.items[i].path, STR("golden/")))
			one(&checking, checking.service->files.items[i].path, check_golden);
	*out_result = checking.result;
	return checking.result.failed ? ERR(INVALID) : OK;
}
