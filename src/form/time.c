#include "form/inside.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_NS (INT64_C(86400) * SECOND_NS)

/* Two digits at `at`, at most `max`. */
static bool two_digits(struct str text, size_t at, int max, int *out_number)
{
	if (at + 2 > text.len) return false;
	char tens = text.ptr[at], ones = text.ptr[at + 1];
	if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return false;
	*out_number = (tens - '0') * 10 + (ones - '0');
	return *out_number <= max;
}

/* "Z", "+08:00" or nothing. */
static bool parse_zone(struct str text, struct feel_zone *out_zone)
{
	int hours, minutes;
	*out_zone = (struct feel_zone){ .kind = FEEL_ZONE_NONE, .name = STR("") };
	if (text.len == 0) return true;
	out_zone->kind = FEEL_ZONE_OFFSET;
	if (str_eq_c(text, "Z")) return true;
	if (text.len != 6 || (text.ptr[0] != '+' && text.ptr[0] != '-') || text.ptr[3] != ':') return false;
	if (!two_digits(text, 1, 14, &hours) || !two_digits(text, 4, 59, &minutes)) return false;
	out_zone->offset_s = (hours * 3600 + minutes * 60) * (text.ptr[0] == '-' ? -1 : 1);
	return true;
}

/* "09:30", "09:30:15", "09:30:15.123", each with or without a zone. */
static bool parse_time(struct str text, struct feel_time *out_time)
{
	int hours, minutes, seconds = 0;
	int64_t ns = 0, unit = SECOND_NS / 10;
	size_t at = 5;
	if (text.len < 5 || text.ptr[2] != ':') return false;
	if (!two_digits(text, 0, 23, &hours) || !two_digits(text, 3, 59, &minutes)) return false;
	if (at < text.len && text.ptr[at] == ':') {
		if (!two_digits(text, at + 1, 59, &seconds)) return false;
		at += 3;
		if (at < text.len && text.ptr[at] == '.') {
			size_t start = ++at;
			for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' && unit > 0; at++, unit /= 10)
				ns += unit * (text.ptr[at] - '0');
			if (at == start) return false;
		}
	}
	out_time->ns = (hours * INT64_C(3600) + minutes * 60 + seconds) * SECOND_NS + ns;
	return parse_zone(str_sub(text, at, text.len), &out_time->zone);
}

/* Brings the time to the format of the component; returns how many days that moved it. */
static int to_format(const struct form_component *component, const struct feel_env *env, struct feel_time *time)
{
	struct feel_zone wanted = { .kind = FEEL_ZONE_OFFSET, .name = STR("") };
	int32_t from = time->zone.kind == FEEL_ZONE_NONE ? env->offset_s : time->zone.offset_s, to = from;
	if (component->time_format == FORM_TIME_UTC) to = 0;
	if (component->time_format == FORM_TIME_NO_ZONE) {
		if (time->zone.kind != FEEL_ZONE_NONE) to = env->offset_s;
		wanted.kind = FEEL_ZONE_NONE;
	}
	int64_t ns = time->ns + (to - from) * SECOND_NS;
	int days = ns < 0 ? -1 : ns >= DAY_NS ? 1 : 0;
	wanted.offset_s = wanted.kind == FEEL_ZONE_NONE ? 0 : to;
	*time = (struct feel_time){ ns - days * DAY_NS, wanted };
	return days;
}

/* Up to `most` digits at *at, at least one. */
static bool some_digits(struct str text, size_t *at, size_t most, int *out_number)
{
	size_t start = *at;
	for (*out_number = 0; *at < text.len && *at - start < most && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; (*at)++)
		*out_number = *out_number * 10 + (text.ptr[*at] - '0');
	return *at > start;
}

/* One of the two marks, when the text has it here. */
static bool skip_mark(struct str text, size_t *at, struct str a, struct str b)
{
	struct str rest = str_sub(text, *at, text.len);
	struct str mark = str_starts(rest, a) ? a : b;
	if (!str_starts(rest, mark)) return false;
	*at += mark.len;
	return true;
}

