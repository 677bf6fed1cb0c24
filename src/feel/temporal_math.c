/* Arithmetic, comparison and members of dates, times and durations: DMN 1.5 tables 47-55 and 65.
 *
 * A moment is (seconds, nanoseconds): a year of nine digits does not fit 64 bits of nanoseconds. A date counts as
 * midnight UTC; a moment with zone and one without cannot be compared or subtracted. */
#include "feel/inside.h"
#include "feel/zone.h"

#include <assert.h>

enum { DAY_S = 86400 };
#define NANOS INT64_C(1000000000)
#define DAY_NS (DAY_S * NANOS)
#define MONTHS_MAX INT64_C(24000000000)          /* more than from the first year to the last */
#define DAYS_MAX INT64_C(731000000000)

struct moment { int64_t s, ns; bool zoned; };    /* 0 <= ns < 1e9 */

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }
static bool is_duration(struct feel_value v) { return v.kind == FEEL_DAYS_DURATION || v.kind == FEEL_MONTHS_DURATION; }
static struct feel_value months_value(int64_t months)
{
	return (struct feel_value){ .kind = FEEL_MONTHS_DURATION, .months = months };
}

static struct feel_value date_value(struct date d)
{
	return date_is_valid(d) ? (struct feel_value){ .kind = FEEL_DATE, .date = d } : FEEL_NULL_VALUE;
}

/* Brings both parts to one sign. |ns| may be up to 2e9. */
static struct feel_value days_value(int64_t s, int64_t ns)
{
	struct feel_value v = { .kind = FEEL_DAYS_DURATION };
	if (__builtin_add_overflow(s, ns / NANOS, &s)) return FEEL_NULL_VALUE;
	ns %= NANOS;
	if (s > 0 && ns < 0) { s--; ns += NANOS; }
	else if (s < 0 && ns > 0) { s++; ns -= NANOS; }
	v.duration.s = s;
	v.duration.ns = (int32_t)ns;
	return v;
}

static struct feel_value negated(struct feel_value v)
{
	if (v.kind == FEEL_MONTHS_DURATION) return v.months == INT64_MIN ? FEEL_NULL_VALUE : months_value(-v.months);
	if (v.duration.s == INT64_MIN) return FEEL_NULL_VALUE;
	return days_value(-v.duration.s, -(int64_t)v.duration.ns);
}

static struct moment moment_of(struct feel_value v)
{
	if (v.kind == FEEL_DATE) return (struct moment){ date_to_days(v.date) * DAY_S, 0, true };
	const struct feel_time *time = v.kind == FEEL_TIME ? v.time : &v.date_time->time;
	struct moment m = { .s = time->ns / NANOS, .ns = time->ns % NANOS, .zoned = time->zone.kind != FEEL_ZONE_NONE };
	if (v.kind == FEEL_DATE_TIME) m.s += date_to_days(v.date_time->date) * DAY_S;
	if (m.zoned) m.s -= time->zone.offset_s;
	return m;
}

/* ---- adding ------------------------------------------------------------------------------------------- */

static bool date_plus_months(struct date d, int64_t months, struct date *out)
{
	if (months > MONTHS_MAX || months < -MONTHS_MAX) return false;
	int64_t index = (int64_t)d.year * 12 + d.month - 1 + months;
	if (index < INT64_C(-999999999) * 12 || index >= INT64_C(1000000000) * 12) return false;
	*out = date_add_months(d, months);
	return date_is_valid(*out);
}

static bool days_to_date(int64_t days, struct date *out)
{
	if (days > DAYS_MAX || days < -DAYS_MAX) return false;
	if (days > date_to_days((struct date){ 999999999, 12, 31 })) return false;
	if (days < date_to_days((struct date){ -999999999, 1, 1 })) return false;
	*out = date_from_days(days);
	return true;
}

static struct feel_value date_time_value(struct arena *arena, struct feel_date_time dt)
{
	return (struct feel_value){ .kind = FEEL_DATE_TIME, .date_time = arena_copy(arena, &dt, sizeof dt) };
}

