#include "feel/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 10000, HEAP_LIMIT_KB = 16384 };

static bool flags_of(struct str text, struct regex_flags *out)
{
	*out = (struct regex_flags){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case 'i': out->ignore_case = true; break;
		case 's': out->dot_all = true; break;
		case 'm': out->multi_line = true; break;
		case 'x': out->skip_space = true; break;
		case 'q': out->literal = true; break;
		default: return false;
		}
	}
	return true;
}

static uint32_t options_of(struct regex_flags flags)
{
	uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
	if (flags.ignore_case) options |= PCRE2_CASELESS;
	if (flags.literal) return (options & (PCRE2_UTF | PCRE2_CASELESS)) | PCRE2_LITERAL;
	if (flags.dot_all) options |= PCRE2_DOTALL;
	if (flags.multi_line) options |= PCRE2_MULTILINE;
	return options;
}

const char *regex_compile(struct arena *arena, struct str pattern, struct str flag_text, struct regex *out)
{
	struct regex_flags flags;
	uint32_t groups = 0;
	if (!flags_of(flag_text, &flags)) return "has flags other than s, m, i, x, q";
	if (pattern.len > REGEX_BYTES_MAX) return "is too long";
	if (!utf8_is_valid(pattern)) return "is not text";
	if (!flags.literal) {
		const char *refusal = regex_translate(arena, pattern, flags, &pattern, &groups);
		if (refusal) return refusal;
	}
	int error;
	size_t place;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options_of(flags), &error, &place, NULL);
	if (!code) return "is not a regular expression";
	pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	*out = (struct regex){ code, match, limits, NULL, groups, flags.literal };
	if (!match || !limits) {
		regex_done(out);
		return "needs too much memory";
	}
	pcre2_set_match_limit(limits, MATCH_LIMIT);
	pcre2_set_depth_limit(limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(limits, HEAP_LIMIT_KB);
	out->ends = pcre2_get_ovector_pointer(match);
	return NULL;
}

enum regex_result regex_find(struct regex *regex, struct str subject, size_t from)
{
	int count = pcre2_match(regex->code, (PCRE2_SPTR)subject.ptr, subject.len, from, 0, regex->match, regex->limits);
	if (count == PCRE2_ERROR_NOMATCH) return REGEX_NONE;
	return count < 0 ? REGEX_TOO_LONG : REGEX_FOUND;
}

void regex_done(struct regex *regex)
{
	pcre2_match_context_free(regex->limits);
	pcre2_match_data_free(regex->match);
	pcre2_code_free(regex->code);
	*regex = (struct regex){ 0 };
}
