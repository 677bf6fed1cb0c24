/* desk_view: what the pages of the desk share: filters from links, rows and events as people read them. */
#ifndef WEB_DESK_VIEW_H
#define WEB_DESK_VIEW_H

#include "web/inside.h"

/* The list that a page hangs on: filters of the address (or of a form's field `list`), where it was left, its link. */
struct desk_list { struct list_filter filter; struct str link, at; };
void desk_list_read(struct request *request, struct desk_list *out_list);
/* From "kind=cases&due=late", percent-encoded. */
void desk_list_parse(struct request *request, struct str text, struct desk_list *out_list);

/* Words of services by version, read once a request. */
struct desk_words { struct request *request; struct map services; struct map people; };
const struct service_words *desk_service_words(struct desk_words *words, struct str version);
/* Of the newest version of the first service offered: for filters, which know no case. */
const struct service_words *desk_words_offered(struct desk_words *words);
struct str desk_person(struct desk_words *words, struct str person_id);
/* "超期3天", "今天", "明天", "还有4天", "8月31日": by calendar days; "" for 0. */
struct str desk_due_words(const struct request *request, int64_t due_ms);
const char *desk_due_class(const struct request *request, int64_t due_ms);       /* "late", "today", "" */
/* A row of a list with its link to the case's page. */
struct feel_value desk_row(struct request *request, struct desk_words *words, const struct desk_list *list, const struct list_row *row);

/* claims_view.c: each claim's amount beside the calculator's figure: it.claims. data: the case's. */
struct err add_claims(struct request *request, struct feel_value data, struct resource *it);

#endif
