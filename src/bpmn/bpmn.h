/* bpmn: an engine for BPMN 2.0 processes (OMG formal/2011-01-03), pure: no store, no clock, no network, no log.
 *
 * A model is loaded once: parsed, checked, planned with integer ids, its FEEL compiled. It is immutable and may be
 * shared by threads. An instance is stepped with events and answers with effects, which are data: the caller stores
 * them and carries them out. The same instance, event and environment give the same effects, byte for byte.
 * Extension elements are those of Camunda 8 (http://camunda.org/schema/zeebe/1.0). A value that begins with "=" is
 * FEEL, any other is literal text.
 * Uses: feel, codec, base. Used by: hall. */
#ifndef BPMN_BPMN_H
#define BPMN_BPMN_H

#include "base/base.h"
#include "feel/feel.h"

enum {
	BPMN_ELEMENT_COUNT_MAX = 20000,     /* flow nodes and processes of one file */
	BPMN_STEP_ELEMENTS_MAX = 100000,    /* elements entered in one step; more is an incident */
	BPMN_INSTANCE_BYTES_MAX = 64 << 20, /* one encoded instance */
};

/* ---- model ------------------------------------------------------------------------------------ */

/* name, local name of the XML element */
#define BPMN_KINDS(X) \
	X(PROCESS,             "process") \
	X(START_EVENT,         "startEvent") \
	X(CATCH_EVENT,         "intermediateCatchEvent") \
	X(THROW_EVENT,         "intermediateThrowEvent") \
	X(BOUNDARY_EVENT,      "boundaryEvent") \
	X(END_EVENT,           "endEvent") \
	X(TASK,                "task") \
	X(USER_TASK,           "userTask") \
	X(MANUAL_TASK,         "manualTask") \
	X(SERVICE_TASK,        "serviceTask") \
	X(SEND_TASK,           "sendTask") \
	X(RECEIVE_TASK,        "receiveTask") \
	X(SCRIPT_TASK,         "scriptTask") \
	X(BUSINESS_RULE_TASK,  "businessRuleTask") \
	X(CALL_ACTIVITY,       "callActivity") \
	X(SUB_PROCESS,         "subProcess") \
	X(TRANSACTION,         "transaction") \
	X(AD_HOC_SUB_PROCESS,  "adHocSubProcess") \
	X(EXCLUSIVE_GATEWAY,   "exclusiveGateway") \
	X(PARALLEL_GATEWAY,    "parallelGateway") \
	X(INCLUSIVE_GATEWAY,   "inclusiveGateway") \
	X(EVENT_BASED_GATEWAY, "eventBasedGateway") \
	X(COMPLEX_GATEWAY,     "complexGateway")
#define X(name, text) BPMN_##name,
enum bpmn_kind { BPMN_KINDS(X) BPMN_KIND_COUNT };
#undef X

/* name, local name of the XML element without "EventDefinition" */
#define BPMN_EVENTS(X) \
	X(NONE, "none") X(MESSAGE, "message") X(TIMER, "timer") X(SIGNAL, "signal") X(CONDITION, "conditional") \
	X(ERROR, "error") X(ESCALATION, "escalation") X(COMPENSATION, "compensate") X(CANCEL, "cancel") \
	X(TERMINATE, "terminate") X(LINK, "link")
#define X(name, text) BPMN_EVENT_##name,
enum bpmn_event_definition { BPMN_EVENTS(X) BPMN_EVENT_DEFINITION_COUNT };
#undef X

struct bpmn_pair { struct str key, value; };
struct bpmn_pairs { const struct bpmn_pair *items; size_t count; };
struct bpmn_point { double x, y; };                      /* diagram units, for drawing only */
struct bpmn_bounds { double x, y, width, height; };
/* Standard loop; multi-instance one after the other, or all at once. */
enum bpmn_loop { BPMN_LOOP_NONE, BPMN_LOOP_STANDARD, BPMN_LOOP_SEQUENTIAL, BPMN_LOOP_PARALLEL };
struct bpmn_plan;                                        /* how it runs; inside the folder only */
struct bpmn_element;

