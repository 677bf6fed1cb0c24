/* worker: what the rooms of the applicant share: whose case it is, errors beside fields, codes, ways back. */
#ifndef WEB_WORKER_H
#define WEB_WORKER_H

#include "web/inside.h"

/* The case in the path, when the person may read it. NOT_FOUND for anybody else's. */
MUST_USE struct err worker_case(struct request *request, int64_t *out_case_id);
struct str case_path(struct request *request, int64_t case_id, const char *rest);
/* it.errors [{place, words}], and for each name of `fields` it.NAMEError, empty when there is none. */
void add_errors(struct request *request, struct resource *it, const char *const *fields, size_t count);
/* A path of our own, else `otherwise`: nobody is sent elsewhere by a link that looks like ours. */
struct str own_path(struct str path, struct str otherwise);
/* What only this browser knows: its session, or the visitor's cookie. Empty: cookies are off. */
struct str browser_secret(struct request *request);
struct code_request code_request_of(struct request *request, enum code_purpose purpose, int64_t about, struct str phone);
/* How somebody can be confirmed: online (a provider, or the demo's), and the counter: placeName, placeAddress, placeHours,
 * placePhone of the organisation's or the nearest above it; empty where nothing is known. organisation_id 0: the hall's own. */
MUST_USE struct err add_counter(struct request *request, struct resource *it, int64_t organisation_id);
/* "2天", "3小时": how long something usually takes. */
struct str page_length(struct request *request, int64_t ms);
/* Shows the page again, with what was wrong; for REFUSED, INVALID, FORBIDDEN of a command. Others are returned. */
#define IS_FOR_THE_PERSON(err) (err_is((err), ERR_INVALID) || err_is((err), ERR_REFUSED) || err_is((err), ERR_FORBIDDEN))

#endif
