/* range(from): DMN 1.5 10.3.4.1 reads "[1..3]" whose ends are literals: numbers, strings, @"…" and the four
 * constructors with one literal string. Nothing is evaluated, so names and calls are refused. */
#include "feel/lex.h"
#include "feel/library.h"

#include <string.h>

/* A string literal that is the whole text. */
static bool parse_string(struct arena *arena, struct str text, struct str *out)
{
	struct token token = lex_token(text, 0);
	return token.kind == TOKEN_STRING && token.from == 0 && token.to == text.len && lex_unquote(arena, text, out);
}

static bool parse_at(struct arena *arena, struct str text, struct feel_value *out)
{
	return temporal_parse_date(text, out) || temporal_parse_time(arena, text, out) || temporal_parse_date_time(arena, text, out)
		|| temporal_parse_duration(text, out);
}

/* date("…") and its three siblings. */
static bool parse_constructor(struct arena *arena, struct str text, struct feel_value *out)
{
	ptrdiff_t open = str_find_byte(text, '(', 0);
	struct str argument;
	if (open < 0 || text.ptr[text.len - 1] != ')') return false;
	struct str name = str_trim(str_sub(text, 0, (size_t)open));
	if (!parse_string(arena, str_trim(str_sub(text, (size_t)open + 1, text.len - 1)), &argument)) return false;
	if (str_eq_c(name, "date")) return temporal_parse_date(argument, out);
	if (str_eq_c(name, "time")) return temporal_parse_time(arena, argument, out);
	if (str_eq_c(name, "date and time")) return temporal_parse_date_time(arena, argument, out);
	return str_eq_c(name, "duration") && temporal_parse_duration(argument, out);
}

static bool parse_end(struct arena *arena, struct str text, struct feel_value *out)
{
	struct str inner;
	struct feel_num n;
	if (text.len == 0) return false;
	if (text.ptr[0] == '@') return parse_string(arena, str_trim(str_sub(text, 1, text.len)), &inner) && parse_at(arena, inner, out);
	if (text.ptr[0] == '"') {
		if (!parse_string(arena, text, &inner)) return false;
		*out = feel_string(inner);
		return true;
	}
	if (parse_constructor(arena, text, out)) return true;
	if (!num_parse(text, &n)) return false;
	*out = feel_number(n);
	return true;
}

/* Index of ".." outside strings, or -1. */
static ptrdiff_t find_dots(struct str text)
{
	bool in_string = false;
	for (size_t i = 0; i + 1 < text.len; i++) {
		char c = text.ptr[i];
		if (in_string && c == '\\') i++;
		else if (c == '"') in_string = !in_string;
		else if (!in_string && c == '.' && text.ptr[i + 1] == '.') return (ptrdiff_t)i;
	}
	return -1;
}

bool range_parse(struct arena *arena, struct str text, struct feel_value *out_range)
{
	struct feel_value start, end;
	text = str_trim(text);
	if (text.len < 2 || !strchr("[](", text.ptr[0]) || !strchr("[])", text.ptr[text.len - 1])) return false;
	struct feel_range range = { .start_open = text.ptr[0] != '[', .end_open = text.ptr[text.len - 1] != ']' };
	struct str inner = str_sub(text, 1, text.len - 1);
	ptrdiff_t dots = find_dots(inner);
	if (dots < 0) return false;
	if (!parse_end(arena, str_trim(str_sub(inner, 0, (size_t)dots)), &start)) return false;
	if (!parse_end(arena, str_trim(str_sub(inner, (size_t)dots + 2, inner.len)), &end)) return false;
	bool comparable;
	if (start.kind != end.kind || feel_compare(start, end, &comparable) > 0 || !comparable) return false;
	range.start = arena_copy(arena, &start, sizeof start);
	range.end = arena_copy(arena, &end, sizeof end);
	*out_range = (struct feel_value){ .kind = FEEL_RANGE, .range = arena_copy(arena, &range, sizeof range) };
	return true;
}
