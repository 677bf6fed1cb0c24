/* admin_view: what the rooms of the administrator and the operator share. */
#ifndef WEB_ADMIN_VIEW_H
#define WEB_ADMIN_VIEW_H

#include "web/inside.h"

/* Where the administrator's role holds: lists show this organisation and what is below it. */
static inline int64_t admin_scope(const struct request *request) { return request->session->organisation_id; }
/* Does it hold for the whole hall? Figures, services and the log are the hall's. */
bool admin_is_whole(struct request *request);
/* A page's resource with `done` (words of ?done=KEY, else empty), `errors` (empty) and `whole`. */
struct resource admin_page(struct request *request);
/* The form again with what was wrong: INVALID, REFUSED, NOT_FOUND and FORBIDDEN that come with words; else the err itself.
 * The resource must have been made by admin_page after the failure. */
struct err admin_again(struct request *request, struct answer *answer, struct resource *it, const char *template_name, struct err err);
/* 303 to the path, which then says that it was done. */
void admin_done(struct request *request, struct answer *answer, struct str path, const char *done);
struct str admin_role(struct request *request, struct str role);
/* [{value, words, chosen}] of a table of names; words: the page's word PREFIXname. */
struct feel_value admin_choices(struct request *request, const char *prefix, const char *const *names, size_t count, struct str chosen);
/* Roles that can be given. */
struct feel_value admin_roles(struct request *request, struct str chosen);
/* "1.3 GB", "240 MB". */
struct str size_words(struct request *request, int64_t bytes);
/* "3天", "5小时", "12分钟". */
struct str age_words(struct request *request, int64_t ms);
/* A date as a person types it: 2026-9-1, 2026/9/1, 20260901, 2026年9月1日. False: none. */
bool date_typed(struct arena *arena, struct str text, struct date *out_date);
/* One errand for a page: {state, stateWords, asked, ended, words, findings, percent, by}. */
struct feel_value errand_value(struct request *request, const struct errand *errand);

#endif
