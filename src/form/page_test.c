/* Question pages: what is sent, what is judged, what is shown. The golden HTML stands in tests/form/html, one tag a line;
 * FORM_GOLDEN_WRITE=1 writes it anew, to be read before it is committed. Rows LA9, LA12, LA13. */
#include "form/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct feel_env env = { .now_ms = INT64_C(1661448600000), .offset_s = SHANGHAI_OFFSET_S };

static const struct json *golden_of(struct arena *arena)
{
	struct str text;
	const struct json *json = NULL;
	struct report report = report_make(arena);
	assert_false(failed(file_read(arena, "tests/form/every.json", 1 << 20, &text)));
	if (failed(json_parse(arena, text, &report, &json))) fail_msg("%.*s", STR_ARG(report_print(arena, &report)));
	return json;
}

static struct str print(struct arena *arena, const struct json *json)
{
	struct str text = STR("");
	assert_false(failed(json_print(arena, json, JSON_COMPACT, 1 << 20, &text)));
	return text;
}

static const struct form *load(struct arena *arena, const struct json *golden)
{
	const struct form *form = NULL;
	struct report report = report_make(arena);
	struct str text = print(arena, json_get(golden, STR("schema")));
	if (failed(form_load(arena, text, &env, NULL, &report, &form))) fail_msg("%.*s", STR_ARG(report_print(arena, &report)));
	return form;
}

static struct feel_value value_of(struct arena *arena, const struct json *json)
{
	return json ? feel_from_json(arena, json) : FEEL_NULL_VALUE;
}

struct sending { const struct form_sent *items; size_t count; };

static struct sending sent_of(struct arena *arena, const struct json *list)
{
	struct form_sent *sent = ARENA_ARRAY(arena, struct form_sent, list ? list->count + 1 : 1);
	size_t count = 0;
	for (const struct json *pair = list ? list->first : NULL; pair; pair = pair->next)
		sent[count++] = (struct form_sent){ pair->first->text, pair->last->text };
	return (struct sending){ sent, count };
}

static const struct form_language *language_of(struct arena *arena, const struct json *golden, const struct json *case_)
{
	struct form_language *language = ARENA_NEW(arena, struct form_language);
	language->english = json_is(json_get(case_, STR("english")), JSON_TRUE);
	language->words = json_get(golden, STR("english"));
	return language;
}

/* ---- sending ---- */

static struct json *grouped(struct arena *arena, const struct report *report)
{
	struct json *all = json_new(arena, JSON_OBJECT);
	for (size_t i = 0; i < report->count; i++) {
		struct json *words = (struct json *)json_get(all, report->items[i].place);
		if (!words) {
			words = json_new(arena, JSON_ARRAY);
			json_add(all, report->items[i].place, words);
		}
		json_add(words, STR(""), json_new_string(arena, report->items[i].words));
	}
	return all;
}

static void expect(struct arena *arena, const struct json *case_, const struct json *expected, const struct json *got)
{
	if (!json_eq(expected, got))
		fail_msg("line %u: expected\n%.*s\nbut got\n%.*s", case_->line, STR_ARG(print(arena, expected)), STR_ARG(print(arena, got)));
}

static void send_page(struct arena *arena, const struct form *form, const struct json *golden, const struct json *case_)
{
	struct report report = report_make(arena);
	struct form_page_result result = { .op = STR("") };
	struct sending sent = sent_of(arena, json_get(case_, STR("sent")));
	const struct json *errors = json_get(case_, STR("errors")), *data = json_get(case_, STR("data"));
	struct feel_value draft = value_of(arena, json_get(case_, STR("draft")));
	struct err err = form_submit_page(arena, form, draft, json_string_of(case_, "page"), sent.items, sent.count,
		language_of(arena, golden, case_), &env, &report, &result);
	if (json_get(case_, STR("missing"))) {
		assert_true(err_is(err, ERR_NOT_FOUND));
		return;
	}
	if (failed(err) && !errors) fail_msg("line %u: %.*s", case_->line, STR_ARG(report_print(arena, &report)));
	if (errors) {
		expect(arena, case_, errors, grouped(arena, &report));
		assert_true(err_is(err, ERR_INVALID));
	}
	if (data) expect(arena, case_, data, feel_to_json(arena, result.data, FEEL_JSON_PLAIN));
	if (result.again != json_is(json_get(case_, STR("again")), JSON_TRUE)) fail_msg("line %u: again is %d", case_->line, result.again);
}

static void test_one_page_is_judged_and_kept_at_once(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *golden = golden_of(&arena);
	const struct form *form = load(&arena, golden);
	for (const struct json *each = json_get(golden, STR("submits"))->first; each; each = each->next)
		if (!json_get(each, STR("steps"))) send_page(&arena, form, golden, each);
	arena_done(&arena);
}

