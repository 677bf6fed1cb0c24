/* Fields to choose in: boxes of 48 pixels, native selects, steps, rows to tick, and files. */
#include "form/html.h"

/* ---- boxes ---- */

struct box { const char *type; struct str id, name, token, label, hint; bool on, first_wrong; struct str describes; };

static void write_box(struct html *html, const struct box *box)
{
	html_raw(html, "<label class=\"r\"><input");
	html_attribute(html, "type", str_from_c(box->type));
	html_attribute(html, "id", box->id);
	html_attribute(html, "name", box->name);
	html_attribute(html, "value", box->token);
	html_attribute(html, "aria-describedby", box->describes);
	if (box->on) html_raw(html, " checked");
	html_raw(html, "><span>");
	html_text(html, box->label);
	if (box->hint.len) {
		html_raw(html, "<small>");
		html_text(html, box->hint);
		html_raw(html, "</small>");
	}
	html_raw(html, "</span></label>");
}

static bool is_chosen(struct feel_value value, struct feel_value option)
{
	if (value.kind != FEEL_LIST) return form_same_value(value, option);
	for (size_t i = 0; i < value.list.count; i++)
		if (form_same_value(value.list.items[i], option)) return true;
	return false;
}

/* Is the value only the schema's default, which nobody has said yet? A question that must be answered does not show it. */
static bool is_unsaid(const struct html *html, const struct form_item *item)
{
	struct feel_value there;
	bool asked = item->component->must_answer && !item->component->prefill.given;
	if (!asked || item->component->list || item->raw.kind != FEEL_NULL) return false;
	return !form_lookup(html->state->root->own, item->component->path, &there);
}

static struct err write_boxes(struct html *html, const struct form_item *item, struct feel_value shown, struct str from, const char *type)
{
	struct html_field_parts parts;
	const struct form_component *component = item->component;
	const struct form_language *language = &html->options->language;
	TRY(html_field_open(html, item, "fieldset", &parts));
	for (size_t i = 0; i < item->choice_count; i++) {
		const struct form_choice *choice = &item->choices[i];
		struct box box = { .type = type, .name = form_field_name(html->arena, item->pointer),
			.id = str_printf(html->arena, "%.*s-%zu", STR_ARG(parts.id), i),
			.token = form_choice_token(html->arena, component, item->choices, i),
			.label = form_choice_label(html->arena, language, component, choice),
			.hint = form_choice_hint(html->arena, language, component, choice), .on = is_chosen(shown, choice->value),
			.describes = i == 0 ? parts.describes : STR("") };
		write_box(html, &box);
	}
	html_field_close(html, item, "fieldset", from);
	return OK;
}

/* ---- selects ---- */

static void write_options(struct html *html, const struct form_component *component, const struct form_choice *choices, size_t count,
	struct feel_value shown)
{
	struct str group = STR("");
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(group, choices[i].group)) {
			if (group.len) html_raw(html, "</optgroup>");
			group = choices[i].group;
			if (group.len) {
				html_raw(html, "<optgroup");
				html_attribute(html, "label", group);
				html_raw(html, ">");
			}
		}
		html_raw(html, "<option");
		html_attribute(html, "value", form_choice_token(html->arena, component, choices, i));
		if (choices[i].chosen || is_chosen(shown, choices[i].value)) html_raw(html, " selected");
		html_raw(html, ">");
		html_text(html, form_choice_label(html->arena, &html->options->language, component, &choices[i]));
		html_raw(html, "</option>");
	}
	if (group.len) html_raw(html, "</optgroup>");
}

static void open_select(struct html *html, const struct form_item *item, const struct html_field_parts *parts, struct str id)
{
	const struct form_component *component = item->component;
	bool needed = component->required || component->must_answer;
	html_raw(html, "<select");
	html_attribute(html, "id", id);
	html_attribute(html, "name", form_field_name(html->arena, item->pointer));
	html_attribute(html, "aria-describedby", parts->describes);
	if (parts->wrong) html_raw(html, " aria-invalid=\"true\"");
	if (needed) html_raw(html, " aria-required=\"true\"");
	html_attribute(html, "autocomplete", component->autocomplete);
	html_raw(html, "><option value=\"\">");
	html_text(html, html_words(html, needed ? HTML_CHOOSE : HTML_NOT_KNOWN));
	html_raw(html, "</option>");
}

