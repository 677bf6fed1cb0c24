/* press: the fonts and the pango objects behind paper.h's handles. */
#ifndef PAPER_PRESS_H
#define PAPER_PRESS_H

#include "paper/paper.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

enum face { FACE_REGULAR, FACE_BOLD, FACE_COUNT };

struct paper_fonts { FcConfig *config; };

struct paper_press {
	const struct paper_fonts *fonts;
	PangoFontMap *map;
	PangoContext *context;
	PangoFontDescription *faces[FACE_COUNT];
};

/* Reports each character of the laid-out text that no font has; true when there is one. */
bool press_lacks_glyphs(PangoLayout *layout, struct report *report, struct str place);

#endif
