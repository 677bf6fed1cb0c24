/* decode: JSON text of format 1 back to an instance, with everything checked that the engine relies on. */
#include "bpmn/inside.h"

struct decoding {
	struct arena *arena;
	struct bpmn_instance *instance;
	const struct bpmn_model *model;
	bool bad;
};

static const struct json *member(const struct json *object, const char *name)
{
	return json_get(object, str_from_c(name));
}

static int64_t number(struct decoding *decoding, const struct json *object, const char *name, int64_t min, int64_t max)
{
	const struct json *value = member(object, name);
	int64_t result = 0;
	if (value && (!json_is(value, JSON_NUMBER) || !str_to_i64(value->text, &result)))
		decoding->bad = true;
	if (result < min || result > max)
		decoding->bad = true;
	return decoding->bad ? min : result;
}

static uint32_t key_of(struct decoding *decoding, const struct json *object, const char *name, uint32_t min)
{
	return (uint32_t)number(decoding, object, name, min, decoding->instance->key_last);
}

static const struct bpmn_element *element_of(struct decoding *decoding, const struct json *object)
{
	const struct bpmn_element *element = bpmn_element_by_id(decoding->model, json_string_of(object, "element"));
	if (!element)
		decoding->bad = true;
	return element;
}

static const struct bpmn_flow *flow_of(struct decoding *decoding, const struct json *object, const struct bpmn_element *to)
{
	struct str id = json_string_of(object, "flow");
	if (!member(object, "flow") || !to)
		return NULL;
	for (size_t i = 0; i < to->incoming.count; i++) {
		if (str_eq(to->incoming.items[i]->id, id))
			return to->incoming.items[i];
	}
	decoding->bad = true;
	return NULL;
}

static struct variables variables_of(struct decoding *decoding, const struct json *object)
{
	struct variables variables = { 0 };
	const struct json *value = member(object, "variables");
	if (!value)
		return variables;
	struct feel_value context = feel_from_json_tagged(decoding->arena, value);
	if (context.kind != FEEL_CONTEXT) {
		decoding->bad = true;
		return variables;
	}
	for (size_t i = 0; i < context.context.count; i++)
		LIST_PUSH(decoding->arena, &variables, context.context.entries[i]);
	return variables;
}

static struct loop_state *loop_of(struct decoding *decoding, const struct json *object, const struct loop_plan *plan)
{
	struct loop_state *loop = ARENA_NEW(decoding->arena, struct loop_state);
	loop->total = number(decoding, object, "total", -1, BPMN_STEP_ELEMENTS_MAX);
	loop->started = number(decoding, object, "started", 0, INT32_MAX);
	loop->completed = number(decoding, object, "completed", 0, INT32_MAX);
	loop->terminated = number(decoding, object, "terminated", 0, INT32_MAX);
	loop->event_thrown = number(decoding, object, "eventThrown", 0, 1) == 1;
	loop->items = FEEL_NULL_VALUE;
	const struct json *items = member(object, "items"), *outputs = member(object, "outputs");
	if (items)
		loop->items = feel_from_json_tagged(decoding->arena, items);
	bool wants_outputs = plan->output_name.len > 0 && loop->total > 0;
	if (!json_is(outputs, JSON_ARRAY) != !wants_outputs && loop->total > 0)
		decoding->bad = true;
	if ((items && (loop->items.kind != FEEL_LIST || (int64_t)loop->items.list.count != loop->total))
		|| plan->standard != (loop->total < 0) || (loop->total >= 0 && loop->started > loop->total)
		|| (outputs && (int64_t)outputs->count != loop->total))
		decoding->bad = true;
	if (decoding->bad || !outputs)
		return loop;
	loop->outputs = ARENA_ARRAY(decoding->arena, struct feel_value, (size_t)loop->total);
	size_t count = 0;
	for (const struct json *item = outputs->first; item; item = item->next)
		loop->outputs[count++] = feel_from_json_tagged(decoding->arena, item);
	return loop;
}

