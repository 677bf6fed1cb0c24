-- name: version_rows :many ()
select v.version, v.service_id, v.title, v.mode, v.deployed_ms,
	case when v.position = (select max(w.position) from service_version w where w.service_id = v.service_id) then 1 else 0 end,
	(select count(*) from case_file c where c.service_version = v.version and c.state = 'open'),
	(select count(*) from case_file c where c.service_version = v.version and c.submitted_ms is not null),
	coalesce((select max(k.checked_ms) from service_candidate k where k.version = v.version and k.state = 'deployed'), 0),
	coalesce((select max(k.passed) from service_candidate k where k.version = v.version and k.state = 'deployed'), 0)
from service_version v order by v.service_id, v.position desc;

-- A guard: the version is there.
-- name: version_offer :exec (version text)
update service_version set position = (select max(w.position) + 1 from service_version w) where version = $1;

-- name: candidate_add :exec (candidate_id i64, archive blob, sent_by text, sent_ms i64)
insert into service_candidate (candidate_id, version, service_id, title, mode, archive, sent_by, sent_ms, checked_ms, passed, failed, findings, state)
values ($1, '', '', '', '', $2, $3, $4, null, 0, 0, '[]', 'checking');

-- name: candidate_checked :exec (candidate_id i64, version text, service_id text, title text, mode text, checked_ms i64, passed i64, failed i64, findings text, state text)
update service_candidate set version = $2, service_id = $3, title = $4, mode = $5, checked_ms = $6, passed = $7, failed = $8, findings = $9, state = $10
where candidate_id = $1 and state = 'checking';

-- name: candidate_end :exec (candidate_id i64, old_state text, state text, archive blob)
update service_candidate set state = $3, archive = $4 where candidate_id = $1 and state = $2;

-- name: candidate_archive :one (candidate_id i64)
select archive, state from service_candidate where candidate_id = $1;

-- name: candidate_rows :many (candidate_id i64)
select candidate_id, version, service_id, title, mode, sent_by, sent_ms, checked_ms, passed, failed, findings, state
from service_candidate where $1 = 0 or candidate_id = $1 order by candidate_id desc limit 50;
