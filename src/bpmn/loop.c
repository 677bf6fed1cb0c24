/* loop: multi-instance activities, parallel and one after the other, and standard loops. The body is a token of its
 * own; boundary events belong to it. Each iteration is a token inside with its own variables. */
#include "bpmn/inside.h"

static const struct loop_plan *loop_of(const struct token *token)
{
	return plan_of(token->element)->loop;
}

/* The attributes of 10.2.8 as variables for conditions. */
static struct feel_value counters(struct step *step, const struct loop_state *loop)
{
	struct feel_entry entries[] = {
		{ STR("loopCounter"), feel_number_i64(loop->started) },
		{ STR("numberOfInstances"), feel_number_i64(loop->total < 0 ? loop->started : loop->total) },
		{ STR("numberOfActiveInstances"), feel_number_i64(loop->started - loop->completed - loop->terminated) },
		{ STR("numberOfCompletedInstances"), feel_number_i64(loop->completed) },
		{ STR("numberOfTerminatedInstances"), feel_number_i64(loop->terminated) },
	};
	return feel_context_of(step->arena, arena_copy(step->arena, entries, sizeof entries), sizeof entries / sizeof entries[0]);
}

static struct str count_items(struct step *step, struct token *body, struct loop_state *loop)
{
	const struct loop_plan *plan = loop_of(body);
	bool by_list = is_said(&plan->items);
	struct feel_value value;
	struct str words = value_of(step, body, by_list ? &plan->items : &plan->cardinality, FEEL_NULL_VALUE, &value);
	if (words.len > 0)
		return words;
	if (by_list && value.kind != FEEL_LIST)
		return str_printf(step->arena, "the input collection is a %s, not a list", feel_kind_name(value.kind));
	if (by_list) {
		loop->items = value;
		loop->total = (int64_t)value.list.count;
	} else if (!feel_to_i64(value, &loop->total) || loop->total < 0) {
		return str_printf(step->arena, "the loop cardinality is %.*s; a whole number from 0 is needed",
			STR_ARG(feel_print(step->arena, value)));
	}
	if (loop->total > BPMN_STEP_ELEMENTS_MAX)
		return str_printf(step->arena, "the loop would have more than %d iterations", BPMN_STEP_ELEMENTS_MAX);
	if (plan->output_name.len > 0)
		loop->outputs = ARENA_ARRAY(step->arena, struct feel_value, (size_t)loop->total);
	return STR("");
}

static void loop_finish(struct step *step, struct token *body)
{
	const struct loop_plan *plan = loop_of(body);
	if (plan->output_name.len > 0 && body->loop->outputs) {
		struct feel_entry entry = { plan->output_name,
			feel_list_of(step->arena, body->loop->outputs, (size_t)body->loop->total) };
		variables_propagate(step, token_get(step->instance, body->parent), feel_context_of(step->arena, &entry, 1));
	}
	token_go(step, body, PHASE_END_LISTENERS);
}

void loop_begin(struct step *step, struct token *body)
{
	const struct loop_plan *plan = loop_of(body);
	struct loop_state *loop = ARENA_NEW(step->arena, struct loop_state);
	*loop = (struct loop_state){ .total = -1, .items = FEEL_NULL_VALUE };
	struct str words = plan->standard ? STR("") : count_items(step, body, loop);
	if (words.len > 0) {
		token_incident(step, body, 0, words);
		return;
	}
	body->loop = loop;
	body->phase = PHASE_WAIT;
	if (loop->total == 0) {
		loop_finish(step, body);
		return;
	}
	move_add(step, MOVE_ITERATE, body->key, NULL, NULL);
}

/* Whether a standard loop goes on; a failed condition is an incident of the body. */
static bool goes_on(struct step *step, struct token *body, bool *out_failed)
{
	const struct loop_plan *plan = loop_of(body);
	struct loop_state *loop = body->loop;
	bool holds = true;
	*out_failed = false;
	if (plan->loop_max > 0 && loop->started >= plan->loop_max)
		return false;
	if (loop->started == 0 && !plan->test_before)
		return true;
	if (!is_said(&plan->condition))
		return true;
	struct str words = truth_of(step, body, &plan->condition, counters(step, loop), &holds);
	if (words.len > 0) {
		token_incident(step, body, 0, words);
		*out_failed = true;
		return false;
	}
	return holds;
}

