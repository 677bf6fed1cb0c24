/* Truth values: not, all, any, is (DMN 1.5 tables 73, 75 and 80). */
#include "feel/library.h"

static struct feel_value call_not(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]);
	return v.kind == FEEL_BOOLEAN ? feel_boolean(!v.boolean) : argument_wrong(run, args, 0, "a boolean");
}

/* `decisive` anywhere decides; without it, an item that is no boolean makes the result unknown. */
static struct feel_value quantified(struct feel_run *run, const struct feel_value *args, size_t count, bool decisive)
{
	struct feel_list items;
	size_t unknown = 0;
	if (!argument_items(args, count, &items)) {
		feel_run_note(run, "the argument must be a list of booleans");
		return FEEL_NULL_VALUE;
	}
	if (!feel_run_spend(run, items.count)) return FEEL_NULL_VALUE;
	for (size_t i = 0; i < items.count; i++) {
		if (items.items[i].kind != FEEL_BOOLEAN) unknown++;
		else if (items.items[i].boolean == decisive) return feel_boolean(decisive);
	}
	if (unknown == 0) return feel_boolean(!decisive);
	feel_run_note(run, "an item of the list is not a boolean");
	return FEEL_NULL_VALUE;
}

static struct feel_value call_all(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return quantified(run, args, count, false);
}

static struct feel_value call_any(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return quantified(run, args, count, true);
}

static bool same_zone(struct feel_zone a, struct feel_zone b)
{
	if (a.kind != b.kind) return false;
	if (a.kind == FEEL_ZONE_OFFSET) return a.offset_s == b.offset_s;
	return a.kind == FEEL_ZONE_NONE || str_eq(a.name, b.name);
}

/* The same element of the semantic domain: two moments that are equal, but written with other zones, are not. */
static struct feel_value call_is(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)run, (void)count;
	struct feel_value a = args[0], b = args[1];
	if (a.kind != b.kind) return feel_boolean(false);
	if (a.kind == FEEL_TIME) return feel_boolean(a.time->ns == b.time->ns && same_zone(a.time->zone, b.time->zone));
	if (a.kind == FEEL_DATE_TIME) {
		const struct feel_date_time *x = a.date_time, *y = b.date_time;
		bool same = date_cmp(x->date, y->date) == 0 && x->time.ns == y->time.ns;
		return feel_boolean(same && same_zone(x->time.zone, y->time.zone));
	}
	return feel_boolean(feel_equal(a, b) == 1);
}

static const struct builtin rows[] = {
	{ "not", "negand", call_not, false },
	{ "all", "list", call_all, false },
	{ "all", "...", call_all, false },
	{ "any", "list", call_any, false },
	{ "any", "...", call_any, false },
	{ "and", "list", call_all, true },
	{ "and", "...", call_all, true },
	{ "or", "list", call_any, true },
	{ "or", "...", call_any, true },
	{ "is", "value1, value2?", call_is, false },
	{ "is", "value1?, value2", call_is, false },
};
const struct builtin_table builtins_boolean = TABLE_OF(rows);
