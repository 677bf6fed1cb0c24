/* /openapi.json: what the tables of routes and shapes say, as OpenAPI 3.1. Nothing is written twice. */
#include "web/inside.h"

#include <string.h>

struct writing { struct arena *arena; struct json *schemas; struct map known; };

static void put(struct writing *w, struct json *object, const char *key, const char *text)
{
	json_add(object, str_from_c(key), json_new_string(w->arena, str_from_c(text)));
}

static struct json *reference(struct writing *w, const struct shape *shape);

static struct json *field_schema(struct writing *w, const struct shape_field *field)
{
	static const struct { const char *type, *format, *pattern; } kinds[] = {
		[SHAPE_STRING] = { "string", NULL, NULL },
		[SHAPE_INTEGER] = { "integer", NULL, NULL },
		[SHAPE_DECIMAL] = { "string", NULL, "^-?[0-9]+(\\.[0-9]+)?$" },
		[SHAPE_BOOLEAN] = { "boolean", NULL, NULL },
		[SHAPE_DATE] = { "string", "date", NULL },
		[SHAPE_MOMENT] = { "string", "date-time", NULL },
		[SHAPE_ID] = { "string", NULL, "^[0-9A-HJKMNP-TV-Z]{13}$" },
	};
	struct json *schema = json_new(w->arena, JSON_OBJECT);
	if (field->kind == SHAPE_OBJECT) return reference(w, field->of);
	if (field->kind == SHAPE_LIST) {
		struct json *items = json_new(w->arena, JSON_OBJECT);
		put(w, schema, "type", "array");
		if (field->of) items = reference(w, field->of);
		else put(w, items, "type", "string");
		json_add(schema, STR("items"), items);
	} else if (field->kind != SHAPE_ANY) {
		put(w, schema, "type", kinds[field->kind].type);
		if (kinds[field->kind].format) put(w, schema, "format", kinds[field->kind].format);
		if (kinds[field->kind].pattern) put(w, schema, "pattern", kinds[field->kind].pattern);
		if (field->length_max) json_add(schema, STR("maxLength"), json_new_i64(w->arena, field->length_max));
	}
	if (field->words) put(w, schema, "description", field->words);
	return schema;
}

/* {"$ref": "#/components/schemas/NAME"}; the first time the schema itself is written. */
static struct json *reference(struct writing *w, const struct shape *shape)
{
	struct json *object = json_new(w->arena, JSON_OBJECT);
	struct str name = str_from_c(shape->name);
	json_add(object, STR("$ref"), json_new_string(w->arena, str_join(w->arena, STR("#/components/schemas/"), name)));
	if (map_has(&w->known, name)) return object;
	map_put(w->arena, &w->known, name, (void *)(uintptr_t)shape);
	struct json *schema = json_new(w->arena, JSON_OBJECT), *properties = json_new(w->arena, JSON_OBJECT);
	struct json *required = json_new(w->arena, JSON_ARRAY);
	put(w, schema, "type", "object");
	for (size_t i = 0; i < shape->count; i++) {
		json_add(properties, str_from_c(shape->fields[i].name), field_schema(w, &shape->fields[i]));
		if (shape->fields[i].required)
			json_add(required, STR(""), json_new_string(w->arena, str_from_c(shape->fields[i].name)));
	}
	json_add(schema, STR("properties"), properties);
	if (required->first) json_add(schema, STR("required"), required);
	json_add(w->schemas, name, schema);
	return object;
}

static struct json *content_of(struct writing *w, const char *media_type, struct json *schema)
{
	struct json *content = json_new(w->arena, JSON_OBJECT), *media = json_new(w->arena, JSON_OBJECT);
	json_add(media, STR("schema"), schema);
	json_add(content, str_from_c(media_type), media);
	return content;
}

static struct json *response(struct writing *w, const char *words, struct json *content)
{
	struct json *object = json_new(w->arena, JSON_OBJECT);
	put(w, object, "description", words);
	if (content) json_add(object, STR("content"), content);
	return object;
}

static struct json *problem_response(struct writing *w, const char *words)
{
	struct json *schema = json_new(w->arena, JSON_OBJECT);
	put(w, schema, "$ref", "#/components/schemas/Problem");
	return response(w, words, content_of(w, "application/problem+json", schema));
}

