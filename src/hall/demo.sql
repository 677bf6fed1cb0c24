-- Before it is submitted: at the counter of another union of the tree.
-- name: demo_case_at :exec (case_id i64, organisation_id i64)
update case_file set organisation_id = $2 where case_id = $1 and state = 'draft';

-- Workers by what they have to do: the newest case of each person counts.
-- name: demo_cases :many ()
select c.case_id, c.applicant_id, coalesce(c.number, ''), c.state, coalesce(t.name, ''), coalesce(t.papers_of, ''),
	coalesce(t.candidate_role, ''), p.sealed_data
from case_file c join person p on p.person_id = c.applicant_id
left join task t on t.task_id = (select min(k.task_id) from task k where k.case_id = c.case_id and k.state = 'open')
where c.state <> 'discarded' order by c.case_id desc limit 2000;

-- name: demo_lawyers :many ()
select l.lawyer_id, l.name, l.phone, o.name,
	(select count(*) from lawyer_case e where e.lawyer_id = l.lawyer_id and e.state in ('offered', 'accepted')),
	(select count(*) from lawyer_case e where e.lawyer_id = l.lawyer_id and e.state = 'offered')
from lawyer l join organisation o on o.organisation_id = l.firm_id order by 6 desc, 5 desc, l.position;

-- name: demo_messages :many (count i64)
select notice_id, case_id, template, sealed_to, sealed_text, queued_ms, sent_ms, state from notice order by notice_id desc limit $1;

-- name: demo_events :many (after_id i64, count i64)
select e.event_id, e.case_id, e.at_ms, e.who, e.what, e.subject, coalesce(c.number, '')
from event e left join case_file c on c.case_id = e.case_id
where e.event_id > $1 and e.who in ('hall', 'gateway') order by e.event_id limit $2;

-- name: demo_event_last :one ()
select coalesce(max(event_id), 0) from event;
