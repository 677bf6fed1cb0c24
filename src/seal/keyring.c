#include "seal/inside.h"
#include "codec/codec.h"

#include <assert.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	FORMAT = 1,
	ARGON_OPERATIONS = 3, ARGON_OPERATIONS_MAX = 10,
	SECRET_BYTES_MAX = 4 * KEY_BYTES + 4 + SEAL_DATA_KEY_COUNT_MAX * (4 + KEY_BYTES),
};
static const uint64_t argon_memory_bytes = 256u << 20, argon_memory_bytes_max = UINT64_C(1) << 30;
static const struct str master_context = STR_INIT("unionhall master key 1");
static const int64_t certificate_ms = (30 * 365 + 8) * DAY_MS;

/* ---- memory ---------------------------------------------------------------------------------- */

static struct seal_keyring *keyring_new(void)
{
	if (sodium_init() < 0) abort();
	struct seal_keyring *keyring = sodium_malloc(sizeof *keyring);
	if (keyring == NULL) abort();
	memset(keyring, 0, sizeof *keyring);
	return keyring;
}

void seal_keyring_done(struct seal_keyring *keyring)
{
	if (keyring == NULL) return;
	EVP_PKEY_free(keyring->authority_key);
	EVP_PKEY_free(keyring->union_key);
	X509_free(keyring->authority_certificate);
	arena_done(&keyring->texts);
	sodium_free(keyring);
}

/* ---- wrapping the master key ----------------------------------------------------------------- */

