/* load_event: event definitions with what they refer to, and the loop characteristics of activities. */
#include "bpmn/inside.h"

static const struct xml *root_of(struct loading *loading, const struct xml *at, struct str reference, const char *name)
{
	struct str id = load_reference(reference);
	if (id.len == 0)
		return NULL;
	const struct xml *found = map_get(&loading->roots, id);
	if (!found || !str_eq_c(found->name, name)) {
		load_refuse(loading, at, "%.*s %.*s: there is no %s %.*s", STR_ARG(at->name), STR_ARG(xml_attribute(at, "id")), name,
			STR_ARG(id));
		return NULL;
	}
	return found;
}

static void load_message(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct trigger *trigger)
{
	const struct xml *message = root_of(loading, at, xml_attribute(at, "messageRef"), "message");
	if (!message)
		return;
	struct str name = xml_attribute(message, "name");
	trigger->name = load_text(loading, message, owner, name.len ? name : xml_attribute(message, "id"), false);
	const struct xml *extensions = load_child(message, "extensionElements");
	const struct xml *subscription = extensions ? xml_child(extensions, STR(ZEEBE_SPACE), "subscription") : NULL;
	if (subscription)
		trigger->correlation = load_text(loading, subscription, owner, xml_attribute(subscription, "correlationKey"), false);
}

static void load_timer(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct trigger *trigger)
{
	static const struct { const char *name; char kind; } forms[] = { { "timeDate", 'd' }, { "timeDuration", 'p' },
		{ "timeCycle", 'c' } };
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		const struct xml *form = load_child(at, forms[i].name);
		if (!form)
			continue;
		trigger->timer = load_text(loading, form, owner, form->text, false);
		trigger->timer_kind = forms[i].kind;
		struct bpmn_schedule schedule;
		if (!trigger->timer.program && failed(bpmn_schedule_parse(trigger->timer.text, forms[i].kind, 0, 0, &schedule)))
			load_refuse(loading, form, "%.*s: \"%.*s\" is no %s; write for example %s", STR_ARG(owner->id),
				STR_ARG(trigger->timer.text), forms[i].name, i == 0 ? "2026-03-01T09:00:00+08:00" : i == 1 ? "P3D" : "R3/PT1H");
	}
	if (!trigger->timer_kind)
		load_refuse(loading, at, "%.*s: the timer has no timeDate, timeDuration or timeCycle", STR_ARG(owner->id));
}

static void load_link(const struct xml *at, struct trigger *trigger)
{
	trigger->name = (struct text_plan){ .text = xml_attribute(at, "name") };
	const struct xml *other = load_child(at, "target");
	if (!other)
		other = load_child(at, "source");
	if (other)
		trigger->link_ref = load_reference(other->text);
}

static struct text_plan code_of(struct loading *loading, const struct xml *at, const struct bpmn_element *owner,
	const char *reference, const char *name, const char *code)
{
	const struct xml *root = root_of(loading, at, xml_attribute(at, reference), name);
	if (!root)
		return (struct text_plan){ 0 };
	struct str text = xml_attribute(root, code);
	if (text.len == 0)
		text = xml_attribute(root, "name");
	return load_text(loading, root, owner, text, false);
}

static void load_trigger(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct trigger *trigger)
{
	trigger->id = xml_attribute(at, "id");
	switch (trigger->kind) {
	case BPMN_EVENT_MESSAGE:
		load_message(loading, at, owner, trigger);
		break;
	case BPMN_EVENT_TIMER:
		load_timer(loading, at, owner, trigger);
		break;
	case BPMN_EVENT_SIGNAL:
		trigger->name = code_of(loading, at, owner, "signalRef", "signal", "name");
		if (!is_said(&trigger->name))
			trigger->name.text = load_reference(xml_attribute(at, "signalRef"));
		break;
	case BPMN_EVENT_ERROR:
		trigger->name = code_of(loading, at, owner, "errorRef", "error", "errorCode");
		break;
	case BPMN_EVENT_ESCALATION:
		trigger->name = code_of(loading, at, owner, "escalationRef", "escalation", "escalationCode");
		break;
	case BPMN_EVENT_CONDITION: {
		const struct xml *condition = load_child(at, "condition");
		if (!condition || str_trim(condition->text).len == 0)
			load_refuse(loading, at, "%.*s: the conditional event has no condition", STR_ARG(owner->id));
		else
			trigger->condition = load_text(loading, condition, owner, condition->text, true);
		break;
	}
	case BPMN_EVENT_COMPENSATION:
		trigger->activity_ref = load_reference(xml_attribute(at, "activityRef"));
		trigger->wait_for_completion = !str_eq_c(xml_attribute(at, "waitForCompletion"), "false");
		break;
	case BPMN_EVENT_LINK:
		load_link(at, trigger);
		break;
	default:
		break;
	}
}

