/* A state as HTML: the walk over groups, lists and pages, errors and answers. */
#include "form/html.h"

static const struct { const char *zh, *en; } words_table[HTML_WORDS_COUNT] = {
	[HTML_OPTIONAL] = { "选填", "optional" },
	[HTML_SEVERAL] = { "可以选几项", "choose all that apply" },
	[HTML_FROM] = { "已替您填好，来自{1}，不对可以改", "Filled in for you from {1}; change it if it is not right" },
	[HTML_CHOOSE] = { "请选择", "Please choose" },
	[HTML_NOT_KNOWN] = { "不选", "Leave out" },
	[HTML_YES] = { "是", "Yes" },
	[HTML_NO] = { "否", "No" },
	[HTML_NOTHING] = { "没填", "Not answered" },
	[HTML_ERRORS] = { "还有 {1} 处要看一下", "{1} to look at again" },
	[HTML_ROW] = { "第 {1} 项", "Item {1}" },
	[HTML_ADD] = { "再加一项", "Add another" },
	[HTML_REMOVE] = { "删掉这一项", "Remove this one" },
	[HTML_PHOTO] = { "拍照或选照片", "Take or choose a photo" },
	[HTML_PHOTO_MORE] = { "再加一张", "Add another" },
	[HTML_PHOTO_HINT] = { "照片或 PDF，每个不超过 20 MB", "Photos or PDF, up to 20 MB each" },
	[HTML_FILE_SOUND] = { "已传好", "Received" },
	[HTML_FILE_UNSOUND] = { "这个用不了", "This one cannot be used" },
	[HTML_FILE_REMOVE] = { "删掉", "Remove" },
	[HTML_ROWS_SHOWN] = { "还有 {1} 行没有显示", "{1} more rows are not shown" },
	[HTML_OPEN] = { "打开", "Open" },
	[HTML_STEP] = { "第 {1} 步", "Step {1}" },
	[HTML_DATE_HINT] = { "例如 2022-8-26", "such as 2022-8-26" },
};

struct str html_words(const struct html *html, enum html_words words)
{
	return str_from_c(html->options->language.english ? words_table[words].en : words_table[words].zh);
}

struct str html_words_of(const struct html *html, enum html_words words, struct str first)
{
	return str_replace(html->arena, html_words(html, words), STR("{1}"), first);
}

/* ---- escaping ---- */

void html_text(struct html *html, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c == '&') html_raw(html, "&amp;");
		else if (c == '<') html_raw(html, "&lt;");
		else if (c == '>') html_raw(html, "&gt;");
		else if (c == '"') html_raw(html, "&quot;");
		else if (c == '\'') html_raw(html, "&#39;");
		else if (c >= 0x20 || c == '\n' || c == '\t') buf_add_byte(&html->buf, (char)c);
	}
}

void html_attribute(struct html *html, const char *name, struct str value)
{
	if (value.len == 0) return;
	buf_printf(&html->buf, " %s=\"", name);
	html_text(html, value);
	html_raw(html, "\"");
}

struct str html_own_url(struct str url)
{
	bool path = str_starts(url, STR("/")) && !str_starts(url, STR("//")) && str_find_byte(url, '\\', 0) < 0;
	return path || str_starts(url, STR("data:image/")) ? url : STR("");
}

struct str html_id(const struct html *html, const struct form_item *item)
{
	struct str prefix = html->options->id_prefix.len ? html->options->id_prefix : STR("f");
	struct str path = item->pointer.len ? str_sub(item->pointer, 1, item->pointer.len) : item->component->id;
	struct buf buf = buf_make(html->arena, 512);
	buf_add(&buf, prefix);
	buf_add_byte(&buf, '-');
	for (size_t i = 0; i < path.len; i++) {
		char c = path.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
		buf_add_byte(&buf, plain ? c : '-');
	}
	return buf_str(&buf);
}

struct str html_target(const struct html *html, const struct form_item *item)
{
	const struct form_component *component = item->component;
	bool boxes = component->type == FORM_RADIO || component->type == FORM_CHECKLIST || component->type == FORM_TAGLIST
		|| component->steps.given || component->pick.len > 0;
	struct str id = html_id(html, item);
	return boxes ? str_join(html->arena, id, STR("-0")) : id;
}

struct str html_label(const struct html *html, const struct form_item *item)
{
	const struct form_component *component = item->component;
	struct str label = STR("");
	const struct form_text *text = &component->label;
	if (text->source.len == 0) text = component->date_label.source.len ? &component->date_label : &component->time_label;
	if (failed(form_own_text(html->arena, html->state, item, &html->options->language, "label", text, &label))) return STR("");
	return label;
}

/* ---- the walk ---- */

static struct err write_children(struct html *html, const struct form_item *parent);

