-- The lists of the desks. Whoever asks stands in $1: a list holds what his roles let him see, here and below, and nothing
-- else. A page and its counts are one text but for grouping: so a number equals the list that it opens. (SQLite keeps the
-- order of a cross join: the queue is walked by its index, nearest deadline first.)

-- name: list_tasks :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, state text, outcome text, district text, rule text, step text, assignee text, mode text, due text, after_sort i64, after_id i64, count i64, organisation_id i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1 and ($20 = 0 or organisation_id = $20)
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.case_id, c.number, c.service_id, c.service_version, c.state, c.outcome, c.mode, c.submitted_ms, c.decided_ms,
	c.closed_ms, coalesce(d.district, ''), coalesce(d.employer_key, ''), coalesce(d.rules, ''), d.sealed_row,
	t.task_id, t.element, t.name, t.candidate_role, t.assignee, t.opened_ms,
	t.due_ms, coalesce(t.due_ms, 9000000000000000), t.task_id, case when t.due_ms is null then 'none' when t.due_ms < $2 then 'late' when t.due_ms <= $3 then 'today' when t.due_ms <= $4 then 'week'
		else 'later' end
from task t cross join case_file c left join desk_case d on d.case_id = c.case_id
where c.case_id = t.case_id and t.state = 'open' and t.candidate_role <> '' and ($8 = '' or t.candidate_role = $8)
	and (t.candidate_role, c.organisation_id) in (select role, id from scope)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
	and ($9 = '' or c.state = $9) and ($10 = '' or c.outcome = $10) and ($11 = '' or d.district = $11)
	and ($12 = '' or d.rules like '%,' || $12 || ',%') and ($13 = '' or t.element = $13)
	and ($14 = '' or t.assignee = $14 or ($14 = '-' and t.assignee = ''))
	and ($15 = '' or c.mode = $15)
	and ($16 = '' or case when t.due_ms is null then 'none' when t.due_ms < $2 then 'late' when t.due_ms <= $3 then 'today' when t.due_ms <= $4 then 'week'
		else 'later' end = $16)
	and coalesce(t.due_ms, 9000000000000000) >= $17 and (coalesce(t.due_ms, 9000000000000000) > $17 or t.task_id > $18)
order by coalesce(t.due_ms, 9000000000000000), t.task_id limit $19;

-- name: list_tasks_counted :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, organisation_id i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1 and ($9 = 0 or organisation_id = $9)
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.state, c.outcome, coalesce(d.district, ''), coalesce(d.rules, ''), t.element, t.assignee, c.mode,
	case when t.due_ms is null then 'none' when t.due_ms < $2 then 'late' when t.due_ms <= $3 then 'today' when t.due_ms <= $4 then 'week'
		else 'later' end, count(*)
from task t cross join case_file c left join desk_case d on d.case_id = c.case_id
where c.case_id = t.case_id and t.state = 'open' and t.candidate_role <> '' and ($8 = '' or t.candidate_role = $8)
	and (t.candidate_role, c.organisation_id) in (select role, id from scope)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
group by 1, 2, 3, 4, 5, 6, 7, 8;

-- name: list_cases_due :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, state text, outcome text, district text, rule text, step text, assignee text, mode text, due text, after_sort i64, after_id i64, count i64, organisation_id i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1 and ($20 = 0 or organisation_id = $20)
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.case_id, c.number, c.service_id, c.service_version, c.state, c.outcome, c.mode, c.submitted_ms, c.decided_ms,
	c.closed_ms, coalesce(d.district, ''), coalesce(d.employer_key, ''), coalesce(d.rules, ''), d.sealed_row,
	t.task_id, t.element, t.name, t.candidate_role, t.assignee, t.opened_ms,
	k.due_ms, coalesce(k.due_ms, 9000000000000000), c.case_id, case when k.due_ms is null then 'none' when k.due_ms < $2 then 'late' when k.due_ms <= $3 then 'today' when k.due_ms <= $4 then 'week'
		else 'later' end
from case_file c left join desk_case d on d.case_id = c.case_id
	left join (select case_id, min(due_ms) as due_ms from clock where ended_ms is null group by case_id) k on k.case_id = c.case_id
	left join (select case_id, min(task_id) as task_id from task where state = 'open' group by case_id) x on x.case_id = c.case_id
	left join task t on t.task_id = x.task_id