static struct err passphrase_key(struct str passphrase, const struct passphrase_lock *lock, uint8_t out_key[KEY_BYTES])
{
	if (crypto_pwhash(out_key, KEY_BYTES, passphrase.ptr, passphrase.len, lock->salt, lock->operations,
		(size_t)lock->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) return ERR(BUSY);
	return OK;
}

static void recovery_key(const uint8_t recovery[RECOVERY_BYTES], uint8_t out_key[KEY_BYTES])
{
	static const struct str purpose = STR_INIT("unionhall recovery key 1");
	crypto_generichash(out_key, KEY_BYTES, (const uint8_t *)purpose.ptr, purpose.len, recovery, RECOVERY_BYTES);
}

static struct err passphrase_check(enum seal_mode mode, struct str passphrase)
{
	if (mode == SEAL_MODE_KEPT) return str_is_empty(passphrase) ? OK : ERR(REFUSED);
	if (passphrase.len > SEAL_PASSPHRASE_BYTES_MAX || !utf8_is_valid(passphrase)) return ERR(INVALID);
	return utf8_count(passphrase) < SEAL_PASSPHRASE_CHARACTERS_MIN ? ERR(REFUSED) : OK;
}

static struct err lock_with_passphrase(struct seal_keyring *keyring, struct rand rand, struct str passphrase)
{
	struct passphrase_lock *lock = &keyring->passphrase;
	uint8_t key[KEY_BYTES];
	rand_fill(rand, lock->salt, sizeof lock->salt);
	lock->operations = ARGON_OPERATIONS;
	lock->memory_bytes = argon_memory_bytes;
	TRY(passphrase_key(passphrase, lock, key));
	aead_seal(rand, key, master_context, (struct str){ (const char *)keyring->master, KEY_BYTES }, lock->wrapped);
	sodium_memzero(key, sizeof key);
	return OK;
}

static struct err renew_master(struct seal_keyring *keyring, struct arena *arena, struct rand rand, enum seal_mode mode,
	struct str passphrase, struct str *out_recovery)
{
	uint8_t recovery[RECOVERY_BYTES], key[KEY_BYTES], old_master[KEY_BYTES];
	memcpy(old_master, keyring->master, KEY_BYTES);
	rand_fill(rand, keyring->master, KEY_BYTES);
	if (mode == SEAL_MODE_LOCKED) {
		struct err e = lock_with_passphrase(keyring, rand, passphrase);
		if (failed(e)) memcpy(keyring->master, old_master, KEY_BYTES);
		sodium_memzero(old_master, sizeof old_master);
		TRY(e);
	}
	sodium_memzero(old_master, sizeof old_master);
	rand_fill(rand, recovery, sizeof recovery);
	recovery_key(recovery, key);
	aead_seal(rand, key, master_context, (struct str){ (const char *)keyring->master, KEY_BYTES }, keyring->recovery_wrapped);
	*out_recovery = recovery_print(arena, recovery);
	sodium_memzero(recovery, sizeof recovery);
	sodium_memzero(key, sizeof key);
	keyring->mode = mode;
	return OK;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* What follows from the secrets: key pairs and the parsed certificate. */
static struct err derive(struct seal_keyring *keyring)
{
	crypto_sign_ed25519_seed_keypair(keyring->ed25519_public, keyring->ed25519_secret, keyring->ed25519_seed);
	TRY(p256_key(keyring->authority_scalar, &keyring->authority_key));
	TRY(p256_key(keyring->union_scalar, &keyring->union_key));
	return OK;
}

static struct err print_pem(struct seal_keyring *keyring)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	bool done = bio != NULL && PEM_write_bio_X509(bio, keyring->authority_certificate) == 1;
	long len = done ? BIO_get_mem_data(bio, &text) : 0;
	if (len > 0) keyring->authority_pem = str_copy(&keyring->texts, (struct str){ text, (size_t)len });
	BIO_free(bio);
	return len > 0 ? OK : ERR(INTERNAL);
}

static struct err make_certificates(struct seal_keyring *keyring, struct rand rand, int64_t from_ms, int64_t now_ms)
{
	struct certificate_request request = {
		.common_name = keyring->hall_name, .from_ms = from_ms, .to_ms = now_ms + certificate_ms,
		.key = keyring->authority_key, .is_authority = true,
	};
	TRY(certificate_make(rand, &request, NULL, keyring->authority_key, &keyring->authority_certificate));
	TRY(certificate_der(&keyring->texts, keyring->authority_certificate, &keyring->authority_der));
	request = (struct certificate_request){
		.common_name = keyring->union_name, .organisation = keyring->union_name,
		.from_ms = from_ms, .to_ms = now_ms + certificate_ms, .key = keyring->union_key,
	};
	X509 *seal = NULL;
	TRY(certificate_make(rand, &request, keyring->authority_certificate, keyring->authority_key, &seal));
	struct err e = certificate_der(&keyring->texts, seal, &keyring->union_der);
	X509_free(seal);
	TRY(e);
	return print_pem(keyring);
}

static struct err fill_new(struct seal_keyring *keyring, struct arena *arena, struct rand rand,
	const struct seal_keyring_options *options, struct str *out_recovery)
{
	keyring->hall_name = str_copy(&keyring->texts, options->hall_name);
	keyring->union_name = str_copy(&keyring->texts, options->union_name);
	rand_fill(rand, keyring->lookup, KEY_BYTES);
	rand_fill(rand, keyring->ed25519_seed, KEY_BYTES);
	p256_scalar(rand, keyring->authority_scalar);
	p256_scalar(rand, keyring->union_scalar);
	TRY(seal_keyring_add_data_key(keyring, rand));
	TRY(derive(keyring));
	int64_t from_ms = options->from_ms ? options->from_ms : options->now_ms - DAY_MS;
	TRY(make_certificates(keyring, rand, from_ms, options->now_ms));
	return renew_master(keyring, arena, rand, options->mode, options->passphrase, out_recovery);
}

struct err seal_keyring_create(struct arena *arena, struct rand rand, const struct seal_keyring_options *options,
	struct seal_keyring **out_keyring, struct str *out_recovery)
{
	TRY(name_check(options->hall_name, SEAL_NAME_CHARACTERS_MAX));
	TRY(name_check(options->union_name, SEAL_NAME_CHARACTERS_MAX));
	TRY(passphrase_check(options->mode, options->passphrase));
	struct seal_keyring *keyring = keyring_new();
	struct err e = fill_new(keyring, arena, rand, options, out_recovery);
	if (failed(e)) {
		seal_keyring_done(keyring);
		return e;
	}
	*out_keyring = keyring;
	return OK;
}

struct err seal_keyring_change(struct seal_keyring *keyring, struct arena *arena, struct rand rand, enum seal_mode mode,
	struct str passphrase, struct str *out_recovery)
{
	TRY(passphrase_check(mode, passphrase));
	return renew_master(keyring, arena, rand, mode, passphrase, out_recovery);
}

struct err seal_keyring_add_data_key(struct seal_keyring *keyring, struct rand rand)
{
	size_t count = keyring->data_key_count;
	if (count == SEAL_DATA_KEY_COUNT_MAX) return ERR(LIMIT);
	keyring->data_keys[count].id = count == 0 ? 1 : keyring->data_keys[count - 1].id + 1;
	rand_fill(rand, keyring->data_keys[count].bytes, KEY_BYTES);
	keyring->data_key_count = count + 1;
	return OK;
}

struct str seal_ca_pem(const struct seal_keyring *keyring) { return keyring->authority_pem; }
struct str seal_ca_der(const struct seal_keyring *keyring) { return keyring->authority_der; }
struct str seal_hall_name(const struct seal_keyring *keyring) { return keyring->hall_name; }
struct str seal_union_name(const struct seal_keyring *keyring) { return keyring->union_name; }

struct err seal_keyring_master(const struct seal_keyring *keyring, struct arena *arena, struct str *out_text)
{
	if (keyring->mode != SEAL_MODE_KEPT) return ERR(REFUSED);
	struct buf buf = buf_make(arena, 2 * KEY_BYTES + 1);
	buf_add(&buf, str_hex(arena, keyring->master, KEY_BYTES));
	buf_add_byte(&buf, '\n');
	return buf_finish(&buf, out_text);
}

/* ---- printing -------------------------------------------------------------------------------- */

/* Fixed layout: lookup, Ed25519 seed, the two scalars, number of data keys, each with its id; integers big endian. */
static size_t print_secrets(const struct seal_keyring *keyring, uint8_t out[SECRET_BYTES_MAX])
{
	size_t at = 0;
	const uint8_t *keys[] = { keyring->lookup, keyring->ed25519_seed, keyring->authority_scalar, keyring->union_scalar };
	for (size_t i = 0; i < 4; i++, at += KEY_BYTES) memcpy(out + at, keys[i], KEY_BYTES);
	uint32_t count = (uint32_t)keyring->data_key_count;
	for (int shift = 24; shift >= 0; shift -= 8) out[at++] = (uint8_t)(count >> shift);
	for (uint32_t k = 0; k < count; k++) {
		for (int shift = 24; shift >= 0; shift -= 8) out[at++] = (uint8_t)(keyring->data_keys[k].id >> shift);
		memcpy(out + at, keyring->data_keys[k].bytes, KEY_BYTES);
		at += KEY_BYTES;
	}
	assert(at <= SECRET_BYTES_MAX);
	return at;
}

static uint32_t read_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool parse_secrets(const uint8_t *bytes, size_t len, struct seal_keyring *keyring)
{
	uint8_t *keys[] = { keyring->lookup, keyring->ed25519_seed, keyring->authority_scalar, keyring->union_scalar };
	if (len < 4 * KEY_BYTES + 4) return false;
	size_t at = 0;
	for (size_t i = 0; i < 4; i++, at += KEY_BYTES) memcpy(keys[i], bytes + at, KEY_BYTES);
	uint32_t count = read_u32(bytes + at);
	at += 4;
	if (count < 1 || count > SEAL_DATA_KEY_COUNT_MAX || len != at + count * (4 + KEY_BYTES)) return false;
	for (uint32_t k = 0; k < count; k++, at += 4 + KEY_BYTES) {
		keyring->data_keys[k].id = read_u32(bytes + at);
		memcpy(keyring->data_keys[k].bytes, bytes + at + 4, KEY_BYTES);
	}
	keyring->data_key_count = count;
	return true;
}

static void add_bytes(struct arena *arena, struct json *object, struct str key, const void *bytes, size_t count)
{
	json_add(object, key, json_new_string(arena, str_base64(arena, bytes, count)));
}

static struct json *public_part(const struct seal_keyring *keyring, struct arena *arena)
{
	struct json *text = json_new(arena, JSON_OBJECT);
	json_add(text, STR("format"), json_new_i64(arena, FORMAT));
	json_add(text, STR("mode"), json_new_string(arena, keyring->mode == SEAL_MODE_KEPT ? STR("kept") : STR("locked")));
	json_add(text, STR("hall"), json_new_string(arena, keyring->hall_name));
	json_add(text, STR("union"), json_new_string(arena, keyring->union_name));
	add_bytes(arena, text, STR("authorityCertificate"), keyring->authority_der.ptr, keyring->authority_der.len);
	add_bytes(arena, text, STR("unionCertificate"), keyring->union_der.ptr, keyring->union_der.len);
	add_bytes(arena, text, STR("recovery"), keyring->recovery_wrapped, WRAPPED_BYTES);
	if (keyring->mode == SEAL_MODE_LOCKED) {
		const struct passphrase_lock *lock = &keyring->passphrase;
		struct json *passphrase = json_new(arena, JSON_OBJECT);
		json_add(passphrase, STR("function"), json_new_string(arena, STR("argon2id")));
		add_bytes(arena, passphrase, STR("salt"), lock->salt, sizeof lock->salt);
		json_add(passphrase, STR("operations"), json_new_i64(arena, (int64_t)lock->operations));
		json_add(passphrase, STR("memoryBytes"), json_new_i64(arena, (int64_t)lock->memory_bytes));
		add_bytes(arena, passphrase, STR("wrapped"), lock->wrapped, WRAPPED_BYTES);
		json_add(text, STR("passphrase"), passphrase);
	}
	return text;
}

/* Finds accidents without any key; a deliberate change is found by the tag of the secrets. */
static struct err digest_of(struct arena *arena, const struct json *text, struct str *out_hex)
{
	struct str canonical = STR("");
	uint8_t digest[SEAL_SHA256_BYTES];
	TRY(json_print(arena, text, JSON_CANONICAL, SEAL_KEYRING_BYTES_MAX, &canonical));
	seal_sha256(canonical, digest);
	*out_hex = str_hex(arena, digest, sizeof digest);
	return OK;
}

struct err seal_keyring_wrap(const struct seal_keyring *keyring, struct arena *arena, struct rand rand, struct str *out_text)
{
	uint8_t secrets[SECRET_BYTES_MAX];
	struct json *text = public_part(keyring, arena);
	struct str context = STR(""), digest = STR(""), canonical = STR("");
	TRY(json_print(arena, text, JSON_CANONICAL, SEAL_KEYRING_BYTES_MAX, &context));
	size_t len = print_secrets(keyring, secrets);
	uint8_t *sealed = arena_alloc(arena, len + NONCE_BYTES + TAG_BYTES);
	aead_seal(rand, keyring->master, context, (struct str){ (const char *)secrets, len }, sealed);
	sodium_memzero(secrets, sizeof secrets);
	add_bytes(arena, text, STR("secrets"), sealed, len + NONCE_BYTES + TAG_BYTES);
	TRY(digest_of(arena, text, &digest));
	json_add(text, STR("sha256"), json_new_string(arena, digest));
	TRY(json_print(arena, text, JSON_CANONICAL, SEAL_KEYRING_BYTES_MAX, &canonical));
	*out_text = str_join(arena, canonical, STR("\n"));
	return OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Everything but the members named last; so the text without its digest, and the context of its secrets. */
static struct json *without(struct arena *arena, const struct json *text, struct str a, struct str b)
{
	struct json *rest = json_new(arena, JSON_OBJECT);
	for (const struct json *member = text->first; member != NULL; member = member->next)
		if (!str_eq(member->key, a) && !str_eq(member->key, b)) json_add(rest, member->key, json_copy(arena, member));
	return rest;
}

/* Only the very bytes that seal_keyring_wrap writes are read: so every changed byte is found. */
static struct err read_text(struct arena *arena, struct str text, const struct json **out_json)
{
	const struct json *json = NULL;
	struct str canonical = STR(""), digest = STR("");
	int64_t format = 0;
	if (text.len > SEAL_KEYRING_BYTES_MAX) return ERR(LIMIT);
	TRY(json_parse(arena, text, NULL, &json));
	const struct json *number = json_get(json, STR("format"));
	if (!json_is(number, JSON_NUMBER) || !str_to_i64(number->text, &format)) return ERR(INVALID);
	if (format != FORMAT) return ERR(UNSUPPORTED);
	TRY(digest_of(arena, without(arena, json, STR("sha256"), STR("sha256")), &digest));
	if (!str_eq(digest, json_string_of(json, "sha256"))) return ERR(TAMPERED);
	TRY(json_print(arena, json, JSON_CANONICAL, SEAL_KEYRING_BYTES_MAX, &canonical));
	if (!str_eq(text, str_join(arena, canonical, STR("\n")))) return ERR(TAMPERED);
	*out_json = json;
	return OK;
}

static struct err read_bytes(struct arena *arena, const struct json *object, const char *key, void *out, size_t count)
{
	struct str bytes = STR("");
	if (!str_from_base64(arena, json_string_of(object, key), &bytes) || bytes.len != count) return ERR(INVALID);
	memcpy(out, bytes.ptr, count);
	return OK;
}

static struct err read_mode(const struct json *text, enum seal_mode *out_mode)
{
	struct str mode = json_string_of(text, "mode");
	if (!str_eq_c(mode, "kept") && !str_eq_c(mode, "locked")) return ERR(INVALID);
	*out_mode = str_eq_c(mode, "kept") ? SEAL_MODE_KEPT : SEAL_MODE_LOCKED;
	return OK;
}

static struct err read_passphrase_lock(struct arena *arena, const struct json *text, struct passphrase_lock *out_lock)
{
	const struct json *json = json_get(text, STR("passphrase"));
	const struct json *operations = json_get(json, STR("operations")), *memory = json_get(json, STR("memoryBytes"));
	int64_t operation_count = 0, memory_bytes = 0;
	if (!json_is(operations, JSON_NUMBER) || !str_to_i64(operations->text, &operation_count)
	    || !json_is(memory, JSON_NUMBER) || !str_to_i64(memory->text, &memory_bytes)) return ERR(INVALID);
	if (operation_count < 1 || operation_count > ARGON_OPERATIONS_MAX || memory_bytes < (int64_t)crypto_pwhash_MEMLIMIT_MIN
	    || (uint64_t)memory_bytes > argon_memory_bytes_max) return ERR(INVALID);
	out_lock->operations = (uint64_t)operation_count;
	out_lock->memory_bytes = (uint64_t)memory_bytes;
	TRY(read_bytes(arena, json, "salt", out_lock->salt, sizeof out_lock->salt));
	return read_bytes(arena, json, "wrapped", out_lock->wrapped, WRAPPED_BYTES);
}

static struct err read_public_part(struct arena *arena, const struct json *text, struct seal_keyring *keyring)
{
	struct str der = STR("");
	TRY(read_mode(text, &keyring->mode));
	keyring->hall_name = str_copy(&keyring->texts, json_string_of(text, "hall"));
	keyring->union_name = str_copy(&keyring->texts, json_string_of(text, "union"));
	TRY(read_bytes(arena, text, "recovery", keyring->recovery_wrapped, WRAPPED_BYTES));
	if (keyring->mode == SEAL_MODE_LOCKED) TRY(read_passphrase_lock(arena, text, &keyring->passphrase));
	if (!str_from_base64(arena, json_string_of(text, "unionCertificate"), &der)) return ERR(INVALID);
	keyring->union_der = str_copy(&keyring->texts, der);
	if (!str_from_base64(arena, json_string_of(text, "authorityCertificate"), &der)) return ERR(INVALID);
	keyring->authority_der = str_copy(&keyring->texts, der);
	TRY(certificate_read(keyring->authority_der, &keyring->authority_certificate));
	return print_pem(keyring);
}

static struct err unlock_recovery(struct seal_keyring *keyring, struct str secret, struct report *report)
{
	uint8_t recovery[RECOVERY_BYTES], key[KEY_BYTES];
	int bad_group = 0;
	if (!recovery_parse(secret, recovery, &bad_group)) {
		if (bad_group > 0)
			report_error(report, STR("recovery key"), "there is a slip in group %d of the recovery key", bad_group);
		else
			report_error(report, STR("recovery key"), "a recovery key has eight groups of five characters");
		return ERR(INVALID);
	}
	recovery_key(recovery, key);
	bool opened = aead_open(key, master_context, keyring->recovery_wrapped, WRAPPED_BYTES, keyring->master);
	sodium_memzero(recovery, sizeof recovery);
	sodium_memzero(key, sizeof key);
	return opened ? OK : ERR(FORBIDDEN);
}

static struct err unlock_passphrase(struct seal_keyring *keyring, struct str secret)
{
	uint8_t key[KEY_BYTES];
	if (keyring->mode != SEAL_MODE_LOCKED) return ERR(MISSING);
	if (secret.len > SEAL_PASSPHRASE_BYTES_MAX) return ERR(FORBIDDEN);
	TRY(passphrase_key(secret, &keyring->passphrase, key));
	bool opened = aead_open(key, master_context, keyring->passphrase.wrapped, WRAPPED_BYTES, keyring->master);
	sodium_memzero(key, sizeof key);
	return opened ? OK : ERR(FORBIDDEN);
}

static struct err unlock(struct seal_keyring *keyring, const struct seal_unlock *unlock, struct report *report)
{
	switch (unlock->with) {
	case SEAL_UNLOCK_PASSPHRASE: return unlock_passphrase(keyring, unlock->secret);
	case SEAL_UNLOCK_RECOVERY: return unlock_recovery(keyring, unlock->secret, report);
	case SEAL_UNLOCK_MASTER: break;
	}
	return str_from_hex(str_trim(unlock->secret), keyring->master, KEY_BYTES) ? OK : ERR(INVALID);
}

static struct err open_secrets(struct arena *arena, const struct json *text, struct seal_keyring *keyring, bool *out_opened)
{
	struct str sealed = STR(""), context = STR("");
	if (!str_from_base64(arena, json_string_of(text, "secrets"), &sealed)) return ERR(INVALID);
	TRY(json_print(arena, without(arena, text, STR("secrets"), STR("sha256")), JSON_CANONICAL, SEAL_KEYRING_BYTES_MAX, &context));
	if (sealed.len < NONCE_BYTES + TAG_BYTES || sealed.len > NONCE_BYTES + TAG_BYTES + SECRET_BYTES_MAX) return ERR(INVALID);
	uint8_t secrets[SECRET_BYTES_MAX];
	size_t len = sealed.len - NONCE_BYTES - TAG_BYTES;
	bool opened = aead_open(keyring->master, context, (const uint8_t *)sealed.ptr, sealed.len, secrets);
	bool parsed = opened && parse_secrets(secrets, len, keyring);
	sodium_memzero(secrets, sizeof secrets);
	*out_opened = opened;
	return opened && !parsed ? ERR(INVALID) : OK;
}

static struct err open_into(struct arena *arena, struct str text, const struct seal_unlock *with, struct report *report,
	struct seal_keyring *keyring)
{
	const struct json *json = NULL;
	bool opened = false;
	TRY(read_text(arena, text, &json));
	TRY(read_public_part(arena, json, keyring));
	TRY(unlock(keyring, with, report));
	TRY(open_secrets(arena, json, keyring, &opened));
	if (!opened) return with->with == SEAL_UNLOCK_MASTER ? ERR(FORBIDDEN) : ERR(TAMPERED);
	return derive(keyring);
}

struct err seal_keyring_open(struct str text, const struct seal_unlock *unlock, struct report *report,
	struct seal_keyring **out_keyring)
{
	struct arena reading = { 0 };
	struct seal_keyring *keyring = keyring_new();
	struct err e = open_into(&reading, text, unlock, report, keyring);
	arena_done(&reading);
	if (failed(e)) {
		seal_keyring_done(keyring);
		return e;
	}
	*out_keyring = keyring;
	return OK;
}

struct err seal_keyring_mode(struct str text, enum seal_mode *out_mode)
{
	struct arena reading = { 0 };
	const struct json *json = NULL;
	struct err e = read_text(&reading, text, &json);
	if (!failed(e)) e = read_mode(json, out_mode);
	arena_done(&reading);
	return e;
}
