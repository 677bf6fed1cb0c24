/* LA1, LA4, LA8, LA11, LA15, LA18, X1, X2: the desks, judged against a temporary hall with the 102 applicants of the demo. */
#include "hall/desk.h"
#include "hall/figures.h"
#include "hall/hall.h"
#include "hall/inside.h"
#include "hall/lists.h"
#include "hall/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define BEGIN_MS INT64_C(1661475600000)     /* Friday, 2022-08-26 09:00 in Shanghai */
#define HOUR_MS INT64_C(3600000)

static struct arena arena;
static struct play_stage *stage;
static struct hall *hall;
static struct actor clerk, second, lead, leader, operator_;

static struct actor staff(const char *phone, const char *role)
{
	struct person person = { .phone = str_from_c(phone) };
	struct actor actor = { .kind = ACTOR_STAFF, .role = str_from_c(role), .identity_level = 3 };
	if (failed(person_by_phone(hall, &arena, &person, &actor.person_id))) abort();
	return actor;
}

static struct err submit(const struct json *applicant, int64_t *out_case_id)
{
	static const char *const left_out[] = { "id", "inGroup", "expect", "submittedAt", "identityLevel", "files" };
	struct feel_value data = feel_context_of(&arena, NULL, 0);
	for (const struct json *member = applicant->first; member; member = member->next) {
		bool out = false;
		for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) out |= str_eq_c(member->key, left_out[i]);
		if (!out) data = feel_put(&arena, data, member->key, feel_from_json(&arena, member));
	}
	struct person person = { .name = json_string_of(applicant, "name"), .phone = json_string_of(applicant, "phone") };
	struct actor actor = { .kind = ACTOR_APPLICANT, .identity_level = 2, .identity_method = STR("test") };
	TRY(person_by_phone(hall, &arena, &person, &actor.person_id));
	TRY(case_open(hall, &arena, &actor, STR("legal-aid"), STR("310113"), out_case_id));
	return case_submit(hall, &arena, &actor, *out_case_id, data, NULL);
}

/* All 102, without their papers: 102 files on the desks, nobody signs. */
static int raise(void **state)
{
	struct play_stage_options options = { .places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar",
		.fonts = "build/share/unionhall/fonts" }, .demo = "demo", .region = STR("310113"), .at_ms = BEGIN_MS };
	struct str text, line;
	(void)state;
	if (failed(play_stage_open(&arena, &options, NULL, &stage))) return -1;
	hall = play_stage_hall(stage);
	const struct service *service;
	if (failed(service_load(&arena, "services/legal-aid", "law", NULL, &service)) || failed(service_deploy(hall, service))) return -1;
	if (failed(file_read(&arena, "demo/applicants.jsonl", 8 << 20, &text))) return -1;
	while (str_split(&text, '\n', &line)) {
		const struct json *json;
		int64_t case_id;
		if (str_trim(line).len == 0) continue;
		if (failed(json_parse(&arena, line, NULL, &json))) return -1;
		struct err err = submit(json, &case_id);
		if (failed(err)) { print_error("submit: %s\n", err_name(err)); return -1; }
	}
	size_t done;
	if (failed(search_index(hall, 1000, &done))) return -1;
	clerk = staff("13900001101", "legalClerk");
	second = staff("13900001106", "legalClerk");
	lead = staff("13900001102", "legalLead");
	leader = staff("13900001103", "leader");
	operator_ = staff("13900001105", "operator");
	return 0;
}

static int lower(void **state)
{
	(void)state;
	play_stage_close(stage);
	arena_done(&arena);
	return 0;
}

static struct list_page page_of(const struct actor *actor, const struct list_filter *filter, struct str cursor, size_t count)
{
	struct list_page page;
	assert_false(failed(list_page(hall, &arena, actor->person_id, filter, cursor, count, &page)));
	return page;
}

static struct list_facets facets_of(const struct actor *actor, const struct list_filter *filter)
{
	struct list_facets facets;
	assert_false(failed(list_facets(hall, &arena, actor->person_id, filter, &facets)));
	return facets;
}

