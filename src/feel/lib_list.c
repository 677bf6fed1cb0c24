/* Lists: DMN 1.5 table 75. Positions count from 1, negative ones from the end. */
#include "feel/library.h"

#include <string.h>

enum { FLATTEN_DEPTH_MAX = FEEL_DEPTH_MAX };

static struct feel_value list_of(struct feel_list list)
{
	return (struct feel_value){ .kind = FEEL_LIST, .list = list };
}

static bool take_list(struct feel_run *run, const struct feel_value *args, size_t index, struct feel_list *out)
{
	if (!argument_list(&args[index], out)) {
		argument_wrong(run, args, index, "a list");
		return false;
	}
	return feel_run_spend(run, out->count);
}

static struct feel_value position_refused(struct feel_run *run, size_t count)
{
	feel_run_note(run, "the position must be a number from 1 or -1 within the %zu items of the list", count);
	return FEEL_NULL_VALUE;
}

static struct feel_value *copy_with_room(struct feel_run *run, struct feel_list list, size_t more)
{
	struct feel_value *items = ARENA_ARRAY(feel_run_arena(run), struct feel_value, list.count + more);
	if (list.count > 0) memcpy(items, list.items, list.count * sizeof *items);
	return items;
}

static struct feel_value call_list_contains(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	for (size_t i = 0; i < list.count; i++) {
		if (feel_equal(list.items[i], args[1]) == 1) return feel_boolean(true);
	}
	return feel_boolean(false);
}

static struct feel_value call_count(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list list;
	if (!argument_items(args, count, &list)) return argument_wrong(run, args, 0, "a list");
	return feel_number_i64((int64_t)list.count);
}

/* wanted: -1 for the least item, 1 for the greatest. */
static struct feel_value extreme(struct feel_run *run, const struct feel_value *args, size_t count, int wanted)
{
	struct feel_list list;
	if (!argument_items(args, count, &list) || list.count == 0 || !feel_run_spend(run, list.count)) return FEEL_NULL_VALUE;
	struct feel_value best = list.items[0];
	for (size_t i = 0; i < list.count; i++) {
		bool comparable;
		int order = feel_compare(list.items[i], best, &comparable);
		if (!comparable || list.items[i].kind == FEEL_NULL) {
			feel_run_note(run, "item %zu of the list cannot be compared with the others", i + 1);
			return FEEL_NULL_VALUE;
		}
		if (wanted < 0 ? order < 0 : order > 0) best = list.items[i];
	}
	return best;
}

static struct feel_value call_min(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return extreme(run, args, count, -1);
}

static struct feel_value call_max(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return extreme(run, args, count, 1);
}

static struct feel_value call_sublist(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list list;
	size_t start;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	if (!argument_position(args[1], list.count, &start)) return position_refused(run, list.count);
	int64_t length = (int64_t)(list.count - start);
	bool given = count > 2 && args[2].kind != FEEL_NULL;
	if (given && (!argument_integer(args[2], &length) || length < 1 || (uint64_t)length > list.count - start)) {
		feel_run_note(run, "the length must be 1 to %zu", list.count - start);
		return FEEL_NULL_VALUE;
	}
	return list_of((struct feel_list){ list.items + start, (size_t)length });
}

static struct feel_value call_append(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list list;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	struct feel_value *items = copy_with_room(run, list, count - 1);
	for (size_t i = 1; i < count; i++) items[list.count + i - 1] = args[i];
	return list_of((struct feel_list){ items, list.count + count - 1 });
}

/* Of all arguments; with `distinct`, equal items only once. */
static bool add_distinct(struct feel_run *run, struct list_builder *out, struct feel_value item)
{
	if (!feel_run_spend(run, out->count + 1)) return false;
	for (size_t i = 0; i < out->count; i++) {
		if (feel_equal(out->items[i], item) == 1) return true;
	}
	LIST_PUSH(feel_run_arena(run), out, item);
	return true;
}

static struct feel_value joined(struct feel_run *run, const struct feel_value *args, size_t count, bool distinct)
{
	struct list_builder out = { 0 };
	struct feel_list list;
	for (size_t i = 0; i < count; i++) {
		if (!take_list(run, args, i, &list)) return FEEL_NULL_VALUE;
		for (size_t k = 0; k < list.count; k++) {
			if (!distinct) LIST_PUSH(feel_run_arena(run), &out, list.items[k]);
			else if (!add_distinct(run, &out, list.items[k])) return FEEL_NULL_VALUE;
		}
	}
	return count == 0 ? FEEL_NULL_VALUE : list_value(&out);
}

static struct feel_value call_concatenate(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return joined(run, args, count, false);
}

static struct feel_value call_union(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return joined(run, args, count, true);
}

static struct feel_value call_distinct_values(struct feel_run *run, const struct feel_value *args, size_t count)
{
	return joined(run, args, count, true);
}

static struct feel_value call_insert_before(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	size_t at;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	if (!argument_position(args[1], list.count, &at)) return position_refused(run, list.count);
	struct feel_value *items = copy_with_room(run, list, 1);
	memmove(items + at + 1, items + at, (list.count - at) * sizeof *items);
	items[at] = args[2];
	return list_of((struct feel_list){ items, list.count + 1 });
}

