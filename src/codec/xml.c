#include "codec/xml.h"

struct str xml_place(struct arena *arena, const struct xml *element)
{
	return str_printf(arena, "%u:%u", element->line, element->column);
}

static const struct xml *find(const struct xml *element, struct str space, const char *name)
{
	for (; element; element = element->next)
		if (str_eq_c(element->name, name) && (space.len == 0 || str_eq(element->space, space))) return element;
	return NULL;
}

const struct xml *xml_child(const struct xml *element, struct str space, const char *name)
{
	return element ? find(element->first, space, name) : NULL;
}

const struct xml *xml_sibling(const struct xml *element, struct str space, const char *name)
{
	return element ? find(element->next, space, name) : NULL;
}

static const struct xml_attribute *attribute(const struct xml *element, struct str space, struct str name)
{
	for (size_t i = 0; element && i < element->attribute_count; i++) {
		const struct xml_attribute *each = &element->attributes[i];
		if (str_eq(each->name, name) && str_eq(each->space, space)) return each;
	}
	return NULL;
}

struct str xml_attribute_in(const struct xml *element, struct str space, const char *name)
{
	const struct xml_attribute *found = attribute(element, space, str_from_c(name));
	return found ? found->value : STR("");
}

struct str xml_attribute(const struct xml *element, const char *name) { return xml_attribute_in(element, STR(""), name); }

bool xml_has_attribute(const struct xml *element, const char *name)
{
	return attribute(element, STR(""), str_from_c(name)) != NULL;
}

struct str xml_namespace_of(const struct xml *element, struct str prefix)
{
	if (str_eq_c(prefix, "xml")) return STR("http://www.w3.org/XML/1998/namespace");
	struct str space = STR("http://www.w3.org/2000/xmlns/");
	struct str name = prefix.len ? prefix : STR("xmlns");
	for (; element; element = element->parent) {
		const struct xml_attribute *found = attribute(element, space, name);
		if (found) return found->value;
	}
	return STR("");
}

void xml_add_escaped(struct buf *buf, struct str text)
{
	size_t done = 0;
	for (size_t i = 0; i < text.len; i++) {
		struct str entity;
		switch (text.ptr[i]) {
		case '&': entity = STR("&amp;"); break;
		case '<': entity = STR("&lt;"); break;
		case '>': entity = STR("&gt;"); break;
		case '"': entity = STR("&quot;"); break;
		case '\'': entity = STR("&#39;"); break;
		default: continue;
		}
		buf_add_bytes(buf, text.ptr + done, i - done);
		buf_add(buf, entity);
		done = i + 1;
	}
	buf_add_bytes(buf, text.ptr + done, text.len - done);
}
