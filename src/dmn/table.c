/* Decision tables: from XML to what hit.c decides. */
#include "dmn/inside.h"

static enum dmn_hit_policy policy_of(struct load *load, const struct xml *xml)
{
	struct str policy = xml_attribute(xml, "hitPolicy"), aggregation = xml_attribute(xml, "aggregation");
	if (str_is_empty(policy))
		return DMN_HIT_UNIQUE;
	if (!str_is_empty(aggregation) && str_eq_c(policy, "COLLECT"))
		policy = str_printf(load->arena, "COLLECT %.*s", STR_ARG(aggregation));
	for (int i = 0; i < DMN_HIT_POLICY_COUNT; i++)
		if (str_eq_c(policy, dmn_hit_policy_name((enum dmn_hit_policy)i)))
			return (enum dmn_hit_policy)i;
	load_error(load, xml, "the hit policy \"%.*s\" is none of DMN's", STR_ARG(policy));
	return DMN_HIT_UNIQUE;
}

static struct input compile_input(struct load *load, const struct xml *xml, const struct feel_scope *scope)
{
	struct input input = { .label = xml_attribute(xml, "label") };
	const struct xml *expression = dmn_child(load, xml, "inputExpression"), *values = dmn_child(load, xml, "inputValues");
	if (expression == NULL) {
		load_error(load, xml, "an input has no expression");
		return input;
	}
	struct named_type type = type_of(load, expression);
	input.type = type.type;
	input.expression = literal_compile(load, expression, dmn_text(load, expression, "text"), scope);
	if (str_is_empty(input.expression.text))
		load_error(load, expression, "an input expression is empty");
	if (str_is_empty(input.label))
		input.label = input.expression.text;
	input.allowed_text = values == NULL ? STR("") : dmn_text(load, values, "text");
	if (!str_is_empty(input.allowed_text)) {
		struct cell *allowed = ARENA_NEW(load->arena, struct cell);
		*allowed = cell_compile(load, values, input.allowed_text, scope);
		input.allowed = allowed;
	} else {
		input.allowed_text = type.allowed_text;
	}
	return input;
}

static struct output compile_output(struct load *load, const struct xml *xml, const struct xml *table_xml,
	const struct feel_scope *scope)
{
	struct output output = { .name = str_trim(xml_attribute(xml, "name")), .label = xml_attribute(xml, "label") };
	struct named_type type = type_of(load, xml);
	output.type = type.type;
	const struct xml *values = dmn_child(load, xml, "outputValues"), *fallback = dmn_child(load, xml, "defaultOutputEntry");
	struct str rest = values == NULL ? type.allowed_text : dmn_text(load, values, "text"), piece;
	if (str_is_empty(rest) && dmn_count(load, table_xml, "output") == 1)
		rest = type_of(load, table_xml).allowed_text;
	struct { LIST_OF(struct cell); } priorities = { 0 };
	while (tests_split(&rest, &piece))
		LIST_PUSH(load->arena, &priorities, cell_compile(load, values == NULL ? xml : values, piece, scope));
	output.priorities = priorities.items;
	output.priority_count = priorities.count;
	if (fallback != NULL && !str_is_empty(dmn_text(load, fallback, "text"))) {
		output.has_fallback = true;
		output.fallback = literal_compile(load, fallback, dmn_text(load, fallback, "text"), scope);
	}
	return output;
}

static void compile_annotations(struct load *load, const struct xml *xml, const struct table *table, struct rule *rule)
{
	struct { LIST_OF(struct dmn_annotation); } annotations = { 0 };
	size_t column = 0;
	for (const struct xml *x = dmn_child(load, xml, "annotationEntry"); x != NULL; x = dmn_next(load, x, "annotationEntry")) {
		struct str text = dmn_text(load, x, "text");
		struct str name = column < table->annotation_name_count ? table->annotation_names[column] : STR("");
		column++;
		if (!str_is_empty(text))
			LIST_PUSH(load->arena, &annotations, ((struct dmn_annotation){ .name = name, .text = text }));
	}
	rule->annotations = annotations.items;
	rule->annotation_count = annotations.count;
}

/* What large tables repeat is compiled once a table: cells and outputs by their text. A text about which there is
 * something to say is compiled, and said, at each of its places. */
struct compiled { struct map cells, outputs; };

static size_t findings_so_far(const struct load *load)
{
	return load->report == NULL ? 0 : load->report->count + load->report->dropped_count;
}

/* NULL: the text is new. */
static const void *known_text(struct load *load, const struct xml *at, const struct map *kind, struct str text)
{
	const void *known = map_get(kind, text);
	if (known != NULL)
		count_expression(load, at);
	return known;
}

static struct cell cell_once(struct load *load, const struct xml *at, const struct feel_scope *scope, struct compiled *compiled)
{
	struct str text = str_trim(dmn_text(load, at, "text"));
	const struct cell *known = known_text(load, at, &compiled->cells, text);
	size_t said = findings_so_far(load);
	struct cell cell = known != NULL ? *known : cell_compile(load, at, text, scope);
	cell.line = at->line;
	cell.column = at->column;
	if (known == NULL && findings_so_far(load) == said)
		map_put(load->arena, &compiled->cells, text, arena_copy(load->arena, &cell, sizeof cell));
	return cell;
}