struct bpmn_flow {
	struct str id, name;
	const struct bpmn_element *from, *to;
	struct str condition;                                /* text as written, trimmed, or empty */
	bool is_default;
	uint32_t line;
	const struct bpmn_point *points;                     /* waypoints; 0 when not drawn */
	size_t point_count;
	const struct bpmn_bounds *label;                     /* where the diagram wants the name; NULL: it does not say */
	const struct bpmn_flow_plan *plan;
};
struct bpmn_flows { const struct bpmn_flow *const *items; size_t count; };

struct bpmn_element {
	uint32_t index;                                      /* in the model's elements */
	enum bpmn_kind kind;
	struct str id, name, documentation;
	struct str lane;                                     /* name (else id) of the innermost lane that holds it */
	uint32_t line;
	const struct bpmn_element *parent;                   /* sub-process or process; NULL for a process */
	const struct bpmn_element *attached_to;              /* BOUNDARY_EVENT */
	struct bpmn_flows incoming, outgoing;
	enum bpmn_event_definition event;                    /* of an event; the first when it has several */
	struct str event_name;                               /* message, signal, link: name; error, escalation: code */
	bool interrupting;                                   /* boundary event, start of an event sub-process */
	bool triggered_by_event;                             /* SUB_PROCESS: an event sub-process */
	bool for_compensation;
	bool loops;                                          /* standard loop or multi-instance */
	enum bpmn_loop loop;
	bool several, all_of_several;                        /* event with several definitions: any of them, or all (parallelMultiple) */
	const struct bpmn_element *compensated_by;           /* BOUNDARY_EVENT of compensation: the activity that compensates */
	struct bpmn_pairs properties, headers;               /* zeebe:properties, zeebe:taskHeaders */
	struct str form_key, form_id;                        /* zeebe:formDefinition, as written */
	struct str job_type;                                 /* zeebe:taskDefinition, as written */
	struct str decision_id, result_variable;             /* zeebe:calledDecision, zeebe:script; as written */
	struct str called_process;                           /* zeebe:calledElement or calledElement, as written */
	struct str script, script_format;                    /* bpmn:script, as written */
	const struct bpmn_bounds *bounds;                    /* NULL when the diagram has no shape for it */
	const struct bpmn_bounds *label;                     /* where the diagram wants the name; NULL: it does not say */
	bool collapsed;                                      /* of a sub-process: its shape says isExpanded="false" */
	const struct bpmn_plan *plan;
};

struct bpmn_model;

/* `file_name` stands in the report's findings. `env` (may be NULL) tells the host functions that expressions may
 * call. INVALID, UNSUPPORTED or LIMIT with line:column, element id and words in `report`. */
MUST_USE struct err bpmn_load(struct arena *arena, struct str file_name, struct str xml, const struct feel_env *env,
	struct report *report, const struct bpmn_model **out_model);

size_t bpmn_element_count(const struct bpmn_model *model);
/* Processes and flow nodes in the order of the file; index < count. */
const struct bpmn_element *bpmn_element_at(const struct bpmn_model *model, size_t index);
const struct bpmn_element *bpmn_element_by_id(const struct bpmn_model *model, struct str id);   /* NULL when absent */
/* Processes (and global tasks, which run like a process with one task), in the order of the file; NULL past the end. */
const struct bpmn_element *bpmn_process_at(const struct bpmn_model *model, size_t index);
/* isExecutable of a process. */
bool bpmn_is_executable(const struct bpmn_element *process);
struct bpmn_flows bpmn_flows(const struct bpmn_model *model);
/* Pools and lanes that have a shape, outer ones first as the diagram tells them. */
struct bpmn_lane { struct str id, name; struct bpmn_bounds bounds; bool upright; };
struct bpmn_lanes { const struct bpmn_lane *items; size_t count; };
struct bpmn_lanes bpmn_lanes(const struct bpmn_model *model);
/* Value of a zeebe:property or header, "" when absent. */
struct str bpmn_property(const struct bpmn_element *element, const char *name);
struct str bpmn_header(const struct bpmn_element *element, const char *name);
const char *bpmn_kind_name(enum bpmn_kind kind);                                                /* "userTask" */
const char *bpmn_event_name(enum bpmn_event_definition event);                                  /* "timer" */

