/* Staff come in: password, then code; the first time through an invitation and the enrolment of an app. */
#include "web/inside.h"

#include <string.h>

#define TICKET_COOKIE "staff-ticket"
enum { TICKET_SECONDS = STAFF_TICKET_MINUTES * 60, STAFF_LEVEL = 2 };

/* Where a role works. The first row that somebody holds is the one he comes in with. */
static const struct { const char *role, *path; } doors[] = {
	{ "legalLead", "/desk" }, { "legalClerk", "/desk" }, { "leader", "/leader" }, { "administrator", "/admin" },
	{ "auditor", "/audit" }, { "operator", "/operator" },
};
enum { DOOR_COUNT = sizeof doors / sizeof *doors };

static struct str door_of(struct str role)
{
	for (size_t i = 0; i < DOOR_COUNT; i++)
		if (str_eq_c(role, doors[i].role)) return str_from_c(doors[i].path);
	return STR("/");
}

/* One message for the page; the report's first words. */
static struct err again(struct request *request, struct answer *answer, struct resource *it, struct err err)
{
	bool shown = err_is(err, ERR_FORBIDDEN) || err_is(err, ERR_REFUSED) || err_is(err, ERR_INVALID);
	if (!shown || request->report->count == 0) return err;
	resource_text(it, "wrong", request->report->items[0].words);
	answer->status = err_is(err, ERR_REFUSED) ? 429 : 422;
	answer->resource = resource_done(it);
	request->report->count = request->report->error_count = 0;
	return OK;
}

static void keep_ticket(struct request *request, struct answer *answer, struct str ticket)
{
	answer_cookie(request, answer, TICKET_COOKIE, ticket, ticket.len ? TICKET_SECONDS : 0);
}

/* ---- password ------------------------------------------------------------------------------------------- */

static struct resource sign_in_page(struct request *request, struct str phone)
{
	struct resource it = resource_make(request->arena);
	struct value_list people = value_list_make(request->arena);
	struct staff_members members;
	resource_text(&it, "phone", phone);
	if (request->web->options.demo && !failed(staff_members(request->hall, request->arena, &members)))
		for (size_t i = 0; i < members.count; i++) {
			struct resource person = resource_make(request->arena);
			struct roles_at roles;
			if (!members.items[i].demo || failed(roles_of(request->hall, request->arena, members.items[i].person_id, &roles))) continue;
			const struct role *role = roles.count ? role_by_name(roles.items[roles.count - 1].role) : NULL;
			resource_text(&person, "name", members.items[i].name);
			resource_text(&person, "phone", members.items[i].phone);
			resource_text(&person, "role", role ? role->words : STR(""));
			value_list_add(&people, resource_done(&person));
		}
	resource_add(&it, "people", value_list_done(&people));
	return it;
}

static struct err sign_in_show(struct request *request, struct answer *answer)
{
	struct resource it = sign_in_page(request, request_query(request, "phone"));
	resource_text(&it, "wrong", STR(""));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err sign_in(struct request *request, struct answer *answer)
{
	struct str phone = request_field(request, "phone"), ticket;
	enum staff_step step;
	struct err err = staff_password(request->hall, request->arena, phone, request_field(request, "password"), request->client,
		request->report, &ticket, &step);
	if (failed(err)) {
		struct resource it = sign_in_page(request, phone);
		return again(request, answer, &it, err);
	}
	keep_ticket(request, answer, ticket);
	answer->see_other = step == STAFF_ENROL ? STR("/staff/enrol") : STR("/staff/code");
	return OK;
}

/* ---- the session ------------------------------------------------------------------------------------------- */

static struct err open_session(struct request *request, struct answer *answer, int64_t person_id, struct str wanted_role, struct str method)
{
	struct roles_at held;
	struct person person;
	struct str token;
	TRY(roles_of(request->hall, request->arena, person_id, &held));
	TRY(person_by_id(request->hall, request->arena, person_id, &person));
	for (size_t i = 0; i < DOOR_COUNT; i++)
		for (size_t k = 0; k < held.count; k++) {
			if (!str_eq_c(held.items[k].role, doors[i].role)) continue;
			if (wanted_role.len && !str_eq(held.items[k].role, wanted_role)) continue;
			struct session opening = { .kind = SESSION_STAFF, .person_id = person_id, .organisation_id = held.items[k].organisation_id,
				.role = held.items[k].role, .level = STAFF_LEVEL, .method = method, .name = person.name, .device = request->device };
			TRY(session_open(request->hall, request->arena, &opening, &token));
			answer_session(request, answer, token);
			answer->see_other = door_of(held.items[k].role);
			return OK;
		}
	report_error(request->report, STR(""), "%.*s", STR_ARG(page_word(request, "staffCode.noRole")));
	return ERR(FORBIDDEN);
}

/* ---- code ------------------------------------------------------------------------------------------------------ */

static struct err second_step_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	if (request_cookie(request, TICKET_COOKIE).len == 0) {
		answer->see_other = STR("/staff/sign-in");
		return OK;
	}
	resource_flag(&it, "recovery", str_eq_c(request_query(request, "with"), "recovery"));
	resource_text(&it, "wrong", STR(""));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err second_step_take(struct request *request, struct answer *answer)
{
	struct staff_entry entry;
	struct err err = staff_code(request->hall, request->arena, request_cookie(request, TICKET_COOKIE), request_field(request, "code"),
		request->client, request->report, &entry);
	if (failed(err)) {
		struct resource it = resource_make(request->arena);
		resource_flag(&it, "recovery", str_eq_c(request_field(request, "with"), "recovery"));
		return again(request, answer, &it, err);
	}
	keep_ticket(request, answer, STR(""));
	return open_session(request, answer, entry.person_id, STR(""), entry.by_recovery ? STR("密码、恢复码") : STR("密码、动态验证码"));
}

/* ---- enrolment --------------------------------------------------------------------------------------------------- */

/* The secret in groups of four is easier to type. */
static struct str grouped(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, text.len * 2 + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (i && i % 4 == 0) buf_add_byte(&buf, ' ');
		buf_add_byte(&buf, text.ptr[i]);
	}
	return buf_str(&buf);
}

