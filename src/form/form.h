/* form: form-js schemas (schemaVersion 1 to 19) as a model, a state and a judge of what people send. Pure: no clock,
 * no store, no files; the same schema, data and environment give the same answer.
 *
 *   form_load    JSON -> model; what the importer of form-js refuses is refused here, with a JSON pointer
 *   form_check   what a form must keep to be published in a hall
 *   form_state   model + data -> what a page shows now: values, hidden, readonly, rows, options, texts
 *   form_submit  model + data + what was sent -> the values to keep, or every error in words for the person
 *   form_pages, form_submit_page   one question a page: what a browser sent for it -> the draft with its answers
 *   form_html    a state as accessible HTML that needs no script
 *
 * Where this differs from form-js on purpose: numbers are decimals; text is trimmed; an impossible number, date or
 * option is an error instead of becoming empty; past dates are refused here, not only in a picker; lengths count
 * UTF-16 units, as there. Uses: feel, codec, base. Used by: hall, web. */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include "base/base.h"
#include "codec/codec.h"
#include "feel/feel.h"

enum {
	FORM_BYTES_MAX = 1 << 20,            /* of the schema's text */
	FORM_COMPONENT_COUNT_MAX = 1000,
	FORM_NESTING_MAX = 12,               /* groups and lists inside each other */
	FORM_ROW_COUNT_MAX = 200,            /* rows of one list, unless properties.maxRows says less */
	FORM_ITEM_COUNT_MAX = 20000,         /* components times rows, in one state */
	FORM_TEXTFIELD_UNITS_MAX = 2000,     /* UTF-16 units, unless validate.maxLength says less */
	FORM_TEXTAREA_UNITS_MAX = 20000,
	FORM_OPTION_COUNT_MAX = 5000,
	FORM_SCHEMA_VERSION_MAX = 19,
};

/* ---- model ------------------------------------------------------------------------------------ */

enum form_type {
	/* keyed: these have a value */
	FORM_TEXTFIELD, FORM_TEXTAREA, FORM_NUMBER, FORM_DATETIME, FORM_CHECKBOX, FORM_CHECKLIST, FORM_TAGLIST,
	FORM_RADIO, FORM_SELECT, FORM_FILEPICKER, FORM_EXPRESSION,
	/* shown */
	FORM_TEXT, FORM_HTML, FORM_IMAGE, FORM_IFRAME, FORM_TABLE, FORM_DOCUMENT_PREVIEW, FORM_BUTTON, FORM_SPACER, FORM_SEPARATOR,
	/* containers */
	FORM_GROUP, FORM_DYNAMICLIST,
	FORM_TYPE_COUNT
};
const char *form_type_name(enum form_type type);         /* "textfield" ... as the schema writes it */
static inline bool form_is_keyed(enum form_type type) { return type <= FORM_EXPRESSION; }

/* Text that may hold feelers. */
struct form_text {
	struct str source;                       /* as written, "" when absent */
	const struct feel_template *tmpl;        /* NULL for plain text */
};
/* A property that is a constant or a FEEL expression ("=..."). */
struct form_value {
	bool given;
	struct str source;                       /* the expression with its "=", "" for a constant */
	const struct feel_program *program;      /* NULL for a constant */
	struct feel_value constant;
};

enum form_subtype { FORM_DATE, FORM_TIME, FORM_DATE_TIME };
enum form_time_format { FORM_TIME_OFFSET, FORM_TIME_UTC, FORM_TIME_NO_ZONE };
enum form_validation { FORM_VALIDATION_NONE, FORM_VALIDATION_EMAIL, FORM_VALIDATION_PHONE, FORM_VALIDATION_CUSTOM };

struct form_option { struct form_text label, hint; struct feel_value value; };
struct form_column { struct form_text label; struct str key; };
struct form_pattern;
struct form_path;

