/* inside: what the files of this folder share: the plan of a model and the state of an instance.
 * Uses: feel, codec, base. Used by: bpmn only. */
#ifndef BPMN_INSIDE_H
#define BPMN_INSIDE_H

#include "bpmn/bpmn.h"
#include <assert.h>

/* ---- plan: how a model runs --------------------------------------------------------------------- */

/* Literal text, or FEEL when there is a program. Both absent: nothing was written. */
struct text_plan { struct str text; const struct feel_program *program; };
static inline bool is_said(const struct text_plan *plan) { return plan->text.len > 0; }

struct mapping { struct text_plan source; struct str target; };
struct mappings { LIST_OF(struct mapping); };

/* An event definition, its references resolved. */
struct trigger {
	enum bpmn_event_definition kind;
	struct str id;
	struct text_plan name;              /* message, signal, link: name; error, escalation: code. Absent catches all */
	struct text_plan correlation;
	struct text_plan timer;
	char timer_kind;                    /* 'd', 'p', 'c' as in bpmn_schedule_parse */
	struct text_plan condition;
	struct str activity_ref;            /* compensation */
	const struct bpmn_element *activity;
	struct str link_ref;                /* link: id of the definition at the other end */
	bool wait_for_completion;
};
struct triggers { LIST_OF(struct trigger); };

enum loop_behavior { BEHAVIOR_ALL, BEHAVIOR_NONE, BEHAVIOR_ONE, BEHAVIOR_COMPLEX };
struct complex_behavior { struct text_plan condition; struct trigger trigger; };
struct loop_plan {
	bool standard, sequential, test_before;
	int64_t loop_max;                   /* standard: 0 = no limit */
	struct text_plan condition;         /* standard: go on while true; multi-instance: completionCondition */
	struct text_plan cardinality;
	struct text_plan items;             /* inputCollection */
	struct str item_name, output_name;
	struct text_plan output_item;
	struct str output_local;            /* variable that outputItem reads: made local with null */
	enum loop_behavior behavior;
	bool has_event;
	struct trigger event;               /* of NONE and ONE */
	struct { LIST_OF(struct complex_behavior); } complex;
};

struct listener { struct text_plan type, retries; struct str event; struct bpmn_pairs headers; };
struct listeners { LIST_OF(struct listener); };

struct element_list { LIST_OF(const struct bpmn_element *); };

struct bpmn_flow_plan { uint32_t index; struct text_plan condition; };

struct bpmn_plan {
	bool executable;                    /* process */
	struct triggers triggers;
	bool parallel_multiple, instantiates;
	struct element_list children;       /* of a scope, in the order of the file */
	struct element_list starts;         /* of a scope: its start events (of a global task: the task) */
	struct element_list event_sub_processes;
	struct element_list boundaries;     /* of an activity */
	const struct bpmn_element *handler; /* compensation boundary: the activity that compensates */
	const struct bpmn_element *compensation;   /* of an activity: its handler, by its compensation boundary */
	const struct bpmn_element *compensation_sub_process;   /* of a scope */
	const struct bpmn_element *link_target;    /* link throw */
	const struct bpmn_flow *default_flow;
	struct mappings inputs, outputs;
	struct text_plan job_type, job_retries;
	struct text_plan script;
	struct str result_variable;
	struct text_plan decision_id, called_process;
	bool is_job;                        /* a task or throw event carried out by a worker */
	bool call_keeps_parents_out, call_all_outputs, is_zeebe_call;
	struct text_plan assignee, candidate_groups, candidate_users, due, follow_up, priority, form_key, form_id;
	struct listeners starts_listeners, ends_listeners;
	struct loop_plan *loop;
	int32_t start_quantity, completion_quantity;
	bool ad_hoc_sequential, ad_hoc_keep_remaining;
	struct text_plan ad_hoc_done, ad_hoc_active;
	struct text_plan activation;        /* complex gateway */
	struct str global_script;
};

