/* Text of the schema's author as HTML: Markdown through md4c, HTML through a list of tags. */
#include "form/html.h"

#include <md4c.h>

/* ---- links ---- */

/* A path of ours, https:, tel: or mailto:; everything else leads nowhere. */
static bool is_link(struct str url)
{
	if (str_starts(url, STR("/"))) return html_own_url(url).len > 0;
	return str_starts(url, STR("https://")) || str_starts(url, STR("tel:")) || str_starts(url, STR("mailto:"));
}

/* ---- Markdown ---- */

static const char *block_tag(MD_BLOCKTYPE type, void *detail)
{
	switch (type) {
	case MD_BLOCK_QUOTE: return "blockquote";
	case MD_BLOCK_UL: return "ul";
	case MD_BLOCK_OL: return "ol";
	case MD_BLOCK_LI: return "li";
	case MD_BLOCK_H: return ((MD_BLOCK_H_DETAIL *)detail)->level <= 2 ? "h3" : "h4";      /* the page has h1 and h2 already */
	case MD_BLOCK_CODE: return "pre";
	case MD_BLOCK_P: return "p";
	case MD_BLOCK_TABLE: return "table";
	case MD_BLOCK_THEAD: return "thead";
	case MD_BLOCK_TBODY: return "tbody";
	case MD_BLOCK_TR: return "tr";
	case MD_BLOCK_TH: return "th";
	case MD_BLOCK_TD: return "td";
	default: return NULL;
	}
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	struct html *html = data;
	const char *tag = block_tag(type, detail);
	if (type == MD_BLOCK_HR) html_raw(html, "<hr>");
	if (tag) buf_printf(&html->buf, "<%s>", tag);
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	struct html *html = data;
	const char *tag = block_tag(type, detail);
	if (tag) buf_printf(&html->buf, "</%s>", tag);
	return 0;
}

static const char *span_tag(MD_SPANTYPE type)
{
	return type == MD_SPAN_STRONG ? "strong" : type == MD_SPAN_EM ? "em" : type == MD_SPAN_CODE ? "code" : type == MD_SPAN_A ? "a" : NULL;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *data)
{
	struct html *html = data;
	const char *tag = span_tag(type);
	if (!tag) return 0;
	buf_printf(&html->buf, "<%s", tag);
	if (type == MD_SPAN_A) {
		const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *)detail)->href;
		struct str url = { href->text, href->size };
		if (is_link(url)) html_attribute(html, "href", url);
	}
	html_raw(html, ">");
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *data)
{
	struct html *html = data;
	(void)detail;
	if (span_tag(type)) buf_printf(&html->buf, "</%s>", span_tag(type));
	return 0;
}

static int write_md_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
	struct html *html = data;
	if (type == MD_TEXT_BR) html_raw(html, "<br>");
	else if (type == MD_TEXT_SOFTBR) html_raw(html, "\n");
	else if (type != MD_TEXT_NULLCHAR) html_text(html, (struct str){ text, size });
	return 0;
}

void html_markdown(struct html *html, struct str markdown)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS,
		.enter_block = enter_block, .leave_block = leave_block, .enter_span = enter_span, .leave_span = leave_span, .text = write_md_text,
	};
	if (markdown.len > 0 && markdown.len <= FORM_BYTES_MAX) md_parse(markdown.ptr, (MD_SIZE)markdown.len, &parser, html);
}

struct err form_markdown(struct arena *arena, struct str markdown, struct str *out_html)
{
	struct html html = { .arena = arena, .buf = buf_make(arena, FORM_HTML_BYTES_MAX) };
	html_markdown(&html, markdown);
	return buf_finish(&html.buf, out_html);
}

/* ---- HTML ---- */

enum { OPEN_TAGS_MAX = 64 };
static const char *const tags[] = {
	"p", "br", "hr", "strong", "b", "em", "i", "u", "ul", "ol", "li", "h3", "h4", "blockquote", "code", "pre", "span", "div", "small",
	"table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "a",
};
static const char *const dropped_with_content[] = { "script", "style", "iframe", "object", "template", "textarea", "title" };

struct tag { struct str name; bool closes; struct str rest; size_t end; };

