-- The lists of the desks. Whoever asks stands in $1: a list holds what his roles let him see, here and below, and nothing
-- else. A page and its counts are one text but for grouping: so a number equals the list that it opens.

-- name: list_tasks :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, state text, outcome text, district text, rule text, step text, assignee text, mode text, due text, after_sort i64, after_id i64, count i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.case_id, c.number, c.service_id, c.service_version, c.state, c.outcome, c.mode, c.submitted_ms, c.decided_ms,
	c.closed_ms, coalesce(d.district, ''), coalesce(d.employer_key, ''), coalesce(d.rules, ''), d.sealed_row,
	t.task_id, t.element, t.name, t.candidate_role, t.assignee, t.opened_ms,
	t.due_ms, coalesce(t.due_ms, 9000000000000000), t.task_id, case when t.due_ms is null then 'none' when t.due_ms < $2 then 'late' when t.due_ms <= $3 then 'today' when t.due_ms <= $4 then 'week'
		else 'later' end
from task t join case_file c on c.case_id = t.case_id left join desk_case d on d.case_id = c.case_id
where t.state = 'open' and t.candidate_role <> '' and ($8 = '' or t.candidate_role = $8)
	and exists (select 1 from scope s where s.role = t.candidate_role and s.id = c.organisation_id)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
	and ($9 = '' or c.state = $9) and ($10 = '' or c.outcome = $10) and ($11 = '' or d.district = $11)
	and ($12 = '' or d.rules like '%,' || $12 || ',%') and ($13 = '' or t.element = $13)
	and ($14 = '' or t.assignee = $14 or ($14 = '-' and t.assignee = ''))
	and ($15 = '' or c.mode = $15)
	and ($16 = '' or case when t.due_ms is null then 'none' when t.due_ms < $2 then 'late' when t.due_ms <= $3 then 'today' when t.due_ms <= $4 then 'week'
		else 'later' end = $16)
	and (coalesce(t.due_ms, 9000000000000000) > $17 or (coalesce(t.due_ms, 9000000000000000) = $17 and t.task_id > $18))
order by coalesce(t.due_ms, 9000000000000000), t.task_id limit $19;

-- name: list_tasks_counted :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.state, c.outcome, coalesce(d.district, ''), coalesce(d.rules, ''), t.element, t.assignee, c.mode,
	case when t.due_ms is null then 'none' when t.due_ms < $2 then 'late' when t.due_ms <= $3 then 'today' when t.due_ms <= $4 then 'week'
		else 'later' end, count(*)
from task t join case_file c on c.case_id = t.case_id left join desk_case d on d.case_id = c.case_id
where t.state = 'open' and t.candidate_role <> '' and ($8 = '' or t.candidate_role = $8)
	and exists (select 1 from scope s where s.role = t.candidate_role and s.id = c.organisation_id)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
group by 1, 2, 3, 4, 5, 6, 7, 8;

-- name: list_cases_due :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, state text, outcome text, district text, rule text, step text, assignee text, mode text, due text, after_sort i64, after_id i64, count i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.case_id, c.number, c.service_id, c.service_version, c.state, c.outcome, c.mode, c.submitted_ms, c.decided_ms,
	c.closed_ms, coalesce(d.district, ''), coalesce(d.employer_key, ''), coalesce(d.rules, ''), d.sealed_row,
	t.task_id, t.element, t.name, t.candidate_role, t.assignee, t.opened_ms,
	c.due_ms, coalesce(c.due_ms, 9000000000000000), c.case_id, case when c.due_ms is null then 'none' when c.due_ms < $2 then 'late' when c.due_ms <= $3 then 'today' when c.due_ms <= $4 then 'week'
		else 'later' end
from (select f.*, (select min(k.due_ms) from clock k where k.case_id = f.case_id and k.ended_ms is null) as due_ms,
		(select min(x.task_id) from task x where x.case_id = f.case_id and x.state = 'open') as open_task from case_file f) c
	left join desk_case d on d.case_id = c.case_id left join task t on t.task_id = c.open_task
where c.submitted_ms is not null and $8 = $8
	and exists (select 1 from scope s where s.role in ('legalClerk', 'legalLead', 'leader') and s.id = c.organisation_id)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
	and ($9 = '' or c.state = $9) and ($10 = '' or c.outcome = $10) and ($11 = '' or d.district = $11)
	and ($12 = '' or d.rules like '%,' || $12 || ',%') and ($13 = '' or coalesce(t.element, '') = $13)
	and ($14 = '' or case when t.candidate_role <> '' then t.assignee else '' end = $14 or ($14 = '-' and case when t.candidate_role <> '' then t.assignee else '' end = ''))
	and ($15 = '' or c.mode = $15)
	and ($16 = '' or case when c.due_ms is null then 'none' when c.due_ms < $2 then 'late' when c.due_ms <= $3 then 'today' when c.due_ms <= $4 then 'week'
		else 'later' end = $16)
	and (coalesce(c.due_ms, 9000000000000000) > $17 or (coalesce(c.due_ms, 9000000000000000) = $17 and c.case_id > $18))
