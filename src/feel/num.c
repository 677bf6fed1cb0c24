#include "feel/inside.h"

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>
#include <string.h>

/* Decimal128 in binary integer encoding: sign 1 bit, exponent 14 bits (biased by 6176), coefficient 113 bits.
 * Most numbers of a form have small coefficients: these are reckoned here, the rest by the Intel library, to
 * the same bits (num_fuzz.c). */

typedef unsigned __int128 u128;

enum { EXPONENT_BIAS = 6176, EXPONENT_MIN = -6176, EXPONENT_MAX = 6111, DIGITS_MAX = 34 };
#define SIGN_BIT (UINT64_C(1) << 63)
#define COEFFICIENT_HIGH_MASK ((UINT64_C(1) << 49) - 1)
#define EXPONENT_FIELD_MASK (UINT64_C(0x7ffe) << 48)
#define TEN_TO_17 UINT64_C(100000000000000000)
#define COEFFICIENT_END ((u128)TEN_TO_17 * TEN_TO_17)      /* 10^34 */

struct parts { bool negative; int32_t exponent; u128 coefficient; };

static struct parts parts_of(struct feel_num n)
{
	return (struct parts){
		.negative = (n.w[1] & SIGN_BIT) != 0,
		.exponent = (int32_t)((n.w[1] & EXPONENT_FIELD_MASK) >> 49) - EXPONENT_BIAS,
		.coefficient = (u128)(n.w[1] & COEFFICIENT_HIGH_MASK) << 64 | n.w[0],
	};
}

static struct feel_num num_of(bool negative, int32_t exponent, u128 coefficient)
{
	return (struct feel_num){ .w = {
		(uint64_t)coefficient,
		(negative ? SIGN_BIT : 0) | (uint64_t)(exponent + EXPONENT_BIAS) << 49 | (uint64_t)(coefficient >> 64),
	} };
}

static u128 ten_to(int32_t power)
{
	u128 result = 1;
	while (power-- > 0) result *= 10;
	return result;
}

/* Coefficient below 2^63: nearly every number there is. */
static inline bool is_small(struct feel_num n)
{
	return (n.w[1] & COEFFICIENT_HIGH_MASK) == 0 && n.w[0] >> 63 == 0;
}

static BID_UINT128 to_bid(struct feel_num n)
{
	BID_UINT128 b;
	memcpy(&b, &n, sizeof b);
	return b;
}

/* The Intel library's answer, when it is finite. */
static bool from_bid(BID_UINT128 b, struct feel_num *out)
{
	if (!bid128_isFinite(b)) return false;
	memcpy(out, &b, sizeof *out);
	return true;
}

struct feel_num num_from_i64(int64_t value)
{
	uint64_t magnitude = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
	return num_of(value < 0, 0, magnitude);
}

bool num_to_i64(struct feel_num n, int64_t *out)
{
	struct parts p = parts_of(n);
	if (p.coefficient == 0) {
		*out = 0;
		return true;
	}
	for (; p.exponent < 0; p.exponent++) {
		if (p.coefficient % 10 != 0) return false;
		p.coefficient /= 10;
	}
	for (; p.exponent > 0; p.exponent--) {
		if (p.coefficient > UINT64_MAX / 10) return false;
		p.coefficient *= 10;
	}
	u128 limit = (u128)INT64_MAX + (p.negative ? 1 : 0);
	if (p.coefficient > limit) return false;
	*out = p.negative ? (int64_t)((uint64_t)0 - (uint64_t)p.coefficient) : (int64_t)p.coefficient;
	return true;
}

bool num_is_integral(struct feel_num n)
{
	struct parts p = parts_of(n);
	if (p.coefficient == 0) return true;
	for (; p.exponent < 0; p.exponent++) {
		if (p.coefficient % 10 != 0) return false;
		p.coefficient /= 10;
	}
	return true;
}

struct feel_num num_neg(struct feel_num n)
{
	n.w[1] ^= SIGN_BIT;
	return n;
}

struct feel_num num_abs(struct feel_num n)
{
	n.w[1] &= ~SIGN_BIT;
	return n;
}

enum { ALIGN_MAX = 18 };      /* 2^63 * 10^18 fits 128 bits */

static const uint64_t powers_of_ten[ALIGN_MAX + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, UINT64_C(10000000000),
	UINT64_C(100000000000), UINT64_C(1000000000000), UINT64_C(10000000000000), UINT64_C(100000000000000),
	UINT64_C(1000000000000000), UINT64_C(10000000000000000), UINT64_C(100000000000000000), UINT64_C(1000000000000000000),
};

/* Both coefficients over one exponent; false when they are too far apart or too large for this way. */
static inline bool align(struct feel_num a, struct feel_num b, struct parts *out_a, struct parts *out_b)
{
	if (!is_small(a) || !is_small(b)) return false;
	*out_a = parts_of(a);
	*out_b = parts_of(b);
	int32_t gap = out_a->exponent - out_b->exponent;
	if (gap == 0) return true;
	if (gap > ALIGN_MAX || gap < -ALIGN_MAX) return false;
	struct parts *high = gap > 0 ? out_a : out_b;
	high->coefficient *= powers_of_ten[gap > 0 ? gap : -gap];
	high->exponent -= gap > 0 ? gap : -gap;
	return true;
}

