#include "form/inside.h"

#include <string.h>

#define T(type) (1u << FORM_##type)
enum {
	CHOICES = T(CHECKLIST) | T(TAGLIST) | T(RADIO) | T(SELECT),
	KEYED = T(TEXTFIELD) | T(TEXTAREA) | T(NUMBER) | T(DATETIME) | T(CHECKBOX) | CHOICES | T(FILEPICKER) | T(EXPRESSION),
	INPUTS = KEYED & ~T(EXPRESSION),
	CONTAINERS = T(GROUP) | T(DYNAMICLIST),
	ALL = (1u << FORM_TYPE_COUNT) - 1,
};
#define AT(member) offsetof(struct form_component, member)

static const char *const subtypes[] = { "date", "time", "datetime", NULL };
static const char *const time_formats[] = { "utc_offset", "utc_normalized", "no_timezone", NULL };
static const char *const validations[] = { "", "email", "phone", "custom", NULL };

const struct property form_properties[] = {
	{ "", "label", PROPERTY_TEXT, AT(label), ALL, 0, 0, NULL },
	{ "", "description", PROPERTY_TEXT, AT(description), INPUTS & ~T(FILEPICKER), 0, 0, NULL },
	{ "", "disabled", PROPERTY_BOOLEAN, AT(disabled), INPUTS, 0, 0, NULL },
	{ "", "readonly", PROPERTY_BOOLEAN_OR_FEEL, AT(readonly), INPUTS, 0, 0, NULL },
	{ "conditional", "hide", PROPERTY_BOOLEAN_OR_FEEL, AT(hide), ALL, 0, 0, NULL },
	{ "layout", "row", PROPERTY_STRING, AT(layout.row), ALL, 0, 0, NULL },
	{ "layout", "columns", PROPERTY_INTEGER, AT(layout.columns), ALL, 2, 16, NULL },
	{ "validate", "required", PROPERTY_BOOLEAN, AT(required), INPUTS, 0, 0, NULL },
	{ "validate", "minLength", PROPERTY_NUMBER_OR_FEEL, AT(min_length), T(TEXTFIELD) | T(TEXTAREA), 0, 0, NULL },
	{ "validate", "maxLength", PROPERTY_NUMBER_OR_FEEL, AT(max_length), T(TEXTFIELD) | T(TEXTAREA), 0, 0, NULL },
	{ "validate", "pattern", PROPERTY_STRING, AT(pattern_source), T(TEXTFIELD), 0, 0, NULL },
	{ "validate", "patternErrorMessage", PROPERTY_TEXT, AT(pattern_message), T(TEXTFIELD), 0, 0, NULL },
	{ "validate", "validationType", PROPERTY_WORD, AT(validation), T(TEXTFIELD), 0, 0, validations },
	{ "validate", "min", PROPERTY_NUMBER_OR_FEEL, AT(min), T(NUMBER), 0, 0, NULL },
	{ "validate", "max", PROPERTY_NUMBER_OR_FEEL, AT(max), T(NUMBER), 0, 0, NULL },
	{ "", "decimalDigits", PROPERTY_INTEGER, AT(decimal_digits), T(NUMBER), 0, 33, NULL },
	{ "", "serializeToString", PROPERTY_BOOLEAN, AT(serialize_to_string), T(NUMBER), 0, 0, NULL },
	{ "appearance", "prefixAdorner", PROPERTY_TEXT, AT(prefix), T(TEXTFIELD) | T(NUMBER), 0, 0, NULL },
	{ "appearance", "suffixAdorner", PROPERTY_TEXT, AT(suffix), T(TEXTFIELD) | T(NUMBER), 0, 0, NULL },
	{ "", "subtype", PROPERTY_WORD, AT(subtype), T(DATETIME), 0, 0, subtypes },
	{ "", "dateLabel", PROPERTY_TEXT, AT(date_label), T(DATETIME), 0, 0, NULL },
	{ "", "timeLabel", PROPERTY_TEXT, AT(time_label), T(DATETIME), 0, 0, NULL },
	{ "", "use24h", PROPERTY_BOOLEAN, AT(use_24h), T(DATETIME), 0, 0, NULL },
	{ "", "timeInterval", PROPERTY_INTEGER, AT(time_interval), T(DATETIME), 1, 60, NULL },
	{ "", "timeSerializingFormat", PROPERTY_WORD, AT(time_format), T(DATETIME), 0, 0, time_formats },
	{ "", "disallowPassedDates", PROPERTY_BOOLEAN, AT(no_past_dates), T(DATETIME), 0, 0, NULL },
	{ "", "valuesKey", PROPERTY_STRING, AT(options_key), CHOICES, 0, 0, NULL },
	{ "", "valuesExpression", PROPERTY_FEEL, AT(options_expression), CHOICES, 0, 0, NULL },
	{ "", "searchable", PROPERTY_BOOLEAN, AT(searchable), T(SELECT), 0, 0, NULL },
	{ "", "accept", PROPERTY_TEXT, AT(accept), T(FILEPICKER), 0, 0, NULL },
	{ "", "multiple", PROPERTY_BOOLEAN_OR_FEEL, AT(multiple), T(FILEPICKER), 0, 0, NULL },
	{ "", "expression", PROPERTY_FEEL, AT(expression), T(EXPRESSION), 0, 0, NULL },
	{ "", "text", PROPERTY_TEXT, AT(content), T(TEXT), 0, 0, NULL },
	{ "", "content", PROPERTY_TEXT, AT(content), T(HTML), 0, 0, NULL },
	{ "", "source", PROPERTY_TEXT, AT(content), T(IMAGE), 0, 0, NULL },
	{ "", "alt", PROPERTY_TEXT, AT(alt), T(IMAGE), 0, 0, NULL },
	{ "", "url", PROPERTY_TEXT, AT(content), T(IFRAME), 0, 0, NULL },
	{ "", "height", PROPERTY_INTEGER, AT(height), T(IFRAME) | T(SPACER), 1, 10000, NULL },
	{ "", "title", PROPERTY_TEXT, AT(title), T(DOCUMENT_PREVIEW) | T(IFRAME), 0, 0, NULL },
	{ "", "maxHeight", PROPERTY_INTEGER, AT(max_height), T(DOCUMENT_PREVIEW), 1, 10000, NULL },
	{ "", "dataSource", PROPERTY_FEEL, AT(data_source), T(TABLE) | T(DOCUMENT_PREVIEW), 0, 0, NULL },
	{ "", "columnsExpression", PROPERTY_FEEL, AT(columns_expression), T(TABLE), 0, 0, NULL },
	{ "", "rowCount", PROPERTY_INTEGER, AT(row_count), T(TABLE), 1, 1000, NULL },
	{ "", "showOutline", PROPERTY_BOOLEAN, AT(show_outline), CONTAINERS, 0, 0, NULL },
	{ "", "verticalAlignment", PROPERTY_STRING, AT(vertical_alignment), CONTAINERS, 0, 0, NULL },
	{ "", "allowAddRemove", PROPERTY_BOOLEAN, AT(allow_add_remove), T(DYNAMICLIST), 0, 0, NULL },
	{ "", "disableCollapse", PROPERTY_BOOLEAN, AT(disable_collapse), T(DYNAMICLIST), 0, 0, NULL },
	{ "", "defaultRepetitions", PROPERTY_INTEGER, AT(default_repetitions), T(DYNAMICLIST), 0, FORM_ROW_COUNT_MAX, NULL },
	{ "", "nonCollapsedItems", PROPERTY_INTEGER, AT(non_collapsed_items), T(DYNAMICLIST), 1, FORM_ROW_COUNT_MAX, NULL },
	{ "properties", "minRows", PROPERTY_INTEGER, AT(rows_min), T(DYNAMICLIST), 0, FORM_ROW_COUNT_MAX, NULL },
	{ "properties", "maxRows", PROPERTY_INTEGER, AT(rows_max), T(DYNAMICLIST), 1, FORM_ROW_COUNT_MAX, NULL },
	{ "properties", "maxCount", PROPERTY_INTEGER, AT(file_count_max), T(FILEPICKER), 1, 100, NULL },
	{ "properties", "maxBytes", PROPERTY_BYTES, AT(file_bytes_max), T(FILEPICKER), 1, INT64_C(1) << 40, NULL },
	{ "properties", "check", PROPERTY_FEEL, AT(check), KEYED | T(DYNAMICLIST), 0, 0, NULL },
	{ "properties", "checkMessage", PROPERTY_TEXT, AT(check_message), KEYED | T(DYNAMICLIST), 0, 0, NULL },
	{ "properties", "sensitive", PROPERTY_BOOLEAN, AT(sensitive), ALL, 0, 0, NULL },
	{ "properties", "purpose", PROPERTY_STRING, AT(purpose), ALL, 0, 0, NULL },
	{ "properties", "autocomplete", PROPERTY_STRING, AT(autocomplete), KEYED, 0, 0, NULL },
	{ "properties", "source", PROPERTY_STRING, AT(source), ALL, 0, 0, NULL },
	{ "properties", "page", PROPERTY_STRING, AT(page), T(GROUP), 0, 0, NULL },
	{ "properties", "why", PROPERTY_TEXT, AT(why), T(GROUP), 0, 0, NULL },
	{ "properties", "skip", PROPERTY_FEEL, AT(skip), T(GROUP), 0, 0, NULL },
	{ "properties", "extra", PROPERTY_BOOLEAN, AT(extra), T(GROUP), 0, 0, NULL },
	{ "properties", "waits", PROPERTY_BOOLEAN, AT(waits), T(GROUP), 0, 0, NULL },
	{ "properties", "carry", PROPERTY_BOOLEAN, AT(carry), INPUTS & ~T(FILEPICKER), 0, 0, NULL },
	{ "properties", "hint", PROPERTY_TEXT, AT(hint), INPUTS | CONTAINERS, 0, 0, NULL },
	{ "properties", "prefill", PROPERTY_FEEL, AT(prefill), INPUTS & ~T(FILEPICKER), 0, 0, NULL },
	{ "properties", "steps", PROPERTY_FEEL, AT(steps), T(TEXTFIELD), 0, 0, NULL },
	{ "properties", "stepLabels", PROPERTY_STRING, AT(step_labels), T(TEXTFIELD), 0, 0, NULL },
	{ "properties", "mustAnswer", PROPERTY_BOOLEAN, AT(must_answer), INPUTS, 0, 0, NULL },
	{ "properties", "unknown", PROPERTY_TEXT, AT(unknown), INPUTS, 0, 0, NULL },
	{ "properties", "pick", PROPERTY_STRING, AT(pick), T(DYNAMICLIST), 0, 0, NULL },
	{ "properties", "inputmode", PROPERTY_STRING, AT(input_mode), T(TEXTFIELD), 0, 0, NULL },
};
const size_t form_property_count = sizeof form_properties / sizeof *form_properties;

