/* Search over real cases of a real hall. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct fixture fixture;
static int64_t next_phone = 1000;

static int begin(void **state)
{
	(void)state;
	fixture_begin(&fixture, HALL_KEPT, "2022-08-26T09:00:00+08:00", NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

struct writing { int64_t case_id; struct feel_value data; bool remove; };

/* Another content for a case, as a finished page writes it. */
static struct err write_body(struct work *work, void *data)
{
	struct writing *writing = data;
	struct str plain, box;
	TRY(value_encode(work->arena, writing->data, &plain));
	TRY(seal_text(work->hall, work->arena, "case_state.data", writing->case_id, plain, &box));
	WORK_ADD(work, "state_set_data", I(writing->case_id), B(box), I(work->now_ms));
	WORK_ADD(work, "search_mark", I(writing->case_id), I(work->now_ms));
	return OK;
}

static void write_case(int64_t case_id, const char *one, const char *two)
{
	struct feel_entry entries[] = { { STR("one"), feel_string(str_from_c(one)) }, { STR("two"), feel_string(str_from_c(two)) } };
	struct writing writing = { .case_id = case_id, .data = feel_context_of(&fixture.arena, entries, 2) };
	assert_false(failed(work_run(fixture.hall, &fixture.arena, NULL, STR("hall"), false, write_body, &writing)));
}

static int64_t new_case(const char *one, const char *two)
{
	struct actor actor = fixture_applicant(&fixture, next_phone++);
	int64_t case_id = 0;
	assert_false(failed(case_open(fixture.hall, &fixture.arena, &actor, STR("legal-aid"), STR("310113"), &case_id)));
	write_case(case_id, one, two);
	return case_id;
}

static size_t index_all(void)
{
	size_t count = 0;
	assert_false(failed(search_index(fixture.hall, 100000, &count)));
	return count;
}

static struct search_hits search_at(int64_t organisation_id, const char *query)
{
	struct search_hits hits = { 0 };
	struct err err = search_cases(fixture.hall, &fixture.arena, organisation_id, str_from_c(query), 1000, &hits);
	if (failed(err)) fail_msg("%s: %s", query, err_name(err));
	return hits;
}

static bool finds(const char *query, int64_t case_id)
{
	struct search_hits hits = search_at(fixture.hall->organisation_id, query);
	for (size_t i = 0; i < hits.count; i++)
		if (hits.case_ids[i] == case_id) return true;
	return false;
}

static struct err answer(const char *query)
{
	struct search_hits hits;
	return search_cases(fixture.hall, &fixture.arena, fixture.hall->organisation_id, str_from_c(query), 10, &hits);
}

static void test_chinese_of_two_characters_and_more_is_found_as_it_stands(void **state)
{
	(void)state;
	int64_t case_id = new_case("公司拖欠工资三个月", "𬭚厂的䶮师傅");
	index_all();
	static const char *const there[] = { "工资", "拖欠", "拖欠工资", "公司拖欠工资三个月", "𬭚厂", "䶮师傅", "师傅 工资", "工资　师傅" };
	static const char *const not_there[] = { "欠拖", "工资拖欠", "资三月", "三月", "工伤", "工资 工伤", "师䶮" };
	for (size_t i = 0; i < sizeof there / sizeof *there; i++)
		if (!finds(there[i], case_id)) fail_msg("%s is not found", there[i]);
	for (size_t i = 0; i < sizeof not_there / sizeof *not_there; i++)
		if (finds(not_there[i], case_id)) fail_msg("%s is found", not_there[i]);
}

static void test_a_single_character_and_nothing_at_all_are_refused(void **state)
{
	(void)state;
	static const char *const queries[] = { "", "  ", "王", "，", "王 工资" };
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) assert_true(err_is(answer(queries[i]), ERR_INVALID));
	char *longer = arena_alloc(&fixture.arena, 400);
	memset(longer, 'a', 399);
	assert_true(err_is(answer(longer), ERR_LIMIT));
}

