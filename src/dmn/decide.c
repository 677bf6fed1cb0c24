/* The requirement graph at run time: input data, decisions, knowledge models and services. */
#include "dmn/inside.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- the run ------------------------------------------------------------------------------------------------ */

void run_note(struct run *run, const char *format, ...)
{
	if (run->notes == NULL)
		return;
	char words[1000];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	if (run->node != NULL)
		report_warning(run->notes, STR(""), "%s \"%.*s\": %s", dmn_kind_name(run->node->element.kind),
			STR_ARG(run->node->element.name), words);
	else
		report_warning(run->notes, STR(""), "%s", words);
}

struct err run_enter(struct run *run)
{
	struct budget *budget = run->budget;
	if (budget->depth >= DMN_CALL_DEPTH_MAX || budget->call_count >= DMN_CALL_COUNT_MAX) {
		run_note(run, "more calls than are carried out in one decision");
		budget->err = ERR(LIMIT);
		budget->depth++;
		return budget->err;
	}
	budget->depth++;
	budget->call_count++;
	return OK;
}

void run_leave(struct run *run)
{
	assert(run->budget->depth > 0);
	run->budget->depth--;
}

struct err run_program(struct run *run, const struct feel_program *program, struct feel_value scope, struct feel_value *out_value)
{
	struct feel_value value = FEEL_NULL_VALUE;
	if (program != NULL)
		TRY(feel_run(run->arena, program, scope, run->env, run->notes, &value));
	TRY(run->budget->err);   /* set by a knowledge model that the program called */
	*out_value = value;
	return OK;
}

struct feel_value run_coerce(struct run *run, struct feel_value value, const struct feel_type *type, struct str what)
{
	if (type == NULL || type->kind == FEEL_TYPE_ANY || value.kind == FEEL_NULL)
		return value;
	if (type->kind == FEEL_TYPE_SIMPLE && type->simple == (enum feel_kind)value.kind && type->allowed == NULL)
		return value;
	struct feel_value coerced = feel_coerce(run->arena, value, type, run->notes);
	if (coerced.kind == FEEL_NULL)
		run_note(run, "the value of \"%.*s\" does not conform to its type", STR_ARG(what));
	return coerced;
}

void trace_add(struct run *run, const struct node *node, struct feel_value value, const struct dmn_table_trace *table, bool given)
{
	if (run->trace == NULL)
		return;
	LIST_PUSH(run->arena, run->trace, ((struct dmn_trace_step){ .element = &node->element, .entry = run->entry, .value = value,
		.table = table, .given = given, .order = run->order }));
}

/* ---- functions ------------------------------------------------------------------------------------------------ */

struct closure {
	struct run *run;
	const struct function *function;
	const struct node *node;
	struct feel_value scope;
};

static struct feel_value call_closure(struct feel_run *feel_run_, void *data, const struct feel_value *args, size_t count)
{
	const struct closure *closure = data;
	struct run *run = closure->run;
	struct feel_value value = FEEL_NULL_VALUE;
	struct err err = run->budget->err;
	if (count != closure->function->parameter_count) {
		feel_run_note(feel_run_, "it takes %zu arguments, not %zu", closure->function->parameter_count, count);
		return FEEL_NULL_VALUE;
	}
	if (run->budget->ended) {       /* a function that left the run with its result: whoever calls it hears no notes */
		run->notes = NULL;
		run->trace = NULL;
	}
	if (!failed(err))
		err = closure->node != NULL ? node_call(run, closure->node, args, &value)
			: function_call(run, closure->function, closure->scope, args, STR("the function"), &value);
	if (failed(err)) {
		run->budget->err = err;
		feel_run_note(feel_run_, "the call was stopped: %s", err_words(err));
		return FEEL_NULL_VALUE;
	}
	return value;
}

static const struct feel_type *function_type(struct arena *arena, const struct function *function, const struct node *node)
{
	static const struct feel_type any = { .kind = FEEL_TYPE_ANY };
	struct feel_type *type = ARENA_NEW(arena, struct feel_type);
	struct feel_type_member *members = ARENA_ARRAY(arena, struct feel_type_member, function->parameter_count + 1);
	for (size_t i = 0; i < function->parameter_count; i++)
		members[i] = (struct feel_type_member){ .name = function->parameters[i].name,
			.type = function->parameters[i].type == NULL ? &any : function->parameters[i].type };
	*type = (struct feel_type){ .kind = FEEL_TYPE_FUNCTION, .members = members, .member_count = function->parameter_count,
		.element = function->result };
	if (node != NULL && result_type(node->element.type) != NULL)
		type->element = result_type(node->element.type);
	if (type->element == NULL && function->body != NULL)
		type->element = function->body->type;
	return type;
}

