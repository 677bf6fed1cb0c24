/* dmn: an engine for Decision Model and Notation 1.2 to 1.5, pure: no clock, no store, no files, no log.
 *
 * A model is loaded once: parsed, bound to its imports, checked for cycles, every expression compiled. It is
 * immutable and may be used by many threads. A decision takes a FEEL context of inputs and gives a value and, when
 * asked, a trace: what a receipt needs to say which rule was hit and why. As the standard says, a failing expression
 * is null with a note, never an error of the call.
 * Words are those of the standard: decision, input data, business knowledge model, decision service, hit policy, rule.
 * Uses: feel, codec, base. Used by: hall. */
#ifndef DMN_DMN_H
#define DMN_DMN_H

#include "base/base.h"
#include "feel/feel.h"

enum {
	DMN_SOURCE_COUNT_MAX = 100,
	DMN_ELEMENT_COUNT_MAX = 10000,      /* decisions, input data, knowledge models and services of one file */
	DMN_EXPRESSION_COUNT_MAX = 200000,  /* boxed expressions and cells of one file */
	DMN_NESTING_MAX = 100,              /* boxed expressions inside each other; item definitions likewise */
	DMN_CALL_DEPTH_MAX = 60,            /* knowledge models and services that call each other */
	DMN_CALL_COUNT_MAX = 100000,        /* such calls in one decision, and steps of one boxed iteration */
};

/* ---- model ------------------------------------------------------------------------------------ */

struct dmn_source {
	struct str file;         /* as findings, traces and receipts shall name it */
	struct str xml;
};

struct dmn_model;

/* The first source is the main model, the others are those that it imports, directly or not, found by namespace;
 * an import's name is the alias under which FEEL sees its elements (an empty name: without alias).
 * `env` (may be NULL) offers host functions; it must live as long as the model, and the env of dmn_decide must
 * offer functions of the same names. Nothing of `sources` is kept but what is copied into `arena`.
 * Each thing wrong stands in `report` with file, line:column, element and words; warnings do not refuse.
 * INVALID: no DMN, a broken reference or expression, a requirement cycle, an import that is not given. LIMIT. */
MUST_USE struct err dmn_load(struct arena *arena, const struct dmn_source *sources, size_t source_count,
	const struct feel_env *env, struct report *report, const struct dmn_model **out_model);
/* The same, but what is broken inside an element is a warning, and null when it is evaluated: for models made
 * elsewhere, of which only some decisions are asked. Refused all the same: no DMN, requirement cycles, LIMIT. */
MUST_USE struct err dmn_load_partly(struct arena *arena, const struct dmn_source *sources, size_t source_count,
	const struct feel_env *env, struct report *report, const struct dmn_model **out_model);

/* name, local name of the XML element */
#define DMN_KINDS(X) \
	X(DECISION,        "decision") \
	X(INPUT_DATA,      "inputData") \
	X(KNOWLEDGE_MODEL, "businessKnowledgeModel") \
	X(SERVICE,         "decisionService")
#define X(name, text) DMN_##name,
enum dmn_kind { DMN_KINDS(X) DMN_KIND_COUNT };
#undef X
const char *dmn_kind_name(enum dmn_kind kind);

struct dmn_parameter {
	struct str name, type_name;
	const struct feel_type *type;       /* NULL: any */
};

struct dmn_element {
	enum dmn_kind kind;
	struct str id, name;
	struct str space;                   /* the namespace of its model */
	struct str file;
	struct str type_name;               /* typeRef as written, "" for none */
	const struct feel_type *type;       /* NULL: any */
	struct str description, question;
	uint32_t line, column;
	size_t order;                       /* position among all elements of all sources: the model order */
	bool imported;                      /* not of the main model */
	const struct dmn_parameter *parameters;  /* of a knowledge model or service, in order */
	size_t parameter_count;
};
struct dmn_elements { const struct dmn_element **items; size_t count; };

struct str dmn_model_name(const struct dmn_model *model);
struct str dmn_model_namespace(const struct dmn_model *model);
/* The main model's elements of that kind in model order; lives in the model. */
struct dmn_elements dmn_elements(const struct dmn_model *model, enum dmn_kind kind);
/* The files that the main model imports, directly or not, as their sources were named, in the order of the sources. */
struct dmn_files { struct str *items; size_t count; };
struct dmn_files dmn_imports(struct arena *arena, const struct dmn_model *model);
/* By id or name in the main model, then by "alias.name" or name in what it imports; NULL when there is none. */
const struct dmn_element *dmn_find(const struct dmn_model *model, enum dmn_kind kind, struct str id_or_name);
/* The input data that a decision (or the decisions of a service) needs, directly or not, in model order. */
struct dmn_elements dmn_needed_inputs(struct arena *arena, const struct dmn_model *model, const struct dmn_element *element);

