/* dmn: golden models, refused models, findings, the trace, and the direct cells against the interpreter. */
#include "dmn/inside.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { BYTES_MAX = 1 << 20 };
#define NS "xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"n\" name=\"m\""

static const struct feel_env env = { .now_ms = 1767225600000 };

static struct str read_text(struct arena *arena, const char *folder, struct str name)
{
	struct str content;
	const char *path = str_to_c(arena, str_printf(arena, "%s/%.*s", folder, STR_ARG(name)));
	assert_false(failed(file_read(arena, path, BYTES_MAX, &content)));
	return content;
}

static const struct dmn_model *load_text(struct arena *arena, struct str xml)
{
	struct report report = report_make(arena);
	struct dmn_source source = { .file = STR("test.dmn"), .xml = xml };
	const struct dmn_model *model = NULL;
	struct err err = dmn_load(arena, &source, 1, &env, &report, &model);
	if (failed(err))
		print_error("%.*s", STR_ARG(report_print(arena, &report)));
	assert_false(failed(err));
	return model;
}

static struct feel_value feel(struct arena *arena, struct str text)
{
	struct report report = report_make(arena);
	struct feel_value value;
	if (failed(feel_evaluate(arena, text, FEEL_NULL_VALUE, &env, &report, &value)))
		fail_msg("%.*s: %.*s", STR_ARG(text), STR_ARG(report_print(arena, &report)));
	return value;
}

/* ---- golden models ------------------------------------------------------------------------------------------- */

/* NAME.dmn with what stands in the folder NAME as its imports. */
static const struct dmn_model *load_golden(struct arena *arena, struct str stem)
{
	struct dmn_source sources[10] = { { .file = str_printf(arena, "%.*s.dmn", STR_ARG(stem)) } };
	size_t count = 1;
	sources[0].xml = read_text(arena, "tests/dmn/golden", sources[0].file);
	const char *folder = str_to_c(arena, str_printf(arena, "tests/dmn/golden/%.*s", STR_ARG(stem)));
	struct file_names names = { 0 };
	if (failed(folder_list(arena, folder, 9, &names)))
		names.count = 0;
	for (size_t i = 0; i < names.count; i++)
		sources[count++] = (struct dmn_source){ .file = names.items[i], .xml = read_text(arena, folder, names.items[i]) };
	struct report report = report_make(arena);
	const struct dmn_model *model = NULL;
	if (failed(dmn_load(arena, sources, count, &env, &report, &model)))
		fail_msg("%.*s", STR_ARG(report_print(arena, &report)));
	return model;
}

static struct str next_line(struct str *rest)
{
	struct str line;
	while (str_split(rest, '\n', &line))
		if (!str_is_empty(line) && line.ptr[0] != '#')
			return line;
	return STR("");
}

static size_t run_golden(struct arena *arena, struct str stem)
{
	const struct dmn_model *model = load_golden(arena, stem);
	struct str rest = read_text(arena, "tests/dmn/golden", str_printf(arena, "%.*s.golden", STR_ARG(stem)));
	size_t count = 0;
	for (struct str name = next_line(&rest); !str_is_empty(name); name = next_line(&rest)) {
		struct feel_value inputs = feel(arena, next_line(&rest)), actual = FEEL_NULL_VALUE, traced = FEEL_NULL_VALUE;
		struct feel_value expected = feel(arena, next_line(&rest));
		struct report notes = report_make(arena);
		struct dmn_trace trace = { 0 };
		bool is_decision = dmn_find(model, DMN_DECISION, name) != NULL;
		struct err err = is_decision ? dmn_decide(arena, model, name, inputs, &env, &notes, NULL, &actual)
			: dmn_invoke(arena, model, name, inputs, &env, &notes, NULL, &actual);
		assert_false(failed(err));
		struct str wanted = feel_print_literal(arena, expected), got = feel_print_literal(arena, actual);
		if (!str_eq(wanted, got))
			fail_msg("%.*s, %.*s %.*s: expected %.*s, got %.*s\n%.*s", STR_ARG(stem), STR_ARG(name),
				STR_ARG(feel_print_literal(arena, inputs)), STR_ARG(wanted), STR_ARG(got), STR_ARG(report_print(arena, &notes)));
		err = is_decision ? dmn_decide(arena, model, name, inputs, &env, NULL, &trace, &traced)
			: dmn_invoke(arena, model, name, inputs, &env, NULL, &trace, &traced);
		assert_false(failed(err));
		assert_true(str_eq(wanted, feel_print_literal(arena, traced)));    /* a trace changes nothing */
		count++;
	}
	return count;
}

