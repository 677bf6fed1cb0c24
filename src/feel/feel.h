/* feel: the Friendly Enough Expression Language of DMN 1.5 (chapter 10), pure: no clock, no store, no files.
 *
 * Compile once against the names that are in scope, run many times against their values. Errors inside an
 * expression are null with a diagnostic, as the standard says; only a text that cannot be parsed is INVALID.
 * Numbers are decimal128 (34 digits, half-even). All memory lives in the arena given; values are immutable
 * and may be shared by reference. A step and a memory budget bound every run.
 * Uses: codec, base. Used by: dmn, bpmn, form, hall. */
#ifndef FEEL_FEEL_H
#define FEEL_FEEL_H

#include "base/base.h"
#include "codec/codec.h"

enum {
	FEEL_TEXT_BYTES_MAX = 1 << 20,        /* one expression */
	FEEL_DEPTH_MAX = 200,                 /* nesting of the text, and of calls */
	FEEL_STEPS_MAX = 10000000,            /* default budget of one run */
	FEEL_LIST_COUNT_MAX = 10000000,
};
#define FEEL_RUN_BYTES_MAX ((size_t)256 << 20) /* default memory budget of one run */

/* ---- values ---------------------------------------------------------------------------------- */

enum feel_kind {
	FEEL_NULL, FEEL_BOOLEAN, FEEL_NUMBER, FEEL_STRING, FEEL_DATE, FEEL_TIME, FEEL_DATE_TIME,
	FEEL_DAYS_DURATION,      /* days and time duration */
	FEEL_MONTHS_DURATION,    /* years and months duration */
	FEEL_LIST, FEEL_CONTEXT, FEEL_RANGE, FEEL_FUNCTION,
	FEEL_KIND_COUNT
};

struct feel_num { uint64_t w[2]; };       /* IEEE 754-2008 decimal128, BID encoding; always finite */

struct feel_zone {
	enum { FEEL_ZONE_NONE, FEEL_ZONE_OFFSET, FEEL_ZONE_NAME } kind;
	int32_t offset_s;        /* for OFFSET; for NAME the offset in force at that moment */
	struct str name;         /* "Asia/Shanghai" */
};

struct feel_time { int64_t ns; struct feel_zone zone; };                 /* ns of the day, 0..86399999999999 */
struct feel_date_time { struct date date; struct feel_time time; };

struct feel_value;
struct feel_list { const struct feel_value *items; size_t count; };
struct feel_entry;
struct feel_context { const struct feel_entry *entries; size_t count; }; /* in order of insertion, keys unique */
struct feel_function;

/* start/end NULL pointer = unbounded. One pointer in both: (= x), or (!= x) when open. */
struct feel_range { const struct feel_value *start, *end; bool start_open, end_open; };

struct feel_value {
	uint8_t kind;                              /* enum feel_kind */
	union {
		bool boolean;
		struct feel_num number;
		struct str string;
		struct date date;
		const struct feel_time *time;
		const struct feel_date_time *date_time;
		struct { int64_t s; int32_t ns; } duration; /* DAYS_DURATION: same sign in both, |ns| < 1e9 */
		int64_t months;                        /* MONTHS_DURATION */
		struct feel_list list;
		struct feel_context context;
		const struct feel_range *range;
		const struct feel_function *function;
	};
};
struct feel_entry { struct str key; struct feel_value value; };

#define FEEL_NULL_VALUE ((struct feel_value){ .kind = FEEL_NULL })
struct feel_value feel_boolean(bool value);
struct feel_value feel_number_i64(int64_t value);
/* "1", "-0.50", "1e3"; INVALID otherwise, LIMIT when it does not fit decimal128. */
MUST_USE struct err feel_number_parse(struct str text, struct feel_value *out_value);
struct feel_value feel_string(struct str text);                       /* not copied */
struct feel_value feel_date(struct date date);
/* An instant as date and time at a fixed offset from UTC. */
struct feel_value feel_date_time_ms(struct arena *arena, int64_t utc_ms, int32_t offset_s);
/* The instant of a date and time with zone (a date, or no zone: at default_offset_s). TYPE otherwise. */
MUST_USE struct err feel_to_ms(struct feel_value value, int32_t default_offset_s, int64_t *out_utc_ms);
/* Exactly integral and in range, else false. */
bool feel_to_i64(struct feel_value value, int64_t *out_value);
/* Yuan to fen: false unless a number with at most two decimals that fits. */
bool feel_to_fen(struct feel_value value, int64_t *out_fen);
struct feel_value feel_from_fen(int64_t fen);

