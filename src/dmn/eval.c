/* Boxed expressions at run time. A scope is a context value; an inner scope is a longer copy of the outer one. */
#include "dmn/inside.h"

/* A copy of the scope with room for more names. */
struct inner { struct feel_entry *entries; size_t count; };

static struct inner inner_scope(struct run *run, struct feel_value scope, size_t room)
{
	size_t count = scope.kind == FEEL_CONTEXT ? scope.context.count : 0;
	struct inner inner = { .entries = ARENA_ARRAY(run->arena, struct feel_entry, count + room + 1), .count = count };
	if (count > 0)
		memcpy(inner.entries, scope.context.entries, count * sizeof *inner.entries);
	return inner;
}

static void inner_put(struct inner *inner, struct str key, struct feel_value value)
{
	size_t i = 0;
	while (i < inner->count && !str_eq(inner->entries[i].key, key))
		i++;
	inner->entries[i] = (struct feel_entry){ .key = key, .value = value };
	if (i == inner->count)
		inner->count++;
}

static struct feel_value inner_value(const struct inner *inner)
{
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { .entries = inner->entries, .count = inner->count } };
}

/* ---- context, relation, list --------------------------------------------------------------------------------- */

static struct err eval_context(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	struct inner inner = inner_scope(run, scope, expr->entry_count);
	struct feel_entry *entries = ARENA_ARRAY(run->arena, struct feel_entry, expr->entry_count + 1);
	size_t count = 0;
	struct str path = run->entry;
	for (size_t i = 0; i < expr->entry_count; i++) {
		const struct entry *entry = &expr->entries[i];
		struct feel_value value;
		if (run->trace != NULL && !str_is_empty(entry->name))
			run->entry = str_is_empty(path) ? entry->name : str_printf(run->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(entry->name));
		TRY(expr_eval(run, entry->value, inner_value(&inner), &value));
		run->entry = path;
		if (str_is_empty(entry->name)) {
			*out_value = value;
			return OK;
		}
		value = run_coerce(run, value, entry->type, entry->name);
		inner_put(&inner, entry->name, value);
		entries[count++] = (struct feel_entry){ .key = entry->name, .value = value };
	}
	*out_value = (struct feel_value){ .kind = FEEL_CONTEXT, .context = { .entries = entries, .count = count } };
	return OK;
}

static struct err eval_relation(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	size_t columns = expr->entry_count, rows = columns == 0 ? 0 : expr->value_count / columns;
	struct feel_value *items = ARENA_ARRAY(run->arena, struct feel_value, rows + 1);
	for (size_t r = 0; r < rows; r++) {
		struct feel_entry *entries = ARENA_ARRAY(run->arena, struct feel_entry, columns);
		for (size_t c = 0; c < columns; c++) {
			struct feel_value value;
			TRY(expr_eval(run, expr->values[r * columns + c], scope, &value));
			entries[c] = (struct feel_entry){ .key = expr->entries[c].name,
				.value = run_coerce(run, value, expr->entries[c].type, expr->entries[c].name) };
		}
		items[r] = (struct feel_value){ .kind = FEEL_CONTEXT, .context = { .entries = entries, .count = columns } };
	}
	*out_value = (struct feel_value){ .kind = FEEL_LIST, .list = { .items = items, .count = rows } };
	return OK;
}

static struct err eval_list(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	struct feel_value *items = ARENA_ARRAY(run->arena, struct feel_value, expr->value_count + 1);
	for (size_t i = 0; i < expr->value_count; i++)
		TRY(expr_eval(run, expr->values[i], scope, &items[i]));
	*out_value = (struct feel_value){ .kind = FEEL_LIST, .list = { .items = items, .count = expr->value_count } };
	return OK;
}

/* ---- invocation ------------------------------------------------------------------------------------------------ */

