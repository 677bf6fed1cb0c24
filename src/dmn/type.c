/* Item definitions: the types of a model, from typeRefs as 1.2 to 1.5 write them. */
#include "dmn/inside.h"

struct simple_type { const char *name; enum feel_kind kind; };
static const struct simple_type simple_types[] = {
	{ "number", FEEL_NUMBER }, { "string", FEEL_STRING }, { "boolean", FEEL_BOOLEAN }, { "date", FEEL_DATE },
	{ "time", FEEL_TIME }, { "date and time", FEEL_DATE_TIME }, { "dateTime", FEEL_DATE_TIME },
	{ "days and time duration", FEEL_DAYS_DURATION }, { "dayTimeDuration", FEEL_DAYS_DURATION },
	{ "years and months duration", FEEL_MONTHS_DURATION }, { "yearMonthDuration", FEEL_MONTHS_DURATION },
};

static bool builtin_type(struct load *load, struct str name, struct named_type *out_type)
{
	*out_type = (struct named_type){ 0 };
	if (str_eq_c(name, "Any") || str_eq_c(name, "any"))
		return true;
	for (size_t i = 0; i < sizeof simple_types / sizeof *simple_types; i++) {
		if (str_eq_c(name, simple_types[i].name)) {
			struct feel_type *type = ARENA_NEW(load->arena, struct feel_type);
			*type = (struct feel_type){ .kind = FEEL_TYPE_SIMPLE, .simple = simple_types[i].kind };
			out_type->type = type;
			return true;
		}
	}
	if (str_eq_c(name, "context")) {
		struct feel_type *type = ARENA_NEW(load->arena, struct feel_type);
		type->kind = FEEL_TYPE_CONTEXT;
		out_type->type = type;
		return true;
	}
	bool open = str_eq_c(name, "list") || str_eq_c(name, "range") || str_eq_c(name, "function") || str_eq_c(name, "Null");
	return (open || str_find_byte(name, '<', 0) > 0) && !failed(feel_type_parse(load->arena, name, &out_type->type));
}

static void build(struct load *load, struct type_definition *definition, size_t depth);
static struct named_type resolve(struct load *load, const struct xml *at, struct str ref, size_t depth);

static bool user_type(struct load *load, const struct file *file, struct str name, size_t depth, struct named_type *out_type)
{
	struct type_definition *definition = file == NULL ? NULL : map_get(&file->types, name);
	if (definition == NULL)
		return false;
	struct file *before = load->file;
	load->file = (struct file *)file;
	build(load, definition, depth);
	load->file = before;
	*out_type = (struct named_type){ .type = definition->type, .allowed_text = definition->allowed_text };
	return true;
}

static struct named_type resolve(struct load *load, const struct xml *at, struct str ref, size_t depth)
{
	struct named_type type = { 0 };
	ref = str_trim(ref);
	if (str_is_empty(ref) || user_type(load, load->file, ref, depth, &type) || builtin_type(load, ref, &type))
		return type;
	for (size_t i = 0; i < load->file->imports.count; i++) {
		const struct import *import = &load->file->imports.items[i];
		struct str alias = import->alias;
		if (str_is_empty(alias) && user_type(load, import->file, ref, depth, &type))
			return type;
		if (ref.len > alias.len + 1 && str_starts(ref, alias) && ref.ptr[alias.len] == '.'
				&& user_type(load, import->file, str_sub(ref, alias.len + 1, ref.len), depth, &type))
			return type;
	}
	ptrdiff_t colon = str_find_byte(ref, ':', 0);
	if (colon > 0) {
		struct str local = str_sub(ref, (size_t)colon + 1, ref.len);
		struct str space = xml_namespace_of(at, str_sub(ref, 0, (size_t)colon));
		for (size_t i = 0; i < load->file->imports.count; i++)
			if (str_eq(load->file->imports.items[i].space, space)
					&& user_type(load, load->file->imports.items[i].file, local, depth, &type))
				return type;
		if (user_type(load, load->file, local, depth, &type) || builtin_type(load, local, &type))
			return type;
	}
	load_error(load, at, "the type \"%.*s\" is not defined", STR_ARG(ref));
	return (struct named_type){ 0 };
}

struct named_type type_named(struct load *load, const struct xml *at, struct str ref) { return resolve(load, at, ref, 0); }