static struct err enrolment_page(struct request *request, struct answer *answer, struct resource *it)
{
	struct staff_enrolment enrolment;
	struct err err = staff_enrol_begin(request->hall, request->arena, request_cookie(request, TICKET_COOKIE), &enrolment);
	if (err_is(err, ERR_FORBIDDEN)) {
		answer->see_other = STR("/staff/sign-in");
		return OK;
	}
	TRY(err);
	keep_ticket(request, answer, enrolment.ticket);
	resource_text(it, "secret", grouped(request->arena, enrolment.secret));
	resource_add(it, "picture", page_html(request, enrolment.qr_svg));
	resource_text(it, "uri", enrolment.uri);
	return OK;
}

static struct err enrol_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	TRY(enrolment_page(request, answer, &it));
	resource_text(&it, "wrong", STR(""));
	if (answer->see_other.len == 0) answer->resource = resource_done(&it);
	return OK;
}

static struct feel_value codes_list(struct request *request, const struct staff_codes *codes)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < STAFF_RECOVERY_COUNT; i++) value_list_add(&list, feel_string(codes->items[i]));
	return value_list_done(&list);
}

static struct err enrol(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct staff_codes codes;
	int64_t person_id;
	struct err err = staff_enrol(request->hall, request->arena, request_cookie(request, TICKET_COOKIE), request_field(request, "code"),
		request->client, request->report, &codes, &person_id);
	if (failed(err)) {
		TRY(enrolment_page(request, answer, &it));
		return answer->see_other.len ? OK : again(request, answer, &it, err);
	}
	keep_ticket(request, answer, STR(""));
	TRY(open_session(request, answer, person_id, STR(""), STR("密码、动态验证码")));
	resource_text(&it, "next", answer->see_other);
	answer->see_other = STR("");
	resource_add(&it, "codes", codes_list(request, &codes));
	answer->template_name = "staffRecovery";
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- invitation ----------------------------------------------------------------------------------------------------- */

static struct err invitation_page(struct request *request, struct resource *it)
{
	struct staff_invitation invitation;
	TRY(staff_invitation_read(request->hall, request->arena, request_part(request, "invitation"), &invitation));
	resource_text(it, "name", invitation.name);
	resource_text(it, "phone", invitation.phone);
	resource_text(it, "path", request->path);
	resource_moment(request, it, "until", invitation.expires_ms);
	return OK;
}

static struct err invitation_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	TRY(invitation_page(request, &it));
	resource_text(&it, "wrong", STR(""));
	answer->resource = resource_done(&it);
	return OK;
}

static struct err invitation_use(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct str password = request_field(request, "password"), ticket;
	TRY(invitation_page(request, &it));
	if (!str_eq(password, request_field(request, "again"))) {
		report_error(request->report, STR("again"), "%.*s", STR_ARG(page_word(request, "staffInvitation.different")));
		return again(request, answer, &it, ERR(INVALID));
	}
	struct err err = staff_invitation_use(
	    request->hall, request->arena, request_part(request, "invitation"), password, request->report, &ticket);
	if (failed(err)) return again(request, answer, &it, err);
	keep_ticket(request, answer, ticket);
	answer->see_other = STR("/staff/enrol");
	return OK;
}

/* ---- own account ------------------------------------------------------------------------------------------------------ */

static struct err account_page(struct request *request, struct resource *it)
{
	struct roles_at held;
	struct value_list roles = value_list_make(request->arena);
	TRY(roles_of(request->hall, request->arena, request->actor.person_id, &held));
	for (size_t i = 0; i < held.count; i++) {
		struct resource row = resource_make(request->arena);
		const struct role *role = role_by_name(held.items[i].role);
		resource_text(&row, "role", held.items[i].role);
		resource_text(&row, "words", role ? role->words : held.items[i].role);
		resource_flag(&row, "now", str_eq(held.items[i].role, request->session->role));
		value_list_add(&roles, resource_done(&row));
	}
	resource_add(it, "roles", value_list_done(&roles));
	resource_text(it, "name", request->session->name);
	resource_text(it, "door", door_of(request->session->role));
	return OK;
}