static void iteration_start(struct step *step, struct token *body)
{
	const struct loop_plan *plan = loop_of(body);
	struct loop_state *loop = body->loop;
	struct token *iteration = element_enter(step, body->key, body->element, ROLE_ITERATION);
	iteration->loop_counter = ++loop->started;
	variables_set(step->arena, &iteration->variables, STR("loopCounter"), feel_number_i64(loop->started));
	if (plan->output_local.len > 0)
		variables_set(step->arena, &iteration->variables, plan->output_local, FEEL_NULL_VALUE);
	if (loop->items.kind == FEEL_LIST && plan->item_name.len > 0)
		variables_set(step->arena, &iteration->variables, plan->item_name, loop->items.list.items[loop->started - 1]);
	token_resume(step, iteration);
}

/* One iteration a move, so that long loops neither recurse nor outrun the step's budget unseen. */
void loop_iterate(struct step *step, struct token *body)
{
	const struct loop_plan *plan = loop_of(body);
	bool has_failed = false;
	if (!body->loop || body->phase != PHASE_WAIT)
		return;
	if (plan->standard) {
		if (goes_on(step, body, &has_failed))
			iteration_start(step, body);
		else if (!has_failed)
			loop_finish(step, body);
		return;
	}
	if (body->loop->started >= body->loop->total)
		return;
	if (!plan->sequential && body->loop->started + 1 < body->loop->total)
		move_add(step, MOVE_ITERATE, body->key, NULL, NULL);
	iteration_start(step, body);
}

struct str loop_keep_output(struct step *step, struct token *iteration)
{
	struct token *body = token_get(step->instance, iteration->parent);
	const struct loop_plan *plan = loop_of(body);
	struct feel_value value;
	if (!body->loop->outputs)
		return STR("");
	struct str words = value_of(step, iteration, &plan->output_item, FEEL_NULL_VALUE, &value);
	if (words.len > 0 && value.kind != FEEL_NULL)
		return words;
	body->loop->outputs[iteration->loop_counter - 1] = value;
	return STR("");
}

/* ---- behaviours: events that the loop itself throws --------------------------------------------------------- */

/* A boundary event of the activity that waits for the event catches it and lets the loop go on. */
static void behavior_throw(struct step *step, struct token *body, const struct trigger *trigger)
{
	const struct element_list *boundaries = &plan_of(body->element)->boundaries;
	for (size_t i = 0; i < boundaries->count; i++) {
		const struct triggers *awaited = &plan_of(boundaries->items[i])->triggers;
		for (size_t k = 0; k < awaited->count; k++) {
			if (awaited->items[k].kind == trigger->kind && str_eq(awaited->items[k].name.text, trigger->name.text)) {
				event_fire(step, body, boundaries->items[i], false, counters(step, body->loop));
				return;
			}
		}
	}
	if (trigger->kind == BPMN_EVENT_SIGNAL)
		signal_throw(step, trigger->name.text, counters(step, body->loop));
}

/* True when a complex behaviour ends the loop. */
static bool behave(struct step *step, struct token *body)
{
	const struct loop_plan *plan = loop_of(body);
	bool first = !body->loop->event_thrown, ends = false;
	if (plan->has_event && (plan->behavior == BEHAVIOR_NONE || (plan->behavior == BEHAVIOR_ONE && first))) {
		body->loop->event_thrown = true;
		behavior_throw(step, body, &plan->event);
	}
	for (size_t i = 0; i < plan->complex.count && plan->behavior == BEHAVIOR_COMPLEX && !ends; i++) {
		const struct complex_behavior *complex = &plan->complex.items[i];
		bool holds = false;
		if (!is_said(&complex->condition) || truth_of(step, body, &complex->condition, counters(step, body->loop),
			&holds).len > 0)
			continue;
		if (!holds)
			continue;
		ends = true;
		if (complex->trigger.kind != BPMN_EVENT_NONE)
			behavior_throw(step, body, &complex->trigger);
	}
	return ends;
}

static bool is_enough(struct step *step, struct token *body)
{
	const struct loop_plan *plan = loop_of(body);
	bool done = false;
	if (plan->standard || !is_said(&plan->condition))
		return false;
	struct str words = truth_of(step, body, &plan->condition, counters(step, body->loop), &done);
	if (words.len > 0)
		token_incident(step, body, 0, words);
	return done;
}

void loop_iteration_done(struct step *step, struct token *body, struct token *iteration)
{
	const struct loop_plan *plan = loop_of(body);
	struct loop_state *loop = body->loop;
	(void)iteration;
	loop->completed++;
	bool ends = behave(step, body);
	if (step->stopped || body->phase != PHASE_WAIT)
		return;
	if (!ends)
		ends = is_enough(step, body);
	if (ends) {
		loop->terminated = loop->started - loop->completed;
		scope_cancel_inside(step, body, NULL);
		loop_finish(step, body);
	} else if (!plan->standard && loop->completed == loop->total) {
		loop_finish(step, body);
	} else if (plan->sequential) {
		move_add(step, MOVE_ITERATE, body->key, NULL, NULL);
	}
}
