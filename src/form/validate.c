#include "form/inside.h"

#include <string.h>

static struct str number_text(struct form_maker *maker, int64_t number) { return str_from_i64(maker->arena, number); }

/* ---- numbers ---- */

/* Decimals that are not zero: 2 of "1.250", 0 of "1.00"; a number with an exponent has as many as it says. */
static int64_t decimals_of(struct arena *arena, struct feel_value number)
{
	struct str text = feel_print(arena, number);
	int64_t exponent = 0, decimals = 0;
	size_t end = 0, zeros = 0;
	bool behind_point = false;
	while (end < text.len && text.ptr[end] != 'e' && text.ptr[end] != 'E') {
		char c = text.ptr[end++];
		if (behind_point) decimals++;
		zeros = c == '0' ? zeros + 1 : c == '.' ? zeros : 0;
		if (c == '.') behind_point = true;
	}
	if (end < text.len && !str_to_i64(str_sub(text, end + 1, text.len), &exponent)) exponent = 0;
	decimals -= (int64_t)zeros + exponent;
	return decimals > 0 ? decimals : 0;
}

static struct err check_number(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct feel_value scope, result;
	if (item->value.kind != FEEL_NUMBER) return OK;
	if (component->decimal_digits >= 0 && decimals_of(maker->arena, item->value) > component->decimal_digits)
		form_item_error(maker, item, component->decimal_digits ? WORDS_DECIMALS : WORDS_WHOLE,
			number_text(maker, component->decimal_digits), STR(""));
	if (!component->increment_check) return OK;
	scope = feel_put(maker->arena, item->scope, STR("value"), item->value);
	TRY(feel_run(maker->arena, component->increment_check, scope, maker->env, NULL, &result));
	if (result.kind != FEEL_BOOLEAN || !result.boolean)
		form_item_error(maker, item, WORDS_INCREMENT, component->increment, STR(""));
	return OK;
}

static struct err check_range(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct feel_value bound;
	bool comparable;
	if (item->value.kind != FEEL_NUMBER) return OK;
	TRY(form_value_of(maker, &component->min, item->scope, &bound));
	if (bound.kind == FEEL_NUMBER && feel_compare(item->value, bound, &comparable) < 0)
		form_item_error(maker, item, WORDS_MIN, feel_print(maker->arena, bound), STR(""));
	TRY(form_value_of(maker, &component->max, item->scope, &bound));
	if (bound.kind == FEEL_NUMBER && feel_compare(item->value, bound, &comparable) > 0)
		form_item_error(maker, item, WORDS_MAX, feel_print(maker->arena, bound), STR(""));
	return OK;
}

/* ---- text ---- */

static struct err check_pattern(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct str words = STR("");
	if (!component->pattern || form_is_empty(item->value)) return OK;
	if (form_pattern_matches(component->pattern, item->value.string)) return OK;
	TRY(form_own_text(maker->arena, maker->state, item, maker->language, "patternErrorMessage", &component->pattern_message, &words));
	if (words.len == 0) {
		form_item_error(maker, item, WORDS_PATTERN, STR(""), STR(""));
	} else {
		LIST_PUSH(maker->arena, &item->errors, words);
		maker->state->error_count++;
	}
	return OK;
}

static struct err check_length(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct feel_value bound;
	int64_t limit, max = component->type == FORM_TEXTFIELD ? FORM_TEXTFIELD_UNITS_MAX : FORM_TEXTAREA_UNITS_MAX;
	int64_t length = (int64_t)utf8_count_utf16(item->value.string);
	if (length == 0) return OK;
	TRY(form_value_of(maker, &component->min_length, item->scope, &bound));
	if (feel_to_i64(bound, &limit) && length < limit)
		form_item_error(maker, item, WORDS_MIN_LENGTH, number_text(maker, limit), STR(""));
	TRY(form_value_of(maker, &component->max_length, item->scope, &bound));
	if (feel_to_i64(bound, &limit) && limit < max) max = limit;
	if (length > max) form_item_error(maker, item, WORDS_MAX_LENGTH, number_text(maker, max), number_text(maker, length));
	return OK;
}

/* A telephone number as form-js wants it: + or 00, the country, 4 to 20 more digits; blanks and - may part them. */
static bool is_phone(struct str text)
{
	size_t digits = 0;
	if (str_starts(text, STR("+"))) text = str_sub(text, 1, text.len);
	else if (str_starts(text, STR("00"))) text = str_sub(text, 2, text.len);
	else return false;
	if (text.len == 0 || text.ptr[0] == '0') return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c >= '0' && c <= '9') digits++;
		else if ((c != ' ' && c != '-') || i == 0) return false;
	}
	return digits >= 6 && digits <= 22;
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* An address as HTML's <input type=email> takes it. */
static bool is_email(struct str text)
{
	ptrdiff_t at = str_find_byte(text, '@', 0);
	if (at <= 0 || text.len > 254) return false;
	for (ptrdiff_t i = 0; i < at; i++)
		if (!is_letter_or_digit(text.ptr[i]) && !strchr(".!#$%&'*+/=?^_`{|}~-", text.ptr[i])) return false;
	struct str rest = str_sub(text, (size_t)at + 1, text.len), label;
	if (rest.len == 0) return false;
	while (str_split(&rest, '.', &label)) {
		if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-') return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_letter_or_digit(label.ptr[i]) && label.ptr[i] != '-') return false;
	}
	return true;
}

