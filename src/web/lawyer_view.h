/* lawyer_view: what the lawyer's pages share: a case as far as he may see it, what came of it. */
#ifndef WEB_LAWYER_VIEW_H
#define WEB_LAWYER_VIEW_H

#include "web/facts_view.h"
#include "web/worker.h"

/* One case of his: number, employer, claims in words, dates; applicant only when he has accepted it. */
struct feel_value view_lawyer_row(struct request *request, struct desk_words *words, const struct lawyer_row *row);
extern const struct shape lawyer_row_shape;      /* what view_lawyer_row gives, for the JSON face */
/* The case in the path when it is his; NOT_FOUND otherwise. */
MUST_USE struct err lawyer_case_here(struct request *request, struct lawyer_row *out_row);
/* NOT_FOUND for a case that he had once: back to his list, with words. False: it is something else. */
bool lawyer_has_lost(struct request *request, struct err err, struct answer *answer);
struct str lawyer_path(struct request *request, int64_t case_id, const char *rest);
/* it.results [{...}] newest first, it.hearing, it.amount. */
MUST_USE struct err view_results(struct request *request, int64_t case_id, struct resource *it);
/* "11250.00" of fen; "" for less than 0. */
struct str yuan_text(struct request *request, int64_t fen);

#endif
