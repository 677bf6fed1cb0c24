-- name: lawyer_case_add :exec (case_id i64, lawyer_id i64, offered_ms i64, answer_by_ms i64)
insert into lawyer_case (case_id, round, lawyer_id, state, offered_ms, answered_ms, answer_by_ms, reason, sealed_words)
select $1, coalesce(max(round), 0) + 1, $2, 'offered', $3, null, $4, '', null from lawyer_case where case_id = $1;

-- name: lawyer_case_newest :one (case_id i64)
select round, lawyer_id, state, offered_ms, answered_ms from lawyer_case where case_id = $1 order by round desc limit 1;

-- name: lawyer_case_declined :many (case_id i64)
select lawyer_id from lawyer_case where case_id = $1 and state = 'declined' order by round;

-- The guard of an answer: nobody answered meanwhile.
-- name: lawyer_case_answer :exec (case_id i64, round i64, old_state text, state text, answered_ms i64, reason text, sealed_words blob)
update lawyer_case set state = $4, answered_ms = $5, reason = $6, sealed_words = $7 where case_id = $1 and round = $2 and state = $3;

-- What was accepted by signing: nothing changes when he had answered before.
-- name: lawyer_case_signed :exec (case_id i64, answered_ms i64)
update lawyer_case set state = 'accepted', answered_ms = $2 where case_id = $1 and state = 'offered';

-- name: lawyer_case_end :exec (case_id i64, state text)
update lawyer_case set state = $2 where case_id = $1 and state in ('offered', 'accepted');

-- name: lawyer_case_resume :exec (case_id i64, round i64)
update lawyer_case set state = 'accepted' where case_id = $1 and round = $2 and state = 'done';

-- name: lawyer_case_desk :many (lawyer_id i64)
select e.case_id, e.state, e.offered_ms, e.answered_ms, c.number, c.service_version, c.mode, c.state, d.district, s.sealed_data,
	(select min(k.due_ms) from clock k where k.case_id = e.case_id and k.ended_ms is null),
	(select count(*) from task t where t.case_id = e.case_id and t.state = 'open' and t.papers_of = 'agent'), e.answer_by_ms
from lawyer_case e join case_file c on c.case_id = e.case_id and c.lawyer_id = e.lawyer_id
	join case_state s on s.case_id = e.case_id left join desk_case d on d.case_id = e.case_id
where e.lawyer_id = $1 and e.state in ('offered', 'accepted') order by e.offered_ms, e.case_id;

-- name: lawyer_case_left :many (lawyer_id i64)
select e.case_id, e.lawyer_id, c.state from lawyer l join lawyer_case e on e.lawyer_id = l.lawyer_id join case_file c on c.case_id = e.case_id
where l.left_on <> '' and ($1 = 0 or l.lawyer_id = $1) and e.state in ('offered', 'accepted') order by e.offered_ms, e.case_id;

-- name: lawyer_case_over :many (lawyer_id i64, count i64)
select e.case_id, e.state, e.offered_ms, e.answered_ms, c.number, c.service_version, c.mode, c.state, d.district, s.sealed_data, null, 0, null
from lawyer_case e join case_file c on c.case_id = e.case_id and c.lawyer_id = e.lawyer_id
	join case_state s on s.case_id = e.case_id left join desk_case d on d.case_id = e.case_id
where e.lawyer_id = $1 and e.state in ('done', 'ended') and e.answered_ms is not null
order by e.offered_ms desc, e.case_id desc limit $2;

-- name: lawyer_case_last_of :one (case_id i64, lawyer_id i64)
select state from lawyer_case where case_id = $1 and lawyer_id = $2 order by round desc limit 1;

-- name: lawyer_case_one :one (case_id i64, lawyer_id i64)
select e.case_id, e.state, e.offered_ms, e.answered_ms, c.number, c.service_version, c.mode, c.state, d.district, s.sealed_data,
	(select min(k.due_ms) from clock k where k.case_id = e.case_id and k.ended_ms is null),
	(select count(*) from task t where t.case_id = e.case_id and t.state = 'open' and t.papers_of = 'agent'), e.answer_by_ms
from lawyer_case e join case_file c on c.case_id = e.case_id and c.lawyer_id = e.lawyer_id
	join case_state s on s.case_id = e.case_id left join desk_case d on d.case_id = e.case_id
where e.case_id = $1 and e.lawyer_id = $2 and e.state in ('offered', 'accepted', 'done', 'ended') order by e.round desc limit 1;

-- name: lawyer_set_away :exec (lawyer_id i64, away_until text)
update lawyer set away_until = $2 where lawyer_id = $1;

-- name: lawyer_by_phone :many (phone text)
select lawyer_id, name from lawyer where phone = $1 and left_on = '';

-- A guard: nobody did it meanwhile.
-- name: lawyer_set_left :exec (lawyer_id i64, left_on text)
update lawyer set left_on = $2 where lawyer_id = $1 and left_on = '';

-- name: lawyer_colleagues :many (lawyer_id i64)
select lawyer_id from lawyer where firm_id = (select firm_id from lawyer where lawyer_id = $1) order by lawyer_id;

-- name: case_result_add :exec (result_id i64, case_id i64, lawyer_id i64, at_ms i64, stage text, happened_on text, result text, amount_fen i64, minutes i64, final bool, hearing_ms i64, corrects i64, sealed_words blob)
insert into case_result (result_id, case_id, lawyer_id, at_ms, stage, happened_on, result, amount_fen, minutes, final, hearing_ms, corrects,
	sealed_words)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: case_result_of :many (case_id i64)
select result_id, lawyer_id, at_ms, stage, happened_on, result, amount_fen, minutes, final, hearing_ms, corrects, sealed_words
from case_result where case_id = $1 order by result_id;