static int64_t due_of(const struct list_row *row) { return row->due_ms ? row->due_ms : INT64_MAX; }      /* without a promise: last */

/* Through all pages, seven rows each. */
static size_t length_of(const struct actor *actor, const struct list_filter *filter)
{
	size_t count = 0;
	struct list_page page = { .more = true };
	struct str cursor = STR("");
	while (page.more) {
		page = page_of(actor, filter, cursor, 7);
		for (size_t i = 0; i + 1 < page.count; i++) assert_true(filter->newest || due_of(&page.items[i]) <= due_of(&page.items[i + 1]));
		count += page.count;
		if (page.count) cursor = page.items[page.count - 1].cursor;
	}
	return count;
}

static struct feel_value review(const char *decision, const char *reason)
{
	struct feel_entry entries[] = { { STR("decision"), feel_string(str_from_c(decision)) },
		{ STR("reason"), feel_string(str_from_c(reason)) } };
	return feel_put(&arena, FEEL_NULL_VALUE, STR("review"), feel_context_of(&arena, entries, 2));
}

static struct feel_value refusal(void)
{
	return feel_put_at(&arena, review("refuse", "不属于本区"), STR("review.remedy"), feel_string(STR("可以向区总工会提出异议")));
}

/* LA1: no without reason and remedy is not taken. */
static void test_a_refusal_needs_reason_and_remedy(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_row row = page_of(&clerk, &queue, STR(""), 1).items[0];
	struct desk_task task;
	struct report report = report_make(&arena);
	(void)state;
	assert_true(err_is(desk_decide(hall, &arena, &clerk, row.case_id, row.step, review("refuse", ""), &report, &task), ERR_INVALID));
	assert_true(err_is(desk_decide(hall, &arena, &clerk, row.case_id, row.step, review("refuse", "不属于本区"), &report, &task), ERR_INVALID));
	assert_true(str_eq_c(task.state, "open") && report.error_count > 0);
	assert_false(failed(desk_decide(hall, &arena, &clerk, row.case_id, row.step, refusal(), &report, &task)));
}

static void test_the_week_of_102_applicants_shows_102_and_every_number_opens_its_list(void **state)
{
	struct list_filter all = list_filter_make(LIST_CASES);
	struct list_facets facets = facets_of(&leader, &all);
	(void)state;
	assert_int_equal(facets.total, 102);
	assert_int_equal(length_of(&leader, &all), 102);
	for (size_t dimension = 0; dimension < LIST_DIMENSION_COUNT; dimension++)
		for (size_t i = 0; i < facets.by[dimension].count; i++) {
			struct list_filter filter = all;
			struct str value = facets.by[dimension].items[i].value;
			filter.values[dimension] = dimension == LIST_BY_assignee && value.len == 0 ? STR("-") : value;
			if (filter.values[dimension].len == 0) continue;
			assert_int_equal(length_of(&leader, &filter), facets.by[dimension].items[i].count);
		}
}

static void test_counts_hold_under_two_filters_and_a_search(void **state)
{
	struct list_filter filter = list_filter_make(LIST_CASES);
	struct list_page page = page_of(&clerk, &filter, STR(""), 1);
	(void)state;
	filter.query = str_sub(page.items[0].employer, 6, 12);      /* two characters of a firm's name */
	filter.values[LIST_BY_state] = STR("open");
	struct list_facets facets = facets_of(&clerk, &filter);
	assert_true(facets.total >= 1 && facets.total <= 102);
	assert_int_equal(length_of(&clerk, &filter), facets.total);
	for (size_t i = 0; i < facets.by[LIST_BY_outcome].count; i++) {
		struct list_filter narrower = filter;
		narrower.values[LIST_BY_outcome] = facets.by[LIST_BY_outcome].items[i].value;
		assert_int_equal(length_of(&clerk, &narrower), facets.by[LIST_BY_outcome].items[i].count);
	}
	filter.query = STR("宝");
	struct list_page none;
	assert_true(err_is(list_page(hall, &arena, clerk.person_id, &filter, STR(""), 5, &none), ERR_INVALID));
}

