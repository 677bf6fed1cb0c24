#include "form/inside.h"

enum { NUMBER_CHARS_MAX = 36, FILE_KEY_BYTES_MAX = 200 };

bool form_is_choosing(enum form_type type)
{
	return type == FORM_CHECKLIST || type == FORM_TAGLIST || type == FORM_RADIO || type == FORM_SELECT;
}

struct feel_value form_empty_value(const struct form_component *component)
{
	switch (component->type) {
	case FORM_TEXTFIELD:
	case FORM_TEXTAREA: return feel_string(STR(""));
	case FORM_CHECKBOX: return feel_boolean(false);
	case FORM_CHECKLIST:
	case FORM_TAGLIST: return (struct feel_value){ .kind = FEEL_LIST };
	default: return FEEL_NULL_VALUE;
	}
}

/* ---- text ---- */

/* White space at both ends, the ideographic space too, which Chinese keyboards write. */
static struct str trimmed(struct str text)
{
	struct str wide = STR("\xe3\x80\x80"), before;
	do {
		before = text;
		text = str_trim(text);
		if (str_starts(text, wide)) text = str_sub(text, wide.len, text.len);
		if (str_ends(text, wide)) text = str_sub(text, 0, text.len - wide.len);
	} while (text.len != before.len);
	return text;
}

static struct str one_line(struct arena *arena, struct str text)
{
	text = str_replace(arena, text, STR("\r\n"), STR(" "));
	text = str_replace(arena, text, STR("\n"), STR(" "));
	text = str_replace(arena, text, STR("\r"), STR(" "));
	return str_replace(arena, text, STR("\t"), STR(" "));
}

static struct str many_lines(struct arena *arena, struct str text)
{
	text = str_replace(arena, text, STR("\r\n"), STR("\n"));
	return str_replace(arena, text, STR("\r"), STR("\n"));
}

static bool has_control_character(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) return true;
	}
	return !utf8_is_valid(text);
}

static enum form_words decode_text(struct arena *arena, const struct form_component *component, struct feel_value raw,
	struct feel_value *out_value)
{
	if (raw.kind >= FEEL_LIST) return WORDS_NO_TEXT;      /* lists, contexts, ranges and functions */
	struct str text = raw.kind == FEEL_NULL ? STR("") : feel_print(arena, raw);
	text = component->type == FORM_TEXTAREA ? many_lines(arena, text) : one_line(arena, text);
	text = trimmed(text);
	if (has_control_character(text)) return WORDS_CONTROL_CHARACTER;
	*out_value = feel_string(text);
	return WORDS_NONE;
}

/* ---- numbers ---- */

/* "１２．５" of a Chinese keyboard as "12.5". */
struct str form_half_width(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, text.len + 1);
	uint32_t c;
	for (size_t at = 0; utf8_next(text, &at, &c); ) {
		bool wide = (c >= 0xff10 && c <= 0xff19) || c == 0xff0e || c == 0xff0d || c == 0xff0b || c == 0xff0c;
		utf8_add(&buf, wide ? c - 0xfee0 : c);
	}
	return buf_str(&buf);
}

/* "￥5,000.50元" as "5000.50": the sign and the unit fall away, commas that part thousands too; false for others. */
static bool plain_number(struct arena *arena, struct str text, struct str *out_text)
{
	static const struct str signs[] = { STR_INIT("\xc2\xa5"), STR_INIT("\xef\xbf\xa5") };        /* ¥ ￥ */
	static const struct str units[] = { STR_INIT("\xe5\x85\x83"), STR_INIT("\xe5\x9d\x97") };    /* 元 块 */
	for (size_t i = 0; i < 2; i++) {
		if (str_starts(text, signs[i])) text = trimmed(str_sub(text, signs[i].len, text.len));
		if (str_ends(text, units[i])) text = trimmed(str_sub(text, 0, text.len - units[i].len));
	}
	struct buf buf = buf_make(arena, text.len + 1);
	size_t since = 0, commas = 0;
	bool fraction = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ',' && (fraction || i == 0 || (commas ? since != 3 : since > 3))) return false;
		if (c == '.') {
			if (commas && since != 3) return false;
			fraction = true;
		}
		if (c == ',') commas++;
		else buf_add_byte(&buf, c);
		since = c == ',' ? 0 : since + (c >= '0' && c <= '9' && !fraction);
	}
	*out_text = buf_str(&buf);
	return !commas || since == 3;
}