static void golden_models_give_their_results(void **state)
{
	(void)state;
	static const char *const stems[] = { "policies", "boxed", "imports", "types", "disputes" };
	for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
		struct arena arena = { 0 };
		assert_true(run_golden(&arena, str_from_c(stems[i])) >= 5);
		arena_done(&arena);
	}
}

/* ---- refused models and findings --------------------------------------------------------------------------------- */

/* What stands behind `<!-- says: ` in the text, one line each. */
static bool says(struct str text, struct str words)
{
	static const struct str head = STR_INIT("<!-- says: ");
	bool all = true;
	for (ptrdiff_t at = str_find(text, head, 0); at >= 0; at = str_find(text, head, (size_t)at + 1)) {
		ptrdiff_t end = str_find(text, STR(" -->"), (size_t)at);
		assert_true(end > at);
		struct str wanted = str_trim(str_sub(text, (size_t)at + head.len, (size_t)end));
		if (!str_is_empty(wanted) && str_find(words, wanted, 0) < 0) {
			print_error("does not say: %.*s\nbut: %.*s\n", STR_ARG(wanted), STR_ARG(words));
			all = false;
		}
	}
	return all;
}

static void broken_models_are_refused_with_the_reason(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct file_names names;
	assert_false(failed(folder_list(&arena, "tests/dmn/refused", 100, &names)));
	assert_true(names.count >= 15);
	for (size_t i = 0; i < names.count; i++) {
		struct report report = report_make(&arena);
		struct dmn_source source = { .file = names.items[i], .xml = read_text(&arena, "tests/dmn/refused", names.items[i]) };
		const struct dmn_model *model = NULL;
		struct err err = dmn_load(&arena, &source, 1, &env, &report, &model);
		if (!err_is(err, ERR_INVALID) || report.error_count == 0 || !str_eq(report.items[0].file, names.items[i]))
			fail_msg("%.*s is not refused as it should", STR_ARG(names.items[i]));
		assert_null(model);
		assert_true(says(source.xml, report_print(&arena, &report)));
	}
	arena_done(&arena);
}

static void the_checker_finds_what_the_author_should_know(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct file_names names;
	assert_false(failed(folder_list(&arena, "tests/dmn/findings", 100, &names)));
	assert_true(names.count >= 5);
	for (size_t i = 0; i < names.count; i++) {
		struct str xml = read_text(&arena, "tests/dmn/findings", names.items[i]);
		const struct dmn_model *model = load_text(&arena, xml);
		struct report report = report_make(&arena);
		assert_false(failed(dmn_check(&arena, model, &env, &report)));
		struct str words = report_print(&arena, &report);
		assert_true(says(xml, words));
		size_t wanted = 0;
		for (ptrdiff_t at = str_find(xml, STR("<!-- says: "), 0); at >= 0; at = str_find(xml, STR("<!-- says: "), (size_t)at + 1))
			wanted++;
		if (report.count != wanted)
			fail_msg("%.*s: %zu findings instead of %zu\n%.*s", STR_ARG(names.items[i]), report.count, wanted, STR_ARG(words));
	}
	arena_done(&arena);
}

/* ---- trace --------------------------------------------------------------------------------------------------------- */

