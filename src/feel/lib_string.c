/* Strings: DMN 1.5 table 74. Characters are code points. */
#include "feel/library.h"
#include "feel/regex.h"

#include <unicode/ucasemap.h>

enum { STRING_BYTES_MAX = 16 << 20 };

static bool take_string(struct feel_run *run, const struct feel_value *args, size_t index, struct str *out)
{
	if (!argument_string(args[index], out)) {
		argument_wrong(run, args, index, "a string");
		return false;
	}
	return feel_run_spend(run, 1 + out->len / 256);
}

static bool take_two(struct feel_run *run, const struct feel_value *args, struct str *out_a, struct str *out_b)
{
	return take_string(run, args, 0, out_a) && take_string(run, args, 1, out_b);
}

static struct feel_value string_or_note(struct feel_run *run, const struct buf *buf)
{
	struct str text;
	if (!failed(buf_finish(buf, &text))) return feel_string(text);
	feel_run_note(run, "the string is longer than %d bytes", STRING_BYTES_MAX);
	return FEEL_NULL_VALUE;
}

/* Byte index of the code point with this index, or the length. */
static size_t byte_of(struct str text, size_t code_point_index)
{
	size_t at = 0;
	uint32_t code_point;
	for (size_t i = 0; i < code_point_index && at < text.len; i++) {
		if (!utf8_next(text, &at, &code_point)) at++;
	}
	return at;
}

static struct feel_value call_substring(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct str text;
	size_t start;
	if (!take_string(run, args, 0, &text)) return FEEL_NULL_VALUE;
	size_t characters = utf8_count(text);
	int64_t length = (int64_t)characters;
	if (!argument_position(args[1], characters, &start)) {
		feel_run_note(run, "the start position must be a number from 1 or -1 within the %zu characters of the string", characters);
		return FEEL_NULL_VALUE;
	}
	bool given = count > 2 && args[2].kind != FEEL_NULL;
	if (given && (!argument_integer(args[2], &length) || length < 1)) return argument_wrong(run, args, 2, "a number from 1");
	size_t from = byte_of(text, start);
	struct str rest = str_sub(text, from, text.len);
	return feel_string(str_sub(rest, 0, byte_of(rest, (uint64_t)length < characters ? (size_t)length : characters)));
}

static struct feel_value call_string_length(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text;
	return take_string(run, args, 0, &text) ? feel_number_i64((int64_t)utf8_count(text)) : FEEL_NULL_VALUE;
}

typedef int32_t (*case_function)(const UCaseMap *map, char *to, int32_t capacity, const char *from, int32_t len,
	UErrorCode *status);

/* With the rules of Unicode for no language in particular. A mapping grows a text at most threefold. */
static struct feel_value cased(struct feel_run *run, const struct feel_value *args, case_function function)
{
	struct str text;
	UErrorCode status = U_ZERO_ERROR;
	if (!take_string(run, args, 0, &text) || text.len > STRING_BYTES_MAX) return FEEL_NULL_VALUE;
	UCaseMap *map = ucasemap_open("", 0, &status);
	if (U_FAILURE(status)) return FEEL_NULL_VALUE;
	int32_t capacity = (int32_t)text.len * 3 + 1;
	char *to = arena_alloc(feel_run_arena(run), (size_t)capacity);
	int32_t len = function(map, to, capacity, text.ptr, (int32_t)text.len, &status);
	ucasemap_close(map);
	return U_FAILURE(status) ? FEEL_NULL_VALUE : feel_string((struct str){ to, (size_t)len });
}

static struct feel_value call_upper_case(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	return cased(run, args, ucasemap_utf8ToUpper);
}

static struct feel_value call_lower_case(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	return cased(run, args, ucasemap_utf8ToLower);
}

static struct feel_value call_substring_before(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text, match;
	if (!take_two(run, args, &text, &match)) return FEEL_NULL_VALUE;
	ptrdiff_t at = match.len == 0 ? 0 : str_find(text, match, 0);
	return feel_string(str_sub(text, 0, at < 0 ? 0 : (size_t)at));
}

static struct feel_value call_substring_after(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text, match;
	if (!take_two(run, args, &text, &match)) return FEEL_NULL_VALUE;
	ptrdiff_t at = match.len == 0 ? 0 : str_find(text, match, 0);
	return feel_string(at < 0 ? STR("") : str_sub(text, (size_t)at + match.len, text.len));
}

static struct feel_value call_contains(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text, match;
	if (!take_two(run, args, &text, &match)) return FEEL_NULL_VALUE;
	return feel_boolean(match.len == 0 || str_find(text, match, 0) >= 0);
}

