-- name: file_add :exec (file_id i64, case_id i64, field text, media_type text, bytes i64, content_key blob, sound i64, words text, sealed_name blob, sealed_content blob, created_ms i64)
insert into file (file_id, case_id, field, media_type, bytes, content_key, sound, words, sealed_name, sealed_content, created_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: file_set_content :exec (file_id i64, bytes i64, content_key blob, sealed_content blob)
update file set bytes = $2, content_key = $3, sealed_content = $4 where file_id = $1;

-- name: file_by_id :one (file_id i64)
select file_id, case_id, field, media_type, bytes, content_key, sound, words, sealed_name, sealed_content from file where file_id = $1;

-- name: file_of_case :many (case_id i64)
select file_id, field, media_type, bytes, sound, words from file where case_id = $1 order by file_id;

-- name: paper_add :exec (case_id i64, paper_id text, position i64, title text, act text, identity_level i64, file_id i64, boxes text, sha256 blob, created_ms i64)
insert into paper (case_id, paper_id, position, title, act, identity_level, file_id, boxes, sha256, version, created_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10);

-- name: paper_set_source :exec (case_id i64, paper_id text, sealed_source blob)
update paper set sealed_source = $3 where case_id = $1 and paper_id = $2;

-- name: paper_source :one (case_id i64, paper_id text)
select sealed_source, file_id, created_ms from paper where case_id = $1 and paper_id = $2;

-- A paper that is no more valid moves to the archive as it is; the guard: nobody signed it meanwhile.
-- name: paper_archive :exec (case_id i64, paper_id text, version i64, replaced_ms i64, reason text)
insert into paper_replaced (file_id, case_id, paper_id, position, title, act, identity_level, boxes, sha256, version, sealed_source,
	created_ms, replaced_ms, reason)
select file_id, case_id, paper_id, position, title, act, identity_level, boxes, sha256, version, sealed_source, created_ms, $4, $5
from paper where case_id = $1 and paper_id = $2 and version = $3;

-- name: paper_act_archive :exec (case_id i64, paper_id text)
insert into paper_act_replaced (file_id, position, party, act, state, done_ms, sealed_evidence, sha256)
select p.file_id, a.position, a.party, a.act, a.state, a.done_ms, a.sealed_evidence, a.sha256
from paper_act a join paper p on p.case_id = a.case_id and p.paper_id = a.paper_id where a.case_id = $1 and a.paper_id = $2;

-- name: paper_act_remove :exec (case_id i64, paper_id text)
delete from paper_act where case_id = $1 and paper_id = $2;

-- name: paper_remove :exec (case_id i64, paper_id text)
delete from paper where case_id = $1 and paper_id = $2;

-- name: paper_replaced_of_case :many (case_id i64)
select paper_id, position, title, act, identity_level, file_id, boxes, sha256, version, replaced_ms, reason from paper_replaced
where case_id = $1 order by position, replaced_ms, file_id;

-- name: paper_act_replaced_of_case :many (case_id i64)
select a.file_id, a.position, a.party, a.act, a.state, a.done_ms, a.sealed_evidence, a.sha256
from paper_act_replaced a join paper_replaced p on p.file_id = a.file_id where p.case_id = $1 order by a.file_id, a.position;

-- name: paper_replaced_all :many ()
select case_id, paper_id, file_id, sha256, version from paper_replaced order by case_id, position, file_id;

-- The guard of a signature: the paper is still the one that was read.
-- name: paper_touch :exec (case_id i64, paper_id text, version i64, sha256 blob)
update paper set version = version + 1, sha256 = $4 where case_id = $1 and paper_id = $2 and version = $3;

-- name: paper_of_case :many (case_id i64)
select paper_id, position, title, act, identity_level, file_id, boxes, sha256, version from paper where case_id = $1 order by position;

-- name: paper_by_id :one (case_id i64, paper_id text)
select paper_id, position, title, act, identity_level, file_id, boxes, sha256, version from paper where case_id = $1 and paper_id = $2;

-- name: paper_act_add :exec (case_id i64, paper_id text, position i64, party text, act text)
insert into paper_act (case_id, paper_id, position, party, act, state, done_ms, sealed_evidence, sha256)
values ($1, $2, $3, $4, $5, 'waiting', null, null, null);

-- name: paper_act_done :exec (case_id i64, paper_id text, position i64, done_ms i64, sealed_evidence blob, sha256 blob)
update paper_act set state = 'done', done_ms = $4, sealed_evidence = $5, sha256 = $6
where case_id = $1 and paper_id = $2 and position = $3 and state = 'waiting';

-- name: paper_act_of_case :many (case_id i64)
select paper_id, position, party, act, state, done_ms, sealed_evidence, sha256 from paper_act where case_id = $1 order by paper_id, position;

-- name: paper_all :many ()
select case_id, paper_id, file_id, sha256, version from paper order by case_id, position;

-- name: receipt_add :exec (receipt_id i64, case_id i64, decision text, decided_ms i64, sealed_whole blob, commitment text)
insert into receipt (receipt_id, case_id, decision, decided_ms, sealed_whole, commitment) values ($1, $2, $3, $4, $5, $6);

-- name: receipt_of_case :many (case_id i64)
select receipt_id, decision, decided_ms, sealed_whole, commitment from receipt where case_id = $1 order by receipt_id;

-- name: receipt_all :many ()
select receipt_id, case_id, decision, sealed_whole, commitment from receipt order by receipt_id;

-- name: event_add :exec (event_id i64, case_id i64, at_ms i64, who text, what text, subject text, sealed_detail blob, digest blob, staff i64)
insert into event (event_id, case_id, at_ms, who, what, subject, sealed_detail, digest, staff) values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: event_of_case :many (case_id i64)
select event_id, at_ms, who, what, subject, sealed_detail, staff from event where case_id = $1 order by event_id;

-- name: event_all :many ()
select event_id, case_id, at_ms, who, what, subject, sealed_detail, digest, staff from event order by event_id;

-- name: event_staff_count :one (case_id i64)
select count(*) from event where case_id = $1 and staff = 1;

-- name: event_exists :one (event_id i64)
select 1 from event where event_id = $1;

-- name: file_all :many ()
select file_id from file order by file_id;
