#ifndef HALL_SESSIONS_H
#define HALL_SESSIONS_H
#include "base/base.h"
#include "hall/cases.h"
struct hall;
enum session_kind { SESSION_NONE, SESSION_WORKER, SESSION_LAWYER, SESSION_STAFF };
struct session { int64_t session_id, person_id, organisation_id, lawyer_id; enum session_kind kind; struct str role, name, method, device; int32_t level; int64_t began_ms, seen_ms, ends_ms; };
MUST_USE struct err session_find(struct hall *hall, struct arena *arena, struct str token, struct session *out);
struct actor session_actor(const struct session *session);
struct str hall_keyed_text(struct hall *hall, struct arena *arena, const char *domain, struct str text);
#endif
