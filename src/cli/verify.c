/* unionhall verify, bundle verify, replay. */
#include "cli/cli.h"

#include <stdio.h>

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
		printf("verified: %lld cases, %lld events, %lld leaves under %lld heads, %lld receipts, %lld papers, %lld files\n",
		    (long long)counts.cases, (long long)counts.events, (long long)counts.leaves, (long long)counts.heads,
		    (long long)counts.receipts, (long long)counts.papers, (long long)counts.files);
	return finish(&said, err);
}

int run_bundle_verify(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct str zip;
	size_t count = 0;
	struct err err = file_read(call->arena, call->operands[0], BUNDLE_BYTES_MAX, &zip);
	if (!failed(err)) err = bundle_verify(call->arena, zip, &report, &count);
	said.report = report;
	if (!failed(err)) printf("verified: %zu checks\n", count);
	return finish(&said, err);
}

int run_replay(const struct call *call)
{
	struct hall *hall;
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct str receipt, summary;
	struct err err = file_read(call->arena, call->operands[0], RECEIPT_BYTES_MAX, &receipt);
	if (failed(err)) return finish(call, err);
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	err = receipt_replay(hall, call->arena, receipt, &report, &summary);
	hall_close(hall);
	said.report = report;
	if (!failed(err)) printf("%.*s\n", STR_ARG(summary));
	return finish(&said, err);
}
