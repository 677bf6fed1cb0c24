/* From XPath's regular expressions to PCRE2's. The grammar is read whole, so nothing that only PCRE2 knows
 * (look-around, possessive quantifiers, \b, POSIX classes) can slip through. */
#include "feel/regex.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uset.h>

enum { NESTING_MAX = 50, QUANTITY_MAX = 65535 };

struct range { uint32_t first, last; };

/* XML 1.0 NameStartChar and what NameChar adds: \i and \c. In order. */
static const struct range name_start[] = { { ':', ':' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }, { 0xC0, 0xD6 }, { 0xD8, 0xF6 },
	{ 0xF8, 0x2FF }, { 0x370, 0x37D }, { 0x37F, 0x1FFF }, { 0x200C, 0x200D }, { 0x2070, 0x218F }, { 0x2C00, 0x2FEF },
	{ 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF } };
static const struct range name_char[] = { { '-', '.' }, { '0', ':' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }, { 0xB7, 0xB7 },
	{ 0xC0, 0xD6 }, { 0xD8, 0xF6 }, { 0xF8, 0x37D }, { 0x37F, 0x1FFF }, { 0x200C, 0x200D }, { 0x203F, 0x2040 }, { 0x2070, 0x218F },
	{ 0x2C00, 0x2FEF }, { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF } };
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct translator {
	struct str text;
	size_t at;
	struct buf out;
	struct regex_flags flags;
	uint32_t groups;
	bool closed[REGEX_GROUPS_MAX + 1];
	int nesting;
	const char *refusal;
};

static bool refuse(struct translator *t, const char *words)
{
	if (!t->refusal) t->refusal = words;
	return false;
}

static bool more(const struct translator *t) { return t->at < t->text.len; }
static char peek(const struct translator *t) { return more(t) ? t->text.ptr[t->at] : '\0'; }
static bool next_is(const struct translator *t, char c) { return more(t) && t->text.ptr[t->at] == c; }

static bool take(struct translator *t, char c)
{
	if (!next_is(t, c)) return false;
	t->at++;
	return true;
}

static void add_range(struct translator *t, uint32_t first, uint32_t last)
{
	buf_printf(&t->out, first == last ? "\\x{%X}" : "\\x{%X}-\\x{%X}", first, last);
}

/* PCRE2 has no code points for surrogates; a range across them is cut in two. */
static void add_range_around_surrogates(struct translator *t, uint32_t first, uint32_t last)
{
	if (first < 0xD800 && last > 0xDFFF) {
		add_range(t, first, 0xD7FF);
		add_range(t, 0xE000, last);
	} else if (first < 0xD800 || last > 0xDFFF) {
		add_range(t, first >= 0xD800 && first <= 0xDFFF ? 0xE000 : first, last >= 0xD800 && last <= 0xDFFF ? 0xD7FF : last);
	}
}

static void add_ranges(struct translator *t, const struct range *ranges, size_t count, bool complement)
{
	uint32_t next = 0;
	for (size_t i = 0; i < count; i++) {
		if (!complement) add_range(t, ranges[i].first, ranges[i].last);
		else if (ranges[i].first > next) add_range_around_surrogates(t, next, ranges[i].first - 1);
		next = ranges[i].last + 1;
	}
	if (complement) add_range_around_surrogates(t, next, 0x10FFFF);
}

/* ---- escapes ---------------------------------------------------------------------------------------------- */

/* A character escape as its code point. */
static bool single_escape(char c, uint32_t *out)
{
	static const char same[] = "\\|.?*+(){}-[]^$";
	if (c == 'n') *out = '\n';
	else if (c == 'r') *out = '\r';
	else if (c == 't') *out = '\t';
	else if (c != '\0' && strchr(same, c)) *out = (uint8_t)c;
	else return false;
	return true;
}

