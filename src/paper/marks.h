/* marks: the pass before md4c. Checks the characters, cuts the text at its directives, and turns runs of `*` into two
 * noncharacters that toggle bold and underline, because CommonMark's flanking rule fails beside full-width punctuation. */
#ifndef PAPER_MARKS_H
#define PAPER_MARKS_H

#include "base/base.h"

#define MARK_BOLD "\xEF\xB7\x90"         /* U+FDD0 */
#define MARK_UNDERLINE "\xEF\xB7\x91"    /* U+FDD1 */
enum { MARK_BYTES = 3, MARK_BOLD_CODE_POINT = 0xFDD0, MARK_UNDERLINE_CODE_POINT = 0xFDD1 };

enum piece_kind { PIECE_MARKDOWN, PIECE_FLUSH, PIECE_CENTRE, PIECE_RIGHT, PIECE_PAGE, PIECE_SIGN, PIECE_SEAL };

struct piece {
	enum piece_kind kind;
	uint32_t line;                  /* of its first line, from 1 */
	struct str text;                /* MARKDOWN: with marks, for md4c */
	struct str id, caption, date;   /* SIGN, SEAL */
};

struct pieces { LIST_OF(struct piece); };

MUST_USE struct err marks_cut(struct arena *arena, struct str markdown, struct report *report, struct pieces *out_pieces);

#endif
