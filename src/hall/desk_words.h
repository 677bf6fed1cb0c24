/* desk_words: what a service calls its outcomes and rules, read from its own process and decisions: nothing is said twice.
 * An outcome is called like the element that reaches it; a rule by the columns `article` and `words` of its table. */
#ifndef HALL_DESK_WORDS_H
#define HALL_DESK_WORDS_H

#include "base/base.h"

struct hall;

struct rule_words {
	struct str id, article, words;     /* words: why it was not met, "工作地或单位所在地不在本区。" */
	struct str label;                  /* what is asked for: "工作地或用人单位所在地在本区" */
	struct str expression;             /* the column's expression: "inDistrict = true" */
};
struct outcome_words { struct str name, words; };
struct service_words {
	struct str title;
	struct { LIST_OF(struct rule_words); } rules;            /* model order */
	struct { LIST_OF(struct outcome_words); } outcomes;
	struct { LIST_OF(struct outcome_words); } steps;         /* user tasks: element, name */
};

/* NOT_FOUND: no such version. */
MUST_USE struct err service_words(struct hall *hall, struct arena *arena, struct str version, struct service_words *out_words);
/* NULL when it is not known. */
const struct rule_words *service_words_rule(const struct service_words *words, struct str rule);
/* The name itself when there are no words. */
struct str service_words_outcome(const struct service_words *words, struct str outcome);
struct str service_words_step(const struct service_words *words, struct str element);

#endif