static struct feel_value call_remove(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	size_t at;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	if (!argument_position(args[1], list.count, &at)) return position_refused(run, list.count);
	struct feel_value *items = copy_with_room(run, list, 0);
	memmove(items + at, items + at + 1, (list.count - at - 1) * sizeof *items);
	return list_of((struct feel_list){ items, list.count - 1 });
}

static struct feel_value call_reverse(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	struct feel_value *items = copy_with_room(run, list, 0);
	for (size_t i = 0; i < list.count; i++) items[i] = list.items[list.count - 1 - i];
	return list_of((struct feel_list){ items, list.count });
}

static struct feel_value call_index_of(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	struct list_builder found = { 0 };
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	for (size_t i = 0; i < list.count; i++) {
		if (feel_equal(list.items[i], args[1]) == 1) LIST_PUSH(feel_run_arena(run), &found, feel_number_i64((int64_t)i + 1));
	}
	return list_value(&found);
}

static bool flatten_into(struct feel_run *run, struct feel_list list, int depth, struct list_builder *out)
{
	if (depth > FLATTEN_DEPTH_MAX || !feel_run_spend(run, list.count)) return false;
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].kind != FEEL_LIST) LIST_PUSH(feel_run_arena(run), out, list.items[i]);
		else if (!flatten_into(run, list.items[i].list, depth + 1, out)) return false;
	}
	return true;
}

static struct feel_value call_flatten(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	struct list_builder out = { 0 };
	if (!take_list(run, args, 0, &list) || !flatten_into(run, list, 0, &out)) return FEEL_NULL_VALUE;
	return list_value(&out);
}

/* ---- sorting and replacing with functions ------------------------------------------------------------- */

static bool function_precedes(struct feel_run *run, void *data, struct feel_value b, struct feel_value a, bool *out_before)
{
	struct feel_value pair[] = { b, a };
	struct feel_value answer = feel_run_call(run, *(struct feel_value *)data, pair, 2);
	if (answer.kind != FEEL_BOOLEAN) return false;
	*out_before = answer.boolean;
	return true;
}

static bool value_precedes(struct feel_run *run, void *data, struct feel_value b, struct feel_value a, bool *out_before)
{
	(void)run, (void)data;
	bool comparable;
	*out_before = feel_compare(b, a, &comparable) < 0;
	return comparable;
}

static struct feel_value call_sort(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list list;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	if (count > 1 && args[1].kind != FEEL_FUNCTION) return argument_wrong(run, args, 1, "a function");
	struct feel_value *items = copy_with_room(run, list, 0), precedes = count > 1 ? args[1] : FEEL_NULL_VALUE;
	if (!list_sort(run, items, list.count, count > 1 ? function_precedes : value_precedes, &precedes)) {
		feel_run_note(run, "the items of the list cannot be put in order");
		return FEEL_NULL_VALUE;
	}
	return list_of((struct feel_list){ items, list.count });
}

static struct feel_value replace_matches(struct feel_run *run, struct feel_value *items, size_t count,
	const struct feel_value *args)
{
	for (size_t i = 0; i < count; i++) {
		struct feel_value pair[] = { items[i], args[2] };
		struct feel_value answer = feel_run_call(run, args[1], pair, 2);
		if (answer.kind != FEEL_BOOLEAN) {
			feel_run_note(run, "the function for item %zu must give true or false", i + 1);
			return FEEL_NULL_VALUE;
		}
		if (answer.boolean) items[i] = args[2];
	}
	return list_of((struct feel_list){ items, count });
}

static struct feel_value call_list_replace(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	size_t at;
	if (!take_list(run, args, 0, &list)) return FEEL_NULL_VALUE;
	struct feel_value *items = copy_with_room(run, list, 0);
	if (args[1].kind == FEEL_FUNCTION) return replace_matches(run, items, list.count, args);
	if (!argument_position(args[1], list.count, &at)) return position_refused(run, list.count);
	items[at] = args[2];
	return list_of((struct feel_list){ items, list.count });
}

static const struct builtin rows[] = {
	{ "list contains", "list, element", call_list_contains, false },
	{ "count", "list", call_count, false },
	{ "count", "...", call_count, true },
	{ "min", "list", call_min, false },
	{ "min", "...", call_min, false },
	{ "max", "list", call_max, false },
	{ "max", "...", call_max, false },
	{ "sublist", "list, start position", call_sublist, false },
	{ "sublist", "list, start position, length", call_sublist, false },
	{ "append", "list, item", call_append, false },
	{ "append", "list, item, ...", call_append, false },
	{ "concatenate", "...", call_concatenate, false },
	{ "union", "...", call_union, false },
	{ "distinct values", "list", call_distinct_values, false },
	{ "insert before", "list, position, newItem", call_insert_before, false },
	{ "remove", "list, position", call_remove, false },
	{ "reverse", "list", call_reverse, false },
	{ "index of", "list, match", call_index_of, false },
	{ "flatten", "list", call_flatten, false },
	{ "sort", "list", call_sort, false },
	{ "sort", "list, precedes", call_sort, false },
	{ "list replace", "list, position, newItem", call_list_replace, false },
	{ "list replace", "list, match, newItem", call_list_replace, false },
};
const struct builtin_table builtins_list = TABLE_OF(rows);
