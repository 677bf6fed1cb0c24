#include "paper/draw.h"
#include "paper/paper.h"

#include <errno.h>
#include <qrencode.h>

struct err qr_make(struct arena *arena, struct str text, struct qr_modules *out_qr)
{
	if (text.len > PAPER_QR_BYTES_MAX)
		return ERR(LIMIT);
	if (str_is_empty(text)) {
		*out_qr = (struct qr_modules){ 0 };
		return OK;
	}
	QRcode *code = QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_M);
	if (!code)
		return errno == ERANGE ? ERR(LIMIT) : ERR(INTERNAL);
	size_t count = (size_t)code->width * (size_t)code->width;
	uint8_t *dark = arena_alloc(arena, count);
	for (size_t i = 0; i < count; i++)
		dark[i] = code->data[i] & 1;
	*out_qr = (struct qr_modules){ code->width, dark };
	QRcode_free(code);
	return OK;
}

/* Runs of dark modules as rectangles of one path, so that no seams show between neighbours. */
void qr_draw(cairo_t *cr, const struct qr_modules *qr, double x, double y, double side)
{
	if (qr->side == 0)
		return;
	double module = side / qr->side;
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (int row = 0; row < qr->side; row++) {
		for (int from = 0; from < qr->side;) {
			int to = from;
			while (to < qr->side && qr->dark[row * qr->side + to])
				to++;
			if (to > from)
				cairo_rectangle(cr, x + from * module, y + row * module, (to - from) * module, module);
			from = to + 1;
		}
	}
	cairo_fill(cr);
}

/* One path of runs, on a white ground with the quiet zone of four modules that the standard asks for (ISO 18004). */
struct err paper_qr_svg(struct arena *arena, struct str text, struct str *out_svg)
{
	enum { QUIET = 4, SVG_BYTES_MAX = 1 << 18 };
	struct qr_modules qr;
	struct buf buf = buf_make(arena, SVG_BYTES_MAX);
	TRY(qr_make(arena, text, &qr));
	int side = qr.side + 2 * QUIET;
	buf_printf(&buf, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
		"<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"", side, side, side, side);
	for (int row = 0; row < qr.side; row++) {
		for (int from = 0; from < qr.side;) {
			int to = from;
			while (to < qr.side && qr.dark[row * qr.side + to]) to++;
			if (to > from) buf_printf(&buf, "M%d %dh%dv1h-%dz", from + QUIET, row + QUIET, to - from, to - from);
			from = to + 1;
		}
	}
	buf_add_lit(&buf, "\"/></svg>");
	return buf_finish(&buf, out_svg);
}
