/* Boxed expressions: from XML to what eval.c evaluates. */
#include "dmn/inside.h"

#define X(name, text) text,
static const char *const expr_names[] = { EXPRS(X) };
#undef X

static int expr_kind_of(const struct load *load, const struct xml *xml)
{
	for (int kind = 0; str_eq(xml->space, load->file->dmn) && kind < EXPR_KIND_COUNT; kind++)
		if (str_eq_c(xml->name, expr_names[kind]))
			return kind;
	return -1;
}

const struct xml *expr_child(const struct load *load, const struct xml *parent)
{
	for (const struct xml *x = parent == NULL ? NULL : parent->first; x != NULL; x = x->next)
		if (expr_kind_of(load, x) >= 0)
			return x;
	return NULL;
}

const struct feel_scope *scope_with(struct arena *arena, const struct feel_scope *outer, struct str name,
	const struct feel_scope *members)
{
	struct feel_scope_name *names = ARENA_NEW(arena, struct feel_scope_name);
	*names = (struct feel_scope_name){ .name = name, .members = members };
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = names, .count = 1, .outer = outer, .env = outer == NULL ? NULL : outer->env };
	return scope;
}

/* ---- members that a form tells ----------------------------------------------------------------------------- */

struct names { LIST_OF(struct feel_scope_name); };

static const struct feel_scope *names_scope(struct load *load, const struct names *names)
{
	if (names->count == 0)
		return NULL;
	struct feel_scope *scope = ARENA_NEW(load->arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = names->items, .count = names->count };
	return scope;
}

static void context_names(struct load *load, const struct xml *xml, size_t depth, struct names *names)
{
	for (const struct xml *x = dmn_child(load, xml, "contextEntry"); x != NULL; x = dmn_next(load, x, "contextEntry")) {
		const struct xml *variable = dmn_child(load, x, "variable");
		if (variable == NULL)
			continue;
		struct feel_scope_name name = { .name = str_trim(xml_attribute(variable, "name")),
			.members = type_members(load, type_of(load, variable).type) };
		if (name.members == NULL)
			name.members = expr_members(load, expr_child(load, x), depth + 1);
		LIST_PUSH(load->arena, names, name);
	}
}

const struct feel_scope *expr_members(struct load *load, const struct xml *xml, size_t depth)
{
	if (xml == NULL || depth > DMN_NESTING_MAX)
		return NULL;
	const struct feel_scope *members = type_members(load, type_of(load, xml).type);
	if (members != NULL)
		return members;
	struct names names = { 0 };
	switch (expr_kind_of(load, xml)) {
	case EXPR_CONTEXT:
		for (const struct xml *x = dmn_child(load, xml, "contextEntry"); x != NULL; x = dmn_next(load, x, "contextEntry"))
			if (dmn_child(load, x, "variable") == NULL)
				return expr_members(load, expr_child(load, x), depth + 1);
		context_names(load, xml, depth, &names);
		break;
	case EXPR_RELATION:
		for (const struct xml *x = dmn_child(load, xml, "column"); x != NULL; x = dmn_next(load, x, "column"))
			LIST_PUSH(load->arena, &names, ((struct feel_scope_name){ .name = str_trim(xml_attribute(x, "name")),
				.members = type_members(load, type_of(load, x).type) }));
		break;
	case EXPR_TABLE:
		for (const struct xml *x = dmn_child(load, xml, "output"); x != NULL; x = dmn_next(load, x, "output"))
			LIST_PUSH(load->arena, &names, ((struct feel_scope_name){ .name = str_trim(xml_attribute(x, "name")),
				.members = type_members(load, type_of(load, x).type) }));
		if (names.count < 2)
			return names.count == 0 ? NULL : names.items[0].members;
		break;
	case EXPR_LIST:
		return expr_members(load, expr_child(load, xml), depth + 1);
	case EXPR_FILTER:
		return expr_members(load, expr_child(load, dmn_child(load, xml, "in")), depth + 1);
	default:
		break;
	}
	return names_scope(load, &names);
}

/* ---- the kinds ------------------------------------------------------------------------------------------------ */

struct exprs { LIST_OF(const struct expr *); };
struct entries { LIST_OF(struct entry); };

static void take_values(struct expr *expr, const struct exprs *values)
{
	expr->values = values->items;
	expr->value_count = values->count;
}

static void take_entries(struct expr *expr, const struct entries *entries)
{
	expr->entries = entries->items;
	expr->entry_count = entries->count;
}

