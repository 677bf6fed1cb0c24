/* Pages: templates with parts and words, compiled once a language at start, run for each request. */
#include "web/inside.h"

#include <assert.h>
#include <string.h>

enum { PART_DEPTH_MAX = 8, SOURCE_BYTES_MAX = 512 << 10, MARK_BYTES = 16 };

static const char *const languages[LANGUAGE_COUNT] = { "zh-CN", "en" };

struct page { const struct feel_template *body, *title; bool has_form; };
struct pages {
	struct map pages[LANGUAGE_COUNT];    /* name -> struct page */
	struct map words[LANGUAGE_COUNT];    /* key -> struct str */
};

/* ---- words ------------------------------------------------------------------------------------------------------ */

static struct err load_words(struct arena *arena, struct pages *pages, const struct embedded_file *file, struct report *report)
{
	const struct json *json;
	report->file = str_from_c(file->name);
	TRY(json_parse(arena, embedded_content(file), report, &json));
	for (const struct json *word = json->first; word; word = word->next) {
		for (int l = 0; l < LANGUAGE_COUNT; l++) {
			const struct json *text = json_get(word, str_from_c(languages[l]));
			struct str *kept = ARENA_NEW(arena, struct str);
			if (!json_is(text, JSON_STRING)) report_error(report, word->key, "there is no text in %s", languages[l]);
			if (map_has(&pages->words[l], word->key)) report_error(report, word->key, "this key stands twice");
			*kept = json_string(text);
			map_put(arena, &pages->words[l], word->key, kept);
		}
		if (word->count != LANGUAGE_COUNT) report_error(report, word->key, "only zh-CN and en are known");
	}
	return OK;
}

struct str page_word(const struct request *request, const char *key)
{
	const struct str *word = map_get(&request->web->pages->words[request->language_index], str_from_c(key));
	assert(word != NULL);
	return *word;
}

struct str page_word_or(const struct request *request, const char *prefix, struct str name, struct str otherwise)
{
	struct str key = str_join(request->arena, str_from_c(prefix), name);
	const struct str *word = map_get(&request->web->pages->words[request->language_index], key);
	return word ? *word : otherwise;
}

/* ---- expanding: {{>part}} and [[word]] --------------------------------------------------------------------------- */

static const struct embedded_file *template_file(struct arena *arena, struct str name)
{
	const char *wanted = str_to_c(arena, str_printf(arena, "%.*s.html", STR_ARG(name)));
	for (size_t i = 0; i < embedded_templates_count; i++)
		if (strcmp(embedded_templates[i].name, wanted) == 0) return &embedded_templates[i];
	return NULL;
}

struct expanding { struct arena *arena; struct pages *pages; int language; struct report *report; struct buf out; };

static void expand(struct expanding *x, struct str text, int depth)
{
	for (size_t at = 0; at < text.len;) {
		struct str rest = str_sub(text, at, text.len);
		bool part = str_starts(rest, STR("{{>")), word = str_starts(rest, STR("[["));
		ptrdiff_t end = part ? str_find(rest, STR("}}"), 0) : word ? str_find(rest, STR("]]"), 0) : -1;
		if (end < 0) {
			ptrdiff_t braces = str_find(rest, STR("{{>"), 1), brackets = str_find(rest, STR("[["), 1);
			ptrdiff_t next = braces >= 0 && (brackets < 0 || braces < brackets) ? braces : brackets;
			buf_add(&x->out, next < 0 ? rest : str_sub(rest, 0, (size_t)next));
			at = next < 0 ? text.len : at + (size_t)next;
			continue;
		}
		struct str name = str_trim(str_sub(rest, part ? 3 : 2, (size_t)end));
		if (part) {
			const struct embedded_file *file = template_file(x->arena, str_join(x->arena, STR("part-"), name));
			if (!file) report_error(x->report, name, "there is no templates/part-%.*s.html", STR_ARG(name));
			else if (depth >= PART_DEPTH_MAX) report_error(x->report, name, "parts contain each other");
			else expand(x, embedded_content(file), depth + 1);
		} else {
			const struct str *found = map_get(&x->pages->words[x->language], name);
			if (!found) report_error(x->report, name, "there is no such word; add it to words/");
			else if (depth < PART_DEPTH_MAX) expand(x, *found, depth + 1);
		}
		at += (size_t)end + 2;
	}
}

static struct err compile(struct expanding *x, struct str text, const struct feel_template **out, struct str *out_expanded)
{
	struct feel_scope scope = { .env = environment_signatures() };
	struct feel_scope *kept = ARENA_NEW(x->arena, struct feel_scope);
	size_t before = x->report->error_count;
	*kept = scope;
	struct arena scratch = { 0 };   /* what a growing buffer leaves behind shall not stay for ever */
	struct str expanded;
	x->out = buf_make(&scratch, SOURCE_BYTES_MAX);
	expand(x, text, 0);
	struct err err = buf_finish(&x->out, &expanded);
	if (!failed(err)) *out_expanded = str_copy(x->arena, expanded);
	arena_done(&scratch);
	TRY(err);
	if (x->report->error_count > before) return ERR(INVALID);
	return feel_template_compile(x->arena, *out_expanded, kept, x->report, out);
}

