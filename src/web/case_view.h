/* case_view: a case's story as a resource: what the applicant's page, its JSON and following without sign-in show. */
#ifndef WEB_CASE_VIEW_H
#define WEB_CASE_VIEW_H

#include "web/service_words.h"
#include "web/worker.h"

/* Adds number, title, state, outcome words, now [], next [], done [], clocks [], can. */
MUST_USE struct err view_story(struct request *request, const struct story *story, struct resource *it);
/* One line of what is waited for: name, who, due. Used without sign-in too. service: whose step it is. */
struct feel_value view_now(struct request *request, const struct service *service, const struct story_now *now, bool with_words);
/* The decision rule by rule, from the newest receipt of the service's acceptance: [{rule, fact, holds, article}]. */
MUST_USE struct err view_rules(struct request *request, int64_t case_id, struct resource *it);
/* The notices that were sent: [{text, state, at}]. */
MUST_USE struct err view_notices(struct request *request, int64_t case_id, struct resource *it);

#endif
