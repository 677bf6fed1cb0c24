#include "feel/inside.h"

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>
#include <string.h>

/* Decimal128 from and to text: the literals of FEEL and JSON in, plain notation out. */

typedef unsigned __int128 u128;

enum { EXPONENT_BIAS = 6176, EXPONENT_MIN = -6176, EXPONENT_MAX = 6111, DIGITS_MAX = 34, KEPT_MAX = 40 };
enum { WRITTEN_EXPONENT_MAX = 1000000 };

struct digits {
	char kept[KEPT_MAX + 1];       /* significant digits, then one for "something more follows" */
	size_t kept_count;
	bool any;                      /* a digit was seen at all */
	bool rest;                     /* a digit other than 0 did not fit */
	int64_t exponent;
};

static void take_digit(struct digits *d, char digit, bool fraction)
{
	d->any = true;
	if (d->kept_count == 0 && digit == '0') {
		if (fraction) d->exponent--;
		return;
	}
	if (d->kept_count < KEPT_MAX) {
		d->kept[d->kept_count++] = digit;
		if (fraction) d->exponent--;
		return;
	}
	if (digit != '0') d->rest = true;
	if (!fraction) d->exponent++;
}

static bool take_exponent(struct str text, size_t *at, struct digits *d)
{
	bool negative = false;
	if (*at < text.len && (text.ptr[*at] == '+' || text.ptr[*at] == '-')) negative = text.ptr[(*at)++] == '-';
	size_t from = *at;
	int64_t value = 0;
	for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; (*at)++)
		if (value < WRITTEN_EXPONENT_MAX) value = value * 10 + (text.ptr[*at] - '0');
	d->exponent += negative ? -value : value;
	return *at > from;
}

static bool digits_to_num(struct digits *d, bool negative, struct feel_num *out)
{
	if (d->kept_count <= DIGITS_MAX && d->exponent >= EXPONENT_MIN && d->exponent <= EXPONENT_MAX) {
		u128 coefficient = 0;
		for (size_t i = 0; i < d->kept_count; i++) coefficient = coefficient * 10 + (u128)(d->kept[i] - '0');
		out->w[0] = (uint64_t)coefficient;
		out->w[1] = (uint64_t)(negative && coefficient != 0) << 63 | (uint64_t)(d->exponent + EXPONENT_BIAS) << 49
			| (uint64_t)(coefficient >> 64);
		return true;
	}
	if (d->kept_count == 0) {
		*out = num_from_i64(0);
		return true;
	}
	if (d->exponent > WRITTEN_EXPONENT_MAX || d->exponent < -WRITTEN_EXPONENT_MAX) return false;
	struct arena none = { 0 };
	struct str written = str_printf(&none, "%s%.*s%sE%d", negative ? "-" : "", (int)d->kept_count, d->kept, d->rest ? "1" : "",
		(int)d->exponent - (d->rest ? 1 : 0));
	unsigned flags = 0;
	BID_UINT128 b = bid128_from_string((char *)(uintptr_t)str_to_c(&none, written), BID_ROUNDING_TO_NEAREST, &flags);
	arena_done(&none);
	if (!bid128_isFinite(b) || bid128_isZero(b)) return false;
	memcpy(out, &b, sizeof *out);
	return true;
}

bool num_parse(struct str text, struct feel_num *out)
{
	struct digits d = { .exponent = 0 };
	size_t at = 0;
	bool negative = at < text.len && text.ptr[at] == '-';
	if (negative) at++;
	for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) take_digit(&d, text.ptr[at], false);
	if (at < text.len && text.ptr[at] == '.') {
		size_t from = ++at;
		for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) take_digit(&d, text.ptr[at], true);
		if (at == from) return false;
	}
	if (!d.any) return false;
	if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
		at++;
		if (!take_exponent(text, &at, &d)) return false;
	}
	return at == text.len && digits_to_num(&d, negative, out);
}

/* At most 39 digits of `coefficient`, most significant first. */
static size_t write_digits(u128 coefficient, char out[40])
{
	char reversed[40];
	size_t count = 0;
	do {
		reversed[count++] = (char)('0' + (int)(coefficient % 10));
		coefficient /= 10;
	} while (coefficient > 0);
	for (size_t i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
	return count;
}

struct str num_print(struct arena *arena, struct feel_num n)
{
	u128 coefficient = (u128)(n.w[1] & ((UINT64_C(1) << 49) - 1)) << 64 | n.w[0];
	if (coefficient == 0) return STR("0");
	int32_t exponent = (int32_t)((n.w[1] >> 49) & 0x3fff) - EXPONENT_BIAS;
	char digits[40];
	size_t count = write_digits(coefficient, digits);
	while (exponent < 0 && count > 1 && digits[count - 1] == '0') {
		count--;
		exponent++;
	}
	size_t whole = (int64_t)count + exponent > 0 ? (size_t)((int64_t)count + exponent) : 0;
	size_t zeros_before = exponent < 0 && (size_t)-exponent > count ? (size_t)-exponent - count : 0;
	char *text = arena_alloc(arena, 4 + whole + zeros_before + count);
	size_t at = 0;
	if (n.w[1] >> 63) text[at++] = '-';
	if (whole == 0) text[at++] = '0';
	for (size_t i = 0; i < whole; i++) text[at++] = i < count ? digits[i] : '0';
	if (exponent < 0) {
		text[at++] = '.';
		for (size_t i = 0; i < zeros_before; i++) text[at++] = '0';
		for (size_t i = whole; i < count; i++) text[at++] = digits[i];
	}
	return (struct str){ .ptr = text, .len = at };
}
