/* date: the proleptic Gregorian calendar, and RFC 3339 texts of instants. No time zones but fixed
 * offsets; the hall's own is Asia/Shanghai, +08:00 without summer time since 1991. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

enum { SHANGHAI_OFFSET_S = 8 * 3600 };
#define DAY_MS INT64_C(86400000)

struct date { int32_t year; int8_t month, day; };   /* month 1-12, day 1-31 */

bool date_is_valid(struct date d);                      /* years -999999999..999999999 */
int32_t date_days_in_month(int32_t year, int month);
int64_t date_to_days(struct date d);                    /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
int date_cmp(struct date a, struct date b);
int date_weekday(struct date d);                        /* 1 = Monday .. 7 = Sunday (ISO 8601) */
/* Same day of a later month; a missing day becomes the last of the month (民法典 202, FEEL). */
struct date date_add_months(struct date d, int64_t months);
/* "2022-08-26", exactly ten characters and a real date. */
bool date_parse(struct str text, struct date *out_date);
struct str date_print(struct arena *arena, struct date d);

/* The local date of an instant at a fixed offset from UTC. */
struct date date_of_ms(int64_t utc_ms, int32_t offset_s);
/* The instant at which a local day begins. */
int64_t date_begin_ms(struct date d, int32_t offset_s);

/* RFC 3339 with zone ("2022-08-26T01:30:00+08:00", "…Z", optional fraction); INVALID otherwise. */
MUST_USE struct err time_parse_ms(struct str text, int64_t *out_utc_ms);
/* "2022-08-26T01:30:00+08:00"; milliseconds only when they are not zero. */
struct str time_print_ms(struct arena *arena, int64_t utc_ms, int32_t offset_s);

#endif
