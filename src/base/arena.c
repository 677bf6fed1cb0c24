#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, CHUNK_BYTES_MIN = 16 << 10, CHUNK_BYTES_MAX = 1 << 20 };

struct arena_chunk {
	struct arena_chunk *older;
	size_t used, size;
	_Alignas(ALIGNMENT) char data[];
};

static void die_of_memory(size_t bytes)
{
	fprintf(stderr, "out of memory: %zu bytes wanted\n", bytes);
	abort();
}

static struct arena_chunk *chunk_new(struct arena *arena, size_t bytes)
{
	size_t size = arena->chunk ? arena->chunk->size * 2 : CHUNK_BYTES_MIN;
	if (size > CHUNK_BYTES_MAX) size = CHUNK_BYTES_MAX;
	if (size < bytes) size = bytes;
	struct arena_chunk *chunk = malloc(sizeof *chunk + size);
	if (!chunk) die_of_memory(size);
	chunk->older = arena->chunk;
	chunk->used = 0;
	chunk->size = size;
	arena->chunk = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX / 4) die_of_memory(bytes);
	size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (rounded == 0) rounded = ALIGNMENT;
	struct arena_chunk *chunk = arena->chunk;
	if (!chunk || chunk->size - chunk->used < rounded) chunk = chunk_new(arena, rounded);
	void *memory = chunk->data + chunk->used;
	chunk->used += rounded;
	arena->bytes += rounded;
	return memset(memory, 0, rounded);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t bytes_each)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, bytes_each, &bytes)) die_of_memory(SIZE_MAX);
	return arena_alloc(arena, bytes);
}

void *arena_copy(struct arena *arena, const void *from, size_t bytes)
{
	void *copy = arena_alloc(arena, bytes);
	if (bytes > 0) memcpy(copy, from, bytes);
	return copy;
}

void *arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
	assert(new_bytes >= old_bytes);
	struct arena_chunk *chunk = arena->chunk;
	size_t old_rounded = (old_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	size_t new_rounded = (new_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (old && chunk && old_rounded > 0 && (char *)old + old_rounded == chunk->data + chunk->used
	    && new_rounded - old_rounded <= chunk->size - chunk->used) {
		memset(chunk->data + chunk->used, 0, new_rounded - old_rounded);
		chunk->used += new_rounded - old_rounded;
		arena->bytes += new_rounded - old_rounded;
		return old;
	}
	void *memory = arena_alloc(arena, new_bytes);
	if (old_bytes > 0) memcpy(memory, old, old_bytes);
	return memory;
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *keep = arena->chunk;
	if (!keep) return;
	for (struct arena_chunk *chunk = keep->older, *older; chunk; chunk = older) {
		older = chunk->older;
		free(chunk);
	}
	if (keep->size > CHUNK_BYTES_MAX) { free(keep); keep = NULL; }
	if (keep) { keep->older = NULL; keep->used = 0; }
	*arena = (struct arena){ .chunk = keep };
}

void arena_done(struct arena *arena)
{
	for (struct arena_chunk *chunk = arena->chunk, *older; chunk; chunk = older) {
		older = chunk->older;
		free(chunk);
	}
	*arena = (struct arena){ 0 };
}
