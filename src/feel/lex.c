#include "feel/lex.h"

#include <string.h>

struct code_points { uint32_t from, to; };

static bool is_among(uint32_t c, const struct code_points *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].from && c <= ranges[i].to) return true;
	return false;
}

bool lex_is_space(uint32_t c)
{
	if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
	static const struct code_points spaces[] = { { 0x85, 0x85 }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x180e, 0x180e },
		{ 0x2000, 0x200b }, { 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 }, { 0xfeff, 0xfeff } };
	return is_among(c, spaces, sizeof spaces / sizeof spaces[0]);
}

/* DMN 1.5, 10.3.1.2, rule 28, but for the question mark, which is the input of unary tests. */
bool lex_is_name_start(uint32_t c)
{
	if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	static const struct code_points starts[] = { { 0xc0, 0xd6 }, { 0xd8, 0xf6 }, { 0xf8, 0x2ff }, { 0x370, 0x37d },
		{ 0x37f, 0x167f }, { 0x1681, 0x180d }, { 0x180f, 0x1fff }, { 0x200c, 0x200d }, { 0x2070, 0x218f }, { 0x2c00, 0x2fef },
		{ 0x3001, 0xd7ff }, { 0xf900, 0xfdcf }, { 0xfdf0, 0xfefe }, { 0xff00, 0xfffd }, { 0x10000, 0xeffff } };
	return is_among(c, starts, sizeof starts / sizeof starts[0]);
}

bool lex_is_name_part(uint32_t c)
{
	return lex_is_name_start(c) || (c >= '0' && c <= '9') || c == 0xb7 || (c >= 0x300 && c <= 0x36f)
		|| (c >= 0x203f && c <= 0x2040);
}

size_t lex_skip(struct str text, size_t at)
{
	for (;;) {
		size_t next = at;
		uint32_t c;
		if (!utf8_next(text, &next, &c)) return at;
		if (lex_is_space(c)) {
			at = next;
		} else if (c == '/' && next < text.len && text.ptr[next] == '/') {
			ptrdiff_t end = str_find_byte(text, '\n', next);
			at = end < 0 ? text.len : (size_t)end;
		} else if (c == '/' && next < text.len && text.ptr[next] == '*') {
			ptrdiff_t end = str_find(text, STR("*/"), next + 1);
			if (end < 0) return at;
			at = (size_t)end + 2;
		} else {
			return at;
		}
	}
}

size_t lex_word(struct str text, size_t at)
{
	size_t next = at;
	uint32_t c;
	if (!utf8_next(text, &next, &c) || !lex_is_name_start(c)) return at;
	do at = next; while (utf8_next(text, &next, &c) && lex_is_name_part(c));
	return at;
}

static bool is_digit(struct str text, size_t at)
{
	return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static size_t number_end(struct str text, size_t at)
{
	while (is_digit(text, at)) at++;
	if (at < text.len && text.ptr[at] == '.' && is_digit(text, at + 1)) {
		at++;
		while (is_digit(text, at)) at++;
	}
	if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
		size_t exponent = at + 1;
		if (exponent < text.len && (text.ptr[exponent] == '+' || text.ptr[exponent] == '-')) exponent++;
		if (is_digit(text, exponent)) {
			at = exponent;
			while (is_digit(text, at)) at++;
		}
	}
	return at;
}

/* The place behind the closing quote, or 0. */
static size_t string_end(struct str text, size_t at)
{
	for (at++; at < text.len; at++) {
		if (text.ptr[at] == '"') return at + 1;
		if (text.ptr[at] == '\\') at++;
	}
	return 0;
}

static struct token token_sign(struct str text, size_t at)
{
	static const char pairs[][3] = { "..", "<=", ">=", "!=", "**", "->" };
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (at + 1 < text.len && text.ptr[at] == pairs[i][0] && text.ptr[at + 1] == pairs[i][1])
			return (struct token){ TOKEN_SIGN, at, at + 2, SIGN2(pairs[i][0], pairs[i][1]) };
	if (text.ptr[at] != '\0' && strchr("()[]{},:.+-*/=<>?", text.ptr[at]))
		return (struct token){ TOKEN_SIGN, at, at + 1, (unsigned char)text.ptr[at] };
	return (struct token){ TOKEN_BAD, at, at + 1, 0 };
}

