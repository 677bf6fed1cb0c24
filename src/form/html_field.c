/* Fields that take text, numbers, dates and a tick; the frame of errors, label and hints around every field. */
#include "form/html.h"

/* ---- the frame ---- */

static struct err write_hints(struct html *html, const struct form_item *item, struct str id, struct str *out_ids)
{
	const struct form_component *component = item->component;
	const struct form_language *language = &html->options->language;
	struct str hint, more = form_own_words(language, component, "purpose", component->purpose);
	*out_ids = STR("");
	TRY(form_own_text(html->arena, html->state, item, language, "description", &component->description, &hint));
	/* The hint of a list that is picked is told on the pages of its rows. */
	if (hint.len == 0 && component->pick.len == 0)
		TRY(form_own_text(html->arena, html->state, item, language, "hint", &component->hint, &hint));
	if (!component->sensitive) more = STR("");
	if (hint.len == 0 && more.len == 0) return OK;
	*out_ids = str_join(html->arena, id, STR("-hint"));
	html_raw(html, "<p class=\"hint\"");
	html_attribute(html, "id", *out_ids);
	html_raw(html, ">");
	html_text(html, hint);
	if (hint.len && more.len) html_raw(html, "<br>");
	html_text(html, more);
	html_raw(html, "</p>");
	return OK;
}

/* Is what a person need not answer marked? Boxes to tick are never needed one by one. */
static bool is_optional(const struct form_item *item)
{
	const struct form_component *component = item->component;
	if (component->type == FORM_DYNAMICLIST) return component->rows_min == 0 && item->component->pick.len > 0;
	return form_is_keyed(component->type) && component->type != FORM_CHECKBOX && !component->required && !component->must_answer
		&& !item->readonly && !item->disabled && component->type != FORM_CHECKLIST && component->type != FORM_TAGLIST;
}

static void write_label(struct html *html, const struct form_item *item, struct str id, bool legend)
{
	struct str label = html_label(html, item);
	bool seen = !str_eq(label, html->title);
	if (legend) {
		buf_add(&html->buf, seen ? STR("<legend>") : STR("<legend class=\"heard\">"));
	} else {
		buf_add(&html->buf, seen ? STR("<label") : STR("<label class=\"heard\""));
		html_attribute(html, "for", id);
		html_raw(html, ">");
	}
	html_text(html, label);
	bool several = item->component->type == FORM_CHECKLIST || item->component->type == FORM_TAGLIST || item->component->pick.len > 0;
	if (is_optional(item) || several) {
		html_raw(html, " <span class=\"opt\">");
		html_text(html, html_words(html, several ? HTML_SEVERAL : HTML_OPTIONAL));
		html_raw(html, "</span>");
	}
	buf_add(&html->buf, legend ? STR("</legend>") : STR("</label>"));
}

static void write_errors(struct html *html, const struct form_item *item, struct str error_id)
{
	if (item->errors.count == 0) return;
	html_raw(html, "<p class=\"msg\"");
	html_attribute(html, "id", error_id);
	html_raw(html, ">");
	for (size_t i = 0; i < item->errors.count; i++) {
		if (i) html_raw(html, "<br>");
		html_text(html, item->errors.items[i]);
	}
	html_raw(html, "</p>");
}

struct err html_field_open(struct html *html, const struct form_item *item, const char *tag, struct html_field_parts *out_parts)
{
	struct str id = html_id(html, item), hint, error = str_join(html->arena, id, STR("-err"));
	bool fieldset = str_eq_c(STR("fieldset"), tag), wrong = item->errors.count > 0;
	buf_printf(&html->buf, "<%s class=\"f%s\"", tag, wrong ? " err" : "");
	struct buf describes = buf_make(html->arena, 2048);
	if (wrong) buf_add(&describes, error);
	if (fieldset) {
		/* A legend must come first to name its fieldset, so the errors follow it. */
		if (item->component->type == FORM_DYNAMICLIST && item->component->pick.len == 0) html_attribute(html, "id", id);
		if (wrong) html_attribute(html, "aria-describedby", error);
		html_raw(html, ">");
		write_label(html, item, id, true);
		write_errors(html, item, error);
	} else {
		html_raw(html, ">");
		write_errors(html, item, error);
		write_label(html, item, id, false);
	}
	TRY(write_hints(html, item, id, &hint));
	if (wrong && hint.len) buf_add_byte(&describes, ' ');
	buf_add(&describes, hint);
	*out_parts = (struct html_field_parts){ id, buf_str(&describes), wrong };
	return OK;
}

