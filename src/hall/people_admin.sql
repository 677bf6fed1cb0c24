-- name: managed_people :many (scope_id i64)
with recursive down (id) as (
	select organisation_id from organisation where organisation_id = $1
	union all
	select o.organisation_id from organisation o join down on o.parent_id = down.id)
select p.person_id, p.sealed_data from person p
where p.person_id in (select r.person_id from person_role r join down on down.id = r.organisation_id) order by p.person_id;

-- Every role of those people, the ones beyond the scope too (column 4: 0).
-- name: managed_roles :many (scope_id i64)
with recursive down (id) as (
	select organisation_id from organisation where organisation_id = $1
	union all
	select o.organisation_id from organisation o join down on o.parent_id = down.id)
select r.person_id, r.organisation_id, o.name, r.role, case when r.organisation_id in (select id from down) then 1 else 0 end
from person_role r join organisation o on o.organisation_id = r.organisation_id
where r.person_id in (select x.person_id from person_role x join down on down.id = x.organisation_id)
order by r.person_id, o.organisation_id, r.role;

-- Somebody else can administer there: he holds the role there or above, and has an account that works.
-- name: administrator_left :one (person_id i64, organisation_id i64)
with recursive up (id, parent) as (
	select organisation_id, parent_id from organisation where organisation_id = $2
	union all
	select o.organisation_id, o.parent_id from organisation o join up on o.organisation_id = up.parent)
select count(*) from person_role r join up on up.id = r.organisation_id join staff_account a on a.person_id = r.person_id
where r.role = 'administrator' and r.person_id <> $1 and a.state = 'active';

-- A guard that holds at the moment of writing: two administrators who remove each other at once cannot both succeed.
-- name: role_remove_kept :exec (person_id i64, organisation_id i64, role text)
delete from person_role where person_id = $1 and organisation_id = $2 and role = $3 and ($3 <> 'administrator' or exists (
	with recursive up (id, parent) as (
		select organisation_id, parent_id from organisation where organisation_id = $2
		union all
		select o.organisation_id, o.parent_id from organisation o join up on o.organisation_id = up.parent)
	select 1 from person_role r join up on up.id = r.organisation_id join staff_account a on a.person_id = r.person_id
	where r.role = 'administrator' and r.person_id <> $1 and a.state = 'active'));

-- name: session_remove_of_role :exec (person_id i64, organisation_id i64, role text)
delete from session where person_id = $1 and organisation_id = $2 and role = $3;

-- Parents first: the path of ids sorts a tree.
-- name: organisation_tree :many (scope_id i64)
with recursive down (id, depth, path) as (
	select organisation_id, 0, '' from organisation where organisation_id = $1
	union all
	select o.organisation_id, down.depth + 1, down.path || '/' || cast(o.organisation_id as text) from organisation o join down on o.parent_id = down.id)
select o.organisation_id, o.parent_id, o.kind, o.name, o.region, o.code, o.data, down.depth,
	(select count(distinct r.person_id) from person_role r where r.organisation_id = o.organisation_id)
from down join organisation o on o.organisation_id = down.id order by down.path;

-- name: organisation_set_name :exec (organisation_id i64, name text, data text)
update organisation set name = $2, data = $3 where organisation_id = $1;

-- name: lawyer_set :exec (lawyer_id i64, phone text, skills text, load_max i64, available i64)
update lawyer set phone = $2, skills = $3, load_max = $4, available = $5 where lawyer_id = $1;

-- A guard: he is not on the roster.
-- name: lawyer_return :exec (lawyer_id i64, firm_id i64, phone text, skills text, load_max i64)
update lawyer set left_on = '', firm_id = $2, phone = $3, skills = $4, load_max = $5, available = 1 where lawyer_id = $1 and left_on <> '';

-- name: lawyer_client_set :exec (lawyer_id i64, client_key blob, sealed_name blob)
insert into lawyer_client (lawyer_id, client_key, sealed_name) values ($1, $2, $3)
on conflict (lawyer_id, client_key) do update set sealed_name = excluded.sealed_name;

-- name: lawyer_client_remove :exec (lawyer_id i64, client_key blob)
delete from lawyer_client where lawyer_id = $1 and client_key = $2;

-- name: lawyer_client_list :many (lawyer_id i64)
select sealed_name from lawyer_client where lawyer_id = $1;
