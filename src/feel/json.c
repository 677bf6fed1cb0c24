/* FEEL values to JSON and back. In the tagged style a value that JSON does not know is an object with one member
 * whose name begins with '@'; a context that looks like one is itself wrapped in {"@context": …}. */
#include "feel/inside.h"

enum { DEPTH_MAX = 1000 };       /* far above what a parser lets through; what lies deeper is null */

/* ---- from JSON -------------------------------------------------------------------------------------------- */

static struct feel_value read_value(struct arena *arena, const struct json *json, bool tagged, int depth);

static struct feel_value read_members(struct arena *arena, const struct json *json, bool tagged, int depth)
{
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, json->count);
	size_t count = 0;
	for (const struct json *member = json->first; member; member = member->next) {
		entries[count++] = (struct feel_entry){ member->key, read_value(arena, member, tagged, depth + 1) };
	}
	return feel_context_of(arena, entries, count);
}

static const struct feel_value *read_end(struct arena *arena, const struct json *end, int depth)
{
	if (!end) return NULL;
	struct feel_value value = read_value(arena, end, true, depth + 1);
	return arena_copy(arena, &value, sizeof value);
}

static struct feel_value read_range(struct arena *arena, const struct json *json, int depth)
{
	struct feel_range range = {
		.start = read_end(arena, json_get(json, STR("start")), depth),
		.end = read_end(arena, json_get(json, STR("end")), depth),
		.start_open = json_is(json_get(json, STR("start_open")), JSON_TRUE),
		.end_open = json_is(json_get(json, STR("end_open")), JSON_TRUE),
	};
	return (struct feel_value){ .kind = FEEL_RANGE, .range = arena_copy(arena, &range, sizeof range) };
}

static struct feel_value read_tagged(struct arena *arena, const struct json *tag, int depth)
{
	struct feel_value value;
	struct str text = json_string(tag);
	if (str_eq_c(tag->key, "@context") && tag->kind == JSON_OBJECT) return read_members(arena, tag, true, depth);
	if (str_eq_c(tag->key, "@range") && tag->kind == JSON_OBJECT) return read_range(arena, tag, depth);
	if (str_eq_c(tag->key, "@date") && temporal_parse_date(text, &value)) return value;
	if (str_eq_c(tag->key, "@time") && temporal_parse_time(arena, text, &value)) return value;
	if (str_eq_c(tag->key, "@date_time") && temporal_parse_date_time(arena, text, &value)) return value;
	if (str_eq_c(tag->key, "@duration") && temporal_parse_duration(text, &value)) return value;
	return FEEL_NULL_VALUE;
}

static bool is_tagged(const struct json *json)
{
	return json->count == 1 && json->first->key.len > 0 && json->first->key.ptr[0] == '@';
}

static struct feel_value read_value(struct arena *arena, const struct json *json, bool tagged, int depth)
{
	struct feel_value *items;
	struct feel_num n;
	size_t count = 0;
	if (!json || depth > DEPTH_MAX) return FEEL_NULL_VALUE;
	switch (json->kind) {
	case JSON_FALSE: return feel_boolean(false);
	case JSON_TRUE: return feel_boolean(true);
	case JSON_NUMBER: return num_parse(json->text, &n) ? feel_number(n) : FEEL_NULL_VALUE;
	case JSON_STRING: return feel_string(json->text);
	case JSON_ARRAY:
		items = ARENA_ARRAY(arena, struct feel_value, json->count);
		for (const struct json *item = json->first; item; item = item->next) {
			items[count++] = read_value(arena, item, tagged, depth + 1);
		}
		return (struct feel_value){ .kind = FEEL_LIST, .list = { items, count } };
	case JSON_OBJECT:
		if (tagged && is_tagged(json)) return read_tagged(arena, json->first, depth);
		return read_members(arena, json, tagged, depth);
	default: return FEEL_NULL_VALUE;
	}
}

struct feel_value feel_from_json(struct arena *arena, const struct json *json) { return read_value(arena, json, false, 0); }
struct feel_value feel_from_json_tagged(struct arena *arena, const struct json *json) { return read_value(arena, json, true, 0); }