/* A thousand rules, each a piece of the number line for one of three kinds; rule 500 begins too early, 700 ends too early. */
static struct str large_table(struct arena *arena, const char *policy)
{
	static const char *const kinds[] = { "\"wage\"", "\"injury\"", "not(\"wage\", \"injury\")" };
	struct buf xml = buf_make(arena, 1 << 20);
	buf_printf(&xml, "<definitions " NS "><inputData id=\"i\" name=\"days\"><variable name=\"days\" typeRef=\"number\"/></inputData>"
		"<inputData id=\"k\" name=\"kind\"><variable name=\"kind\" typeRef=\"string\"/></inputData><decision id=\"d\" name=\"large\">"
		"<informationRequirement><requiredInput href=\"#i\"/></informationRequirement>"
		"<informationRequirement><requiredInput href=\"#k\"/></informationRequirement><decisionTable hitPolicy=\"%s\">"
		"<input><inputExpression typeRef=\"number\"><text>days</text></inputExpression></input>"
		"<input><inputExpression typeRef=\"string\"><text>kind</text></inputExpression></input><output/>", policy);
	for (int i = 0; i < 999; i++) {
		int from = i / 3 * 10 - (i == 499 ? 1 : 0), to = i / 3 * 10 + (i == 699 ? 9 : 10);
		buf_add_lit(&xml, "<rule><inputEntry><text>");
		if (i / 3 == 332) buf_printf(&xml, "&gt;=%d", from);
		else if (i < 3) buf_printf(&xml, "&lt;%d", to);
		else buf_printf(&xml, "[%d..%d)", from, to);
		buf_printf(&xml, "</text></inputEntry><inputEntry><text>%s</text></inputEntry><outputEntry><text>%d</text></outputEntry></rule>",
			kinds[i % 3], i);
	}
	buf_add_lit(&xml, "<rule><inputEntry><text>[20..30)</text></inputEntry><inputEntry><text>\"wage\"</text></inputEntry>"
		"<outputEntry><text>0</text></outputEntry></rule></decisionTable></decision></definitions>");
	return buf_str(&xml);
}

static void a_table_of_a_thousand_rules_is_checked_in_seconds(void **state)
{
	(void)state;
	static const struct { const char *policy, *says[3]; } cases[] = {
		{ "UNIQUE", { "rules 497 and 500 both take", "rules 7 and 1000 both take",
			"no rule takes this input: days = 2339.5, kind = \"wage\"" } },
		{ "FIRST", { "rule 1000 can never be hit: the rules before it", "no rule takes this input: days = 2339", "kind = \"wage\"" } },
	};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct arena arena = { 0 };
		struct report report = report_make(&arena);
		const struct dmn_model *model = load_text(&arena, large_table(&arena, cases[c].policy));
		int64_t begin = clock_monotonic_us();
		assert_false(failed(dmn_check(&arena, model, &env, &report)));
		assert_true(clock_monotonic_us() - begin < 20000000);
		struct str words = report_print(&arena, &report);
		for (size_t i = 0; i < 3; i++)
			if (str_find(words, str_from_c(cases[c].says[i]), 0) < 0)
				fail_msg("%s: not said: %s\n%.*s", cases[c].policy, cases[c].says[i], STR_ARG(words));
		arena_done(&arena);
	}
}

