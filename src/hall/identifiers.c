#include "hall/identifiers.h"

#include "hall/parameters.h"

#include <string.h>

static bool all_digits(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
	return text.len > 0;
}

static char resident_check(const char *digits17)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;
	for (int i = 0; i < 17; i++) sum += (digits17[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

/* Writes the 18-character form; false when it has neither 15 nor 18 characters of the right kind. */
static bool resident_normal(struct str number, char out[18])
{
	if (number.len == 15 && all_digits(number)) {
		memcpy(out, number.ptr, 6);
		memcpy(out + 6, "19", 2);
		memcpy(out + 8, number.ptr + 6, 9);
		out[17] = resident_check(out);
		return true;
	}
	if (number.len != 18 || !all_digits(str_sub(number, 0, 17))) return false;
	memcpy(out, number.ptr, 18);
	if (out[17] == 'x') out[17] = 'X';
	return true;
}

bool resident_id_is_valid(struct str number, struct date today, const struct parameters *regions)
{
	char text[18];
	struct date birth;
	struct str sex;
	if (!resident_normal(number, text) || resident_check(text) != text[17]) return false;
	if (!resident_id_read(number, &birth, &sex) || date_cmp(birth, today) > 0 || birth.year < 1850) return false;
	if (text[0] == '8')   /* 港澳台居民居住证 */
		return text[1] >= '1' && text[1] <= '3' && memcmp(text + 2, "0000", 4) == 0;
	/* 外国人永久居留身份证: 9, then the province. Codes of counties that were merged since stay valid on cards: the province
	 * is what must exist. */
	size_t at = text[0] == '9' ? 1 : 0;
	char province[6] = { text[at], text[at + 1], '0', '0', '0', '0' };
	return !regions || region_is_known(regions, (struct str){ province, 6 });
}

static bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/* A in the pattern is a capital letter, 0 a digit; everything else is itself. */
static bool looks_like(struct str number, const char *pattern)
{
	if (number.len != strlen(pattern)) return false;
	for (size_t i = 0; i < number.len; i++) {
		char want = pattern[i], c = number.ptr[i];
		if (want == 'A' ? !is_capital(c) : want == '0' ? c < '0' || c > '9' : c != want) return false;
	}
	return true;
}

static const char *const passport_kind = "护照", *const permit_kind = "外国人工作许可证";

struct str identity_document_kind(struct str number, struct date today, const struct parameters *regions)
{
	static const struct { const char *pattern, *kind; } forms[] = {
		{ "AAA000000000000", "外国人永久居留身份证" },   /* until 2023 */
		{ "H00000000", "港澳居民来往内地通行证" }, { "H0000000000", "港澳居民来往内地通行证" },
		{ "M00000000", "港澳居民来往内地通行证" }, { "M0000000000", "港澳居民来往内地通行证" },
		{ "00000000", "台湾居民来往大陆通行证" },
		{ "E00000000", "护照" }, { "EA0000000", "护照" },
	};
	if (resident_id_is_valid(number, today, regions))
		return number.len == 18 && number.ptr[0] == '8' ? STR("港澳台居民居住证")
			: number.len == 18 && number.ptr[0] == '9' ? STR("外国人永久居留身份证") : STR("居民身份证");
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (looks_like(number, forms[i].pattern)) return str_from_c(forms[i].kind);
	/* Passports of other states: one to three letters, then digits. */
	size_t letters = 0;
	while (letters < number.len && is_capital(number.ptr[letters])) letters++;
	bool passport = letters >= 1 && letters <= 3 && number.len >= 7 && number.len <= 12 && all_digits(str_sub(number, letters, number.len));
	return passport ? str_from_c(passport_kind) : STR("");
}

bool identity_document_is_valid(struct str number, struct str kind, struct date today, const struct parameters *regions)
{
	if (kind.len == 0) return identity_document_kind(number, today, regions).len > 0;
	if (!str_eq_c(kind, passport_kind) && !str_eq_c(kind, permit_kind)) return str_eq(identity_document_kind(number, today, regions), kind);
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];
		if (!is_capital(c) && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
	}
	return number.len >= 5 && number.len <= 20;
}

bool resident_id_read(struct str number, struct date *out_birth, struct str *out_sex)
{
	char text[18];
	if (!resident_normal(number, text)) return false;
	char date[10] = { text[6], text[7], text[8], text[9], '-', text[10], text[11], '-', text[12], text[13] };
	struct date birth;
	if (!date_parse((struct str){ date, 10 }, &birth)) return false;
	*out_birth = birth;
	*out_sex = (text[16] - '0') % 2 == 1 ? STR("男") : STR("女");
	return true;
}

bool uscc_is_valid(struct str code)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[17] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28 };
	int sum = 0;
	if (code.len != 18) return false;
	for (size_t i = 0; i < 18; i++) {
		const char *at = code.ptr[i] ? strchr(alphabet, code.ptr[i]) : NULL;
		if (!at) return false;
		if (i < 17) sum += (int)(at - alphabet) * weights[i];
		else return at - alphabet == (31 - sum % 31) % 31;
	}
	return false;
}

