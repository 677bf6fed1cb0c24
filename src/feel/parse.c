#include "feel/parse.h"

#include <stdarg.h>
#include <stdio.h>

/* Operators, loosest first: or, and, comparison, + -, * /, **, unary minus, instance of. */

struct node *parse_fail(struct parser *p, size_t at, const char *format, ...)
{
	if (p->failed) return NULL;
	char words[400];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	p->failed = true;
	p->failed_at = at;
	p->words = str_copy(p->arena, str_from_c(words));
	return NULL;
}

void parse_warn(struct parser *p, size_t at, const char *format, ...)
{
	if (!p->report || p->report->count >= FINDING_COUNT_MAX) return;
	char words[400];
	uint32_t line, column;
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	lex_place(p->text, at, &line, &column);
	report_warning(p->report, str_printf(p->report->arena, "%u:%u", line, column), "%s", words);
}

struct node *parse_node(struct parser *p, enum node_op op, size_t at)
{
	struct node *n = ARENA_NEW(p->arena, struct node);
	n->op = (uint8_t)op;
	n->at = (uint32_t)at;
	return n;
}

static void deepen(struct node *n, const struct node *child)
{
	if (child && child->depth >= n->depth) n->depth = (uint16_t)(child->depth + 1);
}

struct node *parse_done(struct parser *p, struct node *n)
{
	if (p->failed) return NULL;
	deepen(n, n->a);
	deepen(n, n->b);
	deepen(n, n->c);
	for (size_t i = 0; n->items && i < n->count; i++) deepen(n, n->items[i]);
	if (n->op == NODE_FOR || n->op == NODE_SOME || n->op == NODE_EVERY) {
		for (size_t i = 0; i < n->count; i++) {
			deepen(n, n->iterators[i].from);
			deepen(n, n->iterators[i].to);
		}
	}
	if (n->depth > NODE_DEPTH_MAX) return parse_fail(p, n->at, "the expression is nested too deeply");
	return n;
}

struct token parse_peek(const struct parser *p)
{
	return lex_token(p->text, p->at);
}

bool parse_take_sign(struct parser *p, uint16_t sign)
{
	struct token t = parse_peek(p);
	if (t.kind != TOKEN_SIGN || t.sign != sign) return false;
	p->at = t.to;
	return true;
}

bool parse_at_word(const struct parser *p, const char *word)
{
	struct token t = parse_peek(p);
	return t.kind == TOKEN_WORD && str_eq_c(str_sub(p->text, t.from, t.to), word);
}

bool parse_take_word(struct parser *p, const char *word)
{
	struct token t = parse_peek(p);
	if (t.kind != TOKEN_WORD || !str_eq_c(str_sub(p->text, t.from, t.to), word)) return false;
	p->at = t.to;
	return true;
}

bool parse_want_sign(struct parser *p, uint16_t sign, const char *words)
{
	if (parse_take_sign(p, sign)) return true;
	struct token t = parse_peek(p);
	if (t.kind == TOKEN_END) parse_fail(p, t.from, "the text ends where %s is missing", words);
	else parse_fail(p, t.from, "%s is missing before \"%.*s\"", words, (int)(t.to - t.from < 40 ? t.to - t.from : 40),
		p->text.ptr + t.from);
	return false;
}

static struct node *binary(struct parser *p, enum node_op op, size_t at, struct node *a, struct node *b)
{
	if (!a || !b) return NULL;
	struct node *n = parse_node(p, op, at);
	n->a = a;
	n->b = b;
	return parse_done(p, n);
}

/* -5 is a number, -x an operation; the sign binds tighter than **. */
static struct node *parse_negation(struct parser *p, size_t at)
{
	if (++p->depth > FEEL_DEPTH_MAX) return parse_fail(p, at, "the expression is nested too deeply");
	struct token next = parse_peek(p);
	struct node *a;
	bool applied = false;
	if (next.kind == TOKEN_SIGN && next.sign == '-') {
		p->at = next.to;
		a = parse_negation(p, next.from);
	} else {
		a = parse_operand(p, true, &applied);
	}
	p->depth--;
	if (!a || applied) return a;
	struct node *n = parse_node(p, NODE_NEG, at);
	n->a = a;
	return parse_done(p, n);
}