static void check_kind_of_text(struct form_maker *maker, struct form_item *item)
{
	enum form_validation kind = item->component->validation;
	if (item->value.kind != FEEL_STRING || item->value.string.len == 0) return;
	if (kind == FORM_VALIDATION_PHONE && !is_phone(item->value.string))
		form_item_error(maker, item, WORDS_PHONE, STR(""), STR(""));
	if (kind == FORM_VALIDATION_EMAIL && !is_email(item->value.string))
		form_item_error(maker, item, WORDS_EMAIL, STR(""), STR(""));
}

/* ---- the rest ---- */

static void check_required(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	if (!component->required) return;
	bool unchecked = component->type == FORM_CHECKBOX && item->value.kind == FEEL_BOOLEAN && !item->value.boolean;
	if (!unchecked && !form_is_empty(item->value)) return;
	enum form_words words = WORDS_REQUIRED;
	if (component->type == FORM_CHECKBOX) words = WORDS_REQUIRED_CHECK;
	else if (form_is_choosing(component->type)) words = WORDS_REQUIRED_CHOICE;
	else if (component->type == FORM_FILEPICKER) words = WORDS_REQUIRED_FILE;
	form_item_error(maker, item, words, STR(""), STR(""));
}

static void check_past(struct form_maker *maker, struct form_item *item)
{
	if (!item->component->no_past_dates || item->component->subtype == FORM_TIME) return;
	struct date today = date_of_ms(maker->env->now_ms, maker->env->offset_s);
	bool past = (item->value.kind == FEEL_DATE && date_cmp(item->value.date, today) < 0)
		|| (item->value.kind == FEEL_DATE_TIME && date_cmp(item->value.date_time->date, today) < 0);
	if (past) form_item_error(maker, item, WORDS_PAST, STR(""), STR(""));
}

static struct err check_files(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct feel_value multiple;
	TRY(form_value_of(maker, &component->multiple, item->scope, &multiple));
	bool several = multiple.kind == FEEL_BOOLEAN && multiple.boolean;
	int max = several ? component->file_count_max : 1;
	size_t count = item->value.kind == FEEL_LIST ? item->value.list.count : 1;
	if (count > (size_t)max) form_item_error(maker, item, WORDS_FILES_MAX, number_text(maker, max), STR(""));
	return OK;
}

/* properties.check over the field's context, with its own value as `value`; an empty field passes, as with other rules. */
static struct err check_own_rule(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	struct feel_value result;
	struct str words = STR("");
	if (!component->check.program || form_is_empty(item->value)) return OK;
	struct form_item in_scope = *item;
	in_scope.scope = feel_put(maker->arena, item->scope, STR("value"), item->value);
	TRY(form_value_of(maker, &component->check, in_scope.scope, &result));
	if (result.kind == FEEL_BOOLEAN && result.boolean) return OK;
	TRY(form_own_text(maker->arena, maker->state, &in_scope, maker->language, "checkMessage", &component->check_message, &words));
	if (words.len == 0) words = form_words(maker->arena, maker->language, WORDS_CHECK, STR(""), STR(""));
	LIST_PUSH(maker->arena, &item->errors, words);
	maker->state->error_count++;
	return OK;
}

struct err form_steps_of(struct arena *arena, const struct form_state *state, const struct form_item *item,
	struct feel_value value, struct form_steps *out_steps, bool *out_whole)
{
	struct feel_value lists, scope = feel_put(arena, item->scope, STR("value"), value);
	*out_steps = (struct form_steps){ .count = 0 };
	*out_whole = false;
	TRY(feel_run(arena, item->component->steps.program, scope, state->env, NULL, &lists));
	for (size_t i = 0; lists.kind == FEEL_LIST && i < lists.list.count && i < FORM_STEP_COUNT_MAX; i++) {
		struct form_choices *choices = &out_steps->lists[out_steps->count++];
		TRY(form_choices_of(arena, lists.list.items[i], choices));
		*out_whole = false;
		for (size_t k = 0; k < choices->count && !*out_whole; k++) *out_whole = choices->items[k].chosen;
	}
	return OK;
}

/* A value that stops half way ("310000", where a county is wanted) or is none of the steps. */
static struct err check_steps(struct form_maker *maker, struct form_item *item)
{
	struct form_steps steps;
	bool whole;
	if (!item->component->steps.program || form_is_empty(item->value)) return OK;
	TRY(form_steps_of(maker->arena, maker->state, item, item->value, &steps, &whole));
	if (!whole) form_item_error(maker, item, WORDS_STEP, STR(""), STR(""));
	return OK;
}

