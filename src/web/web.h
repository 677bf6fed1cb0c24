/* web: the hall over HTTP: one resource, two faces (a page, and JSON under /api/v1). The door of the folder.
 *
 * A route is a row of a table: method, path, who may, how large a body, handler, template. The handler makes one
 * resource (a FEEL context); its page renders it through a template, its JSON prints the fields that the route declares.
 * Uses: hall and everything below it. Used by: modules (they bring route tables), cli. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/base.h"
#include "hall/hall.h"

struct web;

struct web_options {
	struct hall *hall;
	const struct logger *logger;
	const char *host;            /* address to listen on: "127.0.0.1", "::", "0.0.0.0" */
	uint16_t port;               /* 0: any free one, see web_port */
	int listen_fd;               /* a listening socket that was opened for us, instead of host and port; 0 or less: none */
	struct str public_url;       /* "https://hall.example": makes cookies Secure and absolute addresses; empty: by the request */
	const char *tls_certificate, *tls_key;   /* PEM files; NULL: plain HTTP, behind a proxy or on loopback */
	bool trust_proxy;            /* X-Forwarded-For and X-Forwarded-Proto come from our own proxy */
	int32_t event_threads;       /* 0 = 2 */
	int32_t worker_threads;      /* 0 = 32: a handler may wait for a commit */
	int32_t connection_count_max;            /* 0 = 2000 */
	int32_t connection_count_max_per_client; /* 0 = 500: a factory shares one address */
	/* Commands a minute, and at once; 0 = the default. An address is shared by a whole factory behind one carrier, so its
	 * limit is wide and the narrow ones hang on the person. */
	int32_t commands_a_minute_session;       /* 0 = 120 */
	int32_t commands_a_minute_client;        /* 0 = 1200, for who is not signed in */
	bool demo;                   /* accounts on the sign-in page, codes and clock on pages of their own */
	struct demo_clock *demo_clock;       /* of a demo */
	struct hall_watch *watch;    /* to look at once when the demo's clock was moved; NULL: nobody watches */
};

/* Compiles every template in every language, then listens. INVALID (a template or word is wrong: named in the report),
 * IO (the address cannot be used). The server is heap: stop it. */
MUST_USE struct err web_start(const struct web_options *options, struct report *report, struct web **out_web);
uint16_t web_port(const struct web *web);
/* Stops accepting, lets what was begun end, answers everything that waits, then frees. NULL is fine. */
void web_stop(struct web *web);
/* For checks: templates, words and routes, without a hall. Every fault stands in the report. */
MUST_USE struct err web_check(struct arena *arena, struct report *report);

#endif
