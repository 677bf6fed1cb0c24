#include "paper/press.h"

#include <pango/pangofc-fontmap.h>
#include <stdlib.h>
#include <string.h>

#define FAMILIES "Unionhall Serif, Unionhall Serif Rare, Noto Serif CJK SC"

/* Of the machine's settings nothing is read, of its fonts only the one face. Its cache spares scanning 50 MB. */
static const char settings[] =
	"<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>"
	"<dir>%s</dir><cachedir>/var/cache/fontconfig</cachedir>"
	"<selectfont><rejectfont><pattern><patelt name=\"scalable\"><bool>true</bool></patelt></pattern></rejectfont>"
	"<acceptfont><pattern><patelt name=\"family\"><string>Unionhall Serif</string></patelt></pattern>"
	"<pattern><patelt name=\"family\"><string>Unionhall Serif Rare</string></patelt></pattern>"
	"<pattern><patelt name=\"family\"><string>Noto Serif CJK SC</string></patelt></pattern></acceptfont></selectfont>"
	"<match target=\"font\"><edit name=\"hinting\" mode=\"assign\"><bool>false</bool></edit></match>"
	"</fontconfig>";

static bool is_plain_path(const char *path)
{
	return path[0] != '\0' && !strpbrk(path, "<>&\"'");
}

/* File by file: a folder would be cached, and fontconfig complains on standard error where it may not write. */
static struct err add_subset(struct arena *arena, FcConfig *config, const char *folder)
{
	static const char *const names[] = {
		"UnionhallSerifCommon-Regular.otf", "UnionhallSerifCommon-Bold.otf",
		"UnionhallSerifRare-Regular.otf", "UnionhallSerifRare-Bold.otf",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path = str_to_c(arena, str_printf(arena, "%s/%s", folder, names[i]));
		if (!file_exists(path))
			return ERR(NOT_FOUND);
		if (!FcConfigAppFontAddFile(config, (const FcChar8 *)path))
			return ERR(IO);
	}
	return OK;
}

static struct err fill_config(struct arena *arena, FcConfig *config, const char *subset_folder, const char *full_folder)
{
	if (!is_plain_path(full_folder))
		return ERR(INVALID);
	const char *text = str_to_c(arena, str_printf(arena, settings, full_folder));
	if (!FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)text, FcTrue) || !FcConfigBuildFonts(config))
		return ERR(IO);
	return add_subset(arena, config, subset_folder);
}

struct err paper_fonts_open(const char *subset_folder, const char *full_folder, struct paper_fonts **out_fonts)
{
	struct paper_fonts *fonts = calloc(1, sizeof *fonts);
	FcConfig *config = FcConfigCreate();
	struct arena arena = { 0 };
	struct err err = !fonts || !config ? ERR(INTERNAL)
		: fill_config(&arena, config, subset_folder, full_folder ? full_folder : "/usr/share/fonts/opentype/noto");
	arena_done(&arena);
	if (failed(err)) {
		if (config)
			FcConfigDestroy(config);
		free(fonts);
		return err;
	}
	fonts->config = config;
	*out_fonts = fonts;
	return OK;
}

void paper_fonts_close(struct paper_fonts *fonts)
{
	if (!fonts)
		return;
	FcConfigDestroy(fonts->config);
	free(fonts);
}

/* One unit is a PDF point, and glyphs stand where they are measured, on paper and in pictures alike. */
static PangoContext *context_new(PangoFontMap *map)
{
	PangoContext *context = pango_font_map_create_context(map);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_language(context, pango_language_from_string("zh-cn"));
	pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
	return context;
}

struct err paper_press_open(const struct paper_fonts *fonts, struct paper_press **out_press)
{
	struct paper_press *press = calloc(1, sizeof *press);
	if (!press)
		return ERR(INTERNAL);
	press->fonts = fonts;
	press->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (!press->map) {
		free(press);
		return ERR(INTERNAL);
	}
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(press->map), fonts->config);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(press->map), 72.0);
	press->context = context_new(press->map);
	for (int i = 0; i < FACE_COUNT; i++) {
		press->faces[i] = pango_font_description_new();
		pango_font_description_set_family_static(press->faces[i], FAMILIES);
		pango_font_description_set_weight(press->faces[i], i == FACE_BOLD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	}
	*out_press = press;
	return OK;
}

void paper_press_close(struct paper_press *press)
{
	if (!press)
		return;
	for (int i = 0; i < FACE_COUNT; i++)
		pango_font_description_free(press->faces[i]);
	g_object_unref(press->context);
	g_object_unref(press->map);
	free(press);
}

static void report_glyphs(const PangoGlyphString *glyphs, struct report *report, struct str place)
{
	for (int i = 0; i < glyphs->num_glyphs; i++) {
		PangoGlyph glyph = glyphs->glyphs[i].glyph;
		if (glyph == PANGO_GLYPH_EMPTY || !(glyph & PANGO_GLYPH_UNKNOWN_FLAG))
			continue;
		uint32_t c = glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
		char bytes[4] = { 0 };
		int count = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF) ? utf8_encode(c, bytes) : 0;
		report_error(report, place, "no font has the character \"%.*s\" (U+%04X); it cannot be printed",
			count, bytes, (unsigned)c);
	}
}

bool press_lacks_glyphs(PangoLayout *layout, struct report *report, struct str place)
{
	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return false;
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	do {
		PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);
		if (run)
			report_glyphs(run->glyphs, report, place);
	} while (pango_layout_iter_next_run(iter));
	pango_layout_iter_free(iter);
	return true;
}

/* cairo 1.16 loses about 400 bytes with each CID font it embeds, fontconfig 1 KB at the end: known, not ours, and to be
 * told apart from our own leaks in every test that prints. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_LEAK_CHECK
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_LEAK_CHECK
#endif
#ifdef HAS_LEAK_CHECK
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libcairo\nleak:libfontconfig\n";
}
#endif