/* The tokens of a page as it is shown: choosing by steps goes on until the last, and another first step forgets the second. */
static void choose(struct arena *arena, const struct form *form, struct feel_value *draft, const char *first, const char *second,
	bool again)
{
	const struct form_state *shown;
	struct form_steps steps;
	struct form_page_result result;
	bool whole;
	assert_false(failed(form_state(arena, form, *draft, &env, &shown)));
	const struct form_item *item = form_item_at(shown, STR("/place"));
	assert_false(failed(form_steps_of(arena, shown, item, item->value, &steps, &whole)));
	const char *labels[] = { first, second };
	struct form_sent sent[4] = { { STR("code"), STR("X") }, { STR("isTrue"), STR("true") } };
	size_t count = 2;
	for (size_t k = 0; k < 2 && labels[k] && k < steps.count; k++)
		for (size_t i = 0; i < steps.lists[k].count; i++)
			if (str_eq_c(steps.lists[k].items[i].label, labels[k]))
				sent[count++] = (struct form_sent){ STR("place"), form_choice_token(arena, item->component, steps.lists[k].items, i) };
	struct err err = form_submit_page(arena, form, *draft, STR("work"), sent, count, NULL, &env, NULL, &result);
	assert_false(failed(err));
	assert_int_equal(result.again, again);
	*draft = result.data;
}

static void test_a_place_is_chosen_step_by_step(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct form *form = load(&arena, golden_of(&arena));
	struct feel_value draft = FEEL_NULL_VALUE;
	choose(&arena, form, &draft, "沪", NULL, true);
	assert_true(str_eq_c(feel_get(draft, STR("place")).string, "31"));
	choose(&arena, form, &draft, "沪", "宝山", false);
	assert_true(str_eq_c(feel_get(draft, STR("place")).string, "310113"));
	choose(&arena, form, &draft, "辽", "宝山", true);
	assert_true(str_eq_c(feel_get(draft, STR("place")).string, "21"));
	/* Half a place is refused when it is sent again as it is, and when the whole form is submitted. */
	struct report report = report_make(&arena);
	struct form_page_result result;
	const struct form_sent sent[] = { { STR("place"), STR("1.bad0") }, { STR("code"), STR("X") }, { STR("isTrue"), STR("true") } };
	assert_false(failed(form_submit_page(&arena, form, draft, STR("work"), sent, 3, NULL, &env, &report, &result)));
	struct feel_value values, half = feel_put(&arena, FEEL_NULL_VALUE, STR("place"), feel_string(STR("21")));
	assert_true(err_is(form_submit(&arena, form, FEEL_NULL_VALUE, half, &env, &report, &values), ERR_INVALID));
	assert_true(str_find(report_print(&arena, &report), STR("选到最后一级"), 0) >= 0);
	arena_done(&arena);
}

static void test_what_is_sent_is_bounded(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct form *form = load(&arena, golden_of(&arena));
	struct form_page_result result;
	struct form_sent *sent = ARENA_ARRAY(&arena, struct form_sent, FORM_SENT_COUNT_MAX + 1);
	for (size_t i = 0; i <= FORM_SENT_COUNT_MAX; i++) sent[i] = (struct form_sent){ STR("x"), STR("") };
	struct err err = form_submit_page(&arena, form, FEEL_NULL_VALUE, STR("you"), sent, FORM_SENT_COUNT_MAX + 1, NULL, &env, NULL, &result);
	assert_true(err_is(err, ERR_LIMIT));
	sent[0].name = (struct str){ arena_alloc(&arena, FORM_SENT_NAME_BYTES_MAX + 1), FORM_SENT_NAME_BYTES_MAX + 1 };
	assert_true(err_is(form_submit_page(&arena, form, FEEL_NULL_VALUE, STR("you"), sent, 1, NULL, &env, NULL, &result), ERR_LIMIT));
	arena_done(&arena);
}

static void test_pages_are_listed_as_they_are_asked(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *golden = golden_of(&arena);
	const struct form *form = load(&arena, golden);
	for (const struct json *each = json_get(golden, STR("pages"))->first; each; each = each->next) {
		const struct form_state *shown;
		struct form_pages pages;
		struct json *list = json_new(&arena, JSON_ARRAY);
		assert_false(failed(form_state(&arena, form, value_of(&arena, json_get(each, STR("data"))), &env, &shown)));
		assert_false(failed(form_pages(&arena, shown, NULL, &pages)));
		for (size_t i = 0; i < pages.count; i++)
			json_add(list, STR(""), json_new_string(&arena, str_printf(&arena, "%.*s %.*s%s", STR_ARG(pages.items[i].id),
				STR_ARG(pages.items[i].title), pages.items[i].extra ? " extra" : "")));
		expect(&arena, each, json_get(each, STR("pages")), list);
	}
	arena_done(&arena);
}

/* ---- showing ---- */

/* One tag a line, so that a person can read it and a difference has a place. */
static struct str one_tag_a_line(struct arena *arena, struct str html)
{
	struct buf buf = buf_make(arena, 1 << 20);
	for (size_t i = 0; i < html.len; i++) {
		if (i > 0 && html.ptr[i] == '<' && html.ptr[i - 1] == '>') buf_add_byte(&buf, '\n');
		buf_add_byte(&buf, html.ptr[i]);
	}
	buf_add_byte(&buf, '\n');
	return buf_str(&buf);
}

