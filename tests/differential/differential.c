/* differential: answers for the scripts beside it, one line of JSON for each line of JSON on standard input.
 *
 * {"e": expression, "c": context}              a FEEL expression
 * {"t": unary tests, "c": context}             a cell; the context's "?" is the input
 * {"p": template, "c": context}                a feelers template
 * {"dmn": xml, "decision": name, "c": inputs}  a decision of a model
 *
 * Contexts are JSON in the tagged style of feel_to_json. The answer is {"v": value in that style} or {"error": code};
 * with the argument --words also {"n": notes}. */
#include "dmn/dmn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 16 << 20 };

static const struct feel_env env = { .now_ms = INT64_C(1795449600000), .offset_s = 8 * 3600, .steps_max = 1000000 };

static struct err decide(struct arena *arena, const struct json *line, struct feel_value context, struct report *report,
	struct feel_value *out)
{
	const struct dmn_model *model;
	struct dmn_source source = { STR("model.dmn"), json_string(json_get(line, STR("dmn"))) };
	TRY(dmn_load_partly(arena, &source, 1, &env, report, &model));
	return dmn_decide(arena, model, json_string(json_get(line, STR("decision"))), context, &env, report, NULL, out);
}

static struct err render(struct arena *arena, struct str text, struct feel_value context, struct report *report,
	struct feel_value *out)
{
	const struct feel_template *template;
	struct str rendered;
	TRY(feel_template_compile(arena, text, feel_scope_of(arena, context, NULL), report, &template));
	TRY(feel_template_run(arena, template, context, &env, NULL, report, &rendered));
	*out = feel_string(rendered);
	return OK;
}

static struct err test_cell(struct arena *arena, struct str text, struct feel_value context, struct report *report,
	struct feel_value *out)
{
	const struct feel_program *program;
	TRY(feel_compile_tests(arena, text, feel_scope_of(arena, context, NULL), report, &program));
	return feel_run_tests(arena, program, feel_get(context, STR("?")), context, &env, report, out);
}

static struct err answer(struct arena *arena, const struct json *line, struct report *report, struct feel_value *out)
{
	const struct json *given = json_get(line, STR("c")), *e = json_get(line, STR("e")), *t = json_get(line, STR("t"));
	const struct json *p = json_get(line, STR("p"));
	struct feel_value context = given ? feel_from_json_tagged(arena, given) : feel_context_of(arena, NULL, 0);
	if (e) return feel_evaluate(arena, json_string(e), context, &env, report, out);
	if (t) return test_cell(arena, json_string(t), context, report, out);
	if (p) return render(arena, json_string(p), context, report, out);
	return decide(arena, line, context, report, out);
}

static bool answer_line(struct arena *arena, struct str text, bool words)
{
	const struct json *line;
	struct report report = report_make(arena);
	struct feel_value value = FEEL_NULL_VALUE;
	struct json *object = json_new(arena, JSON_OBJECT);
	struct err e = json_parse(arena, text, NULL, &line);
	if (!failed(e)) e = answer(arena, line, &report, &value);
	if (failed(e)) json_add(object, STR("error"), json_new_string(arena, str_from_c(err_name(e))));
	else json_add(object, STR("v"), feel_to_json(arena, value, FEEL_JSON_TAGGED));
	if (words) json_add(object, STR("n"), json_new_string(arena, report_print(arena, &report)));
	struct str printed;
	if (failed(json_print(arena, object, JSON_COMPACT, ANSWER_BYTES_MAX, &printed))) return false;
	return fwrite(printed.ptr, 1, printed.len, stdout) == printed.len && putchar('\n') == '\n' && fflush(stdout) == 0;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	bool words = argc > 1 && strcmp(argv[1], "--words") == 0, fine = true;
	char *text = NULL;
	size_t room = 0;
	for (ssize_t len; fine && (len = getline(&text, &room, stdin)) > 0; ) {
		fine = answer_line(&arena, (struct str){ text, (size_t)len }, words);
		arena_reset(&arena);
	}
	free(text);
	arena_done(&arena);
	return fine ? 0 : 1;
}
