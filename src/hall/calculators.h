/* calculators: what is owed, for anybody who asks: a decision of the law (law/ID.dmn), the few facts that it needs as a form
 * (law/forms/ID.form, English in law/forms/en.json), and its line in law/calculators.csv. No C a calculator. Nothing that is
 * entered is stored; the same facts on the same day give the same figure. */
#ifndef HALL_CALCULATORS_H
#define HALL_CALCULATORS_H

#include "base/base.h"
#include "dmn/dmn.h"
#include "form/form.h"

struct hall;
struct hall_places;

#define CALCULATOR_PAGE "facts"          /* the one question page of each form */

struct calculator {
	struct str id;                       /* of the decision, and of the claim type */
	struct str what[2], claim[2];        /* what happened in plain words, what it is called in law; Chinese, English */
	const struct form *form;
	const struct json *english;          /* for form_language; may be NULL */
	const struct dmn_model *model;
};
struct calculator_line { struct str id, what[2], claim[2]; };
struct calculator_lines { struct calculator_line *items; size_t count; };

/* law/calculators.csv in its order; empty when the law folder has none. INVALID: a bad file. */
MUST_USE struct err calculator_lines(struct arena *arena, const char *law, struct report *report, struct calculator_lines *out_lines);
/* Loads one from the law folder. NOT_FOUND: no such line. */
MUST_USE struct err calculator_load(
	struct arena *arena, const char *law, struct str id, struct report *report, const struct calculator **out_calculator);
/* Of the hall: each loaded once, shared by threads, as long as the hall. */
MUST_USE struct err calculators_of_hall(struct hall *hall, struct arena *arena, struct calculator_lines *out_lines);
MUST_USE struct err calculator_of_hall(struct hall *hall, struct str id, const struct calculator **out_calculator);
/* The decision on these facts (values by the form's keys), with the figures that hold now in the region of the facts, else the
 * hall's. The result is law/README.md's: {amount, steps, parameters, missing ...}. */
MUST_USE struct err calculator_run(struct hall *hall, struct arena *arena, const struct calculator *calculator, struct feel_value facts,
	struct feel_value *out_result);

#endif
