/* environment: what FEEL sees of the hall while one case is worked on: time, the calendar, the region's parameters, and
 * our own functions. Every parameter, day and region that is read is noted, because it stands in the receipt.
 *
 * Functions offered: parameter(name, date, region?), parameter details(name, date, region?) with where the figure comes
 * from, add working days(date, days), add days(date, days), deadline(from, length, counted), deadline details(from, length,
 * counted) {date, provisional}, is working day(date), working days between(from, to), valid resident id(text), valid
 * uscc(text), valid mobile(text), valid person name(text), region name(code), region steps(code), hall region(),
 * money(number), chinese date(date), chinese time(t), mask name(text), mask phone(text). */
#ifndef HALL_ENVIRONMENT_H
#define HALL_ENVIRONMENT_H

#include "base/base.h"
#include "feel/feel.h"

struct hall;
struct calendar;
struct parameters;
struct parameter;

struct parameter_use { const struct parameter *parameter; struct date on; };

struct environment {
	struct feel_env feel;                    /* give &environment->feel to the engines */
	struct arena *arena;
	const struct calendar *calendar;         /* a watched one: calendar_facts says what was asked */
	const struct parameters *parameters;
	struct str region;
	struct { LIST_OF(struct parameter_use); } uses;   /* each parameter once, in the order of first use */
	struct { LIST_OF(struct str); } regions;          /* codes that were asked for and are known, each once */
};

/* The functions alone, without a case, for compiling and checking. */
const struct feel_env *environment_signatures(void);
struct environment *environment_new(struct arena *arena, const struct calendar *calendar, const struct parameters *parameters,
	struct str region, int64_t now_ms);
/* The hall's own: its calendar, parameters and region, at its clock's moment. */
struct environment *hall_environment(struct hall *hall, struct arena *arena);
/* Forgets the parameters, days and regions noted so far. */
void environment_forget_uses(struct environment *environment);

#endif
