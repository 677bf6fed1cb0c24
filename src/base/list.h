/* list: a growing array in an arena.
 *   struct { LIST_OF(struct token); } tokens = { 0 };      or a named struct with the same member
 *   LIST_PUSH(arena, &tokens, ((struct token){ ... }));
 *   for (size_t i = 0; i < tokens.count; i++) use(tokens.items[i]); */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/arena.h"

#define LIST_OF(type) type *items; size_t count, capacity

#define LIST_PUSH(arena, list, ...) do { \
	if ((list)->count == (list)->capacity) { \
		size_t capacity_ = (list)->capacity ? (list)->capacity * 2 : 8; \
		(list)->items = arena_grow((arena), (list)->items, (list)->capacity * sizeof *(list)->items, \
			capacity_ * sizeof *(list)->items); \
		(list)->capacity = capacity_; \
	} \
	(list)->items[(list)->count++] = (__VA_ARGS__); \
} while (0)

#endif
