-- name: organisation_add :exec (organisation_id i64, parent_id i64, kind text, name text, region text, code text, data text, created_ms i64)
insert into organisation (organisation_id, parent_id, kind, name, region, code, data, created_ms) values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: organisation_by_id :one (organisation_id i64)
select organisation_id, parent_id, kind, name, region, code, data from organisation where organisation_id = $1;

-- name: organisation_by_code :one (code text)
select organisation_id, parent_id, kind, name, region, code, data from organisation where code = $1;

-- name: organisation_list :many ()
select organisation_id, parent_id, kind, name, region, code, data from organisation order by organisation_id;

-- name: organisation_within :one (organisation_id i64, ancestor_id i64)
with recursive up (id, parent) as (
	select organisation_id, parent_id from organisation where organisation_id = $1
	union all
	select o.organisation_id, o.parent_id from organisation o join up on o.organisation_id = up.parent)
select count(*) from up where id = $2;

-- name: person_add :exec (person_id i64, phone_key blob, sealed_data blob, created_ms i64)
insert into person (person_id, phone_key, sealed_data, created_ms) values ($1, $2, $3, $4);

-- name: person_by_phone :one (phone_key blob)
select person_id, sealed_data from person where phone_key = $1;

-- name: person_by_id :one (person_id i64)
select person_id, sealed_data from person where person_id = $1;

-- name: person_set_data :exec (person_id i64, sealed_data blob)
update person set sealed_data = $2 where person_id = $1;

-- name: role_add :exec (person_id i64, organisation_id i64, role text, granted_ms i64)
insert into person_role (person_id, organisation_id, role, granted_ms) values ($1, $2, $3, $4)
on conflict (person_id, organisation_id, role) do nothing;

-- name: role_remove :exec (person_id i64, organisation_id i64, role text)
delete from person_role where person_id = $1 and organisation_id = $2 and role = $3;

-- name: role_of_person :many (person_id i64)
select organisation_id, role from person_role where person_id = $1 order by organisation_id, role;

-- name: lawyer_add :exec (lawyer_id i64, firm_id i64, name text, sex text, licence text, phone text, skills text, load_max i64, available i64, position i64)
insert into lawyer (lawyer_id, firm_id, name, sex, licence, phone, skills, load_max, available, position)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: lawyer_client_add :exec (lawyer_id i64, client_key blob)
insert into lawyer_client (lawyer_id, client_key) values ($1, $2) on conflict (lawyer_id, client_key) do nothing;

-- Everybody on the roster with the cases that he has in hand (offered, or accepted and not over) and whether they (or a
-- colleague of the firm) act for the other side.
-- name: lawyer_candidates :many (client_key blob, name_key blob)
select l.lawyer_id, l.name, l.sex, l.licence, l.phone, l.skills, l.load_max, l.available, l.position, o.name, o.data,
	(select count(*) from lawyer_case e where e.lawyer_id = l.lawyer_id and e.state in ('offered', 'accepted')),
	(select count(*) from lawyer_client k join lawyer m on m.lawyer_id = k.lawyer_id
		where m.firm_id = l.firm_id and (k.client_key = $1 or k.client_key = $2)), l.away_until, l.left_on
from lawyer l join organisation o on o.organisation_id = l.firm_id where l.left_on = '' order by l.position, l.lawyer_id;

-- name: lawyer_by_id :one (lawyer_id i64)
select l.lawyer_id, l.name, l.sex, l.licence, l.phone, l.skills, l.load_max, l.available, l.position, o.name, o.data,
	(select count(*) from lawyer_case e where e.lawyer_id = l.lawyer_id and e.state in ('offered', 'accepted')), 0, l.away_until, l.left_on
from lawyer l join organisation o on o.organisation_id = l.firm_id where l.lawyer_id = $1;

-- A guard: the lawyer still has room and nobody made him unavailable meanwhile.
-- name: lawyer_take :exec (lawyer_id i64, today text)
update lawyer set position = position where lawyer_id = $1 and available = 1 and left_on = '' and away_until < $2
	and (select count(*) from lawyer_case e where e.lawyer_id = $1 and e.state in ('offered', 'accepted')) < load_max;

-- name: organisation_first :one ()
select organisation_id, name, region, (select max(event_id) from event) from organisation where parent_id is null order by organisation_id limit 1;

-- name: organisation_set_data :exec (organisation_id i64, data text)
update organisation set data = $2 where organisation_id = $1;

-- name: lawyer_by_licence :one (licence text)
select lawyer_id, left_on from lawyer where licence = $1;