static void test_a_list_by_employer_holds_every_spelling_that_differs_in_spaces_and_brackets(void **state)
{
	struct list_filter filter = list_filter_make(LIST_CASES);
	(void)state;
	struct list_page page = page_of(&clerk, &filter, STR(""), 200);
	size_t most = 0;
	for (size_t i = 0; i < page.count; i++) {
		filter.employer = page.items[i].employer_key;
		size_t count = (size_t)facets_of(&clerk, &filter).total;
		if (count > most) most = count;
	}
	assert_int_equal(most, 77 + 2 + 1);      /* other spellings of the group's firm are for the detection of groups */
}

static void test_the_queue_holds_what_waits_for_a_person_and_names_the_rule(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS), people = list_filter_make(LIST_CASES);
	(void)state;
	people.values[LIST_BY_outcome] = STR("person");
	struct list_page page = page_of(&clerk, &queue, STR(""), 200);
	assert_true(page.count > 0);
	assert_int_equal(page.count, facets_of(&clerk, &people).total);
	for (size_t i = 0; i < page.count; i++) {
		assert_true(str_eq_c(page.items[i].step, "review") && page.items[i].rules.len > 0);
		assert_true(page.items[i].applicant.len > 0 && page.items[i].employer.len > 0 && page.items[i].number.len > 0);
	}
	assert_int_equal(page_of(&leader, &queue, STR(""), 200).count, 0);      /* no task of his role */
	assert_int_equal(page_of(&operator_, &people, STR(""), 200).count, 0);  /* LA4: and no case at all for the operator */
}

static void test_what_falls_due_is_late_the_moment_after(void **state)
{
	struct list_filter late = list_filter_make(LIST_TASKS);
	(void)state;
	late.values[LIST_BY_due] = STR("late");
	assert_int_equal(facets_of(&clerk, &late).total, 0);
	/* LA8: Friday + 3 working days = Wednesday, to its end */
	assert_false(failed(play_stage_move(stage, BEGIN_MS + 5 * DAY_MS + 15 * HOUR_MS - 1, NULL)));
	assert_int_equal(facets_of(&clerk, &late).total, 0);
	assert_false(failed(play_stage_move(stage, BEGIN_MS + 5 * DAY_MS + 15 * HOUR_MS, NULL)));
	struct list_filter queue = list_filter_make(LIST_TASKS);
	assert_int_equal(facets_of(&clerk, &late).total, facets_of(&clerk, &queue).total);
	assert_int_equal(length_of(&clerk, &late), facets_of(&clerk, &late).total);
}

static void test_the_operator_opens_no_case_and_that_is_kept(void **state)
{
	struct list_filter all = list_filter_make(LIST_CASES);
	int64_t case_id = page_of(&clerk, &all, STR(""), 1).items[0].case_id;
	struct audit_events events;
	(void)state;
	assert_true(err_is(desk_look(hall, &arena, &operator_, case_id), ERR_FORBIDDEN));
	assert_false(failed(audit_of_case(hall, &arena, case_id, &events)));
	assert_true(str_eq_c(events.items[events.count - 1].what, "access.refused"));
}

static void test_a_look_is_kept_once_an_hour(void **state)
{
	struct list_filter all = list_filter_make(LIST_CASES);
	int64_t case_id = page_of(&clerk, &all, STR(""), 1).items[0].case_id;
	struct audit_events events;
	size_t looks = 0;
	(void)state;
	for (int i = 0; i < 3; i++) assert_false(failed(desk_look(hall, &arena, &clerk, case_id)));
	assert_false(failed(desk_look(hall, &arena, &second, case_id)));
	assert_false(failed(play_stage_move(stage, BEGIN_MS + HOUR_MS, NULL)));
	assert_false(failed(desk_look(hall, &arena, &clerk, case_id)));
	assert_false(failed(audit_of_case(hall, &arena, case_id, &events)));
	for (size_t i = 0; i < events.count; i++) looks += str_eq_c(events.items[i].what, "case.read");
	assert_int_equal(looks, 3);
}