/* Local date and time again after its date or clock moved: a named zone may have another offset there. */
static struct feel_value rezoned(struct arena *arena, struct feel_date_time dt)
{
	struct feel_zone *zone = &dt.time.zone;
	int64_t local_s = date_to_days(dt.date) * DAY_S + dt.time.ns / NANOS;
	if (zone->kind == FEEL_ZONE_NAME && !zone_offset(zone->name, local_s, &zone->offset_s)) return FEEL_NULL_VALUE;
	return date_time_value(arena, dt);
}

static struct feel_value date_time_plus_days(struct arena *arena, struct feel_value v, struct feel_value duration)
{
	struct feel_date_time dt = *v.date_time;
	struct moment m = moment_of(v);
	int64_t s, ns = m.ns + duration.duration.ns;
	if (__builtin_add_overflow(m.s, duration.duration.s, &s)) return FEEL_NULL_VALUE;
	if (__builtin_add_overflow(s, floor_div(ns, NANOS), &s)) return FEEL_NULL_VALUE;
	ns -= floor_div(ns, NANOS) * NANOS;
	if (s > DAYS_MAX * DAY_S || s < -DAYS_MAX * DAY_S) return FEEL_NULL_VALUE;
	if (dt.time.zone.kind == FEEL_ZONE_NAME && !zone_offset_at(dt.time.zone.name, s, &dt.time.zone.offset_s)) return FEEL_NULL_VALUE;
	if (m.zoned) s += dt.time.zone.offset_s;
	int64_t days = floor_div(s, DAY_S);
	if (!days_to_date(days, &dt.date)) return FEEL_NULL_VALUE;
	dt.time.ns = (s - days * DAY_S) * NANOS + ns;
	return date_time_value(arena, dt);
}

static struct feel_value plus_days(struct arena *arena, struct feel_value v, struct feel_value duration)
{
	int64_t s = duration.duration.s, ns = duration.duration.ns;
	if (v.kind == FEEL_DATE_TIME) return date_time_plus_days(arena, v, duration);
	if (v.kind == FEEL_DATE) {                   /* midnight moves; the day it lands in is the result */
		struct date d;
		int64_t days = floor_div(s, DAY_S) - (s % DAY_S == 0 && ns < 0);
		if (days > DAYS_MAX || days < -DAYS_MAX || !days_to_date(date_to_days(v.date) + days, &d)) return FEEL_NULL_VALUE;
		return date_value(d);
	}
	struct feel_time time = *v.time;
	time.ns = (time.ns + s % DAY_S * NANOS + ns) % DAY_NS;
	if (time.ns < 0) time.ns += DAY_NS;
	return (struct feel_value){ .kind = FEEL_TIME, .time = arena_copy(arena, &time, sizeof time) };
}

static struct feel_value plus_months(struct arena *arena, struct feel_value v, struct feel_value duration)
{
	struct date d;
	if (v.kind == FEEL_DATE) return date_plus_months(v.date, duration.months, &d) ? date_value(d) : FEEL_NULL_VALUE;
	if (v.kind != FEEL_DATE_TIME || !date_plus_months(v.date_time->date, duration.months, &d)) return FEEL_NULL_VALUE;
	struct feel_date_time dt = { d, v.date_time->time };
	return rezoned(arena, dt);
}

struct feel_value temporal_add(struct arena *arena, struct feel_value a, struct feel_value b)
{
	if (is_duration(a) && !is_duration(b)) return temporal_add(arena, b, a);
	if (a.kind == FEEL_MONTHS_DURATION && b.kind == FEEL_MONTHS_DURATION) {
		int64_t months;
		return __builtin_add_overflow(a.months, b.months, &months) ? FEEL_NULL_VALUE : months_value(months);
	}
	if (a.kind == FEEL_DAYS_DURATION && b.kind == FEEL_DAYS_DURATION) {
		int64_t s;
		if (__builtin_add_overflow(a.duration.s, b.duration.s, &s)) return FEEL_NULL_VALUE;
		return days_value(s, (int64_t)a.duration.ns + b.duration.ns);
	}
	if (a.kind != FEEL_DATE && a.kind != FEEL_TIME && a.kind != FEEL_DATE_TIME) return FEEL_NULL_VALUE;
	if (b.kind == FEEL_DAYS_DURATION) return plus_days(arena, a, b);
	if (b.kind == FEEL_MONTHS_DURATION) return plus_months(arena, a, b);
	return FEEL_NULL_VALUE;
}

