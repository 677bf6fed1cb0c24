/* Conversion functions: DMN 1.5 table 72. */
#include "feel/library.h"
#include "feel/zone.h"

enum { OFFSET_S_MAX = 18 * 3600 };
#define NANOS INT64_C(1000000000)

static struct feel_value unreadable(struct feel_run *run, struct str text, const char *what)
{
	feel_run_note(run, "\"%.*s\" is not %s", STR_ARG(str_sub(text, 0, 80)), what);
	return FEEL_NULL_VALUE;
}

static struct feel_value call_date(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]), out;
	if (v.kind == FEEL_DATE) return v;
	if (v.kind == FEEL_DATE_TIME) return feel_date(v.date_time->date);
	if (v.kind != FEEL_STRING) return argument_wrong(run, args, 0, "a string, a date or a date and time");
	return temporal_parse_date(v.string, &out) ? out : unreadable(run, v.string, "a date");
}

static bool date_of_parts(const struct feel_value *args, struct date *out)
{
	int64_t year, month, day;
	if (!argument_integer(args[0], &year) || !argument_integer(args[1], &month) || !argument_integer(args[2], &day)) return false;
	if (year < -999999999 || year > 999999999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
	struct date d = { (int32_t)year, (int8_t)month, (int8_t)day };
	if (!date_is_valid(d)) return false;
	*out = d;
	return true;
}

static struct feel_value call_date_of_parts(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct date d;
	if (date_of_parts(args, &d)) return feel_date(d);
	feel_run_note(run, "these three are not the year, month and day of a date");
	return FEEL_NULL_VALUE;
}

static struct feel_value time_value(struct feel_run *run, struct feel_time time)
{
	return (struct feel_value){ .kind = FEEL_TIME, .time = arena_copy(feel_run_arena(run), &time, sizeof time) };
}

static struct feel_value call_time(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]), out;
	if (v.kind == FEEL_TIME) return v;
	if (v.kind == FEEL_DATE) return time_value(run, (struct feel_time){ .zone.kind = FEEL_ZONE_OFFSET });
	if (v.kind == FEEL_DATE_TIME) {
		struct feel_time time = v.date_time->time;
		if (time.zone.kind == FEEL_ZONE_NAME && !zone_standard_offset(time.zone.name, &time.zone.offset_s)) return FEEL_NULL_VALUE;
		return time_value(run, time);
	}
	if (v.kind != FEEL_STRING) return argument_wrong(run, args, 0, "a string, a time or a date and time");
	return temporal_parse_time(feel_run_arena(run), v.string, &out) ? out : unreadable(run, v.string, "a time");
}

/* Hour, minute and second, the last with a fraction. */
static bool clock_of_parts(const struct feel_value *args, int64_t *out_ns)
{
	int64_t hour, minute, second_ns;
	struct feel_num nanos;
	struct feel_value second = argument_single(args[2]);
	if (!argument_integer(args[0], &hour) || !argument_integer(args[1], &minute) || second.kind != FEEL_NUMBER) return false;
	if (!num_mul(second.number, num_from_i64(NANOS), &nanos) || !argument_integer(feel_number(nanos), &second_ns)) return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second_ns < 0 || second_ns >= 60 * NANOS) return false;
	*out_ns = (hour * 3600 + minute * 60) * NANOS + second_ns;
	return true;
}

static bool zone_of_duration(struct feel_value offset, struct feel_zone *out)
{
	offset = argument_single(offset);
	if (offset.kind != FEEL_DAYS_DURATION || offset.duration.s > OFFSET_S_MAX || offset.duration.s < -OFFSET_S_MAX) return false;
	*out = (struct feel_zone){ .kind = FEEL_ZONE_OFFSET, .offset_s = (int32_t)offset.duration.s };
	return true;
}

static struct feel_value call_time_of_parts(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_time time = { 0 };
	if (!clock_of_parts(args, &time.ns)) {
		feel_run_note(run, "these three are not the hour, minute and second of a day");
		return FEEL_NULL_VALUE;
	}
	if (count > 3 && args[3].kind != FEEL_NULL && !zone_of_duration(args[3], &time.zone)) {
		return argument_wrong(run, args, 3, "a days and time duration of at most 18 hours");
	}
	return time_value(run, time);
}

