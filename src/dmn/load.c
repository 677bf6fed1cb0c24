/* From XML texts to a model: parse, bind imports, build types, link requirements, compile. Every step goes on after
 * an error as far as it can, so that the author sees all of them at once. */
#include "dmn/inside.h"

#include <stdarg.h>
#include <stdio.h>

#define X(name, text) text,
static const char *const kind_names[] = { DMN_KINDS(X) };
static const char *const policy_names[] = { DMN_HIT_POLICIES(X) };
#undef X

static const char *const dmn_spaces[] = {
	"http://www.omg.org/spec/DMN/20180521/MODEL/",     /* 1.2 */
	"https://www.omg.org/spec/DMN/20191111/MODEL/",    /* 1.3 */
	"https://www.omg.org/spec/DMN/20211108/MODEL/",    /* 1.4 */
	"https://www.omg.org/spec/DMN/20230324/MODEL/",    /* 1.5 */
};

const char *dmn_kind_name(enum dmn_kind kind)
{
	assert(kind < DMN_KIND_COUNT);
	return kind_names[kind];
}

const char *dmn_hit_policy_name(enum dmn_hit_policy policy)
{
	assert(policy < DMN_HIT_POLICY_COUNT);
	return policy_names[policy];
}

struct str place_of(struct arena *arena, uint32_t line, uint32_t column)
{
	return str_printf(arena, "%u:%u", line, column);
}

static void load_add(struct load *load, enum severity severity, const struct xml *at, const char *format, va_list args)
{
	char words[1000];
	vsnprintf(words, sizeof words, format, args);
	load->report->file = load->file->name;
	struct str place = at == NULL ? STR("") : place_of(load->arena, at->line, at->column);
	if (load->node != NULL)
		report_add(load->report, severity, place, "%s \"%.*s\": %s", dmn_kind_name(load->node->element.kind),
			STR_ARG(load->node->element.name), words);
	else
		report_add(load->report, severity, place, "%s", words);
}

void load_error(struct load *load, const struct xml *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	load_add(load, load->partly ? SEVERITY_WARNING : SEVERITY_ERROR, at, format, args);
	va_end(args);
}

void load_warning(struct load *load, const struct xml *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	load_add(load, SEVERITY_WARNING, at, format, args);
	va_end(args);
}

const struct xml *dmn_child(const struct load *load, const struct xml *parent, const char *name)
{
	return xml_child(parent, load->file->dmn, name);
}

const struct xml *dmn_next(const struct load *load, const struct xml *element, const char *name)
{
	return xml_sibling(element, load->file->dmn, name);
}

struct str dmn_text(const struct load *load, const struct xml *parent, const char *name)
{
	const struct xml *child = dmn_child(load, parent, name);
	return child == NULL ? STR("") : str_trim(child->text);
}

size_t dmn_count(const struct load *load, const struct xml *parent, const char *name)
{
	size_t count = 0;
	for (const struct xml *x = dmn_child(load, parent, name); x != NULL; x = dmn_next(load, x, name))
		count++;
	return count;
}

/* ---- files and imports --------------------------------------------------------------------------------- */

static bool is_dmn_space(struct str space)
{
	for (size_t i = 0; i < sizeof dmn_spaces / sizeof *dmn_spaces; i++)
		if (str_eq_c(space, dmn_spaces[i]))
			return true;
	return false;
}

static struct err read_file(struct load *load, const struct dmn_source *source, struct file *file)
{
	load->file = file;
	file->name = str_copy(load->arena, source->file);
	load->report->file = file->name;
	TRY(xml_parse(load->arena, source->xml, load->report, &file->root));
	if (!str_eq_c(file->root->name, "definitions") || !is_dmn_space(file->root->space)) {
		load->partly = false;
		load_error(load, file->root, "the file does not begin with <definitions> of DMN 1.2 to 1.5");
		return ERR(INVALID);
	}
	file->dmn = file->root->space;
	file->space = xml_attribute(file->root, "namespace");
	file->model_name = xml_attribute(file->root, "name");
	for (const struct xml *x = dmn_child(load, file->root, "import"); x != NULL; x = dmn_next(load, x, "import")) {
		struct import import = { .space = xml_attribute(x, "namespace"), .alias = str_trim(xml_attribute(x, "name")), .xml = x };
		struct str kind = xml_attribute(x, "importType");
		if (is_dmn_space(kind))
			LIST_PUSH(load->arena, &file->imports, import);
		else
			load_warning(load, x, "<import> of type \"%.*s\" is not DMN and is left out", STR_ARG(kind));
	}
	return OK;
}

