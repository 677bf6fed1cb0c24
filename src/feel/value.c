#include "feel/inside.h"

#include <string.h>

/* Making, reading and comparing values. Contexts are arrays in order of insertion: a service's contexts are
 * small, and the keys of one program are mostly the same pointers, so a scan beats a hash. */

struct feel_value feel_boolean(bool value)
{
	return (struct feel_value){ .kind = FEEL_BOOLEAN, .boolean = value };
}

struct feel_value feel_number(struct feel_num n)
{
	return (struct feel_value){ .kind = FEEL_NUMBER, .number = n };
}

struct feel_value feel_number_i64(int64_t value)
{
	return feel_number(num_from_i64(value));
}

struct err feel_number_parse(struct str text, struct feel_value *out_value)
{
	struct feel_num n;
	if (!num_parse(text, &n)) {
		for (size_t i = 0; i < text.len; i++)
			if (!strchr("0123456789+-.eE", text.ptr[i]) || text.ptr[i] == '\0') return ERR(INVALID);
		return text.len > 0 && (text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9') ? ERR(LIMIT) : ERR(INVALID);
	}
	*out_value = feel_number(n);
	return OK;
}

struct feel_value feel_string(struct str text)
{
	return (struct feel_value){ .kind = FEEL_STRING, .string = text };
}

struct feel_value feel_date(struct date date)
{
	return (struct feel_value){ .kind = FEEL_DATE, .date = date };
}

struct feel_value feel_date_time_ms(struct arena *arena, int64_t utc_ms, int32_t offset_s)
{
	struct feel_date_time *moment = ARENA_NEW(arena, struct feel_date_time);
	int64_t local_ms = utc_ms + (int64_t)offset_s * 1000, in_day = local_ms % DAY_MS;
	if (in_day < 0) in_day += DAY_MS;
	moment->date = date_of_ms(utc_ms, offset_s);
	moment->time.ns = in_day * 1000000;
	moment->time.zone.kind = FEEL_ZONE_OFFSET;
	moment->time.zone.offset_s = offset_s;
	return (struct feel_value){ .kind = FEEL_DATE_TIME, .date_time = moment };
}

struct err feel_to_ms(struct feel_value value, int32_t default_offset_s, int64_t *out_utc_ms)
{
	if (value.kind == FEEL_DATE) {
		*out_utc_ms = date_begin_ms(value.date, default_offset_s);
		return OK;
	}
	if (value.kind != FEEL_DATE_TIME) return ERR(TYPE);
	const struct feel_time *time = &value.date_time->time;
	int32_t offset_s = time->zone.kind == FEEL_ZONE_NONE ? default_offset_s : time->zone.offset_s;
	*out_utc_ms = date_begin_ms(value.date_time->date, offset_s) + time->ns / 1000000;
	return OK;
}

bool feel_to_i64(struct feel_value value, int64_t *out_value)
{
	return value.kind == FEEL_NUMBER && num_to_i64(value.number, out_value);
}

bool feel_to_fen(struct feel_value value, int64_t *out_fen)
{
	struct feel_num fen;
	return value.kind == FEEL_NUMBER && num_mul(value.number, num_from_i64(100), &fen) && num_to_i64(fen, out_fen);
}

struct feel_value feel_from_fen(int64_t fen)
{
	struct feel_num yuan = num_from_i64(fen);
	bool fits = num_div(yuan, num_from_i64(100), &yuan);
	return fits ? feel_number(yuan) : FEEL_NULL_VALUE;
}

static const struct feel_entry *entry_of(struct feel_context context, struct str key)
{
	for (size_t i = 0; i < context.count; i++)
		if (context.entries[i].key.ptr == key.ptr && context.entries[i].key.len == key.len) return &context.entries[i];
	for (size_t i = 0; i < context.count; i++)
		if (str_eq(context.entries[i].key, key)) return &context.entries[i];
	return NULL;
}

struct feel_value feel_get(struct feel_value context, struct str key)
{
	const struct feel_entry *entry = context.kind == FEEL_CONTEXT ? entry_of(context.context, key) : NULL;
	return entry ? entry->value : FEEL_NULL_VALUE;
}

bool feel_has(struct feel_value context, struct str key)
{
	return context.kind == FEEL_CONTEXT && entry_of(context.context, key) != NULL;
}

struct feel_value feel_at(struct feel_value value, struct str path)
{
	struct str piece;
	while (str_split(&path, '.', &piece)) {
		int64_t index = 0;
		if (value.kind == FEEL_LIST) {
			if (!str_to_i64(piece, &index) || index < 0 || (uint64_t)index >= value.list.count) return FEEL_NULL_VALUE;
			value = value.list.items[index];
		} else {
			value = feel_get(value, piece);
		}
	}
	return value;
}

struct feel_value feel_list_of(struct arena *arena, const struct feel_value *items, size_t count)
{
	const struct feel_value *copy = count > 0 ? arena_copy(arena, items, count * sizeof *items) : NULL;
	return (struct feel_value){ .kind = FEEL_LIST, .list = { copy, count } };
}

struct feel_value feel_context_of(struct arena *arena, const struct feel_entry *entries, size_t count)
{
	const struct feel_entry *copy = count > 0 ? arena_copy(arena, entries, count * sizeof *entries) : NULL;
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { copy, count } };
}

