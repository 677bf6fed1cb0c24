-- name: case_by_id :one (case_id i64)
select case_id, number, service_id, service_version, organisation_id, region, applicant_id, mode, state, outcome, lawyer_id,
	opened_ms, submitted_ms, decided_ms, closed_ms, version
from case_file where case_id = $1;

-- name: case_by_number :one (number text)
select case_id, number, service_id, service_version, organisation_id, region, applicant_id, mode, state, outcome, lawyer_id,
	opened_ms, submitted_ms, decided_ms, closed_ms, version
from case_file where number = $1;

-- name: case_add :exec (case_id i64, service_id text, service_version text, organisation_id i64, region text, applicant_id i64, mode text, opened_ms i64)
insert into case_file (case_id, number, service_id, service_version, organisation_id, region, applicant_id, mode, state,
	outcome, lawyer_id, opened_ms, submitted_ms, decided_ms, closed_ms, version)
values ($1, null, $2, $3, $4, $5, $6, $7, 'draft', '', null, $8, null, null, null, 1);

-- The guard of nearly every command: nobody else has changed the case since it was read.
-- name: case_touch :exec (case_id i64, version i64)
update case_file set version = version + 1 where case_id = $1 and version = $2;

-- name: case_set_submitted :exec (case_id i64, submitted_ms i64)
update case_file set state = 'open', submitted_ms = $2 where case_id = $1 and submitted_ms is null;

-- name: case_set_outcome :exec (case_id i64, outcome text)
update case_file set outcome = $2 where case_id = $1;

-- name: case_set_decided :exec (case_id i64, decided_ms i64)
update case_file set decided_ms = $2 where case_id = $1 and decided_ms is null;

-- name: case_set_closed :exec (case_id i64, closed_ms i64)
update case_file set state = 'closed', closed_ms = $2 where case_id = $1;

-- name: case_set_lawyer :exec (case_id i64, lawyer_id i64)
update case_file set lawyer_id = $2 where case_id = $1;

-- name: case_counter_begin :exec (counter_key text)
insert into case_counter (counter_key, next_number) values ($1, 1) on conflict (counter_key) do nothing;

-- The number is made of what stands before and behind the running number, padded to a width of $4 digits.
-- name: case_number_take :exec (case_id i64, counter_key text, before text, width i64, after text)
update case_file set number = (
	select $3 || substr('0000000000', 1, case when $4 > length(cast(next_number as text)) then $4 - length(cast(next_number as text)) else 0 end)
		|| cast(next_number as text) || $5
	from case_counter where counter_key = $2)
where case_id = $1 and number is null;

-- name: case_counter_next :exec (counter_key text)
update case_counter set next_number = next_number + 1 where counter_key = $1;

-- name: case_count :one (mode text)
select count(*) from case_file where mode = $1 and submitted_ms is not null;

-- name: case_count_by_outcome :many (mode text)
select outcome, count(*) from case_file where mode = $1 and submitted_ms is not null group by outcome order by outcome;

-- name: case_all :many ()
select case_id, number, state, outcome from case_file order by case_id;

-- name: state_add :exec (case_id i64, sealed_data blob, updated_ms i64)
insert into case_state (case_id, sealed_data, sealed_instance, updated_ms) values ($1, $2, null, $3);

-- name: state_set_data :exec (case_id i64, sealed_data blob, updated_ms i64)
update case_state set sealed_data = $2, updated_ms = $3 where case_id = $1;

-- name: state_set_instance :exec (case_id i64, sealed_instance blob, updated_ms i64)
update case_state set sealed_instance = $2, updated_ms = $3 where case_id = $1;

-- name: state_by_case :one (case_id i64)
select sealed_data, sealed_instance from case_state where case_id = $1;