struct feel_value run_function(struct run *run, const struct function *function, const struct node *node, struct feel_value scope)
{
	struct closure *closure = ARENA_NEW(run->arena, struct closure);
	*closure = (struct closure){ .run = run, .function = function, .node = node, .scope = scope };
	struct feel_host_function *host = ARENA_NEW(run->arena, struct feel_host_function);
	*host = (struct feel_host_function){ .name = node == NULL ? STR("function") : node->variable,
		.parameters = function->parameter_names, .call = call_closure, .data = closure };
	return feel_function_typed(run->arena, host, function_type(run->arena, function, node));
}

struct err function_call(struct run *run, const struct function *function, struct feel_value scope,
	const struct feel_value *arguments, struct str what, struct feel_value *out_value)
{
	size_t outer = scope.kind == FEEL_CONTEXT ? scope.context.count : 0;
	struct feel_entry *entries = ARENA_ARRAY(run->arena, struct feel_entry, outer + function->parameter_count + 1);
	size_t count = function->parameter_count;
	*out_value = FEEL_NULL_VALUE;
	for (size_t i = 0; i < count; i++) {
		const struct dmn_parameter *parameter = &function->parameters[i];
		struct feel_value value = run_coerce(run, arguments[i], parameter->type, parameter->name);
		if (value.kind == FEEL_NULL && arguments[i].kind != FEEL_NULL) {
			run_note(run, "%.*s is not called: its argument \"%.*s\" is of another type", STR_ARG(what), STR_ARG(parameter->name));
			return OK;
		}
		entries[i] = (struct feel_entry){ .key = parameter->name, .value = value };
	}
	for (size_t i = 0; i < outer; i++) {
		bool hidden = false;
		for (size_t k = 0; k < function->parameter_count && !hidden; k++)
			hidden = str_eq(scope.context.entries[i].key, function->parameters[k].name);
		if (!hidden)
			entries[count++] = scope.context.entries[i];
	}
	struct feel_value inner = { .kind = FEEL_CONTEXT, .context = { .entries = entries, .count = count } };
	if (function->foreign)
		run_note(run, "a function in another language is not carried out here");
	if (function->body == NULL)
		return OK;
	TRY(run_enter(run));
	struct feel_value value;
	struct err err = expr_eval(run, function->body, inner, &value);
	run_leave(run);
	TRY(err);
	*out_value = run_coerce(run, value, function->result, what);
	return OK;
}

/* ---- what a node sees ------------------------------------------------------------------------------------------ */

static struct err eval_node(struct run *run, const struct node *node, struct feel_value *out_value);

static struct feel_value node_function(struct run *run, const struct node *node)
{
	if (run->functions == NULL)
		run->functions = ARENA_ARRAY(run->arena, struct feel_value, run->model->node_count);
	struct feel_value *function = &run->functions[node->element.order];
	if (function->kind == FEEL_NULL)
		*function = run_function(run, node->function, node, FEEL_NULL_VALUE);
	return *function;
}

static void put(struct run *run, struct feel_entry *entries, size_t *count, const struct requirement *requirement,
	struct feel_value value)
{
	struct str key = str_is_empty(requirement->alias) ? requirement->node->variable : requirement->alias;
	size_t i = 0;
	while (i < *count && !str_eq(entries[i].key, key))
		i++;
	if (!str_is_empty(requirement->alias)) {
		struct feel_value group = i < *count ? entries[i].value : FEEL_NULL_VALUE;
		value = feel_put(run->arena, group, requirement->node->variable, value);
	}
	entries[i] = (struct feel_entry){ .key = key, .value = value };
	if (i == *count)
		(*count)++;
}

static struct err scope_of(struct run *run, const struct node *node, struct feel_value *out_scope)
{
	struct feel_entry *entries = ARENA_ARRAY(run->arena, struct feel_entry, node->needs.count + node->knows.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < node->needs.count; i++) {
		struct feel_value value;
		TRY(eval_node(run, node->needs.items[i].node, &value));
		put(run, entries, &count, &node->needs.items[i], value);
	}
	for (size_t i = 0; i < node->knows.count; i++)
		put(run, entries, &count, &node->knows.items[i], node_function(run, node->knows.items[i].node));
	*out_scope = (struct feel_value){ .kind = FEEL_CONTEXT, .context = { .entries = entries, .count = count } };
	return OK;
}

/* ---- decisions and input data ------------------------------------------------------------------------------------ */

