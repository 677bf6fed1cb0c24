/* xlsx: one table as a spreadsheet (ECMA-376) with a head row that stays, filters and real dates. Texts are string cells:
 * nothing that is written here is ever a formula or a link. */
#ifndef CODEC_XLSX_H
#define CODEC_XLSX_H

#include "base/base.h"

enum { XLSX_ROW_COUNT_MAX = 100000, XLSX_COLUMN_COUNT_MAX = 60, XLSX_TEXT_CHARACTERS_MAX = 32767, XLSX_BYTES_MAX = 128 << 20 };

enum xlsx_kind { XLSX_TEXT, XLSX_TIME };       /* TIME: `ms` is shown as local date and time; 0 is an empty cell */
struct xlsx_column { struct str title; enum xlsx_kind kind; int32_t width; };     /* width in characters */
struct xlsx_cell { struct str text; int64_t ms; };
struct xlsx_table {
	struct str name;                       /* of the sheet: 1..31 characters without []:*?/\ */
	const struct xlsx_column *columns;
	size_t column_count;
	const struct xlsx_cell *cells;         /* row by row */
	size_t row_count;
	int32_t offset_s;                      /* local time, seconds east of UTC */
};

/* LIMIT: too many rows or columns; a longer text is cut. INVALID: the sheet's name. IO. */
MUST_USE struct err xlsx_write(struct arena *arena, const struct xlsx_table *table, struct str *out_bytes);

#endif
