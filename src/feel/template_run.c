/* Writing feelers: see template.c for the grammar. With `must_have_values` a template is a
 * document: every insert needs a value, every condition a boolean, every loop a list, and all that lack one are
 * named at once. Without, it is a label: nothing stands for null, any value counts as a condition or as a list. */
#include "feel/template.h"

struct writer {
	struct arena *arena;
	struct buf out;
	const struct feel_env *env;
	const struct feel_template_options *options;
	struct report *report;
	size_t rounds, missing;
};

/* {this, parent, …members of the element, _this_, _parent_}: the element's own names win over the first two. */
static struct feel_value level_of(struct arena *arena, struct feel_value element, struct feel_value parent)
{
	struct feel_context own = element.kind == FEEL_CONTEXT ? element.context : (struct feel_context){ NULL, 0 };
	struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, own.count + 4);
	size_t count = 0;
	if (!feel_has(element, STR("this"))) entries[count++] = (struct feel_entry){ STR("this"), element };
	if (!feel_has(element, STR("parent"))) entries[count++] = (struct feel_entry){ STR("parent"), parent };
	for (size_t i = 0; i < own.count; i++) {
		struct str key = own.entries[i].key;
		if (!str_eq_c(key, "_this_") && !str_eq_c(key, "_parent_")) entries[count++] = own.entries[i];
	}
	entries[count++] = (struct feel_entry){ STR("_this_"), element };
	entries[count++] = (struct feel_entry){ STR("_parent_"), parent };
	return feel_context_of(arena, entries, count);
}

static struct err write_nodes(struct writer *w, const struct template_node *node, struct feel_value level);

static void missing(struct writer *w, const struct template_node *node, struct feel_value value, const char *wanted)
{
	w->missing++;
	if (value.kind == FEEL_NULL) {
		report_error(w->report, node->place, "{{%.*s}} has no value", STR_ARG(str_trim(node->text)));
	} else {
		report_error(w->report, node->place, "{{%.*s}} is a %s and not %s", STR_ARG(str_trim(node->text)),
			feel_kind_name(value.kind), wanted);
	}
}

static bool can_be_read(struct feel_value v)
{
	return v.kind != FEEL_NULL && v.kind != FEEL_LIST && v.kind != FEEL_CONTEXT && v.kind != FEEL_FUNCTION && v.kind != FEEL_RANGE;
}

static void write_insert(struct writer *w, const struct template_node *node, struct feel_value value)
{
	if (w->options->must_have_values && !can_be_read(value)) missing(w, node, value, "a single value");
	else if (value.kind != FEEL_NULL) escape_add(&w->out, feel_print(w->arena, value), w->options->escape);
}

static bool counts_as_true(struct feel_value v)
{
	if (v.kind == FEEL_BOOLEAN) return v.boolean;
	if (v.kind == FEEL_NUMBER) return num_cmp(v.number, num_from_i64(0)) != 0;
	return v.kind == FEEL_STRING ? v.string.len > 0 : v.kind != FEEL_NULL;
}

/* The line feed that the closing tag took comes back unless what the block wrote since `begin` ended a line. */
static void end_block(struct writer *w, const struct template_node *node, size_t begin)
{
	bool ended = w->out.len > begin && w->out.ptr[w->out.len - 1] == '\n';
	if (node->line_swallowed && !ended) buf_add_byte(&w->out, '\n');
}

static struct err write_if(struct writer *w, const struct template_node *node, struct feel_value value, struct feel_value level)
{
	if (w->options->must_have_values && value.kind != FEEL_BOOLEAN) {
		missing(w, node, value, "true or false");
		return OK;
	}
	size_t begin = w->out.len;
	if (!counts_as_true(value)) return OK;
	TRY(write_nodes(w, node->first, level));
	end_block(w, node, begin);
	return OK;
}

static struct err write_loop(struct writer *w, const struct template_node *node, struct feel_value value, struct feel_value level)
{
	struct feel_list list = value.kind == FEEL_LIST ? value.list : (struct feel_list){ &value, value.kind != FEEL_NULL };
	if (w->options->must_have_values && value.kind != FEEL_LIST) {
		missing(w, node, value, "a list");
		return OK;
	}
	size_t begin = w->out.len;
	for (size_t i = 0; i < list.count; i++) {
		if (++w->rounds > TEMPLATE_ROUNDS_MAX || w->out.overflow || arena_bytes(w->arena) > FEEL_RUN_BYTES_MAX) return ERR(LIMIT);
		TRY(write_nodes(w, node->first, level_of(w->arena, list.items[i], level)));
	}
	if (value.kind != FEEL_NULL) end_block(w, node, begin);        /* also of an empty list, as the original does */
	return OK;
}

static struct err write_nodes(struct writer *w, const struct template_node *node, struct feel_value level)
{
	for (; node; node = node->next) {
		struct feel_value value = FEEL_NULL_VALUE;
		if (node->kind == TEMPLATE_TEXT) {
			buf_add(&w->out, node->text);
			continue;
		}
		TRY(feel_run(w->arena, node->program, level, w->env, NULL, &value));
		if (node->kind == TEMPLATE_INSERT) write_insert(w, node, value);
		else if (node->kind == TEMPLATE_IF) TRY(write_if(w, node, value, level));
		else TRY(write_loop(w, node, value, level));
	}
	return OK;
}

struct err feel_template_run(struct arena *arena, const struct feel_template *tmpl, struct feel_value context,
	const struct feel_env *env, const struct feel_template_options *options, struct report *report, struct str *out_text)
{
	static const struct feel_template_options plain = { .escape = FEEL_ESCAPE_NONE };
	struct writer w = { .arena = arena, .env = env, .options = options ? options : &plain, .report = report };
	w.out = buf_make(arena, w.options->bytes_max ? w.options->bytes_max : TEMPLATE_BYTES_MAX);
	TRY(write_nodes(&w, tmpl->first, level_of(arena, context, FEEL_NULL_VALUE)));
	if (w.missing > 0) return ERR(MISSING);
	return buf_finish(&w.out, out_text);
}
