/* xml: an element tree over expat. UTF-8 only; any DOCTYPE is refused at once; depth, element and byte
 * counts are bounded. Comments and processing instructions are dropped. */
#ifndef CODEC_XML_H
#define CODEC_XML_H

#include "base/base.h"

enum { XML_BYTES_MAX = 16 << 20, XML_DEPTH_MAX = 256, XML_ELEMENT_COUNT_MAX = 500000, XML_ATTRIBUTE_COUNT_MAX = 256 };

struct xml_attribute {
	struct str space;            /* namespace URI, "" for none */
	struct str name;             /* local name */
	struct str value;
};

struct xml {
	struct str space, name;      /* namespace URI and local name */
	struct str prefix;           /* as written, "" for none */
	uint32_t line, column;       /* of the start tag, from 1 */
	struct xml_attribute *attributes;
	size_t attribute_count;
	struct str text;             /* all character data directly inside, joined (CDATA included) */
	struct xml *parent, *first, *last, *next;
};

/* INVALID with line:column and words in `report` (may be NULL), LIMIT. Nothing refers to `text` afterwards. */
MUST_USE struct err xml_parse(struct arena *arena, struct str text, struct report *report, const struct xml **out_root);

/* First child with that local name (and namespace unless `space` is empty); NULL when absent. */
const struct xml *xml_child(const struct xml *element, struct str space, const char *name);
/* Next sibling likewise. */
const struct xml *xml_sibling(const struct xml *element, struct str space, const char *name);
/* Value of an attribute without namespace, "" when absent. */
struct str xml_attribute(const struct xml *element, const char *name);
bool xml_has_attribute(const struct xml *element, const char *name);
struct str xml_attribute_in(const struct xml *element, struct str space, const char *name);
/* The namespace URI bound to a prefix at this element ("" = default namespace); "" when unbound. */
struct str xml_namespace_of(const struct xml *element, struct str prefix);
/* "12:5" for reports. */
struct str xml_place(struct arena *arena, const struct xml *element);
/* Escapes & < > " ' for text and attribute values. */
void xml_add_escaped(struct buf *buf, struct str text);

#endif
