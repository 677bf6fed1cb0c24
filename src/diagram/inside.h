/* inside: what the files of this folder share.
 * Uses: bpmn, base. Used by: diagram only. */
#ifndef DIAGRAM_INSIDE_H
#define DIAGRAM_INSIDE_H

#include "diagram/diagram.h"

enum {
	EVENT_SIZE = 36, GATEWAY_SIZE = 50, TASK_WIDTH = 100, TASK_HEIGHT = 80,
	MARGIN = 20,
	FONT_SIZE = 13, LINE_HEIGHT = 16,          /* the house shows no smaller text */
	LABEL_WIDTH = 94,                    /* of a name beside its node */
};

struct laying {
	struct arena *arena;
	const struct bpmn_model *model;
	struct diagram_names names;
	struct diagram *diagram;
	struct diagram_node **nodes;         /* by element index; NULL: not shown */
};

static inline bool diagram_is_activity(enum bpmn_kind kind) { return kind >= BPMN_TASK && kind <= BPMN_AD_HOC_SUB_PROCESS; }
static inline bool diagram_is_scope(enum bpmn_kind kind)
{
	return kind == BPMN_SUB_PROCESS || kind == BPMN_TRANSACTION || kind == BPMN_AD_HOC_SUB_PROCESS;
}
static inline bool diagram_is_gateway(enum bpmn_kind kind)
{
	return kind >= BPMN_EXCLUSIVE_GATEWAY && kind <= BPMN_COMPLEX_GATEWAY;
}
static inline bool is_event(enum bpmn_kind kind) { return kind >= BPMN_START_EVENT && kind <= BPMN_END_EVENT; }
static inline double right_of(struct bpmn_bounds bounds) { return bounds.x + bounds.width; }
static inline double below_of(struct bpmn_bounds bounds) { return bounds.y + bounds.height; }
static inline double middle_x(struct bpmn_bounds bounds) { return bounds.x + bounds.width / 2; }
static inline double middle_y(struct bpmn_bounds bounds) { return bounds.y + bounds.height / 2; }

/* A line of one scope on its way through the grid. */
struct grid_edge {
	const struct bpmn_flow *flow;
	const struct bpmn_element *from, *to, *leaves;       /* leaves: `from`, or what the boundary event is attached to */
	bool back;                           /* against the direction: below everything, and up again */
	int *rows;                           /* forward: the row in each layer between the two */
	size_t back_lane;
};
/* Layers from left to right, rows from the top, a gap for lines before each layer and behind the last. */
struct grid {
	struct laying *laying;
	const struct bpmn_element *scope;
	struct { LIST_OF(const struct bpmn_element *); } members, asides;    /* asides: event sub-processes, below the grid */
	struct { LIST_OF(struct grid_edge); } edges;
	int *layer, *row;                    /* by element index */
	int layer_count, row_count;
	double *layer_x, *layer_width;
	double *row_y, *row_top, *row_bottom;        /* its middle; room above and below the middle */
	size_t back_count;
	double width, height;
};
/* layout.c: places for all nodes and lines of the model, without its own. */
void layout_model(struct laying *laying);
/* grid.c: which layer and row each member has, and which lines go back. */
void grid_fill(struct grid *grid);
/* route.c: how wide the gaps are (before grid.layer_x is final), then the lines. */
void grid_measure(struct grid *grid);
void grid_route(struct grid *grid);
struct diagram_node *node_of(const struct laying *laying, const struct bpmn_element *element);
/* label.c */
struct diagram_text text_wrap(struct arena *arena, struct str text, double width, size_t line_count_max);
void labels_place(struct laying *laying);

#endif
