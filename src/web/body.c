/* Bodies: forms (urlencoded and multipart, taken apart by libmicrohttpd) and JSON, all of them as named fields. */
#include "web/inside.h"

#include <string.h>

enum { FIELD_BYTES_MAX = 256 << 10, NAME_BYTES_MAX = 200, POST_BUFFER_BYTES = 64 << 10 };

/* ---- addresses ---------------------------------------------------------------------------------------------- */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool url_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *out_text)
{
	char *out = arena_alloc(arena, text.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '%') {
			if (i + 2 >= text.len) return false;
			int high = hex_of(text.ptr[i + 1]), low = hex_of(text.ptr[i + 2]);
			if (high < 0 || low < 0) return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		out[len++] = c;
	}
	if (!utf8_is_valid((struct str){ out, len })) return false;
	*out_text = (struct str){ out, len };
	return true;
}

struct str url_encode(struct arena *arena, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_alloc(arena, text.len * 3 + 1);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
		if (plain && c) {
			out[len++] = (char)c;
		} else {
			out[len++] = '%';
			out[len++] = hex[c >> 4];
			out[len++] = hex[c & 15];
		}
	}
	return (struct str){ out, len };
}

/* ---- forms -------------------------------------------------------------------------------------------------------- */

struct form_reading { struct request *request; struct err err; size_t field_bytes, room; /* of the value being read */ };

/* Room doubles: a photo of 20 MB comes in pieces of a few kilobytes. */
static void add_piece(struct form_reading *reading, struct str *value, const char *bytes, size_t count)
{
	if (value->len + count > reading->room) {
		size_t room = value->len + count > 2 * reading->room ? value->len + count : 2 * reading->room;
		char *more = arena_alloc(reading->request->arena, room);
		if (value->len) memcpy(more, value->ptr, value->len);
		*value = (struct str){ more, value->len };
		reading->room = room;
	}
	memcpy((char *)(uintptr_t)value->ptr + value->len, bytes, count);
	value->len += count;
}

/* A piece of a field or a file; offset tells whether it goes on. */
static enum MHD_Result piece(void *data, enum MHD_ValueKind kind, const char *key, const char *file_name, const char *content_type,
    const char *transfer_encoding, const char *bytes, uint64_t offset, size_t count)
{
	struct form_reading *reading = data;
	struct request *request = reading->request;
	struct arena *arena = request->arena;
	struct str name = str_from_c(key), more = { bytes, count };
	(void)kind; (void)content_type; (void)transfer_encoding;
	if (name.len == 0 || name.len > NAME_BYTES_MAX || !utf8_is_valid(name)) {
		reading->err = ERR(INVALID);
		return MHD_NO;
	}
	if (offset > 0) {
		struct str *value = file_name ? &request->uploads.items[request->uploads.count - 1].content
		                              : &request->fields.items[request->fields.count - 1].value;
		add_piece(reading, value, bytes, count);
	} else if (file_name) {
		if (request->uploads.count >= UPLOAD_COUNT_MAX) { reading->err = ERR(LIMIT); return MHD_NO; }
		if (*file_name == '\0' && count == 0) return MHD_YES;   /* a file field left empty */
		LIST_PUSH(arena, &request->uploads, ((struct upload){ .field = str_copy(arena, name),
		    .name = utf8_is_valid(str_from_c(file_name)) ? str_copy(arena, str_from_c(file_name)) : STR("file"),
		    .content = { arena_copy(arena, bytes, count), count } }));
		reading->room = count;
	} else {
		if (request->fields.count >= FIELD_COUNT_MAX) { reading->err = ERR(LIMIT); return MHD_NO; }
		LIST_PUSH(arena, &request->fields, ((struct request_field){ str_copy(arena, name), str_copy(arena, more) }));
		reading->room = count;
	}
	if (!file_name && (reading->field_bytes += count) > FIELD_BYTES_MAX) { reading->err = ERR(LIMIT); return MHD_NO; }
	return MHD_YES;
}

