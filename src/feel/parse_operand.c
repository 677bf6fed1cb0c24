#include "feel/parse.h"

/* Operands: literals, brackets, contexts, names, and what may stand behind them: .member [filter] (arguments). */

static struct node *literal(struct parser *p, struct feel_value value, size_t at)
{
	struct node *n = parse_node(p, NODE_LITERAL, at);
	n->literal = value;
	return n;
}

static struct node *parse_number(struct parser *p, struct token t, bool minus, bool *out_applied)
{
	struct feel_num n;
	struct str text = str_sub(p->text, t.from, t.to);
	if (!num_parse(text, &n)) return parse_fail(p, t.from, "the number does not fit 34 digits and an exponent of 6144");
	*out_applied = minus;
	return literal(p, feel_number(minus ? num_neg(n) : n), t.from);
}

static struct node *parse_string(struct parser *p, struct token t)
{
	struct str text;
	if (!lex_unquote(p->arena, str_sub(p->text, t.from, t.to), &text))
		return parse_fail(p, t.from, "the string has a \\u without its four digits, a \\U without its six, or half a surrogate pair");
	return literal(p, feel_string(text), t.from);
}

static struct node *parse_at_literal(struct parser *p, struct token t)
{
	struct str text;
	struct feel_value value;
	bool read = lex_unquote(p->arena, str_sub(p->text, t.from, t.to), &text)
		&& (temporal_parse_date(text, &value) || temporal_parse_date_time(p->arena, text, &value)
			|| temporal_parse_time(p->arena, text, &value) || temporal_parse_duration(text, &value));
	return literal(p, read ? value : FEEL_NULL_VALUE, t.from);
}

/* A range between literals is a literal itself: most cells of decision tables are such. */
static struct node *fold_range(struct parser *p, struct node *n)
{
	bool comparable = true;
	const struct node *ends[] = { n->a, n->b };
	for (size_t i = 0; i < 2; i++) {
		if (!ends[i]) continue;
		if (ends[i]->op != NODE_LITERAL) return n;
		feel_compare(ends[i]->literal, ends[i]->literal, &comparable);
		if (!comparable) return n;
	}
	if (n->a && n->b) feel_compare(n->a->literal, n->b->literal, &comparable);
	if (!comparable) return n;
	struct feel_range *range = ARENA_NEW(p->arena, struct feel_range);
	*range = (struct feel_range){ n->a ? &n->a->literal : NULL, n->b ? &n->b->literal : NULL, n->start_open, n->end_open };
	return literal(p, (struct feel_value){ .kind = FEEL_RANGE, .range = range }, n->at);
}

static bool take_range_close(struct parser *p, bool *out_open)
{
	if (parse_take_sign(p, ']')) *out_open = false;
	else if (parse_take_sign(p, ')') || parse_take_sign(p, '[')) *out_open = true;
	else return false;
	return true;
}

struct node *parse_range_end(struct parser *p, struct node *start, bool start_open, size_t at)
{
	struct node *n = parse_node(p, NODE_RANGE, at);
	bool outer = p->range_end;
	p->range_end = true;
	n->a = start;
	n->b = parse_additive(p);
	p->range_end = outer;
	if (!n->b) return NULL;
	n->start_open = start_open;
	if (!take_range_close(p, &n->end_open)) return parse_fail(p, parse_peek(p).from, "the range is not closed");
	n = parse_done(p, n);
	return n ? fold_range(p, n) : NULL;
}

/* (< 5), (>= x): a range without an end; (= 3), (!= 3): one whose ends are the same. */
static struct node *parse_unary_range(struct parser *p, enum node_op op, size_t at)
{
	struct node *n = parse_node(p, NODE_RANGE, at), *end = parse_additive(p);
	if (!end || !parse_want_sign(p, ')', "a closing bracket")) return NULL;
	if (op != NODE_TEST_LT && op != NODE_TEST_LE) n->a = end;
	if (op != NODE_TEST_GT && op != NODE_TEST_GE) n->b = end;
	n->start_open = op != NODE_TEST_GE && op != NODE_TEST_EQ;
	n->end_open = op != NODE_TEST_LE && op != NODE_TEST_EQ;
	n = parse_done(p, n);
	return n ? fold_range(p, n) : NULL;
}

static struct node *parse_bracket(struct parser *p, size_t at)
{
	enum node_op op;
	struct token t = parse_peek(p);
	if (t.kind == TOKEN_SIGN && parse_unary_sign(t.sign, &op)) {
		p->at = t.to;
		return parse_unary_range(p, op, at);
	}
	struct node *n = parse_expression(p);
	if (!n) return NULL;
	if (parse_take_sign(p, SIGN2('.', '.'))) return parse_range_end(p, n, true, at);
	return parse_want_sign(p, ')', "a closing bracket") ? n : NULL;
}