static bool definition_kind(const struct xml *at, enum bpmn_event_definition *out_kind)
{
	struct str ending = STR("EventDefinition");
	if (!str_eq_c(at->space, BPMN_SPACE) || !str_ends(at->name, ending))
		return false;
	struct str name = str_sub(at->name, 0, at->name.len - ending.len);
	for (int kind = BPMN_EVENT_MESSAGE; kind < BPMN_EVENT_DEFINITION_COUNT; kind++) {
		if (str_eq_c(name, bpmn_event_name((enum bpmn_event_definition)kind))) {
			*out_kind = (enum bpmn_event_definition)kind;
			return true;
		}
	}
	return false;
}

/* The definition that an eventDefinitionRef or an attribute names. */
static const struct xml *definition_of(struct loading *loading, const struct xml *at, struct str reference)
{
	enum bpmn_event_definition kind;
	struct str id = load_reference(reference);
	const struct xml *found = map_get(&loading->roots, id);
	if (found && definition_kind(found, &kind))
		return found;
	load_refuse(loading, at, "there is no event definition %.*s", STR_ARG(id));
	return NULL;
}

static void trigger_add(struct loading *loading, const struct xml *definition, struct bpmn_element *element,
	struct bpmn_plan *plan)
{
	struct trigger trigger = { 0 };
	if (!definition_kind(definition, &trigger.kind)) {
		load_refuse(loading, definition, "%.*s: a %.*s is not known here", STR_ARG(element->id), STR_ARG(definition->name));
		return;
	}
	load_trigger(loading, definition, element, &trigger);
	LIST_PUSH(loading->arena, &plan->triggers, trigger);
}

static void require_names(struct loading *loading, const struct xml *at, const struct bpmn_element *element,
	const struct bpmn_plan *plan)
{
	bool catches = element->kind != BPMN_THROW_EVENT && element->kind != BPMN_END_EVENT && element->kind != BPMN_SEND_TASK;
	for (size_t i = 0; i < plan->triggers.count; i++) {
		const struct trigger *trigger = &plan->triggers.items[i];
		if (!is_said(&trigger->name) && ((trigger->kind == BPMN_EVENT_MESSAGE && catches) || trigger->kind == BPMN_EVENT_SIGNAL))
			load_refuse(loading, at, "%.*s: the event names no %s", STR_ARG(element->id), bpmn_event_name(trigger->kind));
	}
}

void load_triggers(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan)
{
	struct str ending = STR("EventDefinition");
	for (const struct xml *child = at->first; child; child = child->next) {
		if (!str_eq_c(child->space, BPMN_SPACE))
			continue;
		if (str_eq_c(child->name, "eventDefinitionRef")) {
			const struct xml *shared = definition_of(loading, child, child->text);
			if (shared)
				trigger_add(loading, shared, element, plan);
		} else if (str_ends(child->name, ending)) {
			trigger_add(loading, child, element, plan);
		}
	}
	if (is_activity(element) && xml_attribute(at, "messageRef").len > 0) {
		struct trigger trigger = { .kind = BPMN_EVENT_MESSAGE };
		load_message(loading, at, element, &trigger);
		LIST_PUSH(loading->arena, &plan->triggers, trigger);
	}
	if (element->kind == BPMN_RECEIVE_TASK && plan->triggers.count == 0)
		load_refuse(loading, at, "%.*s: the receive task names no message", STR_ARG(element->id));
	require_names(loading, at, element, plan);
	if (plan->triggers.count > 0 && !is_activity(element))
		element->event = plan->triggers.items[0].kind;
	if (plan->triggers.count > 0)
		element->event_name = plan->triggers.items[0].name.text;
}

/* ---- loops ------------------------------------------------------------------------------------------ */

static void load_standard_loop(struct loading *loading, const struct xml *at, const struct bpmn_element *owner,
	struct loop_plan *loop)
{
	loop->standard = loop->sequential = true;
	loop->test_before = str_eq_c(xml_attribute(at, "testBefore"), "true");
	struct str max = str_trim(xml_attribute(at, "loopMaximum"));
	if (max.len > 0 && (!str_to_i64(max, &loop->loop_max) || loop->loop_max < 1))
		load_refuse(loading, at, "%.*s: loopMaximum is \"%.*s\"; write a number from 1", STR_ARG(owner->id), STR_ARG(max));
	const struct xml *condition = load_child(at, "loopCondition");
	if (condition)
		loop->condition = load_text(loading, condition, owner, condition->text, true);
	if (!is_said(&loop->condition) && loop->loop_max == 0)
		load_refuse(loading, at, "%.*s: the loop has neither a loopCondition nor a loopMaximum: it never ends",
			STR_ARG(owner->id));
}