static void compile_context(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct expr *expr)
{
	struct entries entries = { 0 };
	for (const struct xml *x = dmn_child(load, xml, "contextEntry"); x != NULL; x = dmn_next(load, x, "contextEntry")) {
		const struct xml *variable = dmn_child(load, x, "variable"), *value = expr_child(load, x);
		struct entry entry = { 0 };
		if (value == NULL)
			load_error(load, x, "a context entry has no expression");
		else
			entry.value = expr_compile(load, value, scope);
		if (variable != NULL) {
			entry.name = str_trim(xml_attribute(variable, "name"));
			entry.type = type_of(load, variable).type;
			const struct feel_scope *members = type_members(load, entry.type);
			if (str_is_empty(entry.name))
				load_error(load, variable, "a context entry's variable has no name");
			scope = scope_with(load->arena, scope, entry.name, members != NULL ? members : expr_members(load, value, 0));
		} else if (dmn_next(load, x, "contextEntry") != NULL) {
			load_error(load, x, "only the last entry of a context may be without a name");
		}
		for (size_t i = 0; variable != NULL && i < entries.count; i++)
			if (str_eq(entries.items[i].name, entry.name))
				load_error(load, x, "the context has two entries called \"%.*s\"", STR_ARG(entry.name));
		LIST_PUSH(load->arena, &entries, entry);
	}
	take_entries(expr, &entries);
}

static void compile_list(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct exprs *values)
{
	for (const struct xml *x = xml->first; x != NULL; x = x->next)
		if (expr_kind_of(load, x) >= 0)
			LIST_PUSH(load->arena, values, expr_compile(load, x, scope));
}

static void compile_relation(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct expr *expr)
{
	struct entries columns = { 0 };
	for (const struct xml *x = dmn_child(load, xml, "column"); x != NULL; x = dmn_next(load, x, "column"))
		LIST_PUSH(load->arena, &columns, ((struct entry){ .name = str_trim(xml_attribute(x, "name")), .type = type_of(load, x).type }));
	take_entries(expr, &columns);
	struct exprs values = { 0 };
	for (const struct xml *x = dmn_child(load, xml, "row"); x != NULL; x = dmn_next(load, x, "row")) {
		size_t before = values.count;
		compile_list(load, x, scope, &values);
		if (values.count - before != columns.count) {
			load_error(load, x, "a row has %zu values, but there are %zu columns", values.count - before, columns.count);
			values.count = before;
		}
	}
	take_values(expr, &values);
}

static const struct node *callee_of(struct load *load, struct str name)
{
	for (size_t i = 0; i < load->node->knows.count; i++) {
		const struct requirement *r = &load->node->knows.items[i];
		struct str alias = r->alias, variable = r->node->variable;
		bool matches = str_is_empty(alias) ? str_eq(name, variable)
			: name.len == alias.len + 1 + variable.len && str_starts(name, alias) && name.ptr[alias.len] == '.'
				&& str_ends(name, variable);
		if (matches)
			return r->node;
	}
	return NULL;
}

/* Anything that is not a required knowledge model is called by the language itself, with arguments by name. */
static void compile_call(struct load *load, const struct xml *at, struct str callee, const struct entries *bindings,
	const struct feel_scope *scope, struct expr *expr)
{
	struct buf text = buf_make(load->arena, FEEL_TEXT_BYTES_MAX);
	buf_printf(&text, "(%.*s)(", STR_ARG(callee));
	for (size_t i = 0; i < bindings->count; i++) {
		struct str name = str_printf(load->arena, "argument_%zu_", i);
		scope = scope_with(load->arena, scope, name, NULL);
		buf_printf(&text, "%s%.*s: %.*s", i == 0 ? "" : ", ", STR_ARG(bindings->items[i].name), STR_ARG(name));
	}
	buf_add_byte(&text, ')');
	expr->program = literal_compile(load, at, buf_str(&text), scope).program;
}

static void compile_invocation(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct expr *expr)
{
	const struct xml *callee = dmn_child(load, xml, "literalExpression");
	struct str name = callee == NULL ? STR("") : dmn_text(load, callee, "text");
	struct entries bindings = { 0 };
	if (str_is_empty(name)) {
		load_error(load, xml, "the invocation does not say what it calls");
		return;
	}
	expr->callee = callee_of(load, name);
	for (const struct xml *x = dmn_child(load, xml, "binding"); x != NULL; x = dmn_next(load, x, "binding")) {
		const struct xml *parameter = dmn_child(load, x, "parameter"), *value = expr_child(load, x);
		struct entry entry = { .name = parameter == NULL ? STR("") : str_trim(xml_attribute(parameter, "name")),
			.type = type_of(load, parameter).type };
		if (str_is_empty(entry.name))
			load_error(load, x, "a binding does not name its parameter");
		if (value != NULL)
			entry.value = expr_compile(load, value, scope);
		LIST_PUSH(load->arena, &bindings, entry);
	}
	take_entries(expr, &bindings);
	if (expr->callee == NULL)
		compile_call(load, callee, name, &bindings, scope, expr);
}

const struct feel_type *result_type(const struct feel_type *type)
{
	return type != NULL && type->kind == FEEL_TYPE_FUNCTION ? type->element : type;
}

