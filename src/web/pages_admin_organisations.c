/* The tree of organisations with the facts that papers print; law firms and the roster of lawyers. */
#include "web/admin_view.h"

static const char *const kinds[] = { "union", "lawFirm", "court", "labour", "employer", "host" };
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static struct feel_value organisation_value(struct request *request, const struct organisation_row *row)
{
	struct resource item = resource_make(request->arena);
	resource_id(&item, "id", row->organisation.organisation_id);
	resource_text(&item, "name", row->organisation.name);
	resource_text(&item, "kind", row->organisation.kind);
	resource_text(&item, "kindWords", page_word_or(request, "admin.kind.", row->organisation.kind, row->organisation.kind));
	resource_text(&item, "region", row->organisation.region);
	resource_text(&item, "code", row->organisation.code);
	resource_count(&item, "depth", row->depth < 5 ? row->depth : 5);
	resource_count(&item, "people", row->people);
	return resource_done(&item);
}

static struct err tree_page(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = admin_page(request);
	struct organisation_rows rows;
	struct value_list list = value_list_make(request->arena), parents = value_list_make(request->arena);
	int64_t chosen = admin_scope(request);
	(void)id_parse(request_field(request, "parent"), &chosen);
	TRY(organisations_managed(request->hall, request->arena, &request->actor, admin_scope(request), &rows));
	for (size_t i = 0; i < rows.count; i++) {
		struct resource parent = resource_make(request->arena);
		value_list_add(&list, organisation_value(request, &rows.items[i]));
		if (!str_eq_c(rows.items[i].organisation.kind, "union")) continue;
		resource_id(&parent, "value", rows.items[i].organisation.organisation_id);
		resource_text(&parent, "words", rows.items[i].organisation.name);
		resource_flag(&parent, "chosen", rows.items[i].organisation.organisation_id == chosen);
		value_list_add(&parents, resource_done(&parent));
	}
	struct str kind = request_has_field(request, "kind") ? request_field(request, "kind") : request_query(request, "kind");
	struct str region = request_has_field(request, "region") ? request_field(request, "region") : hall_region(request->hall);
	resource_add(&it, "rows", value_list_done(&list));
	resource_add(&it, "parents", value_list_done(&parents));
	resource_add(&it, "kinds", admin_choices(request, "admin.kind.", kinds, KIND_COUNT, kind));
	resource_text(&it, "name", request_field(request, "name"));
	resource_text(&it, "code", request_field(request, "code"));
	resource_text(&it, "region", region);
	if (failed(err)) return admin_again(request, answer, &it, "adminOrganisations", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err tree_show(struct request *request, struct answer *answer) { return tree_page(request, answer, OK); }

static struct str organisation_path(struct request *request, int64_t id)
{
	return str_printf(request->arena, "/admin/organisations/%.*s", STR_ARG(id_print(request->arena, id)));
}

static struct err add(struct request *request, struct answer *answer)
{
	struct organisation organisation = { .parent_id = admin_scope(request), .kind = request_field(request, "kind"),
		.name = request_field(request, "name"), .region = request_field(request, "region"), .code = request_field(request, "code") };
	int64_t id;
	if (request_has_field(request, "parent") && !id_parse(request_field(request, "parent"), &organisation.parent_id)) return ERR(NOT_FOUND);
	struct err err = organisation_make(request->hall, request->arena, &request->actor, &organisation, request->report, &id);
	if (failed(err)) return tree_page(request, answer, err);
	admin_done(request, answer, organisation_path(request, id), "added");
	return OK;
}

/* ---- one organisation ----------------------------------------------------------------------------------------------- */

static struct err organisation_page(struct request *request, struct answer *answer, int64_t id, const struct organisation_facts *typed,
    struct err err)
{
	struct resource it = admin_page(request);
	struct organisation organisation;
	struct organisation_facts facts;
	TRY(organisation_may(request->hall, request->arena, &request->actor, id, RIGHT_ADMINISTER));
	TRY(organisation_by_id(request->hall, request->arena, id, &organisation));
	TRY(organisation_facts_read(request->arena, &organisation, &facts));
	if (typed) facts = *typed;
	struct organisation_row row = { .organisation = organisation };
	resource_add(&it, "organisation", organisation_value(request, &row));
	resource_text(&it, "name", facts.name);
	resource_text(&it, "hotline", facts.hotline);
	resource_text(&it, "address", facts.address);
	resource_text(&it, "hours", facts.hours);
	resource_text(&it, "sealText", facts.seal_text);
	resource_text(&it, "smsSign", facts.sms_sign);
	if (failed(err)) return admin_again(request, answer, &it, "adminOrganisation", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err organisation_show(struct request *request, struct answer *answer)
{
	int64_t id;
	TRY(request_part_id(request, "organisation", &id));
	return organisation_page(request, answer, id, NULL, OK);
}

static struct err change(struct request *request, struct answer *answer)
{
	int64_t id;
	struct organisation_facts facts = { .name = request_field(request, "name"), .hotline = request_field(request, "hotline"),
		.address = request_field(request, "address"), .hours = request_field(request, "hours"),
		.seal_text = request_field(request, "sealText"), .sms_sign = request_field(request, "smsSign") };
	TRY(request_part_id(request, "organisation", &id));
	struct err err = organisation_change(request->hall, request->arena, &request->actor, id, &facts, request->report);
	if (failed(err)) return organisation_page(request, answer, id, &facts, err);
	web_read_union(request->web);
	admin_done(request, answer, organisation_path(request, id), "saved");
	return OK;
}

/* ---- lawyers ----------------------------------------------------------------------------------------------------------- */

static struct feel_value lawyer_value(struct request *request, const struct lawyer *lawyer)
{
	struct resource item = resource_make(request->arena);
	resource_id(&item, "id", lawyer->lawyer_id);
	resource_text(&item, "name", lawyer->name);
	resource_text(&item, "sex", lawyer->sex);
	resource_text(&item, "licence", lawyer->licence);
	resource_text(&item, "phone", lawyer->phone);
	resource_text(&item, "skills", lawyer->skills);
	resource_text(&item, "firm", lawyer->firm);
	resource_count(&item, "open", lawyer->open_cases);
	resource_count(&item, "loadMax", lawyer->load_max);
	resource_flag(&item, "available", lawyer->available);
	resource_flag(&item, "takesCases", lawyer->takes_cases);
	resource_text(&item, "awayUntil",
	    lawyer->away_until.year ? page_date(request, date_begin_ms(lawyer->away_until, SHANGHAI_OFFSET_S)) : STR(""));
	resource_flag(&item, "full", lawyer->open_cases >= lawyer->load_max);
	return resource_done(&item);
}

static struct err firm_choices(struct request *request, struct feel_value *out)
{
	static const struct organisation_rows none = { 0 };
	struct organisation_rows rows = none;
	struct value_list list = value_list_make(request->arena);
	TRY(organisations_managed(request->hall, request->arena, &request->actor, admin_scope(request), &rows));
	for (size_t i = 0; i < rows.count; i++) {
		struct resource item = resource_make(request->arena);
		if (!str_eq_c(rows.items[i].organisation.kind, "lawFirm")) continue;
		struct str id = id_print(request->arena, rows.items[i].organisation.organisation_id);
		resource_text(&item, "value", id);
		resource_text(&item, "words", rows.items[i].organisation.name);
		resource_flag(&item, "chosen", str_eq(id, request_field(request, "firm")));
		value_list_add(&list, resource_done(&item));
	}
	*out = value_list_done(&list);
	return OK;
}

static struct err roster_page(struct request *request, struct answer *answer, struct err err)
{
	static const char *const sexes[] = { "女", "男" };
	struct resource it = admin_page(request);
	struct lawyers lawyers;
	struct feel_value firms;
	struct value_list list = value_list_make(request->arena);
	TRY(lawyers_against(request->hall, request->arena, FEEL_NULL_VALUE, &lawyers));
	TRY(firm_choices(request, &firms));
	for (size_t i = 0; i < lawyers.count; i++) value_list_add(&list, lawyer_value(request, &lawyers.items[i]));
	resource_add(&it, "lawyers", value_list_done(&list));
	resource_add(&it, "firms", firms);
	resource_add(&it, "sexes", admin_choices(request, "admin.sex.", sexes, 2, request_field(request, "sex")));
	resource_text(&it, "name", request_field(request, "name"));
	resource_text(&it, "licence", request_field(request, "licence"));
	resource_text(&it, "phone", request_field(request, "phone"));
	resource_text(&it, "skills", request_field(request, "skills"));
	resource_text(&it, "loadMax", request_has_field(request, "loadMax") ? request_field(request, "loadMax") : STR("20"));
	if (failed(err)) return admin_again(request, answer, &it, "adminLawyers", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err roster_show(struct request *request, struct answer *answer) { return roster_page(request, answer, OK); }

static struct lawyer_entry entry_of(const struct request *request)
{
	struct lawyer_entry entry = { .name = request_field(request, "name"), .sex = request_field(request, "sex"),
		.licence = request_field(request, "licence"), .phone = request_field(request, "phone"), .skills = request_field(request, "skills"),
		.load_max = -1, .available = str_eq_c(request_field(request, "available"), "yes") };
	(void)id_parse(request_field(request, "firm"), &entry.firm_id);
	if (!str_to_i64(request_field(request, "loadMax"), &entry.load_max)) entry.load_max = -1;
	return entry;
}

static struct str lawyer_path(struct request *request, int64_t id)
{
	return str_printf(request->arena, "/admin/lawyers/%.*s", STR_ARG(id_print(request->arena, id)));
}

static struct err lawyer_add(struct request *request, struct answer *answer)
{
	struct lawyer_entry entry = entry_of(request);
	int64_t id;
	entry.available = true;
	struct err err = lawyer_make(request->hall, request->arena, &request->actor, &entry, request->report, &id);
	if (failed(err)) return roster_page(request, answer, err);
	admin_done(request, answer, lawyer_path(request, id), "added");
	return OK;
}

static struct err lawyer_page(struct request *request, struct answer *answer, int64_t id, struct err err)
{
	struct resource it = admin_page(request);
	struct lawyers all;
	struct lawyer_clients clients;
	struct value_list list = value_list_make(request->arena);
	const struct lawyer *found = NULL;
	TRY(lawyers_against(request->hall, request->arena, FEEL_NULL_VALUE, &all));
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].lawyer_id == id) found = &all.items[i];
	if (!found) return ERR(NOT_FOUND);
	TRY(lawyer_clients(request->hall, request->arena, id, &clients));
	for (size_t i = 0; i < clients.count; i++) value_list_add(&list, feel_string(clients.items[i]));
	resource_add(&it, "lawyer", lawyer_value(request, found));
	resource_add(&it, "clients", value_list_done(&list));
	resource_count(&it, "nameless", (int64_t)clients.nameless);
	if (failed(err)) return admin_again(request, answer, &it, "adminLawyer", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err lawyer_show(struct request *request, struct answer *answer)
{
	int64_t id;
	TRY(request_part_id(request, "lawyer", &id));
	return lawyer_page(request, answer, id, OK);
}

static struct err lawyer_save(struct request *request, struct answer *answer)
{
	struct lawyer_entry entry = entry_of(request);
	int64_t id;
	TRY(request_part_id(request, "lawyer", &id));
	struct err err = lawyer_change(request->hall, request->arena, &request->actor, id, &entry, request->report);
	if (failed(err)) return lawyer_page(request, answer, id, err);
	admin_done(request, answer, lawyer_path(request, id), "saved");
	return OK;
}

/* He leaves for good: the tick says that it is no slip. */
static struct err lawyer_go(struct request *request, struct answer *answer)
{
	int64_t id;
	struct lawyer_leaving leaving;
	TRY(request_part_id(request, "lawyer", &id));
	if (!request_has_field(request, "sure")) {
		report_error(request->report, STR("sure"), "%.*s", STR_ARG(page_word(request, "admin.leaveTick")));
		return lawyer_page(request, answer, id, ERR(INVALID));
	}
	TRY(lawyer_leave(request->hall, request->arena, &request->actor, id, request->report, &leaving));
	admin_done(request, answer, STR("/admin/lawyers"), leaving.waiting ? "leftPartly" : leaving.signed_cases ? "leftSigned" : "left");
	return OK;
}

static struct err client_save(struct request *request, struct answer *answer)
{
	int64_t id;
	bool acts = !str_eq_c(request_field(request, "act"), "remove");
	TRY(request_part_id(request, "lawyer", &id));
	struct err err = lawyer_client_change(request->hall, request->arena, &request->actor, id, request_field(request, "client"), acts,
	    request->report);
	if (failed(err)) return lawyer_page(request, answer, id, err);
	admin_done(request, answer, lawyer_path(request, id), "saved");
	return OK;
}

#define ADMIN(id_, method_, path_, handler_, template_, body_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_ADMINISTRATOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_ }
const struct route admin_organisations_routes[] = {
	ADMIN("adminOrganisations", "GET", "/admin/organisations", tree_show, "adminOrganisations", 0),
	ADMIN("adminOrganisationAdd", "POST", "/admin/organisations", add, "adminOrganisations", FORM_BODY_BYTES),
	ADMIN("adminOrganisation", "GET", "/admin/organisations/:organisation", organisation_show, "adminOrganisation", 0),
	ADMIN("adminOrganisationChange", "POST", "/admin/organisations/:organisation", change, "adminOrganisation", FORM_BODY_BYTES),
	ADMIN("adminLawyers", "GET", "/admin/lawyers", roster_show, "adminLawyers", 0),
	ADMIN("adminLawyerAdd", "POST", "/admin/lawyers", lawyer_add, "adminLawyers", FORM_BODY_BYTES),
	ADMIN("adminLawyer", "GET", "/admin/lawyers/:lawyer", lawyer_show, "adminLawyer", 0),
	ADMIN("adminLawyerChange", "POST", "/admin/lawyers/:lawyer", lawyer_save, "adminLawyer", FORM_BODY_BYTES),
	ADMIN("adminLawyerLeave", "POST", "/admin/lawyers/:lawyer/leave", lawyer_go, "adminLawyer", FORM_BODY_BYTES),
	ADMIN("adminLawyerClient", "POST", "/admin/lawyers/:lawyer/clients", client_save, "adminLawyer", FORM_BODY_BYTES),
	{ 0 },
};
