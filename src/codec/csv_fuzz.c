/* What is read, written again and read again is the same. */
#include "codec/codec.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_row(struct buf *buf, const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		if (i) buf_add_byte(buf, ',');
		if (row->count == 1 && row->fields[i].len == 0) buf_add_lit(buf, "\"\"");   /* not a blank line */
		csv_add_field(buf, row->fields[i]);
	}
	buf_add_lit(buf, "\r\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct csv first, second;
	if (!failed(csv_parse(&arena, (struct str){ (const char *)data, size }, NULL, &first))) {
		struct buf buf = buf_make(&arena, 1 << 26);
		if (first.count && first.rows[0].count && str_starts(first.rows[0].fields[0], STR("\xef\xbb\xbf")))
			buf_add_lit(&buf, "\xef\xbb\xbf");      /* a second mark is text only behind a first one */
		for (size_t i = 0; i < first.count; i++) write_row(&buf, &first.rows[i]);
		assert(!failed(csv_parse(&arena, buf_str(&buf), NULL, &second)));
		assert(first.count == second.count);
		for (size_t i = 0; i < first.count; i++) {
			assert(first.rows[i].count == second.rows[i].count);
			for (size_t k = 0; k < first.rows[i].count; k++)
				assert(str_eq(first.rows[i].fields[k], second.rows[i].fields[k]));
		}
	}
	arena_done(&arena);
	return 0;
}
