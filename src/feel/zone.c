#include "feel/zone.h"

#include "feel/inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum { ZONE_FILE_BYTES_MAX = 32 << 10, TZIF_HEADER_BYTES = 44, DAY_S = 86400, OFFSET_S_MAX = 26 * 3600 };

/* The 64-bit part of a TZif file; slices of `bytes`. */
struct zone {
	uint8_t bytes[ZONE_FILE_BYTES_MAX];
	const uint8_t *times, *types, *infos;     /* 8, 1 and 6 bytes each */
	uint32_t time_count, type_count;
	struct str footer;                        /* POSIX TZ text for all later moments, may be empty */
};

/* One rule of a POSIX TZ text: when summer time begins or ends in a year. */
struct rule { enum { RULE_JULIAN, RULE_DAY, RULE_WEEKDAY } kind; int32_t month, week, day, time_s; };
struct posix_zone { int32_t standard_s, summer_s; bool has_summer; struct rule begin, end; };

static bool name_is_safe(struct str name)
{
	if (name.len == 0 || name.len > ZONE_NAME_BYTES_MAX || name.ptr[0] == '/') return false;
	if (str_starts(name, STR("posix/")) || str_starts(name, STR("right/"))) return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool word = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!word && c != '_' && c != '-' && c != '+' && c != '/') return false;
	}
	return true;
}

static uint32_t read_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_i64(const uint8_t *at)
{
	return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

/* Bytes of a data block behind its header; 0 when a count is absurd. */
static size_t block_bytes(const uint8_t *header, size_t time_bytes)
{
	uint32_t utc = read_u32(header + 20), std = read_u32(header + 24), leap = read_u32(header + 28);
	uint32_t times = read_u32(header + 32), types = read_u32(header + 36), chars = read_u32(header + 40);
	uint32_t max = ZONE_FILE_BYTES_MAX;
	if (utc > max || std > max || leap > max || times > max || types > 256 || types == 0 || chars > max) return 0;
	return times * (time_bytes + 1) + types * (size_t)6 + chars + leap * (time_bytes + 4) + std + utc;
}

static bool zone_read(struct str name, struct zone *zone, size_t *out_bytes)
{
	char path[sizeof ZONE_FOLDER + ZONE_NAME_BYTES_MAX + 1];
	if (!name_is_safe(name)) return false;
	snprintf(path, sizeof path, "%s%.*s", ZONE_FOLDER, STR_ARG(name));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) return false;
	ssize_t count, total = 0;
	while (total < ZONE_FILE_BYTES_MAX && (count = read(fd, zone->bytes + total, (size_t)(ZONE_FILE_BYTES_MAX - total))) > 0) {
		total += count;
	}
	close(fd);
	*out_bytes = (size_t)total;
	return total > TZIF_HEADER_BYTES && total < ZONE_FILE_BYTES_MAX;
}

static bool types_are_sound(const struct zone *zone)
{
	for (uint32_t i = 0; i < zone->time_count; i++) {
		if (zone->types[i] >= zone->type_count) return false;
	}
	for (uint32_t i = 0; i < zone->type_count; i++) {
		int32_t offset_s = (int32_t)read_u32(zone->infos + (size_t)i * 6);
		if (offset_s < -OFFSET_S_MAX || offset_s > OFFSET_S_MAX) return false;
	}
	return true;
}

static bool zone_load(struct str name, struct zone *zone)
{
	size_t bytes = 0;
	if (!zone_read(name, zone, &bytes)) return false;
	if (memcmp(zone->bytes, "TZif", 4) != 0 || zone->bytes[4] < '2') return false;
	size_t first = block_bytes(zone->bytes, 4), at = TZIF_HEADER_BYTES + first;
	if (first == 0 || at + TZIF_HEADER_BYTES > bytes) return false;
	const uint8_t *header = zone->bytes + at;
	size_t second = block_bytes(header, 8);
	if (memcmp(header, "TZif", 4) != 0 || second == 0 || at + TZIF_HEADER_BYTES + second > bytes) return false;
	zone->time_count = read_u32(header + 32);
	zone->type_count = read_u32(header + 36);
	zone->times = header + TZIF_HEADER_BYTES;
	zone->types = zone->times + (size_t)zone->time_count * 8;
	zone->infos = zone->types + zone->time_count;
	at += TZIF_HEADER_BYTES + second;
	struct str rest = { (const char *)zone->bytes + at, bytes - at };
	zone->footer = str_trim(rest);
	return types_are_sound(zone);
}

/* ---- the POSIX TZ text at the end: "CET-1CEST,M3.5.0,M10.5.0/3" ---------------------------------- */

static bool take_name(struct str *rest)
{
	size_t at = 0;
	if (rest->len > 0 && rest->ptr[0] == '<') {
		while (at < rest->len && rest->ptr[at] != '>') at++;
		if (at == rest->len) return false;
		at++;
	} else {
		while (at < rest->len && ((rest->ptr[at] | 32) >= 'a' && (rest->ptr[at] | 32) <= 'z')) at++;
	}
	if (at < 3) return false;
	*rest = str_sub(*rest, at, rest->len);
	return true;
}

static bool take_number(struct str *rest, int32_t max, int32_t *out_value)
{
	int32_t value = 0;
	size_t at = 0;
	for (; at < rest->len && at < 4 && rest->ptr[at] >= '0' && rest->ptr[at] <= '9'; at++) value = value * 10 + (rest->ptr[at] - '0');
	if (at == 0 || value > max) return false;
	*rest = str_sub(*rest, at, rest->len);
	*out_value = value;
	return true;
}

