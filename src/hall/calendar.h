/* calendar: working days and deadlines. calendar/YEAR.csv (date,kind,name,source; kind off, work or statutory, statutory
 * implies off); calendar/CODE/YEAR.csv lays a region's days over them. A year whose notice is not out: weekends and the
 * statutory days of YEAR-expected.csv (without it those of a fixed date), every result marked provisional. */
#ifndef HALL_CALENDAR_H
#define HALL_CALENDAR_H

#include "base/base.h"
#include "codec/codec.h"

enum { CALENDAR_DAYS_MAX = 36600 };

struct calendar;

/* `region` (may be empty) picks the overlay; its parents' overlays apply too. INVALID with file and line. */
MUST_USE struct err calendar_load(struct arena *arena, const char *folder, struct str region, struct report *report,
	const struct calendar **out_calendar);
/* The same calendar, but it remembers what it was asked: one a decision, for its receipt. Not for several threads. */
const struct calendar *calendar_watched(struct arena *arena, const struct calendar *calendar);
/* What a watched calendar was asked, as far as it is not the plain week: [{year, days: [{date, kind}]}] with each year
 * that had a file and each asked day that its weekday does not tell; kind as in the files. Empty for an unwatched one. */
struct json *calendar_facts(struct arena *arena, const struct calendar *calendar);
/* A calendar that answers the same questions the same way again. INVALID: no such list. */
MUST_USE struct err calendar_of_facts(struct arena *arena, const struct json *facts, const struct calendar **out_calendar);
/* The same with days laid over, one after another. kind: off, work or statutory; `plain` leaves the day to its weekday;
 * `notice` with the first day of a year: the notice of that year is out, nothing of it is provisional any more, and
 * what was merely expected for it is forgotten. INVALID: another kind, or a year outside of 2000 to 2099. */
struct calendar_change { struct date day; struct str kind; };
MUST_USE struct err calendar_with(struct arena *arena, const struct calendar *under, const struct calendar_change *changes, size_t count,
	const struct calendar **out_calendar);
/* What is listed for that day beyond its weekday: "off", "work", "statutory" or "". */
struct str calendar_listed(const struct calendar *calendar, struct date day);
enum calendar_day { CALENDAR_WORKING, CALENDAR_OFF, CALENDAR_STATUTORY };
enum calendar_day calendar_day(const struct calendar *calendar, struct date day);
bool calendar_is_provisional(const struct calendar *calendar, struct date day);   /* no notice for its year */

struct deadline { struct date on; bool provisional; };

/* The n-th working day after `from`; `from` itself is not counted (民法典 201). days: 0..CALENDAR_DAYS_MAX. */
MUST_USE struct err calendar_add_working_days(const struct calendar *calendar, struct date from, int64_t days, struct deadline *out);
/* `days` natural days or `months` months after `from`; a last day that is a rest day moves to the next working day
 * (民法典 203). Negative counts are INVALID. */
MUST_USE struct err calendar_add_natural_days(const struct calendar *calendar, struct date from, int64_t days, struct deadline *out);
MUST_USE struct err calendar_add_months(const struct calendar *calendar, struct date from, int64_t months, struct deadline *out);
/* Working days in (from, to]; negative when to is before from. */
int64_t calendar_working_days_between(const struct calendar *calendar, struct date from, struct date to);

/* An ISO 8601 length (PnY, PnM, PnD) counted as `working` or natural days, with the rules above. Working counts take
 * days only. INVALID otherwise. */
MUST_USE struct err calendar_deadline(const struct calendar *calendar, struct date from, struct str length, bool working,
	struct deadline *out);

#endif