static void a_trace_names_each_rule_with_its_cells_and_legal_basis(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct dmn_model *model = load_golden(&arena, STR("policies"));
	struct dmn_trace trace = { 0 };
	struct feel_value value, inputs = feel(&arena, STR("{\"days late\": 12}"));
	assert_false(failed(dmn_decide(&arena, model, STR("d1"), inputs, &env, NULL, &trace, &value)));
	assert_int_equal(trace.count, 1);
	const struct dmn_trace_step *step = &trace.items[0];
	assert_true(str_eq_c(step->element->name, "unique"));
	assert_true(str_eq_c(step->element->file, "policies.dmn"));
	assert_non_null(step->table);
	assert_int_equal(step->table->policy, DMN_HIT_UNIQUE);
	assert_int_equal(step->table->input_count, 1);
	assert_true(str_eq_c(step->table->inputs[0].expression, "days late"));
	assert_true(str_eq_c(feel_print(&arena, step->table->inputs[0].value), "12"));
	assert_int_equal(step->table->rule_count, 3);
	const struct dmn_rule_trace *hit = &step->table->rules[1];
	assert_true(hit->hit && !step->table->rules[0].hit && !step->table->rules[2].hit);
	assert_true(str_eq_c(hit->id, "u2"));
	assert_int_equal(hit->number, 2);
	assert_int_equal(hit->cell_results[0], DMN_CELL_TRUE);
	assert_int_equal(hit->annotation_count, 2);
	assert_true(str_eq_c(hit->annotations[0].name, "basis") && str_eq_c(hit->annotations[0].text, "Art. 2"));
	assert_true(str_eq_c(hit->output.string, "in time"));
	assert_int_equal(step->table->rules[2].annotation_count, 0);
	arena_done(&arena);
}

static void a_trace_stands_in_model_order_with_calls_before_their_caller(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct dmn_model *model = load_golden(&arena, STR("boxed"));
	struct dmn_trace trace = { 0 };
	struct feel_value value;
	struct feel_value inputs = feel(&arena, STR("{claims: [{claim type: \"wage\", amount: 1}], some large: true}"));
	assert_false(failed(dmn_decide(&arena, model, STR("word"), inputs, &env, NULL, &trace, &value)));
	assert_int_equal(trace.count, 2);
	assert_true(str_eq_c(trace.items[0].element->name, "some large") && trace.items[0].given);
	assert_true(str_eq_c(trace.items[1].element->name, "word") && !trace.items[1].given);
	trace = (struct dmn_trace){ 0 };
	assert_false(failed(dmn_decide(&arena, model, STR("summary"), inputs, &env, NULL, &trace, &value)));
	assert_int_equal(trace.count, 2);
	assert_true(str_eq_c(trace.items[0].element->name, "class of") && trace.items[0].table != NULL);
	assert_int_equal(trace.items[0].element->kind, DMN_KNOWLEDGE_MODEL);
	assert_true(str_eq_c(trace.items[1].element->name, "summary") && trace.items[1].table == NULL);
	arena_done(&arena);
}

static void a_model_tells_which_inputs_a_decision_needs(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct dmn_model *model = load_golden(&arena, STR("boxed"));
	const struct dmn_element *share = dmn_find(model, DMN_DECISION, STR("own share"));
	struct dmn_elements inputs = dmn_needed_inputs(&arena, model, share);
	assert_int_equal(inputs.count, 2);
	assert_true(str_eq_c(inputs.items[0]->name, "claims") && str_eq_c(inputs.items[1]->name, "share"));
	assert_int_equal(dmn_elements(model, DMN_SERVICE).count, 2);
	assert_int_equal(dmn_elements(model, DMN_INPUT_DATA).count, 2);
	const struct dmn_element *part = dmn_find(model, DMN_KNOWLEDGE_MODEL, STR("part of"));
	assert_int_equal(part->parameter_count, 2);
	assert_true(str_eq_c(part->parameters[0].name, "whole amount") && str_eq_c(part->parameters[0].type_name, "number"));
	assert_null(dmn_find(model, DMN_DECISION, STR("nothing")));
	struct feel_value value;
	assert_true(err_is(dmn_decide(&arena, model, STR("nothing"), FEEL_NULL_VALUE, &env, NULL, NULL, &value), ERR_NOT_FOUND));
	arena_done(&arena);
}

static void calls_without_end_are_stopped(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	const struct dmn_model *model = load_text(&arena, STR("<definitions " NS "><decision id=\"a\" name=\"a\"><context>"
		"<contextEntry><variable name=\"f\"/><functionDefinition><formalParameter name=\"g\"/>"
		"<literalExpression><text>g(g)</text></literalExpression></functionDefinition></contextEntry>"
		"<contextEntry><literalExpression><text>f(f)</text></literalExpression></contextEntry></context></decision></definitions>"));
	struct feel_value value;
	assert_true(err_is(dmn_decide(&arena, model, STR("a"), FEEL_NULL_VALUE, &env, NULL, NULL, &value), ERR_LIMIT));
	arena_done(&arena);
}

