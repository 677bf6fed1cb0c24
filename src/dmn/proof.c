/* Proofs about a decision table. Each input column falls into pieces in which every plain cell says the same: the
 * constants of its cells, what lies between them, and "something else". One value stands for each piece. A gap is a
 * row of pieces that no rule takes, an overlap is one that two rules take. */
#include "dmn/inside.h"

/* Bounds of time: about two seconds for the largest table that is proved. */
enum { RULES_MAX = 2000, CONSTANTS_MAX = 4000, STEPS_MAX = 20000000, GAPS_SHOWN = 3, OVERLAPS_SHOWN = 50 };
enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

struct column {
	struct feel_value *pieces;
	size_t count;
	bool anything;               /* no cell asks about it */
	uint8_t *truths;             /* [rule * count + piece], enum truth */
	uint64_t *taken;             /* [rule * word_count + piece / 64]: the pieces that the rule surely takes */
	size_t word_count;
};
struct proof {
	struct table_check *check;
	struct column *columns;
	size_t column_count, rule_count;
	size_t *chosen;              /* piece of each column on the way down */
	size_t *left;                /* [column * rule_count]: the rules left on the way down */
	size_t step_count, gap_count;
	bool given_up;
	bool cut_off;                /* more constants than are looked at: nothing can be said of gaps */
	const uint8_t *exact;        /* [rule]: every cell is plain, so a piece speaks for all its values */
	size_t below;                /* looking for a way around the rules before this one; rule_count: a gap */
};

/* ---- pieces -------------------------------------------------------------------------------------------------- */

struct values { LIST_OF(struct feel_value); };

static void add_value(struct proof *proof, struct values *values, struct feel_value value)
{
	for (size_t i = 0; i < values->count; i++)
		if (feel_equal(values->items[i], value) == 1)
			return;
	if (values->count < CONSTANTS_MAX)
		LIST_PUSH(proof->check->arena, values, value);
	else
		proof->cut_off = true;
}

/* Constants of one kind only: the input's declared one, else that of the first; others can never be met together. */
static void add_constants(struct proof *proof, struct values *values, const struct input *input, const struct cell *cell)
{
	bool declared = input->type != NULL && input->type->kind == FEEL_TYPE_SIMPLE;
	uint8_t kind = declared ? (uint8_t)input->type->simple : values->count > 0 ? values->items[0].kind : cell->kind;
	if (cell->kind != kind)
		return;
	for (size_t i = 0; i < cell->test_count && cell->kind != FEEL_NULL; i++) {
		add_value(proof, values, cell->tests[i].low);
		if (cell->tests[i].op == CELL_RANGE)
			add_value(proof, values, cell->tests[i].high);
	}
}

static void sort_values(struct values *values)
{
	for (size_t i = 1; i < values->count; i++) {
		for (size_t k = i; k > 0; k--) {
			bool comparable;
			if (feel_compare(values->items[k - 1], values->items[k], &comparable) <= 0 || !comparable)
				break;
			struct feel_value value = values->items[k];
			values->items[k] = values->items[k - 1];
			values->items[k - 1] = value;
		}
	}
}

/* A value strictly between two, or beyond one; null when there is none. Either end may be NULL. */
static struct feel_value between(struct proof *proof, const struct feel_value *low, const struct feel_value *high)
{
	struct table_check *check = proof->check;
	if ((low != NULL ? low : high)->kind == FEEL_DATE) {
		int64_t from = low != NULL ? date_to_days(low->date) : date_to_days(high->date) - 2;
		int64_t to = high != NULL ? date_to_days(high->date) : from + 2;
		return to - from < 2 ? FEEL_NULL_VALUE : feel_date(date_from_days(from + 1));
	}
	struct feel_value one = feel_number_i64(1), value = FEEL_NULL_VALUE;
	struct feel_value context = feel_put(check->arena, FEEL_NULL_VALUE, STR("a"), low != NULL ? *low : *high);
	context = feel_put(check->arena, context, STR("b"), low != NULL && high != NULL ? *high : one);
	struct str text = low == NULL ? STR("a - b") : high == NULL ? STR("a + b") : STR("(a + b) / 2");
	if (failed(feel_evaluate(check->arena, text, context, check->run->env, NULL, &value)))
		return FEEL_NULL_VALUE;
	return value;
}

