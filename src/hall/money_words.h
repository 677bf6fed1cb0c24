/* money_words: amounts as Chinese legal forms write them (正确填写票据和结算凭证的基本规定). Pure. */
#ifndef HALL_MONEY_WORDS_H
#define HALL_MONEY_WORDS_H

#include "base/base.h"

#define MONEY_WORDS_FEN_MAX INT64_C(99999999999999)   /* below one trillion yuan */

/* 1125050 -> 人民币壹万壹仟贰佰伍拾元伍角. Empty when the amount is beyond MONEY_WORDS_FEN_MAX either way. */
struct str money_in_words(struct arena *arena, int64_t fen);

#endif
