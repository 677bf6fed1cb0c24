/* Receipts of decisions: built from a trace, signed, verified. Deciding again is replay.c's. */
#include "hall/inside.h"

#include <string.h>

#define SIGNED_PREFIX "unionhall receipt 1\n"

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

struct str content_sha256(struct arena *arena, struct str content)
{
	uint8_t digest[SEAL_SHA256_BYTES];
	seal_sha256(content, digest);
	return str_hex(arena, digest, sizeof digest);
}

static void add_salt(struct arena *arena, struct json *row, const struct rand *rand)
{
	uint8_t salt[SEAL_SALT_BYTES];
	if (!rand) return;
	rand_fill(*rand, salt, sizeof salt);
	add_text(arena, row, "salt", str_hex(arena, salt, sizeof salt));
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

static struct json *inputs_of(
    struct arena *arena, const struct rand *rand, struct feel_value inputs, const struct dmn_elements *needed)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < needed->count; i++) {
		struct json *input = json_new(arena, JSON_OBJECT);
		struct feel_value value = feel_get(inputs, needed->items[i]->name);
		add_text(arena, input, "name", needed->items[i]->name);
		json_add(input, STR("value"), feel_to_json(arena, value, FEEL_JSON_TEXT));
		add_salt(arena, input, rand);
		json_add(list, STR(""), input);
	}
	return list;
}

struct json *receipt_parameters(struct arena *arena, const struct environment *environment)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < environment->uses.count; i++) {
		const struct parameter *parameter = environment->uses.items[i].parameter;
		struct json *row = json_new(arena, JSON_OBJECT);
		add_text(arena, row, "name", parameter->name);
		add_text(arena, row, "region", parameter->region);
		add_text(arena, row, "value", parameter->value);
		add_text(arena, row, "unit", parameter->unit);
		add_text(arena, row, "from", date_print(arena, parameter->from));
		add_text(arena, row, "until", parameter->until.year ? date_print(arena, parameter->until) : STR(""));
		add_text(arena, row, "source", parameter->source);
		add_text(arena, row, "confidence", parameter->confidence);
		json_add(list, STR(""), row);
	}
	return list;
}

struct json *receipt_calendar(struct arena *arena, const struct environment *environment, const struct rand *rand)
{
	struct json *facts = calendar_facts(arena, environment->calendar);
	for (struct json *fact = facts->first; fact; fact = fact->next) add_salt(arena, fact, rand);
	return facts;
}

struct json *receipt_regions(struct arena *arena, const struct environment *environment, const struct rand *rand)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < environment->regions.count; i++) {
		struct json *row = json_new(arena, JSON_OBJECT), *value = json_new(arena, JSON_OBJECT);
		add_text(arena, value, "code", environment->regions.items[i]);
		add_text(arena, value, "name", region_name(environment->parameters, environment->regions.items[i]));
		json_add(row, STR("value"), value);
		add_salt(arena, row, rand);
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

struct json *receipt_rules_json(struct arena *arena, const struct dmn_trace *trace, const struct rand *rand)
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
			add_salt(arena, row, rand);
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
	static const struct { const char *list, *hidden; } secrets[] = {
		{ "inputs", "value" }, { "calendar", "days" }, { "regions", "value" }, { "rules", "facts" } };
	enum { SECRET_COUNT = sizeof secrets / sizeof *secrets };
	struct json *form = json_new(arena, JSON_OBJECT), *list;
	for (const struct json *member = whole->first; member; member = member->next) {
		if (str_eq_c(member->key, "commitment") || str_eq_c(member->key, "signature")) continue;
		size_t i = 0;
		while (i < SECRET_COUNT && !str_eq_c(member->key, secrets[i].list)) i++;
		if (i == SECRET_COUNT) {
			json_add(form, member->key, json_copy(arena, member));
			continue;
		}
		TRY(hide(arena, member, secrets[i].hidden, &list));
		json_add(form, member->key, list);
	}
	*out_form = form;
	return OK;
}

static struct err commitment_of(struct arena *arena, const struct json *form, struct str *out_hex)
{
	struct str bytes;
	TRY(json_print(arena, form, JSON_CANONICAL, RECEIPT_BYTES_MAX, &bytes));
	*out_hex = content_sha256(arena, bytes);
	return OK;
}

struct str receipt_content_of_law(struct arena *arena, const void *law_folder, struct str file)
{
	struct str content, name = str_starts(file, STR("law/")) ? str_sub(file, STR("law/").len, file.len) : file;
	const char *path = str_to_c(arena, str_printf(arena, "%s/%.*s", (const char *)law_folder, STR_ARG(name)));
	return failed(file_read(arena, path, SERVICE_FILE_BYTES_MAX, &content)) ? STR("") : content;
}

struct str receipt_content_of_service(struct arena *arena, const void *service, struct str file)
{
	(void)arena;
	return service_content(service, file);
}

