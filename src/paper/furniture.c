#include "paper/draw.h"

#include <math.h>

#define HEAD_TOP 44.0
#define FOOT_TOP (PAGE_HEIGHT - 66.0)
#define QR_SIDE 40.0
#define SMALL_LEADING 13.0

static const struct text_style small = { .face = FACE_REGULAR, .size = 9, .leading = SMALL_LEADING, .grey = 0.25 };

struct err furniture_set(struct flow *flow, const struct paper_options *options, struct furniture *out_furniture)
{
	struct setter *setter = flow->setter;
	struct furniture set = { 0 };
	if (failed(qr_make(setter->arena, options->qr, &set.qr))) {
		report_error(setter->report, (struct str){ 0 }, "the text of the QR code is too long");
		return ERR(LIMIT);
	}
	struct text_style right = small;
	right.align = BLOCK_ALIGN_RIGHT;
	set.head_left = text_set_plain(setter, options->author, &small, TEXT_WIDTH * 0.6);
	set.head_right = text_set_plain(setter, options->number, &right, TEXT_WIDTH);
	double foot_left = set.qr.side > 0 ? QR_SIDE + 10 : 0;
	set.foot = text_set_plain(setter, options->footer, &small, TEXT_WIDTH - foot_left - 90);
	static const struct text_style mark = { .face = FACE_BOLD, .size = 120, .leading = 150, .spacing = 20 };
	set.watermark = text_set_plain(setter, options->watermark, &mark, -1);
	set.page_numbers = ARENA_ARRAY(setter->arena, struct text_box, (size_t)flow->page_count);
	for (int i = 0; i < flow->page_count; i++) {
		struct str text = str_printf(setter->arena, "第 %d 页　共 %d 页", i + 1, flow->page_count);
		set.page_numbers[i] = text_set_plain(setter, text, &right, TEXT_WIDTH);
	}
	if (setter->lacks_glyphs)
		return ERR(INVALID);
	*out_furniture = set;
	return OK;
}

static void hairline(cairo_t *cr, double y, double grey)
{
	cairo_set_source_rgb(cr, grey, grey, grey);
	cairo_set_line_width(cr, 0.4);
	cairo_move_to(cr, TEXT_LEFT, y);
	cairo_line_to(cr, TEXT_LEFT + TEXT_WIDTH, y);
	cairo_stroke(cr);
}

/* The first page carries the organisation and the number in its head already. */
static void head_draw(cairo_t *cr, const struct furniture *furniture, int page)
{
	if (page == 0 || (!furniture->head_left.layout && !furniture->head_right.layout))
		return;
	text_draw(cr, &furniture->head_left, TEXT_LEFT, HEAD_TOP, 0, 1);
	text_draw(cr, &furniture->head_right, TEXT_LEFT, HEAD_TOP, 0, 1);
	hairline(cr, HEAD_TOP + SMALL_LEADING + 4, 0.5);
}

void furniture_draw(cairo_t *cr, const struct furniture *furniture, int page)
{
	head_draw(cr, furniture, page);
	hairline(cr, FOOT_TOP, 0.5);
	qr_draw(cr, &furniture->qr, TEXT_LEFT, FOOT_TOP + 6, QR_SIDE);
	double left = furniture->qr.side > 0 ? QR_SIDE + 10 : 0;
	text_draw(cr, &furniture->foot, TEXT_LEFT + left, FOOT_TOP + 5, 0, 3);
	text_draw(cr, &furniture->page_numbers[page], TEXT_LEFT, FOOT_TOP + 5, 0, 1);
}

/* As shapes: a reader that copies the text does not find it between the lines. */
void watermark_draw(cairo_t *cr, const struct furniture *furniture)
{
	const struct text_box *box = &furniture->watermark;
	if (!box->layout)
		return;
	double fit = 560.0 / (box->natural_width > 560.0 ? box->natural_width : 560.0);
	cairo_save(cr);
	cairo_translate(cr, PAGE_WIDTH / 2, PAGE_HEIGHT / 2);
	cairo_rotate(cr, -M_PI / 5);
	cairo_scale(cr, fit, fit);
	cairo_move_to(cr, -(box->natural_width - box->style.spacing) / 2, 0.38 * box->style.size);
	pango_cairo_layout_line_path(cr, pango_layout_get_line_readonly(box->layout, 0));
	cairo_set_source_rgb(cr, 0.925, 0.925, 0.925);
	cairo_fill(cr);
	cairo_restore(cr);
}
