/* desk_inside: what the files of the desks (lists, desk, notes, figures) share with each other and with nobody else. */
#ifndef HALL_DESK_INSIDE_H
#define HALL_DESK_INSIDE_H

#include "hall/inside.h"

/* "legalClerk:ID", what stands in events. */
struct str desk_who(struct arena *arena, const struct actor *actor);
/* A member of the staff with that right over the case (rights.h); others are refused, and that is an event. */
MUST_USE struct err desk_may(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, enum right right);

#endif
