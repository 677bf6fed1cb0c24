#include "hall/outbox_admin.h"

#include "hall/inside.h"

static struct str masked(struct arena *arena, struct str phone)
{
	if (phone.len < 8) return STR("****");
	return str_printf(arena, "%.*s****%.*s", 3, phone.ptr, 4, phone.ptr + phone.len - 4);
}

static struct err entry_of(struct hall *hall, struct arena *arena, struct store_row row, struct outbox_entry *out)
{
	struct str phone;
	*out = (struct outbox_entry){ .notice_id = row_i64(row, 0), .template_id = row_bytes(row, 1), .state = row_bytes(row, 3),
		.reason = row_bytes(row, 4), .queued_ms = row_i64(row, 5), .next_ms = row_i64(row, 6), .tries = row_i64(row, 7),
		.repeated = row_bool(row, 8) };
	TRY(unseal_text(hall, arena, "notice.to", out->notice_id, row_bytes(row, 2), &phone));
	out->phone = masked(arena, phone);
	return OK;
}

struct err outbox_entries(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, struct outbox_entries *out_entries)
{
	struct store_reader *reader;
	struct store_rows rows;
	struct store_row counts;
	TRY(organisation_may(hall, arena, actor, scope_id, RIGHT_ADMINISTER));
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "outbox_list", &rows, I(scope_id), I(OUTBOX_LIST_COUNT_MAX));
	if (!failed(err)) err = QUERY_ONE(hall, arena, reader, "outbox_count", &counts, I(scope_id));
	store_read_end(reader);
	TRY(err);
	struct outbox_entries list = { ARENA_ARRAY(arena, struct outbox_entry, rows.count), rows.count, row_i64(counts, 0), row_i64(counts,
	    1) };
	for (size_t i = 0; i < rows.count; i++) TRY(entry_of(hall, arena, rows.items[i], &list.items[i]));
	*out_entries = list;
	return OK;
}

struct retrying { int64_t notice_id; struct str state; };

static struct err retry_body(struct work *work, void *data)
{
	const struct retrying *retrying = data;
	WORK_GUARD(work, "outbox_again", I(retrying->notice_id), T(retrying->state), I(work->now_ms));
	return audit_add(work, 0, "notice.retried", id_text(work->arena, retrying->notice_id), STR(""));
}

struct err outbox_retry(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t scope_id, int64_t notice_id)
{
	struct store_reader *reader;
	struct store_row row, within;
	TRY(organisation_may(hall, arena, actor, scope_id, RIGHT_ADMINISTER));
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "outbox_where", &row, I(notice_id));
	if (!failed(err)) err = QUERY_ONE(hall, arena, reader, "organisation_within", &within, I(row_i64(row, 1)), I(scope_id));
	store_read_end(reader);
	TRY(err);
	if (row_i64(within, 0) == 0) return ERR(NOT_FOUND);
	struct retrying retrying = { notice_id, row_bytes(row, 0) };
	if (!str_eq_c(retrying.state, "failed") && !str_eq_c(retrying.state, "queued")) return ERR(REFUSED);
	struct str who = str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
	return work_run(hall, arena, NULL, who, true, retry_body, &retrying);
}