static struct feel_value date_time_value(struct feel_run *run, struct feel_date_time dt)
{
	struct feel_zone *zone = &dt.time.zone;
	int64_t local_s = date_to_days(dt.date) * 86400 + dt.time.ns / NANOS;
	if (zone->kind == FEEL_ZONE_NAME && !zone_offset(zone->name, local_s, &zone->offset_s)) return FEEL_NULL_VALUE;
	return (struct feel_value){ .kind = FEEL_DATE_TIME, .date_time = arena_copy(feel_run_arena(run), &dt, sizeof dt) };
}

static struct feel_value call_date_and_time(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]), out;
	if (v.kind == FEEL_DATE_TIME) return v;
	if (v.kind == FEEL_DATE) return date_time_value(run, (struct feel_date_time){ .date = v.date });
	if (v.kind != FEEL_STRING) return argument_wrong(run, args, 0, "a string or a date");
	return temporal_parse_date_time(feel_run_arena(run), v.string, &out) ? out : unreadable(run, v.string, "a date and time");
}

/* Camunda's: the same instant in another zone; a moment without zone is taken as being there. */
static struct feel_value call_date_and_time_in_zone(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]);
	struct str name;
	if (v.kind != FEEL_DATE_TIME) return argument_wrong(run, args, 0, "a date and time");
	if (!argument_string(args[1], &name)) return argument_wrong(run, args, 1, "a string");
	struct feel_date_time dt = *v.date_time;
	struct feel_zone zone = { .kind = FEEL_ZONE_NAME, .name = name };
	int64_t s = date_to_days(dt.date) * 86400 + dt.time.ns / NANOS - dt.time.zone.offset_s;
	if (!zone_offset_at(name, s, &zone.offset_s)) return unreadable(run, name, "a time zone");
	if (dt.time.zone.kind != FEEL_ZONE_NONE) {
		int64_t fraction = dt.time.ns % NANOS;
		s += zone.offset_s;
		dt.date = date_from_days(s / 86400 - (s % 86400 < 0));
		dt.time.ns = ((s % 86400 + 86400) % 86400) * NANOS + fraction;
		if (!date_is_valid(dt.date)) return FEEL_NULL_VALUE;
	}
	dt.time.zone = zone;
	return date_time_value(run, dt);
}

static struct feel_value call_date_and_time_of_both(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_value day = argument_single(args[0]), time = argument_single(args[1]);
	if (time.kind == FEEL_STRING) return call_date_and_time_in_zone(run, args, count);
	if (day.kind != FEEL_DATE && day.kind != FEEL_DATE_TIME) return argument_wrong(run, args, 0, "a date or a date and time");
	if (time.kind != FEEL_TIME) return argument_wrong(run, args, 1, "a time");
	return date_time_value(run, (struct feel_date_time){ day.kind == FEEL_DATE ? day.date : day.date_time->date, *time.time });
}

static struct feel_value call_date_and_time_of_parts(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_date_time dt = { 0 };
	if (!date_of_parts(args, &dt.date) || !clock_of_parts(args + 3, &dt.time.ns)) {
		feel_run_note(run, "these are not the year, month, day, hour, minute and second of a moment");
		return FEEL_NULL_VALUE;
	}
	if (count < 7) return date_time_value(run, dt);
	struct feel_value zone = argument_single(args[6]);
	if (zone.kind == FEEL_NUMBER) zone = temporal_mul(feel_run_arena(run), zone,
		(struct feel_value){ .kind = FEEL_DAYS_DURATION, .duration = { .s = 3600 } });
	if (zone.kind == FEEL_STRING && zone_exists(zone.string)) {
		dt.time.zone = (struct feel_zone){ .kind = FEEL_ZONE_NAME, .name = zone.string };
	} else if (!zone_of_duration(zone, &dt.time.zone)) {
		return argument_wrong(run, args, 6, "hours of offset or a time zone");
	}
	return date_time_value(run, dt);
}

