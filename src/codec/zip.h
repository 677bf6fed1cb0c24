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
MUST_USE struct err zip_read(struct arena *arena, struct str archive, struct report *report, struct zip_files *out_files);

#endif