struct feel_value temporal_sub(struct arena *arena, struct feel_value a, struct feel_value b)
{
	if (is_duration(b)) {
		struct feel_value minus = negated(b);
		return minus.kind == FEEL_NULL ? minus : temporal_add(arena, a, minus);
	}
	bool days = (a.kind == FEEL_DATE || a.kind == FEEL_DATE_TIME) && (b.kind == FEEL_DATE || b.kind == FEEL_DATE_TIME);
	if (!days && !(a.kind == FEEL_TIME && b.kind == FEEL_TIME)) return FEEL_NULL_VALUE;
	struct moment x = moment_of(a), y = moment_of(b);
	return x.zoned == y.zoned ? days_value(x.s - y.s, x.ns - y.ns) : FEEL_NULL_VALUE;
}

/* ---- multiplying ---------------------------------------------------------------------------------------- */

/* Seconds or months as an exact number; 19 digits before the point and nine behind it fit 34. */
static struct feel_num duration_number(struct feel_value v)
{
	struct feel_num whole, fraction;
	if (v.kind == FEEL_MONTHS_DURATION) return num_from_i64(v.months);
	whole = num_from_i64(v.duration.s);
	if (v.duration.ns == 0) return whole;
	bool fits = num_div(num_from_i64(v.duration.ns), num_from_i64(NANOS), &fraction) && num_add(whole, fraction, &whole);
	assert(fits);
	return whole;
}

/* The part that is finer than a nanosecond or a month is cut off. */
static struct feel_value duration_of(uint8_t kind, struct feel_num n)
{
	struct feel_num whole, fraction, billion = num_from_i64(NANOS);
	int64_t s, ns;
	if (!num_round(n, 0, NUM_DOWN, &whole) || !num_to_i64(whole, &s) || s == INT64_MIN) return FEEL_NULL_VALUE;
	if (kind == FEEL_MONTHS_DURATION) return months_value(s);
	if (!num_sub(n, whole, &fraction) || !num_mul(fraction, billion, &fraction)) return FEEL_NULL_VALUE;
	if (!num_round(fraction, 0, NUM_DOWN, &fraction) || !num_to_i64(fraction, &ns)) return FEEL_NULL_VALUE;
	return days_value(s, ns);
}

struct feel_value temporal_mul(struct arena *arena, struct feel_value a, struct feel_value b)
{
	struct feel_num product;
	if (a.kind == FEEL_NUMBER) return b.kind == FEEL_NUMBER ? FEEL_NULL_VALUE : temporal_mul(arena, b, a);
	if (!is_duration(a) || b.kind != FEEL_NUMBER) return FEEL_NULL_VALUE;
	return num_mul(duration_number(a), b.number, &product) ? duration_of(a.kind, product) : FEEL_NULL_VALUE;
}

struct feel_value temporal_div(struct arena *arena, struct feel_value a, struct feel_value b)
{
	struct feel_num quotient;
	(void)arena;
	if (!is_duration(a)) return FEEL_NULL_VALUE;
	if (b.kind == FEEL_NUMBER) {
		return num_div(duration_number(a), b.number, &quotient) ? duration_of(a.kind, quotient) : FEEL_NULL_VALUE;
	}
	if (b.kind != a.kind) return FEEL_NULL_VALUE;
	return num_div(duration_number(a), duration_number(b), &quotient) ? feel_number(quotient) : FEEL_NULL_VALUE;
}

/* ---- comparing -------------------------------------------------------------------------------------------- */

static int order(int64_t a, int64_t b) { return (a > b) - (a < b); }