static bool token_fits(const struct decoding *decoding, const struct token *token)
{
	const struct bpmn_instance *instance = decoding->instance;
	const struct token *parent = token_get(instance, token->parent);
	bool is_root = instance->tokens.count == 0;
	if (is_root != (token->element == instance->process) || is_root != (token->parent == 0) || is_root == (parent != NULL))
		return false;
	if (!is_root && token->key <= instance->tokens.items[instance->tokens.count - 1]->key)
		return false;
	if ((token->role == ROLE_BODY || token->role == ROLE_ITERATION) && !token->element->loops)
		return false;
	if (token->role == ROLE_BODY && token->phase == PHASE_WAIT && !token->loop)
		return false;
	if (token->role == ROLE_ITERATION && token->phase != PHASE_KEPT && (!parent || parent->role != ROLE_BODY || !parent->loop
		|| parent->element != token->element || token->loop_counter < 1 || token->loop_counter > parent->loop->started))
		return false;
	return is_root || token->role == ROLE_ITERATION || token->element->parent == parent->element;
}

static void decode_token(struct decoding *decoding, const struct json *object)
{
	struct token *token = ARENA_NEW(decoding->arena, struct token);
	*token = (struct token){ .key = key_of(decoding, object, "key", 1), .parent = key_of(decoding, object, "parent", 0),
		.element = element_of(decoding, object),
		.role = (enum token_role)number(decoding, object, "role", 0, ROLE_HANDLER),
		.phase = (enum token_phase)number(decoding, object, "phase", 0, PHASE_KEPT),
		.owner = key_of(decoding, object, "owner", 0),
		.next = (uint32_t)number(decoding, object, "next", 0, UINT32_MAX),
		.loop_counter = number(decoding, object, "loopCounter", 0, INT32_MAX),
		.variables = variables_of(decoding, object) };
	const struct json *loop = member(object, "loop");
	if (!decoding->bad && loop && token->element->loops)
		token->loop = loop_of(decoding, loop, plan_of(token->element)->loop);
	if (decoding->bad || !token_fits(decoding, token)) {
		decoding->bad = true;
		return;
	}
	LIST_PUSH(decoding->arena, &decoding->instance->tokens, token);
}

static void decode_wait(struct decoding *decoding, const struct json *object)
{
	struct bpmn_instance *instance = decoding->instance;
	struct wait *wait = ARENA_NEW(decoding->arena, struct wait);
	*wait = (struct wait){ .kind = (enum bpmn_wait_kind)number(decoding, object, "kind", 0, BPMN_WAIT_KIND_COUNT - 1),
		.key = key_of(decoding, object, "key", 1), .token = key_of(decoding, object, "token", 1),
		.element = element_of(decoding, object), .trigger = (uint32_t)number(decoding, object, "trigger", 0, 1000000),
		.name = json_string_of(object, "name"), .correlation = json_string_of(object, "correlation"),
		.at_ms = number(decoding, object, "at", INT64_MIN, INT64_MAX),
		.repeats = (int32_t)number(decoding, object, "repeats", -1, INT32_MAX),
		.retries = (int32_t)number(decoding, object, "retries", INT32_MIN, INT32_MAX),
		.about = (uint32_t)number(decoding, object, "about", 0, UINT32_MAX),
		.months = (int32_t)number(decoding, object, "months", 0, INT32_MAX),
		.interval_ms = number(decoding, object, "interval", 0, INT64_MAX),
		.was_true = number(decoding, object, "wasTrue", 0, 1) == 1, .failed = number(decoding, object, "failed", 0, 1) == 1 };
	const struct token *token = token_get(instance, wait->token);
	bool ordered = instance->waits.count == 0 || instance->waits.items[instance->waits.count - 1]->key < wait->key;
	if (decoding->bad || !token || !ordered
		|| (wait->kind == BPMN_WAIT_CONDITION && wait->trigger >= plan_of(wait->element)->triggers.count)
		|| (token->phase == PHASE_KEPT && instance->end == BPMN_RUNNING)) {
		decoding->bad = true;
		return;
	}
	LIST_PUSH(decoding->arena, &instance->waits, wait);
}

static void decode_move(struct decoding *decoding, const struct json *object)
{
	struct move move = { .kind = (enum move_kind)number(decoding, object, "kind", 0, MOVE_COMPENSATE),
		.token = key_of(decoding, object, "token", 1) };
	const struct token *token = token_get(decoding->instance, move.token);
	if (move.kind == MOVE_ARRIVE)
		move.element = element_of(decoding, object);
	move.flow = flow_of(decoding, object, move.element);
	if (!token || (move.element && move.element->parent != token->element))
		decoding->bad = true;
	LIST_PUSH(decoding->arena, &decoding->instance->moves, move);
}

