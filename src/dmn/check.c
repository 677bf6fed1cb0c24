/* What an author should know about a model before it decides for people: unknown names, requirements that nothing
 * reads, types that cannot fit, rules without legal basis, and (proof.c) gaps and overlaps. */
#include "dmn/inside.h"

#include <stdarg.h>
#include <stdio.h>

struct check {
	struct arena *arena;
	const struct dmn_model *model;
	struct run *run;
	struct report *report;
	const struct node *node;
	struct { LIST_OF(struct str); } reads;       /* names that the logic of `node` reads */
};

static void finding(struct check *check, enum severity severity, uint32_t line, uint32_t column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void finding(struct check *check, enum severity severity, uint32_t line, uint32_t column, const char *format, ...)
{
	char words[1000];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	check->report->file = check->node->element.file;
	report_add(check->report, severity, place_of(check->arena, line, column), "%s \"%.*s\": %s",
		dmn_kind_name(check->node->element.kind), STR_ARG(check->node->element.name), words);
}

void table_finding(struct table_check *check, enum severity severity, const struct rule *rule, const char *format, ...)
{
	char words[3000];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	check->report->file = check->node->element.file;
	struct str place = rule == NULL ? check->place : place_of(check->arena, rule->line, rule->column);
	report_add(check->report, severity, place, "%.*s: %s", STR_ARG(check->name), words);
}

/* ---- names that are read ----------------------------------------------------------------------------------- */

static void take_reads(struct check *check, const struct feel_program *program)
{
	struct feel_names names = { 0 };
	if (program != NULL)
		names = feel_program_reads(check->arena, program);
	for (size_t i = 0; i < names.count; i++)
		LIST_PUSH(check->arena, &check->reads, names.items[i]);
}

static bool is_read(const struct check *check, struct str name)
{
	for (size_t i = 0; i < check->reads.count && !str_is_empty(name); i++) {
		struct str read = check->reads.items[i];
		if (str_starts(read, name) && (read.len == name.len || read.ptr[name.len] == '.'))
			return true;
	}
	return false;
}

static void check_requirements(struct check *check)
{
	const struct node *node = check->node;
	for (size_t i = 0; i < node->needs.count + node->knows.count; i++) {
		const struct requirement *r = i < node->needs.count ? &node->needs.items[i] : &node->knows.items[i - node->needs.count];
		struct str name = r->node->variable;
		if (!str_is_empty(r->alias))
			name = str_printf(check->arena, "%.*s.%.*s", STR_ARG(r->alias), STR_ARG(name));
		if (!is_read(check, name) && !is_read(check, r->node->variable) && !is_read(check, r->alias))
			finding(check, SEVERITY_WARNING, node->element.line, node->element.column,
				"it requires \"%.*s\" but never uses it: remove the requirement, or use it", STR_ARG(name));
	}
}

static void check_unused_inputs(struct check *check)
{
	uint8_t *used = ARENA_ARRAY(check->arena, uint8_t, check->model->node_count + 1);
	for (size_t i = 0; i < check->model->node_count; i++) {
		const struct node *node = check->model->nodes[i];
		for (size_t k = 0; k < node->needs.count; k++)
			used[node->needs.items[k].node->element.order] = 1;
		for (size_t k = 0; k < node->inputs.count; k++)
			used[node->inputs.items[k]->element.order] = 1;
	}
	for (size_t i = 0; i < check->model->node_count; i++) {
		const struct node *node = check->node = check->model->nodes[i];
		if (node->element.kind == DMN_INPUT_DATA && !node->element.imported && !used[i])
			finding(check, SEVERITY_WARNING, node->element.line, node->element.column, "no decision requires this input");
	}
}

/* ---- tables --------------------------------------------------------------------------------------------------- */

static bool kind_fits(const struct feel_type *type, uint8_t kind)
{
	return type == NULL || type->kind != FEEL_TYPE_SIMPLE || kind == FEEL_NULL || type->simple == (enum feel_kind)kind
		|| (type->simple == FEEL_DATE_TIME && kind == FEEL_DATE);
}

static void check_rule(struct table_check *t, size_t index)
{
	const struct table *table = t->table;
	const struct rule *rule = &table->rules[index];
	for (size_t i = 0; i < table->input_count; i++) {
		const struct input *input = &table->inputs[i];
		if (!kind_fits(input->type, rule->cells[i].kind))
			table_finding(t, SEVERITY_ERROR, rule, "rule %zu, \"%.*s\": %.*s is a test of a %s, but the input is a %s", index + 1,
				STR_ARG(input->label), STR_ARG(rule->cells[i].text), feel_kind_name((enum feel_kind)rule->cells[i].kind),
				feel_kind_name(input->type->simple));
	}
	for (size_t i = 0; i < table->output_count; i++) {
		const struct output *output = &table->outputs[i];
		const struct literal *literal = &rule->outputs[i];
		if (literal->constant && !kind_fits(output->type, literal->value.kind))
			table_finding(t, SEVERITY_ERROR, rule, "rule %zu, output \"%.*s\": %.*s is a %s, but the output is a %s", index + 1,
				STR_ARG(output->name), STR_ARG(literal->text), feel_kind_name((enum feel_kind)literal->value.kind),
				feel_kind_name(output->type->simple));
	}
	if (table->annotation_name_count > 0 && rule->annotation_count == 0)
		table_finding(t, SEVERITY_WARNING, rule, "rule %zu does not say its legal basis: its annotation is empty", index + 1);
}

static struct err check_table(struct check *check, const struct expr *expr, struct str path)
{
	const struct table *table = expr->table;
	struct table_check t = { .arena = check->arena, .run = check->run, .report = check->report, .node = check->node,
		.table = table, .place = place_of(check->arena, expr->line, expr->column),
		.name = str_printf(check->arena, "%s \"%.*s\"%s%.*s", dmn_kind_name(check->node->element.kind),
			STR_ARG(check->node->element.name), str_is_empty(path) ? "" : ", ", STR_ARG(path)) };
	for (size_t i = 0; i < table->input_count; i++) {
		take_reads(check, table->inputs[i].expression.program);
		if (table->inputs[i].allowed != NULL)
			take_reads(check, table->inputs[i].allowed->program);
	}
	for (size_t i = 0; i < table->output_count; i++)
		take_reads(check, table->outputs[i].fallback.program);
	for (size_t r = 0; r < table->rule_count; r++) {
		check_rule(&t, r);
		for (size_t i = 0; i < table->input_count; i++)
			take_reads(check, table->rules[r].cells[i].program);
		for (size_t i = 0; i < table->output_count; i++)
			take_reads(check, table->rules[r].outputs[i].program);
	}
	if (table->rule_count == 0)
		table_finding(&t, SEVERITY_WARNING, NULL, "the decision table has no rules");
	return table_prove(&t);
}

static struct err check_expr(struct check *check, const struct expr *expr, struct str path)
{
	if (expr == NULL)
		return OK;
	if (expr->kind == EXPR_TABLE)
		return check_table(check, expr, path);
	if (expr->kind == EXPR_FUNCTION)
		return check_expr(check, expr->function->body, path);
	take_reads(check, expr->literal.program);
	take_reads(check, expr->program);
	if (expr->callee != NULL)
		LIST_PUSH(check->arena, &check->reads, expr->callee->variable);
	for (size_t i = 0; i < expr->entry_count; i++) {
		const struct entry *entry = &expr->entries[i];
		struct str inner = str_is_empty(entry->name) ? path : str_is_empty(path) ? entry->name
			: str_printf(check->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(entry->name));
		TRY(check_expr(check, entry->value, inner));
	}
	for (size_t i = 0; i < expr->value_count; i++)
		TRY(check_expr(check, expr->values[i], path));
	return OK;
}

/* ---- unknown names ---------------------------------------------------------------------------------------------- */

/* Compiles the logic once more with a closed scope, into the checker's own memory. */
static void check_names(struct check *check)
{
	struct load load = { .arena = check->arena, .model = (struct dmn_model *)check->model, .env = check->model->env,
		.report = check->report, .file = (struct file *)check->node->home, .node = check->node, .closed = true };
	const struct xml *logic = check->node->element.kind == DMN_DECISION ? expr_child(&load, check->node->xml)
		: dmn_child(&load, check->node->xml, "encapsulatedLogic");
	if (logic == NULL)
		return;
	const struct feel_scope *scope = node_scope(&load, check->node);
	if (check->node->element.kind == DMN_DECISION)
		(void)expr_compile(&load, logic, scope);
	else
		(void)function_compile(&load, logic, scope);
}

struct err dmn_check(struct arena *arena, const struct dmn_model *model, const struct feel_env *env, struct report *report)
{
	struct check check = { .arena = arena, .model = model, .report = report,
		.run = run_make(arena, model, FEEL_NULL_VALUE, env, NULL, NULL) };
	struct str file_before = report->file;
	for (size_t i = 0; i < model->node_count; i++) {
		const struct node *node = check.node = model->nodes[i];
		if (node->element.imported || (node->element.kind != DMN_DECISION && node->element.kind != DMN_KNOWLEDGE_MODEL))
			continue;
		check.reads.count = 0;
		check_names(&check);
		struct err err = check_expr(&check, node->function != NULL ? node->function->body : node->logic, STR(""));
		if (failed(err))
			return err;
		if (node->logic != NULL || (node->function != NULL && node->function->body != NULL))
			check_requirements(&check);
	}
	check_unused_inputs(&check);
	report->file = file_before;
	return OK;
}