static struct node *parse_list(struct parser *p, size_t at)
{
	struct { LIST_OF(struct node *); } items = { 0 };
	struct node *list = parse_node(p, NODE_LIST, at);
	if (!parse_take_sign(p, ']')) {
		do {
			struct node *item = parse_expression(p);
			if (!item) return NULL;
			if (items.count == 0 && parse_take_sign(p, SIGN2('.', '.'))) return parse_range_end(p, item, false, at);
			LIST_PUSH(p->arena, &items, item);
		} while (parse_take_sign(p, ','));
		if (!parse_want_sign(p, ']', "a comma or a closing ]")) return NULL;
	}
	list->items = items.items;
	list->count = items.count;
	list->members = items.count > 0 ? items.items[0]->members : NULL;
	return parse_done(p, list);
}

static struct node *parse_open_range(struct parser *p, size_t at)
{
	struct node *start = parse_additive(p);
	if (!start) return NULL;
	if (!parse_take_sign(p, SIGN2('.', '.'))) return parse_fail(p, parse_peek(p).from, "a range needs \"..\" between its ends");
	return parse_range_end(p, start, true, at);
}

/* ---- contexts ------------------------------------------------------------------------------------ */

struct entries {
	struct { LIST_OF(struct str); } keys;
	struct { LIST_OF(struct node *); } values;
	struct { LIST_OF(const struct feel_scope *); } members;
	struct map seen;
	bool twice;
};

static bool parse_key(struct parser *p, struct str *out_key)
{
	struct token t = parse_peek(p);
	if (t.kind == TOKEN_STRING) {
		p->at = t.to;
		if (lex_unquote(p->arena, str_sub(p->text, t.from, t.to), out_key)) return true;
		parse_fail(p, t.from, "the key has a \\u without its digits");
		return false;
	}
	if (parse_declared_name(p, ":", NULL, out_key)) return true;
	parse_fail(p, t.from, "a context needs keys: {name: value}");
	return false;
}

static bool parse_entry(struct parser *p, struct entries *entries, struct local_scope *scope)
{
	struct str key;
	size_t at = parse_peek(p).from;
	if (!parse_key(p, &key) || !parse_want_sign(p, ':', "a colon")) return false;
	if (map_has(&entries->seen, key)) {
		entries->twice = true;
		parse_warn(p, at, "the key \"%.*s\" stands twice, so the context is null", STR_ARG(key));
	}
	map_put(p->arena, &entries->seen, key, entries);
	bool recursive = parse_at_word(p, "function");     /* a function may call itself by its key */
	LIST_PUSH(p->arena, &entries->keys, key);
	LIST_PUSH(p->arena, &entries->members, NULL);
	scope->names = entries->keys.items;
	scope->members = entries->members.items;
	scope->count = entries->keys.count - (recursive ? 0 : 1);
	struct node *value = parse_expression(p);
	if (!value) return false;
	LIST_PUSH(p->arena, &entries->values, value);
	entries->members.items[entries->members.count - 1] = value->members;
	scope->count = entries->keys.count;
	return true;
}

static const struct feel_scope *known_members(struct parser *p, const struct entries *entries)
{
	struct feel_scope *scope = ARENA_NEW(p->arena, struct feel_scope);
	struct feel_scope_name *names = ARENA_ARRAY(p->arena, struct feel_scope_name, entries->keys.count);
	for (size_t i = 0; i < entries->keys.count; i++)
		names[i] = (struct feel_scope_name){ entries->keys.items[i], entries->members.items[i] };
	scope->names = names;
	scope->count = entries->keys.count;
	return scope;
}

static struct node *parse_context(struct parser *p, size_t at)
{
	struct entries entries = { 0 };
	struct local_scope scope = { .outer = p->locals };
	p->locals = &scope;
	bool read = true;
	if (!parse_take_sign(p, '}')) {
		do read = parse_entry(p, &entries, &scope); while (read && parse_take_sign(p, ','));
		read = read && parse_want_sign(p, '}', "a comma or a closing }");
	}
	p->locals = scope.outer;
	if (!read) return NULL;
	struct node *n = parse_node(p, NODE_CONTEXT, at);
	n->keys = entries.keys.items;
	n->items = entries.values.items;
	n->count = entries.values.count;
	n->twice = entries.twice;
	n->captured = scope.captured;
	n->members = known_members(p, &entries);
	return parse_done(p, n);
}

/* ---- behind an operand ---------------------------------------------------------------------------- */

