#include "seal/inside.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { BOX_FORMAT = 1, BOX_HEAD_BYTES = 5 };

void aead_seal(struct rand rand, const uint8_t key[KEY_BYTES], struct str context, struct str plaintext, uint8_t *out_sealed)
{
	rand_fill(rand, out_sealed, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out_sealed + NONCE_BYTES, NULL, (const uint8_t *)plaintext.ptr, plaintext.len,
		(const uint8_t *)context.ptr, context.len, NULL, out_sealed, key);
}

bool aead_open(const uint8_t key[KEY_BYTES], struct str context, const uint8_t *sealed, size_t sealed_bytes, uint8_t *out_plaintext)
{
	assert(sealed_bytes >= NONCE_BYTES + TAG_BYTES);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out_plaintext, NULL, NULL, sealed + NONCE_BYTES,
		sealed_bytes - NONCE_BYTES, (const uint8_t *)context.ptr, context.len, sealed, key) == 0;
}

/* The head is authenticated too: it stands in front of the caller's context. */
static struct str with_head(struct arena *arena, const uint8_t head[BOX_HEAD_BYTES], struct str context)
{
	struct buf buf = buf_make(arena, BOX_HEAD_BYTES + SEAL_CONTEXT_BYTES_MAX);
	buf_add_bytes(&buf, head, BOX_HEAD_BYTES);
	buf_add(&buf, context);
	return buf_str(&buf);
}

struct err seal_box(const struct seal_keyring *keyring, struct rand rand, struct arena *arena, struct str context,
	struct str plaintext, struct str *out_box)
{
	assert(keyring->data_key_count > 0);
	if (context.len > SEAL_CONTEXT_BYTES_MAX || plaintext.len > SEAL_BOX_BYTES_MAX) return ERR(LIMIT);
	const struct data_key *key = &keyring->data_keys[keyring->data_key_count - 1];
	uint8_t *box = arena_alloc(arena, plaintext.len + SEAL_BOX_OVERHEAD_BYTES);
	box[0] = BOX_FORMAT;
	for (int i = 0; i < 4; i++) box[1 + i] = (uint8_t)(key->id >> (24 - 8 * i));
	aead_seal(rand, key->bytes, with_head(arena, box, context), plaintext, box + BOX_HEAD_BYTES);
	*out_box = (struct str){ (const char *)box, plaintext.len + SEAL_BOX_OVERHEAD_BYTES };
	return OK;
}

static const struct data_key *find_key(const struct seal_keyring *keyring, uint32_t id)
{
	for (size_t i = keyring->data_key_count; i > 0; i--)
		if (keyring->data_keys[i - 1].id == id) return &keyring->data_keys[i - 1];
	return NULL;
}

struct err seal_open(const struct seal_keyring *keyring, struct arena *arena, struct str context, struct str box,
	struct str *out_plaintext)
{
	if (box.len < SEAL_BOX_OVERHEAD_BYTES) return ERR(TAMPERED);
	if (context.len > SEAL_CONTEXT_BYTES_MAX || box.len - SEAL_BOX_OVERHEAD_BYTES > SEAL_BOX_BYTES_MAX) return ERR(LIMIT);
	const uint8_t *bytes = (const uint8_t *)box.ptr;
	if (bytes[0] != BOX_FORMAT) return ERR(UNSUPPORTED);
	uint32_t id = (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
	const struct data_key *key = find_key(keyring, id);
	if (key == NULL) return ERR(NOT_FOUND);
	size_t len = box.len - SEAL_BOX_OVERHEAD_BYTES;
	uint8_t *plaintext = arena_alloc(arena, len + 1);
	if (!aead_open(key->bytes, with_head(arena, bytes, context), bytes + BOX_HEAD_BYTES, box.len - BOX_HEAD_BYTES, plaintext))
		return ERR(TAMPERED);
	*out_plaintext = (struct str){ (const char *)plaintext, len };
	return OK;
}

void seal_lookup(const struct seal_keyring *keyring, struct str domain, struct str text, uint8_t out_hash[SEAL_LOOKUP_BYTES])
{
	crypto_generichash_state state;
	uint8_t domain_len = (uint8_t)domain.len;
	assert(domain.len <= UINT8_MAX);
	crypto_generichash_init(&state, keyring->lookup, KEY_BYTES, SEAL_LOOKUP_BYTES);
	crypto_generichash_update(&state, &domain_len, 1);
	crypto_generichash_update(&state, (const uint8_t *)domain.ptr, domain.len);
	crypto_generichash_update(&state, (const uint8_t *)text.ptr, text.len);
	crypto_generichash_final(&state, out_hash, SEAL_LOOKUP_BYTES);
}
