/* icons: the signs of BPMN 2.0 (formal/2011-01-03, tables 10.3, 10.93, 12.9) as paths in a square of 16 by 16.
 * Uses: bpmn. Used by: diagram only. */
#ifndef DIAGRAM_ICONS_H
#define DIAGRAM_ICONS_H

#include "bpmn/bpmn.h"

/* `filled`: drawn with the colour of the line inside, as throwing events are. */
struct icon { const char *path; bool filled; };
/* path NULL: no sign. */
struct icon icon_of_task(enum bpmn_kind kind);
struct icon icon_of_event(const struct bpmn_element *event);
struct icon icon_of_gateway(enum bpmn_kind kind);
extern const struct icon icon_loop, icon_parallel, icon_sequential, icon_compensation, icon_ad_hoc, icon_closed;

#endif
