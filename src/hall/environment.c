#include "hall/environment.h"

#include "hall/calendar.h"
#include "hall/identifiers.h"
#include "hall/money_words.h"
#include "hall/parameters.h"

#define ENVIRONMENT(data) ((struct environment *)(data))

static bool argument_date(struct feel_run *run, const struct feel_value *value, struct date *out)
{
	if (value->kind == FEEL_DATE) *out = value->date;
	else if (value->kind == FEEL_DATE_TIME) *out = value->date_time->date;
	else if (value->kind != FEEL_STRING || !date_parse(value->string, out)) {
		feel_run_note(run, "a date is needed here");
		return false;
	}
	return true;
}

static bool argument_days(struct feel_run *run, const struct feel_value *value, int64_t *out)
{
	if (feel_to_i64(*value, out)) return true;
	feel_run_note(run, "a whole number of days is needed here");
	return false;
}

/* The row for name, date and region (none said: the hall's own), noted because it stands in the receipt. NULL: there is none. */
static const struct parameter *argument_parameter(struct feel_run *run, struct environment *environment, const struct feel_value *args)
{
	struct date on;
	struct str region = args[2].kind == FEEL_STRING && args[2].string.len ? args[2].string : environment->region;
	if (args[0].kind != FEEL_STRING || !argument_date(run, &args[1], &on)) return NULL;
	const struct parameter *parameter = parameter_find(environment->parameters, region, args[0].string, on);
	if (!parameter)
		feel_run_note(run, "there is no parameter %.*s for region %.*s on %04d-%02d-%02d", STR_ARG(args[0].string), STR_ARG(region),
		    on.year, on.month, on.day);
	for (size_t i = 0; parameter && i < environment->uses.count; i++)
		if (environment->uses.items[i].parameter == parameter) return parameter;
	if (parameter) LIST_PUSH(environment->arena, &environment->uses, ((struct parameter_use){ parameter, on }));
	return parameter;
}

static struct feel_value call_parameter(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	const struct parameter *parameter = argument_parameter(run, ENVIRONMENT(data), args);
	return parameter ? parameter_value(parameter) : FEEL_NULL_VALUE;
}

/* The figure with where it comes from: {name, region, value, unit, from, until, source, confidence}; until null: open. */
static struct feel_value call_parameter_details(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	struct arena *arena = feel_run_arena(run);
	const struct parameter *parameter = argument_parameter(run, ENVIRONMENT(data), args);
	if (!parameter) return FEEL_NULL_VALUE;
	const struct feel_entry entries[] = {
		{ STR("name"), feel_string(parameter->name) },
		{ STR("region"), feel_string(parameter->region) },
		{ STR("value"), parameter_value(parameter) },
		{ STR("unit"), feel_string(parameter->unit) },
		{ STR("from"), feel_date(parameter->from) },
		{ STR("until"), parameter->until.year ? feel_date(parameter->until) : FEEL_NULL_VALUE },
		{ STR("source"), feel_string(parameter->source) },
		{ STR("confidence"), feel_string(parameter->confidence) },
	};
	return feel_context_of(arena, arena_copy(arena, entries, sizeof entries), sizeof entries / sizeof *entries);
}

static struct feel_value call_add_working_days(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date from;
	int64_t days;
	struct deadline deadline;
	(void)count;
	if (!argument_date(run, &args[0], &from) || !argument_days(run, &args[1], &days)) return FEEL_NULL_VALUE;
	if (failed(calendar_add_working_days(ENVIRONMENT(data)->calendar, from, days, &deadline))) return FEEL_NULL_VALUE;
	return feel_date(deadline.on);
}

static struct feel_value call_add_days(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date from;
	int64_t days;
	(void)count; (void)data;
	if (!argument_date(run, &args[0], &from) || !argument_days(run, &args[1], &days)) return FEEL_NULL_VALUE;
	if (days < -CALENDAR_DAYS_MAX || days > CALENDAR_DAYS_MAX) return FEEL_NULL_VALUE;
	return feel_date(date_from_days(date_to_days(from) + days));
}

static bool argument_deadline(struct feel_run *run, void *data, const struct feel_value *args, struct deadline *out)
{
	struct date from;
	if (!argument_date(run, &args[0], &from)) return false;
	struct str length = feel_print(feel_run_arena(run), args[1]);
	bool working = args[2].kind == FEEL_STRING && str_eq_c(args[2].string, "working");
	if (!failed(calendar_deadline(ENVIRONMENT(data)->calendar, from, length, working, out))) return true;
	feel_run_note(run, "a length such as P3D, P1M or P1Y is needed, not %.*s", STR_ARG(length));
	return false;
}

