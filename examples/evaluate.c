/* evaluate EXPRESSION [CONTEXT]: prints the value of a FEEL expression; CONTEXT is a FEEL context, "{x: 2}".
 *
 * cc -std=c17 evaluate.c $(pkg-config --cflags --libs unionhall-feel) -o evaluate */
#include <feel/feel.h>

#include <stdio.h>

int main(int argc, char **argv)
{
	struct arena arena = { 0 };                      /* all memory of the run; freed at once at the end */
	struct report report = report_make(&arena);      /* what is wrong, with line and column */
	struct feel_env env = { .offset_s = 8 * 3600 };  /* the clock and zone of now() and today() */
	struct feel_value context = FEEL_NULL_VALUE, value;
	if (argc < 2) {
		fputs("usage: evaluate EXPRESSION [CONTEXT]\n", stderr);
		return 2;
	}
	struct err err = OK;
	if (argc > 2)
		err = feel_evaluate(&arena, str_from_c(argv[2]), FEEL_NULL_VALUE, &env, &report, &context);
	if (!failed(err))
		err = feel_evaluate(&arena, str_from_c(argv[1]), context, &env, &report, &value);
	if (!failed(err))
		printf("%.*s\n", STR_ARG(feel_print_literal(&arena, value)));
	fprintf(stderr, "%.*s", STR_ARG(report_print(&arena, &report)));
	arena_done(&arena);
	return failed(err) ? 1 : 0;
}
