/* notices: the outbox. A notice is queued inside the command that causes it, as template and context; its text is made
 * when it is sent. A gateway that is down delays, never loses; what may have been sent twice is marked. */
#ifndef HALL_NOTICES_H
#define HALL_NOTICES_H

#include "base/base.h"

struct hall;

struct notice_gateway {
	struct str url;              /* Kannel's sendsms: http://127.0.0.1:13013/cgi-bin/sendsms; empty: nothing is sent */
	struct str username, password;
	struct str report_url;       /* where Kannel shall report delivery; %d etc. are added by us */
	int32_t timeout_s;           /* of one request, 1..60 */
};

struct notice {
	int64_t notice_id, queued_ms, sent_ms;      /* sent_ms 0: not yet */
	struct str template_id, text, state;        /* queued, sending, accepted, delivered, failed */
	bool repeated;
};
struct notices { struct notice *items; size_t count; };

/* The notices of a case; the text as it was, or would be now. */
MUST_USE struct err notices_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct notices *out_notices);
/* Sends what is due, at most count_max; returns how many the gateway took. BUSY: the gateway is down (all waits on). */
MUST_USE struct err notices_send(struct hall *hall, const struct notice_gateway *gateway, size_t count_max, size_t *out_sent);
/* A delivery report: Kannel's type 1 delivered, 2 failed, 4 queued, 8 accepted, 16 rejected; in any order, any number of times. */
MUST_USE struct err notice_report(struct hall *hall, int64_t notice_id, int32_t type);
/* How many messages of 70 characters (67 when split) a text takes. */
int32_t notice_segments(struct str text);

#endif
