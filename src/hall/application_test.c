/* The pages of services/legal-aid as a worker fills them in: the application is driven field by field, as a browser sends it.
 * Rows LA5, LA6, LA9, LA10, LA12, LA13. */
#include "hall/calendar.h"
#include "hall/catalogue.h"
#include "hall/environment.h"
#include "hall/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct desk {
	struct arena arena;
	const struct service *service;
	const struct form *form;
	const struct feel_env *env;
	struct feel_value draft;
};

static struct desk *open_desk(void)
{
	struct desk *desk = calloc(1, sizeof *desk);
	struct report report = report_make(&desk->arena);
	const struct parameters *parameters;
	const struct calendar *calendar;
	if (failed(service_load(&desk->arena, "services/legal-aid", "law", &report, &desk->service)) ||
	    failed(parameters_load(&desk->arena, "regions", &report, &parameters)) ||
	    failed(calendar_load(&desk->arena, "calendar", STR("310113"), &report, &calendar)))
		fail_msg("%.*s", STR_ARG(report_print(&desk->arena, &report)));
	struct environment *environment = environment_new(&desk->arena, calendar, parameters, STR("310113"), INT64_C(1661448600000));
	desk->env = &environment->feel;
	desk->form = service_form(desk->service, desk->service->start_form);
	desk->draft = feel_context_of(&desk->arena, NULL, 0);
	return desk;
}

static void close_desk(struct desk *desk)
{
	arena_done(&desk->arena);
	free(desk);
}

static struct form_pages pages_of(struct desk *desk, const struct form_state **out_state)
{
	struct form_pages pages = { 0 };
	assert_false(failed(form_state(&desk->arena, desk->form, desk->draft, desk->env, out_state)));
	assert_false(failed(form_pages(&desk->arena, *out_state, NULL, &pages)));
	return pages;
}

/* The value that an option with this label has in the HTML of the page. */
static struct str token_of(struct desk *desk, struct str html, const char *label)
{
	struct str words = str_printf(&desk->arena, "<span>%s<", label), other = str_printf(&desk->arena, ">%s</option>", label);
	ptrdiff_t at = str_find(html, words, 0), before = -1;
	if (at < 0) at = str_find(html, other, 0);
	if (at < 0) fail_msg("%s is not offered in %.*s", label, STR_ARG(html));
	for (ptrdiff_t i = 0; i >= 0 && i < at; ) {
		i = str_find(html, STR(" value=\""), (size_t)i);
		if (i < 0 || i > at) break;
		before = i + 8;
		i = before;
	}
	assert_true(before >= 0);
	return str_sub(html, (size_t)before, (size_t)str_find_byte(html, '"', (size_t)before));
}

/* Sends the page: "field=text", or "field:label" for an option. */
static struct err answer(struct desk *desk, const char *page_id, const char *const *answers, size_t count, struct form_page_result *result,
	struct report *report)
{
	const struct form_state *state;
	struct form_pages pages = pages_of(desk, &state);
	const struct form_page *page = form_page(&pages, str_from_c(page_id));
	struct form_html_options options = { .page = page };
	struct form_sent sent[16];
	struct str html;
	if (!page) fail_msg("there is no page %s", page_id);
	assert_false(failed(form_html(&desk->arena, state, &options, &html)));
	for (size_t i = 0; i < count; i++) {
		const char *mark = strpbrk(answers[i], "=:");
		struct str name = { answers[i], (size_t)(mark - answers[i]) };
		sent[i] = (struct form_sent){ name, *mark == '=' ? str_from_c(mark + 1) : token_of(desk, html, mark + 1) };
		if (str_find(html, str_printf(&desk->arena, "name=\"%.*s\"", STR_ARG(name)), 0) < 0)
			fail_msg("%s has no field %.*s", page_id, STR_ARG(name));
	}
	struct err err = form_submit_page(
		&desk->arena, desk->form, desk->draft, str_from_c(page_id), sent, count, NULL, desk->env, report, result);
	if (!failed(err) || err_is(err, ERR_INVALID)) desk->draft = result->data;
	return err;
}

#define ANSWER(desk, page, again_, ...) do { \
	static const char *const answers_[] = { __VA_ARGS__ }; \
	struct form_page_result result_; \
	struct report report_ = report_make(&(desk)->arena); \
	if (failed(answer((desk), (page), answers_, sizeof answers_ / sizeof *answers_, &result_, &report_))) \
		fail_msg("%s: %.*s", (page), STR_ARG(report_print(&(desk)->arena, &report_))); \
	assert_int_equal(result_.again, (again_)); \
} while (0)

