#include "feel/lex.h"
#include "feel/run.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- what built-ins and hosts may use ------------------------------------------------------------ */

struct arena *feel_run_arena(struct feel_run *run)
{
	return run->arena;
}

const struct feel_env *feel_run_env(struct feel_run *run)
{
	return run->env;
}

static void note_words(struct feel_run *run, const char *format, va_list args)
{
	char words[500];
	uint32_t line, column;
	if (run->notes->count >= FINDING_COUNT_MAX) {      /* the place would cost more than the note is worth */
		report_warning(run->notes, STR(""), "one more");
		return;
	}
	vsnprintf(words, sizeof words, format, args);
	lex_place(run->text, run->at, &line, &column);
	report_warning(run->notes, str_printf(run->notes->arena, "%u:%u", line, column), "%s", words);
}

void feel_run_note(struct feel_run *run, const char *format, ...)
{
	if (!run->notes || run->stopped) return;
	va_list args;
	va_start(args, format);
	note_words(run, format, args);
	va_end(args);
}

struct feel_value run_null(struct feel_run *run, const struct node *n, const char *format, ...)
{
	if (!run->notes || run->stopped) return FEEL_NULL_VALUE;
	run->at = n->at;
	va_list args;
	va_start(args, format);
	note_words(run, format, args);
	va_end(args);
	return FEEL_NULL_VALUE;
}

bool feel_run_spend(struct feel_run *run, uint64_t steps)
{
	if (run->steps_left < steps || run->arena->bytes > run->bytes_end) run->stopped = true;
	else run->steps_left -= steps;
	return !run->stopped;
}

/* ---- evaluation ------------------------------------------------------------------------------------ */

const struct frame *frame_keep(struct feel_run *run, const struct frame *frame, size_t count, bool captured)
{
	if (!captured) return frame;
	struct frame *kept = ARENA_NEW(run->arena, struct frame);
	kept->outer = frame->outer;
	kept->slots = count > 0 ? arena_copy(run->arena, frame->slots, count * sizeof *frame->slots) : NULL;
	return kept;
}

static const struct frame *frame_at(const struct frame *frame, uint16_t hops)
{
	while (hops-- > 0) frame = frame->outer;
	return frame;
}

static const struct feel_value *entry_value(struct feel_context context, struct str key)
{
	for (size_t i = 0; i < context.count; i++)
		if (str_eq(context.entries[i].key, key)) return &context.entries[i].value;
	return NULL;
}

static struct feel_value eval_global(struct feel_run *run, const struct node *n)
{
	if (run->context.kind == FEEL_CONTEXT) {
		const struct feel_entry *entries = run->context.context.entries;
		uint32_t hint = n->name.hint;
		if (hint < run->context.context.count) {
			struct str key = entries[hint].key;
			if (key.len == n->name.name.len && (key.ptr == n->name.name.ptr || str_eq(key, n->name.name))) return entries[hint].value;
		}
		const struct feel_value *value = entry_value(run->context.context, n->name.name);
		if (value) return *value;
	}
	const struct feel_env *env = run->env;
	for (size_t i = 0; i < env->function_count; i++)
		if (str_eq(env->functions[i].name, n->name.name)) return function_value(run->arena, FUNCTION_HOST, n->name.name);
	if (n->name.known) return FEEL_NULL_VALUE;
	return run_null(run, n, "there is no \"%.*s\" here", STR_ARG(n->name.name));
}

static struct feel_value eval_name(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	for (size_t i = 0; i < n->name.filter_count; i++) {
		struct feel_value item = frame_at(frame, n->name.filters[i])->slots[0];
		const struct feel_value *member = item.kind == FEEL_CONTEXT ? entry_value(item.context, n->name.name) : NULL;
		if (member) return *member;
	}
	switch (n->name.place) {
	case NAME_LOCAL: return frame_at(frame, n->name.hops)->slots[n->name.slot];
	case NAME_GLOBAL: return eval_global(run, n);
	case NAME_FUNCTION: return function_value(run->arena, FUNCTION_BUILTIN, n->name.name);
	}
	return FEEL_NULL_VALUE;
}

static struct feel_value eval_list(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_value *items = n->count > 0 ? ARENA_ARRAY(run->arena, struct feel_value, n->count) : NULL;
	for (size_t i = 0; i < n->count; i++) items[i] = eval(run, n->items[i], frame);
	return (struct feel_value){ .kind = FEEL_LIST, .list = { items, n->count } };
}