/* The property editor of form-js writes every value below `properties` as a string. */
static const struct json *unquoted(struct form_reader *reader, const struct property *property, const struct json *json)
{
	int64_t number;
	if (strcmp(property->inside, "properties") != 0 || json->kind != JSON_STRING) return json;
	if (property->kind == PROPERTY_BOOLEAN && (str_eq_c(json->text, "true") || str_eq_c(json->text, "false")))
		return json_new_bool(reader->arena, str_eq_c(json->text, "true"));
	if ((property->kind == PROPERTY_INTEGER || property->kind == PROPERTY_BYTES) && str_to_i64(json->text, &number))
		return json_new_i64(reader->arena, number);
	return json;
}

/* A constant or an expression; NULL or what was expected. */
static const char *read_value(enum property_kind kind, const struct json *json, struct form_value *value)
{
	if (json->kind == JSON_STRING && str_starts(json->text, STR("="))) {
		*value = (struct form_value){ .given = true, .source = json->text };
		return NULL;
	}
	struct feel_value constant = FEEL_NULL_VALUE;
	if (kind == PROPERTY_BOOLEAN_OR_FEEL) {
		if (json->kind != JSON_TRUE && json->kind != JSON_FALSE) return "true, false or an expression that begins with =";
		constant = feel_boolean(json->kind == JSON_TRUE);
	} else if (kind == PROPERTY_NUMBER_OR_FEEL) {
		if (json->kind == JSON_STRING && json->text.len == 0) return NULL;
		if ((json->kind != JSON_NUMBER && json->kind != JSON_STRING) || failed(feel_number_parse(json->text, &constant)))
			return "a number or an expression that begins with =";
	} else {
		return "an expression that begins with =";
	}
	*value = (struct form_value){ .given = true, .source = STR(""), .constant = constant };
	return NULL;
}

