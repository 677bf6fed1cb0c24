/* The lawyer's desk, on a phone first: what is given to him, taking a case or handing it back, and when he takes none. */
#include "web/lawyer_view.h"

static const char *const fields[] = { "reason", "words", "until", "case" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* ---- the door ---------------------------------------------------------------------------------------------------- */

/* One door for everybody with a phone; what is behind it tells who comes. */
static struct err door(struct request *request, struct answer *answer)
{
	struct str next = own_path(request_query(request, "next"), STR("/lawyer"));
	if (!str_starts(next, STR("/lawyer"))) next = STR("/lawyer");
	answer->see_other = str_join(request->arena, STR("/sign-in?next="), url_encode(request->arena, next));
	return OK;
}

/* ---- the desk ------------------------------------------------------------------------------------------------------ */

static struct err add_himself(struct request *request, struct resource *it)
{
	struct lawyer lawyer;
	struct err err = lawyer_by_id(request->hall, request->arena, request->session->lawyer_id, &lawyer);
	if (err_is(err, ERR_NOT_FOUND) || (!failed(err) && lawyer.left)) return ERR(FORBIDDEN);
	TRY(err);
	resource_text(it, "name", lawyer.name);
	resource_text(it, "firm", lawyer.firm);
	resource_count(it, "load", lawyer.open_cases);
	resource_count(it, "loadMax", lawyer.load_max);
	resource_flag(it, "away", !lawyer.available);
	resource_flag(it, "byUnion", !lawyer.takes_cases);
	resource_text(it, "awayUntil",
	    lawyer.away_until.year ? page_date(request, date_begin_ms(lawyer.away_until, SHANGHAI_OFFSET_S)) : STR(""));
	return OK;
}

static struct err desk_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct desk_words words = { .request = request };
	struct value_list offered = value_list_make(request->arena), running = value_list_make(request->arena),
	                  over = value_list_make(request->arena);
	struct lawyer_rows rows;
	TRY(add_himself(request, &it));
	TRY(lawyer_desk(request->hall, request->arena, request->session->lawyer_id, &rows));
	for (size_t i = 0; i < rows.count; i++)
		value_list_add(rows.items[i].standing == LAWYER_OFFERED ? &offered
			: rows.items[i].standing == LAWYER_ACCEPTED ? &running : &over, view_lawyer_row(request, &words, &rows.items[i]));
	resource_add(&it, "offered", value_list_done(&offered));
	resource_add(&it, "running", value_list_done(&running));
	resource_add(&it, "over", value_list_done(&over));
	resource_text(&it, "said", request_query(request, "said"));
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- accepting and declining ---------------------------------------------------------------------------------------- */

static struct err fill_offer(struct request *request, struct answer *answer, const char *template_name)
{
	struct lawyer_row mine;
	struct resource it = resource_make(request->arena);
	struct desk_words words = { .request = request };
	struct err err = lawyer_case_here(request, &mine);
	if (lawyer_has_lost(request, err, answer)) return OK;
	TRY(err);
	resource_add(&it, "row", view_lawyer_row(request, &words, &mine));
	struct str reason = request_field(request, "reason");
	bool plain = mine.conflicted && str_eq_c(request->method, "GET");      /* the roster has said it */
	resource_text(&it, "reason", plain ? STR("conflict") : reason);
	resource_text(&it, "words", request_field(request, "words"));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = template_name;
	return OK;
}

static struct err take(struct request *request, struct answer *answer)
{
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	struct err err = lawyer_accept(request->hall, request->arena, &request->actor, case_id, request->report);
	if (IS_FOR_THE_PERSON(err) && request->report->count && !request->json) {
		answer->status = 422;
		return fill_offer(request, answer, "lawyerOffer");
	}
	if (lawyer_has_lost(request, err, answer)) return OK;
	TRY(err);
	answer->see_other = lawyer_path(request, case_id, "");
	return OK;
}

static struct err decline_show(struct request *request, struct answer *answer) { return fill_offer(request, answer, "lawyerDecline"); }

static struct err decline(struct request *request, struct answer *answer)
{
	int64_t case_id;
	TRY(request_part_id(request, "case", &case_id));
	struct err err = lawyer_decline(request->hall, request->arena, &request->actor, case_id, request_field(request, "reason"),
	    request_field(request, "words"), request->report);
	if (IS_FOR_THE_PERSON(err) && request->report->count && !request->json) {
		answer->status = 422;
		return fill_offer(request, answer, "lawyerDecline");
	}
	TRY(err);
	answer->see_other = STR("/lawyer?said=declined");
	return OK;
}

/* ---- absence --------------------------------------------------------------------------------------------------------- */

static struct err fill_away(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	TRY(add_himself(request, &it));
	resource_text(&it, "until", request_field(request, "until"));
	resource_text(&it, "today", date_print(request->arena, date_of_ms(request->now_ms, SHANGHAI_OFFSET_S)));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "lawyerAway";
	return OK;
}

static struct err away_show(struct request *request, struct answer *answer) { return fill_away(request, answer); }

static struct err away(struct request *request, struct answer *answer)
{
	struct date until = { 0 };
	struct str text = request_field(request, "until");
	bool back = request_has_field(request, "back");
	struct err err = OK;
	if (!back && !date_parse(text, &until)) {
		report_error(request->report, STR("until"), "%.*s", STR_ARG(page_word(request, "lawyerAway.which")));
		err = ERR(INVALID);
	}
	if (!failed(err)) err = lawyer_away(request->hall, request->arena, request->session->lawyer_id, until, request->report);
	if (err_is(err, ERR_INVALID) && !request->json) {
		answer->status = 422;
		return fill_away(request, answer);
	}
	TRY(err);
	answer->see_other = STR("/lawyer");
	return OK;
}

/* ---- routes -------------------------------------------------------------------------------------------------------------- */

static const struct shape_field desk_fields[] = {
	{ "load", SHAPE_INTEGER, "手上几件", NULL, false, 0 },
	{ "loadMax", SHAPE_INTEGER, "最多几件", NULL, false, 0 },
	{ "away", SHAPE_BOOLEAN, "暂停接新案", NULL, false, 0 },
	{ "offered", SHAPE_LIST, "等答复的", &lawyer_row_shape, false, 0 },
	{ "running", SHAPE_LIST, "在办的，期限近的在前", &lawyer_row_shape, false, 0 },
	{ "over", SHAPE_LIST, "了结的，新的在前，最多50件", &lawyer_row_shape, false, 0 },
};
static const struct shape desk_shape = { "LawyerDesk", SHAPE_FIELDS(desk_fields) };
static const struct shape_field decline_fields[] = {
	{ "reason", SHAPE_STRING, "conflict、busy 或 other", NULL, true, 20 },
	{ "words", SHAPE_STRING, "说明", NULL, false, LAWYER_WORDS_MAX },
};
static const struct shape decline_shape = { "Decline", SHAPE_FIELDS(decline_fields) };

static const struct shape_field away_fields[] = {
	{ "until", SHAPE_DATE, "到哪一天（含当天）不接新案", NULL, false, 0 },
	{ "back", SHAPE_STRING, "非空：从现在起恢复接案", NULL, false, 5 },
};
static const struct shape away_shape = { "Away", SHAPE_FIELDS(away_fields) };

const struct route lawyer_routes[] = {
	{ .id = "lawyerDoor", .method = "GET", .path = "/lawyer/sign-in", .needs = NEEDS_ANYBODY, .handler = door },
	{ .id = "lawyerDesk", .method = "GET", .path = "/lawyer", .needs = NEEDS_LAWYER, .handler = desk_show, .template_name = "lawyer",
	    .api = true, .summary = "派给我的办件", .output = &desk_shape },
	{ .id = "lawyerAccept", .method = "POST", .path = "/lawyer/cases/:case/accept", .needs = NEEDS_LAWYER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = take, .template_name = "lawyerOffer", .api = true, .summary = "接受办件" },
	{ .id = "lawyerDeclineShow", .method = "GET", .path = "/lawyer/cases/:case/decline", .needs = NEEDS_LAWYER, .handler = decline_show,
	    .template_name = "lawyerDecline" },
	{ .id = "lawyerDecline", .method = "POST", .path = "/lawyer/cases/:case/decline", .needs = NEEDS_LAWYER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = decline, .template_name = "lawyerDecline", .api = true, .summary = "退回办件",
	    .input = &decline_shape },
	{ .id = "lawyerAwayShow", .method = "GET", .path = "/lawyer/away", .needs = NEEDS_LAWYER, .handler = away_show,
	    .template_name = "lawyerAway" },
	{ .id = "lawyerAway", .method = "POST", .path = "/lawyer/away", .needs = NEEDS_LAWYER, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = away, .template_name = "lawyerAway", .api = true, .summary = "暂停或恢复接新案", .input = &away_shape },
	{ 0 },
};
