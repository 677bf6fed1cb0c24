/* A pattern that the translator lets through is one that PCRE2 accepts, and matching ends with places inside the text. */
#include "feel/regex.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str rest = { (const char *)data, size }, pattern, translated;
	struct regex regex;
	uint32_t groups;
	if (size <= 2000 && str_split(&rest, '\n', &pattern) && utf8_is_valid(pattern) && utf8_is_valid(rest)) {
		const char *refusal = regex_compile(&arena, pattern, STR("i"), &regex);
		if (!refusal) {
			if (regex_find(&regex, rest, 0) == REGEX_FOUND) assert(regex.ends[0] <= regex.ends[1] && regex.ends[1] <= rest.len);
			regex_done(&regex);
		}
		struct regex_flags flags = { .ignore_case = true };
		if (!regex_translate(&arena, pattern, flags, &translated, &groups)) assert(groups <= REGEX_GROUPS_MAX);
	}
	arena_done(&arena);
	return 0;
}
