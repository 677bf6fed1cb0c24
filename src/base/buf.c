#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct buf buf_make(struct arena *arena, size_t bytes_max)
{
	assert(arena != NULL);
	assert(bytes_max > 0);
	return (struct buf){ .arena = arena, .bytes_max = bytes_max };
}

static bool make_room(struct buf *buf, size_t more)
{
	if (buf->overflow || more > buf->bytes_max - buf->len) {
		buf->overflow = true;
		return false;
	}
	if (buf->len + more <= buf->capacity) return true;
	size_t capacity = buf->capacity ? buf->capacity * 2 : 256;
	while (capacity < buf->len + more) capacity *= 2;
	buf->ptr = arena_grow(buf->arena, buf->ptr, buf->capacity, capacity);
	buf->capacity = capacity;
	return true;
}

void buf_add_bytes(struct buf *buf, const void *bytes, size_t count)
{
	if (count == 0 || !make_room(buf, count)) return;
	memcpy(buf->ptr + buf->len, bytes, count);
	buf->len += count;
}

void buf_add(struct buf *buf, struct str s) { buf_add_bytes(buf, s.ptr, s.len); }
void buf_add_byte(struct buf *buf, char byte) { buf_add_bytes(buf, &byte, 1); }

void buf_printf(struct buf *buf, const char *format, ...)
{
	char small[256];
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(small, sizeof small, format, args);
	va_end(args);
	assert(len >= 0);
	if ((size_t)len < sizeof small) {
		buf_add_bytes(buf, small, (size_t)len);
	} else {
		char *large = arena_alloc(buf->arena, (size_t)len + 1);
		vsnprintf(large, (size_t)len + 1, format, again);
		buf_add_bytes(buf, large, (size_t)len);
	}
	va_end(again);
}

struct str buf_str(const struct buf *buf)
{
	return buf->len ? (struct str){ buf->ptr, buf->len } : STR("");
}

struct err buf_finish(const struct buf *buf, struct str *out_text)
{
	if (buf->overflow) return ERR(LIMIT);
	*out_text = buf_str(buf);
	return OK;
}
