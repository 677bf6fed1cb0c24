#include "feel/parse.h"
#include "feel/run.h"

/* Compiling and running whole texts. */

static struct err compile(struct arena *arena, struct str text, const struct feel_scope *scope, bool tests,
	struct report *report, const struct feel_program **out_program)
{
	if (text.len > FEEL_TEXT_BYTES_MAX) {
		report_error(report, STR("1:1"), "the expression has %zu bytes, at most %d are read", text.len, FEEL_TEXT_BYTES_MAX);
		return ERR(LIMIT);
	}
	struct parser p = { .arena = arena, .text = text, .scope = scope, .report = report };
	if (!utf8_is_valid(text)) parse_fail(&p, 0, "the text is not UTF-8");
	struct node *root = p.failed ? NULL : tests ? parse_cell(&p) : parse_expression(&p);
	struct token rest = parse_peek(&p);
	if (!p.failed && rest.kind != TOKEN_END)
		parse_fail(&p, rest.from, "the expression ends before \"%.*s\"", (int)(rest.to - rest.from < 40 ? rest.to - rest.from : 40),
			text.ptr + rest.from);
	if (p.failed || !root) {
		uint32_t line, column;
		lex_place(text, p.failed_at, &line, &column);
		if (report) report_error(report, str_printf(report->arena, "%u:%u", line, column), "%.*s", STR_ARG(p.words));
		return ERR(INVALID);
	}
	struct feel_program *program = ARENA_NEW(arena, struct feel_program);
	*program = (struct feel_program){ .root = root, .text = text, .tests = tests, .unknown_call = p.unknown_call };
	*out_program = program;
	return OK;
}

/* The tree keeps slices of the text. */
struct err feel_compile(struct arena *arena, struct str text, const struct feel_scope *scope, struct report *report,
	const struct feel_program **out_program)
{
	return compile(arena, text.len <= FEEL_TEXT_BYTES_MAX ? str_copy(arena, text) : text, scope, false, report, out_program);
}

struct err feel_compile_tests(struct arena *arena, struct str text, const struct feel_scope *scope, struct report *report,
	const struct feel_program **out_program)
{
	return compile(arena, text.len <= FEEL_TEXT_BYTES_MAX ? str_copy(arena, text) : text, scope, true, report, out_program);
}

struct str program_unknown_call(const struct feel_program *program)
{
	return program->unknown_call;
}

/* ---- running ---------------------------------------------------------------------------------------- */

static const struct feel_env no_env = { 0 };

static struct feel_run run_begin(struct arena *arena, const struct feel_env *env, struct feel_value context, struct report *notes)
{
	if (!env) env = &no_env;
	return (struct feel_run){ .arena = arena, .env = env, .context = context, .notes = notes,
		.steps_left = env->steps_max ? env->steps_max : FEEL_STEPS_MAX,
		.bytes_end = arena_bytes(arena) + (env->bytes_max ? env->bytes_max : FEEL_RUN_BYTES_MAX) };
}

static struct err run_end(struct feel_run *run, struct feel_value value, struct feel_value *out_value)
{
	if (run->arena->bytes > run->bytes_end) run->stopped = true;
	if (run->stopped) {
		report_error(run->notes, STR(""), "the expression needs more steps, memory or calls than it may use");
		return ERR(LIMIT);
	}
	*out_value = value;
	return OK;
}

struct err feel_run(struct arena *arena, const struct feel_program *program, struct feel_value context,
	const struct feel_env *env, struct report *notes, struct feel_value *out_value)
{
	struct feel_run run = run_begin(arena, env, context, notes);
	struct feel_value null_input = FEEL_NULL_VALUE;
	struct frame input = { NULL, &null_input };
	run.text = program->text;
	return run_end(&run, eval(&run, program->root, program->tests ? &input : NULL), out_value);
}

struct err feel_run_tests(struct arena *arena, const struct feel_program *program, struct feel_value input,
	struct feel_value context, const struct feel_env *env, struct report *notes, struct feel_value *out_value)
{
	struct feel_run run = run_begin(arena, env, context, notes);
	struct frame frame = { NULL, &input };
	run.text = program->text;
	return run_end(&run, eval_test(&run, program->root, &frame), out_value);
}

