#include "base/id.h"

#include "base/arena.h"

#include <assert.h>
#include <string.h>

enum { SEQUENCE_BITS = 16, NODE_BITS = 6, STAMP_SHIFT = SEQUENCE_BITS + NODE_BITS };
#define EPOCH_2020_MS INT64_C(1577836800000)

void id_maker_init(struct id_maker *maker, struct clock clock, uint32_t node)
{
	assert(node < 1u << NODE_BITS);
	atomic_init(&maker->last, 0);
	maker->clock = clock;
	maker->node = node;
}

/* `last` holds stamp and sequence side by side, so one compare-and-swap moves both. */
int64_t id_next(struct id_maker *maker)
{
	int64_t now = clock_now_ms(maker->clock) - EPOCH_2020_MS;
	uint64_t wanted = now > 0 ? (uint64_t)now << SEQUENCE_BITS : 0;
	uint64_t last = atomic_load(&maker->last), next;
	do {
		next = wanted > last ? wanted : last + 1;
	} while (!atomic_compare_exchange_weak(&maker->last, &last, next));
	uint64_t stamp = next >> SEQUENCE_BITS, sequence = next & ((1u << SEQUENCE_BITS) - 1);
	return (int64_t)((stamp << STAMP_SHIFT | (uint64_t)maker->node << SEQUENCE_BITS | sequence) & INT64_MAX);
}

/* The stamp after that of `id`: a whole millisecond of sequence numbers lies between. */
void id_maker_follow(struct id_maker *maker, int64_t id)
{
	uint64_t stamp = ((uint64_t)id >> STAMP_SHIFT) + 1, wanted = stamp << SEQUENCE_BITS;
	uint64_t last = atomic_load(&maker->last);
	while (wanted > last && !atomic_compare_exchange_weak(&maker->last, &last, wanted)) ;
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct str id_print(struct arena *arena, int64_t id)
{
	char *text = arena_alloc(arena, ID_TEXT_LEN + 1);
	uint64_t rest = (uint64_t)id;
	for (int i = ID_TEXT_LEN - 1; i >= 0; i--, rest >>= 5) text[i] = crockford[rest & 31];
	return (struct str){ text, ID_TEXT_LEN };
}

bool id_parse(struct str text, int64_t *out_id)
{
	if (text.len != ID_TEXT_LEN) return false;
	uint64_t id = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c >= 'a' && c <= 'z') c = (char)(c - 32);
		if (c == 'O') c = '0';
		if (c == 'I' || c == 'L') c = '1';
		const char *digit = c ? strchr(crockford, c) : NULL;
		if (!digit || (i == 0 && digit - crockford > 7)) return false;
		id = id << 5 | (uint64_t)(digit - crockford);
	}
	*out_id = (int64_t)id;
	return true;
}