static const char *read_word(const struct property *property, const struct json *json, int *member)
{
	for (int i = 0; json->kind == JSON_STRING && property->words[i]; i++) {
		if (!str_eq_c(json->text, property->words[i])) continue;
		*member = i;
		return NULL;
	}
	return "one of the words of this property";
}

static const char *read_integer(const struct property *property, const struct json *json, int64_t *out_number)
{
	if (json->kind != JSON_NUMBER || !str_to_i64(json->text, out_number)) return "a whole number";
	return *out_number < property->min || *out_number > property->max ? "a whole number within its range" : NULL;
}

/* NULL, or what was expected. */
static const char *read_member(const struct property *property, const struct json *json, void *member)
{
	int64_t number;
	const char *expected;
	switch (property->kind) {
	case PROPERTY_TEXT:
		if (json->kind != JSON_STRING) return "a text";
		((struct form_text *)member)->source = json->text;
		return NULL;
	case PROPERTY_STRING:
		if (json->kind != JSON_STRING) return "a text";
		*(struct str *)member = json->text;
		return NULL;
	case PROPERTY_BOOLEAN:
		if (json->kind != JSON_TRUE && json->kind != JSON_FALSE) return "true or false";
		*(bool *)member = json->kind == JSON_TRUE;
		return NULL;
	case PROPERTY_INTEGER:
		if ((expected = read_integer(property, json, &number)) == NULL) *(int *)member = (int)number;
		return expected;
	case PROPERTY_BYTES:
		if ((expected = read_integer(property, json, &number)) == NULL) *(int64_t *)member = number;
		return expected;
	case PROPERTY_WORD: return read_word(property, json, member);
	case PROPERTY_NUMBER_OR_FEEL:
	case PROPERTY_BOOLEAN_OR_FEEL:
	case PROPERTY_FEEL: return read_value(property->kind, json, member);
	}
	return "another kind of value";
}

void form_read_properties(struct form_reader *reader, struct form_component *component)
{
	for (size_t i = 0; i < form_property_count; i++) {
		const struct property *property = &form_properties[i];
		if (!property_belongs(property, component->type)) continue;
		const struct json *holder = component->json;
		if (property->inside[0]) holder = json_get(holder, str_from_c(property->inside));
		const struct json *json = json_get(holder, str_from_c(property->name));
		if (!json || json->kind == JSON_NULL) continue;
		json = unquoted(reader, property, json);
		const char *expected = read_member(property, json, property_member(property, component));
		if (!expected) continue;
		struct str place = str_printf(reader->arena, "%.*s%s%s/%s", STR_ARG(component->pointer), property->inside[0] ? "/" : "",
			property->inside, property->name);
		form_fault(reader, place, "%s must be %s", property->name, expected);
	}
}