struct token lex_token(struct str text, size_t at)
{
	at = lex_skip(text, at);
	if (at >= text.len) return (struct token){ TOKEN_END, text.len, text.len, 0 };
	char c = text.ptr[at];
	if (is_digit(text, at) || (c == '.' && is_digit(text, at + 1)))
		return (struct token){ TOKEN_NUMBER, at, number_end(text, at), 0 };
	if (c == '"') {
		size_t end = string_end(text, at);
		return (struct token){ end ? TOKEN_STRING : TOKEN_BAD, at, end ? end : text.len, 0 };
	}
	if (c == '@') {
		size_t quote = lex_skip(text, at + 1);
		size_t end = quote < text.len && text.ptr[quote] == '"' ? string_end(text, quote) : 0;
		return (struct token){ end ? TOKEN_AT : TOKEN_BAD, end ? quote : at, end ? end : at + 1, 0 };
	}
	size_t word = lex_word(text, at);
	if (word > at) return (struct token){ TOKEN_WORD, at, word, 0 };
	return token_sign(text, at);
}

static bool read_hex(struct str s, size_t at, size_t digits, uint32_t *out_value)
{
	uint32_t value = 0;
	if (at + digits > s.len) return false;
	for (size_t i = 0; i < digits; i++) {
		char c = s.ptr[at + i];
		uint32_t digit;
		if (c >= '0' && c <= '9') digit = (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f') digit = (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F') digit = (uint32_t)(c - 'A' + 10);
		else return false;
		value = value * 16 + digit;
	}
	*out_value = value;
	return true;
}

/* \uXXXX (a pair of them for a surrogate pair) or \UXXXXXX; *at stands behind the u. */
static bool unescape_code_point(struct str s, size_t *at, bool large, char out[4], int *out_count)
{
	uint32_t code, low;
	size_t digits = large ? 6 : 4;
	if (!read_hex(s, *at, digits, &code)) return false;
	*at += digits;
	if (code >= 0xd800 && code < 0xdc00) {
		if (*at + 2 > s.len || s.ptr[*at] != '\\' || s.ptr[*at + 1] != 'u' || !read_hex(s, *at + 2, 4, &low)) return false;
		if (low < 0xdc00 || low > 0xdfff) return false;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		*at += 6;
	}
	if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return false;
	*out_count = utf8_encode(code, out);
	return true;
}

bool lex_unquote(struct arena *arena, struct str quoted, struct str *out_text)
{
	struct str s = str_sub(quoted, 1, quoted.len - 1);
	if (str_find_byte(s, '\\', 0) < 0) {
		*out_text = s;
		return true;
	}
	char *text = arena_alloc(arena, s.len);
	size_t count = 0;
	for (size_t at = 0; at < s.len;) {
		char c = s.ptr[at++];
		if (c != '\\' || at >= s.len) {
			text[count++] = c;
			continue;
		}
		c = s.ptr[at++];
		static const char names[] = "ntr\"'\\/bf", characters[] = "\n\t\r\"'\\/\b\f";
		const char *found = c == '\0' ? NULL : strchr(names, c);
		int written = 0;
		if (found) text[count++] = characters[found - names];
		else if ((c == 'u' || c == 'U') && unescape_code_point(s, &at, c == 'U', text + count, &written)) count += (size_t)written;
		else if (c == 'u' || c == 'U') return false;
		else {                           /* "\d" is no escape: rule 33 lets a backslash be a character like others */
			text[count++] = '\\';
			text[count++] = c;
		}
	}
	*out_text = (struct str){ text, count };
	return true;
}

void lex_place(struct str text, size_t at, uint32_t *out_line, uint32_t *out_column)
{
	uint32_t line = 1, column = 1;
	for (size_t i = 0; i < at && i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c == '\n') {
			line++;
			column = 1;
		} else if ((c & 0xc0) != 0x80) {
			column++;
		}
	}
	*out_line = line;
	*out_column = column;
}
