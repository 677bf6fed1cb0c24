/* lex: white space, comments, numbers, strings, signs and words. Names with spaces are the parser's matter. */
#ifndef FEEL_LEX_H
#define FEEL_LEX_H

#include "feel/inside.h"

enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_STRING, TOKEN_AT, TOKEN_WORD, TOKEN_SIGN, TOKEN_BAD };
struct token {
	enum token_kind kind;
	size_t from, to;          /* bytes of the text; of a STRING or AT with the quotes */
	uint16_t sign;            /* SIGN: its byte, or two bytes as SIGN2 */
};
#define SIGN2(a, b) ((uint16_t)((unsigned char)(a) << 8 | (unsigned char)(b)))

/* The place behind white space and comments. An unclosed comment is none. */
size_t lex_skip(struct str text, size_t at);
struct token lex_token(struct str text, size_t at);
/* The end of the word (name without spaces or operators) at `at`, or `at` when there is none. */
size_t lex_word(struct str text, size_t at);
bool lex_is_name_start(uint32_t code_point);
bool lex_is_name_part(uint32_t code_point);
bool lex_is_space(uint32_t code_point);
/* The characters of a quoted string; a backslash before what is no escape stays. False for a \u without its digits. */
bool lex_unquote(struct arena *arena, struct str quoted, struct str *out_text);
/* Line and column from 1, columns in code points. */
void lex_place(struct str text, size_t at, uint32_t *out_line, uint32_t *out_column);

#endif