static struct err account_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	TRY(account_page(request, &it));
	resource_text(&it, "wrong", STR(""));
	resource_flag(&it, "changed", request_query(request, "changed").len > 0);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err account_again(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = resource_make(request->arena);
	TRY(account_page(request, &it));
	resource_flag(&it, "changed", false);
	return again(request, answer, &it, err);
}

static struct err change_password(struct request *request, struct answer *answer)
{
	int64_t person_id = request->actor.person_id;
	struct err err = staff_change_password(request->hall, request->arena, person_id, request_field(request, "old"),
		request_field(request, "password"), request->report);
	if (failed(err)) return account_again(request, answer, err);
	TRY(session_end_all(request->hall, request->arena, person_id, request->session_token));
	answer->see_other = STR("/staff/account?changed=1");
	return OK;
}

static struct err renew_codes(struct request *request, struct answer *answer)
{
	struct staff_codes codes;
	struct resource it = resource_make(request->arena);
	struct err err = staff_recovery_renew(
		request->hall, request->arena, request->actor.person_id, request_field(request, "password"), request->report, &codes);
	if (failed(err)) return account_again(request, answer, err);
	resource_add(&it, "codes", codes_list(request, &codes));
	resource_text(&it, "next", door_of(request->session->role));
	answer->template_name = "staffRecovery";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err switch_role(struct request *request, struct answer *answer)
{
	struct str method = request->session->method, role = request_field(request, "role");
	int64_t person_id = request->actor.person_id;
	if (role.len == 0) return ERR(INVALID);
	TRY(session_end(request->hall, request->arena, request->session_token));
	return open_session(request, answer, person_id, role, method);
}

static struct err sign_out(struct request *request, struct answer *answer)
{
	TRY(session_end(request->hall, request->arena, request->session_token));
	answer_session(request, answer, STR(""));
	answer->see_other = STR("/staff/sign-in");
	return OK;
}

/* Signed in: to one's own door; else to the sign-in. */
static struct err staff_home(struct request *request, struct answer *answer)
{
	answer->see_other = request->session->kind == SESSION_STAFF ? door_of(request->session->role) : STR("/staff/sign-in");
	return OK;
}

const struct route staff_sign_in_routes[] = {
	{ .id = "staffHome", .method = "GET", .path = "/staff", .needs = NEEDS_ANYBODY, .handler = staff_home },
	{ .id = "staffSignInShow",
	    .method = "GET",
	    .path = "/staff/sign-in",
	    .needs = NEEDS_ANYBODY,
	    .handler = sign_in_show,
	    .template_name = "staffSignIn" },
	{ .id = "staffSignIn",
	    .method = "POST",
	    .path = "/staff/sign-in",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_in,
	    .template_name = "staffSignIn" },
	{ .id = "staffCodeShow",
	    .method = "GET",
	    .path = "/staff/code",
	    .needs = NEEDS_ANYBODY,
	    .handler = second_step_show,
	    .template_name = "staffCode" },
	{ .id = "staffCode",
	    .method = "POST",
	    .path = "/staff/code",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = second_step_take,
	    .template_name = "staffCode" },
	{ .id = "staffEnrolShow",
	    .method = "GET",
	    .path = "/staff/enrol",
	    .needs = NEEDS_ANYBODY,
	    .handler = enrol_show,
	    .template_name = "staffEnrol" },
	{ .id = "staffEnrol",
	    .method = "POST",
	    .path = "/staff/enrol",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = enrol,
	    .template_name = "staffEnrol" },
	{ .id = "staffInvitationShow",
	    .method = "GET",
	    .path = "/staff/invitations/:invitation",
	    .needs = NEEDS_ANYBODY,
	    .handler = invitation_show,
	    .template_name = "staffInvitation" },
	{ .id = "staffInvitationUse",
	    .method = "POST",
	    .path = "/staff/invitations/:invitation",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = invitation_use,
	    .template_name = "staffInvitation" },
	{ .id = "staffSignOut",
	    .method = "POST",
	    .path = "/staff/sign-out",
	    .needs = NEEDS_STAFF,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_out },
	{ .id = "staffAccountShow",
	    .method = "GET",
	    .path = "/staff/account",
	    .needs = NEEDS_STAFF,
	    .handler = account_show,
	    .template_name = "staffAccount" },
	{ .id = "staffPasswordChange",
	    .method = "POST",
	    .path = "/staff/account/password",
	    .needs = NEEDS_STAFF,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = change_password,
	    .template_name = "staffAccount" },
	{ .id = "staffCodesRenew",
	    .method = "POST",
	    .path = "/staff/account/codes",
	    .needs = NEEDS_STAFF,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = renew_codes,
	    .template_name = "staffAccount" },
	{ .id = "staffRole",
	    .method = "POST",
	    .path = "/staff/account/role",
	    .needs = NEEDS_STAFF,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = switch_role },
	{ 0 },
};
