/* backups: the files of DIR/backups: made while the hall works, listed, proved, handed out. Each is one file as backup.h
 * describes it; none holds the key that opens it. night-*.zip are the nightly ones, of which the newest stay. */
#ifndef HALL_BACKUPS_H
#define HALL_BACKUPS_H

#include "base/base.h"
#include "hall/cases.h"

struct hall;

enum { BACKUP_COUNT_MAX = 2000 };

struct backup_file { struct str name; int64_t bytes, made_ms; bool nightly; };
struct backup_files { struct backup_file *items; size_t count; };
/* Newest first. No folder yet: none. */
MUST_USE struct err backups_list(struct hall *hall, struct arena *arena, struct backup_files *out_files);
/* The whole path of one of them; NOT_FOUND for any other name. */
MUST_USE struct err backup_path(struct hall *hall, struct arena *arena, struct str name, const char **out_path);
/* FULL, IO: nothing is left behind. */
MUST_USE struct err backup_make(struct hall *hall, struct arena *arena, bool nightly, struct report *report, struct str *out_name);
/* Removes the nightly ones but the newest `keep`. */
MUST_USE struct err backups_prune(struct hall *hall, struct arena *arena, int32_t keep);
/* Restores it into a folder of its own, opens it with the keys of this hall, holds everything against its log, counts, and
 * removes the folder again: a restore drill, every time. Needs free space of its size twice. TAMPERED, FULL. */
MUST_USE struct err backup_prove(
	struct hall *hall, struct arena *arena, struct str name, struct report *report, struct str *out_summary);
/* Notes down that somebody took it away. */
MUST_USE struct err backup_taken(struct hall *hall, struct arena *arena, const struct actor *actor, struct str name);
/* REFUSED: the newest one stays. NOT_FOUND. An event. */
MUST_USE struct err backup_remove(struct hall *hall, struct arena *arena, const struct actor *actor, struct str name);
/* Bytes written of the one under way, and about how many there will be. */
void backup_progress(struct hall *hall, struct arena *arena, int64_t *out_done, int64_t *out_total);

#endif
