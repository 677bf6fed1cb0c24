/* What is kept about a person, to take along (个人信息保护法 45): one ZIP with data.json, files, papers and receipts. */
#include "hall/inside.h"
#include "hall/journey.h"

enum { DATA_BYTES_MAX = 16 << 20 };

struct exporting { struct hall *hall; struct arena *arena; struct json *cases; struct { LIST_OF(struct zip_file); } files; };

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

static void add_time(struct arena *arena, struct json *object, const char *key, int64_t ms)
{
	if (ms) add_text(arena, object, key, time_print_ms(arena, ms, SHANGHAI_OFFSET_S));
}

static void add_file(struct exporting *exporting, struct str name, struct str content)
{
	LIST_PUSH(exporting->arena, &exporting->files, ((struct zip_file){ name, content }));
}

static struct str folder_of(struct exporting *exporting, const struct case_summary *summary)
{
	return str_printf(exporting->arena, "cases/%.*s", STR_ARG(id_text(exporting->arena, summary->case_id)));
}

static struct err add_files(struct exporting *exporting, const struct case_summary *summary, struct json *json)
{
	struct arena *arena = exporting->arena;
	struct attached_files files;
	struct attached_file file;
	struct str content;
	struct json *list = json_new(arena, JSON_ARRAY);
	TRY(case_files(exporting->hall, arena, summary->case_id, &files));
	for (size_t i = 0; i < files.count; i++) {
		TRY(case_file_content(exporting->hall, arena, summary->case_id, files.items[i].file_id, &file, &content));
		struct str path = str_printf(arena, "%.*s/files/%zu-%.*s", STR_ARG(folder_of(exporting, summary)), i + 1,
		    STR_ARG(file_name_clean(arena, file.name)));
		struct json *item = json_new(arena, JSON_OBJECT);
		add_text(arena, item, "field", file.field);
		add_text(arena, item, "name", file.name);
		add_text(arena, item, "path", path);
		json_add(list, STR(""), item);
		add_file(exporting, path, content);
	}
	json_add(json, STR("files"), list);
	return OK;
}

