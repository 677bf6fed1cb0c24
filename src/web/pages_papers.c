/* The papers of a case: read on the phone as pages, signed by drawing or by name and fresh code, one by one. The applicant
 * and his lawyer sign on the same pages, each what is his. */
#include "web/case_view.h"

static const char *const fields[] = { "typedName", "code", "strokes", "paper" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* ---- which -------------------------------------------------------------------------------------------------------------- */

static bool is_lawyer(const struct request *request) { return request->session->kind == SESSION_LAWYER; }
static enum party own_party(const struct request *request) { return is_lawyer(request) ? PARTY_AGENT : PARTY_APPLICANT; }

/* The applicant's own, or one that this lawyer has accepted. */
static struct err own_case(struct request *request, int64_t *out_case_id)
{
	TRY(worker_case(request, out_case_id));
	return is_lawyer(request) ? lawyer_may_read(request->hall, request->arena, &request->actor, *out_case_id) : OK;
}

/* The person's own act on a paper; turn: everybody before him has acted, and the process waits for him. */
static const struct case_paper_act *own_act(
    const struct request *request, const struct case_papers *papers, const struct case_paper *paper, bool *out_turn)
{
	enum party party = own_party(request);
	*out_turn = papers->open[party];
	for (size_t i = 0; i < paper->act_count; i++) {
		if (paper->acts[i].party == party) return &paper->acts[i];
		*out_turn &= paper->acts[i].done;
	}
	return NULL;
}

static struct err find_paper(struct request *request, int64_t case_id, struct case_papers *out_papers, struct case_paper **out_paper)
{
	TRY(papers_of_case(request->hall, request->arena, case_id, out_papers));
	for (size_t i = 0; i < out_papers->count; i++) {
		if (!str_eq(out_papers->items[i].id, request_part(request, "paper"))) continue;
		*out_paper = &out_papers->items[i];
		return OK;
	}
	return ERR(NOT_FOUND);
}

static struct feel_value view_paper(
    struct request *request, const struct service *service, const struct case_papers *papers, const struct case_paper *paper)
{
	struct resource item = resource_make(request->arena);
	bool turn;
	const struct case_paper_act *act = own_act(request, papers, paper, &turn);
	resource_text(&item, "id", paper->id);
	resource_text(&item, "title", service_say(request, service, "papers", paper->id, paper->title));
	resource_count(&item, "position", paper->position);
	resource_flag(&item, "acknowledge", str_eq_c(paper->act, "acknowledge") && !is_lawyer(request));
	resource_flag(&item, "mine", act != NULL);
	resource_flag(&item, "signed", act && act->done);
	resource_flag(&item, "turn", act && !act->done && turn);
	resource_moment(request, &item, "at", act ? act->done_ms : 0);
	bool all = true;
	for (size_t i = 0; i < paper->act_count; i++) all &= paper->acts[i].done;
	resource_flag(&item, "complete", all);
	resource_text(&item, "sha256", paper->sha256);
	return resource_done(&item);
}

static void count_mine(
    const struct request *request, const struct case_papers *papers, int64_t *out_mine, int64_t *out_done,
    const struct case_paper **out_next)
{
	*out_mine = *out_done = 0;
	*out_next = NULL;
	for (size_t i = 0; i < papers->count; i++) {
		bool turn;
		const struct case_paper_act *act = own_act(request, papers, &papers->items[i], &turn);
		*out_mine += act != NULL;
		*out_done += act && act->done;
		if (act && !act->done && turn && !*out_next) *out_next = &papers->items[i];
	}
}

/* ---- the list ------------------------------------------------------------------------------------------------------------ */

static struct str case_path_of(struct request *request, int64_t case_id)
{
	struct str path = case_path(request, case_id, "");
	return is_lawyer(request) ? str_join(request->arena, STR("/lawyer"), path) : path;
}

/* Papers that others took the place of: kept, and shown as such. */
static struct err add_replaced(struct request *request, int64_t case_id, struct resource *it)
{
	struct case_papers papers;
	struct value_list list = value_list_make(request->arena);
	TRY(papers_replaced(request->hall, request->arena, case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "title", papers.items[i].title);
		resource_moment(request, &item, "at", papers.items[i].replaced_ms);
		resource_id(&item, "file", papers.items[i].file_id);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(it, "replaced", value_list_done(&list));
	return OK;
}

static struct err papers_show(struct request *request, struct answer *answer)
{
	int64_t case_id, mine, done;
	struct case_papers papers;
	struct case_summary summary;
	const struct case_paper *next;
	const struct service *service;
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	TRY(own_case(request, &case_id));
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	TRY(papers_of_case(request->hall, request->arena, case_id, &papers));
	TRY(service_version(request->hall, summary.service_version, &service));
	count_mine(request, &papers, &mine, &done, &next);
	for (size_t i = 0; i < papers.count; i++) value_list_add(&list, view_paper(request, service, &papers, &papers.items[i]));
	TRY(add_replaced(request, case_id, &it));
	resource_id(&it, "id", case_id);
	resource_text(&it, "back", case_path_of(request, case_id));
	resource_flag(&it, "lawyer", is_lawyer(request));
	resource_flag(&it, "waits", papers.open[own_party(request)]);
	resource_text(&it, "number", summary.number);
	resource_count(&it, "count", mine);
	resource_count(&it, "doneCount", done);
	resource_count(&it, "leftCount", mine - done);
	resource_text(&it, "nextId", next ? next->id : STR(""));
	resource_flag(&it, "allDone", mine > 0 && done == mine);
	resource_add(&it, "papers", value_list_done(&list));
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- one paper --------------------------------------------------------------------------------------------------------------- */

static struct err reading(struct request *request, int64_t case_id, const struct case_paper *paper, struct feel_value *out_html)
{
	struct paper_mark marks[SERVICE_PARTY_COUNT_MAX];
	struct str html;
	size_t count = 0;
	for (size_t i = 0; i < paper->act_count; i++) {
		if (!paper->acts[i].done) continue;
		const char *key = paper->acts[i].party == PARTY_UNION ? "paper.sealed" : "paper.wasSigned";
		struct str words = str_printf(
		    request->arena, "%.*s %.*s", STR_ARG(page_word(request, key)), STR_ARG(page_time(request, paper->acts[i].done_ms)));
		marks[count++] = (struct paper_mark){ str_from_c(party_name(paper->acts[i].party)), words };
	}
	TRY(paper_reading(request->hall, request->arena, case_id, paper, marks, count, &html));
	*out_html = page_html(request, html);
	return OK;
}

/* By which name he signs, and the phone that proves it. */
struct signer { struct str name, phone; };

static struct err signer_of(struct request *request, int64_t case_id, struct signer *out)
{
	struct lawyer lawyer;
	struct person person;
	struct feel_value data, variables;
	if (is_lawyer(request)) {
		TRY(lawyer_by_id(request->hall, request->arena, request->session->lawyer_id, &lawyer));
		*out = (struct signer){ lawyer.name, lawyer.phone };
		return OK;
	}
	TRY(person_by_id(request->hall, request->arena, request->session->person_id, &person));
	TRY(case_data(request->hall, request->arena, case_id, &data, &variables));
	struct feel_value name = feel_get(data, STR("name"));
	*out = (struct signer){ name.kind == FEEL_STRING ? name.string : STR(""), person.phone };
	return OK;
}

static struct err add_signing(struct request *request, int64_t case_id, const struct case_paper *paper, struct resource *it)
{
	struct signer signer;
	struct case_summary summary;
	struct code_sent sent = { 0 };
	bool proved = false;
	int64_t proved_ms;
	struct str sha256;
	TRY(signer_of(request, case_id, &signer));
	struct code_request code = code_request_of(request, CODE_sign, case_id, signer.phone);
	TRY(code_is_proved(request->hall, request->arena, &code, &proved, &proved_ms, &sha256));
	TRY(code_state(request->hall, request->arena, &code, &sent));
	resource_text(it, "name", signer.name);
	resource_text(it, "phone", phone_masked(request->arena, signer.phone));
	resource_flag(it, "mayNot", request->session->level < paper->identity_level);
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	TRY(add_counter(request, it, summary.organisation_id));
	resource_flag(it, "proved", proved);
	resource_flag(it, "sent", sent.expires_ms > 0);
	resource_count(it, "wait", sent.again_ms ? (sent.again_ms - request->now_ms + 999) / 1000 : 0);
	return OK;
}

static struct err fill_paper(struct request *request, struct answer *answer)
{
	int64_t case_id, mine, done;
	struct case_papers papers;
	struct case_paper *paper;
	struct case_summary summary;
	const struct case_paper *next;
	const struct service *service;
	struct feel_value html = FEEL_NULL_VALUE;
	struct resource it = resource_make(request->arena);
	TRY(own_case(request, &case_id));
	TRY(find_paper(request, case_id, &papers, &paper));
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	TRY(service_version(request->hall, summary.service_version, &service));
	count_mine(request, &papers, &mine, &done, &next);
	struct err err = reading(request, case_id, paper, &html);
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	resource_id(&it, "id", case_id);
	resource_add(&it, "paper", view_paper(request, service, &papers, paper));
	resource_add(&it, "html", html);
	resource_flag(&it, "hasHtml", !failed(err));
	resource_count(&it, "count", (int64_t)papers.count);
	resource_count(&it, "doneCount", done);
	resource_text(&it, "typedName", request_field(request, "typedName"));
	TRY(add_signing(request, case_id, paper, &it));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err paper_show(struct request *request, struct answer *answer) { return fill_paper(request, answer); }

static struct str paper_path(struct request *request, int64_t case_id, struct str paper_id, const char *rest)
{
	return str_printf(request->arena, "/cases/%.*s/papers/%.*s%s", STR_ARG(id_print(request->arena, case_id)), STR_ARG(paper_id), rest);
}

/* ---- code and signature ----------------------------------------------------------------------------------------------------- */

static struct err paper_code(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct signer signer;
	struct code_sent sent;
	TRY(own_case(request, &case_id));
	TRY(signer_of(request, case_id, &signer));
	struct code_request code = code_request_of(request, CODE_sign, case_id, signer.phone);
	struct report own = report_make(request->arena);
	struct err err = code_send(request->hall, request->arena, &code, &own, &sent);
	for (size_t i = 0; i < own.count; i++) report_error(request->report, STR("code"), "%.*s", STR_ARG(own.items[i].words));
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_paper(request, answer);
	}
	TRY(err);
	answer->see_other = paper_path(request, case_id, request_part(request, "paper"), "#sign");
	return OK;
}

static struct err paper_sign(struct request *request, struct answer *answer)
{
	int64_t case_id, mine, done;
	struct signer signer;
	struct case_papers papers;
	const struct case_paper *next;
	struct str paper_id = request_part(request, "paper"), strokes = request_field(request, "strokes");
	TRY(own_case(request, &case_id));
	TRY(signer_of(request, case_id, &signer));
	struct code_request code = code_request_of(request, CODE_sign, case_id, signer.phone);
	struct signing signing = { .strokes = strokes,
		.typed_name = str_replace(request->arena, request_field(request, "typedName"), STR(" "), STR("")),
		.code = str_replace(request->arena, request_field(request, "code"), STR(" "), STR("")),
		.seen_sha256 = request_field(request, "seen"),
		.request = &code };
	if (!request_has_field(request, "read"))
		report_error(request->report, STR("read"), "%.*s", STR_ARG(page_word(request, "paper.readFirst")));
	struct err err = request->report->error_count ? ERR(INVALID)
	    : paper_act(request->hall, request->arena, &request->actor, case_id, paper_id, &signing, request->report);
	if (IS_FOR_THE_PERSON(err)) {
		if (request->report->count == 0) report_error(request->report, STR("paper"), "%.*s", STR_ARG(page_word(request, "paper.notNow")));
		answer->status = 422;
		return fill_paper(request, answer);
	}
	TRY(err);
	TRY(papers_of_case(request->hall, request->arena, case_id, &papers));
	count_mine(request, &papers, &mine, &done, &next);
	answer->see_other = next ? paper_path(request, case_id, next->id, "") : case_path(request, case_id, "/papers");
	return OK;
}

/* ---- to keep --------------------------------------------------------------------------------------------------------------------- */

static struct err paper_pdf_show(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct case_papers papers;
	struct case_paper *paper;
	TRY(own_case(request, &case_id));
	TRY(find_paper(request, case_id, &papers, &paper));
	TRY(paper_content(request->hall, request->arena, case_id, paper->id, &answer->file.content));
	answer->file.media_type = STR("application/pdf");
	answer->file.name = str_printf(request->arena, "%d-%.*s.pdf", paper->position, STR_ARG(paper->title));
	answer->file.attachment = request_query(request, "save").len > 0;
	return OK;
}

static struct err replaced_pdf_show(struct request *request, struct answer *answer)
{
	int64_t case_id, file_id;
	TRY(own_case(request, &case_id));
	TRY(request_part_id(request, "file", &file_id));
	TRY(paper_replaced_content(request->hall, request->arena, case_id, file_id, &answer->file.content));
	answer->file.media_type = STR("application/pdf");
	answer->file.name = STR("replaced.pdf");
	answer->file.attachment = true;
	return OK;
}

static struct err case_bundle(struct request *request, struct answer *answer)
{
	int64_t case_id;
	struct case_summary summary;
	TRY(own_case(request, &case_id));
	TRY(case_by_id(request->hall, request->arena, case_id, &summary));
	TRY(bundle_make(request->hall, request->arena, case_id, &answer->file.content));
	answer->file.media_type = STR("application/zip");
	answer->file.name = str_printf(request->arena, "%.*s.zip", STR_ARG(summary.number));
	answer->file.attachment = true;
	return OK;
}

const struct route papers_routes[] = {
	{ .id = "papersShow", .method = "GET", .path = "/cases/:case/papers", .needs = NEEDS_WORKER | NEEDS_LAWYER, .handler = papers_show,
	    .template_name = "papers" },
	{ .id = "paperShow", .method = "GET", .path = "/cases/:case/papers/:paper", .needs = NEEDS_WORKER | NEEDS_LAWYER, .handler = paper_show,
	    .template_name = "paper" },
	{ .id = "paperCode", .method = "POST", .path = "/cases/:case/papers/:paper/code", .needs = NEEDS_WORKER | NEEDS_LAWYER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = paper_code, .template_name = "paper" },
	{ .id = "paperSign", .method = "POST", .path = "/cases/:case/papers/:paper/sign", .needs = NEEDS_WORKER | NEEDS_LAWYER,
	    .body_bytes_max = 1 << 20, .handler = paper_sign, .template_name = "paper" },
	{ .id = "paperPdf", .method = "GET", .path = "/cases/:case/papers/:paper/pdf", .needs = NEEDS_WORKER | NEEDS_LAWYER,
	    .handler = paper_pdf_show },
	{ .id = "paperReplaced", .method = "GET", .path = "/cases/:case/replaced/:file", .needs = NEEDS_WORKER | NEEDS_LAWYER,
	    .handler = replaced_pdf_show },
	{ .id = "caseBundle", .method = "GET", .path = "/cases/:case/bundle", .needs = NEEDS_WORKER | NEEDS_LAWYER, .handler = case_bundle },
	{ 0 },
};
