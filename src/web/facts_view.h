/* facts_view: answers of a form as people read them: the label it asked with, the words it offered for a value. */
#ifndef WEB_FACTS_VIEW_H
#define WEB_FACTS_VIEW_H

#include "web/desk_view.h"

/* What was not given is named in one line, so that what was given is seen. */
struct facts {
	struct value_list given;     /* [{label, value}] */
	struct buf missing;          /* labels */
	struct feel_value data;      /* all answers, for choices that hang on others */
	bool with_lists;             /* lists too, each in one line; true unless changed */
};
struct facts facts_make(struct request *request, struct feel_value data);
void facts_add(struct request *request, struct facts *facts, const struct form *form, struct str path, struct feel_value value);
/* Everything that the form asks, without files. */
void facts_add_answers(struct request *request, struct facts *facts, const struct form *form);
/* A list row by row: [{name, facts [{label, value}]}]; name: the words of its `type`. */
struct feel_value facts_rows(struct request *request, const struct form *form, struct feel_value data, struct str list_path);

struct str facts_label(const struct form *form, struct str path);
/* "unpaidWages" is shown by the words that the form offered for it. */
struct str facts_words(
    struct request *request, const struct form *form, struct feel_value data, struct str path, struct feel_value value);

#endif