struct err feel_evaluate(struct arena *arena, struct str text, struct feel_value context, const struct feel_env *env,
	struct report *report, struct feel_value *out_value)
{
	const struct feel_program *program;
	struct feel_scope *scope = feel_scope_of(arena, context, NULL);
	scope->env = env;
	TRY(feel_compile(arena, text, scope, report, &program));
	return feel_run(arena, program, context, env, report, out_value);
}

struct err feel_call(struct arena *arena, struct feel_value function, const struct feel_value *args, size_t count,
	const struct feel_env *env, struct report *notes, struct feel_value *out_value)
{
	struct feel_run run = run_begin(arena, env, FEEL_NULL_VALUE, notes);
	return run_end(&run, feel_run_call(&run, function, args, count), out_value);
}

/* ---- what a program reads --------------------------------------------------------------------------- */

struct reads { struct arena *arena; struct { LIST_OF(struct str); } names; };

static void add_read(struct reads *reads, struct str name)
{
	for (size_t i = 0; i < reads->names.count; i++)
		if (str_eq(reads->names.items[i], name)) return;
	LIST_PUSH(reads->arena, &reads->names, name);
}

/* The path that ends at `n`, when all of it is literal and begins with a global name. */
static bool literal_path(struct reads *reads, const struct node *n, struct str *out_path)
{
	struct str before;
	if (n->op == NODE_NAME) {
		*out_path = n->name.name;
		return n->name.place == NAME_GLOBAL && (n->name.known || n->name.filter_count == 0);
	}
	if (n->op != NODE_PATH || !literal_path(reads, n->a, &before)) return false;
	*out_path = str_printf(reads->arena, "%.*s.%.*s", STR_ARG(before), STR_ARG(n->member));
	return true;
}

static void collect_reads(struct reads *reads, const struct node *n)
{
	struct str path;
	if (!n) return;
	if (literal_path(reads, n, &path)) {
		add_read(reads, path);
		return;
	}
	collect_reads(reads, n->a);
	collect_reads(reads, n->b);
	collect_reads(reads, n->c);
	for (size_t i = 0; n->items && i < n->count; i++) collect_reads(reads, n->items[i]);
	if (n->op != NODE_FOR && n->op != NODE_SOME && n->op != NODE_EVERY) return;
	for (size_t i = 0; i < n->count; i++) {
		collect_reads(reads, n->iterators[i].from);
		collect_reads(reads, n->iterators[i].to);
	}
}

struct feel_names feel_program_reads(struct arena *arena, const struct feel_program *program)
{
	struct reads reads = { .arena = arena };
	collect_reads(&reads, program->root);
	return (struct feel_names){ reads.names.items, reads.names.count };
}

/* ---- scopes ------------------------------------------------------------------------------------------- */

enum { SCOPE_DEPTH_MAX = 16, SCOPE_ITEMS_LOOKED_AT = 16 };

static const struct feel_scope *members_of(struct arena *arena, struct feel_value value, int depth);

static void add_names(struct arena *arena, struct feel_context context, int depth, struct feel_scope *scope)
{
	struct feel_scope_name *names = ARENA_ARRAY(arena, struct feel_scope_name, scope->count + context.count);
	for (size_t i = 0; i < scope->count; i++) names[i] = scope->names[i];
	size_t before = scope->count;
	for (size_t i = 0; i < context.count; i++) {
		bool present = false;
		for (size_t j = 0; j < before && !present; j++) present = str_eq(names[j].name, context.entries[i].key);
		if (present) continue;
		names[scope->count++] = (struct feel_scope_name){ context.entries[i].key,
			members_of(arena, context.entries[i].value, depth + 1) };
	}
	scope->names = names;
}

static const struct feel_scope *members_of(struct arena *arena, struct feel_value value, int depth)
{
	if (depth > SCOPE_DEPTH_MAX || (value.kind != FEEL_CONTEXT && value.kind != FEEL_LIST)) return NULL;
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	if (value.kind == FEEL_CONTEXT) add_names(arena, value.context, depth, scope);
	for (size_t i = 0; value.kind == FEEL_LIST && i < value.list.count && i < SCOPE_ITEMS_LOOKED_AT; i++)
		if (value.list.items[i].kind == FEEL_CONTEXT) add_names(arena, value.list.items[i].context, depth, scope);
	return scope->count > 0 ? scope : NULL;
}

struct feel_scope *feel_scope_of(struct arena *arena, struct feel_value context, const struct feel_scope *outer)
{
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	if (context.kind == FEEL_CONTEXT) add_names(arena, context.context, 0, scope);
	scope->outer = outer;
	return scope;
}
