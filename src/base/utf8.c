#include "base/utf8.h"

#include "base/buf.h"

bool utf8_next(struct str text, size_t *at, uint32_t *out_code_point)
{
	if (*at >= text.len) return false;
	const unsigned char *p = (const unsigned char *)text.ptr + *at;
	size_t left = text.len - *at;
	uint32_t c = p[0], low;
	size_t length;
	if (c < 0x80) { *at += 1; *out_code_point = c; return true; }
	if (c >= 0xc2 && c <= 0xdf) { length = 2; c &= 0x1f; low = 0x80; }
	else if (c >= 0xe0 && c <= 0xef) { length = 3; c &= 0x0f; low = 0x800; }
	else if (c >= 0xf0 && c <= 0xf4) { length = 4; c &= 0x07; low = 0x10000; }
	else return false;
	if (left < length) return false;
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80) return false;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < low || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return false;
	*at += length;
	*out_code_point = c;
	return true;
}

bool utf8_is_valid(struct str text)
{
	uint32_t c;
	size_t at = 0;
	while (utf8_next(text, &at, &c)) ;
	return at >= text.len;
}

static size_t count_units(struct str text, bool utf16)
{
	size_t at = 0, count = 0;
	uint32_t c;
	while (at < text.len) {
		if (!utf8_next(text, &at, &c)) { at++; c = 0; }
		count += utf16 && c > 0xffff ? 2 : 1;
	}
	return count;
}

size_t utf8_count(struct str text) { return count_units(text, false); }
size_t utf8_count_utf16(struct str text) { return count_units(text, true); }

int utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) { out[0] = (char)c; return 1; }
	if (c < 0x800) { out[0] = (char)(0xc0 | c >> 6); out[1] = (char)(0x80 | (c & 0x3f)); return 2; }
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12); out[1] = (char)(0x80 | (c >> 6 & 0x3f)); out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18); out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f)); out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void utf8_add(struct buf *buf, uint32_t code_point)
{
	char bytes[4];
	buf_add_bytes(buf, bytes, (size_t)utf8_encode(code_point, bytes));
}
