/* check: is a service folder, or the law folder, fit to be used? Form, engines' checks, names, the promise that no is human,
 * the notices' length, and every golden case played through a temporary hall. */
#ifndef HALL_CHECK_H
#define HALL_CHECK_H

#include "base/base.h"
#include "hall/house.h"

struct check_result { size_t passed, failed; };

/* Findings carry file and place. INVALID when anything is an error or a golden case fails; `report` says what. */
MUST_USE struct err service_check(struct arena *arena, const char *folder, const struct hall_places *places, struct report *report,
	struct check_result *out_result);

/* A folder of law decisions: no service.json, models at its top. */
bool is_law_folder(struct arena *arena, const char *folder);
/* Each decision by itself (the engine's checks) and each row of golden/ID.csv. Findings and result as above. */
MUST_USE struct err law_check(struct arena *arena, const char *folder, const struct hall_places *places, struct report *report,
	struct check_result *out_result);

#endif
