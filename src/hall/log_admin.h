/* log_admin: the log's head, and what happened to the hall itself (no event of any case), for administrators. */
#ifndef HALL_LOG_ADMIN_H
#define HALL_LOG_ADMIN_H

#include "base/base.h"
#include "hall/audit.h"
#include "hall/cases.h"

struct hall;

enum { HALL_EVENT_COUNT_MAX = 20000 };

struct log_head { int64_t size, at_ms; struct str root, note, key; };     /* root: hexadecimal; note and key: C2SP signed notes */
MUST_USE struct err log_head(struct hall *hall, struct arena *arena, struct log_head *out_head);

/* kind: the beginning of the event's word ("role", "parameter", "session.opened"); empty: all. Newest first, from before_id
 * (0: the newest) on. detail stays closed. Only an administrator of the whole hall. */
struct event_filter { struct str kind; int64_t from_ms, until_ms, before_id; size_t count; };
MUST_USE struct err hall_events(struct hall *hall, struct arena *arena, const struct actor *actor, const struct event_filter *filter,
	struct audit_events *out_events);
/* "administrator:0A2V..." as the person's name and role for pages; a word as it is. */
struct str event_actor(struct hall *hall, struct arena *arena, struct str who);

#endif
