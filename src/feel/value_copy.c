#include "feel/inside.h"

/* Deep copies and the texts of values. */

static const struct feel_value *copy_end(struct arena *arena, const struct feel_value *end)
{
	if (!end) return NULL;
	struct feel_value copy = feel_copy(arena, *end);
	return arena_copy(arena, &copy, sizeof copy);
}

static struct feel_value copy_range(struct arena *arena, const struct feel_range *range)
{
	struct feel_range *copy = arena_copy(arena, range, sizeof *range);
	copy->start = copy_end(arena, range->start);
	copy->end = range->end == range->start ? copy->start : copy_end(arena, range->end);
	return (struct feel_value){ .kind = FEEL_RANGE, .range = copy };
}

static struct feel_value copy_list(struct arena *arena, struct feel_list list)
{
	struct feel_value *items = ARENA_ARRAY(arena, struct feel_value, list.count);
	for (size_t i = 0; i < list.count; i++) items[i] = feel_copy(arena, list.items[i]);
	return (struct feel_value){ .kind = FEEL_LIST, .list = { items, list.count } };
}

static struct feel_value copy_context(struct arena *arena, struct feel_context context)
{
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, context.count);
	for (size_t i = 0; i < context.count; i++) {
		entries[i].key = str_copy(arena, context.entries[i].key);
		entries[i].value = feel_copy(arena, context.entries[i].value);
	}
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { entries, context.count } };
}

struct feel_value feel_copy(struct arena *arena, struct feel_value value)
{
	switch ((enum feel_kind)value.kind) {
	case FEEL_STRING:
		value.string = str_copy(arena, value.string);
		return value;
	case FEEL_TIME: {
		struct feel_time *time = arena_copy(arena, value.time, sizeof *time);
		time->zone.name = str_copy(arena, time->zone.name);
		value.time = time;
		return value;
	}
	case FEEL_DATE_TIME: {
		struct feel_date_time *moment = arena_copy(arena, value.date_time, sizeof *moment);
		moment->time.zone.name = str_copy(arena, moment->time.zone.name);
		value.date_time = moment;
		return value;
	}
	case FEEL_LIST: return copy_list(arena, value.list);
	case FEEL_CONTEXT: return copy_context(arena, value.context);
	case FEEL_RANGE: return copy_range(arena, value.range);
	default: return value;   /* a function belongs to its program, which outlives its values */
	}
}

/* ---- texts ---------------------------------------------------------------------------------------- */

enum style { STYLE_TEXT, STYLE_LITERAL };      /* string() of the standard; an expression that reads back equal */
#define PRINT_BYTES_MAX ((size_t)64 << 20)

static void add_value(struct buf *buf, struct feel_value value, enum style style, bool nested);

static void add_quoted(struct buf *buf, struct str text)
{
	buf_add_byte(buf, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '"') buf_add_lit(buf, "\\\"");
		else if (c == '\\') buf_add_lit(buf, "\\\\");
		else if (c == '\n') buf_add_lit(buf, "\\n");
		else if (c == '\r') buf_add_lit(buf, "\\r");
		else if (c == '\t') buf_add_lit(buf, "\\t");
		else if ((unsigned char)c < 0x20 || c == 0x7f) buf_printf(buf, "\\u%04X", (unsigned)(unsigned char)c);
		else buf_add_byte(buf, c);
	}
	buf_add_byte(buf, '"');
}

/* Letters, digits and _ only, and no word of the language: needs no quotes as a key. */
static bool is_plain_key(struct str key)
{
	static const char *const words[] = { "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or",
		"between", "instance", "of", "function", "true", "false", "null", "not", "external" };
	if (key.len == 0 || (key.ptr[0] >= '0' && key.ptr[0] <= '9')) return false;
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];
		bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
		if (!part) return false;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq_c(key, words[i])) return false;
	return true;
}

