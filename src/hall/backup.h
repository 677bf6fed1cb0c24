/* backup: one file that holds the database and the wrapped keys, never the key that opens them. */
#ifndef HALL_BACKUP_H
#define HALL_BACKUP_H

#include "base/base.h"
#include "hall/house.h"

/* Consistent while the hall works. Ends with a manifest: counts, log size and root, hashes. */
MUST_USE struct err backup_write(struct hall *hall, const char *path, struct report *report);
/* Into a folder that holds no hall. Opened with the recovery key, or with master_key (the content of a kept hall's
 * master.key) when it is at hand; both empty: the hall is restored locked and not verified. Else verifies everything and says
 * what it counted. A hall of mode `locked` is locked again afterwards: its passphrase stays the one it had. */
struct restore_options { const char *path; const char *hall; struct hall_places places; struct str recovery_key, master_key; };
MUST_USE struct err backup_restore(
    struct arena *arena, const struct restore_options *options, struct report *report, struct str *out_summary);

#endif
