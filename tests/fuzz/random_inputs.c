/* A fuzz target given random bytes in place of libFuzzer's: COUNT inputs of SIZE bytes, the same ones for the same SEED.
 * For targets whose inputs have no shape to be found: src/feel/num_fuzz.c, decimals against the Intel library.
 * usage: NAME COUNT SIZE SEED */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIZE_MAX_HERE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	uint8_t bytes[SIZE_MAX_HERE];
	struct rand_seeded seed;
	if (argc != 4) return 2;
	long long count = atoll(argv[1]);
	size_t size = (size_t)atoll(argv[2]);
	if (count <= 0 || size == 0 || size > sizeof bytes) return 2;
	struct rand rand = rand_from_seed(&seed, (uint64_t)atoll(argv[3]));
	for (long long i = 0; i < count; i++) {
		rand_fill(rand, bytes, size);
		LLVMFuzzerTestOneInput(bytes, size);
	}
	printf("%lld inputs of %zu bytes, seed %s: no difference\n", count, size, argv[3]);
	return 0;
}
