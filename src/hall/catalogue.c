/* Reading service folders. The reader of service.json is a table of keys: an unknown key is an error. */
#include "hall/catalogue.h"

#include "codec/codec.h"
#include "hall/environment.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const party_names[PARTY_COUNT] = { [PARTY_APPLICANT] = "applicant", [PARTY_AGENT] = "agent", [PARTY_UNION] = "union" };

const char *party_name(enum party party) { return party_names[party]; }

bool party_from_name(struct str name, enum party *out_party)
{
	for (size_t i = 0; i < PARTY_COUNT; i++) {
		if (!str_eq_c(name, party_names[i])) continue;
		*out_party = (enum party)i;
		return true;
	}
	return false;
}

struct reading {
	struct arena *arena;
	struct service *service;
	struct report *report;
	bool failed;
};

static struct str place_of(struct reading *reading, const struct json *value)
{
	return str_printf(reading->arena, "%u:%u", value->line, value->column);
}

__attribute__((format(printf, 3, 4)))
static void wrong(struct reading *reading, const struct json *value, const char *format, ...)
{
	char words[512];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	report_error(reading->report, place_of(reading, value), "%s", words);
	reading->failed = true;
}

/* ---- one key at a time ------------------------------------------------------------------------- */

struct key { const char *name; bool required; void (*read)(struct reading *reading, const struct json *value, void *into); };

static void read_object(struct reading *reading, const struct json *object, const struct key *keys, size_t count, void *into)
{
	if (!json_is(object, JSON_OBJECT)) {
		wrong(reading, object, "an object is needed here");
		return;
	}
	for (const struct json *member = object->first; member; member = member->next) {
		size_t i = 0;
		while (i < count && !str_eq_c(member->key, keys[i].name)) i++;
		if (i < count) keys[i].read(reading, member, into);
		else wrong(reading, member, "unknown key `%.*s`", STR_ARG(member->key));
	}
	for (size_t i = 0; i < count; i++)
		if (keys[i].required && !json_get(object, str_from_c(keys[i].name)))
			wrong(reading, object, "the key `%s` is missing", keys[i].name);
}

static struct str text_of(struct reading *reading, const struct json *value)
{
	if (!json_is(value, JSON_STRING) || value->text.len == 0) {
		wrong(reading, value, "`%.*s` needs a text", STR_ARG(value->key));
		return STR("");
	}
	return value->text;
}

static int32_t level_of(struct reading *reading, const struct json *value)
{
	int64_t level = 0;
	if (!json_is(value, JSON_NUMBER) || !str_to_i64(value->text, &level) || level < 1 || level > 3)
		wrong(reading, value, "an identity level is 1, 2 or 3");
	return (int32_t)level;
}

static bool is_length(struct str text)
{
	int64_t count;
	return text.len >= 3 && text.ptr[0] == 'P' && strchr("DMY", text.ptr[text.len - 1]) &&
	    str_to_i64(str_sub(text, 1, text.len - 1), &count) && count >= 0;
}

static struct str length_of(struct reading *reading, const struct json *value)
{
	struct str text = text_of(reading, value);
	if (text.len && !is_length(text)) wrong(reading, value, "`%.*s` needs a length such as P3D, P1M or P1Y", STR_ARG(value->key));
	return text;
}

#define TEXT_KEY(function, type, member)                                                                                         \
	static void function(struct reading *reading, const struct json *value, void *into)                                          \
	{                                                                                                                            \
		((type *)into)->member = text_of(reading, value);                                                                        \
	}
#define LENGTH_KEY(function, type, member)                                                                                       \
	static void function(struct reading *reading, const struct json *value, void *into)                                          \
	{                                                                                                                            \
		((type *)into)->member = length_of(reading, value);                                                                      \
	}

TEXT_KEY(read_clock_id, struct service_clock, id)
TEXT_KEY(read_clock_from, struct service_clock, from)
TEXT_KEY(read_clock_basis, struct service_clock, basis)
TEXT_KEY(read_clock_parameter, struct service_clock, parameter)
LENGTH_KEY(read_clock_length, struct service_clock, length)
LENGTH_KEY(read_clock_warn, struct service_clock, warn_after)