/* Each entry sees the earlier ones; a function also itself. */
static struct feel_value eval_context(struct feel_run *run, const struct node *n, const struct frame *outer)
{
	if (n->count == 0) return (struct feel_value){ .kind = FEEL_CONTEXT };
	if (n->twice) return run_null(run, n, "a key stands twice in the context");
	struct feel_entry *entries = ARENA_ARRAY(run->arena, struct feel_entry, n->count);
	struct frame on_stack = { outer, ARENA_ARRAY(run->arena, struct feel_value, n->count) };
	const struct frame *frame = &on_stack;
	if (n->captured) frame = arena_copy(run->arena, &on_stack, sizeof on_stack);
	for (size_t i = 0; i < n->count; i++) {
		frame->slots[i] = eval(run, n->items[i], frame);
		entries[i] = (struct feel_entry){ n->keys[i], frame->slots[i] };
	}
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { entries, n->count } };
}

static bool eval_end(struct feel_run *run, const struct node *n, const struct frame *frame, const struct feel_value **out_end)
{
	*out_end = NULL;
	if (!n) return true;
	struct feel_value value = eval(run, n, frame);
	*out_end = arena_copy(run->arena, &value, sizeof value);
	return value.kind != FEEL_NULL && value.kind != FEEL_LIST && value.kind != FEEL_CONTEXT && value.kind != FEEL_FUNCTION;
}

static struct feel_value eval_range(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_range *range = ARENA_NEW(run->arena, struct feel_range);
	bool comparable = true;
	range->start_open = n->start_open;
	range->end_open = n->end_open;
	bool ends = eval_end(run, n->a, frame, &range->start);
	if (n->a == n->b) range->end = range->start;
	else ends = eval_end(run, n->b, frame, &range->end) && ends;
	if (!ends)
		return run_null(run, n, "the end of a range must be a number, string, date, time or duration");
	if (range->start && range->end) feel_compare(*range->start, *range->end, &comparable);
	if (!comparable) return run_null(run, n, "the ends of a range must be of one kind");
	return (struct feel_value){ .kind = FEEL_RANGE, .range = range };
}

static struct feel_value eval_in(struct feel_run *run, const struct node *n, const struct frame *outer)
{
	struct feel_value input = eval(run, n->a, outer);
	struct frame on_stack = { outer, &input };
	return eval_tests(run, n->items, n->count, frame_keep(run, &on_stack, 1, n->captured));
}

static struct feel_value eval_instance(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_value value = eval(run, n->a, frame);
	if (!n->type) return run_null(run, n, "instance of: nobody declared this type");
	return feel_boolean(feel_instance_of(value, n->type));
}

static struct feel_value eval_node(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	switch ((enum node_op)n->op) {
	case NODE_LITERAL: return n->literal;
	case NODE_NAME: return eval_name(run, n, frame);
	case NODE_PATH: return eval_path(run, n, eval(run, n->a, frame));
	case NODE_FILTER: return eval_filter(run, n, frame);
	case NODE_LIST: return eval_list(run, n, frame);
	case NODE_CONTEXT: return eval_context(run, n, frame);
	case NODE_RANGE: return eval_range(run, n, frame);
	case NODE_IF: {
		struct feel_value condition = eval(run, n->a, frame);
		return eval(run, condition.kind == FEEL_BOOLEAN && condition.boolean ? n->b : n->c, frame);
	}
	case NODE_FOR: return eval_for(run, n, frame);
	case NODE_SOME: case NODE_EVERY: return eval_quantified(run, n, frame);
	case NODE_FUNCTION: return eval_function(run, n, frame);
	case NODE_AND: case NODE_OR: case NODE_BETWEEN: return eval_logic(run, n, frame);
	case NODE_EQ: case NODE_NE: case NODE_LT: case NODE_LE: case NODE_GT: case NODE_GE: {
		struct feel_value a = eval(run, n->a, frame);
		return eval_comparison(run, n, n->op, a, eval(run, n->b, frame));
	}
	case NODE_ADD: case NODE_SUB: case NODE_MUL: case NODE_DIV: case NODE_POW: {
		struct feel_value a = eval(run, n->a, frame);
		return eval_operator(run, n, a, eval(run, n->b, frame));
	}
	case NODE_NEG: return eval_operator(run, n, eval(run, n->a, frame), FEEL_NULL_VALUE);
	case NODE_IN: return eval_in(run, n, frame);
	case NODE_INSTANCE: return eval_instance(run, n, frame);
	case NODE_CALL: case NODE_BUILTIN: case NODE_HOST: return eval_call(run, n, frame);
	default: return eval_test(run, n, frame);
	}
}

struct feel_value eval(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	if (n->op == NODE_LITERAL) return n->literal;
	if (run->stopped || !feel_run_spend(run, 1)) return FEEL_NULL_VALUE;
	if (run->eval_depth >= EVAL_DEPTH_MAX) {
		run->stopped = true;
		return FEEL_NULL_VALUE;
	}
	run->eval_depth++;
	struct feel_value value = eval_node(run, n, frame);
	run->eval_depth--;
	return value;
}