static void test_the_second_clerk_sees_who_has_it_and_what_the_first_did(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_row row = page_of(&clerk, &queue, STR(""), 1).items[0];
	struct desk_task task;
	struct report report = report_make(&arena);
	(void)state;
	assert_false(failed(desk_take(hall, &arena, &clerk, row.case_id, row.step, false, &task)));
	assert_true(err_is(desk_take(hall, &arena, &second, row.case_id, row.step, false, &task), ERR_REFUSED));
	assert_true(str_eq_c(task.taken_name, "何经办") && task.taken_ms == BEGIN_MS);
	assert_true(err_is(desk_decide(hall, &arena, &second, row.case_id, row.step, review("grant", ""), &report, &task), ERR_REFUSED));
	assert_false(failed(desk_decide(hall, &arena, &clerk, row.case_id, row.step, review("grant", "条件可以核实"), &report, &task)));
	assert_true(err_is(desk_decide(hall, &arena, &second, row.case_id, row.step, review("refuse", "x"), &report, &task), ERR_REFUSED));
	assert_true(str_eq_c(task.state, "done") && str_eq_c(task.done_name, "何经办") && task.done_ms == BEGIN_MS);
	assert_true(str_eq_c(feel_at(task.answer, STR("review.decision")).string, "grant"));
	assert_true(str_eq_c(feel_at(task.answer, STR("review.reason")).string, "条件可以核实"));
}

static void test_a_task_can_be_taken_over_and_given_back(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS), mine = queue;
	struct list_row row = page_of(&clerk, &queue, STR(""), 1).items[0];
	struct desk_task task;
	(void)state;
	assert_false(failed(desk_take(hall, &arena, &clerk, row.case_id, row.step, false, &task)));
	mine.values[LIST_BY_assignee] = id_text(&arena, clerk.person_id);
	assert_int_equal(facets_of(&clerk, &mine).total, 1);
	assert_false(failed(desk_take(hall, &arena, &second, row.case_id, row.step, true, &task)));
	assert_true(str_eq_c(task.taken_name, "王敏"));
	assert_true(err_is(desk_give_back(hall, &arena, &clerk, row.case_id, row.step), ERR_REFUSED));
	assert_false(failed(desk_give_back(hall, &arena, &second, row.case_id, row.step)));
	assert_int_equal(facets_of(&clerk, &mine).total, 0);
	assert_true(err_is(desk_take(hall, &arena, &leader, row.case_id, row.step, false, &task), ERR_FORBIDDEN));
}

static void test_after_a_decision_comes_the_next_of_the_same_list(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_page page = page_of(&clerk, &queue, STR(""), 200);
	struct list_row next;
	struct desk_task task;
	struct report report = report_make(&arena);
	(void)state;
	assert_true(page.count >= 4);
	assert_false(failed(desk_take(hall, &arena, &second, page.items[2].case_id, page.items[2].step, false, &task)));
	assert_false(failed(
	    desk_decide(hall, &arena, &clerk, page.items[1].case_id, page.items[1].step, review("grant", "可以"), &report, &task)));
	assert_false(failed(list_next(hall, &arena, clerk.person_id, &queue, page.items[1].cursor, &next)));
	assert_int_equal(next.case_id, page.items[3].case_id);      /* the third is on another desk */
	assert_false(failed(list_next(hall, &arena, clerk.person_id, &queue, page.items[page.count - 1].cursor, &next)));
	assert_int_equal(next.case_id, page.items[0].case_id);      /* behind the last comes the first */
}

