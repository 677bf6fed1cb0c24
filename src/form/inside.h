/* What the files of form/ share; nobody outside includes this. */
#ifndef FORM_INSIDE_H
#define FORM_INSIDE_H

#include "form/form.h"

/* ---- reading the schema ---- */

struct form_reader {
	struct arena *arena;
	struct report *report;
	struct form *form;
	struct { LIST_OF(struct form_component *); } components;
	struct map ids;
	size_t fault_count;
};

/* Adds an error and counts it, so that reading can go on and say everything at once. */
void form_fault(struct form_reader *reader, struct str pointer, const char *format, ...) __attribute__((format(printf, 3, 4)));

enum property_kind {
	PROPERTY_TEXT,               /* struct form_text */
	PROPERTY_STRING,             /* struct str */
	PROPERTY_BOOLEAN,            /* bool */
	PROPERTY_INTEGER,            /* int */
	PROPERTY_BYTES,              /* int64_t */
	PROPERTY_WORD,               /* an enum, the index of its word */
	PROPERTY_NUMBER_OR_FEEL,     /* struct form_value, as are the next two */
	PROPERTY_BOOLEAN_OR_FEEL,
	PROPERTY_FEEL,
};

/* One row of the table of properties: where it stands in the schema and which member of form_component takes it. */
struct property {
	const char *inside;          /* "" for the component itself, else "validate", "properties" ... */
	const char *name;
	enum property_kind kind;
	size_t offset;
	uint32_t types;              /* bit set of enum form_type */
	int64_t min, max;            /* of an integer */
	const char *const *words;    /* of a word, NULL at the end */
};
extern const struct property form_properties[];
extern const size_t form_property_count;

static inline bool property_belongs(const struct property *property, enum form_type type) { return property->types >> type & 1; }
/* The member of `component` that `property` fills. */
static inline void *property_member(const struct property *property, struct form_component *component)
{
	return (char *)component + property->offset;
}
/* Reads all properties of the table from component->json. */
void form_read_properties(struct form_reader *reader, struct form_component *component);
/* The options and columns of a component. */
void form_read_options(struct form_reader *reader, struct form_component *component);
void form_read_columns(struct form_reader *reader, struct form_component *component);

/* ---- names of the data ---- */

enum form_path_kind { PATH_OPEN, PATH_LEAF, PATH_LIST };
struct form_path {
	struct str name;
	enum form_path_kind kind;
	const struct form_component *component;      /* of LEAF and LIST */
	struct form_path *first, *last, *next;
};
/* Claims the paths of all components; faults for a path claimed twice. */
void form_claim_paths(struct form_reader *reader);
const struct form_path *form_path_child(const struct form_path *path, struct str name);
/* `key` is \w+(\.\w+)* */
bool form_is_path(struct str key);

/* ---- compiling ---- */

struct form_compiler {
	struct arena *arena;
	struct report *report;
	const struct feel_env *env;
	const struct feel_scope *known;
	bool closed;
	size_t fault_count;
};
/* Every expression, template and pattern of the form; faults are counted in the compiler. */
void form_compile(struct form_compiler *compiler, struct form *form);
/* INVALID with words in out_words (in `arena`). The pattern lives in the arena. */
MUST_USE struct err form_pattern_compile(struct arena *arena, struct str source, const struct form_pattern **out_pattern,
	struct str *out_words);
bool form_pattern_matches(const struct form_pattern *pattern, struct str text);
/* checklist, taglist, radio, select */
bool form_is_choosing(enum form_type type);
/* NULL, or why a pattern could take for ever. */
const char *form_pattern_danger(struct str source);
/* form_load with the closed scope of form_check. */
MUST_USE struct err form_load_closed(struct arena *arena, struct str text, const struct feel_env *env,
	const struct feel_scope *known, struct report *report, bool closed, const struct form **out_form);

/* ---- running ---- */

/* What a state is made of while it is made. */
struct form_maker {
	struct arena *arena;
	struct form_state *state;
	const struct feel_env *env;      /* the caller's, with the budgets of a form */
	struct feel_value data;
	bool submitted;
	struct feel_value given;
	size_t item_count;
	const struct form_language *language;    /* of the words for the person; NULL: Chinese */
};

/* Words for the person; {1} and {2} are replaced. */
enum form_words {
	WORDS_NONE, WORDS_UNKNOWN_KEY, WORDS_NO_TEXT, WORDS_CONTROL_CHARACTER, WORDS_NO_NUMBER, WORDS_NO_DATE, WORDS_NO_TIME,
	WORDS_NO_DATE_TIME, WORDS_NO_BOOLEAN, WORDS_NO_OPTION, WORDS_NO_FILE, WORDS_NO_LIST, WORDS_NO_ROW, WORDS_NO_CONTEXT,
	WORDS_DECIMALS, WORDS_WHOLE, WORDS_INCREMENT, WORDS_PATTERN, WORDS_REQUIRED, WORDS_REQUIRED_CHOICE, WORDS_REQUIRED_FILE,
	WORDS_REQUIRED_CHECK, WORDS_MIN, WORDS_MAX, WORDS_MIN_LENGTH, WORDS_MAX_LENGTH, WORDS_PHONE, WORDS_EMAIL, WORDS_PAST,
	WORDS_FILES_MAX, WORDS_ROWS_MIN, WORDS_ROWS_MAX, WORDS_ROWS_FIXED, WORDS_PICK_MIN, WORDS_OR_UNKNOWN,
	WORDS_STEP, WORDS_CHECK, WORDS_COUNT
};
struct str form_words(struct arena *arena, const struct form_language *language, enum form_words words, struct str first,
	struct str second);
