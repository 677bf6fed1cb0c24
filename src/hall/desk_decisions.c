/* Receipts as a clerk reads them: each rule with the answers and papers it read, and whether the rules of that day still say
 * the same. */
#include "hall/desk.h"
#include "hall/desk_inside.h"

enum { FACT_COUNT_MAX = 60 };

/* Answers are told leaf by leaf; a list of plain values is one. What the hall itself noted about files is not an answer. */
static void add_facts(struct arena *arena, struct desk_rule *rule, struct str path, struct feel_value value)
{
	if (rule->facts.count >= FACT_COUNT_MAX) return;
	if (value.kind != FEEL_CONTEXT) {
		LIST_PUSH(arena, &rule->facts, ((struct desk_fact){ path, value }));
		return;
	}
	for (size_t i = 0; i < value.context.count; i++)
		add_facts(arena, rule, str_printf(arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(value.context.entries[i].key)),
			value.context.entries[i].value);
}

static void add_file_fields(struct arena *arena, struct desk_rule *rule, struct feel_value files)
{
	for (size_t i = 0; files.kind == FEEL_CONTEXT && i < files.context.count; i++)
		LIST_PUSH(arena, &rule->file_fields, str_join(arena, STR("files."), files.context.entries[i].key));
}

/* "inDistrict = true" reads the decision inDistrict, and that one reads answers, employer and region. */
static struct dmn_elements read_by(struct arena *arena, const struct dmn_model *model, struct str expression)
{
	size_t end = 0;
	while (end < expression.len && expression.ptr[end] != ' ' && expression.ptr[end] != '=' && expression.ptr[end] != '.') end++;
	struct str name = str_sub(expression, 0, end);
	const struct dmn_element *element = dmn_find(model, DMN_DECISION, name);
	if (element) return dmn_needed_inputs(arena, model, element);
	element = dmn_find(model, DMN_INPUT_DATA, name);
	if (!element) return (struct dmn_elements){ 0 };
	const struct dmn_element **items = ARENA_NEW(arena, const struct dmn_element *);
	items[0] = element;
	return (struct dmn_elements){ items, 1 };
}

static struct feel_value input_of(struct arena *arena, const struct json *receipt, struct str name)
{
	const struct json *list = json_get(receipt, STR("inputs"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next)
		if (str_eq(json_string_of(item, "name"), name)) return feel_from_json(arena, json_get(item, STR("value")));
	return FEEL_NULL_VALUE;
}

static void read_rule(struct arena *arena, const struct json *receipt, const struct json *json, const struct dmn_model *model,
    const struct service_words *words, struct desk_rule *out)
{
	const struct rule_words *known = service_words_rule(words, json_string_of(json, "id"));
	*out = (struct desk_rule){ .met = !json_is(json_get(json, STR("hit")), JSON_TRUE) };
	if (known) out->words = *known;
	else out->words = (struct rule_words){ .id = json_string_of(json, "id"), .article = json_string_of(json, "article") };
	struct dmn_elements inputs = read_by(arena, model, out->words.expression);
	for (size_t i = 0; i < inputs.count; i++) {
		struct str name = inputs.items[i]->name;
		struct feel_value value = input_of(arena, receipt, name);
		if (str_eq_c(name, "files")) add_file_fields(arena, out, value);
		else if (!str_eq_c(name, "fileChecks")) add_facts(arena, out, name, value);
	}
}

static struct err replay(struct hall *hall, struct arena *arena, struct desk_decision *decision)
{
	struct report report = report_make(arena);
	struct str summary;
	struct err err = receipt_replay(hall, arena, decision->whole, &report, &summary);
	decision->same = !failed(err);
	if (err_is(err, ERR_TAMPERED) || err_is(err, ERR_NOT_FOUND))
		decision->replay = report.count ? report.items[0].words : str_from_c(err_words(err));
	else if (failed(err)) return err;
	else decision->replay = summary;
	return OK;
}

static struct err read_decision(struct hall *hall, struct arena *arena, const struct receipt *receipt, struct desk_decision *out)
{
	struct service_words words;
	const struct service *service;
	const struct json *json;
	if (failed(json_parse(arena, receipt->whole, NULL, &json))) return ERR(TAMPERED);
	*out = (struct desk_decision){ .receipt_id = receipt->receipt_id, .decided_ms = receipt->decided_ms, .decision = receipt->decision,
		.version = json_string_of(json, "version"), .on = json_string_of(json, "on"), .whole = receipt->whole };
	TRY(service_version(hall, out->version, &service));
	TRY(service_words(hall, arena, out->version, &words));
	const struct service_model *model = service_decision(service, receipt->decision);
	const struct json *rules = json_get(json, STR("rules"));
	for (const struct json *item = rules ? rules->first : NULL; item && model; item = item->next) {
		struct desk_rule rule;
		if (!service_words_rule(&words, json_string_of(item, "id"))) continue;   /* of the law's own tables: they stand in the receipt */
		read_rule(arena, json, item, model->model, &words, &rule);
		LIST_PUSH(arena, &out->rules, rule);
	}
	return replay(hall, arena, out);
}

struct err desk_decisions(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_decisions *out_decisions)
{
	struct receipts receipts;
	TRY(receipts_of_case(hall, arena, case_id, &receipts));
	struct desk_decisions list = { .items = ARENA_ARRAY(arena, struct desk_decision, receipts.count), .count = receipts.count };
	for (size_t i = 0; i < receipts.count; i++)
		TRY(read_decision(hall, arena, &receipts.items[receipts.count - 1 - i], &list.items[i]));
	*out_decisions = list;
	return OK;
}
