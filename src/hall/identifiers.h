/* identifiers: check digits and dates of the numbers people and firms carry (law.md F). Pure. */
#ifndef HALL_IDENTIFIERS_H
#define HALL_IDENTIFIERS_H

#include "base/base.h"

struct parameters;

/* GB 11643: 18 characters (15 legacy digits are converted), a real birth date not after `today`, a known region, check
 * digit ISO 7064 MOD 11-2. Also 居住证 (81, 82, 83) and the foreigners' card of 2023 (9...). `regions` NULL: the region is
 * not looked up. */
bool resident_id_is_valid(struct str number, struct date today, const struct parameters *regions);
/* Birth date and sex ("男", "女") of a valid number. */
bool resident_id_read(struct str number, struct date *out_birth, struct str *out_sex);
/* Which document a number belongs to, by its form: 居民身份证, 港澳台居民居住证, 外国人永久居留身份证, 港澳居民来往内地通行证,
 * 台湾居民来往大陆通行证, 护照; empty when no document has such numbers or a check digit is wrong. */
struct str identity_document_kind(struct str number, struct date today, const struct parameters *regions);
/* Does the number fit the kind that was said (a name of the list above, or 外国人工作许可证)? Foreign passports and work
 * permits follow no one form: 5 to 20 letters and digits. An empty kind: any document that the number itself tells. */
bool identity_document_is_valid(struct str number, struct str kind, struct date today, const struct parameters *regions);
/* GB 32100-2015, 18 characters. */
bool uscc_is_valid(struct str code);
/* 1[3-9] and nine digits. */
bool mobile_is_valid(struct str number);
/* ISO/IEC 7812 (Luhn), 13-19 digits. */
bool bank_card_is_valid(struct str number);
/* A person's name: 2 to 50 characters, letters and · only. */
bool person_name_is_valid(struct str name);
/* Can our papers print it? Latin, Greek and Cyrillic letters, punctuation, kana, Chinese characters: no pictures such as
 * emoji, no control characters but line feeds, no scripts that no document in China is written in. */
bool text_is_printable(struct str text);
/* An employer's name without spaces, brackets with what they hold, and width variants: for comparing. */
struct str employer_name_key(struct arena *arena, struct str name);

#endif
