/* unionhall feel, decide, service check, service deploy. */
#include "cli/cli.h"

#include <stdio.h>

enum { CONTEXT_BYTES_MAX = 16 << 20 };

/* JSON, or @FILE. */
static struct err read_context(const struct call *call, struct report *report, struct feel_value *out_context)
{
	struct str text = call_str(call, "--context");
	const struct json *json;
	*out_context = feel_context_of(call->arena, NULL, 0);
	if (!call_option(call, "--context")) return OK;
	if (text.len > 1 && text.ptr[0] == '@')
		TRY(file_read(call->arena, str_to_c(call->arena, str_sub(text, 1, text.len)), CONTEXT_BYTES_MAX, &text));
	report->file = STR("--context");
	TRY(json_parse(call->arena, text, report, &json));
	report->file = STR("");
	*out_context = feel_from_json(call->arena, json);
	if (out_context->kind == FEEL_CONTEXT) return OK;
	report_error(report, STR("--context"), "an object is needed: {\"name\": value}");
	return ERR(INVALID);
}

static struct err make_environment(const struct call *call, struct report *report, int64_t now_ms, struct environment **out_environment)
{
	struct hall_places places = call_places(call);
	struct str region = call_option(call, "--region") ? call_str(call, "--region") : STR("310113");
	const struct calendar *calendar;
	const struct parameters *parameters;
	TRY(parameters_load(call->arena, places.regions, report, &parameters));
	TRY(calendar_load(call->arena, places.calendar, region, report, &calendar));
	if (!region_is_known(parameters, region)) {
		report_error(report, STR("--region"), "%.*s is no region code", STR_ARG(region));
		return ERR(INVALID);
	}
	*out_environment = environment_new(call->arena, calendar, parameters, region, now_ms);
	return OK;
}

static struct err evaluate(const struct call *call, struct report *report, int64_t now_ms, struct feel_value *out_value)
{
	struct feel_value context;
	struct environment *environment;
	TRY(read_context(call, report, &context));
	TRY(make_environment(call, report, now_ms, &environment));
	return feel_evaluate(call->arena, str_from_c(call->operands[0]), context, &environment->feel, report, out_value);
}

int run_feel(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct feel_value value;
	int64_t now_ms;
	if (!call_at(call, clock_now_ms(clock_system()), &now_ms)) return EXIT_USAGE;
	struct err err = evaluate(call, &report, now_ms, &value);
	said.report = report;
	if (!failed(err)) {
		struct str text = feel_print_literal(call->arena, value);
		printf("%.*s\n", STR_ARG(text));
	}
	return finish(&said, err);
}

/* ---- decide ------------------------------------------------------------------------------------------------ */

static struct err load_model(const struct call *call, struct report *report, const struct dmn_model **out_model)
{
	struct hall_places places = call_places(call);
	struct str what = str_from_c(call->operands[0]), decision = str_from_c(call->operands[1]);
	const struct service *service;
	if (str_eq_c(what, "law")) return law_load(call->arena, places.law, decision, report, out_model);
	TRY(service_load(call->arena, str_to_c(call->arena, str_printf(call->arena, "%s/%.*s", places.services, STR_ARG(what))),
	    places.law, report, &service));
	const struct service_model *model = service_decision(service, decision);
	if (!model) {
		report_error(report, what, "the service has no decision %.*s", STR_ARG(decision));
		return ERR(NOT_FOUND);
	}
	*out_model = model->model;
	return OK;
}

static struct json *rules_json(struct arena *arena, const struct dmn_trace *trace)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < trace->count; i++) {
		const struct dmn_table_trace *table = trace->items[i].table;
		for (size_t k = 0; table && k < table->rule_count; k++) {
			const struct dmn_rule_trace *rule = &table->rules[k];
			struct json *row = json_new(arena, JSON_OBJECT), *notes = json_new(arena, JSON_OBJECT);
			json_add(row, STR("id"),
			    json_new_string(arena,
			        rule->id.len ? rule->id : str_printf(arena, "%.*s/%zu", STR_ARG(trace->items[i].element->id), rule->number)));
			json_add(row, STR("decision"), json_new_string(arena, trace->items[i].element->id));
			json_add(row, STR("hit"), json_new_bool(arena, rule->hit));
			for (size_t n = 0; n < rule->annotation_count; n++)
				json_add(notes, rule->annotations[n].name, json_new_string(arena, rule->annotations[n].text));
			json_add(row, STR("annotations"), notes);
			json_add(list, STR(""), row);
		}
	}
	return list;
}

