#include "hall/tokens.h"

#include "hall/inside.h"

enum { SECRET_BYTES = 26, SEEN_EVERY_MS = 60000, HOUR_MS = 3600000 };

static struct str secret_key(struct hall *hall, struct arena *arena, struct str secret)
{
	return lookup_key(hall, arena, "api.token", secret);
}

/* ---- tokens ------------------------------------------------------------------------------------------------------- */

struct making { int64_t organisation_id, person_id; struct str name, role, secret; int32_t days; };

static struct err make_body(struct work *work, void *data)
{
	struct making *making = data;
	uint8_t bytes[SECRET_BYTES];
	int64_t token_id = id_next(&work->hall->ids);
	rand_fill(work->hall->rand, bytes, sizeof bytes);
	making->secret = str_join(work->arena, STR("uh_"), str_hex(work->arena, bytes, sizeof bytes));
	WORK_ADD(work, "api_token_add", I(token_id), I(making->organisation_id), T(making->name), T(making->role),
	    B(secret_key(work->hall, work->arena, making->secret)), I(making->person_id), I(work->now_ms),
	    I(work->now_ms + making->days * DAY_MS));
	return audit_add(work, 0, "token.made", id_text(work->arena, token_id), STR(""));
}

static struct str who_is(struct arena *arena, const struct actor *actor)
{
	return str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
}

struct err api_token_make(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id,
	struct str name, struct str role, int32_t days, struct str *out_secret)
{
	struct making making = { organisation_id, actor->person_id, str_trim(name), role, STR(""), days };
	size_t characters = utf8_count(making.name);
	if (!role_by_name(role) || characters == 0 || characters > TOKEN_NAME_CHARACTERS_MAX || days < 1 || days > TOKEN_DAYS_MAX)
		return ERR(INVALID);
	TRY(work_run(hall, arena, NULL, who_is(arena, actor), true, make_body, &making));
	*out_secret = making.secret;
	return OK;
}

static struct api_token token_of(struct store_row row)
{
	return (struct api_token){ .token_id = row_i64(row, 0),
		.organisation_id = row_i64(row, 1),
		.name = row_bytes(row, 2),
		.role = row_bytes(row, 3),
		.made_ms = row_i64(row, 4),
		.ends_ms = row_i64(row, 5),
		.seen_ms = row_i64(row, 6),
		.revoked_ms = row_i64(row, 7) };
}

struct err api_tokens_of(struct hall *hall, struct arena *arena, int64_t organisation_id, struct api_tokens *out_tokens)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "api_token_list", &rows, I(organisation_id));
	store_read_end(reader);
	TRY(err);
	struct api_tokens tokens = { .items = ARENA_ARRAY(arena, struct api_token, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) tokens.items[i] = token_of(rows.items[i]);
	*out_tokens = tokens;
	return OK;
}

struct revoking { int64_t organisation_id, token_id; };

static struct err revoke_body(struct work *work, void *data)
{
	const struct revoking *revoking = data;
	WORK_GUARD(work, "api_token_revoke", I(revoking->token_id), I(revoking->organisation_id), I(work->now_ms));
	return audit_add(work, 0, "token.revoked", id_text(work->arena, revoking->token_id), STR(""));
}

struct err api_token_revoke(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id, int64_t token_id)
{
	struct api_tokens tokens;
	struct revoking revoking = { organisation_id, token_id };
	TRY(api_tokens_of(hall, arena, organisation_id, &tokens));
	for (size_t i = 0; i < tokens.count; i++) {
		if (tokens.items[i].token_id != token_id) continue;
		if (tokens.items[i].revoked_ms) return ERR(REFUSED);
		return work_run(hall, arena, NULL, who_is(arena, actor), true, revoke_body, &revoking);
	}
	return ERR(NOT_FOUND);
}

static struct err seen_body(struct work *work, void *data)
{
	WORK_ADD(work, "api_token_seen", I(((const struct api_token *)data)->token_id), I(work->now_ms));
	return OK;
}

