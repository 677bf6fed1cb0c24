/* An index over one column of a large decision table, so that a table of thousands of rules need not be read from top to
 * bottom. The constants of the column cut its values into classes: each constant, and each gap between two; a class knows
 * the rules whose cell can hold for its values. Only a sieve: what it lets through is tested as without it, in the order
 * of the rules. With a trace every rule is tried, for the receipt tells of every one. */
#include "dmn/inside.h"

#include <stdlib.h>
#include <string.h>

enum {
	INDEX_RULE_COUNT_MIN = 32,       /* below, reading the table is as quick */
	INDEX_FILL_MAX = 16,             /* places in classes, for each rule; wide ranges that overlap are not worth more */
	INDEX_GAIN_MIN = 2,              /* a column that leaves more than half of the rules is none */
};

struct span { size_t from, to; };    /* classes, both inclusive; from > to: none */
struct column {
	struct arena *arena;
	const struct table *table;
	size_t input;
	struct table_index *index;
	size_t place_count, always_count;
};

static bool is_ordered(uint8_t kind) { return kind == FEEL_NUMBER || kind == FEEL_STRING || kind == FEEL_DATE; }

static bool is_sorted_out(const struct column *column, const struct cell *cell)
{
	return !cell->any && !cell->negated && cell->kind == column->index->kind;
}

static int compare_points(const void *a, const void *b)
{
	bool comparable;
	return feel_compare(*(const struct feel_value *)a, *(const struct feel_value *)b, &comparable);
}

/* The class of a value: 2i for the gap below point i, 2i + 1 for the point itself. */
static size_t class_of(const struct table_index *index, struct feel_value value)
{
	size_t low = 0, high = index->point_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_points(&index->points[middle], &value);
		if (order == 0)
			return 2 * middle + 1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 2 * low;
}

static struct span span_of(const struct table_index *index, const struct cell_test *test)
{
	size_t point = class_of(index, test->low), last = 2 * index->point_count;
	switch (test->op) {
	case CELL_LESS: return (struct span){ 0, point - 1 };
	case CELL_LESS_EQUAL: return (struct span){ 0, point };
	case CELL_GREATER: return (struct span){ point + 1, last };
	case CELL_GREATER_EQUAL: return (struct span){ point, last };
	case CELL_RANGE:
		return (struct span){ point + test->low_open, class_of(index, test->high) - test->high_open };
	default: return (struct span){ point, point };
	}
}

/* ---- building ---------------------------------------------------------------------------------------------------- */

static void collect_points(struct column *column)
{
	struct { LIST_OF(struct feel_value); } points = { 0 };
	struct table_index *index = column->index;
	for (size_t r = 0; r < column->table->rule_count; r++) {
		const struct cell *cell = &column->table->rules[r].cells[column->input];
		if (!is_sorted_out(column, cell)) {
			column->always_count++;
			continue;
		}
		for (size_t i = 0; i < cell->test_count; i++) {
			LIST_PUSH(column->arena, &points, cell->tests[i].low);
			if (cell->tests[i].op == CELL_RANGE)
				LIST_PUSH(column->arena, &points, cell->tests[i].high);
		}
	}
	if (points.count == 0)
		return;
	qsort(points.items, points.count, sizeof *points.items, compare_points);
	size_t kept = 1;
	for (size_t i = 1; i < points.count; i++)
		if (compare_points(&points.items[kept - 1], &points.items[i]) != 0)
			points.items[kept++] = points.items[i];
	index->points = points.items;
	index->point_count = kept;
}

/* Passes over all sorted cells: first counts (rules NULL), then fills. False when the classes would hold too much. */
static bool sort_rules(struct column *column, uint32_t *ends, uint32_t *rules)
{
	struct table_index *index = column->index;
	size_t class_count = 2 * index->point_count + 1, limit = column->table->rule_count * INDEX_FILL_MAX;
	uint32_t *seen = ARENA_ARRAY(column->arena, uint32_t, class_count);    /* rule + 1 that the class took last */
	for (size_t r = 0; r < column->table->rule_count; r++) {
		const struct cell *cell = &column->table->rules[r].cells[column->input];
		for (size_t i = 0; is_sorted_out(column, cell) && i < cell->test_count; i++) {
			struct span span = span_of(index, &cell->tests[i]);
			for (size_t c = span.from; c <= span.to && c < class_count; c++) {
				if (seen[c] == r + 1)
					continue;
				seen[c] = (uint32_t)r + 1;
				if (rules)
					rules[ends[c]++] = (uint32_t)r;
				else if (ends[c]++, ++column->place_count > limit)
					return false;
			}
		}
	}
	return true;
}

