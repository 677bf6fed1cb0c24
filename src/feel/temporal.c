/* Reading and writing dates, times and durations: DMN 1.5 10.3.2.3.4-10.3.2.3.8, the lexical forms of
 * XML Schema 1.1 with years of up to nine digits and "@Zone/Name" behind a time. */
#include "feel/inside.h"
#include "feel/zone.h"

#include <assert.h>

enum { NANOS_DIGITS = 9, OFFSET_S_MAX = 18 * 3600, DAY_S = 86400 };
#define NANOS INT64_C(1000000000)

struct cursor { struct str text; size_t at; };

static char peek(const struct cursor *c) { return c->at < c->text.len ? c->text.ptr[c->at] : '\0'; }
static bool at_end(const struct cursor *c) { return c->at == c->text.len; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool take(struct cursor *c, char byte)
{
	if (at_end(c) || c->text.ptr[c->at] != byte) return false;
	c->at++;
	return true;
}

/* Between `min` and `max` digits. */
static bool take_digits(struct cursor *c, size_t min, size_t max, int64_t *out_value)
{
	size_t first = c->at;
	int64_t value = 0;
	while (c->at - first < max && is_digit(peek(c))) value = value * 10 + (c->text.ptr[c->at++] - '0');
	if (c->at - first < min || is_digit(peek(c))) return false;
	*out_value = value;
	return true;
}

static bool take_two(struct cursor *c, int64_t max, int64_t *out_value)
{
	return take_digits(c, 2, 2, out_value) && *out_value <= max;
}

/* Digits behind a point as nanoseconds; finer ones are cut off. */
static bool take_fraction(struct cursor *c, size_t digits_min, int64_t *out_ns)
{
	size_t count = 0;
	int64_t ns = 0;
	for (; is_digit(peek(c)); c->at++, count++) {
		if (count < NANOS_DIGITS) ns = ns * 10 + (c->text.ptr[c->at] - '0');
	}
	for (size_t i = count; i < NANOS_DIGITS; i++) ns *= 10;
	*out_ns = ns;
	return count >= digits_min;
}

static bool take_date(struct cursor *c, struct date *out)
{
	bool negative = take(c, '-');
	size_t first = c->at;
	int64_t year, month, day;
	if (!take_digits(c, 4, 9, &year)) return false;
	if (c->at - first > 4 && c->text.ptr[first] == '0') return false;
	if (!take(c, '-') || !take_two(c, 12, &month) || !take(c, '-') || !take_two(c, 31, &day)) return false;
	struct date d = { (int32_t)(negative ? -year : year), (int8_t)month, (int8_t)day };
	if (!date_is_valid(d)) return false;
	*out = d;
	return true;
}

/* A whole day more for 24:00:00, the end of the day in XML Schema. */
static bool take_clock(struct cursor *c, int64_t *out_ns, bool *out_next_day)
{
	int64_t hour, minute, second, ns = 0;
	if (!take_two(c, 24, &hour) || !take(c, ':') || !take_two(c, 59, &minute)) return false;
	if (!take(c, ':') || !take_two(c, 59, &second)) return false;
	if (take(c, '.') && !take_fraction(c, 1, &ns)) return false;
	bool next_day = hour == 24;
	if (next_day && (minute != 0 || second != 0 || ns != 0)) return false;
	*out_ns = next_day ? 0 : (hour * 3600 + minute * 60 + second) * NANOS + ns;
	*out_next_day = next_day;
	return true;
}

static bool take_offset(struct cursor *c, struct feel_zone *out)
{
	int64_t hours, minutes, seconds = 0;
	bool negative = take(c, '-');
	if (!negative && !take(c, '+')) return false;
	if (!take_two(c, 18, &hours) || !take(c, ':') || !take_two(c, 59, &minutes)) return false;
	if (take(c, ':') && !take_two(c, 59, &seconds)) return false;
	int64_t offset_s = hours * 3600 + minutes * 60 + seconds;
	if (offset_s > OFFSET_S_MAX) return false;
	*out = (struct feel_zone){ .kind = FEEL_ZONE_OFFSET, .offset_s = (int32_t)(negative ? -offset_s : offset_s) };
	return true;
}

/* The rest of the text: nothing, Z, an offset or a named zone. */
static bool take_zone(struct cursor *c, struct feel_zone *out)
{
	*out = (struct feel_zone){ .kind = FEEL_ZONE_NONE };
	if (at_end(c)) return true;
	if (take(c, 'Z') || take(c, 'z')) {
		out->kind = FEEL_ZONE_OFFSET;
	} else if (take(c, '@')) {
		out->kind = FEEL_ZONE_NAME;
		out->name = str_sub(c->text, c->at, c->text.len);
		c->at = c->text.len;
	} else if (!take_offset(c, out)) {
		return false;
	}
	return at_end(c);
}

bool temporal_parse_date(struct str text, struct feel_value *out)
{
	struct cursor c = { text, 0 };
	struct date d;
	if (!take_date(&c, &d) || !at_end(&c)) return false;
	*out = (struct feel_value){ .kind = FEEL_DATE, .date = d };
	return true;
}

bool temporal_parse_time(struct arena *arena, struct str text, struct feel_value *out)
{
	struct cursor c = { text, 0 };
	struct feel_time time = { 0 };
	bool next_day;
	if (!take_clock(&c, &time.ns, &next_day) || !take_zone(&c, &time.zone)) return false;
	if (time.zone.kind == FEEL_ZONE_NAME) {
		if (!zone_standard_offset(time.zone.name, &time.zone.offset_s)) return false;
		time.zone.name = str_copy(arena, time.zone.name);
	}
	*out = (struct feel_value){ .kind = FEEL_TIME, .time = arena_copy(arena, &time, sizeof time) };
	return true;
}

bool temporal_parse_date_time(struct arena *arena, struct str text, struct feel_value *out)
{
	struct cursor c = { text, 0 };
	struct feel_date_time dt = { 0 };
	bool next_day = false;
	if (!take_date(&c, &dt.date)) return false;
	if (!at_end(&c) && (!take(&c, 'T') || !take_clock(&c, &dt.time.ns, &next_day) || !take_zone(&c, &dt.time.zone))) return false;
	if (next_day) dt.date = date_from_days(date_to_days(dt.date) + 1);
	if (!date_is_valid(dt.date)) return false;
	if (dt.time.zone.kind == FEEL_ZONE_NAME) {
		int64_t local_s = date_to_days(dt.date) * DAY_S + dt.time.ns / NANOS;
		if (!zone_offset(dt.time.zone.name, local_s, &dt.time.zone.offset_s)) return false;
		dt.time.zone.name = str_copy(arena, dt.time.zone.name);
	}
	*out = (struct feel_value){ .kind = FEEL_DATE_TIME, .date_time = arena_copy(arena, &dt, sizeof dt) };
	return true;
}

/* One "12D": false when no number follows; *out_unit is '\0' then. */
static bool take_part(struct cursor *c, int64_t *out_value, char *out_unit)
{
	if (!take_digits(c, 1, 18, out_value)) return false;
	*out_unit = peek(c);
	if (*out_unit != '\0' && *out_unit != '.') c->at++;
	return true;
}

static bool add_part(int64_t *sum, int64_t value, int64_t factor)
{
	int64_t product;
	return !__builtin_mul_overflow(value, factor, &product) && !__builtin_add_overflow(*sum, product, sum);
}

/* Parts in the order of `units`, each at most once, at least one; a fraction only before the last, 'S'. */
static bool take_parts(struct cursor *c, const char *units, const int64_t *factors, int64_t *sum, int64_t *out_ns,
	size_t *out_count)
{
	size_t unit = 0;
	for (*out_count = 0; is_digit(peek(c)); (*out_count)++) {
		int64_t value, ns = 0;
		char letter;
		if (!take_part(c, &value, &letter)) return false;
		if (letter == '.') {
			c->at++;
			if (!take_fraction(c, 0, &ns) || !take(c, 'S')) return false;
			letter = 'S';
			*out_ns = ns;
		}
		while (units[unit] != '\0' && units[unit] != letter) unit++;
		if (units[unit] == '\0' || !add_part(sum, value, factors[unit])) return false;
		unit++;
	}
	return true;
}

bool temporal_parse_duration(struct str text, struct feel_value *out)
{
	static const int64_t months_of[] = { 12, 1 }, days_of[] = { DAY_S }, seconds_of[] = { 3600, 60, 1 };
	struct cursor c = { text, 0 };
	int64_t sum = 0, ns = 0;
	size_t count;
	bool negative = take(&c, '-');
	if (!take(&c, 'P')) return false;
	size_t first = c.at;
	if (take_parts(&c, "YM", months_of, &sum, &ns, &count) && count > 0 && at_end(&c) && ns == 0) {
		*out = (struct feel_value){ .kind = FEEL_MONTHS_DURATION, .months = negative ? -sum : sum };
		return true;
	}
	c.at = first;
	sum = ns = 0;
	size_t days, hours = 1;
	if (!take_parts(&c, "D", days_of, &sum, &ns, &days) || ns != 0) return false;
	if (take(&c, 'T')) {
		if (!take_parts(&c, "HMS", seconds_of, &sum, &ns, &hours)) return false;
	} else if (days == 0) {
		return false;
	}
	if (hours == 0 || !at_end(&c)) return false;
	*out = (struct feel_value){ .kind = FEEL_DAYS_DURATION };
	out->duration.s = negative ? -sum : sum;
	out->duration.ns = (int32_t)(negative ? -ns : ns);
	return true;
}

/* ---- printing --------------------------------------------------------------------------------------- */

static void print_fraction(struct buf *buf, int64_t ns)
{
	char digits[NANOS_DIGITS];
	size_t count = NANOS_DIGITS;
	if (ns == 0) return;
	for (size_t i = NANOS_DIGITS; i-- > 0; ns /= 10) digits[i] = (char)('0' + ns % 10);
	while (digits[count - 1] == '0') count--;
	buf_add_byte(buf, '.');
	buf_add_bytes(buf, digits, count);
}

static void print_date(struct buf *buf, struct date d)
{
	buf_printf(buf, "%s%04d-%02d-%02d", d.year < 0 ? "-" : "", d.year < 0 ? -d.year : d.year, d.month, d.day);
}

static void print_time(struct buf *buf, const struct feel_time *time)
{
	int64_t s = time->ns / NANOS;
	int32_t offset_s = time->zone.offset_s;
	buf_printf(buf, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	print_fraction(buf, time->ns % NANOS);
	if (time->zone.kind == FEEL_ZONE_NAME) {
		buf_add_byte(buf, '@');
		buf_add(buf, time->zone.name);
	} else if (time->zone.kind == FEEL_ZONE_OFFSET && offset_s == 0) {
		buf_add_byte(buf, 'Z');
	} else if (time->zone.kind == FEEL_ZONE_OFFSET) {
		int32_t size_s = offset_s < 0 ? -offset_s : offset_s;
		buf_printf(buf, "%c%02d:%02d", offset_s < 0 ? '-' : '+', size_s / 3600, size_s / 60 % 60);
		if (size_s % 60 != 0) buf_printf(buf, ":%02d", size_s % 60);
	}
}

/* The absolute value, also of the smallest integer. */
static uint64_t size_of(int64_t n) { return n < 0 ? ~(uint64_t)n + 1 : (uint64_t)n; }

static void print_part(struct buf *buf, uint64_t value, char unit)
{
	if (value != 0) buf_printf(buf, "%llu%c", (unsigned long long)value, unit);
}

static void print_days_duration(struct buf *buf, int64_t s, int32_t ns)
{
	uint64_t size = size_of(s), days = size / DAY_S, rest = size % DAY_S;
	int64_t fraction = ns < 0 ? -(int64_t)ns : ns;
	if (s < 0 || ns < 0) buf_add_byte(buf, '-');
	buf_add_byte(buf, 'P');
	print_part(buf, days, 'D');
	if (rest != 0 || fraction != 0 || days == 0) buf_add_byte(buf, 'T');
	print_part(buf, rest / 3600, 'H');
	print_part(buf, rest / 60 % 60, 'M');
	if (rest % 60 != 0 || fraction != 0 || size == 0) {
		buf_printf(buf, "%d", (int)(rest % 60));
		print_fraction(buf, fraction);
		buf_add_byte(buf, 'S');
	}
}

void temporal_print(struct buf *buf, struct feel_value value)
{
	switch (value.kind) {
	case FEEL_DATE: print_date(buf, value.date); break;
	case FEEL_TIME: print_time(buf, value.time); break;
	case FEEL_DATE_TIME:
		print_date(buf, value.date_time->date);
		buf_add_byte(buf, 'T');
		print_time(buf, &value.date_time->time);
		break;
	case FEEL_DAYS_DURATION: print_days_duration(buf, value.duration.s, value.duration.ns); break;
	case FEEL_MONTHS_DURATION:
		if (value.months < 0) buf_add_byte(buf, '-');
		buf_add_byte(buf, 'P');
		print_part(buf, size_of(value.months) / 12, 'Y');
		if (value.months % 12 != 0 || value.months == 0) buf_printf(buf, "%lluM", (unsigned long long)(size_of(value.months) % 12));
		break;
	default: assert(!"a temporal kind");
	}
}
