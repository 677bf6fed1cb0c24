#include "hall/backups.h"

#include "hall/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct str folder_of(struct hall *hall, struct arena *arena) { return str_printf(arena, "%s/backups", hall->places.hall); }

/* ---- the folder -------------------------------------------------------------------------------------------------- */

static bool is_ours(struct str name)
{
	return str_ends(name, STR(".zip")) && str_find_byte(name, '/', 0) < 0 &&
	    (str_starts(name, STR("night-")) || str_starts(name, STR("hall-")));
}

static int newest_first(const void *a, const void *b)
{
	const struct backup_file *left = a, *right = b;
	if (left->made_ms != right->made_ms) return left->made_ms < right->made_ms ? 1 : -1;
	return str_cmp(right->name, left->name);
}

struct err backups_list(struct hall *hall, struct arena *arena, struct backup_files *out_files)
{
	struct file_names names;
	struct str folder = folder_of(hall, arena);
	struct err err = folder_list(arena, str_to_c(arena, folder), BACKUP_COUNT_MAX, &names);
	*out_files = (struct backup_files){ 0 };
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	struct backup_files files = { ARENA_ARRAY(arena, struct backup_file, names.count), 0 };
	for (size_t i = 0; i < names.count; i++) {
		struct stat status;
		const char *path = str_to_c(arena, str_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.items[i])));
		if (!is_ours(names.items[i]) || stat(path, &status) != 0) continue;
		files.items[files.count++] = (struct backup_file){ names.items[i], status.st_size,
			(int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000, str_starts(names.items[i], STR("night-")) };
	}
	if (files.count) qsort(files.items, files.count, sizeof *files.items, newest_first);
	*out_files = files;
	return OK;
}

struct err backup_path(struct hall *hall, struct arena *arena, struct str name, const char **out_path)
{
	struct backup_files files;
	TRY(backups_list(hall, arena, &files));
	for (size_t i = 0; i < files.count; i++) {
		if (!str_eq(files.items[i].name, name)) continue;
		*out_path = str_to_c(arena, str_printf(arena, "%.*s/%.*s", STR_ARG(folder_of(hall, arena)), STR_ARG(name)));
		return OK;
	}
	return ERR(NOT_FOUND);
}

static int64_t bytes_of(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 ? status.st_size : 0;
}

/* What a machine that stopped in the middle left lying: no name of ours, and nobody else writes here. */
static void sweep(struct hall *hall, struct arena *arena)
{
	struct file_names names;
	struct str folder = folder_of(hall, arena);
	if (failed(folder_list(arena, str_to_c(arena, folder), BACKUP_COUNT_MAX, &names))) return;
	for (size_t i = 0; i < names.count; i++)
		if (str_find(names.items[i], STR(".zip."), 0) >= 0 && str_find_byte(names.items[i], '/', 0) < 0)
			unlink(str_to_c(arena, str_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.items[i]))));
}

/* ---- making -------------------------------------------------------------------------------------------------------- */

/* "night-20261125-030000.zip", the time in Shanghai. */
static struct str name_now(struct hall *hall, struct arena *arena, bool nightly)
{
	int64_t now_ms = hall_now_ms(hall);
	struct date day = date_of_ms(now_ms, SHANGHAI_OFFSET_S);
	int64_t seconds = (now_ms / 1000 + SHANGHAI_OFFSET_S) % 86400;
	return str_printf(arena, "%s-%04d%02d%02d-%02d%02d%02d.zip", nightly ? "night" : "hall", day.year, day.month, day.day,
	    (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

struct err backup_make(struct hall *hall, struct arena *arena, bool nightly, struct report *report, struct str *out_name)
{
	struct str folder = folder_of(hall, arena), name = name_now(hall, arena, nightly);
	TRY(folder_make(str_to_c(arena, folder)));
	sweep(hall, arena);
	TRY(backup_write(hall, str_to_c(arena, str_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name))), report));
	*out_name = name;
	return OK;
}

/* First the copy of the database, then the archive of it. */
void backup_progress(struct hall *hall, struct arena *arena, int64_t *out_done, int64_t *out_total)
{
	struct file_names names;
	struct str folder = folder_of(hall, arena);
	*out_total = 2 * bytes_of(str_to_c(arena, str_printf(arena, "%s/hall.db", hall->places.hall)));
	*out_done = 0;
	if (failed(folder_list(arena, str_to_c(arena, folder), BACKUP_COUNT_MAX, &names))) return;
	for (size_t i = 0; i < names.count; i++)
		if (str_find(names.items[i], STR(".zip."), 0) >= 0)
			*out_done += bytes_of(str_to_c(arena, str_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.items[i]))));
}

