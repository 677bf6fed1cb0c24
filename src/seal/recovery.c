#include "seal/inside.h"

#include <assert.h>

/* 160 bits are eight groups of four characters. Each group ends in a check character over GF(32): its own number, so that
 * groups cannot change places, and its characters with different weights, so that no single slip and no exchange of two
 * characters goes unseen. */
enum { GROUP_COUNT = 8, GROUP_CHARACTERS = 4 };
static_assert(GROUP_COUNT * GROUP_CHARACTERS * 5 == RECOVERY_BYTES * 8, "the groups hold the key exactly");

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Multiplication in GF(32) modulo x^5 + x^2 + 1. */
static uint8_t multiply(uint8_t a, uint8_t b)
{
	uint8_t product = 0;
	for (int bit = 0; bit < 5; bit++) {
		if (b >> bit & 1) product ^= a;
		a = (uint8_t)(a << 1);
		if (a & 32) a ^= 37;
	}
	return product;
}

static uint8_t group_check(int group, const uint8_t characters[GROUP_CHARACTERS])
{
	uint8_t check = (uint8_t)(group + 1);
	for (int i = 0; i < GROUP_CHARACTERS; i++) check ^= multiply(characters[i], (uint8_t)(2 + i));
	return check;
}

static uint8_t five_bits(const uint8_t *key, int index)
{
	int bit = index * 5, value = 0;
	for (int i = 0; i < 5; i++, bit++) value = value << 1 | (key[bit / 8] >> (7 - bit % 8) & 1);
	return (uint8_t)value;
}

struct str recovery_print(struct arena *arena, const uint8_t key[RECOVERY_BYTES])
{
	struct buf buf = buf_make(arena, 64);
	for (int group = 0; group < GROUP_COUNT; group++) {
		uint8_t values[GROUP_CHARACTERS];
		if (group > 0) buf_add_byte(&buf, '-');
		for (int i = 0; i < GROUP_CHARACTERS; i++) {
			values[i] = five_bits(key, group * GROUP_CHARACTERS + i);
			buf_add_byte(&buf, alphabet[values[i]]);
		}
		buf_add_byte(&buf, alphabet[group_check(group, values)]);
	}
	return buf_str(&buf);
}

static int character_value(char c)
{
	if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
	if (c == 'O') c = '0';
	if (c == 'I' || c == 'L') c = '1';
	for (int i = 0; i < 32; i++)
		if (alphabet[i] == c) return i;
	return -1;
}

bool recovery_parse(struct str text, uint8_t out_key[RECOVERY_BYTES], int *out_bad_group)
{
	uint8_t key[RECOVERY_BYTES] = { 0 }, values[GROUP_CHARACTERS + 1];
	int count = 0, group = 0;
	*out_bad_group = 0;
	for (size_t at = 0; at < text.len; at++) {
		char c = text.ptr[at];
		if (c == '-' || c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
		int value = character_value(c);
		if (group == GROUP_COUNT) return false;
		if (value < 0) {
			*out_bad_group = group + 1;
			return false;
		}
		values[count++] = (uint8_t)value;
		if (count <= GROUP_CHARACTERS) continue;
		if (values[GROUP_CHARACTERS] != group_check(group, values)) {
			*out_bad_group = group + 1;
			return false;
		}
		for (int bit = 0; bit < GROUP_CHARACTERS * 5; bit++) {
			int place = group * GROUP_CHARACTERS * 5 + bit;
			key[place / 8] |= (uint8_t)((values[bit / 5] >> (4 - bit % 5) & 1) << (7 - place % 8));
		}
		count = 0;
		group++;
	}
	if (group != GROUP_COUNT || count != 0) return false;
	for (int i = 0; i < RECOVERY_BYTES; i++) out_key[i] = key[i];
	return true;
}
