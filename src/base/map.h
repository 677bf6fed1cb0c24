/* map: from a slice to a pointer, in an arena; keeps the order of insertion; nothing is ever removed.
 * Keys are not copied: they must live as long as the map. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"
#include "base/str.h"

struct map_entry { struct str key; void *value; };

struct map {
	struct map_entry *entries;   /* in order of insertion */
	size_t count, capacity;
	uint32_t *slots;             /* index + 1 into entries, 0 = free */
	size_t slot_count;
};

/* A zeroed struct map is empty and ready. */
void *map_get(const struct map *map, struct str key);              /* NULL when absent */
bool map_has(const struct map *map, struct str key);
/* Adds or replaces. */
void map_put(struct arena *arena, struct map *map, struct str key, void *value);

#endif