static bool given(const struct run *run, const struct node *node, struct feel_value *out_value)
{
	const struct import *imports = run->model->files[0].imports.items;
	struct feel_value from = run->inputs;
	if (from.kind != FEEL_CONTEXT)
		return false;
	struct str key = node->element.name;
	if (node->element.imported) {
		for (size_t i = 0; i < run->model->files[0].imports.count; i++) {
			struct feel_value inner = imports[i].file == node->home ? feel_get(from, imports[i].alias) : FEEL_NULL_VALUE;
			if (inner.kind == FEEL_CONTEXT && feel_has(inner, key)) {
				*out_value = feel_get(inner, key);
				return true;
			}
		}
		if (feel_has(from, node->clark))
			key = node->clark;
	}
	if (!feel_has(from, key))
		key = feel_has(from, node->variable) ? node->variable : node->clark;
	if (!feel_has(from, key))
		return false;
	*out_value = feel_get(from, key);
	return true;
}

static struct err eval_decision(struct run *run, const struct node *node, struct feel_value *out_value)
{
	struct feel_value scope, value = FEEL_NULL_VALUE;
	TRY(scope_of(run, node, &scope));
	const struct node *node_before = run->node;
	size_t order_before = run->order;
	struct str entry_before = run->entry;
	run->node = node;
	run->entry = STR("");
	if (!run->inner)
		run->order = node->element.order;
	size_t steps = run->trace == NULL ? 0 : run->trace->count;
	struct err err = node->logic == NULL ? OK : expr_eval(run, node->logic, scope, &value);
	value = run_coerce(run, value, node->element.type, node->element.name);
	bool is_table = node->logic != NULL && node->logic->kind == EXPR_TABLE;
	if (run->trace != NULL && !failed(err) && is_table && run->trace->count > steps)
		run->trace->items[run->trace->count - 1].value = value;
	else
		trace_add(run, node, value, NULL, false);
	run->node = node_before;
	run->order = order_before;
	run->entry = entry_before;
	*out_value = value;
	return err;
}

static struct err eval_node(struct run *run, const struct node *node, struct feel_value *out_value)
{
	struct slot *slot = &run->slots[node->element.order];
	struct feel_value value = FEEL_NULL_VALUE;
	if (slot->state == SLOT_DONE) {
		*out_value = slot->value;
		return OK;
	}
	assert(slot->state == SLOT_EMPTY);      /* dmn_load refuses cycles */
	slot->state = SLOT_OPEN;
	bool is_given = given(run, node, &value);
	if (is_given || node->element.kind == DMN_INPUT_DATA) {
		if (!is_given)
			run_note(run, "the input \"%.*s\" is not given", STR_ARG(node->element.name));
		value = run_coerce(run, value, node->element.type, node->element.name);
		if (node->element.kind == DMN_DECISION) {
			size_t order = run->order;
			run->order = run->inner ? order : node->element.order;
			trace_add(run, node, value, NULL, true);
			run->order = order;
		}
	} else {
		TRY(eval_decision(run, node, &value));
	}
	*slot = (struct slot){ .state = SLOT_DONE, .value = value };
	*out_value = value;
	return OK;
}

/* ---- calls ---------------------------------------------------------------------------------------------------- */

static struct err service_outputs(struct run *run, const struct node *node, struct feel_value *out_value)
{
	size_t count = node->outputs.count;
	struct feel_entry *entries = ARENA_ARRAY(run->arena, struct feel_entry, count + 1);
	for (size_t i = 0; i < count; i++) {
		entries[i].key = node->outputs.items[i]->variable;
		TRY(eval_node(run, node->outputs.items[i], &entries[i].value));
	}
	*out_value = count == 1 ? entries[0].value
		: (struct feel_value){ .kind = FEEL_CONTEXT, .context = { .entries = entries, .count = count } };
	return OK;
}

/* A service knows its arguments and nothing else of the run that calls it. */
static struct err service_call(struct run *run, const struct node *node, const struct feel_value *arguments,
	struct feel_value *out_value)
{
	struct run *inner = ARENA_NEW(run->arena, struct run);
	*inner = *run;
	inner->inputs = FEEL_NULL_VALUE;
	inner->functions = NULL;
	inner->inner = true;
	inner->entry = STR("");
	inner->slots = ARENA_ARRAY(run->arena, struct slot, run->model->node_count);
	*out_value = FEEL_NULL_VALUE;
	for (size_t i = 0; i < node->inputs.count; i++) {
		const struct node *input = node->inputs.items[i];
		struct feel_value value = run_coerce(run, arguments[i], input->element.type, input->element.name);
		if (value.kind == FEEL_NULL && arguments[i].kind != FEEL_NULL) {
			run_note(run, "the service \"%.*s\" is not called: \"%.*s\" is of another type", STR_ARG(node->element.name),
				STR_ARG(input->element.name));
			return OK;
		}
		inner->slots[input->element.order] = (struct slot){ .state = SLOT_DONE, .value = value };
	}
	TRY(run_enter(run));
	struct feel_value value;
	struct err err = service_outputs(inner, node, &value);
	run_leave(run);
	TRY(err);
	*out_value = run_coerce(run, value, result_type(node->element.type), node->element.name);
	return OK;
}

