/* arena: memory freed all at once. One per request, job or start-up; the lifetime is its name.
 *
 * Memory is zeroed and aligned to 16. arena_alloc never returns NULL: inputs are bounded before
 * they get here, evaluators watch arena_bytes, and a machine out of memory aborts the process,
 * which restarts and recovers (nothing acknowledged lives in memory only). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk;   /* newest first */
	size_t bytes;                /* handed out since the last reset */
};

/* A zeroed struct arena is ready for use. */
void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_alloc_array(struct arena *arena, size_t count, size_t bytes_each);
void *arena_copy(struct arena *arena, const void *from, size_t bytes);
/* Grows the newest allocation in place when it can, else copies. */
void *arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);
static inline size_t arena_bytes(const struct arena *arena) { return arena->bytes; }
/* Forgets everything and keeps one chunk for the next round. */
void arena_reset(struct arena *arena);
/* Frees everything; the arena is zeroed and ready again. */
void arena_done(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

#endif