static struct feel_value call_duration(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]), out;
	if (v.kind == FEEL_DAYS_DURATION || v.kind == FEEL_MONTHS_DURATION) return v;
	if (v.kind != FEEL_STRING) return argument_wrong(run, args, 0, "a string");
	return temporal_parse_duration(v.string, &out) ? out : unreadable(run, v.string, "a duration");
}

/* ---- numbers and strings -------------------------------------------------------------------------------- */

/* Null, or one of the characters in `allowed`; '\0' for null. */
static bool separator_of(struct feel_value value, const char *allowed, char *out)
{
	value = argument_single(value);
	*out = '\0';
	if (value.kind == FEEL_NULL) return true;
	if (value.kind != FEEL_STRING || value.string.len != 1) return false;
	for (; *allowed != '\0'; allowed++) {
		if (*allowed == value.string.ptr[0]) *out = *allowed;
	}
	return *out != '\0';
}

static struct feel_value call_number_grouped(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	struct feel_num n;
	char grouping, point;
	if (!argument_string(args[0], &text)) return argument_wrong(run, args, 0, "a string");
	if (!separator_of(args[1], " ,.", &grouping)) return argument_wrong(run, args, 1, "a space, a comma, a period or null");
	if (!separator_of(args[2], ",.", &point)) return argument_wrong(run, args, 2, "a comma, a period or null");
	if (grouping != '\0' && grouping == point) {
		feel_run_note(run, "the grouping separator and the decimal separator must differ");
		return FEEL_NULL_VALUE;
	}
	if (point == '\0' && grouping != '.') point = '.';
	struct buf plain = buf_make(feel_run_arena(run), text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == point) buf_add_byte(&plain, '.');
		else if (c != grouping || grouping == '\0') buf_add_byte(&plain, c == '.' ? ',' : c);
	}
	return num_parse(buf_str(&plain), &n) ? feel_number(n) : unreadable(run, text, "a number");
}

static struct feel_value call_number(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]);
	struct feel_num n;
	if (v.kind == FEEL_NUMBER) return v;
	if (v.kind != FEEL_STRING) return argument_wrong(run, args, 0, "a string");
	return num_parse(v.string, &n) ? feel_number(n) : unreadable(run, v.string, "a number");
}

struct feel_value convert_to_string(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	if (args[0].kind == FEEL_NULL || args[0].kind == FEEL_STRING) return args[0];
	return feel_string(feel_print(feel_run_arena(run), args[0]));
}

static struct feel_value call_range(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	struct feel_value out;
	if (!argument_string(args[0], &text)) return argument_wrong(run, args, 0, "a string");
	return range_parse(feel_run_arena(run), text, &out) ? out : unreadable(run, text, "a range of literals");
}

static const struct builtin rows[] = {
	{ "date", "from", call_date, false },
	{ "date", "year, month, day", call_date_of_parts, false },
	{ "time", "from", call_time, false },
	{ "time", "hour, minute, second", call_time_of_parts, false },
	{ "time", "hour, minute, second, offset", call_time_of_parts, false },
	{ "date and time", "from", call_date_and_time, false },
	{ "date and time", "date, time", call_date_and_time_of_both, false },
	{ "date and time", "date, timezone", call_date_and_time_in_zone, true },
	{ "date and time", "year, month, day, hour, minute, second", call_date_and_time_of_parts, true },
	{ "date and time", "year, month, day, hour, minute, second, hour offset", call_date_and_time_of_parts, true },
	{ "date and time", "year, month, day, hour, minute, second, timezone", call_date_and_time_of_parts, true },
	{ "duration", "from", call_duration, false },
	{ "number", "from", call_number, true },
	{ "number", "from, grouping separator, decimal separator", call_number_grouped, false },
	{ "string", "from", convert_to_string, false },
	{ "range", "from", call_range, false },
};
const struct builtin_table builtins_conversion = TABLE_OF(rows);