static struct err write_row(struct html *html, const struct form_item *list, const struct form_item *row)
{
	html_raw(html, "<fieldset class=\"row\"><legend>");
	html_text(html, html_words_of(html, HTML_ROW, str_from_i64(html->arena, row->row)));
	html_raw(html, "</legend>");
	TRY(write_children(html, row));
	if (list->component->allow_add_remove) {
		html_raw(html, "<button class=\"btn sec small\" name=\"op\"");
		html_attribute(html, "value", str_join(html->arena, STR("remove:"), form_field_name(html->arena, row->pointer)));
		html_raw(html, ">");
		html_text(html, html_words(html, HTML_REMOVE));
		html_raw(html, "</button>");
	}
	html_raw(html, "</fieldset>");
	return OK;
}

static struct err write_list(struct html *html, const struct form_item *list)
{
	struct html_field_parts parts;
	size_t count = 0;
	if (list->component->pick.len > 0 && form_picked(list->component)) return html_pick(html, list);
	TRY(html_field_open(html, list, "fieldset", &parts));
	for (const struct form_item *row = list->first; row; row = row->next, count++) TRY(write_row(html, list, row));
	if (list->component->allow_add_remove && count < (size_t)list->component->rows_max) {
		html_raw(html, "<button class=\"btn sec small\" name=\"op\"");
		html_attribute(html, "value", str_join(html->arena, STR("add:"), form_field_name(html->arena, list->pointer)));
		html_raw(html, ">");
		html_text(html, html_words(html, HTML_ADD));
		html_raw(html, "</button>");
	}
	html_field_close(html, list, "fieldset", STR(""));
	return OK;
}

/* A heading over nothing would only puzzle. */
static bool shows_anything(const struct form_item *group)
{
	for (const struct form_item *child = group->first; child; child = child->next) {
		if (child->hidden) continue;
		if (child->component->type != FORM_GROUP || shows_anything(child)) return true;
	}
	return false;
}

static struct err write_group(struct html *html, const struct form_item *group)
{
	struct str label = html_label(html, group), hint;
	TRY(form_own_text(html->arena, html->state, group, &html->options->language, "hint", &group->component->hint, &hint));
	if (label.len == 0) {
		html_raw(html, "<div class=\"group\">");
		TRY(write_children(html, group));
		html_raw(html, "</div>");
		return OK;
	}
	html_raw(html, "<fieldset class=\"group");
	if (group->component->show_outline) html_raw(html, " outline");
	html_raw(html, "\"><legend>");
	html_text(html, label);
	html_raw(html, "</legend>");
	if (hint.len) {
		html_raw(html, "<p class=\"hint\">");
		html_text(html, hint);
		html_raw(html, "</p>");
	}
	TRY(write_children(html, group));
	html_raw(html, "</fieldset>");
	return OK;
}

static struct err write_item(struct html *html, const struct form_item *item)
{
	const struct form_page *page = html->options->page;
	if (item->hidden) return OK;
	if (page && page->list && item->parent == page->item && item->component == form_picked(page->list->component)) return OK;
	if (item->component->type == FORM_GROUP) return shows_anything(item) ? write_group(html, item) : OK;
	if (item->component->type == FORM_DYNAMICLIST) return write_list(html, item);
	if (item->component->type == FORM_EXPRESSION) return OK;
	return form_is_keyed(item->component->type) ? html_field(html, item) : html_shown_component(html, item);
}

/* Siblings of the same layout row stand beside each other where there is room. */
static struct err write_children(struct html *html, const struct form_item *parent)
{
	struct str open = STR("");
	for (const struct form_item *item = parent->first; item; item = item->next) {
		struct str row = item->component->layout.row;
		const struct form_item *next = item->next;
		bool joins = row.len && next && str_eq(next->component->layout.row, row);
		if (open.len == 0 && joins) {
			html_raw(html, "<div class=\"cols\">");
			open = row;
		}
		TRY(write_item(html, item));
		if (open.len && !joins) {
			html_raw(html, "</div>");
			open = STR("");
		}
	}
	return OK;
}

static struct html begin(struct arena *arena, const struct form_state *state, const struct form_html_options *options)
{
	struct html html = { .arena = arena, .buf = buf_make(arena, FORM_HTML_BYTES_MAX), .state = state, .options = options,
		.title = STR("") };
	if (options->page) html.title = options->page->title;
	return html;
}

struct err form_html(struct arena *arena, const struct form_state *state, const struct form_html_options *options,
	struct str *out_html)
{
	struct html html = begin(arena, state, options);
	TRY(write_children(&html, options->page ? options->page->item : state->root));
	return buf_finish(&html.buf, out_html);
}

/* ---- errors ---- */

static void write_error(struct html *html, const struct form_item *item)
{
	struct str label = html_label(html, item);
	bool alone = label.len == 0 || str_eq(label, html->title);
	for (size_t i = 0; i < item->errors.count; i++) {
		html_raw(html, "<li><a href=\"#");
		html_text(html, html_target(html, item));
		html_raw(html, "\">");
		if (!alone) {
			html_text(html, label);
			html_text(html, html->options->language.english ? STR(": ") : STR("："));
		}
		html_text(html, item->errors.items[i]);
		html_raw(html, "</a></li>");
	}
}

