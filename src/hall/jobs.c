/* The hall's job types: what a service task may ask for. A table says which are only rows, done in the same command,
 * and which are put aside for the pool. */
#include "hall/inside.h"

#include <string.h>

typedef struct err (*job_step)(struct work *work, struct case_file *file, const struct bpmn_job *job, struct feel_value *out_variables);
typedef struct err (*job_pool)(struct work *work, struct case_file *file, const struct json *headers, struct feel_value *out_variables);

static struct str header_of(const struct bpmn_job *job, const char *key)
{
	for (size_t i = 0; i < job->headers.count; i++)
		if (str_eq_c(job->headers.items[i].key, key)) return job->headers.items[i].value;
	return STR("");
}

/* （{year}）{prefix}字第{n:5}号 is cut into what stands before and behind the running number. */
static struct err number_parts(struct work *work, struct case_file *file, struct str *out_before, struct str *out_after, int64_t *out_width,
	struct str *out_prefix)
{
	struct date today = date_of_ms(work->now_ms, SHANGHAI_OFFSET_S);
	const struct parameter *prefix = parameter_find(file->environment->parameters, file->row.region, STR("caseNumberPrefix"), today);
	if (!prefix) {
		report_error(work->report, STR("caseNumberPrefix"), "region %.*s has no prefix for case numbers", STR_ARG(file->row.region));
		return ERR(MISSING);
	}
	*out_prefix = str_join(work->arena, file->row.trial ? STR("试") : STR(""), prefix->value);
	struct str text = str_replace(work->arena, file->service->number_pattern, STR("{year}"), str_from_i64(work->arena, today.year));
	text = str_replace(work->arena, text, STR("{prefix}"), *out_prefix);
	ptrdiff_t begin = str_find(text, STR("{n"), 0), end = begin < 0 ? -1 : str_find_byte(text, '}', (size_t)begin);
	*out_width = 1;
	if (end < 0) return ERR(INVALID);
	struct str inside = str_sub(text, (size_t)begin + 2, (size_t)end);
	if (inside.len && (inside.ptr[0] != ':' || !str_to_i64(str_sub(inside, 1, inside.len), out_width))) return ERR(INVALID);
	*out_before = str_sub(text, 0, (size_t)begin);
	*out_after = str_sub(text, (size_t)end + 1, text.len);
	return OK;
}

/* A number is given once, for life: going round a loop keeps it (the statement changes only a case without one). */
static struct err job_number(struct work *work, struct case_file *file, const struct bpmn_job *bpmn_job, struct feel_value *out_variables)
{
	struct str before, after, prefix;
	int64_t width;
	(void)bpmn_job; (void)out_variables;
	if (file->row.number.len) return OK;
	TRY(number_parts(work, file, &before, &after, &width, &prefix));
	struct str year = file->service->number_yearly ? str_from_i64(work->arena, date_of_ms(work->now_ms, SHANGHAI_OFFSET_S).year)
	                                               : STR("always");
	struct str key = str_printf(work->arena, "%.*s|%.*s|%.*s", STR_ARG(file->service->id), STR_ARG(prefix), STR_ARG(year));
	WORK_ADD(work, "case_counter_begin", T(key));
	WORK_ADD(work, "case_number_take", I(file->row.case_id), T(key), T(before), I(width), T(after));
	WORK_ADD(work, "case_counter_next", T(key));
	return audit_add(work, file->row.case_id, "case.numbered", STR(""), STR(""));
}

static struct feel_value lawyer_value(struct arena *arena, const struct lawyer *lawyer)
{
	struct feel_entry entries[] = {
		{ STR("id"), feel_string(id_text(arena, lawyer->lawyer_id)) }, { STR("name"), feel_string(lawyer->name) },
		{ STR("sex"), feel_string(lawyer->sex) }, { STR("firm"), feel_string(lawyer->firm) },
		{ STR("licence"), feel_string(lawyer->licence) }, { STR("phone"), feel_string(lawyer->phone) },
	};
	return feel_context_of(arena, entries, sizeof entries / sizeof *entries);
}

/* Header answerWithin: so many working days has he to answer, else the next one gets the case. Without it: no limit. */
static struct err begin_offer(struct work *work, const struct case_file *file, const struct lawyer *lawyer, struct str within)
{
	int64_t case_id = file->row.case_id, by_ms = 0;
	if (within.len) {
		struct deadline deadline;
		TRY(calendar_deadline(work->hall->calendar, date_of_ms(work->now_ms, SHANGHAI_OFFSET_S), within, true, &deadline));
		by_ms = date_begin_ms(deadline.on, SHANGHAI_OFFSET_S) + DAY_MS;
	}
	WORK_ADD(work, "lawyer_case_add", I(case_id), I(lawyer->lawyer_id), I(work->now_ms), sql_i64_or_null(by_ms));
	WORK_ADD(work, "timer_cancel_kind", I(case_id), T(STR("offer")));
	if (by_ms) WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(case_id), I(0), T(STR("offer")), T(STR("offer")), I(by_ms));
	return OK;
}

