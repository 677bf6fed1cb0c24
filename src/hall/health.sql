-- name: event_newest_ms :one ()
select max(at_ms) from event;
