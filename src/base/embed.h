/* embed: files that the build puts into the binary (cmake/embed.cmake). */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include "base/str.h"

#include <stddef.h>

struct embedded_file { const char *name, *begin, *end; };

static inline struct str embedded_content(const struct embedded_file *file)
{
	return (struct str){ file->begin, (size_t)(file->end - file->begin) };
}

#endif
