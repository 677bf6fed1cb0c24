#include "store/driver.h"

#include <assert.h>

int64_t row_i64(struct store_row row, size_t column)
{
	struct sql_value value = row.values[column];
	if (value.kind == SQL_NULL) return 0;
	assert(value.kind == SQL_I64);
	return value.i64;
}

struct str row_bytes(struct store_row row, size_t column)
{
	struct sql_value value = row.values[column];
	if (value.kind == SQL_NULL) return (struct str){ "", 0 };
	assert(value.kind == SQL_TEXT || value.kind == SQL_BLOB);
	return value.bytes;
}

bool store_value_fits(struct sql_value value, enum sql_type type)
{
	switch (value.kind) {
	case SQL_NULL: return true;
	case SQL_I64: return type == SQL_TYPE_I64 || (type == SQL_TYPE_BOOL && (value.i64 == 0 || value.i64 == 1));
	case SQL_TEXT: return type == SQL_TYPE_TEXT;
	case SQL_BLOB: return type == SQL_TYPE_BLOB;
	}
	return false;
}