static void bind_imports(struct load *load)
{
	for (size_t f = 0; f < load->model->file_count; f++) {
		struct file *file = load->file = &load->model->files[f];
		for (size_t i = 0; i < file->imports.count; i++) {
			struct import *import = &file->imports.items[i];
			for (size_t k = 0; k < load->model->file_count && import->file == NULL; k++)
				if (str_eq(load->model->files[k].space, import->space))
					import->file = &load->model->files[k];
			if (import->file == NULL)
				load_error(load, import->xml, "the import \"%.*s\" needs the model of namespace \"%.*s\", which is not given",
					STR_ARG(import->alias), STR_ARG(import->space));
		}
	}
}

/* ---- elements ------------------------------------------------------------------------------------------ */

static bool element_kind(const struct load *load, const struct xml *x, enum dmn_kind *out_kind)
{
	if (!str_eq(x->space, load->file->dmn))
		return false;
	for (int kind = 0; kind < DMN_KIND_COUNT; kind++) {
		if (str_eq_c(x->name, kind_names[kind])) {
			*out_kind = (enum dmn_kind)kind;
			return true;
		}
	}
	return false;
}

static void read_element(struct load *load, const struct xml *x, enum dmn_kind kind)
{
	struct file *file = load->file;
	struct node *node = ARENA_NEW(load->arena, struct node);
	node->home = file;
	node->xml = x;
	struct dmn_element *element = &node->element;
	*element = (struct dmn_element){ .kind = kind, .id = xml_attribute(x, "id"), .name = str_trim(xml_attribute(x, "name")),
		.space = file->space, .file = file->name, .line = x->line, .column = x->column,
		.imported = file != load->model->files, .description = dmn_text(load, x, "description"),
		.question = dmn_text(load, x, "question") };
	const struct xml *variable = dmn_child(load, x, "variable");
	node->variable = variable == NULL ? element->name : str_trim(xml_attribute(variable, "name"));
	if (str_is_empty(node->variable))
		node->variable = element->name;
	node->clark = str_printf(load->arena, "{%.*s}%.*s", STR_ARG(file->space), STR_ARG(element->name));
	if (str_is_empty(element->name))
		load_error(load, x, "<%s> has no name", dmn_kind_name(kind));
	if (!str_is_empty(element->id) && map_has(&file->by_id, element->id))
		load_error(load, x, "the id \"%.*s\" is used twice", STR_ARG(element->id));
	map_put(load->arena, &file->by_id, element->id, node);
	LIST_PUSH(load->arena, &file->nodes, node);
}

static struct err read_elements(struct load *load)
{
	struct dmn_model *model = load->model;
	for (size_t f = 0; f < model->file_count; f++) {
		load->file = &model->files[f];
		struct map names[DMN_KIND_COUNT] = { 0 };
		for (const struct xml *x = load->file->root->first; x != NULL; x = x->next) {
			enum dmn_kind kind;
			if (!element_kind(load, x, &kind))
				continue;
			if (load->file->nodes.count == DMN_ELEMENT_COUNT_MAX) {
				load_error(load, x, "more than %d elements", DMN_ELEMENT_COUNT_MAX);
				return ERR(LIMIT);
			}
			read_element(load, x, kind);
			struct node *node = load->file->nodes.items[load->file->nodes.count - 1];
			if (map_has(&names[kind], node->element.name))
				load_error(load, x, "two elements <%s> are called \"%.*s\"", dmn_kind_name(kind), STR_ARG(node->element.name));
			map_put(load->arena, &names[kind], node->element.name, node);
		}
		model->node_count += load->file->nodes.count;
	}
	model->nodes = ARENA_ARRAY(load->arena, struct node *, model->node_count + 1);
	size_t order = 0;
	for (size_t f = 0; f < model->file_count; f++) {
		for (size_t i = 0; i < model->files[f].nodes.count; i++) {
			struct node *node = model->files[f].nodes.items[i];
			node->element.order = order;
			model->nodes[order++] = node;
		}
	}
	return OK;
}

