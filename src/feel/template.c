/* Reading feelers: `{{expr}}`, `{{#if expr}}…{{/if}}`, `{{#loop expr}}…{{/loop}}`, or one expression behind `=`.
 *
 * Tags are exact to the byte; an expression ends at the first `}}`. One line feed behind an opening or a closing tag
 * belongs to the tag. What the original closes or prints silently (an unclosed block, a stray closing tag, "}}" in
 * a string) is refused here, because the author meant something else. */
#include "feel/template.h"

#include <string.h>

struct position { size_t line, column; };
struct reader {
	struct arena *arena;
	struct str text;
	size_t at;
	struct report *report;
	const struct feel_env *env;
	bool failed;
	int depth;
	size_t counted;                  /* bytes up to `position` */
	struct position position;
};

/* ---- places and findings ------------------------------------------------------------------------------------ */

/* Counted on from where the last one was found: places are asked for in the order of the text, for the most part. */
static struct position position_of(struct reader *r, size_t at)
{
	if (at < r->counted) {
		r->counted = 0;
		r->position = (struct position){ 1, 1 };
	}
	while (r->counted < at) {
		uint32_t c;
		if (!utf8_next(r->text, &r->counted, &c)) { c = 0; r->counted++; }
		struct position p = r->position;
		r->position = c == '\n' ? (struct position){ p.line + 1, 1 } : (struct position){ p.line, p.column + 1 };
	}
	return r->position;
}

static struct str place_of(struct reader *r, size_t at)
{
	struct position p = position_of(r, at);
	return str_printf(r->arena, "%zu:%zu", p.line, p.column);
}

static void refuse(struct reader *r, size_t at, const char *words)
{
	r->failed = true;
	report_error(r->report, place_of(r, at), "%s", words);
}

/* The place of a finding inside an expression, as a place of the template. */
static struct str moved_place(struct reader *r, size_t from, struct str place)
{
	struct position start = position_of(r, from);
	struct str rest = place, line_text;
	int64_t line, column;
	if (!str_split(&rest, ':', &line_text) || !str_to_i64(line_text, &line) || !str_to_i64(rest, &column)) {
		return place_of(r, from);
	}
	if (line == 1) column += (int64_t)start.column - 1;
	return str_printf(r->arena, "%lld:%lld", (long long)(line + (int64_t)start.line - 1), (long long)column);
}

/* ---- scopes --------------------------------------------------------------------------------------------------- */

enum { SPECIAL_COUNT = 4 };

/* `this`, `parent` and their safe twins, before the names that `outer` knows. */
static struct feel_scope *scope_with_specials(struct reader *r, const struct feel_scope *outer, const struct feel_scope *element,
	const struct feel_scope *parent, bool closed)
{
	const struct feel_scope_name names[SPECIAL_COUNT] = { { STR("this"), element }, { STR("parent"), parent },
		{ STR("_this_"), element }, { STR("_parent_"), parent } };
	struct feel_scope *scope = ARENA_NEW(r->arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = arena_copy(r->arena, names, sizeof names), .count = SPECIAL_COUNT, .outer = outer,
		.env = r->env, .closed = closed };
	return scope;
}

static const struct feel_scope_name *find_name(const struct feel_scope *scope, struct str name)
{
	for (; scope; scope = scope->outer) {
		for (size_t i = 0; i < scope->count; i++) {
			if (str_eq(scope->names[i].name, name)) return &scope->names[i];
		}
	}
	return NULL;
}

/* What is declared about the elements of a list: found when the expression is a path of declared names. */
static const struct feel_scope *element_scope(const struct feel_scope *scope, struct str path)
{
	const struct feel_scope_name *name = NULL;
	struct str piece;
	path = str_trim(path);
	while (scope && str_split(&path, '.', &piece)) {
		name = find_name(scope, str_trim(piece));
		if (!name) return NULL;
		scope = name->members;
	}
	return name ? name->members : NULL;
}

/* Inside a loop only the element is in scope: its declared members, or any single name when nothing is declared. */
static const struct feel_scope *loop_scope(struct reader *r, const struct feel_scope *scope, struct str list)
{
	const struct feel_scope *element = element_scope(scope, list);
	if (!element) return scope_with_specials(r, NULL, NULL, scope, false);
	struct feel_scope *members = arena_copy(r->arena, element, sizeof *element);
	members->outer = NULL;
	members->env = r->env;
	return scope_with_specials(r, members, element, scope, element->closed || scope->closed);
}

/* ---- expressions ------------------------------------------------------------------------------------------------ */

static bool ends_in_string(struct str expression)
{
	bool in_string = false;
	for (size_t i = 0; i < expression.len; i++) {
		if (in_string && expression.ptr[i] == '\\') i++;
		else if (expression.ptr[i] == '"') in_string = !in_string;
	}
	return in_string;
}

static void compile(struct reader *r, struct template_node *node, size_t from, const struct feel_scope *scope)
{
	struct report inner = report_make(r->arena);
	node->place = place_of(r, from);
	if (ends_in_string(node->text)) {
		refuse(r, from, "\"}}\" ends the expression even inside a string: write \"}\" + \"}\"");
		return;
	}
	if (!failed(feel_compile(r->arena, node->text, scope, &inner, &node->program))) return;
	r->failed = true;
	if (inner.count == 0) report_error(r->report, node->place, "the expression cannot be read");
	for (size_t i = 0; i < inner.count; i++) {
		report_error(r->report, moved_place(r, from, inner.items[i].place), "%.*s", STR_ARG(inner.items[i].words));
	}
}

