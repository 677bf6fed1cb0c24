/* inside: what the files of dmn share with each other and with nobody else. */
#ifndef DMN_INSIDE_H
#define DMN_INSIDE_H

#include "dmn/dmn.h"

#include <assert.h>
#include <string.h>

enum { DMN_CHAIN_MAX = 500 };            /* decisions that require each other in one row */

/* ---- types: item definitions (type.c) ------------------------------------------------------------ */

struct file;
struct type_definition {
	struct str name;
	const struct xml *xml;
	const struct feel_type *type;    /* NULL until built */
	struct str allowed_text;         /* unary tests, for priorities and for proofs of gaps */
	bool building, built;
};
struct named_type {                      /* what a typeRef resolves to */
	const struct feel_type *type;    /* NULL: any */
	struct str allowed_text;
};

/* ---- expressions ----------------------------------------------------------------------------------- */

/* A literal expression. Constants and plain names need no interpreter. */
struct literal {
	struct str text;
	const struct feel_program *program;      /* NULL: empty text, null */
	bool constant;
	struct feel_value value;                 /* when constant */
	const struct str *path;                  /* "employer.uscc": a name in scope and members, read directly */
	size_t path_count;
	uint32_t line, column;
};

enum cell_operator { CELL_EQUAL, CELL_LESS, CELL_LESS_EQUAL, CELL_GREATER, CELL_GREATER_EQUAL, CELL_RANGE };
struct cell_test { enum cell_operator op; struct feel_value low, high; bool low_open, high_open; };

/* Unary tests. Those of plain constants are tested directly when the input is of their kind. */
struct cell {
	struct str text;
	bool any;                                /* "-" */
	bool negated;                            /* not(...) */
	uint8_t kind;                            /* of all constants; FEEL_NULL: no direct test */
	const struct cell_test *tests;
	size_t test_count;
	const struct feel_program *program;      /* NULL when any */
	uint32_t line, column;
};

struct input {
	struct str label;
	struct literal expression;
	const struct feel_type *type;
	struct str allowed_text;                 /* of inputValues, else of the type */
	const struct cell *allowed;              /* inputValues; NULL for none */
};
struct output {
	struct str name, label;
	const struct feel_type *type;
	const struct cell *priorities;           /* of outputValues, one an item, in order */
	size_t priority_count;
	struct literal fallback;                 /* defaultOutputEntry */
	bool has_fallback;
};
struct rule {
	struct str id;
	const struct cell *cells;
	const struct literal *outputs;
	const struct dmn_annotation *annotations;        /* those not empty */
	size_t annotation_count;
	uint32_t line, column;
};
struct table {
	enum dmn_hit_policy policy;
	const struct input *inputs;
	size_t input_count;
	const struct output *outputs;
	size_t output_count;
	const struct rule *rules;
	size_t rule_count;
	const struct str *annotation_names;
	size_t annotation_name_count;
	struct str label;                        /* how findings call it */
	bool has_fallback;
	const struct table_index *index;         /* NULL: the table is read from top to bottom */
};

/* What index.c knows of one column: the classes of its values, and which rules can hold for each. */
struct table_index {
	size_t input;
	uint8_t kind;                            /* of the constants; inputs of another kind are not sorted out */
	const struct feel_value *points;         /* the constants, ascending */
	size_t point_count;
	const uint32_t *starts, *rules;          /* rules of class c: starts[c] to starts[c + 1], ascending */
	const uint32_t *always;                  /* rules whose cell is of no class: "-", not(...), other expressions */
	size_t always_count;
};
/* Rules that are to be tested, ascending. */
struct candidates {
	bool all;
	size_t next;
	const uint32_t *some, *always;
	size_t some_count, always_count;
};

struct expr;
struct entry { struct str name; const struct feel_type *type; const struct expr *value; };
struct function {
	bool foreign;                            /* Java or PMML: not carried out here */
	const struct dmn_parameter *parameters;
	size_t parameter_count;
	const char *parameter_names;             /* "a, b" for feel */
	const struct expr *body;                 /* NULL: none */
	const struct feel_type *result;          /* typeRef of the function; NULL: any */
};

/* name, local name of the XML element */
#define EXPRS(X) \
	X(LITERAL, "literalExpression") X(TABLE, "decisionTable") X(CONTEXT, "context") X(RELATION, "relation") \
	X(LIST, "list") X(INVOCATION, "invocation") X(FUNCTION, "functionDefinition") X(CONDITIONAL, "conditional") \
	X(FILTER, "filter") X(FOR, "for") X(SOME, "some") X(EVERY, "every")
#define X(name, text) EXPR_##name,
enum expr_kind { EXPRS(X) EXPR_KIND_COUNT };
#undef X