static void take_pieces(struct proof *proof, struct column *column, const struct values *constants)
{
	struct values pieces = { 0 };
	uint8_t kind = constants->count == 0 ? FEEL_NULL : constants->items[0].kind;
	bool ordered = kind == FEEL_NUMBER || kind == FEEL_DATE;
	for (size_t i = 0; i < constants->count; i++) {
		struct feel_value gap = FEEL_NULL_VALUE;
		if (ordered)
			gap = between(proof, i == 0 ? NULL : &constants->items[i - 1], &constants->items[i]);
		if (gap.kind != FEEL_NULL)
			LIST_PUSH(proof->check->arena, &pieces, gap);
		LIST_PUSH(proof->check->arena, &pieces, constants->items[i]);
	}
	if (ordered) {
		struct feel_value last = between(proof, &constants->items[constants->count - 1], NULL);
		if (last.kind != FEEL_NULL)
			LIST_PUSH(proof->check->arena, &pieces, last);
	} else if (kind == FEEL_STRING) {
		LIST_PUSH(proof->check->arena, &pieces, feel_string(STR("something else")));
	} else if (kind == FEEL_BOOLEAN) {
		add_value(proof, &pieces, feel_boolean(true));
		add_value(proof, &pieces, feel_boolean(false));
	}
	column->pieces = pieces.items;
	column->count = pieces.count;
}

/* Keeps the pieces that the allowed values take. */
static struct err keep_allowed(struct proof *proof, struct column *column, const struct cell *allowed)
{
	size_t kept = 0;
	for (size_t i = 0; i < column->count; i++) {
		enum dmn_cell_result result;
		TRY(cell_eval(proof->check->run, allowed, column->pieces[i], FEEL_NULL_VALUE, &result));
		if (result == DMN_CELL_TRUE)
			column->pieces[kept++] = column->pieces[i];
	}
	column->count = kept;
	return OK;
}

static struct err truth_of(struct proof *proof, const struct cell *cell, struct feel_value value, uint8_t *out_truth)
{
	enum dmn_cell_result result;
	bool plain = cell->any || (cell->kind != FEEL_NULL && cell->kind == value.kind);
	if (!plain && feel_program_reads(proof->check->arena, cell->program).count > 0) {
		*out_truth = TRUTH_UNKNOWN;
		return OK;
	}
	TRY(cell_eval(proof->check->run, cell, value, FEEL_NULL_VALUE, &result));
	*out_truth = result == DMN_CELL_TRUE ? TRUTH_YES : TRUTH_NO;
	return OK;
}

static struct err fill_truths(struct proof *proof, size_t index)
{
	struct column *column = &proof->columns[index];
	column->word_count = (column->count + 63) / 64;
	column->truths = ARENA_ARRAY(proof->check->arena, uint8_t, proof->rule_count * column->count + 1);
	column->taken = ARENA_ARRAY(proof->check->arena, uint64_t, proof->rule_count * column->word_count + 1);
	for (size_t r = 0; r < proof->rule_count; r++) {
		for (size_t p = 0; p < column->count; p++) {
			uint8_t *truth = &column->truths[r * column->count + p];
			TRY(truth_of(proof, &proof->check->table->rules[r].cells[index], column->pieces[p], truth));
			if (*truth == TRUTH_YES)
				column->taken[r * column->word_count + p / 64] |= UINT64_C(1) << (p % 64);
		}
	}
	return OK;
}

static struct err make_column(struct proof *proof, size_t index)
{
	const struct table *table = proof->check->table;
	const struct input *input = &table->inputs[index];
	struct column *column = &proof->columns[index];
	struct values constants = { 0 };
	struct cell allowed = { .text = input->allowed_text };
	column->anything = true;
	for (size_t r = 0; r < proof->rule_count; r++) {
		add_constants(proof, &constants, input, &table->rules[r].cells[index]);
		column->anything &= table->rules[r].cells[index].any;
	}
	if (input->allowed != NULL)
		allowed = *input->allowed;
	else if (str_is_empty(allowed.text) || !cell_parse(proof->check->arena, &allowed))
		allowed.kind = FEEL_NULL;
	add_constants(proof, &constants, input, &allowed);
	if (constants.count == 0 && input->type != NULL && input->type->kind == FEEL_TYPE_SIMPLE
			&& input->type->simple == FEEL_BOOLEAN)
		add_value(proof, &constants, feel_boolean(true));
	sort_values(&constants);
	take_pieces(proof, column, &constants);
	if (allowed.kind != FEEL_NULL && !allowed.any)
		TRY(keep_allowed(proof, column, &allowed));
	if (column->anything || column->count == 0) {
		column->pieces = ARENA_NEW(proof->check->arena, struct feel_value);
		column->count = 1;
	}
	return fill_truths(proof, index);
}