/* The text up to "}}", which is passed; false when there is none. */
static bool take_expression(struct reader *r, size_t tag, struct str *out, size_t *out_from)
{
	ptrdiff_t end = str_find(r->text, STR("}}"), r->at);
	if (end < 0) {
		refuse(r, tag, "{{ without }}");
		return false;
	}
	*out_from = r->at;
	*out = str_sub(r->text, r->at, (size_t)end);
	r->at = (size_t)end + 2;
	return true;
}

static bool take(struct reader *r, struct str tag)
{
	if (!str_starts(str_sub(r->text, r->at, r->text.len), tag)) return false;
	r->at += tag.len;
	return true;
}

/* ---- blocks -------------------------------------------------------------------------------------------------------- */

static struct template_node *read_block(struct reader *r, const struct feel_scope *scope);

static struct template_node *new_node(struct reader *r, int kind)
{
	struct template_node *node = ARENA_NEW(r->arena, struct template_node);
	node->kind = kind;
	return node;
}

static struct template_node *read_text(struct reader *r)
{
	struct template_node *node = new_node(r, TEMPLATE_TEXT);
	ptrdiff_t end = str_find(r->text, STR("{{"), r->at);
	node->text = str_sub(r->text, r->at, end < 0 ? r->text.len : (size_t)end);
	r->at += node->text.len;
	return node;
}

static struct template_node *read_insert(struct reader *r, size_t tag, const struct feel_scope *scope)
{
	size_t from;
	struct template_node *node = new_node(r, TEMPLATE_INSERT);
	take(r, STR("="));
	if (!take_expression(r, tag, &node->text, &from)) return NULL;
	if (str_trim(node->text).len == 0) {                 /* {{}} writes nothing */
		node->kind = TEMPLATE_TEXT;
		node->text = STR("");
	} else {
		compile(r, node, from, scope);
	}
	return node;
}

static struct template_node *read_spanner(struct reader *r, size_t tag, int kind, const struct feel_scope *scope)
{
	size_t from;
	struct template_node *node = new_node(r, kind);
	struct str close = kind == TEMPLATE_IF ? STR("{{/if}}") : STR("{{/loop}}");
	if (!take_expression(r, tag, &node->text, &from)) return NULL;
	compile(r, node, from, scope);
	take(r, STR("\n"));
	if (++r->depth > TEMPLATE_DEPTH_MAX) {
		refuse(r, tag, "blocks are nested too deeply");
		return NULL;
	}
	node->first = read_block(r, kind == TEMPLATE_IF ? scope : loop_scope(r, scope, node->text));
	r->depth--;
	if (r->at == r->text.len) {
		const char *unclosed = kind == TEMPLATE_IF ? "{{#if …}} without {{/if}}" : "{{#loop …}} without {{/loop}}";
		if (!r->failed || r->depth == 0) refuse(r, tag, unclosed);
		return NULL;
	}
	if (!take(r, close)) {
		refuse(r, r->at, kind == TEMPLATE_IF ? "{{/if}} is expected here" : "{{/loop}} is expected here");
		return NULL;
	}
	node->line_swallowed = take(r, STR("\n"));
	return node;
}

static struct template_node *read_node(struct reader *r, const struct feel_scope *scope)
{
	size_t tag = r->at;
	if (!take(r, STR("{{"))) return read_text(r);
	if (take(r, STR("#if "))) return read_spanner(r, tag, TEMPLATE_IF, scope);
	if (take(r, STR("#loop "))) return read_spanner(r, tag, TEMPLATE_LOOP, scope);
	if (take(r, STR("#"))) {
		refuse(r, tag, "only {{#if …}} and {{#loop …}} are known, with one space");
		return NULL;
	}
	return read_insert(r, tag, scope);
}

/* Up to a closing tag or the end of the text. Stops at the first tag that cannot be read. */
static struct template_node *read_block(struct reader *r, const struct feel_scope *scope)
{
	struct template_node *first = NULL, **end = &first;
	while (r->at < r->text.len && !str_starts(str_sub(r->text, r->at, r->text.len), STR("{{/"))) {
		*end = read_node(r, scope);
		if (!*end) {
			r->at = r->text.len;
			break;
		}
		end = &(*end)->next;
	}
	return first;
}

static const struct feel_env *env_of(const struct feel_scope *scope)
{
	for (; scope; scope = scope->outer) {
		if (scope->env) return scope->env;
	}
	return NULL;
}

struct err feel_template_compile(struct arena *arena, struct str text, const struct feel_scope *scope,
	struct report *report, const struct feel_template **out_template)
{
	struct reader r = { .arena = arena, .text = text, .report = report, .env = env_of(scope), .position = { 1, 1 } };
	struct feel_template *out = ARENA_NEW(arena, struct feel_template);
	if (text.len > FEEL_TEXT_BYTES_MAX) return ERR(LIMIT);
	if (!utf8_is_valid(text)) {
		report_error(report, STR("1:1"), "the template is not UTF-8");
		return ERR(INVALID);
	}
	/* A caller that has a `this` and `parent` of its own (the rows of a form) means those. */
	const struct feel_scope_name *own = find_name(scope, STR("this")), *around = find_name(scope, STR("parent"));
	const struct feel_scope *root = scope_with_specials(&r, scope, own ? own->members : scope, around ? around->members : NULL,
		scope && scope->closed);
	if (take(&r, STR("="))) {
		out->first = new_node(&r, TEMPLATE_INSERT);
		out->first->text = str_sub(text, 1, text.len);
		if (str_trim(out->first->text).len > 0) compile(&r, out->first, 1, root);
		else *out->first = (struct template_node){ .kind = TEMPLATE_TEXT };
	} else {
		out->first = read_block(&r, root);
		if (r.at < text.len) refuse(&r, r.at, "a closing tag without its opening tag");
	}
	if (r.failed) return ERR(INVALID);
	*out_template = out;
	return OK;
}
