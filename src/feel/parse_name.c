#include "feel/parse.h"

#include <string.h>

/* Names contain spaces and signs: the longest name known in the scopes wins. What is known of values' members
 * goes along, so that "order.total - tax" is read rightly too. */

static const char *const infix_words[] = { "and", "or", "in", "between", "instance", "then", "else", "return",
	"satisfies", "of" };

bool parse_is_infix_word(struct str word)
{
	for (size_t i = 0; i < sizeof infix_words / sizeof infix_words[0]; i++)
		if (str_eq_c(word, infix_words[i])) return true;
	return false;
}

const struct feel_scope *scope_members(const struct feel_scope *scope, struct str name)
{
	for (size_t i = 0; scope && i < scope->count; i++)
		if (str_eq(scope->names[i].name, name)) return scope->names[i].members;
	return NULL;
}

bool scope_has(const struct feel_scope *scope, struct str name)
{
	for (; scope; scope = scope->outer)          /* a template's `parent` is a whole chain */
		for (size_t i = 0; i < scope->count; i++)
			if (str_eq(scope->names[i].name, name)) return true;
	return false;
}

static bool part_at(struct str s, size_t at)
{
	uint32_t c;
	return utf8_next(s, &at, &c) && lex_is_name_part(c);
}

static bool part_before(struct str s, size_t at)
{
	size_t from = at;
	while (from > 0 && ((unsigned char)s.ptr[from - 1] & 0xc0) == 0x80) from--;
	return from > 0 && part_at(s, from - 1);
}

/* The end of `name` at text[at], white space counting only between two words; 0 when it does not stand there. */
static size_t match_known(struct str text, size_t at, struct str name)
{
	size_t i = 0;
	if (name.len == 0 || text.ptr[at] != name.ptr[0]) return 0;
	while (i < name.len) {
		bool space = name.ptr[i] == ' ';
		while (i < name.len && name.ptr[i] == ' ') i++;
		size_t next = lex_skip(text, at);
		bool needed = space && i < name.len && part_at(name, i) && i >= 2 && part_before(text, at);
		if (needed && next == at) return 0;
		bool both_words = i < name.len && i > 0 && part_at(name, i) && part_before(text, at);
		if (!space && both_words && next > at) return 0;
		if (i >= name.len) break;
		at = next;
		if (at >= text.len || text.ptr[at] != name.ptr[i]) return 0;
		at++;
		i++;
	}
	if (part_before(text, at) && part_at(text, at)) return 0;
	return at;
}

struct match { size_t end; struct str name; };

static void match_better(const struct parser *p, struct str name, size_t at, struct match *best)
{
	size_t end = match_known(p->text, at, name);
	if (end > best->end) *best = (struct match){ end, name };
}

static void match_scope(const struct parser *p, const struct feel_scope *scope, size_t at, struct match *best)
{
	for (size_t i = 0; scope && i < scope->count; i++) match_better(p, scope->names[i].name, at, best);
}

static struct match match_variable(const struct parser *p, size_t at)
{
	struct match best = { 0 };
	for (const struct local_scope *local = p->locals; local; local = local->outer) {
		for (size_t i = 0; i < local->count; i++) match_better(p, local->names[i], at, &best);
		if (local->filter) match_scope(p, local->members[0], at, &best);
	}
	for (const struct feel_scope *scope = p->scope; scope; scope = scope->outer) match_scope(p, scope, at, &best);
	return best;
}

static const struct feel_env *scope_env(const struct feel_scope *scope)
{
	for (; scope; scope = scope->outer)
		if (scope->env) return scope->env;
	return NULL;
}

static struct match match_function(const struct parser *p, size_t at)
{
	struct match best = { 0 };
	const struct feel_env *env = scope_env(p->scope);
	for (size_t i = 0; env && i < env->function_count; i++) match_better(p, env->functions[i].name, at, &best);
	struct builtin_place place = { 0 };
	for (const struct builtin *row = builtin_each(&place); row; row = builtin_each(&place))
		if (row->name[0] == p->text.ptr[at]) match_better(p, str_from_c(row->name), at, &best);     /* few are worth their strlen */
	return best;
}

static bool sign_follows(const struct parser *p, size_t at, uint16_t sign)
{
	struct token t = lex_token(p->text, at);
	return t.kind == TOKEN_SIGN && t.sign == sign;
}

/* Words that stand side by side can only be one name, if nobody told us which names there are. */
static size_t merge_words(const struct parser *p, size_t end)
{
	for (;;) {
		struct token t = lex_token(p->text, end);
		if (t.kind != TOKEN_WORD && t.kind != TOKEN_NUMBER) return end;
		struct str word = str_sub(p->text, t.from, t.to);
		if (parse_is_infix_word(word)) return end;
		if (t.kind == TOKEN_NUMBER && (t.from == end || str_find_byte(word, '.', 0) >= 0)) return end;
		end = t.to;
	}
}

/* The text as a name: white space and comments become one space. */
static struct str single_spaced(struct parser *p, size_t from, size_t to)
{
	char *name = arena_alloc(p->arena, to - from);
	size_t count = 0;
	while (from < to) {
		size_t next = lex_skip(p->text, from);
		if (next > from) {
			if (next < to && count > 0) name[count++] = ' ';
			from = next;
			continue;
		}
		name[count++] = p->text.ptr[from++];
	}
	return (struct str){ name, count };
}

/* ---- resolving ------------------------------------------------------------------------------------- */

