/* The requirement graph: cycles, and what is asked of a model after it is loaded. */
#include "dmn/inside.h"

/* ---- cycles -------------------------------------------------------------------------------------------- */

static bool visit(struct load *load, struct node *node, size_t depth);

static bool visit_below(struct load *load, struct node *node, const struct node *below, size_t depth)
{
	bool sound = visit(load, (struct node *)below, depth + 1);
	if (below->chain + 1 > node->chain)
		node->chain = below->chain + 1;
	return sound;
}

static bool visit_all(struct load *load, struct node *node, size_t depth)
{
	bool sound = true;
	for (size_t i = 0; sound && i < node->needs.count; i++)
		sound = visit_below(load, node, node->needs.items[i].node, depth);
	for (size_t i = 0; sound && i < node->knows.count; i++)
		sound = visit_below(load, node, node->knows.items[i].node, depth);
	for (size_t i = 0; sound && i < node->outputs.count; i++)
		sound = visit_below(load, node, node->outputs.items[i], depth);
	return sound;
}

/* Recursion is bounded here by depth, and in deciding by the chain of what was visited before. */
static bool visit(struct load *load, struct node *node, size_t depth)
{
	if (node->visit == NODE_DONE)
		return true;
	load->file = (struct file *)node->home;
	load->node = node;
	if (node->visit == NODE_OPEN) {
		load_error(load, node->xml, "it requires itself, directly or through others");
		return false;
	}
	node->visit = NODE_OPEN;
	bool sound = depth <= DMN_CHAIN_MAX && visit_all(load, node, depth);
	node->visit = NODE_DONE;
	if (depth > DMN_CHAIN_MAX || node->chain > DMN_CHAIN_MAX) {
		load->node = node;
		load_error(load, node->xml, "more than %d elements require each other in one row", DMN_CHAIN_MAX);
		return false;
	}
	return sound;
}

bool graph_check(struct load *load)
{
	bool sound = true;
	bool partly = load->partly;
	load->partly = false;
	for (size_t i = 0; sound && i < load->model->node_count; i++)
		sound = visit(load, load->model->nodes[i], 0);
	load->partly = partly;
	load->node = NULL;
	return sound;
}

/* ---- looking up ------------------------------------------------------------------------------------------ */

struct str dmn_model_name(const struct dmn_model *model) { return model->files[0].model_name; }
struct str dmn_model_namespace(const struct dmn_model *model) { return model->files[0].space; }

struct dmn_elements dmn_elements(const struct dmn_model *model, enum dmn_kind kind)
{
	assert(kind < DMN_KIND_COUNT);
	return model->by_kind[kind];
}

static const struct node *find_in(const struct file *file, enum dmn_kind kind, struct str id_or_name)
{
	const struct node *by_id = map_get(&file->by_id, id_or_name);
	if (by_id != NULL && by_id->element.kind == kind)
		return by_id;
	for (size_t i = 0; i < file->nodes.count; i++) {
		const struct node *node = file->nodes.items[i];
		if (node->element.kind == kind && str_eq(node->element.name, id_or_name))
			return node;
	}
	return NULL;
}

static void mark_imports(const struct dmn_model *model, const struct file *file, uint8_t *seen)
{
	if (seen[file - model->files])
		return;
	seen[file - model->files] = 1;
	for (size_t i = 0; i < file->imports.count; i++)
		if (file->imports.items[i].file != NULL)
			mark_imports(model, file->imports.items[i].file, seen);
}

struct dmn_files dmn_imports(struct arena *arena, const struct dmn_model *model)
{
	uint8_t *seen = ARENA_ARRAY(arena, uint8_t, model->file_count);
	struct dmn_files found = { .items = ARENA_ARRAY(arena, struct str, model->file_count) };
	mark_imports(model, model->files, seen);      /* no deeper than DMN_SOURCE_COUNT_MAX: each file once */
	for (size_t f = 1; f < model->file_count; f++)
		if (seen[f])
			found.items[found.count++] = model->files[f].name;
	return found;
}

const struct dmn_element *dmn_find(const struct dmn_model *model, enum dmn_kind kind, struct str id_or_name)
{
	if (str_is_empty(id_or_name))
		return NULL;
	const struct file *main = &model->files[0];
	const struct node *node = find_in(main, kind, id_or_name);
	for (size_t i = 0; node == NULL && i < main->imports.count; i++) {
		const struct import *import = &main->imports.items[i];
		struct str alias = import->alias;
		if (import->file != NULL && id_or_name.len > alias.len + 1 && str_starts(id_or_name, alias) && id_or_name.ptr[alias.len] == '.')
			node = find_in(import->file, kind, str_sub(id_or_name, alias.len + 1, id_or_name.len));
	}
	for (size_t f = 1; node == NULL && f < model->file_count; f++)
		node = find_in(&model->files[f], kind, id_or_name);
	return node == NULL ? NULL : &node->element;
}

static void mark_inputs(const struct node *node, uint8_t *seen)
{
	if (seen[node->element.order])
		return;
	seen[node->element.order] = 1;
	for (size_t i = 0; i < node->needs.count; i++)
		mark_inputs(node->needs.items[i].node, seen);
	for (size_t i = 0; i < node->inputs.count; i++)
		mark_inputs(node->inputs.items[i], seen);
	for (size_t i = 0; node->element.kind == DMN_SERVICE && i < node->outputs.count; i++)
		mark_inputs(node->outputs.items[i], seen);
}

struct dmn_elements dmn_needed_inputs(struct arena *arena, const struct dmn_model *model, const struct dmn_element *element)
{
	uint8_t *seen = ARENA_ARRAY(arena, uint8_t, model->node_count + 1);
	mark_inputs((const struct node *)element, seen);
	struct dmn_elements found = { .items = ARENA_ARRAY(arena, const struct dmn_element *, model->node_count + 1) };
	for (size_t i = 0; i < model->node_count; i++)
		if (seen[i] && model->nodes[i]->element.kind == DMN_INPUT_DATA)
			found.items[found.count++] = &model->nodes[i]->element;
	return found;
}

bool dmn_has_rule(const struct dmn_model *model, struct str id)
{
	for (size_t n = 0; n < model->node_count; n++) {
		const struct node *node = model->nodes[n];
		const struct expr *logic = node->logic != NULL ? node->logic : node->function != NULL ? node->function->body : NULL;
		const struct table *table = logic != NULL ? logic->table : NULL;
		for (size_t r = 0; table != NULL && r < table->rule_count; r++)
			if (str_eq(table->rules[r].id, id))
				return true;
	}
	return false;
}
