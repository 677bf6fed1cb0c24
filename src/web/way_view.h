/* way_view: the whole way as part of a page: `{{>whole-way}}` shows what is added here.
 * Uses: hall. Used by: the rooms of the worker, the desk, the administrator. */
#ifndef WEB_WAY_VIEW_H
#define WEB_WAY_VIEW_H

#include "web/inside.h"

/* Adds wayPicture (SVG; empty when the process is too large to be one) and waySteps [{name, state, words, usual}]. */
MUST_USE struct err view_way(struct request *request, const struct way *way, struct resource *it);
MUST_USE struct err view_way_of_case(struct request *request, int64_t case_id, struct resource *it);

#endif