/* The inside of a class for \s \d \w \i \c and their capitals. */
static bool add_multi_escape(struct translator *t, char c)
{
	static const struct range space[] = { { '\t', '\n' }, { '\r', '\r' }, { ' ', ' ' } };
	switch (c) {
	case 's': case 'S': add_ranges(t, space, COUNT_OF(space), c == 'S'); return true;
	case 'd': buf_add_lit(&t->out, "\\p{Nd}"); return true;
	case 'D': buf_add_lit(&t->out, "\\P{Nd}"); return true;
	case 'w': buf_add_lit(&t->out, "\\p{L}\\p{M}\\p{N}\\p{S}"); return true;
	case 'W': buf_add_lit(&t->out, "\\p{P}\\p{Z}\\p{C}"); return true;
	case 'i': case 'I': add_ranges(t, name_start, COUNT_OF(name_start), c == 'I'); return true;
	case 'c': case 'C': add_ranges(t, name_char, COUNT_OF(name_char), c == 'C'); return true;
	default: return false;
	}
}

static bool add_block(struct translator *t, struct str name, bool complement)
{
	char c_name[64];
	UErrorCode status = U_ZERO_ERROR;
	UChar32 first = 0, last = 0;
	if (name.len == 0 || name.len >= sizeof c_name) return refuse(t, "names an unknown Unicode block");
	memcpy(c_name, name.ptr, name.len);
	c_name[name.len] = '\0';
	int32_t block = u_getPropertyValueEnum(UCHAR_BLOCK, c_name);
	if (block == UCHAR_INVALID_CODE) return refuse(t, "names an unknown Unicode block");
	USet *set = uset_openEmpty();
	uset_applyIntPropertyValue(set, UCHAR_BLOCK, block, &status);
	bool known = U_SUCCESS(status) && uset_getItem(set, 0, &first, &last, NULL, 0, &status) == 0 && uset_getItemCount(set) >= 1;
	uset_close(set);
	if (!known || U_FAILURE(status)) return refuse(t, "names an unknown Unicode block");
	struct range range = { (uint32_t)first, (uint32_t)last };
	if (!complement && range.last >= 0xD800 && range.first <= 0xDFFF) return refuse(t, "names a block of surrogates");
	add_ranges(t, &range, 1, complement);
	return true;
}

/* \p{Lu}, \P{IsBasicLatin}: behind the p. */
static bool add_property(struct translator *t, bool complement)
{
	static const char categories[] =
		" L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn ";
	if (!take(t, '{')) return refuse(t, "has \\p without {");
	ptrdiff_t end = str_find_byte(t->text, '}', t->at);
	if (end < 0) return refuse(t, "has \\p without }");
	struct str name = str_sub(t->text, t->at, (size_t)end);
	t->at = (size_t)end + 1;
	if (str_starts(name, STR("Is"))) return add_block(t, str_sub(name, 2, name.len), complement);
	char padded[8] = " ";
	if (name.len == 0 || name.len > 2) return refuse(t, "names an unknown category of characters");
	memcpy(padded + 1, name.ptr, name.len);
	padded[name.len + 1] = ' ';
	if (!strstr(categories, padded)) return refuse(t, "names an unknown category of characters");
	buf_printf(&t->out, "\\%c{%.*s}", complement ? 'P' : 'p', STR_ARG(name));
	return true;
}

/* ---- classes: [a-z-[aeiou]] --------------------------------------------------------------------------------- */

/* One end of a range in a class: a plain character or a character escape. */
static bool class_char(struct translator *t, uint32_t *out)
{
	if (take(t, '\\')) {
		char c = peek(t);
		if (!single_escape(c, out)) return refuse(t, "has an unknown escape in a class");
		t->at++;
		return true;
	}
	if (next_is(t, '[') || next_is(t, ']')) return refuse(t, "has a bracket in a class that is not escaped");
	return utf8_next(t->text, &t->at, out) || refuse(t, "has a class that does not end");
}

static bool is_subtraction(const struct translator *t)
{
	return next_is(t, '-') && t->at + 1 < t->text.len && t->text.ptr[t->at + 1] == '[';
}

