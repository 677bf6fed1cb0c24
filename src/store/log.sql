-- name: log_leaf_add :exec (leaf_index i64, kind text, subject i64, salt blob, commitment blob)
insert into log_leaf (leaf_index, kind, subject, salt, commitment) values ($1, $2, $3, $4, $5);

-- name: log_node_add :exec (node_id i64, hash blob)
insert into log_node (node_id, hash) values ($1, $2);

-- name: log_head_add :exec (size i64, root blob, at_ms i64, note text)
insert into log_head (size, root, at_ms, note) values ($1, $2, $3, $4);

-- name: log_head_last :one ()
select size, root, at_ms, note from log_head order by size desc limit 1;

-- name: log_head_by_size :one (size i64)
select size, root, at_ms, note from log_head where size = $1;

-- name: log_head_strange :many (size i64)
select size from log_head where size < 1 or size > $1 order by size;

-- name: log_count :one ()
select (select count(*) from log_leaf), (select count(*) from log_node), (select count(*) from log_head);

-- name: log_node_by_id :one (node_id i64)
select hash from log_node where node_id = $1;

-- name: log_leaf_by_index :one (leaf_index i64)
select leaf_index, kind, subject, salt, commitment from log_leaf where leaf_index = $1;

-- name: log_leaf_from :many (leaf_index i64)
select leaf_index, kind, subject, salt, commitment from log_leaf where leaf_index >= $1 order by leaf_index;

-- name: log_leaf_of_subject :many (subject i64)
select leaf_index, kind, subject, salt, commitment from log_leaf where subject = $1 order by leaf_index;
