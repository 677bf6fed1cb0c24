/* unionhall feel, decide. */
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
	report->file = STR("--context");
	if (text.len > 1 && text.ptr[0] == '@') {
		struct err err = file_read(call->arena, str_to_c(call->arena, str_sub(text, 1, text.len)), CONTEXT_BYTES_MAX, &text);
		if (failed(err)) {
			report_error(report, STR(""), "the file %.*s cannot be read: %s", STR_ARG(str_sub(text, 1, text.len)), err_words(err));
			return err;
		}
	}
	TRY(json_parse(call->arena, text, report, &json));
	*out_context = feel_from_json(call->arena, json);
	if (out_context->kind != FEEL_CONTEXT)
		report_error(report, str_printf(call->arena, "%u:%u", json->line, json->column), "an object is needed: {\"name\": value}");
	report->file = STR("");
	if (out_context->kind == FEEL_CONTEXT) return OK;
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
	struct rand rand = rand_system();
	struct feel_env env = environment->feel;
	env.rand = &rand;                        /* nothing is decided here: chance may be tried */
	return feel_evaluate(call->arena, str_from_c(call->operands[0]), context, &env, report, out_value);
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

/* What decides: a model, and where it stands. */
struct source {
	const struct dmn_model *model;
	struct str service, version, path, content;
	struct json *imports;            /* receipt_imports */
};

struct deciding {
	const struct call *call;
	struct report *report;
	struct hall *hall;               /* of --hall: its newest version decides and its key signs; else NULL */
	struct source source;
};

static void list_name(struct buf *buf, struct str name)
{
	buf_printf(buf, "%s%.*s", buf_str(buf).len ? ", " : "", STR_ARG(name));
}

static struct err unknown_decision(struct deciding *deciding, const struct service *service, const char *law)
{
	struct arena *arena = deciding->call->arena;
	struct buf known = buf_make(arena, 1 << 16);
	struct file_names names = { 0 };
	for (size_t i = 0; service && i < service->models.count; i++) {
		struct dmn_elements decisions = dmn_elements(service->models.items[i].model, DMN_DECISION);
		for (size_t k = 0; k < decisions.count; k++) list_name(&known, decisions.items[k]->id);
	}
	if (law && failed(folder_list(arena, law, SERVICE_FILE_COUNT_MAX, &names))) {
		report_error(deciding->report, STR("--law"), "the folder %s cannot be read", law);
		return ERR(NOT_FOUND);
	}
	for (size_t i = 0; i < names.count; i++)
		if (str_ends(names.items[i], STR(".dmn"))) list_name(&known, str_sub(names.items[i], 0, names.items[i].len - 4));
	report_error(deciding->report, str_from_c(deciding->call->operands[0]), "there is no decision `%s`; known are: %.*s",
	    deciding->call->operands[1], STR_ARG(buf_str(&known)));
	return ERR(NOT_FOUND);
}

static struct err law_source(struct deciding *deciding, const char *law)
{
	struct arena *arena = deciding->call->arena;
	struct str id = str_from_c(deciding->call->operands[1]);
	const char *path = str_to_c(arena, str_printf(arena, "%s/%.*s.dmn", law, STR_ARG(id)));
	struct source *source = &deciding->source;
	if (str_find_byte(id, '/', 0) >= 0 || !file_exists(path)) return unknown_decision(deciding, NULL, law);
	*source = (struct source){ .service = STR("law"), .path = str_printf(arena, "law/%.*s.dmn", STR_ARG(id)) };
	TRY(file_read(arena, path, SERVICE_FILE_BYTES_MAX, &source->content));
	TRY(law_load(arena, law, id, deciding->report, &source->model));
	source->imports = receipt_imports(arena, source->model, receipt_content_of_law, law);
	return OK;
}

static struct err find_source(struct deciding *deciding)
{
	const struct call *call = deciding->call;
	struct hall_places places = call_places(call);
	struct str id = str_from_c(call->operands[0]);
	const char *folder = str_to_c(call->arena, str_printf(call->arena, "%s/%.*s", places.services, STR_ARG(id)));
	const struct service *service;
	if (str_eq_c(id, "law")) return law_source(deciding, places.law);
	if (deciding->hall) {
		struct err err = service_offered(deciding->hall, id, &service);
		if (failed(err)) report_error(deciding->report, id, "this hall offers no such service: %s", err_words(err));
		TRY(err);
	} else {
		TRY(service_load(call->arena, folder, places.law, deciding->report, &service));
	}
	const struct service_model *model = service_decision(service, str_from_c(call->operands[1]));
	if (!model) return unknown_decision(deciding, service, NULL);
	deciding->source = (struct source){ .model = model->model, .service = service->id, .version = service->version, .path = model->path,
		.content = service_content(service, model->path),
		.imports = receipt_imports(call->arena, model->model, receipt_content_of_service, service) };
	return OK;
}