static bool class_item(struct translator *t)
{
	uint32_t first, last;
	if (next_is(t, '\\') && t->at + 1 < t->text.len) {
		char c = t->text.ptr[t->at + 1];
		if (c == 'p' || c == 'P') {
			t->at += 2;
			return add_property(t, c == 'P');
		}
		if (add_multi_escape(t, c)) {
			t->at += 2;
			return true;
		}
	}
	if (!class_char(t, &first)) return false;
	last = first;
	bool to_end = next_is(t, '-') && t->at + 1 < t->text.len && t->text.ptr[t->at + 1] == ']';
	if (next_is(t, '-') && !to_end && !is_subtraction(t)) {
		t->at++;
		if (!class_char(t, &last)) return false;
		if (last < first) return refuse(t, "has a range in a class that runs backwards");
	}
	add_range_around_surrogates(t, first, last);
	return true;
}

static bool class_expression(struct translator *t)
{
	if (++t->nesting > NESTING_MAX) return refuse(t, "is nested too deeply");
	size_t open = t->out.len;
	struct arena *arena = t->out.arena;
	bool complement = take(t, '^');
	buf_add_byte(&t->out, '[');
	if (complement) buf_add_byte(&t->out, '^');
	size_t first = t->at;
	while (more(t) && !next_is(t, ']') && !(is_subtraction(t) && t->at > first)) {
		if (!class_item(t)) return false;
	}
	if (t->at == first) return refuse(t, "has an empty class");
	buf_add_byte(&t->out, ']');
	if (is_subtraction(t)) {            /* as a look-ahead in front: (?:(?![aeiou])[a-z]) */
		t->at += 2;
		struct str whole = str_copy(arena, str_sub(buf_str(&t->out), open, t->out.len));
		t->out.len = open;
		buf_add_lit(&t->out, "(?:(?!");
		if (!class_expression(t)) return false;
		buf_add_byte(&t->out, ')');
		buf_add(&t->out, whole);
		buf_add_byte(&t->out, ')');
	}
	t->nesting--;
	return take(t, ']') || refuse(t, "has a class that does not end");
}

/* ---- atoms and quantifiers -------------------------------------------------------------------------------------- */

/* \3: of a group that is closed; more digits belong to it as long as there are that many groups. */
static bool back_reference(struct translator *t)
{
	uint32_t number = (uint32_t)(t->text.ptr[t->at++] - '0');
	while (more(t) && peek(t) >= '0' && peek(t) <= '9' && number * 10 + (uint32_t)(peek(t) - '0') <= t->groups) {
		number = number * 10 + (uint32_t)(t->text.ptr[t->at++] - '0');
	}
	if (number == 0 || number > t->groups || !t->closed[number]) return refuse(t, "refers back to a group that is not there");
	buf_printf(&t->out, "\\g{%u}", number);
	return true;
}

static bool escape(struct translator *t)
{
	uint32_t code_point;
	char c = peek(t);
	if (c >= '0' && c <= '9') return back_reference(t);
	t->at++;
	if (single_escape(c, &code_point)) {
		add_range(t, code_point, code_point);
		return true;
	}
	/* "i" does not touch categories: \p{Lu} stays upper case */
	if (c == 'p' || c == 'P') {
		buf_add_lit(&t->out, "(?-i:[");
		bool known = add_property(t, c == 'P');
		buf_add_lit(&t->out, "])");
		return known;
	}
	buf_add_byte(&t->out, '[');
	if (!add_multi_escape(t, c)) return refuse(t, "has an unknown escape");
	buf_add_byte(&t->out, ']');
	return true;
}

static bool alternatives(struct translator *t);

