#include "form/inside.h"

/* Names that form-js adds to the data: the row, the data around it, the row numbers; the underscored ones cannot be
 * hidden by a field of the same name. */
static const struct feel_scope *local_scope(struct form_compiler *c, const struct form_path *data, const struct form_path *row,
	const struct feel_scope *parent, const struct feel_scope *top)
{
	static const struct str special[] = {
		STR_INIT("this"), STR_INIT("parent"), STR_INIT("i"), STR_INIT("_this_"), STR_INIT("_parent_"), STR_INIT("_i_"),
	};
	struct form holder = { .paths = data }, row_holder = { .paths = row };
	const struct feel_scope *names = form_scope(c->arena, &holder), *own = form_scope(c->arena, &row_holder);
	struct feel_scope *scope = ARENA_NEW(c->arena, struct feel_scope);
	struct feel_scope_name *all = ARENA_ARRAY(c->arena, struct feel_scope_name, names->count + 7);
	for (size_t i = 0; i < names->count; i++) all[scope->count++] = names->names[i];
	for (size_t i = 0; i < 6; i++) {
		bool taken = false;
		for (size_t k = 0; k < names->count && !taken; k++) taken = str_eq(names->names[k].name, special[i]);
		if (!taken) all[scope->count++] = (struct feel_scope_name){ special[i], i % 3 == 0 ? own : i % 3 == 1 ? parent : NULL };
	}
	scope->names = all;
	scope->outer = top;
	scope->env = c->env;
	scope->closed = c->closed;
	return scope;
}

/* The same with `value`, for a component's own check. */
static const struct feel_scope *with_value(struct form_compiler *c, const struct feel_scope *outer)
{
	static const struct feel_scope_name value = { STR_INIT("value"), NULL };
	struct feel_scope *scope = ARENA_NEW(c->arena, struct feel_scope);
	*scope = (struct feel_scope){ .names = &value, .count = 1, .outer = outer, .env = c->env, .closed = c->closed };
	return scope;
}

/* Says the findings of the compiler at the component, with the place in the text in the words. */
static void hand_on(struct form_compiler *c, struct str place, const struct report *found)
{
	c->fault_count++;
	if (found->count == 0) report_error(c->report, place, "this cannot be compiled");
	for (size_t i = 0; i < found->count; i++) {
		const struct finding *finding = &found->items[i];
		report_error(c->report, place, "%.*s%s%.*s", STR_ARG(finding->place), finding->place.len ? ": " : "",
			STR_ARG(finding->words));
	}
}

static void compile_text(struct form_compiler *c, struct str place, struct form_text *text, const struct feel_scope *scope)
{
	struct report found = report_make(c->arena);
	if (!str_starts(text->source, STR("=")) && str_find(text->source, STR("{{"), 0) < 0) return;
	if (failed(feel_template_compile(c->arena, text->source, scope, &found, &text->tmpl))) hand_on(c, place, &found);
}

static void compile_value(struct form_compiler *c, struct str place, struct form_value *value, const struct feel_scope *scope)
{
	struct report found = report_make(c->arena);
	if (value->source.len == 0) return;
	struct str text = str_sub(value->source, 1, value->source.len);
	if (failed(feel_compile(c->arena, text, scope, &found, &value->program))) hand_on(c, place, &found);
}

static void compile_number(struct form_compiler *c, struct form_component *component, const struct feel_scope *scope)
{
	struct form_value multiple = { .source = STR("") };
	if (component->increment.len == 0) return;
	multiple.source = str_printf(c->arena, "=modulo(value, %.*s) = 0", STR_ARG(component->increment));
	compile_value(c, component->pointer, &multiple, with_value(c, scope));
	component->increment_check = multiple.program;
}

static void compile_pattern(struct form_compiler *c, struct form_component *component)
{
	struct str words;
	if (component->pattern_source.len == 0) return;
	if (!failed(form_pattern_compile(c->arena, component->pattern_source, &component->pattern, &words))) return;
	c->fault_count++;
	report_error(c->report, str_join(c->arena, component->pointer, STR("/validate/pattern")), "%.*s", STR_ARG(words));
}

static void compile_component(struct form_compiler *c, struct form_component *component, const struct feel_scope *scope)
{
	for (size_t i = 0; i < form_property_count; i++) {
		const struct property *property = &form_properties[i];
		if (!property_belongs(property, component->type)) continue;
		void *member = property_member(property, component);
		bool own = member == &component->check || member == &component->check_message || member == &component->steps;
		struct str place = str_printf(c->arena, "%.*s%s%s/%s", STR_ARG(component->pointer), property->inside[0] ? "/" : "",
			property->inside, property->name);
		if (property->kind == PROPERTY_TEXT) compile_text(c, place, member, own ? with_value(c, scope) : scope);
		if (property->kind >= PROPERTY_NUMBER_OR_FEEL) compile_value(c, place, member, own ? with_value(c, scope) : scope);
	}
	for (size_t i = 0; i < component->option_count; i++) {
		struct str place = str_printf(c->arena, "%.*s/values/%zu", STR_ARG(component->pointer), i);
		compile_text(c, place, (struct form_text *)&component->options[i].label, scope);
		compile_text(c, place, (struct form_text *)&component->options[i].hint, scope);
	}
	for (size_t i = 0; i < component->column_count; i++)
		compile_text(c, str_printf(c->arena, "%.*s/columns/%zu", STR_ARG(component->pointer), i),
			(struct form_text *)&component->columns[i].label, scope);
	compile_number(c, component, scope);
	compile_pattern(c, component);
}

struct levels { const struct form_path *data; const struct feel_scope *top; };

static void compile_below(struct form_compiler *c, const struct levels *levels, struct form_component *parent,
	const struct feel_scope *scope)
{
	for (struct form_component *child = parent->first; child; child = child->next) {
		compile_component(c, child, scope);
		const struct feel_scope *inner = scope;
		if (child->type == FORM_DYNAMICLIST) inner = local_scope(c, levels->data, child->rows, scope, levels->top);
		compile_below(c, levels, child, inner);
	}
}

void form_compile(struct form_compiler *c, struct form *form)
{
	struct feel_scope *top = ARENA_NEW(c->arena, struct feel_scope);
	if (c->known) *top = *c->known;
	top->env = c->env;
	top->closed = c->closed;
	struct levels levels = { form->paths, top };
	const struct feel_scope *scope = local_scope(c, form->paths, form->paths, NULL, top);
	compile_below(c, &levels, (struct form_component *)form->root, scope);
}