static struct feel_value call_deadline(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct deadline deadline;
	(void)count;
	return argument_deadline(run, data, args, &deadline) ? feel_date(deadline.on) : FEEL_NULL_VALUE;
}

/* {date, provisional}: provisional while the notice of days off is missing for a year that was counted through. */
static struct feel_value call_deadline_details(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct deadline deadline;
	struct arena *arena = feel_run_arena(run);
	(void)count;
	if (!argument_deadline(run, data, args, &deadline)) return FEEL_NULL_VALUE;
	const struct feel_entry entries[] = {
		{ STR("date"), feel_date(deadline.on) }, { STR("provisional"), feel_boolean(deadline.provisional) } };
	return feel_context_of(arena, arena_copy(arena, entries, sizeof entries), sizeof entries / sizeof *entries);
}

static struct feel_value call_is_working_day(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date on;
	(void)count;
	if (!argument_date(run, &args[0], &on)) return FEEL_NULL_VALUE;
	return feel_boolean(calendar_day(ENVIRONMENT(data)->calendar, on) == CALENDAR_WORKING);
}

static struct feel_value call_working_days_between(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date from, to;
	(void)count;
	if (!argument_date(run, &args[0], &from) || !argument_date(run, &args[1], &to)) return FEEL_NULL_VALUE;
	return feel_number_i64(calendar_working_days_between(ENVIRONMENT(data)->calendar, from, to));
}

/* Notes the code and what it lies in: county, prefecture, province; a region's full name is made of all of them. */
static void note_region(struct environment *environment, struct str code, size_t digits)
{
	for (size_t keep = code.len >= 6 ? digits : 0; keep >= 2; keep -= 2) {
		struct str known = str_printf(environment->arena, "%.*s%.*s", (int)keep, code.ptr, (int)(6 - keep), "000000");
		bool noted = !region_is_known(environment->parameters, known);
		for (size_t i = 0; i < environment->regions.count; i++) noted |= str_eq(environment->regions.items[i], known);
		if (!noted) LIST_PUSH(environment->arena, &environment->regions, known);
	}
}

static struct str argument_text(const struct feel_value *value) { return value->kind == FEEL_STRING ? value->string : STR(""); }

static struct feel_value call_valid_resident_id(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	const struct feel_env *env = feel_run_env(run);
	note_region(ENVIRONMENT(data), argument_text(&args[0]), 2);
	return feel_boolean(
	    resident_id_is_valid(argument_text(&args[0]), date_of_ms(env->now_ms, env->offset_s), ENVIRONMENT(data)->parameters));
}

static struct feel_value call_valid_identity_document(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	const struct feel_env *env = feel_run_env(run);
	return feel_boolean(identity_document_is_valid(argument_text(&args[0]), argument_text(&args[1]),
	    date_of_ms(env->now_ms, env->offset_s), ENVIRONMENT(data)->parameters));
}

static struct feel_value call_document_kind(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	const struct feel_env *env = feel_run_env(run);
	struct date today = date_of_ms(env->now_ms, env->offset_s);
	struct str kind = identity_document_kind(argument_text(&args[0]), today, ENVIRONMENT(data)->parameters);
	return kind.len ? feel_string(kind) : FEEL_NULL_VALUE;
}

static struct feel_value call_valid_uscc(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run; (void)data; (void)count;
	return feel_boolean(uscc_is_valid(argument_text(&args[0])));
}

static struct feel_value call_valid_mobile(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run; (void)data; (void)count;
	return feel_boolean(mobile_is_valid(argument_text(&args[0])));
}

static struct feel_value call_valid_person_name(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run; (void)data; (void)count;
	return feel_boolean(person_name_is_valid(argument_text(&args[0])));
}

static struct feel_value call_printable(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run; (void)data; (void)count;
	return feel_boolean(text_is_printable(argument_text(&args[0])));
}

static struct feel_value call_known_region(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run; (void)count;
	note_region(ENVIRONMENT(data), argument_text(&args[0]), 6);
	return feel_boolean(region_is_known(ENVIRONMENT(data)->parameters, argument_text(&args[0])));
}

static struct feel_value call_region_name(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	note_region(ENVIRONMENT(data), argument_text(&args[0]), 6);
	struct str name = region_full_name(feel_run_arena(run), ENVIRONMENT(data)->parameters, argument_text(&args[0]));
	return name.len ? feel_string(name) : FEEL_NULL_VALUE;
}

