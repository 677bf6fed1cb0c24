/* Decision tables at run time: which rules are hit, and what the hit policy makes of them. */
#include "dmn/inside.h"

struct hits { size_t *rules; size_t count; };
struct table_run {
	struct run *run;
	const struct table *table;
	struct feel_value scope;
	const struct feel_value *inputs;
	struct dmn_rule_trace *traces;           /* NULL without trace; one a rule that was tried */
	size_t trace_count;
};

/* A list of one stands for its item, and so on; a value of another type is left to the cells, which do not take it. */
static void conform(struct table_run *t, const struct feel_type *type, struct feel_value *value)
{
	if (type->kind == FEEL_TYPE_ANY || (type->kind == FEEL_TYPE_SIMPLE && type->simple == (enum feel_kind)value->kind))
		return;
	struct feel_value coerced = feel_coerce(t->run->arena, *value, type, NULL);
	if (coerced.kind != FEEL_NULL)
		*value = coerced;
}

static struct err eval_inputs(struct table_run *t, struct feel_value *inputs, bool *out_allowed)
{
	for (size_t i = 0; i < t->table->input_count; i++) {
		const struct input *input = &t->table->inputs[i];
		TRY(literal_eval(t->run, &input->expression, t->scope, &inputs[i]));
		if (input->type != NULL && inputs[i].kind != FEEL_NULL)
			conform(t, input->type, &inputs[i]);
		enum dmn_cell_result result = DMN_CELL_TRUE;
		if (input->allowed != NULL && inputs[i].kind != FEEL_NULL)
			TRY(cell_eval(t->run, input->allowed, inputs[i], t->scope, &result));
		if (result != DMN_CELL_TRUE) {
			run_note(t->run, "the input \"%.*s\" is none of its allowed values: %.*s", STR_ARG(input->label),
				STR_ARG(input->allowed_text));
			*out_allowed = false;
		}
	}
	return OK;
}

static struct err trace_rule(struct table_run *t, size_t index, bool *out_hit)
{
	const struct rule *rule = &t->table->rules[index];
	size_t count = t->table->input_count;
	struct str *texts = ARENA_ARRAY(t->run->arena, struct str, count + 1);
	enum dmn_cell_result *results = ARENA_ARRAY(t->run->arena, enum dmn_cell_result, count + 1);
	struct report *notes = t->run->notes;
	bool hit = true;
	for (size_t i = 0; i < count; i++) {
		texts[i] = rule->cells[i].text;
		struct err err = cell_eval(t->run, &rule->cells[i], t->inputs[i], t->scope, &results[i]);
		hit = hit && !failed(err) && results[i] == DMN_CELL_TRUE;
		if (!hit)
			t->run->notes = NULL;   /* without a trace the cells behind the first miss are not tried */
		if (failed(err)) {
			t->run->notes = notes;
			return err;
		}
	}
	t->run->notes = notes;
	t->traces[t->trace_count++] = (struct dmn_rule_trace){ .id = rule->id, .number = index + 1, .hit = hit, .cells = texts,
		.cell_results = results, .cell_count = count, .annotations = rule->annotations,
		.annotation_count = rule->annotation_count };
	*out_hit = hit;
	return OK;
}

static struct err try_rule(struct table_run *t, size_t index, bool *out_hit)
{
	if (t->traces != NULL)
		return trace_rule(t, index, out_hit);
	const struct rule *rule = &t->table->rules[index];
	*out_hit = true;
	for (size_t i = 0; i < t->table->input_count && *out_hit; i++) {
		enum dmn_cell_result result;
		TRY(cell_eval(t->run, &rule->cells[i], t->inputs[i], t->scope, &result));
		*out_hit = result == DMN_CELL_TRUE;
	}
	return OK;
}

/* ---- outputs ------------------------------------------------------------------------------------------------ */

static struct feel_value output_of(struct table_run *t, const struct feel_value *values)
{
	const struct table *table = t->table;
	if (table->output_count == 1)
		return values[0];
	struct feel_entry *entries = ARENA_ARRAY(t->run->arena, struct feel_entry, table->output_count);
	for (size_t i = 0; i < table->output_count; i++)
		entries[i] = (struct feel_entry){ .key = table->outputs[i].name, .value = values[i] };
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { .entries = entries, .count = table->output_count } };
}

static struct feel_value output_member(const struct table *table, struct feel_value output, size_t column)
{
	return table->output_count == 1 ? output : output.context.entries[column].value;
}

