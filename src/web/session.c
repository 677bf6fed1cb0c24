/* From the cookie to the person: session, role, language. */
#include "web/inside.h"

const char *session_cookie_name(const struct request *request) { return request->secure ? "__Host-hall" : "hall"; }

static const struct { const char *role; enum needs needs; } role_needs[] = {
	{ "legalClerk", NEEDS_CLERK },
	{ "legalLead", NEEDS_CLERK | NEEDS_LEAD },
	{ "leader", NEEDS_LEADER },
	{ "administrator", NEEDS_ADMINISTRATOR },
	{ "operator", NEEDS_OPERATOR },
	{ "auditor", NEEDS_AUDITOR },
};

enum needs needs_of_role(struct str role)
{
	for (size_t i = 0; i < sizeof role_needs / sizeof *role_needs; i++)
		if (str_eq_c(role, role_needs[i].role)) return role_needs[i].needs;
	return 0;
}

static enum needs needs_of(const struct session *session)
{
	switch (session->kind) {
	case SESSION_WORKER: return NEEDS_WORKER;
	case SESSION_LAWYER: return NEEDS_LAWYER;
	case SESSION_STAFF: return needs_of_role(session->role);
	case SESSION_NONE: break;
	}
	return 0;
}

static void choose_language(struct request *request)
{
	struct str wanted = request_query(request, "lang");
	if (wanted.len == 0) wanted = request_cookie(request, "lang");
	bool english = str_eq_c(wanted, "en");
	request->language = english ? STR("en") : STR("zh-CN");
	request->language_index = english ? 1 : 0;
}

/* "Authorization: Bearer uh_...": a program, only on the JSON face, where no cookie counts then. */
static struct err find_session(struct request *request, struct session *session)
{
	struct str bearer = request_header(request, "Authorization"), word = STR("Bearer ");
	struct str token = request_cookie(request, session_cookie_name(request));
	if (bearer.len) {
		if (!request->json || !str_starts(bearer, word)) return ERR(NOT_FOUND);
		token = str_trim(str_sub(bearer, word.len, bearer.len));
		TRY(api_token_session(request->hall, request->arena, token, session));
	} else {
		if (token.len == 0) return ERR(NOT_FOUND);
		TRY(session_find(request->hall, request->arena, token, session));
	}
	request->session_token = token;
	return OK;
}

void session_attach(struct request *request)
{
	struct session *session = (struct session *)(uintptr_t)request->session;
	choose_language(request);
	if (hall_is_locked(request->hall)) return;
	if (failed(find_session(request, session))) return;
	request->holds = needs_of(session);
	request->actor = session_actor(session);
	request->actor.device = request->device;
}
