/* search: Chinese full text over cases without keeping text: the index holds keyed hashes of overlapping bigrams. Two
 * characters and more; all words of a query must occur, each as it stands. */
#ifndef HALL_SEARCH_H
#define HALL_SEARCH_H

#include "base/base.h"

struct hall;

enum { SEARCH_QUERY_BYTES_MAX = 300, SEARCH_TEXT_BYTES_MAX = 64 << 10 };

struct search_hits { int64_t *case_ids; size_t count; };   /* newest first */

/* Indexes the cases that changed, at most count_max; returns how many. */
MUST_USE struct err search_index(struct hall *hall, size_t count_max, size_t *out_indexed);
/* INVALID: fewer than two characters. */
MUST_USE struct err search_cases(struct hall *hall, struct arena *arena, struct str query, size_t count_max, struct search_hits *out_hits);

#endif
