/* unionhall staff invite: the first person of a hall, and whoever lost everything. */
#include "cli/cli.h"

#include <stdio.h>

/* The person, new or known; with a role when one is named. */
static struct err meet(const struct call *call, struct hall *hall, struct report *report, int64_t *out_person_id)
{
	struct person person = { .phone = call_str(call, "--phone"), .name = call_str(call, "--name") };
	struct str role = call_str(call, "--role"), code = call_option(call, "--organisation") ? call_str(call, "--organisation") : STR("hall");
	struct organisation organisation;
	struct err err = person_by_phone(hall, call->arena, &person, out_person_id);
	if (err_is(err, ERR_INVALID)) report_error(report, STR("--phone"), "a mobile number of eleven digits is needed");
	TRY(err);
	if (role.len == 0) return OK;
	if (failed(organisation_by_code(hall, call->arena, code, &organisation))) {
		report_error(report, STR("--organisation"), "there is no organisation with this code");
		return ERR(NOT_FOUND);
	}
	err = role_grant(hall, call->arena, *out_person_id, organisation.organisation_id, role);
	if (err_is(err, ERR_INVALID))
		report_error(report, STR("--role"), "it is one of legalClerk, legalLead, leader, administrator, operator, auditor");
	return err;
}

int run_staff_invite(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct actor actor = { .kind = ACTOR_HALL };
	struct hall *hall;
	struct str token = STR("");
	int64_t person_id = 0;
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	struct err err = meet(call, hall, &report, &person_id);
	if (!failed(err)) err = staff_invite(hall, call->arena, &actor, person_id, &token);
	hall_close(hall);
	said.report = report;
	if (!failed(err)) printf("/staff/invitations/%.*s\n", STR_ARG(token));
	return finish(&said, err);
}
