/* Receipts of decisions: built from a trace, signed, verified, replayed. */
#include "hall/inside.h"

#include <string.h>

#define SIGNED_PREFIX "unionhall receipt 1\n"

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

static struct str new_salt(struct hall *hall, struct arena *arena)
{
	uint8_t salt[SEAL_SALT_BYTES];
	rand_fill(hall->rand, salt, sizeof salt);
	return str_hex(arena, salt, sizeof salt);
}

/* SHA-256(salt || JCS(value)), hexadecimal; the salt as bytes. INVALID when the salt is no hexadecimal text. */
static struct err salted_hash(struct arena *arena, struct str salt_hex, const struct json *value, struct str *out_hex)
{
	uint8_t salt[SEAL_SALT_BYTES], digest[SEAL_SHA256_BYTES];
	struct str bytes;
	if (!str_from_hex(salt_hex, salt, sizeof salt)) return ERR(INVALID);
	TRY(json_print(arena, value, JSON_CANONICAL, RECEIPT_BYTES_MAX, &bytes));
	seal_commitment((struct str){ (const char *)salt, sizeof salt }, bytes, digest);
	*out_hex = str_hex(arena, digest, sizeof digest);
	return OK;
}

/* ---- building -------------------------------------------------------------------------------------------- */

static struct json *inputs_of(struct hall *hall, struct arena *arena, struct feel_value inputs, const struct dmn_elements *needed)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < needed->count; i++) {
		struct json *input = json_new(arena, JSON_OBJECT);
		struct feel_value value = feel_get(inputs, needed->items[i]->name);
		add_text(arena, input, "name", needed->items[i]->name);
		json_add(input, STR("value"), feel_to_json(arena, value, FEEL_JSON_TEXT));
		add_text(arena, input, "salt", new_salt(hall, arena));
		json_add(list, STR(""), input);
	}
	return list;
}

static struct json *parameters_of(struct arena *arena, const struct environment *environment)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < environment->uses.count; i++) {
		const struct parameter *parameter = environment->uses.items[i].parameter;
		struct json *row = json_new(arena, JSON_OBJECT);
		add_text(arena, row, "name", parameter->name);
		add_text(arena, row, "region", parameter->region);
		add_text(arena, row, "value", parameter->value);
		add_text(arena, row, "from", date_print(arena, parameter->from));
		add_text(arena, row, "source", parameter->source);
		add_text(arena, row, "confidence", parameter->confidence);
		json_add(list, STR(""), row);
	}
	return list;
}

static struct str article_of(const struct dmn_rule_trace *rule)
{
	for (size_t i = 0; i < rule->annotation_count; i++)
		if (str_eq_c(rule->annotations[i].name, "article")) return rule->annotations[i].text;
	return rule->annotation_count ? rule->annotations[0].text : STR("");
}

/* The facts a rule was decided on: the inputs of the columns in which it says anything. */
static struct json *facts_of(struct arena *arena, const struct dmn_table_trace *table, const struct dmn_rule_trace *rule)
{
	struct json *facts = json_new(arena, JSON_OBJECT);
	for (size_t i = 0; i < rule->cell_count && i < table->input_count; i++) {
		struct str cell = str_trim(rule->cells[i]);
		const struct dmn_input_trace *input = &table->inputs[i];
		struct str label = input->label.len ? input->label : input->expression;
		if (str_eq_c(cell, "-") || cell.len == 0 || json_get(facts, label)) continue;
		json_add(facts, label, feel_to_json(arena, input->value, FEEL_JSON_TEXT));
	}
	return facts;
}

static struct json *rules_of(struct hall *hall, struct arena *arena, const struct dmn_trace *trace)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < trace->count; i++) {
		const struct dmn_trace_step *step = &trace->items[i];
		for (size_t k = 0; step->table && k < step->table->rule_count; k++) {
			const struct dmn_rule_trace *rule = &step->table->rules[k];
			struct json *row = json_new(arena, JSON_OBJECT);
			struct str id = rule->id.len ? rule->id : str_printf(arena, "%.*s/%zu", STR_ARG(step->element->id), rule->number);
			add_text(arena, row, "id", id);
			add_text(arena, row, "decision", step->element->id);
			json_add(row, STR("hit"), json_new_bool(arena, rule->hit));
			add_text(arena, row, "article", article_of(rule));
			json_add(row, STR("facts"), facts_of(arena, step->table, rule));
			add_text(arena, row, "salt", new_salt(hall, arena));
			json_add(list, STR(""), row);
		}
	}
	return list;
}

