#include "paper/ink.h"
#include "paper/press.h"
#include "paper/text.h"

#include <math.h>

enum { STAMP_WIDTH_MIN = 64, STAMP_WIDTH_MAX = 2000, STAMP_WIDTH_USUAL = 600 };

struct canvas {
	struct setter *setter;
	const struct paper_stamp *stamp;
	cairo_t *cr;
	double width, height;
};

static struct text_style plain_style(enum face face, double size)
{
	return (struct text_style){ .face = face, .size = size, .leading = size * 1.3 };
}

/* One line as wide as it gets, shrunk to fit, its middle at (x, y). */
static void draw_line(struct canvas *canvas, struct str text, struct text_style style, double x, double y, double width_max)
{
	struct text_box box = text_set_plain(canvas->setter, text, &style, -1);
	if (!box.layout || box.natural_width <= 0)
		return;
	double fit = fmin(1, width_max / box.natural_width);
	cairo_save(canvas->cr);
	cairo_translate(canvas->cr, x, y);
	cairo_scale(canvas->cr, fit, fit);
	cairo_move_to(canvas->cr, -(box.natural_width - style.spacing) / 2, 0.38 * style.size);
	pango_cairo_layout_line_path(canvas->cr, pango_layout_get_line_readonly(box.layout, 0));
	cairo_fill(canvas->cr);
	cairo_restore(canvas->cr);
}

static double note_height(const struct canvas *canvas)
{
	return str_is_empty(canvas->stamp->note) ? 0 : canvas->height * 0.25;
}

static void draw_note(struct canvas *canvas)
{
	double height = note_height(canvas);
	if (height <= 0)
		return;
	cairo_set_source_rgb(canvas->cr, 0.25, 0.27, 0.32);
	draw_line(canvas, canvas->stamp->note, plain_style(FACE_REGULAR, height * 0.74), canvas->width / 2,
		canvas->height - height / 2, canvas->width * 0.98);
}

static void set_ink_colour(cairo_t *cr)
{
	cairo_set_source_rgb(cr, 0.055, 0.075, 0.20);     /* blue-black, as the law's fountain pen */
}

static struct err draw_strokes(struct canvas *canvas)
{
	struct ink ink;
	TRY(ink_parse(canvas->setter->arena, canvas->stamp->strokes, canvas->setter->report, &ink));
	set_ink_colour(canvas->cr);
	ink_draw(canvas->cr, &ink, 0, 0, canvas->width, canvas->height - note_height(canvas));
	draw_note(canvas);
	return OK;
}

static struct err draw_name(struct canvas *canvas)
{
	if (str_is_empty(canvas->stamp->name))
		return ERR(MISSING);
	double height = canvas->height - note_height(canvas);
	struct text_style style = plain_style(FACE_REGULAR, height * 0.68);
	style.spacing = utf8_count(canvas->stamp->name) <= 4 ? style.size * 0.12 : 0;
	set_ink_colour(canvas->cr);
	draw_line(canvas, canvas->stamp->name, style, canvas->width / 2, height / 2, canvas->width * 0.96);
	draw_note(canvas);
	return OK;
}

/* ---- the round seal ------------------------------------------------------------------------------ */

