/* The stories in tests/bpmn: NAME.bpmn is played with the events in NAME.txt (lines that begin with "! "); the lines
 * between them are the effects that must come out. refused/ holds models that must not load, checked/ models with
 * faults that the checker must tell, each with the words that it expects in a comment. */
#include "bpmn/bpmn.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

static struct str read_text(struct arena *arena, const char *folder, struct str name)
{
	struct str text, path = str_printf(arena, "%s/%.*s", folder, STR_ARG(name));
	assert_false(failed(file_read(arena, str_to_c(arena, path), 16 << 20, &text)));
	return text;
}

static const struct bpmn_model *load(struct arena *arena, const char *folder, struct str name)
{
	const struct bpmn_model *model = NULL;
	struct report report = report_make(arena);
	struct err result = bpmn_load(arena, name, read_text(arena, folder, name), NULL, &report, &model);
	if (failed(result))
		print_error("%.*s", STR_ARG(report_print(arena, &report)));
	assert_false(failed(result));
	return model;
}

static struct feel_value context_of(struct arena *arena, struct str text)
{
	const struct json *json;
	if (str_trim(text).len == 0)
		return FEEL_NULL_VALUE;
	assert_false(failed(json_parse(arena, text, NULL, &json)));
	return feel_from_json(arena, json);
}

/* ---- stories ------------------------------------------------------------------------------------------ */

struct story {
	struct arena *arena;
	const struct bpmn_model *model;
	struct bpmn_instance *instance;
	struct feel_env env;
	struct buf transcript;
};

static struct str word_of(struct str *rest)
{
	struct str word = STR("");
	*rest = str_trim(*rest);
	if (!str_split(rest, ' ', &word))
		return STR("");
	return word;
}

static uint32_t key_of(struct str *rest)
{
	int64_t key = 0;
	assert_true(str_to_i64(word_of(rest), &key));
	return (uint32_t)key;
}

/* "task 5 {"ok": true}" and the like. */
static struct bpmn_event event_of(struct story *story, struct str line)
{
	struct str rest = line, verb = word_of(&rest);
	struct bpmn_event event = { .variables = FEEL_NULL_VALUE, .value = FEEL_NULL_VALUE };
	int64_t retries = 0;
	static const struct { const char *verb; enum bpmn_step_event kind; bool has_key, has_name; } verbs[] = {
		{ "start", BPMN_ON_START, false, false }, { "task", BPMN_ON_TASK_DONE, true, false },
		{ "job", BPMN_ON_JOB_DONE, true, false },
		{ "timer", BPMN_ON_TIMER, true, false }, { "decision", BPMN_ON_DECISION_DONE, true, false },
		{ "decision-failed", BPMN_ON_DECISION_FAILED, true, false }, { "job-failed", BPMN_ON_JOB_FAILED, true, true },
		{ "job-error", BPMN_ON_JOB_ERROR, true, true }, { "message", BPMN_ON_MESSAGE, false, true },
		{ "signal", BPMN_ON_SIGNAL, false, true }, { "condition", BPMN_ON_CONDITION, false, false },
		{ "cancel", BPMN_ON_CANCEL, false, false }, { "retry", BPMN_ON_INCIDENT_RETRY, true, false },
		{ "call", BPMN_ON_CALL_DONE, true, false }, { "call-error", BPMN_ON_CALL_ERROR, true, true },
		{ "variables", BPMN_ON_VARIABLES, true, false },
	};
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (!str_eq_c(verb, verbs[i].verb))
			continue;
		event.kind = verbs[i].kind;
		event.key = verbs[i].has_key ? key_of(&rest) : 0;
		event.name = verbs[i].has_name ? word_of(&rest) : STR("");
	}
	if (event.kind == BPMN_ON_JOB_FAILED) {
		assert_true(str_to_i64(event.name, &retries));
		event.retries = (int32_t)retries;
		event.words = rest;
		return event;
	}
	if (event.kind == BPMN_ON_MESSAGE)
		event.correlation = word_of(&rest);
	if (event.kind == BPMN_ON_START && rest.len > 0 && str_trim(rest).ptr[0] != '{')
		event.element = bpmn_element_by_id(story->model, word_of(&rest));
	event.value = context_of(story->arena, rest);
	if (event.kind != BPMN_ON_DECISION_DONE)
		event.variables = event.value;
	return event;
}

/* Each event is also played on a copy that went through its encoding: the same effects, byte for byte, and the same
 * state after. */