/* What both forms share stays; value, facts and salt become hash. */
static struct err hide(struct arena *arena, const struct json *list, const char *hidden, struct json **out_list)
{
	struct json *copy = json_new(arena, JSON_ARRAY);
	for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
		struct json *row = json_new(arena, JSON_OBJECT);
		const struct json *value = json_get(item, str_from_c(hidden));
		struct str hash;
		for (const struct json *member = item->first; member; member = member->next)
			if (!str_eq_c(member->key, hidden) && !str_eq_c(member->key, "salt")) json_add(row, member->key, json_copy(arena, member));
		if (value) {
			TRY(salted_hash(arena, json_string_of(item, "salt"), value, &hash));
			add_text(arena, row, "hash", hash);
		}
		json_add(copy, STR(""), row);
	}
	*out_list = copy;
	return OK;
}

static struct err commitment_form(struct arena *arena, const struct json *whole, struct json **out_form)
{
	struct json *form = json_new(arena, JSON_OBJECT), *inputs, *rules;
	TRY(hide(arena, json_get(whole, STR("inputs")), "value", &inputs));
	TRY(hide(arena, json_get(whole, STR("rules")), "facts", &rules));
	for (const struct json *member = whole->first; member; member = member->next) {
		if (str_eq_c(member->key, "commitment") || str_eq_c(member->key, "signature")) continue;
		if (str_eq_c(member->key, "inputs")) json_add(form, member->key, inputs);
		else if (str_eq_c(member->key, "rules")) json_add(form, member->key, rules);
		else json_add(form, member->key, json_copy(arena, member));
	}
	*out_form = form;
	return OK;
}

static struct err commitment_of(struct arena *arena, const struct json *form, struct str *out_hex)
{
	struct str bytes;
	uint8_t digest[SEAL_SHA256_BYTES];
	TRY(json_print(arena, form, JSON_CANONICAL, RECEIPT_BYTES_MAX, &bytes));
	seal_sha256(bytes, digest);
	*out_hex = str_hex(arena, digest, sizeof digest);
	return OK;
}

static struct json *head_of(struct arena *arena, const struct receipt_subject *subject)
{
	struct json *receipt = json_new(arena, JSON_OBJECT), *model = json_new(arena, JSON_OBJECT);
	add_text(arena, receipt, "format", STR("1"));
	add_text(arena, receipt, "hall", subject->hall);
	add_text(arena, receipt, "case", subject->case_id);
	add_text(arena, receipt, "service", subject->service);
	add_text(arena, receipt, "version", subject->version);
	add_text(arena, model, "file", subject->model_file);
	add_text(arena, model, "sha256", subject->model_sha256);
	json_add(receipt, STR("model"), model);
	add_text(arena, receipt, "decision", subject->decision);
	add_text(arena, receipt, "region", subject->region);
	add_text(arena, receipt, "on", date_print(arena, subject->on));
	add_text(arena, receipt, "at", time_print_ms(arena, subject->at_ms, SHANGHAI_OFFSET_S));
	return receipt;
}

struct err receipt_make(struct hall *hall, struct arena *arena, const struct receipt_subject *subject, struct feel_value inputs,
	const struct dmn_elements *needed, const struct dmn_trace *trace, const struct environment *environment, struct feel_value result,
	struct str *out_whole, struct str *out_commitment)
{
	struct json *whole = head_of(arena, subject), *form;
	struct str commitment, whole_text, form_text;
	uint8_t signature[SEAL_SIGNATURE_BYTES];
	json_add(whole, STR("inputs"), inputs_of(hall, arena, inputs, needed));
	json_add(whole, STR("parameters"), parameters_of(arena, environment));
	json_add(whole, STR("rules"), rules_of(hall, arena, trace));
	json_add(whole, STR("result"), feel_to_json(arena, result, FEEL_JSON_TEXT));
	TRY(commitment_form(arena, whole, &form));
	TRY(commitment_of(arena, form, &commitment));
	if (!hall->keyring) return ERR(LOCKED);
	seal_sign(hall->keyring, str_join(arena, STR(SIGNED_PREFIX), commitment), signature);
	struct json *const both[] = { whole, form };
	for (size_t i = 0; i < 2; i++) {
		add_text(arena, both[i], "commitment", commitment);
		add_text(arena, both[i], "signature", str_base64(arena, signature, sizeof signature));
	}
	TRY(json_print(arena, whole, JSON_CANONICAL, RECEIPT_BYTES_MAX, &whole_text));
	TRY(json_print(arena, form, JSON_CANONICAL, RECEIPT_BYTES_MAX, &form_text));
	*out_whole = whole_text;
	*out_commitment = form_text;
	return OK;
}

/* ---- verifying --------------------------------------------------------------------------------------------- */

