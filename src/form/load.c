#include "form/inside.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const type_names[FORM_TYPE_COUNT] = {
	[FORM_TEXTFIELD] = "textfield", [FORM_TEXTAREA] = "textarea", [FORM_NUMBER] = "number", [FORM_DATETIME] = "datetime",
	[FORM_CHECKBOX] = "checkbox", [FORM_CHECKLIST] = "checklist", [FORM_TAGLIST] = "taglist", [FORM_RADIO] = "radio",
	[FORM_SELECT] = "select", [FORM_FILEPICKER] = "filepicker", [FORM_EXPRESSION] = "expression", [FORM_TEXT] = "text",
	[FORM_HTML] = "html", [FORM_IMAGE] = "image", [FORM_IFRAME] = "iframe", [FORM_TABLE] = "table",
	[FORM_DOCUMENT_PREVIEW] = "documentPreview", [FORM_BUTTON] = "button", [FORM_SPACER] = "spacer",
	[FORM_SEPARATOR] = "separator", [FORM_GROUP] = "group", [FORM_DYNAMICLIST] = "dynamiclist",
};

const char *form_type_name(enum form_type type) { return type_names[type]; }

void form_fault(struct form_reader *reader, struct str pointer, const char *format, ...)
{
	char words[512];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	reader->fault_count++;
	report_error(reader->report, pointer, "%s", words);
}

static bool type_of(struct str name, enum form_type *out_type)
{
	for (int type = 0; type < FORM_TYPE_COUNT; type++) {
		if (!str_eq_c(name, type_names[type])) continue;
		*out_type = (enum form_type)type;
		return true;
	}
	return false;
}

static void set_defaults(struct form_component *component)
{
	bool container = component->type == FORM_GROUP || component->type == FORM_DYNAMICLIST;
	component->decimal_digits = -1;
	component->row_count = 10;
	component->time_interval = 15;
	component->default_repetitions = 1;
	component->non_collapsed_items = 5;
	component->rows_max = FORM_ROW_COUNT_MAX;
	component->height = component->type == FORM_IFRAME ? 300 : component->type == FORM_SPACER ? 60 : 0;
	component->vertical_alignment = container ? STR("start") : STR("");
}

static void read_id(struct form_reader *reader, struct form_component *component)
{
	const struct json *id = json_get(component->json, STR("id"));
	component->id = json_string(id);
	if (id && component->id.len == 0) form_fault(reader, component->pointer, "id must be a text that is not empty");
	if (component->id.len == 0) component->id = str_printf(reader->arena, "Field_%zu", component->index + 1);
	if (map_has(&reader->ids, component->id))
		form_fault(reader, component->pointer, "the id %.*s is used twice", STR_ARG(component->id));
	map_put(reader->arena, &reader->ids, component->id, component);
}

/* The name below which a value or the values inside stand. */
static void read_key(struct form_reader *reader, struct form_component *component)
{
	bool keyed = form_is_keyed(component->type);
	if (!keyed && component->type != FORM_GROUP && component->type != FORM_DYNAMICLIST) return;
	component->key = json_string_of(component->json, keyed ? "key" : "path");
	if (component->key.len == 0 && component->type != FORM_GROUP)
		form_fault(reader, component->pointer, keyed ? "a key is missing" : "a dynamiclist needs a path");
	else if (component->key.len > 0 && !form_is_path(component->key))
		form_fault(reader, component->pointer, "%.*s is no %s: letters, digits and _ in names joined by dots",
			STR_ARG(component->key), keyed ? "key" : "path");
}

/* What the table of properties cannot say. */
static void read_rest(struct form_reader *reader, struct form_component *component)
{
	const struct json *json = component->json, *increment = json_get(json, STR("increment"));
	const struct json *initial = json_get(json, STR("defaultValue"));
	struct feel_value number;
	component->properties = json_get(json, STR("properties"));
	component->reset = component->type == FORM_BUTTON && str_eq_c(json_string_of(json, "action"), "reset");
	component->compute_before_submit = str_eq_c(json_string_of(json, "computeOn"), "presubmit");
	if (component->type == FORM_FILEPICKER && component->file_count_max == 0)
		component->file_count_max = component->multiple.given ? 20 : 1;
	if (initial && form_is_keyed(component->type) && component->type != FORM_EXPRESSION) {
		component->has_default = true;
		component->default_value = feel_from_json(reader->arena, initial);
	}
	if (component->type == FORM_NUMBER && increment && json_string(increment).len + (increment->kind != JSON_STRING) > 0) {
		component->increment = increment->text;
		bool positive = !failed(feel_number_parse(increment->text, &number));
		bool comparable;
		if (positive) positive = feel_compare(number, feel_number_i64(0), &comparable) > 0;
		if (!positive) form_fault(reader, component->pointer, "increment must be a number above zero, not an expression");
	}
	if (component->type == FORM_EXPRESSION && !component->expression.given)
		form_fault(reader, component->pointer, "an expression component needs its expression");
	if ((component->type == FORM_TABLE || component->type == FORM_DOCUMENT_PREVIEW) && !component->data_source.given)
		form_fault(reader, component->pointer, "dataSource is missing");
	const struct json *repeats = json_get(json, STR("isRepeating"));
	if (component->type == FORM_DYNAMICLIST && !json_is(repeats, JSON_TRUE))
		form_fault(reader, component->pointer, "isRepeating must be true; what does not repeat is a group");
	if (component->rows_min > component->rows_max) form_fault(reader, component->pointer, "minRows is above maxRows");
}

