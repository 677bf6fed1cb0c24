#include "paper/text.h"

/* Of the em box of Noto Serif CJK; all lines stand on the same grid whatever font their characters come from. */
#define ASCENT 0.88

static PangoAttrList *attributes(const struct block_span *spans, size_t span_count, const struct text_style *style)
{
	PangoAttrList *list = pango_attr_list_new();
	for (size_t i = 0; i < span_count; i++) {
		if (spans[i].is_bold) {
			PangoAttribute *bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);
			bold->start_index = (guint)spans[i].from;
			bold->end_index = (guint)spans[i].to;
			pango_attr_list_insert(list, bold);
		}
		if (spans[i].is_underlined) {
			PangoAttribute *underline = pango_attr_underline_new(PANGO_UNDERLINE_SINGLE);
			underline->start_index = (guint)spans[i].from;
			underline->end_index = (guint)spans[i].to;
			pango_attr_list_insert(list, underline);
		}
	}
	if (style->spacing > 0)
		pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(style->spacing * PANGO_SCALE)));
	return list;
}

static bool is_wide_at(const char *text, int index, int length)
{
	size_t at = (size_t)index;
	uint32_t c = 0;
	return utf8_next((struct str){ text, (size_t)length }, &at, &c) && c >= 0x2E80;
}

struct gaps { int count, last_index; double each; };

/* Visits the glyphs behind which room may be added: full-width ones, but for the last of the line. First call counts
 * (each = 0), second call adds. */
static void visit_gaps(PangoLayoutLine *line, const char *text, int length, struct gaps *gaps)
{
	int index = 0;
	for (GSList *at = line->runs; at; at = at->next) {
		PangoLayoutRun *run = at->data;
		PangoGlyphString *glyphs = run->glyphs;
		for (int i = 0; i < glyphs->num_glyphs; i++) {
			if (!is_wide_at(text, run->item->offset + glyphs->log_clusters[i], length))
				continue;
			index++;
			if (gaps->each == 0)
				gaps->count = index;
			else if (index < gaps->last_index)
				glyphs->glyphs[i].geometry.width += (int)(gaps->each * PANGO_SCALE);
		}
	}
}

/* pango would put all the room into the few spaces of a Chinese line; here it goes between the characters. */
static void justify_line(PangoLayoutLine *line, const char *text, int length, double room, double each_max)
{
	struct gaps gaps = { 0 };
	visit_gaps(line, text, length, &gaps);
	if (gaps.count < 2 || room / (gaps.count - 1) > each_max)
		return;
	gaps.last_index = gaps.count;
	gaps.each = room / (gaps.count - 1);
	visit_gaps(line, text, length, &gaps);
}

static bool is_broken_by_hand(const PangoLayoutLine *line, const char *text, int length)
{
	int end = line->start_index + line->length;
	return end >= length || (end + 3 <= length && text[end] == '\xE2' && text[end + 1] == '\x80' && text[end + 2] == '\xA8');
}

static double line_width(PangoLayoutLine *line)
{
	PangoRectangle logical;
	pango_layout_line_get_extents(line, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

static void place_lines(struct arena *arena, struct text_box *box)
{
	const char *text = pango_layout_get_text(box->layout);
	int length = (int)__builtin_strlen(text);
	box->line_count = pango_layout_get_line_count(box->layout);
	box->offsets = ARENA_ARRAY(arena, double, (size_t)box->line_count);
	for (int i = 0; i < box->line_count; i++) {
		PangoLayoutLine *line = pango_layout_get_line(box->layout, i);
		double width = line_width(line), indent = i == 0 ? box->style.indent : 0;
		if (width + indent > box->natural_width)
			box->natural_width = width + indent;
		double room = box->width - indent - width;
		box->offsets[i] = indent;
		if (box->width < 0)
			continue;
		if (box->style.align == BLOCK_ALIGN_CENTRE)
			box->offsets[i] = (room + box->style.spacing) / 2;
		else if (box->style.align == BLOCK_ALIGN_RIGHT)
			box->offsets[i] = room;
		else if (box->style.is_justified && room > 0 && !is_broken_by_hand(line, text, length))
			justify_line(line, text, length, room, box->style.size * LETTER_SPACING_MAX);
	}
}

/* One character alone on the last line of a paragraph looks forgotten: a measure narrower by one or two characters
 * sends it company, and justification hides the difference. */
static void avoid_lonely_end(PangoLayout *layout, const struct text_style *style, double width)
{
	if (!style->is_justified || width < 20 * style->size)
		return;
	int lines = pango_layout_get_line_count(layout);
	for (int narrower = 0; narrower <= 2; narrower++) {
		pango_layout_set_width(layout, (int)((width - narrower * style->size) * PANGO_SCALE));
		int now = pango_layout_get_line_count(layout);
		if (now < 2 || now > lines)
			break;
		if (line_width(pango_layout_get_line_readonly(layout, now - 1)) > 2.2 * style->size)
			return;
	}
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
}

struct text_box text_set(struct setter *setter, struct str text, const struct block_span *spans, size_t span_count,
	const struct text_style *style, double width, uint32_t line)
{
	struct text_box box = { .style = *style, .width = width };
	if (str_is_empty(text))
		return box;
	PangoLayout *layout = pango_layout_new(setter->press->context);
	LIST_PUSH(setter->arena, &setter->layouts, layout);
	PangoFontDescription *face = pango_font_description_copy_static(setter->press->faces[style->face]);
	pango_font_description_set_size(face, (int)(style->size * PANGO_SCALE));
	pango_layout_set_font_description(layout, face);
	pango_font_description_free(face);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(layout, FALSE);
	if (width >= 0)
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	if (style->indent > 0)
		pango_layout_set_indent(layout, (int)(style->indent * PANGO_SCALE));
	PangoAttrList *list = attributes(spans, span_count, style);
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
	pango_layout_set_text(layout, text.ptr, (int)text.len);
	avoid_lonely_end(layout, style, width);
	box.layout = layout;
	if (press_lacks_glyphs(layout, setter->report, line ? str_printf(setter->arena, "%u", line) : (struct str){ 0 }))
		setter->lacks_glyphs = true;
	place_lines(setter->arena, &box);
	return box;
}

void text_draw(cairo_t *cr, const struct text_box *box, double x, double y, int from, int to)
{
	if (!box->layout)
		return;
	double baseline = (box->style.leading - box->style.size) / 2 + ASCENT * box->style.size;
	cairo_set_source_rgb(cr, box->style.grey, box->style.grey, box->style.grey);
	for (int i = from; i < to && i < box->line_count; i++) {
		cairo_move_to(cr, x + box->offsets[i], y + (i - from) * box->style.leading + baseline);
		pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(box->layout, i));
	}
}

void setter_done(struct setter *setter)
{
	for (size_t i = 0; i < setter->layouts.count; i++)
		g_object_unref(setter->layouts.items[i]);
	setter->layouts.count = 0;
}