static struct err take_lawyer(
    struct work *work, struct case_file *file, const struct lawyer *lawyer, bool must_have_room, const struct bpmn_job *job,
    struct feel_value *out_variables)
{
	struct str variable = header_of(job, "result");
	if (variable.len == 0) variable = STR("lawyer");
	struct str today = date_print(work->arena, date_of_ms(work->now_ms, SHANGHAI_OFFSET_S));
	if (must_have_room) WORK_GUARD(work, "lawyer_take", I(lawyer->lawyer_id), T(today));
	WORK_ADD(work, "case_set_lawyer", I(file->row.case_id), I(lawyer->lawyer_id));
	TRY(begin_offer(work, file, lawyer, header_of(job, "answerWithin")));
	file->row.lawyer_id = lawyer->lawyer_id;
	*out_variables = feel_put(work->arena, FEEL_NULL_VALUE, variable, lawyer_value(work->arena, lawyer));
	TRY(lawyer_tell(work, lawyer, STR("有一件法律援助指派给您，请登录职工之家看一眼：能办点接受，不能办请尽快退回。")));
	return audit_add(work, file->row.case_id, "lawyer.assigned", id_text(work->arena, lawyer->lawyer_id), STR(""));
}

/* A person named one: he may be full or lack the skill, but never act for the other side (LA23). */
static const struct lawyer *named_lawyer(const struct lawyers *lawyers, struct feel_value licence)
{
	for (size_t i = 0; licence.kind == FEEL_STRING && i < lawyers->count; i++)
		if (str_eq(lawyers->items[i].licence, licence.string)) return lawyers->items[i].conflicted ? NULL : &lawyers->items[i];
	return NULL;
}

/* Who declined this case is not asked again: {ids} are texts. */
static void leave_out(struct arena *arena, struct lawyers *lawyers, struct feel_value ids)
{
	size_t count = 0;
	for (size_t i = 0; i < lawyers->count; i++) {
		bool out = false;
		struct str id = id_text(arena, lawyers->items[i].lawyer_id);
		for (size_t k = 0; ids.kind == FEEL_LIST && k < ids.list.count; k++)
			out |= ids.list.items[k].kind == FEEL_STRING && str_eq(ids.list.items[k].string, id);
		if (!out) lawyers->items[count++] = lawyers->items[i];
	}
	lawyers->count = count;
}

static struct err header_value(
    struct work *work, struct case_file *file, const struct bpmn_job *job, const char *key, struct feel_value *out)
{
	struct str text = header_of(job, key);
	*out = FEEL_NULL_VALUE;
	if (text.len == 0 || text.ptr[0] != '=') return OK;
	return feel_evaluate(work->arena, str_sub(text, 1, text.len), job->variables, &file->environment->feel, NULL, out);
}

/* Headers: result (variable), skill, against (FEEL: the other side), without (FEEL: ids of who is not asked), licence (FEEL:
 * whom a person named), answerWithin (working days, P2D). Nobody: the variable is null, the model decides on. */
static struct err job_assign(struct work *work, struct case_file *file, const struct bpmn_job *job, struct feel_value *out_variables)
{
	struct str variable = header_of(job, "result"), licence = header_of(job, "licence");
	struct feel_value other, named, without;
	struct lawyers lawyers;
	if (variable.len == 0) variable = STR("lawyer");
	TRY(header_value(work, file, job, "against", &other));
	TRY(header_value(work, file, job, "licence", &named));
	TRY(header_value(work, file, job, "without", &without));
	TRY(lawyers_read(work->hall, work->arena, work->reader, other, &lawyers));
	leave_out(work->arena, &lawyers, without);
	const struct lawyer *chosen = licence.len ? named_lawyer(&lawyers, named) : lawyer_choose(&lawyers, header_of(job, "skill"));
	if (chosen) return take_lawyer(work, file, chosen, licence.len == 0, job, out_variables);
	*out_variables = feel_put(work->arena, FEEL_NULL_VALUE, variable, FEEL_NULL_VALUE);
	return audit_add(work, file->row.case_id, "lawyer.none", STR(""), STR(""));
}

/* Header clock: an id of service.json's clocks, begun by its own milestone `ID`. */
static struct err job_clock(struct work *work, struct case_file *file, const struct bpmn_job *job, struct feel_value *out_variables)
{
	(void)out_variables;
	return process_milestone(work, file, header_of(job, "clock"));
}

static struct err job_notice(struct work *work, struct case_file *file, const struct bpmn_job *job, struct feel_value *out_variables)
{
	(void)out_variables;
	struct str id = header_of(job, "notice");
	for (size_t i = 0; i < file->service->notices.count; i++)
		if (str_eq(file->service->notices.items[i].id, id)) return notice_queue(work, file, &file->service->notices.items[i]);
	report_error(work->report, id, "the service has no such notice");
	return ERR(INVALID);
}

