#include "feel/run.h"

#include <stdlib.h>

/* Filters, for, some, every. */

struct values { LIST_OF(struct feel_value); };

static struct feel_value list_value(const struct values *values)
{
	return (struct feel_value){ .kind = FEEL_LIST, .list = { values->items, values->count } };
}

/* ---- filters ---------------------------------------------------------------------------------------- */

static struct feel_value item_at(struct feel_run *run, const struct node *n, struct feel_list list, struct feel_value index)
{
	int64_t at;
	if (!feel_to_i64(index, &at)) return run_null(run, n, "a list's index is a whole number");
	if (at > 0 && (uint64_t)at <= list.count) return list.items[at - 1];
	if (at < 0 && (uint64_t)0 - (uint64_t)at <= list.count) return list.items[list.count - ((uint64_t)0 - (uint64_t)at)];
	return run_null(run, n, "the list of %zu has no item %lld", list.count, (long long)at);
}

static struct feel_value eval_for_item(struct feel_run *run, const struct node *n, const struct frame *outer,
	struct feel_value item)
{
	struct frame on_stack = { outer, &item };
	return eval(run, n->b, frame_keep(run, &on_stack, 1, n->captured));
}

struct feel_value eval_filter(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct feel_value a = eval(run, n->a, frame);
	struct feel_list list = a.kind == FEEL_LIST ? a.list : (struct feel_list){ &a, a.kind == FEEL_NULL ? 0 : 1 };
	if (n->b->op == NODE_LITERAL && n->b->literal.kind == FEEL_NUMBER) return item_at(run, n, list, n->b->literal);
	struct values kept = { 0 };
	if (list.count == 0) {
		struct report *notes = run->notes;
		run->notes = NULL;      /* only the kind of the answer matters */
		struct feel_value index = eval_for_item(run, n, frame, FEEL_NULL_VALUE);
		run->notes = notes;
		if (index.kind == FEEL_NUMBER) return item_at(run, n, list, index);
		return a.kind == FEEL_NULL ? a : list_value(&kept);
	}
	for (size_t i = 0; i < list.count; i++) {
		struct feel_value keep = eval_for_item(run, n, frame, list.items[i]);
		if (run->stopped) return FEEL_NULL_VALUE;
		if (keep.kind == FEEL_NUMBER && i == 0) return item_at(run, n, list, keep);
		if (keep.kind == FEEL_BOOLEAN && keep.boolean) LIST_PUSH(run->arena, &kept, list.items[i]);
		else if (keep.kind != FEEL_BOOLEAN && keep.kind != FEEL_NULL)
			return run_null(run, n, "a filter gives true, false or an index, not a %s", feel_kind_name(keep.kind));
	}
	return list_value(&kept);
}

/* ---- iteration -------------------------------------------------------------------------------------- */

/* What the body of a loop gives goes here; false ends the loop. */
struct loop {
	struct feel_run *run;
	const struct node *n;
	struct frame frame;
	size_t first_slot, slot_count;
	struct values results;         /* FOR */
	bool unclear, decided, broken; /* SOME, EVERY; broken: a domain was no list */
};

static bool loop_over(struct loop *loop, size_t index);

static bool body(struct loop *loop)
{
	const struct node *n = loop->n;
	if (n->op == NODE_FOR) loop->frame.slots[0] = list_value(&loop->results);
	struct feel_value value = eval(loop->run, n->a, frame_keep(loop->run, &loop->frame, loop->slot_count, n->captured));
	if (loop->run->stopped) return false;
	if (n->op == NODE_FOR) {
		LIST_PUSH(loop->run->arena, &loop->results, value);
		return true;
	}
	if (value.kind != FEEL_BOOLEAN) loop->unclear = true;
	else if (value.boolean == (n->op == NODE_SOME)) loop->decided = true;
	return !loop->decided;
}

static bool step(struct loop *loop, size_t index, struct feel_value item)
{
	loop->frame.slots[loop->first_slot + index] = item;
	if (!feel_run_spend(loop->run, 1)) return false;
	return index + 1 < loop->n->count ? loop_over(loop, index + 1) : body(loop);
}