/* A tag at text[at] == '<'; false when it is only a character. */
static bool read_tag(struct str text, size_t at, struct tag *out_tag)
{
	size_t i = at + 1;
	struct tag tag = { .closes = i < text.len && text.ptr[i] == '/' };
	if (tag.closes) i++;
	size_t start = i;
	while (i < text.len && ((text.ptr[i] | 32) >= 'a' && (text.ptr[i] | 32) <= 'z')) i++;
	while (i > start && i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9') i++;
	if (i == start) return false;
	tag.name = str_sub(text, start, i);
	char quote = 0;
	for (start = i; i < text.len && (quote || text.ptr[i] != '>'); i++) {
		char c = text.ptr[i];
		if (quote ? c == quote : c == '"' || c == '\'') quote = quote ? 0 : c;
	}
	tag.rest = str_sub(text, start, i);
	tag.end = i < text.len ? i + 1 : i;
	*out_tag = tag;
	return true;
}

static const char *listed(struct arena *arena, struct str name, const char *const *list, size_t count)
{
	struct str lower = str_lower_ascii(arena, name);
	for (size_t i = 0; i < count; i++)
		if (str_eq_c(lower, list[i])) return list[i];
	return NULL;
}

static void write_href(struct html *html, struct str rest)
{
	ptrdiff_t at = str_find(rest, STR("href=\""), 0);
	if (at < 0) return;
	ptrdiff_t end = str_find_byte(rest, '"', (size_t)at + 6);
	struct str url = end < 0 ? STR("") : str_sub(rest, (size_t)at + 6, (size_t)end);
	/* The author writes HTML: an ampersand of the address is escaped already. */
	url = str_replace(html->arena, url, STR("&amp;"), STR("&"));
	if (is_link(url)) html_attribute(html, "href", url);
}

/* Behind the end tag of `name`, or the end of the text. */
static size_t behind(struct arena *arena, struct str text, struct str name, size_t from)
{
	struct tag tag;
	for (size_t at = from; at < text.len; at++)
		if (text.ptr[at] == '<' && read_tag(text, at, &tag) && tag.closes
			&& str_eq(str_lower_ascii(arena, tag.name), str_lower_ascii(arena, name))) return tag.end;
	return text.len;
}

struct open_tags { const char *names[OPEN_TAGS_MAX]; size_t count; };

/* Only what is open is closed, and what stands open inside it first. */
static void close_tag(struct html *html, struct open_tags *open, const char *name)
{
	size_t i = open->count;
	while (i > 0 && open->names[i - 1] != name) i--;
	if (i == 0) return;
	while (open->count >= i) buf_printf(&html->buf, "</%s>", open->names[--open->count]);
}

static void write_tag(struct html *html, struct open_tags *open, const struct tag *tag)
{
	const char *name = listed(html->arena, tag->name, tags, sizeof tags / sizeof *tags);
	if (!name) return;
	bool empty = str_eq_c(STR("br"), name) || str_eq_c(STR("hr"), name);
	if (tag->closes) {
		if (!empty) close_tag(html, open, name);
		return;
	}
	if (!empty && open->count == OPEN_TAGS_MAX) return;
	buf_printf(&html->buf, "<%s", name);
	if (str_eq_c(STR("a"), name)) write_href(html, tag->rest);
	html_raw(html, ">");
	if (!empty) open->names[open->count++] = name;
}

static bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

/* "&amp;", "&#39;" of the author stay; a lone & is escaped. */
static size_t write_entity(struct html *html, struct str text, size_t at)
{
	size_t i = at + 1;
	if (i < text.len && text.ptr[i] == '#') i++;
	size_t start = i;
	while (i < text.len && i - start < 10 && is_letter_or_digit(text.ptr[i])) i++;
	if (i == start || i >= text.len || text.ptr[i] != ';') {
		html_raw(html, "&amp;");
		return at + 1;
	}
	buf_add(&html->buf, str_sub(text, at, i + 1));
	return i + 1;
}

void html_markup(struct html *html, struct str markup)
{
	struct open_tags open = { .count = 0 };
	struct tag tag;
	for (size_t at = 0; at < markup.len; ) {
		if (str_starts(str_sub(markup, at, markup.len), STR("<!--"))) {
			ptrdiff_t end = str_find(markup, STR("-->"), at + 4);
			at = end < 0 ? markup.len : (size_t)end + 3;
		} else if (markup.ptr[at] == '<' && read_tag(markup, at, &tag)) {
			bool dropped = !tag.closes && listed(html->arena, tag.name, dropped_with_content,
				sizeof dropped_with_content / sizeof *dropped_with_content);
			if (!dropped) write_tag(html, &open, &tag);
			at = dropped ? behind(html->arena, markup, tag.name, tag.end) : tag.end;
		} else if (markup.ptr[at] == '&') {
			at = write_entity(html, markup, at);
		} else {
			html_text(html, str_sub(markup, at, at + 1));
			at++;
		}
	}
	while (open.count > 0) buf_printf(&html->buf, "</%s>", open.names[--open.count]);
}