static void read_clock_days(struct reading *reading, const struct json *value, void *into)
{
	struct service_clock *clock = into;
	struct str text = text_of(reading, value);
	clock->working = str_eq_c(text, "working");
	if (!clock->working && !str_eq_c(text, "natural")) wrong(reading, value, "`days` is working or natural");
}

static void read_clock_until(struct reading *reading, const struct json *value, void *into)
{
	struct service_clock *clock = into;
	if (!json_is(value, JSON_ARRAY)) {
		wrong(reading, value, "`until` needs a list of milestones");
		return;
	}
	clock->until = ARENA_ARRAY(reading->arena, struct str, value->count);
	for (const struct json *item = value->first; item; item = item->next) clock->until[clock->until_count++] = text_of(reading, item);
}

static const struct key clock_keys[] = {
	{ "id", true, read_clock_id }, { "from", true, read_clock_from }, { "until", false, read_clock_until },
	{ "length", true, read_clock_length }, { "days", true, read_clock_days }, { "warnAfter", true, read_clock_warn },
	{ "basis", true, read_clock_basis }, { "parameter", false, read_clock_parameter },
};

TEXT_KEY(read_paper_id, struct service_paper, id)
TEXT_KEY(read_paper_title, struct service_paper, title)
TEXT_KEY(read_paper_template, struct service_paper, template_path)
LENGTH_KEY(read_paper_retain, struct service_paper, retain)

static void read_paper_act(struct reading *reading, const struct json *value, void *into)
{
	struct service_paper *paper = into;
	struct str text = text_of(reading, value);
	paper->acknowledge = str_eq_c(text, "acknowledge");
	if (!paper->acknowledge && !str_eq_c(text, "sign")) wrong(reading, value, "`act` is sign or acknowledge");
}

static void read_paper_party(struct reading *reading, const struct json *value, struct service_paper *paper)
{
	enum party party;
	if (!party_from_name(text_of(reading, value), &party)) {
		wrong(reading, value, "`by` names applicant, agent or union");
		return;
	}
	for (size_t i = 0; i < paper->party_count; i++)
		if (paper->parties[i] == party) wrong(reading, value, "%s is named twice", party_name(party));
	if (paper->party_count < SERVICE_PARTY_COUNT_MAX) paper->parties[paper->party_count++] = party;
}

static void read_paper_by(struct reading *reading, const struct json *value, void *into)
{
	if (!json_is(value, JSON_ARRAY)) {
		read_paper_party(reading, value, into);
		return;
	}
	for (const struct json *item = value->first; item; item = item->next) read_paper_party(reading, item, into);
}

static void read_paper_level(struct reading *reading, const struct json *value, void *into)
{
	((struct service_paper *)into)->identity_level = level_of(reading, value);
}

static const struct key paper_keys[] = {
	{ "id", true, read_paper_id }, { "title", true, read_paper_title }, { "template", true, read_paper_template },
	{ "act", true, read_paper_act }, { "by", true, read_paper_by }, { "identityLevel", true, read_paper_level },
	{ "retain", true, read_paper_retain },
};

TEXT_KEY(read_notice_id, struct service_notice, id)
TEXT_KEY(read_notice_template, struct service_notice, template_path)
TEXT_KEY(read_notice_on, struct service_notice, on)

static const struct key notice_keys[] = {
	{ "id", true, read_notice_id }, { "template", true, read_notice_template }, { "on", true, read_notice_on },
};

/* ---- service.json ------------------------------------------------------------------------------- */

TEXT_KEY(read_id, struct service, id)
TEXT_KEY(read_title, struct service, title)
TEXT_KEY(read_summary, struct service, summary)
TEXT_KEY(read_process, struct service, process)
TEXT_KEY(read_start_form, struct service, start_form)
TEXT_KEY(read_pattern, struct service, number_pattern)

