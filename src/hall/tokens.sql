-- name: api_token_add :exec (token_id i64, organisation_id i64, name text, role text, token_key blob, made_by i64, made_ms i64, ends_ms i64)
insert into api_token (token_id, organisation_id, name, role, token_key, made_by, made_ms, ends_ms, seen_ms, revoked_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, null, null);

-- name: api_token_by_key :one (token_key blob)
select token_id, organisation_id, name, role, made_ms, ends_ms, seen_ms, revoked_ms from api_token where token_key = $1;

-- name: api_token_list :many (organisation_id i64)
select token_id, organisation_id, name, role, made_ms, ends_ms, seen_ms, revoked_ms from api_token
where organisation_id = $1 order by made_ms desc, token_id desc;

-- name: api_token_seen :exec (token_id i64, seen_ms i64)
update api_token set seen_ms = $2 where token_id = $1 and (seen_ms is null or seen_ms < $2);

-- A guard: it is there, of that organisation, and was not revoked before.
-- name: api_token_revoke :exec (token_id i64, organisation_id i64, revoked_ms i64)
update api_token set revoked_ms = $3 where token_id = $1 and organisation_id = $2 and revoked_ms is null;

-- name: idempotency_begin :exec (caller text, key_hash blob, request_hash blob, at_ms i64)
insert into idempotency (caller, key_hash, request_hash, at_ms, status, sealed_answer) values ($1, $2, $3, $4, 0, null);

-- name: idempotency_find :one (caller text, key_hash blob)
select request_hash, at_ms, status, sealed_answer from idempotency where caller = $1 and key_hash = $2;

-- name: idempotency_end :exec (caller text, key_hash blob, status i64, sealed_answer blob)
update idempotency set status = $3, sealed_answer = $4 where caller = $1 and key_hash = $2;

-- name: idempotency_forget :exec (caller text, key_hash blob)
delete from idempotency where caller = $1 and key_hash = $2;

-- name: idempotency_sweep :exec (before_ms i64)
delete from idempotency where at_ms < $1;
