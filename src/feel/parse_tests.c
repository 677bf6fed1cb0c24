#include "feel/parse.h"

/* Unary tests: the cells of decision tables, and what stands behind `in`. The value that is tested is "?". */

static const struct str input_names[] = { STR_INIT("?") };
static const struct feel_scope *const input_members[] = { NULL };

static struct local_scope input_scope(struct parser *p)
{
	return (struct local_scope){ .outer = p->locals, .names = input_names, .members = input_members, .count = 1 };
}

bool parse_unary_sign(uint16_t sign, enum node_op *out_op)
{
	switch (sign) {
	case '<': *out_op = NODE_TEST_LT; return true;
	case SIGN2('<', '='): *out_op = NODE_TEST_LE; return true;
	case '>': *out_op = NODE_TEST_GT; return true;
	case SIGN2('>', '='): *out_op = NODE_TEST_GE; return true;
	case '=': *out_op = NODE_TEST_EQ; return true;
	case SIGN2('!', '='): *out_op = NODE_TEST_NE; return true;
	default: return false;
	}
}

/* p->locals is the input's scope. `whole`: the test may be any expression, else it ends before `and`. */
static struct node *parse_test(struct parser *p, bool whole)
{
	struct local_scope *input = p->locals;
	struct token t = parse_peek(p);
	enum node_op op;
	if (t.kind == TOKEN_SIGN && parse_unary_sign(t.sign, &op)) {
		p->at = t.to;
		struct node *n = parse_node(p, op, t.from);
		n->a = parse_additive(p);
		return n->a ? parse_done(p, n) : NULL;
	}
	bool used = input->used;
	input->used = false;
	struct node *a = whole ? parse_expression(p) : parse_additive(p);
	if (!a) return NULL;
	struct node *n = parse_node(p, input->used ? NODE_TEST_MATCH : NODE_TEST_VALUE, t.from);
	input->used = used || input->used;
	n->a = a;
	return parse_done(p, n);
}

static bool parse_test_list(struct parser *p, struct node *list)
{
	struct { LIST_OF(struct node *); } tests = { 0 };
	do {
		struct node *test = parse_test(p, true);
		if (!test) return false;
		LIST_PUSH(p->arena, &tests, test);
	} while (parse_take_sign(p, ','));
	list->items = tests.items;
	list->count = tests.count;
	return true;
}

/* Behind `in (`: tests, or a range that is open at its start. */
static bool parse_in_brackets(struct parser *p, struct node *in, size_t at)
{
	if (!parse_test_list(p, in)) return false;
	struct node *only = in->count == 1 ? in->items[0] : NULL;
	if (only && (only->op == NODE_TEST_VALUE || only->op == NODE_TEST_MATCH) && parse_take_sign(p, SIGN2('.', '.'))) {
		only->op = NODE_TEST_VALUE;
		only->a = parse_range_end(p, only->a, true, at);
		return only->a && parse_done(p, only);
	}
	return parse_want_sign(p, ')', "a closing bracket");
}

/* The bracket may only begin the test: x in (list)[1], x in (a).b. */
static bool parse_behind_brackets(struct parser *p, struct node *in)
{
	struct token t = parse_peek(p);
	struct node *only = in->count == 1 ? in->items[0] : NULL;
	if (t.kind != TOKEN_SIGN || (t.sign != '[' && t.sign != '.' && t.sign != '(')) return true;
	if (!only || (only->op != NODE_TEST_VALUE && only->op != NODE_TEST_MATCH)) return true;
	only->a = parse_behind(p, only->a);
	return only->a && parse_done(p, only);
}

struct node *parse_in(struct parser *p, struct node *value, size_t at)
{
	struct local_scope scope = input_scope(p);
	struct node *in = parse_node(p, NODE_IN, at);
	struct token t = parse_peek(p);
	bool read;
	in->a = value;
	p->locals = &scope;
	if (++p->depth > FEEL_DEPTH_MAX) {
		parse_fail(p, at, "the expression is nested too deeply");
		read = false;
	} else if (t.kind == TOKEN_SIGN && t.sign == '(') {
		p->at = t.to;
		read = parse_in_brackets(p, in, t.from) && parse_behind_brackets(p, in);
	} else {
		struct node *test = parse_test(p, false);
		in->items = arena_copy(p->arena, &test, sizeof test);
		in->count = 1;
		read = test != NULL;
	}
	p->depth--;
	p->locals = scope.outer;
	in->captured = scope.captured;
	return read ? parse_done(p, in) : NULL;
}

static bool at_end(const struct parser *p)
{
	return parse_peek(p).kind == TOKEN_END;
}

/* not(tests), when nothing follows; not(a) and b is an expression. */
static struct node *parse_not(struct parser *p, size_t at)
{
	struct node *tests = parse_node(p, NODE_TEST_NOT, at);
	if (!parse_take_word(p, "not") || !parse_take_sign(p, '(')) return NULL;
	if (!parse_test_list(p, tests) || !parse_take_sign(p, ')') || !at_end(p)) return NULL;
	return parse_done(p, tests);
}

struct node *parse_cell(struct parser *p)
{
	struct local_scope scope = input_scope(p);
	struct token t = parse_peek(p);
	if (t.kind == TOKEN_END) return parse_node(p, NODE_TEST_ANY, t.from);
	if (t.kind == TOKEN_SIGN && t.sign == '-' && lex_token(p->text, t.to).kind == TOKEN_END) {
		p->at = t.to;
		return parse_node(p, NODE_TEST_ANY, t.from);
	}
	p->locals = &scope;
	struct parser before = *p;
	struct node *cell = parse_at_word(p, "not") ? parse_not(p, t.from) : NULL;
	if (!cell) {
		*p = before;
		cell = parse_node(p, NODE_TEST_LIST, t.from);
		cell = parse_test_list(p, cell) ? parse_done(p, cell) : NULL;
		if (cell && cell->count == 1) cell = cell->items[0];
	}
	p->locals = scope.outer;
	return cell;
}
