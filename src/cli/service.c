/* unionhall service check, service deploy. */
#include "cli/cli.h"

#include <stdio.h>

int run_service_check(const struct call *call)
{
	struct report report = report_make(call->arena);
	struct hall_places places = call_places(call);
	struct check_result result = { 0 };
	struct err err = is_law_folder(call->arena, call->operands[0])
	    ? law_check(call->arena, call->operands[0], &places, &report, &result)
	    : service_check(call->arena, call->operands[0], &places, &report, &result);
	struct str findings = report_print(call->arena, &report);
	printf("%.*s", STR_ARG(findings));
	if (failed(err) && result.failed == 0) result.failed = 1;
	printf("%zu passed, %zu failed\n", result.passed, result.failed);
	return err_class(err) == ERR_CLASS_FAULT ? EXIT_FAULT : failed(err) ? EXIT_CHECK_FAILED : EXIT_DONE;
}

int run_service_deploy(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct hall_places places = call_places(call);
	struct check_result result;
	const struct service *service;
	struct hall *hall;
	struct err err = service_check(call->arena, call->operands[0], &places, &report, &result);
	if (!failed(err)) err = service_load(call->arena, call->operands[0], places.law, &report, &service);
	said.report = report;
	if (failed(err)) return finish(&said, err);
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	err = service_deploy(hall, service);
	hall_close(hall);
	if (!failed(err)) printf("%.*s %.*s\n", STR_ARG(service->id), STR_ARG(service->version));
	return finish(&said, err);
}