struct err html_choice_field(struct html *html, const struct form_item *item)
{
	struct html_field_parts parts;
	struct feel_value shown;
	struct str from;
	TRY(html_shown(html, item, &shown, &from));
	if (is_unsaid(html, item)) shown = FEEL_NULL_VALUE;
	if (item->component->type == FORM_RADIO) return write_boxes(html, item, shown, from, "radio");
	if (item->component->type != FORM_SELECT) return write_boxes(html, item, shown, from, "checkbox");
	TRY(html_field_open(html, item, "div", &parts));
	open_select(html, item, &parts, parts.id);
	write_options(html, item->component, item->choices, item->choice_count, shown);
	html_raw(html, "</select>");
	html_field_close(html, item, "div", from);
	return OK;
}

/* One select a step, each there once the one before it is chosen. */
struct err html_steps(struct html *html, const struct form_item *item, struct feel_value value)
{
	struct html_field_parts parts;
	struct form_steps steps;
	bool whole;
	struct str from, labels = form_own_words(&html->options->language, item->component, "stepLabels", item->component->step_labels);
	TRY(html_shown(html, item, &value, &from));
	TRY(form_steps_of(html->arena, html->state, item, value, &steps, &whole));
	TRY(html_field_open(html, item, "fieldset", &parts));
	for (size_t i = 0; i < steps.count; i++) {
		struct str id = str_printf(html->arena, "%.*s-%zu", STR_ARG(parts.id), i), label = STR("");
		if (!str_split(&labels, '/', &label)) label = html_words_of(html, HTML_STEP, str_from_i64(html->arena, (int64_t)i + 1));
		html_raw(html, "<label class=\"step\"");
		html_attribute(html, "for", id);
		html_raw(html, ">");
		html_text(html, label);
		html_raw(html, "</label>");
		open_select(html, item, &parts, id);
		write_options(html, item->component, steps.lists[i].items, steps.lists[i].count, FEEL_NULL_VALUE);
		html_raw(html, "</select>");
	}
	html_field_close(html, item, "fieldset", from);
	return OK;
}

/* ---- rows to tick ---- */

struct err html_pick(struct html *html, const struct form_item *list)
{
	const struct form_component *picked = form_picked(list->component);
	const struct form_language *language = &html->options->language;
	struct html_field_parts parts;
	struct form_choices choices;
	struct str above = form_field_name(html->arena, list->pointer);
	struct str name = str_printf(html->arena, "%.*s.%.*s", STR_ARG(above), STR_ARG(picked->row_path));
	TRY(form_pick_choices(html->arena, html->state, list, &choices));
	TRY(html_field_open(html, list, "fieldset", &parts));
	for (size_t i = 0; i < choices.count; i++) {
		struct box box = { .type = "checkbox", .name = name, .id = str_printf(html->arena, "%.*s-%zu", STR_ARG(parts.id), i),
			.token = form_choice_token(html->arena, picked, choices.items, i),
			.label = form_choice_label(html->arena, language, picked, &choices.items[i]),
			.hint = form_choice_hint(html->arena, language, picked, &choices.items[i]), .describes = i == 0 ? parts.describes : STR("") };
		for (const struct form_item *row = list->first; row && !box.on; row = row->next)
			box.on = form_same_value(feel_at(row->value, picked->row_path), choices.items[i].value);
		write_box(html, &box);
	}
	html_field_close(html, list, "fieldset", STR(""));
	return OK;
}

/* ---- files ---- */

static void write_size(struct html *html, int64_t bytes)
{
	if (bytes >= 1 << 20) buf_printf(&html->buf, "%.1f MB", (double)bytes / (1 << 20));
	else buf_printf(&html->buf, "%lld KB", (long long)((bytes + 1023) / 1024));
}

