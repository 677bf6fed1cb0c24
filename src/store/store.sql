-- name: migration_all :many ()
select name, hash from store_migration order by name;

-- name: migration_add :exec (name text, hash blob, applied_ms i64)
insert into store_migration (name, hash, applied_ms) values ($1, $2, $3);
