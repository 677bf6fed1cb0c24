#include "form/inside.h"

#include <assert.h>

/* Budgets of one expression of a form, when the caller sets none: a page has hundreds of them. */
enum { FORM_STEPS_MAX = 1000000, FORM_RUN_BYTES_MAX = 32 << 20 };

/* ---- values ---- */

bool form_lookup(struct feel_value context, struct str path, struct feel_value *out_value)
{
	struct str rest = path, name;
	while (str_split(&rest, '.', &name)) {
		if (context.kind != FEEL_CONTEXT || !feel_has(context, name)) return false;
		context = feel_get(context, name);
	}
	*out_value = context;
	return true;
}

bool form_same_value(struct feel_value a, struct feel_value b)
{
	if (a.kind != b.kind) return false;
	return a.kind == FEEL_NULL || feel_equal(a, b) == 1;
}

bool form_is_empty(struct feel_value value)
{
	return value.kind == FEEL_NULL || (value.kind == FEEL_STRING && value.string.len == 0)
		|| (value.kind == FEEL_LIST && value.list.count == 0);
}

struct err form_value_of(struct form_maker *maker, const struct form_value *value, struct feel_value scope,
	struct feel_value *out_value)
{
	if (!value->program) {
		*out_value = value->constant;
		return OK;
	}
	return feel_run(maker->arena, value->program, scope, maker->env, NULL, out_value);
}

struct feel_value form_value_run(struct arena *arena, const struct form_state *state, const struct form_item *item,
	const struct form_value *value)
{
	struct feel_value result;
	if (!value->program) return value->constant;
	if (failed(feel_run(arena, value->program, item->scope, state->env, NULL, &result))) return FEEL_NULL_VALUE;
	return result;
}

struct err form_text_run(struct arena *arena, const struct form_state *state, const struct form_item *item,
	const struct form_text *text, enum feel_escape escape, struct str *out_text)
{
	struct feel_template_options options = { .escape = escape };
	if (text->tmpl) return feel_template_run(arena, text->tmpl, item->scope, state->env, &options, NULL, out_text);
	*out_text = text->source.ptr ? text->source : STR("");
	return OK;
}

/* ---- items ---- */

struct form_item *form_item_next(const struct form_item *root, struct form_item *item)
{
	if (item->first) return item->first;
	while (item && item != root && !item->next) item = item->parent;
	return item && item != root ? item->next : NULL;
}

const struct form_item *form_item_at(const struct form_state *state, struct str pointer)
{
	for (struct form_item *item = state->root; item; item = form_item_next(state->root, item))
		if (item->pointer.len > 0 && str_eq(item->pointer, pointer)) return item;
	return NULL;
}

static struct err new_item(struct form_maker *maker, const struct form_component *component, struct form_item *parent,
	struct form_item **out_item)
{
	if (++maker->item_count > FORM_ITEM_COUNT_MAX) return ERR(LIMIT);
	struct form_item *item = ARENA_NEW(maker->arena, struct form_item);
	item->component = component;
	item->pointer = STR("");
	item->parent = parent;
	item->disabled = component->disabled || (parent && parent->disabled);
	if (parent && parent->last) parent->last->next = item;
	else if (parent) parent->first = item;
	if (parent) parent->last = item;
	*out_item = item;
	return OK;
}

/* Data, else defaultValue, else empty; then what was sent, when it was. */
static void import(struct form_maker *maker, struct form_item *item, const struct form_item *row)
{
	const struct form_component *component = item->component;
	struct feel_value raw;
	item->own = form_empty_value(component);
	bool fits = form_lookup(row->own, component->row_path, &raw)
		&& form_decode(maker->arena, component, raw, maker->env, &item->own) == WORDS_NONE;
	if (!fits && component->has_default
		&& form_decode(maker->arena, component, component->default_value, maker->env, &item->own) != WORDS_NONE)
		item->own = form_empty_value(component);
	item->sent = item->own;
	if (maker->submitted && form_lookup(row->sent, component->row_path, &raw)) {
		item->raw = raw;
		item->sent = form_empty_value(component);
		item->fault = form_decode(maker->arena, component, raw, maker->env, &item->sent);
	}
	item->value = maker->submitted && !item->disabled ? item->sent : item->own;
	if (component->type == FORM_EXPRESSION) item->value = FEEL_NULL_VALUE;
}