static void test_latin_words_are_found_whole_in_any_case_and_width(void **state)
{
	(void)state;
	int64_t case_id = new_case("在Uniqlo工作，工号AB12cd", "ＨＵＡＷＥＩ Café");
	index_all();
	assert_true(finds("uniqlo", case_id) && finds("UNIQLO", case_id) && finds("huawei", case_id) && finds("ＡＢ１２ＣＤ", case_id));
	assert_true(finds("café", case_id) && finds("Cafe\xcc\x81", case_id));   /* composed or not */
	assert_false(finds("uni", case_id) || finds("iqlo", case_id) || finds("ab12", case_id));
}

static void test_numbers_are_found_by_their_end_and_short_ones_whole(void **state)
{
	(void)state;
	int64_t case_id = new_case("电话13912345678", "第00037号，第9楼");
	index_all();
	assert_true(finds("5678", case_id) && finds("13912345678", case_id) && finds("3912", case_id));
	assert_true(finds("00037", case_id) && finds("37", case_id) && finds("037", case_id) && finds("9", case_id));
	static const char *const not_there[] = { "5679", "1345", "7", "678", "8765" };
	for (size_t i = 0; i < sizeof not_there / sizeof *not_there; i++) assert_false(finds(not_there[i], case_id));
}

static void test_a_case_number_is_found_whole_and_by_its_running_number(void **state)
{
	(void)state;
	struct case_summary summary;
	int64_t first = fixture_submit(&fixture, 7), second = fixture_submit(&fixture, 8);
	index_all();
	assert_false(failed(case_by_id(fixture.hall, &fixture.arena, first, &summary)));
	const char *number = str_to_c(&fixture.arena, summary.number);
	assert_true(finds(number, first));
	assert_false(finds(number, second));
	ptrdiff_t at = str_find(summary.number, STR("第"), 0);
	assert_true(finds(str_to_c(&fixture.arena, str_sub(summary.number, (size_t)at, summary.number.len)), first));
}

static void test_nothing_is_found_across_the_border_of_two_fields_or_a_comma(void **state)
{
	(void)state;
	int64_t case_id = new_case("他被公司解", "雇了，工钱没给");
	index_all();
	assert_false(finds("解雇", case_id) || finds("被公司解雇", case_id) || finds("了工", case_id) || finds("雇了工钱", case_id));
	assert_true(finds("公司解", case_id) && finds("雇了，工钱", case_id));
}

static void test_a_changed_case_is_found_by_its_new_words_only(void **state)
{
	(void)state;
	int64_t case_id = new_case("旧的词语", "");
	index_all();
	assert_true(finds("旧的词", case_id));
	write_case(case_id, "新的说法", "");
	assert_int_equal(index_all(), 1);
	assert_false(finds("旧的", case_id));
	assert_true(finds("新的说法", case_id));
	write_case(case_id, "", "");
	index_all();
	assert_false(finds("新的", case_id));
	assert_int_equal(index_all(), 0);
}

static void test_a_change_during_indexing_is_indexed_later(void **state)
{
	(void)state;
	int64_t case_id = new_case("第一遍", "");
	struct store_reader *reader;
	struct store_row since;
	assert_false(failed(read_begin(fixture.hall, &reader)));
	assert_false(failed(QUERY_ONE(fixture.hall, &fixture.arena, reader, "search_since", &since, I(case_id))));
	store_read_end(reader);
	write_case(case_id, "第二遍", "");   /* the clock stands still: the mark must be another one all the same */
	struct store_command command = store_command_make(&fixture.arena);
	store_command_add(&command, STORE_GUARD, store_statement(fixture.hall->store, STR("search_done")),
	    SQL(I(case_id), I(row_i64(since, 0))));
	assert_true(err_is(store_submit(fixture.hall->store, &command), ERR_CONFLICT));
	assert_int_equal(index_all(), 1);
	assert_true(finds("第二遍", case_id));
}

