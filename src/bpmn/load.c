/* load: BPMN XML to a model: processes, nodes and flows, with all references resolved. */
#include "bpmn/inside.h"
#include <stdarg.h>
#include <stdio.h>

enum { NAME_COUNT_MAX = 2000 };

void load_refuse(struct loading *loading, const struct xml *at, const char *format, ...)
{
	char words[600];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(words, sizeof words, format, arguments);
	va_end(arguments);
	report_error(loading->report, at ? xml_place(loading->arena, at) : STR(""), "%s", words);
	loading->failed = true;
}

const struct xml *load_child(const struct xml *at, const char *name)
{
	return xml_child(at, STR(BPMN_SPACE), name);
}

struct str load_reference(struct str text)
{
	struct str trimmed = str_trim(text);
	ptrdiff_t colon = str_find_byte(trimmed, ':', 0);
	return colon < 0 ? trimmed : str_sub(trimmed, (size_t)colon + 1, trimmed.len);
}

struct bpmn_element *load_element(const struct loading *loading, struct str id)
{
	return map_get(&loading->model->by_id, id);
}

/* The compiler speaks of the expression's own lines; the reader wants the file's. */
static void refuse_expression(struct loading *loading, const struct xml *at, struct str text, const struct report *found)
{
	struct str id = xml_attribute(at, "id");
	for (size_t i = 0; i < found->count && i < 3; i++) {
		load_refuse(loading, at, "%.*s%s%.*s: the FEEL expression \"%.*s\" cannot be read at %.*s: %.*s", STR_ARG(at->name),
			id.len ? " " : "", STR_ARG(id), STR_ARG(text), STR_ARG(found->items[i].place), STR_ARG(found->items[i].words));
	}
	if (found->count == 0)
		load_refuse(loading, at, "the FEEL expression \"%.*s\" cannot be read", STR_ARG(text));
}

struct text_plan load_text(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct str text,
	bool feel)
{
	struct str source = str_trim(text);
	bool has_sign = source.len > 0 && source.ptr[0] == '=';
	if (source.len == 0 || (!has_sign && !feel))
		return (struct text_plan){ .text = source };
	struct str expression = has_sign ? str_sub(source, 1, source.len) : source;
	struct report found = report_make(loading->arena);
	const struct feel_program *program = NULL;
	if (failed(feel_compile(loading->arena, expression, &loading->scope, &found, &program))) {
		refuse_expression(loading, at, expression, &found);
		return (struct text_plan){ .text = source };
	}
	LIST_PUSH(loading->arena, &loading->model->expressions,
		((struct bpmn_expression){ .element = owner, .text = source, .line = at->line, .program = program }));
	return (struct text_plan){ .text = source, .program = program };
}

static bool flag_of(struct loading *loading, const struct xml *at, const char *name, bool otherwise)
{
	struct str text = str_trim(xml_attribute(at, name));
	if (text.len == 0)
		return otherwise;
	if (str_eq_c(text, "true") || str_eq_c(text, "1"))
		return true;
	if (!str_eq_c(text, "false") && !str_eq_c(text, "0"))
		load_refuse(loading, at, "%s is \"%.*s\"; write true or false", name, STR_ARG(text));
	return false;
}

static int32_t quantity_of(struct loading *loading, const struct xml *at, const char *name)
{
	struct str text = str_trim(xml_attribute(at, name));
	int64_t quantity = 1;
	if (text.len > 0 && (!str_to_i64(text, &quantity) || quantity < 1 || quantity > 1000)) {
		load_refuse(loading, at, "%s is \"%.*s\"; write a number from 1 to 1000", name, STR_ARG(text));
		quantity = 1;
	}
	return (int32_t)quantity;
}

