/* text: one piece of text set into lines of a given width, and drawn line by line on a fixed leading. Lengths are PDF
 * points; y grows downwards. */
#ifndef PAPER_TEXT_H
#define PAPER_TEXT_H

#include "paper/blocks.h"
#include "paper/press.h"

/* Of the size. From a tenth on, readers that extract the text take the gaps for spaces. */
#define LETTER_SPACING_MAX 0.09

/* What setting needs and what it leaves to be freed. */
struct setter {
	struct paper_press *press;
	struct arena *arena;
	struct report *report;
	struct { LIST_OF(PangoLayout *); } layouts;
	bool lacks_glyphs;
};

struct text_style {
	enum face face;
	double size, leading;
	double indent;               /* of the first line */
	double spacing;              /* between letters */
	enum block_align align;
	bool is_justified;
	double grey;                 /* 0 = black */
};

struct text_box {
	PangoLayout *layout;         /* NULL = no text */
	struct text_style style;
	double width, natural_width; /* the column; the widest line */
	int line_count;
	double *offsets;             /* of each line from the left */
};

/* width < 0: one line of whatever width (natural_width is the result). */
struct text_box text_set(struct setter *setter, struct str text, const struct block_span *spans, size_t span_count,
	const struct text_style *style, double width, uint32_t line);
static inline struct text_box text_set_plain(struct setter *setter, struct str text, const struct text_style *style, double width)
{
	return text_set(setter, text, NULL, 0, style, width, 0);
}
static inline double text_height(const struct text_box *box) { return box->line_count * box->style.leading; }
/* Lines [from, to) with the top of line `from` at y. */
void text_draw(cairo_t *cr, const struct text_box *box, double x, double y, int from, int to);
void setter_done(struct setter *setter);

#endif