struct worker { pthread_t thread; const struct dmn_model *model; struct feel_value inputs; size_t right_count; };

static void *decide_often(void *data)
{
	struct worker *worker = data;
	struct arena arena = { 0 };
	for (int i = 0; i < 300; i++) {
		struct feel_value value;
		struct dmn_trace trace = { 0 };
		if (!failed(dmn_decide(&arena, worker->model, STR("summary"), worker->inputs, &env, NULL, &trace, &value))
				&& str_eq_c(feel_print(&arena, feel_get(value, STR("doubled"))), "22"))
			worker->right_count++;
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

static void many_threads_use_one_model(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct worker workers[4];
	const struct dmn_model *model = load_golden(&arena, STR("boxed"));
	struct str claims = STR("{claims: [{claim type: \"wage\", amount: 1500}, {claim type: \"injury\", amount: 10}]}");
	for (size_t i = 0; i < 4; i++) {
		workers[i] = (struct worker){ .model = model, .inputs = feel(&arena, claims) };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, decide_often, &workers[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].right_count, 300);
	}
	arena_done(&arena);
}

/* ---- direct cells against the interpreter ---------------------------------------------------------------------------- */

static struct str random_constant(struct arena *arena, struct rand rand, int kind)
{
	static const char *const strings[] = { "a", "b", "wage", "", "中", "a b" };
	static const char *const numbers[] = { "0", "1", "-1", "2.50", "2.5", "100000", "-0.0", "30", "0.1" };
	uint8_t byte;
	rand_fill(rand, &byte, 1);
	switch (kind) {
	case 0: return str_printf(arena, "\"%s\"", strings[byte % 6]);
	case 1: return str_from_c(numbers[byte % 9]);
	case 2: return byte % 2 ? STR("true") : STR("false");
	default: return str_printf(arena, "date(\"20%02d-0%d-1%d\")", byte % 3 + 20, byte % 9 + 1, byte % 4);
	}
}

static struct str random_cell(struct arena *arena, struct rand rand, int kind)
{
	static const char *const forms[] = { "%.*s", "< %.*s", "<=%.*s", "> %.*s", ">= %.*s", "[%.*s..%.*s]", "(%.*s..%.*s)",
		"]%.*s..%.*s[", "[%.*s..%.*s)", "(%.*s..%.*s]" };
	struct buf cell = buf_make(arena, 1000);
	uint8_t bytes[6];
	rand_fill(rand, bytes, sizeof bytes);
	bool negated = bytes[0] % 4 == 0;
	if (negated)
		buf_add_lit(&cell, "not(");
	for (int i = 0; i <= bytes[1] % 3; i++) {
		struct str a = random_constant(arena, rand, kind), b = random_constant(arena, rand, kind);
		size_t form = bytes[2 + i] % 10;
		if (kind == 0 || kind == 2)
			form = 0;
		if (i > 0)
			buf_add_lit(&cell, ", ");
		const char *placed = forms[form];
		const char *first = strstr(placed, "%.*s");
		buf_add_bytes(&cell, placed, (size_t)(first - placed));
		buf_add(&cell, a);
		const char *second = strstr(first + 4, "%.*s");
		if (second != NULL) {
			buf_add_bytes(&cell, first + 4, (size_t)(second - first - 4));
			buf_add(&cell, b);
			first = second;
		}
		buf_add_bytes(&cell, first + 4, strlen(first + 4));
	}
	if (negated)
		buf_add_lit(&cell, ")");
	return buf_str(&cell);
}

static void direct_cells_agree_with_the_interpreter(void **state)
{
	(void)state;
	struct rand_seeded seed;
	struct rand rand = rand_from_seed(&seed, 20260112);
	size_t direct_count = 0;
	for (int round = 0; round < 4000; round++) {
		struct arena arena = { 0 };
		struct budget budget = { 0 };
		struct run run = { .arena = &arena, .env = &env, .budget = &budget };
		struct cell cell = { .text = random_cell(&arena, rand, round % 4) };
		bool direct = cell_parse(&arena, &cell);
		struct report report = report_make(&arena);
		assert_false(failed(feel_compile_tests(&arena, cell.text, NULL, &report, &cell.program)));
		for (int i = 0; direct && i < 4; i++) {
			struct feel_value input = feel(&arena, random_constant(&arena, rand, round % 4)), wanted;
			enum dmn_cell_result result;
			assert_false(failed(cell_eval(&run, &cell, input, FEEL_NULL_VALUE, &result)));
			assert_false(failed(feel_run_tests(&arena, cell.program, input, FEEL_NULL_VALUE, &env, NULL, &wanted)));
			if (wanted.kind != FEEL_BOOLEAN || wanted.boolean != (result == DMN_CELL_TRUE))
				fail_msg("%.*s of %.*s", STR_ARG(cell.text), STR_ARG(feel_print_literal(&arena, input)));
			direct_count++;
		}
		arena_done(&arena);
	}
	assert_true(direct_count > 8000);
}

static void constants_read_directly_are_what_the_interpreter_says(void **state)
{
	(void)state;
	static const char *const texts[] = { "1", "-1", "2.50", "\"\"", "\"a b\"", "true", "false", "null", "date(\"2024-02-29\")",
		"\"a\\\"b\"", "1.", ".5", "--1", "date(\"2023-02-29\")", "\"a\" + \"b\"", "01", "1e3" };
	struct arena arena = { 0 };
	size_t direct_count = 0;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct feel_value direct, wanted;
		if (!constant_parse(&arena, str_from_c(texts[i]), &direct))
			continue;
		wanted = feel(&arena, str_from_c(texts[i]));
		assert_int_equal(feel_equal(direct, wanted), 1);
		direct_count++;
	}
	assert_true(direct_count >= 9);
	arena_done(&arena);
}

