/* cli: the commands. main.c holds the table; each command is one function in its own file. The only layer that reads
 * the environment, prints, and decides exit codes. Uses: everything. Used by: nobody. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/base.h"
#include "codec/codec.h"
#include "hall/hall.h"

#include <stdio.h>

enum exit_code { EXIT_DONE = 0, EXIT_CHECK_FAILED = 1, EXIT_USAGE = 2, EXIT_FAULT = 3 };

/* An option of a command: "--out DIR"; a flag has no word behind it. */
struct option { const char *name, *value_word, *words; bool required; };

enum { OPTION_COUNT_MAX = 12, OPERAND_COUNT_MAX = 8 };

struct call;

struct command {
	const char *name;                /* "case run": one or two words */
	const char *operands;            /* "FILE", "SERVICE|law DECISION" or "" */
	int operand_min, operand_max;
	const char *operand_words;       /* what they are, in a sentence; NULL when there are none */
	const char *summary;
	const char *more;                /* what else a reader must know, or NULL */
	const char *example;             /* a whole line that works */
	struct option options[OPTION_COUNT_MAX];   /* ends with a NULL name; the places below are added by themselves */
	bool places;                     /* takes --hall, --services, --law, --regions, --calendar */
	int (*run)(const struct call *call);
};

/* One call of a command: its words, taken apart. */
struct call {
	struct arena *arena;
	const struct command *command;
	const char *operands[OPERAND_COUNT_MAX];
	int operand_count;
	struct { const char *name, *value; } given[OPTION_COUNT_MAX + 8];
	int given_count;
	struct report report;
	struct logger logger;
};

const char *call_option(const struct call *call, const char *name);          /* NULL when not given; flags give "" */
struct str call_str(const struct call *call, const char *name);              /* empty when not given */
struct hall_places call_places(const struct call *call);                     /* hall: --hall, UNIONHALL_HALL, ./hall */
/* Where demo/ lies: beside the binary's share folder, else ./demo. */
const char *call_demo(const struct call *call);
/* The instant of --at; `otherwise` when it is not given. Says what is wrong and returns false when it is no RFC 3339. */
bool call_at(const struct call *call, int64_t otherwise, int64_t *out_ms);

/* The file of an operand; what is wrong stands in the report with its name. */
MUST_USE struct err read_file(const struct call *call, struct report *report, const char *path, size_t bytes_max, struct str *out_content);
/* Writes the file that the option names (0600); what is wrong stands in the report with option and name. */
MUST_USE struct err write_file(const struct call *call, struct report *report, const char *option, struct str content);
/* Prints the report and the result in words; gives the exit code for it. */
int finish(const struct call *call, struct err err);
int usage(const struct call *call, const char *words);
void print_json(const struct call *call, const struct json *json);
/* What UNIONHALL_PASSPHRASE_FILE and UNIONHALL_RECOVERY_KEY_FILE name: opens a locked hall. Says what cannot be read. */
void call_secrets(const struct call *call, struct str *out_passphrase, struct str *out_recovery_key);
/* help.c: of all commands, of one, and what to say of a word that is none. */
struct command_list { const struct command *items; size_t count; const struct option *places; size_t place_count; };
void print_help(FILE *to, const struct command_list *list);
void print_command_help(FILE *to, const struct command_list *list, const struct command *command);
int unknown_command(const struct command_list *list, int argc, char **argv);

/* The folder that the option names, made when missing; what is wrong stands in the report. */
MUST_USE struct err make_folder(const struct call *call, struct report *report, const char *option);
/* The hall of --hall with the system's clock; says what is wrong and returns false when it cannot be opened. */
bool open_hall(const struct call *call, struct hall **out_hall);
bool open_hall_with(const struct call *call, struct clock clock, struct hall **out_hall);

/* demo_doors.c: where a demo hall is entered and how, on stderr. */
void print_demo_doors(const char *host, unsigned port);

int run_init(const struct call *call);
int run_case_run(const struct call *call);
int run_case_bundle(const struct call *call);
int run_staff_invite(const struct call *call);
int run_service_check(const struct call *call);
int run_service_deploy(const struct call *call);
int run_service_draw(const struct call *call);
int run_feel(const struct call *call);
int run_decide(const struct call *call);
int run_verify(const struct call *call);
int run_bundle_verify(const struct call *call);
int run_replay(const struct call *call);
int run_backup(const struct call *call);
int run_restore(const struct call *call);
int run_demo(const struct call *call);
int run_demo_hall(const struct call *call);
int run_serve(const struct call *call);
int run_version(const struct call *call);

#endif
