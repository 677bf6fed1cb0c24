/* service_words: how a service calls itself, its steps, outcomes, papers, promises and rules in the language of the page:
 * words/en.json (docs/service-authors.md), else the service's own words. */
#ifndef WEB_SERVICE_WORDS_H
#define WEB_SERVICE_WORDS_H

#include "web/inside.h"

/* section: service, steps, lines, stepWords, outcomes, papers, promises, rules. own: what is said where nothing is translated; service
 * may be NULL. */
struct str service_say(const struct request *request, const struct service *service, const char *section, struct str id, struct str own);

#endif