/* X1 */
static void test_another_organisation_finds_nothing_of_ours(void **state)
{
	(void)state;
	int64_t case_id = new_case("只有我们知道的事", "");
	struct organisation firm;
	index_all();
	assert_false(failed(organisation_by_code(fixture.hall, &fixture.arena, STR("firm-wusong"), &firm)));
	assert_int_equal(search_at(firm.organisation_id, "只有我们").count, 0);
	assert_int_equal(search_at(fixture.hall->organisation_id, "只有我们").count, 1);
	assert_true(finds("知道的事", case_id));
}

static void test_hits_come_newest_first_and_no_more_than_asked(void **state)
{
	(void)state;
	int64_t ids[120];
	for (int i = 0; i < 120; i++) ids[i] = new_case("很多人都写了的同一句话", "同一句话");
	assert_int_equal(index_all(), 120);
	struct search_hits hits = search_at(fixture.hall->organisation_id, "同一句话");
	assert_int_equal(hits.count, 120);
	for (int i = 0; i < 120; i++) assert_true(hits.case_ids[i] == ids[119 - i]);
	assert_false(failed(search_cases(fixture.hall, &fixture.arena, fixture.hall->organisation_id, STR("同一句话"), 7, &hits)));
	assert_int_equal(hits.count, 7);
}

static void test_a_case_that_cannot_be_read_holds_up_nobody(void **state)
{
	(void)state;
	int64_t broken = new_case("坏掉的", ""), whole = new_case("好好的", "");
	struct store_command command = store_command_make(&fixture.arena);
	store_command_add(&command, STORE_PLAIN, store_statement(fixture.hall->store, STR("state_set_data")),
	    SQL(I(broken), B(STR("not what was sealed")), I(0)));
	assert_false(failed(store_submit(fixture.hall->store, &command)));
	assert_int_equal(index_all(), 2);
	assert_true(finds("好好的", whole));
	struct audit_events events;
	assert_false(failed(audit_of_case(fixture.hall, &fixture.arena, broken, &events)));
	assert_true(events.count && str_eq_c(events.items[events.count - 1].what, "search.failed"));
	write_case(broken, "又好了", "");
	index_all();
	assert_true(finds("又好了", broken));
}

static void test_the_database_holds_no_word_of_what_was_indexed(void **state)
{
	(void)state;
	new_case("玛瑙色的秘密ZZTOPSECRET", "19876543210");
	index_all();
	static const char *const words[] = { "玛瑙色", "色的秘密", "ZZTOPSECRET", "zztopsecret", "19876543210" };
	for (int i = 0; i < 2; i++) {
		struct str bytes;
		const char *name = str_to_c(&fixture.arena, str_printf(&fixture.arena, "%s/hall.db%s", fixture.folder, i ? "-wal" : ""));
		if (!file_exists(name)) continue;
		assert_false(failed(file_read(&fixture.arena, name, 512 << 20, &bytes)));
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) assert_true(str_find(bytes, str_from_c(words[k]), 0) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chinese_of_two_characters_and_more_is_found_as_it_stands),
		cmocka_unit_test(test_a_single_character_and_nothing_at_all_are_refused),
		cmocka_unit_test(test_latin_words_are_found_whole_in_any_case_and_width),
		cmocka_unit_test(test_numbers_are_found_by_their_end_and_short_ones_whole),
		cmocka_unit_test(test_a_case_number_is_found_whole_and_by_its_running_number),
		cmocka_unit_test(test_nothing_is_found_across_the_border_of_two_fields_or_a_comma),
		cmocka_unit_test(test_a_changed_case_is_found_by_its_new_words_only),
		cmocka_unit_test(test_a_change_during_indexing_is_indexed_later),
		cmocka_unit_test(test_another_organisation_finds_nothing_of_ours),
		cmocka_unit_test(test_hits_come_newest_first_and_no_more_than_asked),
		cmocka_unit_test(test_a_case_that_cannot_be_read_holds_up_nobody),
		cmocka_unit_test(test_the_database_holds_no_word_of_what_was_indexed),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
