-- name: notice_add :exec (notice_id i64, case_id i64, template text, channel text, sealed_to blob, sealed_context blob, queued_ms i64)
insert into notice (notice_id, case_id, template, channel, sealed_to, sealed_context, sealed_text, state, tries, next_ms, queued_ms,
	sent_ms, report_rank, repeated)
values ($1, $2, $3, $4, $5, $6, null, 'queued', 0, $7, $7, null, 0, 0);

-- name: notice_due :many (now_ms i64, count i64)
select notice_id, case_id, template, sealed_to, sealed_context, sealed_text, state, tries, report_rank, repeated from notice
where state in ('queued', 'sending') and next_ms <= $1 order by next_ms, notice_id limit $2;

-- name: notice_by_id :one (notice_id i64)
select notice_id, case_id, template, sealed_to, sealed_context, sealed_text, state, tries, report_rank, repeated, sent_ms from notice where notice_id = $1;

-- Written before the gateway is asked: after a crash it is known that the answer may be lost.
-- name: notice_sending :exec (notice_id i64, state text, sealed_text blob, next_ms i64)
update notice set state = 'sending', sealed_text = $3, next_ms = $4, tries = tries + 1 where notice_id = $1 and state = $2;

-- name: notice_repeat :exec (notice_id i64, next_ms i64)
update notice set repeated = 1, tries = tries + 1, next_ms = $2 where notice_id = $1 and state = 'sending' and repeated = 0 and report_rank = 0;

-- name: notice_accepted :exec (notice_id i64, sent_ms i64)
update notice set state = 'accepted', sent_ms = $2 where notice_id = $1 and state = 'sending';

-- name: notice_later :exec (notice_id i64, next_ms i64)
update notice set state = 'queued', next_ms = $2 where notice_id = $1 and state = 'sending';

-- name: notice_failed :exec (notice_id i64)
update notice set state = 'failed' where notice_id = $1 and state in ('queued', 'sending', 'accepted');

-- Delivery reports arrive in any order: the higher rank wins.
-- name: notice_report :exec (notice_id i64, state text, report_rank i64, at_ms i64)
update notice set state = $2, report_rank = $3, sent_ms = coalesce(sent_ms, $4) where notice_id = $1 and report_rank < $3 and state <> 'queued';

-- name: notice_of_case :many (case_id i64)
select notice_id, template, state, sealed_context, sealed_text, queued_ms, sent_ms, repeated from notice where case_id = $1 order by notice_id;

-- name: notice_count :many ()
select state, count(*) from notice group by state order by state;

-- name: search_mark :exec (case_id i64, since_ms i64)
insert into search_dirty (case_id, since_ms) values ($1, $2) on conflict (case_id) do nothing;

-- name: search_next :many (count i64)
select case_id from search_dirty order by since_ms, case_id limit $1;

-- name: search_done :exec (case_id i64)
delete from search_dirty where case_id = $1;
