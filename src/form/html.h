/* html: what the files that write HTML share inside form/. */
#ifndef FORM_HTML_H
#define FORM_HTML_H

#include "form/page.h"

struct html {
	struct arena *arena;
	struct buf buf;
	const struct form_state *state;
	const struct form_html_options *options;
	struct str title;                        /* of the page: a field of the same words needs no second label */
};

/* Words of the renderer itself, in both languages. */
enum html_words {
	HTML_OPTIONAL, HTML_SEVERAL, HTML_FROM, HTML_CHOOSE, HTML_NOT_KNOWN, HTML_YES, HTML_NO, HTML_NOTHING, HTML_ERRORS, HTML_ROW, HTML_ADD,
	HTML_REMOVE, HTML_PHOTO, HTML_PHOTO_MORE, HTML_PHOTO_HINT, HTML_FILE_SOUND, HTML_FILE_UNSOUND, HTML_FILE_REMOVE, HTML_ROWS_SHOWN,
	HTML_OPEN, HTML_STEP, HTML_DATE_HINT, HTML_WORDS_COUNT
};
struct str html_words(const struct html *html, enum html_words words);
/* "{1}" replaced. */
struct str html_words_of(const struct html *html, enum html_words words, struct str first);

#define html_raw(html, literal) buf_add(&(html)->buf, STR(literal))
/* Text between tags or in a quoted attribute: & < > " ' are escaped, control characters left out. */
void html_text(struct html *html, struct str text);
/* ` name="value"`, nothing for an empty value. */
void html_attribute(struct html *html, const char *name, struct str value);
/* A path of ours or a data image; "" for anything else. */
struct str html_own_url(struct str url);

/* The id of an item's input: "f-employer-uscc". */
struct str html_id(const struct html *html, const struct form_item *item);
/* The id that an error links to: of the first box of a choice. */
struct str html_target(const struct html *html, const struct form_item *item);
struct str html_label(const struct html *html, const struct form_item *item);

/* ---- fields.c, choices, files and rows ---- */
MUST_USE struct err html_field(struct html *html, const struct form_item *item);
MUST_USE struct err html_choice_field(struct html *html, const struct form_item *item);
MUST_USE struct err html_pick(struct html *html, const struct form_item *list);
MUST_USE struct err html_steps(struct html *html, const struct form_item *item, struct feel_value value);
MUST_USE struct err html_files(struct html *html, const struct form_item *item);
/* Errors, label and hint of a field around one input. `describes`: the ids for aria-describedby. */
struct html_field_parts { struct str id, describes; bool wrong; };
MUST_USE struct err html_field_open(struct html *html, const struct form_item *item, const char *tag, struct html_field_parts *out_parts);
void html_field_close(struct html *html, const struct form_item *item, const char *tag, struct str from);
/* What the field shows: what was sent when it was wrong, else the value, else its prefill. *out_from: where it comes from. */
MUST_USE struct err html_shown(struct html *html, const struct form_item *item, struct feel_value *out_value, struct str *out_from);

/* ---- shown.c: components without a value ---- */
MUST_USE struct err html_shown_component(struct html *html, const struct form_item *item);
/* The value as people read it: options by their label, dates and numbers by the language. */
MUST_USE struct err html_read(struct html *html, const struct form_item *item, struct str *out_text);

/* ---- markup.c: text of the schema's author ---- */
/* Markdown; raw HTML in it is shown as text. Links: ours, https:, tel:, mailto:. */
void html_markdown(struct html *html, struct str markdown);
/* HTML through a list of tags without attributes, but for href; all others are dropped, script and style with their content. */
void html_markup(struct html *html, struct str markup);

#endif
