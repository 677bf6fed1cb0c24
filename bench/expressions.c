/* expressions FILE: how many FEEL expressions one core compiles in a second of CPU time, evaluates when they are compiled,
 * and does both each time, as a peer without a compiler must. FILE: [{expression, context}], JSON; also what each gave, as
 * text, on RESULTS, so that a peer can be held against it. Floor: reading some 50 bytes and a handful of values. */
#include "bench.h"

#include "codec/codec.h"
#include "feel/feel.h"

enum { FILE_BYTES_MAX_HERE = 1 << 20, EXPRESSION_COUNT_MAX = 100 };
#define SECONDS_EACH 1.0

enum what { COMPILE, RUN, BOTH };
struct expression { struct str text; struct feel_value context; const struct feel_program *program; };

static const struct feel_env env = { .now_ms = INT64_C(1766000000000) };

static struct feel_value run(struct arena *arena, const struct expression *one)
{
	struct feel_value value;
	must(feel_run(arena, one->program, one->context, &env, NULL, &value), "evaluating");
	return value;
}

static struct expression compiled(struct arena *arena, struct expression one)
{
	struct report report = report_make(arena);
	const struct feel_scope *scope = feel_scope_of(arena, one.context, NULL);
	struct err err = feel_compile(arena, one.text, scope, &report, &one.program);
	if (failed(err)) fprintf(stderr, "%.*s: %.*s", STR_ARG(one.text), STR_ARG(report_print(arena, &report)));
	must(err, "compiling");
	return one;
}

static double rate(const struct expression *expressions, size_t count, enum what what)
{
	struct arena arena = { 0 };
	size_t done = 0;
	double began = cpu_seconds();
	while (cpu_seconds() - began < SECONDS_EACH)
		for (size_t i = 0; i < count; i++, done++) {
			struct expression one = what == RUN ? expressions[i] : compiled(&arena, expressions[i]);
			if (what != COMPILE) run(&arena, &one);
			arena_reset(&arena);
		}
	double spent = cpu_seconds() - began;
	arena_done(&arena);
	return (double)done / spent;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct str text;
	const struct json *list;
	struct expression expressions[EXPRESSION_COUNT_MAX];
	size_t count = 0;
	if (argc != 3) return 2;
	must(file_read(&arena, argv[1], FILE_BYTES_MAX_HERE, &text), argv[1]);
	must(json_parse(&arena, text, NULL, &list), argv[1]);
	struct buf out = buf_make(&arena, FILE_BYTES_MAX_HERE);
	for (const struct json *item = list->first; item && count < EXPRESSION_COUNT_MAX; item = item->next, count++) {
		struct expression one = { json_string(json_get(item, STR("expression"))),
			feel_from_json(&arena, json_get(item, STR("context"))), NULL };
		expressions[count] = compiled(&arena, one);
		struct str printed = feel_print(&arena, run(&arena, &expressions[count]));
		buf_printf(&out, "%.*s\n", STR_ARG(printed));
	}
	must(file_write(argv[2], buf_str(&out), 0644), argv[2]);
	figure("feel.compile", rate(expressions, count, COMPILE), "expressions/CPU-s");
	figure("feel.run", rate(expressions, count, RUN), "expressions/CPU-s");
	figure("feel.both", rate(expressions, count, BOTH), "expressions/CPU-s");
	arena_done(&arena);
	return 0;
}