struct feel_value feel_put(struct arena *arena, struct feel_value context, struct str key, struct feel_value value)
{
	struct feel_context old = context.kind == FEEL_CONTEXT ? context.context : (struct feel_context){ NULL, 0 };
	const struct feel_entry *present = entry_of(old, key);
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, old.count + 1);
	if (old.count > 0) memcpy(entries, old.entries, old.count * sizeof *entries);
	size_t at = present ? (size_t)(present - old.entries) : old.count;
	entries[at] = (struct feel_entry){ present ? present->key : key, value };
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { entries, old.count + (present ? 0 : 1) } };
}

struct feel_value feel_put_at(struct arena *arena, struct feel_value context, struct str path, struct feel_value value)
{
	struct str key;
	if (!str_split(&path, '.', &key)) return context;
	if (path.len > 0) value = feel_put_at(arena, feel_get(context, key), path, value);
	return feel_put(arena, context, key, value);
}

struct feel_value feel_merge(struct arena *arena, struct feel_value under, struct feel_value over)
{
	if (over.kind != FEEL_CONTEXT || over.context.count == 0) return under.kind == FEEL_CONTEXT ? under : over;
	if (under.kind != FEEL_CONTEXT || under.context.count == 0) return over;
	struct feel_context low = under.context, high = over.context;
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, low.count + high.count);
	size_t count = low.count;
	memcpy(entries, low.entries, low.count * sizeof *entries);
	for (size_t i = 0; i < high.count; i++) {
		const struct feel_entry *present = entry_of(low, high.entries[i].key);
		if (present) entries[present - low.entries].value = high.entries[i].value;
		else entries[count++] = high.entries[i];
	}
	return (struct feel_value){ .kind = FEEL_CONTEXT, .context = { entries, count } };
}

/* ---- comparing ---------------------------------------------------------------------------------- */

/* All pairs equal: one that is not decides, also behind pairs that cannot be compared. */
static int lists_equal(struct feel_list a, struct feel_list b)
{
	int all = 1;
	if (a.count != b.count) return 0;
	for (size_t i = 0; i < a.count && all != 0; i++) {
		int same = feel_equal(a.items[i], b.items[i]);
		if (same != 1) all = same;
	}
	return all;
}

static int contexts_equal(struct feel_context a, struct feel_context b)
{
	int all = 1;
	if (a.count != b.count) return 0;
	for (size_t i = 0; i < a.count && all != 0; i++) {
		const struct feel_entry *other = entry_of(b, a.entries[i].key);
		int same = other ? feel_equal(a.entries[i].value, other->value) : 0;
		if (same != 1) all = same;
	}
	return all;
}

