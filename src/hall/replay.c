/* Deciding again: from the receipt and a model alone, whatever hall, calendar or region there is now. */
#include "hall/inside.h"

enum { MODEL_BYTES_MAX = 4 << 20 };

static struct err differs(struct report *report, struct str place, const char *words)
{
	report_error(report, place, "%s", words);
	return ERR(TAMPERED);
}

/* Numbers and dates stand in a receipt as texts; the model's types say what they were. `whole`: a member that is left out
 * becomes null, for a context without it is not of its type. A receipt's inputs are taken as they stand. */
static struct feel_value typed(struct arena *arena, struct feel_value value, const struct feel_type *type, bool whole)
{
	struct feel_value typed_value = value;
	if (!type || value.kind == FEEL_NULL) return value;
	if (type->kind == FEEL_TYPE_SIMPLE && value.kind == FEEL_STRING && type->simple != FEEL_STRING) {
		static const char *const readers[FEEL_KIND_COUNT] = { [FEEL_NUMBER] = "number(v)", [FEEL_DATE] = "date(v)", [FEEL_TIME] = "time(v)",
			[FEEL_DATE_TIME] = "date and time(v)", [FEEL_DAYS_DURATION] = "duration(v)", [FEEL_MONTHS_DURATION] = "duration(v)" };
		const struct feel_env env = { .offset_s = SHANGHAI_OFFSET_S };
		if (!readers[type->simple]) return value;
		struct feel_value scope = feel_put(arena, FEEL_NULL_VALUE, STR("v"), value);
		return failed(feel_evaluate(arena, str_from_c(readers[type->simple]), scope, &env, NULL, &typed_value)) ? value : typed_value;
	}
	if (type->kind == FEEL_TYPE_LIST && value.kind == FEEL_LIST) {
		struct feel_value *items = ARENA_ARRAY(arena, struct feel_value, value.list.count);
		for (size_t i = 0; i < value.list.count; i++) items[i] = typed(arena, value.list.items[i], type->element, whole);
		return feel_list_of(arena, items, value.list.count);
	}
	for (size_t i = 0; type->kind == FEEL_TYPE_CONTEXT && value.kind == FEEL_CONTEXT && i < type->member_count; i++) {
		struct str name = type->members[i].name;
		if (!whole && !feel_has(value, name)) continue;
		typed_value = feel_put(arena, typed_value, name, typed(arena, feel_get(value, name), type->members[i].type, whole));
	}
	return typed_value;
}

static struct feel_value inputs_typed(struct arena *arena, const struct dmn_model *model, struct feel_value given, bool whole)
{
	struct feel_value inputs = given;
	for (size_t i = 0; given.kind == FEEL_CONTEXT && i < given.context.count; i++) {
		const struct feel_entry *entry = &given.context.entries[i];
		const struct dmn_element *element = dmn_find(model, DMN_INPUT_DATA, entry->key);
		if (element) inputs = feel_put(arena, inputs, entry->key, typed(arena, entry->value, element->type, whole));
	}
	return inputs;
}

struct feel_value decision_inputs(struct arena *arena, const struct dmn_model *model, struct feel_value given)
{
	return inputs_typed(arena, model, given, true);
}

static struct feel_value inputs_again(struct arena *arena, const struct dmn_model *model, const struct json *receipt)
{
	struct feel_value inputs = FEEL_NULL_VALUE;
	const struct json *list = json_get(receipt, STR("inputs"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next)
		inputs = feel_put(arena, inputs, json_string_of(item, "name"), feel_from_json(arena, json_get(item, STR("value"))));
	return inputs_typed(arena, model, inputs, false);
}

/* ---- comparing: byte for byte, as canonical texts ---------------------------------------------------------- */

static bool same(struct arena *arena, const struct json *then, const struct json *now)
{
	struct str a, b;
	return then && !failed(json_print(arena, then, JSON_CANONICAL, RECEIPT_BYTES_MAX, &a)) &&
	    !failed(json_print(arena, now, JSON_CANONICAL, RECEIPT_BYTES_MAX, &b)) && str_eq(a, b);
}

/* Salts are made up anew each time; everything else of a row must come out again. */
static struct json *without_salts(struct arena *arena, const struct json *list)
{
	struct json *copy = json_new(arena, JSON_ARRAY);
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
		struct json *row = json_new(arena, JSON_OBJECT);
		for (const struct json *member = item->first; member; member = member->next)
			if (!str_eq_c(member->key, "salt")) json_add(row, member->key, json_copy(arena, member));
		json_add(copy, STR(""), row);
	}
	return copy;
}