bool mobile_is_valid(struct str number)
{
	return number.len == 11 && all_digits(number) && number.ptr[0] == '1' && number.ptr[1] >= '3';
}

bool bank_card_is_valid(struct str number)
{
	if (number.len < 13 || number.len > 19 || !all_digits(number)) return false;
	int sum = 0;
	for (size_t i = 0; i < number.len; i++) {
		int digit = number.ptr[number.len - 1 - i] - '0';
		if (i % 2 == 1 && (digit *= 2) > 9) digit -= 9;
		sum += digit;
	}
	return sum % 10 == 0;
}

static bool is_dot(uint32_t c) { return c == 0xb7 || c == 0x2022 || c == 0x30fb; }

bool text_is_printable(struct str text)
{
	static const struct { uint32_t first, last; } ranges[] = { { '\t', '\n' }, { '\r', '\r' }, { ' ', 0x7e }, { 0xa0, 0x24f },
		{ 0x370, 0x52f }, { 0x1e00, 0x1eff }, { 0x2010, 0x2027 }, { 0x2030, 0x205e }, { 0x20a0, 0x20bf }, { 0x2100, 0x218f },
		{ 0x2190, 0x2199 }, { 0x2200, 0x22ff }, { 0x2460, 0x24ff }, { 0x2500, 0x25ff }, { 0x3000, 0x30ff }, { 0x3105, 0x312f },
		{ 0x3200, 0x33ff }, { 0x3400, 0x9fff }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe4f }, { 0xff01, 0xffee }, { 0x20000, 0x3ffff } };
	size_t at = 0;
	uint32_t c;
	while (utf8_next(text, &at, &c)) {
		size_t i = 0;
		while (i < sizeof ranges / sizeof *ranges && (c < ranges[i].first || c > ranges[i].last)) i++;
		if (i == sizeof ranges / sizeof *ranges) return false;
	}
	return at == text.len;
}

bool person_name_is_valid(struct str name)
{
	if (!text_is_printable(name)) return false;
	size_t at = 0, count = 0;
	uint32_t c, last = 0;
	while (utf8_next(name, &at, &c)) {
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xc0 && c != 0xd7 && c != 0xf7 && c < 0x2000)
			|| (c >= 0x3400 && c <= 0x9fff) || c == 0x3007 || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
		bool joins = is_dot(c) || ((c == ' ' || c == '-' || c == '\'') && last < 0x2000);
		if (!letter && !(joins && count > 0)) return false;
		last = c;
		count++;
	}
	return at == name.len && count >= 2 && count <= 50 && !is_dot(last) && last != ' ';
}

struct str employer_name_key(struct arena *arena, struct str name)
{
	struct buf buf = buf_make(arena, 1024);
	size_t at = 0, depth = 0;
	uint32_t c;
	while (at < name.len) {
		if (!utf8_next(name, &at, &c)) { at++; continue; }
		if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;       /* full-width forms */
		if (c >= 'a' && c <= 'z') c -= 32;
		if (c == '(' || c == '[' || c == 0x3010) { depth++; continue; }
		if (c == ')' || c == ']' || c == 0x3011) { depth -= depth > 0; continue; }
		if (depth > 0 || c == ' ' || c == 0x3000 || c == 0xa0 || is_dot(c)) continue;
		utf8_add(&buf, c);
	}
	return buf_str(&buf);
}
