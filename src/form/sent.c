/* What a browser sent for a page, by the names of its fields, as the context that a state is made from. */
#include "form/page.h"

/* ---- names and tokens ---- */

struct str form_field_name(struct arena *arena, struct str pointer)
{
	return str_replace(arena, str_sub(pointer, 1, pointer.len), STR("/"), STR("."));
}

static bool options_change(const struct form_component *component)
{
	return component->options_key.len > 0 || component->options_expression.given || component->steps.given;
}

/* A page that was open while the options changed must not choose something else: 16 bits of FNV-1a over the value. */
static unsigned mark_of(struct arena *arena, struct feel_value value)
{
	struct str text = feel_print(arena, value);
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < text.len; i++) hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
	return (hash >> 16) ^ (hash & 0xffff);
}

struct str form_choice_token(struct arena *arena, const struct form_component *component, const struct form_choice *choices, size_t i)
{
	if (!options_change(component)) return str_printf(arena, "%zu", i);
	return str_printf(arena, "%zu.%04x", i, mark_of(arena, choices[i].value));
}

bool form_choice_of_token(const struct form_component *component, const struct form_choice *choices, size_t count, struct str token,
	struct feel_value *out_value)
{
	struct arena scratch = { 0 };
	struct str rest = token, digits;
	int64_t index;
	bool found = str_split(&rest, '.', &digits) && digits.len > 0 && digits.len <= 5 && digits.ptr[0] != '-' && digits.ptr[0] != '+'
		&& str_to_i64(digits, &index) && (size_t)index < count
		&& str_eq(token, form_choice_token(&scratch, component, choices, (size_t)index));
	if (found) *out_value = choices[index].value;
	arena_done(&scratch);
	return found;
}

/* ---- putting values ---- */

static struct feel_value put_row(struct arena *arena, struct feel_value list, size_t index, struct feel_value row)
{
	size_t count = list.kind == FEEL_LIST ? list.list.count : 0;
	size_t total = index >= count ? index + 1 : count;
	struct feel_value *rows = ARENA_ARRAY(arena, struct feel_value, total);
	for (size_t i = 0; i < total; i++) rows[i] = i < count ? list.list.items[i] : feel_context_of(arena, NULL, 0);
	rows[index] = row;
	return feel_list_of(arena, rows, total);
}

struct feel_value form_put_pointer(struct arena *arena, struct feel_value whole, struct str pointer, struct feel_value value)
{
	if (pointer.len == 0) return value;
	struct str rest = str_sub(pointer, 1, pointer.len), name;
	int64_t index;
	if (!str_split(&rest, '/', &name)) return value;
	struct str below = rest.ptr ? str_sub(pointer, 1 + name.len, pointer.len) : STR("");
	if (whole.kind == FEEL_LIST && str_to_i64(name, &index) && index >= 0 && index < FORM_ROW_COUNT_MAX) {
		struct feel_value row = (size_t)index < whole.list.count ? whole.list.items[index] : FEEL_NULL_VALUE;
		return put_row(arena, whole, (size_t)index, form_put_pointer(arena, row, below, value));
	}
	return feel_put(arena, whole, name, form_put_pointer(arena, feel_get(whole, name), below, value));
}

/* ---- fields ---- */

const struct form_sent *form_sent_named(struct form_reading *reading, struct str name)
{
	const struct form_sent *found = NULL;
	for (size_t i = 0; i < reading->sent_count; i++) {
		if (!str_eq(reading->sent[i].name, name)) continue;
		reading->used[i] = true;
		if (!found) found = &reading->sent[i];
	}
	return found;
}

bool form_said_unknown(struct form_reading *reading, struct str name)
{
	for (size_t i = 0; i < reading->sent_count; i++)
		if (str_eq_c(reading->sent[i].name, "unknown") && str_eq(reading->sent[i].value, name)) return true;
	return false;
}

/* A value that no option has: the judge of the state says what is wrong with it. */
static struct feel_value no_option(struct arena *arena) { return feel_put(arena, FEEL_NULL_VALUE, STR("noOption"), feel_boolean(true)); }

static struct feel_value read_choice(struct form_reading *reading, const struct form_item *item, const struct form_sent *sent)
{
	struct feel_value value;
	if (!sent || sent->value.len == 0) return FEEL_NULL_VALUE;
	if (form_choice_of_token(item->component, item->choices, item->choice_count, sent->value, &value)) return value;
	return no_option(reading->arena);
}