bool num_add(struct feel_num a, struct feel_num b, struct feel_num *out)
{
	struct parts x, y;
	if (align(a, b, &x, &y)) {
		if (x.negative == y.negative) {
			u128 sum = x.coefficient + y.coefficient;
			if (sum < COEFFICIENT_END) {
				*out = num_of(x.negative, x.exponent, sum);
				return true;
			}
		} else {
			bool x_larger = x.coefficient >= y.coefficient;
			u128 difference = x_larger ? x.coefficient - y.coefficient : y.coefficient - x.coefficient;
			if (difference < COEFFICIENT_END) {
				*out = num_of(difference != 0 && (x_larger ? x.negative : y.negative), x.exponent, difference);
				return true;
			}
		}
	}
	unsigned flags = 0;
	return from_bid(bid128_add(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool num_sub(struct feel_num a, struct feel_num b, struct feel_num *out)
{
	return num_add(a, num_neg(b), out);
}

bool num_mul(struct feel_num a, struct feel_num b, struct feel_num *out)
{
	if (is_small(a) && is_small(b)) {
		struct parts x = parts_of(a), y = parts_of(b);
		u128 product = x.coefficient * y.coefficient;
		int32_t exponent = x.exponent + y.exponent;
		if (product < COEFFICIENT_END && exponent >= EXPONENT_MIN && exponent <= EXPONENT_MAX) {
			*out = num_of(x.negative != y.negative, exponent, product);
			return true;
		}
	}
	unsigned flags = 0;
	return from_bid(bid128_mul(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool num_div(struct feel_num a, struct feel_num b, struct feel_num *out)
{
	unsigned flags = 0;
	return from_bid(bid128_div(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

enum { SQUARING_EXPONENT_MAX = 1000 };   /* above it, errors of repeated rounding outgrow the library's own */

static bool power_by_squaring(struct feel_num base, int64_t exponent, struct feel_num *out)
{
	struct feel_num result = num_from_i64(1), square = base;
	for (uint64_t left = (uint64_t)(exponent < 0 ? -exponent : exponent); left > 0; left >>= 1) {
		if ((left & 1) && !num_mul(result, square, &result)) return false;
		if (left > 1 && !num_mul(square, square, &square)) return false;
	}
	if (exponent >= 0) {
		*out = result;
		return true;
	}
	return num_div(num_from_i64(1), result, out);
}

bool num_pow(struct feel_num a, struct feel_num b, struct feel_num *out)
{
	int64_t exponent = 0;
	if (num_to_i64(b, &exponent) && exponent >= -SQUARING_EXPONENT_MAX && exponent <= SQUARING_EXPONENT_MAX)
		return power_by_squaring(a, exponent, out);
	unsigned flags = 0;
	return from_bid(bid128_pow(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool num_modulo(struct feel_num a, struct feel_num b, struct feel_num *out)
{
	struct feel_num rest;
	unsigned flags = 0;
	if (!from_bid(bid128_fmod(to_bid(a), to_bid(b), &flags), &rest)) return false;
	struct parts r = parts_of(rest);
	if (r.coefficient != 0 && r.negative != parts_of(b).negative) return num_add(rest, b, out);
	*out = rest;
	return true;
}

bool num_sqrt(struct feel_num n, struct feel_num *out)
{
	unsigned flags = 0;
	return from_bid(bid128_sqrt(to_bid(n), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool num_log(struct feel_num n, struct feel_num *out)
{
	unsigned flags = 0;
	return from_bid(bid128_log(to_bid(n), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool num_exp(struct feel_num n, struct feel_num *out)
{
	unsigned flags = 0;
	return from_bid(bid128_exp(to_bid(n), BID_ROUNDING_TO_NEAREST, &flags), out);
}

int num_cmp(struct feel_num a, struct feel_num b)
{
	struct parts x, y;
	if (align(a, b, &x, &y)) {
		if (x.coefficient == 0 && y.coefficient == 0) return 0;
		if (x.negative != y.negative) return x.negative ? -1 : 1;
		if (x.coefficient == y.coefficient) return 0;
		return (x.coefficient < y.coefficient) == x.negative ? 1 : -1;
	}
	unsigned flags = 0;
	if (bid128_quiet_less(to_bid(a), to_bid(b), &flags)) return -1;
	return bid128_quiet_equal(to_bid(a), to_bid(b), &flags) ? 0 : 1;
}

/* Whether the cut-off part makes the quotient grow by one. */
static bool rounds_away(enum num_rounding rounding, bool negative, bool odd, bool any, int against_half)
{
	switch (rounding) {
	case NUM_HALF_EVEN: return against_half > 0 || (against_half == 0 && odd);
	case NUM_HALF_UP:   return against_half >= 0;
	case NUM_HALF_DOWN: return against_half > 0;
	case NUM_UP:        return any;
	case NUM_DOWN:      return false;
	case NUM_FLOOR:     return any && negative;
	case NUM_CEILING:   return any && !negative;
	}
	return false;
}

bool num_round(struct feel_num n, int32_t scale, enum num_rounding rounding, struct feel_num *out)
{
	if (scale < -EXPONENT_MAX || scale > -EXPONENT_MIN) return false;
	struct parts p = parts_of(n);
	int32_t target = -scale;
	if (p.exponent >= target || p.coefficient == 0) {
		*out = n;
		return true;
	}
	int32_t cut = target - p.exponent;
	u128 quotient = 0;
	int against_half = -1;
	bool any = true;
	if (cut <= DIGITS_MAX) {
		u128 unit = ten_to(cut), rest = p.coefficient % unit, half = unit / 2;
		quotient = p.coefficient / unit;
		any = rest != 0;
		against_half = rest > half ? 1 : rest == half ? 0 : -1;
	}
	if (rounds_away(rounding, p.negative, quotient & 1, any, against_half)) quotient++;
	*out = num_of(p.negative && quotient != 0, target, quotient);
	return true;
}
