/* catalog: what cairo 1.16 leaves out of the PDF's catalog for a tagged document (ISO 32000-1, 14.7.1 and 14.9.2). */
#ifndef PAPER_CATALOG_H
#define PAPER_CATALOG_H

#include "base/base.h"

/* Adds /MarkInfo (which cairo writes itself when the structure has one root), /Lang and /ViewerPreferences to the
 * catalog of a PDF with one classic xref table, and moves the offsets. INTERNAL when the file is not of cairo's
 * shape. language: letters, digits and '-' only. */
MUST_USE struct err catalog_complete(struct arena *arena, struct str pdf, struct str language, struct str *out_pdf);

#endif
