/* outbox_admin: what waits in the outbox or failed, for whoever must see to it: template, masked phone, reason. Never a
 * text: it may tell what a case is about. */
#ifndef HALL_OUTBOX_ADMIN_H
#define HALL_OUTBOX_ADMIN_H

#include "base/base.h"
#include "hall/cases.h"

struct hall;

enum { OUTBOX_LIST_COUNT_MAX = 200 };

struct outbox_entry {
	int64_t notice_id, queued_ms, next_ms, tries;
	struct str template_id, phone, state, reason;      /* phone: 139****0001 */
	bool repeated;
};
struct outbox_entries { struct outbox_entry *items; size_t count; int64_t waiting, failed; };
/* Failed ones first, then those that wait, oldest first; of cases kept at the scope or below. */
MUST_USE struct err outbox_entries(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, struct outbox_entries *out_entries);
/* Asks the gateway again as soon as it can be. NOT_FOUND: not in the scope. REFUSED: it was sent, or is being sent now. */
MUST_USE struct err outbox_retry(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, int64_t notice_id);

#endif
