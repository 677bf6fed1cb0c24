/* Events and their leaves. The leaf commits to the plain content, so that a changed row is found without its key being
 * needed by anybody but the hall. */
#include "hall/inside.h"

#include <string.h>

/* What a leaf of an event commits to: every column, length before text, so that nothing can slide between two. */
static struct str event_content(struct arena *arena, const struct audit_event *event)
{
	return str_printf(arena, "event 1\n%lld\n%lld\n%lld\n%d\n%zu %.*s\n%zu %.*s\n%zu %.*s\n%zu %.*s\n", (long long)event->event_id,
		(long long)event->case_id, (long long)event->at_ms, event->staff, event->who.len, STR_ARG(event->who), event->what.len,
		STR_ARG(event->what), event->subject.len, STR_ARG(event->subject), event->detail.len, STR_ARG(event->detail));
}

struct err audit_add(struct work *work, int64_t case_id, const char *what, struct str subject, struct str detail)
{
	struct audit_event event = { .event_id = id_next(&work->hall->ids), .case_id = case_id, .at_ms = work->now_ms, .who = work->who,
		.what = str_from_c(what), .subject = subject, .detail = detail, .staff = work->staff };
	struct str box = STR(""), content = event_content(work->arena, &event);
	uint8_t salt[SEAL_SALT_BYTES], commitment[STORE_HASH_BYTES], *digest = arena_alloc(work->arena, SEAL_SHA256_BYTES);
	if (detail.len) TRY(seal_text(work->hall, work->arena, "event.detail", event.event_id, detail, &box));
	seal_sha256(content, digest);
	WORK_ADD(work, "event_add", I(event.event_id), sql_i64_or_null(case_id), I(event.at_ms), T(event.who), T(event.what), T(subject),
		sql_blob_or_null(box), B(((struct str){ (const char *)digest, SEAL_SHA256_BYTES })), I(event.staff));
	rand_fill(work->hall->rand, salt, sizeof salt);
	struct str salt_text = str_copy(work->arena, (struct str){ (const char *)salt, sizeof salt });
	store_commitment(salt_text, content, commitment);
	store_command_leaf(work->command, STR("event"), event.event_id, salt_text, commitment);
	return OK;
}

static struct err event_of_row(struct hall *hall, struct arena *arena, struct store_row row, size_t first, struct audit_event *out)
{
	out->at_ms = row_i64(row, first);
	out->who = row_bytes(row, first + 1);
	out->what = row_bytes(row, first + 2);
	out->subject = row_bytes(row, first + 3);
	if (row_bytes(row, first + 4).len)
		TRY(unseal_text(hall, arena, "event.detail", out->event_id, row_bytes(row, first + 4), &out->detail));
	return OK;
}

struct err audit_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct audit_events *out_events)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "event_of_case", &rows, I(case_id));
	store_read_end(reader);
	TRY(err);
	struct audit_events events = { .items = ARENA_ARRAY(arena, struct audit_event, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		events.items[i] = (struct audit_event){
			.event_id = row_i64(rows.items[i], 0), .case_id = case_id, .staff = row_bool(rows.items[i], 6)
		};
		TRY(event_of_row(hall, arena, rows.items[i], 1, &events.items[i]));
	}
	*out_events = events;
	return OK;
}

/* ---- holding everything against the log ------------------------------------------------------------------ */

struct verifying { struct hall *hall; struct store_reader *reader; struct report *report; struct verified *counts; };

static void count(struct verifying *verifying, int64_t *counter)
{
	(*counter)++;
	atomic_fetch_add(&verifying->hall->verify_done, 1);
}

static void find(struct verifying *verifying, struct str place, const char *words) { report_error(verifying->report, place, "%s", words); }

