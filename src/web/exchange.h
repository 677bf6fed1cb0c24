/* exchange: one request from its first header to its last byte, and the watch over connections that dawdle.
 * server.c moves exchanges, head.c reads their beginning, connections.c ends what takes too long. */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include "web/inside.h"

enum { SMALL_BODY_BYTES = 64 << 10 };

struct exchange {
	struct web *web;
	struct arena arena;
	struct MHD_Connection *connection;
	struct str raw_url, method;          /* as they came */
	const char *head_start;              /* where the library holds it; only while the head is read */
	char *body;
	size_t body_len, body_capacity, body_bytes_max;
	size_t body_bytes_said;              /* Content-Length; 0 when chunked */
	size_t dropped;                      /* bytes that came and were not kept */
	int64_t began_us, queued_us;
	struct request request;
	struct report report;
	struct session session;
	struct answer answer;
	bool is_large;                       /* kept only for somebody who may send it */
	bool asked, admitted;                /* whether its sender may send it: a worker has looked; yes */
	struct str sender;                   /* of a large body: session, or address */
	int refusal;                         /* status that was decided while the body came; 0: none */
	bool collected, answered;
	struct exchange *next, *next_large;
};

/* ---- head.c ---- */

/* Fills the request from the first line and the headers. 0, or the status of a refusal that needs no body, with words. */
int head_read(struct exchange *exchange, const char *url, const char *method, const char *version, struct str *out_words);

/* ---- connections.c: a connection has one deadline for what it must do next; who misses it is cut off ---- */

struct connections;
struct connections *connections_new(void);
void connections_free(struct connections *connections);      /* after the daemon has stopped; NULL is fine */
/* libmicrohttpd's MHD_NotifyConnectionCallback; data is the struct connections. */
void connections_notify(void *data, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code);
/* The whole head of a request must be there by then; the first of a connection sooner than those after it. */
void connection_expects_head(struct MHD_Connection *connection);
/* So many bytes must come, or be taken, at the pace of a very slow line. */
void connection_expects_body(struct MHD_Connection *connection, size_t bytes);
void connection_expects_reader(struct MHD_Connection *connection, size_t bytes);
/* It waits for us now. */
void connection_expects_nothing(struct MHD_Connection *connection);
/* Cuts off everybody who is late, or has left without the library noticing. Called each second. */
void connections_sweep(struct connections *connections);

#endif
