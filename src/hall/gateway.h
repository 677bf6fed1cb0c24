/* gateway: one question to Kannel's sendsms over HTTP, and what its answer means. Private to the outbox. */
#ifndef HALL_GATEWAY_H
#define HALL_GATEWAY_H

#include "hall/notices.h"

enum gateway_answer {
	GATEWAY_ACCEPTED,    /* it has the message */
	GATEWAY_REFUSED,     /* not this message: the gateway itself is well */
	GATEWAY_DOWN,        /* certainly not taken: try again later */
	GATEWAY_CLOSED,      /* certainly not taken, and nothing will be until a person mends password, address or sender */
	GATEWAY_UNKNOWN,     /* it may have taken the message */
};
struct gateway_reply { enum gateway_answer answer; long status; const char *words; };   /* words: for the log; static */

struct gateway;
/* `settings` is borrowed. INTERNAL: no memory for curl. Heap: close it. */
MUST_USE struct err gateway_open(const struct notice_gateway *settings, struct gateway **out_gateway);
void gateway_close(struct gateway *gateway);      /* NULL is fine */
/* to, text: UTF-8; report: the whole address for delivery reports, or empty. */
struct gateway_reply gateway_ask(
	struct gateway *gateway, struct arena *arena, struct str to, struct str text, struct str report);
/* Asks without a receiver, so that nothing can be sent: ACCEPTED when the gateway would listen to us. */
struct gateway_reply gateway_probe(struct gateway *gateway, struct arena *arena);

#endif
