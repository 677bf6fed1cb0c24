#include "seal/seal.h"

#include <assert.h>

/* Arbitrary bytes are never a note of a key that signed nothing; a checkpoint that is read prints the same lines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str input = { (const char *)data, size }, text = STR(""), name = STR("");
	uint8_t key[SEAL_PUBLIC_KEY_BYTES];
	struct seal_checkpoint head;
	struct err note = seal_note_verify(input, STR("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &text);
	assert(failed(note) || str_ends(text, STR("\n")));
	if (!failed(seal_note_key_parse(input, &name, key))) assert(str_starts(input, name));
	if (!failed(seal_checkpoint_parse(input, &head))) {
		assert(!failed(seal_checkpoint_print(&arena, &head, &text)));
		assert(str_starts(input, text));
	}
	arena_done(&arena);
	return 0;
}
