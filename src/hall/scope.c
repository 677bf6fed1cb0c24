/* What a template or a condition of a service may name: what its forms ask, its process sets and the hall knows. */
#include "hall/inside.h"

struct names { struct arena *arena; LIST_OF(struct feel_scope_name); };

static const struct feel_scope *closed_scope(struct arena *arena, const char *const *names, size_t count)
{
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	struct feel_scope_name *list = ARENA_ARRAY(arena, struct feel_scope_name, count);
	for (size_t i = 0; i < count; i++) list[i] = (struct feel_scope_name){ str_from_c(names[i]), NULL };
	*scope = (struct feel_scope){ .names = list, .count = count, .closed = true };
	return scope;
}

/* The names of both; a member is closed when both know what it holds. */
static const struct feel_scope *united(struct arena *arena, const struct feel_scope *a, const struct feel_scope *b)
{
	struct names names = { .arena = arena };
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	const struct feel_scope *const both[] = { a, b };
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; both[i] && k < both[i]->count; k++) {
			const struct feel_scope_name *name = &both[i]->names[k];
			size_t at = 0;
			while (at < names.count && !str_eq(names.items[at].name, name->name)) at++;
			const struct feel_scope *members = name->members ? united(arena, name->members, NULL) : NULL;
			if (at == names.count) LIST_PUSH(arena, &names, ((struct feel_scope_name){ name->name, members }));
			else if (names.items[at].members && members) names.items[at].members = united(arena, names.items[at].members, members);
			else names.items[at].members = NULL;
		}
	*scope = (struct feel_scope){ .names = names.items, .count = names.count, .closed = true };
	return scope;
}

static const struct feel_scope *clock_names(struct arena *arena, const struct service *service)
{
	static const char *const of_clock[] = { "dueOn", "provisional" };
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	struct feel_scope_name *list = ARENA_ARRAY(arena, struct feel_scope_name, service->clocks.count);
	for (size_t i = 0; i < service->clocks.count; i++)
		list[i] = (struct feel_scope_name){ service->clocks.items[i].id, closed_scope(arena, of_clock, 2) };
	*scope = (struct feel_scope){ .names = list, .count = service->clocks.count, .closed = true };
	return scope;
}

/* What paper_context and render_one (papers.c) put on top. An organisation's public facts are its own: open. */
static const struct feel_scope *hall_names(struct arena *arena, const struct service *service)
{
	static const char *const of_case[] = { "id", "number", "service", "region", "regionName", "submittedOn", "decidedOn", "outcome",
		"trial" };
	static const char *const of_lawyer[] = { "name", "sex", "licence", "phone", "firm", "firmFacts", "id" };
	static const char *const of_paper[] = { "id", "title", "number" }, *const of_decided[] = { "decision", "on", "rules" },
	                        *const of_hearing[] = { "on", "time", "place" };
	struct feel_scope_name list[] = {
		{ STR("case"), closed_scope(arena, of_case, sizeof of_case / sizeof *of_case) },
		{ STR("lawyer"), closed_scope(arena, of_lawyer, sizeof of_lawyer / sizeof *of_lawyer) },
		{ STR("paper"), closed_scope(arena, of_paper, sizeof of_paper / sizeof *of_paper) },
		{ STR("decided"), closed_scope(arena, of_decided, sizeof of_decided / sizeof *of_decided) },
		{ STR("hearing"), closed_scope(arena, of_hearing, sizeof of_hearing / sizeof *of_hearing) },
		{ STR("clocks"), clock_names(arena, service) }, { STR("organisation"), NULL }, { STR("today"), NULL },
	};
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = arena_copy(arena, list, sizeof list), .count = sizeof list / sizeof *list };
	return scope;
}

/* Result, input and output variables of the process, of jobs, and the facts of cases.c; what they hold is not known. */
static const struct feel_scope *process_names(struct arena *arena, const struct service *service, bool *out_open)
{
	struct bpmn_names set = bpmn_variable_names(arena, service->bpmn);
	struct names names = { .arena = arena };
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	for (size_t i = 0; i < set.count; i++) LIST_PUSH(arena, &names, ((struct feel_scope_name){ set.items[i], NULL }));
	for (size_t i = 0; hall_facts[i]; i++) LIST_PUSH(arena, &names, ((struct feel_scope_name){ str_from_c(hall_facts[i]), NULL }));
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		struct str result = bpmn_header(bpmn_element_at(service->bpmn, i), "result");
		if (result.len) LIST_PUSH(arena, &names, ((struct feel_scope_name){ result, NULL }));
	}
	*scope = (struct feel_scope){ .names = names.items, .count = names.count };
	*out_open = set.open;
	return scope;
}

const struct feel_scope *paper_scope(struct arena *arena, const struct service *service)
{
	bool open;
	const struct feel_scope *scope = united(arena, process_names(arena, service, &open), hall_names(arena, service));
	for (size_t i = 0; i < service->forms.count; i++) scope = united(arena, scope, form_scope(arena, service->forms.items[i].form));
	struct feel_scope *all = arena_copy(arena, scope, sizeof *scope);
	all->closed = !open;
	all->env = environment_signatures();
	return all;
}
