#include "codec/json.h"

#include <string.h>

/* Objects up to this size look for a repeated key in their list, larger ones in a map. */
enum { FEW_MEMBERS = 12 };

struct parser {
	struct arena *arena;
	struct report *report;
	struct str text;
	size_t at, line_start;
	uint32_t line, depth;
};

static void note(struct parser *p, size_t at, const char *words)
{
	if (p->report)
		report_error(p->report, str_printf(p->arena, "%u:%zu", p->line, at - p->line_start + 1), "%s", words);
}

static struct err fail(struct parser *p, size_t at, const char *words)
{
	note(p, at, words);
	return ERR(INVALID);
}

static int peek(const struct parser *p) { return p->at < p->text.len ? (unsigned char)p->text.ptr[p->at] : -1; }

static void skip_space(struct parser *p)
{
	for (int c = peek(p); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(p)) {
		p->at++;
		if (c == '\n') {
			p->line++;
			p->line_start = p->at;
		}
	}
}

static bool skip_digits(struct parser *p)
{
	size_t start = p->at;
	while (peek(p) >= '0' && peek(p) <= '9') p->at++;
	return p->at > start;
}

static struct err parse_number(struct parser *p, struct json *value)
{
	size_t start = p->at;
	value->kind = JSON_NUMBER;
	if (peek(p) == '-') p->at++;
	size_t digits = p->at;
	if (!skip_digits(p)) return fail(p, p->at, "a digit must follow the minus sign");
	if (p->text.ptr[digits] == '0' && p->at - digits > 1) return fail(p, digits, "a number may not begin with a zero");
	if (peek(p) == '.') {
		p->at++;
		if (!skip_digits(p)) return fail(p, p->at, "a digit must follow the decimal point");
	}
	if (peek(p) == 'e' || peek(p) == 'E') {
		p->at++;
		if (peek(p) == '+' || peek(p) == '-') p->at++;
		if (!skip_digits(p)) return fail(p, p->at, "a digit must follow the exponent sign");
	}
	value->text = str_sub(p->text, start, p->at);
	return OK;
}

/* Four hexadecimal digits behind \u. */
static bool parse_unit(struct parser *p, uint32_t *out_unit)
{
	unsigned char bytes[2];
	if (p->text.len - p->at < 4 || !str_from_hex(str_sub(p->text, p->at, p->at + 4), bytes, 2)) return false;
	p->at += 4;
	*out_unit = (uint32_t)bytes[0] << 8 | bytes[1];
	return true;
}

static struct err parse_escape(struct parser *p, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t start = p->at++;          /* the reverse solidus */
	int c = peek(p);
	const char *simple = c > 0 ? strchr(from, c) : NULL;
	if (c != 'u' && !simple) return fail(p, start, "no such escape in a string");
	p->at++;
	if (simple) {
		buf_add_byte(out, to[simple - from]);
		return OK;
	}
	uint32_t unit, low;
	if (!parse_unit(p, &unit)) return fail(p, start, "four hexadecimal digits must follow \\u");
	if (unit >= 0xd800 && unit <= 0xdfff) {
		bool pair = unit < 0xdc00 && str_starts(str_sub(p->text, p->at, p->text.len), STR("\\u"));
		if (pair) p->at += 2;
		if (!pair || !parse_unit(p, &low) || low < 0xdc00 || low > 0xdfff)
			return fail(p, start, "a surrogate without its partner");
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	}
	utf8_add(out, unit);
	return OK;
}

/* The piece of a string without escapes: p->at ends on the quote or the reverse solidus. */
static struct err skip_plain(struct parser *p)
{
	for (;;) {
		int c = peek(p);
		uint32_t code_point;
		if (c < 0) return fail(p, p->at, "the text ends inside a string");
		if (c == '"' || c == '\\') return OK;
		if (c < 0x20) return fail(p, p->at, "a control character inside a string must be escaped");
		if (c < 0x80) p->at++;
		else if (!utf8_next(p->text, &p->at, &code_point)) return fail(p, p->at, "this is not UTF-8");
	}
}

static struct err parse_string(struct parser *p, struct str *out_text)
{
	size_t start = ++p->at;
	TRY(skip_plain(p));
	if (peek(p) == '"') {            /* nothing to decode: keep the slice */
		*out_text = (struct str){ p->text.ptr + start, p->at - start };
		p->at++;
		return OK;
	}
	struct buf out = buf_make(p->arena, p->text.len);
	buf_add(&out, str_sub(p->text, start, p->at));
	while (peek(p) != '"') {
		TRY(parse_escape(p, &out));
		start = p->at;
		TRY(skip_plain(p));
		buf_add(&out, str_sub(p->text, start, p->at));
	}
	p->at++;
	return buf_finish(&out, out_text);
}

