/* One command being built, and the small change of reading and sealing. */
#include "hall/inside.h"

#include <assert.h>
#include <string.h>

enum { VALUE_BYTES_MAX = 32 << 20 };

struct err read_begin(struct hall *hall, struct store_reader **out_reader) { return store_read_begin(hall->store, out_reader); }

struct attempt { struct work work; work_body body; void *data; size_t finding_count, error_count; };

/* Each try begins with nothing left of the one before: its findings go (not those of the caller), the clock is new. */
static struct err attempt_body(void *data, struct store_reader *reader, struct store_command *command)
{
	struct attempt *attempt = data;
	struct work work = attempt->work;
	work.reader = reader;
	work.command = command;
	work.now_ms = hall_now_ms(work.hall);
	work.report->count = attempt->finding_count;
	work.report->error_count = attempt->error_count;
	struct err err = attempt->body(&work, attempt->data);
	attempt->work.job_case_id = work.job_case_id;
	return err;
}

static struct err run(struct attempt *attempt)
{
	struct work *work = &attempt->work;
	struct report unread = report_make(work->arena);
	bool unasked = work->report == NULL;
	if (unasked) work->report = &unread;
	attempt->finding_count = work->report->count;
	attempt->error_count = work->report->error_count;
	struct err err = store_run(work->hall->store, work->arena, attempt_body, attempt);
	if (unasked) work->report = NULL;
	return err;
}

/* Jobs that the command put aside need not wait for the scheduler's next round. */
static void tell(const struct work *work, struct err err)
{
	if (!failed(err) && work->job_case_id && work->hall->haste) work->hall->haste(work->hall->haste_data, work->job_case_id);
}

struct err work_run(struct hall *hall, struct arena *arena, struct report *report, struct str who, bool staff, work_body body, void *data)
{
	struct attempt attempt = { .work = { .hall = hall, .arena = arena, .report = report, .who = who, .staff = staff },
		.body = body, .data = data };
	if (!hall->keyring) return ERR(LOCKED);
	struct err err = run(&attempt);
	tell(&attempt.work, err);
	return err;
}

struct err work_run_printing(
    struct hall *hall, struct arena *arena, struct report *report, struct str who, bool staff, work_body body, void *data)
{
	struct attempt attempt = { .work = { .hall = hall, .arena = arena, .report = report, .who = who, .staff = staff },
		.body = body, .data = data };
	if (!hall->keyring) return ERR(LOCKED);
	TRY(press_take(hall, &attempt.work.press));
	struct err err = run(&attempt);
	press_give_back(hall, attempt.work.press);
	tell(&attempt.work, err);
	return err;
}

void work_add(struct work *work, const char *statement, const struct sql_value *values, size_t count)
{
	struct sql_value *kept = arena_copy(work->arena, values, count * sizeof *values);
	store_command_add(work->command, STORE_PLAIN, store_statement(work->hall->store, str_from_c(statement)), kept, count);
}

void work_guard(struct work *work, const char *statement, const struct sql_value *values, size_t count)
{
	struct sql_value *kept = arena_copy(work->arena, values, count * sizeof *values);
	store_command_add(work->command, STORE_GUARD, store_statement(work->hall->store, str_from_c(statement)), kept, count);
}

struct err query(struct hall *hall, struct arena *arena, struct store_reader *reader, const char *statement,
	const struct sql_value *values, size_t count, struct store_rows *out_rows)
{
	return store_query(arena, reader, store_statement(hall->store, str_from_c(statement)), values, count, out_rows);
}

struct err query_one(struct hall *hall, struct arena *arena, struct store_reader *reader, const char *statement,
	const struct sql_value *values, size_t count, struct store_row *out_row)
{
	return store_query_one(arena, reader, store_statement(hall->store, str_from_c(statement)), values, count, out_row);
}

struct str id_text(struct arena *arena, int64_t id) { return id_print(arena, id); }

static struct str context_of(struct arena *arena, const char *column, int64_t id)
{
	return str_printf(arena, "%s/%lld", column, (long long)id);
}

struct err seal_text(struct hall *hall, struct arena *arena, const char *column, int64_t id, struct str plain, struct str *out_box)
{
	if (!hall->keyring) return ERR(LOCKED);
	return seal_box(hall->keyring, hall->rand, arena, context_of(arena, column, id), plain, out_box);
}

struct err unseal_text(struct hall *hall, struct arena *arena, const char *column, int64_t id, struct str box, struct str *out_plain)
{
	if (!hall->keyring) return ERR(LOCKED);
	return seal_open(hall->keyring, arena, context_of(arena, column, id), box, out_plain);
}

struct str lookup_key(struct hall *hall, struct arena *arena, const char *domain, struct str text)
{
	assert(hall->keyring != NULL);   /* who may meet a locked hall asks first */
	uint8_t *hash = arena_alloc(arena, SEAL_LOOKUP_BYTES);
	seal_lookup(hall->keyring, str_from_c(domain), text, hash);
	return (struct str){ (const char *)hash, SEAL_LOOKUP_BYTES };
}

struct err value_encode(struct arena *arena, struct feel_value value, struct str *out_text)
{
	return json_print(arena, feel_to_json(arena, value, FEEL_JSON_TAGGED), JSON_COMPACT, VALUE_BYTES_MAX, out_text);
}

struct err value_decode(struct arena *arena, struct str text, struct feel_value *out_value)
{
	const struct json *json;
	if (failed(json_parse(arena, text, NULL, &json))) return ERR(TAMPERED);
	*out_value = feel_from_json_tagged(arena, json);
	return OK;
}