static void fill_in(struct desk *desk)
{
	ANSWER(desk, "filed", false, "arbitration.filed:已经立案");
	ANSWER(desk, "identity", false, "name=吴超涛", "idType:居民身份证", "idNumber=150102198602136253");
	ANSWER(desk, "contact", false, "phone=13082230072", "domicile=上海市宝山区牡丹江路2224弄", "mailingAddress=", "email=");
	ANSWER(desk, "about", false, "migrantWorker=true");
	ANSWER(desk, "employer", false, "employer.name=上海淘鲜达电子商务有限公司", "employer.uscc=", "unknown=employer.uscc");
	ANSWER(desk, "workplace", true, "answers.workplace:上海市", "job=仓管");
	ANSWER(desk, "workplace", false, "answers.workplace:上海市", "answers.workplace:宝山区", "job=仓管");
	/* Shown with the place of work filled in; the person only goes on. */
	ANSWER(desk, "registered", false, "employer.registeredRegion:上海市", "employer.registeredRegion:宝山区");
	ANSWER(desk, "filing", false, "arbitration.caseNumber=宝劳人仲（2022）办字第1610号", "arbitration.filedOn=2022/8/21",
		"arbitration.commission=宝山区仲裁委");
	ANSWER(desk, "work", false, "hiredOn=2019年8月30日", "leftOn=20220817", "monthlyWage=11,250元");
	ANSWER(desk, "claims", false, "claims.type:拖欠工资", "claims.type:经济补偿");
	ANSWER(desk, "claims.0", false, "claims.0.months=1", "claims.0.amount=１１２５０", "claims.0.facts=");
	ANSWER(desk, "claims.1", false, "claims.1.serviceFrom=2019-08-30", "claims.1.serviceTo=2022-08-17", "claims.1.averageMonthlyWage=11250",
		"claims.1.amount=", "claims.1.facts=", "unknown=claims.1.amount");
	ANSWER(desk, "hardship", false, "answers.hardshipPromise:我承诺：我经济确有困难，说的是真话");
	ANSWER(desk, "lawyer", false, "answers.ownLawyer:没有");
	ANSWER(desk, "papers", false, "unknown=files.arbitrationApplication");
}

static void test_who_answers_every_page_has_an_application_that_is_accepted_as_it_is(void **state)
{
	(void)state;
	struct desk *desk = open_desk();
	struct report report = report_make(&desk->arena);
	struct feel_value values;
	fill_in(desk);
	if (failed(form_submit(&desk->arena, desk->form, FEEL_NULL_VALUE, desk->draft, desk->env, &report, &values)))
		fail_msg("%.*s", STR_ARG(report_print(&desk->arena, &report)));
	assert_true(str_eq_c(feel_at(values, STR("answers.workplace")).string, "310113"));
	assert_true(str_eq_c(feel_at(values, STR("employer.registeredRegion")).string, "310113"));
	assert_true(str_eq_c(feel_print(&desk->arena, feel_at(values, STR("claims.0.amount"))), "11250"));
	assert_true(str_eq_c(feel_print(&desk->arena, feel_at(values, STR("leftOn"))), "2022-08-17"));
	assert_true(feel_at(values, STR("answers.hardshipPromise")).boolean);
	close_desk(desk);
}

static void test_not_yet_filed_hides_the_questions_about_the_case_and_keeps_their_answers(void **state)
{
	(void)state;
	struct desk *desk = open_desk();
	const struct form_state *shown;
	struct feel_value values;
	fill_in(desk);
	ANSWER(desk, "filed", false, "arbitration.filed:还没有");
	struct form_pages pages = pages_of(desk, &shown);
	assert_null(form_page(&pages, STR("filing")));
	assert_true(str_eq_c(feel_at(desk->draft, STR("arbitration.caseNumber")).string, "宝劳人仲（2022）办字第1610号"));
	assert_false(failed(form_submit(&desk->arena, desk->form, FEEL_NULL_VALUE, desk->draft, desk->env, NULL, &values)));
	assert_int_equal(feel_at(values, STR("arbitration.caseNumber")).kind, FEEL_NULL);
	ANSWER(desk, "filed", false, "arbitration.filed:已经立案");
	pages = pages_of(desk, &shown);
	assert_non_null(form_page(&pages, STR("filing")));
	close_desk(desk);
}

static void test_a_passport_asks_for_sex_and_birth_and_a_card_does_not(void **state)
{
	(void)state;
	struct desk *desk = open_desk();
	const struct form_state *shown;
	struct form_pages pages = pages_of(desk, &shown);
	assert_null(form_page(&pages, STR("person")));
	ANSWER(desk, "identity", false, "name=Anna Müller", "idType:护照", "idNumber=C01X00T47");
	pages = pages_of(desk, &shown);
	assert_non_null(form_page(&pages, STR("person")));
	close_desk(desk);
}

