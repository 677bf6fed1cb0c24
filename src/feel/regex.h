/* regex: regular expressions of XPath 3.1 (XQuery and XPath Functions 5.6, XML Schema 1.1 part 2 appendix G),
 * carried out by PCRE2 with a limit on the work of one match. What XPath does not know is refused. */
#ifndef FEEL_REGEX_H
#define FEEL_REGEX_H

#include "base/base.h"

enum { REGEX_BYTES_MAX = 64 << 10, REGEX_GROUPS_MAX = 99 };

struct regex {
	void *code, *match, *limits;      /* of PCRE2; regex_done frees them */
	const size_t *ends;               /* of the last match: start and end of group i at 2i and 2i + 1; SIZE_MAX when unset */
	uint32_t group_count;
	bool literal;                     /* flag q: a replacement is literal too */
};

/* flags: letters of "smixq". NULL when all is well, else why not, in words that stand behind "the pattern "; static memory. */
const char *regex_compile(struct arena *arena, struct str pattern, struct str flags, struct regex *out);
enum regex_result { REGEX_NONE, REGEX_FOUND, REGEX_TOO_LONG };
/* The first match at or after byte `from`. */
enum regex_result regex_find(struct regex *regex, struct str subject, size_t from);
void regex_done(struct regex *regex);

/* regex_translate.c: the same pattern as PCRE2 writes it. */
struct regex_flags { bool ignore_case, dot_all, multi_line, skip_space, literal; };
const char *regex_translate(struct arena *arena, struct str pattern, struct regex_flags flags, struct str *out, uint32_t *out_groups);

#endif