/* Each FEEL text of the model ("=amount > 3") with the element it belongs to, for checkers. */
struct bpmn_expression {
	const struct bpmn_element *element;
	struct str text;
	uint32_t line;
	const struct feel_program *program;
};
struct bpmn_expressions { const struct bpmn_expression *items; size_t count; };
struct bpmn_expressions bpmn_expressions(const struct bpmn_model *model);

/* The variables that the model itself names: results, targets of outputs and inputs, items of multi-instance. `open`: others
 * may come too, with a message or from a called process. */
struct bpmn_names { const struct str *items; size_t count; bool open; };
struct bpmn_names bpmn_variable_names(struct arena *arena, const struct bpmn_model *model);

/* Static rules, in words: nodes that no token reaches, dead ends, joins that wait for ever, choices without default,
 * executable processes without start, elements without shape ... Errors and warnings go into `report`. */
void bpmn_check(struct arena *arena, const struct bpmn_model *model, struct report *report);

/* Does every way from the start of its process to `to` complete a user task? A boundary event on a user task is
 * reached without completing it. When not, *out_path (may be NULL) tells a way that does not:
 * "StartEvent_1 -> Gateway_2 -> EndEvent_3". An element that cannot be reached at all gives true. */
bool bpmn_passes_user_task(struct arena *arena, const struct bpmn_model *model, const struct bpmn_element *to,
	struct str *out_path);

/* ---- instance --------------------------------------------------------------------------------- */

/* Lives in the arena it was made in. Not for several threads at once. */
struct bpmn_instance;

/* `variables`: a context or null; not copied. NOT_FOUND when the model has no such process. The instance waits for START. */
MUST_USE struct err bpmn_instance_new(struct arena *arena, const struct bpmn_model *model, struct str process_id,
	struct feel_value variables, struct bpmn_instance **out_instance);
/* JSON text, versioned. LIMIT past BPMN_INSTANCE_BYTES_MAX. */
MUST_USE struct err bpmn_encode(struct arena *arena, const struct bpmn_instance *instance, struct str *out_bytes);
/* INVALID when the bytes were not made by bpmn_encode with a model that has the same elements. */
MUST_USE struct err bpmn_decode(struct arena *arena, const struct bpmn_model *model, struct str bytes,
	struct bpmn_instance **out_instance);

/* Variables that an element with this token key sees (its own over its parents'); 0 is the process. */
struct feel_value bpmn_variables(struct arena *arena, const struct bpmn_instance *instance, uint32_t token);
const struct bpmn_element *bpmn_instance_process(const struct bpmn_instance *instance);

enum bpmn_end { BPMN_RUNNING, BPMN_COMPLETED, BPMN_TERMINATED, BPMN_ERROR, BPMN_CANCELLED };
enum bpmn_end bpmn_instance_end(const struct bpmn_instance *instance);

/* name, text */
#define BPMN_WAITS(X) \
	X(TASK, "task") X(JOB, "job") X(TIMER, "timer") X(MESSAGE, "message") X(SIGNAL, "signal") X(CONDITION, "condition") \
	X(DECISION, "decision") X(CALL, "call") X(INCIDENT, "incident")
#define X(name, text) BPMN_WAIT_##name,
enum bpmn_wait_kind { BPMN_WAITS(X) BPMN_WAIT_KIND_COUNT };
#undef X
const char *bpmn_wait_name(enum bpmn_wait_kind kind);

