/* Any schema with any data: a NUL byte parts the two. Nothing crashes, and what a form accepted it accepts again,
 * giving the same values. */
#include "form/form.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void submit(struct arena *arena, const struct form *form, struct feel_value given)
{
	const struct feel_env env = { .now_ms = INT64_C(1661448600000), .offset_s = SHANGHAI_OFFSET_S, .steps_max = 20000,
		.bytes_max = 4 << 20 };
	struct report report = report_make(arena);
	struct feel_value values, again;
	const struct form_state *state;
	if (failed(form_state(arena, form, given, &env, &state))) return;
	struct err err = form_submit(arena, form, given, given, &env, &report, &values);
	if (failed(err)) {
		assert(!err_is(err, ERR_INVALID) || report.error_count > 0);
		return;
	}
	err = form_submit(arena, form, given, values, &env, &report, &again);
	if (err_is(err, ERR_LIMIT)) return;
	assert(!failed(err));
	assert(json_eq(feel_to_json(arena, values, FEEL_JSON_TAGGED), feel_to_json(arena, again, FEEL_JSON_TAGGED)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str text = { (const char *)data, size };
	ptrdiff_t parted = str_find_byte(text, '\0', 0);
	struct str schema = parted < 0 ? text : str_sub(text, 0, (size_t)parted);
	struct str sent = parted < 0 ? STR("{}") : str_sub(text, (size_t)parted + 1, text.len);
	struct report report = report_make(&arena);
	const struct form *form;
	const struct json *json;
	if (failed(form_load(&arena, schema, NULL, NULL, &report, &form))) {
		assert(report.error_count > 0);
	} else {
		form_check(&arena, form, NULL, NULL, &report);
		if (!failed(json_parse(&arena, sent, NULL, &json))) submit(&arena, form, feel_from_json(&arena, json));
	}
	arena_done(&arena);
	return 0;
}
