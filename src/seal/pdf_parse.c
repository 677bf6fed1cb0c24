#include "seal/pdf.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }

static bool is_delimiter(char c) { return c != '\0' && strchr("()<>[]{}/%", c) != NULL; }

static bool is_regular(char c) { return !is_space(c) && !is_delimiter(c); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int hex_value(char c)
{
	if (is_digit(c)) return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

uint64_t pdf_skip(struct str bytes, uint64_t at)
{
	while (at < bytes.len) {
		if (bytes.ptr[at] == '%') {
			while (at < bytes.len && bytes.ptr[at] != '\n' && bytes.ptr[at] != '\r') at++;
		} else if (is_space(bytes.ptr[at])) {
			at++;
		} else {
			break;
		}
	}
	return at;
}

bool pdf_read_number(struct str bytes, uint64_t *at, int64_t *out_number)
{
	uint64_t from = pdf_skip(bytes, *at), i = from;
	int64_t number = 0;
	while (i < bytes.len && is_digit(bytes.ptr[i])) {
		if (i - from >= 15) return false;
		number = number * 10 + (bytes.ptr[i++] - '0');
	}
	if (i == from || (i < bytes.len && is_regular(bytes.ptr[i]))) return false;
	*at = i;
	*out_number = number;
	return true;
}

bool pdf_read_word(struct str bytes, uint64_t *at, struct str word)
{
	uint64_t from = pdf_skip(bytes, *at);
	if (from > bytes.len || bytes.len - from < word.len || memcmp(bytes.ptr + from, word.ptr, word.len) != 0) return false;
	if (from + word.len < bytes.len && is_regular(bytes.ptr[from + word.len])) return false;
	*at = from + word.len;
	return true;
}

struct parser {
	struct pdf_file *file;
	struct str bytes;
	uint64_t at;
};

static struct err refuse(struct parser *parser, const char *words)
{
	struct str place = parser->file->report ? str_printf(parser->file->report->arena, "byte %" PRIu64, parser->at) : STR("");
	report_error(parser->file->report, place, "%s", words);
	return ERR(INVALID);
}

static struct err parse_value(struct parser *parser, int depth, struct pdf_value **out_value);

static struct err new_value(struct parser *parser, enum pdf_kind kind, struct pdf_value **out_value)
{
	if (++parser->file->value_count > PDF_VALUE_COUNT_MAX) return ERR(LIMIT);
	*out_value = ARENA_NEW(parser->file->arena, struct pdf_value);
	(*out_value)->kind = kind;
	return OK;
}

static struct err parse_literal(struct parser *parser)
{
	int open = 0;
	while (parser->at < parser->bytes.len) {
		char c = parser->bytes.ptr[parser->at++];
		if (c == '\\') {
			parser->at++;
		} else if (c == '(') {
			open++;
		} else if (c == ')' && --open == 0) {
			return OK;
		}
	}
	parser->at = parser->bytes.len;
	return refuse(parser, "a string is not closed");
}

/* Other characters are passed over, so that a slip within a signature's value does not hide the signature. */
static struct err parse_hex(struct parser *parser)
{
	parser->at++;
	while (parser->at < parser->bytes.len) {
		if (parser->bytes.ptr[parser->at++] == '>') return OK;
	}
	return refuse(parser, "a hexadecimal string is not closed");
}

static void parse_name(struct parser *parser)
{
	parser->at++;
	while (parser->at < parser->bytes.len && is_regular(parser->bytes.ptr[parser->at])) parser->at++;
}

static struct err parse_array(struct parser *parser, int depth, struct pdf_value *array)
{
	struct pdf_value **place = &array->first;
	parser->at++;
	for (;;) {
		parser->at = pdf_skip(parser->bytes, parser->at);
		if (parser->at >= parser->bytes.len) return refuse(parser, "an array is not closed");
		if (parser->bytes.ptr[parser->at] == ']') break;
		TRY(parse_value(parser, depth + 1, place));
		place = &(*place)->next;
	}
	parser->at++;
	return OK;
}

static struct err parse_dict(struct parser *parser, int depth, struct pdf_value *dict)
{
	struct pdf_value **place = &dict->first;
	parser->at += 2;
	for (;;) {
		parser->at = pdf_skip(parser->bytes, parser->at);
		if (parser->bytes.len - parser->at < 2) return refuse(parser, "a dictionary is not closed");
		if (memcmp(parser->bytes.ptr + parser->at, ">>", 2) == 0) break;
		if (parser->bytes.ptr[parser->at] != '/') return refuse(parser, "a dictionary's key must be a name");
		uint64_t from = parser->at + 1;
		parse_name(parser);
		struct str key = str_sub(parser->bytes, from, parser->at);
		TRY(parse_value(parser, depth + 1, place));
		(*place)->key = key;
		place = &(*place)->next;
	}
	parser->at += 2;
	return OK;
}

/* A number, or a reference when a second number and R follow. */
static struct err parse_number(struct parser *parser, struct pdf_value *value)
{
	uint64_t at = parser->at;
	int64_t number = 0, generation = 0;
	if (pdf_read_number(parser->bytes, &at, &number)) {
		value->number = number;
		parser->at = at;
		if (pdf_read_number(parser->bytes, &at, &generation) && generation <= UINT16_MAX
		    && pdf_read_word(parser->bytes, &at, STR("R"))) {
			value->kind = PDF_REF;
			value->generation = (int32_t)generation;
			parser->at = at;
		}
		return OK;
	}
	bool negative = parser->bytes.ptr[at] == '-', digits = false;
	if (negative || parser->bytes.ptr[at] == '+') at++;
	for (; at < parser->bytes.len && is_digit(parser->bytes.ptr[at]); at++, digits = true)
		if (number < INT64_C(1000000000000000)) number = number * 10 + (parser->bytes.ptr[at] - '0');
	if (at < parser->bytes.len && parser->bytes.ptr[at] == '.')
		for (at++; at < parser->bytes.len && is_digit(parser->bytes.ptr[at]); at++) digits = true;
	if (!digits || (at < parser->bytes.len && is_regular(parser->bytes.ptr[at]))) return refuse(parser, "this is no number");
	value->number = negative ? -number : number;
	parser->at = at;
	return OK;
}

static struct err parse_keyword(struct parser *parser, struct pdf_value *value)
{
	if (pdf_read_word(parser->bytes, &parser->at, STR("true"))
	    || pdf_read_word(parser->bytes, &parser->at, STR("false"))) {
		value->kind = PDF_BOOL;
		return OK;
	}
	if (pdf_read_word(parser->bytes, &parser->at, STR("null"))) return OK;
	return refuse(parser, "there is no value here");
}

static struct err parse_value(struct parser *parser, int depth, struct pdf_value **out_value)
{
	if (depth > PDF_DEPTH_MAX) return ERR(LIMIT);
	parser->at = pdf_skip(parser->bytes, parser->at);
	if (parser->at >= parser->bytes.len) return refuse(parser, "the file ends where a value should be");
	struct pdf_value *value = NULL;
	TRY(new_value(parser, PDF_NULL, &value));
	uint64_t from = parser->at;
	char c = parser->bytes.ptr[from], next = from + 1 < parser->bytes.len ? parser->bytes.ptr[from + 1] : '\0';
	if (c == '<' && next == '<') {
		value->kind = PDF_DICT;
		TRY(parse_dict(parser, depth, value));
	} else if (c == '[') {
		value->kind = PDF_ARRAY;
		TRY(parse_array(parser, depth, value));
	} else if (c == '(' || c == '<') {
		value->kind = PDF_STRING;
		TRY(c == '(' ? parse_literal(parser) : parse_hex(parser));
	} else if (c == '/') {
		value->kind = PDF_NAME;
		parse_name(parser);
	} else if (is_digit(c) || c == '+' || c == '-' || c == '.') {
		value->kind = PDF_NUMBER;
		TRY(parse_number(parser, value));
	} else {
		TRY(parse_keyword(parser, value));
	}
	assert(parser->at <= parser->bytes.len);
	value->raw = str_sub(parser->bytes, from, parser->at);
	*out_value = value;
	return OK;
}

struct err pdf_parse(struct pdf_file *file, uint64_t offset, const struct pdf_value **out_value, uint64_t *out_end)
{
	struct parser parser = { .file = file, .bytes = file->bytes, .at = offset };
	struct pdf_value *value = NULL;
	TRY(parse_value(&parser, 0, &value));
	*out_value = value;
	if (out_end != NULL) *out_end = parser.at;
	return OK;
}

/* ISO 32000-1, 7.3.4.2: the escapes of a literal string. */
static void add_escaped(struct buf *buf, struct str raw, size_t *i)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	char c = raw.ptr[(*i)++];
	const char *known = c ? strchr(from, c) : NULL;
	if (known != NULL) {
		buf_add_byte(buf, to[known - from]);
	} else if (c >= '0' && c <= '7') {
		int code = c - '0';
		for (int n = 0; n < 2 && *i < raw.len && raw.ptr[*i] >= '0' && raw.ptr[*i] <= '7'; n++)
			code = code * 8 + (raw.ptr[(*i)++] - '0');
		buf_add_byte(buf, (char)(code & 0xff));
	} else if (c == '\r') {
		if (*i < raw.len && raw.ptr[*i] == '\n') (*i)++;
	} else if (c != '\n') {
		buf_add_byte(buf, c);
	}
}

struct str pdf_string_bytes(struct arena *arena, const struct pdf_value *value)
{
	if (value == NULL || value->kind != PDF_STRING) return STR("");
	assert(value->raw.len >= 2);
	struct str raw = str_sub(value->raw, 1, value->raw.len - 1);
	struct buf buf = buf_make(arena, raw.len + 1);
	if (value->raw.ptr[0] == '(') {
		for (size_t i = 0; i < raw.len;) {
			char c = raw.ptr[i++];
			if (c == '\\' && i < raw.len) add_escaped(&buf, raw, &i);
			else if (c != '\\') buf_add_byte(&buf, c);
		}
		return buf_str(&buf);
	}
	int high = -1;
	for (size_t i = 0; i < raw.len; i++) {
		int digit = hex_value(raw.ptr[i]);
		if (digit < 0) continue;
		if (high < 0) {
			high = digit;
		} else {
			buf_add_byte(&buf, (char)(high << 4 | digit));
			high = -1;
		}
	}
	if (high >= 0) buf_add_byte(&buf, (char)(high << 4));
	return buf_str(&buf);
}

static struct str from_utf16(struct arena *arena, struct str bytes)
{
	struct buf buf = buf_make(arena, bytes.len * 2 + 4);
	for (size_t i = 2; i + 1 < bytes.len; i += 2) {
		const uint8_t *b = (const uint8_t *)bytes.ptr + i;
		uint32_t unit = (uint32_t)b[0] << 8 | b[1];
		if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < bytes.len) {
			uint32_t low = (uint32_t)b[2] << 8 | b[3];
			if (low >= 0xdc00 && low < 0xe000) {
				unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		utf8_add(&buf, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
	}
	return buf_str(&buf);
}

struct str pdf_text(struct arena *arena, const struct pdf_value *value)
{
	struct str bytes = pdf_string_bytes(arena, value);
	if (str_starts(bytes, STR("\xfe\xff"))) return from_utf16(arena, bytes);
	if (str_starts(bytes, STR("\xef\xbb\xbf")) && utf8_is_valid(bytes)) return str_sub(bytes, 3, bytes.len);
	struct buf buf = buf_make(arena, bytes.len * 2 + 1);
	for (size_t i = 0; i < bytes.len; i++) utf8_add(&buf, (uint8_t)bytes.ptr[i]);
	return buf_str(&buf);
}
