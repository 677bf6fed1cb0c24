#include "feel/inside.h"
#include "feel/type.h"

/* Types: reading them, asking whether a value belongs, and the conversions that the standard makes by itself. */

enum { TYPE_DEPTH_MAX = 32 };

struct type_name { struct str name; enum feel_type_kind kind; enum feel_kind simple; };

/* Longest first where one begins another. */
static const struct type_name type_names[] = {
	{ STR_INIT("Any"), FEEL_TYPE_ANY, FEEL_NULL },
	{ STR_INIT("Null"), FEEL_TYPE_NULL, FEEL_NULL },
	{ STR_INIT("null"), FEEL_TYPE_NULL, FEEL_NULL },
	{ STR_INIT("boolean"), FEEL_TYPE_SIMPLE, FEEL_BOOLEAN },
	{ STR_INIT("number"), FEEL_TYPE_SIMPLE, FEEL_NUMBER },
	{ STR_INIT("string"), FEEL_TYPE_SIMPLE, FEEL_STRING },
	{ STR_INIT("date and time"), FEEL_TYPE_SIMPLE, FEEL_DATE_TIME },
	{ STR_INIT("dateTime"), FEEL_TYPE_SIMPLE, FEEL_DATE_TIME },
	{ STR_INIT("date"), FEEL_TYPE_SIMPLE, FEEL_DATE },
	{ STR_INIT("time"), FEEL_TYPE_SIMPLE, FEEL_TIME },
	{ STR_INIT("days and time duration"), FEEL_TYPE_SIMPLE, FEEL_DAYS_DURATION },
	{ STR_INIT("dayTimeDuration"), FEEL_TYPE_SIMPLE, FEEL_DAYS_DURATION },
	{ STR_INIT("years and months duration"), FEEL_TYPE_SIMPLE, FEEL_MONTHS_DURATION },
	{ STR_INIT("yearMonthDuration"), FEEL_TYPE_SIMPLE, FEEL_MONTHS_DURATION },
	{ STR_INIT("list"), FEEL_TYPE_LIST, FEEL_NULL },
	{ STR_INIT("context"), FEEL_TYPE_CONTEXT, FEEL_NULL },
	{ STR_INIT("range"), FEEL_TYPE_RANGE, FEEL_NULL },
	{ STR_INIT("function"), FEEL_TYPE_FUNCTION, FEEL_NULL },
};

static const struct feel_type any_type = { .kind = FEEL_TYPE_ANY };

struct type_reader { struct arena *arena; struct str text; size_t at; const struct feel_scope *scope; int depth; };

static const struct feel_type *read_type(struct type_reader *r);

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

static void skip_space(struct type_reader *r)
{
	while (r->at < r->text.len && is_space(r->text.ptr[r->at])) r->at++;
}

static bool take(struct type_reader *r, struct str sign)
{
	size_t before = r->at;
	skip_space(r);
	if (str_starts(str_sub(r->text, r->at, r->text.len), sign)) {
		r->at += sign.len;
		return true;
	}
	r->at = before;
	return false;
}

/* Words of `name` with any white space between them. */
static bool take_name(struct type_reader *r, struct str name)
{
	size_t at = r->at;
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == ' ') {
			size_t from = at;
			while (at < r->text.len && is_space(r->text.ptr[at])) at++;
			if (at == from) return false;
		} else if (at >= r->text.len || r->text.ptr[at++] != name.ptr[i]) {
			return false;
		}
	}
	if (at < r->text.len && is_word((unsigned char)r->text.ptr[at])) return false;
	r->at = at;
	return true;
}

static const struct feel_type *read_declared(struct type_reader *r)
{
	const struct feel_scope_type *best = NULL;
	size_t start = r->at, best_end = start;
	for (const struct feel_scope *s = r->scope; s; s = s->outer) {
		for (size_t i = 0; i < s->type_count; i++) {
			r->at = start;
			if (take_name(r, s->types[i].name) && r->at > best_end) {
				best = &s->types[i];
				best_end = r->at;
			}
		}
	}
	r->at = best_end;
	return best ? best->type : NULL;
}