static void decode_arrival(struct decoding *decoding, const struct json *object)
{
	struct arrival arrival = { .scope = key_of(decoding, object, "scope", 1), .element = element_of(decoding, object),
		.count = (uint32_t)number(decoding, object, "count", 1, BPMN_STEP_ELEMENTS_MAX) };
	const struct token *token = token_get(decoding->instance, arrival.scope);
	arrival.flow = flow_of(decoding, object, arrival.element);
	if (!token || !arrival.element || arrival.element->parent != token->element)
		decoding->bad = true;
	LIST_PUSH(decoding->arena, &decoding->instance->arrivals, arrival);
}

static void decode_completed(struct decoding *decoding, const struct json *object)
{
	struct completed done = { .scope = key_of(decoding, object, "scope", 1), .element = element_of(decoding, object),
		.kept = key_of(decoding, object, "kept", 0), .claimed = key_of(decoding, object, "claimed", 0) };
	const struct token *scope = token_get(decoding->instance, done.scope);
	const struct token *kept = done.kept ? token_get(decoding->instance, done.kept) : NULL;
	if (!scope || !done.element || done.element->parent != scope->element || (done.kept && !kept)
		|| (kept && kept->element != done.element))
		decoding->bad = true;
	LIST_PUSH(decoding->arena, &decoding->instance->completed, done);
}

static void decode_list(struct decoding *decoding, const struct json *root, const char *name,
	void (*decode)(struct decoding *decoding, const struct json *object))
{
	const struct json *list = member(root, name);
	if (list && !json_is(list, JSON_ARRAY))
		decoding->bad = true;
	for (const struct json *item = list ? list->first : NULL; item && !decoding->bad; item = item->next) {
		if (json_is(item, JSON_OBJECT))
			decode(decoding, item);
		else
			decoding->bad = true;
	}
}

static void decode_late(struct decoding *decoding, const struct json *root)
{
	const struct json *list = member(root, "late");
	for (const struct json *item = list ? list->first : NULL; item && !decoding->bad; item = item->next) {
		int64_t key = 0;
		const struct token *token = NULL;
		if (json_is(item, JSON_NUMBER) && str_to_i64(item->text, &key) && key > 0 && key <= UINT32_MAX)
			token = token_get(decoding->instance, (uint32_t)key);
		if (!token || token->role == ROLE_BODY)
			decoding->bad = true;
		LIST_PUSH(decoding->arena, &decoding->instance->late, (uint32_t)key);
	}
}

struct err bpmn_decode(struct arena *arena, const struct bpmn_model *model, struct str bytes, struct bpmn_instance **out_instance)
{
	const struct json *root;
	if (bytes.len > BPMN_INSTANCE_BYTES_MAX)
		return ERR(LIMIT);
	if (failed(json_parse(arena, str_copy(arena, bytes), NULL, &root)))
		return ERR(INVALID);
	struct bpmn_instance *instance = ARENA_NEW(arena, struct bpmn_instance);
	struct decoding decoding = { .arena = arena, .instance = instance, .model = model };
	*instance = (struct bpmn_instance){ .arena = arena, .model = model,
		.process = bpmn_element_by_id(model, json_string_of(root, "process")) };
	if (number(&decoding, root, "format", 0, 1) != 1 || !instance->process || instance->process->kind != BPMN_PROCESS)
		return ERR(INVALID);
	instance->key_last = (uint32_t)number(&decoding, root, "key", 0, UINT32_MAX);
	instance->started = number(&decoding, root, "started", 0, 1) == 1;
	instance->end = (enum bpmn_end)number(&decoding, root, "end", 0, BPMN_CANCELLED);
	instance->initial = variables_of(&decoding, root);
	decode_list(&decoding, root, "tokens", decode_token);
	decode_list(&decoding, root, "waits", decode_wait);
	decode_list(&decoding, root, "moves", decode_move);
	decode_late(&decoding, root);
	decode_list(&decoding, root, "arrivals", decode_arrival);
	decode_list(&decoding, root, "completed", decode_completed);
	if (decoding.bad || instance->started != (instance->tokens.count > 0))
		return ERR(INVALID);
	instance_count_live(instance);
	*out_instance = instance;
	return OK;
}