static void read_components(struct form_reader *reader, struct form_component *parent, const struct json *list, int depth);

static void read_component(struct form_reader *reader, struct form_component *parent, const struct json *json,
	struct str pointer, int depth)
{
	struct form_component *component = ARENA_NEW(reader->arena, struct form_component);
	struct str name = json_string_of(json, "type");
	component->json = json;
	component->pointer = pointer;
	component->parent = parent;
	component->list = parent->type == FORM_DYNAMICLIST ? parent : parent->list;
	component->index = reader->components.count;
	if (!type_of(name, &component->type)) {
		if (name.len == 0) form_fault(reader, pointer, "a component needs a type");
		else form_fault(reader, pointer, "there is no component type %.*s", STR_ARG(name));
		return;
	}
	set_defaults(component);
	read_id(reader, component);
	read_key(reader, component);
	form_read_properties(reader, component);
	if (component->type == FORM_TABLE) form_read_columns(reader, component);
	if (form_is_choosing(component->type)) form_read_options(reader, component);
	read_rest(reader, component);
	LIST_PUSH(reader->arena, &reader->components, component);
	if (parent->last) parent->last->next = component;
	else parent->first = component;
	parent->last = component;
	if (component->type == FORM_GROUP || component->type == FORM_DYNAMICLIST)
		read_components(reader, component, json_get(json, STR("components")), depth + 1);
}

static void read_components(struct form_reader *reader, struct form_component *parent, const struct json *list, int depth)
{
	struct str pointer = str_join(reader->arena, parent->pointer, STR("/components"));
	if (!json_is(list, JSON_ARRAY)) {
		form_fault(reader, pointer, "components must be a list");
		return;
	}
	if (depth > FORM_NESTING_MAX) {
		form_fault(reader, pointer, "groups and lists are nested deeper than %d", FORM_NESTING_MAX);
		return;
	}
	size_t i = 0;
	for (const struct json *item = list->first; item; item = item->next, i++) {
		if (reader->components.count >= FORM_COMPONENT_COUNT_MAX) {
			form_fault(reader, pointer, "there are more than %d components", FORM_COMPONENT_COUNT_MAX);
			return;
		}
		read_component(reader, parent, item, str_printf(reader->arena, "%.*s/%zu", STR_ARG(pointer), i), depth);
	}
}

static void read_form(struct form_reader *reader, const struct json *json)
{
	struct form *form = reader->form;
	const struct json *version = json_get(json, STR("schemaVersion"));
	int64_t number = FORM_SCHEMA_VERSION_MAX;
	if (!str_eq_c(json_string_of(json, "type"), "default")) form_fault(reader, STR("/type"), "a form has the type \"default\"");
	if (version && (!json_is(version, JSON_NUMBER) || !str_to_i64(version->text, &number) || number < 1
		|| number > FORM_SCHEMA_VERSION_MAX))
		form_fault(reader, STR("/schemaVersion"), "schemaVersion must be 1 to %d", FORM_SCHEMA_VERSION_MAX);
	form->id = json_string_of(json, "id");
	form->schema_version = (int)number;
	struct form_component *root = ARENA_NEW(reader->arena, struct form_component);
	root->type = FORM_GROUP;
	root->pointer = root->id = root->key = STR("");
	root->json = json;
	form->root = root;
	read_components(reader, root, json_get(json, STR("components")), 0);
	form->components = (const struct form_component *const *)reader->components.items;
	form->component_count = reader->components.count;
}

struct err form_load_closed(struct arena *arena, struct str text, const struct feel_env *env, const struct feel_scope *known,
	struct report *report, bool closed, const struct form **out_form)
{
	const struct json *json;
	if (text.len > FORM_BYTES_MAX) {
		report_error(report, STR(""), "the form is larger than 1 MB");
		return ERR(LIMIT);
	}
	TRY(json_parse(arena, text, report, &json));
	struct form_reader reader = { .arena = arena, .report = report, .form = ARENA_NEW(arena, struct form) };
	reader.form->text = text;
	if (json->kind != JSON_OBJECT) {
		report_error(report, STR(""), "a form is a JSON object");
		return ERR(INVALID);
	}
	read_form(&reader, json);
	if (reader.fault_count == 0) form_claim_paths(&reader);
	if (reader.fault_count > 0) return ERR(INVALID);
	struct form_compiler compiler = { .arena = arena, .report = report, .env = env, .known = known, .closed = closed };
	form_compile(&compiler, reader.form);
	if (compiler.fault_count > 0) return ERR(INVALID);
	*out_form = reader.form;
	return OK;
}

struct err form_load(struct arena *arena, struct str text, const struct feel_env *env, const struct feel_scope *known,
	struct report *report, const struct form **out_form)
{
	return form_load_closed(arena, text, env, known, report, false, out_form);
}

const struct form_component *form_at(const struct form *form, struct str path)
{
	for (size_t i = 0; i < form->component_count; i++)
		if (form->components[i]->path.len > 0 && str_eq(form->components[i]->path, path)) return form->components[i];
	return NULL;
}

struct str form_property(const struct form_component *component, const char *name)
{
	const struct json *json = json_get(component->properties, str_from_c(name));
	if (!json) return STR("");
	if (json->kind == JSON_TRUE) return STR("true");
	if (json->kind == JSON_FALSE) return STR("false");
	return json->kind == JSON_STRING || json->kind == JSON_NUMBER ? json->text : STR("");
}