/* Where the case is asked for: a place to begin with when somebody chooses one. */
static struct feel_value call_hall_region(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)run; (void)args; (void)count;
	struct str region = ENVIRONMENT(data)->region;
	return region.len ? feel_string(region) : FEEL_NULL_VALUE;
}

static struct feel_value step_of(struct arena *arena, const struct region_places *places, struct str chosen)
{
	struct feel_value *options = ARENA_ARRAY(arena, struct feel_value, places->count);
	for (size_t i = 0; i < places->count; i++) {
		const struct region_place *place = &places->items[i];
		const struct feel_entry entries[] = {
			{ STR("label"), feel_string(place->name) }, { STR("value"), feel_string(place->code) },
			{ STR("group"), feel_string(place->prefecture) }, { STR("chosen"), feel_boolean(str_eq(place->code, chosen)) },
		};
		options[i] = feel_context_of(arena, arena_copy(arena, entries, sizeof entries), sizeof entries / sizeof *entries);
	}
	return feel_list_of(arena, options, places->count);
}

/* The provinces, and once one is known, its counties: what `properties.steps` of a form wants. */
static struct feel_value call_region_steps(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)count;
	struct arena *arena = feel_run_arena(run);
	const struct parameters *parameters = ENVIRONMENT(data)->parameters;
	struct str code = argument_text(&args[0]);
	struct str province = code.len == 6 ? str_join(arena, str_sub(code, 0, 2), STR("0000")) : STR("");
	struct region_places provinces = region_places(arena, parameters, STR(""));
	struct feel_value steps[2] = { step_of(arena, &provinces, province) };
	if (!region_is_known(parameters, province)) return feel_list_of(arena, steps, 1);
	struct region_places counties = region_places(arena, parameters, province);
	steps[1] = step_of(arena, &counties, code);
	return feel_list_of(arena, steps, counties.count ? 2 : 1);
}

static struct feel_value call_birth_date(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date birth;
	struct str sex;
	(void)run; (void)data; (void)count;
	return resident_id_read(argument_text(&args[0]), &birth, &sex) ? feel_date(birth) : FEEL_NULL_VALUE;
}

static bool argument_fen(struct feel_run *run, const struct feel_value *value, int64_t *out_fen)
{
	struct arena *arena = feel_run_arena(run);
	struct feel_value rounded;
	struct feel_value scope = feel_put(arena, FEEL_NULL_VALUE, STR("n"), *value);
	if (!failed(feel_evaluate(arena, STR("decimal(number(string(n)), 2)"), scope, feel_run_env(run), NULL, &rounded)) &&
	    feel_to_fen(rounded, out_fen))
		return true;
	feel_run_note(run, "an amount of money is needed here");
	return false;
}

/* 人民币壹万壹仟贰佰伍拾元整: the amount as a legal form writes it. */
static struct feel_value call_money_in_words(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	int64_t fen;
	(void)data; (void)count;
	if (!argument_fen(run, &args[0], &fen)) return FEEL_NULL_VALUE;
	struct str words = money_in_words(feel_run_arena(run), fen);
	return words.len ? feel_string(words) : FEEL_NULL_VALUE;
}

/* "12,345.00": two decimals, half-even, thousands apart. */
static struct feel_value call_money(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)data; (void)count;
	struct arena *arena = feel_run_arena(run);
	int64_t fen;
	if (!argument_fen(run, &args[0], &fen)) return FEEL_NULL_VALUE;
	uint64_t positive = fen < 0 ? (uint64_t)-(fen + 1) + 1 : (uint64_t)fen;
	struct str yuan = str_printf(arena, "%llu", (unsigned long long)(positive / 100));
	struct buf buf = buf_make(arena, 64);
	if (fen < 0) buf_add_byte(&buf, '-');
	for (size_t i = 0; i < yuan.len; i++) {
		if (i > 0 && (yuan.len - i) % 3 == 0) buf_add_byte(&buf, ',');
		buf_add_byte(&buf, yuan.ptr[i]);
	}
	buf_printf(&buf, ".%02d", (int)(positive % 100));
	return feel_string(buf_str(&buf));
}

static struct feel_value call_chinese_date(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date on;
	(void)data; (void)count;
	if (args[0].kind == FEEL_NULL || !argument_date(run, &args[0], &on)) return FEEL_NULL_VALUE;
	return feel_string(str_printf(feel_run_arena(run), "%d年%d月%d日", on.year, on.month, on.day));
}

