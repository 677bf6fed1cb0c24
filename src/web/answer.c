/* What a handler set, as bytes: a page, JSON, a file, or a way to go on; and problems in words (RFC 9457). */
#include "web/inside.h"

#include <string.h>

static const struct { const char *name, *value; } security_headers[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()" },
	{ "Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
	                             "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
};

void answer_header(struct request *request, struct answer *answer, const char *name, struct str value)
{
	LIST_PUSH(request->arena, &answer->headers, ((struct request_field){ str_from_c(name), value }));
}

void answer_cookie(struct request *request, struct answer *answer, const char *name, struct str value, int64_t max_age_s)
{
	LIST_PUSH(request->arena, &answer->cookies, ((struct answer_cookie){ str_from_c(name), value, max_age_s }));
}

void answer_session(struct request *request, struct answer *answer, struct str token)
{
	answer_cookie(request, answer, session_cookie_name(request), token, token.len ? -1 : 0);
	answer_cookie(request, answer, request->secure ? "__Host-visit" : "visit", STR(""), 0);   /* form tokens hang on the session now */
}

static void print_cookies(struct request *request, struct answer *answer)
{
	for (size_t i = 0; i < answer->cookies.count; i++) {
		const struct answer_cookie *cookie = &answer->cookies.items[i];
		struct str age = cookie->max_age_s < 0 ? STR("") : str_printf(request->arena, "; Max-Age=%lld", (long long)cookie->max_age_s);
		answer_header(request, answer, "Set-Cookie", str_printf(request->arena, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%.*s",
		    STR_ARG(cookie->name), STR_ARG(cookie->value), request->secure ? "; Secure" : "", STR_ARG(age)));
	}
}

static void print_headers(struct request *request, struct answer *answer)
{
	for (size_t i = 0; i < sizeof security_headers / sizeof *security_headers; i++)
		answer_header(request, answer, security_headers[i].name, str_from_c(security_headers[i].value));
	if (request->secure) answer_header(request, answer, "Strict-Transport-Security", STR("max-age=31536000"));
	answer_header(request, answer, "Cache-Control", answer->file.keep ? STR("public, max-age=31536000, immutable") : STR("no-store"));
	answer_header(request, answer, "X-Request-Id", request->id);
	if (answer->retry_after.len) answer_header(request, answer, "Retry-After", answer->retry_after);
	print_cookies(request, answer);
}

/* ---- the four kinds of answer -------------------------------------------------------------------------------------- */

static void print_file(struct request *request, struct answer *answer)
{
	const struct answer_file *file = &answer->file;
	answer->body = file->content;
	answer->media_type = file->media_type;
	if (!answer->status) answer->status = 200;
	if (file->name.len)
		answer_header(request, answer, "Content-Disposition", str_printf(request->arena, "%s; filename*=UTF-8''%.*s",
		    file->attachment ? "attachment" : "inline", STR_ARG(url_encode(request->arena, file->name))));
}

static struct err print_json(struct request *request, struct answer *answer)
{
	const struct shape *shape = request->route ? request->route->output : NULL;
	bool post = str_eq_c(request->method, "POST");
	if (answer->resource.kind == FEEL_NULL) {
		answer->status = answer->status ? answer->status : 204;
		return OK;
	}
	if (!answer->status) answer->status = post ? 201 : 200;
	answer->media_type = STR("application/json");
	return json_print(request->arena, shape_json(request, shape, answer->resource), JSON_COMPACT, JSON_ANSWER_BYTES_MAX, &answer->body);
}

static struct err print_page(struct request *request, struct answer *answer)
{
	const char *name = answer->template_name ? answer->template_name : request->route ? request->route->template_name : NULL;
	if (!name) return ERR(NOT_FOUND);
	TRY(page_render(request, name, answer->resource, &answer->body));
	if (!answer->status) answer->status = 200;
	answer->media_type = STR("text/html; charset=utf-8");
	answer_header(request, answer, "Content-Language", request->language);
	answer_header(request, answer, "Vary", STR("Cookie"));
	/* the token of a form hangs on a cookie: a first visitor gets one with the page */
	if (request->visit.len && !str_eq(request->visit, request_cookie(request, request->secure ? "__Host-visit" : "visit")))
		answer_cookie(request, answer, request->secure ? "__Host-visit" : "visit", request->visit, -1);
	return OK;
}

struct err answer_print(struct request *request, struct answer *answer)
{
	if (answer->file.media_type.len) {
		print_file(request, answer);
	} else if (request->json) {
		TRY(print_json(request, answer));
	} else if (answer->see_other.len) {
		answer->status = answer->status ? answer->status : 303;
		answer_header(request, answer, "Location", answer->see_other);
	} else {
		TRY(print_page(request, answer));
	}
	print_headers(request, answer);
	return OK;
}

/* ---- problems ----------------------------------------------------------------------------------------------------------- */

static struct feel_value findings(struct request *request)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < request->report->count; i++) {
		const struct finding *finding = &request->report->items[i];
		struct resource item = resource_make(request->arena);
		resource_text(&item, "place", finding->place);
		resource_text(&item, "words", finding->words);
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static struct err print_problem_json(struct request *request, struct answer *answer, struct err err)
{
	struct json *json = json_new(request->arena, JSON_OBJECT), *list = json_new(request->arena, JSON_ARRAY);
	json_add(json, STR("type"), json_new_string(request->arena, str_printf(request->arena, "/problems/%s", err_name(err))));
	json_add(json, STR("title"), json_new_string(request->arena,
	    page_word(request, str_to_c(request->arena, str_printf(request->arena, "problem.%s", err_name(err))))));
	json_add(json, STR("status"), json_new_i64(request->arena, answer->status));
	json_add(json, STR("detail"), json_new_string(request->arena, str_from_c(err_words(err))));
	json_add(json, STR("instance"), json_new_string(request->arena, request->id));
	for (size_t i = 0; i < request->report->count; i++) {
		struct json *item = json_new(request->arena, JSON_OBJECT);
		json_add(item, STR("pointer"), json_new_string(request->arena, request->report->items[i].place));
		json_add(item, STR("detail"), json_new_string(request->arena, request->report->items[i].words));
		json_add(list, STR(""), item);
	}
	json_add(json, STR("errors"), list);
	answer->media_type = STR("application/problem+json");
	return json_print(request->arena, json, JSON_COMPACT, JSON_ANSWER_BYTES_MAX, &answer->body);
}

void answer_problem(struct request *request, struct answer *answer, struct err err)
{
	struct resource problem = resource_make(request->arena);
	struct err printed;
	if (!answer->status) answer->status = err_http_status(err);
	if (answer->status == 503 && !answer->retry_after.len) answer->retry_after = STR("5");
	if (request->json) {
		printed = print_problem_json(request, answer, err);
	} else {
		const char *key = str_to_c(request->arena, str_printf(request->arena, "problem.%s", err_name(err)));
		resource_text(&problem, "title", page_word(request, key));
		resource_text(&problem, "what", page_word(request, str_to_c(request->arena, str_printf(request->arena, "%s.what", key))));
		resource_add(&problem, "findings", findings(request));
		resource_text(&problem, "requestId", request->id);
		resource_count(&problem, "status", answer->status);
		resource_flag(&problem, "again", err_class(err) == ERR_CLASS_RETRY || err_class(err) == ERR_CLASS_FAULT);
		printed = page_render(request, "problem", resource_done(&problem), &answer->body);
		answer->media_type = STR("text/html; charset=utf-8");
	}
	if (failed(printed)) {
		answer->body = str_from_c(err_words(err));
		answer->media_type = STR("text/plain; charset=utf-8");
	}
	print_headers(request, answer);
}