static void play(struct story *story, struct str line)
{
	struct bpmn_instance *copy;
	struct str before, after, after_copy;
	struct bpmn_effects effects, effects_copy;
	struct report report = report_make(story->arena);
	struct bpmn_event event = event_of(story, line);
	assert_false(failed(bpmn_encode(story->arena, story->instance, &before)));
	assert_false(failed(bpmn_decode(story->arena, story->model, before, &copy)));
	struct err result = bpmn_step(story->arena, story->instance, &event, &story->env, &report, &effects);
	struct err result_copy = bpmn_step(story->arena, copy, &event, &story->env, NULL, &effects_copy);
	assert_int_equal(result.code, result_copy.code);
	assert_false(failed(bpmn_encode(story->arena, story->instance, &after)));
	assert_false(failed(bpmn_encode(story->arena, copy, &after_copy)));
	assert_true(str_eq(after, after_copy));
	if (failed(result)) {
		assert_true(str_eq(before, after));
		buf_printf(&story->transcript, "refused: %.*s\n", STR_ARG(report.items[0].words));
		return;
	}
	struct str printed = bpmn_effects_print(story->arena, effects);
	assert_true(str_eq(printed, bpmn_effects_print(story->arena, effects_copy)));
	buf_add(&story->transcript, printed);
}

static void tell(struct arena *arena, struct str name)
{
	struct str line, stem = str_sub(name, 0, name.len - 4);
	struct str script = read_text(arena, "tests/bpmn", name), rest = script;
	struct story story = { .arena = arena, .env = { .now_ms = INT64_C(1767225600000), .offset_s = SHANGHAI_OFFSET_S },
		.transcript = buf_make(arena, 1 << 20) };
	story.model = load(arena, "tests/bpmn", str_join(arena, stem, STR(".bpmn")));
	assert_false(failed(bpmn_instance_new(arena, story.model, bpmn_process_at(story.model, 0)->id, FEEL_NULL_VALUE,
		&story.instance)));
	while (str_split(&rest, '\n', &line)) {
		if (!str_starts(line, STR("! ")) && !str_starts(line, STR("#")))
			continue;
		buf_add(&story.transcript, line);
		buf_add_lit(&story.transcript, "\n");
		if (str_starts(line, STR("! at ")))
			assert_false(failed(time_parse_ms(str_sub(line, 5, line.len), &story.env.now_ms)));
		else if (str_starts(line, STR("! ")))
			play(&story, str_sub(line, 2, line.len));
	}
	if (!str_eq(buf_str(&story.transcript), script))
		print_error("tests/bpmn/%.*s should be:\n%.*s", STR_ARG(name), STR_ARG(buf_str(&story.transcript)));
	assert_true(str_eq(buf_str(&story.transcript), script));
}

static void every_story_gives_the_same_effects_byte_for_byte(void **state)
{
	struct arena arena = { 0 }, names_arena = { 0 };
	struct file_names names;
	size_t count = 0;
	(void)state;
	assert_false(failed(folder_list(&names_arena, "tests/bpmn", 1000, &names)));
	for (size_t i = 0; i < names.count; i++) {
		if (!str_ends(names.items[i], STR(".txt")))
			continue;
		tell(&arena, names.items[i]);
		arena_reset(&arena);
		count++;
	}
	assert_true(count >= 9);
	arena_done(&arena);
	arena_done(&names_arena);
}

/* ---- models with faults --------------------------------------------------------------------------------- */

/* Every "<!-- expects: words -->" of the text stands in the report. */
static void assert_told(struct arena *arena, struct str name, struct str text, const struct report *report)
{
	struct str printed = report_print(arena, report), mark = STR("<!-- expects: ");
	ptrdiff_t at = str_find(text, mark, 0);
	assert_true(at >= 0);
	for (; at >= 0; at = str_find(text, mark, (size_t)at + 1)) {
		size_t from = (size_t)at + mark.len;
		struct str words = str_sub(text, from, (size_t)str_find(text, STR(" -->"), from));
		if (str_find(printed, words, 0) < 0)
			print_error("%.*s: \"%.*s\" is not told in:\n%.*s", STR_ARG(name), STR_ARG(words), STR_ARG(printed));
		assert_true(str_find(printed, words, 0) >= 0);
	}
}