static struct err tampered(struct report *report, const char *place, const char *words)
{
	report_error(report, str_from_c(place), "%s", words);
	return ERR(TAMPERED);
}

struct err receipt_verify(struct arena *arena, struct str receipt, struct str public_key_hex, struct report *report)
{
	const struct json *json;
	struct json *form;
	struct str commitment, again, signature;
	uint8_t public_key[SEAL_PUBLIC_KEY_BYTES];
	if (failed(json_parse(arena, receipt, report, &json)) || !json_is(json, JSON_OBJECT)) return ERR(TAMPERED);
	/* Only the canonical text is the receipt: another spelling of the same JSON is a changed byte. */
	if (failed(json_print(arena, json, JSON_CANONICAL, RECEIPT_BYTES_MAX, &again)) || !str_eq(again, str_trim(receipt)))
		return tampered(report, "receipt", "the text is not in canonical form: it was changed");
	if (!str_from_hex(public_key_hex, public_key, sizeof public_key)) return ERR(INVALID);
	if (failed(commitment_form(arena, json, &form)) || failed(commitment_of(arena, form, &commitment)))
		return tampered(report, "receipt", "the salts cannot be read");
	if (!str_eq(commitment, json_string_of(json, "commitment")))
		return tampered(report, "commitment", "the content is not what was committed to");
	if (!str_from_base64(arena, json_string_of(json, "signature"), &signature) || signature.len != SEAL_SIGNATURE_BYTES
	    || !seal_verify(public_key, str_join(arena, STR(SIGNED_PREFIX), commitment), (const uint8_t *)signature.ptr))
		return tampered(report, "signature", "this hall did not sign the content");
	return OK;
}

/* ---- replaying ---------------------------------------------------------------------------------------------- */

/* Numbers and dates stand in a receipt as texts; the model's types say what they were. */
static struct feel_value typed(struct arena *arena, struct feel_value value, const struct feel_type *type)
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
		for (size_t i = 0; i < value.list.count; i++) items[i] = typed(arena, value.list.items[i], type->element);
		return feel_list_of(arena, items, value.list.count);
	}
	for (size_t i = 0; type->kind == FEEL_TYPE_CONTEXT && i < type->member_count; i++)
		if (feel_has(value, type->members[i].name))
			typed_value = feel_put(arena, typed_value, type->members[i].name,
			    typed(arena, feel_get(value, type->members[i].name), type->members[i].type));
	return typed_value;
}

struct feel_value decision_inputs(struct arena *arena, const struct dmn_model *model, struct feel_value given)
{
	struct feel_value inputs = given;
	for (size_t i = 0; given.kind == FEEL_CONTEXT && i < given.context.count; i++) {
		const struct feel_entry *entry = &given.context.entries[i];
		const struct dmn_element *element = dmn_find(model, DMN_INPUT_DATA, entry->key);
		if (element) inputs = feel_put(arena, inputs, entry->key, typed(arena, entry->value, element->type));
	}
	return inputs;
}

static struct feel_value inputs_again(struct arena *arena, const struct dmn_model *model, const struct json *receipt)
{
	struct feel_value inputs = FEEL_NULL_VALUE;
	const struct json *list = json_get(receipt, STR("inputs"));
	for (const struct json *item = list ? list->first : NULL; item; item = item->next)
		inputs = feel_put(arena, inputs, json_string_of(item, "name"), feel_from_json(arena, json_get(item, STR("value"))));
	return decision_inputs(arena, model, inputs);
}

/* Compares hit and article of each rule; facts and salts are the receipt's own. */
static struct err compare_rules(const struct json *then, const struct json *now, struct report *report)
{
	const struct json *a = then ? then->first : NULL, *b = now->first;
	for (; a && b; a = a->next, b = b->next) {
		if (!str_eq(json_string_of(a, "id"), json_string_of(b, "id"))) return tampered(report, "rules", "the model has other rules");
		if (json_is(json_get(a, STR("hit")), JSON_TRUE) != json_is(json_get(b, STR("hit")), JSON_TRUE)
		    || !json_eq(json_get(a, STR("facts")), json_get(b, STR("facts")))) {
			report_error(report, json_string_of(a, "id"), "the rule gives something else than the receipt says");
			return ERR(TAMPERED);
		}
	}
	return a || b ? tampered(report, "rules", "the number of rules is another one") : OK;
}

