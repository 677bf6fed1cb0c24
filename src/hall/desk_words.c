#include "hall/desk_words.h"

#include "hall/inside.h"

static struct str annotation_of(const struct dmn_rule_trace *rule, const char *name)
{
	for (size_t i = 0; i < rule->annotation_count; i++)
		if (str_eq_c(rule->annotations[i].name, name)) return rule->annotations[i].text;
	return STR("");
}

/* Of a table in which each rule looks at one column, that column tells what the rule asks for. */
static void name_column(const struct dmn_table_trace *table, const struct dmn_rule_trace *rule, struct rule_words *words)
{
	for (size_t i = 0; i < rule->cell_count && i < table->input_count; i++) {
		struct str cell = str_trim(rule->cells[i]);
		if (cell.len == 0 || str_eq_c(cell, "-")) continue;
		words->label = table->inputs[i].label.len ? table->inputs[i].label : table->inputs[i].expression;
		words->expression = table->inputs[i].expression;
		return;
	}
}

/* The texts of a table stand in the trace whatever was decided: so it is asked about nothing at all. */
static struct err add_rules(
    struct hall *hall, struct arena *arena, const struct service *service, struct str decision, struct service_words *words)
{
	const struct service_model *model = service_decision(service, decision);
	struct dmn_trace trace = { 0 };
	struct feel_value result;
	if (!model) return OK;
	struct environment *environment = environment_new(arena, hall->calendar, hall->parameters, hall->region, hall_now_ms(hall));
	TRY(dmn_decide(arena, model->model, decision, feel_context_of(arena, NULL, 0), &environment->feel, NULL, &trace, &result));
	for (size_t i = 0; i < trace.count; i++) {
		const struct dmn_table_trace *table = trace.items[i].table;
		for (size_t k = 0; table && k < table->rule_count; k++) {
			const struct dmn_rule_trace *rule = &table->rules[k];
			struct rule_words row = { .id = rule->id, .article = annotation_of(rule, "article"), .words = annotation_of(rule, "words") };
			name_column(table, rule, &row);
			if (row.id.len && row.words.len && !service_words_rule(words, row.id)) LIST_PUSH(arena, &words->rules, row);
		}
	}
	return OK;
}

struct err service_words(struct hall *hall, struct arena *arena, struct str version, struct service_words *out_words)
{
	const struct service *service;
	struct service_words words = { 0 };
	TRY(service_version(hall, version, &service));
	words.title = service->title;
	for (size_t i = 0; i < bpmn_element_count(service->bpmn); i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		struct str outcome = bpmn_property(element, "outcome");
		if (outcome.len) LIST_PUSH(arena, &words.outcomes, ((struct outcome_words){ outcome, element->name }));
		if (element->kind == BPMN_USER_TASK) LIST_PUSH(arena, &words.steps, ((struct outcome_words){ element->id, element->name }));
		if (element->decision_id.len && element->decision_id.ptr[0] != '=')
			TRY(add_rules(hall, arena, service, element->decision_id, &words));
	}
	*out_words = words;
	return OK;
}

const struct rule_words *service_words_rule(const struct service_words *words, struct str rule)
{
	for (size_t i = 0; i < words->rules.count; i++)
		if (str_eq(words->rules.items[i].id, rule)) return &words->rules.items[i];
	return NULL;
}

struct str service_words_outcome(const struct service_words *words, struct str outcome)
{
	for (size_t i = 0; i < words->outcomes.count; i++)
		if (str_eq(words->outcomes.items[i].name, outcome)) return words->outcomes.items[i].words;
	return outcome;
}

struct str service_words_step(const struct service_words *words, struct str element)
{
	for (size_t i = 0; i < words->steps.count; i++)
		if (str_eq(words->steps.items[i].name, element)) return words->steps.items[i].words;
	return element;
}
