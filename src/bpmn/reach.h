/* reach: which elements a token can come to, over flows, sub-processes, boundary events, links and handlers.
 * Used by: the checker and the proof that a person decides. */
#ifndef BPMN_REACH_H
#define BPMN_REACH_H

#include "bpmn/inside.h"

struct reach {
	bool *entered, *completed;          /* by element index */
	int64_t *from;                      /* by node (index * 2 + completed): the node before, or -1 */
};

/* From the beginning of every process. With `stop_at_user_tasks` no user task is ever completed, and a parallel join
 * is entered only when all its incoming flows are reached. */
struct reach reach_all(struct arena *arena, const struct bpmn_model *model, bool stop_at_user_tasks);

#endif
