/* Whatever the text: each statement has a name of its own, a number in order and a text inside the file. */
#include "store/statements.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct statements statements = { 0 };
	struct report report = report_make(&arena);
	struct str text = { (const char *)data, size };
	struct err result = statements_add(&arena, &statements, text, &report);
	if (failed(result) && !err_is(result, ERR_LIMIT)) assert(report.error_count == 1);
	for (size_t i = 0; i < statements.list.count; i++) {
		const struct store_statement *statement = statements.list.items[i];
		assert(statement->number == i && statement->name.len > 0);
		assert(map_get(&statements.by_name, statement->name) == statement);
		assert(statement->parameter_count <= STORE_PARAMETER_COUNT_MAX);
		if (statement->text.len == 0) continue;
		assert(statement->text.ptr >= text.ptr && statement->text.ptr + statement->text.len <= text.ptr + text.len);
	}
	arena_done(&arena);
	return 0;
}