static struct feel_value call_starts_with(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text, match;
	return take_two(run, args, &text, &match) ? feel_boolean(str_starts(text, match)) : FEEL_NULL_VALUE;
}

static struct feel_value call_ends_with(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct str text, match;
	return take_two(run, args, &text, &match) ? feel_boolean(str_ends(text, match)) : FEEL_NULL_VALUE;
}

/* Null items are left out; delimiter, prefix and suffix may be null. */
static struct feel_value call_string_join(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list list;
	struct str parts[3] = { STR(""), STR(""), STR("") };      /* delimiter, prefix, suffix */
	if (!argument_list(&args[0], &list)) return argument_wrong(run, args, 0, "a list of strings");
	for (size_t i = 1; i < count; i++) {
		if (args[i].kind != FEEL_NULL && !take_string(run, args, i, &parts[i - 1])) return FEEL_NULL_VALUE;
	}
	struct buf out = buf_make(feel_run_arena(run), STRING_BYTES_MAX);
	buf_add(&out, parts[1]);
	bool first = true;
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].kind == FEEL_NULL) continue;
		if (list.items[i].kind != FEEL_STRING) return argument_wrong(run, args, 0, "a list of strings");
		if (!feel_run_spend(run, 1)) return FEEL_NULL_VALUE;
		if (!first) buf_add(&out, parts[0]);
		buf_add(&out, list.items[i].string);
		first = false;
	}
	buf_add(&out, parts[2]);
	return string_or_note(run, &out);
}

/* ---- regular expressions ---------------------------------------------------------------------------------- */

/* The pattern in args[pattern], the flags in args[flags] if there are so many. Notes what is wrong. */
static bool open_regex(struct feel_run *run, const struct feel_value *args, size_t count, size_t pattern, size_t flags,
	struct regex *out)
{
	struct str pattern_text, flag_text = STR("");
	if (!take_string(run, args, pattern, &pattern_text)) return false;
	if (count > flags && args[flags].kind != FEEL_NULL && !take_string(run, args, flags, &flag_text)) return false;
	const char *refusal = regex_compile(feel_run_arena(run), pattern_text, flag_text, out);
	if (refusal) feel_run_note(run, "the pattern %s", refusal);
	return refusal == NULL;
}

/* XPath gives no meaning to replacing or splitting at nothing. */
static bool matches_nothing(struct feel_run *run, struct regex *regex)
{
	if (regex_find(regex, STR(""), 0) == REGEX_NONE) return false;
	feel_run_note(run, "the pattern matches the empty string");
	return true;
}

static struct feel_value too_long(struct feel_run *run)
{
	feel_run_note(run, "the pattern takes too long on this string");
	return FEEL_NULL_VALUE;
}

static struct feel_value call_matches(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct str text;
	struct regex regex;
	if (!take_string(run, args, 0, &text) || !open_regex(run, args, count, 1, 2, &regex)) return FEEL_NULL_VALUE;
	enum regex_result result = regex_find(&regex, text, 0);
	regex_done(&regex);
	return result == REGEX_TOO_LONG ? too_long(run) : feel_boolean(result == REGEX_FOUND);
}

static bool add_group(struct buf *out, const struct regex *regex, struct str text, struct str replacement, size_t *at)
{
	uint32_t number = 0;
	if (*at == replacement.len || replacement.ptr[*at] < '0' || replacement.ptr[*at] > '9') return false;
	number = (uint32_t)(replacement.ptr[(*at)++] - '0');
	while (*at < replacement.len && replacement.ptr[*at] >= '0' && replacement.ptr[*at] <= '9') {
		uint32_t longer = number * 10 + (uint32_t)(replacement.ptr[*at] - '0');
		if (longer > regex->group_count) break;
		number = longer;
		(*at)++;
	}
	if (number > regex->group_count || regex->ends[2 * number] == SIZE_MAX) return true;
	buf_add(out, str_sub(text, regex->ends[2 * number], regex->ends[2 * number + 1]));
	return true;
}

/* $N is a group, \$ and \\ are themselves; anything else behind $ or \ is refused. */
static bool add_replacement(struct buf *out, const struct regex *regex, struct str text, struct str replacement)
{
	for (size_t at = 0; at < replacement.len; ) {
		char c = replacement.ptr[at++];
		if (!regex->literal && c == '$') {
			if (!add_group(out, regex, text, replacement, &at)) return false;
		} else if (!regex->literal && c == '\\') {
			if (at == replacement.len || (replacement.ptr[at] != '\\' && replacement.ptr[at] != '$')) return false;
			buf_add_byte(out, replacement.ptr[at++]);
		} else {
			buf_add_byte(out, c);
		}
	}
	return true;
}