struct bpmn_model {
	struct arena *arena;
	struct str file_name;
	struct { LIST_OF(struct bpmn_element *); } elements;
	struct { LIST_OF(const struct bpmn_flow *); } flows;
	struct { LIST_OF(const struct bpmn_element *); } processes;
	struct { LIST_OF(struct bpmn_expression); } expressions;
	struct { LIST_OF(struct bpmn_lane); } lanes;
	struct map by_id;                   /* struct bpmn_element */
	bool has_diagram, has_conditions;
};

static inline const struct bpmn_plan *plan_of(const struct bpmn_element *element) { return element->plan; }
static inline bool is_scope(const struct bpmn_element *element)
{
	return element->kind == BPMN_PROCESS || (element->kind >= BPMN_SUB_PROCESS && element->kind <= BPMN_AD_HOC_SUB_PROCESS);
}
static inline bool is_activity(const struct bpmn_element *element)
{
	return element->kind >= BPMN_TASK && element->kind <= BPMN_AD_HOC_SUB_PROCESS;
}
static inline bool is_gateway(const struct bpmn_element *element)
{
	return element->kind >= BPMN_EXCLUSIVE_GATEWAY && element->kind <= BPMN_COMPLEX_GATEWAY;
}

/* ---- loading ------------------------------------------------------------------------------------ */

#define BPMN_SPACE "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define ZEEBE_SPACE "http://camunda.org/schema/zeebe/1.0"

struct loading {
	struct arena *arena;
	struct bpmn_model *model;
	const struct xml *root;
	struct { LIST_OF(struct feel_scope_name); } names;  /* variables that the model itself makes */
	struct feel_scope scope;
	struct report *report;
	struct map roots;                   /* definitions' children and nested event definitions by id: struct xml */
	struct map flows;                   /* by id: struct bpmn_flow */
	bool failed;
};

