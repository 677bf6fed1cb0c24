#include "form/inside.h"

/* ---- collecting values ---- */

static bool collect_path(struct arena *arena, const struct form_item *row, const struct form_path *path, struct feel_value under,
	enum form_collect what, struct feel_value *out_value)
{
	if (path->kind == PATH_OPEN) {
		*out_value = form_collect(arena, row, path, under, what);
		return out_value->context.count > 0;
	}
	struct form_item *item = row->slots[path->component->slot];
	if (item->hidden || (what == COLLECT_VALUES && item->disabled)) return false;
	if (path->kind == PATH_LIST) {
		size_t count = 0;
		for (struct form_item *each = item->first; each; each = each->next) count++;
		struct feel_value *rows = ARENA_ARRAY(arena, struct feel_value, count);
		count = 0;
		for (struct form_item *each = item->first; each; each = each->next) {
			rows[count] = form_collect(arena, each, path, each->own, what);
			if (what == COLLECT_DATA) each->value = rows[count];
			count++;
		}
		item->value = (struct feel_value){ .kind = FEEL_LIST, .list = { rows, count } };
	}
	*out_value = item->value;
	return true;
}

struct feel_value form_collect(struct arena *arena, const struct form_item *row, const struct form_path *paths,
	struct feel_value under, enum form_collect what)
{
	size_t kept = what == COLLECT_DATA && under.kind == FEEL_CONTEXT ? under.context.count : 0, count = kept;
	for (const struct form_path *path = paths->first; path; path = path->next) count++;
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, count);
	for (count = 0; count < kept; count++) entries[count] = under.context.entries[count];
	for (const struct form_path *path = paths->first; path; path = path->next) {
		struct feel_value value, below = kept ? feel_get(under, path->name) : FEEL_NULL_VALUE;
		if (!collect_path(arena, row, path, below, what, &value)) continue;
		size_t at = 0;
		while (at < kept && !str_eq(entries[at].key, path->name)) at++;
		if (at == kept) at = count++;
		entries[at] = (struct feel_entry){ path->name, value };
	}
	return feel_context_of(arena, entries, count);
}

/* ---- what expressions see ---- */

static bool is_underscored(struct str name)
{
	return str_eq_c(name, "_this_") || str_eq_c(name, "_parent_") || str_eq_c(name, "_i_");
}

/* this, parent and i below the data, _this_, _parent_ and _i_ above it. */
static struct feel_value scope_of(struct arena *arena, struct feel_value data, struct feel_value own, struct feel_value parent,
	struct feel_value rows)
{
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, data.context.count + 6);
	const struct feel_entry special[] = {
		{ STR("this"), own }, { STR("parent"), parent }, { STR("i"), rows },
		{ STR("_this_"), own }, { STR("_parent_"), parent }, { STR("_i_"), rows },
	};
	size_t count = 0;
	for (size_t i = 0; i < 6; i++)
		if (i >= 3 || !feel_has(data, special[i].key)) entries[count++] = special[i];
	for (size_t i = 0; i < data.context.count; i++)
		if (!is_underscored(data.context.entries[i].key)) entries[count++] = data.context.entries[i];
	return feel_context_of(arena, entries, count);
}

static struct feel_value row_numbers(struct arena *arena, struct feel_value outer, int row)
{
	struct feel_value *numbers = ARENA_ARRAY(arena, struct feel_value, outer.list.count + 1);
	for (size_t i = 0; i < outer.list.count; i++) numbers[i] = outer.list.items[i];
	numbers[outer.list.count] = feel_number_i64(row);
	return feel_list_of(arena, numbers, outer.list.count + 1);
}

static void set_scopes(struct form_maker *maker, struct form_item *parent, struct feel_value scope, struct feel_value rows)
{
	for (struct form_item *item = parent->first; item; item = item->next) {
		struct feel_value inner = scope, numbers = rows;
		if (item->row > 0) {
			numbers = row_numbers(maker->arena, rows, item->row);
			inner = scope_of(maker->arena, maker->state->data, item->value, scope, numbers);
		}
		item->scope = inner;
		set_scopes(maker, item, inner, numbers);
	}
}

static void look_around(struct form_maker *maker)
{
	struct form_state *state = maker->state;
	struct feel_value none = { .kind = FEEL_LIST };
	state->data = form_collect(maker->arena, state->root, state->form->paths, state->root->own, COLLECT_DATA);
	state->root->scope = scope_of(maker->arena, state->data, state->data, FEEL_NULL_VALUE, none);
	set_scopes(maker, state->root, state->root->scope, none);
}