static void fill(struct column *column, uint32_t *counts)
{
	struct table_index *index = column->index;
	size_t class_count = 2 * index->point_count + 1;
	uint32_t *starts = ARENA_ARRAY(column->arena, uint32_t, class_count + 1), *rules = ARENA_ARRAY(column->arena, uint32_t,
		column->place_count + 1), *always = ARENA_ARRAY(column->arena, uint32_t, column->always_count + 1);
	for (size_t c = 0; c < class_count; c++)
		starts[c + 1] = starts[c] + counts[c];
	memcpy(counts, starts, class_count * sizeof *counts);      /* from now on where the next one goes */
	sort_rules(column, counts, rules);
	for (size_t r = 0; r < column->table->rule_count; r++)
		if (!is_sorted_out(column, &column->table->rules[r].cells[column->input]))
			always[index->always_count++] = (uint32_t)r;
	index->starts = starts;
	index->rules = rules;
	index->always = always;
}

/* The kind of most constants of the column; FEEL_NULL when there are none that have an order. */
static uint8_t kind_of(const struct table *table, size_t input)
{
	size_t counts[FEEL_KIND_COUNT] = { 0 };
	uint8_t best = FEEL_NULL;
	for (size_t r = 0; r < table->rule_count; r++) {
		uint8_t kind = table->rules[r].cells[input].any ? FEEL_NULL : table->rules[r].cells[input].kind;
		if (is_ordered(kind) && ++counts[kind] > counts[best])
			best = kind;
	}
	return best;
}

/* Rules that a look at the column leaves to be tested, in the mean over its constants. */
static size_t mean_left(const struct column *column)
{
	return column->always_count + column->place_count / (column->index->point_count + 1);
}

const struct table_index *index_make(struct arena *arena, const struct table *table)
{
	const struct table_index *best = NULL;
	size_t best_left = table->rule_count / INDEX_GAIN_MIN;
	if (table->rule_count < INDEX_RULE_COUNT_MIN || table->rule_count >= UINT32_MAX)
		return NULL;
	for (size_t i = 0; i < table->input_count; i++) {
		struct table_index *index = ARENA_NEW(arena, struct table_index);
		struct column column = { .arena = arena, .table = table, .input = i, .index = index };
		index->input = i;
		index->kind = kind_of(table, i);
		if (index->kind == FEEL_NULL)
			continue;
		collect_points(&column);
		uint32_t *counts = ARENA_ARRAY(arena, uint32_t, 2 * index->point_count + 1);
		if (column.always_count > best_left || !sort_rules(&column, counts, NULL) || mean_left(&column) > best_left)
			continue;
		fill(&column, counts);
		best_left = mean_left(&column);
		best = index;
	}
	return best;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

struct candidates index_ask(const struct table_index *index, const struct feel_value *inputs)
{
	if (index == NULL || inputs[index->input].kind != index->kind)
		return (struct candidates){ .all = true };
	size_t c = class_of(index, inputs[index->input]);
	return (struct candidates){ .some = index->rules + index->starts[c], .some_count = index->starts[c + 1] - index->starts[c],
		.always = index->always, .always_count = index->always_count };
}

bool candidates_next(struct candidates *candidates, size_t rule_count, size_t *out_rule)
{
	if (candidates->all) {
		*out_rule = candidates->next++;
		return *out_rule < rule_count;
	}
	bool some = candidates->some_count > 0, always = candidates->always_count > 0;
	if (!some && !always)
		return false;
	if (some && (!always || *candidates->some < *candidates->always)) {
		*out_rule = *candidates->some++;
		candidates->some_count--;
	} else {
		*out_rule = *candidates->always++;
		candidates->always_count--;
	}
	return true;
}