static struct err add_items(struct form_maker *maker, const struct form_component *component, struct form_item *parent,
	struct form_item *row);

static struct feel_value row_of(struct feel_value list, size_t i)
{
	bool there = list.kind == FEEL_LIST && i < list.list.count && list.list.items[i].kind == FEEL_CONTEXT;
	return there ? list.list.items[i] : (struct feel_value){ .kind = FEEL_CONTEXT };
}

static struct err add_row(struct form_maker *maker, struct form_item *list, size_t i, struct feel_value own,
	struct feel_value sent)
{
	struct form_item *row;
	TRY(new_item(maker, list->component, list, &row));
	row->row = (int)i + 1;
	row->pointer = str_printf(maker->arena, "%.*s/%zu", STR_ARG(list->pointer), i);
	row->slots = ARENA_ARRAY(maker->arena, struct form_item *, list->component->slot_count);
	row->own = own;
	row->sent = row_of(sent, i);
	if (sent.kind == FEEL_LIST && i < sent.list.count && sent.list.items[i].kind != FEEL_CONTEXT
		&& sent.list.items[i].kind != FEEL_NULL) row->fault = WORDS_NO_ROW;
	return add_items(maker, list->component, row, row);
}

/* How many rows were sent, and what is wrong with that. */
static size_t count_sent(struct form_item *list, struct feel_value sent, size_t own_count)
{
	const struct form_component *component = list->component;
	size_t count = sent.kind == FEEL_LIST ? sent.list.count : 0, max = (size_t)component->rows_max;
	if (sent.kind != FEEL_LIST && sent.kind != FEEL_NULL) list->fault = WORDS_NO_LIST;
	if (!component->allow_add_remove && count != own_count) {
		list->fault = WORDS_ROWS_FIXED;
		max = own_count < max ? own_count : max;
	} else if (count > max) {
		list->fault = WORDS_ROWS_MAX;
		list->fault_count = component->rows_max;
	}
	return count > max ? max : count;
}

/* Texts are read before they are kept: blanks around them fall away, and "1.00" is 1. */
static bool reads_alike(struct feel_value own, struct feel_value sent)
{
	struct feel_value a = own, b = sent;
	if (own.kind == FEEL_STRING && sent.kind == FEEL_STRING) return str_eq(str_trim(own.string), str_trim(sent.string));
	if (own.kind == FEEL_STRING && failed(feel_number_parse(str_trim(own.string), &a))) return false;
	if (sent.kind == FEEL_STRING && failed(feel_number_parse(str_trim(sent.string), &b))) return false;
	return feel_equal(a, b) == 1;
}

/* Does what was sent say something else than the data? What it leaves out, or adds, it does not say. */
static bool says_otherwise(struct feel_value own, struct feel_value sent)
{
	if (own.kind == FEEL_LIST && sent.kind == FEEL_LIST) {
		for (size_t i = 0; i < own.list.count && own.list.count == sent.list.count; i++)
			if (says_otherwise(own.list.items[i], sent.list.items[i])) return true;
		return own.list.count != sent.list.count;
	}
	if (own.kind != FEEL_CONTEXT || sent.kind != FEEL_CONTEXT) return !reads_alike(own, sent);
	for (size_t i = 0; i < own.context.count; i++) {
		const struct feel_entry *entry = &own.context.entries[i];
		for (size_t k = 0; k < sent.context.count; k++)
			if (str_eq(entry->key, sent.context.entries[k].key) && says_otherwise(entry->value, sent.context.entries[k].value)) return true;
	}
	return false;
}