static struct err compile_page(struct expanding *x, const struct embedded_file *file)
{
	struct str name = str_sub(str_from_c(file->name), 0, strlen(file->name) - 5), expanded;
	struct page *page = ARENA_NEW(x->arena, struct page);
	const struct str *title = map_get(&x->pages->words[x->language], str_join(x->arena, name, STR(".title")));
	x->report->file = str_from_c(file->name);
	if (!title) {
		report_error(x->report, name, "the word %.*s.title is missing", STR_ARG(name));
		return OK;
	}
	struct err err = compile(x, *title, &page->title, &expanded);
	if (!failed(err)) err = compile(x, embedded_content(file), &page->body, &expanded);
	if (failed(err)) return OK;   /* named in the report; the others are still looked at */
	page->has_form = str_find(expanded, STR("page.token"), 0) >= 0;
	map_put(x->arena, &x->pages->pages[x->language], name, page);
	return OK;
}

struct err pages_compile(struct arena *arena, struct report *report, struct pages **out_pages)
{
	struct pages *pages = ARENA_NEW(arena, struct pages);
	for (size_t i = 0; i < embedded_words_count; i++) TRY(load_words(arena, pages, &embedded_words[i], report));
	for (int l = 0; l < LANGUAGE_COUNT; l++) {
		struct expanding x = { .arena = arena, .pages = pages, .language = l, .report = report };
		for (size_t i = 0; i < embedded_templates_count; i++)
			if (!str_starts(str_from_c(embedded_templates[i].name), STR("part-"))) TRY(compile_page(&x, &embedded_templates[i]));
	}
	report->file = STR("");
	if (report->error_count) return ERR(INVALID);
	*out_pages = pages;
	return OK;
}

bool page_exists(const struct pages *pages, const char *name) { return map_has(&pages->pages[0], str_from_c(name)); }

/* ---- HTML of our own ----------------------------------------------------------------------------------------------- */

/* The string that goes through the template is a mark that nobody else can write: a random number a request. Of letters that
 * no escape touches. */
struct feel_value page_html(struct request *request, struct str html)
{
	if (request->html_mark.len == 0) {
		uint8_t bytes[MARK_BYTES];
		rand_fill(rand_system(), bytes, sizeof bytes);
		request->html_mark = str_printf(request->arena, "html-%.*s:", STR_ARG(str_hex(request->arena, bytes, sizeof bytes)));
	}
	LIST_PUSH(request->arena, &request->html, html);
	return feel_string(str_printf(request->arena, "%.*s%zu;", STR_ARG(request->html_mark), request->html.count - 1));
}

static struct err put_html(struct request *request, struct str page, struct str *out_page)
{
	struct buf buf = buf_make(request->arena, PAGE_BYTES_MAX);
	size_t at = 0;
	if (request->html.count == 0) {
		*out_page = page;
		return OK;
	}
	for (ptrdiff_t found; (found = str_find(page, request->html_mark, at)) >= 0;) {
		ptrdiff_t end = str_find_byte(page, ';', (size_t)found);
		int64_t index;
		if (end < 0 || !str_to_i64(str_sub(page, (size_t)found + request->html_mark.len, (size_t)end), &index) || index < 0 ||
		    (size_t)index >= request->html.count)
			return ERR(INTERNAL);
		buf_add(&buf, str_sub(page, at, (size_t)found));
		buf_add(&buf, request->html.items[index]);
		at = (size_t)end + 1;
	}
	buf_add(&buf, str_sub(page, at, page.len));
	return buf_finish(&buf, out_page);
}

/* ---- rendering ------------------------------------------------------------------------------------------------------- */

static struct feel_value page_session(struct request *request)
{
	struct resource session = resource_make(request->arena);
	const struct session *s = request->session;
	resource_flag(&session, "signedIn", s->kind != SESSION_NONE);
	resource_flag(&session, "worker", s->kind == SESSION_WORKER);
	resource_flag(&session, "lawyer", s->kind == SESSION_LAWYER);
	resource_flag(&session, "staff", s->kind == SESSION_STAFF);
	resource_text(&session, "name", s->name);
	resource_text(&session, "role", s->role);
	resource_count(&session, "level", s->level);
	resource_flag(&session, "clerk", (request->holds & (NEEDS_CLERK | NEEDS_LEAD)) != 0);
	resource_flag(&session, "leader", (request->holds & NEEDS_LEADER) != 0);
	resource_flag(&session, "administrator", (request->holds & NEEDS_ADMINISTRATOR) != 0);
	resource_flag(&session, "operator", (request->holds & NEEDS_OPERATOR) != 0);
	resource_flag(&session, "auditor", (request->holds & NEEDS_AUDITOR) != 0);
	return resource_done(&session);
}