/* "9月15日", for text messages. */
static struct feel_value call_short_date(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	struct date on;
	(void)data; (void)count;
	if (args[0].kind == FEEL_NULL || !argument_date(run, &args[0], &on)) return FEEL_NULL_VALUE;
	return feel_string(str_printf(feel_run_arena(run), "%d月%d日", on.month, on.day));
}

/* 张*强, 欧阳*: the first character stays, and the last of three or more. */
static struct feel_value call_mask_name(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)data; (void)count;
	struct str name = argument_text(&args[0]);
	size_t total = utf8_count(name), at = 0, index = 0;
	struct buf buf = buf_make(feel_run_arena(run), 512);
	for (uint32_t c; utf8_next(name, &at, &c); index++) {
		if (index == 0 || (total > 2 && index + 1 == total)) utf8_add(&buf, c);
		else buf_add_byte(&buf, '*');
	}
	return feel_string(buf_str(&buf));
}

static struct feel_value call_mask_phone(struct feel_run *run, void *data, const struct feel_value *args, size_t count)
{
	(void)data; (void)count;
	struct str phone = argument_text(&args[0]);
	if (phone.len < 7) return FEEL_NULL_VALUE;
	return feel_string(str_printf(feel_run_arena(run), "%.*s****%.*s", 3, phone.ptr, 4, phone.ptr + phone.len - 4));
}

static const struct feel_host_function functions[] = {
	{ STR_INIT("parameter"), "name, date, region?", call_parameter, NULL },
	{ STR_INIT("parameter details"), "name, date, region?", call_parameter_details, NULL },
	{ STR_INIT("add working days"), "date, days", call_add_working_days, NULL },
	{ STR_INIT("add days"), "date, days", call_add_days, NULL },
	{ STR_INIT("deadline"), "from, length, counted", call_deadline, NULL },
	{ STR_INIT("deadline details"), "from, length, counted", call_deadline_details, NULL },
	{ STR_INIT("is working day"), "date", call_is_working_day, NULL },
	{ STR_INIT("working days between"), "from, to", call_working_days_between, NULL },
	{ STR_INIT("valid resident id"), "text", call_valid_resident_id, NULL },
	{ STR_INIT("valid identity document"), "number, kind", call_valid_identity_document, NULL },
	{ STR_INIT("document kind"), "number", call_document_kind, NULL },
	{ STR_INIT("valid uscc"), "text", call_valid_uscc, NULL },
	{ STR_INIT("valid mobile"), "text", call_valid_mobile, NULL },
	{ STR_INIT("valid person name"), "text", call_valid_person_name, NULL },
	{ STR_INIT("printable"), "text", call_printable, NULL },
	{ STR_INIT("known region"), "code", call_known_region, NULL },
	{ STR_INIT("region name"), "code", call_region_name, NULL },
	{ STR_INIT("hall region"), "", call_hall_region, NULL },
	{ STR_INIT("region steps"), "code", call_region_steps, NULL },
	{ STR_INIT("birth date"), "text", call_birth_date, NULL },
	{ STR_INIT("money"), "number", call_money, NULL },
	{ STR_INIT("money in words"), "number", call_money_in_words, NULL },
	{ STR_INIT("chinese date"), "date", call_chinese_date, NULL },
	{ STR_INIT("short date"), "date", call_short_date, NULL },
	{ STR_INIT("mask name"), "text", call_mask_name, NULL },
	{ STR_INIT("mask phone"), "text", call_mask_phone, NULL },
};
enum { FUNCTION_COUNT = sizeof functions / sizeof *functions };

const struct feel_env *environment_signatures(void)
{
	static const struct feel_env env = { .offset_s = SHANGHAI_OFFSET_S, .functions = functions, .function_count = FUNCTION_COUNT };
	return &env;
}

struct environment *environment_new(struct arena *arena, const struct calendar *calendar, const struct parameters *parameters,
	struct str region, int64_t now_ms)
{
	struct environment *environment = ARENA_NEW(arena, struct environment);
	struct feel_host_function *bound = ARENA_ARRAY(arena, struct feel_host_function, FUNCTION_COUNT);
	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		bound[i] = functions[i];
		bound[i].data = environment;
	}
	environment->feel = (struct feel_env){
		.now_ms = now_ms, .offset_s = SHANGHAI_OFFSET_S, .functions = bound, .function_count = FUNCTION_COUNT
	};
	environment->arena = arena;
	environment->calendar = calendar_watched(arena, calendar);
	environment->parameters = parameters;
	environment->region = region;
	return environment;
}

void environment_forget_uses(struct environment *environment)
{
	environment->uses.count = environment->regions.count = 0;
	environment->calendar = calendar_watched(environment->arena, environment->calendar);
}
