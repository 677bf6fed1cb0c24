/* People and roles: who works here, an invitation, a role given or taken, an account reset. */
#include "web/admin_view.h"

static struct feel_value person_value(struct request *request, const struct managed_person *person)
{
	struct resource item = resource_make(request->arena);
	struct value_list roles = value_list_make(request->arena);
	for (size_t i = 0; i < person->roles.count; i++) {
		const struct managed_role *held = &person->roles.items[i];
		struct resource role = resource_make(request->arena);
		resource_text(&role, "role", held->role);
		resource_text(&role, "words", admin_role(request, held->role));
		resource_id(&role, "organisation", held->organisation_id);
		resource_text(&role, "at", held->ours ? held->organisation : page_word(request, "admin.elsewhere"));
		resource_flag(&role, "ours", held->ours);
		value_list_add(&roles, resource_done(&role));
	}
	struct str state = person->state.len ? person->state : STR("none");
	if (str_eq_c(state, "invited") && person->invited_until_ms == 0) state = STR("expired");
	resource_id(&item, "id", person->person_id);
	resource_text(&item, "name", person->name);
	resource_text(&item, "phone", person->phone);
	resource_text(&item, "state", state);
	resource_text(&item, "stateWords", page_word_or(request, "admin.state.", state, state));
	resource_flag(&item, "active", str_eq_c(state, "active"));
	resource_flag(&item, "suspended", str_eq_c(state, "suspended"));
	resource_flag(&item, "hasAccount", person->state.len > 0);
	resource_flag(&item, "allOurs", person->all_ours);
	resource_flag(&item, "self", person->person_id == request->actor.person_id);
	resource_count(&item, "recoveryLeft", person->recovery_left);
	resource_moment(request, &item, "signedIn", person->signed_in_ms);
	resource_moment(request, &item, "invitedUntil", person->invited_until_ms);
	resource_add(&item, "roles", value_list_done(&roles));
	return resource_done(&item);
}