/* Has a decision table, of a decision or a knowledge model, a rule of that id? */
bool dmn_has_rule(const struct dmn_model *model, struct str id);

/* ---- deciding --------------------------------------------------------------------------------- */

enum dmn_cell_result { DMN_CELL_FALSE, DMN_CELL_TRUE, DMN_CELL_NULL };

#define DMN_HIT_POLICIES(X) \
	X(UNIQUE, "UNIQUE") X(ANY, "ANY") X(PRIORITY, "PRIORITY") X(FIRST, "FIRST") X(OUTPUT_ORDER, "OUTPUT ORDER") \
	X(RULE_ORDER, "RULE ORDER") X(COLLECT, "COLLECT") X(SUM, "COLLECT SUM") X(MIN, "COLLECT MIN") \
	X(MAX, "COLLECT MAX") X(COUNT, "COLLECT COUNT")
#define X(name, text) DMN_HIT_##name,
enum dmn_hit_policy { DMN_HIT_POLICIES(X) DMN_HIT_POLICY_COUNT };
#undef X
const char *dmn_hit_policy_name(enum dmn_hit_policy policy);

struct dmn_input_trace { struct str label, expression; struct feel_value value; };
struct dmn_annotation { struct str name, text; };     /* column name, text of the rule's cell */
struct dmn_rule_trace {
	struct str id;                      /* "" when the rule has none */
	size_t number;                      /* from 1 */
	bool hit;
	const struct str *cells;            /* texts, one an input */
	const enum dmn_cell_result *cell_results;
	size_t cell_count;
	const struct dmn_annotation *annotations;   /* those that are not empty */
	size_t annotation_count;
	struct feel_value output;           /* of a hit: the value, or a context when there are several outputs */
};
struct dmn_table_trace {
	enum dmn_hit_policy policy;
	const struct dmn_input_trace *inputs;
	size_t input_count;
	const struct dmn_rule_trace *rules; /* in order; under FIRST those behind the hit are left out */
	size_t rule_count;
	bool used_default;                  /* no rule was hit and the default output was taken */
};
struct dmn_trace_step {
	const struct dmn_element *element;  /* decision, knowledge model or service: id, name, file, kind */
	struct str entry;                   /* of a table inside a boxed expression: the path to it; else "" */
	struct feel_value value;
	const struct dmn_table_trace *table;        /* NULL: the value comes from something else */
	bool given;                         /* the inputs replaced the decision's own logic */
	size_t order;                       /* model order of the decision that was being decided */
};
/* Steps stand in model order of the decisions; what a decision called stands before the decision itself. */
struct dmn_trace { LIST_OF(struct dmn_trace_step); };

/* `inputs`: a context, values by the name of the input data. The name of a decision replaces its logic. Elements of
 * imports: by their own name, by alias ({"alias": {"name": …}}), or by "{namespace}name". Values are coerced to the
 * declared types; a missing or not conforming one is null with a note.
 * `env`: as at dmn_load, with the clock of this run. `notes` and `trace` may be NULL; a trace is zeroed by the caller.
 * NOT_FOUND: no such decision. LIMIT: a budget is used up. */
MUST_USE struct err dmn_decide(struct arena *arena, const struct dmn_model *model, struct str decision,
	struct feel_value inputs, const struct feel_env *env, struct report *notes, struct dmn_trace *trace,
	struct feel_value *out_value);
/* Calls a knowledge model or a service with `arguments`, a context by parameter name. */
MUST_USE struct err dmn_invoke(struct arena *arena, const struct dmn_model *model, struct str name,
	struct feel_value arguments, const struct feel_env *env, struct report *notes, struct dmn_trace *trace,
	struct feel_value *out_value);

/* ---- checking --------------------------------------------------------------------------------- */

/* For authors, in words that a lawyer understands, with table and rule number. Errors: rules of a UNIQUE table that
 * overlap, of an ANY table that overlap with different outputs, unknown names, types that cannot fit. Warnings: gaps
 * (with an input that no rule takes), rules that can never be hit, inputs that nothing reads, a rule without its
 * legal basis where the table has such a column. Every finding about overlap or gap carries an input as proof, which
 * was decided to be sure. */
MUST_USE struct err dmn_check(struct arena *arena, const struct dmn_model *model, const struct feel_env *env,
	struct report *report);

#endif
