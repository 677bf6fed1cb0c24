#include "hall/trail.h"

#include "hall/inside.h"

static struct err may(struct hall *hall, struct arena *arena, const struct actor *auditor)
{
	return organisation_may(hall, arena, auditor, auditor->organisation_id, RIGHT_AUDIT);
}

/* "MILLISECONDS-ID": the row after which the list goes on. */
static struct err cursor_read(struct str cursor, int64_t *out_ms, int64_t *out_id)
{
	struct str ms;
	*out_ms = *out_id = INT64_MAX;
	if (cursor.len == 0) return OK;
	return str_split(&cursor, '-', &ms) && str_to_i64(ms, out_ms) && id_parse(cursor, out_id) ? OK : ERR(INVALID);
}

/* 0 when no number is asked for. A number of another union is one that was never given. */
static struct err case_of(struct hall *hall, struct arena *arena, const struct actor *auditor, struct str number, int64_t *out_case_id)
{
	struct store_reader *reader;
	struct store_row row;
	struct case_summary summary;
	struct str printed = str_replace(arena, str_replace(arena, str_trim(number), STR("("), STR("（")), STR(")"), STR("）"));
	*out_case_id = 0;
	if (printed.len == 0) return OK;
	TRY(case_by_number(hall, arena, printed, &summary));
	TRY(read_begin(hall, &reader));
	struct err err =
	    QUERY_ONE(hall, arena, reader, "organisation_within", &row, I(summary.organisation_id), I(auditor->organisation_id));
	store_read_end(reader);
	TRY(err);
	*out_case_id = summary.case_id;
	return row_i64(row, 0) > 0 ? OK : ERR(NOT_FOUND);
}

/* ---- events ---------------------------------------------------------------------------------------------------------- */

static struct err query_events(struct hall *hall, struct arena *arena, const struct actor *auditor, const struct trail_filter *filter,
    int64_t case_id, struct store_rows *out_rows)
{
	struct store_reader *reader;
	int64_t before_ms, before_id, until_ms = filter->until_ms ? filter->until_ms : INT64_MAX;
	int64_t count = (int64_t)(filter->count < TRAIL_EXPORT_COUNT_MAX + 1 ? filter->count : TRAIL_EXPORT_COUNT_MAX + 1);
	bool whole = auditor->organisation_id == hall->organisation_id;
	TRY(cursor_read(filter->cursor, &before_ms, &before_id));
	TRY(read_begin(hall, &reader));
	struct err err = case_id
	    ? QUERY(hall, arena, reader, "trail_events_of_case", out_rows, I(case_id), T(filter->kinds), T(filter->prefix),
	          T(filter->person), I(filter->from_ms), I(until_ms), I(before_ms), I(before_id), I(count))
	    : QUERY(hall, arena, reader, "trail_events", out_rows, I(auditor->organisation_id), I(whole), T(filter->kinds),
	          T(filter->prefix), T(filter->person), I(filter->from_ms), I(until_ms), I(before_ms), I(before_id), I(count));
	store_read_end(reader);
	return err;
}

struct err trail_events(struct hall *hall, struct arena *arena, const struct actor *auditor, const struct trail_filter *filter,
	struct trail_events *out_events)
{
	struct store_rows rows;
	struct trail_events events = { 0 };
	int64_t case_id;
	TRY(may(hall, arena, auditor));
	TRY(case_of(hall, arena, auditor, filter->number, &case_id));
	TRY(query_events(hall, arena, auditor, filter, case_id, &rows));
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		struct audit_event event = { .event_id = row_i64(row, 0), .at_ms = row_i64(row, 1), .who = row_bytes(row, 2),
			.what = row_bytes(row, 3), .subject = row_bytes(row, 4), .staff = row_bool(row, 5) };
		struct str cursor = str_printf(arena, "%lld-%.*s", (long long)event.at_ms, STR_ARG(id_text(arena, event.event_id)));
		LIST_PUSH(arena, &events, ((struct trail_event){ event, row_bytes(row, 6), cursor }));
	}
	*out_events = events;
	return OK;
}

/* ---- receipts --------------------------------------------------------------------------------------------------------- */

static struct err read_replays(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id,
    struct trail_receipt *receipt)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "trail_replays", &rows, I(case_id), T(id_text(arena, receipt->receipt_id))));
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		LIST_PUSH(arena, &receipt->replays,
		    ((struct trail_replay){ row_i64(row, 0), row_bytes(row, 1), str_ends(row_bytes(row, 2), STR(" same")) }));
	}
	return OK;
}

