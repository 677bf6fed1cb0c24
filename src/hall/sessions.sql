-- name: session_add :exec (session_id i64, token_key blob, kind text, person_id i64, organisation_id i64, lawyer_id i64, role text, level i64, method text, sealed_device blob, began_ms i64, ends_ms i64)
insert into session (session_id, token_key, kind, person_id, organisation_id, lawyer_id, role, level, method, sealed_device,
	began_ms, seen_ms, ends_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12);

-- Who left the roster has none, whatever was opened in the same moment.
-- name: session_by_token :one (token_key blob)
select session_id, kind, person_id, organisation_id, lawyer_id, role, level, method, sealed_device, began_ms, seen_ms, ends_ms
from session s where token_key = $1
	and not exists (select 1 from lawyer l where l.lawyer_id = s.lawyer_id and l.left_on <> '');

-- name: session_remove_of_lawyer :exec (lawyer_id i64)
delete from session where lawyer_id = $1;

-- name: session_seen :exec (session_id i64, seen_ms i64)
update session set seen_ms = $2 where session_id = $1 and seen_ms < $2;

-- A guard: the session is still there.
-- name: session_raise :exec (session_id i64, token_key blob, level i64, method text)
update session set token_key = $2, level = $3, method = $4 where session_id = $1;

-- name: session_remove :exec (token_key blob)
delete from session where token_key = $1;

-- name: session_remove_of_person :exec (person_id i64, except_token_key blob)
delete from session where person_id = $1 and token_key <> $2;

-- name: session_remove_ended :exec (now_ms i64, idle_before_ms i64)
delete from session where ends_ms < $1 or seen_ms < $2;