/* One component as written. Members that a type does not have are zero. */
struct form_component {
	enum form_type type;
	struct str pointer;                      /* "/components/3/components/0" in the schema */
	struct str id;                           /* given, or "Field_N" */
	struct str key;                          /* of keyed ones: "employer.uscc"; of containers their `path` */
	/* From the form's data, rows left out: "claims.amount". Set for keyed components and lists, else "". */
	struct str path;
	struct str row_path;                     /* the same from the row of the nearest list: "amount" */
	const struct form_component *list;       /* nearest list around it, or NULL */
	struct form_component *parent, *first, *last, *next;

	struct form_text label, description;
	struct { struct str row; int columns; } layout;    /* columns 2..16, 0 = share evenly */
	struct form_value hide;                  /* hidden exactly when true */
	struct form_value readonly;
	bool disabled, required;
	bool has_default;
	struct feel_value default_value;

	/* textfield, textarea, number */
	struct form_value min, max, min_length, max_length;
	const struct form_pattern *pattern;      /* NULL for none */
	struct str pattern_source;
	struct form_text pattern_message;
	enum form_validation validation;
	int decimal_digits;                      /* -1 = any */
	struct str increment;                    /* decimal text, "" = any */
	const struct feel_program *increment_check;   /* true of `value` when it is a multiple */
	bool serialize_to_string;
	struct form_text prefix, suffix;

	/* datetime */
	enum form_subtype subtype;
	enum form_time_format time_format;
	struct form_text date_label, time_label;
	int time_interval;                       /* minutes */
	bool use_24h, no_past_dates;

	/* checklist, taglist, radio, select: exactly one of the three */
	const struct form_option *options;
	size_t option_count;
	struct str options_key;                  /* path in the data */
	struct form_value options_expression;
	bool searchable;

	/* filepicker: the value is a key (or a list of keys) of stored files; their content is the caller's to check */
	struct form_text accept;                 /* ".pdf,.jpg" */
	struct form_value multiple;
	int file_count_max;                      /* properties.maxCount; else 1, or 20 when `multiple` */
	int64_t file_bytes_max;                  /* properties.maxBytes; 0 = the hall's own */

	/* expression */
	struct form_value expression;
	bool compute_before_submit;              /* computeOn "presubmit" */

	/* text, html, image, iframe, documentPreview, table, button, spacer, group, dynamiclist */
	struct form_text content;                /* text, content, source or url */
	struct form_text alt, title;
	struct form_value data_source;
	const struct form_column *columns;
	size_t column_count;
	struct form_value columns_expression;
	int row_count;                           /* table: rows a page */
	int height, max_height;                  /* pixels, 0 = not given */
	bool reset;                              /* button: action "reset" instead of "submit" */
	bool show_outline;
	struct str vertical_alignment;           /* "start", "center", "end" */
	bool allow_add_remove, disable_collapse;
	int default_repetitions, non_collapsed_items;
	int rows_min, rows_max;                  /* properties.minRows, maxRows */

	/* properties: the extension point of the schema */
	struct form_value check;                 /* "check": "=..." over the field's context with its own value as `value` */
	struct form_text check_message;          /* "checkMessage" */
	bool sensitive;                          /* "sensitive": personal data that is sealed and named in the privacy note */
	struct str purpose;                      /* "purpose": why it is asked, shown beside a sensitive field */
	struct str autocomplete;                 /* "autocomplete": HTML's word */
	struct str source;                       /* "source": where a prefilled value comes from */
	/* "page" of a group at the top: the group is one question page of this id, its label the question. "why" says why we ask. */
	struct str page;
	struct form_text why;
	/* "skip": "=..." of such a group: true when nothing need be asked; its values stay. "extra": not on the way, offered before
	 * the person submits. */
	struct form_value skip;
	bool extra;
	bool waits;                              /* "waits" of such a group: while it is shown nothing can be submitted (not yet) */
	struct form_text hint;                   /* "hint": shown under the label when there is no description */
	struct form_value prefill;               /* "prefill": "=..." what an empty field shows at first; kept only when it is sent */
	/* "steps": "=..." over `value`: a list of lists of {label, value, chosen, group}: choices one after the other, each list
	 * there once the one before it is chosen; the value is whole when the last list has a chosen one. "stepLabels": "a/b". */
	struct form_value steps;
	struct str step_labels;
	/* "mustAnswer": on its page a person must answer; files and programs may leave it out. "unknown": the words of a box to
	 * tick by those who cannot answer. */
	bool must_answer;
	struct form_text unknown;
	struct str pick;                         /* "pick" of a list: its page offers this key's options to tick, each row then has a page */
	struct str input_mode;                   /* "inputmode": HTML's word */
	bool carry;                              /* "carry": may be prefilled from what the hall knows of the person */
	const struct json *properties;           /* all of them, or NULL */
	const struct json *json;                 /* the component as written */