static void load_behavior(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct loop_plan *loop)
{
	struct str behavior = xml_attribute(at, "behavior");
	const char *reference = NULL;
	if (str_eq_c(behavior, "None")) {
		loop->behavior = BEHAVIOR_NONE;
		reference = "noneBehaviorEventRef";
	} else if (str_eq_c(behavior, "One")) {
		loop->behavior = BEHAVIOR_ONE;
		reference = "oneBehaviorEventRef";
	} else if (str_eq_c(behavior, "Complex")) {
		loop->behavior = BEHAVIOR_COMPLEX;
	} else if (behavior.len > 0 && !str_eq_c(behavior, "All")) {
		load_refuse(loading, at, "%.*s: behavior is \"%.*s\"; write All, One, None or Complex", STR_ARG(owner->id),
			STR_ARG(behavior));
	}
	if (reference && xml_attribute(at, reference).len > 0) {
		const struct xml *event = definition_of(loading, at, xml_attribute(at, reference));
		if (event && definition_kind(event, &loop->event.kind)) {
			loop->has_event = true;
			load_trigger(loading, event, owner, &loop->event);
		}
	}
	for (const struct xml *child = load_child(at, "complexBehaviorDefinition"); child;
		child = xml_sibling(child, STR(BPMN_SPACE), "complexBehaviorDefinition")) {
		struct complex_behavior complex = { 0 };
		const struct xml *condition = load_child(child, "condition");
		if (condition)
			complex.condition = load_text(loading, condition, owner, condition->text, true);
		const struct xml *event = load_child(child, "event");
		if (event && event->first && definition_kind(event->first, &complex.trigger.kind))
			load_trigger(loading, event->first, owner, &complex.trigger);
		LIST_PUSH(loading->arena, &loop->complex, complex);
	}
}

/* The first name of "=result" or "=a.b": what the output item reads. */
static struct str first_name(struct str expression)
{
	struct str text = str_trim(str_sub(expression, expression.len > 0 && expression.ptr[0] == '=' ? 1 : 0, expression.len));
	size_t end = 0;
	while (end < text.len && (text.ptr[end] == '_' || (text.ptr[end] & 0x80) || (text.ptr[end] >= '0' && text.ptr[end] <= '9')
		|| ((text.ptr[end] | 32) >= 'a' && (text.ptr[end] | 32) <= 'z')))
		end++;
	bool is_name = end > 0 && (end == text.len || text.ptr[end] == '.') && !(text.ptr[0] >= '0' && text.ptr[0] <= '9');
	return is_name ? str_sub(text, 0, end) : STR("");
}

static void load_items(struct loading *loading, const struct xml *at, const struct bpmn_element *owner, struct loop_plan *loop)
{
	const struct xml *extensions = load_child(at, "extensionElements");
	const struct xml *zeebe = extensions ? xml_child(extensions, STR(ZEEBE_SPACE), "loopCharacteristics") : NULL;
	if (!zeebe)
		return;
	loop->items = load_text(loading, zeebe, owner, xml_attribute(zeebe, "inputCollection"), true);
	loop->item_name = xml_attribute(zeebe, "inputElement");
	loop->output_name = xml_attribute(zeebe, "outputCollection");
	loop->output_item = load_text(loading, zeebe, owner, xml_attribute(zeebe, "outputElement"), true);
	loop->output_local = first_name(xml_attribute(zeebe, "outputElement"));
	if ((loop->output_name.len > 0) != is_said(&loop->output_item))
		load_refuse(loading, zeebe, "%.*s: outputCollection and outputElement need each other", STR_ARG(owner->id));
}

void load_loop(struct loading *loading, const struct xml *at, struct bpmn_element *element, struct bpmn_plan *plan)
{
	const struct xml *standard = load_child(at, "standardLoopCharacteristics");
	const struct xml *multiple = load_child(at, "multiInstanceLoopCharacteristics");
	if (!standard && !multiple)
		return;
	element->loops = true;
	plan->loop = ARENA_NEW(loading->arena, struct loop_plan);
	if (standard) {
		element->loop = BPMN_LOOP_STANDARD;
		load_standard_loop(loading, standard, element, plan->loop);
		return;
	}
	plan->loop->sequential = str_eq_c(xml_attribute(multiple, "isSequential"), "true");
	element->loop = plan->loop->sequential ? BPMN_LOOP_SEQUENTIAL : BPMN_LOOP_PARALLEL;
	const struct xml *cardinality = load_child(multiple, "loopCardinality");
	if (cardinality)
		plan->loop->cardinality = load_text(loading, cardinality, element, cardinality->text, true);
	const struct xml *done = load_child(multiple, "completionCondition");
	if (done)
		plan->loop->condition = load_text(loading, done, element, done->text, true);
	load_items(loading, multiple, element, plan->loop);
	load_behavior(loading, multiple, element, plan->loop);
	if (is_said(&plan->loop->cardinality) == is_said(&plan->loop->items))
		load_refuse(loading, multiple, "%.*s: the multi-instance needs a loopCardinality or an inputCollection, one of the two",
			STR_ARG(element->id));
}
