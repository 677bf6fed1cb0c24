/* Any XML is loaded or refused with a reason; what loads can be checked and decided, twice with the same result. */
#include "dmn/dmn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct feel_env env = { .steps_max = 20000, .bytes_max = 8 << 20 };
	struct dmn_source source = { .file = STR("fuzz.dmn"), .xml = { (const char *)data, size } };
	const struct dmn_model *model = NULL;
	struct err err = dmn_load(&arena, &source, 1, &env, &report, &model);
	assert(failed(err) == (model == NULL));
	assert(!err_is(err, ERR_INVALID) || report.error_count > 0);
	struct dmn_elements decisions = { 0 };
	if (model != NULL) {
		struct report findings = report_make(&arena);
		decisions = dmn_elements(model, DMN_DECISION);
		(void)!failed(dmn_check(&arena, model, &env, &findings));
	}
	for (size_t i = 0; i < decisions.count; i++) {
		struct feel_value once = FEEL_NULL_VALUE, again = FEEL_NULL_VALUE;
		struct dmn_trace trace = { 0 };
		struct err first = dmn_decide(&arena, model, decisions.items[i]->name, FEEL_NULL_VALUE, &env, NULL, NULL, &once);
		struct err second = dmn_decide(&arena, model, decisions.items[i]->name, FEEL_NULL_VALUE, &env, NULL, &trace, &again);
		if (!failed(first) && !failed(second))
			assert(once.kind == again.kind && str_eq(feel_print(&arena, once), feel_print(&arena, again)));
	}
	arena_done(&arena);
	return 0;
}
