/* decisions RULES INPUTS RESULTS NAME: how many decisions of a table with 6 inputs and 3 outputs (FIRST) one core makes in
 * a second of CPU time, without and with the trace that a receipt needs (a trace tries every rule up to the hit). Writes
 * what it decided, one line an input, so that a peer can be held against it. Floor for 12 rules: reading 6 values and
 * comparing 12 cells, some 0.3 us. */
#include "bench.h"

#include "codec/codec.h"
#include "dmn/dmn.h"

enum { FILE_BYTES_MAX_HERE = 8 << 20, RULE_CELLS = 6, RULE_OUTPUTS = 3, INPUT_COUNT_MAX = 2000 };
#define SECONDS_EACH 2.0

static struct str escaped(struct arena *arena, struct str text)
{
	text = str_replace(arena, text, STR("&"), STR("&amp;"));
	return str_replace(arena, str_replace(arena, text, STR("<"), STR("&lt;")), STR(">"), STR("&gt;"));
}

static void add_rule(struct arena *arena, struct buf *xml, const struct json *rule)
{
	int i = 0;
	buf_add(xml, STR("<rule>"));
	for (const struct json *cell = rule->first; cell; cell = cell->next, i++) {
		struct str text = escaped(arena, json_string(cell));
		if (i < RULE_CELLS) buf_printf(xml, "<inputEntry><text>%.*s</text></inputEntry>", STR_ARG(text));
		else buf_printf(xml, "<outputEntry><text>\"%.*s\"</text></outputEntry>", STR_ARG(text));
	}
	buf_add(xml, STR("</rule>"));
}

/* The table of the JSON file as DMN. */
static struct str dmn_of(struct arena *arena, const struct json *table)
{
	struct buf xml = buf_make(arena, FILE_BYTES_MAX_HERE);
	const struct json *name = json_get(table, STR("inputs"))->first, *type = json_get(table, STR("types"))->first;
	struct buf requirements = buf_make(arena, FILE_BYTES_MAX_HERE), inputs = buf_make(arena, FILE_BYTES_MAX_HERE);
	buf_add(&xml, STR("<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" namespace=\"urn:bench\" name=\"bench\" id=\"bench\">"));
	for (; name; name = name->next, type = type->next) {
		struct str n = json_string(name), t = json_string(type);
		buf_printf(&xml, "<inputData id=\"%.*s\" name=\"%.*s\"><variable name=\"%.*s\" typeRef=\"%.*s\"/></inputData>", STR_ARG(n), STR_ARG(n),
			STR_ARG(n), STR_ARG(t));
		buf_printf(&requirements, "<informationRequirement><requiredInput href=\"#%.*s\"/></informationRequirement>", STR_ARG(n));
		buf_printf(&inputs, "<input><inputExpression typeRef=\"%.*s\"><text>%.*s</text></inputExpression></input>", STR_ARG(t), STR_ARG(n));
	}
	buf_add(&xml, STR("<decision id=\"triage\" name=\"triage\"><variable name=\"triage\"/>"));
	buf_add(&xml, buf_str(&requirements));
	buf_add(&xml, STR("<decisionTable hitPolicy=\"FIRST\">"));
	buf_add(&xml, buf_str(&inputs));
	for (name = json_get(table, STR("outputs"))->first; name; name = name->next) {
		struct str n = json_string(name);
		buf_printf(&xml, "<output name=\"%.*s\" typeRef=\"string\"/>", STR_ARG(n));
	}
	for (const struct json *rule = json_get(table, STR("rules"))->first; rule; rule = rule->next) add_rule(arena, &xml, rule);
	buf_add(&xml, STR("</decisionTable></decision></definitions>"));
	return buf_str(&xml);
}

static void figure_of(struct arena *arena, const char *name, const char *what, double value, const char *unit)
{
	figure(str_to_c(arena, str_printf(arena, "%s%s", name, what)), value, unit);
}

static double rate(const struct dmn_model *model, const struct feel_value *inputs, size_t count, bool traced)
{
	const struct feel_env env = { .now_ms = INT64_C(1766000000000) };
	struct arena arena = { 0 };
	double began = cpu_seconds();
	size_t done = 0;
	while (cpu_seconds() - began < SECONDS_EACH)
		for (size_t i = 0; i < count; i++, done++) {
			struct dmn_trace trace = { 0 };
			struct feel_value value;
			must(dmn_decide(&arena, model, STR("triage"), inputs[i], &env, NULL, traced ? &trace : NULL, &value), "deciding");
			arena_reset(&arena);
		}
	double spent = cpu_seconds() - began;
	arena_done(&arena);
	return (double)done / spent;
}

static void write_results(const struct dmn_model *model, const struct feel_value *inputs, size_t count, const char *path)
{
	const struct feel_env env = { .now_ms = INT64_C(1766000000000) };
	struct arena arena = { 0 };
	struct buf out = buf_make(&arena, FILE_BYTES_MAX_HERE);
	for (size_t i = 0; i < count; i++) {
		struct feel_value value;
		must(dmn_decide(&arena, model, STR("triage"), inputs[i], &env, NULL, NULL, &value), "deciding");
		static const char *const names[RULE_OUTPUTS] = { "result", "reason", "channel" };
		for (int k = 0; k < RULE_OUTPUTS; k++) {
			struct str text = feel_get(value, str_from_c(names[k])).string;
			buf_printf(&out, "%.*s%s", STR_ARG(text), k + 1 < RULE_OUTPUTS ? "|" : "\n");
		}
	}
	must(file_write(path, buf_str(&out), 0644), path);
	arena_done(&arena);
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct str text;
	const struct json *table, *contexts;
	const struct dmn_model *model;
	static struct feel_value inputs[INPUT_COUNT_MAX];
	size_t count = 0;
	if (argc != 5) return 2;
	must(file_read(&arena, argv[1], FILE_BYTES_MAX_HERE, &text), argv[1]);
	must(json_parse(&arena, text, NULL, &table), argv[1]);
	struct dmn_source source = { STR("bench.dmn"), dmn_of(&arena, table) };
	must(file_read(&arena, argv[2], FILE_BYTES_MAX_HERE, &text), argv[2]);
	must(json_parse(&arena, text, NULL, &contexts), argv[2]);
	for (const struct json *context = contexts->first; context && count < INPUT_COUNT_MAX; context = context->next)
		inputs[count++] = feel_from_json(&arena, context);
	struct report report = report_make(&arena);
	double began = cpu_seconds();
	struct err err = dmn_load(&arena, &source, 1, NULL, &report, &model);
	double loaded = cpu_seconds();
	if (failed(err)) fprintf(stderr, "%.*s", STR_ARG(report_print(&arena, &report)));
	must(err, "loading the table");
	write_results(model, inputs, count, argv[3]);
	figure_of(&arena, argv[4], "", rate(model, inputs, count, false), "decisions/CPU-s");
	figure_of(&arena, argv[4], ".traced", rate(model, inputs, count, true), "decisions/CPU-s");
	figure_of(&arena, argv[4], ".load", (loaded - began) * 1000, "ms");
	figure_of(&arena, argv[4], ".memory", memory_mb("VmHWM:"), "MB");
	arena_done(&arena);
	return 0;
}
