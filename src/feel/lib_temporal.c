/* Calendar functions: DMN 1.5 tables 76 and 77. The hall's clock and zone come from the environment. */
#include "feel/library.h"

static bool date_of(struct feel_value value, struct date *out)
{
	value = argument_single(value);
	if (value.kind == FEEL_DATE) *out = value.date;
	else if (value.kind == FEEL_DATE_TIME) *out = value.date_time->date;
	else return false;
	return true;
}

static struct feel_value not_a_date(struct feel_run *run, const struct feel_value *args)
{
	return argument_wrong(run, args, 0, "a date or a date and time");
}

static int64_t days_into_year(struct date d)
{
	return date_to_days(d) - date_to_days((struct date){ d.year, 1, 1 });
}

static struct feel_value call_day_of_year(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct date d;
	return date_of(args[0], &d) ? feel_number_i64(days_into_year(d) + 1) : not_a_date(run, args);
}

static struct feel_value call_day_of_week(struct feel_run *run, const struct feel_value *args, size_t count)
{
	static const struct str names[] = { STR_INIT("Monday"), STR_INIT("Tuesday"), STR_INIT("Wednesday"), STR_INIT("Thursday"),
		STR_INIT("Friday"), STR_INIT("Saturday"), STR_INIT("Sunday") };
	(void)count;
	struct date d;
	return date_of(args[0], &d) ? feel_string(names[date_weekday(d) - 1]) : not_a_date(run, args);
}

static struct feel_value call_month_of_year(struct feel_run *run, const struct feel_value *args, size_t count)
{
	static const struct str names[] = { STR_INIT("January"), STR_INIT("February"), STR_INIT("March"), STR_INIT("April"),
		STR_INIT("May"), STR_INIT("June"), STR_INIT("July"), STR_INIT("August"), STR_INIT("September"), STR_INIT("October"),
		STR_INIT("November"), STR_INIT("December") };
	(void)count;
	struct date d;
	return date_of(args[0], &d) ? feel_string(names[d.month - 1]) : not_a_date(run, args);
}

/* ISO 8601: the week belongs to the year that has its Thursday. */
static struct feel_value call_week_of_year(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct date d;
	if (!date_of(args[0], &d)) return not_a_date(run, args);
	struct date thursday = date_from_days(date_to_days(d) + 4 - date_weekday(d));
	return feel_number_i64(days_into_year(thursday) / 7 + 1);
}

static struct feel_value call_now(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)args, (void)count;
	const struct feel_env *env = feel_run_env(run);
	return feel_date_time_ms(feel_run_arena(run), env->now_ms, env->offset_s);
}

static struct feel_value call_today(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)args, (void)count;
	const struct feel_env *env = feel_run_env(run);
	return feel_date(date_of_ms(env->now_ms, env->offset_s));
}

/* Whole months from one day to another, towards zero; the time of day does not count. */
static struct feel_value call_years_and_months_duration(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct date from, to;
	if (!date_of(args[0], &from)) return not_a_date(run, args);
	if (!date_of(args[1], &to)) return argument_wrong(run, args, 1, "a date or a date and time");
	int64_t months = ((int64_t)to.year - from.year) * 12 + to.month - from.month;
	if (months > 0 && to.day < from.day) months--;
	if (months < 0 && to.day > from.day) months++;
	return (struct feel_value){ .kind = FEEL_MONTHS_DURATION, .months = months };
}

static struct feel_value call_last_day_of_month(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct date d;
	if (!date_of(args[0], &d)) return not_a_date(run, args);
	d.day = (int8_t)date_days_in_month(d.year, d.month);
	return feel_date(d);
}

static const struct builtin rows[] = {
	{ "day of year", "date", call_day_of_year, false },
	{ "day of week", "date", call_day_of_week, false },
	{ "month of year", "date", call_month_of_year, false },
	{ "week of year", "date", call_week_of_year, false },
	{ "now", "", call_now, false },
	{ "today", "", call_today, false },
	{ "years and months duration", "from, to", call_years_and_months_duration, false },
	{ "last day of month", "date", call_last_day_of_month, true },
};
const struct builtin_table builtins_temporal = TABLE_OF(rows);
