#include "hall/oidc.h"

#include "hall/inside.h"
#include "hall/oidc_fetch.h"
#include "hall/oidc_token.h"

enum { SECRET_BYTES = 32, DISCOVERY_MS = 3600000, KEYS_MS = 60000 };

bool oidc_is_on(const struct hall *hall) { return hall->configuration.oidc.issuer.len > 0; }
struct str oidc_name(const struct hall *hall) { return hall->configuration.oidc.name; }

static struct str random_text(struct hall *hall, struct arena *arena)
{
	uint8_t bytes[SECRET_BYTES];
	rand_fill(hall->rand, bytes, sizeof bytes);
	return base64url_encode(arena, (struct str){ (const char *)bytes, sizeof bytes });
}

/* ---- what the provider says of itself: kept for an hour; keys are asked for again when one is unknown --------------------- */

static struct str kept(struct hall *hall, struct arena *arena, const struct oidc_kept *which, int64_t age_ms_max)
{
	pthread_mutex_lock(&hall->oidc_lock);
	bool fresh = which->text.len && hall_now_ms(hall) - which->at_ms < age_ms_max && hall_now_ms(hall) >= which->at_ms;
	struct str text = fresh ? str_copy(arena, which->text) : STR("");
	pthread_mutex_unlock(&hall->oidc_lock);
	return text;
}

static void keep(struct hall *hall, struct oidc_kept *which, struct str text)
{
	pthread_mutex_lock(&hall->oidc_lock);
	arena_done(&which->arena);
	which->arena = (struct arena){ 0 };
	which->text = str_copy(&which->arena, text);
	which->at_ms = hall_now_ms(hall);
	pthread_mutex_unlock(&hall->oidc_lock);
}

static struct err discover(struct hall *hall, struct arena *arena, struct report *report, const struct json **out_provider)
{
	const struct oidc_settings *settings = &hall->configuration.oidc;
	const struct json *provider;
	struct str text = kept(hall, arena, &hall->oidc_provider, DISCOVERY_MS);
	bool fetched = text.len == 0;
	if (fetched) {
		struct str base = str_ends(settings->issuer, STR("/")) ? str_sub(settings->issuer, 0, settings->issuer.len - 1) : settings->issuer;
		struct oidc_question question = { .url = str_printf(arena, "%.*s/.well-known/openid-configuration", STR_ARG(base)) };
		TRY(oidc_fetch(arena, settings, &question, report, &text));
	}
	TRY(json_parse(arena, text, NULL, &provider));
	if (!str_eq(json_string_of(provider, "issuer"), settings->issuer)) {
		report_error(report, STR("provider"), "it calls itself another issuer than hall.ini does");
		return ERR(INVALID);
	}
	if (fetched) keep(hall, &hall->oidc_provider, text);
	*out_provider = provider;
	return OK;
}

static struct err fetch_keys(
    struct hall *hall, struct arena *arena, const struct json *provider, struct report *report, struct str *out_jwks)
{
	struct oidc_question question = { .url = json_string_of(provider, "jwks_uri") };
	TRY(oidc_fetch(arena, &hall->configuration.oidc, &question, report, out_jwks));
	keep(hall, &hall->oidc_keys, *out_jwks);
	return OK;
}

/* ---- there ----------------------------------------------------------------------------------------------------------------- */

struct flow { struct str state, nonce, verifier, next; int64_t flow_id, session_id; };

static struct err begin_body(struct work *work, void *data)
{
	const struct flow *flow = data;
	struct json *json = json_new(work->arena, JSON_OBJECT);
	struct str plain, box;
	json_add(json, STR("nonce"), json_new_string(work->arena, flow->nonce));
	json_add(json, STR("verifier"), json_new_string(work->arena, flow->verifier));
	json_add(json, STR("next"), json_new_string(work->arena, flow->next));
	TRY(json_print(work->arena, json, JSON_COMPACT, 1 << 14, &plain));
	TRY(seal_text(work->hall, work->arena, "oidc_flow.secrets", flow->flow_id, plain, &box));
	WORK_ADD(work, "oidc_begin", B(lookup_key(work->hall, work->arena, "oidc.state", flow->state)), I(flow->session_id), B(box),
	    I(flow->flow_id), I(work->now_ms + INT64_C(60000) * OIDC_FLOW_MINUTES));
	return OK;
}

static void log_fault(struct hall *hall, const char *what, const struct report *report)
{
	struct finding none = { .place = STR(""), .words = STR("") };
	const struct finding *finding = report->count ? &report->items[report->count - 1] : &none;
	log_event(hall->logger, LOG_LEVEL_WARNING, what, "place=%.*s words=%.*s", STR_ARG(finding->place), STR_ARG(finding->words));
}

static struct err say_unreachable(struct hall *hall, struct report *report)
{
	report_error(report, STR("identity"), "%.*s现在连不上，请过几分钟再试；您填的内容都在", STR_ARG(oidc_name(hall)));
	return ERR(BUSY);
}

