/* Written by libxlsxwriter into a file that has no name and never touches a disk: rows hold people's names. */
#include "codec/xlsx.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

static lxw_datetime time_of(int64_t ms, int32_t offset_s)
{
	struct date date = date_of_ms(ms, offset_s);
	int64_t second = (ms - date_begin_ms(date, offset_s)) / 1000;
	return (lxw_datetime){ .year = date.year, .month = date.month, .day = date.day, .hour = (int)(second / 3600),
		.min = (int)(second / 60 % 60), .sec = (double)(second % 60) };
}

static struct str cut(struct str text)
{
	size_t at = 0, count = 0;
	uint32_t c;
	while (count < XLSX_TEXT_CHARACTERS_MAX && utf8_next(text, &at, &c)) count += c >= 0x10000 ? 2 : 1;
	return str_sub(text, 0, at);
}

static lxw_error write_cell(
    lxw_worksheet *sheet, struct arena *arena, const struct xlsx_table *table, size_t row, size_t column, lxw_format *time)
{
	const struct xlsx_cell *cell = &table->cells[row * table->column_count + column];
	lxw_row_t at = (lxw_row_t)row + 1;
	if (table->columns[column].kind == XLSX_TEXT) {
		if (cell->text.len == 0) return LXW_NO_ERROR;
		return worksheet_write_string(sheet, at, (lxw_col_t)column, str_to_c(arena, cut(cell->text)), NULL);
	}
	if (cell->ms == 0) return LXW_NO_ERROR;
	lxw_datetime datetime = time_of(cell->ms, table->offset_s);
	return worksheet_write_datetime(sheet, at, (lxw_col_t)column, &datetime, time);
}

static bool fill(lxw_workbook *book, struct arena *arena, const struct xlsx_table *table)
{
	lxw_worksheet *sheet = workbook_add_worksheet(book, str_to_c(arena, table->name));
	lxw_format *head = workbook_add_format(book), *time = workbook_add_format(book);
	if (!sheet || !head || !time) return false;
	format_set_bold(head);
	format_set_bottom(head, LXW_BORDER_THIN);
	format_set_num_format(time, "yyyy-mm-dd hh:mm");
	for (size_t i = 0; i < table->column_count; i++) {
		worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, table->columns[i].width, NULL);
		if (worksheet_write_string(sheet, 0, (lxw_col_t)i, str_to_c(arena, table->columns[i].title), head) != LXW_NO_ERROR) return false;
	}
	for (size_t row = 0; row < table->row_count; row++)
		for (size_t i = 0; i < table->column_count; i++)
			if (write_cell(sheet, arena, table, row, i, time) != LXW_NO_ERROR) return false;
	worksheet_freeze_panes(sheet, 1, 0);
	worksheet_autofilter(sheet, 0, 0, (lxw_row_t)table->row_count, (lxw_col_t)(table->column_count - 1));
	return true;
}

static struct err read_back(struct arena *arena, int file, struct str *out_bytes)
{
	struct stat stat;
	if (fstat(file, &stat) != 0 || stat.st_size <= 0) return ERR(IO);
	if (stat.st_size > XLSX_BYTES_MAX) return ERR(LIMIT);
	char *bytes = arena_alloc(arena, (size_t)stat.st_size);
	for (off_t at = 0; at < stat.st_size;) {
		ssize_t count = pread(file, bytes + at, (size_t)(stat.st_size - at), at);
		if (count <= 0) return ERR(IO);
		at += count;
	}
	*out_bytes = (struct str){ bytes, (size_t)stat.st_size };
	return OK;
}

struct err xlsx_write(struct arena *arena, const struct xlsx_table *table, struct str *out_bytes)
{
	char path[64];
	if (table->row_count > XLSX_ROW_COUNT_MAX || table->column_count == 0 || table->column_count > XLSX_COLUMN_COUNT_MAX) return ERR(LIMIT);
	int file = memfd_create("table", MFD_CLOEXEC);
	if (file < 0) return ERR(IO);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	static char memory[] = "/dev/shm";
	lxw_workbook_options options = { .tmpdir = access(memory, W_OK) == 0 ? memory : NULL };
	lxw_workbook *book = workbook_new_opt(path, &options);
	bool filled = book && fill(book, arena, table);
	bool written = book && workbook_close(book) == LXW_NO_ERROR;
	struct err err = !filled ? ERR(INVALID) : !written ? ERR(IO) : read_back(arena, file, out_bytes);
	close(file);
	return err;
}
