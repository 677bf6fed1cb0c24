/* versions: the services of a hall as an administrator sees them: which version is offered, what else was deployed, and
 * folders that were sent in as a ZIP. A candidate is checked in the background (errands.h) exactly as `service check` does,
 * golden cases and all; only a good one can be deployed. A running case keeps the version that it began with. */
#ifndef HALL_VERSIONS_H
#define HALL_VERSIONS_H

#include "base/base.h"
#include "codec/codec.h"
#include "hall/cases.h"

struct hall;

struct service_version_row {
	struct str version, service_id, title;
	bool trial, offered;
	int64_t deployed_ms, open_cases, all_cases;
	int64_t checked_ms, passed;              /* of the candidate that it came from; 0: deployed by hand, not known here */
};
struct service_versions { struct service_version_row *items; size_t count; };
/* By service, newest first. */
MUST_USE struct err versions_list(struct hall *hall, struct arena *arena, struct service_versions *out_versions);

struct service_candidate {
	int64_t candidate_id, sent_ms, checked_ms, passed, failed;
	struct str version, service_id, title, mode, state, sent_by;     /* state: checking, good, bad, deployed, dropped */
	const struct json *findings;             /* [{severity, file, place, words}] */
};
struct service_candidates { struct service_candidate *items; size_t count; };
MUST_USE struct err candidates_list(struct hall *hall, struct arena *arena, struct service_candidates *out_candidates);
MUST_USE struct err candidate_find(struct hall *hall, struct arena *arena, int64_t candidate_id, struct service_candidate *out_candidate);

/* The folder as a ZIP, its files at the top or in one folder. INVALID: no archive, too much in it, no service.json (words in
 * the report). Its check is asked for. FORBIDDEN, NOT_FOUND: not an administrator of the whole hall (rights.h). */
MUST_USE struct err candidate_send(struct hall *hall, struct arena *arena, const struct actor *actor, struct str archive,
	struct report *report, int64_t *out_candidate_id);
/* REFUSED: it is not good, or was deployed or dropped. */
MUST_USE struct err candidate_deploy(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t candidate_id, struct report *report);
MUST_USE struct err candidate_drop(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t candidate_id);
/* Offers a version that was deployed once again. NOT_FOUND. */
MUST_USE struct err version_offer(struct hall *hall, struct arena *arena, const struct actor *actor, struct str version);

#endif