struct err backups_prune(struct hall *hall, struct arena *arena, int32_t keep)
{
	struct backup_files files;
	int32_t seen = 0;
	TRY(backups_list(hall, arena, &files));
	for (size_t i = 0; i < files.count; i++) {
		if (!files.items[i].nightly || seen++ < keep) continue;
		const char *path = str_to_c(arena, str_printf(arena, "%.*s/%.*s", STR_ARG(folder_of(hall, arena)), STR_ARG(files.items[i].name)));
		if (unlink(path) != 0 && errno != ENOENT) return err_from_errno(errno);
	}
	return OK;
}

/* ---- proving --------------------------------------------------------------------------------------------------------- */

/* The restored hall opens without a secret and stays locked but for the keys that this one holds: nothing is written out. */
static struct err prove_with_our_keys(struct hall *hall, struct arena *arena, const char *folder, struct report *report,
    struct str *out_summary)
{
	struct hall *second;
	struct verified counts;
	struct hall_places places = hall->places;
	places.hall = folder;
	struct hall_options options = { .places = places, .clock = hall->clock, .rand = hall->rand };
	TRY(hall_open(&options, report, &second));
	struct err err = hall_borrow_keys(second, hall);
	if (!failed(err)) err = hall_verify(second, arena, report, &counts);
	hall_give_keys_back(second);
	hall_close(second);
	TRY(err);
	*out_summary = str_printf(arena,
	    "%lld cases, %lld events, %lld receipts, %lld papers, %lld files, a log of %lld leaves: all as written",
	    (long long)counts.cases, (long long)counts.events, (long long)counts.receipts, (long long)counts.papers, (long long)counts.files,
	    (long long)counts.leaves);
	return OK;
}

struct err backup_prove(struct hall *hall, struct arena *arena, struct str name, struct report *report, struct str *out_summary)
{
	const char *path, *folder = str_to_c(arena, str_printf(arena, "%.*s/proving", STR_ARG(folder_of(hall, arena))));
	struct str unproved;
	TRY(backup_path(hall, arena, name, &path));
	struct err gone = folder_remove(folder);      /* of a machine that stopped in the middle */
	if (failed(gone) && !err_is(gone, ERR_NOT_FOUND)) return gone;
	struct restore_options options = { .path = path, .hall = folder, .places = hall->places };
	struct err err = backup_restore(arena, &options, report, &unproved);
	if (!failed(err)) err = prove_with_our_keys(hall, arena, folder, report, out_summary);
	gone = folder_remove(folder);
	return failed(err) ? err : gone;
}

/* ---- who took or removed one -------------------------------------------------------------------------------------------- */

struct noting { const char *event; struct str name; };

static struct err note_body(struct work *work, void *data)
{
	const struct noting *noting = data;
	return audit_add(work, 0, noting->event, noting->name, STR(""));
}

static struct err note(struct hall *hall, struct arena *arena, const struct actor *actor, const char *event, struct str name)
{
	struct noting noting = { event, name };
	struct str who = str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
	return work_run(hall, arena, NULL, who, true, note_body, &noting);
}

struct err backup_taken(struct hall *hall, struct arena *arena, const struct actor *actor, struct str name)
{
	return note(hall, arena, actor, "backup.downloaded", name);
}

/* The file goes first: with a full disk the event may find no room, and room is what this is for. */
struct err backup_remove(struct hall *hall, struct arena *arena, const struct actor *actor, struct str name)
{
	struct backup_files files;
	const char *path;
	TRY(backup_path(hall, arena, name, &path));
	TRY(backups_list(hall, arena, &files));
	if (str_eq(files.items[0].name, name)) return ERR(REFUSED);
	if (unlink(path) != 0) return err_from_errno(errno);
	struct err err = note(hall, arena, actor, "backup.removed", name);
	return err_is(err, ERR_FULL) ? OK : err;
}
