/* paper: Markdown becomes a document on A4: blocks, then pages (pango, cairo), then a tagged PDF 1.5 or a picture
 * of a page; and the visible side of signatures (ink, typed name, round seal) as bitmaps.
 *
 * Pure: no clock, no network, no store; the only files read are the fonts. The same input gives the same bytes.
 * What cannot be printed is refused and named in the report: a character that no font has, raw HTML, an open `**`,
 * a picture, more pages than allowed. Nothing is ever left out in silence.
 * Uses: codec, base, pango, cairo, md4c, libqrencode. Used by: hall (papers), cli.
 *
 * The Markdown profile
 *   #                  the title, centred (options.title is set when there is none); ## and ### are headings
 *   paragraphs         indented by two characters and justified; `{flush}` `{centre}` `{right}` on a line of its own
 *                      places the next paragraph otherwise (salutation, date line)
 *   **bold**  *text*   bold; underlined, as filled-in values are. They work beside full-width punctuation too, which
 *                      CommonMark's flanking rule forbids: `**注意：**请` is bold
 *   lists, > quotes    ordered and unordered, nested; a quote is set smaller and indented
 *   | tables |         with `:--:` alignment. An empty header row (`| | |`) makes a field table: label columns are the
 *                      first of each pair (only the first when their number is odd); a value followed by empty pairs
 *                      takes their room; a row with one cell, wholly bold, is a section row. In other tables the header
 *                      is repeated on each page. Rows break over pages when they must
 *   a line of spaces + newline, or a backslash, breaks the line; `---` alone draws a rule
 *   {page}             begins a new page
 *   {sign: ID | caption}  {sign: ID | caption | date}     a signature box with caption and date line, the date left
 *                      open for the pen when none is given; ID: 1-40 of a-z A-Z 0-9 . _ -, once in a paper
 *   {seal: ID | caption}  {seal: ID | caption | date}     room for a round seal (42 mm) over caption and date
 *                      Two boxes in a row stand side by side; one alone stands at the right
 *   &#10;              breaks the line inside a table cell
 * Directives are lines of their own, so a value from outside must be escaped (`{` `*` `|` `<` `\` ... with a backslash,
 * no line feeds) before it is put into the text: paper_escape. Code blocks, pictures and raw HTML are refused. */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H

#include "base/base.h"
#include "codec/codec.h"

enum {
	PAPER_MARKDOWN_BYTES_MAX = 1 << 20,
	PAPER_BLOCK_COUNT_MAX = 20000,
	PAPER_COLUMN_COUNT_MAX = 12,
	PAPER_PAGES_MAX = 300,               /* also the default of options.pages_max */
	PAPER_BOX_COUNT_MAX = 64,
	PAPER_PDF_BYTES_MAX = 64 << 20,
	PAPER_QR_BYTES_MAX = 400,
	PAPER_PNG_WIDTH_MAX = 4000,
	PAPER_STROKES_BYTES_MAX = 1 << 20,
	PAPER_STROKE_POINT_COUNT_MAX = 20000,
	PAPER_STAMP_NAME_CHARACTERS_MAX = 60,
};

/* ---- fonts and presses ----------------------------------------------------------------------- */

/* The font set-up, immutable after opening and shared by all threads: "Unionhall Serif" (GB 2312) first, "Unionhall
 * Serif Rare" (the rest of GBK and of the table of general standard characters) next, then the system's full Noto Serif
 * CJK SC. Never depends on the user's or the system's font settings. */
struct paper_fonts;

/* subset_folder: where the build put the four UnionhallSerif*.otf (build/share/unionhall/fonts).
 * full_folder: the folder of NotoSerifCJK-*.ttc; NULL = /usr/share/fonts/opentype/noto. A missing full folder is fine
 * (rare characters are then refused). NOT_FOUND: the subset is not there. Heap; close it after all presses. */
MUST_USE struct err paper_fonts_open(const char *subset_folder, const char *full_folder, struct paper_fonts **out_fonts);
void paper_fonts_close(struct paper_fonts *fonts);

/* What one thread prints with: its own font map and caches. Never used by two threads at once; cheap to keep (tens of
 * MB once used), dear to make (some 20 ms before the first page). */
struct paper_press;

MUST_USE struct err paper_press_open(const struct paper_fonts *fonts, struct paper_press **out_press);
void paper_press_close(struct paper_press *press);

/* ---- documents ------------------------------------------------------------------------------- */

