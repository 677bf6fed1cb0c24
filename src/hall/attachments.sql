-- The files of a case as people see them, without their content.

-- name: attachment_of_case :many (case_id i64)
select file_id, field, media_type, bytes, sound, words, sealed_name from file where case_id = $1 order by file_id;
