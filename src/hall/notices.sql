-- name: notice_add :exec (notice_id i64, case_id i64, template text, channel text, sealed_to blob, sealed_context blob, queued_ms i64)
insert into notice (notice_id, case_id, template, channel, sealed_to, sealed_context, sealed_text, state, tries, next_ms, queued_ms,
	sent_ms, report_rank, repeated)
values ($1, $2, $3, $4, $5, $6, null, 'queued', 0, $7, $7, null, 0, 0);

-- name: notice_due :many (now_ms i64, count i64)
select notice_id, case_id, template, sealed_to, sealed_text, state, tries, refusals, repeated from notice
where state in ('queued', 'sending') and next_ms <= $1 and (expires_ms is null or expires_ms > $1) order by next_ms, notice_id limit $2;

-- name: notice_by_id :one (notice_id i64)
select case_id, template, state, tries, report_rank, repeated from notice where notice_id = $1;

-- Written before the gateway is asked: after a crash it is known that the answer may be lost. `tries` is the row's version:
-- of two senders one finds nothing to change.
-- name: notice_begin :exec (notice_id i64, state text, tries i64, sealed_text blob, next_ms i64, repeated bool)
update notice set state = 'sending', tries = tries + 1, sealed_text = $4, next_ms = $5, repeated = $6
where notice_id = $1 and state = $2 and tries = $3 and report_rank = 0;

-- name: notice_settle :exec (id i64, state text, tries i64, refusals i64, new_state text, next_ms i64, new_refusals i64, reason text, sent_ms i64)
update notice set state = $5, next_ms = $6, refusals = $7, reason = $8, sent_ms = coalesce(sent_ms, $9)
where notice_id = $1 and state = $2 and tries = $3 and refusals = $4;

-- Delivery reports arrive in any order, before the answer too, and for a notice that waits to be asked again: the higher rank wins.
-- name: notice_report :exec (notice_id i64, old_state text, old_rank i64, state text, report_rank i64, reason text, at_ms i64)
update notice set state = $4, report_rank = $5, reason = $6, sent_ms = coalesce(sent_ms, $7)
where notice_id = $1 and state = $2 and report_rank = $3 and tries > 0;

-- name: notice_of_case :many (case_id i64)
select notice_id, template, state, sealed_text, queued_ms, sent_ms, repeated, reason, tries, next_ms from notice
where case_id = $1 order by notice_id;

-- name: notice_health :one ()
select coalesce(sum(case when state in ('queued', 'sending') then 1 else 0 end), 0),
	coalesce(sum(case when state = 'failed' then 1 else 0 end), 0),
	coalesce(min(case when state in ('queued', 'sending') then queued_ms end), 0) from notice;

-- A text that is ready: it needs nothing of a case. Not sent after expires_ms.
-- name: notice_add_text :exec (notice_id i64, template text, sealed_to blob, sealed_context blob, sealed_text blob, queued_ms i64, expires_ms i64)
insert into notice (notice_id, case_id, template, channel, sealed_to, sealed_context, sealed_text, state, tries, next_ms, queued_ms,
	sent_ms, report_rank, repeated, expires_ms)
values ($1, null, $2, 'sms', $3, $4, $5, 'queued', 0, $6, $6, null, 0, 0, $7);

-- name: notice_expire :exec (now_ms i64)
update notice set state = 'failed', reason = 'expired' where state in ('queued', 'sending') and expires_ms <= $1;

-- The text of a code says nothing after it is over: it does not stay.
-- name: notice_forget_codes :exec (before_ms i64)
delete from notice where case_id is null and expires_ms < $1;
