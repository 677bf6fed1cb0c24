/* unionhall service draw: the process as a picture, of a folder or of a hall's service; with a case, how far it is. */
#include "cli/cli.h"

#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static struct err way_in_hall(const struct call *call, struct hall *hall, struct report *report, struct way *out_way)
{
	const struct service *service;
	struct case_summary summary;
	struct str number = call_str(call, "--case"), id = str_from_c(call->operands[0]);
	if (!call_option(call, "--case")) {
		struct err err = service_offered(hall, id, &service);
		if (err_is(err, ERR_NOT_FOUND))
			report_error(report, id, "there is neither a folder nor a service of the hall that is called so");
		TRY(err);
		return service_way(hall, call->arena, service, out_way);
	}
	struct err err = case_by_number(hall, call->arena, number, &summary);
	if (err_is(err, ERR_NOT_FOUND)) report_error(report, STR("--case"), "there is no case %.*s in this hall", STR_ARG(number));
	TRY(err);
	TRY(case_way(hall, call->arena, summary.case_id, out_way));
	if (str_eq(out_way->service->id, id) || is_folder(call->operands[0])) return OK;
	report_error(report, STR("--case"), "%.*s is a case of %.*s, not of %.*s", STR_ARG(number), STR_ARG(out_way->service->id), STR_ARG(id));
	return ERR(INVALID);
}

static struct err write_picture(const struct call *call, struct report *report, const struct way *way)
{
	struct str svg, places;
	struct err err = way_svg(call->arena, way, str_eq_c(call_str(call, "--language"), "en"), &svg, &places);
	if (err_is(err, ERR_LIMIT))
		report_error(report, STR("process.bpmn"), "the process is too large for a picture: at most %d steps and %d lines",
		    DIAGRAM_NODE_COUNT_MAX, DIAGRAM_EDGE_COUNT_MAX);
	TRY(err);
	if (call_option(call, "--places")) svg = places;
	if (call_option(call, "--out")) return write_file(call, report, "--out", svg);
	printf("%.*s", STR_ARG(svg));
	return OK;
}

int run_service_draw(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct str language = call_str(call, "--language");
	struct hall *hall = NULL;
	const struct service *service;
	struct way way;
	struct err err = OK;
	if (language.len && !str_eq_c(language, "zh-CN") && !str_eq_c(language, "en")) return usage(call, "--language is zh-CN or en");
	if (!call_option(call, "--case") && is_folder(call->operands[0])) {
		err = service_load(call->arena, call->operands[0], call_places(call).law, &report, &service);
		if (!failed(err)) way = way_of_service(call->arena, service);
	} else {
		if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
		err = way_in_hall(call, hall, &report, &way);
	}
	if (!failed(err)) err = write_picture(call, &report, &way);
	if (hall) hall_close(hall);
	said.report = report;
	return finish(&said, err);
}