static struct bpmn_element *element_add(struct loading *loading, const struct xml *at, enum bpmn_kind kind)
{
	struct bpmn_model *model = loading->model;
	struct bpmn_element *element = ARENA_NEW(loading->arena, struct bpmn_element);
	struct bpmn_plan *plan = ARENA_NEW(loading->arena, struct bpmn_plan);
	*element = (struct bpmn_element){ .index = (uint32_t)model->elements.count, .kind = kind,
		.id = xml_attribute(at, "id"), .name = xml_attribute(at, "name"), .line = at->line, .plan = plan };
	plan->start_quantity = plan->completion_quantity = 1;
	const struct xml *words = load_child(at, "documentation");
	if (words)
		element->documentation = str_trim(words->text);
	if (model->elements.count >= BPMN_ELEMENT_COUNT_MAX) {
		if (!loading->failed)
			load_refuse(loading, at, "the file has more than %d elements", BPMN_ELEMENT_COUNT_MAX);
		return element;
	}
	if (element->id.len == 0)
		load_refuse(loading, at, "a %.*s has no id", STR_ARG(at->name));
	else if (map_has(&model->by_id, element->id))
		load_refuse(loading, at, "the id %.*s is used twice", STR_ARG(element->id));
	LIST_PUSH(loading->arena, &model->elements, element);
	map_put(loading->arena, &model->by_id, element->id, element);
	return element;
}

static bool kind_of(const struct xml *at, enum bpmn_kind *out_kind)
{
	if (!str_eq_c(at->space, BPMN_SPACE))
		return false;
	for (int kind = BPMN_START_EVENT; kind < BPMN_KIND_COUNT; kind++) {
		if (str_eq_c(at->name, bpmn_kind_name((enum bpmn_kind)kind))) {
			*out_kind = (enum bpmn_kind)kind;
			return true;
		}
	}
	return false;
}

static void load_activity(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan)
{
	element->for_compensation = flag_of(loading, at, "isForCompensation", false);
	plan->start_quantity = quantity_of(loading, at, "startQuantity");
	plan->completion_quantity = quantity_of(loading, at, "completionQuantity");
	plan->instantiates = flag_of(loading, at, "instantiate", false);
	load_loop(loading, at, element, plan);
	const struct xml *script = load_child(at, "script");
	if (script)
		element->script = str_trim(script->text);
	element->script_format = xml_attribute(at, "scriptFormat");
	if (element->kind == BPMN_CALL_ACTIVITY) {
		element->called_process = load_reference(xml_attribute(at, "calledElement"));
		plan->called_process = (struct text_plan){ .text = element->called_process };
	}
	if (element->kind == BPMN_SUB_PROCESS)
		element->triggered_by_event = flag_of(loading, at, "triggeredByEvent", false);
	if (element->kind == BPMN_AD_HOC_SUB_PROCESS) {
		plan->ad_hoc_sequential = str_eq_c(xml_attribute(at, "ordering"), "Sequential");
		plan->ad_hoc_keep_remaining = !flag_of(loading, at, "cancelRemainingInstances", true);
		const struct xml *done = load_child(at, "completionCondition");
		if (done)
			plan->ad_hoc_done = load_text(loading, at, element, done->text, true);
	}
}

static void load_event(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan)
{
	element->interrupting = flag_of(loading, at, element->kind == BPMN_BOUNDARY_EVENT ? "cancelActivity"
		: "isInterrupting", true);
	plan->parallel_multiple = flag_of(loading, at, "parallelMultiple", false);
	load_triggers(loading, at, element, plan);
	element->several = plan->triggers.count > 1;
	element->all_of_several = element->several && plan->parallel_multiple;
}

static void load_gateway(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan)
{
	plan->instantiates = flag_of(loading, at, "instantiate", false);
	const struct xml *activation = load_child(at, "activationCondition");
	if (activation)
		plan->activation = load_text(loading, at, element, activation->text, true);
}

static void load_inside(struct loading *loading, const struct xml *at, struct bpmn_element *scope);

static void load_node(struct loading *loading, const struct xml *at, enum bpmn_kind kind, const struct bpmn_element *scope)
{
	struct bpmn_element *element = element_add(loading, at, kind);
	struct bpmn_plan *plan = (struct bpmn_plan *)element->plan;
	struct bpmn_plan *outer = (struct bpmn_plan *)scope->plan;
	element->parent = scope;
	LIST_PUSH(loading->arena, &outer->children, element);
	if (is_activity(element))
		load_activity(loading, at, element, plan);
	else if (is_gateway(element))
		load_gateway(loading, at, element, plan);
	else
		load_event(loading, at, element, plan);
	if (kind == BPMN_RECEIVE_TASK || kind == BPMN_SEND_TASK)
		load_triggers(loading, at, element, plan);
	load_zeebe(loading, at, element, plan);
	if (kind == BPMN_START_EVENT)
		LIST_PUSH(loading->arena, &outer->starts, element);
	if (element->triggered_by_event)
		LIST_PUSH(loading->arena, &outer->event_sub_processes, element);
	if (is_scope(element))
		load_inside(loading, at, element);
}

