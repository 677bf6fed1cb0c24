-- name: note_add :exec (note_id i64, case_id i64, thread_id i64, revision i64, person_id i64, at_ms i64, sealed_text blob)
insert into case_note (note_id, case_id, thread_id, revision, person_id, at_ms, sealed_text) values ($1, $2, $3, $4, $5, $6, $7);

-- name: note_newest :one (case_id i64, thread_id i64)
select revision from case_note where case_id = $1 and thread_id = $2 order by revision desc limit 1;

-- name: note_of_case :many (case_id i64)
select n.note_id, n.thread_id, n.revision, n.person_id, n.at_ms, n.sealed_text, f.at_ms
from case_note n join case_note f on f.thread_id = n.thread_id and f.revision = 1
where n.case_id = $1 and n.revision = (select max(m.revision) from case_note m where m.thread_id = n.thread_id) order by n.thread_id;

-- name: note_of_thread :many (case_id i64, thread_id i64)
select n.note_id, n.thread_id, n.revision, n.person_id, n.at_ms, n.sealed_text, f.at_ms
from case_note n join case_note f on f.thread_id = n.thread_id and f.revision = 1
where n.case_id = $1 and n.thread_id = $2 order by n.revision;

-- name: look_find :one (case_id i64, person_id i64, hour i64)
select 1 from desk_look where case_id = $1 and person_id = $2 and hour = $3;

-- name: look_add :exec (case_id i64, person_id i64, hour i64)
insert into desk_look (case_id, person_id, hour) values ($1, $2, $3);

-- A guard: only one of two who reach for the same task gets it.
-- name: task_assign :exec (task_id i64, before text, assignee text)
update task set assignee = $3 where task_id = $1 and state = 'open' and assignee = $2;

-- The newest tasks of an element: the open one, or what became of the last.
-- name: task_newest_of :one (case_id i64, element text)
select task_id, name, candidate_role, assignee, opened_ms, due_ms, state, done_by, done_ms from task
where case_id = $1 and element = $2 order by task_id desc limit 1;

-- What the leader sees of time: each task that was done, of cases that count, by element.
-- name: figure_steps :many (person_id i64, from_ms i64, until_ms i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select t.element, t.name, t.candidate_role, t.done_ms - t.opened_ms from task t join case_file c on c.case_id = t.case_id
where t.state = 'done' and t.done_ms >= $2 and t.done_ms < $3 and c.mode = 'live'
	and exists (select 1 from scope s where s.role in ('legalClerk', 'legalLead', 'leader') and s.id = c.organisation_id)
order by t.element, t.done_ms - t.opened_ms;

-- Cases by the local day on which they came and on which they were decided and closed; days since 1970 at +08:00.
-- name: figure_days :many (person_id i64, from_ms i64, until_ms i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select (c.submitted_ms + 28800000) / 86400000, c.outcome, c.state, count(*) from case_file c
where c.submitted_ms >= $2 and c.submitted_ms < $3 and c.mode = 'live'
	and exists (select 1 from scope s where s.role in ('legalClerk', 'legalLead', 'leader') and s.id = c.organisation_id)
group by 1, 2, 3 order by 1;

-- Cases for which somebody had to come in person.
-- name: figure_visits :one (person_id i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select count(distinct e.case_id) from event e join case_file c on c.case_id = e.case_id
where e.what = 'visit.needed' and c.mode = 'live' and c.number is not null
	and exists (select 1 from scope s where s.role in ('legalClerk', 'legalLead', 'leader') and s.id = c.organisation_id);

-- name: desk_files :many (case_id i64)
select file_id, field, media_type, bytes, sound, words, sealed_name, created_ms from file
where case_id = $1 and field not like 'paper:%' order by file_id;