struct bpmn_wait {
	enum bpmn_wait_kind kind;
	uint32_t key;
	uint32_t token;                     /* of the element that waits (for boundary events: of the activity) */
	const struct bpmn_element *element; /* the task, or the event that is awaited */
	struct str name;                    /* message, signal: name; job: type; decision, call: id; incident: words */
	struct str correlation;             /* message: key as text, or empty */
	int64_t at_ms;                      /* timer */
	int32_t retries;                    /* job: left */
};
struct bpmn_wait_list { const struct bpmn_wait *items; size_t count; };
/* What is open now, by key. */
struct bpmn_wait_list bpmn_waits(struct arena *arena, const struct bpmn_instance *instance);

/* Where tokens stand now, by key: the active elements (sub-processes too). For drawing and for the case page. */
struct bpmn_token { uint32_t key, parent; const struct bpmn_element *element; int64_t loop_counter; /* 0 = none */ };
struct bpmn_token_list { const struct bpmn_token *items; size_t count; };
struct bpmn_token_list bpmn_tokens(struct arena *arena, const struct bpmn_instance *instance);

/* ---- stepping --------------------------------------------------------------------------------- */

#define BPMN_STEP_EVENTS(X) \
	X(START)            /* once, first. element: the start event to begin with, or NULL for the none start event */ \
	X(TASK_DONE)        /* key, variables */ \
	X(JOB_DONE)         /* key, variables */ \
	X(JOB_FAILED)       /* key, words, retries left; 0 makes an incident */ \
	X(JOB_ERROR)        /* key, name = BPMN error code, variables; nobody catches it: an incident. Tasks too */ \
	X(TIMER)            /* key */ \
	X(DECISION_DONE)    /* key, value */ \
	X(DECISION_FAILED)  /* key, words */ \
	X(MESSAGE)          /* name, correlation, variables; or key alone of a MESSAGE_WAIT, variables */ \
	X(SIGNAL)           /* name, variables; goes to everybody who waits, nobody is fine */ \
	X(CONDITION)        /* conditions are evaluated again (they also are after every other event) */ \
	X(CANCEL)           /* the whole instance */ \
	X(INCIDENT_RETRY)   /* key of the incident */ \
	X(CALL_DONE)        /* key, variables */ \
	X(CALL_ERROR)       /* key, name = error code with which the called process ended, variables */ \
	X(VARIABLES)        /* key = token, 0 for the process; variables are set there */
#define X(name) BPMN_ON_##name,
enum bpmn_step_event { BPMN_STEP_EVENTS(X) BPMN_ON_COUNT };
#undef X
const char *bpmn_step_event_name(enum bpmn_step_event event);

/* Values and texts are not copied: they must live as long as the instance. */
struct bpmn_event {
	enum bpmn_step_event kind;
	uint32_t key;
	const struct bpmn_element *element;
	struct str name, correlation, words;
	struct feel_value variables;        /* a context or null */
	struct feel_value value;
	int32_t retries;
};

struct bpmn_task {                          /* times: UTC ms, 0 = none */
	struct str name;
	struct str form_key, form_id;           /* evaluated */
	struct str assignee;
	struct { const struct str *items; size_t count; } candidate_groups, candidate_users;
	int64_t due_ms, follow_up_ms;
	int32_t priority;                       /* 0..100, 50 when not said */
	struct feel_value inputs;               /* local variables from zeebe:input (loop variables too): a context */
	int64_t loop_counter;                   /* from 1 inside a multi-instance, else 0 */
};
struct bpmn_job {
	struct str type;                        /* "script" for a script task without zeebe:script */
	int32_t retries;
	struct bpmn_pairs headers;
	struct feel_value variables;            /* what the worker sees: all visible variables, inputs on top */
	struct str script, script_format;
	struct str listener;                    /* "start", "end", "completing" ... when a listener's job, else empty */
};
struct bpmn_timer { int64_t at_ms; int32_t repeats; /* more firings after this one, -1 = without end */ };
struct bpmn_decision { struct str decision_id; struct feel_value variables; struct str result_variable; };
struct bpmn_message { struct str name, correlation; struct feel_value variables; };
struct bpmn_call { struct str process_id; struct feel_value variables; };
struct bpmn_ended { enum bpmn_end how; struct str code; struct feel_value variables; /* of the process, at the end */ };

