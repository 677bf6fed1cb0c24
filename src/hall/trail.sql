-- name: trail_events :many (organisation_id i64, whole i64, kinds text, prefix text, person text, from_ms i64, until_ms i64, before_ms i64, before_id i64, count i64)
with recursive below (id) as (
	select organisation_id from organisation where organisation_id = $1
	union select o.organisation_id from organisation o join below b on o.parent_id = b.id)
select e.event_id, e.at_ms, e.who, e.what, e.subject, e.staff, c.number from event e left join case_file c on c.case_id = e.case_id
where e.at_ms >= $6 and e.at_ms < $7 and e.at_ms <= $8 and (e.at_ms < $8 or e.event_id < $9)
	and ($3 = '' or (',' || $3 || ',') like ('%,' || e.what || ',%')) and ($4 = '' or e.what like ($4 || '.%'))
	and ($5 = '' or e.who like ('%:' || $5))
	and ((e.case_id is null and $2 = 1) or exists (select 1 from below b where b.id = c.organisation_id))
order by e.at_ms desc, e.event_id desc limit $10;

-- name: trail_events_of_case :many (case_id i64, kinds text, prefix text, person text, from_ms i64, until_ms i64, before_ms i64, before_id i64, count i64)
select e.event_id, e.at_ms, e.who, e.what, e.subject, e.staff, c.number from event e join case_file c on c.case_id = e.case_id
where e.case_id = $1 and e.at_ms >= $5 and e.at_ms < $6 and e.at_ms <= $7 and (e.at_ms < $7 or e.event_id < $8)
	and ($2 = '' or (',' || $2 || ',') like ('%,' || e.what || ',%')) and ($3 = '' or e.what like ($3 || '.%'))
	and ($4 = '' or e.who like ('%:' || $4))
order by e.at_ms desc, e.event_id desc limit $9;

-- name: trail_receipts :many (organisation_id i64, case_id i64, from_ms i64, until_ms i64, before_id i64, count i64)
with recursive below (id) as (
	select organisation_id from organisation where organisation_id = $1
	union select o.organisation_id from organisation o join below b on o.parent_id = b.id)
select r.receipt_id, r.case_id, r.decided_ms, r.decision, c.number, v.title, r.commitment
from receipt r join case_file c on c.case_id = r.case_id join service_version v on v.version = c.service_version
where r.receipt_id < $5 and r.decided_ms >= $3 and r.decided_ms < $4 and ($2 = 0 or r.case_id = $2)
	and exists (select 1 from below b where b.id = c.organisation_id)
order by r.receipt_id desc limit $6;

-- name: trail_receipt :one (receipt_id i64)
select r.receipt_id, r.case_id, r.decided_ms, r.decision, c.number, v.title, r.commitment, r.sealed_whole, c.organisation_id
from receipt r join case_file c on c.case_id = r.case_id join service_version v on v.version = c.service_version where r.receipt_id = $1;

-- name: trail_replays :many (case_id i64, subject text)
select at_ms, who, subject from event where case_id = $1 and what = 'receipt.replayed' and subject like ($2 || ' %')
order by at_ms desc, event_id desc limit 20;
