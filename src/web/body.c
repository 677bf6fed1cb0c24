/* Bodies: forms (urlencoded and multipart) and JSON, all of them as named fields. What a file holds is not copied. */
#include "web/inside.h"

#include <string.h>

enum {
	FIELD_BYTES_MAX = 256 << 10, NAME_BYTES_MAX = 200, PART_HEAD_BYTES_MAX = 4 << 10, UPLOAD_NAME_BYTES_MAX = 255,
	BOUNDARY_BYTES_MAX = 200,
};

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

static bool is_text(struct str text) { return utf8_is_valid(text) && str_find_byte(text, '\0', 0) < 0; }

struct err form_split(struct arena *arena, struct str text, struct request_fields *fields)
{
	struct str piece;
	while (str_split(&text, '&', &piece)) {
		struct request_field field = { piece, STR("") };
		ptrdiff_t equals = str_find_byte(piece, '=', 0);
		if (piece.len == 0) continue;
		if (fields->count >= FIELD_COUNT_MAX) return ERR(LIMIT);
		if (equals >= 0) field = (struct request_field){ str_sub(piece, 0, (size_t)equals), str_sub(piece, (size_t)equals + 1, piece.len) };
		if (!url_decode(arena, field.name, true, &field.name) || !url_decode(arena, field.value, true, &field.value) ||
		    field.name.len > NAME_BYTES_MAX || !is_text(field.name) || !is_text(field.value))
			return ERR(INVALID);
		LIST_PUSH(arena, fields, field);
	}
	return OK;
}

/* ---- multipart/form-data (RFC 7578) ---------------------------------------------------------------------------------- */

/* The text between the quotes that begin at *at; a quote inside is written \" (curl) or %22 (browsers, left as it is). */
static bool quoted(struct arena *arena, struct str header, size_t *at, struct str *out_text)
{
	struct buf text = buf_make(arena, PART_HEAD_BYTES_MAX);
	for (size_t i = *at + 1; i < header.len; i++) {
		if (header.ptr[i] == '"') {
			*at = i + 1;
			return !failed(buf_finish(&text, out_text));
		}
		if (header.ptr[i] == '\\' && i + 1 < header.len && header.ptr[i + 1] == '"') i++;
		buf_add_byte(&text, header.ptr[i]);
	}
	return false;
}

/* `name` of "form-data; name=..."; false when it is not there or what stands there cannot be read. */
static bool parameter(struct arena *arena, struct str header, const char *name, struct str *out_text)
{
	ptrdiff_t first = str_find_byte(header, ';', 0);
	for (size_t at = first < 0 ? header.len : (size_t)first; at < header.len;) {
		while (at < header.len && strchr("; \t", header.ptr[at])) at++;
		size_t begin = at;
		while (at < header.len && !strchr("=;", header.ptr[at])) at++;
		struct str key = str_lower_ascii(arena, str_trim(str_sub(header, begin, at))), value = STR("");
		if (at < header.len && header.ptr[at] == '=') {
			if (++at < header.len && header.ptr[at] == '"') {
				if (!quoted(arena, header, &at, &value)) return false;
			} else {
				for (begin = at; at < header.len && header.ptr[at] != ';';) at++;
				value = str_trim(str_sub(header, begin, at));
			}
		}
		if (!str_eq_c(key, name)) continue;
		*out_text = value;
		return true;
	}
	return false;
}

/* The name alone: no folders, nothing that is no text. */
static struct str file_name_of(struct str given)
{
	size_t begin = 0;
	for (size_t i = 0; i < given.len; i++) {
		if (given.ptr[i] == '/' || given.ptr[i] == '\\') begin = i + 1;
		if ((unsigned char)given.ptr[i] < ' ' || given.ptr[i] == 127) return STR("file");
	}
	given = str_sub(given, begin, given.len);
	return given.len == 0 || given.len > UPLOAD_NAME_BYTES_MAX || !utf8_is_valid(given) ? STR("file") : given;
}

static bool disposition_of(struct arena *arena, struct str head, struct str *out_disposition)
{
	struct str line, name = STR("content-disposition:");
	while (str_split(&head, '\n', &line)) {
		if (!str_eq(str_lower_ascii(arena, str_sub(line, 0, name.len)), name)) continue;
		*out_disposition = str_trim(str_sub(line, name.len, line.len));
		return str_starts(str_lower_ascii(arena, *out_disposition), STR("form-data"));
	}
	return false;
}