/* LA12: a plain question, at most five fields a page, and most have one to three. */
static void test_pages_ask_little_at_a_time(void **state)
{
	(void)state;
	struct desk *desk = open_desk();
	size_t few = 0, total = 0;
	const struct form_component *const *components = desk->form->components;
	for (size_t i = 0; i < desk->form->component_count; i++) {
		const struct form_component *group = components[i];
		size_t fields = 0;
		if (group->type != FORM_GROUP || group->page.len == 0) continue;
		for (const struct form_component *child = group->first; child; child = child->next) fields += form_is_keyed(child->type);
		if (fields > 5) fail_msg("%.*s asks %zu things", STR_ARG(group->page), fields);
		assert_true(group->label.source.len > 0 && group->why.source.len > 0);
		few += fields <= 3;
		total++;
	}
	assert_true(few * 3 >= total * 2);
	close_desk(desk);
}

/* Both languages: every component with words of its own has English ones. */
static void test_every_word_of_the_application_is_there_in_english(void **state)
{
	(void)state;
	struct desk *desk = open_desk();
	for (size_t i = 0; i < desk->form->component_count; i++) {
		const struct form_component *component = desk->form->components[i];
		const struct json *words = json_get(desk->service->english, component->id);
		const struct { const char *name; struct str source; } members[] = {
			{ "label", component->label.source }, { "description", component->description.source }, { "why", component->why.source },
			{ "hint", component->hint.source }, { "unknown", component->unknown.source }, { "purpose", component->purpose },
			{ "source", component->source }, { "checkMessage", component->check_message.source },
			{ "suffix", component->suffix.source }, { "stepLabels", component->step_labels },
			{ component->type == FORM_TEXT ? "text" : "label", component->type == FORM_TEXT ? component->content.source : STR("") },
		};
		for (size_t k = 0; k < sizeof members / sizeof *members; k++)
			if (members[k].source.len > 0 && json_string_of(words, members[k].name).len == 0)
				fail_msg("words/en.json: %.*s has no %s", STR_ARG(component->id), members[k].name);
		for (size_t k = 0; k < component->option_count; k++) {
			struct str value = feel_print(&desk->arena, component->options[k].value);
			if (json_string(json_get(json_get(words, STR("options")), value)).len == 0)
				fail_msg("words/en.json: %.*s has no option %.*s", STR_ARG(component->id), STR_ARG(value));
		}
	}
	close_desk(desk);
}

static void want(const struct service *service, const char *section, struct str id)
{
	if (json_string(json_get(json_get(service->english, str_from_c(section)), id)).len == 0)
		fail_msg("words/en.json: %s has no %.*s", section, STR_ARG(id));
}

/* And what a worker reads after it: steps that people take, outcomes, papers, promises, the rules of the receipt. */
static void test_every_step_paper_promise_and_rule_is_there_in_english(void **state)
{
	(void)state;
	struct desk *desk = open_desk();
	const struct service *service = desk->service;
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		if (element->kind != BPMN_PROCESS && element->name.len) want(service, "steps", element->id);
	}
	struct bpmn_flows flows = bpmn_flows(service->bpmn);      /* all of it stands in the picture */
	for (size_t i = 0; i < flows.count; i++)
		if (flows.items[i]->name.len) want(service, "lines", flows.items[i]->id);
	for (size_t i = 0; i < service->outcomes.count; i++) want(service, "outcomes", service->outcomes.items[i].name);
	for (size_t i = 0; i < service->papers.count; i++) want(service, "papers", service->papers.items[i].id);
	for (size_t i = 0; i < service->clocks.count; i++) want(service, "promises", service->clocks.items[i].id);
	static const char *const rules[] = { "notFiled", "applicationPaper", "identity", "district", "scope", "limitation", "hardship",
		"represented" };
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) want(service, "rules", str_from_c(rules[i]));
	close_desk(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_answers_every_page_has_an_application_that_is_accepted_as_it_is),
		cmocka_unit_test(test_not_yet_filed_hides_the_questions_about_the_case_and_keeps_their_answers),
		cmocka_unit_test(test_a_passport_asks_for_sex_and_birth_and_a_card_does_not),
		cmocka_unit_test(test_pages_ask_little_at_a_time),
		cmocka_unit_test(test_every_word_of_the_application_is_there_in_english),
		cmocka_unit_test(test_every_step_paper_promise_and_rule_is_there_in_english),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
