/* rand: where randomness comes from; injected like the clock. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct rand {
	void (*fill)(void *data, void *bytes, size_t count);
	void *data;
};

static inline void rand_fill(struct rand rand, void *bytes, size_t count) { rand.fill(rand.data, bytes, count); }

/* The kernel's generator; fit for keys. */
struct rand rand_system(void);

/* Reproducible and NOT fit for keys: for simulation and tests. Not thread-safe. */
struct rand_seeded { uint64_t state; };
struct rand rand_from_seed(struct rand_seeded *state, uint64_t seed);

#endif