static struct json *parameters_json(struct arena *arena, const struct environment *environment)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < environment->uses.count; i++) {
		const struct parameter *parameter = environment->uses.items[i].parameter;
		struct json *row = json_new(arena, JSON_OBJECT);
		json_add(row, STR("name"), json_new_string(arena, parameter->name));
		json_add(row, STR("region"), json_new_string(arena, parameter->region));
		json_add(row, STR("value"), json_new_string(arena, parameter->value));
		json_add(row, STR("from"), json_new_string(arena, date_print(arena, parameter->from)));
		json_add(row, STR("source"), json_new_string(arena, parameter->source));
		json_add(row, STR("confidence"), json_new_string(arena, parameter->confidence));
		json_add(list, STR(""), row);
	}
	return list;
}

static struct err take_decision(const struct call *call, struct report *report, struct json **out_json)
{
	struct feel_value context, value;
	struct environment *environment;
	const struct dmn_model *model;
	struct dmn_trace trace = { 0 };
	struct date on;
	int64_t now_ms = clock_now_ms(clock_system());
	if (call_option(call, "--on")) {
		if (!date_parse(call_str(call, "--on"), &on)) {
			report_error(report, STR("--on"), "a date such as 2022-08-26 is needed");
			return ERR(INVALID);
		}
		now_ms = date_begin_ms(on, SHANGHAI_OFFSET_S) + DAY_MS / 2;
	}
	TRY(read_context(call, report, &context));
	TRY(make_environment(call, report, now_ms, &environment));
	TRY(load_model(call, report, &model));
	TRY(dmn_decide(call->arena, model, str_from_c(call->operands[1]), decision_inputs(call->arena, model, context),
	    &environment->feel, report, &trace, &value));
	struct json *json = json_new(call->arena, JSON_OBJECT);
	json_add(json, STR("result"), feel_to_json(call->arena, value, FEEL_JSON_PLAIN));
	json_add(json, STR("rules"), rules_json(call->arena, &trace));
	json_add(json, STR("parameters"), parameters_json(call->arena, environment));
	*out_json = json;
	return OK;
}

int run_decide(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct json *json;
	struct err err = take_decision(call, &report, &json);
	said.report = report;
	if (!failed(err)) print_json(call, json);
	return finish(&said, err);
}

/* ---- services ------------------------------------------------------------------------------------------------ */

int run_service_check(const struct call *call)
{
	struct report report = report_make(call->arena);
	struct hall_places places = call_places(call);
	struct check_result result = { 0 };
	struct err err = service_check(call->arena, call->operands[0], &places, &report, &result);
	struct str findings = report_print(call->arena, &report);
	printf("%.*s", STR_ARG(findings));
	if (failed(err) && result.failed == 0) result.failed = 1;
	printf("%zu passed, %zu failed\n", result.passed, result.failed);
	return err_class(err) == ERR_CLASS_FAULT ? EXIT_FAULT : failed(err) ? EXIT_CHECK_FAILED : EXIT_DONE;
}

int run_service_deploy(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct hall_places places = call_places(call);
	struct check_result result;
	const struct service *service;
	struct hall *hall;
	struct err err = service_check(call->arena, call->operands[0], &places, &report, &result);
	if (!failed(err)) err = service_load(call->arena, call->operands[0], places.law, &report, &service);
	said.report = report;
	if (failed(err)) return finish(&said, err);
	if (!open_hall(call, &hall)) return EXIT_CHECK_FAILED;
	err = service_deploy(hall, service);
	hall_close(hall);
	if (!failed(err)) printf("%.*s %.*s\n", STR_ARG(service->id), STR_ARG(service->version));
	return finish(&said, err);
}
