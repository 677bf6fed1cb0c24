/* What parses prints, in every style, to a text that parses to the same value. */
#include "codec/codec.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	const struct json *value, *again;
	struct str text;
	if (failed(json_parse(&arena, (struct str){ (const char *)data, size }, &report, &value))) {
		assert(report.error_count == 1);
	} else {
		for (int style = JSON_COMPACT; style <= JSON_PRETTY; style++) {
			assert(!failed(json_print(&arena, value, (enum json_style)style, 1 << 26, &text)));
			assert(!failed(json_parse(&arena, text, NULL, &again)));
			assert(json_eq(value, again));
		}
		if (!failed(json_print(&arena, value, JSON_CANONICAL, 1 << 26, &text))) {
			struct str second;
			assert(!failed(json_parse(&arena, text, NULL, &again)));
			assert(!failed(json_print(&arena, again, JSON_CANONICAL, 1 << 26, &second)));
			assert(str_eq(text, second));
		}
	}
	arena_done(&arena);
	return 0;
}