static struct node *parse_path(struct parser *p, struct node *a, size_t at)
{
	struct node *n = parse_node(p, NODE_PATH, at);
	n->a = a;
	if (!parse_member_name(p, a->members, &n->member)) return NULL;
	if (a->members && a->members->closed && !scope_has(a->members, n->member))
		return parse_fail(p, at, "there is no \"%.*s\" behind this dot", STR_ARG(n->member));
	n->members = scope_members(a->members, n->member);
	return parse_done(p, n);
}

static struct node *parse_filter(struct parser *p, struct node *a, size_t at)
{
	static const struct str item[] = { STR_INIT("item") };
	struct local_scope scope = { .outer = p->locals, .names = item, .members = &a->members, .count = 1, .filter = true };
	struct node *n = parse_node(p, NODE_FILTER, at);
	p->locals = &scope;
	n->a = a;
	n->b = parse_expression(p);
	p->locals = scope.outer;
	if (!n->b || !parse_want_sign(p, ']', "a closing ]")) return NULL;
	n->captured = scope.captured;
	n->members = a->members;
	return parse_done(p, n);
}

static struct node *parse_instance(struct parser *p, struct node *a, size_t at)
{
	if (!parse_take_word(p, "of")) return parse_fail(p, at, "instance of: the word \"of\" is missing");
	struct node *n = parse_node(p, NODE_INSTANCE, at);
	n->a = a;
	p->at = lex_skip(p->text, p->at);
	size_t from = p->at;
	if (!type_read(p->arena, p->text, &p->at, p->scope, &n->type)) {
		p->at = lex_word(p->text, from);
		if (p->at == from) return parse_fail(p, from, "instance of: a type is missing");
		while (parse_take_sign(p, '.')) p->at = lex_word(p->text, p->at);
		n->type = NULL;
	}
	return parse_done(p, n);
}

/* In ]1..3[ the last bracket closes the range; in ]1..a[1][ the first does not. */
static bool closes_range(const struct parser *p, struct token bracket)
{
	if (!p->range_end) return false;
	struct token t = lex_token(p->text, bracket.to);
	if (t.kind == TOKEN_END) return true;
	if (t.kind == TOKEN_WORD) return parse_is_infix_word(str_sub(p->text, t.from, t.to));
	return t.kind == TOKEN_SIGN && t.sign != '(' && t.sign != '[' && t.sign != '{' && t.sign != '-' && t.sign != '?';
}

struct node *parse_behind(struct parser *p, struct node *n)
{
	while (n) {
		struct token t = parse_peek(p);
		if (t.kind == TOKEN_WORD && parse_take_word(p, "instance")) {
			n = parse_instance(p, n, t.from);
		} else if (t.kind != TOKEN_SIGN) {
			return n;
		} else if (t.sign == '.') {
			p->at = t.to;
			n = parse_path(p, n, t.from);
		} else if (t.sign == '[' && !closes_range(p, t)) {
			p->at = t.to;
			n = parse_filter(p, n, t.from);
		} else if (t.sign == '(') {
			p->at = t.to;
			n = parse_arguments(p, n, n->at);
		} else {
			return n;
		}
	}
	return n;
}

static struct node *parse_signed(struct parser *p, struct token t)
{
	p->at = t.to;
	switch (t.sign) {
	case '(': return parse_bracket(p, t.from);
	case '[': return parse_list(p, t.from);
	case ']': return parse_open_range(p, t.from);
	case '{': return parse_context(p, t.from);
	case '?': return parse_reference(p, STR("?"), t.from);
	default: return parse_fail(p, t.from, "a value is missing before \"%.*s\"", (int)(t.to - t.from), p->text.ptr + t.from);
	}
}

struct node *parse_operand(struct parser *p, bool minus, bool *out_applied)
{
	struct token t = parse_peek(p);
	struct node *n = NULL;
	if (++p->depth > FEEL_DEPTH_MAX) return parse_fail(p, t.from, "the expression is nested too deeply");
	switch (t.kind) {
	case TOKEN_NUMBER: p->at = t.to; n = parse_number(p, t, minus, out_applied); break;
	case TOKEN_STRING: p->at = t.to; n = parse_string(p, t); break;
	case TOKEN_AT: p->at = t.to; n = parse_at_literal(p, t); break;
	case TOKEN_WORD: n = parse_name(p); break;
	case TOKEN_SIGN: n = parse_signed(p, t); break;
	case TOKEN_END: n = parse_fail(p, t.from, "the text ends where a value is expected"); break;
	case TOKEN_BAD:
		n = parse_fail(p, t.from, p->text.ptr[t.from] == '"' ? "the string is not closed" : "a sign that FEEL does not know");
		break;
	}
	n = n ? parse_behind(p, n) : NULL;
	p->depth--;
	return n;
}