static const struct form_attachment attachments[] = {
	{ STR_INIT("files.paper"), STR_INIT("A1"), STR_INIT("申请<书>.jpg"), STR_INIT("照片看不清，请再拍一张"), STR_INIT("/files/A1"),
	    STR_INIT("/files/A1/small"), 1234567, false },
	{ STR_INIT("files.proof"), STR_INIT("B1"), STR_INIT("录音.pdf"), STR_INIT(""), STR_INIT("javascript:alert(1)"), STR_INIT(""), 900, true },
};
static const struct form_source sources[] = { { STR_INIT("job.wage"), STR_INIT("2021年的申请") } };

static void show(struct arena *arena, const struct form *form, const struct json *golden, const struct json *case_, bool answers)
{
	const struct form_state *shown;
	struct form_pages pages;
	struct str id = json_string_of(case_, "page"), html, errors;
	const struct form_language *language = language_of(arena, golden, case_);
	struct feel_value data = value_of(arena, json_get(case_, STR("data")));
	assert_false(failed(form_state(arena, form, data, &env, &shown)));
	if (json_get(case_, STR("sent"))) {
		struct sending sent = sent_of(arena, json_get(case_, STR("sent")));
		struct form_page_result result;
		assert_true(err_is(form_submit_page(arena, form, data, id, sent.items, sent.count, language, &env, NULL, &result), ERR_INVALID));
		shown = result.state;
	}
	assert_false(failed(form_pages(arena, shown, language, &pages)));
	struct form_html_options options = { .language = *language, .page = id.len ? form_page(&pages, id) : NULL, .attachments = attachments,
		.attachment_count = 2, .sources = sources, .source_count = 1 };
	assert_true(id.len == 0 || options.page);
	assert_false(failed(form_html_errors(arena, shown, &options, &errors)));
	assert_false(failed((answers ? form_html_answers : form_html)(arena, shown, &options, &html)));
	struct str got = one_tag_a_line(arena, str_join(arena, errors, html)), expected = STR("");
	const char *path = str_to_c(arena, str_printf(arena, "tests/form/html/%.*s.html", STR_ARG(json_string_of(case_, "name"))));
	if (getenv("FORM_GOLDEN_WRITE")) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fwrite(got.ptr, 1, got.len, file);
		fclose(file);
		return;
	}
	if (failed(file_read(arena, path, 1 << 20, &expected)) || !str_eq(expected, got))
		fail_msg("%s is not what is shown:\n%.*s", path, STR_ARG(got));
}

static void test_pages_are_shown_as_accessible_html_without_script(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct json *golden = golden_of(&arena);
	const struct form *form = load(&arena, golden);
	for (const struct json *each = json_get(golden, STR("html"))->first; each; each = each->next) show(&arena, form, golden, each, false);
	for (const struct json *each = json_get(golden, STR("answers"))->first; each; each = each->next) show(&arena, form, golden, each, true);
	arena_done(&arena);
}

static void test_every_error_links_to_an_id_that_is_there(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct form *form = load(&arena, golden_of(&arena));
	static const char *const ids[] = { "you", "work", "claims", "people", "papers" };
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct form_page_result result;
		struct form_pages pages;
		struct str html, errors, id;
		struct err err = form_submit_page(&arena, form, FEEL_NULL_VALUE, str_from_c(ids[i]), NULL, 0, NULL, &env, NULL, &result);
		assert_true(err_is(err, ERR_INVALID));
		assert_false(failed(form_pages(&arena, result.state, NULL, &pages)));
		struct form_html_options options = { .page = form_page(&pages, str_from_c(ids[i])) };
		assert_false(failed(form_html(&arena, result.state, &options, &html)));
		assert_false(failed(form_html_errors(&arena, result.state, &options, &errors)));
		ptrdiff_t at = 0;
		size_t links = 0;
		while ((at = str_find(errors, STR("href=\"#"), (size_t)at)) >= 0) {
			at += 7;
			id = str_sub(errors, (size_t)at, (size_t)str_find_byte(errors, '"', (size_t)at));
			if (str_find(html, str_printf(&arena, " id=\"%.*s\"", STR_ARG(id)), 0) < 0) fail_msg("%s: no %.*s", ids[i], STR_ARG(id));
			links++;
		}
		assert_true(links > 0);
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_page_is_judged_and_kept_at_once),
		cmocka_unit_test(test_a_place_is_chosen_step_by_step),
		cmocka_unit_test(test_what_is_sent_is_bounded),
		cmocka_unit_test(test_pages_are_listed_as_they_are_asked),
		cmocka_unit_test(test_pages_are_shown_as_accessible_html_without_script),
		cmocka_unit_test(test_every_error_links_to_an_id_that_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