/* A correction that a person agreed to: variables correction {path, value} and correctionAnswer {accepted}. What has been
 * decided stays decided; papers that are written stay as they are. */
static struct err job_correct(struct work *work, struct case_file *file, const struct bpmn_job *job, struct feel_value *out_variables)
{
	struct feel_value correction = feel_get(job->variables, STR("correction"));
	struct feel_value accepted = feel_get(feel_get(job->variables, STR("correctionAnswer")), STR("accepted"));
	struct feel_value path = feel_get(correction, STR("path"));
	if (accepted.kind != FEEL_BOOLEAN || !accepted.boolean)
		return audit_add(work, file->row.case_id, "correction.refused", STR(""), STR(""));
	if (path.kind != FEEL_STRING) return ERR(INVALID);
	struct feel_value changed = feel_put_at(work->arena, file->data, path.string, feel_get(correction, STR("value")));
	TRY(case_keep_data(work, file, changed));
	WORK_ADD(work, "search_mark", I(file->row.case_id), I(work->now_ms));
	ptrdiff_t point = str_find_byte(path.string, '.', 0);
	struct str top = point < 0 ? path.string : str_sub(path.string, 0, (size_t)point);
	*out_variables = feel_put(work->arena, FEEL_NULL_VALUE, top, feel_get(changed, top));
	return audit_add(work, file->row.case_id, "correction.made", path.string, STR(""));
}

/* Header result: the variable that tells what was replaced; a list of titles, empty the first time. */
static struct err pool_render(struct work *work, struct case_file *file, const struct json *headers, struct feel_value *out_variables)
{
	struct feel_value replaced;
	struct str variable = json_string_of(headers, "result");
	TRY(papers_render(work, file, &replaced));
	if (variable.len) *out_variables = feel_put(work->arena, FEEL_NULL_VALUE, variable, replaced);
	return OK;
}

static struct err pool_sign(struct work *work, struct case_file *file, const struct json *headers, struct feel_value *out_variables)
{
	(void)out_variables;
	if (!str_eq_c(json_string_of(headers, "party"), "union")) {
		report_error(work->report, STR("paper.sign"), "only the union's seal is set by the hall itself: header party = union");
		return ERR(INVALID);
	}
	return papers_seal(work, file);
}

/* One row a type: exactly one of step and pool. */
static const struct { const char *type; job_step step; job_pool pool; } job_types[] = {
	{ "case.number", job_number, NULL },
	{ "assign", job_assign, NULL },
	{ "clock.start", job_clock, NULL },
	{ "notice.queue", job_notice, NULL },
	{ "case.correct", job_correct, NULL },
	{ "paper.render", NULL, pool_render },
	{ "paper.sign", NULL, pool_sign },
};
enum { JOB_TYPE_COUNT = sizeof job_types / sizeof *job_types };

static size_t type_index(struct str type)
{
	size_t i = 0;
	while (i < JOB_TYPE_COUNT && !str_eq_c(type, job_types[i].type)) i++;
	return i;
}

bool job_type_is_known(struct str type) { return type_index(type) < JOB_TYPE_COUNT; }

struct err jobs_begin(
    struct work *work, struct case_file *file, const struct bpmn_effect *effect, bool *out_done, struct feel_value *out_variables)
{
	size_t i = type_index(effect->job->type);
	*out_variables = FEEL_NULL_VALUE;
	if (i < JOB_TYPE_COUNT && job_types[i].step) {
		TRY(job_types[i].step(work, file, effect->job, out_variables));
		*out_done = true;
		return OK;
	}
	struct json *headers = json_new(work->arena, JSON_OBJECT);
	struct str text;
	for (size_t k = 0; k < effect->job->headers.count; k++)
		json_add(headers, effect->job->headers.items[k].key, json_new_string(work->arena, effect->job->headers.items[k].value));
	TRY(json_print(work->arena, headers, JSON_COMPACT, 1 << 16, &text));
	work->job_case_id = file->row.case_id;
	WORK_ADD(work, "job_add", I(id_next(&work->hall->ids)), I(file->row.case_id), I(effect->key), T(effect->job->type), T(text),
	    I(work->now_ms));
	*out_done = false;
	return OK;
}

struct err jobs_do(struct work *work, struct case_file *file, int64_t job_id, uint32_t key, struct str type, struct str data)
{
	size_t i = type_index(type);
	const struct json *headers;
	struct bpmn_event done = { .kind = BPMN_ON_JOB_DONE, .key = key };
	if (i == JOB_TYPE_COUNT || !job_types[i].pool) return ERR(UNSUPPORTED);   /* a worker outside does it */
	TRY(json_parse(work->arena, data, NULL, &headers));
	WORK_GUARD(work, "job_finish", I(job_id), T(STR("done")));
	TRY(job_types[i].pool(work, file, headers, &done.variables));
	return process_step(work, file, &done);
}
