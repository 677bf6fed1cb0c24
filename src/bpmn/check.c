/* check: static rules over a loaded model, told in words. The model may still run; each finding says what would go
 * wrong and where. */
#include "bpmn/check.h"
#include <stdarg.h>
#include <stdio.h>

void complain(struct checking *checking, enum severity severity, const struct bpmn_element *element, const char *format, ...)
{
	char words[400];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(words, sizeof words, format, arguments);
	va_end(arguments);
	report_add(checking->report, severity, str_printf(checking->arena, "%u", element->line), "%.*s: %s",
		STR_ARG(element->id), words);
}

static void check_process(struct checking *checking, const struct bpmn_element *process)
{
	const struct bpmn_plan *plan = plan_of(process);
	if (!plan->executable || plan->starts.count > 0)
		return;
	if (plan->children.count == 0)
		complain(checking, SEVERITY_ERROR, process, "the process is empty");
	else
		complain(checking, SEVERITY_ERROR, process, "the process has no start event");
}

static bool needs_way_out(const struct bpmn_element *element)
{
	if (element->kind == BPMN_END_EVENT || element->triggered_by_event || element->for_compensation
		|| plan_of(element)->link_target)
		return false;
	if (element->kind == BPMN_BOUNDARY_EVENT && element->event == BPMN_EVENT_COMPENSATION)
		return false;
	return element->parent && element->parent->kind != BPMN_AD_HOC_SUB_PROCESS && element->kind != BPMN_PROCESS;
}

static void check_flows(struct checking *checking, const struct bpmn_element *element)
{
	bool may_come_in = element->kind != BPMN_START_EVENT && element->kind != BPMN_BOUNDARY_EVENT && !element->triggered_by_event
		&& !element->for_compensation;
	bool is_global_task = element->parent && plan_of(element->parent)->starts.count > 0
		&& plan_of(element->parent)->starts.items[0] == element && element->kind != BPMN_START_EVENT;
	if (!may_come_in && element->incoming.count > 0)
		complain(checking, SEVERITY_ERROR, element, "no flow may lead into a %s", element->triggered_by_event
			? "event sub-process"
			: element->for_compensation ? "compensation handler" : bpmn_kind_name(element->kind));
	if (element->kind == BPMN_END_EVENT && element->outgoing.count > 0)
		complain(checking, SEVERITY_ERROR, element, "no flow may leave an end event");
	if (element->outgoing.count == 0 && needs_way_out(element) && !is_global_task)
		complain(checking, is_gateway(element) ? SEVERITY_ERROR : SEVERITY_WARNING, element,
			"it is a dead end: no flow leaves it; lead it to an end event");
	if (element->parent && !checking->reach.entered[element->index])
		complain(checking, SEVERITY_ERROR, element, "no token can reach it");
}

static void check_choice(struct checking *checking, const struct bpmn_element *element)
{
	const struct bpmn_flow *otherwise = plan_of(element)->default_flow;
	size_t bare = 0, conditional = 0;
	const struct bpmn_flow *first_bare = NULL;
	for (size_t i = 0; i < element->outgoing.count; i++) {
		const struct bpmn_flow *flow = element->outgoing.items[i];
		bool has_condition = is_said(&flow->plan->condition);
		conditional += has_condition;
		if (!has_condition && flow != otherwise) {
			bare++;
			first_bare = first_bare ? first_bare : flow;
		}
	}
	if (otherwise && is_said(&otherwise->plan->condition))
		complain(checking, SEVERITY_WARNING, element, "the condition of its default flow %.*s is never asked",
			STR_ARG(otherwise->id));
	bool chooses = element->kind == BPMN_EXCLUSIVE_GATEWAY || element->kind == BPMN_INCLUSIVE_GATEWAY
		|| element->kind == BPMN_COMPLEX_GATEWAY;
	if (chooses && element->outgoing.count > 1 && bare > 0)
		complain(checking, SEVERITY_ERROR, element, "the flow %.*s has neither a condition nor is it the default",
			STR_ARG(first_bare->id));
	if ((chooses || is_activity(element)) && conditional > 0 && bare == 0 && !otherwise)
		complain(checking, SEVERITY_WARNING, element,
		    "when none of its conditions holds, it stops with an incident; give it a default flow");
	if (!chooses && !is_activity(element) && conditional > 0)
		complain(checking, SEVERITY_WARNING, element, "conditions of flows that leave a %s are not asked",
			bpmn_kind_name(element->kind));
}

static void check_event_gateway(struct checking *checking, const struct bpmn_element *element)
{
	if (element->kind != BPMN_EVENT_BASED_GATEWAY)
		return;
	for (size_t i = 0; i < element->outgoing.count; i++) {
		const struct bpmn_element *to = element->outgoing.items[i]->to;
		if (to->kind != BPMN_CATCH_EVENT && to->kind != BPMN_RECEIVE_TASK)
			complain(checking, SEVERITY_ERROR, element, "%.*s is neither a catch event nor a receive task", STR_ARG(to->id));
	}
	if (element->outgoing.count < 2)
		complain(checking, SEVERITY_WARNING, element, "an event-based gateway with fewer than two events decides nothing");
}