static struct literal output_once(struct load *load, const struct xml *at, const struct feel_scope *scope, struct compiled *compiled)
{
	struct str text = str_trim(dmn_text(load, at, "text"));
	const struct literal *known = known_text(load, at, &compiled->outputs, text);
	size_t said = findings_so_far(load);
	struct literal output = known != NULL ? *known : literal_compile(load, at, text, scope);
	output.line = at->line;
	output.column = at->column;
	if (known == NULL && findings_so_far(load) == said)
		map_put(load->arena, &compiled->outputs, text, arena_copy(load->arena, &output, sizeof output));
	return output;
}

static struct rule compile_rule(struct load *load, const struct xml *xml, const struct table *table, size_t number,
	const struct feel_scope *scope, struct compiled *compiled)
{
	struct rule rule = { .id = xml_attribute(xml, "id"), .line = xml->line, .column = xml->column };
	struct cell *cells = ARENA_ARRAY(load->arena, struct cell, table->input_count + 1);
	struct literal *outputs = ARENA_ARRAY(load->arena, struct literal, table->output_count + 1);
	size_t input_count = dmn_count(load, xml, "inputEntry"), output_count = dmn_count(load, xml, "outputEntry"), i = 0;
	rule.cells = cells;
	rule.outputs = outputs;
	if (input_count != table->input_count)
		load_error(load, xml, "rule %zu has %zu input entries, the table has %zu inputs", number, input_count, table->input_count);
	if (output_count != table->output_count)
		load_error(load, xml, "rule %zu has %zu output entries, the table has %zu outputs", number, output_count, table->output_count);
	if (input_count != table->input_count || output_count != table->output_count)
		return rule;
	for (const struct xml *x = dmn_child(load, xml, "inputEntry"); x != NULL; x = dmn_next(load, x, "inputEntry"))
		cells[i++] = cell_once(load, x, scope, compiled);
	i = 0;
	for (const struct xml *x = dmn_child(load, xml, "outputEntry"); x != NULL; x = dmn_next(load, x, "outputEntry"))
		outputs[i++] = output_once(load, x, scope, compiled);
	compile_annotations(load, xml, table, &rule);
	return rule;
}

static void compile_columns(struct load *load, const struct xml *xml, const struct feel_scope *scope, struct table *table)
{
	struct { LIST_OF(struct input); } inputs = { 0 };
	struct { LIST_OF(struct output); } outputs = { 0 };
	struct { LIST_OF(struct str); } names = { 0 };
	for (const struct xml *x = dmn_child(load, xml, "input"); x != NULL; x = dmn_next(load, x, "input"))
		LIST_PUSH(load->arena, &inputs, compile_input(load, x, scope));
	for (const struct xml *x = dmn_child(load, xml, "output"); x != NULL; x = dmn_next(load, x, "output"))
		LIST_PUSH(load->arena, &outputs, compile_output(load, x, xml, scope));
	for (const struct xml *x = dmn_child(load, xml, "annotation"); x != NULL; x = dmn_next(load, x, "annotation"))
		LIST_PUSH(load->arena, &names, str_trim(xml_attribute(x, "name")));
	table->inputs = inputs.items;
	table->input_count = inputs.count;
	table->outputs = outputs.items;
	table->output_count = outputs.count;
	table->annotation_names = names.items;
	table->annotation_name_count = names.count;
	if (outputs.count == 0)
		load_error(load, xml, "the decision table has no output");
	for (size_t i = 0; i < outputs.count; i++) {
		table->has_fallback |= outputs.items[i].has_fallback;
		if (outputs.count > 1 && str_is_empty(outputs.items[i].name))
			load_error(load, xml, "output %zu needs a name, for the table has several", i + 1);
		for (size_t k = 0; outputs.count > 1 && k < i; k++)
			if (str_eq(outputs.items[i].name, outputs.items[k].name))
				load_error(load, xml, "two outputs are called \"%.*s\"", STR_ARG(outputs.items[i].name));
	}
}

static void check_priorities(struct load *load, const struct xml *xml, const struct table *table)
{
	bool ranked = table->policy == DMN_HIT_PRIORITY || table->policy == DMN_HIT_OUTPUT_ORDER;
	size_t count = 0;
	for (size_t i = 0; i < table->output_count; i++)
		count += table->outputs[i].priority_count;
	if (ranked && count == 0)
		load_error(load, xml, "the hit policy %s needs output values: their order is the priority",
			dmn_hit_policy_name(table->policy));
}

const struct table *table_compile(struct load *load, const struct xml *xml, const struct feel_scope *scope)
{
	struct table *table = ARENA_NEW(load->arena, struct table);
	table->policy = policy_of(load, xml);
	table->label = xml_attribute(xml, "label");
	if (str_is_empty(table->label))
		table->label = xml_attribute(xml, "outputLabel");
	compile_columns(load, xml, scope, table);
	check_priorities(load, xml, table);
	struct { LIST_OF(struct rule); } rules = { 0 };
	struct compiled compiled = { 0 };
	for (const struct xml *x = dmn_child(load, xml, "rule"); x != NULL; x = dmn_next(load, x, "rule")) {
		struct rule rule = compile_rule(load, x, table, rules.count + 1, scope, &compiled);
		LIST_PUSH(load->arena, &rules, rule);
	}
	table->rules = rules.items;
	table->rule_count = rules.count;
	table->index = index_make(load->arena, table);
	return table;
}