struct named_type type_of(struct load *load, const struct xml *at)
{
	if (at == NULL)
		return (struct named_type){ 0 };
	return resolve(load, at, xml_has_attribute(at, "typeRef") ? xml_attribute(at, "typeRef") : dmn_text(load, at, "typeRef"), 0);
}

/* ---- building -------------------------------------------------------------------------------------------- */

static const struct feel_type *list_of(struct load *load, const struct feel_type *element)
{
	static const struct feel_type any = { .kind = FEEL_TYPE_ANY };
	struct feel_type *type = ARENA_NEW(load->arena, struct feel_type);
	*type = (struct feel_type){ .kind = FEEL_TYPE_LIST, .element = element == NULL ? &any : element };
	return type;
}

static const struct feel_type *or_any(const struct feel_type *type)
{
	static const struct feel_type any = { .kind = FEEL_TYPE_ANY };
	return type == NULL ? &any : type;
}

/* `base` with the tests in addition to those it has. */
static const struct feel_type *restricted(struct load *load, const struct xml *at, const struct feel_type *base, struct str tests,
	struct str base_tests)
{
	struct report findings = report_make(load->arena);
	struct feel_scope scope = { .env = load->env };
	struct str text = tests;
	if (base != NULL && base->allowed != NULL && !str_is_empty(base_tests))
		text = str_printf(load->arena, "(? in (%.*s)) and (? in (%.*s))", STR_ARG(base_tests), STR_ARG(tests));
	struct feel_type *type = ARENA_NEW(load->arena, struct feel_type);
	*type = *or_any(base);
	type->env = load->env;
	if (failed(feel_compile_tests(load->arena, text, &scope, &findings, &type->allowed))) {
		load_error(load, at, "its allowed values cannot be read: %.*s",
			STR_ARG(findings.count == 0 ? STR("too large") : findings.items[0].words));
		return base;
	}
	return type;
}

static const struct feel_type *build_components(struct load *load, const struct xml *xml, size_t depth);

/* Type of an <itemDefinition> or <itemComponent>. */
static struct named_type build_item(struct load *load, const struct xml *xml, size_t depth)
{
	if (depth > DMN_NESTING_MAX) {
		load_error(load, xml, "item definitions are nested deeper than %d", DMN_NESTING_MAX);
		return (struct named_type){ 0 };
	}
	struct named_type item = { 0 };
	const struct xml *function = dmn_child(load, xml, "functionItem");
	if (dmn_child(load, xml, "itemComponent") != NULL) {
		item.type = build_components(load, xml, depth);
	} else if (function != NULL) {
		struct feel_type *type = ARENA_NEW(load->arena, struct feel_type);
		struct str result = xml_attribute(function, "outputTypeRef");
		*type = (struct feel_type){ .kind = FEEL_TYPE_FUNCTION, .element = or_any(resolve(load, function, result, depth + 1).type) };
		size_t count = dmn_count(load, function, "parameters");
		struct feel_type_member *members = ARENA_ARRAY(load->arena, struct feel_type_member, count + 1);
		for (const struct xml *x = dmn_child(load, function, "parameters"); x != NULL; x = dmn_next(load, x, "parameters"))
			members[type->member_count++] = (struct feel_type_member){ .name = xml_attribute(x, "name"),
				.type = or_any(resolve(load, x, xml_attribute(x, "typeRef"), depth + 1).type) };
		type->members = members;
		item.type = type;
	} else {
		struct str ref = xml_has_attribute(xml, "typeRef") ? xml_attribute(xml, "typeRef") : dmn_text(load, xml, "typeRef");
		item = resolve(load, xml, ref, depth + 1);
	}
	const struct xml *allowed = dmn_child(load, xml, "allowedValues");
	struct str tests = allowed == NULL ? STR("") : dmn_text(load, allowed, "text");
	if (!str_is_empty(tests)) {
		item.type = restricted(load, allowed, item.type, tests, item.allowed_text);
		item.allowed_text = tests;
	}
	if (str_eq_c(xml_attribute(xml, "isCollection"), "true"))
		item.type = list_of(load, item.type);
	const struct xml *constraint = dmn_child(load, xml, "typeConstraint");
	tests = constraint == NULL ? STR("") : dmn_text(load, constraint, "text");
	if (!str_is_empty(tests)) {
		item.type = restricted(load, constraint, item.type, tests, item.allowed_text);
		item.allowed_text = tests;
	}
	return item;
}

