/* No text crashes the reader or a run of it, as an expression and as a cell; what comes out is printed as a literal
 * that reads back equal; running twice gives the same. */
#include "feel/inside.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct feel_env env = { .now_ms = INT64_C(1795449600000), .offset_s = SHANGHAI_OFFSET_S,
	.steps_max = 20000, .bytes_max = (size_t)4 << 20 };

/* Functions have no literal; the two hours of an autumn night share one text. */
static bool has_literal(struct feel_value v)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_FUNCTION: return false;
	case FEEL_TIME: return v.time->zone.kind != FEEL_ZONE_NAME;
	case FEEL_DATE_TIME: return v.date_time->time.zone.kind != FEEL_ZONE_NAME;
	case FEEL_DATE: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION: return false;   /* temporal_fuzz.c asks these */
	case FEEL_LIST:
		for (size_t i = 0; i < v.list.count; i++)
			if (!has_literal(v.list.items[i])) return false;
		return true;
	case FEEL_CONTEXT:
		for (size_t i = 0; i < v.context.count; i++)
			if (!has_literal(v.context.entries[i].value)) return false;
		return true;
	case FEEL_RANGE: return (!v.range->start || has_literal(*v.range->start)) && (!v.range->end || has_literal(*v.range->end));
	default: return true;
	}
}

static struct feel_value example(struct arena *arena)
{
	struct feel_value inner = feel_put(arena, FEEL_NULL_VALUE, STR("first name"), feel_string(STR("Li")));
	struct feel_value list[] = { inner, feel_number_i64(2) };
	struct feel_value context = feel_put(arena, FEEL_NULL_VALUE, STR("a"), inner);
	context = feel_put(arena, context, STR("a-b"), feel_number_i64(3));
	return feel_put(arena, context, STR("xs"), feel_list_of(arena, list, 2));
}

static void check_expression(struct arena *arena, struct str text, struct feel_value context)
{
	struct feel_value value, again, back;
	struct report notes = report_make(arena);
	if (failed(feel_evaluate(arena, text, context, &env, &notes, &value))) return;
	if (!has_literal(value)) return;
	struct str literal = feel_print_literal(arena, value);
	if (literal.len > FEEL_TEXT_BYTES_MAX / 4) return;
	assert(!failed(feel_evaluate(arena, text, context, &env, NULL, &again)));
	assert(str_eq(literal, feel_print_literal(arena, again)));
	assert(!failed(feel_evaluate(arena, literal, FEEL_NULL_VALUE, NULL, NULL, &back)));
	assert(feel_equal(value, back) == 1);
	assert(str_eq(literal, feel_print_literal(arena, feel_copy(arena, back))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str text = { (const char *)data, size };
	struct feel_value context = example(&arena), passed;
	const struct feel_program *program;
	check_expression(&arena, text, context);
	struct feel_scope *scope = feel_scope_of(&arena, context, NULL);
	if (!failed(feel_compile_tests(&arena, text, scope, NULL, &program))) {
		if (!failed(feel_run_tests(&arena, program, feel_number_i64(2), context, &env, NULL, &passed)))
			assert(passed.kind == FEEL_BOOLEAN || passed.kind == FEEL_NULL);
		feel_program_reads(&arena, program);
	}
	arena_done(&arena);
	return 0;
}
