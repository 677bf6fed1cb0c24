/* load_zeebe: the extension elements of Camunda 8 (zeebe-bpmn-moddle), and the attributes of plain BPMN that
 * say the same. */
#include "bpmn/inside.h"

static const struct xml *zeebe_child(const struct xml *at, const char *name)
{
	return at ? xml_child(at, STR(ZEEBE_SPACE), name) : NULL;
}

/* <outer><inner first= second=/>…: properties, headers. */
static struct bpmn_pairs load_pairs(struct loading *loading, const struct xml *outer, const char *inner, const char *key,
	const char *value)
{
	struct { LIST_OF(struct bpmn_pair); } pairs = { 0 };
	for (const struct xml *child = zeebe_child(outer, inner); child; child = xml_sibling(child, STR(ZEEBE_SPACE), inner))
		LIST_PUSH(loading->arena, &pairs, ((struct bpmn_pair){ xml_attribute(child, key), xml_attribute(child, value) }));
	return (struct bpmn_pairs){ pairs.items, pairs.count };
}

static void load_mappings(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, const char *name,
	struct mappings *mappings)
{
	for (const struct xml *child = zeebe_child(at, name); child; child = xml_sibling(child, STR(ZEEBE_SPACE), name)) {
		struct mapping mapping = { .target = str_trim(xml_attribute(child, "target")),
			.source = load_text(loading, child, owner, xml_attribute(child, "source"), false) };
		if (mapping.target.len == 0)
			load_refuse(loading, child, "%.*s: an %s mapping has no target", STR_ARG(owner->id), name);
		LIST_PUSH(loading->arena, mappings, mapping);
	}
}

static void load_listeners(struct loading *loading, const struct xml *extensions, const struct bpmn_element *owner,
	struct bpmn_plan *plan)
{
	static const struct { const char *outer, *inner; } kinds[] = {
		{ "executionListeners", "executionListener" }, { "taskListeners", "taskListener" },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		for (const struct xml *child = zeebe_child(zeebe_child(extensions, kinds[i].outer), kinds[i].inner); child;
			child = xml_sibling(child, STR(ZEEBE_SPACE), kinds[i].inner)) {
			struct str event = xml_attribute(child, "eventType");
			struct listener listener = { .event = event,
				.type = load_text(loading, child, owner, xml_attribute(child, "type"), false),
				.retries = load_text(loading, child, owner, xml_attribute(child, "retries"), false),
				.headers = load_pairs(loading, zeebe_child(child, "taskHeaders"), "header", "key", "value") };
			bool begins = str_eq_c(event, "start") || str_eq_c(event, "creating") || str_eq_c(event, "create");
			bool ends = str_eq_c(event, "end") || str_eq_c(event, "completing") || str_eq_c(event, "complete");
			if (begins)
				LIST_PUSH(loading->arena, &plan->starts_listeners, listener);
			else if (ends)
				LIST_PUSH(loading->arena, &plan->ends_listeners, listener);
			else
				load_refuse(loading, child,
					"%.*s: a listener for \"%.*s\" is not carried out here (start, end, creating, completing are)",
					STR_ARG(owner->id), STR_ARG(event));
			if (!is_said(&listener.type))
				load_refuse(loading, child, "%.*s: a listener has no type", STR_ARG(owner->id));
		}
	}
}

static void load_user_task(struct loading *loading, const struct xml *extensions, struct bpmn_element *element,
	struct bpmn_plan *plan)
{
	const struct xml *assignment = zeebe_child(extensions, "assignmentDefinition");
	if (assignment) {
		plan->assignee = load_text(loading, assignment, element, xml_attribute(assignment, "assignee"), false);
		plan->candidate_groups = load_text(loading, assignment, element, xml_attribute(assignment, "candidateGroups"), false);
		plan->candidate_users = load_text(loading, assignment, element, xml_attribute(assignment, "candidateUsers"), false);
	}
	const struct xml *schedule = zeebe_child(extensions, "taskSchedule");
	if (schedule) {
		plan->due = load_text(loading, schedule, element, xml_attribute(schedule, "dueDate"), false);
		plan->follow_up = load_text(loading, schedule, element, xml_attribute(schedule, "followUpDate"), false);
	}
	const struct xml *priority = zeebe_child(extensions, "priorityDefinition");
	if (priority)
		plan->priority = load_text(loading, priority, element, xml_attribute(priority, "priority"), false);
}

