/* zip: archives in memory, over libzip. Written archives are reproducible: stored order, fixed dates.
 * Read archives are bounded: entries, inflated bytes, ratio; names with "..", absolute or repeated are refused. */
#ifndef CODEC_ZIP_H
#define CODEC_ZIP_H

#include "base/base.h"

enum { ZIP_ENTRY_COUNT_MAX = 1000, ZIP_RATIO_MAX = 100 };
#define ZIP_INFLATED_BYTES_MAX ((size_t)200 << 20)

struct zip_file { struct str name, content; };
struct zip_files { struct zip_file *items; size_t count; };

MUST_USE struct err zip_write(struct arena *arena, const struct zip_files *files, struct str *out_archive);
/* The same into a file, without holding the archive in memory (contents may be mapped files): written beside the place,
 * synced, renamed, readable by its owner only. Quick rather than small. FULL, IO. */
MUST_USE struct err zip_write_file(const char *path, const struct zip_files *files);
/* One entry of an archive file, streamed into another file (mode 0600) and synced. NOT_FOUND: no such entry. INVALID: no
 * archive, or damaged. LIMIT past bytes_max. FULL, IO. Nothing is left behind on failure. */
MUST_USE struct err zip_extract_file(const char *archive, const char *name, const char *to, uint64_t bytes_max);
MUST_USE struct err zip_read(struct arena *arena, struct str archive, struct report *report, struct zip_files *out_files);

#endif
