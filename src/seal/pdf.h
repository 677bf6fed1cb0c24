/* pdf: reads the structure of a PDF with classic cross-reference tables (ISO 32000-1, 7.5.4), bounded in everything: depth,
 * objects, values, revisions. Inner header of seal. */
#ifndef SEAL_PDF_H
#define SEAL_PDF_H

#include "base/base.h"

enum {
	PDF_OBJECT_COUNT_MAX = 200000,
	PDF_VALUE_COUNT_MAX = 1000000,       /* values read from one file, over all objects */
	PDF_DEPTH_MAX = 32,
	PDF_REVISION_COUNT_MAX = 200,
	PDF_PAGE_NODE_COUNT_MAX = 20000,
};

enum pdf_kind { PDF_NULL, PDF_BOOL, PDF_NUMBER, PDF_NAME, PDF_STRING, PDF_ARRAY, PDF_DICT, PDF_REF };

struct pdf_value {
	enum pdf_kind kind;
	struct str raw;                      /* as written, so that it can be copied */
	struct str key;                      /* in a dictionary: the name, without its slash, as written */
	int64_t number;                      /* NUMBER: the whole part; REF: object number */
	int32_t generation;                  /* REF */
	struct pdf_value *first, *next;      /* ARRAY, DICT; linked list */
};

struct pdf_entry { uint64_t offset; uint16_t generation; bool known, used; };

struct pdf_file {
	struct arena *arena;
	struct str bytes;
	struct report *report;
	uint64_t xref_offset;                /* of the newest section */
	struct pdf_entry *entries;           /* by object number, below entry_count = the trailer's Size */
	size_t entry_count;
	size_t value_count;
	const struct pdf_value *trailer;     /* the newest */
	const struct pdf_value *catalog;
	int64_t catalog_number;
	int32_t catalog_generation;
};

/* The value at `offset`; *out_end (may be NULL) is the byte behind it. INVALID, LIMIT. */
MUST_USE struct err pdf_parse(struct pdf_file *file, uint64_t offset, const struct pdf_value **out_value, uint64_t *out_end);
/* Skips white space and comments. */
uint64_t pdf_skip(struct str bytes, uint64_t at);
/* An unsigned decimal of at most 15 digits. */
bool pdf_read_number(struct str bytes, uint64_t *at, int64_t *out_number);
bool pdf_read_word(struct str bytes, uint64_t *at, struct str word);
/* Text of a STRING as UTF-8 (UTF-16BE and UTF-8 with mark, else Latin-1), and its bytes. Empty for other kinds. */
struct str pdf_text(struct arena *arena, const struct pdf_value *value);
struct str pdf_string_bytes(struct arena *arena, const struct pdf_value *value);

/* Reads cross-reference sections, trailer and catalog. INVALID, UNSUPPORTED, LIMIT. */
MUST_USE struct err pdf_read(struct arena *arena, struct str bytes, struct report *report, struct pdf_file *out_file);
/* The object, or NULL kind for a free or absent one. INVALID, LIMIT. */
MUST_USE struct err pdf_object(struct pdf_file *file, int64_t number, int32_t generation, const struct pdf_value **out_value);
/* Follows a reference; other values are returned as they are. `value` may be NULL, and so may the answer. */
MUST_USE struct err pdf_resolve(struct pdf_file *file, const struct pdf_value *value, const struct pdf_value **out_value);
const struct pdf_value *pdf_get(const struct pdf_value *dict, const char *key);      /* NULL when absent or no dictionary */
bool pdf_is_name(const struct pdf_value *value, const char *name);
/* The reference to page `page` (from 1). NOT_FOUND, INVALID, LIMIT. */
MUST_USE struct err pdf_page(struct pdf_file *file, int32_t page, const struct pdf_value **out_reference);

#endif