static enum truth truth_at(const struct proof *proof, size_t rule, size_t column, size_t piece)
{
	return (enum truth)proof->columns[column].truths[rule * proof->columns[column].count + piece];
}

/* "age = 17, kind = \"wage\"", without the columns that no rule asks about. */
static struct str shown_input(struct proof *proof)
{
	struct table_check *check = proof->check;
	struct buf words = buf_make(check->arena, 4000);
	for (size_t c = 0; c < proof->column_count; c++) {
		if (proof->columns[c].anything)
			continue;
		buf_printf(&words, "%s%.*s = %.*s", words.len == 0 ? "" : ", ", STR_ARG(check->table->inputs[c].label),
			STR_ARG(feel_print_literal(check->arena, proof->columns[c].pieces[proof->chosen[c]])));
	}
	return words.len == 0 ? STR("any input") : buf_str(&words);
}

/* ---- gaps ----------------------------------------------------------------------------------------------------------- */

/* Walks down the columns with the rules that still may take the row. Which rules count depends on the question: for a
 * gap every rule that is not surely out; for "can rule `below` be hit" the plain ones before it that surely are in. */
static bool survives(const struct proof *proof, size_t rule, size_t column, size_t piece)
{
	enum truth truth = truth_at(proof, rule, column, piece);
	return proof->below == proof->rule_count ? truth != TRUTH_NO : truth == TRUTH_YES && proof->exact[rule];
}

static bool takes_all(const struct proof *proof, size_t rule, size_t from)
{
	for (size_t c = from; c < proof->column_count; c++)
		if (!proof->check->table->rules[rule].cells[c].any)
			return false;
	return true;
}

static void search(struct proof *proof, size_t column, const size_t *rules, size_t count)
{
	proof->step_count += count + 1;
	if (proof->step_count > STEPS_MAX) {
		proof->given_up = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (takes_all(proof, rules[i], column))
			return;
	if (column == proof->column_count || count == 0) {
		for (size_t c = column; c < proof->column_count && proof->below == proof->rule_count; c++)
			proof->chosen[c] = 0;
		proof->gap_count++;
		if (proof->below == proof->rule_count)
			table_finding(proof->check, SEVERITY_WARNING, NULL, "no rule takes this input: %.*s", STR_ARG(shown_input(proof)));
		return;
	}
	size_t *left = &proof->left[column * proof->rule_count];
	for (size_t p = 0; p < proof->columns[column].count; p++) {
		size_t left_count = 0, gap_max = proof->below == proof->rule_count ? GAPS_SHOWN : 1;
		if (proof->gap_count >= gap_max || proof->given_up)
			return;
		if (proof->below < proof->rule_count && truth_at(proof, proof->below, column, p) == TRUTH_NO)
			continue;
		proof->chosen[column] = p;
		for (size_t i = 0; i < count; i++)
			if (survives(proof, rules[i], column, p))
				left[left_count++] = rules[i];
		search(proof, column + 1, left, left_count);
	}
}

static void start_search(struct proof *proof, size_t below)
{
	size_t *rules = ARENA_ARRAY(proof->check->arena, size_t, proof->rule_count + 1), count = 0;
	proof->below = below;
	proof->gap_count = 0;
	proof->given_up = proof->cut_off;
	for (; count < below; count++)
		rules[count] = count;
	search(proof, 0, rules, count);
}

/* Two columns that ask the same cannot be chosen apart. */
static bool columns_differ(const struct table *table)
{
	for (size_t i = 0; i < table->input_count; i++)
		for (size_t k = 0; k < i; k++)
			if (str_eq(table->inputs[i].expression.text, table->inputs[k].expression.text))
				return false;
	return true;
}

/* ---- overlaps ---------------------------------------------------------------------------------------------------------- */

static bool overlap(struct proof *proof, size_t a, size_t b)
{
	for (size_t c = 0; c < proof->column_count; c++) {
		const struct column *column = &proof->columns[c];
		const uint64_t *x = &column->taken[a * column->word_count], *y = &column->taken[b * column->word_count];
		size_t w = 0;
		while (w < column->word_count && (x[w] & y[w]) == 0)
			w++;
		if (w == column->word_count)
			return false;
		proof->chosen[c] = w * 64 + (size_t)__builtin_ctzll(x[w] & y[w]);
	}
	return true;
}

static bool outputs_differ(const struct table *table, const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < table->output_count; i++)
		if (a->outputs[i].constant && b->outputs[i].constant && feel_equal(a->outputs[i].value, b->outputs[i].value) != 1)
			return true;
	return false;
}

