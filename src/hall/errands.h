/* errands: long work that somebody asked for and does not wait for: holding everything against the log, backups, checks
 * of services. One after another, in the background; the last results stay. What was under way when the machine stopped
 * is marked `cut` and not begun again by itself. The same thread makes the nightly backup and counts promises again after a
 * start with newer files. */
#ifndef HALL_ERRANDS_H
#define HALL_ERRANDS_H

#include "base/base.h"
#include "hall/cases.h"

struct hall;

/* name, the word in the database */
#define ERRANDS(X) X(VERIFY, "verify") X(BACKUP, "backup") X(BACKUP_VERIFY, "backup.verify") X(SERVICE_CHECK, "service.check")
#define X(name, word) ERRAND_##name,
enum errand_kind { ERRANDS(X) ERRAND_KIND_COUNT };
#undef X
enum errand_state { ERRAND_WAITING, ERRAND_RUNNING, ERRAND_DONE, ERRAND_FAILED, ERRAND_CUT };
const char *errand_state_name(enum errand_state state);   /* "waiting" ...; static memory */

struct errand {
	int64_t errand_id, asked_ms, ended_ms;
	enum errand_kind kind;
	enum errand_state state;
	struct str subject, asked_by, words;     /* words: the result in English; findings follow it, one a line */
	int32_t permille;                        /* of a running one, as far as can be told */
};
struct errands { struct errand *items; size_t count; };

/* REFUSED: the same waits or runs already. FULL: it cannot be noted down. Who may is the caller's question. */
MUST_USE struct err errand_ask(struct hall *hall, struct arena *arena, const struct actor *actor, enum errand_kind kind,
	struct str subject, int64_t *out_errand_id);
/* Newest first. subject empty: of every subject. */
MUST_USE struct err errands_latest(
	struct hall *hall, struct arena *arena, enum errand_kind kind, struct str subject, size_t count, struct errands *out_errands);

struct errand_options {
	struct hall *hall;
	const struct logger *logger;
	int32_t backup_hour;          /* of the night in Shanghai, 0..23; negative: no nightly backup */
	int32_t backup_keep;          /* how many nightly ones stay; 0 = 14 */
};
MUST_USE struct err errands_start(const struct errand_options *options);
/* Waits for what is under way. Called by hall_close too. */
void errands_stop(struct hall *hall);

#endif