static void draw_star(cairo_t *cr, double radius)
{
	const double inner = radius * sin(M_PI / 10) / sin(7 * M_PI / 10);
	for (int i = 0; i < 10; i++) {
		double angle = -M_PI / 2 + i * M_PI / 5, r = i % 2 == 0 ? radius : inner;
		cairo_line_to(cr, r * cos(angle), r * sin(angle));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
}

/* The name runs clockwise from the lower left to the lower right, its feet towards the star. A long name is set in
 * narrower characters, as engravers do. */
static void draw_ring_text(struct canvas *canvas, double radius)
{
	struct str name = canvas->stamp->name;
	size_t count = utf8_count(name), at = 0, begin = 0;
	double size = radius * (count <= 12 ? 0.26 : count <= 18 ? 0.235 : 0.20), middle = radius * 0.765;
	double span = fmin(250.0 / 180 * M_PI, (double)count * 23.0 / 180 * M_PI);
	double step = count > 1 ? span / (double)(count - 1) : 0;
	double narrow = count > 1 ? fmin(1, middle * step * 0.93 / size) : 1;
	uint32_t c = 0;
	for (size_t i = 0; utf8_next(name, &at, &c); i++, begin = at) {
		struct text_style style = plain_style(FACE_BOLD, size);
		struct text_box box = text_set_plain(canvas->setter, str_sub(name, begin, at), &style, -1);
		if (!box.layout)
			continue;
		cairo_save(canvas->cr);
		cairo_rotate(canvas->cr, -span / 2 + step * (double)i);
		cairo_translate(canvas->cr, 0, -middle);
		cairo_scale(canvas->cr, narrow, 1);
		cairo_move_to(canvas->cr, -box.natural_width / 2, 0.38 * size);
		pango_cairo_layout_line_path(canvas->cr, pango_layout_get_line_readonly(box.layout, 0));
		cairo_fill(canvas->cr);
		cairo_restore(canvas->cr);
	}
}

static struct err draw_seal(struct canvas *canvas)
{
	if (str_is_empty(canvas->stamp->name))
		return ERR(MISSING);
	double radius = canvas->width / 2, line = radius * 0.055;
	cairo_set_source_rgba(canvas->cr, 0.84, 0.06, 0.08, 0.88);    /* the words below stay readable */
	cairo_translate(canvas->cr, radius, radius);
	cairo_set_line_width(canvas->cr, line);
	cairo_arc(canvas->cr, 0, 0, radius - line / 2 - 0.5, 0, 2 * M_PI);
	cairo_stroke(canvas->cr);
	draw_ring_text(canvas, radius);
	bool has_purpose = !str_is_empty(canvas->stamp->purpose);
	cairo_save(canvas->cr);
	cairo_translate(canvas->cr, 0, has_purpose ? -radius * 0.03 : 0);
	draw_star(canvas->cr, radius * 0.30);
	cairo_restore(canvas->cr);
	if (has_purpose)
		draw_line(canvas, canvas->stamp->purpose, plain_style(FACE_BOLD, radius * 0.17), 0, radius * 0.56, radius * 1.14);
	return OK;
}

/* ---- pixels ---------------------------------------------------------------------------------------- */

/* cairo's premultiplied native-endian words to plain RGBA bytes. */
static struct paper_bitmap read_pixels(struct arena *arena, cairo_surface_t *surface, int width, int height)
{
	cairo_surface_flush(surface);
	const unsigned char *data = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);
	uint8_t *pixels = arena_alloc_array(arena, (size_t)width * (size_t)height, 4), *out = pixels;
	for (int y = 0; y < height; y++) {
		const uint32_t *row = (const uint32_t *)(const void *)(data + (ptrdiff_t)y * stride);
		for (int x = 0; x < width; x++, out += 4) {
			uint32_t alpha = row[x] >> 24;
			for (int channel = 0; alpha > 0 && channel < 3; channel++) {
				uint32_t value = (row[x] >> (16 - 8 * channel) & 0xFF) * 255 + alpha / 2;
				out[channel] = (uint8_t)(value / alpha > 255 ? 255 : value / alpha);
			}
			out[3] = (uint8_t)alpha;
		}
	}
	return (struct paper_bitmap){ width, height, pixels };
}

static struct err draw(struct canvas *canvas)
{
	switch (canvas->stamp->kind) {
	case PAPER_STAMP_STROKES:
		return draw_strokes(canvas);
	case PAPER_STAMP_NAME:
		return draw_name(canvas);
	case PAPER_STAMP_SEAL:
		return draw_seal(canvas);
	}
	return ERR(INVALID);
}

static bool is_sound(const struct paper_stamp *stamp)
{
	struct str texts[] = { stamp->name, stamp->purpose, stamp->note };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!utf8_is_valid(texts[i]) || utf8_count(texts[i]) > PAPER_STAMP_NAME_CHARACTERS_MAX ||
			str_find_byte(texts[i], '\n', 0) >= 0)
			return false;
	}
	return true;
}

struct err paper_stamp(struct paper_press *press, struct arena *arena, const struct paper_stamp *stamp,
	struct report *report, struct paper_bitmap *out_bitmap)
{
	int width = stamp->width_px == 0 ? STAMP_WIDTH_USUAL : stamp->width_px;
	if (width < STAMP_WIDTH_MIN || width > STAMP_WIDTH_MAX)
		return ERR(LIMIT);
	if (!is_sound(stamp)) {
		report_error(report, (struct str){ 0 }, "the words of a stamp are one line of at most %d characters",
			PAPER_STAMP_NAME_CHARACTERS_MAX);
		return ERR(INVALID);
	}
	int height = stamp->kind == PAPER_STAMP_SEAL ? width : width / 3;
	struct setter setter = { .press = press, .arena = arena, .report = report };
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	struct canvas canvas = { .setter = &setter, .stamp = stamp, .cr = cairo_create(surface), .width = width, .height = height };
	struct err err = draw(&canvas);
	if (!failed(err) && setter.lacks_glyphs)
		err = ERR(INVALID);
	if (!failed(err) && cairo_status(canvas.cr) != CAIRO_STATUS_SUCCESS)
		err = ERR(INTERNAL);
	cairo_destroy(canvas.cr);
	if (!failed(err))
		*out_bitmap = read_pixels(arena, surface, width, height);
	cairo_surface_destroy(surface);
	setter_done(&setter);
	return err;
}
