#include "form/inside.h"

/* What a person reads beside a field, in Chinese and English. One place, so that a hall can be read through in a minute. */
static const struct { const char *zh, *en; } table[WORDS_COUNT] = {
	[WORDS_NONE] = { "", "" },
	[WORDS_UNKNOWN_KEY] = { "表单里没有这一项", "This form has no such entry" },
	[WORDS_NO_TEXT] = { "请填写文字", "Please enter text" },
	[WORDS_CONTROL_CHARACTER] = { "含有看不见的控制字符，请删除后重新填写",
		"There are invisible control characters; please delete them and enter this again" },
	[WORDS_NO_NUMBER] = { "请只填数字，例如 5000 或 5000.50", "Please enter digits only, such as 5000 or 5000.50" },
	[WORDS_NO_DATE] = { "请填写正确的日期，例如 2022-08-26", "Please enter a real date, such as 2022-08-26" },
	[WORDS_NO_TIME] = { "请填写正确的时间，例如 09:30", "Please enter a real time, such as 09:30" },
	[WORDS_NO_DATE_TIME] = { "请填写正确的日期和时间，例如 2022-08-26T09:30", "Please enter a real date and time, such as 2022-08-26T09:30" },
	[WORDS_NO_BOOLEAN] = { "请选择是或否", "Please choose yes or no" },
	[WORDS_NO_OPTION] = { "请从列出的选项中选择", "Please choose one of the options shown" },
	[WORDS_NO_FILE] = { "请重新上传文件", "Please upload the file again" },
	[WORDS_NO_LIST] = { "这一项应当是列表", "This should be a list" },
	[WORDS_NO_ROW] = { "这一行不能识别，请重新填写", "This row cannot be understood; please enter it again" },
	[WORDS_NO_CONTEXT] = { "这里应当是一组内容", "This should be a group of entries" },
	[WORDS_DECIMALS] = { "小数最多 {1} 位", "At most {1} decimals" },
	[WORDS_WHOLE] = { "请填写整数", "Please enter a whole number" },
	[WORDS_INCREMENT] = { "请填写 {1} 的倍数", "Please enter a multiple of {1}" },
	[WORDS_PATTERN] = { "格式不对，请检查后重新填写", "The format is not right; please look at it again" },
	[WORDS_REQUIRED] = { "请填写这一项", "Please fill this in" },
	[WORDS_REQUIRED_CHOICE] = { "请选择一项", "Please choose one" },
	[WORDS_REQUIRED_FILE] = { "请上传文件", "Please upload a file" },
	[WORDS_REQUIRED_CHECK] = { "请勾选后继续", "Please tick this to go on" },
	[WORDS_MIN] = { "不能小于 {1}", "Not less than {1}" },
	[WORDS_MAX] = { "不能大于 {1}", "Not more than {1}" },
	[WORDS_MIN_LENGTH] = { "至少填写 {1} 个字", "At least {1} characters" },
	[WORDS_MAX_LENGTH] = { "最多填写 {1} 个字，现在有 {2} 个", "At most {1} characters; there are {2} now" },
	[WORDS_PHONE] = { "请填写带国家代码的电话，例如 +8613800138000",
		"Please enter a telephone number with its country code, such as +8613800138000" },
	[WORDS_EMAIL] = { "请填写正确的邮箱，例如 name@example.com", "Please enter a real e-mail address, such as name@example.com" },
	[WORDS_PAST] = { "日期不能早于今天", "The date cannot be before today" },
	[WORDS_FILES_MAX] = { "最多上传 {1} 个文件", "At most {1} files" },
	[WORDS_ROWS_MIN] = { "至少填写 {1} 行", "At least {1} rows" },
	[WORDS_ROWS_MAX] = { "最多填写 {1} 行", "At most {1} rows" },
	[WORDS_ROWS_FIXED] = { "这里不能增加或减少行", "Rows cannot be added or removed here" },
	[WORDS_PICK_MIN] = { "请至少选 {1} 项", "Please choose at least {1}" },
	[WORDS_OR_UNKNOWN] = { "请填写；如果不知道，请勾选“{1}”", "Please fill this in, or tick \"{1}\"" },
	[WORDS_STEP] = { "请接着选，选到最后一级", "Please go on choosing, to the last level" },
	[WORDS_CHECK] = { "填写的内容不对，请检查后重新填写", "This is not right; please look at it again" },
};

struct str form_words(struct arena *arena, const struct form_language *language, enum form_words words, struct str first,
	struct str second)
{
	bool english = language && language->english;
	struct str text = str_replace(arena, str_from_c(english ? table[words].en : table[words].zh), STR("{1}"), first);
	return str_replace(arena, text, STR("{2}"), second);
}

void form_item_error(struct form_maker *maker, struct form_item *item, enum form_words words, struct str first, struct str second)
{
	LIST_PUSH(maker->arena, &item->errors, form_words(maker->arena, maker->language, words, first, second));
	maker->state->error_count++;
}

/* ---- the schema's own texts in another language ---- */

static struct str translated(const struct form_language *language, const struct form_component *component, const char *member)
{
	if (!language || !language->english || !language->words) return STR("");
	return json_string_of(json_get(language->words, component->id), member);
}

struct err form_own_text(struct arena *arena, const struct form_state *state, const struct form_item *item,
	const struct form_language *language, const char *member, const struct form_text *text, struct str *out_text)
{
	*out_text = translated(language, item->component, member);
	if (out_text->len > 0) return OK;
	return form_text_run(arena, state, item, text, FEEL_ESCAPE_NONE, out_text);
}

struct str form_own_words(const struct form_language *language, const struct form_component *component, const char *member,
	struct str words)
{
	struct str other = translated(language, component, member);
	return other.len > 0 ? other : words;
}

static struct str of_option(struct arena *arena, const struct form_language *language, const struct form_component *component,
	const char *member, const struct form_choice *choice, struct str text)
{
	if (!language || !language->english || !language->words) return text;
	const struct json *options = json_get(json_get(language->words, component->id), str_from_c(member));
	struct str other = json_string(json_get(options, feel_print(arena, choice->value)));
	return other.len > 0 ? other : text;
}

struct str form_choice_label(struct arena *arena, const struct form_language *language, const struct form_component *component,
	const struct form_choice *choice)
{
	return of_option(arena, language, component, "options", choice, choice->label);
}

struct str form_choice_hint(struct arena *arena, const struct form_language *language, const struct form_component *component,
	const struct form_choice *choice)
{
	return of_option(arena, language, component, "optionHints", choice, choice->hint);
}
