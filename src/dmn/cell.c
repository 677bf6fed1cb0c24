/* Literal expressions and unary tests: compiled for the interpreter, and read directly where their form is so plain
 * that no interpreter is needed. The direct way and the interpreter agree (dmn_test.c holds them against each other). */
#include "dmn/inside.h"

/* ---- plain forms ------------------------------------------------------------------------------------------ */

static bool is_plain_string(struct str text)
{
	if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < text.len; i++)
		if (text.ptr[i] == '"' || text.ptr[i] == '\\' || text.ptr[i] == '\n' || text.ptr[i] == '\r')
			return false;
	return true;
}

static bool is_plain_number(struct str text)
{
	size_t i = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;
	size_t digits = 0, points = 0;
	for (; i < text.len; i++) {
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			digits++;
		else if (text.ptr[i] == '.' && digits > 0 && i + 1 < text.len && points++ == 0)
			continue;
		else
			return false;
	}
	return digits > 0 && digits <= 30;
}

bool constant_parse(struct arena *arena, struct str text, struct feel_value *out_value)
{
	static const struct str date_head = STR_INIT("date(\""), date_tail = STR_INIT("\")");
	text = str_trim(text);
	if (str_eq_c(text, "null")) {
		*out_value = FEEL_NULL_VALUE;
		return true;
	}
	if (str_eq_c(text, "true") || str_eq_c(text, "false")) {
		*out_value = feel_boolean(text.len == 4);
		return true;
	}
	if (is_plain_string(text)) {
		*out_value = feel_string(str_copy(arena, str_sub(text, 1, text.len - 1)));
		return true;
	}
	struct date date;
	if (str_starts(text, date_head) && str_ends(text, date_tail)
			&& date_parse(str_sub(text, date_head.len, text.len - date_tail.len), &date)) {
		*out_value = feel_date(date);
		return true;
	}
	return is_plain_number(text) && !failed(feel_number_parse(text, out_value));
}

bool tests_split(struct str *rest, struct str *out_piece)
{
	if (rest->len == 0)
		return false;
	size_t depth = 0, i = 0;
	bool quoted = false;
	for (; i < rest->len; i++) {
		char c = rest->ptr[i];
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '(' || c == '[' || c == '{') {
			depth++;
		} else if ((c == ')' || c == ']' || c == '}') && depth > 0) {
			depth--;
		} else if (c == ',' && depth == 0) {
			break;
		}
	}
	if (i > rest->len)
		i = rest->len;
	*out_piece = str_trim(str_sub(*rest, 0, i));
	*rest = str_sub(*rest, i < rest->len ? i + 1 : i, rest->len);
	return true;
}

/* ---- direct tests ------------------------------------------------------------------------------------------- */

static bool range_parse(struct arena *arena, struct str text, struct cell_test *test)
{
	if (text.len < 5)
		return false;
	char first = text.ptr[0], last = text.ptr[text.len - 1];
	ptrdiff_t dots = str_find(text, STR(".."), 1);
	if ((first != '[' && first != '(' && first != ']') || (last != ']' && last != ')' && last != '[') || dots < 0)
		return false;
	test->op = CELL_RANGE;
	test->low_open = first != '[';
	test->high_open = last != ']';
	bool comparable;
	return constant_parse(arena, str_sub(text, 1, (size_t)dots), &test->low)
		&& constant_parse(arena, str_sub(text, (size_t)dots + 2, text.len - 1), &test->high)
		&& test->low.kind == test->high.kind && feel_compare(test->low, test->high, &comparable) < 0 && comparable;
}

