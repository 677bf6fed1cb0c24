/* statements: reads .sql files into named statements.
 *   -- name: case_by_number :one (number text, org i64)
 *   select ... where number = $1 and org = $2;
 * A text runs to the next `-- name:` line; what stands before the first one is for the reader. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#include "store/driver.h"

enum { STATEMENT_COUNT_MAX = 4096 };

struct statements {
	struct { LIST_OF(struct store_statement *); } list;
	struct map by_name;
};

/* INVALID for a header that cannot be read, an unknown type or a name that is there already: see the report. */
MUST_USE struct err statements_add(struct arena *arena, struct statements *statements, struct str text, struct report *report);

#endif
