/* codes: one-time codes by phone: six digits, bound to phone, purpose, matter and browser, so that a code which somebody
 * was talked out of opens nothing elsewhere. Tries are counted before they are judged. Limits: [codes] of hall.ini.
 * A code goes to any mobile number in the same way: nobody learns from it who is known here. Texts wait in the outbox like
 * every notice, but not longer than the code is good; codes never stand in logs. */
#ifndef HALL_CODES_H
#define HALL_CODES_H

#include "base/base.h"

struct hall;

enum { CODE_DIGITS = 6 };

#define CODE_KEEP_IT "工会不会向您要验证码，不要告诉别人。"
/* name, words in the message: what it is for, what to do with it */
#define CODE_PURPOSES(X) \
	X(signIn,   "登录", CODE_KEEP_IT) \
	X(sign,     "签署文书", CODE_KEEP_IT) \
	X(phoneOld, "更换手机号", CODE_KEEP_IT) \
	X(phoneNew, "确认新手机号", CODE_KEEP_IT) \
	X(counter,  "窗口换手机号", "您本人在窗口才报给工作人员，打电话来要的是骗子。")
#define X(name, words, warning) CODE_##name,
enum code_purpose { CODE_PURPOSES(X) CODE_PURPOSE_COUNT };
#undef X

struct code_request {
	enum code_purpose purpose;
	struct str about;            /* case or person as id text, or empty: a code for one is no good for another */
	struct str phone;            /* 11 digits */
	struct str browser;          /* what only the asking browser knows; must not be empty */
	struct str client;           /* its network address */
};

struct code_sent { int64_t expires_ms, again_ms; };   /* again_ms: from then on another may be asked for */

/* INVALID: no mobile number of the mainland. REFUSED: too soon or too many; the report says when again, *out_sent as well. */
MUST_USE struct err code_send(struct hall *hall, struct arena *arena, const struct code_request *request, struct report *report,
	struct code_sent *out_sent);
/* Takes the code: from then on it is proved, and cannot be taken again (but see code_is_proved). FORBIDDEN, words in the
 * report: wrong (how many tries are left), over, used up, or never sent to this browser. */
MUST_USE struct err code_take(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code,
	struct report *report);
/* Was the newest code of this request taken, and is it still within [codes] sign_minutes? For the papers of one sitting.
 * out_sha256: hexadecimal, of "ID/key": names the code in evidence without telling it. */
MUST_USE struct err code_is_proved(struct hall *hall, struct arena *arena, const struct code_request *request, bool *out_proved,
	int64_t *out_proved_ms, struct str *out_sha256);
/* When another code may be asked for; 0: at once. For showing the page again after a restart. */
MUST_USE struct err code_state(struct hall *hall, struct arena *arena, const struct code_request *request, struct code_sent *out_sent);
/* Forgets codes, tries, unfinished sign-ins and expired texts; called by the scheduler. */
MUST_USE struct err codes_sweep(struct hall *hall, struct arena *arena);

/* IPv4 /24 or IPv6 /48 of an address, as text. */
struct str network_of(struct arena *arena, struct str client);

#endif
