#include "hall/calendar.h"

#include "codec/codec.h"

#include <assert.h>

enum { YEAR_FIRST = 2000, YEAR_COUNT = 100, CALENDAR_BYTES_MAX = 1 << 20 };

/* 2027-expected.csv: the statutory days of a year whose notice is not out; every deadline that touches it is provisional. */
#define EXPECTED "-expected.csv"

/* What a file says of one day; NOTHING leaves it to the weekday. */
enum listed { LISTED_NOTHING, LISTED_OFF, LISTED_STATUTORY, LISTED_WORK };
struct year { uint8_t days[13][32]; bool expected; };

/* asked: the days and years that were asked for, when somebody watches; else NULL. */
struct calendar { struct year *years[YEAR_COUNT]; struct asked *asked; };
struct asked { struct arena *arena; struct year *years[YEAR_COUNT]; };

static const char *const listed_names[] = { [LISTED_OFF] = "off", [LISTED_STATUTORY] = "statutory", [LISTED_WORK] = "work" };

/* Statutory days with a fixed date, for years whose notice is not out yet (全国年节及纪念日放假办法, 2024). */
static const struct { int8_t month, day; } fixed_days[] = { { 1, 1 }, { 5, 1 }, { 5, 2 }, { 10, 1 }, { 10, 2 }, { 10, 3 } };

static bool listed_from(struct str kind, uint8_t *out_listed)
{
	for (uint8_t listed = LISTED_OFF; listed <= LISTED_WORK; listed++) {
		if (!str_eq_c(kind, listed_names[listed])) continue;
		*out_listed = listed;
		return true;
	}
	return false;
}

static struct err read_row(struct arena *arena, struct calendar *calendar, const struct csv *csv, const struct csv_row *row,
	int32_t year, struct report *report)
{
	struct str place = str_from_i64(arena, row->line);
	ptrdiff_t date_column = csv_column(csv, "date"), kind_column = csv_column(csv, "kind");
	if (date_column < 0 || kind_column < 0 || row->count <= (size_t)date_column || row->count <= (size_t)kind_column) {
		report_error(report, place, "the columns date and kind are needed");
		return ERR(INVALID);
	}
	struct date day;
	if (!date_parse(row->fields[date_column], &day) || day.year != year) {
		report_error(report, place, "the date must be a day of %d", year);
		return ERR(INVALID);
	}
	if (listed_from(row->fields[kind_column], &calendar->years[year - YEAR_FIRST]->days[day.month][day.day])) return OK;
	report_error(report, place, "the kind must be off, work or statutory");
	return ERR(INVALID);
}

static struct err load_year(struct arena *arena, struct calendar *calendar, const char *folder, struct str name, struct report *report)
{
	int64_t year;
	struct str text;
	struct csv csv;
	if (!str_to_i64(str_sub(name, 0, 4), &year) || year < YEAR_FIRST || year >= YEAR_FIRST + YEAR_COUNT) return OK;
	report->file = name;
	TRY(file_read(arena, str_to_c(arena, str_printf(arena, "%s/%.*s", folder, STR_ARG(name))), CALENDAR_BYTES_MAX, &text));
	TRY(csv_parse(arena, text, report, &csv));
	struct year **kept = &calendar->years[year - YEAR_FIRST];
	bool expected = str_ends(name, STR(EXPECTED));
	if (!*kept || ((*kept)->expected && !expected)) *kept = ARENA_NEW(arena, struct year);
	(*kept)->expected = expected;
	for (size_t i = 1; i < csv.count; i++) TRY(read_row(arena, calendar, &csv, &csv.rows[i], (int32_t)year, report));
	return OK;
}

static struct err load_folder(struct arena *arena, struct calendar *calendar, const char *folder, struct report *report)
{
	struct file_names names;
	TRY(folder_list(arena, folder, 2000, &names));
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i].len == sizeof "2027" EXPECTED - 1 && str_ends(names.items[i], STR(EXPECTED)))
			TRY(load_year(arena, calendar, folder, names.items[i], report));
	for (size_t i = 0; i < names.count; i++)   /* the notice of a year takes the place of what was expected */
		if (names.items[i].len == sizeof "2027.csv" - 1 && str_ends(names.items[i], STR(".csv")))
			TRY(load_year(arena, calendar, folder, names.items[i], report));
	return OK;
}

