/* library: what the built-in functions share: reading their arguments, lists, sorting. */
#ifndef FEEL_LIBRARY_H
#define FEEL_LIBRARY_H

#include "feel/inside.h"

/* Notes that argument `index` (from 0) is not what was `wanted` ("a number") and gives null. */
struct feel_value argument_wrong(struct feel_run *run, const struct feel_value *args, size_t index, const char *wanted);
/* A list of one item stands for the item (DMN 1.5 10.3.2.9.4); anything else is itself. */
struct feel_value argument_single(struct feel_value value);
/* A list is itself, another value a list of one; null is no list. The result may point at *value. */
bool argument_list(const struct feel_value *value, struct feel_list *out_list);
/* The items of f(list) or of f(a, b, c): a single list argument stands for its items. */
bool argument_items(const struct feel_value *args, size_t count, struct feel_list *out_items);
/* A number cut to an integer; false for another kind or when it does not fit. */
bool argument_integer(struct feel_value value, int64_t *out_value);
bool argument_string(struct feel_value value, struct str *out_text);
/* A position from 1, or from -1 backwards, as an index below `count`; false outside. */
bool argument_position(struct feel_value value, size_t count, size_t *out_index);

/* A growing list in the run's arena. */
struct list_builder { LIST_OF(struct feel_value); };
struct feel_value list_value(const struct list_builder *builder);

/* Stable; `precedes` says whether b must stand before a (*out_before), false to give up. */
typedef bool (*list_precedes)(struct feel_run *run, void *data, struct feel_value b, struct feel_value a, bool *out_before);
/* False when `precedes` gave up or the budget is used up. */
bool list_sort(struct feel_run *run, struct feel_value *items, size_t count, list_precedes precedes, void *data);

/* lib_conversion.c: string() of the standard, null stays null. */
struct feel_value convert_to_string(struct feel_run *run, const struct feel_value *args, size_t count);
/* range.c: "[1..3]" with literal end points. */
bool range_parse(struct arena *arena, struct str text, struct feel_value *out_range);

#define TABLE_OF(rows) { (rows), sizeof(rows) / sizeof((rows)[0]) }

#endif