static void read_mode(struct reading *reading, const struct json *value, void *into)
{
	struct str text = text_of(reading, value);
	((struct service *)into)->trial = str_eq_c(text, "trial");
	if (!str_eq_c(text, "trial") && !str_eq_c(text, "live")) wrong(reading, value, "`mode` is trial or live");
}

static void read_level(struct reading *reading, const struct json *value, void *into)
{
	((struct service *)into)->identity_level = level_of(reading, value);
}

static void read_restart(struct reading *reading, const struct json *value, void *into)
{
	struct str text = text_of(reading, value);
	((struct service *)into)->number_yearly = str_eq_c(text, "yearly");
	if (!str_eq_c(text, "yearly") && !str_eq_c(text, "never")) wrong(reading, value, "`restart` is yearly or never");
}

static const struct key number_keys[] = { { "pattern", true, read_pattern }, { "restart", true, read_restart } };

static void read_number(struct reading *reading, const struct json *value, void *into)
{
	read_object(reading, value, number_keys, sizeof number_keys / sizeof *number_keys, into);
}

static void read_uses(struct reading *reading, const struct json *value, void *into)
{
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next)
		LIST_PUSH(reading->arena, &service->uses, text_of(reading, item));
}

static void read_parameters(struct reading *reading, const struct json *value, void *into)
{
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next)
		LIST_PUSH(reading->arena, &service->parameters, text_of(reading, item));
}

static void read_outcomes(struct reading *reading, const struct json *value, void *into)
{
	static const struct { const char *name; enum outcome_kind kind; } kinds[] = {
		{ "positive", OUTCOME_POSITIVE }, { "negative", OUTCOME_NEGATIVE }, { "lapsed", OUTCOME_LAPSED }, { "open", OUTCOME_OPEN },
		{ "withdrawn", OUTCOME_WITHDRAWN } };
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next) {
		size_t i = 0;
		while (i < sizeof kinds / sizeof *kinds && !str_eq_c(json_string(item), kinds[i].name)) i++;
		if (i < sizeof kinds / sizeof *kinds)
			LIST_PUSH(reading->arena, &service->outcomes, ((struct service_outcome){ item->key, kinds[i].kind }));
		else wrong(reading, item, "an outcome is positive, negative, lapsed, withdrawn or open");
	}
}

static void read_roles(struct reading *reading, const struct json *value, void *into)
{
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next)
		LIST_PUSH(reading->arena, &service->roles, ((struct service_role){ item->key, text_of(reading, item) }));
}

static void read_clocks(struct reading *reading, const struct json *value, void *into)
{
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next) {
		struct service_clock clock = { 0 };
		read_object(reading, item, clock_keys, sizeof clock_keys / sizeof *clock_keys, &clock);
		LIST_PUSH(reading->arena, &service->clocks, clock);
	}
}

static void read_papers(struct reading *reading, const struct json *value, void *into)
{
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next) {
		struct service_paper paper = { 0 };
		read_object(reading, item, paper_keys, sizeof paper_keys / sizeof *paper_keys, &paper);
		if (paper.id.len && service_paper(service, paper.id)) wrong(reading, item, "two papers have the id `%.*s`", STR_ARG(paper.id));
		LIST_PUSH(reading->arena, &service->papers, paper);
	}
}

static void read_notices(struct reading *reading, const struct json *value, void *into)
{
	struct service *service = into;
	for (const struct json *item = value->first; item; item = item->next) {
		struct service_notice notice = { 0 };
		read_object(reading, item, notice_keys, sizeof notice_keys / sizeof *notice_keys, &notice);
		LIST_PUSH(reading->arena, &service->notices, notice);
	}
}

static const struct key service_keys[] = {
	{ "id", true, read_id }, { "title", true, read_title }, { "summary", true, read_summary }, { "mode", true, read_mode },
	{ "process", true, read_process }, { "startForm", true, read_start_form }, { "identityLevel", true, read_level },
	{ "uses", false, read_uses }, { "number", true, read_number }, { "outcomes", true, read_outcomes },
	{ "clocks", false, read_clocks }, { "papers", false, read_papers }, { "notices", false, read_notices },
	{ "roles", false, read_roles }, { "parameters", false, read_parameters },
};