struct err oidc_begin(struct hall *hall, struct arena *arena, const struct session *session, struct str redirect_uri, struct str next,
	struct report *report, struct str *out_url)
{
	const struct oidc_settings *settings = &hall->configuration.oidc;
	struct report notes = report_make(arena);
	const struct json *provider;
	uint8_t digest[SEAL_SHA256_BYTES];
	if (!oidc_is_on(hall)) return ERR(REFUSED);
	if (failed(discover(hall, arena, &notes, &provider))) {
		log_fault(hall, "oidc.discovery", &notes);
		return say_unreachable(hall, report);
	}
	struct flow flow = { .state = random_text(hall, arena), .nonce = random_text(hall, arena), .verifier = random_text(hall, arena),
		.next = next, .flow_id = id_next(&hall->ids), .session_id = session->session_id };
	TRY(work_run(hall, arena, NULL, STR("applicant"), false, begin_body, &flow));
	seal_sha256(flow.verifier, digest);
	struct str endpoint = json_string_of(provider, "authorization_endpoint");
	struct str challenge = base64url_encode(arena, (struct str){ (const char *)digest, sizeof digest });
	*out_url = str_printf(arena,
	    "%.*s%cresponse_type=code&client_id=%.*s&redirect_uri=%.*s&scope=%.*s&state=%.*s&nonce=%.*s&code_challenge=%.*s"
	    "&code_challenge_method=S256",
	    STR_ARG(endpoint), str_find_byte(endpoint, '?', 0) < 0 ? '?' : '&', STR_ARG(form_encode(arena, settings->client_id)),
	    STR_ARG(form_encode(arena, redirect_uri)), STR_ARG(form_encode(arena, settings->scope)), STR_ARG(flow.state),
	    STR_ARG(flow.nonce), STR_ARG(challenge));
	return OK;
}

/* ---- and back ---------------------------------------------------------------------------------------------------------------- */

static struct err take_body(struct work *work, void *data)
{
	struct flow *flow = data;
	struct store_row row;
	struct str key = lookup_key(work->hall, work->arena, "oidc.state", flow->state), plain;
	const struct json *json;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "oidc_by_state", &row, B(key)));
	if (row_i64(row, 0) != flow->session_id || row_i64(row, 3) <= work->now_ms) return ERR(FORBIDDEN);
	TRY(unseal_text(work->hall, work->arena, "oidc_flow.secrets", row_i64(row, 2), row_bytes(row, 1), &plain));
	if (failed(json_parse(work->arena, plain, NULL, &json))) return ERR(TAMPERED);
	flow->nonce = json_string_of(json, "nonce");
	flow->verifier = json_string_of(json, "verifier");
	flow->next = json_string_of(json, "next");
	WORK_GUARD(work, "oidc_take", B(key));
	return OK;
}

static bool wants_post(const struct json *provider)
{
	const struct json *methods = json_get(provider, STR("token_endpoint_auth_methods_supported"));
	bool basic = !methods, post = false;
	for (const struct json *method = json_is(methods, JSON_ARRAY) ? methods->first : NULL; method; method = method->next) {
		basic |= str_eq_c(json_string(method), "client_secret_basic");
		post |= str_eq_c(json_string(method), "client_secret_post");
	}
	return !basic && post;
}

static struct err exchange(struct hall *hall, struct arena *arena, const struct json *provider, const struct flow *flow, struct str code,
	struct str redirect_uri, struct report *report, const struct json **out_tokens)
{
	const struct oidc_settings *settings = &hall->configuration.oidc;
	struct str text, client = form_encode(arena, settings->client_id), secret = form_encode(arena, settings->client_secret);
	struct oidc_question question = { .url = json_string_of(provider, "token_endpoint") };
	question.body = str_printf(arena, "grant_type=authorization_code&code=%.*s&redirect_uri=%.*s&code_verifier=%.*s",
	    STR_ARG(form_encode(arena, code)), STR_ARG(form_encode(arena, redirect_uri)), STR_ARG(flow->verifier));
	if (settings->client_secret.len == 0) {
		question.body = str_printf(arena, "%.*s&client_id=%.*s", STR_ARG(question.body), STR_ARG(client));
	} else if (wants_post(provider)) {
		question.body = str_printf(
		    arena, "%.*s&client_id=%.*s&client_secret=%.*s", STR_ARG(question.body), STR_ARG(client), STR_ARG(secret));
	} else {
		question.user = client;
		question.password = secret;
	}
	TRY(oidc_fetch(arena, settings, &question, report, &text));
	return json_parse(arena, text, NULL, out_tokens);
}