/* ---- the index against the table read from top to bottom ---------------------------------------------------------------- */

enum { INDEXED_RULE_COUNT = 400, INDEXED_ASK_COUNT = 600, INDEXED_KIND_COUNT = 4 };

static struct str index_cell(struct arena *arena, struct rand rand, int kind)
{
	uint8_t bytes[3];
	rand_fill(rand, bytes, sizeof bytes);
	if (bytes[0] % 16 == 0) return STR("-");
	if (bytes[0] % 16 == 1) return STR("? = null");
	if (bytes[0] % 16 == 2) return STR("string(?) = \"1\"");
	if (kind == 0 && bytes[0] % 16 > 6) return str_printf(arena, "\"k%d\"", bytes[1] % 200);
	if (kind == 1 && bytes[0] % 16 > 6) return str_printf(arena, "%d", bytes[1]);
	if (kind == 1 && bytes[0] % 16 > 4) return str_printf(arena, "[%d..%d)", bytes[1], bytes[1] + bytes[2] % 9 + 1);
	return random_cell(arena, rand, kind);
}

static struct feel_value index_input(struct arena *arena, struct rand rand, int kind)
{
	uint8_t bytes[2];
	rand_fill(rand, bytes, sizeof bytes);
	if (bytes[0] % 12 == 0) return FEEL_NULL_VALUE;
	if (bytes[0] % 12 == 1) return feel(arena, random_constant(arena, rand, bytes[1] % INDEXED_KIND_COUNT));
	if (kind == 0 && bytes[0] % 2) return feel_string(str_printf(arena, "k%d", bytes[1] % 210));
	if (kind == 1 && bytes[0] % 2) return feel(arena, str_printf(arena, "%d%s", bytes[1], bytes[0] % 4 > 1 ? ".5" : ""));
	return feel(arena, random_constant(arena, rand, kind));
}

