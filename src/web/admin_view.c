#include "web/admin_view.h"

bool admin_is_whole(struct request *request)
{
	struct organisation first;
	return !failed(organisation_by_code(request->hall, request->arena, STR("hall"), &first)) &&
	    first.organisation_id == admin_scope(request);
}

static struct feel_value errors_of(struct request *request)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < request->report->count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "place", request->report->items[i].place);
		resource_text(&item, "words", request->report->items[i].words);
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

struct resource admin_page(struct request *request)
{
	struct resource it = resource_make(request->arena);
	struct str done = request_query(request, "done");
	int64_t moved;
	resource_text(&it, "done", done.len ? page_word_or(request, "admin.done.", done, STR("")) : STR(""));
	resource_count(&it, "moved", str_to_i64(request_query(request, "moved"), &moved) && moved > 0 ? moved : 0);
	resource_add(&it, "errors", errors_of(request));
	resource_flag(&it, "whole", admin_is_whole(request));
	return it;
}

struct err admin_again(struct request *request, struct answer *answer, struct resource *it, const char *template_name, struct err err)
{
	bool shown = err_is(err, ERR_INVALID) || err_is(err, ERR_REFUSED) || err_is(err, ERR_NOT_FOUND) || err_is(err, ERR_FORBIDDEN);
	if (request->json || !shown || request->report->count == 0) return err;
	answer->status = err_is(err, ERR_REFUSED) ? 409 : 422;
	answer->template_name = template_name;
	answer->resource = resource_done(it);
	request->report->count = request->report->error_count = 0;
	return OK;
}

void admin_done(struct request *request, struct answer *answer, struct str path, const char *done)
{
	answer->see_other = str_printf(request->arena, "%.*s?done=%s", STR_ARG(path), done);
}

struct str admin_role(struct request *request, struct str role) { return page_word_or(request, "admin.role.", role, role); }

struct feel_value admin_choices(struct request *request, const char *prefix, const char *const *names, size_t count, struct str chosen)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < count; i++) {
		struct resource item = resource_make(request->arena);
		struct str name = str_from_c(names[i]);
		resource_text(&item, "value", name);
		resource_text(&item, "words", page_word_or(request, prefix, name, name));
		resource_flag(&item, "chosen", str_eq(name, chosen));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

struct feel_value admin_roles(struct request *request, struct str chosen)
{
	static const char *const roles[] = { "legalClerk", "legalLead", "leader", "administrator", "operator", "auditor" };
	return admin_choices(request, "admin.role.", roles, sizeof roles / sizeof *roles, chosen);
}

struct str size_words(struct request *request, int64_t bytes)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB" };
	int64_t tenths = bytes * 10 / 1024;
	size_t unit = 0;
	while (tenths >= 10240 && unit + 1 < sizeof units / sizeof *units) {
		tenths /= 1024;
		unit++;
	}
	if (tenths >= 100) return str_printf(request->arena, "%lld %s", (long long)(tenths / 10), units[unit]);
	return str_printf(request->arena, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10), units[unit]);
}

struct str age_words(struct request *request, int64_t ms)
{
	static const struct { int64_t ms; const char *words[LANGUAGE_COUNT]; } units[] = {
		{ INT64_C(86400000), { "天", " days" } }, { 3600000, { "小时", " h" } }, { 60000, { "分钟", " min" } } };
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (ms >= 2 * units[i].ms || (ms >= units[i].ms && i == 2))
			return str_printf(request->arena, "%lld%s", (long long)(ms / units[i].ms), units[i].words[request->language_index]);
	return request->language_index ? STR("under a minute") : STR("不到1分钟");
}

bool date_typed(struct arena *arena, struct str text, struct date *out_date)
{
	int32_t numbers[3] = { 0 };
	size_t count = 0, digits = 0;
	text = str_trim(text);
	if (text.len == 8 && str_find_byte(text, '-', 0) < 0)
		text = str_printf(arena, "%.*s-%.*s-%.*s", 4, text.ptr, 2, text.ptr + 4, 2, text.ptr + 6);
	for (size_t i = 0; i < text.len; i++) {
		bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
		if (!digit) {
			count += digits > 0;
			digits = 0;
			continue;
		}
		if (count > 2 || ++digits > 4) return false;
		numbers[count] = numbers[count] * 10 + (text.ptr[i] - '0');
	}
	count += digits > 0;
	struct date date = { numbers[0], (int8_t)(numbers[1] > 12 ? 0 : numbers[1]), (int8_t)(numbers[2] > 31 ? 0 : numbers[2]) };
	if (count != 3 || date.year < 1900 || !date_is_valid(date)) return false;
	*out_date = date;
	return true;
}

static struct feel_value lines_of(struct request *request, struct str text)
{
	struct value_list list = value_list_make(request->arena);
	struct str line;
	while (str_split(&text, '\n', &line))
		if (line.len) value_list_add(&list, feel_string(line));
	return value_list_done(&list);
}

struct feel_value errand_value(struct request *request, const struct errand *errand)
{
	struct resource item = resource_make(request->arena);
	struct str state = str_from_c(errand_state_name(errand->state)), words = errand->words, first = STR("");
	(void)str_split(&words, '\n', &first);
	resource_text(&item, "state", state);
	resource_text(&item, "stateWords", page_word_or(request, "admin.errand.", state, state));
	resource_flag(&item, "open", errand->state == ERRAND_WAITING || errand->state == ERRAND_RUNNING);
	resource_flag(&item, "running", errand->state == ERRAND_RUNNING);
	resource_flag(&item, "good", errand->state == ERRAND_DONE);
	resource_flag(&item, "bad", errand->state == ERRAND_FAILED || errand->state == ERRAND_CUT);
	resource_count(&item, "percent", errand->permille / 10);
	resource_text(&item, "words", first);
	resource_add(&item, "findings", lines_of(request, words));
	resource_text(&item, "subject", errand->subject);
	resource_text(&item, "by", event_actor(request->hall, request->arena, errand->asked_by));
	resource_moment(request, &item, "asked", errand->asked_ms);
	resource_moment(request, &item, "ended", errand->ended_ms);
	return resource_done(&item);
}