/* ---- requirements ---------------------------------------------------------------------------------------- */

static const struct node *follow(struct load *load, const struct xml *at, struct str *out_alias)
{
	struct str href = xml_attribute(at, "href");
	ptrdiff_t hash = str_find_byte(href, '#', 0);
	struct str space = hash <= 0 ? STR("") : str_sub(href, 0, (size_t)hash);
	struct str id = hash < 0 ? href : str_sub(href, (size_t)hash + 1, href.len);
	const struct file *target = NULL;
	*out_alias = STR("");
	if (str_is_empty(space) || str_eq(space, load->file->space))
		target = load->file;
	for (size_t i = 0; target == NULL && i < load->file->imports.count; i++) {
		if (str_eq(load->file->imports.items[i].space, space)) {
			target = load->file->imports.items[i].file;
			*out_alias = load->file->imports.items[i].alias;
		}
	}
	const struct node *node = target == NULL ? NULL : map_get(&target->by_id, id);
	if (node == NULL)
		load_error(load, at, "<%.*s> refers to \"%.*s\", which does not exist", STR_ARG(at->name), STR_ARG(href));
	return node;
}

static void read_requirements(struct load *load, struct node *node)
{
	static const char *const places[][2] = { { "informationRequirement", "requiredInput" },
		{ "informationRequirement", "requiredDecision" }, { "knowledgeRequirement", "requiredKnowledge" } };
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		bool knowledge = p == 2;
		for (const struct xml *x = dmn_child(load, node->xml, places[p][0]); x != NULL; x = dmn_next(load, x, places[p][0])) {
			const struct xml *to = dmn_child(load, x, places[p][1]);
			struct requirement requirement;
			if (to == NULL || (requirement.node = follow(load, to, &requirement.alias)) == NULL)
				continue;
			enum dmn_kind kind = requirement.node->element.kind;
			if (knowledge != (kind == DMN_KNOWLEDGE_MODEL || kind == DMN_SERVICE))
				load_error(load, to, "<%s> refers to a %s", places[p][1], dmn_kind_name(kind));
			else if (knowledge)
				LIST_PUSH(load->arena, &node->knows, requirement);
			else
				LIST_PUSH(load->arena, &node->needs, requirement);
		}
	}
}

static void read_service(struct load *load, struct node *node)
{
	struct str alias;
	for (const struct xml *x = dmn_child(load, node->xml, "outputDecision"); x != NULL; x = dmn_next(load, x, "outputDecision")) {
		const struct node *output = follow(load, x, &alias);
		if (output != NULL && output->element.kind != DMN_DECISION)
			load_error(load, x, "<outputDecision> refers to a %s", dmn_kind_name(output->element.kind));
		else if (output != NULL)
			LIST_PUSH(load->arena, &node->outputs, output);
	}
	static const char *const places[] = { "inputData", "inputDecision" };     /* the order of a service's parameters */
	for (size_t p = 0; p < 2; p++) {
		for (const struct xml *x = dmn_child(load, node->xml, places[p]); x != NULL; x = dmn_next(load, x, places[p])) {
			const struct node *input = follow(load, x, &alias);
			if (input != NULL && input->element.kind != (p == 0 ? DMN_INPUT_DATA : DMN_DECISION))
				load_error(load, x, "<%s> refers to a %s", places[p], dmn_kind_name(input->element.kind));
			else if (input != NULL)
				LIST_PUSH(load->arena, &node->inputs, input);
		}
	}
	if (node->outputs.count == 0)
		load_error(load, node->xml, "the service has no output decision");
}

