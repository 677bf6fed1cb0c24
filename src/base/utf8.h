/* utf8: code points of a slice (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

struct buf;

bool utf8_is_valid(struct str text);
/* Reads the code point at *at and moves *at behind it; false at the end or on a malformed byte. */
bool utf8_next(struct str text, size_t *at, uint32_t *out_code_point);
size_t utf8_count(struct str text);                    /* code points; a malformed byte counts as one */
/* Writes 1-4 bytes; code_point must be valid. */
int utf8_encode(uint32_t code_point, char out_bytes[4]);
void utf8_add(struct buf *buf, uint32_t code_point);
/* Length in UTF-16 units, as JavaScript counts. */
size_t utf8_count_utf16(struct str text);

#endif
