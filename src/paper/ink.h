/* ink: strokes of a pen, read from JSON and drawn as smooth lines. */
#ifndef PAPER_INK_H
#define PAPER_INK_H

#include "paper/paper.h"

#include <cairo.h>

struct ink_point { double x, y, pressure; bool begins; };    /* begins: the pen was lifted before it */
struct ink { LIST_OF(struct ink_point); };

/* INVALID with words in the report, LIMIT for more than PAPER_STROKE_POINT_COUNT_MAX points, MISSING without points. */
MUST_USE struct err ink_parse(struct arena *arena, struct str json, struct report *report, struct ink *out_ink);
/* Fitted into the rectangle, in the present colour. */
void ink_draw(cairo_t *cr, const struct ink *ink, double x, double y, double width, double height);

#endif
