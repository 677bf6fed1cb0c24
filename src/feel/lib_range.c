/* Allen's relations between points and ranges: DMN 1.5 table 78. Each takes points and ranges in any place
 * that the standard allows; an end that is absent lies beyond every value. */
#include "feel/library.h"

/* A point is the closed range from itself to itself. */
struct span { struct feel_value start, end; bool start_absent, end_absent, start_open, end_open, is_point; };
struct pair { struct span a, b; };

static struct span span_of(struct feel_value v)
{
	if (v.kind != FEEL_RANGE) return (struct span){ .start = v, .end = v, .is_point = true };
	struct span s = { .start_open = v.range->start_open, .end_open = v.range->end_open };
	s.start_absent = v.range->start == NULL;
	s.end_absent = v.range->end == NULL;
	if (!s.start_absent) s.start = *v.range->start;
	if (!s.end_absent) s.end = *v.range->end;
	return s;
}

/* ---- comparing ends: <0, 0, >0 ----------------------------------------------------------------------------- */

static int values(struct feel_value x, struct feel_value y)
{
	bool comparable;
	return feel_compare(x, y, &comparable);
}

static int ends(const struct span *x, const struct span *y)
{
	if (x->end_absent || y->end_absent) return x->end_absent - y->end_absent;
	int order = values(x->end, y->end);
	return order != 0 ? order : y->end_open - x->end_open;
}

static int starts(const struct span *x, const struct span *y)
{
	if (x->start_absent || y->start_absent) return y->start_absent - x->start_absent;
	int order = values(x->start, y->start);
	return order != 0 ? order : x->start_open - y->start_open;
}

/* x lies wholly before y. */
static bool before(const struct span *x, const struct span *y)
{
	if (x->end_absent || y->start_absent) return false;
	int order = values(x->end, y->start);
	return order < 0 || (order == 0 && (x->end_open || y->start_open));
}

static bool meets(const struct span *x, const struct span *y)
{
	return !x->end_absent && !y->start_absent && !x->end_open && !y->start_open && values(x->end, y->start) == 0;
}

static bool overlaps(const struct span *x, const struct span *y) { return !before(x, y) && !before(y, x); }
static bool includes(const struct span *x, const struct span *y) { return starts(x, y) <= 0 && ends(x, y) >= 0; }

/* ---- the functions ------------------------------------------------------------------------------------------- */

static bool spans_of(struct feel_run *run, const struct feel_value *args, struct pair *out)
{
	out->a = span_of(argument_single(args[0]));
	out->b = span_of(argument_single(args[1]));
	struct feel_value x = out->a.start_absent ? out->a.end : out->a.start, y = out->b.start_absent ? out->b.end : out->b.start;
	bool comparable = false;
	if (x.kind != FEEL_NULL && y.kind != FEEL_NULL) feel_compare(x, y, &comparable);
	if (comparable) return true;
	feel_run_note(run, "%s and %s cannot be compared", feel_kind_name(x.kind), feel_kind_name(y.kind));
	return false;
}

enum places { ANY_PLACES, RANGES, RANGE_THEN_ANY, ANY_THEN_RANGE, BOTH_ALIKE };

static bool places_fit(struct feel_run *run, const struct pair *p, enum places places)
{
	bool fit = true;
	if (places == RANGES) fit = !p->a.is_point && !p->b.is_point;
	if (places == RANGE_THEN_ANY) fit = !p->a.is_point;
	if (places == ANY_THEN_RANGE) fit = !p->b.is_point;
	if (places == BOTH_ALIKE) fit = p->a.is_point == p->b.is_point;
	if (!fit) feel_run_note(run, "this function does not take a point and a range in these places");
	return fit;
}

#define RELATION(name, places, condition) \
	static struct feel_value name(struct feel_run *run, const struct feel_value *args, size_t count) \
	{ \
		(void)count; \
		struct pair p; \
		if (!spans_of(run, args, &p) || !places_fit(run, &p, places)) return FEEL_NULL_VALUE; \
		const struct span *a = &p.a, *b = &p.b; \
		return feel_boolean(condition); \
	}
RELATION(call_before, ANY_PLACES, before(a, b))
RELATION(call_after, ANY_PLACES, before(b, a))
RELATION(call_meets, RANGES, meets(a, b))
RELATION(call_met_by, RANGES, meets(b, a))
RELATION(call_overlaps, RANGES, overlaps(a, b))
RELATION(call_overlaps_before, RANGES, overlaps(a, b) && starts(a, b) < 0 && ends(a, b) <= 0)
RELATION(call_overlaps_after, RANGES, overlaps(a, b) && starts(a, b) > 0 && ends(a, b) >= 0)
RELATION(call_finishes, ANY_THEN_RANGE, ends(a, b) == 0 && starts(a, b) >= 0)
RELATION(call_finished_by, RANGE_THEN_ANY, ends(a, b) == 0 && starts(a, b) <= 0)
RELATION(call_includes, RANGE_THEN_ANY, includes(a, b))
RELATION(call_during, ANY_THEN_RANGE, includes(b, a))
RELATION(call_starts, ANY_THEN_RANGE, starts(a, b) == 0 && ends(a, b) <= 0)
RELATION(call_started_by, RANGE_THEN_ANY, starts(a, b) == 0 && ends(a, b) >= 0)
RELATION(call_coincides, BOTH_ALIKE, starts(a, b) == 0 && ends(a, b) == 0)
#undef RELATION

static const struct builtin rows[] = {
	{ "before", "point1, point2", call_before, false },
	{ "before", "point, range", call_before, false },
	{ "before", "range, point", call_before, false },
	{ "before", "range1, range2", call_before, false },
	{ "after", "point1, point2", call_after, false },
	{ "after", "point, range", call_after, false },
	{ "after", "range, point", call_after, false },
	{ "after", "range1, range2", call_after, false },
	{ "meets", "range1, range2", call_meets, false },
	{ "met by", "range1, range2", call_met_by, false },
	{ "overlaps", "range1, range2", call_overlaps, false },
	{ "overlaps before", "range1, range2", call_overlaps_before, false },
	{ "overlaps after", "range1, range2", call_overlaps_after, false },
	{ "finishes", "point, range", call_finishes, false },
	{ "finishes", "range1, range2", call_finishes, false },
	{ "finished by", "range, point", call_finished_by, false },
	{ "finished by", "range1, range2", call_finished_by, false },
	{ "includes", "range, point", call_includes, false },
	{ "includes", "range1, range2", call_includes, false },
	{ "during", "point, range", call_during, false },
	{ "during", "range1, range2", call_during, false },
	{ "starts", "point, range", call_starts, false },
	{ "starts", "range1, range2", call_starts, false },
	{ "started by", "range, point", call_started_by, false },
	{ "started by", "range1, range2", call_started_by, false },
	{ "coincides", "point1, point2", call_coincides, false },
	{ "coincides", "range1, range2", call_coincides, false },
};
const struct builtin_table builtins_range = TABLE_OF(rows);
