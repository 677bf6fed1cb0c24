/* lists: what the desks work through: the queue (open tasks of the union's people, nearest deadline first) and the cases,
 * with filters, counts that equal the lists they open (X2), search, pages by key, the next file, and export.
 *
 * A list holds what the asking person's roles let him see, at his organisations and below them (X1); drafts are nobody's
 * but the applicant's. Filters and cursors are texts, fit for a link. */
#ifndef HALL_LISTS_H
#define HALL_LISTS_H

#include "base/base.h"

struct hall;
struct actor;

enum { LIST_PAGE_COUNT_MAX = 200, LIST_EXPORT_COUNT_MAX = 50000, LIST_HIT_COUNT_MAX = 5000, LIST_VALUE_BYTES_MAX = 300 };

enum list_kind { LIST_TASKS, LIST_CASES };                 /* the queue; every submitted case */

/* key in a link, member: empty = any */
#define LIST_FILTERS(X) \
	X(state)      /* open, closed */ \
	X(outcome)    /* a name of service.json's outcomes */ \
	X(district)   /* six digits */ \
	X(rule)       /* an id of a rule that failed */ \
	X(step)       /* element of the task that is open */ \
	X(assignee)   /* id of the person who took it, "-" nobody, "me" in a link is made an id by the caller */ \
	X(mode)       /* live, trial */ \
	X(due)        /* late, today, week (after today), later, none */
#define X(name) LIST_BY_##name,
enum list_dimension { LIST_FILTERS(X) LIST_DIMENSION_COUNT };
#undef X
struct list_filter {
	enum list_kind kind;
	int64_t organisation_id;     /* where the asking person works now, and below; 0: wherever he holds a role. Never of a link */
	bool newest;                 /* cases: the newest first instead of the nearest deadline */
	struct str values[LIST_DIMENSION_COUNT];
	struct str employer;         /* employer_key of a row */
	struct str role;             /* the queue of one role */
	struct str query;            /* search: two characters and more */
	struct date from, until;     /* submitted on these days, both inclusive; year 0: open */
};

/* Live cases, the nearest deadline first. */
struct list_filter list_filter_make(enum list_kind kind);
/* One parameter of a link: kind, order, employer, role, q, from, until or a dimension's name. False: not one of ours, or not
 * understood; the filter is unchanged. `value` is borrowed. */
bool list_filter_set(struct list_filter *filter, struct str key, struct str value);
/* "kind=cases&outcome=accepted&due=late": what list_filter_set reads, percent-encoded, in one order. */
struct str list_filter_print(struct arena *arena, const struct list_filter *filter);
const char *list_dimension_name(enum list_dimension dimension);

struct list_row {
	int64_t case_id, task_id;    /* task_id 0: no task is open */
	int64_t submitted_ms, decided_ms, closed_ms, due_ms, opened_ms;   /* 0: not; opened_ms: of the task */
	struct str number, service_id, service_version, state, outcome, district, employer_key, due;
	struct str applicant, phone, employer;
	struct str step, task_name, role, assignee;    /* assignee: person's id as text, or empty */
	struct str rules;            /* "identity,district", or empty */
	struct str cursor;
	bool trial;
};
struct list_page { struct list_row *items; size_t count; bool more; };   /* more: items[count - 1].cursor goes on */

/* cursor empty: from the beginning. INVALID: fewer than two characters are searched for, or no cursor. */
MUST_USE struct err list_page(struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter,
	struct str cursor, size_t count_max, struct list_page *out_page);
/* The next file of the same list behind `cursor` (then from the beginning) that nobody else has taken. NOT_FOUND: none. */
MUST_USE struct err list_next(struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter,
	struct str cursor, struct list_row *out_row);

/* Counts under each value: of the list that has this value instead of the filter's own in that dimension. */
struct list_count { struct str value; int64_t count; };
struct list_counts { LIST_OF(struct list_count); };
struct list_facets { int64_t total; struct list_counts by[LIST_DIMENSION_COUNT]; };
MUST_USE struct err list_facets(
	struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter, struct list_facets *out_facets);

/* Names for what stands in rows: of people, outcomes, rules. Empty texts for what is not known. */
struct str list_person_name(struct hall *hall, struct arena *arena, struct str person_id_text);

enum list_format { LIST_CSV, LIST_XLSX };      /* CSV: UTF-8 with BOM, CRLF, for spreadsheets */
/* Every row of the list; an event of its own. A text that a spreadsheet would take for a formula becomes a plain one.
 * LIMIT: more than LIST_EXPORT_COUNT_MAX rows. */
MUST_USE struct err list_export(struct hall *hall, struct arena *arena, const struct actor *actor, const struct list_filter *filter,
	enum list_format format, struct str *out_content);

#endif
