#include "hall/desk.h"

#include "hall/desk_inside.h"
#include "hall/lists.h"

enum { HOUR_MS = 3600000 };

struct str desk_who(struct arena *arena, const struct actor *actor)
{
	return str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
}

struct err desk_may(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, enum right right)
{
	if (actor->kind != ACTOR_STAFF) return ERR(NOT_FOUND);
	return case_may(hall, arena, actor, case_id, right);
}

/* ---- looking --------------------------------------------------------------------------------------------- */

struct looking { int64_t case_id, person_id; };

static struct err look_body(struct work *work, void *data)
{
	const struct looking *looking = data;
	struct store_row row;
	int64_t hour = work->now_ms / HOUR_MS;
	struct err err =
	    QUERY_ONE(work->hall, work->arena, work->reader, "look_find", &row, I(looking->case_id), I(looking->person_id), I(hour));
	if (!err_is(err, ERR_NOT_FOUND)) return err;
	WORK_ADD(work, "look_add", I(looking->case_id), I(looking->person_id), I(hour));
	return audit_add(work, looking->case_id, "case.read", STR(""), STR(""));
}

struct err desk_look(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id)
{
	struct looking looking = { case_id, actor->person_id };
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_READ));
	struct err err = work_run(hall, arena, NULL, desk_who(arena, actor), false, look_body, &looking);
	return err_is(err, ERR_REFUSED) ? OK : err;      /* two pages at one moment: the other one has told it */
}

/* ---- tasks ------------------------------------------------------------------------------------------------- */

/* "legalClerk:ID" is somebody with a name; "applicant", "hall" are not. */
static struct str name_of(struct hall *hall, struct arena *arena, struct str who, struct str *out_role)
{
	struct str role = who;
	*out_role = who;
	if (str_find_byte(who, ':', 0) < 0) return STR("");
	if (str_split(&who, ':', &role)) *out_role = role;
	return list_person_name(hall, arena, who);
}

/* When it was taken and what was filled in stands in the events. */
static struct err tell_events(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_task *task)
{
	struct audit_events events;
	const struct json *json;
	TRY(audit_of_case(hall, arena, case_id, &events));
	for (size_t i = 0; i < events.count; i++) {
		const struct audit_event *event = &events.items[i];
		if (!str_eq(event->subject, task->element) || event->at_ms < task->opened_ms) continue;
		if (str_eq_c(event->what, "task.taken")) task->taken_ms = event->at_ms;
		if (str_eq_c(event->what, "task.done") && event->detail.len && !failed(json_parse(arena, event->detail, NULL, &json)))
			task->answer = feel_from_json(arena, json);
	}
	if (task->taken_by.len == 0) task->taken_ms = 0;
	return OK;
}

struct err desk_task(struct hall *hall, struct arena *arena, int64_t case_id, struct str element, struct desk_task *out_task)
{
	struct store_reader *reader;
	struct store_row row;
	struct str role;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "task_newest_of", &row, I(case_id), T(element));
	store_read_end(reader);
	TRY(err);
	struct desk_task task = { .task_id = row_i64(row, 0), .element = element, .name = row_bytes(row, 1), .role = row_bytes(row, 2),
		.taken_by = row_bytes(row, 3), .opened_ms = row_i64(row, 4), .due_ms = row_i64(row, 5), .state = row_bytes(row, 6),
		.done_ms = row_i64(row, 8), .answer = FEEL_NULL_VALUE };
	task.taken_name = list_person_name(hall, arena, task.taken_by);
	task.done_name = name_of(hall, arena, row_bytes(row, 7), &role);
	TRY(tell_events(hall, arena, case_id, &task));
	*out_task = task;
	return OK;
}

static struct err must_hold(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, const struct desk_task *task)
{
	struct case_summary summary;
	if (task->role.len == 0) return ERR(FORBIDDEN);
	TRY(case_by_id(hall, arena, case_id, &summary));
	return role_check(hall, arena, actor->person_id, summary.organisation_id, task->role);
}

struct taking { int64_t case_id, task_id; struct str element, before, after; const char *what; };

static struct err take_body(struct work *work, void *data)
{
	const struct taking *taking = data;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "task_by_id", &row, I(taking->task_id)));
	if (!str_eq_c(row_bytes(row, 11), "open") || !str_eq(row_bytes(row, 7), taking->before)) return ERR(REFUSED);
	WORK_GUARD(work, "task_assign", I(taking->task_id), T(taking->before), T(taking->after));
	return audit_add(work, taking->case_id, taking->what, taking->element, STR(""));
}

struct err desk_take(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element,
	bool over, struct desk_task *out_task)
{
	struct str own = id_text(arena, actor->person_id);
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_DECIDE));
	TRY(desk_task(hall, arena, case_id, element, out_task));
	TRY(must_hold(hall, arena, actor, case_id, out_task));
	if (!str_eq_c(out_task->state, "open")) return ERR(REFUSED);
	if (str_eq(out_task->taken_by, own)) return OK;
	if (out_task->taken_by.len && !over) return ERR(REFUSED);
	struct taking taking = { case_id, out_task->task_id, element, out_task->taken_by, own, "task.taken" };
	struct err err = work_run(hall, arena, NULL, desk_who(arena, actor), false, take_body, &taking);
	struct err again = desk_task(hall, arena, case_id, element, out_task);
	return failed(err) ? err : again;
}

struct err desk_give_back(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element)
{
	struct desk_task task;
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_DECIDE));
	TRY(desk_task(hall, arena, case_id, element, &task));
	if (!str_eq(task.taken_by, id_text(arena, actor->person_id))) return ERR(REFUSED);
	struct taking taking = { case_id, task.task_id, element, task.taken_by, STR(""), "task.givenBack" };
	return work_run(hall, arena, NULL, desk_who(arena, actor), false, take_body, &taking);
}

struct err desk_decide(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str element,
	struct feel_value data, struct report *report, struct desk_task *out_task)
{
	struct actor acting = *actor;
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_DECIDE));
	TRY(desk_task(hall, arena, case_id, element, out_task));
	TRY(must_hold(hall, arena, actor, case_id, out_task));
	bool others = out_task->taken_by.len && !str_eq(out_task->taken_by, id_text(arena, actor->person_id));
	if (!str_eq_c(out_task->state, "open") || others) return ERR(REFUSED);
	acting.role = out_task->role;
	int64_t task_id = out_task->task_id;
	struct err err = case_do_task(hall, arena, &acting, case_id, element, data, report);
	TRY(desk_task(hall, arena, case_id, element, out_task));
	/* Somebody was faster between our look and our word: to him who asks that is no fault of the machine. */
	bool lost = err_is(err, ERR_BUSY) || err_is(err, ERR_CONFLICT) || err_is(err, ERR_REFUSED);
	bool over = out_task->task_id != task_id || !str_eq_c(out_task->state, "open");
	return lost && over ? ERR(REFUSED) : err;
}

/* ---- history ----------------------------------------------------------------------------------------------- */

struct err desk_history(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_events *out_events)
{
	struct audit_events events;
	TRY(audit_of_case(hall, arena, case_id, &events));
	struct desk_events list = { .items = ARENA_ARRAY(arena, struct desk_event, events.count), .count = events.count };
	for (size_t i = 0; i < events.count; i++) {
		const struct audit_event *event = &events.items[i];
		list.items[i] = (struct desk_event){ .at_ms = event->at_ms, .what = event->what, .subject = event->subject,
			.detail = event->detail, .staff = event->staff };
		list.items[i].name = name_of(hall, arena, event->who, &list.items[i].role);
	}
	*out_events = list;
	return OK;
}
