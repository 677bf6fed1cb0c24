/* figures: this morning's page for the leader: what is late, where, with whom; what falls due; what came of it; how long each
 * step takes; weeks that reconcile to cases (LA18). Every number carries the filter of the list that it opens (X2). Trial
 * cases are never counted. */
#ifndef HALL_FIGURES_H
#define HALL_FIGURES_H

#include "base/base.h"

struct hall;

enum { FIGURE_WEEK_COUNT = 10 };

struct figure { struct str value; int64_t count; struct str list; };   /* value: what it counts; list: list_filter_print's text */
struct figure_list { LIST_OF(struct figure); };
/* Of tasks done in the last 28 days. owner: a role, or empty for applicant and lawyer. */
struct figure_step { struct str element, name, role; int64_t count, median_ms, slowest_ms; };
/* Monday to Sunday; `late` are those of that week that are overdue now. */
struct figure_week { struct date from, until; struct figure came, accepted, refused, waiting, closed; };

struct figures {
	int64_t as_of_ms;
	struct figure total, open, late, today, week, waiting_person;
	struct figure_list late_where, late_who, late_step, outcomes;    /* who: id of a person, "-" for nobody */
	struct { LIST_OF(struct figure_step); } steps;
	struct figure_week weeks[FIGURE_WEEK_COUNT];                      /* oldest first, the running one last */
	int64_t week_total;                                               /* sum of `came` over the weeks shown */
	int64_t visits;                                                   /* cases for which somebody had to come in person */
};

/* For somebody with a role that sees cases; what he may not see is not counted. */
MUST_USE struct err figures_of(struct hall *hall, struct arena *arena, int64_t person_id, struct figures *out_figures);

#endif
