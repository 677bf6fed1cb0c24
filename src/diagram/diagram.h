/* diagram: a BPMN model as a picture: where everything stands, and the SVG of it. Pure: no store, no clock, no page.
 *
 * Places come from the model's own diagram interchange (OMG formal/2011-01-03, clause 12) when every node has a usable
 * shape there; else all are laid out here: layers from left to right, sub-processes inside, lines at right angles in the
 * gaps between the nodes. Names stand where they hide nothing. Coordinates are pixels from the upper left corner,
 * always finite and inside 0 ... DIAGRAM_SIDE_MAX.
 * The SVG holds no script, no style and no unescaped text: presentation attributes alone, so that it may stand in a page
 * under a strict policy, or be a file of its own. A step's state is told by colour, by form and in words.
 * Uses: bpmn, base. Used by: hall, web, cli. */
#ifndef DIAGRAM_DIAGRAM_H
#define DIAGRAM_DIAGRAM_H

#include "base/base.h"
#include "bpmn/bpmn.h"

enum {
	DIAGRAM_NODE_COUNT_MAX = 400,        /* more cannot be read as one picture */
	DIAGRAM_EDGE_COUNT_MAX = 800,
	DIAGRAM_POINT_COUNT_MAX = 8000,      /* of all lines together */
	DIAGRAM_SIDE_MAX = 30000,            /* pixels */
	DIAGRAM_LINE_COUNT_MAX = 4,          /* of one name; what is longer ends in "…", the whole stands in the title */
	DIAGRAM_BYTES_MAX = 4 << 20,
};

/* Words in their place: `x` is the middle, `y` the base line of the first. */
struct diagram_text { struct str lines[DIAGRAM_LINE_COUNT_MAX]; size_t line_count; double x, y; struct bpmn_bounds bounds; };
struct diagram_node {
	const struct bpmn_element *element;
	struct bpmn_bounds bounds;
	bool open;                           /* a sub-process whose inside is shown */
	struct str name;
	struct bpmn_bounds wanted;           /* where the model wants the name; no width: it does not say */
	struct diagram_text text;
};
struct diagram_edge {
	const struct bpmn_flow *flow;        /* NULL: from a compensation event to the activity that compensates */
	const struct bpmn_element *from, *to;
	struct bpmn_point *points;           /* at least 2 */
	size_t point_count;
	struct str name;
	struct bpmn_bounds wanted;
	struct diagram_text text;
};
struct diagram_lane { struct str name; struct bpmn_bounds bounds; bool upright; };
struct diagram {
	double width, height;
	bool laid_out;                       /* by us; else the places are the model's own */
	struct { LIST_OF(struct diagram_lane); } lanes;
	struct { LIST_OF(struct diagram_node); } nodes;    /* outer ones first */
	struct { LIST_OF(struct diagram_edge); } edges;
};

/* What things are called: by the element's index, by the flow's place in bpmn_flows; NULL or empty: as in the model. */
struct diagram_names { const struct str *elements, *flows; };

/* LIMIT when the model is too large to be a picture. */
MUST_USE struct err diagram_lay(struct arena *arena, const struct bpmn_model *model, struct diagram_names names,
	struct diagram *out_diagram);

enum diagram_state { DIAGRAM_PLAIN, DIAGRAM_DONE, DIAGRAM_NOW, DIAGRAM_LATER, DIAGRAM_STATE_COUNT };
/* By the element's index. note: a short line in the node, such as how long it usually takes; words: for the title. */
struct diagram_mark { enum diagram_state state; struct str note, words; };
struct diagram_words {
	struct str title, description;       /* of the whole, for who cannot see it */
	struct str states[DIAGRAM_STATE_COUNT];     /* "done", "now", "later": also the legend; all empty: no legend */
	struct str id;                       /* prefix of the ids in the SVG, letters only; unique in the page */
};

/* marks: one an element, or NULL. */
MUST_USE struct err diagram_svg(struct arena *arena, const struct diagram *diagram, const struct diagram_mark *marks,
	const struct diagram_words *words, struct str *out_svg);
/* One line a lane, node and edge, with whole pixels: for golden files and people. */
struct str diagram_print(struct arena *arena, const struct diagram *diagram);

#endif
