/* password: argon2id (RFC 9106) texts that carry their own parameters and salt. Slow on purpose: never on an event
 * thread, never on the writer. */
#ifndef SEAL_PASSWORD_H
#define SEAL_PASSWORD_H

#include "base/base.h"

enum { SEAL_PASSWORD_BYTES_MAX = 256, SEAL_PASSWORD_TEXT_BYTES_MAX = 128 };

struct seal_password_cost {
	uint32_t passes;         /* t of RFC 9106, 1..16 */
	uint32_t memory_kib;     /* m of RFC 9106, 8192..1048576 */
};

/* "$argon2id$v=19$m=65536,t=3,p=1$salt$hash" in `arena`. LIMIT: too long; INVALID: a cost out of range; IO: no memory. */
MUST_USE struct err seal_password_hash(
	struct arena *arena, struct str password, struct seal_password_cost cost, struct str *out_text);
bool seal_password_matches(struct str text, struct str password);
/* Takes as long as seal_password_matches and proves nothing: for an account that is not there. */
void seal_password_spend(struct str password, struct seal_password_cost cost);
/* Was the text made with this cost? Otherwise it is made anew at the next success. */
bool seal_password_is_current(struct str text, struct seal_password_cost cost);

#endif
