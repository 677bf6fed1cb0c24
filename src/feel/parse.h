/* parse: recursive descent over the text, names resolved against the scopes while reading. */
#ifndef FEEL_PARSE_H
#define FEEL_PARSE_H

#include "feel/lex.h"
#include "feel/node.h"
#include "feel/type.h"

/* Names of the text's own: the frame of a function, an iteration, a context literal, a filter or a unary test. */
struct local_scope {
	struct local_scope *outer;
	const struct str *names;
	const struct feel_scope *const *members;   /* parallel to names; NULL: unknown */
	size_t count;
	bool filter;                               /* slot 0 is the item, its members are in scope */
	bool captured;                             /* a function literal was read inside */
	bool used;                                 /* one of the names was read */
};

struct parser {
	struct arena *arena;
	struct str text;
	size_t at;
	const struct feel_scope *scope;
	struct local_scope *locals;
	int depth;
	bool range_end;                /* reading the end of a range: a [ may close it */
	bool failed;
	size_t failed_at;
	struct str words;
	struct str unknown_call;
	struct report *report;         /* for warnings; may be NULL */
};

/* Remembers the first failure only; returns NULL. */
struct node *parse_fail(struct parser *p, size_t at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What can be compiled, but hardly meant. */
void parse_warn(struct parser *p, size_t at, const char *format, ...) __attribute__((format(printf, 3, 4)));
struct node *parse_node(struct parser *p, enum node_op op, size_t at);
/* Sets the depth from the children; fails past NODE_DEPTH_MAX. */
struct node *parse_done(struct parser *p, struct node *n);
struct token parse_peek(const struct parser *p);
bool parse_take_sign(struct parser *p, uint16_t sign);
bool parse_take_word(struct parser *p, const char *word);
bool parse_at_word(const struct parser *p, const char *word);
bool parse_want_sign(struct parser *p, uint16_t sign, const char *words);

/* parse.c */
struct node *parse_expression(struct parser *p);
struct node *parse_additive(struct parser *p);
/* parse_operand.c; a minus before a number is applied at once: -1 instance of number */
struct node *parse_operand(struct parser *p, bool minus, bool *out_applied);
/* What may stand behind an operand that was read: .member [filter] (arguments) instance of. */
struct node *parse_behind(struct parser *p, struct node *n);
struct node *parse_range_end(struct parser *p, struct node *start, bool start_open, size_t at);
/* parse_block.c: if, for, some, every, function */
struct node *parse_block(struct parser *p, struct str word, size_t at);
/* parse_name.c */
struct node *parse_name(struct parser *p);
struct node *parse_reference(struct parser *p, struct str name, size_t at);
struct node *parse_arguments(struct parser *p, struct node *callee, size_t at);
bool parse_member_name(struct parser *p, const struct feel_scope *members, struct str *out_name);
/* A name that is being declared: everything up to one of the signs or the word, white space made single. */
bool parse_declared_name(struct parser *p, const char *end_signs, const char *end_word, struct str *out_name);
const struct feel_scope *scope_members(const struct feel_scope *scope, struct str name);
bool scope_has(const struct feel_scope *scope, struct str name);
bool parse_is_infix_word(struct str word);
/* parse_tests.c: what stands in a decision table's cell, and behind `in` */
struct node *parse_cell(struct parser *p);
struct node *parse_in(struct parser *p, struct node *value, size_t at);
bool parse_unary_sign(uint16_t sign, enum node_op *out_op);

#endif
