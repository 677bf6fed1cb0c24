#include "codec/xml.h"

#include <expat.h>
#include <string.h>
#include <strings.h>

/* U+001F cannot occur in XML 1.0, so it parts URI, local name and prefix beyond doubt. */
#define SEPARATOR '\x1f'
#define XMLNS_URI "http://www.w3.org/2000/xmlns/"

struct open_element { struct xml *element; size_t text_capacity; };

struct parser {
	struct arena *arena;
	struct report *report;
	XML_Parser expat;
	struct xml *root;
	struct err err;              /* ours; expat's own are asked for at the end */
	struct { LIST_OF(struct xml_attribute); } namespaces;   /* declared by the start tag that comes next */
	size_t element_count;
	uint32_t depth;
	struct open_element open[XML_DEPTH_MAX];
};

static void stop(struct parser *p, struct err err, const char *words)
{
	if (failed(p->err)) return;
	p->err = err;
	if (p->report)
		report_error(p->report, str_printf(p->arena, "%lu:%lu", XML_GetCurrentLineNumber(p->expat),
			XML_GetCurrentColumnNumber(p->expat) + 1), "%s", words);
	XML_StopParser(p->expat, XML_FALSE);
}

/* "uri\x1flocal\x1fprefix", "uri\x1flocal" or "local". */
static void split_name(struct parser *p, const char *name, struct str *out_space, struct str *out_local, struct str *out_prefix)
{
	struct str rest = str_copy(p->arena, str_from_c(name)), first, second, third;
	*out_space = *out_prefix = STR("");
	str_split(&rest, SEPARATOR, &first);
	*out_local = first;
	if (!str_split(&rest, SEPARATOR, &second)) return;
	*out_space = first;
	*out_local = second;
	if (str_split(&rest, SEPARATOR, &third)) *out_prefix = third;
}

static void add_attributes(struct parser *p, struct xml *element, const char **pairs)
{
	size_t count = p->namespaces.count;
	for (size_t i = 0; pairs[i]; i += 2) count++;
	if (count > XML_ATTRIBUTE_COUNT_MAX) {
		stop(p, ERR(LIMIT), "this element has more than 256 attributes");
		return;
	}
	element->attributes = ARENA_ARRAY(p->arena, struct xml_attribute, count);
	for (size_t i = 0; i < p->namespaces.count; i++)
		element->attributes[element->attribute_count++] = p->namespaces.items[i];
	for (size_t i = 0; pairs[i]; i += 2) {
		struct xml_attribute *attribute = &element->attributes[element->attribute_count++];
		struct str prefix;
		split_name(p, pairs[i], &attribute->space, &attribute->name, &prefix);
		attribute->value = str_copy(p->arena, str_from_c(pairs[i + 1]));
	}
	p->namespaces.count = 0;
}

static void XMLCALL on_start(void *data, const char *name, const char **pairs)
{
	struct parser *p = data;
	if (failed(p->err)) return;
	if (p->depth == XML_DEPTH_MAX) {
		stop(p, ERR(LIMIT), "elements are nested deeper than 256 levels");
		return;
	}
	if (++p->element_count > XML_ELEMENT_COUNT_MAX) {
		stop(p, ERR(LIMIT), "there are more than 500000 elements");
		return;
	}
	struct xml *element = ARENA_NEW(p->arena, struct xml);
	element->text = STR("");
	element->line = (uint32_t)XML_GetCurrentLineNumber(p->expat);
	element->column = (uint32_t)XML_GetCurrentColumnNumber(p->expat) + 1;
	split_name(p, name, &element->space, &element->name, &element->prefix);
	add_attributes(p, element, pairs);
	if (p->depth == 0) {
		p->root = element;
	} else {
		struct xml *parent = element->parent = p->open[p->depth - 1].element;
		if (parent->last) parent->last->next = element;
		else parent->first = element;
		parent->last = element;
	}
	p->open[p->depth++] = (struct open_element){ .element = element };
}

static void XMLCALL on_end(void *data, const char *name)
{
	struct parser *p = data;
	(void)name;
	if (!failed(p->err)) p->depth--;
}

static void XMLCALL on_text(void *data, const char *text, int len)
{
	struct parser *p = data;
	if (failed(p->err) || p->depth == 0) return;
	struct open_element *open = &p->open[p->depth - 1];
	struct str *all = &open->element->text;
	size_t needed = all->len + (size_t)len;
	char *bytes = (char *)all->ptr;          /* "" until the first piece, ours from then on */
	if (needed > open->text_capacity) {
		size_t capacity = open->text_capacity ? needed * 2 : needed;
		bytes = arena_grow(p->arena, open->text_capacity ? bytes : NULL, open->text_capacity, capacity);
		open->text_capacity = capacity;
	}
	memcpy(bytes + all->len, text, (size_t)len);
	*all = (struct str){ bytes, needed };
}

static void XMLCALL on_namespace(void *data, const char *prefix, const char *uri)
{
	struct parser *p = data;
	if (failed(p->err)) return;
	LIST_PUSH(p->arena, &p->namespaces, ((struct xml_attribute){ .space = STR(XMLNS_URI),
		.name = prefix ? str_copy(p->arena, str_from_c(prefix)) : STR("xmlns"),
		.value = str_copy(p->arena, str_from_c(uri)) }));
}

static void XMLCALL on_doctype(void *data, const char *name, const char *system_id, const char *public_id, int has_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_subset;
	stop(data, ERR(INVALID), "a document type declaration (<!DOCTYPE) is not accepted; remove it");
}

static void XMLCALL on_declaration(void *data, const char *version, const char *encoding, int standalone)
{
	(void)version;
	(void)standalone;
	if (encoding && strcasecmp(encoding, "UTF-8") != 0)
		stop(data, ERR(INVALID), "the encoding must be UTF-8; save it again as UTF-8");
}

static struct err run(struct parser *p, struct str text)
{
	XML_SetUserData(p->expat, p);
	XML_SetReturnNSTriplet(p->expat, 1);
	XML_SetElementHandler(p->expat, on_start, on_end);
	XML_SetCharacterDataHandler(p->expat, on_text);
	XML_SetStartNamespaceDeclHandler(p->expat, on_namespace);
	XML_SetStartDoctypeDeclHandler(p->expat, on_doctype);
	XML_SetXmlDeclHandler(p->expat, on_declaration);
	enum XML_Status status = XML_Parse(p->expat, text.ptr, (int)text.len, 1);
	if (failed(p->err)) return p->err;
	if (status == XML_STATUS_OK) return OK;
	enum XML_Error code = XML_GetErrorCode(p->expat);
	stop(p, ERR(INVALID), XML_ErrorString(code));
	return ERR(INVALID);
}

struct err xml_parse(struct arena *arena, struct str text, struct report *report, const struct xml **out_root)
{
	if (text.len > XML_BYTES_MAX) {
		report_error(report, STR(""), "the document is larger than 16 MB");
		return ERR(LIMIT);
	}
	struct parser *p = ARENA_NEW(arena, struct parser);
	p->arena = arena;
	p->report = report;
	p->expat = XML_ParserCreateNS("UTF-8", SEPARATOR);
	if (!p->expat) return ERR(INTERNAL);
	struct err err = run(p, text);
	XML_ParserFree(p->expat);
	TRY(err);
	*out_root = p->root;
	return OK;
}
