/* tck DIR: runs the cases of the DMN Technology Compatibility Kit that lie below DIR.
 *
 * A folder with NAME-test-NN.xml holds models and expectations. Each case gives a line
 * `folder,file,case,SUCCESS|ERROR|IGNORED,message`; the last line is `N passed, N failed`. Exit 0 when none failed. */
#include "dmn/dmn.h"

#include <stdio.h>
#include <string.h>

enum { FILE_COUNT_MAX = 20000, FILE_BYTES_MAX = 16 << 20 };

#define XSI STR("http://www.w3.org/2001/XMLSchema-instance")

struct kit { const char *dir; size_t passed_count, failed_count; };
struct suite {
	struct arena *arena;
	struct kit *kit;
	struct str folder, file;
	const struct dmn_model *model;
	struct feel_env env;
	struct str load_words;       /* why there is no model */
};

/* ---- values ------------------------------------------------------------------------------------------------- */

static struct str local_type(const struct xml *value)
{
	struct str type = xml_attribute_in(value, XSI, "type");
	ptrdiff_t colon = str_find_byte(type, ':', 0);
	return colon < 0 ? type : str_sub(type, (size_t)colon + 1, type.len);
}

static struct feel_value by_function(struct suite *suite, const char *function, struct str text)
{
	struct str literal = feel_print_literal(suite->arena, feel_string(text));
	struct str expression = str_printf(suite->arena, "%s(%.*s)", function, STR_ARG(literal));
	struct feel_value value = FEEL_NULL_VALUE;
	if (failed(feel_evaluate(suite->arena, expression, FEEL_NULL_VALUE, &suite->env, NULL, &value)))
		return FEEL_NULL_VALUE;
	return value;
}

/* Text without xsi:type has the type that the model declares. */
static struct feel_value untyped(struct suite *suite, struct str text, const struct feel_type *type)
{
	while (type != NULL && type->kind == FEEL_TYPE_LIST)
		type = type->element;
	struct feel_value number;
	if (type == NULL || type->kind != FEEL_TYPE_SIMPLE)
		return failed(feel_number_parse(text, &number)) ? feel_string(text) : number;
	switch (type->simple) {
	case FEEL_NUMBER: return failed(feel_number_parse(text, &number)) ? FEEL_NULL_VALUE : number;
	case FEEL_BOOLEAN: return feel_boolean(str_eq_c(text, "true"));
	case FEEL_DATE: return by_function(suite, "date", text);
	case FEEL_TIME: return by_function(suite, "time", text);
	case FEEL_DATE_TIME: return by_function(suite, "date and time", text);
	case FEEL_DAYS_DURATION:
	case FEEL_MONTHS_DURATION: return by_function(suite, "duration", text);
	default: return feel_string(text);
	}
}

static struct feel_value read_simple(struct suite *suite, const struct xml *value, const struct feel_type *declared)
{
	struct str type = local_type(value), text = value->text;
	if (str_eq_c(xml_attribute_in(value, XSI, "nil"), "true"))
		return FEEL_NULL_VALUE;
	if (str_is_empty(type))
		return untyped(suite, text, declared);
	if (str_eq_c(type, "string"))
		return feel_string(text);
	text = str_trim(text);
	if (str_eq_c(type, "boolean"))
		return feel_boolean(str_eq_c(text, "true") || str_eq_c(text, "1"));
	if (str_eq_c(type, "date"))
		return by_function(suite, "date", text);
	if (str_eq_c(type, "time"))
		return by_function(suite, "time", text);
	if (str_eq_c(type, "dateTime"))
		return by_function(suite, "date and time", text);
	if (str_eq_c(type, "duration"))
		return by_function(suite, "duration", text);
	struct feel_value number;
	return failed(feel_number_parse(text, &number)) ? FEEL_NULL_VALUE : number;
}

static const struct feel_type *member_type(const struct feel_type *type, struct str name)
{
	while (type != NULL && type->kind == FEEL_TYPE_LIST)
		type = type->element;
	for (size_t i = 0; type != NULL && type->kind == FEEL_TYPE_CONTEXT && i < type->member_count; i++)
		if (str_eq(type->members[i].name, name))
			return type->members[i].type;
	return NULL;
}

/* An element that holds <value>, <component>s or a <list>. */
static struct feel_value read_value(struct suite *suite, const struct xml *holder, const struct feel_type *type)
{
	const struct xml *list = xml_child(holder, STR(""), "list"), *value = xml_child(holder, STR(""), "value");
	const struct xml *component = xml_child(holder, STR(""), "component");
	if (list != NULL) {
		struct { LIST_OF(struct feel_value); } items = { 0 };
		for (const struct xml *x = xml_child(list, STR(""), "item"); x != NULL; x = xml_sibling(x, STR(""), "item")) {
			struct feel_value item = read_value(suite, x, type);
			LIST_PUSH(suite->arena, &items, item);
		}
		return feel_list_of(suite->arena, items.items, items.count);
	}
	if (component != NULL) {
		struct feel_value context = feel_context_of(suite->arena, NULL, 0);
		for (const struct xml *x = component; x != NULL; x = xml_sibling(x, STR(""), "component")) {
			struct str name = xml_attribute(x, "name");
			struct feel_value member = read_value(suite, x, member_type(type, name));
			context = feel_put(suite->arena, context, name, member);
		}
		return context;
	}
	return value == NULL ? FEEL_NULL_VALUE : read_simple(suite, value, type);
}

