/* report: what was found wrong with an input: where, and in words how to mend it.
 * Passed down beside the result code; checkers, validators and loaders add to it. */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"

#include <stdbool.h>

enum { FINDING_COUNT_MAX = 200 };
enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct finding {
	enum severity severity;
	struct str file;      /* as the reader knows it, or empty */
	struct str place;     /* "12:5", "/claims/0/amount", "Rule 3", or empty */
	struct str words;     /* one sentence: what is wrong and how to mend it */
};

struct report {
	struct arena *arena;
	struct str file;      /* given to each finding that is added */
	LIST_OF(struct finding);
	size_t error_count;
	size_t dropped_count; /* found after FINDING_COUNT_MAX, not kept */
};

struct report report_make(struct arena *arena);
/* `report` may be NULL: then nothing is kept. */
void report_add(struct report *report, enum severity severity, struct str place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
#define report_error(report, place, ...) report_add((report), SEVERITY_ERROR, (place), __VA_ARGS__)
#define report_warning(report, place, ...) report_add((report), SEVERITY_WARNING, (place), __VA_ARGS__)
/* `file:place: error|warning: words` and a line feed for each. */
struct str report_print(struct arena *arena, const struct report *report);

#endif