static enum form_words decode_number(struct arena *arena, struct feel_value raw, struct feel_value *out_value)
{
	if (raw.kind == FEEL_NUMBER || raw.kind == FEEL_NULL) {
		*out_value = raw;
		return WORDS_NONE;
	}
	if (raw.kind != FEEL_STRING) return WORDS_NO_NUMBER;
	struct str text = form_half_width(arena, trimmed(raw.string));
	if (text.len == 0) {
		*out_value = FEEL_NULL_VALUE;
		return WORDS_NONE;
	}
	if (!utf8_is_valid(raw.string) || !plain_number(arena, text, &text)) return WORDS_NO_NUMBER;
	if (text.len == 0 || text.len > NUMBER_CHARS_MAX) return WORDS_NO_NUMBER;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if ((c < '0' || c > '9') && c != '.' && !(i == 0 && (c == '-' || c == '+'))) return WORDS_NO_NUMBER;
	}
	if (text.ptr[0] == '+') text = str_sub(text, 1, text.len);
	return failed(feel_number_parse(text, out_value)) ? WORDS_NO_NUMBER : WORDS_NONE;
}

/* ---- choices, files, checkbox ---- */

static enum form_words decode_boolean(struct feel_value raw, struct feel_value *out_value)
{
	struct str text = raw.kind == FEEL_STRING ? raw.string : STR("");
	bool yes = raw.kind == FEEL_BOOLEAN ? raw.boolean : str_eq_c(text, "true") || str_eq_c(text, "on");
	bool no = form_is_empty(raw) || str_eq_c(text, "false");
	if (raw.kind != FEEL_BOOLEAN && !yes && !no) return WORDS_NO_BOOLEAN;
	*out_value = feel_boolean(yes);
	return WORDS_NONE;
}

static enum form_words decode_choices(struct arena *arena, struct feel_value raw, struct feel_value *out_value)
{
	struct feel_value single = raw;
	if (raw.kind == FEEL_NULL || (raw.kind == FEEL_STRING && raw.string.len == 0)) {
		*out_value = (struct feel_value){ .kind = FEEL_LIST };
		return WORDS_NONE;
	}
	struct feel_list list = raw.kind == FEEL_LIST ? raw.list : (struct feel_list){ &single, 1 };
	if (list.count > FORM_OPTION_COUNT_MAX) return WORDS_NO_OPTION;
	struct feel_value *kept = ARENA_ARRAY(arena, struct feel_value, list.count);
	size_t count = 0;
	for (size_t i = 0; i < list.count; i++) {
		bool again = false;
		for (size_t k = 0; k < count && !again; k++) again = form_same_value(kept[k], list.items[i]);
		if (!again) kept[count++] = list.items[i];
	}
	*out_value = feel_list_of(arena, kept, count);
	return WORDS_NONE;
}

static bool is_file_key(struct feel_value value)
{
	return value.kind == FEEL_STRING && value.string.len > 0 && value.string.len <= FILE_KEY_BYTES_MAX
		&& !has_control_character(value.string);
}

/* A key, or a list of keys when the component may have several; null for none. */
static enum form_words decode_files(struct arena *arena, const struct form_component *component, struct feel_value raw,
	struct feel_value *out_value)
{
	struct feel_value single = raw;
	struct feel_list list = raw.kind == FEEL_LIST ? raw.list : (struct feel_list){ &single, 1 };
	bool none = raw.kind == FEEL_NULL || list.count == 0 || (raw.kind == FEEL_STRING && raw.string.len == 0);
	for (size_t i = 0; i < list.count && !none; i++)
		if (!is_file_key(list.items[i])) return WORDS_NO_FILE;
	if (none) *out_value = FEEL_NULL_VALUE;
	else if (component->multiple.given || list.count > 1) *out_value = feel_list_of(arena, list.items, list.count);
	else *out_value = list.items[0];
	return WORDS_NONE;
}

enum form_words form_decode(struct arena *arena, const struct form_component *component, struct feel_value raw,
	const struct feel_env *env, struct feel_value *out_value)
{
	switch (component->type) {
	case FORM_TEXTFIELD:
	case FORM_TEXTAREA: return decode_text(arena, component, raw, out_value);
	case FORM_NUMBER: return decode_number(arena, raw, out_value);
	case FORM_DATETIME: return form_decode_time(arena, component, raw, env, out_value);
	case FORM_CHECKBOX: return decode_boolean(raw, out_value);
	case FORM_CHECKLIST:
	case FORM_TAGLIST: return decode_choices(arena, raw, out_value);
	case FORM_FILEPICKER: return decode_files(arena, component, raw, out_value);
	case FORM_RADIO:
	case FORM_SELECT:
		if (raw.kind == FEEL_LIST) return WORDS_NO_OPTION;
		*out_value = raw.kind == FEEL_STRING && raw.string.len == 0 ? FEEL_NULL_VALUE : raw;
		return WORDS_NONE;
	default:
		*out_value = raw;
		return WORDS_NONE;
	}
}