/* As people write dates: 2026-9-1, 2026/9/1, 2026.9.1, 20260901, 2026年9月1日; full-width digits too. */
static bool parse_people_date(struct arena *arena, struct str raw, struct date *out_date)
{
	static const struct { struct str first, other; } marks[] = {
		{ STR_INIT("-"), STR_INIT("/") }, { STR_INIT("."), STR_INIT("\xe5\xb9\xb4") }, { STR_INIT("."), STR_INIT("\xe6\x9c\x88") },
	};
	struct str text = str_trim(str_replace(arena, form_half_width(arena, raw), STR(" "), STR("")));
	int year, month, day;
	size_t at = 0;
	if (!some_digits(text, &at, 4, &year) || at != 4) return false;
	bool joined = text.len == 8 && text.ptr[4] >= '0' && text.ptr[4] <= '9';
	if (!joined && !skip_mark(text, &at, marks[0].first, marks[0].other) && !skip_mark(text, &at, marks[1].first, marks[1].other))
		return false;
	if (!some_digits(text, &at, 2, &month)) return false;
	if (!joined && !skip_mark(text, &at, marks[0].first, marks[0].other) && !skip_mark(text, &at, marks[2].first, marks[2].other))
		return false;
	if (!some_digits(text, &at, 2, &day)) return false;
	if (str_eq_c(str_sub(text, at, text.len), "\xe6\x97\xa5")) at = text.len;
	return at == text.len && date_parse(str_printf(arena, "%04d-%02d-%02d", year, month, day), out_date);
}

static enum form_words decode_date(struct arena *arena, struct feel_value raw, struct feel_value *out_value)
{
	struct date date;
	if (raw.kind == FEEL_DATE) *out_value = raw;
	else if (raw.kind == FEEL_STRING && date_parse(str_trim(raw.string), &date)) *out_value = feel_date(date);
	else if (raw.kind == FEEL_STRING && raw.string.len <= 64 && parse_people_date(arena, raw.string, &date)) *out_value = feel_date(date);
	else return WORDS_NO_DATE;
	return WORDS_NONE;
}

static enum form_words decode_time(struct arena *arena, const struct form_component *component, struct feel_value raw,
	const struct feel_env *env, struct feel_value *out_value)
{
	struct feel_time time;
	if (raw.kind == FEEL_TIME) time = *raw.time;
	else if (raw.kind != FEEL_STRING || !parse_time(str_trim(raw.string), &time)) return WORDS_NO_TIME;
	to_format(component, env, &time);
	*out_value = (struct feel_value){ .kind = FEEL_TIME, .time = arena_copy(arena, &time, sizeof time) };
	return WORDS_NONE;
}

static enum form_words decode_date_time(struct arena *arena, const struct form_component *component, struct feel_value raw,
	const struct feel_env *env, struct feel_value *out_value)
{
	struct feel_date_time moment;
	if (raw.kind == FEEL_DATE_TIME) {
		moment = *raw.date_time;
	} else {
		struct str text = raw.kind == FEEL_STRING ? str_trim(raw.string) : STR("");
		if (text.len < 16 || text.ptr[10] != 'T' || !date_parse(str_sub(text, 0, 10), &moment.date)) return WORDS_NO_DATE_TIME;
		if (!parse_time(str_sub(text, 11, text.len), &moment.time)) return WORDS_NO_DATE_TIME;
	}
	int days = to_format(component, env, &moment.time);
	if (days != 0) moment.date = date_from_days(date_to_days(moment.date) + days);
	*out_value = (struct feel_value){ .kind = FEEL_DATE_TIME, .date_time = arena_copy(arena, &moment, sizeof moment) };
	return WORDS_NONE;
}

enum form_words form_decode_time(struct arena *arena, const struct form_component *component, struct feel_value raw,
	const struct feel_env *env, struct feel_value *out_value)
{
	if (raw.kind == FEEL_NULL || (raw.kind == FEEL_STRING && str_trim(raw.string).len == 0)) {
		*out_value = FEEL_NULL_VALUE;
		return WORDS_NONE;
	}
	if (component->subtype == FORM_DATE) return decode_date(arena, raw, out_value);
	if (component->subtype == FORM_TIME) return decode_time(arena, component, raw, env, out_value);
	return decode_date_time(arena, component, raw, env, out_value);
}
