#include "paper/blocks.h"

#include "paper/marks.h"
#include "paper/paper.h"

#include <assert.h>
#include <md4c.h>
#include <string.h>

struct builder {
	struct arena *arena;
	struct report *report;
	struct block *root;
	struct block *open[4 * BLOCK_DEPTH_MAX];     /* from the root to the innermost open block */
	size_t depth;
	size_t block_count;
	struct str source;                           /* the piece being parsed, to know lines */
	const char *counted;                         /* line feeds before it are in `line` */
	uint32_t line;
	enum block_align next_align;                 /* of the next paragraph, by directive */
	struct block *leaf;                          /* takes the text, or NULL */
	struct buf text;
	struct { LIST_OF(struct block_span); } spans;
	size_t run_from;                             /* where the present style began */
	int bold, underlined;                        /* nesting by md4c's own spans */
	bool mark_bold, mark_underlined;
	bool soft_break;                             /* a line feed of the source waits for the next character */
	struct str link;
	enum err_code failure;
};

static int fail(struct builder *b, enum err_code code, const char *words)
{
	report_error(b->report, b->line ? str_printf(b->arena, "%u", b->line) : (struct str){ 0 }, "%s", words);
	b->failure = code;
	return 1;
}

static struct block *innermost(struct builder *b)
{
	assert(b->depth > 0);
	return b->open[b->depth - 1];
}

static struct block *add_block(struct builder *b, enum block_kind kind)
{
	struct block *block = ARENA_NEW(b->arena, struct block), *parent = innermost(b);
	block->kind = kind;
	block->line = b->line;
	if (parent->last)
		parent->last->next = block;
	else
		parent->first = block;
	parent->last = block;
	b->block_count++;
	return block;
}

static int open_block(struct builder *b, enum block_kind kind, struct block **out_block)
{
	if (b->depth == sizeof b->open / sizeof *b->open)
		return fail(b, ERR_LIMIT, "lists and quotes are nested too deeply");
	if (b->block_count >= PAPER_BLOCK_COUNT_MAX)
		return fail(b, ERR_LIMIT, "the text has too many blocks");
	struct block *block = add_block(b, kind);
	b->open[b->depth++] = block;
	*out_block = block;
	return 0;
}

/* ---- text of a leaf ---------------------------------------------------------------------------- */

static void end_run(struct builder *b)
{
	bool is_bold = b->bold > 0 || b->mark_bold, is_underlined = b->underlined > 0 || b->mark_underlined;
	size_t to = buf_str(&b->text).len;
	if ((is_bold || is_underlined) && to > b->run_from)
		LIST_PUSH(b->arena, &b->spans, ((struct block_span){ b->run_from, to, is_bold, is_underlined }));
	b->run_from = to;
}

static void begin_leaf(struct builder *b, struct block *leaf)
{
	b->leaf = leaf;
	b->text = buf_make(b->arena, 4 * PAPER_MARKDOWN_BYTES_MAX);
	memset(&b->spans, 0, sizeof b->spans);
	b->run_from = 0;
	b->bold = b->underlined = 0;
	b->mark_bold = b->mark_underlined = b->soft_break = false;
}

static int end_leaf(struct builder *b)
{
	struct block *leaf = b->leaf;
	if (!leaf)
		return 0;
	if (b->mark_bold || b->mark_underlined)
		return fail(b, ERR_INVALID, b->mark_bold ? "`**` is opened here and not closed in the same paragraph or cell"
			: "`*` is opened here and not closed in the same paragraph or cell; a star itself is written \\*");
	end_run(b);
	leaf->text = buf_str(&b->text);
	leaf->spans = b->spans.items;
	leaf->span_count = b->spans.count;
	b->leaf = NULL;
	return 0;
}

/* Chinese is written without spaces: a line feed beside a full-width character is nothing. */
static bool is_wide(uint32_t c)
{
	return c >= 0x2E80 || (c >= 0x2010 && c <= 0x2027) || (c >= 0x2460 && c <= 0x24FF);
}

static uint32_t last_character(struct str text)
{
	size_t from = text.len;
	while (from > 0 && ((uint8_t)text.ptr[from - 1] & 0xC0) == 0x80)
		from--;
	if (from > 0)
		from--;
	uint32_t c = 0;
	return utf8_next(text, &from, &c) ? c : 0;
}

static void settle_soft_break(struct builder *b, uint32_t next)
{
	if (!b->soft_break)
		return;
	b->soft_break = false;
	uint32_t before = last_character(buf_str(&b->text));
	if (before != 0 && before != 0x2028 && !is_wide(before) && !is_wide(next))
		buf_add_byte(&b->text, ' ');
}

