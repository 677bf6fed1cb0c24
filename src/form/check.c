#include "form/inside.h"

struct checker {
	struct arena *arena;
	struct report *report;
	const struct form *form;
	unsigned char *marks;            /* of each component on the search for circles: 0 new, 1 on the way, 2 done */
	const struct form_component **way;
	size_t way_count;
};

/* ---- circles ---- */

/* The component-wise meaning of a name read in a scope: "this.amount" in a row of claims is "claims.amount". */
static struct str resolved(struct arena *arena, struct str name, const struct form_component *list)
{
	static const struct str own[] = { STR_INIT("this"), STR_INIT("_this_") };
	static const struct str outer[] = { STR_INIT("parent"), STR_INIT("_parent_") };
	for (;;) {
		struct str rest = name, first;
		if (!str_split(&rest, '.', &first)) return name;
		bool is_own = str_eq(first, own[0]) || str_eq(first, own[1]);
		bool is_outer = str_eq(first, outer[0]) || str_eq(first, outer[1]);
		if (!is_own && !is_outer) return name;
		if (!rest.ptr) rest = STR("");
		if (is_own) {
			if (!list || rest.len == 0) return list ? list->path : rest;
			return str_printf(arena, "%.*s.%.*s", STR_ARG(list->path), STR_ARG(rest));
		}
		list = list ? list->list : NULL;
		name = rest;
	}
}

/* Is one of the two paths the other, or above it? */
static bool overlap(struct str a, struct str b)
{
	struct str shorter = a.len < b.len ? a : b, longer = a.len < b.len ? b : a;
	return shorter.len > 0 && str_starts(longer, shorter) && (longer.len == shorter.len || longer.ptr[shorter.len] == '.');
}

static bool search(struct checker *c, const struct form_component *component);

static void say_circle(struct checker *c, const struct form_component *again)
{
	struct buf buf = buf_make(c->arena, 1 << 16);
	size_t i = c->way_count;
	while (i > 0 && c->way[i - 1] != again) i--;
	for (i = i ? i - 1 : 0; i < c->way_count; i++) {
		buf_add(&buf, c->way[i]->path.len ? c->way[i]->path : c->way[i]->id);
		buf_add_lit(&buf, " needs ");
	}
	buf_add(&buf, again->path.len ? again->path : again->id);
	report_error(c->report, again->pointer, "these need each other in a circle: %.*s", STR_ARG(buf_str(&buf)));
}

/* Follows what an expression reads; false when a circle was said. */
static bool follow(struct checker *c, const struct form_value *value, const struct form_component *list)
{
	if (!value->program) return true;
	struct feel_names names = feel_program_reads(c->arena, value->program);
	for (size_t i = 0; i < names.count; i++) {
		struct str path = resolved(c->arena, names.items[i], list);
		for (size_t k = 0; k < c->form->component_count; k++)
			if (overlap(c->form->components[k]->path, path) && !search(c, c->form->components[k])) return false;
	}
	return true;
}

/* The value of a component needs its expression, its readonly, and the hides of itself and of all around it. */
static bool search(struct checker *c, const struct form_component *component)
{
	unsigned char *mark = &c->marks[component->index];
	if (*mark == 2) return true;
	if (*mark == 1) {
		say_circle(c, component);
		return false;
	}
	*mark = 1;
	c->way[c->way_count++] = component;
	bool fine = follow(c, &component->expression, component->list) && follow(c, &component->readonly, component->list);
	for (const struct form_component *around = component; fine && around; around = around->parent)
		fine = follow(c, &around->hide, around->list);
	c->way_count--;
	*mark = 2;
	return fine;
}

static void check_circles(struct checker *c)
{
	c->marks = arena_alloc(c->arena, c->form->component_count + 1);
	c->way = ARENA_ARRAY(c->arena, const struct form_component *, c->form->component_count + 1);
	for (size_t i = 0; i < c->form->component_count; i++) {
		const struct form_component *component = c->form->components[i];
		if (component->path.len > 0 && component->type != FORM_DYNAMICLIST && !search(c, component)) c->way_count = 0;
	}
}

/* ---- what workers must not meet ---- */

static void check_choices(struct checker *c, const struct form_component *component)
{
	bool elsewhere = component->options_key.len > 0 || component->options_expression.given;
	if (!elsewhere && component->option_count == 0)
		report_error(c->report, component->pointer, "there is nothing to choose: give values, valuesKey or valuesExpression");
	for (size_t i = 0; i < component->option_count; i++)
		for (size_t k = 0; k < i; k++)
			if (form_same_value(component->options[i].value, component->options[k].value))
				report_error(c->report, str_printf(c->arena, "%.*s/values/%zu", STR_ARG(component->pointer), i),
					"the same value as option %zu", k);
}

static bool is_ours(struct str url)
{
	return str_starts(url, STR("data:image/")) || (str_starts(url, STR("/")) && !str_starts(url, STR("//")));
}

