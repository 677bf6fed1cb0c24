/* unionhall case run, case bundle, demo. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* FILE or FILE.jsonl:N (line N from 1). */
static struct err read_answers(const struct call *call, const char *operand, struct report *report, const struct json **out_answers)
{
	struct str path = str_from_c(operand), content, line;
	int64_t number = 0;
	ptrdiff_t colon = -1;
	for (ptrdiff_t at = str_find_byte(path, ':', 0); at >= 0; at = str_find_byte(path, ':', (size_t)at + 1)) colon = at;
	if (colon > 0 && str_to_i64(str_sub(path, (size_t)colon + 1, path.len), &number) && number > 0) path = str_sub(path, 0, (size_t)colon);
	TRY(read_file(call, report, str_to_c(call->arena, path), (size_t)64 << 20, &content));
	report->file = path;
	if (number == 0 && str_ends(path, STR(".jsonl"))) {
		report_error(report, STR(""), "this is a list: say which line, such as %.*s:1", STR_ARG(path));
		return ERR(INVALID);
	}
	if (number == 0) return json_parse(call->arena, content, report, out_answers);
	for (int64_t i = 1; str_split(&content, '\n', &line); i++)
		if (i == number && str_trim(line).len) return json_parse(call->arena, line, report, out_answers);
	report_error(report, STR(""), "there is no line %lld: the file has fewer than that, or it is empty", (long long)number);
	return ERR(INVALID);
}

static const char *folder_of(const struct call *call, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? str_to_c(call->arena, (struct str){ path, (size_t)(slash - path) }) : ".";
}

/* What an earlier run left in a folder of ours: 3-agreement.pdf, 1-acceptance.json. */
static bool is_ours(struct str name, const char *ending)
{
	size_t at = 0;
	while (at < name.len && name.ptr[at] >= '0' && name.ptr[at] <= '9') at++;
	return at > 0 && at < name.len && name.ptr[at] == '-' && str_ends(name, str_from_c(ending));
}

/* The folder holds what this run makes and nothing else: files of an earlier run go, somebody else's are a refusal.
 * Only looked at while `sweep` is false, so that a run that is refused has done nothing. */
static struct err prepare_folder(const struct call *call, const char *option, const char *ending, bool sweep, struct report *report)
{
	const char *folder = call_option(call, option);
	struct file_names names;
	if (!folder) return OK;
	struct err err = folder_list(call->arena, folder, 100000, &names);
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	for (size_t i = 0; i < names.count; i++) {
		if (!is_ours(names.items[i], ending)) {
			report_error(report, str_from_c(folder), "%s must be empty or hold files of an earlier run; `%.*s` is something else",
			    option, STR_ARG(names.items[i]));
			return ERR(REFUSED);
		}
		if (sweep && unlink(str_to_c(call->arena, str_printf(call->arena, "%s/%.*s", folder, STR_ARG(names.items[i])))) != 0)
			return ERR(IO);
	}
	return OK;
}

static struct err prepare_folders(const struct call *call, bool sweep, struct report *report)
{
	TRY(prepare_folder(call, "--out", ".pdf", sweep, report));
	return prepare_folder(call, "--receipts", ".json", sweep, report);
}

static struct err write_into(const struct call *call, struct report *report, const char *option, struct str name, struct str content)
{
	const char *path = str_to_c(call->arena, str_printf(call->arena, "%s/%.*s", call_option(call, option), STR_ARG(name)));
	struct err err = file_write(path, content, 0600);
	if (failed(err)) report_error(report, str_from_c(option), "%s cannot be written: %s", path, err_words(err));
	return err;
}

static struct err write_papers(
    const struct call *call, struct report *report, struct hall *hall, int64_t case_id, const struct json *papers)
{
	TRY(make_folder(call, report, "--out"));
	for (const struct json *paper = papers->first; paper; paper = paper->next) {
		struct str pdf;
		TRY(paper_content(hall, call->arena, case_id, json_string_of(paper, "id"), &pdf));
		TRY(write_into(call, report, "--out", json_string_of(paper, "file"), pdf));
	}
	return OK;
}

