#include "feel/run.h"

#include <string.h>

/* Arithmetic, comparison, three-valued logic, members. */

static bool is_temporal(struct feel_value v)
{
	return v.kind >= FEEL_DATE && v.kind <= FEEL_MONTHS_DURATION;
}

static struct feel_value join_strings(struct feel_run *run, const struct node *n, struct str a, struct str b)
{
	if (b.len == 0) return feel_string(a);
	if (a.len == 0) return feel_string(b);
	if (a.len + b.len > FEEL_RUN_BYTES_MAX) return run_null(run, n, "the text grows too long");
	return feel_string(str_join(run->arena, a, b));
}

static struct feel_value reckon(struct feel_run *run, const struct node *n, struct feel_num a, struct feel_num b)
{
	struct feel_num result;
	bool fits = false;
	switch ((enum node_op)n->op) {
	case NODE_ADD: fits = num_add(a, b, &result); break;
	case NODE_SUB: fits = num_sub(a, b, &result); break;
	case NODE_MUL: fits = num_mul(a, b, &result); break;
	case NODE_DIV: fits = num_div(a, b, &result); break;
	case NODE_POW: fits = num_pow(a, b, &result); break;
	default: break;
	}
	if (fits) return feel_number(result);
	if (n->op == NODE_DIV && num_cmp(b, num_from_i64(0)) == 0) return run_null(run, n, "division by zero");
	return run_null(run, n, "the result is no number of 34 digits");
}

static struct feel_value reckon_temporal(struct feel_run *run, const struct node *n, struct feel_value a, struct feel_value b)
{
	switch ((enum node_op)n->op) {
	case NODE_ADD: return temporal_add(run->arena, a, b);
	case NODE_SUB: return temporal_sub(run->arena, a, b);
	case NODE_MUL: return temporal_mul(run->arena, a, b);
	case NODE_DIV: return temporal_div(run->arena, a, b);
	default: return FEEL_NULL_VALUE;
	}
}

static const char *operator_sign(enum node_op op)
{
	switch (op) {
	case NODE_ADD: return "+";
	case NODE_SUB: case NODE_NEG: return "-";
	case NODE_MUL: return "*";
	case NODE_DIV: return "/";
	case NODE_POW: return "**";
	default: return "?";
	}
}

static struct feel_value negate(struct feel_run *run, const struct node *n, struct feel_value a)
{
	if (a.kind == FEEL_NUMBER) return feel_number(num_neg(a.number));
	if (a.kind == FEEL_DAYS_DURATION || a.kind == FEEL_MONTHS_DURATION)
		return temporal_mul(run->arena, a, feel_number_i64(-1));
	return run_null(run, n, "a %s has no negative", feel_kind_name(a.kind));
}

struct feel_value eval_operator(struct feel_run *run, const struct node *n, struct feel_value a, struct feel_value b)
{
	if (n->op == NODE_NEG) return negate(run, n, a);
	if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER) return reckon(run, n, a.number, b.number);
	if (n->op == NODE_ADD && a.kind == FEEL_STRING && b.kind == FEEL_STRING) return join_strings(run, n, a.string, b.string);
	struct feel_value result = FEEL_NULL_VALUE;
	if (is_temporal(a) || is_temporal(b)) result = reckon_temporal(run, n, a, b);
	if (result.kind != FEEL_NULL) return result;
	return run_null(run, n, "%s %s %s gives nothing", feel_kind_name(a.kind), operator_sign(n->op), feel_kind_name(b.kind));
}

static bool holds(enum node_op op, int order)
{
	switch (op) {
	case NODE_LT: return order < 0;
	case NODE_LE: return order <= 0;
	case NODE_GT: return order > 0;
	default: return order >= 0;
	}
}

