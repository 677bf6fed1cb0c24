/* The part of `service check` that follows names from the forms to the papers: what is written down must be provided. */
#include "hall/check_names.h"

#include "hall/inside.h"

static bool knows(const struct feel_scope *scope, struct str name)
{
	for (size_t i = 0; i < scope->count; i++)
		if (str_eq(scope->names[i].name, name)) return true;
	return !scope->closed;
}

void check_templates(struct arena *arena, const struct service *service, struct report *report)
{
	const struct feel_scope *scope = paper_scope(arena, service);
	const struct feel_template *unused;
	for (size_t i = 0; i < service->papers.count + service->notices.count; i++) {
		bool paper = i < service->papers.count;
		report->file = paper ? str_join(arena, STR("papers/"), service->papers.items[i].template_path)
		                     : str_join(arena, STR("notices/"), service->notices.items[i - service->papers.count].template_path);
		(void)failed(feel_template_compile(arena, service_content(service, report->file), scope, report, &unused));
	}
}

void check_expressions(struct arena *arena, const struct service *service, struct report *report)
{
	const struct feel_scope *scope = paper_scope(arena, service);
	struct bpmn_expressions expressions = bpmn_expressions(service->bpmn);
	for (size_t i = 0; i < expressions.count; i++) {
		const struct bpmn_expression *expression = &expressions.items[i];
		struct report inner = report_make(arena);
		const struct feel_program *unused;
		struct str text = expression->text, place = str_from_i64(arena, expression->line);
		if (str_starts(text, STR("="))) text = str_sub(text, 1, text.len);
		if (!failed(feel_compile(arena, text, scope, &inner, &unused)) || inner.count == 0) continue;
		report_error(report, place, "%.*s: %.*s", STR_ARG(expression->element->id), STR_ARG(inner.items[0].words));
	}
}

/* The first member of a type that says nothing of what it holds; "" when all say it. */
static struct str untyped(struct arena *arena, struct str name, const struct feel_type *type)
{
	if (!type || type->kind == FEEL_TYPE_ANY) return name;
	if (type->kind == FEEL_TYPE_LIST) return untyped(arena, name, type->element);
	for (size_t i = 0; type->kind == FEEL_TYPE_CONTEXT && i < type->member_count; i++) {
		struct str path = str_printf(arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(type->members[i].name));
		struct str found = untyped(arena, path, type->members[i].type);
		if (found.len) return found;
	}
	return STR("");
}

static void check_inputs_of(struct arena *arena, const struct service *service, const struct feel_scope *scope,
	const struct bpmn_element *task, struct report *report)
{
	const struct service_model *model = service_decision(service, task->decision_id);
	if (!model) return;   /* named already */
	struct dmn_elements needed = dmn_needed_inputs(arena, model->model, dmn_find(model->model, DMN_DECISION, task->decision_id));
	for (size_t i = 0; i < needed.count; i++) {
		const struct dmn_element *input = needed.items[i];
		struct str vague = untyped(arena, input->name, input->type);
		if (!knows(scope, input->name))
			report_error(report, str_from_i64(arena, task->line),
			    "%.*s: the decision %.*s needs `%.*s`, which no form, process or hall provides", STR_ARG(task->id),
			    STR_ARG(task->decision_id), STR_ARG(input->name));
		if (vague.len)
			report_error(report, str_from_i64(arena, task->line),
			    "%.*s: the decision %.*s does not declare the type of `%.*s`: its receipts could not be decided again", STR_ARG(task->id),
			    STR_ARG(task->decision_id), STR_ARG(vague));
	}
}

void check_inputs(struct arena *arena, const struct service *service, struct report *report)
{
	const struct feel_scope *scope = paper_scope(arena, service);
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		if (element->kind == BPMN_BUSINESS_RULE_TASK && element->decision_id.len) check_inputs_of(arena, service, scope, element, report);
	}
}

/* A form that asks for what the hall itself says would be overruled without a word. */
void check_form_keys(struct arena *arena, const struct service *service, struct report *report)
{
	static const char *const of_hall[] = { "case", "lawyer", "clocks", "organisation", "today", "paper", "decided", NULL };
	const char *const *const lists[] = { hall_facts, of_hall };
	for (size_t i = 0; i < service->forms.count; i++) {
		const struct feel_scope *keys = form_scope(arena, service->forms.items[i].form);
		report->file = str_printf(arena, "forms/%.*s.form", STR_ARG(service->forms.items[i].id));
		for (size_t k = 0; k < 2; k++)
			for (size_t n = 0; lists[k][n]; n++)
				for (size_t m = 0; m < keys->count; m++)
					if (str_eq_c(keys->names[m].name, lists[k][n]))
						report_error(report, keys->names[m].name, "this key is the hall's own: choose another one");
	}
}

static bool has_notice(const struct service *service, struct str id)
{
	for (size_t i = 0; i < service->notices.count; i++)
		if (str_eq(service->notices.items[i].id, id)) return true;
	return false;
}

static bool has_clock(const struct service *service, struct str name)
{
	for (size_t i = 0; i < service->clocks.count; i++)
		if (str_eq(service->clocks.items[i].from, name)) return true;
	return false;
}

void check_jobs(struct arena *arena, const struct service *service, struct report *report)
{
	bool renders = false;
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		struct str place = str_from_i64(arena, element->line);
		struct str notice = bpmn_header(element, "notice"), clock = bpmn_header(element, "clock");
		renders |= str_eq_c(element->job_type, "paper.render");
		if (str_eq_c(element->job_type, "notice.queue") && !has_notice(service, notice))
			report_error(report, place, "%.*s: service.json has no notice `%.*s`", STR_ARG(element->id), STR_ARG(notice));
		if (str_eq_c(element->job_type, "clock.start") && !has_clock(service, clock))
			report_error(report, place, "%.*s: no clock of service.json begins `from` `%.*s`", STR_ARG(element->id), STR_ARG(clock));
		if (str_eq_c(element->job_type, "paper.render") && service->papers.count == 0)
			report_error(report, place, "%.*s: service.json has no papers to make", STR_ARG(element->id));
	}
	if (service->papers.count > 0 && !renders)
		report_error(report, STR(""), "service.json has papers, but no task of the process makes them (job paper.render)");
}

void check_told(struct arena *arena, const struct service *service, struct report *report)
{
	for (size_t i = 0; i < service->outcomes.count; i++) {
		struct str name = service->outcomes.items[i].name;
		bool told = false, reached = false;
		for (size_t k = 0; k < service->notices.count; k++) told |= str_eq(service->notices.items[k].on, name);
		for (size_t k = 0; k < bpmn_element_count(service->bpmn); k++)
			reached |= str_eq(bpmn_property(bpmn_element_at(service->bpmn, k), "outcome"), name);
		if (!reached) report_warning(report, name, "no element of the process has this outcome");
		else if (!told) report_warning(report, name, "nobody is told of this outcome: add a notice with \"on\": \"%.*s\"", STR_ARG(name));
	}
	for (size_t i = 0; i < service->files.count; i++) {
		struct str path = service->files.items[i].path;
		bool used = !str_starts(path, STR("papers/")) && !str_starts(path, STR("notices/"));
		for (size_t k = 0; k < service->papers.count; k++)
			used |= str_eq(path, str_join(arena, STR("papers/"), service->papers.items[k].template_path));
		for (size_t k = 0; k < service->notices.count; k++)
			used |= str_eq(path, str_join(arena, STR("notices/"), service->notices.items[k].template_path));
		if (!used) report_warning(report, path, "nothing in service.json uses this file");
	}
}
