-- name: event_told :many (case_id i64)
select event_id, at_ms, who, what, subject from event where case_id = $1 order by event_id desc;

-- How long the last cases took at a step: middle of at most 200.
-- name: task_usual :many (service_id text, element text)
select t.done_ms - t.opened_ms from task t join case_file c on c.case_id = t.case_id
where c.service_id = $1 and t.element = $2 and t.state = 'done' and c.mode = 'live' order by t.done_ms desc limit 200;

-- name: file_attached :many (case_id i64)
select file_id, bytes, field, media_type, words, sound, sealed_name from file
where case_id = $1 and field not like 'paper:%' order by file_id;