static void models_that_cannot_run_are_refused_in_words(void **state)
{
	struct arena arena = { 0 };
	struct file_names names;
	(void)state;
	assert_false(failed(folder_list(&arena, "tests/bpmn/refused", 1000, &names)));
	for (size_t i = 0; i < names.count; i++) {
		const struct bpmn_model *model = NULL;
		struct report report = report_make(&arena);
		struct str text = read_text(&arena, "tests/bpmn/refused", names.items[i]);
		assert_true(failed(bpmn_load(&arena, names.items[i], text, NULL, &report, &model)));
		assert_null(model);
		assert_told(&arena, names.items[i], text, &report);
	}
	assert_true(names.count >= 10);
	arena_done(&arena);
}

static void the_checker_tells_faults_in_words(void **state)
{
	struct arena arena = { 0 };
	struct file_names names;
	(void)state;
	assert_false(failed(folder_list(&arena, "tests/bpmn/checked", 1000, &names)));
	for (size_t i = 0; i < names.count; i++) {
		struct report report = report_make(&arena);
		bpmn_check(&arena, load(&arena, "tests/bpmn/checked", names.items[i]), &report);
		assert_told(&arena, names.items[i], read_text(&arena, "tests/bpmn/checked", names.items[i]), &report);
	}
	assert_true(names.count >= 5);
	arena_done(&arena);
}

static void sound_models_have_no_errors(void **state)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	(void)state;
	bpmn_check(&arena, load(&arena, "tests/bpmn", STR("application.bpmn")), &report);
	if (report.error_count > 0)
		print_error("%.*s", STR_ARG(report_print(&arena, &report)));
	assert_int_equal(report.error_count, 0);
	arena_done(&arena);
}

/* LA2: no application is refused without a person. */
static void a_way_to_refusal_without_a_person_is_found(void **state)
{
	struct arena arena = { 0 };
	struct str path = STR("");
	const struct bpmn_model *model = load(&arena, "tests/bpmn", STR("application.bpmn"));
	(void)state;
	assert_true(bpmn_passes_user_task(&arena, model, bpmn_element_by_id(model, STR("Refused")), NULL));
	assert_false(bpmn_passes_user_task(&arena, model, bpmn_element_by_id(model, STR("Accepted")), &path));
	assert_true(str_starts(path, STR("Start -> Decide -> Green")));
	assert_false(bpmn_passes_user_task(&arena, model, bpmn_element_by_id(model, STR("Lapsed")), &path));
	assert_true(str_ends(path, STR("Review -> TooLate -> Lapsed")));
	arena_done(&arena);
}

static void a_parallel_join_behind_a_person_passes_the_person(void **state)
{
	struct arena arena = { 0 };
	const struct bpmn_model *model = load(&arena, "tests/bpmn", STR("parallel.bpmn"));
	(void)state;
	assert_true(bpmn_passes_user_task(&arena, model, bpmn_element_by_id(model, STR("End")), NULL));
	arena_done(&arena);
}

/* ---- states --------------------------------------------------------------------------------------------- */

static void a_damaged_state_is_refused(void **state)
{
	struct arena arena = { 0 };
	struct bpmn_instance *instance, *other;
	struct bpmn_effects effects;
	struct str bytes;
	const struct bpmn_model *model = load(&arena, "tests/bpmn", STR("application.bpmn"));
	struct bpmn_event event = { .kind = BPMN_ON_START, .variables = FEEL_NULL_VALUE };
	(void)state;
	assert_false(failed(bpmn_instance_new(&arena, model, STR("application"), FEEL_NULL_VALUE, &instance)));
	assert_false(failed(bpmn_step(&arena, instance, &event, NULL, NULL, &effects)));
	assert_false(failed(bpmn_encode(&arena, instance, &bytes)));
	assert_false(failed(bpmn_decode(&arena, model, bytes, &other)));
	const struct { struct str from, to; } damage[] = {
		{ STR("\"Decide\""), STR("\"Decade\"") }, { STR("\"format\":1"), STR("\"format\":2") },
		{ STR("\"parent\":1"), STR("\"parent\":9") }, { STR("\"token\":"), STR("\"token\":9") }, { STR("}"), STR("") },
	};
	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		struct str damaged = str_replace(&arena, bytes, damage[i].from, damage[i].to);
		assert_false(str_eq(damaged, bytes));
		assert_true(failed(bpmn_decode(&arena, model, damaged, &other)));
	}
	arena_done(&arena);
}

