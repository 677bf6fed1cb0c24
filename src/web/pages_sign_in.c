/* The worker's door: phone and code, the same page for somebody new; a better proof of who it is; out again. */
#include "web/worker.h"

static const char *const fields[] = { "phone", "code", "identity" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields, DOOR_SECONDS = 3600 };

/* ---- phone ----------------------------------------------------------------------------------------------------- */

/* Between the two pages the phone and the way on stay in a cookie of this browser: never in an address, which is logged. */
struct door { struct str phone, next; };

static const char *door_name(const struct request *request) { return request->secure ? "__Host-door" : "door"; }

static struct door door_read(struct request *request)
{
	struct str text, phone;
	struct door door = { .phone = STR(""), .next = STR("/my") };
	if (!url_decode(request->arena, request_cookie(request, door_name(request)), false, &text)) return door;
	if (!str_split(&text, ' ', &phone)) return door;
	door.phone = phone;
	door.next = own_path(text, STR("/my"));
	return door;
}

static void door_keep(struct request *request, struct answer *answer, const struct door *door)
{
	struct str text = str_printf(request->arena, "%.*s %.*s", STR_ARG(door->phone), STR_ARG(door->next));
	answer_cookie(request, answer, door_name(request), url_encode(request->arena, text), DOOR_SECONDS);
}

/* Lawyers come in by the same door: what they want to see says who they are. */
static bool is_for_lawyer(struct str next) { return str_eq_c(next, "/lawyer") || str_starts(next, STR("/lawyer/")); }

static struct str next_of(struct request *request)
{
	struct str given = request_has_field(request, "next") ? request_field(request, "next") : request_query(request, "next");
	return own_path(given, STR("/my"));
}

