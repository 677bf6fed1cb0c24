/* id: 63 bits made here, never by the database: 41 bits of milliseconds since 2020, 6 bits of node,
 * 16 bits of sequence. Later ids are larger. As text: 13 characters of Crockford's base 32. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/clock.h"
#include "base/str.h"

#include <stdatomic.h>

enum { ID_TEXT_LEN = 13 };

struct id_maker { _Atomic uint64_t last; struct clock clock; uint32_t node; };

/* node: 0..63, different for each process that writes into one database. */
void id_maker_init(struct id_maker *maker, struct clock clock, uint32_t node);
/* From now on ids are larger than `id`, even when the clock is behind it: after a restart. */
void id_maker_follow(struct id_maker *maker, int64_t id);
/* Thread-safe, strictly increasing even when the clock stands still or goes back. */
int64_t id_next(struct id_maker *maker);
struct str id_print(struct arena *arena, int64_t id);
/* Accepts lower case, and O I L as 0 1 1; false for anything else. */
bool id_parse(struct str text, int64_t *out_id);

#endif
