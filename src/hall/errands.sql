-- name: errand_add :exec (errand_id i64, kind text, subject text, asked_by text, asked_ms i64)
insert into errand (errand_id, kind, subject, asked_by, asked_ms, ended_ms, state, words) values ($1, $2, $3, $4, $5, null, 'waiting', '');

-- name: errand_open :many (kind text, subject text)
select errand_id from errand where kind = $1 and subject = $2 and state in ('waiting', 'running');

-- name: errand_next :one ()
select errand_id, kind, subject, asked_by from errand where state = 'waiting' order by errand_id limit 1;

-- name: errand_begin :exec (errand_id i64)
update errand set state = 'running' where errand_id = $1 and state = 'waiting';

-- name: errand_end :exec (errand_id i64, state text, words text, ended_ms i64)
update errand set state = $2, words = $3, ended_ms = $4 where errand_id = $1 and state in ('waiting', 'running');

-- name: errand_cut :exec (ended_ms i64)
update errand set state = 'cut', ended_ms = $1 where state = 'running';

-- name: errand_latest :many (kind text, subject text, count i64)
select errand_id, kind, subject, asked_by, asked_ms, ended_ms, state, words from errand
where kind = $1 and ($2 = '' or subject = $2) order by errand_id desc limit $3;

-- How much there is to hold against the log.
-- name: verify_total :one ()
select (select count(*) from log_leaf) + (select count(*) from event) + (select count(*) from case_file) + (select count(*) from file)
	+ (select count(*) from paper) + (select count(*) from receipt);