static struct err eval_output(struct table_run *t, size_t index, struct feel_value *out_value)
{
	const struct rule *rule = &t->table->rules[index];
	struct feel_value *values = ARENA_ARRAY(t->run->arena, struct feel_value, t->table->output_count);
	for (size_t i = 0; i < t->table->output_count; i++) {
		TRY(literal_eval(t->run, &rule->outputs[i], t->scope, &values[i]));
		values[i] = run_coerce(t->run, values[i], t->table->outputs[i].type, t->table->outputs[i].name);
	}
	*out_value = output_of(t, values);
	for (size_t i = 0; i < t->trace_count; i++)
		if (t->traces[i].number == index + 1)
			t->traces[i].output = *out_value;
	return OK;
}

static struct err eval_fallback(struct table_run *t, struct feel_value *out_value)
{
	struct feel_value *values = ARENA_ARRAY(t->run->arena, struct feel_value, t->table->output_count);
	for (size_t i = 0; i < t->table->output_count; i++) {
		if (t->table->outputs[i].has_fallback) {
			TRY(literal_eval(t->run, &t->table->outputs[i].fallback, t->scope, &values[i]));
			values[i] = run_coerce(t->run, values[i], t->table->outputs[i].type, t->table->outputs[i].name);
		}
	}
	*out_value = output_of(t, values);
	return OK;
}

/* ---- several hits ---------------------------------------------------------------------------------------------- */

/* Position of the output among the priorities of its column; what is not listed comes last. */
static struct err rank_of(struct table_run *t, size_t column, struct feel_value value, size_t *out_rank)
{
	const struct output *output = &t->table->outputs[column];
	size_t rank = 0;
	for (; rank < output->priority_count; rank++) {
		enum dmn_cell_result result;
		TRY(cell_eval(t->run, &output->priorities[rank], value, t->scope, &result));
		if (result == DMN_CELL_TRUE)
			break;
	}
	*out_rank = rank;
	return OK;
}

/* Stable insertion sort: equal priorities keep the order of the rules. */
static struct err sort_by_priority(struct table_run *t, struct feel_value *outputs, size_t count)
{
	size_t columns = t->table->output_count;
	size_t *ranks = ARENA_ARRAY(t->run->arena, size_t, count * columns + 1);
	for (size_t i = 0; i < count; i++) {
		for (size_t c = 0; c < columns; c++)
			TRY(rank_of(t, c, output_member(t->table, outputs[i], c), &ranks[i * columns + c]));
		for (size_t k = i; k > 0; k--) {
			size_t *above = &ranks[(k - 1) * columns], *below = &ranks[k * columns], c = 0;
			while (c < columns && above[c] == below[c])
				c++;
			if (c == columns || above[c] < below[c])
				break;
			for (c = 0; c < columns; c++) {
				size_t rank = above[c];
				above[c] = below[c];
				below[c] = rank;
			}
			struct feel_value output = outputs[k - 1];
			outputs[k - 1] = outputs[k];
			outputs[k] = output;
		}
	}
	return OK;
}

static struct err aggregate(struct table_run *t, const struct feel_value *outputs, size_t count, struct feel_value *out_value)
{
	const struct dmn_model *model = t->run->model;
	const struct feel_program *program = t->table->policy == DMN_HIT_SUM ? model->sum
		: t->table->policy == DMN_HIT_MIN ? model->min : model->max;
	struct feel_value *values = ARENA_ARRAY(t->run->arena, struct feel_value, t->table->output_count);
	for (size_t c = 0; c < t->table->output_count; c++) {
		struct feel_value *items = ARENA_ARRAY(t->run->arena, struct feel_value, count + 1);
		for (size_t i = 0; i < count; i++)
			items[i] = output_member(t->table, outputs[i], c);
		struct feel_entry x = { .key = STR("x"), .value = { .kind = FEEL_LIST, .list = { .items = items, .count = count } } };
		struct feel_value context = { .kind = FEEL_CONTEXT, .context = { .entries = &x, .count = 1 } };
		TRY(run_program(t->run, program, context, &values[c]));
	}
	*out_value = output_of(t, values);
	return OK;
}

static struct err unique_hit(struct table_run *t, const struct hits *hits, struct feel_value *out_value)
{
	if (hits->count == 1)
		return eval_output(t, hits->rules[0], out_value);
	run_note(t->run, "the hit policy is UNIQUE, but rules %zu and %zu are both hit", hits->rules[0] + 1, hits->rules[1] + 1);
	*out_value = FEEL_NULL_VALUE;
	return OK;
}

static struct err any_hit(struct table_run *t, const struct hits *hits, struct feel_value *out_value)
{
	struct feel_value first, other;
	TRY(eval_output(t, hits->rules[0], &first));
	for (size_t i = 1; i < hits->count; i++) {
		TRY(eval_output(t, hits->rules[i], &other));
		if (feel_equal(first, other) != 1) {
			run_note(t->run, "the hit policy is ANY, but the outputs of rules %zu and %zu differ", hits->rules[0] + 1,
				hits->rules[i] + 1);
			first = FEEL_NULL_VALUE;
			break;
		}
	}
	*out_value = first;
	return OK;
}