static void add_temporal(struct buf *buf, struct feel_value value, enum style style)
{
	static const char *const calls[FEEL_KIND_COUNT] = { [FEEL_DATE] = "date", [FEEL_TIME] = "time",
		[FEEL_DATE_TIME] = "date and time", [FEEL_DAYS_DURATION] = "duration", [FEEL_MONTHS_DURATION] = "duration" };
	if (style == STYLE_LITERAL) buf_printf(buf, "%s(\"", calls[value.kind]);
	temporal_print(buf, value);
	if (style == STYLE_LITERAL) buf_add_lit(buf, "\")");
}

static void add_list(struct buf *buf, struct feel_list list, enum style style)
{
	buf_add_byte(buf, '[');
	for (size_t i = 0; i < list.count; i++) {
		if (i > 0) buf_add_lit(buf, ", ");
		add_value(buf, list.items[i], style, true);
	}
	buf_add_byte(buf, ']');
}

static void add_context(struct buf *buf, struct feel_context context, enum style style)
{
	buf_add_byte(buf, '{');
	for (size_t i = 0; i < context.count; i++) {
		if (i > 0) buf_add_lit(buf, ", ");
		if (is_plain_key(context.entries[i].key)) buf_add(buf, context.entries[i].key);
		else add_quoted(buf, context.entries[i].key);
		buf_add_lit(buf, ": ");
		add_value(buf, context.entries[i].value, style, true);
	}
	buf_add_byte(buf, '}');
}

static void add_range(struct buf *buf, const struct feel_range *range, enum style style)
{
	if (range->start && range->start == range->end) {
		buf_add(buf, range->start_open ? STR("(!=") : STR("(="));
		add_value(buf, *range->start, style, true);
		buf_add_byte(buf, ')');
		return;
	}
	if (!range->start || !range->end) {
		if (range->start) buf_printf(buf, "(%s", range->start_open ? ">" : ">=");
		else buf_printf(buf, "(%s", range->end_open ? "<" : "<=");
		if (range->start) add_value(buf, *range->start, style, true);
		else if (range->end) add_value(buf, *range->end, style, true);
		buf_add_byte(buf, ')');
		return;
	}
	buf_add_byte(buf, range->start_open ? '(' : '[');
	add_value(buf, *range->start, style, true);
	buf_add_lit(buf, "..");
	add_value(buf, *range->end, style, true);
	buf_add_byte(buf, range->end_open ? ')' : ']');
}

static void add_value(struct buf *buf, struct feel_value value, enum style style, bool nested)
{
	switch ((enum feel_kind)value.kind) {
	case FEEL_NULL: buf_add_lit(buf, "null"); return;
	case FEEL_BOOLEAN: buf_add(buf, value.boolean ? STR("true") : STR("false")); return;
	case FEEL_NUMBER: buf_add(buf, num_print(buf->arena, value.number)); return;
	case FEEL_STRING:
		if (style == STYLE_LITERAL || nested) add_quoted(buf, value.string);
		else buf_add(buf, value.string);
		return;
	case FEEL_DATE: case FEEL_TIME: case FEEL_DATE_TIME: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION:
		add_temporal(buf, value, style);
		return;
	case FEEL_LIST: add_list(buf, value.list, style); return;
	case FEEL_CONTEXT: add_context(buf, value.context, style); return;
	case FEEL_RANGE: add_range(buf, value.range, style); return;
	case FEEL_FUNCTION: buf_add_lit(buf, "function"); return;
	case FEEL_KIND_COUNT: return;
	}
}

struct str feel_print(struct arena *arena, struct feel_value value)
{
	if (value.kind == FEEL_STRING) return value.string;
	if (value.kind == FEEL_NUMBER) return num_print(arena, value.number);
	struct buf buf = buf_make(arena, PRINT_BYTES_MAX);
	add_value(&buf, value, STYLE_TEXT, false);
	return buf_str(&buf);
}

struct str feel_print_literal(struct arena *arena, struct feel_value value)
{
	struct buf buf = buf_make(arena, PRINT_BYTES_MAX);
	add_value(&buf, value, STYLE_LITERAL, false);
	return buf_str(&buf);
}
