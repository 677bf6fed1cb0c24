/* A cleaned picture is whole, of the same size, and has nothing left to clean. */
#include "hall/pictures.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "image/jpeg", "image/png", "image/webp" };
	struct arena arena = { 0 };
	for (size_t i = 0; size >= 8 && i < 3; i++) {
		struct str type = str_from_c(types[i]);
		struct picture first = picture_read(&arena, type, (struct str){ (const char *)data, size });
		assert(first.orientation >= 1 && first.orientation <= 8);
		if (!first.whole) continue;
		struct picture second = picture_read(&arena, type, first.clean);
		assert(second.whole && second.orientation == 1 && second.clean.len == first.clean.len);
		assert(second.width == first.width && second.height == first.height);
	}
	arena_done(&arena);
	return 0;
}
