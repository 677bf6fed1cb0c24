/* variable: scopes of variables, mappings, and FEEL run with what an element sees. */
#include "bpmn/inside.h"

void variables_set(struct arena *arena, struct variables *variables, struct str name, struct feel_value value)
{
	for (size_t i = 0; i < variables->count; i++) {
		if (str_eq(variables->items[i].key, name)) {
			variables->items[i].value = value;
			return;
		}
	}
	LIST_PUSH(arena, variables, ((struct feel_entry){ .key = name, .value = value }));
}

static bool variables_have(const struct variables *variables, struct str name)
{
	for (size_t i = 0; i < variables->count; i++) {
		if (str_eq(variables->items[i].key, name))
			return true;
	}
	return false;
}

struct feel_value variables_own(const struct token *token)
{
	struct feel_value context = { .kind = FEEL_CONTEXT };
	context.context = (struct feel_context){ token->variables.items, token->variables.count };
	return context;
}

/* Mostly only one scope of the chain has variables: then nothing is copied. The view is good until the next change. */
static struct feel_value variables_view(struct arena *arena, const struct bpmn_instance *instance, const struct token *token)
{
	const struct token *only = NULL;
	struct variables merged = { 0 };
	bool is_merged = false;
	for (const struct token *at = token; at; at = token_get(instance, at->parent)) {
		if (at->variables.count == 0)
			continue;
		if (!only) {
			only = at;
			continue;
		}
		if (!is_merged) {
			for (size_t i = 0; i < only->variables.count; i++)
				LIST_PUSH(arena, &merged, only->variables.items[i]);
			is_merged = true;
		}
		size_t inner = merged.count;
		for (size_t i = 0; i < at->variables.count; i++) {
			struct variables hiding = { merged.items, inner, inner };
			if (!variables_have(&hiding, at->variables.items[i].key))
				LIST_PUSH(arena, &merged, at->variables.items[i]);
		}
	}
	struct feel_value context = { .kind = FEEL_CONTEXT };
	if (is_merged)
		context.context = (struct feel_context){ merged.items, merged.count };
	else if (only)
		context = variables_own(only);
	return context;
}

struct feel_value variables_seen(struct arena *arena, const struct bpmn_instance *instance, const struct token *token)
{
	struct feel_value view = variables_view(arena, instance, token);
	return feel_context_of(arena, arena_copy(arena, view.context.entries, view.context.count * sizeof(struct feel_entry)),
		view.context.count);
}

void variables_propagate(struct step *step, struct token *token, struct feel_value context)
{
	if (context.kind != FEEL_CONTEXT || context.context.count == 0)
		return;
	for (size_t i = 0; i < context.context.count; i++) {
		const struct feel_entry *entry = &context.context.entries[i];
		struct token *at = token;
		while (!variables_have(&at->variables, entry->key)) {
			struct token *outer = token_get(step->instance, at->parent);
			if (!outer)
				break;
			at = outer;
		}
		variables_set(step->arena, &at->variables, entry->key, entry->value);
	}
	step->conditions_stale = true;
}

void variables_set_all(struct step *step, struct token *token, struct feel_value context)
{
	if (context.kind != FEEL_CONTEXT)
		return;
	for (size_t i = 0; i < context.context.count; i++)
		variables_set(step->arena, &token->variables, context.context.entries[i].key, context.context.entries[i].value);
	step->conditions_stale = true;
}

static const struct feel_env no_env = { 0 };

/* LIMIT when a budget is used up; a null with a diagnostic leaves its words in *out_note. */
static struct err value_run(struct step *step, const struct token *token, const struct text_plan *plan, struct feel_value over,
	struct feel_value *out_value, struct str *out_note)
{
	*out_note = STR("");
	*out_value = FEEL_NULL_VALUE;
	if (!plan->program) {
		if (is_said(plan))
			*out_value = feel_string(plan->text);
		return OK;
	}
	struct feel_value context = variables_view(step->arena, step->instance, token);
	if (over.kind == FEEL_CONTEXT && over.context.count > 0)
		context = feel_merge(step->arena, context, over);
	struct report notes = report_make(step->arena);
	struct err result = feel_run(step->arena, plan->program, context, step->env ? step->env : &no_env, &notes, out_value);
	if (!failed(result) && out_value->kind == FEEL_NULL && notes.count > 0)
		*out_note = notes.items[0].words;
	return result;
}

static struct str too_much(struct step *step, const struct text_plan *plan)
{
	return str_printf(step->arena, "%.*s: the expression uses too much time or memory", STR_ARG(plan->text));
}

