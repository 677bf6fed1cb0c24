#include "paper/flow.h"

#include <math.h>

enum { LINES_TOGETHER_MIN = 2, ROW_LINES_WHOLE = 6, KEEP_CHAIN_MAX = 12 };

struct pager {
	struct flow *flow;
	int page;
	double y;
	bool is_empty;           /* nothing on this page yet but repeated headers */
	int pages_max;
};

/* Less than what must be on one page for an item to begin there. */
static double least_height(const struct flow_item *item)
{
	if (item->kind == ITEM_TEXT && item->line_count > LINES_TOGETHER_MIN + 1)
		return LINES_TOGETHER_MIN * item->leading;
	if (item->kind == ITEM_ROW && item->line_count > ROW_LINES_WHOLE)
		return LINES_TOGETHER_MIN * item->leading + 2 * item->pad;
	return item->height;
}

/* With all that must stay with it. */
static double needed_height(const struct flow *flow, size_t index)
{
	double height = 0;
	for (size_t i = index; i < flow->items.count && i < index + KEEP_CHAIN_MAX; i++) {
		const struct flow_item *item = flow->items.items[i];
		if (item->kind == ITEM_PAGE)
			break;
		height += i > index ? item->space_before : 0;
		if (!item->keeps_next || i + 1 == flow->items.count)
			return height + least_height(item);
		height += item->height;
	}
	return height;
}

static void place(struct pager *pager, const struct flow_item *item, int from, int to, double height)
{
	LIST_PUSH(pager->flow->setter->arena, &pager->flow->places, ((struct placed){
		.item = item, .page = pager->page, .y = pager->y, .height = height, .from = from, .to = to,
	}));
	pager->y += height;
	pager->is_empty = false;
}

static void next_page(struct pager *pager)
{
	pager->page++;
	pager->y = BODY_TOP;
	pager->is_empty = true;
}

/* The header rows again, when a row that is not a table's first begins a page. */
static void repeat_headers(struct pager *pager, const struct flow_item *item, bool is_continued)
{
	if (item->kind != ITEM_ROW || !pager->is_empty || pager->page == 0 || (item->is_first_row && !is_continued))
		return;
	const struct flow_table *table = item->table;
	if (table->header_height > (BODY_BOTTOM - BODY_TOP) / 2)
		return;
	for (size_t i = 0; i < table->headers.count; i++) {
		if (table->headers.items[i] == item)
			return;
	}
	for (size_t i = 0; i < table->headers.count; i++)
		place(pager, table->headers.items[i], 0, table->headers.items[i]->line_count, table->headers.items[i]->height);
	pager->is_empty = true;
}

static void place_lines(struct pager *pager, const struct flow_item *item)
{
	for (int from = 0; from < item->line_count;) {
		repeat_headers(pager, item, from > 0);
		int left = item->line_count - from;
		int room = (int)floor((BODY_BOTTOM - pager->y - 2 * item->pad + 0.01) / item->leading);
		int take = left <= room ? left : room;
		if (take < left && left - take < LINES_TOGETHER_MIN)
			take = left - LINES_TOGETHER_MIN;
		if (pager->is_empty && take < 1)
			take = 1;
		if (take < left && take < LINES_TOGETHER_MIN && !pager->is_empty) {
			next_page(pager);
			continue;
		}
		place(pager, item, from, from + take, take * item->leading + 2 * item->pad);
		from += take;
		if (from < item->line_count)
			next_page(pager);
	}
}

static void note_boxes(struct pager *pager, const struct flow_item *item)
{
	for (size_t i = 0; i < item->sign_count; i++) {
		const struct flow_sign *sign = &item->signs[i];
		LIST_PUSH(pager->flow->setter->arena, &pager->flow->boxes, ((struct paper_box){
			.id = sign->block->id, .page = pager->page + 1, .is_seal = sign->block->is_seal,
			.x = TEXT_LEFT + sign->ink_x, .y = PAGE_HEIGHT - (pager->y + sign->ink_y + sign->ink_height),
			.width = sign->ink_width, .height = sign->ink_height,
		}));
	}
}

static void place_item(struct pager *pager, size_t index)
{
	const struct flow_item *item = pager->flow->items.items[index];
	if (item->kind == ITEM_PAGE) {
		if (!pager->is_empty)
			next_page(pager);
		return;
	}
	double needed = needed_height(pager->flow, index);
	double space = pager->is_empty ? 0 : item->space_before;
	if (needed > BODY_BOTTOM - BODY_TOP)
		needed = least_height(item);
	if (!pager->is_empty && pager->y + space + needed > BODY_BOTTOM + 0.01) {
		next_page(pager);
		space = 0;
	}
	pager->y += space;
	if (item->kind == ITEM_TEXT || item->kind == ITEM_ROW) {
		place_lines(pager, item);
		return;
	}
	if (item->kind == ITEM_SIGNS)
		note_boxes(pager, item);
	place(pager, item, 0, 1, item->height);
}

struct err flow_paginate(struct flow *flow, int pages_max)
{
	struct pager pager = { .flow = flow, .y = BODY_TOP, .is_empty = true, .pages_max = pages_max };
	for (size_t i = 0; i < flow->items.count; i++) {
		place_item(&pager, i);
		if (pager.page >= pages_max) {
			report_error(flow->setter->report, (struct str){ 0 }, "the paper has more than %d pages", pages_max);
			return ERR(LIMIT);
		}
	}
	flow->page_count = flow->places.count ? flow->places.items[flow->places.count - 1].page + 1 : 1;
	return OK;
}
