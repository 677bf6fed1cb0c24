#include "seal/password.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SEAL_PASSWORD_TEXT_BYTES_MAX == crypto_pwhash_argon2id_STRBYTES, "the library's own size of a text");

static bool is_in_range(struct seal_password_cost cost)
{
	return cost.passes >= 1 && cost.passes <= 16 && cost.memory_kib >= 8192 && cost.memory_kib <= 1048576;
}

static size_t bytes_of(struct seal_password_cost cost) { return (size_t)cost.memory_kib << 10; }

struct err seal_password_hash(struct arena *arena, struct str password, struct seal_password_cost cost, struct str *out_text)
{
	char text[crypto_pwhash_argon2id_STRBYTES];
	if (password.len > SEAL_PASSWORD_BYTES_MAX) return ERR(LIMIT);
	if (!is_in_range(cost)) return ERR(INVALID);
	if (sodium_init() < 0) return ERR(INTERNAL);
	if (crypto_pwhash_argon2id_str(text, password.ptr, password.len, cost.passes, bytes_of(cost)) != 0) return ERR(IO);
	*out_text = str_copy(arena, str_from_c(text));
	return OK;
}

/* The library wants a whole field of zeros behind the text. */
static bool text_field(struct str text, char field[crypto_pwhash_argon2id_STRBYTES])
{
	memset(field, 0, crypto_pwhash_argon2id_STRBYTES);
	if (text.len == 0 || text.len >= crypto_pwhash_argon2id_STRBYTES) return false;
	memcpy(field, text.ptr, text.len);
	return true;
}

bool seal_password_matches(struct str text, struct str password)
{
	char field[crypto_pwhash_argon2id_STRBYTES];
	if (password.len > SEAL_PASSWORD_BYTES_MAX || !text_field(text, field) || sodium_init() < 0) return false;
	return crypto_pwhash_argon2id_str_verify(field, password.ptr, password.len) == 0;
}

void seal_password_spend(struct str password, struct seal_password_cost cost)
{
	static const unsigned char salt[crypto_pwhash_argon2id_SALTBYTES] = { 1 };
	unsigned char key[32];
	if (!is_in_range(cost) || password.len > SEAL_PASSWORD_BYTES_MAX || sodium_init() < 0) return;
	int spent = crypto_pwhash_argon2id(key, sizeof key, password.ptr, password.len, salt, cost.passes, bytes_of(cost),
		crypto_pwhash_argon2id_ALG_ARGON2ID13);
	(void)spent;   /* the time was the purpose */
	sodium_memzero(key, sizeof key);
}

bool seal_password_is_current(struct str text, struct seal_password_cost cost)
{
	char field[crypto_pwhash_argon2id_STRBYTES];
	return text_field(text, field) && crypto_pwhash_argon2id_str_needs_rehash(field, cost.passes, bytes_of(cost)) == 0;
}