struct err form_html_errors(struct arena *arena, const struct form_state *state, const struct form_html_options *options,
	struct str *out_html)
{
	struct html html = begin(arena, state, options);
	size_t count = 0;
	struct form_item *root = state->root;
	for (struct form_item *item = root; item; item = form_item_next(root, item)) count += item->errors.count;
	if (count > 0) {
		html_raw(&html, "<div class=\"errors\" id=\"errors\" role=\"alert\" tabindex=\"-1\"><h2>");
		html_text(&html, html_words_of(&html, HTML_ERRORS, str_from_i64(arena, (int64_t)count)));
		html_raw(&html, "</h2><ul>");
		for (struct form_item *item = root; item; item = form_item_next(root, item)) write_error(&html, item);
		html_raw(&html, "</ul></div>");
	}
	return buf_finish(&html.buf, out_html);
}

/* ---- answers ---- */

static struct err write_answer_files(struct html *html, const struct form_item *item)
{
	struct str path = form_field_name(html->arena, item->pointer);
	size_t count = 0;
	for (size_t i = 0; i < html->options->attachment_count; i++) {
		const struct form_attachment *file = &html->options->attachments[i];
		if (!str_eq(file->path, path)) continue;
		if (count++) html_raw(html, "<br>");
		struct str url = html_own_url(file->url);
		if (url.len) {
			html_raw(html, "<a");
			html_attribute(html, "href", url);
			html_raw(html, ">");
		}
		html_text(html, file->name);
		if (url.len) html_raw(html, "</a>");
		if (file->sound) continue;
		html_raw(html, " <span class=\"tag\">");
		html_text(html, html_words(html, HTML_FILE_UNSOUND));
		html_raw(html, "</span>");
	}
	if (count == 0) html_text(html, html_words(html, HTML_NOTHING));
	return OK;
}

/* The label of an answer; when the page's own title says the same, only for those who hear it. */
static void open_answer(struct html *html, struct str label, bool empty)
{
	bool heard = str_eq(label, html->title);
	buf_add(&html->buf, heard ? STR("<dt class=\"heard\">") : STR("<dt>"));
	html_text(html, label);
	html_raw(html, "</dt><dd");
	if (heard || empty) html_attribute(html, "class", heard ? STR("whole") : STR("none"));
	html_raw(html, ">");
}

static struct err write_answer(struct html *html, const struct form_item *item)
{
	const struct form_component *component = item->component;
	struct str label = html_label(html, item), text, unknown;
	bool file = component->type == FORM_FILEPICKER;
	if (item->hidden || !form_is_keyed(component->type) || label.len == 0) return OK;
	if (item->readonly && form_is_empty(item->value)) return OK;
	if (html->options->brief && form_is_empty(item->value) && !component->required && !component->must_answer) return OK;
	TRY(html_read(html, item, &text));
	TRY(form_own_text(html->arena, html->state, item, &html->options->language, "unknown", &component->unknown, &unknown));
	if (form_is_empty(item->value) && html->options->answered) text = unknown;
	open_answer(html, label, text.len == 0 && !file);
	if (file && !form_is_empty(item->value)) TRY(write_answer_files(html, item));
	else html_text(html, text.len ? text : html_words(html, HTML_NOTHING));
	html_raw(html, "</dd>");
	return OK;
}

/* A picking list is one answer: the options of its rows. */
static struct err write_picked(struct html *html, const struct form_item *list)
{
	const struct form_component *picked = form_picked(list->component);
	struct form_choices choices;
	size_t count = 0;
	TRY(form_pick_choices(html->arena, html->state, list, &choices));
	open_answer(html, html_label(html, list), false);
	for (const struct form_item *row = list->first; row; row = row->next)
		for (size_t i = 0; i < choices.count; i++) {
			if (!form_same_value(choices.items[i].value, feel_at(row->value, picked->row_path))) continue;
			if (count++) html_raw(html, "<br>");
			html_text(html, form_choice_label(html->arena, &html->options->language, picked, &choices.items[i]));
		}
	if (count == 0) html_text(html, html_words(html, HTML_NOTHING));
	html_raw(html, "</dd>");
	return OK;
}

static struct err write_answers_below(struct html *html, struct form_item *top)
{
	const struct form_page all = { .item = top }, *page = html->options->page ? html->options->page : &all;
	for (struct form_item *item = form_page_first(page); item; item = form_page_next(page, item)) {
		if (item == page->list && form_page_picks(page)) TRY(write_picked(html, item));
		else if (item->row > 0) {
			html_raw(html, "<dt class=\"row\">");
			html_text(html, html_words_of(html, HTML_ROW, str_from_i64(html->arena, item->row)));
			html_raw(html, "</dt><dd></dd>");
		} else TRY(write_answer(html, item));
	}
	return OK;
}

struct err form_html_answers(struct arena *arena, const struct form_state *state, const struct form_html_options *options,
	struct str *out_html)
{
	struct html html = begin(arena, state, options);
	html_raw(&html, "<dl class=\"kv\">");
	TRY(write_answers_below(&html, state->root));
	html_raw(&html, "</dl>");
	return buf_finish(&html.buf, out_html);
}
