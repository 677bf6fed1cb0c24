#include "codec/json.h"

#include <assert.h>

bool json_is(const struct json *value, enum json_kind kind) { return value && value->kind == kind; }

const struct json *json_get(const struct json *object, struct str key)
{
	if (!json_is(object, JSON_OBJECT)) return NULL;
	for (const struct json *member = object->first; member; member = member->next)
		if (str_eq(member->key, key)) return member;
	return NULL;
}

/* A reference token of RFC 6901 against a name: ~0 stands for ~ and ~1 for /. */
static bool token_is(struct str token, struct str name)
{
	size_t at = 0;
	for (size_t i = 0; i < token.len; i++, at++) {
		char c = token.ptr[i];
		if (c == '~') {
			i++;
			if (i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1')) return false;
			c = token.ptr[i] == '0' ? '~' : '/';
		}
		if (at == name.len || name.ptr[at] != c) return false;
	}
	return at == name.len;
}

static const struct json *item_at(const struct json *array, struct str token)
{
	int64_t index;
	bool leading_zero = token.len > 1 && token.ptr[0] == '0';
	if (token.len == 0 || token.ptr[0] < '0' || leading_zero || !str_to_i64(token, &index) || index < 0) return NULL;
	const struct json *item = array->first;
	while (item && index-- > 0) item = item->next;
	return item;
}

const struct json *json_at(const struct json *value, struct str pointer)
{
	if (pointer.len == 0) return value;
	if (pointer.ptr[0] != '/') return NULL;
	struct str rest = str_sub(pointer, 1, pointer.len), token;
	if (rest.len == 0) rest.ptr = pointer.ptr + 1;
	while (value && str_split(&rest, '/', &token)) {
		if (value->kind == JSON_ARRAY) {
			value = item_at(value, token);
		} else {
			const struct json *member = json_is(value, JSON_OBJECT) ? value->first : NULL;
			while (member && !token_is(token, member->key)) member = member->next;
			value = member;
		}
	}
	return value;
}

struct str json_string(const struct json *value) { return json_is(value, JSON_STRING) ? value->text : STR(""); }

struct str json_string_of(const struct json *object, const char *key)
{
	return json_string(json_get(object, str_from_c(key)));
}

struct json *json_new(struct arena *arena, enum json_kind kind)
{
	struct json *value = ARENA_NEW(arena, struct json);
	value->kind = kind;
	value->key = value->text = STR("");
	return value;
}

struct json *json_new_string(struct arena *arena, struct str text)
{
	struct json *value = json_new(arena, JSON_STRING);
	value->text = text;
	return value;
}

struct json *json_new_i64(struct arena *arena, int64_t number)
{
	struct json *value = json_new(arena, JSON_NUMBER);
	value->text = str_from_i64(arena, number);
	return value;
}

struct json *json_new_bool(struct arena *arena, bool value) { return json_new(arena, value ? JSON_TRUE : JSON_FALSE); }

void json_add(struct json *parent, struct str key, struct json *value)
{
	assert(parent->kind == JSON_ARRAY || parent->kind == JSON_OBJECT);
	assert(value->next == NULL);
	if (parent->kind == JSON_OBJECT) value->key = key;
	if (parent->last) parent->last->next = value;
	else parent->first = value;
	parent->last = value;
	parent->count++;
}

struct json *json_copy(struct arena *arena, const struct json *value)
{
	struct json *copy = json_new(arena, value->kind);
	copy->line = value->line;
	copy->column = value->column;
	copy->text = str_copy(arena, value->text);
	for (const struct json *child = value->first; child; child = child->next)
		json_add(copy, str_copy(arena, child->key), json_copy(arena, child));
	return copy;
}

static bool members_eq(const struct json *a, const struct json *b)
{
	const struct json *guess = b->first;     /* equal objects mostly have equal order */
	for (const struct json *member = a->first; member; member = member->next) {
		const struct json *other = guess && str_eq(guess->key, member->key) ? guess : json_get(b, member->key);
		if (!other || !json_eq(member, other)) return false;
		guess = other->next;
	}
	return true;
}

bool json_eq(const struct json *a, const struct json *b)
{
	if (a == b) return true;
	if (!a || !b || a->kind != b->kind || a->count != b->count) return false;
	if (a->kind == JSON_NUMBER || a->kind == JSON_STRING) return str_eq(a->text, b->text);
	if (a->kind == JSON_OBJECT) return members_eq(a, b);
	if (a->kind != JSON_ARRAY) return true;
	const struct json *other = b->first;
	for (const struct json *item = a->first; item; item = item->next, other = other->next)
		if (!json_eq(item, other)) return false;
	return true;
}
