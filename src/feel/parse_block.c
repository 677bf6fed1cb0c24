#include "feel/parse.h"

/* if, for, some, every, function: expressions that begin with a word and reach as far as they can. */

static struct node *parse_if(struct parser *p, size_t at)
{
	struct node *n = parse_node(p, NODE_IF, at);
	n->a = parse_expression(p);
	if (!n->a) return NULL;
	if (!parse_take_word(p, "then")) return parse_fail(p, parse_peek(p).from, "if: the word \"then\" is missing");
	n->b = parse_expression(p);
	if (!n->b) return NULL;
	if (!parse_take_word(p, "else")) return parse_fail(p, parse_peek(p).from, "if: the word \"else\" is missing");
	n->c = parse_expression(p);
	if (!n->c) return NULL;
	n->members = n->b->members ? n->b->members : n->c->members;
	return parse_done(p, n);
}

struct iterators {
	struct { LIST_OF(struct node_iterator); } domains;
	struct { LIST_OF(struct str); } names;
	struct { LIST_OF(const struct feel_scope *); } members;
};

enum { ITERATOR_COUNT_MAX = 50 };      /* each is a loop within the one before */

static void show_names(struct local_scope *scope, const struct iterators *it)
{
	scope->names = it->names.items;
	scope->members = it->members.items;
	scope->count = it->names.count;
}

/* x in list, y in x.items, i in 1..3: each sees those before it. */
static bool parse_iterators(struct parser *p, struct iterators *it, struct local_scope *scope)
{
	do {
		struct str name;
		struct node_iterator domain = { 0 };
		size_t at = parse_peek(p).from;
		if (it->domains.count >= ITERATOR_COUNT_MAX) {
			parse_fail(p, at, "an iteration has at most %d lists", ITERATOR_COUNT_MAX);
			return false;
		}
		if (!parse_declared_name(p, "", "in", &name) || !parse_take_word(p, "in")) {
			parse_fail(p, at, "an iteration needs \"name in list\"");
			return false;
		}
		domain.from = parse_expression(p);
		if (!domain.from) return false;
		if (parse_take_sign(p, SIGN2('.', '.'))) {
			domain.to = parse_expression(p);
			if (!domain.to) return false;
		}
		LIST_PUSH(p->arena, &it->domains, domain);
		LIST_PUSH(p->arena, &it->names, name);
		LIST_PUSH(p->arena, &it->members, domain.to ? NULL : domain.from->members);
		show_names(scope, it);
	} while (parse_take_sign(p, ','));
	return true;
}

static struct node *parse_iteration(struct parser *p, enum node_op op, const char *body_word, size_t at)
{
	struct iterators it = { 0 };
	struct local_scope scope = { .outer = p->locals };
	struct node *n = parse_node(p, op, at);
	if (op == NODE_FOR) {
		LIST_PUSH(p->arena, &it.names, STR("partial"));
		LIST_PUSH(p->arena, &it.members, NULL);
	}
	show_names(&scope, &it);
	p->locals = &scope;
	if (parse_iterators(p, &it, &scope)) {
		if (parse_take_word(p, body_word)) n->a = parse_expression(p);
		else parse_fail(p, parse_peek(p).from, "the word \"%s\" is missing", body_word);
	}
	p->locals = scope.outer;
	if (!n->a) return NULL;
	n->iterators = it.domains.items;
	n->count = it.domains.count;
	n->captured = scope.captured;
	n->members = op == NODE_FOR ? n->a->members : NULL;
	return parse_done(p, n);
}

static bool parse_parameters(struct parser *p, struct node *n, struct local_scope *scope)
{
	struct { LIST_OF(struct node_parameter); } parameters = { 0 };
	struct { LIST_OF(struct str); } names = { 0 };
	struct token t = parse_peek(p);
	if (!parse_want_sign(p, '(', "an opening bracket")) return false;
	if (!parse_take_sign(p, ')')) {
		do {
			struct node_parameter parameter = { .type = NULL };
			t = parse_peek(p);
			if (!parse_declared_name(p, ":,)", NULL, &parameter.name)) {
				parse_fail(p, t.from, "a parameter needs a name");
				return false;
			}
			if (parse_take_sign(p, ':')) {
				p->at = lex_skip(p->text, p->at);
				if (!type_read(p->arena, p->text, &p->at, p->scope, &parameter.type)) {
					parse_fail(p, p->at, "the type of parameter \"%.*s\" is unknown", STR_ARG(parameter.name));
					return false;
				}
			}
			LIST_PUSH(p->arena, &parameters, parameter);
			LIST_PUSH(p->arena, &names, parameter.name);
		} while (parse_take_sign(p, ','));
		if (!parse_want_sign(p, ')', "a comma or a closing bracket")) return false;
	}
	n->function.parameters = parameters.items;
	n->function.parameter_count = parameters.count;
	scope->names = names.items;
	scope->count = names.count;
	return true;
}

static struct node *parse_function(struct parser *p, size_t at)
{
	struct local_scope scope = { .outer = p->locals };
	struct node *n = parse_node(p, NODE_FUNCTION, at), *body = NULL;
	for (struct local_scope *local = p->locals; local; local = local->outer) local->captured = true;
	if (!parse_parameters(p, n, &scope)) return NULL;
	p->locals = &scope;
	bool external = parse_take_word(p, "external");
	body = parse_expression(p);
	p->locals = scope.outer;
	if (!body) return NULL;
	n->a = external ? NULL : body;
	n->captured = scope.captured;
	return parse_done(p, n);
}

struct node *parse_block(struct parser *p, struct str word, size_t at)
{
	if (str_eq_c(word, "if")) return parse_if(p, at);
	if (str_eq_c(word, "for")) return parse_iteration(p, NODE_FOR, "return", at);
	if (str_eq_c(word, "some")) return parse_iteration(p, NODE_SOME, "satisfies", at);
	if (str_eq_c(word, "every")) return parse_iteration(p, NODE_EVERY, "satisfies", at);
	return parse_function(p, at);
}