/* Adds an error at that XML element; the load goes on to find more and then fails. */
void load_refuse(struct loading *loading, const struct xml *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* `text` is literal unless it begins with "="; with `feel` it is FEEL either way. */
struct text_plan load_text(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct str text,
	bool feel);
const struct xml *load_child(const struct xml *at, const char *name);
/* The trimmed value of an xsd:QName reference without its prefix. */
struct str load_reference(struct str text);
void load_zeebe(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan);
void load_triggers(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan);
void load_loop(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan);
void load_links(struct loading *loading);
void load_lanes(struct loading *loading, const struct xml *process);
void load_diagram(struct loading *loading);
struct bpmn_element *load_element(const struct loading *loading, struct str id);

/* ---- state of an instance ------------------------------------------------------------------------ */

enum token_role { ROLE_PLAIN, ROLE_BODY, ROLE_ITERATION, ROLE_HANDLER };

/* Where a token stands in the life of its element; a retried incident goes on from here. */
#define TOKEN_PHASES(X) X(ACTIVATE) X(START_LISTENERS) X(EXECUTE) X(WAIT) X(END_LISTENERS) X(COMPLETE) X(LEAVE) X(KEPT) X(DEAD)
#define X(name) PHASE_##name,
enum token_phase { TOKEN_PHASES(X) PHASE_COUNT };
#undef X

struct variables { LIST_OF(struct feel_entry); };

struct loop_state {
	int64_t total;                      /* -1: not known (standard loop) */
	int64_t started, completed, terminated;
	struct feel_value items;            /* null unless a collection */
	struct feel_value *outputs;         /* total of them, or NULL */
	bool event_thrown;
};

struct token {
	uint32_t key, parent;               /* parent: key of its scope, 0 for the process */
	const struct bpmn_element *element;
	enum token_role role;
	enum token_phase phase;
	uint32_t owner;                     /* of a compensation: token that waits for it */
	uint32_t next;                      /* listener, or ad-hoc child, that comes next */
	int64_t loop_counter;
	struct loop_state *loop;            /* of a ROLE_BODY */
	struct variables variables;
	bool doomed;                        /* being cancelled */
	uint32_t live;                      /* living tokens inside, queued moves and waiting arrivals; counted, not stored */
};

struct wait {
	enum bpmn_wait_kind kind;
	uint32_t key, token;
	const struct bpmn_element *element;
	uint32_t trigger;                   /* index in the element's triggers */
	struct str name, correlation;
	int64_t at_ms;
	int32_t repeats;
	int32_t retries;
	uint32_t about;                     /* incident: key of the job or decision that failed, 0 = the token itself */
	int32_t months;                     /* timer cycles */
	int64_t interval_ms;
	bool was_true;                      /* condition */
	bool failed;                        /* job, decision: waits for its incident */
	bool dead;
};

enum move_kind { MOVE_ARRIVE, MOVE_ITERATE, MOVE_COMPENSATE };
struct move { enum move_kind kind; uint32_t token; const struct bpmn_element *element; const struct bpmn_flow *flow; };
/* Tokens that wait in front of a joining gateway or an activity with a start quantity. */
struct arrival { uint32_t scope; const struct bpmn_element *element; const struct bpmn_flow *flow; uint32_t count; };
/* An activity that was completed and can be compensated. */
struct completed { uint32_t scope, kept, claimed; const struct bpmn_element *element; };

struct bpmn_instance {
	struct arena *arena;
	const struct bpmn_model *model;
	const struct bpmn_element *process;
	uint32_t key_last;
	bool started;
	enum bpmn_end end;
	struct variables initial;           /* before START */
	struct { LIST_OF(struct token *); } tokens;      /* by key; dead ones are swept at the end of a step */
	struct { LIST_OF(struct wait *); } waits;        /* by key */
	struct { LIST_OF(struct move); } moves;
	size_t move_first;
	struct { LIST_OF(uint32_t); } late;              /* tokens whose signal is thrown when all others stand still */
	size_t late_first;
	struct { LIST_OF(struct arrival); } arrivals;
	struct { LIST_OF(struct completed); } completed;
};

struct step {
	struct arena *arena;
	struct bpmn_instance *instance;
	const struct feel_env *env;
	struct { LIST_OF(struct bpmn_effect); } effects;
	size_t entered;
	bool conditions_stale, joins_stale, stopped;
};

/* step.c */
struct err step_refuse(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* instance.c */
struct token *token_get(const struct bpmn_instance *instance, uint32_t key);           /* NULL when dead or unknown */
struct token *token_add(struct step *step, uint32_t parent, const struct bpmn_element *element, enum token_role role);
/* Takes the token out of its scope's count. It is swept later. */
void token_remove(struct step *step, struct token *token, enum token_phase phase);
/* Changes the number of what lives inside a scope. */
void scope_count(struct step *step, uint32_t scope, int change);
struct wait *wait_get(const struct bpmn_instance *instance, uint32_t key);
struct wait *wait_add(struct step *step, enum bpmn_wait_kind kind, uint32_t token, const struct bpmn_element *element);
struct wait *wait_of(const struct bpmn_instance *instance, uint32_t token, enum bpmn_wait_kind kind);
void instance_sweep(struct bpmn_instance *instance);
void instance_count_live(struct bpmn_instance *instance);
struct bpmn_effect *effect_add(struct step *step, enum bpmn_effect_kind kind, uint32_t key, uint32_t token,
	const struct bpmn_element *element);
void move_add(struct step *step, enum move_kind kind, uint32_t token, const struct bpmn_element *element,
	const struct bpmn_flow *flow);

/* variable.c */
void variables_set(struct arena *arena, struct variables *variables, struct str name, struct feel_value value);
struct feel_value variables_seen(struct arena *arena, const struct bpmn_instance *instance, const struct token *token);
struct feel_value variables_own(const struct token *token);
/* To the nearest scope that has the variable, from `token` upwards; else to the process. */
void variables_propagate(struct step *step, struct token *token, struct feel_value context);
void variables_set_all(struct step *step, struct token *token, struct feel_value context);
/* Runs FEEL with what the token sees, `over` (context or null) on top. An incident's words on failure, else empty. */
struct str value_of(struct step *step, const struct token *token, const struct text_plan *plan, struct feel_value over,
	struct feel_value *out_value);
struct str text_of(struct step *step, const struct token *token, const struct text_plan *plan, struct str *out_text);
struct str truth_of(struct step *step, const struct token *token, const struct text_plan *plan, struct feel_value over,
	bool *out_truth);
struct str inputs_apply(struct step *step, struct token *token);
struct str outputs_apply(struct step *step, struct token *token);

/* token.c: the life of an element */
struct token *element_enter(struct step *step, uint32_t scope, const struct bpmn_element *element, enum token_role role);
void token_resume(struct step *step, struct token *token);
void token_go(struct step *step, struct token *token, enum token_phase phase);
/* Results of a task, job or message: local when the element maps outputs, else propagated. */
void token_absorb(struct step *step, struct token *token, struct feel_value variables);
void token_take_out(struct step *step, struct token *token);
void token_incident(struct step *step, struct token *token, uint32_t about, struct str words);

/* activity.c */
void activity_execute(struct step *step, struct token *token);
void job_open(struct step *step, struct token *token, const struct listener *listener);
void job_again(struct step *step, struct wait *wait);
void call_again(struct step *step, struct wait *wait);
void decision_again(struct step *step, struct wait *wait);

/* gateway.c */
void flow_arrive(struct step *step, uint32_t scope, const struct bpmn_element *element, const struct bpmn_flow *flow);
bool joins_try(struct step *step);
struct str gateway_leave(struct step *step, struct token *token);

/* scope.c */
void scope_begin(struct step *step, struct token *token, const struct bpmn_element *start);
void scope_settle(struct step *step, struct token *token);
void ad_hoc_check(struct step *step, struct token *scope);
void scope_cancel_inside(struct step *step, struct token *token, const struct token *but);
void token_cancel(struct step *step, struct token *token);
void waits_cancel(struct step *step, uint32_t token, const struct bpmn_element *element);
void instance_finish(struct step *step, enum bpmn_end how, struct str code);

/* event.c */
struct str trigger_wait(struct step *step, struct token *token, const struct bpmn_element *event);
struct str boundaries_wait(struct step *step, struct token *token);
struct str event_sub_processes_wait(struct step *step, struct token *scope);
void wait_fire(struct step *step, struct wait *wait, struct feel_value variables);
void conditions_try(struct step *step);
void signal_throw(struct step *step, struct str name, struct feel_value variables);
void event_fire(struct step *step, struct token *at, const struct bpmn_element *event, bool interrupting,
	struct feel_value variables);

/* throw.c */
void event_throw(struct step *step, struct token *token);
void late_throw(struct step *step, struct token *token);
/* False when nobody catches it; then nothing has changed. */
bool error_throw(struct step *step, struct token *token, enum bpmn_event_definition kind, struct str code,
	struct feel_value variables, bool *out_interrupted);

/* loop.c */
void loop_begin(struct step *step, struct token *body);
void loop_iterate(struct step *step, struct token *body);
void loop_iteration_done(struct step *step, struct token *body, struct token *iteration);
struct str loop_keep_output(struct step *step, struct token *iteration);

/* compensate.c */
/* Among the completed activities of this scope an iteration is remembered: that of its loop's scope. */
uint32_t compensation_scope(const struct bpmn_instance *instance, const struct token *token);
void compensation_remember(struct step *step, const struct token *token, bool *out_kept);
void compensation_begin(struct step *step, struct token *thrower, uint32_t scope, const struct bpmn_element *activity);
/* Runs the next handler of the thrower, or ends it when none is left. */
void compensation_next(struct step *step, struct token *thrower);

#endif
