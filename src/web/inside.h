/* inside: what the files of web share. A room is pages_ROOM.c: handlers and a `const struct route ROOM_routes[]`. */
#ifndef WEB_INSIDE_H
#define WEB_INSIDE_H

#include "codec/codec.h"
#include "feel/feel.h"
#include "hall/hall.h"
#include "seal/seal.h"
#include "web/web.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	LANGUAGE_COUNT = 2,
	PATH_PART_COUNT_MAX = 6,
	FIELD_COUNT_MAX = 2000,              /* of one body */
	UPLOAD_COUNT_MAX = 20,
	FORM_BODY_BYTES = 256 << 10,         /* body_bytes_max of a form without files */
	UPLOAD_BODY_BYTES = 44 << 20,        /* of a form with files: two files of the largest size and the rest */
	JSON_ANSWER_BYTES_MAX = 16 << 20,
	PAGE_BYTES_MAX = 4 << 20,
};

/* ---- who may ------------------------------------------------------------------------------------------ */

/* Combined by |. 0 is refused at start: nothing is open because somebody forgot. */
enum needs {
	NEEDS_ANYBODY = 1, NEEDS_WORKER = 2, NEEDS_LAWYER = 4, NEEDS_CLERK = 8, NEEDS_LEAD = 16, NEEDS_LEADER = 32,
	NEEDS_ADMINISTRATOR = 64, NEEDS_OPERATOR = 128, NEEDS_AUDITOR = 256,
	NEEDS_STAFF = NEEDS_CLERK | NEEDS_LEAD | NEEDS_LEADER | NEEDS_ADMINISTRATOR | NEEDS_OPERATOR | NEEDS_AUDITOR,
	NEEDS_SIGNED_IN = NEEDS_STAFF | NEEDS_WORKER | NEEDS_LAWYER,
};

/* ---- shapes: what JSON shows and OpenAPI tells ---------------------------------------------------------- */

enum shape_kind {
	SHAPE_STRING, SHAPE_INTEGER, SHAPE_DECIMAL, SHAPE_BOOLEAN, SHAPE_DATE, SHAPE_MOMENT, SHAPE_ID, SHAPE_ANY,
	SHAPE_OBJECT, SHAPE_LIST,            /* both of `of`; a LIST without `of` is a list of strings */
};
struct shape;
struct shape_field {
	const char *name;
	enum shape_kind kind;
	const char *words;                   /* what it means, one sentence in Chinese */
	const struct shape *of;
	bool required;                       /* of an input */
	int32_t length_max;                  /* of a STRING input, code points; 0 = 2000 */
};
struct shape { const char *name; const struct shape_field *fields; size_t count; };
#define SHAPE_FIELDS(table) .fields = (table), .count = sizeof(table) / sizeof *(table)

/* ---- request --------------------------------------------------------------------------------------------- */

struct request_field { struct str name, value; };
struct upload { struct str field, name, content; };   /* name: without folders, "file" when there is none that is text */
struct request_fields { LIST_OF(struct request_field); };
struct uploads { LIST_OF(struct upload); };

struct route;
struct request {
	struct web *web;
	struct hall *hall;
	struct arena *arena;
	const struct route *route;
	struct str method, path;             /* path as sent, decoded; without /api/v1 */
	struct str parts[PATH_PART_COUNT_MAX];       /* values of the route's :names, in order */
	struct request_fields query;
	struct request_fields fields;    /* of a form; a JSON body gives its leaves as "employer.uscc", "claims.0.type" */
	struct uploads uploads;
	struct str body;                     /* as it came */
	const struct json *body_json;        /* NULL unless the body was JSON */
	struct str language;                 /* "zh-CN" or "en" */
	int language_index;
	bool json;                           /* the face under /api/v1 */
	bool secure;                         /* came over https, by ourselves or by our proxy */
	const struct session *session;       /* never NULL; SESSION_NONE when nobody is signed in */
	struct str session_token;            /* empty when nobody is */
	enum needs holds;                    /* what the session's role fulfils */
	struct actor actor;
	struct str client;                   /* address, for limits; never stored with a case */
	struct str device;                   /* User-Agent, cut, for the evidence of signatures */
	struct str host;                     /* Host header */
	struct str visit;                    /* the visitor's cookie that form tokens hang on; made when a page needs it */
	struct str id;                       /* 16 hexadecimal digits, in the log, on error pages and in X-Request-Id */
	int64_t now_ms;
	struct report *report;
	struct environment *environment;     /* our FEEL functions for templates; made on first use */
	struct { LIST_OF(struct str); } html;        /* what page_html was given */
	struct str html_mark;
	struct MHD_Connection *connection;
};

