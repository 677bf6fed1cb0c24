#include "base/map.h"

#include <assert.h>

static uint64_t hash_of(struct str key)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < key.len; i++) hash = (hash ^ (unsigned char)key.ptr[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

static struct map_entry *find(const struct map *map, struct str key)
{
	if (map->slot_count == 0) return NULL;
	for (size_t slot = hash_of(key) & (map->slot_count - 1); map->slots[slot]; slot = (slot + 1) & (map->slot_count - 1)) {
		struct map_entry *entry = &map->entries[map->slots[slot] - 1];
		if (str_eq(entry->key, key)) return entry;
	}
	return NULL;
}

static void place(struct map *map, size_t index)
{
	size_t slot = hash_of(map->entries[index].key) & (map->slot_count - 1);
	while (map->slots[slot]) slot = (slot + 1) & (map->slot_count - 1);
	map->slots[slot] = (uint32_t)index + 1;
}

void *map_get(const struct map *map, struct str key)
{
	const struct map_entry *entry = find(map, key);
	return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, struct str key) { return find(map, key) != NULL; }

void map_put(struct arena *arena, struct map *map, struct str key, void *value)
{
	struct map_entry *existing = find(map, key);
	if (existing) {
		existing->value = value;
		return;
	}
	if (map->count == map->capacity) {
		size_t capacity = map->capacity ? map->capacity * 2 : 8;
		map->entries = arena_grow(arena, map->entries, map->capacity * sizeof *map->entries, capacity * sizeof *map->entries);
		map->capacity = capacity;
		map->slot_count = capacity * 2;
		map->slots = ARENA_ARRAY(arena, uint32_t, map->slot_count);
		for (size_t i = 0; i < map->count; i++) place(map, i);
	}
	assert(map->count < map->capacity);
	map->entries[map->count] = (struct map_entry){ key, value };
	place(map, map->count++);
}