static bool is_zero_width(uint32_t c)
{
	return (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF;
}

static void add_character(struct builder *b, uint32_t c)
{
	if (is_zero_width(c))
		return;
	if (c == MARK_BOLD_CODE_POINT || c == MARK_UNDERLINE_CODE_POINT) {
		end_run(b);
		if (c == MARK_BOLD_CODE_POINT)
			b->mark_bold = !b->mark_bold;
		else
			b->mark_underlined = !b->mark_underlined;
		return;
	}
	settle_soft_break(b, c);
	utf8_add(&b->text, c == '\t' || c == '\n' ? ' ' : c);
}

static void add_text(struct builder *b, struct str text)
{
	size_t at = 0;
	uint32_t c = 0;
	while (utf8_next(text, &at, &c))
		add_character(b, c);
}

/* &#10; breaks the line, for cells, whose source is one line. */
static int add_entity(struct builder *b, struct str entity)
{
	static const struct { const char *name; uint32_t c; } names[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&nbsp;", 0xA0 },
		{ "&ensp;", 0x2002 }, { "&emsp;", 0x3000 }, { "&#10;", 0x2028 },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq_c(entity, names[i].name)) {
			add_character(b, names[i].c);
			return 0;
		}
	}
	return fail(b, ERR_INVALID, "this entity is not known here; write the character itself");
}

static void note_line(struct builder *b, struct str text)
{
	if (text.ptr < b->counted || text.ptr > b->source.ptr + b->source.len)
		return;                                  /* md4c's own text, such as a resolved line feed */
	for (; b->counted < text.ptr; b->counted++)
		b->line += *b->counted == '\n';
}

/* ---- what md4c calls --------------------------------------------------------------------------- */

static int on_text(MD_TEXTTYPE type, const MD_CHAR *ptr, MD_SIZE size, void *data)
{
	struct builder *b = data;
	struct str text = { ptr, size };
	if (!b->leaf) {
		struct block *parent = innermost(b);
		if (parent->kind != BLOCK_ITEM)
			return 0;
		note_line(b, text);
		begin_leaf(b, add_block(b, BLOCK_PARAGRAPH));    /* a tight item holds its text without a paragraph */
	}
	if (buf_str(&b->text).len == 0) {
		note_line(b, text);
		b->leaf->line = b->line;
	}
	switch (type) {
	case MD_TEXT_NORMAL:
	case MD_TEXT_CODE:
		add_text(b, text);
		return 0;
	case MD_TEXT_BR:
		utf8_add(&b->text, 0x2028);
		return 0;
	case MD_TEXT_SOFTBR:
		b->soft_break = true;
		return 0;
	case MD_TEXT_ENTITY:
		return add_entity(b, text);
	case MD_TEXT_HTML:
		note_line(b, text);
		return fail(b, ERR_INVALID, "raw HTML is not printed; a `<` itself is written \\<");
	default:
		return fail(b, ERR_INVALID, "this kind of text is not printed");
	}
}

static int on_enter_span(MD_SPANTYPE type, void *detail, void *data)
{
	struct builder *b = data;
	switch (type) {
	case MD_SPAN_STRONG:
		end_run(b);
		b->bold++;
		return 0;
	case MD_SPAN_EM:
		end_run(b);
		b->underlined++;
		return 0;
	case MD_SPAN_A: {
		const MD_SPAN_A_DETAIL *link = detail;
		b->link = str_copy(b->arena, (struct str){ link->href.text, link->href.size });
		return 0;
	}
	case MD_SPAN_CODE:
		return 0;
	case MD_SPAN_IMG:
		return fail(b, ERR_INVALID, "pictures are not printed from Markdown");
	default:
		return fail(b, ERR_INVALID, "this kind of text is not printed");
	}
}

/* On paper a link cannot be followed: its address is printed behind its text. */
static void end_link(struct builder *b)
{
	if (!str_is_empty(b->link) && !str_ends(buf_str(&b->text), b->link)) {
		add_text(b, STR("（"));
		add_text(b, b->link);
		add_text(b, STR("）"));
	}
	b->link = (struct str){ 0 };
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *data)
{
	struct builder *b = data;
	(void)detail;
	if (type == MD_SPAN_STRONG || type == MD_SPAN_EM) {
		end_run(b);
		*(type == MD_SPAN_STRONG ? &b->bold : &b->underlined) -= 1;
	} else if (type == MD_SPAN_A) {
		end_link(b);
	}
	return 0;
}