static void test_every_file_is_worked_off_and_then_there_is_none(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_row row;
	struct str cursor = STR("");
	size_t decided = 0, waiting = (size_t)facets_of(&clerk, &queue).total;
	(void)state;
	while (!failed(list_next(hall, &arena, clerk.person_id, &queue, cursor, &row))) {
		struct desk_task task;
		struct report report = report_make(&arena);
		assert_false(failed(desk_decide(hall, &arena, &clerk, row.case_id, row.step, refusal(), &report, &task)));
		cursor = row.cursor;
		decided++;
	}
	assert_int_equal(decided, waiting);
	struct list_filter refused = list_filter_make(LIST_CASES);
	refused.values[LIST_BY_outcome] = STR("refused");
	assert_int_equal(facets_of(&clerk, &refused).total, waiting);
}

static void test_failed_rule_fact_and_paper_stand_together_and_replay_is_the_same(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_page page = page_of(&clerk, &queue, STR(""), 200);
	(void)state;
	for (size_t i = 0; i < page.count; i++) {
		struct desk_decisions decisions;
		struct str rules = page.items[i].rules, rule;
		assert_false(failed(desk_decisions(hall, &arena, page.items[i].case_id, &decisions)));
		assert_int_equal(decisions.count, 1);
		assert_true(decisions.items[0].same);
		assert_true(decisions.items[0].rules.count >= 8);
		while (str_split(&rules, ',', &rule)) {
			const struct desk_rule *found = NULL;
			for (size_t k = 0; k < decisions.items[0].rules.count; k++)
				if (str_eq(decisions.items[0].rules.items[k].words.id, rule)) found = &decisions.items[0].rules.items[k];
			assert_non_null(found);
			assert_false(found->met);
			assert_true(found->words.article.len > 0 && found->words.words.len > 0);
			assert_true(found->facts.count > 0 || found->file_fields.count > 0 || str_eq_c(rule, "applicationPaper"));
		}
	}
}

/* The applicant's page shows exactly what was asked for, and takes nothing else. */
static void test_a_supplement_asks_for_exactly_what_the_clerk_ticked(void **state)
{
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_row row = page_of(&clerk, &queue, STR(""), 1).items[0];
	struct report report = report_make(&arena);
	struct desk_task task;
	struct case_summary summary;
	struct feel_value ask = feel_string(STR("workplace")), data, variables;
	(void)state;
	struct feel_value asked = review("supplement", "请写明在哪个区上班");
	assert_true(err_is(
	    desk_decide(hall, &arena, &clerk, row.case_id, row.step, asked, &report, &task), ERR_INVALID)); /* nothing ticked */
	asked = feel_put_at(&arena, asked, STR("review.asks"), feel_list_of(&arena, &ask, 1));
	assert_false(failed(desk_decide(hall, &arena, &clerk, row.case_id, row.step, asked, &report, &task)));
	assert_false(failed(case_by_id(hall, &arena, row.case_id, &summary)));
	assert_false(failed(case_data(hall, &arena, row.case_id, &data, &variables)));
	assert_true(str_eq_c(feel_at(variables, STR("review.reason")).string, "请写明在哪个区上班"));
	struct actor applicant = { .kind = ACTOR_APPLICANT, .person_id = summary.applicant_id, .identity_level = 2 };
	struct feel_value given = feel_put_at(&arena, FEEL_NULL_VALUE, STR("answers.workplace"), feel_string(STR("310113")));
	given = feel_put_at(&arena, given, STR("name"), feel_string(STR("别的名字")));      /* not asked for: not taken */
	assert_false(failed(case_do_task(hall, &arena, &applicant, row.case_id, STR("supplement"), given, &report)));
	struct feel_value after;
	assert_false(failed(case_data(hall, &arena, row.case_id, &after, &variables)));
	assert_true(str_eq_c(feel_at(after, STR("answers.workplace")).string, "310113"));
	assert_true(str_eq(feel_at(after, STR("name")).string, feel_at(data, STR("name")).string));
	assert_true(feel_equal(feel_at(after, STR("answers.hardshipPromise")), feel_at(data, STR("answers.hardshipPromise"))) == 1);
}