/* "case" of "/cases/:case"; asserts that the route has it. */
struct str request_part(const struct request *request, const char *name);
/* The id in a path part; NOT_FOUND when it is none. */
MUST_USE struct err request_part_id(const struct request *request, const char *name, int64_t *out_id);
struct str request_query(const struct request *request, const char *name);           /* "" when absent */
struct str request_field(const struct request *request, const char *name);           /* "" when absent; white space at the ends removed */
bool request_has_field(const struct request *request, const char *name);
const struct upload *request_upload(const struct request *request, const char *field, size_t index);    /* NULL when absent */
struct str request_header(const struct request *request, const char *name);          /* "" when absent */
struct str request_cookie(const struct request *request, const char *name);

/* ---- answer ------------------------------------------------------------------------------------------------ */

struct answer_file { struct str media_type, name,
	content; const char *path; /* instead of content: sent from the disk */ bool attachment; bool keep; /* may be cached for ever */ };
struct answer_cookie { struct str name, value; int64_t max_age_s; /* < 0: a session's; 0: removed */ };
struct answer {
	int status;                          /* 0: 200, 201 for a POST that answers JSON with a resource, 303 with see_other */
	struct feel_value resource;          /* a context: {it: resource, page: ...} of the template */
	const char *template_name;           /* when not the route's */
	struct str see_other;                /* after a command: a path of ours, or an absolute address */
	struct answer_file file;             /* when media_type is set */
	struct str retry_after;              /* seconds, for 429 and 503 */
	struct { LIST_OF(struct answer_cookie); } cookies;
	/* what goes out, made by the foundation */
	struct str body, media_type;
	struct { LIST_OF(struct request_field); } headers;
};
void answer_cookie(struct request *request, struct answer *answer, const char *name, struct str value, int64_t max_age_s);
void answer_header(struct request *request, struct answer *answer, const char *name, struct str value);
/* Sign-in and every change of privilege: the new session's cookie; an empty token removes it. */
void answer_session(struct request *request, struct answer *answer, struct str token);
/* A page of our own error words: used by the router; handlers return the err. */
void answer_problem(struct request *request, struct answer *answer, struct err err);
/* Turns what the handler set into body, media type and headers. */
MUST_USE struct err answer_print(struct request *request, struct answer *answer);

/* ---- routes -------------------------------------------------------------------------------------------------- */

typedef struct err (*route_handler)(struct request *request, struct answer *answer);
struct route {
	const char *id;                      /* "caseShow": operationId, unique */
	const char *method;                  /* "GET", "POST", "DELETE", "PUT" */
	const char *path;                    /* "/cases/:case" */
	enum needs needs;
	size_t body_bytes_max;               /* 0: no body is accepted */
	route_handler handler;
	const char *template_name;           /* templates/NAME.html; NULL: JSON, file or redirection only */
	bool api;                            /* also under /api/v1 */
	bool api_only;                       /* only under /api/v1 */
	bool demo;                           /* of demo halls alone: elsewhere it is not there */
	bool quick;                          /* answers from memory, at once: needs no worker. Never a query, never a commit */
	bool foreign;                        /* posted by a machine without our form token (delivery reports): checks by itself */
	bool computes;                       /* a POST that makes nothing: 200, not 201 */
	const char *text_type;               /* of an answer that is no JSON: "text/plain"; NULL otherwise */
	const char *summary;                 /* one sentence in Chinese, for OpenAPI */
	const struct shape *input, *output;
};
struct route_table { const char *room; const struct route *routes; /* ends with a row without id */ };
extern const struct route_table route_tables[];      /* routes.c */
extern const size_t route_table_count;

enum route_match { ROUTE_NONE, ROUTE_OTHER_METHOD, ROUTE_FOUND };
/* parts: PATH_PART_COUNT_MAX values. */
enum route_match route_find(struct str method, struct str path, bool json, const struct route **out_route, struct str *out_parts);
/* Every table is whole: needs given, ids unique, templates there. */
MUST_USE struct err routes_check(struct arena *arena, struct report *report);
/* Whether the session's role fulfils what the route needs; after session_attach. */
bool route_is_permitted(const struct request *request);
/* Session, permission, form token, then the handler; always leaves an answer. */
void route_run(struct request *request, struct answer *answer);

/* ---- body.c ---------------------------------------------------------------------------------------------------- */

/* Decodes a body by its content type into fields, uploads or JSON. INVALID, LIMIT, TYPE with words in the report. */
MUST_USE struct err body_decode(struct request *request, struct str body);
/* The same piece by piece, without a request. Values may point into the body. INVALID: not of that form, or no text; LIMIT. */
MUST_USE struct err form_split(struct arena *arena, struct str text, struct request_fields *fields);
MUST_USE struct err multipart_split(
	struct arena *arena, struct str content_type, struct str body, struct request_fields *fields, struct uploads *uploads);
MUST_USE struct err json_leaves(struct arena *arena, const struct json *json, struct request_fields *fields);
/* %41 and + of a query; false for bytes that are no UTF-8. */
bool url_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *out_text);
struct str url_encode(struct arena *arena, struct str text);

/* ---- page.c ------------------------------------------------------------------------------------------------------ */

