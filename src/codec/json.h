/* json: RFC 8259, strictly; numbers stay text, so nothing is rounded on the way.
 * Refused: invalid UTF-8, unpaired surrogates, a repeated key in one object, anything after the value. */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include "base/base.h"

enum { JSON_DEPTH_MAX = 64 };

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* One value. Object members and array items are a linked list in the order of the text. */
struct json {
	enum json_kind kind;
	uint32_t line, column;       /* of its first byte, from 1; 0 when made by a program */
	struct str key;              /* decoded name, when this is a member of an object */
	struct str text;             /* STRING: decoded UTF-8. NUMBER: as written, RFC 8259 syntax */
	struct json *first, *last;   /* ARRAY, OBJECT */
	struct json *next;
	size_t count;
};

/* INVALID with line:column and words in `report` (may be NULL); LIMIT for depth or bytes_max.
 * The tree keeps slices of `text`, which must live as long. */
MUST_USE struct err json_parse(struct arena *arena, struct str text, struct report *report, const struct json **out_value);

const struct json *json_get(const struct json *object, struct str key);      /* NULL when absent or no object */
/* "/claims/0/amount" (RFC 6901); NULL when absent. */
const struct json *json_at(const struct json *value, struct str pointer);
struct str json_string(const struct json *value);                            /* "" unless STRING */
/* Text of a STRING member, or "" when absent. */
struct str json_string_of(const struct json *object, const char *key);
bool json_is(const struct json *value, enum json_kind kind);                 /* false for NULL pointers */

/* Building. Keys and texts are not copied. */
struct json *json_new(struct arena *arena, enum json_kind kind);
struct json *json_new_string(struct arena *arena, struct str text);
struct json *json_new_i64(struct arena *arena, int64_t value);
struct json *json_new_bool(struct arena *arena, bool value);
/* Appends; `value` belongs to one parent only. `key` is ignored for arrays. */
void json_add(struct json *parent, struct str key, struct json *value);
/* A deep copy that may be added elsewhere. */
struct json *json_copy(struct arena *arena, const struct json *value);
bool json_eq(const struct json *a, const struct json *b);     /* numbers by text, members in any order */

enum json_style {
	JSON_COMPACT,
	JSON_PRETTY,      /* two spaces, a line feed at the end */
	JSON_CANONICAL,   /* JCS, RFC 8785: members sorted by UTF-16 units. Numbers must be integers below 2^53 as written. */
};
/* LIMIT past bytes_max. */
MUST_USE struct err json_print(struct arena *arena, const struct json *value, enum json_style style, size_t bytes_max,
	struct str *out_text);
/* Writes a quoted, escaped JSON string. */
void json_add_quoted(struct buf *buf, struct str text);

#endif