static bool broken(struct loop *loop, const char *words)
{
	run_null(loop->run, loop->n, "%s", words);
	loop->broken = true;
	return false;
}

static bool loop_numbers(struct loop *loop, size_t index, int64_t from, int64_t to)
{
	for (int64_t i = from; from <= to ? i <= to : i >= to; i += from <= to ? 1 : -1) {
		if (!step(loop, index, feel_number_i64(i))) return false;
		if (i == INT64_MAX || i == INT64_MIN) break;
	}
	return true;
}

static bool loop_dates(struct loop *loop, size_t index, struct date from, struct date to)
{
	int64_t a = date_to_days(from), b = date_to_days(to);
	for (int64_t i = a; a <= b ? i <= b : i >= b; i += a <= b ? 1 : -1)
		if (!step(loop, index, feel_date(date_from_days(i)))) return false;
	return true;
}

static bool loop_between(struct loop *loop, size_t index, struct feel_value from, struct feel_value to)
{
	int64_t a, b;
	if (feel_to_i64(from, &a) && feel_to_i64(to, &b)) return loop_numbers(loop, index, a, b);
	if (from.kind == FEEL_DATE && to.kind == FEEL_DATE) return loop_dates(loop, index, from.date, to.date);
	return broken(loop, "an iteration runs between whole numbers or dates");
}

/* A range as a list: whole numbers or dates, open ends left out; never backwards. */
static bool loop_range(struct loop *loop, size_t index, const struct feel_range *range)
{
	int64_t a, b;
	if (!range->start || !range->end) return broken(loop, "an iteration needs a range with two ends");
	if (feel_to_i64(*range->start, &a) && feel_to_i64(*range->end, &b)) {
		if (range->start_open && a < INT64_MAX) a++;
		if (range->end_open && b > INT64_MIN) b--;
		return a > b || loop_numbers(loop, index, a, b);
	}
	if (range->start->kind != FEEL_DATE || range->end->kind != FEEL_DATE)
		return broken(loop, "an iteration runs over a range of whole numbers or dates");
	a = date_to_days(range->start->date) + range->start_open;
	b = date_to_days(range->end->date) - range->end_open;
	return a > b || loop_dates(loop, index, date_from_days(a), date_from_days(b));
}

static bool loop_over(struct loop *loop, size_t index)
{
	const struct node_iterator *it = &loop->n->iterators[index];
	struct feel_run *run = loop->run;
	const struct frame *frame = frame_keep(run, &loop->frame, loop->slot_count, loop->n->captured);
	struct feel_value domain = eval(run, it->from, frame);
	if (run->stopped) return false;
	if (it->to) return loop_between(loop, index, domain, eval(run, it->to, frame));
	if (domain.kind == FEEL_RANGE) return loop_range(loop, index, domain.range);
	if (domain.kind == FEEL_NULL) return broken(loop, "an iteration runs over a list, not null");
	if (domain.kind != FEEL_LIST) return step(loop, index, domain);
	for (size_t i = 0; i < domain.list.count; i++)
		if (!step(loop, index, domain.list.items[i])) return false;
	return true;
}

static void loop_run(struct loop *loop, struct feel_run *run, const struct node *n, const struct frame *outer)
{
	loop->run = run;
	loop->n = n;
	loop->first_slot = n->op == NODE_FOR ? 1 : 0;
	loop->slot_count = n->count + loop->first_slot;
	loop->frame.outer = outer;
	loop->frame.slots = ARENA_ARRAY(run->arena, struct feel_value, loop->slot_count);
	loop_over(loop, 0);
}

struct feel_value eval_for(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct loop loop = { .run = run };
	loop_run(&loop, run, n, frame);
	return loop.broken || run->stopped ? FEEL_NULL_VALUE : list_value(&loop.results);
}

struct feel_value eval_quantified(struct feel_run *run, const struct node *n, const struct frame *frame)
{
	struct loop loop = { .run = run };
	loop_run(&loop, run, n, frame);
	if (loop.broken || run->stopped) return FEEL_NULL_VALUE;
	if (loop.decided) return feel_boolean(n->op == NODE_SOME);
	return loop.unclear ? FEEL_NULL_VALUE : feel_boolean(n->op == NODE_EVERY);
}