/* ---- to JSON ---------------------------------------------------------------------------------------------- */

static struct json *write_value(struct arena *arena, struct feel_value value, enum feel_json_style style, int depth);

static struct json *write_tag(struct arena *arena, const char *tag, struct json *content)
{
	struct json *object = json_new(arena, JSON_OBJECT);
	json_add(object, str_from_c(tag), content);
	return object;
}

static struct json *write_number(struct arena *arena, struct feel_num n, enum feel_json_style style)
{
	struct json *number = json_new(arena, style == FEEL_JSON_TEXT ? JSON_STRING : JSON_NUMBER);
	number->text = num_print(arena, n);
	return number;
}

static struct json *write_temporal(struct arena *arena, struct feel_value value, enum feel_json_style style)
{
	static const char *const tags[FEEL_KIND_COUNT] = { [FEEL_DATE] = "@date", [FEEL_TIME] = "@time", [FEEL_DATE_TIME] = "@date_time",
		[FEEL_DAYS_DURATION] = "@duration", [FEEL_MONTHS_DURATION] = "@duration" };
	struct buf buf = buf_make(arena, 256);
	temporal_print(&buf, value);
	struct json *text = json_new_string(arena, buf_str(&buf));
	return style == FEEL_JSON_TAGGED ? write_tag(arena, tags[value.kind], text) : text;
}

static struct json *write_list(struct arena *arena, struct feel_list list, enum feel_json_style style, int depth)
{
	struct json *array = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < list.count; i++) json_add(array, STR(""), write_value(arena, list.items[i], style, depth + 1));
	return array;
}

static struct json *write_context(struct arena *arena, struct feel_context context, enum feel_json_style style, int depth)
{
	struct json *object = json_new(arena, JSON_OBJECT);
	for (size_t i = 0; i < context.count; i++) {
		json_add(object, context.entries[i].key, write_value(arena, context.entries[i].value, style, depth + 1));
	}
	return style == FEEL_JSON_TAGGED && is_tagged(object) ? write_tag(arena, "@context", object) : object;
}

static struct json *write_range(struct arena *arena, struct feel_value value, enum feel_json_style style, int depth)
{
	const struct feel_range *range = value.range;
	if (style != FEEL_JSON_TAGGED) return json_new_string(arena, feel_print(arena, value));
	struct json *object = json_new(arena, JSON_OBJECT);
	if (range->start) json_add(object, STR("start"), write_value(arena, *range->start, style, depth + 1));
	if (range->end) json_add(object, STR("end"), write_value(arena, *range->end, style, depth + 1));
	json_add(object, STR("start_open"), json_new_bool(arena, range->start_open));
	json_add(object, STR("end_open"), json_new_bool(arena, range->end_open));
	return write_tag(arena, "@range", object);
}

static struct json *write_value(struct arena *arena, struct feel_value value, enum feel_json_style style, int depth)
{
	if (depth > DEPTH_MAX) return json_new(arena, JSON_NULL);
	switch (value.kind) {
	case FEEL_BOOLEAN: return json_new_bool(arena, value.boolean);
	case FEEL_NUMBER: return write_number(arena, value.number, style);
	case FEEL_STRING: return json_new_string(arena, value.string);
	case FEEL_DATE: case FEEL_TIME: case FEEL_DATE_TIME: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION:
		return write_temporal(arena, value, style);
	case FEEL_LIST: return write_list(arena, value.list, style, depth);
	case FEEL_CONTEXT: return write_context(arena, value.context, style, depth);
	case FEEL_RANGE: return write_range(arena, value, style, depth);
	case FEEL_FUNCTION:       /* a function cannot be stored */
		return style == FEEL_JSON_TAGGED ? json_new(arena, JSON_NULL) : json_new_string(arena, feel_print(arena, value));
	default: return json_new(arena, JSON_NULL);
	}
}

struct json *feel_to_json(struct arena *arena, struct feel_value value, enum feel_json_style style)
{
	return write_value(arena, value, style, 0);
}