static struct err write_receipts(const struct call *call, struct report *report, struct hall *hall, int64_t case_id)
{
	struct receipts receipts;
	TRY(make_folder(call, report, "--receipts"));
	TRY(receipts_of_case(hall, call->arena, case_id, &receipts));
	for (size_t i = 0; i < receipts.count; i++)
		TRY(write_into(call, report, "--receipts",
		    str_printf(call->arena, "%zu-%.*s.json", i + 1, STR_ARG(receipts.items[i].decision)), receipts.items[i].whole));
	return OK;
}

static struct err deploy_when_missing(const struct call *call, struct hall *hall, struct str service_id, struct report *report)
{
	const struct service *service;
	struct hall_places places = call_places(call);
	if (!failed(service_offered(hall, service_id, &service))) return OK;
	TRY(service_load(call->arena, str_to_c(call->arena, str_printf(call->arena, "%s/%.*s", places.services, STR_ARG(service_id))),
	    places.law, report, &service));
	return service_deploy(hall, service);
}

static struct err outputs(const struct call *call, struct report *report, struct play_stage *stage, const struct play_result *result,
    const struct json *json)
{
	struct hall *hall = play_stage_hall(stage);
	struct str zip;
	if (call_option(call, "--out")) TRY(write_papers(call, report, hall, result->case_id, json_get(json, STR("papers"))));
	if (call_option(call, "--receipts")) TRY(write_receipts(call, report, hall, result->case_id));
	if (!call_option(call, "--bundle")) return OK;
	TRY(bundle_make(hall, call->arena, result->case_id, &zip));
	return write_file(call, report, "--bundle", zip);
}

static int play_and_print(const struct call *call, struct play_stage *stage, const struct json *answers)
{
	struct report report = report_make(call->arena);
	struct play_result result;
	struct str service = call_option(call, "--service") ? call_str(call, "--service") : STR("legal-aid");
	struct play_options options = {
		.service = service, .region = call_str(call, "--region"), .answers = answers, .folder = folder_of(call, call->operands[0]),
		.hand_in = call_option(call, "--hand-in") != NULL
	};
	struct err err = deploy_when_missing(call, play_stage_hall(stage), service, &report);
	report.file = str_from_c(call->operands[0]);
	if (!failed(err)) err = play_case(stage, call->arena, &options, &report, &result);
	struct call said = *call;
	said.report = report;
	if (failed(err)) return finish(&said, err);
	struct json *json = play_json(stage, call->arena, &result, &err);
	if (!failed(err)) err = prepare_folders(call, true, &report);
	if (!failed(err)) err = outputs(call, &report, stage, &result, json);
	said.report = report;
	if (!failed(err)) print_json(call, json);
	return finish(&said, err);
}

int run_case_run(const struct call *call)
{
	struct report report = report_make(call->arena);
	struct call said = *call;
	const struct json *answers;
	struct play_stage *stage;
	int64_t submitted_ms = clock_now_ms(clock_system());
	struct err err = prepare_folders(call, false, &report);
	if (!failed(err)) err = read_answers(call, call->operands[0], &report, &answers);
	said.report = report;
	if (failed(err)) return finish(&said, err);
	(void)failed(time_parse_ms(json_string_of(answers, "submittedAt"), &submitted_ms));
	struct play_stage_options options = { .places = call_places(call), .demo = call_demo(call), .logger = &call->logger,
		.region = call_option(call, "--region") ? call_str(call, "--region") : STR("310113") };
	if (!call_at(call, submitted_ms, &options.at_ms)) return EXIT_USAGE;
	if (!call_option(call, "--hall")) options.places.hall = NULL;
	if (options.places.hall) call_secrets(call, &options.passphrase, &options.recovery_key);
	err = play_stage_open(call->arena, &options, &said.report, &stage);
	if (failed(err)) return finish(&said, err);
	int code = play_and_print(call, stage, answers);
	play_stage_close(stage);
	return code;
}

int run_case_bundle(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct hall *hall;
	struct case_summary summary;
	struct str zip;
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	struct err err = case_by_number(hall, call->arena, str_from_c(call->operands[0]), &summary);
	if (failed(err)) report_error(&report, str_from_c(call->operands[0]), "this hall has no case of that number");
	if (!failed(err)) err = bundle_make(hall, call->arena, summary.case_id, &zip);
	hall_close(hall);
	if (!failed(err)) err = write_file(call, &report, "--out", zip);
	said.report = report;
	if (!failed(err)) printf("%s\n", call_option(call, "--out"));
	return finish(&said, err);
}
