#include "hall/attachments.h"

#include "hall/inside.h"

static struct err read_one(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, int64_t file_id,
	struct attachment *out_attachment, struct str *out_content)
{
	struct store_row row;
	struct str name;
	TRY(QUERY_ONE(hall, arena, reader, "file_by_id", &row, I(file_id)));
	if (row_i64(row, 1) != case_id) return ERR(NOT_FOUND);
	TRY(unseal_text(hall, arena, "file.name", file_id, row_bytes(row, 8), &name));
	*out_attachment = (struct attachment){ .file_id = file_id, .field = row_bytes(row, 2), .media_type = row_bytes(row, 3),
		.bytes = row_i64(row, 4), .sound = row_bool(row, 6), .words = row_bytes(row, 7), .name = name };
	return out_content ? unseal_text(hall, arena, "file.content", file_id, row_bytes(row, 9), out_content) : OK;
}

static struct err read_all(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id,
	struct attachments *out_attachments)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "attachment_of_case", &rows, I(case_id)));
	struct attachments all = { .items = ARENA_ARRAY(arena, struct attachment, rows.count) };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		struct attachment *item = &all.items[all.count++];
		*item = (struct attachment){ .file_id = row_i64(row, 0), .field = row_bytes(row, 1), .media_type = row_bytes(row, 2),
			.bytes = row_i64(row, 3), .sound = row_bool(row, 4), .words = row_bytes(row, 5) };
		TRY(unseal_text(hall, arena, "file.name", item->file_id, row_bytes(row, 6), &item->name));
	}
	*out_attachments = all;
	return OK;
}

struct err case_attachments(struct hall *hall, struct arena *arena, int64_t case_id, struct attachments *out_attachments)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = read_all(hall, arena, reader, case_id, out_attachments);
	store_read_end(reader);
	return err;
}

struct err case_attachment(struct hall *hall, struct arena *arena, int64_t case_id, int64_t file_id,
	struct attachment *out_attachment, struct str *out_content)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = read_one(hall, arena, reader, case_id, file_id, out_attachment, out_content);
	store_read_end(reader);
	return err;
}