static struct json *responses(struct writing *w, const struct route *route)
{
	struct json *all = json_new(w->arena, JSON_OBJECT);
	bool post = strcmp(route->method, "POST") == 0;
	if (route->text_type) {
		struct json *schema = json_new(w->arena, JSON_OBJECT);
		put(w, schema, "type", "string");
		json_add(all, STR("200"), response(w, route->summary, content_of(w, route->text_type, schema)));
	} else if (route->output)
		json_add(all, post && !route->computes ? STR("201") : STR("200"),
		    response(w, route->output->name, content_of(w, "application/json", reference(w, route->output))));
	else json_add(all, STR("204"), response(w, "已办", NULL));
	json_add(all, STR("400"), problem_response(w, "看不懂"));
	if (!(route->needs & NEEDS_ANYBODY)) {
		json_add(all, STR("401"), problem_response(w, "没有登录"));
		json_add(all, STR("403"), problem_response(w, "没有这个权限"));
	} else if (post) {
		json_add(all, STR("403"), problem_response(w, "像是别的网站替您发的"));
	}
	json_add(all, STR("404"), problem_response(w, "没有，或者不归您看"));
	if (post) json_add(all, STR("409"), problem_response(w, "现在办不了，或者别人刚改过"));
	if (route->input) json_add(all, STR("422"), problem_response(w, "有内容要改"));
	json_add(all, STR("503"), problem_response(w, "忙，请稍后再试"));
	return all;
}

/* "/cases/:case" as "/cases/{case}" with its parameters. */
static struct str path_template(struct writing *w, const char *path, struct json *parameters)
{
	struct buf buf = buf_make(w->arena, 1024);
	struct str rest = str_sub(str_from_c(path), 1, strlen(path)), piece;
	while (str_split(&rest, '/', &piece)) {
		buf_add_byte(&buf, '/');
		if (piece.len == 0 || piece.ptr[0] != ':') {
			buf_add(&buf, piece);
			continue;
		}
		struct json *parameter = json_new(w->arena, JSON_OBJECT), *schema = json_new(w->arena, JSON_OBJECT);
		struct str name = str_sub(piece, 1, piece.len);
		buf_printf(&buf, "{%.*s}", STR_ARG(name));
		json_add(parameter, STR("name"), json_new_string(w->arena, name));
		put(w, parameter, "in", "path");
		json_add(parameter, STR("required"), json_new_bool(w->arena, true));
		put(w, schema, "type", "string");
		json_add(parameter, STR("schema"), schema);
		json_add(parameters, STR(""), parameter);
	}
	return buf_str(&buf);
}

static struct json *operation(struct writing *w, const struct route *route, struct json *parameters)
{
	struct json *object = json_new(w->arena, JSON_OBJECT), *tags = json_new(w->arena, JSON_ARRAY);
	put(w, object, "operationId", route->id);
	put(w, object, "summary", route->summary);
	json_add(tags, STR(""), json_new_string(w->arena, (route->needs & NEEDS_ANYBODY) ? STR("public")
	    : (route->needs & NEEDS_WORKER) ? STR("worker") : (route->needs & NEEDS_LAWYER) ? STR("lawyer") : STR("staff")));
	json_add(object, STR("tags"), tags);
	if (parameters->first) json_add(object, STR("parameters"), parameters);
	if (route->input) {
		struct json *body = json_new(w->arena, JSON_OBJECT);
		json_add(body, STR("required"), json_new_bool(w->arena, true));
		json_add(body, STR("content"), content_of(w, "application/json", reference(w, route->input)));
		json_add(object, STR("requestBody"), body);
	}
	json_add(object, STR("responses"), responses(w, route));
	if (route->needs & NEEDS_ANYBODY) json_add(object, STR("security"), json_new(w->arena, JSON_ARRAY));
	return object;
}

static void add_route(struct writing *w, struct json *paths, const struct route *route)
{
	struct json *parameters = json_new(w->arena, JSON_ARRAY);
	struct str path = path_template(w, route->path, parameters), method = str_lower_ascii(w->arena, str_from_c(route->method));
	struct json *item = (struct json *)(uintptr_t)json_get(paths, path);
	if (!item) json_add(paths, path, item = json_new(w->arena, JSON_OBJECT));
	json_add(item, method, operation(w, route, parameters));
}