static struct err eval_invocation(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	const struct node *callee = expr->callee;
	struct inner inner = inner_scope(run, scope, expr->entry_count);
	size_t count = callee == NULL ? 0 : callee->function->parameter_count;
	struct feel_value *arguments = ARENA_ARRAY(run->arena, struct feel_value, count + 1);
	for (size_t i = 0; i < expr->entry_count; i++) {
		const struct entry *binding = &expr->entries[i];
		struct feel_value value = FEEL_NULL_VALUE;
		if (binding->value != NULL)
			TRY(expr_eval(run, binding->value, scope, &value));
		value = run_coerce(run, value, binding->type, binding->name);
		inner_put(&inner, str_printf(run->arena, "argument_%zu_", i), value);
		size_t p = 0;
		while (p < count && !str_eq(callee->function->parameters[p].name, binding->name))
			p++;
		if (p < count) {
			arguments[p] = value;
		} else if (callee != NULL) {
			run_note(run, "\"%.*s\" has no parameter \"%.*s\"", STR_ARG(callee->variable), STR_ARG(binding->name));
			*out_value = FEEL_NULL_VALUE;
			return OK;
		}
	}
	if (callee != NULL)
		return node_call(run, callee, arguments, out_value);
	return run_program(run, expr->program, inner_value(&inner), out_value);
}

/* ---- conditional, filter, iterations ------------------------------------------------------------------------------ */

static struct err eval_conditional(struct run *run, const struct expr *expr, struct feel_value scope,
	struct feel_value *out_value)
{
	struct feel_value condition;
	TRY(expr_eval(run, expr->values[0], scope, &condition));
	if (condition.kind != FEEL_BOOLEAN && condition.kind != FEEL_NULL) {
		run_note(run, "the condition is a %s, not a boolean", feel_kind_name((enum feel_kind)condition.kind));
		*out_value = FEEL_NULL_VALUE;
		return OK;
	}
	bool holds = condition.kind == FEEL_BOOLEAN && condition.boolean;
	return expr_eval(run, expr->values[holds ? 1 : 2], scope, out_value);
}

/* What an <in> gives, as a list: a range is counted out, a single value stands for itself. *out_list is null for null. */
static struct err eval_items(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_list)
{
	struct feel_value value;
	TRY(expr_eval(run, expr->values[0], scope, &value));
	if (value.kind == FEEL_RANGE && expr->kind != EXPR_FILTER) {
		struct feel_entry x = { .key = STR("x"), .value = value };
		struct feel_value context = { .kind = FEEL_CONTEXT, .context = { .entries = &x, .count = 1 } };
		return run_program(run, run->model->expand, context, out_list);
	}
	*out_list = value.kind == FEEL_LIST || value.kind == FEEL_NULL ? value : feel_list_of(run->arena, &value, 1);
	return OK;
}

static struct err eval_filter(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	struct feel_value list;
	TRY(eval_items(run, expr, scope, &list));
	if (list.kind == FEEL_NULL) {
		*out_value = feel_list_of(run->arena, NULL, 0);
		return OK;
	}
	struct feel_value *kept = ARENA_ARRAY(run->arena, struct feel_value, list.list.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value item = list.list.items[i], match;
		size_t members = item.kind == FEEL_CONTEXT ? item.context.count : 0;
		struct inner inner = inner_scope(run, scope, members + 1);
		inner_put(&inner, expr->iterator, item);
		for (size_t k = 0; k < members; k++)
			inner_put(&inner, item.context.entries[k].key, item.context.entries[k].value);
		TRY(run_enter(run));
		struct err err = expr_eval(run, expr->values[1], inner_value(&inner), &match);
		run_leave(run);
		TRY(err);
		if (match.kind == FEEL_NUMBER) {
			int64_t index;
			int64_t total = (int64_t)list.list.count;
			bool found = feel_to_i64(match, &index) && index != 0 && index >= -total && index <= total;
			*out_value = found ? list.list.items[index > 0 ? index - 1 : total + index] : FEEL_NULL_VALUE;
			return OK;
		}
		if (match.kind == FEEL_BOOLEAN && match.boolean)
			kept[count++] = item;
		if (match.kind != FEEL_BOOLEAN && match.kind != FEEL_NULL) {
			run_note(run, "the filter's match is a %s, not a boolean", feel_kind_name((enum feel_kind)match.kind));
			*out_value = FEEL_NULL_VALUE;
			return OK;
		}
	}
	*out_value = (struct feel_value){ .kind = FEEL_LIST, .list = { .items = kept, .count = count } };
	return OK;
}