/* ---- comparing ---------------------------------------------------------------------------------------------------- */

static bool same_number(struct suite *suite, struct feel_value a, struct feel_value b)
{
	struct feel_value context = feel_put(suite->arena, feel_put(suite->arena, FEEL_NULL_VALUE, STR("a"), a), STR("b"), b), near;
	return feel_equal(a, b) == 1
		|| (!failed(feel_evaluate(suite->arena, STR("abs(a - b) < 0.00000001"), context, &suite->env, NULL, &near))
			&& near.kind == FEEL_BOOLEAN && near.boolean);
}

static bool same(struct suite *suite, struct feel_value expected, struct feel_value actual)
{
	if (expected.kind != actual.kind)
		return false;
	switch (expected.kind) {
	case FEEL_NULL: return true;
	case FEEL_NUMBER: return same_number(suite, expected, actual);
	case FEEL_LIST:
		if (expected.list.count != actual.list.count)
			return false;
		for (size_t i = 0; i < expected.list.count; i++)
			if (!same(suite, expected.list.items[i], actual.list.items[i]))
				return false;
		return true;
	case FEEL_CONTEXT:
		if (expected.context.count != actual.context.count)
			return false;
		for (size_t i = 0; i < expected.context.count; i++) {
			const struct feel_entry *entry = &expected.context.entries[i];
			if (!feel_has(actual, entry->key) || !same(suite, entry->value, feel_get(actual, entry->key)))
				return false;
		}
		return true;
	default:
		return feel_equal(expected, actual) == 1
			&& str_eq(feel_print(suite->arena, expected), feel_print(suite->arena, actual));
	}
}

/* ---- cases ---------------------------------------------------------------------------------------------------------- */

static void print_result(struct suite *suite, struct str id, bool success, struct str message)
{
	if (success)
		suite->kit->passed_count++;
	else
		suite->kit->failed_count++;
	struct buf line = buf_make(suite->arena, 1 << 20);
	struct str fields[] = { suite->folder, suite->file, id, success ? STR("SUCCESS") : STR("ERROR"), message };
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (i > 0)
			buf_add_byte(&line, ',');
		csv_add_field(&line, fields[i]);
	}
	printf("%.*s\n", STR_ARG(buf_str(&line)));
}

static const struct feel_type *declared_type(const struct suite *suite, struct str name)
{
	const struct dmn_element *element = dmn_find(suite->model, DMN_INPUT_DATA, name);
	if (element == NULL)
		element = dmn_find(suite->model, DMN_DECISION, name);
	return element == NULL ? NULL : element->type;
}

static struct feel_value read_inputs(struct suite *suite, const struct xml *test)
{
	struct feel_value inputs = feel_context_of(suite->arena, NULL, 0);
	for (const struct xml *x = xml_child(test, STR(""), "inputNode"); x != NULL; x = xml_sibling(x, STR(""), "inputNode")) {
		struct str name = xml_attribute(x, "name"), space = xml_attribute(x, "namespace");
		struct feel_value value = read_value(suite, x, declared_type(suite, name));
		if (!str_is_empty(space))
			name = str_printf(suite->arena, "{%.*s}%.*s", STR_ARG(space), STR_ARG(name));
		inputs = feel_put(suite->arena, inputs, name, value);
	}
	return inputs;
}

static struct err evaluate(struct suite *suite, const struct xml *test, struct str result, struct feel_value inputs,
	struct report *notes, struct feel_value *out_value)
{
	struct str type = xml_attribute(test, "type"), invocable = xml_attribute(test, "invocableName");
	if (str_is_empty(type) || str_eq_c(type, "decision"))
		return dmn_decide(suite->arena, suite->model, result, inputs, &suite->env, notes, NULL, out_value);
	TRY(dmn_invoke(suite->arena, suite->model, invocable, inputs, &suite->env, notes, NULL, out_value));
	if (out_value->kind == FEEL_CONTEXT && feel_has(*out_value, result))
		*out_value = feel_get(*out_value, result);   /* one of several outputs */
	return OK;
}

static struct str shown(struct suite *suite, struct feel_value value)
{
	return str_sub(feel_print_literal(suite->arena, value), 0, 300);
}

static bool run_result(struct suite *suite, const struct xml *test, const struct xml *result, struct feel_value inputs,
	struct str *out_message)
{
	struct report notes = report_make(suite->arena);
	struct str name = xml_attribute(result, "name");
	const struct xml *holder = xml_child(result, STR(""), "expected");
	struct feel_value actual = FEEL_NULL_VALUE, expected = FEEL_NULL_VALUE;
	if (holder != NULL)
		expected = read_value(suite, holder, declared_type(suite, name));
	struct err err = evaluate(suite, test, name, inputs, &notes, &actual);
	if (failed(err)) {
		*out_message = str_printf(suite->arena, "%.*s: %s", STR_ARG(name), err_words(err));
		return false;
	}
	if (same(suite, expected, actual))
		return true;
	*out_message = str_printf(suite->arena, "%.*s: expected %.*s, got %.*s%s%.*s", STR_ARG(name),
		STR_ARG(shown(suite, expected)), STR_ARG(shown(suite, actual)), notes.count == 0 ? "" : "; ",
		STR_ARG(notes.count == 0 ? STR("") : notes.items[0].words));
	return false;
}

