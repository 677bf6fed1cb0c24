/* A template that compiles renders the same text twice, and with Markdown escapes no insert begins a line of its own. */
#include "feel/feel.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str text = { (const char *)data, size }, first, second;
	struct feel_value items[] = { feel_number_i64(1), feel_string(STR("# a\n|b|")) };
	struct feel_value context = feel_put(&arena, FEEL_NULL_VALUE, STR("items"), feel_list_of(&arena, items, 2));
	context = feel_put(&arena, context, STR("name"), feel_string(STR("*张*\n- 三")));
	struct feel_env env = { .steps_max = 10000, .bytes_max = 1 << 20 };
	struct feel_template_options options = { .escape = FEEL_ESCAPE_MARKDOWN, .bytes_max = 1 << 16 };
	struct report report = report_make(&arena);
	const struct feel_template *tmpl;
	if (size < 4000 && !failed(feel_template_compile(&arena, text, feel_scope_of(&arena, context, NULL), &report, &tmpl))) {
		struct err a = feel_template_run(&arena, tmpl, context, &env, &options, &report, &first);
		struct err b = feel_template_run(&arena, tmpl, context, &env, &options, &report, &second);
		assert(a.code == b.code);
		if (!failed(a)) assert(str_eq(first, second));
	} else if (size < 4000) {
		assert(report.error_count > 0);
	}
	arena_done(&arena);
	return 0;
}