static struct node *parse_unary(struct parser *p)
{
	struct token t = parse_peek(p);
	bool applied = false;
	if (t.kind != TOKEN_SIGN || t.sign != '-') return parse_operand(p, false, &applied);
	p->at = t.to;
	return parse_negation(p, t.from);
}

static struct node *parse_power(struct parser *p)
{
	struct node *a = parse_unary(p);
	while (a) {
		struct token t = parse_peek(p);
		if (t.kind != TOKEN_SIGN || t.sign != SIGN2('*', '*')) return a;
		p->at = t.to;
		a = binary(p, NODE_POW, t.from, a, parse_unary(p));
	}
	return a;
}

static struct node *parse_multiplicative(struct parser *p)
{
	struct node *a = parse_power(p);
	while (a) {
		struct token t = parse_peek(p);
		if (t.kind != TOKEN_SIGN || (t.sign != '*' && t.sign != '/')) return a;
		p->at = t.to;
		a = binary(p, t.sign == '*' ? NODE_MUL : NODE_DIV, t.from, a, parse_power(p));
	}
	return a;
}

struct node *parse_additive(struct parser *p)
{
	struct node *a = parse_multiplicative(p);
	while (a) {
		struct token t = parse_peek(p);
		if (t.kind != TOKEN_SIGN || (t.sign != '+' && t.sign != '-')) return a;
		p->at = t.to;
		a = binary(p, t.sign == '+' ? NODE_ADD : NODE_SUB, t.from, a, parse_multiplicative(p));
	}
	return a;
}

static struct node *parse_between(struct parser *p, struct node *a, size_t at)
{
	struct node *n = parse_node(p, NODE_BETWEEN, at);
	n->a = a;
	n->b = parse_additive(p);
	if (!n->b) return NULL;
	if (!parse_take_word(p, "and")) return parse_fail(p, parse_peek(p).from, "between ... and: the word \"and\" is missing");
	n->c = parse_additive(p);
	return n->c ? parse_done(p, n) : NULL;
}

static bool comparison_of(uint16_t sign, enum node_op *out_op)
{
	switch (sign) {
	case '=': *out_op = NODE_EQ; return true;
	case SIGN2('!', '='): *out_op = NODE_NE; return true;
	case '<': *out_op = NODE_LT; return true;
	case SIGN2('<', '='): *out_op = NODE_LE; return true;
	case '>': *out_op = NODE_GT; return true;
	case SIGN2('>', '='): *out_op = NODE_GE; return true;
	default: return false;
	}
}

static struct node *parse_comparison(struct parser *p)
{
	struct node *a = parse_additive(p);
	while (a) {
		struct token t = parse_peek(p);
		enum node_op op;
		if (t.kind == TOKEN_SIGN && comparison_of(t.sign, &op)) {
			p->at = t.to;
			a = binary(p, op, t.from, a, parse_additive(p));
		} else if (parse_take_word(p, "between")) {
			a = parse_between(p, a, t.from);
		} else if (parse_take_word(p, "in")) {
			a = parse_in(p, a, t.from);
		} else {
			return a;
		}
	}
	return a;
}

static struct node *parse_conjunction(struct parser *p)
{
	struct node *a = parse_comparison(p);
	while (a) {
		size_t at = parse_peek(p).from;
		if (!parse_take_word(p, "and")) return a;
		a = binary(p, NODE_AND, at, a, parse_comparison(p));
	}
	return a;
}

struct node *parse_expression(struct parser *p)
{
	if (++p->depth > FEEL_DEPTH_MAX) return parse_fail(p, p->at, "the expression is nested too deeply");
	bool range_end = p->range_end;
	p->range_end = false;
	struct node *a = parse_conjunction(p);
	while (a) {
		size_t at = parse_peek(p).from;
		if (!parse_take_word(p, "or")) break;
		a = binary(p, NODE_OR, at, a, parse_conjunction(p));
	}
	p->range_end = range_end;
	p->depth--;
	return a;
}
