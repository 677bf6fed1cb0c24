#include "form/inside.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool form_is_path(struct str key)
{
	struct str rest = key, piece;
	if (key.len == 0) return false;
	while (str_split(&rest, '.', &piece)) {
		if (piece.len == 0) return false;
		for (size_t i = 0; i < piece.len; i++)
			if (!is_word(piece.ptr[i])) return false;
	}
	return true;
}

const struct form_path *form_path_child(const struct form_path *path, struct str name)
{
	for (const struct form_path *child = path->first; child; child = child->next)
		if (str_eq(child->name, name)) return child;
	return NULL;
}

/* Walks and makes the open contexts of `key`; the last name becomes `kind`. NULL when something is in the way. */
static struct form_path *claim(struct arena *arena, struct form_path *from, struct str key, enum form_path_kind kind)
{
	struct str rest = key, name;
	struct form_path *at = from;
	while (str_split(&rest, '.', &name)) {
		bool last = rest.ptr == NULL;
		struct form_path *child = (struct form_path *)form_path_child(at, name);
		if (child && (child->kind != PATH_OPEN || (last && kind != PATH_OPEN))) return NULL;
		if (!child) {
			child = ARENA_NEW(arena, struct form_path);
			child->name = name;
			child->kind = last ? kind : PATH_OPEN;
			if (at->last) at->last->next = child;
			else at->first = child;
			at->last = child;
		}
		at = child;
	}
	return at;
}

static struct str joined(struct arena *arena, struct str path, struct str key)
{
	if (path.len == 0 || key.len == 0) return path.len ? path : key;
	return str_printf(arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(key));
}

struct place { struct form_path *node; struct str row_path; };

static void claim_below(struct form_reader *reader, struct form_component *parent, struct place place,
	struct form_component *row);

static void claim_one(struct form_reader *reader, struct form_component *component, struct place place,
	struct form_component *row)
{
	bool keyed = form_is_keyed(component->type), list = component->type == FORM_DYNAMICLIST;
	struct str path = joined(reader->arena, place.row_path, component->key);
	component->row_path = path;
	if (!keyed && component->type != FORM_GROUP && !list) {
		component->row_path = STR("");
		component->slot = row->slot_count++;
		return;
	}
	struct form_path *node = place.node;
	if (component->key.len > 0)
		node = claim(reader->arena, node, component->key, keyed ? PATH_LEAF : list ? PATH_LIST : PATH_OPEN);
	if (!node) {
		form_fault(reader, component->pointer, "the path %.*s belongs to another component", STR_ARG(path));
		return;
	}
	component->slot = row->slot_count++;
	component->path = STR("");
	if (keyed || list) {
		node->component = component;
		component->path = component->list ? joined(reader->arena, component->list->path, path) : path;
	}
	if (list) component->rows = node;
	if (list) claim_below(reader, component, (struct place){ node, STR("") }, component);
	if (component->type == FORM_GROUP) claim_below(reader, component, (struct place){ node, path }, row);
}

static void claim_below(struct form_reader *reader, struct form_component *parent, struct place place, struct form_component *row)
{
	for (struct form_component *child = parent->first; child; child = child->next) claim_one(reader, child, place, row);
}

void form_claim_paths(struct form_reader *reader)
{
	struct form_path *top = ARENA_NEW(reader->arena, struct form_path);
	struct form_component *root = (struct form_component *)reader->form->root;
	claim_below(reader, root, (struct place){ top, STR("") }, root);
	reader->form->paths = top;
}

/* ---- the same names for FEEL ---- */

static const struct feel_scope *scope_of(struct arena *arena, const struct form_path *path)
{
	size_t count = 0;
	for (const struct form_path *child = path->first; child; child = child->next) count++;
	struct feel_scope *scope = ARENA_NEW(arena, struct feel_scope);
	struct feel_scope_name *names = ARENA_ARRAY(arena, struct feel_scope_name, count);
	for (const struct form_path *child = path->first; child; child = child->next)
		names[scope->count++] = (struct feel_scope_name){ child->name, child->first ? scope_of(arena, child) : NULL };
	scope->names = names;
	return scope;
}

const struct feel_scope *form_scope(struct arena *arena, const struct form *form) { return scope_of(arena, form->paths); }
