/* file: whole files and folders, with a maximum for what is read. Paths are C strings. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* LIMIT when the file is larger than bytes_max, NOT_FOUND, FORBIDDEN, IO. */
MUST_USE struct err file_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out_content);
/* Writes beside the place, syncs, renames over it, syncs the folder: after OK it survives a power cut.
 * mode: permission bits such as 0600. FULL, FORBIDDEN, NOT_FOUND (no such folder), INVALID (a folder stands there), IO. */
MUST_USE struct err file_write(const char *path, struct str content, int mode);
/* A file as memory, read by the kernel as it is looked at: for what may be larger than an arena should hold. Nobody may
 * shorten the file meanwhile. Give it back with file_unmap. */
struct file_mapping { struct str content; };
MUST_USE struct err file_map(const char *path, struct file_mapping *out_mapping);
void file_unmap(struct file_mapping *mapping);
/* Makes a rename or a new name in this path's folder survive a power cut. */
MUST_USE struct err file_sync_folder(const char *path);
bool file_exists(const char *path);
/* Makes the folder and its parents (0700); an existing one is fine. INVALID: a file stands there. */
MUST_USE struct err folder_make(const char *path);
/* Names of the regular files below `path`, relative to it, with '/', in byte order; hidden ones left out.
 * LIMIT past count_max. */
struct file_names { struct str *items; size_t count; };
MUST_USE struct err folder_list(struct arena *arena, const char *path, size_t count_max, struct file_names *out_names);
/* Removes the folder with all it holds. */
MUST_USE struct err folder_remove(const char *path);

#endif
