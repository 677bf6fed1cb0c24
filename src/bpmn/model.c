/* model: looking things up in a loaded model. */
#include "bpmn/inside.h"

#define X(name, text) text,
static const char *const kind_names[] = { BPMN_KINDS(X) };
static const char *const event_names[] = { BPMN_EVENTS(X) };
static const char *const wait_names[] = { BPMN_WAITS(X) };
#undef X
#define X(name) #name,
static const char *const step_event_names[] = { BPMN_STEP_EVENTS(X) };
static const char *const effect_names[] = { BPMN_EFFECTS(X) };
#undef X

const char *bpmn_kind_name(enum bpmn_kind kind)
{
	return kind_names[kind];
}

const char *bpmn_event_name(enum bpmn_event_definition event)
{
	return event_names[event];
}

const char *bpmn_wait_name(enum bpmn_wait_kind kind)
{
	return wait_names[kind];
}

const char *bpmn_step_event_name(enum bpmn_step_event event)
{
	return step_event_names[event];
}

const char *bpmn_effect_name(enum bpmn_effect_kind kind)
{
	return effect_names[kind];
}

size_t bpmn_element_count(const struct bpmn_model *model)
{
	return model->elements.count;
}

const struct bpmn_element *bpmn_element_at(const struct bpmn_model *model, size_t index)
{
	assert(index < model->elements.count);
	return model->elements.items[index];
}

const struct bpmn_element *bpmn_element_by_id(const struct bpmn_model *model, struct str id)
{
	return map_get(&model->by_id, id);
}

const struct bpmn_element *bpmn_process_at(const struct bpmn_model *model, size_t index)
{
	return index < model->processes.count ? model->processes.items[index] : NULL;
}

bool bpmn_is_executable(const struct bpmn_element *process)
{
	return plan_of(process)->executable;
}

struct bpmn_flows bpmn_flows(const struct bpmn_model *model)
{
	return (struct bpmn_flows){ model->flows.items, model->flows.count };
}

struct bpmn_lanes bpmn_lanes(const struct bpmn_model *model)
{
	return (struct bpmn_lanes){ model->lanes.items, model->lanes.count };
}

struct bpmn_expressions bpmn_expressions(const struct bpmn_model *model)
{
	return (struct bpmn_expressions){ model->expressions.items, model->expressions.count };
}

static struct str pair_value(struct bpmn_pairs pairs, const char *name)
{
	for (size_t i = 0; i < pairs.count; i++) {
		if (str_eq_c(pairs.items[i].key, name))
			return pairs.items[i].value;
	}
	return STR("");
}

struct str bpmn_property(const struct bpmn_element *element, const char *name)
{
	return pair_value(element->properties, name);
}

struct str bpmn_header(const struct bpmn_element *element, const char *name)
{
	return pair_value(element->headers, name);
}

/* ---- variables that the model names ------------------------------------------------------------------------------- */

struct name_list { LIST_OF(struct str); };

static void add_name(struct arena *arena, struct name_list *names, struct str path)
{
	ptrdiff_t dot = str_find_byte(path, '.', 0);
	struct str name = dot < 0 ? path : str_sub(path, 0, (size_t)dot);
	bool known = name.len == 0;
	for (size_t i = 0; i < names->count; i++) known |= str_eq(names->items[i], name);
	if (!known) LIST_PUSH(arena, names, name);
}

struct bpmn_names bpmn_variable_names(struct arena *arena, const struct bpmn_model *model)
{
	struct name_list names = { 0 };
	bool open = false;
	for (size_t i = 0; i < model->elements.count; i++) {
		const struct bpmn_element *element = model->elements.items[i];
		const struct bpmn_plan *plan = element->plan;
		for (size_t k = 0; k < plan->inputs.count; k++) add_name(arena, &names, plan->inputs.items[k].target);
		for (size_t k = 0; k < plan->outputs.count; k++) add_name(arena, &names, plan->outputs.items[k].target);
		add_name(arena, &names, element->result_variable);
		if (plan->loop) {
			add_name(arena, &names, plan->loop->item_name);
			add_name(arena, &names, plan->loop->output_name);
			add_name(arena, &names, STR("loopCounter"));
		}
		if (plan->outputs.count > 0) continue;
		open |= element->kind == BPMN_CALL_ACTIVITY && plan->call_all_outputs;
		open |= element->kind == BPMN_RECEIVE_TASK || (element->event == BPMN_EVENT_MESSAGE && element->kind != BPMN_END_EVENT);
	}
	return (struct bpmn_names){ names.items, names.count, open };
}