/* name, which member of the union */
#define BPMN_EFFECTS(X) \
	X(ELEMENT_ENTERED)        /* - ; key = token */ \
	X(ELEMENT_LEFT)           /* - ; key = token */ \
	X(ELEMENT_CANCELLED)      /* - ; key = token */ \
	X(FLOW_TAKEN)             /* flow ; key = token of the scope; element = where it comes from */ \
	X(TASK_OPENED)            /* task */ \
	X(TASK_CANCELLED)         /* - */ \
	X(JOB)                    /* job; the same key again after JOB_FAILED with retries left or a retried incident */ \
	X(JOB_CANCELLED)          /* - */ \
	X(TIMER_SET)              /* timer; the same key again when a cycle goes on */ \
	X(TIMER_CANCELLED)        /* - */ \
	X(DECISION)               /* decision */ \
	X(DECISION_CANCELLED)     /* - */ \
	X(MESSAGE_WAIT)           /* message */ \
	X(MESSAGE_WAIT_CANCELLED) /* - */ \
	X(SIGNAL_WAIT)            /* message (name only) */ \
	X(SIGNAL_WAIT_CANCELLED)  /* - */ \
	X(MESSAGE_THROWN)         /* message; the caller delivers it */ \
	X(SIGNAL_THROWN)          /* message; has reached this instance already, the caller brings it to the others */ \
	X(CALL)                   /* call; the same key again after a retried incident */ \
	X(CALL_CANCELLED)         /* - */ \
	X(INCIDENT)               /* words */ \
	X(INCIDENT_RESOLVED)      /* - */ \
	X(ENDED)                  /* ended; the last one ever */
#define X(name) BPMN_DO_##name,
enum bpmn_effect_kind { BPMN_EFFECTS(X) BPMN_DO_COUNT };
#undef X
const char *bpmn_effect_name(enum bpmn_effect_kind kind);       /* "TASK_OPENED" */

struct bpmn_effect {
	enum bpmn_effect_kind kind;
	uint32_t key;                       /* of the task, job, timer, wait, call or incident; of the token for ELEMENT_* */
	uint32_t token;                     /* of the element */
	const struct bpmn_element *element;
	union {
		const struct bpmn_flow *flow;
		const struct bpmn_task *task;
		const struct bpmn_job *job;
		struct bpmn_timer timer;
		const struct bpmn_decision *decision;
		const struct bpmn_message *message;
		const struct bpmn_call *call;
		struct str words;
		const struct bpmn_ended *ended;
	};
};
struct bpmn_effects { const struct bpmn_effect *items; size_t count; };

/* Runs until everything waits. `arena` must live as long as the instance (mostly it is the same one): values that the
 * step computes stay there. env: now_ms, zone and host functions. A message and a timer end when they fire: no
 * CANCELLED follows; nor for a task, job, decision or call that was answered.
 * REFUSED with words in `report` (may be NULL) when the event does not fit the state: a key that is not open, a second
 * START, anything after the end; then nothing has changed. An expression that fails is an incident, not an error. */
MUST_USE struct err bpmn_step(struct arena *arena, struct bpmn_instance *instance, const struct bpmn_event *event,
	const struct feel_env *env, struct report *report, struct bpmn_effects *out_effects);

/* One line an effect, stable text for golden files and logs of tests. */
struct str bpmn_effects_print(struct arena *arena, struct bpmn_effects effects);

/* ISO 8601 "2022-08-26T01:30:00Z", "P3DT2H", "R3/PT5S" as timers use them. `kind`: 'd' date, 'p' duration, 'c' cycle.
 * INVALID otherwise. */
struct bpmn_schedule { int64_t first_ms; int32_t repeats; int32_t months; int64_t interval_ms; };
MUST_USE struct err bpmn_schedule_parse(struct str text, char kind, int64_t now_ms, int32_t offset_s,
	struct bpmn_schedule *out_schedule);

#endif