struct feel_value eval_comparison(struct feel_run *run, const struct node *n, enum node_op op, struct feel_value a,
	struct feel_value b)
{
	if (op == NODE_EQ || op == NODE_NE) {
		int same = feel_equal(a, b);
		if (same >= 0) return feel_boolean((same == 1) == (op == NODE_EQ));
	} else {
		bool comparable;
		int order = feel_compare(a, b, &comparable);
		if (comparable) return feel_boolean(holds(op, order));
		/* e1 <= e2 stands for e1 < e2 or e1 = e2: null <= null, true >= true */
		if ((op == NODE_LE || op == NODE_GE) && feel_equal(a, b) == 1) return feel_boolean(true);
	}
	return run_null(run, n, "%s and %s cannot be compared", feel_kind_name(a.kind), feel_kind_name(b.kind));
}

/* 1 true, 0 false, -1 anything else. */
static int truth(struct feel_value v)
{
	return v.kind == FEEL_BOOLEAN ? v.boolean : -1;
}

static struct feel_value from_truth(int t)
{
	return t < 0 ? FEEL_NULL_VALUE : feel_boolean(t == 1);
}

static struct feel_value eval_between(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_value x = eval(run, n->a, frame), low = eval(run, n->b, frame), high = eval(run, n->c, frame);
	if (x.kind == FEEL_NULL || low.kind == FEEL_NULL || high.kind == FEEL_NULL)
		return run_null(run, n, "between needs three values, and one is null");
	int above = truth(eval_comparison(run, n, NODE_GE, x, low)), below = truth(eval_comparison(run, n, NODE_LE, x, high));
	if (above < 0 || below < 0) return FEEL_NULL_VALUE;
	return feel_boolean(above && below);
}

/* The value that decides alone: false for and, true for or. */
struct feel_value eval_logic(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	if (n->op == NODE_BETWEEN) return eval_between(run, n, frame);
	int decisive = n->op == NODE_OR;
	int a = truth(eval(run, n->a, frame));
	if (a == decisive) return feel_boolean(decisive);
	int b = truth(eval(run, n->b, frame));
	if (b == decisive) return feel_boolean(decisive);
	return from_truth(a < 0 || b < 0 ? -1 : !decisive);
}

static struct feel_value range_member(struct feel_run *run, const struct node *n, const struct feel_range *range)
{
	if (str_eq(n->member, STR("start"))) return range->start ? *range->start : FEEL_NULL_VALUE;
	if (str_eq(n->member, STR("end"))) return range->end ? *range->end : FEEL_NULL_VALUE;
	if (str_eq(n->member, STR("start included"))) return feel_boolean(range->start && !range->start_open);
	if (str_eq(n->member, STR("end included"))) return feel_boolean(range->end && !range->end_open);
	return run_null(run, n, "a range has no \"%.*s\"", STR_ARG(n->member));
}

static struct feel_value list_members(struct feel_run *run, const struct node *n, struct feel_list list)
{
	struct feel_value *items = ARENA_ARRAY(run->arena, struct feel_value, list.count);
	if (!feel_run_spend(run, list.count)) return FEEL_NULL_VALUE;
	for (size_t i = 0; i < list.count; i++)
		items[i] = list.items[i].kind == FEEL_LIST ? FEEL_NULL_VALUE : eval_path(run, n, list.items[i]);
	return (struct feel_value){ .kind = FEEL_LIST, .list = { items, list.count } };
}

struct feel_value eval_path(struct feel_run *run, const struct node *n, struct feel_value a)
{
	struct feel_value member;
	switch ((enum feel_kind)a.kind) {
	case FEEL_CONTEXT:
		for (size_t i = 0; i < a.context.count; i++)
			if (str_eq(a.context.entries[i].key, n->member)) return a.context.entries[i].value;
		return run_null(run, n, "the context has no \"%.*s\"", STR_ARG(n->member));
	case FEEL_LIST: return list_members(run, n, a.list);
	case FEEL_RANGE: return range_member(run, n, a.range);
	case FEEL_NULL: return run_null(run, n, "null has no \"%.*s\"", STR_ARG(n->member));
	default: break;
	}
	member = is_temporal(a) ? temporal_member(run->arena, a, n->member) : FEEL_NULL_VALUE;
	if (member.kind != FEEL_NULL) return member;
	return run_null(run, n, "a %s has no \"%.*s\"", feel_kind_name(a.kind), STR_ARG(n->member));
}
