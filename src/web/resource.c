/* Resources in the making, and their JSON face. */
#include "web/inside.h"

void resource_add(struct resource *resource, const char *key, struct feel_value value)
{
	LIST_PUSH(resource->arena, resource, ((struct feel_entry){ str_from_c(key), value }));
}

void resource_text(struct resource *resource, const char *key, struct str text) { resource_add(resource, key, feel_string(text)); }
void resource_count(struct resource *resource, const char *key, int64_t count) { resource_add(resource, key, feel_number_i64(count)); }
void resource_flag(struct resource *resource, const char *key, bool flag) { resource_add(resource, key, feel_boolean(flag)); }

void resource_id(struct resource *resource, const char *key, int64_t id)
{
	resource_add(resource, key, id ? feel_string(id_print(resource->arena, id)) : FEEL_NULL_VALUE);
}

void resource_moment(struct request *request, struct resource *resource, const char *key, int64_t ms)
{
	const char *words = str_to_c(request->arena, str_printf(request->arena, "%sWords", key));
	resource_add(resource, key, ms ? feel_date_time_ms(request->arena, ms, SHANGHAI_OFFSET_S) : FEEL_NULL_VALUE);
	resource_text(resource, words, page_time(request, ms));
}

struct feel_value resource_done(struct resource *resource)
{
	return feel_context_of(resource->arena, resource->items, resource->count);
}

void value_list_add(struct value_list *list, struct feel_value value) { LIST_PUSH(list->arena, list, value); }
struct feel_value value_list_done(struct value_list *list) { return feel_list_of(list->arena, list->items, list->count); }

static struct json *field_json(struct request *request, const struct shape_field *field, struct feel_value value)
{
	if (field->kind == SHAPE_OBJECT) return shape_json(request, field->of, value);
	if (field->kind == SHAPE_LIST) {
		struct json *list = json_new(request->arena, JSON_ARRAY);
		for (size_t i = 0; value.kind == FEEL_LIST && i < value.list.count; i++)
			json_add(list, STR(""), field->of ? shape_json(request, field->of, value.list.items[i])
			                                   : feel_to_json(request->arena, value.list.items[i], FEEL_JSON_PLAIN));
		return list;
	}
	if (field->kind == SHAPE_DECIMAL) return json_new_string(request->arena, feel_print(request->arena, value));   /* exact for everybody */
	return feel_to_json(request->arena, value, FEEL_JSON_PLAIN);
}

struct json *shape_json(struct request *request, const struct shape *shape, struct feel_value value)
{
	struct json *object = json_new(request->arena, JSON_OBJECT);
	for (size_t i = 0; shape && i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];
		struct feel_value member = feel_get(value, str_from_c(field->name));
		if (member.kind != FEEL_NULL) json_add(object, str_from_c(field->name), field_json(request, field, member));
	}
	return object;
}
