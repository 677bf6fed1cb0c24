#include "hall/notes.h"

#include "hall/desk_inside.h"
#include "hall/lists.h"

struct writing { int64_t case_id, thread_id, revision, person_id; struct str text; };

static struct err write_body(struct work *work, void *data)
{
	struct writing *writing = data;
	struct store_row row;
	struct str box;
	int64_t note_id = id_next(&work->hall->ids), thread_id = writing->thread_id ? writing->thread_id : note_id;
	if (writing->thread_id) {
		TRY(QUERY_ONE(work->hall, work->arena, work->reader, "note_newest", &row, I(writing->case_id), I(thread_id)));
		if (row_i64(row, 0) != writing->revision) return ERR(REFUSED);
	}
	TRY(seal_text(work->hall, work->arena, "case_note.text", note_id, writing->text, &box));
	WORK_ADD(work, "note_add", I(note_id), I(writing->case_id), I(thread_id), I(writing->thread_id ? writing->revision + 1 : 1),
	    I(writing->person_id), I(work->now_ms), B(box));
	writing->thread_id = thread_id;
	return audit_add(work, writing->case_id, "note.written", id_text(work->arena, thread_id), STR(""));
}

struct err note_write(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t thread_id,
	int64_t revision, struct str text, struct report *report, int64_t *out_thread_id)
{
	struct writing writing = { case_id, thread_id, revision, actor->person_id, str_trim(text) };
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_NOTE));
	if (writing.text.len == 0 || !utf8_is_valid(writing.text) || utf8_count(writing.text) > NOTE_CHARACTERS_MAX) {
		report_error(report, STR("text"), "备注要有1到%d个字。", NOTE_CHARACTERS_MAX);
		return ERR(INVALID);
	}
	struct err err = work_run(hall, arena, NULL, desk_who(arena, actor), false, write_body, &writing);
	if (err_is(err, ERR_REFUSED)) {     /* read before, or written at the same moment: the unique revision stops it */
		report_error(report, STR("text"), "这条备注刚被别人改过，请看过新的内容再改。");
		return ERR(CONFLICT);
	}
	TRY(err);
	*out_thread_id = writing.thread_id;
	return OK;
}

static struct err notes_read(struct hall *hall, struct arena *arena, const struct store_rows *rows, struct notes *out_notes)
{
	struct notes notes = { .items = ARENA_ARRAY(arena, struct note, rows->count), .count = rows->count };
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row row = rows->items[i];
		struct note *note = &notes.items[i];
		*note = (struct note){ .thread_id = row_i64(row, 1), .revision = row_i64(row, 2), .person_id = row_i64(row, 3),
			.at_ms = row_i64(row, 4), .first_ms = row_i64(row, 6) };
		TRY(unseal_text(hall, arena, "case_note.text", row_i64(row, 0), row_bytes(row, 5), &note->text));
		note->author = list_person_name(hall, arena, id_text(arena, note->person_id));
	}
	*out_notes = notes;
	return OK;
}

struct err notes_of_case(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct notes *out_notes)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_READ));
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "note_of_case", &rows, I(case_id));
	store_read_end(reader);
	return failed(err) ? err : notes_read(hall, arena, &rows, out_notes);
}

struct err note_revisions(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t thread_id, struct notes *out_notes)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(desk_may(hall, arena, actor, case_id, RIGHT_READ));
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "note_of_thread", &rows, I(case_id), I(thread_id));
	store_read_end(reader);
	TRY(err);
	return rows.count == 0 ? ERR(NOT_FOUND) : notes_read(hall, arena, &rows, out_notes);
}
