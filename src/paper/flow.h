/* flow: the blocks as a column of items with known heights, and their places on pages. Lengths are PDF points, y grows
 * downwards from the top of the page. */
#ifndef PAPER_FLOW_H
#define PAPER_FLOW_H

#include "paper/text.h"

/* A4 with a measure of 37 characters of 12 points, so that full lines fill the grid exactly. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.890
#define TEXT_WIDTH 444.0
#define TEXT_LEFT ((PAGE_WIDTH - TEXT_WIDTH) / 2)
#define BODY_TOP 76.0
#define BODY_BOTTOM (PAGE_HEIGHT - 86.0)
#define BODY_SIZE 12.0
#define BODY_LEADING 21.0
#define CELL_SIZE 10.5
#define CELL_LEADING 16.5
#define CELL_PAD_X 5.0
#define CELL_PAD_Y 4.5
#define SIGN_WIDTH 210.0

enum item_kind { ITEM_TEXT, ITEM_ROW, ITEM_RULE, ITEM_PAGE, ITEM_SIGNS };

struct flow_cell {
	struct text_box text;
	double x, width;             /* x from the left of the text */
	bool is_header, is_shaded;
};

struct flow_table {
	struct { LIST_OF(struct flow_item *); } headers;   /* repeated on each page */
	double header_height;
};

/* A signature box in its column; y and height of the ink relative to the item's top. */
struct flow_sign {
	const struct block *block;
	struct text_box caption, date;
	double x, caption_x, caption_y, ink_x, ink_y, ink_width, ink_height, date_x, date_y;
	double height;
};

struct flow_item {
	enum item_kind kind;
	const char *tag;             /* structure type of a text: "H1", "P" ... */
	double space_before, left, height;
	int line_count;              /* that the item may be broken into */
	double leading, pad;         /* height = line_count * leading + 2 * pad for rows */
	bool keeps_next;             /* never the last on a page */
	struct text_box text, marker;
	double marker_x;
	int list;                    /* items of one list carry one number; 0 = none */
	struct flow_table *table;
	struct flow_cell *cells;
	size_t cell_count;
	bool is_first_row;
	struct flow_sign signs[2];
	size_t sign_count;
};

struct placed {
	const struct flow_item *item;
	int page;                    /* from 0 */
	double y, height;
	int from, to;                /* lines */
};

struct flow {
	struct setter *setter;
	struct { LIST_OF(struct flow_item *); } items;
	struct { LIST_OF(struct placed); } places;
	struct { LIST_OF(struct paper_box); } boxes;
	int page_count;
	int list_count;
};

/* LIMIT, or INVALID when a glyph is missing. */
MUST_USE struct err flow_build(struct flow *flow, const struct paper_options *options, const struct block *root);
struct flow_item *flow_add(struct flow *flow, enum item_kind kind);
void flow_add_table(struct flow *flow, const struct block *table, double left, double width);
/* Up to two boxes side by side; returns the last block taken. */
const struct block *flow_add_signs(struct flow *flow, const struct block *first);
/* LIMIT: more pages than pages_max. */
MUST_USE struct err flow_paginate(struct flow *flow, int pages_max);

#endif
