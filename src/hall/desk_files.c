/* What the applicant attached, as the desk sees it. */
#include "hall/desk.h"
#include "hall/desk_inside.h"

static struct err file_of_row(struct hall *hall, struct arena *arena, struct store_row row, struct desk_file *out)
{
	*out = (struct desk_file){ .file_id = row_i64(row, 0),
		.field = row_bytes(row, 1),
		.media_type = row_bytes(row, 2),
		.bytes = row_i64(row, 3),
		.sound = row_bool(row, 4),
		.words = row_bytes(row, 5),
		.created_ms = row_i64(row, 7) };
	return unseal_text(hall, arena, "file.name", out->file_id, row_bytes(row, 6), &out->name);
}

struct err desk_files(struct hall *hall, struct arena *arena, int64_t case_id, struct desk_files *out_files)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "desk_files", &rows, I(case_id));
	store_read_end(reader);
	TRY(err);
	struct desk_files files = { .items = ARENA_ARRAY(arena, struct desk_file, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) TRY(file_of_row(hall, arena, rows.items[i], &files.items[i]));
	*out_files = files;
	return OK;
}

struct err desk_file_read(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t file_id,
	struct desk_file *out_file, struct str *out_content)
{
	struct desk_files files;
	struct store_reader *reader;
	size_t i = 0;
	TRY(desk_look(hall, arena, actor, case_id));
	TRY(desk_files(hall, arena, case_id, &files));
	while (i < files.count && files.items[i].file_id != file_id) i++;
	if (i == files.count) return ERR(NOT_FOUND);
	TRY(read_begin(hall, &reader));
	struct err err = file_content(hall, arena, reader, file_id, out_content);
	store_read_end(reader);
	if (!failed(err)) *out_file = files.items[i];
	return err;
}

struct str desk_region_name(const struct hall *hall, struct str code)
{
	struct str name = region_name(hall->parameters, code);
	return name.len ? name : code;
}

struct str desk_parameter(struct hall *hall, struct str region, struct str name)
{
	const struct parameter *parameter = parameter_find(hall->parameters, region, name, date_of_ms(hall_now_ms(hall), SHANGHAI_OFFSET_S));
	return parameter ? parameter->value : STR("");
}
