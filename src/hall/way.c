/* The whole way of a case: what was entered, where it stands, how long it usually takes; drawn and told. */
#include "hall/way.h"
#include "hall/inside.h"

#include <stdlib.h>

/* ---- how long it usually takes ------------------------------------------------------------------------------------- */

static int by_length(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;
	return (one > two) - (one < two);
}

struct err usual_read(struct hall *hall, struct arena *arena, struct store_reader *reader, struct str service_id,
	struct str element, struct usual *out_usual)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "task_usual", &rows, T(service_id), T(element)));
	*out_usual = (struct usual){ 0 };
	if (rows.count < USUAL_COUNT_MIN) return OK;
	int64_t *lengths = ARENA_ARRAY(arena, int64_t, rows.count);
	for (size_t i = 0; i < rows.count; i++) lengths[i] = row_i64(rows.items[i], 0);
	qsort(lengths, rows.count, sizeof *lengths, by_length);
	*out_usual = (struct usual){ lengths[rows.count / 2], lengths[rows.count * 9 / 10] };
	return OK;
}

static struct err read_usual(struct hall *hall, struct arena *arena, struct store_reader *reader, struct way *way)
{
	const struct bpmn_model *bpmn = way->service->bpmn;
	for (size_t i = 0; i < bpmn_element_count(bpmn); i++)
		if (bpmn_element_at(bpmn, i)->kind == BPMN_USER_TASK)
			TRY(usual_read(hall, arena, reader, way->service->id, bpmn_element_at(bpmn, i)->id, &way->steps[i].usual));
	return OK;
}

/* ---- how far it is -------------------------------------------------------------------------------------------------- */

static bool is_gateway(const struct bpmn_element *element)
{
	return element->kind >= BPMN_EXCLUSIVE_GATEWAY && element->kind <= BPMN_COMPLEX_GATEWAY;
}

/* The log does not tell gateways: one was passed when something before it was, and something behind it. */
static void mark_gateways(struct arena *arena, struct way *way)
{
	const struct bpmn_model *bpmn = way->service->bpmn;
	size_t count = bpmn_element_count(bpmn);
	bool *before = ARENA_ARRAY(arena, bool, count), *behind = ARENA_ARRAY(arena, bool, count);
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < count; i++) {
			const struct bpmn_element *gateway = bpmn_element_at(bpmn, i);
			if (!is_gateway(gateway)) continue;
			bool was[2] = { before[i], behind[i] };
			for (size_t k = 0; k < gateway->incoming.count; k++) {
				const struct bpmn_element *from = gateway->incoming.items[k]->from;
				before[i] |= is_gateway(from) ? before[from->index] : way->steps[from->index].state == DIAGRAM_DONE;
			}
			for (size_t k = 0; k < gateway->outgoing.count; k++) {
				const struct bpmn_element *to = gateway->outgoing.items[k]->to;
				behind[i] |= is_gateway(to) ? behind[to->index] : way->steps[to->index].state != DIAGRAM_LATER;
			}
			changed |= was[0] != before[i] || was[1] != behind[i];
		}
	}
	for (size_t i = 0; i < count; i++)
		if (before[i] && behind[i] && way->steps[i].state == DIAGRAM_LATER) way->steps[i].state = DIAGRAM_DONE;
}

static struct err mark_steps(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct case_file *file,
	struct way *way)
{
	struct store_rows rows;
	const struct bpmn_model *bpmn = way->service->bpmn;
	for (size_t i = 0; i < bpmn_element_count(bpmn); i++) way->steps[i].state = DIAGRAM_LATER;
	TRY(QUERY(hall, arena, reader, "event_told", &rows, I(file->row.case_id)));
	for (size_t i = 0; i < rows.count; i++) {
		const struct bpmn_element *element =
		    str_eq_c(row_bytes(rows.items[i], 3), "element.entered") ? bpmn_element_by_id(bpmn, row_bytes(rows.items[i], 4)) : NULL;
		if (element) way->steps[element->index].state = DIAGRAM_DONE;
	}
	if (file->instance && !way->closed) {
		struct bpmn_token_list tokens = bpmn_tokens(arena, file->instance);
		for (size_t i = 0; i < tokens.count; i++) way->steps[tokens.items[i].element->index].state = DIAGRAM_NOW;
	}
	mark_gateways(arena, way);
	return OK;
}

