#include "codec/csv.h"

struct parser {
	struct arena *arena;
	struct report *report;
	struct str text;
	size_t at;
	uint32_t line;
	struct { LIST_OF(struct csv_row); } rows;
	struct { LIST_OF(struct str); } fields;      /* of the row being read; copied when it ends */
};

static struct err fail(struct parser *p, uint32_t line, struct err err, const char *words)
{
	if (p->report) report_error(p->report, str_printf(p->arena, "%u", line), "%s", words);
	return err;
}

static int peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->text.len ? (unsigned char)p->text.ptr[p->at + ahead] : -1;
}

/* 1 or 2 when a line ends here, else 0. */
static size_t line_end(const struct parser *p)
{
	if (peek(p, 0) == '\n') return 1;
	return peek(p, 0) == '\r' && peek(p, 1) == '\n' ? 2 : 0;
}

static struct err parse_quoted(struct parser *p, struct str *out_field)
{
	size_t start = ++p->at;
	uint32_t line = p->line;
	bool doubled = false;
	for (;; p->at++) {
		int c = peek(p, 0);
		if (c < 0) return fail(p, line, ERR(INVALID), "a quote is opened here and never closed");
		if (c == '\n') p->line++;
		if (c != '"') continue;
		if (peek(p, 1) != '"') break;
		doubled = true;
		p->at++;
	}
	struct str field = str_sub(p->text, start, p->at++);
	*out_field = doubled ? str_replace(p->arena, field, STR("\"\""), STR("\"")) : field;
	int c = peek(p, 0);
	if (c >= 0 && c != ',' && !line_end(p)) return fail(p, p->line, ERR(INVALID), "text follows a closing quote");
	return OK;
}

static struct err parse_plain(struct parser *p, struct str *out_field)
{
	size_t start = p->at;
	for (int c = peek(p, 0); c >= 0 && c != ',' && !line_end(p); c = peek(p, 0)) {
		if (c == '"')
			return fail(p, p->line, ERR(INVALID), "a quote inside a field: put the whole field in quotes, double this one");
		if (c == '\r') return fail(p, p->line, ERR(INVALID), "a carriage return without a line feed");
		p->at++;
	}
	*out_field = str_sub(p->text, start, p->at);
	return OK;
}

static struct err end_row(struct parser *p, uint32_t line)
{
	if (p->rows.count == CSV_ROW_COUNT_MAX) return fail(p, line, ERR(LIMIT), "there are more than 1000000 rows");
	struct str *fields = arena_copy(p->arena, p->fields.items, p->fields.count * sizeof *fields);
	LIST_PUSH(p->arena, &p->rows, ((struct csv_row){ fields, p->fields.count, line }));
	p->fields.count = 0;
	return OK;
}

static struct err parse_row(struct parser *p)
{
	uint32_t line = p->line;
	for (;;) {
		struct str field;
		if (p->fields.count == CSV_FIELD_COUNT_MAX) return fail(p, line, ERR(LIMIT), "this row has more than 500 fields");
		TRY(peek(p, 0) == '"' ? parse_quoted(p, &field) : parse_plain(p, &field));
		LIST_PUSH(p->arena, &p->fields, field);
		if (peek(p, 0) != ',') break;
		p->at++;
	}
	return end_row(p, line);
}

struct err csv_parse(struct arena *arena, struct str text, struct report *report, struct csv *out_csv)
{
	struct parser p = { .arena = arena, .report = report, .text = text, .line = 1 };
	if (!utf8_is_valid(text)) return fail(&p, 1, ERR(INVALID), "this is not UTF-8; save it again as UTF-8");
	if (str_starts(text, STR("\xef\xbb\xbf"))) p.at = 3;
	while (p.at < text.len) {
		size_t end = line_end(&p);
		if (!end) TRY(parse_row(&p));
		end = line_end(&p);
		p.at += end;
		p.line += end > 0;
	}
	*out_csv = (struct csv){ p.rows.items, p.rows.count };
	return OK;
}

ptrdiff_t csv_column(const struct csv *csv, const char *name)
{
	for (size_t i = 0; csv->count && i < csv->rows[0].count; i++)
		if (str_eq_c(csv->rows[0].fields[i], name)) return (ptrdiff_t)i;
	return -1;
}

void csv_add_field(struct buf *buf, struct str field)
{
	bool quote = false;
	for (size_t i = 0; i < field.len && !quote; i++)
		quote = field.ptr[i] == '"' || field.ptr[i] == ',' || field.ptr[i] == '\n' || field.ptr[i] == '\r';
	if (!quote) {
		buf_add(buf, field);
		return;
	}
	buf_add_byte(buf, '"');
	for (size_t i = 0; i < field.len; i++) {
		if (field.ptr[i] == '"') buf_add_byte(buf, '"');
		buf_add_byte(buf, field.ptr[i]);
	}
	buf_add_byte(buf, '"');
}
