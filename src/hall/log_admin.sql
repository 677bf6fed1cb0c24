-- name: event_of_hall :many (kind text, from_ms i64, until_ms i64, before_id i64, count i64)
select event_id, at_ms, who, what, subject, staff from event
where case_id is null and (what = $1 or what like $1 || '.%' or $1 = '') and at_ms >= $2 and at_ms < $3 and event_id < $4
order by event_id desc limit $5;