static void test_notes_keep_their_revisions_and_are_not_for_everybody(void **state)
{
	struct list_filter all = list_filter_make(LIST_CASES);
	int64_t case_id = page_of(&clerk, &all, STR(""), 1).items[0].case_id, thread_id, same_id;
	struct notes notes;
	struct case_summary summary;
	(void)state;
	assert_false(failed(note_write(hall, &arena, &clerk, case_id, 0, 0, STR("电话问过，仲裁委说下周开庭"), NULL, &thread_id)));
	assert_false(failed(note_write(hall, &arena, &second, case_id, thread_id, 1, STR("电话问过，改到下下周"), NULL, &same_id)));
	assert_int_equal(thread_id, same_id);
	assert_true(err_is(note_write(hall, &arena, &clerk, case_id, thread_id, 1, STR("我也改"), NULL, &same_id), ERR_CONFLICT));
	assert_true(err_is(note_write(hall, &arena, &clerk, case_id, 0, 0, STR("  "), NULL, &same_id), ERR_INVALID));
	assert_false(failed(notes_of_case(hall, &arena, &clerk, case_id, &notes)));
	assert_int_equal(notes.count, 1);
	assert_int_equal(notes.items[0].revision, 2);
	assert_true(str_eq_c(notes.items[0].text, "电话问过，改到下下周") && str_eq_c(notes.items[0].author, "王敏"));
	assert_false(failed(note_revisions(hall, &arena, &clerk, case_id, thread_id, &notes)));
	assert_int_equal(notes.count, 2);
	assert_true(str_eq_c(notes.items[0].text, "电话问过，仲裁委说下周开庭"));
	assert_true(err_is(notes_of_case(hall, &arena, &operator_, case_id, &notes), ERR_FORBIDDEN));
	assert_false(failed(case_by_id(hall, &arena, case_id, &summary)));
	struct actor applicant = { .kind = ACTOR_APPLICANT, .person_id = summary.applicant_id };
	assert_true(err_is(notes_of_case(hall, &arena, &applicant, case_id, &notes), ERR_NOT_FOUND));
}

static void test_an_export_has_the_rows_of_the_list_and_no_formula(void **state)
{
	struct list_filter filter = list_filter_make(LIST_CASES);
	struct str text, xlsx;
	struct csv csv;
	struct person person = { .name = STR("吴超涛"), .phone = STR("13082230072") };
	const struct json *json;
	int64_t case_id;
	(void)state;
	assert_false(failed(file_read(&arena, "demo/applicants.jsonl", 8 << 20, &text)));
	assert_false(failed(json_parse(&arena, str_sub(text, 0, (size_t)str_find_byte(text, '\n', 0)), NULL, &json)));
	struct json *evil = json_copy(&arena, json), *employer = json_copy(&arena, json_get(json, STR("employer")));
	for (struct json *member = employer->first; member; member = member->next)
		if (str_eq_c(member->key, "name")) member->text = STR("=cmd|' /C calc'!A0");
	for (struct json *member = evil->first; member; member = member->next) {
		if (str_eq_c(member->key, "employer")) member->first = employer->first;
		if (str_eq_c(member->key, "phone")) member->text = person.phone;
	}
	assert_false(failed(submit(evil, &case_id)));
	assert_false(failed(list_export(hall, &arena, &clerk, &filter, LIST_CSV, &text)));
	assert_true(str_starts(text, STR("\xef\xbb\xbf")));
	assert_false(failed(csv_parse(&arena, text, NULL, &csv)));
	assert_int_equal(csv.count, 1 + 103);
	size_t neutral = 0;
	for (size_t i = 0; i < csv.count; i++)
		for (size_t k = 0; k < csv.rows[i].count; k++) {
			struct str field = csv.rows[i].fields[k];
			assert_false(field.len && (field.ptr[0] == '=' || field.ptr[0] == '+' || field.ptr[0] == '@'));
			neutral += str_starts(field, STR("'=cmd"));
		}
	assert_int_equal(neutral, 1);
	assert_false(failed(list_export(hall, &arena, &clerk, &filter, LIST_XLSX, &xlsx)));
	assert_true(str_starts(xlsx, STR("PK")));
	assert_true(err_is(list_export(hall, &arena, &operator_, &filter, LIST_CSV, &text), ERR_FORBIDDEN));
}

