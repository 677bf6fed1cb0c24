/* blocks: the Markdown profile of paper.h as a tree, without any measure: what layout draws and what a page in HTML
 * would print. */
#ifndef PAPER_BLOCKS_H
#define PAPER_BLOCKS_H

#include "base/base.h"

enum block_kind {
	BLOCK_ROOT, BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_LIST, BLOCK_ITEM, BLOCK_QUOTE, BLOCK_TABLE, BLOCK_ROW, BLOCK_CELL,
	BLOCK_RULE, BLOCK_PAGE, BLOCK_SIGN
};

enum block_align { BLOCK_ALIGN_NONE, BLOCK_ALIGN_LEFT, BLOCK_ALIGN_CENTRE, BLOCK_ALIGN_RIGHT };

enum { BLOCK_DEPTH_MAX = 8 };

/* Bytes [from, to) of the text. */
struct block_span { size_t from, to; bool is_bold, is_underlined; };

struct block {
	enum block_kind kind;
	int level;                   /* HEADING: 1 to 6 */
	enum block_align align;      /* PARAGRAPH: as directed; CELL: its column's */
	bool is_ordered;             /* LIST */
	bool is_field;               /* TABLE: pairs of label and value, no header row */
	bool is_header;              /* ROW: of the header; CELL: a heading of its column or row */
	bool is_section;             /* ROW of a field table: one cell over the whole width */
	bool is_seal;                /* SIGN */
	uint32_t start;              /* LIST: number of the first item */
	uint32_t column_count;       /* TABLE */
	uint32_t columns;            /* CELL: how many columns it covers; 0 = covered by the one before */
	uint32_t line;               /* in the Markdown, from 1; 0 = not known */
	struct str text;             /* HEADING, PARAGRAPH, CELL; SIGN: the caption. U+2028 breaks the line */
	struct block_span *spans;    /* in order, without overlap */
	size_t span_count;
	struct str id, date;         /* SIGN; the date may be empty */
	struct block *first, *last, *next;
};

/* INVALID or LIMIT, with the lines in the report. */
MUST_USE struct err blocks_parse(struct arena *arena, struct str markdown, struct report *report, const struct block **out_root);

#endif
