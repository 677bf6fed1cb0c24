/* unionhall: finds the command, takes its words apart, runs it. */
#include "cli/cli.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#define AT { "--at", "TIME", "RFC 3339; the clock starts there and moves only as the run needs", false }
#define REGION { "--region", "CODE", "GB/T 2260, six digits", false }

static const struct command commands[] = {
	{ .name = "init",
	    .example = "unionhall init --hall /srv/hall --region 310113 --demo",
	    .operands = "",
	    .summary = "make a hall: folder, keys, database; prints the recovery key once",
	    .places = true,
	    .run = run_init,
	    .options = { { "--mode", "kept|locked",
	                     "kept (default): the key lies beside the hall; locked: a passphrase opens it after each start", false },
	        REGION, { "--name", "TEXT", "full name of the union", false }, { "--passphrase-file", "FILE", "for mode locked", false },
	        { "--demo", NULL, "add the demo's organisations, roster and services", false } } },
	{ .name = "case run",
	    .operand_words = "FILE: one applicant as JSON; FILE.jsonl:N: line N of a list, from 1.",
	    .more = "Without --hall a temporary hall plays the case and is removed. Prints the case as JSON.",
	    .example = "unionhall case run demo/applicants.jsonl:2 --out papers --bundle case.zip",
	    .operands = "FILE",
	    .operand_min = 1,
	    .operand_max = 1,
	    .places = true,
	    .run = run_case_run,
	    .summary = "carry one applicant through a service, to the last paper (FILE or FILE.jsonl:N)",
	    .options = { { "--service", "ID", "legal-aid when not given", false },
	        { "--out", "DIR", "the finished papers, as N-ID.pdf; an earlier run's go, other files there are refused", false },
	        { "--bundle", "FILE.zip", "write the case as one verifiable file", false },
	        { "--receipts", "DIR", "the receipts, as N-DECISION.json; likewise", false },
	        { "--hand-in", NULL, "only hand it in: nobody signs; with --hall it waits there", false }, AT, REGION } },
	{ .name = "case bundle",
	    .operand_words = "NUMBER: of the case, as printed on its papers.",
	    .example = "unionhall case bundle （2026）沪宝工援字第00001号 --out case.zip --hall /srv/hall",
	    .operands = "NUMBER",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "write a case as one file that anybody can verify",
	    .places = true,
	    .run = run_case_bundle,
	    .options = { { "--out", "FILE.zip", "where to", true } } },
	{ .name = "service check",
	    .operand_words = "DIR: a service folder, or the law folder.",
	    .more = "Every finding is a line FILE:PLACE: error|warning: WORDS on standard output; the last line is `N passed, N failed`.",
	    .example = "unionhall service check services/legal-aid",
	    .operands = "DIR",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "is a service folder, or the law folder, fit to be used?",
	    .places = true,
	    .run = run_service_check },
	{ .name = "service draw",
	    .operand_words = "DIR|ID: a service folder, or a service of the hall of --hall.",
	    .more = "The model's own places are used where every step has one; else the steps are laid out here. With --case the steps of\n"
	            "that case are marked: done, now, later, and how long each usually takes.",
	    .example = "unionhall service draw services/legal-aid --out legal-aid.svg",
	    .operands = "DIR|ID",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "the process of a service as a picture (SVG)",
	    .places = true,
	    .run = run_service_draw,
	    .options = { { "--case", "NUMBER", "mark how far this case is; its own version of the service is drawn", false },
	        { "--out", "FILE.svg", "where to; else standard output", false },
	        { "--language", "zh-CN|en", "in which language; else zh-CN", false },
	        { "--places", NULL, "no picture, but where everything stands: one line a node and a line", false } } },
	{ .name = "service deploy",
	    .operand_words = "DIR: a service folder.",
	    .more = "Prints the service and its version.",
	    .example = "unionhall service deploy services/legal-aid --hall /srv/hall",
	    .operands = "DIR",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "check a service folder and offer it as the newest version",
	    .places = true,
	    .run = run_service_deploy },
	{ .name = "feel",
	    .operand_words = "EXPR: one expression of FEEL (DMN 1.5, chapter 10).",
	    .example = "unionhall feel 'deadline(date(\"2025-10-01\"), \"P1Y\", \"natural\")'",
	    .operands = "EXPR",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "evaluate a FEEL expression",
	    .run = run_feel,
	    .places = true,
	    .options = { { "--context", "JSON", "the names it may use: JSON, or @FILE", false }, REGION, AT } },
	{ .name = "decide",
	    .operand_words = "SERVICE|law: the service whose decision it is, or law; DECISION: its id.",
	    .more = "Prints {result, rules, parameters}. A receipt is signed when --hall is given: then the hall's newest version decides,\n"
	            "its key signs, and `replay --hall` accepts it. Without --hall the folders decide and the receipt carries no signature.",
	    .example = "unionhall decide law limitation --context '{\"endedOn\":\"2021-08-23\",\"filedOn\":\"2022-08-23\"}' --on 2022-08-23",
	    .operands = "SERVICE|law DECISION",
	    .operand_min = 2,
	    .operand_max = 2,
	    .summary = "take one decision and show every rule",
	    .places = true,
	    .run = run_decide,
	    .options = { { "--context", "JSON", "the inputs: JSON, or @FILE", true },
	        { "--on", "DATE", "the day on which it is decided (today)", false },
	        { "--receipt", "FILE", "write the receipt there, for `replay`", false }, REGION } },
	{ .name = "verify",
	    .more = "Everything that was changed outside of the hall is named.",
	    .example = "unionhall verify --hall /srv/hall",
	    .operands = "",
	    .summary = "hold a hall against its log",
	    .places = true,
	    .run = run_verify },
	{ .name = "bundle verify",
	    .operand_words = "FILE.zip: a bundle.",
	    .more = "Needs no hall, no network and no other file: every decision is taken again from the models in the bundle.\n"
	            "Prints `verified: N checks` and whose bundle it is; compare that key with the one that the hall publishes.",
	    .example = "unionhall bundle verify case.zip",
	    .operands = "FILE.zip",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "verify a bundle without a server",
	    .run = run_bundle_verify,
	    .options = { { "--key", "HEX", "the hall's public key as it publishes it; else the key in the bundle is believed", false } } },
	{ .name = "replay",
	    .operand_words = "RECEIPT: a receipt, as JSON.",
	    .more = "With a hall (--hall, UNIONHALL_HALL, ./hall) its key must have signed, and the version of that day decides. Without one,\n"
	            "or for a receipt that nobody signed, the model comes from the services and law folders and no signature is checked.",
	    .example = "unionhall replay receipts/1-acceptance.json --hall /srv/hall",
	    .operands = "RECEIPT",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "decide again with the rules of that day and compare",
	    .places = true,
	    .run = run_replay },
	{ .name = "staff invite",
	    .operands = "",
	    .example = "unionhall staff invite --hall /srv/hall --phone 13900001234 --name 马管理 --role administrator",
	    .summary = "print the path of an invitation to sign in, good once",
	    .more = "The path goes behind the hall's address. An old password, authenticator and recovery codes of that person are void "
	            "at once.",
	    .options = { { "--phone", "NUMBER", "the person's mobile number, with which he signs in", true },
	        { "--name", "NAME", "his name, when he is new", false },
	        { "--role", "ROLE", "legalClerk, legalLead, leader, administrator, operator or auditor", false },
	        { "--organisation", "CODE", "where he has the role; the hall's own union when left out", false } },
	    .places = true,
	    .run = run_staff_invite },
	{ .name = "backup",
	    .operand_words = "FILE: where to; it must not exist.",
	    .example = "unionhall backup hall.zip --hall /srv/hall",
	    .operands = "FILE",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "copy the hall into one file, without the key that opens it",
	    .places = true,
	    .run = run_backup },
	{ .name = "restore",
	    .operand_words = "FILE: a backup.",
	    .example = "unionhall restore hall.zip --hall /srv/restored --recovery-key-file recovery.txt",
	    .operands = "FILE",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "make a hall from a backup, and verify it",
	    .places = true,
	    .run = run_restore,
	    .options = { { "--recovery-key-file", "FILE", "the recovery key that init printed", false },
	        { "--master-key-file", "FILE", "the kept master.key", false } } },
	{ .name = "serve",
	    .more = "Stops on SIGINT or SIGTERM, after what was begun is done.",
	    .example = "unionhall serve --hall /srv/hall --port 8080",
	    .operands = "",
	    .summary = "open the hall in the browser, until it is told to stop",
	    .places = true,
	    .run = run_serve,
	    .options = { { "--host", "H", "address to listen on (127.0.0.1)", false }, { "--port", "P", "0 takes any free one (8080)", false },
	        { "--public-url", "URL", "as people type it: https makes cookies Secure", false },
	        { "--tls-certificate", "FILE", "PEM, with its chain", false }, { "--tls-key", "FILE", "PEM", false },
	        { "--trust-proxy", NULL, "X-Forwarded-For and -Proto come from our own proxy", false },
	        { "--demo", NULL, "a demo hall: accounts, codes and its own clock on pages of their own", false } } },
	{ .name = "demo",
	    .operand_words = "FILE.jsonl: one applicant a line.",
	    .example = "unionhall demo demo/applicants.jsonl --out papers",
	    .operands = "FILE.jsonl",
	    .operand_min = 1,
	    .operand_max = 1,
	    .summary = "run a list of applicants through a temporary hall and print a table",
	    .places = true,
	    .run = run_demo,
	    .options = { { "--out", "DIR", "leave the papers there", true }, { "--service", "ID", "legal-aid when not given", false },
	        REGION } },
	{ .name = "demo-hall",
	    .more = "Does nothing when it is there already. It is opened by `unionhall serve --demo`.",
	    .example = "unionhall demo-hall --hall build/demo-hall",
	    .operands = "",
	    .summary = "make a hall of made-up people with a week behind it",
	    .places = true,
	    .run = run_demo_hall,
	    .options = { { "--reset", NULL, "remove an older one first", false },
	        { "--applicants", "N", "so many of the 102; 0 = all (0)", false } } },
	{ .name = "version",
	    .example = "unionhall version", .operands = "", .summary = "print the version", .run = run_version },
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static const struct option place_options[] = {
	{ "--hall", "DIR", "the hall's folder (else UNIONHALL_HALL, else ./hall)", false },
	{ "--services", "DIR", "service folders", false },
	{ "--law", "DIR", "law decisions", false },
	{ "--regions", "DIR", "regional parameters", false },
	{ "--calendar", "DIR", "working days", false },
};
enum { PLACE_COUNT = sizeof place_options / sizeof *place_options };

static const struct command_list list = { commands, COMMAND_COUNT, place_options, PLACE_COUNT };

static const struct option *find_option(const struct command *command, const char *name, size_t len)
{
	for (size_t i = 0; i < OPTION_COUNT_MAX && command->options[i].name; i++)
		if (strlen(command->options[i].name) == len && strncmp(command->options[i].name, name, len) == 0) return &command->options[i];
	for (size_t i = 0; command->places && i < PLACE_COUNT; i++)
		if (strlen(place_options[i].name) == len && strncmp(place_options[i].name, name, len) == 0) return &place_options[i];
	return NULL;
}

/* How many of argv's words the command's name takes; 0 when it is another command. */
static int name_words(const struct command *command, int argc, char **argv)
{
	const char *space = strchr(command->name, ' ');
	if (!space) return argc >= 1 && strcmp(argv[0], command->name) == 0 ? 1 : 0;
	size_t first = (size_t)(space - command->name);
	if (argc < 2 || strlen(argv[0]) != first || strncmp(argv[0], command->name, first) != 0) return 0;
	return strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

static int take_words(struct call *call, int argc, char **argv)
{
	bool only_operands = false;
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];
		if (only_operands || word[0] != '-' || word[1] == '\0') {
			if (call->operand_count == OPERAND_COUNT_MAX) return usage(call, "too many words");
			call->operands[call->operand_count++] = word;
			continue;
		}
		if (strcmp(word, "--") == 0) { only_operands = true; continue; }
		const char *equals = strchr(word, '=');
		size_t len = equals ? (size_t)(equals - word) : strlen(word);
		const struct option *option = find_option(call->command, word, len);
		if (!option) return usage(call, str_to_c(call->arena, str_printf(call->arena, "unknown option %s", word)));
		const char *value = equals ? equals + 1 : option->value_word ? (i + 1 < argc ? argv[++i] : NULL) : "";
		if (!value) return usage(call, str_to_c(call->arena, str_printf(call->arena, "%s needs %s", option->name, option->value_word)));
		if (call_option(call, option->name))
			return usage(call, str_to_c(call->arena, str_printf(call->arena, "%s is given twice", option->name)));
		call->given[call->given_count].name = option->name;
		call->given[call->given_count++].value = value;
	}
	return EXIT_DONE;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	struct arena arena = { 0 };
	struct call call = { .arena = &arena, .command = command, .report = report_make(&arena), .logger = { LOG_LEVEL_WARNING } };
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0) {
			print_command_help(stdout, &list, command);
			return EXIT_DONE;
		}
	int code = take_words(&call, argc, argv);
	if (code == EXIT_DONE && (call.operand_count < command->operand_min || call.operand_count > command->operand_max))
		code = usage(&call, command->operand_min ? "a word is missing, or there are too many" : "this command takes no words");
	for (size_t i = 0; code == EXIT_DONE && i < OPTION_COUNT_MAX && command->options[i].name; i++)
		if (command->options[i].required && !call_option(&call, command->options[i].name))
			code = usage(&call, str_to_c(&arena, str_printf(&arena, "%s is needed", command->options[i].name)));
	if (code == EXIT_DONE) code = command->run(&call);
	arena_done(&arena);
	return code;
}

