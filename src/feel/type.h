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
/* conform.c: every value of `type` is one of `to`, as the declarations tell. */
bool type_conforms(const struct feel_type *type, const struct feel_type *to);
/* By the number and the types of its parameters, and by its result as far as that is known. */
bool function_belongs(const struct feel_function *function, const struct feel_type *type);

#endif
