#include "base/date.h"

#include "base/arena.h"

#include <assert.h>

static bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int32_t date_days_in_month(int32_t year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	assert(month >= 1 && month <= 12);
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool date_is_valid(struct date d)
{
	if (d.year < -999999999 || d.year > 999999999 || d.month < 1 || d.month > 12) return false;
	return d.day >= 1 && d.day <= date_days_in_month(d.year, d.month);
}

/* Howard Hinnant's civil-day algorithms: eras of 400 years, years beginning in March. */
int64_t date_to_days(struct date d)
{
	int64_t y = (int64_t)d.year - (d.month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int64_t days)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date d = { .day = (int8_t)(day_of_year - (153 * month + 2) / 5 + 1), .month = (int8_t)(month < 10 ? month + 3 : month - 9) };
	d.year = (int32_t)(year_of_era + era * 400 + (d.month <= 2));
	return d;
}

int date_cmp(struct date a, struct date b)
{
	int64_t left = date_to_days(a), right = date_to_days(b);
	return (left > right) - (left < right);
}

int date_weekday(struct date d)
{
	int64_t days = date_to_days(d) + 3;   /* 1970-01-01 was a Thursday */
	return (int)((days % 7 + 7) % 7) + 1;
}

struct date date_add_months(struct date d, int64_t months)
{
	int64_t month = (int64_t)d.year * 12 + (d.month - 1) + months;
	int64_t year = month >= 0 ? month / 12 : -((11 - month) / 12);
	struct date sum = { .year = (int32_t)year, .month = (int8_t)(month - year * 12 + 1), .day = d.day };
	int32_t last = date_days_in_month(sum.year, sum.month);
	if (sum.day > last) sum.day = (int8_t)last;
	return sum;
}

static bool digits(struct str text, size_t from, size_t count, int32_t *out_value)
{
	int32_t value = 0;
	if (from + count > text.len) return false;
	for (size_t i = from; i < from + count; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	*out_value = value;
	return true;
}

bool date_parse(struct str text, struct date *out_date)
{
	int32_t year, month, day;
	if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-') return false;
	if (!digits(text, 0, 4, &year) || !digits(text, 5, 2, &month) || !digits(text, 8, 2, &day)) return false;
	struct date d = { year, (int8_t)month, (int8_t)day };
	if (!date_is_valid(d)) return false;
	*out_date = d;
	return true;
}

struct str date_print(struct arena *arena, struct date d)
{
	return str_printf(arena, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

struct date date_of_ms(int64_t utc_ms, int32_t offset_s)
{
	return date_from_days(floor_div(utc_ms + (int64_t)offset_s * 1000, DAY_MS));
}

int64_t date_begin_ms(struct date d, int32_t offset_s)
{
	return date_to_days(d) * DAY_MS - (int64_t)offset_s * 1000;
}

static bool parse_offset(struct str zone, int32_t *out_offset_s)
{
	int32_t hours, minutes;
	if (str_eq(zone, STR("Z")) || str_eq(zone, STR("z"))) { *out_offset_s = 0; return true; }
	if (zone.len != 6 || (zone.ptr[0] != '+' && zone.ptr[0] != '-') || zone.ptr[3] != ':') return false;
	if (!digits(zone, 1, 2, &hours) || !digits(zone, 4, 2, &minutes) || hours > 23 || minutes > 59) return false;
	*out_offset_s = (hours * 3600 + minutes * 60) * (zone.ptr[0] == '-' ? -1 : 1);
	return true;
}

struct err time_parse_ms(struct str text, int64_t *out_utc_ms)
{
	struct date d;
	int32_t hour, minute, second, offset_s, ms = 0;
	if (text.len < 20 || (text.ptr[10] != 'T' && text.ptr[10] != 't')) return ERR(INVALID);
	if (!date_parse(str_sub(text, 0, 10), &d) || text.ptr[13] != ':' || text.ptr[16] != ':') return ERR(INVALID);
	if (!digits(text, 11, 2, &hour) || !digits(text, 14, 2, &minute) || !digits(text, 17, 2, &second)) return ERR(INVALID);
	if (hour > 23 || minute > 59 || second > 59) return ERR(INVALID);
	size_t at = 19;
	if (text.ptr[at] == '.') {
		int32_t scale = 100;
		size_t first = ++at;
		for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++, scale /= 10) ms += (text.ptr[at] - '0') * scale;
		if (at == first) return ERR(INVALID);
	}
	if (!parse_offset(str_sub(text, at, text.len), &offset_s)) return ERR(INVALID);
	*out_utc_ms = date_begin_ms(d, offset_s) + ((int64_t)hour * 3600 + minute * 60 + second) * 1000 + ms;
	return OK;
}

struct str time_print_ms(struct arena *arena, int64_t utc_ms, int32_t offset_s)
{
	struct date d = date_of_ms(utc_ms, offset_s);
	int64_t of_day = utc_ms - date_begin_ms(d, offset_s);
	int32_t ms = (int32_t)(of_day % 1000), s = (int32_t)(of_day / 1000), zone = offset_s < 0 ? -offset_s : offset_s;
	struct str fraction = ms ? str_printf(arena, ".%03d", ms) : STR("");
	struct str suffix = offset_s ? str_printf(arena, "%c%02d:%02d", offset_s < 0 ? '-' : '+', zone / 3600, zone / 60 % 60) : STR("Z");
	return str_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%.*s%.*s", d.year, d.month, d.day, s / 3600, s / 60 % 60, s % 60,
		STR_ARG(fraction), STR_ARG(suffix));
}