struct err api_token_session(struct hall *hall, struct arena *arena, struct str secret, struct session *out_session)
{
	enum { LEVEL_OF_STAFF = 2 };
	struct store_reader *reader;
	struct store_row row;
	int64_t now_ms = hall_now_ms(hall);
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "api_token_by_key", &row, B(secret_key(hall, arena, secret)));
	store_read_end(reader);
	TRY(err);
	struct api_token token = token_of(row);
	if (token.revoked_ms || now_ms >= token.ends_ms) return ERR(NOT_FOUND);
	if (now_ms - token.seen_ms > SEEN_EVERY_MS) (void)failed(work_run(hall, arena, NULL, STR("hall"), false, seen_body, &token));
	*out_session = (struct session){ .session_id = token.token_id,
		.person_id = token.token_id,
		.organisation_id = token.organisation_id,
		.kind = SESSION_STAFF,
		.role = token.role,
		.name = token.name,
		.method = STR("API token"),
		.level = LEVEL_OF_STAFF,
		.began_ms = token.made_ms,
		.seen_ms = now_ms,
		.ends_ms = token.ends_ms };
	return OK;
}

/* ---- commands sent twice -------------------------------------------------------------------------------------------- */

struct command_key { struct str caller, key, request; const struct first_answer *answer; };

static struct err begin_body(struct work *work, void *data)
{
	const struct command_key *command = data;
	WORK_ADD(work, "idempotency_begin", T(command->caller), B(lookup_key(work->hall, work->arena, "idempotency.key", command->key)),
	    B(lookup_key(work->hall, work->arena, "idempotency.request", command->request)), I(work->now_ms));
	return OK;
}

static struct err find_first(struct hall *hall, struct arena *arena, const struct command_key *command, struct first_answer *out_answer)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "idempotency_find", &row, T(command->caller),
	    B(lookup_key(hall, arena, "idempotency.key", command->key)));
	store_read_end(reader);
	TRY(err);
	if (!str_eq(row_bytes(row, 0), lookup_key(hall, arena, "idempotency.request", command->request))) return ERR(REFUSED);
	out_answer->status = (int32_t)row_i64(row, 2);
	if (out_answer->status == 0) return ERR(REFUSED);
	return unseal_text(hall, arena, "idempotency.answer", row_i64(row, 1), row_bytes(row, 3), &out_answer->body);
}

struct err idempotency_begin(struct hall *hall, struct arena *arena, struct str caller, struct str key,
	struct str request, struct first_answer *out_answer)
{
	struct command_key command = { caller, key, request, NULL };
	if (key.len > IDEMPOTENCY_KEY_BYTES_MAX) return ERR(LIMIT);
	struct err err = work_run(hall, arena, NULL, STR("hall"), false, begin_body, &command);
	if (!err_is(err, ERR_REFUSED)) return err;   /* REFUSED: the key is there already, the database says */
	TRY(find_first(hall, arena, &command, out_answer));
	return ERR(CONFLICT);
}

static struct err keep_body(struct work *work, void *data)
{
	const struct command_key *command = data;
	struct str key = lookup_key(work->hall, work->arena, "idempotency.key", command->key), box;
	struct store_row row;
	bool changed_nothing = command->answer->status >= 400 && command->answer->status != 409;
	if (changed_nothing) {
		WORK_ADD(work, "idempotency_forget", T(command->caller), B(key));
		return OK;
	}
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "idempotency_find", &row, T(command->caller), B(key)));
	TRY(seal_text(work->hall, work->arena, "idempotency.answer", row_i64(row, 1), command->answer->body, &box));
	WORK_ADD(work, "idempotency_end", T(command->caller), B(key), I(command->answer->status), B(box));
	return OK;
}

struct err idempotency_keep(
	struct hall *hall, struct arena *arena, struct str caller, struct str key, const struct first_answer *answer)
{
	struct command_key command = { caller, key, STR(""), answer };
	return work_run(hall, arena, NULL, STR("hall"), false, keep_body, &command);
}

static struct err sweep_body(struct work *work, void *data)
{
	(void)data;
	WORK_ADD(work, "idempotency_sweep", I(work->now_ms - IDEMPOTENCY_HOURS * INT64_C(1) * HOUR_MS));
	return OK;
}

struct err idempotency_sweep(struct hall *hall, struct arena *arena)
{
	return work_run(hall, arena, NULL, STR("hall"), false, sweep_body, NULL);
}