/* Adds to item->errors. */
void form_item_error(struct form_maker *maker, struct form_item *item, enum form_words words, struct str first,
	struct str second);

/* A text of the item's component in the language: member is its name in the words file ("label"). */
MUST_USE struct err form_own_text(struct arena *arena, const struct form_state *state, const struct form_item *item,
	const struct form_language *language, const char *member, const struct form_text *text, struct str *out_text);
struct str form_own_words(const struct form_language *language, const struct form_component *component, const char *member,
	struct str words);
struct str form_choice_label(struct arena *arena, const struct form_language *language, const struct form_component *component,
	const struct form_choice *choice);
struct str form_choice_hint(struct arena *arena, const struct form_language *language, const struct form_component *component,
	const struct form_choice *choice);

/* The empty value of form-js: "", null, false or []. */
struct feel_value form_empty_value(const struct form_component *component);
/* `raw` as the component keeps it. Anything but WORDS_NONE: it does not fit, and out_value is untouched.
 * Whether a choice is among the options is not asked here. */
enum form_words form_decode(struct arena *arena, const struct form_component *component, struct feel_value raw,
	const struct feel_env *env, struct feel_value *out_value);
/* Digits, points, commas and signs of a Chinese keyboard as ASCII. */
struct str form_half_width(struct arena *arena, struct str text);
/* The same for datetime: ISO text or a FEEL value, brought to the format of the component. */
enum form_words form_decode_time(struct arena *arena, const struct form_component *component, struct feel_value raw,
	const struct feel_env *env, struct feel_value *out_value);
/* Fills item->choices. */
MUST_USE struct err form_choices(struct form_maker *maker, struct form_item *item);
struct form_choices { const struct form_choice *items; size_t count; };
/* A FEEL list of values or of {label, value, hint, group, chosen} as choices; LIMIT. */
MUST_USE struct err form_choices_of(struct arena *arena, struct feel_value list, struct form_choices *out_choices);
/* The lists of a component with `steps` for a value: at most FORM_STEP_COUNT_MAX. *out_whole: the last one has a chosen one. */
enum { FORM_STEP_COUNT_MAX = 4 };
struct form_steps { struct form_choices lists[FORM_STEP_COUNT_MAX]; size_t count; };
MUST_USE struct err form_steps_of(struct arena *arena, const struct form_state *state, const struct form_item *item,
	struct feel_value value, struct form_steps *out_steps, bool *out_whole);
/* True when the option is one of the item's. */
bool form_is_choice(const struct form_item *item, struct feel_value value);
/* A maker with the budgets of a form. */
struct form_maker form_maker_new(struct arena *arena, const struct form *form, struct feel_value data, const struct feel_env *env);
/* The items with their rows and values. */
MUST_USE struct err form_make_items(struct form_maker *maker);
/* Hides, readonlys, expressions and choices until nothing changes. */
MUST_USE struct err form_settle(struct form_maker *maker);
enum form_collect { COLLECT_DATA, COLLECT_VALUES };
/* The values of the items below the root or a row: DATA on top of `under` with disabled ones, VALUES alone without. */
struct feel_value form_collect(struct arena *arena, const struct form_item *row, const struct form_path *paths,
	struct feel_value under, enum form_collect what);
/* Adds an error for every key that was sent and that no component claims. */
void form_refuse_unknown(struct form_maker *maker, struct report *report);
/* All rules of one visible item; errors go to the item. */
MUST_USE struct err form_check_item(struct form_maker *maker, struct form_item *item);
void form_report_item(struct report *report, const struct form_item *item);
/* All rules of all visible fields, in the order of form-js; errors go to the items and to the report. */
MUST_USE struct err form_validate(struct form_maker *maker, struct report *report);
/* Runs the expression, or gives the constant; LIMIT when the budget is used up. */
MUST_USE struct err form_value_of(struct form_maker *maker, const struct form_value *value, struct feel_value scope,
	struct feel_value *out_value);
/* The value at a path of context keys; false when it is not there (a null that is there is there). */
bool form_lookup(struct feel_value context, struct str path, struct feel_value *out_value);
bool form_same_value(struct feel_value a, struct feel_value b);
bool form_is_empty(struct feel_value value);
/* The next item in the order of the page, below `root`. */
struct form_item *form_item_next(const struct form_item *root, struct form_item *item);

#endif