struct str value_of(struct step *step, const struct token *token, const struct text_plan *plan, struct feel_value over,
	struct feel_value *out_value)
{
	struct str note;
	if (failed(value_run(step, token, plan, over, out_value, &note)))
		return too_much(step, plan);
	if (note.len > 0)
		return str_printf(step->arena, "%.*s is null: %.*s", STR_ARG(plan->text), STR_ARG(note));
	return STR("");
}

struct str text_of(struct step *step, const struct token *token, const struct text_plan *plan, struct str *out_text)
{
	struct feel_value value;
	if (!plan->program) {
		*out_text = plan->text;
		return STR("");
	}
	struct str words = value_of(step, token, plan, FEEL_NULL_VALUE, &value);
	if (words.len > 0)
		return words;
	if (value.kind == FEEL_STRING)
		*out_text = value.string;
	else if (value.kind == FEEL_NUMBER)
		*out_text = feel_print(step->arena, value);
	else
		return str_printf(step->arena, "%.*s gives a %s where a text is needed", STR_ARG(plan->text), feel_kind_name(value.kind));
	return STR("");
}

struct str truth_of(struct step *step, const struct token *token, const struct text_plan *plan, struct feel_value over,
	bool *out_truth)
{
	struct feel_value value;
	struct str words = value_of(step, token, plan, over, &value);
	if (words.len > 0)
		return words;
	if (value.kind != FEEL_BOOLEAN)
		return str_printf(step->arena, "%.*s gives a %s where true or false is needed", STR_ARG(plan->text),
			feel_kind_name(value.kind));
	*out_truth = value.boolean;
	return STR("");
}

/* "a.b.c" makes contexts on the way. */
static void target_set(struct step *step, struct variables *variables, struct str target, struct feel_value value)
{
	ptrdiff_t dot = str_find_byte(target, '.', 0);
	if (dot <= 0) {
		variables_set(step->arena, variables, target, value);
		return;
	}
	struct str name = str_sub(target, 0, (size_t)dot);
	struct feel_value outer = FEEL_NULL_VALUE;
	for (size_t i = 0; i < variables->count; i++) {
		if (str_eq(variables->items[i].key, name))
			outer = variables->items[i].value;
	}
	if (outer.kind != FEEL_CONTEXT)
		outer = FEEL_NULL_VALUE;
	variables_set(step->arena, variables, name,
		feel_put_at(step->arena, outer, str_sub(target, (size_t)dot + 1, target.len), value));
}

/* Null with a note is what an absent optional variable gives: mappings take it as null. */
static struct feel_value mapped_value(struct step *step, const struct token *token, const struct mapping *mapping,
	struct str *out_words)
{
	struct feel_value value;
	struct str note;
	struct err result = value_run(step, token, &mapping->source, FEEL_NULL_VALUE, &value, &note);
	*out_words = failed(result) ? too_much(step, &mapping->source) : STR("");
	return value;
}

struct str inputs_apply(struct step *step, struct token *token)
{
	const struct mappings *mappings = &plan_of(token->element)->inputs;
	struct str words = STR("");
	for (size_t i = 0; i < mappings->count && words.len == 0; i++) {
		struct feel_value value = mapped_value(step, token, &mappings->items[i], &words);
		target_set(step, &token->variables, mappings->items[i].target, value);
	}
	return words;
}

struct str outputs_apply(struct step *step, struct token *token)
{
	const struct mappings *mappings = &plan_of(token->element)->outputs;
	struct token *outer = token_get(step->instance, token->parent);
	struct variables results = { 0 };
	struct str words = STR("");
	if (!outer || mappings->count == 0)
		return words;
	for (size_t i = 0; i < mappings->count && words.len == 0; i++) {
		struct feel_value value = mapped_value(step, token, &mappings->items[i], &words);
		struct str name = mappings->items[i].target;
		ptrdiff_t dot = str_find_byte(name, '.', 0);
		if (dot > 0)
			name = str_sub(name, 0, (size_t)dot);
		if (dot > 0 && !variables_have(&results, name)) {
			struct feel_value view = variables_view(step->arena, step->instance, outer);
			if (feel_has(view, name))
				variables_set(step->arena, &results, name, feel_get(view, name));
		}
		target_set(step, &results, mappings->items[i].target, value);
	}
	struct feel_value context = { .kind = FEEL_CONTEXT };
	context.context = (struct feel_context){ results.items, results.count };
	variables_propagate(step, outer, context);
	return words;
}
