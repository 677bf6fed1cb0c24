-- name: search_clear :exec (case_id i64)
delete from search_token where case_id = $1;

-- name: search_add :exec (token blob, case_id i64, position i64)
insert into search_token (token, case_id, position) values ($1, $2, $3) on conflict (token, case_id, position) do nothing;

-- name: search_find :many (token blob)
select case_id, position from search_token where token = $1 order by case_id desc, position;
