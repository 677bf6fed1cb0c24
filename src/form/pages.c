/* Question pages: which there are, and one of them judged. */
#include "form/page.h"

/* ---- what belongs to a page ---- */

static bool is_left_out(const struct form_page *page, const struct form_item *item)
{
	if (item->hidden) return true;
	if (form_page_picks(page)) return item->row > 0 && item->parent == page->list;
	return page->list && item->parent == page->item && item->component == form_picked(page->list->component);
}

static struct form_item *skip(const struct form_page *page, struct form_item *item)
{
	while (item && is_left_out(page, item)) {
		struct form_item *up = item;
		while (up && up != page->item && !up->next) up = up->parent;
		item = up && up != page->item ? up->next : NULL;
	}
	return item;
}

struct form_item *form_page_first(const struct form_page *page) { return skip(page, page->item->first); }

struct form_item *form_page_next(const struct form_page *page, struct form_item *item)
{
	return skip(page, form_item_next(page->item, item));
}

/* ---- listing ---- */

const struct form_component *form_picked(const struct form_component *list)
{
	for (const struct form_component *child = list->first; child; child = child->next)
		if (form_is_choosing(child->type) && str_eq(child->key, list->pick)) return child;
	return NULL;
}

/* The list of a group that is asked by ticking; NULL for others. */
static const struct form_item *picking_list(const struct form_item *group)
{
	const struct form_item *list = group->first;
	while (list && !(list->component->type == FORM_DYNAMICLIST && list->component->pick.len > 0)) list = list->next;
	return list && !list->hidden && form_picked(list->component) ? list : NULL;
}

struct err form_pick_choices(struct arena *arena, const struct form_state *state, const struct form_item *list,
	struct form_choices *out_choices)
{
	/* The options of a row that is not there yet: in the scope of the list itself. */
	struct form_item row = { .component = form_picked(list->component), .scope = list->scope };
	struct form_maker maker = { .arena = arena, .state = (struct form_state *)state, .env = state->env };
	TRY(form_choices(&maker, &row));
	*out_choices = (struct form_choices){ row.choices, row.choice_count };
	return OK;
}

struct listing { struct arena *arena; const struct form_state *state; const struct form_language *language; LIST_OF(struct form_page); };

static struct err add_row(struct listing *listing, const struct form_page *page, const struct form_item *row)
{
	struct form_page each = *page;
	struct form_choices choices;
	const struct form_component *picked = form_picked(page->list->component);
	struct feel_value value = feel_at(row->value, picked->row_path);
	TRY(form_pick_choices(listing->arena, listing->state, page->list, &choices));
	each.title = STR("");
	for (size_t i = 0; i < choices.count; i++)
		if (form_same_value(choices.items[i].value, value))
			each.title = form_choice_label(listing->arena, listing->language, picked, &choices.items[i]);
	each.id = form_field_name(listing->arena, row->pointer);
	each.item = row;
	each.why = STR("");
	TRY(form_own_text(listing->arena, listing->state, page->list, listing->language, "hint", &page->list->component->hint, &each.why));
	LIST_PUSH(listing->arena, listing, each);
	return OK;
}

static struct err add_group(struct listing *listing, const struct form_item *item)
{
	const struct form_component *group = item->component;
	struct form_page page = { .id = group->page, .group = group, .item = item, .list = picking_list(item), .extra = group->extra,
		.waits = group->waits };
	if (group->type != FORM_GROUP || group->page.len == 0 || group->key.len > 0 || item->hidden) return OK;
	if (group->skip.program) {
		struct feel_value skip = form_value_run(listing->arena, listing->state, item, &group->skip);
		if (skip.kind == FEEL_BOOLEAN && skip.boolean) return OK;
	}
	TRY(form_own_text(listing->arena, listing->state, item, listing->language, "label", &group->label, &page.title));
	TRY(form_own_text(listing->arena, listing->state, item, listing->language, "why", &group->why, &page.why));
	LIST_PUSH(listing->arena, listing, page);
	for (const struct form_item *row = page.list ? page.list->first : NULL; row; row = row->next) TRY(add_row(listing, &page, row));
	return OK;
}

struct err form_pages(struct arena *arena, const struct form_state *state, const struct form_language *language,
	struct form_pages *out_pages)
{
	struct listing listing = { .arena = arena, .state = state, .language = language };
	for (const struct form_item *item = state->root->first; item; item = item->next) TRY(add_group(&listing, item));
	*out_pages = (struct form_pages){ listing.items, listing.count };
	return OK;
}

const struct form_page *form_page(const struct form_pages *pages, struct str id)
{
	for (size_t i = 0; i < pages->count; i++)
		if (str_eq(pages->items[i].id, id)) return &pages->items[i];
	return NULL;
}

