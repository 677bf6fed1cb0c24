/* Whatever text is read as a moment or a duration is printed and read back as the same, and the operators leave
 * nothing invalid behind. */
#include "feel/inside.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool parse(struct arena *arena, struct str text, struct feel_value *out)
{
	return temporal_parse_date(text, out) || temporal_parse_time(arena, text, out) || temporal_parse_date_time(arena, text, out)
		|| temporal_parse_duration(text, out);
}

static void check(struct arena *arena, struct feel_value value)
{
	struct feel_value back;
	struct buf first = buf_make(arena, 512), second = buf_make(arena, 512);
	if (value.kind == FEEL_NULL || value.kind == FEEL_NUMBER) return;
	temporal_print(&first, value);
	assert(!first.overflow);
	if (value.kind == FEEL_DATE_TIME) assert(temporal_parse_date_time(arena, buf_str(&first), &back));
	else if (!parse(arena, buf_str(&first), &back)) {
		/* a sum of durations may have more days than a text may have digits */
		assert(value.kind == FEEL_DAYS_DURATION || value.kind == FEEL_MONTHS_DURATION);
		return;
	}
	assert(back.kind == value.kind);
	/* a named zone does not say which of the two hours of an autumn night is meant */
	bool named = value.kind == FEEL_DATE_TIME && value.date_time->time.zone.kind == FEEL_ZONE_NAME;
	if (!named) assert(temporal_equal(back, value) == 1);
	temporal_print(&second, back);
	assert(str_eq(buf_str(&first), buf_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str rest = { (const char *)data, size }, left, right;
	struct feel_value a, b;
	bool comparable;
	if (size <= 200 && str_split(&rest, '\n', &left) && parse(&arena, left, &a)) {
		check(&arena, a);
		if (str_split(&rest, '\n', &right) && parse(&arena, right, &b)) {
			check(&arena, temporal_add(&arena, a, b));
			check(&arena, temporal_sub(&arena, a, b));
			check(&arena, temporal_div(&arena, a, b));
			check(&arena, temporal_mul(&arena, a, feel_number_i64(-7)));
			if (a.kind == b.kind) assert(temporal_compare(a, b, &comparable) == -temporal_compare(b, a, &comparable));
		}
	}
	arena_done(&arena);
	return 0;
}
