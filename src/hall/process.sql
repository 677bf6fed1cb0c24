-- name: task_add :exec (task_id i64, case_id i64, key i64, element text, name text, form text, candidate_role text, assignee text, papers_of text, opened_ms i64, due_ms i64)
insert into task (task_id, case_id, key, element, name, form, candidate_role, assignee, papers_of, opened_ms, due_ms, told_ms, state, done_by, done_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, 'open', '', null);

-- name: task_finish :exec (case_id i64, key i64, state text, done_by text, done_ms i64)
update task set state = $3, done_by = $4, done_ms = $5 where case_id = $1 and key = $2 and state = 'open';

-- name: task_by_id :one (task_id i64)
select task_id, case_id, key, element, name, form, candidate_role, assignee, papers_of, opened_ms, due_ms, state from task where task_id = $1;

-- name: task_open_of_case :many (case_id i64)
select task_id, case_id, key, element, name, form, candidate_role, assignee, papers_of, opened_ms, due_ms, state
from task where case_id = $1 and state = 'open' order by key;

-- name: task_all_of_case :many (case_id i64)
select task_id, element, name, candidate_role, assignee, opened_ms, due_ms, state, done_by, done_ms from task where case_id = $1 order by key;

-- name: task_overdue :many (now_ms i64, count i64, after_ms i64, after_id i64)
select task_id, due_ms, case_id, element, candidate_role from task
where state = 'open' and due_ms is not null and due_ms < $1 and told_ms is null and (due_ms, task_id) > ($3, $4)
order by due_ms, task_id limit $2;

-- name: task_told :exec (task_id i64, told_ms i64)
update task set told_ms = $2 where task_id = $1 and told_ms is null;

-- name: job_add :exec (job_id i64, case_id i64, key i64, type text, data text, due_ms i64)
insert into job (job_id, case_id, key, type, data, state, tries, due_ms, words) values ($1, $2, $3, $4, $5, 'open', 0, $6, '');

-- name: job_finish :exec (job_id i64, state text)
update job set state = $2 where job_id = $1 and state = 'open';

-- name: job_cancel :exec (case_id i64, key i64)
update job set state = 'cancelled' where case_id = $1 and key = $2 and state = 'open';

-- name: job_retry :exec (job_id i64, due_ms i64, words text)
update job set tries = tries + 1, due_ms = $2, words = $3 where job_id = $1 and state = 'open';

-- name: job_open :one (job_id i64)
select job_id from job where job_id = $1 and state = 'open';

-- name: job_due :many (now_ms i64, count i64, after_ms i64, after_id i64)
select job_id, due_ms, case_id, key, type, data, tries from job
where state = 'open' and due_ms <= $1 and (due_ms, job_id) > ($3, $4) order by due_ms, job_id limit $2;

-- name: job_due_of_case :many (case_id i64, now_ms i64)
select job_id, due_ms, case_id, key, type, data, tries from job where case_id = $1 and state = 'open' and due_ms <= $2 order by job_id;

-- name: job_of_case :many (case_id i64)
select job_id, type, state, tries, words from job where case_id = $1 order by job_id;

-- name: timer_add :exec (timer_id i64, case_id i64, key i64, kind text, name text, at_ms i64)
insert into timer (timer_id, case_id, key, kind, name, at_ms, state) values ($1, $2, $3, $4, $5, $6, 'set');

-- name: timer_finish :exec (timer_id i64, state text)
update timer set state = $2 where timer_id = $1 and state = 'set';

-- name: timer_cancel_key :exec (case_id i64, key i64)
update timer set state = 'cancelled' where case_id = $1 and key = $2 and kind = 'process' and state = 'set';

-- name: timer_cancel_clock :exec (case_id i64, name text)
update timer set state = 'cancelled' where case_id = $1 and name = $2 and kind <> 'process' and state = 'set';

-- Those of the hall itself: hearing, offer.
-- name: timer_cancel_kind :exec (case_id i64, kind text)
update timer set state = 'cancelled' where case_id = $1 and kind = $2 and state = 'set';

-- What is due is found by its date, page by page behind (after_ms, after_id): a row that fails does not come again at once.
-- name: timer_due :many (now_ms i64, count i64, after_ms i64, after_id i64)
select timer_id, at_ms, case_id, key, kind, name from timer
where state = 'set' and at_ms <= $1 and (at_ms, timer_id) > ($3, $4) order by at_ms, timer_id limit $2;

-- name: timer_next :one ()
select min(at_ms) from timer where state = 'set';

-- name: clock_add :exec (case_id i64, name text, began_ms i64, warn_ms i64, due_ms i64, due_on text, provisional i64, basis text, worker_since_ms i64, length text)
insert into clock (case_id, name, began_ms, warn_ms, due_ms, due_on, provisional, basis, worker_ms, worker_since_ms, state, ended_ms, length)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 'running', null, $10);

-- name: clock_end :exec (case_id i64, name text, ended_ms i64)
update clock set state = case when $3 <= due_ms then 'met' else 'late' end, ended_ms = $3,
	worker_ms = worker_ms + case when worker_since_ms is null then 0 else $3 - worker_since_ms end, worker_since_ms = null
where case_id = $1 and name = $2 and state in ('running', 'late') and ended_ms is null;

-- name: clock_late :exec (case_id i64, name text)
update clock set state = 'late' where case_id = $1 and name = $2 and state = 'running';

-- name: clock_worker_begins :exec (case_id i64, now_ms i64)
update clock set worker_since_ms = $2 where case_id = $1 and ended_ms is null and worker_since_ms is null;

-- name: clock_worker_ends :exec (case_id i64, now_ms i64)
update clock set worker_ms = worker_ms + ($2 - worker_since_ms), worker_since_ms = null
where case_id = $1 and ended_ms is null and worker_since_ms is not null;

-- name: clock_of_case :many (case_id i64)
select name, began_ms, warn_ms, due_ms, due_on, provisional, basis, worker_ms, worker_since_ms, state, ended_ms
from clock where case_id = $1 order by name;

-- name: alarm_counts :one (now_ms i64, behind_ms i64)
select (select count(*) from task where state = 'open' and due_ms < $1),
	(select count(*) from task where state = 'open' and due_ms < $1 and told_ms is null),
	(select count(*) from clock where state = 'late' and ended_ms is null),
	(select count(*) from timer where state = 'set' and at_ms < $2),
	(select count(*) from job where state = 'open' and due_ms < $2),
	(select count(*) from job where state = 'failed'),
	(select count(*) from search_dirty);