struct feel_value feel_get(struct feel_value context, struct str key);        /* null when absent or no context */
bool feel_has(struct feel_value context, struct str key);
/* "employer.uscc", "claims.0.amount" (list index from 0); null when absent. */
struct feel_value feel_at(struct feel_value value, struct str path);
/* A copy of `context` (or of nothing, when null) with one entry added or replaced. */
struct feel_value feel_put(struct arena *arena, struct feel_value context, struct str key, struct feel_value value);
/* The same along a path of context keys; missing contexts are made. */
struct feel_value feel_put_at(struct arena *arena, struct feel_value context, struct str path, struct feel_value value);
/* Entries of `over` on top of those of `under`. */
struct feel_value feel_merge(struct arena *arena, struct feel_value under, struct feel_value over);
struct feel_value feel_list_of(struct arena *arena, const struct feel_value *items, size_t count);   /* copies the array */
/* For building in a loop: entries are taken as they are, keys must be unique. */
struct feel_value feel_context_of(struct arena *arena, const struct feel_entry *entries, size_t count);

/* Equality of the standard: -1 when the two cannot be compared (different kinds), else 0 or 1. */
int feel_equal(struct feel_value a, struct feel_value b);
/* Total order for sorting values of one kind: <0, 0, >0; *out_comparable false when there is none. */
int feel_compare(struct feel_value a, struct feel_value b, bool *out_comparable);
const char *feel_kind_name(enum feel_kind kind);                      /* "years and months duration" ... */
/* string() of the standard; null gives "null". A string gives itself. */
struct str feel_print(struct arena *arena, struct feel_value value);
/* The value as a FEEL literal that reads back equal ("\"a\"", "date(\"2022-08-26\")"). */
struct str feel_print_literal(struct arena *arena, struct feel_value value);
/* A deep copy into another arena. */
struct feel_value feel_copy(struct arena *arena, struct feel_value value);

/* JSON: numbers exactly; null, booleans, strings, arrays, objects one to one. */
struct feel_value feel_from_json(struct arena *arena, const struct json *json);
enum feel_json_style {
	FEEL_JSON_PLAIN,       /* numbers as JSON numbers, dates and durations as ISO strings, ranges and functions as strings */
	FEEL_JSON_TEXT,        /* the same but every number a string: for receipts */
	FEEL_JSON_TAGGED,      /* lossless for storing: {"@date":"…"} …; feel_from_json_tagged reads it back */
};
struct json *feel_to_json(struct arena *arena, struct feel_value value, enum feel_json_style style);
struct feel_value feel_from_json_tagged(struct arena *arena, const struct json *json);

/* ---- environment ------------------------------------------------------------------------------ */

struct feel_run;

/* A function offered by the caller. args follow the parameter order; a missing optional one is null.
 * Returns null and calls feel_run_note for a wrong argument. */
typedef struct feel_value (*feel_host_call)(struct feel_run *run, void *data, const struct feel_value *args, size_t count);
struct feel_host_function {
	struct str name;                 /* may contain spaces: "add working days" */
	const char *parameters;          /* "date, days" ; "?" after a name marks it optional: "date, days, region?" */
	feel_host_call call;
	void *data;
};

struct feel_env {
	int64_t now_ms;                  /* what now() and today() say */
	int32_t offset_s;                /* the hall's zone */
	const struct feel_host_function *functions;
	size_t function_count;
	uint64_t steps_max;              /* 0 = FEEL_STEPS_MAX */
	size_t bytes_max;                /* 0 = FEEL_RUN_BYTES_MAX */
};