/* ---- the doors ---------------------------------------------------------------------------------------------------------- */

struct way way_of_service(struct arena *arena, const struct service *service)
{
	return (struct way){ .service = service, .steps = ARENA_ARRAY(arena, struct way_step, bpmn_element_count(service->bpmn)) };
}

struct err service_way(struct hall *hall, struct arena *arena, const struct service *service, struct way *out_way)
{
	struct store_reader *reader;
	struct way way = way_of_service(arena, service);
	TRY(read_begin(hall, &reader));
	struct err err = read_usual(hall, arena, reader, &way);
	store_read_end(reader);
	if (!failed(err)) *out_way = way;
	return err;
}

static struct err read_way(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct way *out_way)
{
	struct report report = report_make(arena);
	struct work work = { .hall = hall, .arena = arena, .report = &report, .reader = reader, .now_ms = hall_now_ms(hall) };
	struct case_file file;
	TRY(case_load(&work, case_id, &file));
	*out_way = way_of_service(arena, file.service);
	out_way->of_case = true;
	out_way->closed = str_eq_c(file.row.state, "closed");
	TRY(mark_steps(hall, arena, reader, &file, out_way));
	return read_usual(hall, arena, reader, out_way);
}

struct err case_way(struct hall *hall, struct arena *arena, int64_t case_id, struct way *out_way)
{
	struct store_reader *reader;
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &reader));
	struct err err = read_way(hall, arena, reader, case_id, out_way);
	store_read_end(reader);
	return err;
}

/* ---- in words ------------------------------------------------------------------------------------------------------------ */

struct str length_words(struct arena *arena, int64_t ms, bool english)
{
	long long minutes = (long long)(ms / 60000), hours = minutes / 60, days = hours / 24;
	if (minutes < 1) return english ? STR("less than a minute") : STR("不到1分钟");
	if (hours < 1) return str_printf(arena, english ? "%lld min" : "%lld分钟", minutes);
	if (days < 2) return str_printf(arena, english ? "%lld h" : "%lld小时", hours);
	return str_printf(arena, english ? "%lld days" : "%lld天", days);
}

static struct str state_words(const struct way *way, enum diagram_state state, bool english)
{
	static const struct str words[DIAGRAM_STATE_COUNT][2] = { [DIAGRAM_DONE] = { STR_INIT("已办"), STR_INIT("done") },
		[DIAGRAM_NOW] = { STR_INIT("正在办"), STR_INIT("now") }, [DIAGRAM_LATER] = { STR_INIT("还没到"), STR_INIT("not yet") } };
	if (state == DIAGRAM_LATER && way->closed) return english ? STR("was not needed") : STR("没有走到");
	return way->of_case ? words[state][english] : STR("");
}

static struct str usual_words(struct arena *arena, const struct usual *usual, bool english)
{
	if (usual->usual_ms == 0 && usual->slow_ms == 0) return STR("");
	return str_printf(arena, english ? "half within %.*s, nine in ten within %.*s" : "一半在%.*s内办完，九成在%.*s内办完",
	    STR_ARG(length_words(arena, usual->usual_ms, english)), STR_ARG(length_words(arena, usual->slow_ms, english)));
}

static struct str usual_note(struct arena *arena, const struct usual *usual, bool english)
{
	if (usual->usual_ms == 0 && usual->slow_ms == 0) return STR("");
	struct str half = length_words(arena, usual->usual_ms, english), most = length_words(arena, usual->slow_ms, english);
	return str_eq(half, most) ? half : str_printf(arena, "%.*s – %.*s", STR_ARG(half), STR_ARG(most));
}

