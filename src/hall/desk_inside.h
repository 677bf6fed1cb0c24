/* desk_inside: what the files of the desks (lists, desk, notes, figures) share with each other and with nobody else. */
#ifndef HALL_DESK_INSIDE_H
#define HALL_DESK_INSIDE_H

#include "hall/inside.h"

/* "legalClerk:ID", what stands in events. */
struct str desk_who(struct arena *arena, const struct actor *actor);
/* The actor must be a member of the staff who may see the case; others are refused and that is an event (case_may_see). */
MUST_USE struct err desk_may(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id);

#endif
