/* digest: SHA-256, salted commitments, and the hall's Ed25519 signature over any bytes. */
#ifndef SEAL_DIGEST_H
#define SEAL_DIGEST_H

#include "seal/keyring.h"

enum {
	SEAL_SHA256_BYTES = 32,
	SEAL_SALT_BYTES = 16,
	SEAL_PUBLIC_KEY_BYTES = 32,
	SEAL_SIGNATURE_BYTES = 64,
};

void seal_sha256(struct str bytes, uint8_t out_digest[SEAL_SHA256_BYTES]);

/* In pieces: begin, any number of adds, end. Caller's memory. */
struct seal_sha256_stream { _Alignas(16) unsigned char state[128]; };
void seal_sha256_begin(struct seal_sha256_stream *stream);
void seal_sha256_add(struct seal_sha256_stream *stream, struct str bytes);
void seal_sha256_end(struct seal_sha256_stream *stream, uint8_t out_digest[SEAL_SHA256_BYTES]);

/* SHA-256(salt || bytes): what the log shows of a value. With a random salt of 16 bytes the value cannot be guessed. */
void seal_commitment(struct str salt, struct str bytes, uint8_t out_digest[SEAL_SHA256_BYTES]);

/* Ed25519 (RFC 8032): the same bytes give the same signature. A receipt signs its JCS bytes without `signature`. */
void seal_sign(const struct seal_keyring *keyring, struct str bytes, uint8_t out_signature[SEAL_SIGNATURE_BYTES]);
bool seal_verify(const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES], struct str bytes,
	const uint8_t signature[SEAL_SIGNATURE_BYTES]);
void seal_public_key(const struct seal_keyring *keyring, uint8_t out_public_key[SEAL_PUBLIC_KEY_BYTES]);

#endif