static void link_nodes(struct load *load)
{
	for (size_t i = 0; i < load->model->node_count; i++) {
		struct node *node = load->model->nodes[i];
		load->file = (struct file *)node->home;
		load->node = node;
		read_requirements(load, node);
		if (node->element.kind == DMN_SERVICE)
			read_service(load, node);
		const struct xml *variable = dmn_child(load, node->xml, "variable");
		struct named_type type = type_of(load, variable);
		node->element.type = type.type;
		node->element.type_name = variable == NULL ? STR("") : str_trim(xml_attribute(variable, "typeRef"));
	}
	load->node = NULL;
}

/* ---- compiling ------------------------------------------------------------------------------------------- */

static const struct feel_scope *node_members(struct load *load, struct node *node)
{
	if (node->members_known)
		return node->members;
	node->members_known = true;
	if (node->element.kind == DMN_KNOWLEDGE_MODEL || node->element.kind == DMN_SERVICE)
		return NULL;
	node->members = type_members(load, node->element.type);
	if (node->members == NULL && node->element.kind == DMN_DECISION) {
		struct file *file = load->file;
		load->file = (struct file *)node->home;
		node->members = expr_members(load, expr_child(load, node->xml), 0);
		load->file = file;
	}
	return node->members;
}

struct names { LIST_OF(struct feel_scope_name); };

static void add_name(struct load *load, struct names *names, const struct requirement *requirement)
{
	struct node *node = (struct node *)requirement->node;
	struct feel_scope_name name = { .name = node->variable, .members = node_members(load, node) };
	if (str_is_empty(requirement->alias)) {
		LIST_PUSH(load->arena, names, name);
		return;
	}
	struct feel_scope *group = NULL;
	for (size_t i = 0; i < names->count && group == NULL; i++)
		if (str_eq(names->items[i].name, requirement->alias))
			group = (struct feel_scope *)names->items[i].members;
	if (group == NULL) {
		group = ARENA_NEW(load->arena, struct feel_scope);
		LIST_PUSH(load->arena, names, ((struct feel_scope_name){ .name = requirement->alias, .members = group }));
	}
	struct feel_scope_name *grown = ARENA_ARRAY(load->arena, struct feel_scope_name, group->count + 1);
	if (group->count > 0)
		memcpy(grown, group->names, group->count * sizeof *grown);
	grown[group->count] = name;
	group->names = grown;
	group->count++;
}

const struct feel_scope *node_scope(struct load *load, const struct node *node)
{
	struct names names = { 0 };
	for (size_t i = 0; i < node->needs.count; i++)
		add_name(load, &names, &node->needs.items[i]);
	for (size_t i = 0; i < node->knows.count; i++)
		add_name(load, &names, &node->knows.items[i]);
	struct feel_scope *scope = ARENA_NEW(load->arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = names.items, .count = names.count, .env = load->env, .closed = load->closed,
		.types = node->home->scope_types, .type_count = node->home->scope_type_count };
	return scope;
}

static void service_parameters(struct load *load, struct node *node)
{
	struct function *function = ARENA_NEW(load->arena, struct function);
	struct dmn_parameter *parameters = ARENA_ARRAY(load->arena, struct dmn_parameter, node->inputs.count + 1);
	struct buf names = buf_make(load->arena, 1 << 20);
	for (size_t i = 0; i < node->inputs.count; i++) {
		const struct node *input = node->inputs.items[i];
		parameters[i] = (struct dmn_parameter){ .name = input->variable, .type = input->element.type,
			.type_name = input->element.type_name };
		buf_printf(&names, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(input->variable));
	}
	*function = (struct function){ .parameters = parameters, .parameter_count = node->inputs.count,
		.parameter_names = str_to_c(load->arena, buf_str(&names)) };
	node->function = function;
}

