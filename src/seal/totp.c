#include "seal/totp.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

struct str totp_code(struct arena *arena, struct str secret, int64_t step, int digits)
{
	static const uint32_t powers[] = { 1000000, 10000000, 100000000 };
	unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned int mac_len = 0;
	assert(digits >= 6 && digits <= 8);
	for (int i = 0; i < 8; i++) counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret.ptr, (int)secret.len, counter, sizeof counter, mac, &mac_len) || mac_len != 20) abort();
	unsigned int at = mac[19] & 15u;   /* RFC 4226 5.3: dynamic truncation */
	uint32_t value = (uint32_t)(mac[at] & 127u) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	return str_printf(arena, "%0*u", digits, (unsigned)(value % powers[digits - 6]));
}

/* Every candidate is computed and compared whole, so that time tells nothing. */
static bool equal_in_one_time(struct str a, struct str b)
{
	unsigned char difference = a.len != b.len;
	for (size_t i = 0; i < a.len && i < b.len; i++) difference |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
	return difference == 0;
}

bool totp_matches(struct str secret, struct str code, int64_t now_ms, int64_t last_step, int64_t *out_step)
{
	struct arena arena = { 0 };
	struct str typed = str_replace(&arena, code, STR(" "), STR(""));
	int64_t now = now_ms / 1000 / TOTP_STEP_S, found = -1;
	for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++)
		if (equal_in_one_time(totp_code(&arena, secret, step, TOTP_DIGITS), typed) && step > last_step) found = step;
	arena_done(&arena);
	if (found < 0) return false;
	*out_step = found;
	return true;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct str base32_print(struct arena *arena, struct str bytes)
{
	struct buf buf = buf_make(arena, bytes.len * 2 + 8);
	uint32_t bits = 0;
	int count = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | (unsigned char)bytes.ptr[i];
		for (count += 8; count >= 5; count -= 5) buf_add_byte(&buf, alphabet[bits >> (count - 5) & 31]);
	}
	if (count > 0) buf_add_byte(&buf, alphabet[bits << (5 - count) & 31]);
	return buf_str(&buf);
}

bool base32_parse(struct arena *arena, struct str text, struct str *out_bytes)
{
	struct buf buf = buf_make(arena, text.len + 1);
	uint32_t bits = 0;
	int count = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ' ' || c == '=') continue;
		if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
		const char *at = c ? strchr(alphabet, c) : NULL;
		if (!at) return false;
		bits = bits << 5 | (uint32_t)(at - alphabet);
		count += 5;
		if (count >= 8) {
			count -= 8;
			buf_add_byte(&buf, (char)(bits >> count));
		}
	}
	*out_bytes = buf_str(&buf);
	return out_bytes->len > 0;
}

static struct str percent(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, text.len * 3 + 1);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
		if (plain) buf_add_byte(&buf, (char)c);
		else buf_printf(&buf, "%%%02X", c);
	}
	return buf_str(&buf);
}

struct str totp_uri(struct arena *arena, struct str issuer, struct str account, struct str secret)
{
	struct str name = percent(arena, issuer);
	return str_printf(arena, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s&digits=%d&period=%d", STR_ARG(name),
		STR_ARG(percent(arena, account)), STR_ARG(base32_print(arena, secret)), STR_ARG(name), TOTP_DIGITS, TOTP_STEP_S);
}
