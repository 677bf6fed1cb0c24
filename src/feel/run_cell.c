#include "feel/run.h"

/* Unary tests: DMN 1.5, 8.3.3 and 10.3.2.7. The input stands in slot 0 of the frame. */

/* Whether the input is equal to, or contained in, what the cell's expression gave. */
static struct feel_value input_in(struct feel_run *run, struct feel_value input, struct feel_value cell)
{
	if (cell.kind == FEEL_RANGE && input.kind != FEEL_RANGE) return feel_range_contains(cell, input);
	if (cell.kind == FEEL_LIST && !(input.kind == FEEL_LIST && feel_equal(input, cell) == 1)) {
		for (size_t i = 0; i < cell.list.count; i++) {
			if (cell.list.items[i].kind == FEEL_LIST && input.kind != FEEL_LIST) continue;
			struct feel_value inside = input_in(run, input, cell.list.items[i]);
			if (!feel_run_spend(run, 1) || (inside.kind == FEEL_BOOLEAN && inside.boolean)) return inside;
		}
		return feel_boolean(false);
	}
	if (cell.kind == FEEL_BOOLEAN && input.kind != FEEL_BOOLEAN && input.kind != FEEL_NULL) return cell;
	int same = feel_equal(input, cell);
	return same < 0 ? FEEL_NULL_VALUE : feel_boolean(same == 1);
}

/* A range that could not be made leaves the question open; a null that was written is a value. */
static bool is_broken_range(const struct node *cell, struct feel_value value)
{
	return cell->op == NODE_RANGE && value.kind == FEEL_NULL;
}

struct feel_value eval_tests(struct feel_run *run, struct node *const *tests, size_t count, const struct frame *frame)
{
	bool unclear = false;
	for (size_t i = 0; i < count; i++) {
		struct feel_value passed = eval_test(run, tests[i], frame);
		if (passed.kind != FEEL_BOOLEAN) unclear = true;
		else if (passed.boolean) return passed;
	}
	return unclear ? FEEL_NULL_VALUE : feel_boolean(false);
}

static enum node_op comparison_of(enum node_op test)
{
	switch (test) {
	case NODE_TEST_LT: return NODE_LT;
	case NODE_TEST_LE: return NODE_LE;
	case NODE_TEST_GT: return NODE_GT;
	case NODE_TEST_GE: return NODE_GE;
	case NODE_TEST_EQ: return NODE_EQ;
	default: return NODE_NE;
	}
}

struct feel_value eval_test(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	switch ((enum node_op)n->op) {
	case NODE_TEST_ANY: return feel_boolean(true);
	case NODE_TEST_LIST: return eval_tests(run, n->items, n->count, frame);
	case NODE_TEST_NOT: {
		struct feel_value passed = eval_tests(run, n->items, n->count, frame);
		return passed.kind == FEEL_BOOLEAN ? feel_boolean(!passed.boolean) : passed;
	}
	case NODE_TEST_VALUE: {
		struct feel_value cell = eval(run, n->a, frame);
		return is_broken_range(n->a, cell) ? FEEL_NULL_VALUE : input_in(run, frame->slots[0], cell);
	}
	case NODE_TEST_MATCH: {
		struct feel_value passed = eval(run, n->a, frame);
		return passed.kind == FEEL_BOOLEAN ? passed : input_in(run, frame->slots[0], passed);
	}
	default: return eval_comparison(run, n, comparison_of(n->op), frame->slots[0], eval(run, n->a, frame));
	}
}
