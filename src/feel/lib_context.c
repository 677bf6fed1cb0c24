/* Contexts: DMN 1.5 table 79. */
#include "feel/library.h"

static struct feel_value call_get_value(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value context = argument_single(args[0]), key = args[1];
	if (context.kind != FEEL_CONTEXT) return argument_wrong(run, args, 0, "a context");
	if (key.kind == FEEL_STRING) return feel_get(context, key.string);
	if (key.kind != FEEL_LIST || key.list.count == 0) return argument_wrong(run, args, 1, "a string or a list of strings");
	for (size_t i = 0; i < key.list.count; i++) {      /* Camunda's path of keys */
		if (key.list.items[i].kind != FEEL_STRING) return argument_wrong(run, args, 1, "a string or a list of strings");
		context = feel_get(context, key.list.items[i].string);
	}
	return context;
}

static struct feel_value call_get_entries(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value context = argument_single(args[0]);
	struct arena *arena = feel_run_arena(run);
	struct list_builder out = { 0 };
	if (context.kind != FEEL_CONTEXT) return argument_wrong(run, args, 0, "a context");
	if (!feel_run_spend(run, context.context.count)) return FEEL_NULL_VALUE;
	for (size_t i = 0; i < context.context.count; i++) {
		const struct feel_entry *entry = &context.context.entries[i];
		struct feel_entry pair[] = { { STR("key"), feel_string(entry->key) }, { STR("value"), entry->value } };
		LIST_PUSH(arena, &out, feel_context_of(arena, arena_copy(arena, pair, sizeof pair), 2));
	}
	return list_value(&out);
}

static struct feel_value call_context(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	struct feel_value out = feel_context_of(feel_run_arena(run), NULL, 0);
	if (!argument_list(&args[0], &list)) return argument_wrong(run, args, 0, "a list of contexts");
	for (size_t i = 0; i < list.count; i++) {
		struct feel_value key = feel_get(list.items[i], STR("key"));
		if (!feel_run_spend(run, 1 + out.context.count)) return FEEL_NULL_VALUE;
		if (key.kind != FEEL_STRING || !feel_has(list.items[i], STR("value")) || feel_has(out, key.string)) {
			feel_run_note(run, "entry %zu must be a context with a new string as key, and a value", i + 1);
			return FEEL_NULL_VALUE;
		}
		out = feel_put(feel_run_arena(run), out, key.string, feel_get(list.items[i], STR("value")));
	}
	return out;
}

static struct feel_value put_path(struct feel_run *run, struct feel_value context, struct feel_list keys, struct feel_value value)
{
	struct arena *arena = feel_run_arena(run);
	if (context.kind != FEEL_CONTEXT || keys.count == 0 || keys.count > FEEL_DEPTH_MAX || keys.items[0].kind != FEEL_STRING
	    || !feel_run_spend(run, context.context.count)) return FEEL_NULL_VALUE;
	struct str key = keys.items[0].string;
	if (keys.count == 1) return feel_put(arena, context, key, value);
	struct feel_value inner = put_path(run, feel_get(context, key), (struct feel_list){ keys.items + 1, keys.count - 1 }, value);
	return inner.kind == FEEL_NULL ? inner : feel_put(arena, context, key, inner);
}

static struct feel_value call_context_put(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value context = argument_single(args[0]);
	struct feel_list keys;
	if (context.kind != FEEL_CONTEXT) return argument_wrong(run, args, 0, "a context");
	if (!argument_list(&args[1], &keys)) return argument_wrong(run, args, 1, "a string or a list of strings");
	struct feel_value out = put_path(run, context, keys, args[2]);
	if (out.kind == FEEL_NULL) feel_run_note(run, "the keys must be strings, and each but the last lead to a context");
	return out;
}

static struct feel_value merge_all(struct feel_run *run, const struct feel_value *args, struct feel_list list)
{
	struct feel_value out = feel_context_of(feel_run_arena(run), NULL, 0);
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].kind != FEEL_CONTEXT) return argument_wrong(run, args, 0, "a list of contexts");
		if (!feel_run_spend(run, 1 + list.items[i].context.count)) return FEEL_NULL_VALUE;
		out = feel_merge(feel_run_arena(run), out, list.items[i]);
	}
	return out;
}

static struct feel_value call_context_merge(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	if (!argument_list(&args[0], &list)) return argument_wrong(run, args, 0, "a list of contexts");
	return merge_all(run, args, list);
}

static const struct builtin rows[] = {
	{ "get value", "m, key", call_get_value, false },
	{ "get value", "context, key", call_get_value, true },
	{ "get value", "context, keys", call_get_value, true },
	{ "get entries", "m", call_get_entries, false },
	{ "get entries", "context", call_get_entries, true },
	{ "context", "entries", call_context, false },
	{ "context put", "context, key, value", call_context_put, false },
	{ "context put", "context, keys, value", call_context_put, false },
	{ "context merge", "contexts", call_context_merge, false },
	{ "put", "context, key, value", call_context_put, true },
	{ "put all", "contexts", call_context_merge, true },
};
const struct builtin_table builtins_context = TABLE_OF(rows);