static struct json *texts_of(struct arena *arena, const struct dmn_rule_trace *rule)
{
	struct json *notes = json_new(arena, JSON_OBJECT);
	for (size_t i = 0; i < rule->annotation_count; i++)
		json_add(notes, rule->annotations[i].name, json_new_string(arena, rule->annotations[i].text));
	return notes;
}

/* The rules as in a receipt, with every annotation. */
static struct json *rules_json(struct arena *arena, const struct dmn_trace *trace)
{
	struct json *list = receipt_rules_json(arena, trace, NULL), *row = list->first;
	for (size_t i = 0; i < trace->count; i++)
		for (size_t k = 0; trace->items[i].table && k < trace->items[i].table->rule_count; k++, row = row->next)
			json_add(row, STR("annotations"), texts_of(arena, &trace->items[i].table->rules[k]));
	return list;
}

/* A name that nothing reads is most often a slip: said, not refused. */
static void warn_of_strangers(struct deciding *deciding, struct feel_value context)
{
	const struct dmn_model *model = deciding->source.model;
	struct arena *arena = deciding->call->arena;
	struct dmn_elements inputs = dmn_elements(model, DMN_INPUT_DATA);
	struct buf known = buf_make(arena, 1 << 16);
	for (size_t i = 0; i < inputs.count; i++) list_name(&known, inputs.items[i]->name);
	for (size_t i = 0; i < context.context.count; i++) {
		struct str name = context.context.entries[i].key;
		if (!dmn_find(model, DMN_INPUT_DATA, name) && !dmn_find(model, DMN_DECISION, name))
			report_warning(deciding->report, name, "nothing reads this; the inputs are: %.*s", STR_ARG(buf_str(&known)));
	}
}

static struct err write_receipt(struct deciding *deciding, const struct environment *environment, struct feel_value inputs,
	const struct dmn_trace *trace, struct feel_value result)
{
	const struct call *call = deciding->call;
	const struct source *source = &deciding->source;
	struct receipt_subject subject = { .hall = deciding->hall ? hall_id(deciding->hall) : STR(""), .service = source->service,
		.version = source->version, .model_file = source->path, .decision = str_from_c(call->operands[1]), .region = environment->region,
		.on = date_of_ms(environment->feel.now_ms, SHANGHAI_OFFSET_S), .at_ms = environment->feel.now_ms };
	struct dmn_elements needed =
	    dmn_needed_inputs(call->arena, source->model, dmn_find(source->model, DMN_DECISION, subject.decision));
	struct rand rand = rand_system();
	struct str whole, commitment;
	subject.model_sha256 = content_sha256(call->arena, source->content);
	subject.imports = source->imports;
	struct json *receipt = receipt_build(call->arena, &rand, &subject, inputs, &needed, trace, environment, result);
	TRY(receipt_seal(deciding->hall, call->arena, receipt, &whole, &commitment));
	return write_file(call, deciding->report, "--receipt", whole);
}

static struct err take_decision(struct deciding *deciding, struct json **out_json)
{
	const struct call *call = deciding->call;
	struct feel_value context, value;
	struct environment *environment;
	struct dmn_trace trace = { 0 };
	struct date on;
	int64_t now_ms = clock_now_ms(clock_system());
	if (call_option(call, "--on")) {
		if (!date_parse(call_str(call, "--on"), &on)) {
			report_error(deciding->report, STR("--on"), "a date such as 2022-08-26 is needed");
			return ERR(INVALID);
		}
		now_ms = date_begin_ms(on, SHANGHAI_OFFSET_S) + DAY_MS / 2;
	}
	TRY(read_context(call, deciding->report, &context));
	TRY(make_environment(call, deciding->report, now_ms, &environment));
	TRY(find_source(deciding));
	warn_of_strangers(deciding, context);
	context = decision_inputs(call->arena, deciding->source.model, context);
	TRY(dmn_decide(call->arena, deciding->source.model, str_from_c(call->operands[1]), context, &environment->feel, deciding->report,
	    &trace, &value));
	if (call_option(call, "--receipt")) TRY(write_receipt(deciding, environment, context, &trace, value));
	struct json *json = json_new(call->arena, JSON_OBJECT);
	json_add(json, STR("result"), feel_to_json(call->arena, value, FEEL_JSON_PLAIN));
	json_add(json, STR("rules"), rules_json(call->arena, &trace));
	json_add(json, STR("parameters"), receipt_parameters(call->arena, environment));
	*out_json = json;
	return OK;
}

int run_decide(const struct call *call)
{
	struct call said = *call;
	struct report report = report_make(call->arena);
	struct deciding deciding = { .call = call, .report = &report };
	struct json *json;
	if (call_option(call, "--hall") && !open_hall(call, &deciding.hall)) return EXIT_CHECK_FAILED;
	struct err err = take_decision(&deciding, &json);
	said.report = report;
	if (!failed(err)) print_json(call, json);
	int code = finish(&said, err);
	hall_close(deciding.hall);       /* last: texts of a deployed service live in the hall */
	return code;
}