where c.submitted_ms is not null and $8 = $8
	and c.organisation_id in (select id from scope where role in ('legalClerk', 'legalLead', 'leader'))
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
	and ($9 = '' or c.state = $9) and ($10 = '' or c.outcome = $10) and ($11 = '' or d.district = $11)
	and ($12 = '' or d.rules like '%,' || $12 || ',%') and ($13 = '' or coalesce(t.element, '') = $13)
	and ($14 = '' or case when t.candidate_role <> '' then t.assignee else '' end = $14 or ($14 = '-' and case when t.candidate_role <> '' then t.assignee else '' end = ''))
	and ($15 = '' or c.mode = $15)
	and ($16 = '' or case when k.due_ms is null then 'none' when k.due_ms < $2 then 'late' when k.due_ms <= $3 then 'today' when k.due_ms <= $4 then 'week'
		else 'later' end = $16)
	and coalesce(k.due_ms, 9000000000000000) >= $17 and (coalesce(k.due_ms, 9000000000000000) > $17 or c.case_id > $18)
order by coalesce(k.due_ms, 9000000000000000), c.case_id limit $19;

-- name: list_cases_newest :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, state text, outcome text, district text, rule text, step text, assignee text, mode text, due text, after_sort i64, after_id i64, count i64, organisation_id i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1 and ($20 = 0 or organisation_id = $20)
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.case_id, c.number, c.service_id, c.service_version, c.state, c.outcome, c.mode, c.submitted_ms, c.decided_ms,
	c.closed_ms, coalesce(d.district, ''), coalesce(d.employer_key, ''), coalesce(d.rules, ''), d.sealed_row,
	t.task_id, t.element, t.name, t.candidate_role, t.assignee, t.opened_ms,
	k.due_ms, -c.submitted_ms, c.case_id, case when k.due_ms is null then 'none' when k.due_ms < $2 then 'late' when k.due_ms <= $3 then 'today' when k.due_ms <= $4 then 'week'
		else 'later' end
from case_file c left join desk_case d on d.case_id = c.case_id
	left join (select case_id, min(due_ms) as due_ms from clock where ended_ms is null group by case_id) k on k.case_id = c.case_id
	left join (select case_id, min(task_id) as task_id from task where state = 'open' group by case_id) x on x.case_id = c.case_id
	left join task t on t.task_id = x.task_id
where c.submitted_ms is not null and $8 = $8
	and c.organisation_id in (select id from scope where role in ('legalClerk', 'legalLead', 'leader'))
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
	and ($9 = '' or c.state = $9) and ($10 = '' or c.outcome = $10) and ($11 = '' or d.district = $11)
	and ($12 = '' or d.rules like '%,' || $12 || ',%') and ($13 = '' or coalesce(t.element, '') = $13)
	and ($14 = '' or case when t.candidate_role <> '' then t.assignee else '' end = $14 or ($14 = '-' and case when t.candidate_role <> '' then t.assignee else '' end = ''))
	and ($15 = '' or c.mode = $15)
	and ($16 = '' or case when k.due_ms is null then 'none' when k.due_ms < $2 then 'late' when k.due_ms <= $3 then 'today' when k.due_ms <= $4 then 'week'
		else 'later' end = $16)
	and -c.submitted_ms >= $17 and (-c.submitted_ms > $17 or c.case_id > $18)
order by -c.submitted_ms, c.case_id limit $19;

-- name: list_cases_counted :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, organisation_id i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1 and ($9 = 0 or organisation_id = $9)
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.state, c.outcome, coalesce(d.district, ''), coalesce(d.rules, ''), coalesce(t.element, ''), case when t.candidate_role <> '' then t.assignee else '' end, c.mode,
	case when k.due_ms is null then 'none' when k.due_ms < $2 then 'late' when k.due_ms <= $3 then 'today' when k.due_ms <= $4 then 'week'
		else 'later' end, count(*)
from case_file c left join desk_case d on d.case_id = c.case_id
	left join (select case_id, min(due_ms) as due_ms from clock where ended_ms is null group by case_id) k on k.case_id = c.case_id
	left join (select case_id, min(task_id) as task_id from task where state = 'open' group by case_id) x on x.case_id = c.case_id
	left join task t on t.task_id = x.task_id
where c.submitted_ms is not null and $8 = $8
	and c.organisation_id in (select id from scope where role in ('legalClerk', 'legalLead', 'leader'))
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
group by 1, 2, 3, 4, 5, 6, 7, 8;

-- name: desk_follow :exec (case_id i64, district text, employer_key text, rules text, sealed_row blob)
insert into desk_case (case_id, district, employer_key, rules, sealed_row) values ($1, $2, $3, $4, $5)
on conflict (case_id) do update set district = excluded.district, employer_key = excluded.employer_key, rules = excluded.rules,
	sealed_row = excluded.sealed_row;