static struct err add_papers(struct exporting *exporting, const struct case_summary *summary)
{
	struct case_papers papers;
	struct receipts receipts;
	struct str pdf;
	TRY(papers_of_case(exporting->hall, exporting->arena, summary->case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		TRY(paper_content(exporting->hall, exporting->arena, summary->case_id, papers.items[i].id, &pdf));
		add_file(exporting, str_printf(exporting->arena, "%.*s/papers/%d-%.*s.pdf", STR_ARG(folder_of(exporting, summary)),
		    papers.items[i].position, STR_ARG(papers.items[i].id)), pdf);
	}
	TRY(receipts_of_case(exporting->hall, exporting->arena, summary->case_id, &receipts));
	for (size_t i = 0; i < receipts.count; i++)
		add_file(exporting, str_printf(exporting->arena, "%.*s/receipts/%zu-%.*s.json", STR_ARG(folder_of(exporting, summary)), i + 1,
		    STR_ARG(receipts.items[i].decision)), receipts.items[i].whole);
	return OK;
}

static struct err add_events(struct exporting *exporting, const struct case_summary *summary, struct json *json)
{
	struct audit_events events;
	struct notices notices;
	struct arena *arena = exporting->arena;
	struct json *timeline = json_new(arena, JSON_ARRAY), *texts = json_new(arena, JSON_ARRAY);
	TRY(audit_of_case(exporting->hall, arena, summary->case_id, &events));
	for (size_t i = 0; i < events.count; i++) {
		struct json *item = json_new(arena, JSON_OBJECT);
		add_time(arena, item, "at", events.items[i].at_ms);
		add_text(arena, item, "who", events.items[i].staff ? STR("union") : events.items[i].who);
		add_text(arena, item, "what", events.items[i].what);
		add_text(arena, item, "subject", events.items[i].subject);
		json_add(timeline, STR(""), item);
	}
	TRY(notices_of_case(exporting->hall, arena, summary->case_id, &notices));
	for (size_t i = 0; i < notices.count; i++) {
		struct json *item = json_new(arena, JSON_OBJECT);
		add_time(arena, item, "at", notices.items[i].queued_ms);
		add_text(arena, item, "text", notices.items[i].text);
		add_text(arena, item, "state", notices.items[i].state);
		json_add(texts, STR(""), item);
	}
	json_add(json, STR("timeline"), timeline);
	json_add(json, STR("notices"), texts);
	return OK;
}

static struct err add_case(struct exporting *exporting, const struct person_case *of)
{
	struct arena *arena = exporting->arena;
	const struct case_summary *summary = &of->summary;
	struct json *json = json_new(arena, JSON_OBJECT);
	struct feel_value data, variables;
	add_text(arena, json, "id", id_text(arena, summary->case_id));
	add_text(arena, json, "number", summary->number);
	add_text(arena, json, "service", of->title);
	add_text(arena, json, "state", summary->state);
	add_text(arena, json, "outcome", summary->outcome);
	add_time(arena, json, "opened", summary->opened_ms);
	add_time(arena, json, "submitted", summary->submitted_ms);
	add_time(arena, json, "decided", summary->decided_ms);
	add_time(arena, json, "closed", summary->closed_ms);
	TRY(case_data(exporting->hall, arena, summary->case_id, &data, &variables));
	json_add(json, STR("answers"), feel_to_json(arena, data, FEEL_JSON_PLAIN));
	TRY(add_files(exporting, summary, json));
	TRY(add_papers(exporting, summary));
	TRY(add_events(exporting, summary, json));
	json_add(exporting->cases, STR(""), json);
	return OK;
}

static struct err add_person(struct exporting *exporting, int64_t person_id, struct json *json)
{
	struct arena *arena = exporting->arena;
	struct person person;
	struct identity identity;
	struct consents consents;
	struct json *list = json_new(arena, JSON_ARRAY);
	TRY(person_by_id(exporting->hall, arena, person_id, &person));
	TRY(identity_of(exporting->hall, arena, person_id, &identity));
	TRY(consents_of(exporting->hall, arena, person_id, &consents));
	add_text(arena, json, "name", person.name);
	add_text(arena, json, "phone", person.phone);
	add_text(arena, json, "idNumber", person.id_number);
	add_text(arena, json, "confirmedBy", identity.method);
	add_time(arena, json, "confirmed", identity.confirmed_ms);
	for (size_t i = 0; i < consents.count; i++) {
		struct json *item = json_new(arena, JSON_OBJECT);
		add_text(arena, item, "what", consents.items[i].what);
		add_text(arena, item, "text", consents.items[i].text);
		add_time(arena, item, "given", consents.items[i].given_ms);
		add_time(arena, item, "withdrawn", consents.items[i].withdrawn_ms);
		json_add(list, STR(""), item);
	}
	json_add(json, STR("consents"), list);
	return OK;
}

static struct err exported_body(struct work *work, void *data)
{
	return audit_add(work, 0, "person.exported", id_text(work->arena, *(const int64_t *)data), STR(""));
}

struct err person_export(struct hall *hall, struct arena *arena, int64_t person_id, struct str *out_zip)
{
	struct exporting exporting = { .hall = hall, .arena = arena, .cases = json_new(arena, JSON_ARRAY) };
	struct json *json = json_new(arena, JSON_OBJECT);
	struct person_cases cases;
	struct str text;
	add_text(arena, json, "hall", hall->name);
	add_time(arena, json, "at", hall_now_ms(hall));
	TRY(add_person(&exporting, person_id, json));
	TRY(cases_of_person(hall, arena, person_id, &cases));
	for (size_t i = 0; i < cases.count; i++) TRY(add_case(&exporting, &cases.items[i]));
	json_add(json, STR("cases"), exporting.cases);
	TRY(json_print(arena, json, JSON_PRETTY, DATA_BYTES_MAX, &text));
	add_file(&exporting, STR("data.json"), text);
	TRY(work_run(hall, arena, NULL, STR("applicant"), false, exported_body, &person_id));
	struct zip_files files = { exporting.files.items, exporting.files.count };
	return zip_write(arena, &files, out_zip);
}
