-- name: counter_cases :many (person_id i64, organisation_id i64)
with recursive below (id) as (
	select organisation_id from organisation where organisation_id = $2
	union select o.organisation_id from organisation o join below b on o.parent_id = b.id)
select c.case_id, c.number, v.title, c.state from case_file c join service_version v on v.version = c.service_version
where c.applicant_id = $1 and c.number is not null and exists (select 1 from below b where b.id = c.organisation_id)
order by c.case_id desc limit 50;

-- name: counter_cases_of :many (person_id i64)
select case_id, state from case_file where applicant_id = $1 order by case_id desc limit 50;

-- name: counter_visit_of :one (person_id i64, clerk_id i64, now_ms i64)
select visit_id, sealed_wish from counter_visit where person_id = $1 and clerk_id = $2 and ends_ms > $3;

-- name: counter_visit_add :exec (visit_id i64, person_id i64, clerk_id i64, began_ms i64, ends_ms i64)
insert into counter_visit (visit_id, person_id, clerk_id, began_ms, ends_ms, sealed_wish) values ($1, $2, $3, $4, $5, null)
on conflict (person_id, clerk_id) do update set visit_id = $1, began_ms = $4, ends_ms = $5, sealed_wish = null;

-- A guard: the visit is still the one that was read.
-- name: counter_wish_set :exec (visit_id i64, sealed_wish blob, ends_ms i64)
update counter_visit set sealed_wish = $2, ends_ms = $3 where visit_id = $1;

-- A guard: of two clicks one takes it.
-- name: counter_wish_take :exec (visit_id i64)
update counter_visit set sealed_wish = null where visit_id = $1 and sealed_wish is not null;

-- name: counter_forget :exec (now_ms i64)
delete from counter_visit where ends_ms <= $1;

-- What a code opened and nothing better is known of: as if he signed in again now.
-- name: session_raise_of_person :exec (person_id i64, method text, new_method text)
update session set level = 2, method = $3 where person_id = $1 and kind = 'worker' and level < 2 and method = $2;