static struct err compare_rules(struct arena *arena, const struct json *then, const struct json *now, struct report *report)
{
	const struct json *a = without_salts(arena, then)->first, *b = now->first;
	for (; a && b; a = a->next, b = b->next) {
		if (same(arena, a, b)) continue;
		if (!str_eq(json_string_of(a, "id"), json_string_of(b, "id"))) return differs(report, STR("rules"), "the model has other rules");
		report_error(report, json_string_of(a, "id"), "the rule gives something else than the receipt says");
		return ERR(TAMPERED);
	}
	return a || b ? differs(report, STR("rules"), "the number of rules is another one") : OK;
}

static struct err environment_then(struct arena *arena, const struct json *receipt, struct report *report, struct environment **out)
{
	const struct parameters *parameters;
	const struct calendar *calendar;
	int64_t at_ms;
	if (failed(time_parse_ms(json_string_of(receipt, "at"), &at_ms))) return differs(report, STR("at"), "the time cannot be read");
	if (!str_eq(json_string_of(receipt, "on"), date_print(arena, date_of_ms(at_ms, SHANGHAI_OFFSET_S))))
		return differs(report, STR("on"), "the date is not the day of `at`");
	if (failed(calendar_of_facts(arena, json_get(receipt, STR("calendar")), &calendar)))
		return differs(report, STR("calendar"), "the days cannot be read");
	if (failed(parameters_of_receipt(arena, json_get(receipt, STR("parameters")), json_get(receipt, STR("regions")), &parameters)))
		return differs(report, STR("parameters"), "the parameters or regions cannot be read");
	*out = environment_new(arena, calendar, parameters, json_string_of(receipt, "region"), at_ms);
	return OK;
}

struct err receipt_follows(
    struct arena *arena, const struct dmn_model *model, const struct json *receipt, struct report *report, struct str *out_summary)
{
	struct str decision = json_string_of(receipt, "decision");
	const struct dmn_element *element = dmn_find(model, DMN_DECISION, decision);
	struct environment *environment;
	struct dmn_trace trace = { 0 };
	struct feel_value result;
	size_t hits = 0, count = 0;
	if (!element || element->imported) return differs(report, STR("decision"), "the model has no such decision");
	TRY(environment_then(arena, receipt, report, &environment));
	TRY(dmn_decide(arena, model, decision, inputs_again(arena, model, receipt), &environment->feel, NULL, &trace, &result));
	struct json *rules = receipt_rules_json(arena, &trace, NULL);
	TRY(compare_rules(arena, json_get(receipt, STR("rules")), rules, report));
	if (!same(arena, json_get(receipt, STR("parameters")), receipt_parameters(arena, environment)))
		return differs(report, STR("parameters"), "the decision uses other parameters than the receipt says");
	if (!same(arena, without_salts(arena, json_get(receipt, STR("calendar"))), receipt_calendar(arena, environment, NULL)))
		return differs(report, STR("calendar"), "the decision asks for other days than the receipt says");
	if (!same(arena, without_salts(arena, json_get(receipt, STR("regions"))), receipt_regions(arena, environment, NULL)))
		return differs(report, STR("regions"), "the decision asks for other regions than the receipt says");
	if (!same(arena, json_get(receipt, STR("result")), feel_to_json(arena, result, FEEL_JSON_TEXT)))
		return differs(report, STR("result"), "the result does not follow from the inputs and the rules");
	for (const struct json *rule = rules->first; rule; rule = rule->next, count++) hits += json_is(json_get(rule, STR("hit")), JSON_TRUE);
	*out_summary = str_printf(arena, "%.*s of %.*s: %zu rules tried, %zu hit, the same result", STR_ARG(decision),
	    STR_ARG(json_string_of(receipt, "on")), count, hits);
	return OK;
}

struct err receipt_result_holds(struct arena *arena, const struct dmn_model *model, const struct json *receipt,
    const struct calendar *calendar, const struct parameters *parameters, bool *out_holds)
{
	struct str decision = json_string_of(receipt, "decision");
	struct dmn_trace trace = { 0 };
	struct feel_value result;
	int64_t at_ms;
	if (failed(time_parse_ms(json_string_of(receipt, "at"), &at_ms))) return ERR(TAMPERED);
	struct environment *environment = environment_new(arena, calendar, parameters, json_string_of(receipt, "region"), at_ms);
	TRY(dmn_decide(arena, model, decision, inputs_again(arena, model, receipt), &environment->feel, NULL, &trace, &result));
	*out_holds = same(arena, json_get(receipt, STR("result")), feel_to_json(arena, result, FEEL_JSON_TEXT));
	return OK;
}