/* "a: number, b: string" up to `end`. */
static bool read_members(struct type_reader *r, struct str end, struct feel_type *type)
{
	struct { LIST_OF(struct feel_type_member); } members = { 0 };
	if (take(r, end)) return true;
	do {
		skip_space(r);
		ptrdiff_t colon = str_find_byte(r->text, ':', r->at);
		if (colon < 0) return false;
		struct str name = str_trim(str_sub(r->text, r->at, (size_t)colon));
		r->at = (size_t)colon + 1;
		const struct feel_type *member = read_type(r);
		if (!member || name.len == 0) return false;
		LIST_PUSH(r->arena, &members, (struct feel_type_member){ name, member });
	} while (take(r, STR(",")));
	type->members = members.items;
	type->member_count = members.count;
	return take(r, end);
}

/* "<number, string> -> boolean" behind `function`. */
static bool read_function(struct type_reader *r, struct feel_type *type)
{
	struct { LIST_OF(struct feel_type_member); } members = { 0 };
	type->element = &any_type;
	if (!take(r, STR("<"))) return true;
	if (!take(r, STR(">"))) {
		do {
			const struct feel_type *parameter = read_type(r);
			if (!parameter) return false;
			LIST_PUSH(r->arena, &members, (struct feel_type_member){ STR(""), parameter });
		} while (take(r, STR(",")));
		if (!take(r, STR(">"))) return false;
	}
	static const struct feel_type_member nothing[1];
	type->members = members.count > 0 ? members.items : nothing;      /* function<>, unlike function, takes no arguments */
	type->member_count = members.count;
	if (take(r, STR("->"))) type->element = read_type(r);
	return type->element != NULL;
}

static bool read_arguments(struct type_reader *r, struct feel_type *type)
{
	switch (type->kind) {
	case FEEL_TYPE_LIST: case FEEL_TYPE_RANGE:
		type->element = &any_type;
		if (!take(r, STR("<"))) return true;
		type->element = read_type(r);
		return type->element && take(r, STR(">"));
	case FEEL_TYPE_CONTEXT: return !take(r, STR("<")) || read_members(r, STR(">"), type);
	case FEEL_TYPE_FUNCTION: return read_function(r, type);
	default: return true;
	}
}

static const struct feel_type *read_type(struct type_reader *r)
{
	if (r->depth >= TYPE_DEPTH_MAX) return NULL;
	skip_space(r);
	const struct feel_type *declared = read_declared(r);
	if (declared) return declared;
	for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++) {
		if (!take_name(r, type_names[i].name)) continue;
		struct feel_type *type = ARENA_NEW(r->arena, struct feel_type);
		type->kind = type_names[i].kind;
		type->simple = type_names[i].simple;
		r->depth++;
		bool read = read_arguments(r, type);
		r->depth--;
		return read ? type : NULL;
	}
	return NULL;
}

bool type_read(struct arena *arena, struct str text, size_t *at, const struct feel_scope *scope,
	const struct feel_type **out_type)
{
	struct type_reader r = { .arena = arena, .text = text, .at = *at, .scope = scope };
	const struct feel_type *type = read_type(&r);
	if (!type) return false;
	*at = r.at;
	*out_type = type;
	return true;
}

struct err feel_type_parse(struct arena *arena, struct str text, const struct feel_type **out_type)
{
	size_t at = 0;
	const struct feel_type *type;
	if (!type_read(arena, text, &at, NULL, &type) || str_trim(str_sub(text, at, text.len)).len > 0) return ERR(INVALID);
	*out_type = type;
	return OK;
}

/* ---- belonging -------------------------------------------------------------------------------------- */

static bool is_allowed(struct feel_value value, const struct feel_type *type)
{
	struct arena arena = { 0 };
	struct feel_value passed = FEEL_NULL_VALUE;
	struct err e = feel_run_tests(&arena, type->allowed, value, FEEL_NULL_VALUE, type->env, NULL, &passed);
	arena_done(&arena);
	return !failed(e) && passed.kind == FEEL_BOOLEAN && passed.boolean;
}

static bool belongs_to(struct feel_value value, const struct feel_type *type, bool strict);

/* A null member of a context takes part in any type: whether it may be missing is a rule's matter. A null item of a list
 * passes where a value is received, but `instance of` asks for items of the type. */
static bool list_belongs(struct feel_value value, const struct feel_type *type, bool strict)
{
	if (value.kind != FEEL_LIST) return false;
	for (size_t i = 0; i < value.list.count; i++) {
		struct feel_value item = value.list.items[i];
		if ((strict || item.kind != FEEL_NULL) && !belongs_to(item, type->element, strict)) return false;
	}
	return true;
}

