-- name: identity_set :exec (person_id i64, level i64, method text, subject_key blob, confirmed_ms i64, confirmed_by text, number_key blob)
insert into person_identity (person_id, level, method, subject_key, confirmed_ms, confirmed_by, number_key)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (person_id) do update set level = $2, method = $3, subject_key = $4, confirmed_ms = $5, confirmed_by = $6, number_key = $7;

-- A guard: nobody else was confirmed with this number meanwhile, nor he himself by another clerk (before_ms: when he was last; 0:
-- never). What a connector said of him stays bound to him.
-- name: identity_set_sole :exec (person_id i64, level i64, method text, subject_key blob, confirmed_ms i64, confirmed_by text, number_key blob, before_ms i64)
insert into person_identity (person_id, level, method, subject_key, confirmed_ms, confirmed_by, number_key)
select $1, $2, $3, $4, $5, $6, $7 where not exists (select 1 from person_identity where number_key = $7 and person_id <> $1)
on conflict (person_id) do update set level = $2, method = $3, subject_key = coalesce(person_identity.subject_key, $4),
	confirmed_ms = $5, confirmed_by = $6, number_key = $7
where person_identity.confirmed_ms = $8;

-- name: identity_by_number :one (number_key blob, person_id i64)
select person_id from person_identity where number_key = $1 and person_id <> $2 limit 1;

-- name: identity_of_person :one (person_id i64)
select level, method, confirmed_ms, confirmed_by from person_identity where person_id = $1;

-- name: identity_by_subject :one (subject_key blob)
select person_id from person_identity where subject_key = $1;

-- A guard: the phone is still the one that was read, and nobody else has the new one (the index refuses that).
-- name: person_set_phone :exec (person_id i64, old_phone_key blob, phone_key blob, sealed_data blob)
update person set phone_key = $3, sealed_data = $4 where person_id = $1 and phone_key = $2;

-- How much hangs on an account: cases, drafts, roles, a confirmation.
-- name: person_use :one (person_id i64)
select (select count(*) from case_file where applicant_id = $1) + (select count(*) from person_role where person_id = $1)
	+ (select count(*) from person_identity where person_id = $1) + (select count(*) from staff_account where person_id = $1);

-- A guard: still nothing hangs on it.
-- name: person_release :exec (person_id i64, phone_key blob, nobody_key blob, sealed_data blob)
update person set phone_key = $3, sealed_data = $4 where person_id = $1 and phone_key = $2
	and not exists (select 1 from case_file where applicant_id = $1) and not exists (select 1 from person_role where person_id = $1)
	and not exists (select 1 from person_identity where person_id = $1);

-- Guards count for themselves, so that many at one moment win nothing.
-- name: code_add :exec (code_id i64, purpose text, about text, phone_key blob, browser_key blob, network_key blob, code_key blob, sent_ms i64, expires_ms i64, again_ms i64, day_ms i64, day_max i64)
insert into one_time_code (code_id, purpose, about, phone_key, browser_key, network_key, code_key, sent_ms, expires_ms, tries, proved_ms)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, 0, null
where (select count(*) from one_time_code where phone_key = $4 and sent_ms > $10) = 0
	and (select count(*) from one_time_code where phone_key = $4 and sent_ms > $11) < $12;

-- name: code_counts :one (phone_key blob, network_key blob, day_ms i64, hour_ms i64)
select (select max(sent_ms) from one_time_code where phone_key = $1),
	(select count(*) from one_time_code where phone_key = $1 and sent_ms > $3),
	(select count(*) from one_time_code where network_key = $2 and sent_ms > $4),
	(select count(*) from one_time_code where sent_ms > $3),
	(select min(sent_ms) from one_time_code where phone_key = $1 and sent_ms > $3);

-- The newest of that phone, purpose and browser: older ones are void.
-- name: code_newest :one (phone_key blob, purpose text, about text, browser_key blob)
select code_id, code_key, sent_ms, expires_ms, tries, proved_ms from one_time_code
where phone_key = $1 and purpose = $2 and about = $3 and browser_key = $4 order by sent_ms desc, code_id desc limit 1;

-- name: code_try :exec (code_id i64, tries i64)
update one_time_code set tries = tries + 1 where code_id = $1 and tries = $2;

-- name: code_proved :exec (code_id i64, proved_ms i64)
update one_time_code set proved_ms = $2 where code_id = $1 and proved_ms is null;

-- name: code_forget :exec (before_ms i64)
delete from one_time_code where sent_ms < $1;

-- name: attempt_take :exec (kind text, subject_key blob, now_ms i64, cutoff_ms i64, tries_max i64)
insert into attempt (kind, subject_key, began_ms, tries) values ($1, $2, $3, 1)
on conflict (kind, subject_key) do update set
	tries = case when attempt.began_ms <= $4 then 1 else attempt.tries + 1 end,
	began_ms = case when attempt.began_ms <= $4 then $3 else attempt.began_ms end
where attempt.began_ms <= $4 or attempt.tries < $5;

-- name: attempt_of :one (kind text, subject_key blob)
select began_ms, tries from attempt where kind = $1 and subject_key = $2;

-- name: attempt_clear :exec (kind text, subject_key blob)
delete from attempt where kind = $1 and subject_key = $2;

-- name: attempt_forget :exec (before_ms i64)
delete from attempt where began_ms < $1;

-- name: consent_text_add :exec (version text, text text, first_shown_ms i64)
insert into consent_text (version, text, first_shown_ms) values ($1, $2, $3) on conflict (version) do nothing;

-- name: consent_add :exec (consent_id i64, person_id i64, case_id i64, what text, version text, given_ms i64)
insert into consent (consent_id, person_id, case_id, what, version, given_ms, withdrawn_ms) values ($1, $2, $3, $4, $5, $6, null);

-- name: consent_withdraw :exec (consent_id i64, person_id i64, withdrawn_ms i64)
update consent set withdrawn_ms = $3 where consent_id = $1 and person_id = $2 and withdrawn_ms is null;

-- name: consent_of_person :many (person_id i64)
select c.consent_id, c.case_id, c.what, c.version, c.given_ms, c.withdrawn_ms, t.text
from consent c join consent_text t on t.version = c.version where c.person_id = $1 order by c.consent_id;

-- name: oidc_begin :exec (state_key blob, session_id i64, sealed_secrets blob, flow_id i64, expires_ms i64)
insert into oidc_flow (state_key, session_id, sealed_secrets, flow_id, expires_ms) values ($1, $2, $3, $4, $5);

-- name: oidc_by_state :one (state_key blob)
select session_id, sealed_secrets, flow_id, expires_ms from oidc_flow where state_key = $1;

-- A guard: an answer is taken once.
-- name: oidc_take :exec (state_key blob)
delete from oidc_flow where state_key = $1;

-- name: oidc_forget :exec (now_ms i64)
delete from oidc_flow where expires_ms < $1;