static struct err parse_value(struct parser *p, struct json *value);

static struct err parse_array(struct parser *p, struct json *array)
{
	array->kind = JSON_ARRAY;
	p->at++;
	skip_space(p);
	if (peek(p) == ']') {
		p->at++;
		return OK;
	}
	for (;;) {
		struct json *item = json_new(p->arena, JSON_NULL);
		TRY(parse_value(p, item));
		json_add(array, STR(""), item);
		skip_space(p);
		int c = peek(p);
		if (c != ',' && c != ']') return fail(p, p->at, "a comma or ] is expected");
		p->at++;
		if (c == ']') return OK;
	}
}

/* False when the object already has a member of that name. */
static bool remember_key(struct parser *p, const struct json *object, struct map *names, struct json *member)
{
	if (object->count < FEW_MEMBERS) return !json_get(object, member->key);
	if (names->count == 0)
		for (struct json *each = object->first; each; each = each->next) map_put(p->arena, names, each->key, each);
	if (map_has(names, member->key)) return false;
	map_put(p->arena, names, member->key, member);
	return true;
}

static struct err parse_member(struct parser *p, struct json *object, struct map *names)
{
	skip_space(p);
	if (peek(p) != '"') return fail(p, p->at, "the name of a member is expected, in double quotes");
	size_t start = p->at;
	struct json *member = json_new(p->arena, JSON_NULL);
	TRY(parse_string(p, &member->key));
	if (!remember_key(p, object, names, member)) return fail(p, start, "this name is used twice in the same object");
	skip_space(p);
	if (peek(p) != ':') return fail(p, p->at, "a colon is expected");
	p->at++;
	TRY(parse_value(p, member));
	json_add(object, member->key, member);
	return OK;
}

static struct err parse_object(struct parser *p, struct json *object)
{
	struct map names = { 0 };
	object->kind = JSON_OBJECT;
	p->at++;
	skip_space(p);
	if (peek(p) == '}') {
		p->at++;
		return OK;
	}
	for (;;) {
		TRY(parse_member(p, object, &names));
		skip_space(p);
		int c = peek(p);
		if (c != ',' && c != '}') return fail(p, p->at, "a comma or } is expected");
		p->at++;
		if (c == '}') return OK;
	}
}

static struct err parse_word(struct parser *p, struct json *value)
{
	static const struct { struct str word; enum json_kind kind; } words[] = {
		{ STR_INIT("null"), JSON_NULL }, { STR_INIT("true"), JSON_TRUE }, { STR_INIT("false"), JSON_FALSE },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!str_starts(str_sub(p->text, p->at, p->text.len), words[i].word)) continue;
		p->at += words[i].word.len;
		value->kind = words[i].kind;
		return OK;
	}
	return fail(p, p->at, p->at < p->text.len ? "a value is expected here" : "the text ends where a value is expected");
}

static struct err parse_value(struct parser *p, struct json *value)
{
	skip_space(p);
	int c = peek(p);
	value->line = p->line;
	value->column = (uint32_t)(p->at - p->line_start + 1);
	if (c == '"') {
		value->kind = JSON_STRING;
		return parse_string(p, &value->text);
	}
	if (c == '-' || (c >= '0' && c <= '9')) return parse_number(p, value);
	if (c != '[' && c != '{') return parse_word(p, value);
	if (p->depth == JSON_DEPTH_MAX) {
		note(p, p->at, "this is nested deeper than 64 levels");
		return ERR(LIMIT);
	}
	p->depth++;
	TRY(c == '[' ? parse_array(p, value) : parse_object(p, value));
	p->depth--;
	return OK;
}

struct err json_parse(struct arena *arena, struct str text, struct report *report, const struct json **out_value)
{
	struct parser p = { .arena = arena, .report = report, .text = text, .line = 1 };
	struct json *value = json_new(arena, JSON_NULL);
	if (str_starts(text, STR("\xef\xbb\xbf"))) return fail(&p, 0, "the text begins with a byte order mark; save it without");
	TRY(parse_value(&p, value));
	skip_space(&p);
	if (p.at < text.len) return fail(&p, p.at, "something follows the value");
	*out_value = value;
	return OK;
}