struct err calendar_load(struct arena *arena, const char *folder, struct str region, struct report *report,
	const struct calendar **out_calendar)
{
	struct report unread = report_make(arena);
	if (!report) report = &unread;
	struct str file_before = report->file;
	struct calendar *calendar = ARENA_NEW(arena, struct calendar);
	struct err err = load_folder(arena, calendar, folder, report);
	if (err_is(err, ERR_NOT_FOUND)) report_error(report, STR(""), "the calendar folder %s is not there", folder);
	TRY(err);
	static const size_t kept_digits[] = { 2, 4, 6 };   /* province, prefecture, county: the nearer one is laid on top */
	for (size_t i = 0; region.len == 6 && i < 3; i++) {
		struct str code = str_printf(arena, "%.*s%.*s", (int)kept_digits[i], region.ptr, (int)(6 - kept_digits[i]), "000000");
		err = load_folder(arena, calendar, str_to_c(arena, str_printf(arena, "%s/%.*s", folder, STR_ARG(code))), report);
		if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	}
	report->file = file_before;
	*out_calendar = calendar;
	return OK;
}

static const struct year *year_of(const struct calendar *calendar, struct date day)
{
	int32_t index = day.year - YEAR_FIRST;
	if (index < 0 || index >= YEAR_COUNT || !calendar->years[index]) return NULL;
	struct asked *asked = calendar->asked;
	if (asked && !asked->years[index]) asked->years[index] = ARENA_NEW(asked->arena, struct year);
	if (asked) asked->years[index]->days[day.month][day.day] = calendar->years[index]->days[day.month][day.day];
	return calendar->years[index];
}

bool calendar_is_provisional(const struct calendar *calendar, struct date day)
{
	const struct year *year = year_of(calendar, day);
	return !year || year->expected;
}

enum calendar_day calendar_day(const struct calendar *calendar, struct date day)
{
	const struct year *year = year_of(calendar, day);
	enum listed listed = year ? (enum listed)year->days[day.month][day.day] : LISTED_NOTHING;
	for (size_t i = 0; !year && i < sizeof fixed_days / sizeof *fixed_days; i++)
		if (fixed_days[i].month == day.month && fixed_days[i].day == day.day) return CALENDAR_STATUTORY;
	if (listed == LISTED_WORK) return CALENDAR_WORKING;
	if (listed == LISTED_STATUTORY) return CALENDAR_STATUTORY;
	return listed == LISTED_OFF || date_weekday(day) >= 6 ? CALENDAR_OFF : CALENDAR_WORKING;
}

struct err calendar_add_working_days(const struct calendar *calendar, struct date from, int64_t days, struct deadline *out)
{
	if (days < 0 || days > CALENDAR_DAYS_MAX) return ERR(INVALID);
	int64_t at = date_to_days(from);
	bool provisional = false;
	for (int64_t left = days; left > 0;) {
		struct date day = date_from_days(++at);
		provisional |= calendar_is_provisional(calendar, day);
		if (calendar_day(calendar, day) == CALENDAR_WORKING) left--;
	}
	*out = (struct deadline){ date_from_days(at), provisional };
	return OK;
}

/* 民法典 203: the last day a rest day, the next day after it is the last. */
static struct deadline rolled(const struct calendar *calendar, struct date last)
{
	bool provisional = calendar_is_provisional(calendar, last);
	while (calendar_day(calendar, last) != CALENDAR_WORKING) {
		last = date_from_days(date_to_days(last) + 1);
		provisional |= calendar_is_provisional(calendar, last);
	}
	return (struct deadline){ last, provisional };
}

struct err calendar_add_natural_days(const struct calendar *calendar, struct date from, int64_t days, struct deadline *out)
{
	if (days < 0 || days > CALENDAR_DAYS_MAX) return ERR(INVALID);
	*out = rolled(calendar, date_from_days(date_to_days(from) + days));
	return OK;
}

struct err calendar_add_months(const struct calendar *calendar, struct date from, int64_t months, struct deadline *out)
{
	if (months < 0 || months > 1200) return ERR(INVALID);
	*out = rolled(calendar, date_add_months(from, months));
	return OK;
}

int64_t calendar_working_days_between(const struct calendar *calendar, struct date from, struct date to)
{
	int64_t begin = date_to_days(from), end = date_to_days(to), count = 0;
	if (end < begin) return -calendar_working_days_between(calendar, to, from);
	for (int64_t at = begin + 1; at <= end && at - begin <= CALENDAR_DAYS_MAX; at++)
		count += calendar_day(calendar, date_from_days(at)) == CALENDAR_WORKING;
	return count;
}

struct err calendar_deadline(const struct calendar *calendar, struct date from, struct str length, bool working, struct deadline *out)
{
	int64_t count;
	if (length.len < 3 || length.ptr[0] != 'P' || !str_to_i64(str_sub(length, 1, length.len - 1), &count) || count < 0) return ERR(INVALID);
	switch (length.ptr[length.len - 1]) {
	case 'D':
		return working ? calendar_add_working_days(calendar, from, count, out)
		               : calendar_add_natural_days(calendar, from, count, out);
	case 'M': return working ? ERR(INVALID) : calendar_add_months(calendar, from, count, out);
	case 'Y': return working || count > 100 ? ERR(INVALID) : calendar_add_months(calendar, from, count * 12, out);
	default: return ERR(INVALID);
	}
}

