#include "base/rand.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void system_fill(void *data, void *bytes, size_t count)
{
	(void)data;
	char *out = bytes;
	while (count > 0) {
		ssize_t got = getrandom(out, count, 0);
		if (got <= 0) abort();   /* a machine without randomness must not make keys */
		out += got;
		count -= (size_t)got;
	}
}

struct rand rand_system(void) { return (struct rand){ .fill = system_fill, .data = NULL }; }

/* splitmix64 (Steele, Lea, Flood 2014). */
static void seeded_fill(void *data, void *bytes, size_t count)
{
	struct rand_seeded *seeded = data;
	char *out = bytes;
	while (count > 0) {
		uint64_t z = seeded->state += 0x9e3779b97f4a7c15u;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		z ^= z >> 31;
		size_t piece = count < sizeof z ? count : sizeof z;
		memcpy(out, &z, piece);
		out += piece;
		count -= piece;
	}
}

struct rand rand_from_seed(struct rand_seeded *state, uint64_t seed)
{
	state->state = seed;
	return (struct rand){ .fill = seeded_fill, .data = state };
}
