/* search: Chinese full text over cases without keeping text: the index holds keyed hashes of overlapping bigrams, with their
 * places. Whoever reads the database learns neither words nor names. */
#ifndef HALL_SEARCH_H
#define HALL_SEARCH_H

#include "base/base.h"

struct hall;

enum { SEARCH_QUERY_BYTES_MAX = 300, SEARCH_TEXT_BYTES_MAX = 64 << 10, SEARCH_BATCH_CASE_COUNT = 50 };

struct search_hits { int64_t *case_ids; size_t count; };   /* newest first */

/* Indexes the cases that changed, at most count_max, SEARCH_BATCH_CASE_COUNT a command; returns how many. A case that cannot
 * be read is left out, with an event `search.failed`: it holds up nobody else. */
MUST_USE struct err search_index(struct hall *hall, size_t count_max, size_t *out_indexed);
/* Cases of the organisation (0: the hall's own) and of those below it, in which all words of the query occur, each as it
 * stands within one field:
 *   Chinese    two characters and more, anywhere; a lone character beside other text is not looked at
 *   Latin      a whole word, whatever its case
 *   digits     four and more: anywhere in a number (the end of a phone); fewer: a whole number, leading zeros aside
 * INVALID: nothing to look for (a single character). LIMIT: longer than SEARCH_QUERY_BYTES_MAX, or words so
 * common that it takes too long: add a word. LOCKED. */
MUST_USE struct err search_cases(struct hall *hall, struct arena *arena, int64_t organisation_id, struct str query, size_t count_max,
	struct search_hits *out_hits);

#endif