static void load_form(struct loading *loading, const struct xml *extensions, struct bpmn_element *element, struct bpmn_plan *plan)
{
	const struct xml *form = zeebe_child(extensions, "formDefinition");
	if (!form)
		return;
	element->form_key = xml_attribute(form, "formKey");
	if (element->form_key.len == 0)
		element->form_key = xml_attribute(form, "externalReference");
	element->form_id = xml_attribute(form, "formId");
	plan->form_key = load_text(loading, form, element, element->form_key, false);
	plan->form_id = load_text(loading, form, element, element->form_id, false);
}

static void load_job(struct loading *loading, const struct xml *extensions, struct bpmn_element *element, struct bpmn_plan *plan)
{
	const struct xml *job = zeebe_child(extensions, "taskDefinition");
	if (job) {
		element->job_type = xml_attribute(job, "type");
		plan->job_type = load_text(loading, job, element, element->job_type, false);
		plan->job_retries = load_text(loading, job, element, xml_attribute(job, "retries"), false);
		plan->is_job = true;
		if (!is_said(&plan->job_type))
			load_refuse(loading, job, "%.*s: the task definition has no type", STR_ARG(element->id));
	}
	const struct xml *script = zeebe_child(extensions, "script");
	if (script) {
		plan->script = load_text(loading, script, element, xml_attribute(script, "expression"), true);
		plan->result_variable = element->result_variable = xml_attribute(script, "resultVariable");
	}
	const struct xml *decision = zeebe_child(extensions, "calledDecision");
	if (decision) {
		element->decision_id = xml_attribute(decision, "decisionId");
		plan->decision_id = load_text(loading, decision, element, element->decision_id, false);
		plan->result_variable = element->result_variable = xml_attribute(decision, "resultVariable");
		if (!is_said(&plan->decision_id) || plan->result_variable.len == 0)
			load_refuse(loading, decision, "%.*s: a called decision needs a decisionId and a resultVariable",
				STR_ARG(element->id));
	}
}

static void load_call(struct loading *loading, const struct xml *extensions, struct bpmn_element *element, struct bpmn_plan *plan)
{
	const struct xml *call = zeebe_child(extensions, "calledElement");
	if (call) {
		plan->is_zeebe_call = true;
		element->called_process = xml_attribute(call, "processId");
		plan->called_process = load_text(loading, call, element, element->called_process, false);
		plan->call_keeps_parents_out = str_eq_c(xml_attribute(call, "propagateAllParentVariables"), "false");
		plan->call_all_outputs = !str_eq_c(xml_attribute(call, "propagateAllChildVariables"), "false");
	} else {
		plan->call_all_outputs = true;
	}
}

void load_zeebe(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan)
{
	const struct xml *extensions = load_child(at, "extensionElements");
	if (extensions) {
		const struct xml *mapping = zeebe_child(extensions, "ioMapping");
		load_mappings(loading, mapping, element, "input", &plan->inputs);
		load_mappings(loading, mapping, element, "output", &plan->outputs);
		element->properties = load_pairs(loading, zeebe_child(extensions, "properties"), "property", "name", "value");
		element->headers = load_pairs(loading, zeebe_child(extensions, "taskHeaders"), "header", "key", "value");
		load_listeners(loading, extensions, element, plan);
		load_user_task(loading, extensions, element, plan);
		load_form(loading, extensions, element, plan);
		load_job(loading, extensions, element, plan);
		if (element->kind == BPMN_PROCESS && plan->starts_listeners.count + plan->ends_listeners.count > 0)
			load_refuse(loading, at, "%.*s: listeners of a whole process are not carried out here", STR_ARG(element->id));
		const struct xml *ad_hoc = zeebe_child(extensions, "adHoc");
		if (ad_hoc)
			plan->ad_hoc_active = load_text(loading, ad_hoc, element, xml_attribute(ad_hoc, "activeElementsCollection"), true);
	}
	if (element->kind == BPMN_CALL_ACTIVITY)
		load_call(loading, extensions, element, plan);
	if (element->kind == BPMN_CALL_ACTIVITY && !is_said(&plan->called_process))
		load_refuse(loading, at, "%.*s: the call activity names no process", STR_ARG(element->id));
}