static struct feel_value read_choices(struct form_reading *reading, const struct form_component *component, struct form_choices choices,
	struct str name)
{
	struct { LIST_OF(struct feel_value); } values = { 0 };
	for (size_t i = 0; i < reading->sent_count; i++) {
		struct feel_value value = no_option(reading->arena);
		if (!str_eq(reading->sent[i].name, name) || reading->sent[i].value.len == 0) continue;
		form_choice_of_token(component, choices.items, choices.count, reading->sent[i].value, &value);
		bool again = false;
		for (size_t k = 0; k < values.count && !again; k++) again = form_same_value(values.items[k], value);
		if (!again) LIST_PUSH(reading->arena, &values, value);
	}
	form_sent_named(reading, name);
	return feel_list_of(reading->arena, values.items, values.count);
}

/* Each step is a field of the same name, the first step first. A step counts while it belongs to the one before it: who
 * chooses another province has no county any more. */
static struct err read_steps(struct form_reading *reading, const struct form_item *item, struct str name, struct feel_value *out_value)
{
	struct form_steps steps;
	bool whole;
	struct feel_value shown = item->value, value = FEEL_NULL_VALUE;
	size_t level = 0;
	/* An empty field was shown with its prefill, and so with the steps of that. */
	if (form_is_empty(shown) && item->component->prefill.given)
		shown = form_value_run(reading->arena, reading->shown, item, &item->component->prefill);
	TRY(form_steps_of(reading->arena, reading->shown, item, shown, &steps, &whole));
	for (size_t i = 0; i < reading->sent_count; i++) {
		struct feel_value chosen;
		if (!str_eq(reading->sent[i].name, name)) continue;
		reading->used[i] = true;
		if (level >= steps.count || reading->sent[i].value.len == 0) break;
		const struct form_choices *choices = &steps.lists[level++];
		if (!form_choice_of_token(item->component, choices->items, choices->count, reading->sent[i].value, &chosen)) break;
		value = chosen;
		bool same = false;
		for (size_t k = 0; k < choices->count; k++)
			same = same || (choices->items[k].chosen && form_same_value(choices->items[k].value, chosen));
		if (!same) break;
	}
	form_sent_named(reading, name);
	*out_value = value.kind == FEEL_NULL ? feel_string(STR("")) : value;
	return OK;
}

static struct feel_value read_files(struct form_reading *reading, const struct form_item *item, struct str name)
{
	struct { LIST_OF(struct feel_value); } keys = { 0 };
	for (size_t i = 0; i < reading->sent_count; i++)
		if (str_eq(reading->sent[i].name, name) && reading->sent[i].value.len > 0)
			LIST_PUSH(reading->arena, &keys, feel_string(reading->sent[i].value));
	if (!form_sent_named(reading, name)) return item->own;
	if (keys.count == 1 && !item->component->multiple.given) return keys.items[0];
	return feel_list_of(reading->arena, keys.items, keys.count);
}

/* *out_sent is false when the field was not there at all: then its value stays. */
static struct err read_field(struct form_reading *reading, const struct form_item *item, bool *out_sent, struct feel_value *out_value)
{
	const struct form_component *component = item->component;
	struct str name = form_field_name(reading->arena, item->pointer);
	*out_sent = true;
	if (component->steps.program) return read_steps(reading, item, name, out_value);
	if (component->type == FORM_CHECKLIST || component->type == FORM_TAGLIST) {
		*out_value = read_choices(reading, component, (struct form_choices){ item->choices, item->choice_count }, name);
		return OK;
	}
	if (component->type == FORM_FILEPICKER) {
		*out_value = read_files(reading, item, name);
		return OK;
	}
	const struct form_sent *sent = form_sent_named(reading, name);
	if (form_said_unknown(reading, name)) *out_value = form_empty_value(component);
	else if (component->type == FORM_CHECKBOX) *out_value = feel_boolean(sent != NULL);
	else if (component->type == FORM_RADIO || component->type == FORM_SELECT) *out_value = read_choice(reading, item, sent);
	else if (sent) *out_value = feel_string(sent->value);
	else *out_sent = false;
	return OK;
}

/* ---- rows ---- */