static void assert_opens(const struct figure *figure)
{
	struct list_filter filter = list_filter_make(LIST_CASES);
	struct str rest = figure->list, pair;
	while (str_split(&rest, '&', &pair)) {
		struct str value = pair, key = pair;
		assert_true(str_split(&value, '=', &key));
		assert_true(list_filter_set(&filter, key, value));      /* nothing here needs percent signs */
	}
	assert_int_equal(length_of(&leader, &filter), figure->count);
}

static void test_the_leaders_numbers_open_lists_of_their_length_and_the_weeks_reconcile(void **state)
{
	struct figures figures;
	(void)state;
	struct list_filter queue = list_filter_make(LIST_TASKS);
	struct list_page page = page_of(&clerk, &queue, STR(""), 3);
	for (size_t i = 0; i < page.count; i++) {
		struct desk_task task;
		struct report report = report_make(&arena);
		assert_false(failed(play_stage_move(stage, BEGIN_MS + (int64_t)(i + 1) * HOUR_MS, NULL)));
		assert_false(failed(desk_decide(
		    hall, &arena, &clerk, page.items[i].case_id, page.items[i].step, refusal(), &report, &task)));
	}
	assert_false(failed(play_stage_move(stage, BEGIN_MS + 5 * DAY_MS + 16 * HOUR_MS, NULL)));
	assert_false(failed(figures_of(hall, &arena, leader.person_id, &figures)));
	assert_int_equal(figures.total.count, 102);
	assert_int_equal(figures.week_total, 102);
	assert_int_equal(figures.visits, 0);      /* LA7 */
	assert_true(figures.late.count > 0);
	const struct figure *single[] = { &figures.total, &figures.open, &figures.late, &figures.today, &figures.week,
		&figures.waiting_person };
	for (size_t i = 0; i < sizeof single / sizeof *single; i++) assert_opens(single[i]);
	const struct figure_list *lists[] = { &figures.late_where, &figures.late_who, &figures.late_step, &figures.outcomes };
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		int64_t sum = 0;
		for (size_t k = 0; k < lists[i]->count; k++) {
			assert_opens(&lists[i]->items[k]);
			sum += lists[i]->items[k].count;
		}
		assert_int_equal(sum, i < 3 ? figures.late.count : figures.total.count);
	}
	for (size_t i = 0; i < FIGURE_WEEK_COUNT; i++) {
		assert_opens(&figures.weeks[i].came);
		assert_opens(&figures.weeks[i].accepted);
		assert_opens(&figures.weeks[i].refused);
	}
	assert_int_equal(figures.steps.count, 1);
	assert_int_equal(figures.steps.items[0].median_ms, 2 * HOUR_MS);      /* of one, two and three hours */
	assert_int_equal(figures.steps.items[0].slowest_ms, 3 * HOUR_MS);
}