static bool take_byte(struct str *rest, char byte)
{
	if (rest->len == 0 || rest->ptr[0] != byte) return false;
	*rest = str_sub(*rest, 1, rest->len);
	return true;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct str *rest, int32_t *out_s)
{
	bool negative = take_byte(rest, '-');
	int32_t hours, minutes = 0, seconds = 0;
	if (!negative) take_byte(rest, '+');
	if (!take_number(rest, 167, &hours)) return false;
	if (take_byte(rest, ':')) {
		if (!take_number(rest, 59, &minutes)) return false;
		if (take_byte(rest, ':') && !take_number(rest, 59, &seconds)) return false;
	}
	*out_s = (hours * 3600 + minutes * 60 + seconds) * (negative ? -1 : 1);
	return true;
}

static bool take_rule(struct str *rest, struct rule *out)
{
	*out = (struct rule){ .time_s = 2 * 3600 };
	if (take_byte(rest, 'M')) {
		out->kind = RULE_WEEKDAY;
		if (!take_number(rest, 12, &out->month) || out->month == 0 || !take_byte(rest, '.')) return false;
		if (!take_number(rest, 5, &out->week) || out->week == 0 || !take_byte(rest, '.')) return false;
		if (!take_number(rest, 6, &out->day)) return false;
	} else {
		out->kind = take_byte(rest, 'J') ? RULE_JULIAN : RULE_DAY;
		if (!take_number(rest, 365, &out->day)) return false;
	}
	return !take_byte(rest, '/') || take_time(rest, &out->time_s);
}

static bool posix_parse(struct str text, struct posix_zone *out)
{
	*out = (struct posix_zone){ 0 };
	if (!take_name(&text) || !take_time(&text, &out->standard_s)) return false;
	out->standard_s = -out->standard_s;        /* POSIX counts seconds west of Greenwich */
	if (text.len == 0) return true;
	if (!take_name(&text)) return false;
	out->has_summer = true;
	out->summer_s = out->standard_s + 3600;
	if (text.len > 0 && text.ptr[0] != ',') {
		if (!take_time(&text, &out->summer_s)) return false;
		out->summer_s = -out->summer_s;
	}
	return take_byte(&text, ',') && take_rule(&text, &out->begin) && take_byte(&text, ',') && take_rule(&text, &out->end)
		&& text.len == 0;
}

/* Local seconds since 1970 of a rule in a year. */
static int64_t rule_moment(const struct rule *rule, int32_t year)
{
	int64_t new_year = date_to_days((struct date){ year, 1, 1 }), days;
	if (rule->kind == RULE_WEEKDAY) {
		struct date first = { year, (int8_t)rule->month, 1 };
		int32_t skip = (rule->day - date_weekday(first) % 7 + 7) % 7, day = 1 + skip + (rule->week - 1) * 7;
		if (day > date_days_in_month(year, rule->month)) day -= 7;
		days = date_to_days(first) + day - 1;
	} else {
		bool leap = date_days_in_month(year, 2) == 29;
		days = new_year + rule->day - (rule->kind == RULE_JULIAN && !(leap && rule->day > 59));
	}
	return days * DAY_S + rule->time_s;
}

static int64_t floor_days(int64_t s) { return s / DAY_S - (s % DAY_S < 0); }

static int32_t posix_offset(const struct posix_zone *zone, int64_t utc_s)
{
	if (!zone->has_summer) return zone->standard_s;
	int32_t year = date_from_days(floor_days(utc_s + zone->standard_s)).year;
	int64_t begin = rule_moment(&zone->begin, year) - zone->standard_s;
	int64_t end = rule_moment(&zone->end, year) - zone->summer_s;
	bool summer = begin < end ? utc_s >= begin && utc_s < end : utc_s < end || utc_s >= begin;
	return summer ? zone->summer_s : zone->standard_s;
}

static int32_t type_offset(const struct zone *zone, uint32_t type)
{
	return (int32_t)read_u32(zone->infos + (size_t)type * 6);
}

static int32_t offset_at(const struct zone *zone, int64_t utc_s)
{
	uint32_t low = 0, high = zone->time_count;      /* transitions at or before utc_s */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (read_i64(zone->times + (size_t)middle * 8) <= utc_s) low = middle + 1;
		else high = middle;
	}
	struct posix_zone posix;
	if (low == zone->time_count && zone->footer.len > 0 && posix_parse(zone->footer, &posix)) return posix_offset(&posix, utc_s);
	return type_offset(zone, low == 0 ? 0 : zone->types[low - 1]);
}

bool zone_exists(struct str name)
{
	struct zone zone;
	return zone_load(name, &zone);
}

bool zone_offset_at(struct str name, int64_t utc_s, int32_t *out_offset_s)
{
	struct zone zone;
	if (!zone_load(name, &zone)) return false;
	*out_offset_s = offset_at(&zone, utc_s);
	return true;
}

bool zone_standard_offset(struct str name, int32_t *out_offset_s)
{
	struct zone zone;
	struct posix_zone posix;
	if (!zone_load(name, &zone)) return false;
	if (zone.footer.len > 0 && posix_parse(zone.footer, &posix)) *out_offset_s = posix.standard_s;
	else *out_offset_s = type_offset(&zone, zone.time_count == 0 ? 0 : zone.types[zone.time_count - 1]);
	return true;
}

/* A local moment that exists twice, or not at all, takes the offset before the change. */
bool zone_offset(struct str name, int64_t local_s, int32_t *out_offset_s)
{
	struct zone zone;
	if (!zone_load(name, &zone)) return false;
	int32_t before = offset_at(&zone, local_s - DAY_S), after = offset_at(&zone, local_s + DAY_S);
	bool before_holds = offset_at(&zone, local_s - before) == before;
	bool after_holds = offset_at(&zone, local_s - after) == after;
	*out_offset_s = before_holds || !after_holds ? before : after;
	return true;
}
