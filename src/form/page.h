/* page: what the files about question pages and HTML share inside form/. */
#ifndef FORM_PAGE_H
#define FORM_PAGE_H

#include "form/inside.h"

/* The first item that belongs to the page, then the next; NULL at the end. Hidden ones and what is below them are left out;
 * of a picking page the rows are, of a row's page the picked key. */
struct form_item *form_page_first(const struct form_page *page);
struct form_item *form_page_next(const struct form_page *page, struct form_item *item);
/* Does the page ask which rows there are? */
static inline bool form_page_picks(const struct form_page *page) { return page->list && page->item->row == 0; }
/* The child of the list that is picked, and its choices before there is a row. */
const struct form_component *form_picked(const struct form_component *list);
MUST_USE struct err form_pick_choices(struct arena *arena, const struct form_state *state, const struct form_item *list,
	struct form_choices *out_choices);

/* "employer.uscc" of "/employer/uscc": the name in HTML. */
struct str form_field_name(struct arena *arena, struct str pointer);
/* What the HTML of a choice carries: "3", or "3.1f2e" with a mark of the option when options can change. */
struct str form_choice_token(struct arena *arena, const struct form_component *component, const struct form_choice *choices, size_t i);
/* False when the token is none of the choices. */
bool form_choice_of_token(const struct form_component *component, const struct form_choice *choices, size_t count,
	struct str token, struct feel_value *out_value);

/* sent.c: what was sent for the page as a context for form_make_items; unknown names are counted and said. Ticks items that
 * were said to be unknown in *out_unknown (names). */
struct form_reading {
	struct arena *arena;
	const struct form_state *shown;          /* as the page was shown: from the draft */
	const struct form_page *page;
	const struct form_sent *sent;
	size_t sent_count;
	const struct form_language *language;
	struct report *report;
	size_t fault_count;
	struct str op;
	bool *used;                              /* of each sent field */
};
MUST_USE struct err form_read_sent(struct form_reading *reading, struct feel_value *out_given);
/* The first field of that name, NULL when there is none; marks all of that name as used. */
const struct form_sent *form_sent_named(struct form_reading *reading, struct str name);
bool form_said_unknown(struct form_reading *reading, struct str name);
/* `value` at "/claims/0/amount"; lists and contexts that are missing are made. */
struct feel_value form_put_pointer(struct arena *arena, struct feel_value whole, struct str pointer, struct feel_value value);

#endif
