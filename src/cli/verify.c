/* unionhall verify, bundle verify, replay. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

enum { BUNDLE_BYTES_MAX = 256 << 20 };

int run_verify(const struct call *call)
{
	struct hall *hall;
	struct call said = *call;
	struct verified counts;
	struct report report = report_make(call->arena);
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	struct err err = hall_verify(hall, call->arena, &report, &counts);
	hall_close(hall);
	said.report = report;
	if (!failed(err))
		printf("verified: %lld cases, %lld events, %lld leaves under %lld heads, %lld receipts, %lld papers, "
		       "%lld replaced papers, %lld files\n",
		    (long long)counts.cases, (long long)counts.events, (long long)counts.leaves, (long long)counts.heads,
		    (long long)counts.receipts, (long long)counts.papers, (long long)counts.replaced, (long long)counts.files);
	return finish(&said, err);
}

int run_bundle_verify(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct str zip;
	struct bundle_facts facts;
	struct err err = read_file(call, &report, call->operands[0], BUNDLE_BYTES_MAX, &zip);
	if (!failed(err)) err = bundle_verify(call->arena, zip, call_str(call, "--key"), &report, &facts);
	said.report = report;
	if (!failed(err))
		printf("verified: %zu checks\ncase %.*s of hall %.*s, key %.*s\n", facts.held, STR_ARG(facts.number), STR_ARG(facts.hall),
		    STR_ARG(facts.public_key));
	return finish(&said, err);
}

/* A hall that was named must be there; the one that happens to lie here may be missing. */
static bool hall_is_meant(const struct call *call)
{
	struct hall_places places = call_places(call);
	return call_option(call, "--hall") || getenv("UNIONHALL_HALL") ||
	    file_exists(str_to_c(call->arena, str_printf(call->arena, "%s/keys.json", places.hall)));
}

static struct err replay_here(const struct call *call, struct str receipt, struct report *report, struct str *out_summary)
{
	struct hall_places places = call_places(call);
	TRY(receipt_replay_folders(call->arena, &places, receipt, report, out_summary));
	report_warning(report, STR("signature"), "nobody's signature was checked: give the hall that signed it (--hall)");
	return OK;
}

int run_replay(const struct call *call)
{
	struct hall *hall = NULL;
	struct call said = *call;
	struct report report = report_make(call->arena);
	const struct json *json;
	struct str receipt, summary;
	struct err err = read_file(call, &report, call->operands[0], RECEIPT_BYTES_MAX, &receipt);
	if (!failed(err)) err = receipt_read(call->arena, receipt, &report, &json);
	said.report = report;
	if (failed(err)) return finish(&said, err);
	bool with_hall = hall_is_meant(call) && (call_option(call, "--hall") || json_string_of(json, "signature").len > 0);
	if (with_hall && !open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	err = hall ? receipt_replay(hall, call->arena, receipt, &report, &summary) : replay_here(call, receipt, &report, &summary);
	hall_close(hall);
	said.report = report;
	if (!failed(err)) printf("%.*s\n", STR_ARG(summary));
	return finish(&said, err);
}