static bool find_local(struct parser *p, struct name_ref *ref, const struct feel_scope **out_members)
{
	struct { LIST_OF(uint16_t); } filters = { 0 };
	uint16_t hops = 0;
	bool found = false;
	for (struct local_scope *local = p->locals; local && !found; local = local->outer, hops++) {
		if (local->filter && ref->name.ptr[0] != '?') {
			LIST_PUSH(p->arena, &filters, hops);
			const struct feel_scope *members = scope_members(local->members[0], ref->name);
			if (members && !*out_members) *out_members = members;
		}
		for (size_t i = local->count; i-- > 0 && !found;) {
			if (!str_eq(local->names[i], ref->name)) continue;
			*ref = (struct name_ref){ .name = ref->name, .place = NAME_LOCAL, .hops = hops, .slot = (uint16_t)i, .known = true };
			*out_members = local->members ? local->members[i] : NULL;
			local->used = true;
			found = true;
		}
	}
	ref->filters = filters.items;
	ref->filter_count = filters.count;
	return found;
}

static bool find_global(const struct parser *p, struct name_ref *ref, const struct feel_scope **out_members)
{
	for (const struct feel_scope *scope = p->scope; scope; scope = scope->outer) {
		for (size_t i = 0; i < scope->count; i++) {
			if (!str_eq(scope->names[i].name, ref->name)) continue;
			ref->name = scope->names[i].name;       /* the caller's own key: found by its pointer at run time */
			ref->hint = (uint32_t)i;
			ref->known = true;
			if (!*out_members) *out_members = scope->names[i].members;
			return true;
		}
	}
	return false;
}

static bool is_function(const struct parser *p, struct str name)
{
	const struct feel_env *env = scope_env(p->scope);
	for (size_t i = 0; env && i < env->function_count; i++)
		if (str_eq(env->functions[i].name, name)) return true;
	return builtin_exists(name);
}

static bool is_closed(const struct feel_scope *scope)
{
	for (; scope; scope = scope->outer)
		if (scope->closed) return true;
	return false;
}

struct node *parse_reference(struct parser *p, struct str name, size_t at)
{
	struct node *n = parse_node(p, NODE_NAME, at);
	n->name = (struct name_ref){ .name = name, .place = NAME_GLOBAL };
	const struct feel_scope *members = NULL;
	if (!find_local(p, &n->name, &members) && !find_global(p, &n->name, &members)) {
		if (is_function(p, name)) n->name.place = NAME_FUNCTION;
		else if (name.ptr[0] == '?') return parse_fail(p, at, "\"?\" is the input of unary tests and stands for nothing here");
		else if (is_closed(p->scope) && n->name.filter_count == 0 && !sign_follows(p, p->at, '('))
			return parse_fail(p, at, "there is no \"%.*s\" here", STR_ARG(name));
	}
	n->members = members;
	return n;
}

static bool knows_all_names(const struct parser *p)
{
	for (const struct local_scope *local = p->locals; local; local = local->outer)
		if (local->filter && !local->members[0]) return false;
	return p->scope != NULL;
}

static struct node *parse_keyword(struct parser *p, struct str word, size_t at)
{
	struct node *n = parse_node(p, NODE_LITERAL, at);
	if (str_eq_c(word, "true")) n->literal = feel_boolean(true);
	else if (str_eq_c(word, "false")) n->literal = feel_boolean(false);
	else if (!str_eq_c(word, "null")) return parse_block(p, word, at);
	return n;
}

static bool is_keyword(struct str word)
{
	static const char *const words[] = { "true", "false", "null", "if", "for", "some", "every", "function" };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq_c(word, words[i])) return true;
	return false;
}

struct node *parse_name(struct parser *p)
{
	size_t at = lex_skip(p->text, p->at), word_end = lex_word(p->text, at);
	struct str word = str_sub(p->text, at, word_end);
	struct match known = match_variable(p, at), function = match_function(p, at);
	bool called = function.end > known.end && sign_follows(p, function.end, '(');
	if (called || known.end == 0) known = function;
	if (is_keyword(word) && known.end <= word_end) {
		p->at = word_end;
		return parse_keyword(p, word, at);
	}
	size_t end = known.end > word_end ? known.end : word_end;
	if (!called && parse_is_infix_word(word) && known.end <= word_end)
		return parse_fail(p, at, "a value is missing before \"%.*s\"", STR_ARG(word));
	size_t merged = called || knows_all_names(p) ? end : merge_words(p, end);
	p->at = merged;
	if (merged == known.end) return parse_reference(p, known.name, at);
	return parse_reference(p, single_spaced(p, at, merged), at);
}

bool parse_member_name(struct parser *p, const struct feel_scope *members, struct str *out_name)
{
	size_t at = lex_skip(p->text, p->at), end = lex_word(p->text, at);
	if (end == at) {
		parse_fail(p, at, "a name is missing behind the dot");
		return false;
	}
	struct match best = { 0 };
	match_scope(p, members, at, &best);
	if (best.end > end) end = best.end;
	size_t merged = merge_words(p, end);
	p->at = merged;
	*out_name = merged == best.end ? best.name : single_spaced(p, at, merged);
	return true;
}

bool parse_declared_name(struct parser *p, const char *end_signs, const char *end_word, struct str *out_name)
{
	size_t from = lex_skip(p->text, p->at), to = from, at = lex_word(p->text, from);
	if (at == from) return false;
	for (to = at; at < p->text.len;) {
		uint32_t c;
		size_t next = lex_skip(p->text, at), word = lex_word(p->text, next);
		if (end_word && next > at && str_eq_c(str_sub(p->text, next, word), end_word)) break;
		if (next < p->text.len && strchr(end_signs, p->text.ptr[next])) break;
		at = next;
		if (word > next) next = word;
		else if (!utf8_next(p->text, &next, &c) || !(lex_is_name_part(c) || (c < 0x80 && strchr("./-'+*", (int)c)))) return false;
		to = at = next;
	}
	if (at >= p->text.len) return false;
	*out_name = single_spaced(p, from, to);
	p->at = at;
	return true;
}
