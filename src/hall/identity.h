/* identity: people, by phone; their levels and roles. Names, phones and numbers are sealed; look-ups use keyed hashes. */
#ifndef HALL_IDENTITY_H
#define HALL_IDENTITY_H

#include "base/base.h"

struct hall;

struct person { int64_t person_id; struct str name, phone, id_number; };

/* Finds by phone, or adds. An existing person's name and number are replaced when given. INVALID: not a mobile number. */
MUST_USE struct err person_by_phone(struct hall *hall, struct arena *arena, const struct person *person, int64_t *out_person_id);
/* NOT_FOUND: nobody has that phone. */
MUST_USE struct err person_find(struct hall *hall, struct arena *arena, struct str phone, int64_t *out_person_id);
MUST_USE struct err person_by_id(struct hall *hall, struct arena *arena, int64_t person_id, struct person *out_person);

/* name, words, is it a role of the union's staff */
#define ROLES(X) \
	X(legalClerk,    "法律援助经办", true) \
	X(legalLead,     "法律援助负责人", true) \
	X(leader,        "工会领导", true) \
	X(administrator, "系统管理", true) \
	X(operator,      "运行维护", false) \
	X(auditor,       "审计", false) \
	X(lawyer,        "律师", false)
struct role { struct str name, words; bool staff; };
/* NULL for an unknown name. */
const struct role *role_by_name(struct str name);

MUST_USE struct err role_grant(struct hall *hall, struct arena *arena, int64_t person_id, int64_t organisation_id, struct str role);
MUST_USE struct err role_withdraw(struct hall *hall, struct arena *arena, int64_t person_id, int64_t organisation_id, struct str role);
/* Does the person hold that role at the organisation or above it? FORBIDDEN otherwise. */
MUST_USE struct err role_check(struct hall *hall, struct arena *arena, int64_t person_id, int64_t organisation_id, struct str role);
struct role_at { int64_t organisation_id; struct str role; };
struct roles_at { struct role_at *items; size_t count; };
MUST_USE struct err roles_of(struct hall *hall, struct arena *arena, int64_t person_id, struct roles_at *out_roles);

#endif
