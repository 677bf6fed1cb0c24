#include "paper/catalog.h"
#include "paper/draw.h"

#include <cairo-pdf.h>
#include <string.h>

static cairo_status_t write_to_buf(void *data, const unsigned char *bytes, unsigned int count)
{
	struct buf *buf = data;
	buf_add_bytes(buf, bytes, count);
	return buf->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static struct str language_of(const struct paper_options *options)
{
	return str_is_empty(options->language) ? STR("zh-CN") : options->language;
}

static bool language_is_valid(struct str language)
{
	for (size_t i = 0; i < language.len; i++) {
		char c = language.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return language.len <= 35;
}

/* Blocks, items, places, furniture: everything but the surface. */
static struct err lay_out(struct flow *flow, const struct paper_options *options, struct str markdown,
	struct furniture *out_furniture)
{
	const struct block *root = NULL;
	struct setter *setter = flow->setter;
	if (!language_is_valid(options->language) || options->pages_max < 0)
		return ERR(INVALID);
	TRY(blocks_parse(setter->arena, markdown, setter->report, &root));
	TRY(flow_build(flow, options, root));
	int pages_max = options->pages_max > 0 && options->pages_max < PAPER_PAGES_MAX ? options->pages_max : PAPER_PAGES_MAX;
	TRY(flow_paginate(flow, pages_max));
	return furniture_set(flow, options, out_furniture);
}

static struct str title_of(const struct paper_options *options, const struct flow *flow)
{
	if (!str_is_empty(options->title))
		return options->title;
	for (size_t i = 0; i < flow->items.count; i++) {
		const struct flow_item *item = flow->items.items[i];
		if (item->tag && strcmp(item->tag, "H1") == 0 && item->text.layout)
			return str_from_c(pango_layout_get_text(item->text.layout));
	}
	return STR("");
}

static void set_metadata(cairo_surface_t *surface, const struct paper_options *options, const struct flow *flow)
{
	struct arena *arena = flow->setter->arena;
	struct str title = title_of(options, flow);
	const char *date = str_to_c(arena, time_print_ms(arena, options->date_ms - options->date_ms % 1000, SHANGHAI_OFFSET_S));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, str_to_c(arena, title));
	if (!str_is_empty(options->author))
		cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, str_to_c(arena, options->author));
	if (!str_is_empty(options->number))
		cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, str_to_c(arena, options->number));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "unionhall");
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

static struct err write_pdf(const struct flow *flow, const struct furniture *furniture, const struct paper_options *options,
	struct paper *out_paper)
{
	struct arena *arena = flow->setter->arena;
	struct buf buf = buf_make(arena, PAPER_PDF_BYTES_MAX);
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_to_buf, &buf, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
	set_metadata(surface, options, flow);
	cairo_t *cr = cairo_create(surface);
	cairo_tag_begin(cr, "Document", NULL);
	for (int page = 0; page < flow->page_count; page++) {
		page_draw(cr, flow, furniture, page);
		if (page + 1 == flow->page_count)
			cairo_tag_end(cr, "Document");
		cairo_show_page(cr);
	}
	cairo_status_t drawn = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	cairo_status_t written = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	struct paper paper = { .page_count = flow->page_count, .boxes = flow->boxes.items, .box_count = flow->boxes.count };
	struct str pdf;
	TRY(buf_finish(&buf, &pdf));
	if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
		return ERR(INTERNAL);
	TRY(catalog_complete(arena, pdf, language_of(options), &paper.pdf));
	*out_paper = paper;
	return OK;
}

struct err paper_render(struct paper_press *press, struct arena *arena, const struct paper_options *options,
	struct str markdown, struct report *report, struct paper *out_paper)
{
	struct setter setter = { .press = press, .arena = arena, .report = report };
	struct flow flow = { .setter = &setter };
	struct furniture furniture;
	struct err err = lay_out(&flow, options, markdown, &furniture);
	if (!failed(err))
		err = write_pdf(&flow, &furniture, options, out_paper);
	setter_done(&setter);
	return err;
}

static struct err write_png(const struct flow *flow, const struct furniture *furniture, int page, int width_px,
	struct str *out_png)
{
	struct buf buf = buf_make(flow->setter->arena, PAPER_PDF_BYTES_MAX);
	double scale = width_px / PAGE_WIDTH;
	int height_px = (int)(PAGE_HEIGHT * scale + 0.5);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width_px, height_px);
	cairo_t *cr = cairo_create(surface);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, scale, scale);
	page_draw(cr, flow, furniture, page);
	cairo_status_t status = cairo_status(cr);
	cairo_destroy(cr);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, write_to_buf, &buf);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS && !buf.overflow)
		return ERR(INTERNAL);
	return buf_finish(&buf, out_png);
}

struct err paper_page_png(struct paper_press *press, struct arena *arena, const struct paper_options *options,
	struct str markdown, int32_t page, int32_t width_px, struct report *report, struct str *out_png)
{
	if (page < 1 || page > PAPER_PAGES_MAX)
		return ERR(NOT_FOUND);
	if (width_px < 100 || width_px > PAPER_PNG_WIDTH_MAX)
		return ERR(LIMIT);
	struct setter setter = { .press = press, .arena = arena, .report = report };
	struct flow flow = { .setter = &setter };
	struct furniture furniture;
	struct err err = lay_out(&flow, options, markdown, &furniture);
	if (!failed(err))
		err = page > flow.page_count ? ERR(NOT_FOUND) : write_png(&flow, &furniture, page - 1, width_px, out_png);
	setter_done(&setter);
	return err;
}

struct err paper_check(struct arena *arena, struct str markdown, struct report *report)
{
	const struct block *root = NULL;
	return blocks_parse(arena, markdown, report, &root);
}

struct str paper_escape(struct arena *arena, struct str value)
{
	struct buf out = buf_make(arena, 2 * value.len + 1);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		if (c == '\n' || c == '\r' || c == '\t') {
			if (out.len > 0 && out.ptr[out.len - 1] != ' ')
				buf_add_byte(&out, ' ');
			continue;
		}
		if (c > ' ' && c < 0x7F && strchr("\\`*_{}[]()<>#+-.!|~&:=", c))
			buf_add_byte(&out, '\\');
		buf_add_byte(&out, c);
	}
	return buf_str(&out);
}
