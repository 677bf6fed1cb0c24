/* house: one installation, opened and closed: its store, keys, data folders, clock and randomness. */
#ifndef HALL_HOUSE_H
#define HALL_HOUSE_H

#include "base/base.h"

struct hall;

/* Where things are found (design: --hall DIR, --services, --law, --regions, --calendar; fonts beside the binary). */
struct hall_places {
	const char *hall;        /* the hall's own folder */
	const char *services, *law, *regions, *calendar;
	const char *fonts;       /* of the subset font */
};

struct hall_options {
	struct hall_places places;
	struct clock clock;
	struct rand rand;
	const struct logger *logger;   /* may be NULL */
	struct str passphrase;         /* mode `locked`: opens the keys; empty leaves the hall locked */
	struct str recovery_key;       /* opens the keys of either mode when the passphrase or master.key is lost; mostly empty */
	int32_t node;                  /* 0..63, one a process that writes into one database */
};

enum hall_mode { HALL_KEPT, HALL_LOCKED };

struct hall_init_options {
	struct hall_places places;
	struct clock clock;
	struct rand rand;
	enum hall_mode mode;
	struct str passphrase;         /* needed for `locked` */
	struct str name;               /* of the union that hosts it: 上海市宝山区总工会 */
	struct str region;             /* GB/T 2260, six digits, a row of regions/codes.csv */
};

/* Makes the folder, the keys and the database with its first organisation. out_recovery: the recovery key, shown once.
 * REFUSED when the folder already holds a hall; INVALID for an unknown region. */
MUST_USE struct err hall_init(struct arena *arena, const struct hall_init_options *options, struct report *report,
	struct str *out_recovery);

/* A hall of mode `locked` without a secret, and one of mode `kept` without its master.key, opens locked: figures, numbers and
 * dates can be read, everything sealed answers LOCKED, and so does every command.
 * NOT_FOUND (no hall there), FORBIDDEN (a secret that is not this hall's), TAMPERED (keys or database), INVALID (data folders;
 * see the report). The hall is heap: close it. `report` says what is wrong, in words. */
MUST_USE struct err hall_open(const struct hall_options *options, struct report *report, struct hall **out_hall);
/* Finishes what has been accepted, then frees everything. NULL is fine. */
void hall_close(struct hall *hall);

bool hall_is_locked(const struct hall *hall);
/* May be called while others read. FORBIDDEN: the secret is not this hall's; INVALID: a recovery key with a slip (the report
 * names the group; may be NULL); MISSING: a passphrase for a hall of mode `kept`. Takes half a second and 256 MiB for a passphrase,
 * wrong ones too: the caller counts the tries. OK when it is open already. */
MUST_USE struct err hall_unlock(struct hall *hall, struct str passphrase);
MUST_USE struct err hall_unlock_with_recovery_key(struct hall *hall, struct str recovery_key, struct report *report);
/* Says so in the log, once after unlocking. */
MUST_USE struct err hall_note_unlocked(struct hall *hall, struct arena *arena);
int64_t hall_now_ms(const struct hall *hall);
struct str hall_region(const struct hall *hall);
/* 16 hexadecimal digits that name this hall for ever (the beginning of its log key's hash). */
struct str hall_id(const struct hall *hall);

#endif