static const struct dmn_model *index_model(struct arena *arena, struct rand rand, const int *kinds, const char *policy)
{
	struct buf xml = buf_make(arena, BYTES_MAX);
	buf_printf(&xml, "<definitions " NS "><inputData name=\"a\"/><inputData name=\"b\"/><decision name=\"d\"><decisionTable"
		" hitPolicy=\"%s\"><input><inputExpression><text>a</text></inputExpression></input><input><inputExpression><text>b</text>"
		"</inputExpression></input><output name=\"o\"/>", policy);
	for (int r = 0; r < INDEXED_RULE_COUNT; r++) {
		buf_add_lit(&xml, "<rule>");
		for (int i = 0; i < 2; i++) {
			struct str cell = str_replace(arena, index_cell(arena, rand, kinds[i]), STR("<"), STR("&lt;"));
			buf_printf(&xml, "<inputEntry><text>%.*s</text></inputEntry>", STR_ARG(cell));
		}
		buf_printf(&xml, "<outputEntry><text>%d</text></outputEntry></rule>", r);
	}
	buf_add_lit(&xml, "</decisionTable></decision></definitions>");
	return load_text(arena, buf_str(&xml));
}

static bool is_indexed(const struct dmn_model *model)
{
	for (size_t i = 0; i < model->node_count; i++)
		if (model->nodes[i]->logic) return model->nodes[i]->logic->table->index != NULL;
	return false;
}

/* With a trace every rule is tried; without one the index leaves most of them out. The result must be the same. */
static void a_large_table_decides_with_its_index_as_without(void **state)
{
	(void)state;
	static const char *const policies[] = { "FIRST", "RULE ORDER", "COLLECT", "UNIQUE" };
	struct rand_seeded seed;
	struct rand rand = rand_from_seed(&seed, 20261125);
	size_t indexed_count = 0, hit_count = 0;
	for (int round = 0; round < 12; round++) {
		struct arena arena = { 0 };
		const int kinds[2] = { round % INDEXED_KIND_COUNT, round / INDEXED_KIND_COUNT };
		const struct dmn_model *model = index_model(&arena, rand, kinds, policies[round % 4]);
		indexed_count += is_indexed(model);
		for (int n = 0; n < INDEXED_ASK_COUNT; n++) {
			struct feel_value with, without, inputs = FEEL_NULL_VALUE;
			struct dmn_trace trace = { 0 };
			inputs = feel_put(&arena, inputs, STR("a"), index_input(&arena, rand, kinds[0]));
			inputs = feel_put(&arena, inputs, STR("b"), index_input(&arena, rand, kinds[1]));
			assert_false(failed(dmn_decide(&arena, model, STR("d"), inputs, &env, NULL, NULL, &with)));
			assert_false(failed(dmn_decide(&arena, model, STR("d"), inputs, &env, NULL, &trace, &without)));
			assert_int_equal(feel_equal(with, without), 1);
			hit_count += with.kind != FEEL_NULL;
		}
		arena_done(&arena);
	}
	assert_true(indexed_count >= 6 && hit_count > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_models_give_their_results),
		cmocka_unit_test(broken_models_are_refused_with_the_reason),
		cmocka_unit_test(the_checker_finds_what_the_author_should_know),
		cmocka_unit_test(a_table_of_a_thousand_rules_is_checked_in_seconds),
		cmocka_unit_test(a_trace_names_each_rule_with_its_cells_and_legal_basis),
		cmocka_unit_test(a_trace_stands_in_model_order_with_calls_before_their_caller),
		cmocka_unit_test(a_model_tells_which_inputs_a_decision_needs),
		cmocka_unit_test(calls_without_end_are_stopped),
		cmocka_unit_test(many_threads_use_one_model),
		cmocka_unit_test(direct_cells_agree_with_the_interpreter),
		cmocka_unit_test(a_large_table_decides_with_its_index_as_without),
		cmocka_unit_test(constants_read_directly_are_what_the_interpreter_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
