/* What the lists know of a case is written in the command that changes it: a list never lags behind. */
#include "hall/inside.h"

enum { ROW_BYTES_MAX = 16 << 10 };

static struct str text_at(struct feel_value data, const char *path)
{
	struct feel_value value = feel_at(data, str_from_c(path));
	return value.kind == FEEL_STRING ? str_trim(value.string) : STR("");
}

/* The process keeps decisions as variables; whatever has a list `failedRules` tells which conditions were not met. */
static struct str failed_rules(struct arena *arena, const struct bpmn_instance *instance)
{
	struct buf buf = buf_make(arena, 4096);
	struct feel_value variables = instance ? bpmn_variables(arena, instance, 0) : FEEL_NULL_VALUE;
	for (size_t i = 0; variables.kind == FEEL_CONTEXT && i < variables.context.count; i++) {
		struct feel_value rules = feel_get(variables.context.entries[i].value, STR("failedRules"));
		for (size_t k = 0; rules.kind == FEEL_LIST && k < rules.list.count; k++)
			if (rules.list.items[k].kind == FEEL_STRING)
				buf_printf(&buf, "%s%.*s,", buf.len ? "" : ",", STR_ARG(rules.list.items[k].string));
	}
	return buf_str(&buf);
}

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

struct err desk_follow(struct work *work, const struct case_file *file)
{
	struct arena *arena = work->arena;
	struct json *json = json_new(arena, JSON_OBJECT);
	struct str plain, box, employer = text_at(file->data, "employer.name"), district = text_at(file->data, "answers.workplace");
	struct str name_key = employer_name_key(arena, employer), employer_key = STR("");
	if (district.len == 0) district = text_at(file->data, "employer.registeredRegion");
	if (district.len == 0) district = file->row.region;
	if (name_key.len) {
		struct str hash = lookup_key(work->hall, arena, "desk.employer", name_key);
		employer_key = str_hex(arena, hash.ptr, 8);
	}
	add_text(arena, json, "applicant", text_at(file->data, "name"));
	add_text(arena, json, "phone", text_at(file->data, "phone"));
	add_text(arena, json, "employer", employer);
	TRY(json_print(arena, json, JSON_COMPACT, ROW_BYTES_MAX, &plain));
	TRY(seal_text(work->hall, arena, "desk_case.row", file->row.case_id, plain, &box));
	WORK_ADD(work, "desk_follow", I(file->row.case_id), T(district), T(employer_key), T(failed_rules(arena, file->instance)), B(box));
	return OK;
}
