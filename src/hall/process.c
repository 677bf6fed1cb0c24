/* Runs the pure engine over the store: one event in, statements out, until everything waits. */
#include "hall/inside.h"

#include <assert.h>

enum { STEPS_MAX = 1000 };

struct running {
	struct work *work;
	struct case_file *file;
	struct { LIST_OF(struct bpmn_event); } events;   /* what must still be told to the engine, in order */
};

/* ---- clocks and notices ----------------------------------------------------------------------------- */

static struct err clock_begin(struct work *work, struct case_file *file, const struct service_clock *clock)
{
	struct clock_dates dates;
	TRY(clock_dates(work, file, clock, date_of_ms(work->now_ms, SHANGHAI_OFFSET_S), &dates));
	WORK_ADD(work, "clock_add", I(file->row.case_id), T(clock->id), I(work->now_ms), I(dates.warn_ms), I(dates.due_ms), T(dates.due_on),
	    I(dates.provisional), T(clock->basis), sql_null(), T(dates.length));
	WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(file->row.case_id), I(0), T(STR("clockWarn")), T(clock->id),
	    I(dates.warn_ms));
	WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(file->row.case_id), I(0), T(STR("clockDue")), T(clock->id),
	    I(dates.due_ms + 1));
	return audit_add(work, file->row.case_id, "clock.began", clock->id, STR(""));
}

static void clock_end(struct work *work, struct case_file *file, const struct service_clock *clock)
{
	WORK_ADD(work, "clock_end", I(file->row.case_id), T(clock->id), I(work->now_ms));
	WORK_ADD(work, "timer_cancel_clock", I(file->row.case_id), T(clock->id));
}

struct err process_milestone(struct work *work, struct case_file *file, struct str name)
{
	const struct service *service = file->service;
	for (size_t i = 0; i < service->clocks.count; i++) {
		const struct service_clock *clock = &service->clocks.items[i];
		if (str_eq(clock->from, name)) TRY(clock_begin(work, file, clock));
		for (size_t k = 0; k < clock->until_count; k++)
			if (str_eq(clock->until[k], name)) clock_end(work, file, clock);
	}
	for (size_t i = 0; i < service->notices.count; i++)
		if (str_eq(service->notices.items[i].on, name)) TRY(notice_queue(work, file, &service->notices.items[i]));
	return OK;
}

static struct err outcome_reached(struct work *work, struct case_file *file, struct str name)
{
	const struct service_outcome *outcome = service_outcome(file->service, name);
	if (!outcome) return OK;
	file->row.outcome = name;
	WORK_ADD(work, "case_set_outcome", I(file->row.case_id), T(name));
	if (outcome->kind == OUTCOME_POSITIVE || outcome->kind == OUTCOME_NEGATIVE)
		WORK_ADD(work, "case_set_decided", I(file->row.case_id), I(work->now_ms));
	TRY(audit_add(work, file->row.case_id, "case.outcome", name, STR("")));
	return process_milestone(work, file, name);
}

/* ---- effects ------------------------------------------------------------------------------------------ */

static struct err element_entered(struct running *running, const struct bpmn_element *element)
{
	struct work *work = running->work;
	if (element->kind == BPMN_PROCESS || (element->kind >= BPMN_EXCLUSIVE_GATEWAY && element->kind <= BPMN_COMPLEX_GATEWAY)) return OK;
	TRY(audit_add(work, running->file->row.case_id, "element.entered", element->id, STR("")));
	struct str outcome = bpmn_property(element, "outcome");
	if (outcome.len) TRY(outcome_reached(work, running->file, outcome));
	/* An element may be called like an outcome or a milestone: it is reached once. */
	if (str_eq(element->id, outcome) || str_eq_c(element->id, "submitted") || str_eq_c(element->id, "signed")) return OK;
	return process_milestone(work, running->file, element->id);
}