static struct err read_receipt(
    struct hall *hall, struct arena *arena, struct store_reader *reader, struct store_row row, struct trail_receipt *out)
{
	const struct json *json;
	*out = (struct trail_receipt){ .receipt_id = row_i64(row, 0), .decided_ms = row_i64(row, 2), .decision = row_bytes(row, 3),
		.number = row_bytes(row, 4), .title = row_bytes(row, 5), .commitment = row_bytes(row, 6),
		.cursor = id_text(arena, row_i64(row, 0)) };
	if (!failed(json_parse(arena, out->commitment, NULL, &json))) out->version = json_string_of(json, "version");
	return read_replays(hall, arena, reader, row_i64(row, 1), out);
}

struct err trail_receipts(struct hall *hall, struct arena *arena, const struct actor *auditor, const struct trail_filter *filter,
	struct trail_receipts *out_receipts)
{
	struct store_reader *reader;
	struct store_rows rows;
	struct trail_receipts receipts = { 0 };
	int64_t case_id, before_id = INT64_MAX;
	TRY(may(hall, arena, auditor));
	TRY(case_of(hall, arena, auditor, filter->number, &case_id));
	if (filter->cursor.len && !id_parse(filter->cursor, &before_id)) return ERR(INVALID);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "trail_receipts", &rows, I(auditor->organisation_id), I(case_id), I(filter->from_ms),
	    I(filter->until_ms ? filter->until_ms : INT64_MAX), I(before_id), I((int64_t)filter->count));
	for (size_t i = 0; !failed(err) && i < rows.count; i++) {
		struct trail_receipt receipt;
		err = read_receipt(hall, arena, reader, rows.items[i], &receipt);
		if (!failed(err)) LIST_PUSH(arena, &receipts, receipt);
	}
	store_read_end(reader);
	*out_receipts = receipts;
	return err;
}

/* Row of trail_receipt, when it belongs where the auditor works. */
static struct err find_receipt(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct actor *auditor,
    int64_t receipt_id, struct store_row *out_row)
{
	struct store_row within;
	TRY(QUERY_ONE(hall, arena, reader, "trail_receipt", out_row, I(receipt_id)));
	TRY(QUERY_ONE(hall, arena, reader, "organisation_within", &within, I(row_i64(*out_row, 8)), I(auditor->organisation_id)));
	return row_i64(within, 0) > 0 ? OK : ERR(NOT_FOUND);
}

struct err trail_receipt(
    struct hall *hall, struct arena *arena, const struct actor *auditor, int64_t receipt_id, struct trail_receipt *out_receipt)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(may(hall, arena, auditor));
	TRY(read_begin(hall, &reader));
	struct err err = find_receipt(hall, arena, reader, auditor, receipt_id, &row);
	if (!failed(err)) err = read_receipt(hall, arena, reader, row, out_receipt);
	store_read_end(reader);
	return err;
}

struct replaying { int64_t case_id; struct str subject; };

static struct err replayed_body(struct work *work, void *data)
{
	const struct replaying *replaying = data;
	return audit_add(work, replaying->case_id, "receipt.replayed", replaying->subject, STR(""));
}

struct err trail_replay(struct hall *hall, struct arena *arena, const struct actor *auditor, int64_t receipt_id,
	struct report *report, bool *out_same)
{
	struct store_reader *reader;
	struct store_row row;
	struct str whole, summary;
	TRY(may(hall, arena, auditor));
	TRY(read_begin(hall, &reader));
	struct err err = find_receipt(hall, arena, reader, auditor, receipt_id, &row);
	store_read_end(reader);
	TRY(err);
	/* what cannot be opened was changed: that is a difference too */
	err = unseal_text(hall, arena, "receipt.whole", receipt_id, row_bytes(row, 7), &whole);
	if (err_is(err, ERR_TAMPERED)) report_error(report, STR("receipt"), "it cannot be opened: it was changed, or belongs elsewhere");
	if (!failed(err)) err = receipt_replay(hall, arena, whole, report, &summary);
	if (failed(err) && !err_is(err, ERR_TAMPERED)) return err;
	*out_same = !failed(err);
	struct replaying replaying = { row_i64(row, 1),
		str_printf(arena, "%.*s %s", STR_ARG(id_text(arena, receipt_id)), *out_same ? "same" : "differs") };
	return work_run(hall, arena, NULL, actor_who(arena, auditor), true, replayed_body, &replaying);
}
