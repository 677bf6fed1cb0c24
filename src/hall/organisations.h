/* organisations: the tree of unions, firms and bodies, and the roster of lawyers with its rule of assignment. */
#ifndef HALL_ORGANISATIONS_H
#define HALL_ORGANISATIONS_H

#include "base/base.h"
#include "codec/codec.h"
#include "feel/feel.h"

struct hall;

/* The trade unions' number, the same in the whole country: said where a union has set none of its own. */
#define UNION_HOTLINE STR("12351")

struct organisation { int64_t organisation_id, parent_id; struct str kind, name, region, code, data; };

MUST_USE struct err organisation_by_id(struct hall *hall, struct arena *arena, int64_t id, struct organisation *out);
MUST_USE struct err organisation_by_code(struct hall *hall, struct arena *arena, struct str code, struct organisation *out);

/* Reads {organisations: [{code, parent, kind, name, region, data}], staff: [{phone, name, organisation, roles, demo {password, secret}}],
 * lawyers: [{firm, name, sex, licence, phone, skills [], loadMax, available, actsFor [name or credit code]}]} and adds
 * what is not there yet. INVALID with place and words. */
MUST_USE struct err roster_import(struct hall *hall, struct arena *arena, struct str json, struct report *report);

struct lawyer {
	int64_t lawyer_id, open_cases, load_max, position;   /* open_cases: offered, or accepted and not over */
	struct str name, sex, licence, phone, skills, firm, firm_data;
	bool takes_cases;                 /* as the union has set it; available: that, and he is not away today */
	bool available, conflicted, left; /* conflicted: he or a colleague acts for the other side; left: is not on the roster any more */
	struct date away_until;           /* he takes no new case up to and on this day; year 0: no such day */
};
struct lawyers { struct lawyer *items; size_t count; };

/* Everybody, with load, availability today and conflict against an employer (a context with name and uscc; null: none). LOCKED. */
MUST_USE struct err lawyers_against(struct hall *hall, struct arena *arena, struct feel_value employer, struct lawyers *out_lawyers);
MUST_USE struct err lawyer_by_id(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer *out_lawyer);
/* The rule of assignment: available, skilled, without conflict, below his maximum; then the lowest share of load, then
 * the fewest open cases, then the order of the roster. NULL: nobody, a person decides. */
const struct lawyer *lawyer_choose(const struct lawyers *lawyers, struct str skill);

#endif