int temporal_compare(struct feel_value a, struct feel_value b, bool *out_comparable)
{
	*out_comparable = a.kind == b.kind;
	if (a.kind != b.kind) return 0;
	if (a.kind == FEEL_DATE) return date_cmp(a.date, b.date);
	if (a.kind == FEEL_MONTHS_DURATION) return order(a.months, b.months);
	if (a.kind == FEEL_DAYS_DURATION) {
		int by_s = order(a.duration.s, b.duration.s);
		return by_s != 0 ? by_s : order(a.duration.ns, b.duration.ns);
	}
	struct moment x = moment_of(a), y = moment_of(b);
	*out_comparable = x.zoned == y.zoned;
	if (!*out_comparable) return 0;
	int by_s = order(x.s, y.s);
	return by_s != 0 ? by_s : order(x.ns, y.ns);
}

/* The standard's value of a time counts whole seconds: 10:30:00.1 = 10:30:00.2 (TCK 0068, time_005). */
int temporal_equal(struct feel_value a, struct feel_value b)
{
	bool comparable;
	if (a.kind == b.kind && (a.kind == FEEL_TIME || a.kind == FEEL_DATE_TIME)) {
		struct moment x = moment_of(a), y = moment_of(b);
		return x.zoned == y.zoned ? x.s == y.s : -1;
	}
	int result = temporal_compare(a, b, &comparable);
	return comparable ? result == 0 : -1;
}

/* ---- members ------------------------------------------------------------------------------------------------ */

static struct feel_value seconds_number(int64_t s, int64_t ns)
{
	struct feel_value v = days_value(s, ns);
	return feel_number(duration_number(v));
}

static struct feel_value date_member(struct date d, struct str name)
{
	if (str_eq_c(name, "year")) return feel_number_i64(d.year);
	if (str_eq_c(name, "month")) return feel_number_i64(d.month);
	if (str_eq_c(name, "day")) return feel_number_i64(d.day);
	if (str_eq_c(name, "weekday")) return feel_number_i64(date_weekday(d));
	return FEEL_NULL_VALUE;
}

static struct feel_value time_member(const struct feel_time *time, struct str name)
{
	int64_t s = time->ns / NANOS;
	if (str_eq_c(name, "hour")) return feel_number_i64(s / 3600);
	if (str_eq_c(name, "minute")) return feel_number_i64(s / 60 % 60);
	if (str_eq_c(name, "second")) return seconds_number(s % 60, time->ns % NANOS);
	if (str_eq_c(name, "time offset") && time->zone.kind != FEEL_ZONE_NONE) return days_value(time->zone.offset_s, 0);
	if (str_eq_c(name, "timezone") && time->zone.kind == FEEL_ZONE_NAME) return feel_string(time->zone.name);
	return FEEL_NULL_VALUE;
}

struct feel_value temporal_member(struct arena *arena, struct feel_value value, struct str name)
{
	(void)arena;
	struct feel_value found;
	switch (value.kind) {
	case FEEL_DATE: return date_member(value.date, name);
	case FEEL_TIME: return time_member(value.time, name);
	case FEEL_DATE_TIME:
		found = date_member(value.date_time->date, name);
		return found.kind != FEEL_NULL ? found : time_member(&value.date_time->time, name);
	case FEEL_MONTHS_DURATION:
		if (str_eq_c(name, "years")) return feel_number_i64(value.months / 12);
		if (str_eq_c(name, "months")) return feel_number_i64(value.months % 12);
		return FEEL_NULL_VALUE;
	case FEEL_DAYS_DURATION:
		if (str_eq_c(name, "days")) return feel_number_i64(value.duration.s / DAY_S);
		if (str_eq_c(name, "hours")) return feel_number_i64(value.duration.s / 3600 % 24);
		if (str_eq_c(name, "minutes")) return feel_number_i64(value.duration.s / 60 % 60);
		if (str_eq_c(name, "seconds")) return seconds_number(value.duration.s % 60, value.duration.ns);
		return FEEL_NULL_VALUE;
	default: return FEEL_NULL_VALUE;
	}
}