static bool test_parse(struct arena *arena, struct str text, struct cell_test *test)
{
	static const struct { const char *text; enum cell_operator op; } operators[] = {
		{ "<=", CELL_LESS_EQUAL }, { ">=", CELL_GREATER_EQUAL }, { "<", CELL_LESS }, { ">", CELL_GREATER } };
	*test = (struct cell_test){ .op = CELL_EQUAL };
	if (range_parse(arena, text, test))
		return test->low.kind == FEEL_NUMBER || test->low.kind == FEEL_DATE;
	test->op = CELL_EQUAL;
	for (size_t i = 0; i < sizeof operators / sizeof *operators && test->op == CELL_EQUAL; i++) {
		if (str_starts(text, str_from_c(operators[i].text))) {
			test->op = operators[i].op;
			text = str_sub(text, strlen(operators[i].text), text.len);
		}
	}
	if (!constant_parse(arena, text, &test->low) || test->low.kind == FEEL_NULL)
		return false;
	return test->op == CELL_EQUAL || test->low.kind == FEEL_NUMBER || test->low.kind == FEEL_DATE;
}

bool cell_parse(struct arena *arena, struct cell *cell)
{
	struct str text = cell->text, piece;
	cell->negated = str_starts(text, STR("not(")) && str_ends(text, STR(")"));
	if (cell->negated)
		text = str_trim(str_sub(text, 4, text.len - 1));
	struct { LIST_OF(struct cell_test); } tests = { 0 };
	uint8_t kind = FEEL_NULL;
	while (tests_split(&text, &piece)) {
		struct cell_test test;
		if (!test_parse(arena, piece, &test) || (kind != FEEL_NULL && kind != test.low.kind))
			return false;
		kind = test.low.kind;
		LIST_PUSH(arena, &tests, test);
	}
	cell->tests = tests.items;
	cell->test_count = tests.count;
	cell->kind = kind;
	return tests.count > 0;
}

static bool test_holds(const struct cell_test *test, struct feel_value value)
{
	if (test->op == CELL_EQUAL)
		return feel_equal(value, test->low) == 1;
	bool comparable;
	int low = feel_compare(value, test->low, &comparable);
	switch (test->op) {
	case CELL_LESS: return low < 0;
	case CELL_LESS_EQUAL: return low <= 0;
	case CELL_GREATER: return low > 0;
	case CELL_GREATER_EQUAL: return low >= 0;
	default: break;
	}
	if (low < 0 || (low == 0 && test->low_open))
		return false;
	int high = feel_compare(value, test->high, &comparable);
	return high < 0 || (high == 0 && !test->high_open);
}

struct err cell_eval(struct run *run, const struct cell *cell, struct feel_value input, struct feel_value scope,
	enum dmn_cell_result *out_result)
{
	if (cell->any) {
		*out_result = DMN_CELL_TRUE;
		return OK;
	}
	if (cell->kind != FEEL_NULL && input.kind == cell->kind) {
		bool holds = false;
		for (size_t i = 0; i < cell->test_count && !holds; i++)
			holds = test_holds(&cell->tests[i], input);
		*out_result = holds != cell->negated ? DMN_CELL_TRUE : DMN_CELL_FALSE;
		return OK;
	}
	struct feel_value value = FEEL_NULL_VALUE;
	if (cell->program != NULL)
		TRY(feel_run_tests(run->arena, cell->program, input, scope, run->env, run->notes, &value));
	TRY(run->budget->err);
	*out_result = value.kind != FEEL_BOOLEAN ? DMN_CELL_NULL : value.boolean ? DMN_CELL_TRUE : DMN_CELL_FALSE;
	return OK;
}

/* ---- compiling ------------------------------------------------------------------------------------------------ */

/* What the language said about a text, and whether it failed. */
static void text_findings(struct load *load, const struct xml *at, const struct report *findings, struct err err, struct str text)
{
	struct str shown = str_sub(text, 0, 200);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		(f->severity == SEVERITY_ERROR ? load_error : load_warning)(load, at, "%.*s (at %.*s of: %.*s)", STR_ARG(f->words),
			STR_ARG(f->place), STR_ARG(shown));
	}
	if (failed(err) && findings->error_count == 0)
		load_error(load, at, "%s: %.*s", err_words(err), STR_ARG(shown));
}

