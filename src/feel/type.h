/* type: reading types inside expressions, and coercion without words. */
#ifndef FEEL_TYPE_H
#define FEEL_TYPE_H

#include "feel/inside.h"

/* Reads the type at text[*at] and moves *at behind it; declared types of the scope first. */
bool type_read(struct arena *arena, struct str text, size_t *at, const struct feel_scope *scope,
	const struct feel_type **out_type);
/* feel_coerce without a note; false when the value does not conform. null conforms to every type. */
bool type_convert(struct arena *arena, struct feel_value value, const struct feel_type *type, struct feel_value *out_value);
const char *type_words(const struct feel_type *type);
/* function.c: by the count of its parameters and, where both are declared, their types. */
bool function_belongs(const struct feel_function *function, const struct feel_type *type);

#endif