static struct err decode_form(struct request *request, struct str body)
{
	struct form_reading reading = { .request = request, .err = OK };
	struct MHD_PostProcessor *processor = MHD_create_post_processor(request->connection, POST_BUFFER_BYTES, piece, &reading);
	if (!processor) return ERR(TYPE);
	bool read = MHD_post_process(processor, body.ptr, body.len) == MHD_YES;
	bool ended = MHD_destroy_post_processor(processor) == MHD_YES;
	TRY(reading.err);
	if (!read || !ended) {
		report_error(request->report, STR("body"), "the form cannot be read; please send it again");
		return ERR(INVALID);
	}
	for (size_t i = 0; i < request->fields.count; i++)
		if (!utf8_is_valid(request->fields.items[i].value) || str_find_byte(request->fields.items[i].value, '\0', 0) >= 0) {
			report_error(request->report, request->fields.items[i].name, "this text is no UTF-8");
			return ERR(INVALID);
		}
	return OK;
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

static struct err add_leaves(struct request *request, const struct json *json, struct str path)
{
	size_t index = 0;
	if (request->fields.count >= FIELD_COUNT_MAX) return ERR(LIMIT);
	switch (json->kind) {
	case JSON_NULL: return OK;
	case JSON_FALSE: case JSON_TRUE: {
		struct str word = json->kind == JSON_TRUE ? STR("true") : STR("false");
		LIST_PUSH(request->arena, &request->fields, ((struct request_field){ path, word }));
		return OK;
	}
	case JSON_NUMBER: case JSON_STRING:
		LIST_PUSH(request->arena, &request->fields, ((struct request_field){ path, json->text }));
		return OK;
	case JSON_ARRAY: case JSON_OBJECT: break;
	}
	for (const struct json *member = json->first; member; member = member->next, index++) {
		struct str name = json->kind == JSON_OBJECT ? member->key : str_from_i64(request->arena, (int64_t)index);
		TRY(add_leaves(request, member, path.len ? str_printf(request->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)) : name));
	}
	return OK;
}

static struct err decode_json(struct request *request, struct str body)
{
	TRY(json_parse(request->arena, str_copy(request->arena, body), request->report, &request->body_json));
	if (!json_is(request->body_json, JSON_OBJECT)) {
		report_error(request->report, STR("1:1"), "the body must be a JSON object");
		return ERR(INVALID);
	}
	return add_leaves(request, request->body_json, STR(""));
}

struct err body_decode(struct request *request, struct str body)
{
	struct str type = request_header(request, "Content-Type");
	ptrdiff_t end = str_find_byte(type, ';', 0);
	struct str essence = str_lower_ascii(request->arena, str_trim(end >= 0 ? str_sub(type, 0, (size_t)end) : type));
	if (str_eq_c(essence, "application/json")) return decode_json(request, body);
	bool is_form = str_eq_c(essence, "application/x-www-form-urlencoded") || str_eq_c(essence, "multipart/form-data");
	if (is_form) return decode_form(request, body);
	report_error(request->report, STR("Content-Type"), "send application/json, or a form");
	return ERR(TYPE);
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

struct str request_query(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->query.count; i++)
		if (str_eq_c(request->query.items[i].name, name)) return str_trim(request->query.items[i].value);
	return STR("");
}

struct str request_field(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->fields.count; i++)
		if (str_eq_c(request->fields.items[i].name, name)) return str_trim(request->fields.items[i].value);
	return STR("");
}

bool request_has_field(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->fields.count; i++)
		if (str_eq_c(request->fields.items[i].name, name)) return true;
	return false;
}

const struct upload *request_upload(const struct request *request, const char *field, size_t index)
{
	for (size_t i = 0; i < request->uploads.count; i++)
		if (str_eq_c(request->uploads.items[i].field, field) && index-- == 0) return &request->uploads.items[i];
	return NULL;
}

struct str request_header(const struct request *request, const char *name)
{
	return str_from_c(MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name));
}

struct str request_cookie(const struct request *request, const char *name)
{
	return str_from_c(MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name));
}