static struct err add_part(struct arena *arena, struct str part, struct request_fields *fields, struct uploads *uploads)
{
	struct str disposition, name, file_name;
	ptrdiff_t head_end = str_find(str_sub(part, 0, PART_HEAD_BYTES_MAX), STR("\r\n\r\n"), 0);
	if (head_end < 0 || !disposition_of(arena, str_sub(part, 0, (size_t)head_end), &disposition)) return ERR(INVALID);
	struct str content = str_sub(part, (size_t)head_end + 4, part.len);
	if (!parameter(arena, disposition, "name", &name) || name.len == 0 || name.len > NAME_BYTES_MAX || !is_text(name)) return ERR(INVALID);
	if (parameter(arena, disposition, "filename", &file_name)) {
		if (file_name.len == 0 && content.len == 0) return OK;   /* a file field left empty */
		if (uploads->count >= UPLOAD_COUNT_MAX) return ERR(LIMIT);
		LIST_PUSH(arena, uploads, ((struct upload){ .field = name, .name = file_name_of(file_name), .content = content }));
		return OK;
	}
	if (fields->count >= FIELD_COUNT_MAX) return ERR(LIMIT);
	if (!is_text(content)) return ERR(INVALID);
	LIST_PUSH(arena, fields, ((struct request_field){ name, content }));
	return OK;
}

struct err multipart_split(
	struct arena *arena, struct str content_type, struct str body, struct request_fields *fields, struct uploads *uploads)
{
	struct str boundary;
	size_t field_bytes = 0;
	if (!parameter(arena, content_type, "boundary", &boundary) || boundary.len == 0 || boundary.len > BOUNDARY_BYTES_MAX)
		return ERR(INVALID);
	struct str mark = str_join(arena, STR("\r\n--"), boundary), first = str_sub(mark, 2, mark.len);
	ptrdiff_t found = str_starts(body, first) ? 0 : str_find(body, mark, 0);
	if (found < 0) return ERR(INVALID);
	for (size_t at = (size_t)found + (found ? mark.len : first.len);;) {
		struct str rest = str_sub(body, at, body.len);
		if (str_starts(rest, STR("--"))) return OK;
		if (!str_starts(rest, STR("\r\n"))) return ERR(INVALID);
		ptrdiff_t end = str_find(body, mark, at);       /* from the line's end on: a part may be empty of everything */
		if (end < 0) return ERR(INVALID);
		size_t before = fields->count;
		TRY(add_part(arena, str_sub(body, at + 2, (size_t)end), fields, uploads));
		if (fields->count > before && (field_bytes += fields->items[before].value.len) > FIELD_BYTES_MAX) return ERR(LIMIT);
		at = (size_t)end + mark.len;
	}
}

static struct err decode_form(struct request *request, struct str type, bool multipart, struct str body)
{
	struct err err = multipart ? multipart_split(request->arena, type, body, &request->fields, &request->uploads)
	                           : form_split(request->arena, body, &request->fields);
	if (err_is(err, ERR_INVALID)) report_error(request->report, STR("body"), "the form cannot be read; please send it again");
	if (err_is(err, ERR_LIMIT)) report_error(request->report, STR("body"), "the form has too many fields or files, or too long ones");
	return err;
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

static struct err add_leaves(struct arena *arena, const struct json *json, struct str path, struct request_fields *fields)
{
	size_t index = 0;
	struct str text = json->kind == JSON_TRUE ? STR("true") : json->kind == JSON_FALSE ? STR("false") : json->text;
	if (fields->count >= FIELD_COUNT_MAX || path.len > NAME_BYTES_MAX) return ERR(LIMIT);
	if (json->kind == JSON_NULL) return OK;
	if (json->kind != JSON_ARRAY && json->kind != JSON_OBJECT) {
		if (!is_text(text)) return ERR(INVALID);
		LIST_PUSH(arena, fields, ((struct request_field){ path, text }));
		return OK;
	}
	for (const struct json *member = json->first; member; member = member->next, index++) {
		struct str name = json->kind == JSON_OBJECT ? member->key : str_from_i64(arena, (int64_t)index);
		if (!is_text(name)) return ERR(INVALID);
		TRY(add_leaves(arena, member, path.len ? str_printf(arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)) : name, fields));
	}
	return OK;
}

struct err json_leaves(struct arena *arena, const struct json *json, struct request_fields *fields)
{
	return add_leaves(arena, json, STR(""), fields);
}

static struct err decode_json(struct request *request, struct str body)
{
	TRY(json_parse(request->arena, str_copy(request->arena, body), request->report, &request->body_json));
	if (!json_is(request->body_json, JSON_OBJECT)) {
		report_error(request->report, STR("1:1"), "the body must be a JSON object");
		return ERR(INVALID);
	}
	struct err err = json_leaves(request->arena, request->body_json, &request->fields);
	if (failed(err)) report_error(request->report, STR("body"), "a name or text that is no text, or more of them than are accepted");
	return err;
}

struct err body_decode(struct request *request, struct str body)
{
	struct str type = request_header(request, "Content-Type");
	ptrdiff_t end = str_find_byte(type, ';', 0);
	struct str essence = str_lower_ascii(request->arena, str_trim(end >= 0 ? str_sub(type, 0, (size_t)end) : type));
	if (str_eq_c(essence, "application/json")) return decode_json(request, body);
	bool multipart = str_eq_c(essence, "multipart/form-data");
	if (multipart || str_eq_c(essence, "application/x-www-form-urlencoded")) return decode_form(request, type, multipart, body);
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