/* What a host function may use. */
struct arena *feel_run_arena(struct feel_run *run);
const struct feel_env *feel_run_env(struct feel_run *run);
/* Adds a diagnostic at the call's place in the expression. */
void feel_run_note(struct feel_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- compiling and running ---------------------------------------------------------------------- */

/* Names in scope: FEEL names contain spaces and operators, so the parser must know them. A known name with
 * known members (a context) lists them in `members`. Unknown single-word names are allowed (null at run time
 * with a diagnostic), unless `closed`: then they are errors, for checkers. The same of members: behind the dot of a name
 * whose `members` are closed, another name is an error. */
struct feel_scope_name { struct str name; const struct feel_scope *members; };
struct feel_type;
struct feel_scope_type { struct str name; const struct feel_type *type; };
struct feel_scope {
	const struct feel_scope_name *names;
	size_t count;
	const struct feel_scope *outer;          /* NULL at the top */
	const struct feel_env *env;              /* host functions, for the top scope; may be NULL */
	bool closed;
	const struct feel_scope_type *types;     /* declared types for `instance of` and parameters: DMN's item definitions */
	size_t type_count;
};
/* The scope of a context value, recursively. */
struct feel_scope *feel_scope_of(struct arena *arena, struct feel_value context, const struct feel_scope *outer);

struct feel_program;

/* INVALID with line:column and words in `report`; LIMIT. The program lives in `arena` and is immutable:
 * many threads may run it. `scope` may be NULL. */
MUST_USE struct err feel_compile(struct arena *arena, struct str text, const struct feel_scope *scope,
	struct report *report, const struct feel_program **out_program);
/* The text is unary tests (a decision table cell): "-", "> 5", "\"a\",\"b\"", "[1..3]", "not(1)", "? > 3".
 * Run it with the input value as `input`; the result is true, false or null. */
MUST_USE struct err feel_compile_tests(struct arena *arena, struct str text, const struct feel_scope *scope,
	struct report *report, const struct feel_program **out_program);

/* `context`: the values of the names in scope (a context). `notes` (may be NULL) receives the diagnostics as
 * warnings. LIMIT when a budget is used up; a failed expression is OK with null. */
MUST_USE struct err feel_run(struct arena *arena, const struct feel_program *program, struct feel_value context,
	const struct feel_env *env, struct report *notes, struct feel_value *out_value);
MUST_USE struct err feel_run_tests(struct arena *arena, const struct feel_program *program, struct feel_value input,
	struct feel_value context, const struct feel_env *env, struct report *notes, struct feel_value *out_value);
/* Compile and run at once, the scope taken from the context. */
MUST_USE struct err feel_evaluate(struct arena *arena, struct str text, struct feel_value context,
	const struct feel_env *env, struct report *report, struct feel_value *out_value);
/* Calls a function value. */
MUST_USE struct err feel_call(struct arena *arena, struct feel_value function, const struct feel_value *args, size_t count,
	const struct feel_env *env, struct report *notes, struct feel_value *out_value);
/* A host function as a value, for a context (a business knowledge model, say). `function` must outlive it. */
struct feel_value feel_function_of(struct arena *arena, const struct feel_host_function *function);
/* The same with a type of kind FUNCTION, which `instance of` and coercion ask for; without one only the count of
 * parameters is known. */
struct feel_value feel_function_typed(struct arena *arena, const struct feel_host_function *function,
	const struct feel_type *type);
/* The names that the program reads from its context ("employer.uscc" as far as the path is literal), each once. */
struct feel_names { struct str *items; size_t count; };
struct feel_names feel_program_reads(struct arena *arena, const struct feel_program *program);

/* ---- types ------------------------------------------------------------------------------------- */

/* A type as the standard writes it: "number", "list<string>", "context<a: number>", "range<date>",
 * "function<number> -> string", "Any". Item definitions of DMN build theirs with the struct. */
enum feel_type_kind {
	FEEL_TYPE_ANY, FEEL_TYPE_NULL, FEEL_TYPE_SIMPLE, FEEL_TYPE_LIST, FEEL_TYPE_CONTEXT, FEEL_TYPE_RANGE, FEEL_TYPE_FUNCTION
};
struct feel_type {
	enum feel_type_kind kind;
	enum feel_kind simple;                       /* SIMPLE */
	const struct feel_type *element;             /* LIST, RANGE; FUNCTION: result, NULL: unknown */
	const struct feel_type_member *members;      /* CONTEXT: members; FUNCTION: parameters, NULL: any function */
	size_t member_count;
	const struct feel_program *allowed;          /* unary tests that values must pass, or NULL */
	const struct feel_env *env;                  /* for `allowed` */
};
struct feel_type_member { struct str name; const struct feel_type *type; };
MUST_USE struct err feel_type_parse(struct arena *arena, struct str text, const struct feel_type **out_type);
bool feel_instance_of(struct feel_value value, const struct feel_type *type);
/* Coercion of DMN 1.5 10.3.2.9.4: singleton lists, a single value to a list, date to date and time; null with a
 * note when the value does not conform. */
struct feel_value feel_coerce(struct arena *arena, struct feel_value value, const struct feel_type *type, struct report *notes);

/* ---- templates --------------------------------------------------------------------------------- */

/* feelers: text with {{expr}}, {{#if expr}}…{{/if}}, {{#loop list}}…{{/loop}}. Inside a loop only the element,
 * `this` and `parent` are in scope. */
enum feel_escape { FEEL_ESCAPE_NONE, FEEL_ESCAPE_MARKDOWN, FEEL_ESCAPE_HTML, FEEL_ESCAPE_SMS, FEEL_ESCAPE_URL };
struct feel_template;
/* INVALID with place and words: unclosed or stray tags, "}}" inside a string, a bad expression, an unknown
 * function; with a closed scope also an unknown name. */
MUST_USE struct err feel_template_compile(struct arena *arena, struct str text, const struct feel_scope *scope,
	struct report *report, const struct feel_template **out_template);
struct feel_template_options {
	enum feel_escape escape;         /* applied to each insert's result */
	bool must_have_values;           /* an insert that is null, a list or a context is MISSING, with its text in the report */
	size_t bytes_max;                /* 0 = 1 MB */
};
MUST_USE struct err feel_template_run(struct arena *arena, const struct feel_template *tmpl, struct feel_value context,
	const struct feel_env *env, const struct feel_template_options *options, struct report *report, struct str *out_text);

#endif