static const struct feel_type *build_components(struct load *load, const struct xml *xml, size_t depth)
{
	struct feel_type *type = ARENA_NEW(load->arena, struct feel_type);
	size_t count = dmn_count(load, xml, "itemComponent");
	struct feel_type_member *members = ARENA_ARRAY(load->arena, struct feel_type_member, count);
	*type = (struct feel_type){ .kind = FEEL_TYPE_CONTEXT, .members = members };
	for (const struct xml *x = dmn_child(load, xml, "itemComponent"); x != NULL; x = dmn_next(load, x, "itemComponent"))
		members[type->member_count++] = (struct feel_type_member){ .name = str_trim(xml_attribute(x, "name")),
			.type = or_any(build_item(load, x, depth + 1).type) };
	return type;
}

static void build(struct load *load, struct type_definition *definition, size_t depth)
{
	if (definition->built)
		return;
	if (definition->building) {
		load_error(load, definition->xml, "the type \"%.*s\" is made of itself", STR_ARG(definition->name));
		return;
	}
	definition->building = true;
	struct named_type item = build_item(load, definition->xml, depth);
	definition->type = item.type;
	definition->allowed_text = item.allowed_text;
	definition->built = true;
}

void types_collect(struct load *load)
{
	for (size_t f = 0; f < load->model->file_count; f++) {
		struct file *file = load->file = &load->model->files[f];
		for (const struct xml *x = dmn_child(load, file->root, "itemDefinition"); x != NULL; x = dmn_next(load, x, "itemDefinition")) {
			struct type_definition *definition = ARENA_NEW(load->arena, struct type_definition);
			definition->name = str_trim(xml_attribute(x, "name"));
			definition->xml = x;
			if (map_has(&file->types, definition->name))
				load_error(load, x, "the type \"%.*s\" is defined twice", STR_ARG(definition->name));
			map_put(load->arena, &file->types, definition->name, definition);
		}
	}
}

struct scope_types { LIST_OF(struct feel_scope_type); };

static void add_scope_types(struct load *load, const struct file *file, struct str alias, struct scope_types *types)
{
	for (size_t i = 0; file != NULL && i < file->types.count; i++) {
		const struct type_definition *definition = file->types.entries[i].value;
		struct str name = definition->name;
		if (!str_is_empty(alias))
			name = str_printf(load->arena, "%.*s.%.*s", STR_ARG(alias), STR_ARG(name));
		LIST_PUSH(load->arena, types, ((struct feel_scope_type){ .name = name, .type = or_any(definition->type) }));
	}
}

void types_build(struct load *load)
{
	for (size_t f = 0; f < load->model->file_count; f++) {
		load->file = &load->model->files[f];
		for (size_t i = 0; i < load->file->types.count; i++)
			build(load, load->file->types.entries[i].value, 0);
	}
	for (size_t f = 0; f < load->model->file_count; f++) {
		struct file *file = &load->model->files[f];
		struct scope_types types = { 0 };
		add_scope_types(load, file, STR(""), &types);
		for (size_t i = 0; i < file->imports.count; i++)
			add_scope_types(load, file->imports.items[i].file, file->imports.items[i].alias, &types);
		file->scope_types = types.items;
		file->scope_type_count = types.count;
	}
}

/* Types may share parts without end, so each is turned once. */
const struct feel_scope *type_members(struct load *load, const struct feel_type *type)
{
	while (type != NULL && type->kind == FEEL_TYPE_LIST)
		type = type->element;
	if (type == NULL || type->kind != FEEL_TYPE_CONTEXT || type->member_count == 0)
		return NULL;
	struct str key = { arena_copy(load->arena, &type, sizeof type), sizeof type };
	struct feel_scope *scope = map_get(&load->members, key);
	if (scope != NULL)
		return scope;
	struct feel_scope_name *names = ARENA_ARRAY(load->arena, struct feel_scope_name, type->member_count);
	for (size_t i = 0; i < type->member_count; i++)
		names[i] = (struct feel_scope_name){ .name = type->members[i].name, .members = type_members(load, type->members[i].type) };
	scope = ARENA_NEW(load->arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = names, .count = type->member_count };
	map_put(load->arena, &load->members, key, scope);
	return scope;
}
