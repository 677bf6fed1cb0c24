/* unionhall init, backup, restore, version. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

enum { SECRET_BYTES_MAX = 4096 };

static bool read_secret(const struct call *call, const char *option, struct str *out_secret)
{
	const char *path = call_option(call, option);
	struct str text;
	if (!path) return true;
	struct err err = file_read(call->arena, path, SECRET_BYTES_MAX, &text);
	if (failed(err)) {
		fprintf(stderr, "%s cannot be read: %s\n", path, err_words(err));
		return false;
	}
	*out_secret = str_trim(text);
	return true;
}

static struct err furnish(const struct call *call, const struct hall_places *places, struct str passphrase, struct report *report)
{
	struct hall *hall;
	struct str roster;
	const struct service *service;
	struct hall_options options = {
		.places = *places, .clock = clock_system(), .rand = rand_system(), .logger = &call->logger, .passphrase = passphrase
	};
	TRY(hall_open(&options, report, &hall));
	struct err err = file_read(
	    call->arena, str_to_c(call->arena, str_printf(call->arena, "%s/organisations.json", call_demo(call))), 1 << 20, &roster);
	if (!failed(err)) err = roster_import(hall, call->arena, roster, report);
	if (!failed(err))
		err = service_load(call->arena, str_to_c(call->arena, str_printf(call->arena, "%s/legal-aid", places->services)),
		    places->law, report, &service);
	if (!failed(err)) err = service_deploy(hall, service);
	if (!failed(err)) err = demo_mark(call->arena, places->hall, 0);
	hall_close(hall);
	return err;
}

int run_init(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct str mode = call_str(call, "--mode"), recovery;
	struct hall_init_options options = { .places = call_places(call),
		.clock = clock_system(),
		.rand = rand_system(),
		.mode = str_eq_c(mode, "locked") ? HALL_LOCKED : HALL_KEPT,
		.region = call_option(call, "--region") ? call_str(call, "--region") : STR("310113"),
		.name = call_option(call, "--name") ? call_str(call, "--name") : STR("上海市宝山区总工会") };
	if (mode.len && !str_eq_c(mode, "locked") && !str_eq_c(mode, "kept")) return usage(call, "--mode is kept or locked");
	if (!read_secret(call, "--passphrase-file", &options.passphrase)) return EXIT_CHECK_FAILED;
	if (options.mode == HALL_LOCKED && options.passphrase.len == 0) return usage(call, "mode locked needs --passphrase-file");
	struct err err = hall_init(call->arena, &options, &report, &recovery);
	if (!failed(err) && call_option(call, "--demo")) err = furnish(call, &options.places, options.passphrase, &report);
	said.report = report;
	if (failed(err)) return finish(&said, err);
	printf("%.*s\n", STR_ARG(recovery));
	fprintf(stderr,
	    "The hall is in %s. The line above is its recovery key: print it, keep it away from the machine, it is not shown "
	    "again.\n",
	    options.places.hall);
	return finish(&said, err);
}

int run_backup(const struct call *call)
{
	struct hall *hall;
	struct call said = *call;
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	struct report report = report_make(call->arena);
	struct err err = backup_write(hall, call->operands[0], &report);
	hall_close(hall);
	said.report = report;
	if (!failed(err)) printf("%s\n", call->operands[0]);
	return finish(&said, err);
}

int run_restore(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct hall_places places = call_places(call);
	struct restore_options options = { .path = call->operands[0], .hall = places.hall, .places = places };
	struct str summary;
	if (!call_option(call, "--hall")) return usage(call, "--hall DIR is needed: the folder to restore into");
	if (!read_secret(call, "--recovery-key-file", &options.recovery_key) ||
	    !read_secret(call, "--master-key-file", &options.master_key))
		return EXIT_CHECK_FAILED;
	struct err err = backup_restore(call->arena, &options, &report, &summary);
	said.report = report;
	if (!failed(err)) printf("%.*s\n", STR_ARG(summary));
	return finish(&said, err);
}

int run_version(const struct call *call)
{
	(void)call;
	printf("unionhall %s\n", UNIONHALL_VERSION);
	return EXIT_DONE;
}
