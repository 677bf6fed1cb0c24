/* Any schema, any page, any fields: NUL bytes part schema, page and "name=value" lines. Nothing crashes; no markup of the data
 * reaches the page; what a page kept it keeps again. */
#include "form/form.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_COUNT_MAX = 200 };
static const struct feel_env env = { .now_ms = INT64_C(1661448600000), .offset_s = SHANGHAI_OFFSET_S, .steps_max = 20000,
	.bytes_max = 4 << 20 };

static void check_html(struct str html)
{
	static const struct str never[] = { STR_INIT("<script"), STR_INIT("<style"), STR_INIT("<iframe"), STR_INIT("href=\"javascript") };
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) assert(str_find(html, never[i], 0) < 0);
	bool tag = false, quoted = false;
	for (size_t i = 0; i < html.len; i++) {
		char c = html.ptr[i];
		if (c == '<' || c == '>') {
			assert(!quoted && tag == (c == '>'));
			tag = c == '<';
		}
		if (tag && c == '"') quoted = !quoted;
		if (tag && !quoted) assert(!str_starts(str_sub(html, i, html.len), STR(" on")));
	}
	assert(!tag && !quoted);
}

static void show(struct arena *arena, const struct form_state *state, const struct form_page *page)
{
	struct form_html_options options = { .page = page };
	struct str html;
	if (!failed(form_html(arena, state, &options, &html))) check_html(html);
	if (!failed(form_html_answers(arena, state, &options, &html))) check_html(html);
	if (!failed(form_html_errors(arena, state, &options, &html))) check_html(html);
}

static void send(struct arena *arena, const struct form *form, struct str page, struct str lines)
{
	struct form_sent sent[LINE_COUNT_MAX];
	struct form_page_result result, again;
	struct form_pages pages;
	size_t count = 0;
	struct str line;
	while (count < LINE_COUNT_MAX && str_split(&lines, '\n', &line)) {
		struct str name;
		if (!str_split(&line, '=', &name)) name = STR("");
		sent[count++] = (struct form_sent){ name, line.ptr ? line : STR("") };
	}
	struct err err = form_submit_page(arena, form, FEEL_NULL_VALUE, page, sent, count, NULL, &env, NULL, &result);
	if (failed(err) && !err_is(err, ERR_INVALID)) return;
	if (!failed(form_pages(arena, result.state, NULL, &pages))) show(arena, result.state, form_page(&pages, page));
	if (failed(err) || result.again || str_starts(result.op, STR("add:")) || str_starts(result.op, STR("remove:"))) return;
	err = form_submit_page(arena, form, result.data, page, sent, count, NULL, &env, NULL, &again);
	if (failed(err) || again.again) return;
	assert(json_eq(feel_to_json(arena, result.data, FEEL_JSON_TAGGED), feel_to_json(arena, again.data, FEEL_JSON_TAGGED)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str text = { (const char *)data, size }, schema, page = STR(""), lines = STR("");
	const struct form *form;
	const struct form_state *state;
	struct report report = report_make(&arena);
	if (!str_split(&text, '\0', &schema)) schema = STR("");
	if (text.ptr && str_split(&text, '\0', &page) && text.ptr) lines = text;
	bool loaded = !failed(form_load(&arena, schema, NULL, NULL, &report, &form));
	if (loaded && !failed(form_state(&arena, form, FEEL_NULL_VALUE, &env, &state))) {
		show(&arena, state, NULL);
		send(&arena, form, page, lines);
	}
	arena_done(&arena);
	return 0;
}
