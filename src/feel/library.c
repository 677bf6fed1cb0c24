#include "feel/library.h"

#include <string.h>

struct feel_value argument_wrong(struct feel_run *run, const struct feel_value *args, size_t index, const char *wanted)
{
	feel_run_note(run, "argument %zu must be %s, not %s", index + 1, wanted, feel_kind_name(args[index].kind));
	return FEEL_NULL_VALUE;
}

struct feel_value argument_single(struct feel_value value)
{
	return value.kind == FEEL_LIST && value.list.count == 1 ? value.list.items[0] : value;
}

bool argument_list(const struct feel_value *value, struct feel_list *out_list)
{
	if (value->kind == FEEL_NULL) return false;
	*out_list = value->kind == FEEL_LIST ? value->list : (struct feel_list){ value, 1 };
	return true;
}

bool argument_items(const struct feel_value *args, size_t count, struct feel_list *out_items)
{
	if (count == 0) return false;
	if (count == 1) return argument_list(&args[0], out_items);
	*out_items = (struct feel_list){ args, count };
	return true;
}

bool argument_integer(struct feel_value value, int64_t *out_value)
{
	struct feel_num whole;
	value = argument_single(value);
	return value.kind == FEEL_NUMBER && num_round(value.number, 0, NUM_DOWN, &whole) && num_to_i64(whole, out_value);
}

bool argument_string(struct feel_value value, struct str *out_text)
{
	value = argument_single(value);
	if (value.kind != FEEL_STRING) return false;
	*out_text = value.string;
	return true;
}

bool argument_position(struct feel_value value, size_t count, size_t *out_index)
{
	int64_t position;
	if (!argument_integer(value, &position) || position == 0 || position == INT64_MIN) return false;
	uint64_t size = (uint64_t)(position < 0 ? -position : position);
	if (size > count) return false;
	*out_index = position < 0 ? count - (size_t)size : (size_t)size - 1;
	return true;
}

struct feel_value list_value(const struct list_builder *builder)
{
	return (struct feel_value){ .kind = FEEL_LIST, .list = { builder->items, builder->count } };
}

static bool merge(struct feel_run *run, struct feel_value *items, size_t middle, size_t count, struct feel_value *space,
	list_precedes precedes, void *data)
{
	memcpy(space, items, middle * sizeof *items);
	size_t left = 0, right = middle, out = 0;
	while (left < middle && right < count) {
		bool before;
		if (!feel_run_spend(run, 1) || !precedes(run, data, items[right], space[left], &before)) return false;
		items[out++] = before ? items[right++] : space[left++];
	}
	memcpy(items + out, space + left, (middle - left) * sizeof *items);
	return true;
}

static bool sort_with_space(struct feel_run *run, struct feel_value *items, size_t count, struct feel_value *space,
	list_precedes precedes, void *data)
{
	if (count < 2) return true;
	size_t middle = count / 2;
	return sort_with_space(run, items, middle, space, precedes, data)
		&& sort_with_space(run, items + middle, count - middle, space, precedes, data)
		&& merge(run, items, middle, count, space, precedes, data);
}

bool list_sort(struct feel_run *run, struct feel_value *items, size_t count, list_precedes precedes, void *data)
{
	struct feel_value *space = ARENA_ARRAY(feel_run_arena(run), struct feel_value, count);
	return sort_with_space(run, items, count, space, precedes, data);
}