static struct feel_value replaced(struct feel_run *run, struct regex *regex, struct str text, struct str replacement)
{
	struct buf out = buf_make(feel_run_arena(run), STRING_BYTES_MAX);
	size_t from = 0;
	enum regex_result result;
	if (matches_nothing(run, regex)) return FEEL_NULL_VALUE;
	while ((result = regex_find(regex, text, from)) == REGEX_FOUND) {
		size_t start = regex->ends[0], end = regex->ends[1];
		if (!feel_run_spend(run, 1) || end == start) return FEEL_NULL_VALUE;
		buf_add(&out, str_sub(text, from, start));
		if (!add_replacement(&out, regex, text, replacement)) {
			feel_run_note(run, "the replacement has a $ or \\ that means nothing");
			return FEEL_NULL_VALUE;
		}
		from = end;
	}
	if (result == REGEX_TOO_LONG) return too_long(run);
	buf_add(&out, str_sub(text, from, text.len));
	return string_or_note(run, &out);
}

static struct feel_value call_replace(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct str text, replacement;
	struct regex regex;
	if (!take_string(run, args, 0, &text) || !take_string(run, args, 2, &replacement)) return FEEL_NULL_VALUE;
	if (!open_regex(run, args, count, 1, 3, &regex)) return FEEL_NULL_VALUE;
	struct feel_value out = replaced(run, &regex, text, replacement);
	regex_done(&regex);
	return out;
}

static struct feel_value split(struct feel_run *run, struct regex *regex, struct str text)
{
	struct list_builder out = { 0 };
	size_t from = 0;
	enum regex_result result;
	if (matches_nothing(run, regex)) return FEEL_NULL_VALUE;
	while ((result = regex_find(regex, text, from)) == REGEX_FOUND) {
		if (!feel_run_spend(run, 1) || regex->ends[1] == regex->ends[0]) return FEEL_NULL_VALUE;
		LIST_PUSH(feel_run_arena(run), &out, feel_string(str_sub(text, from, regex->ends[0])));
		from = regex->ends[1];
	}
	if (result == REGEX_TOO_LONG) return too_long(run);
	LIST_PUSH(feel_run_arena(run), &out, feel_string(str_sub(text, from, text.len)));
	return list_value(&out);
}

static struct feel_value call_split(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct str text;
	struct regex regex;
	if (!take_string(run, args, 0, &text) || !open_regex(run, args, count, 1, 2, &regex)) return FEEL_NULL_VALUE;
	struct feel_value out = split(run, &regex, text);
	regex_done(&regex);
	return out;
}

/* Camunda's: every match of the whole pattern. */
static struct feel_value call_extract(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct str text;
	struct regex regex;
	struct list_builder out = { 0 };
	size_t from = 0;
	enum regex_result result = REGEX_NONE;
	if (!take_string(run, args, 0, &text) || !open_regex(run, args, count, 1, 2, &regex)) return FEEL_NULL_VALUE;
	while (from <= text.len && feel_run_spend(run, 1) && (result = regex_find(&regex, text, from)) == REGEX_FOUND) {
		LIST_PUSH(feel_run_arena(run), &out, feel_string(str_sub(text, regex.ends[0], regex.ends[1])));
		from = regex.ends[1];
		if (regex.ends[1] == regex.ends[0]) from++;
		while (from < text.len && ((uint8_t)text.ptr[from] & 0xC0) == 0x80) from++;
	}
	regex_done(&regex);
	return result == REGEX_TOO_LONG ? too_long(run) : list_value(&out);
}

static const struct builtin rows[] = {
	{ "substring", "string, start position", call_substring, false },
	{ "substring", "string, start position, length", call_substring, false },
	{ "string length", "string", call_string_length, false },
	{ "upper case", "string", call_upper_case, false },
	{ "lower case", "string", call_lower_case, false },
	{ "substring before", "string, match", call_substring_before, false },
	{ "substring after", "string, match", call_substring_after, false },
	{ "contains", "string, match", call_contains, false },
	{ "starts with", "string, match", call_starts_with, false },
	{ "ends with", "string, match", call_ends_with, false },
	{ "matches", "input, pattern", call_matches, false },
	{ "matches", "input, pattern, flags", call_matches, false },
	{ "replace", "input, pattern, replacement", call_replace, false },
	{ "replace", "input, pattern, replacement, flags", call_replace, false },
	{ "split", "string, delimiter", call_split, false },
	{ "extract", "string, pattern", call_extract, true },
	{ "string join", "list", call_string_join, false },
	{ "string join", "list, delimiter", call_string_join, false },
	{ "string join", "list, delimiter, prefix, suffix", call_string_join, true },
};
const struct builtin_table builtins_string = TABLE_OF(rows);