struct err node_call(struct run *run, const struct node *node, const struct feel_value *arguments, struct feel_value *out_value)
{
	const struct node *before = run->node;
	struct str entry_before = run->entry;
	run->node = node;
	run->entry = STR("");
	struct err err;
	if (node->element.kind == DMN_SERVICE) {
		err = service_call(run, node, arguments, out_value);
	} else {
		struct feel_value scope;
		err = scope_of(run, node, &scope);
		if (!failed(err))
			err = function_call(run, node->function, scope, arguments, node->element.name, out_value);
		if (!failed(err))
			*out_value = run_coerce(run, *out_value, result_type(node->element.type), node->element.name);
	}
	run->node = before;
	run->entry = entry_before;
	return err;
}

/* ---- entry points ------------------------------------------------------------------------------------------------- */

struct run *run_make(struct arena *arena, const struct dmn_model *model, struct feel_value inputs, const struct feel_env *env,
	struct report *notes, struct dmn_trace *trace)
{
	static const struct feel_env none = { 0 };
	struct run *run = ARENA_NEW(arena, struct run);
	*run = (struct run){ .arena = arena, .model = model, .env = env == NULL ? &none : env, .notes = notes, .trace = trace,
		.inputs = inputs, .slots = ARENA_ARRAY(arena, struct slot, model->node_count), .budget = ARENA_NEW(arena, struct budget) };
	return run;
}

/* Model order, and the order of happening within one decision: counted, so that many calls cost no more than few. */
static void sort_trace(struct run *run)
{
	struct dmn_trace *trace = run->trace;
	size_t *starts = ARENA_ARRAY(run->arena, size_t, run->model->node_count + 1);
	struct dmn_trace_step *sorted = ARENA_ARRAY(run->arena, struct dmn_trace_step, trace->count + 1);
	for (size_t i = 0; i < trace->count; i++)
		starts[trace->items[i].order + 1]++;
	for (size_t i = 1; i <= run->model->node_count; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < trace->count; i++)
		sorted[starts[trace->items[i].order]++] = trace->items[i];
	trace->items = sorted;
	trace->capacity = trace->count + 1;
}

static void run_end(struct run *run)
{
	if (run->trace != NULL)
		sort_trace(run);
	run->budget->ended = true;
}

struct err dmn_decide(struct arena *arena, const struct dmn_model *model, struct str decision, struct feel_value inputs,
	const struct feel_env *env, struct report *notes, struct dmn_trace *trace, struct feel_value *out_value)
{
	const struct dmn_element *element = dmn_find(model, DMN_DECISION, decision);
	if (element == NULL)
		return ERR(NOT_FOUND);
	struct run *run = run_make(arena, model, inputs, env, notes, trace);
	struct feel_value value;
	struct err err = eval_node(run, (const struct node *)element, &value);
	run_end(run);
	TRY(err);
	*out_value = value;
	return OK;
}

struct err dmn_invoke(struct arena *arena, const struct dmn_model *model, struct str name, struct feel_value arguments,
	const struct feel_env *env, struct report *notes, struct dmn_trace *trace, struct feel_value *out_value)
{
	const struct dmn_element *element = dmn_find(model, DMN_SERVICE, name);
	if (element == NULL)
		element = dmn_find(model, DMN_KNOWLEDGE_MODEL, name);
	if (element == NULL)
		return ERR(NOT_FOUND);
	struct run *run = run_make(arena, model, FEEL_NULL_VALUE, env, notes, trace);
	struct feel_value *values = ARENA_ARRAY(arena, struct feel_value, element->parameter_count + 1);
	for (size_t i = 0; i < element->parameter_count; i++)
		values[i] = feel_get(arguments, element->parameters[i].name);
	run->inner = true;
	run->order = element->order;
	struct feel_value value;
	struct err err = node_call(run, (const struct node *)element, values, &value);
	run_end(run);
	TRY(err);
	*out_value = value;
	return OK;
}