	size_t index;                            /* in form.components */
	size_t slot, slot_count;                 /* the engine's own: its place in its row, and places in a row of this list */
	const struct form_path *rows;            /* the engine's own: the names in a row of this list */
};

struct form {
	struct str id;
	struct str text;                         /* the schema */
	int schema_version;
	const struct form_component *root;       /* a group without path that holds the components */
	const struct form_component *const *components;      /* in the order of the schema, without the root */
	size_t component_count;
	const struct form_path *paths;           /* the engine's own: the names in the data */
};

/* INVALID or LIMIT, with a JSON pointer and words for each fault in `report`: no form-js schema, unknown type, a key or
 * path that is no path, two components that claim one path, an id used twice, more than one source of options,
 * an expression, template or pattern that does not compile. Names unknown to the form are let through (null at run time).
 * env: host functions, which must live as long as the form; may be NULL. known: names of the data around the form
 * (a case's), may be NULL. `text` must live as long as the form, which is immutable and may be shared by threads. */
MUST_USE struct err form_load(struct arena *arena, struct str text, const struct feel_env *env, const struct feel_scope *known,
	struct report *report, const struct form **out_form);

/* What must hold before workers see the form. Adds an error for: a name that is neither the form's nor in `known`; expressions,
 * hides or readonlys that need each other in a circle; a literal `hide: true` (it hides nothing); look-behind and nested
 * quantifiers in patterns; an input without label; a choice without options or with the same value twice; an iframe; an
 * image or page from elsewhere; style or script in HTML; a sensitive field without purpose; a check without message.
 * Warnings: money as a float, phone validation that refuses Chinese mobile numbers, properties nobody reads. */
void form_check(struct arena *arena, const struct form *form, const struct feel_env *env, const struct feel_scope *known,
	struct report *report);

/* The names that the form's data has, for other expressions over it: {employer: {uscc}, claims: {...}}. */
const struct feel_scope *form_scope(struct arena *arena, const struct form *form);
/* The component that claims a path ("claims.amount"), or NULL. */
const struct form_component *form_at(const struct form *form, struct str path);
/* A property as text ("true" for JSON true), "" when absent. */
struct str form_property(const struct form_component *component, const char *name);

/* ---- state ------------------------------------------------------------------------------------- */

struct form_choice { struct str label, hint, group; struct feel_value value; bool chosen; };   /* its index is what HTML carries */

/* A component at one place of the page. A list has one item a row below it (row 1, 2 ...; component = the list), and
 * each row has the components of that row. Items below a hidden one are hidden too. */
struct form_item {
	const struct form_component *component;
	struct str pointer;                      /* "/claims/0/amount" in the data; "" when it has no value */
	int row;                                 /* from 1 for a row of a list, else 0 */
	bool hidden, readonly, disabled;
	struct feel_value value;                 /* keyed: sanitised; dates as FEEL dates. LIST: its rows' values */
	struct feel_value raw;                   /* what was sent, for showing it again beside its error */
	struct feel_value scope;                 /* context of its expressions and texts */
	const struct form_choice *choices;
	size_t choice_count;
	struct { LIST_OF(struct str); } errors;  /* words for the person */
	struct form_item *parent, *first, *last, *next;
	struct form_item **slots;                /* the engine's own, as all below: the items of the root or of a row */
	struct feel_value own, sent;             /* the value that the data and the schema give; the one that was sent */
	int fault, fault_count;                  /* why the value sent does not fit; of how many at most */
	bool unknown;                            /* the box "I do not know" was ticked */
};

