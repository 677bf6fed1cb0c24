/* Everything that a stranger's bytes meet before a handler does. First byte: which reader. What is read must hold its promises. */
#include "web/inside.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const struct request_fields *fields)
{
	assert(fields->count <= FIELD_COUNT_MAX);
	for (size_t i = 0; i < fields->count; i++) {
		assert(utf8_is_valid(fields->items[i].name) && utf8_is_valid(fields->items[i].value));
		assert(str_find_byte(fields->items[i].value, '\0', 0) < 0);
	}
}

/* The first line is the content type, the rest the body. */
static void multipart(struct arena *arena, struct str text)
{
	struct request_fields fields = { 0 };
	struct uploads uploads = { 0 };
	struct str type = STR(""), body = text;
	(void)str_split(&body, '\n', &type);
	(void)failed(multipart_split(arena, type, body, &fields, &uploads));
	check_fields(&fields);
	assert(uploads.count <= UPLOAD_COUNT_MAX);
	for (size_t i = 0; i < uploads.count; i++) {
		const struct upload *upload = &uploads.items[i];
		const char *begin = upload->content.ptr, *end = begin + upload->content.len;
		assert(begin == end || (begin >= text.ptr && end <= text.ptr + text.len));
		assert(upload->name.len > 0 && utf8_is_valid(upload->name) && str_find_byte(upload->name, '/', 0) < 0);
	}
}

static void json(struct arena *arena, struct str text)
{
	struct request_fields fields = { 0 };
	const struct json *value;
	if (failed(json_parse(arena, text, NULL, &value))) return;
	(void)failed(json_leaves(arena, value, &fields));
	check_fields(&fields);
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++) {
			struct report report = report_make(arena);
			if (route->input) (void)failed(shape_check(arena, route->input, value, &report));
		}
}

static void address(struct arena *arena, struct str text)
{
	struct str decoded, again, parts[PATH_PART_COUNT_MAX];
	const struct route *route;
	if (!url_decode(arena, text, false, &decoded)) return;
	assert(url_decode(arena, url_encode(arena, decoded), false, &again) && str_eq(decoded, again));
	for (int face = 0; face < 2; face++)
		if (route_find(STR("GET"), decoded, face, &route, parts) == ROUTE_FOUND) assert(route->needs != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct request_fields fields = { 0 };
	if (size == 0) return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	switch (data[0] % 4) {
	case 0: address(&arena, text); break;
	case 1: if (!failed(form_split(&arena, text, &fields))) check_fields(&fields); break;
	case 2: multipart(&arena, text); break;
	case 3: json(&arena, text); break;
	}
	arena_done(&arena);
	return 0;
}