static struct err people_show(struct request *request, struct answer *answer)
{
	struct resource it = admin_page(request);
	struct managed_people people;
	struct value_list list = value_list_make(request->arena);
	struct str q = request_query(request, "q");
	TRY(people_managed(request->hall, request->arena, &request->actor, admin_scope(request), q, &people));
	for (size_t i = 0; i < people.count; i++) value_list_add(&list, person_value(request, &people.items[i]));
	resource_add(&it, "people", value_list_done(&list));
	resource_text(&it, "q", q);
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- one person ---------------------------------------------------------------------------------------------------- */

/* [{value: id, words: name with its depth, chosen}] */
static struct err organisation_choices(struct request *request, int64_t chosen, struct feel_value *out)
{
	struct organisation_rows rows;
	struct value_list list = value_list_make(request->arena);
	TRY(organisations_managed(request->hall, request->arena, &request->actor, admin_scope(request), &rows));
	for (size_t i = 0; i < rows.count; i++) {
		struct resource item = resource_make(request->arena);
		if (!str_eq_c(rows.items[i].organisation.kind, "union")) continue;
		resource_id(&item, "value", rows.items[i].organisation.organisation_id);
		resource_text(&item, "words", str_printf(request->arena, "%.*s%.*s", (int)(rows.items[i].depth < 8 ? rows.items[i].depth * 3 : 24),
		    "　　　　　　　　", STR_ARG(rows.items[i].organisation.name)));
		resource_flag(&item, "chosen", rows.items[i].organisation.organisation_id == chosen);
		value_list_add(&list, resource_done(&item));
	}
	*out = value_list_done(&list);
	return OK;
}

/* token: of an invitation that was just made; shown this once. */
static struct err person_page(struct request *request, struct answer *answer, int64_t person_id, struct str token, struct err err)
{
	struct resource it = admin_page(request);
	struct managed_person person;
	struct feel_value organisations;
	struct str base = request->web->options.public_url;
	TRY(person_managed(request->hall, request->arena, &request->actor, admin_scope(request), person_id, &person));
	TRY(organisation_choices(request, admin_scope(request), &organisations));
	if (base.len == 0) base = str_printf(request->arena, "%s://%.*s", request->secure ? "https" : "http", STR_ARG(request->host));
	resource_add(&it, "person", person_value(request, &person));
	resource_add(&it, "organisations", organisations);
	resource_add(&it, "roles", admin_roles(request, request_field(request, "role")));
	resource_text(&it, "link", token.len ? str_printf(request->arena, "%.*s/staff/invitations/%.*s", STR_ARG(base),
	    STR_ARG(token)) : token);
	if (failed(err)) return admin_again(request, answer, &it, "adminPerson", err);
	answer->template_name = "adminPerson";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err person_show(struct request *request, struct answer *answer)
{
	int64_t person_id;
	TRY(request_part_id(request, "person", &person_id));
	return person_page(request, answer, person_id, STR(""), OK);
}

static struct str person_path(struct request *request, int64_t person_id)
{
	return str_printf(request->arena, "/admin/people/%.*s", STR_ARG(id_print(request->arena, person_id)));
}

/* ---- inviting -------------------------------------------------------------------------------------------------------- */

static struct err invite_page(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = admin_page(request);
	struct feel_value organisations;
	int64_t chosen = admin_scope(request);
	(void)id_parse(request_field(request, "organisation"), &chosen);
	TRY(organisation_choices(request, chosen, &organisations));
	resource_add(&it, "organisations", organisations);
	resource_add(&it, "roles", admin_roles(request, request_field(request, "role")));
	resource_text(&it, "name", request_field(request, "name"));
	resource_text(&it, "phone", request_field(request, "phone"));
	if (failed(err)) return admin_again(request, answer, &it, "adminInvite", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err invite_show(struct request *request, struct answer *answer) { return invite_page(request, answer, OK); }

static struct err invite(struct request *request, struct answer *answer)
{
	struct person_invitation invitation = { .organisation_id = admin_scope(request), .name = request_field(request, "name"),
		.phone = request_field(request, "phone"), .role = request_field(request, "role") };
	int64_t person_id;
	struct str token;
	if (request_has_field(request, "organisation") && !id_parse(request_field(request, "organisation"), &invitation.organisation_id))
		return ERR(NOT_FOUND);
	struct err err = person_invite(request->hall, request->arena, &request->actor, &invitation, request->report, &person_id, &token);
	if (failed(err)) return invite_page(request, answer, err);
	if (token.len) return person_page(request, answer, person_id, token, OK);
	admin_done(request, answer, person_path(request, person_id), "granted");
	return OK;
}

/* ---- acts -------------------------------------------------------------------------------------------------------------- */

static struct err role_fields(struct request *request, int64_t *out_person_id, int64_t *out_organisation_id)
{
	*out_organisation_id = admin_scope(request);
	TRY(request_part_id(request, "person", out_person_id));
	if (request_has_field(request, "organisation") && !id_parse(request_field(request, "organisation"), out_organisation_id))
		return ERR(NOT_FOUND);
	struct managed_person person;   /* nobody beyond the scope, whatever stands in the address */
	return person_managed(request->hall, request->arena, &request->actor, admin_scope(request), *out_person_id, &person);
}

static struct err grant(struct request *request, struct answer *answer)
{
	int64_t person_id, organisation_id;
	TRY(role_fields(request, &person_id, &organisation_id));
	struct err err = person_grant(request->hall, request->arena, &request->actor, person_id, organisation_id, request_field(request,
	    "role"),
	    request->report);
	if (failed(err)) return person_page(request, answer, person_id, STR(""), err);
	admin_done(request, answer, person_path(request, person_id), "granted");
	return OK;
}

static struct err withdraw(struct request *request, struct answer *answer)
{
	int64_t person_id, organisation_id;
	struct managed_person left;
	TRY(role_fields(request, &person_id, &organisation_id));
	struct err err = person_withdraw(request->hall, request->arena, &request->actor, person_id, organisation_id,
	    request_field(request, "role"), request->report);
	if (failed(err)) return person_page(request, answer, person_id, STR(""), err);
	bool gone = failed(person_managed(request->hall, request->arena, &request->actor, admin_scope(request), person_id, &left));
	admin_done(request, answer, gone ? STR("/admin/people") : person_path(request, person_id), "withdrawn");
	return OK;
}

static struct err act(struct request *request, struct answer *answer)
{
	static const struct { const char *name; enum account_act act; const char *done; } acts[] = {
		{ "sessions", ACCOUNT_END_SESSIONS, "sessions" }, { "reset", ACCOUNT_RESET, "reset" },
		{ "suspend", ACCOUNT_SUSPEND, "suspended" }, { "restore", ACCOUNT_RESTORE, "restored" } };
	int64_t person_id;
	TRY(request_part_id(request, "person", &person_id));
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		struct str token = STR("");
		if (!str_eq_c(request_field(request, "act"), acts[i].name)) continue;
		struct err err = account_act(request->hall, request->arena, &request->actor, admin_scope(request), person_id, acts[i].act,
		    request->report, &token);
		if (failed(err) || token.len) return person_page(request, answer, person_id, token, err);
		admin_done(request, answer, person_path(request, person_id), acts[i].done);
		return OK;
	}
	return ERR(NOT_FOUND);
}

#define ADMIN(id_, method_, path_, handler_, template_, body_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_ADMINISTRATOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_ }
const struct route admin_people_routes[] = {
	ADMIN("adminPeople", "GET", "/admin/people", people_show, "adminPeople", 0),
	ADMIN("adminInviteShow", "GET", "/admin/invite", invite_show, "adminInvite", 0),
	ADMIN("adminInvite", "POST", "/admin/invite", invite, "adminInvite", FORM_BODY_BYTES),
	ADMIN("adminPerson", "GET", "/admin/people/:person", person_show, "adminPerson", 0),
	ADMIN("adminGrant", "POST", "/admin/people/:person/grant", grant, "adminPerson", FORM_BODY_BYTES),
	ADMIN("adminWithdraw", "POST", "/admin/people/:person/withdraw", withdraw, "adminPerson", FORM_BODY_BYTES),
	ADMIN("adminAccount", "POST", "/admin/people/:person/account", act, "adminPerson", FORM_BODY_BYTES),
	{ 0 },
};
