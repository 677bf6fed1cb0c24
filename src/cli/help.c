/* What --help says, and which command somebody meant. */
#include "cli/cli.h"

#include <string.h>

enum { NAME_COLUMN = 28, SUMMARY_COLUMN = 46, WORD_CHARS_MAX = 40, FAR = 3 };

static void print_options(FILE *to, const struct option *options, size_t count)
{
	for (size_t i = 0; i < count && options[i].name; i++) {
		int width = fprintf(to, "  %s%s%s", options[i].name, options[i].value_word ? " " : "",
		    options[i].value_word ? options[i].value_word : "");
		fprintf(to, "%*s%s%s\n", width < NAME_COLUMN ? NAME_COLUMN - width : 1, "", options[i].words,
		    options[i].required ? " (needed)" : "");
	}
}

void print_command_help(FILE *to, const struct command_list *list, const struct command *command)
{
	fprintf(to, "unionhall %s%s%s [options]\n%s\n", command->name, command->operands[0] ? " " : "", command->operands, command->summary);
	if (command->operand_words) fprintf(to, "\n%s\n", command->operand_words);
	if (command->more) fprintf(to, "\n%s\n", command->more);
	if (command->options[0].name || command->places) fprintf(to, "\nOptions:\n");
	print_options(to, command->options, OPTION_COUNT_MAX);
	if (command->places) print_options(to, list->places, list->place_count);
	if (command->example) fprintf(to, "\nExample:\n  %s\n", command->example);
	fprintf(to, "\nExit: 0 done, 1 check failed or refused, 2 usage, 3 fault. Results on standard output, words on standard error.\n");
}

void print_help(FILE *to, const struct command_list *list)
{
	fprintf(to, "unionhall (职工之家): a trade union's service hall\n\n");
	for (size_t i = 0; i < list->count; i++) {
		int width = fprintf(to, "  unionhall %s %s", list->items[i].name, list->items[i].operands);
		fprintf(to, "%*s%s\n", width < SUMMARY_COLUMN ? SUMMARY_COLUMN - width : 1, "", list->items[i].summary);
	}
	fprintf(to, "\n`unionhall COMMAND --help` tells more. Exit: 0 done, 1 check failed or refused, 2 usage, 3 fault.\n");
}

/* How many letters must be changed, added or taken away (Levenshtein), over at most WORD_CHARS_MAX of them. */
static int distance(const char *a, const char *b)
{
	int row[WORD_CHARS_MAX + 1];
	int a_len = (int)strnlen(a, WORD_CHARS_MAX), b_len = (int)strnlen(b, WORD_CHARS_MAX);
	for (int k = 0; k <= b_len; k++) row[k] = k;
	for (int i = 1; i <= a_len; i++) {
		int corner = row[0];
		row[0] = i;
		for (int k = 1; k <= b_len; k++) {
			int changed = corner + (a[i - 1] != b[k - 1]), fewer = row[k] < row[k - 1] ? row[k] : row[k - 1];
			corner = row[k];
			row[k] = changed < fewer + 1 ? changed : fewer + 1;
		}
	}
	return row[b_len];
}

int unknown_command(const struct command_list *list, int argc, char **argv)
{
	char two[WORD_CHARS_MAX + 1];
	const struct command *nearest = NULL;
	int least = FAR;
	snprintf(two, sizeof two, "%s %s", argv[0], argc > 1 ? argv[1] : "");
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name, *space = strchr(name, ' ');
		int far = distance(space ? two : argv[0], name);
		/* `case` alone, or `verify bundle`: half of a name is enough of a hint */
		if (space && strncmp(name, argv[0], (size_t)(space - name)) == 0 && argv[0][space - name] == '\0' && far >= FAR) far = FAR - 1;
		if (far < least) {
			nearest = &list->items[i];
			least = far;
		}
	}
	fprintf(stderr, "unionhall: unknown command `%s`", argv[0]);
	if (nearest) fprintf(stderr, "; did you mean `unionhall %s`?", nearest->name);
	fprintf(stderr, " `unionhall help` lists all\n");
	return EXIT_USAGE;
}