static bool context_belongs(struct feel_value value, const struct feel_type *type, bool strict)
{
	if (value.kind != FEEL_CONTEXT) return false;
	for (size_t i = 0; i < type->member_count; i++) {
		struct feel_value member = feel_get(value, type->members[i].name);
		if (!feel_has(value, type->members[i].name)) return false;
		if (member.kind != FEEL_NULL && !belongs_to(member, type->members[i].type, strict)) return false;
	}
	return true;
}

static bool range_belongs(struct feel_value value, const struct feel_type *type)
{
	if (value.kind != FEEL_RANGE) return false;
	const struct feel_range *range = value.range;
	return (!range->start || belongs_to(*range->start, type->element, true))
		&& (!range->end || belongs_to(*range->end, type->element, true));
}

static bool belongs_to(struct feel_value value, const struct feel_type *type, bool strict)
{
	bool belongs = false;
	switch (type->kind) {
	case FEEL_TYPE_ANY: belongs = value.kind != FEEL_NULL; break;
	case FEEL_TYPE_NULL: belongs = value.kind == FEEL_NULL; break;
	case FEEL_TYPE_SIMPLE: belongs = value.kind == type->simple; break;
	case FEEL_TYPE_LIST: belongs = list_belongs(value, type, strict); break;
	case FEEL_TYPE_CONTEXT: belongs = context_belongs(value, type, strict); break;
	case FEEL_TYPE_RANGE: belongs = range_belongs(value, type); break;
	case FEEL_TYPE_FUNCTION: belongs = value.kind == FEEL_FUNCTION && function_belongs(value.function, type); break;
	}
	return belongs && (!type->allowed || is_allowed(value, type));
}

bool feel_instance_of(struct feel_value value, const struct feel_type *type)
{
	return belongs_to(value, type, true);
}

static bool is_date_time_type(const struct feel_type *type)
{
	return type->kind == FEEL_TYPE_SIMPLE && type->simple == FEEL_DATE_TIME;
}

static struct feel_value midnight_utc(struct arena *arena, struct date date)
{
	struct feel_date_time *moment = ARENA_NEW(arena, struct feel_date_time);
	moment->date = date;
	moment->time.zone.kind = FEEL_ZONE_OFFSET;
	return (struct feel_value){ .kind = FEEL_DATE_TIME, .date_time = moment };
}

const char *type_words(const struct feel_type *type)
{
	switch (type->kind) {
	case FEEL_TYPE_ANY: return "Any";
	case FEEL_TYPE_NULL: return "Null";
	case FEEL_TYPE_SIMPLE: return feel_kind_name(type->simple);
	case FEEL_TYPE_LIST: return "list";
	case FEEL_TYPE_CONTEXT: return "context";
	case FEEL_TYPE_RANGE: return "range";
	case FEEL_TYPE_FUNCTION: return "function";
	}
	return "?";
}

bool type_convert(struct arena *arena, struct feel_value value, const struct feel_type *type, struct feel_value *out_value)
{
	struct feel_value converted = value;
	if (value.kind != FEEL_NULL && type->kind != FEEL_TYPE_ANY && !belongs_to(value, type, false)) {
		if (type->kind == FEEL_TYPE_LIST && value.kind != FEEL_LIST) {
			converted = feel_list_of(arena, &value, 1);
		} else if (type->kind != FEEL_TYPE_LIST && value.kind == FEEL_LIST && value.list.count == 1) {
			converted = value.list.items[0];
		}
		if (is_date_time_type(type) && converted.kind == FEEL_DATE) converted = midnight_utc(arena, converted.date);
		if (!belongs_to(converted, type, false)) return false;
	}
	*out_value = converted;
	return true;
}

struct feel_value feel_coerce(struct arena *arena, struct feel_value value, const struct feel_type *type, struct report *notes)
{
	struct feel_value converted;
	if (type_convert(arena, value, type, &converted)) return converted;
	report_warning(notes, STR(""), "the value %.*s is not of type %s%s; it becomes null",
		STR_ARG(str_sub(feel_print_literal(arena, value), 0, 200)), type_words(type),
		type->allowed ? " or not among the allowed values" : "");
	return FEEL_NULL_VALUE;
}