static struct err check_token(struct hall *hall, struct arena *arena, const struct json *provider, const struct flow *flow,
	struct str token, struct report *report, const struct json **out_claims)
{
	const struct oidc_settings *settings = &hall->configuration.oidc;
	struct oidc_expected expected = { settings->issuer, settings->client_id, flow->nonce, hall_now_ms(hall) };
	struct str jwks = kept(hall, arena, &hall->oidc_keys, DISCOVERY_MS);
	struct err err = ERR(NOT_FOUND);
	if (jwks.len) err = oidc_token_check(arena, token, jwks, &expected, report, out_claims);
	if (!err_is(err, ERR_NOT_FOUND)) return err;
	if (kept(hall, arena, &hall->oidc_keys, KEYS_MS).len) return ERR(FORBIDDEN);   /* asked a moment ago: the key is not theirs */
	TRY(fetch_keys(hall, arena, provider, report, &jwks));
	err = oidc_token_check(arena, token, jwks, &expected, report, out_claims);
	return err_is(err, ERR_NOT_FOUND) ? ERR(FORBIDDEN) : err;
}

/* Name and number stand in the token, or are asked for at the provider's userinfo (which must speak of the same subject). */
static struct err read_claims(struct hall *hall, struct arena *arena, const struct json *provider, const struct json *claims,
	struct str access_token, struct report *report, struct confirmation *out)
{
	const struct oidc_settings *settings = &hall->configuration.oidc;
	const char *name = str_to_c(arena, settings->name_claim), *number = str_to_c(arena, settings->number_claim);
	struct str subject = json_string_of(claims, "sub"), text;
	out->name = json_string_of(claims, name);
	out->id_number = json_string_of(claims, number);
	out->level = settings->level > 2 ? 2 : settings->level;
	out->method = settings->name;
	out->subject = str_printf(arena, "%.*s %.*s", STR_ARG(settings->issuer), STR_ARG(subject));
	struct oidc_question question = { .url = json_string_of(provider, "userinfo_endpoint"), .bearer = access_token };
	if ((out->name.len && out->id_number.len) || question.url.len == 0 || access_token.len == 0) return OK;
	TRY(oidc_fetch(arena, settings, &question, report, &text));
	TRY(json_parse(arena, text, NULL, &claims));
	if (!str_eq(json_string_of(claims, "sub"), subject)) {
		report_error(report, STR("userinfo"), "it speaks of somebody else");
		return ERR(FORBIDDEN);
	}
	if (out->name.len == 0) out->name = json_string_of(claims, name);
	if (out->id_number.len == 0) out->id_number = json_string_of(claims, number);
	return OK;
}

static struct err ask_provider(struct hall *hall, struct arena *arena, const struct flow *flow, struct str redirect_uri,
	const struct oidc_answer *answer, struct report *notes, struct confirmation *out_confirmation)
{
	const struct json *provider, *tokens, *claims;
	TRY(discover(hall, arena, notes, &provider));
	if (answer->issuer.len && !str_eq(answer->issuer, hall->configuration.oidc.issuer)) return ERR(FORBIDDEN);   /* RFC 9207 */
	TRY(exchange(hall, arena, provider, flow, answer->code, redirect_uri, notes, &tokens));
	TRY(check_token(hall, arena, provider, flow, json_string_of(tokens, "id_token"), notes, &claims));
	return read_claims(hall, arena, provider, claims, json_string_of(tokens, "access_token"), notes, out_confirmation);
}

struct err oidc_finish(struct hall *hall, struct arena *arena, const struct session *session, struct str session_token,
	struct str redirect_uri, const struct oidc_answer *answer, struct report *report, struct oidc_outcome *out_outcome)
{
	struct flow flow = { .state = answer->state, .session_id = session->session_id };
	struct report notes = report_make(arena);
	struct confirmation confirmation = { 0 };
	struct actor by_connector = { .kind = ACTOR_HALL };
	if (!oidc_is_on(hall)) return ERR(REFUSED);
	struct err err = work_run(hall, arena, NULL, STR("applicant"), false, take_body, &flow);
	if (err_is(err, ERR_NOT_FOUND) || err_is(err, ERR_FORBIDDEN) || err_is(err, ERR_BUSY)) {
		report_error(report, STR("identity"), "这次核验已经结束或超时，请再来一次");
		return ERR(FORBIDDEN);
	}
	TRY(err);
	out_outcome->next = flow.next;
	if (answer->error.len || answer->code.len == 0) {
		report_error(report, STR("identity"), "您没有完成%.*s的核验；不核验也可以继续办，由工作人员来核对身份", STR_ARG(oidc_name(hall)));
		return ERR(FORBIDDEN);
	}
	err = ask_provider(hall, arena, &flow, redirect_uri, answer, &notes, &confirmation);
	if (failed(err)) log_fault(hall, "oidc.refused", &notes);
	if (err_is(err, ERR_BUSY)) return say_unreachable(hall, report);
	if (failed(err)) {
		report_error(report, STR("identity"), "%.*s的答复核对不上，没有采用；请再试一次", STR_ARG(oidc_name(hall)));
		return ERR(FORBIDDEN);
	}
	TRY(person_confirm(hall, arena, &by_connector, session->person_id, &confirmation, report));
	out_outcome->name = confirmation.name;
	return session_raise(hall, arena, session_token, confirmation.level, confirmation.method, &out_outcome->token);
}