struct form_state {
	const struct form *form;
	const struct feel_env *env;
	struct form_item *root;
	struct feel_value data;                  /* what expressions see: the data given, with the values on top */
	struct feel_value values;                /* what is to be kept: keyed, visible, enabled */
	size_t error_count;
};

/* data: a context of all that is known around and for the form (prefilled values under their paths), or null.
 * Import order for each field: data, else defaultValue, else empty; a value that does not fit counts as absent.
 * LIMIT when rows or items are too many, or an expression uses up its budget. */
MUST_USE struct err form_state(struct arena *arena, const struct form *form, struct feel_value data, const struct feel_env *env,
	const struct form_state **out_state);

/* A submission. given: a context whose keys are the form's paths (nested: {employer: {uscc: "..."}, claims: [{...}]}).
 * - A key that no component claims is an error. An absent key takes what form_state would show. Values for
 *   hidden, disabled, readonly and expression components are ignored; readonly and expression values are computed
 *   from `data`; hidden and disabled ones are not kept.
 * - number: 1, "1" and "1.00" are the same decimal. datetime: ISO text or a FEEL value, kept as FEEL date, time or date and time.
 *   checkbox: a boolean. Choices: a value of an option. filepicker: a key, or a list of them when `multiple`.
 * - All errors of all fields are collected, in the order of the page, each a finding with the pointer as place
 *   ("/claims/0/amount") and words in Simplified Chinese; they also stand at the items of *out_state.
 * INVALID when there is any error (form_state.values are then not to be kept). *out_state is set with OK and with
 * INVALID, to show the page again; LIMIT as with form_state leaves it untouched. */
MUST_USE struct err form_submit_state(struct arena *arena, const struct form *form, struct feel_value data,
	struct feel_value given, const struct feel_env *env, struct report *report, const struct form_state **out_state);
/* The same, for callers that want the values only: *out_values is untouched on failure. */
MUST_USE struct err form_submit(struct arena *arena, const struct form *form, struct feel_value data, struct feel_value given,
	const struct feel_env *env, struct report *report, struct feel_value *out_values);

/* A text of the item's component, carried out in its scope ("" when absent). Labels and the like: FEEL_ESCAPE_NONE. */
MUST_USE struct err form_text_run(struct arena *arena, const struct form_state *state, const struct form_item *item,
	const struct form_text *text, enum feel_escape escape, struct str *out_text);
/* A FEEL property of the item's component in its scope (dataSource, columnsExpression, multiple ...); null on error. */
struct feel_value form_value_run(struct arena *arena, const struct form_state *state, const struct form_item *item,
	const struct form_value *value);
/* The item at "/claims/0/amount", or NULL. */
const struct form_item *form_item_at(const struct form_state *state, struct str pointer);

/* ---- languages ----------------------------------------------------------------------------------- */

/* Zeroed: Simplified Chinese, the words of the schema. words: a service's words/en.json or NULL, by the component's id:
 * {"name": {"label": "Your name", "hint": ..., "checkMessage": ..., "options": {"VALUE": "Label"}}}; what is not there is
 * shown as the schema has it. */
struct form_language { bool english; const struct json *words; };

/* ---- question pages -------------------------------------------------------------------------------- */

/* A group at the top without path and with properties.page. Of a list with `pick` that stands alone on its page, the page asks
 * which rows there are, and each row follows as a page of its own, "claims.0". */
struct form_page {
	struct str id, title, why;               /* of a row the title is the picked option */
	const struct form_component *group;
	const struct form_item *item;            /* of the group, or of the row */
	const struct form_item *list;            /* of a page that picks and of a row's page, else NULL */
	bool extra, waits;
};
struct form_pages { struct form_page *items; size_t count; };
/* In order, without hidden pages. Empty when the form has none. */
MUST_USE struct err form_pages(struct arena *arena, const struct form_state *state, const struct form_language *language,
	struct form_pages *out_pages);