static void write_attachment(struct html *html, const struct form_attachment *file)
{
	struct str thumbnail = html_own_url(file->thumbnail_url), url = html_own_url(file->url);
	buf_add(&html->buf, file->sound ? STR("<li>") : STR("<li class=\"bad\">"));
	if (thumbnail.len) {
		html_raw(html, "<img alt=\"\" width=\"56\" height=\"56\" loading=\"lazy\"");
		html_attribute(html, "src", thumbnail);
		html_raw(html, ">");
	}
	buf_add(&html->buf, url.len ? STR("<span><a") : STR("<span><b"));
	html_attribute(html, "href", url);
	html_raw(html, ">");
	html_text(html, file->name);
	buf_add(&html->buf, url.len ? STR("</a><small>") : STR("</b><small>"));
	if (file->sound || file->words.len == 0) html_text(html, html_words(html, file->sound ? HTML_FILE_SOUND : HTML_FILE_UNSOUND));
	else html_text(html, file->words);
	if (file->bytes > 0) {
		html_raw(html, " · ");
		write_size(html, file->bytes);
	}
	html_raw(html, "</small></span><button class=\"btn sec small\" name=\"op\"");
	html_attribute(html, "value", str_join(html->arena, STR("unfile:"), file->id));
	struct str remove = html_words(html, HTML_FILE_REMOVE);
	html_attribute(html, "aria-label", str_printf(html->arena, "%.*s %.*s", STR_ARG(remove), STR_ARG(file->name)));
	html_raw(html, ">");
	html_text(html, remove);
	html_raw(html, "</button></li>");
}

/* Phones offer the camera when images are asked for by type. */
static struct str accept_of(struct html *html, const struct form_item *item)
{
	struct str accept;
	if (failed(form_text_run(html->arena, html->state, item, &item->component->accept, FEEL_ESCAPE_NONE, &accept))) return STR("");
	bool photos = str_find(accept, STR(".jpg"), 0) >= 0 && str_find(accept, STR("image/"), 0) < 0;
	return photos ? str_join(html->arena, STR("image/*,"), accept) : accept;
}

struct err html_files(struct html *html, const struct form_item *item)
{
	static const struct str camera = STR_INIT("<span class=\"ic\" aria-hidden=\"true\"><svg width=\"24\" height=\"24\" "
		"viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" stroke-linejoin=\"round\">"
		"<path d=\"M4 8h3.5L9 5.5h6L16.5 8H20v11H4z\"/><circle cx=\"12\" cy=\"13\" r=\"3.4\"/></svg></span>");
	struct html_field_parts parts;
	struct str path = form_field_name(html->arena, item->pointer);
	struct feel_value multiple = form_value_run(html->arena, html->state, item, &item->component->multiple);
	size_t count = 0;
	TRY(html_field_open(html, item, "div", &parts));
	for (size_t i = 0; i < html->options->attachment_count; i++) {
		if (!str_eq(html->options->attachments[i].path, path)) continue;
		if (count++ == 0) html_raw(html, "<ul class=\"files\">");
		write_attachment(html, &html->options->attachments[i]);
	}
	if (count) html_raw(html, "</ul>");
	bool several = multiple.kind == FEEL_BOOLEAN && multiple.boolean;
	html_raw(html, "<label class=\"up\">");
	buf_add(&html->buf, camera);
	html_raw(html, "<span>");
	html_text(html, html_words(html, count && several ? HTML_PHOTO_MORE : HTML_PHOTO));
	html_raw(html, "<small>");
	html_text(html, html_words(html, HTML_PHOTO_HINT));
	html_raw(html, "</small></span><input type=\"file\"");
	html_attribute(html, "id", parts.id);
	html_attribute(html, "name", path);
	html_attribute(html, "accept", accept_of(html, item));
	html_attribute(html, "aria-describedby", parts.describes);
	if (parts.wrong) html_raw(html, " aria-invalid=\"true\"");
	if (several) html_raw(html, " multiple");
	html_raw(html, "></label>");
	html_field_close(html, item, "div", STR(""));
	return OK;
}
