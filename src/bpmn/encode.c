/* encode: an instance as JSON text, format 1. Members with their usual value are left out, so a state stays small. */
#include "bpmn/inside.h"

struct encoding { struct arena *arena; };

static void add_number(struct encoding *encoding, struct json *object, const char *name, int64_t value)
{
	if (value != 0)
		json_add(object, str_from_c(name), json_new_i64(encoding->arena, value));
}

static void add_text(struct encoding *encoding, struct json *object, const char *name, struct str text)
{
	if (text.len > 0)
		json_add(object, str_from_c(name), json_new_string(encoding->arena, text));
}

static void add_value(struct encoding *encoding, struct json *object, const char *name, struct feel_value value)
{
	json_add(object, str_from_c(name), feel_to_json(encoding->arena, value, FEEL_JSON_TAGGED));
}

static void add_variables(struct encoding *encoding, struct json *object, const struct variables *variables)
{
	if (variables->count == 0)
		return;
	struct feel_value context = { .kind = FEEL_CONTEXT };
	context.context = (struct feel_context){ variables->items, variables->count };
	add_value(encoding, object, "variables", context);
}

static struct json *encode_loop(struct encoding *encoding, const struct loop_state *loop)
{
	struct json *object = json_new(encoding->arena, JSON_OBJECT);
	json_add(object, STR("total"), json_new_i64(encoding->arena, loop->total));
	add_number(encoding, object, "started", loop->started);
	add_number(encoding, object, "completed", loop->completed);
	add_number(encoding, object, "terminated", loop->terminated);
	add_number(encoding, object, "eventThrown", loop->event_thrown);
	if (loop->items.kind == FEEL_LIST)
		add_value(encoding, object, "items", loop->items);
	if (loop->outputs) {
		struct json *outputs = json_new(encoding->arena, JSON_ARRAY);
		for (int64_t i = 0; i < loop->total; i++)
			json_add(outputs, STR(""), feel_to_json(encoding->arena, loop->outputs[i], FEEL_JSON_TAGGED));
		json_add(object, STR("outputs"), outputs);
	}
	return object;
}

static struct json *encode_token(struct encoding *encoding, const struct token *token)
{
	struct json *object = json_new(encoding->arena, JSON_OBJECT);
	add_number(encoding, object, "key", token->key);
	add_number(encoding, object, "parent", token->parent);
	add_text(encoding, object, "element", token->element->id);
	add_number(encoding, object, "role", token->role);
	add_number(encoding, object, "phase", token->phase);
	add_number(encoding, object, "owner", token->owner);
	add_number(encoding, object, "next", token->next);
	add_number(encoding, object, "loopCounter", token->loop_counter);
	if (token->loop)
		json_add(object, STR("loop"), encode_loop(encoding, token->loop));
	add_variables(encoding, object, &token->variables);
	return object;
}

static struct json *encode_wait(struct encoding *encoding, const struct wait *wait)
{
	struct json *object = json_new(encoding->arena, JSON_OBJECT);
	add_number(encoding, object, "kind", wait->kind);
	add_number(encoding, object, "key", wait->key);
	add_number(encoding, object, "token", wait->token);
	add_text(encoding, object, "element", wait->element->id);
	add_number(encoding, object, "trigger", wait->trigger);
	add_text(encoding, object, "name", wait->name);
	add_text(encoding, object, "correlation", wait->correlation);
	add_number(encoding, object, "at", wait->at_ms);
	add_number(encoding, object, "repeats", wait->repeats);
	add_number(encoding, object, "retries", wait->retries);
	add_number(encoding, object, "about", wait->about);
	add_number(encoding, object, "months", wait->months);
	add_number(encoding, object, "interval", wait->interval_ms);
	add_number(encoding, object, "wasTrue", wait->was_true);
	add_number(encoding, object, "failed", wait->failed);
	return object;
}

static void add_flow(struct encoding *encoding, struct json *object, const struct bpmn_flow *flow)
{
	if (flow)
		json_add(object, STR("flow"), json_new_string(encoding->arena, flow->id));
}

static void encode_queues(struct encoding *encoding, const struct bpmn_instance *instance, struct json *root)
{
	struct arena *arena = encoding->arena;
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = instance->move_first; i < instance->moves.count; i++) {
		const struct move *move = &instance->moves.items[i];
		struct json *object = json_new(arena, JSON_OBJECT);
		add_number(encoding, object, "kind", move->kind);
		add_number(encoding, object, "token", move->token);
		if (move->element)
			add_text(encoding, object, "element", move->element->id);
		add_flow(encoding, object, move->flow);
		json_add(list, STR(""), object);
	}
	if (list->count > 0)
		json_add(root, STR("moves"), list);
	list = json_new(arena, JSON_ARRAY);
	for (size_t i = instance->late_first; i < instance->late.count; i++)
		json_add(list, STR(""), json_new_i64(arena, instance->late.items[i]));
	if (list->count > 0)
		json_add(root, STR("late"), list);
}

static void encode_records(struct encoding *encoding, const struct bpmn_instance *instance, struct json *root)
{
	struct arena *arena = encoding->arena;
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < instance->arrivals.count; i++) {
		const struct arrival *arrival = &instance->arrivals.items[i];
		struct json *object = json_new(arena, JSON_OBJECT);
		add_number(encoding, object, "scope", arrival->scope);
		add_text(encoding, object, "element", arrival->element->id);
		add_flow(encoding, object, arrival->flow);
		add_number(encoding, object, "count", arrival->count);
		json_add(list, STR(""), object);
	}
	if (list->count > 0)
		json_add(root, STR("arrivals"), list);
	list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < instance->completed.count; i++) {
		const struct completed *done = &instance->completed.items[i];
		struct json *object = json_new(arena, JSON_OBJECT);
		add_number(encoding, object, "scope", done->scope);
		add_text(encoding, object, "element", done->element->id);
		add_number(encoding, object, "kept", done->kept);
		add_number(encoding, object, "claimed", done->claimed);
		json_add(list, STR(""), object);
	}
	if (list->count > 0)
		json_add(root, STR("completed"), list);
}

struct err bpmn_encode(struct arena *arena, const struct bpmn_instance *instance, struct str *out_bytes)
{
	struct encoding encoding = { .arena = arena };
	struct json *root = json_new(arena, JSON_OBJECT);
	json_add(root, STR("format"), json_new_i64(arena, 1));
	add_text(&encoding, root, "process", instance->process->id);
	add_number(&encoding, root, "key", instance->key_last);
	add_number(&encoding, root, "started", instance->started);
	add_number(&encoding, root, "end", instance->end);
	add_variables(&encoding, root, &instance->initial);
	struct json *tokens = json_new(arena, JSON_ARRAY), *waits = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < instance->tokens.count; i++)
		json_add(tokens, STR(""), encode_token(&encoding, instance->tokens.items[i]));
	for (size_t i = 0; i < instance->waits.count; i++)
		json_add(waits, STR(""), encode_wait(&encoding, instance->waits.items[i]));
	json_add(root, STR("tokens"), tokens);
	json_add(root, STR("waits"), waits);
	encode_queues(&encoding, instance, root);
	encode_records(&encoding, instance, root);
	return json_print(arena, root, JSON_COMPACT, BPMN_INSTANCE_BYTES_MAX, out_bytes);
}