static struct err read_service_json(struct reading *reading)
{
	const struct json *root;
	reading->report->file = STR("service.json");
	struct str text = service_content(reading->service, STR("service.json"));
	if (text.len == 0) {
		report_error(reading->report, STR(""), "the folder has no service.json");
		return ERR(INVALID);
	}
	TRY(json_parse(reading->arena, text, reading->report, &root));
	read_object(reading, root, service_keys, sizeof service_keys / sizeof *service_keys, reading->service);
	return reading->failed ? ERR(INVALID) : OK;
}

/* ---- the engines' files ------------------------------------------------------------------------- */

static struct err load_process(struct reading *reading)
{
	struct service *service = reading->service;
	reading->report->file = STR("process.bpmn");
	struct str xml = service_content(service, STR("process.bpmn"));
	if (xml.len == 0) {
		report_error(reading->report, STR(""), "the folder has no process.bpmn");
		return ERR(INVALID);
	}
	TRY(bpmn_load(reading->arena, STR("process.bpmn"), xml, environment_signatures(), reading->report, &service->bpmn));
	const struct bpmn_element *process = bpmn_element_by_id(service->bpmn, service->process);
	if (process && process->kind == BPMN_PROCESS) return OK;
	report_error(reading->report, STR(""), "there is no process with the id `%.*s` (service.json)", STR_ARG(service->process));
	return ERR(INVALID);
}

static bool is_dmn(struct str path) { return str_ends(path, STR(".dmn")); }
static bool is_law(struct str path) { return str_starts(path, STR("law/")); }

/* Each model is loaded with all the others as possible imports: the loader binds those it names. */
static struct err load_models(struct reading *reading)
{
	struct service *service = reading->service;
	for (size_t i = 0; i < service->files.count; i++) {
		struct str path = service->files.items[i].path;
		if (!is_dmn(path)) continue;
		struct { LIST_OF(struct dmn_source); } sources = { 0 };
		LIST_PUSH(reading->arena, &sources, ((struct dmn_source){ path, service->files.items[i].content }));
		for (size_t k = 0; k < service->files.count; k++)
			if (k != i && is_dmn(service->files.items[k].path))
				LIST_PUSH(reading->arena, &sources, ((struct dmn_source){ service->files.items[k].path, service->files.items[k].content }));
		struct service_model model = { .path = path, .law = is_law(path) };
		reading->report->file = path;
		TRY(dmn_load(reading->arena, sources.items, sources.count, environment_signatures(), reading->report, &model.model));
		LIST_PUSH(reading->arena, &service->models, model);
	}
	return OK;
}

static struct err load_forms(struct reading *reading)
{
	struct service *service = reading->service;
	for (size_t i = 0; i < service->files.count; i++) {
		struct str path = service->files.items[i].path;
		if (!str_starts(path, STR("forms/")) || !str_ends(path, STR(".form"))) continue;
		struct service_form form = { .id = str_sub(path, 6, path.len - 5) };
		reading->report->file = path;
		TRY(form_load(reading->arena, service->files.items[i].content, environment_signatures(), NULL, reading->report, &form.form));
		LIST_PUSH(reading->arena, &service->forms, form);
	}
	if (service_form(service, service->start_form)) return OK;
	reading->report->file = STR("service.json");
	report_error(reading->report, STR(""), "forms/%.*s.form, the start form, is not there", STR_ARG(service->start_form));
	return ERR(INVALID);
}

static struct err compile_template(struct reading *reading, struct str folder, struct str path, const struct feel_template **out_template)
{
	struct feel_scope scope = { .env = environment_signatures() };
	struct str full = str_join(reading->arena, folder, path);
	struct str text = service_content(reading->service, full);
	reading->report->file = full;
	if (text.len == 0) {
		report_error(reading->report, STR(""), "the template is missing or empty");
		return ERR(INVALID);
	}
	return feel_template_compile(reading->arena, text, &scope, reading->report, out_template);
}