static const struct shape_field finding_fields[] = {
	{ "pointer", SHAPE_STRING, "哪一项", NULL, true, 0 },
	{ "detail", SHAPE_STRING, "哪里不对、怎么改", NULL, true, 0 },
};
static const struct shape finding_shape = { "Finding", SHAPE_FIELDS(finding_fields) };
static const struct shape_field problem_fields[] = {
	{ "type", SHAPE_STRING, "错误的种类", NULL, true, 0 },
	{ "title", SHAPE_STRING, "一句话", NULL, true, 0 },
	{ "status", SHAPE_INTEGER, "HTTP 状态", NULL, true, 0 },
	{ "detail", SHAPE_STRING, "说明", NULL, false, 0 },
	{ "instance", SHAPE_STRING, "请求编号", NULL, false, 0 },
	{ "errors", SHAPE_LIST, "逐项的错误", &finding_shape, false, 0 },
};
static const struct shape problem_shape = { "Problem", SHAPE_FIELDS(problem_fields) };

static struct json *security_schemes(struct writing *w)
{
	struct json *schemes = json_new(w->arena, JSON_OBJECT), *cookie = json_new(w->arena, JSON_OBJECT);
	struct json *bearer = json_new(w->arena, JSON_OBJECT);
	put(w, cookie, "type", "apiKey");
	put(w, cookie, "in", "cookie");
	put(w, cookie, "name", "__Host-hall");
	put(w, bearer, "type", "http");
	put(w, bearer, "scheme", "bearer");
	json_add(schemes, STR("session"), cookie);
	json_add(schemes, STR("organisation"), bearer);
	return schemes;
}

static struct json *security(struct writing *w)
{
	struct json *list = json_new(w->arena, JSON_ARRAY);
	static const char *const names[] = { "session", "organisation" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct json *one = json_new(w->arena, JSON_OBJECT);
		json_add(one, str_from_c(names[i]), json_new(w->arena, JSON_ARRAY));
		json_add(list, STR(""), one);
	}
	return list;
}

struct json *openapi_document(struct arena *arena)
{
	struct writing w = { .arena = arena, .schemas = json_new(arena, JSON_OBJECT) };
	struct json *document = json_new(arena, JSON_OBJECT), *info = json_new(arena, JSON_OBJECT), *paths = json_new(arena, JSON_OBJECT);
	struct json *servers = json_new(arena, JSON_ARRAY), *server = json_new(arena, JSON_OBJECT);
	struct json *components = json_new(arena, JSON_OBJECT), *licence = json_new(arena, JSON_OBJECT);
	put(&w, document, "openapi", "3.1.0");
	put(&w, info, "title", "unionhall 职工之家");
	put(&w, info, "version", UNIONHALL_VERSION);
	put(&w, info, "description", "工会服务大厅。每个页面的资源都有 JSON 的一面。");
	put(&w, licence, "name", "Mulan PSL v2");
	put(&w, licence, "identifier", "MulanPSL-2.0");
	json_add(info, STR("license"), licence);
	json_add(document, STR("info"), info);
	put(&w, server, "url", "/api/v1");
	json_add(servers, STR(""), server);
	json_add(document, STR("servers"), servers);
	json_add(document, STR("security"), security(&w));
	(void)reference(&w, &problem_shape);
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++)
			if (route->api || route->api_only) add_route(&w, paths, route);
	json_add(document, STR("paths"), paths);
	json_add(components, STR("schemas"), w.schemas);
	json_add(components, STR("securitySchemes"), security_schemes(&w));
	json_add(document, STR("components"), components);
	return document;
}

/* One text for all: it is large, and slow readers each hold what they are sent. */
static struct err describe(struct request *request)
{
	struct web *web = request->web;
	struct str text;
	TRY(json_print(request->arena, openapi_document(request->arena), JSON_PRETTY, JSON_ANSWER_BYTES_MAX, &text));
	pthread_mutex_lock(&web->union_lock);
	if (!atomic_load(&web->described)) {
		struct str kept = str_copy(&web->arena, text);
		atomic_store(&web->described, (const struct str *)arena_copy(&web->arena, &kept, sizeof kept));
	}
	pthread_mutex_unlock(&web->union_lock);
	return OK;
}

static struct err show_openapi(struct request *request, struct answer *answer)
{
	if (!atomic_load(&request->web->described)) TRY(describe(request));
	answer->file = (struct answer_file){ .media_type = STR("application/json"), .content = *atomic_load(&request->web->described) };
	return OK;
}

const struct route openapi_routes[] = {
	{ .id = "openapi", .method = "GET", .path = "/openapi.json", .needs = NEEDS_ANYBODY, .handler = show_openapi },
	{ 0 },
};
