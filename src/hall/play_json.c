/* What `case run` prints: the keys of design.md §9, in their order. */
#include "hall/inside.h"
#include "hall/play.h"

static void add(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

static struct str moment(struct arena *arena, int64_t ms) { return time_print_ms(arena, ms, SHANGHAI_OFFSET_S); }

static struct json *rules_json(struct arena *arena, const struct play_result *result)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < result->failed_rules.count; i++) {
		struct json *row = json_new(arena, JSON_OBJECT);
		add(arena, row, "rule", result->failed_rules.items[i].rule);
		add(arena, row, "article", result->failed_rules.items[i].article);
		add(arena, row, "fact", result->failed_rules.items[i].fact);
		json_add(list, STR(""), row);
	}
	return list;
}

static struct err receipts_json(struct hall *hall, struct arena *arena, int64_t case_id, struct json *list)
{
	struct receipts receipts;
	TRY(receipts_of_case(hall, arena, case_id, &receipts));
	for (size_t i = 0; i < receipts.count; i++) {
		const struct json *whole;
		TRY(json_parse(arena, receipts.items[i].whole, NULL, &whole));
		json_add(list, STR(""), json_copy(arena, whole));
	}
	return OK;
}

static struct err timeline_json(struct hall *hall, struct arena *arena, int64_t case_id, struct json *list)
{
	struct audit_events events;
	TRY(audit_of_case(hall, arena, case_id, &events));
	for (size_t i = 0; i < events.count; i++) {
		struct json *row = json_new(arena, JSON_OBJECT);
		const struct audit_event *event = &events.items[i];
		add(arena, row, "at", moment(arena, event->at_ms));
		add(arena, row, "who", event->who);
		add(arena, row, "what",
		    event->subject.len ? str_printf(arena, "%.*s %.*s", STR_ARG(event->what), STR_ARG(event->subject)) : event->what);
		json_add(list, STR(""), row);
	}
	return OK;
}

static struct err papers_json(struct hall *hall, struct arena *arena, int64_t case_id, struct json *list)
{
	struct case_papers papers;
	TRY(papers_of_case(hall, arena, case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		const struct case_paper *paper = &papers.items[i];
		bool all_done = true;
		for (size_t k = 0; k < paper->act_count; k++) all_done &= paper->acts[k].done;
		if (!all_done) continue;   /* only what is finished is handed out */
		struct json *row = json_new(arena, JSON_OBJECT);
		add(arena, row, "id", paper->id);
		add(arena, row, "title", paper->title);
		add(arena, row, "act", paper->act);
		add(arena, row, "file", str_printf(arena, "%d-%.*s.pdf", paper->position, STR_ARG(paper->id)));
		add(arena, row, "sha256", paper->sha256);
		json_add(list, STR(""), row);
	}
	return OK;
}

static struct err notices_json(struct hall *hall, struct arena *arena, int64_t case_id, struct json *list)
{
	struct notices notices;
	TRY(notices_of_case(hall, arena, case_id, &notices));
	for (size_t i = 0; i < notices.count; i++) {
		struct json *row = json_new(arena, JSON_OBJECT);
		add(arena, row, "at", moment(arena, notices.items[i].queued_ms));
		add(arena, row, "text", notices.items[i].text);
		add(arena, row, "state", notices.items[i].state);
		json_add(list, STR(""), row);
	}
	return OK;
}

static struct err due_json(struct hall *hall, struct arena *arena, int64_t case_id, struct json *object)
{
	struct case_clocks clocks;
	TRY(case_clocks(hall, arena, case_id, &clocks));
	for (size_t i = 0; i < clocks.count; i++) json_add(object, clocks.items[i].name, json_new_string(arena, clocks.items[i].due_on));
	return OK;
}

struct json *play_json(struct play_stage *stage, struct arena *arena, const struct play_result *result, struct err *out_err)
{
	struct hall *hall = play_stage_hall(stage);
	struct json *out = json_new(arena, JSON_OBJECT);
	static const struct {
		const char *key;
		enum json_kind kind;
		struct err (*fill)(struct hall *, struct arena *, int64_t, struct json *);
	} parts[] = { { "receipts", JSON_ARRAY, receipts_json }, { "timeline", JSON_ARRAY, timeline_json },
		{ "papers", JSON_ARRAY, papers_json }, { "notices", JSON_ARRAY, notices_json }, { "due", JSON_OBJECT, due_json } };
	add(arena, out, "case", result->summary.number);
	add(arena, out, "service", result->summary.service_id);
	add(arena, out, "version", result->summary.service_version);
	add(arena, out, "outcome", result->summary.outcome);
	json_add(out, STR("failedRules"), rules_json(arena, result));
	json_add(out, STR("staffEvents"), json_new_i64(arena, result->staff_events));
	*out_err = OK;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct json *value = json_new(arena, parts[i].kind);
		struct err err = parts[i].fill(hall, arena, result->case_id, value);
		if (failed(err)) *out_err = err;
		json_add(out, str_from_c(parts[i].key), value);
	}
	struct json *assumed = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < result->assumed.count; i++) json_add(assumed, STR(""), json_new_string(arena, result->assumed.items[i]));
	json_add(out, STR("assumed"), assumed);
	return out;
}