static struct str said(const struct service *service, bool english, const char *section, struct str id, struct str own)
{
	const struct json *words = english ? json_get(json_get(service->english, str_from_c(section)), id) : NULL;
	return json_is(words, JSON_STRING) && json_string(words).len ? json_string(words) : own;
}

static struct diagram_names names_of(struct arena *arena, const struct service *service, bool english)
{
	size_t count = bpmn_element_count(service->bpmn);
	struct bpmn_flows flows = bpmn_flows(service->bpmn);
	struct str *elements = ARENA_ARRAY(arena, struct str, count), *lines = ARENA_ARRAY(arena, struct str, flows.count);
	for (size_t i = 0; i < count; i++) {
		const struct bpmn_element *element = bpmn_element_at(service->bpmn, i);
		elements[i] = said(service, english, "steps", element->id, element->name);
	}
	for (size_t i = 0; i < flows.count; i++) lines[i] = said(service, english, "lines", flows.items[i]->id, flows.items[i]->name);
	return (struct diagram_names){ elements, lines };
}

/* Steps and what they lead to, in the order of the model; not the forks, and not what only lies in wait beside a step. */
static bool is_told(const struct bpmn_element *element)
{
	return element->kind != BPMN_PROCESS && !is_gateway(element) && element->kind != BPMN_BOUNDARY_EVENT && element->name.len > 0;
}

struct way_lines way_lines(struct arena *arena, const struct way *way, bool english)
{
	struct way_lines lines = { 0 };
	struct diagram_names names = names_of(arena, way->service, english);
	for (size_t i = 0; i < bpmn_element_count(way->service->bpmn); i++) {
		const struct way_step *step = &way->steps[i];
		if (is_told(bpmn_element_at(way->service->bpmn, i)))
			LIST_PUSH(arena, &lines, ((struct way_line){ .name = names.elements[i], .state = step->state,
				.state_words = state_words(way, step->state, english), .usual_words = usual_words(arena, &step->usual, english) }));
	}
	return lines;
}

/* For who cannot see it: how many steps, how many are done, which are now. */
static struct str describe(struct arena *arena, const struct way *way, bool english)
{
	struct buf out = buf_make(arena, 1 << 16);
	struct way_lines lines = way_lines(arena, way, english);
	size_t done = 0, now = 0;
	for (size_t i = 0; i < lines.count; i++) done += lines.items[i].state == DIAGRAM_DONE;
	buf_printf(&out, english ? "%zu steps." : "一共%zu步。", lines.count);
	if (way->of_case) buf_printf(&out, english ? " %zu are done." : "办过%zu步。", done);
	for (size_t i = 0; i < lines.count; i++) {
		if (lines.items[i].state != DIAGRAM_NOW) continue;
		buf_printf(&out, "%s%.*s", now++ ? (english ? ", " : "、") : (english ? " Now: " : "现在："), STR_ARG(lines.items[i].name));
	}
	if (now) buf_printf(&out, english ? "." : "。");
	return buf_str(&out);
}

struct err way_svg(struct arena *arena, const struct way *way, bool english, struct str *out_svg, struct str *out_places)
{
	const struct service *service = way->service;
	size_t count = bpmn_element_count(service->bpmn);
	struct diagram_mark *marks = ARENA_ARRAY(arena, struct diagram_mark, count);
	struct diagram diagram;
	TRY(diagram_lay(arena, service->bpmn, names_of(arena, service, english), &diagram));
	for (size_t i = 0; i < count; i++)
		marks[i] = (struct diagram_mark){ .state = way->steps[i].state, .note = usual_note(arena, &way->steps[i].usual, english),
			.words = usual_words(arena, &way->steps[i].usual, english) };
	struct diagram_words words = { .title = said(service, english, "service", STR("title"), service->title),
		.description = describe(arena, way, english), .id = STR("way") };
	for (int state = 0; state < DIAGRAM_STATE_COUNT; state++) words.states[state] = state_words(way, (enum diagram_state)state, english);
	if (out_places) *out_places = diagram_print(arena, &diagram);
	return diagram_svg(arena, &diagram, marks, &words, out_svg);
}
