/* draw: pages onto a cairo surface, with the structure of a tagged PDF; their furniture (running head, foot, watermark). */
#ifndef PAPER_DRAW_H
#define PAPER_DRAW_H

#include "paper/flow.h"

struct qr_modules { int side; const uint8_t *dark; };    /* side * side, 1 = dark; side 0 = none */

/* What stands on every page, set once. */
struct furniture {
	struct text_box head_left, head_right, foot, watermark;
	struct text_box *page_numbers;           /* one a page */
	struct qr_modules qr;
};

MUST_USE struct err qr_make(struct arena *arena, struct str text, struct qr_modules *out_qr);
void qr_draw(cairo_t *cr, const struct qr_modules *qr, double x, double y, double side);

MUST_USE struct err furniture_set(struct flow *flow, const struct paper_options *options, struct furniture *out_furniture);
void furniture_draw(cairo_t *cr, const struct furniture *furniture, int page);
void watermark_draw(cairo_t *cr, const struct furniture *furniture);
void page_draw(cairo_t *cr, const struct flow *flow, const struct furniture *furniture, int page);

#endif