struct err receipt_model_is(struct arena *arena, const struct json *receipt, struct str path, struct str content, struct report *report)
{
	const struct json *model = json_get(receipt, STR("model"));
	if (!str_eq(path, json_string_of(model, "file"))) return differs(report, STR("decision"), "the decision stands in another file");
	if (str_eq(content_sha256(arena, content), json_string_of(model, "sha256"))) return OK;
	report_error(report, STR("model"), "%.*s is not the model that it was decided by: its SHA-256 is another one", STR_ARG(path));
	return ERR(TAMPERED);
}

struct err receipt_imports_are(struct arena *arena, const struct json *receipt, const struct json *imports, struct report *report)
{
	const struct json *then = json_get(json_get(receipt, STR("model")), STR("imports"));
	if (!then) return OK;
	const struct json *a = then->first, *b = imports->first;
	for (; a && b; a = a->next, b = b->next) {
		if (same(arena, a, b)) continue;
		report_error(report, STR("model"), "%.*s is not the model that was imported then: its SHA-256 is another one",
		    STR_ARG(json_string_of(a, "file")));
		return ERR(TAMPERED);
	}
	return a || b ? differs(report, STR("model"), "the model imports other models than the receipt says") : OK;
}

/* ---- with a hall, with folders -------------------------------------------------------------------------------- */

static struct err replay_service(struct arena *arena, const struct service *service, const struct json *receipt, struct report *report,
	struct str *out_summary)
{
	const struct service_model *model = service_decision(service, json_string_of(receipt, "decision"));
	if (!model) return differs(report, STR("decision"), "the version has no such decision");
	TRY(receipt_model_is(arena, receipt, model->path, service_content(service, model->path), report));
	TRY(receipt_imports_are(arena, receipt, receipt_imports(arena, model->model, receipt_content_of_service, service), report));
	return receipt_follows(arena, model->model, receipt, report, out_summary);
}

static struct err replay_law(
    struct arena *arena, const char *law, const struct json *receipt, struct report *report, struct str *out_summary)
{
	const struct dmn_model *model;
	struct str decision = json_string_of(receipt, "decision"), content;
	TRY(law_load(arena, law, decision, report, &model));
	TRY(file_read(arena, str_to_c(arena, str_printf(arena, "%s/%.*s.dmn", law, STR_ARG(decision))), MODEL_BYTES_MAX, &content));
	TRY(receipt_model_is(arena, receipt, str_printf(arena, "law/%.*s.dmn", STR_ARG(decision)), content, report));
	TRY(receipt_imports_are(arena, receipt, receipt_imports(arena, model, receipt_content_of_law, law), report));
	return receipt_follows(arena, model, receipt, report, out_summary);
}

struct err receipt_replay(struct hall *hall, struct arena *arena, struct str receipt, struct report *report, struct str *out_summary)
{
	const struct json *json;
	const struct service *service;
	TRY(receipt_verify(arena, receipt, str_from_c(hall->public_key_hex), report));
	TRY(receipt_read(arena, receipt, report, &json));
	if (str_eq_c(json_string_of(json, "service"), "law")) return replay_law(arena, hall->places.law, json, report, out_summary);
	struct err err = service_version(hall, json_string_of(json, "version"), &service);
	if (failed(err)) {
		report_error(report, STR("version"), "this hall never deployed version %.*s", STR_ARG(json_string_of(json, "version")));
		return err;
	}
	return replay_service(arena, service, json, report, out_summary);
}

struct err receipt_replay_folders(
    struct arena *arena, const struct hall_places *places, struct str receipt, struct report *report, struct str *out_summary)
{
	const struct json *json;
	const struct service *service;
	TRY(receipt_read(arena, receipt, report, &json));
	struct str id = json_string_of(json, "service"), version = json_string_of(json, "version");
	if (str_eq_c(id, "law")) return replay_law(arena, places->law, json, report, out_summary);
	if (id.len == 0 || str_find_byte(id, '/', 0) >= 0) return differs(report, STR("service"), "this is no service's name");
	TRY(service_load(arena, str_to_c(arena, str_printf(arena, "%s/%.*s", places->services, STR_ARG(id))), places->law, report, &service));
	if (str_eq(service->version, version)) return replay_service(arena, service, json, report, out_summary);
	report_error(report, STR("version"), "the folder %s/%.*s is version %.*s, the receipt was decided by version %.*s", places->services,
	    STR_ARG(id), STR_ARG(str_sub(service->version, 0, 12)), STR_ARG(str_sub(version, 0, 12)));
	return ERR(NOT_FOUND);
}
