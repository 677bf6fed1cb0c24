#include "web/facts_view.h"

struct str facts_label(const struct form *form, struct str path)
{
	const struct form_component *component = form ? form_at(form, path) : NULL;
	struct str label = component && component->label.source.len ? component->label.source : path;
	ptrdiff_t bracket = str_find(label, STR("（"), 0);      /* "（选填）" was for the applicant */
	return bracket > 0 ? str_sub(label, 0, (size_t)bracket) : label;
}

/* "paidWages" is shown by the words that the form offered for it. */
struct str facts_words(
    struct request *request, const struct form *form, struct feel_value data, struct str path, struct feel_value value)
{
	const struct form_component *component = form ? form_at(form, path) : NULL;
	for (size_t i = 0; component && i < component->option_count; i++)
		if (feel_equal(component->options[i].value, value) == 1) return component->options[i].label.source;
	struct feel_value offered = FEEL_NULL_VALUE;
	if (component && component->options_expression.program)
		(void)failed(feel_run(
		    request->arena, component->options_expression.program, data, environment_signatures(), NULL, &offered));
	for (size_t i = 0; offered.kind == FEEL_LIST && i < offered.list.count; i++) {
		struct feel_value label = feel_get(offered.list.items[i], STR("label"));
		if (label.kind == FEEL_STRING && feel_equal(feel_get(offered.list.items[i], STR("value")), value) == 1) return label.string;
	}
	if (value.kind == FEEL_BOOLEAN) return page_word(request, value.boolean ? "deskCase.yes" : "deskCase.no");
	bool region = str_ends(path, STR("workplace")) || str_ends(path, STR("egion"));
	if (region && value.kind == FEEL_STRING) return desk_region_name(request->hall, value.string);
	return feel_print(request->arena, value);
}

static struct str list_words(
    struct request *request, const struct form *form, struct feel_value data, struct str path, struct feel_value list)
{
	struct buf buf = buf_make(request->arena, 8192);
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value item = list.list.items[i], type = feel_get(item, STR("type")), amount = feel_get(item, STR("amount"));
		bool claim = item.kind == FEEL_CONTEXT;
		struct str words =
		    facts_words(request, form, data, claim ? str_join(request->arena, path, STR(".type")) : path, claim ? type : item);
		buf_printf(&buf, "%s%.*s", buf.len ? "；" : "", STR_ARG(words));
		if (claim && amount.kind != FEEL_NULL) buf_printf(&buf, " %.*s元", STR_ARG(feel_print(request->arena, amount)));
	}
	return buf_str(&buf);
}

static bool is_given(struct feel_value value)
{
	if (value.kind == FEEL_LIST) return value.list.count > 0;
	return value.kind != FEEL_NULL && (value.kind != FEEL_STRING || str_trim(value.string).len > 0);
}

/* A label may hang on the row that it stands in: "{{if this.type = ...}}". */
static struct str label_in_row(
    struct request *request, const struct form_component *component, struct feel_value data, struct feel_value row)
{
	struct str words, label = facts_label(NULL, component->label.source);
	struct feel_template_options options = { .escape = FEEL_ESCAPE_NONE, .bytes_max = 2000 };
	if (!component->label.tmpl) return label;
	struct feel_value context = feel_put(request->arena, feel_merge(request->arena, data, row), STR("this"), row);
	struct err err = feel_template_run(
	    request->arena, component->label.tmpl, context, environment_signatures(), &options, NULL, &words);
	return failed(err) ? label : words;
}

struct facts facts_make(struct request *request, struct feel_value data)
{
	return (struct facts){ value_list_make(request->arena), buf_make(request->arena, 8192), data, true };
}

void facts_add(struct request *request, struct facts *facts, const struct form *form, struct str path, struct feel_value value)
{
	struct resource fact = resource_make(request->arena);
	const char *known = str_eq_c(path, "submittedOn") ? "deskCase.submittedOn" : str_eq_c(path, "identityLevel") ? "deskCase.identityLevel"
		: str_eq_c(path, "region") ? "deskCase.region" : NULL;
	struct str label = known ? page_word(request, known) : facts_label(form, path);
	if (!is_given(value)) {
		buf_printf(&facts->missing, "%s%.*s", facts->missing.len ? "、" : "", STR_ARG(label));
		return;
	}
	resource_text(&fact, "label", label);
	resource_text(&fact, "value",
	    value.kind == FEEL_LIST ? list_words(request, form, facts->data, path, value)
	                            : facts_words(request, form, facts->data, path, value));
	value_list_add(&facts->given, resource_done(&fact));
}

void facts_add_answers(struct request *request, struct facts *facts, const struct form *form)
{
	for (size_t i = 0; form && i < form->component_count; i++) {
		const struct form_component *component = form->components[i];
		bool list = component->type == FORM_DYNAMICLIST;
		if (component->path.len == 0 || component->list || (list && !facts->with_lists) || (!list && !form_is_keyed(component->type)) ||
		    component->type == FORM_FILEPICKER)
			continue;
		facts_add(request, facts, form, component->path, feel_at(facts->data, component->path));
	}
}

struct feel_value facts_rows(struct request *request, const struct form *form, struct feel_value data, struct str list_path)
{
	struct feel_value rows = feel_at(data, list_path);
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; rows.kind == FEEL_LIST && i < rows.list.count; i++) {
		struct resource row = resource_make(request->arena);
		struct facts facts = facts_make(request, data);
		struct feel_value type = feel_get(rows.list.items[i], STR("type"));
		for (size_t k = 0; form && k < form->component_count; k++) {
			const struct form_component *component = form->components[k];
			if (!component->list || !str_eq(component->list->path, list_path) || str_eq_c(component->row_path, "type")) continue;
			struct feel_value value = feel_at(rows.list.items[i], component->row_path);
			if (!is_given(value)) continue;
			struct resource fact = resource_make(request->arena);
			resource_text(&fact, "label", label_in_row(request, component, data, rows.list.items[i]));
			resource_text(&fact, "value", str_join(request->arena, facts_words(request, form, data, component->path, value),
			    component->suffix.source));
			value_list_add(&facts.given, resource_done(&fact));
		}
		resource_text(&row, "name",
		    facts_words(request, form, data, str_join(request->arena, list_path, STR(".type")), type));
		resource_add(&row, "facts", value_list_done(&facts.given));
		value_list_add(&list, resource_done(&row));
	}
	return value_list_done(&list);
}
