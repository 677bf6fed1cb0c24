#include "form/inside.h"

/* Options are strings, numbers, booleans or objects; only a primitive can stand without {label, value}. */
static struct form_option read_option(struct form_reader *reader, struct str pointer, const struct json *json)
{
	struct form_option option = { .label = { .source = STR("") }, .hint = { .source = STR("") }, .value = FEEL_NULL_VALUE };
	const struct json *value = json, *label = NULL;
	if (json->kind == JSON_OBJECT) {
		value = json_get(json, STR("value"));
		label = json_get(json, STR("label"));
		option.hint.source = json_string_of(json, "hint");
	}
	if (!value || value->kind == JSON_NULL || value->kind == JSON_ARRAY || (value->kind == JSON_STRING && value->text.len == 0)) {
		form_fault(reader, pointer, "an option needs a value that is neither empty nor a list");
		return option;
	}
	option.value = feel_from_json(reader->arena, value);
	if (json_is(label, JSON_STRING)) option.label.source = label->text;
	else if (label && label->kind != JSON_NULL) form_fault(reader, pointer, "the label of an option must be a text");
	if (option.label.source.len == 0) option.label.source = feel_print(reader->arena, option.value);
	return option;
}

void form_read_options(struct form_reader *reader, struct form_component *component)
{
	const struct json *values = json_get(component->json, STR("values"));
	int sources = (values != NULL) + (component->options_key.len > 0) + component->options_expression.given;
	struct str pointer = str_join(reader->arena, component->pointer, STR("/values"));
	if (sources > 1)
		form_fault(reader, component->pointer,
			"options come from one source: keep one of values, valuesKey and valuesExpression");
	if (component->options_key.len > 0 && !form_is_path(component->options_key))
		form_fault(reader, component->pointer, "valuesKey must be a path such as employer.kinds");
	if (!values) return;
	if (values->kind != JSON_ARRAY || values->count > FORM_OPTION_COUNT_MAX) {
		form_fault(reader, pointer, "values must be a list of at most %d options", FORM_OPTION_COUNT_MAX);
		return;
	}
	struct form_option *options = ARENA_ARRAY(reader->arena, struct form_option, values->count);
	size_t count = 0;
	for (const struct json *item = values->first; item; item = item->next) {
		options[count] = read_option(reader, str_printf(reader->arena, "%.*s/%zu", STR_ARG(pointer), count), item);
		count++;
	}
	component->options = options;
	component->option_count = count;
}

void form_read_columns(struct form_reader *reader, struct form_component *component)
{
	const struct json *columns = json_get(component->json, STR("columns"));
	if ((columns != NULL) == component->columns_expression.given)
		form_fault(reader, component->pointer, "a table needs either columns or columnsExpression");
	if (!columns) return;
	struct str pointer = str_join(reader->arena, component->pointer, STR("/columns"));
	if (columns->kind != JSON_ARRAY || columns->count == 0 || columns->count > 100) {
		form_fault(reader, pointer, "columns must be a list of 1 to 100 columns");
		return;
	}
	struct form_column *list = ARENA_ARRAY(reader->arena, struct form_column, columns->count);
	size_t count = 0;
	for (const struct json *item = columns->first; item; item = item->next, count++) {
		list[count].label.source = json_string_of(item, "label");
		list[count].key = json_string_of(item, "key");
		if (list[count].key.len == 0)
			form_fault(reader, str_printf(reader->arena, "%.*s/%zu", STR_ARG(pointer), count), "a column needs a key");
	}
	component->columns = list;
	component->column_count = count;
}

/* ---- choices of a state ---- */

static struct str text_in(struct feel_value context, const char *key)
{
	struct feel_value value = feel_get(context, str_from_c(key));
	return value.kind == FEEL_STRING ? value.string : STR("");
}

static struct form_choice choice_of(struct arena *arena, struct feel_value option)
{
	struct form_choice choice = { .value = option, .label = STR(""), .hint = STR(""), .group = STR("") };
	if (option.kind == FEEL_CONTEXT && feel_has(option, STR("value"))) {
		struct feel_value chosen = feel_get(option, STR("chosen"));
		choice.value = feel_get(option, STR("value"));
		choice.label = text_in(option, "label");
		choice.hint = text_in(option, "hint");
		choice.group = text_in(option, "group");
		choice.chosen = chosen.kind == FEEL_BOOLEAN && chosen.boolean;
	}
	if (choice.label.len == 0) choice.label = feel_print(arena, choice.value);
	return choice;
}

struct err form_choices_of(struct arena *arena, struct feel_value list, struct form_choices *out_choices)
{
	*out_choices = (struct form_choices){ 0 };
	if (list.kind != FEEL_LIST) return OK;
	if (list.list.count > FORM_OPTION_COUNT_MAX) return ERR(LIMIT);
	struct form_choice *choices = ARENA_ARRAY(arena, struct form_choice, list.list.count);
	size_t count = 0;
	for (size_t i = 0; i < list.list.count; i++) {
		struct form_choice choice = choice_of(arena, list.list.items[i]);
		bool empty = choice.value.kind == FEEL_NULL || (choice.value.kind == FEEL_STRING && choice.value.string.len == 0);
		if (!empty) choices[count++] = choice;
	}
	*out_choices = (struct form_choices){ choices, count };
	return OK;
}

static struct err choices_of_list(struct form_maker *maker, struct form_item *item, struct feel_value list)
{
	struct form_choices choices;
	TRY(form_choices_of(maker->arena, list, &choices));
	item->choices = choices.items;
	item->choice_count = choices.count;
	return OK;
}

struct err form_choices(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct feel_value list = FEEL_NULL_VALUE;
	item->choices = NULL;
	item->choice_count = 0;
	if (component->options_key.len > 0) return choices_of_list(maker, item, feel_at(maker->state->data, component->options_key));
	if (component->options_expression.given) {
		TRY(form_value_of(maker, &component->options_expression, item->scope, &list));
		return choices_of_list(maker, item, list);
	}
	struct form_choice *choices = ARENA_ARRAY(maker->arena, struct form_choice, component->option_count);
	for (size_t i = 0; i < component->option_count; i++) {
		choices[i] = (struct form_choice){ .value = component->options[i].value, .group = STR("") };
		TRY(form_text_run(maker->arena, maker->state, item, &component->options[i].label, FEEL_ESCAPE_NONE, &choices[i].label));
		TRY(form_text_run(maker->arena, maker->state, item, &component->options[i].hint, FEEL_ESCAPE_NONE, &choices[i].hint));
	}
	item->choices = choices;
	item->choice_count = component->option_count;
	return OK;
}

bool form_is_choice(const struct form_item *item, struct feel_value value)
{
	for (size_t i = 0; i < item->choice_count; i++)
		if (item->choices[i].value.kind == value.kind && feel_equal(item->choices[i].value, value) == 1) return true;
	return false;
}