static bool belongs_to_applicant(const struct running *running, struct str assignee)
{
	return str_eq(assignee, id_text(running->work->arena, running->file->row.applicant_id));
}

/* A person of the union answers by the nearest running promise, unless the model says when. */
static struct err nearest_due(struct running *running, int64_t *out_due_ms)
{
	struct work *work = running->work;
	struct store_rows rows;
	TRY(QUERY(work->hall, work->arena, work->reader, "clock_of_case", &rows, I(running->file->row.case_id)));
	int64_t due = 0;
	for (size_t i = 0; i < rows.count; i++)
		if (str_eq_c(row_bytes(rows.items[i], 9), "running") && (due == 0 || row_i64(rows.items[i], 3) < due))
			due = row_i64(rows.items[i], 3);
	if (due == 0 && rows.count == 0) {   /* the clocks begin in this very command */
		struct clock_dates dates;
		for (size_t i = 0; i < running->file->service->clocks.count; i++) {
			const struct service_clock *clock = &running->file->service->clocks.items[i];
			TRY(clock_dates(work, running->file, clock, date_of_ms(work->now_ms, SHANGHAI_OFFSET_S), &dates));
			if (due == 0 || dates.due_ms < due) due = dates.due_ms;
		}
	}
	*out_due_ms = due;
	return OK;
}

/* After a change of lawyer a party may have signed all that stayed: then nothing waits for it, and the process goes on. */
static struct err go_on_when_signed(struct running *running, const struct bpmn_effect *effect, struct str party)
{
	struct work *work = running->work;
	struct case_file *file = running->file;
	struct case_papers papers;
	size_t own = 0, waiting = 0;
	if (party.len == 0) return OK;
	TRY(papers_read(work->hall, work->arena, work->reader, file->row.case_id, &papers));
	for (size_t i = 0; i < papers.count; i++)
		for (size_t k = 0; k < papers.items[i].act_count; k++) {
			if (!str_eq_c(party, party_name(papers.items[i].acts[k].party))) continue;
			own++;
			waiting += !papers.items[i].acts[k].done;
		}
	if (own == 0 || waiting > 0) return OK;
	struct bpmn_event done = { .kind = BPMN_ON_TASK_DONE, .key = effect->key };
	WORK_ADD(work, "task_finish", I(file->row.case_id), I(effect->key), T(STR("done")), T(work->who), I(work->now_ms));
	LIST_PUSH(work->arena, &running->events, done);
	return audit_add(work, file->row.case_id, "task.done", effect->element->id, STR(""));
}

static struct err task_opened(struct running *running, const struct bpmn_effect *effect)
{
	struct work *work = running->work;
	struct case_file *file = running->file;
	const struct bpmn_task *task = effect->task;
	struct str role = task->candidate_groups.count ? service_role(file->service, task->candidate_groups.items[0]) : STR("");
	int64_t due_ms = task->due_ms;
	if (due_ms == 0 && role.len) TRY(nearest_due(running, &due_ms));
	WORK_ADD(work, "task_add", I(id_next(&work->hall->ids)), I(file->row.case_id), I(effect->key), T(effect->element->id), T(task->name),
		T(task->form_id.len ? task->form_id : task->form_key), T(role), T(task->assignee), T(bpmn_property(effect->element, "papersOf")),
		I(work->now_ms), sql_i64_or_null(due_ms));
	if (belongs_to_applicant(running, task->assignee)) WORK_ADD(work, "clock_worker_begins", I(file->row.case_id), I(work->now_ms));
	TRY(audit_add(work, file->row.case_id, "task.opened", effect->element->id, STR("")));
	return go_on_when_signed(running, effect, bpmn_property(effect->element, "papersOf"));
}

