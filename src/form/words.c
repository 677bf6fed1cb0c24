#include "form/inside.h"

/* What a person reads beside a field. One place, so that a hall can be read through in a minute. */
static const char *const words_zh[WORDS_COUNT] = {
	[WORDS_NONE] = "",
	[WORDS_UNKNOWN_KEY] = "表单里没有这一项",
	[WORDS_NO_TEXT] = "请填写文字",
	[WORDS_CONTROL_CHARACTER] = "含有看不见的控制字符，请删除后重新填写",
	[WORDS_NO_NUMBER] = "请只填数字，例如 5000 或 5000.50",
	[WORDS_NO_DATE] = "请填写正确的日期，例如 2022-08-26",
	[WORDS_NO_TIME] = "请填写正确的时间，例如 09:30",
	[WORDS_NO_DATE_TIME] = "请填写正确的日期和时间，例如 2022-08-26T09:30",
	[WORDS_NO_BOOLEAN] = "请选择是或否",
	[WORDS_NO_OPTION] = "请从列出的选项中选择",
	[WORDS_NO_FILE] = "请重新上传文件",
	[WORDS_NO_LIST] = "这一项应当是列表",
	[WORDS_NO_ROW] = "这一行不能识别，请重新填写",
	[WORDS_NO_CONTEXT] = "这里应当是一组内容",
	[WORDS_DECIMALS] = "小数最多 {1} 位",
	[WORDS_WHOLE] = "请填写整数",
	[WORDS_INCREMENT] = "请填写 {1} 的倍数",
	[WORDS_PATTERN] = "格式不对，请检查后重新填写",
	[WORDS_REQUIRED] = "请填写这一项",
	[WORDS_REQUIRED_CHOICE] = "请选择一项",
	[WORDS_REQUIRED_FILE] = "请上传文件",
	[WORDS_REQUIRED_CHECK] = "请勾选后继续",
	[WORDS_MIN] = "不能小于 {1}",
	[WORDS_MAX] = "不能大于 {1}",
	[WORDS_MIN_LENGTH] = "至少填写 {1} 个字",
	[WORDS_MAX_LENGTH] = "最多填写 {1} 个字，现在有 {2} 个",
	[WORDS_PHONE] = "请填写带国家代码的电话，例如 +8613800138000",
	[WORDS_EMAIL] = "请填写正确的邮箱，例如 name@example.com",
	[WORDS_PAST] = "日期不能早于今天",
	[WORDS_FILES_MAX] = "最多上传 {1} 个文件",
	[WORDS_ROWS_MIN] = "至少填写 {1} 行",
	[WORDS_ROWS_MAX] = "最多填写 {1} 行",
	[WORDS_ROWS_FIXED] = "这里不能增加或减少行",
	[WORDS_CHECK] = "填写的内容不对，请检查后重新填写",
};

struct str form_words(struct arena *arena, enum form_words words, struct str first, struct str second)
{
	struct str text = str_replace(arena, str_from_c(words_zh[words]), STR("{1}"), first);
	return str_replace(arena, text, STR("{2}"), second);
}

void form_item_error(struct form_maker *maker, struct form_item *item, enum form_words words, struct str first, struct str second)
{
	LIST_PUSH(maker->arena, &item->errors, form_words(maker->arena, words, first, second));
	maker->state->error_count++;
}
