-- A change while a case is being indexed must not be forgotten: it makes the mark another one.
-- name: search_mark :exec (case_id i64, since_ms i64)
insert into search_dirty (case_id, since_ms) values ($1, $2) on conflict (case_id) do update set since_ms =
	case when excluded.since_ms > search_dirty.since_ms then excluded.since_ms else search_dirty.since_ms + 1 end;

-- name: search_next :many (count i64)
select case_id from search_dirty order by since_ms, case_id limit $1;

-- name: search_since :one (case_id i64)
select since_ms from search_dirty where case_id = $1;

-- A guard: what is written is what the mark was made for, and nobody else has indexed the case meanwhile.
-- name: search_done :exec (case_id i64, since_ms i64)
delete from search_dirty where case_id = $1 and since_ms = $2;

-- name: search_clear :exec (case_id i64)
delete from search_token where case_id = $1;

-- name: search_add :exec (token blob, case_id i64, position i64)
insert into search_token (token, case_id, position) values ($1, $2, $3) on conflict (token, case_id, position) do nothing;

-- How common a token is, counted no further than needed.
-- name: search_rarity :one (token blob, count_max i64)
select count(*) from (select 1 from search_token where token = $1 limit $2) as counted;

-- A page of a token's places, newest cases first, before (case_id, position).
-- name: search_find :many (token blob, case_id i64, position i64, count i64)
select case_id, position from search_token
where token = $1 and (case_id, position) < ($2, $3) order by case_id desc, position desc limit $4;

-- name: search_stands :one (token blob, case_id i64, position i64)
select count(*) from search_token where token = $1 and case_id = $2 and position = $3;

-- name: search_places :many (token blob, case_id i64)
select position from search_token where token = $1 and case_id = $2 order by position;

-- Is the case kept at that organisation or below it?
-- name: search_within :one (case_id i64, ancestor_id i64)
with recursive up (id, parent) as (
	select o.organisation_id, o.parent_id from organisation o join case_file c on c.organisation_id = o.organisation_id where c.case_id = $1
	union all
	select o.organisation_id, o.parent_id from organisation o join up on o.organisation_id = up.parent)
select count(*) from up where id = $2;