static struct err replay_with(struct hall *hall, struct arena *arena, const struct service *service, const struct json *receipt,
	struct report *report, struct str *out_summary)
{
	const struct json *model_json = json_get(receipt, STR("model"));
	struct str decision = json_string_of(receipt, "decision");
	const struct service_model *model = service_decision(service, decision);
	uint8_t digest[SEAL_SHA256_BYTES];
	int64_t at_ms;
	struct dmn_trace trace = { 0 };
	struct feel_value result;
	if (!model || !str_eq(model->path, json_string_of(model_json, "file")))
		return tampered(report, "decision", "the version has no such decision");
	seal_sha256(service_content(service, model->path), digest);
	if (!str_eq(str_hex(arena, digest, sizeof digest), json_string_of(model_json, "sha256")))
		return tampered(report, "model", "the stored model has another hash");
	if (failed(time_parse_ms(json_string_of(receipt, "at"), &at_ms))) return tampered(report, "at", "the time cannot be read");
	struct environment *environment = environment_new(arena, hall->calendar, hall->parameters, json_string_of(receipt, "region"), at_ms);
	TRY(dmn_decide(arena, model->model, decision, inputs_again(arena, model->model, receipt), &environment->feel, NULL, &trace, &result));
	TRY(compare_rules(json_get(receipt, STR("rules")), rules_of(hall, arena, &trace), report));
	if (!json_eq(json_get(receipt, STR("parameters")), parameters_of(arena, environment)))
		return tampered(report, "parameters", "the region's parameters of that day are others");
	if (!json_eq(json_get(receipt, STR("result")), feel_to_json(arena, result, FEEL_JSON_TEXT)))
		return tampered(report, "result", "the result is another one");
	size_t hits = 0, rules = 0;
	for (size_t i = 0; i < trace.count; i++)
		for (size_t k = 0; trace.items[i].table && k < trace.items[i].table->rule_count; k++, rules++)
			hits += trace.items[i].table->rules[k].hit;
	*out_summary = str_printf(arena, "%.*s of %.*s: %zu rules tried, %zu hit, the same result", STR_ARG(decision),
	    STR_ARG(json_string_of(receipt, "on")), rules, hits);
	return OK;
}

struct err receipt_replay(struct hall *hall, struct arena *arena, struct str receipt, struct report *report, struct str *out_summary)
{
	const struct json *json;
	const struct service *service;
	TRY(receipt_verify(arena, receipt, str_from_c(hall->public_key_hex), report));
	TRY(json_parse(arena, receipt, report, &json));
	struct err err = service_version(hall, json_string_of(json, "version"), &service);
	if (failed(err)) {
		report_error(report, STR("version"), "this hall never deployed version %.*s", STR_ARG(json_string_of(json, "version")));
		return err;
	}
	return replay_with(hall, arena, service, json, report, out_summary);
}

struct err receipts_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct receipts *out_receipts)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "receipt_of_case", &rows, I(case_id)));
	struct receipts receipts = { .items = ARENA_ARRAY(arena, struct receipt, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct receipt *receipt = &receipts.items[i];
		*receipt = (struct receipt){ .receipt_id = row_i64(rows.items[i], 0), .decision = row_bytes(rows.items[i], 1),
			.decided_ms = row_i64(rows.items[i], 2), .commitment = row_bytes(rows.items[i], 4) };
		TRY(unseal_text(hall, arena, "receipt.whole", receipt->receipt_id, row_bytes(rows.items[i], 3), &receipt->whole));
	}
	*out_receipts = receipts;
	return OK;
}

struct err receipts_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct receipts *out_receipts)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = receipts_read(hall, arena, reader, case_id, out_receipts);
	store_read_end(reader);
	return err;
}

static struct str fact_of(struct arena *arena, const struct json *facts)
{
	struct str text;
	for (const struct json *member = facts ? facts->first : NULL; member; member = member->next)
		if (json_string_of(member, "fact").len) return json_string_of(member, "fact");
	return facts && !failed(json_print(arena, facts, JSON_COMPACT, RECEIPT_BYTES_MAX, &text)) ? text : STR("");
}

struct err receipt_rules(struct arena *arena, struct str whole, struct receipt_rules *out_rules)
{
	const struct json *receipt;
	struct receipt_rules list = { 0 };
	TRY(json_parse(arena, whole, NULL, &receipt));
	const struct json *rules = json_get(receipt, STR("rules"));
	for (const struct json *rule = rules ? rules->first : NULL; rule; rule = rule->next) {
		const struct json *facts = json_get(rule, STR("facts"));
		struct receipt_rule row = { .id = json_string_of(rule, "id"), .decision = json_string_of(rule, "decision"),
			.label = facts && facts->first ? facts->first->key : STR(""), .article = json_string_of(rule, "article"),
			.fact = fact_of(arena, facts), .hit = json_is(json_get(rule, STR("hit")), JSON_TRUE) };
		LIST_PUSH(arena, &list, row);
	}
	*out_rules = list;
	return OK;
}