bool form_page_is_answered(struct arena *arena, const struct form_page *page, struct feel_value data)
{
	for (struct form_item *item = form_page_first(page); item; item = form_page_next(page, item)) {
		struct feel_value there;
		bool list = item->component->type == FORM_DYNAMICLIST && item->row == 0;
		bool keyed = form_is_keyed(item->component->type) && item->component->type != FORM_EXPRESSION;
		if ((!keyed && !list) || item->readonly || item->disabled) continue;
		struct str name = form_field_name(arena, item->pointer);
		if (form_lookup(data, name, &there)) {
			if (list && there.kind == FEEL_LIST && there.list.count < (size_t)item->component->rows_min) return false;
			continue;
		}
		/* Inside a row: the last name in the context of the row. */
		ptrdiff_t dot = -1, next = -1;
		while ((next = str_find_byte(name, '.', (size_t)(next + 1))) >= 0) dot = next;
		if (dot < 0) return false;
		struct feel_value row = feel_at(data, str_sub(name, 0, (size_t)dot));
		if (!feel_has(row, str_sub(name, (size_t)dot + 1, name.len))) return false;
	}
	return true;
}

bool form_page_asks(const struct form_page *page)
{
	for (struct form_item *item = form_page_first(page); item; item = form_page_next(page, item))
		if (item->component->type == FORM_DYNAMICLIST || form_is_keyed(item->component->type)) return true;
	return false;
}

/* ---- judging ---- */

struct judging { struct form_maker *maker; struct form_reading *reading; const struct form_page *page; struct report *report; };

static struct err judge_item(struct judging *judging, struct form_item *item, bool told)
{
	struct form_maker *maker = judging->maker;
	const struct form_component *component = item->component;
	if (item->disabled) return OK;
	TRY(form_check_item(maker, item));
	bool open = item->errors.count == 0 && !item->readonly && form_is_keyed(component->type);
	bool empty = form_is_empty(item->value) || form_is_empty(item->raw);
	if (open && empty && component->must_answer && !item->unknown) {
		struct str unknown;
		TRY(form_own_text(maker->arena, maker->state, item, maker->language, "unknown", &component->unknown, &unknown));
		enum form_words words = unknown.len ? WORDS_OR_UNKNOWN : WORDS_REQUIRED;
		if (form_is_choosing(component->type)) words = WORDS_REQUIRED_CHOICE;
		if (component->type == FORM_FILEPICKER) words = WORDS_REQUIRED_FILE;
		form_item_error(maker, item, words, unknown, STR(""));
	}
	if (told) form_report_item(judging->report, item);
	return OK;
}

/* A step was chosen that opens another: no mistake, only not done yet. */
static struct err goes_on(struct judging *judging, const struct form_item *item, bool *out_again)
{
	struct form_steps steps;
	bool whole;
	*out_again = false;
	if (!item->component->steps.program || form_is_empty(item->value) || form_same_value(item->value, item->own)) return OK;
	TRY(form_steps_of(judging->maker->arena, judging->maker->state, item, item->value, &steps, &whole));
	*out_again = !whole;
	return OK;
}

/* The items of the page in the new state; all its rows are new when the page picks. */
static struct err judge(struct judging *judging, struct form_page_result *result)
{
	bool judged = result->op.len == 0 || str_eq_c(result->op, "next");
	for (struct form_item *item = form_page_first(judging->page); item; item = form_page_next(judging->page, item)) {
		struct str name = item->pointer.len ? form_field_name(judging->maker->arena, item->pointer) : STR("");
		bool again = false;
		item->unknown = item->component->unknown.source.len > 0 && form_said_unknown(judging->reading, name);
		TRY(goes_on(judging, item, &again));
		if (again) result->again = true;
		/* What does not fit is not kept, even when nobody asked for a verdict. */
		else TRY(judge_item(judging, item, judged));
	}
	return OK;
}

static void forget_errors(struct form_state *state)
{
	for (struct form_item *item = state->root; item; item = form_item_next(state->root, item)) item->errors.count = 0;
	state->error_count = 0;
}

/* ---- keeping ---- */

static struct feel_value kept(struct arena *arena, const struct form_page *page, struct feel_value draft)
{
	if (form_page_picks(page)) {
		struct feel_value rows = { .kind = FEEL_LIST };
		if (page->list->errors.count == 0 && page->list->raw.kind == FEEL_LIST) rows = page->list->raw;
		else if (page->list->errors.count > 0) return draft;
		return form_put_pointer(arena, draft, page->list->pointer, rows);
	}
	for (struct form_item *item = form_page_first(page); item; item = form_page_next(page, item)) {
		bool keeps = form_is_keyed(item->component->type) && item->component->type != FORM_EXPRESSION && !item->disabled
			&& !item->readonly;
		bool list = item->component->type == FORM_DYNAMICLIST && item->row == 0;
		if (list && feel_at(draft, form_field_name(arena, item->pointer)).kind == FEEL_LIST) continue;
		if (list) draft = form_put_pointer(arena, draft, item->pointer, (struct feel_value){ .kind = FEEL_LIST });
		if (keeps && item->errors.count == 0 && item->fault == WORDS_NONE)
			draft = form_put_pointer(arena, draft, item->pointer, item->value);
	}
	return draft;
}

