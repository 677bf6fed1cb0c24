#include "feel/run.h"
#include "feel/type.h"

#include <string.h>

/* Calling functions: the user's, built-in ones, the host's. */

enum { STACK_ARGUMENTS = 6 };      /* more than these go to the arena */

struct feel_value function_value(struct arena *arena, enum function_kind kind, struct str name)
{
	struct feel_function *function = ARENA_NEW(arena, struct feel_function);
	function->kind = kind;
	function->name = name;
	return (struct feel_value){ .kind = FEEL_FUNCTION, .function = function };
}

struct feel_value feel_function_typed(struct arena *arena, const struct feel_host_function *host, const struct feel_type *type)
{
	struct feel_function *function = ARENA_NEW(arena, struct feel_function);
	*function = (struct feel_function){ .kind = FUNCTION_HOST, .name = host->name, .host = host, .type = type };
	return (struct feel_value){ .kind = FEEL_FUNCTION, .function = function };
}

struct feel_value feel_function_of(struct arena *arena, const struct feel_host_function *host)
{
	return feel_function_typed(arena, host, NULL);
}

struct feel_value eval_function(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_value value = function_value(run->arena, FUNCTION_USER, STR(""));
	struct feel_function *function = (struct feel_function *)(uintptr_t)value.function;
	function->node = n;
	function->frame = frame;
	function->context = run->context;
	function->text = run->text;
	return value;
}

static const struct feel_host_function *host_named(const struct feel_env *env, size_t likely, struct str name)
{
	if (likely < env->function_count && str_eq(env->functions[likely].name, name)) return &env->functions[likely];
	for (size_t i = 0; i < env->function_count; i++)
		if (str_eq(env->functions[i].name, name)) return &env->functions[i];
	return NULL;
}

/* ---- with arguments at hand ------------------------------------------------------------------------- */

static struct feel_value call_failed(struct feel_run *run, const char *format, struct str name, size_t count)
{
	feel_run_note(run, format, STR_ARG(name), count);
	return FEEL_NULL_VALUE;
}

static bool convert_arguments(struct feel_run *run, const struct node *n, const struct feel_value *args, struct feel_value *slots)
{
	for (size_t i = 0; i < n->function.parameter_count; i++) {
		const struct node_parameter *parameter = &n->function.parameters[i];
		slots[i] = args[i];
		if (!parameter->type || type_convert(run->arena, args[i], parameter->type, &slots[i])) continue;
		feel_run_note(run, "the argument for \"%.*s\" must be %s, not %s", STR_ARG(parameter->name),
			type_words(parameter->type), feel_kind_name(args[i].kind));
		return false;
	}
	return true;
}

static struct feel_value run_body(struct feel_run *run, const struct feel_function *function, const struct feel_value *args)
{
	const struct node *n = function->node;
	size_t count = n->function.parameter_count;
	struct feel_value on_stack[STACK_ARGUMENTS];
	bool large = count > STACK_ARGUMENTS || n->captured;
	struct frame frame = { function->frame, large ? ARENA_ARRAY(run->arena, struct feel_value, count + 1) : on_stack };
	if (!convert_arguments(run, n, args, frame.slots)) return FEEL_NULL_VALUE;
	struct feel_value context = run->context;
	struct str text = run->text;
	uint32_t at = run->at;
	run->context = function->context;
	run->text = function->text;
	struct feel_value result = eval(run, n->a, frame_keep(run, &frame, count, n->captured));
	run->context = context;
	run->text = text;
	run->at = at;
	return result;
}

static struct feel_value call_user(struct feel_run *run, const struct feel_function *function, const struct feel_value *args,
	size_t count)
{
	const struct node *n = function->node;
	if (count != n->function.parameter_count) {
		feel_run_note(run, "the function takes %zu arguments, not %zu", n->function.parameter_count, count);
		return FEEL_NULL_VALUE;
	}
	if (!n->a) return call_failed(run, "an external function cannot be called here%.*s (%zu)", STR(""), count);
	if (run->call_depth >= FEEL_DEPTH_MAX) {
		feel_run_note(run, "more than %d calls within each other", FEEL_DEPTH_MAX);
		run->stopped = true;
		return FEEL_NULL_VALUE;
	}
	run->call_depth++;
	struct feel_value result = run_body(run, function, args);
	run->call_depth--;
	return result;
}

/* Missing optional arguments are null: args may be shorter than the signature. */
static const struct feel_value *padded(struct feel_run *run, const struct feel_value *args, size_t count, size_t total)
{
	if (count >= total) return args;
	struct feel_value *all = ARENA_ARRAY(run->arena, struct feel_value, total);
	if (count > 0) memcpy(all, args, count * sizeof *args);
	return all;
}

static struct feel_value call_host(struct feel_run *run, const struct feel_host_function *host, const struct feel_value *args,
	size_t count)
{
	size_t required;
	bool variadic;
	if (!signature_takes(host->parameters, count, NULL))
		return call_failed(run, "\"%.*s\" does not take %zu arguments", host->name, count);
	size_t total = signature_count(host->parameters, &required, &variadic);
	return host->call(run, host->data, padded(run, args, count, total), total > count ? total : count);
}

static struct feel_value call_builtin(struct feel_run *run, struct str name, const struct feel_value *args, size_t count)
{
	size_t required;
	bool variadic;
	const struct builtin *row = builtin_find(name, count, NULL);
	if (!row) return call_failed(run, "\"%.*s\" does not take %zu arguments", name, count);
	return row->call(run, padded(run, args, count, signature_count(row->parameters, &required, &variadic)), count);
}