static int enter_table(struct builder *b, const MD_BLOCK_TABLE_DETAIL *detail)
{
	if (detail->col_count > PAPER_COLUMN_COUNT_MAX)
		return fail(b, ERR_LIMIT, "a table has more than 12 columns");
	struct block *table = NULL;
	if (open_block(b, BLOCK_TABLE, &table))
		return 1;
	table->column_count = detail->col_count;
	return 0;
}

static int enter_cell(struct builder *b, bool is_header, const MD_BLOCK_TD_DETAIL *detail)
{
	struct block *row = innermost(b), *cell = NULL;
	if (open_block(b, BLOCK_CELL, &cell))
		return 1;
	row->is_header = cell->is_header = is_header;
	cell->columns = 1;
	cell->align = detail->align == MD_ALIGN_CENTER ? BLOCK_ALIGN_CENTRE : detail->align == MD_ALIGN_RIGHT ? BLOCK_ALIGN_RIGHT
		: detail->align == MD_ALIGN_LEFT ? BLOCK_ALIGN_LEFT : BLOCK_ALIGN_NONE;
	begin_leaf(b, cell);
	return 0;
}

static int enter_list(struct builder *b, bool is_ordered, uint32_t start)
{
	struct block *list = NULL;
	if (end_leaf(b) || open_block(b, BLOCK_LIST, &list))
		return 1;
	list->is_ordered = is_ordered;
	list->start = start;
	return 0;
}

static int enter_text(struct builder *b, enum block_kind kind, int level)
{
	struct block *block = NULL;
	if (end_leaf(b) || open_block(b, kind, &block))
		return 1;
	block->level = level;
	if (kind == BLOCK_PARAGRAPH) {
		block->align = b->next_align;
		b->next_align = BLOCK_ALIGN_NONE;
	}
	begin_leaf(b, block);
	return 0;
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	struct builder *b = data;
	struct block *block = NULL;
	switch (type) {
	case MD_BLOCK_DOC:
	case MD_BLOCK_THEAD:
	case MD_BLOCK_TBODY:
		return 0;
	case MD_BLOCK_QUOTE:
		return end_leaf(b) ? 1 : open_block(b, BLOCK_QUOTE, &block);
	case MD_BLOCK_UL:
		return enter_list(b, false, 0);
	case MD_BLOCK_OL:
		return enter_list(b, true, ((const MD_BLOCK_OL_DETAIL *)detail)->start);
	case MD_BLOCK_LI:
		return open_block(b, BLOCK_ITEM, &block);
	case MD_BLOCK_HR:
		return end_leaf(b) ? 1 : open_block(b, BLOCK_RULE, &block);
	case MD_BLOCK_H:
		return enter_text(b, BLOCK_HEADING, (int)((const MD_BLOCK_H_DETAIL *)detail)->level);
	case MD_BLOCK_P:
		return enter_text(b, BLOCK_PARAGRAPH, 0);
	case MD_BLOCK_TABLE:
		return enter_table(b, detail);
	case MD_BLOCK_TR:
		return open_block(b, BLOCK_ROW, &block);
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		return enter_cell(b, type == MD_BLOCK_TH, detail);
	case MD_BLOCK_CODE:
		return fail(b, ERR_INVALID, "code blocks are not printed");
	case MD_BLOCK_HTML:
		return fail(b, ERR_INVALID, "raw HTML is not printed; a `<` itself is written \\<");
	}
	return fail(b, ERR_INVALID, "this kind of block is not printed");
}

/* ---- field tables ------------------------------------------------------------------------------ */

static bool is_wholly_bold(const struct block *cell)
{
	size_t bold = 0;
	for (size_t i = 0; i < cell->span_count; i++) {
		if (cell->spans[i].is_bold)
			bold += cell->spans[i].to - cell->spans[i].from;
	}
	return cell->text.len > 0 && bold == cell->text.len;
}

static bool is_label_column(uint32_t column, uint32_t count)
{
	return count % 2 == 0 ? column % 2 == 0 : column == 0;
}