void count_expression(struct load *load, const struct xml *at)
{
	if (++load->expression_count == DMN_EXPRESSION_COUNT_MAX + 1)
		load_error(load, at, "more than %d expressions", DMN_EXPRESSION_COUNT_MAX);
}

struct cell cell_compile(struct load *load, const struct xml *at, struct str text, const struct feel_scope *scope)
{
	struct cell cell = { .text = str_trim(text), .line = at->line, .column = at->column };
	count_expression(load, at);
	cell.any = str_is_empty(cell.text) || str_eq_c(cell.text, "-");
	if (cell.any || load->expression_count > DMN_EXPRESSION_COUNT_MAX)
		return cell;
	struct report findings = report_make(load->arena);
	struct err err = feel_compile_tests(load->arena, cell.text, scope, &findings, &cell.program);
	text_findings(load, at, &findings, err, cell.text);
	if (!failed(err) && !cell_parse(load->arena, &cell))
		cell.kind = FEEL_NULL;
	return cell;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static const struct feel_scope_name *scope_find(const struct feel_scope *scope, struct str name)
{
	for (; scope != NULL; scope = scope->outer)
		for (size_t i = scope->count; i > 0; i--)
			if (str_eq(scope->names[i - 1].name, name))
				return &scope->names[i - 1];
	return NULL;
}

/* A name in scope, whatever its letters, or such names joined by points. */
static void path_parse(struct load *load, struct literal *literal, const struct feel_scope *scope)
{
	struct { LIST_OF(struct str); } path = { 0 };
	if (scope_find(scope, literal->text) != NULL) {
		LIST_PUSH(load->arena, &path, literal->text);
	} else {
		struct str rest = literal->text, piece;
		while (str_split(&rest, '.', &piece)) {
			if (str_is_empty(piece) || (piece.ptr[0] >= '0' && piece.ptr[0] <= '9'))
				return;
			for (size_t i = 0; i < piece.len; i++)
				if (!is_name_byte(piece.ptr[i]))
					return;
			if (path.count == 0 && scope_find(scope, piece) == NULL)
				return;
			LIST_PUSH(load->arena, &path, piece);
		}
	}
	literal->path = path.items;
	literal->path_count = path.count;
}

struct literal literal_compile(struct load *load, const struct xml *at, struct str text, const struct feel_scope *scope)
{
	struct literal literal = { .text = str_trim(text), .line = at->line, .column = at->column };
	count_expression(load, at);
	if (str_is_empty(literal.text) || load->expression_count > DMN_EXPRESSION_COUNT_MAX) {
		literal.constant = true;
		return literal;
	}
	struct report findings = report_make(load->arena);
	struct err err = feel_compile(load->arena, literal.text, scope, &findings, &literal.program);
	text_findings(load, at, &findings, err, literal.text);
	if (!failed(err)) {
		literal.constant = constant_parse(load->arena, literal.text, &literal.value);
		if (!literal.constant)
			path_parse(load, &literal, scope);
	}
	return literal;
}

/* ---- literals at run time -------------------------------------------------------------------------------------- */

static const struct feel_value *context_get(struct feel_value context, struct str key)
{
	for (size_t i = 0; context.kind == FEEL_CONTEXT && i < context.context.count; i++)
		if (str_eq(context.context.entries[i].key, key))
			return &context.context.entries[i].value;
	return NULL;
}

struct err literal_eval(struct run *run, const struct literal *literal, struct feel_value scope, struct feel_value *out_value)
{
	if (literal->constant) {
		*out_value = literal->value;
		return OK;
	}
	const struct feel_value *value = &scope;
	for (size_t i = 0; value != NULL && i < literal->path_count; i++)
		value = context_get(*value, literal->path[i]);
	if (literal->path_count > 0 && value != NULL) {
		*out_value = *value;
		return OK;
	}
	return run_program(run, literal->program, scope, out_value);
}