static void find_overlaps(struct proof *proof)
{
	const struct table *table = proof->check->table;
	size_t shown = 0;
	for (size_t b = 1; b < proof->rule_count; b++) {
		for (size_t a = 0; a < b; a++) {
			bool counts = table->policy == DMN_HIT_UNIQUE || outputs_differ(table, &table->rules[a], &table->rules[b]);
			if (!counts || !overlap(proof, a, b))
				continue;
			if (shown++ == OVERLAPS_SHOWN) {
				table_finding(proof->check, SEVERITY_ERROR, &table->rules[b], "more rules overlap: mend these %d first", OVERLAPS_SHOWN);
				return;
			}
			if (table->policy == DMN_HIT_UNIQUE)
				table_finding(proof->check, SEVERITY_ERROR, &table->rules[b],
					"only one rule may be hit (UNIQUE), but rules %zu and %zu both take %.*s", a + 1, b + 1,
					STR_ARG(shown_input(proof)));
			else
				table_finding(proof->check, SEVERITY_ERROR, &table->rules[b],
					"all rules that are hit must say the same (ANY), but rules %zu and %zu differ for %.*s", a + 1, b + 1,
					STR_ARG(shown_input(proof)));
		}
	}
}

static bool can_be_met(const struct proof *proof, size_t rule)
{
	for (size_t c = 0; c < proof->column_count; c++) {
		bool met = false;
		for (size_t p = 0; p < proof->columns[c].count; p++)
			met |= truth_at(proof, rule, c, p) != TRUTH_NO;
		if (!met && proof->exact[rule])
			return false;
	}
	return true;
}

static void find_dead_rules(struct proof *proof)
{
	const struct table *table = proof->check->table;
	for (size_t r = 0; r < proof->rule_count && !proof->cut_off; r++) {
		if (!can_be_met(proof, r)) {
			table_finding(proof->check, SEVERITY_WARNING, &table->rules[r], "rule %zu can never be hit: no allowed input meets it",
				r + 1);
		} else if (table->policy == DMN_HIT_FIRST && r > 0) {
			start_search(proof, r);
			if (proof->gap_count == 0 && !proof->given_up)
				table_finding(proof->check, SEVERITY_WARNING, &table->rules[r],
					"rule %zu can never be hit: the rules before it take everything that it takes", r + 1);
		}
	}
}

struct err table_prove(struct table_check *check)
{
	const struct table *table = check->table;
	struct proof proof = { .check = check, .column_count = table->input_count, .rule_count = table->rule_count };
	if (table->rule_count > RULES_MAX)
		table_finding(check, SEVERITY_WARNING, NULL, "the table has %zu rules: gaps and overlaps are looked for up to %d",
			table->rule_count, RULES_MAX);
	if (table->rule_count == 0 || table->rule_count > RULES_MAX)
		return OK;
	proof.columns = ARENA_ARRAY(check->arena, struct column, table->input_count + 1);
	proof.chosen = ARENA_ARRAY(check->arena, size_t, table->input_count + 1);
	proof.left = ARENA_ARRAY(check->arena, size_t, table->input_count * table->rule_count + 1);
	uint8_t *exact = ARENA_ARRAY(check->arena, uint8_t, table->rule_count);
	proof.exact = exact;
	for (size_t r = 0; r < table->rule_count; r++) {
		exact[r] = 1;
		for (size_t c = 0; c < table->input_count; c++)
			exact[r] &= table->rules[r].cells[c].any || table->rules[r].cells[c].kind != FEEL_NULL;
	}
	for (size_t c = 0; c < table->input_count; c++)
		TRY(make_column(&proof, c));
	if (!columns_differ(table))
		return OK;
	if (table->policy == DMN_HIT_UNIQUE || table->policy == DMN_HIT_ANY)
		find_overlaps(&proof);
	find_dead_rules(&proof);
	bool single = table->policy == DMN_HIT_UNIQUE || table->policy == DMN_HIT_ANY || table->policy == DMN_HIT_FIRST
		|| table->policy == DMN_HIT_PRIORITY;
	bool dead_given_up = proof.given_up;
	proof.step_count = 0;
	proof.given_up = proof.cut_off;
	if (single && !table->has_fallback)
		start_search(&proof, table->rule_count);
	if (dead_given_up)
		table_finding(check, SEVERITY_WARNING, NULL, "the table is too large to find every rule that can never be hit");
	if (proof.given_up && single && !table->has_fallback)
		table_finding(check, SEVERITY_WARNING, NULL, "the table is too large to prove that it is complete");
	return OK;
}