order by coalesce(c.due_ms, 9000000000000000), c.case_id limit $19;

-- name: list_cases_newest :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text, state text, outcome text, district text, rule text, step text, assignee text, mode text, due text, after_sort i64, after_id i64, count i64)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.case_id, c.number, c.service_id, c.service_version, c.state, c.outcome, c.mode, c.submitted_ms, c.decided_ms,
	c.closed_ms, coalesce(d.district, ''), coalesce(d.employer_key, ''), coalesce(d.rules, ''), d.sealed_row,
	t.task_id, t.element, t.name, t.candidate_role, t.assignee, t.opened_ms,
	c.due_ms, -c.submitted_ms, c.case_id, case when c.due_ms is null then 'none' when c.due_ms < $2 then 'late' when c.due_ms <= $3 then 'today' when c.due_ms <= $4 then 'week'
		else 'later' end
from (select f.*, (select min(k.due_ms) from clock k where k.case_id = f.case_id and k.ended_ms is null) as due_ms,
		(select min(x.task_id) from task x where x.case_id = f.case_id and x.state = 'open') as open_task from case_file f) c
	left join desk_case d on d.case_id = c.case_id left join task t on t.task_id = c.open_task
where c.submitted_ms is not null and $8 = $8
	and exists (select 1 from scope s where s.role in ('legalClerk', 'legalLead', 'leader') and s.id = c.organisation_id)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
	and ($9 = '' or c.state = $9) and ($10 = '' or c.outcome = $10) and ($11 = '' or d.district = $11)
	and ($12 = '' or d.rules like '%,' || $12 || ',%') and ($13 = '' or coalesce(t.element, '') = $13)
	and ($14 = '' or case when t.candidate_role <> '' then t.assignee else '' end = $14 or ($14 = '-' and case when t.candidate_role <> '' then t.assignee else '' end = ''))
	and ($15 = '' or c.mode = $15)
	and ($16 = '' or case when c.due_ms is null then 'none' when c.due_ms < $2 then 'late' when c.due_ms <= $3 then 'today' when c.due_ms <= $4 then 'week'
		else 'later' end = $16)
	and (-c.submitted_ms > $17 or (-c.submitted_ms = $17 and c.case_id > $18))
order by -c.submitted_ms, c.case_id limit $19;

-- name: list_cases_counted :many (person_id i64, now_ms i64, today_ms i64, week_ms i64, employer text, from_ms i64, until_ms i64, role text)
with recursive scope (role, id) as (
	select role, organisation_id from person_role where person_id = $1
	union select s.role, o.organisation_id from organisation o join scope s on o.parent_id = s.id)
select c.state, c.outcome, coalesce(d.district, ''), coalesce(d.rules, ''), coalesce(t.element, ''), case when t.candidate_role <> '' then t.assignee else '' end, c.mode,
	case when c.due_ms is null then 'none' when c.due_ms < $2 then 'late' when c.due_ms <= $3 then 'today' when c.due_ms <= $4 then 'week'
		else 'later' end, count(*)
from (select f.*, (select min(k.due_ms) from clock k where k.case_id = f.case_id and k.ended_ms is null) as due_ms,
		(select min(x.task_id) from task x where x.case_id = f.case_id and x.state = 'open') as open_task from case_file f) c
	left join desk_case d on d.case_id = c.case_id left join task t on t.task_id = c.open_task
where c.submitted_ms is not null and $8 = $8
	and exists (select 1 from scope s where s.role in ('legalClerk', 'legalLead', 'leader') and s.id = c.organisation_id)
	and ($5 = '' or d.employer_key = $5) and c.submitted_ms >= $6 and c.submitted_ms < $7
group by 1, 2, 3, 4, 5, 6, 7, 8;

-- name: desk_follow :exec (case_id i64, district text, employer_key text, rules text, sealed_row blob)
insert into desk_case (case_id, district, employer_key, rules, sealed_row) values ($1, $2, $3, $4, $5)
on conflict (case_id) do update set district = excluded.district, employer_key = excluded.employer_key, rules = excluded.rules,
	sealed_row = excluded.sealed_row;
