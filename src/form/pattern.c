#include "form/inside.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/* A pattern that needs more than this for one field is one that could take for ever. */
enum { MATCH_STEPS_MAX = 200000, MATCH_DEPTH_MAX = 2000, MATCH_KIB_MAX = 8192, GROUP_DEPTH_MAX = 64 };

struct form_pattern { const pcre2_code *code; };

static void *allocate(size_t bytes, void *arena) { return arena_alloc(arena, bytes); }

static void forget(void *memory, void *arena)
{
	(void)memory;
	(void)arena;
}

struct err form_pattern_compile(struct arena *arena, struct str source, const struct form_pattern **out_pattern,
	struct str *out_words)
{
	int code;
	size_t at;
	struct form_pattern *pattern = ARENA_NEW(arena, struct form_pattern);
	pcre2_general_context *general = pcre2_general_context_create(allocate, forget, arena);
	pcre2_compile_context *context = pcre2_compile_context_create(general);
	/* What a JavaScript RegExp means by \u0041, [] and $. */
	uint32_t options = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF
		| PCRE2_NEVER_BACKSLASH_C;
	pcre2_set_max_pattern_length(context, 2000);
	pattern->code = pcre2_compile((PCRE2_SPTR)source.ptr, source.len, options, &code, &at, context);
	if (!pattern->code) {
		PCRE2_UCHAR words[200] = { 0 };
		pcre2_get_error_message(code, words, sizeof words);
		*out_words = str_printf(arena, "%s at character %zu", (const char *)words, at + 1);
		return ERR(INVALID);
	}
	*out_pattern = pattern;
	return OK;
}

bool form_pattern_matches(const struct form_pattern *pattern, struct str text)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	int hits = -1;
	if (data && context) {
		pcre2_set_match_limit(context, MATCH_STEPS_MAX);
		pcre2_set_depth_limit(context, MATCH_DEPTH_MAX);
		pcre2_set_heap_limit(context, MATCH_KIB_MAX);
		hits = pcre2_match(pattern->code, (PCRE2_SPTR)text.ptr, text.len, 0, 0, data, context);
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return hits >= 0;
}

/* A quantifier at `at` that can repeat without end; *out_bytes is its length, 0 when there is none. */
static bool is_endless(struct str source, size_t at, size_t *out_bytes)
{
	char c = at < source.len ? source.ptr[at] : '\0';
	*out_bytes = 0;
	if (c == '*' || c == '+') {
		*out_bytes = 1;
		return true;
	}
	if (c != '{') return false;
	ptrdiff_t end = str_find_byte(source, '}', at);
	if (end < 0 || source.ptr[at + 1] < '0' || source.ptr[at + 1] > '9') return false;
	*out_bytes = (size_t)end - at + 1;
	return source.ptr[end - 1] == ',';
}

const char *form_pattern_danger(struct str source)
{
	bool endless[GROUP_DEPTH_MAX] = { false };      /* has the open group at this depth such a quantifier inside? */
	size_t depth = 0, bytes;
	bool in_class = false;
	for (size_t i = 0; i < source.len; i++) {
		char c = source.ptr[i];
		struct str rest = str_sub(source, i, source.len);
		if (c == '\\') { i++; continue; }
		if (in_class) { in_class = c != ']'; continue; }
		if (c == '[') { in_class = true; continue; }
		if (str_starts(rest, STR("(?<=")) || str_starts(rest, STR("(?<!"))) return "look-behind is not accepted";
		if (c == '(') {
			if (++depth >= GROUP_DEPTH_MAX) return "groups are nested too deep";
			endless[depth] = false;
			if (str_starts(rest, STR("(?"))) i++;    /* the ? of (?: is no quantifier */
		} else if (c == ')' && depth > 0) {
			bool inner = endless[depth--], outer = is_endless(source, i + 1, &bytes);
			if (inner && outer) return "a repeated group that repeats inside can take for ever";
			if (inner) endless[depth] = true;
			if (outer) endless[depth] = true;
			i += bytes;
		} else if (is_endless(source, i, &bytes)) {
			endless[depth] = true;
		}
	}
	return NULL;
}
