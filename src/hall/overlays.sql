-- name: overlay_version :one ()
select version from overlay_state where state_id = 1;

-- A guard: nobody changed anything since the preview.
-- name: overlay_turn :exec (version i64)
update overlay_state set version = version + 1 where state_id = 1 and version = $1;

-- name: parameter_overlay_add :exec (overlay_id i64, region text, name text, from_on text, until_on text, value text, unit text, source text, confidence text, made_by text, made_ms i64)
insert into parameter_overlay (overlay_id, region, name, from_on, until_on, value, unit, source, confidence, made_by, made_ms, withdrawn_by, withdrawn_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', null);

-- name: parameter_overlay_withdraw :exec (overlay_id i64, withdrawn_by text, withdrawn_ms i64)
update parameter_overlay set withdrawn_by = $2, withdrawn_ms = $3 where overlay_id = $1 and withdrawn_ms is null;

-- name: parameter_overlay_all :many ()
select overlay_id, region, name, from_on, until_on, value, unit, source, confidence, made_by, made_ms, withdrawn_by, withdrawn_ms
from parameter_overlay order by overlay_id;

-- name: calendar_overlay_add :exec (overlay_id i64, batch_id i64, day text, kind text, name text, source text, made_by text, made_ms i64)
insert into calendar_overlay (overlay_id, batch_id, day, kind, name, source, made_by, made_ms, withdrawn_by, withdrawn_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, '', null);

-- name: calendar_overlay_withdraw :exec (batch_id i64, withdrawn_by text, withdrawn_ms i64)
update calendar_overlay set withdrawn_by = $2, withdrawn_ms = $3 where batch_id = $1 and withdrawn_ms is null;

-- name: calendar_overlay_all :many ()
select overlay_id, batch_id, day, kind, name, source, made_by, made_ms, withdrawn_by, withdrawn_ms from calendar_overlay order by overlay_id;

-- Every promise that is not kept yet, page by page behind (after_case, after_name).
-- name: clock_open :many (after_case i64, after_name text, count i64)
select c.case_id, c.name, c.began_ms, c.warn_ms, c.due_ms, c.due_on, c.provisional, c.basis, c.length, c.state,
	f.number, f.organisation_id, f.region, f.service_version, f.decided_ms
from clock c join case_file f on f.case_id = c.case_id
where c.ended_ms is null and c.state in ('running', 'late') and f.state = 'open' and (c.case_id, c.name) > ($1, $2)
order by c.case_id, c.name limit $3;

-- name: clock_move :exec (case_id i64, name text, old_due_ms i64, warn_ms i64, due_ms i64, due_on text, provisional i64, length text, now_ms i64)
update clock set warn_ms = $4, due_ms = $5, due_on = $6, provisional = $7, length = $8, state = case when $5 >= $9 then 'running' else state end
where case_id = $1 and name = $2 and due_ms = $3 and ended_ms is null;

-- Whoever answers by a promise that moved answers by its new day.
-- name: task_move :exec (case_id i64, old_due_ms i64, due_ms i64, now_ms i64)
update task set due_ms = $3, told_ms = case when $3 >= $4 then null else told_ms end where case_id = $1 and due_ms = $2 and state = 'open';

-- The newest receipt of each decision of the cases that wait for one and used a figure of that name.
-- name: receipt_using :many (needle text, after_id i64, count i64)
select r.receipt_id, r.case_id, r.decision, r.sealed_whole, f.number, f.organisation_id, f.service_version
from receipt r join case_file f on f.case_id = r.case_id
where f.state = 'open' and f.decided_ms is null and r.commitment like $1 and r.receipt_id > $2
	and r.receipt_id = (select max(n.receipt_id) from receipt n where n.case_id = r.case_id and n.decision = r.decision)
order by r.receipt_id limit $3;
