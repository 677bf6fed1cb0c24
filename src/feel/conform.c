/* Which type is part of which, and to what type a function belongs: DMN 1.5 10.3.2.9.2. Parameters are contravariant,
 * the result is covariant. FEEL's own functions do not declare their result; as far as the body's form tells what it
 * gives, that counts, else any result is believed. */
#include "feel/run.h"
#include "feel/type.h"

enum { BODY_DEPTH_MAX = 20, TYPES_DEPTH_MAX = 64 };

static const struct feel_type any_type = { .kind = FEEL_TYPE_ANY };

static bool members_conform(const struct feel_type *type, const struct feel_type *to, int depth);

static bool conforms(const struct feel_type *type, const struct feel_type *to, int depth)
{
	if (to->kind == FEEL_TYPE_ANY || type->kind == FEEL_TYPE_NULL || type == to) return true;
	if (type->kind != to->kind || depth > TYPES_DEPTH_MAX) return false;
	switch (type->kind) {
	case FEEL_TYPE_SIMPLE: return type->simple == to->simple;
	case FEEL_TYPE_LIST: case FEEL_TYPE_RANGE: return conforms(type->element, to->element, depth + 1);
	case FEEL_TYPE_CONTEXT: return members_conform(type, to, depth);
	case FEEL_TYPE_FUNCTION:
		if (!to->members) return true;
		if (!type->members || type->member_count != to->member_count) return false;
		for (size_t i = 0; i < to->member_count; i++)
			if (!conforms(to->members[i].type, type->members[i].type, depth + 1)) return false;
		return !type->element || conforms(type->element, to->element, depth + 1);
	default: return true;
	}
}

static bool members_conform(const struct feel_type *type, const struct feel_type *to, int depth)
{
	for (size_t i = 0; i < to->member_count; i++) {
		size_t k = 0;
		while (k < type->member_count && !str_eq(type->members[k].name, to->members[i].name)) k++;
		if (k == type->member_count || !conforms(type->members[k].type, to->members[i].type, depth + 1)) return false;
	}
	return true;
}

bool type_conforms(const struct feel_type *type, const struct feel_type *to)
{
	return conforms(type, to, 0);
}

/* ---- what a body gives ------------------------------------------------------------------------------ */

static const struct feel_type *simple_type(enum feel_kind kind)
{
	static const struct feel_type types[FEEL_KIND_COUNT] = {
		[FEEL_NULL] = { .kind = FEEL_TYPE_NULL },
		[FEEL_BOOLEAN] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_BOOLEAN },
		[FEEL_NUMBER] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_NUMBER },
		[FEEL_STRING] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_STRING },
		[FEEL_DATE] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_DATE },
		[FEEL_TIME] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_TIME },
		[FEEL_DATE_TIME] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_DATE_TIME },
		[FEEL_DAYS_DURATION] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_DAYS_DURATION },
		[FEEL_MONTHS_DURATION] = { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_MONTHS_DURATION },
	};
	return kind <= FEEL_MONTHS_DURATION ? &types[kind] : NULL;
}

/* The type of the body's value where its form alone tells it; NULL when it does not. */
static const struct feel_type *body_type(const struct node *function, const struct node *n, int depth)
{
	const struct feel_type *a, *b;
	if (depth > BODY_DEPTH_MAX) return NULL;
	switch ((enum node_op)n->op) {
	case NODE_LITERAL: return simple_type(n->literal.kind);
	case NODE_NAME:
		if (n->name.place != NAME_LOCAL || n->name.hops > 0 || n->name.filter_count > 0) return NULL;
		return n->name.slot < function->function.parameter_count ? function->function.parameters[n->name.slot].type : NULL;
	case NODE_AND: case NODE_OR: case NODE_EQ: case NODE_NE: case NODE_LT: case NODE_LE: case NODE_GT: case NODE_GE:
	case NODE_BETWEEN: case NODE_IN: case NODE_INSTANCE: case NODE_SOME: case NODE_EVERY:
		return simple_type(FEEL_BOOLEAN);
	case NODE_IF:
		a = body_type(function, n->b, depth + 1);
		b = body_type(function, n->c, depth + 1);
		if (!a || !b) return NULL;
		return type_conforms(a, b) ? b : type_conforms(b, a) ? a : NULL;
	case NODE_ADD: case NODE_SUB: case NODE_MUL: case NODE_DIV:
		a = body_type(function, n->a, depth + 1);
		b = body_type(function, n->b, depth + 1);
		if (!a || !b || a->kind != FEEL_TYPE_SIMPLE || b->kind != FEEL_TYPE_SIMPLE || a->simple != b->simple) return NULL;
		return a->simple == FEEL_NUMBER || (a->simple == FEEL_STRING && n->op == NODE_ADD) ? a : NULL;
	default: return NULL;
	}
}

static bool user_belongs(const struct node *n, const struct feel_type *type)
{
	if (n->function.parameter_count != type->member_count) return false;
	for (size_t i = 0; i < type->member_count; i++) {
		const struct feel_type *parameter = n->function.parameters[i].type;
		if (!type_conforms(type->members[i].type, parameter ? parameter : &any_type)) return false;
	}
	const struct feel_type *result = n->a ? body_type(n, n->a, 0) : NULL;
	return !result || type_conforms(result, type->element);
}

static bool builtin_belongs(struct str name, const struct feel_type *type)
{
	return builtin_find(name, type->member_count, NULL) != NULL;
}

bool function_belongs(const struct feel_function *function, const struct feel_type *type)
{
	if (!type->members) return true;
	size_t required;
	bool variadic;
	switch (function->kind) {
	case FUNCTION_USER: return user_belongs(function->node, type);
	case FUNCTION_BUILTIN: return builtin_belongs(function->name, type);
	case FUNCTION_HOST:
		if (!function->host) return true;
		if (function->type) return type_conforms(function->type, type);
		return signature_count(function->host->parameters, &required, &variadic) == type->member_count;
	}
	return false;
}
