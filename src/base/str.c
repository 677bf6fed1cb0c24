#include "base/str.h"

#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct str str_from_c(const char *c_string)
{
	return c_string ? (struct str){ c_string, strlen(c_string) } : STR("");
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_c(struct str a, const char *b) { return str_eq(a, str_from_c(b)); }

int str_cmp(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
	if (order != 0) return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){ s.ptr, prefix.len }, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq((struct str){ s.ptr + s.len - suffix.len, suffix.len }, suffix);
}

ptrdiff_t str_find(struct str s, struct str needle, size_t from)
{
	if (from > s.len) return -1;
	if (needle.len == 0) return (ptrdiff_t)from;
	if (s.len - from < needle.len) return -1;
	const char *hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
	return hit ? hit - s.ptr : -1;
}

ptrdiff_t str_find_byte(struct str s, char byte, size_t from)
{
	if (from >= s.len) return -1;
	const char *hit = memchr(s.ptr + from, byte, s.len - from);
	return hit ? hit - s.ptr : -1;
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.len) to = s.len;
	if (from >= to) return STR("");
	return (struct str){ s.ptr + from, to - from };
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s)
{
	while (s.len > 0 && is_space(s.ptr[0])) { s.ptr++; s.len--; }
	while (s.len > 0 && is_space(s.ptr[s.len - 1])) s.len--;
	return s;
}

bool str_split(struct str *rest, char separator, struct str *out_piece)
{
	if (rest->ptr == NULL) return false;
	ptrdiff_t at = str_find_byte(*rest, separator, 0);
	if (at < 0) {
		*out_piece = *rest;
		*rest = (struct str){ NULL, 0 };
		return true;
	}
	*out_piece = str_sub(*rest, 0, (size_t)at);
	*rest = (struct str){ rest->ptr + at + 1, rest->len - (size_t)at - 1 };
	return true;
}

struct str str_copy(struct arena *arena, struct str s)
{
	if (s.len == 0) return STR("");
	char *copy = arena_alloc(arena, s.len + 1);
	memcpy(copy, s.ptr, s.len);
	return (struct str){ copy, s.len };
}

const char *str_to_c(struct arena *arena, struct str s)
{
	return s.len == 0 ? "" : str_copy(arena, s).ptr;   /* arena memory is zeroed: the copy ends in NUL */
}

struct str str_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(len >= 0);
	char *text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){ text, (size_t)len };
}

struct str str_join(struct arena *arena, struct str a, struct str b)
{
	char *joined = arena_alloc(arena, a.len + b.len + 1);
	if (a.len) memcpy(joined, a.ptr, a.len);
	if (b.len) memcpy(joined + a.len, b.ptr, b.len);
	return (struct str){ joined, a.len + b.len };
}

struct str str_replace(struct arena *arena, struct str s, struct str from, struct str to)
{
	assert(from.len > 0);
	size_t count = 0;
	for (ptrdiff_t at = str_find(s, from, 0); at >= 0; at = str_find(s, from, (size_t)at + from.len)) count++;
	if (count == 0) return s;
	char *out = arena_alloc(arena, s.len - count * from.len + count * to.len + 1);
	size_t used = 0, done = 0;
	for (ptrdiff_t at = str_find(s, from, 0); at >= 0; at = str_find(s, from, done)) {
		memcpy(out + used, s.ptr + done, (size_t)at - done);
		used += (size_t)at - done;
		memcpy(out + used, to.ptr, to.len);
		used += to.len;
		done = (size_t)at + from.len;
	}
	memcpy(out + used, s.ptr + done, s.len - done);
	return (struct str){ out, used + s.len - done };
}

struct str str_lower_ascii(struct arena *arena, struct str s)
{
	if (s.len == 0) return s;
	char *out = arena_alloc(arena, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		out[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
	return (struct str){ out, s.len };
}

bool str_to_i64(struct str s, int64_t *out_value)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	size_t i = (negative || (s.len > 0 && s.ptr[0] == '+')) ? 1 : 0;
	if (i == s.len) return false;
	int64_t value = 0;
	for (; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
		if (__builtin_mul_overflow(value, 10, &value)) return false;
		int digit = s.ptr[i] - '0';
		if (__builtin_add_overflow(value, negative ? -digit : digit, &value)) return false;
	}
	*out_value = value;
	return true;
}

struct str str_from_i64(struct arena *arena, int64_t value)
{
	return str_printf(arena, "%lld", (long long)value);
}

struct str str_hex(struct arena *arena, const void *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *in = bytes;
	char *out = arena_alloc(arena, count * 2 + 1);
	for (size_t i = 0; i < count; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	return (struct str){ out, count * 2 };
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

bool str_from_hex(struct str hex, void *out_bytes, size_t count)
{
	if (hex.len != count * 2) return false;
	unsigned char *out = out_bytes;
	for (size_t i = 0; i < count; i++) {
		int high = hex_digit(hex.ptr[2 * i]), low = hex_digit(hex.ptr[2 * i + 1]);
		if (high < 0 || low < 0) return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct str str_base64(struct arena *arena, const void *bytes, size_t count)
{
	const unsigned char *in = bytes;
	size_t len = (count + 2) / 3 * 4, used = 0;
	char *out = arena_alloc(arena, len + 1);
	for (size_t i = 0; i < count; i += 3) {
		size_t left = count - i;
		uint32_t group = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
		out[used++] = base64_digits[group >> 18];
		out[used++] = base64_digits[group >> 12 & 63];
		out[used++] = left > 1 ? base64_digits[group >> 6 & 63] : '=';
		out[used++] = left > 2 ? base64_digits[group & 63] : '=';
	}
	return (struct str){ out, len };
}

bool str_from_base64(struct arena *arena, struct str text, struct str *out_bytes)
{
	if (text.len % 4 != 0) return false;
	char *out = arena_alloc(arena, text.len / 4 * 3 + 1);
	size_t used = 0;
	for (size_t i = 0; i < text.len; i += 4) {
		uint32_t group = 0;
		int padding = 0;
		for (size_t k = 0; k < 4; k++) {
			char c = text.ptr[i + k];
			const char *digit = c ? strchr(base64_digits, c) : NULL;
			if (c == '=' && i + 4 == text.len && k >= 2) padding++;
			else if (!digit || padding > 0) return false;
			group = group << 6 | (c == '=' ? 0 : (uint32_t)(digit - base64_digits));
		}
		if (padding == 2 && (group & 0xffff)) return false;
		if (padding == 1 && (group & 0xff)) return false;
		out[used++] = (char)(group >> 16);
		if (padding < 2) out[used++] = (char)(group >> 8);
		if (padding < 1) out[used++] = (char)group;
	}
	*out_bytes = (struct str){ out, used };
	return true;
}