/* Labels are marked, empty pairs at the end are given to the value before them. */
static void shape_field_row(struct block *row, uint32_t column_count)
{
	struct block *cells[PAPER_COLUMN_COUNT_MAX] = { 0 };
	uint32_t count = 0, used = 0;
	for (struct block *cell = row->first; cell && count < PAPER_COLUMN_COUNT_MAX; cell = cell->next) {
		cells[count++] = cell;
		cell->is_header = is_label_column(count - 1, column_count);
		if (!str_is_empty(str_trim(cell->text)))
			used = count;
	}
	if (count == 0)
		return;
	if (used == 1 && is_wholly_bold(cells[0])) {
		row->is_section = true;
		used = 1;
	} else {
		used = used < 2 ? 2 : used + (column_count % 2 == 0 ? used % 2 : 0);
		if (column_count % 2 != 0)
			used = count;
	}
	if (used > count)
		used = count;
	for (uint32_t i = used; i < count; i++) {
		cells[i]->columns = 0;
		cells[used - 1]->columns++;
	}
}

static void shape_table(struct block *table)
{
	struct block *header = table->first;
	if (!header || !header->is_header)
		return;
	for (const struct block *cell = header->first; cell; cell = cell->next) {
		if (!str_is_empty(str_trim(cell->text)))
			return;
	}
	table->is_field = true;
	table->first = header->next;
	if (!table->first)
		table->last = NULL;
	for (struct block *row = table->first; row; row = row->next)
		shape_field_row(row, table->column_count);
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	struct builder *b = data;
	(void)detail;
	if (type == MD_BLOCK_DOC || type == MD_BLOCK_THEAD || type == MD_BLOCK_TBODY)
		return 0;
	if (end_leaf(b))
		return 1;
	if (type == MD_BLOCK_TABLE)
		shape_table(innermost(b));
	b->depth--;
	return 0;
}

/* ---- pieces ------------------------------------------------------------------------------------ */

static struct err parse_markdown(struct builder *b, const struct piece *piece)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_NOINDENTEDCODEBLOCKS,
		.enter_block = on_enter_block, .leave_block = on_leave_block,
		.enter_span = on_enter_span, .leave_span = on_leave_span, .text = on_text,
	};
	b->source = piece->text;
	b->counted = piece->text.ptr;
	b->line = piece->line;
	int result = md_parse(piece->text.ptr, (MD_SIZE)piece->text.len, &parser, b);
	if (b->failure != ERR_NONE)
		return (struct err){ (uint16_t)b->failure };
	if (result != 0)
		return ERR(INTERNAL);
	assert(b->depth == 1);
	return OK;
}

static void add_sign(struct builder *b, const struct piece *piece)
{
	b->line = piece->line;
	struct block *block = add_block(b, BLOCK_SIGN);
	block->is_seal = piece->kind == PIECE_SEAL;
	block->id = piece->id;
	block->text = piece->caption;
	block->date = piece->date;
}

static struct err parse_piece(struct builder *b, const struct piece *piece)
{
	b->line = piece->line;
	if (b->next_align != BLOCK_ALIGN_NONE && piece->kind != PIECE_MARKDOWN) {
		(void)fail(b, ERR_INVALID, "{flush}, {centre} and {right} stand before a paragraph");
		return ERR(INVALID);
	}
	switch (piece->kind) {
	case PIECE_MARKDOWN:
		TRY(parse_markdown(b, piece));
		b->next_align = BLOCK_ALIGN_NONE;
		return OK;
	case PIECE_FLUSH:
		b->next_align = BLOCK_ALIGN_LEFT;
		return OK;
	case PIECE_CENTRE:
		b->next_align = BLOCK_ALIGN_CENTRE;
		return OK;
	case PIECE_RIGHT:
		b->next_align = BLOCK_ALIGN_RIGHT;
		return OK;
	case PIECE_PAGE:
		(void)add_block(b, BLOCK_PAGE);
		return OK;
	case PIECE_SIGN:
	case PIECE_SEAL:
		add_sign(b, piece);
		return OK;
	}
	return ERR(INTERNAL);
}

struct err blocks_parse(struct arena *arena, struct str markdown, struct report *report, const struct block **out_root)
{
	struct pieces pieces = { 0 };
	TRY(marks_cut(arena, markdown, report, &pieces));
	struct builder b = { .arena = arena, .report = report };
	b.root = ARENA_NEW(arena, struct block);
	b.open[b.depth++] = b.root;
	size_t box_count = 0;
	for (size_t i = 0; i < pieces.count; i++) {
		TRY(parse_piece(&b, &pieces.items[i]));
		box_count += pieces.items[i].kind == PIECE_SIGN || pieces.items[i].kind == PIECE_SEAL;
	}
	if (box_count > PAPER_BOX_COUNT_MAX) {
		report_error(report, (struct str){ 0 }, "the text has more than %d signature boxes", PAPER_BOX_COUNT_MAX);
		return ERR(LIMIT);
	}
	*out_root = b.root;
	return OK;
}