struct pages;
MUST_USE struct err pages_compile(struct arena *arena, struct report *report, struct pages **out_pages);
bool page_exists(const struct pages *pages, const char *name);
MUST_USE struct err page_render(struct request *request, const char *name, struct feel_value resource, struct str *out_html);
/* HTML that our own renderers made, as a string to put anywhere into the resource: it stands in the page unescaped.
 * In JSON it is left out. */
struct feel_value page_html(struct request *request, struct str html);
/* A word of the language, without inserts; asserts that it exists. */
struct str page_word(const struct request *request, const char *key);
/* The word prefix + name; `otherwise` when nobody gave it one. */
struct str page_word_or(const struct request *request, const char *prefix, struct str name, struct str otherwise);
/* "11月18日 20:14" (this year), "2021年11月18日 20:14"; in English "18 Nov 20:14". "" for 0. */
struct str page_time(const struct request *request, int64_t ms);
struct str page_date(const struct request *request, int64_t ms);
/* pages_demo.c: the moment of a demo hall, with its year and weekday. */
struct str demo_now(const struct request *request);
/* The token that every form carries: `{{>token}}`. */
struct str form_token(struct request *request);
bool form_token_is_good(struct request *request, struct str token);

/* ---- resource: a context in the making ---------------------------------------------------------------------------- */

struct resource { struct arena *arena; LIST_OF(struct feel_entry); };
static inline struct resource resource_make(struct arena *arena) { return (struct resource){ .arena = arena }; }
/* Keys are literals; values are not copied. */
void resource_add(struct resource *resource, const char *key, struct feel_value value);
void resource_text(struct resource *resource, const char *key, struct str text);
void resource_count(struct resource *resource, const char *key, int64_t count);
void resource_flag(struct resource *resource, const char *key, bool flag);
void resource_id(struct resource *resource, const char *key, int64_t id);
/* Both faces of a moment: key = RFC 3339 text for JSON, key + "Words" = as people read it. Null for 0. */
void resource_moment(struct request *request, struct resource *resource, const char *key, int64_t ms);
struct feel_value resource_done(struct resource *resource);
struct value_list { struct arena *arena; LIST_OF(struct feel_value); };
static inline struct value_list value_list_make(struct arena *arena) { return (struct value_list){ .arena = arena }; }
void value_list_add(struct value_list *list, struct feel_value value);
struct feel_value value_list_done(struct value_list *list);

/* ---- shapes at work ---------------------------------------------------------------------------------------------------- */

/* resource.c: the value through its shape: only declared fields; FEEL values as JSON, what is null is left out. */
struct json *shape_json(struct request *request, const struct shape *shape, struct feel_value value);
/* shape.c: what a program sent (NULL: nothing) against the route's input. INVALID: a wrong kind, too long, an unknown name;
 * MISSING: only that something required is not there. Each place ("claims.0.type") stands in the report. */
MUST_USE struct err shape_check(struct arena *arena, const struct shape *shape, const struct json *json, struct report *report);

/* openapi.c: the document that /openapi.json prints. */
struct json *openapi_document(struct arena *arena);

/* limits.c: true when one more is allowed now; at most a_minute at once, and so many a minute in the long run. */
struct limits;
struct limits *limits_new(void);
void limits_free(struct limits *limits);      /* NULL is fine */
bool limit_take(struct limits *limits, const char *kind, struct str key, int32_t a_minute, int64_t now_us);

/* metrics.c: counts for /metrics; any thread. */
struct metrics;
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);      /* NULL is fine */
/* route NULL: none fitted. */
void metrics_count(struct metrics *metrics, const struct route *route, int status, int64_t took_us);

/* ---- web ---------------------------------------------------------------------------------------------------------------- */

/* What the union says of itself on every page; changes when an administrator changes it. */
struct web_union { struct str name, hotline; };
void web_read_union(struct web *web);

struct web {
	struct web_options options;
	struct arena arena;                  /* lives as long as the server */
	struct hall *hall;
	const struct logger *logger;
	struct pages *pages;
	struct str build;                    /* hash of everything embedded: addresses of files that may be cached for ever */
	const struct web_union *_Atomic said;
	const struct str *_Atomic described; /* /openapi.json, written when it is first asked for */
	pthread_mutex_t union_lock;          /* of whoever reads or writes one of them anew, and of the arena then */
	int64_t started_ms, started_us;      /* by the hall's clock, and by the one that only runs */
	struct server *server;
	struct limits *limits;
	struct metrics *metrics;
	_Atomic uint64_t requests, faults, refused;
};

extern const struct embedded_file embedded_templates[], embedded_words[], embedded_look[], embedded_islands[];
extern const size_t embedded_templates_count, embedded_words_count, embedded_look_count, embedded_islands_count;

/* server.c */
MUST_USE struct err server_start(struct web *web, struct report *report);
void server_stop(struct web *web);
uint16_t server_port(const struct web *web);
/* session.c: cookie -> session, actor and what it may. */
void session_attach(struct request *request);
enum needs needs_of_role(struct str role);
const char *session_cookie_name(const struct request *request);

#endif
