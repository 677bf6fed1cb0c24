-- name: service_version_add :exec (version text, service_id text, title text, mode text, deployed_ms i64)
insert into service_version (version, service_id, title, mode, deployed_ms, position)
select $1, $2, $3, $4, $5, coalesce(max(position), 0) + 1 from service_version where true
on conflict (version) do update set position = excluded.position;

-- name: service_file_add :exec (version text, path text, content blob)
insert into service_file (version, path, content) values ($1, $2, $3) on conflict (version, path) do nothing;

-- name: service_newest :one (service_id text)
select version from service_version where service_id = $1 order by position desc limit 1;

-- name: service_newest_all :many ()
select v.version from service_version v
where v.position = (select max(position) from service_version w where w.service_id = v.service_id)
order by (select min(position) from service_version w where w.service_id = v.service_id);

-- name: service_version_files :many (version text)
select path, content from service_file where version = $1 order by path;

-- name: service_version_list :many ()
select version, service_id, title, mode, deployed_ms from service_version order by position;
