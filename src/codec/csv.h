/* csv: RFC 4180, UTF-8 with or without BOM, LF or CRLF; fields may be quoted. */
#ifndef CODEC_CSV_H
#define CODEC_CSV_H

#include "base/base.h"

enum { CSV_FIELD_COUNT_MAX = 500, CSV_ROW_COUNT_MAX = 1000000 };

struct csv_row { struct str *fields; size_t count; uint32_t line; };
struct csv { struct csv_row *rows; size_t count; };

/* Every row, the header too. INVALID (line in `report`) for an open quote or text after a closing one. */
MUST_USE struct err csv_parse(struct arena *arena, struct str text, struct report *report, struct csv *out_csv);
/* Index of a column in the header row, or -1. */
ptrdiff_t csv_column(const struct csv *csv, const char *name);
/* A field, quoted when it must be, without separator. */
void csv_add_field(struct buf *buf, struct str field);

#endif