static struct err verify_event(void *data, struct store_row row, size_t column_count)
{
	struct verifying *verifying = data;
	struct arena arena = { 0 };
	struct audit_event event = { .event_id = row_i64(row, 0), .case_id = row_i64(row, 1), .staff = row_bool(row, 8) };
	struct str place = str_printf(&arena, "event %.*s", STR_ARG(id_text(&arena, event.event_id)));
	struct store_leaves leaves;
	uint8_t digest[SEAL_SHA256_BYTES], commitment[STORE_HASH_BYTES];
	(void)column_count;
	count(verifying, &verifying->counts->events);
	if (failed(event_of_row(verifying->hall, &arena, row, 2, &event))) {
		find(verifying, place, "its sealed detail cannot be opened: it was changed, or belongs elsewhere");
		arena_done(&arena);
		return OK;
	}
	struct str content = event_content(&arena, &event);
	seal_sha256(content, digest);
	if (!str_eq(row_bytes(row, 7), (struct str){ (const char *)digest, sizeof digest }))
		find(verifying, place, "the row is not what was written");
	struct err err = store_log_of_subject(verifying->reader, &arena, event.event_id, &leaves);
	bool found = false;
	for (size_t i = 0; !failed(err) && i < leaves.count; i++) {
		store_commitment(leaves.items[i].salt, content, commitment);
		found |= memcmp(commitment, leaves.items[i].commitment, sizeof commitment) == 0;
	}
	if (!failed(err) && !found) find(verifying, place, "no leaf of the log commits to this content");
	arena_done(&arena);
	return err;
}

static struct err verify_leaf(void *data, const struct store_leaf *leaf)
{
	struct verifying *verifying = data;
	struct arena arena = { 0 };
	struct store_row row;
	count(verifying, &verifying->counts->leaves);
	if (str_eq_c(leaf->kind, "event")
	    && failed(QUERY_ONE(verifying->hall, &arena, verifying->reader, "event_exists", &row, I(leaf->subject))))
		find(verifying, str_printf(&arena, "event %.*s", STR_ARG(id_text(&arena, leaf->subject))),
		    "the log knows this event, but its row is gone");
	arena_done(&arena);
	return OK;
}

static struct err verify_paper(void *data, struct store_row row, size_t column_count)
{
	struct verifying *verifying = data;
	struct arena arena = { 0 };
	struct str content,
	    place =
	        str_printf(&arena, "case %.*s, paper %.*s", STR_ARG(id_text(&arena, row_i64(row, 0))), STR_ARG(row_bytes(row, 1)));
	uint8_t digest[SEAL_SHA256_BYTES];
	struct seal_pdf_check check;
	(void)column_count;
	count(verifying, &verifying->counts->papers);
	if (failed(file_content(verifying->hall, &arena, verifying->reader, row_i64(row, 2), &content))) {
		find(verifying, place, "the file cannot be opened: it was changed, or is gone");
		arena_done(&arena);
		return OK;
	}
	seal_sha256(content, digest);
	if (!str_eq(row_bytes(row, 3), (struct str){ (const char *)digest, sizeof digest }))
		find(verifying, place, "the PDF is not the one that was written");
	if (row_i64(row, 4) > 0) {
		struct err err = seal_pdf_verify(&arena, content, seal_ca_der(verifying->hall->keyring), verifying->report, &check);
		if (failed(err) || !check.intact) find(verifying, place, "its signatures do not hold");
		else if ((int64_t)check.count != row_i64(row, 4)) find(verifying, place, "it carries another number of signatures than its record");
	}
	arena_done(&arena);
	return OK;
}

static struct err verify_replaced(void *data, struct store_row row, size_t column_count)
{
	struct verifying *verifying = data;
	verifying->counts->replaced++;
	verifying->counts->papers--;
	return verify_paper(data, row, column_count);
}

static struct err verify_receipt(void *data, struct store_row row, size_t column_count)
{
	struct verifying *verifying = data;
	struct arena arena = { 0 };
	struct str whole, place = str_printf(&arena, "receipt %.*s", STR_ARG(id_text(&arena, row_i64(row, 0))));
	struct str public_key = str_from_c(verifying->hall->public_key_hex);
	(void)column_count;
	count(verifying, &verifying->counts->receipts);
	if (failed(unseal_text(verifying->hall, &arena, "receipt.whole", row_i64(row, 0), row_bytes(row, 3), &whole)))
		find(verifying, place, "it cannot be opened: it was changed, or belongs elsewhere");
	else if (failed(receipt_verify(&arena, whole, public_key, NULL))) find(verifying, place, "its signature does not hold");
	if (failed(receipt_verify(&arena, row_bytes(row, 4), public_key, NULL)))
		find(verifying, place, "the signature of its commitment does not hold");
	arena_done(&arena);
	return OK;
}

