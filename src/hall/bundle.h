/* bundle: a case as one file that anybody can check without a server: manifest.json (path, sha256), papers/N-ID.pdf,
 * evidence.pdf, receipts/N-DECISION.json, models/, log/proof.json, ca.pem. */
#ifndef HALL_BUNDLE_H
#define HALL_BUNDLE_H

#include "base/base.h"

struct hall;

MUST_USE struct err bundle_make(struct hall *hall, struct arena *arena, int64_t case_id, struct str *out_zip);
/* Every hash, every signature of every paper, every receipt (recomputed from models/), the log's proof. Each thing that
 * does not fit is named. TAMPERED; INVALID: no bundle. out_count: how many checks held. */
MUST_USE struct err bundle_verify(struct arena *arena, struct str zip, struct report *report, size_t *out_count);

#endif
