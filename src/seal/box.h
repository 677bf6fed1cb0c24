/* box: sealed fields (XChaCha20-Poly1305) and keyed hashes for finding them again (BLAKE2b).
 *
 * A box is: format byte 1, key id (4 bytes, big endian), nonce (24), ciphertext and tag (16). The context says where the
 * box belongs ("case.data/2PKQ..."): a box moved to another row or column does not open. */
#ifndef SEAL_BOX_H
#define SEAL_BOX_H

#include "seal/keyring.h"

enum {
	SEAL_BOX_OVERHEAD_BYTES = 1 + 4 + 24 + 16,
	SEAL_BOX_BYTES_MAX = 256 << 20,      /* of the plaintext */
	SEAL_CONTEXT_BYTES_MAX = 1024,
	SEAL_LOOKUP_BYTES = 16,
};

/* The box, in `arena`; its length is the plaintext's plus SEAL_BOX_OVERHEAD_BYTES. LIMIT. */
MUST_USE struct err seal_box(const struct seal_keyring *keyring, struct rand rand, struct arena *arena, struct str context,
	struct str plaintext, struct str *out_box);
/* TAMPERED: a changed byte, another context, another hall's box; UNSUPPORTED: a newer format; NOT_FOUND: sealed with a
 * data key that this keyring has not (an older keyring text was restored). */
MUST_USE struct err seal_open(const struct seal_keyring *keyring, struct arena *arena, struct str context, struct str box,
	struct str *out_plaintext);

/* The same domain ("person.phone", "search") and text always give the same 16 bytes in one hall, and nobody without the
 * keyring can tell the text from them. The caller normalises the text first. */
void seal_lookup(const struct seal_keyring *keyring, struct str domain, struct str text,
	uint8_t out_hash[SEAL_LOOKUP_BYTES]);

#endif