struct node;
struct expr {
	enum expr_kind kind;
	uint32_t line, column;
	const struct feel_type *type;            /* typeRef; NULL: any */
	struct literal literal;
	const struct table *table;
	/* CONTEXT: entries, the one without name is the result. RELATION: columns (name, type). LIST, rows of a RELATION:
	 * values. INVOCATION: bindings. CONDITIONAL: if, then, else. FILTER: in, match. FOR, SOME, EVERY: in, return. */
	const struct entry *entries;
	size_t entry_count;
	const struct expr *const *values;
	size_t value_count;
	struct str iterator;
	const struct function *function;         /* FUNCTION */
	const struct node *callee;               /* INVOCATION of a required knowledge model or service; else NULL */
	const struct feel_program *program;      /* INVOCATION of something else: takes arguments by name */
};

/* ---- requirement graph ----------------------------------------------------------------------------- */

struct requirement { struct str alias; const struct node *node; };

struct node {
	struct dmn_element element;              /* first: a pointer to it is a pointer to the node */
	const struct file *home;
	const struct xml *xml;
	struct str variable;                     /* the name that FEEL sees */
	struct str clark;                        /* "{namespace}name" */
	struct { LIST_OF(struct requirement); } needs;          /* input data and decisions */
	struct { LIST_OF(struct requirement); } knows;          /* knowledge models and services */
	const struct expr *logic;                /* decision: its expression */
	const struct function *function;         /* knowledge model; service: parameters only */
	const struct feel_scope *members;        /* of its value, as far as known */
	bool members_known;
	struct { LIST_OF(const struct node *); } outputs, inputs;       /* service: output decisions; inputs in parameter order */
	enum { NODE_NEW, NODE_OPEN, NODE_DONE } visit;
	size_t chain;                            /* longest row of requirements below */
};

struct import { struct str space, alias; const struct file *file; const struct xml *xml; };

struct file {
	struct str name;                         /* file name */
	struct str space, model_name;
	const struct xml *root;
	struct str dmn;                          /* the XML namespace of its DMN version */
	struct { LIST_OF(struct node *); } nodes;
	struct map by_id;                        /* id -> node */
	struct map types;                        /* name -> struct type_definition */
	const struct feel_scope_type *scope_types;      /* the same for FEEL, those of imports as "alias.name" */
	size_t scope_type_count;
	struct { LIST_OF(struct import); } imports;
};

struct dmn_model {
	struct file *files;
	size_t file_count;
	struct node **nodes;                     /* all, in model order */
	size_t node_count;
	struct dmn_elements by_kind[DMN_KIND_COUNT];
	const struct feel_env *env;
	const struct feel_program *sum, *min, *max, *expand;    /* over the name `x` */
};

/* ---- loading ----------------------------------------------------------------------------------------- */

struct load {
	struct arena *arena;
	struct dmn_model *model;
	const struct feel_env *env;
	struct report *report;
	struct file *file;                       /* being read */
	const struct node *node;                 /* being compiled */
	bool partly;                             /* what is broken is null or any, and a warning */
	bool closed;                             /* unknown names are errors: for dmn_check */
	size_t expression_count;
	size_t depth;
	struct map members;                      /* type pointer -> scope of its members */
};