static struct err check_list(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	if (item->value.kind == FEEL_LIST && item->value.list.count < (size_t)component->rows_min)
		form_item_error(maker, item, component->pick.len ? WORDS_PICK_MIN : WORDS_ROWS_MIN, number_text(maker, component->rows_min),
			STR(""));
	return check_own_rule(maker, item);
}

/* The order of form-js: number rules, pattern, required, min, max, lengths, phone, email; then ours. */
static struct err check_field(struct form_maker *maker, struct form_item *item)
{
	const struct form_component *component = item->component;
	bool text = component->type == FORM_TEXTFIELD || component->type == FORM_TEXTAREA;
	if (component->type == FORM_NUMBER) TRY(check_number(maker, item));
	if (component->type == FORM_TEXTFIELD) TRY(check_pattern(maker, item));
	check_required(maker, item);
	if (component->type == FORM_NUMBER) TRY(check_range(maker, item));
	if (text) TRY(check_length(maker, item));
	check_kind_of_text(maker, item);
	if (component->type == FORM_DATETIME) check_past(maker, item);
	if (component->type == FORM_FILEPICKER) TRY(check_files(maker, item));
	if (item->errors.count == 0) TRY(check_steps(maker, item));
	return item->errors.count == 0 ? check_own_rule(maker, item) : OK;
}

struct err form_check_item(struct form_maker *maker, struct form_item *item)
{
	bool keyed = form_is_keyed(item->component->type);
	/* What we compute ourselves cannot be sent wrongly. */
	bool ours = item->readonly || item->component->type == FORM_EXPRESSION;
	if (item->fault != WORDS_NONE && !ours) {
		form_item_error(maker, item, (enum form_words)item->fault, number_text(maker, item->fault_count), STR(""));
		return OK;
	}
	if (item->row > 0) return OK;
	if (item->component->type == FORM_DYNAMICLIST) return check_list(maker, item);
	return keyed ? check_field(maker, item) : OK;
}

void form_report_item(struct report *report, const struct form_item *item)
{
	for (size_t i = 0; i < item->errors.count; i++)
		report_error(report, item->pointer, "%.*s", STR_ARG(item->errors.items[i]));
}

struct err form_validate(struct form_maker *maker, struct report *report)
{
	struct form_item *root = maker->state->root;
	for (struct form_item *item = form_item_next(root, root); item; item = form_item_next(root, item)) {
		if (item->hidden || item->disabled) continue;
		TRY(form_check_item(maker, item));
		form_report_item(report, item);
	}
	return OK;
}

/* ---- keys that nobody asked for ---- */

struct unknown { struct form_maker *maker; struct report *report; };

static void refuse(struct unknown *u, struct str pointer, enum form_words words)
{
	struct str text = form_words(u->maker->arena, u->maker->language, words, STR(""), STR(""));
	u->maker->state->error_count++;
	report_error(u->report, pointer, "%.*s", STR_ARG(text));
}

static void walk(struct unknown *u, struct feel_value given, const struct form_path *paths, struct str pointer);

static void walk_rows(struct unknown *u, struct feel_value list, const struct form_path *rows, struct str pointer)
{
	for (size_t i = 0; list.kind == FEEL_LIST && i < list.list.count && i < FORM_ROW_COUNT_MAX; i++)
		if (list.list.items[i].kind == FEEL_CONTEXT)
			walk(u, list.list.items[i], rows, str_printf(u->maker->arena, "%.*s/%zu", STR_ARG(pointer), i));
}

static void walk(struct unknown *u, struct feel_value given, const struct form_path *paths, struct str pointer)
{
	if (given.kind != FEEL_CONTEXT) {
		if (given.kind != FEEL_NULL) refuse(u, pointer, WORDS_NO_CONTEXT);
		return;
	}
	for (size_t i = 0; i < given.context.count; i++) {
		const struct feel_entry *entry = &given.context.entries[i];
		struct str name = str_replace(u->maker->arena, entry->key, STR("~"), STR("~0"));
		name = str_replace(u->maker->arena, name, STR("/"), STR("~1"));
		struct str below = str_printf(u->maker->arena, "%.*s/%.*s", STR_ARG(pointer), STR_ARG(name));
		const struct form_path *path = form_path_child(paths, entry->key);
		if (!path) refuse(u, below, WORDS_UNKNOWN_KEY);
		else if (path->kind == PATH_OPEN) walk(u, entry->value, path, below);
		else if (path->kind == PATH_LIST) walk_rows(u, entry->value, path, below);
	}
}

void form_refuse_unknown(struct form_maker *maker, struct report *report)
{
	struct unknown u = { maker, report };
	walk(&u, maker->given, maker->state->form->paths, STR(""));
}
