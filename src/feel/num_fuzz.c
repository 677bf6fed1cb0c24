/* The fast paths give the Intel library's answers, bit for bit; every number's text reads back equal; rounding
 * half-even agrees with the library's quantize. */
#include "feel/inside.h"

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <assert.h>
#include <bid_conf.h>
#include <bid_functions.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_EACH = 20 };

static BID_UINT128 to_bid(struct feel_num n)
{
	BID_UINT128 b;
	memcpy(&b, &n, sizeof b);
	return b;
}

/* Small, middle and large coefficients with near and far exponents alike. */
static struct feel_num make(const uint8_t *data)
{
	uint64_t low, high;
	uint16_t exponent;
	memcpy(&low, data, sizeof low);
	memcpy(&high, data + 8, sizeof high);
	memcpy(&exponent, data + 16, sizeof exponent);
	low >>= data[18] & 63;
	high = data[19] & 1 ? high % UINT64_C(542101086242752) : 0;      /* keeps the coefficient below 10^34 */
	uint64_t biased = data[19] & 2 ? exponent % 12288 : 6176 - 20 + exponent % 40;
	struct feel_num n = { { low, (uint64_t)(data[19] >> 7) << 63 | biased << 49 | high } };
	return n;
}

static void check_same(bool fits, struct feel_num ours, BID_UINT128 theirs)
{
	struct feel_num other;
	memcpy(&other, &theirs, sizeof other);
	assert(fits == (bid128_isFinite(theirs) != 0));
	if (fits) assert(memcmp(&ours, &other, sizeof ours) == 0);
}

static void check_text(struct arena *arena, struct feel_num n)
{
	struct feel_num back;
	assert(num_parse(num_print(arena, n), &back));
	assert(num_cmp(n, back) == 0);
}

static void check_rounding(struct feel_num n, int32_t scale)
{
	struct feel_num ours, unit = num_from_i64(1);
	unsigned flags = 0;
	if (!num_round(n, scale, NUM_HALF_EVEN, &ours)) return;
	unit.w[1] = (uint64_t)(6176 - scale) << 49;
	BID_UINT128 theirs = bid128_quantize(to_bid(n), to_bid(unit), BID_ROUNDING_TO_NEAREST, &flags);
	if (bid128_isFinite(theirs)) assert(bid128_quiet_equal(to_bid(ours), theirs, &flags));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct feel_num n = { { 0, 0 } };
	unsigned flags = 0;
	if (size < 2 * BYTES_EACH) {
		struct str text = { (const char *)data, size };
		if (num_parse(text, &n)) check_text(&arena, n);
		arena_done(&arena);
		return 0;
	}
	struct feel_num a = make(data), b = make(data + BYTES_EACH);
	bool fits = num_add(a, b, &n);
	check_same(fits, n, bid128_add(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags));
	fits = num_sub(a, b, &n);
	check_same(fits, n, bid128_sub(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags));
	fits = num_mul(a, b, &n);
	check_same(fits, n, bid128_mul(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags));
	int order = num_cmp(a, b);
	assert((order < 0) == (bid128_quiet_less(to_bid(a), to_bid(b), &flags) != 0));
	assert((order == 0) == (bid128_quiet_equal(to_bid(a), to_bid(b), &flags) != 0));
	check_text(&arena, a);
	check_rounding(a, (int32_t)(data[size - 1] % 80) - 40);
	arena_done(&arena);
	return 0;
}