static void load_flow(struct loading *loading, const struct xml *at)
{
	struct bpmn_flow *flow = ARENA_NEW(loading->arena, struct bpmn_flow);
	struct bpmn_flow_plan *plan = ARENA_NEW(loading->arena, struct bpmn_flow_plan);
	*flow = (struct bpmn_flow){ .id = xml_attribute(at, "id"), .name = xml_attribute(at, "name"), .line = at->line, .plan = plan,
		.from = load_element(loading, load_reference(xml_attribute(at, "sourceRef"))),
		.to = load_element(loading, load_reference(xml_attribute(at, "targetRef"))) };
	plan->index = (uint32_t)loading->model->flows.count;
	if (!flow->from || !flow->to) {
		struct str missing = xml_attribute(at, flow->from ? "targetRef" : "sourceRef");
		load_refuse(loading, at, "sequence flow %.*s: there is no element %.*s", STR_ARG(flow->id), STR_ARG(missing));
		return;
	}
	if (flow->from->parent != flow->to->parent || !flow->from->parent) {
		load_refuse(loading, at, "sequence flow %.*s crosses the border of a process or sub-process", STR_ARG(flow->id));
		return;
	}
	if (map_has(&loading->flows, flow->id) || load_element(loading, flow->id))
		load_refuse(loading, at, "the id %.*s is used twice", STR_ARG(flow->id));
	const struct xml *condition = load_child(at, "conditionExpression");
	if (condition) {
		plan->condition = load_text(loading, condition, flow->from, condition->text, true);
		flow->condition = plan->condition.text;
	}
	LIST_PUSH(loading->arena, &loading->model->flows, flow);
	map_put(loading->arena, &loading->flows, flow->id, flow);
}

static void load_default(struct loading *loading, const struct xml *at)
{
	struct str id = load_reference(xml_attribute(at, "default"));
	const struct bpmn_element *element = load_element(loading, xml_attribute(at, "id"));
	if (id.len == 0 || !element)
		return;
	struct bpmn_flow *flow = map_get(&loading->flows, id);
	if (!flow || flow->from != element) {
		load_refuse(loading, at, "%.*s: its default flow %.*s does not leave it", STR_ARG(element->id), STR_ARG(id));
		return;
	}
	flow->is_default = true;
	((struct bpmn_plan *)element->plan)->default_flow = flow;
}

static void load_inside(struct loading *loading, const struct xml *at, struct bpmn_element *scope)
{
	enum bpmn_kind kind;
	for (const struct xml *child = at->first; child; child = child->next) {
		if (kind_of(child, &kind) && kind != BPMN_PROCESS)
			load_node(loading, child, kind, scope);
	}
	for (const struct xml *child = at->first; child; child = child->next) {
		if (str_eq_c(child->space, BPMN_SPACE) && str_eq_c(child->name, "sequenceFlow"))
			load_flow(loading, child);
	}
	for (const struct xml *child = at->first; child; child = child->next)
		load_default(loading, child);
}

/* A global task runs like a process that consists of that one task; the task's own id ends in "#task". */
static void load_global_task(struct loading *loading, const struct xml *at, enum bpmn_kind kind)
{
	struct bpmn_element *process = element_add(loading, at, BPMN_PROCESS);
	struct bpmn_plan *outer = (struct bpmn_plan *)process->plan;
	outer->executable = true;
	LIST_PUSH(loading->arena, &loading->model->processes, process);
	struct xml renamed = *at;
	struct xml_attribute id = { .name = STR("id"), .value = str_join(loading->arena, process->id, STR("#task")) };
	renamed.attributes = arena_copy(loading->arena, at->attributes, at->attribute_count * sizeof *at->attributes);
	for (size_t i = 0; i < renamed.attribute_count; i++) {
		if (str_eq_c(renamed.attributes[i].name, "id") && renamed.attributes[i].space.len == 0)
			renamed.attributes[i] = id;
	}
	load_node(loading, &renamed, kind, process);
	outer->starts = outer->children;
}

