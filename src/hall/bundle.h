/* bundle: a case as one file that anybody can check without a server: manifest.json (path, sha256), papers/N-ID.pdf,
 * evidence.pdf, receipts/N-DECISION.json, models/, log/proof.json, ca.pem. */
#ifndef HALL_BUNDLE_H
#define HALL_BUNDLE_H

#include "base/base.h"

struct hall;

MUST_USE struct err bundle_make(struct hall *hall, struct arena *arena, int64_t case_id, struct str *out_zip);
/* What a bundle says of itself, once it has been verified. */
struct bundle_facts { size_t held; struct str hall, public_key, number; };

/* Every hash, every signature of every paper, every receipt (decided again from models/), the log's proof. Each thing that
 * does not fit is named. `public_key`: the hall's, hexadecimal, as it publishes it; empty believes the manifest.
 * TAMPERED; LIMIT: more than a bundle may hold. facts.held: how many checks held. */
MUST_USE struct err bundle_verify(
	struct arena *arena, struct str zip, struct str public_key, struct report *report, struct bundle_facts *out_facts);

#endif