static struct err load_templates(struct reading *reading)
{
	struct service *service = reading->service;
	for (size_t i = 0; i < service->papers.count; i++)
		TRY(compile_template(reading, STR("papers/"), service->papers.items[i].template_path, &service->papers.items[i].body));
	for (size_t i = 0; i < service->notices.count; i++)
		TRY(compile_template(reading, STR("notices/"), service->notices.items[i].template_path, &service->notices.items[i].body));
	return OK;
}

/* Every id must be a component of one of the forms: a slip of the pen would show Chinese words on an English page. */
static bool is_component(const struct service *service, struct str id)
{
	for (size_t f = 0; f < service->forms.count; f++) {
		const struct form *form = service->forms.items[f].form;
		for (size_t i = 0; i < form->component_count; i++)
			if (str_eq(form->components[i]->id, id)) return true;
	}
	return false;
}

static bool is_rule(const struct service *service, struct str id)
{
	for (size_t m = 0; m < service->models.count; m++)
		if (dmn_has_rule(service->models.items[m].model, id)) return true;
	return false;
}

static bool is_outcome(const struct service *service, struct str name)
{
	for (size_t i = 0; i < service->outcomes.count; i++)
		if (str_eq(service->outcomes.items[i].name, name)) return true;
	return false;
}

static bool is_step(const struct service *service, struct str id) { return bpmn_element_by_id(service->bpmn, id) != NULL; }

static bool is_line(const struct service *service, struct str id)
{
	struct bpmn_flows flows = bpmn_flows(service->bpmn);
	for (size_t i = 0; i < flows.count; i++)
		if (str_eq(flows.items[i]->id, id)) return true;
	return false;
}

static bool is_paper(const struct service *service, struct str id) { return service_paper(service, id) != NULL; }

static bool is_promise(const struct service *service, struct str id)
{
	for (size_t i = 0; i < service->clocks.count; i++)
		if (str_eq(service->clocks.items[i].id, id)) return true;
	return false;
}

/* What words/en.json says beside the words of the forms: {section: {id: words}}. */
static const struct { const char *name; bool (*has)(const struct service *service, struct str id); } sections[] = {
	{ "steps", is_step }, { "lines", is_line }, { "stepWords", is_step }, { "outcomes", is_outcome }, { "papers", is_paper },
	{ "promises", is_promise }, { "rules", is_rule },
};

static bool check_section(struct reading *reading, const struct json *section)
{
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		if (!str_eq_c(section->key, sections[i].name)) continue;
		for (const struct json *member = section->first; member; member = member->next) {
			if (!json_is(member, JSON_STRING)) wrong(reading, member, "`%.*s` needs its words, a text", STR_ARG(member->key));
			if (!sections[i].has(reading->service, member->key))
				wrong(reading, member, "the service has no `%.*s` among its %s", STR_ARG(member->key), sections[i].name);
		}
		return true;
	}
	return false;
}

static struct err load_words(struct reading *reading)
{
	struct str path = STR("words/en.json"), text = service_content(reading->service, path);
	if (text.len == 0) return OK;
	reading->report->file = path;
	TRY(json_parse(reading->arena, text, reading->report, &reading->service->english));
	const struct json *words = reading->service->english;
	if (!json_is(words, JSON_OBJECT)) wrong(reading, words, "an object is needed here: {component id: {label: ...}}");
	for (const struct json *member = words->first; json_is(words, JSON_OBJECT) && member; member = member->next) {
		if (!json_is(member, JSON_OBJECT)) wrong(reading, member, "`%.*s` needs an object of words", STR_ARG(member->key));
		if (json_is(member, JSON_OBJECT) && check_section(reading, member)) continue;
		if (!is_component(reading->service, member->key) && !str_eq_c(member->key, "service"))
			wrong(reading, member, "no form has a component `%.*s`", STR_ARG(member->key));
	}
	return reading->failed ? ERR(INVALID) : OK;
}

