/* Components that only show something, and values as people read them. */
#include "form/html.h"

/* ---- values in words ---- */

static struct str date_words(struct html *html, struct date date)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	if (html->options->language.english && date.month >= 1 && date.month <= 12)
		return str_printf(html->arena, "%d %s %d", date.day, months[date.month - 1], date.year);
	return str_printf(html->arena, "%d年%d月%d日", date.year, date.month, date.day);
}

static struct str value_words(struct html *html, struct feel_value value)
{
	switch (value.kind) {
	case FEEL_NULL: return STR("");
	case FEEL_BOOLEAN: return html_words(html, value.boolean ? HTML_YES : HTML_NO);
	case FEEL_DATE: return date_words(html, value.date);
	case FEEL_TIME: return str_sub(feel_print(html->arena, value), 0, 5);
	case FEEL_DATE_TIME: {
		struct str text = feel_print(html->arena, value);
		struct str day = date_words(html, value.date_time->date), time = str_sub(text, 11, 16);
		return str_printf(html->arena, "%.*s %.*s", STR_ARG(day), STR_ARG(time));
	}
	default: return feel_print(html->arena, value);
	}
}

static struct str choice_words(struct html *html, const struct form_item *item, struct feel_value value)
{
	for (size_t i = 0; i < item->choice_count; i++)
		if (form_same_value(item->choices[i].value, value))
			return form_choice_label(html->arena, &html->options->language, item->component, &item->choices[i]);
	return value_words(html, value);
}

static struct err steps_words(struct html *html, const struct form_item *item, struct str *out_text)
{
	struct form_steps steps;
	struct buf buf = buf_make(html->arena, 1024);
	bool whole;
	TRY(form_steps_of(html->arena, html->state, item, item->value, &steps, &whole));
	for (size_t i = 0; i < steps.count; i++)
		for (size_t k = 0; k < steps.lists[i].count; k++) {
			const struct form_choice *choice = &steps.lists[i].items[k];
			if (!choice->chosen) continue;
			buf_add(&buf, choice->group);
			buf_add(&buf, form_choice_label(html->arena, &html->options->language, item->component, choice));
		}
	*out_text = buf_str(&buf);
	return OK;
}

/* "5000.50" of money, where FEEL says 5000.5. */
static struct str number_words(struct html *html, const struct form_component *component, struct feel_value value)
{
	struct str text = value_words(html, value);
	ptrdiff_t point = str_find_byte(text, '.', 0);
	bool short_of = component->type == FORM_NUMBER && component->decimal_digits == 2 && point >= 0 && text.len - (size_t)point == 2;
	return short_of ? str_join(html->arena, text, STR("0")) : text;
}

struct err html_read(struct html *html, const struct form_item *item, struct str *out_text)
{
	const struct form_component *component = item->component;
	struct str suffix, prefix;
	*out_text = STR("");
	if (form_is_empty(item->value)) return OK;
	if (component->steps.program) return steps_words(html, item, out_text);
	if (form_is_choosing(component->type)) {
		struct buf buf = buf_make(html->arena, 1 << 16);
		const struct feel_value *items = item->value.kind == FEEL_LIST ? item->value.list.items : &item->value;
		size_t count = item->value.kind == FEEL_LIST ? item->value.list.count : 1;
		for (size_t i = 0; i < count; i++) {
			if (i) buf_add(&buf, html->options->language.english ? STR(", ") : STR("、"));
			buf_add(&buf, choice_words(html, item, items[i]));
		}
		*out_text = buf_str(&buf);
		return OK;
	}
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, "suffix", &component->suffix, &suffix));
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, "prefix", &component->prefix, &prefix));
	struct str words = number_words(html, component, item->value);
	*out_text = str_printf(html->arena, "%.*s%.*s%s%.*s", STR_ARG(prefix), STR_ARG(words), suffix.len ? " " : "", STR_ARG(suffix));
	return OK;
}

/* ---- tables ---- */

struct table { const struct form_column *columns; size_t column_count; };

static struct err columns_of(struct html *html, const struct form_item *item, struct table *out_table)
{
	const struct form_component *component = item->component;
	*out_table = (struct table){ component->columns, component->column_count };
	if (!component->columns_expression.given) return OK;
	struct feel_value list = form_value_run(html->arena, html->state, item, &component->columns_expression);
	size_t count = list.kind == FEEL_LIST ? list.list.count : 0;
	struct form_column *columns = ARENA_ARRAY(html->arena, struct form_column, count);
	for (size_t i = 0; i < count; i++) {
		struct feel_value label = feel_get(list.list.items[i], STR("label")), key = feel_get(list.list.items[i], STR("key"));
		columns[i].label.source = label.kind == FEEL_STRING ? label.string : STR("");
		columns[i].key = key.kind == FEEL_STRING ? key.string : STR("");
	}
	*out_table = (struct table){ columns, count };
	return OK;
}