static void check_task(struct checking *checking, const struct bpmn_element *element)
{
	const struct bpmn_plan *plan = plan_of(element);
	if (element->kind == BPMN_USER_TASK && element->name.len == 0)
		complain(checking, SEVERITY_WARNING, element, "a user task without a name tells nobody what to do");
	if (element->kind == BPMN_SERVICE_TASK && !plan->is_job)
		complain(checking, SEVERITY_WARNING, element,
			"the service task has no zeebe:taskDefinition; its id will be the job's type");
	if (element->kind == BPMN_BUSINESS_RULE_TASK && !plan->is_job && !is_said(&plan->decision_id))
		complain(checking, SEVERITY_WARNING, element, "the business rule task calls no decision");
	if (element->kind == BPMN_SCRIPT_TASK && !plan->is_job && !is_said(&plan->script) && element->script.len == 0)
		complain(checking, SEVERITY_WARNING, element, "the script task has no script");
}

static bool is_caught(const struct bpmn_element *thrower, enum bpmn_event_definition kind, struct str code)
{
	for (const struct bpmn_element *scope = thrower->parent; scope; scope = scope->parent) {
		const struct element_list *lists[] = { &plan_of(scope)->boundaries, &plan_of(scope)->event_sub_processes };
		for (int list = 0; list < 2; list++) {
			for (size_t i = 0; i < lists[list]->count; i++) {
				const struct bpmn_element *event = lists[list]->items[i];
				if (list == 1)
					event = plan_of(event)->starts.items[0];
				if (event->event == kind && (event->event_name.len == 0 || str_eq(event->event_name, code)))
					return true;
			}
		}
	}
	return false;
}

static bool is_inside(const struct bpmn_element *element, enum bpmn_kind kind)
{
	for (const struct bpmn_element *scope = element->parent; scope; scope = scope->parent) {
		if (scope->kind == kind)
			return true;
	}
	return false;
}

static void check_event(struct checking *checking, const struct bpmn_element *element)
{
	bool throws = element->kind == BPMN_THROW_EVENT || element->kind == BPMN_END_EVENT;
	const struct triggers *triggers = &plan_of(element)->triggers;
	if (throws && element->event == BPMN_EVENT_ESCALATION && !is_caught(element, element->event, element->event_name))
		complain(checking, SEVERITY_WARNING, element, "nobody catches the escalation \"%.*s\"", STR_ARG(element->event_name));
	if (throws && element->event == BPMN_EVENT_CANCEL && !is_inside(element, BPMN_TRANSACTION))
		complain(checking, SEVERITY_ERROR, element, "a cancel event stands only inside a transaction");
	if (element->kind == BPMN_BOUNDARY_EVENT && element->event == BPMN_EVENT_CANCEL
		&& element->attached_to->kind != BPMN_TRANSACTION)
		complain(checking, SEVERITY_ERROR, element, "a cancel event can only be attached to a transaction");
	if (element->kind == BPMN_BOUNDARY_EVENT && element->event == BPMN_EVENT_COMPENSATION && !plan_of(element)->handler)
		complain(checking, SEVERITY_ERROR, element, "no association leads to an activity that compensates");
	if (element->kind == BPMN_BOUNDARY_EVENT && element->event == BPMN_EVENT_ERROR && !element->interrupting)
		complain(checking, SEVERITY_ERROR, element, "an error always interrupts");
	for (size_t i = 0; i < triggers->count && !throws && element->kind != BPMN_START_EVENT
		&& element->kind != BPMN_SEND_TASK; i++) {
		if (triggers->items[i].kind == BPMN_EVENT_MESSAGE && !is_said(&triggers->items[i].correlation))
			complain(checking, SEVERITY_WARNING, element,
				"the message has no correlation key (zeebe:subscription): any instance may receive it");
	}
}

static void check_shapes(struct checking *checking)
{
	const struct bpmn_model *model = checking->model;
	if (!model->has_diagram) {
		complain(checking, SEVERITY_WARNING, model->elements.items[0], "the file has no diagram");
		return;
	}
	for (size_t i = 0; i < model->elements.count; i++) {
		const struct bpmn_element *element = model->elements.items[i];
		if (element->kind != BPMN_PROCESS && !element->bounds && plan_of(element->parent)->starts.count > 0)
			complain(checking, SEVERITY_ERROR, element, "the diagram has no shape for it");
	}
}

void bpmn_check(struct arena *arena, const struct bpmn_model *model, struct report *report)
{
	struct str file_before = report->file;
	bool any_executable = false;
	report->file = model->file_name;
	struct checking checking = { .arena = arena, .model = model, .report = report, .reach = reach_all(arena, model, false) };
	for (size_t i = 0; i < model->processes.count; i++) {
		any_executable = any_executable || plan_of(model->processes.items[i])->executable;
		check_process(&checking, model->processes.items[i]);
	}
	if (!any_executable)
		complain(&checking, SEVERITY_ERROR, model->processes.items[0],
			"no process of the file is executable (isExecutable=\"true\")");
	for (size_t i = 0; i < model->elements.count; i++) {
		const struct bpmn_element *element = model->elements.items[i];
		if (element->kind == BPMN_PROCESS)
			continue;
		check_flows(&checking, element);
		check_choice(&checking, element);
		check_event_gateway(&checking, element);
		check_task(&checking, element);
		check_event(&checking, element);
	}
	check_joins(&checking);
	check_shapes(&checking);
	report->file = file_before;
}