static struct feel_value page_context(struct request *request, const struct page *page, struct str title)
{
	struct resource context = resource_make(request->arena);
	const struct web *web = request->web;
	bool chinese = request->language_index == 0;
	resource_text(&context, "title", title);
	resource_text(&context, "path", request->path);
	resource_text(&context, "language", request->language);
	resource_flag(&context, "english", !chinese);
	resource_text(&context, "otherLanguage", str_printf(request->arena, "%.*s?lang=%s",
	    STR_ARG(str_eq_c(request->method, "GET") ? request->path : STR("/")), chinese ? "en" : "zh-CN"));
	resource_text(&context, "hallName", web->said->name);
	resource_text(&context, "hotline", web->said->hotline);
	resource_text(&context, "build", web->build);
	resource_flag(&context, "demo", web->options.demo);
	resource_text(&context, "demoNow", web->options.demo ? demo_now(request) : STR(""));
	resource_add(&context, "session", page_session(request));
	resource_text(&context, "token", page->has_form ? form_token(request) : STR(""));
	resource_text(&context, "requestId", request->id);
	return resource_done(&context);
}

struct err page_render(struct request *request, const char *name, struct feel_value resource, struct str *out_html)
{
	const struct page *page = map_get(&request->web->pages->pages[request->language_index], str_from_c(name));
	struct feel_template_options options = { .escape = FEEL_ESCAPE_HTML, .bytes_max = PAGE_BYTES_MAX };
	struct feel_template_options plain = { .escape = FEEL_ESCAPE_NONE, .bytes_max = 4096 };
	struct str title, html;
	if (!page) return ERR(INTERNAL);
	if (!request->environment) request->environment = hall_environment(request->hall, request->arena);
	struct feel_entry it[] = { { STR("it"), resource } };
	const struct feel_env *env = &request->environment->feel;
	TRY(feel_template_run(request->arena, page->title, feel_context_of(request->arena, it, 1), env, &plain, NULL, &title));
	struct feel_entry both[] = { { STR("it"), resource }, { STR("page"), page_context(request, page, title) } };
	struct feel_value context = feel_context_of(request->arena, both, 2);
	TRY(feel_template_run(request->arena, page->body, context, env, &options, NULL, &html));
	return put_html(request, html, out_html);
}

/* ---- times as people read them ------------------------------------------------------------------------------------------ */

static struct str day_words(const struct request *request, struct date day, bool with_year)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	if (request->language_index == 0)
		return with_year ? str_printf(request->arena, "%d年%d月%d日", day.year, day.month, day.day)
		                 : str_printf(request->arena, "%d月%d日", day.month, day.day);
	return with_year ? str_printf(request->arena, "%d %s %d", day.day, months[day.month - 1], day.year)
	                 : str_printf(request->arena, "%d %s", day.day, months[day.month - 1]);
}

struct str page_date(const struct request *request, int64_t ms)
{
	if (!ms) return STR("");
	struct date day = date_of_ms(ms, SHANGHAI_OFFSET_S), today = date_of_ms(request->now_ms, SHANGHAI_OFFSET_S);
	return day_words(request, day, day.year != today.year);
}

struct str page_time(const struct request *request, int64_t ms)
{
	if (!ms) return STR("");
	int64_t minutes = (ms / 1000 + SHANGHAI_OFFSET_S) / 60 % 1440;
	return str_printf(request->arena, "%.*s %02d:%02d", STR_ARG(page_date(request, ms)), (int)(minutes / 60), (int)(minutes % 60));
}

/* ---- the token of forms --------------------------------------------------------------------------------------------------- */

static struct str token_of(struct request *request, struct str secret)
{
	return hall_keyed_text(request->hall, request->arena, "web.form", secret);
}

struct str form_token(struct request *request)
{
	enum { VISIT_BYTES = 16 };
	if (request->session_token.len) return token_of(request, request->session_token);
	if (request->visit.len == 0) request->visit = request_cookie(request, request->secure ? "__Host-visit" : "visit");
	if (request->visit.len != 2 * VISIT_BYTES) {
		uint8_t bytes[VISIT_BYTES];
		rand_fill(rand_system(), bytes, sizeof bytes);
		request->visit = str_hex(request->arena, bytes, sizeof bytes);
	}
	return token_of(request, request->visit);
}

bool form_token_is_good(struct request *request, struct str token)
{
	struct str secret = request->session_token.len ? request->session_token
	                                                : request_cookie(request, request->secure ? "__Host-visit" : "visit");
	struct str good = token_of(request, secret);
	if (secret.len == 0 || token.len != good.len) return false;
	unsigned different = 0;
	for (size_t i = 0; i < good.len; i++) different |= (unsigned)(token.ptr[i] ^ good.ptr[i]);
	return different == 0;
}
