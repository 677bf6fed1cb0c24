/* run: one walk over a program's tree. All state lives in struct feel_run on the caller's stack. */
#ifndef FEEL_RUN_H
#define FEEL_RUN_H

#include "feel/node.h"

enum { EVAL_DEPTH_MAX = 2500 };      /* nested evaluations: bounds the C stack, about 1 MB */

/* Values of the names of one local scope. On the C stack, unless a function keeps it. */
struct frame { const struct frame *outer; struct feel_value *slots; };

struct feel_run {
	struct arena *arena;
	const struct feel_env *env;
	struct feel_value context;
	struct report *notes;
	struct str text;              /* of the program whose node is at work, for places */
	uint32_t at;
	uint64_t steps_left;
	size_t bytes_end;             /* of the arena */
	uint32_t eval_depth, call_depth;
	bool stopped;                 /* a budget is used up: everything returns null at once */
};

enum function_kind { FUNCTION_USER, FUNCTION_BUILTIN, FUNCTION_HOST };
struct feel_function {
	enum function_kind kind;
	struct str name;                          /* BUILTIN, HOST by name of the environment */
	const struct feel_host_function *host;    /* HOST given as a value, or NULL */
	const struct feel_type *type;             /* HOST: of kind FUNCTION, or NULL */
	const struct node *node;                  /* USER */
	const struct frame *frame;
	struct feel_value context;
	struct str text;
};

/* Notes at the node's place and gives null. */
struct feel_value run_null(struct feel_run *run, const struct node *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* run.c */
struct feel_value eval(struct feel_run *run, const struct node *n, const struct frame *frame);
/* The frame itself, or its copy in the arena when a function may keep it. */
const struct frame *frame_keep(struct feel_run *run, const struct frame *frame, size_t count, bool captured);
/* run_operator.c */
struct feel_value eval_operator(struct feel_run *run, const struct node *n, struct feel_value a, struct feel_value b);
struct feel_value eval_comparison(struct feel_run *run, const struct node *n, enum node_op op, struct feel_value a,
	struct feel_value b);
struct feel_value eval_logic(struct feel_run *run, const struct node *n, const struct frame *frame);
struct feel_value eval_path(struct feel_run *run, const struct node *n, struct feel_value a);
/* run_cell.c: `frame` holds the input in slot 0 */
struct feel_value eval_test(struct feel_run *run, const struct node *n, const struct frame *frame);
struct feel_value eval_tests(struct feel_run *run, struct node *const *tests, size_t count, const struct frame *frame);
/* run_list.c */
struct feel_value eval_filter(struct feel_run *run, const struct node *n, const struct frame *frame);
struct feel_value eval_for(struct feel_run *run, const struct node *n, const struct frame *frame);
struct feel_value eval_quantified(struct feel_run *run, const struct node *n, const struct frame *frame);
/* run_call.c */
struct feel_value eval_function(struct feel_run *run, const struct node *n, const struct frame *frame);
struct feel_value eval_call(struct feel_run *run, const struct node *n, const struct frame *frame);
struct feel_value function_value(struct arena *arena, enum function_kind kind, struct str name);

#endif