static void write_unknown(struct html *html, const struct form_item *item)
{
	const struct form_component *component = item->component;
	struct str words;
	if (component->unknown.source.len == 0) return;
	if (failed(form_own_text(html->arena, html->state, item, &html->options->language, "unknown", &component->unknown, &words))) return;
	bool ticked = item->unknown || (html->options->answered && form_is_empty(item->value) && item->errors.count == 0);
	html_raw(html, "<label class=\"r\"><input type=\"checkbox\" name=\"unknown\"");
	html_attribute(html, "value", form_field_name(html->arena, item->pointer));
	if (ticked) html_raw(html, " checked");
	html_raw(html, "><span>");
	html_text(html, words);
	html_raw(html, "</span></label>");
}

void html_field_close(struct html *html, const struct form_item *item, const char *tag, struct str from)
{
	if (from.len) {
		html_raw(html, "<p class=\"from\"");
		html_attribute(html, "id", str_join(html->arena, html_id(html, item), STR("-from")));
		html_raw(html, ">");
		html_text(html, html_words_of(html, HTML_FROM, from));
		html_raw(html, "</p>");
	}
	write_unknown(html, item);
	buf_printf(&html->buf, "</%s>", tag);
}

/* ---- what it shows ---- */

static struct str known_source(struct html *html, const struct form_item *item)
{
	struct str path = form_field_name(html->arena, item->pointer);
	for (size_t i = 0; i < html->options->source_count; i++)
		if (str_eq(html->options->sources[i].path, path)) return html->options->sources[i].words;
	return STR("");
}

struct err html_shown(struct html *html, const struct form_item *item, struct feel_value *out_value, struct str *out_from)
{
	const struct form_component *component = item->component;
	bool sent = item->raw.kind != FEEL_NULL, wrong = item->errors.count > 0 || item->fault != WORDS_NONE;
	*out_from = STR("");
	bool typed = item->raw.kind == FEEL_STRING && !form_is_choosing(component->type);
	*out_value = sent && item->fault != WORDS_NONE && typed ? item->raw : item->value;
	if (sent || html->options->answered) return OK;
	if (!form_is_empty(*out_value)) {
		*out_from = known_source(html, item);
		return OK;
	}
	struct feel_value value;
	if (!component->prefill.given || wrong) return OK;
	value = form_value_run(html->arena, html->state, item, &component->prefill);
	if (form_is_empty(value) || form_decode(html->arena, component, value, html->state->env, &value) != WORDS_NONE) return OK;
	*out_value = value;
	*out_from = form_own_words(&html->options->language, component, "source", component->source);
	return OK;
}

static struct str text_of(struct html *html, struct feel_value value)
{
	return value.kind == FEEL_NULL ? STR("") : feel_print(html->arena, value);
}

/* ---- inputs ---- */

static void write_common(struct html *html, const struct form_item *item, const struct html_field_parts *parts, struct str from)
{
	const struct form_component *component = item->component;
	html_attribute(html, "id", parts->id);
	html_attribute(html, "name", form_field_name(html->arena, item->pointer));
	struct str describes = parts->describes;
	if (from.len) describes = str_printf(html->arena, "%.*s%s%.*s-from", STR_ARG(describes), describes.len ? " " : "", STR_ARG(parts->id));
	html_attribute(html, "aria-describedby", describes);
	if (parts->wrong) html_raw(html, " aria-invalid=\"true\"");
	if (component->required || component->must_answer) html_raw(html, " aria-required=\"true\"");
	html_attribute(html, "autocomplete", component->autocomplete);
}

static struct err write_adorner(struct html *html, const struct form_item *item, const char *member, const struct form_text *text)
{
	struct str words;
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, member, text, &words));
	if (words.len == 0) return OK;
	html_raw(html, "<span aria-hidden=\"true\">");
	html_text(html, words);
	html_raw(html, "</span>");
	return OK;
}

static struct str input_mode(const struct form_component *component)
{
	if (component->input_mode.len) return component->input_mode;
	if (component->type == FORM_NUMBER) return component->decimal_digits == 0 ? STR("numeric") : STR("decimal");
	return component->validation == FORM_VALIDATION_EMAIL ? STR("email") : STR("");
}

/* Dates and times use the phone's own picker; what it could not show again (nonsense, another way of writing) stands as text. */
static struct str time_type(const struct form_component *component, struct feel_value shown)
{
	if (shown.kind == FEEL_STRING && shown.string.len > 0) return STR("text");
	return component->subtype == FORM_DATE ? STR("date") : component->subtype == FORM_TIME ? STR("time") : STR("datetime-local");
}

static struct str time_text(struct html *html, struct feel_value shown)
{
	struct str text = text_of(html, shown);
	if (shown.kind == FEEL_TIME) return str_sub(text, 0, 5);
	return shown.kind == FEEL_DATE_TIME ? str_sub(text, 0, 16) : text;
}