/* ---- laid over --------------------------------------------------------------------------------------------------- */

static struct err lay_over(struct arena *arena, struct calendar *calendar, const struct calendar_change *change)
{
	int32_t index = change->day.year - YEAR_FIRST;
	uint8_t listed = LISTED_NOTHING;
	bool notice = str_eq_c(change->kind, "notice");
	if (!date_is_valid(change->day) || index < 0 || index >= YEAR_COUNT) return ERR(INVALID);
	if (!notice && !str_eq_c(change->kind, "plain") && !listed_from(change->kind, &listed)) return ERR(INVALID);
	struct year *before = calendar->years[index];
	bool fresh = !before || (notice && before->expected);
	struct year *year = calendar->years[index] =
		fresh ? ARENA_NEW(arena, struct year) : arena_copy(arena, before, sizeof *before);
	year->expected = !notice && (fresh || before->expected);
	for (size_t i = 0; fresh && !notice && i < sizeof fixed_days / sizeof *fixed_days; i++)
		year->days[fixed_days[i].month][fixed_days[i].day] = LISTED_STATUTORY;   /* as without a file */
	if (!notice) year->days[change->day.month][change->day.day] = listed;
	return OK;
}

struct err calendar_with(struct arena *arena, const struct calendar *under, const struct calendar_change *changes, size_t count,
    const struct calendar **out_calendar)
{
	struct calendar *calendar = arena_copy(arena, under, sizeof *under);
	for (size_t i = 0; i < count; i++) TRY(lay_over(arena, calendar, &changes[i]));
	*out_calendar = calendar;
	return OK;
}

struct str calendar_listed(const struct calendar *calendar, struct date day)
{
	const struct year *year = year_of(calendar, day);
	return str_from_c(year ? listed_names[year->days[day.month][day.day]] : NULL);
}

/* ---- what was asked --------------------------------------------------------------------------------------------- */

const struct calendar *calendar_watched(struct arena *arena, const struct calendar *calendar)
{
	struct calendar *watched = arena_copy(arena, calendar, sizeof *calendar);
	watched->asked = ARENA_NEW(arena, struct asked);
	watched->asked->arena = arena;
	return watched;
}

static struct json *facts_of_year(struct arena *arena, const struct year *year, int32_t number)
{
	struct json *fact = json_new(arena, JSON_OBJECT), *days = json_new(arena, JSON_ARRAY);
	for (int8_t month = 1; month <= 12; month++)
		for (int8_t day = 1; day <= 31; day++) {
			const char *kind = listed_names[year->days[month][day]];
			struct json *row = json_new(arena, JSON_OBJECT);
			if (!kind) continue;
			json_add(row, STR("date"), json_new_string(arena, date_print(arena, (struct date){ number, month, day })));
			json_add(row, STR("kind"), json_new_string(arena, str_from_c(kind)));
			json_add(days, STR(""), row);
		}
	json_add(fact, STR("year"), json_new_string(arena, str_from_i64(arena, number)));
	json_add(fact, STR("days"), days);
	return fact;
}

struct json *calendar_facts(struct arena *arena, const struct calendar *calendar)
{
	struct json *facts = json_new(arena, JSON_ARRAY);
	for (int32_t i = 0; calendar->asked && i < YEAR_COUNT; i++)
		if (calendar->asked->years[i])
			json_add(facts, STR(""), facts_of_year(arena, calendar->asked->years[i], YEAR_FIRST + i));
	return facts;
}

struct err calendar_of_facts(struct arena *arena, const struct json *facts, const struct calendar **out_calendar)
{
	struct calendar *calendar = ARENA_NEW(arena, struct calendar);
	for (const struct json *fact = facts ? facts->first : NULL; fact; fact = fact->next) {
		int64_t number;
		const struct json *days = json_get(fact, STR("days"));
		if (!str_to_i64(json_string_of(fact, "year"), &number)) return ERR(INVALID);
		if (number < YEAR_FIRST || number >= YEAR_FIRST + YEAR_COUNT) return ERR(INVALID);
		struct year *year = calendar->years[number - YEAR_FIRST] = ARENA_NEW(arena, struct year);
		for (const struct json *row = days ? days->first : NULL; row; row = row->next) {
			struct date day;
			if (!date_parse(json_string_of(row, "date"), &day) || day.year != number ||
			    !listed_from(json_string_of(row, "kind"), &year->days[day.month][day.day]))
				return ERR(INVALID);
		}
	}
	*out_calendar = calendar;
	return OK;
}
