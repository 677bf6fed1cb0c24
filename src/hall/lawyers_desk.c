/* What lies on a lawyer's desk, and how much of it he may see. */
#include "hall/lawyers.h"

#include "hall/desk_inside.h"

#include <stdlib.h>

enum { LOOK_MS = 3600000 };

static struct str text_at(struct feel_value data, const char *path)
{
	struct feel_value value = feel_at(data, str_from_c(path));
	return value.kind == FEEL_STRING ? str_trim(value.string) : STR("");
}

static void claim_types(struct arena *arena, struct feel_value data, struct lawyer_row *out)
{
	struct feel_value claims = feel_get(data, STR("claims"));
	for (size_t i = 0; claims.kind == FEEL_LIST && i < claims.list.count; i++) {
		struct feel_value type = feel_get(claims.list.items[i], STR("type"));
		bool known = type.kind != FEEL_STRING;
		for (size_t k = 0; !known && k < out->claims.count; k++) known = str_eq(out->claims.items[k], type.string);
		if (!known) LIST_PUSH(arena, &out->claims, type.string);
	}
}

static struct err next_hearing(struct hall *hall, struct arena *arena, int64_t case_id, int64_t *out_ms)
{
	struct case_results results;
	TRY(case_results(hall, arena, case_id, &results));
	const struct case_result *hearing = case_results_hearing(&results, hall_now_ms(hall));
	*out_ms = hearing ? hearing->hearing_ms : 0;
	return OK;
}

static enum lawyer_standing standing_of(struct str state, bool answered)
{
	if (str_eq_c(state, "offered")) return LAWYER_OFFERED;
	if (str_eq_c(state, "accepted")) return LAWYER_ACCEPTED;
	if (str_eq_c(state, "done")) return LAWYER_DONE;
	return answered ? LAWYER_ENDED : LAWYER_TAKEN_BACK;
}

static bool has_accepted(const struct lawyer_row *row)
{
	return row->standing != LAWYER_OFFERED && row->standing != LAWYER_TAKEN_BACK;
}

/* The row as far as he may see it: names of people only when he has accepted. */
static struct err row_of(struct hall *hall, struct arena *arena, struct store_row row, struct lawyer_row *out)
{
	struct str plain;
	struct feel_value data;
	TRY(unseal_text(hall, arena, "case_state.data", row_i64(row, 0), row_bytes(row, 9), &plain));
	TRY(value_decode(arena, plain, &data));
	*out = (struct lawyer_row){ .standing = standing_of(row_bytes(row, 1), !row_is_null(row, 3)), .case_id = row_i64(row, 0),
		.offered_ms = row_i64(row, 2), .number = row_bytes(row, 4), .service_version = row_bytes(row, 5),
		.trial = str_eq_c(row_bytes(row, 6), "trial"), .closed = str_eq_c(row_bytes(row, 7), "closed"),
		.district = row_bytes(row, 8), .due_ms = row_i64(row, 10), .sign = row_i64(row, 11) > 0 };
	if (out->standing == LAWYER_OFFERED) out->answer_by_ms = row_i64(row, 12);
	out->employer = text_at(data, "employer.name");
	claim_types(arena, data, out);
	if (!has_accepted(out)) return OK;
	out->accepted_ms = row_i64(row, 3);
	out->applicant = text_at(data, "name");
	return next_hearing(hall, arena, out->case_id, &out->hearing_ms);
}

/* What he must not miss first: the hearing or the promise, whichever is nearer. */
static int64_t nearest(const struct lawyer_row *row)
{
	if (row->hearing_ms && (row->due_ms == 0 || row->hearing_ms < row->due_ms)) return row->hearing_ms;
	return row->due_ms ? row->due_ms : INT64_MAX;
}

static int by_date(const void *a, const void *b)
{
	const struct lawyer_row *one = a, *two = b;
	bool offered[2] = { one->accepted_ms == 0, two->accepted_ms == 0 };
	if (offered[0] != offered[1]) return offered[0] ? -1 : 1;
	int64_t left = offered[0] ? one->offered_ms : nearest(one), right = offered[0] ? two->offered_ms : nearest(two);
	if (left != right) return left < right ? -1 : 1;
	return (one->case_id > two->case_id) - (one->case_id < two->case_id);
}

static struct err rows_of(struct hall *hall, struct arena *arena, const struct store_rows *rows, struct lawyer_row *items)
{
	for (size_t i = 0; i < rows->count; i++) TRY(row_of(hall, arena, rows->items[i], &items[i]));
	return OK;
}

struct err lawyer_desk(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer_rows *out_rows)
{
	struct store_reader *reader;
	struct store_rows rows, over = { 0 };
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "lawyer_case_desk", &rows, I(lawyer_id));
	if (!failed(err)) err = QUERY(hall, arena, reader, "lawyer_case_over", &over, I(lawyer_id), I(LAWYER_OVER_MAX));
	store_read_end(reader);
	TRY(err);
	struct lawyer_row *items = ARENA_ARRAY(arena, struct lawyer_row, rows.count + over.count);
	TRY(rows_of(hall, arena, &rows, items));
	TRY(rows_of(hall, arena, &over, items + rows.count));
	if (rows.count) qsort(items, rows.count, sizeof *items, by_date);
	*out_rows = (struct lawyer_rows){ items, rows.count + over.count };
	return OK;
}

struct err lawyer_case_of(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct lawyer_row *out_row)
{
	struct store_reader *reader;
	struct store_row row;
	struct feel_value data, variables;
	struct lawyers lawyers;
	TRY(case_may(hall, arena, actor, case_id, RIGHT_READ));
	if (actor->kind != ACTOR_AGENT) return ERR(NOT_FOUND);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "lawyer_case_one", &row, I(case_id), I(actor->person_id));
	store_read_end(reader);
	TRY(err);
	TRY(row_of(hall, arena, row, out_row));
	TRY(case_data(hall, arena, case_id, &data, &variables));
	TRY(lawyers_against(hall, arena, feel_get(data, STR("employer")), &lawyers));
	for (size_t i = 0; i < lawyers.count; i++)
		if (lawyers.items[i].lawyer_id == actor->person_id) out_row->conflicted = lawyers.items[i].conflicted;
	return OK;
}

/* ---- reading the file ------------------------------------------------------------------------------------------------- */

struct looking { int64_t case_id, lawyer_id; };

static struct err look_body(struct work *work, void *data)
{
	const struct looking *looking = data;
	struct store_row row;
	int64_t hour = work->now_ms / LOOK_MS;
	struct err err =
	    QUERY_ONE(work->hall, work->arena, work->reader, "look_find", &row, I(looking->case_id), I(looking->lawyer_id), I(hour));
	if (!err_is(err, ERR_NOT_FOUND)) return err;
	WORK_ADD(work, "look_add", I(looking->case_id), I(looking->lawyer_id), I(hour));
	return audit_add(work, looking->case_id, "case.read", id_text(work->arena, looking->lawyer_id), STR(""));
}

struct err lawyer_may_read(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id)
{
	struct lawyer_row mine;
	struct looking looking = { case_id, actor->person_id };
	TRY(lawyer_case_of(hall, arena, actor, case_id, &mine));
	if (!has_accepted(&mine)) return ERR(REFUSED);
	struct err err = work_run(hall, arena, NULL, STR("agent"), false, look_body, &looking);
	return err_is(err, ERR_REFUSED) ? OK : err;      /* two pages at one moment: the other one has told it */
}