struct feel_value feel_run_call(struct feel_run *run, struct feel_value function, const struct feel_value *args, size_t count)
{
	if (run->stopped || !feel_run_spend(run, 1)) return FEEL_NULL_VALUE;
	if (function.kind != FEEL_FUNCTION) {
		feel_run_note(run, "a %s cannot be called", feel_kind_name(function.kind));
		return FEEL_NULL_VALUE;
	}
	const struct feel_function *f = function.function;
	if (f->kind == FUNCTION_USER) return call_user(run, f, args, count);
	if (f->kind == FUNCTION_BUILTIN) {
		const struct feel_host_function *over = host_named(run->env, 0, f->name);
		return over ? call_host(run, over, args, count) : call_builtin(run, f->name, args, count);
	}
	const struct feel_host_function *host = f->host ? f->host : host_named(run->env, 0, f->name);
	if (!host) return call_failed(run, "there is no function \"%.*s\" (%zu arguments)", f->name, count);
	return call_host(run, host, args, count);
}

/* ---- from the tree ---------------------------------------------------------------------------------- */

/* Arguments in the order of a named call's parameters; false when the names do not fit. */
static bool order_named(const struct node *n, const struct feel_function *f, const struct feel_env *env,
	const struct feel_value *given, struct feel_value *args, size_t args_count)
{
	const struct feel_host_function *host = f->kind == FUNCTION_HOST ? f->host ? f->host : host_named(env, 0, f->name) : NULL;
	const struct builtin *row = f->kind == FUNCTION_BUILTIN ? builtin_find(f->name, n->count, n->call.names) : NULL;
	const char *parameters = host ? host->parameters : row ? row->parameters : NULL;
	for (size_t i = 0; i < n->count; i++) {
		ptrdiff_t index = parameters ? signature_index(parameters, n->call.names[i]) : -1;
		for (size_t j = 0; f->kind == FUNCTION_USER && j < f->node->function.parameter_count && index < 0; j++)
			if (str_eq(f->node->function.parameters[j].name, n->call.names[i])) index = (ptrdiff_t)j;
		if (index < 0 || (size_t)index >= args_count) return false;
		for (size_t j = 0; j < i; j++)
			if (str_eq(n->call.names[i], n->call.names[j])) return false;
		args[index] = given[i];
	}
	return true;
}

static size_t parameter_count(const struct feel_function *f, const struct feel_env *env, const struct node *n)
{
	size_t required;
	bool variadic;
	if (f->kind == FUNCTION_USER) return f->node->function.parameter_count;
	const struct feel_host_function *host = f->kind == FUNCTION_HOST ? f->host ? f->host : host_named(env, 0, f->name) : NULL;
	if (host) return signature_count(host->parameters, &required, &variadic);
	const struct builtin *row = builtin_find(f->name, n->count, n->call.names);
	return row ? signature_count(row->parameters, &required, &variadic) : n->count;
}

static struct feel_value call_named(struct feel_run *run, const struct node *n, struct feel_value callee,
	const struct feel_value *given)
{
	size_t count = parameter_count(callee.function, run->env, n);
	struct feel_value *args = ARENA_ARRAY(run->arena, struct feel_value, count + 1);
	if (callee.function->kind == FUNCTION_USER && n->count != count)
		return run_null(run, n, "the function takes %zu arguments, not %zu", count, n->count);
	if (!order_named(n, callee.function, run->env, given, args, count))
		return run_null(run, n, "the function has no such parameters");
	return feel_run_call(run, callee, args, count);
}

static struct feel_value call_with(struct feel_run *run, const struct node *n, const struct frame *frame, struct feel_value *args)
{
	struct feel_value callee = n->op == NODE_CALL ? eval(run, n->a, frame) : FEEL_NULL_VALUE;
	for (size_t i = 0; i < n->count; i++) args[i] = n->items[i] ? eval(run, n->items[i], frame) : FEEL_NULL_VALUE;
	if (run->stopped) return FEEL_NULL_VALUE;
	run->at = n->at;
	if (n->op == NODE_BUILTIN) {
		if (n->call.row) return n->call.row->call(run, args, n->call.given);
		return run_null(run, n, "\"%.*s\" does not take these arguments", STR_ARG(n->call.name));
	}
	if (n->op == NODE_HOST) {
		const struct feel_host_function *host = host_named(run->env, n->call.host, n->call.name);
		if (host) return host->call(run, host->data, args, n->count);
		return run_null(run, n, "there is no function \"%.*s\" here", STR_ARG(n->call.name));
	}
	/* A variable may bear the name of a built-in: "date" beside date("2022-08-26"). */
	if (callee.kind != FEEL_FUNCTION && n->call.name.len > 0 && builtin_exists(n->call.name))
		callee = function_value(run->arena, FUNCTION_BUILTIN, n->call.name);
	if (callee.kind == FEEL_FUNCTION && n->call.names) return call_named(run, n, callee, args);
	if (callee.kind == FEEL_FUNCTION) return feel_run_call(run, callee, args, n->count);
	if (n->call.name.len > 0) return run_null(run, n, "there is no function \"%.*s\" here", STR_ARG(n->call.name));
	return run_null(run, n, "a %s cannot be called", feel_kind_name(callee.kind));
}

static struct feel_value call_on_stack(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_value args[STACK_ARGUMENTS];
	return call_with(run, n, frame, args);
}

struct feel_value eval_call(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	if (n->count <= STACK_ARGUMENTS) return call_on_stack(run, n, frame);
	return call_with(run, n, frame, ARENA_ARRAY(run->arena, struct feel_value, n->count));
}