static void load_processes(struct loading *loading)
{
	static const struct { const char *name; enum bpmn_kind kind; } global[] = {
		{ "globalTask", BPMN_TASK }, { "globalUserTask", BPMN_USER_TASK }, { "globalManualTask", BPMN_MANUAL_TASK },
		{ "globalScriptTask", BPMN_SCRIPT_TASK }, { "globalBusinessRuleTask", BPMN_BUSINESS_RULE_TASK },
	};
	for (const struct xml *child = loading->root->first; child; child = child->next) {
		if (!str_eq_c(child->space, BPMN_SPACE))
			continue;
		if (str_eq_c(child->name, "process")) {
			struct bpmn_element *process = element_add(loading, child, BPMN_PROCESS);
			((struct bpmn_plan *)process->plan)->executable = flag_of(loading, child, "isExecutable", false);
			LIST_PUSH(loading->arena, &loading->model->processes, process);
			load_zeebe(loading, child, process, (struct bpmn_plan *)process->plan);
			load_inside(loading, child, process);
			load_lanes(loading, child);
		}
		for (size_t i = 0; i < sizeof global / sizeof global[0]; i++) {
			if (str_eq_c(child->name, global[i].name) && xml_attribute(child, "id").len > 0)
				load_global_task(loading, child, global[i].kind);
		}
	}
	if (loading->model->processes.count == 0)
		load_refuse(loading, loading->root, "the file holds no process");
}

/* Messages, signals, errors and the like may stand behind their use; event definitions may be shared by id. */
static void collect_roots(struct loading *loading, const struct xml *at)
{
	for (const struct xml *child = at->first; child; child = child->next) {
		struct str id = xml_attribute(child, "id");
		if (id.len > 0 && str_eq_c(child->space, BPMN_SPACE) && (at == loading->root
			|| str_ends(child->name, STR("EventDefinition"))))
			map_put(loading->arena, &loading->roots, id, (void *)child);
		collect_roots(loading, child);
	}
}

static void name_add(struct loading *loading, struct str path)
{
	ptrdiff_t dot = str_find_byte(path, '.', 0);
	struct str name = str_trim(dot >= 0 ? str_sub(path, 0, (size_t)dot) : path);
	for (size_t i = 0; i < loading->names.count; i++) {
		if (str_eq(loading->names.items[i].name, name))
			return;
	}
	if (name.len > 0 && loading->names.count < NAME_COUNT_MAX)
		LIST_PUSH(loading->arena, &loading->names, ((struct feel_scope_name){ .name = name }));
}

/* Names with spaces, or those of built-in functions, are only read rightly when the parser knows them. */
static void collect_names(struct loading *loading, const struct xml *at)
{
	static const char *const attributes[] = { "target", "resultVariable", "inputElement", "outputCollection" };
	for (const struct xml *child = at->first; child; child = child->next) {
		for (size_t i = 0; i < sizeof attributes / sizeof attributes[0] && str_eq_c(child->space, ZEEBE_SPACE); i++)
			name_add(loading, xml_attribute(child, attributes[i]));
		collect_names(loading, child);
	}
	loading->scope.names = loading->names.items;
	loading->scope.count = loading->names.count;
}

struct err bpmn_load(struct arena *arena, struct str file_name, struct str xml, const struct feel_env *env,
	struct report *report, const struct bpmn_model **out_model)
{
	struct report unread = report_make(arena);
	if (!report)
		report = &unread;
	struct str file_before = report->file;
	report->file = file_name;
	struct loading loading = { .arena = arena, .report = report, .scope = { .env = env } };
	struct err parsed = xml_parse(arena, xml, report, &loading.root);
	if (failed(parsed)) {
		report->file = file_before;
		return parsed;
	}
	loading.model = ARENA_NEW(arena, struct bpmn_model);
	loading.model->arena = arena;
	loading.model->file_name = str_copy(arena, file_name);
	if (!str_eq_c(loading.root->space, BPMN_SPACE) || !str_eq_c(loading.root->name, "definitions")) {
		load_refuse(&loading, loading.root, "this is not a BPMN 2.0 file: its root is %.*s in the namespace \"%.*s\"",
			STR_ARG(loading.root->name), STR_ARG(loading.root->space));
	} else {
		collect_roots(&loading, loading.root);
		collect_names(&loading, loading.root);
		load_processes(&loading);
		load_links(&loading);
		load_diagram(&loading);
	}
	report->file = file_before;
	if (loading.failed)
		return ERR(INVALID);
	*out_model = loading.model;
	return OK;
}