static struct err verify_state(void *data, struct store_row row, size_t column_count)
{
	struct verifying *verifying = data;
	struct arena arena = { 0 };
	struct store_row state;
	struct str plain, place = str_printf(&arena, "case %.*s", STR_ARG(id_text(&arena, row_i64(row, 0))));
	(void)column_count;
	count(verifying, &verifying->counts->cases);
	if (failed(QUERY_ONE(verifying->hall, &arena, verifying->reader, "state_by_case", &state, I(row_i64(row, 0)))))
		find(verifying, place, "its data are gone");
	else if (failed(unseal_text(verifying->hall, &arena, "case_state.data", row_i64(row, 0), row_bytes(state, 0), &plain)) ||
	    (row_bytes(state, 1).len &&
	        failed(unseal_text(verifying->hall, &arena, "case_state.instance", row_i64(row, 0), row_bytes(state, 1), &plain))))
		find(verifying, place, "its data cannot be opened: they were changed, or belong elsewhere");
	arena_done(&arena);
	return OK;
}

static struct err verify_file(void *data, struct store_row row, size_t column_count)
{
	struct verifying *verifying = data;
	struct arena arena = { 0 };
	struct str content;
	(void)column_count;
	count(verifying, &verifying->counts->files);
	if (failed(file_content(verifying->hall, &arena, verifying->reader, row_i64(row, 0), &content)))
		find(verifying, str_printf(&arena, "file %.*s", STR_ARG(id_text(&arena, row_i64(row, 0)))), "it cannot be opened: it was changed");
	arena_done(&arena);
	return OK;
}

static struct err verify_rows(struct verifying *verifying)
{
	static const struct { const char *statement; struct err (*each)(void *data, struct store_row row, size_t column_count); } passes[] = {
		{ "event_all", verify_event }, { "case_all", verify_state }, { "file_all", verify_file }, { "paper_all", verify_paper },
		{ "paper_replaced_all", verify_replaced }, { "receipt_all", verify_receipt } };
	TRY(store_log_each(verifying->reader, 0, verify_leaf, verifying));
	for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
		TRY(store_each(verifying->reader, store_statement(verifying->hall->store, str_from_c(passes[i].statement)), SQL_NONE,
		    passes[i].each, verifying));
	return OK;
}

static struct err begin_counting(struct hall *hall, struct arena *arena)
{
	struct store_reader *reader;
	struct store_row total;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, arena, reader, "verify_total", SQL_NONE, &total);
	store_read_end(reader);
	TRY(err);
	hall->verify_done = 0;
	hall->verify_total = row_i64(total, 0);
	return OK;
}

struct err hall_verify(struct hall *hall, struct arena *arena, struct report *report, struct verified *out_verified)
{
	struct verified counts = { 0 };
	struct store_verdict verdict = { 0 };
	struct report own = report_make(arena);
	if (!report) report = &own;
	if (!hall->keyring) return ERR(LOCKED);
	size_t errors_before = report->error_count;
	TRY(begin_counting(hall, arena));
	struct err log = store_verify(hall->store, report, &verdict);
	if (failed(log) && !err_is(log, ERR_TAMPERED)) return log;
	struct verifying verifying = { .hall = hall, .report = report, .counts = &counts };
	TRY(read_begin(hall, &verifying.reader));
	struct err err = verify_rows(&verifying);
	store_read_end(verifying.reader);
	if (failed(err) && !err_is(err, ERR_TAMPERED)) return err;
	if (failed(err)) report_error(report, STR(""), "the database itself is damaged");
	counts.heads = verdict.head_count;
	*out_verified = counts;
	return report->error_count > errors_before ? ERR(TAMPERED) : OK;
}