const struct function *function_compile(struct load *load, const struct xml *xml, const struct feel_scope *scope)
{
	struct function *function = ARENA_NEW(load->arena, struct function);
	struct { LIST_OF(struct dmn_parameter); } parameters = { 0 };
	struct buf names = buf_make(load->arena, 1 << 20);
	struct str kind = xml_attribute(xml, "kind");
	for (const struct xml *x = dmn_child(load, xml, "formalParameter"); x != NULL; x = dmn_next(load, x, "formalParameter")) {
		struct dmn_parameter parameter = { .name = str_trim(xml_attribute(x, "name")), .type = type_of(load, x).type,
			.type_name = xml_attribute(x, "typeRef") };
		if (str_is_empty(parameter.name))
			load_error(load, x, "a parameter has no name");
		buf_printf(&names, "%s%.*s", parameters.count == 0 ? "" : ", ", STR_ARG(parameter.name));
		scope = scope_with(load->arena, scope, parameter.name, type_members(load, parameter.type));
		LIST_PUSH(load->arena, &parameters, parameter);
	}
	*function = (struct function){ .parameters = parameters.items, .parameter_count = parameters.count,
		.parameter_names = str_to_c(load->arena, buf_str(&names)),
		.foreign = !str_is_empty(kind) && !str_eq_c(kind, "FEEL"), .result = result_type(type_of(load, xml).type) };
	const struct xml *body = expr_child(load, xml);
	if (function->foreign)
		load_warning(load, xml, "a function of kind %.*s is not carried out here: its value is null", STR_ARG(kind));
	else if (body != NULL)
		function->body = expr_compile(load, body, scope);
	return function;
}

/* The expressions inside <in>, <return> ... : each part is an element that holds one. */
static void compile_parts(struct load *load, const struct xml *xml, const char *const parts[], size_t count,
	const struct feel_scope *const scopes[], struct expr *expr)
{
	struct exprs values = { 0 };
	for (size_t i = 0; i < count; i++) {
		const struct xml *value = expr_child(load, dmn_child(load, xml, parts[i]));
		if (value == NULL) {
			load_error(load, xml, "<%.*s> has no <%s> with an expression", STR_ARG(xml->name), parts[i]);
			return;
		}
		LIST_PUSH(load->arena, &values, expr_compile(load, value, scopes[i]));
	}
	take_values(expr, &values);
}

static void compile_iteration(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct expr *expr)
{
	static const char *const parts[][2] = { [EXPR_FOR] = { "in", "return" }, [EXPR_SOME] = { "in", "satisfies" },
		[EXPR_EVERY] = { "in", "satisfies" }, [EXPR_FILTER] = { "in", "match" } };
	const struct feel_scope *members = expr_members(load, expr_child(load, dmn_child(load, xml, "in")), 0);
	const struct feel_scope *inner = scope;
	if (expr->kind == EXPR_FILTER) {
		for (size_t i = 0; members != NULL && i < members->count; i++)
			inner = scope_with(load->arena, inner, members->names[i].name, members->names[i].members);
		expr->iterator = STR("item");
	} else {
		expr->iterator = str_trim(xml_attribute(xml, "iteratorVariable"));
		if (str_is_empty(expr->iterator))
			load_error(load, xml, "<%.*s> has no iteratorVariable", STR_ARG(xml->name));
		if (expr->kind == EXPR_FOR)
			inner = scope_with(load->arena, inner, STR("partial"), NULL);
	}
	inner = scope_with(load->arena, inner, expr->iterator, members);
	compile_parts(load, xml, parts[expr->kind], 2, (const struct feel_scope *const[]){ scope, inner }, expr);
}

static void compile_kind(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct expr *expr)
{
	static const char *const condition[] = { "if", "then", "else" };
	struct exprs values = { 0 };
	switch (expr->kind) {
	case EXPR_LITERAL:
		expr->literal = literal_compile(load, xml, dmn_text(load, xml, "text"), scope);
		break;
	case EXPR_TABLE: expr->table = table_compile(load, xml, scope); break;
	case EXPR_CONTEXT: compile_context(load, xml, scope, expr); break;
	case EXPR_RELATION: compile_relation(load, xml, scope, expr); break;
	case EXPR_LIST:
		compile_list(load, xml, scope, &values);
		take_values(expr, &values);
		break;
	case EXPR_INVOCATION: compile_invocation(load, xml, scope, expr); break;
	case EXPR_FUNCTION: expr->function = function_compile(load, xml, scope); break;
	case EXPR_CONDITIONAL:
		compile_parts(load, xml, condition, 3, (const struct feel_scope *const[]){ scope, scope, scope }, expr);
		break;
	default: compile_iteration(load, xml, scope, expr); break;
	}
}

const struct expr *expr_compile(struct load *load, const struct xml *xml, const struct feel_scope *scope)
{
	struct expr *expr = ARENA_NEW(load->arena, struct expr);
	int kind = expr_kind_of(load, xml);
	assert(kind >= 0);
	*expr = (struct expr){ .kind = (enum expr_kind)kind, .line = xml->line, .column = xml->column, .type = type_of(load, xml).type };
	if (load->depth == DMN_NESTING_MAX) {
		expr->kind = EXPR_LITERAL;
		load_error(load, xml, "boxed expressions are nested deeper than %d", DMN_NESTING_MAX);
		return expr;
	}
	load->depth++;
	compile_kind(load, xml, scope, expr);
	load->depth--;
	return expr;
}
