/* node: the tree that the parser makes and the run walks. Names are resolved to slots while parsing, so a
 * run hashes nothing. A finished tree is never written again: many threads may walk it. */
#ifndef FEEL_NODE_H
#define FEEL_NODE_H

#include "feel/inside.h"

enum node_op {
	NODE_LITERAL, NODE_NAME, NODE_PATH, NODE_FILTER, NODE_LIST, NODE_CONTEXT, NODE_RANGE, NODE_IF, NODE_FOR, NODE_SOME,
	NODE_EVERY, NODE_FUNCTION, NODE_AND, NODE_OR, NODE_EQ, NODE_NE, NODE_LT, NODE_LE, NODE_GT, NODE_GE, NODE_ADD, NODE_SUB,
	NODE_MUL, NODE_DIV, NODE_POW, NODE_NEG, NODE_BETWEEN, NODE_IN, NODE_INSTANCE, NODE_CALL, NODE_BUILTIN, NODE_HOST,
	/* unary tests: they look at slot 0 of the innermost frame */
	NODE_TEST_ANY, NODE_TEST_LIST, NODE_TEST_NOT, NODE_TEST_VALUE, NODE_TEST_MATCH,
	NODE_TEST_LT, NODE_TEST_LE, NODE_TEST_GT, NODE_TEST_GE, NODE_TEST_EQ, NODE_TEST_NE,
};

enum { NODE_DEPTH_MAX = 1000 };      /* of the tree: a chain of 1000 additions is as deep as 1000 brackets */

enum name_place { NAME_GLOBAL, NAME_LOCAL, NAME_FUNCTION };

/* Where a name's value is found. Inside filters, members of the filtered items come first: `filters` are the
 * frames (counted outwards) whose slot 0 holds such an item. */
struct name_ref {
	struct str name;
	enum name_place place;
	uint16_t hops, slot;              /* LOCAL */
	uint32_t hint;                    /* GLOBAL: the likely place in the context */
	bool known;                       /* declared in a scope */
	const uint16_t *filters;
	size_t filter_count;
};

struct node_parameter { struct str name; const struct feel_type *type; };      /* type NULL: any */
struct node_iterator { struct node *from, *to; };                              /* to NULL: a list or range */

struct node {
	uint8_t op;
	bool captured;                    /* a function inside may outlive the frame: it goes to the arena */
	bool start_open, end_open;        /* RANGE; a and b are the same node for (=x) and (!=x) */
	bool twice;                       /* CONTEXT: a key stands twice, so it is null */
	uint16_t depth;
	uint32_t at;                      /* byte of the program's text */
	const struct feel_scope *members; /* what is known of the value's members while parsing, or NULL */
	struct node *a, *b, *c;
	struct node **items;              /* LIST, CONTEXT, IN and TEST_LIST: tests; CALL, BUILTIN, HOST: arguments (NULL: none) */
	size_t count;
	union {
		struct feel_value literal;
		struct name_ref name;                  /* NAME */
		struct str member;                     /* PATH */
		struct str *keys;                      /* CONTEXT */
		struct node_iterator *iterators;       /* FOR, SOME, EVERY: `count` of them, body in a */
		struct { struct node_parameter *parameters; size_t parameter_count; } function;  /* body in a; NULL: external */
		const struct feel_type *type;          /* INSTANCE; NULL: a type that nobody declared */
		/* CALL: callee in a; names NULL when positional. BUILTIN: row NULL when no signature fits. */
		struct { struct str name; const struct str *names; const struct builtin *row; size_t given, host; } call;
	};
};

struct feel_program {
	struct node *root;
	struct str text;
	bool tests;
	struct str unknown_call;          /* a function that nobody declared, or empty */
};

/* signature.c: signatures are read from their texts, "a, b?" or "list...". How many parameters one has. */
size_t signature_count(const char *parameters, size_t *out_required, bool *out_variadic);
/* Index of a parameter, or -1. */
ptrdiff_t signature_index(const char *parameters, struct str name);
/* `names` NULL: positional. */
bool signature_takes(const char *parameters, size_t count, const struct str *names);
/* The first row of that name that takes these arguments, or NULL. */
const struct builtin *builtin_find(struct str name, size_t count, const struct str *names);
bool builtin_exists(struct str name);

/* Walks over all rows of all tables, from a zeroed place; NULL at the end. */
struct builtin_place { size_t table, row; };
const struct builtin *builtin_each(struct builtin_place *place);

#endif