static struct err several_hits(struct table_run *t, const struct hits *hits, struct feel_value *out_value)
{
	struct feel_value *outputs = ARENA_ARRAY(t->run->arena, struct feel_value, hits->count + 1);
	for (size_t i = 0; i < hits->count; i++)
		TRY(eval_output(t, hits->rules[i], &outputs[i]));
	switch (t->table->policy) {
	case DMN_HIT_PRIORITY:
	case DMN_HIT_OUTPUT_ORDER:
		TRY(sort_by_priority(t, outputs, hits->count));
		break;
	case DMN_HIT_SUM:
	case DMN_HIT_MIN:
	case DMN_HIT_MAX:
		return aggregate(t, outputs, hits->count, out_value);
	case DMN_HIT_COUNT:
		*out_value = feel_number_i64((int64_t)hits->count);
		return OK;
	default:
		break;
	}
	*out_value = t->table->policy == DMN_HIT_PRIORITY ? outputs[0]
		: (struct feel_value){ .kind = FEEL_LIST, .list = { .items = outputs, .count = hits->count } };
	return OK;
}

static struct err no_hit(struct table_run *t, struct feel_value *out_value)
{
	if (t->table->has_fallback)
		return eval_fallback(t, out_value);
	*out_value = FEEL_NULL_VALUE;
	if (t->table->policy == DMN_HIT_COLLECT)
		*out_value = feel_list_of(t->run->arena, NULL, 0);
	else if (t->table->policy == DMN_HIT_COUNT)
		*out_value = feel_number_i64(0);
	else
		run_note(t->run, "no rule of the decision table is hit");
	return OK;
}

static struct err apply_policy(struct table_run *t, const struct hits *hits, struct feel_value *out_value)
{
	if (hits->count == 0)
		return no_hit(t, out_value);
	switch (t->table->policy) {
	case DMN_HIT_UNIQUE: return unique_hit(t, hits, out_value);
	case DMN_HIT_FIRST: return eval_output(t, hits->rules[0], out_value);
	case DMN_HIT_ANY: return any_hit(t, hits, out_value);
	default: return several_hits(t, hits, out_value);
	}
}

static void add_table_trace(struct table_run *t, const struct hits *hits, struct feel_value value)
{
	struct arena *arena = t->run->arena;
	struct dmn_input_trace *inputs = ARENA_ARRAY(arena, struct dmn_input_trace, t->table->input_count + 1);
	for (size_t i = 0; i < t->table->input_count; i++)
		inputs[i] = (struct dmn_input_trace){ .label = t->table->inputs[i].label,
			.expression = t->table->inputs[i].expression.text, .value = t->inputs[i] };
	struct dmn_table_trace *trace = ARENA_NEW(arena, struct dmn_table_trace);
	*trace = (struct dmn_table_trace){ .policy = t->table->policy, .inputs = inputs, .input_count = t->table->input_count,
		.rules = t->traces, .rule_count = t->trace_count, .used_default = hits->count == 0 && t->table->has_fallback };
	trace_add(t->run, t->run->node, value, trace, false);
}

struct err table_eval(struct run *run, const struct table *table, struct feel_value scope, struct feel_value *out_value)
{
	struct feel_value *inputs = ARENA_ARRAY(run->arena, struct feel_value, table->input_count + 1);
	struct hits hits = { .rules = ARENA_ARRAY(run->arena, size_t, table->rule_count + 1) };
	struct table_run t = { .run = run, .table = table, .scope = scope, .inputs = inputs };
	bool allowed = true;
	if (run->trace != NULL)
		t.traces = ARENA_ARRAY(run->arena, struct dmn_rule_trace, table->rule_count + 1);
	TRY(eval_inputs(&t, inputs, &allowed));
	struct candidates candidates = index_ask(run->trace == NULL ? table->index : NULL, inputs);
	for (size_t i; allowed && candidates_next(&candidates, table->rule_count, &i);) {
		bool hit;
		TRY(try_rule(&t, i, &hit));
		if (hit)
			hits.rules[hits.count++] = i;
		if (hit && table->policy == DMN_HIT_FIRST)
			break;
	}
	struct feel_value value = FEEL_NULL_VALUE;
	if (allowed)
		TRY(apply_policy(&t, &hits, &value));
	if (run->trace != NULL)
		add_table_trace(&t, &hits, value);
	*out_value = value;
	return OK;
}
