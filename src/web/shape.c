/* What a program sends, held against the shape that the route declares: the description is what is checked. */
#include "web/inside.h"

enum { STRING_LENGTH_MAX = 2000 };

struct checking { struct arena *arena; struct report *report; bool wrong, missing; };

static void wrong(struct checking *checking, struct str place, const char *words)
{
	report_error(checking->report, place, "%s", words);
	checking->wrong = true;
}

static bool is_integer(const struct json *json)
{
	int64_t ignored;
	return json_is(json, JSON_NUMBER) && str_to_i64(json->text, &ignored);
}

/* Digits with at most one point, as OpenAPI tells; a number without exponent is the same to us. */
static bool is_decimal(const struct json *json)
{
	size_t points = 0, digits = 0;
	if (!json_is(json, JSON_STRING) && !json_is(json, JSON_NUMBER)) return false;
	for (size_t i = 0; i < json->text.len; i++) {
		char c = json->text.ptr[i];
		if (c >= '0' && c <= '9') digits++;
		else if (c == '.' && digits) points++;
		else if (c != '-' || i > 0) return false;
	}
	return digits > 0 && points <= 1 && json->text.ptr[json->text.len - 1] != '.';
}

static bool is_id(const struct json *json)
{
	int64_t ignored;
	return json_is(json, JSON_STRING) && id_parse(json->text, &ignored);
}

static bool is_date(const struct json *json)
{
	struct date ignored;
	return json_is(json, JSON_STRING) && date_parse(json->text, &ignored);
}

static bool is_moment(const struct json *json)
{
	int64_t ignored;
	return json_is(json, JSON_STRING) && !failed(time_parse_ms(json->text, &ignored));
}

static void check_value(struct checking *checking, const struct shape_field *field, const struct json *json, struct str place);

static void check_text(struct checking *checking, const struct shape_field *field, const struct json *json, struct str place)
{
	size_t most = field->length_max ? (size_t)field->length_max : STRING_LENGTH_MAX;
	if (!json_is(json, JSON_STRING)) wrong(checking, place, "a text is wanted");
	else if (utf8_count(json->text) > most) report_error(checking->report, place, "at most %zu characters", most), checking->wrong = true;
}

static void check_list(struct checking *checking, const struct shape_field *field, const struct json *json, struct str place)
{
	size_t index = 0;
	struct shape_field item = { .kind = field->of ? SHAPE_OBJECT : SHAPE_STRING, .of = field->of };
	if (!json_is(json, JSON_ARRAY)) {
		wrong(checking, place, "a list is wanted");
		return;
	}
	for (const struct json *member = json->first; member; member = member->next, index++)
		check_value(checking, &item, member, str_printf(checking->arena, "%.*s.%zu", STR_ARG(place), index));
}

static void check_object(struct checking *checking, const struct shape *shape, const struct json *json, struct str place)
{
	struct str before = place.len ? str_join(checking->arena, place, STR(".")) : STR("");
	if (json && !json_is(json, JSON_OBJECT)) {
		wrong(checking, place, "an object is wanted");
		return;
	}
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];
		struct str name = str_from_c(field->name), at = str_join(checking->arena, before, name);
		const struct json *value = json ? json_get(json, name) : NULL;
		if (value && !json_is(value, JSON_NULL)) {
			check_value(checking, field, value, at);
		} else if (field->required) {
			report_error(checking->report, at, "this is needed");
			checking->missing = true;
		}
	}
	for (const struct json *member = json ? json->first : NULL; member; member = member->next) {
		bool known = false;
		for (size_t i = 0; i < shape->count && !known; i++) known = str_eq_c(member->key, shape->fields[i].name);
		if (!known) wrong(checking, str_join(checking->arena, before, str_sub(member->key, 0, 200)), "there is no such name here");
	}
}

static void check_value(struct checking *checking, const struct shape_field *field, const struct json *json, struct str place)
{
	switch (field->kind) {
	case SHAPE_STRING: check_text(checking, field, json, place); break;
	case SHAPE_INTEGER: if (!is_integer(json)) wrong(checking, place, "a whole number is wanted"); break;
	case SHAPE_DECIMAL: if (!is_decimal(json)) wrong(checking, place, "a decimal number is wanted, as text: \"12.50\""); break;
	case SHAPE_BOOLEAN:
		if (!json_is(json, JSON_TRUE) && !json_is(json, JSON_FALSE)) wrong(checking, place, "true or false is wanted");
		break;
	case SHAPE_DATE: if (!is_date(json)) wrong(checking, place, "a date is wanted: \"2026-11-25\""); break;
	case SHAPE_MOMENT: if (!is_moment(json)) wrong(checking, place, "a moment is wanted: \"2026-11-25T09:00:00+08:00\""); break;
	case SHAPE_ID: if (!is_id(json)) wrong(checking, place, "an id is wanted: 13 characters"); break;
	case SHAPE_ANY: break;
	case SHAPE_OBJECT: check_object(checking, field->of, json, place); break;
	case SHAPE_LIST: check_list(checking, field, json, place); break;
	}
}

struct err shape_check(struct arena *arena, const struct shape *shape, const struct json *json, struct report *report)
{
	struct checking checking = { .arena = arena, .report = report };
	check_object(&checking, shape, json, STR(""));
	return checking.wrong ? ERR(INVALID) : checking.missing ? ERR(MISSING) : OK;
}