/* The rows that stay, those whose option is still ticked, and new ones for the options ticked now. */
static struct err read_picks(struct form_reading *reading, struct feel_value *out_rows)
{
	const struct form_item *list = reading->page->list;
	const struct form_component *picked = form_picked(list->component);
	struct form_choices choices;
	TRY(form_pick_choices(reading->arena, reading->shown, list, &choices));
	struct str above = form_field_name(reading->arena, list->pointer);
	struct str name = str_printf(reading->arena, "%.*s.%.*s", STR_ARG(above), STR_ARG(picked->row_path));
	struct feel_value ticked = read_choices(reading, picked, choices, name);
	struct { LIST_OF(struct feel_value); } rows = { 0 };
	for (size_t i = 0; i < ticked.list.count; i++) {
		struct feel_value each = ticked.list.items[i];
		bool found = false;
		for (const struct form_item *row = list->first; row; row = row->next) {
			if (!form_same_value(feel_at(row->own, picked->row_path), each)) continue;
			LIST_PUSH(reading->arena, &rows, row->own);
			found = true;
		}
		if (!found) LIST_PUSH(reading->arena, &rows, feel_put_at(reading->arena, FEEL_NULL_VALUE, picked->row_path, each));
	}
	*out_rows = feel_list_of(reading->arena, rows.items, rows.count);
	return OK;
}

/* The rows of an outermost list as they stand in the draft, so that what is sent for one row leaves the others alone. */
static struct feel_value rows_of(struct form_reading *reading, const struct form_item *list)
{
	size_t count = 0;
	struct feel_value *rows = ARENA_ARRAY(reading->arena, struct feel_value, FORM_ROW_COUNT_MAX);
	for (const struct form_item *row = list->first; row && count < FORM_ROW_COUNT_MAX; row = row->next) rows[count++] = row->own;
	return feel_list_of(reading->arena, rows, count);
}

static const struct form_item *outermost_list(const struct form_item *item)
{
	const struct form_item *list = NULL;
	for (; item; item = item->parent)
		if (item->component->type == FORM_DYNAMICLIST && item->row == 0) list = item;
	return list;
}

static struct err read_item(struct form_reading *reading, const struct form_item *item, struct feel_value *given)
{
	const struct form_item *list = outermost_list(item);
	struct feel_value value, there;
	bool sent;
	if (list && !form_lookup(*given, form_field_name(reading->arena, list->pointer), &there))
		*given = form_put_pointer(reading->arena, *given, list->pointer, rows_of(reading, list));
	if (!form_is_keyed(item->component->type) || item->component->type == FORM_EXPRESSION) return OK;
	TRY(read_field(reading, item, &sent, &value));
	if (sent) *given = form_put_pointer(reading->arena, *given, item->pointer, value);
	return OK;
}

/* ---- the whole ---- */

static void refuse_rest(struct form_reading *reading)
{
	for (size_t i = 0; i < reading->sent_count; i++) {
		struct str name = reading->sent[i].name;
		if (str_eq_c(name, "op")) reading->op = reading->sent[i].value;
		if (reading->used[i] || str_eq_c(name, "op") || str_eq_c(name, "unknown")) continue;
		reading->fault_count++;
		struct str words = form_words(reading->arena, reading->language, WORDS_UNKNOWN_KEY, STR(""), STR(""));
		struct str pointer = str_join(reading->arena, STR("/"), str_replace(reading->arena, name, STR("."), STR("/")));
		report_error(reading->report, pointer, "%.*s", STR_ARG(words));
	}
}

struct err form_read_sent(struct form_reading *reading, struct feel_value *out_given)
{
	struct feel_value given = feel_context_of(reading->arena, NULL, 0), rows;
	if (reading->sent_count > FORM_SENT_COUNT_MAX) return ERR(LIMIT);
	for (size_t i = 0; i < reading->sent_count; i++)
		if (reading->sent[i].name.len > FORM_SENT_NAME_BYTES_MAX || reading->sent[i].value.len > FORM_SENT_VALUE_BYTES_MAX)
			return ERR(LIMIT);
	reading->op = STR("");
	reading->used = ARENA_ARRAY(reading->arena, bool, reading->sent_count + 1);
	if (form_page_picks(reading->page)) {
		TRY(read_picks(reading, &rows));
		given = form_put_pointer(reading->arena, given, reading->page->list->pointer, rows);
	}
	for (struct form_item *item = form_page_first(reading->page); item; item = form_page_next(reading->page, item))
		if (!form_page_picks(reading->page) || item != reading->page->list) TRY(read_item(reading, item, &given));
	refuse_rest(reading);
	*out_given = given;
	return OK;
}
