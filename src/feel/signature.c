#include "feel/node.h"

/* Signatures are short texts, "list, position, length?", read when a program is compiled. */

static const struct builtin_table *const tables[] = {
	&builtins_number, &builtins_string, &builtins_list, &builtins_context, &builtins_temporal,
	&builtins_range, &builtins_conversion, &builtins_boolean, &builtins_extension,
};

struct parameter { struct str name; bool optional, variadic; };      /* variadic: "...", any number more */

static bool next_parameter(struct str *rest, struct parameter *out)
{
	struct str piece;
	if (!str_split(rest, ',', &piece)) return false;
	piece = str_trim(piece);
	if (piece.len == 0) return false;
	out->variadic = str_eq(piece, STR("..."));
	out->optional = str_ends(piece, STR("?"));
	if (out->optional) piece.len--;
	out->name = str_trim(piece);
	return true;
}

size_t signature_count(const char *parameters, size_t *out_required, bool *out_variadic)
{
	struct str rest = str_from_c(parameters);
	struct parameter p;
	size_t count = 0, required = 0;
	bool variadic = false;
	while (next_parameter(&rest, &p)) {
		variadic = p.variadic;
		if (p.variadic) continue;
		count++;
		if (!p.optional) required = count;
	}
	*out_required = required;
	*out_variadic = variadic;
	return count;
}

ptrdiff_t signature_index(const char *parameters, struct str name)
{
	struct str rest = str_from_c(parameters);
	struct parameter p;
	for (ptrdiff_t i = 0; next_parameter(&rest, &p); i++)
		if (!p.variadic && str_eq(p.name, name)) return i;
	return -1;
}

static bool names_are_distinct(const struct str *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (str_eq(names[i], names[j])) return false;
	return true;
}

bool signature_takes(const char *parameters, size_t count, const struct str *names)
{
	size_t required;
	bool variadic;
	size_t total = signature_count(parameters, &required, &variadic);
	if (!names) return count >= required && (count <= total || variadic);
	if (variadic || !names_are_distinct(names, count)) return false;
	for (size_t i = 0; i < count; i++)
		if (signature_index(parameters, names[i]) < 0) return false;
	struct str rest = str_from_c(parameters);
	struct parameter p;
	while (next_parameter(&rest, &p)) {
		bool given = p.optional;
		for (size_t i = 0; i < count && !given; i++) given = str_eq(names[i], p.name);
		if (!given) return false;
	}
	return true;
}

const struct builtin *builtin_each(struct builtin_place *place)
{
	while (place->table < sizeof tables / sizeof tables[0]) {
		const struct builtin_table *table = tables[place->table];
		if (place->row < table->count) return &table->rows[place->row++];
		place->table++;
		place->row = 0;
	}
	return NULL;
}

const struct builtin *builtin_find(struct str name, size_t count, const struct str *names)
{
	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct builtin *row = &tables[t]->rows[i];
			if (str_eq_c(name, row->name) && signature_takes(row->parameters, count, names)) return row;
		}
	}
	return NULL;
}

bool builtin_exists(struct str name)
{
	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
		for (size_t i = 0; i < tables[t]->count; i++)
			if (str_eq_c(name, tables[t]->rows[i].name)) return true;
	return false;
}