/* "add:claims", "remove:claims.2" */
static struct feel_value change_rows(struct arena *arena, const struct form_page *page, struct feel_value data,
	struct form_page_result *result)
{
	bool add = str_starts(result->op, STR("add:")), remove = str_starts(result->op, STR("remove:"));
	struct str target = add ? str_sub(result->op, 4, result->op.len) : remove ? str_sub(result->op, 7, result->op.len) : STR("");
	for (struct form_item *item = form_page_first(page); item && (add || remove); item = form_page_next(page, item)) {
		const struct form_component *component = item->component;
		if (component->type != FORM_DYNAMICLIST || item->pointer.len == 0 || !component->allow_add_remove) continue;
		const struct form_item *list = item->row ? item->parent : item;
		struct { LIST_OF(struct feel_value); } rows = { 0 };
		if (!str_eq(form_field_name(arena, item->pointer), target) || (item->row > 0) != remove) continue;
		struct feel_value now = feel_at(data, form_field_name(arena, list->pointer));
		for (size_t i = 0; now.kind == FEEL_LIST && i < now.list.count; i++)
			if (!remove || i + 1 != (size_t)item->row) LIST_PUSH(arena, &rows, now.list.items[i]);
		if (add && rows.count < (size_t)component->rows_max) LIST_PUSH(arena, &rows, feel_context_of(arena, NULL, 0));
		result->again = true;
		return form_put_pointer(arena, data, list->pointer, feel_list_of(arena, rows.items, rows.count));
	}
	return data;
}

/* The page's own part of the data: a draft may hold another page's answers that were given at the same time. */
static struct feel_value part_of(struct arena *arena, const struct form_page *page, struct feel_value data)
{
	struct feel_value part = feel_context_of(arena, NULL, 0);
	for (const struct form_item *up = page->item; up; up = up->parent)
		if (up->component->type == FORM_DYNAMICLIST && up->row == 0)
			part = form_put_pointer(arena, part, up->pointer, feel_at(data, form_field_name(arena, up->pointer)));
	for (struct form_item *item = form_page_first(page); item; item = form_page_next(page, item)) {
		bool list = item->component->type == FORM_DYNAMICLIST && item->row == 0, below = false;
		struct feel_value value;
		if (!list && (!form_is_keyed(item->component->type) || item->component->type == FORM_EXPRESSION)) continue;
		for (const struct form_item *up = item->parent; up && !below; up = up->parent) below = up->row > 0;
		if (!below && form_lookup(data, form_field_name(arena, item->pointer), &value))
			part = form_put_pointer(arena, part, item->pointer, value);
	}
	return part;
}

/* ---- the whole ---- */

static struct err find_page(struct arena *arena, const struct form_state *state, const struct form_language *language, struct str id,
	const struct form_page **out_page)
{
	struct form_pages pages;
	TRY(form_pages(arena, state, language, &pages));
	*out_page = form_page(&pages, id);
	return *out_page ? OK : ERR(NOT_FOUND);
}

/* The page in the state that was made from what was sent. A page that picks may have other rows now. */
static struct err same_page(struct form_maker *maker, const struct form_page *before, const struct form_page **out_page)
{
	struct err err = find_page(maker->arena, maker->state, maker->language, before->id, out_page);
	return err_is(err, ERR_NOT_FOUND) ? ERR(INVALID) : err;
}

struct err form_submit_page(struct arena *arena, const struct form *form, struct feel_value draft, struct str page_id,
	const struct form_sent *sent, size_t sent_count, const struct form_language *language, const struct feel_env *env,
	struct report *report, struct form_page_result *out_result)
{
	static const struct form_language chinese = { 0 };
	struct form_reading reading = { .arena = arena, .sent = sent, .sent_count = sent_count, .report = report,
		.language = language ? language : &chinese };
	struct form_page_result result = { .op = STR("") };
	struct feel_value given;
	const struct form_page *page;
	TRY(form_state(arena, form, draft, env, &reading.shown));
	TRY(find_page(arena, reading.shown, reading.language, page_id, &reading.page));
	TRY(form_read_sent(&reading, &given));
	struct form_maker maker = form_maker_new(arena, form, draft, env);
	maker.submitted = true;
	maker.given = given;
	maker.language = reading.language;
	TRY(form_make_items(&maker));
	TRY(form_settle(&maker));
	TRY(same_page(&maker, reading.page, &page));
	result.op = reading.op;
	struct judging judging = { &maker, &reading, page, report };
	TRY(judge(&judging, &result));
	bool judged = result.op.len == 0 || str_eq_c(result.op, "next");
	result.data = change_rows(arena, page, kept(arena, page, draft), &result);
	result.page_data = part_of(arena, page, result.data);
	if (!judged) forget_errors(maker.state);
	maker.state->error_count += reading.fault_count;
	result.state = maker.state;
	*out_result = result;
	return maker.state->error_count > 0 ? ERR(INVALID) : OK;
}
