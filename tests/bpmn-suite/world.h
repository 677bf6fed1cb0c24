/* world: what surrounds the instances of one case: scripts, messages, signals, called processes, a virtual clock. */
#ifndef BPMN_SUITE_WORLD_H
#define BPMN_SUITE_WORLD_H

#include "bpmn/bpmn.h"

struct world_case { struct str test; int64_t integer, delay_ms; bool parallel; };

struct world_instance { struct bpmn_instance *instance; size_t caller; uint32_t call_key; bool is_called; };
struct world_job { size_t instance; uint32_t key; struct str script; int64_t begin_ms, end_ms; bool dead; };
struct world_timer { size_t instance; uint32_t key; int64_t at_ms; bool dead; };
struct world_event { size_t instance; struct bpmn_event event; bool to_all; };

struct world {
	struct arena *arena;
	const struct bpmn_model *model;
	struct feel_env env;
	struct { LIST_OF(struct world_instance); } instances;
	struct { LIST_OF(struct world_job); } jobs;
	struct { LIST_OF(struct world_timer); } timers;
	struct { LIST_OF(struct world_event); } events;
	size_t event_first;
	struct { LIST_OF(struct bpmn_message); } messages;   /* nobody waited yet */
	struct { LIST_OF(struct str); } log;
	struct str words;                                    /* of the first error */
	bool has_marker;
	int64_t other_begin_ms, other_end_ms;                /* of the first of the two time stamps */
	bool has_other;
};

/* Plays the process that is called like the file (else the first one) until the case's delay is over. */
void world_run(struct world *world, struct str file_name, struct str process_id, struct str xml, struct world_case given);

#endif