/* Only the input data: a result of an earlier round that bears a decision's name would be taken for its answer. */
static struct feel_value decision_data(struct arena *arena, const struct dmn_elements *needed, struct feel_value variables)
{
	struct feel_value data = feel_context_of(arena, NULL, 0);
	for (size_t i = 0; i < needed->count; i++)
		if (feel_has(variables, needed->items[i]->name))
			data = feel_put(arena, data, needed->items[i]->name, feel_get(variables, needed->items[i]->name));
	return data;
}

static struct err decide(struct running *running, const struct bpmn_effect *effect)
{
	struct work *work = running->work;
	struct case_file *file = running->file;
	const struct service_model *model = service_decision(file->service, effect->decision->decision_id);
	struct bpmn_event answer = { .kind = BPMN_ON_DECISION_DONE, .key = effect->key };
	if (!model) {
		answer.kind = BPMN_ON_DECISION_FAILED;
		answer.words = str_printf(work->arena, "the service has no decision %.*s", STR_ARG(effect->decision->decision_id));
		LIST_PUSH(work->arena, &running->events, answer);
		return OK;
	}
	struct dmn_trace trace = { 0 };
	struct report notes = report_make(work->arena);
	environment_forget_uses(file->environment);
	struct dmn_elements needed =
		dmn_needed_inputs(work->arena, model->model, dmn_find(model->model, DMN_DECISION, effect->decision->decision_id));
	struct feel_value inputs = decision_data(work->arena, &needed, effect->decision->variables);
	TRY(dmn_decide(work->arena, model->model, effect->decision->decision_id, inputs, &file->environment->feel, &notes, &trace,
		&answer.value));
	struct receipt_subject subject = { .hall = work->hall->id_text,
		.case_id = id_text(work->arena, file->row.case_id),
		.service = file->service->id,
		.version = file->service->version,
		.model_file = model->path,
		.decision = effect->decision->decision_id,
		.region = file->row.region,
		.on = date_of_ms(work->now_ms, SHANGHAI_OFFSET_S),
		.at_ms = work->now_ms };
	struct str whole, commitment, box;
	subject.model_sha256 = content_sha256(work->arena, service_content(file->service, model->path));
	subject.imports = receipt_imports(work->arena, model->model, receipt_content_of_service, file->service);
	struct json *receipt =
		receipt_build(work->arena, &work->hall->rand, &subject, inputs, &needed, &trace, file->environment, answer.value);
	TRY(receipt_seal(work->hall, work->arena, receipt, &whole, &commitment));
	int64_t receipt_id = id_next(&work->hall->ids);
	TRY(seal_text(work->hall, work->arena, "receipt.whole", receipt_id, whole, &box));
	WORK_ADD(work, "receipt_add", I(receipt_id), I(file->row.case_id), T(effect->decision->decision_id), I(work->now_ms), B(box),
	    T(commitment));
	TRY(audit_add(work, file->row.case_id, "decision.made", effect->decision->decision_id, commitment));
	LIST_PUSH(work->arena, &running->events, answer);
	return OK;
}

static struct err job(struct running *running, const struct bpmn_effect *effect)
{
	struct bpmn_event answer = { .kind = BPMN_ON_JOB_DONE, .key = effect->key };
	bool done = false;
	TRY(jobs_begin(running->work, running->file, effect, &done, &answer.variables));
	if (done) LIST_PUSH(running->work->arena, &running->events, answer);
	return OK;
}

static struct err incident(struct running *running, const struct bpmn_effect *effect)
{
	struct work *work = running->work;
	struct json *detail = json_new(work->arena, JSON_OBJECT);
	struct str text;
	json_add(detail, STR("words"), json_new_string(work->arena, effect->words));
	TRY(json_print(work->arena, detail, JSON_COMPACT, 1 << 16, &text));
	log_event(work->hall->logger, LOG_LEVEL_ERROR, "process.incident", "element=%.*s", STR_ARG(effect->element->id));
	report_warning(work->report, effect->element->id, "%.*s", STR_ARG(effect->words));
	WORK_ADD(work, "task_add", I(id_next(&work->hall->ids)), I(running->file->row.case_id), I(effect->key),
	    T(effect->element->id), T(STR("流程故障")), T(STR("")), T(STR("administrator")), T(STR("")), T(STR("")), I(work->now_ms),
	    I(work->now_ms));
	return audit_add(work, running->file->row.case_id, "process.incident", effect->element->id, text);
}