/* NULL when there is no such page now. */
const struct form_page *form_page(const struct form_pages *pages, struct str id);
/* Was the page judged and kept? True when the data has a value, be it empty, for each of its fields. */
bool form_page_is_answered(struct arena *arena, const struct form_page *page, struct feel_value data);
/* Does it ask anything? */
bool form_page_asks(const struct form_page *page);

/* What a browser sends. Names are paths: "employer.uscc", "claims.0.amount"; of a picking page "claims.type". Values: text; a
 * choice is the index of its option (with a mark of the option when options change); a box is there or not; "op" is the
 * button: "" or "next" judges the page, "add:claims" and "remove:claims.2" change its rows, anything else ("save", "refresh")
 * keeps what can be kept; "unknown" names a field that was said to be unknown. */
struct form_sent { struct str name, value; };
enum { FORM_SENT_COUNT_MAX = 2000, FORM_SENT_NAME_BYTES_MAX = 300, FORM_SENT_VALUE_BYTES_MAX = 256 << 10 };

struct form_page_result {
	struct feel_value data;                  /* the draft with all answers of the page that have no error; nothing else changes */
	struct feel_value page_data;             /* the part of it that this page holds: lists whole, the rest field by field */
	const struct form_state *state;          /* to show the page again, with errors when it was judged */
	struct str op;
	bool again;                              /* no error, but the page must be shown again: rows changed, a step to choose */
};
/* Judges one page and only it. draft: the data so far. INVALID when the page has an error (findings with the pointer as place,
 * also at the items) or a name that it does not have; *out_result is set with OK and INVALID. NOT_FOUND: no such page now.
 * LIMIT. Answers of other pages stay in the data even when they are hidden now: form_submit leaves them out. */
MUST_USE struct err form_submit_page(struct arena *arena, const struct form *form, struct feel_value draft, struct str page_id,
	const struct form_sent *sent, size_t sent_count, const struct form_language *language, const struct feel_env *env,
	struct report *report, struct form_page_result *out_result);

/* ---- HTML ------------------------------------------------------------------------------------------- */

enum { FORM_HTML_BYTES_MAX = 4 << 20 };

/* A file that is with the case already. */
struct form_attachment {
	struct str path;                         /* of the component: "files.arbitrationApplication" */
	struct str id, name, words;              /* words: what is wrong with it and what to do, when it is not sound */
	struct str url, thumbnail_url;           /* of ours; "" = none */
	int64_t bytes;
	bool sound;
};
/* Where a value comes from that the person did not type here: "from your application of 2022". */
struct form_source { struct str path, words; };

struct form_html_options {
	struct form_language language;
	const struct form_page *page;            /* NULL: the whole form */
	struct str id_prefix;                    /* of HTML ids; "f" when empty */
	const struct form_attachment *attachments;
	size_t attachment_count;
	const struct form_source *sources;
	size_t source_count;
	bool answered;                           /* the page was judged before: nothing is prefilled, what is empty was left so */
	bool brief;                              /* answers: leave out what may be empty and is */
};
/* The fields of the page: labels above, hints, errors above the label, no script, no form element around. */
MUST_USE struct err form_html(struct arena *arena, const struct form_state *state, const struct form_html_options *options,
	struct str *out_html);
/* The same as a list of questions and answers, for looking over before submitting and for the staff. */
MUST_USE struct err form_html_answers(struct arena *arena, const struct form_state *state,
	const struct form_html_options *options, struct str *out_html);
/* All errors with links to their fields; "" when there are none. */
MUST_USE struct err form_html_errors(struct arena *arena, const struct form_state *state,
	const struct form_html_options *options, struct str *out_html);

/* Markdown of a service's author as HTML; raw HTML in it is shown as text. */
MUST_USE struct err form_markdown(struct arena *arena, struct str markdown, struct str *out_html);

#endif