struct json *receipt_imports(struct arena *arena, const struct dmn_model *model, receipt_content content, const void *data)
{
	struct dmn_files files = dmn_imports(arena, model);
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < files.count; i++) {
		struct json *row = json_new(arena, JSON_OBJECT);
		add_text(arena, row, "file", files.items[i]);
		add_text(arena, row, "sha256", content_sha256(arena, content(arena, data, files.items[i])));
		json_add(list, STR(""), row);
	}
	return list;
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
	if (subject->imports && subject->imports->first) json_add(model, STR("imports"), subject->imports);
	json_add(receipt, STR("model"), model);
	add_text(arena, receipt, "decision", subject->decision);
	add_text(arena, receipt, "region", subject->region);
	add_text(arena, receipt, "on", date_print(arena, subject->on));
	add_text(arena, receipt, "at", time_print_ms(arena, subject->at_ms, SHANGHAI_OFFSET_S));
	return receipt;
}

struct json *receipt_build(struct arena *arena, const struct rand *rand, const struct receipt_subject *subject,
	struct feel_value inputs, const struct dmn_elements *needed, const struct dmn_trace *trace,
	const struct environment *environment, struct feel_value result)
{
	struct json *whole = head_of(arena, subject);
	json_add(whole, STR("inputs"), inputs_of(arena, rand, inputs, needed));
	json_add(whole, STR("parameters"), receipt_parameters(arena, environment));
	json_add(whole, STR("calendar"), receipt_calendar(arena, environment, rand));
	json_add(whole, STR("regions"), receipt_regions(arena, environment, rand));
	json_add(whole, STR("rules"), receipt_rules_json(arena, trace, rand));
	json_add(whole, STR("result"), feel_to_json(arena, result, FEEL_JSON_TEXT));
	return whole;
}

struct err receipt_seal(struct hall *hall, struct arena *arena, struct json *whole, struct str *out_whole, struct str *out_commitment)
{
	struct json *form;
	struct str commitment, whole_text, form_text, signed_text = STR("");
	uint8_t signature[SEAL_SIGNATURE_BYTES];
	TRY(commitment_form(arena, whole, &form));
	TRY(commitment_of(arena, form, &commitment));
	if (hall) {
		if (!hall->keyring) return ERR(LOCKED);
		seal_sign(hall->keyring, str_join(arena, STR(SIGNED_PREFIX), commitment), signature);
		signed_text = str_base64(arena, signature, sizeof signature);
	}
	struct json *const both[] = { whole, form };
	for (size_t i = 0; i < 2; i++) {
		add_text(arena, both[i], "commitment", commitment);
		add_text(arena, both[i], "signature", signed_text);
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

/* The text is canonical and holds exactly what was committed to. */
static struct err content_fits(
	struct arena *arena, struct str receipt, struct report *report, const struct json **out_json, struct str *out_commitment)
{
	const struct json *json;
	struct json *form;
	struct str again;
	if (failed(json_parse(arena, receipt, report, &json))) return ERR(TAMPERED);
	if (!json_is(json, JSON_OBJECT) || !json_is(json_get(json, STR("commitment")), JSON_STRING))
		return tampered(report, "receipt", "this is no receipt: an object with a commitment is needed");
	/* Only the canonical text is the receipt: another spelling of the same JSON is a changed byte. */
	if (failed(json_print(arena, json, JSON_CANONICAL, RECEIPT_BYTES_MAX, &again)) || !str_eq(again, str_trim(receipt)))
		return tampered(report, "receipt", "the text is not in canonical form: it was changed");
	if (failed(commitment_form(arena, json, &form)) || failed(commitment_of(arena, form, out_commitment)))
		return tampered(report, "receipt", "the salts cannot be read");
	if (!str_eq(*out_commitment, json_string_of(json, "commitment")))
		return tampered(report, "commitment", "the content is not what was committed to");
	*out_json = json;
	return OK;
}

struct err receipt_read(struct arena *arena, struct str receipt, struct report *report, const struct json **out_json)
{
	struct str commitment;
	return content_fits(arena, receipt, report, out_json, &commitment);
}

struct err receipt_verify(struct arena *arena, struct str receipt, struct str public_key_hex, struct report *report)
{
	const struct json *json;
	struct str commitment, signature;
	uint8_t public_key[SEAL_PUBLIC_KEY_BYTES];
	if (!str_from_hex(public_key_hex, public_key, sizeof public_key)) return ERR(INVALID);
	TRY(content_fits(arena, receipt, report, &json, &commitment));
	if (json_string_of(json, "signature").len == 0) return tampered(report, "signature", "nobody signed this receipt");
	if (!str_from_base64(arena, json_string_of(json, "signature"), &signature) || signature.len != SEAL_SIGNATURE_BYTES
	    || !seal_verify(public_key, str_join(arena, STR(SIGNED_PREFIX), commitment), (const uint8_t *)signature.ptr))
		return tampered(report, "signature", "this hall did not sign the content");
	return OK;
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
