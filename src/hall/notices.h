/* notices: the outbox. A notice is queued inside the command that causes it, as template and context; its text is made
 * when it is sent. A gateway that is down delays, never loses; what may have been sent twice is marked.
 *
 * queued -> sending -> accepted -> delivered, or failed. `sending` is written before the gateway is asked; when we die
 * before its answer is written too, the notice stays `sending` until a delivery report tells, and when none comes within
 * five minutes it is sent once more and marked `repeated`. Without an answer a second time it fails: a person looks.
 * Reasons: down, noAnswer, refused, text (it cannot be made, or is too long), closed (password or address are wrong),
 * undelivered, rejected (by the network). */
#ifndef HALL_NOTICES_H
#define HALL_NOTICES_H

#include "base/base.h"

struct hall;

enum { NOTICE_SEGMENTS_MAX = 10, NOTICE_TIMEOUT_S_MAX = 60 };

/* Kannel's sendsms; DIR/hall.ini's [sms] (configuration.h). */
struct notice_gateway {
	struct str url;              /* http://127.0.0.1:13013/cgi-bin/sendsms; empty: nothing is sent, everything waits */
	struct str username, password;
	struct str sender;           /* the number people see; empty: the gateway's own */
	struct str report_url;       /* where Kannel shall report delivery; id, key and type are added; empty: no reports */
	int32_t timeout_s;           /* of one request, 1..60; 0 = 10 */
	bool demo;                   /* a demo hall's: takes every notice at once and sends none; url may be empty */
};

struct notice {
	int64_t notice_id, queued_ms, sent_ms;      /* sent_ms 0: not yet */
	int64_t tries, next_ms;                     /* how often the gateway was asked; not before */
	struct str template_id, text, state;        /* queued, sending, accepted, delivered, failed */
	struct str reason;                          /* why it waits or failed, else empty */
	bool repeated;
};
struct notices { struct notice *items; size_t count; };

/* The notices of a case; the text as it was, or would be now (empty when it cannot be made). */
MUST_USE struct err notices_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct notices *out_notices);
/* Sends what is due, at most count_max; returns how many the gateway took. BUSY: the gateway is down, or we wait before
 * asking it again (5 s, doubling, at most 5 minutes); everything waits on. LOCKED. Any number of threads may call it. */
MUST_USE struct err notices_send(struct hall *hall, const struct notice_gateway *gateway, size_t count_max, size_t *out_sent);
/* A delivery report: Kannel's type 1 delivered, 2 failed, 4 queued, 8 accepted, 16 rejected; in any order, any number of
 * times. id, key: as they stood in the report's address. FORBIDDEN: the key is not this notice's. NOT_FOUND. INVALID: no
 * such type, or the notice was never sent. LOCKED and other RETRY or FAULT classes must be answered with their 5xx, so
 * that the gateway reports again. */
MUST_USE struct err notice_report(struct hall *hall, struct str id, struct str key, int32_t type);
/* How many messages of 70 characters (67 when split) a text takes. */
int32_t notice_segments(struct str text);

/* For operators: how it stands with the gateway, as far as this process knows. */
enum outbox_state { OUTBOX_UP, OUTBOX_DOWN, OUTBOX_CLOSED };   /* CLOSED: it refuses us; a person must mend the configuration */
struct outbox_health {
	enum outbox_state state;
	int64_t since_ms, next_ms;               /* of the state (0: from the start); when it is asked again */
	int64_t waiting_count, failed_count, oldest_ms;   /* oldest_ms: when the oldest waiting one was queued; 0: none waits */
};
MUST_USE struct err outbox_health(struct hall *hall, struct outbox_health *out_health);

#endif