/* X1: a clerk of another district's union, and of the city above both. */
static void test_a_county_never_reads_another_county_and_the_city_reads_both(void **state)
{
	static const char roster[] = "{\"organisations\": [{\"code\": \"other\", \"parent\": \"hall\", \"kind\": \"union\", "
	                             "\"name\": \"友谊路街道总工会\", \"region\": \"310113\"}],"
	                             "\"staff\": [{\"name\": \"外人\", \"phone\": \"13900002201\", \"organisation\": \"other\", "
	                             "\"roles\": [\"legalClerk\"]}]}";
	struct list_filter all = list_filter_make(LIST_CASES), queue = list_filter_make(LIST_TASKS);
	struct list_row row = page_of(&clerk, &queue, STR(""), 1).items[0];
	(void)state;
	assert_false(failed(roster_import(hall, &arena, str_from_c(roster), NULL)));
	struct actor stranger = staff("13900002201", "legalClerk");
	assert_int_equal(facets_of(&stranger, &all).total, 0);
	assert_int_equal(length_of(&stranger, &all) + length_of(&stranger, &queue), 0);
	assert_true(failed(desk_look(hall, &arena, &stranger, row.case_id)));
	struct desk_task task;
	assert_true(failed(desk_take(hall, &arena, &stranger, row.case_id, row.step, true, &task)));
	/* somebody who works for both sees what belongs to where he works now */
	struct organisation other;
	assert_false(failed(organisation_by_code(hall, &arena, STR("other"), &other)));
	assert_false(failed(role_grant(hall, &arena, clerk.person_id, other.organisation_id, STR("legalClerk"))));
	struct actor there = clerk;
	there.organisation_id = all.organisation_id = other.organisation_id;
	assert_int_equal(facets_of(&clerk, &all).total, 0);
	assert_int_equal(length_of(&clerk, &all), 0);
	assert_true(err_is(desk_look(hall, &arena, &there, row.case_id), ERR_NOT_FOUND));
	there.organisation_id = all.organisation_id = hall->organisation_id;
	assert_int_equal(facets_of(&clerk, &all).total, 102);
	assert_false(failed(desk_look(hall, &arena, &there, row.case_id)));
}

static void test_a_filter_goes_through_a_link_and_back(void **state)
{
	struct list_filter filter = list_filter_make(LIST_CASES), back = list_filter_make(LIST_TASKS);
	(void)state;
	assert_true(list_filter_set(&filter, STR("outcome"), STR("person")) && list_filter_set(&filter, STR("from"), STR("2022-08-26")));
	assert_true(list_filter_set(&filter, STR("q"), STR(" 张三 ")) && list_filter_set(&filter, STR("order"), STR("newest")));
	assert_false(list_filter_set(&filter, STR("from"), STR("2022-13-26")) || list_filter_set(&filter, STR("drop"), STR("table")));
	struct str text = list_filter_print(&arena, &filter);
	assert_true(str_eq_c(text, "kind=cases&outcome=person&order=newest&q=%E5%BC%A0%E4%B8%89&from=2022-08-26"));
	assert_true(list_filter_set(&back, STR("kind"), STR("cases")) && back.kind == LIST_CASES);
}

static void test_everything_still_fits_the_log(void **state)
{
	struct verified verified;
	struct report report = report_make(&arena);
	(void)state;
	assert_false(failed(hall_verify(hall, &arena, &report, &verified)));
	assert_int_equal(verified.cases, 102);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, raise, lower)
	const struct CMUnitTest tests[] = {
		STORY(test_the_week_of_102_applicants_shows_102_and_every_number_opens_its_list),
		STORY(test_counts_hold_under_two_filters_and_a_search),
		STORY(test_a_list_by_employer_holds_every_spelling_that_differs_in_spaces_and_brackets),
		STORY(test_the_queue_holds_what_waits_for_a_person_and_names_the_rule),
		STORY(test_what_falls_due_is_late_the_moment_after),
		STORY(test_the_operator_opens_no_case_and_that_is_kept),
		STORY(test_a_look_is_kept_once_an_hour),
		STORY(test_the_second_clerk_sees_who_has_it_and_what_the_first_did),
		STORY(test_a_task_can_be_taken_over_and_given_back),
		STORY(test_after_a_decision_comes_the_next_of_the_same_list),
		STORY(test_a_refusal_needs_reason_and_remedy),
		STORY(test_every_file_is_worked_off_and_then_there_is_none),
		STORY(test_failed_rule_fact_and_paper_stand_together_and_replay_is_the_same),
		STORY(test_a_supplement_asks_for_exactly_what_the_clerk_ticked),
		STORY(test_notes_keep_their_revisions_and_are_not_for_everybody),
		STORY(test_an_export_has_the_rows_of_the_list_and_no_formula),
		STORY(test_the_leaders_numbers_open_lists_of_their_length_and_the_weeks_reconcile),
		STORY(test_a_county_never_reads_another_county_and_the_city_reads_both),
		STORY(test_a_filter_goes_through_a_link_and_back),
		STORY(test_everything_still_fits_the_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
