/* A value becomes harmless in the text around it. */
#include "feel/template.h"

#include <string.h>

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

/* Line ends, and marks that turn the direction of reading. */
static bool is_layout_control(uint32_t c)
{
	return c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Runs of white space as one space, none at the ends; other controls are dropped. What is left of line ends
 * could not begin a block of Markdown, nor part a short message. */
static struct str on_one_line(struct arena *arena, struct str text)
{
	struct buf out = buf_make(arena, text.len + 1);
	bool space = false;
	uint32_t c;
	for (size_t at = 0; at < text.len; ) {
		if (!utf8_next(text, &at, &c)) { at++; continue; }
		if (c < 0x80 && is_space((char)c)) { space = true; continue; }
		if (c == 0x85 || c == 0x2028 || c == 0x2029) { space = true; continue; }
		if (is_control(c) || is_layout_control(c)) continue;
		if (space && out.len > 0) buf_add_byte(&out, ' ');
		space = false;
		utf8_add(&out, c);
	}
	return buf_str(&out);
}

static bool only_digits_before(struct str text, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
	}
	return true;
}

static bool follows_www(struct str text, size_t at)
{
	return at >= 3 && (text.ptr[at - 1] | 32) == 'w' && (text.ptr[at - 2] | 32) == 'w' && (text.ptr[at - 3] | 32) == 'w';
}

/* The first row means something anywhere in a line; the others only where the value begins, which may be where the
 * line begins ("- ", "1. ", "==="), or where md4c would see an address. */
static bool markdown_means(struct str text, size_t at)
{
	char c = text.ptr[at];
	if (strchr("\\`*_{}[]()<>|~&!#@$^", c)) return true;
	if (c == '-' || c == '+' || c == '=') return at == 0;
	if (c == '.') return only_digits_before(text, at) || follows_www(text, at);
	return c == ':' && (at == 0 || (at + 1 < text.len && text.ptr[at + 1] == '/'));
}

static void add_markdown(struct buf *out, struct str text)
{
	text = on_one_line(out->arena, text);
	for (size_t i = 0; i < text.len; i++) {
		if (markdown_means(text, i)) buf_add_byte(out, '\\');
		buf_add_byte(out, text.ptr[i]);
	}
}

/* Of HTML and XML, text and attributes; XML has no place for the other controls. */
static void add_html(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((uint8_t)text.ptr[i] < 0x20 && (text.ptr[i] == '\0' || !strchr("\t\n\r", text.ptr[i]))) continue;
		switch (text.ptr[i]) {
		case '&': buf_add_lit(out, "&amp;"); break;
		case '<': buf_add_lit(out, "&lt;"); break;
		case '>': buf_add_lit(out, "&gt;"); break;
		case '"': buf_add_lit(out, "&quot;"); break;
		case '\'': buf_add_lit(out, "&#39;"); break;
		default: buf_add_byte(out, text.ptr[i]);
		}
	}
}

/* RFC 3986: everything but the unreserved characters. */
static void add_url(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.ptr[i];
		bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (unreserved || c == '-' || c == '.' || c == '_' || c == '~') buf_add_byte(out, (char)c);
		else buf_printf(out, "%%%02X", c);
	}
}

void escape_add(struct buf *out, struct str text, enum feel_escape escape)
{
	switch (escape) {
	case FEEL_ESCAPE_NONE: buf_add(out, text); break;
	case FEEL_ESCAPE_MARKDOWN: add_markdown(out, text); break;
	case FEEL_ESCAPE_HTML: add_html(out, text); break;
	case FEEL_ESCAPE_SMS: buf_add(out, on_one_line(out->arena, text)); break;
	case FEEL_ESCAPE_URL: add_url(out, text); break;
	}
}
