/* What Camunda 8's FEEL has beside the standard. uuid() and random number() are left out on purpose: the same
 * input must give the same answer, so that a case can be replayed. */
#include "feel/library.h"

enum { JSON_BYTES_MAX = 16 << 20 };

static struct feel_value call_is_defined(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)run, (void)count;
	return feel_boolean(args[0].kind != FEEL_NULL);
}

static struct feel_value call_get_or_else(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)run, (void)count;
	return args[0].kind != FEEL_NULL ? args[0] : args[1];
}

static struct feel_value call_assert(struct feel_run *run, const struct feel_value *args, size_t count)
{
	if (args[1].kind == FEEL_BOOLEAN && args[1].boolean) return args[0];
	if (count > 2 && args[2].kind == FEEL_STRING) feel_run_note(run, "%.*s", STR_ARG(args[2].string));
	else feel_run_note(run, "the condition of assert does not hold");
	return FEEL_NULL_VALUE;
}

static struct feel_value call_is_empty(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	if (args[0].kind == FEEL_LIST) return feel_boolean(args[0].list.count == 0);
	return argument_wrong(run, args, 0, "a list");
}

/* Each value that stands in the list more than once, in order of its first place. */
static struct feel_value call_duplicate_values(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	struct list_builder out = { 0 };
	if (!argument_list(&args[0], &list)) return argument_wrong(run, args, 0, "a list");
	for (size_t i = 0; i < list.count; i++) {
		bool seen = false, again = false;
		if (!feel_run_spend(run, list.count)) return FEEL_NULL_VALUE;
		for (size_t k = 0; k < list.count; k++) {
			if (k == i || feel_equal(list.items[k], list.items[i]) != 1) continue;
			if (k < i) seen = true;
			else again = true;
		}
		if (again && !seen) LIST_PUSH(feel_run_arena(run), &out, list.items[i]);
	}
	return list_value(&out);
}

static struct feel_value call_partition(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_list list;
	struct list_builder out = { 0 };
	int64_t size;
	if (!argument_list(&args[0], &list)) return argument_wrong(run, args, 0, "a list");
	if (!argument_integer(args[1], &size) || size < 1) return argument_wrong(run, args, 1, "a number from 1");
	for (size_t i = 0; i < list.count && feel_run_spend(run, 1); ) {
		size_t rest = list.count - i, part = (uint64_t)size < rest ? (size_t)size : rest;
		LIST_PUSH(feel_run_arena(run), &out, ((struct feel_value){ .kind = FEEL_LIST, .list = { list.items + i, part } }));
		i += part;
	}
	return list_value(&out);
}

static struct feel_value call_trim(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	return argument_string(args[0], &text) ? feel_string(str_trim(text)) : argument_wrong(run, args, 0, "a string");
}

static struct feel_value call_is_blank(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	return argument_string(args[0], &text) ? feel_boolean(str_trim(text).len == 0) : argument_wrong(run, args, 0, "a string");
}

static struct feel_value call_to_base64(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	if (!argument_string(args[0], &text)) return argument_wrong(run, args, 0, "a string");
	return feel_string(str_base64(feel_run_arena(run), text.ptr, text.len));
}

static struct feel_value call_from_base64(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text, bytes;
	if (!argument_string(args[0], &text)) return argument_wrong(run, args, 0, "a string");
	if (str_from_base64(feel_run_arena(run), text, &bytes) && utf8_is_valid(bytes)) return feel_string(bytes);
	feel_run_note(run, "the string is not base64 of a text");
	return FEEL_NULL_VALUE;
}

static struct feel_value call_to_json(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct arena *arena = feel_run_arena(run);
	struct str text;
	if (!failed(json_print(arena, feel_to_json(arena, args[0], FEEL_JSON_PLAIN), JSON_COMPACT, JSON_BYTES_MAX, &text))) {
		return feel_string(text);
	}
	feel_run_note(run, "the value is too large for JSON");
	return FEEL_NULL_VALUE;
}

static struct feel_value call_from_json(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	const struct json *json;
	if (!argument_string(args[0], &text)) return argument_wrong(run, args, 0, "a string");
	if (feel_run_spend(run, 1 + text.len / 16) && !failed(json_parse(feel_run_arena(run), text, NULL, &json))) {
		return feel_from_json(feel_run_arena(run), json);
	}
	feel_run_note(run, "the string is not JSON");
	return FEEL_NULL_VALUE;
}

static bool draw(struct feel_run *run, void *bytes, size_t count)
{
	const struct feel_env *env = feel_run_env(run);
	if (env && env->rand) {
		rand_fill(*env->rand, bytes, count);
		return true;
	}
	feel_run_note(run, "there is no chance here: the same facts must give the same again");
	return false;
}

/* From 0 to below 1, sixteen digits. */
static struct feel_value call_random_number(struct feel_run *run, const struct feel_value *args, size_t count)
{
	uint64_t bits;
	struct feel_value number;
	(void)args;
	(void)count;
	if (!draw(run, &bits, sizeof bits)) return FEEL_NULL_VALUE;
	struct str text = str_printf(feel_run_arena(run), "0.%016llu", (unsigned long long)(bits % UINT64_C(10000000000000000)));
	return failed(feel_number_parse(text, &number)) ? FEEL_NULL_VALUE : number;
}

/* RFC 9562, version 4. */
static struct feel_value call_uuid(struct feel_run *run, const struct feel_value *args, size_t count)
{
	uint8_t bytes[16];
	(void)args;
	(void)count;
	if (!draw(run, bytes, sizeof bytes)) return FEEL_NULL_VALUE;
	bytes[6] = (uint8_t)(0x40 | (bytes[6] & 0x0f));
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));
	struct str hex = str_hex(feel_run_arena(run), bytes, sizeof bytes);
	return feel_string(str_printf(feel_run_arena(run), "%.8s-%.4s-%.4s-%.4s-%.12s", hex.ptr, hex.ptr + 8, hex.ptr + 12, hex.ptr + 16,
		hex.ptr + 20));
}

static const struct builtin rows[] = {
	{ "is defined", "value", call_is_defined, true },
	{ "get or else", "value, default", call_get_or_else, true },
	{ "assert", "value, condition", call_assert, true },
	{ "assert", "value, condition, cause", call_assert, true },
	{ "is empty", "list", call_is_empty, true },
	{ "duplicate values", "list", call_duplicate_values, true },
	{ "partition", "list, size", call_partition, true },
	{ "trim", "string", call_trim, true },
	{ "is blank", "string", call_is_blank, true },
	{ "to base64", "value", call_to_base64, true },
	{ "from base64", "value", call_from_base64, true },
	{ "to json", "value", call_to_json, true },
	{ "from json", "value", call_from_json, true },
	{ "random number", "", call_random_number, true },
	{ "uuid", "", call_uuid, true },
};
const struct builtin_table builtins_extension = TABLE_OF(rows);