static int ends_equal(const struct feel_value *a, const struct feel_value *b)
{
	if (!a || !b) return a == b;
	return feel_equal(*a, *b);
}

static int ranges_equal(const struct feel_range *a, const struct feel_range *b)
{
	if (a->start_open != b->start_open || a->end_open != b->end_open) return 0;
	if ((a->start == a->end) != (b->start == b->end)) return 0;
	int same = ends_equal(a->start, b->start);
	return same == 1 ? ends_equal(a->end, b->end) : same;
}

int feel_equal(struct feel_value a, struct feel_value b)
{
	if (a.kind != b.kind) return a.kind == FEEL_NULL || b.kind == FEEL_NULL ? 0 : -1;
	switch ((enum feel_kind)a.kind) {
	case FEEL_NULL: return 1;
	case FEEL_BOOLEAN: return a.boolean == b.boolean;
	case FEEL_NUMBER: return num_cmp(a.number, b.number) == 0;
	case FEEL_STRING: return str_eq(a.string, b.string);
	case FEEL_DATE: case FEEL_TIME: case FEEL_DATE_TIME: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION:
		return temporal_equal(a, b);
	case FEEL_LIST: return lists_equal(a.list, b.list);
	case FEEL_CONTEXT: return contexts_equal(a.context, b.context);
	case FEEL_RANGE: return ranges_equal(a.range, b.range);
	case FEEL_FUNCTION: return a.function == b.function ? 1 : -1;
	case FEEL_KIND_COUNT: break;
	}
	return -1;
}

int feel_compare(struct feel_value a, struct feel_value b, bool *out_comparable)
{
	*out_comparable = a.kind == b.kind;
	if (a.kind != b.kind) return 0;
	switch ((enum feel_kind)a.kind) {
	case FEEL_NUMBER: return num_cmp(a.number, b.number);
	case FEEL_STRING: return str_cmp(a.string, b.string);
	case FEEL_DATE: case FEEL_TIME: case FEEL_DATE_TIME: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION:
		return temporal_compare(a, b, out_comparable);
	default:
		*out_comparable = false;
		return 0;
	}
}

struct feel_value feel_range_contains(struct feel_value range, struct feel_value value)
{
	const struct feel_range *r = range.range;
	bool comparable = true;
	if (r->start && r->start == r->end) {
		int same = feel_equal(*r->start, value);
		return same < 0 ? FEEL_NULL_VALUE : feel_boolean((same == 1) != r->start_open);
	}
	if (r->start) {
		int order = feel_compare(*r->start, value, &comparable);
		if (!comparable) return FEEL_NULL_VALUE;
		if (order > 0 || (order == 0 && r->start_open)) return feel_boolean(false);
	}
	if (r->end) {
		int order = feel_compare(value, *r->end, &comparable);
		if (!comparable) return FEEL_NULL_VALUE;
		if (order > 0 || (order == 0 && r->end_open)) return feel_boolean(false);
	}
	return feel_boolean(true);
}

const char *feel_kind_name(enum feel_kind kind)
{
	static const char *const names[FEEL_KIND_COUNT] = {
		[FEEL_NULL] = "null", [FEEL_BOOLEAN] = "boolean", [FEEL_NUMBER] = "number", [FEEL_STRING] = "string",
		[FEEL_DATE] = "date", [FEEL_TIME] = "time", [FEEL_DATE_TIME] = "date and time",
		[FEEL_DAYS_DURATION] = "days and time duration", [FEEL_MONTHS_DURATION] = "years and months duration",
		[FEEL_LIST] = "list", [FEEL_CONTEXT] = "context", [FEEL_RANGE] = "range", [FEEL_FUNCTION] = "function",
	};
	return kind < FEEL_KIND_COUNT ? names[kind] : "?";
}
