/* The same blocks as HTML, for reading on a phone: the words of the document, never anything that it could run. */
#include "paper/blocks.h"
#include "paper/paper.h"

#include <string.h>

enum { HTML_BYTES_MAX = 4 << 20, HEADING_DOWN = 1, HEADING_MAX = 4 };

struct printing { struct arena *arena; struct buf out; const struct paper_mark *marks; size_t mark_count; };

static void add_escaped(struct printing *printing, struct str text)
{
	static const char line_separator[] = "\xe2\x80\xa8";
	for (size_t i = 0; i < text.len; i++) {
		if (text.len - i >= 3 && memcmp(text.ptr + i, line_separator, 3) == 0) {
			buf_add_lit(&printing->out, "<br>");
			i += 2;
			continue;
		}
		switch (text.ptr[i]) {
		case '&': buf_add_lit(&printing->out, "&amp;"); break;
		case '<': buf_add_lit(&printing->out, "&lt;"); break;
		case '>': buf_add_lit(&printing->out, "&gt;"); break;
		case '"': buf_add_lit(&printing->out, "&quot;"); break;
		case '\'': buf_add_lit(&printing->out, "&#39;"); break;
		default: buf_add_byte(&printing->out, text.ptr[i]);
		}
	}
}

static void add_text(struct printing *printing, const struct block *block)
{
	size_t at = 0;
	for (size_t i = 0; i < block->span_count; i++) {
		const struct block_span *span = &block->spans[i];
		add_escaped(printing, str_sub(block->text, at, span->from));
		if (span->is_bold) buf_add_lit(&printing->out, "<b>");
		if (span->is_underlined) buf_add_lit(&printing->out, "<u>");
		add_escaped(printing, str_sub(block->text, span->from, span->to));
		if (span->is_underlined) buf_add_lit(&printing->out, "</u>");
		if (span->is_bold) buf_add_lit(&printing->out, "</b>");
		at = span->to;
	}
	add_escaped(printing, str_sub(block->text, at, block->text.len));
}

static void add_block(struct printing *printing, const struct block *block);

static void add_children(struct printing *printing, const struct block *block)
{
	for (const struct block *child = block->first; child; child = child->next) add_block(printing, child);
}

static void add_wrapped(struct printing *printing, const char *open, const struct block *block, const char *close)
{
	buf_add(&printing->out, str_from_c(open));
	if (block->first) add_children(printing, block);
	else add_text(printing, block);
	buf_add(&printing->out, str_from_c(close));
}

static const char *paragraph_of(enum block_align align)
{
	switch (align) {
	case BLOCK_ALIGN_LEFT: return "<p class=\"flush\">";
	case BLOCK_ALIGN_CENTRE: return "<p class=\"centre\">";
	case BLOCK_ALIGN_RIGHT: return "<p class=\"right\">";
	case BLOCK_ALIGN_NONE: break;
	}
	return "<p>";
}

static void add_cell(struct printing *printing, const struct block *cell)
{
	const char *name = cell->is_header ? "th" : "td";
	if (cell->columns == 0) return;   /* covered by the one before */
	buf_printf(&printing->out, "<%s", name);
	if (cell->columns > 1) buf_printf(&printing->out, " colspan=\"%u\"", cell->columns);
	buf_add_lit(&printing->out, ">");
	add_text(printing, cell);
	buf_printf(&printing->out, "</%s>", name);
}

/* A field table is pairs of label and value: on a narrow screen each pair stands alone. */
static void add_field_row(struct printing *printing, const struct block *row)
{
	if (row->is_section) {
		buf_add_lit(&printing->out, "</dl><h3>");
		if (row->first) add_text(printing, row->first);
		buf_add_lit(&printing->out, "</h3><dl>");
		return;
	}
	for (const struct block *cell = row->first; cell; cell = cell->next) {
		if (cell->columns == 0) continue;
		buf_add(&printing->out, cell->is_header ? STR("<dt>") : STR("<dd>"));
		add_text(printing, cell);
		buf_add(&printing->out, cell->is_header ? STR("</dt>") : STR("</dd>"));
	}
}

static void add_table(struct printing *printing, const struct block *table)
{
	buf_add(&printing->out, table->is_field ? STR("<dl>") : STR("<div class=\"scroll\"><table>"));
	for (const struct block *row = table->first; row; row = row->next) {
		if (table->is_field) {
			add_field_row(printing, row);
			continue;
		}
		buf_add_lit(&printing->out, "<tr>");
		for (const struct block *cell = row->first; cell; cell = cell->next) add_cell(printing, cell);
		buf_add_lit(&printing->out, "</tr>");
	}
	buf_add(&printing->out, table->is_field ? STR("</dl>") : STR("</table></div>"));
}

static void add_sign(struct printing *printing, const struct block *block)
{
	buf_add(&printing->out, block->is_seal ? STR("<p class=\"signed seal\">") : STR("<p class=\"signed\">"));
	add_text(printing, block);
	for (size_t i = 0; i < printing->mark_count; i++) {
		if (!str_eq(printing->marks[i].id, block->id)) continue;
		buf_add_lit(&printing->out, " <b>");
		add_escaped(printing, printing->marks[i].words);
		buf_add_lit(&printing->out, "</b>");
	}
	if (block->date.len) {
		buf_add_lit(&printing->out, " <span>");
		add_escaped(printing, block->date);
		buf_add_lit(&printing->out, "</span>");
	}
	buf_add_lit(&printing->out, "</p>");
}

static void add_block(struct printing *printing, const struct block *block)
{
	int level = block->level + HEADING_DOWN > HEADING_MAX ? HEADING_MAX : block->level + HEADING_DOWN;
	switch (block->kind) {
	case BLOCK_ROOT: case BLOCK_ROW: case BLOCK_CELL: add_children(printing, block); return;
	case BLOCK_HEADING:
		buf_printf(&printing->out, "<h%d>", level);
		add_text(printing, block);
		buf_printf(&printing->out, "</h%d>", level);
		return;
	case BLOCK_PARAGRAPH: add_wrapped(printing, paragraph_of(block->align), block, "</p>"); return;
	case BLOCK_LIST:
		if (block->is_ordered) buf_printf(&printing->out, "<ol start=\"%u\">", block->start);
		else buf_add_lit(&printing->out, "<ul>");
		add_children(printing, block);
		buf_add(&printing->out, block->is_ordered ? STR("</ol>") : STR("</ul>"));
		return;
	case BLOCK_ITEM: add_wrapped(printing, "<li>", block, "</li>"); return;
	case BLOCK_QUOTE: add_wrapped(printing, "<blockquote>", block, "</blockquote>"); return;
	case BLOCK_TABLE: add_table(printing, block); return;
	case BLOCK_RULE: buf_add_lit(&printing->out, "<hr>"); return;
	case BLOCK_PAGE: return;
	case BLOCK_SIGN: add_sign(printing, block); return;
	}
}

struct err paper_html(struct arena *arena, struct str markdown, const struct paper_mark *marks, size_t mark_count,
	struct report *report, struct str *out_html)
{
	const struct block *root;
	struct printing printing = { .arena = arena, .out = buf_make(arena, HTML_BYTES_MAX), .marks = marks, .mark_count = mark_count };
	TRY(blocks_parse(arena, markdown, report, &root));
	add_block(&printing, root);
	return buf_finish(&printing.out, out_html);
}
