/* decide MODEL.dmn DECISION INPUTS: prints what a decision of the model gives, and which rules were hit; INPUTS is a FEEL
 * context, "{days late: 40}".
 *
 * cc -std=c17 decide.c $(pkg-config --cflags --libs unionhall-dmn) -o decide */
#include <dmn/dmn.h>

#include <stdio.h>

static struct err decide(struct arena *arena, char **argv, struct report *report, struct dmn_trace *trace)
{
	struct feel_env env = { .offset_s = 8 * 3600 };
	struct dmn_source source = { .file = str_from_c(argv[1]) };
	const struct dmn_model *model;
	struct feel_value inputs, value;
	TRY(file_read(arena, argv[1], 16 << 20, &source.xml));
	TRY(dmn_load(arena, &source, 1, &env, report, &model));
	TRY(feel_evaluate(arena, str_from_c(argv[3]), FEEL_NULL_VALUE, &env, report, &inputs));
	TRY(dmn_decide(arena, model, str_from_c(argv[2]), inputs, &env, report, trace, &value));
	printf("%.*s\n", STR_ARG(feel_print_literal(arena, value)));
	return OK;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct dmn_trace trace = { 0 };
	struct err err = argc == 4 ? decide(&arena, argv, &report, &trace) : ERR(INVALID);
	for (size_t i = 0; i < trace.count; i++)
		for (size_t r = 0; trace.items[i].table && r < trace.items[i].table->rule_count; r++)
			if (trace.items[i].table->rules[r].hit)
				printf("%.*s: rule %zu\n", STR_ARG(trace.items[i].element->name), trace.items[i].table->rules[r].number);
	fprintf(stderr, "%.*s%s", STR_ARG(report_print(&arena, &report)), argc == 4 ? "" : "usage: decide MODEL.dmn DECISION INPUTS\n");
	arena_done(&arena);
	return failed(err) ? 1 : 0;
}
