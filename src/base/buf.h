/* buf: bytes being written, born with a maximum. Writing past it sets `overflow` and drops the rest,
 * so a writer needs no check at each step: ask once, with buf_finish. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct buf {
	struct arena *arena;
	char *ptr;
	size_t len, capacity, bytes_max;
	bool overflow;
};

struct buf buf_make(struct arena *arena, size_t bytes_max);
void buf_add(struct buf *buf, struct str s);
void buf_add_byte(struct buf *buf, char byte);
void buf_add_bytes(struct buf *buf, const void *bytes, size_t count);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define buf_add_lit(buf, literal) buf_add((buf), STR(literal))
/* What has been written; valid until the next write. */
struct str buf_str(const struct buf *buf);
/* LIMIT when anything was dropped. */
MUST_USE struct err buf_finish(const struct buf *buf, struct str *out_text);

#endif
