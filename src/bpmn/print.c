/* print: effects as lines of text, for golden files. */
#include "bpmn/inside.h"

static void add_value(struct buf *buf, struct arena *arena, const char *name, struct feel_value value)
{
	if (value.kind == FEEL_CONTEXT && value.context.count == 0)
		return;
	buf_printf(buf, " %s=", name);
	buf_add(buf, feel_print_literal(arena, value));
}

static void add_text(struct buf *buf, const char *name, struct str text)
{
	if (text.len > 0)
		buf_printf(buf, " %s=\"%.*s\"", name, STR_ARG(text));
}

static void add_task(struct buf *buf, struct arena *arena, const struct bpmn_task *task)
{
	add_text(buf, "name", task->name);
	add_text(buf, "form", task->form_key);
	add_text(buf, "form-id", task->form_id);
	add_text(buf, "assignee", task->assignee);
	for (size_t i = 0; i < task->candidate_groups.count; i++)
		add_text(buf, "group", task->candidate_groups.items[i]);
	for (size_t i = 0; i < task->candidate_users.count; i++)
		add_text(buf, "user", task->candidate_users.items[i]);
	if (task->due_ms)
		add_text(buf, "due", time_print_ms(arena, task->due_ms, 0));
	if (task->follow_up_ms)
		add_text(buf, "follow-up", time_print_ms(arena, task->follow_up_ms, 0));
	if (task->priority != 50)
		buf_printf(buf, " priority=%d", task->priority);
	add_value(buf, arena, "inputs", task->inputs);
}

static void add_job(struct buf *buf, struct arena *arena, const struct bpmn_job *job)
{
	add_text(buf, "type", job->type);
	buf_printf(buf, " retries=%d", job->retries);
	add_text(buf, "listener", job->listener);
	for (size_t i = 0; i < job->headers.count; i++)
		buf_printf(buf, " %.*s:\"%.*s\"", STR_ARG(job->headers.items[i].key), STR_ARG(job->headers.items[i].value));
	add_text(buf, "script", job->script);
	add_value(buf, arena, "variables", job->variables);
}

static void add_ended(struct buf *buf, struct arena *arena, const struct bpmn_ended *ended)
{
	static const char *const names[] = { "running", "completed", "terminated", "error", "cancelled" };
	buf_printf(buf, " %s", names[ended->how]);
	add_text(buf, "code", ended->code);
	add_value(buf, arena, "variables", ended->variables);
}

static void add_details(struct buf *buf, struct arena *arena, const struct bpmn_effect *effect)
{
	switch (effect->kind) {
	case BPMN_DO_FLOW_TAKEN:
		buf_printf(buf, " %.*s -> %.*s", STR_ARG(effect->flow->id), STR_ARG(effect->flow->to->id));
		break;
	case BPMN_DO_TASK_OPENED:
		add_task(buf, arena, effect->task);
		break;
	case BPMN_DO_JOB:
		add_job(buf, arena, effect->job);
		break;
	case BPMN_DO_TIMER_SET:
		add_text(buf, "at", time_print_ms(arena, effect->timer.at_ms, 0));
		if (effect->timer.repeats)
			buf_printf(buf, " repeats=%d", effect->timer.repeats);
		break;
	case BPMN_DO_DECISION:
		add_text(buf, "decision", effect->decision->decision_id);
		add_text(buf, "result", effect->decision->result_variable);
		add_value(buf, arena, "variables", effect->decision->variables);
		break;
	case BPMN_DO_MESSAGE_WAIT:
	case BPMN_DO_SIGNAL_WAIT:
	case BPMN_DO_MESSAGE_THROWN:
	case BPMN_DO_SIGNAL_THROWN:
		add_text(buf, "name", effect->message->name);
		add_text(buf, "correlation", effect->message->correlation);
		if (effect->message->variables.kind == FEEL_CONTEXT)
			add_value(buf, arena, "variables", effect->message->variables);
		break;
	case BPMN_DO_CALL:
		add_text(buf, "process", effect->call->process_id);
		add_value(buf, arena, "variables", effect->call->variables);
		break;
	case BPMN_DO_INCIDENT:
		add_text(buf, "words", effect->words);
		break;
	case BPMN_DO_ENDED:
		add_ended(buf, arena, effect->ended);
		break;
	default:
		break;
	}
}

struct str bpmn_effects_print(struct arena *arena, struct bpmn_effects effects)
{
	struct buf buf = buf_make(arena, BPMN_INSTANCE_BYTES_MAX);
	for (size_t i = 0; i < effects.count; i++) {
		const struct bpmn_effect *effect = &effects.items[i];
		buf_printf(&buf, "%s %u %.*s", bpmn_effect_name(effect->kind), effect->key, STR_ARG(effect->element->id));
		add_details(&buf, arena, effect);
		buf_add_lit(&buf, "\n");
	}
	return buf_str(&buf);
}