static struct err write_input(struct html *html, const struct form_item *item, const struct html_field_parts *parts,
	struct feel_value shown, struct str from)
{
	const struct form_component *component = item->component;
	bool time = component->type == FORM_DATETIME, adorned = component->prefix.source.len + component->suffix.source.len > 0;
	struct str mode = input_mode(component);
	if (adorned) html_raw(html, "<span class=\"ad\">");
	TRY(write_adorner(html, item, "prefix", &component->prefix));
	html_raw(html, "<input");
	html_attribute(html, "type", time ? time_type(component, shown) : str_eq_c(mode, "tel") ? STR("tel") : STR("text"));
	write_common(html, item, parts, from);
	html_attribute(html, "value", time ? time_text(html, shown) : text_of(html, shown));
	html_attribute(html, "inputmode", mode);
	if (mode.len) html_raw(html, " autocapitalize=\"off\" spellcheck=\"false\"");
	html_raw(html, " enterkeyhint=\"next\">");
	TRY(write_adorner(html, item, "suffix", &component->suffix));
	if (adorned) html_raw(html, "</span>");
	return OK;
}

static void write_textarea(struct html *html, const struct form_item *item, const struct html_field_parts *parts,
	struct feel_value shown, struct str from)
{
	html_raw(html, "<textarea rows=\"5\"");
	write_common(html, item, parts, from);
	/* HTML drops a line break right after the tag; one of ours keeps the person's own. */
	html_raw(html, ">\n");
	html_text(html, text_of(html, shown));
	html_raw(html, "</textarea>");
}

static struct err write_checkbox(struct html *html, const struct form_item *item)
{
	struct str id = html_id(html, item), error = str_join(html->arena, id, STR("-err")), hint;
	const struct form_component *component = item->component;
	const struct form_language *language = &html->options->language;
	TRY(form_own_text(html->arena, html->state, item, language, "description", &component->description, &hint));
	if (hint.len == 0) TRY(form_own_text(html->arena, html->state, item, language, "hint", &component->hint, &hint));
	bool on = item->value.kind == FEEL_BOOLEAN && item->value.boolean, wrong = item->errors.count > 0;
	buf_add(&html->buf, wrong ? STR("<div class=\"f tick err\">") : STR("<div class=\"f tick\">"));
	write_errors(html, item, error);
	html_raw(html, "<label class=\"r\"><input type=\"checkbox\"");
	struct html_field_parts parts = { id, wrong ? error : STR(""), wrong };
	write_common(html, item, &parts, STR(""));
	html_raw(html, " value=\"true\"");
	if (on) html_raw(html, " checked");
	html_raw(html, "><span>");
	html_text(html, html_label(html, item));
	if (hint.len) {
		html_raw(html, "<small>");
		html_text(html, hint);
		html_raw(html, "</small>");
	}
	html_raw(html, "</span></label></div>");
	return OK;
}

/* What the person cannot change is no input, only words; without any it is nothing to read. */
static struct err write_fixed(struct html *html, const struct form_item *item)
{
	struct str text;
	TRY(html_read(html, item, &text));
	if (item->readonly && text.len == 0) return OK;
	html_raw(html, "<div class=\"f fixed\"><p class=\"name\">");
	html_text(html, html_label(html, item));
	html_raw(html, "</p><p class=\"value\"");
	html_attribute(html, "id", html_id(html, item));
	html_raw(html, ">");
	html_text(html, text.len ? text : html_words(html, HTML_NOTHING));
	html_raw(html, "</p>");
	struct str from = known_source(html, item);
	if (from.len == 0) from = form_own_words(&html->options->language, item->component, "source", item->component->source);
	if (from.len && text.len) {
		html_raw(html, "<p class=\"from\">");
		html_text(html, from);
		html_raw(html, "</p>");
	}
	html_raw(html, "</div>");
	return OK;
}

struct err html_field(struct html *html, const struct form_item *item)
{
	const struct form_component *component = item->component;
	struct html_field_parts parts;
	struct feel_value shown;
	struct str from;
	if (item->readonly || item->disabled) return write_fixed(html, item);
	if (component->type == FORM_CHECKBOX) return write_checkbox(html, item);
	if (component->type == FORM_FILEPICKER) return html_files(html, item);
	if (form_is_choosing(component->type)) return html_choice_field(html, item);
	TRY(html_shown(html, item, &shown, &from));
	if (component->steps.program) return html_steps(html, item, shown);
	TRY(html_field_open(html, item, "div", &parts));
	if (component->type == FORM_TEXTAREA) write_textarea(html, item, &parts, shown, from);
	else TRY(write_input(html, item, &parts, shown, from));
	html_field_close(html, item, "div", from);
	return OK;
}
