/* way: the whole way of a service or of a case: its process as a picture and as a list, with what is done, what is now,
 * what may still come, and how long each step took the last cases. */
#ifndef HALL_WAY_H
#define HALL_WAY_H

#include "base/base.h"
#include "diagram/diagram.h"
#include "hall/catalogue.h"

struct hall;
struct store_reader;

/* Of the last live cases (at most 200) that did this step: half were done in usual_ms, nine of ten in slow_ms.
 * Both 0: fewer than USUAL_COUNT_MIN, too few to say. */
enum { USUAL_COUNT_MIN = 5 };
struct usual { int64_t usual_ms, slow_ms; };
MUST_USE struct err usual_read(struct hall *hall, struct arena *arena, struct store_reader *reader, struct str service_id,
	struct str element, struct usual *out_usual);

struct way_step { enum diagram_state state; struct usual usual; };
struct way {
	const struct service *service;
	struct way_step *steps;          /* by the element's index; PLAIN when it is the way of no case */
	bool of_case, closed;
};
/* How long the steps usually take, without a case. */
MUST_USE struct err service_way(struct hall *hall, struct arena *arena, const struct service *service, struct way *out_way);
/* In the case's own version of the service. NOT_FOUND; LOCKED while the hall is. */
MUST_USE struct err case_way(struct hall *hall, struct arena *arena, int64_t case_id, struct way *out_way);
/* A service that is in no hall: nothing is known of its steps. */
struct way way_of_service(struct arena *arena, const struct service *service);

/* What people read, in the service's own words or in those of its words/en.json; the same lines as the picture. */
struct way_line { struct str name, state_words, usual_words; enum diagram_state state; };
struct way_lines { LIST_OF(struct way_line); };
struct way_lines way_lines(struct arena *arena, const struct way *way, bool english);
/* SVG (diagram.h). LIMIT: the model is too large to be a picture. `out_places` may be NULL: diagram_print's lines. */
MUST_USE struct err way_svg(struct arena *arena, const struct way *way, bool english, struct str *out_svg, struct str *out_places);
/* "3小时", "3 h". */
struct str length_words(struct arena *arena, int64_t ms, bool english);

#endif
