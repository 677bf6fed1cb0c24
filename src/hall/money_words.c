#include "hall/money_words.h"

static const char *const digits[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" };

/* Groups of four figures: 亿, 万, and the rest. Zeros between figures are said once, zeros at a group's end not at all. */
static void add_yuan(struct buf *buf, int64_t yuan)
{
	static const char *const places[] = { "", "拾", "佰", "仟" }, *const groups[] = { "", "万", "亿" };
	int64_t power = INT64_C(100000000000);
	bool begun = false, zero = false, in_group = false;
	for (int place = 11; place >= 0; place--, power /= 10) {
		int digit = (int)(yuan / power % 10);
		if (digit == 0) zero = begun;
		else {
			buf_printf(buf, "%s%s%s", zero ? "零" : "", digits[digit], places[place % 4]);
			zero = false;
			begun = in_group = true;
		}
		if (place % 4 != 0) continue;
		if (in_group) buf_printf(buf, "%s", groups[place / 4]);
		in_group = false;
	}
}

struct str money_in_words(struct arena *arena, int64_t fen)
{
	if (fen > MONEY_WORDS_FEN_MAX || fen < -MONEY_WORDS_FEN_MAX) return STR("");
	struct buf buf = buf_make(arena, 256);
	int64_t positive = fen < 0 ? -fen : fen, yuan = positive / 100;
	int tenth = (int)(positive / 10 % 10), hundredth = (int)(positive % 10);
	buf_printf(&buf, "人民币%s", fen < 0 ? "负" : "");
	add_yuan(&buf, yuan);
	if (yuan > 0 || (tenth == 0 && hundredth == 0)) buf_printf(&buf, "%s元", yuan > 0 ? "" : "零");
	if (tenth) buf_printf(&buf, "%s角", digits[tenth]);
	if (hundredth) buf_printf(&buf, "%s%s分", tenth == 0 && yuan > 0 ? "零" : "", digits[hundredth]);
	else buf_printf(&buf, "%s", tenth ? "" : "整");
	return buf_str(&buf);
}