static struct err ended(struct running *running)
{
	struct work *work = running->work;
	struct case_file *file = running->file;
	WORK_ADD(work, "case_set_closed", I(file->row.case_id), I(work->now_ms));
	for (size_t i = 0; i < file->service->clocks.count; i++) clock_end(work, file, &file->service->clocks.items[i]);
	const struct service_outcome *outcome = service_outcome(file->service, file->row.outcome);
	if (!outcome || outcome->kind != OUTCOME_POSITIVE) {
		WORK_ADD(work, "lawyer_case_end", I(file->row.case_id), T(STR("ended")));
		WORK_ADD(work, "timer_cancel_kind", I(file->row.case_id), T(STR("hearing")));
		WORK_ADD(work, "timer_cancel_kind", I(file->row.case_id), T(STR("offer")));
	}
	WORK_ADD(work, "search_mark", I(file->row.case_id), I(work->now_ms));
	return audit_add(work, file->row.case_id, "case.closed", file->row.outcome, STR(""));
}

static struct err carry_out(struct running *running, const struct bpmn_effect *effect)
{
	struct work *work = running->work;
	int64_t case_id = running->file->row.case_id;
	switch (effect->kind) {
	case BPMN_DO_ELEMENT_ENTERED: return element_entered(running, effect->element);
	case BPMN_DO_TASK_OPENED: return task_opened(running, effect);
	case BPMN_DO_TASK_CANCELLED:
		WORK_ADD(work, "task_finish", I(case_id), I(effect->key), T(STR("cancelled")), T(work->who), I(work->now_ms));
		return OK;
	case BPMN_DO_JOB: return job(running, effect);
	case BPMN_DO_JOB_CANCELLED:
		WORK_ADD(work, "job_cancel", I(case_id), I(effect->key));
		return OK;
	case BPMN_DO_TIMER_SET:
		WORK_ADD(work, "timer_add", I(id_next(&work->hall->ids)), I(case_id), I(effect->key), T(STR("process")),
		    T(effect->element->id), I(effect->timer.at_ms));
		return OK;
	case BPMN_DO_TIMER_CANCELLED:
		WORK_ADD(work, "timer_cancel_key", I(case_id), I(effect->key));
		return OK;
	case BPMN_DO_DECISION: return decide(running, effect);
	case BPMN_DO_INCIDENT: return incident(running, effect);
	case BPMN_DO_ENDED: return ended(running);
	default: return OK;   /* history that the events already tell; waits that the instance itself remembers */
	}
}

struct err process_step(struct work *work, struct case_file *file, const struct bpmn_event *event)
{
	struct running running = { .work = work, .file = file };
	assert(file->instance != NULL);
	case_touch(work, file);
	LIST_PUSH(work->arena, &running.events, *event);
	for (size_t next = 0; next < running.events.count; next++) {
		struct bpmn_effects effects;
		if (next >= STEPS_MAX) return ERR(LIMIT);
		TRY(bpmn_step(work->arena, file->instance, &running.events.items[next], &file->environment->feel, work->report, &effects));
		for (size_t i = 0; i < effects.count; i++) TRY(carry_out(&running, &effects.items[i]));
	}
	struct str bytes, box;
	TRY(bpmn_encode(work->arena, file->instance, &bytes));
	TRY(seal_text(work->hall, work->arena, "case_state.instance", file->row.case_id, bytes, &box));
	WORK_ADD(work, "state_set_instance", I(file->row.case_id), B(box), I(work->now_ms));
	return desk_follow(work, file);
}