struct paper_options {
	struct str title;        /* in the properties; printed as the title when the Markdown has no `#` */
	struct str number;       /* document number line below the title and in the running head: （2026）沪宝工援字第00012号 */
	struct str language;     /* BCP 47, "zh-CN" when empty */
	struct str author;       /* full name of the organisation: properties, line above the title, running head */
	int64_t date_ms;         /* the fixed creation date, UTC */
	struct str watermark;    /* 样张, 试运行; empty = none. Drawn as shapes, so that it is not in the text */
	struct str footer;       /* beside the page number: verification code, short hash */
	struct str qr;           /* text of the code at the foot of each page, at most PAPER_QR_BYTES_MAX; empty = none */
	int32_t pages_max;       /* 0 = PAPER_PAGES_MAX */
};

/* Where a {sign} or {seal} directive reserved room, in PDF points (1/72 inch), origin bottom left, page from 1. For a
 * signature the rectangle is the free room for ink, beside its caption; for a seal a square of 42 mm over caption and
 * date, as seals are pressed: its picture must let the text through. */
struct paper_box {
	struct str id;
	int32_t page;
	double x, y, width, height;
	bool is_seal;
};

struct paper {
	struct str pdf;          /* classic xref table, tagged, /Lang and /MarkInfo in the catalog */
	int32_t page_count;
	struct paper_box *boxes; /* in the order of the text */
	size_t box_count;
};

/* INVALID: the Markdown or a character is refused (the report says which and where), MISSING: an empty text without
 * title, LIMIT: too long, too many pages or boxes, INTERNAL. Memory: everything in `arena`. */
MUST_USE struct err paper_render(struct paper_press *press, struct arena *arena, const struct paper_options *options,
	struct str markdown, struct report *report, struct paper *out_paper);

/* One page (from 1) of the same layout as a PNG, width_px wide (100..PAPER_PNG_WIDTH_MAX), A4 in shape.
 * NOT_FOUND when the paper has fewer pages. */
MUST_USE struct err paper_page_png(struct paper_press *press, struct arena *arena, const struct paper_options *options,
	struct str markdown, int32_t page, int32_t width_px, struct report *report, struct str *out_png);

/* The same text as HTML for a phone: h2.., p, lists, tables, <dl> for field tables, <p class="signed"> for each place of a
 * signature with what `marks` say of it. Every character of the text is escaped; no attribute holds any. INVALID, LIMIT. */
struct paper_mark { struct str id, words; };
MUST_USE struct err paper_html(struct arena *arena, struct str markdown, const struct paper_mark *marks, size_t mark_count,
	struct report *report, struct str *out_html);

/* Only the form: what paper_render would refuse, but for missing characters and the number of pages. No fonts needed. */
MUST_USE struct err paper_check(struct arena *arena, struct str markdown, struct report *report);

/* A value for the inside of a paragraph or table cell: every ASCII punctuation that means something gets a backslash;
 * line feeds become one space. */
struct str paper_escape(struct arena *arena, struct str value);

/* ---- the visible side of signatures ---------------------------------------------------------- */

enum paper_stamp_kind {
	PAPER_STAMP_STROKES,     /* `strokes`: hand-drawn, as vector ink with the pen's pressure */
	PAPER_STAMP_NAME,        /* `name`: typed, in the serif face, with `note` in small print below */
	PAPER_STAMP_SEAL,        /* round red seal: `name` along the ring, star, `purpose` below it */
};

struct paper_stamp {
	enum paper_stamp_kind kind;
	struct str strokes;      /* JSON: [[{"x":..,"y":..,"t":..,"p":..},..],..] or one flat list; a flat list begins a new
	                            stroke where a point has "start":true. x, y any unit, y downwards; p 0..1 optional;
	                            also {"strokes": ...} and signature_pad's [{"points":[...]}] */
	struct str name;         /* the signer, or the union's full name */
	struct str purpose;      /* 法律援助专用章, or empty */
	struct str note;         /* STROKES and NAME: one small line below, e.g. 验证码签名 2026-11-23 10:30; may be empty */
	int32_t width_px;        /* of the result, 64..2000; 0 = 600 (a seal is square) */
};

struct paper_bitmap {
	int32_t width, height;
	uint8_t *pixels;         /* RGBA, 8 bits each, alpha NOT premultiplied, rows from the top, 4 * width bytes a row */
};

/* INVALID: the strokes cannot be read or a character has no glyph (report), MISSING: nothing to draw, LIMIT. */
MUST_USE struct err paper_stamp(struct paper_press *press, struct arena *arena, const struct paper_stamp *stamp,
	struct report *report, struct paper_bitmap *out_bitmap);

/* A QR code as an SVG picture to stand in a page, quiet zone included. LIMIT: more than PAPER_QR_BYTES_MAX. */
MUST_USE struct err paper_qr_svg(struct arena *arena, struct str text, struct str *out_svg);

#endif