/* SHA-256 over each path, its length and its content, in path order. */
static struct str version_of(struct arena *arena, const struct service *service)
{
	crypto_hash_sha256_state state;
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < service->files.count; i++) {
		const struct service_file *file = &service->files.items[i];
		struct str head = str_printf(arena, "%.*s%c%zu%c", STR_ARG(file->path), '\0', file->content.len, '\0');
		crypto_hash_sha256_update(&state, (const unsigned char *)head.ptr, head.len);
		crypto_hash_sha256_update(&state, (const unsigned char *)file->content.ptr, file->content.len);
	}
	crypto_hash_sha256_final(&state, digest);
	return str_hex(arena, digest, sizeof digest);
}

struct err service_assemble(struct arena *arena, const struct service_file *files, size_t count, struct report *report,
	const struct service **out_service)
{
	struct report unread = report_make(arena);
	struct reading reading = { .arena = arena, .report = report ? report : &unread, .service = ARENA_NEW(arena, struct service) };
	struct str file_before = reading.report->file;
	struct service *service = reading.service;
	for (size_t i = 0; i < count; i++) LIST_PUSH(arena, &service->files, files[i]);
	TRY(read_service_json(&reading));
	TRY(load_process(&reading));
	TRY(load_models(&reading));
	TRY(load_forms(&reading));
	TRY(load_templates(&reading));
	TRY(load_words(&reading));
	service->version = version_of(arena, service);
	reading.report->file = file_before;
	*out_service = service;
	return OK;
}

/* ---- folders -------------------------------------------------------------------------------------- */

struct file_list { LIST_OF(struct service_file); };

static struct err read_law_file(struct arena *arena, const char *law, struct str id, struct report *report, struct file_list *files)
{
	struct str path = str_printf(arena, "law/%.*s.dmn", STR_ARG(id)), content;
	for (size_t i = 0; i < files->count; i++)
		if (str_eq(files->items[i].path, path)) return OK;
	struct err err = law
	    ? file_read(arena, str_to_c(arena, str_printf(arena, "%s/%.*s.dmn", law, STR_ARG(id))), SERVICE_FILE_BYTES_MAX, &content)
	    : ERR(NOT_FOUND);
	if (failed(err)) {
		report_error(report, STR(""), "the law decision `%.*s` is not there (%s)", STR_ARG(id), law ? law : "no law folder");
		return err;
	}
	LIST_PUSH(arena, files, ((struct service_file){ path, content }));
	return OK;
}

static struct err read_used_law(
    struct arena *arena, const char *law, struct str service_json, struct report *report, struct file_list *files)
{
	const struct json *root;
	report->file = STR("service.json");
	TRY(json_parse(arena, service_json, report, &root));
	const struct json *uses = json_get(root, STR("uses"));
	for (const struct json *item = uses ? uses->first : NULL; item; item = item->next)
		TRY(read_law_file(arena, law, json_string(item), report, files));
	return OK;
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct service_file *)a)->path, ((const struct service_file *)b)->path);
}

struct err service_load(struct arena *arena, const char *folder, const char *law, struct report *report, const struct service **out_service)
{
	struct report unread = report_make(arena);
	if (!report) report = &unread;
	struct str file_before = report->file;
	struct file_names names;
	struct file_list files = { 0 };
	size_t bytes = 0;
	struct err err = folder_list(arena, folder, SERVICE_FILE_COUNT_MAX, &names);
	if (failed(err)) {
		report_error(report, STR(""), "the folder %s cannot be read: %s", folder, err_words(err));
		return err;
	}
	for (size_t i = 0; i < names.count; i++) {
		struct service_file file = { .path = names.items[i] };
		TRY(file_read(arena, str_to_c(arena, str_printf(arena, "%s/%.*s", folder, STR_ARG(file.path))), SERVICE_FILE_BYTES_MAX,
		    &file.content));
		bytes += file.content.len;
		if (bytes > SERVICE_BYTES_MAX) return ERR(LIMIT);
		LIST_PUSH(arena, &files, file);
	}
	for (size_t i = 0, own = files.count; i < own; i++)
		if (str_eq_c(files.items[i].path, "service.json")) TRY(read_used_law(arena, law, files.items[i].content, report, &files));
	if (files.count > 1) qsort(files.items, files.count, sizeof *files.items, by_path);
	report->file = file_before;
	return service_assemble(arena, files.items, files.count, report, out_service);
}

