/* template: the tree of a feelers text, shared by template.c (reading) and template_run.c (writing). */
#ifndef FEEL_TEMPLATE_H
#define FEEL_TEMPLATE_H

#include "feel/inside.h"

enum { TEMPLATE_DEPTH_MAX = 30, TEMPLATE_ROUNDS_MAX = 1000000, TEMPLATE_BYTES_MAX = 1 << 20 };

struct template_node {
	enum { TEMPLATE_TEXT, TEMPLATE_INSERT, TEMPLATE_IF, TEMPLATE_LOOP } kind;
	struct str text;                      /* TEXT: as it stands; else the expression */
	struct str place;                     /* "line:column" of the expression */
	const struct feel_program *program;
	bool line_swallowed;                  /* a line feed behind the closing tag was taken away */
	struct template_node *first, *next;
};

struct feel_template { struct template_node *first; };

/* escape.c */
void escape_add(struct buf *out, struct str text, enum feel_escape escape);

#endif
