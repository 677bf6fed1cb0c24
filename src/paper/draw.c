#include "paper/draw.h"

#include <stdio.h>

/* The structure that is open while a page is drawn: lists and tables close where another thing begins. */
struct tags {
	cairo_t *cr;
	int list;
	const struct flow_table *table;
};

static void close_groups(struct tags *tags, int list, const struct flow_table *table)
{
	if (tags->list != 0 && tags->list != list) {
		cairo_tag_end(tags->cr, "L");
		tags->list = 0;
	}
	if (tags->table && tags->table != table) {
		cairo_tag_end(tags->cr, "Table");
		tags->table = NULL;
	}
}

static void draw_text(struct tags *tags, const struct placed *placed)
{
	const struct flow_item *item = placed->item;
	cairo_t *cr = tags->cr;
	if (item->list != 0 && tags->list != item->list) {
		cairo_tag_begin(cr, "L", NULL);
		tags->list = item->list;
	}
	if (item->list != 0)
		cairo_tag_begin(cr, "LI", NULL);
	if (item->marker.layout && placed->from == 0) {
		cairo_tag_begin(cr, "Lbl", NULL);
		text_draw(cr, &item->marker, TEXT_LEFT + item->marker_x, placed->y, 0, 1);
		cairo_tag_end(cr, "Lbl");
	}
	const char *tag = item->list != 0 ? "LBody" : item->tag;
	cairo_tag_begin(cr, tag, NULL);
	text_draw(cr, &item->text, TEXT_LEFT + item->left, placed->y, placed->from, placed->to);
	cairo_tag_end(cr, tag);
	if (item->list != 0)
		cairo_tag_end(cr, "LI");
}

static void draw_cell_frame(cairo_t *cr, const struct flow_cell *cell, const struct placed *placed)
{
	cairo_rectangle(cr, TEXT_LEFT + cell->x, placed->y, cell->width, placed->height);
	if (cell->is_shaded) {
		cairo_set_source_rgb(cr, 0.955, 0.955, 0.955);
		cairo_fill_preserve(cr);
	}
	cairo_set_source_rgb(cr, 0.2, 0.2, 0.2);
	cairo_set_line_width(cr, 0.5);
	cairo_stroke(cr);
}

static void draw_row(struct tags *tags, const struct placed *placed)
{
	const struct flow_item *item = placed->item;
	cairo_t *cr = tags->cr;
	for (size_t i = 0; i < item->cell_count; i++)
		draw_cell_frame(cr, &item->cells[i], placed);
	if (tags->table != item->table) {
		cairo_tag_begin(cr, "Table", NULL);
		tags->table = item->table;
	}
	cairo_tag_begin(cr, "TR", NULL);
	bool is_whole = placed->from == 0 && placed->to == item->line_count;
	for (size_t i = 0; i < item->cell_count; i++) {
		const struct flow_cell *cell = &item->cells[i];
		double y = placed->y + item->pad;
		if (is_whole)
			y += (item->line_count - cell->text.line_count) * item->leading / 2;
		cairo_tag_begin(cr, cell->is_header ? "TH" : "TD", NULL);
		text_draw(cr, &cell->text, TEXT_LEFT + cell->x + CELL_PAD_X, y, placed->from, placed->to);
		cairo_tag_end(cr, cell->is_header ? "TH" : "TD");
	}
	cairo_tag_end(cr, "TR");
}

static void draw_signs(cairo_t *cr, const struct placed *placed)
{
	for (size_t i = 0; i < placed->item->sign_count; i++) {
		const struct flow_sign *sign = &placed->item->signs[i];
		cairo_tag_begin(cr, "P", NULL);
		text_draw(cr, &sign->caption, TEXT_LEFT + sign->caption_x, placed->y + sign->caption_y, 0, sign->caption.line_count);
		cairo_tag_end(cr, "P");
		cairo_tag_begin(cr, "P", NULL);
		text_draw(cr, &sign->date, TEXT_LEFT + sign->date_x, placed->y + sign->date_y, 0, 1);
		cairo_tag_end(cr, "P");
		if (sign->block->is_seal)
			continue;
		double y = placed->y + sign->ink_y + sign->ink_height;
		cairo_set_source_rgb(cr, 0.2, 0.2, 0.2);
		cairo_set_line_width(cr, 0.5);
		cairo_move_to(cr, TEXT_LEFT + sign->ink_x, y);
		cairo_line_to(cr, TEXT_LEFT + sign->x + SIGN_WIDTH, y);
		cairo_stroke(cr);
	}
}

static void draw_rule(cairo_t *cr, const struct placed *placed)
{
	cairo_set_source_rgb(cr, 0.2, 0.2, 0.2);
	cairo_set_line_width(cr, 0.5);
	cairo_move_to(cr, TEXT_LEFT, placed->y + placed->height / 2);
	cairo_line_to(cr, TEXT_LEFT + TEXT_WIDTH, placed->y + placed->height / 2);
	cairo_stroke(cr);
}

void page_draw(cairo_t *cr, const struct flow *flow, const struct furniture *furniture, int page)
{
	struct tags tags = { .cr = cr };
	watermark_draw(cr, furniture);
	for (size_t i = 0; i < flow->places.count; i++) {
		const struct placed *placed = &flow->places.items[i];
		if (placed->page != page)
			continue;
		close_groups(&tags, placed->item->list, placed->item->table);
		if (placed->item->kind == ITEM_TEXT)
			draw_text(&tags, placed);
		else if (placed->item->kind == ITEM_ROW)
			draw_row(&tags, placed);
		else if (placed->item->kind == ITEM_SIGNS)
			draw_signs(cr, placed);
		else if (placed->item->kind == ITEM_RULE)
			draw_rule(cr, placed);
	}
	close_groups(&tags, 0, NULL);
	furniture_draw(cr, furniture, page);
}
