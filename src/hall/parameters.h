/* parameters: regions/CODE.csv: dated regional figures with source and confidence (name,from,until,value,unit,source,
 * confidence). The most specific row valid on the date wins: county, prefecture, province, 000000. `until` is
 * inclusive, empty means usable but provisional. No row is an error, never a default. */
#ifndef HALL_PARAMETERS_H
#define HALL_PARAMETERS_H

#include "base/base.h"
#include "codec/codec.h"
#include "feel/feel.h"

enum { PARAMETER_FILE_BYTES_MAX = 4 << 20, PARAMETER_FILE_COUNT_MAX = 4000 };

struct parameter {
	struct str name, value, unit, source, confidence;
	struct str region;               /* of the file it stands in */
	struct date from, until;         /* until.year 0: open */
};

struct parameters;

/* Reads every CODE.csv and codes.csv of the folder. INVALID with file and line for a bad row, overlapping periods. */
MUST_USE struct err parameters_load(struct arena *arena, const char *folder, struct report *report,
	const struct parameters **out_parameters);
/* The rows and region names that stand in a receipt: parameters [{name, region, value, unit, from, until, source,
 * confidence}], regions [{value: {code, name}}]. What was found then is found again, and nothing else. INVALID. */
MUST_USE struct err parameters_of_receipt(struct arena *arena, const struct json *parameters, const struct json *regions,
	const struct parameters **out_parameters);
/* NULL when there is no row for that day. */
const struct parameter *parameter_find(const struct parameters *parameters, struct str region, struct str name, struct date on);
/* Is there any row of that name for the region, on any day? */
bool parameter_exists(const struct parameters *parameters, struct str region, struct str name);
/* "宝山区"; the full name with its parents "上海市宝山区"; empty when unknown. */
struct str region_name(const struct parameters *parameters, struct str code);
struct str region_full_name(struct arena *arena, const struct parameters *parameters, struct str code);
/* What is wrong with a row, in words; NULL when nothing is. */
const char *parameter_problem(const struct parameter *row);
/* The same with these rows laid over, one after another: each takes the place of whatever stood there for its region, name
 * and days; what is left before and behind it stays. `under` and the rows' texts must live as long. INVALID: a row with
 * a problem, or of an unknown region. */
MUST_USE struct err parameters_with(struct arena *arena, const struct parameters *under, const struct parameter *rows, size_t count,
	const struct parameters **out_parameters);
/* Every row that can be found for the region, its own and what it has from above; an empty region: every row there is. */
struct parameter_list { LIST_OF(const struct parameter *); };
void parameters_list(struct arena *arena, const struct parameters *parameters, struct str region, struct parameter_list *out_list);
bool region_is_known(const struct parameters *parameters, struct str code);
/* To choose a place by its name: the provinces ("" asks for them), or the counties of a province and what lies right below it
 * without counties, with the prefecture's name or "". In the order of codes. */
struct region_place { struct str code, name, prefecture; };
struct region_places { struct region_place *items; size_t count; };
struct region_places region_places(struct arena *arena, const struct parameters *parameters, struct str province);
/* A number, or a string when `unit` is text. */
struct feel_value parameter_value(const struct parameter *parameter);

#endif
