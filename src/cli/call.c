/* What every command needs: its options, the places, how it ends. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON_BYTES_MAX = 64 << 20, PATH_BYTES_MAX = 4096 };

const char *call_option(const struct call *call, const char *name)
{
	for (int i = 0; i < call->given_count; i++)
		if (strcmp(call->given[i].name, name) == 0) return call->given[i].value;
	return NULL;
}

struct str call_str(const struct call *call, const char *name) { return str_from_c(call_option(call, name)); }

/* share/unionhall/NAME beside the binary or one folder up (an installed tree), else ./NAME. */
static const char *shared_folder(const struct call *call, const char *name)
{
	char binary[PATH_BYTES_MAX];
	ssize_t len = readlink("/proc/self/exe", binary, sizeof binary - 1);
	static const char *const tails[] = { "share/unionhall", "../share/unionhall" };
	for (size_t i = 0; len > 0 && i < 2; i++) {
		struct str path = { binary, (size_t)len };
		while (path.len > 0 && path.ptr[path.len - 1] != '/') path.len--;
		const char *folder = str_to_c(call->arena, str_printf(call->arena, "%.*s%s/%s", STR_ARG(path), tails[i], name));
		if (file_exists(folder)) return folder;
	}
	return name;
}

static const char *place(const struct call *call, const char *option, const char *name)
{
	const char *given = call_option(call, option);
	return given ? given : shared_folder(call, name);
}

struct hall_places call_places(const struct call *call)
{
	const char *hall = call_option(call, "--hall"), *from_environment = getenv("UNIONHALL_HALL");
	return (struct hall_places){ .hall = hall       ? hall
		    : from_environment && *from_environment ? from_environment
		                                            : "hall",
		.services = place(call, "--services", "services"),
		.law = place(call, "--law", "law"),
		.regions = place(call, "--regions", "regions"),
		.calendar = place(call, "--calendar", "calendar"),
		.fonts = shared_folder(call, "fonts") };
}

const char *call_demo(const struct call *call) { return shared_folder(call, "demo"); }

/* Of a file, in the words of somebody who types commands. */
static const char *reason(struct err err)
{
	if (err_is(err, ERR_NOT_FOUND)) return "there is no such file or folder";
	if (err_is(err, ERR_INVALID)) return "it is a folder";
	if (err_is(err, ERR_FORBIDDEN)) return "permission is missing, or the folder is read-only";
	return err_words(err);
}

bool call_at(const struct call *call, int64_t otherwise, int64_t *out_ms)
{
	const char *at = call_option(call, "--at");
	*out_ms = otherwise;
	if (!at || !failed(time_parse_ms(str_from_c(at), out_ms))) return true;
	fprintf(stderr, "--at needs a time such as 2022-08-26T01:30:00+08:00, not %s\n", at);
	return false;
}

struct err read_file(const struct call *call, struct report *report, const char *path, size_t bytes_max, struct str *out_content)
{
	struct err err = file_read(call->arena, path, bytes_max, out_content);
	if (failed(err)) report_error(report, str_from_c(path), "the file cannot be read: %s", reason(err));
	return err;
}

struct err write_file(const struct call *call, struct report *report, const char *option, struct str content)
{
	const char *path = call_option(call, option);
	struct err err = file_write(path, content, 0600);
	if (failed(err)) report_error(report, str_from_c(option), "%s cannot be written: %s", path, reason(err));
	return err;
}

struct err make_folder(const struct call *call, struct report *report, const char *option)
{
	const char *path = call_option(call, option);
	struct err err = folder_make(path);
	if (err_is(err, ERR_INVALID)) report_error(report, str_from_c(option), "%s is a file, a folder is needed", path);
	else if (failed(err)) report_error(report, str_from_c(option), "the folder %s cannot be made: %s", path, reason(err));
	return err;
}

int usage(const struct call *call, const char *words)
{
	fprintf(stderr, "unionhall %s: %s; `unionhall %s --help` tells more\n", call->command->name, words, call->command->name);
	return EXIT_USAGE;
}

int finish(const struct call *call, struct err err)
{
	struct str findings = report_print(call->arena, &call->report);
	fwrite(findings.ptr, 1, findings.len, stderr);
	if (!failed(err)) return EXIT_DONE;
	fprintf(stderr, "unionhall %s: %s\n", call->command->name, err_words(err));
	switch (err_class(err)) {
	case ERR_CLASS_INPUT: case ERR_CLASS_REFUSED: return EXIT_CHECK_FAILED;
	default: return err_is(err, ERR_TAMPERED) ? EXIT_CHECK_FAILED : EXIT_FAULT;
	}
}

void print_json(const struct call *call, const struct json *json)
{
	struct str text;
	if (failed(json_print(call->arena, json, JSON_PRETTY, JSON_BYTES_MAX, &text))) return;
	fwrite(text.ptr, 1, text.len, stdout);
}

static struct str secret_file(const struct call *call, const char *variable)
{
	enum { SECRET_BYTES_MAX = 4096 };
	const char *path = getenv(variable);
	struct str text = STR("");
	if (path && *path && failed(file_read(call->arena, path, SECRET_BYTES_MAX, &text)))
		fprintf(stderr, "%s (%s) cannot be read; the hall stays locked\n", path, variable);
	return str_trim(text);
}

void call_secrets(const struct call *call, struct str *out_passphrase, struct str *out_recovery_key)
{
	*out_passphrase = secret_file(call, "UNIONHALL_PASSPHRASE_FILE");
	*out_recovery_key = secret_file(call, "UNIONHALL_RECOVERY_KEY_FILE");
}

bool open_hall(const struct call *call, struct hall **out_hall) { return open_hall_with(call, clock_system(), out_hall); }

bool open_hall_with(const struct call *call, struct clock clock, struct hall **out_hall)
{
	struct hall_options options = { .places = call_places(call), .clock = clock, .rand = rand_system(), .logger = &call->logger };
	struct report report = report_make(call->arena);
	call_secrets(call, &options.passphrase, &options.recovery_key);
	struct err err = hall_open(&options, &report, out_hall);
	if (!failed(err)) return true;
	struct str findings = report_print(call->arena, &report);
	fwrite(findings.ptr, 1, findings.len, stderr);
	return false;
}