/* ---- until nothing changes ---- */

static struct err is_true(struct form_maker *maker, const struct form_value *value, struct feel_value scope, bool *out_true)
{
	struct feel_value result;
	TRY(form_value_of(maker, value, scope, &result));
	*out_true = result.kind == FEEL_BOOLEAN && result.boolean;
	return OK;
}

static struct err refresh(struct form_maker *maker, struct form_item *item, bool *changed)
{
	const struct form_component *component = item->component;
	bool hidden = item->parent->hidden, readonly = false;
	struct feel_value value = item->value;
	if (item->row == 0) {
		/* A literal true hides nothing in form-js; form_check refuses to publish it. */
		if (!hidden && component->hide.program) TRY(is_true(maker, &component->hide, item->scope, &hidden));
		TRY(is_true(maker, &component->readonly, item->scope, &readonly));
	}
	if (component->type == FORM_EXPRESSION) {
		TRY(form_value_of(maker, &component->expression, item->scope, &value));
		if (value.kind == FEEL_FUNCTION || value.kind == FEEL_RANGE) value = FEEL_NULL_VALUE;
	} else if (form_is_keyed(component->type)) {
		value = maker->submitted && !readonly && !item->disabled ? item->sent : item->own;
	}
	if (hidden != item->hidden || readonly != item->readonly) *changed = true;
	if (form_is_keyed(component->type) && !form_same_value(value, item->value)) *changed = true;
	item->hidden = hidden;
	item->readonly = readonly;
	if (form_is_keyed(component->type)) item->value = value;
	return OK;
}

static struct err reach_fixpoint(struct form_maker *maker)
{
	struct form_item *root = maker->state->root;
	/* Each round settles at least one more level of a form without circles; form_check refuses circles. */
	size_t rounds = 2;
	for (size_t i = 0; i < maker->state->form->component_count; i++) {
		const struct form_component *component = maker->state->form->components[i];
		rounds += component->hide.program || component->readonly.program || component->expression.program;
	}
	for (bool changed = true; changed && rounds > 0; rounds--) {
		changed = false;
		look_around(maker);
		for (struct form_item *item = form_item_next(root, root); item; item = form_item_next(root, item))
			TRY(refresh(maker, item, &changed));
	}
	return OK;
}

/* The value without what is no option; *changed when something fell away. */
static struct feel_value only_choices(struct form_maker *maker, const struct form_item *item, struct feel_value value,
	bool *changed)
{
	if (value.kind != FEEL_LIST) {
		if (value.kind == FEEL_NULL || form_is_choice(item, value)) return value;
		*changed = true;
		return FEEL_NULL_VALUE;
	}
	struct feel_value *kept = ARENA_ARRAY(maker->arena, struct feel_value, value.list.count);
	size_t count = 0;
	for (size_t i = 0; i < value.list.count; i++)
		if (form_is_choice(item, value.list.items[i])) kept[count++] = value.list.items[i];
	if (count == value.list.count) return value;
	*changed = true;
	return feel_list_of(maker->arena, kept, count);
}

static struct err offer_choices(struct form_maker *maker, bool *changed)
{
	struct form_item *root = maker->state->root;
	for (struct form_item *item = form_item_next(root, root); item; item = form_item_next(root, item)) {
		if (item->hidden || !form_is_choosing(item->component->type)) continue;
		TRY(form_choices(maker, item));
		bool own = false, sent = false;
		item->own = only_choices(maker, item, item->own, &own);
		item->sent = only_choices(maker, item, item->sent, &sent);
		if (sent && item->raw.kind != FEEL_NULL && item->fault == WORDS_NONE) item->fault = WORDS_NO_OPTION;
		if (own || sent) *changed = true;
	}
	return OK;
}

struct err form_settle(struct form_maker *maker)
{
	enum { PASSES = 4 };     /* choices that depend on choices that depend on choices */
	bool changed = true;
	for (int pass = 0; pass < PASSES && changed; pass++) {
		changed = false;
		TRY(reach_fixpoint(maker));
		TRY(offer_choices(maker, &changed));
	}
	if (changed) TRY(reach_fixpoint(maker));
	look_around(maker);
	maker->state->values = form_collect(maker->arena, maker->state->root, maker->state->form->paths, FEEL_NULL_VALUE,
		COLLECT_VALUES);
	return OK;
}