static struct err add_rows(struct form_maker *maker, struct form_item *list, struct form_item *outer)
{
	const struct form_component *component = list->component;
	struct feel_value own = FEEL_NULL_VALUE, sent = FEEL_NULL_VALUE;
	bool has_own = form_lookup(outer->own, component->row_path, &own) && own.kind == FEEL_LIST;
	bool has_sent = maker->submitted && form_lookup(outer->sent, component->row_path, &sent);
	size_t count = has_own ? own.list.count : (size_t)component->default_repetitions;
	bool unchanged = has_own && has_sent && !says_otherwise(own, sent);
	if (count > FORM_ROW_COUNT_MAX) return ERR(LIMIT);
	if (has_sent) {
		list->raw = sent;
		count = count_sent(list, sent, count);
	}
	for (size_t i = 0; i < count; i++) {
		/* When rows may be added and removed, the third row sent need not be the third row of the data, unless nothing changed. */
		bool same_rows = !has_sent || !component->allow_add_remove || unchanged;
		TRY(add_row(maker, list, i, row_of(same_rows ? own : FEEL_NULL_VALUE, i), sent));
	}
	return OK;
}

static struct err add_items(struct form_maker *maker, const struct form_component *component, struct form_item *parent,
	struct form_item *row)
{
	for (const struct form_component *child = component->first; child; child = child->next) {
		struct form_item *item;
		TRY(new_item(maker, child, parent, &item));
		row->slots[child->slot] = item;
		if (child->path.len > 0) {
			struct str below = str_replace(maker->arena, child->row_path, STR("."), STR("/"));
			item->pointer = str_printf(maker->arena, "%.*s/%.*s", STR_ARG(row->pointer), STR_ARG(below));
		}
		if (form_is_keyed(child->type)) import(maker, item, row);
		if (child->type == FORM_GROUP) TRY(add_items(maker, child, item, row));
		if (child->type == FORM_DYNAMICLIST) TRY(add_rows(maker, item, row));
	}
	return OK;
}

struct err form_make_items(struct form_maker *maker)
{
	const struct form_component *top = maker->state->form->root;
	struct form_item *root;
	TRY(new_item(maker, top, NULL, &root));
	root->slots = ARENA_ARRAY(maker->arena, struct form_item *, top->slot_count);
	root->own = maker->data.kind == FEEL_CONTEXT ? maker->data : (struct feel_value){ .kind = FEEL_CONTEXT };
	root->sent = maker->given.kind == FEEL_CONTEXT ? maker->given : (struct feel_value){ .kind = FEEL_CONTEXT };
	maker->state->root = root;
	return add_items(maker, top, root, root);
}

/* ---- states ---- */

struct form_maker form_maker_new(struct arena *arena, const struct form *form, struct feel_value data, const struct feel_env *env)
{
	struct feel_env *budget = ARENA_NEW(arena, struct feel_env);
	if (env) *budget = *env;
	if (budget->steps_max == 0) budget->steps_max = FORM_STEPS_MAX;
	if (budget->bytes_max == 0) budget->bytes_max = FORM_RUN_BYTES_MAX;
	struct form_maker maker = { .arena = arena, .state = ARENA_NEW(arena, struct form_state), .env = budget, .data = data };
	maker.state->form = form;
	maker.state->env = budget;
	return maker;
}

struct err form_state(struct arena *arena, const struct form *form, struct feel_value data, const struct feel_env *env,
	const struct form_state **out_state)
{
	struct form_maker maker = form_maker_new(arena, form, data, env);
	TRY(form_make_items(&maker));
	TRY(form_settle(&maker));
	*out_state = maker.state;
	return OK;
}

struct err form_submit_state(struct arena *arena, const struct form *form, struct feel_value data, struct feel_value given,
	const struct feel_env *env, struct report *report, const struct form_state **out_state)
{
	struct form_maker maker = form_maker_new(arena, form, data, env);
	maker.submitted = true;
	maker.given = given;
	TRY(form_make_items(&maker));
	TRY(form_settle(&maker));
	form_refuse_unknown(&maker, report);
	TRY(form_validate(&maker, report));
	*out_state = maker.state;
	return maker.state->error_count > 0 ? ERR(INVALID) : OK;
}

struct err form_submit(struct arena *arena, const struct form *form, struct feel_value data, struct feel_value given,
	const struct feel_env *env, struct report *report, struct feel_value *out_values)
{
	const struct form_state *state;
	TRY(form_submit_state(arena, form, data, given, env, report, &state));
	*out_values = state->values;
	return OK;
}