struct str place_of(struct arena *arena, uint32_t line, uint32_t column);
/* An error (partly: a warning) at an XML element, naming the decision (or other) that is being compiled. */
void load_error(struct load *load, const struct xml *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
void load_warning(struct load *load, const struct xml *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* First child, or next sibling, that is a DMN element of that name. */
const struct xml *dmn_child(const struct load *load, const struct xml *parent, const char *name);
const struct xml *dmn_next(const struct load *load, const struct xml *element, const char *name);
struct str dmn_text(const struct load *load, const struct xml *parent, const char *name);   /* trimmed, "" when absent */
size_t dmn_count(const struct load *load, const struct xml *parent, const char *name);

void types_collect(struct load *load);
void types_build(struct load *load);
/* `ref` as written at `at`; an unknown type is an error and any. */
struct named_type type_named(struct load *load, const struct xml *at, struct str ref);
/* typeRef attribute, or child of older versions. */
struct named_type type_of(struct load *load, const struct xml *at);
/* Members that FEEL must know to read names with spaces; NULL when there are none. */
const struct feel_scope *type_members(struct load *load, const struct feel_type *type);

/* The expression among the children of `parent`; NULL when there is none. */
const struct xml *expr_child(const struct load *load, const struct xml *parent);
const struct expr *expr_compile(struct load *load, const struct xml *xml, const struct feel_scope *scope);
const struct function *function_compile(struct load *load, const struct xml *xml, const struct feel_scope *scope);
/* What a function gives, from the type that is written at it: its own or that of its result. */
const struct feel_type *result_type(const struct feel_type *type);
struct literal literal_compile(struct load *load, const struct xml *at, struct str text, const struct feel_scope *scope);
/* Said once when there are too many. */
void count_expression(struct load *load, const struct xml *at);
struct cell cell_compile(struct load *load, const struct xml *at, struct str text, const struct feel_scope *scope);
const struct table *table_compile(struct load *load, const struct xml *xml, const struct feel_scope *scope);
/* One scope with one more name. */
const struct feel_scope *scope_with(struct arena *arena, const struct feel_scope *outer, struct str name,
	const struct feel_scope *members);
/* Members of the value of an expression, as far as its form tells. */
const struct feel_scope *expr_members(struct load *load, const struct xml *xml, size_t depth);

/* A constant: number, string, boolean, null, date("…"); false for any other text. */
bool constant_parse(struct arena *arena, struct str text, struct feel_value *out_value);
/* Cuts the piece before the next comma that stands outside of brackets and strings. */
bool tests_split(struct str *rest, struct str *out_piece);
/* Fills the direct tests when the text has such a form; false when only the interpreter can tell. */
bool cell_parse(struct arena *arena, struct cell *cell);

/* What FEEL sees in the logic of a node. */
const struct feel_scope *node_scope(struct load *load, const struct node *node);
/* False for requirement cycles and chains that are too long: they are refused even partly. */
bool graph_check(struct load *load);

/* ---- deciding ------------------------------------------------------------------------------------------ */

struct budget { size_t depth, call_count; struct err err; bool ended; };
struct slot { enum { SLOT_EMPTY, SLOT_OPEN, SLOT_DONE } state; struct feel_value value; };

/* One evaluation of a model with given inputs; a service called inside has its own, with the same budget. */
struct run {
	struct arena *arena;
	const struct dmn_model *model;
	const struct feel_env *env;
	struct report *notes;
	struct dmn_trace *trace;
	struct feel_value inputs;
	struct slot *slots;                      /* by order of the element */
	struct feel_value *functions;            /* likewise, made when first asked for */
	struct budget *budget;
	const struct node *node;                 /* being evaluated */
	size_t order;                            /* model order of the decision that stands behind it */
	bool inner;                              /* inside a service or call: steps belong to the decision outside */
	struct str entry;                        /* where inside its boxed expression, for the trace */
};

struct run *run_make(struct arena *arena, const struct dmn_model *model, struct feel_value inputs, const struct feel_env *env,
	struct report *notes, struct dmn_trace *trace);
void run_note(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Counts a call; LIMIT when there are too many or too deep. run_leave takes the depth back. */
MUST_USE struct err run_enter(struct run *run);
void run_leave(struct run *run);
MUST_USE struct err run_program(struct run *run, const struct feel_program *program, struct feel_value scope,
	struct feel_value *out_value);
struct feel_value run_coerce(struct run *run, struct feel_value value, const struct feel_type *type, struct str what);
MUST_USE struct err expr_eval(struct run *run, const struct expr *expr, struct feel_value scope, struct feel_value *out_value);
MUST_USE struct err literal_eval(struct run *run, const struct literal *literal, struct feel_value scope,
	struct feel_value *out_value);
MUST_USE struct err cell_eval(struct run *run, const struct cell *cell, struct feel_value input, struct feel_value scope,
	enum dmn_cell_result *out_result);
/* The best column of a table with many rules; NULL when none is worth it. */
const struct table_index *index_make(struct arena *arena, const struct table *table);
struct candidates index_ask(const struct table_index *index, const struct feel_value *inputs);
bool candidates_next(struct candidates *candidates, size_t rule_count, size_t *out_rule);
MUST_USE struct err table_eval(struct run *run, const struct table *table, struct feel_value scope, struct feel_value *out_value);
/* Calls with arguments in parameter order; null with a note when one does not conform to its type. */
MUST_USE struct err function_call(struct run *run, const struct function *function, struct feel_value scope,
	const struct feel_value *arguments, struct str what, struct feel_value *out_value);
MUST_USE struct err node_call(struct run *run, const struct node *node, const struct feel_value *arguments,
	struct feel_value *out_value);
/* A FEEL function that calls `function` with what it sees in `scope`, or `node` when that is given. */
struct feel_value run_function(struct run *run, const struct function *function, const struct node *node,
	struct feel_value scope);
void trace_add(struct run *run, const struct node *node, struct feel_value value, const struct dmn_table_trace *table,
	bool given);

/* ---- checking (check.c, proof.c) ------------------------------------------------------------------------ */

/* Adds a finding about a table; `line` 0: the table's own place. */
struct table_check {
	struct arena *arena;
	struct run *run;
	struct report *report;
	const struct node *node;
	const struct table *table;
	struct str name;                         /* "decision \"X\"" and the path inside it */
	struct str place;
};
void table_finding(struct table_check *check, enum severity severity, const struct rule *rule, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Gaps, overlaps, rules that can never be hit. */
MUST_USE struct err table_prove(struct table_check *check);

#endif
