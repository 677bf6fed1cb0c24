#include "feel/parse.h"

/* Calls: the signature of a built-in or host function is chosen here, once. */

enum { ARGUMENT_COUNT_MAX = 10000 };

struct arguments {
	struct { LIST_OF(struct node *); } values;
	struct { LIST_OF(struct str); } names;
};

static bool parse_argument_name(struct parser *p, struct str *out_name)
{
	size_t before = p->at;
	struct str name;
	if (parse_declared_name(p, ":,()", NULL, &name) && parse_take_sign(p, ':')) {
		*out_name = name;
		return true;
	}
	p->at = before;
	return false;
}

static bool parse_argument_list(struct parser *p, struct arguments *arguments)
{
	if (parse_take_sign(p, ')')) return true;
	do {
		struct str name;
		size_t at = parse_peek(p).from;
		bool named = parse_argument_name(p, &name);
		if (named != (arguments->names.count > 0) && arguments->values.count > 0) {
			parse_fail(p, at, "arguments are either all named or all in order");
			return false;
		}
		if (named) LIST_PUSH(p->arena, &arguments->names, name);
		struct node *value = parse_expression(p);
		if (!value) return false;
		if (arguments->values.count >= ARGUMENT_COUNT_MAX) {
			parse_fail(p, at, "a call has at most %d arguments", ARGUMENT_COUNT_MAX);
			return false;
		}
		LIST_PUSH(p->arena, &arguments->values, value);
	} while (parse_take_sign(p, ','));
	return parse_want_sign(p, ')', "a comma or a closing bracket");
}

/* The arguments in the order of the parameters. */
static void place_arguments(struct parser *p, struct node *n, const char *parameters, const struct arguments *arguments)
{
	size_t required, total;
	bool variadic;
	total = signature_count(parameters, &required, &variadic);
	if (arguments->values.count > total) total = arguments->values.count;
	n->items = ARENA_ARRAY(p->arena, struct node *, total);
	n->count = total;
	for (size_t i = 0; i < arguments->values.count; i++) {
		ptrdiff_t index = arguments->names.count ? signature_index(parameters, arguments->names.items[i]) : (ptrdiff_t)i;
		n->items[index] = arguments->values.items[i];
		if ((size_t)index + 1 > n->call.given) n->call.given = (size_t)index + 1;
	}
}

static struct node *call_of(struct parser *p, enum node_op op, struct str name, size_t at, const struct arguments *arguments)
{
	struct node *n = parse_node(p, op, at);
	n->call.name = name;
	n->call.names = arguments->names.items;
	n->items = arguments->values.items;
	n->count = arguments->values.count;
	return n;
}

static const struct feel_env *top_env(const struct feel_scope *scope)
{
	for (; scope; scope = scope->outer)
		if (scope->env) return scope->env;
	return NULL;
}

/* date("2022-08-26") and duration("P2D") mean the same each time: they become literals. */
static struct node *fold_call(struct parser *p, struct node *n)
{
	const struct node *from = n->count == 1 ? n->items[0] : NULL;
	struct feel_value value;
	if (!from || from->op != NODE_LITERAL || from->literal.kind != FEEL_STRING) return n;
	bool date = str_eq(n->call.name, STR("date")), duration = str_eq(n->call.name, STR("duration"));
	if (!(date && temporal_parse_date(from->literal.string, &value))
	    && !(duration && temporal_parse_duration(from->literal.string, &value))) return n;
	struct node *literal = parse_node(p, NODE_LITERAL, n->at);
	literal->literal = value;
	return literal;
}

/* A host's function goes before a built-in one of the same name. */
static struct node *parse_function_call(struct parser *p, struct str name, size_t at, const struct arguments *arguments)
{
	const struct feel_env *env = top_env(p->scope);
	for (size_t i = 0; env && i < env->function_count; i++) {
		const struct feel_host_function *host = &env->functions[i];
		if (!str_eq(host->name, name) || !signature_takes(host->parameters, arguments->values.count, arguments->names.items)) continue;
		struct node *n = call_of(p, NODE_HOST, name, at, arguments);
		n->call.host = i;
		place_arguments(p, n, host->parameters, arguments);
		return parse_done(p, n);
	}
	struct node *n = call_of(p, NODE_BUILTIN, name, at, arguments);
	n->call.row = builtin_find(name, arguments->values.count, arguments->names.items);
	if (n->call.row) place_arguments(p, n, n->call.row->parameters, arguments);
	n = parse_done(p, n);
	return n && n->call.row ? fold_call(p, n) : n;
}

static bool is_closed(const struct feel_scope *scope)
{
	for (; scope; scope = scope->outer)
		if (scope->closed) return true;
	return false;
}

struct node *parse_arguments(struct parser *p, struct node *callee, size_t at)
{
	struct arguments arguments = { 0 };
	if (!parse_argument_list(p, &arguments)) return NULL;
	struct str name = callee->op == NODE_NAME ? callee->name.name : STR("");
	if (callee->op == NODE_NAME && callee->name.place == NAME_FUNCTION) return parse_function_call(p, name, at, &arguments);
	if (callee->op == NODE_NAME && !callee->name.known) {
		if (is_closed(p->scope)) return parse_fail(p, at, "there is no function \"%.*s\"", STR_ARG(name));
		if (p->unknown_call.len == 0) p->unknown_call = name;
	}
	struct node *n = call_of(p, NODE_CALL, name, at, &arguments);
	n->a = callee;
	return parse_done(p, n);
}
