/* schedule: the ISO 8601 texts of timers: an instant, a duration, a repeated interval. */
#include "bpmn/bpmn.h"
#include <stdio.h>

/* "12", "1.5" is refused: timers of this house count whole units. */
static bool take_number(struct str text, size_t *at, int64_t *out_value)
{
	size_t start = *at;
	int64_t value = 0;
	while (*at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9' && *at - start < 8)
		value = value * 10 + (text.ptr[(*at)++] - '0');
	*out_value = value;
	return *at > start;
}

struct duration { int64_t months, ms; };

static bool take_unit(char unit, bool in_time, int64_t value, struct duration *duration)
{
	switch (unit) {
	case 'Y': duration->months += value * 12; return !in_time;
	case 'M':
		if (in_time)
			duration->ms += value * 60000;
		else
			duration->months += value;
		return true;
	case 'W': duration->ms += value * 7 * DAY_MS; return !in_time;
	case 'D': duration->ms += value * DAY_MS; return !in_time;
	case 'H': duration->ms += value * 3600000; return in_time;
	case 'S': duration->ms += value * 1000; return in_time;
	default: return false;
	}
}

/* "P1Y2M3DT4H5M6S"; a fraction of seconds down to milliseconds. */
static bool parse_duration(struct str text, struct duration *out_duration)
{
	struct duration duration = { 0 };
	size_t at = 1;
	bool in_time = false, any = false;
	if (text.len < 2 || text.ptr[0] != 'P')
		return false;
	while (at < text.len) {
		if (text.ptr[at] == 'T' && !in_time) {
			in_time = true;
			any = false;
			at++;
			continue;
		}
		int64_t value, fraction = 0, scale = 1000;
		if (!take_number(text, &at, &value))
			return false;
		if (at < text.len && text.ptr[at] == '.') {
			for (at++; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) {
				scale /= 10;
				fraction += (text.ptr[at] - '0') * scale;
			}
			if (at >= text.len || text.ptr[at] != 'S')
				return false;
		}
		if (at >= text.len || !take_unit(text.ptr[at++], in_time, value, &duration))
			return false;
		duration.ms += fraction;
		any = true;
		/* Eight digits of years would leave the calendar. */
		if (duration.months > 12 * 9999 || duration.ms > INT64_C(9999) * 366 * DAY_MS)
			return false;
	}
	if (!any)
		return false;
	*out_duration = duration;
	return true;
}

static int64_t add_months(int64_t utc_ms, int64_t months, int32_t offset_s)
{
	if (months == 0)
		return utc_ms;
	struct date day = date_of_ms(utc_ms, offset_s);
	int64_t inside = utc_ms - date_begin_ms(day, offset_s);
	return date_begin_ms(date_add_months(day, months), offset_s) + inside;
}

/* With or without zone; a date alone is its first moment. */
static bool parse_instant(struct arena *arena, struct str text, int32_t offset_s, int64_t *out_ms)
{
	struct date date;
	if (date_parse(text, &date)) {
		*out_ms = date_begin_ms(date, offset_s);
		return true;
	}
	if (!failed(time_parse_ms(text, out_ms)))
		return true;
	char zone[8];
	int32_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60 % 1440;
	snprintf(zone, sizeof zone, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return !failed(time_parse_ms(str_join(arena, text, str_from_c(zone)), out_ms));
}

/* "R3/PT5S", "R/P1D", "R3/2026-03-01T09:00:00Z/P1D": three firings, or without end. */
static bool parse_cycle(struct arena *arena, struct str text, int64_t now_ms, int32_t offset_s, struct bpmn_schedule *out)
{
	struct duration duration;
	size_t at = 1;
	int64_t count = -1, first_ms = 0;
	if (text.len < 2 || text.ptr[0] != 'R')
		return false;
	bool counted = take_number(text, &at, &count);
	if (counted && (count < 1 || count > 1000000))
		return false;
	if (at >= text.len || text.ptr[at] != '/')
		return false;
	struct str rest = str_sub(text, at + 1, text.len);
	ptrdiff_t slash = str_find_byte(rest, '/', 0);
	if (slash >= 0 && !parse_instant(arena, str_sub(rest, 0, (size_t)slash), offset_s, &first_ms))
		return false;
	if (!parse_duration(slash >= 0 ? str_sub(rest, (size_t)slash + 1, rest.len) : rest, &duration))
		return false;
	if (duration.months == 0 && duration.ms == 0)
		return false;
	*out = (struct bpmn_schedule){ .months = (int32_t)duration.months, .interval_ms = duration.ms,
		.repeats = counted ? (int32_t)count - 1 : -1,
		.first_ms = slash >= 0 ? first_ms : add_months(now_ms, duration.months, offset_s) + duration.ms };
	return true;
}

struct err bpmn_schedule_parse(struct str text, char kind, int64_t now_ms, int32_t offset_s, struct bpmn_schedule *out_schedule)
{
	struct arena arena = { 0 };
	struct bpmn_schedule schedule = { 0 };
	struct duration duration;
	bool good = false;
	text = str_trim(text);
	if (kind == 'd') {
		good = parse_instant(&arena, text, offset_s, &schedule.first_ms);
	} else if (kind == 'p') {
		good = parse_duration(text, &duration);
		if (good)
			schedule.first_ms = add_months(now_ms, duration.months, offset_s) + duration.ms;
	} else if (kind == 'c') {
		good = parse_cycle(&arena, text, now_ms, offset_s, &schedule);
	}
	arena_done(&arena);
	if (!good)
		return ERR(INVALID);
	*out_schedule = schedule;
	return OK;
}
