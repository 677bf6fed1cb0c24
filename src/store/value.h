/* value: what goes into a statement and comes out of a row. Booleans are integers 0 and 1, times are UTC
 * milliseconds, money is fen: so four kinds are enough and no float ever reaches the store. */
#ifndef STORE_VALUE_H
#define STORE_VALUE_H

#include "base/base.h"

enum sql_kind { SQL_NULL, SQL_I64, SQL_TEXT, SQL_BLOB };

/* A zeroed value is null. Text is UTF-8 without a zero byte; bytes are borrowed. */
struct sql_value {
	enum sql_kind kind;
	int64_t i64;         /* SQL_I64 */
	struct str bytes;    /* SQL_TEXT, SQL_BLOB */
};

static inline struct sql_value sql_null(void) { return (struct sql_value){ 0 }; }
static inline struct sql_value sql_i64(int64_t value) { return (struct sql_value){ .kind = SQL_I64, .i64 = value }; }
static inline struct sql_value sql_bool(bool value) { return sql_i64(value ? 1 : 0); }
static inline struct sql_value sql_text(struct str text) { return (struct sql_value){ .kind = SQL_TEXT, .bytes = text }; }
static inline struct sql_value sql_blob(struct str bytes) { return (struct sql_value){ .kind = SQL_BLOB, .bytes = bytes }; }
/* Null when the text or the bytes are empty. */
static inline struct sql_value sql_text_or_null(struct str text) { return text.len ? sql_text(text) : sql_null(); }
static inline struct sql_value sql_blob_or_null(struct str bytes) { return bytes.len ? sql_blob(bytes) : sql_null(); }

/* Two arguments, the parameters and their count:  store_query(..., SQL(sql_i64(id), sql_text(name)), &rows) */
#define SQL(...) (const struct sql_value[]){ __VA_ARGS__ }, \
	(sizeof((const struct sql_value[]){ __VA_ARGS__ }) / sizeof(struct sql_value))
#define SQL_NONE NULL, 0

struct store_row { const struct sql_value *values; };

struct store_rows {
	struct store_row *items;
	size_t count;
	size_t column_count;
};

/* What stands in a column; null reads as 0 and as the empty slice. A wrong kind is a mistake of the program (assert). */
int64_t row_i64(struct store_row row, size_t column);
struct str row_bytes(struct store_row row, size_t column);
static inline bool row_bool(struct store_row row, size_t column) { return row_i64(row, column) != 0; }
static inline bool row_is_null(struct store_row row, size_t column) { return row.values[column].kind == SQL_NULL; }

#endif
