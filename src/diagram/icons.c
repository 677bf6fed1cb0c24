/* icons: the paths. */
#include "diagram/icons.h"

#define ENVELOPE "M1 3h14v10H1zM1 3l7 6 7-6"
#define PENTAGON "M8 1.5 14.5 6.3 12 14.2H4L1.5 6.3z"
#define REWIND "M8 3v10L2 8zM14 3v10L8 8z"

static const struct icon tasks[BPMN_KIND_COUNT] = {
	[BPMN_USER_TASK] = { "M8 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2 15c0-4 2.5-6 6-6s6 2 6 6z", false },
	[BPMN_MANUAL_TASK] = { "M2 7l4-4h3L7 6h7v2H9h5v2H9h4v2H9h3v2H5l-3-2z", false },
	[BPMN_SERVICE_TASK] = { "M6.7 3.0L6.8 0.7L9.2 0.7L9.3 3.0L10.6 3.5L12.3 2.0L14.0 3.7L12.5 5.4L13.0 6.7L15.3 6.8L15.3 9.2L13.0 9.3L12.5 "
	    "10.6L14.0 12.3L12.3 14.0L10.6 12.5L9.3 13.0L9.2 15.3L6.8 15.3L6.7 13.0L5.4 12.5L3.7 14.0L2.0 12.3L3.5 10.6L3.0"
	    " 9.3L0.7 9.2L0.7 6.8L3.0 6.7L3.5 5.4L2.0 3.7L3.7 2.0L5.4 3.5zM8 5.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z", false },
	[BPMN_SEND_TASK] = { "M1 3h14L8 9zM1 5l7 6 7-6v8H1z", true },
	[BPMN_RECEIVE_TASK] = { ENVELOPE, false },
	[BPMN_SCRIPT_TASK] = { "M5 1h9c-4 4 2 6-3 14H2c5-8-1-10 3-14zM5 5h5M5.5 8h5M4.5 11h5", false },
	[BPMN_BUSINESS_RULE_TASK] = { "M1 2.5h14v11H1zM1 6h14M1 9.8h14M5.5 6v7.5M1 4.2h14", false },
};

static const struct icon events[BPMN_EVENT_DEFINITION_COUNT] = {
	[BPMN_EVENT_MESSAGE] = { ENVELOPE, false },
	[BPMN_EVENT_TIMER] = { "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM8 1v2M8 13v2M1 8h2M13 8h2M8 8l2.5-4M8 8l3 1.5", false },
	[BPMN_EVENT_SIGNAL] = { "M8 1.5 15 14H1z", false },
	[BPMN_EVENT_CONDITION] = { "M3 1h10v14H3zM5 4h6M5 6.7h6M5 9.3h6M5 12h6", false },
	[BPMN_EVENT_ERROR] = { "M2 14 6 3l4 6 4-7-4 11-4-6z", false },
	[BPMN_EVENT_ESCALATION] = { "M8 1 13 15 8 9.5 3 15z", false },
	[BPMN_EVENT_COMPENSATION] = { REWIND, false },
	[BPMN_EVENT_CANCEL] = { "M3 1 8 6l5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5-5-5z", false },
	[BPMN_EVENT_TERMINATE] = { "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z", true },
	[BPMN_EVENT_LINK] = { "M1 5.5h8V2.5L15 8l-6 5.5v-3H1z", false },
};

static const struct icon gateways[BPMN_KIND_COUNT] = {
	[BPMN_EXCLUSIVE_GATEWAY] = { "M3 1.5 8 6.5l5-5 1.5 1.5-5 5 5 5-1.5 1.5-5-5-5 5L1.5 13l5-5-5-5z", true },
	[BPMN_PARALLEL_GATEWAY] = { "M6.9 1h2.2v5.9H15v2.2H9.1V15H6.9V9.1H1V6.9h5.9z", true },
	[BPMN_INCLUSIVE_GATEWAY] = { "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z", false },
	[BPMN_EVENT_BASED_GATEWAY] = { "M8-1a9 9 0 1 1 0 18A9 9 0 0 1 8-1zM8 3.5 12.5 6.8 10.8 12H5.2L3.5 6.8z", false },
	[BPMN_COMPLEX_GATEWAY] = { "M7.2 1h1.6v5.1l3.6-3.6 1.1 1.1-3.6 3.6H15v1.6H9.9l3.6 3.6-1.1 1.1-3.6-3.6V15H7.2V9.9"
	    "l-3.6 3.6-1.1-1.1 3.6-3.6H1V7.2h5.1L2.5 3.6l1.1-1.1 3.6 3.6z", true },
};

const struct icon icon_loop = { "M6 13.5A6 6 0 1 1 10 13.8M6.5 10.5v3.2H3", false };
const struct icon icon_parallel = { "M4 2v12M8 2v12M12 2v12", false };
const struct icon icon_sequential = { "M2 4h12M2 8h12M2 12h12", false };
const struct icon icon_compensation = { REWIND, false };
const struct icon icon_ad_hoc = { "M1.5 10c2-5 4.5-4 6.5-2s4.5 3 6.5-2", false };
const struct icon icon_closed = { "M1 1h14v14H1zM8 4v8M4 8h8", false };

struct icon icon_of_task(enum bpmn_kind kind) { return tasks[kind]; }
struct icon icon_of_gateway(enum bpmn_kind kind) { return gateways[kind]; }

struct icon icon_of_event(const struct bpmn_element *event)
{
	bool throws = event->kind == BPMN_THROW_EVENT || event->kind == BPMN_END_EVENT;
	struct icon icon = events[event->event];
	if (event->several) icon.path = event->all_of_several ? gateways[BPMN_PARALLEL_GATEWAY].path : PENTAGON;
	icon.filled |= throws && icon.path != NULL;
	return icon;
}
