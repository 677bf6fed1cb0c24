/* str: a constant slice of bytes, mostly UTF-8; never NUL-terminated by promise.
 * str_to_c is the one way to a C string. Nothing here owns memory; copies live in the arena given. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str { const char *ptr; size_t len; };

#define STR(literal) ((struct str){ .ptr = "" literal, .len = sizeof(literal) - 1 })
#define STR_INIT(literal) { .ptr = "" literal, .len = sizeof(literal) - 1 }   /* for static tables */
/* For printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) (int)(s).len, (s).ptr

struct str str_from_c(const char *c_string);            /* NULL gives the empty slice */
static inline bool str_is_empty(struct str s) { return s.len == 0; }
bool str_eq(struct str a, struct str b);
bool str_eq_c(struct str a, const char *b);
int str_cmp(struct str a, struct str b);                 /* by bytes, so by code point in UTF-8 */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first occurrence at or after `from`, or -1. */
ptrdiff_t str_find(struct str s, struct str needle, size_t from);
ptrdiff_t str_find_byte(struct str s, char byte, size_t from);
/* Bytes [from, to), clamped to the slice. */
struct str str_sub(struct str s, size_t from, size_t to);
struct str str_trim(struct str s);                       /* ASCII white space at both ends */
/* Cuts the piece before the next `separator` off *rest; false when nothing is left. */
bool str_split(struct str *rest, char separator, struct str *out_piece);

struct str str_copy(struct arena *arena, struct str s);
const char *str_to_c(struct arena *arena, struct str s);
struct str str_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_join(struct arena *arena, struct str a, struct str b);
/* Every `from` becomes `to`; `from` must not be empty. */
struct str str_replace(struct arena *arena, struct str s, struct str from, struct str to);
struct str str_lower_ascii(struct arena *arena, struct str s);

/* Decimal integer with optional sign, the whole slice, in range; false otherwise. */
bool str_to_i64(struct str s, int64_t *out_value);
struct str str_from_i64(struct arena *arena, int64_t value);
struct str str_hex(struct arena *arena, const void *bytes, size_t count);
/* Exactly 2 * count hexadecimal digits, either case. */
bool str_from_hex(struct str hex, void *out_bytes, size_t count);
struct str str_base64(struct arena *arena, const void *bytes, size_t count);
/* Strict RFC 4648 with padding; false otherwise. */
bool str_from_base64(struct arena *arena, struct str text, struct str *out_bytes);

#endif