static bool group(struct translator *t)
{
	uint32_t number = 0;
	if (++t->nesting > NESTING_MAX) return refuse(t, "is nested too deeply");
	if (take(t, '?')) {
		if (!take(t, ':')) return refuse(t, "has (? which XPath does not know");
		buf_add_lit(&t->out, "(?:");
	} else {
		if (t->groups == REGEX_GROUPS_MAX) return refuse(t, "has too many groups");
		number = ++t->groups;
		buf_add_byte(&t->out, '(');
	}
	if (!alternatives(t)) return false;
	if (!take(t, ')')) return refuse(t, "has ( without )");
	if (number > 0) t->closed[number] = true;
	buf_add_byte(&t->out, ')');
	t->nesting--;
	return true;
}

static bool take_quantity(struct translator *t, uint32_t *out)
{
	uint32_t value = 0;
	size_t first = t->at;
	for (; more(t) && peek(t) >= '0' && peek(t) <= '9'; t->at++) {
		value = value * 10 + (uint32_t)(peek(t) - '0');
		if (value > QUANTITY_MAX) return refuse(t, "has a quantity above 65535");
	}
	*out = value;
	return t->at > first || refuse(t, "has { without a quantity");
}

static bool quantifier(struct translator *t)
{
	uint32_t min, max;
	char c = peek(t);
	if (c == '\0' || !strchr("?*+{", c)) return true;
	t->at++;
	if (c != '{') {
		buf_add_byte(&t->out, c);
	} else {
		if (!take_quantity(t, &min)) return false;
		buf_printf(&t->out, "{%u", min);
		if (take(t, ',')) {
			buf_add_byte(&t->out, ',');
			if (!next_is(t, '}')) {
				if (!take_quantity(t, &max)) return false;
				if (max < min) return refuse(t, "has a quantity that runs backwards");
				buf_printf(&t->out, "%u", max);
			}
		}
		if (!take(t, '}')) return refuse(t, "has { without }");
		buf_add_byte(&t->out, '}');
	}
	if (take(t, '?')) buf_add_byte(&t->out, '?');
	return true;
}

static bool atom(struct translator *t)
{
	uint32_t code_point;
	char c = peek(t);
	if (c == '\\' || c == '[' || c == '(') {
		t->at++;
		if (c == '\\') return more(t) ? escape(t) : refuse(t, "ends in a backslash");
		return c == '[' ? class_expression(t) : group(t);
	}
	if (c == '.' || c == '^' || c == '$') {
		t->at++;
		if (c == '.' && !t->flags.dot_all) buf_add_lit(&t->out, "[^\\n\\r]");
		else buf_add_byte(&t->out, c);
		return true;
	}
	if (strchr("?*+{}]", c) && more(t) && c != '\0') return refuse(t, "has ? * + { } or ] where a character is expected");
	if (!utf8_next(t->text, &t->at, &code_point)) return refuse(t, "is not text");
	add_range(t, code_point, code_point);
	return true;
}

static bool alternatives(struct translator *t)
{
	while (more(t) && !next_is(t, ')')) {
		if (take(t, '|')) buf_add_byte(&t->out, '|');
		else if (!atom(t) || !quantifier(t)) return false;
	}
	return true;
}

/* Flag x: white space outside classes is not there. */
static struct str without_space(struct arena *arena, struct str text)
{
	struct buf out = buf_make(arena, text.len + 1);
	size_t depth = 0;
	bool escaped = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
		buf_add_byte(&out, c);
		if (!escaped && c == '[') depth++;
		if (!escaped && c == ']' && depth > 0) depth--;
		escaped = !escaped && c == '\\';
	}
	return buf_str(&out);
}

const char *regex_translate(struct arena *arena, struct str pattern, struct regex_flags flags, struct str *out,
	uint32_t *out_groups)
{
	struct translator t = { .flags = flags };
	t.text = flags.skip_space ? without_space(arena, pattern) : pattern;
	t.out = buf_make(arena, (size_t)REGEX_BYTES_MAX * 16);
	if (!alternatives(&t)) return t.refusal;
	if (more(&t)) return "has ) without (";
	if (failed(buf_finish(&t.out, out))) return "is too long";
	*out_groups = t.groups;
	return NULL;
}
