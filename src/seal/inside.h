/* inside: what the files of seal share and nobody else sees. */
#ifndef SEAL_INSIDE_H
#define SEAL_INSIDE_H

#include "seal/seal.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { KEY_BYTES = 32, NONCE_BYTES = 24, TAG_BYTES = 16, RECOVERY_BYTES = 20, WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES };

struct data_key { uint32_t id; uint8_t bytes[KEY_BYTES]; };

/* What opens the master key: a passphrase through argon2id, or the recovery key. */
struct passphrase_lock { uint8_t salt[16]; uint64_t operations, memory_bytes; uint8_t wrapped[WRAPPED_BYTES]; };

struct seal_keyring {
	_Alignas(16) uint8_t master[KEY_BYTES];
	uint8_t lookup[KEY_BYTES];
	uint8_t ed25519_seed[KEY_BYTES], ed25519_public[32], ed25519_secret[64];
	uint8_t authority_scalar[KEY_BYTES], union_scalar[KEY_BYTES];
	struct data_key data_keys[SEAL_DATA_KEY_COUNT_MAX];     /* the last one seals */
	size_t data_key_count;
	enum seal_mode mode;
	uint8_t recovery_wrapped[WRAPPED_BYTES];
	struct passphrase_lock passphrase;                       /* mode LOCKED */
	struct arena texts;                                      /* names and certificates: nothing secret */
	struct str hall_name, union_name, authority_der, authority_pem, union_der;
	EVP_PKEY *authority_key, *union_key;
	X509 *authority_certificate;
};

struct seal_signer { EVP_PKEY *key; X509 *certificate, *issuer; };

/* A P-256 private key that the order allows; and the key pair of such a scalar. */
void p256_scalar(struct rand rand, uint8_t out_scalar[KEY_BYTES]);
MUST_USE struct err p256_key(const uint8_t scalar[KEY_BYTES], EVP_PKEY **out_key);

struct certificate_request {
	struct str common_name, organisation, statement;         /* empty ones are left out */
	const uint8_t *evidence;                                 /* NULL = none */
	int64_t from_ms, to_ms;
	EVP_PKEY *key;
	bool is_authority;
};
/* issuer NULL: signed with the key itself. */
MUST_USE struct err certificate_make(struct rand rand, const struct certificate_request *request, X509 *issuer,
	EVP_PKEY *issuer_key, X509 **out_certificate);
MUST_USE struct err certificate_der(struct arena *arena, X509 *certificate, struct str *out_der);
MUST_USE struct err certificate_read(struct str der, X509 **out_certificate);
struct str certificate_common_name(struct arena *arena, const X509 *certificate);
struct str certificate_statement(struct arena *arena, const X509 *certificate);
bool certificate_evidence(const X509 *certificate, uint8_t out_digest[SEAL_SHA256_BYTES]);
/* 1 to characters_max characters of valid UTF-8 without control characters: MISSING, LIMIT, INVALID. */
MUST_USE struct err name_check(struct str name, size_t characters_max);

/* The recovery key as text and back; *out_bad_group from 1, 0 = the number of groups is wrong. */
struct str recovery_print(struct arena *arena, const uint8_t key[RECOVERY_BYTES]);
bool recovery_parse(struct str text, uint8_t out_key[RECOVERY_BYTES], int *out_bad_group);

/* nonce || ciphertext || tag with XChaCha20-Poly1305. */
void aead_seal(struct rand rand, const uint8_t key[KEY_BYTES], struct str context, struct str plaintext, uint8_t *out_sealed);
bool aead_open(const uint8_t key[KEY_BYTES], struct str context, const uint8_t *sealed, size_t sealed_bytes, uint8_t *out_plaintext);

#endif