static struct err fill_phone(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	resource_text(&it, "phone", request_field(request, "phone"));
	resource_text(&it, "next", next_of(request));
	resource_flag(&it, "lawyer", is_for_lawyer(next_of(request)));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err sign_in_show(struct request *request, struct answer *answer)
{
	enum session_kind wanted = is_for_lawyer(next_of(request)) ? SESSION_LAWYER : SESSION_WORKER;
	if (request->session->kind == wanted) {
		answer->see_other = next_of(request);
		return OK;
	}
	return fill_phone(request, answer);
}

static struct str phone_typed(struct request *request)
{
	struct str text = request_field(request, "phone");
	text = str_replace(request->arena, text, STR(" "), STR(""));
	text = str_replace(request->arena, text, STR("-"), STR(""));
	return str_starts(text, STR("+86")) ? str_sub(text, 3, text.len) : text;
}

static struct err send_to(struct request *request, struct answer *answer, const struct door *door)
{
	struct code_request code = code_request_of(request, CODE_signIn, 0, door->phone);
	struct code_sent sent;
	if (code.browser.len == 0) {
		report_error(request->report, STR("phone"), "%.*s", STR_ARG(page_word(request, "signIn.cookies")));
		return ERR(REFUSED);
	}
	TRY(code_send(request->hall, request->arena, &code, request->report, &sent));
	door_keep(request, answer, door);
	answer->see_other = STR("/sign-in/code");
	return OK;
}

static struct err sign_in_send(struct request *request, struct answer *answer)
{
	struct door door = { .phone = phone_typed(request), .next = next_of(request) };
	struct code_sent sent;
	struct code_request code = code_request_of(request, CODE_signIn, 0, door.phone);
	struct err err = send_to(request, answer, &door);
	if (!IS_FOR_THE_PERSON(err)) return err;
	/* Back and once more: the code of a moment ago is still on its way */
	if (err_is(err, ERR_REFUSED) && code.browser.len && !failed(code_state(request->hall, request->arena, &code, &sent)) &&
	    sent.expires_ms) {
		door_keep(request, answer, &door);
		answer->see_other = STR("/sign-in/code");
		return OK;
	}
	answer->status = 422;
	return fill_phone(request, answer);
}

/* ---- code ------------------------------------------------------------------------------------------------------------ */

static struct err fill_code(struct request *request, struct answer *answer)
{
	struct door door = door_read(request);
	struct code_request code = code_request_of(request, CODE_signIn, 0, door.phone);
	struct code_sent sent = { 0 };
	struct resource it = resource_make(request->arena);
	if (door.phone.len == 0 || code.browser.len == 0) {
		answer->status = 0;
		answer->see_other = STR("/sign-in");
		return OK;
	}
	TRY(code_state(request->hall, request->arena, &code, &sent));
	resource_text(&it, "phone", phone_masked(request->arena, door.phone));
	resource_flag(&it, "lawyer", is_for_lawyer(door.next));
	resource_count(&it, "wait", sent.again_ms ? (sent.again_ms - request->now_ms + 999) / 1000 : 0);
	resource_flag(&it, "live", sent.expires_ms > 0);
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err sign_in_code(struct request *request, struct answer *answer) { return fill_code(request, answer); }

static struct err sign_in_again(struct request *request, struct answer *answer)
{
	struct door door = door_read(request);
	struct err err = send_to(request, answer, &door);
	if (!IS_FOR_THE_PERSON(err)) return err;
	answer->status = 422;
	return fill_code(request, answer);
}

static struct err sign_in_enter(struct request *request, struct answer *answer)
{
	struct door door = door_read(request);
	struct code_request code = code_request_of(request, CODE_signIn, 0, door.phone);
	struct str typed = str_replace(request->arena, request_field(request, "code"), STR(" "), STR("")), token;
	int64_t person_id;
	struct err err = is_for_lawyer(door.next)
	    ? lawyer_sign_in(request->hall, request->arena, &code, typed, request->device, request->report, &token)
	    : person_sign_in(request->hall, request->arena, &code, typed, request->device, request->report, &token, &person_id);
	if (IS_FOR_THE_PERSON(err)) {
		answer->status = 422;
		return fill_code(request, answer);
	}
	TRY(err);
	answer_session(request, answer, token);
	answer_cookie(request, answer, door_name(request), STR(""), 0);
	answer->see_other = door.next;
	return OK;
}

/* ---- out ---------------------------------------------------------------------------------------------------------------- */

static struct err sign_out_show(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err sign_out(struct request *request, struct answer *answer)
{
	if (request->session_token.len) TRY(session_end(request->hall, request->arena, request->session_token));
	answer_session(request, answer, STR(""));
	answer->see_other = STR("/");
	return OK;
}

/* ---- who it is, more surely ------------------------------------------------------------------------------------------------ */

static struct str redirect_uri(const struct request *request)
{
	struct str ours = request->web->options.public_url;
	if (ours.len) return str_printf(request->arena, "%.*s/identity/back", STR_ARG(ours));
	return str_printf(request->arena, "%s://%.*s/identity/back", request->secure ? "https" : "http", STR_ARG(request->host));
}

static struct err add_places(struct request *request, struct resource *it)
{
	struct value_list list = value_list_make(request->arena);
	struct counter_places places;
	TRY(counter_places(request->hall, request->arena, &places));
	for (size_t i = 0; i < places.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "name", places.items[i].name);
		resource_text(&item, "address", places.items[i].address);
		resource_text(&item, "hours", places.items[i].hours);
		resource_text(&item, "phone", places.items[i].hotline);
		value_list_add(&list, resource_done(&item));
	}
	resource_add(it, "places", value_list_done(&list));
	return add_counter(request, it, 0);
}

static struct err fill_identity(struct request *request, struct answer *answer, struct str next)
{
	struct resource it = resource_make(request->arena);
	struct identity identity;
	struct person person;
	TRY(identity_of(request->hall, request->arena, request->session->person_id, &identity));
	TRY(person_by_id(request->hall, request->arena, request->session->person_id, &person));
	resource_flag(&it, "on", oidc_is_on(request->hall));
	resource_text(&it, "provider", oidc_name(request->hall));
	resource_flag(&it, "confirmed", request->session->level >= 2);
	resource_text(&it, "name", person.name);
	resource_text(&it, "method", identity.method);
	resource_moment(request, &it, "confirmedAt", identity.confirmed_ms);
	resource_text(&it, "next", next);
	TRY(add_places(request, &it));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->resource = resource_done(&it);
	answer->template_name = "identity";
	return OK;
}

static struct err identity_show(struct request *request, struct answer *answer) { return fill_identity(request, answer, next_of(request)); }

/* A form of ours must not lead to another site (form-action 'self'), so the page that answers it does. */
static struct err identity_go(struct request *request, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct str url;
	struct err err = oidc_begin(
	    request->hall, request->arena, request->session, redirect_uri(request), next_of(request), request->report, &url);
	if (err_is(err, ERR_BUSY) || err_is(err, ERR_REFUSED)) {
		answer->status = err_is(err, ERR_BUSY) ? 503 : 422;
		return fill_identity(request, answer, next_of(request));
	}
	TRY(err);
	answer_header(request, answer, "Refresh", str_printf(request->arena, "0; url=%.*s", STR_ARG(url)));
	resource_text(&it, "url", url);
	resource_text(&it, "provider", oidc_name(request->hall));
	answer->resource = resource_done(&it);
	answer->status = 200;
	return OK;
}

static struct err identity_back(struct request *request, struct answer *answer)
{
	struct oidc_answer back = { .code = request_query(request, "code"), .state = request_query(request, "state"),
		.issuer = request_query(request, "iss"), .error = request_query(request, "error") };
	struct oidc_outcome outcome = { .next = STR("/my") };
	struct err err = oidc_finish(
	    request->hall, request->arena, request->session, request->session_token, redirect_uri(request), &back, request->report, &outcome);
	if (IS_FOR_THE_PERSON(err) || err_is(err, ERR_BUSY)) {
		answer->status = err_is(err, ERR_BUSY) ? 503 : 422;
		return fill_identity(request, answer, own_path(outcome.next, STR("/my")));
	}
	TRY(err);
	answer_session(request, answer, outcome.token);
	answer->see_other = own_path(outcome.next, STR("/my"));
	return OK;
}

const struct route sign_in_routes[] = {
	{ .id = "signInShow",
	    .method = "GET",
	    .path = "/sign-in",
	    .needs = NEEDS_ANYBODY,
	    .handler = sign_in_show,
	    .template_name = "signIn" },
	{ .id = "signInSend",
	    .method = "POST",
	    .path = "/sign-in",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_in_send,
	    .template_name = "signIn" },
	{ .id = "signInCode",
	    .method = "GET",
	    .path = "/sign-in/code",
	    .needs = NEEDS_ANYBODY,
	    .handler = sign_in_code,
	    .template_name = "signInCode" },
	{ .id = "signInEnter",
	    .method = "POST",
	    .path = "/sign-in/code",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_in_enter,
	    .template_name = "signInCode" },
	{ .id = "signInAgain",
	    .method = "POST",
	    .path = "/sign-in/again",
	    .needs = NEEDS_ANYBODY,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_in_again,
	    .template_name = "signInCode" },
	{ .id = "signOutShow",
	    .method = "GET",
	    .path = "/sign-out",
	    .needs = NEEDS_SIGNED_IN,
	    .handler = sign_out_show,
	    .template_name = "signOut" },
	{ .id = "signOut",
	    .method = "POST",
	    .path = "/sign-out",
	    .needs = NEEDS_SIGNED_IN,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = sign_out },
	{ .id = "identityShow",
	    .method = "GET",
	    .path = "/identity",
	    .needs = NEEDS_WORKER,
	    .handler = identity_show,
	    .template_name = "identity" },
	{ .id = "identityGo",
	    .method = "POST",
	    .path = "/identity",
	    .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = identity_go,
	    .template_name = "identityGo" },
	{ .id = "identityBack",
	    .method = "GET",
	    .path = "/identity/back",
	    .needs = NEEDS_WORKER,
	    .handler = identity_back,
	    .template_name = "identity" },
	{ 0 },
};