static void run_case(struct suite *suite, const struct xml *test)
{
	struct str id = xml_attribute(test, "id"), message = suite->load_words;
	bool success = suite->model != NULL;
	if (success) {
		struct feel_value inputs = read_inputs(suite, test);
		for (const struct xml *x = xml_child(test, STR(""), "resultNode"); success && x != NULL;
				x = xml_sibling(x, STR(""), "resultNode"))
			success = run_result(suite, test, x, inputs, &message);
	}
	print_result(suite, id, success, success ? STR("") : message);
}

/* ---- suites ----------------------------------------------------------------------------------------------------------- */

static struct str join_path(struct arena *arena, struct str folder, struct str name)
{
	return str_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

static void load_model(struct suite *suite, struct str main_name, const struct file_names *names)
{
	struct { LIST_OF(struct dmn_source); } sources = { 0 };
	struct str main_path = join_path(suite->arena, suite->folder, main_name);
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < names->count; i++) {
			struct str name = names->items[i], rest = str_sub(name, suite->folder.len + 1, name.len);
			bool here = str_starts(name, suite->folder) && str_find_byte(rest, '/', 0) < 0 && str_ends(name, STR(".dmn"));
			if (!here || str_eq(name, main_path) != (turn == 0))
				continue;
			struct dmn_source source = { .file = rest };
			const char *path = str_to_c(suite->arena, join_path(suite->arena, str_from_c(suite->kit->dir), name));
			if (!failed(file_read(suite->arena, path, FILE_BYTES_MAX, &source.xml)))
				LIST_PUSH(suite->arena, &sources, source);
		}
		if (sources.count == 0)
			break;
	}
	struct report report = report_make(suite->arena);
	struct err err = sources.count == 0 ? ERR(NOT_FOUND)
		: dmn_load_partly(suite->arena, sources.items, sources.count, &suite->env, &report, &suite->model);
	if (!failed(err))
		return;
	suite->load_words = str_from_c(err_words(err));
	for (size_t i = report.count; i > 0; i--)
		if (report.items[i - 1].severity == SEVERITY_ERROR)
			suite->load_words = str_printf(suite->arena, "%.*s:%.*s: %.*s", STR_ARG(report.items[i - 1].file),
				STR_ARG(report.items[i - 1].place), STR_ARG(report.items[i - 1].words));
}

static void run_suite(struct kit *kit, struct str path, const struct file_names *names)
{
	struct arena suite_arena = { 0 };
	ptrdiff_t slash = -1;
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] == '/')
			slash = (ptrdiff_t)i;
	struct suite suite = { .arena = &suite_arena, .kit = kit, .folder = slash < 0 ? STR("") : str_sub(path, 0, (size_t)slash),
		.file = str_sub(path, (size_t)(slash + 1), path.len) };
	int64_t now_ms;
	if (!failed(time_parse_ms(STR("2026-01-01T00:00:00Z"), &now_ms)))
		suite.env = (struct feel_env){ .now_ms = now_ms };
	struct str content;
	const struct xml *root;
	const char *file = str_to_c(&suite_arena, join_path(&suite_arena, str_from_c(kit->dir), path));
	if (failed(file_read(&suite_arena, file, FILE_BYTES_MAX, &content)) || failed(xml_parse(&suite_arena, content, NULL, &root))) {
		print_result(&suite, STR(""), false, STR("the cases cannot be read"));
	} else {
		const struct xml *name = xml_child(root, STR(""), "modelName");
		load_model(&suite, name == NULL ? STR("") : str_trim(name->text), names);
		for (const struct xml *x = xml_child(root, STR(""), "testCase"); x != NULL; x = xml_sibling(x, STR(""), "testCase"))
			run_case(&suite, x);
	}
	arena_done(&suite_arena);
}

static bool is_suite(struct str name)
{
	ptrdiff_t at = str_find(name, STR("-test-"), 0);
	return at >= 0 && str_ends(name, STR(".xml"));
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: tck DIR\n");
		return 2;
	}
	struct arena arena = { 0 };
	struct kit kit = { .dir = argv[1] };
	struct file_names names;
	struct err err = folder_list(&arena, kit.dir, FILE_COUNT_MAX, &names);
	if (failed(err)) {
		fprintf(stderr, "%s: %s\n", kit.dir, err_words(err));
		return 3;
	}
	for (size_t i = 0; i < names.count; i++)
		if (is_suite(names.items[i]))
			run_suite(&kit, names.items[i], &names);
	printf("%zu passed, %zu failed\n", kit.passed_count, kit.failed_count);
	arena_done(&arena);
	return kit.failed_count == 0 && kit.passed_count > 0 ? 0 : 1;
}
