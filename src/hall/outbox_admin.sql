-- name: outbox_list :many (scope_id i64, count i64)
with recursive down (id) as (
	select organisation_id from organisation where organisation_id = $1
	union all
	select o.organisation_id from organisation o join down on o.parent_id = down.id)
select n.notice_id, n.template, n.sealed_to, n.state, n.reason, n.queued_ms, n.next_ms, n.tries, n.repeated
from notice n join case_file c on c.case_id = n.case_id join down on down.id = c.organisation_id
where n.state in ('queued', 'sending', 'failed')
order by case when n.state = 'failed' then 0 else 1 end, n.notice_id limit $2;

-- name: outbox_count :one (scope_id i64)
with recursive down (id) as (
	select organisation_id from organisation where organisation_id = $1
	union all
	select o.organisation_id from organisation o join down on o.parent_id = down.id)
select coalesce(sum(case when n.state = 'failed' then 0 else 1 end), 0), coalesce(sum(case when n.state = 'failed' then 1 else 0 end), 0)
from notice n join case_file c on c.case_id = n.case_id join down on down.id = c.organisation_id
where n.state in ('queued', 'sending', 'failed');

-- name: outbox_where :one (notice_id i64)
select n.state, c.organisation_id from notice n join case_file c on c.case_id = n.case_id where n.notice_id = $1;

-- A failed one may have arrived after all: it is marked as repeated.
-- name: outbox_again :exec (notice_id i64, old_state text, next_ms i64)
update notice set repeated = case when state = 'failed' and tries > 0 then 1 else repeated end, state = 'queued', next_ms = $3, refusals = 0,
	reason = '', report_rank = 0
where notice_id = $1 and state = $2;