/* What the files import from the law folder, directly or not; a file that is no XML is nobody's import. */
static struct err read_imported_law(struct arena *arena, const char *law, struct report *report, struct file_list *files)
{
	struct file_names names;
	struct file_list known = { 0 };
	const struct xml *root, *other;
	TRY(folder_list(arena, law, SERVICE_FILE_COUNT_MAX, &names));
	for (size_t i = 0; i < names.count; i++)
		if (is_dmn(names.items[i])) TRY(read_law_file(arena, law, str_sub(names.items[i], 0, names.items[i].len - 4), report, &known));
	for (size_t i = 0; i < files->count; i++) {
		if (failed(xml_parse(arena, files->items[i].content, NULL, &root))) continue;     /* the loader says what is wrong */
		for (const struct xml *x = root->first; x; x = x->next) {
			for (size_t k = 0; str_eq_c(x->name, "import") && k < known.count; k++) {
				if (failed(xml_parse(arena, known.items[k].content, NULL, &other))) continue;
				if (!str_eq(xml_attribute(other, "namespace"), xml_attribute(x, "namespace"))) continue;
				struct str id = str_sub(known.items[k].path, STR("law/").len, known.items[k].path.len - STR(".dmn").len);
				TRY(read_law_file(arena, law, id, report, files));
			}
		}
	}
	return OK;
}

struct err law_load(struct arena *arena, const char *law, struct str id, struct report *report, const struct dmn_model **out_model)
{
	struct file_list files = { 0 };
	TRY(read_law_file(arena, law, id, report, &files));
	TRY(read_imported_law(arena, law, report, &files));
	struct dmn_source *sources = ARENA_ARRAY(arena, struct dmn_source, files.count);
	for (size_t i = 0; i < files.count; i++) sources[i] = (struct dmn_source){ files.items[i].path, files.items[i].content };
	return dmn_load(arena, sources, files.count, environment_signatures(), report, out_model);
}

/* ---- looking up ------------------------------------------------------------------------------------ */

const struct service_paper *service_paper(const struct service *service, struct str id)
{
	for (size_t i = 0; i < service->papers.count; i++)
		if (str_eq(service->papers.items[i].id, id)) return &service->papers.items[i];
	return NULL;
}

const struct service_outcome *service_outcome(const struct service *service, struct str name)
{
	for (size_t i = 0; i < service->outcomes.count; i++)
		if (str_eq(service->outcomes.items[i].name, name)) return &service->outcomes.items[i];
	return NULL;
}

const struct form *service_form(const struct service *service, struct str id)
{
	for (size_t i = 0; i < service->forms.count; i++)
		if (str_eq(service->forms.items[i].id, id)) return service->forms.items[i].form;
	return NULL;
}

const struct service_model *service_decision(const struct service *service, struct str decision)
{
	for (int law = 0; law <= 1; law++)
		for (size_t i = 0; i < service->models.count; i++) {
			const struct service_model *model = &service->models.items[i];
			const struct dmn_element *element = model->law == law ? dmn_find(model->model, DMN_DECISION, decision) : NULL;
			if (element && !element->imported) return model;
		}
	return NULL;
}

struct str service_content(const struct service *service, struct str path)
{
	for (size_t i = 0; i < service->files.count; i++)
		if (str_eq(service->files.items[i].path, path)) return service->files.items[i].content;
	return STR("");
}

struct str service_role(const struct service *service, struct str group)
{
	for (size_t i = 0; i < service->roles.count; i++)
		if (str_eq(service->roles.items[i].group, group)) return service->roles.items[i].role;
	return group;
}