static void check_shown(struct checker *c, const struct form_component *component)
{
	static const struct str banned[] = {
		STR_INIT("<style"), STR_INIT("<script"), STR_INIT("<iframe"), STR_INIT("<object"), STR_INIT("<embed"), STR_INIT("<link"),
		STR_INIT("<meta"), STR_INIT("<form"), STR_INIT("<base"), STR_INIT("javascript:"), STR_INIT(" style="),
		STR_INIT(" onerror="),
		STR_INIT(" onclick="), STR_INIT(" onload="),
	};
	if (component->type == FORM_IFRAME)
		report_error(c->report, component->pointer, "a page of another site cannot be shown to workers");
	if (component->type == FORM_IMAGE && !is_ours(component->content.source) && !component->content.tmpl)
		report_error(c->report, component->pointer,
			"a picture must come from the hall (/...) or stand in the form (data:image/...)");
	if (component->type == FORM_IMAGE && component->alt.source.len == 0)
		report_error(c->report, component->pointer, "a picture needs alt: words for those who cannot see it");
	if (component->type != FORM_HTML && component->type != FORM_TEXT) return;
	struct str lower = str_lower_ascii(c->arena, component->content.source);
	for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
		if (str_find(lower, banned[i], 0) >= 0)
			report_error(c->report, component->pointer, "%.*s is not accepted in a text", STR_ARG(banned[i]));
}

static void check_keyed(struct checker *c, const struct form_component *component)
{
	struct str path = component->path;
	bool input = component->type != FORM_EXPRESSION;
	if (input && component->label.source.len == 0 && component->date_label.source.len == 0
		&& component->time_label.source.len == 0)
		report_error(c->report, component->pointer, "%.*s has no label, so nobody knows what to fill in", STR_ARG(path));
	if (component->validation == FORM_VALIDATION_PHONE)
		report_warning(c->report, component->pointer,
			"phone wants +86 in front and refuses 13800138000; use the pattern ^1[3-9]\\d{9}$ with patternErrorMessage");
	const char *danger = form_pattern_danger(component->pattern_source);
	if (danger) report_error(c->report, str_join(c->arena, component->pointer, STR("/validate/pattern")), "%s", danger);
	if (component->type == FORM_NUMBER && component->decimal_digits != 0 && !component->serialize_to_string)
		report_warning(c->report, component->pointer, "set serializeToString, or other programs will read %.*s as a float",
			STR_ARG(path));
	if (component->has_default && input) {
		struct feel_value value;
		static const struct feel_env none = { .offset_s = SHANGHAI_OFFSET_S };
		if (form_decode(c->arena, component, component->default_value, &none, &value) != WORDS_NONE)
			report_error(c->report, component->pointer, "defaultValue does not fit a %s", form_type_name(component->type));
	}
}

/* A property that no component of this type has is mostly a slip of the pen. */
static void check_names(struct checker *c, const struct form_component *component)
{
	static const char *const known[] = {
		"type", "id", "key", "path", "components", "properties", "validate", "appearance", "conditional", "layout", "values",
		"columns", "defaultValue", "increment", "isRepeating", "action", "computeOn", "security", "strict", "endpointKey",
	};
	for (const struct json *member = component->json->first; member; member = member->next) {
		bool found = false;
		for (size_t i = 0; i < sizeof known / sizeof *known && !found; i++) found = str_eq_c(member->key, known[i]);
		for (size_t i = 0; i < form_property_count && !found; i++)
			found = !form_properties[i].inside[0] && property_belongs(&form_properties[i], component->type)
				&& str_eq_c(member->key, form_properties[i].name);
		if (!found)
			report_warning(c->report, component->pointer, "nobody reads the property %.*s of a %s", STR_ARG(member->key),
				form_type_name(component->type));
	}
}

static void check_component(struct checker *c, const struct form_component *component)
{
	const struct feel_value *hide = &component->hide.constant;
	if (component->hide.given && !component->hide.program && hide->kind == FEEL_BOOLEAN && hide->boolean)
		report_error(c->report, component->pointer,
			"hide: true hides nothing in form-js; write \"=true\" or leave the component out");
	if (component->sensitive && component->purpose.len == 0)
		report_error(c->report, component->pointer, "sensitive data needs a purpose that the person can read (PIPL article 30)");
	if (component->check.given && component->check_message.source.len == 0)
		report_error(c->report, component->pointer, "a check needs a checkMessage that says how to mend it");
	if (form_is_keyed(component->type)) check_keyed(c, component);
	if (form_is_choosing(component->type)) check_choices(c, component);
	check_shown(c, component);
	check_names(c, component);
}

void form_check(struct arena *arena, const struct form *form, const struct feel_env *env, const struct feel_scope *known,
	struct report *report)
{
	const struct form *closed;
	struct checker c = { .arena = arena, .report = report, .form = form };
	/* Names are judged by loading the form again in a scope that knows no others. */
	bool names_known = !failed(form_load_closed(arena, form->text, env, known, report, true, &closed));
	for (size_t i = 0; i < form->component_count; i++) check_component(&c, form->components[i]);
	if (names_known) check_circles(&c);
}