/* One step of an iteration: the body with the iterator bound, and `partial` for a for. */
static struct err eval_body(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value item,
	const struct feel_value *partial, struct feel_value *out_value)
{
	struct inner inner = inner_scope(run, scope, 2);
	if (partial != NULL)
		inner_put(&inner, STR("partial"), *partial);
	inner_put(&inner, expr->iterator, item);
	TRY(run_enter(run));
	struct err err = expr_eval(run, expr->values[1], inner_value(&inner), out_value);
	run_leave(run);
	return err;
}

static struct err eval_for(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	struct feel_value list;
	TRY(eval_items(run, expr, scope, &list));
	if (list.kind != FEEL_LIST) {
		*out_value = FEEL_NULL_VALUE;
		return OK;
	}
	struct feel_value *results = ARENA_ARRAY(run->arena, struct feel_value, list.list.count + 1);
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value partial = { .kind = FEEL_LIST, .list = { .items = results, .count = i } };
		TRY(eval_body(run, expr, scope, list.list.items[i], &partial, &results[i]));
	}
	*out_value = (struct feel_value){ .kind = FEEL_LIST, .list = { .items = results, .count = list.list.count } };
	return OK;
}

/* Three-valued: `some` is true as soon as one is, `every` false as soon as one is; else an unknown makes it null. */
static struct err eval_quantified(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	bool deciding = expr->kind == EXPR_SOME, unknown = false;
	struct feel_value list;
	TRY(eval_items(run, expr, scope, &list));
	*out_value = FEEL_NULL_VALUE;
	if (list.kind != FEEL_LIST)
		return OK;
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value value;
		TRY(eval_body(run, expr, scope, list.list.items[i], NULL, &value));
		if (value.kind == FEEL_BOOLEAN && value.boolean == deciding) {
			*out_value = feel_boolean(deciding);
			return OK;
		}
		unknown |= value.kind != FEEL_BOOLEAN;
	}
	if (!unknown)
		*out_value = feel_boolean(!deciding);
	return OK;
}

/* A part that is missing makes the whole null: only a model that was loaded partly has such. */
static bool is_whole(const struct expr *expr)
{
	size_t parts = expr->kind == EXPR_CONDITIONAL ? 3 : expr->kind >= EXPR_FILTER ? 2 : 0;
	return expr->value_count >= parts;
}

struct err expr_eval(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value)
{
	struct feel_value value = FEEL_NULL_VALUE;
	if (expr == NULL || !is_whole(expr)) {
		*out_value = value;
		return OK;
	}
	switch (expr->kind) {
	case EXPR_LITERAL: TRY(literal_eval(run, &expr->literal, scope, &value)); break;
	case EXPR_TABLE: TRY(table_eval(run, expr->table, scope, &value)); break;
	case EXPR_CONTEXT: TRY(eval_context(run, expr, scope, &value)); break;
	case EXPR_RELATION: TRY(eval_relation(run, expr, scope, &value)); break;
	case EXPR_LIST: TRY(eval_list(run, expr, scope, &value)); break;
	case EXPR_INVOCATION: TRY(eval_invocation(run, expr, scope, &value)); break;
	case EXPR_FUNCTION: value = run_function(run, expr->function, NULL, scope); break;
	case EXPR_CONDITIONAL: TRY(eval_conditional(run, expr, scope, &value)); break;
	case EXPR_FILTER: TRY(eval_filter(run, expr, scope, &value)); break;
	case EXPR_FOR: TRY(eval_for(run, expr, scope, &value)); break;
	default: TRY(eval_quantified(run, expr, scope, &value)); break;
	}
	*out_value = run_coerce(run, value, expr->kind == EXPR_FUNCTION ? NULL : expr->type, STR("the expression"));
	return OK;
}