static struct err write_table(struct html *html, const struct form_item *item)
{
	const struct form_component *component = item->component;
	struct table table;
	struct str words;
	struct feel_value rows = form_value_run(html->arena, html->state, item, &component->data_source);
	size_t count = rows.kind == FEEL_LIST ? rows.list.count : 0, shown = count;
	if (shown > (size_t)component->row_count) shown = (size_t)component->row_count;
	TRY(columns_of(html, item, &table));
	html_raw(html, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
	html_text(html, html_label(html, item));
	html_raw(html, "</caption><thead><tr>");
	for (size_t i = 0; i < table.column_count; i++) {
		TRY(form_text_run(html->arena, html->state, item, &table.columns[i].label, FEEL_ESCAPE_NONE, &words));
		html_raw(html, "<th scope=\"col\">");
		html_text(html, words);
		html_raw(html, "</th>");
	}
	html_raw(html, "</tr></thead><tbody>");
	for (size_t r = 0; r < shown; r++) {
		html_raw(html, "<tr>");
		for (size_t i = 0; i < table.column_count; i++) {
			html_raw(html, "<td>");
			html_text(html, value_words(html, feel_at(rows.list.items[r], table.columns[i].key)));
			html_raw(html, "</td>");
		}
		html_raw(html, "</tr>");
	}
	html_raw(html, "</tbody></table>");
	if (count > shown) {
		html_raw(html, "<p class=\"hint\">");
		html_text(html, html_words_of(html, HTML_ROWS_SHOWN, str_from_i64(html->arena, (int64_t)(count - shown))));
		html_raw(html, "</p>");
	}
	html_raw(html, "</div>");
	return OK;
}

/* ---- documents, pictures, buttons ---- */

static struct str text_at(struct feel_value value, const char *path)
{
	struct feel_value found = feel_at(value, str_from_c(path));
	return found.kind == FEEL_STRING ? found.string : STR("");
}

static struct err write_documents(struct html *html, const struct form_item *item)
{
	struct str title;
	struct feel_value list = form_value_run(html->arena, html->state, item, &item->component->data_source);
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, "title", &item->component->title, &title));
	html_raw(html, "<div class=\"f\"><p class=\"name\">");
	html_text(html, title.len ? title : html_label(html, item));
	html_raw(html, "</p><ul class=\"files\">");
	for (size_t i = 0; list.kind == FEEL_LIST && i < list.list.count; i++) {
		struct feel_value document = list.list.items[i];
		struct str url = html_own_url(text_at(document, "endpoint")), type = text_at(document, "metadata.contentType");
		if (url.len == 0) continue;
		html_raw(html, "<li>");
		if (str_starts(type, STR("image/"))) {
			html_raw(html, "<img alt=\"\" width=\"56\" height=\"56\" loading=\"lazy\"");
			html_attribute(html, "src", url);
			html_raw(html, ">");
		}
		html_raw(html, "<span><a");
		html_attribute(html, "href", url);
		html_raw(html, ">");
		struct str name = text_at(document, "metadata.fileName");
		html_text(html, name.len ? name : html_words(html, HTML_OPEN));
		html_raw(html, "</a></span></li>");
	}
	html_raw(html, "</ul></div>");
	return OK;
}

static struct err write_image(struct html *html, const struct form_item *item)
{
	struct str source, alt;
	TRY(form_text_run(html->arena, html->state, item, &item->component->content, FEEL_ESCAPE_NONE, &source));
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, "alt", &item->component->alt, &alt));
	source = html_own_url(source);
	if (source.len == 0) return OK;
	html_raw(html, "<p class=\"picture\"><img loading=\"lazy\"");
	html_attribute(html, "src", source);
	html_raw(html, " alt=\"");
	html_text(html, alt);
	html_raw(html, "\"></p>");
	return OK;
}

static struct err write_text(struct html *html, const struct form_item *item)
{
	bool markdown = item->component->type == FORM_TEXT;
	struct str text;
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, markdown ? "text" : "content", &item->component->content,
		&text));
	struct str other = form_own_words(&html->options->language, item->component, markdown ? "text" : "content", STR(""));
	/* What is inserted is escaped for its kind; the words file has no inserts. */
	if (other.len == 0)
		TRY(form_text_run(html->arena, html->state, item, &item->component->content, markdown ? FEEL_ESCAPE_MARKDOWN : FEEL_ESCAPE_HTML,
			&text));
	html_raw(html, "<div class=\"text\">");
	if (markdown) html_markdown(html, text);
	else html_markup(html, text);
	html_raw(html, "</div>");
	return OK;
}

static void write_button(struct html *html, const struct form_item *item)
{
	if (item->component->reset) html_raw(html, "<p><button type=\"reset\" class=\"btn sec\">");
	else html_raw(html, "<p><button class=\"btn\" name=\"op\" value=\"next\">");
	html_text(html, html_label(html, item));
	html_raw(html, "</button></p>");
}

struct err html_shown_component(struct html *html, const struct form_item *item)
{
	switch (item->component->type) {
	case FORM_TEXT:
	case FORM_HTML: return write_text(html, item);
	case FORM_IMAGE: return write_image(html, item);
	case FORM_TABLE: return write_table(html, item);
	case FORM_DOCUMENT_PREVIEW: return write_documents(html, item);
	case FORM_BUTTON: write_button(html, item); return OK;
	case FORM_SPACER: html_raw(html, "<div class=\"gap\"></div>"); return OK;
	case FORM_SEPARATOR: html_raw(html, "<hr>"); return OK;
	default: return OK;      /* a page of another site is never shown */
	}
}