/* The command that argv begins with, or NULL; out_words: how many words its name takes. */
static const struct command *find_command(int argc, char **argv, int *out_words)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		*out_words = name_words(&commands[i], argc, argv);
		if (*out_words) return &commands[i];
	}
	return NULL;
}

static int help(int argc, char **argv)
{
	int words = 0;
	const struct command *command = argc > 0 ? find_command(argc, argv, &words) : NULL;
	if (command && words == argc) print_command_help(stdout, &list, command);
	else if (argc > 0) return unknown_command(&list, argc, argv);
	else print_help(stdout, &list);
	return EXIT_DONE;
}

static int dispatch(int argc, char **argv)
{
	int words;
	if (argc == 0) {
		print_help(stderr, &list);
		return EXIT_USAGE;
	}
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "help") == 0) return help(argc - 1, argv + 1);
	if (strcmp(argv[0], "--version") == 0) argv[0] = "version";
	const struct command *command = find_command(argc, argv, &words);
	return command ? run_command(command, argc - words, argv + words) : unknown_command(&list, argc, argv);
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	int code = dispatch(argc - 1, argv + 1);
	if (fflush(stdout) == 0 && !ferror(stdout)) return code;
	fprintf(stderr, "unionhall: the result could not be written to standard output\n");
	return EXIT_FAULT;
}