static void a_circle_of_automatic_elements_ends_in_an_incident(void **state)
{
	struct arena arena = { 0 };
	struct bpmn_instance *instance;
	struct bpmn_effects effects;
	const struct bpmn_model *model = load(&arena, "tests/bpmn", STR("circle.bpmn"));
	struct bpmn_event event = { .kind = BPMN_ON_START, .variables = FEEL_NULL_VALUE };
	(void)state;
	assert_false(failed(bpmn_instance_new(&arena, model, STR("circle"), FEEL_NULL_VALUE, &instance)));
	for (int round = 0; round < 2; round++) {
		struct str bytes;
		assert_false(failed(bpmn_step(&arena, instance, &event, NULL, NULL, &effects)));
		const struct bpmn_effect *last = &effects.items[effects.count - 1];
		assert_int_equal(last->kind, BPMN_DO_INCIDENT);
		event = (struct bpmn_event){ .kind = BPMN_ON_INCIDENT_RETRY, .key = last->key, .variables = FEEL_NULL_VALUE };
		assert_false(failed(bpmn_encode(&arena, instance, &bytes)));
		assert_true(bytes.len < 1000);
		assert_false(failed(bpmn_decode(&arena, model, bytes, &instance)));
	}
	arena_done(&arena);
}

static void an_unknown_process_is_not_found(void **state)
{
	struct arena arena = { 0 };
	struct bpmn_instance *instance;
	const struct bpmn_model *model = load(&arena, "tests/bpmn", STR("application.bpmn"));
	(void)state;
	assert_int_equal(bpmn_instance_new(&arena, model, STR("Start"), FEEL_NULL_VALUE, &instance).code, ERR_NOT_FOUND);
	arena_done(&arena);
}

/* ---- schedules ------------------------------------------------------------------------------------------ */

static void schedules_follow_iso_8601(void **state)
{
	const int64_t now_ms = INT64_C(1767225600000);      /* 2026-01-01T00:00:00Z */
	static const struct { const char *text; char kind; int64_t after_ms; int32_t repeats; } good[] = {
		{ "PT5S", 'p', 5000, 0 }, { "P1DT2H", 'p', DAY_MS + 7200000, 0 }, { "PT0.5S", 'p', 500, 0 },
		{ "P1M", 'p', 31 * DAY_MS, 0 },
		{ "P2W", 'p', 14 * DAY_MS, 0 }, { "2026-01-02T00:00:00Z", 'd', DAY_MS, 0 }, { "2026-01-02", 'd', DAY_MS - 28800000, 0 },
		{ "2026-01-02T08:00:00", 'd', DAY_MS, 0 }, { "R3/PT5S", 'c', 5000, 2 }, { "R/P1D", 'c', DAY_MS, -1 },
		{ "R2/2026-01-03T00:00:00Z/P1D", 'c', 2 * DAY_MS, 1 },
	};
	static const struct { const char *text; char kind; } bad[] = {
		{ "", 'p' }, { "P", 'p' }, { "PT", 'p' }, { "P1H", 'p' }, { "PT1D", 'p' }, { "5S", 'p' }, { "P1.5D", 'p' },
		{ "-PT5S", 'p' },
		{ "P99999999Y", 'p' }, { "R0/PT5S", 'c' }, { "R3/PT0S", 'c' }, { "R3", 'c' }, { "2026-02-30", 'd' }, { "soon", 'd' },
	};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct bpmn_schedule schedule;
		assert_false(failed(bpmn_schedule_parse(str_from_c(good[i].text), good[i].kind, now_ms, SHANGHAI_OFFSET_S, &schedule)));
		assert_int_equal(schedule.first_ms - now_ms, good[i].after_ms);
		assert_int_equal(schedule.repeats, good[i].repeats);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct bpmn_schedule schedule;
		assert_true(failed(bpmn_schedule_parse(str_from_c(bad[i].text), bad[i].kind, now_ms, SHANGHAI_OFFSET_S, &schedule)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_story_gives_the_same_effects_byte_for_byte),
		cmocka_unit_test(models_that_cannot_run_are_refused_in_words),
		cmocka_unit_test(the_checker_tells_faults_in_words),
		cmocka_unit_test(sound_models_have_no_errors),
		cmocka_unit_test(a_way_to_refusal_without_a_person_is_found),
		cmocka_unit_test(a_parallel_join_behind_a_person_passes_the_person),
		cmocka_unit_test(a_damaged_state_is_refused),
		cmocka_unit_test(a_circle_of_automatic_elements_ends_in_an_incident),
		cmocka_unit_test(an_unknown_process_is_not_found),
		cmocka_unit_test(schedules_follow_iso_8601),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
