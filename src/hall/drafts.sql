-- name: draft_saved :exec (case_id i64, page text, saved_ms i64)
insert into draft (case_id, page, saved_ms, saved_count) values ($1, $2, $3, 1)
on conflict (case_id) do update set page = $2, saved_ms = $3, saved_count = draft.saved_count + 1;

-- name: case_of_applicant :many (applicant_id i64)
select c.case_id, c.number, c.service_id, c.service_version, c.organisation_id, c.region, c.applicant_id, c.mode, c.state, c.outcome,
	c.lawyer_id, c.opened_ms, c.submitted_ms, c.decided_ms, c.closed_ms, c.version, d.page, d.saved_ms
from case_file c left join draft d on d.case_id = c.case_id where c.applicant_id = $1 order by c.case_id desc;

-- A guard: it is still a draft, and that person's.
-- name: draft_discard :exec (case_id i64, applicant_id i64)
update case_file set state = 'discarded', version = version + 1 where case_id = $1 and applicant_id = $2 and state = 'draft';

-- name: draft_remove :exec (case_id i64)
delete from draft where case_id = $1;

-- name: state_clear :exec (case_id i64, sealed_data blob, updated_ms i64)
update case_state set sealed_data = $2, updated_ms = $3 where case_id = $1;

-- name: resume_set :exec (person_id i64, code_key blob, case_id i64, expires_ms i64)
insert into resume_code (person_id, code_key, case_id, expires_ms, used_ms) values ($1, $2, $3, $4, null)
on conflict (person_id) do update set code_key = $2, case_id = $3, expires_ms = $4, used_ms = null;

-- name: resume_of_person :one (person_id i64)
select code_key, case_id, expires_ms, used_ms from resume_code where person_id = $1;

-- name: resume_use :exec (person_id i64, code_key blob, used_ms i64)
update resume_code set used_ms = $3 where person_id = $1 and code_key = $2 and used_ms is null;
