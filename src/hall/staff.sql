-- name: staff_by_person :one (person_id i64)
select person_id, state, password, sealed_secret, last_step, demo, created_ms, signed_in_ms, version from staff_account where person_id = $1;

-- name: staff_list :many (now_ms i64)
select a.person_id, p.sealed_data, a.state, a.demo, a.created_ms, a.signed_in_ms,
	(select count(*) from staff_recovery r where r.person_id = a.person_id and r.used_ms is null),
	(select max(i.expires_ms) from staff_invitation i where i.person_id = a.person_id and i.used_ms is null and i.expires_ms > $1)
from staff_account a join person p on p.person_id = a.person_id order by a.person_id;

-- name: staff_add :exec (person_id i64, created_ms i64)
insert into staff_account (person_id, state, password, sealed_secret, last_step, demo, created_ms, signed_in_ms, version)
values ($1, 'invited', '', null, 0, 0, $2, null, 1) on conflict (person_id) do nothing;

-- name: staff_add_demo :exec (person_id i64, password text, sealed_secret blob, created_ms i64)
insert into staff_account (person_id, state, password, sealed_secret, last_step, demo, created_ms, signed_in_ms, version)
values ($1, 'active', $2, $3, 0, 1, $4, null, 1) on conflict (person_id) do nothing;

-- Nothing of the old way in is left.
-- name: staff_reset :exec (person_id i64)
update staff_account set state = 'invited', password = '', sealed_secret = null, last_step = 0, demo = 0, version = version + 1 where person_id = $1;

-- The guard of every change: nobody else has changed the account since it was read.
-- name: staff_set_password :exec (person_id i64, version i64, password text, state text)
update staff_account set password = $3, state = $4, version = version + 1 where person_id = $1 and version = $2;

-- name: staff_set_secret :exec (person_id i64, version i64, sealed_secret blob, last_step i64, now_ms i64)
update staff_account set sealed_secret = $3, last_step = $4, state = 'active', signed_in_ms = $5, demo = 0, version = version + 1
where person_id = $1 and version = $2;

-- name: staff_set_state :exec (person_id i64, version i64, state text)
update staff_account set state = $3, version = version + 1 where person_id = $1 and version = $2;

-- name: staff_signed_in :exec (person_id i64, version i64, last_step i64, now_ms i64)
update staff_account set last_step = $3, signed_in_ms = $4, version = version + 1 where person_id = $1 and version = $2;

-- name: recovery_add :exec (person_id i64, code_key blob)
insert into staff_recovery (person_id, code_key, used_ms) values ($1, $2, null);

-- name: recovery_clear :exec (person_id i64)
delete from staff_recovery where person_id = $1;

-- name: recovery_find :one (person_id i64, code_key blob)
select 1 from staff_recovery where person_id = $1 and code_key = $2 and used_ms is null;

-- name: recovery_use :exec (person_id i64, code_key blob, used_ms i64)
update staff_recovery set used_ms = $3 where person_id = $1 and code_key = $2 and used_ms is null;

-- name: recovery_left :one (person_id i64)
select count(*) from staff_recovery where person_id = $1 and used_ms is null;

-- name: invitation_add :exec (token_key blob, person_id i64, made_by text, expires_ms i64)
insert into staff_invitation (token_key, person_id, made_by, expires_ms, used_ms) values ($1, $2, $3, $4, null);

-- name: invitation_find :one (token_key blob, now_ms i64)
select i.person_id, p.sealed_data, i.expires_ms from staff_invitation i join person p on p.person_id = i.person_id
where i.token_key = $1 and i.used_ms is null and i.expires_ms > $2;

-- name: invitation_use :exec (token_key blob, used_ms i64)
update staff_invitation set used_ms = $2 where token_key = $1 and used_ms is null and expires_ms > $2;

-- name: invitation_end :exec (person_id i64, now_ms i64)
update staff_invitation set expires_ms = $2 where person_id = $1 and used_ms is null and expires_ms > $2;

-- name: attempt_by_subject :one (subject_key blob)
select failures, last_ms, locked_until_ms from staff_attempt where subject_key = $1;

-- name: attempt_begin :exec (subject_key blob)
insert into staff_attempt (subject_key, failures, last_ms, locked_until_ms) values ($1, 0, 0, 0) on conflict (subject_key) do nothing;

-- A guard: two tries at one moment are counted one after the other.
-- name: attempt_count :exec (subject_key blob, failures_before i64, failures i64, last_ms i64, locked_until_ms i64)
update staff_attempt set failures = $3, last_ms = $4, locked_until_ms = $5 where subject_key = $1 and failures = $2;

-- A try that succeeded was none.
-- name: attempt_release :exec (subject_key blob)
update staff_attempt set failures = case when failures > 0 then failures - 1 else 0 end, locked_until_ms = 0 where subject_key = $1;

-- name: staff_attempt_clear :exec (subject_key blob)
delete from staff_attempt where subject_key = $1;

-- name: staff_attempt_forget :exec (before_ms i64)
delete from staff_attempt where last_ms < $1 and locked_until_ms < $1;
