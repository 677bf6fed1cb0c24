#include "codec/json.h"

#include <stdlib.h>

struct printer {
	struct arena *arena;
	struct buf out;
	enum json_style style;
	uint32_t depth;
};

/* A code point that JSON wants escaped, or a byte that is no UTF-8 (shown as U+FFFD). */
static void add_escaped(struct buf *buf, unsigned char c)
{
	switch (c) {
	case '"': buf_add_lit(buf, "\\\""); break;
	case '\\': buf_add_lit(buf, "\\\\"); break;
	case '\b': buf_add_lit(buf, "\\b"); break;
	case '\f': buf_add_lit(buf, "\\f"); break;
	case '\n': buf_add_lit(buf, "\\n"); break;
	case '\r': buf_add_lit(buf, "\\r"); break;
	case '\t': buf_add_lit(buf, "\\t"); break;
	default: if (c < 0x20) buf_printf(buf, "\\u%04x", c); else buf_add_lit(buf, "\xef\xbf\xbd");
	}
}

void json_add_quoted(struct buf *buf, struct str text)
{
	size_t done = 0, at = 0;
	buf_add_byte(buf, '"');
	while (at < text.len) {
		unsigned char c = (unsigned char)text.ptr[at];
		uint32_t code_point;
		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') { at++; continue; }
		if (c >= 0x80 && utf8_next(text, &at, &code_point)) continue;
		buf_add_bytes(buf, text.ptr + done, at - done);
		add_escaped(buf, c);
		done = ++at;
	}
	buf_add_bytes(buf, text.ptr + done, text.len - done);
	buf_add_byte(buf, '"');
}

/* RFC 8785 sorts names by UTF-16 units: as code points, but the surrogates of U+10000 and up come before U+E000. */
static int cmp_utf16(struct str a, struct str b)
{
	size_t at_a = 0, at_b = 0;
	for (;;) {
		uint32_t c_a = 0, c_b = 0;
		bool more_a = utf8_next(a, &at_a, &c_a), more_b = utf8_next(b, &at_b, &c_b);
		if (!more_a || !more_b) return more_a - more_b;
		if (c_a == c_b) continue;
		uint32_t unit_a = c_a > 0xffff ? 0xd800 + ((c_a - 0x10000) >> 10) : c_a;
		uint32_t unit_b = c_b > 0xffff ? 0xd800 + ((c_b - 0x10000) >> 10) : c_b;
		if (unit_a != unit_b) return unit_a < unit_b ? -1 : 1;
		return c_a < c_b ? -1 : 1;
	}
}

static int cmp_members(const void *a, const void *b)
{
	const struct json *const *left = a, *const *right = b;
	return cmp_utf16((*left)->key, (*right)->key);
}

static void add_line(struct printer *p)
{
	if (p->style != JSON_PRETTY) return;
	buf_add_byte(&p->out, '\n');
	for (uint32_t i = 0; i < p->depth; i++) buf_add_lit(&p->out, "  ");
}

/* Integers below 2^53 print in RFC 8785 as they are written, but for minus zero. */
static struct err print_number(struct printer *p, struct str text)
{
	int64_t number;
	if (p->style == JSON_CANONICAL) {
		if (!str_to_i64(text, &number) || number >= INT64_C(1) << 53 || number <= -(INT64_C(1) << 53)) return ERR(INVALID);
		if (number == 0) text = STR("0");
	}
	buf_add(&p->out, text);
	return OK;
}

static struct err print_value(struct printer *p, const struct json *value);

static struct err print_child(struct printer *p, const struct json *child, bool first, bool named)
{
	if (!first) buf_add_byte(&p->out, ',');
	add_line(p);
	if (named) {
		json_add_quoted(&p->out, child->key);
		buf_add_byte(&p->out, ':');
		if (p->style == JSON_PRETTY) buf_add_byte(&p->out, ' ');
	}
	return print_value(p, child);
}

static struct err print_children(struct printer *p, const struct json *value)
{
	bool object = value->kind == JSON_OBJECT;
	if (p->depth == JSON_DEPTH_MAX) return ERR(LIMIT);
	buf_add_byte(&p->out, object ? '{' : '[');
	p->depth++;
	if (object && p->style == JSON_CANONICAL) {
		const struct json **members = ARENA_ARRAY(p->arena, const struct json *, value->count);
		size_t count = 0;
		for (const struct json *child = value->first; child; child = child->next) members[count++] = child;
		if (count) qsort(members, count, sizeof *members, cmp_members);
		for (size_t i = 0; i < count; i++) TRY(print_child(p, members[i], i == 0, true));
	} else {
		for (const struct json *child = value->first; child; child = child->next)
			TRY(print_child(p, child, child == value->first, object));
	}
	p->depth--;
	if (value->count) add_line(p);
	buf_add_byte(&p->out, object ? '}' : ']');
	return OK;
}

static struct err print_value(struct printer *p, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL: buf_add_lit(&p->out, "null"); return OK;
	case JSON_FALSE: buf_add_lit(&p->out, "false"); return OK;
	case JSON_TRUE: buf_add_lit(&p->out, "true"); return OK;
	case JSON_NUMBER: return print_number(p, value->text);
	case JSON_STRING: json_add_quoted(&p->out, value->text); return OK;
	case JSON_ARRAY:
	case JSON_OBJECT: return print_children(p, value);
	}
	return ERR(INTERNAL);
}

struct err json_print(struct arena *arena, const struct json *value, enum json_style style, size_t bytes_max,
	struct str *out_text)
{
	struct printer p = { .arena = arena, .out = buf_make(arena, bytes_max), .style = style };
	TRY(print_value(&p, value));
	if (style == JSON_PRETTY) buf_add_byte(&p.out, '\n');
	return buf_finish(&p.out, out_text);
}