static void compile_node(struct load *load, struct node *node)
{
	load->file = (struct file *)node->home;
	load->node = node;
	if (node->element.kind == DMN_DECISION) {
		const struct xml *logic = expr_child(load, node->xml);
		if (logic == NULL)
			load_warning(load, node->xml, "the decision has no logic: its value is null unless it is given");
		else
			node->logic = expr_compile(load, logic, node_scope(load, node));
	} else if (node->element.kind == DMN_KNOWLEDGE_MODEL) {
		const struct xml *logic = dmn_child(load, node->xml, "encapsulatedLogic");
		if (logic == NULL)
			load_warning(load, node->xml, "the knowledge model has no logic: its value is null");
		static const struct function none = { .parameter_names = "" };
		node->function = logic == NULL ? &none : function_compile(load, logic, node_scope(load, node));
	} else if (node->element.kind == DMN_SERVICE) {
		service_parameters(load, node);
	}
	if (node->function != NULL) {
		node->element.parameters = node->function->parameters;
		node->element.parameter_count = node->function->parameter_count;
	}
	load->node = NULL;
}

static struct err compile_helpers(struct load *load)
{
	struct dmn_model *model = load->model;
	struct feel_scope scope = { .names = &(struct feel_scope_name){ .name = STR_INIT("x") }, .count = 1 };
	TRY(feel_compile(load->arena, STR("sum(x)"), &scope, load->report, &model->sum));
	TRY(feel_compile(load->arena, STR("min(x)"), &scope, load->report, &model->min));
	TRY(feel_compile(load->arena, STR("max(x)"), &scope, load->report, &model->max));
	return feel_compile(load->arena, STR("for i in x return i"), &scope, load->report, &model->expand);
}

static void index_kinds(struct load *load)
{
	struct dmn_model *model = load->model;
	const struct file *main = &model->files[0];
	for (int kind = 0; kind < DMN_KIND_COUNT; kind++) {
		struct dmn_elements *list = &model->by_kind[kind];
		list->items = ARENA_ARRAY(load->arena, const struct dmn_element *, main->nodes.count + 1);
		for (size_t i = 0; i < main->nodes.count; i++)
			if (main->nodes.items[i]->element.kind == (enum dmn_kind)kind)
				list->items[list->count++] = &main->nodes.items[i]->element;
	}
}

static struct err load_all(struct arena *arena, const struct dmn_source *sources, size_t source_count, const struct feel_env *env,
	struct report *report, bool partly, const struct dmn_model **out_model)
{
	struct report own = report_make(arena);
	struct load load = { .arena = arena, .env = env, .report = report == NULL ? &own : report, .partly = partly };
	size_t errors_before = load.report->error_count;
	struct str file_before = load.report->file;
	if (source_count == 0 || source_count > DMN_SOURCE_COUNT_MAX)
		return ERR(LIMIT);
	struct dmn_model *model = load.model = ARENA_NEW(arena, struct dmn_model);
	model->files = ARENA_ARRAY(arena, struct file, source_count);
	model->file_count = source_count;
	model->env = env;
	for (size_t i = 0; i < source_count; i++)
		TRY(read_file(&load, &sources[i], &model->files[i]));
	bind_imports(&load);
	TRY(read_elements(&load));
	types_collect(&load);
	types_build(&load);
	link_nodes(&load);
	if (!graph_check(&load) || load.report->error_count != errors_before)
		return ERR(INVALID);
	TRY(compile_helpers(&load));
	for (size_t i = 0; i < model->node_count; i++)
		compile_node(&load, model->nodes[i]);
	for (size_t i = 0; i < model->node_count; i++)
		node_members(&load, model->nodes[i]);   /* now, so that nothing of the model changes later */
	index_kinds(&load);
	load.report->file = file_before;
	if (load.expression_count > DMN_EXPRESSION_COUNT_MAX)
		return ERR(LIMIT);
	if (load.report->error_count != errors_before)
		return ERR(INVALID);
	*out_model = model;
	return OK;
}

struct err dmn_load(struct arena *arena, const struct dmn_source *sources, size_t source_count, const struct feel_env *env,
	struct report *report, const struct dmn_model **out_model)
{
	return load_all(arena, sources, source_count, env, report, false, out_model);
}

struct err dmn_load_partly(struct arena *arena, const struct dmn_source *sources, size_t source_count, const struct feel_env *env,
	struct report *report, const struct dmn_model **out_model)
{
	return load_all(arena, sources, source_count, env, report, true, out_model);
}
