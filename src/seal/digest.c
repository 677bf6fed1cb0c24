#include "seal/inside.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct seal_sha256_stream), "the state fits into the stream");

static const uint8_t *bytes_of(struct str s) { return (const uint8_t *)s.ptr; }

void seal_sha256(struct str bytes, uint8_t out_digest[SEAL_SHA256_BYTES])
{
	crypto_hash_sha256(out_digest, bytes_of(bytes), bytes.len);
}

void seal_sha256_begin(struct seal_sha256_stream *stream)
{
	crypto_hash_sha256_init((crypto_hash_sha256_state *)stream->state);
}

void seal_sha256_add(struct seal_sha256_stream *stream, struct str bytes)
{
	crypto_hash_sha256_update((crypto_hash_sha256_state *)stream->state, bytes_of(bytes), bytes.len);
}

void seal_sha256_end(struct seal_sha256_stream *stream, uint8_t out_digest[SEAL_SHA256_BYTES])
{
	crypto_hash_sha256_final((crypto_hash_sha256_state *)stream->state, out_digest);
}

void seal_commitment(struct str salt, struct str bytes, uint8_t out_digest[SEAL_SHA256_BYTES])
{
	struct seal_sha256_stream stream;
	seal_sha256_begin(&stream);
	seal_sha256_add(&stream, salt);
	seal_sha256_add(&stream, bytes);
	seal_sha256_end(&stream, out_digest);
}

void seal_sign(const struct seal_keyring *keyring, struct str bytes, uint8_t out_signature[SEAL_SIGNATURE_BYTES])
{
	crypto_sign_ed25519_detached(out_signature, NULL, bytes_of(bytes), bytes.len, keyring->ed25519_secret);
}

bool seal_verify(const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES], struct str bytes,
	const uint8_t signature[SEAL_SIGNATURE_BYTES])
{
	return crypto_sign_ed25519_verify_detached(signature, bytes_of(bytes), bytes.len, public_key) == 0;
}

void seal_public_key(const struct seal_keyring *keyring, uint8_t out_public_key[SEAL_PUBLIC_KEY_BYTES])
{
	memcpy(out_public_key, keyring->ed25519_public, SEAL_PUBLIC_KEY_BYTES);
}
